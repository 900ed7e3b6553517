/* Reads what bench_corpus.py and bench_export.py have written, and makes longer texts of it. */
#define _POSIX_C_SOURCE 200809L

#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONG_TEXTS = 8 };

void *bench_memory(size_t count, size_t size) {
    void *memory = calloc(count + 1, size);
    if (memory == NULL) {
        fputs("bench: there is not enough memory\n", stderr);
        exit(1);
    }
    return memory;
}

static FILE *open_file(const char *path) {
    FILE *in = fopen(path, "r");
    if (in == NULL) {
        fprintf(stderr, "bench: %s: %s; make bench writes it\n", path, strerror(errno));
        exit(1);
    }
    return in;
}

static size_t count_lines(FILE *in) {
    size_t count = 0;
    for (int c = getc(in); c != EOF; c = getc(in)) {
        count += c == '\n';
    }
    rewind(in);
    return count;
}

static void start_corpus(struct bench_corpus *corpus, size_t count, size_t room) {
    corpus->count = corpus->bytes = 0;
    corpus->data = bench_memory(room, 1);
    corpus->padded = bench_memory(room + 2 * count, 1);
    corpus->offsets = bench_memory(count + 1, sizeof *corpus->offsets);
    corpus->replies = bench_memory(count, sizeof *corpus->replies);
    corpus->verdicts = bench_memory(count, sizeof *corpus->verdicts);
    corpus->advices = bench_memory(count, sizeof *corpus->advices);
}

static void add_text(struct bench_corpus *corpus, const char *text, size_t length) {
    char *padded = corpus->padded + corpus->bytes + 2 * corpus->count;
    memcpy(corpus->data + corpus->bytes, text, length);
    padded[0] = ' ';
    memcpy(padded + 1, text, length);
    padded[length + 1] = ' ';
    corpus->bytes += length;
    corpus->offsets[++corpus->count] = (int32_t)corpus->bytes;
}

void bench_free(struct bench_corpus *corpus) {
    free(corpus->data);
    free(corpus->padded);
    free(corpus->offsets);
    free(corpus->replies);
    free(corpus->verdicts);
    free(corpus->advices);
}

/* Turns the escapes in a line of the corpus back, in place. Returns the length. */
static size_t unescape(char *line, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        int escaped = line[i] == '\\' && i + 1 < length;
        char c = line[i += (size_t)escaped];
        line[count++] = !escaped || c == '\\' ? c : c == 'r' ? '\r' : '\n';
    }
    return count;
}

void bench_read_corpus(const char *path, struct bench_corpus *corpus) {
    FILE *in = open_file(path);
    char *line = NULL;
    size_t room = 0;
    fseek(in, 0, SEEK_END);
    long size = ftell(in);
    rewind(in);
    start_corpus(corpus, count_lines(in), size < 0 ? 0 : (size_t)size);
    for (ssize_t length; (length = getline(&line, &room, in)) > 0;) {
        add_text(corpus, line, unescape(line, (size_t)length - (line[length - 1] == '\n')));
    }
    free(line);
    fclose(in);
}

static void read_expression(struct bench_expressions *expressions, char *line, const char *path) {
    char *fields[4] = {line};
    for (size_t i = 1; i < 4; i++) {
        char *tab = strchr(fields[i - 1], '\t');
        if (tab == NULL) {
            fprintf(stderr, "bench: %s:%zu: a line has a kind, a border, a rule and an expression, with tabs between\n", path,
                    expressions->count + 1);
            exit(1);
        }
        *tab = '\0';
        fields[i] = tab + 1;
    }
    size_t i = expressions->count++;
    expressions->phrases += strcmp(fields[0], "phrase") == 0;
    expressions->borders[i] = fields[1][0] == '1';
    expressions->rules[i] = (uint32_t)strtoul(fields[2], NULL, 10);
    size_t length = strlen(fields[3]);
    expressions->bytes += length;
    expressions->texts[i] = bench_memory(length, 1);
    memcpy(expressions->texts[i], fields[3], length);
}

void bench_read_expressions(const char *path, struct bench_expressions *expressions) {
    FILE *in = open_file(path);
    char *line = NULL;
    size_t room = 0, count = count_lines(in);
    *expressions = (struct bench_expressions){0};
    expressions->texts = bench_memory(count, sizeof *expressions->texts);
    expressions->borders = bench_memory(count, sizeof *expressions->borders);
    expressions->rules = bench_memory(count, sizeof *expressions->rules);
    for (ssize_t length; (length = getline(&line, &room, in)) > 0;) {
        line[length - (line[length - 1] == '\n')] = '\0';
        read_expression(expressions, line, path);
    }
    free(line);
    fclose(in);
}

void bench_select(const struct bench_corpus *from, const unsigned char *wanted, unsigned char value, struct bench_corpus *to) {
    start_corpus(to, from->count, from->bytes);
    for (size_t i = 0; i < from->count; i++) {
        if (wanted[i] == value) {
            add_text(to, from->data + from->offsets[i], (size_t)(from->offsets[i + 1] - from->offsets[i]));
        }
    }
}

/* Whether the library takes the whole text for one reply: else its cost would not be that of its length. */
static void check_whole(const char *text, size_t length) {
    smtp5xx_reply reply;
    smtp5xx_parse(text, length, NULL, &reply, sizeof reply);
    if (reply.code != 550 || reply.said.length + 4 < length) {
        fprintf(stderr, "bench: of a text of %zu bytes the library reads %u: bench_data.c must make it one reply\n", length,
                (unsigned)reply.said.length);
        exit(1);
    }
}

static void add_long(struct bench_corpus *to, char *text, size_t length) {
    for (size_t i = length - 2; i < length; i++) {
        text[i] = 'x'; /* No half line break at the end. */
    }
    check_whole(text, length);
    add_text(to, text, length);
}

/* Appends "550-", words and a line break, so much of them as there is room for. Returns the new length. */
static size_t add_line(char *text, size_t at, size_t length, const char *words, size_t size) {
    const char *pieces[] = {"550-", words, "\r\n"};
    size_t sizes[] = {4, size, 2};
    for (size_t i = 0; i < 3; i++) {
        size_t room = length - at, count = sizes[i] < room ? sizes[i] : room;
        memcpy(text + at, pieces[i], count);
        at += count;
    }
    return at;
}

void bench_make_long(const struct bench_corpus *from, size_t length, struct bench_corpus *to) {
    char *text = bench_memory(length, 1);
    size_t next = 0;
    start_corpus(to, LONG_TEXTS, LONG_TEXTS * length);
    for (size_t i = 0; i < LONG_TEXTS; i++) {
        for (size_t at = 0; at < length; next = (next + 1) % from->count) {
            smtp5xx_reply reply;
            const char *words = from->data + from->offsets[next];
            smtp5xx_parse(words, (size_t)(from->offsets[next + 1] - from->offsets[next]), NULL, &reply, sizeof reply);
            at = add_line(text, at, length, words + reply.text.offset, reply.text.length);
        }
        add_long(to, text, length);
    }
    free(text);
}

void bench_make_words(size_t length, struct bench_corpus *to) {
    static const char *const words[] = {"user ",   "mailbox ",  "not ",     "message ", "recipient ", "reject ", "unknown ",
                                        "address ", "policy ", "block ", "mail ",    "from ",      "send ",   "domain ",
                                        "limit ",  "to "};
    char *text = bench_memory(length, 1), line[80];
    uint32_t random = 5321;
    start_corpus(to, LONG_TEXTS, LONG_TEXTS * length);
    for (size_t i = 0; i < LONG_TEXTS; i++) {
        for (size_t at = 0; at < length;) {
            size_t size = 0;
            while (size + 12 < sizeof line) {
                random = random * 1664525 + 1013904223;
                const char *word = words[random >> 28];
                memcpy(line + size, word, strlen(word));
                size += strlen(word);
            }
            at = add_line(text, at, length, line, size);
        }
        add_long(to, text, length);
    }
    free(text);
}
