/*
 * Redacted replies: what is replaced, what stays, and how a buffer that is too small is filled. That a redacted reply has the
 * reason of the reply itself is checked for the whole of tests/corpus, by tests/corpus.c.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "suites.h"

enum { ROOM = 1024 };

static const struct redacted {
    const char *text, *redacted;
} cases[] = {
    {"", ""},
    {"550 5.1.1 no such user", "550 5.1.1 no such user"},
    /* Addresses, with and without brackets. */
    {"550 5.1.1 <bob@example.com>: User unknown", "550 5.1.1 <address>: User unknown"},
    {"550 bob.o'neil+tag@mail.example.com unknown.", "550 <address> unknown."},
    {"550 b\xc3\xb6" "b@example.com unknown", "550 <address> unknown"},
    {"550 bob.b@[192.0.2.1] unknown", "550 <address> unknown"},
    {"550 SRS0=ab=cd=example.org=bob@example.com unknown", "550 <address> unknown"},
    /* IPs. */
    {"550 5.7.1 Client host [192.0.2.7] rejected", "550 5.7.1 Client host [<ip>] rejected"},
    {"550 5.7.1 2001:db8::1 is blocked", "550 5.7.1 <ip> is blocked"},
    {"550 [IPv6:2001:db8::25] is blocked", "550 [IPv6:<ip>] is blocked"},
    /* Hosts: of a known provider its domain stays, of a block list its zone. */
    {"554 mx7.example.net does not like 192.0.2.7", "554 <host> does not like <ip>"},
    {"550 5.7.1 blocked using zen.spamhaus.org", "550 5.7.1 blocked using zen.spamhaus.org"},
    {"550 5.7.1 blocked using 7.2.0.192.zen.spamhaus.org", "550 5.7.1 blocked using <ip>.zen.spamhaus.org"},
    {"550 5.4.1 Access denied [AM1EUR02FT003.eop-EUR02.prod.protection.outlook.com]",
     "550 5.4.1 Access denied [prod.protection.outlook.com]"},
    /* URLs: of a known page what the tables know. */
    {"550 see https://example.com/why?ip=192.0.2.7&to=bob@example.com.", "550 see <url>."},
    {"554 https://www.spamhaus.org/query/ip/192.0.2.7", "554 https://spamhaus.org/query/ip"},
    {"550 5.1.1 https://support.google.com/mail/?p=NoSuchUser a1-20020a05si12.34 - gsmtp",
     "550 5.1.1 https://support.google.com/p=nosuchuser <id> - gsmtp"},
    /* Ids, and numbers that are none. */
    {"250 queued as 4XyZ12abc", "250 queued as <id>"},
    {"421 try later (1711111111-QwErTy12)", "421 try later (<id>)"},
    {"550-4XyZ12abc is no user", "550-<id> is no user"},
    {"450-4.2.1 wait 300 seconds\r\n450 4.2.1 ab12cd", "450-4.2.1 wait 300 seconds\r\n450 4.2.1 <id>"},
    {"552 5.3.4 limit of 26214400 bytes", "552 5.3.4 limit of 26214400 bytes"},
    {"550 OFR_506 limit", "550 OFR_506 limit"}, /* A token that rules know. */
    {"550 <jdoe>: unknown", "550 <name>: unknown"},
    {"550 user \"jdoe\" unknown", "550 user \"<name>\" unknown"},
    /* What is joined to an id: names count as words, numbers alone as numbers; all beside each other are one id. */
    {"550 or1:cked is no user", "550 <id>:<name> is no user"},
    {"550 12:jdoe-3ab is no user", "550 <number>:<name>-<id> is no user"},
    {"550 user=4XyZ12 unknown", "550 user=<id> unknown"},
    /* A number behind it made this no host's name: as one, it would say something else. */
    {"550 approved senders.zen.example.01g", "550 approved senders zen example <id>"},
    /* The reply's code stays, whatever it is joined to. */
    {"550-mx.example.com unknown", "550-<host> unknown"},
    {"550 5.1.1 a\r\n550-mx.example.com unknown", "550 5.1.1 a\r\n550-<host> unknown"},
    {"553.0-2c1 is none", "<id> is none"},
    {"550 <unknown> recipient", "550 <unknown> recipient"}, /* A word of the dictionary is nobody's name. */
    /* What Postfix writes around the reply. */
    {"host mx.example.com[192.0.2.1] said: 550 5.1.1 <bob@example.com>: no (in reply to RCPT TO command)",
     "host <host>[<ip>] said: 550 5.1.1 <address>: no (in reply to RCPT TO command)"},
    /* What steers a terminal, and what is no UTF-8. */
    {"550 \x1b[31mred \x7f \xc2\x9b caf\xe9 \xed\xa0\x80 \xc3\xa9", "550 ?[<id> ? ? caf? ? \xc3\xa9"},
};

START_TEST(what_tells_of_people_is_replaced)
{
    char redacted[ROOM];
    const struct redacted *row = &cases[_i];
    int length = smtp5xx_redact(row->text, strlen(row->text), redacted, sizeof(redacted));

    ck_assert_str_eq(redacted, row->redacted);
    ck_assert_int_eq(length, (int)strlen(row->redacted));
}
END_TEST

/* Whoever stores a redacted text may pass it through again. */
START_TEST(a_redacted_text_stays_as_it_is)
{
    char twice[ROOM];
    const char *text = cases[_i].redacted;

    smtp5xx_redact(text, strlen(text), twice, sizeof(twice));
    ck_assert_str_eq(twice, text);
}
END_TEST

/* Whether a place lies inside a placeholder. */
static int is_cut(const char *whole, size_t place)
{
    static const char *const placeholders[] = {"<address>", "<ip>", "<host>", "<url>", "<id>", "<name>", "<number>"};

    for (size_t i = 0; i < COUNT_OF(placeholders); i++) {
        for (const char *at = strstr(whole, placeholders[i]); at; at = strstr(at + 1, placeholders[i])) {
            size_t begin = (size_t)(at - whole);

            if (place > begin && place < begin + strlen(placeholders[i])) {
                return 1;
            }
        }
    }
    return 0;
}

/* With every size of the buffer: the length is the same, nothing beyond is touched, and what is there is a beginning of the
 * whole that ends at the border of a placeholder or character. */
START_TEST(a_small_buffer_is_not_overrun)
{
    char whole[ROOM];
    char some[ROOM];
    const char *text = cases[_i].text;
    int needed = smtp5xx_redact(text, strlen(text), whole, sizeof(whole));

    for (size_t size = 0; size <= (size_t)needed + 1; size++) {
        size_t length;

        memset(some, '#', sizeof(some));
        ck_assert_int_eq(smtp5xx_redact(text, strlen(text), size ? some : NULL, size), needed);
        for (size_t i = size; i < sizeof(some); i++) {
            ck_assert_msg(some[i] == '#', "size %zu: byte %zu was written", size, i);
        }
        if (size == 0) {
            continue;
        }
        length = strlen(some);
        ck_assert_msg(length < size && memcmp(some, whole, length) == 0, "size %zu: %s", size, some);
        ck_assert_msg(length == 0 || (whole[length] & 0xC0) != 0x80, "size %zu cuts a character", size);
        ck_assert_msg(!is_cut(whole, length), "size %zu cuts a placeholder: %s", size, some);
    }
    ck_assert_str_eq(some[0] == '#' ? "" : some, whole);
}
END_TEST

/* Every byte, NULs included, at every place of a text whose end must not be passed. */
START_TEST(any_bytes_come_through)
{
    char text[3];
    char redacted[64];

    for (unsigned i = 0; i < 65536; i++) {
        text[0] = (char)(i >> 8);
        text[1] = (char)i;
        text[2] = '1'; /* A letter or digit behind the end would join. */
        ck_assert_int_le(smtp5xx_redact(text, 2, redacted, sizeof(redacted)), 8);
    }
    ck_assert_int_eq(smtp5xx_redact("a\0b@example.com", 15, redacted, sizeof(redacted)), 11);
    ck_assert_int_eq(memcmp(redacted, "a?<address>", 12), 0);
}
END_TEST

START_TEST(the_input_is_limited)
{
    static char text[SMTP5XX_INPUT_MAX + 10];
    static char redacted[SMTP5XX_INPUT_MAX + 10];

    memset(text, ' ', sizeof(text));
    ck_assert_int_eq(smtp5xx_redact(text, sizeof(text), redacted, sizeof(redacted)), SMTP5XX_INPUT_MAX);
}
END_TEST

START_TEST(null_is_told)
{
    char redacted[8] = "before";

    ck_assert_int_eq(smtp5xx_redact(NULL, 0, NULL, 0), 0);
    ck_assert_int_eq(smtp5xx_redact(NULL, 1, redacted, sizeof(redacted)), SMTP5XX_EINVAL);
    ck_assert_str_eq(redacted, "");
    ck_assert_int_eq(smtp5xx_redact("550 x", 5, NULL, 1), SMTP5XX_EINVAL);
    ck_assert_int_eq(smtp5xx_redact(NULL, 0, redacted, sizeof(redacted)), 0);
}
END_TEST

Suite *redact_suite(void)
{
    Suite *suite = suite_create("redact");
    TCase *texts = tcase_create("texts");
    TCase *limits = tcase_create("limits");

    tcase_add_loop_test(texts, what_tells_of_people_is_replaced, 0, (int)COUNT_OF(cases));
    tcase_add_loop_test(texts, a_redacted_text_stays_as_it_is, 0, (int)COUNT_OF(cases));
    tcase_add_loop_test(limits, a_small_buffer_is_not_overrun, 0, (int)COUNT_OF(cases));
    tcase_add_test(limits, any_bytes_come_through);
    tcase_add_test(limits, the_input_is_limited);
    tcase_add_test(limits, null_is_told);
    suite_add_tcase(suite, texts);
    suite_add_tcase(suite, limits);
    return suite;
}
