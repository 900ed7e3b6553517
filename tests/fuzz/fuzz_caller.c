/*
 * Fuzzing: rules of the caller, of any bytes: the first that holds decides, and nothing else changes what is found.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "fuzz.h"

enum { RULES_MAX = 6, RULE_BYTES = 18 };

/* Phrases are cut out of the text itself, so that some of them hold. */
static smtp5xx_rule rule_of(struct fuzz_input *input, uint32_t id, size_t room)
{
    smtp5xx_rule rule = {.id = id};
    uint32_t kind = fuzz_option(input, 256), length = (uint32_t)(room < 255 ? room : 255);

    rule.reason = (uint16_t)fuzz_option(input, 50);
    rule.action = (uint8_t)fuzz_option(input, 10);
    rule.confidence = (uint8_t)fuzz_option(input, 110);
    rule.judged = (uint8_t)fuzz_option(input, 5);
    rule.code = (uint16_t)(kind & 1 ? 550 : 0);
    rule.reply_class = (uint8_t)(kind & 2 ? 4 + fuzz_option(input, 2) : 0);
    rule.stage = (uint8_t)(kind & 4 ? fuzz_option(input, 9) : 0);
    rule.subject = (uint16_t)(kind & 8 ? fuzz_option(input, 9) : 0);
    rule.detail = (uint16_t)(kind & 16 ? fuzz_option(input, 30) : 0);
    rule.phrase.offset = fuzz_option(input, 256) % (length + 1 + (kind > 250));
    rule.phrase.length = kind & 32 ? fuzz_option(input, 40) : 0;
    if (kind < 240 && rule.phrase.length > length - rule.phrase.offset) {
        rule.phrase.length = length - rule.phrase.offset;
    }
    return rule;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input options = {data, size}, input = options;
    smtp5xx_context plain = fuzz_context(&options), context = plain;
    smtp5xx_rule rules[RULES_MAX];
    smtp5xx_verdict without, with;
    smtp5xx_advice advice;
    struct fuzz_text text;
    uint32_t count = fuzz_option(&options, RULES_MAX + 1), passes = fuzz_option(&options, 4);
    int error;

    input.size = options.size > (size_t)count * RULE_BYTES ? options.size - (size_t)count * RULE_BYTES : 0;
    text = fuzz_text_of(&input);
    for (uint32_t i = 0; i < count; i++) {
        rules[i] = rule_of(&options, 100 + i, text.length);
    }
    context.rules = count > 0 ? rules : NULL;
    context.rule_count = count;
    context.rule_size = sizeof(rules[0]);
    context.rule_text = text.text;
    context.rule_text_length = (uint32_t)(text.length - (passes == 0 && text.length > 4 ? 4 : 0));
    FUZZ_CHECK(smtp5xx_diagnose(text.text, text.length, &plain, NULL, NULL, 0, &without, sizeof(without), NULL, 0) == SMTP5XX_OK,
               "diagnose");
    error = smtp5xx_diagnose(text.text, text.length, &context, NULL, NULL, 0, &with, sizeof(with), &advice, sizeof(advice));
    FUZZ_CHECK(error == SMTP5XX_OK || (error == SMTP5XX_EINVAL && count > 0 && with.size == 0 && advice.size == 0), "%d", error);
    if (error == SMTP5XX_OK) {
        fuzz_check_verdict(&with, text.length);
        fuzz_check_advice(&advice, &with);
        FUZZ_CHECK(with.basis == SMTP5XX_BASIS_CALLER ? with.rule >= 100 && with.rule < 100 + count
                                                      : memcmp(&with, &without, sizeof(with)) == 0,
                   "basis %u, rule %u", with.basis, with.rule);
        FUZZ_CHECK(with.claimed == without.claimed && with.code == without.code &&
                       memcmp(&with.ip, &without.ip, sizeof(with.ip)) == 0 &&
                       memcmp(&with.url, &without.url, sizeof(with.url)) == 0,
                   "a rule changes what is found");
    }
    fuzz_free(&text);
    return 0;
}
