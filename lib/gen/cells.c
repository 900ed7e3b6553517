/*
 * States -> cells: the edges of all states in one array, each at its state's base + the word's number (row displacement).
 * And the lists of what ends at words; which of it is acted upon is decided by how often the parts of phrases occur.
 */
#include "graph.h"

#include <string.h>

struct s5x_cell *packed_cells;
uint32_t packed_cell_count;
uint16_t *packed_events;
size_t packed_event_count;
uint16_t *packed_start_events, *packed_start_next;
uint32_t packed_starter_count;
uint16_t *packed_part_hashes;
uint16_t *packed_part_first;
uint32_t packed_anchor_count;
uint16_t *packed_end_anchored;
uint8_t *packed_end_length;
uint16_t *packed_gaps;
size_t packed_gap_count;

struct slot {
    uint32_t state, edges;
};
static uint32_t *bases;         /* by group */
static uint32_t *event_offsets; /* of the lists, in packed_events */
static uint8_t *base_used;
enum { BASES = 65000 };

static int most_edges(const void *a, const void *b) {
    const struct slot *x = a, *y = b;
    return x->edges != y->edges ? (x->edges < y->edges ? 1 : -1) : (x->state < y->state ? -1 : 1);
}

static int base_fits(const struct state *state, uint32_t base) {
    for (uint32_t e = 0; e < state->edge_count; e++) {
        if (packed_cells[base + state->edges[e].symbol].state != STATE_NONE) {
            return 0;
        }
    }
    return 1;
}

static void place_state(const struct state *state) {
    static uint32_t first = 1;
    uint32_t base;
    while (base_used[first]) {
        first++;
    }
    for (base = first; base < BASES && (base_used[base] || !base_fits(state, base)); base++) {
    }
    if (base == BASES) {
        complain("rules", 0, "the automaton is too large to pack: more than %d cells", BASES);
        return;
    }
    base_used[base] = 1;
    bases[state->group] = base;
    for (uint32_t e = 0; e < state->edge_count; e++) {
        uint32_t at = base + state->edges[e].symbol;
        packed_cells[at].state = (uint16_t)base;
        packed_cell_count = at + 1 > packed_cell_count ? at + 1 : packed_cell_count;
    }
}

/* A list is its counts, then the events; which of them are acted upon is not known yet. */
static uint16_t pack_events(uint32_t number) {
    const struct list *list = &events.all[number];
    if (list->count == 0) {
        return 0;
    }
    if (event_offsets[number] == 0) {
        event_offsets[number] = (uint32_t)packed_event_count;
        for (uint32_t i = 0; i <= list->count; i++) {
            GROW(packed_events, packed_event_count);
            packed_events[packed_event_count++] = (uint16_t)(i == 0 ? list->count : list->items[i - 1]);
        }
        if (list->count > EVENTS_MAX) {
            complain("rules", 0, "%u phrases end at one word: more than %d", (unsigned)list->count, EVENTS_MAX);
        }
    }
    return (uint16_t)event_offsets[number];
}

static void fill_cells(const struct state *state) {
    for (uint32_t e = 0; e < state->edge_count; e++) {
        const struct edge *edge = &state->edges[e];
        struct s5x_cell *cell = &packed_cells[bases[state->group] + edge->symbol];
        cell->next = (uint16_t)bases[states[edge->next].group];
        cell->events = pack_events(edge->events);
    }
}

static void fill_starts(void) {
    packed_start_next = must_have(calloc(symbol_count + 1, sizeof *packed_start_next));
    packed_start_events = must_have(calloc(symbol_count + 1, sizeof *packed_start_events));
    packed_starter_count = 1;
    for (uint32_t symbol = 1; symbol <= symbol_count; symbol++) {
        const struct edge *edge = &from_start[symbol];
        packed_start_next[symbol] = (uint16_t)bases[states[edge->next].group];
        packed_start_events[symbol] = pack_events(edge->events);
        packed_starter_count = packed_start_next[symbol] != 0 ? symbol + 1 : packed_starter_count;
    }
}

/* The words with which longer phrases begin come first: only they have a state to go on from. Among them, and among the
 * others, those that have the most cells get the lowest numbers, so that the cells lie close together. */
static int leads_on(const struct slot *word) {
    return states[from_start[word->state].next].edge_count > 0;
}

static int most_cells(const void *a, const void *b) {
    const struct slot *x = a, *y = b;
    if (leads_on(x) != leads_on(y)) {
        return leads_on(y) - leads_on(x);
    }
    return x->edges != y->edges ? (x->edges < y->edges ? 1 : -1) : (x->state < y->state ? -1 : 1);
}

static void renumber_words(const struct slot *slots, uint32_t groups) {
    struct slot *uses = must_have(calloc(symbol_count + 1, sizeof *uses));
    uint32_t *numbers = must_have(calloc(symbol_count + 1, sizeof *numbers));
    struct edge *starts = must_have(calloc(symbol_count + 1, sizeof *starts));
    for (uint32_t i = 0; i <= symbol_count; i++) {
        uses[i].state = i;
    }
    for (uint32_t g = 0; g < groups; g++) {
        const struct state *state = &states[slots[g].state];
        for (uint32_t e = 0; e < state->edge_count; e++) {
            uses[state->edges[e].symbol].edges++;
        }
    }
    qsort(uses + 1, symbol_count, sizeof *uses, most_cells);
    for (uint32_t i = 1; i <= symbol_count; i++) {
        numbers[uses[i].state] = i;
        starts[i] = from_start[uses[i].state];
        starts[i].symbol = i;
    }
    memcpy(from_start, starts, (symbol_count + 1) * sizeof *starts);
    for (uint32_t i = 0; i < state_count; i++) {
        for (uint32_t e = 0; e < states[i].edge_count; e++) {
            states[i].edges[e].symbol = numbers[states[i].edges[e].symbol];
        }
    }
    for (size_t i = 0; i < word_count; i++) {
        if (!(dictionary[i]->flags & ENTRY_HOST)) {
            dictionary[i]->symbol = (uint16_t)numbers[dictionary[i]->symbol];
        }
    }
    free(uses);
    free(numbers);
    free(starts);
}

void pack_states(uint32_t groups) {
    uint32_t *member = must_have(calloc(groups, sizeof *member));
    struct slot *slots = must_have(calloc(groups, sizeof *slots));
    for (uint32_t i = state_count; i > 0; i--) {
        member[states[i - 1].group] = i - 1;
    }
    for (uint32_t g = 0; g < groups; g++) {
        slots[g] = (struct slot){member[g], states[member[g]].edge_count};
    }
    qsort(slots, groups, sizeof *slots, most_edges);
    renumber_words(slots, groups);
    make_dictionary();
    packed_cells = must_have(calloc(BASES + symbol_count + 1, sizeof *packed_cells));
    for (uint32_t i = 0; i <= BASES + symbol_count; i++) {
        packed_cells[i].state = STATE_NONE;
    }
    base_used = must_have(calloc(BASES + 1, 1));
    bases = must_have(calloc(groups, sizeof *bases));
    event_offsets = must_have(calloc(events.count + 1, sizeof *event_offsets));
    packed_cell_count = 1;
    base_used[0] = 1; /* State 0 has no cells: nothing is under way. */
    for (uint32_t g = 0; g < groups && errors == 0; g++) {
        if (slots[g].edges > 0) {
            place_state(&states[slots[g].state]);
        }
    }
    GROW(packed_events, packed_event_count);
    packed_events[packed_event_count++] = 0;
    for (uint32_t g = 0; g < groups; g++) {
        fill_cells(&states[slots[g].state]);
    }
    fill_starts();
    free(member);
    free(slots);
}

/* Anchors */

/* Ends are numbered anew, so that those of one part follow each other. */
static int by_part(const void *a, const void *b) {
    const struct part_end *x = a, *y = b;
    return x->part != y->part ? (x->part < y->part ? -1 : 1) : x->length < y->length ? -1 : x->length > y->length;
}

static uint32_t *new_numbers;

static void sort_ends(void) {
    struct part_end *sorted = must_have(malloc((end_count + 1) * sizeof *sorted));
    if (end_count > 0) {
        memcpy(sorted, ends_of_parts, end_count * sizeof *sorted);
        qsort(sorted, end_count, sizeof *sorted, by_part);
    }
    new_numbers = must_have(malloc((end_count + 1) * sizeof *new_numbers));
    for (size_t i = 0; i < end_count; i++) {
        struct part_end *end = bsearch(&ends_of_parts[i], sorted, end_count, sizeof *sorted, by_part);
        new_numbers[i] = (uint32_t)(end - sorted);
    }
    free(ends_of_parts);
    ends_of_parts = sorted;
    packed_part_first = must_have(calloc(part_number + 1, sizeof *packed_part_first));
    packed_part_hashes = must_have(calloc(part_number + 1, sizeof *packed_part_hashes));
    packed_end_anchored = must_have(calloc(end_count + 1, sizeof *packed_end_anchored));
    packed_end_length = must_have(calloc(end_count + 1, 1));
    for (size_t i = 0, part = 0; i <= end_count; i++) {
        for (; part <= (i < end_count ? sorted[i].part : part_number); part++) {
            packed_part_first[part] = (uint16_t)i;
        }
        packed_end_length[i] = (uint8_t)(i < end_count ? sorted[i].length : 0);
    }
}

/* With which words a part ends, as bits. */
static void add_hashes(uint32_t symbol, uint32_t number) {
    const struct list *list = &events.all[number];
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->items[i] >> EVENT_SHIFT == EVENT_PART) {
            uint32_t end = new_numbers[list->items[i] & EVENT_INDEX];
            packed_part_hashes[ends_of_parts[end].part] |= word_hash(symbol);
        }
    }
}

static void find_hashes(void) {
    for (uint32_t symbol = 1; symbol <= symbol_count; symbol++) {
        add_hashes(symbol, from_start[symbol].events);
    }
    for (uint32_t i = 0; i < state_count; i++) {
        for (uint32_t e = 0; e < states[i].edge_count; e++) {
            add_hashes(states[i].edges[e].symbol, states[i].edges[e].events);
        }
    }
}

static void append_gap(uint32_t value) {
    GROW(packed_gaps, packed_gap_count);
    packed_gaps[packed_gap_count++] = (uint16_t)value;
}

static void pack_anchored(uint32_t part) {
    uint32_t count = 0;
    size_t start = packed_gap_count;
    append_gap(0);
    for (size_t i = 0; i < gapped_count; i++) {
        const struct gapped *one = &gapped[i];
        if (one->parts[one->anchor] != part) {
            continue;
        }
        uint32_t rank = one->rule->detail != 0 ? (uint32_t)GAP_DETAIL : one->rule->rank; /* Details always matter. */
        append_gap(rank << GAP_SHIFT | (uint32_t)(one->rule - rules));
        append_gap(one->phrase << 8 | one->count << 4 | one->anchor);
        for (uint32_t p = 0; p < one->count; p++) {
            append_gap(one->gaps[p] << GAP_SHIFT | one->parts[p]);
        }
        count++;
    }
    packed_gaps[start] = (uint16_t)count;
    for (uint32_t end = packed_part_first[part]; end < packed_part_first[part + 1]; end++) {
        packed_end_anchored[end] = (uint16_t)(count == 0 ? 0 : start);
    }
    packed_gap_count = count == 0 ? start : packed_gap_count;
}

static int by_event(const void *a, const void *b) {
    return *(const uint16_t *)a - *(const uint16_t *)b;
}

/* In each list, what is acted upon comes first; both sections ascend. */
static void sort_events(void) {
    for (uint32_t number = 0; number < events.count; number++) {
        const struct list *list = &events.all[number];
        if (event_offsets[number] == 0) {
            continue;
        }
        uint16_t *packed = packed_events + event_offsets[number], active = 0, at = 1;
        for (int passive = 0; passive < 2; passive++) {
            for (uint32_t i = 0; i < list->count; i++) {
                int is_part = list->items[i] >> EVENT_SHIFT == EVENT_PART;
                uint32_t index = is_part ? new_numbers[list->items[i] & EVENT_INDEX] : list->items[i];
                int acted = !is_part || packed_end_anchored[index] != 0;
                if (acted != passive) {
                    packed[at++] = (uint16_t)(is_part ? EVENT_PART << EVENT_SHIFT | index : index);
                    active = (uint16_t)(active + acted);
                }
            }
        }
        packed[0] = (uint16_t)((uint32_t)active << 8 | list->count);
        qsort(packed + 1, active, sizeof *packed, by_event);
        qsort(packed + 1 + active, list->count - active, sizeof *packed, by_event);
    }
}

/* Marks the lists that have something to act upon wherever they are named. */
static uint16_t marked(uint16_t begin) {
    return begin != 0 && packed_events[begin] >> 8 != 0 ? (uint16_t)(LIST_ACTS | begin) : begin;
}

static void mark_lists(void) {
    for (uint32_t i = 0; i < packed_cell_count; i++) {
        packed_cells[i].events = packed_cells[i].state == STATE_NONE ? 0 : marked(packed_cells[i].events);
    }
    for (uint32_t symbol = 0; symbol <= symbol_count; symbol++) {
        packed_start_events[symbol] = marked(packed_start_events[symbol]);
    }
}

static void renumber_parts(void) {
    uint32_t *numbers = must_have(calloc(part_number + 1, sizeof *numbers)), next = 0;
    for (size_t i = 0; i < gapped_count; i++) {
        numbers[gapped[i].parts[gapped[i].anchor]] = 1;
    }
    for (uint32_t wanted = 1;; wanted = 0) {
        for (uint32_t part = 0; part < part_number; part++) {
            if ((numbers[part] & 1) == wanted && numbers[part] < 2) {
                numbers[part] = next++ * 4 + 2 + wanted;
            }
        }
        if (wanted == 0) {
            break;
        }
        packed_anchor_count = next;
    }
    for (size_t i = 0; i < gapped_count; i++) {
        for (uint32_t p = 0; p < gapped[i].count; p++) {
            gapped[i].parts[p] = numbers[gapped[i].parts[p]] / 4;
        }
    }
    for (size_t i = 0; i < end_count; i++) {
        ends_of_parts[i].part = numbers[ends_of_parts[i].part] / 4;
    }
    free(numbers);
}

/* The matcher looks no further than so many words around a phrase. */
static void check_reach(const struct gapped *one) {
    uint32_t reach = 0;
    for (uint32_t i = 0; i < one->count; i++) {
        reach += one->gaps[i] + packed_end_length[packed_part_first[one->parts[i] + 1] - 1];
    }
    if (reach > PHRASE_MAX) {
        complain(one->rule->file, one->rule->phrases[one->phrase].line,
                 "phrase: with its gaps it may have %u words: %d are possible", (unsigned)reach, PHRASE_MAX);
    }
}

void choose_anchors(void) {
    uint32_t *counts = must_have(calloc(part_number + 1, sizeof *counts));
    count_parts(counts);
    for (size_t i = 0; i < gapped_count; i++) {
        for (uint32_t p = 1; p < gapped[i].count; p++) {
            if (counts[gapped[i].parts[p]] < counts[gapped[i].parts[gapped[i].anchor]]) {
                gapped[i].anchor = p;
            }
        }
    }
    renumber_parts();
    sort_ends();
    find_hashes();
    for (size_t i = 0; i < gapped_count; i++) {
        check_reach(&gapped[i]);
    }
    append_gap(0);
    for (uint32_t part = 0; part < part_number; part++) {
        pack_anchored(part);
    }
    sort_events();
    if (packed_event_count <= LIST_BEGIN) {
        mark_lists();
    }
    free(counts);
}

static void check_limits(void) {
    if (accept_count > EVENT_INDEX || end_count > EVENT_INDEX || part_number > GAP_PART || rule_count > GAP_RULE ||
        packed_gap_count > 65535 || packed_event_count > LIST_BEGIN || list_end() > 65535 ||
        symbol_count + packed_site_count >= ENTRY_PASSED) {
        complain("rules", 0, "too many phrases for the tables: %zu ends, %zu parts, %zu events, %zu lists, %zu in gaps",
                 accept_count, part_number, packed_event_count, list_end(), packed_gap_count);
    }
}

static void print_sizes(uint32_t groups) {
    uint32_t used = 0, active = 0;
    for (uint32_t i = 0; i < packed_cell_count; i++) {
        used += packed_cells[i].state != STATE_NONE;
    }
    for (uint32_t i = 0; i < events.count; i++) {
        active += event_offsets[i] != 0 ? packed_events[event_offsets[i]] >> 8U : 0;
    }
    fprintf(stderr,
            "%zu rules, %zu words, %u symbols, %u states, %u after minimisation, %u cells (%u used), %zu events in lists "
            "(%u acted upon), %zu ends, %zu parts, %zu phrases with gaps, %zu lists\n",
            rule_count, word_count, symbol_count, (unsigned)state_count, (unsigned)groups, (unsigned)packed_cell_count,
            (unsigned)used, packed_event_count, (unsigned)active, accept_count, part_number, gapped_count, list_end());
}

void make_automaton(void) {
    read_phrases();
    make_sites(); /* Their hosts are words too, and their clues are phrases. */
    if (errors > 0) {
        return;
    }
    make_states();
    if (errors > 0) {
        return;
    }
    uint32_t groups = minimise();
    pack_states(groups);
    if (errors > 0) {
        return;
    }
    pack_rules();
    choose_anchors();
    check_limits();
    if (getenv("TABLEGEN_VERBOSE") != NULL) {
        print_sizes(groups);
    }
}

static void write_numbers(FILE *out, const char *name, const uint16_t *numbers, size_t count) {
    fprintf(out, "static const uint16_t %s[] = {", name);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%u,%s", numbers[i], i % 24 == 23 ? "\n" : "");
    }
    fputs("0};\n", out);
}

void write_automaton(FILE *out) {
    fprintf(out, "enum { s5x_anchors = %u };\n", (unsigned)packed_anchor_count);
    fprintf(out, "enum { s5x_cells_count = %u };\nstatic const struct s5x_cell s5x_cells_of_states[] = {\n",
            (unsigned)packed_cell_count);
    for (uint32_t i = 0; i < packed_cell_count; i++) {
        fprintf(out, "{%u,%u,%u},%s", packed_cells[i].state, packed_cells[i].next, packed_cells[i].events,
                i % 8 == 7 ? "\n" : "");
    }
    fprintf(out, "};\nenum { s5x_starters = %u };\n", (unsigned)packed_starter_count);
    write_numbers(out, "s5x_start_next", packed_start_next, packed_starter_count);
    write_numbers(out, "s5x_start_events", packed_start_events, symbol_count + 1);
    write_numbers(out, "s5x_events", packed_events, packed_event_count);
    write_numbers(out, "s5x_gaps", packed_gaps, packed_gap_count);
    fputs("static const struct s5x_accept s5x_accepts[] = {\n", out);
    for (size_t i = 0; i < accept_count; i++) {
        const struct s5x_accept *accept = &accepts[i].packed;
        fprintf(out, "{%u,%u,%u,%u},%s", accept->rule, accept->classes, accept->length, accept->phrase,
                i % 8 == 7 ? "\n" : "");
    }
    fputs("};\n", out);
    write_numbers(out, "s5x_end_anchored", packed_end_anchored, packed_part_first[packed_anchor_count]);
    fputs("static const uint8_t s5x_end_length[] = {", out);
    for (size_t i = 0; i <= end_count; i++) {
        fprintf(out, "%u,%s", packed_end_length[i], i % 32 == 31 ? "\n" : "");
    }
    fputs("};\n", out);
    write_numbers(out, "s5x_part_hashes", packed_part_hashes, part_number);
    write_numbers(out, "s5x_part_first", packed_part_first, part_number + 1);
}
