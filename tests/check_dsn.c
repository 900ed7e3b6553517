/*
 * Fields of delivery status notifications: who, what has become of the message, and what was said. A row of the table below is
 * a body and the recipients in it, each as "recipient action status type diagnostic".
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "suites.h"

#include <stdlib.h>

static const char *const actions[] = {"none", "failed", "delayed", "delivered", "relayed", "expanded"};

static const struct dsn_case {
    const char *body;
    const char *recipients; /* lines */
} cases[] = {
    {"", ""},
    {"\r\n\r\n", ""},
    {"Reporting-MTA: dns; relay.example.org\r\n", ""},
    {"Reporting-MTA: dns; relay.example.org\r\n\r\nFinal-Recipient: rfc822; bob@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n"
     "Diagnostic-Code: smtp; 550 5.1.1 no\r\n",
     "bob@example.com failed 5.1.1 smtp 550 5.1.1 no\n"},
    {"Final-Recipient:rfc822;bob@example.com\nAction:FAILED\nStatus:5.1.1\nDiagnostic-Code:SMTP;550 no\n",
     "bob@example.com failed 5.1.1 SMTP 550 no\n"},
    {"Final-Recipient: rfc822; bob@example.com\rAction: failed\rStatus: 5.0.0\r", "bob@example.com failed 5.0.0 - -\n"},
    {"Final-Recipient: rfc822; <bob@example.com>\nAction: failed\nStatus: 5.0.0 (undefined)\n", "bob@example.com failed 5.0.0 - -\n"},
    {"final-recipient: RFC822 ; bob@example.com\naction: failed (user unknown)\nSTATUS: 5.1.1\n", "bob@example.com failed 5.1.1 - -\n"},
    {"Final-Recipient: rfc822; a@example.com\nAction: delayed\nStatus: 4.4.1\nWill-Retry-Until: Thu, 26 Nov 2026 10:00:00 +0000\n",
     "a@example.com delayed 4.4.1 - -\n"},
    {"Final-Recipient: rfc822; a@example.com\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; b@example.com\n"
     "Action: relayed\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; c@example.com\nAction: expanded\nStatus: 2.0.0\n",
     "a@example.com delivered 2.0.0 - -\nb@example.com relayed 2.0.0 - -\nc@example.com expanded 2.0.0 - -\n"},
    {"Final-Recipient: rfc822; a@example.com\nAction: exploded\n", "a@example.com none - - -\n"},
    {"Final-Recipient: rfc822; a@example.com\nAction: failedly\nStatus: 7.1.1\n", "a@example.com none - - -\n"},
    {"Action: failed\nStatus: 5.2.2\n", "- failed 5.2.2 - -\n"},
    {"Original-Recipient: rfc822;bob@example.com\nAction: failed\n", "- failed - - -\n"},
    {"Final-Recipient: rfc822; a@example.com\nDiagnostic-Code: smtp; 550-5.1.1 one\n    550 5.1.1 two\nAction: failed\n",
     "a@example.com failed - smtp 550-5.1.1 one\\n    550 5.1.1 two\n"},
    {"Final-Recipient: rfc822; a@example.com\nDiagnostic-Code: smtp; 550-5.1.1 one\n550 5.1.1 two\nAction: failed\n",
     "a@example.com failed - smtp 550-5.1.1 one\\n550 5.1.1 two\n"},
    {"Final-Recipient: rfc822; a@example.com\nDiagnostic-Code: smtp;\n 550 no\n", "a@example.com none - smtp 550 no\n"},
    {"Final-Recipient: rfc822; a@example.com\nDiagnostic-Code: X-Postfix; unknown user: \"a\"\n",
     "a@example.com none - X-Postfix unknown user: \"a\"\n"},
    {"Final-Recipient: rfc822; a@example.com\nDiagnostic-Code: 550 no type\n", "a@example.com none - - 550 no type\n"},
    {"Final-Recipient: rfc822; a@example.com\nAction: failed\nFinal-Recipient: rfc822; b@example.com\nAction: delayed\n",
     "a@example.com failed - - -\nb@example.com delayed - - -\n"},
    {"Reporting-MTA: dns; r.example.org\nFinal-Recipient: rfc822; a@example.com\nAction: failed\n", "a@example.com failed - - -\n"},
    {"Final-Recipient: rfc822; a@example.com\nFinal-Log-ID: 7\nAction: failed\nAction: delayed\nStatus: 5.1.1\nStatus: 4.1.1\n",
     "a@example.com failed 5.1.1 - -\n"},
    {"Final-Recipient: utf-8; b\\x{F6}b@example.com\nAction: failed\n", "b\\x{F6}b@example.com failed - - -\n"},
    {"Final-Recipient: utf-8; b\303\266b@example.com\nAction: failed\n", "b\303\266b@example.com failed - - -\n"},
    {"X-Spam: yes\nFinal-Recipient: rfc822; a@example.com\nrubbish\n: more\nAction: failed\n \nFinal-Recipient: rfc822; b@example.com",
     "a@example.com failed - - -\nb@example.com none - - -\n"},
    {"Final-Recipient: rfc822;\nAction: failed\n", "- failed - - -\n"},
    {"nothing of the kind\n\nat all\n", ""},
};

static size_t add_span(char *out, const char *text, smtp5xx_span span)
{
    size_t used = 0;

    for (uint32_t i = 0; i < span.length; i++) {
        char c = text[span.offset + i];

        used += (size_t)sprintf(out + used, c == '\n' ? "\\n" : "%c", c);
    }
    return used > 0 ? used : (size_t)sprintf(out, "-");
}

static size_t describe(char *out, const char *text, const smtp5xx_dsn *dsn)
{
    size_t used = add_span(out, text, dsn->final_recipient);

    used += (size_t)sprintf(out + used, " %s ", actions[dsn->action]);
    used += dsn->enhanced_class ? (size_t)sprintf(out + used, "%u.%u.%u ", dsn->enhanced_class, dsn->enhanced_subject,
                                                  dsn->enhanced_detail)
                                : (size_t)sprintf(out + used, "- ");
    used += add_span(out + used, text, dsn->diagnostic_type);
    out[used++] = ' ';
    used += add_span(out + used, text, dsn->diagnostic);
    out[used++] = '\n';
    return used;
}

START_TEST(each_body_gives_its_recipients)
{
    const struct dsn_case *row = &cases[_i];
    char found[1024] = "";
    size_t used = 0;
    smtp5xx_dsn dsn;
    int more;

    memset(&dsn, 0, sizeof(dsn));
    while ((more = smtp5xx_dsn_next(row->body, strlen(row->body), &dsn, sizeof(dsn))) == 1) {
        ck_assert_uint_eq(dsn.size, sizeof(dsn));
        used += describe(found + used, row->body, &dsn);
    }
    found[used] = '\0';
    ck_assert_int_eq(more, 0);
    ck_assert_str_eq(found, row->recipients);
    ck_assert_msg(dsn.size == 0 && dsn.next == 0 && dsn.group.length == 0, "the last call does not zero it");
}
END_TEST

static int is(const char *text, smtp5xx_span span, const char *expected)
{
    return span.length == strlen(expected) && memcmp(text + span.offset, expected, span.length) == 0;
}

static const char whole[] =
    "Reporting-MTA: dns; relay.example.org\r\nOriginal-Envelope-Id: id42\r\nArrival-Date: Wed, 25 Nov 2026 10:00:00 +0000\r\n\r\n"
    "Original-Recipient: rfc822;<b@example.com>\r\nFinal-Recipient: rfc822; bob@example.com\r\nAction: failed\r\nStatus: 5.0.0\r\n"
    "Remote-MTA: dns; mx.example.com (192.0.2.1)\r\nDiagnostic-Code: smtp; 552 5.2.2 mailbox full\r\n"
    "Last-Attempt-Date: Wed, 25 Nov 2026 11:00:00 +0000\r\nFinal-Log-ID: 4711\r\n\r\n"
    "Final-Recipient: rfc822; ann@example.com\r\nAction: failed\r\n";

START_TEST(every_field_has_its_place)
{
    smtp5xx_dsn dsn;
    smtp5xx_reply reply;
    smtp5xx_verdict verdict;

    memset(&dsn, 0, sizeof(dsn));
    ck_assert_int_eq(smtp5xx_dsn_next(whole, sizeof(whole) - 1, &dsn, sizeof(dsn)), 1);
    ck_assert(is(whole, dsn.reporting_mta, "relay.example.org") && is(whole, dsn.envelope_id, "id42"));
    ck_assert(is(whole, dsn.arrival, "Wed, 25 Nov 2026 10:00:00 +0000"));
    ck_assert(is(whole, dsn.original_recipient, "b@example.com") && is(whole, dsn.final_recipient, "bob@example.com"));
    ck_assert(is(whole, dsn.status, "5.0.0") && is(whole, dsn.remote_mta, "mx.example.com (192.0.2.1)"));
    ck_assert(is(whole, dsn.diagnostic, "552 5.2.2 mailbox full") && is(whole, dsn.diagnostic_type, "smtp"));
    ck_assert(is(whole, dsn.last_attempt, "Wed, 25 Nov 2026 11:00:00 +0000") && is(whole, dsn.log_id, "4711"));
    ck_assert_uint_eq(dsn.flags, SMTP5XX_DSN_REMOTE);

    smtp5xx_diagnose(whole + dsn.group.offset, dsn.group.length, NULL, NULL, &reply, sizeof(reply), &verdict, sizeof(verdict),
                     NULL, 0);
    ck_assert_int_eq(verdict.reason, SMTP5XX_REASON_MAILBOX_FULL);
    ck_assert(is(whole + dsn.group.offset, reply.host, "mx.example.com") && is(whole + dsn.group.offset, reply.ip, "192.0.2.1"));
    ck_assert_int_eq(reply.form, SMTP5XX_FORM_DSN);

    /* No reply is invented where there was none. */
    ck_assert_int_eq(smtp5xx_dsn_next(whole, sizeof(whole) - 1, &dsn, sizeof(dsn)), 1);
    ck_assert(is(whole, dsn.reporting_mta, "relay.example.org") && is(whole, dsn.envelope_id, "id42") && dsn.diagnostic.length == 0);
    smtp5xx_diagnose(whole + dsn.group.offset, dsn.group.length, NULL, NULL, &reply, sizeof(reply), &verdict, sizeof(verdict),
                     NULL, 0);
    ck_assert_int_eq(reply.code, 0);
    ck_assert_int_eq(verdict.reason, SMTP5XX_REASON_UNKNOWN);
    ck_assert_int_eq(smtp5xx_dsn_next(whole, sizeof(whole) - 1, &dsn, sizeof(dsn)), 0);
}
END_TEST

START_TEST(bad_arguments_are_refused)
{
    smtp5xx_dsn dsn;
    unsigned char room[200];

    memset(&dsn, 0, sizeof(dsn));
    ck_assert_int_eq(smtp5xx_dsn_next(NULL, 0, &dsn, sizeof(dsn)), 0);
    ck_assert_int_eq(smtp5xx_dsn_next(NULL, 1, &dsn, sizeof(dsn)), SMTP5XX_EINVAL);
    ck_assert_int_eq(smtp5xx_dsn_next("", 0, NULL, sizeof(dsn)), SMTP5XX_EINVAL);
    ck_assert_int_eq(smtp5xx_dsn_next("", 0, &dsn, 123), SMTP5XX_ESIZE);
    dsn.next = 7;
    ck_assert_int_eq(smtp5xx_dsn_next("abc", 3, &dsn, sizeof(dsn)), SMTP5XX_EINVAL);
    memset(&dsn, 0, sizeof(dsn));
    dsn.arrival.length = 9;
    ck_assert_int_eq(smtp5xx_dsn_next("abc", 3, &dsn, sizeof(dsn)), SMTP5XX_EINVAL);

    /* A caller of a later version has more room: what this one does not know is zeroed. */
    memset(room, 0, sizeof(room));
    room[150] = 1;
    ck_assert_int_eq(smtp5xx_dsn_next(whole, sizeof(whole) - 1, (smtp5xx_dsn *)(void *)room, sizeof(room)), 1);
    ck_assert_int_eq(room[150], 0);
}
END_TEST

/* Whatever is cut off or changed, every span lies in the text and the walk ends. */
START_TEST(any_bytes_end)
{
    uint32_t seed = 3464;

    for (size_t round = 0; round < 4000; round++) {
        size_t length = round < sizeof(whole) ? round : sizeof(whole) - 1;
        char *body = malloc(length + 1);
        smtp5xx_dsn dsn;
        size_t count = 0;

        memcpy(body, whole, length);
        for (size_t i = 0; round >= sizeof(whole) && i < 8; i++) {
            static const char bytes[] = "\r\n :;<>\0a5";

            seed = seed * 1664525U + 1013904223U;
            body[(seed >> 8) % length] = bytes[(seed >> 28) % (sizeof(bytes) - 1)];
        }
        memset(&dsn, 0, sizeof(dsn));
        while (smtp5xx_dsn_next(body, length, &dsn, sizeof(dsn)) == 1) {
            const smtp5xx_span *spans = &dsn.group;

            for (size_t i = 0; i < 13; i++) {
                ck_assert_msg(spans[i].offset <= length && spans[i].length <= length - spans[i].offset, "%zu: span %zu", round, i);
            }
            ck_assert_msg(++count <= length, "%zu: no end", round);
        }
        free(body);
    }
}
END_TEST

Suite *dsn_suite(void)
{
    Suite *suite = suite_create("dsn");
    TCase *fields = tcase_create("fields");

    tcase_add_loop_test(fields, each_body_gives_its_recipients, 0, (int)COUNT_OF(cases));
    tcase_add_test(fields, every_field_has_its_place);
    tcase_add_test(fields, bad_arguments_are_refused);
    tcase_add_test(fields, any_bytes_end);
    suite_add_tcase(suite, fields);
    return suite;
}
