/*
 * The rules and codes as a list of entries, in the order in which an engine has to try them whose first hit decides: by rank,
 * as the library judges, and codes where they stand in its order of trust.
 *
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L
#include "export.h"

#include <stdlib.h>
#include <string.h>

/* Where an entry stands. Exact codes that say little come behind the hints, whose words say more; and codes of which only the
 * subject is known come last, so that none of them hides an exact one. */
enum level { LEVEL_TOKEN, LEVEL_STRONG, LEVEL_USUAL, LEVEL_PROVIDER, LEVEL_WEAK, LEVEL_CODES, LEVEL_HINT, LEVEL_VAGUE, LEVEL_LAST };
enum { CONFIDENCE_OF_HINT = 45, RULE_FROM = 10000 };

static void add(struct entries *entries, const struct entry *entry) {
    if ((entries->count & (entries->count - 1)) == 0) {
        entries->all = realloc(entries->all, (entries->count * 2 + 1) * sizeof *entries->all);
        if (entries->all == NULL) {
            complain("out of memory: close other programs");
            exit(EXIT_IO);
        }
    }
    entries->all[entries->count++] = *entry;
}

const char *rank_of_entry(const struct entry *entry) {
    return entry->pattern == NULL ? "codes" : smtp5xx_table_text(SMTP5XX_TABLE_RULES, entry->id, SMTP5XX_FIELD_RANK);
}

/* Conditions */

/* "X.7.1", "X.7.*" or "X.7.500-699". */
static int read_status(const char *word, struct status *status) {
    unsigned subject, first, last;
    int size = 0;
    if (sscanf(word, "X.%u.%n", &subject, &size) != 1 || size == 0) {
        return 0;
    }
    *status = (struct status){subject, 0, 999};
    switch (sscanf(word + size, "%u-%u", &first, &last)) {
    case 2: *status = (struct status){subject, first, last}; break;
    case 1: *status = (struct status){subject, first, first}; break;
    default: break;
    }
    return 1;
}

/* The conditions of a rule, as its file writes them; the table compiler has found them right. */
static void read_when(const char *text, struct entry *entry) {
    char word[32];
    uint32_t stage;
    for (int size = 0; sscanf(text, "%31s%n", word, &size) == 1; text += size) {
        unsigned number = (unsigned)strtoul(word, NULL, 10);
        if (number >= 100 && entry->code_count < CONDITIONS_MAX) {
            entry->codes[entry->code_count++] = number;
        } else if (number > 0 && number < 10) {
            entry->classes |= 1U << number;
        } else if (smtp5xx_table_find(SMTP5XX_TABLE_STAGES, word, strlen(word), &stage)) {
            entry->stages |= 1U << stage;
        } else if (entry->status_count < CONDITIONS_MAX && read_status(word, &entry->statuses[entry->status_count])) {
            entry->status_count++;
        }
    }
}

static unsigned kinds_of_conditions(const struct entry *entry) {
    return (unsigned)((entry->code_count > 0) + (entry->status_count > 0) + (entry->classes != 0) + (entry->stages != 0) +
                      (entry->provider != 0));
}

/* Rules */

static enum level level_of_rank(const char *rank) {
    static const struct {
        const char *rank;
        enum level level;
    } levels[] = {{"token", LEVEL_TOKEN}, {"strong", LEVEL_STRONG}, {"usual", LEVEL_USUAL}, {"weak", LEVEL_WEAK}};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (strcmp(levels[i].rank, rank) == 0) {
            return levels[i].level;
        }
    }
    return LEVEL_HINT;
}

static void add_pattern(struct entries *entries, const struct entry *rule, struct pattern pattern) {
    struct entry entry = *rule;
    entry.pattern = pattern.text;
    entry.part = pattern.part;
    entry.weight = pattern.weight + 4 * kinds_of_conditions(rule);
    add(entries, &entry);
}

/* "url HOST TEXT" */
static void add_url(struct entries *entries, const struct entry *rule, const char *text) {
    char host[256];
    int size = 0;
    if (sscanf(text, "url %255s %n", host, &size) == 1) {
        add_pattern(entries, rule, pattern_of_url(host, text + size));
    }
}

/* Zones of a block list: hosts, or HOST/PATH. */
static void add_zones(struct entries *entries, const struct entry *rule, const char *text) {
    char zone[256];
    for (int size = 0; sscanf(text, "%255s%n", zone, &size) == 1; text += size) {
        char *slash = strchr(zone, '/');
        const char *path = slash == NULL ? "" : slash;
        char host[256];
        snprintf(host, sizeof host, "%.*s", slash == NULL ? 255 : (int)(slash - zone), zone);
        add_pattern(entries, rule, pattern_of_url(host, path));
    }
}

static void add_rule(struct entries *entries, uint32_t id) {
    const uint32_t table = SMTP5XX_TABLE_RULES;
    struct entry entry = {.id = id, .name = smtp5xx_rule_name(id),
                          .level = (int)level_of_rank(smtp5xx_table_text(table, id, SMTP5XX_FIELD_RANK)),
                          .reason = smtp5xx_table_number(table, id, SMTP5XX_FIELD_REASON),
                          .provider = smtp5xx_table_number(table, id, SMTP5XX_FIELD_PROVIDER),
                          .judged = smtp5xx_table_number(table, id, SMTP5XX_FIELD_JUDGED)};
    const unsigned char *texts = rule_texts_of(id);
    if (entry.reason == SMTP5XX_REASON_UNKNOWN) {
        entries->details++;
        return;
    }
    for (const unsigned char *at = texts; at != NULL && *at != 0; at = next_rule_text(at)) {
        const char *text = (const char *)at + 1;
        if (*at == TEXT_WHEN) {
            read_when(text, &entry);
        } else if (*at == TEXT_ACTION) {
            smtp5xx_table_find(SMTP5XX_TABLE_ACTIONS, text, strlen(text), &entry.action);
        }
    }
    for (const unsigned char *at = texts; at != NULL && *at != 0; at = next_rule_text(at)) {
        const char *text = (const char *)at + 1;
        if (*at == TEXT_EXPORT) {
            add_pattern(entries, &entry, pattern_of_phrase(text));
        } else if (*at == TEXT_PHRASE && strncmp(text, "url ", 4) == 0) {
            add_url(entries, &entry, text);
        } else if (*at == TEXT_ZONE) {
            add_zones(entries, &entry, text);
        }
    }
}

/* Codes */

/* A number that a single provider has made up needs no provider: it gives that one away. */
static int gives_itself_away(uint32_t id, uint32_t code, uint32_t class, uint32_t subject, uint32_t detail) {
    return class != 0 && smtp5xx_code_find(code, class, subject - 1, detail - 1, 0) == id;
}

/* Some codes mean another thing at some stages: "rcpt=user_unknown:60 ...". */
static void add_stages(struct entries *entries, const struct entry *code, const char *text) {
    char stage[16], reason[64];
    unsigned confidence;
    for (int size = 0; sscanf(text, " %15[a-z]=%63[a-z_]:%u%n", stage, reason, &confidence, &size) == 3; text += size) {
        struct entry entry = *code;
        uint32_t number = 0;
        smtp5xx_table_find(SMTP5XX_TABLE_STAGES, stage, strlen(stage), &number);
        smtp5xx_table_find(SMTP5XX_TABLE_REASONS, reason, strlen(reason), &entry.reason);
        entry.stages = 1U << number;
        entry.weight++;
        add(entries, &entry);
    }
}

static void add_code(struct entries *entries, uint32_t id) {
    const uint32_t table = SMTP5XX_TABLE_CODES;
    uint32_t code = smtp5xx_table_number(table, id, SMTP5XX_FIELD_CODE);
    uint32_t classes = smtp5xx_table_number(table, id, SMTP5XX_FIELD_CLASSES);
    uint32_t subject = smtp5xx_table_number(table, id, SMTP5XX_FIELD_SUBJECT);
    uint32_t detail = smtp5xx_table_number(table, id, SMTP5XX_FIELD_ENHANCED_DETAIL);
    uint32_t last = smtp5xx_table_number(table, id, SMTP5XX_FIELD_ENHANCED_DETAIL_LAST);
    struct entry entry = {.id = id, .name = smtp5xx_table_text(table, id, SMTP5XX_FIELD_NAME),
                          .reason = smtp5xx_table_number(table, id, SMTP5XX_FIELD_REASON),
                          .provider = smtp5xx_table_number(table, id, SMTP5XX_FIELD_PROVIDER),
                          .code_count = code != 0, .codes = {code}, .classes = classes & (1U << 4 | 1U << 5),
                          .status_count = subject != 0, .without_status = subject == 0,
                          .weight = (detail != 0) * 8U + (code != 0) * 4U};
    uint32_t confidence = smtp5xx_table_number(table, id, SMTP5XX_FIELD_CONFIDENCE);
    if (subject == 0 && (code < 400 || code > 599)) {
        return; /* Of a success, or of no server. */
    }
    entry.statuses[0] = (struct status){subject - 1, detail == 0 ? 0 : detail - 1, detail == 0 ? 999 : (last > detail ? last : detail) - 1};
    entry.level = entry.provider != 0                   ? LEVEL_PROVIDER
                  : subject != 0 && detail == 0         ? LEVEL_LAST
                  : confidence > CONFIDENCE_OF_HINT     ? LEVEL_CODES
                                                        : LEVEL_VAGUE;
    if (entry.provider != 0 && gives_itself_away(id, code, classes >> 5 & 1 ? 5 : 4, subject, detail)) {
        entry.provider = 0;
    }
    add_stages(entries, &entry, smtp5xx_table_text(table, id, SMTP5XX_FIELD_STAGE_REASONS));
    if (entry.reason != SMTP5XX_REASON_UNKNOWN) {
        add(entries, &entry);
    }
}

/* The list */

static int compare(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    if (x->level != y->level) {
        return x->level < y->level ? -1 : 1;
    }
    if (x->weight != y->weight) {
        return x->weight > y->weight ? -1 : 1;
    }
    return x->id != y->id ? (x->id < y->id ? -1 : 1) : x->pattern != NULL ? strcmp(x->pattern, y->pattern) : 0;
}

void make_entries(struct entries *entries) {
    memset(entries, 0, sizeof *entries);
    for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_RULES); i++) {
        add_rule(entries, smtp5xx_table_id(SMTP5XX_TABLE_RULES, i));
    }
    for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_CODES); i++) {
        add_code(entries, smtp5xx_table_id(SMTP5XX_TABLE_CODES, i));
    }
    qsort(entries->all, entries->count, sizeof *entries->all, compare);
}

void free_entries(struct entries *entries) {
    for (size_t i = 0; i < entries->count; i++) {
        free(entries->all[i].pattern);
    }
    free(entries->all);
}

/* The enhanced status code that says the reason: the one that the reason's source names, or else the first one of the registry
 * that nearly always means it. Returns 0 if there is none. */
int status_of_reason(uint32_t reason, unsigned *subject, unsigned *detail) {
    enum { NEARLY_ALWAYS = 70 };
    const uint32_t table = SMTP5XX_TABLE_CODES;
    const char *source = strstr(smtp5xx_table_text(SMTP5XX_TABLE_REASONS, reason, SMTP5XX_FIELD_SOURCE), "X.");
    if (source != NULL && sscanf(source, "X.%u.%u", subject, detail) == 2) {
        return 1;
    }
    for (uint32_t i = 0; i < smtp5xx_table_count(table); i++) {
        uint32_t id = smtp5xx_table_id(table, i), number = smtp5xx_table_number(table, id, SMTP5XX_FIELD_ENHANCED_DETAIL);
        if (smtp5xx_table_number(table, id, SMTP5XX_FIELD_REASON) == reason && number > 1 &&
            smtp5xx_table_number(table, id, SMTP5XX_FIELD_CODE) == 0 &&
            smtp5xx_table_number(table, id, SMTP5XX_FIELD_PROVIDER) == 0 &&
            smtp5xx_table_number(table, id, SMTP5XX_FIELD_CONFIDENCE) >= NEARLY_ALWAYS) {
            *subject = smtp5xx_table_number(table, id, SMTP5XX_FIELD_SUBJECT) - 1;
            *detail = number - 1;
            return 1;
        }
    }
    return 0;
}
