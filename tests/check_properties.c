/*
 * What holds for every reply: of arbitrary bytes, and of all of tests/corpus, with a generator that is the same everywhere.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <stdlib.h>

#include "suites.h"

enum { REPLY_MAX = 4096, REPLIES_MAX = 20000, REPLIES_LEAST = 1500 };

/* The replies of tests/corpus, and where they stand, for messages. */
static struct reply_of_corpus {
    char *text;
    size_t length;
    char place[48];
} corpus[REPLIES_MAX];
static size_t corpus_count;

/* Pseudo-random numbers that are the same everywhere (the generator of PCG, O'Neill 2014, without its permutation). */
static uint32_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(*state >> 33);
}

/* Fills the text with pieces of replies between arbitrary bytes, so that the parser has something to find. */
static size_t random_text(uint64_t *state, char *text, size_t max)
{
    static const char *const pieces[] = {"550", "5.1.1", " ", "-", "\r\n", "\n", "\r", "4", "5", ".", "7", "26",
                                         "#", "(", ")", "[", "\\n", "421-4.7.0 ", "gsmtp", "<a@example.org>", "999",
                                         "2.0.0", "user ", "unknown", " try again in 5 minutes ", "192.0.2.1",
                                         "https://www.spamhaus.org/", "\xe5\x88\x86"};
    size_t length = next_random(state) % max;
    size_t at = 0;

    while (at < length) {
        uint32_t choice = next_random(state) % 40;
        const char *piece = choice < COUNT_OF(pieces) ? pieces[choice] : "";

        if (*piece == '\0') {
            text[at++] = (char)(next_random(state) & 0xff);
        }
        while (*piece && at < length) {
            text[at++] = *piece++;
        }
    }
    return length;
}

static int inside(smtp5xx_span span, size_t length)
{
    return span.offset <= length && span.length <= length - span.offset;
}

static void check_sane(const smtp5xx_reply *reply, const smtp5xx_verdict *verdict, size_t length, int round)
{
    ck_assert_msg(reply->code == 0 || (reply->code >= 200 && reply->code <= 599), "%d: %u", round, reply->code);
    ck_assert_msg(reply->enhanced_class == 0 || reply->enhanced_class == 2 || reply->enhanced_class == 4 ||
                      reply->enhanced_class == 5,
                  "%d: class %u", round, reply->enhanced_class);
    ck_assert_msg(reply->enhanced_subject <= 999 && reply->enhanced_detail <= 999, "%d: enhanced", round);
    ck_assert_msg(reply->form <= SMTP5XX_FORM_BOUNCE && reply->flags < 1024, "%d: form, flags", round);
    ck_assert_msg(inside(reply->said, length) && inside(reply->text, length) && inside(reply->enhanced, length) &&
                      inside(reply->host, length) && inside(reply->ip, length) && inside(reply->recipient, length),
                  "%d: spans of the reply", round);
    ck_assert_msg(inside(verdict->words, length) && inside(verdict->new_address, length) && inside(verdict->ip, length) &&
                      inside(verdict->url, length) && inside(verdict->reference, length),
                  "%d: spans", round);
    ck_assert_msg(has_row(SMTP5XX_TABLE_REASONS, verdict->reason), "%d: reason %u", round, verdict->reason);
    ck_assert_msg(verdict->rule == 0 || has_row(verdict->rule < 10000 ? SMTP5XX_TABLE_CODES : SMTP5XX_TABLE_RULES, verdict->rule),
                  "%d: %u", round, verdict->rule);
    ck_assert_msg(verdict->blocklist == 0 || has_row(SMTP5XX_TABLE_BLOCKLISTS, verdict->blocklist), "%d: %u", round,
                  verdict->blocklist);
    ck_assert_msg(verdict->retry_after <= 604800 && verdict->action <= SMTP5XX_ACTION_REVIEW, "%d: retry, action", round);
    ck_assert_msg(verdict->confidence <= 100, "%d: confidence %u", round, verdict->confidence);
    ck_assert_msg(verdict->claimed <= 3 && verdict->judged <= 3 && verdict->basis <= SMTP5XX_BASIS_TOKEN,
                  "%d: claimed, judged, basis", round);
}

/* The text lies in memory of exactly its size, where a sanitizer sees each byte that is read beyond it. */
START_TEST(arbitrary_bytes_give_sane_results)
{
    uint64_t state = 5321;

    for (int round = 0; round < 2000; round++) {
        char text[256];
        size_t length = random_text(&state, text, sizeof(text));
        char *exact = malloc(length > 0 ? length : 1);
        smtp5xx_reply reply[2];
        smtp5xx_verdict verdict[2];
        smtp5xx_span piece = {0, 0};
        uint32_t end = 0;

        ck_assert_ptr_nonnull(exact);
        memcpy(exact, text, length);
        for (int i = 0; i < 2; i++) {
            ck_assert_int_eq(smtp5xx_diagnose(i ? text : exact, length, NULL, NULL, &reply[i], sizeof(reply[i]),
                                              &verdict[i], sizeof(verdict[i]), NULL, 0),
                             SMTP5XX_OK);
        }
        ck_assert_msg(memcmp(&reply[0], &reply[1], sizeof(reply[0])) == 0, "%d: another reply", round);
        ck_assert_msg(memcmp(&verdict[0], &verdict[1], sizeof(verdict[0])) == 0, "%d: another verdict", round);
        check_sane(reply, verdict, length, round);
        for (size_t pieces = 0; smtp5xx_next_text(exact, length, reply, &piece) == 1; pieces++) {
            ck_assert_msg(inside(piece, length) && piece.offset >= end && piece.length > 0 && pieces < length,
                          "%d: piece %u+%u", round, piece.offset, piece.length);
            end = piece.offset + piece.length;
        }
        ck_assert_msg(piece.offset == 0 && piece.length == 0, "%d: the last piece stays", round);
        free(exact);
    }
}
END_TEST

/* The corpus */

static size_t unescape(const char *from, char *to)
{
    size_t length = 0;

    for (; *from; from++) {
        int line_break = from[0] == '\\' && from[1] == 'n';

        to[length++] = line_break ? '\n' : *from;
        from += line_break;
    }
    return length;
}

static void read_corpus_file(const char *name)
{
    char path[300];
    static char line[2 * REPLY_MAX];
    unsigned number = 0;
    FILE *in;

    snprintf(path, sizeof(path), "tests/corpus/%s", name);
    in = fopen(path, "r");
    ck_assert_msg(in != NULL, "%s", path);
    while (fgets(line, sizeof(line), in)) {
        char *tab = strchr(line, '\t');
        struct reply_of_corpus *reply = &corpus[corpus_count];

        number++;
        if (line[0] == '#' || !tab) {
            continue;
        }
        ck_assert_uint_lt(corpus_count, REPLIES_MAX);
        line[strcspn(line, "\n")] = '\0';
        reply->text = malloc(strlen(tab) + 1);
        ck_assert_ptr_nonnull(reply->text);
        reply->length = unescape(tab + 1, reply->text);
        reply->text[reply->length] = '\0';
        snprintf(reply->place, sizeof(reply->place), "%.30s:%u", name, number);
        corpus_count++;
    }
    fclose(in);
}

/* The tests run in the folder of the sources. */
static void read_corpus(void)
{
    DIR *folder = opendir("tests/corpus");

    ck_assert_msg(folder != NULL, "tests/corpus is not there");
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        size_t length = strlen(entry->d_name);

        if (length > 4 && strcmp(entry->d_name + length - 4, ".txt") == 0) {
            read_corpus_file(entry->d_name);
        }
    }
    closedir(folder);
    ck_assert_uint_ge(corpus_count, REPLIES_LEAST);
}

static smtp5xx_verdict judge(const char *text, size_t length, const smtp5xx_context *context)
{
    smtp5xx_verdict verdict;

    ck_assert_int_eq(smtp5xx_diagnose(text, length, context, NULL, NULL, 0, &verdict, sizeof(verdict), NULL, 0), SMTP5XX_OK);
    return verdict;
}

/* Disguises: each writes another form of a reply, which must have the same reason. */

static size_t to_upper(const char *text, size_t length, char *out, uint64_t *state)
{
    (void)state;
    for (size_t i = 0; i < length; i++) {
        out[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i]);
    }
    return length;
}

static size_t to_lower(const char *text, size_t length, char *out, uint64_t *state)
{
    (void)state;
    for (size_t i = 0; i < length; i++) {
        out[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
    }
    return length;
}

static size_t add_blanks(const char *text, size_t length, char *out, uint64_t *state)
{
    static const char *const blanks[] = {" ", "\t", "\n", "\r\n", "  ", " \r\n\r\n", "\n\n"};
    const char *before = blanks[next_random(state) % COUNT_OF(blanks)];
    const char *behind = blanks[next_random(state) % COUNT_OF(blanks)];
    size_t at = strlen(before);

    memcpy(out, before, at);
    memcpy(out + at, text, length);
    memcpy(out + at + length, behind, strlen(behind));
    return at + length + strlen(behind);
}

static size_t carriage_returns(const char *text, size_t length, char *out, uint64_t *state)
{
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n') {
            out[at++] = '\r';
        }
        out[at++] = text[i];
    }
    return at;
}

/* Breaks a reply of one line at one of its blanks, with the codes repeated as RFC 5321 4.2.1 has it. */
static size_t broken_line(const char *text, size_t length, char *out, uint64_t *state)
{
    size_t blanks[REPLY_MAX], count = 0, at;
    int raw = length > 4 && strspn(text, "0123456789") == 3 && text[3] == ' ';

    for (size_t i = 4; raw && i + 1 < length && count < REPLY_MAX; i++) {
        raw = text[i] != '\n';
        if (text[i] == ' ' && text[i - 1] != ' ' && text[i + 1] != ' ') {
            blanks[count++] = i;
        }
    }
    memcpy(out, text, length);
    if (!raw || count == 0) {
        return length;
    }
    out[3] = '-';
    at = blanks[next_random(state) % count];
    memcpy(out + at, "\r\n", 2);
    memcpy(out + at + 2, text, 4);
    memcpy(out + at + 6, text + at + 1, length - at - 1);
    return length + 5;
}

static int is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
           c == '+' || c == '@';
}

static int ends_with(const char *text, size_t length, const char *end)
{
    size_t size = strlen(end);

    return length >= size && memcmp(text + length - size, end, size) == 0;
}

/* What stands for a token: another address for an address, another host for a host, as long as both are of the domains that
 * are kept for examples (RFC 2606); another IP of those kept for documentation (RFC 5737). NULL: it stays. */
static const char *other_token(const char *token, size_t length, uint64_t *state)
{
    static const char *const addresses[] = {"carol@example.net", "x.y-z+tag@mail.example.org", "a@example.com"};
    static const char *const hosts[] = {"mx7.example.net", "example.org", "a-b.c.example.com"};
    static const char *const ips[] = {"198.51.100.77", "203.0.113.5", "192.0.2.255"};
    int named = ends_with(token, length, "example.com") || ends_with(token, length, "example.org") ||
                ends_with(token, length, "example.net");
    unsigned a, b, c, d;
    char rest[2];
    char copy[64];

    if (named && memchr(token, '@', length)) {
        return addresses[next_random(state) % 3];
    }
    if (named) {
        return hosts[next_random(state) % 3];
    }
    snprintf(copy, sizeof(copy), "%.*s", (int)(length < 60 ? length : 60), token);
    if (sscanf(copy, "%3u.%3u.%3u.%3u%1s", &a, &b, &c, &d, rest) == 4 && (a == 192 || a == 198 || a == 203)) {
        return ips[next_random(state) % 3];
    }
    return NULL;
}

static size_t other_tokens(const char *text, size_t length, char *out, uint64_t *state)
{
    size_t at = 0;

    for (size_t i = 0; i < length;) {
        size_t end = i;
        const char *other;

        while (end < length && is_name_byte(text[end])) {
            end++;
        }
        other = end > i ? other_token(text + i, end - i, state) : NULL;
        if (other) {
            memcpy(out + at, other, strlen(other));
            at += strlen(other);
        } else {
            memcpy(out + at, text + i, end - i);
            at += end - i;
        }
        if (end < length) {
            out[at++] = text[end++];
        }
        i = end;
    }
    return at;
}

static const struct change {
    const char *name;
    size_t (*write)(const char *text, size_t length, char *out, uint64_t *state);
} changes[] = {
    {"upper case", to_upper},           {"lower case", to_lower},     {"blanks around", add_blanks},
    {"carriage returns", carriage_returns}, {"other names", other_tokens}, {"a line break", broken_line},
};

START_TEST(a_change_that_means_nothing_changes_nothing)
{
    uint64_t state = 2142;
    unsigned wrong = 0;
    char first[400] = "";

    for (size_t i = 0; i < corpus_count; i++) {
        static char text[4 * REPLY_MAX];
        size_t length = changes[_i].write(corpus[i].text, corpus[i].length, text, &state);
        smtp5xx_verdict plain = judge(corpus[i].text, corpus[i].length, NULL);
        smtp5xx_verdict changed = judge(text, length, NULL);

        if (plain.reason != changed.reason && wrong++ == 0) {
            snprintf(first, sizeof(first), "%s: %s by %s, then %s by %s: \"%.*s\"", corpus[i].place,
                     smtp5xx_reason_name(plain.reason), smtp5xx_rule_name(plain.rule), smtp5xx_reason_name(changed.reason),
                     smtp5xx_rule_name(changed.rule), (int)(length < 200 ? length : 200), text);
        }
    }
    ck_assert_msg(wrong == 0, "%s: %u replies have another reason, the first one is %s", changes[_i].name, wrong, first);
}
END_TEST

/* All that a verdict says is a row of its table, and lies inside of the text. */
START_TEST(verdicts_of_the_corpus_are_sane)
{
    for (size_t i = 0; i < corpus_count; i++) {
        smtp5xx_reply reply;
        smtp5xx_verdict verdict;

        ck_assert_int_eq(smtp5xx_diagnose(corpus[i].text, corpus[i].length, NULL, NULL, &reply, sizeof(reply), &verdict,
                                          sizeof(verdict), NULL, 0),
                         SMTP5XX_OK);
        check_sane(&reply, &verdict, corpus[i].length, (int)i);
    }
}
END_TEST

/* Every beginning of a reply is one too. */
START_TEST(beginnings_of_the_corpus_are_sane)
{
    for (size_t i = 0; i < corpus_count; i += 17) {
        for (size_t length = 0; length < corpus[i].length; length++) {
            char *exact = malloc(length > 0 ? length : 1);
            smtp5xx_reply reply;
            smtp5xx_verdict verdict;

            ck_assert_ptr_nonnull(exact);
            memcpy(exact, corpus[i].text, length);
            ck_assert_int_eq(smtp5xx_diagnose(exact, length, NULL, NULL, &reply, sizeof(reply), &verdict, sizeof(verdict), NULL,
                                              0),
                             SMTP5XX_OK);
            check_sane(&reply, &verdict, length, (int)i);
            free(exact);
        }
    }
}
END_TEST

START_TEST(one_call_is_the_three_steps)
{
    smtp5xx_context context = {.size = sizeof(context), .stage = (uint8_t)_i};
    smtp5xx_policy policy = {.size = sizeof(policy), .on_unknown = SMTP5XX_ACTION_SOFT, .suppress_confidence = 90};

    context.provider = (uint16_t)(_i % 2 ? id_of(SMTP5XX_TABLE_PROVIDERS, "google") : 0);
    for (size_t i = 0; i < corpus_count; i++) {
        const struct reply_of_corpus *row = &corpus[i];
        smtp5xx_reply reply[2];
        smtp5xx_verdict verdict[2];
        smtp5xx_advice advice[2];

        ck_assert_int_eq(smtp5xx_diagnose(row->text, row->length, &context, &policy, &reply[0], sizeof(reply[0]), &verdict[0],
                                          sizeof(verdict[0]), &advice[0], sizeof(advice[0])),
                         SMTP5XX_OK);
        ck_assert_int_eq(smtp5xx_parse(row->text, row->length, &context, &reply[1], sizeof(reply[1])), SMTP5XX_OK);
        ck_assert_int_eq(smtp5xx_classify(row->text, row->length, &reply[1], &context, &verdict[1], sizeof(verdict[1])),
                         SMTP5XX_OK);
        ck_assert_int_eq(smtp5xx_advise(&verdict[1], &policy, &advice[1], sizeof(advice[1])), SMTP5XX_OK);
        ck_assert_msg(memcmp(&reply[0], &reply[1], sizeof(reply[0])) == 0, "%s: reply", row->place);
        ck_assert_msg(memcmp(&verdict[0], &verdict[1], sizeof(verdict[0])) == 0, "%s: verdict", row->place);
        ck_assert_msg(memcmp(&advice[0], &advice[1], sizeof(advice[0])) == 0, "%s: advice", row->place);
    }
}
END_TEST

START_TEST(a_batch_is_one_by_one)
{
    smtp5xx_context context = {.size = sizeof(context), .stage = SMTP5XX_STAGE_RCPT};
    int32_t *offsets = calloc(corpus_count + 1, sizeof(*offsets));
    smtp5xx_verdict *verdicts = calloc(corpus_count, sizeof(*verdicts));
    smtp5xx_advice *advices = calloc(corpus_count, sizeof(*advices));
    char *data;

    ck_assert(offsets && verdicts && advices);
    for (size_t i = 0; i < corpus_count; i++) {
        offsets[i + 1] = offsets[i] + (int32_t)corpus[i].length;
    }
    data = malloc((size_t)offsets[corpus_count]);
    ck_assert_ptr_nonnull(data);
    for (size_t i = 0; i < corpus_count; i++) {
        memcpy(data + offsets[i], corpus[i].text, corpus[i].length);
    }
    ck_assert_int_eq(smtp5xx_diagnose_batch(data, (size_t)offsets[corpus_count], offsets, corpus_count, &context, NULL, verdicts,
                                            sizeof(*verdicts), advices, sizeof(*advices)),
                     SMTP5XX_OK);
    for (size_t i = 0; i < corpus_count; i++) {
        smtp5xx_verdict verdict = judge(corpus[i].text, corpus[i].length, &context);
        smtp5xx_advice advice;

        ck_assert_int_eq(smtp5xx_advise(&verdict, NULL, &advice, sizeof(advice)), SMTP5XX_OK);
        ck_assert_msg(memcmp(&verdict, &verdicts[i], sizeof(verdict)) == 0, "%s: verdict", corpus[i].place);
        ck_assert_msg(memcmp(&advice, &advices[i], sizeof(advice)) == 0, "%s: advice", corpus[i].place);
    }
    free(data);
    free(offsets);
    free(verdicts);
    free(advices);
}
END_TEST

/* Nothing that is said before RCPT condemns a recipient, who is not yet known. */
START_TEST(before_rcpt_nothing_condemns_a_recipient)
{
    smtp5xx_context context = {.size = sizeof(context), .stage = (uint8_t)_i};

    for (size_t i = 0; i < corpus_count; i++) {
        smtp5xx_verdict verdict = judge(corpus[i].text, corpus[i].length, &context);
        smtp5xx_advice advice;

        ck_assert_int_eq(smtp5xx_advise(&verdict, NULL, &advice, sizeof(advice)), SMTP5XX_OK);
        ck_assert_msg(verdict.category != SMTP5XX_CATEGORY_RECIPIENT && advice.action != SMTP5XX_ACTION_SUPPRESS,
                      "%s at %s: %s by %s", corpus[i].place, smtp5xx_stage_name((uint32_t)_i),
                      smtp5xx_reason_name(verdict.reason), smtp5xx_rule_name(verdict.rule));
    }
}
END_TEST

/* A rule of one provider's never decides what another one says; and the list of hits begins with what decides. */
START_TEST(hits_of_the_corpus_fit_their_verdicts)
{
    smtp5xx_context context = {.size = sizeof(context)};

    context.provider = (uint16_t)(_i ? id_of(SMTP5XX_TABLE_PROVIDERS, "mailru") : 0);
    for (size_t i = 0; i < corpus_count; i++) {
        const struct reply_of_corpus *row = &corpus[i];
        smtp5xx_hit hits[SMTP5XX_HITS_MAX];
        smtp5xx_reply reply;
        smtp5xx_verdict verdict = judge(row->text, row->length, &context);
        int count, best = 0;

        ck_assert_int_eq(smtp5xx_parse(row->text, row->length, &context, &reply, sizeof(reply)), SMTP5XX_OK);
        count = smtp5xx_hits(row->text, row->length, &reply, &context, hits, SMTP5XX_HITS_MAX, sizeof(hits[0]));
        ck_assert_int_ge(count, 0);
        for (int h = 0; h < count && h < SMTP5XX_HITS_MAX; h++) {
            ck_assert_msg(inside(hits[h].words, row->length), "%s: words of %s", row->place, smtp5xx_rule_name(hits[h].rule));
            ck_assert_msg(hits[h].provider == 0 || hits[h].provider == verdict.provider, "%s: %s hits", row->place,
                          smtp5xx_rule_name(hits[h].rule));
        }
        while (best < count && best < SMTP5XX_HITS_MAX && hits[best].reason == 0) {
            best++;
        }
        ck_assert_msg(verdict.basis < SMTP5XX_BASIS_PHRASE || (best < count && hits[best].rule == verdict.rule),
                      "%s: %s decides, and is not the best hit", row->place, smtp5xx_rule_name(verdict.rule));
    }
}
END_TEST

Suite *properties_suite(void)
{
    Suite *suite = suite_create("properties");
    TCase *bytes = tcase_create("bytes");
    TCase *replies = tcase_create("replies");

    tcase_set_timeout(bytes, 60);
    tcase_add_test(bytes, arbitrary_bytes_give_sane_results);
    tcase_set_timeout(replies, 120);
    tcase_add_unchecked_fixture(replies, read_corpus, NULL);
    tcase_add_loop_test(replies, a_change_that_means_nothing_changes_nothing, 0, (int)COUNT_OF(changes));
    tcase_add_test(replies, verdicts_of_the_corpus_are_sane);
    tcase_add_test(replies, beginnings_of_the_corpus_are_sane);
    tcase_add_loop_test(replies, one_call_is_the_three_steps, 0, SMTP5XX_STAGE_EOD + 1);
    tcase_add_test(replies, a_batch_is_one_by_one);
    tcase_add_loop_test(replies, before_rcpt_nothing_condemns_a_recipient, SMTP5XX_STAGE_CONNECT, SMTP5XX_STAGE_MAIL + 1);
    tcase_add_loop_test(replies, hits_of_the_corpus_fit_their_verdicts, 0, 2);
    suite_add_tcase(suite, bytes);
    suite_add_tcase(suite, replies);
    return suite;
}
