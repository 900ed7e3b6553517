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

/* A good address is never thrown away on weak evidence: not below the policy's confidence, and not for a reply at a stage
 * at which no recipient had been named. */
static int may_suppress(const smtp5xx_policy *policy, const smtp5xx_verdict *verdict) {
    int before_recipient = verdict->stage >= SMTP5XX_STAGE_CONNECT && verdict->stage <= SMTP5XX_STAGE_MAIL;
    return verdict->confidence >= policy->suppress_confidence && !before_recipient;
}

static uint32_t action_of(const smtp5xx_policy *policy, const smtp5xx_verdict *verdict, uint32_t row) {
    int temporary = verdict->judged == SMTP5XX_PERMANENCE_TEMPORARY;
    uint32_t wish = wish_of(policy, verdict);
    int own = verdict->basis == SMTP5XX_BASIS_CALLER; /* The caller's own rule comes before its policy, a table's after. */
    wish = own ? or_default(verdict->action, wish) : or_default(wish, temporary ? 0 : verdict->action);
    uint32_t usual = temporary ? CELL(reasons, row, action_temporary) : CELL(reasons, row, action);
    /* Who has moved without leaving an address cannot be reached any more. */
    int gone = verdict->reason == SMTP5XX_REASON_USER_MOVED && verdict->new_address.length == 0 && !temporary &&
               may_suppress(policy, verdict);
    uint32_t action = or_default(wish, gone ? (uint32_t)SMTP5XX_ACTION_SUPPRESS : usual);
    if (action == SMTP5XX_ACTION_SUPPRESS && !may_suppress(policy, verdict)) {
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
    uint8_t at = 0;
    while (at < count && ids[at] != id) {
        at++;
    }
    if (at == count && count < limit) {
        ids[count++] = (uint16_t)id;
    }
    return count;
}

/* A step that goes with one action only: nobody is told to remove an address that is to be kept. */
static int goes_with(uint32_t step, uint32_t action) {
    uint32_t only = CELL(steps, s5x_row_of(SMTP5XX_TABLE_STEPS, step), action);
    return only == 0 || only == action;
}

static void add_steps(const uint16_t *steps, const uint16_t *references, smtp5xx_advice *advice) {
    for (uint32_t i = 1; i <= steps[0]; i++) {
        if (goes_with(steps[i], advice->action)) {
            advice->step_count = append(steps[i], advice->steps, advice->step_count, SMTP5XX_STEPS_MAX);
        }
    }
    for (uint32_t i = 1; i <= references[0]; i++) {
        advice->reference_count = append(references[i], advice->references, advice->reference_count, SMTP5XX_REFERENCES_MAX);
    }
}

/* What is different from the reason's usual course comes first, then what the code knows if it means the
 * same, then what holds for the reason in general. */
static void set_steps(const smtp5xx_verdict *verdict, uint32_t row, smtp5xx_advice *advice) {
    uint32_t usual = CELL(reasons, row, action);
    uint32_t code = s5x_code_row(verdict->code, verdict->enhanced_class, verdict->enhanced_subject,
                                 verdict->enhanced_detail, verdict->provider);
    if (advice->action == SMTP5XX_ACTION_REVIEW && usual == SMTP5XX_ACTION_SUPPRESS) {
        advice->step_count = append(step_judge_by_stage, advice->steps, 0, SMTP5XX_STEPS_MAX);
    }
    if (advice->action == SMTP5XX_ACTION_RETRY && usual != SMTP5XX_ACTION_RETRY) {
        advice->step_count = append(step_retry_normally, advice->steps, 0, SMTP5XX_STEPS_MAX);
    }
    if (code != UINT32_MAX && CELL(codes, code, reason) == verdict->reason) {
        add_steps(LIST(codes, code, step_list), LIST(codes, code, reference_list), advice);
    }
    add_steps(LIST(reasons, row, step_list), LIST(reasons, row, reference_list), advice);
}

/* The way through the decision tree, from the root to the reason's leaf. */
static void set_path(uint32_t row, smtp5xx_advice *advice) {
    const uint16_t *path = LIST(reasons, row, path_list);
    advice->path_length = (uint8_t)path[0];
    memcpy(advice->path, path + 1, path[0] * sizeof *path);
}

static void advise(const smtp5xx_verdict *verdict, const smtp5xx_policy *policy, smtp5xx_advice *advice) {
    int temporary = verdict->judged == SMTP5XX_PERMANENCE_TEMPORARY;
    uint32_t row = s5x_row_of(SMTP5XX_TABLE_REASONS, verdict->reason);
    row = row == UINT32_MAX ? s5x_row_of(SMTP5XX_TABLE_REASONS, SMTP5XX_REASON_UNKNOWN) : row;
    uint32_t severity = CELL(reasons, row, severity);
    advice->action = (uint8_t)action_of(policy, verdict, row);
    advice->disposition = disposition_of(advice->action);
    advice->party = (uint8_t)CELL(reasons, row, party);
    advice->scope = verdict->stage == SMTP5XX_STAGE_CONNECT ? (uint8_t)SMTP5XX_SCOPE_IP
                                                            : (uint8_t)CELL(reasons, row, scope);
    advice->severity = (uint8_t)(temporary && severity > SMTP5XX_SEVERITY_INFO ? severity - 1 : severity);
    set_retry(policy, verdict, advice);
    set_steps(verdict, row, advice);
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
