/* The tables by id: rows, fields, names and versions. */
#include "internal.h"

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
#define VERSION_TEXT TEXT(SMTP5XX_VERSION_MAJOR) "." TEXT(SMTP5XX_VERSION_MINOR) "." TEXT(SMTP5XX_VERSION_PATCH)

enum { TABLE_COUNT = sizeof s5x_tables / sizeof s5x_tables[0] };

INTERNAL const char *s5x_pool_text(uint32_t offset) {
    return (const char *)s5x_pool + (size_t)offset * POOL_UNIT;
}

INTERNAL int s5x_has_id(const uint16_t *list, uint32_t id) {
    for (uint32_t i = 1; i <= list[0]; i++) {
        if (list[i] == id) {
            return 1;
        }
    }
    return 0;
}

static const struct s5x_table *table_at(uint32_t table) {
    return &s5x_tables[table < TABLE_COUNT ? table : 0];
}

/* Rules are not kept in cells, but as the matcher needs them. */
static int is_rules(const struct s5x_table *table) {
    return table == &s5x_tables[SMTP5XX_TABLE_RULES];
}

static uint32_t id_of_row(const struct s5x_table *table, uint32_t row) {
    return is_rules(table) ? s5x_rules[row].id : s5x_cells[table->cells + row * table->columns];
}

INTERNAL uint32_t s5x_row_of(uint32_t number, uint32_t id) {
    const struct s5x_table *table = table_at(number);
    uint32_t low = 0, high = table->rows;
    if (id < high && id_of_row(table, id) == id) {
        return id; /* Most tables are dense, from 0 or from 1. */
    }
    if (id != 0 && id <= high && id_of_row(table, id - 1) == id) {
        return id - 1;
    }
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        uint32_t found = id_of_row(table, middle);
        if (found == id) {
            return middle;
        }
        low = found < id ? middle + 1 : low;
        high = found < id ? high : middle;
    }
    return UINT32_MAX;
}

/* The same for two tables that every verdict and advice asks, whose ids have no holes (tests/check_names.c). A step comes from
 * the tables, a reason from anywhere. */
static uint32_t row_of_reason(uint32_t reason) {
    return reason < (uint32_t)reasons_rows ? reason : UINT32_MAX;
}

static uint32_t row_of_step(uint32_t step) {
    return step - 1;
}

static const struct s5x_column *column_of(const struct s5x_table *table, uint32_t field, uint32_t *index) {
    for (uint32_t i = 0; i < table->columns; i++) {
        if (s5x_columns[table->schema + i].field == field) {
            *index = i;
            return &s5x_columns[table->schema + i];
        }
    }
    return NULL;
}

static uint32_t cell_of_rule(uint32_t row, uint32_t field) {
    const struct s5x_rule *rule = &s5x_rules[row];
    switch (field) {
    case FIELD_ID: return rule->id;
    case SMTP5XX_FIELD_NAME: return s5x_rule_names[row];
    case SMTP5XX_FIELD_MEANING:
        return RULE_DETAIL(rule) != 0 ? (uint32_t)s5x_no_reason
                                 : CELL(reasons, s5x_row_of(SMTP5XX_TABLE_REASONS, rule->reason), meaning);
    case SMTP5XX_FIELD_REASON: return rule->reason;
    case SMTP5XX_FIELD_RANK: return s5x_rank_names[rule->rank];
    case SMTP5XX_FIELD_CONFIDENCE: return rule->confidence;
    case SMTP5XX_FIELD_PROVIDER: return rule->provider;
    default: return RULE_JUDGED(rule); /* SMTP5XX_FIELD_JUDGED */
    }
}

/* A cell by the number of its field, for the functions that take one; 0 if the table has no such field. */
static uint32_t cell_at(uint32_t number, uint32_t row, uint32_t field) {
    const struct s5x_table *table = table_at(number);
    uint32_t index;
    if (row >= table->rows || column_of(table, field, &index) == NULL) {
        return 0;
    }
    if (is_rules(table)) {
        return cell_of_rule(row, field);
    }
    return s5x_cells[table->cells + row * table->columns + index];
}

uint32_t smtp5xx_table_count(uint32_t table) {
    return table_at(table)->rows;
}

uint32_t smtp5xx_table_id(uint32_t table, uint32_t index) {
    const struct s5x_table *in = table_at(table);
    return index < in->rows ? id_of_row(in, index) : 0;
}

const char *smtp5xx_table_name(uint32_t table) {
    return s5x_pool_text(table_at(table)->name);
}

const char *smtp5xx_field_name(uint32_t field) {
    return s5x_pool_text(field < sizeof s5x_field_names / sizeof s5x_field_names[0] ? s5x_field_names[field] : 0);
}

static const struct s5x_column *public_column(uint32_t table, uint32_t field) {
    uint32_t index;
    return field == FIELD_ID || field > FIELD_PUBLIC_MAX ? NULL : column_of(table_at(table), field, &index);
}

int smtp5xx_table_field(uint32_t table, uint32_t field) {
    const struct s5x_column *column = public_column(table, field);
    return column == NULL ? 0 : column->kind;
}

uint32_t smtp5xx_table_of_field(uint32_t table, uint32_t field) {
    const struct s5x_column *column = public_column(table, field);
    return column == NULL || column->kind != KIND_ID ? 0 : column->table;
}

const char *smtp5xx_table_text(uint32_t table, uint32_t id, uint32_t field) {
    const struct s5x_column *column = public_column(table, field);
    uint32_t row = s5x_row_of(table, id);
    if (column == NULL || column->kind == KIND_NUMBER || row == UINT32_MAX) {
        return "";
    }
    uint32_t value = cell_at(table, row, field);
    if (column->kind == KIND_TEXT) {
        return s5x_pool_text(value);
    }
    row = s5x_row_of(column->table, value);
    return row == UINT32_MAX ? "" : s5x_pool_text(cell_at(column->table, row, SMTP5XX_FIELD_NAME));
}

uint32_t smtp5xx_table_number(uint32_t table, uint32_t id, uint32_t field) {
    const struct s5x_column *column = public_column(table, field);
    uint32_t row = s5x_row_of(table, id);
    return column == NULL || column->kind == KIND_TEXT || row == UINT32_MAX ? 0 : cell_at(table, row, field);
}

int smtp5xx_table_find(uint32_t table, const char *name, size_t length, uint32_t *id) {
    const struct s5x_table *in = table_at(table);
    for (uint32_t row = 0; name != NULL && row < in->rows; row++) {
        const char *own = s5x_pool_text(cell_at(table, row, SMTP5XX_FIELD_NAME));
        if (strlen(own) == length && memcmp(own, name, length) == 0) {
            if (id != NULL) {
                *id = id_of_row(in, row);
            }
            return 1;
        }
    }
    return 0;
}

static const char *name_in(uint32_t table, uint32_t id) {
    uint32_t row = s5x_row_of(table, id);
    row = row == UINT32_MAX ? s5x_row_of(table, 0) : row;
    return row == UINT32_MAX ? "" : s5x_pool_text(cell_at(table, row, SMTP5XX_FIELD_NAME));
}

#define NAME_FUNCTION(function, table)      \
    const char *function(uint32_t id) {     \
        return name_in(table, id);          \
    }

NAME_FUNCTION(smtp5xx_reason_name, SMTP5XX_TABLE_REASONS)
NAME_FUNCTION(smtp5xx_category_name, SMTP5XX_TABLE_CATEGORIES)
NAME_FUNCTION(smtp5xx_action_name, SMTP5XX_TABLE_ACTIONS)
NAME_FUNCTION(smtp5xx_disposition_name, SMTP5XX_TABLE_DISPOSITIONS)
NAME_FUNCTION(smtp5xx_party_name, SMTP5XX_TABLE_PARTIES)
NAME_FUNCTION(smtp5xx_scope_name, SMTP5XX_TABLE_SCOPES)
NAME_FUNCTION(smtp5xx_retry_name, SMTP5XX_TABLE_RETRIES)
NAME_FUNCTION(smtp5xx_severity_name, SMTP5XX_TABLE_SEVERITIES)
NAME_FUNCTION(smtp5xx_permanence_name, SMTP5XX_TABLE_PERMANENCES)
NAME_FUNCTION(smtp5xx_basis_name, SMTP5XX_TABLE_BASES)
NAME_FUNCTION(smtp5xx_stage_name, SMTP5XX_TABLE_STAGES)
NAME_FUNCTION(smtp5xx_form_name, SMTP5XX_TABLE_FORMS)
NAME_FUNCTION(smtp5xx_provider_name, SMTP5XX_TABLE_PROVIDERS)
NAME_FUNCTION(smtp5xx_blocklist_name, SMTP5XX_TABLE_BLOCKLISTS)
NAME_FUNCTION(smtp5xx_step_name, SMTP5XX_TABLE_STEPS)
NAME_FUNCTION(smtp5xx_reference_name, SMTP5XX_TABLE_REFERENCES)
NAME_FUNCTION(smtp5xx_node_name, SMTP5XX_TABLE_NODES)
NAME_FUNCTION(smtp5xx_system_name, SMTP5XX_TABLE_SYSTEMS)
NAME_FUNCTION(smtp5xx_why_name, SMTP5XX_TABLE_WHYS)

/* Rules of words and rows of codes share one range of ids. */
const char *smtp5xx_rule_name(uint32_t id) {
    return name_in(id >= RULE_ID_MIN ? SMTP5XX_TABLE_RULES : SMTP5XX_TABLE_CODES, id);
}

const char *smtp5xx_error_name(int error) {
    switch (error) {
    case SMTP5XX_OK: return "no error";
    case SMTP5XX_EINVAL: return "bad argument";
    case SMTP5XX_ESIZE: return "output struct is too small";
    default: return "unknown error";
    }
}

const char *smtp5xx_version(void) {
    return VERSION_TEXT;
}

uint32_t smtp5xx_version_number(void) {
    return SMTP5XX_VERSION_MAJOR << 16 | SMTP5XX_VERSION_MINOR << 8 | SMTP5XX_VERSION_PATCH;
}

uint32_t smtp5xx_table_version(void) {
    return s5x_table_version;
}
