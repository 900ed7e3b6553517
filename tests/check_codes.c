/*
 * The code table: the codes that the project promises by name, every enhanced status code of the IANA registry, every
 * reply code of the RFCs. Each is reached through the API only.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "suites.h"

/* What is promised. other: a second reason that is right as well, where the codes alone do not tell the two apart. */
static const struct promise {
    uint16_t code;
    uint8_t class;
    uint16_t subject;
    uint16_t detail;
    const char *provider;
    uint32_t reason;
    uint32_t other;
} promises[] = {
    {550, 5, 1, 1, NULL, SMTP5XX_REASON_USER_UNKNOWN, 0},
    {0, 5, 1, 0, NULL, SMTP5XX_REASON_USER_UNKNOWN, 0},
    {0, 5, 7, 1, NULL, SMTP5XX_REASON_POLICY_REJECTED, 0},
    {0, 5, 7, 26, NULL, SMTP5XX_REASON_DMARC_FAILURE, SMTP5XX_REASON_AUTH_MISSING},
    {550, 5, 7, 26, NULL, SMTP5XX_REASON_DMARC_FAILURE, SMTP5XX_REASON_AUTH_MISSING},
    {530, 5, 7, 0, NULL, SMTP5XX_REASON_SMTP_AUTH_REQUIRED, 0},
    {0, 5, 7, 25, NULL, SMTP5XX_REASON_PTR_MISSING, 0},
    {550, 5, 4, 1, NULL, SMTP5XX_REASON_USER_UNKNOWN, SMTP5XX_REASON_NETWORK_ERROR},
    {551, 5, 1, 6, NULL, SMTP5XX_REASON_USER_MOVED, 0},
    {552, 5, 2, 2, NULL, SMTP5XX_REASON_MAILBOX_FULL, 0},
    {552, 5, 3, 4, NULL, SMTP5XX_REASON_MESSAGE_TOO_LARGE, 0},
    {553, 5, 1, 3, NULL, SMTP5XX_REASON_BAD_ADDRESS_SYNTAX, 0},
    {553, 5, 7, 1, NULL, SMTP5XX_REASON_SENDER_NOT_AUTHORIZED, 0},
    {554, 5, 7, 1, NULL, SMTP5XX_REASON_POLICY_REJECTED, SMTP5XX_REASON_IP_BLOCKLISTED},
    {554, 5, 7, 5, NULL, SMTP5XX_REASON_TLS_FAILURE, 0},
    {554, 5, 7, 9, NULL, SMTP5XX_REASON_POLICY_REJECTED, SMTP5XX_REASON_SMTP_AUTH_FAILED},
    {550, 5, 7, 26, "google", SMTP5XX_REASON_DMARC_FAILURE, SMTP5XX_REASON_AUTH_MISSING},
    {550, 5, 7, 1, "google", SMTP5XX_REASON_SPAM_CONTENT, SMTP5XX_REASON_LOW_REPUTATION},
    {550, 5, 1, 1, "google", SMTP5XX_REASON_USER_UNKNOWN, 0},
    {550, 5, 2, 1, "google", SMTP5XX_REASON_MAILBOX_DISABLED, 0},
    {550, 5, 7, 606, "microsoft", SMTP5XX_REASON_IP_BLOCKLISTED, 0},
    {550, 5, 7, 708, "microsoft", SMTP5XX_REASON_LOW_REPUTATION, SMTP5XX_REASON_IP_BLOCKLISTED},
    {550, 5, 4, 1, "microsoft", SMTP5XX_REASON_USER_UNKNOWN, 0},
    {550, 5, 7, 1, "microsoft", SMTP5XX_REASON_RECIPIENT_RESTRICTED, SMTP5XX_REASON_POLICY_REJECTED},
    {553, 5, 7, 1, "yahoo", SMTP5XX_REASON_IP_BLOCKLISTED, 0},
    {553, 5, 7, 2, "yahoo", SMTP5XX_REASON_LOW_REPUTATION, SMTP5XX_REASON_IP_BLOCKLISTED},
    {554, 5, 7, 9, "yahoo", SMTP5XX_REASON_POLICY_REJECTED, SMTP5XX_REASON_CONTENT_REJECTED},
};

/* The IANA registry "Simple Mail Transfer Protocol (SMTP) Enhanced Status Codes Registry": the highest detail of each
 * subject. There are no gaps, X.6.10 included, which the registry keeps as a duplicate of X.6.8. */
static const uint16_t registry_last[] = {0, 10, 4, 6, 7, 6, 10, 30};

/* RFC 5321 4.2.3, 4954, 3207, 3030, 1846, 7504, 7505, 5248 and 1870 between them. */
static const uint16_t basic_codes[] = {200, 211, 214, 220, 221, 235, 250, 251, 252, 253, 334, 354, 421, 422, 430, 432,
                                       450, 451, 452, 453, 454, 455, 458, 459, 500, 501, 502, 503, 504, 521, 523, 524,
                                       525, 530, 534, 535, 538, 550, 551, 552, 553, 554, 555, 556};

static uint32_t provider_of(const struct promise *row)
{
    return row->provider ? id_of(SMTP5XX_TABLE_PROVIDERS, row->provider) : 0;
}

static const char *text_of(uint32_t row, uint32_t field)
{
    return smtp5xx_table_text(SMTP5XX_TABLE_CODES, row, field);
}

static uint32_t number_of(uint32_t row, uint32_t field)
{
    return smtp5xx_table_number(SMTP5XX_TABLE_CODES, row, field);
}

START_TEST(a_promised_code_is_found)
{
    const struct promise *row = &promises[_i];
    uint32_t id = smtp5xx_code_find(row->code, row->class, row->subject, row->detail, provider_of(row));
    uint32_t reason = number_of(id, SMTP5XX_FIELD_REASON);

    ck_assert_msg(id != 0, "%u %u.%u.%u is not found", row->code, row->class, row->subject, row->detail);
    ck_assert_msg(reason == row->reason || (row->other != 0 && reason == row->other), "%s says %s",
                  smtp5xx_rule_name(id), smtp5xx_reason_name(reason));
    ck_assert_msg(number_of(id, SMTP5XX_FIELD_CODE) == 0 || number_of(id, SMTP5XX_FIELD_CODE) == row->code,
                  "%s is of another code", smtp5xx_rule_name(id));
    ck_assert_uint_eq(number_of(id, SMTP5XX_FIELD_SUBJECT), row->subject + 1U);
    ck_assert_uint_le(number_of(id, SMTP5XX_FIELD_ENHANCED_DETAIL), row->detail + 1U);
    ck_assert_uint_ge(number_of(id, SMTP5XX_FIELD_ENHANCED_DETAIL_LAST), row->detail + 1U);
    ck_assert_uint_eq(number_of(id, SMTP5XX_FIELD_PROVIDER), provider_of(row));
}
END_TEST

START_TEST(a_promised_code_has_meaning_causes_and_steps)
{
    const struct promise *row = &promises[_i];
    uint32_t id = smtp5xx_code_find(row->code, row->class, row->subject, row->detail, provider_of(row));
    const char *reason = text_of(id, SMTP5XX_FIELD_REASON);
    uint32_t reason_id = id_of(SMTP5XX_TABLE_REASONS, reason);

    ck_assert_str_ne(text_of(id, SMTP5XX_FIELD_MEANING), "");
    ck_assert_str_ne(text_of(id, SMTP5XX_FIELD_DETAIL), "");
    ck_assert_str_ne(text_of(id, SMTP5XX_FIELD_SOURCE), "");
    ck_assert_msg(*text_of(id, SMTP5XX_FIELD_STEPS) ||
                      *smtp5xx_table_text(SMTP5XX_TABLE_REASONS, reason_id, SMTP5XX_FIELD_STEPS),
                  "%s has no steps", smtp5xx_rule_name(id));
}
END_TEST

START_TEST(a_promised_code_is_explained_from_its_reply)
{
    const struct promise *row = &promises[_i];
    char text[64];
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;

    if (row->code != 0) {
        snprintf(text, sizeof(text), "%u %u.%u.%u x", row->code, row->class, row->subject, row->detail);
    } else {
        snprintf(text, sizeof(text), "%u.%u.%u x", row->class, row->subject, row->detail);
    }
    verdict = verdict_of(text, 0, provider_of(row), NULL);
    ck_assert_msg(verdict.reason == row->reason || (row->other != 0 && verdict.reason == row->other), "\"%s\" is %s",
                  text, smtp5xx_reason_name(verdict.reason));
    ck_assert_int_eq(smtp5xx_advise(&verdict, NULL, &advice, sizeof(advice)), SMTP5XX_OK);
    ck_assert_uint_ne(advice.action, SMTP5XX_ACTION_NONE);
    ck_assert_msg(advice.step_count >= 2 && advice.path_length >= 2, "\"%s\" has no advice", text);
    for (unsigned i = 0; i < advice.step_count; i++) {
        ck_assert_msg(*smtp5xx_table_text(SMTP5XX_TABLE_STEPS, advice.steps[i], SMTP5XX_FIELD_MEANING) &&
                          *smtp5xx_table_text(SMTP5XX_TABLE_STEPS, advice.steps[i], SMTP5XX_FIELD_DETAIL),
                      "\"%s\": step %s has no words", text, smtp5xx_step_name(advice.steps[i]));
    }
}
END_TEST

/* The own steps of a code come before those of its reason; one that does not go with the action is left out. */
START_TEST(a_promised_code_puts_its_own_steps_first)
{
    const struct promise *row = &promises[_i];
    uint32_t id = smtp5xx_code_find(row->code, row->class, row->subject, row->detail, provider_of(row));
    smtp5xx_verdict verdict = {.size = sizeof(verdict), .claimed = SMTP5XX_PERMANENCE_PERMANENT, .rule = id,
                               .code = row->code, .enhanced_class = row->class, .enhanced_subject = row->subject,
                               .enhanced_detail = row->detail, .provider = (uint16_t)provider_of(row)};
    const char *list = text_of(id, SMTP5XX_FIELD_STEPS);
    smtp5xx_advice advice;
    unsigned at = 0;

    verdict.reason = (uint16_t)number_of(id, SMTP5XX_FIELD_REASON);
    verdict.judged = verdict.claimed;
    verdict.confidence = 100;
    ck_assert_int_eq(smtp5xx_advise(&verdict, NULL, &advice, sizeof(advice)), SMTP5XX_OK);
    while (*list) {
        size_t length = strcspn(list, " ");
        uint32_t step = 0;

        ck_assert_int_eq(smtp5xx_table_find(SMTP5XX_TABLE_STEPS, list, length, &step), 1);
        for (unsigned i = 0; i < advice.step_count; i++) {
            ck_assert_msg(advice.steps[i] != step || i == at, "%s: step %s is at %u", smtp5xx_rule_name(id),
                          smtp5xx_step_name(step), i);
        }
        at += at < advice.step_count && advice.steps[at] == step;
        list += length + (list[length] == ' ');
    }
    ck_assert_msg(at > 0 || *text_of(id, SMTP5XX_FIELD_STEPS) == '\0', "%s: no step of its own", smtp5xx_rule_name(id));
}
END_TEST

static int has_step(const smtp5xx_advice *advice, uint32_t step)
{
    for (unsigned i = 0; i < advice->step_count; i++) {
        if (advice->steps[i] == step) {
            return 1;
        }
    }
    return 0;
}

/* What a code would have done about it helps only where the words mean the same as the code. */
START_TEST(words_decide_whether_a_code_adds_its_steps)
{
    uint32_t step = id_of(SMTP5XX_TABLE_STEPS, "microsoft_delist_ip");
    uint32_t microsoft = id_of(SMTP5XX_TABLE_PROVIDERS, "microsoft");
    smtp5xx_verdict agreed = verdict_of("550 5.7.606 Access denied, banned sending IP [192.0.2.1]", 0, microsoft, NULL);
    smtp5xx_verdict other = verdict_of("550 5.7.606 No such user here", 0, microsoft, NULL);
    smtp5xx_advice advice;

    ck_assert_str_eq(smtp5xx_reason_name(agreed.reason), "ip_blocklisted");
    ck_assert_int_eq(smtp5xx_advise(&agreed, NULL, &advice, sizeof(advice)), SMTP5XX_OK);
    ck_assert(has_step(&advice, step));
    ck_assert_str_eq(smtp5xx_reason_name(other.reason), "user_unknown");
    ck_assert_int_eq(smtp5xx_advise(&other, NULL, &advice, sizeof(advice)), SMTP5XX_OK);
    ck_assert(!has_step(&advice, step));
}
END_TEST

/* By the registry X.7.9 is a login mechanism that is too weak, at Yahoo it is a denial: both are there. */
START_TEST(the_provider_decides_on_5_7_9)
{
    uint32_t yahoo = id_of(SMTP5XX_TABLE_PROVIDERS, "yahoo");
    uint32_t denied = id_of(SMTP5XX_TABLE_CODES, "yahoo_554_5_7_9");
    uint32_t weak = id_of(SMTP5XX_TABLE_CODES, "enhanced_x_7_9");

    ck_assert_uint_eq(smtp5xx_code_find(554, 5, 7, 9, yahoo), denied);
    ck_assert_uint_eq(smtp5xx_code_find(0, 5, 7, 9, 0), weak);
    ck_assert_uint_eq(smtp5xx_code_find(0, 5, 7, 9, yahoo), weak);
    ck_assert_uint_ne(smtp5xx_code_find(554, 5, 7, 9, 0), denied);
    ck_assert_uint_ne(smtp5xx_code_find(534, 5, 7, 9, yahoo), denied);
    ck_assert_uint_eq(number_of(weak, SMTP5XX_FIELD_REASON), SMTP5XX_REASON_SMTP_AUTH_FAILED);
    ck_assert_uint_eq(number_of(smtp5xx_code_find(534, 5, 7, 9, yahoo), SMTP5XX_FIELD_REASON),
                      SMTP5XX_REASON_SMTP_AUTH_FAILED);
    ck_assert_uint_eq(number_of(denied, SMTP5XX_FIELD_REASON), SMTP5XX_REASON_POLICY_REJECTED);
}
END_TEST

/* A row that says what practice means by a code may come before the registry's under one class, not under all. */
START_TEST(every_code_of_the_registry_has_a_row_of_its_own)
{
    unsigned count = 0;

    for (unsigned subject = 0; subject < COUNT_OF(registry_last); subject++) {
        for (unsigned detail = 0; detail <= registry_last[subject]; detail++) {
            uint32_t row = 1000 + subject * 100 + detail;
            int found = 0;
            char name[40];

            snprintf(name, sizeof(name), "enhanced_x_%u_%u", subject, detail);
            for (uint32_t class = 2; class <= 5; class++) {
                found |= smtp5xx_code_find(0, class, subject, detail, 0) == row;
            }
            ck_assert_msg(found, "%s is not found", name);
            ck_assert_str_eq(smtp5xx_rule_name(row), name);
            ck_assert_msg(*text_of(row, SMTP5XX_FIELD_MEANING) && *text_of(row, SMTP5XX_FIELD_DETAIL) &&
                              *text_of(row, SMTP5XX_FIELD_SOURCE),
                          "%s lacks words", name);
            count++;
        }
    }
    ck_assert_uint_eq(count, 81);
}
END_TEST

START_TEST(a_detail_beyond_the_registry_falls_back_to_its_subject)
{
    for (unsigned subject = 0; subject < COUNT_OF(registry_last); subject++) {
        uint32_t id = smtp5xx_code_find(0, 5, subject, 777, 0);

        ck_assert_msg(id == 2000 + subject, "X.%u.777 is row %u", subject, id);
        ck_assert_uint_eq(number_of(id, SMTP5XX_FIELD_ENHANCED_DETAIL), 0);
    }
    ck_assert_uint_eq(smtp5xx_code_find(0, 5, 8, 1, 0), 0);
}
END_TEST

START_TEST(every_reply_code_of_the_rfcs_has_a_row)
{
    for (size_t i = 0; i < COUNT_OF(basic_codes); i++) {
        uint32_t id = smtp5xx_code_find(basic_codes[i], 0, 0, 0, 0);
        int good = basic_codes[i] < 400;
        uint32_t reason = number_of(id, SMTP5XX_FIELD_REASON);
        char name[24];

        snprintf(name, sizeof(name), "basic_%u", basic_codes[i]);
        ck_assert_msg(id == basic_codes[i], "%s is row %u", name, id);
        ck_assert_str_eq(smtp5xx_rule_name(id), name);
        ck_assert_msg(*text_of(id, SMTP5XX_FIELD_MEANING) && *text_of(id, SMTP5XX_FIELD_COMMANDS) &&
                          *text_of(id, SMTP5XX_FIELD_SOURCE),
                      "%s lacks words", name);
        ck_assert_msg(!good || reason == SMTP5XX_REASON_UNKNOWN, "%s is a refusal", name);
    }
}
END_TEST

START_TEST(a_code_that_nobody_knows_has_no_row)
{
    ck_assert_uint_eq(smtp5xx_code_find(0, 0, 0, 0, 0), 0);
    ck_assert_uint_eq(smtp5xx_code_find(597, 0, 0, 0, 0), 0);
    ck_assert_uint_eq(smtp5xx_code_find(1000, 0, 0, 0, 0), 0);
    ck_assert_uint_eq(smtp5xx_code_find(UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX), 0);
    ck_assert_uint_eq(smtp5xx_code_find(65536 + 550, 0, 0, 0, 0), 0);
    ck_assert_uint_eq(smtp5xx_code_find(0, 5, 65536 + 1, 1, 0), 0);
    ck_assert_uint_eq(smtp5xx_code_find(0, 256 + 5, 1, 1, 0), 0);
}
END_TEST

/* A provider that says nothing of a code leaves it to the rows for all; a provider that does not exist does too. */
START_TEST(an_unknown_provider_changes_nothing)
{
    uint32_t all = smtp5xx_code_find(550, 5, 1, 3, 0);

    ck_assert_uint_ne(all, 0);
    ck_assert_uint_eq(smtp5xx_code_find(550, 5, 1, 3, 60000), all);
}
END_TEST

/* The enhanced status code of a row as its numbers say it: "X.7.26", "X.7.*", "X.7.606-649", or nothing. */
static const char *enhanced_of(uint32_t row, char *text, size_t size)
{
    unsigned subject = number_of(row, SMTP5XX_FIELD_SUBJECT);
    unsigned first = number_of(row, SMTP5XX_FIELD_ENHANCED_DETAIL);
    unsigned last = number_of(row, SMTP5XX_FIELD_ENHANCED_DETAIL_LAST);

    if (subject == 0) {
        snprintf(text, size, "%s", "");
    } else if (first == 0) {
        snprintf(text, size, "X.%u.*", subject - 1);
    } else if (first == last) {
        snprintf(text, size, "X.%u.%u", subject - 1, first - 1);
    } else {
        snprintf(text, size, "X.%u.%u-%u", subject - 1, first - 1, last - 1);
    }
    return text;
}

/* What a row says must be complete and agree with itself, whoever adds it. */
START_TEST(every_row_is_whole)
{
    for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_CODES); i++) {
        uint32_t id = smtp5xx_table_id(SMTP5XX_TABLE_CODES, i);
        uint32_t code = number_of(id, SMTP5XX_FIELD_CODE);
        uint32_t subject = number_of(id, SMTP5XX_FIELD_SUBJECT);
        uint32_t classes = number_of(id, SMTP5XX_FIELD_CLASSES);
        uint32_t reason = number_of(id, SMTP5XX_FIELD_REASON);
        uint32_t provider = number_of(id, SMTP5XX_FIELD_PROVIDER);
        const char *name = smtp5xx_rule_name(id);
        char enhanced[48];

        ck_assert_msg(strcmp(text_of(id, SMTP5XX_FIELD_ENHANCED), enhanced_of(id, enhanced, sizeof(enhanced))) == 0,
                      "%s: %s is not %s", name, text_of(id, SMTP5XX_FIELD_ENHANCED), enhanced);
        ck_assert_msg(code != 0 || subject != 0, "%s has no code", name);
        ck_assert_msg(subject == 0 || (classes != 0 && (classes & ~0x34U) == 0), "%s: classes %u", name, classes);
        ck_assert_msg(has_row(SMTP5XX_TABLE_REASONS, reason), "%s: reason %u", name, reason);
        ck_assert_msg(provider == 0 || has_row(SMTP5XX_TABLE_PROVIDERS, provider), "%s: provider %u", name, provider);
        ck_assert_msg(number_of(id, SMTP5XX_FIELD_CONFIDENCE) <= 100, "%s", name);
        ck_assert_msg(*text_of(id, SMTP5XX_FIELD_MEANING), "%s has no meaning", name);
        ck_assert_msg(*text_of(id, SMTP5XX_FIELD_SOURCE), "%s has no source", name);
    }
}
END_TEST

Suite *codes_suite(void)
{
    Suite *suite = suite_create("codes");
    TCase *promised = tcase_create("promised");
    TCase *table = tcase_create("table");

    tcase_add_loop_test(promised, a_promised_code_is_found, 0, (int)COUNT_OF(promises));
    tcase_add_loop_test(promised, a_promised_code_has_meaning_causes_and_steps, 0, (int)COUNT_OF(promises));
    tcase_add_loop_test(promised, a_promised_code_is_explained_from_its_reply, 0, (int)COUNT_OF(promises));
    tcase_add_loop_test(promised, a_promised_code_puts_its_own_steps_first, 0, (int)COUNT_OF(promises));
    tcase_add_test(promised, words_decide_whether_a_code_adds_its_steps);
    tcase_add_test(promised, the_provider_decides_on_5_7_9);
    tcase_add_test(table, every_code_of_the_registry_has_a_row_of_its_own);
    tcase_add_test(table, a_detail_beyond_the_registry_falls_back_to_its_subject);
    tcase_add_test(table, every_reply_code_of_the_rfcs_has_a_row);
    tcase_add_test(table, a_code_that_nobody_knows_has_no_row);
    tcase_add_test(table, an_unknown_provider_changes_nothing);
    tcase_add_test(table, every_row_is_whole);
    suite_add_tcase(suite, promised);
    suite_add_tcase(suite, table);
    return suite;
}
