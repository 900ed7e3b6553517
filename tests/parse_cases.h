/*
 * The table of check_parse.c: an input, and all that must be found in it.
 *
 *     RAW(bytes, code, class, subject, detail, flags, lines, text, said)    with a reply code
 *     ENH(bytes,       class, subject, detail, flags, lines, text, said)    an enhanced status code only
 *     TXT(bytes,                               flags, lines, text, said)    words only
 *
 * text: the pieces of smtp5xx_next_text() joined by a blank. said: ALL where it is the whole input. The lengths are those
 * of the literals, so NULs count. ENH and TXT set the flags that always go with their form.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#ifndef SMTP5XX_TESTS_PARSE_CASES_H
#define SMTP5XX_TESTS_PARSE_CASES_H

#include "suites.h"

struct parse_case {
    const char *bytes;
    size_t length;
    uint32_t flags;
    uint16_t code;
    uint16_t enhanced_class;
    uint16_t subject;
    uint16_t detail;
    uint16_t form;
    uint16_t lines;
    const char *text;
    size_t text_length;
    const char *said;
    size_t said_length;
    int line;
};

#define ALL "\001"

/* Not flags of the library: BAD_CODE may or may not be set; punctuation around each piece does not count. */
#define ANY_BAD 0x80000000U
#define LOOSE_TEXT 0x40000000U

#define ML SMTP5XX_REPLY_MULTILINE
#define MISMATCH SMTP5XX_REPLY_CLASS_MISMATCH
#define UNFINISHED SMTP5XX_REPLY_UNFINISHED
#define DIFFER SMTP5XX_REPLY_CODES_DIFFER
#define BAD SMTP5XX_REPLY_BAD_CODE
#define SUCCESS SMTP5XX_REPLY_SUCCESS

#define ROW(bytes, flags, code, class, subject, detail, form, lines, text, said)                                       \
    {bytes, sizeof(bytes) - 1, flags,            code, class,           subject, detail, form, lines,                  \
     text,  sizeof(text) - 1,  said,             sizeof(said) - 1,      __LINE__}
#define RAW(bytes, code, class, subject, detail, flags, lines, text, said)                                             \
    ROW(bytes, flags, code, class, subject, detail, SMTP5XX_FORM_RAW, lines, text, said)
#define ENH(bytes, class, subject, detail, flags, lines, text, said)                                                   \
    ROW(bytes, (flags) | SMTP5XX_REPLY_NO_CODE, 0, class, subject, detail, SMTP5XX_FORM_ENHANCED, lines, text, said)
#define TXT(bytes, flags, lines, text, said)                                                                           \
    ROW(bytes, (flags) | SMTP5XX_REPLY_NO_CODE | SMTP5XX_REPLY_NOT_SMTP, 0, 0, 0, 0, SMTP5XX_FORM_TEXT, lines, text, said)
#define NOTHING(bytes)                                                                                                 \
    ROW(bytes, SMTP5XX_REPLY_NO_CODE | SMTP5XX_REPLY_NOT_SMTP, 0, 0, 0, 0, SMTP5XX_FORM_NONE, 0, "", "")

static const struct parse_case parse_cases[] = {
    /* A single line, RFC 5321 4.2, with and without an enhanced status code, RFC 2034 4. */
    RAW("550 No such user", 550, 0, 0, 0, 0, 1, "No such user", ALL),
    RAW("550 5.1.1 No such user", 550, 5, 1, 1, 0, 1, "No such user", ALL),
    RAW("550 5.1.1 No such user\r\n", 550, 5, 1, 1, 0, 1, "No such user", "550 5.1.1 No such user"),
    RAW("550 5.1.1 No such user\n", 550, 5, 1, 1, 0, 1, "No such user", "550 5.1.1 No such user"),
    RAW("550 5.1.1 No such user\r", 550, 5, 1, 1, 0, 1, "No such user", "550 5.1.1 No such user"),
    RAW("550 5.1.1 No such user \t \r\n", 550, 5, 1, 1, 0, 1, "No such user", "550 5.1.1 No such user"),
    RAW("450 4.2.1 Try again later", 450, 4, 2, 1, 0, 1, "Try again later", ALL),
    RAW("421 4.7.0 Too many connections", 421, 4, 7, 0, 0, 1, "Too many connections", ALL),
    RAW("451 Temporary local problem", 451, 0, 0, 0, 0, 1, "Temporary local problem", ALL),
    RAW("452 4.5.3 Too many recipients", 452, 4, 5, 3, 0, 1, "Too many recipients", ALL),
    RAW("500 5.5.2 Syntax error", 500, 5, 5, 2, 0, 1, "Syntax error", ALL),
    RAW("521 Host does not accept mail", 521, 0, 0, 0, 0, 1, "Host does not accept mail", ALL),
    RAW("530 5.7.0 Authentication required", 530, 5, 7, 0, 0, 1, "Authentication required", ALL),
    RAW("535 5.7.8 Credentials invalid", 535, 5, 7, 8, 0, 1, "Credentials invalid", ALL),
    RAW("550 5.7.26 Unauthenticated mail", 550, 5, 7, 26, 0, 1, "Unauthenticated mail", ALL),
    RAW("550 5.7.606 Access denied", 550, 5, 7, 606, 0, 1, "Access denied", ALL),
    RAW("550 5.1.10 Null MX", 550, 5, 1, 10, 0, 1, "Null MX", ALL),
    RAW("551 5.1.6 Moved to <new@example.net>", 551, 5, 1, 6, 0, 1, "Moved to <new@example.net>", ALL),
    RAW("552 5.2.2 Over quota", 552, 5, 2, 2, 0, 1, "Over quota", ALL),
    RAW("553 5.1.3 Bad syntax", 553, 5, 1, 3, 0, 1, "Bad syntax", ALL),
    RAW("554 5.7.1 Blocked", 554, 5, 7, 1, 0, 1, "Blocked", ALL),
    RAW("556 5.1.10 No mail here", 556, 5, 1, 10, 0, 1, "No mail here", ALL),
    RAW("571 Message refused", 571, 0, 0, 0, 0, 1, "Message refused", ALL),
    RAW("599 5.999.999 x", 599, 5, 999, 999, 0, 1, "x", ALL),
    RAW("550 5.0.0 x", 550, 5, 0, 0, 0, 1, "x", ALL),
    RAW("400 4.0.0 x", 400, 4, 0, 0, 0, 1, "x", ALL),
    RAW("550 x", 550, 0, 0, 0, 0, 1, "x", ALL),
    RAW("550  x", 550, 0, 0, 0, 0, 1, "x", ALL),
    RAW("550\tx", 550, 0, 0, 0, 0, 1, "x", ALL),
    RAW("550 5.1.1  x", 550, 5, 1, 1, 0, 1, "x", ALL),
    RAW("550 5.1.1\tx", 550, 5, 1, 1, 0, 1, "x", ALL),
    RAW("550  5.1.1 x", 550, 5, 1, 1, 0, 1, "x", ALL),
    RAW("550\t5.1.1\tx", 550, 5, 1, 1, 0, 1, "x", ALL),
    RAW("550 a  b   c", 550, 0, 0, 0, 0, 1, "a  b   c", ALL),
    RAW("550 <a@example.com>: User unknown", 550, 0, 0, 0, 0, 1, "<a@example.com>: User unknown", ALL),
    RAW("550 5.1.1 <a@example.com>: User unknown", 550, 5, 1, 1, 0, 1, "<a@example.com>: User unknown", ALL),
    RAW("550 5.1.1 <a@example.com>... User unknown", 550, 5, 1, 1, 0, 1, "<a@example.com>... User unknown", ALL),

    /* Positive replies are no refusals. */
    RAW("250 2.1.5 Ok", 250, 2, 1, 5, SUCCESS, 1, "Ok", ALL),
    RAW("250 OK", 250, 0, 0, 0, SUCCESS, 1, "OK", ALL),
    RAW("200 x", 200, 0, 0, 0, SUCCESS, 1, "x", ALL),
    RAW("220 mx.example.com ESMTP", 220, 0, 0, 0, SUCCESS, 1, "mx.example.com ESMTP", ALL),
    RAW("221 2.0.0 Bye", 221, 2, 0, 0, SUCCESS, 1, "Bye", ALL),
    RAW("235 2.7.0 Accepted", 235, 2, 7, 0, SUCCESS, 1, "Accepted", ALL),
    RAW("251 User not local; will forward", 251, 0, 0, 0, SUCCESS, 1, "User not local; will forward", ALL),
    RAW("334 VXNlcm5hbWU6", 334, 0, 0, 0, SUCCESS, 1, "VXNlcm5hbWU6", ALL),
    RAW("354 End with a dot", 354, 0, 0, 0, SUCCESS, 1, "End with a dot", ALL),
    RAW("399 x", 399, 0, 0, 0, SUCCESS, 1, "x", ALL),
    RAW("250-mx.example.com\r\n250-SIZE 1000\r\n250 HELP\r\n", 250, 0, 0, 0, SUCCESS | ML, 3, "mx.example.com SIZE 1000 HELP",
        "250-mx.example.com\r\n250-SIZE 1000\r\n250 HELP"),
    ENH("2.1.5 Ok", 2, 1, 5, SUCCESS, 1, "Ok", ALL),

    /* Many lines, RFC 5321 4.2.1, with each of the line breaks that mailers leave. */
    RAW("550-5.1.1 a\r\n550-5.1.1 b\r\n550 5.1.1 c\r\n", 550, 5, 1, 1, ML, 3, "a b c",
        "550-5.1.1 a\r\n550-5.1.1 b\r\n550 5.1.1 c"),
    RAW("550-5.1.1 a\n550-5.1.1 b\n550 5.1.1 c\n", 550, 5, 1, 1, ML, 3, "a b c", "550-5.1.1 a\n550-5.1.1 b\n550 5.1.1 c"),
    RAW("550-5.1.1 a\r550-5.1.1 b\r550 5.1.1 c\r", 550, 5, 1, 1, ML, 3, "a b c", "550-5.1.1 a\r550-5.1.1 b\r550 5.1.1 c"),
    RAW("550-a\r\n550 b", 550, 0, 0, 0, ML, 2, "a b", ALL),
    RAW("550-a\n550 b", 550, 0, 0, 0, ML, 2, "a b", ALL),
    RAW("550-a\r550 b", 550, 0, 0, 0, ML, 2, "a b", ALL),
    RAW("550-a\r\n550-b\n550-c\r550 d", 550, 0, 0, 0, ML, 4, "a b c d", ALL),
    RAW("550-a \r\n550 b ", 550, 0, 0, 0, ML, 2, "a b", "550-a \r\n550 b"),
    RAW("550-5.7.1 a\r\n550 b", 550, 5, 7, 1, ML, 2, "a b", ALL),
    RAW("550-a\r\n550 5.7.1 b", 550, 5, 7, 1, ML, 2, "a b", ALL),
    RAW("550-a\r\n550-5.7.1 b\r\n550 5.7.1 c", 550, 5, 7, 1, ML, 3, "a b c", ALL),
    RAW("550-\r\n550 a", 550, 0, 0, 0, ML, 2, "a", ALL),
    RAW("550-a\r\n550", 550, 0, 0, 0, ML, 2, "a", ALL),
    RAW("550-a\r\n550 \r\n", 550, 0, 0, 0, ML, 2, "a", "550-a\r\n550"),
    RAW("550-\r\n550-\r\n550", 550, 0, 0, 0, ML, 3, "", ALL),
    RAW("550-5.1.1\r\n550 5.1.1", 550, 5, 1, 1, ML, 2, "", ALL),
    RAW("550-5.1.1\r\n550 5.1.1 x", 550, 5, 1, 1, ML, 2, "x", ALL),
    RAW("550- a\r\n550  b", 550, 0, 0, 0, ML, 2, "a b", ALL),
    RAW("550-  5.1.1 a\r\n550 5.1.1 b", 550, 5, 1, 1, ML, 2, "a b", ALL),
    RAW("550 a\r\n550 b", 550, 0, 0, 0, ML, 2, "a b", ALL),
    RAW("550 5.1.1 a\n550 5.1.1 b\n", 550, 5, 1, 1, ML, 2, "a b", "550 5.1.1 a\n550 5.1.1 b"),
    RAW("550-a\r\nb\r\n550 c", 550, 0, 0, 0, ML, 3, "a b c", ALL),
    RAW("550 5.1.1 a\r\n  b", 550, 5, 1, 1, ML, 2, "a b", ALL),
    RAW("550-a\r\n  550 b", 550, 0, 0, 0, ML, 2, "a b", ALL),
    RAW("421-4.7.0 a\r\n421 4.7.0 b", 421, 4, 7, 0, ML, 2, "a b", ALL),
    RAW("554-mx.example.com\r\n554 No service here", 554, 0, 0, 0, ML, 2, "mx.example.com No service here", ALL),
    RAW("550-a\r\n550-room 550-b\r\n550 c", 550, 0, 0, 0, ML, 3, "a room 550-b c", ALL),

    /* Reply codes that differ within a reply; the first holds. */
    RAW("550-a\r\n551 b", 550, 0, 0, 0, ML | DIFFER, 2, "a b", ALL),
    RAW("550-5.1.1 a\r\n554 5.1.1 b", 550, 5, 1, 1, ML | DIFFER, 2, "a b", ALL),
    RAW("450-a\r\n550-b\r\n450 c", 450, 0, 0, 0, ML | DIFFER, 3, "a b c", ALL),
    RAW("550-5.1.1 a\r\n550 5.7.1 b", 550, 5, 1, 1, ML, 2, "a b", ALL),

    /* Lines joined by a blank, as mailers log them. */
    RAW("550-5.1.1 a 550-5.1.1 b 550 5.1.1 c", 550, 5, 1, 1, ML, 3, "a b c", ALL),
    RAW("550-a 550-b 550 c", 550, 0, 0, 0, ML, 3, "a b c", ALL),
    RAW("550-a 550 b", 550, 0, 0, 0, ML, 2, "a b", ALL),
    RAW("550-5.1.1 a 550 5.1.1 b", 550, 5, 1, 1, ML, 2, "a b", ALL),
    RAW("421-4.7.28 slow down 421 4.7.28 later", 421, 4, 7, 28, ML, 2, "slow down later", ALL),
    RAW("550-5.7.26 Not authenticated. 550-5.7.26 SPF failed 550 5.7.26 z - gsmtp", 550, 5, 7, 26, ML, 3,
        "Not authenticated. SPF failed z - gsmtp", ALL),
    RAW("550-a  550-b  550 c", 550, 0, 0, 0, ML, 3, "a b c", ALL),
    RAW("550-5.1.1 a 550-5.1.1 b 550 5.1.1 c\r\n", 550, 5, 1, 1, ML, 3, "a b c", "550-5.1.1 a 550-5.1.1 b 550 5.1.1 c"),
    RAW("550-5.1.1 see room 5500 550 5.1.1 b", 550, 5, 1, 1, ML, 2, "see room 5500 b", ALL),
    RAW("550-a x550-b 550 c", 550, 0, 0, 0, ML, 2, "a x550-b c", ALL),
    RAW("550 user a 550 times", 550, 0, 0, 0, 0, 1, "user a 550 times", ALL),
    RAW("550 sent to 192.0.2.1 said 550 for RCPT TO", 550, 0, 0, 0, 0, 1, "sent to 192.0.2.1 said 550 for RCPT TO", ALL),
    RAW("550 5.1.1 call 555 1234", 550, 5, 1, 1, 0, 1, "call 555 1234", ALL),

    /* Lines joined by a literal backslash and letter. */
    RAW("550-5.1.1 a\\n550-5.1.1 b\\n550 5.1.1 c", 550, 5, 1, 1, ML, 3, "a b c", ALL),
    RAW("550-a\\n550 b", 550, 0, 0, 0, ML, 2, "a b", ALL),
    RAW("550-a\\r\\n550 b", 550, 0, 0, 0, ML, 2, "a b", ALL),
    RAW("550-5.1.1 a\\r\\n550 5.1.1 b\\r\\n", 550, 5, 1, 1, ML, 2, "a b", "550-5.1.1 a\\r\\n550 5.1.1 b"),
    RAW("550 5.1.1 a\\n", 550, 5, 1, 1, 0, 1, "a", "550 5.1.1 a"),
    RAW("550-a\\n550-b\r\n550 c", 550, 0, 0, 0, ML, 3, "a b c", ALL),

    /* A last line with a hyphen: the rest was lost on the way. */
    RAW("550-No such user", 550, 0, 0, 0, UNFINISHED, 1, "No such user", ALL),
    RAW("550-5.1.1 No such user", 550, 5, 1, 1, UNFINISHED, 1, "No such user", ALL),
    RAW("550-5.1.1 No such user\r\n", 550, 5, 1, 1, UNFINISHED, 1, "No such user", "550-5.1.1 No such user"),
    RAW("550-", 550, 0, 0, 0, UNFINISHED, 1, "", ALL),
    RAW("550- ", 550, 0, 0, 0, UNFINISHED, 1, "", "550-"),
    RAW("550-\r\n", 550, 0, 0, 0, UNFINISHED, 1, "", "550-"),
    RAW("550-5.1.1", 550, 5, 1, 1, UNFINISHED, 1, "", ALL),
    RAW("550-a\r\n550-b", 550, 0, 0, 0, UNFINISHED | ML, 2, "a b", ALL),
    RAW("550-a\r\n550-b\r\n", 550, 0, 0, 0, UNFINISHED | ML, 2, "a b", "550-a\r\n550-b"),
    RAW("550-5.1.1 a 550-5.1.1 b", 550, 5, 1, 1, UNFINISHED | ML, 2, "a b", ALL),
    RAW("550-a\\n550-b", 550, 0, 0, 0, UNFINISHED | ML, 2, "a b", ALL),
    RAW("550 a\r\n550-", 550, 0, 0, 0, UNFINISHED | ML, 2, "a", ALL),
    RAW("550-5.1.1-x", 550, 5, 1, 1, UNFINISHED, 1, "x", ALL),
    RAW("550-call 555 1234", 550, 0, 0, 0, UNFINISHED, 1, "call 555 1234", ALL),

    /* Codes without text. */
    RAW("550", 550, 0, 0, 0, 0, 1, "", ALL),
    RAW("550 ", 550, 0, 0, 0, 0, 1, "", "550"),
    RAW("550\r\n", 550, 0, 0, 0, 0, 1, "", "550"),
    RAW("550 \r\n", 550, 0, 0, 0, 0, 1, "", "550"),
    RAW("550\t", 550, 0, 0, 0, 0, 1, "", "550"),
    RAW("550 5.1.1", 550, 5, 1, 1, 0, 1, "", ALL),
    RAW("550 5.1.1\r\n", 550, 5, 1, 1, 0, 1, "", "550 5.1.1"),
    RAW("550 5.1.1 ", 550, 5, 1, 1, 0, 1, "", "550 5.1.1"),
    RAW("421", 421, 0, 0, 0, 0, 1, "", ALL),
    RAW("250", 250, 0, 0, 0, SUCCESS, 1, "", ALL),
    ENH("5.1.1", 5, 1, 1, 0, 1, "", ALL),
    ENH("4.7.28\r\n", 4, 7, 28, 0, 1, "", "4.7.28"),
    RAW("550 (#5.1.1)", 550, 5, 1, 1, 0, 1, "", ALL),
    RAW("550 [5.1.1]", 550, 5, 1, 1, 0, 1, "", ALL),

    /* The enhanced status code in brackets, after a number sign, at the end as qmail writes it. */
    RAW("550 [5.1.1] x", 550, 5, 1, 1, 0, 1, "x", ALL),
    RAW("550 (5.1.1) x", 550, 5, 1, 1, 0, 1, "x", ALL),
    RAW("550 #5.1.0 Address rejected", 550, 5, 1, 0, 0, 1, "Address rejected", ALL),
    RAW("550 (#5.1.1) x", 550, 5, 1, 1, 0, 1, "x", ALL),
    RAW("550 [#5.1.1] x", 550, 5, 1, 1, 0, 1, "x", ALL),
    RAW("550-[5.1.1] a\r\n550 [5.1.1] b", 550, 5, 1, 1, ML, 2, "a b", ALL),
    RAW("550-#5.1.0 a 550 #5.1.0 b", 550, 5, 1, 0, ML, 2, "a b", ALL),
    RAW("550 sorry, no mailbox here by that name (#5.1.1)", 550, 5, 1, 1, 0, 1, "sorry, no mailbox here by that name", ALL),
    RAW("550 sorry, no mailbox here by that name. (#5.1.1)\r\n", 550, 5, 1, 1, 0, 1, "sorry, no mailbox here by that name.",
        "550 sorry, no mailbox here by that name. (#5.1.1)"),
    RAW("553 sorry, that domain is not here (#5.7.1)", 553, 5, 7, 1, 0, 1, "sorry, that domain is not here", ALL),
    RAW("451 try again later (#4.3.0)", 451, 4, 3, 0, 0, 1, "try again later", ALL),
    RAW("550 no such user (#5.1.1 - chkusr)", 550, 5, 1, 1, LOOSE_TEXT, 1, "no such user chkusr", ALL),
    RAW("550 refused (#5.7.1) by policy", 550, 5, 7, 1, 0, 1, "refused by policy", ALL),
    RAW("550-a (#5.7.1)\r\n550 b (#5.7.1)", 550, 5, 7, 1, ML, 2, "a b", ALL),
    ENH("Sorry, no mailbox here by that name. (#5.1.1)", 5, 1, 1, 0, 1, "Sorry, no mailbox here by that name.", ALL),
    ENH("#5.1.1 no such user", 5, 1, 1, 0, 1, "no such user", ALL),
    ENH("[5.1.1] no such user", 5, 1, 1, 0, 1, "no such user", ALL),
    ENH("(5.1.1) no such user", 5, 1, 1, 0, 1, "no such user", ALL),

    /* An enhanced status code alone at the start. */
    ENH("5.1.1 no such user", 5, 1, 1, 0, 1, "no such user", ALL),
    ENH("5.7.26 no DMARC", 5, 7, 26, 0, 1, "no DMARC", ALL),
    ENH("4.4.1 no answer from host", 4, 4, 1, 0, 1, "no answer from host", ALL),
    ENH("  5.1.1 no such user", 5, 1, 1, 0, 1, "no such user", "5.1.1 no such user"),
    ENH("\r\n5.1.1 no such user\r\n", 5, 1, 1, 0, 1, "no such user", "5.1.1 no such user"),
    ENH("5.1.1 a\r\n5.1.1 b", 5, 1, 1, ML, 2, "a b", ALL),
    ENH("5.1.1 <a@example.com>... User unknown", 5, 1, 1, 0, 1, "<a@example.com>... User unknown", ALL),
    ENH("5.1.1: no such user", 5, 1, 1, 0, 1, "no such user", ALL),

    /* Punctuation right after a code, as some servers and many logs have it. */
    RAW("550: User unknown", 550, 0, 0, 0, 0, 1, "User unknown", ALL),
    RAW("550: 5.2.2 Mailbox full", 550, 5, 2, 2, 0, 1, "Mailbox full", ALL),
    RAW("550:", 550, 0, 0, 0, 0, 1, "", ALL),
    RAW("550, User unknown", 550, 0, 0, 0, 0, 1, "User unknown", ALL),
    RAW("550,", 550, 0, 0, 0, 0, 1, "", ALL),
    RAW("550;5.1.1 User unknown", 550, 5, 1, 1, 0, 1, "User unknown", ALL),
    RAW("550 5.1.1: User unknown", 550, 5, 1, 1, 0, 1, "User unknown", ALL),
    RAW("550 5.1.1, User unknown", 550, 5, 1, 1, 0, 1, "User unknown", ALL),
    RAW("550 5.1.1; User unknown", 550, 5, 1, 1, 0, 1, "User unknown", ALL),

    /* Classes that differ: both codes are kept, RFC 2034 4 forbids it. */
    RAW("450 5.1.1 x", 450, 5, 1, 1, MISMATCH, 1, "x", ALL),
    RAW("550 4.2.2 x", 550, 4, 2, 2, MISMATCH, 1, "x", ALL),
    RAW("250 5.1.1 x", 250, 5, 1, 1, MISMATCH | SUCCESS, 1, "x", ALL),
    RAW("550 2.1.5 x", 550, 2, 1, 5, MISMATCH, 1, "x", ALL),
    RAW("421 5.7.0", 421, 5, 7, 0, MISMATCH, 1, "", ALL),
    RAW("450-5.1.1 a\r\n450 5.1.1 b", 450, 5, 1, 1, MISMATCH | ML, 2, "a b", ALL),
    RAW("450 x (#5.1.1)", 450, 5, 1, 1, MISMATCH, 1, "x", ALL),

    /* Numbers in the place of a code that are none. */
    TXT("999 x", BAD, 1, "999 x", ALL),
    TXT("600 x", BAD, 1, "600 x", ALL),
    TXT("199 x", BAD, 1, "199 x", ALL),
    TXT("000 x", BAD, 1, "000 x", ALL),
    TXT("100 x", BAD, 1, "100 x", ALL),
    TXT("999-x", BAD, 1, "999-x", ALL),
    TXT("999", BAD, 1, "999", ALL),
    TXT("5501 x", ANY_BAD, 1, "5501 x", ALL),
    TXT("55 x", ANY_BAD, 1, "55 x", ALL),
    TXT("5 x", ANY_BAD, 1, "5 x", ALL),
    TXT("12345 x", ANY_BAD, 1, "12345 x", ALL),
    TXT("0550 x", ANY_BAD, 1, "0550 x", ALL),
    RAW("550 5.12345.1 x", 550, 0, 0, 0, BAD, 1, "5.12345.1 x", ALL),
    RAW("550 5.1.12345 x", 550, 0, 0, 0, BAD, 1, "5.1.12345 x", ALL),
    RAW("550 5.1.1000 x", 550, 0, 0, 0, BAD, 1, "5.1.1000 x", ALL),
    RAW("550 5.4294967297.1 x", 550, 0, 0, 0, BAD, 1, "5.4294967297.1 x", ALL),
    TXT("5.123456.1 x", BAD, 1, "5.123456.1 x", ALL),
    RAW("550 5.7. x", 550, 0, 0, 0, ANY_BAD, 1, "5.7. x", ALL),
    RAW("550 5.7 x", 550, 0, 0, 0, ANY_BAD, 1, "5.7 x", ALL),
    RAW("550 5. x", 550, 0, 0, 0, ANY_BAD, 1, "5. x", ALL),
    RAW("550 5..1 x", 550, 0, 0, 0, ANY_BAD, 1, "5..1 x", ALL),
    RAW("550 .5.1.1 x", 550, 0, 0, 0, ANY_BAD, 1, ".5.1.1 x", ALL),
    RAW("550 3.1.1 x", 550, 0, 0, 0, ANY_BAD, 1, "3.1.1 x", ALL),
    RAW("550 1.1.1 x", 550, 0, 0, 0, ANY_BAD, 1, "1.1.1 x", ALL),
    RAW("550 9.1.1 x", 550, 0, 0, 0, ANY_BAD, 1, "9.1.1 x", ALL),
    RAW("550 55.1.1 x", 550, 0, 0, 0, ANY_BAD, 1, "55.1.1 x", ALL),
    RAW("550 5.1.1.1 x", 550, 0, 0, 0, ANY_BAD, 1, "5.1.1.1 x", ALL),
    RAW("550 5.1.1a x", 550, 0, 0, 0, ANY_BAD, 1, "5.1.1a x", ALL),
    RAW("550 5.1.x y", 550, 0, 0, 0, ANY_BAD, 1, "5.1.x y", ALL),
    RAW("550 a5.1.1 x", 550, 0, 0, 0, 0, 1, "a5.1.1 x", ALL),
    TXT("5.7. x", ANY_BAD, 1, "5.7. x", ALL),
    TXT("5.7", ANY_BAD, 1, "5.7", ALL),
    RAW("550.5.1.1 x", 550, 5, 1, 1, 0, 1, "x", ALL),
    TXT("550.4.1.1 x", ANY_BAD, 1, "550.4.1.1 x", ALL),
    TXT("5.1.1.1 x", ANY_BAD, 1, "5.1.1.1 x", ALL),
    TXT("5.1.1.example.com x", ANY_BAD, 1, "5.1.1.example.com x", ALL),
    TXT("999 5.1.1 x", BAD, 1, "999 5.1.1 x", ALL),
    RAW("550 5.7.1 refused (#5.7.1)", 550, 5, 7, 1, 0, 1, "refused", ALL),
    TXT("release (5.1.1) is out", 0, 1, "release (5.1.1) is out", ALL),

    /* Leading blanks, tabs and line breaks. */
    RAW("  550 5.1.1 x", 550, 5, 1, 1, 0, 1, "x", "550 5.1.1 x"),
    RAW("\t550 5.1.1 x", 550, 5, 1, 1, 0, 1, "x", "550 5.1.1 x"),
    RAW("\r\n550 5.1.1 x", 550, 5, 1, 1, 0, 1, "x", "550 5.1.1 x"),
    RAW("\r\n\r\n 550 5.1.1 x\r\n\r\n", 550, 5, 1, 1, 0, 1, "x", "550 5.1.1 x"),
    RAW("\n\n\n550-a\n550 b\n\n", 550, 0, 0, 0, ML, 2, "a b", "550-a\n550 b"),
    RAW(" \t\r\n\t 550", 550, 0, 0, 0, 0, 1, "", "550"),
    TXT("  User unknown  ", 0, 1, "User unknown", "User unknown"),

    /* NULs and bytes beyond ASCII are bytes like any other. */
    RAW("550 a\000b", 550, 0, 0, 0, 0, 1, "a\000b", ALL),
    RAW("550 5.1.1 a\000\000b c", 550, 5, 1, 1, 0, 1, "a\000\000b c", ALL),
    RAW("550-a\000\r\n550 \000b", 550, 0, 0, 0, ML, 2, "a\000 \000b", ALL),
    RAW("550 \303\251\377\200", 550, 0, 0, 0, 0, 1, "\303\251\377\200", ALL),
    RAW("550 \033[31mred", 550, 0, 0, 0, 0, 1, "\033[31mred", ALL),
    RAW("550 5.1.1 \346\227", 550, 5, 1, 1, 0, 1, "\346\227", ALL),
    TXT("a\000b", 0, 1, "a\000b", ALL),
    TXT("\000" "550 x", 0, 1, "\000" "550 x", ALL),
    TXT("\377\376", 0, 1, "\377\376", ALL),

    /* Words only: no code is invented from the digits in them. */
    TXT("User unknown", 0, 1, "User unknown", ALL),
    TXT("Connection timed out", 0, 1, "Connection timed out", ALL),
    TXT("a\r\nb", ML, 2, "a b", ALL),
    TXT("192.0.2.1 said no", ANY_BAD, 1, "192.0.2.1 said no", ALL),
    TXT("2.0.2.1 said no", ANY_BAD, 1, "2.0.2.1 said no", ALL),
    TXT("250.5.1.1 said no", ANY_BAD, 1, "250.5.1.1 said no", ALL),
    TXT("2001:db8::1 said no", ANY_BAD, 1, "2001:db8::1 said no", ALL),
    TXT("2026-11-24 refused", ANY_BAD, 1, "2026-11-24 refused", ALL),
    TXT("24 Nov 2026 refused", ANY_BAD, 1, "24 Nov 2026 refused", ALL),
    TXT("24.11.2026 refused", ANY_BAD, 1, "24.11.2026 refused", ALL),
    TXT("5.11.2026 refused", ANY_BAD, 1, "5.11.2026 refused", ALL),
    TXT("550abc x", ANY_BAD, 1, "550abc x", ALL),
    TXT("x550 y", 0, 1, "x550 y", ALL),
    TXT("550th message", ANY_BAD, 1, "550th message", ALL),
    TXT("550@example.com is unknown", ANY_BAD, 1, "550@example.com is unknown", ALL),
    TXT("550.example.com is unknown", ANY_BAD, 1, "550.example.com is unknown", ALL),
    TXT("550% of quota", ANY_BAD, 1, "550% of quota", ALL),
    TXT("250,000 messages refused", ANY_BAD, 1, "250,000 messages refused", ALL),
    TXT("<a@b.example> 550", 0, 1, "<a@b.example> 550", ALL),
    TXT("version 5.1.1 of x", 0, 1, "version 5.1.1 of x", ALL),
    TXT("host v5.1.1 down", 0, 1, "host v5.1.1 down", ALL),
    TXT("-550 x", 0, 1, "-550 x", ALL),
    TXT("-5.1.1 x", 0, 1, "-5.1.1 x", ALL),
    TXT("build (10.5.1.1) x", 0, 1, "build (10.5.1.1) x", ALL),
    RAW("550 Sorry 5.1.1", 550, 0, 0, 0, 0, 1, "Sorry 5.1.1", ALL),
    RAW("550 192.0.2.1 is blocked", 550, 0, 0, 0, ANY_BAD, 1, "192.0.2.1 is blocked", ALL),
    RAW("550 [192.0.2.1] is blocked", 550, 0, 0, 0, ANY_BAD, 1, "[192.0.2.1] is blocked", ALL),
    RAW("550 host (192.0.2.1) is blocked", 550, 0, 0, 0, 0, 1, "host (192.0.2.1) is blocked", ALL),
    RAW("550 host [5.1.1.7] is blocked", 550, 0, 0, 0, ANY_BAD, 1, "host [5.1.1.7] is blocked", ALL),
    RAW("550 5.7.1 192.0.2.1 is blocked", 550, 5, 7, 1, 0, 1, "192.0.2.1 is blocked", ALL),
    RAW("550 5.7.1 [192.0.2.1] is blocked", 550, 5, 7, 1, 0, 1, "[192.0.2.1] is blocked", ALL),
    RAW("550 2001:db8::1 is blocked", 550, 0, 0, 0, ANY_BAD, 1, "2001:db8::1 is blocked", ALL),
    RAW("550 24.11.2026 refused", 550, 0, 0, 0, ANY_BAD, 1, "24.11.2026 refused", ALL),
    RAW("421 [TS04] deferred", 421, 0, 0, 0, 0, 1, "[TS04] deferred", ALL),

    /* Nothing at all. */
    NOTHING(""),
    NOTHING(" "),
    NOTHING("\r\n"),
    NOTHING(" \t\r\n\n\r "),
};

#endif
