/* Writes the checked tables as C: one string pool, one array of cells, lists, and the indexes for look-up. */
#include "rules.h"

#include <stdlib.h>
#include <string.h>

static char *pool;
static size_t pool_length, pool_room;
static uint16_t *lists;
static size_t list_length, list_room;

/* Which texts the pool has, and which ends of texts that begin at a unit: offsets + 1, by hash; the next free place is taken
 * when two have the same. */
static uint32_t *pool_index;
static size_t pool_entries, pool_places;

static size_t pool_place(const char *text) {
    size_t hash = 5381;
    for (const char *c = text; *c != '\0'; c++) {
        hash = hash * 33 ^ (unsigned char)*c;
    }
    for (hash %= pool_places; pool_index[hash] != 0 && strcmp(pool + pool_index[hash] - 1, text) != 0;) {
        hash = (hash + 1) % pool_places;
    }
    return hash;
}

static void index_unit(size_t at) {
    size_t place = pool_place(pool + at);
    if (pool_index[place] == 0) {
        pool_index[place] = (uint32_t)at + 1;
        pool_entries++;
    }
}

static void grow_index(void) {
    free(pool_index);
    pool_places = pool_places == 0 ? 16384 : pool_places * 4;
    pool_entries = 0;
    pool_index = must_have(calloc(pool_places, sizeof *pool_index));
    for (size_t at = 0; at < pool_length; at += POOL_UNIT) {
        index_unit(at);
    }
}

/* The empty text is at 0. */
uint32_t pool_text(const char *text) {
    size_t length = (strlen(text) + POOL_UNIT) / POOL_UNIT * POOL_UNIT;
    if ((pool_entries + length) * 2 >= pool_places) {
        grow_index();
    }
    size_t place = pool_place(text);
    if (pool_index[place] != 0) {
        return (pool_index[place] - 1) / POOL_UNIT;
    }
    if (pool_length + length > pool_room) {
        pool_room = (pool_length + length) * 2;
        pool = must_have(realloc(pool, pool_room));
    }
    memset(pool + pool_length, 0, length);
    memcpy(pool + pool_length, text, strlen(text));
    if (pool_length / POOL_UNIT > UINT16_MAX) {
        complain("tables", 0, "all texts together are longer than %u bytes", (unsigned)(UINT16_MAX * POOL_UNIT));
    }
    for (size_t at = 0; at < length; at += POOL_UNIT) {
        index_unit(pool_length + at);
    }
    pool_length += length;
    return (uint32_t)(pool_length - length) / POOL_UNIT;
}

const char *pool_start(void) {
    return pool;
}

void list_append(uint32_t value) {
    if (list_length == list_room) {
        list_room = list_room == 0 ? 256 : list_room * 2;
        lists = must_have(realloc(lists, list_room * sizeof *lists));
    }
    lists[list_length++] = (uint16_t)value;
}

size_t list_end(void) {
    return list_length;
}

uint32_t list_share(size_t start) {
    size_t length = list_length - start;
    for (size_t at = 0; at < start; at++) {
        if (memcmp(lists + at, lists + start, length * sizeof *lists) == 0) {
            list_length = at + length > start ? at + length : start;
            return (uint32_t)at;
        }
    }
    return (uint32_t)start;
}

const uint16_t *list_start(void) {
    return lists;
}

void start_pools(void) {
    pool_text("");
    list_append(0);
}

static int longer_first(const void *a, const void *b) {
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    size_t length_x = strlen(x), length_y = strlen(y);
    return length_x != length_y ? (length_x < length_y ? 1 : -1) : strcmp(x, y);
}

/* Long texts go first, so that short ones can be the ends of them. */
void pool_cells(void) {
    const char **texts = NULL;
    size_t count = 0, room = 0;
    for (int i = 1; i < MAX_TABLES; i++) {
        const struct column *columns = tables[i].columns;
        for (size_t c = 0; columns[c].name != NULL; c++) {
            for (size_t r = 0; r < tables[i].count && (columns[c].how == HOW_TEXT || columns[c].how == HOW_LIST_TEXT); r++) {
                if (count == room) {
                    room = room == 0 ? 4096 : room * 2;
                    texts = must_have(realloc(texts, room * sizeof *texts));
                }
                texts[count++] = tables[i].rows[r].cells[c];
            }
        }
    }
    if (count > 0) {
        qsort(texts, count, sizeof *texts, longer_first);
    }
    for (size_t i = 0; i < count; i++) {
        pool_text(texts[i]);
    }
    free(texts);
}

static void append_id(const char *name, size_t length, void *context) {
    const struct row *row = find_row(*(const int *)context, name, length);
    list_append(row == NULL ? 0 : row->id);
}

/* A name of a rule or, else, of a code: their ids share one range. */
static void append_rule(const char *name, size_t length, void *context) {
    const struct row *row = find_row(SMTP5XX_TABLE_RULES, name, length);
    (void)context;
    row = row == NULL ? find_row(SMTP5XX_TABLE_CODES, name, length) : row;
    list_append(row == NULL ? 0 : row->id);
}

static void append_stage(const char *word, size_t length, void *context) {
    const char *equals = memchr(word, '=', length), *colon = memchr(word, ':', length);
    (void)context;
    list_append(find_row(SMTP5XX_TABLE_STAGES, word, (size_t)(equals - word))->id);
    list_append(find_row(SMTP5XX_TABLE_REASONS, equals + 1, (size_t)(colon - equals - 1))->id);
    list_append((uint32_t)strtoul(colon + 1, NULL, 10));
}

/* Lists are a count, then the entries; the empty list is at 0. */
static uint32_t list_of(const struct column *column, const char *text) {
    if (text[0] == '\0') {
        return 0;
    }
    size_t start = list_length, entry = column->how == HOW_STAGES ? 3 : 1;
    int table = column->table;
    list_append(0);
    for_words(text, column->how == HOW_STAGES ? append_stage : column->how == HOW_RULES ? append_rule : append_id, &table);
    lists[start] = (uint16_t)((list_length - start - 1) / entry);
    return list_share(start);
}

static const struct row *leaf_of(const char *reason) {
    const struct table *tree = &tables[SMTP5XX_TABLE_NODES];
    for (size_t i = 0; i < tree->count; i++) {
        if (strcmp(cell(tree, &tree->rows[i], "reason"), reason) == 0) {
            return &tree->rows[i];
        }
    }
    return NULL;
}

/* check_tables() has made sure that each reason has a leaf, and that no way is longer than SMTP5XX_PATH_MAX. */
static uint32_t path_of(const char *reason) {
    const struct table *tree = &tables[SMTP5XX_TABLE_NODES];
    uint32_t path[SMTP5XX_PATH_MAX], count = 0, start = (uint32_t)list_length;
    for (const struct row *row = leaf_of(reason); row != NULL && count < SMTP5XX_PATH_MAX;) {
        const char *parent = cell(tree, row, "parent");
        path[count++] = row->id;
        row = parent[0] == '\0' ? NULL : find_row(SMTP5XX_TABLE_NODES, parent, strlen(parent));
    }
    list_append(count);
    while (count > 0) {
        list_append(path[--count]);
    }
    return start;
}

struct extras {
    const char *reason;
    uint32_t row;
};

static void append_extra(const char *name, size_t length, void *context) {
    const struct extras *extras = context;
    if (strlen(extras->reason) == length && memcmp(extras->reason, name, length) == 0) {
        list_append(extras->row);
    }
}

static uint32_t extras_of(const char *reason) {
    const struct table *table = &tables[SMTP5XX_TABLE_EXTRAS];
    size_t start = list_length;
    list_append(0);
    for (size_t i = 0; i < table->count; i++) {
        struct extras extras = {reason, (uint32_t)i};
        for_words(cell(table, &table->rows[i], "reasons"), append_extra, &extras);
    }
    lists[start] = (uint16_t)(list_length - start - 1);
    return list_share(start);
}

static uint32_t classes_of(const char *text) {
    uint32_t bits = 0;
    for (; *text != '\0'; text++) {
        if (*text != ',') {
            bits |= 1U << (*text - '0');
        }
    }
    return bits;
}

static uint32_t enhanced_of(const char *text, enum how how) {
    unsigned subject = 0, detail = 0, last = 0;
    int found = sscanf(text, "X.%u.%u-%u", &subject, &detail, &last);
    if (found < 1) {
        return 0;
    }
    switch (how) {
    case HOW_SUBJECT: return subject + 1;
    case HOW_DETAIL_LAST: return found == 3 ? last + 1 : found == 2 ? detail + 1 : 0;
    default: return found >= 2 ? detail + 1 : 0;
    }
}

static uint32_t cell_value(const struct column *column, const char *text) {
    switch (column->how) {
    case HOW_TEXT:
    case HOW_LIST_TEXT: return pool_text(text);
    case HOW_NUMBER: return (uint32_t)strtoul(text, NULL, 10);
    case HOW_ID: return text[0] == '\0' ? 0 : find_row(column->table, text, strlen(text))->id;
    case HOW_LIST:
    case HOW_RULES:
    case HOW_STAGES: return list_of(column, text);
    case HOW_EXTRAS: return extras_of(text);
    case HOW_NONE: return 0;
    case HOW_PATH: return path_of(text);
    case HOW_CLASSES: return classes_of(text);
    case HOW_SUBJECT:
    case HOW_DETAIL:
    case HOW_DETAIL_LAST: return enhanced_of(text, column->how);
    }
    return 0;
}

static int kind_of(const struct column *column) {
    switch (column->how) {
    case HOW_TEXT:
    case HOW_LIST_TEXT: return KIND_TEXT;
    case HOW_ID: return KIND_ID;
    default: return KIND_NUMBER;
    }
}

static size_t columns_of(const struct table *table) {
    size_t count = 0;
    while (table->columns[count].name != NULL) {
        count++;
    }
    return count;
}

static void write_cells(FILE *out) {
    fputs("static const uint16_t s5x_cells[] = {\n", out);
    for (int i = 1; i < MAX_TABLES; i++) {
        for (size_t r = 0; r < tables[i].count && i != SMTP5XX_TABLE_RULES; r++) { /* Rules: write_rules(). */
            for (size_t c = 0; c < columns_of(&tables[i]); c++) {
                fprintf(out, "%u,", (unsigned)cell_value(&tables[i].columns[c], tables[i].rows[r].cells[c]));
            }
            fputc('\n', out);
        }
    }
    fputs("};\n", out);
}

/* Names for the columns, so that the library reads a cell without a search. */
static void write_symbols(FILE *out) {
    static const char *const internal[] = {"step_list", "reference_list", "stage_list", "path_list", "zones",
                                          "reason_list", "also_list", "rule_list", "replaces_list",
                                          "extra_list"};
    size_t cells = 0;
    for (int i = 1; i < MAX_TABLES; i++) {
        size_t columns = columns_of(&tables[i]);
        fprintf(out, "enum { %s_at = %zu, %s_rows = %zu, %s_width = %zu", tables[i].name, cells, tables[i].name,
                tables[i].count, tables[i].name, columns);
        for (size_t c = 0; c < columns; c++) {
            int field = tables[i].columns[c].field;
            const char *name = field == FIELD_ID ? "id" : field >= FIELD_STEP_LIST ? internal[field - FIELD_STEP_LIST]
                                                                                   : field_names[field];
            fprintf(out, ", %s_%s = %zu", tables[i].name, name, c);
        }
        fputs(" };\n", out);
        cells += i == SMTP5XX_TABLE_RULES ? 0 : tables[i].count * columns;
    }
}

/* The library names a few steps and reasonings itself: advise.c. */
static void write_step_names(FILE *out) {
    const struct table *steps = &tables[SMTP5XX_TABLE_STEPS];
    for (size_t i = 0; i < steps->count; i++) {
        fprintf(out, "enum { step_%s = %u };\n", cell(steps, &steps->rows[i], "name"), (unsigned)steps->rows[i].id);
    }
    const struct table *whys = &tables[SMTP5XX_TABLE_WHYS];
    for (size_t i = 0; i < whys->count; i++) {
        fprintf(out, "enum { why_%s = %u };\n", cell(whys, &whys->rows[i], "name"), (unsigned)whys->rows[i].id);
    }
}

static void write_schema(FILE *out) {
    size_t cells = 0, schema = 0;
    fputs("static const struct s5x_column s5x_columns[] = {\n", out);
    for (int i = 0; i < MAX_TABLES; i++) {
        for (const struct column *column = tables[i].columns; column->name != NULL; column++) {
            fprintf(out, "{%d,%d,%d,0},", column->field, kind_of(column), column->table);
        }
        fputc('\n', out);
    }
    fputs("};\nstatic const struct s5x_table s5x_tables[] = {\n", out);
    for (int i = 0; i < MAX_TABLES; i++) {
        size_t columns = columns_of(&tables[i]);
        fprintf(out, "{%zu,%u,%zu,%zu,%zu,0},\n", cells, (unsigned)pool_text(tables[i].name), tables[i].count, columns,
                schema);
        cells += i == SMTP5XX_TABLE_RULES ? 0 : tables[i].count * columns;
        schema += columns;
    }
    fputs("};\nstatic const uint16_t s5x_field_names[] = {", out);
    for (int i = 0; field_names[i] != NULL; i++) {
        fprintf(out, "%u,", (unsigned)pool_text(field_names[i]));
    }
    fputs("};\n", out);
}

/* A key of the index, and how general its row is: the most specific one comes first, since the first that fits decides. */
struct key {
    struct s5x_code_key key;
    uint16_t subject, detail;
    unsigned generality, classes;
};

static int compare_keys(const void *a, const void *b) {
    const struct key *first = a, *second = b;
    const struct s5x_code_key *x = &first->key, *y = &second->key;
    if (first->subject != second->subject) {
        return first->subject - second->subject;
    }
    if (first->detail != second->detail) {
        return first->detail - second->detail;
    }
    if (first->subject == 0 && x->code != y->code) {
        return x->code - y->code;
    }
    if (first->generality != second->generality) {
        return first->generality < second->generality ? -1 : 1;
    }
    return x->row - y->row;
}

/* A provider's row before the others, then one with a reply code, then the shorter range, then the fewer classes. */
static unsigned generality_of(const struct s5x_code_key *key, unsigned reach, unsigned classes) {
    unsigned count = 0;
    for (unsigned bits = classes; bits != 0; bits >>= 1) {
        count += bits & 1;
    }
    return ((((key->provider == 0) * 2U + (key->code == 0)) << 10) + reach) * 8 + count;
}

/* No row may stand where another one always decides before it. */
static void check_keys(const struct key *keys, size_t count) {
    const struct table *table = &tables[SMTP5XX_TABLE_CODES];
    for (size_t i = 1; i < count; i++) {
        const struct key *x = &keys[i - 1], *y = &keys[i];
        const struct row *row = &table->rows[y->key.row], *first = &table->rows[x->key.row];
        if (x->subject == y->subject && x->detail == y->detail && x->key.code == y->key.code &&
            x->key.provider == y->key.provider && x->generality >> 3 == y->generality >> 3 &&
            (x->classes & y->classes) == y->classes) {
            complain(row->file, row->line, "the same codes and provider are already at %s:%u: one row must go", first->file,
                     first->line);
            return; /* A range would repeat it for each of its details. */
        }
    }
}

/* One key for each detail of the row's range. Returns how many. */
static size_t keys_of_row(const struct table *table, size_t index, struct key *keys) {
    const struct row *row = &table->rows[index];
    const char *enhanced = cell(table, row, "enhanced"), *provider = cell(table, row, "provider");
    uint32_t first = enhanced_of(enhanced, HOW_DETAIL), last = enhanced_of(enhanced, HOW_DETAIL_LAST);
    for (uint32_t detail = first; detail <= last; detail++) {
        struct key *key = &keys[detail - first];
        key->subject = (uint16_t)enhanced_of(enhanced, HOW_SUBJECT);
        key->detail = (uint16_t)detail;
        key->key.code = (uint16_t)strtoul(cell(table, row, "code"), NULL, 10);
        key->key.provider =
            provider[0] == '\0' ? 0 : (uint16_t)find_row(SMTP5XX_TABLE_PROVIDERS, provider, strlen(provider))->id;
        key->key.row = (uint16_t)index;
        key->classes = classes_of(cell(table, row, "classes"));
        key->generality = generality_of(&key->key, last - first, key->classes);
    }
    return last - first + 1;
}

static void write_code_index(FILE *out) {
    const struct table *table = &tables[SMTP5XX_TABLE_CODES];
    struct key *keys = NULL;
    size_t count = 0;
    for (size_t i = 0; i < table->count; i++) {
        keys = must_have(realloc(keys, (count + 1000) * sizeof *keys)); /* A range has 1000 details at most. */
        memset(keys + count, 0, 1000 * sizeof *keys);
        count += keys_of_row(table, i, keys + count);
    }
    qsort(keys, count, sizeof *keys, compare_keys);
    check_keys(keys, count);
    fputs("static const struct s5x_code_key s5x_code_keys[] = {\n", out);
    for (size_t i = 0; i < count; i++) {
        const struct s5x_code_key *key = &keys[i].key;
        fprintf(out, "{%u,%u,%u},\n", key->code, key->provider, key->row);
    }
    fputs("};\nstatic const uint16_t s5x_code_numbers[] = {\n", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%u,", keys[i].subject == 0 ? keys[i].key.code : keys[i].detail);
    }
    fputs("};\nstatic const uint16_t s5x_code_starts[] = {\n", out);
    for (size_t i = 0, subject = 0; i < count; i++) {
        for (; subject <= keys[i].subject; subject++) {
            fprintf(out, "%zu,", i);
        }
    }
    fprintf(out, "%zu};\n", count);
    free(keys);
}

struct clue {
    char *text;
    uint32_t provider;
};

static int compare_clues(const void *a, const void *b) {
    const struct clue *x = a, *y = b;
    int first = (unsigned char)x->text[0] - (unsigned char)y->text[0];
    size_t length_x = strlen(x->text), length_y = strlen(y->text);
    if (first != 0) {
        return first;
    }
    return length_x != length_y ? (length_x < length_y ? 1 : -1) : strcmp(x->text, y->text);
}

static size_t collect_clues(const char *column, const char *separator, struct clue **clues) {
    const struct table *table = &tables[SMTP5XX_TABLE_PROVIDERS];
    size_t count = 0;
    for (size_t i = 0; i < table->count; i++) {
        const char *text = cell(table, &table->rows[i], column);
        while (*text != '\0') {
            const char *end = strstr(text, separator);
            size_t length = end == NULL ? strlen(text) : (size_t)(end - text);
            *clues = must_have(realloc(*clues, (count + 1) * sizeof **clues));
            (*clues)[count].text = copy_text(text, length);
            (*clues)[count++].provider = table->rows[i].id;
            text += length + (end == NULL ? 0 : strlen(separator));
        }
    }
    return count;
}

/* Sorted by their first byte, the longest first. */
static void write_clues(FILE *out, const char *column, const char *separator, const char *array) {
    struct clue *clues = NULL;
    size_t count = collect_clues(column, separator, &clues);
    if (count > 0) {
        qsort(clues, count, sizeof *clues, compare_clues);
    }
    fprintf(out, "static const struct s5x_clue %s[] = {\n", array);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(clues[i].text, clues[i - 1].text) == 0) {
            complain("providers.tsv", 0, "\"%s\" in column %s stands for two providers", clues[i].text, column);
        }
        fprintf(out, "{%u,%zu,%u},\n", (unsigned)pool_text(clues[i].text), strlen(clues[i].text),
                (unsigned)clues[i].provider);
    }
    fprintf(out, "{0,0,0}};\nenum { %s_count = %zu };\n", array, count);
    for (size_t i = 0; i < count; i++) {
        free(clues[i].text);
    }
    free(clues);
}

void write_tables(FILE *out) {
    fputs("/* Generated from lib/table by the table compiler (lib/gen). Do not edit: edit the text. */\n", out);
    fprintf(out, "enum { s5x_table_version = %u };\n", (unsigned)table_version);
    write_cells(out);
    write_symbols(out);
    write_step_names(out);
    write_schema(out);
    write_code_index(out);
    write_clues(out, "hosts", " ", "s5x_hosts");
    write_clues(out, "domains", " ", "s5x_domains");
    write_dictionary(out);
    write_automaton(out);
    write_rules(out);
    write_sites(out);
    fputs("static const uint16_t s5x_lists[] = {", out);
    for (size_t i = 0; i < list_length; i++) {
        fprintf(out, "%u,%s", lists[i], i % 24 == 23 ? "\n" : "");
    }
    /* Numbers, since a string literal of this length is beyond what C promises (C11 5.2.4.1). */
    fputs("};\nstatic const unsigned char s5x_pool[] = {", out);
    for (size_t i = 0; i < pool_length; i++) {
        fprintf(out, "%u,%s", (unsigned char)pool[i], i % 32 == 31 ? "\n" : "");
    }
    fputs("};\n", out);
    free(pool);
    free(lists);
}
