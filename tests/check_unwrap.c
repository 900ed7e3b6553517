/*
 * What mailers wrap around a reply: tests/unwrap.txt says what is found in each text. Each reply of the corpus, put into each
 * of the wrappers below, gives the same verdict as it does alone; and no bytes around a reply make it read elsewhere.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "suites.h"

#include <stdlib.h>

enum { LINE_MAX_BYTES = 8192, PLACES = 4 };

/* Reads \n, \r, \t, \0 and \\ of a line; the line break at its end goes. Returns the length. */
static size_t read_escapes(char *line)
{
    static const char names[] = "nrt0\\", bytes[] = "\n\r\t\0\\";
    char *out = line;

    line[strcspn(line, "\n")] = '\0';
    for (const char *at = line; *at; at++) {
        const char *name = *at == '\\' && at[1] ? strchr(names, at[1]) : NULL;

        *out++ = name ? bytes[name - names] : *at;
        at += name != NULL;
    }
    *out = '\0';
    return (size_t)(out - line);
}

static FILE *open_file(const char *path)
{
    FILE *file = fopen(path, "r");

    ck_assert_msg(file != NULL, "cannot open %s: tests run in the directory of the sources", path);
    return file;
}

static void check_span(int number, const char *what, const char *text, smtp5xx_span span, const char *expected, size_t length)
{
    if (strcmp(expected, "-") == 0) {
        length = 0;
    }
    ck_assert_msg(span.length == length && (length == 0 || memcmp(text + span.offset, expected, length) == 0),
                  "tests/unwrap.txt:%d: %s is \"%.*s\"", number, what, (int)span.length, text + span.offset);
}

/* "form stage code status host ip recipient" */
static void check_record(int number, const char *text, const smtp5xx_reply *reply, char *record)
{
    char *words[7];
    char status[32] = "-";
    int count = 0;

    for (char *word = strtok(record, " \n"); word && count < 7; word = strtok(NULL, " \n")) {
        words[count++] = word;
    }
    ck_assert_msg(count == 7, "tests/unwrap.txt:%d: seven words are wanted", number);
    if (reply->enhanced_class) {
        snprintf(status, sizeof(status), "%u.%u.%u", reply->enhanced_class, reply->enhanced_subject, reply->enhanced_detail);
    }
    ck_assert_msg(reply->form == id_of(SMTP5XX_TABLE_FORMS, words[0]), "tests/unwrap.txt:%d: form is %s", number,
                  smtp5xx_form_name(reply->form));
    ck_assert_msg(reply->stage == id_of(SMTP5XX_TABLE_STAGES, words[1]), "tests/unwrap.txt:%d: stage is %s", number,
                  smtp5xx_stage_name(reply->stage));
    ck_assert_msg(reply->code == strtoul(words[2], NULL, 10), "tests/unwrap.txt:%d: code is %u", number, reply->code);
    ck_assert_msg(strcmp(status, words[3]) == 0, "tests/unwrap.txt:%d: status is %s", number, status);
    check_span(number, "host", text, reply->host, words[4], strlen(words[4]));
    check_span(number, "ip", text, reply->ip, words[5], strlen(words[5]));
    check_span(number, "recipient", text, reply->recipient, words[6], strlen(words[6]));
}

START_TEST(each_text_gives_what_the_file_says)
{
    static char text[LINE_MAX_BYTES], record[LINE_MAX_BYTES], said[LINE_MAX_BYTES];
    FILE *file = open_file("tests/unwrap.txt");
    int number = 0;
    int count = 0;

    while (fgets(text, sizeof(text), file)) {
        smtp5xx_reply reply;
        size_t length;
        size_t said_length;

        number++;
        if (text[0] == '#' || text[0] == '\n') {
            continue;
        }
        ck_assert_msg(fgets(record, sizeof(record), file) && fgets(said, sizeof(said), file), "the last record is cut");
        length = read_escapes(text);
        said_length = read_escapes(said);
        ck_assert_int_eq(smtp5xx_parse(text, length, NULL, &reply, sizeof(reply)), SMTP5XX_OK);
        check_record(number + 1, text, &reply, record);
        check_span(number + 2, "said", text, reply.said, said, said_length);
        number += 2;
        count++;
    }
    fclose(file);
    ck_assert_int_ge(count, 150);
}
END_TEST

/* Wrappers. In them % is the reply; `escape` says what becomes of its special bytes. */
enum escape { AS_IT_IS, JOINED, AS_JSON, AS_NESTED_JSON, AS_CSV, FOLDED, UNDERSCORED };

static const struct wrapper {
    const char *text;
    uint8_t form;
    uint8_t stage;
    enum escape escape;
} wrappers[] = {
    {"host mx.example.net[192.0.2.7] said: % (in reply to RCPT TO command)", SMTP5XX_FORM_POSTFIX, SMTP5XX_STAGE_RCPT, JOINED},
    {"4.7.1 host mx.spam.example[2001:db8::7] said: % (in reply to end of DATA command)", SMTP5XX_FORM_POSTFIX, SMTP5XX_STAGE_EOD,
     JOINED},
    {"host mx.example.net[192.0.2.7] refused to talk to me: %", SMTP5XX_FORM_POSTFIX, SMTP5XX_STAGE_CONNECT, JOINED},
    {"delivery temporarily suspended: host mx.example.net[192.0.2.7] said: % (in reply to MAIL FROM command)", SMTP5XX_FORM_POSTFIX,
     SMTP5XX_STAGE_MAIL, JOINED},
    {"Nov 25 10:00:00 spam postfix/smtp[1]: 4X: to=<spam@example.com>, relay=mx.spam.example[192.0.2.7]:25, delay=1, "
     "delays=0/0/0/1, dsn=5.7.1, status=bounced (host mx.spam.example[192.0.2.7] said: % (in reply to RCPT TO command))",
     SMTP5XX_FORM_POSTFIX, SMTP5XX_STAGE_RCPT, JOINED},
    {"SMTP error from remote mail server after RCPT TO:<user.unknown@example.com>: %", SMTP5XX_FORM_EXIM, SMTP5XX_STAGE_RCPT,
     AS_IT_IS},
    {"SMTP error from remote mailer after end of data: host mx.example.net [192.0.2.7]: %", SMTP5XX_FORM_EXIM, SMTP5XX_STAGE_EOD,
     AS_IT_IS},
    {"2026-11-25 10:00:00 1a-2-3 ** bob@example.com R=dnslookup T=remote_smtp H=mx.spam.example [192.0.2.7]: SMTP error from "
     "remote mail server after RCPT TO:<bob@example.com>: %",
     SMTP5XX_FORM_EXIM, SMTP5XX_STAGE_RCPT, AS_IT_IS},
    {"q1: to=<bob@example.com>, relay=mx.example.net. [192.0.2.7], dsn=5.1.1, reply=%, stat=User unknown", SMTP5XX_FORM_SENDMAIL,
     SMTP5XX_STAGE_UNKNOWN, JOINED},
    {"<bob@example.com>:\n192.0.2.7 does not like recipient.\nRemote host said: %\nGiving up on 192.0.2.7.", SMTP5XX_FORM_QMAIL,
     SMTP5XX_STAGE_RCPT, AS_IT_IS},
    {"delivery 7: failure: 192.0.2.7_does_not_like_recipient./Remote_host_said:_%/Giving_up_on_192.0.2.7./", SMTP5XX_FORM_QMAIL,
     SMTP5XX_STAGE_RCPT, UNDERSCORED},
    {"mta delivery from=<a@example.org> to=<bob@example.com> rcpt=<-> relay=\"192.0.2.7 (mx.example.net)\" result=\"PermFail\" "
     "stat=\"%\"",
     SMTP5XX_FORM_OPENSMTPD, SMTP5XX_STAGE_UNKNOWN, JOINED},
    {"report|0.6|1.2|smtp-out|protocol-server|77aa|%", SMTP5XX_FORM_OPENSMTPD, SMTP5XX_STAGE_UNKNOWN, JOINED},
    {"Remote Server returned '%'", SMTP5XX_FORM_EXCHANGE, SMTP5XX_STAGE_UNKNOWN, JOINED},
    {"<mx.spam.example #5.7.1 smtp; %>", SMTP5XX_FORM_EXCHANGE, SMTP5XX_STAGE_UNKNOWN, JOINED},
    {"{\"mx\":\"spam\",\"reason\":\"%\",\"dsn_smtp_extc\":\"5.1.1\"}", SMTP5XX_FORM_HARAKA, SMTP5XX_STAGE_UNKNOWN, AS_JSON},
    {"{\"type\":\"Bounce\",\"recipient\":\"spam@example.com\",\"response\":{\"content\":\"%\",\"command\":\"RCPT "
     "TO:<spam@example.com>\"},\"peer_address\":{\"name\":\"mx.spam.example\",\"addr\":\"192.0.2.7\"}}",
     SMTP5XX_FORM_KUMOMTA, SMTP5XX_STAGE_RCPT, AS_JSON},
    {"{\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"spam@example.com\",\"diagnosticCode\":\"smtp; %\"}]}}",
     SMTP5XX_FORM_SES, SMTP5XX_STAGE_UNKNOWN, AS_JSON},
    {"{\"Message\":\"{\\\"bounce\\\":{\\\"bouncedRecipients\\\":[{\\\"diagnosticCode\\\":\\\"smtp; %\\\"}]}}\"}",
     SMTP5XX_FORM_SES, SMTP5XX_STAGE_UNKNOWN, AS_NESTED_JSON},
    {"b,2026-11-25,2026-11-25,a@example.org,spam@example.com,,failed,5.7.1 (spam),\"smtp;%\",mx.example.net (192.0.2.7),spam-related",
     SMTP5XX_FORM_POWERMTA, SMTP5XX_STAGE_UNKNOWN, AS_CSV},
    {"Final-Recipient: rfc822; spam@example.com\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; %\nRemote-MTA: dns; "
     "mx.example.net",
     SMTP5XX_FORM_DSN, SMTP5XX_STAGE_UNKNOWN, FOLDED},
    {"Diagnostic-Code: smtp;%", SMTP5XX_FORM_DSN, SMTP5XX_STAGE_UNKNOWN, FOLDED},
    {"smtp; %", SMTP5XX_FORM_DSN, SMTP5XX_STAGE_UNKNOWN, AS_IT_IS},
    {"x-sender; host mx.example.net[192.0.2.7] said: % (in reply to RCPT TO command)", SMTP5XX_FORM_DSN, SMTP5XX_STAGE_RCPT, JOINED},
    {"The response was:\n\n%", SMTP5XX_FORM_BOUNCE, SMTP5XX_STAGE_UNKNOWN, AS_IT_IS},
};

/* How a byte of the reply is written. Returns its length, 0 if the wrapper cannot hold it. */
static size_t write_byte(char c, enum escape escape, char *out)
{
    const char *written = NULL;

    switch (escape) {
    case JOINED:
        written = c == '\n' ? " " : NULL;
        break;
    case AS_JSON:
        written = c == '\n' ? "\\n" : c == '"' ? "\\\"" : c == '\\' ? "\\\\" : NULL;
        break;
    case AS_NESTED_JSON:
        written = c == '\n' ? "\\\\n" : c == '"' ? "\\\\\\\"" : c == '\\' ? "\\\\\\\\" : NULL;
        break;
    case AS_CSV:
        written = c == '"' ? "\"\"" : NULL;
        break;
    case FOLDED:
        written = c == '\n' ? "\n    " : NULL;
        break;
    case UNDERSCORED:
        if (c < 32 || c == '_' || c > 126) {
            *out = '/';
            return c == '\n';
        }
        written = c == ' ' ? "_" : NULL;
        break;
    default:
        break;
    }
    if (written == NULL) {
        *out = c;
        return 1;
    }
    memcpy(out, written, strlen(written));
    return strlen(written);
}

static size_t wrap(const struct wrapper *wrapper, const char *reply, size_t length, char *out)
{
    size_t used = 0;

    for (const char *at = wrapper->text; *at; at++) {
        if (*at != '%') {
            out[used++] = *at;
        }
        for (size_t i = 0; *at == '%' && i < length; i++) {
            size_t bytes = write_byte(reply[i], wrapper->escape, out + used);

            if (bytes == 0 || used > LINE_MAX_BYTES * 3) {
                return 0;
            }
            used += bytes;
        }
    }
    return used;
}

/* Lines that are joined by blanks are the same reply only if each begins with the code and a hyphen or blank, and nothing
 * inside of one looks like that. */
static int joins(const char *reply, size_t length)
{
    int same = length > 3;

    for (size_t i = 0; i < length; i++) {
        int code = i + 4 < length && memcmp(reply + i + 1, reply, 3) == 0 && (reply[i + 4] == ' ' || reply[i + 4] == '-');

        same &= reply[i] == '\n' ? code : reply[i] == ' ' ? !code : 1;
    }
    return same;
}

static void check_wrapped(const struct wrapper *wrapper, const char *text, size_t length, int number)
{
    static char wrapped[LINE_MAX_BYTES * 4];
    smtp5xx_context context = {.size = sizeof(context), .stage = wrapper->stage};
    size_t wrapped_length = wrap(wrapper, text, length, wrapped);
    smtp5xx_verdict alone;
    smtp5xx_verdict verdict;
    smtp5xx_reply reply;

    if (wrapped_length == 0 || ((wrapper->escape == JOINED || wrapper->escape == UNDERSCORED) && !joins(text, length))) {
        return;
    }
    smtp5xx_diagnose(text, length, &context, NULL, NULL, 0, &alone, sizeof(alone), NULL, 0);
    smtp5xx_diagnose(wrapped, wrapped_length, NULL, NULL, &reply, sizeof(reply), &verdict, sizeof(verdict), NULL, 0);
    ck_assert_msg(reply.form == wrapper->form && reply.stage == wrapper->stage, "line %d, \"%s\": form %s, stage %s", number,
                  wrapper->text, smtp5xx_form_name(reply.form), smtp5xx_stage_name(reply.stage));
    ck_assert_msg(verdict.reason == alone.reason && verdict.rule == alone.rule && verdict.confidence == alone.confidence &&
                      verdict.code == alone.code && verdict.judged == alone.judged && verdict.enhanced_class == alone.enhanced_class &&
                      verdict.retry_after == alone.retry_after && verdict.provider == alone.provider,
                  "line %d, \"%s\": %s by %s (%u), not %s by %s (%u): %s", number, wrapper->text,
                  smtp5xx_reason_name(verdict.reason), smtp5xx_rule_name(verdict.rule), verdict.confidence,
                  smtp5xx_reason_name(alone.reason), smtp5xx_rule_name(alone.rule), alone.confidence, text);
}

static const char *const corpus[] = {"apple",     "asia",      "esp",        "europe", "google", "languages", "mailers", "message",
                                     "microsoft", "recipient", "reputation", "sender", "system", "us_isps",   "vendors", "yahoo"};

/* A reply with a reply code is judged the same whoever hands it on. */
START_TEST(a_wrapped_reply_is_judged_like_the_bare_one)
{
    static char line[LINE_MAX_BYTES];
    char path[64];
    FILE *file;
    int number = 0;
    int count = 0;

    snprintf(path, sizeof(path), "tests/corpus/%s.txt", corpus[_i]);
    file = open_file(path);
    while (fgets(line, sizeof(line), file)) {
        char *text = strchr(line, '\t');
        size_t length;

        number++;
        if (line[0] == '#' || text == NULL || text[1] < '4' || text[1] > '5' || text[4] < ' ' || text[4] > '-') {
            continue;
        }
        length = read_escapes(++text);
        for (size_t i = 0; i < COUNT_OF(wrappers); i++) {
            check_wrapped(&wrappers[i], text, length, number);
        }
        count++;
    }
    fclose(file);
    ck_assert_int_gt(count, 0);
}
END_TEST

/* Whatever is cut off or added, every span lies in the text, and next_text() ends. */
START_TEST(a_cut_wrapper_does_no_harm)
{
    const struct wrapper *wrapper = &wrappers[_i];
    static const char reply[] = "550-5.1.1 a \"b\" host c[192.0.2.1] said: (in reply to x\n550 5.1.1 user unknown";
    char *wrapped = malloc(LINE_MAX_BYTES * 4);
    size_t length = wrap(wrapper, reply, sizeof(reply) - 1, wrapped);

    ck_assert(length > 0);
    for (size_t end = 0; end <= length; end++) {
        for (size_t begin = 0; begin < end; begin += 7) {
            char *part = malloc(end - begin); /* So that memory checkers see what is read beyond. */
            smtp5xx_span piece = {0, 0};
            smtp5xx_reply got;
            smtp5xx_verdict verdict;
            size_t pieces = 0;

            memcpy(part, wrapped + begin, end - begin);
            ck_assert_int_eq(smtp5xx_diagnose(part, end - begin, NULL, NULL, &got, sizeof(got), &verdict, sizeof(verdict), NULL, 0),
                             SMTP5XX_OK);
            for (int i = 0; i < PLACES; i++) {
                smtp5xx_span span = i == 0 ? got.said : i == 1 ? got.host : i == 2 ? got.recipient : verdict.words;

                ck_assert_msg(span.offset <= end - begin && span.length <= end - begin - span.offset, "%zu to %zu", begin, end);
            }
            while (smtp5xx_next_text(part, end - begin, &got, &piece) == 1) {
                ck_assert_msg(++pieces < 100 && piece.offset + piece.length <= end - begin, "%zu to %zu: pieces", begin, end);
            }
            ck_assert_int_ge(smtp5xx_hits(part, end - begin, &got, NULL, NULL, 0, 0), 0);
            free(part);
        }
    }
    free(wrapped);
}
END_TEST

/* Long texts are read to their documented ends, in time that grows with their length only. */
START_TEST(huge_wrappers)
{
    static char text[SMTP5XX_INPUT_MAX + 100];
    static const char *const begins[] = {"host mx.example.com[192.0.2.1] said: ", "{\"reason\":\"\\n", "a_b_c_", "{\"a\":\"{\\\"",
                                         "Status: 5.1.1\n", "smtp;", "b,\"", "** a@b ", "<<< 550-a\n", "host host host ", "\\\\\\\\"};

    for (size_t i = 0; i < COUNT_OF(begins); i++) {
        size_t step = strlen(begins[i]);
        smtp5xx_reply reply;
        smtp5xx_verdict verdict;

        for (size_t at = 0; at < sizeof(text); at++) {
            text[at] = begins[i][at % step];
        }
        ck_assert_int_eq(smtp5xx_diagnose(text, sizeof(text), NULL, NULL, &reply, sizeof(reply), &verdict, sizeof(verdict), NULL, 0),
                         SMTP5XX_OK);
        ck_assert_msg(reply.flags & SMTP5XX_REPLY_CUT, "%s", begins[i]);
        ck_assert_msg(reply.said.offset + reply.said.length <= SMTP5XX_INPUT_MAX, "%s", begins[i]);
    }
}
END_TEST

Suite *unwrap_suite(void)
{
    Suite *suite = suite_create("unwrap");
    TCase *cases = tcase_create("wrappers");

    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, each_text_gives_what_the_file_says);
    tcase_add_loop_test(cases, a_wrapped_reply_is_judged_like_the_bare_one, 0, (int)COUNT_OF(corpus));
    tcase_add_loop_test(cases, a_cut_wrapper_does_no_harm, 0, (int)COUNT_OF(wrappers));
    tcase_add_test(cases, huge_wrappers);
    suite_add_tcase(suite, cases);
    return suite;
}
