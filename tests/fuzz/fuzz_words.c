/*
 * Fuzzing: tokens lie inside the text, in order; and what is found does not depend on how many bytes are read at a time.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#define INTERNAL static
#include "library.c"

#include "fuzz.h"

/* The words of a text, as the matcher sees them. The library is included, because its words are not public. */
static void check_tokens(const char *text, uint32_t from, uint32_t end)
{
    struct s5x_lexer lexer;
    struct s5x_token token;
    uint32_t before = from;

    start_lexer(&lexer, text, from, end);
    for (next_token(&lexer, &token); token.kind != TOKEN_END; next_token(&lexer, &token)) {
        FUZZ_CHECK(token.kind > TOKEN_END && token.kind <= TOKEN_ENHANCED, "kind %u", token.kind);
        FUZZ_CHECK(token.length > 0 && token.offset >= before && token.length <= end - token.offset, "%u+%u after %u of %u",
                   token.offset, token.length, before, end);
        before = token.offset + token.length;
        if (token.kind == TOKEN_HOST || token.kind == TOKEN_URL || token.kind == TOKEN_ADDRESS) {
            FUZZ_CHECK(token.host_length == 0 ||
                           (token.host >= token.offset && token.host + token.host_length <= before),
                       "host %u+%u in %u+%u", token.host, token.host_length, token.offset, token.length);
        }
        FUZZ_CHECK(token.kind != TOKEN_WORD || (token.word & ENTRY_NUMBER) < ENTRY_NUMBER || (token.word & ENTRY_FILLER) != 0,
                   "word %x", token.word);
    }
}

/* Each mask of 64 bytes against its definition, byte by byte. */
static void check_masks(const char *text, uint32_t end)
{
    struct s5x_lexer lexer;

    start_lexer(&lexer, text, 0, end);
    for (uint32_t at = 0; at < end; at += 61) {
        refill(&lexer, at);
        for (uint32_t i = 0; i < WINDOW && at + i < end; i++) {
            char c = text[at + i];

            FUZZ_CHECK((int)(lexer.word >> i & 1) == is_word_byte(c) && (int)(lexer.high >> i & 1) == is_high(c), "%02x",
                       (unsigned char)c);
            FUZZ_CHECK((int)(lexer.join >> i & 1) == is_joiner(c), "%02x", (unsigned char)c);
        }
    }
}

/* s5x_find() against the obvious loop. */
static void check_find(const char *text, uint32_t end, const char *four)
{
    for (uint32_t at = 0; at < end && at < 100; at++) {
        uint32_t plain = at;

        while (plain < end && memchr(four, text[plain], 4) == NULL) {
            plain++;
        }
        FUZZ_CHECK(s5x_find(text, at, end, four) == plain, "from %u", at);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    uint32_t skipped = fuzz_option(&input, 16);
    struct fuzz_text text = fuzz_text_of(&input);
    uint32_t end = s5x_clamp(text.length);

    if (end > 0) {
        check_tokens(text.text, skipped < end ? skipped : 0, end);
        check_masks(text.text, end);
        check_find(text.text, end, "#([[");
        check_find(text.text, end, "\\5 \n");
    }
    fuzz_free(&text);
    return 0;
}
