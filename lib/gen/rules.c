/* Reads the rule files: blocks of lines, each a word that says what it is and a text. docs/rules.md tells the form. */
#include "rules.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

struct rule *rules;
size_t rule_count;

struct set {
    char *name, *words;
};
static struct set *sets;
static size_t set_count;

struct place {
    const char *file;
    unsigned line;
    struct rule *rule; /* that is being read */
};

const char *find_set(const char *name, size_t length) {
    for (size_t i = 0; i < set_count; i++) {
        if (strlen(sets[i].name) == length && memcmp(sets[i].name, name, length) == 0) {
            return sets[i].words;
        }
    }
    return NULL;
}

void for_sets(void (*each)(const char *name, const char *words, FILE *out), FILE *out) {
    for (size_t i = 0; i < set_count; i++) {
        each(sets[i].name, sets[i].words, out);
    }
}

static uint32_t id_in(int table, const char *name, const struct place *at) {
    struct row *row = find_row(table, name, strlen(name));
    if (row == NULL) {
        complain(at->file, at->line, "\"%s\" is not in the table of %s", name, tables[table].name);
        return 0;
    }
    row->uses++;
    return row->id;
}

/* Cuts the first word off. Returns it, and moves *text to the rest. */
static char *take_word(char **text) {
    char *word = *text + strspn(*text, " ");
    char *end = word + strcspn(word, " ");
    *text = end + strspn(end, " ");
    *end = '\0';
    return word;
}

static void read_rule(struct place *at, char *text) {
    char *end = NULL, *id = take_word(&text);
    GROW(rules, rule_count);
    struct rule *rule = &rules[rule_count++];
    memset(rule, 0, sizeof *rule);
    rule->file = at->file;
    rule->line = at->line;
    rule->id = (uint32_t)strtoul(id, &end, 10);
    rule->name = copy_text(text, strlen(text));
    rule->rank = RANK_USUAL;
    if (end == id || *end != '\0' || rule->id < 10000 || rule->id > 65000) {
        complain(at->file, at->line, "id \"%s\" must be a number from 10000 to 65000", id);
    }
    if (text[0] == '\0' || text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0') {
        complain(at->file, at->line, "name \"%s\" must be of a-z, 0-9 and _", text);
    }
    at->rule = rule;
}

static const char *const ranks[] = {"", "hint", "weak", "usual", "strong", "token"};
static const uint8_t rank_confidence[] = {0, 45, 65, 93, 96, 97};

static void read_reason(const struct place *at, char *text) {
    struct rule *rule = at->rule;
    rule->reason = id_in(SMTP5XX_TABLE_REASONS, take_word(&text), at);
    while (*text != '\0') {
        char *word = take_word(&text), *end;
        unsigned long number = strtoul(word, &end, 10);
        uint32_t rank = RANK_TOKEN;
        while (rank > 0 && strcmp(ranks[rank], word) != 0) {
            rank--;
        }
        if (*end == '\0' && number >= 1 && number <= 100) {
            rule->confidence = (uint32_t)number;
        } else if (rank > 0) {
            rule->rank = rank;
        } else {
            complain(at->file, at->line, "\"%s\" is neither a rank (hint weak usual strong token) nor a confidence of 1 to 100",
                     word);
        }
    }
}

static int read_status(struct rule *rule, const char *word) {
    unsigned subject = 0, first = 0, last = 0;
    char rest = '\0', star = '\0';
    int found = sscanf(word, "X.%3u.%3u-%3u%c", &subject, &first, &last, &rest);
    last = found == 2 ? first : last;
    if (found < 2) {
        found = sscanf(word, "X.%3u.%c%c", &subject, &star, &rest) == 2 && star == '*' ? 2 : 0;
        first = 0;
        last = 999;
    }
    if (found < 2 || found > 3 || rest != '\0' || rule->status_count == 16) {
        return 0;
    }
    rule->statuses[rule->status_count++] = (struct status_range){(uint16_t)subject, (uint16_t)first, (uint16_t)last};
    return 1;
}

static void read_when(const struct place *at, char *text) {
    struct rule *rule = at->rule;
    rule->when = copy_text(text, strlen(text));
    while (*text != '\0') {
        char *word = take_word(&text), *end;
        unsigned long number = strtoul(word, &end, 10);
        struct row *stage = find_row(SMTP5XX_TABLE_STAGES, word, strlen(word));
        if (*end == '\0' && (number == 4 || number == 5)) {
            rule->classes |= 1U << number;
        } else if (*end == '\0' && number >= 200 && number <= 599 && rule->code_count < 16) {
            rule->codes[rule->code_count++] = (uint16_t)number;
        } else if (stage != NULL && stage->id != 0) {
            rule->stages |= 1U << stage->id;
        } else if (!read_status(rule, word)) {
            complain(at->file, at->line, "condition \"%s\" is no class (4, 5), reply code, X.7.26, X.7.500-699, X.7.* or stage",
                     word);
        }
    }
}

static void read_sample(const struct place *at, const char *key, const char *text) {
    struct rule *rule = at->rule;
    struct sample sample = {must_have(malloc(strlen(text) + 1)), 0, at->line, 0, strncmp(key, "hit", 3) == 0};
    const char *stage = strchr(key, '@');
    if (stage != NULL) {
        sample.stage = (uint8_t)id_in(SMTP5XX_TABLE_STAGES, stage + 1, at);
    }
    while (*text != '\0') {
        int line_break = text[0] == '\\' && text[1] == 'n';
        sample.text[sample.length++] = line_break ? '\n' : *text;
        text += 1 + line_break;
    }
    sample.text[sample.length] = '\0';
    GROW(rule->samples, rule->sample_count);
    rule->samples[rule->sample_count++] = sample;
}

static void read_url(const struct place *at, char *text) {
    struct rule *rule = at->rule;
    struct url url = {NULL, NULL, at->line};
    char *host = take_word(&text);
    for (char *c = text; *c != '\0'; c++) {
        *c = s5x_lower(*c);
    }
    url.host = copy_text(host, strlen(host));
    url.text = copy_text(text, strlen(text));
    if (strchr(host, '.') == NULL) {
        complain(at->file, at->line, "\"%s\" is no host name: write url HOST TEXT", host);
    }
    GROW(rule->urls, rule->url_count);
    rule->urls[rule->url_count++] = url;
}

static void read_phrase(const struct place *at, const char *text) {
    struct rule *rule = at->rule;
    struct phrase phrase = {copy_text(text, strlen(text)), at->line, 0};
    GROW(rule->phrases, rule->phrase_count);
    rule->phrases[rule->phrase_count++] = phrase;
}

static int is_date(const char *text) {
    unsigned year, month, day;
    char rest;
    return sscanf(text, "%4u-%2u-%2u%c", &year, &month, &day, &rest) == 3 && year > 2000 && month >= 1 && month <= 12 &&
           day >= 1 && day <= 31;
}

static void read_source(const struct place *at, const char *text) {
    const char *date = strrchr(text, ';');
    if (date == NULL || date == text || !is_date(date + 1 + strspn(date + 1, " "))) {
        complain(at->file, at->line, "a source ends with its date: %s; 2026-11-25", text);
    }
    at->rule->source = copy_text(text, strlen(text));
}

static void read_detail(const struct place *at, const char *text) {
    static const char *const kinds[] = {"", "provider", "retry", "size", "reference", "passing"};
    uint32_t kind = DETAIL_PASSING;
    while (kind > 0 && strcmp(kinds[kind], text) != 0) {
        kind--;
    }
    at->rule->detail = kind;
    if (kind == 0) {
        complain(at->file, at->line, "detail \"%s\" is none of provider, retry, size, reference, passing", text);
    }
}

/* Lines outside of rules: words that count as others, words that do not count, and sets. */

static char *next_folded(char **text, const struct place *at, char *folded, uint32_t *length) {
    char *word = take_word(text);
    uint32_t size = (uint32_t)strlen(word);
    if (size > 0 && (fold_text(word, size, folded, length) != size || *length == 0)) {
        complain(at->file, at->line, "\"%s\" is more than one word, or too long", word);
    }
    return size > 0 ? word : NULL;
}

static void read_flagged(const struct place *at, char *text, uint16_t flags) {
    char folded[WORD_MAX];
    uint32_t length;
    for (const char *written; (written = next_folded(&text, at, folded, &length)) != NULL;) {
        note_spelling(add_word(folded, length, flags), written, strlen(written));
    }
}

static void read_filler(const struct place *at, char *text) {
    read_flagged(at, text, ENTRY_FILLER);
}

static void read_top_level(const struct place *at, char *text) {
    read_flagged(at, text, ENTRY_TOP_LEVEL);
}

static void read_same(const struct place *at, char *text) {
    char folded[WORD_MAX];
    uint32_t length;
    const char *name = next_folded(&text, at, folded, &length);
    if (name == NULL || strcmp(take_word(&text), "=") != 0) {
        complain(at->file, at->line, "write: same WORD = OTHER ...");
        return;
    }
    struct word *first = add_word(folded, length, 0);
    keep_spelling(first, name, strlen(name));
    symbol_of(first);
    for (const char *written; (written = next_folded(&text, at, folded, &length)) != NULL;) {
        struct word *word = add_word(folded, length, 0);
        note_spelling(word, written, strlen(written));
        count_as(word, first, at->file, at->line);
    }
}

static void read_set(const struct place *at, char *text) {
    char *name = take_word(&text);
    size_t length = strlen(name);
    if (name[0] != '{' || length < 3 || name[length - 1] != '}' || strcmp(take_word(&text), "=") != 0) {
        complain(at->file, at->line, "write: set {NAME} = WORDS | WORDS");
        return;
    }
    if (find_set(name + 1, length - 2) != NULL) {
        complain(at->file, at->line, "the set %s is already there: choose another name", name);
        return;
    }
    GROW(sets, set_count);
    sets[set_count].name = copy_text(name + 1, length - 2);
    sets[set_count++].words = copy_text(text, strlen(text));
}

/* Lines that hold for all files are read in a first pass, so that it does not matter in which file they stand. */
static int read_general(const struct place *at, const char *key, char *text, int first_pass) {
    static const struct {
        const char *key;
        void (*read)(const struct place *at, char *text);
    } kinds[] = {{"filler", read_filler}, {"toplevel", read_top_level}, {"same", read_same}, {"set", read_set}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(key, kinds[i].key) == 0) {
            if (first_pass) {
                kinds[i].read(at, text);
            }
            return 1;
        }
    }
    return 0;
}

static void read_rule_line(const struct place *at, const char *key, char *text) {
    if (at->rule == NULL) {
        complain(at->file, at->line, "\"%s\" stands outside a rule: a rule begins with rule ID NAME", key);
    } else if (text[0] == '\0') {
        complain(at->file, at->line, "\"%s\" has no text", key);
    } else if (strcmp(key, "reason") == 0) {
        read_reason(at, text);
    } else if (strcmp(key, "when") == 0) {
        read_when(at, text);
    } else if (strcmp(key, "provider") == 0) {
        at->rule->provider = id_in(SMTP5XX_TABLE_PROVIDERS, text, at);
    } else if (strcmp(key, "judged") == 0) {
        at->rule->judged = id_in(SMTP5XX_TABLE_PERMANENCES, text, at);
        if (strcmp(text, "temporary") != 0 && strcmp(text, "permanent") != 0) {
            complain(at->file, at->line, "judged \"%s\" is neither temporary nor permanent", text);
        }
    } else if (strcmp(key, "action") == 0) {
        at->rule->action = id_in(SMTP5XX_TABLE_ACTIONS, text, at);
    } else if (strcmp(key, "phrase") == 0) {
        read_phrase(at, text);
    } else if (strcmp(key, "url") == 0) {
        read_url(at, text);
    } else if (strcmp(key, "listed") == 0) {
        at->rule->listed = (uint32_t)text[0];
        if (strcmp(text, "ip") != 0 && strcmp(text, "domain") != 0) {
            complain(at->file, at->line, "listed \"%s\" is neither ip nor domain", text);
        }
    } else if (strcmp(key, "detail") == 0) {
        read_detail(at, text);
    } else if (strcspn(key, "@") == 3 + (key[0] == 'm') && (strncmp(key, "hit", 3) == 0 || strncmp(key, "miss", 4) == 0)) {
        read_sample(at, key, text);
    } else if (strcmp(key, "source") == 0) {
        read_source(at, text);
    } else {
        complain(at->file, at->line, "\"%s\" is no kind of line: docs/rules.md lists them", key);
    }
}

static void read_line(struct place *at, char *line, int first_pass) {
    char *text = line;
    if (line[strspn(line, " ")] == '\0') {
        at->rule = NULL;
        return;
    }
    if (line[0] == '#') {
        return;
    }
    char *key = take_word(&text);
    if (read_general(at, key, text, first_pass) || first_pass) {
        return;
    }
    if (strcmp(key, "rule") == 0) {
        read_rule(at, text);
    } else {
        read_rule_line(at, key, text);
    }
}

static void read_file(const char *path, int first_pass) {
    static char line[LINE_MAX_BYTES];
    struct place at = {copy_text(path, strlen(path)), 0, NULL};
    FILE *in = fopen(path, "r");
    if (in == NULL) {
        complain(path, 0, "cannot read: %s", strerror(errno));
        return;
    }
    while (fgets(line, sizeof line, in) != NULL) {
        size_t length = strlen(line);
        at.line++;
        if (length == 0 || line[length - 1] != '\n') {
            complain(path, at.line, "the line is too long, has a NUL byte, or does not end");
            break;
        }
        while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == ' ' || line[length - 1] == '\r')) {
            line[--length] = '\0';
        }
        read_line(&at, line, first_pass);
    }
    fclose(in);
}

static void check_rule(struct rule *rule) {
    const char *file = rule->file;
    rule->confidence = rule->confidence == 0 ? rank_confidence[rule->rank] : rule->confidence;
    if (rule->detail != 0 && (rule->reason != 0 || rule->when != NULL || rule->provider != 0)) {
        complain(file, rule->line, "rule %s finds a detail: it takes no reason, condition or provider", rule->name);
    } else if ((rule->reason == 0) == (rule->detail == 0)) {
        complain(file, rule->line, "rule %s needs a reason that is not unknown", rule->name);
    }
    if (rule->phrase_count + rule->url_count + (rule->listed != 0) == 0) {
        complain(file, rule->line, "rule %s has no phrase", rule->name);
    }
    if (rule->phrase_count > RULE_LINES_MAX) {
        complain(file, rule->line, "rule %s has more than %d phrases", rule->name, RULE_LINES_MAX);
    }
    size_t hits = 0;
    for (size_t i = 0; i < rule->sample_count; i++) {
        hits += rule->samples[i].must;
    }
    if (hits == 0) {
        complain(file, rule->line, "rule %s has no sample: add a line that begins with hit", rule->name);
    }
    if (rule->source == NULL) {
        complain(file, rule->line, "rule %s has no source: name the page, the program or the practice, and the date",
                 rule->name);
    }
}

static int by_id(const void *a, const void *b) {
    const struct rule *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id ? 1 : x->line < y->line ? -1 : x->line > y->line;
}

static int by_name(const void *a, const void *b) {
    return strcmp((*(const struct rule *const *)a)->name, (*(const struct rule *const *)b)->name);
}

static void check_rules(void) {
    const struct rule **sorted = must_have(malloc((rule_count + 1) * sizeof *sorted));
    qsort(rules, rule_count, sizeof *rules, by_id);
    for (size_t i = 0; i < rule_count; i++) {
        check_rule(&rules[i]);
        sorted[i] = &rules[i];
        if (i > 0 && rules[i].id == rules[i - 1].id) {
            complain(rules[i].file, rules[i].line, "id %u is already at %s:%u: ids are never reused", (unsigned)rules[i].id,
                     rules[i - 1].file, rules[i - 1].line);
        }
    }
    qsort(sorted, rule_count, sizeof *sorted, by_name);
    for (size_t i = 1; i < rule_count; i++) {
        if (strcmp(sorted[i]->name, sorted[i - 1]->name) == 0) {
            complain(sorted[i]->file, sorted[i]->line, "name \"%s\" is already at %s:%u", sorted[i]->name,
                     sorted[i - 1]->file, sorted[i - 1]->line);
        }
    }
    free(sorted);
}

static int path_order(const void *a, const void *b) {
    const char *x = *(char *const *)a, *y = *(char *const *)b;
    int words_x = strstr(x, "/words.rules") != NULL, words_y = strstr(y, "/words.rules") != NULL;
    return words_x != words_y ? words_y - words_x : strcmp(x, y);
}

void read_rules(const char *folder) {
    char path[4096], **paths = NULL;
    size_t count = 0;
    snprintf(path, sizeof path, "%s/rules", folder);
    DIR *directory = opendir(path);
    if (directory == NULL) {
        complain(path, 0, "cannot read: %s", strerror(errno));
        return;
    }
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        size_t length = strlen(entry->d_name);
        if (length > 6 && strcmp(entry->d_name + length - 6, ".rules") == 0) {
            snprintf(path, sizeof path, "%s/rules/%s", folder, entry->d_name);
            GROW(paths, count);
            paths[count++] = copy_text(path, strlen(path));
        }
    }
    closedir(directory);
    if (count > 0) {
        qsort(paths, count, sizeof *paths, path_order);
    }
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < count; i++) {
            read_file(paths[i], pass == 0);
        }
    }
    check_rules();
    free(paths);
}
