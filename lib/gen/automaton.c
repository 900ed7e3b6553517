/*
 * Configs -> deterministic states, and these minimised.
 *
 * After each word there are two sets of configs: those of phrases that began with this very word, which the word alone tells
 * (its base), and those of phrases that began before. A state is such a set together with the base under it; it needs edges
 * only for words on which its own set goes on, since for all others the base decides, and under that the start. An edge
 * carries what ends there, so that the last word of a phrase needs no state of its own.
 */
#include "graph.h"

#include <string.h>

enum { AT_ONCE = 1 << 16, LISTS_AT_ONCE = 1 << 14 };

struct state *states;
uint32_t state_count;
struct edge *from_start;
static uint32_t no_configs; /* the empty list */
static uint32_t *start_sets;           /* by symbol: the configs of what begins with it */

/* Where configs of one symbol lead together, and what ends. */
struct step {
    uint32_t to[AT_ONCE], ends[LISTS_AT_ONCE];
    uint32_t to_count, end_count;
};
static struct step step;

static void add_config(uint32_t config) {
    uint32_t follows, ends;
    follow_config(config, &follows, &ends);
    const struct list *to = &sets.all[follows], *end = &events.all[ends];
    if (step.to_count + to->count > AT_ONCE || step.end_count + end->count > LISTS_AT_ONCE) {
        complain("rules", 0, "too many phrases go on in the same way");
        return;
    }
    memcpy(step.to + step.to_count, to->items, to->count * sizeof *step.to);
    memcpy(step.ends + step.end_count, end->items, end->count * sizeof *step.ends);
    step.to_count += to->count;
    step.end_count += end->count;
}

static void add_configs(const struct list *set, uint32_t symbol) {
    for (uint32_t i = 0; i < set->count; i++) {
        if (config_symbol(set->items[i]) == symbol) {
            add_config(set->items[i]);
        }
    }
}

static void start_step(void) {
    step.to_count = step.end_count = 0;
}

static void finish_step(void) {
    step.to_count = sort_unique(step.to, step.to_count);
    step.end_count = sort_unique(step.ends, step.end_count);
}

/* States are found again by their two sets. */
struct key {
    uint32_t set, base, state, next;
};
static struct key *keys;
static uint32_t key_count, key_heads[1 << 16];

static uint32_t state_of(uint32_t set, uint32_t base) {
    if (sets.all[set].count == 0) {
        return 0;
    }
    uint32_t hash = (set * 2654435761U ^ base * 40503U) >> 8 & 0xffff;
    for (uint32_t i = key_heads[hash]; i != 0; i = keys[i - 1].next) {
        if (keys[i - 1].set == set && keys[i - 1].base == base) {
            return keys[i - 1].state;
        }
    }
    GROW(states, state_count);
    states[state_count] = (struct state){set, base, NULL, 0, 0};
    GROW(keys, key_count);
    keys[key_count++] = (struct key){set, base, state_count, key_heads[hash]};
    key_heads[hash] = key_count;
    return state_count++;
}

/* The symbols on which a set goes on. */
static uint32_t symbols_of(const struct list *set, uint32_t *symbols) {
    for (uint32_t i = 0; i < set->count; i++) {
        symbols[i] = config_symbol(set->items[i]);
    }
    return sort_unique(symbols, set->count);
}

/* The edge that the base has by itself: what it leads to, and what ends there. */
static void base_edge(uint32_t base, uint32_t symbol, uint32_t *next, uint32_t *ends) {
    start_step();
    add_configs(&sets.all[base], symbol);
    finish_step();
    *ends = intern(&events, step.ends, step.end_count);
    uint32_t count = subtract(step.to, step.to_count, &sets.all[start_sets[symbol]]);
    *next = intern(&sets, step.to, count);
}

static void expand_state(uint32_t number) {
    struct list set = sets.all[states[number].set];
    uint32_t base = states[number].base, count = 0;
    uint32_t *symbols = must_have(malloc((set.count + 1) * sizeof *symbols));
    uint32_t symbol_total = symbols_of(&set, symbols);
    struct edge *edges = must_have(malloc((symbol_total + 1) * sizeof *edges));
    for (uint32_t i = 0; i < symbol_total; i++) {
        uint32_t symbol = symbols[i], base_next, base_ends;
        base_edge(base, symbol, &base_next, &base_ends);
        start_step();
        add_configs(&set, symbol);
        finish_step();
        uint32_t own = subtract(step.ends, step.end_count, &events.all[base_ends]);
        own = subtract(step.ends, own, &events.all[from_start[symbol].events]);
        uint32_t ends = intern(&events, step.ends, own);
        add_configs(&sets.all[base], symbol);
        finish_step();
        uint32_t left = subtract(step.to, step.to_count, &sets.all[start_sets[symbol]]);
        uint32_t next = intern(&sets, step.to, left);
        if (next != base_next || own > 0) {
            edges[count++] = (struct edge){symbol, state_of(next, start_sets[symbol]), ends};
        }
    }
    states[number].edges = edges;
    states[number].edge_count = count;
    free(symbols);
}

/* The initial configs are sorted by symbol. */
static void make_start(void) {
    uint32_t at = 0;
    from_start = must_have(calloc(symbol_count + 1, sizeof *from_start));
    start_sets = must_have(calloc(symbol_count + 1, sizeof *start_sets));
    for (uint32_t symbol = 1; symbol <= symbol_count; symbol++) {
        start_step();
        for (; at < initial_count && config_symbol(initial[at]) == symbol; at++) {
            add_config(initial[at]);
        }
        finish_step();
        start_sets[symbol] = intern(&sets, step.to, step.to_count);
        from_start[symbol] = (struct edge){symbol, state_of(start_sets[symbol], no_configs),
                                           intern(&events, step.ends, step.end_count)};
    }
}

static int same_conditions(const struct rule *a, const struct rule *b) {
    return a->classes == b->classes && a->stages == b->stages && a->provider == b->provider &&
           a->code_count == b->code_count && a->status_count == b->status_count &&
           memcmp(a->codes, b->codes, sizeof a->codes) == 0 &&
           memcmp(a->statuses, b->statuses, sizeof a->statuses) == 0;
}

/* Two whole phrases that end together with the same number of words are the same words. */
static void check_pair(uint32_t one, uint32_t other) {
    if (one >> EVENT_SHIFT != EVENT_ACCEPT || other >> EVENT_SHIFT != EVENT_ACCEPT) {
        return;
    }
    const struct accept_of *x = &accepts[one & EVENT_INDEX], *y = &accepts[other & EVENT_INDEX];
    if (x->packed.length == y->packed.length && x->marks == y->marks && x->rule->rank == y->rule->rank &&
        x->rule->detail == y->rule->detail && x->rule->reason != y->rule->reason && same_conditions(x->rule, y->rule)) {
        complain(x->rule->file, x->rule->phrases[x->packed.phrase].line,
                 "the same words have another reason, at the same rank, in rule %s (%s:%u)", y->rule->name, y->rule->file,
                 y->rule->phrases[y->packed.phrase].line);
    }
}

/* The same pair is told once, however many words it ends with. */
static void check_ambiguous(void) {
    static struct lists pairs;
    for (uint32_t i = 0; i < events.count; i++) {
        const struct list *list = &events.all[i];
        for (uint32_t x = 0; x < list->count; x++) {
            for (uint32_t y = 0; y < x; y++) {
                const struct accept_of *a = &accepts[list->items[x] & EVENT_INDEX], *b = &accepts[list->items[y] & EVENT_INDEX];
                if (list->items[x] >> EVENT_SHIFT != EVENT_ACCEPT || list->items[y] >> EVENT_SHIFT != EVENT_ACCEPT) {
                    continue;
                }
                uint32_t pair[2] = {(uint32_t)(a->rule - rules) << 8 | a->packed.phrase,
                                    (uint32_t)(b->rule - rules) << 8 | b->packed.phrase};
                uint32_t before = pairs.count;
                intern(&pairs, pair, 2);
                if (pairs.count > before) {
                    check_pair(list->items[x], list->items[y]);
                }
            }
        }
    }
}

void make_states(void) {
    no_configs = intern(&sets, NULL, 0);
    intern(&events, NULL, 0); /* Number 0: nothing ends. */
    GROW(states, state_count);
    states[state_count++] = (struct state){no_configs, no_configs, NULL, 0, 0};
    make_start();
    for (uint32_t i = 1; i < state_count && errors == 0; i++) {
        expand_state(i);
    }
    check_ambiguous();
}

/* Minimisation (Moore): states that no words tell apart become one group. Which base is under them does not matter, since the
 * last word tells it. */
static uint32_t regroup(void) {
    static struct lists signatures;
    static uint32_t signature[3 * AT_ONCE];
    uint32_t *groups = must_have(malloc(state_count * sizeof *groups)), most = 0;
    memset(&signatures, 0, sizeof signatures);
    for (uint32_t i = 0; i < state_count; i++) {
        uint32_t length = 0;
        signature[length++] = states[i].group;
        for (uint32_t e = 0; e < states[i].edge_count; e++) {
            const struct edge *edge = &states[i].edges[e];
            signature[length++] = edge->symbol;
            signature[length++] = edge->events;
            signature[length++] = states[edge->next].group;
        }
        groups[i] = intern(&signatures, signature, length);
        most = groups[i] > most ? groups[i] : most;
    }
    for (uint32_t i = 0; i < state_count; i++) {
        states[i].group = groups[i];
    }
    for (uint32_t i = 0; i < signatures.count; i++) {
        free(signatures.all[i].items);
    }
    free(signatures.all);
    free(groups);
    return most + 1;
}

uint32_t minimise(void) {
    uint32_t groups = 1, before = 0;
    while (groups != before) {
        before = groups;
        groups = regroup();
    }
    return groups;
}
