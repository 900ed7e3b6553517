/* Checks what the tables promise each other, so that a mistake is found where it stands. */
#include "tablegen.h"
#include "../internal.h"

#include <stdlib.h>
#include <string.h>

static void check_name(const struct table *table, const struct row *row) {
    const char *name = cell(table, row, "name");
    if (name[0] == '\0' || name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0') {
        complain(row->file, row->line, "name \"%s\" must be of a-z, 0-9 and _", name);
    }
    struct row *first = find_row(table->number, name, strlen(name));
    if (first != row) {
        complain(row->file, row->line, "name \"%s\" is already at %s:%u: choose another", name, first->file, first->line);
    }
}

static void check_ids(const struct table *table) {
    for (size_t i = 1; i < table->count; i++) {
        const struct row *row = &table->rows[i], *before = row - 1;
        if (row->id == before->id) {
            complain(row->file, row->line, "id %u is already at %s:%u: ids are never reused, take the next free one",
                     (unsigned)row->id, before->file, before->line);
        }
    }
}

struct use {
    const struct row *row;
    int table;
};

static void use_name(const char *name, size_t length, void *context) {
    const struct use *use = context;
    struct row *found = find_row(use->table, name, length);
    if (found == NULL) {
        complain(use->row->file, use->row->line, "\"%.*s\" is not in the table of %s: correct it or add the row",
                 (int)length, name, tables[use->table].name);
    } else {
        found->uses++;
    }
}

static void check_number(const struct row *row, const struct column *column, const char *text) {
    if (text[0] != '\0' && (text[strspn(text, "0123456789")] != '\0' || strlen(text) > 9)) {
        complain(row->file, row->line, "column \"%s\": \"%s\" is no number", column->name, text);
    }
}

static void check_classes(const struct row *row, const char *text) {
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (i % 2 == 0 ? strchr("245", text[i]) == NULL : text[i] != ',' || text[i + 1] == '\0') {
            complain(row->file, row->line, "classes \"%s\" must be of 2, 4, 5 with commas between", text);
            return;
        }
    }
}

static void check_enhanced(const struct row *row, const char *text) {
    unsigned subject = 0, detail = 0, last = 0;
    char rest = '\0';
    int found = sscanf(text, "X.%3u.%3u-%3u%c", &subject, &detail, &last, &rest);
    char usual[16];
    snprintf(usual, sizeof usual, found == 3 ? "X.%u.%u-%u" : found == 2 ? "X.%u.%u" : "X.%u.*", subject, detail, last);
    if (text[0] != '\0' && (found < 1 || strcmp(usual, text) != 0 || (found == 3 && last <= detail))) {
        complain(row->file, row->line, "enhanced \"%s\" must look like X.7.26, X.7.606-649 or X.7.*", text);
    }
}

static void check_stage(const char *word, size_t length, void *context) {
    const struct row *row = context;
    const char *equals = memchr(word, '=', length), *colon = memchr(word, ':', length);
    if (equals == NULL || colon == NULL || colon < equals || strtoul(colon + 1, NULL, 10) > 100 ||
        find_row(SMTP5XX_TABLE_STAGES, word, (size_t)(equals - word)) == NULL ||
        find_row(SMTP5XX_TABLE_REASONS, equals + 1, (size_t)(colon - equals - 1)) == NULL) {
        complain(row->file, row->line, "stages: \"%.*s\" must look like rcpt=user_unknown:60", (int)length, word);
    }
}

/* Rules and codes share one range of ids. */
static void check_rule_name(const char *name, size_t length, void *context) {
    const struct row *row = context;
    if (find_row(SMTP5XX_TABLE_RULES, name, length) == NULL && find_row(SMTP5XX_TABLE_CODES, name, length) == NULL) {
        complain(row->file, row->line, "\"%.*s\" is neither a rule nor a code: correct it or add the row", (int)length, name);
    }
}

static void check_cell(const struct row *row, const struct column *column, const char *text) {
    struct use use = {row, column->table};
    switch (column->how) {
    case HOW_NUMBER: check_number(row, column, text); break;
    case HOW_CLASSES: check_classes(row, text); break;
    case HOW_SUBJECT: check_enhanced(row, text); break;
    case HOW_RULES: for_words(text, check_rule_name, (void *)(uintptr_t)row); break;
    case HOW_STAGES: for_words(text, check_stage, (void *)(uintptr_t)row); break;
    case HOW_ID:
        if (text[0] != '\0') {
            use_name(text, strlen(text), &use);
        }
        break;
    case HOW_LIST:
    case HOW_LIST_TEXT: for_words(text, use_name, &use); break;
    default: break;
    }
}

static void check_rows(const struct table *table) {
    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        check_name(table, row);
        if (cell(table, row, "meaning")[0] == '\0') {
            complain(row->file, row->line, "meaning is empty: say in one line what it means");
        }
        if (find_column(table, "source") != NULL && cell(table, row, "source")[0] == '\0') {
            complain(row->file, row->line, "source is empty: name the RFC section or the page that says so");
        }
        for (size_t c = 0; table->columns[c].name != NULL; c++) {
            if (table->columns[c].how != HOW_LIST || find_column(table, table->columns[c].name) == &table->columns[c]) {
                check_cell(row, &table->columns[c], row->cells[c]); /* The same cell as text was checked before. */
            }
        }
    }
}

static void check_used(int table) {
    for (size_t i = 0; i < tables[table].count; i++) {
        const struct row *row = &tables[table].rows[i];
        if (row->uses == 0) {
            complain(row->file, row->line, "nothing uses \"%s\": name it in a reason, a code, a block list or an extra, or remove it",
                     cell(&tables[table], row, "name"));
        }
    }
}

static void check_codes(void) {
    const struct table *table = &tables[SMTP5XX_TABLE_CODES];
    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        if (cell(table, row, "reason")[0] == '\0' || cell(table, row, "confidence")[0] == '\0') {
            complain(row->file, row->line, "a code needs a reason and a confidence");
        }
        if (strtoul(cell(table, row, "confidence"), NULL, 10) > 100) {
            complain(row->file, row->line, "confidence must be 0 to 100");
        }
        if (cell(table, row, "code")[0] == '\0' && cell(table, row, "enhanced")[0] == '\0') {
            complain(row->file, row->line, "a code needs a reply code, an enhanced status code or both");
        }
        if (cell(table, row, "enhanced")[0] != '\0' && cell(table, row, "classes")[0] == '\0') {
            complain(row->file, row->line, "an enhanced status code needs its classes, such as 4,5");
        }
    }
}

static void check_reasons(void) {
    const struct table *table = &tables[SMTP5XX_TABLE_REASONS], *nodes = &tables[SMTP5XX_TABLE_NODES];
    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        const char *name = cell(table, row, "name");
        unsigned leaves = 0;
        if (cell(table, row, "steps")[0] == '\0') {
            complain(row->file, row->line, "reason \"%s\" has no steps: say what to do", name);
        }
        for (size_t n = 0; n < nodes->count; n++) {
            leaves += strcmp(cell(nodes, &nodes->rows[n], "reason"), name) == 0;
        }
        if (cell(table, row, "why")[0] == '\0' || cell(table, row, "why_temporary")[0] == '\0') {
            complain(row->file, row->line, "reason \"%s\" needs a why and a why_temporary: name rows of whys.tsv", name);
        }
        if (leaves != 1) {
            complain(row->file, row->line, "reason \"%s\" has %u leaves in tree.tsv: it must have one", name, leaves);
        }
    }
}

static void check_tree(void) {
    const struct table *table = &tables[SMTP5XX_TABLE_NODES];
    unsigned roots = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i], *up = row;
        unsigned depth = 1;
        roots += cell(table, row, "parent")[0] == '\0';
        while (up != NULL && cell(table, up, "parent")[0] != '\0' && depth <= SMTP5XX_PATH_MAX) {
            const char *parent = cell(table, up, "parent");
            up = find_row(SMTP5XX_TABLE_NODES, parent, strlen(parent));
            depth++;
        }
        if (depth > SMTP5XX_PATH_MAX) {
            complain(row->file, row->line, "lies more than %d nodes deep, or in a circle", SMTP5XX_PATH_MAX);
        }
        if (row->uses == 0 && cell(table, row, "reason")[0] == '\0') {
            complain(row->file, row->line, "node \"%s\" has neither a reason nor nodes below it", cell(table, row, "name"));
        }
        if (row->uses != 0 && cell(table, row, "reason")[0] != '\0') {
            complain(row->file, row->line, "node \"%s\" has a reason and nodes below it", cell(table, row, "name"));
        }
    }
    if (roots != 1) {
        complain("tree.tsv", 1, "%u nodes have no parent: exactly one, the root, must", roots);
    }
}

/* More than these limits would be cut off without a word. */
static void count_word(const char *word, size_t length, void *context) {
    (void)word;
    (void)length;
    ++*(unsigned *)context;
}

static void check_length(const struct table *table, const struct row *row, const char *column, unsigned limit) {
    unsigned count = 0;
    for_words(cell(table, row, column), count_word, &count);
    if (count > limit) {
        complain(row->file, row->line, "%u %s: an advice has room for %u", count, column, limit);
    }
}

static void check_extras(void) {
    static const int all[] = {SMTP5XX_TABLE_REASONS, SMTP5XX_TABLE_CODES, SMTP5XX_TABLE_EXTRAS};
    const struct table *extras = &tables[SMTP5XX_TABLE_EXTRAS], *lists = &tables[SMTP5XX_TABLE_BLOCKLISTS];
    for (size_t i = 0; i < extras->count; i++) {
        const struct row *row = &extras->rows[i];
        if (cell(extras, row, "reasons")[0] == '\0' || cell(extras, row, "steps")[0] == '\0') {
            complain(row->file, row->line, "an extra needs the reasons with which it goes, and steps");
        }
        if (cell(extras, row, "provider")[0] == '\0' && cell(extras, row, "rules")[0] == '\0') {
            complain(row->file, row->line, "an extra needs a provider or rules: what always holds belongs to the reason");
        }
    }
    for (size_t i = 0; i < lists->count; i++) {
        if (cell(lists, &lists->rows[i], "steps")[0] == '\0') {
            complain(lists->rows[i].file, lists->rows[i].line, "block list \"%s\" has no steps: say what to do",
                     cell(lists, &lists->rows[i], "name"));
        }
    }
    for (size_t t = 0; t < sizeof all / sizeof all[0]; t++) {
        for (size_t i = 0; i < tables[all[t]].count; i++) {
            check_length(&tables[all[t]], &tables[all[t]].rows[i], "steps", SMTP5XX_STEPS_MAX);
            check_length(&tables[all[t]], &tables[all[t]].rows[i], "references", SMTP5XX_REFERENCES_MAX);
        }
    }
}

/* How often a reason's name stands in a list of names. */
struct search {
    const char *name;
    unsigned found;
};

static void search_name(const char *word, size_t length, void *context) {
    struct search *search = context;
    search->found += strlen(search->name) == length && memcmp(word, search->name, length) == 0;
}

static unsigned labels_of(const char *system, const char *reason) {
    const struct table *table = &tables[SMTP5XX_TABLE_CROSSWALK];
    struct search search = {reason, 0};
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(cell(table, &table->rows[i], "system"), system) == 0) {
            for_words(cell(table, &table->rows[i], "reasons"), search_name, &search);
        }
    }
    return search.found;
}

/* Every system has exactly one word for every reason. */
static void check_crosswalk(void) {
    const struct table *systems = &tables[SMTP5XX_TABLE_SYSTEMS], *reasons = &tables[SMTP5XX_TABLE_REASONS];
    const struct table *table = &tables[SMTP5XX_TABLE_CROSSWALK];
    for (size_t s = 0; s < systems->count; s++) {
        const struct row *row = &systems->rows[s];
        for (size_t r = 0; r < reasons->count; r++) {
            const char *reason = cell(reasons, &reasons->rows[r], "name");
            unsigned labels = labels_of(cell(systems, row, "name"), reason);
            if (labels != 1) {
                complain(row->file, row->line, "has %u labels for reason \"%s\" in crosswalk.tsv: it must have one", labels,
                         reason);
            }
        }
    }
    for (size_t i = 0; i < table->count; i++) {
        const struct row *row = &table->rows[i];
        if (cell(table, row, "system")[0] == '\0' || cell(table, row, "label")[0] == '\0' ||
            (cell(table, row, "reasons")[0] == '\0' && cell(table, row, "also")[0] == '\0')) {
            complain(row->file, row->line, "a row needs a system, its label, and a reason in \"reasons\" or \"also\"");
        }
    }
}

void check_tables(void) {
    for (int i = 1; i < MAX_TABLES; i++) {
        check_ids(&tables[i]);
        check_rows(&tables[i]);
        if (tables[i].count == 0 || tables[i].count > 65535) {
            complain(tables[i].files[0], 0, "table of %s has %zu rows: 1 to 65535 are possible", tables[i].name,
                     tables[i].count);
        }
    }
    check_used(SMTP5XX_TABLE_STEPS);
    check_used(SMTP5XX_TABLE_REFERENCES);
    check_codes();
    check_reasons();
    check_tree();
    check_crosswalk();
    check_extras();
}
