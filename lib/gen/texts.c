/*
 * What the program knows of the rules and the library does without, as C: the texts that `smtp5xx explain --why` shows, and
 * the phrases in the form from which `smtp5xx table rules --output pcre` makes regular expressions.
 *
 *     rule_texts   for each rule its id in two bytes, then texts with a byte before each that says what it is (TEXT_* in
 *                  examples/app.h); a zero ends a rule, an id of zero ends all
 *     rule_words   texts, of which an empty one is the last: "s NAME PHRASE" is a set, "w SYMBOL SPELLING ..." a word with all
 *                  words that count as it, "f SPELLING" a word that is passed over
 *
 * In such a phrase sets, brackets, gaps and classes stand as in the rule file, and each word as the number of its symbol.
 */
#include "rules.h"

#include <string.h>

enum {
    TEXT_PHRASE = 1,
    TEXT_WHEN,
    TEXT_SAMPLE,
    TEXT_SOURCE,
    TEXT_FAMILY,
    TEXT_ACTION,
    TEXT_ZONE,
    TEXT_EXPORT,
};

static void write_bytes(FILE *out, const char *text) {
    for (; *text != '\0'; text++) {
        fprintf(out, "%u,", (unsigned char)*text);
    }
    fputs("0,\n", out);
}

static void write_text(FILE *out, int kind, const char *text) {
    fprintf(out, "%d,", kind);
    write_bytes(out, text);
}

/* A text that grows. */
struct text {
    char *bytes;
    size_t length;
};

static void add_text(struct text *text, const char *more, size_t length) {
    text->bytes = must_have(realloc(text->bytes, text->length + length + 1));
    memcpy(text->bytes + text->length, more, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

/* Calls `each` with every word of a run of letters, as parse_words() in phrase.c reads it. */
static void each_word(const char *text, size_t size, void (*each)(struct word *, const char *, size_t, void *), void *with) {
    char folded[WORD_MAX];
    for (uint32_t at = 0, length; at < size;) {
        uint32_t taken = fold_text(text + at, (uint32_t)size - at, folded, &length);
        struct word *word = length > 0 ? find_dictionary(folded, length) : NULL;
        if (word != NULL) {
            each(word, text + at, taken, with);
        }
        at += taken > 0 ? taken : 1;
    }
}

static void add_symbol(struct word *word, const char *written, size_t length, void *with) {
    char number[16];
    (void)written;
    (void)length;
    if (!(word->flags & ENTRY_FILLER)) {
        add_text(with, number, (size_t)snprintf(number, sizeof number, "%u ", word->symbol));
    }
}

/* A phrase, the compiler of which has found it right, with symbols for words. */
static char *symbols_of(const char *phrase) {
    struct text text = {NULL, 0};
    add_text(&text, "", 0);
    for (const char *at = phrase; *at != '\0';) {
        size_t length = strcspn(at, " ()[]|{<~");
        each_word(at, length, add_symbol, &text);
        at += length;
        length = *at == '{' ? strcspn(at, "}") + 1 : *at == '<' ? strcspn(at, ">") + 1 : *at == '~' ? 2 : *at != '\0';
        if (*at != ' ' && length > 0) {
            add_text(&text, at, length);
            add_text(&text, " ", 1);
        }
        at += length;
    }
    return text.bytes;
}

static void write_phrases(FILE *out, const struct rule *rule) {
    for (size_t i = 0; i < rule->phrase_count; i++) {
        write_text(out, TEXT_PHRASE, rule->phrases[i].text);
    }
    for (size_t i = 0; i < rule->phrase_count; i++) {
        char *symbols = symbols_of(rule->phrases[i].text);
        write_text(out, TEXT_EXPORT, symbols);
        free(symbols);
    }
    for (size_t i = 0; i < rule->url_count; i++) {
        char text[1024];
        snprintf(text, sizeof text, "url %s %s", rule->urls[i].host, rule->urls[i].text);
        write_text(out, TEXT_PHRASE, text);
    }
}

/* The zones of the block lists by whose names a rule hits. */
static void write_zones(FILE *out, const struct rule *rule) {
    const struct table *lists = &tables[SMTP5XX_TABLE_BLOCKLISTS];
    write_text(out, TEXT_PHRASE, rule->listed == 'i' ? "a named block list of addresses" : "a named block list of domains");
    for (size_t i = 0; i < lists->count; i++) {
        if (strcmp(cell(lists, &lists->rows[i], "rule"), rule->name) == 0) {
            write_text(out, TEXT_ZONE, cell(lists, &lists->rows[i], "zones"));
        }
    }
}

/* "google" of "lib/table/rules/google.rules". */
static void write_family(FILE *out, const char *file) {
    char family[64];
    const char *slash = strrchr(file, '/');
    snprintf(family, sizeof family, "%s", slash == NULL ? file : slash + 1);
    family[strcspn(family, ".")] = '\0';
    write_text(out, TEXT_FAMILY, family);
}

static const char *action_name(uint32_t id) {
    const struct table *actions = &tables[SMTP5XX_TABLE_ACTIONS];
    size_t row = 0;
    while (row < actions->count && actions->rows[row].id != id) {
        row++;
    }
    return row < actions->count ? cell(actions, &actions->rows[row], "name") : "";
}

static void write_rule(FILE *out, const struct rule *rule) {
    write_phrases(out, rule);
    if (rule->listed != 0) {
        write_zones(out, rule);
    }
    if (rule->when != NULL) {
        write_text(out, TEXT_WHEN, rule->when);
    }
    if (rule->action != 0) {
        write_text(out, TEXT_ACTION, action_name(rule->action));
    }
    write_text(out, TEXT_SOURCE, rule->source);
    write_family(out, rule->file);
    for (size_t i = 0; i < rule->sample_count; i++) {
        if (rule->samples[i].must) {
            write_text(out, TEXT_SAMPLE, rule->samples[i].text);
        }
    }
}

static void note_written(struct word *word, const char *written, size_t length, void *with) {
    (void)with;
    keep_spelling(word, written, length);
}

/* Samples show spellings, of which a phrase needs only one: with accents, and without. */
static void note_samples(void) {
    for (size_t i = 0; i < real_rule_count; i++) {
        for (size_t s = 0; s < rules[i].sample_count; s++) {
            for (const char *at = rules[i].samples[s].text; *at != '\0'; at += strspn(at, " \n")) {
                size_t length = strcspn(at, " \n"), letters = strcspn(at, "@<>/()[],;:!?\"");
                each_word(at, letters < length ? letters : length, note_written, NULL);
                at += length;
            }
        }
    }
}

/* What is written in the text with a word: its spellings, but for what would part them. */
static void add_spellings(struct text *text, const struct word *word) {
    add_text(text, " ", 1);
    add_text(text, word->text, strlen(word->text));
    for (size_t i = 0; i < word->spelling_count; i++) {
        if (strcmp(word->spellings[i], word->text) != 0) {
            add_text(text, " ", 1);
            add_text(text, word->spellings[i], strlen(word->spellings[i]));
        }
    }
}

static void write_words(FILE *out) {
    struct text *words = must_have(calloc(symbol_count + 1, sizeof *words));
    for (size_t i = 0; i < word_count; i++) {
        const struct word *word = dictionary[i];
        if (word->flags & ENTRY_FILLER) {
            struct text filler = {NULL, 0};
            add_text(&filler, "f", 1);
            add_spellings(&filler, word);
            write_bytes(out, filler.bytes);
            free(filler.bytes);
        } else if (word->symbol != 0 && word->symbol <= symbol_count && !(word->flags & ENTRY_HOST)) {
            add_spellings(&words[word->symbol], word);
        }
    }
    for (unsigned symbol = 1; symbol <= symbol_count; symbol++) {
        if (words[symbol].length > 0) {
            fprintf(out, "119,32,"); /* "w " */
            char number[16];
            snprintf(number, sizeof number, "%u", symbol);
            struct text line = {NULL, 0};
            add_text(&line, number, strlen(number));
            add_text(&line, words[symbol].bytes, words[symbol].length);
            write_bytes(out, line.bytes);
            free(line.bytes);
        }
        free(words[symbol].bytes);
    }
    free(words);
}

static void write_set(const char *name, const char *words, FILE *out) {
    struct text text = {NULL, 0};
    char *symbols = symbols_of(words);
    add_text(&text, "s ", 2);
    add_text(&text, name, strlen(name));
    add_text(&text, " ", 1);
    add_text(&text, symbols, strlen(symbols));
    write_bytes(out, text.bytes);
    free(symbols);
    free(text.bytes);
}

void write_rule_texts(FILE *out) {
    note_samples();
    fputs("/* Generated from lib/table/rules by the table compiler (lib/gen). */\n"
          "static const unsigned char rule_texts[] = {\n", out);
    for (size_t i = 0; i < real_rule_count; i++) {
        fprintf(out, "%u,%u,\n", (unsigned)(rules[i].id >> 8), (unsigned)(rules[i].id & 255));
        write_rule(out, &rules[i]);
        fputs("0,\n", out);
    }
    fputs("0,0,0};\nstatic const unsigned char rule_words[] = {\n", out);
    for_sets(write_set, out);
    write_words(out);
    fputs("0};\n", out);
}
