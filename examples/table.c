/* smtp5xx table: prints any table of the library, knowing nothing about it but its number. SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "app.h"

#include <getopt.h>
#include <jansson.h>
#include <string.h>

enum { LAST_TABLE = SMTP5XX_TABLE_BLOCKLISTS, LAST_FIELD = 127, KIND_NUMBER = 2 };

static const char *cell(uint32_t table, uint32_t id, uint32_t field, char *number, size_t room) {
    if (smtp5xx_table_field(table, field) != KIND_NUMBER) {
        return smtp5xx_table_text(table, id, field);
    }
    snprintf(number, room, "%u", smtp5xx_table_number(table, id, field));
    return number;
}

static void print_rows(uint32_t table, int markdown) {
    const char *open = markdown ? "| " : "", *between = markdown ? " | " : "\t", *close = markdown ? " |\n" : "\n";
    char number[16];
    printf("%sid", open);
    for (uint32_t field = 1; field <= LAST_FIELD; field++) {
        if (smtp5xx_table_field(table, field)) {
            printf("%s%s", between, smtp5xx_field_name(field));
        }
    }
    fputs(close, stdout);
    if (markdown) {
        fputs("|---", stdout);
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
    static const struct option known[] = {{"output", required_argument, NULL, 'o'}, {NULL, 0, NULL, 0}};
    const char *output = "tsv";
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option != 'o') {
            return EXIT_USAGE;
        }
        output = optarg;
    }
    if (strcmp(output, "tsv") != 0 && strcmp(output, "jsonl") != 0 && strcmp(output, "markdown") != 0) {
        complain("--output %s: use tsv, jsonl or markdown", output);
        return EXIT_USAGE;
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
    if (strcmp(output, "jsonl") == 0) {
        print_json(table);
    } else {
        print_rows(table, strcmp(output, "markdown") == 0);
    }
    return finish_output(EXIT_FINE);
}
