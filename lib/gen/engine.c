/*
 * The library's own parser, words and matcher, over the tables as they were just packed: so that what the compiler promises of
 * a sample is what the library does.
 */
#include "rules.h"

/* The arrays that tables.h gives to the library are these here. */
#define s5x_entries packed_entries
#define s5x_entries_count packed_entry_count
#define s5x_joined packed_joined
#define s5x_start_events packed_start_events
#define s5x_start_next packed_start_next
#define s5x_starters packed_starter_count
#define s5x_displacements packed_displacements
#define s5x_cells_of_states packed_cells
#define s5x_cells_count packed_cell_count
#define s5x_events packed_events
#define s5x_first_host packed_first_host
#define s5x_part_hashes packed_part_hashes
#define s5x_part_first packed_part_first
#define s5x_anchors packed_anchor_count
#define s5x_end_anchored packed_end_anchored
#define s5x_end_length packed_end_length
#define s5x_gaps packed_gaps
#define s5x_rules packed_rules
#define s5x_sites packed_sites
#define s5x_urls packed_urls
#define s5x_lists list_start()
static struct s5x_accept *s5x_accepts;

const char *s5x_pool_text(uint32_t offset);
const char *s5x_pool_text(uint32_t offset) {
    return pool_start() + (size_t)offset * POOL_UNIT;
}

#include "../util.c"

#include "../fold.c"

#include "../dictionary.c"

#include "../parse.c"

#include "../wrapped.c"

#include "../markers.c"

#include "../decode.c"

#include "../unwrap.c"

#include "../text.c"

#include "../masks.c"

#include "../compounds.c"

#include "../words.c"

#include "../hosts.c"

#include "../hits.c"

#include "../gapped.c"

#include "../match.c"

uint32_t fold_text(const char *text, uint32_t length, char *word, uint32_t *word_length) {
    struct s5x_lexer lexer;
    memset(&lexer, 0, sizeof lexer);
    lexer.text = text;
    return fold_word(&lexer, 0, length, word, word_length);
}

uint64_t word_key(const char *word, uint32_t length) {
    return key_of(word, length);
}

uint64_t joined_key(uint64_t key) {
    return key_of_joined(key);
}

uint32_t joined_place(const char *word, uint32_t length) {
    return joined_bit(word[0], length > 1 ? word[1] : '\0', length);
}

uint32_t word_slot(uint64_t key, uint32_t displacement) {
    return slot_of(hash_of_key(key), displacement);
}

uint32_t word_bucket(uint64_t key) {
    return bucket_of(hash_of_key(key));
}

uint32_t word_check(uint64_t key) {
    return check_of(hash_of_key(key));
}

uint16_t word_hash(uint32_t symbol) {
    return hash_symbol(symbol);
}

enum { HITS_MAX = 256 };

static uint32_t match_sample(const struct rule *rule, const struct sample *sample, struct s5x_match *hits,
                             struct s5x_match *best) {
    static struct s5x_matcher matcher;
    smtp5xx_context context = {.size = sizeof context, .stage = sample->stage};
    smtp5xx_reply reply;
    smtp5xx_parse(sample->text, sample->length, &context, &reply, sizeof reply);
    start_matcher(&matcher, &reply, rule->provider);
    matcher.hits = hits;
    matcher.hit_room = HITS_MAX;
    match_words(&matcher, sample->text);
    *best = matcher.best;
    return matcher.hit_count < HITS_MAX ? matcher.hit_count : (uint32_t)HITS_MAX;
}

static int count_hits(struct rule *rule, const struct s5x_match *hits, uint32_t count) {
    int found = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (&rules[hits[i].rule] == rule) {
            found = 1;
            if (hits[i].phrase < rule->phrase_count) { /* Which URL it was is not told: check_lines() looks for it. */
                rule->phrases[hits[i].phrase].hits++;
            }
        }
    }
    return found;
}

static void check_sample(struct rule *rule, const struct sample *sample) {
    struct s5x_match hits[HITS_MAX], best;
    uint32_t count = match_sample(rule, sample, hits, &best);
    int found = count_hits(rule, hits, count);
    if (found != sample->must) {
        complain(rule->file, sample->line, found ? "rule %s hits this, and must not" : "rule %s does not hit this", rule->name);
    }
    if (!found || !sample->must || rule->detail != 0) {
        return;
    }
    const struct rule *winner = &rules[best.rule];
    rule->wins += winner == rule;
    if (winner->reason != rule->reason) {
        complain(rule->file, sample->line, "rule %s (%s:%u) decides this, for another reason, by %u words: \"%.*s\"",
                 winner->name, winner->file, winner->line, (unsigned)best.words, (int)(best.end - best.offset),
                 sample->text + best.offset);
    }
}

/* Whether the sample has the URL's text, in any case. */
static int sample_holds(const struct sample *sample, const char *words) {
    char *folded = must_have(malloc(sample->length + 8));
    uint32_t length = fold_ascii(sample->text, (uint32_t)sample->length, folded, (uint32_t)sample->length);
    int found = holds(folded, length, words);
    free(folded);
    return found;
}

static void check_lines(const struct rule *rule, int others_are_fine) {
    for (size_t i = 0; i < rule->phrase_count; i++) {
        if (rule->phrases[i].hits == 0) {
            complain(rule->file, rule->phrases[i].line, "no sample of rule %s hits this phrase: add one", rule->name);
        }
    }
    for (size_t i = 0; i < rule->url_count; i++) {
        size_t s = 0;
        while (s < rule->sample_count && !sample_holds(&rule->samples[s], rule->urls[i].text)) {
            s++;
        }
        if (s == rule->sample_count) {
            complain(rule->file, rule->urls[i].line, "no sample of rule %s has this URL: add one", rule->name);
        }
    }
    if (rule->wins == 0 && rule->detail == 0 && others_are_fine) {
        complain(rule->file, rule->line, "rule %s wins none of its samples: other rules shadow it", rule->name);
    }
}

/* Walks the samples as the matcher does, without acting upon anything. */
void count_parts(uint32_t *counts) {
    static struct s5x_matcher matcher;
    struct s5x_token token;
    for (size_t r = 0; r < real_rule_count; r++) {
        for (size_t s = 0; s < rules[r].sample_count; s++) {
            const struct sample *sample = &rules[r].samples[s];
            matcher.state = matcher.base = 0;
            start_lexer(&matcher.lexer, sample->text, 0, (uint32_t)sample->length);
            for (next_token(&matcher.lexer, &token); token.kind != TOKEN_END; next_token(&matcher.lexer, &token)) {
                matcher.count = matcher.acting = 0;
                if (token.kind == TOKEN_WORD) {
                    take_word(&matcher, &token);
                }
                for (uint32_t l = 0; l < 3 && matcher.count > 0; l++) {
                    const uint16_t *list = s5x_events + (matcher.words[0].lists[l] & LIST_BEGIN);
                    for (uint32_t i = 1; i <= (list[0] & EVENTS_MAX); i++) {
                        if (list[i] >> EVENT_SHIFT == EVENT_PART) {
                            counts[ends_of_parts[list[i] & EVENT_INDEX].part]++;
                        }
                    }
                }
            }
        }
    }
}

void check_samples(void) {
    s5x_accepts = must_have(malloc((accept_count + 1) * sizeof *s5x_accepts));
    for (size_t i = 0; i < accept_count; i++) {
        s5x_accepts[i] = accepts[i].packed;
    }
    for (size_t r = 0; r < real_rule_count; r++) {
        for (size_t s = 0; s < rules[r].sample_count; s++) {
            check_sample(&rules[r], &rules[r].samples[s]);
        }
    }
    int fine = errors == 0; /* A rule whose sample is wrong would be told twice. */
    for (size_t r = 0; r < real_rule_count; r++) {
        check_lines(&rules[r], fine);
    }
    free(s5x_accepts);
}
