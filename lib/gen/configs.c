/* Phrases -> configs: which words may follow which, and what ends where. */
#include "graph.h"

#include <string.h>

enum { PART_WORDS = 12 }; /* as a length in s5x_end_length and the matcher allow */
enum { MARK_BITS = 9, CONFIGS_AT_ONCE = 1 << 14, ENDS_AT_ONCE = 1 << 12 };

struct config {
    uint32_t node, depth, marks, next; /* next: with the same hash, plus one */
    uint32_t follows, ends;            /* lists; follows is UINT32_MAX until it is asked for */
};
static struct config *configs;
static uint32_t config_count, config_heads[1 << 16];

/* The end of a graph: of a whole phrase without gaps, or of a part that phrases share. */
struct ending {
    const struct rule *rule; /* NULL: a part */
    uint32_t phrase;
    const char *file;
    unsigned line;
};
static struct ending *endings; /* by the symbol of an end node */
static size_t ending_count;

/* Parts that stand for the same sequences of words are the same. */
struct shared {
    char *text; /* text_of_ways() */
    uint32_t number; /* of the part */
};
static struct shared *shared;
static size_t shared_count;

uint32_t *initial;
uint32_t initial_count;
struct lists sets, events;
struct accept_of *accepts;
size_t accept_count;
struct part_end *ends_of_parts;
size_t end_count;
struct gapped *gapped;
size_t gapped_count;
size_t part_number;

static uint32_t hash_of(const uint32_t *items, uint32_t count) {
    uint32_t hash = 2166136261U;
    for (uint32_t i = 0; i < count; i++) {
        hash = (hash ^ items[i]) * 16777619U;
        hash ^= hash >> 15;
    }
    return hash & 0xffff;
}

uint32_t intern(struct lists *lists, const uint32_t *items, uint32_t count) {
    uint32_t hash = hash_of(items, count);
    for (uint32_t i = lists->heads[hash]; i != 0; i = lists->all[i - 1].next) {
        const struct list *list = &lists->all[i - 1];
        if (list->count == count && (count == 0 || memcmp(list->items, items, count * sizeof *items) == 0)) {
            return i - 1;
        }
    }
    GROW(lists->all, lists->count);
    struct list *list = &lists->all[lists->count++];
    *list = (struct list){must_have(malloc((count + 1) * sizeof *items)), count, lists->heads[hash]};
    if (count > 0) {
        memcpy(list->items, items, count * sizeof *items);
    }
    lists->heads[hash] = lists->count;
    return lists->count - 1;
}

static int ascending(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

uint32_t sort_unique(uint32_t *items, uint32_t count) {
    uint32_t kept = 0;
    if (count > 0) {
        qsort(items, count, sizeof *items, ascending);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (kept == 0 || items[kept - 1] != items[i]) {
            items[kept++] = items[i];
        }
    }
    return kept;
}

uint32_t subtract(uint32_t *items, uint32_t count, const struct list *other) {
    uint32_t kept = 0, at = 0;
    for (uint32_t i = 0; i < count; i++) {
        while (at < other->count && other->items[at] < items[i]) {
            at++;
        }
        if (at == other->count || other->items[at] != items[i]) {
            items[kept++] = items[i];
        }
    }
    return kept;
}

static uint32_t config_of(uint32_t node, uint32_t depth, uint32_t marks) {
    uint32_t key[3] = {node, depth, marks}, hash = hash_of(key, 3);
    for (uint32_t i = config_heads[hash]; i != 0; i = configs[i - 1].next) {
        if (configs[i - 1].node == node && configs[i - 1].depth == depth && configs[i - 1].marks == marks) {
            return i - 1;
        }
    }
    GROW(configs, config_count);
    configs[config_count++] = (struct config){node, depth, marks, config_heads[hash], UINT32_MAX, 0};
    config_heads[hash] = config_count;
    return config_count - 1;
}

uint32_t config_symbol(uint32_t config) {
    return nodes[configs[config].node].symbol;
}

/* Ends */

/* Classes that must stand between the words: place counted from the last word, and kind. */
static uint16_t list_of_marks(uint32_t marks, uint32_t length) {
    uint16_t start = (uint16_t)list_end();
    if (marks == 0) {
        return 0;
    }
    list_append(marks >> 2 * MARK_BITS ? 3 : marks >> MARK_BITS ? 2 : 1);
    for (; marks != 0; marks >>= MARK_BITS) {
        list_append(length - (marks >> 3 & 63));
        list_append(marks & 7);
    }
    return (uint16_t)list_share(start);
}

static uint32_t accept_event(const struct ending *ending, uint32_t length, uint32_t marks) {
    struct accept_of accept = {
        {(uint16_t)(ending->rule - rules), 0, (uint8_t)length, (uint8_t)ending->phrase}, ending->rule, marks};
    for (size_t i = 0; i < accept_count; i++) {
        if (memcmp(&accepts[i].packed.length, &accept.packed.length, 2) == 0 && accepts[i].rule == accept.rule &&
            accepts[i].marks == marks) {
            return (uint32_t)(EVENT_ACCEPT << EVENT_SHIFT | i);
        }
    }
    accept.packed.classes = list_of_marks(marks, length);
    GROW(accepts, accept_count);
    accepts[accept_count++] = accept;
    return (uint32_t)(EVENT_ACCEPT << EVENT_SHIFT | (accept_count - 1));
}

static uint32_t part_event(uint32_t part, uint32_t length) {
    for (size_t i = 0; i < end_count; i++) {
        if (ends_of_parts[i].part == part && ends_of_parts[i].length == length) {
            return (uint32_t)(EVENT_PART << EVENT_SHIFT | i);
        }
    }
    GROW(ends_of_parts, end_count);
    ends_of_parts[end_count++] = (struct part_end){part, length};
    return (uint32_t)(EVENT_PART << EVENT_SHIFT | (end_count - 1));
}

static uint32_t end_event(uint32_t number, uint32_t length, uint32_t marks) {
    const struct ending *ending = &endings[number];
    if (length == 0) {
        complain(ending->file, ending->line, "phrase: it, or a part of it, may have no words at all");
    }
    if (ending->rule != NULL) {
        return accept_event(ending, length, marks);
    }
    if (marks != 0) {
        complain(ending->file, ending->line, "phrase: a class cannot be asked for in a phrase with gaps");
    }
    if (length > PART_WORDS) {
        complain(ending->file, ending->line, "phrase: a part of it has more than %d words", PART_WORDS);
    }
    return part_event(ending->phrase, length);
}

/* What may come at a node: words (configs) and ends (events). */
struct found {
    uint32_t configs[CONFIGS_AT_ONCE], ends[ENDS_AT_ONCE];
    uint32_t config_count, end_count;
};
static struct found found;

static void look(uint32_t at, uint32_t depth, uint32_t marks) {
    const struct node *node = &nodes[at];
    switch (node->kind) {
    case NODE_WORD:
        if (found.config_count < CONFIGS_AT_ONCE && depth < PHRASE_MAX) {
            found.configs[found.config_count++] = config_of(at, depth, marks);
        } else {
            complain("rules", 0, "a phrase is too long or too wide: %u words, %u ways", (unsigned)depth,
                     (unsigned)found.config_count);
        }
        break;
    case NODE_END:
        if (found.end_count < ENDS_AT_ONCE) {
            found.ends[found.end_count++] = end_event(node->symbol, depth, marks);
        }
        break;
    case NODE_CLASS: look(node->next, depth, marks << MARK_BITS | depth << 3 | node->symbol); break;
    default:
        for (size_t i = 0; i < node->way_count; i++) {
            look(node->ways[i], depth, marks);
        }
    }
}

void follow_config(uint32_t number, uint32_t *follows, uint32_t *ends) {
    struct config config = configs[number];
    if (config.follows == UINT32_MAX) {
        found.config_count = found.end_count = 0;
        look(nodes[config.node].next, config.depth + 1, config.marks);
        uint32_t count = sort_unique(found.configs, found.config_count), ended = sort_unique(found.ends, found.end_count);
        config.follows = intern(&sets, found.configs, count);
        config.ends = intern(&events, found.ends, ended);
        configs[number].follows = config.follows; /* look() may have moved the array. */
        configs[number].ends = config.ends;
    }
    *follows = config.follows;
    *ends = config.ends;
}

/* Phrases */

static void begin_at(uint32_t start) {
    found.config_count = found.end_count = 0;
    look(start, 0, 0);
    for (uint32_t i = 0; i < found.config_count; i++) {
        GROW(initial, initial_count);
        initial[initial_count++] = found.configs[i];
    }
}

static uint32_t new_ending(const struct rule *rule, uint32_t phrase, unsigned line, const char *file) {
    GROW(endings, ending_count);
    endings[ending_count] = (struct ending){rule, phrase, file, line};
    return (uint32_t)ending_count++;
}

/* The number of the part. */
static uint32_t share_part(const struct rule *rule, const struct phrase *phrase, const struct part *part) {
    char *text = text_of_ways(part->start, part->end);
    for (size_t i = 0; i < shared_count; i++) {
        if (strcmp(shared[i].text, text) == 0) {
            free(text);
            return shared[i].number;
        }
    }
    GROW(shared, shared_count);
    shared[shared_count++] = (struct shared){text, (uint32_t)part_number};
    nodes[part->end].symbol = new_ending(NULL, (uint32_t)part_number, phrase->line, rule->file);
    begin_at(part->start);
    return (uint32_t)part_number++;
}

static void read_phrase(const struct rule *rule, uint32_t index) {
    const struct phrase *phrase = &rule->phrases[index];
    struct part parts[GAPPED_PARTS_MAX];
    size_t count = parse_phrase(rule, phrase, parts, GAPPED_PARTS_MAX);
    if (count == 1) {
        nodes[parts[0].end].symbol = new_ending(rule, index, phrase->line, rule->file);
        begin_at(parts[0].start);
    }
    if (count < 2) {
        return;
    }
    struct gapped one = {rule, index, {0}, {0}, (uint32_t)count, 0};
    for (size_t i = 0; i < count; i++) {
        one.parts[i] = share_part(rule, phrase, &parts[i]);
        one.gaps[i] = parts[i].gap;
    }
    GROW(gapped, gapped_count);
    gapped[gapped_count++] = one;
}

static int by_symbol(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    uint32_t symbol_x = config_symbol(x), symbol_y = config_symbol(y);
    return symbol_x != symbol_y ? (symbol_x < symbol_y ? -1 : 1) : x < y ? -1 : x > y;
}

void read_phrases(void) {
    for (size_t r = 0; r < rule_count; r++) {
        for (uint32_t p = 0; p < rules[r].phrase_count; p++) {
            read_phrase(&rules[r], p);
        }
    }
    initial_count = sort_unique(initial, initial_count);
    if (initial_count > 0) {
        qsort(initial, initial_count, sizeof *initial, by_symbol);
    }
}
