/*
 * Advise: for every reason, claim, confidence and stage the advice is complete and agrees with itself; each reason has
 * its action; each field of the policy does what the header says; the decision tree leads to the right steps.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "suites.h"

/* RFC 5321 4.5.4.1: first retry after 30 minutes at the earliest, giving up after four to five days. */
enum { RETRY_AFTER = 1800, RETRY_AFTER_MAX = 86400, RETRY_UNTIL = 432000, SUPPRESS_CONFIDENCE = 75 };

/* What a sender does after a permanent refusal of which this reason is certain, RCPT being the stage. */
#define ROW(reason, action) {SMTP5XX_REASON_##reason, SMTP5XX_ACTION_##action}
static const struct expectation {
    uint16_t reason;
    uint8_t action;
} expectations[] = {
    ROW(UNKNOWN, REVIEW), ROW(USER_UNKNOWN, SUPPRESS), ROW(BAD_ADDRESS_SYNTAX, FIX_ADDRESS),
    ROW(DOMAIN_UNKNOWN, SUPPRESS), ROW(USER_MOVED, FIX_ADDRESS), ROW(MAILBOX_DISABLED, SUPPRESS), ROW(MAILBOX_FULL, SOFT),
    ROW(RECIPIENT_RESTRICTED, REVIEW), ROW(MESSAGE_TOO_LARGE, FIX_MESSAGE), ROW(MESSAGE_MALFORMED, FIX_MESSAGE),
    ROW(CONTENT_REJECTED, FIX_MESSAGE), ROW(SPAM_CONTENT, FIX_MESSAGE), ROW(VIRUS_DETECTED, FIX_MESSAGE),
    ROW(DMARC_FAILURE, FIX_SENDER), ROW(SPF_FAILURE, FIX_SENDER), ROW(DKIM_FAILURE, FIX_SENDER),
    ROW(AUTH_MISSING, FIX_SENDER), ROW(PTR_MISSING, FIX_SENDER), ROW(SMTP_AUTH_REQUIRED, FIX_SENDER),
    ROW(SMTP_AUTH_FAILED, FIX_SENDER), ROW(TLS_REQUIRED, FIX_SENDER),
    ROW(TLS_FAILURE, REVIEW), /* the fault may lie on either side */
    ROW(SENDER_INVALID, FIX_SENDER), ROW(SENDER_NOT_AUTHORIZED, FIX_SENDER),
    ROW(RELAY_DENIED, REVIEW), /* a login, or the recipient's MX record */
    ROW(IP_BLOCKLISTED, FIX_SENDER), ROW(DOMAIN_BLOCKLISTED, FIX_SENDER), ROW(LOW_REPUTATION, FIX_SENDER),
    ROW(POLICY_REJECTED, REVIEW),
    ROW(GEO_BLOCKED, FIX_SENDER), /* another region, or an exception */
    ROW(RATE_LIMITED, RETRY), ROW(TOO_MANY_RECIPIENTS, RETRY), ROW(GREYLISTED, RETRY), ROW(SUPPRESSED, SUPPRESS),
    ROW(SYSTEM_FULL, RETRY), ROW(SYSTEM_ERROR, REVIEW), ROW(NOT_ACCEPTING_MAIL, SUPPRESS), ROW(NETWORK_ERROR, RETRY),
    ROW(DNS_FAILURE, RETRY), ROW(ROUTING_LOOP, REVIEW), ROW(DELIVERY_EXPIRED, SOFT), ROW(PROTOCOL_ERROR, FIX_SENDER),
    ROW(FEATURE_UNSUPPORTED, FIX_SENDER),
};

static uint32_t of_reason(uint32_t reason, uint32_t field)
{
    return smtp5xx_table_number(SMTP5XX_TABLE_REASONS, reason, field);
}

static uint32_t of_node(uint32_t node, uint32_t field)
{
    return smtp5xx_table_number(SMTP5XX_TABLE_NODES, node, field);
}

/* A verdict such as classify would give, without any text. */
static smtp5xx_verdict made(uint32_t reason, unsigned claimed, unsigned confidence, unsigned stage)
{
    uint32_t judged = of_reason(reason, SMTP5XX_FIELD_JUDGED);
    smtp5xx_verdict verdict;

    memset(&verdict, 0, sizeof(verdict));
    verdict.size = sizeof(verdict);
    verdict.reason = (uint16_t)reason;
    verdict.category = (uint8_t)of_reason(reason, SMTP5XX_FIELD_CATEGORY);
    verdict.claimed = (uint8_t)claimed;
    verdict.judged = (uint8_t)(judged != 0 && claimed != 0 ? judged : claimed);
    verdict.confidence = (uint8_t)confidence;
    verdict.stage = (uint8_t)stage;
    if (reason == SMTP5XX_REASON_USER_MOVED) { /* One who left an address; without: check_details.c. */
        verdict.new_address.length = 1;
    }
    return verdict;
}

static smtp5xx_advice advice_of(const smtp5xx_verdict *verdict, const smtp5xx_policy *policy)
{
    smtp5xx_advice advice;

    memset(&advice, 0xa5, sizeof(advice));
    ck_assert_int_eq(smtp5xx_advise(verdict, policy, &advice, sizeof(advice)), SMTP5XX_OK);
    ck_assert_uint_eq(advice.size, sizeof(advice));
    return advice;
}

/* The advice after a certain refusal at RCPT. */
static smtp5xx_advice certain(uint32_t reason, unsigned claimed, const smtp5xx_policy *policy)
{
    smtp5xx_verdict verdict = made(reason, claimed, 100, SMTP5XX_STAGE_RCPT);

    return advice_of(&verdict, policy);
}

/* Which of all the combinations is being tested, for the messages. */
static const char *label(const smtp5xx_verdict *verdict)
{
    static char text[128];

    snprintf(text, sizeof(text), "%s, %s, confidence %u, at %s", smtp5xx_reason_name(verdict->reason),
             smtp5xx_permanence_name(verdict->claimed), verdict->confidence, smtp5xx_stage_name(verdict->stage));
    return text;
}

static int before_recipient(unsigned stage)
{
    return stage >= SMTP5XX_STAGE_CONNECT && stage <= SMTP5XX_STAGE_MAIL;
}

static unsigned fitting_disposition(unsigned action)
{
    return action == SMTP5XX_ACTION_SUPPRESS      ? SMTP5XX_DISPOSITION_SUPPRESS
           : action == SMTP5XX_ACTION_SOFT        ? SMTP5XX_DISPOSITION_COUNT
           : action == SMTP5XX_ACTION_FIX_ADDRESS ? SMTP5XX_DISPOSITION_CORRECT
                                                  : SMTP5XX_DISPOSITION_KEEP;
}

static void check_words(const smtp5xx_verdict *verdict, const smtp5xx_advice *advice)
{
    const char *of = label(verdict);
    int alone = verdict->reason == SMTP5XX_REASON_GREYLISTED || verdict->reason == SMTP5XX_REASON_NETWORK_ERROR;

    ck_assert_msg(advice->action >= SMTP5XX_ACTION_SUPPRESS && advice->action <= SMTP5XX_ACTION_REVIEW,
                  "%s: action %u", of, advice->action);
    ck_assert_msg(advice->disposition == fitting_disposition(advice->action), "%s: disposition %s with action %s", of,
                  smtp5xx_disposition_name(advice->disposition), smtp5xx_action_name(advice->action));
    ck_assert_msg(has_row(SMTP5XX_TABLE_PARTIES, advice->party), "%s: party %u", of, advice->party);
    ck_assert_msg(advice->party != SMTP5XX_PARTY_NOBODY || alone, "%s: nobody acts", of);
    ck_assert_msg(advice->scope != 0 && has_row(SMTP5XX_TABLE_SCOPES, advice->scope), "%s: scope %u", of,
                  advice->scope);
    ck_assert_msg(advice->severity != 0 && has_row(SMTP5XX_TABLE_SEVERITIES, advice->severity), "%s: severity %u", of,
                  advice->severity);
    ck_assert_msg(advice->retry != 0 && has_row(SMTP5XX_TABLE_RETRIES, advice->retry), "%s: retry %u", of,
                  advice->retry);
    ck_assert_msg(advice->reserved[0] + advice->reserved[1] + advice->reserved[2] == 0, "%s: reserved", of);
}

static void check_times(const smtp5xx_verdict *verdict, const smtp5xx_advice *advice)
{
    const char *of = label(verdict);
    int soft = advice->action == SMTP5XX_ACTION_SOFT;

    if (advice->retry == SMTP5XX_RETRY_LATER) {
        ck_assert_msg(advice->retry_after > 0 && advice->retry_after <= RETRY_AFTER_MAX, "%s: after %u", of,
                      advice->retry_after);
        ck_assert_msg(advice->retry_until == RETRY_UNTIL, "%s: until %u", of, advice->retry_until);
    } else {
        ck_assert_msg(advice->retry_after == 0 && advice->retry_until == 0, "%s: %u, %u without a retry", of,
                      advice->retry_after, advice->retry_until);
    }
    ck_assert_msg(advice->soft_count == (soft ? 5 : 0) && advice->soft_days == (soft ? 14 : 0), "%s: soft %u, %u", of,
                  advice->soft_count, advice->soft_days);
    if (advice->action == SMTP5XX_ACTION_RETRY) {
        ck_assert_msg(advice->retry == SMTP5XX_RETRY_LATER, "%s: retry, but not later", of);
    }
    if (advice->action == SMTP5XX_ACTION_SUPPRESS) {
        ck_assert_msg(advice->retry == SMTP5XX_RETRY_NEVER, "%s: suppressed, but tried again", of);
        ck_assert_msg(verdict->confidence >= SUPPRESS_CONFIDENCE, "%s: suppressed on weak evidence", of);
        ck_assert_msg(!before_recipient(verdict->stage), "%s: suppressed before RCPT", of);
    } else if (verdict->judged == SMTP5XX_PERMANENCE_TEMPORARY) {
        ck_assert_msg(advice->retry == SMTP5XX_RETRY_LATER, "%s: temporary, but %s", of,
                      smtp5xx_retry_name(advice->retry));
    }
}

/* Each of the ids is a row, none comes twice, and nothing follows the last. */
static void check_ids(const char *of, uint32_t table, const uint16_t *ids, unsigned count, unsigned max)
{
    ck_assert_msg(count <= max, "%s: %u %s", of, count, smtp5xx_table_name(table));
    for (unsigned i = 0; i < max; i++) {
        ck_assert_msg(i < count ? has_row(table, ids[i]) : ids[i] == 0, "%s: %s[%u] of %u is %u", of,
                      smtp5xx_table_name(table), i, count, ids[i]);
        for (unsigned j = 0; i < count && j < i; j++) {
            ck_assert_msg(ids[i] != ids[j], "%s: %s[%u] is %u again", of, smtp5xx_table_name(table), i, ids[i]);
        }
    }
}

static void check_lists(const smtp5xx_verdict *verdict, const smtp5xx_advice *advice)
{
    const char *of = label(verdict);
    unsigned last = advice->path_length;

    ck_assert_msg(advice->step_count >= 2, "%s: %u steps", of, advice->step_count);
    check_ids(of, SMTP5XX_TABLE_STEPS, advice->steps, advice->step_count, SMTP5XX_STEPS_MAX);
    for (unsigned i = 0; i < advice->step_count; i++) {
        uint32_t only = smtp5xx_table_number(SMTP5XX_TABLE_STEPS, advice->steps[i], SMTP5XX_FIELD_ACTION);

        ck_assert_msg(only == 0 || only == advice->action, "%s: %s, but %s", of, smtp5xx_action_name(advice->action),
                      smtp5xx_step_name(advice->steps[i]));
    }
    check_ids(of, SMTP5XX_TABLE_REFERENCES, advice->references, advice->reference_count, SMTP5XX_REFERENCES_MAX);
    ck_assert_msg(last >= 2, "%s: a path of %u", of, last);
    check_ids(of, SMTP5XX_TABLE_NODES, advice->path, last, SMTP5XX_PATH_MAX);
    for (unsigned i = 0; i < last; i++) {
        ck_assert_msg(of_node(advice->path[i], SMTP5XX_FIELD_PARENT) == (i == 0 ? 0 : advice->path[i - 1]),
                      "%s: path[%u] is not below the one before", of, i);
        ck_assert_msg(i == last - 1 || of_node(advice->path[i], SMTP5XX_FIELD_REASON) == 0,
                      "%s: path[%u] is a leaf", of, i);
    }
    ck_assert_msg(of_node(advice->path[last - 1], SMTP5XX_FIELD_REASON) == verdict->reason,
                  "%s: the path ends at %s", of, smtp5xx_node_name(advice->path[last - 1]));
}

START_TEST(advice_is_complete)
{
    static const uint8_t claims[] = {0, SMTP5XX_PERMANENCE_TEMPORARY, SMTP5XX_PERMANENCE_PERMANENT};
    static const uint8_t confidences[] = {0, 1, 74, 75, 100};
    uint32_t reason = (uint32_t)_i;

    for (size_t i = 0; i < COUNT_OF(claims) * COUNT_OF(confidences); i++) {
        for (unsigned stage = SMTP5XX_STAGE_UNKNOWN; stage <= SMTP5XX_STAGE_EOD; stage++) {
            smtp5xx_verdict verdict = made(reason, claims[i / COUNT_OF(confidences)],
                                           confidences[i % COUNT_OF(confidences)], stage);
            smtp5xx_advice advice = advice_of(&verdict, NULL);

            check_words(&verdict, &advice);
            check_times(&verdict, &advice);
            check_lists(&verdict, &advice);
            if (stage == SMTP5XX_STAGE_CONNECT) {
                ck_assert_msg(advice.scope == SMTP5XX_SCOPE_IP, "%s: scope %s", label(&verdict),
                              smtp5xx_scope_name(advice.scope));
            }
        }
    }
}
END_TEST

START_TEST(each_reason_has_its_action)
{
    const struct expectation *row = &expectations[_i];
    smtp5xx_advice advice = certain(row->reason, SMTP5XX_PERMANENCE_PERMANENT, NULL);
    smtp5xx_advice temporary = certain(row->reason, SMTP5XX_PERMANENCE_TEMPORARY, NULL);

    ck_assert_uint_eq(row->reason, (unsigned)_i);
    ck_assert_uint_eq(smtp5xx_table_count(SMTP5XX_TABLE_REASONS), COUNT_OF(expectations));
    ck_assert_msg(advice.action == row->action, "%s: %s, not %s", smtp5xx_reason_name(row->reason),
                  smtp5xx_action_name(advice.action), smtp5xx_action_name(row->action));
    ck_assert_msg(temporary.action != SMTP5XX_ACTION_SUPPRESS || row->reason == SMTP5XX_REASON_SUPPRESSED,
                  "%s: a temporary refusal suppresses the address", smtp5xx_reason_name(row->reason));
    ck_assert_msg(temporary.severity <= advice.severity, "%s: a temporary refusal is worse",
                  smtp5xx_reason_name(row->reason));
}
END_TEST

/* Weak evidence turns suppress into a look by a human, or into another try when the server asks for one. */
START_TEST(weak_evidence_never_suppresses)
{
    for (uint32_t reason = 0; reason < COUNT_OF(expectations); reason++) {
        smtp5xx_verdict weak = made(reason, SMTP5XX_PERMANENCE_PERMANENT, SUPPRESS_CONFIDENCE - 1, SMTP5XX_STAGE_RCPT);
        smtp5xx_verdict early = made(reason, SMTP5XX_PERMANENCE_PERMANENT, 100, SMTP5XX_STAGE_MAIL);
        smtp5xx_verdict later = made(reason, SMTP5XX_PERMANENCE_TEMPORARY, 0, SMTP5XX_STAGE_RCPT);

        if (expectations[reason].action == SMTP5XX_ACTION_SUPPRESS) {
            ck_assert_msg(advice_of(&weak, NULL).action == SMTP5XX_ACTION_REVIEW, "%s", label(&weak));
            ck_assert_msg(advice_of(&early, NULL).action == SMTP5XX_ACTION_REVIEW, "%s", label(&early));
            ck_assert_msg(advice_of(&later, NULL).action == SMTP5XX_ACTION_RETRY, "%s", label(&later));
        } else {
            ck_assert_msg(advice_of(&weak, NULL).action == expectations[reason].action, "%s", label(&weak));
        }
    }
}
END_TEST

START_TEST(a_success_gives_no_advice)
{
    for (uint32_t reason = 0; reason < COUNT_OF(expectations); reason++) {
        smtp5xx_verdict verdict = made(reason, SMTP5XX_PERMANENCE_SUCCESS, 100, SMTP5XX_STAGE_RCPT);
        smtp5xx_policy policy = {.size = sizeof(policy), .on_unknown = SMTP5XX_ACTION_SUPPRESS, .soft_count = 3};
        smtp5xx_advice nothing = {.size = sizeof(nothing)};
        smtp5xx_advice advice;

        verdict.judged = SMTP5XX_PERMANENCE_SUCCESS;
        advice = advice_of(&verdict, &policy);
        ck_assert_mem_eq(&advice, &nothing, sizeof(nothing));
    }
}
END_TEST

START_TEST(an_unknown_number_counts_as_unknown)
{
    smtp5xx_verdict verdict = made(0, SMTP5XX_PERMANENCE_PERMANENT, 100, SMTP5XX_STAGE_RCPT);
    smtp5xx_advice unknown = advice_of(&verdict, NULL);
    smtp5xx_advice advice;

    verdict.reason = UINT16_MAX;
    verdict.rule = UINT32_MAX;
    advice = advice_of(&verdict, NULL);
    ck_assert_mem_eq(&advice, &unknown, sizeof(advice));
    verdict.claimed = verdict.judged = verdict.stage = verdict.basis = UINT8_MAX;
    advice = advice_of(&verdict, NULL);
    ck_assert_uint_eq(advice.action, SMTP5XX_ACTION_REVIEW);
    ck_assert_uint_ge(advice.step_count, 2);
}
END_TEST

/* A policy of zeros, and one without any field, is the same as none. */
START_TEST(zeros_take_the_defaults)
{
    smtp5xx_policy zeros = {.size = sizeof(zeros)};
    smtp5xx_policy none = {.size = 0, .on_unknown = SMTP5XX_ACTION_SUPPRESS, .on_mailbox_full = SMTP5XX_ACTION_SUPPRESS,
                           .suppress_confidence = 1, .retry_after_min = 1, .retry_until = 1, .soft_count = 1};

    for (uint32_t i = 0; i < 2 * COUNT_OF(expectations); i++) {
        unsigned claimed = i % 2 ? SMTP5XX_PERMANENCE_PERMANENT : SMTP5XX_PERMANENCE_TEMPORARY;
        smtp5xx_advice usual = certain(i / 2, claimed, NULL);
        smtp5xx_advice one = certain(i / 2, claimed, &zeros);
        smtp5xx_advice other = certain(i / 2, claimed, &none);

        ck_assert_msg(memcmp(&usual, &one, sizeof(usual)) == 0, "%s: zeros differ", smtp5xx_reason_name(i / 2));
        ck_assert_msg(memcmp(&usual, &other, sizeof(usual)) == 0, "%s: size 0 differs", smtp5xx_reason_name(i / 2));
    }
}
END_TEST

/* The caller's actions: which reasons each of the four fields governs, and that nothing else moves. */
static const struct wish {
    const char *field;
    size_t offset;
    uint16_t count;
    uint16_t reasons[4];
} wishes[] = {
    {"on_unknown", offsetof(smtp5xx_policy, on_unknown), 1, {SMTP5XX_REASON_UNKNOWN}},
    {"on_mailbox_full", offsetof(smtp5xx_policy, on_mailbox_full), 1, {SMTP5XX_REASON_MAILBOX_FULL}},
    {"on_mailbox_disabled", offsetof(smtp5xx_policy, on_mailbox_disabled), 1, {SMTP5XX_REASON_MAILBOX_DISABLED}},
    {"on_reputation", offsetof(smtp5xx_policy, on_reputation), 4,
     {SMTP5XX_REASON_IP_BLOCKLISTED, SMTP5XX_REASON_DOMAIN_BLOCKLISTED, SMTP5XX_REASON_LOW_REPUTATION,
      SMTP5XX_REASON_POLICY_REJECTED}},
};

static int governs(const struct wish *wish, uint32_t reason)
{
    for (size_t i = 0; i < wish->count; i++) {
        if (wish->reasons[i] == reason) {
            return 1;
        }
    }
    return 0;
}

START_TEST(the_caller_chooses_the_action)
{
    const struct wish *wish = &wishes[_i];

    for (unsigned action = 0; action <= UINT8_MAX; action++) {
        smtp5xx_policy policy = {.size = sizeof(policy)};

        ((unsigned char *)&policy)[wish->offset] = (unsigned char)action;
        for (uint32_t reason = 0; reason < COUNT_OF(expectations); reason++) {
            smtp5xx_advice advice = certain(reason, SMTP5XX_PERMANENCE_PERMANENT, &policy);
            int taken = governs(wish, reason) && action >= SMTP5XX_ACTION_SUPPRESS && action <= SMTP5XX_ACTION_REVIEW;
            unsigned expected = taken ? action : expectations[reason].action;

            ck_assert_msg(advice.action == expected, "%s = %u: %s is %s", wish->field, action,
                          smtp5xx_reason_name(reason), smtp5xx_action_name(advice.action));
            ck_assert_msg(advice.disposition == fitting_disposition(expected), "%s = %u: %s: disposition", wish->field,
                          action, smtp5xx_reason_name(reason));
        }
    }
}
END_TEST

/* A wish for suppress is held to the same evidence as the tables are. */
START_TEST(a_wish_does_not_suppress_on_weak_evidence)
{
    smtp5xx_policy policy = {.size = sizeof(policy), .on_unknown = SMTP5XX_ACTION_SUPPRESS,
                             .on_mailbox_full = SMTP5XX_ACTION_SUPPRESS, .on_reputation = SMTP5XX_ACTION_SUPPRESS,
                             .on_mailbox_disabled = SMTP5XX_ACTION_SUPPRESS};

    for (size_t i = 0; i < COUNT_OF(wishes) * 4; i++) {
        uint32_t reason = wishes[i / 4].reasons[i % 4];
        smtp5xx_verdict weak = made(reason, SMTP5XX_PERMANENCE_PERMANENT, SUPPRESS_CONFIDENCE - 1, SMTP5XX_STAGE_RCPT);
        smtp5xx_verdict early = made(reason, SMTP5XX_PERMANENCE_PERMANENT, 100, SMTP5XX_STAGE_CONNECT);
        unsigned instead = weak.judged == SMTP5XX_PERMANENCE_TEMPORARY ? SMTP5XX_ACTION_RETRY : SMTP5XX_ACTION_REVIEW;

        ck_assert_msg(advice_of(&weak, &policy).action == instead, "%s", label(&weak));
        ck_assert_msg(advice_of(&early, &policy).action == instead, "%s", label(&early));
    }
}
END_TEST

START_TEST(on_unknown_is_for_permanent_refusals)
{
    smtp5xx_policy policy = {.size = sizeof(policy), .on_unknown = SMTP5XX_ACTION_SOFT};

    ck_assert_uint_eq(certain(0, SMTP5XX_PERMANENCE_PERMANENT, &policy).action, SMTP5XX_ACTION_SOFT);
    ck_assert_uint_eq(certain(0, SMTP5XX_PERMANENCE_TEMPORARY, &policy).action, SMTP5XX_ACTION_RETRY);
}
END_TEST

START_TEST(the_caller_sets_the_confidence)
{
    static const uint8_t levels[] = {1, 50, 75, 99, 100};

    for (size_t i = 0; i < COUNT_OF(levels); i++) {
        smtp5xx_policy policy = {.size = sizeof(policy), .suppress_confidence = levels[i]};

        for (unsigned confidence = 0; confidence <= 100; confidence++) {
            smtp5xx_verdict verdict = made(SMTP5XX_REASON_USER_UNKNOWN, SMTP5XX_PERMANENCE_PERMANENT, confidence,
                                           SMTP5XX_STAGE_RCPT);
            unsigned action = advice_of(&verdict, &policy).action;

            ck_assert_msg(action == (confidence >= levels[i] ? SMTP5XX_ACTION_SUPPRESS : SMTP5XX_ACTION_REVIEW),
                          "confidence %u of %u: %s", confidence, levels[i], smtp5xx_action_name(action));
        }
    }
}
END_TEST

/* wish: what the server asks for, as a later version of the library will read it from the text. */
static const struct wait {
    uint32_t reason;
    uint32_t wish;
    uint32_t min;
    uint32_t max;
    uint32_t after;
} waits[] = {
    {SMTP5XX_REASON_SYSTEM_ERROR, 0, 0, 0, RETRY_AFTER},
    {SMTP5XX_REASON_RATE_LIMITED, 0, 0, 0, RETRY_AFTER},
    {SMTP5XX_REASON_MAILBOX_FULL, 0, 0, 0, RETRY_AFTER},
    {SMTP5XX_REASON_UNKNOWN, 0, 0, 0, RETRY_AFTER},
    {SMTP5XX_REASON_GREYLISTED, 0, 0, 0, 300},
    {SMTP5XX_REASON_TOO_MANY_RECIPIENTS, 0, 0, 0, 60},
    {SMTP5XX_REASON_GREYLISTED, 600, 0, 0, 600},
    {SMTP5XX_REASON_SYSTEM_ERROR, 60, 0, 0, RETRY_AFTER},
    {SMTP5XX_REASON_SYSTEM_ERROR, 7200, 0, 0, 7200},
    {SMTP5XX_REASON_SYSTEM_ERROR, 86400, 0, 0, 86400},
    {SMTP5XX_REASON_SYSTEM_ERROR, 86401, 0, 0, 86400},
    {SMTP5XX_REASON_SYSTEM_ERROR, UINT32_MAX, 0, 0, 86400},
    {SMTP5XX_REASON_SYSTEM_ERROR, 0, 900, 0, 900},
    {SMTP5XX_REASON_GREYLISTED, 0, 900, 0, 900},
    {SMTP5XX_REASON_TOO_MANY_RECIPIENTS, 0, 900, 0, 900},
    {SMTP5XX_REASON_SYSTEM_ERROR, 1200, 900, 0, 1200},
    {SMTP5XX_REASON_SYSTEM_ERROR, 7200, 0, 3600, 3600},
    {SMTP5XX_REASON_SYSTEM_ERROR, 0, 0, 600, 600},
    {SMTP5XX_REASON_SYSTEM_ERROR, 0, 7200, 3600, 3600}, /* min above max: max holds */
    {SMTP5XX_REASON_SYSTEM_ERROR, 0, 1, 1, 1},
    {SMTP5XX_REASON_SYSTEM_ERROR, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX},
    {SMTP5XX_REASON_SYSTEM_ERROR, 0, UINT32_MAX, 0, 86400},
};

START_TEST(the_caller_sets_the_wait)
{
    const struct wait *row = &waits[_i];
    smtp5xx_policy policy = {.size = sizeof(policy), .retry_after_min = row->min, .retry_after_max = row->max};
    smtp5xx_verdict verdict = made(row->reason, SMTP5XX_PERMANENCE_TEMPORARY, 100, SMTP5XX_STAGE_RCPT);
    smtp5xx_advice advice;

    verdict.retry_after = row->wish;
    advice = advice_of(&verdict, &policy);
    ck_assert_msg(advice.retry == SMTP5XX_RETRY_LATER && advice.retry_after == row->after,
                  "%s, wish %u, min %u, max %u: %u", smtp5xx_reason_name(row->reason), row->wish, row->min, row->max,
                  advice.retry_after);
}
END_TEST

START_TEST(the_caller_sets_the_limits)
{
    smtp5xx_policy policy = {.size = sizeof(policy), .retry_until = 7200, .soft_count = 3, .soft_days = 30};
    smtp5xx_advice full = certain(SMTP5XX_REASON_MAILBOX_FULL, SMTP5XX_PERMANENCE_TEMPORARY, &policy);
    smtp5xx_advice fault = certain(SMTP5XX_REASON_SYSTEM_ERROR, SMTP5XX_PERMANENCE_TEMPORARY, &policy);

    ck_assert_uint_eq(full.retry_until, 7200);
    ck_assert_uint_eq(full.soft_count, 3);
    ck_assert_uint_eq(full.soft_days, 30);
    ck_assert_uint_eq(fault.retry_until, 7200);
    ck_assert_uint_eq(fault.soft_count, 0);
    ck_assert_uint_eq(fault.soft_days, 0);
    policy.retry_until = UINT32_MAX;
    policy.soft_count = UINT16_MAX;
    policy.soft_days = UINT16_MAX;
    full = certain(SMTP5XX_REASON_MAILBOX_FULL, SMTP5XX_PERMANENCE_TEMPORARY, &policy);
    ck_assert_uint_eq(full.retry_until, UINT32_MAX);
    ck_assert_uint_eq(full.soft_count, UINT16_MAX);
    ck_assert_uint_eq(full.soft_days, UINT16_MAX);
}
END_TEST

/* The branches of the decision tree. path and steps: names that must come in this order, others may be between. */
static const struct branch {
    const char *reply;
    const char *path;
    const char *steps;
} branches[] = {
    {"550 5.1.1 x", "refusal address unknown_address", "check_typing remove_address"},
    {"550 5.1.2 x", "refusal address unknown_domain", "check_domain_spelling look_up_mx suppress_domain"},
    {"553 5.1.3 x", "refusal address malformed_address", "check_address_form correct_or_remove"},
    {"556 5.1.10 x", "refusal address unknown_domain", "look_up_mx suppress_domain"},
    {"551 5.1.6 moved to <new@example.org>", "refusal address moved_address", "note_new_address update_records send_to_new"},
    {"551 try <new@example.org>", "refusal address moved_address", "note_new_address update_records send_to_new"},
    {"552 5.2.2 x", "refusal mailbox full_mailbox", "retry_over_days abandoned_if_persists"},
    {"552 x", "refusal mailbox full_mailbox", "retry_over_days abandoned_if_persists"},
    {"550 5.2.1 x", "refusal mailbox disabled_mailbox", "ask_account_state remove_if_persists"},
    {"550 5.7.1 x", "refusal block_lists authentication reputation content",
     "check_block_lists authenticate_all look_at_reputation review_content"},
    {"550 5.7.26 x", "refusal block_lists authentication", "spf_include_ip dkim_sign_aligned"},
    {"550 5.7.25 x", "refusal block_lists authentication no_reverse_dns", "set_ptr match_forward"},
    {"550 5.7.20 x", "refusal block_lists authentication failed_dkim", "dkim_key_in_dns dkim_sign_aligned"},
    {"550 5.7.23 x", "refusal block_lists authentication failed_spf", "spf_include_ip"},
    {"552 5.3.4 x", "refusal message too_large", "reduce_size"},
    {"554 5.3.4 x", "refusal message too_large", "reduce_size share_by_link"},
    {"451 4.3.0 x", "refusal system faulty_system", "retry_normally tell_postmaster"},
    {"500 x", "refusal protocol misunderstood", "check_commands"},
    {"530 5.7.0 x", "refusal session login_wanted", "enable_smtp_auth"},
};

/* Says whether the names stand among the ids in this order. */
static int in_order(const char *names, uint32_t table, const uint16_t *ids, unsigned count)
{
    unsigned at = 0;

    while (*names) {
        size_t length = strcspn(names, " ");
        const char *name;

        do {
            if (at >= count) {
                return 0;
            }
            name = smtp5xx_table_text(table, ids[at++], SMTP5XX_FIELD_NAME);
        } while (strlen(name) != length || strncmp(names, name, length) != 0);
        names += length + (names[length] == ' ');
    }
    return 1;
}

START_TEST(the_tree_leads_to_the_steps)
{
    const struct branch *row = &branches[_i];
    smtp5xx_verdict verdict = verdict_of(row->reply, 0, 0, NULL);
    smtp5xx_advice advice = advice_of(&verdict, NULL);

    ck_assert_msg(in_order(row->path, SMTP5XX_TABLE_NODES, advice.path, advice.path_length),
                  "\"%s\" (%s) does not go by %s", row->reply, smtp5xx_reason_name(verdict.reason), row->path);
    ck_assert_msg(in_order(row->steps, SMTP5XX_TABLE_STEPS, advice.steps, advice.step_count),
                  "\"%s\" (%s) does not advise %s", row->reply, smtp5xx_reason_name(verdict.reason), row->steps);
}
END_TEST

/* 554 tells little: its advice is to investigate, from the block lists to the content, and no address is lost. */
START_TEST(a_bare_554_is_investigated)
{
    smtp5xx_verdict verdict = verdict_of("554 Transaction failed", 0, 0, NULL);
    smtp5xx_advice advice = advice_of(&verdict, NULL);
    uint16_t investigate = (uint16_t)id_of(SMTP5XX_TABLE_STEPS, "investigate_deeply");
    uint16_t lists = (uint16_t)id_of(SMTP5XX_TABLE_STEPS, "check_block_lists");
    int found = 0;

    for (unsigned i = 0; i < advice.step_count; i++) {
        found |= advice.steps[i] == investigate || advice.steps[i] == lists;
    }
    ck_assert_msg(found, "%s is not investigated", smtp5xx_reason_name(verdict.reason));
    ck_assert_uint_eq(advice.action, SMTP5XX_ACTION_REVIEW);
    ck_assert_uint_eq(advice.disposition, SMTP5XX_DISPOSITION_KEEP);
}
END_TEST

START_TEST(the_tree_has_one_root_and_a_leaf_for_each_reason)
{
    unsigned roots = 0;
    unsigned leaves[COUNT_OF(expectations)] = {0};

    for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_NODES); i++) {
        uint32_t node = smtp5xx_table_id(SMTP5XX_TABLE_NODES, i);
        uint32_t reason = of_node(node, SMTP5XX_FIELD_REASON);
        unsigned children = 0;

        for (uint32_t j = 0; j < smtp5xx_table_count(SMTP5XX_TABLE_NODES); j++) {
            children += of_node(smtp5xx_table_id(SMTP5XX_TABLE_NODES, j), SMTP5XX_FIELD_PARENT) == node;
        }
        roots += of_node(node, SMTP5XX_FIELD_PARENT) == 0;
        ck_assert_msg(children == 0 || reason == 0, "%s is a leaf and has nodes below", smtp5xx_node_name(node));
        ck_assert_msg(reason < COUNT_OF(leaves), "%s: reason %u", smtp5xx_node_name(node), reason);
        leaves[reason] += children == 0;
    }
    ck_assert_uint_eq(roots, 1);
    for (uint32_t reason = 0; reason < COUNT_OF(leaves); reason++) {
        ck_assert_msg(leaves[reason] == 1, "%s has %u leaves", smtp5xx_reason_name(reason), leaves[reason]);
    }
}
END_TEST

Suite *advise_suite(void)
{
    Suite *suite = suite_create("advise");
    TCase *reasons = tcase_create("reasons");
    TCase *policy = tcase_create("policy");
    TCase *tree = tcase_create("tree");

    tcase_add_loop_test(reasons, advice_is_complete, 0, (int)COUNT_OF(expectations));
    tcase_add_loop_test(reasons, each_reason_has_its_action, 0, (int)COUNT_OF(expectations));
    tcase_add_test(reasons, weak_evidence_never_suppresses);
    tcase_add_test(reasons, a_success_gives_no_advice);
    tcase_add_test(reasons, an_unknown_number_counts_as_unknown);
    tcase_add_test(policy, zeros_take_the_defaults);
    tcase_add_loop_test(policy, the_caller_chooses_the_action, 0, (int)COUNT_OF(wishes));
    tcase_add_test(policy, a_wish_does_not_suppress_on_weak_evidence);
    tcase_add_test(policy, on_unknown_is_for_permanent_refusals);
    tcase_add_test(policy, the_caller_sets_the_confidence);
    tcase_add_loop_test(policy, the_caller_sets_the_wait, 0, (int)COUNT_OF(waits));
    tcase_add_test(policy, the_caller_sets_the_limits);
    tcase_add_loop_test(tree, the_tree_leads_to_the_steps, 0, (int)COUNT_OF(branches));
    tcase_add_test(tree, a_bare_554_is_investigated);
    tcase_add_test(tree, the_tree_has_one_root_and_a_leaf_for_each_reason);
    suite_add_tcase(suite, reasons);
    suite_add_tcase(suite, policy);
    suite_add_tcase(suite, tree);
    return suite;
}
