/*
 * Reply -> verdict, by the order of trust:
 *
 *     provider's meaning of its codes > reply code and enhanced status code together > enhanced status code by the
 *     registry > reply code alone > unknown
 *
 * The rungs above these (caller's rules, tokens, phrases) have their numbers in SMTP5XX_BASIS_*; find_evidence() is the
 * place where they come in.
 */
#include "internal.h"

/* What one row of the codes says. */
struct evidence {
    uint32_t row; /* UINT32_MAX: none */
    uint32_t reason, confidence;
};

/* Confidence that is lost when the reply contradicts itself: measured figures for single codes no longer hold. */
enum { LOSS_CLASS_MISMATCH = 15, LOSS_CODES_DIFFER = 15, CONFIDENCE_OF_STAGE = 45 };

static int row_fits(const struct s5x_code_key *key, uint32_t code, uint32_t class, uint32_t provider) {
    uint32_t classes = CELL(codes, key->row, classes);
    return (key->code == 0 || key->code == code) && (key->provider == 0 || key->provider == provider) &&
           (classes == 0 || (class < 32 && (classes >> class & 1)));
}

static int key_before(const struct s5x_code_key *key, uint32_t subject, uint32_t detail, uint32_t code) {
    if (key->subject != subject) {
        return key->subject < subject;
    }
    if (key->detail != detail) {
        return key->detail < detail;
    }
    return subject == 0 && key->code < code;
}

/* The most specific row with exactly this subject and detail (as the fields count them), or this code if both are 0. When
 * no provider is known, and only one provider has rows for a number that the registry does not have, that one decides. */
static uint32_t find_key(uint32_t subject, uint32_t detail, uint32_t code, uint32_t class, uint32_t provider) {
    uint32_t owner = 0, row = UINT32_MAX, low = 0, high = sizeof s5x_code_keys / sizeof s5x_code_keys[0], count = high;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (key_before(&s5x_code_keys[middle], subject, detail, code)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < count; low++) {
        const struct s5x_code_key *key = &s5x_code_keys[low];
        if (key->subject != subject || key->detail != detail || (subject == 0 && key->code != code)) {
            break;
        }
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

/* Before RCPT nobody has named a recipient: a refusal there cannot be about one (RFC 5321 3.3), whatever its code says. */
static int correct_by_stage(uint32_t stage, struct evidence *evidence) {
    uint32_t row = s5x_row_of(SMTP5XX_TABLE_REASONS, evidence->reason);
    if (stage < SMTP5XX_STAGE_CONNECT || stage > SMTP5XX_STAGE_MAIL ||
        CELL(reasons, row, category) != SMTP5XX_CATEGORY_RECIPIENT) {
        return 0;
    }
    evidence->reason = stage == SMTP5XX_STAGE_AUTH   ? (uint32_t)SMTP5XX_REASON_SMTP_AUTH_FAILED
                       : stage == SMTP5XX_STAGE_MAIL ? (uint32_t)SMTP5XX_REASON_SENDER_INVALID
                                                     : (uint32_t)SMTP5XX_REASON_POLICY_REJECTED;
    evidence->confidence = evidence->confidence < CONFIDENCE_OF_STAGE ? evidence->confidence : CONFIDENCE_OF_STAGE;
    return 1;
}

static uint8_t claimed_by(const smtp5xx_reply *reply) {
    uint32_t class = reply->code != 0 ? reply->code / 100U : reply->enhanced_class;
    switch (class) {
    case 2:
    case 3: return SMTP5XX_PERMANENCE_SUCCESS;
    case 4: return SMTP5XX_PERMANENCE_TEMPORARY;
    case 5: return SMTP5XX_PERMANENCE_PERMANENT;
    default: return SMTP5XX_PERMANENCE_UNKNOWN;
    }
}

/* A 551 gives the new address in its text (RFC 5321 3.4): the last <address> that has words before it, since one that
 * opens the text is the old one. */
static smtp5xx_span find_new_address(const char *text, const smtp5xx_reply *reply) {
    smtp5xx_span found = {0, 0};
    uint32_t end = reply->said.offset + reply->said.length, open = 0;
    int at_sign = 0, words = 0;
    for (uint32_t at = reply->text.offset; reply->text.length > 0 && at < end; at++) {
        char c = text[at];
        if (c == '<') {
            open = at + 1;
            at_sign = 0;
        } else if (c == '>' && open != 0) {
            if (at_sign == 1 && words && at - open <= 320) { /* RFC 5321 4.5.3.1: 64 + 1 + 255 octets */
                found.offset = open;
                found.length = at - open;
            }
            open = 0;
        } else if (s5x_is_blank(c)) {
            open = 0;
        } else if (c == '@') {
            at_sign++;
        } else if (open == 0 && s5x_is_alnum(c)) {
            words = 1;
        }
    }
    return found;
}

static void copy_codes(const smtp5xx_reply *reply, smtp5xx_verdict *verdict) {
    verdict->stage = reply->stage;
    verdict->code = reply->code;
    verdict->enhanced_class = reply->enhanced_class;
    verdict->enhanced_subject = reply->enhanced_subject;
    verdict->enhanced_detail = reply->enhanced_detail;
}

static void find_provider(const char *text, const smtp5xx_reply *reply, uint32_t provider, smtp5xx_verdict *verdict) {
    int given = provider != 0 && s5x_row_of(SMTP5XX_TABLE_PROVIDERS, provider) != UINT32_MAX;
    provider = given ? provider : s5x_provider_in_text(text, reply);
    verdict->provider = (uint16_t)provider;
    if (provider != 0) {
        verdict->flags |= given ? (uint32_t)SMTP5XX_VERDICT_PROVIDER_FROM_CONTEXT
                                : (uint32_t)SMTP5XX_VERDICT_PROVIDER_FROM_TEXT;
    }
}

static uint8_t lose_confidence(uint32_t confidence, const smtp5xx_reply *reply) {
    uint32_t loss = (reply->flags & SMTP5XX_REPLY_CLASS_MISMATCH ? (uint32_t)LOSS_CLASS_MISMATCH : 0) +
                    (reply->flags & SMTP5XX_REPLY_CODES_DIFFER ? (uint32_t)LOSS_CODES_DIFFER : 0);
    return (uint8_t)(confidence > loss ? confidence - loss : 0);
}

/* Whether the registry alone would have said something else than the provider's row. */
static int overrules_registry(const smtp5xx_reply *reply, const struct evidence *evidence) {
    uint32_t code = reply->enhanced_class == 0 ? reply->code : 0;
    uint32_t row = s5x_code_row(code, reply->enhanced_class, reply->enhanced_subject, reply->enhanced_detail, 0);
    return row != UINT32_MAX && CELL(codes, row, reason) != evidence->reason;
}

static void judge(const smtp5xx_reply *reply, smtp5xx_verdict *verdict) {
    struct evidence evidence;
    int by_stage = find_evidence(reply, verdict->provider, &evidence);
    if (evidence.row == UINT32_MAX) {
        return;
    }
    verdict->rule = CELL(codes, evidence.row, id);
    verdict->basis = basis_of(evidence.row);
    if (verdict->provider == 0 && CELL(codes, evidence.row, provider) != 0) {
        verdict->provider = (uint16_t)CELL(codes, evidence.row, provider); /* Its own number gives it away. */
        verdict->flags |= SMTP5XX_VERDICT_PROVIDER_FROM_TEXT;
    }
    if (verdict->basis == SMTP5XX_BASIS_PROVIDER_CODES && overrules_registry(reply, &evidence)) {
        verdict->flags |= SMTP5XX_VERDICT_PROVIDER_OVERRULES;
    }
    by_stage |= correct_by_stage(reply->stage, &evidence);
    verdict->flags |= by_stage ? (uint32_t)SMTP5XX_VERDICT_STAGE_DECIDED : 0;
    verdict->reason = (uint16_t)evidence.reason;
    verdict->confidence = lose_confidence(evidence.confidence, reply);
    int by_basic = verdict->basis == SMTP5XX_BASIS_BASIC || reply->enhanced.length == 0;
    verdict->words = by_basic ? (smtp5xx_span){reply->said.offset, 3} : reply->enhanced;
}

static void classify(const char *text, const smtp5xx_reply *reply, uint32_t provider, smtp5xx_verdict *verdict) {
    copy_codes(reply, verdict);
    verdict->claimed = verdict->judged = claimed_by(reply);
    find_provider(text, reply, provider, verdict);
    judge(reply, verdict);
    if (verdict->claimed == SMTP5XX_PERMANENCE_SUCCESS) {
        verdict->reason = SMTP5XX_REASON_UNKNOWN; /* Nothing was refused. */
        return;
    }
    uint32_t row = s5x_row_of(SMTP5XX_TABLE_REASONS, verdict->reason);
    uint32_t judged = CELL(reasons, row, judged);
    verdict->category = (uint8_t)CELL(reasons, row, category);
    if (judged != 0 && judged != verdict->claimed && verdict->claimed != SMTP5XX_PERMANENCE_UNKNOWN) {
        verdict->judged = (uint8_t)judged;
        verdict->flags |= SMTP5XX_VERDICT_CLAIM_OVERRULED;
    }
    if (verdict->reason == SMTP5XX_REASON_USER_MOVED) {
        verdict->new_address = find_new_address(text, reply);
    }
}

static int inside(const smtp5xx_span *span, uint32_t end) {
    return span->offset <= end && span->length <= end - span->offset;
}

int smtp5xx_classify(const char *text, size_t length, const smtp5xx_reply *reply, const smtp5xx_context *context,
                     smtp5xx_verdict *verdict, size_t verdict_size) {
    smtp5xx_reply own_reply;
    smtp5xx_verdict own;
    smtp5xx_context given;
    if (verdict == NULL) {
        return SMTP5XX_EINVAL;
    }
    memset(verdict, 0, verdict_size);
    if (reply == NULL || (text == NULL && length > 0)) {
        return SMTP5XX_EINVAL;
    }
    if (verdict_size < VERDICT_SIZE_0_1) {
        return SMTP5XX_ESIZE;
    }
    s5x_take(&own_reply, sizeof own_reply, reply, reply->size);
    s5x_take(&given, sizeof given, context, context == NULL ? 0 : context->size);
    uint32_t end = s5x_clamp(length);
    if (!inside(&own_reply.said, end) || !inside(&own_reply.text, end) || !inside(&own_reply.enhanced, end)) {
        return SMTP5XX_EINVAL; /* Not the text that was parsed. */
    }
    memset(&own, 0, sizeof own);
    classify(text == NULL ? "" : text, &own_reply, given.provider, &own);
    s5x_give(verdict, verdict_size, &own, sizeof own);
    return SMTP5XX_OK;
}
