/*
 * A phrase -> a graph whose ways are the sequences of words that it stands for.
 *
 *     phrase   sequence { ~N sequence }
 *     sequence { word | <class> | {set} | ( choice ) | [ choice ] }
 *     choice   sequence { "|" sequence }
 */
#include "rules.h"

#include <string.h>

enum { WAYS_MAX = 600, SPLIT_MAX = 3, ITEMS_MAX = 32 };

struct node *nodes;
size_t node_count;

struct parser {
    const struct rule *rule;
    unsigned line;
    const char *at;
    unsigned depth; /* of sets within sets */
    int failed;
};

/* A piece of the graph: the way in, and the node behind it, which is a split whose ways come later. */
struct piece {
    uint32_t start, end;
};

static uint32_t new_node(int kind, uint32_t symbol) {
    GROW(nodes, node_count);
    nodes[node_count] = (struct node){kind, symbol, 0, NULL, 0};
    return (uint32_t)node_count++;
}

static void add_way(uint32_t split, uint32_t to) {
    GROW(nodes[split].ways, nodes[split].way_count);
    nodes[split].ways[nodes[split].way_count++] = to;
}

static void wrong(struct parser *parser, const char *what, const char *where) {
    if (!parser->failed) {
        complain(parser->rule->file, parser->line, "phrase: %s: \"%.40s\"", what, where);
    }
    parser->failed = 1;
}

static void skip_blank(struct parser *parser) {
    parser->at += strspn(parser->at, " ");
}

static struct piece parse_choice(struct parser *parser, const char *closers);

static struct piece empty_piece(void) {
    uint32_t node = new_node(NODE_SPLIT, 0);
    return (struct piece){node, node};
}

static struct piece append_node(struct piece piece, int kind, uint32_t symbol) {
    uint32_t node = new_node(kind, symbol), end = new_node(NODE_SPLIT, 0);
    nodes[node].next = end;
    add_way(piece.end, node);
    return (struct piece){piece.start, end};
}

static struct piece append_piece(struct piece piece, struct piece next) {
    add_way(piece.end, next.start);
    return (struct piece){piece.start, next.end};
}

/* One run of letters in the phrase: mostly a word; several, if it is of CJK characters; none, if it is passed over. */
static struct piece parse_words(struct parser *parser, struct piece piece) {
    char folded[WORD_MAX];
    size_t size = strcspn(parser->at, " ()[]|{<~");
    const char *text = parser->at;
    uint32_t at = 0, length;
    while (at < size) {
        uint32_t taken = fold_text(text + at, (uint32_t)size - at, folded, &length);
        if (taken == 0) {
            at++;
            continue;
        }
        folded[length < WORD_MAX ? length : WORD_MAX - 1] = '\0';
        const char *written = text + at;
        at += taken;
        if (length == 0 && taken <= WORD_MAX / 4) {
            continue; /* Punctuation. */
        }
        if (length == 0) {
            wrong(parser, "a word is too long", text);
            break;
        }
        if (length <= 3 && strspn(folded, "0123456789") >= length) {
            wrong(parser, "a number of up to three digits may be a reply code, and numbers are passed over: write <number>", text);
            break;
        }
        struct word *word = add_word(folded, length, 0);
        note_spelling(word, written, taken);
        if (!(word->flags & ENTRY_FILLER)) {
            piece = append_node(piece, NODE_WORD, symbol_of(word));
        }
    }
    parser->at += size;
    return piece;
}

static struct piece parse_class(struct parser *parser, struct piece piece) {
    static const struct {
        const char *name;
        uint32_t kind;
    } classes[] = {{"<address>", 2}, {"<ip>", 3}, {"<host>", 4}, {"<url>", 5}, {"<number>", 6}, {"<id>", 7}};
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        size_t length = strlen(classes[i].name);
        if (strncmp(parser->at, classes[i].name, length) == 0) {
            parser->at += length;
            return append_node(piece, NODE_CLASS, classes[i].kind);
        }
    }
    wrong(parser, "unknown class (there are <address> <ip> <host> <url> <number> <id>)", parser->at);
    parser->at += strlen(parser->at);
    return piece;
}

static struct piece parse_set(struct parser *parser, struct piece piece) {
    const char *name = parser->at + 1, *close = strchr(name, '}');
    const char *text = close == NULL ? NULL : find_set(name, (size_t)(close - name));
    if (text == NULL || parser->depth > 8) {
        wrong(parser, text == NULL ? "there is no such set" : "sets use each other in a circle", parser->at);
        parser->at += strlen(parser->at);
        return piece;
    }
    struct parser inner = {parser->rule, parser->line, text, parser->depth + 1, parser->failed};
    piece = append_piece(piece, parse_choice(&inner, ""));
    parser->failed = inner.failed;
    parser->at = close + 1;
    return piece;
}

static struct piece parse_group(struct parser *parser, struct piece piece) {
    int optional = *parser->at == '[';
    const char *open = parser->at++;
    struct piece inner = parse_choice(parser, optional ? "]" : ")");
    if (*parser->at != (optional ? ']' : ')')) {
        wrong(parser, "a bracket is not closed", open);
        return piece;
    }
    parser->at++;
    if (optional) {
        add_way(inner.start, inner.end);
    }
    return append_piece(piece, inner);
}

/* The next item of a sequence, appended to a piece. Returns 0 where the sequence ends. */
static int parse_item(struct parser *parser, const char *closers, struct piece *piece) {
    skip_blank(parser);
    char c = *parser->at;
    if (c == '\0' || c == '|' || strchr(closers, c) != NULL || parser->failed) {
        return 0;
    }
    if (c == '(' || c == '[') {
        *piece = parse_group(parser, *piece);
    } else if (c == '{') {
        *piece = parse_set(parser, *piece);
    } else if (c == '<') {
        *piece = parse_class(parser, *piece);
    } else if (c == '~' || c == ')' || c == ']') {
        wrong(parser, c == '~' ? "a gap stands inside a choice" : "a bracket too many", parser->at);
    } else {
        *piece = parse_words(parser, *piece);
    }
    return !parser->failed;
}

static struct piece parse_sequence(struct parser *parser, const char *closers) {
    struct piece piece = empty_piece();
    while (parse_item(parser, closers, &piece)) {
    }
    return piece;
}

static struct piece parse_choice(struct parser *parser, const char *closers) {
    uint32_t start = new_node(NODE_SPLIT, 0), end = new_node(NODE_SPLIT, 0);
    for (;;) {
        struct piece piece = parse_sequence(parser, closers);
        add_way(start, piece.start);
        add_way(piece.end, end);
        if (*parser->at != '|' || parser->failed) {
            return (struct piece){start, end};
        }
        parser->at++;
    }
}

/* The sequences of words for which the graph from a node to another stands. */
struct ways {
    uint16_t words[WAYS_MAX * 4][PHRASE_MAX + 1]; /* each begins with its length */
    uint32_t count;
    int too_many;
};
static struct ways ways;

static void walk(uint32_t at, uint32_t to, uint16_t *sequence) {
    const struct node *node = &nodes[at];
    if (at == to) {
        ways.too_many |= ways.count == WAYS_MAX * 4;
        if (!ways.too_many) {
            memcpy(ways.words[ways.count++], sequence, (PHRASE_MAX + 1) * sizeof *sequence);
        }
        return;
    }
    if (node->kind == NODE_SPLIT) {
        for (size_t i = 0; i < node->way_count && !ways.too_many; i++) {
            walk(node->ways[i], to, sequence);
        }
        return;
    }
    int is_word = node->kind == NODE_WORD && sequence[0] < PHRASE_MAX;
    if (is_word) {
        sequence[++sequence[0]] = (uint16_t)node->symbol;
    }
    walk(node->next, to, sequence);
    if (is_word) {
        sequence[sequence[0]--] = 0;
    }
}

static int compare_ways(const void *a, const void *b) {
    return memcmp(a, b, (PHRASE_MAX + 1) * sizeof(uint16_t));
}

/* Fills `ways`, sorted, each once: alternatives that count as the same words are the same. */
static void find_ways(uint32_t at, uint32_t to) {
    uint16_t sequence[PHRASE_MAX + 1] = {0};
    uint32_t kept = 0;
    ways.count = 0;
    ways.too_many = 0;
    walk(at, to, sequence);
    qsort(ways.words, ways.count, sizeof ways.words[0], compare_ways);
    for (uint32_t i = 0; i < ways.count; i++) {
        if (kept == 0 || compare_ways(ways.words[kept - 1], ways.words[i]) != 0) {
            memmove(ways.words[kept++], ways.words[i], sizeof ways.words[0]);
        }
    }
    ways.count = kept;
}

/* Their number; more than the limit counts as that. */
static uint32_t count_ways(uint32_t at, uint32_t to) {
    find_ways(at, to);
    return ways.too_many || ways.count > WAYS_MAX ? (uint32_t)WAYS_MAX + 1 : ways.count;
}

char *text_of_ways(uint32_t at, uint32_t to) {
    find_ways(at, to);
    char *text = must_have(malloc((size_t)ways.count * (PHRASE_MAX + 1) * 6 + 1)), *end = text;
    *end = '\0';
    for (uint32_t i = 0; i < ways.count; i++) {
        for (uint32_t w = 1; w <= ways.words[i][0]; w++) {
            end += sprintf(end, "%u ", ways.words[i][w]);
        }
        *end++ = '|';
        *end = '\0';
    }
    return text;
}

/* Whether there is a way without any words. */
static int may_be_empty(uint32_t at, uint32_t to) {
    const struct node *node = &nodes[at];
    if (at == to || node->kind != NODE_SPLIT) {
        return at == to || (node->kind == NODE_CLASS && may_be_empty(node->next, to));
    }
    for (size_t i = 0; i < node->way_count; i++) {
        if (may_be_empty(node->ways[i], to)) {
            return 1;
        }
    }
    return 0;
}

struct item {
    struct piece piece;
    const char *text;
    uint32_t ways;
    int empty;
};

/* The items up to a gap, or to the end of the phrase. */
static size_t read_items(struct parser *parser, struct item *items) {
    size_t count = 0;
    for (;; count++) {
        struct piece piece = empty_piece();
        skip_blank(parser);
        const char *text = parser->at;
        if (!parse_item(parser, "~", &piece)) {
            break;
        }
        if (count == ITEMS_MAX) {
            wrong(parser, "it has too many words", text);
            break;
        }
        items[count] = (struct item){piece, text, count_ways(piece.start, piece.end), may_be_empty(piece.start, piece.end)};
    }
    if (*parser->at == '|') {
        wrong(parser, "a choice needs brackets: (a | b)", parser->at);
    }
    return count;
}

static struct part join_items(const struct item *items, size_t count, uint32_t gap) {
    struct piece piece = empty_piece();
    uint32_t end = new_node(NODE_END, 0);
    for (size_t i = 0; i < count; i++) {
        piece = append_piece(piece, items[i].piece);
    }
    add_way(piece.end, end);
    return (struct part){piece.start, end, gap};
}

/* Many alternatives after many alternatives would need a state for each pair. So a wide sequence becomes several parts with no
 * gap between, which cost as much as the sum. Returns how many items the first part has. */
static size_t first_part(const struct item *items, size_t count) {
    uint64_t product = 1;
    int empty = 1;
    for (size_t i = 0; i < count; i++) {
        size_t rest = i;
        while (rest < count && items[rest].empty) {
            rest++;
        }
        if (product * items[i].ways > SPLIT_MAX && !empty && rest < count) {
            return i;
        }
        product *= items[i].ways;
        empty &= items[i].empty;
    }
    return count;
}

static size_t parse_parts(struct parser *parser, uint32_t gap, struct part *parts, size_t limit, int whole) {
    struct item items[ITEMS_MAX];
    size_t count = read_items(parser, items), done = 0, found = 0;
    while (done < count && !parser->failed) {
        size_t size = whole ? count : first_part(items + done, count - done);
        if (found == limit) {
            wrong(parser, "it has too many gaps and alternatives", items[0].text);
            break;
        }
        parts[found] = join_items(items + done, size, done == 0 ? gap : 0);
        if (count_ways(parts[found].start, parts[found].end) > WAYS_MAX) {
            wrong(parser, "it stands for too many sequences of words (600 are possible): use fewer alternatives",
                  items[done].text);
        }
        found++;
        done += size;
    }
    if (count == 0) {
        wrong(parser, "a part of it has no words", parser->at);
    }
    return found;
}

size_t parse_phrase(const struct rule *rule, const struct phrase *phrase, struct part *parts, size_t limit) {
    struct parser parser = {rule, phrase->line, phrase->text, 0, 0};
    size_t count = 0;
    uint32_t gap = 0;
    int whole = strchr(phrase->text, '<') != NULL; /* Classes are only looked for in a phrase without gaps. */
    for (;;) {
        count += parse_parts(&parser, gap, parts + count, limit - count, whole);
        if (*parser.at != '~' || parser.failed) {
            return parser.failed ? 0 : count;
        }
        gap = (uint32_t)(parser.at[1] - '0');
        parser.at += 2;
        if (gap < 1 || gap > GAP_MAX || (*parser.at != ' ' && *parser.at != '\0')) {
            wrong(&parser, "a gap is ~1 to ~6, then a blank", parser.at - 2);
            return 0;
        }
    }
}
