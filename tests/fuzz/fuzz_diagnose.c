/*
 * Fuzzing: one call is the three steps, whatever the outputs that are asked for; advice is sane under any policy.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "fuzz.h"

/* Any bytes as verdict: a caller may have stored it, or have made it. */
static void advise_any(struct fuzz_input *input, const smtp5xx_policy *policy)
{
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;

    for (size_t i = 0; i < sizeof(verdict); i++) {
        ((unsigned char *)&verdict)[i] = (unsigned char)fuzz_option(input, 256);
    }
    verdict.size = sizeof(verdict);
    FUZZ_CHECK(smtp5xx_advise(&verdict, policy, &advice, sizeof(advice)) == SMTP5XX_OK, "advise");
    fuzz_check_advice(&advice, &verdict);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    smtp5xx_context context = fuzz_context(&input);
    smtp5xx_policy policy = fuzz_policy(&input);
    uint32_t wanted = fuzz_option(&input, 16);
    struct fuzz_text text = fuzz_text_of(&input);
    smtp5xx_reply reply[2];
    smtp5xx_verdict verdict[2];
    smtp5xx_advice advice[2];

    FUZZ_CHECK(smtp5xx_parse(text.text, text.length, &context, &reply[0], sizeof(reply[0])) == SMTP5XX_OK, "parse");
    FUZZ_CHECK(smtp5xx_classify(text.text, text.length, &reply[0], &context, &verdict[0], sizeof(verdict[0])) == SMTP5XX_OK,
               "classify");
    FUZZ_CHECK(smtp5xx_advise(&verdict[0], &policy, &advice[0], sizeof(advice[0])) == SMTP5XX_OK, "advise");
    FUZZ_CHECK(smtp5xx_diagnose(text.text, text.length, &context, &policy, wanted & 1 ? &reply[1] : NULL, sizeof(reply[1]),
                                wanted & 2 ? &verdict[1] : NULL, sizeof(verdict[1]), wanted & 4 ? &advice[1] : NULL,
                                sizeof(advice[1])) == SMTP5XX_OK,
               "diagnose");
    FUZZ_CHECK(!(wanted & 1) || memcmp(&reply[0], &reply[1], sizeof(reply[0])) == 0, "another reply");
    FUZZ_CHECK(!(wanted & 2) || memcmp(&verdict[0], &verdict[1], sizeof(verdict[0])) == 0, "another verdict");
    FUZZ_CHECK(!(wanted & 4) || memcmp(&advice[0], &advice[1], sizeof(advice[0])) == 0, "another advice");
    fuzz_check_advice(&advice[0], &verdict[0]);
    if (wanted & 8) {
        advise_any(&input, &policy);
    }
    fuzz_free(&text);
    return 0;
}
