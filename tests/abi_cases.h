/*
 * Where each field of the structs lies.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#ifndef SMTP5XX_TESTS_ABI_CASES_H
#define SMTP5XX_TESTS_ABI_CASES_H

#include "suites.h"

#define AT(of, field, at) {#of "." #field, offsetof(smtp5xx_##of, field), at, sizeof(((smtp5xx_##of *)0)->field)}
#define END(of, at) {#of, sizeof(smtp5xx_##of), at, 0}

/* Of the structs the context alone has pointers, because it is never stored: what lies behind them moves with their width. */
enum { POINTER = sizeof(void *), BEHIND = 8 + 2 * POINTER };

/* Where each field lies. A struct begins at 0, and each field follows the one before: there is no padding. */
static const struct field {
    const char *name;
    size_t offset;
    size_t expected;
    size_t size;
} fields[] = {
    AT(span, offset, 0), AT(span, length, 4), END(span, 8),
    AT(context, size, 0), AT(context, provider, 4), AT(context, stage, 6), AT(context, reserved, 7),
    AT(context, rules, 8), AT(context, rule_text, 8 + POINTER), AT(context, rule_count, BEHIND),
    AT(context, rule_size, BEHIND + 4), AT(context, rule_text_length, BEHIND + 8), AT(context, reserved2, BEHIND + 12),
    END(context, BEHIND + 16),
    AT(rule, id, 0), AT(rule, reason, 4), AT(rule, action, 6), AT(rule, confidence, 7), AT(rule, code, 8),
    AT(rule, reply_class, 10), AT(rule, stage, 11), AT(rule, subject, 12), AT(rule, detail, 14), AT(rule, provider, 16),
    AT(rule, judged, 18), AT(rule, reserved, 19), AT(rule, phrase, 24), END(rule, 32),
    AT(hit, size, 0), AT(hit, rule, 4), AT(hit, reason, 8), AT(hit, provider, 10), AT(hit, rank, 12),
    AT(hit, confidence, 13), AT(hit, weight, 14), AT(hit, phrase, 16), AT(hit, reserved, 18), AT(hit, reserved2, 20),
    AT(hit, words, 24), END(hit, 32),
    AT(reply, size, 0), AT(reply, code, 4), AT(reply, enhanced_class, 6), AT(reply, stage, 7),
    AT(reply, enhanced_subject, 8), AT(reply, enhanced_detail, 10), AT(reply, form, 12), AT(reply, reserved, 13),
    AT(reply, lines, 14), AT(reply, flags, 16), AT(reply, said, 20), AT(reply, text, 28), AT(reply, enhanced, 36),
    AT(reply, host, 44), AT(reply, ip, 52), AT(reply, recipient, 60), END(reply, 68),
    AT(verdict, size, 0), AT(verdict, reason, 4), AT(verdict, category, 6), AT(verdict, claimed, 7),
    AT(verdict, judged, 8), AT(verdict, confidence, 9), AT(verdict, basis, 10), AT(verdict, stage, 11),
    AT(verdict, code, 12), AT(verdict, enhanced_class, 14), AT(verdict, action, 15),
    AT(verdict, enhanced_subject, 16), AT(verdict, enhanced_detail, 18), AT(verdict, rule, 20),
    AT(verdict, provider, 24), AT(verdict, blocklist, 26), AT(verdict, retry_after, 28), AT(verdict, size_limit, 32),
    AT(verdict, flags, 36), AT(verdict, words, 40), AT(verdict, ip, 48), AT(verdict, url, 56),
    AT(verdict, new_address, 64), AT(verdict, reference, 72), END(verdict, 80),
    AT(policy, size, 0), AT(policy, on_unknown, 4), AT(policy, on_mailbox_full, 5),
    AT(policy, on_mailbox_disabled, 6), AT(policy, on_reputation, 7), AT(policy, suppress_confidence, 8),
    AT(policy, reserved, 9), AT(policy, retry_after_min, 12), AT(policy, retry_after_max, 16),
    AT(policy, retry_until, 20), AT(policy, soft_count, 24), AT(policy, soft_days, 26), AT(policy, hold_max, 28),
    AT(policy, hold_reputation, 32), END(policy, 36),
    AT(advice, size, 0), AT(advice, action, 4), AT(advice, disposition, 5), AT(advice, party, 6),
    AT(advice, scope, 7), AT(advice, severity, 8), AT(advice, retry, 9), AT(advice, step_count, 10),
    AT(advice, reference_count, 11), AT(advice, retry_after, 12), AT(advice, retry_until, 16),
    AT(advice, soft_count, 20), AT(advice, soft_days, 22), AT(advice, steps, 24), AT(advice, references, 40),
    AT(advice, path, 48), AT(advice, path_length, 64), AT(advice, reserved, 65), AT(advice, hold, 68),
    AT(advice, why, 72), AT(advice, reserved2, 74), END(advice, 76),
    AT(dsn, size, 0), AT(dsn, next, 4), AT(dsn, flags, 8), AT(dsn, action, 12), AT(dsn, enhanced_class, 13),
    AT(dsn, enhanced_subject, 14), AT(dsn, enhanced_detail, 16), AT(dsn, reserved, 18),
    AT(dsn, group, 20), AT(dsn, final_recipient, 28), AT(dsn, original_recipient, 36), AT(dsn, status, 44),
    AT(dsn, remote_mta, 52), AT(dsn, diagnostic_type, 60), AT(dsn, diagnostic, 68), AT(dsn, last_attempt, 76),
    AT(dsn, retry_until, 84), AT(dsn, log_id, 92), AT(dsn, reporting_mta, 100), AT(dsn, arrival, 108),
    AT(dsn, envelope_id, 116), END(dsn, 124),
};

#endif
