/* Verdict + policy -> advice: what to do, who, when, and the steps. The data are in the reasons, the steps and the tree. */
#include "internal.h"

static uint32_t or_default(uint32_t wish, uint32_t usual) {
    return wish == 0 ? usual : wish;
}

static void fill_policy(const smtp5xx_policy *given, smtp5xx_policy *policy) {
    s5x_take(policy, sizeof *policy, given, given == NULL ? 0 : given->size);
    policy->suppress_confidence = (uint8_t)or_default(policy->suppress_confidence, 75);
    policy->retry_after_max = or_default(policy->retry_after_max, 86400);
    policy->retry_until = or_default(policy->retry_until, 432000);
    policy->soft_count = (uint16_t)or_default(policy->soft_count, 5);
    policy->soft_days = (uint16_t)or_default(policy->soft_days, 14);
    policy->hold_max = or_default(policy->hold_max, 86400);
}

/* The caller's wish for this reason, 0 if it has none. */
static uint32_t wish_of(const smtp5xx_policy *policy, const smtp5xx_verdict *verdict) {
    uint32_t wish = 0;
    switch (verdict->reason) {
    case SMTP5XX_REASON_UNKNOWN:
        wish = verdict->judged == SMTP5XX_PERMANENCE_TEMPORARY ? 0 : policy->on_unknown;
        break;
    case SMTP5XX_REASON_MAILBOX_FULL: wish = policy->on_mailbox_full; break;
    case SMTP5XX_REASON_MAILBOX_DISABLED: wish = policy->on_mailbox_disabled; break;
    case SMTP5XX_REASON_IP_BLOCKLISTED:
    case SMTP5XX_REASON_DOMAIN_BLOCKLISTED:
    case SMTP5XX_REASON_LOW_REPUTATION:
    case SMTP5XX_REASON_POLICY_REJECTED: wish = policy->on_reputation; break;
    default: break;
    }
    return wish <= SMTP5XX_ACTION_REVIEW ? wish : 0;
}

static int before_recipient(const smtp5xx_verdict *verdict) {
    return verdict->stage >= SMTP5XX_STAGE_CONNECT && verdict->stage <= SMTP5XX_STAGE_MAIL;
}

/* A good address is never thrown away on weak evidence: not below the policy's confidence, and not for a reply at a stage
 * at which no recipient had been named. */
static int may_suppress(const smtp5xx_policy *policy, const smtp5xx_verdict *verdict) {
    return verdict->confidence >= policy->suppress_confidence && !before_recipient(verdict);
}

/* The action that somebody wishes, 0 if nobody does, and why. The caller's own rule comes before its policy, a table's after. */
static uint32_t wished_action(const smtp5xx_policy *policy, const smtp5xx_verdict *verdict, uint16_t *why) {
    int own = verdict->basis == SMTP5XX_BASIS_CALLER, temporary = verdict->judged == SMTP5XX_PERMANENCE_TEMPORARY;
    uint32_t wish = wish_of(policy, verdict);
    if (own && verdict->action != 0) {
        *why = why_own_rule;
        return verdict->action;
    }
    if (wish == 0 && !temporary && verdict->action != 0) {
        *why = why_words_say_more;
        return verdict->action;
    }
    *why = wish != 0 ? (uint16_t)why_own_policy : 0;
    return wish;
}

static uint32_t action_of(const smtp5xx_policy *policy, const smtp5xx_verdict *verdict, uint32_t row, uint16_t *why) {
    int temporary = verdict->judged == SMTP5XX_PERMANENCE_TEMPORARY;
    uint32_t action = wished_action(policy, verdict, why);
    if (action == 0) {
        action = temporary ? CELL(reasons, row, action_temporary) : CELL(reasons, row, action);
        *why = temporary ? CELL(reasons, row, why_temporary) : CELL(reasons, row, why);
        /* Who has moved without leaving an address cannot be reached any more. */
        if (verdict->reason == SMTP5XX_REASON_USER_MOVED && verdict->new_address.length == 0 && !temporary &&
            may_suppress(policy, verdict)) {
            *why = why_moved_without_trace;
            return SMTP5XX_ACTION_SUPPRESS;
        }
    }
    if (action == SMTP5XX_ACTION_SUPPRESS && !may_suppress(policy, verdict)) {
        *why = before_recipient(verdict) ? (uint16_t)why_no_recipient_yet : (uint16_t)why_weak_evidence;
        return temporary ? SMTP5XX_ACTION_RETRY : SMTP5XX_ACTION_REVIEW;
    }
    return action;
}

static uint8_t disposition_of(uint32_t action) {
    switch (action) {
    case SMTP5XX_ACTION_SUPPRESS: return SMTP5XX_DISPOSITION_SUPPRESS;
    case SMTP5XX_ACTION_SOFT: return SMTP5XX_DISPOSITION_COUNT;
    case SMTP5XX_ACTION_FIX_ADDRESS: return SMTP5XX_DISPOSITION_CORRECT;
    default: return SMTP5XX_DISPOSITION_KEEP;
    }
}

/* When the same message may go again. A temporary refusal stays in the queue even when somebody should also repair
 * something; RFC 5321 4.5.4.1. */
static uint8_t retry_of(uint32_t action, int temporary) {
    switch (action) {
    case SMTP5XX_ACTION_RETRY: return SMTP5XX_RETRY_LATER;
    case SMTP5XX_ACTION_SUPPRESS: return SMTP5XX_RETRY_NEVER;
    case SMTP5XX_ACTION_FIX_SENDER:
    case SMTP5XX_ACTION_FIX_MESSAGE:
    case SMTP5XX_ACTION_FIX_ADDRESS: return temporary ? SMTP5XX_RETRY_LATER : SMTP5XX_RETRY_AFTER_FIX;
    default: return temporary ? SMTP5XX_RETRY_LATER : SMTP5XX_RETRY_NEVER;
    }
}

static void set_retry(const smtp5xx_policy *policy, const smtp5xx_verdict *verdict, smtp5xx_advice *advice) {
    uint32_t usual = verdict->reason == SMTP5XX_REASON_GREYLISTED           ? 300
                     : verdict->reason == SMTP5XX_REASON_TOO_MANY_RECIPIENTS ? 60
                                                                            : 1800;
    uint32_t least = or_default(policy->retry_after_min, usual);
    uint32_t after = verdict->retry_after > least ? verdict->retry_after : least;
    advice->retry = retry_of(advice->action, verdict->judged == SMTP5XX_PERMANENCE_TEMPORARY);
    if (advice->retry == SMTP5XX_RETRY_LATER) {
        advice->retry_after = after < policy->retry_after_max ? after : policy->retry_after_max;
        advice->retry_until = policy->retry_until;
    }
    if (advice->action == SMTP5XX_ACTION_SOFT) {
        advice->soft_count = policy->soft_count;
        advice->soft_days = policy->soft_days;
    }
}

/* Appends an id that is not there yet, if there is room. Returns the new count. */
static uint8_t append(uint32_t id, uint16_t *ids, uint8_t count, uint8_t limit) {
    int is_there = 0;
    for (uint32_t i = 0; i < limit; i++) { /* All of them, for where a loop ends early nobody can guess; behind the last are zeros. */
        is_there |= ids[i] == id;
    }
    if (!is_there && count < limit) {
        ids[count++] = (uint16_t)id;
    }
    return count;
}

/* What waits for something is idle where an address is given up. */
static int waits(uint32_t step) {
    return step == step_remove_if_persists || step == step_retry_normally || step == step_retry_over_days ||
           step == step_abandoned_if_persists;
}

/* A step that goes with one action only: nobody is told to remove an address that is to be kept. */
static int goes_with(uint32_t step, uint32_t action) {
    uint32_t only = CELL(steps, row_of_step(step), action);
    return (only == 0 || only == action) && !(action == SMTP5XX_ACTION_SUPPRESS && waits(step));
}

/* What a block list, a provider or a rule has to add. */
struct picks {
    uint16_t steps[SMTP5XX_STEPS_MAX];
    uint8_t count;
    uint32_t scope, hold; /* 0: as the reason has it; hold in minutes */
};

static void pick(const uint16_t *steps, uint32_t action, struct picks *picks) {
    for (uint32_t i = 1; i <= steps[0]; i++) {
        if (goes_with(steps[i], action)) {
            picks->count = append(steps[i], picks->steps, picks->count, SMTP5XX_STEPS_MAX);
        }
    }
}

/* Numbers of the caller's rules are no rows of ours. */
static int extra_fits(uint32_t row, const smtp5xx_verdict *verdict) {
    uint32_t provider = CELL(extras, row, provider);
    const uint16_t *rules = LIST(extras, row, rule_list);
    return (provider == 0 || provider == verdict->provider) &&
           (rules[0] == 0 || (verdict->basis != SMTP5XX_BASIS_CALLER && s5x_has_id(rules, verdict->rule)));
}

static void add_references(const uint16_t *references, smtp5xx_advice *advice) {
    for (uint32_t i = 1; i <= references[0]; i++) {
        advice->reference_count = append(references[i], advice->references, advice->reference_count, SMTP5XX_REFERENCES_MAX);
    }
}

static void pick_extras(const smtp5xx_verdict *verdict, uint32_t reason, smtp5xx_advice *advice, struct picks *picks) {
    const uint16_t *extras = LIST(reasons, reason, extra_list);
    if (verdict->blocklist != 0 && (verdict->reason == SMTP5XX_REASON_IP_BLOCKLISTED ||
                                    verdict->reason == SMTP5XX_REASON_DOMAIN_BLOCKLISTED)) {
        uint32_t list = s5x_row_of(SMTP5XX_TABLE_BLOCKLISTS, verdict->blocklist);
        if (list != UINT32_MAX) {
            pick(LIST(blocklists, list, step_list), advice->action, picks);
        }
    }
    for (uint32_t i = 1; i <= extras[0]; i++) {
        uint32_t row = extras[i];
        if (extra_fits(row, verdict)) {
            pick(LIST(extras, row, step_list), advice->action, picks);
            add_references(LIST(extras, row, reference_list), advice);
            picks->scope = or_default(picks->scope, CELL(extras, row, scope));
            picks->hold = or_default(picks->hold, CELL(extras, row, hold));
        }
    }
}

static const uint16_t *replaced_by(uint32_t step) {
    return LIST(steps, row_of_step(step), replaces_list);
}

/* Whether a step stands in the place of one of these. */
static int stands_in(uint32_t step, const uint16_t *steps) {
    const uint16_t *replaced = replaced_by(step);
    for (uint32_t i = 1; i <= replaced[0]; i++) {
        if (s5x_has_id(steps, replaced[i])) {
            return 1;
        }
    }
    return 0;
}

static void add_step(uint32_t step, smtp5xx_advice *advice) {
    advice->step_count = append(step, advice->steps, advice->step_count, SMTP5XX_STEPS_MAX);
}

/* Adds steps, each of them or what was picked in its place. */
static void add_steps(const uint16_t *steps, const struct picks *picks, smtp5xx_advice *advice) {
    for (uint32_t i = 1; i <= steps[0]; i++) {
        int replaced = 0;
        for (uint32_t p = 0; p < picks->count; p++) {
            if (s5x_has_id(replaced_by(picks->steps[p]), steps[i])) {
                add_step(picks->steps[p], advice);
                replaced = 1;
            }
        }
        if (!replaced && goes_with(steps[i], advice->action)) {
            add_step(steps[i], advice);
        }
    }
}

/* What is different from the reason's usual course comes first, then what the code knows if it means the same, then what was
 * picked and has no other place, then what holds for the reason in general. Pages about block lists in general help nobody
 * who knows which one it is. */
static void set_steps(const smtp5xx_verdict *verdict, uint32_t row, const struct picks *picks, smtp5xx_advice *advice) {
    uint32_t usual = CELL(reasons, row, action);
    uint32_t code = s5x_code_row(verdict->code, verdict->enhanced_class, verdict->enhanced_subject,
                                 verdict->enhanced_detail, verdict->provider);
    int same = code != UINT32_MAX && CELL(codes, code, reason) == verdict->reason;
    const uint16_t *of_code = same ? LIST(codes, code, step_list) : s5x_lists, *of_reason = LIST(reasons, row, step_list);
    if (advice->action == SMTP5XX_ACTION_REVIEW && usual == SMTP5XX_ACTION_SUPPRESS) {
        add_step(step_judge_by_stage, advice);
    }
    if (advice->action == SMTP5XX_ACTION_RETRY && usual != SMTP5XX_ACTION_RETRY) {
        add_step(step_retry_normally, advice);
    }
    add_steps(of_code, picks, advice);
    for (uint32_t p = 0; p < picks->count; p++) {
        if (!stands_in(picks->steps[p], of_reason)) {
            add_step(picks->steps[p], advice);
        }
    }
    add_steps(of_reason, picks, advice);
    if (same) {
        add_references(LIST(codes, code, reference_list), advice);
    }
    if (verdict->blocklist == 0) {
        add_references(LIST(reasons, row, reference_list), advice);
    }
}

/* Other mail of the same scope would fare no better for a while, unless it is only this address or message that fails. A
 * server that asks to wait means all of it. */
static void set_hold(const smtp5xx_policy *policy, const smtp5xx_verdict *verdict, uint32_t row, const struct picks *picks,
                     smtp5xx_advice *advice) {
    uint32_t hold = or_default(picks->hold, CELL(reasons, row, hold)) * 60;
    int source = verdict->reason == SMTP5XX_REASON_IP_BLOCKLISTED || verdict->reason == SMTP5XX_REASON_DOMAIN_BLOCKLISTED ||
                 verdict->reason == SMTP5XX_REASON_LOW_REPUTATION;
    if (hold == 0 || (advice->action != SMTP5XX_ACTION_RETRY && advice->action != SMTP5XX_ACTION_FIX_SENDER)) {
        return;
    }
    hold = source ? or_default(policy->hold_reputation, hold) : hold;
    hold = advice->retry_after > hold ? advice->retry_after : hold;
    advice->hold = hold < policy->hold_max ? hold : policy->hold_max;
    if (advice->retry == SMTP5XX_RETRY_LATER && advice->hold > advice->retry_after) {
        /* The message itself is of that scope too. */
        advice->retry_after = advice->hold < policy->retry_after_max ? advice->hold : policy->retry_after_max;
    }
}

/* The way through the decision tree, from the root to the reason's leaf. */
static void set_path(uint32_t row, smtp5xx_advice *advice) {
    const uint16_t *path = LIST(reasons, row, path_list);
    advice->path_length = (uint8_t)path[0];
    memcpy(advice->path, path + 1, path[0] * sizeof *path);
}

static void advise(const smtp5xx_verdict *verdict, const smtp5xx_policy *policy, smtp5xx_advice *advice) {
    int temporary = verdict->judged == SMTP5XX_PERMANENCE_TEMPORARY;
    uint32_t row = row_of_reason(verdict->reason);
    row = row == UINT32_MAX ? row_of_reason(SMTP5XX_REASON_UNKNOWN) : row;
    uint32_t severity = CELL(reasons, row, severity);
    struct picks picks;
    memset(&picks, 0, sizeof picks);
    advice->action = (uint8_t)action_of(policy, verdict, row, &advice->why);
    pick_extras(verdict, row, advice, &picks);
    advice->disposition = disposition_of(advice->action);
    /* Whoever keeps the list takes an address off it, though others could mend the cause. */
    advice->party = advice->action == SMTP5XX_ACTION_SUPPRESS ? (uint8_t)SMTP5XX_PARTY_LIST_OWNER
                                                              : (uint8_t)CELL(reasons, row, party);
    advice->scope = verdict->stage == SMTP5XX_STAGE_CONNECT ? (uint8_t)SMTP5XX_SCOPE_IP
                                                            : (uint8_t)or_default(picks.scope, CELL(reasons, row, scope));
    advice->severity = (uint8_t)(temporary && severity > SMTP5XX_SEVERITY_INFO ? severity - 1 : severity);
    set_retry(policy, verdict, advice);
    set_hold(policy, verdict, row, &picks, advice);
    set_steps(verdict, row, &picks, advice);
    set_path(row, advice);
}

int smtp5xx_advise(const smtp5xx_verdict *verdict, const smtp5xx_policy *policy, smtp5xx_advice *advice, size_t advice_size) {
    smtp5xx_verdict own_verdict;
    smtp5xx_policy own_policy;
    smtp5xx_advice own;
    if (advice == NULL) {
        return SMTP5XX_EINVAL;
    }
    memset(advice, 0, advice_size);
    if (verdict == NULL) {
        return SMTP5XX_EINVAL;
    }
    if (advice_size < ADVICE_SIZE_0_1) {
        return SMTP5XX_ESIZE;
    }
    s5x_take(&own_verdict, sizeof own_verdict, verdict, verdict->size);
    own_verdict.action = own_verdict.action <= SMTP5XX_ACTION_REVIEW ? own_verdict.action : (uint8_t)SMTP5XX_ACTION_NONE;
    fill_policy(policy, &own_policy);
    memset(&own, 0, sizeof own);
    if (own_verdict.claimed != SMTP5XX_PERMANENCE_SUCCESS) {
        advise(&own_verdict, &own_policy, &own);
    }
    s5x_give(advice, advice_size, &own, sizeof own);
    return SMTP5XX_OK;
}
