/*
 * Details of a reply: when to try again, how large a message may be, the new address, the blocked IP, the block list, the URL
 * and the server's reference.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "suites.h"

/* The seconds that a text asks to wait. */
static const struct wait {
    const char *text;
    uint32_t seconds;
} waits[] = {
    {"451 4.7.1 Greylisted, please try again in 300 seconds", 300},
    {"451 4.7.1 Greylisted, try again in 300s", 300},
    {"451 4.7.1 Please try again in 5 minutes", 300},
    {"451 4.7.1 Please try again in 5 min.", 300},
    {"451 4.7.1 Please try again in 5 mins", 300},
    {"451 4.7.1 Please try again in 5m", 300},
    {"451 4.7.1 Please retry in 2 hours", 7200},
    {"451 4.7.1 Please wait 1 hour and try again", 3600},
    {"451 4.7.1 Please wait 90 minutes before trying again", 5400},
    {"451 4.7.1 Try again after 24h", 86400},
    {"451 4.7.1 Try again in 2 days", 172800},
    {"451 4.7.1 Try again in 1 day", 86400},
    {"451 4.7.1 Try again in 1.5 hours", 5400},
    {"451 4.7.1 Try again in 25.5 minutes", 1530},
    {"451 4.7.1 Greylisted, try again in 00:04:59", 299},
    {"451 4.7.1 Greylisted, try again in 01:00:00", 3600},
    {"451 4.7.1 Greylisted, try again in 04:59 minutes", 299},
    {"451 4.7.1 <bob@example.com>: Recipient address rejected: Greylisted, see https://example.com/?r=12, try again in 60 "
     "seconds",
     60},
    {"451-4.7.1 Greylisted, try again\r\n451 4.7.1 in 10 minutes", 600},
    {"451 4.7.1 Greylisting in effect, please come back in 00:05:00 (hh:mm:ss)", 300},
    {"450 4.2.0 <bob@example.com>: Recipient address rejected: Greylisted for 60 seconds, try again", 60},
    /* The cap is a week: remote text is not to be trusted. */
    {"451 4.7.1 Try again in 7 days", 604800},
    {"451 4.7.1 Try again in 8 days", 604800},
    {"451 4.7.1 Try again in 99999999 hours", 604800},
    {"451 4.7.1 Try again in 4294967297 seconds", 604800},
    {"451 4.7.1 Try again in 18446744073709551617 seconds", 604800},
    {"451 4.7.1 Try again in 99999999999999999999999999999999 days", 604800},
    /* Other languages, some of which put the time before the word. */
    {"451 4.7.1 Bitte versuchen Sie es in 10 Minuten erneut", 600},
    {"451 4.7.1 Bitte versuchen Sie es in 2 Stunden erneut", 7200},
    {"451 4.7.1 Veuillez r\xc3\xa9" "essayer dans 5 minutes", 300},
    {"451 4.7.1 Veuillez r\xc3\xa9" "essayer dans 2 heures", 7200},
    {"451 4.7.1 Intente de nuevo en 15 minutos", 900},
    {"451 4.7.1 Int\xc3\xa9ntelo de nuevo en 3 horas", 10800},
    {"451 4.7.1 Tente novamente em 10 minutos", 600},
    {"451 4.7.1 Riprova tra 15 minuti", 900},
    {"451 4.7.1 Riprova tra 2 ore", 7200},
    {"451 4.7.1 Probeer het over 5 minuten opnieuw", 300},
    {"451 4.7.1 Spr\xc3\xb3" "buj ponownie za 5 minut", 300},
    {"451 4.7.1 \xd0\x9f\xd0\xbe\xd0\xb2\xd1\x82\xd0\xbe\xd1\x80\xd0\xb8\xd1\x82\xd0\xb5 \xd1\x87\xd0\xb5\xd1\x80\xd0\xb5\xd0\xb7 5 "
     "\xd0\xbc\xd0\xb8\xd0\xbd\xd1\x83\xd1\x82",
     300},
    {"451 4.7.1 5 dakika sonra tekrar deneyin", 300},
    {"451 4.7.1 5 \xe5\x88\x86\xe5\xbe\x8c\xe3\x81\xab\xe5\x86\x8d\xe5\xba\xa6\xe9\x80\x81\xe4\xbf\xa1\xe3\x81\x97\xe3\x81\xa6"
     "\xe3\x81\x8f\xe3\x81\xa0\xe3\x81\x95\xe3\x81\x84",
     300},
    {"451 4.7.1 \xe8\xaf\xb7 10 \xe5\x88\x86\xe9\x92\x9f\xe5\x90\x8e\xe5\x86\x8d\xe8\xaf\x95", 600},
    {"451 4.7.1 \xeb\x8b\xa4\xec\x8b\x9c 5 \xeb\xb6\x84", 300},
    /* No time is asked for. */
    {"451 4.7.1 Please try again later", 0},
    {"451 4.7.1 Try again", 0},
    {"550 5.1.1 User unknown", 0},
    {"550 5.7.1 192.0.2.1 is blocked. Try again", 0},
    {"451 4.7.1 Try again, error 4711", 0},
    {"451 4.7.1 Try again at mx2.example.com", 0},
    {"451 4.7.1 Try again in 0 seconds", 0},
    {"451 4.7.1 Try again: 5 messages are in the queue", 0},
    {"451 4.7.1 Try again at 192.0.2.60", 0},
    /* A time of day is no time to wait: nobody knows the server's clock. */
    {"451 4.7.1 Greylisted, try again at 14:30", 0},
    {"451 4.7.1 Greylisted, do not try again until 14:30", 0},
    {"451 4.7.1 Greylisted, please try again after 2026-01-02 15:04:05", 0},
    {"451 4.7.1 Too many messages, try again after 14:30", 0},
    {"451 4.7.1 Too many messages, try again after 14:30:00 UTC", 0},
    {"451 4.7.1 Please wait and retry by 09:15", 0},
    {"451 4.7.1 Greylisted, try again after 00:04:59", 299},
    {"451 4.7.1 Greylisted, try again after 5 minutes", 300},
};

/* The bytes that a server allows. */
static const struct limit {
    const char *text;
    uint32_t bytes;
} limits[] = {
    {"552 5.3.4 Message size exceeds the limit of 20971520 bytes", 20971520},
    {"552 5.3.4 Message size 30000000 exceeds the size limit of 20971520 bytes", 20971520},
    {"552 5.3.4 Message too big, maximum is 10485760", 10485760},
    {"552 5.3.4 Message size exceeds the limit of 10,485,760 bytes", 10485760},
    {"552 5.3.4 Message size exceeds maximum size of 10240 KB", 10485760},
    {"552 5.3.4 Message size exceeds maximum size of 10240kb", 10485760},
    {"552 5.3.4 Message is larger than 25 MB", 26214400},
    {"552 5.3.4 Message is larger than 25MB", 26214400},
    {"552 5.3.4 Message is larger than 25 MiB", 26214400},
    {"552 5.3.4 Message is larger than 25M", 26214400},
    {"552 5.3.4 Message is larger than 1.5 GB", 1610612736},
    {"552 5.3.4 Message exceeds the maximum size of 50 megabytes", 52428800},
    {"552-5.3.4 Your message exceeded the size limit\r\n552 5.3.4 of 35882577 bytes", 35882577},
    /* Nothing to go on, or nothing that could be a limit. */
    {"552 5.3.4 Message too big", 0},
    {"552 5.3.4 Message size exceeds the limit of 5", 0},
    {"552 5.3.4 Message size exceeds the limit of 99 GB", 0},
    {"552 5.3.4 Message size exceeds the limit of 99999999999999999999 bytes", 0},
    {"552 5.2.2 Mailbox over quota, the limit is 1000000 bytes", 0},
    {"550 5.1.1 User unknown", 0},
};

/* A verdict's spans, NULL for none; and the block list. */
static const struct detail {
    const char *text;
    const char *ip;
    const char *url;
    const char *new_address;
    const char *reference;
    const char *blocklist;
} details[] = {
    {"551 5.1.6 User not local; please try <new@example.net>", NULL, NULL, "new@example.net", NULL, NULL},
    {"551 User has moved to <new@example.net>", NULL, NULL, "new@example.net", NULL, NULL},
    {"551 5.1.6 <old@example.com> has moved to <new@example.net>", NULL, NULL, "new@example.net", NULL, NULL},
    {"550 5.1.6 <old@example.com>: the address has changed to <new@example.net>", NULL, NULL, "new@example.net", NULL, NULL},
    {"551-5.1.6 User has moved\r\n551 5.1.6 to <new@example.net>", NULL, NULL, "new@example.net", NULL, NULL},
    {"551 5.1.6 <old@example.com> User has moved", NULL, NULL, NULL, NULL, NULL},
    {"550 5.1.1 User unknown, write to <postmaster@example.net>", NULL, NULL, NULL, NULL, NULL},
    {"554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.1",
     "192.0.2.1", "https://www.spamhaus.org/query/ip/192.0.2.1", NULL, NULL, "spamhaus_zen"},
    {"554 5.7.1 Service unavailable; client [192.0.2.1] blocked using bl.spamcop.net", "192.0.2.1", NULL, NULL, NULL, "spamcop"},
    {"550 1.2.0.192.b.barracudacentral.org says no: listed", NULL, NULL, NULL, NULL, "barracuda_brbl"},
    {"550 5.7.1 Blocked: ZEN.SPAMHAUS.ORG.", NULL, NULL, NULL, NULL, "spamhaus_zen"},
    {"550 5.7.1 example.com is listed in dbl.spamhaus.org", NULL, NULL, NULL, NULL, "spamhaus_dbl"},
    {"550 5.7.1 [2001:db8::1] listed at zen.spamhaus.org", "2001:db8::1", NULL, NULL, NULL, "spamhaus_zen"},
    {"550 5.7.1 Blocked, write to <zen@spamhaus.org>", NULL, NULL, NULL, NULL, NULL},
    {"550 5.7.1 Blocked by zen.spamhaus.org.example.com", NULL, NULL, NULL, NULL, NULL},
    {"550 5.7.1 Blocked by notspamcop.net", NULL, NULL, NULL, NULL, NULL},
    {"550 5.7.1 See (https://example.com/help?id=1).", NULL, "https://example.com/help?id=1", NULL, NULL, NULL},
    {"550 5.7.1 See <http://example.com/>, and https://example.org/", NULL, "http://example.com/", NULL, NULL, NULL},
    {"550 5.7.1 See www.example.com/help", NULL, "www.example.com/help", NULL, NULL, NULL},
    {"550 5.7.1 Write to bob@example.com", NULL, NULL, NULL, NULL, NULL},
    {"554 5.7.1 Rejected. Reference: ABC-12345 for support", NULL, NULL, NULL, "ABC-12345", NULL},
    {"554 5.7.1 Rejected (reference id 0a1b2c3d4e).", NULL, NULL, NULL, "0a1b2c3d4e", NULL},
    {"554 5.7.1 Rejected, incident id=4711-42; call us", NULL, NULL, NULL, "4711-42", NULL},
    {"554-5.7.1 Rejected. Session ID:\r\n554 5.7.1 20261125-AB12", NULL, NULL, NULL, "20261125-AB12", NULL},
    {"554 5.7.1 Rejected for reference only", NULL, NULL, NULL, NULL, NULL},
    {"554 5.7.1 Rejected, no reference", NULL, NULL, NULL, NULL, NULL},
};

START_TEST(the_time_to_wait_is_read)
{
    const struct wait *row = &waits[_i];
    smtp5xx_verdict verdict = verdict_of(row->text, 0, 0, NULL);

    ck_assert_msg(verdict.retry_after == row->seconds, "\"%s\": %u seconds, not %u", row->text, verdict.retry_after,
                  row->seconds);
}
END_TEST

/* The advice obeys the server within what the policy allows. */
START_TEST(the_advice_waits_as_asked)
{
    static const struct {
        const char *text;
        uint32_t least;
        uint32_t most;
        uint32_t expected;
    } cases[] = {
        {"451 4.7.1 Greylisted, try again in 2 hours", 0, 0, 7200},    {"451 4.7.1 Greylisted, try again in 1 second", 0, 0, 300},
        {"451 4.7.1 Greylisted, try again in 7 days", 0, 0, 86400},    {"451 4.7.1 Greylisted, try again in 7 days", 0, 7200, 7200},
        {"451 4.7.1 Greylisted, try again in 1 second", 60, 0, 60},    {"451 4.7.1 Greylisted", 0, 0, 300},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        smtp5xx_policy policy = {.size = sizeof(policy), .retry_after_min = cases[i].least, .retry_after_max = cases[i].most};
        smtp5xx_advice advice;

        ck_assert_int_eq(smtp5xx_diagnose(cases[i].text, strlen(cases[i].text), NULL, &policy, NULL, 0, NULL, 0, &advice,
                                          sizeof(advice)),
                         SMTP5XX_OK);
        ck_assert_msg(advice.retry_after == cases[i].expected, "\"%s\": %u", cases[i].text, advice.retry_after);
    }
}
END_TEST

START_TEST(the_size_limit_is_read)
{
    const struct limit *row = &limits[_i];
    smtp5xx_verdict verdict = verdict_of(row->text, 0, 0, NULL);

    ck_assert_msg(verdict.size_limit == row->bytes, "\"%s\": %u bytes, not %u (%s)", row->text, verdict.size_limit, row->bytes,
                  smtp5xx_reason_name(verdict.reason));
    ck_assert_msg(row->bytes == 0 || verdict.reason == SMTP5XX_REASON_MESSAGE_TOO_LARGE, "\"%s\": %s", row->text,
                  smtp5xx_reason_name(verdict.reason));
}
END_TEST

static void check_span(const char *text, const char *what, smtp5xx_span span, const char *expected)
{
    size_t length = expected ? strlen(expected) : 0;

    ck_assert_msg(span.length == length && (length == 0 || memcmp(text + span.offset, expected, length) == 0),
                  "\"%s\": %s \"%.*s\", not \"%s\"", text, what, (int)span.length, text + span.offset,
                  expected ? expected : "");
}

START_TEST(details_are_found)
{
    const struct detail *row = &details[_i];
    smtp5xx_verdict verdict = verdict_of(row->text, 0, 0, NULL);

    check_span(row->text, "ip", verdict.ip, row->ip);
    check_span(row->text, "url", verdict.url, row->url);
    check_span(row->text, "new address", verdict.new_address, row->new_address);
    check_span(row->text, "reference", verdict.reference, row->reference);
    ck_assert_msg(strcmp(smtp5xx_blocklist_name(verdict.blocklist), row->blocklist ? row->blocklist : "") == 0,
                  "\"%s\": block list %s", row->text, smtp5xx_blocklist_name(verdict.blocklist));
}
END_TEST

/* The list's own rule hits, whatever else decides: "see spamhaus.org/returnc/" is about the resolver that asked. */
static void check_zone(const char *zone, size_t length, uint32_t id)
{
    uint32_t rule = smtp5xx_table_number(SMTP5XX_TABLE_BLOCKLISTS, id, SMTP5XX_FIELD_RULE);
    int ips = strcmp(smtp5xx_table_text(SMTP5XX_TABLE_BLOCKLISTS, id, SMTP5XX_FIELD_LISTS), "ip") == 0;
    smtp5xx_hit hits[SMTP5XX_HITS_MAX];
    smtp5xx_reply reply;
    char text[256];
    int found = 0;
    int count;

    snprintf(text, sizeof(text), "554 5.7.1 Blocked, see https://%.*s/x", (int)length, zone);
    ck_assert_msg(verdict_of(text, 0, 0, &reply).blocklist == id, "\"%s\": not %s", text, smtp5xx_blocklist_name(id));
    count = smtp5xx_hits(text, strlen(text), &reply, NULL, hits, SMTP5XX_HITS_MAX, sizeof(hits[0]));
    for (int i = 0; i < count && i < SMTP5XX_HITS_MAX; i++) {
        found |= hits[i].rule == rule;
    }
    ck_assert_msg(found, "\"%s\": %s does not hit", text, smtp5xx_rule_name(rule));
    ck_assert_msg(smtp5xx_table_number(SMTP5XX_TABLE_RULES, rule, SMTP5XX_FIELD_REASON) ==
                      (ips ? SMTP5XX_REASON_IP_BLOCKLISTED : SMTP5XX_REASON_DOMAIN_BLOCKLISTED),
                  "%s lists something else than its rule says", smtp5xx_blocklist_name(id));
}

/* The zones of a line of blocklists.tsv, its fourth column, lead to its list. Returns how many there are. */
static unsigned check_zones(char *line)
{
    uint32_t id = 0;
    unsigned count = 0;
    char *name = strchr(line, '\t') + 1;
    char *zones = strchr(strchr(name, '\t') + 1, '\t') + 1;

    ck_assert_msg(smtp5xx_table_find(SMTP5XX_TABLE_BLOCKLISTS, name, strcspn(name, "\t"), &id) == 1, "%s", line);
    zones[strcspn(zones, "\t")] = '\0';
    if (smtp5xx_table_number(SMTP5XX_TABLE_BLOCKLISTS, id, SMTP5XX_FIELD_RULE) == 0 || *zones == '-') {
        return 0;
    }
    while (*zones) {
        size_t length = strcspn(zones, " ");

        check_zone(zones, length, id);
        count++;
        zones += length + (zones[length] == ' ');
    }
    return count;
}

/* Every zone of the table, as a reply names it, leads to its list, and what that lists decides the reason. */
START_TEST(every_zone_is_known)
{
    static char line[8192];
    FILE *in = fopen("lib/table/blocklists.tsv", "r");
    unsigned zones = 0;

    ck_assert_msg(in != NULL, "the tests run in the folder of the sources");
    while (fgets(line, sizeof(line), in)) {
        zones += line[0] >= '0' && line[0] <= '9' ? check_zones(line) : 0;
    }
    fclose(in);
    ck_assert_uint_gt(zones, 100);
}
END_TEST

/* Who is on a list must know whom to ask: the large lists have an operator and a page. */
START_TEST(a_block_list_leads_to_its_operator)
{
    static const struct {
        const char *zone;
        const char *operator;
        const char *page;
    } cases[] = {
        {"zen.spamhaus.org", "Spamhaus", "check.spamhaus.org"},
        {"bl.spamcop.net", "Cisco", "spamcop.net"},
        {"b.barracudacentral.org", "Barracuda", "barracudacentral.org"},
        {"dnsbl-1.uceprotect.net", "UCEPROTECT", "uceprotect.net"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[128];
        uint32_t id;

        snprintf(text, sizeof(text), "554 5.7.1 [192.0.2.1] blocked using %s", cases[i].zone);
        id = verdict_of(text, SMTP5XX_STAGE_RCPT, 0, NULL).blocklist;
        ck_assert_msg(strstr(smtp5xx_table_text(SMTP5XX_TABLE_BLOCKLISTS, id, SMTP5XX_FIELD_OPERATOR), cases[i].operator),
                      "%s: operator %s", cases[i].zone,
                      smtp5xx_table_text(SMTP5XX_TABLE_BLOCKLISTS, id, SMTP5XX_FIELD_OPERATOR));
        ck_assert_msg(strstr(smtp5xx_table_text(SMTP5XX_TABLE_BLOCKLISTS, id, SMTP5XX_FIELD_URL), cases[i].page),
                      "%s: page %s", cases[i].zone, smtp5xx_table_text(SMTP5XX_TABLE_BLOCKLISTS, id, SMTP5XX_FIELD_URL));
    }
}
END_TEST

/* Who names a time to come back does not speak of an address that is gone for ever. */
START_TEST(a_time_to_come_back_leaves_a_doubt)
{
    smtp5xx_verdict gone = verdict_of("550 5.1.1 User unknown", SMTP5XX_STAGE_RCPT, 0, NULL);
    smtp5xx_verdict waits_too = verdict_of("550 5.1.1 User unknown, try again in 10 minutes", SMTP5XX_STAGE_RCPT, 0, NULL);

    ck_assert_uint_eq(gone.reason, SMTP5XX_REASON_USER_UNKNOWN);
    ck_assert_uint_gt(gone.confidence, 90);
    ck_assert_uint_eq(waits_too.reason, SMTP5XX_REASON_USER_UNKNOWN);
    ck_assert_uint_eq(waits_too.retry_after, 600);
    ck_assert_uint_le(waits_too.confidence, 70);
}
END_TEST

/* Who has moved and left no address cannot be reached any more; with an address, that is corrected. */
START_TEST(who_left_no_address)
{
    static const struct {
        const char *text;
        unsigned action;
    } cases[] = {
        {"551 5.1.6 User has moved; please try <new@example.org>", SMTP5XX_ACTION_FIX_ADDRESS},
        {"551 5.1.6 The mailbox has moved, no forwarding address", SMTP5XX_ACTION_SUPPRESS},
        {"451 4.1.6 The mailbox has moved, no forwarding address", SMTP5XX_ACTION_FIX_ADDRESS},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        smtp5xx_verdict verdict = verdict_of(cases[i].text, SMTP5XX_STAGE_RCPT, 0, NULL);
        smtp5xx_advice advice;

        ck_assert_uint_eq(verdict.reason, SMTP5XX_REASON_USER_MOVED);
        ck_assert_int_eq(smtp5xx_advise(&verdict, NULL, &advice, sizeof(advice)), SMTP5XX_OK);
        ck_assert_msg(advice.action == cases[i].action, "%s: %s", cases[i].text, smtp5xx_action_name(advice.action));
    }
}
END_TEST

Suite *details_suite(void)
{
    Suite *suite = suite_create("details");
    TCase *numbers = tcase_create("numbers");
    TCase *spans = tcase_create("spans");

    tcase_add_loop_test(numbers, the_time_to_wait_is_read, 0, (int)COUNT_OF(waits));
    tcase_add_test(numbers, the_advice_waits_as_asked);
    tcase_add_loop_test(numbers, the_size_limit_is_read, 0, (int)COUNT_OF(limits));
    tcase_add_loop_test(spans, details_are_found, 0, (int)COUNT_OF(details));
    tcase_add_test(numbers, a_time_to_come_back_leaves_a_doubt);
    tcase_add_test(spans, who_left_no_address);
    tcase_add_test(spans, every_zone_is_known);
    tcase_add_test(spans, a_block_list_leads_to_its_operator);
    suite_add_tcase(suite, numbers);
    suite_add_tcase(suite, spans);
    return suite;
}
