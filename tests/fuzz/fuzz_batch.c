/*
 * Fuzzing: a batch is the same as one by one; offsets that do not ascend are refused, and nothing is written but zeros.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "fuzz.h"

enum { REPLIES_MAX = 40 };

/* Where the text is cut: by the input's last bytes, and seldom in disorder. */
static size_t cut(struct fuzz_input *input, size_t length, int32_t *offsets)
{
    size_t count = fuzz_option(input, REPLIES_MAX);
    int32_t at = (int32_t)fuzz_option(input, 3);

    for (size_t i = 0; i <= count; i++) {
        uint32_t step = fuzz_option(input, 256);

        offsets[i] = at;
        at += step < 250 ? (int32_t)step : step == 250 ? -7 : step == 251 ? INT32_MAX / 40 : 0;
        at = at > (int32_t)length && step < 250 ? (int32_t)length : at;
    }
    return count;
}

static int ascends(const int32_t *offsets, size_t count, size_t length)
{
    for (size_t i = 0; i < count; i++) {
        if (offsets[i] > offsets[i + 1]) {
            return 0;
        }
    }
    return offsets[0] >= 0 && (size_t)offsets[count] <= length;
}

static int is_zero(const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;

    while (size > 0 && byte[size - 1] == 0) {
        size--;
    }
    return size == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size}, options = input;
    smtp5xx_verdict verdicts[REPLIES_MAX + 1], verdict;
    smtp5xx_advice advices[REPLIES_MAX + 1], advice;
    int32_t offsets[REPLIES_MAX + 1];
    smtp5xx_context context = fuzz_context(&options);
    struct fuzz_text text;
    size_t count;
    int fine, status;

    input.size = options.size > 48 ? options.size - 48 : 0;
    text = fuzz_text_of(&input);
    count = cut(&options, text.length, offsets);
    fine = ascends(offsets, count, text.length);
    memset(verdicts, 0x5a, sizeof(verdicts));
    memset(advices, 0x5a, sizeof(advices));
    status = smtp5xx_diagnose_batch(text.text, text.length, offsets, count, &context, NULL, verdicts, sizeof(verdicts[0]),
                                    advices, sizeof(advices[0]));
    FUZZ_CHECK(status == (fine ? SMTP5XX_OK : SMTP5XX_EINVAL), "%d", status);
    FUZZ_CHECK(fine || (is_zero(verdicts, count * sizeof(verdicts[0])) && is_zero(advices, count * sizeof(advices[0]))),
               "not zeroed");
    for (size_t i = 0; fine && i < count; i++) {
        struct fuzz_text one = fuzz_copy(text.text + offsets[i], (size_t)(offsets[i + 1] - offsets[i]));

        smtp5xx_diagnose(one.text, one.length, &context, NULL, NULL, 0, &verdict, sizeof(verdict), &advice, sizeof(advice));
        FUZZ_CHECK(memcmp(&verdict, &verdicts[i], sizeof(verdict)) == 0, "verdict %zu", i);
        FUZZ_CHECK(memcmp(&advice, &advices[i], sizeof(advice)) == 0, "advice %zu", i);
        fuzz_free(&one);
    }
    FUZZ_CHECK(((unsigned char *)&verdicts[count])[0] == 0x5a && ((unsigned char *)&advices[count])[0] == 0x5a, "overrun");
    fuzz_free(&text);
    return 0;
}
