/*
 * Classify: every row of the code table decides its own reply, the ladder from the provider's meaning down to the reply
 * code, the stage, the provider, what the code claims and what it is judged to be.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "suites.h"

enum { REPLY_TEXT_MAX = 64, NO_SUCH_DETAIL = 1000 };

static uint32_t number_of(uint32_t row, uint32_t field)
{
    return smtp5xx_table_number(SMTP5XX_TABLE_CODES, row, field);
}

static int class_holds(uint32_t row, unsigned class)
{
    return (number_of(row, SMTP5XX_FIELD_CLASSES) >> class & 1U) != 0;
}

/* A detail of the subject that no row of the table names, for the rows that hold for any detail. */
static unsigned unnamed_detail(unsigned subject)
{
    for (unsigned detail = 999; detail > 0; detail--) {
        int named = 0;

        for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_CODES) && !named; i++) {
            uint32_t row = smtp5xx_table_id(SMTP5XX_TABLE_CODES, i);

            named = number_of(row, SMTP5XX_FIELD_SUBJECT) == subject + 1 &&
                    number_of(row, SMTP5XX_FIELD_ENHANCED_DETAIL) <= detail + 1 &&
                    number_of(row, SMTP5XX_FIELD_ENHANCED_DETAIL_LAST) >= detail + 1;
        }
        if (!named) {
            return detail;
        }
    }
    return NO_SUCH_DETAIL;
}

/* Writes the reply that a row speaks of, with a class that it holds for: "550 5.1.1 x", "5.1.1 x" or "550 x". Returns 0
 * for a row that no reply can have: a number outside 200 to 599, or a class that the row does not hold for. */
static int reply_of_row(uint32_t row, unsigned class, char *text)
{
    unsigned code = number_of(row, SMTP5XX_FIELD_CODE);
    unsigned subject = number_of(row, SMTP5XX_FIELD_SUBJECT);
    unsigned detail = number_of(row, SMTP5XX_FIELD_ENHANCED_DETAIL);
    char digits[40] = "";

    if (code != 0 && (code < 200 || code > 599)) {
        return 0;
    }
    if (subject != 0) {
        if (!class_holds(row, class) || (code != 0 && code / 100 != class)) {
            return 0;
        }
        detail = detail == 0 ? unnamed_detail(subject - 1) : detail - 1;
        snprintf(digits, sizeof(digits), "%u.%u.%u ", class, subject - 1, detail);
    } else if (code / 100 != class) {
        return 0;
    }
    if (code != 0) {
        snprintf(text, REPLY_TEXT_MAX, "%u %sx", code, digits);
    } else {
        snprintf(text, REPLY_TEXT_MAX, "%sx", digits);
    }
    return 1;
}

static int same_key(uint32_t one, uint32_t other, unsigned class)
{
    static const uint32_t fields[] = {SMTP5XX_FIELD_CODE, SMTP5XX_FIELD_SUBJECT, SMTP5XX_FIELD_ENHANCED_DETAIL,
                                      SMTP5XX_FIELD_PROVIDER};

    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        if (number_of(one, fields[i]) != number_of(other, fields[i])) {
            return 0;
        }
    }
    return number_of(one, SMTP5XX_FIELD_SUBJECT) == 0 || class_holds(other, class);
}

static unsigned expected_basis(uint32_t row)
{
    if (number_of(row, SMTP5XX_FIELD_PROVIDER) != 0) {
        return SMTP5XX_BASIS_PROVIDER_CODES;
    }
    if (number_of(row, SMTP5XX_FIELD_SUBJECT) == 0) {
        return SMTP5XX_BASIS_BASIC;
    }
    return number_of(row, SMTP5XX_FIELD_CODE) != 0 ? SMTP5XX_BASIS_CODES : SMTP5XX_BASIS_ENHANCED;
}

/* Nothing is decided of a success, but its code is known all the same. */
static void check_success(uint32_t row, unsigned class, const char *text)
{
    smtp5xx_reply reply;
    smtp5xx_verdict verdict = verdict_of(text, 0, number_of(row, SMTP5XX_FIELD_PROVIDER), &reply);
    uint32_t found = smtp5xx_code_find(reply.code, reply.enhanced_class, reply.enhanced_subject, reply.enhanced_detail,
                                       number_of(row, SMTP5XX_FIELD_PROVIDER));

    ck_assert_msg(verdict.reason == 0 && verdict.rule == 0 && verdict.basis == 0, "\"%s\" is %s by %s", text,
                  smtp5xx_reason_name(verdict.reason), smtp5xx_rule_name(verdict.rule));
    ck_assert_msg(found != 0 && same_key(row, found, class), "\"%s\" is found as %s", text, smtp5xx_rule_name(found));
}

static void check_row(uint32_t row, unsigned class, const char *text)
{
    uint32_t provider = number_of(row, SMTP5XX_FIELD_PROVIDER);
    smtp5xx_reply reply;
    smtp5xx_verdict verdict = verdict_of(text, 0, provider, &reply);
    const char *name = smtp5xx_rule_name(row);

    ck_assert_msg(verdict.rule != 0 && same_key(row, verdict.rule, class), "%s: \"%s\" was decided by %s", name, text,
                  smtp5xx_rule_name(verdict.rule));
    ck_assert_msg(verdict.basis == expected_basis(row), "%s: basis %s", name, smtp5xx_basis_name(verdict.basis));
    ck_assert_msg(verdict.reason == number_of(verdict.rule, SMTP5XX_FIELD_REASON), "%s: \"%s\" is %s", name, text,
                  smtp5xx_reason_name(verdict.reason));
    ck_assert_msg(verdict.category ==
                      smtp5xx_table_number(SMTP5XX_TABLE_REASONS, verdict.reason, SMTP5XX_FIELD_CATEGORY),
                  "%s: category %u", name, verdict.category);
    ck_assert_msg(verdict.confidence <= 100, "%s: confidence %u", name, verdict.confidence);
    ck_assert_msg(verdict.provider == provider, "%s: provider %u", name, verdict.provider);
    ck_assert_msg(verdict.words.length >= 3 && verdict.words.offset + verdict.words.length <= strlen(text) - 2,
                  "%s: words %u+%u are not the codes", name, verdict.words.offset, verdict.words.length);
    ck_assert_msg(smtp5xx_code_find(reply.code, reply.enhanced_class, reply.enhanced_subject, reply.enhanced_detail,
                                    provider) == verdict.rule,
                  "%s: smtp5xx_code_find says otherwise", name);
}

START_TEST(every_row_decides_its_own_reply)
{
    uint32_t count = smtp5xx_table_count(SMTP5XX_TABLE_CODES);
    unsigned decided = 0;

    ck_assert_uint_gt(count, 160);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = smtp5xx_table_id(SMTP5XX_TABLE_CODES, i);
        unsigned code = number_of(row, SMTP5XX_FIELD_CODE);
        unsigned times = 0;

        for (unsigned class = 2; class <= 5; class++) {
            char text[REPLY_TEXT_MAX];

            if (reply_of_row(row, class, text)) {
                (class < 4 ? check_success : check_row)(row, class, text);
                times++;
            }
        }
        ck_assert_msg(times > 0 || (code != 0 && code < 200), "%s can decide no reply", smtp5xx_rule_name(row));
        decided += times > 0;
    }
    ck_assert_uint_gt(decided, 160);
}
END_TEST

/* Reads "rcpt=user_unknown:60 " from a list and moves the cursor beyond it. */
static int next_override(const char **cursor, uint8_t *stage, uint32_t *reason, unsigned *confidence)
{
    char stage_name[32];
    char reason_name[48];
    int read = 0;

    if (sscanf(*cursor, " %31[a-z0-9_]=%47[a-z0-9_]:%u%n", stage_name, reason_name, confidence, &read) < 3) {
        return 0;
    }
    *cursor += read;
    *stage = (uint8_t)id_of(SMTP5XX_TABLE_STAGES, stage_name);
    *reason = id_of(SMTP5XX_TABLE_REASONS, reason_name);
    return 1;
}

START_TEST(a_stage_chooses_among_the_meanings)
{
    unsigned seen = 0;

    for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_CODES); i++) {
        uint32_t row = smtp5xx_table_id(SMTP5XX_TABLE_CODES, i);
        const char *cursor = smtp5xx_table_text(SMTP5XX_TABLE_CODES, row, SMTP5XX_FIELD_STAGE_REASONS);
        uint8_t stage;
        uint32_t reason;
        unsigned confidence;

        while (next_override(&cursor, &stage, &reason, &confidence)) {
            for (unsigned class = 4; class <= 5; class++) { /* a success has no reason at any stage */
                char text[REPLY_TEXT_MAX];
                smtp5xx_verdict verdict;

                if (!reply_of_row(row, class, text)) {
                    continue;
                }
                verdict = verdict_of(text, stage, number_of(row, SMTP5XX_FIELD_PROVIDER), NULL);
                ck_assert_msg(verdict.rule == row && verdict.reason == reason && verdict.confidence == confidence &&
                                  (verdict.flags & SMTP5XX_VERDICT_STAGE_DECIDED) && verdict.stage == stage,
                              "%s at %s: \"%s\" gave %s, %s, %u, flags %u", smtp5xx_rule_name(row),
                              smtp5xx_stage_name(stage), text, smtp5xx_rule_name(verdict.rule),
                              smtp5xx_reason_name(verdict.reason), verdict.confidence, verdict.flags);
                seen++;
            }
        }
        ck_assert_msg(*cursor == '\0', "%s: \"%s\" is no list of stages", smtp5xx_rule_name(row), cursor);
    }
    ck_assert_uint_gt(seen, 0);
}
END_TEST

START_TEST(without_a_stage_no_stage_decides)
{
    for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_CODES); i++) {
        uint32_t row = smtp5xx_table_id(SMTP5XX_TABLE_CODES, i);

        for (unsigned class = 2; class <= 5; class++) {
            char text[REPLY_TEXT_MAX];
            smtp5xx_verdict verdict;

            if (reply_of_row(row, class, text)) {
                verdict = verdict_of(text, 0, number_of(row, SMTP5XX_FIELD_PROVIDER), NULL);
                ck_assert_msg(!(verdict.flags & SMTP5XX_VERDICT_STAGE_DECIDED), "%s", smtp5xx_rule_name(row));
                ck_assert_msg(class < 4 || verdict.confidence == number_of(verdict.rule, SMTP5XX_FIELD_CONFIDENCE),
                              "%s: %u", smtp5xx_rule_name(row), verdict.confidence);
            }
        }
    }
}
END_TEST

/* 550 at RCPT speaks of the recipient, at CONNECT of the sending IP. */
START_TEST(code_550_means_the_recipient_at_rcpt_only)
{
    smtp5xx_verdict rcpt = verdict_of("550 Requested action not taken", SMTP5XX_STAGE_RCPT, 0, NULL);
    smtp5xx_verdict connect = verdict_of("550 Requested action not taken", SMTP5XX_STAGE_CONNECT, 0, NULL);

    ck_assert_str_eq(smtp5xx_reason_name(rcpt.reason), "user_unknown");
    ck_assert_uint_ne(connect.category, SMTP5XX_CATEGORY_RECIPIENT);
    ck_assert_uint_lt(rcpt.confidence, 75);
}
END_TEST

START_TEST(at_connect_no_reply_is_about_the_recipient)
{
    for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_CODES); i++) {
        uint32_t row = smtp5xx_table_id(SMTP5XX_TABLE_CODES, i);

        for (unsigned class = 2; class <= 5; class++) {
            char text[REPLY_TEXT_MAX];
            smtp5xx_verdict verdict;

            if (reply_of_row(row, class, text)) {
                verdict = verdict_of(text, SMTP5XX_STAGE_CONNECT, number_of(row, SMTP5XX_FIELD_PROVIDER), NULL);
                ck_assert_msg(verdict.category != SMTP5XX_CATEGORY_RECIPIENT, "\"%s\" at connect is %s", text,
                              smtp5xx_reason_name(verdict.reason));
            }
        }
    }
}
END_TEST

START_TEST(the_context_names_the_provider)
{
    uint32_t google = id_of(SMTP5XX_TABLE_PROVIDERS, "google");
    uint32_t microsoft = id_of(SMTP5XX_TABLE_PROVIDERS, "microsoft");
    smtp5xx_verdict verdict = verdict_of("550 5.7.26 x", 0, google, NULL);

    ck_assert_uint_eq(verdict.provider, google);
    ck_assert_uint_eq(verdict.basis, SMTP5XX_BASIS_PROVIDER_CODES);
    ck_assert_uint_ne(verdict.flags & SMTP5XX_VERDICT_PROVIDER_FROM_CONTEXT, 0);
    ck_assert_uint_eq(verdict.flags & SMTP5XX_VERDICT_PROVIDER_FROM_TEXT, 0);
    verdict = verdict_of("550 5.7.26 x - gsmtp", 0, microsoft, NULL);
    ck_assert_uint_eq(verdict.provider, microsoft);
    ck_assert_uint_ne(verdict.flags & SMTP5XX_VERDICT_PROVIDER_FROM_CONTEXT, 0);
    ck_assert_uint_eq(verdict.flags & SMTP5XX_VERDICT_PROVIDER_FROM_TEXT, 0);
}
END_TEST

START_TEST(the_text_names_the_provider_if_the_context_does_not)
{
    static const struct {
        const char *text;
        const char *provider;
    } cases[] = {
        {"550-5.7.26 This mail is not authenticated.\r\n550 5.7.26 a1-20020a05.1 - gsmtp", "google"},
        {"550-5.7.26 Not authenticated 550 5.7.26 a1-20020a05.1 - gsmtp", "google"},
        {"550 5.1.1 No such user - GSMTP", "google"},
        {"550 5.7.1 refused [MX1.prod.protection.outlook.com]", "microsoft"},
        {"550 5.7.1 refused by mx1.example.com", NULL},
        {"550 5.7.1 agsmtpx", NULL},
        {"550 5.7.1 x", NULL},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        smtp5xx_verdict verdict = verdict_of(cases[i].text, 0, 0, NULL);
        uint32_t provider = cases[i].provider ? id_of(SMTP5XX_TABLE_PROVIDERS, cases[i].provider) : 0;

        ck_assert_msg(verdict.provider == provider, "\"%s\": provider %s", cases[i].text,
                      smtp5xx_provider_name(verdict.provider));
        ck_assert_msg(!(verdict.flags & SMTP5XX_VERDICT_PROVIDER_FROM_CONTEXT), "\"%s\"", cases[i].text);
        ck_assert_msg(((verdict.flags & SMTP5XX_VERDICT_PROVIDER_FROM_TEXT) != 0) == (provider != 0), "\"%s\"",
                      cases[i].text);
    }
}
END_TEST

/* A number that one provider alone has made up tells who it is. */
START_TEST(a_number_of_its_own_names_the_provider)
{
    uint32_t microsoft = id_of(SMTP5XX_TABLE_PROVIDERS, "microsoft");
    smtp5xx_verdict alone = verdict_of("550 5.7.606 x", 0, 0, NULL);
    smtp5xx_verdict other = verdict_of("550 5.7.606 x", 0, id_of(SMTP5XX_TABLE_PROVIDERS, "google"), NULL);

    ck_assert_uint_eq(alone.provider, microsoft);
    ck_assert_uint_eq(alone.basis, SMTP5XX_BASIS_PROVIDER_CODES);
    ck_assert_uint_ne(alone.flags & SMTP5XX_VERDICT_PROVIDER_FROM_TEXT, 0);
    ck_assert_uint_ne(other.provider, microsoft);
    ck_assert_uint_ne(other.basis, SMTP5XX_BASIS_PROVIDER_CODES);
}
END_TEST

/* X.7.9 is "authentication mechanism is too weak" by the registry (RFC 4954 6) and "denied" at Yahoo. */
START_TEST(a_provider_overrules_the_registry)
{
    uint32_t yahoo = id_of(SMTP5XX_TABLE_PROVIDERS, "yahoo");
    smtp5xx_verdict registry = verdict_of("5.7.9 x", 0, 0, NULL);
    smtp5xx_verdict denied = verdict_of("554 5.7.9 x", 0, yahoo, NULL);

    ck_assert_str_eq(smtp5xx_reason_name(registry.reason), "smtp_auth_failed");
    ck_assert_uint_eq(registry.basis, SMTP5XX_BASIS_ENHANCED);
    ck_assert_uint_eq(registry.flags & SMTP5XX_VERDICT_PROVIDER_OVERRULES, 0);
    ck_assert_uint_ne(denied.reason, registry.reason);
    ck_assert_uint_eq(denied.basis, SMTP5XX_BASIS_PROVIDER_CODES);
    ck_assert_uint_ne(denied.flags & SMTP5XX_VERDICT_PROVIDER_OVERRULES, 0);
    ck_assert_str_eq(smtp5xx_rule_name(denied.rule), "yahoo_554_5_7_9");
}
END_TEST

START_TEST(each_rung_of_the_ladder_is_named)
{
    uint32_t google = id_of(SMTP5XX_TABLE_PROVIDERS, "google");
    static const struct {
        const char *text;
        int with_provider;
        unsigned basis;
    } cases[] = {
        {"550 5.1.1 x", 1, SMTP5XX_BASIS_PROVIDER_CODES}, {"550 5.1.1 x", 0, SMTP5XX_BASIS_CODES},
        {"5.1.1 x", 0, SMTP5XX_BASIS_ENHANCED},           {"5.1.777 x", 0, SMTP5XX_BASIS_ENHANCED},
        {"550 5.1.777 x", 0, SMTP5XX_BASIS_ENHANCED},     {"552 5.0.0 x", 0, SMTP5XX_BASIS_BASIC},
        {"550 5.88.8 x", 0, SMTP5XX_BASIS_BASIC},         {"550 x", 0, SMTP5XX_BASIS_BASIC},
        {"550 x", 1, SMTP5XX_BASIS_BASIC},                {"597 x", 0, SMTP5XX_BASIS_NONE},
        {"5.0.0 x", 0, SMTP5XX_BASIS_ENHANCED},
        {"5.88.8 x", 0, SMTP5XX_BASIS_NONE},              {"x", 0, SMTP5XX_BASIS_NONE},
        {"", 0, SMTP5XX_BASIS_NONE},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        smtp5xx_verdict verdict = verdict_of(cases[i].text, 0, cases[i].with_provider ? google : 0, NULL);

        ck_assert_msg(verdict.basis == cases[i].basis, "\"%s\": %s, not %s", cases[i].text,
                      smtp5xx_basis_name(verdict.basis), smtp5xx_basis_name(cases[i].basis));
        ck_assert_msg((verdict.rule == 0) == (verdict.basis == SMTP5XX_BASIS_NONE), "\"%s\": rule %u", cases[i].text,
                      verdict.rule);
    }
}
END_TEST

START_TEST(what_the_code_claims_is_not_always_so)
{
    static const struct {
        const char *text;
        unsigned claimed;
        unsigned judged;
    } cases[] = {
        {"550 5.1.1 x", SMTP5XX_PERMANENCE_PERMANENT, SMTP5XX_PERMANENCE_PERMANENT},
        {"5.1.1 x", SMTP5XX_PERMANENCE_PERMANENT, SMTP5XX_PERMANENCE_PERMANENT},
        {"450 4.2.1 x", SMTP5XX_PERMANENCE_TEMPORARY, SMTP5XX_PERMANENCE_TEMPORARY},
        {"4.2.1 x", SMTP5XX_PERMANENCE_TEMPORARY, SMTP5XX_PERMANENCE_TEMPORARY},
        {"552 5.2.2 x", SMTP5XX_PERMANENCE_PERMANENT, SMTP5XX_PERMANENCE_TEMPORARY},
        {"250 2.1.5 x", SMTP5XX_PERMANENCE_SUCCESS, SMTP5XX_PERMANENCE_SUCCESS},
        {"354 x", SMTP5XX_PERMANENCE_SUCCESS, SMTP5XX_PERMANENCE_SUCCESS},
        {"2.0.0 x", SMTP5XX_PERMANENCE_SUCCESS, SMTP5XX_PERMANENCE_SUCCESS},
        {"x", SMTP5XX_PERMANENCE_UNKNOWN, SMTP5XX_PERMANENCE_UNKNOWN},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        smtp5xx_verdict verdict = verdict_of(cases[i].text, 0, 0, NULL);
        int overruled = cases[i].claimed != cases[i].judged;

        ck_assert_msg(verdict.claimed == cases[i].claimed && verdict.judged == cases[i].judged,
                      "\"%s\": %s, judged %s", cases[i].text, smtp5xx_permanence_name(verdict.claimed),
                      smtp5xx_permanence_name(verdict.judged));
        ck_assert_msg(((verdict.flags & SMTP5XX_VERDICT_CLAIM_OVERRULED) != 0) == overruled, "\"%s\": flags %u",
                      cases[i].text, verdict.flags);
    }
}
END_TEST

/* The reply code drives the dialogue (RFC 5321 4.2), so it claims; the enhanced status code says what happened. */
START_TEST(classes_that_differ_leave_both_codes)
{
    smtp5xx_reply reply;
    smtp5xx_verdict verdict = verdict_of("450 5.1.1 x", SMTP5XX_STAGE_RCPT, 0, &reply);
    smtp5xx_verdict agreed = verdict_of("550 5.1.1 x", SMTP5XX_STAGE_RCPT, 0, NULL);

    ck_assert_uint_ne(reply.flags & SMTP5XX_REPLY_CLASS_MISMATCH, 0);
    ck_assert_uint_eq(verdict.claimed, SMTP5XX_PERMANENCE_TEMPORARY);
    ck_assert_str_eq(smtp5xx_reason_name(verdict.reason), "user_unknown");
    ck_assert_uint_le(verdict.confidence, agreed.confidence);
    ck_assert_uint_lt(verdict.confidence, number_of(verdict.rule, SMTP5XX_FIELD_CONFIDENCE));
    ck_assert_uint_eq(verdict.code, 450);
    ck_assert_uint_eq(verdict.enhanced_class, 5);
    ck_assert_uint_eq(verdict.enhanced_subject, 1);
    ck_assert_uint_eq(verdict.enhanced_detail, 1);
}
END_TEST

/* Lines of one reply that carry different codes make its verdict less sure; RFC 5321 4.2.1 forbids them. */
START_TEST(codes_that_differ_cost_confidence)
{
    smtp5xx_reply reply;
    smtp5xx_verdict verdict = verdict_of("550-5.1.1 one\r\n551 5.1.1 two", SMTP5XX_STAGE_RCPT, 0, &reply);

    ck_assert_uint_ne(reply.flags & SMTP5XX_REPLY_CODES_DIFFER, 0);
    ck_assert_uint_ne(verdict.rule, 0);
    ck_assert_uint_lt(verdict.confidence, number_of(verdict.rule, SMTP5XX_FIELD_CONFIDENCE));
}
END_TEST

START_TEST(nothing_to_go_on_is_unknown)
{
    static const char *const texts[] = {"", " ", "x", "Colourless green ideas sleep", "999 x", "5.7. x", "192.0.2.1 said no",
                                        "597 x", "5.88.8 x", "<bob@example.com>", "https://example.com/userunknown"};

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        smtp5xx_verdict verdict = verdict_of(texts[i], SMTP5XX_STAGE_RCPT, 0, NULL);

        ck_assert_msg(verdict.reason == 0 && verdict.category == 0 && verdict.rule == 0 && verdict.basis == 0,
                      "\"%s\": %s by %s", texts[i], smtp5xx_reason_name(verdict.reason),
                      smtp5xx_rule_name(verdict.rule));
        ck_assert_msg(verdict.confidence <= 10, "\"%s\": confidence %u", texts[i], verdict.confidence);
        ck_assert_msg(verdict.words.length == 0, "\"%s\": words %u", texts[i], verdict.words.length);
    }
}
END_TEST

START_TEST(a_success_has_no_reason)
{
    static const char *const texts[] = {"250 2.1.5 Ok", "250 OK", "220 mx.example.com", "354 go", "2.0.0 sent"};

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        smtp5xx_verdict verdict = verdict_of(texts[i], 0, 0, NULL);

        ck_assert_msg(verdict.reason == SMTP5XX_REASON_UNKNOWN, "\"%s\": %s", texts[i],
                      smtp5xx_reason_name(verdict.reason));
        ck_assert_msg(verdict.judged == SMTP5XX_PERMANENCE_SUCCESS, "\"%s\": %u", texts[i], verdict.judged);
    }
}
END_TEST

/* RFC 5321 3.4: a 551 may tell the new address in angle brackets. */
START_TEST(a_551_tells_the_new_address)
{
    const char *text = "551 5.1.6 User has moved; please try <new@example.net>";
    const char *other = "550 5.1.1 User unknown; please try <new@example.net>";
    const char *address = "new@example.net";
    smtp5xx_verdict verdict = verdict_of(text, SMTP5XX_STAGE_RCPT, 0, NULL);

    ck_assert_str_eq(smtp5xx_reason_name(verdict.reason), "user_moved");
    ck_assert_uint_eq(verdict.new_address.length, strlen(address));
    ck_assert_mem_eq(text + verdict.new_address.offset, address, strlen(address));
    ck_assert_uint_eq(verdict_of(other, 0, 0, NULL).new_address.length, 0);
    ck_assert_uint_eq(verdict_of("551 5.1.6 User has moved", 0, 0, NULL).new_address.length, 0);
    ck_assert_uint_eq(verdict_of("551 moved to <", 0, 0, NULL).new_address.length, 0);
    ck_assert_uint_eq(verdict_of("551 moved to <new@example.net", 0, 0, NULL).new_address.length, strlen(address));
    ck_assert_uint_eq(verdict_of("551 5.1.6 The user <old@example.com> has moved", 0, 0, NULL).new_address.length, 0);
}
END_TEST

/* What the reply does not say is zero. */
START_TEST(details_that_are_not_there_are_empty)
{
    smtp5xx_verdict verdict = verdict_of("421 4.7.0 Service busy on mx.example.com", 0, 0, NULL);

    ck_assert_uint_eq(verdict.size, sizeof(verdict));
    ck_assert_uint_eq(verdict.action, 0);
    ck_assert_uint_eq(verdict.blocklist, 0);
    ck_assert_uint_eq(verdict.retry_after, 0);
    ck_assert_uint_eq(verdict.size_limit, 0);
    ck_assert_uint_eq(verdict.ip.length + verdict.url.length + verdict.reference.length, 0);
    ck_assert_uint_eq(verdict.new_address.length, 0);
}
END_TEST

Suite *classify_suite(void)
{
    Suite *suite = suite_create("classify");
    TCase *rows = tcase_create("rows");
    TCase *ladder = tcase_create("ladder");

    tcase_add_test(rows, every_row_decides_its_own_reply);
    tcase_add_test(rows, a_stage_chooses_among_the_meanings);
    tcase_add_test(rows, without_a_stage_no_stage_decides);
    tcase_add_test(rows, at_connect_no_reply_is_about_the_recipient);
    tcase_set_timeout(rows, 60);
    tcase_add_test(ladder, code_550_means_the_recipient_at_rcpt_only);
    tcase_add_test(ladder, the_context_names_the_provider);
    tcase_add_test(ladder, the_text_names_the_provider_if_the_context_does_not);
    tcase_add_test(ladder, a_number_of_its_own_names_the_provider);
    tcase_add_test(ladder, a_provider_overrules_the_registry);
    tcase_add_test(ladder, each_rung_of_the_ladder_is_named);
    tcase_add_test(ladder, what_the_code_claims_is_not_always_so);
    tcase_add_test(ladder, classes_that_differ_leave_both_codes);
    tcase_add_test(ladder, codes_that_differ_cost_confidence);
    tcase_add_test(ladder, nothing_to_go_on_is_unknown);
    tcase_add_test(ladder, a_success_has_no_reason);
    tcase_add_test(ladder, a_551_tells_the_new_address);
    tcase_add_test(ladder, details_that_are_not_there_are_empty);
    suite_add_tcase(suite, rows);
    suite_add_tcase(suite, ladder);
    return suite;
}
