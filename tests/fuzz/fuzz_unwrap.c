/*
 * Fuzzing: a reply that a mailer has wrapped is found as it is, and gets the reason that it gets alone.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "fuzz.h"

enum { REPLY_MAX = 600, WRAPPED_MAX = 3 * REPLY_MAX };

/* In them % is the reply. A wrapper in JSON may hold quotes and line breaks. */
static const struct wrapper {
    const char *text;
    uint8_t form, stage, is_json, has_lines;
} wrappers[] = {
    {"host mx.example.net[192.0.2.7] said: % (in reply to RCPT TO command)", SMTP5XX_FORM_POSTFIX, SMTP5XX_STAGE_RCPT, 0, 0},
    {"host mx.example.net[2001:db8::7] refused to talk to me: %", SMTP5XX_FORM_POSTFIX, SMTP5XX_STAGE_CONNECT, 0, 0},
    {"Nov 25 10:00:00 mail postfix/smtp[1]: 4X: to=<a@example.com>, relay=mx.example.net[192.0.2.7]:25, delay=1, "
     "delays=0/0/0/1, dsn=5.7.1, status=bounced (host mx.example.net[192.0.2.7] said: % (in reply to end of DATA command))",
     SMTP5XX_FORM_POSTFIX, SMTP5XX_STAGE_EOD, 0, 0},
    {"SMTP error from remote mail server after RCPT TO:<user.unknown@example.com>: %", SMTP5XX_FORM_EXIM, SMTP5XX_STAGE_RCPT, 0, 1},
    {"mta delivery from=<a@example.org> to=<bob@example.com> rcpt=<-> relay=\"192.0.2.7 (mx.example.net)\" result=\"PermFail\" "
     "stat=\"%\"",
     SMTP5XX_FORM_OPENSMTPD, SMTP5XX_STAGE_UNKNOWN, 0, 0},
    {"{\"mx\":\"spam\",\"reason\":\"%\",\"dsn_smtp_extc\":\"5.1.1\"}", SMTP5XX_FORM_HARAKA, SMTP5XX_STAGE_UNKNOWN, 1, 1},
    {"{\"type\":\"Bounce\",\"recipient\":\"spam@example.com\",\"response\":{\"content\":\"%\",\"command\":\"RCPT "
     "TO:<spam@example.com>\"},\"peer_address\":{\"name\":\"mx.spam.example\",\"addr\":\"192.0.2.7\"}}",
     SMTP5XX_FORM_KUMOMTA, SMTP5XX_STAGE_RCPT, 1, 1},
    {"Final-Recipient: rfc822; spam@example.com\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; %\nRemote-MTA: dns; "
     "mx.example.net",
     SMTP5XX_FORM_DSN, SMTP5XX_STAGE_UNKNOWN, 0, 0},
    {"smtp; %", SMTP5XX_FORM_DSN, SMTP5XX_STAGE_UNKNOWN, 0, 1},
};

/* Of the fuzzer's text stay letters, commas, full stops and hyphens, with single blanks between: what a wrapper ends with is not
 * among them, and no digit, so that no other code or address follows. A JSON string may hold quotes, which are escaped in it, but no
 * backslash: that could be one of JSON inside of JSON, and is read so. */
static size_t write_reply(const struct fuzz_text *text, const struct wrapper *wrapper, unsigned code, char *out)
{
    static const char *const codes[] = {"550 5.1.1 ", "550 ", "554 5.7.1 ", "451 4.7.0 ", "552-"};
    size_t used = strlen(codes[code]);

    memcpy(out, codes[code], used);
    for (size_t i = 0; i < text->length && used + 12 < REPLY_MAX; i++) {
        char c = text->text[i], low = (char)(c | 0x20);

        if ((low >= 'a' && low <= 'z') || (c == ' ' && out[used - 1] != ' ') || ((c == '.' || c == ',' || c == '-') && used > 10) ||
            (wrapper->is_json && c == '"' && used > 10)) {
            out[used++] = c;
        } else if (c == '\n' && wrapper->has_lines && code == 4) {
            memcpy(out + used, "\n552-", 5);
            used += 5;
        }
    }
    memcpy(out + used, "a.", 2); /* The last letter is no blank. */
    return used + 2;
}

static size_t wrap(const struct wrapper *wrapper, const char *reply, size_t length, char *out)
{
    size_t used = 0;

    for (const char *at = wrapper->text; *at; at++) {
        if (*at != '%') {
            out[used++] = *at;
        }
        for (size_t i = 0; *at == '%' && i < length; i++) {
            int escaped = wrapper->is_json && (reply[i] == '"' || reply[i] == '\n');

            out[used] = '\\';
            used += (size_t)escaped;
            out[used++] = escaped && reply[i] == '\n' ? 'n' : reply[i];
        }
    }
    return used;
}

static void check_wrapped(const struct wrapper *wrapper, const char *reply, size_t length)
{
    char room[WRAPPED_MAX];
    smtp5xx_context context = {.size = sizeof(context), .stage = wrapper->stage};
    struct fuzz_text wrapped = fuzz_copy(room, wrap(wrapper, reply, length, room)), bare = fuzz_copy(reply, length);
    smtp5xx_verdict alone, verdict;
    smtp5xx_reply found;

    smtp5xx_diagnose(bare.text, bare.length, &context, NULL, NULL, 0, &alone, sizeof(alone), NULL, 0);
    smtp5xx_diagnose(wrapped.text, wrapped.length, NULL, NULL, &found, sizeof(found), &verdict, sizeof(verdict), NULL, 0);
    fuzz_check_reply(&found, wrapped.length);
    fuzz_check_verdict(&verdict, wrapped.length);
    FUZZ_CHECK(found.form == wrapper->form && found.stage == wrapper->stage, "form %s, stage %s: \"%.*s\"",
               smtp5xx_form_name(found.form), smtp5xx_stage_name(found.stage), (int)wrapped.length, wrapped.text);
    FUZZ_CHECK(wrapper->is_json || (found.said.length == length && memcmp(wrapped.text + found.said.offset, reply, length) == 0),
               "said is \"%.*s\" in \"%.*s\"", (int)found.said.length, wrapped.text + found.said.offset, (int)wrapped.length,
               wrapped.text);
    FUZZ_CHECK(verdict.reason == alone.reason && verdict.rule == alone.rule && verdict.code == alone.code &&
                   verdict.judged == alone.judged && verdict.enhanced_class == alone.enhanced_class,
               "%s by %s, not %s by %s: \"%.*s\"", smtp5xx_reason_name(verdict.reason), smtp5xx_rule_name(verdict.rule),
               smtp5xx_reason_name(alone.reason), smtp5xx_rule_name(alone.rule), (int)wrapped.length, wrapped.text);
    fuzz_free(&wrapped);
    fuzz_free(&bare);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    const struct wrapper *wrapper = &wrappers[fuzz_option(&input, COUNT_OF(wrappers))];
    unsigned code = fuzz_option(&input, 5);
    struct fuzz_text text = fuzz_text_of(&input);
    char reply[REPLY_MAX];

    check_wrapped(wrapper, reply, write_reply(&text, wrapper, code, reply));
    fuzz_free(&text);
    return 0;
}
