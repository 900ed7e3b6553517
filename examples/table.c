/* smtp5xx table: prints any table of the library, knowing little about it but its number. SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "app.h"

#include <getopt.h>
#include <jansson.h>
#include <string.h>

enum { LAST_TABLE = SMTP5XX_TABLE_EXTRAS, LAST_FIELD = 127, KIND_NUMBER = 2, MAX_REASONS = 256, NAMES_ROOM = 8192 };

static const char *cell(uint32_t table, uint32_t id, uint32_t field, char *number, size_t room) {
    if (smtp5xx_table_field(table, field) != KIND_NUMBER) {
        return smtp5xx_table_text(table, id, field);
    }
    snprintf(number, room, "%u", smtp5xx_table_number(table, id, field));
    return number;
}

/* The reasons that a word of another system stands for: those that get it, or (also) the others. The library tells them by a
 * function, since one word may stand for many. */
static const char *reasons_of(uint32_t id, int also, char *names, size_t room) {
    uint16_t reasons[MAX_REASONS];
    const char *label = smtp5xx_table_text(SMTP5XX_TABLE_CROSSWALK, id, SMTP5XX_FIELD_LABEL);
    uint32_t system = smtp5xx_table_number(SMTP5XX_TABLE_CROSSWALK, id, SMTP5XX_FIELD_SYSTEM);
    uint32_t count = smtp5xx_crosswalk_find(system, label, strlen(label), reasons, MAX_REASONS);
    size_t used = 0;
    names[0] = '\0';
    for (uint32_t i = 0; i < count && i < MAX_REASONS && used < room; i++) {
        if ((strcmp(smtp5xx_crosswalk(system, reasons[i]), label) != 0) == also) {
            used += (size_t)snprintf(names + used, room - used, "%s%s", used > 0 ? " " : "", smtp5xx_reason_name(reasons[i]));
        }
    }
    return names;
}

static void print_rows(uint32_t table, int markdown) {
    const char *open = markdown ? "| " : "", *between = markdown ? " | " : "\t", *close = markdown ? " |\n" : "\n";
    char number[16], names[NAMES_ROOM];
    int crosswalk = table == SMTP5XX_TABLE_CROSSWALK;
    printf("%sid", open);
    for (uint32_t field = 1; field <= LAST_FIELD; field++) {
        if (smtp5xx_table_field(table, field)) {
            printf("%s%s", between, smtp5xx_field_name(field));
        }
    }
    if (crosswalk) {
        printf("%sreasons%salso", between, between);
    }
    fputs(close, stdout);
    if (markdown) {
        fputs(crosswalk ? "|---|---|---" : "|---", stdout);
        for (uint32_t field = 1; field <= LAST_FIELD; field++) {
            fputs(smtp5xx_table_field(table, field) ? "|---" : "", stdout);
        }
        fputs("|\n", stdout);
    }
    for (uint32_t i = 0; i < smtp5xx_table_count(table); i++) {
        uint32_t id = smtp5xx_table_id(table, i);
        printf("%s%u", open, id);
        for (uint32_t field = 1; field <= LAST_FIELD; field++) {
            if (!smtp5xx_table_field(table, field)) {
                continue;
            }
            fputs(between, stdout);
            for (const char *c = cell(table, id, field, number, sizeof number); *c != '\0'; c++) {
                fputs(markdown && *c == '|' ? "\\" : "", stdout);
                fputc(*c, stdout);
            }
        }
        for (int also = 0; crosswalk && also < 2; also++) {
            printf("%s%s", between, reasons_of(id, also, names, sizeof names));
        }
        fputs(close, stdout);
    }
}

static void print_json(uint32_t table) {
    for (uint32_t i = 0; i < smtp5xx_table_count(table); i++) {
        uint32_t id = smtp5xx_table_id(table, i);
        json_t *row = json_pack("{s:I}", "id", (json_int_t)id);
        for (uint32_t field = 1; field <= LAST_FIELD; field++) {
            int kind = smtp5xx_table_field(table, field);
            if (kind != 0) {
                json_object_set_new(row, smtp5xx_field_name(field),
                                    kind == KIND_NUMBER ? json_integer((json_int_t)smtp5xx_table_number(table, id, field))
                                                        : json_string(smtp5xx_table_text(table, id, field)));
            }
        }
        for (int also = 0; table == SMTP5XX_TABLE_CROSSWALK && also < 2; also++) {
            char names[NAMES_ROOM];
            json_object_set_new(row, also ? "also" : "reasons", json_string(reasons_of(id, also, names, sizeof names)));
        }
        json_dumpf(row, stdout, JSON_COMPACT);
        fputc('\n', stdout);
        json_decref(row);
    }
}

static uint32_t find_table(const char *name) {
    for (uint32_t table = 1; table <= LAST_TABLE; table++) {
        if (strcmp(smtp5xx_table_name(table), name) == 0) {
            return table;
        }
    }
    fprintf(stderr, "smtp5xx: there is no table \"%s\": use one of", name);
    for (uint32_t table = 1; table <= LAST_TABLE; table++) {
        fprintf(stderr, " %s", smtp5xx_table_name(table));
    }
    fputc('\n', stderr);
    return 0;
}

int table_main(int argc, char **argv) {
    static const struct option known[] = {{"output", required_argument, NULL, 'o'}, {"rank", required_argument, NULL, 'r'},
                                          {NULL, 0, NULL, 0}};
    const char *output = "tsv", *rank = NULL;
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'o': output = optarg; break;
        case 'r': rank = optarg; break;
        default: return EXIT_USAGE;
        }
    }
    int export = is_export(output), takes_rank = strcmp(output, "kumomta") == 0;
    if (rank != NULL && !takes_rank) {
        complain("--rank %s: only --output kumomta takes it", rank);
        return EXIT_USAGE;
    }
    if (!export && strcmp(output, "tsv") != 0 && strcmp(output, "jsonl") != 0 && strcmp(output, "markdown") != 0 &&
        strcmp(output, "po") != 0) {
        complain("--output %s: use tsv, jsonl, markdown or po, or for the rules pcre, zonemta, kumomta or json", output);
        return EXIT_USAGE;
    }
    if (export && (optind == argc || strcmp(argv[optind], "rules") != 0)) {
        complain("--output %s: only the rules have this form: smtp5xx table rules --output %s", output, output);
        return EXIT_USAGE;
    }
    if (strcmp(output, "po") == 0) {
        uint32_t table = optind == argc ? 0 : find_table(argv[optind]);
        if (optind < argc && table == 0) {
            return EXIT_USAGE;
        }
        print_catalogue(table);
        return finish_output(EXIT_FINE);
    }
    if (optind == argc) {
        for (uint32_t table = 1; table <= LAST_TABLE; table++) {
            printf("%s\t%u\n", smtp5xx_table_name(table), smtp5xx_table_count(table));
        }
        return finish_output(EXIT_FINE);
    }
    uint32_t table = find_table(argv[optind]);
    if (table == 0) {
        return EXIT_USAGE;
    }
    if (export) {
        return export_rules(output, rank);
    }
    if (strcmp(output, "jsonl") == 0) {
        print_json(table);
    } else {
        print_rows(table, strcmp(output, "markdown") == 0);
    }
    return finish_output(EXIT_FINE);
}
