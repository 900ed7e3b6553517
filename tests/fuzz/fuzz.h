/*
 * What the fuzzing targets share: a way from the fuzzer's bytes to texts that look like replies, and the properties that
 * hold for every text. A target is a file fuzz_NAME.c with LLVMFuzzerTestOneInput(); libFuzzer (make fuzz) or replay.c, which
 * needs no fuzzer (make check-fuzz), calls it.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#ifndef SMTP5XX_TESTS_FUZZ_H
#define SMTP5XX_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smtp5xx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Stops the fuzzer with a message when a property does not hold. */
#define FUZZ_CHECK(condition, ...)                                       \
    do {                                                                 \
        if (!(condition)) {                                              \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition); \
            fprintf(stderr, __VA_ARGS__);                                \
            fputc('\n', stderr);                                         \
            abort();                                                     \
        }                                                                \
    } while (0)

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The fuzzer's bytes. Options are taken from their end, so that what is before them stays a text that people can read. */
struct fuzz_input {
    const uint8_t *data;
    size_t size;
};

uint32_t fuzz_option(struct fuzz_input *input, uint32_t below);

/* A text in memory of exactly its size, where AddressSanitizer sees each byte that is read beyond it. */
struct fuzz_text {
    char *text;
    size_t length;
};

/*
 * A text made of the rest of the input. Its bytes stand for themselves, but for these, which stand for pieces:
 *     01 a b     sample a*256+b of the rules
 *     02 a       a piece of the grammar: a code, a break, an address, an IP, a URL, an unfinished wrapper ...
 *     03 a b c   some words of a sample
 *     04 a       the byte a itself
 *     05 a       the last 1 to 32 bytes again, up to 8 times
 *     06         all of it again, which makes long texts
 */
enum { FUZZ_TEXT_MAX = SMTP5XX_INPUT_MAX + 512, FUZZ_TEXT_USUAL = 1500 };
struct fuzz_text fuzz_text_of(const struct fuzz_input *input);
struct fuzz_text fuzz_copy(const char *text, size_t length);
void fuzz_free(struct fuzz_text *text);

/* A context with a stage and a provider that may be known. */
smtp5xx_context fuzz_context(struct fuzz_input *input);
smtp5xx_policy fuzz_policy(struct fuzz_input *input);

/* What holds for every result. */
void fuzz_check_reply(const smtp5xx_reply *reply, size_t length);
void fuzz_check_verdict(const smtp5xx_verdict *verdict, size_t length);
void fuzz_check_advice(const smtp5xx_advice *advice, const smtp5xx_verdict *verdict);

#endif
