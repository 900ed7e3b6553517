/*
 * Judges the replies of tests/corpus: corpus FILE ...
 *
 * A line is REASON<TAB>REPLY; a \n in the reply is a line break; lines that begin with # are comments. For each reply goes to
 * standard output what tests/corpus.golden keeps, and to standard error what is not as the line says. The exit status is 0 if
 * all replies have their reasons, 1 if not, 2 if a file is no corpus.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "smtp5xx.h"

enum { LINE_SIZE = 8192, SHOWN = 160, ALL_RIGHT = 0, SOME_WRONG = 1, NO_CORPUS = 2 };

/* Where we are, for messages and for the golden file, which holds no folders. */
struct place {
    const char *path;
    unsigned line;
};

static const char *name_of_file(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static int complain(const struct place *at, const char *what, const char *text)
{
    fprintf(stderr, "%s:%u: %s: %.*s\n", at->path, at->line, what, SHOWN, text);
    return NO_CORPUS;
}

/* Makes line breaks of \n. Returns the length. */
static size_t unescape(const char *from, char *to)
{
    size_t length = 0;

    for (; *from; from++) {
        int line_break = from[0] == '\\' && from[1] == 'n';

        to[length++] = line_break ? '\n' : *from;
        from += line_break;
    }
    return length;
}

/* A redacted reply has the reason of the reply itself: what a verdict rests on stays. */
static int judge_redacted(const struct place *at, const char *reply, size_t length, const smtp5xx_verdict *verdict)
{
    static char redacted[4 * LINE_SIZE];
    smtp5xx_verdict other;
    int needed = smtp5xx_redact(reply, length, redacted, sizeof(redacted));

    if (needed < 0 || (size_t)needed >= sizeof(redacted)) {
        return complain(at, "cannot be redacted", reply);
    }
    smtp5xx_diagnose(redacted, (size_t)needed, NULL, NULL, NULL, 0, &other, sizeof(other), NULL, 0);
    if (other.reason == verdict->reason) {
        return ALL_RIGHT;
    }
    fprintf(stderr, "%s:%u: %s, but redacted it is %s: %.*s\n", at->path, at->line, smtp5xx_reason_name(verdict->reason),
            smtp5xx_reason_name(other.reason), SHOWN, redacted);
    return SOME_WRONG;
}

/* Judges one reply and prints its line of the golden file. */
static int judge(const struct place *at, uint32_t expected, const char *line)
{
    static char reply[LINE_SIZE];
    size_t length = unescape(line, reply);
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;
    int error = smtp5xx_diagnose(reply, length, NULL, NULL, NULL, 0, &verdict, sizeof(verdict), &advice, sizeof(advice));

    if (error != SMTP5XX_OK) {
        return complain(at, smtp5xx_error_name(error), line);
    }
    printf("%s:%u %s %s %u %s\n", name_of_file(at->path), at->line, smtp5xx_reason_name(verdict.reason),
           smtp5xx_action_name(advice.action), verdict.confidence,
           verdict.rule == 0 ? "-" : smtp5xx_rule_name(verdict.rule));
    if (verdict.reason == expected) {
        return judge_redacted(at, reply, length, &verdict);
    }
    fprintf(stderr, "%s:%u: expected %s, is %s by %s: %.*s\n", at->path, at->line, smtp5xx_reason_name(expected),
            smtp5xx_reason_name(verdict.reason), smtp5xx_rule_name(verdict.rule), SHOWN, line);
    return SOME_WRONG;
}

static int judge_line(const struct place *at, char *line)
{
    size_t length = strlen(line);
    char *tab = strchr(line, '\t');
    uint32_t expected;

    if (length == 0 || line[length - 1] != '\n') {
        return complain(at, "the line is too long, has a NUL byte, or does not end", line);
    }
    line[length - 1] = '\0';
    if (line[0] == '#') {
        return ALL_RIGHT;
    }
    if (!tab || tab[1] == '\0') {
        return complain(at, "write REASON<TAB>REPLY", line);
    }
    if (!smtp5xx_table_find(SMTP5XX_TABLE_REASONS, line, (size_t)(tab - line), &expected)) {
        return complain(at, "there is no such reason (smtp5xx table reasons lists them)", line);
    }
    return judge(at, expected, tab + 1);
}

static int judge_file(const char *path)
{
    static char line[LINE_SIZE];
    struct place at = {path, 0};
    FILE *in = fopen(path, "r");
    int worst = ALL_RIGHT;

    if (!in) {
        return complain(&at, "cannot read", strerror(errno));
    }
    while (fgets(line, sizeof(line), in)) {
        int status;

        at.line++;
        status = judge_line(&at, line);
        worst = status > worst ? status : worst;
    }
    fclose(in);
    return worst;
}

int main(int count, char **paths)
{
    int worst = ALL_RIGHT;

    if (count < 2) {
        fputs("usage: corpus FILE ...\n", stderr);
        return NO_CORPUS;
    }
    for (int i = 1; i < count; i++) {
        int status = judge_file(paths[i]);

        worst = status > worst ? status : worst;
    }
    return fflush(stdout) == 0 ? worst : NO_CORPUS;
}
