/* smtp5xx log: an event's verdict, and the memory of the workers. SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "log.h"

#include <stdlib.h>
#include <string.h>

/* Memory */

void *must_allocate(void *old, size_t count, size_t size) {
    void *memory = size != 0 && count > SIZE_MAX / size ? NULL : realloc(old, count * size == 0 ? 1 : count * size);
    if (memory == NULL) {
        complain("there is no memory for %zu bytes more", count * size);
        exit(EXIT_IO);
    }
    return memory;
}

enum { ARENA_BLOCK = 64 << 10 };
struct arena_block {
    struct arena_block *next;
    size_t used, room;
    char data[];
};

static struct arena_block *new_block(size_t size) {
    size_t room = size > ARENA_BLOCK ? size : ARENA_BLOCK;
    struct arena_block *block = must_allocate(NULL, 1, sizeof *block + room);
    block->next = NULL;
    block->used = 0;
    block->room = room;
    return block;
}

char *arena_take(struct arena *arena, size_t size) {
    size = (size + 7) & ~(size_t)7; /* Structs may lie in it. */
    while (arena->current != NULL && arena->current->room - arena->current->used < size && arena->current->next != NULL) {
        arena->current = arena->current->next;
        arena->current->used = 0;
    }
    if (arena->current == NULL || arena->current->room - arena->current->used < size) {
        struct arena_block *block = new_block(size);
        if (arena->current == NULL) {
            arena->blocks = block;
        } else {
            arena->current->next = block;
        }
        arena->current = block;
    }
    char *memory = arena->current->data + arena->current->used;
    arena->current->used += size;
    return memory;
}

void arena_reset(struct arena *arena) {
    arena->current = arena->blocks;
    if (arena->current != NULL) {
        arena->current->used = 0;
    }
}

void arena_free(struct arena *arena) {
    while (arena->blocks != NULL) {
        struct arena_block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
    arena->current = NULL;
}

char *buffer_reserve(struct buffer *buffer, size_t more) {
    if (buffer->room - buffer->length < more) {
        size_t room = buffer->room < 4096 ? 4096 : buffer->room;
        while (room - buffer->length < more) {
            room += room / 2;
        }
        buffer->data = must_allocate(buffer->data, room, 1);
        buffer->room = room;
    }
    return buffer->data + buffer->length;
}

void buffer_add(struct buffer *buffer, const char *text, size_t length) {
    memcpy(buffer_reserve(buffer, length), text, length);
    buffer->length += length;
}

/* Judging */

static struct slice domain_of(struct slice address) {
    const char *sign = address.length == 0 ? NULL : memrchr(address.at, '@', address.length);
    return sign == NULL ? (struct slice){address.at, 0} : slice_of(sign + 1, address.at + address.length);
}

/* Who runs a host is looked up once for each host and domain, or nearly so: the table of providers is long. */
static uint16_t provider_of(struct worker *worker, struct slice host, struct slice domain) {
    uint32_t hash = 2166136261U, length = host.length + 1 + domain.length;
    char key[HOST_KEY];
    if (length > HOST_KEY) {
        return (uint16_t)smtp5xx_provider_find(host.at, host.length, domain.at, domain.length);
    }
    if (host.length > 0) { /* What is missing has no place either, and memcpy() wants one. */
        memcpy(key, host.at, host.length);
    }
    key[host.length] = '\0';
    if (domain.length > 0) {
        memcpy(key + host.length + 1, domain.at, domain.length);
    }
    for (uint32_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)key[i]) * 16777619U; /* FNV-1a */
    }
    struct provider_entry *entry = &worker->providers[(hash ^ hash >> 16) % PROVIDER_CACHE];
    if (entry->length != length || memcmp(entry->key, key, length) != 0) {
        memcpy(entry->key, key, length);
        entry->length = (uint16_t)length;
        entry->provider = (uint16_t)smtp5xx_provider_find(host.at, host.length, domain.at, domain.length);
    }
    return entry->provider;
}

static int is_in_time(const struct worker *worker, const struct event *event) {
    const struct log_options *options = worker->options;
    if (!event->when.known) {
        return 1; /* Better one too many than one lost. */
    }
    return (!options->since.set || compare_time(&event->when, &options->since) >= 0) &&
           (!options->until.set || compare_time(&event->when, &options->until) < 0);
}

/* The sending IP: what the log says, or else the one that a refusal for reputation names, which is ours. */
static void find_ip(struct event *event) {
    const smtp5xx_verdict *verdict = &event->verdict;
    if (event->ip.length == 0 && verdict->ip.length > 0 && verdict->category == SMTP5XX_CATEGORY_REPUTATION) {
        event->ip = (struct slice){event->text.at + verdict->ip.offset, verdict->ip.length};
    }
}

/* What the line's own fields do not have, the words around the reply may. */
static void fill_from_text(const struct event *event, struct slice *field, const smtp5xx_span *span) {
    if (field->length == 0 && span->length > 0) {
        *field = (struct slice){event->text.at + span->offset, span->length};
    }
}

static void find_wording(struct worker *worker, struct event *event) {
    size_t room = 2 * (size_t)event->said.length + 16;
    char *text = arena_take(&worker->arena, room);
    int length = smtp5xx_redact(event->said.at, event->said.length, text, room);
    uint64_t hash = 0xcbf29ce484222325U;
    event->wording = (struct slice){text, (uint32_t)(length < 0 ? 0 : (size_t)length < room ? (size_t)length : strlen(text))};
    for (uint32_t i = 0; i < event->wording.length; i++) {
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3U;
    }
    event->wording_hash = hash;
}

static void keep_event(struct worker *worker, const struct event *event) {
    if (worker->count == worker->room) {
        worker->room = worker->room == 0 ? 256 : worker->room * 2;
        worker->events = must_allocate(worker->events, worker->room, sizeof *worker->events);
    }
    worker->events[worker->count++] = *event;
}

struct slice joined_text(struct worker *worker, struct slice status, struct slice text) {
    char *joined = arena_take(&worker->arena, (size_t)status.length + text.length + 1);
    memcpy(joined, status.at, status.length);
    joined[status.length] = ' ';
    memcpy(joined + status.length + 1, text.at, text.length);
    return (struct slice){joined, status.length + 1 + text.length};
}

static void diagnose(struct worker *worker, struct event *event, const smtp5xx_context *context) {
    smtp5xx_reply reply;
    smtp5xx_parse(event->text.at, event->text.length, context, &reply, sizeof reply);
    event->said = (struct slice){event->text.at + reply.said.offset, reply.said.length};
    fill_from_text(event, &event->host, &reply.host);
    fill_from_text(event, &event->recipient, &reply.recipient);
    judge_reply(worker, event, &reply, context);
}

/* What a mailer reports of itself ("No MX found for domain") has no code, but the log tells whether it tries again. Where it
 * shows no status, that much of one is made up, and taken off the verdict in the end: nobody has written it. */
static void diagnose_own_words(struct worker *worker, struct event *event, const smtp5xx_context *context) {
    struct slice status = event->status.length > 0 ? event->status : SLICE("4.0.0");
    event->text = joined_text(worker, status, event->text);
    diagnose(worker, event, context);
    if (event->said.at == event->text.at && event->said.length > status.length) {
        event->said.at += status.length + 1;
        event->said.length -= status.length + 1;
    }
    if (event->status.length == 0) {
        event->verdict.enhanced_class = 0;
    }
}

/* What a format does not have is an empty text, and no NULL. */
static void complete(struct event *event) {
    struct slice *fields[] = {&event->queue, &event->recipient, &event->host, &event->ip, &event->text, &event->status};
    for (unsigned i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        fields[i]->at = fields[i]->at == NULL ? "" : fields[i]->at;
    }
}

void take_event(struct worker *worker, struct event *event) {
    complete(event);
    smtp5xx_context context = worker->options->context;
    if (!is_in_time(worker, event)) {
        return;
    }
    event->provider = provider_of(worker, event->host, domain_of(event->recipient));
    context.size = sizeof context;
    context.provider = event->provider;
    context.stage = event->stage;
    diagnose(worker, event, &context);
    if (event->verdict.claimed == SMTP5XX_PERMANENCE_SUCCESS) {
        return; /* Nothing was refused, whatever the line looks like. */
    }
    if (event->verdict.claimed == SMTP5XX_PERMANENCE_UNKNOWN && event->format != FORMAT_RAW &&
        (event->status.length > 0 || event->result == RESULT_DEFERRED)) {
        diagnose_own_words(worker, event, &context);
    }
    event->provider = event->verdict.provider;
    find_ip(event);
    if (worker->options->output != OUTPUT_REPORT) {
        write_event(worker, event);
    }
    if (worker->wants_events) {
        if (worker->wants_wording) {
            find_wording(worker, event);
        }
        keep_event(worker, event);
    }
}
