/*
 * smtp5xx log: what is counted of the events (log_tally.c), for the report and the files. Every table has a limit, so that
 * the memory does not grow with the log; what does not fit is counted, and the report tells it. SPDX-License-Identifier: MIT
 */
#ifndef LOG_TALLY_H
#define LOG_TALLY_H

#include "log.h"

enum {
    REASONS = 64, PROVIDERS = 1024, ACTIONS = 8, PARTIES = 8,
    WORDINGS = 12, WORDING_SIZE = 200, /* for each reason */
    IPS = 4096, IP_SIZE = 46, TRIPLES = 8192, DAYS = 512,
    SOFT = 65536, SOFT_TEXT = 3 << 20, UNKNOWN = 16384, UNKNOWN_TEXT = 4 << 20, SEEN_MAX = 1 << 20, EXAMPLES = 8,
    EXAMPLE_SIZE = 64
};

struct wording {
    uint64_t hash, count;
    uint32_t length;
    uint16_t step; /* of the advice for the first reply that had it */
    uint8_t action;
    char text[WORDING_SIZE];
};

struct reason_tally {
    uint64_t results[RESULT_COUNT], actions[ACTIONS];
    struct wording *wordings; /* WORDINGS of them */
};

struct ip_tally {
    char ip[IP_SIZE];
    uint64_t count;
    uint32_t reasons[REASONS];
};

/* A reason, from a provider, on a sending IP. */
struct triple {
    uint16_t reason, provider;
    uint32_t ip; /* index + 1; 0: free */
    uint64_t count;
};

struct day_tally {
    int64_t day;
    int used;
    uint32_t hours[24];
};

struct soft_address {
    uint64_t hash;
    int64_t first, last;
    uint32_t text, count;
    uint16_t length, reason, limit_count, limit_days;
};

struct unknown_reply {
    uint64_t hash, count;
    uint32_t text, length;
};

struct tally {
    const struct log_options *options;
    uint64_t events, results[RESULT_COUNT], without_time, formats[FORMAT_COUNT];
    struct when first, last;
    struct reason_tally reasons[REASONS];
    uint64_t providers[PROVIDERS][RESULT_COUNT], parties[PARTIES];

    struct ip_tally *ips;
    uint32_t *ip_slots, ip_count;
    struct triple *triples;
    uint32_t triple_count;
    struct day_tally *days;
    uint32_t day_count;

    /* Addresses to suppress that were seen: two hashes each, which no two addresses will ever share. */
    uint64_t (*seen)[2];
    uint32_t seen_room, seen_count;
    uint64_t suppressed, suppressed_reasons[REASONS];
    struct slice_copy {
        char text[EXAMPLE_SIZE];
        uint16_t reason;
    } examples[EXAMPLES];

    struct soft_address *soft;
    char *soft_text;
    uint32_t soft_count, soft_used;
    struct unknown_reply *unknown;
    char *unknown_text;
    uint32_t unknown_count, unknown_used;

    struct {
        uint64_t ips, triples, days, soft, unknown, seen;
    } lost;

    struct list_file *suppress; /* log_lists.c */
};

/* log_lists.c */
struct list_file *list_open(const char *name);
FILE *list_stream(struct list_file *file);
/* Puts the file in its place. Returns an exit code. */
int list_finish(struct list_file *file);
void write_suppressed(struct tally *tally, const struct event *event);

#endif
