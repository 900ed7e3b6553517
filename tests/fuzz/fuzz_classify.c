/*
 * Fuzzing: verdicts are sane, the hits fit them, and a change of the text that means nothing changes no reason.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "fuzz.h"

static smtp5xx_verdict judge(const char *text, size_t length, const smtp5xx_context *context, smtp5xx_reply *reply)
{
    smtp5xx_verdict verdict;

    FUZZ_CHECK(smtp5xx_parse(text, length, context, reply, sizeof(*reply)) == SMTP5XX_OK, "parse");
    FUZZ_CHECK(smtp5xx_classify(text, length, reply, context, &verdict, sizeof(verdict)) == SMTP5XX_OK, "classify");
    return verdict;
}

static void check_hits(const struct fuzz_text *text, const smtp5xx_reply *reply, const smtp5xx_context *context,
                       const smtp5xx_verdict *verdict)
{
    smtp5xx_hit hits[SMTP5XX_HITS_MAX];
    int count = smtp5xx_hits(text->text, text->length, reply, context, hits, SMTP5XX_HITS_MAX, sizeof(hits[0])), best = 0;

    FUZZ_CHECK(count >= 0 && count == smtp5xx_hits(text->text, text->length, reply, context, NULL, 0, 0), "%d", count);
    count = count < SMTP5XX_HITS_MAX ? count : SMTP5XX_HITS_MAX;
    for (int i = 0; i < count; i++) {
        const smtp5xx_hit *hit = &hits[i];

        FUZZ_CHECK(hit->words.offset <= text->length && hit->words.length <= text->length - hit->words.offset, "%u+%u",
                   hit->words.offset, hit->words.length);
        FUZZ_CHECK(hit->rule >= 10000 && smtp5xx_rule_name(hit->rule)[0] != '\0', "%u", hit->rule);
        FUZZ_CHECK(hit->provider == 0 || hit->provider == verdict->provider, "%s", smtp5xx_rule_name(hit->rule));
        FUZZ_CHECK(i == 0 || hits[i - 1].rank > hit->rank ||
                       (hits[i - 1].rank == hit->rank && hits[i - 1].weight >= hit->weight),
                   "%s before %s", smtp5xx_rule_name(hits[i - 1].rule), smtp5xx_rule_name(hit->rule));
    }
    while (best < count && hits[best].reason == 0) {
        best++;
    }
    /* Details may fill the list. */
    FUZZ_CHECK(verdict->basis < SMTP5XX_BASIS_PHRASE || best == SMTP5XX_HITS_MAX ||
                   (best < count && hits[best].rule == verdict->rule),
               "%s decides and is not the best hit", smtp5xx_rule_name(verdict->rule));
}

/* Changes: each writes another form of the text, and returns its length, or 0 when it promises nothing for this text. */

static size_t line_break(const char *text, size_t length, char *out, uint32_t choice)
{
    static const char *const breaks[] = {"\n", "\r\n", "\r", " \r\n", "\t\n", "\n\n"};
    const char *behind = breaks[choice % COUNT_OF(breaks)];

    memcpy(out, text, length);
    memcpy(out + length, behind, strlen(behind));
    return length + strlen(behind);
}

static size_t blanks_before(const char *text, size_t length, char *out, uint32_t choice)
{
    size_t count = 1 + choice % 5;

    memset(out, " \t\n\r "[choice % 5], count);
    memcpy(out + count, text, length);
    return length + count;
}

/* Case tells where a sentence ends ("unknown.If" is no host), in a written line break, and what an enhanced letter is: so
 * only texts without a dot between letters, without a backslash and without bytes beyond ASCII are promised anything. */
static size_t other_case(const char *text, size_t length, char *out, uint32_t choice)
{
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        int lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z';

        if (c == '\\' || (unsigned char)c >= 0x80 || c == '.') {
            return 0;
        }
        out[i] = (char)((choice >> i % 8 & 1) && lower ? c - 32 : (choice >> (i + 3) % 8 & 1) && upper ? c + 32 : c);
    }
    return length;
}

/* Another local part of an address that stands alone, in brackets. */
static size_t other_address(const char *text, size_t length, char *out, uint32_t choice)
{
    static const char *const names[] = {"carol", "x.y-z", "b7"};
    static const char own[] = "<bob@example.com>";
    const char *name = names[choice % COUNT_OF(names)];

    for (size_t i = 0; i + sizeof(own) <= length + 1; i++) {
        int alone = (i == 0 || text[i - 1] == ' ') && (i + sizeof(own) - 1 == length || text[i + sizeof(own) - 1] == ' ');

        if (memcmp(text + i, own, sizeof(own) - 1) == 0 && alone) {
            memcpy(out, text, i + 1);
            memcpy(out + i + 1, name, strlen(name));
            memcpy(out + i + 1 + strlen(name), text + i + 4, length - i - 4);
            return length - 3 + strlen(name);
        }
    }
    return 0;
}

/* An id in brackets behind all that was said. */
static size_t add_id(const char *text, size_t length, char *out, uint32_t choice)
{
    static const char *const ids[] = {" (x7f3Q9)", " 4f2k81zz", " [ab12cd34]"};
    const char *id = ids[choice % COUNT_OF(ids)];
    char last = length > 0 ? text[length - 1] : '\0';
    int ends_word = (last >= 'a' && last <= 'z') || last == '.' || last == ')';

    memcpy(out, text, length);
    memcpy(out + length, id, strlen(id));
    return ends_word && length > 20 ? length + strlen(id) : 0;
}

static const struct change {
    const char *name;
    size_t (*write)(const char *text, size_t length, char *out, uint32_t choice);
} changes[] = {{"a line break behind", line_break},
               {"blanks before", blanks_before},
               {"another case", other_case},
               {"another address", other_address},
               {"an id behind", add_id}};

static void check_changes(const struct fuzz_text *text, const smtp5xx_context *context, const smtp5xx_verdict *plain,
                          uint32_t choice)
{
    const struct change *change = &changes[choice % COUNT_OF(changes)];
    smtp5xx_reply reply;
    char *out = malloc(text->length + 64);
    size_t length;

    FUZZ_CHECK(out != NULL, "out of memory");
    length = change->write(text->text, text->length, out, choice / COUNT_OF(changes));
    if (length > 0 && length <= SMTP5XX_INPUT_MAX) {
        struct fuzz_text changed = fuzz_copy(out, length);
        smtp5xx_verdict verdict = judge(changed.text, changed.length, context, &reply);

        FUZZ_CHECK(verdict.reason == plain->reason && verdict.judged == plain->judged,
                   "%s: \"%.*s\" is %s by %s; \"%.*s\" is %s by %s", change->name, (int)text->length, text->text,
                   smtp5xx_reason_name(plain->reason), smtp5xx_rule_name(plain->rule), (int)length, changed.text,
                   smtp5xx_reason_name(verdict.reason), smtp5xx_rule_name(verdict.rule));
        fuzz_free(&changed);
    }
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    smtp5xx_context context = fuzz_context(&input);
    uint32_t choice = fuzz_option(&input, 256);
    struct fuzz_text text = fuzz_text_of(&input);
    smtp5xx_reply reply, again;
    smtp5xx_verdict verdict = judge(text.text, text.length, &context, &reply);
    smtp5xx_verdict other = judge(text.text, text.length, &context, &again);

    FUZZ_CHECK(memcmp(&verdict, &other, sizeof(verdict)) == 0, "another verdict");
    fuzz_check_verdict(&verdict, text.length);
    if (verdict.claimed != SMTP5XX_PERMANENCE_SUCCESS) {
        check_hits(&text, &reply, &context, &verdict);
    }
    check_changes(&text, &context, &verdict, choice);
    fuzz_free(&text);
    return 0;
}
