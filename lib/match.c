/*
 * Walks the compiled phrases over the words of a reply.
 *
 * The automaton is deterministic: (state, word) gives the next state and what ends there. Most words, in most states, lead
 * where they would lead from the start; only the others have a cell, in one packed array. What ends at a word is a list of
 * events: a whole phrase, the first part of one with a gap, or a later part that a first part must precede.
 */
#include "internal.h"

enum { LOG = 64, PENDING_MAX = 64, DEFERRED_MAX = 32, TRAIL_MAX = 8 };

/* A rule that matched: where, and how many words of it. */
struct s5x_match {
    uint32_t rule; /* its row; UINT32_MAX: none */
    uint32_t words;
    uint32_t offset, end;
};

struct pending {
    uint32_t part, count, words, offset;
};

struct s5x_matcher {
    struct s5x_lexer lexer;
    const smtp5xx_reply *reply;
    uint32_t provider; /* known before the match */
    uint32_t found_provider, blocklist; /* what the words and hosts name: 0 if nothing */
    uint32_t state, count, classes;
    uint32_t end; /* of the last word */
    uint32_t pending_count, deferred_count, trail_count;
    struct s5x_match best, other; /* other: the best one with another reason than the best */
    smtp5xx_span ip, url;
    smtp5xx_hit *hits; /* all that matched, for who wants to know */
    uint32_t hit_count, hit_room;
    uint32_t detail_count;
    struct s5x_match details[DETAILS_MAX];
    uint32_t offsets[LOG];
    uint8_t before[LOG]; /* classes that stood before the word */
    struct pending pending[PENDING_MAX];
    struct s5x_match deferred[DEFERRED_MAX];
    struct s5x_match trail[TRAIL_MAX];
    uint16_t trail_accept[TRAIL_MAX];
};

static uint32_t count_bits(uint32_t bits) {
    uint32_t count = 0;
    for (; bits != 0; bits &= bits - 1) {
        count++;
    }
    return count;
}

/* Conditions of a rule, as the compiler packs them. */
enum { COND_CLASSES, COND_STAGES, COND_PROVIDER, COND_CODES };

static int codes_fit(const uint16_t *list, const smtp5xx_reply *reply) {
    uint32_t count = *list++, fits = count == 0;
    for (uint32_t i = 0; i < count; i++) {
        fits |= list[i] == reply->code;
    }
    list += count;
    count = *list++;
    if (count == 0 || !fits) {
        return (int)fits;
    }
    for (uint32_t i = 0; i < count; i++, list += 3) {
        if (reply->enhanced_class != 0 && list[0] == reply->enhanced_subject && list[1] <= reply->enhanced_detail &&
            reply->enhanced_detail <= list[2]) {
            return 1;
        }
    }
    return 0;
}

static int rule_fits(const struct s5x_rule *rule, const smtp5xx_reply *reply) {
    if (rule->condition == 0) {
        return 1;
    }
    const uint16_t *list = s5x_lists + rule->condition;
    uint32_t class = reply->code != 0 ? reply->code / 100U : reply->enhanced_class;
    return (list[COND_CLASSES] == 0 || (list[COND_CLASSES] >> class & 1)) &&
           (list[COND_STAGES] == 0 || (list[COND_STAGES] >> reply->stage & 1)) && codes_fit(list + COND_CODES, reply);
}

static uint32_t gate_of(const struct s5x_rule *rule) {
    return rule->condition == 0 ? 0 : s5x_lists[rule->condition + COND_PROVIDER];
}

/* The order among hits: rank, then the number of words and conditions, then the place, then the older rule. */
static int is_better(const struct s5x_match *a, const struct s5x_match *b) {
    if (b->rule == UINT32_MAX) {
        return 1;
    }
    const struct s5x_rule *x = &s5x_rules[a->rule], *y = &s5x_rules[b->rule];
    uint32_t words_x = a->words + x->weight, words_y = b->words + y->weight;
    if (x->rank != y->rank) {
        return x->rank > y->rank;
    }
    if (words_x != words_y) {
        return words_x > words_y;
    }
    return a->offset != b->offset ? a->offset < b->offset : x->id < y->id;
}

static void list_hit(struct s5x_matcher *matcher, const struct s5x_match *match) {
    if (matcher->hit_count < matcher->hit_room) {
        smtp5xx_hit *hit = &matcher->hits[matcher->hit_count];
        memset(hit, 0, sizeof *hit);
        hit->rule = s5x_rules[match->rule].id;
        hit->reason = s5x_rules[match->rule].reason;
        hit->rank = s5x_rules[match->rule].rank;
        hit->confidence = s5x_rules[match->rule].confidence;
        hit->weight = match->words + s5x_rules[match->rule].weight;
        hit->words.offset = match->offset;
        hit->words.length = match->end - match->offset;
    }
    matcher->hit_count++;
}

static void keep_match(struct s5x_matcher *matcher, const struct s5x_match *match) {
    if (matcher->hits != NULL) {
        list_hit(matcher, match);
    }
    uint32_t reason = s5x_rules[match->rule].reason;
    if (is_better(match, &matcher->best)) {
        if (matcher->best.rule != UINT32_MAX && s5x_rules[matcher->best.rule].reason != reason) {
            matcher->other = matcher->best;
        }
        matcher->best = *match;
    } else if (s5x_rules[matcher->best.rule].reason != reason && is_better(match, &matcher->other)) {
        matcher->other = *match;
    }
}

/* A rule of one provider waits until the whole text has told who speaks. */
static void take_match(struct s5x_matcher *matcher, const struct s5x_match *match) {
    const struct s5x_rule *rule = &s5x_rules[match->rule];
    if (rule->detail != 0) {
        if (matcher->detail_count < DETAILS_MAX) {
            matcher->details[matcher->detail_count++] = *match;
        }
        return;
    }
    if (!rule_fits(rule, matcher->reply)) {
        return;
    }
    uint32_t gate = gate_of(rule);
    if (gate == 0 || gate == matcher->provider) {
        keep_match(matcher, match);
    } else if (matcher->provider == 0 && matcher->deferred_count < DEFERRED_MAX) {
        matcher->deferred[matcher->deferred_count++] = *match;
    }
}

/* Whether the classes that a phrase asks for stand between its words. `places` are counted from its last word. */
static int classes_fit(const struct s5x_matcher *matcher, const struct s5x_accept *accept, uint32_t after) {
    const uint16_t *list = s5x_lists + accept->classes;
    for (uint32_t i = 0; i < list[0]; i++) {
        uint32_t place = list[1 + 2 * i], kind = list[2 + 2 * i];
        uint32_t seen = place == 0 ? after : matcher->before[(matcher->count - place) % LOG];
        if (!(seen >> kind & 1)) {
            return 0;
        }
    }
    return 1;
}

static void accept(struct s5x_matcher *matcher, uint32_t index, uint32_t words, uint32_t offset) {
    const struct s5x_accept *found = &s5x_accepts[index];
    struct s5x_match match = {found->rule, words, offset, matcher->end};
    if (found->classes == 0) {
        take_match(matcher, &match);
    } else if (matcher->trail_count < TRAIL_MAX) {
        matcher->trail[matcher->trail_count] = match; /* What follows the last word may be asked for. */
        matcher->trail_accept[matcher->trail_count++] = (uint16_t)index;
    }
}

static void settle_trail(struct s5x_matcher *matcher) {
    for (uint32_t i = 0; i < matcher->trail_count; i++) {
        if (classes_fit(matcher, &s5x_accepts[matcher->trail_accept[i]], matcher->classes)) {
            take_match(matcher, &matcher->trail[i]);
        }
    }
    matcher->trail_count = 0;
}

static void await(struct s5x_matcher *matcher, uint32_t part, uint32_t words, uint32_t offset) {
    struct pending *pending = &matcher->pending[matcher->pending_count++ % PENDING_MAX];
    pending->part = part;
    pending->count = matcher->count;
    pending->words = words;
    pending->offset = offset;
}

static void result(struct s5x_matcher *matcher, uint32_t event, uint32_t words, uint32_t offset) {
    if (event >> EVENT_SHIFT == EVENT_ACCEPT) {
        accept(matcher, event & EVENT_INDEX, words, offset);
    } else {
        await(matcher, event & EVENT_INDEX, words, offset);
    }
}

static void join(struct s5x_matcher *matcher, const struct s5x_join *join) {
    uint32_t newest = matcher->pending_count, oldest = newest > PENDING_MAX ? newest - PENDING_MAX : 0;
    uint32_t begin = matcher->count - join->length;
    while (newest > oldest) {
        const struct pending *pending = &matcher->pending[--newest % PENDING_MAX];
        if (pending->count + GAP_MAX < begin) {
            return; /* This one and all older ones are too far away. */
        }
        if (pending->part == join->prior && pending->count <= begin && begin - pending->count <= join->gap) {
            result(matcher, join->result, pending->words + join->length, pending->offset);
            return;
        }
    }
}

static void run_events(struct s5x_matcher *matcher, const uint16_t *list) {
    for (uint32_t count = *list++; count > 0; count--, list++) {
        uint32_t kind = *list >> EVENT_SHIFT, index = *list & EVENT_INDEX;
        if (kind == EVENT_JOIN) {
            join(matcher, &s5x_joins[index]);
            continue;
        }
        uint32_t length = kind == EVENT_ACCEPT ? s5x_accepts[index].length : s5x_part_lengths[index];
        result(matcher, *list, length, matcher->offsets[(matcher->count - length) % LOG]);
    }
}

static void take_word(struct s5x_matcher *matcher, const struct s5x_token *token) {
    const struct s5x_entry *entry = token->entry;
    if (entry != NULL && entry->flags & ENTRY_FILLER) {
        return;
    }
    if (matcher->trail_count > 0) {
        settle_trail(matcher);
    }
    matcher->offsets[matcher->count % LOG] = token->offset;
    matcher->before[matcher->count % LOG] = (uint8_t)matcher->classes;
    matcher->count++;
    matcher->classes = 0;
    matcher->end = token->offset + token->length;
    if (entry == NULL) {
        matcher->state = 0;
        return;
    }
    const struct s5x_cell *cell = &s5x_cells_of_states[matcher->state + entry->symbol];
    int own = matcher->state != 0 && cell->state == matcher->state;
    uint32_t events = own ? cell->events : entry->events;
    matcher->state = own ? cell->next : entry->next;
    if (events != 0) {
        run_events(matcher, s5x_events + events);
    }
}

/* Hosts and URLs */

static uint32_t fold_host(const char *text, uint32_t length, char *host) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < length && count < HOST_MAX; i++) {
        host[count++] = s5x_lower(text[i]);
    }
    return count;
}

/* Whether the text holds these words, which are lower case. */
static int holds(const char *text, uint32_t length, const char *words) {
    uint32_t count = (uint32_t)strlen(words);
    for (uint32_t at = 0; at + count <= length; at++) {
        uint32_t i = 0;
        while (i < count && s5x_lower(text[at + i]) == words[i]) {
            i++;
        }
        if (i == count) {
            return 1;
        }
    }
    return 0;
}

static void take_site(struct s5x_matcher *matcher, const struct s5x_token *token, const struct s5x_site *site) {
    const uint16_t *list = s5x_lists + site->urls;
    struct s5x_match match = {site->rule, 2, token->offset, token->offset + token->length};
    const char *text = matcher->lexer.text;
    for (uint32_t i = 0; i < list[0]; i++) {
        const struct s5x_url *url = &s5x_urls[list[1 + i]];
        match.rule = url->rule;
        if (holds(text + token->offset, token->length < 512 ? token->length : 512, s5x_pool_text(url->text))) {
            take_match(matcher, &match);
        }
    }
    if (token->kind == TOKEN_ADDRESS) {
        return; /* Whose address it is tells nothing, but for help addresses above. */
    }
    if (matcher->found_provider == 0) {
        matcher->found_provider = site->provider;
    }
    if (site->blocklist != 0) {
        matcher->blocklist = matcher->blocklist == 0 ? site->blocklist : matcher->blocklist;
        match.rule = site->rule;
        take_match(matcher, &match);
    }
}

/* Every suffix of the name that begins with a label may be known; the longest one decides. */
static void take_host_name(struct s5x_matcher *matcher, const struct s5x_token *token) {
    char host[HOST_MAX + 1];
    uint32_t length = fold_host(matcher->lexer.text + token->host, token->host_length, host);
    for (uint32_t at = length > WORD_MAX ? length - WORD_MAX : 0; at < length; at++) {
        if (at > 0 && host[at - 1] != '.') {
            continue;
        }
        const struct s5x_entry *entry = find_word(key_of(host + at, length - at));
        if (entry != NULL && entry->flags & ENTRY_HOST) {
            take_site(matcher, token, &s5x_sites[entry->symbol]);
            return;
        }
    }
}

static void take_class(struct s5x_matcher *matcher, const struct s5x_token *token) {
    matcher->classes |= 1U << token->kind;
    if (token->kind == TOKEN_IP && matcher->ip.length == 0) {
        matcher->ip = (smtp5xx_span){token->offset, token->length};
    }
    if (token->kind == TOKEN_URL && matcher->url.length == 0) {
        matcher->url = (smtp5xx_span){token->offset, token->length};
    }
    if (token->kind == TOKEN_HOST || token->kind == TOKEN_URL || token->kind == TOKEN_ADDRESS) {
        take_host_name(matcher, token);
    }
}

static void settle_deferred(struct s5x_matcher *matcher) {
    uint32_t provider = matcher->provider != 0 ? matcher->provider : matcher->found_provider;
    for (uint32_t i = 0; i < matcher->deferred_count; i++) {
        if (gate_of(&s5x_rules[matcher->deferred[i].rule]) == provider) {
            keep_match(matcher, &matcher->deferred[i]);
        }
    }
}

/* Matches all phrases. `provider` is 0 if not known: then the text may tell. */
static void match_words(struct s5x_matcher *matcher, const char *text, const smtp5xx_reply *reply, uint32_t provider) {
    struct s5x_token token;
    memset(matcher, 0, offsetof(struct s5x_matcher, details));
    matcher->reply = reply;
    matcher->provider = provider;
    matcher->best.rule = matcher->other.rule = UINT32_MAX;
    start_lexer(&matcher->lexer, text, reply->said.offset, reply->said.offset + reply->said.length);
    for (next_token(&matcher->lexer, &token); token.kind != TOKEN_END; next_token(&matcher->lexer, &token)) {
        if (token.kind == TOKEN_WORD) {
            take_word(matcher, &token);
        } else {
            take_class(matcher, &token);
        }
    }
    settle_trail(matcher);
    settle_deferred(matcher);
}
