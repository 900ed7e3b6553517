/*
 * Rules: how words, tokens, codes, stages and providers decide between them, what a verdict says of it, and the list of all
 * rules that hit.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "suites.h"

static const char *name_of(const smtp5xx_verdict *verdict)
{
    return smtp5xx_reason_name(verdict->reason);
}

/* Words against codes: a reason, and which of these two flags must be set, or nothing that is asked of them. */
enum { AGREE = SMTP5XX_VERDICT_CODES_AGREE, OVERRULED = SMTP5XX_VERDICT_CODES_OVERRULED, NEITHER = 0, EITHER = AGREE | OVERRULED };

static const struct ladder {
    const char *text;
    const char *reason;
    unsigned flags;
} ladder[] = {
    /* What a code says alone. */
    {"550 5.1.1 x", "user_unknown", NEITHER},
    {"552 5.2.2 x", "mailbox_full", NEITHER},
    /* Words that say the same. */
    {"550 5.1.1 User unknown", "user_unknown", AGREE},
    {"552 5.2.2 Mailbox over quota", "mailbox_full", AGREE},
    {"552 5.3.4 Message too big", "message_too_large", AGREE},
    {"551 5.1.6 User has moved", "user_moved", AGREE},
    /* Words that say something else win over 5.1.1, the most trusted code of all. */
    {"550 5.1.1 Your IP 192.0.2.1 is blacklisted", "ip_blocklisted", OVERRULED},
    {"550 5.1.1 <bob@example.com>: sent to too many recipients this hour", "rate_limited", OVERRULED},
    {"550 5.1.1 Sending rate limit exceeded", "rate_limited", OVERRULED},
    {"550 5.1.1 Message rejected as spam", "spam_content", OVERRULED},
    {"550 5.1.1 Greylisted, please try again later", "greylisted", OVERRULED},
    {"550 5.1.1 Mailbox is over quota", "mailbox_full", OVERRULED},
    {"550 5.1.1 Relaying denied", "relay_denied", OVERRULED},
    {"550 5.1.1 SPF check failed", "spf_failure", OVERRULED},
    {"550 5.1.1 Rejected by the DMARC policy of example.com", "dmarc_failure", OVERRULED},
    {"550 5.1.1 The message contains a virus", "virus_detected", OVERRULED},
    {"550 5.1.1 Message size exceeds fixed limit", "message_too_large", OVERRULED},
    {"550 5.1.1 Authentication required", "smtp_auth_required", OVERRULED},
    {"550 5.1.1 Too many concurrent connections from your IP", "rate_limited", OVERRULED},
    {"550 5.1.1 Reverse DNS lookup of 192.0.2.1 failed, no PTR record", "ptr_missing", OVERRULED},
    {"550 5.2.1 Mailbox unavailable. Your IP 192.0.2.1 is blacklisted", "ip_blocklisted", OVERRULED},
    {"552 5.2.2 User unknown", "user_unknown", OVERRULED},
    {"5.1.1 over quota", "mailbox_full", OVERRULED},
    /* A block list that has words of a dead address in its text, before or behind its name. */
    {"550 5.1.1 User unknown; client [192.0.2.1] blocked using zen.spamhaus.org", "ip_blocklisted", OVERRULED},
    {"554 5.7.1 Service unavailable; client host [192.0.2.1] blocked using bl.spamcop.net; user unknown", "ip_blocklisted", EITHER},
    {"550 <bob@example.com>: user unknown, see https://www.spamhaus.org/query/ip/192.0.2.1", "ip_blocklisted", EITHER},
    {"550 5.1.1 mailbox unavailable: 192.0.2.1 is listed at b.barracudacentral.org, too many messages to unknown users",
     "ip_blocklisted", OVERRULED},
    /* The receiver has asked the sender's own server: that user is the sender. */
    {"550 5.7.1 <ann@example.com>: Sender address rejected: undeliverable address: host mx.example.com[192.0.2.5] said: 550 "
     "5.1.1 User unknown (in reply to RCPT TO command)",
     "sender_invalid", OVERRULED},
    {"550-Callback setup failed while verifying <ann@example.com>\\n550-The initial connection, or a HELO or MAIL FROM:<> "
     "command was\\n550 rejected. Sender verify failed",
     "sender_invalid", EITHER},
    {"550 Sender verify failed: 550 5.1.1 no such user", "sender_invalid", EITHER},
    {"550 5.1.1 Callout verification of the sender failed: 550 User unknown", "sender_invalid", OVERRULED},
    /* The higher rank, wherever it stands. */
    {"550 5.1.1 User unknown. Mailbox is over quota", "mailbox_full", OVERRULED},
    {"550 5.1.1 Over quota: user unknown", "mailbox_full", OVERRULED},
    {"550 5.7.1 Access denied, user unknown", "user_unknown", OVERRULED},
    {"550 5.7.1 User unknown, access denied", "user_unknown", OVERRULED},
    {"550 5.1.1 Mailbox unavailable, over quota", "mailbox_full", OVERRULED},
    /* A hint leaves it to a code that knows better. */
    {"550 5.1.1 rejected", "user_unknown", NEITHER},
    {"552 5.2.2 refused", "mailbox_full", NEITHER},
    /* A mailer's own words, without any code. */
    {"Connection refused", "network_error", NEITHER},
    {"connect to mx.example.com[192.0.2.1]:25: Connection timed out", "network_error", NEITHER},
    {"Host or domain name not found. Name service error for name=example.com type=MX: Host not found", "domain_unknown", NEITHER},
    {"mail for mx.example.com loops back to myself", "routing_loop", NEITHER},
    {"delivery temporarily suspended: message has been in the queue too long, giving up", "delivery_expired", NEITHER},
};

static smtp5xx_verdict judge_case(const char *text, uint8_t stage, const char *provider)
{
    return verdict_of(text, stage, provider ? id_of(SMTP5XX_TABLE_PROVIDERS, provider) : 0, NULL);
}

START_TEST(the_right_evidence_decides)
{
    const struct ladder *row = &ladder[_i];
    smtp5xx_verdict verdict = judge_case(row->text, 0, NULL);
    smtp5xx_advice advice;

    ck_assert_msg(strcmp(name_of(&verdict), row->reason) == 0, "\"%s\" is %s by %s", row->text, name_of(&verdict),
                  smtp5xx_rule_name(verdict.rule));
    ck_assert_msg(row->flags == EITHER || (verdict.flags & EITHER) == row->flags, "\"%s\": flags %u", row->text,
                  verdict.flags);
    ck_assert_int_eq(smtp5xx_advise(&verdict, NULL, &advice, sizeof(advice)), SMTP5XX_OK);
    ck_assert_msg(verdict.category == SMTP5XX_CATEGORY_RECIPIENT || advice.action != SMTP5XX_ACTION_SUPPRESS,
                  "\"%s\": suppresses", row->text);
}
END_TEST

/* Codes that agree make the words surer, codes that are sure of something else less sure. */
START_TEST(codes_move_the_confidence)
{
    smtp5xx_verdict alone = judge_case("User unknown", 0, NULL);
    smtp5xx_verdict agreed = judge_case("550 5.1.1 User unknown", 0, NULL);
    smtp5xx_verdict against = judge_case("550 5.7.606 User unknown", 0, NULL);

    ck_assert_uint_eq(alone.flags & (AGREE | OVERRULED), 0);
    ck_assert_uint_eq(agreed.flags & (AGREE | OVERRULED), AGREE);
    ck_assert_uint_eq(against.flags & (AGREE | OVERRULED), OVERRULED);
    ck_assert_uint_gt(agreed.confidence, alone.confidence);
    ck_assert_uint_lt(against.confidence, alone.confidence);
    ck_assert_uint_eq(alone.reason, SMTP5XX_REASON_USER_UNKNOWN);
    ck_assert_uint_eq(against.reason, SMTP5XX_REASON_USER_UNKNOWN);
}
END_TEST

/* Two strong wordings for two things: one wins, always the same, and the verdict says so and is less sure. */
START_TEST(words_may_contradict_each_other)
{
    smtp5xx_verdict one = judge_case("550 Mailbox over quota", 0, NULL);
    smtp5xx_verdict both = judge_case("550 Mailbox over quota. Message too big", 0, NULL);
    smtp5xx_verdict weaker = judge_case("550 Mailbox over quota. User unknown", 0, NULL);

    ck_assert_uint_eq(one.flags & SMTP5XX_VERDICT_AMBIGUOUS, 0);
    ck_assert_uint_ne(both.flags & SMTP5XX_VERDICT_AMBIGUOUS, 0);
    ck_assert_uint_eq(weaker.flags & SMTP5XX_VERDICT_AMBIGUOUS, 0);
    ck_assert_uint_lt(both.confidence, one.confidence);
    ck_assert_uint_eq(weaker.reason, SMTP5XX_REASON_MAILBOX_FULL);
}
END_TEST

/* What is temporary by nature is, whatever the code claims; what never heals does not by being called temporary. */
START_TEST(nature_overrules_the_claim)
{
    static const struct {
        const char *text;
        unsigned judged;
        int overruled;
    } cases[] = {
        {"552 5.2.2 Mailbox over quota", SMTP5XX_PERMANENCE_TEMPORARY, 1},
        {"452 4.2.2 Mailbox over quota", SMTP5XX_PERMANENCE_TEMPORARY, 0},
        {"550 5.7.1 Greylisted, try again in 5 minutes", SMTP5XX_PERMANENCE_TEMPORARY, 1},
        {"550 5.7.1 Sending rate limit exceeded", SMTP5XX_PERMANENCE_TEMPORARY, 1},
        {"550 5.1.1 User unknown", SMTP5XX_PERMANENCE_PERMANENT, 0},
        {"User unknown", SMTP5XX_PERMANENCE_UNKNOWN, 0},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        smtp5xx_verdict verdict = judge_case(cases[i].text, 0, NULL);

        ck_assert_msg(verdict.judged == cases[i].judged, "\"%s\": %s", cases[i].text,
                      smtp5xx_permanence_name(verdict.judged));
        ck_assert_msg(((verdict.flags & SMTP5XX_VERDICT_CLAIM_OVERRULED) != 0) == cases[i].overruled, "\"%s\": flags %u",
                      cases[i].text, verdict.flags);
    }
}
END_TEST

/* Which rung of the ladder is named. */
START_TEST(words_name_their_rung)
{
    static const struct {
        const char *text;
        uint8_t stage;
        unsigned basis;
    } cases[] = {
        {"550 5.1.1 User unknown", 0, SMTP5XX_BASIS_PHRASE},
        {"550 5.1.1 User unknown", SMTP5XX_STAGE_MAIL, SMTP5XX_BASIS_PHRASE_CODE},
        {"550 5.7.1 messages from [192.0.2.1] weren't sent, S3140", 0, SMTP5XX_BASIS_TOKEN},
        {"550 5.1.1 x", 0, SMTP5XX_BASIS_CODES},
        {"550 x", 0, SMTP5XX_BASIS_BASIC},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        smtp5xx_verdict verdict = judge_case(cases[i].text, cases[i].stage, NULL);

        ck_assert_msg(verdict.basis == cases[i].basis, "\"%s\": %s by %s", cases[i].text, smtp5xx_basis_name(verdict.basis),
                      smtp5xx_rule_name(verdict.rule));
        ck_assert_msg((verdict.rule >= 10000) == (verdict.basis >= SMTP5XX_BASIS_PHRASE), "\"%s\": rule %u", cases[i].text,
                      verdict.rule);
    }
}
END_TEST

/* Before RCPT nobody has named a recipient (RFC 5321 3.3): nothing that is said there can condemn one. */
static const char *const condemning[] = {
    "550 User unknown", "550 5.1.1 User unknown", "550 5.1.1 x", "550 no such user here", "552 5.2.2 Mailbox over quota",
    "550 5.2.1 Mailbox disabled", "551 5.1.6 User has moved", "553 5.1.3 Bad recipient address syntax",
    "550 Recipient is on our suppression list", "550 5.7.1 Recipient accepts mail from members only",
    "550 <bob@example.com> is no longer with us", "550 Dieser Benutzer ist unbekannt", "User unknown",
};

START_TEST(before_rcpt_no_recipient_is_condemned)
{
    const char *text = condemning[_i];

    for (uint8_t stage = SMTP5XX_STAGE_CONNECT; stage <= SMTP5XX_STAGE_MAIL; stage++) {
        smtp5xx_verdict verdict = judge_case(text, stage, NULL);
        smtp5xx_policy eager = {.size = sizeof(eager), .suppress_confidence = 1};
        smtp5xx_advice advice;

        ck_assert_msg(verdict.category != SMTP5XX_CATEGORY_RECIPIENT, "\"%s\" at %s is %s", text, smtp5xx_stage_name(stage),
                      name_of(&verdict));
        ck_assert_int_eq(smtp5xx_advise(&verdict, &eager, &advice, sizeof(advice)), SMTP5XX_OK);
        ck_assert_msg(advice.action != SMTP5XX_ACTION_SUPPRESS && advice.disposition != SMTP5XX_DISPOSITION_SUPPRESS,
                      "\"%s\" at %s suppresses", text, smtp5xx_stage_name(stage));
    }
}
END_TEST

START_TEST(the_stage_says_that_it_decided)
{
    smtp5xx_verdict connect = judge_case("550 no such user here", SMTP5XX_STAGE_CONNECT, NULL);
    smtp5xx_verdict rcpt = judge_case("550 no such user here", SMTP5XX_STAGE_RCPT, NULL);

    ck_assert_uint_ne(connect.flags & SMTP5XX_VERDICT_STAGE_DECIDED, 0);
    ck_assert_uint_eq(rcpt.flags & SMTP5XX_VERDICT_STAGE_DECIDED, 0);
    ck_assert_str_eq(name_of(&rcpt), "user_unknown");
    ck_assert_uint_lt(connect.confidence, 75);
}
END_TEST

/* The same words from others, or at another stage, are another thing. */
START_TEST(a_rule_of_a_provider_holds_for_that_one_only)
{
    static const struct {
        const char *text;
        uint8_t stage;
        const char *provider;
        const char *reason;
    } cases[] = {
        {"550 User unknown", SMTP5XX_STAGE_EOD, "docomo", "recipient_restricted"},
        {"550 User unknown", SMTP5XX_STAGE_EOD, "google", "user_unknown"},
        {"550 User unknown", SMTP5XX_STAGE_EOD, NULL, "user_unknown"},
        {"550 User unknown", SMTP5XX_STAGE_RCPT, "docomo", "user_unknown"},
        {"550 User unknown (mfsmax.docomo.ne.jp)", SMTP5XX_STAGE_EOD, NULL, "recipient_restricted"},
        {"550 5.7.1 Relay not permitted", 0, NULL, "relay_denied"},
        {"550 5.7.1 Relay not permitted", 0, "apple", "mailbox_disabled"},
        {"550 5.7.1 Relay not permitted https://support.apple.com/en-us/HT204137", 0, NULL, "mailbox_disabled"},
        {"550 5.7.1 Relay not permitted https://support.apple.com/en-us/HT204137", 0, "yahoo", "relay_denied"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        smtp5xx_verdict verdict = judge_case(cases[i].text, cases[i].stage, cases[i].provider);

        ck_assert_msg(strcmp(name_of(&verdict), cases[i].reason) == 0, "\"%s\" of %s at %s is %s by %s", cases[i].text,
                      cases[i].provider ? cases[i].provider : "anybody", smtp5xx_stage_name(cases[i].stage),
                      name_of(&verdict), smtp5xx_rule_name(verdict.rule));
    }
}
END_TEST

/* What looks like a gone address but may be something else is no reason to throw an address away. */
START_TEST(what_may_be_something_else_leaves_a_doubt)
{
    static const struct {
        const char *text;
        int doubtful;
    } cases[] = {
        {"550 The account has been disabled", 0},
        {"550 Your account has been disabled", 1},
        {"550-We are sorry,\r\n550 your account has been disabled", 1},
        {"550 votre compte est d\xc3\xa9sactiv\xc3\xa9", 1},
        {"550 Ihr Konto ist gesperrt", 1},
        {"550 Ein Konto ist gesperrt", 0},
        {"550 5.1.1 Your recipient does not exist", 0},
        {"550 Your message to <bob@example.com> cannot be delivered. This account has been disabled", 0},
        {"550 Unknown user", 0},
        {"550 Attachment type unknown, user policy of this site", 1},
        {"550 This account was disabled", 0},
        {"550 This account was disabled: your IP was rejected for security reasons", 1},
        {"550 User unknown (temporary failure of the directory)", 1},
        {"550 Domain has no MX", 0},
        {"550 No valid MX found for your domain", 1},
        {"550 5.1.8 <bob@example.com>: user unknown", 1},
        {"550 5.1.1 <bob@example.com>: user unknown", 0},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        smtp5xx_verdict verdict = judge_case(cases[i].text, 0, NULL);
        smtp5xx_advice advice;

        ck_assert_int_eq(smtp5xx_advise(&verdict, NULL, &advice, sizeof(advice)), SMTP5XX_OK);
        ck_assert_msg((advice.action != SMTP5XX_ACTION_SUPPRESS) == cases[i].doubtful, "\"%s\" is %s, %u by %s", cases[i].text,
                      name_of(&verdict), (unsigned)verdict.confidence, smtp5xx_rule_name(verdict.rule));
    }
}
END_TEST

/* The list of hits */

enum { ROOM = 100 };

static const char *const listed[] = {
    "550 5.1.1 User unknown; client [192.0.2.1] blocked using zen.spamhaus.org", "550 User unknown", "550 5.1.1 x", "x", "",
    "550 Mailbox over quota. Message too big. Your IP is blacklisted. User unknown. Relaying denied. Access denied. Spam.",
    "451 4.7.1 Greylisted, try again in 5 minutes",
    "550-5.7.26 Unauthenticated email from example.com is not accepted due to domain's\r\n550 5.7.26 DMARC policy. - gsmtp",
};

static int hits_of(const char *text, smtp5xx_reply *reply, smtp5xx_hit *hits, size_t count)
{
    ck_assert_int_eq(smtp5xx_parse(text, strlen(text), NULL, reply, sizeof(*reply)), SMTP5XX_OK);
    return smtp5xx_hits(text, strlen(text), reply, NULL, hits, count, sizeof(*hits));
}

static int in_order(const smtp5xx_hit *first, const smtp5xx_hit *second)
{
    if (first->rank != second->rank) {
        return first->rank > second->rank;
    }
    return first->weight != second->weight ? first->weight > second->weight : first->words.offset <= second->words.offset;
}

static void check_hit(const smtp5xx_hit *hit, const char *text)
{
    static const char *const ranks[] = {"", "hint", "weak", "usual", "strong", "token"};
    uint32_t rule = hit->rule;

    ck_assert_msg(hit->size == sizeof(*hit) && hit->reserved == 0 && hit->reserved2 == 0, "\"%s\": size %u", text, hit->size);
    ck_assert_msg(has_row(SMTP5XX_TABLE_RULES, rule), "\"%s\": rule %u", text, rule);
    ck_assert_uint_eq(hit->reason, smtp5xx_table_number(SMTP5XX_TABLE_RULES, rule, SMTP5XX_FIELD_REASON));
    ck_assert_uint_eq(hit->provider, smtp5xx_table_number(SMTP5XX_TABLE_RULES, rule, SMTP5XX_FIELD_PROVIDER));
    ck_assert_uint_eq(hit->confidence, smtp5xx_table_number(SMTP5XX_TABLE_RULES, rule, SMTP5XX_FIELD_CONFIDENCE));
    ck_assert(hit->rank <= 5 && (hit->rank >= 1 || hit->reason == SMTP5XX_REASON_UNKNOWN));
    ck_assert_str_eq(ranks[hit->rank], smtp5xx_table_text(SMTP5XX_TABLE_RULES, rule, SMTP5XX_FIELD_RANK));
    ck_assert_msg(hit->words.length > 0 && hit->words.offset + hit->words.length <= strlen(text), "\"%s\": words %u+%u", text,
                  hit->words.offset, hit->words.length);
    ck_assert_uint_gt(hit->weight, 0);
}

START_TEST(hits_come_best_first)
{
    const char *text = listed[_i];
    smtp5xx_hit hits[ROOM];
    smtp5xx_reply reply;
    int count = hits_of(text, &reply, hits, ROOM);
    smtp5xx_verdict verdict = judge_case(text, 0, NULL);

    ck_assert_int_ge(count, 0);
    ck_assert_int_le(count, SMTP5XX_HITS_MAX);
    for (int i = 0; i < count; i++) {
        check_hit(&hits[i], text);
        ck_assert_msg(i == 0 || in_order(&hits[i - 1], &hits[i]), "\"%s\": %s before %s", text,
                      smtp5xx_rule_name(hits[i - 1].rule), smtp5xx_rule_name(hits[i].rule));
    }
    for (int i = count; i < ROOM; i++) {
        ck_assert_msg(hits[i].rule == 0 && hits[i].rank == 0 && hits[i].words.length == 0, "\"%s\": %d is not empty", text, i);
    }
    if (verdict.basis >= SMTP5XX_BASIS_PHRASE) {
        int best = 0;

        while (hits[best].reason == 0) { /* A rule that only finds a detail decides nothing. */
            best++;
        }
        ck_assert_msg(best < count && hits[best].rule == verdict.rule, "\"%s\": %s decides", text,
                      smtp5xx_rule_name(verdict.rule));
        ck_assert_mem_eq(&hits[best].words, &verdict.words, sizeof(verdict.words));
    }
}
END_TEST

/* Less room gives the best ones, and the same number. */
START_TEST(hits_take_the_room_that_there_is)
{
    smtp5xx_hit all[ROOM];
    smtp5xx_reply reply;
    int count = hits_of(listed[_i], &reply, all, ROOM);

    for (size_t room = 0; room <= (size_t)count + 1; room++) {
        smtp5xx_hit some[ROOM];

        memset(some, 0xa5, sizeof(some));
        ck_assert_int_eq(smtp5xx_hits(listed[_i], strlen(listed[_i]), &reply, NULL, room ? some : NULL, room, sizeof(some[0])),
                         count);
        ck_assert_mem_eq(some, all, room * sizeof(some[0]));
        ck_assert_msg(((unsigned char *)some)[room * sizeof(some[0])] == 0xa5, "wrote beyond %zu", room);
    }
}
END_TEST

START_TEST(hits_have_the_size_of_the_callers_elements)
{
    struct {
        smtp5xx_hit hit;
        uint32_t more[3];
    } larger[8];
    smtp5xx_hit hits[8];
    smtp5xx_reply reply;
    int count = hits_of(listed[0], &reply, hits, 8);

    memset(larger, 0xa5, sizeof(larger));
    ck_assert_int_eq(smtp5xx_hits(listed[0], strlen(listed[0]), &reply, NULL, &larger[0].hit, 8, sizeof(larger[0])), count);
    for (size_t i = 0; i < 8; i++) {
        ck_assert_mem_eq(&larger[i].hit, &hits[i], sizeof(hits[i]));
        ck_assert_uint_eq(larger[i].more[0] | larger[i].more[1] | larger[i].more[2], 0);
    }
}
END_TEST

/* Too many hits for the list: the number is told, the best ones are there. */
START_TEST(hits_may_be_more_than_are_listed)
{
    static char text[8192] = "550 ";
    smtp5xx_hit hits[ROOM];
    smtp5xx_reply reply;
    int count;

    for (int i = 0; i < 200; i++) {
        strcat(text, "User unknown. ");
    }
    strcat(text, "Mailbox over quota.");
    count = hits_of(text, &reply, hits, ROOM);
    ck_assert_int_ge(count, 200);
    ck_assert_str_eq(smtp5xx_reason_name(hits[0].reason), "mailbox_full");
    for (int i = 0; i < SMTP5XX_HITS_MAX; i++) {
        check_hit(&hits[i], text);
        ck_assert(i == 0 || in_order(&hits[i - 1], &hits[i]));
    }
    ck_assert_uint_eq(hits[SMTP5XX_HITS_MAX].rule, 0);
}
END_TEST

START_TEST(bad_calls_for_hits_are_refused)
{
    const char *text = listed[0];
    size_t length = strlen(text);
    smtp5xx_hit hits[2];
    const smtp5xx_hit zeros[2] = {{0}};
    smtp5xx_reply reply;

    ck_assert_int_gt(hits_of(text, &reply, hits, 2), 0);
    ck_assert_int_eq(smtp5xx_hits(NULL, 0, &reply, NULL, NULL, 0, 0), SMTP5XX_EINVAL);
    ck_assert_int_eq(smtp5xx_hits(text, 5, &reply, NULL, hits, 2, sizeof(hits[0])), SMTP5XX_EINVAL);
    ck_assert_int_eq(smtp5xx_hits(text, length, &reply, NULL, NULL, 2, sizeof(hits[0])), SMTP5XX_EINVAL);
    ck_assert_int_eq(smtp5xx_hits(text, length, &reply, NULL, hits, 2, sizeof(hits[0]) - 1), SMTP5XX_ESIZE);
    ck_assert_int_gt(smtp5xx_hits(text, length, &reply, NULL, NULL, 0, 0), 0);
    memset(hits, 0xa5, sizeof(hits));
    ck_assert_int_eq(smtp5xx_hits(text, length, NULL, NULL, hits, 2, sizeof(hits[0])), SMTP5XX_EINVAL);
    ck_assert_msg(memcmp(hits, zeros, sizeof(hits)) == 0, "not zeroed without a reply");
    memset(hits, 0xa5, sizeof(hits));
    ck_assert_int_eq(smtp5xx_hits(NULL, 5, &reply, NULL, hits, 2, sizeof(hits[0])), SMTP5XX_EINVAL);
    ck_assert_msg(memcmp(hits, zeros, sizeof(hits)) == 0, "not zeroed without a text");
}
END_TEST

Suite *rules_suite(void)
{
    Suite *suite = suite_create("rules");
    TCase *deciding = tcase_create("deciding");
    TCase *stages = tcase_create("stages");
    TCase *hits = tcase_create("hits");

    tcase_add_loop_test(deciding, the_right_evidence_decides, 0, (int)COUNT_OF(ladder));
    tcase_add_test(deciding, codes_move_the_confidence);
    tcase_add_test(deciding, words_may_contradict_each_other);
    tcase_add_test(deciding, nature_overrules_the_claim);
    tcase_add_test(deciding, what_may_be_something_else_leaves_a_doubt);
    tcase_add_test(deciding, words_name_their_rung);
    tcase_add_loop_test(stages, before_rcpt_no_recipient_is_condemned, 0, (int)COUNT_OF(condemning));
    tcase_add_test(stages, the_stage_says_that_it_decided);
    tcase_add_test(stages, a_rule_of_a_provider_holds_for_that_one_only);
    tcase_add_loop_test(hits, hits_come_best_first, 0, (int)COUNT_OF(listed));
    tcase_add_loop_test(hits, hits_take_the_room_that_there_is, 0, (int)COUNT_OF(listed));
    tcase_add_test(hits, hits_have_the_size_of_the_callers_elements);
    tcase_add_test(hits, hits_may_be_more_than_are_listed);
    tcase_add_test(hits, bad_calls_for_hits_are_refused);
    suite_add_tcase(suite, deciding);
    suite_add_tcase(suite, stages);
    suite_add_tcase(suite, hits);
    return suite;
}
