/*
 * Fuzzing: a redacted text gives the same verdict, has no controls, is the same when it is redacted again, and
 * is written into any room without a byte too many.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L
#include "fuzz.h"

static smtp5xx_verdict judge(const char *text, size_t length, const smtp5xx_context *context)
{
    smtp5xx_verdict verdict;

    FUZZ_CHECK(smtp5xx_diagnose(text, length, context, NULL, NULL, 0, &verdict, sizeof(verdict), NULL, 0) == SMTP5XX_OK,
               "diagnose");
    return verdict;
}

/* In a smaller room it is the beginning of the whole. */
static void try_room(const struct fuzz_text *text, const char *whole, int length, size_t room)
{
    char *part = malloc(room > 0 ? room : 1);
    size_t used;

    FUZZ_CHECK(part != NULL, "out of memory");
    FUZZ_CHECK(smtp5xx_redact(text->text, text->length, room > 0 ? part : NULL, room) == length, "another length in %zu bytes", room);
    if (room > 0) {
        used = strnlen(part, room);
        FUZZ_CHECK(used < room && memcmp(part, whole, used) == 0, "%zu of %zu bytes", used, room);
        FUZZ_CHECK(room <= (size_t)length || used == (size_t)length, "%zu of %d", used, length);
    }
    free(part);
}

static void check_bytes(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        FUZZ_CHECK((c >= 0x20 && c != 0x7f) || c == '\n' || c == '\r' || c == '\t', "control %02x", c);
    }
}

/* Question marks part words that a byte which is no text had held together: what holds no such byte is promised its verdict. */
static int is_clean(const struct fuzz_text *text)
{
    for (size_t i = 0; i < text->length; i++) {
        unsigned char c = (unsigned char)text->text[i];

        if ((c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c >= 0x7f) {
            return 0;
        }
    }
    return 1;
}

static void check_again(const char *redacted, size_t length)
{
    char *twice = malloc(length + 1);

    FUZZ_CHECK(twice != NULL && smtp5xx_redact(redacted, length, twice, length + 1) == (int)length && strcmp(redacted, twice) == 0,
               "\"%s\" becomes \"%s\"", redacted, twice);
    free(twice);
}

/* Whether lines are joined is looked for in the first line, so far: what makes it longer may hide where it ends. */
static int has_short_line(const char *text, size_t length)
{
    enum { LINE_LIMIT = 1024 }; /* RFC 5321 4.5.3.1.5 has 512. */

    return length <= LINE_LIMIT || memchr(text, '\n', LINE_LIMIT) != NULL || memchr(text, '\r', LINE_LIMIT) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    smtp5xx_context context = fuzz_context(&input);
    size_t room = fuzz_option(&input, 256);
    struct fuzz_text text = fuzz_text_of(&input);
    int length = smtp5xx_redact(text.text, text.length, NULL, 0);
    char *redacted;

    FUZZ_CHECK(length >= 0, "%d", length);
    redacted = malloc((size_t)length + 1);
    FUZZ_CHECK(redacted != NULL && smtp5xx_redact(text.text, text.length, redacted, (size_t)length + 1) == length, "redact");
    FUZZ_CHECK(strlen(redacted) == (size_t)length, "%zu, not %d", strlen(redacted), length);
    check_bytes(redacted, (size_t)length);
    try_room(&text, redacted, length, room);
    if (is_clean(&text) && text.length <= SMTP5XX_INPUT_MAX && length <= SMTP5XX_INPUT_MAX &&
        has_short_line(text.text, text.length) && has_short_line(redacted, (size_t)length)) {
        smtp5xx_verdict plain = judge(text.text, text.length, &context);
        smtp5xx_verdict after = judge(redacted, (size_t)length, &context);

        FUZZ_CHECK(plain.reason == after.reason, "\"%.*s\" is %s by %s; \"%s\" is %s by %s", (int)text.length, text.text,
                   smtp5xx_reason_name(plain.reason), smtp5xx_rule_name(plain.rule), redacted, smtp5xx_reason_name(after.reason),
                   smtp5xx_rule_name(after.rule));
        check_again(redacted, (size_t)length);
    }
    free(redacted);
    fuzz_free(&text);
    return 0;
}
