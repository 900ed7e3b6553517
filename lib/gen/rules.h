/* The rule files, as the compiler reads them: docs/rules.md tells their form. */
#ifndef RULES_H
#define RULES_H

#include "tablegen.h"
#include "../internal.h"

#include <stdlib.h>

/* An array that grows. */
#define GROW(array, count)                                                                    \
    do {                                                                                        \
        if (((count) & ((count) - 1)) == 0) {                                                   \
            (array) = must_have(realloc((array), ((count) * 2 + 1) * sizeof *(array)));         \
        }                                                                                       \
    } while (0)

enum { RULE_LINES_MAX = 250 };

struct phrase {
    char *text;
    unsigned line;
    unsigned hits; /* samples that hit it */
};

struct sample {
    char *text;
    size_t length;
    unsigned line;
    uint8_t stage;
    uint8_t must; /* hit; or else must miss */
};

/* "url HOST TEXT" */
struct url {
    char *host, *text;
    unsigned line;
};

/* "X.7.500-699" */
struct status_range {
    uint16_t subject, first, last;
};

struct rule {
    const char *file;
    unsigned line;
    uint32_t id;
    char *name;
    uint32_t reason, rank, confidence, provider, judged, action, detail;
    uint32_t listed; /* 'i' or 'd': a named block list of IPs or of domains */
    uint32_t classes, stages;
    uint16_t codes[16];
    struct status_range statuses[16];
    size_t code_count, status_count;
    char *when;
    struct phrase *phrases;
    size_t phrase_count;
    struct sample *samples;
    size_t sample_count;
    struct url *urls;
    size_t url_count;
    char *source;
    unsigned wins;
};

/* A word of the phrases and what it counts as. */
struct word {
    char *text; /* folded */
    uint16_t symbol;
    uint16_t flags;
    uint8_t joined; /* it was written with a hyphen or the like, or has a digit: so the parts in a reply are joined to it */
    char **spellings; /* the ways in which the files write it */
    size_t spelling_count;
};

/* The rules by id; behind them one without an id for each provider, whose phrases are the texts by which it is known. */
extern struct rule *rules;
extern size_t rule_count, real_rule_count;
extern struct word **dictionary;
extern size_t word_count;
extern unsigned symbol_count; /* symbols are 1 to this */

/* rules.c */
void read_rules(const char *folder);
const char *find_set(const char *name, size_t length);
void for_sets(void (*each)(const char *name, const char *words, FILE *out), FILE *out);

/* dictionary.c */
struct word *find_dictionary(const char *text, size_t length);
struct word *add_word(const char *text, size_t length, uint16_t flags);
/* Notes how a word was written; keep_spelling() only for the program, to which the parts of a reply do not matter. */
void keep_spelling(struct word *word, const char *written, size_t length);
void note_spelling(struct word *word, const char *written, size_t length);
/* The symbol of a word; it gets one if it has none. */
uint16_t symbol_of(struct word *word);
void count_as(struct word *word, struct word *same, const char *file, unsigned line);
void add_host(const char *host, uint16_t site);
void make_dictionary(void);
void write_dictionary(FILE *out);

/* phrase.c: a phrase -> a graph of words */
enum { NODE_WORD, NODE_CLASS, NODE_SPLIT, NODE_END };
struct node {
    int kind;
    uint32_t symbol; /* of a word; kind of a class */
    uint32_t next;   /* node */
    uint32_t *ways;  /* of a split */
    size_t way_count;
};
struct part {
    uint32_t start, end; /* nodes */
    uint32_t gap;        /* words that may stand before it, 0 for the first part */
};
extern struct node *nodes;
extern size_t node_count;
/* The sequences of words between two nodes as a text, which is the same for the same sequences. The caller frees it. */
char *text_of_ways(uint32_t at, uint32_t to);
/* Returns the number of parts; 0 if the phrase is wrong, which it has said. */
size_t parse_phrase(const struct rule *rule, const struct phrase *phrase, struct part *parts, size_t limit);

/* configs.c, automaton.c, cells.c: from phrases to cells */
struct accept_of {
    struct s5x_accept packed;
    const struct rule *rule;
    uint32_t marks;
};
extern struct accept_of *accepts;
extern size_t accept_count;
void make_automaton(void);
void write_automaton(FILE *out);

/* sites.c: hosts in a reply that tell something */
void add_clues(void);
void make_sites(void);
void write_sites(FILE *out);

/* pack.c: the rules themselves */
void fill_rule_table(void);
void pack_rules(void);
void write_rules(FILE *out);

/* texts.c: what the program shows and exports of the rules */
void write_rule_texts(FILE *out);

/* engine.c: the library's own words and matcher, run by the compiler */
uint32_t fold_text(const char *text, uint32_t length, char *word, uint32_t *word_length);
uint64_t word_key(const char *word, uint32_t length);
uint64_t joined_key(uint64_t key);
uint32_t joined_place(const char *word, uint32_t length);
uint32_t word_slot(uint64_t key, uint32_t displacement);
uint32_t word_bucket(uint64_t key);
uint32_t word_check(uint64_t key);
void check_samples(void);
uint16_t word_hash(uint32_t symbol);
/* How often each part occurs in the samples. */
void count_parts(uint32_t *counts);

/* The packed tables, as the library has them. */
extern uint32_t *packed_entries;
extern uint32_t packed_first_host;
extern uint32_t packed_entry_count;
extern uint16_t packed_displacements[BUCKETS];
extern uint8_t packed_joined[JOINED_BITS / 8];
extern struct s5x_cell *packed_cells;
extern uint32_t packed_cell_count;
extern uint16_t *packed_events;
extern size_t packed_event_count;
extern uint16_t *packed_start_events; /* by the number of a word */
extern uint16_t *packed_start_next;
extern uint32_t packed_starter_count; /* by symbol */
/* The ends of parts: configs.c finds them, cells.c brings them into their order. */
struct part_end {
    uint32_t part, length;
};
extern struct part_end *ends_of_parts;
extern size_t end_count;
extern uint16_t *packed_end_anchored;
extern uint8_t *packed_end_length;
extern uint16_t *packed_part_hashes;
extern uint16_t *packed_part_first;    /* and one more, which ends the last */
extern uint32_t packed_anchor_count; /* parts that are anchors come first */
extern uint16_t *packed_gaps;
extern size_t packed_gap_count;
extern struct s5x_rule *packed_rules;
extern size_t packed_rule_count;
extern struct s5x_site *packed_sites;
extern size_t packed_site_count;
extern struct s5x_url *packed_urls;
extern size_t packed_url_count;

#endif
