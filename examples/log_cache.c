/*
 * smtp5xx log: verdicts of replies that come again and again. A server that defers a thousand messages says the same a thousand
 * times.
 *
 * The key is all that the verdict is made of: the bytes of the reply, without what the mailer wrote around them, what was
 * parsed of them, and the provider. The library gets these bytes and nothing else, whether its answer is kept or not, so that
 * an answer that was kept is the one that it would give again. A reply is kept when it is seen for the second time, and then until
 * some others have wanted its place: most that have an id in them are never seen again. SPDX-License-Identifier: MIT
 */
#include "log.h"

#include <stdlib.h>
#include <string.h>

enum { PLACES = 1024, TEXT_MAX = 400, LIVES = 16 };

struct known {
    smtp5xx_reply reply;
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;
    uint16_t provider;
    uint8_t stage;
    char text[TEXT_MAX];
};

struct verdicts {
    uint64_t hashes[PLACES]; /* of the last reply that came to this place */
    uint8_t lives[PLACES];   /* 0: it is not kept; else how many others must come before one takes its place */
    struct known known[PLACES];
};

struct verdicts *verdicts_new(void) {
    struct verdicts *verdicts = must_allocate(NULL, 1, sizeof *verdicts);
    memset(verdicts->hashes, 0, sizeof verdicts->hashes);
    memset(verdicts->lives, 0, sizeof verdicts->lives);
    return verdicts;
}

static uint64_t mix(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

static uint64_t hash_of(const char *text, uint32_t length, uint64_t provider) {
    uint64_t hash = mix(length, provider), word = 0;
    for (; length >= sizeof word; length -= (uint32_t)sizeof word, text += sizeof word) {
        memcpy(&word, text, sizeof word);
        hash = mix(hash, word);
    }
    word = 0;
    memcpy(&word, text, length);
    return mix(hash, word);
}

/* A place in the text becomes one in the reply. Returns 0 if it lies elsewhere. */
static int move(smtp5xx_span *span, const smtp5xx_span *said) {
    if (span->offset < said->offset || span->length > said->length || span->offset - said->offset > said->length - span->length) {
        return span->length == 0 && span->offset == 0;
    }
    span->offset -= said->offset;
    return 1;
}

/* The same reply, in a text that has nothing else. Returns 0 if there is more to it than its words. */
static int move_reply(smtp5xx_reply *reply) {
    static const smtp5xx_span nowhere = {0, 0};
    int moved = move(&reply->text, &reply->said) && move(&reply->enhanced, &reply->said);
    reply->said.offset = 0;
    reply->host = reply->ip = reply->recipient = nowhere;
    return moved;
}

static void judge(const struct slice *text, const smtp5xx_reply *reply, const smtp5xx_context *context, struct event *event) {
    if (smtp5xx_classify(text->at, text->length, reply, context, &event->verdict, sizeof event->verdict) == SMTP5XX_OK) {
        smtp5xx_advise(&event->verdict, NULL, &event->advice, sizeof event->advice);
    }
}

static int is_known(const struct known *known, const struct slice *said, const smtp5xx_reply *reply, const smtp5xx_context *context) {
    return known->provider == context->provider && known->stage == context->stage &&
           memcmp(&known->reply, reply, sizeof *reply) == 0 && memcmp(known->text, said->at, said->length) == 0;
}

static void keep(struct known *known, const struct slice *said, const smtp5xx_reply *reply, const smtp5xx_context *context,
                 const struct event *event) {
    memcpy(&known->reply, reply, sizeof *reply);
    memcpy(known->text, said->at, said->length);
    known->provider = context->provider;
    known->stage = context->stage;
    known->verdict = event->verdict;
    known->advice = event->advice;
}

void judge_reply(struct worker *worker, struct event *event, const smtp5xx_reply *reply, const smtp5xx_context *context) {
    struct verdicts *verdicts = worker->verdicts;
    smtp5xx_reply own;
    memcpy(&own, reply, sizeof own);
    if (context->rules != NULL || event->said.length == 0 || event->said.length > TEXT_MAX || !move_reply(&own)) {
        judge(&event->text, reply, context, event);
        return;
    }
    uint64_t hash = hash_of(event->said.at, event->said.length, context->provider);
    unsigned place = (unsigned)(hash >> 16) % PLACES;
    struct known *known = &verdicts->known[place];
    int seen = verdicts->hashes[place] == hash;
    if (seen && verdicts->lives[place] > 0 && is_known(known, &event->said, &own, context)) {
        event->verdict = known->verdict;
        event->advice = known->advice;
        verdicts->lives[place] = LIVES;
    } else {
        judge(&event->said, &own, context, event);
        if (seen) {
            keep(known, &event->said, &own, context, event);
            verdicts->lives[place] = LIVES;
        } else if (verdicts->lives[place] > 1) {
            verdicts->lives[place]--;
        } else {
            verdicts->hashes[place] = hash;
            verdicts->lives[place] = 0;
        }
    }
    event->verdict.ip.offset += reply->said.offset;
}
