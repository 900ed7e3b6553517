/*
 * Parse: a table of inputs and what must be found in each (parse_cases.h), and properties that hold for any bytes.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "suites.h"

#include "parse_cases.h"

enum { JOINED_MAX = 1024, FUZZ_MAX = 96, FUZZ_ROUNDS = 20000 };

/* Removes the punctuation that a parser may count to a code or to the text around it. */
static void strip_marks(char *text, size_t *length)
{
    static const char marks[] = " ()[]#-:;,";
    size_t start = 0;

    while (start < *length && memchr(marks, text[start], sizeof(marks) - 1) != NULL) {
        start++;
    }
    *length -= start;
    memmove(text, text + start, *length);
    while (*length > 0 && memchr(marks, text[*length - 1], sizeof(marks) - 1) != NULL) {
        (*length)--;
    }
}

/* Joins the pieces of a reply's text by a blank. loose strips each piece's marks first. */
static size_t join_text(const char *text, size_t length, const smtp5xx_reply *reply, int loose, char *joined)
{
    smtp5xx_span piece = {0, 0};
    size_t used = 0;
    int result;

    while ((result = smtp5xx_next_text(text, length, reply, &piece)) == 1) {
        char one[JOINED_MAX];
        size_t one_length = piece.length;

        ck_assert_msg(piece.offset <= length && piece.length <= length - piece.offset, "a piece beyond the input");
        ck_assert_msg(used + one_length + 1 <= JOINED_MAX, "the pieces are longer than any input here");
        memcpy(one, text + piece.offset, one_length);
        if (loose) {
            strip_marks(one, &one_length);
        }
        if (used > 0) {
            joined[used++] = ' ';
        }
        memcpy(joined + used, one, one_length);
        used += one_length;
    }
    ck_assert_int_eq(result, 0);
    ck_assert_msg(piece.offset == 0 && piece.length == 0, "the last call does not zero the piece");
    return used;
}

/* The digits of the enhanced status code stand at its span: nothing more, nothing less. */
static void check_enhanced_span(const struct parse_case *row, const smtp5xx_reply *reply)
{
    char digits[32];
    int length;

    if (reply->enhanced_class == 0) {
        ck_assert_msg(reply->enhanced.length == 0 && reply->enhanced.offset == 0, "line %d: a span of no code", row->line);
        return;
    }
    length = snprintf(digits, sizeof(digits), "%u.%u.%u", reply->enhanced_class, reply->enhanced_subject,
                      reply->enhanced_detail);
    ck_assert_msg(reply->enhanced.length == (uint32_t)length &&
                      memcmp(row->bytes + reply->enhanced.offset, digits, (size_t)length) == 0,
                  "line %d: the enhanced span is not %s", row->line, digits);
}

static void check_case_codes(const struct parse_case *row, const smtp5xx_reply *reply)
{
    uint32_t flags = reply->flags;
    uint32_t expected = row->flags & ~(ANY_BAD | LOOSE_TEXT);

    if (row->flags & ANY_BAD) {
        flags &= ~(uint32_t)SMTP5XX_REPLY_BAD_CODE;
    }
    ck_assert_msg(reply->size == sizeof(*reply), "line %d: size %u", row->line, reply->size);
    ck_assert_msg(reply->code == row->code, "line %d: code %u, not %u", row->line, reply->code, row->code);
    ck_assert_msg(reply->enhanced_class == row->enhanced_class && reply->enhanced_subject == row->subject &&
                      reply->enhanced_detail == row->detail,
                  "line %d: enhanced %u.%u.%u, not %u.%u.%u", row->line, reply->enhanced_class,
                  reply->enhanced_subject, reply->enhanced_detail, row->enhanced_class, row->subject, row->detail);
    ck_assert_msg(flags == expected, "line %d: flags %u, not %u", row->line, flags, expected);
    ck_assert_msg(reply->form == row->form, "line %d: form %u, not %u", row->line, reply->form, row->form);
    ck_assert_msg(reply->lines == row->lines, "line %d: lines %u, not %u", row->line, reply->lines, row->lines);
    ck_assert_msg(reply->reserved == 0 && reply->stage == 0, "line %d: reserved or stage set", row->line);
}

static void check_case_spans(const struct parse_case *row, const smtp5xx_reply *reply)
{
    char joined[JOINED_MAX];
    int loose = (row->flags & LOOSE_TEXT) != 0;
    size_t length = join_text(row->bytes, row->length, reply, loose, joined);
    int whole = row->said_length == 1 && row->said[0] == ALL[0];
    const char *said = whole ? row->bytes : row->said;
    size_t said_length = whole ? row->length : row->said_length;

    ck_assert_msg(length == row->text_length && memcmp(joined, row->text, length) == 0, "line %d: text \"%.*s\", not \"%s\"",
                  row->line, (int)length, joined, row->text);
    ck_assert_msg(reply->said.length == said_length &&
                      memcmp(row->bytes + reply->said.offset, said, said_length) == 0,
                  "line %d: said %u+%u, not %u bytes \"%s\"", row->line, reply->said.offset, reply->said.length,
                  (unsigned)said_length, said);
    if (row->text_length == 0) {
        ck_assert_msg(reply->text.length == 0, "line %d: a text span of no text", row->line);
    } else {
        smtp5xx_span first = {0, 0};

        ck_assert_int_eq(smtp5xx_next_text(row->bytes, row->length, reply, &first), 1);
        ck_assert_msg(reply->text.offset == first.offset && reply->text.length >= first.length,
                      "line %d: text %u+%u, but the first piece is %u+%u", row->line, reply->text.offset,
                      reply->text.length, first.offset, first.length);
    }
    check_enhanced_span(row, reply);
}

_Static_assert(COUNT_OF(parse_cases) >= 220, "the table of inputs shrank");

/* One row at a time, so that one wrong row does not hide the others. */
START_TEST(finds_what_one_row_says)
{
    const struct parse_case *row = &parse_cases[_i];
    smtp5xx_reply reply;

    ck_assert_int_eq(smtp5xx_parse(row->bytes, row->length, NULL, &reply, sizeof(reply)), SMTP5XX_OK);
    check_case_codes(row, &reply);
    check_case_spans(row, &reply);
}
END_TEST

START_TEST(takes_every_code_from_200_to_599_only)
{
    for (unsigned number = 0; number <= 999; number++) {
        char text[16];
        smtp5xx_reply reply;
        int length = snprintf(text, sizeof(text), "%03u hello", number);
        int good = number >= 200 && number <= 599;

        ck_assert_int_eq(smtp5xx_parse(text, (size_t)length, NULL, &reply, sizeof(reply)), SMTP5XX_OK);
        ck_assert_uint_eq(reply.code, good ? number : 0);
        ck_assert_int_eq((reply.flags & SMTP5XX_REPLY_NO_CODE) != 0, !good);
        ck_assert_int_eq((reply.flags & SMTP5XX_REPLY_NOT_SMTP) != 0, !good);
        ck_assert_int_eq((reply.flags & SMTP5XX_REPLY_BAD_CODE) != 0, !good);
        ck_assert_int_eq((reply.flags & SMTP5XX_REPLY_SUCCESS) != 0, number >= 200 && number < 400);
    }
}
END_TEST

START_TEST(takes_classes_2_4_and_5_only)
{
    for (unsigned class = 0; class <= 9; class++) {
        char text[32];
        smtp5xx_reply reply;
        int length = snprintf(text, sizeof(text), "550 %u.7.1 hello", class);
        int good = class == 2 || class == 4 || class == 5;

        ck_assert_int_eq(smtp5xx_parse(text, (size_t)length, NULL, &reply, sizeof(reply)), SMTP5XX_OK);
        ck_assert_uint_eq(reply.code, 550);
        ck_assert_uint_eq(reply.enhanced_class, good ? class : 0);
        ck_assert_int_eq((reply.flags & SMTP5XX_REPLY_CLASS_MISMATCH) != 0, class == 2 || class == 4);
    }
}
END_TEST

/* RFC 3463 2: subject and detail have one to three digits. */
START_TEST(takes_subjects_and_details_up_to_999)
{
    static const unsigned numbers[] = {0, 1, 9, 10, 99, 100, 512, 999, 1000, 9999, 65536, 99999};

    for (size_t i = 0; i < COUNT_OF(numbers) * COUNT_OF(numbers); i++) {
        unsigned subject = numbers[i / COUNT_OF(numbers)];
        unsigned detail = numbers[i % COUNT_OF(numbers)];
        int good = subject <= 999 && detail <= 999;
        char text[64];
        smtp5xx_reply reply;
        int length = snprintf(text, sizeof(text), "550 5.%u.%u hello", subject, detail);

        ck_assert_int_eq(smtp5xx_parse(text, (size_t)length, NULL, &reply, sizeof(reply)), SMTP5XX_OK);
        ck_assert_uint_eq(reply.enhanced_class, good ? 5 : 0);
        ck_assert_uint_eq(reply.enhanced_subject, good ? subject : 0);
        ck_assert_uint_eq(reply.enhanced_detail, good ? detail : 0);
        ck_assert_int_eq((reply.flags & SMTP5XX_REPLY_BAD_CODE) != 0, !good);
    }
}
END_TEST

START_TEST(copies_the_stage_from_the_context)
{
    for (uint8_t stage = 0; stage <= SMTP5XX_STAGE_EOD; stage++) {
        smtp5xx_context context = {.size = sizeof(context), .stage = stage};
        smtp5xx_reply reply;

        ck_assert_int_eq(smtp5xx_parse("550 x", 5, &context, &reply, sizeof(reply)), SMTP5XX_OK);
        ck_assert_uint_eq(reply.stage, stage);
    }
}
END_TEST

static char big[SMTP5XX_INPUT_MAX + 4096];

START_TEST(looks_at_64_kib_at_most)
{
    smtp5xx_reply reply;
    smtp5xx_reply longer;

    memset(big, 'a', sizeof(big));
    memcpy(big, "550 ", 4);
    ck_assert_int_eq(smtp5xx_parse(big, SMTP5XX_INPUT_MAX, NULL, &reply, sizeof(reply)), SMTP5XX_OK);
    ck_assert_uint_eq(reply.flags, 0);
    ck_assert_uint_eq(reply.said.length, SMTP5XX_INPUT_MAX);
    ck_assert_uint_eq(reply.text.length, SMTP5XX_INPUT_MAX - 4);
    ck_assert_int_eq(smtp5xx_parse(big, sizeof(big), NULL, &longer, sizeof(longer)), SMTP5XX_OK);
    ck_assert_uint_eq(longer.flags, SMTP5XX_REPLY_CUT);
    longer.flags = 0;
    ck_assert_mem_eq(&longer, &reply, sizeof(reply));
}
END_TEST

START_TEST(counts_as_many_lines_as_fit)
{
    smtp5xx_reply reply;
    size_t count = 9000;

    for (size_t i = 0; i < count; i++) {
        memcpy(big + 7 * i, i + 1 < count ? "550-x\r\n" : "550 x\r\n", 7);
    }
    ck_assert_int_eq(smtp5xx_parse(big, 7 * count, NULL, &reply, sizeof(reply)), SMTP5XX_OK);
    ck_assert_uint_eq(reply.lines, count);
    ck_assert_uint_eq(reply.flags, SMTP5XX_REPLY_MULTILINE);
    ck_assert_uint_eq(reply.said.length, 7 * count - 2);
}
END_TEST

/* The generator of C11 7.22.2 with a fixed seed: the same bytes on every machine. */
static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1103515245U + 12345U;
    return *seed >> 16;
}

/* Random bytes, mostly those of which replies are made, so that codes, joints and breaks come up often. */
static size_t random_input(uint32_t *seed, char *bytes)
{
    static const char *const parts[] = {"550", "550-", "550 ", "5.1.1", "5.", ".", "1", "4.7.26", "450 ", "\r\n", "\n",
                                        "\r", " ", "\t", "\\n", "(#5.1.1)", "[5.7.1]", "#", "(", ")", "-", ":", "user",
                                        "999 ", "250 ", "192.0.2.1", "<a@example.com>", "\\r\\n"};
    size_t wanted = next_random(seed) % FUZZ_MAX;
    size_t length = 0;

    while (length < wanted) {
        uint32_t number = next_random(seed);

        if (number % 4 == 0) {
            bytes[length++] = (char)(unsigned char)next_random(seed);
        } else {
            const char *part = parts[number / 4 % COUNT_OF(parts)];
            size_t size = strlen(part);

            memcpy(bytes + length, part, size);
            length += size;
        }
    }
    return length;
}

static int inside(smtp5xx_span span, size_t length)
{
    return span.offset <= length && span.length <= length - span.offset;
}

/* A piece may begin right after a code, but may not hold the enhanced status code that was found, nor reply codes at the
 * start of lines. */
static void check_piece(unsigned round, const char *bytes, const smtp5xx_reply *reply, smtp5xx_span piece)
{
    size_t end = (size_t)piece.offset + piece.length;
    size_t said_end = (size_t)reply->said.offset + reply->said.length;
    size_t enhanced_end = (size_t)reply->enhanced.offset + reply->enhanced.length;

    ck_assert_msg(piece.length > 0, "round %u: an empty piece", round);
    ck_assert_msg(piece.offset >= reply->said.offset && end <= said_end, "round %u: a piece beyond the reply", round);
    ck_assert_msg(reply->enhanced.length == 0 || end <= reply->enhanced.offset || piece.offset >= enhanced_end,
                  "round %u: a piece over the enhanced status code", round);
    ck_assert_msg(reply->code == 0 || piece.offset >= reply->said.offset + 3, "round %u: a piece over the code", round);
    ck_assert_msg(memchr(bytes + piece.offset, '\r', piece.length) == NULL &&
                      memchr(bytes + piece.offset, '\n', piece.length) == NULL,
                  "round %u: a line break in a piece", round);
    ck_assert_msg(bytes[piece.offset] != ' ' && bytes[end - 1] != ' ' && bytes[piece.offset] != '\t' &&
                      bytes[end - 1] != '\t',
                  "round %u: blanks around a piece", round);
    if (reply->code != 0 && piece.offset >= 1 && (bytes[piece.offset - 1] == '\r' || bytes[piece.offset - 1] == '\n')) {
        char prefix[8];

        snprintf(prefix, sizeof(prefix), "%03u ", reply->code);
        ck_assert_msg(piece.length < 4 || memcmp(bytes + piece.offset, prefix, 4) != 0, "round %u: a code in the text",
                      round);
    }
}

static void check_codes_possible(unsigned round, const smtp5xx_reply *reply)
{
    int no_code = (reply->flags & SMTP5XX_REPLY_NO_CODE) != 0;
    int not_smtp = (reply->flags & SMTP5XX_REPLY_NOT_SMTP) != 0;
    unsigned class = reply->enhanced_class;

    ck_assert_msg(reply->code == 0 || (reply->code >= 200 && reply->code <= 599), "round %u: code", round);
    ck_assert_msg(class == 0 || class == 2 || class == 4 || class == 5, "round %u: class", round);
    ck_assert_msg(reply->enhanced_subject <= 999 && reply->enhanced_detail <= 999, "round %u: digits", round);
    ck_assert_msg(no_code == (reply->code == 0), "round %u: NO_CODE", round);
    ck_assert_msg(not_smtp == (reply->code == 0 && class == 0), "round %u: NOT_SMTP", round);
    if (reply->form <= SMTP5XX_FORM_TEXT) { /* Nobody has wrapped it. */
        ck_assert_msg((reply->form == SMTP5XX_FORM_RAW) == (reply->code != 0), "round %u: form", round);
        ck_assert_msg((reply->form == SMTP5XX_FORM_ENHANCED) == (reply->code == 0 && class != 0), "round %u: form", round);
        ck_assert_msg((reply->form == SMTP5XX_FORM_NONE) == (reply->said.length == 0), "round %u: form", round);
    }
    ck_assert_msg(((reply->flags & SMTP5XX_REPLY_MULTILINE) != 0) == (reply->lines > 1), "round %u: lines", round);
}

START_TEST(holds_for_any_bytes)
{
    uint32_t seed = 5321;
    unsigned with_code = 0;

    for (unsigned round = 0; round < FUZZ_ROUNDS; round++) {
        char bytes[FUZZ_MAX + 32];
        size_t length = random_input(&seed, bytes);
        smtp5xx_span piece = {0, 0};
        smtp5xx_reply reply;
        smtp5xx_reply again;
        size_t end = 0;
        int result;

        ck_assert_int_eq(smtp5xx_parse(bytes, length, NULL, &reply, sizeof(reply)), SMTP5XX_OK);
        ck_assert_msg(inside(reply.said, length) && inside(reply.text, length) && inside(reply.enhanced, length),
                      "round %u: a span beyond the input", round);
        check_codes_possible(round, &reply);
        while ((result = smtp5xx_next_text(bytes, length, &reply, &piece)) == 1) {
            check_piece(round, bytes, &reply, piece);
            ck_assert_msg(piece.offset >= end, "round %u: the pieces do not ascend", round);
            ck_assert_msg(end > 0 || piece.offset == reply.text.offset, "round %u: text is not the first piece", round);
            end = (size_t)piece.offset + piece.length;
        }
        ck_assert_int_eq(result, 0);
        ck_assert_msg((end > 0) == (reply.text.length > 0), "round %u: text without pieces", round);
        ck_assert_int_eq(smtp5xx_parse(bytes, length, NULL, &again, sizeof(again)), SMTP5XX_OK);
        ck_assert_mem_eq(&reply, &again, sizeof(reply));
        memcpy(bytes + length, "\r\n", 2);
        ck_assert_int_eq(smtp5xx_parse(bytes, length + 2, NULL, &again, sizeof(again)), SMTP5XX_OK);
        ck_assert_msg(memcmp(&reply, &again, sizeof(reply)) == 0, "round %u: a final CRLF matters", round);
        with_code += reply.code != 0;
    }
    ck_assert_uint_gt(with_code, FUZZ_ROUNDS / 100);
}
END_TEST

/* A span of another text, or one that a caller has spoilt, must not lead beyond the input. */
START_TEST(next_text_survives_a_spoilt_reply)
{
    uint32_t seed = 821;

    for (unsigned round = 0; round < 2000; round++) {
        const char *text = "550-5.1.1 a\r\n550 5.1.1 b";
        size_t length = next_random(&seed) % (strlen(text) + 1);
        smtp5xx_reply reply;
        smtp5xx_span piece = {0, 0};
        unsigned calls = 0;
        int result;

        ck_assert_int_eq(smtp5xx_parse(text, strlen(text), NULL, &reply, sizeof(reply)), SMTP5XX_OK);
        reply.said.offset = next_random(&seed) % 40;
        reply.said.length = next_random(&seed) % 2 ? UINT32_MAX - next_random(&seed) % 40 : next_random(&seed) % 40;
        reply.text.offset = next_random(&seed) % 2 ? UINT32_MAX : next_random(&seed) % 40;
        while ((result = smtp5xx_next_text(text, length, &reply, &piece)) == 1) {
            ck_assert_msg(inside(piece, length), "round %u: a piece beyond the input", round);
            ck_assert_uint_lt(++calls, 30);
        }
        ck_assert_msg(result == 0 || result == SMTP5XX_EINVAL, "round %u: result %d", round, result);
    }
}
END_TEST

Suite *parse_suite(void)
{
    Suite *suite = suite_create("parse");
    TCase *table = tcase_create("table");
    TCase *properties = tcase_create("properties");

    tcase_add_loop_test(table, finds_what_one_row_says, 0, (int)COUNT_OF(parse_cases));
    tcase_add_test(table, takes_every_code_from_200_to_599_only);
    tcase_add_test(table, takes_classes_2_4_and_5_only);
    tcase_add_test(table, takes_subjects_and_details_up_to_999);
    tcase_add_test(table, copies_the_stage_from_the_context);
    tcase_add_test(table, looks_at_64_kib_at_most);
    tcase_add_test(table, counts_as_many_lines_as_fit);
    tcase_add_test(properties, holds_for_any_bytes);
    tcase_add_test(properties, next_text_survives_a_spoilt_reply);
    tcase_set_timeout(properties, 60);
    suite_add_tcase(suite, table);
    suite_add_tcase(suite, properties);
    return suite;
}
