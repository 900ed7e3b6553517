/*
 * Walks the compiled phrases over the words of a reply.
 *
 * The automaton is deterministic: after each word there is a state for what began at that word, which the word itself tells,
 * and one for what began before. So a word costs one look into the dictionary and two into the cells, which tell what ends
 * there. The words are kept in a block; when it is full, or at the end, what ended is acted upon: a whole phrase has
 * matched; at the rarest part of a phrase with gaps it is looked whether the other parts are where they must be.
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

/* Of the part's longest form, in words. */
static uint32_t part_length(uint32_t number) {
    return s5x_end_length[s5x_part_first[number + 1] - 1U];
}

/* The longest end, of so many words at least and at most, of the part with the ends from `first` to before `behind` that the
 * list has. Its events ascend; an anchor's are among those that are acted upon. */
static uint32_t longest_end(uint32_t begin, int is_anchor, uint32_t first, uint32_t behind, uint32_t least, uint32_t most) {
    const uint16_t *list = s5x_events + (begin & LIST_BEGIN);
    uint32_t active = list[0] >> 8, passive = (list[0] & EVENTS_MAX) - active, longest = 0;
    uint32_t count = is_anchor ? active : passive;
    const uint16_t *section = is_anchor ? list + 1 : list + 1 + active, *stop = section + count;
    if (count == 0 || stop[-1] < first || section[0] >= behind) {
        return 0;
    }
    while (count > 1) { /* The first one that is not below `first` is among `count` ones from `section` on. */
        uint32_t half = count / 2;
        section += half & (0U - (uint32_t)(section[half - 1] < first)); /* No branch: it would be guessed wrong. */
        count -= half;
    }
    for (; section < stop && *section < behind; section++) {
        uint32_t length = s5x_end_length[*section & EVENT_INDEX];
        longest = length >= least && length <= most ? length : longest;
    }
    return longest;
}

/* The longest form of the part, of so many words at least and at most, that ends at this word: its length, 0 if there is
 * none. Most questions end at the first look. The word's lists tell ends of three words and more, of two, and of one. */
static uint32_t part_at(const struct s5x_matcher *matcher, uint32_t at, uint32_t number, uint32_t least, uint32_t most) {
    const struct s5x_word *word = &matcher->words[at];
    if (!(s5x_part_hashes[number] & matcher->hashes[LANES + at])) {
        return 0;
    }
    uint32_t first = s5x_part_first[number], last = s5x_part_first[number + 1] - 1U, length = 0;
    uint32_t shortest = s5x_end_length[first], longest = s5x_end_length[last];
    int is_anchor = number < s5x_anchors; /* Its ends are all acted upon, or none is. */
    least = least > shortest ? least : shortest;
    most = most < longest ? most : longest;
    first |= EVENT_PART << EVENT_SHIFT;
    last |= EVENT_PART << EVENT_SHIFT;
    if (most >= 3 && word->lists[0] != 0) {
        length = longest_end(word->lists[0], is_anchor, first, last + 1, least, most);
    }
    if (length == 0 && least <= 2 && most >= 2 && word->lists[1] != 0) {
        length = longest_end(word->lists[1], is_anchor, first, last + 1, least, most);
    }
    if (length == 0 && least <= 1 && most >= 1 && word->lists[2] != 0) {
        length = longest_end(word->lists[2], is_anchor, first, last + 1, least, most);
    }
    return length;
}

/* The parts behind *end, each as near as can be. When one is missing, the one before it is looked for further on; the number
 * of looks is limited, so that no text can make this slow. Sets where the last one ends. */
static int find_after(const struct s5x_matcher *matcher, const uint16_t *parts, uint32_t left, uint32_t *end,
                      uint32_t *words) {
    uint32_t begins[PARTS_MAX + 1], at[PARTS_MAX + 1], lengths[PARTS_MAX], level = 0, looks = LOOKS_MAX;
    begins[0] = at[0] = *end;
    while (level < left) {
        uint32_t number = parts[level] & GAP_PART, gap = parts[level] >> GAP_SHIFT, length = 0;
        uint32_t last = begins[level] + gap + part_length(number);
        last = last < matcher->count ? last : matcher->count;
        for (; at[level] < last && length == 0 && looks > 0; at[level]++, looks--) {
            uint32_t most = at[level] + 1 - begins[level], least = most > gap ? most - gap : 1;
            length = part_at(matcher, at[level], number, least, most);
        }
        if (length > 0) {
            *words += lengths[level] = length;
            begins[level + 1] = at[level + 1] = at[level];
            level++;
        } else if (level > 0 && looks > 0) {
            *words -= lengths[--level];
        } else {
            return 0;
        }
    }
    *end = begins[left];
    return 1;
}

/* The parts before *begin, the last of `parts` nearest to it; gaps[i] is what may stand behind parts[i]. Sets where the first
 * one begins. */
static int find_before(const struct s5x_matcher *matcher, const uint16_t *parts, uint32_t left, uint32_t *begin,
                       uint32_t *words) {
    uint32_t ends[PARTS_MAX + 1], between[PARTS_MAX + 1], most[PARTS_MAX + 1], lengths[PARTS_MAX], level = 0, looks = LOOKS_MAX;
    ends[0] = *begin;
    between[0] = 0;
    most[0] = REACH;
    while (level < left) {
        uint32_t number = parts[left - 1 - level] & GAP_PART, gap = parts[left - level] >> GAP_SHIFT, length = 0;
        for (; between[level] <= gap && between[level] < ends[level] && looks > 0; between[level]++, looks--) {
            uint32_t room = ends[level] - between[level];
            length = part_at(matcher, room - 1, number, 1, room < most[level] ? room : most[level]);
            if (length > 0) {
                break;
            }
            most[level] = REACH;
        }
        if (length > 0) {
            *words += lengths[level] = length;
            most[level] = length - 1; /* What to try when the part before is missing. */
            ends[level + 1] = ends[level] - between[level] - length;
            between[level + 1] = 0;
            most[level + 1] = REACH;
            level++;
        } else if (level > 0 && looks > 0) {
            *words -= lengths[--level];
        } else {
            return 0;
        }
    }
    *begin = ends[left];
    return 1;
}

/* The hashes of eight words at once, of those that `wanted` has. */
#ifdef HAVE_SSE2
static int one_may_end(const uint16_t *hashes, const uint16_t *wanted, uint32_t part_hashes) {
    __m128i words, lanes;
    memcpy(&words, hashes, sizeof words);
    memcpy(&lanes, wanted, sizeof lanes);
    words = _mm_and_si128(_mm_and_si128(words, lanes), _mm_set1_epi16((short)part_hashes));
    return _mm_movemask_epi8(_mm_cmpeq_epi16(words, _mm_setzero_si128())) != 0xffff;
}
#else
static int one_may_end(const uint16_t *hashes, const uint16_t *wanted, uint32_t part_hashes) {
    uint32_t seen = 0;
    for (uint32_t i = 0; i < LANES; i++) {
        seen |= hashes[i] & wanted[i];
    }
    return (seen & part_hashes) != 0;
}
#endif

/* Most phrases end here: one of the parts next to the anchor is not there. Looked up without a branch, which would be guessed
 * wrong; what is behind the anchor and further away than eight words may be there or not. */
static int neighbours_may_fit(const struct s5x_matcher *matcher, const uint16_t *phrase, uint32_t last, uint32_t length) {
    static const uint16_t lanes[2 * LANES] = {0, 0, 0, 0, 0, 0, 0, 0, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535};
    const uint16_t *parts = phrase + GAP_HEAD, *hashes = matcher->hashes + LANES + last + 1;
    uint32_t count = phrase[1] >> 4 & 15, anchor = phrase[1] & 15, is_first = anchor == 0, is_last = anchor + 1 == count;
    uint32_t before = parts[anchor + is_first - 1] & GAP_PART, behind = parts[anchor + 1 - is_last] & GAP_PART;
    int fits_before = one_may_end(hashes - length - LANES, lanes + 1 + (parts[anchor] >> GAP_SHIFT), s5x_part_hashes[before]);
    int fits_behind = one_may_end(hashes, lanes + LANES, s5x_part_hashes[behind]) | (matcher->count > last + 1 + LANES);
    return (fits_before | (int)is_first) & (fits_behind | (int)is_last);
}

/* Most phrases with gaps have two parts: the other one is looked for, as near as can be. */
static int find_other(const struct s5x_matcher *matcher, const uint16_t *parts, uint32_t anchor, uint32_t *begin, uint32_t *end,
                      uint32_t *words) {
    uint32_t gap = parts[1] >> GAP_SHIFT, number = parts[1 - anchor] & GAP_PART, length = 0;
    if (anchor == 0) {
        uint32_t last = *end + gap + part_length(number), from = *end, at = from;
        last = last < matcher->count ? last : matcher->count;
        for (; at < last && length == 0; at++) {
            uint32_t most = at + 1 - from;
            length = part_at(matcher, at, number, most > gap ? most - gap : 1, most);
        }
        *end = at;
    } else {
        uint32_t between = 0;
        for (; between <= gap && between < *begin && length == 0; between++) {
            length = part_at(matcher, *begin - between - 1, number, 1, *begin - between);
        }
        *begin -= length == 0 ? 0 : between - 1 + length;
    }
    *words += length;
    return length > 0;
}

static int find_others(const struct s5x_matcher *matcher, const uint16_t *parts, uint32_t anchor, uint32_t count,
                       uint32_t *begin, uint32_t *end, uint32_t *words) {
    return find_before(matcher, parts, anchor, begin, words) &&
           find_after(matcher, parts + anchor + 1, count - anchor - 1, end, words);
}

/* A gap does not reach beyond the end of a sentence: what is over quota there has not been sent here. The three dots behind
 * Sendmail's addresses end none. */
static int in_one_sentence(const char *text, uint32_t begin, uint32_t end) {
    for (uint32_t at = begin + 1; at < end; at++) {
        if (text[at] == ' ' || text[at] == '\n' || text[at] == '\r') {
            char mark = text[at - 1];
            if (mark == '!' || mark == '?' || (mark == '.' && text[at - 2] != '.')) {
                return 0;
            }
        }
    }
    return 1;
}

/* What one program or provider writes is known with its full stops, and so is what has no gaps at all. */
static int may_span_sentences(const uint16_t *phrase, uint32_t count) {
    uint32_t gaps = 0;
    for (uint32_t i = 1; i < count; i++) {
        gaps += phrase[GAP_HEAD + i] >> GAP_SHIFT;
    }
    const struct s5x_rule *rule = &s5x_rules[phrase[0] & GAP_RULE];
    return gaps == 0 || rule->rank == RANK_TOKEN || rule->provider != 0;
}

static void try_gapped(struct s5x_matcher *matcher, const uint16_t *phrase, uint32_t last, uint32_t length) {
    const uint16_t *parts = phrase + GAP_HEAD;
    uint32_t begin = last + 1 - length, end = last + 1, words = length;
    uint32_t count = phrase[1] >> 4 & 15, anchor = phrase[1] & 15;
    if ((count == 2 ? find_other(matcher, parts, anchor, &begin, &end, &words)
                    : find_others(matcher, parts, anchor, count, &begin, &end, &words)) &&
        (may_span_sentences(phrase, count) ||
         in_one_sentence(matcher->lexer.text, matcher->words[begin].offset, matcher->words[end - 1].offset))) {
        struct s5x_match match = {phrase[0] & GAP_RULE, (uint16_t)(phrase[1] >> 8), words, matcher->words[begin].offset,
                                  matcher->words[end - 1].end};
        take_match(matcher, &match);
    }
}

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
