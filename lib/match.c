/*
 * Walks the compiled phrases over the words of a reply.
 *
 * The automaton is deterministic: after each word there is a state for what began at that word, which the word itself tells,
 * and one for what began before. So a word costs one look into the dictionary and two into the cells, which tell what ends
 * there. The words are kept in a block; when it is full, or at the end, what ended is acted upon: a whole phrase has
 * matched; at the rarest part of a phrase with gaps it is looked whether the other parts are where they must be.
 */
#include "internal.h"

static void act_on_wholes(struct s5x_matcher *matcher, const uint16_t *list, uint32_t last) {
    uint32_t active = *list++ >> 8;
    for (; active > 0 && *list >> EVENT_SHIFT == EVENT_ACCEPT; active--, list++) {
        take_accept(matcher, &s5x_accepts[*list], last);
    }
}

static void act_on_parts(struct s5x_matcher *matcher, const uint16_t *list, uint32_t last) {
    for (uint32_t i = list[0] >> 8; i > 0 && list[i] >> EVENT_SHIFT == EVENT_PART; i--) {
        uint32_t end = list[i] & EVENT_INDEX;
        const uint16_t *phrase = s5x_gaps + s5x_end_anchored[end];
        for (uint32_t left = *phrase++; left > 0; left--, phrase += GAP_HEAD + (phrase[1] >> 4 & 15)) {
            if (phrase[0] >> GAP_SHIFT >= matcher->least_rank && neighbours_may_fit(matcher, phrase, last, s5x_end_length[end])) {
                try_gapped(matcher, phrase, last, s5x_end_length[end]);
            }
        }
    }
}

/* Acts upon the words before `end`. Whole phrases, whose events come first in a list, cost the least, and what they find spares
 * looking for parts of lesser ones: so all of them come before all parts. */
static void act_on_words(struct s5x_matcher *matcher, uint32_t end) {
    uint32_t count = 0;
    for (; count < matcher->acting && matcher->list_words[count] < end; count++) {
        act_on_wholes(matcher, s5x_events + matcher->lists[count], matcher->list_words[count]);
    }
    for (uint32_t i = 0; i < count; i++) {
        act_on_parts(matcher, s5x_events + matcher->lists[i], matcher->list_words[i]);
    }
    matcher->acting -= count;
    if (matcher->acting > 0) {
        memmove(matcher->lists, matcher->lists + count, matcher->acting * sizeof matcher->lists[0]);
        memmove(matcher->list_words, matcher->list_words + count, matcher->acting);
    }
}

/* If more words are to come, what a phrase may need of those in the block stays in it. */
static void flush_block(struct s5x_matcher *matcher, int more) {
    uint32_t end = more ? matcher->count - REACH : matcher->count, gone = end - REACH;
    memset(matcher->hashes, 0, LANES * sizeof matcher->hashes[0]);
    memset(matcher->hashes + LANES + matcher->count, 0, LANES * sizeof matcher->hashes[0]);
    act_on_words(matcher, end);
    if (more) {
        memmove(matcher->words, matcher->words + gone, 2 * REACH * sizeof matcher->words[0]);
        memmove(matcher->hashes + LANES, matcher->hashes + LANES + gone, 2 * REACH * sizeof matcher->hashes[0]);
        matcher->count = 2 * REACH;
        for (uint32_t i = 0; i < matcher->acting; i++) {
            matcher->list_words[i] = (uint8_t)(matcher->list_words[i] - gone);
        }
    }
}

static uint16_t hash_symbol(uint32_t symbol) {
    return (uint16_t)(1U << (symbol * UINT32_C(0x9e3779b1) >> 28));
}

/* Words have numbers by how many cells they have, so that few looks lead beyond the cells. */
static const struct s5x_cell *cell_of(uint32_t state, uint32_t number) {
    uint32_t at = state + number;
    return &s5x_cells_of_states[at < s5x_cells_count ? at : 0];
}

/* Sets a list of the last word, and keeps it among those to act upon if it is one: without a branch. */
static void put_list(struct s5x_matcher *matcher, uint32_t which, uint32_t list) {
    matcher->words[matcher->count - 1].lists[which] = (uint16_t)list;
    matcher->lists[matcher->acting] = list & LIST_BEGIN;
    matcher->list_words[matcher->acting] = (uint8_t)(matcher->count - 1);
    matcher->acting += list / LIST_ACTS;
}

static void take_word(struct s5x_matcher *matcher, const struct s5x_token *token) {
    uint32_t number = token->word & ENTRY_NUMBER;
    if (token->word & ENTRY_FILLER) {
        return;
    }
    if (matcher->count == BLOCK) {
        flush_block(matcher, 1);
    }
    uint16_t *hash = &matcher->hashes[LANES + matcher->count];
    struct s5x_word *word = &matcher->words[matcher->count++];
    word->offset = token->offset;
    word->end = token->offset + token->length;
    word->before = (uint16_t)matcher->classes;
    matcher->classes = 0;
    if (number == 0) {
        word->lists[0] = word->lists[1] = word->lists[2] = 0;
        *hash = 0;
        matcher->state = matcher->base = 0;
        return;
    }
    const struct s5x_cell *early = cell_of(matcher->state, number), *late = cell_of(matcher->base, number);
    int has_early = early->state == matcher->state && matcher->state != 0;
    int has_late = late->state == matcher->base && matcher->base != 0;
    put_list(matcher, 0, has_early ? early->events : 0);
    put_list(matcher, 1, has_late ? late->events : 0);
    put_list(matcher, 2, s5x_start_events[number]);
    matcher->state = has_early ? early->next : has_late ? late->next : 0;
    matcher->base = number < s5x_starters ? s5x_start_next[number] : 0;
    *hash = hash_symbol(number);
}

/* Hosts and URLs: who replies, which block list it is, and what the provider's page is about. */

static void take_site(struct s5x_matcher *matcher, const struct s5x_token *token, const struct s5x_site *site) {
    const uint16_t *list = s5x_lists + site->urls;
    struct s5x_match match = {site->rule, PHRASE_NONE, URL_WORDS, token->offset, token->offset + token->length};
    uint32_t blocklist = site->blocklist, length = 0;
    char text[URL_MAX + 8];
    if (list[0] > 0) {
        length = fold_ascii(matcher->lexer.text + token->offset, token->length, text, URL_MAX);
    }
    if (matcher->found_provider == 0 && token->kind != TOKEN_ADDRESS) {
        matcher->found_provider = site->provider; /* Whose an address is tells nothing, but for help addresses below. */
    }
    for (uint32_t i = 0; i < list[0]; i++) {
        const struct s5x_url *url = &s5x_urls[list[1 + i]];
        if (holds(text, length, s5x_pool_text(url->text))) {
            match.rule = url->rule;
            match.words = url->blocklist != 0 ? LIST_WORDS : URL_WORDS;
            blocklist = url->blocklist != 0 ? url->blocklist : blocklist;
            take_match(matcher, &match);
        }
    }
    if (blocklist != 0 && token->kind != TOKEN_ADDRESS) {
        matcher->blocklist = matcher->blocklist == 0 ? blocklist : matcher->blocklist;
        if (site->blocklist == blocklist) {
            match.rule = site->rule;
            match.words = LIST_WORDS;
            take_match(matcher, &match);
        }
    }
}

static void take_host_name(struct s5x_matcher *matcher, const struct s5x_token *token) {
    uint32_t known;
    int address;
    const struct s5x_site *site = known_host(matcher->lexer.text, token, &known, &address);
    if (site != NULL) {
        matcher->classes |= address ? 1U << TOKEN_IP : 0;
        take_site(matcher, token, site);
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
        if (s5x_rules[matcher->deferred[i].rule].provider == provider) {
            keep_match(matcher, &matcher->deferred[i]);
        }
    }
}

/* `provider` is 0 if not known: then the text may tell. */
static void start_matcher(struct s5x_matcher *matcher, const smtp5xx_reply *reply, uint32_t provider) {
    memset(matcher, 0, offsetof(struct s5x_matcher, lexer));
    matcher->reply = reply;
    matcher->provider = provider;
    matcher->best.rule = matcher->other.rule = UINT16_MAX;
}

/* Where the words begin. The codes that open a reply of one line are known already: no need to read them once more. */
static uint32_t first_word(struct s5x_matcher *matcher, const char *text) {
    const smtp5xx_reply *reply = matcher->reply;
    uint32_t start = reply->said.offset, words = reply->text.offset, end = start + reply->said.length;
    if (reply->form != SMTP5XX_FORM_RAW || reply->lines != 1 || words <= start + 3 || words >= end || text[start + 3] != ' ') {
        return start;
    }
    matcher->classes |= 1U << TOKEN_NUMBER;
    if (reply->enhanced.length > 0 && reply->enhanced.offset < words) {
        matcher->classes |= 1U << TOKEN_ENHANCED;
    }
    return words;
}

/* Matches all phrases, in one pass over the text. */
static void match_words(struct s5x_matcher *matcher, const char *text) {
    struct s5x_token token;
    const smtp5xx_span *said = &matcher->reply->said;
    uint32_t start = said->length == 0 ? said->offset : first_word(matcher, text);
    start_lexer(&matcher->lexer, text, start, said->offset + said->length);
    for (next_token(&matcher->lexer, &token); token.kind != TOKEN_END; next_token(&matcher->lexer, &token)) {
        if (token.kind == TOKEN_WORD) {
            take_word(matcher, &token);
        } else {
            take_class(matcher, &token);
        }
    }
    flush_block(matcher, 0);
    settle_deferred(matcher);
}
