/*
 * Fuzzing: any bytes give a sane reply, whose pieces of text are inside it, in order, and hold no code that was taken out.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "fuzz.h"

/* Every piece lies behind the one before. The first one is the text. */
static void walk(const struct fuzz_text *text, const smtp5xx_reply *reply)
{
    smtp5xx_span piece = {0, 0};
    uint32_t end = reply->said.offset;
    int more;

    for (size_t count = 0; (more = smtp5xx_next_text(text->text, text->length, reply, &piece)) == 1; count++) {
        FUZZ_CHECK(count > 0 || memcmp(&piece, &reply->text, sizeof(piece)) == 0, "%u+%u", piece.offset, piece.length);
        FUZZ_CHECK(piece.length > 0 && piece.offset >= end, "%u+%u after %u", piece.offset, piece.length, end);
        end = piece.offset + piece.length;
        FUZZ_CHECK(end <= reply->said.offset + reply->said.length, "%u+%u", piece.offset, piece.length);
    }
    FUZZ_CHECK(more == 0 && piece.offset == 0 && piece.length == 0, "%d, %u+%u", more, piece.offset, piece.length);
}

/* What a caller has stored may be damaged: it is refused, or it does no harm. */
static void try_damaged(const struct fuzz_text *text, smtp5xx_reply reply, struct fuzz_input *input)
{
    unsigned char bytes[sizeof(reply)];
    smtp5xx_hit hits[3];
    smtp5xx_verdict verdict;
    smtp5xx_span piece;
    int more = 1;

    memcpy(bytes, &reply, sizeof(bytes));
    for (int i = 0; i < 3; i++) {
        bytes[fuzz_option(input, sizeof(bytes))] = (unsigned char)fuzz_option(input, 256);
    }
    memcpy(&reply, bytes, sizeof(bytes));
    reply.size = sizeof(reply);
    piece = (smtp5xx_span){fuzz_option(input, 256), fuzz_option(input, 256)};
    for (size_t count = 0; more == 1 && count < 100; count++) {
        more = smtp5xx_next_text(text->text, text->length, &reply, &piece);
        FUZZ_CHECK(more != 1 || (piece.offset <= text->length && piece.length <= text->length - piece.offset), "%u+%u",
                   piece.offset, piece.length);
    }
    if (smtp5xx_classify(text->text, text->length, &reply, NULL, &verdict, sizeof(verdict)) == SMTP5XX_OK) {
        FUZZ_CHECK(verdict.words.offset <= text->length && verdict.words.length <= text->length - verdict.words.offset,
                   "%u+%u", verdict.words.offset, verdict.words.length);
    }
    smtp5xx_hits(text->text, text->length, &reply, NULL, hits, COUNT_OF(hits), sizeof(hits[0]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    smtp5xx_context context = fuzz_context(&input);
    int damaged = fuzz_option(&input, 4) == 0;
    struct fuzz_input rest = {data, input.size > 8 ? input.size - 8 : 0};
    struct fuzz_text text = fuzz_text_of(&rest);
    smtp5xx_reply reply, again;

    FUZZ_CHECK(smtp5xx_parse(text.text, text.length, &context, &reply, sizeof(reply)) == SMTP5XX_OK, "parse");
    FUZZ_CHECK(smtp5xx_parse(text.text, text.length, &context, &again, sizeof(again)) == SMTP5XX_OK, "parse");
    FUZZ_CHECK(memcmp(&reply, &again, sizeof(reply)) == 0, "another reply");
    fuzz_check_reply(&reply, text.length);
    /* Without one from the context, what was wrapped around the reply may tell the stage. */
    FUZZ_CHECK(context.stage == 0 || context.stage > SMTP5XX_STAGE_EOD || reply.stage == context.stage, "%u", reply.stage);
    walk(&text, &reply);
    if (damaged) {
        try_damaged(&text, reply, &input);
    }
    fuzz_free(&text);
    return 0;
}
