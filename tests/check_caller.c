/*
 * Callers' own rules: what they may ask for, that the first one that holds decides, what it does to verdict and advice, and
 * that a bad one is refused.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE 1
#define _DARWIN_C_SOURCE 1

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "suites.h"

enum { RULES_MAX = 8 };
static const uint32_t OWN = 4000000000U; /* the id of the first rule */

/* Rules and their phrases, as a caller would keep them. */
struct own {
    smtp5xx_context context;
    smtp5xx_rule rules[RULES_MAX];
    char text[512];
};

static void start(struct own *own)
{
    memset(own, 0, sizeof(*own));
    own->context.size = sizeof(own->context);
    own->context.rules = own->rules;
    own->context.rule_text = own->text;
    own->context.rule_size = sizeof(own->rules[0]);
}

/* Adds a rule with a phrase. Its id tells which it is. */
static smtp5xx_rule *add(struct own *own, const char *phrase, uint16_t reason)
{
    smtp5xx_rule *rule = &own->rules[own->context.rule_count];
    uint32_t length = (uint32_t)strlen(phrase);

    ck_assert_uint_lt(own->context.rule_count, RULES_MAX);
    ck_assert_uint_le(own->context.rule_text_length + length, sizeof(own->text));
    memcpy(own->text + own->context.rule_text_length, phrase, length);
    rule->id = OWN + own->context.rule_count++;
    rule->reason = reason;
    rule->phrase.offset = own->context.rule_text_length;
    rule->phrase.length = length;
    own->context.rule_text_length += length;
    return rule;
}

static smtp5xx_verdict judge(const struct own *own, const char *text, smtp5xx_advice *advice)
{
    smtp5xx_verdict verdict;
    smtp5xx_advice unused;

    ck_assert_int_eq(smtp5xx_diagnose(text, strlen(text), &own->context, NULL, NULL, 0, &verdict, sizeof(verdict),
                                      advice ? advice : &unused, sizeof(unused)),
                     SMTP5XX_OK);
    return verdict;
}

/* A phrase, a text, and where in the text the phrase is found: NULL if it must not be. */
static const struct phrase {
    const char *phrase;
    const char *text;
    const char *found;
} phrases[] = {
    {"parcel refused", "550 5.1.1 Parcel refused", "Parcel refused"},
    {"parcel refused", "550 5.1.1 the PARCEL was REFUSED at the door", "PARCEL was REFUSED"},
    {"Parcel, Refused!", "550 5.1.1 the parcel: refused.", "parcel: refused"},
    {"the parcel has been refused", "550 5.1.1 parcel refused", "parcel refused"},
    {"p\xc3\xa2rcel refus\xc3\xa9" "d", "550 5.1.1 parcel refused", "parcel refused"},
    {"parcel refused", "550 5.1.1 p\xc3\xa2rcel refus\xc3\xa9" "d", "p\xc3\xa2rcel refus\xc3\xa9" "d"},
    {"parcel refused", "550-5.1.1 parcel\r\n550 5.1.1 refused", "parcel\r\n550 5.1.1 refused"},
    {"parcel refused", "550 5.1.1 parcel <bob@example.com> refused", "parcel <bob@example.com> refused"},
    {"parcel refused", "550 5.1.1 parcel 192.0.2.1 mx.example.com refused", "parcel 192.0.2.1 mx.example.com refused"},
    {"parcel refused", "550 5.1.1 parcel parcel refused", "parcel refused"},
    {"mailbox blocked", "550 5.1.1 the mailboxes are BLOCKED", "mailboxes are BLOCKED"},
    {"blocked", "550 5.1.1 parcel blocking", "blocking"},
    {"zx17q", "550 5.1.1 parcel ZX17Q.", "ZX17Q"},
    {"zx-17-q", "550 5.1.1 parcel zx-17-q.", "zx-17-q"},
    {"\xe5\x8c\x85\xe8\xa3\xb9\xe8\xa2\xab\xe6\x8b\x92", "550 5.1.1 \xe5\x8c\x85 \xe8\xa3\xb9\xe8\xa2\xab\xe6\x8b\x92\xe3\x80\x82",
     "\xe5\x8c\x85 \xe8\xa3\xb9\xe8\xa2\xab\xe6\x8b\x92"},
    {"example.org", "550 5.1.1 see example.org for more", "example.org"},
    {"parcel 4711", "550 5.1.1 parcel 4711", "parcel 4711"},
    {"parcel refused", "550 5.1.1 parcel not refused", NULL},
    {"parcel refused", "550 5.1.1 refused parcel", NULL},
    {"parcel refused", "550 5.1.1 parcel", NULL},
    {"parcel refused", "550 5.1.1 parcels refusedly", NULL},
    {"parcel refused", "550 5.1.1 <parcel.refused@example.com>", NULL},
    {"parcel refused", "550 5.1.1 https://example.com/parcel/refused", NULL},
    {"parcel refused", "550 5.1.1 parcel-refused.example.com", NULL},
    {"parcel 4711", "550 5.1.1 parcel 4712", NULL},
    {"zx17q", "550 5.1.1 parcel zx18q", NULL},
};

START_TEST(a_phrase_is_found)
{
    const struct phrase *row = &phrases[_i];
    struct own own;
    smtp5xx_verdict verdict;
    int taken;

    start(&own);
    add(&own, row->phrase, SMTP5XX_REASON_GEO_BLOCKED);
    verdict = judge(&own, row->text, NULL);
    taken = verdict.basis == SMTP5XX_BASIS_CALLER;
    ck_assert_msg(taken == (row->found != NULL), "\"%s\" in \"%s\"", row->phrase, row->text);
    ck_assert_msg(!taken || (verdict.rule == OWN && verdict.reason == SMTP5XX_REASON_GEO_BLOCKED), "\"%s\": rule %u",
                  row->phrase, verdict.rule);
    ck_assert_msg(!taken || (verdict.words.length == strlen(row->found) &&
                             memcmp(row->text + verdict.words.offset, row->found, verdict.words.length) == 0),
                  "\"%s\" in \"%s\": \"%.*s\"", row->phrase, row->text, (int)verdict.words.length,
                  row->text + verdict.words.offset);
}
END_TEST

/* One condition that a rule may have besides its phrase: for which replies it holds, and for which not. */
static const struct condition {
    smtp5xx_rule rule;
    const char *holds;
    const char *fails;
    uint8_t stage; /* of the context; that of what fails is the next one */
    int provider;  /* the context's: 1 yahoo; what fails has google */
} conditions[] = {
    {{.code = 550}, "550 5.7.1 x", "554 5.7.1 x", 0, 0},
    {{.reply_class = 5}, "554 x", "450 x", 0, 0},
    {{.reply_class = 4}, "450 5.1.1 x", "550 4.1.1 x", 0, 0},
    {{.reply_class = 5}, "5.1.1 x", "4.1.1 x", 0, 0},
    {{.reply_class = 5}, "550 x", "x", 0, 0},
    {{.subject = 8}, "550 5.7.26 x", "550 5.1.26 x", 0, 0},
    {{.subject = 8, .detail = 27}, "550 5.7.26 x", "550 5.7.1 x", 0, 0},
    {{.subject = 1, .detail = 1}, "550 5.0.0 x", "550 x", 0, 0},
    {{.detail = 2}, "550 5.1.1 x", "550 5.1.2 x", 0, 0},
    {{.stage = SMTP5XX_STAGE_RCPT}, "550 x", "550 x", SMTP5XX_STAGE_RCPT, 0},
    {{.provider = 1}, "550 x", "550 x", 0, 1},
    {{.code = 550, .reply_class = 5, .subject = 2, .detail = 2, .stage = SMTP5XX_STAGE_EOD}, "550 5.1.1 x", "550 5.1.2 x",
     SMTP5XX_STAGE_EOD, 0},
};

/* With a phrase, and without one: then the codes alone decide. */
START_TEST(a_condition_must_hold)
{
    const struct condition *row = &conditions[_i];

    for (int with_phrase = 0; with_phrase < 2; with_phrase++) {
        struct own own;
        smtp5xx_rule *rule;
        smtp5xx_verdict verdict;

        start(&own);
        own.rules[0] = row->rule;
        rule = add(&own, with_phrase ? "x" : "", SMTP5XX_REASON_GEO_BLOCKED);
        rule->provider = row->provider ? (uint16_t)id_of(SMTP5XX_TABLE_PROVIDERS, "yahoo") : 0;
        own.context.provider = rule->provider;
        own.context.stage = row->stage;
        verdict = judge(&own, row->holds, NULL);
        ck_assert_msg(verdict.basis == SMTP5XX_BASIS_CALLER && verdict.rule == OWN, "\"%s\" does not hold", row->holds);
        ck_assert_msg(with_phrase == (verdict.words.length > 0), "\"%s\": words %u", row->holds, verdict.words.length);
        own.context.provider = row->provider ? (uint16_t)id_of(SMTP5XX_TABLE_PROVIDERS, "google") : 0;
        own.context.stage = row->stage ? (uint8_t)(row->stage - 1) : 0;
        ck_assert_msg(judge(&own, row->fails, NULL).basis != SMTP5XX_BASIS_CALLER, "\"%s\" holds", row->fails);
        own.context.provider = 0;
        own.context.stage = 0;
        ck_assert_msg(!(row->stage || row->provider) || judge(&own, row->holds, NULL).basis != SMTP5XX_BASIS_CALLER,
                      "\"%s\" holds without a context", row->holds);
    }
}
END_TEST

/* A provider that only the text names is no condition that holds: anybody can write a name. */
START_TEST(only_the_context_names_the_provider)
{
    struct own own;

    start(&own);
    add(&own, "", SMTP5XX_REASON_GEO_BLOCKED)->provider = (uint16_t)id_of(SMTP5XX_TABLE_PROVIDERS, "google");
    ck_assert_uint_ne(judge(&own, "550 5.1.1 x - gsmtp", NULL).basis, SMTP5XX_BASIS_CALLER);
}
END_TEST

START_TEST(the_first_rule_that_holds_decides)
{
    struct own own;
    smtp5xx_verdict verdict;

    start(&own);
    add(&own, "never there", SMTP5XX_REASON_ROUTING_LOOP);
    add(&own, "unknown", SMTP5XX_REASON_GEO_BLOCKED)->confidence = 61;
    add(&own, "user unknown", SMTP5XX_REASON_SYSTEM_FULL);
    verdict = judge(&own, "550 5.1.1 User unknown, S3140, see zen.spamhaus.org", NULL);
    ck_assert_uint_eq(verdict.rule, OWN + 1);
    ck_assert_uint_eq(verdict.reason, SMTP5XX_REASON_GEO_BLOCKED);
    ck_assert_uint_eq(verdict.confidence, 61);
    ck_assert_uint_eq(verdict.category, SMTP5XX_CATEGORY_REPUTATION);
    own.rules[1].code = 554;
    verdict = judge(&own, "550 5.1.1 User unknown, S3140, see zen.spamhaus.org", NULL);
    ck_assert_uint_eq(verdict.rule, OWN + 2);
    ck_assert_uint_eq(verdict.confidence, 99);
}
END_TEST

/* When no rule holds, the verdict is the library's own, in every byte. */
START_TEST(rules_that_do_not_hold_change_nothing)
{
    static const char *const texts[] = {"550 5.1.1 User unknown", "550 x", "x", "", "554 5.7.1 blocked using zen.spamhaus.org"};
    struct own own;

    start(&own);
    add(&own, "never there", SMTP5XX_REASON_ROUTING_LOOP);
    add(&own, "", SMTP5XX_REASON_ROUTING_LOOP)->code = 421;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        smtp5xx_verdict usual = verdict_of(texts[i], 0, 0, NULL);
        smtp5xx_verdict verdict = judge(&own, texts[i], NULL);

        ck_assert_msg(memcmp(&usual, &verdict, sizeof(usual)) == 0, "\"%s\"", texts[i]);
    }
}
END_TEST

/* The details of the reply stay; what the library's own rules had to say of their certainty goes. */
START_TEST(the_details_stay)
{
    struct own own;
    smtp5xx_verdict verdict;

    start(&own);
    add(&own, "blocked", SMTP5XX_REASON_POLICY_REJECTED);
    verdict = judge(&own, "554 5.7.1 [192.0.2.1] blocked using zen.spamhaus.org, try again in 5 minutes", NULL);
    ck_assert_uint_eq(verdict.basis, SMTP5XX_BASIS_CALLER);
    ck_assert_str_eq(smtp5xx_blocklist_name(verdict.blocklist), "spamhaus_zen");
    ck_assert_uint_eq(verdict.retry_after, 300);
    ck_assert_uint_eq(verdict.ip.length, 9);
    ck_assert_uint_eq(verdict.flags & (SMTP5XX_VERDICT_CODES_AGREE | SMTP5XX_VERDICT_CODES_OVERRULED |
                                       SMTP5XX_VERDICT_AMBIGUOUS | SMTP5XX_VERDICT_STAGE_DECIDED),
                      0);
}
END_TEST

/* The rule's action reaches the advice, but suppress is held to what holds for everybody. */
START_TEST(the_action_is_advised)
{
    for (uint8_t action = 0; action <= SMTP5XX_ACTION_REVIEW + 1; action++) {
        struct own own;
        smtp5xx_rule *rule;
        smtp5xx_verdict verdict;
        smtp5xx_advice advice;

        start(&own);
        rule = add(&own, "parcel", SMTP5XX_REASON_POLICY_REJECTED);
        rule->action = action;
        verdict = judge(&own, "550 5.7.1 parcel", &advice);
        ck_assert_uint_eq(verdict.action, action <= SMTP5XX_ACTION_REVIEW ? action : 0);
        ck_assert_uint_eq(advice.action, verdict.action ? verdict.action : SMTP5XX_ACTION_REVIEW);
        rule->confidence = 74;
        judge(&own, "550 5.7.1 parcel", &advice);
        ck_assert_uint_ne(advice.action, SMTP5XX_ACTION_SUPPRESS);
        rule->confidence = 0;
        own.context.stage = SMTP5XX_STAGE_CONNECT;
        judge(&own, "550 5.7.1 parcel", &advice);
        ck_assert_uint_ne(advice.action, SMTP5XX_ACTION_SUPPRESS);
    }
}
END_TEST

START_TEST(the_rule_judges_the_permanence)
{
    static const struct {
        uint8_t judged;
        uint16_t reason;
        const char *text;
        unsigned expected;
    } cases[] = {
        {0, SMTP5XX_REASON_POLICY_REJECTED, "550 x", SMTP5XX_PERMANENCE_PERMANENT},
        {0, SMTP5XX_REASON_POLICY_REJECTED, "450 x", SMTP5XX_PERMANENCE_TEMPORARY},
        {0, SMTP5XX_REASON_GREYLISTED, "550 x", SMTP5XX_PERMANENCE_TEMPORARY},
        {SMTP5XX_PERMANENCE_TEMPORARY, SMTP5XX_REASON_POLICY_REJECTED, "550 x", SMTP5XX_PERMANENCE_TEMPORARY},
        {SMTP5XX_PERMANENCE_PERMANENT, SMTP5XX_REASON_POLICY_REJECTED, "450 x", SMTP5XX_PERMANENCE_PERMANENT},
        {SMTP5XX_PERMANENCE_PERMANENT, SMTP5XX_REASON_USER_UNKNOWN, "450 x", SMTP5XX_PERMANENCE_PERMANENT},
        {77, SMTP5XX_REASON_POLICY_REJECTED, "550 x", SMTP5XX_PERMANENCE_PERMANENT},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct own own;
        smtp5xx_verdict verdict;
        int differs;

        start(&own);
        add(&own, "x", cases[i].reason)->judged = cases[i].judged;
        verdict = judge(&own, cases[i].text, NULL);
        differs = verdict.claimed != verdict.judged;
        ck_assert_msg(verdict.judged == cases[i].expected, "%zu: \"%s\" is %s", i, cases[i].text,
                      smtp5xx_permanence_name(verdict.judged));
        ck_assert_msg(((verdict.flags & SMTP5XX_VERDICT_CLAIM_OVERRULED) != 0) == differs, "%zu: flags", i);
    }
}
END_TEST

/* Numbers that this version does not know count as nothing, and nothing is refused of a success. */
START_TEST(unknown_numbers_do_no_harm)
{
    struct own own;
    smtp5xx_verdict verdict;

    start(&own);
    add(&own, "x", UINT16_MAX)->confidence = 101;
    verdict = judge(&own, "550 x", NULL);
    ck_assert_uint_eq(verdict.rule, OWN);
    ck_assert_uint_eq(verdict.reason, SMTP5XX_REASON_UNKNOWN);
    ck_assert_uint_eq(verdict.confidence, 99);
    verdict = judge(&own, "250 x", NULL);
    ck_assert_uint_eq(verdict.rule, 0);
    ck_assert_uint_eq(verdict.basis, 0);
}
END_TEST

/* Rules of a newer header are larger: what this version does not know of them is passed over. */
START_TEST(rules_may_be_larger)
{
    struct {
        smtp5xx_rule rule;
        uint32_t more[5];
    } larger[3];
    smtp5xx_context context = {.size = sizeof(context), .rules = &larger[0].rule, .rule_text = "parcelrefused", .rule_count = 3,
                               .rule_size = sizeof(larger[0]), .rule_text_length = 13};
    smtp5xx_verdict verdict;

    memset(larger, 0, sizeof(larger));
    for (size_t i = 0; i < COUNT_OF(larger); i++) {
        memset(larger[i].more, 0xa5, sizeof(larger[i].more));
        larger[i].rule.id = (uint32_t)i + 1;
        larger[i].rule.reason = SMTP5XX_REASON_GEO_BLOCKED;
        larger[i].rule.code = 421;
    }
    larger[2].rule.code = 0;
    larger[2].rule.phrase = (smtp5xx_span){6, 7};
    ck_assert_int_eq(smtp5xx_diagnose("550 refused", 11, &context, NULL, NULL, 0, &verdict, sizeof(verdict), NULL, 0),
                     SMTP5XX_OK);
    ck_assert_uint_eq(verdict.rule, 3);
}
END_TEST

/* What is wrong with a caller's rules. */
static void spoil(struct own *own, int how)
{
    switch (how) {
    case 0: own->context.rules = NULL; break;
    case 1: own->context.rule_text = NULL; break;
    case 2: own->context.rule_size = sizeof(own->rules[0]) - 1; break;
    case 3: own->context.rule_size = 0; break;
    case 4: own->rules[0].phrase.offset = own->context.rule_text_length + 1; break;
    case 5: own->rules[0].phrase.length = own->context.rule_text_length + 1; break;
    case 6: own->rules[0].phrase = (smtp5xx_span){UINT32_MAX, 2}; break;
    case 7: own->rules[0].phrase = (smtp5xx_span){1, UINT32_MAX}; break;
    case 8: memcpy(own->text, "... ,", 5); break;             /* no words */
    case 9: memcpy(own->text, "the a", 5); break;             /* words that are passed over */
    default: own->context.rule_text_length = 3; break;
    }
}

/* The same answer from every function that takes a context, with zeroed output; and whatever the reply is. */
START_TEST(bad_rules_are_refused)
{
    static const char *const texts[] = {"550 5.1.1 x", "421 y", ""};
    const smtp5xx_verdict zeros = {0};

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        size_t length = strlen(texts[i]);
        int32_t offsets[2] = {0, (int32_t)length};
        struct own own;
        smtp5xx_reply reply;
        smtp5xx_verdict verdict;

        start(&own);
        add(&own, "knock", SMTP5XX_REASON_GEO_BLOCKED);
        spoil(&own, _i);
        ck_assert_int_eq(smtp5xx_parse(texts[i], length, NULL, &reply, sizeof(reply)), SMTP5XX_OK);
        memset(&verdict, 0xa5, sizeof(verdict));
        ck_assert_int_eq(smtp5xx_classify(texts[i], length, &reply, &own.context, &verdict, sizeof(verdict)), SMTP5XX_EINVAL);
        ck_assert_msg(memcmp(&verdict, &zeros, sizeof(zeros)) == 0, "classify does not zero");
        memset(&verdict, 0xa5, sizeof(verdict));
        ck_assert_int_eq(smtp5xx_diagnose(texts[i], length, &own.context, NULL, NULL, 0, &verdict, sizeof(verdict), NULL, 0),
                         SMTP5XX_EINVAL);
        ck_assert_msg(memcmp(&verdict, &zeros, sizeof(zeros)) == 0, "diagnose does not zero");
        memset(&verdict, 0xa5, sizeof(verdict));
        ck_assert_int_eq(smtp5xx_diagnose_batch(texts[i], length, offsets, 1, &own.context, NULL, &verdict, sizeof(verdict),
                                                NULL, 0),
                         SMTP5XX_EINVAL);
        ck_assert_msg(memcmp(&verdict, &zeros, sizeof(zeros)) == 0, "the batch does not zero");
    }
}
END_TEST

/* A reply that comes back from a store can hold anything: what no parse gives is refused. */
START_TEST(a_reply_that_no_parse_gives_is_refused)
{
    static const char text[] = "550 5.1.1 User unknown";
    const size_t length = sizeof(text) - 1;
    smtp5xx_reply good;
    smtp5xx_reply bad[6];
    smtp5xx_verdict verdict;

    ck_assert_int_eq(smtp5xx_parse(text, length, NULL, &good, sizeof(good)), SMTP5XX_OK);
    ck_assert_int_eq(smtp5xx_classify(text, length, &good, NULL, &verdict, sizeof(verdict)), SMTP5XX_OK);
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        bad[i] = good;
    }
    bad[0].code = 600;
    bad[1].stage = 9;
    bad[2].enhanced_class = 6;
    bad[3].said.length = 2;
    bad[4].said.offset = (uint32_t)length + 1;
    bad[5].text.length = UINT32_MAX;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int error = smtp5xx_classify(text, length, &bad[i], NULL, &verdict, sizeof(verdict));

        ck_assert_msg(error == SMTP5XX_EINVAL, "bad reply %zu: %s", i, smtp5xx_error_name(error));
    }
}
END_TEST

/* 32 words are a phrase, 33 are not. */
START_TEST(a_phrase_has_32_words_at_most)
{
    for (int words = 31; words <= 33; words++) {
        struct own own;
        char phrase[256] = "";
        char text[256] = "550 5.1.1 ";
        smtp5xx_verdict verdict;
        int error;

        for (int i = 0; i < words; i++) {
            snprintf(phrase + strlen(phrase), 8, "w%c%c ", 'a' + i % 26, 'a' + i / 26);
        }
        strcat(text, phrase);
        start(&own);
        add(&own, phrase, SMTP5XX_REASON_GEO_BLOCKED);
        error = smtp5xx_diagnose(text, strlen(text), &own.context, NULL, NULL, 0, &verdict, sizeof(verdict), NULL, 0);
        ck_assert_msg(error == (words <= 32 ? SMTP5XX_OK : SMTP5XX_EINVAL), "%d words: %s", words, smtp5xx_error_name(error));
        ck_assert_msg(words > 32 || verdict.rule == OWN, "%d words do not hit", words);
    }
}
END_TEST

/* Neither the rules nor their text is read beyond its end: both end where nothing can be read. */
START_TEST(nothing_beyond_the_rules_is_read)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *memory = mmap(NULL, 4 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    static const char *const words[] = {"p", "parcel", "refused", "a parcel refused", "\xe5\x8c\x85", "x@y", "http://a", "1.2.3.4",
                                        "\xfcq", "over-quota"};

    ck_assert(memory != MAP_FAILED);
    ck_assert_int_eq(mprotect(memory, page, PROT_READ | PROT_WRITE), 0);
    ck_assert_int_eq(mprotect(memory + 2 * page, page, PROT_READ | PROT_WRITE), 0);
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        uint32_t length = (uint32_t)strlen(words[i]);
        char *phrase = memory + page - length;
        smtp5xx_rule *rule = (smtp5xx_rule *)(void *)(memory + 3 * page - sizeof(smtp5xx_rule));
        smtp5xx_context context = {.size = sizeof(context), .rules = rule, .rule_text = phrase, .rule_count = 1,
                                   .rule_size = sizeof(*rule), .rule_text_length = length};
        char text[64];
        smtp5xx_verdict verdict;

        memcpy(phrase, words[i], length);
        memset(rule, 0, sizeof(*rule));
        rule->id = OWN;
        rule->phrase.length = length;
        snprintf(text, sizeof(text), "550 5.1.1 %s", words[i]);
        ck_assert_int_eq(smtp5xx_diagnose(text, strlen(text), &context, NULL, NULL, 0, &verdict, sizeof(verdict), NULL, 0),
                         SMTP5XX_OK);
        ck_assert_msg(verdict.rule == OWN, "\"%s\": %u", words[i], verdict.rule);
    }
    ck_assert_int_eq(munmap(memory, 4 * page), 0);
}
END_TEST

/* A context of version 0.1, which ends before the rules, has none. */
START_TEST(an_older_context_has_no_rules)
{
    struct own own;

    start(&own);
    add(&own, "", SMTP5XX_REASON_GEO_BLOCKED);
    ck_assert_uint_eq(judge(&own, "550 x", NULL).rule, OWN);
    own.context.size = 8;
    ck_assert_uint_ne(judge(&own, "550 x", NULL).rule, OWN);
}
END_TEST

Suite *caller_suite(void)
{
    Suite *suite = suite_create("caller");
    TCase *holding = tcase_create("holding");
    TCase *deciding = tcase_create("deciding");
    TCase *bad = tcase_create("bad");

    tcase_add_loop_test(holding, a_phrase_is_found, 0, (int)COUNT_OF(phrases));
    tcase_add_loop_test(holding, a_condition_must_hold, 0, (int)COUNT_OF(conditions));
    tcase_add_test(holding, only_the_context_names_the_provider);
    tcase_add_test(deciding, the_first_rule_that_holds_decides);
    tcase_add_test(deciding, rules_that_do_not_hold_change_nothing);
    tcase_add_test(deciding, the_details_stay);
    tcase_add_test(deciding, the_action_is_advised);
    tcase_add_test(deciding, the_rule_judges_the_permanence);
    tcase_add_test(deciding, unknown_numbers_do_no_harm);
    tcase_add_test(bad, rules_may_be_larger);
    tcase_add_loop_test(bad, bad_rules_are_refused, 0, 11);
    tcase_add_test(bad, a_reply_that_no_parse_gives_is_refused);
    tcase_add_test(bad, a_phrase_has_32_words_at_most);
    tcase_add_test(bad, nothing_beyond_the_rules_is_read);
    tcase_add_test(bad, an_older_context_has_no_rules);
    suite_add_tcase(suite, holding);
    suite_add_tcase(suite, deciding);
    suite_add_tcase(suite, bad);
    return suite;
}
