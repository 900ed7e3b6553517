/* What the steps from phrases to packed cells share: numbered lists, configs, states. */
#ifndef GRAPH_H
#define GRAPH_H

#include "rules.h"

/* Lists of numbers, interned: equal lists have the same number. */
struct list {
    uint32_t *items;
    uint32_t count;
    uint32_t next; /* with the same hash, plus one */
};
struct lists {
    struct list *all;
    uint32_t count;
    uint32_t heads[1 << 16];
};
uint32_t intern(struct lists *lists, const uint32_t *items, uint32_t count);
uint32_t sort_unique(uint32_t *items, uint32_t count);
/* Takes away what another sorted list has, in place. Returns how many are left. */
uint32_t subtract(uint32_t *items, uint32_t count, const struct list *other);

extern struct lists sets;   /* of configs */
extern struct lists events; /* what ends at a word */

/* configs.c: a config is a word of a phrase that may come next, with the number of words before it. */
uint32_t config_symbol(uint32_t config);
/* The configs and the events behind it: numbers of lists. */
void follow_config(uint32_t config, uint32_t *configs, uint32_t *ends);
void read_phrases(void);
extern uint32_t *initial; /* the configs with which phrases begin, sorted by their symbols */
extern uint32_t initial_count;

enum { GAPPED_PARTS_MAX = 12 };

/* Phrases with gaps, before their anchors are chosen. */
struct gapped {
    const struct rule *rule;
    uint32_t phrase;
    uint32_t parts[GAPPED_PARTS_MAX], gaps[GAPPED_PARTS_MAX], count, anchor;
};
extern struct gapped *gapped;
extern size_t gapped_count;
extern size_t part_number; /* of different parts */

/* automaton.c */
struct edge {
    uint32_t symbol, next, events; /* next: state; events: number of a list */
};
struct state {
    uint32_t set, base; /* configs of what began before the last word; of what began with it */
    struct edge *edges;
    uint32_t edge_count, group;
};
extern struct state *states;
extern uint32_t state_count;
extern struct edge *from_start; /* by symbol: the state of what begins with it, and what ends */
void make_states(void);
uint32_t minimise(void); /* returns the number of groups */

/* cells.c */
void pack_states(uint32_t groups);
void choose_anchors(void);

#endif
