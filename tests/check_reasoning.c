/*
 * The reasoning behind an advice: why, for how long other mail is held, and that the parts of an advice do not contradict
 * each other, for every reason, claim, confidence and stage.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "suites.h"

/* What waits for something has no place beside an address that is given up. */
static void check_steps(const char *of, const smtp5xx_advice *advice)
{
    for (unsigned i = 0; i < advice->step_count; i++) {
        const char *step = smtp5xx_step_name(advice->steps[i]);
        int waits = strcmp(step, "remove_if_persists") == 0 || strcmp(step, "retry_normally") == 0;

        ck_assert_msg(!waits || advice->action != SMTP5XX_ACTION_SUPPRESS, "%s: given up, but %s", of, step);
    }
}

static void check_advice(const smtp5xx_verdict *verdict)
{
    const char *of = smtp5xx_reason_name(verdict->reason);
    int suppress;
    smtp5xx_advice advice;

    ck_assert_int_eq(smtp5xx_advise(verdict, NULL, &advice, sizeof(advice)), SMTP5XX_OK);
    suppress = advice.action == SMTP5XX_ACTION_SUPPRESS;
    check_steps(of, &advice);
    ck_assert_msg(!suppress || advice.party == SMTP5XX_PARTY_LIST_OWNER, "%s: %s takes the address off", of,
                  smtp5xx_party_name(advice.party));
    ck_assert_msg(has_row(SMTP5XX_TABLE_WHYS, advice.why), "%s: no why", of);
    ck_assert_msg(advice.hold == 0 || advice.action == SMTP5XX_ACTION_RETRY || advice.action == SMTP5XX_ACTION_FIX_SENDER,
                  "%s: other mail is held, though %s", of, smtp5xx_action_name(advice.action));
    ck_assert_msg(advice.hold == 0 || advice.retry != SMTP5XX_RETRY_LATER || advice.retry_after >= advice.hold,
                  "%s: the message goes before its hold ends", of);
    if (suppress || advice.action == SMTP5XX_ACTION_REVIEW) {
        return;
    }
    ck_assert_msg(strcmp(smtp5xx_why_name(advice.why), "weak_evidence") != 0 || advice.retry == SMTP5XX_RETRY_LATER,
                  "%s: weak evidence for %s", of, smtp5xx_action_name(advice.action));
}

START_TEST(an_advice_agrees_with_itself)
{
    static const uint8_t claims[] = {0, SMTP5XX_PERMANENCE_TEMPORARY, SMTP5XX_PERMANENCE_PERMANENT};
    uint32_t reason = (uint32_t)_i;
    uint32_t judged = smtp5xx_table_number(SMTP5XX_TABLE_REASONS, reason, SMTP5XX_FIELD_JUDGED);

    for (unsigned i = 0; i < COUNT_OF(claims) * 9 * 2; i++) {
        smtp5xx_verdict verdict;

        memset(&verdict, 0, sizeof(verdict));
        verdict.size = sizeof(verdict);
        verdict.reason = (uint16_t)reason;
        verdict.claimed = claims[i / 18];
        verdict.judged = (uint8_t)(judged != 0 && verdict.claimed != 0 ? judged : verdict.claimed);
        verdict.stage = (uint8_t)(i / 2 % 9);
        verdict.confidence = i % 2 ? 100 : 50;
        check_advice(&verdict);
    }
}
END_TEST

/* A wish to suppress that the evidence does not carry is told as what it is. */
START_TEST(an_advice_says_why_it_does_not_suppress)
{
    smtp5xx_verdict verdict = verdict_of("550 5.1.1 no such user", SMTP5XX_STAGE_RCPT, 0, NULL);
    smtp5xx_advice advice;

    verdict.confidence = 50;
    ck_assert_int_eq(smtp5xx_advise(&verdict, NULL, &advice, sizeof(advice)), SMTP5XX_OK);
    ck_assert_str_eq(smtp5xx_why_name(advice.why), "weak_evidence");
    verdict.confidence = 100;
    verdict.stage = SMTP5XX_STAGE_MAIL;
    ck_assert_int_eq(smtp5xx_advise(&verdict, NULL, &advice, sizeof(advice)), SMTP5XX_OK);
    ck_assert_str_eq(smtp5xx_why_name(advice.why), "no_recipient_yet");
    verdict.basis = SMTP5XX_BASIS_CALLER;
    verdict.action = SMTP5XX_ACTION_RETRY;
    ck_assert_int_eq(smtp5xx_advise(&verdict, NULL, &advice, sizeof(advice)), SMTP5XX_OK);
    ck_assert_str_eq(smtp5xx_why_name(advice.why), "own_rule");
}
END_TEST

/* What each advice rests on, and for how long other mail had better wait. */
static const struct reasoning {
    const char *reply;
    uint8_t stage;
    smtp5xx_policy policy;
    const char *why;
    uint32_t hold;
    unsigned scope;
} reasonings[] = {
    {"550 5.1.1 no such user", SMTP5XX_STAGE_RCPT, {0}, "no_such_address", 0, SMTP5XX_SCOPE_RECIPIENT},
    {"550 5.1.1 no such user", SMTP5XX_STAGE_CONNECT, {0}, "no_reason_given", 0, SMTP5XX_SCOPE_IP},
    {"552 5.2.2 mailbox full", SMTP5XX_STAGE_RCPT, {0}, "full_or_abandoned", 0, SMTP5XX_SCOPE_RECIPIENT},
    {"552 5.2.2 mailbox full", SMTP5XX_STAGE_RCPT, {.on_mailbox_full = SMTP5XX_ACTION_RETRY}, "own_policy", 0,
     SMTP5XX_SCOPE_RECIPIENT},
    {"552 5.2.2 The inbox is out of storage space and inactive", 0, {0}, "words_say_more", 0, SMTP5XX_SCOPE_RECIPIENT},
    {"551 5.1.6 the user has moved", SMTP5XX_STAGE_RCPT, {0}, "moved_without_trace", 0, SMTP5XX_SCOPE_RECIPIENT},
    {"550 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org", 0, {0}, "source_is_blocked", 14400,
     SMTP5XX_SCOPE_IP},
    {"550 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org", 0, {.hold_reputation = 600}, "source_is_blocked",
     600, SMTP5XX_SCOPE_IP},
    {"550 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org", 0, {.hold_max = 60}, "source_is_blocked", 60,
     SMTP5XX_SCOPE_IP},
    {"421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints", 0, {0},
     "passes_with_time", 7200, SMTP5XX_SCOPE_PROVIDER},
    {"452 4.7.1 Too many messages, slow down", 0, {0}, "passes_with_time", 1800, SMTP5XX_SCOPE_PROVIDER},
    {"452 4.7.1 Too many messages, try again in 3 hours", 0, {0}, "passes_with_time", 10800, SMTP5XX_SCOPE_PROVIDER},
    {"450-4.2.1 The user you are trying to contact is receiving mail at a rate that\r\n450 4.2.1 prevents additional "
     "messages from being delivered. - gsmtp", 0, {0}, "passes_with_time", 1800, SMTP5XX_SCOPE_RECIPIENT},
};

START_TEST(an_advice_says_why_and_what_to_hold)
{
    const struct reasoning *row = &reasonings[_i];
    smtp5xx_policy policy = row->policy;
    smtp5xx_verdict verdict = verdict_of(row->reply, row->stage, 0, NULL);
    smtp5xx_advice advice;

    policy.size = sizeof(policy);
    ck_assert_int_eq(smtp5xx_advise(&verdict, &policy, &advice, sizeof(advice)), SMTP5XX_OK);
    ck_assert_msg(strcmp(smtp5xx_why_name(advice.why), row->why) == 0, "%s: %s", row->reply, smtp5xx_why_name(advice.why));
    ck_assert_msg(advice.hold == row->hold, "%s: held for %u", row->reply, advice.hold);
    ck_assert_msg(advice.scope == row->scope, "%s: scope %s", row->reply, smtp5xx_scope_name(advice.scope));
}
END_TEST

Suite *reasoning_suite(void)
{
    Suite *suite = suite_create("reasoning");
    TCase *tcase = tcase_create("reasoning");

    tcase_add_loop_test(tcase, an_advice_agrees_with_itself, 0, (int)smtp5xx_table_count(SMTP5XX_TABLE_REASONS));
    tcase_add_test(tcase, an_advice_says_why_it_does_not_suppress);
    tcase_add_loop_test(tcase, an_advice_says_why_and_what_to_hold, 0, (int)COUNT_OF(reasonings));
    suite_add_tcase(suite, tcase);
    return suite;
}
