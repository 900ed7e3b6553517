/* The rules in the forms of other programs. SPDX-License-Identifier: MIT */
#ifndef EXPORT_H
#define EXPORT_H

#include "app.h"

/* How an engine for regular expressions wants them written. */
enum engine {
    ENGINE_PCRE, /* PCRE2 with UTF: Postfix */
    ENGINE_PLAIN /* any other one: without assertions, groups that keep what they took, and commas */
};

/* pattern.c: a phrase as a regular expression, which holds for the same words as the phrase. */
struct pattern {
    char *text;      /* of the expression; the caller frees it */
    unsigned weight; /* twice the words that it holds for, of the least and the most the mean */
    char part;       /* for PCRE: the part to which it refers, which has to stand before it; 0: none */
};
/* Reads the words and sets; to be called first, and end_patterns() last. */
void start_patterns(enum engine engine);
void end_patterns(void);
/* Of a phrase in the form of TEXT_EXPORT. */
struct pattern pattern_of_phrase(const char *phrase);
/* Of a host name, or a URL at this host or below it that holds the path. */
struct pattern pattern_of_url(const char *host, const char *path);

/* entries.c: what an engine has to try, one entry after the other, until one holds. */
enum { CONDITIONS_MAX = 16 };
/* X.SUBJECT.FIRST to X.SUBJECT.LAST */
struct status {
    unsigned subject, first, last;
};
struct entry {
    uint32_t id; /* of the rule, or of the code */
    const char *name;
    char *pattern; /* NULL: the codes alone decide */
    char part;     /* as in struct pattern */
    int level;
    unsigned weight;
    uint32_t reason, judged, action, provider;
    unsigned classes, stages; /* bits of those for which it holds; none: all */
    unsigned codes[CONDITIONS_MAX], code_count, status_count;
    struct status statuses[CONDITIONS_MAX];
    int without_status; /* only if no enhanced status code says anything */
};
struct entries {
    struct entry *all;
    size_t count;
    unsigned details; /* rules that only find a detail of the reply, and so have no entry */
};
void make_entries(struct entries *entries);
void free_entries(struct entries *entries);
/* The rank of its rule, or "codes". */
const char *rank_of_entry(const struct entry *entry);
int status_of_reason(uint32_t reason, unsigned *subject, unsigned *detail);

/* Defines a part. */
void write_pattern_part(FILE *out, char name);
/* A text as an expression that holds for just this text. */
void write_literal(FILE *out, const char *text, size_t length);

#endif
