/* The rules as the library needs them to decide, and as a table for callers. */
#include "rules.h"

#include <string.h>

struct s5x_rule *packed_rules;
size_t packed_rule_count;

static const char *const rank_names[] = {"", "hint", "weak", "usual", "strong", "token"};

static const char *name_of(int table, uint32_t id) {
    for (size_t i = 0; i < tables[table].count; i++) {
        if (tables[table].rows[i].id == id) {
            return cell(&tables[table], &tables[table].rows[i], "name");
        }
    }
    return "";
}

static void set_cell(struct row *row, const char *column, const char *text) {
    const struct table *table = &tables[SMTP5XX_TABLE_RULES];
    row->cells[find_column(table, column) - table->columns] = copy_text(text, strlen(text));
}

/* Gives the rules to the table that callers see, so that all its checks hold for them too. */
void fill_rule_table(void) {
    struct table *table = &tables[SMTP5XX_TABLE_RULES];
    table->rows = must_have(calloc(rule_count + 1, sizeof *table->rows));
    table->count = rule_count;
    for (size_t i = 0; i < rule_count; i++) {
        const struct rule *rule = &rules[i];
        struct row *row = &table->rows[i];
        char number[16];
        for (size_t c = 0; c < MAX_COLUMNS; c++) {
            row->cells[c] = "";
        }
        row->file = rule->file;
        row->line = rule->line;
        row->id = rule->id;
        snprintf(number, sizeof number, "%u", (unsigned)rule->confidence);
        set_cell(row, "name", rule->name);
        const struct row *reason = find_row(SMTP5XX_TABLE_REASONS, name_of(SMTP5XX_TABLE_REASONS, rule->reason),
                                            strlen(name_of(SMTP5XX_TABLE_REASONS, rule->reason)));
        set_cell(row, "meaning", rule->detail != 0 || reason == NULL ? "Finds a detail of the reply, and no reason."
                                                    : cell(&tables[SMTP5XX_TABLE_REASONS], reason, "meaning"));
        set_cell(row, "reason", rule->detail != 0 ? "unknown" : name_of(SMTP5XX_TABLE_REASONS, rule->reason));
        set_cell(row, "rank", rank_names[rule->rank]);
        set_cell(row, "confidence", number);
        set_cell(row, "provider", rule->provider == 0 ? "" : name_of(SMTP5XX_TABLE_PROVIDERS, rule->provider));
        set_cell(row, "judged", rule->judged == 0 ? "" : name_of(SMTP5XX_TABLE_PERMANENCES, rule->judged));
    }
}

/* Conditions: classes, stages, codes, ranges of statuses; hits.c reads them. */
static uint16_t pack_condition(const struct rule *rule) {
    if (rule->classes == 0 && rule->stages == 0 && rule->code_count == 0 && rule->status_count == 0) {
        return 0;
    }
    size_t start = list_end();
    list_append(rule->classes);
    list_append(rule->stages);
    list_append((uint32_t)rule->code_count);
    for (size_t i = 0; i < rule->code_count; i++) {
        list_append(rule->codes[i]);
    }
    list_append((uint32_t)rule->status_count);
    for (size_t i = 0; i < rule->status_count; i++) {
        list_append(rule->statuses[i].subject);
        list_append(rule->statuses[i].first);
        list_append(rule->statuses[i].last);
    }
    return (uint16_t)list_share(start);
}

void pack_rules(void) {
    packed_rules = must_have(calloc(rule_count + 1, sizeof *packed_rules));
    packed_rule_count = rule_count;
    for (size_t i = 0; i < rule_count; i++) {
        const struct rule *rule = &rules[i];
        /* A condition tells as much as two words. */
        int conditions = (rule->classes != 0) + (rule->stages != 0) + (rule->code_count != 0) + (rule->status_count != 0) +
                         (rule->provider != 0);
        packed_rules[i] = (struct s5x_rule){
            (uint16_t)rule->id,    pack_condition(rule),
            (uint8_t)rule->provider, (uint8_t)rule->reason,
            (uint8_t)(rule->detail != 0 ? 0 : rule->rank), (uint8_t)rule->confidence, /* Details come last. */
            (uint8_t)((unsigned)conditions * 2 | rule->action << 4), (uint8_t)(rule->detail | rule->judged << 4)};
    }
}

void write_rules(FILE *out) {
    fputs("static const struct s5x_rule s5x_rules[] = {\n", out);
    for (size_t i = 0; i < packed_rule_count; i++) {
        const struct s5x_rule *rule = &packed_rules[i];
        fprintf(out, "{%u,%u,%u,%u,%u,%u,%u,%u},\n", rule->id, rule->condition, rule->provider, rule->reason, rule->rank,
                rule->confidence, rule->weight_action, rule->detail_judged);
    }
    fputs("};\nstatic const uint16_t s5x_rule_names[] = {\n", out);
    for (size_t i = 0; i < real_rule_count; i++) {
        fprintf(out, "%u,%s", (unsigned)pool_text(rules[i].name), i % 16 == 15 ? "\n" : "");
    }
    fputs("};\nstatic const uint16_t s5x_rank_names[] = {", out);
    for (int rank = 0; rank <= RANK_TOKEN; rank++) {
        fprintf(out, "%u,", (unsigned)pool_text(rank_names[rank]));
    }
    fprintf(out, "};\nenum { s5x_no_reason = %u };\n", (unsigned)pool_text("Finds a detail of the reply, and no reason."));
}
