/* smtp5xx explain --why: every rule that hit, and why the winner won. SPDX-License-Identifier: MIT */
#include "app.h"

#include <string.h>

enum { FIELD = 2 * MARGIN + 3, VALUE = FIELD + 14, NO_PHRASE = 65535 };

static const char *const ranks[] = {"none", "hint", "weak", "usual", "strong", "token"};

struct hits {
    smtp5xx_hit all[SMTP5XX_HITS_MAX];
    unsigned count; /* of all */
    unsigned more;  /* that there is no room for */
};

static const char *rank_name(unsigned rank) {
    return ranks[rank < sizeof ranks / sizeof ranks[0] ? rank : 0];
}

/* Whether another hit of the same rule is listed before this one. */
static int is_repeated(const struct hits *hits, unsigned index) {
    for (unsigned i = 0; i < index; i++) {
        if (hits->all[i].rule == hits->all[index].rule) {
            return 1;
        }
    }
    return 0;
}

static int contains(const char *text, size_t length, const char *part, size_t size) {
    for (size_t at = 0; at + size <= length; at++) {
        size_t same = 0;
        while (same < size && ((unsigned char)text[at + same] | 0x20) == ((unsigned char)part[same] | 0x20)) {
            same++;
        }
        if (same == size) {
            return 1;
        }
    }
    return 0;
}

/* A line "url HOST TEXT" of a rule hits where host and text both stand. */
static int url_hits(const char *text, const smtp5xx_span *words, const char *line) {
    const char *host = line + strlen("url "), *rest = strchr(host, ' ');
    return rest != NULL && contains(text + words->offset, words->length, host, (size_t)(rest - host)) &&
           contains(text + words->offset, words->length, rest + 1, strlen(rest + 1));
}

/* Whether a phrase, the one of this number, is one by which the rule hit. */
static int phrase_hits(const char *text, const struct hits *hits, uint32_t rule, const char *phrase, unsigned number) {
    int is_url = strncmp(phrase, "url ", 4) == 0;
    for (unsigned i = 0; i < hits->count; i++) {
        const smtp5xx_hit *hit = &hits->all[i];
        if (hit->rule == rule && (hit->phrase == number || (hit->phrase == NO_PHRASE && !is_url && number == 0) ||
                                  (hit->phrase == NO_PHRASE && is_url && url_hits(text, &hit->words, phrase)))) {
            return 1;
        }
    }
    return 0;
}

static void print_field(const char *label, const char *text, int marked) {
    printf("%*s%-*s%s", FIELD, "", VALUE - FIELD, label, marked ? MARK : "");
    print_wrapped(text, VALUE, VALUE);
    fputs(marked ? PLAIN : "", stdout);
}

/* A text of the rule as it stands in its file, where a line break is written as \n. */
static const char *written(const char *text, const char *mark, char *line, size_t room) {
    size_t used = (size_t)snprintf(line, room, "%s", mark);
    for (size_t left = strlen(text); left > 0 && used + 24 < room;) {
        char one[20];
        size_t size = show(text, left, one);
        used += (size_t)snprintf(line + used, room - used, "%s", *text == '\n' ? "\\n" : one);
        text += size;
        left -= size;
    }
    return line;
}

static void print_texts(const char *text, const struct hits *hits, uint32_t rule) {
    const unsigned char *from = rule_texts_of(rule);
    static const struct {
        unsigned char kind;
        const char *label;
    } parts[] = {{TEXT_WHEN, "when"}, {TEXT_PHRASE, "phrase"}, {TEXT_SAMPLE, "sample"}, {TEXT_SOURCE, "source"}};
    char line[2048];
    for (size_t part = 0; from != NULL && part < sizeof parts / sizeof parts[0]; part++) {
        unsigned number = 0;
        for (const unsigned char *at = from; *at != 0; at = next_rule_text(at)) {
            const char *own = (const char *)at + 1;
            if (*at == parts[part].kind) {
                int marked = *at == TEXT_PHRASE && phrase_hits(text, hits, rule, own, number);
                print_field(parts[part].label, written(own, marked ? "> " : "", line, sizeof line), marked);
                number++;
            }
        }
    }
}

static int same_words(const smtp5xx_hit *a, const smtp5xx_hit *b) {
    return a->rule == b->rule && a->words.offset == b->words.offset && a->words.length == b->words.length;
}

/* The words of all hits of the rule; what it hit in two ways only once. */
static void print_words(const char *text, const struct hits *hits, uint32_t rule) {
    char words[512], line[520];
    for (unsigned i = 0; i < hits->count; i++) {
        unsigned first = 0;
        while (!same_words(&hits->all[first], &hits->all[i])) {
            first++;
        }
        if (hits->all[i].rule == rule && first == i) {
            snprintf(line, sizeof line, "\"%s\"", show_span(text, &hits->all[i].words, words, sizeof words));
            print_field("words", line, 0);
        }
    }
}

static void print_hit(const char *text, const struct hits *hits, const smtp5xx_hit *hit, unsigned number) {
    char line[512];
    printf("\n%*s%u. %s%s (%u)%s\n", 2 * MARGIN, "", number, BOLD, smtp5xx_rule_name(hit->rule), hit->rule, PLAIN);
    if (hit->reason != SMTP5XX_REASON_UNKNOWN) {
        snprintf(line, sizeof line, "%s, confidence %u", smtp5xx_reason_name(hit->reason), hit->confidence);
        print_field("reason", line, 0);
        snprintf(line, sizeof line, "%s, weight %u", rank_name(hit->rank), hit->weight);
        print_field("rank", line, 0);
    } else {
        print_field("reason", "none: it finds a detail of the reply", 0);
    }
    print_words(text, hits, hit->rule);
    if (hit->provider != 0) {
        snprintf(line, sizeof line, "%s: %s", smtp5xx_provider_name(hit->provider),
                 smtp5xx_table_text(SMTP5XX_TABLE_PROVIDERS, hit->provider, SMTP5XX_FIELD_MEANING));
        print_field("provider", line, 0);
    }
    print_texts(text, hits, hit->rule);
}

/* The best hit that means something, of another rule than this one. */
static const smtp5xx_hit *best_but(const struct hits *hits, uint32_t rule) {
    for (unsigned i = 0; i < hits->count; i++) {
        if (hits->all[i].reason != SMTP5XX_REASON_UNKNOWN && hits->all[i].rule != rule) {
            return &hits->all[i];
        }
    }
    return NULL;
}

static const smtp5xx_hit *hit_of(const struct hits *hits, uint32_t rule) {
    for (unsigned i = 0; i < hits->count; i++) {
        if (hits->all[i].rule == rule) {
            return &hits->all[i];
        }
    }
    return NULL;
}

/* The order among hits is the library's: rank, then weight, then place, then the older rule. */
static void compare(const smtp5xx_hit *winner, const smtp5xx_hit *next, char *line, size_t room) {
    const char *name = smtp5xx_rule_name(winner->rule), *other = next == NULL ? "" : smtp5xx_rule_name(next->rule);
    if (next == NULL) {
        snprintf(line, room, "%s decides: it is the only rule that hit and means something.", name);
    } else if (winner->rank != next->rank) {
        snprintf(line, room, "%s decides: its rank, %s, is higher than that of the next one, %s (%s).", name,
                 rank_name(winner->rank), other, rank_name(next->rank));
    } else if (winner->weight != next->weight) {
        snprintf(line, room, "%s decides: of the same rank, it has more words and conditions (%u) than the next one, %s (%u).",
                 name, winner->weight, other, next->weight);
    } else if (winner->words.offset != next->words.offset) {
        snprintf(line, room, "%s decides: of the same rank and weight, it stands earlier in the reply than the next one, %s.",
                 name, other);
    } else {
        snprintf(line, room, "%s decides: of the same rank, weight and place as %s, it is the older rule.", name, other);
    }
}

static void tell_codes(const smtp5xx_verdict *v, const struct hits *hits, char *line, size_t room) {
    const smtp5xx_hit *best = best_but(hits, 0);
    if (v->rule == 0) {
        snprintf(line, room, "Nothing decides: neither codes nor words of this reply mean anything to the library.");
    } else if (best == NULL) {
        snprintf(line, room, "The codes decide (%s), since no rule for words hit.", smtp5xx_rule_name(v->rule));
    } else {
        snprintf(line, room, "The codes decide (%s): they outweigh the best words, %s, of rank %s with confidence %u.",
                 smtp5xx_rule_name(v->rule), smtp5xx_rule_name(best->rule), rank_name(best->rank), best->confidence);
    }
}

static void print_winner(const struct own_rules *own, const smtp5xx_verdict *v, const struct hits *hits) {
    char line[1024];
    const smtp5xx_hit *winner = v->basis == SMTP5XX_BASIS_CALLER ? NULL : hit_of(hits, v->rule);
    if (v->claimed == SMTP5XX_PERMANENCE_SUCCESS) {
        snprintf(line, sizeof line, "Nothing decides: a reply of success is no refusal.");
    } else if (v->basis == SMTP5XX_BASIS_CALLER) {
        snprintf(line, sizeof line, "Your rule %s (%u) decides: the first of your rules that holds comes before all others.",
                 deciding_rule_name(own, v), v->rule);
    } else if (winner != NULL) {
        compare(winner, best_but(hits, winner->rule), line, sizeof line);
    } else {
        tell_codes(v, hits, line, sizeof line);
    }
    printf("\n%*s%sWhy%s\n%*s", MARGIN, "", BOLD, PLAIN, 2 * MARGIN, "");
    print_wrapped(line, 2 * MARGIN, 2 * MARGIN);
}

static void find_hits(const char *text, size_t length, const smtp5xx_context *context, const smtp5xx_reply *reply,
                      struct hits *hits) {
    int count = smtp5xx_hits(text, length, reply, context, hits->all, SMTP5XX_HITS_MAX, sizeof hits->all[0]);
    unsigned found = count > 0 ? (unsigned)count : 0;
    hits->count = found < SMTP5XX_HITS_MAX ? found : (unsigned)SMTP5XX_HITS_MAX;
    hits->more = found - hits->count;
}

void print_why(const char *text, size_t length, const smtp5xx_context *context, const struct own_rules *own,
               const smtp5xx_reply *reply, const smtp5xx_verdict *verdict) {
    struct hits hits;
    unsigned number = 0;
    find_hits(text, length, context, reply, &hits);
    print_winner(own, verdict, &hits);
    if (hits.count > 0) {
        printf("\n%*s%sRules that hit, the best one first%s\n", MARGIN, "", BOLD, PLAIN);
    }
    for (unsigned i = 0; i < hits.count; i++) {
        if (!is_repeated(&hits, i)) {
            print_hit(text, &hits, &hits.all[i], ++number);
        }
    }
    if (hits.more > 0) {
        printf("\n%*s... and %u more hits, which count for less\n", 2 * MARGIN, "", hits.more);
    }
}
