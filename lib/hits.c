/*
 * What matched: the matcher's state, which rule fits the reply, and the order among those that do.
 */
#include "internal.h"

enum { BLOCK = 88, REACH = PHRASE_MAX, DEFERRED_MAX = 32, DETAILS_MAX = 8, PHRASE_NONE = 255 };
enum { URL_WORDS = 2, LIST_WORDS = 6 }; /* A rule's page, and the name of a block list, tell as much as so many words. */
enum { PARTS_MAX = 12, LOOKS_MAX = 64, LANES = 8 };

/* A rule that matched: where, and how many words of it. */
struct s5x_match {
    uint16_t rule;   /* its row; UINT16_MAX: none */
    uint16_t phrase; /* which of its phrases; PHRASE_NONE: a host or URL */
    uint32_t words;
    uint32_t offset, end;
};

struct s5x_word {
    uint32_t offset, end;
    uint16_t lists[3]; /* what ends here, of what began before the last word, with it, and at this one */
    uint16_t before;   /* classes that stood before the word */
};

struct s5x_matcher {
    const smtp5xx_reply *reply;
    uint32_t provider;                  /* known before the match */
    uint32_t found_provider, blocklist; /* what the words and hosts name: 0 if nothing */
    uint32_t state, base;               /* of what began before the last word, and with it; as cells count them */
    uint32_t count;                     /* words in the block */
    uint32_t acting;                    /* lists with something to act upon */
    uint32_t classes;                   /* since the last word */
    uint32_t deferred_count, detail_count;
    uint32_t passing; /* the words say that what they tell passes */
    uint32_t least_rank;          /* no match of a lesser rank could matter; 0 if all are listed */
    struct s5x_match best, other; /* other: the best one with another reason than the best */
    smtp5xx_span ip, url;
    struct s5x_match *hits; /* all that matched, for who wants to know */
    uint32_t hit_count, hit_room;
    /* What is above is cleared at the start, what is below has a count. */
    struct s5x_lexer lexer;
    struct s5x_match details[DETAILS_MAX];
    struct s5x_match deferred[DEFERRED_MAX];
    struct s5x_word words[BLOCK];
    uint16_t lists[3 * BLOCK + 1];      /* those with something to act upon, */
    uint8_t list_words[3 * BLOCK + 1];  /* and whose they are */
    uint16_t hashes[LANES + BLOCK + LANES]; /* one of 16 bits for each word, from LANES on: the hash of its number; 0 for others */
};

/* Conditions of a rule, as the compiler packs them. */
enum { COND_CLASSES, COND_STAGES, COND_CODES };

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

/* The order among hits: rank, then the number of words and conditions, then the place, then the older rule. */
static int is_better(const struct s5x_match *a, const struct s5x_match *b) {
    if (b->rule == UINT16_MAX) {
        return 1;
    }
    const struct s5x_rule *x = &s5x_rules[a->rule], *y = &s5x_rules[b->rule];
    uint32_t words_x = a->words + RULE_WEIGHT(x), words_y = b->words + RULE_WEIGHT(y);
    if (x->rank != y->rank) {
        return x->rank > y->rank;
    }
    if (words_x != words_y) {
        return words_x > words_y;
    }
    return a->offset != b->offset ? a->offset < b->offset : x->id < y->id;
}

/* The best hits, the best one first: what does not fit falls out at the end. */
static void list_hit(struct s5x_matcher *matcher, const struct s5x_match *match) {
    for (uint32_t i = 0; i < matcher->hit_count && i < matcher->hit_room; i++) {
        struct s5x_match *other = &matcher->hits[i];
        if (other->rule == match->rule && other->phrase == match->phrase && other->offset == match->offset &&
            other->end == match->end) { /* Another page of the same list, or another way through the same words. */
            if (other->words >= match->words) {
                return;
            }
            uint32_t listed = matcher->hit_count < matcher->hit_room ? matcher->hit_count : matcher->hit_room;
            memmove(other, other + 1, (listed - i - 1) * sizeof *other);
            matcher->hit_count--;
            break;
        }
    }
    uint32_t last = matcher->hit_count < matcher->hit_room ? matcher->hit_count : matcher->hit_room, at = last;
    while (at > 0 && is_better(match, &matcher->hits[at - 1])) {
        at--;
    }
    uint32_t moved = last - at - (last == matcher->hit_room && at < last);
    if (at < matcher->hit_room) {
        memmove(matcher->hits + at + 1, matcher->hits + at, moved * sizeof *match);
        matcher->hits[at] = *match;
    }
    matcher->hit_count++;
}

static void keep_match(struct s5x_matcher *matcher, const struct s5x_match *match) {
    if (matcher->hits != NULL) {
        list_hit(matcher, match);
    }
    uint32_t reason = s5x_rules[match->rule].reason;
    if (is_better(match, &matcher->best)) {
        if (matcher->best.rule != UINT16_MAX && s5x_rules[matcher->best.rule].reason != reason) {
            matcher->other = matcher->best;
        }
        matcher->best = *match;
        matcher->least_rank = matcher->hits == NULL ? s5x_rules[match->rule].rank : 0;
    } else if (s5x_rules[matcher->best.rule].reason != reason && is_better(match, &matcher->other)) {
        matcher->other = *match;
    }
}

static void take_detail(struct s5x_matcher *matcher, const struct s5x_rule *rule, const struct s5x_match *match) {
    if (RULE_DETAIL(rule) == DETAIL_PROVIDER) {
        matcher->found_provider = matcher->found_provider == 0 ? rule->provider : matcher->found_provider;
    } else if (RULE_DETAIL(rule) == DETAIL_PASSING) {
        matcher->passing = 1;
    } else if (matcher->detail_count < DETAILS_MAX) {
        matcher->details[matcher->detail_count++] = *match;
    }
    if (matcher->hits != NULL && rule->id != 0) {
        list_hit(matcher, match);
    }
}

/* A rule of one provider waits until the whole text has told who speaks. */
static void take_match(struct s5x_matcher *matcher, const struct s5x_match *match) {
    const struct s5x_rule *rule = &s5x_rules[match->rule];
    if (RULE_DETAIL(rule) != 0) {
        take_detail(matcher, rule, match);
        return;
    }
    if (!rule_fits(rule, matcher->reply)) {
        return;
    }
    uint32_t gate = rule->provider;
    if (gate == 0 || gate == matcher->provider) {
        keep_match(matcher, match);
    } else if (matcher->provider == 0 && matcher->deferred_count < DEFERRED_MAX) {
        matcher->deferred[matcher->deferred_count++] = *match;
    }
}

/* Whether the classes that a phrase asks for stand between its words; `last` is its last word. */
static int classes_fit(const struct s5x_matcher *matcher, const uint16_t *list, uint32_t last) {
    for (uint32_t i = 0; i < list[0]; i++) {
        uint32_t at = last + 1 - list[1 + 2 * i], kind = list[2 + 2 * i];
        uint32_t seen = at < matcher->count ? matcher->words[at].before : matcher->classes;
        if (!(seen >> kind & 1)) {
            return 0;
        }
    }
    return 1;
}

static void take_accept(struct s5x_matcher *matcher, const struct s5x_accept *accept, uint32_t last) {
    if (accept->classes == 0 || classes_fit(matcher, s5x_lists + accept->classes, last)) {
        struct s5x_match match = {accept->rule, accept->phrase, accept->length,
                                  matcher->words[last + 1 - accept->length].offset, matcher->words[last].end};
        take_match(matcher, &match);
    }
}
