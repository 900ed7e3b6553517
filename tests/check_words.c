/*
 * Words: what counts as a word of a reply, and what does not. Seen through verdicts: the same sentence in many disguises gives
 * the same one, and words inside of addresses, hosts and URLs give none.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <time.h>

#include "words_cases.h"

/* Judges text of a length, without a context. */
static smtp5xx_verdict judge(const char *text, size_t length)
{
    smtp5xx_verdict verdict;

    ck_assert_int_eq(smtp5xx_diagnose(text, length, NULL, NULL, NULL, 0, &verdict, sizeof(verdict), NULL, 0), SMTP5XX_OK);
    return verdict;
}

/* Copies a text, with NUL bytes for \1. */
static size_t copy_case(const char *text, char *out, size_t size)
{
    size_t length = strlen(text);

    ck_assert_uint_lt(length, size);
    for (size_t i = 0; i < length; i++) {
        out[i] = text[i] == '\1' ? '\0' : text[i];
    }
    return length;
}

START_TEST(a_disguise_changes_nothing)
{
    int first = _i;
    char text[256];
    smtp5xx_verdict plain;
    smtp5xx_verdict verdict = judge(text, copy_case(disguises[_i].text, text, sizeof(text)));

    while (disguises[first].reason == NULL) {
        first--;
    }
    plain = judge(disguises[first].text, strlen(disguises[first].text));
    ck_assert_msg(strcmp(smtp5xx_reason_name(verdict.reason), disguises[first].reason) == 0, "\"%s\" is %s by %s",
                  disguises[_i].text, smtp5xx_reason_name(verdict.reason), smtp5xx_rule_name(verdict.rule));
    ck_assert_msg(verdict.basis >= SMTP5XX_BASIS_PHRASE, "\"%s\": the words do not decide", disguises[_i].text);
    ck_assert_msg(verdict.rule == plain.rule, "\"%s\": %s, not %s", disguises[_i].text, smtp5xx_rule_name(verdict.rule),
                  smtp5xx_rule_name(plain.rule));
    ck_assert_msg(verdict.confidence == plain.confidence, "\"%s\": confidence %u, not %u", disguises[_i].text,
                  verdict.confidence, plain.confidence);
}
END_TEST

/* Puts a character between two words. */
static smtp5xx_verdict judge_between(uint32_t c)
{
    char text[64] = "550 no such", *at = text + strlen(text);

    if (c < 0x800) {
        *at++ = (char)(0xc0 | c >> 6);
    } else if (c < 0x10000) {
        *at++ = (char)(0xe0 | c >> 12);
        *at++ = (char)(0x80 | (c >> 6 & 63));
    } else {
        *at++ = (char)(0xf0 | c >> 18);
        *at++ = (char)(0x80 | (c >> 12 & 63));
        *at++ = (char)(0x80 | (c >> 6 & 63));
    }
    *at++ = (char)(0x80 | (c & 63));
    strcpy(at, "user");
    return judge(text, strlen(text));
}

/* The first and the last of each kind, and those beside them: punctuation parts words, all else does not. */
START_TEST(punctuation_of_any_script_parts_words)
{
    static const uint32_t marks[] = {0xa1, 0xbf, 0xd7, 0xf7, 0x2000, 0x206f, 0x3000, 0x303f, 0xff00, 0xff0f, 0xff1a,
                                     0xff20, 0xff3b, 0xff40, 0xff5b, 0xff65, 0xfeff};
    static const uint32_t others[] = {0xaa, 0xb5, 0xba, 0xc0, 0x2070, 0x2e7f, 0x2e80, 0x3040, 0x9fff, 0xa000, 0xabff, 0xac02, 0xd7af,
                                      0xd7b0, 0xf8ff, 0xf900, 0xfaff, 0xfb00, 0xff10, 0xff21, 0xff41, 0xff66, 0x1ffff, 0x20000,
                                      0x3ffff, 0x40000};

    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        ck_assert_msg(judge_between(marks[i]).reason == SMTP5XX_REASON_USER_UNKNOWN, "U+%04X does not part words", marks[i]);
    }
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        ck_assert_msg(judge_between(others[i]).reason != SMTP5XX_REASON_USER_UNKNOWN, "U+%04X parts words", others[i]);
    }
}
END_TEST

START_TEST(what_is_no_word_decides_nothing)
{
    smtp5xx_verdict verdict = judge(wordless[_i], strlen(wordless[_i]));
    smtp5xx_verdict bare = judge("550 x", 5);

    ck_assert_msg(verdict.basis == SMTP5XX_BASIS_BASIC && verdict.reason == bare.reason, "\"%s\" is %s by %s, \"%.*s\"",
                  wordless[_i], smtp5xx_reason_name(verdict.reason), smtp5xx_rule_name(verdict.rule),
                  (int)verdict.words.length, wordless[_i] + verdict.words.offset);
}
END_TEST

START_TEST(an_ip_is_found)
{
    const struct address *row = &addresses[_i];
    smtp5xx_verdict verdict = judge(row->text, strlen(row->text));
    size_t length = row->ip ? strlen(row->ip) : 0;

    ck_assert_msg(verdict.ip.length == length && (length == 0 || memcmp(row->text + verdict.ip.offset, row->ip, length) == 0),
                  "\"%s\": \"%.*s\"", row->text, (int)verdict.ip.length, row->text + verdict.ip.offset);
}
END_TEST

/* A line break with the codes again may stand wherever a blank does, in each of the ways in which lines are written. */
START_TEST(a_line_may_break_at_any_blank)
{
    static const char *const breaks[] = {"\r\n550 5.1.1 ", "\n550-5.1.1 ", "\r\n550-", "\n", " 550-5.1.1 ", "\\n550 5.1.1 "};
    static const char *const texts[] = {
        "550-5.1.1 The email account that you tried to reach does not exist",
        "550-5.1.1 Sorry, no mailbox here by that name",
        "550-5.1.1 Message refused because the sender has been sending too many messages this hour",
        "550-5.1.1 The message is larger than the maximum that is allowed",
    };

    for (size_t t = 0; t < COUNT_OF(texts); t++) {
        smtp5xx_verdict plain = judge(texts[t], strlen(texts[t]));

        ck_assert_msg(plain.basis >= SMTP5XX_BASIS_PHRASE, "\"%s\": %s", texts[t], smtp5xx_rule_name(plain.rule));
        for (const char *blank = strchr(texts[t] + 10, ' '); blank; blank = strchr(blank + 1, ' ')) {
            char text[256];
            smtp5xx_verdict verdict;

            snprintf(text, sizeof(text), "%.*s%s%s", (int)(blank - texts[t]), texts[t], breaks[_i], blank + 1);
            verdict = judge(text, strlen(text));
            ck_assert_msg(verdict.reason == plain.reason && verdict.rule == plain.rule, "\"%s\" is %s by %s, not by %s", text,
                          smtp5xx_reason_name(verdict.reason), smtp5xx_rule_name(verdict.rule),
                          smtp5xx_rule_name(plain.rule));
        }
    }
}
END_TEST

/* Fills a text with repetitions of a piece, then puts an end behind them. The caller frees it. */
static char *repeated(const char *head, const char *piece, const char *tail, size_t length)
{
    char *text = malloc(length + 1);
    size_t at = strlen(head);
    size_t size = strlen(piece);

    ck_assert_ptr_nonnull(text);
    memcpy(text, head, at);
    for (; at < length; at++) {
        text[at] = piece[(at - strlen(head)) % size];
    }
    memcpy(text + length - strlen(tail), tail, strlen(tail));
    return text;
}

/* Whatever stands before a phrase, and however much, it is found; what lies beyond the limit is not looked at. */
START_TEST(a_phrase_is_found_far_behind)
{
    static const char *const pieces[] = {"lorem ", "a", "\xc3\xa9", "bob@example.com ", "192.0.2.1 ", "x1 ", "- ", "\r\n",
                                         "https://example.com/x ", "mx.example.com ", "\xe5\x88\x86", "user ", "mailbox "};
    static const size_t lengths[] = {100, 127, 128, 129, 1000, 5000, 20001, 65536};

    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        char *text = repeated("550 ", pieces[_i], " .. over quota", lengths[i]);
        smtp5xx_verdict verdict = judge(text, lengths[i]);

        ck_assert_msg(verdict.reason == SMTP5XX_REASON_MAILBOX_FULL, "%zu bytes of \"%s\": %s", lengths[i], pieces[_i],
                      smtp5xx_reason_name(verdict.reason));
        ck_assert_msg(verdict.words.offset + verdict.words.length == lengths[i], "%zu bytes of \"%s\": words at %u",
                      lengths[i], pieces[_i], verdict.words.offset);
        free(text);
    }
}
END_TEST

START_TEST(a_phrase_beyond_the_limit_is_not_seen)
{
    size_t length = SMTP5XX_INPUT_MAX + 11;
    char *text = repeated("550 ", "lorem ", " over quota", length);

    ck_assert_uint_ne(judge(text, length).reason, SMTP5XX_REASON_MAILBOX_FULL);
    ck_assert_uint_eq(judge(text + 11, length - 11).reason, SMTP5XX_REASON_MAILBOX_FULL);
    free(text);
}
END_TEST

/* A part of a word is no word, and a word that is too long is none either. */
START_TEST(words_are_whole)
{
    static const char *const texts[] = {"550 xover quota", "550 over quotax", "550 overx quota", "550 xover quotax",
                                        "550 ov er quota", "550 over quo ta", "550 over\xc3\xa9 quota"};
    char word[256];
    size_t length;

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        smtp5xx_verdict verdict = judge(texts[i], strlen(texts[i]));

        ck_assert_msg(verdict.basis == SMTP5XX_BASIS_BASIC, "\"%s\": %s", texts[i], smtp5xx_rule_name(verdict.rule));
    }
    for (size_t count = 1; count < 200; count++) {
        length = (size_t)snprintf(word, sizeof(word), "550 %.*s over quota", (int)count,
                                  "overquotaoverquotaoverquotaoverquotaoverquotaoverquotaoverquotaoverquotaoverquotaoverquota"
                                  "overquotaoverquotaoverquotaoverquotaoverquotaoverquotaoverquotaoverquotaoverquotaoverquota");
        ck_assert_msg(judge(word, length).reason == SMTP5XX_REASON_MAILBOX_FULL, "%zu letters", count);
    }
}
END_TEST

/* No text is slow: what costs the square of its length would take seconds for one of these. */
static const char *const hard[] = {
    "a", "a.", "a@", "@", "a@a.", "1.", "1.1.1.1.", "1:", ":", "::", "a-", "a-a_a=", "'", "\xe5\x88\x86", "\xc3\xa9", "\xff",
    "\xe5\x88\x86@", "\xe5\x88\x86.", "a\xe5\x88\x86", "no ", "no such ", "user ", "user user mailbox ", "http://", "http://a", "a://", "<", "<a@", "\"", "5.1.1 ", "550 ", "550-",
    "\n", "\r\n550-", "#", "a/", "www.", "a.com", "a.com.", "xn--", "try again ", "try again in 5 ", "reference ", "size ",
    "limit 1 ", "1.2.0.192.zen.spamhaus.org ", "not ", "not the mailbox ", "\\n", "mail recipient address rejected ",
};

START_TEST(no_text_is_slow)
{
    enum { TIMES = 10 };
    char *text = repeated("550 ", hard[_i], "", SMTP5XX_INPUT_MAX);
    clock_t start = clock();
    double seconds;

    for (int i = 0; i < TIMES; i++) {
        judge(text, SMTP5XX_INPUT_MAX);
    }
    seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    ck_assert_msg(seconds < 1, "64 KiB of \"%s\" take %.3f s", hard[_i], seconds / TIMES);
    free(text);
}
END_TEST

Suite *words_suite(void)
{
    Suite *suite = suite_create("words");
    TCase *same = tcase_create("same");
    TCase *size = tcase_create("size");

    tcase_add_loop_test(same, a_disguise_changes_nothing, 0, (int)COUNT_OF(disguises));
    tcase_add_loop_test(same, what_is_no_word_decides_nothing, 0, (int)COUNT_OF(wordless));
    tcase_add_loop_test(same, an_ip_is_found, 0, (int)COUNT_OF(addresses));
    tcase_add_loop_test(same, a_line_may_break_at_any_blank, 0, 6);
    tcase_add_test(same, words_are_whole);
    tcase_add_test(same, punctuation_of_any_script_parts_words);
    tcase_set_timeout(size, 60);
    tcase_add_loop_test(size, a_phrase_is_found_far_behind, 0, 13);
    tcase_add_test(size, a_phrase_beyond_the_limit_is_not_seen);
    tcase_add_loop_test(size, no_text_is_slow, 0, (int)COUNT_OF(hard));
    suite_add_tcase(suite, same);
    suite_add_tcase(suite, size);
    return suite;
}
