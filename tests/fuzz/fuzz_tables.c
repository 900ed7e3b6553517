/*
 * Fuzzing: every function of the tables with any numbers and names.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "fuzz.h"

static uint32_t number_of(struct fuzz_input *input)
{
    uint32_t kind = fuzz_option(input, 4), low = fuzz_option(input, 256);

    return kind < 2 ? low : kind == 2 ? low << 8 | fuzz_option(input, 256) : UINT32_MAX - low;
}

static void check_row(uint32_t table, uint32_t id, uint32_t field)
{
    const char *text = smtp5xx_table_text(table, id, field);
    uint32_t number = smtp5xx_table_number(table, id, field), to = smtp5xx_table_of_field(table, field), found;
    int kind = smtp5xx_table_field(table, field);
    const char *name = smtp5xx_table_text(table, id, SMTP5XX_FIELD_NAME);

    FUZZ_CHECK(kind >= 0 && kind <= 3 && (to != 0) == (kind == 3), "%d", kind);
    FUZZ_CHECK(kind != 2 || text[0] == '\0', "%s", text);
    FUZZ_CHECK(kind == 3 || kind == 2 || number == 0, "%u", number);
    FUZZ_CHECK(kind != 3 || number == 0 || strcmp(text, smtp5xx_table_text(to, number, SMTP5XX_FIELD_NAME)) == 0, "%s", text);
    FUZZ_CHECK((kind != 0) >= (text[0] != '\0'), "%s", text);
    FUZZ_CHECK(strlen(text) < 4096 && smtp5xx_table_name(table) && smtp5xx_field_name(field), "%s", text);
    if (name[0] != '\0') {
        FUZZ_CHECK(smtp5xx_table_find(table, name, strlen(name), &found) == 1 && found == id, "%s", name);
    }
}

static void check_index(uint32_t table, uint32_t index)
{
    uint32_t count = smtp5xx_table_count(table), id = smtp5xx_table_id(table, index);

    FUZZ_CHECK(index < count || id == 0, "%u", id);
    FUZZ_CHECK(index >= count || smtp5xx_table_text(table, id, SMTP5XX_FIELD_NAME)[0] != '\0', "%u", id);
    FUZZ_CHECK(index == 0 || index >= count || smtp5xx_table_id(table, index - 1) < id, "%u", id);
}

static void check_names(uint32_t id)
{
    const char *(*const names[])(uint32_t) = {
        smtp5xx_reason_name,     smtp5xx_category_name, smtp5xx_action_name,   smtp5xx_disposition_name, smtp5xx_party_name,
        smtp5xx_scope_name,      smtp5xx_retry_name,    smtp5xx_severity_name, smtp5xx_permanence_name,  smtp5xx_basis_name,
        smtp5xx_stage_name,      smtp5xx_form_name,     smtp5xx_rule_name,     smtp5xx_provider_name,    smtp5xx_blocklist_name,
        smtp5xx_step_name,       smtp5xx_reference_name, smtp5xx_node_name};

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *name = names[i](id);

        FUZZ_CHECK(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-.") == strlen(name), "%zu: %s", i, name);
    }
    FUZZ_CHECK(smtp5xx_error_name((int)id)[0] != '\0', "%u", id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    uint32_t table = number_of(&input), id = number_of(&input), field = number_of(&input), other = number_of(&input);
    uint32_t more = number_of(&input), found = 1;
    struct fuzz_text text = {NULL, 0};
    size_t half;

    check_row(table, id, field);
    check_index(table, id);
    check_names(id);
    found = smtp5xx_code_find(table, id, field, other, more);
    FUZZ_CHECK(found == 0 || smtp5xx_table_text(SMTP5XX_TABLE_CODES, found, SMTP5XX_FIELD_NAME)[0] != '\0', "%u", found);
    text = fuzz_copy((const char *)data, input.size);
    half = text.length / 2;
    found = smtp5xx_provider_find(text.text, half, text.text + half, text.length - half);
    FUZZ_CHECK(found == 0 || smtp5xx_provider_name(found)[0] != '\0', "%u", found);
    found = 7;
    FUZZ_CHECK(smtp5xx_table_find(table, text.text, text.length, &found) || found == 7, "%u", found);
    fuzz_free(&text);
    return 0;
}
