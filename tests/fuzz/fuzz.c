/*
 * From the fuzzer's bytes to texts, and the properties of every result.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "fuzz.h"

#include <rule_texts.h> /* made by the table compiler: samples of all rules */

enum { TEXT_SAMPLE = 3, SAMPLES_MAX = 20000, PIECE_SAMPLE = 1, PIECE_GRAMMAR, PIECE_WORDS, PIECE_BYTE, PIECE_AGAIN, PIECE_ALL };

static const char *samples[SAMPLES_MAX];
static size_t sample_count;

static const char *const grammar[] = {
    "550 ", "550-", "5.1.1", "5.7.26", "4.2.2", "421 ", "421-4.7.0 ", "452-4.5.3", "250 2.0.0", "354 ", "999 ", "199 ", "600",
    "5.123456.1", "5.1.1000", "\r\n", "\n", "\r", "\\n", "\\r\\n", "\r\n\r\n", "\n550 ", "\r\n550-5.1.1 ", " 550 5.1.1 ",
    " 550-5.1.1 ", "(#5.1.1)", "[5.7.1]", "<#5.2.2>", "#4.4.5", "(#5.1.1 - ", "<bob@example.com>", "bob@example.com",
    "<ann@mail.example.org>: ", "x@[192.0.2.7]", "x@[IPv6:2001:db8::1]", "@", "a@b", "\"a b\"@example.org", "192.0.2.1",
    "[198.51.100.7]", "2001:db8::1", "IPv6:2001:db8::25", "::", "1:2:3:4:5:6:7:8", "7.2.0.192.zen.example.org",
    "zen.spamhaus.org", "mx1.example.com", "MX.EXAMPLE.NET", "https://example.com/a?b=c", "http://", "www.example.org/path",
    "https://www.spamhaus.org/query/ip/192.0.2.1", "support.google.com", "gsmtp", "outlook.com", "try again in 5 minutes",
    "retry after 300 seconds", "after 99999999999 hours", "exceeds 10485760 bytes", "35 MB", "12,345,678", "4294967296",
    "host mx.example.com[192.0.2.9] said: ", "SMTP error from remote mail server after RCPT TO:<x@example.com>: ",
    "Remote server replied: ", "(in reply to RCPT TO command)", "Diagnostic-Code: smtp; ", "Status: 5.1.1", "<<< 550 ",
    "delivery temporarily suspended: ", "-", ".", ":", ";", ",", "'", "_", "=", "+", "#", "/", "(", ")", "[", "]", "<", ">",
    "\"", "\\", " ", "\t", "user", "unknown", "user_unknown", "USER.UNKNOWN", "mailbox", "full", "over", "quota", "spam", "not",
    "the", "a", "does not exist", "blocked", "try", "OFR_506", "e-mail", "S3150", "AS(201806281)", "xn--bcher-kva.example",
    "\xc3\xa9", "\xcc\x81", "\xe2\x80\x99", "\xe2\x80\x8b", "\xef\xbb\xbf", "\xe2\x80\xae", "\xe7\x94\xa8\xe6\x88\xb7",
    "\xe4\xb8\x8d\xe5\xad\x98\xe5\x9c\xa8", "\xe3\x83\xa1\xe3\x83\xbc\xe3\x83\xab", "\xed\x95\x9c", "\xf0\x9f\x98\x80",
    "\xd0\xbf\xd0\xbe\xd0\xbb\xd1\x8c\xd0\xb7", "\xc0\xaf", "\xed\xa0\x80", "\xff", "\x1b[31m", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "0123456789012345678901234567890123456789", "-_-_-_-_-_-_-_-_", "a.b.c.d.e.f.g.h", "a-b-c-d-e-f-g-h",
    /* What mailers wrap around a reply. */
    "host mx.example.com[IPv6:2001:db8::25]:25 said: ", "host mx.example.com[192.0.2.9] refused to talk to me: ",
    "SMTP; ", "<bob@example.com>... ", "----- Transcript of session follows -----\n", "... while talking to mx.example.com.:\n",
    "\n<<< ", "\n>>> RCPT To:<bob@example.com>\n<<< ", ">>> DATA\r\n", "Remote host said: ", "deferral: ",
    "192.0.2.1_does_not_like_recipient./Remote_host_said:_550_", "_no_such_user_here/", "Giving_up_on_192.0.2.1./",
    "{\"type\":\"Bounce\",\"response\":{\"code\":", "\"enhanced_code\":{\"class\":4,\"subject\":7,\"detail\":1},",
    "\"content\":\"", "\\u003c", "\\u00e9", "\\ud83d\\ude00", "\\\\\"", "{\"reason\":\"", "\"}", "\"status\":\"5.1.1\",",
    "[{LED=", "};{MSG=", "};{FQDN=mx.example.com};{IP=192.0.2.1}]", "(in reply to end of DATA command)",
    "H=mx.example.com [192.0.2.1]: ", "LMTP error from remote mail server after end of data: ", "TLS is required, but ",
    "to=<bob@example.com>, ", "stat=", "relay=mx.example.com. [192.0.2.1], ", "dsn=5.1.1, ", "status=bounced (",
    "Final-Recipient: rfc822; bob@example.com\n", "Diagnostic-Code: smtp; 550 ", "Remote-MTA: dns; mx.example.com\n"};

/* rule_texts: after a rule's id, in two bytes, texts with a byte before each that says what it is; a zero ends them. An id
 * of zero ends all. */
static void find_samples(void)
{
    const unsigned char *at = rule_texts;

    while (at[0] != 0 || at[1] != 0) {
        for (at += 2; *at != 0; at += strlen((const char *)at) + 1) {
            if (*at == TEXT_SAMPLE && sample_count < SAMPLES_MAX) {
                samples[sample_count++] = (const char *)at + 1;
            }
        }
        at++;
    }
}

uint32_t fuzz_option(struct fuzz_input *input, uint32_t below)
{
    return input->size == 0 ? 0 : input->data[--input->size] % below;
}

struct fuzz_text fuzz_copy(const char *text, size_t length)
{
    struct fuzz_text copy = {malloc(length > 0 ? length : 1), length};

    FUZZ_CHECK(copy.text != NULL, "out of memory");
    memcpy(copy.text, text, length);
    return copy;
}

void fuzz_free(struct fuzz_text *text)
{
    free(text->text);
    text->text = NULL;
}

struct builder {
    char text[FUZZ_TEXT_MAX];
    size_t length, limit;
};

static void add(struct builder *out, const char *bytes, size_t length)
{
    size_t room = out->limit - out->length;

    length = length < room ? length : room;
    memmove(out->text + out->length, bytes, length);
    out->length += length;
}

/* Some words of a sample, from the word `first` on. */
static void add_words(struct builder *out, const char *sample, unsigned first, unsigned count)
{
    for (; *sample && first > 0; first--) {
        sample += strcspn(sample, " ");
        sample += strspn(sample, " ");
    }
    for (; *sample && count > 0; count--) {
        size_t length = strcspn(sample, " ");

        length += strspn(sample + length, " ");
        add(out, sample, length);
        sample += length;
    }
}

static const char *sample_at(const uint8_t *number)
{
    if (sample_count == 0) {
        find_samples();
    }
    return samples[((size_t)number[0] << 8 | number[1]) % sample_count];
}

/* What a piece begins with says how many bytes of the input it takes. */
static size_t piece_size(uint8_t kind)
{
    static const size_t sizes[] = {1, 3, 2, 4, 2, 2, 1};

    return kind < COUNT_OF(sizes) ? sizes[kind] : 1;
}

static void add_piece(struct builder *out, const uint8_t *piece)
{
    const char *sample;
    size_t length;

    switch (piece[0]) {
    case PIECE_SAMPLE:
        sample = sample_at(piece + 1);
        add(out, sample, strlen(sample));
        break;
    case PIECE_GRAMMAR:
        add(out, grammar[piece[1] % COUNT_OF(grammar)], strlen(grammar[piece[1] % COUNT_OF(grammar)]));
        break;
    case PIECE_WORDS: add_words(out, sample_at(piece + 1), piece[3] >> 4, 1 + (piece[3] & 7U)); break;
    case PIECE_BYTE: add(out, (const char *)piece + 1, 1); break;
    case PIECE_AGAIN:
        length = 1 + (piece[1] & 31U);
        for (unsigned i = 0; length <= out->length && i <= piece[1] >> 5; i++) {
            add(out, out->text + out->length - length, length);
        }
        break;
    case PIECE_ALL: add(out, out->text, out->length); break;
    default: add(out, (const char *)piece, 1);
    }
}

struct fuzz_text fuzz_text_of(const struct fuzz_input *input)
{
    static struct builder out;

    /* Long texts are slow: one size of the input in sixteen may become one. */
    out.length = 0;
    out.limit = input->size % 16 == 0 ? FUZZ_TEXT_MAX : FUZZ_TEXT_USUAL;
    for (size_t at = 0; at < input->size; at += piece_size(input->data[at])) {
        if (piece_size(input->data[at]) <= input->size - at) {
            add_piece(&out, input->data + at);
        }
    }
    return fuzz_copy(out.text, out.length);
}

smtp5xx_context fuzz_context(struct fuzz_input *input)
{
    smtp5xx_context context = {.size = sizeof(context)};
    uint32_t option = fuzz_option(input, 256);

    context.stage = (uint8_t)(option % 11);
    context.provider = (uint16_t)(option < 128 ? 0 : fuzz_option(input, 256) * 5);
    return context;
}

smtp5xx_policy fuzz_policy(struct fuzz_input *input)
{
    smtp5xx_policy policy = {.size = sizeof(policy)};

    policy.on_unknown = (uint8_t)fuzz_option(input, 9);
    policy.on_mailbox_full = (uint8_t)fuzz_option(input, 9);
    policy.on_mailbox_disabled = (uint8_t)fuzz_option(input, 9);
    policy.on_reputation = (uint8_t)fuzz_option(input, 9);
    policy.suppress_confidence = (uint8_t)fuzz_option(input, 256);
    policy.retry_after_min = fuzz_option(input, 256) * 1000;
    policy.retry_after_max = fuzz_option(input, 256) * 1000;
    policy.retry_until = fuzz_option(input, 256) * 10000;
    policy.soft_count = (uint16_t)fuzz_option(input, 256);
    policy.soft_days = (uint16_t)fuzz_option(input, 256);
    return policy;
}

static int has_row(uint32_t table, uint32_t id)
{
    return smtp5xx_table_text(table, id, SMTP5XX_FIELD_NAME)[0] != '\0';
}

static void check_span(const char *name, smtp5xx_span span, size_t length)
{
    FUZZ_CHECK(span.offset <= length && span.length <= length - span.offset, "%s: %u+%u of %zu", name, span.offset, span.length,
               length);
}

static void check_class(const smtp5xx_reply *reply)
{
    uint32_t class = reply->code != 0 ? reply->code / 100U : reply->enhanced_class;
    int mismatch = reply->code != 0 && reply->enhanced_class != 0 && reply->enhanced_class != reply->code / 100U;

    FUZZ_CHECK(!(reply->flags & SMTP5XX_REPLY_NO_CODE) == (reply->code != 0), "code %u", reply->code);
    FUZZ_CHECK(!(reply->flags & SMTP5XX_REPLY_NOT_SMTP) == (class != 0), "class %u", class);
    FUZZ_CHECK(!(reply->flags & SMTP5XX_REPLY_SUCCESS) == (class != 2 && class != 3), "class %u", class);
    FUZZ_CHECK(!(reply->flags & SMTP5XX_REPLY_CLASS_MISMATCH) == !mismatch, "code %u, class %u", reply->code,
               reply->enhanced_class);
    FUZZ_CHECK((reply->enhanced_class == 0) == (reply->enhanced.length == 0), "class %u", reply->enhanced_class);
}

void fuzz_check_reply(const smtp5xx_reply *reply, size_t length)
{
    FUZZ_CHECK(reply->size == sizeof(*reply), "%u", reply->size);
    FUZZ_CHECK(reply->code == 0 || (reply->code >= 200 && reply->code <= 599), "%u", reply->code);
    FUZZ_CHECK(reply->enhanced_class == 0 || reply->enhanced_class == 2 || reply->enhanced_class == 4 ||
                   reply->enhanced_class == 5,
               "%u", reply->enhanced_class);
    FUZZ_CHECK(reply->enhanced_subject <= 999 && reply->enhanced_detail <= 999, "%u.%u", reply->enhanced_subject,
               reply->enhanced_detail);
    FUZZ_CHECK(has_row(SMTP5XX_TABLE_STAGES, reply->stage) && has_row(SMTP5XX_TABLE_FORMS, reply->form), "%u, %u", reply->stage,
               reply->form);
    check_class(reply);
    FUZZ_CHECK(!(reply->flags & SMTP5XX_REPLY_CUT) == (length <= SMTP5XX_INPUT_MAX), "%zu", length);
    FUZZ_CHECK(!(reply->flags & SMTP5XX_REPLY_MULTILINE) == (reply->lines < 2), "%u lines", reply->lines);
    length = length < SMTP5XX_INPUT_MAX ? length : SMTP5XX_INPUT_MAX;
    check_span("said", reply->said, length);
    check_span("text", reply->text, length);
    check_span("enhanced", reply->enhanced, length);
    FUZZ_CHECK((reply->said.length == 0) == (reply->lines == 0), "%u lines", reply->lines);
    FUZZ_CHECK(reply->text.length == 0 || reply->text.offset >= reply->said.offset, "%u", reply->text.offset);
}

void fuzz_check_verdict(const smtp5xx_verdict *verdict, size_t length)
{
    int by_table = verdict->basis != SMTP5XX_BASIS_NONE && verdict->basis != SMTP5XX_BASIS_CALLER;

    FUZZ_CHECK(verdict->size == sizeof(*verdict), "%u", verdict->size);
    FUZZ_CHECK(has_row(SMTP5XX_TABLE_REASONS, verdict->reason), "%u", verdict->reason);
    FUZZ_CHECK(verdict->category == smtp5xx_table_number(SMTP5XX_TABLE_REASONS, verdict->reason, SMTP5XX_FIELD_CATEGORY), "%u",
               verdict->category);
    FUZZ_CHECK(has_row(SMTP5XX_TABLE_PERMANENCES, verdict->claimed) && has_row(SMTP5XX_TABLE_PERMANENCES, verdict->judged),
               "%u, %u", verdict->claimed, verdict->judged);
    FUZZ_CHECK(has_row(SMTP5XX_TABLE_BASES, verdict->basis) && has_row(SMTP5XX_TABLE_STAGES, verdict->stage), "%u, %u",
               verdict->basis, verdict->stage);
    FUZZ_CHECK(verdict->confidence <= 100 && verdict->action <= SMTP5XX_ACTION_REVIEW, "%u, %u", verdict->confidence,
               verdict->action);
    FUZZ_CHECK(by_table == (verdict->rule != 0 && verdict->basis != SMTP5XX_BASIS_CALLER), "rule %u by %u", verdict->rule,
               verdict->basis);
    FUZZ_CHECK(!by_table || smtp5xx_rule_name(verdict->rule)[0] != '\0', "rule %u", verdict->rule);
    FUZZ_CHECK(verdict->reason == 0 || verdict->basis != SMTP5XX_BASIS_NONE, "%u without a basis", verdict->reason);
    FUZZ_CHECK(verdict->provider == 0 || has_row(SMTP5XX_TABLE_PROVIDERS, verdict->provider), "%u", verdict->provider);
    FUZZ_CHECK(verdict->blocklist == 0 || has_row(SMTP5XX_TABLE_BLOCKLISTS, verdict->blocklist), "%u", verdict->blocklist);
    FUZZ_CHECK(verdict->retry_after <= 604800 && verdict->flags < 256, "%u, %u", verdict->retry_after, verdict->flags);
    FUZZ_CHECK(verdict->size_limit == 0 || verdict->reason == SMTP5XX_REASON_MESSAGE_TOO_LARGE, "%u", verdict->size_limit);
    FUZZ_CHECK(verdict->new_address.length == 0 || verdict->reason == SMTP5XX_REASON_USER_MOVED, "%u", verdict->reason);
    length = length < SMTP5XX_INPUT_MAX ? length : SMTP5XX_INPUT_MAX;
    check_span("words", verdict->words, length);
    check_span("ip", verdict->ip, length);
    check_span("url", verdict->url, length);
    check_span("new_address", verdict->new_address, length);
    check_span("reference", verdict->reference, length);
}

static void check_list(uint32_t table, const uint16_t *ids, unsigned count, unsigned room)
{
    FUZZ_CHECK(count <= room, "%u of table %u", count, table);
    for (unsigned i = 0; i < room; i++) {
        FUZZ_CHECK(i < count ? has_row(table, ids[i]) : ids[i] == 0, "%u in table %u", ids[i], table);
    }
}

void fuzz_check_advice(const smtp5xx_advice *advice, const smtp5xx_verdict *verdict)
{
    int before_recipient = verdict->stage >= SMTP5XX_STAGE_CONNECT && verdict->stage <= SMTP5XX_STAGE_MAIL;

    FUZZ_CHECK(advice->size == sizeof(*advice), "%u", advice->size);
    FUZZ_CHECK((advice->action == SMTP5XX_ACTION_NONE) == (verdict->claimed == SMTP5XX_PERMANENCE_SUCCESS), "%u",
               advice->action);
    FUZZ_CHECK(has_row(SMTP5XX_TABLE_ACTIONS, advice->action) && has_row(SMTP5XX_TABLE_DISPOSITIONS, advice->disposition),
               "%u, %u", advice->action, advice->disposition);
    FUZZ_CHECK(has_row(SMTP5XX_TABLE_PARTIES, advice->party) && has_row(SMTP5XX_TABLE_SCOPES, advice->scope), "%u, %u",
               advice->party, advice->scope);
    FUZZ_CHECK(has_row(SMTP5XX_TABLE_SEVERITIES, advice->severity) && has_row(SMTP5XX_TABLE_RETRIES, advice->retry), "%u, %u",
               advice->severity, advice->retry);
    FUZZ_CHECK((advice->retry == SMTP5XX_RETRY_LATER) == (advice->retry_until != 0), "%u", advice->retry_until);
    FUZZ_CHECK((advice->action == SMTP5XX_ACTION_SUPPRESS) == (advice->disposition == SMTP5XX_DISPOSITION_SUPPRESS), "%u",
               advice->disposition);
    FUZZ_CHECK(advice->action != SMTP5XX_ACTION_SUPPRESS || !before_recipient, "at stage %u", verdict->stage);
    check_list(SMTP5XX_TABLE_STEPS, advice->steps, advice->step_count, SMTP5XX_STEPS_MAX);
    check_list(SMTP5XX_TABLE_REFERENCES, advice->references, advice->reference_count, SMTP5XX_REFERENCES_MAX);
    check_list(SMTP5XX_TABLE_NODES, advice->path, advice->path_length, SMTP5XX_PATH_MAX);
}
