/*
 * Phrases with gaps: where a phrase's rarest part ends, its anchor, it is looked whether the other parts are where they must be.
 */
#include "internal.h"

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
