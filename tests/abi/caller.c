/*
 * A program as people write it, for tests/abi.sh: compiled with the first header it must run on every later library, and
 * compiled with today's header on every earlier one. It calls what version 0.1 had, and prints what must be the same everywhere;
 * only "own rule" depends on the library.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "smtp5xx.h"

enum { GUARD = 0xa5, GUARDED = 64 };

static int failures;

static void check(int right, const char *what, const char *about) {
    if (!right) {
        fprintf(stderr, "caller: %s: %s\n", what, about);
        failures++;
    }
}

/* Results with bytes behind them that no library may touch, however much more it knows. */
struct results {
    smtp5xx_reply reply;
    unsigned char after_reply[GUARDED];
    smtp5xx_verdict verdict;
    unsigned char after_verdict[GUARDED];
    smtp5xx_advice advice;
    unsigned char after_advice[GUARDED];
};

static int all_are(const unsigned char *bytes, size_t count, unsigned char value) {
    size_t i = 0;
    while (i < count && bytes[i] == value) {
        i++;
    }
    return i == count;
}

/* What the library has filled is at least what version 0.1 had; the rest of this program's struct is zero. */
static void check_size(const void *bytes, size_t own, uint32_t filled, uint32_t least, const char *what) {
    check(filled <= own && filled >= least, what, "size is not what the library can have filled");
    check(filled > own || all_are((const unsigned char *)bytes + filled, own - filled, 0), what, "the end is not zero");
}

static void diagnose(const char *text, const smtp5xx_context *context, struct results *found) {
    int error;
    memset(found, GUARD, sizeof *found);
    error = smtp5xx_diagnose(text, strlen(text), context, NULL, &found->reply, sizeof found->reply, &found->verdict,
                             sizeof found->verdict, &found->advice, sizeof found->advice);
    check(error == SMTP5XX_OK, smtp5xx_error_name(error), text);
    check(all_are(found->after_reply, GUARDED, GUARD) && all_are(found->after_verdict, GUARDED, GUARD) &&
              all_are(found->after_advice, GUARDED, GUARD), "written behind a struct", text);
    check_size(&found->reply, sizeof found->reply, found->reply.size, 44, "reply");
    check_size(&found->verdict, sizeof found->verdict, found->verdict.size, 80, "verdict");
    check_size(&found->advice, sizeof found->advice, found->advice.size, 68, "advice");
}

static void print(const char *text, const smtp5xx_context *context) {
    struct results found;
    const smtp5xx_verdict *v = &found.verdict;
    const smtp5xx_advice *a = &found.advice;
    diagnose(text, context, &found);
    printf("%u %u.%u.%u %s %s %s %s: %s %s %s %s\n", v->code, v->enhanced_class, v->enhanced_subject, v->enhanced_detail,
           smtp5xx_stage_name(v->stage), smtp5xx_category_name(v->category), smtp5xx_reason_name(v->reason),
           smtp5xx_permanence_name(v->claimed), smtp5xx_action_name(a->action), smtp5xx_disposition_name(a->disposition),
           smtp5xx_party_name(a->party), a->step_count != 0 ? "steps" : "no steps");
}

/* One call after the other gives the same as all at once, and as many in a batch. */
static void check_steps(const char *text) {
    struct results found;
    smtp5xx_reply reply;
    smtp5xx_verdict verdict, of_batch[2];
    smtp5xx_advice advice;
    smtp5xx_span piece = {0, 0};
    int32_t offsets[3] = {0, 0, 0};
    size_t length = strlen(text);
    diagnose(text, NULL, &found);
    check(smtp5xx_parse(text, length, NULL, &reply, sizeof reply) == SMTP5XX_OK, "parse", text);
    check(smtp5xx_classify(text, length, &reply, NULL, &verdict, sizeof verdict) == SMTP5XX_OK, "classify", text);
    check(smtp5xx_advise(&verdict, NULL, &advice, sizeof advice) == SMTP5XX_OK, "advise", text);
    check(memcmp(&reply, &found.reply, sizeof reply) == 0 && memcmp(&verdict, &found.verdict, sizeof verdict) == 0 &&
              memcmp(&advice, &found.advice, sizeof advice) == 0, "the steps differ from diagnose", text);
    check(smtp5xx_next_text(text, length, &reply, &piece) == 1 && piece.length != 0, "next_text", text);
    offsets[1] = offsets[2] = (int32_t)length;
    check(smtp5xx_diagnose_batch(text, length, offsets, 2, NULL, NULL, of_batch, sizeof of_batch[0], NULL, 0) == SMTP5XX_OK,
          "diagnose_batch", text);
    check(memcmp(&of_batch[0], &verdict, sizeof verdict) == 0 && of_batch[1].code == 0, "the batch differs", text);
}

static void check_tables(void) {
    uint32_t id = 0, code = smtp5xx_code_find(550, 5, 1, 1, 0);
    uint32_t provider = smtp5xx_provider_find("gmail-smtp-in.l.google.com", 26, NULL, 0);
    check(smtp5xx_table_count(SMTP5XX_TABLE_REASONS) == 43, "tables", "not 43 reasons");
    check(smtp5xx_table_id(SMTP5XX_TABLE_REASONS, 6) == SMTP5XX_REASON_MAILBOX_FULL, "tables", "ids are others");
    check(smtp5xx_table_find(SMTP5XX_TABLE_REASONS, "greylisted", 10, &id) == 1 && id == SMTP5XX_REASON_GREYLISTED, "tables",
          "a reason is not found");
    check(smtp5xx_table_number(SMTP5XX_TABLE_CODES, code, SMTP5XX_FIELD_REASON) == SMTP5XX_REASON_USER_UNKNOWN, "tables",
          "550 5.1.1 is something else");
    check(strcmp(smtp5xx_table_text(SMTP5XX_TABLE_PROVIDERS, provider, SMTP5XX_FIELD_NAME), "google") == 0, "tables",
          "Google is not found by its host");
    check(smtp5xx_version_number() >= 0x000100 && smtp5xx_table_version() >= 20260101, "versions", "too low");
}

#if SMTP5XX_VERSION_MAJOR > 0 || SMTP5XX_VERSION_MINOR > 1
/* Version 0.1 does not know the caller's rules, and passes over them. */
static void print_own_rule(void) {
    static const char text[] = "parcel refused";
    smtp5xx_rule rule;
    smtp5xx_context context;
    struct results found;
    memset(&rule, 0, sizeof rule);
    memset(&context, 0, sizeof context);
    rule.id = 70000;
    rule.reason = SMTP5XX_REASON_POLICY_REJECTED;
    rule.phrase.length = sizeof text - 1;
    context.size = sizeof context;
    context.rules = &rule;
    context.rule_text = text;
    context.rule_count = 1;
    context.rule_size = sizeof rule;
    context.rule_text_length = sizeof text - 1;
    diagnose("550 5.1.1 The parcel was refused", &context, &found);
    printf("own rule: %s\n", found.verdict.rule == rule.id ? smtp5xx_reason_name(found.verdict.reason) : "not known");
}
#else
static void print_own_rule(void) {
    puts("own rule: not asked");
}
#endif

int main(void) {
    smtp5xx_context context;
    memset(&context, 0, sizeof context);
    context.size = sizeof context;
    context.stage = SMTP5XX_STAGE_RCPT;
    print("550 5.1.1 User unknown", NULL);
    print("550-5.1.1 No such user\r\n550 5.1.1 here", &context);
    print("452 4.2.2 Mailbox full", &context);
    print("552 5.3.4 Message too large", NULL);
    print("552 5.2.2 Over quota", NULL);
    print("250 2.1.5 Ok", NULL);
    check_steps("550 5.1.1 User unknown");
    check_steps("452 4.2.2 Mailbox full");
    check_tables();
    check(smtp5xx_diagnose(NULL, 1, NULL, NULL, NULL, 0, NULL, 0, NULL, 0) == SMTP5XX_EINVAL, "NULL", "is taken");
    print_own_rule();
    return failures == 0 && fflush(stdout) == 0 ? 0 : 1;
}
