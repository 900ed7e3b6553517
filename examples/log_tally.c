/* smtp5xx log: counts the events. Called in the order of the log, by one thread at a time. SPDX-License-Identifier: MIT */
#include "log_tally.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash_of(const char *text, size_t length, uint64_t seed) {
    uint64_t hash = 0xcbf29ce484222325U ^ seed;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3U;
    }
    hash = (hash ^ hash >> 32) * 0xd6e8feb86659fd93U;
    return hash ^ hash >> 32;
}

static void *zeroed(size_t count, size_t size) {
    void *memory = must_allocate(NULL, count, size);
    memset(memory, 0, count * size);
    return memory;
}

struct tally *tally_new(const struct log_options *options) {
    struct tally *tally = zeroed(1, sizeof *tally);
    tally->options = options;
    if (options->output == OUTPUT_REPORT) {
        tally->ips = zeroed(IPS, sizeof *tally->ips);
        tally->ip_slots = zeroed(2 * IPS, sizeof *tally->ip_slots);
        tally->triples = zeroed(TRIPLES, sizeof *tally->triples);
        tally->days = zeroed(DAYS, sizeof *tally->days);
    }
    if (options->output == OUTPUT_REPORT || options->suppress != NULL) {
        tally->soft = zeroed(SOFT, sizeof *tally->soft);
        tally->soft_text = must_allocate(NULL, SOFT_TEXT, 1);
        tally->seen_room = 1 << 12;
        tally->seen = zeroed(tally->seen_room, sizeof *tally->seen);
    }
    if (options->unknown != NULL) {
        tally->unknown = zeroed(UNKNOWN, sizeof *tally->unknown);
        tally->unknown_text = must_allocate(NULL, UNKNOWN_TEXT, 1);
    }
    return tally;
}

void tally_free(struct tally *tally) {
    for (unsigned i = 0; i < REASONS; i++) {
        free(tally->reasons[i].wordings);
    }
    free(tally->ips);
    free(tally->ip_slots);
    free(tally->triples);
    free(tally->days);
    free(tally->seen);
    free(tally->soft);
    free(tally->soft_text);
    free(tally->unknown);
    free(tally->unknown_text);
    free(tally);
}

/* The step that goes with this action alone, or else the first. */
static uint16_t telling_step(const smtp5xx_advice *advice) {
    for (unsigned i = 0; i < advice->step_count; i++) {
        if (smtp5xx_table_number(SMTP5XX_TABLE_STEPS, advice->steps[i], SMTP5XX_FIELD_ACTION) == advice->action) {
            return advice->steps[i];
        }
    }
    return advice->step_count > 0 ? advice->steps[0] : 0;
}

/* The commonest wordings, with a fixed number of counters: a new one takes the place of the rarest and inherits its count
 * (Metwally, Agrawal, El Abbadi: Efficient computation of frequent and top-k elements in data streams, 2005). */
static void count_wording(struct reason_tally *reason, const struct event *event) {
    struct wording *least;
    if (reason->wordings == NULL) {
        reason->wordings = zeroed(WORDINGS, sizeof *reason->wordings);
    }
    least = reason->wordings;
    for (unsigned i = 0; i < WORDINGS; i++) {
        struct wording *wording = &reason->wordings[i];
        if (wording->count > 0 && wording->hash == event->wording_hash) {
            wording->count++;
            return;
        }
        least = wording->count < least->count ? wording : least;
    }
    least->hash = event->wording_hash;
    least->count++;
    least->length = event->wording.length < WORDING_SIZE ? event->wording.length : WORDING_SIZE;
    memcpy(least->text, event->wording.at, least->length);
    least->step = telling_step(&event->advice);
    least->action = event->advice.action;
}

/* The IP's index + 1; 0 if there is no room for it. */
static uint32_t count_ip(struct tally *tally, const struct event *event) {
    size_t length = event->ip.length < IP_SIZE ? event->ip.length : IP_SIZE - 1;
    uint64_t at = hash_of(event->ip.at, length, 0) % (2 * IPS);
    for (; tally->ip_slots[at] != 0; at = (at + 1) % (2 * IPS)) {
        struct ip_tally *ip = &tally->ips[tally->ip_slots[at] - 1];
        if (strlen(ip->ip) == length && memcmp(ip->ip, event->ip.at, length) == 0) {
            break;
        }
    }
    if (tally->ip_slots[at] == 0) {
        if (tally->ip_count == IPS) {
            tally->lost.ips++;
            return 0;
        }
        memcpy(tally->ips[tally->ip_count].ip, event->ip.at, length);
        tally->ip_slots[at] = ++tally->ip_count;
    }
    struct ip_tally *ip = &tally->ips[tally->ip_slots[at] - 1];
    ip->count++;
    ip->reasons[event->verdict.reason % REASONS]++;
    return tally->ip_slots[at];
}

static void count_triple(struct tally *tally, const struct event *event, uint32_t ip) {
    uint32_t key[3] = {event->verdict.reason, event->provider, ip};
    uint64_t at = hash_of((const char *)key, sizeof key, 0) % TRIPLES;
    struct triple *triple = &tally->triples[at];
    while (triple->ip != 0 && (triple->ip != ip || triple->reason != event->verdict.reason || triple->provider != event->provider)) {
        at = (at + 1) % TRIPLES;
        triple = &tally->triples[at];
    }
    if (triple->ip == 0) {
        if (tally->triple_count >= TRIPLES / 4 * 3) {
            tally->lost.triples++;
            return;
        }
        tally->triple_count++;
        triple->ip = ip;
        triple->reason = event->verdict.reason;
        triple->provider = event->provider;
    }
    triple->count++;
}

static void count_time(struct tally *tally, const struct when *when) {
    enum { DAY_SECONDS = 86400 };
    if (!when->known) {
        tally->without_time++;
        return;
    }
    if (!tally->first.known || when->seconds < tally->first.seconds) {
        tally->first = *when;
    }
    if (!tally->last.known || when->seconds > tally->last.seconds) {
        tally->last = *when;
    }
    if (tally->days == NULL) {
        return;
    }
    int64_t second = (when->seconds % DAY_SECONDS + DAY_SECONDS) % DAY_SECONDS, day = (when->seconds - second) / DAY_SECONDS;
    uint64_t at = (uint64_t)day % DAYS;
    while (tally->days[at].used && tally->days[at].day != day) {
        at = (at + 1) % DAYS;
    }
    if (!tally->days[at].used) {
        if (tally->day_count == DAYS - 1) {
            tally->lost.days++;
            return;
        }
        tally->day_count++;
        tally->days[at].used = 1;
        tally->days[at].day = day;
    }
    tally->days[at].hours[second / 3600]++;
}

static void grow_seen(struct tally *tally) {
    uint32_t room = tally->seen_room * 2;
    uint64_t(*seen)[2] = zeroed(room, sizeof *seen);
    for (uint32_t i = 0; i < tally->seen_room; i++) {
        if (tally->seen[i][0] != 0) {
            uint32_t at = (uint32_t)tally->seen[i][0] & (room - 1);
            while (seen[at][0] != 0) {
                at = (at + 1) & (room - 1);
            }
            memcpy(seen[at], tally->seen[i], sizeof seen[at]);
        }
    }
    free(tally->seen);
    tally->seen = seen;
    tally->seen_room = room;
}

/* Whether the address comes for the first time. Beyond the limit it may come again: none is lost, but some stand twice. */
static int is_new(struct tally *tally, struct slice address) {
    uint64_t first = hash_of(address.at, address.length, 0), second = hash_of(address.at, address.length, 0x9e3779b97f4a7c15U);
    first += first == 0;
    uint32_t at = (uint32_t)first & (tally->seen_room - 1);
    for (; tally->seen[at][0] != 0; at = (at + 1) & (tally->seen_room - 1)) {
        if (tally->seen[at][0] == first && tally->seen[at][1] == second) {
            return 0;
        }
    }
    if (tally->seen_count >= SEEN_MAX / 4 * 3) {
        tally->lost.seen++;
        return 1;
    }
    tally->seen[at][0] = first;
    tally->seen[at][1] = second;
    tally->seen_count++;
    if (tally->seen_count >= tally->seen_room / 4 * 3 && tally->seen_room < SEEN_MAX) {
        grow_seen(tally);
    }
    return 1;
}

static void suppress(struct tally *tally, const struct event *event) {
    if (event->recipient.length == 0 || !is_new(tally, event->recipient)) {
        return;
    }
    if (tally->suppressed < EXAMPLES) {
        struct slice_copy *example = &tally->examples[tally->suppressed];
        smtp5xx_span whole = {0, event->recipient.length};
        show_span(event->recipient.at, &whole, example->text, sizeof example->text);
        example->reason = event->verdict.reason;
    }
    tally->suppressed++;
    tally->suppressed_reasons[event->verdict.reason % REASONS]++;
    if (tally->suppress != NULL) {
        write_suppressed(tally, event);
    }
}

static void count_soft(struct tally *tally, const struct event *event) {
    uint64_t hash = hash_of(event->recipient.at, event->recipient.length, 0);
    uint32_t at = (uint32_t)hash % SOFT;
    struct soft_address *soft = &tally->soft[at];
    while (soft->count > 0 && (soft->hash != hash || soft->length != event->recipient.length ||
                               memcmp(tally->soft_text + soft->text, event->recipient.at, soft->length) != 0)) {
        at = (at + 1) % SOFT;
        soft = &tally->soft[at];
    }
    if (soft->count == 0) {
        if (tally->soft_count >= SOFT / 4 * 3 || event->recipient.length > SOFT_TEXT - tally->soft_used) {
            tally->lost.soft++;
            return;
        }
        tally->soft_count++;
        soft->hash = hash;
        soft->text = tally->soft_used;
        soft->length = (uint16_t)event->recipient.length;
        memcpy(tally->soft_text + soft->text, event->recipient.at, soft->length);
        tally->soft_used += soft->length;
        soft->first = event->when.seconds;
    }
    soft->count++;
    soft->last = event->when.seconds;
    soft->reason = event->verdict.reason;
    soft->limit_count = event->advice.soft_count;
    soft->limit_days = event->advice.soft_days;
}

static void count_unknown(struct tally *tally, const struct event *event) {
    uint32_t at = (uint32_t)event->wording_hash % UNKNOWN;
    struct unknown_reply *reply = &tally->unknown[at];
    while (reply->count > 0 && (reply->hash != event->wording_hash || reply->length != event->wording.length)) {
        at = (at + 1) % UNKNOWN;
        reply = &tally->unknown[at];
    }
    if (reply->count == 0) {
        if (tally->unknown_count >= UNKNOWN / 4 * 3 || event->wording.length > UNKNOWN_TEXT - tally->unknown_used) {
            tally->lost.unknown++;
            return;
        }
        tally->unknown_count++;
        reply->hash = event->wording_hash;
        reply->text = tally->unknown_used;
        reply->length = event->wording.length;
        memcpy(tally->unknown_text + reply->text, event->wording.at, reply->length);
        tally->unknown_used += reply->length;
    }
    reply->count++;
}

/* An address longer than RFC 5321 4.5.3.1 has it is none. */
static int has_address(const struct event *event) {
    return event->recipient.length > 0 && event->recipient.length <= 320;
}

void tally_add(struct tally *tally, const struct event *event) {
    struct reason_tally *reason = &tally->reasons[event->verdict.reason % REASONS];
    tally->events++;
    tally->results[event->result]++;
    tally->formats[event->format]++;
    tally->providers[event->provider % PROVIDERS][event->result]++;
    tally->parties[event->advice.party % PARTIES]++;
    reason->results[event->result]++;
    reason->actions[event->advice.action % ACTIONS]++;
    count_time(tally, &event->when);
    if (event->wording.length > 0 && tally->ips != NULL) {
        count_wording(reason, event);
    }
    if (tally->ips != NULL && event->ip.length > 0) {
        uint32_t ip = count_ip(tally, event);
        if (ip != 0) {
            count_triple(tally, event, ip);
        }
    }
    if (tally->soft != NULL && has_address(event) && event->advice.action == SMTP5XX_ACTION_SUPPRESS) {
        suppress(tally, event);
    }
    if (tally->soft != NULL && has_address(event) && event->advice.action == SMTP5XX_ACTION_SOFT) {
        count_soft(tally, event);
    }
    if (tally->unknown != NULL && event->verdict.reason == SMTP5XX_REASON_UNKNOWN) {
        count_unknown(tally, event);
    }
}
