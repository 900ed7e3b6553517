/*
 * What the Check tests share: one function per file that builds its suite, and the two or three calls that every suite
 * makes. The tests use the public header only and link the shared object, so they see what a caller sees.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#ifndef SMTP5XX_TESTS_SUITES_H
#define SMTP5XX_TESTS_SUITES_H

#include <check.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "smtp5xx.h"

Suite *parse_suite(void);
Suite *classify_suite(void);
Suite *codes_suite(void);
Suite *advise_suite(void);
Suite *names_suite(void);
Suite *abi_suite(void);
Suite *words_suite(void);
Suite *rules_suite(void);
Suite *details_suite(void);
Suite *caller_suite(void);
Suite *properties_suite(void);
Suite *hostile_suite(void);
Suite *edges_suite(void);
Suite *redact_suite(void);
Suite *crosswalk_suite(void);
Suite *reasoning_suite(void);
Suite *unwrap_suite(void);
Suite *dsn_suite(void);

/* The number of elements of an array. */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Looks a name up and fails the test if the table does not have it. */
static inline uint32_t id_of(uint32_t table, const char *name)
{
    uint32_t id = 0;

    ck_assert_msg(smtp5xx_table_find(table, name, strlen(name), &id) == 1, "table %u has no row %s", table, name);
    return id;
}

/* Says whether a table has a row of this id. */
static inline int has_row(uint32_t table, uint32_t id)
{
    for (uint32_t i = 0; i < smtp5xx_table_count(table); i++) {
        if (smtp5xx_table_id(table, i) == id) {
            return 1;
        }
    }
    return 0;
}

/* Parses and judges a C string. stage and provider are the context's; reply may be NULL. */
static inline smtp5xx_verdict verdict_of(const char *text, uint8_t stage, uint32_t provider, smtp5xx_reply *reply)
{
    smtp5xx_context context = {.size = sizeof(context), .provider = (uint16_t)provider, .stage = stage};
    smtp5xx_reply own;
    smtp5xx_verdict verdict;
    smtp5xx_reply *at = reply ? reply : &own;

    ck_assert_int_eq(smtp5xx_parse(text, strlen(text), &context, at, sizeof(*at)), SMTP5XX_OK);
    ck_assert_int_eq(smtp5xx_classify(text, strlen(text), at, &context, &verdict, sizeof(verdict)), SMTP5XX_OK);
    return verdict;
}

#endif
