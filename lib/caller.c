/*
 * The caller's own rules, compiled by nobody: each one whose conditions hold walks the words of the reply once. The first
 * that holds decides.
 */
#include "internal.h"

enum { CALLER_WORDS_MAX = 32, PASSED_MAX = 32, NO_IDENTITY = 0 }; /* PASSED_MAX: what is no word, between two words */

/* What makes two tokens the same: the word's number in the dictionary, or else its folded bytes. */
static uint64_t identity_of(const struct s5x_lexer *lexer, const struct s5x_token *token) {
    char word[WORD_MAX];
    uint32_t length;
    if (token->kind == TOKEN_WORD && (token->word & ENTRY_NUMBER) != 0) {
        return token->word & ENTRY_NUMBER;
    }
    fold_word(lexer, token->offset, token->offset + token->length, word, &length);
    return length == 0 ? NO_IDENTITY : key_of(word, length) << 16 | 0xffff; /* Never a number of the dictionary. */
}

static int is_filler(const struct s5x_token *token) {
    return token->kind == TOKEN_WORD && token->word & ENTRY_FILLER;
}

/* The words of a phrase. Returns their number, UINT32_MAX if they are too many. */
static uint32_t read_phrase(const char *text, const smtp5xx_span *phrase, uint64_t *identities) {
    struct s5x_lexer lexer;
    struct s5x_token token;
    uint32_t count = 0;
    start_lexer(&lexer, text, phrase->offset, phrase->offset + phrase->length);
    for (next_token(&lexer, &token); token.kind != TOKEN_END; next_token(&lexer, &token)) {
        if (is_filler(&token)) {
            continue;
        }
        if (count == CALLER_WORDS_MAX) {
            return UINT32_MAX;
        }
        identities[count++] = identity_of(&lexer, &token);
    }
    return count;
}

/* Whether the words stand here, where *lexer is. What is no word may stand between them. */
static int stand_here(struct s5x_lexer lexer, const uint64_t *identities, uint32_t count, uint32_t *end) {
    struct s5x_token token;
    uint32_t found = 0, passed = 0;
    while (found < count && passed < PASSED_MAX) {
        next_token(&lexer, &token);
        if (token.kind == TOKEN_END) {
            return 0;
        }
        if (is_filler(&token)) {
            continue;
        }
        passed++;
        if (identities[found] != NO_IDENTITY && identity_of(&lexer, &token) == identities[found]) {
            found++;
            passed = 0;
            *end = token.offset + token.length;
        } else if (found == 0 || token.kind == TOKEN_WORD) {
            return 0;
        }
    }
    return found == count;
}

static int find_phrase(const char *text, const smtp5xx_reply *reply, const uint64_t *identities, uint32_t count,
                       smtp5xx_span *where) {
    struct s5x_lexer lexer, before;
    struct s5x_token token;
    uint32_t end = 0;
    start_lexer(&lexer, text, reply->said.offset, reply->said.offset + reply->said.length);
    for (;;) {
        before = lexer;
        next_token(&lexer, &token);
        if (token.kind == TOKEN_END) {
            return 0;
        }
        if (!is_filler(&token) && stand_here(before, identities, count, &end)) {
            *where = (smtp5xx_span){token.offset, end - token.offset};
            return 1;
        }
    }
}

static int conditions_hold(const smtp5xx_rule *rule, const smtp5xx_reply *reply, const smtp5xx_context *context) {
    uint32_t class = reply->code != 0 ? reply->code / 100U : reply->enhanced_class;
    int status = reply->enhanced_class != 0;
    return (rule->code == 0 || rule->code == reply->code) && (rule->reply_class == 0 || rule->reply_class == class) &&
           (rule->stage == 0 || rule->stage == reply->stage) && (rule->provider == 0 || rule->provider == context->provider) &&
           (rule->subject == 0 || (status && rule->subject == reply->enhanced_subject + 1)) &&
           (rule->detail == 0 || (status && rule->detail == reply->enhanced_detail + 1));
}

static void decide(const smtp5xx_rule *rule, const smtp5xx_span *where, smtp5xx_verdict *verdict) {
    verdict->rule = rule->id;
    verdict->basis = SMTP5XX_BASIS_CALLER;
    verdict->reason = row_of_reason(rule->reason) == UINT32_MAX ? (uint16_t)SMTP5XX_REASON_UNKNOWN
                                                                                    : rule->reason;
    verdict->action = rule->action <= SMTP5XX_ACTION_REVIEW ? rule->action : (uint8_t)SMTP5XX_ACTION_NONE;
    verdict->confidence = rule->confidence == 0 || rule->confidence > 100 ? 99 : rule->confidence;
    int judged = rule->judged == SMTP5XX_PERMANENCE_TEMPORARY || rule->judged == SMTP5XX_PERMANENCE_PERMANENT;
    verdict->judged = judged ? rule->judged : verdict->claimed;
    verdict->flags = judged ? verdict->flags | FLAG_JUDGED : verdict->flags & ~FLAG_JUDGED;
    verdict->words = *where;
    verdict->flags &= ~(uint32_t)(SMTP5XX_VERDICT_STAGE_DECIDED | SMTP5XX_VERDICT_CODES_AGREE |
                                  SMTP5XX_VERDICT_CODES_OVERRULED | SMTP5XX_VERDICT_AMBIGUOUS |
                                  SMTP5XX_VERDICT_PROVIDER_OVERRULES);
}

static void take_rule(const smtp5xx_context *context, uint32_t index, smtp5xx_rule *rule) {
    const char *at = (const char *)context->rules + (size_t)index * context->rule_size;
    s5x_take(rule, sizeof *rule, at, context->rule_size);
}

/* All of them are looked at in each call, so that a mistake does not wait for the one reply that its rule is for. */
static int rules_are_fine(const smtp5xx_context *context) {
    uint64_t identities[CALLER_WORDS_MAX];
    if (context->rule_count > 0 && (context->rules == NULL || context->rule_size < RULE_SIZE_0_2 ||
                                    (context->rule_text == NULL && context->rule_text_length > 0))) {
        return 0;
    }
    for (uint32_t i = 0; i < context->rule_count; i++) {
        smtp5xx_rule rule;
        take_rule(context, i, &rule);
        if (rule.phrase.offset > context->rule_text_length ||
            rule.phrase.length > context->rule_text_length - rule.phrase.offset) {
            return 0;
        }
        uint32_t count = rule.phrase.length == 0 ? 1 : read_phrase(context->rule_text, &rule.phrase, identities);
        if (count == UINT32_MAX || count == 0) {
            return 0;
        }
    }
    return 1;
}

static int s5x_try_caller(const char *text, const smtp5xx_reply *reply, const smtp5xx_context *context,
                          smtp5xx_verdict *verdict) {
    if (!rules_are_fine(context)) {
        return SMTP5XX_EINVAL;
    }
    for (uint32_t i = 0; i < context->rule_count; i++) {
        uint64_t identities[CALLER_WORDS_MAX];
        smtp5xx_rule rule;
        smtp5xx_span where = {0, 0};
        take_rule(context, i, &rule);
        if (!conditions_hold(&rule, reply, context)) {
            continue;
        }
        uint32_t count = rule.phrase.length == 0 ? 0 : read_phrase(context->rule_text, &rule.phrase, identities);
        if (count == 0 || find_phrase(text, reply, identities, count, &where)) {
            decide(&rule, &where, verdict);
            return SMTP5XX_OK;
        }
    }
    return SMTP5XX_OK;
}
