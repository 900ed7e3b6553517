/*
 * Words of other systems: each has one for every reason, which leads back to it; and the decision tree, walked from the root
 * downwards, shows every node once.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "suites.h"

enum { REASONS_MAX = 64, NODES_MAX = 128 };

/* What the systems' own documents call these refusals. */
static const struct label {
    const char *system;
    uint16_t reason;
    const char *label;
} labels[] = {
    {"powermta", SMTP5XX_REASON_USER_UNKNOWN, "bad-mailbox"},
    {"powermta", SMTP5XX_REASON_MAILBOX_FULL, "quota-issues"},
    {"powermta", SMTP5XX_REASON_IP_BLOCKLISTED, "spam-related"},
    {"sparkpost", SMTP5XX_REASON_USER_UNKNOWN, "10"},
    {"sparkpost", SMTP5XX_REASON_MAILBOX_FULL, "22"},
    {"sparkpost", SMTP5XX_REASON_IP_BLOCKLISTED, "51"},
    {"sparkpost", SMTP5XX_REASON_UNKNOWN, "1"},
    {"kumomta", SMTP5XX_REASON_USER_UNKNOWN, "InvalidRecipient"},
    {"kumomta", SMTP5XX_REASON_DMARC_FAILURE, "AuthenticationFailed"},
    {"kumomta", SMTP5XX_REASON_RELAY_DENIED, "RelayDenied"},
    {"sisimai", SMTP5XX_REASON_USER_UNKNOWN, "userunknown"},
    {"sisimai", SMTP5XX_REASON_PTR_MISSING, "requireptr"},
    {"sisimai", SMTP5XX_REASON_TLS_FAILURE, "failedstarttls"},
    {"ses", SMTP5XX_REASON_USER_UNKNOWN, "Permanent/NoEmail"},
    {"ses", SMTP5XX_REASON_MAILBOX_FULL, "Transient/MailboxFull"},
    {"ses", SMTP5XX_REASON_UNKNOWN, "Undetermined/Undetermined"},
    {"sendgrid", SMTP5XX_REASON_USER_UNKNOWN, "Invalid Address"},
    {"sendgrid", SMTP5XX_REASON_RATE_LIMITED, "Frequency or Volume Too High"},
    {"mailgun", SMTP5XX_REASON_SUPPRESSED, "permanent/suppress-bounce"},
    {"mailgun", SMTP5XX_REASON_IP_BLOCKLISTED, "temporary/espblock"},
    {"postmark", SMTP5XX_REASON_USER_UNKNOWN, "HardBounce"},
    {"postmark", SMTP5XX_REASON_DMARC_FAILURE, "DMARCPolicy"},
    {"zonemta", SMTP5XX_REASON_USER_UNKNOWN, "recipient"},
    {"zonemta", SMTP5XX_REASON_GREYLISTED, "greylist"},
    {"emailengine", SMTP5XX_REASON_USER_UNKNOWN, "user_unknown"},
    {"emailengine", SMTP5XX_REASON_GEO_BLOCKED, "geo_blocked"},
};

static uint32_t find(uint32_t system, const char *label, uint16_t *reasons, size_t count)
{
    return smtp5xx_crosswalk_find(system, label, strlen(label), reasons, count);
}

/* The place of a reason among the first `count`; count if it is not there. */
static uint32_t place(const uint16_t *reasons, uint32_t count, uint32_t reason)
{
    uint32_t at = 0;

    while (at < count && reasons[at] != reason) {
        at++;
    }
    return at;
}

START_TEST(a_refusal_has_the_word_of_the_system)
{
    const struct label *row = &labels[_i];
    uint32_t system = id_of(SMTP5XX_TABLE_SYSTEMS, row->system);
    uint16_t reasons[REASONS_MAX];
    uint32_t count = find(system, row->label, reasons, REASONS_MAX);

    ck_assert_msg(strcmp(smtp5xx_crosswalk(system, row->reason), row->label) == 0, "%s calls %s %s", row->system,
                  smtp5xx_reason_name(row->reason), smtp5xx_crosswalk(system, row->reason));
    ck_assert_msg(place(reasons, count, row->reason) < count, "%s of %s does not lead back", row->label, row->system);
}
END_TEST

/* There and back again, for all systems and reasons: what gets a word comes before what is also filed under it. */
START_TEST(every_word_leads_back)
{
    uint32_t system = smtp5xx_table_id(SMTP5XX_TABLE_SYSTEMS, (uint32_t)_i);

    for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_REASONS); i++) {
        uint32_t reason = smtp5xx_table_id(SMTP5XX_TABLE_REASONS, i);
        const char *label = smtp5xx_crosswalk(system, reason);
        uint16_t reasons[REASONS_MAX];
        uint32_t count = find(system, label, reasons, REASONS_MAX);
        uint32_t at = place(reasons, count, reason);

        ck_assert_msg(label[0] != '\0', "%s has no word for %s", smtp5xx_system_name(system), smtp5xx_reason_name(reason));
        ck_assert_msg(at < count, "%s: %s does not lead back to %s", smtp5xx_system_name(system), label,
                      smtp5xx_reason_name(reason));
        for (uint32_t before = 0; before < at; before++) {
            ck_assert_msg(strcmp(smtp5xx_crosswalk(system, reasons[before]), label) == 0, "%s: %s comes before %s",
                          label, smtp5xx_reason_name(reasons[before]), smtp5xx_reason_name(reason));
        }
    }
}
END_TEST

START_TEST(every_row_is_a_word)
{
    for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_CROSSWALK); i++) {
        uint32_t id = smtp5xx_table_id(SMTP5XX_TABLE_CROSSWALK, i);
        uint32_t system = smtp5xx_table_number(SMTP5XX_TABLE_CROSSWALK, id, SMTP5XX_FIELD_SYSTEM);
        const char *label = smtp5xx_table_text(SMTP5XX_TABLE_CROSSWALK, id, SMTP5XX_FIELD_LABEL);
        uint16_t reasons[REASONS_MAX];
        uint32_t count = find(system, label, reasons, REASONS_MAX);

        ck_assert_msg(count > 0 && count <= REASONS_MAX, "%s: %u reasons", label, count);
        for (uint32_t at = 0; at < count; at++) {
            ck_assert_msg(has_row(SMTP5XX_TABLE_REASONS, reasons[at]), "%s: reason %u", label, reasons[at]);
            ck_assert_msg(place(reasons, count, reasons[at]) == at, "%s: %s twice", label, smtp5xx_reason_name(reasons[at]));
        }
        ck_assert_msg(*smtp5xx_table_text(SMTP5XX_TABLE_SYSTEMS, system, SMTP5XX_FIELD_SOURCE) != '\0', "%s: no source", label);
    }
}
END_TEST

START_TEST(what_is_not_known_has_no_word)
{
    uint32_t ses = id_of(SMTP5XX_TABLE_SYSTEMS, "ses");
    uint16_t reasons[4] = {UINT16_MAX, UINT16_MAX, UINT16_MAX, UINT16_MAX};
    uint32_t count;

    ck_assert_str_eq(smtp5xx_crosswalk(0, SMTP5XX_REASON_USER_UNKNOWN), "");
    ck_assert_str_eq(smtp5xx_crosswalk(UINT32_MAX, SMTP5XX_REASON_USER_UNKNOWN), "");
    ck_assert_str_eq(smtp5xx_crosswalk(ses, UINT32_MAX), "Undetermined/Undetermined");
    ck_assert_uint_eq(find(ses, "Permanent", reasons, 4), 0);
    ck_assert_uint_eq(find(ses, "Permanent/NoEmails", reasons, 4), 0);
    ck_assert_uint_eq(find(ses, "", reasons, 4), 0);
    ck_assert_uint_eq(smtp5xx_crosswalk_find(ses, NULL, 3, reasons, 4), 0);
    ck_assert_uint_eq(smtp5xx_crosswalk_find(0, "10", 2, reasons, 4), 0);
    ck_assert_uint_eq(reasons[0], UINT16_MAX);
    /* Case does not matter; no more than count entries are written, and none without an array. */
    count = find(ses, "pERMANENT/gENERAL", reasons, 1);
    ck_assert_uint_gt(count, 1);
    ck_assert_uint_ne(reasons[0], UINT16_MAX);
    ck_assert_uint_eq(reasons[1], UINT16_MAX);
    ck_assert_uint_eq(find(ses, "Permanent/General", NULL, 0), count);
    ck_assert_uint_eq(find(ses, "Permanent/General", NULL, 9), count);
    /* The label is length bytes, whatever follows. */
    ck_assert_uint_eq(smtp5xx_crosswalk_find(ses, "Permanent/NoEmail;", 17, reasons, 4), 2);
}
END_TEST

START_TEST(the_tree_is_walked_from_its_root)
{
    uint32_t waiting[NODES_MAX];
    uint32_t count = 0;
    uint32_t leaves = 0;

    waiting[count++] = smtp5xx_node_next(0, 0);
    ck_assert_uint_eq(smtp5xx_node_next(0, waiting[0]), 0);
    for (uint32_t at = 0; at < count; at++) {
        uint32_t child = smtp5xx_node_next(waiting[at], 0);

        leaves += child == 0;
        for (; child != 0; child = smtp5xx_node_next(waiting[at], child)) {
            ck_assert_uint_lt(count, NODES_MAX);
            ck_assert_uint_eq(smtp5xx_table_number(SMTP5XX_TABLE_NODES, child, SMTP5XX_FIELD_PARENT), waiting[at]);
            for (uint32_t other = 0; other < count; other++) {
                ck_assert_msg(waiting[other] != child, "%s comes twice", smtp5xx_node_name(child));
            }
            waiting[count++] = child;
        }
    }
    ck_assert_uint_eq(count, smtp5xx_table_count(SMTP5XX_TABLE_NODES));
    ck_assert_uint_eq(leaves, smtp5xx_table_count(SMTP5XX_TABLE_REASONS));
    ck_assert_uint_eq(smtp5xx_node_next(UINT32_MAX, 0), 0);
    ck_assert_uint_eq(smtp5xx_node_next(waiting[0], UINT32_MAX), 0);
    ck_assert_uint_eq(smtp5xx_node_next(waiting[0], waiting[count - 1]), 0); /* It is not below the root itself. */
}
END_TEST

Suite *crosswalk_suite(void)
{
    Suite *suite = suite_create("crosswalk");
    TCase *words = tcase_create("words");
    TCase *tree = tcase_create("tree");

    tcase_add_loop_test(words, a_refusal_has_the_word_of_the_system, 0, (int)COUNT_OF(labels));
    tcase_add_loop_test(words, every_word_leads_back, 0, (int)smtp5xx_table_count(SMTP5XX_TABLE_SYSTEMS));
    tcase_add_test(words, every_row_is_a_word);
    tcase_add_test(words, what_is_not_known_has_no_word);
    tcase_add_test(tree, the_tree_is_walked_from_its_root);
    suite_add_tcase(suite, words);
    suite_add_tcase(suite, tree);
    return suite;
}
