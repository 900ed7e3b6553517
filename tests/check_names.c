/*
 * Names: every constant of the header has its stable name, every name leads back to its row, and the tables are as the
 * header describes them, whatever number is asked for.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "names_cases.h"
#include "suites.h"

/* By number. */
static const char *const table_names[] = {
    "", "codes", "reasons", "steps", "references", "providers", "nodes", "categories", "actions", "dispositions",
    "parties", "scopes", "retries", "severities", "permanences", "bases", "stages", "forms", "rules", "blocklists", "systems", "crosswalk", "whys", "extras",
};

/* The functions for names, and what each says of a number that is not known. */
static const struct namer {
    const char *function;
    const char *(*name)(uint32_t id);
    uint32_t table;
    const char *unknown;
} namers[] = {
    {"reason", smtp5xx_reason_name, SMTP5XX_TABLE_REASONS, "unknown"},
    {"category", smtp5xx_category_name, SMTP5XX_TABLE_CATEGORIES, "unknown"},
    {"action", smtp5xx_action_name, SMTP5XX_TABLE_ACTIONS, "none"},
    {"disposition", smtp5xx_disposition_name, SMTP5XX_TABLE_DISPOSITIONS, "none"},
    {"party", smtp5xx_party_name, SMTP5XX_TABLE_PARTIES, "nobody"},
    {"scope", smtp5xx_scope_name, SMTP5XX_TABLE_SCOPES, "none"},
    {"retry", smtp5xx_retry_name, SMTP5XX_TABLE_RETRIES, "none"},
    {"severity", smtp5xx_severity_name, SMTP5XX_TABLE_SEVERITIES, "none"},
    {"permanence", smtp5xx_permanence_name, SMTP5XX_TABLE_PERMANENCES, "unknown"},
    {"basis", smtp5xx_basis_name, SMTP5XX_TABLE_BASES, "none"},
    {"stage", smtp5xx_stage_name, SMTP5XX_TABLE_STAGES, "unknown"},
    {"form", smtp5xx_form_name, SMTP5XX_TABLE_FORMS, "none"},
    {"rule", smtp5xx_rule_name, SMTP5XX_TABLE_CODES, ""},
    {"rule", smtp5xx_rule_name, SMTP5XX_TABLE_RULES, ""},
    {"provider", smtp5xx_provider_name, SMTP5XX_TABLE_PROVIDERS, ""},
    {"blocklist", smtp5xx_blocklist_name, SMTP5XX_TABLE_BLOCKLISTS, ""},
    {"step", smtp5xx_step_name, SMTP5XX_TABLE_STEPS, ""},
    {"reference", smtp5xx_reference_name, SMTP5XX_TABLE_REFERENCES, ""},
    {"node", smtp5xx_node_name, SMTP5XX_TABLE_NODES, ""},
    {"system", smtp5xx_system_name, SMTP5XX_TABLE_SYSTEMS, ""},
    {"why", smtp5xx_why_name, SMTP5XX_TABLE_WHYS, ""},
};

enum { AS_TEXT = 1, AS_NUMBER = 2, AS_ID = 3, LAST_TABLE = SMTP5XX_TABLE_EXTRAS };

/* Sets of tables, one bit each. */
#define IN(table) (1UL << SMTP5XX_TABLE_##table)
enum { IN_ALL = -1 };

/* By number: the name of a field, as what and in which tables it is, and for an id the table to which that belongs. */
static const struct field {
    uint32_t field;
    const char *name;
    int kind;
    unsigned long tables;
    uint32_t of;
} fields[] = {
    {SMTP5XX_FIELD_NAME, "name", AS_TEXT, (unsigned long)IN_ALL, 0},
    {SMTP5XX_FIELD_MEANING, "meaning", AS_TEXT, (unsigned long)IN_ALL, 0},
    {SMTP5XX_FIELD_DETAIL, "detail", AS_TEXT, IN(CODES) | IN(REASONS) | IN(STEPS), 0},
    {SMTP5XX_FIELD_SOURCE, "source", AS_TEXT, IN(CODES) | IN(REASONS) | IN(STEPS) | IN(PROVIDERS) | IN(BLOCKLISTS) | IN(SYSTEMS) | IN(EXTRAS), 0},
    {SMTP5XX_FIELD_URL, "url", AS_TEXT, IN(REFERENCES) | IN(PROVIDERS) | IN(BLOCKLISTS) | IN(SYSTEMS), 0},
    {SMTP5XX_FIELD_CODE, "code", AS_NUMBER, IN(CODES), 0},
    {SMTP5XX_FIELD_CLASSES, "classes", AS_NUMBER, IN(CODES), 0},
    {SMTP5XX_FIELD_SUBJECT, "subject", AS_NUMBER, IN(CODES), 0},
    {SMTP5XX_FIELD_ENHANCED_DETAIL, "enhanced_detail", AS_NUMBER, IN(CODES), 0},
    {SMTP5XX_FIELD_PROVIDER, "provider", AS_ID, IN(CODES) | IN(RULES) | IN(EXTRAS), SMTP5XX_TABLE_PROVIDERS},
    {SMTP5XX_FIELD_REASON, "reason", AS_ID, IN(CODES) | IN(NODES) | IN(RULES), SMTP5XX_TABLE_REASONS},
    {SMTP5XX_FIELD_CONFIDENCE, "confidence", AS_NUMBER, IN(CODES) | IN(RULES), 0},
    {SMTP5XX_FIELD_COMMANDS, "commands", AS_TEXT, IN(CODES), 0},
    {SMTP5XX_FIELD_BASIC_CODES, "basic_codes", AS_TEXT, IN(CODES), 0},
    {SMTP5XX_FIELD_STEPS, "steps", AS_TEXT, IN(CODES) | IN(REASONS) | IN(BLOCKLISTS) | IN(EXTRAS), 0},
    {SMTP5XX_FIELD_REFERENCES, "references", AS_TEXT, IN(CODES) | IN(REASONS) | IN(STEPS) | IN(EXTRAS), 0},
    {SMTP5XX_FIELD_CATEGORY, "category", AS_ID, IN(REASONS), SMTP5XX_TABLE_CATEGORIES},
    {SMTP5XX_FIELD_ACTION, "action", AS_ID, IN(REASONS) | IN(STEPS), SMTP5XX_TABLE_ACTIONS},
    {SMTP5XX_FIELD_ACTION_TEMPORARY, "action_temporary", AS_ID, IN(REASONS), SMTP5XX_TABLE_ACTIONS},
    {SMTP5XX_FIELD_PARTY, "party", AS_ID, IN(REASONS) | IN(STEPS), SMTP5XX_TABLE_PARTIES},
    {SMTP5XX_FIELD_SCOPE, "scope", AS_ID, IN(REASONS) | IN(EXTRAS), SMTP5XX_TABLE_SCOPES},
    {SMTP5XX_FIELD_SEVERITY, "severity", AS_ID, IN(REASONS), SMTP5XX_TABLE_SEVERITIES},
    {SMTP5XX_FIELD_PARENT, "parent", AS_ID, IN(NODES), SMTP5XX_TABLE_NODES},
    {SMTP5XX_FIELD_HOSTS, "hosts", AS_TEXT, IN(PROVIDERS), 0},
    {SMTP5XX_FIELD_DOMAINS, "domains", AS_TEXT, IN(PROVIDERS), 0},
    {SMTP5XX_FIELD_JUDGED, "judged", AS_ID, IN(REASONS) | IN(RULES), SMTP5XX_TABLE_PERMANENCES},
    {SMTP5XX_FIELD_STAGE_REASONS, "stage_reasons", AS_TEXT, IN(CODES), 0},
    {SMTP5XX_FIELD_TEXTS, "texts", AS_TEXT, IN(PROVIDERS), 0},
    {SMTP5XX_FIELD_ENHANCED, "enhanced", AS_TEXT, IN(CODES), 0},
    {SMTP5XX_FIELD_ENHANCED_DETAIL_LAST, "enhanced_detail_last", AS_NUMBER, IN(CODES), 0},
    {SMTP5XX_FIELD_RANK, "rank", AS_TEXT, IN(RULES), 0},
    {SMTP5XX_FIELD_LISTS, "lists", AS_TEXT, IN(BLOCKLISTS), 0},
    {SMTP5XX_FIELD_OPERATOR, "operator", AS_TEXT, IN(BLOCKLISTS), 0},
    {SMTP5XX_FIELD_RULE, "rule", AS_ID, IN(BLOCKLISTS), SMTP5XX_TABLE_RULES},
    {SMTP5XX_FIELD_SYSTEM, "system", AS_ID, IN(CROSSWALK), SMTP5XX_TABLE_SYSTEMS},
    {SMTP5XX_FIELD_LABEL, "label", AS_TEXT, IN(CROSSWALK), 0},
    {SMTP5XX_FIELD_REPLACES, "replaces", AS_TEXT, IN(STEPS), 0},
    {SMTP5XX_FIELD_REASONS, "reasons", AS_TEXT, IN(EXTRAS), 0},
    {SMTP5XX_FIELD_RULES, "rules", AS_TEXT, IN(EXTRAS), 0},
    {SMTP5XX_FIELD_WHY, "why", AS_ID, IN(REASONS), SMTP5XX_TABLE_WHYS},
    {SMTP5XX_FIELD_WHY_TEMPORARY, "why_temporary", AS_ID, IN(REASONS), SMTP5XX_TABLE_WHYS},
    {SMTP5XX_FIELD_HOLD, "hold", AS_NUMBER, IN(REASONS) | IN(EXTRAS), 0},
};

/* Numbers beyond every table, field and row. */
static const uint32_t beyond[] = {256, 257, 258, 10000, 65535, 65536, 65537, INT32_MAX, 1U << 31, UINT32_MAX};

static const char *name_of(uint32_t table, uint32_t id)
{
    return smtp5xx_table_text(table, id, SMTP5XX_FIELD_NAME);
}

/* What the header says of a field in a table; NULL if the table does not have it. */
static const struct field *promised(uint32_t table, uint32_t field)
{
    if (table < 1 || table > LAST_TABLE || field < 1 || field > COUNT_OF(fields)) {
        return NULL;
    }
    return fields[field - 1].tables >> table & 1 ? &fields[field - 1] : NULL;
}

/* Says whether the bytes are UTF-8 (RFC 3629 4) without control characters. */
static int is_plain(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    while (*at) {
        static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
        unsigned more = *at < 0x80 ? 0 : *at < 0xc2 ? 9 : *at < 0xe0 ? 1 : *at < 0xf0 ? 2 : *at < 0xf5 ? 3 : 9;
        uint32_t point = more == 0 ? *at : more > 3 ? 0 : *at & (0x3fU >> more);

        if (more > 3) {
            return 0;
        }
        for (unsigned i = 1; i <= more; i++) {
            if ((at[i] & 0xc0) != 0x80) {
                return 0;
            }
            point = point << 6 | (at[i] & 0x3fU);
        }
        if (point < least[more] || point < 0x20 || (point >= 0x7f && point < 0xa0) || point > 0x10ffff ||
            (point >= 0xd800 && point < 0xe000) || point == 0x2028 || point == 0x2029) {
            return 0;
        }
        at += more + 1;
    }
    return 1;
}

/* Says whether a name stands in a text of names that are separated by single blanks. */
static int lists_name(const char *list, const char *name)
{
    size_t length = strlen(name);

    while (*list) {
        size_t word = strcspn(list, " ");

        if (word == length && strncmp(list, name, length) == 0) {
            return 1;
        }
        list += word + (list[word] == ' ');
    }
    return 0;
}

START_TEST(a_constant_has_its_name)
{
    const struct constant *row = &constants[_i];
    uint32_t id = UINT32_MAX;

    ck_assert_msg(strcmp(name_of(row->table, row->id), row->name) == 0, "%s is %s", row->name,
                  name_of(row->table, row->id));
    ck_assert_msg(smtp5xx_table_find(row->table, row->name, strlen(row->name), &id) == 1 && id == row->id,
                  "%s is found as %u", row->name, id);
}
END_TEST

START_TEST(a_vocabulary_has_its_constants_only)
{
    for (uint32_t table = SMTP5XX_TABLE_REASONS; table <= LAST_TABLE; table++) {
        unsigned expected = 0;

        for (size_t i = 0; i < COUNT_OF(constants); i++) {
            expected += constants[i].table == table;
        }
        if (expected != 0) {
            ck_assert_msg(smtp5xx_table_count(table) == expected, "%s: %u rows, %u constants",
                          smtp5xx_table_name(table), smtp5xx_table_count(table), expected);
            for (uint32_t i = 0; i < expected; i++) {
                ck_assert_msg(smtp5xx_table_id(table, i) == i, "%s: row %u has id %u", smtp5xx_table_name(table), i,
                              smtp5xx_table_id(table, i));
            }
        }
    }
}
END_TEST

START_TEST(a_function_names_every_row)
{
    const struct namer *row = &namers[_i];

    for (uint32_t i = 0; i < smtp5xx_table_count(row->table); i++) {
        uint32_t id = smtp5xx_table_id(row->table, i);

        ck_assert_msg(strcmp(row->name(id), name_of(row->table, id)) == 0, "%s %u is %s", row->function, id,
                      row->name(id));
        ck_assert_msg(*row->name(id) != '\0', "%s %u has no name", row->function, id);
    }
    ck_assert_str_eq(row->name(0), row->unknown);
}
END_TEST

/* Says whether any table of the function has the row: rules are those of codes and those of words. */
static int is_named(const struct namer *namer, uint32_t id)
{
    for (size_t i = 0; i < COUNT_OF(namers); i++) {
        if (namers[i].name == namer->name && has_row(namers[i].table, id)) {
            return 1;
        }
    }
    return 0;
}

START_TEST(a_function_names_an_unknown_number)
{
    const struct namer *row = &namers[_i];

    for (uint32_t i = 0; i < 10000 + COUNT_OF(beyond); i++) {
        uint32_t id = i < 10000 ? i : beyond[i - 10000];
        const char *name = row->name(id);

        ck_assert_msg(name != NULL, "%s %u is NULL", row->function, id);
        if (!is_named(row, id)) {
            ck_assert_msg(strcmp(name, row->unknown) == 0, "%s %u is %s", row->function, id, name);
        }
    }
}
END_TEST

START_TEST(tables_and_fields_have_names)
{
    for (uint32_t i = 0; i < 300 + COUNT_OF(beyond); i++) {
        uint32_t number = i < 300 ? i : beyond[i - 300];
        const char *table = number < COUNT_OF(table_names) ? table_names[number] : "";
        const char *field = number >= 1 && number <= COUNT_OF(fields) ? fields[number - 1].name : "";

        ck_assert_ptr_nonnull(smtp5xx_table_name(number));
        ck_assert_ptr_nonnull(smtp5xx_field_name(number));
        ck_assert_msg(strcmp(smtp5xx_table_name(number), table) == 0, "table %u is %s", number,
                      smtp5xx_table_name(number));
        ck_assert_msg(strcmp(smtp5xx_field_name(number), field) == 0, "field %u is %s", number,
                      smtp5xx_field_name(number));
    }
    ck_assert_uint_eq(COUNT_OF(table_names), LAST_TABLE + 1);
}
END_TEST

START_TEST(tables_have_the_fields_of_the_header)
{
    for (uint32_t i = 0; i < COUNT_OF(fields); i++) {
        ck_assert_uint_eq(fields[i].field, i + 1);
    }
    for (uint32_t table = 0; table < 256; table++) {
        for (uint32_t field = 0; field < 256; field++) {
            const struct field *row = promised(table, field);

            ck_assert_msg(smtp5xx_table_field(table, field) == (row ? row->kind : 0), "table %u, field %u (%s): %d",
                          table, field, smtp5xx_field_name(field), smtp5xx_table_field(table, field));
            ck_assert_msg(smtp5xx_table_of_field(table, field) == (row ? row->of : 0), "table %u, field %u (%s) of %u",
                          table, field, smtp5xx_field_name(field), smtp5xx_table_of_field(table, field));
        }
    }
}
END_TEST

START_TEST(what_is_not_there_is_empty)
{
    for (uint32_t i = 0; i < COUNT_OF(beyond); i++) {
        ck_assert_uint_eq(smtp5xx_table_count(beyond[i]), 0);
        ck_assert_uint_eq(smtp5xx_table_id(beyond[i], 0), 0);
        ck_assert_int_eq(smtp5xx_table_field(beyond[i], SMTP5XX_FIELD_NAME), 0);
        ck_assert_uint_eq(smtp5xx_table_of_field(beyond[i], SMTP5XX_FIELD_REASON), 0);
        ck_assert_int_eq(smtp5xx_table_find(beyond[i], "unknown", 7, NULL), 0);
        for (uint32_t table = 0; table <= LAST_TABLE + 1; table++) {
            ck_assert(beyond[i] < smtp5xx_table_count(table) || smtp5xx_table_id(table, beyond[i]) == 0);
            ck_assert_int_eq(smtp5xx_table_field(table, beyond[i]), 0);
            ck_assert_uint_eq(smtp5xx_table_of_field(table, beyond[i]), 0);
            ck_assert(has_row(table, beyond[i]) || !*smtp5xx_table_text(table, beyond[i], SMTP5XX_FIELD_NAME));
            ck_assert_str_eq(smtp5xx_table_text(table, 1, beyond[i]), "");
            ck_assert_str_eq(smtp5xx_table_text(beyond[i], 1, SMTP5XX_FIELD_NAME), "");
            ck_assert(has_row(table, beyond[i]) || !smtp5xx_table_number(table, beyond[i], SMTP5XX_FIELD_REASON));
            ck_assert_uint_eq(smtp5xx_table_number(table, 1, beyond[i]), 0);
        }
    }
    ck_assert_uint_eq(smtp5xx_table_count(0), 0);
    ck_assert_uint_eq(smtp5xx_table_count(LAST_TABLE + 1), 0);
}
END_TEST

/* A field gives its text or its number, never both but for an id; and an id is a row of its table. */
static void check_field(uint32_t table, uint32_t id, uint32_t field)
{
    const char *text = smtp5xx_table_text(table, id, field);
    uint32_t number = smtp5xx_table_number(table, id, field);
    uint32_t of = smtp5xx_table_of_field(table, field);
    const char *name = name_of(table, id);
    size_t length;

    ck_assert_msg(text != NULL, "%s %s, field %u: NULL", smtp5xx_table_name(table), name, field);
    length = strlen(text);
    ck_assert_msg(is_plain(text), "%s %s: %s is not one line of UTF-8", smtp5xx_table_name(table), name,
                  smtp5xx_field_name(field));
    ck_assert_msg(length == 0 || (text[0] != ' ' && text[length - 1] != ' ' && !strstr(text, "  ")),
                  "%s %s: blanks in %s", smtp5xx_table_name(table), name, smtp5xx_field_name(field));
    ck_assert_msg(strcmp(text, "-") != 0, "%s %s: %s is \"-\"", smtp5xx_table_name(table), name,
                  smtp5xx_field_name(field));
    switch (smtp5xx_table_field(table, field)) {
    case AS_TEXT:
        ck_assert_msg(number == 0, "%s %s: %s is %u", smtp5xx_table_name(table), name, smtp5xx_field_name(field),
                      number);
        break;
    case AS_ID:
        ck_assert_msg(number == 0 || has_row(of, number), "%s %s: no %s %u", smtp5xx_table_name(table), name,
                      smtp5xx_field_name(field), number);
        ck_assert_msg(strcmp(text, name_of(of, number)) == 0, "%s %s: %s is %s", smtp5xx_table_name(table), name,
                      smtp5xx_field_name(field), text);
        break;
    default:
        ck_assert_msg(length == 0, "%s %s: number %s is %s", smtp5xx_table_name(table), name,
                      smtp5xx_field_name(field), text);
    }
    if (smtp5xx_table_field(table, field) == 0) {
        ck_assert_msg(number == 0, "%s %s: field %u is %u", smtp5xx_table_name(table), name, field, number);
    }
}

START_TEST(every_field_of_every_row_is_sound)
{
    uint32_t table = (uint32_t)_i;

    for (uint32_t i = 0; i < smtp5xx_table_count(table); i++) {
        for (uint32_t field = 0; field < (i == 0 ? 256 : COUNT_OF(fields) + 2); field++) {
            check_field(table, smtp5xx_table_id(table, i), field);
        }
    }
}
END_TEST

/* A name that two rows had would be found as one of them only. */
START_TEST(every_row_has_an_id_and_a_name_of_its_own)
{
    uint32_t table = (uint32_t)_i;
    uint32_t count = smtp5xx_table_count(table);

    ck_assert_msg(count > 0, "%s is empty", smtp5xx_table_name(table));
    ck_assert_uint_eq(smtp5xx_table_id(table, count), 0);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t id = smtp5xx_table_id(table, i);
        const char *name = name_of(table, id);
        uint32_t found = UINT32_MAX;

        ck_assert_msg(i == 0 || id > smtp5xx_table_id(table, i - 1), "%s: id %u does not ascend",
                      smtp5xx_table_name(table), id);
        ck_assert_msg(*name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name), "%s %u: name %s",
                      smtp5xx_table_name(table), id, name);
        ck_assert_msg(smtp5xx_table_find(table, name, strlen(name), &found) == 1 && found == id, "%s %s is found as %u",
                      smtp5xx_table_name(table), name, found);
    }
}
END_TEST

START_TEST(a_name_is_found_exactly)
{
    static const struct {
        const char *name;
        size_t length;
    } strangers[] = {{"user_unknow", 11}, {"user_unknown ", 13}, {"user_unknown", 13}, {" user_unknown", 13},
                     {"User_unknown", 12}, {"USER_UNKNOWN", 12}, {"", 0}, {"x", 0}, {"\0", 1}, {"-", 1},
                     {"user_unknown\0x", 14}};
    uint32_t id = 0;

    for (size_t i = 0; i < COUNT_OF(strangers); i++) {
        ck_assert_msg(smtp5xx_table_find(SMTP5XX_TABLE_REASONS, strangers[i].name, strangers[i].length, &id) == 0,
                      "\"%s\", %zu is found as %u", strangers[i].name, strangers[i].length, id);
    }
    ck_assert_int_eq(smtp5xx_table_find(SMTP5XX_TABLE_REASONS, "user_unknown, more", 12, &id), 1);
    ck_assert_uint_eq(id, SMTP5XX_REASON_USER_UNKNOWN);
    ck_assert_int_eq(smtp5xx_table_find(SMTP5XX_TABLE_REASONS, "user_unknown", 12, NULL), 1);
    ck_assert_int_eq(smtp5xx_table_find(SMTP5XX_TABLE_REASONS, NULL, 0, &id), 0);
    ck_assert_int_eq(smtp5xx_table_find(SMTP5XX_TABLE_CODES, "user_unknown", 12, &id), 0);
    ck_assert_int_eq(smtp5xx_table_find(0, "", 0, &id), 0);
}
END_TEST

/* What we refer to has TLS; how providers and operators of block lists keep their own pages is up to them. */
static int is_url(uint32_t table, const char *url)
{
    int plain = table != SMTP5XX_TABLE_REFERENCES && strncmp(url, "http://", 7) == 0;

    return (plain || strncmp(url, "https://", 8) == 0) && !strpbrk(url, " <>\"");
}

START_TEST(every_row_has_words)
{
    uint32_t table = (uint32_t)_i;

    for (uint32_t i = 0; i < smtp5xx_table_count(table); i++) {
        uint32_t id = smtp5xx_table_id(table, i);
        const char *url = smtp5xx_table_text(table, id, SMTP5XX_FIELD_URL);

        ck_assert_msg(*smtp5xx_table_text(table, id, SMTP5XX_FIELD_MEANING), "%s %s has no meaning",
                      smtp5xx_table_name(table), name_of(table, id));
        ck_assert_msg(!smtp5xx_table_field(table, SMTP5XX_FIELD_SOURCE) ||
                          *smtp5xx_table_text(table, id, SMTP5XX_FIELD_SOURCE),
                      "%s %s has no source", smtp5xx_table_name(table), name_of(table, id));
        ck_assert_msg(table != SMTP5XX_TABLE_REFERENCES || *url, "reference %s has no URL", name_of(table, id));
        ck_assert_msg(*url == '\0' || is_url(table, url), "%s %s: URL %s", smtp5xx_table_name(table), name_of(table, id),
                      url);
        if (table == SMTP5XX_TABLE_REASONS || table == SMTP5XX_TABLE_STEPS) {
            ck_assert_msg(*smtp5xx_table_text(table, id, SMTP5XX_FIELD_DETAIL), "%s %s has no detail",
                          smtp5xx_table_name(table), name_of(table, id));
        }
    }
}
END_TEST

/* Each word of a list is a name, there once, and there are at most max of them. */
static void check_list(uint32_t table, uint32_t id, uint32_t field, uint32_t of, unsigned max)
{
    const char *list = smtp5xx_table_text(table, id, field);
    unsigned count = 0;

    for (const char *at = list; *at; count++) {
        size_t length = strcspn(at, " ");

        ck_assert_msg(smtp5xx_table_find(of, at, length, NULL) == 1, "%s %s: %s \"%s\" has a stranger",
                      smtp5xx_table_name(table), name_of(table, id), smtp5xx_field_name(field), list);
        at += length + (at[length] == ' ');
    }
    ck_assert_msg(count <= max, "%s %s: %u %s", smtp5xx_table_name(table), name_of(table, id), count,
                  smtp5xx_field_name(field));
}

START_TEST(lists_hold_names)
{
    static const uint32_t tables[] = {SMTP5XX_TABLE_CODES, SMTP5XX_TABLE_REASONS, SMTP5XX_TABLE_STEPS};

    for (size_t t = 0; t < COUNT_OF(tables); t++) {
        for (uint32_t i = 0; i < smtp5xx_table_count(tables[t]); i++) {
            uint32_t id = smtp5xx_table_id(tables[t], i);

            check_list(tables[t], id, SMTP5XX_FIELD_STEPS, SMTP5XX_TABLE_STEPS, SMTP5XX_STEPS_MAX);
            check_list(tables[t], id, SMTP5XX_FIELD_REFERENCES, SMTP5XX_TABLE_REFERENCES, SMTP5XX_REFERENCES_MAX);
        }
    }
}
END_TEST

/* Says whether any row of the tables that have the field lists the name. */
static int is_used(uint32_t field, const char *name)
{
    for (uint32_t table = SMTP5XX_TABLE_CODES; table <= LAST_TABLE; table++) {
        for (uint32_t i = 0; i < smtp5xx_table_count(table); i++) {
            if (lists_name(smtp5xx_table_text(table, smtp5xx_table_id(table, i), field), name)) {
                return 1;
            }
        }
    }
    return 0;
}

START_TEST(every_step_and_reference_is_used)
{
    for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_STEPS); i++) {
        const char *name = smtp5xx_step_name(smtp5xx_table_id(SMTP5XX_TABLE_STEPS, i));

        ck_assert_msg(is_used(SMTP5XX_FIELD_STEPS, name), "no row takes step %s", name);
    }
    for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_REFERENCES); i++) {
        const char *name = smtp5xx_reference_name(smtp5xx_table_id(SMTP5XX_TABLE_REFERENCES, i));

        ck_assert_msg(is_used(SMTP5XX_FIELD_REFERENCES, name), "no row refers to %s", name);
    }
}
END_TEST

/* Rules have ids of their own range, and a rank and a confidence where they have a reason: what only finds a detail has none. */
START_TEST(every_rule_is_whole)
{
    static const char *const ranks[] = {"hint", "weak", "usual", "strong", "token"};

    ck_assert_uint_ge(smtp5xx_table_count(SMTP5XX_TABLE_RULES), 1000);
    for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_RULES); i++) {
        uint32_t id = smtp5xx_table_id(SMTP5XX_TABLE_RULES, i);
        const char *rank = smtp5xx_table_text(SMTP5XX_TABLE_RULES, id, SMTP5XX_FIELD_RANK);
        uint32_t confidence = smtp5xx_table_number(SMTP5XX_TABLE_RULES, id, SMTP5XX_FIELD_CONFIDENCE);
        int known = 0;

        for (size_t r = 0; r < COUNT_OF(ranks); r++) {
            known |= strcmp(rank, ranks[r]) == 0;
        }
        ck_assert_msg(id >= 10000 && id <= 65000, "rule %u", id);
        if (smtp5xx_table_number(SMTP5XX_TABLE_RULES, id, SMTP5XX_FIELD_REASON) == SMTP5XX_REASON_UNKNOWN) {
            continue;
        }
        ck_assert_msg(known, "%s: rank %s", smtp5xx_rule_name(id), rank);
        ck_assert_msg(confidence >= 1 && confidence <= 100, "%s: confidence %u", smtp5xx_rule_name(id), confidence);
    }
}
END_TEST

/* A list is for IPs or for domains, and somebody runs it; one that is named by a rule names a rule that there is. */
START_TEST(every_block_list_says_what_it_is)
{
    ck_assert_uint_ge(smtp5xx_table_count(SMTP5XX_TABLE_BLOCKLISTS), 40);
    for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_BLOCKLISTS); i++) {
        uint32_t id = smtp5xx_table_id(SMTP5XX_TABLE_BLOCKLISTS, i);
        const char *lists = smtp5xx_table_text(SMTP5XX_TABLE_BLOCKLISTS, id, SMTP5XX_FIELD_LISTS);

        ck_assert_msg(strcmp(lists, "ip") == 0 || strcmp(lists, "domain") == 0, "%s lists %s",
                      smtp5xx_blocklist_name(id), lists);
        ck_assert_msg(*smtp5xx_table_text(SMTP5XX_TABLE_BLOCKLISTS, id, SMTP5XX_FIELD_OPERATOR), "%s has no operator",
                      smtp5xx_blocklist_name(id));
    }
}
END_TEST

START_TEST(every_error_has_a_name)
{
    static const int errors[] = {SMTP5XX_OK, SMTP5XX_EINVAL, SMTP5XX_ESIZE, 1, -3, INT32_MAX, INT32_MIN};

    ck_assert_str_eq(smtp5xx_error_name(SMTP5XX_EINVAL), "bad argument");
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        const char *name = smtp5xx_error_name(errors[i]);

        ck_assert_msg(name != NULL && *name && is_plain(name), "error %d", errors[i]);
        for (size_t j = 0; j < i && j < 3; j++) {
            ck_assert_msg(strcmp(name, smtp5xx_error_name(errors[j])) != 0, "errors %d and %d are both \"%s\"",
                          errors[i], errors[j], name);
        }
    }
}
END_TEST

/* What the library counts on, row_of_reason() and row_of_step(): no hole, reasons from 0 and steps from 1. */
START_TEST(reasons_and_steps_have_no_holes)
{
    for (uint32_t row = 0; row < smtp5xx_table_count(SMTP5XX_TABLE_REASONS); row++) {
        ck_assert_uint_eq(smtp5xx_table_id(SMTP5XX_TABLE_REASONS, row), row);
    }
    for (uint32_t row = 0; row < smtp5xx_table_count(SMTP5XX_TABLE_STEPS); row++) {
        ck_assert_uint_eq(smtp5xx_table_id(SMTP5XX_TABLE_STEPS, row), row + 1);
    }
}
END_TEST

START_TEST(versions_agree)
{
    uint32_t date = smtp5xx_table_version();
    char text[32];

    snprintf(text, sizeof(text), "%d.%d.%d", SMTP5XX_VERSION_MAJOR, SMTP5XX_VERSION_MINOR, SMTP5XX_VERSION_PATCH);
    ck_assert_str_eq(smtp5xx_version(), text);
    ck_assert_uint_eq(smtp5xx_version_number(),
                      SMTP5XX_VERSION_MAJOR * 65536 + SMTP5XX_VERSION_MINOR * 256 + SMTP5XX_VERSION_PATCH);
    ck_assert_msg(date >= 20240101 && date < 21000101, "tables of %u", date);
    ck_assert_msg(date / 100 % 100 >= 1 && date / 100 % 100 <= 12 && date % 100 >= 1 && date % 100 <= 31,
                  "tables of %u", date);
}
END_TEST

Suite *names_suite(void)
{
    Suite *suite = suite_create("names");
    TCase *names = tcase_create("names");
    TCase *tables = tcase_create("tables");
    int end = LAST_TABLE + 1;

    tcase_set_timeout(names, 60);
    tcase_set_timeout(tables, 60);
    tcase_add_loop_test(names, a_constant_has_its_name, 0, (int)COUNT_OF(constants));
    tcase_add_test(names, a_vocabulary_has_its_constants_only);
    tcase_add_loop_test(names, a_function_names_every_row, 0, (int)COUNT_OF(namers));
    tcase_add_loop_test(names, a_function_names_an_unknown_number, 0, (int)COUNT_OF(namers));
    tcase_add_test(names, tables_and_fields_have_names);
    tcase_add_test(names, a_name_is_found_exactly);
    tcase_add_test(names, every_error_has_a_name);
    tcase_add_test(names, versions_agree);
    tcase_add_test(tables, tables_have_the_fields_of_the_header);
    tcase_add_test(tables, what_is_not_there_is_empty);
    tcase_add_loop_test(tables, every_field_of_every_row_is_sound, 1, end);
    tcase_add_loop_test(tables, every_row_has_an_id_and_a_name_of_its_own, 1, end);
    tcase_add_loop_test(tables, every_row_has_words, 1, end);
    tcase_add_test(tables, lists_hold_names);
    tcase_add_test(tables, every_step_and_reference_is_used);
    tcase_add_test(tables, every_rule_is_whole);
    tcase_add_test(tables, reasons_and_steps_have_no_holes);
    tcase_add_test(tables, every_block_list_says_what_it_is);
    suite_add_tcase(suite, names);
    suite_add_tcase(suite, tables);
    return suite;
}
