/*
 * What callers store, make or hand over wrongly, and what fuzzing has found (tests/fuzz): nothing but an error or a sane
 * result may come of it.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "suites.h"

static smtp5xx_reply parsed(const char *text)
{
    smtp5xx_reply reply;

    ck_assert_int_eq(smtp5xx_parse(text, strlen(text), NULL, &reply, sizeof(reply)), SMTP5XX_OK);
    return reply;
}

/* A stored reply that has lost where its enhanced status code stood: the words that decided are nowhere, and not outside. */
START_TEST(words_never_lie_outside_of_a_stored_reply)
{
    static const char text[] = "x";
    smtp5xx_reply reply = parsed(text);
    smtp5xx_verdict verdict;

    reply.enhanced_class = 5;
    reply.enhanced_subject = 1;
    reply.enhanced_detail = 1;
    ck_assert_int_eq(smtp5xx_classify(text, 1, &reply, NULL, &verdict, sizeof(verdict)), SMTP5XX_OK);
    ck_assert_uint_eq(verdict.reason, SMTP5XX_REASON_USER_UNKNOWN);
    ck_assert_uint_eq(verdict.basis, SMTP5XX_BASIS_ENHANCED);
    ck_assert_uint_eq(verdict.words.length, 0);
}
END_TEST

/* With a reply code it is that code. */
START_TEST(the_code_stands_for_a_lost_status)
{
    static const char text[] = "550 x";
    smtp5xx_reply reply = parsed(text);
    smtp5xx_verdict verdict;

    reply.enhanced_class = 5;
    reply.enhanced_subject = 1;
    reply.enhanced_detail = 1;
    ck_assert_int_eq(smtp5xx_classify(text, strlen(text), &reply, NULL, &verdict, sizeof(verdict)), SMTP5XX_OK);
    ck_assert_uint_eq(verdict.words.offset, 0);
    ck_assert_uint_eq(verdict.words.length, 3);
}
END_TEST

/* A number that is no action counts as none, in a verdict as in a policy. */
START_TEST(an_action_that_is_none_is_not_advised)
{
    for (unsigned action = SMTP5XX_ACTION_REVIEW + 1; action <= UINT8_MAX; action++) {
        smtp5xx_verdict verdict = verdict_of("550 5.1.1 no such user", 0, 0, NULL);
        smtp5xx_advice advice;

        verdict.action = (uint8_t)action;
        ck_assert_int_eq(smtp5xx_advise(&verdict, NULL, &advice, sizeof(advice)), SMTP5XX_OK);
        ck_assert_uint_eq(advice.action, SMTP5XX_ACTION_SUPPRESS);
    }
}
END_TEST

/* More hits than memory can hold are asked for: an error, before a byte is written. */
START_TEST(hits_that_no_memory_holds_are_refused)
{
    static const char text[] = "550 no such user";
    smtp5xx_reply reply = parsed(text);
    smtp5xx_hit hit;

    memset(&hit, 0x5a, sizeof(hit));
    ck_assert_int_eq(smtp5xx_hits(text, strlen(text), &reply, NULL, &hit, SIZE_MAX / sizeof(hit) + 2, sizeof(hit)),
                     SMTP5XX_EINVAL);
    ck_assert_uint_eq(hit.size, 0x5a5a5a5a);
}
END_TEST

/* A stored reply may claim anything of a text that is not there. */
START_TEST(no_text_gives_nothing)
{
    smtp5xx_reply reply = parsed("");
    smtp5xx_span piece = {0, 0};
    smtp5xx_hit hit;

    for (int escaped = 0; escaped < 2; escaped++) {
        reply.flags |= escaped ? (uint32_t)SMTP5XX_REPLY_ESCAPED : 0;
        ck_assert_int_eq(smtp5xx_hits(NULL, 0, &reply, NULL, &hit, 1, sizeof(hit)), 0);
        ck_assert_int_eq(smtp5xx_next_text(NULL, 0, &reply, &piece), 0);
    }
}
END_TEST

Suite *hostile_suite(void)
{
    Suite *suite = suite_create("hostile");
    TCase *stored = tcase_create("stored");

    tcase_add_test(stored, words_never_lie_outside_of_a_stored_reply);
    tcase_add_test(stored, the_code_stands_for_a_lost_status);
    tcase_add_test(stored, an_action_that_is_none_is_not_advised);
    tcase_add_test(stored, hits_that_no_memory_holds_are_refused);
    tcase_add_test(stored, no_text_gives_nothing);
    suite_add_tcase(suite, stored);
    return suite;
}
