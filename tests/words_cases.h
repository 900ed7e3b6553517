/*
 * Sentences in many disguises, and words that are none.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#ifndef SMTP5XX_TESTS_WORDS_CASES_H
#define SMTP5XX_TESTS_WORDS_CASES_H

#include "suites.h"

/* The same sentence: each must have this reason, by the same rule as the first of its group. NUL bytes are written as \1. */
static const struct disguise {
    const char *reason; /* NULL: the one above */
    const char *text;
} disguises[] = {
    {"user_unknown", "550 5.1.1 No such user here"},
    {NULL, "550 5.1.1 NO SUCH USER HERE"},
    {NULL, "550 5.1.1 no such user here"},
    {NULL, "550 5.1.1 nO sUcH uSeR hErE"},
    {NULL, "550 5.1.1 No   such \t user  here   "},
    {NULL, "550 5.1.1 \"No such user\" here!!!"},
    {NULL, "550 5.1.1 ***No*such*user*here***"},
    {NULL, "550 5.1.1 (No such user) [here]."},
    {NULL, "550 5.1.1 No, such; user: here?"},
    {NULL, "550 5.1.1 No/such/user here"},
    {NULL, "550 5.1.1 no-such-user here"},
    {NULL, "550 5.1.1 no_such_user here"},
    {NULL, "550 5.1.1 no such 'user' here"},
    {NULL, "550 5.1.1 N\xc3\xb3 s\xc3\xbb" "ch \xc3\xbcs\xc3\xa8r here"},
    {NULL, "550 5.1.1 No su\xcc\x80" "ch us\xcc\x88" "er here"},
    {NULL, "550 5.1.1 N\xd3 s\xfb" "ch \xfcs\xe8r here"},
    {NULL, "550 5.1.1 No\xe2\x80\xa6such\xe2\x80\x94user here"},
    {NULL, "550 5.1.1 \xe2\x80\x9cNo such user\xe2\x80\x9d here"},
    {NULL, "550 5.1.1 No\xc2\xa0such\xc2\xa0user here"},
    {NULL, "550 5.1.1 No\xa0such\xa0user here"},
    {NULL, "550 5.1.1 No\1such\1user here"},
    {NULL, "550 5.1.1 \1\1No such user here\1"},
    {NULL, "550 5.1.1 \xff\xfe No such user \x80 here \xc3"},
    {NULL, "550 5.1.1 \xe2\x82 No such \xf0\x9f user here \xe5\x88"},
    {NULL, "550 5.1.1 \xf0\x9f\x98\x80 No such user here \xf0\x9f\x98\x80"},
    {NULL, "550 5.1.1 <bob@example.com>: No such user here"},
    {NULL, "550 5.1.1 <bob@example.com>...No such user here"},
    {NULL, "550 5.1.1 bob@example.com No such user here"},
    {NULL, "550 5.1.1 No such user <bob@example.com> here"},
    {NULL, "550 5.1.1 No such <bob@example.com> user here"},
    {NULL, "550 5.1.1 [192.0.2.1] No such user here"},
    {NULL, "550 5.1.1 No such (192.0.2.1) user here"},
    {NULL, "550 5.1.1 No such 2001:db8::25 user here"},
    {NULL, "550 5.1.1 No such [IPv6:2001:db8:0:1:2:3:4:5] user here"},
    {NULL, "550 5.1.1 mx.example.com: No such user here"},
    {NULL, "550 5.1.1 No such mail.example.com user here"},
    {NULL, "550 5.1.1 No such user here, see https://example.com/a/b?c=d&e=f#g"},
    {NULL, "550 5.1.1 No such http://example.com/ user here"},
    {NULL, "550 5.1.1 No such 4711 user here"},
    {NULL, "550 5.1.1 No such a1b2c3d4e5 user here"},
    {NULL, "550 5.1.1 0A1B2C3D4E5F: No such user here"},
    {NULL, "550 5.1.1 No such 5.7.1 user here"},
    {NULL, "550 5.1.1 There is no such user here"},
    {NULL, "550-5.1.1 No such\r\n550 5.1.1 user here"},
    {NULL, "550-5.1.1 No\n550-5.1.1 such\n550 5.1.1 user here"},
    {NULL, "550-No\r\n550-such\r\n550 5.1.1 user here"},
    {NULL, "550-5.1.1 No such 550 5.1.1 user here"},
    {NULL, "550-5.1.1 No such\\r\\n550 5.1.1 user here"},
    {NULL, "  \r\n550 5.1.1 No such user here\r\n\r\n"},
    {"mailbox_full", "552 5.2.2 Mailbox over quota"},
    {NULL, "552 5.2.2 MAILBOX OVERQUOTA"},
    {NULL, "552 5.2.2 mailbox over-quota"},
    {NULL, "552 5.2.2 The mailbox <bob@example.com> is over its quota"},
    {NULL, "552-5.2.2 The mailbox is over\r\n552 5.2.2 quota"},
    {"rate_limited", "421 4.7.0 Message rate limited"},
    {NULL, "421 4.7.0 message rate-limited"},
    {NULL, "421 4.7.0 Message RATE_LIMITED"},
    {"user_unknown", "550 5.1.1 \xe7\x94\xa8\xe6\x88\xb7\xe4\xb8\x8d\xe5\xad\x98\xe5\x9c\xa8"},
    {NULL, "550 5.1.1 \xe7\x94\xa8 \xe6\x88\xb7 \xe4\xb8\x8d \xe5\xad\x98 \xe5\x9c\xa8"},
    {NULL, "550 5.1.1 \xe7\x94\xa8\xe6\x88\xb7 \xe4\xb8\x8d\xe5\xad\x98\xe5\x9c\xa8\xe3\x80\x82"},
    {NULL, "550 5.1.1 \xe3\x80\x8c\xe7\x94\xa8\xe6\x88\xb7\xe3\x80\x8d\xef\xbc\x8c\xe4\xb8\x8d\xe5\xad\x98\xe5\x9c\xa8\xef\xbc\x81"},
    {NULL, "550 5.1.1 \xe7\x94\xa8\xe6\x88\xb7<bob@example.com>\xe4\xb8\x8d\xe5\xad\x98\xe5\x9c\xa8"},
    {NULL, "550-5.1.1 \xe7\x94\xa8\xe6\x88\xb7\r\n550 5.1.1 \xe4\xb8\x8d\xe5\xad\x98\xe5\x9c\xa8"},
    {NULL, "550 5.1.1 ABC\xe7\x94\xa8\xe6\x88\xb7\xe4\xb8\x8d\xe5\xad\x98\xe5\x9c\xa8XYZ"},
    {"user_unknown", "550 5.1.1 Empf\xc3\xa4nger unbekannt"},
    {NULL, "550 5.1.1 EMPF\xc3\x84NGER UNBEKANNT"},
    {NULL, "550 5.1.1 Empfa\xcc\x88nger unbekannt"},
    {NULL, "550 5.1.1 Empf\xe4nger unbekannt"},
    {NULL, "550 5.1.1 EMPF\xc4NGER unbekannt"},
    {NULL, "550 5.1.1 Empf\xc3\xa4nger <bob@example.com> unbekannt"},
    {"user_unknown", "550 5.1.1 \xd0\x9f\xd0\xbe\xd0\xbb\xd1\x8c\xd0\xb7\xd0\xbe\xd0\xb2\xd0\xb0\xd1\x82\xd0\xb5\xd0\xbb\xd1\x8c \xd0\xbd\xd0\xb5 \xd0\xbd\xd0\xb0\xd0\xb9\xd0\xb4\xd0\xb5\xd0\xbd"},
    {NULL, "550 5.1.1 \xd0\x9f\xd0\x9e\xd0\x9b\xd0\xac\xd0\x97\xd0\x9e\xd0\x92\xd0\x90\xd0\xa2\xd0\x95\xd0\x9b\xd0\xac \xd0\x9d\xd0\x95 \xd0\x9d\xd0\x90\xd0\x99\xd0\x94\xd0\x95\xd0\x9d"},
    {NULL, "550 5.1.1 \xd0\xbf\xd0\xbe\xd0\xbb\xd1\x8c\xd0\xb7\xd0\xbe\xd0\xb2\xd0\xb0\xd1\x82\xd0\xb5\xd0\xbb\xd1\x8c \xc2\xab" "bob@example.com\xc2\xbb \xd0\xbd\xd0\xb5 \xd0\xbd\xd0\xb0\xd0\xb9\xd0\xb4\xd0\xb5\xd0\xbd!"},
};

/* What stands inside an address, a host, a URL or an id is no word: the codes alone decide of these. */
static const char *const wordless[] = {
    "550 <user.unknown@example.com>", "550 <no-such-user@example.com>", "550 user@mailbox-full.example.com",
    "550 <user@over.quota.example.com>", "550 mailbox-full.example.com", "550 mx10.spam-blocked.example.net",
    "550 user.unknown.example.org", "550 [no-such-user.example.com]", "550 https://example.com/user-unknown",
    "550 https://example.com/no/such/user", "550 http://example.com/?mailbox=full&user=unknown",
    "550 http://user-unknown.example.com/mailbox/full", "550 example.com/mailbox/full", "550 ftp://example.com/user/unknown",
    "550 <user+mailbox+full@example.com>", "550 <user=unknown@example.com>", "550 <user_unknown@example.com>",
    "550 (user/unknown@example.com)", "550 SRS0=user=unknown=mailbox=full@example.com",
    "550 user-unknown@[192.0.2.1]", "550 <blacklisted@example.com>, <spam@example.org>",
    "550 mailto:user-unknown@example.com", "550 www.greylisted.example.com", "550 rate.limit.exceeded.example",
};

/* The IP address that is found in a text, NULL for none. */
static const struct address {
    const char *text;
    const char *ip;
} addresses[] = {
    {"550 5.7.1 [192.0.2.1] x", "192.0.2.1"}, {"550 5.7.1 (192.0.2.1)", "192.0.2.1"}, {"550 5.7.1 192.0.2.1", "192.0.2.1"},
    {"550 5.7.1 x 192.0.2.1.", "192.0.2.1"}, {"550 5.7.1 ip=192.0.2.1;", "192.0.2.1"}, {"550 5.7.1 192.0.2.1:25", "192.0.2.1"},
    {"550 5.7.1 <192.0.2.1>", "192.0.2.1"}, {"550 5.7.1 192.0.2.1, 192.0.2.2", "192.0.2.1"},
    {"550 5.7.1 mx.example.com[198.51.100.7]: x", "198.51.100.7"}, {"550 5.7.1 2001:db8::1 x", "2001:db8::1"},
    {"550 5.7.1 [2001:db8::1]", "2001:db8::1"}, {"550 5.7.1 [IPv6:2001:db8::1]", "2001:db8::1"},
    {"550 5.7.1 (2001:DB8:0:0:0:0:0:1).", "2001:DB8:0:0:0:0:0:1"}, {"550 5.7.1 ::1", NULL},
    {"550 5.7.1 2001:db8::192.0.2.1 x", "2001:db8::192.0.2.1"}, {"550 5.7.1 from 2001:db8:: x", "2001:db8::"},
    {"550 5.7.1 5.7.1", NULL}, {"550 5.7.1 1.2.3", NULL}, {"550 5.7.1 192.0.2", NULL}, {"550 5.7.1 192.0.2.1.5", NULL},
    {"550 5.7.1 192.0.2.1.5.6", NULL}, {"550 5.7.1 12:34:56", NULL}, {"550 5.7.1 v192.0.2.1x", NULL},
    {"550 5.7.1 1922.0.2.1", NULL}, {"550 5.7.1 12:34", NULL}, {"550 5.7.1 a@192.0.2.1.example.com", NULL},
    {"550 5.7.1 http://192.0.2.1/", NULL}, {"550 5.7.1 id-2001:db8", NULL},
};

#endif
