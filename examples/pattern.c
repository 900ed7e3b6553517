/*
 * A phrase of the rules -> a regular expression that holds for the same words.
 *
 * Each word becomes all spellings of all words that count as it; between two words stands what the library passes over there:
 * punctuation, fillers, numbers, ids, addresses and hosts. Every piece of an expression is written with what parts it from the
 * next one (PART), so that what is optional can be left out together with that.
 *
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L
#include "export.h"

#include <stdlib.h>
#include <string.h>

/* Letters and digits. To PCRE a byte beyond ASCII is a letter, as in nearly all words that have one; told of UTF-8, it would take
 * minutes to compile all expressions. To the others it is none, since an engine without backtracking pays for each range. */
#define ALL_LETTERS "a-z0-9\\x80-\\xff"
#define TIGHT "[a-z0-9_=+-]" /* of names of hosts, and of addresses */

/* Marks in an expression that is not finished: what is between words, any word, and where a spelling may have a joiner. */
enum { PART = 2, WORD = 3, JOINER = 1 };

/* What a phrase is made of decides on what may be passed over in it. */
enum { HAS_DIGITS = 1, HAS_CJK = 2 };

struct word {
    const char *spellings; /* with blanks between */
    char *text;      /* their expression, made when it is asked for */
    unsigned has;    /* HAS_* */
};

struct set {
    const char *name, *phrase;
    size_t length; /* of the name */
};

static struct {
    enum engine engine;
    struct word *words;
    struct set *sets;
    size_t word_count, set_count;
} own;

static void *must_have(void *memory) {
    if (memory == NULL) {
        complain("out of memory: close other programs");
        exit(EXIT_IO);
    }
    return memory;
}

/* A text that is written like a file. */
struct writer {
    FILE *out;
    char *text;
    size_t length;
};

static FILE *start_text(struct writer *writer) {
    return writer->out = must_have(open_memstream(&writer->text, &writer->length));
}

static char *end_text(struct writer *writer) {
    must_have(fclose(writer->out) == 0 ? writer->text : NULL);
    return writer->text;
}

/* Spellings */

static size_t size_of(const char *text) {
    size_t length = *text == JOINER ? 1 : utf8_length(text, strlen(text));
    return length > 0 ? length : 1;
}

static int is_cjk(const char *text) {
    unsigned char first = (unsigned char)text[0], second = first == 0 ? 0 : (unsigned char)text[1];
    return (first == 0xE2 && second >= 0xBA) || (first >= 0xE3 && first <= 0xE9) || (first == 0xEA && second >= 0xB0) ||
           first == 0xEB || first == 0xEC || (first == 0xED && second < 0x9E) || first >= 0xF0;
}

void write_literal(FILE *out, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        int escape = strchr(".\\+*?()|[]{}^$", text[i]) != NULL || (text[i] == '/' && own.engine == ENGINE_PCRE);
        fprintf(out, text[i] == ',' ? "." : escape ? "\\%c" : "%c", text[i]);
    }
}

static const char *joiner(void) {
    return own.engine == ENGINE_PCRE ? "(?:[-_'.\\/:=@+#]|\xE2\x80\x99)?" : "[-_'./:=@+#]?";
}

/* The expression of texts, sorted, that are the same up to `at`: what several begin with is written once. */
static void write_tree(FILE *out, char **texts, size_t count, size_t at) {
    int ends = texts[0][at] == '\0', brackets;
    size_t first = (size_t)ends, choices = 0;
    for (size_t i = first; i < count; i++) {
        size_t size = size_of(texts[i] + at);
        choices += i == first || strncmp(texts[i] + at, texts[i - 1] + at, size) != 0;
    }
    int single = choices == 1 && texts[count - 1][at] != JOINER && texts[count - 1][at + size_of(texts[count - 1] + at)] == '\0';
    brackets = choices > 1 || (ends && choices > 0 && !single);
    fputs(brackets ? "(?:" : "", out);
    for (size_t i = first, end; i < count; i = end) {
        size_t size = size_of(texts[i] + at);
        for (end = i + 1; end < count && strncmp(texts[i] + at, texts[end] + at, size) == 0; end++) {
        }
        fputs(i > first ? "|" : "", out);
        if (texts[i][at] == JOINER) {
            fputs(joiner(), out);
        } else {
            write_literal(out, texts[i] + at, size);
        }
        write_tree(out, texts + i, end - i, at + size);
    }
    fputs(brackets ? ")" : "", out);
    fputs(ends && choices > 0 ? "?" : "", out);
}

static int is_alnum(char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c & 0x80) != 0;
}

static int is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* A spelling in small letters, with marks where a joiner stands or may stand: SC-001 and SC001 are the same. */
static char *mark_joiners(const char *written, size_t length) {
    char *text = must_have(malloc(2 * length + 1));
    size_t used = 0;
    for (; length > 0 && !is_alnum(written[length - 1]); length--) {
    }
    for (; length > 0 && !is_alnum(*written); length--) {
        written++;
    }
    for (size_t i = 0; i < length; i++) {
        char c = (char)(written[i] >= 'A' && written[i] <= 'Z' ? written[i] + ('a' - 'A') : written[i]);
        if (i > 0 && is_digit(c) && used == i && text[used - 1] >= 'a' && text[used - 1] <= 'z') {
            text[used++] = JOINER;
        }
        text[used++] = (char)(is_alnum(c) ? c : JOINER);
    }
    text[used] = '\0';
    return text;
}

/* Whether the text is another one without its joiners. */
static int is_joined(const char *text, const char *other) {
    int any = 0;
    for (; *other != '\0'; other++) {
        if (*other == JOINER) {
            any = 1;
        } else if (*text++ != *other) {
            return 0;
        }
    }
    return *text == '\0' && any;
}

static int compare(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The expression of spellings with blanks between. */
static char *write_spellings(const char *spellings) {
    struct writer writer;
    char **texts = must_have(calloc(strlen(spellings) / 2 + 1, sizeof *texts));
    size_t count = 0, kept = 0;
    for (const char *at = spellings + strspn(spellings, " "); *at != '\0'; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        texts[count++] = mark_joiners(at, length);
        at += length;
    }
    qsort(texts, count, sizeof *texts, compare);
    for (size_t i = 0; i < count; i++) {
        int needed = kept == 0 || strcmp(texts[kept - 1], texts[i]) != 0;
        for (size_t other = 0; other < count && needed; other++) {
            needed = !is_joined(texts[i], texts[other]);
        }
        if (needed) {
            char *before = texts[kept];
            texts[kept++] = texts[i];
            texts[i] = before;
        }
    }
    start_text(&writer);
    if (kept > 0) { /* A word that the table does not have is no text. */
        write_tree(writer.out, texts, kept, 0);
    }
    for (size_t i = 0; i < count; i++) {
        free(texts[i]);
    }
    free(texts);
    return end_text(&writer);
}

static struct word *word_of(unsigned long symbol) {
    static struct word none;
    struct word *word = symbol < own.word_count ? &own.words[symbol] : &none;
    if (word->text == NULL) {
        word->text = write_spellings(word->spellings == NULL ? "" : word->spellings);
        for (const char *at = word->spellings; at != NULL && *at != '\0'; at++) {
            word->has |= is_digit(*at) ? (unsigned)HAS_DIGITS : is_cjk(at) ? (unsigned)HAS_CJK : 0;
        }
    }
    return word;
}

/* Phrases */

struct piece {
    char *text;
    unsigned least, most; /* words */
};

struct reader {
    const char *at;
    unsigned has; /* HAS_* */
};

static struct piece read_choice(struct reader *reader);

/* A class, which PCRE takes as a whole or not at all. */
static void write_class(FILE *out, const char *name) {
    static const struct {
        const char *name, *text;
    } classes[] = {{"<address>", "[a-z0-9._%+=-]+@[a-z0-9.-]+"},
                   {"<ip>", "[0-9a-f]*[.:][0-9a-f.:]+"},
                   {"<host>", "[a-z0-9-]+(?:\\.[a-z0-9-]+)+"},
                   {"<url>", "[a-z0-9.-]+[:\\x2f][!-~]+"},
                   {"<number>", "[0-9]+"},
                   {"<id>", "[a-z]*[0-9][a-z0-9]*"}};
    size_t i = 0;
    while (i + 1 < sizeof classes / sizeof classes[0] && strncmp(classes[i].name, name, strlen(classes[i].name)) != 0) {
        i++;
    }
    fprintf(out, own.engine == ENGINE_PCRE ? "(?>%s)" : "(?:%s)", classes[i].text);
}

static struct piece read_set(struct reader *reader) {
    const char *name = reader->at + 1;
    size_t length = strcspn(name, "}"), i = 0;
    reader->at = name + length + 1;
    while (i + 1 < own.set_count && (own.sets[i].length != length || memcmp(own.sets[i].name, name, length) != 0)) {
        i++;
    }
    struct reader inner = {own.sets[i].phrase, 0};
    struct piece piece = read_choice(&inner);
    reader->has |= inner.has;
    return piece;
}

static void write_gap(FILE *out, unsigned words) {
    for (unsigned i = 0; i < words; i++) {
        fprintf(out, "(?:%c%c", WORD, PART);
    }
    for (unsigned i = 0; i < words; i++) {
        fputs(")?", out);
    }
}

/* Writes the item that begins here, and moves behind it. */
static void read_item(struct reader *reader, FILE *out, struct piece *sum) {
    struct piece piece = {NULL, 0, 0};
    char c = *reader->at;
    if (c == '(' || c == '[') {
        reader->at++;
        piece = read_choice(reader);
        reader->at++;
        size_t length = strlen(piece.text);
        if (c == '[' && length > 0) {
            fprintf(out, "(?:%s)?", piece.text);
            piece.least = 0;
        } else {
            fputs(piece.text, out);
        }
    } else if (c == '{') {
        piece = read_set(reader);
        fputs(piece.text, out);
    } else if (c == '~') {
        write_gap(out, (unsigned)(reader->at[1] - '0'));
        reader->at += 2;
    } else if (c == '<') {
        write_class(out, reader->at);
        fputc(PART, out);
        reader->at += strcspn(reader->at, " ");
    } else {
        char *end;
        const struct word *word = word_of(strtoul(reader->at, &end, 10));
        fprintf(out, "%s%c", word->text, PART);
        reader->has |= word->has;
        reader->at = end;
        piece.least = piece.most = 1;
    }
    sum->least += piece.least;
    sum->most += piece.most;
    free(piece.text);
}

static struct piece read_sequence(struct reader *reader) {
    struct writer writer;
    struct piece sum = {NULL, 0, 0};
    start_text(&writer);
    for (;;) {
        reader->at += strspn(reader->at, " ");
        if (strchr("|)]", *reader->at) != NULL) { /* Or the end: strchr() finds that too. */
            break;
        }
        read_item(reader, writer.out, &sum);
    }
    sum.text = end_text(&writer);
    return sum;
}

static int ends_with_part(const char *text) {
    size_t length = strlen(text);
    return length > 0 && text[length - 1] == PART;
}

/* Joins alternatives, what parts them from the next word written once. */
static char *join(char **choices, size_t count) {
    struct writer writer;
    int empty = 0, parted = 1;
    size_t written = 0;
    for (size_t i = 0; i < count; i++) {
        empty |= choices[i][0] == '\0';
        parted &= choices[i][0] == '\0' || ends_with_part(choices[i]);
    }
    start_text(&writer);
    fputs(empty ? "(?:(?:" : "(?:", writer.out);
    for (size_t i = 0; i < count; i++) {
        int length = (int)strlen(choices[i]) - parted;
        if (length > 0) {
            fprintf(writer.out, "%s%.*s", written++ > 0 ? "|" : "", length, choices[i]);
        }
    }
    fputs(")", writer.out);
    if (parted) {
        fputc(PART, writer.out);
    }
    fputs(empty ? ")?" : "", writer.out);
    char *text = end_text(&writer);
    if (written == 0) {
        text[0] = '\0';
    }
    return text;
}

static struct piece read_choice(struct reader *reader) {
    struct piece sum = {NULL, ~0U, 0};
    char **choices = NULL;
    size_t count = 0;
    for (;; reader->at++) {
        struct piece piece = read_sequence(reader);
        choices = must_have(realloc(choices, (count + 1) * sizeof *choices));
        choices[count++] = piece.text;
        sum.least = piece.least < sum.least ? piece.least : sum.least;
        sum.most = piece.most > sum.most ? piece.most : sum.most;
        if (*reader->at != '|') {
            break;
        }
    }
    sum.text = count == 1 ? choices[0] : join(choices, count);
    for (size_t i = 0; i < count && count > 1; i++) {
        free(choices[i]);
    }
    free(choices);
    return sum;
}

/* Expressions */

/* One character that is no letter. */
static const char *mark(void) {
    return own.engine == ENGINE_PCRE ? "[^" ALL_LETTERS "]" : "[ -/:-@\\[-`{-~]";
}

/* What is passed over between two words: punctuation, fillers, numbers and ids, addresses and hosts. Words of up to four
 * letters stand for the fillers, since all of them in each place would make expressions of many megabytes; those that begin
 * with "no" turn a meaning. No word of a gap is one that is passed over, so that there is only one way to take a text; and
 * PCRE, which gives up when it has tried too much, passes over 15 at most. */
static void write_skipped(FILE *out, unsigned has) {
    fprintf(out, "%s+(?:", mark());
    if (own.engine == ENGINE_PCRE) {
        fputs("(?>https?:\\/\\/[!-~]+|[a-z0-9]" TIGHT "*(?:[.@][a-z0-9]" TIGHT "*)+(?:\\/[!-~]*)?|", out);
    }
    fprintf(out, "(?:[a-mo-z][a-z]?[a-z]?[a-z]?|n(?:[a-mp-z][a-z]?[a-z]?)?%s)%s%s+)%s|$",
            has & HAS_DIGITS ? "" : "|[a-z]*[0-9][a-z0-9]*",
            own.engine == ENGINE_PCRE ? "(?!:\\/\\/|[-._+=@][a-z0-9]))" : "", mark(),
            own.engine == ENGINE_PCRE ? "{0,15}" : "*");
}

/* What an expression for PCRE refers to: what is between two words. */
static char part_name(unsigned has) {
    return has & HAS_CJK ? '\0' : has & HAS_DIGITS ? 'd' : 's';
}

void write_pattern_part(FILE *out, char name) {
    fprintf(out, "(?<%c>", name);
    write_skipped(out, name == 'd' ? HAS_DIGITS : 0);
    fputs(")", out);
}

static void write_part(FILE *out, unsigned has) {
    if (has & HAS_CJK) { /* Nothing has to stand there; and their punctuation is no letter. */
        fputs(own.engine == ENGINE_PCRE ? "(?:[^" ALL_LETTERS "]|\\xe3\\x80[\\x80-\\xbf]|\\xef\\xbc[\\x80-\\xbf])*"
                                        : "(?:[!-/:-@ ]|[\xE3\x80\x80-\xE3\x80\xBF\xEF\xBC\x80-\xEF\xBC\x8F])*", out);
    } else if (own.engine == ENGINE_PCRE) {
        fprintf(out, "(?&%c)", part_name(has));
    } else {
        fputs("(?:", out);
        write_skipped(out, has);
        fputs(")", out);
    }
}

static const char *gap_word(unsigned has) {
    if (own.engine == ENGINE_PCRE) {
        return has & HAS_CJK ? "(?:[a-z0-9]+|[\\xe0-\\xef][\\x80-\\xbf][\\x80-\\xbf])" : "(?>[a-z][a-z][a-z][a-z][a-z]+|no[a-z]*|[a-z]*[\\x80-\\xff]+[" ALL_LETTERS "]*)(?!:\\/\\/|[.@][a-z0-9])";
    }
    return has & HAS_CJK ? "(?:[a-z0-9]+|[^ -~])" : "(?:[a-z][a-z][a-z][a-z][a-z]+|no[a-z]*)";
}

/* Where a word begins, or ends. */
static void write_border(FILE *out, int at_end) {
    if (own.engine == ENGINE_PCRE) {
        fputs(at_end ? "(?![" ALL_LETTERS "])" : "(?<![" ALL_LETTERS "])", out);
    } else {
        fprintf(out, at_end ? "(?:%s|$)" : "(?:^|%s)", mark());
    }
}

struct pattern pattern_of_phrase(const char *phrase) {
    struct reader reader = {phrase, 0};
    struct piece piece = read_choice(&reader);
    struct writer writer;
    size_t length = strlen(piece.text);
    int parted = ends_with_part(piece.text), cjk = (reader.has & HAS_CJK) != 0;
    start_text(&writer);
    if (!cjk) {
        write_border(writer.out, 0);
    }
    for (size_t i = 0; i + (size_t)parted < length; i++) {
        if (piece.text[i] == PART) {
            write_part(writer.out, reader.has);
        } else if (piece.text[i] == WORD) {
            fputs(gap_word(reader.has), writer.out);
        } else {
            fputc(piece.text[i], writer.out);
        }
    }
    if (parted && !cjk) {
        write_border(writer.out, 1);
    }
    free(piece.text);
    return (struct pattern){end_text(&writer), piece.least + piece.most, part_name(reader.has)};
}

struct pattern pattern_of_url(const char *host, const char *path) {
    struct writer writer;
    start_text(&writer);
    write_border(writer.out, 0);
    write_literal(writer.out, host, strlen(host));
    if (path[0] != '\0') {
        fputs("[!-~]*", writer.out);
        write_literal(writer.out, path, strlen(path));
    } else {
        write_border(writer.out, 1);
    }
    return (struct pattern){end_text(&writer), 4, '\0'};
}

/* Words */

static void keep_word(const char *line) {
    char *end;
    size_t symbol = strtoul(line, &end, 10);
    while (symbol >= own.word_count) {
        own.words = must_have(realloc(own.words, (own.word_count + 1) * sizeof *own.words));
        own.words[own.word_count++] = (struct word){NULL, NULL, 0};
    }
    own.words[symbol].spellings = end;
}

static void keep_set(const char *line) {
    size_t length = strcspn(line, " ");
    own.sets = must_have(realloc(own.sets, (own.set_count + 1) * sizeof *own.sets));
    own.sets[own.set_count++] = (struct set){line, line + length, length};
}

void start_patterns(enum engine engine) {
    memset(&own, 0, sizeof own);
    own.engine = engine;
    for (const char *at = first_rule_word(); *at != '\0'; at += strlen(at) + 1) {
        if (at[0] == 'w') {
            keep_word(at + 2);
        } else if (at[0] == 's') {
            keep_set(at + 2);
        }
    }
}

void end_patterns(void) {
    for (size_t i = 0; i < own.word_count; i++) {
        free(own.words[i].text);
    }
    free(own.words);
    free(own.sets);
    memset(&own, 0, sizeof own);
}
