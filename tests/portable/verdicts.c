/*
 * Prints what the library says, for comparing two libraries or two machines: verdicts [--all] < REPLIES
 *
 * Each line of standard input is a reply, in which \n stands for a line break. For each goes to standard output what
 * `smtp5xx classify | cut -f 1-7` prints, by functions of version 0.1 alone, so that this program runs with every library. With
 * --all, for which it is compiled with VERDICTS_ALL, everything follows that the library knows of the reply, as numbers, and in
 * the end a sum over all tables.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "smtp5xx.h"
#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

enum { LINE_SIZE = 1 << 17, BAD_INPUT = 2 };

struct found {
    smtp5xx_reply reply;
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;
};

#ifdef VERDICTS_ALL
static void print_number(uint32_t number) {
    printf("\t%lu", (unsigned long)number);
}
#include "fields.h"

/* FNV-1a, which is enough to see that two tables differ. */
static uint32_t sum(uint32_t so_far, const char *text) {
    for (; *text != '\0'; text++) {
        so_far = (so_far ^ (unsigned char)*text) * 16777619u;
    }
    return so_far * 16777619u;
}

static void print_tables(void) {
    for (uint32_t table = 1; smtp5xx_table_name(table)[0] != '\0'; table++) {
        uint32_t value = 2166136261u, count = smtp5xx_table_count(table);
        for (uint32_t row = 0; row < count; row++) {
            uint32_t id = smtp5xx_table_id(table, row);
            value = (value ^ id) * 16777619u;
            for (uint32_t field = 1; smtp5xx_field_name(field)[0] != '\0'; field++) {
                value = sum(value, smtp5xx_table_text(table, id, field));
                value = (value ^ smtp5xx_table_number(table, id, field)) * 16777619u;
            }
        }
        printf("table %s: %lu rows, %08lx\n", smtp5xx_table_name(table), (unsigned long)count, (unsigned long)value);
    }
}

/* Any bytes on one line. */
static void print_bytes(const char *text, size_t length) {
    putchar('\t');
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte < ' ' || byte > '~' || byte == '\\') {
            printf("\\x%02x", byte);
        } else {
            putchar(byte);
        }
    }
}

static void print_all(const char *text, size_t length, const struct found *found) {
    static smtp5xx_hit hits[SMTP5XX_HITS_MAX];
    static char redacted[LINE_SIZE];
    smtp5xx_span piece = {0, 0};
    int count, size;
    print_reply(&found->reply);
    print_verdict(&found->verdict);
    print_advice(&found->advice);
    count = smtp5xx_hits(text, length, &found->reply, NULL, hits, SMTP5XX_HITS_MAX, sizeof hits[0]);
    printf("\thits %d", count);
    for (int i = 0; i < count && i < SMTP5XX_HITS_MAX; i++) {
        print_hit(&hits[i]);
    }
    while (smtp5xx_next_text(text, length, &found->reply, &piece) == 1) {
        print_bytes(text + piece.offset, piece.length);
    }
    size = smtp5xx_redact(text, length, redacted, sizeof redacted);
    printf("\tredacted %d", size);
    print_bytes(redacted, size < 0 ? 0 : strlen(redacted));
}
#else
static void print_tables(void) {}
static void print_all(const char *text, size_t length, const struct found *found) {
    (void)text;
    (void)length;
    (void)found;
}
#endif

static void print_judged(const char *text, size_t length, int all) {
    struct found found;
    const smtp5xx_verdict *v = &found.verdict;
    char code[8] = "-", status[24] = "-";
    const char *rule;
    int error = smtp5xx_diagnose(text, length, NULL, NULL, &found.reply, sizeof found.reply, &found.verdict,
                                 sizeof found.verdict, &found.advice, sizeof found.advice);
    if (error != SMTP5XX_OK) {
        printf("error %d\n", error);
        return;
    }
    if (v->code != 0) {
        snprintf(code, sizeof code, "%u", v->code);
    }
    if (v->enhanced_class != 0) {
        snprintf(status, sizeof status, "%u.%u.%u", v->enhanced_class, v->enhanced_subject, v->enhanced_detail);
    }
    rule = smtp5xx_rule_name(v->rule);
    printf("%s\t%s\t%u\t%s\t%s\t%s\t%s", smtp5xx_reason_name(v->reason), smtp5xx_action_name(found.advice.action), v->confidence,
           code, status, smtp5xx_basis_name(v->basis), rule[0] == '\0' ? "-" : rule);
    if (all) {
        print_all(text, length, &found);
    }
    putchar('\n');
}

/* Makes line breaks of \n, in place. Returns the length. */
static size_t unescape(char *line) {
    char *to = line;
    for (const char *from = line; *from != '\0'; from++) {
        int line_break = from[0] == '\\' && from[1] == 'n';
        *to++ = line_break ? '\n' : *from;
        from += line_break;
    }
    return (size_t)(to - line);
}

int main(int count, char **options) {
    static char line[LINE_SIZE];
    int all = count == 2 && strcmp(options[1], "--all") == 0;
#ifndef VERDICTS_ALL
    if (all) {
        fputs("verdicts: compiled without --all\n", stderr);
        return BAD_INPUT;
    }
#endif
    if (count > 2 || (count == 2 && !all)) {
        fputs("usage: verdicts [--all] < REPLIES\n", stderr);
        return BAD_INPUT;
    }
#ifdef _WIN32
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
#endif
    for (unsigned long number = 1; fgets(line, sizeof line, stdin) != NULL; number++) {
        size_t length = strlen(line);
        if (length == 0 || line[length - 1] != '\n') {
            fprintf(stderr, "verdicts: line %lu is too long, has a NUL byte, or does not end\n", number);
            return BAD_INPUT;
        }
        line[length - 1] = '\0';
        length = unescape(line);
        print_judged(line, length, all);
    }
    if (all) {
        print_tables();
    }
    return ferror(stdin) || fflush(stdout) != 0 ? BAD_INPUT : 0;
}
