/*
 * Fuzzing: the walk over a notification's recipients ends, goes forward, and gives spans inside the text, those of a recipient
 * inside its group; a group is judged without harm; what a caller gives back damaged is refused, or does none.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "fuzz.h"

static void check_inside(const char *name, smtp5xx_span span, smtp5xx_span whole)
{
    FUZZ_CHECK(span.length == 0 || (span.offset >= whole.offset && span.offset - whole.offset <= whole.length &&
                                    span.length <= whole.length - (span.offset - whole.offset)),
               "%s: %u+%u of %u+%u", name, span.offset, span.length, whole.offset, whole.length);
}

static void check_values(const smtp5xx_dsn *dsn, size_t length)
{
    smtp5xx_span all = {0, (uint32_t)length};

    FUZZ_CHECK(dsn->size == sizeof(*dsn) && dsn->next <= length, "%u, %u", dsn->size, dsn->next);
    FUZZ_CHECK(dsn->action <= SMTP5XX_DSN_EXPANDED && dsn->flags <= (SMTP5XX_DSN_REMOTE | SMTP5XX_DSN_UTF8), "%u, %u",
               dsn->action, dsn->flags);
    FUZZ_CHECK((dsn->enhanced_class == 0 || dsn->enhanced_class == 2 || dsn->enhanced_class == 4 || dsn->enhanced_class == 5) &&
                   dsn->enhanced_subject <= 999 && dsn->enhanced_detail <= 999,
               "%u.%u.%u", dsn->enhanced_class, dsn->enhanced_subject, dsn->enhanced_detail);
    FUZZ_CHECK(dsn->group.length > 0 && dsn->group.offset < dsn->next, "%u+%u", dsn->group.offset, dsn->group.length);
    check_inside("group", dsn->group, all);
    check_inside("final_recipient", dsn->final_recipient, dsn->group);
    check_inside("original_recipient", dsn->original_recipient, dsn->group);
    check_inside("status", dsn->status, dsn->group);
    check_inside("remote_mta", dsn->remote_mta, dsn->group);
    check_inside("diagnostic_type", dsn->diagnostic_type, dsn->group);
    check_inside("diagnostic", dsn->diagnostic, dsn->group);
    check_inside("last_attempt", dsn->last_attempt, dsn->group);
    check_inside("retry_until", dsn->retry_until, dsn->group);
    check_inside("log_id", dsn->log_id, dsn->group);
    check_inside("reporting_mta", dsn->reporting_mta, all);
    check_inside("arrival", dsn->arrival, all);
    check_inside("envelope_id", dsn->envelope_id, all);
}

/* Returns how many recipients there are. */
static size_t walk(const struct fuzz_text *text)
{
    smtp5xx_dsn dsn = {0};
    uint32_t next = 0;
    size_t count = 0;
    int more;

    while ((more = smtp5xx_dsn_next(text->text, text->length, &dsn, sizeof(dsn))) == 1) {
        smtp5xx_reply reply;
        smtp5xx_verdict verdict;

        check_values(&dsn, text->length);
        FUZZ_CHECK(dsn.group.offset >= next && dsn.next > next, "%u and %u after %u", dsn.group.offset, dsn.next, next);
        next = dsn.next;
        count++;
        FUZZ_CHECK(smtp5xx_diagnose(text->text + dsn.group.offset, dsn.group.length, NULL, NULL, &reply, sizeof(reply), &verdict,
                                    sizeof(verdict), NULL, 0) == SMTP5XX_OK,
                   "diagnose");
        fuzz_check_reply(&reply, dsn.group.length);
        fuzz_check_verdict(&verdict, dsn.group.length);
    }
    FUZZ_CHECK(more == 0 && dsn.group.length == 0 && dsn.next == 0, "%d", more);
    return count;
}

/* One more group behind an empty line is one more recipient. */
static void try_another(const struct fuzz_text *text, size_t count)
{
    static const char group[] = "\n\nFinal-Recipient: rfc822; zz@example.com\nAction: failed\n";
    char *longer = malloc(text->length + sizeof(group) - 1);
    struct fuzz_text more = {longer, text->length + sizeof(group) - 1};

    FUZZ_CHECK(longer != NULL, "out of memory");
    memcpy(longer, text->text, text->length);
    memcpy(longer + text->length, group, sizeof(group) - 1);
    FUZZ_CHECK(walk(&more) == count + 1, "not %zu", count + 1);
    free(longer);
}

static void try_damaged(const struct fuzz_text *text, struct fuzz_input *input)
{
    unsigned char bytes[sizeof(smtp5xx_dsn)] = {0};
    smtp5xx_dsn dsn;

    for (int i = 0; i < 4; i++) {
        bytes[fuzz_option(input, sizeof(bytes))] = (unsigned char)fuzz_option(input, 256);
    }
    memcpy(&dsn, bytes, sizeof(dsn));
    for (int more = 1, count = 0; more == 1 && count < 100; count++) {
        more = smtp5xx_dsn_next(text->text, text->length, &dsn, sizeof(dsn));
        if (more == 1) {
            check_values(&dsn, text->length);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    struct fuzz_input rest = {data, size > 8 ? size - 8 : 0};
    struct fuzz_text text = fuzz_text_of(&rest);

    try_another(&text, walk(&text));
    try_damaged(&text, &input);
    fuzz_free(&text);
    return 0;
}
