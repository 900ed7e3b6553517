/*
 * Cases at the edges, which neither the corpus nor the samples of the rules have: escapes of JSON, lengths at a limit, fields
 * that are odd. Mostly what `make coverage` has shown that no test took.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "suites.h"

static smtp5xx_verdict judged(const char *text, size_t length, smtp5xx_reply *reply)
{
    smtp5xx_verdict verdict;

    ck_assert_int_eq(smtp5xx_diagnose(text, length, NULL, NULL, reply, sizeof(*reply), &verdict, sizeof(verdict), NULL, 0),
                     SMTP5XX_OK);
    return verdict;
}

static const struct edge {
    const char *text;
    uint16_t reason;
} edges[] = {
    /* Characters that JSON writes in six bytes: they are folded like those that stand for themselves. */
    {"{\"error\":\"550 bo\\u00eete pleine\"}", SMTP5XX_REASON_MAILBOX_FULL},
    {"{\"error\":\"550 \\u003cbob@example.com\\u003e: no such user\"}", SMTP5XX_REASON_USER_UNKNOWN},
    {"{\"error\":\"550 no\\u0020such\\u0020user\"}", SMTP5XX_REASON_USER_UNKNOWN},
    {"{\"error\":\"550 no\\u000asuch\\u000Auser\"}", SMTP5XX_REASON_USER_UNKNOWN},
    {"{\"error\":\"550 \\u7528\\u6237\\u4e0d\\u5b58\\u5728\"}", SMTP5XX_REASON_USER_UNKNOWN},
    {"{\"error\":\"550 \\u043f\\u043e\\u043b\\u044c\\u0437\\u043e\\u0432\\u0430\\u0442\\u0435\\u043b\\u044c \\u043d\\u0435 "
     "\\u043d\\u0430\\u0439\\u0434\\u0435\\u043d\"}",
     SMTP5XX_REASON_USER_UNKNOWN},
    {"{\"error\":\"550 \\ud83d\\ude00 no such user\"}", SMTP5XX_REASON_USER_UNKNOWN},
    {"{\"error\":\"550 \\u201cno such user\\u201d\"}", SMTP5XX_REASON_USER_UNKNOWN},
    {"{\"error\":\"550 no such\\tuser\\r\\n\"}", SMTP5XX_REASON_USER_UNKNOWN},
    {"{\"error\":\"550 no such user \\\\u00zz \\\\q\"}", SMTP5XX_REASON_USER_UNKNOWN},
    {"{\"error\":\"550 no such user\\u00\"}", SMTP5XX_REASON_USER_UNKNOWN},
    {"{\"error\":\"550 no such\\tuser \\u0g00 \\u2fz0\"}", SMTP5XX_REASON_USER_UNKNOWN},
    {"{\"error\":\"550 no such user \\ue000\"}", SMTP5XX_REASON_USER_UNKNOWN},
    {"{\"error\":\"550 no such user \\u1e00\"}", SMTP5XX_REASON_USER_UNKNOWN},
    {"{\"error\":\"550 no such\\ruser\"}", SMTP5XX_REASON_USER_UNKNOWN},
    /* A class that is none is none; one of a success is told as such. */
    {"{\"response\":{\"code\":450,\"enhanced_code\":{\"class\":4,\"subject\":2,\"detail\":2},\"content\":\"qzx\"}}",
     SMTP5XX_REASON_MAILBOX_FULL},
    {"{\"response\":{\"code\":550,\"enhanced_code\":{\"class\":7,\"subject\":2,\"detail\":2},\"content\":\"no such user\"}}",
     SMTP5XX_REASON_USER_UNKNOWN},
    {"{\"response\":{\"code\":550,\"enhanced_code\":{\"class\":\"x\",\"subject\":2,\"detail\":2},\"content\":\"no such user\"}}",
     SMTP5XX_REASON_USER_UNKNOWN},
    {"{\"response\":{\"code\":250,\"enhanced_code\":{\"class\":2,\"subject\":0,\"detail\":0},\"content\":\"no such user\"}}",
     SMTP5XX_REASON_UNKNOWN},
    {"{\"response\":{\"code\":354,\"content\":\"no such user\"}}", SMTP5XX_REASON_UNKNOWN},
    {"{\"response\":{\"code\":550,\"code\":450,\"content\":\"no such user\"}}", SMTP5XX_REASON_USER_UNKNOWN},
    /* Transcripts with marks that are none. */
    {">>> RCPT To:<bob@example.com>\n<<< 550-no such\n<<< 550 user\n<<x\n><<\n>>y", SMTP5XX_REASON_USER_UNKNOWN},
    {">>> RCPT To:<bob@example.com>\r\n<<< 550 no such user\r\n \r\n<<< 550 x", SMTP5XX_REASON_USER_UNKNOWN},
    /* A full-width letter is none of the words', and parts none. */
    {"550 5.1.1 no such user \xef\xbd\x81\xef\xbc\x91", SMTP5XX_REASON_USER_UNKNOWN},
    /* A code at a stage that it is not for; RFC 5321 4.2.2. */
    {"551 5.1.6 qzx", SMTP5XX_REASON_USER_MOVED},
    /* What opens a mailbox's address and does not close it. */
    {"550 no such user x@[192.0.2.1", SMTP5XX_REASON_USER_UNKNOWN},
    {"550 no such user x@[IPv6:2001:db8::1", SMTP5XX_REASON_USER_UNKNOWN},
    {"550 no such user ipv6:", SMTP5XX_REASON_USER_UNKNOWN},
    {"550 no such user 1:2:3:4:5:6:7:8", SMTP5XX_REASON_USER_UNKNOWN},
    {"550 no such user :::", SMTP5XX_REASON_USER_UNKNOWN},
    {"550 no such user xn--a.xn--b", SMTP5XX_REASON_USER_UNKNOWN},
    {"550 no such user a.xn--80akhbyknj4f", SMTP5XX_REASON_USER_UNKNOWN},
    {"550 no such user https://", SMTP5XX_REASON_USER_UNKNOWN},
    {"550 no such user https://a", SMTP5XX_REASON_USER_UNKNOWN},
    {"550 no such user 1.2.3.4.5", SMTP5XX_REASON_USER_UNKNOWN},
    /* The number is the last byte that may be read. */
    {"450 greylisted, try again after 5", SMTP5XX_REASON_GREYLISTED},
    /* Codes between other characters. */
    {"550'no such user'", SMTP5XX_REASON_USER_UNKNOWN},
    {"550\"no such user\"", SMTP5XX_REASON_USER_UNKNOWN},
    {"550<no such user>", SMTP5XX_REASON_USER_UNKNOWN},
    {"550. no such user", SMTP5XX_REASON_USER_UNKNOWN},
    {"550. no such user", SMTP5XX_REASON_USER_UNKNOWN},
};

START_TEST(an_odd_text_has_its_reason)
{
    const struct edge *edge = &edges[_i];
    size_t length = strlen(edge->text);
    char *exact = malloc(length);
    smtp5xx_reply reply;
    smtp5xx_verdict verdict;

    ck_assert_ptr_nonnull(exact);
    memcpy(exact, edge->text, length);
    verdict = judged(exact, length, &reply);
    ck_assert_msg(verdict.reason == edge->reason, "%s: %s by %s", edge->text, smtp5xx_reason_name(verdict.reason),
                  smtp5xx_rule_name(verdict.rule));
    for (size_t shorter = 0; shorter < length; shorter++) {
        verdict = judged(exact + shorter, length - shorter, &reply);
        ck_assert_msg(verdict.words.offset + verdict.words.length <= length - shorter, "%s from %zu", edge->text, shorter);
    }
    free(exact);
}
END_TEST

/* An address that has words before it and is closed is the new one; RFC 5321 3.4. */
static const struct moved {
    const char *text, *address;
} moves[] = {
    {"551 5.1.6 qzx <new@example.com>", "new@example.com"},
    {"551 5.1.6 <old@example.com> qzx <new@example.com>", "new@example.com"},
    {"551 5.1.6 <old@example.com>", ""},
    {"551 5.1.6 qzx <new@example.com", ""},
    {"551 5.1.6 qzx <new@@example.com>", ""},
    {"551 5.1.6 qzx <new example.com>", ""},
    {"551 5.1.6 qzx <new at example.com> x>", ""},
};

START_TEST(a_new_address_stands_in_brackets)
{
    const char *text = moves[_i].text, *address = moves[_i].address;
    smtp5xx_reply reply;
    smtp5xx_verdict verdict = judged(text, strlen(text), &reply);

    ck_assert_msg(verdict.reason == SMTP5XX_REASON_USER_MOVED && verdict.basis < SMTP5XX_BASIS_PHRASE, "%s: %s by %s", text,
                  smtp5xx_reason_name(verdict.reason), smtp5xx_rule_name(verdict.rule));
    ck_assert_msg(verdict.new_address.length == strlen(address) &&
                      memcmp(text + verdict.new_address.offset, address, strlen(address)) == 0,
                  "%s: %.*s", text, (int)verdict.new_address.length, text + verdict.new_address.offset);
}
END_TEST

/* RFC 5321 4.5.3.1: 64 octets, an @ and 255 are the longest. */
START_TEST(a_new_address_has_a_length)
{
    for (size_t size = 319; size <= 322; size++) {
        char text[400] = "551 5.1.6 qzx <";
        size_t start = strlen(text);
        smtp5xx_reply reply;
        smtp5xx_verdict verdict;

        memset(text + start, 'a', size);
        text[start + 60] = '@';
        text[start + size] = '>';
        verdict = judged(text, start + size + 1, &reply);
        ck_assert_uint_eq(verdict.new_address.length, size <= 320 ? size : 0);
    }
}
END_TEST

/* More than 65535 lines cannot be told in 16 bits, and 65535 are told. */
START_TEST(lines_are_counted_as_far_as_the_number_goes)
{
    enum { LINES = SMTP5XX_INPUT_MAX };
    char *text = malloc(LINES);
    smtp5xx_reply reply;

    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < LINES; i++) {
        text[i] = '\n';
    }
    memcpy(text, "550 x", 5);
    text[LINES - 1] = 'x';
    ck_assert_int_eq(smtp5xx_parse(text, LINES, NULL, &reply, sizeof(reply)), SMTP5XX_OK);
    ck_assert_uint_eq(reply.lines, LINES - 5);
    text[0] = 'a';
    ck_assert_int_eq(smtp5xx_parse(text, LINES, NULL, &reply, sizeof(reply)), SMTP5XX_OK);
    ck_assert_uint_ge(reply.lines, LINES - 6);
    free(text);
}
END_TEST

/* A batch for which there is no memory anywhere is refused before a byte is written; so are outputs that are too small. */
START_TEST(a_batch_that_no_memory_holds_is_refused)
{
    static const int32_t offsets[2] = {0, 5};
    static const char text[] = "550 x";
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;

    memset(&verdict, 0x5a, sizeof(verdict));
    memset(&advice, 0x5a, sizeof(advice));
    ck_assert_int_eq(smtp5xx_diagnose_batch(text, 5, offsets, SIZE_MAX / sizeof(verdict) + 2, NULL, NULL, &verdict,
                                            sizeof(verdict), NULL, 0),
                     SMTP5XX_EINVAL);
    ck_assert_int_eq(smtp5xx_diagnose_batch(text, 5, offsets, SIZE_MAX / sizeof(advice) + 2, NULL, NULL, NULL, 0, &advice,
                                            sizeof(advice)),
                     SMTP5XX_EINVAL);
    ck_assert(verdict.size == 0x5a5a5a5a && advice.size == 0x5a5a5a5a);
    ck_assert_int_eq(smtp5xx_diagnose_batch(text, 5, offsets, 1, NULL, NULL, &verdict, 8, NULL, 0), SMTP5XX_ESIZE);
    ck_assert_int_eq(smtp5xx_diagnose_batch(text, 5, offsets, 1, NULL, NULL, NULL, 0, &advice, 8), SMTP5XX_ESIZE);
}
END_TEST

/* A stored reply that says of nothing that it is escaped. */
START_TEST(nothing_is_decoded_to_nothing)
{
    smtp5xx_reply reply;
    smtp5xx_verdict verdict;
    char redacted[4] = "xyz";

    ck_assert_int_eq(smtp5xx_parse(NULL, 0, NULL, &reply, sizeof(reply)), SMTP5XX_OK);
    reply.flags |= SMTP5XX_REPLY_ESCAPED;
    ck_assert_int_eq(smtp5xx_classify(NULL, 0, &reply, NULL, &verdict, sizeof(verdict)), SMTP5XX_OK);
    ck_assert_uint_eq(verdict.reason, SMTP5XX_REASON_UNKNOWN);
    ck_assert_int_eq(smtp5xx_hits(NULL, 0, &reply, NULL, NULL, 0, 0), 0);
    ck_assert_int_eq(smtp5xx_redact(NULL, 0, redacted, sizeof(redacted)), 0);
    ck_assert_str_eq(redacted, "");
}
END_TEST

Suite *edges_suite(void)
{
    Suite *suite = suite_create("edges");
    TCase *texts = tcase_create("texts");
    TCase *limits = tcase_create("limits");

    tcase_add_loop_test(texts, an_odd_text_has_its_reason, 0, (int)COUNT_OF(edges));
    tcase_add_loop_test(texts, a_new_address_stands_in_brackets, 0, (int)COUNT_OF(moves));
    tcase_add_test(limits, a_new_address_has_a_length);
    tcase_add_test(limits, lines_are_counted_as_far_as_the_number_goes);
    tcase_add_test(limits, a_batch_that_no_memory_holds_is_refused);
    tcase_add_test(limits, nothing_is_decoded_to_nothing);
    suite_add_tcase(suite, texts);
    suite_add_tcase(suite, limits);
    return suite;
}
