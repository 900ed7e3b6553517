/*
 * The operator's own rules: a text file becomes the array that the library takes. Blocks with a blank line between them:
 *
 *     rule 1 partner_quota
 *     when 452 rcpt
 *     phrase daily quota for your domain
 *     reason rate_limited
 *     action retry
 *
 * docs/smtp5xx.1 tells every line. SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L
#define _GNU_SOURCE
#include "app.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n"

/* The lines that a rule may have; each one once. */
enum { LINE_RULE, LINE_WHEN, LINE_PROVIDER, LINE_PHRASE, LINE_REASON, LINE_ACTION, LINE_CONFIDENCE, LINE_JUDGED, LINE_KINDS };

/* The block that is being read. Its rule is taken over when it ends, if nothing in it is wrong. */
struct block {
    smtp5xx_rule rule;
    char *name, *phrase;
    size_t line;   /* of its first line, 0: no block is open */
    unsigned seen; /* bit LINE_*: it has such a line */
    int wrong;
};

struct reader {
    const char *file;
    size_t line, mistakes;
    struct own_rules *own;
    struct block block;
};

__attribute__((format(printf, 3, 4))) static void mistake(struct reader *reader, size_t line, const char *format, ...) {
    char what[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    complain("%s:%zu: %s", reader->file, line, what);
    reader->mistakes++;
    reader->block.wrong = 1;
}

static int need_memory(struct reader *reader, const void *memory) {
    if (memory == NULL) {
        mistake(reader, reader->line, "out of memory: use fewer rules");
    }
    return memory != NULL;
}

/* Cuts the first word off. Returns it, and moves *text to what follows. */
static char *take_word(char **text) {
    char *word = *text + strspn(*text, BLANKS);
    char *end = word + strcspn(word, BLANKS);
    *text = end + strspn(end, BLANKS);
    *end = '\0';
    return word;
}

/* A number of nothing but digits, from low to high. */
static int read_number(const char *word, uint32_t low, uint32_t high, uint32_t *number) {
    uint64_t value = 0;
    if (word[0] == '\0' || word[strspn(word, "0123456789")] != '\0' || strlen(word) > 10) {
        return 0;
    }
    for (; *word != '\0'; word++) {
        value = value * 10 + (uint64_t)(*word - '0');
    }
    *number = (uint32_t)value;
    return value >= low && value <= high;
}

static uint32_t find_row(struct reader *reader, uint32_t table, const char *what, const char *name) {
    uint32_t id = 0;
    if (!smtp5xx_table_find(table, name, strlen(name), &id) || (id == 0 && table != SMTP5XX_TABLE_REASONS)) {
        mistake(reader, reader->line, "there is no %s \"%.60s\": \"smtp5xx table %s\" lists them", what, name,
                smtp5xx_table_name(table));
        return 0;
    }
    return id;
}

/* The lines of a rule */

static void read_rule(struct reader *reader, char *text) {
    struct block *block = &reader->block;
    char *id = take_word(&text);
    if (!read_number(id, 1, UINT32_MAX, &block->rule.id)) {
        mistake(reader, reader->line, "id \"%.60s\" is none: write \"rule ID NAME\" with a number from 1 to 4294967295", id);
    }
    if (text[0] == '\0' || text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0') {
        mistake(reader, reader->line, "name \"%.60s\" is none: write \"rule ID NAME\" with a name of a-z, 0-9 and _", text);
    }
    int same_id = 0, same_name = 0; /* Each is told once: a file of equal rules is no reason for a million messages. */
    for (uint32_t i = 0; i < reader->own->count && !(same_id && same_name); i++) {
        const struct own_rule_name *other = &reader->own->names[i];
        if (!same_id && reader->own->rules[i].id == block->rule.id) {
            same_id = 1;
            mistake(reader, reader->line, "id %s belongs to rule %s (%s:%zu): give each rule its own", id, other->name,
                    other->file, other->line);
        }
        if (!same_name && strcmp(other->name, text) == 0) {
            same_name = 1;
            mistake(reader, reader->line, "name %.60s is that of rule %u (%s:%zu): give each rule its own", text,
                    reader->own->rules[i].id, other->file, other->line);
        }
    }
    block->name = strdup(text);
    need_memory(reader, block->name);
}

/* "X.7.1", or "X.7.*" for any detail. */
static int read_status(const char *word, smtp5xx_rule *rule) {
    char subject[4] = "", detail[4] = "", rest = '\0';
    uint32_t number;
    if (sscanf(word, "X.%3[0-9].%3[0-9*]%c", subject, detail, &rest) != 2 || !read_number(subject, 0, 999, &number)) {
        return 0;
    }
    rule->subject = (uint16_t)(number + 1);
    if (strcmp(detail, "*") == 0) {
        return 1;
    }
    if (!read_number(detail, 0, 999, &number)) {
        return 0;
    }
    rule->detail = (uint16_t)(number + 1);
    return 1;
}

/* Reads one condition. Returns what kind it is, NULL if it is none. *again: the rule has one of that kind already. */
static const char *read_condition(const char *word, smtp5xx_rule *rule, int *again) {
    smtp5xx_rule before = *rule;
    uint32_t number, stage;
    if (read_number(word, 4, 5, &number)) {
        rule->reply_class = (uint8_t)number;
        *again = before.reply_class != 0;
        return "class";
    }
    if (read_number(word, 400, 599, &number)) {
        rule->code = (uint16_t)number;
        *again = before.code != 0;
        return "reply code";
    }
    if (smtp5xx_table_find(SMTP5XX_TABLE_STAGES, word, strlen(word), &stage) && stage != SMTP5XX_STAGE_UNKNOWN) {
        rule->stage = (uint8_t)stage;
        *again = before.stage != 0;
        return "stage";
    }
    *again = before.subject != 0;
    return read_status(word, rule) ? "enhanced status code" : NULL;
}

static void read_when(struct reader *reader, char *text) {
    smtp5xx_rule *rule = &reader->block.rule;
    if (text[0] == '\0') {
        mistake(reader, reader->line, "\"when\" without a condition: add one, such as 550, 5, X.7.1, X.7.* or rcpt");
    }
    while (text[0] != '\0') {
        const char *word = take_word(&text);
        int again = 0;
        const char *kind = read_condition(word, rule, &again);
        if (kind == NULL) {
            mistake(reader, reader->line,
                    "condition \"%.60s\" is none: use a reply code from 400 to 599, a class (4 or 5), an enhanced status "
                    "code (X.7.1 or X.7.*) or a stage (connect helo tls auth mail rcpt data eod)",
                    word);
        } else if (again) {
            mistake(reader, reader->line, "\"%s\" is a second %s: write one rule for each", word, kind);
        }
    }
    if (rule->code != 0 && rule->reply_class != 0 && rule->code / 100 != rule->reply_class) {
        mistake(reader, reader->line, "reply code %u never is of class %u: leave the class out", rule->code, rule->reply_class);
    }
}

static void read_provider(struct reader *reader, char *text) {
    reader->block.rule.provider = (uint16_t)find_row(reader, SMTP5XX_TABLE_PROVIDERS, "provider", text);
}

/* Whether a phrase alone holds for a reply; *error is what the library says of the phrase. */
static int phrase_holds(const char *phrase, const char *reply, int *error) {
    uint32_t length = (uint32_t)strlen(phrase);
    smtp5xx_rule rule = {.id = 1, .reason = SMTP5XX_REASON_SYSTEM_ERROR, .phrase = {0, length}};
    smtp5xx_context context = {.size = sizeof context, .rules = &rule, .rule_text = phrase, .rule_count = 1,
                               .rule_size = sizeof rule, .rule_text_length = length};
    smtp5xx_reply parsed;
    smtp5xx_verdict verdict;
    smtp5xx_parse(reply, strlen(reply), &context, &parsed, sizeof parsed);
    *error = smtp5xx_classify(reply, strlen(reply), &parsed, &context, &verdict, sizeof verdict);
    return verdict.basis == SMTP5XX_BASIS_CALLER;
}

/* The library knows best what a word is: a phrase that it does not take, or that misses a reply of just its own words, is no
 * good. */
static void read_phrase(struct reader *reader, char *text) {
    int error = 0;
    char *reply = NULL;
    reader->block.phrase = strdup(text);
    if (!need_memory(reader, reader->block.phrase) || asprintf(&reply, "550 %s", text) < 0) {
        return;
    }
    if (strlen(text) > SMTP5XX_INPUT_MAX / 2) {
        mistake(reader, reader->line, "the phrase is too long: use 32 words at most");
    } else if (text[strcspn(text, "{}|~")] != '\0') {
        mistake(reader, reader->line, "\"%c\" in a phrase: write words only, and one rule for each wording",
                text[strcspn(text, "{}|~")]);
    } else {
        int holds = phrase_holds(text, reply, &error);
        if (error != SMTP5XX_OK || text[0] == '\0') {
            mistake(reader, reader->line, "phrase \"%.60s\" has no word that counts, or more than 32: use 1 to 32 words", text);
        } else if (!holds) {
            mistake(reader, reader->line,
                    "phrase \"%.60s\" does not hold even for its own words: write only what the server itself says", text);
        }
    }
    free(reply);
}

static void read_reason(struct reader *reader, char *text) {
    reader->block.rule.reason = (uint16_t)find_row(reader, SMTP5XX_TABLE_REASONS, "reason", text);
}

static void read_action(struct reader *reader, char *text) {
    reader->block.rule.action = (uint8_t)find_row(reader, SMTP5XX_TABLE_ACTIONS, "action", text);
}

static void read_confidence(struct reader *reader, char *text) {
    uint32_t number = 0;
    if (!read_number(text, 1, 100, &number)) {
        mistake(reader, reader->line, "confidence \"%.60s\" is none: write a number from 1 to 100", text);
    }
    reader->block.rule.confidence = (uint8_t)number;
}

static void read_judged(struct reader *reader, char *text) {
    int temporary = strcmp(text, "temporary") == 0;
    if (!temporary && strcmp(text, "permanent") != 0) {
        mistake(reader, reader->line, "judged \"%.60s\": write \"judged temporary\" or \"judged permanent\"", text);
    }
    reader->block.rule.judged = temporary ? SMTP5XX_PERMANENCE_TEMPORARY : SMTP5XX_PERMANENCE_PERMANENT;
}

static const struct {
    const char *key;
    void (*read)(struct reader *, char *);
} lines[LINE_KINDS] = {[LINE_RULE] = {"rule", read_rule},
                       [LINE_WHEN] = {"when", read_when},
                       [LINE_PROVIDER] = {"provider", read_provider},
                       [LINE_PHRASE] = {"phrase", read_phrase},
                       [LINE_REASON] = {"reason", read_reason},
                       [LINE_ACTION] = {"action", read_action},
                       [LINE_CONFIDENCE] = {"confidence", read_confidence},
                       [LINE_JUDGED] = {"judged", read_judged}};

/* Blocks */

static int has(const struct block *block, unsigned kind) {
    return block->seen >> kind & 1;
}

static void check_block(struct reader *reader) {
    struct block *block = &reader->block;
    const char *name = block->name == NULL ? "" : block->name;
    if (!has(block, LINE_REASON)) {
        mistake(reader, block->line, "rule %s has no reason: add a line \"reason NAME\"; \"smtp5xx table reasons\" lists them",
                name);
    }
    if (!has(block, LINE_PHRASE) && !has(block, LINE_WHEN)) {
        mistake(reader, block->line, "rule %s would hold for every reply: add a line \"phrase WORDS\" or \"when CONDITION\"",
                name);
    }
}

/* Makes room for one rule more, and for its phrase. */
static int grow(struct reader *reader, size_t phrase) {
    struct own_rules *own = reader->own;
    if (own->count == UINT32_MAX || phrase > UINT32_MAX - own->text_length) {
        return need_memory(reader, NULL);
    }
    smtp5xx_rule *rules = realloc(own->rules, ((size_t)own->count + 1) * sizeof *rules);
    own->rules = rules == NULL ? own->rules : rules;
    struct own_rule_name *names = realloc(own->names, ((size_t)own->count + 1) * sizeof *names);
    own->names = names == NULL ? own->names : names;
    char *text = realloc(own->text, own->text_length + phrase + 1);
    own->text = text == NULL ? own->text : text;
    return need_memory(reader, rules) && need_memory(reader, names) && need_memory(reader, text);
}

/* Takes the rule over. One with mistakes counts too, so that a later rule with the same id is found. */
static void keep_block(struct reader *reader) {
    struct own_rules *own = reader->own;
    struct block *block = &reader->block;
    size_t length = block->phrase == NULL ? 0 : strlen(block->phrase);
    if (block->name == NULL || !grow(reader, length)) {
        return;
    }
    block->rule.phrase = (smtp5xx_span){own->text_length, (uint32_t)length};
    if (length > 0) {
        memcpy(own->text + own->text_length, block->phrase, length);
    }
    own->text_length += (uint32_t)length;
    own->names[own->count] = (struct own_rule_name){block->name, reader->file, block->line};
    own->rules[own->count++] = block->rule;
    block->name = NULL;
}

static void end_block(struct reader *reader) {
    if (has(&reader->block, LINE_RULE)) {
        check_block(reader);
        keep_block(reader);
    }
    free(reader->block.name);
    free(reader->block.phrase);
    memset(&reader->block, 0, sizeof reader->block);
}

/* What a block begins with. Each block that begins otherwise is reported once. */
static int begin_block(struct reader *reader, unsigned kind) {
    if (reader->block.line == 0) {
        reader->block.line = reader->line;
        if (kind != LINE_RULE) {
            mistake(reader, reader->line, "no rule begins here: begin the block with \"rule ID NAME\"");
        }
    }
    return kind == LINE_RULE || has(&reader->block, LINE_RULE);
}

static void read_line(struct reader *reader, char *text) {
    struct block *block = &reader->block;
    const char *key = take_word(&text);
    unsigned kind = 0;
    while (kind < LINE_KINDS && strcmp(lines[kind].key, key) != 0) {
        kind++;
    }
    if (kind == LINE_RULE && has(block, LINE_RULE)) {
        mistake(reader, reader->line, "a rule begins inside another one: put a blank line before it");
        end_block(reader);
    }
    if (!begin_block(reader, kind)) {
        return;
    }
    if (kind == LINE_KINDS) {
        mistake(reader, reader->line,
                "\"%.60s\" is no line of a rule: use rule, when, provider, phrase, reason, action, confidence or judged", key);
    } else if (has(block, kind)) {
        mistake(reader, reader->line, "a second line \"%s\" in one rule: write one rule for each", key);
    } else {
        block->seen |= 1U << kind;
        lines[kind].read(reader, text);
    }
}

/* Cuts off the blanks at the end, and what ends the line. */
static void trim(char *line, size_t length) {
    while (length > 0 && strchr(BLANKS, line[length - 1]) != NULL) {
        length--;
    }
    line[length] = '\0';
}

static int read_lines(struct reader *reader, FILE *in) {
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&line, &room, in)) > 0) {
        char *text = line;
        reader->line++;
        if (memchr(line, '\0', (size_t)length) != NULL) {
            mistake(reader, reader->line, "the line holds a NUL byte: write plain text");
            continue;
        }
        trim(line, (size_t)length);
        text += reader->line == 1 && strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* The mark that some editors write. */
        text += strspn(text, BLANKS);
        if (text[0] == '\0') {
            end_block(reader);
        } else if (text[0] != '#') {
            read_line(reader, text);
        }
    }
    end_block(reader);
    free(line);
    return !ferror(in);
}

int read_own_rules(const char *file, struct own_rules *own, smtp5xx_context *context) {
    struct reader reader = {.file = file, .own = own};
    FILE *in = fopen(file, "rb");
    int fine = in != NULL && read_lines(&reader, in);
    if (!fine) {
        complain("%s: %s", file, strerror(errno));
    }
    if (in != NULL) {
        fclose(in);
    }
    context->rules = own->rules;
    context->rule_text = own->text;
    context->rule_count = own->count;
    context->rule_size = sizeof(smtp5xx_rule);
    context->rule_text_length = own->text_length;
    return !fine ? EXIT_IO : reader.mistakes > 0 ? EXIT_DATA : EXIT_FINE;
}

void free_own_rules(struct own_rules *own) {
    for (uint32_t i = 0; i < own->count; i++) {
        free(own->names[i].name);
    }
    free(own->names);
    free(own->rules);
    free(own->text);
    memset(own, 0, sizeof *own);
}

const char *deciding_rule_name(const struct own_rules *own, const smtp5xx_verdict *verdict) {
    for (uint32_t i = 0; verdict->basis == SMTP5XX_BASIS_CALLER && i < own->count; i++) {
        if (own->rules[i].id == verdict->rule) {
            return own->names[i].name;
        }
    }
    return smtp5xx_rule_name(verdict->rule);
}
