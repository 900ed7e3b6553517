/*
 * The binary interface: the layout of the structs, older and newer callers, bad arguments, the limits of what is read
 * and written, and batches.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
/* MAP_ANONYMOUS is in POSIX.1-2024, and strict C11 hides it. */
#define _DEFAULT_SOURCE 1
#define _DARWIN_C_SOURCE 1

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi_cases.h"
#include "suites.h"

_Static_assert(sizeof(smtp5xx_span) == 8, "smtp5xx_span");
_Static_assert(sizeof(smtp5xx_context) == 24 + 2 * sizeof(void *), "smtp5xx_context");
_Static_assert(sizeof(smtp5xx_reply) == 68, "smtp5xx_reply");
_Static_assert(sizeof(smtp5xx_verdict) == 80, "smtp5xx_verdict");
_Static_assert(sizeof(smtp5xx_policy) == 36, "smtp5xx_policy");
_Static_assert(sizeof(smtp5xx_advice) == 76, "smtp5xx_advice");
_Static_assert(sizeof(smtp5xx_rule) == 32, "smtp5xx_rule");
_Static_assert(sizeof(smtp5xx_hit) == 32, "smtp5xx_hit");

/* All that the library says of one text. */
struct results {
    smtp5xx_reply reply;
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;
};

static const char sample[] = "550-5.1.1 No such user here\r\n550 5.1.1 see https://example.com/ - gsmtp";

static const char *const samples[] = {
    sample, "550 5.1.1 x", "550", "550 ", "550-", "5.7.26 x",
    "421 4.7.0 [192.0.2.1] Try again later, closing connection.", "551 5.1.6 moved to <new@example.net>",
    "550-5.1.1 one 550-5.1.1 two 550 5.1.1 three", "550-a\\n550 b", "550 no such user (#5.1.1)", "250 2.1.5 Ok",
    "\r\n 554\t5.7.1\tblocked", "999 x", "words only, and an \xc3\xa9",
};

static struct results results_of(const char *text, size_t length)
{
    struct results results;

    memset(&results, 0x5a, sizeof(results));
    ck_assert_int_eq(smtp5xx_diagnose(text, length, NULL, NULL, &results.reply, sizeof(results.reply),
                                      &results.verdict, sizeof(results.verdict), &results.advice,
                                      sizeof(results.advice)),
                     SMTP5XX_OK);
    return results;
}

static int all_are(const void *bytes, size_t count, unsigned char value)
{
    for (size_t i = 0; i < count; i++) {
        if (((const unsigned char *)bytes)[i] != value) {
            return 0;
        }
    }
    return 1;
}

START_TEST(a_field_lies_where_it_did)
{
    const struct field *row = &fields[_i];
    const struct field *before = _i > 0 && row->offset != 0 ? row - 1 : NULL;

    ck_assert_msg(row->offset == row->expected, "%s is at %zu, not %zu", row->name, row->offset, row->expected);
    ck_assert_msg(before == NULL || before->offset + before->size == row->offset, "%s: padding before", row->name);
}
END_TEST

/* The three outputs, each filled by its own function (even numbers) or by diagnose. */
static const struct output {
    const char *name;
    size_t least; /* the struct of version 0.1 */
    size_t whole; /* today's */
} outputs[] = {{"parse", 44, 68},  {"diagnose: reply", 44, 68}, {"classify", 80, 80}, {"diagnose: verdict", 80, 80},
               {"advise", 68, 76}, {"diagnose: advice", 68, 76}};

static int fill(int output, void *out, size_t size)
{
    const char *text = sample;
    size_t length = strlen(sample);
    struct results known = results_of(text, length);

    switch (output) {
    case 0:
        return smtp5xx_parse(text, length, NULL, out, size);
    case 1:
        return smtp5xx_diagnose(text, length, NULL, NULL, out, size, NULL, 0, NULL, 0);
    case 2:
        return smtp5xx_classify(text, length, &known.reply, NULL, out, size);
    case 3:
        return smtp5xx_diagnose(text, length, NULL, NULL, NULL, 0, out, size, NULL, 0);
    case 4:
        return smtp5xx_advise(&known.verdict, NULL, out, size);
    default:
        return smtp5xx_diagnose(text, length, NULL, NULL, NULL, 0, NULL, 0, out, size);
    }
}

/* The bytes that a caller of today gets. */
static void *expected_output(struct results *known, int output)
{
    return output < 2 ? (void *)&known->reply : output < 4 ? (void *)&known->verdict : &known->advice;
}

START_TEST(a_caller_of_any_size_gets_what_it_has_room_for)
{
    const struct output *row = &outputs[_i];
    struct results known = results_of(sample, strlen(sample));
    _Alignas(16) unsigned char room[256];

    for (size_t size = 0; size <= row->whole + 64; size++) {
        int expected = size < row->least ? SMTP5XX_ESIZE : SMTP5XX_OK;
        size_t filled = size < row->least ? 0 : size < row->whole ? size : row->whole;
        uint32_t stamp = (uint32_t)filled;
        int got;

        memset(room, 0xa5, sizeof(room));
        got = fill(_i, room, size);
        ck_assert_msg(got == expected, "%s, %zu bytes: %s", row->name, size, smtp5xx_error_name(got));
        memcpy(expected_output(&known, _i), &stamp, sizeof(stamp));
        ck_assert_msg(memcmp(room, expected_output(&known, _i), filled) == 0, "%s, %zu bytes: differs", row->name,
                      size);
        ck_assert_msg(all_are(room + filled, size - filled, 0), "%s, %zu bytes: not zeroed", row->name, size);
        ck_assert_msg(all_are(room + size, sizeof(room) - size, 0xa5), "%s, %zu bytes: wrote beyond", row->name, size);
    }
    memcpy(&known.reply.size, room, sizeof(known.reply.size));
    ck_assert_msg(known.reply.size == row->whole, "%s: size is stamped %u", row->name, known.reply.size);
}
END_TEST

/* One output that is too small leaves nothing half done in the others. */
START_TEST(diagnose_fills_all_or_none)
{
    for (int small = 0; small < 3; small++) {
        struct results out;
        size_t reply_size = small == 0 ? 43 : sizeof(out.reply);
        size_t verdict_size = sizeof(out.verdict) - (small == 1);
        size_t advice_size = small == 2 ? 67 : sizeof(out.advice);

        memset(&out, 0xa5, sizeof(out));
        ck_assert_int_eq(smtp5xx_diagnose(sample, strlen(sample), NULL, NULL, &out.reply, reply_size, &out.verdict,
                                          verdict_size, &out.advice, advice_size),
                         SMTP5XX_ESIZE);
        ck_assert_msg(all_are(&out.reply, reply_size, 0), "reply, %d is small", small);
        ck_assert_msg(all_are(&out.verdict, verdict_size, 0), "verdict, %d is small", small);
        ck_assert_msg(all_are(&out.advice, advice_size, 0), "advice, %d is small", small);
    }
}
END_TEST

START_TEST(a_context_counts_as_far_as_its_size)
{
    static const struct {
        uint32_t size;
        int provider;
        int stage;
    } cases[] = {{0, 0, 0}, {4, 0, 0}, {6, 1, 0}, {7, 1, 1}, {8, 1, 1}, {9, 1, 1}, {20, 1, 1}, {40, 1, 1}, {64, 1, 1},
                 {UINT32_MAX, 1, 1}};
    uint16_t google = (uint16_t)id_of(SMTP5XX_TABLE_PROVIDERS, "google");

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        smtp5xx_context context = {.size = cases[i].size, .provider = google, .stage = SMTP5XX_STAGE_RCPT};
        smtp5xx_reply reply;
        smtp5xx_verdict verdict;

        ck_assert_int_eq(smtp5xx_diagnose("550 5.1.1 x", 11, &context, NULL, &reply, sizeof(reply), &verdict,
                                          sizeof(verdict), NULL, 0),
                         SMTP5XX_OK);
        ck_assert_msg(verdict.provider == (cases[i].provider ? google : 0), "size %u: provider %u", cases[i].size,
                      verdict.provider);
        ck_assert_msg(reply.stage == (cases[i].stage ? SMTP5XX_STAGE_RCPT : 0) && verdict.stage == reply.stage,
                      "size %u: stage %u", cases[i].size, reply.stage);
    }
}
END_TEST

/* A caller's struct of an older version ends before the fields that this one knows: they count as zero. */
START_TEST(a_policy_counts_as_far_as_its_size)
{
    static const uint32_t sizes[] = {0, 4, 5, 6, 7, 8, 9, 12, 16, 20, 24, 26, 28, 29, 64, UINT32_MAX};
    const smtp5xx_policy whole = {.on_unknown = SMTP5XX_ACTION_SOFT, .on_mailbox_full = SMTP5XX_ACTION_RETRY,
                                  .on_mailbox_disabled = SMTP5XX_ACTION_REVIEW,
                                  .on_reputation = SMTP5XX_ACTION_SOFT, .suppress_confidence = 99,
                                  .reserved = {1, 2, 3}, .retry_after_min = 77, .retry_after_max = 88,
                                  .retry_until = 99, .soft_count = 2, .soft_days = 3};

    for (size_t i = 0; i < COUNT_OF(sizes) * 43 * 2; i++) {
        smtp5xx_policy older = whole;
        smtp5xx_policy zeroed = {.size = sizeof(zeroed)};
        smtp5xx_verdict verdict = {.size = sizeof(verdict), .reason = (uint16_t)(i / 2 % 43), .confidence = 90};
        uint32_t size = sizes[i / 86];
        smtp5xx_advice one;
        smtp5xx_advice other;

        older.size = size;
        if (size > 4) {
            memcpy((char *)&zeroed + 4, (const char *)&whole + 4, (size < sizeof(whole) ? size : sizeof(whole)) - 4);
        }
        verdict.claimed = i % 2 ? SMTP5XX_PERMANENCE_PERMANENT : SMTP5XX_PERMANENCE_TEMPORARY;
        verdict.judged = verdict.claimed;
        ck_assert_int_eq(smtp5xx_advise(&verdict, &older, &one, sizeof(one)), SMTP5XX_OK);
        ck_assert_int_eq(smtp5xx_advise(&verdict, &zeroed, &other, sizeof(other)), SMTP5XX_OK);
        ck_assert_msg(memcmp(&one, &other, sizeof(one)) == 0, "size %u, %s: differs", size,
                      smtp5xx_reason_name(verdict.reason));
    }
}
END_TEST

/* What a newer library filled, or a newer caller stamped, is read as far as this one knows it. */
START_TEST(inputs_of_the_future_are_read)
{
    struct results known = results_of(sample, strlen(sample));
    struct results again = known;
    smtp5xx_span piece = {0, 0};

    again.reply.size = UINT32_MAX;
    ck_assert_int_eq(smtp5xx_classify(sample, strlen(sample), &again.reply, NULL, &again.verdict,
                                      sizeof(again.verdict)),
                     SMTP5XX_OK);
    ck_assert_mem_eq(&again.verdict, &known.verdict, sizeof(known.verdict));
    ck_assert_int_eq(smtp5xx_next_text(sample, strlen(sample), &again.reply, &piece), 1);
    again.verdict.size = 1000;
    ck_assert_int_eq(smtp5xx_advise(&again.verdict, NULL, &again.advice, sizeof(again.advice)), SMTP5XX_OK);
    ck_assert_mem_eq(&again.advice, &known.advice, sizeof(known.advice));
}
END_TEST

/* Makes the call, which must fail and zero what it was given. */
#define REFUSED(call, output)                                          \
    do {                                                               \
        memset(output, 0xa5, sizeof(*(output)));                       \
        ck_assert_int_eq(call, SMTP5XX_EINVAL);                        \
        ck_assert_msg(all_are(output, sizeof(*(output)), 0), "%s", #call); \
    } while (0)

START_TEST(bad_arguments_are_refused)
{
    size_t length = strlen(sample);
    struct results known = results_of(sample, length);
    struct results out;
    smtp5xx_span piece;

    REFUSED(smtp5xx_parse(NULL, 1, NULL, &out.reply, 68), &out.reply);
    REFUSED(smtp5xx_classify(NULL, 1, &known.reply, NULL, &out.verdict, 80), &out.verdict);
    REFUSED(smtp5xx_classify(sample, length, NULL, NULL, &out.verdict, 80), &out.verdict);
    REFUSED(smtp5xx_advise(NULL, NULL, &out.advice, 76), &out.advice);
    REFUSED(smtp5xx_diagnose(NULL, 1, NULL, NULL, &out.reply, 68, &out.verdict, 80, &out.advice, 76), &out);
    REFUSED(smtp5xx_next_text(sample, length, NULL, &piece), &piece);
    REFUSED(smtp5xx_next_text(NULL, 1, &known.reply, &piece), &piece);
    ck_assert_int_eq(smtp5xx_parse(sample, length, NULL, NULL, 44), SMTP5XX_EINVAL);
    ck_assert_int_eq(smtp5xx_classify(sample, length, &known.reply, NULL, NULL, 80), SMTP5XX_EINVAL);
    ck_assert_int_eq(smtp5xx_advise(&known.verdict, NULL, NULL, 68), SMTP5XX_EINVAL);
    ck_assert_int_eq(smtp5xx_next_text(sample, length, &known.reply, NULL), SMTP5XX_EINVAL);
}
END_TEST

/* NULL without a length is the empty text, and no output at all is allowed. */
START_TEST(nothing_is_allowed)
{
    struct results empty = results_of("", 0);
    struct results null = results_of(NULL, 0);
    smtp5xx_span piece = {0, 0};

    ck_assert_mem_eq(&empty, &null, sizeof(empty));
    ck_assert_uint_ne(null.reply.flags & SMTP5XX_REPLY_NOT_SMTP, 0);
    ck_assert_int_eq(smtp5xx_next_text(NULL, 0, &null.reply, &piece), 0);
    ck_assert_int_eq(smtp5xx_classify(NULL, 0, &null.reply, NULL, &null.verdict, sizeof(null.verdict)), SMTP5XX_OK);
    ck_assert_int_eq(smtp5xx_diagnose(sample, strlen(sample), NULL, NULL, NULL, 0, NULL, 0, NULL, 0), SMTP5XX_OK);
    ck_assert_uint_eq(smtp5xx_provider_find(NULL, 0, NULL, 0), 0);
}
END_TEST

START_TEST(a_long_text_is_cut)
{
    static const struct {
        size_t length;
        int cut;
    } cases[] = {{65535, 0}, {65536, 0}, {65537, 1}, {200000, 1}};

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *text = malloc(cases[i].length);
        struct results results;
        size_t seen = cases[i].length < SMTP5XX_INPUT_MAX ? cases[i].length : SMTP5XX_INPUT_MAX;

        ck_assert_ptr_nonnull(text);
        memset(text, 'a', cases[i].length);
        memcpy(text, "550 5.1.1 ", 10);
        results = results_of(text, cases[i].length);
        ck_assert_msg(((results.reply.flags & SMTP5XX_REPLY_CUT) != 0) == cases[i].cut, "%zu bytes: flags %u",
                      cases[i].length, results.reply.flags);
        ck_assert_msg(results.reply.said.offset == 0 && results.reply.said.length == seen, "%zu bytes: %u said",
                      cases[i].length, results.reply.said.length);
        ck_assert_msg(results.reply.text.offset + results.reply.text.length <= seen, "%zu bytes: text",
                      cases[i].length);
        ck_assert_msg(results.verdict.reason == SMTP5XX_REASON_USER_UNKNOWN, "%zu bytes: %s", cases[i].length,
                      smtp5xx_reason_name(results.verdict.reason));
        free(text);
    }
}
END_TEST

/* Three pages, of which the middle one alone may be touched; NULL if the system does not give them. */
static char *fenced_page(size_t *size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    *size = page;
    ck_assert(pages != MAP_FAILED);
    ck_assert_int_eq(mprotect(pages + page, page, PROT_READ | PROT_WRITE), 0);
    return pages + page;
}

static void drop_page(char *page, size_t size)
{
    ck_assert_int_eq(munmap(page - size, 3 * size), 0);
}

/* Every beginning of a reply, with nothing readable before or after it, gives the same as elsewhere. */
START_TEST(nothing_beyond_the_text_is_read)
{
    size_t size;
    char *page = fenced_page(&size);

    for (size_t length = 0; length <= strlen(samples[_i]); length++) {
        char *last = page + size - length;
        struct results expected = results_of(samples[_i], length);
        struct results got;
        smtp5xx_span piece = {0, 0};

        memcpy(page, samples[_i], length);
        got = results_of(page, length);
        ck_assert_msg(memcmp(&got, &expected, sizeof(got)) == 0, "%zu bytes of \"%s\"", length, samples[_i]);
        memcpy(last, samples[_i], length);
        got = results_of(last, length);
        ck_assert_msg(memcmp(&got, &expected, sizeof(got)) == 0, "%zu bytes of \"%s\" differ", length, samples[_i]);
        while (smtp5xx_next_text(last, length, &got.reply, &piece) == 1) {
            ck_assert_msg(piece.offset + piece.length <= length, "%zu bytes of \"%s\"", length, samples[_i]);
        }
        smtp5xx_provider_find(last, length, last, length);
        smtp5xx_table_find(SMTP5XX_TABLE_REASONS, last, length, NULL);
    }
    drop_page(page, size);
}
END_TEST

/* The spans of a reply are offsets into its own text. Those of another one must not lead out of a shorter text. */
START_TEST(a_reply_of_another_text_reads_nothing_beyond)
{
    size_t length = strlen(samples[_i]);
    struct results known = results_of(samples[_i], length);
    size_t size;
    char *page = fenced_page(&size);

    for (size_t less = 0; less < length; less++) {
        char *shorter = page + size - less;
        smtp5xx_span piece = {0, 0};
        smtp5xx_verdict verdict;
        int got;

        memcpy(shorter, samples[_i], less);
        got = smtp5xx_classify(shorter, less, &known.reply, NULL, &verdict, sizeof(verdict));
        ck_assert_msg(got == SMTP5XX_OK || all_are(&verdict, sizeof(verdict), 0), "%zu bytes: not zeroed", less);
        for (size_t pieces = 0; smtp5xx_next_text(shorter, less, &known.reply, &piece) == 1; pieces++) {
            ck_assert_msg(piece.offset <= less && piece.length <= less - piece.offset && pieces <= less,
                          "%zu bytes: piece %u+%u", less, piece.offset, piece.length);
        }
    }
    drop_page(page, size);
}
END_TEST

/* Of a context and a policy no more is read than their size says. */
START_TEST(nothing_beyond_a_struct_is_read)
{
    size_t size;
    char *page = fenced_page(&size);

    for (uint32_t bytes = 4; bytes <= sizeof(smtp5xx_context); bytes += 4) {
        void *at = page + size - bytes;
        int aligned = bytes % _Alignof(smtp5xx_context) == 0;
        smtp5xx_advice advice;

        memset(at, 0, bytes);
        memcpy(at, &bytes, sizeof(bytes));
        ck_assert_int_eq(smtp5xx_diagnose(sample, strlen(sample), aligned ? at : NULL, bytes <= sizeof(smtp5xx_policy) ? at : NULL, NULL, 0,
                                          NULL, 0, &advice, sizeof(advice)),
                         SMTP5XX_OK);
    }
    drop_page(page, size);
}
END_TEST

/* A batch of the samples, one after the other as in a column. */
struct batch {
    char data[2048];
    int32_t offsets[COUNT_OF(samples) + 1];
    smtp5xx_verdict verdicts[COUNT_OF(samples)];
    smtp5xx_advice advices[COUNT_OF(samples)];
};

static void make_batch(struct batch *batch, int32_t first)
{
    memset(batch, 0xa5, sizeof(*batch));
    batch->offsets[0] = first;
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        size_t length = strlen(samples[i]);

        memcpy(batch->data + batch->offsets[i], samples[i], length);
        batch->offsets[i + 1] = batch->offsets[i] + (int32_t)length;
    }
}

static int run_batch(struct batch *batch, size_t length, size_t count)
{
    return smtp5xx_diagnose_batch(batch->data, length, batch->offsets, count, NULL, NULL, batch->verdicts,
                                  sizeof(batch->verdicts[0]), batch->advices, sizeof(batch->advices[0]));
}

/* The column may begin anywhere in the buffer. */
START_TEST(a_batch_gives_what_diagnose_gives)
{
    struct batch batch;

    make_batch(&batch, _i * 7);
    ck_assert_int_eq(run_batch(&batch, (size_t)batch.offsets[COUNT_OF(samples)], COUNT_OF(samples)), SMTP5XX_OK);
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        struct results one = results_of(samples[i], strlen(samples[i]));

        ck_assert_msg(memcmp(&one.verdict, &batch.verdicts[i], sizeof(one.verdict)) == 0, "\"%s\"", samples[i]);
        ck_assert_msg(memcmp(&one.advice, &batch.advices[i], sizeof(one.advice)) == 0, "\"%s\"", samples[i]);
    }
}
END_TEST

/* The caller's elements may be larger than the structs, either array may be left out, and context and policy hold for
 * all. */
START_TEST(a_batch_takes_the_size_of_the_callers_elements)
{
    static struct {
        smtp5xx_verdict verdict;
        uint32_t more[4];
    } verdicts[COUNT_OF(samples)];
    smtp5xx_policy policy = {.size = sizeof(policy), .on_unknown = SMTP5XX_ACTION_SOFT};
    smtp5xx_context context = {.size = sizeof(context), .stage = SMTP5XX_STAGE_EOD};
    struct batch batch;
    size_t count = COUNT_OF(samples);

    make_batch(&batch, 0);
    memset(verdicts, 0xa5, sizeof(verdicts));
    ck_assert_int_eq(smtp5xx_diagnose_batch(batch.data, 2048, batch.offsets, count, &context, &policy,
                                            &verdicts[0].verdict, sizeof(verdicts[0]), NULL, 0),
                     SMTP5XX_OK);
    ck_assert_int_eq(smtp5xx_diagnose_batch(batch.data, 2048, batch.offsets, count, &context, &policy, NULL, 0,
                                            batch.advices, sizeof(batch.advices[0])),
                     SMTP5XX_OK);
    for (size_t i = 0; i < count; i++) {
        struct results one;

        ck_assert_int_eq(smtp5xx_diagnose(samples[i], strlen(samples[i]), &context, &policy, NULL, 0, &one.verdict,
                                          sizeof(one.verdict), &one.advice, sizeof(one.advice)),
                         SMTP5XX_OK);
        ck_assert_msg(memcmp(&one.verdict, &verdicts[i].verdict, sizeof(one.verdict)) == 0, "\"%s\"", samples[i]);
        ck_assert_msg(memcmp(&one.advice, &batch.advices[i], sizeof(one.advice)) == 0, "\"%s\"", samples[i]);
        ck_assert_msg(all_are(verdicts[i].more, sizeof(verdicts[i].more), 0), "\"%s\": not zeroed", samples[i]);
    }
    ck_assert_int_eq(smtp5xx_diagnose_batch(batch.data, 2048, batch.offsets, count, NULL, NULL, NULL, 0, NULL, 0),
                     SMTP5XX_OK);
}
END_TEST

/* One offset is spoilt, or the data are shorter than the last one says. */
static const struct spoilt {
    size_t at;
    int32_t offset;
    size_t length;
} spoilt[] = {{0, -1, 2048}, {0, INT32_MIN, 2048}, {1, -1, 2048}, {3, 0, 2048}, {2, INT32_MAX, 2048},
              {COUNT_OF(samples), 2049, 2048}, {COUNT_OF(samples), INT32_MAX, 2048}, {COUNT_OF(samples), -1, 2048},
              {COUNT_OF(samples) - 1, 2048, 2048}, {0, 0, 0}, {0, 0, 10}};

START_TEST(bad_offsets_are_refused)
{
    const struct spoilt *row = &spoilt[_i];
    struct batch batch;

    make_batch(&batch, 0);
    batch.offsets[row->at] = row->offset;
    ck_assert_msg(run_batch(&batch, row->length, COUNT_OF(samples)) == SMTP5XX_EINVAL, "offsets[%zu] = %d of %zu",
                  row->at, row->offset, row->length);
    ck_assert(all_are(batch.verdicts, sizeof(batch.verdicts), 0));
    ck_assert(all_are(batch.advices, sizeof(batch.advices), 0));
}
END_TEST

/* What the caller leaves out, or has too little room for. */
static const struct bad_batch {
    int data;
    int offsets;
    size_t verdict_size;
    size_t advice_size;
    int expected;
} bad_batches[] = {{0, 1, 80, 68, SMTP5XX_EINVAL}, {1, 0, 80, 68, SMTP5XX_EINVAL}, {1, 1, 79, 68, SMTP5XX_ESIZE},
                   {1, 1, 80, 67, SMTP5XX_ESIZE},  {1, 1, 0, 68, SMTP5XX_ESIZE},   {1, 1, 80, 0, SMTP5XX_ESIZE}};

START_TEST(bad_batches_are_refused)
{
    const struct bad_batch *row = &bad_batches[_i];
    size_t count = COUNT_OF(samples);
    struct batch batch;

    make_batch(&batch, 0);
    ck_assert_int_eq(smtp5xx_diagnose_batch(row->data ? batch.data : NULL, 2048, row->offsets ? batch.offsets : NULL,
                                            count, NULL, NULL, batch.verdicts, row->verdict_size, batch.advices,
                                            row->advice_size),
                     row->expected);
    ck_assert(all_are(batch.verdicts, row->verdict_size * count, 0));
    ck_assert(all_are(batch.advices, row->advice_size * count, 0));
}
END_TEST

START_TEST(an_empty_batch_is_allowed)
{
    static const int32_t zeros[3] = {0, 0, 0};
    struct batch batch;
    struct results empty = results_of(NULL, 0);

    make_batch(&batch, 5);
    ck_assert_int_eq(run_batch(&batch, 5, 0), SMTP5XX_OK);
    ck_assert(all_are(batch.verdicts, sizeof(batch.verdicts), 0xa5));
    ck_assert_int_eq(smtp5xx_diagnose_batch(NULL, 0, zeros, 2, NULL, NULL, batch.verdicts, 80, batch.advices, 76),
                     SMTP5XX_OK);
    ck_assert_mem_eq(&batch.verdicts[1], &empty.verdict, sizeof(empty.verdict));
    ck_assert_mem_eq(&batch.advices[1], &empty.advice, sizeof(empty.advice));
    ck_assert(all_are(&batch.verdicts[2], sizeof(empty.verdict), 0xa5));
}
END_TEST

Suite *abi_suite(void)
{
    Suite *suite = suite_create("abi");
    TCase *structs = tcase_create("structs");
    TCase *input = tcase_create("input");
    TCase *batches = tcase_create("batches");

    tcase_set_timeout(input, 60);
    tcase_add_loop_test(structs, a_field_lies_where_it_did, 0, (int)COUNT_OF(fields));
    tcase_add_loop_test(structs, a_caller_of_any_size_gets_what_it_has_room_for, 0, (int)COUNT_OF(outputs));
    tcase_add_test(structs, diagnose_fills_all_or_none);
    tcase_add_test(structs, a_context_counts_as_far_as_its_size);
    tcase_add_test(structs, a_policy_counts_as_far_as_its_size);
    tcase_add_test(structs, inputs_of_the_future_are_read);
    tcase_add_test(input, bad_arguments_are_refused);
    tcase_add_test(input, nothing_is_allowed);
    tcase_add_test(input, a_long_text_is_cut);
    tcase_add_loop_test(input, nothing_beyond_the_text_is_read, 0, (int)COUNT_OF(samples));
    tcase_add_loop_test(input, a_reply_of_another_text_reads_nothing_beyond, 0, (int)COUNT_OF(samples));
    tcase_add_test(input, nothing_beyond_a_struct_is_read);
    tcase_add_loop_test(batches, a_batch_gives_what_diagnose_gives, 0, 3);
    tcase_add_test(batches, a_batch_takes_the_size_of_the_callers_elements);
    tcase_add_loop_test(batches, bad_offsets_are_refused, 0, (int)COUNT_OF(spoilt));
    tcase_add_loop_test(batches, bad_batches_are_refused, 0, (int)COUNT_OF(bad_batches));
    tcase_add_test(batches, an_empty_batch_is_allowed);
    suite_add_tcase(suite, structs);
    suite_add_tcase(suite, input);
    suite_add_tcase(suite, batches);
    return suite;
}
