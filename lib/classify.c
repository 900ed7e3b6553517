/*
 * Reply -> verdict, by the order of trust:
 *
 *     caller's own rule > provider's token > phrase bound to a code or provider > phrase > codes (codes.c) > unknown
 *
 * Among phrases the rank decides first (hits.c); a phrase of the lowest rank is only a hint, which codes can outweigh.
 */
#include "internal.h"

/* What is lost of the confidence when the reply contradicts itself: measured figures for single codes no longer hold. Words
 * that decide against a sure code, or against other words of the same rank, are right less often. */
enum {
    LOSS_CLASS_MISMATCH = 15,
    LOSS_CODES_DIFFER = 15,
    LOSS_AGAINST_CODES = 8,
    LOSS_AMBIGUOUS = 12,
    LOSS_ACROSS_CLAUSES = 25,
    LOSS_BESIDE_A_BLOCK = 16,
    SURE_CODE = 80,
    CONFIDENCE_OF_STAGE = 45,
    CONFIDENCE_OF_PASSING = 70,
    CONFIDENCE_MAX = 99
};

/* Before RCPT nobody has named a recipient: a refusal there cannot be about one (RFC 5321 3.3), whatever its code says. */
static int correct_by_stage(uint32_t stage, struct evidence *evidence) {
    uint32_t row = row_of_reason(evidence->reason);
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

static void copy_codes(const smtp5xx_reply *reply, smtp5xx_verdict *verdict) {
    verdict->stage = reply->stage;
    verdict->code = reply->code;
    verdict->enhanced_class = reply->enhanced_class;
    verdict->enhanced_subject = reply->enhanced_subject;
    verdict->enhanced_detail = reply->enhanced_detail;
}

static uint8_t lose(uint32_t confidence, uint32_t loss) {
    return (uint8_t)(confidence > loss ? confidence - loss : 0);
}

static uint32_t loss_of_codes(const smtp5xx_reply *reply) {
    return (reply->flags & SMTP5XX_REPLY_CLASS_MISMATCH ? (uint32_t)LOSS_CLASS_MISMATCH : 0) +
           (reply->flags & SMTP5XX_REPLY_CODES_DIFFER ? (uint32_t)LOSS_CODES_DIFFER : 0);
}

/* Whether the registry alone would have said something else than the provider's row. */
static int overrules_registry(const smtp5xx_reply *reply, const struct evidence *evidence) {
    uint32_t code = reply->enhanced_class == 0 ? reply->code : 0;
    uint32_t row = s5x_code_row(code, reply->enhanced_class, reply->enhanced_subject, reply->enhanced_detail, 0);
    return row != UINT32_MAX && CELL(codes, row, reason) != evidence->reason;
}

/* Where the reply code stands; a record may have it elsewhere. */
static smtp5xx_span digits_of_code(const char *text, const smtp5xx_reply *reply) {
    int here = reply->code != 0 && reply->said.length >= 3 && s5x_is_digit(text[reply->said.offset]);
    return here ? (smtp5xx_span){reply->said.offset, 3} : (smtp5xx_span){0, 0};
}

static void judge_by_codes(const char *text, const smtp5xx_reply *reply, const struct evidence *evidence, int by_stage,
                           smtp5xx_verdict *verdict) {
    if (evidence->row == UINT32_MAX) {
        return;
    }
    verdict->rule = CELL(codes, evidence->row, id);
    verdict->basis = basis_of(evidence->row);
    if (verdict->provider == 0 && CELL(codes, evidence->row, provider) != 0) {
        verdict->provider = (uint16_t)CELL(codes, evidence->row, provider); /* Its own number gives it away. */
        verdict->flags |= SMTP5XX_VERDICT_PROVIDER_FROM_TEXT;
    }
    if (verdict->basis == SMTP5XX_BASIS_PROVIDER_CODES && overrules_registry(reply, evidence)) {
        verdict->flags |= SMTP5XX_VERDICT_PROVIDER_OVERRULES;
    }
    verdict->flags |= by_stage ? (uint32_t)SMTP5XX_VERDICT_STAGE_DECIDED : 0;
    verdict->reason = (uint16_t)evidence->reason;
    verdict->confidence = lose(evidence->confidence, loss_of_codes(reply));
    int by_basic = reply->code != 0 && (verdict->basis == SMTP5XX_BASIS_BASIC || reply->enhanced.length == 0);
    verdict->words = by_basic ? digits_of_code(text, reply) : reply->enhanced;
}

static uint8_t basis_of_match(const struct s5x_match *match) {
    const struct s5x_rule *rule = &s5x_rules[match->rule];
    if (rule->rank == RANK_TOKEN || match->phrase == PHRASE_NONE) {
        return SMTP5XX_BASIS_TOKEN;
    }
    return RULE_WEIGHT(rule) > 0 ? SMTP5XX_BASIS_PHRASE_CODE : SMTP5XX_BASIS_PHRASE;
}

/* Whether what the codes say outweighs the words: only a hint is that weak, and a weak phrase against what the provider
 * itself has documented. */
static int codes_outweigh(const struct s5x_rule *rule, const struct evidence *evidence) {
    if (evidence->row == UINT32_MAX || evidence->reason == SMTP5XX_REASON_UNKNOWN) {
        return 0;
    }
    int documented = CELL(codes, evidence->row, provider) != 0;
    return (rule->rank == RANK_HINT || (rule->rank == RANK_WEAK && documented)) && evidence->confidence > rule->confidence;
}

/* Two independent witnesses that say the same are wrong together less often than either. */
static uint32_t join_confidence(uint32_t one, uint32_t other) {
    uint32_t confidence = 100 - (100 - one) * (100 - other) / 100;
    return confidence < CONFIDENCE_MAX ? confidence : (uint32_t)CONFIDENCE_MAX;
}

static int is_ambiguous(const struct s5x_matcher *matcher) {
    return matcher->other.rule != UINT16_MAX && s5x_rules[matcher->other.rule].rank == s5x_rules[matcher->best.rule].rank;
}

static void judge_by_words(const struct s5x_matcher *matcher, const struct evidence *evidence, smtp5xx_verdict *verdict) {
    const struct s5x_rule *rule = &s5x_rules[matcher->best.rule];
    uint32_t confidence = rule->confidence;
    verdict->rule = rule->id;
    verdict->basis = basis_of_match(&matcher->best);
    verdict->reason = rule->reason;
    verdict->words = (smtp5xx_span){matcher->best.offset, matcher->best.end - matcher->best.offset};
    if (verdict->provider == 0 && rule->rank == RANK_TOKEN && rule->provider != 0) {
        verdict->provider = rule->provider;
        verdict->flags |= SMTP5XX_VERDICT_PROVIDER_FROM_TEXT;
    }
    if (evidence->row != UINT32_MAX && evidence->reason == rule->reason) {
        confidence = join_confidence(confidence, evidence->confidence);
        verdict->flags |= SMTP5XX_VERDICT_CODES_AGREE;
    } else if (evidence->row != UINT32_MAX && evidence->reason != SMTP5XX_REASON_UNKNOWN) {
        confidence = lose(confidence, evidence->confidence >= SURE_CODE && rule->rank < RANK_STRONG ? LOSS_AGAINST_CODES : 0);
        verdict->flags |= SMTP5XX_VERDICT_CODES_OVERRULED;
    }
    if (is_ambiguous(matcher)) {
        confidence = lose(confidence, LOSS_AMBIGUOUS);
        verdict->flags |= SMTP5XX_VERDICT_AMBIGUOUS;
    }
    verdict->confidence = (uint8_t)confidence;
    if (RULE_JUDGED(rule) != 0) {
        verdict->judged = RULE_JUDGED(rule);
        verdict->flags |= FLAG_JUDGED;
    }
    verdict->action = RULE_ACTION(rule);
}

/* The stage, or what codes tell of it: 534, 535 and 538 only answer a login (RFC 4954 6), X.1.7 and X.1.8 only a sender's
 * address (RFC 3463 3.2). */
static uint32_t stage_of(const smtp5xx_verdict *verdict) {
    if (verdict->stage != SMTP5XX_STAGE_UNKNOWN) {
        return verdict->stage;
    }
    if (verdict->code == 534 || verdict->code == 535 || verdict->code == 538) {
        return SMTP5XX_STAGE_AUTH;
    }
    int of_sender = verdict->enhanced_subject == 1 && (verdict->enhanced_detail == 7 || verdict->enhanced_detail == 8);
    return of_sender ? (uint32_t)SMTP5XX_STAGE_MAIL : verdict->stage;
}

/* Before RCPT nobody has named a recipient, whatever the words say: RFC 5321 3.3. */
static void correct_words(smtp5xx_verdict *verdict) {
    struct evidence evidence = {UINT32_MAX, verdict->reason, verdict->confidence};
    if (correct_by_stage(stage_of(verdict), &evidence)) {
        verdict->reason = (uint16_t)evidence.reason;
        verdict->confidence = (uint8_t)evidence.confidence;
        verdict->flags |= SMTP5XX_VERDICT_STAGE_DECIDED;
    }
}

static void set_provider(const struct s5x_matcher *matcher, smtp5xx_verdict *verdict) {
    verdict->provider = (uint16_t)(matcher->provider != 0 ? matcher->provider : matcher->found_provider);
    if (verdict->provider != 0) {
        verdict->flags |= matcher->provider != 0 ? (uint32_t)SMTP5XX_VERDICT_PROVIDER_FROM_CONTEXT
                                                 : (uint32_t)SMTP5XX_VERDICT_PROVIDER_FROM_TEXT;
    }
}

/* Permanence by nature, where the reason has one; a rule's own comes first. */
static void set_permanence(smtp5xx_verdict *verdict) {
    uint32_t row = row_of_reason(verdict->reason);
    uint32_t judged = CELL(reasons, row, judged);
    verdict->category = (uint8_t)CELL(reasons, row, category);
    if (!(verdict->flags & FLAG_JUDGED) && judged != 0 && verdict->claimed != SMTP5XX_PERMANENCE_UNKNOWN) {
        verdict->judged = (uint8_t)judged;
    }
    verdict->flags &= ~(uint32_t)FLAG_JUDGED;
    if (verdict->judged != verdict->claimed) {
        verdict->flags |= SMTP5XX_VERDICT_CLAIM_OVERRULED;
    }
}

/* Who asks to come back after a time, or says that it is so for now, does not speak of an address that is gone for ever. */
static void doubt_what_passes(const struct s5x_matcher *matcher, smtp5xx_verdict *verdict) {
    int passing = matcher->passing != 0 && verdict->judged == SMTP5XX_PERMANENCE_PERMANENT;
    if (verdict->category == SMTP5XX_CATEGORY_RECIPIENT && (verdict->retry_after != 0 || passing) &&
        verdict->basis != SMTP5XX_BASIS_CALLER && verdict->confidence > CONFIDENCE_OF_PASSING) {
        verdict->confidence = CONFIDENCE_OF_PASSING;
    }
}

/* Whether a clause ends between two words: "attachment type unknown, user policy forbids it" knows no unknown user. */
static int across_clauses(const char *text, const smtp5xx_span *words) {
    for (uint32_t i = words->offset; i + 1 < words->offset + words->length; i++) {
        if (memchr(",;.!?", text[i], 5) != NULL && (text[i + 1] == ' ' || text[i + 1] == '\n' || text[i + 1] == '\r')) {
            return 1;
        }
    }
    return 0;
}

/* Whether the words follow a "your": "your account is disabled" mostly speaks of the sender's own, which the remote host
 * talks to. "Your recipient" is the other one. */
static int speaks_to_the_sender(const char *text, uint32_t begin, const smtp5xx_span *words) {
    static const char yours[][8] = {"your", "ihr",  "ihre",  "dein", "votre", "su",     "tu",       "sua",    "seu",   "tua",
                                    "tuo",  "suo",  "vostro", "uw",  "je",    "twoje", "ваш", "Ваш", "您的", "你的"};
    uint32_t end = words->offset;
    while (end > begin && (text[end - 1] == ' ' || text[end - 1] == '\n' || text[end - 1] == '\r')) {
        end--;
    }
    char first = s5x_lower(text[words->offset]), second = words->length > 1 ? s5x_lower(text[words->offset + 1]) : 0;
    if (first == 'r' || first == 'n' || (first == 'm' && second == 'e')) {
        return 0; /* "Your recipient", "your message": also "Nachricht", "mensaje". */
    }
    for (uint32_t i = 0; i < sizeof yours / sizeof yours[0]; i++) {
        uint32_t length = (uint32_t)strlen(yours[i]), at = end - begin >= length ? end - length : end, same = 0;
        while (at + same < end && s5x_lower(text[at + same]) == yours[i][same]) {
            same++;
        }
        if (same == length && (at == begin || yours[i][0] == '\xe6' || yours[i][0] == '\xe4' || text[at - 1] == ' ')) {
            return 1;
        }
    }
    return 0;
}

/* "No MX found for your domain." */
static int names_your_domain(const char *text, const smtp5xx_span *said) {
    static const char words[] = "your domain";
    for (uint32_t i = said->offset; i + sizeof words - 1 <= said->offset + said->length; i++) {
        uint32_t same = 0;
        while (same < sizeof words - 1 && s5x_lower(text[i + same]) == words[same]) {
            same++;
        }
        if (same == sizeof words - 1) {
            return 1;
        }
    }
    return 0;
}

/* Whether words of the same rank blame the sender's reputation, its rate, or a policy. */
static int may_be_a_block(const struct s5x_matcher *matcher) {
    return is_ambiguous(matcher) && CELL(reasons, row_of_reason(s5x_rules[matcher->other.rule].reason),
                                         category) == SMTP5XX_CATEGORY_REPUTATION;
}

/* What looks like a gone address, but may well be something else. */
static void doubt_words(const struct s5x_matcher *matcher, const char *text, smtp5xx_verdict *verdict) {
    uint32_t row = row_of_reason(verdict->reason);
    if (CELL(reasons, row, category) != SMTP5XX_CATEGORY_RECIPIENT) {
        return;
    }
    if (matcher->best.words == 2 && across_clauses(text, &verdict->words)) {
        verdict->confidence = lose(verdict->confidence, LOSS_ACROSS_CLAUSES);
    }
    if (may_be_a_block(matcher)) {
        verdict->confidence = lose(verdict->confidence, LOSS_BESIDE_A_BLOCK);
    }
    if (verdict->confidence > CONFIDENCE_OF_PASSING &&
        (speaks_to_the_sender(text, matcher->reply->said.offset, &verdict->words) ||
         (verdict->reason == SMTP5XX_REASON_DOMAIN_UNKNOWN && names_your_domain(text, &matcher->reply->said)))) {
        verdict->confidence = CONFIDENCE_OF_PASSING;
    }
}

static uint32_t known_provider(uint32_t provider) {
    return provider != 0 && s5x_row_of(SMTP5XX_TABLE_PROVIDERS, provider) != UINT32_MAX ? provider : 0;
}

static int classify(const char *text, const smtp5xx_reply *reply, const smtp5xx_context *context, smtp5xx_verdict *verdict) {
    struct s5x_matcher matcher;
    struct evidence evidence;
    copy_codes(reply, verdict);
    verdict->claimed = verdict->judged = claimed_by(reply);
    start_matcher(&matcher, reply, known_provider(context->provider));
    match_words(&matcher, text);
    set_provider(&matcher, verdict);
    if (verdict->claimed == SMTP5XX_PERMANENCE_SUCCESS) {
        return SMTP5XX_OK; /* Nothing was refused. */
    }
    int by_stage = find_evidence(reply, verdict->provider, &evidence);
    by_stage |= correct_by_stage(reply->stage, &evidence);
    if (matcher.best.rule != UINT16_MAX && !codes_outweigh(&s5x_rules[matcher.best.rule], &evidence)) {
        judge_by_words(&matcher, &evidence, verdict);
        doubt_words(&matcher, text, verdict);
        correct_words(verdict);
    } else {
        judge_by_codes(text, reply, &evidence, by_stage, verdict);
    }
    int error = s5x_try_caller(text, reply, context, verdict);
    if (error == SMTP5XX_OK) {
        set_permanence(verdict);
        set_details(&matcher, text, verdict);
        doubt_what_passes(&matcher, verdict);
    }
    return error;
}

/* An escaped reply is judged in its decoded copy. */
static NOINLINE int classify_decoded(const char *text, smtp5xx_reply *reply, const smtp5xx_context *context,
                                     smtp5xx_verdict *verdict) {
    char copy[DECODE_MAX];
    uint32_t base = reply->said.offset;
    reply->said.length = decode(text, &reply->said, reply->form, copy);
    shift_reply(reply, 0U - base);
    int error = classify(copy, reply, context, verdict);
    shift_span(&verdict->words, base);
    shift_span(&verdict->ip, base);
    shift_span(&verdict->url, base);
    shift_span(&verdict->new_address, base);
    shift_span(&verdict->reference, base);
    return error;
}

static void fill_hit(const struct s5x_match *match, smtp5xx_hit *hit) {
    const struct s5x_rule *rule = &s5x_rules[match->rule];
    hit->rule = rule->id;
    hit->reason = rule->reason;
    hit->provider = rule->provider;
    hit->rank = rule->rank;
    hit->confidence = rule->confidence;
    hit->weight = (uint16_t)(match->words + RULE_WEIGHT(rule));
    hit->phrase = match->phrase == PHRASE_NONE ? (uint16_t)UINT16_MAX : match->phrase;
    hit->words = (smtp5xx_span){match->offset, match->end - match->offset};
}

static int inside(const smtp5xx_span *span, uint32_t end) {
    return span->offset <= end && span->length <= end - span->offset;
}

/* Whether parse() can have made it of a text of that length: callers may have stored it. */
static int is_reply_of(const smtp5xx_reply *reply, uint32_t end) {
    return inside(&reply->said, end) && inside(&reply->text, end) && inside(&reply->enhanced, end) && reply->code <= 599 &&
           (reply->code == 0 || reply->said.length >= 3) && reply->enhanced_class <= 5 && reply->stage <= SMTP5XX_STAGE_EOD;
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
    if (!is_reply_of(&own_reply, end)) {
        return SMTP5XX_EINVAL; /* Not the text that was parsed. */
    }
    memset(&own, 0, sizeof own);
    int error = own_reply.flags & SMTP5XX_REPLY_ESCAPED ? classify_decoded(text == NULL ? "" : text, &own_reply, &given, &own)
                                                        : classify(text == NULL ? "" : text, &own_reply, &given, &own);
    if (error == SMTP5XX_OK) {
        s5x_give(verdict, verdict_size, &own, sizeof own);
    }
    return error;
}

/* Lists what hits in the text, whose places lie `base` bytes further on in the caller's. */
static int list_hits(const char *text, uint32_t base, const smtp5xx_reply *reply, uint32_t provider, char *hits, size_t count,
                     size_t hit_size) {
    struct s5x_match found[SMTP5XX_HITS_MAX];
    struct s5x_matcher matcher;
    start_matcher(&matcher, reply, provider);
    matcher.hits = found;
    matcher.hit_room = SMTP5XX_HITS_MAX;
    match_words(&matcher, text);
    for (size_t i = 0; i < count; i++) {
        smtp5xx_hit hit;
        memset(&hit, 0, sizeof hit);
        if (i < matcher.hit_count && i < SMTP5XX_HITS_MAX) {
            fill_hit(&found[i], &hit);
            shift_span(&hit.words, base);
        }
        s5x_give(hits + i * hit_size, hit_size, &hit, sizeof hit);
    }
    return (int)matcher.hit_count;
}

static NOINLINE int list_decoded(const char *text, smtp5xx_reply *reply, uint32_t provider, char *hits, size_t count,
                                 size_t hit_size) {
    char copy[DECODE_MAX];
    uint32_t base = reply->said.offset;
    reply->said.length = decode(text, &reply->said, reply->form, copy);
    shift_reply(reply, 0U - base);
    return list_hits(copy, base, reply, provider, hits, count, hit_size);
}

int smtp5xx_hits(const char *text, size_t length, const smtp5xx_reply *reply, const smtp5xx_context *context,
                 smtp5xx_hit *hits, size_t count, size_t hit_size) {
    smtp5xx_reply own;
    smtp5xx_context given;
    if (hit_size > 0 && count > SIZE_MAX / hit_size) {
        return SMTP5XX_EINVAL;
    }
    if (hits != NULL) {
        memset(hits, 0, count * hit_size);
    }
    if (reply == NULL || (text == NULL && length > 0) || (hits == NULL && count > 0)) {
        return SMTP5XX_EINVAL;
    }
    if (count > 0 && hit_size < HIT_SIZE_0_2) {
        return SMTP5XX_ESIZE;
    }
    s5x_take(&own, sizeof own, reply, reply->size);
    s5x_take(&given, sizeof given, context, context == NULL ? 0 : context->size);
    if (!is_reply_of(&own, s5x_clamp(length))) {
        return SMTP5XX_EINVAL;
    }
    uint32_t provider = known_provider(given.provider);
    return own.flags & SMTP5XX_REPLY_ESCAPED
               ? list_decoded(text == NULL ? "" : text, &own, provider, (char *)hits, count, hit_size)
               : list_hits(text == NULL ? "" : text, 0, &own, provider, (char *)hits, count, hit_size);
}
