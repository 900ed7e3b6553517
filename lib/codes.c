/*
 * What the codes of a reply say, by the order of trust:
 *
 *     provider's meaning of its codes > reply code and enhanced status code together > enhanced status code by the
 *     registry > reply code alone
 */
#include "internal.h"

/* What one row of the codes says. */
struct evidence {
    uint32_t row; /* UINT32_MAX: none */
    uint32_t reason, confidence;
};

static int row_fits(const struct s5x_code_key *key, uint32_t code, uint32_t class, uint32_t provider) {
    uint32_t classes = CELL(codes, key->row, classes);
    int code_fits = (key->code == 0) | (key->code == code), provider_fits = (key->provider == 0) | (key->provider == provider);
    return code_fits & provider_fits & (int)((classes == 0) | ((classes >> class % 32 & 1) & (class < 32)));
}

/* The most specific row with exactly this subject and detail (as the fields count them), or this code if both are 0. When
 * no provider is known, and only one provider has rows for a number that the registry does not have, that one decides. */
static uint32_t find_key(uint32_t subject, uint32_t detail, uint32_t code, uint32_t class, uint32_t provider) {
    enum { SUBJECTS = sizeof s5x_code_starts / sizeof s5x_code_starts[0] - 1 };
    uint32_t owner = 0, row = UINT32_MAX, wanted = subject != 0 ? detail : code;
    if (subject >= SUBJECTS) {
        return UINT32_MAX;
    }
    const uint16_t *at = s5x_code_numbers + s5x_code_starts[subject], *end = s5x_code_numbers + s5x_code_starts[subject + 1];
    for (size_t left = (size_t)(end - at); left > 1;) { /* Without a branch on the data: it would be guessed wrong. */
        size_t half = left / 2;
        at += half & ((size_t)0 - (size_t)(at[half - 1] < wanted));
        left -= half;
    }
    for (; at < end && *at == wanted; at++) {
        const struct s5x_code_key *key = &s5x_code_keys[at - s5x_code_numbers];
        if (row_fits(key, code, class, provider)) {
            return key->row;
        }
        if (provider == 0 && key->provider != 0 && row_fits(key, code, class, key->provider)) {
            row = owner == 0 ? key->row : row;
            row = owner != 0 && owner != key->provider ? UINT32_MAX : row;
            owner = key->provider;
        }
    }
    return row;
}

INTERNAL uint32_t s5x_code_row(uint32_t code, uint32_t class, uint32_t subject, uint32_t detail, uint32_t provider) {
    uint32_t row = UINT32_MAX;
    if (class != 0) {
        row = find_key(subject + 1, detail + 1, code, class, provider);
        row = row == UINT32_MAX ? find_key(subject + 1, 0, code, class, provider) : row;
    }
    if (row == UINT32_MAX && code != 0) {
        row = find_key(0, 0, code, code / 100, provider);
    }
    return row;
}

uint32_t smtp5xx_code_find(uint32_t code, uint32_t enhanced_class, uint32_t subject, uint32_t detail, uint32_t provider) {
    uint32_t row = subject > UINT16_MAX || detail > UINT16_MAX
                       ? UINT32_MAX
                       : s5x_code_row(code, enhanced_class, subject, detail, provider);
    return row == UINT32_MAX ? 0 : CELL(codes, row, id);
}

/* A row's reason at this stage: most codes mean one thing, some another at RCPT than at MAIL. */
static int weigh(uint32_t row, uint32_t stage, struct evidence *evidence) {
    evidence->row = row;
    evidence->reason = CELL(codes, row, reason);
    evidence->confidence = CELL(codes, row, confidence);
    const uint16_t *list = LIST(codes, row, stage_list);
    for (uint32_t i = 0; i < list[0]; i++) {
        if (list[1 + 3 * i] == stage && stage != SMTP5XX_STAGE_UNKNOWN) {
            evidence->reason = list[2 + 3 * i];
            evidence->confidence = list[3 + 3 * i];
            return 1;
        }
    }
    return 0;
}

/* The best evidence. An enhanced status code that says nothing (5.0.0, RFC 3463 3.1) leaves it to the reply code. */
static int find_evidence(const smtp5xx_reply *reply, uint32_t provider, struct evidence *evidence) {
    struct evidence other;
    uint32_t row = s5x_code_row(reply->code, reply->enhanced_class, reply->enhanced_subject, reply->enhanced_detail,
                                provider);
    memset(evidence, 0, sizeof *evidence);
    evidence->row = row;
    if (row == UINT32_MAX) {
        return 0;
    }
    int by_stage = weigh(row, reply->stage, evidence);
    if (evidence->reason == SMTP5XX_REASON_UNKNOWN && reply->enhanced_class != 0 && reply->code != 0) {
        row = s5x_code_row(reply->code, 0, 0, 0, provider);
        int other_by_stage = row != UINT32_MAX && weigh(row, reply->stage, &other);
        if (row != UINT32_MAX && other.reason != SMTP5XX_REASON_UNKNOWN) {
            *evidence = other;
            by_stage = other_by_stage;
        }
    }
    return by_stage;
}

static uint8_t basis_of(uint32_t row) {
    if (CELL(codes, row, provider) != 0) {
        return SMTP5XX_BASIS_PROVIDER_CODES;
    }
    if (CELL(codes, row, subject) == 0) {
        return SMTP5XX_BASIS_BASIC;
    }
    return CELL(codes, row, code) != 0 ? SMTP5XX_BASIS_CODES : SMTP5XX_BASIS_ENHANCED;
}
