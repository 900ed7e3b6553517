/*
 * Many replies through the batch call, with constant memory: soak COUNT SEED FILE...
 *
 * The replies are those of the files (tests/corpus), mutated: bytes changed, cut, joined with another one, or random. COUNT of
 * them are judged, 4096 in a call; every verdict must be in its range, one of each batch is judged again by itself, and
 * neither the stack nor the process may grow: what it holds in memory after the first batches is all that it ever holds.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "smtp5xx.h"

enum { BATCH = 4096, REPLY_MAX = 600, CORPUS_MAX = 2 << 20, LINES_MAX = 20000, WARM = 8, GROWTH_MAX = 256 /* KiB */ };

static char corpus[CORPUS_MAX], data[BATCH * REPLY_MAX];
static const char *lines[LINES_MAX];
static size_t lengths[LINES_MAX], line_count;
static int32_t offsets[BATCH + 1];
static smtp5xx_verdict verdicts[BATCH];
static smtp5xx_advice advices[BATCH];
static uint64_t state;

static uint32_t next_random(uint32_t below)
{
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(state >> 33) % below;
}

/* A line is REASON, a tab and the reply. */
static int read_files(char **names)
{
    size_t used = 0;

    for (; *names; names++) {
        FILE *in = fopen(*names, "rb");

        used += in ? fread(corpus + used, 1, sizeof(corpus) - used, in) : 0;
        if (!in || ferror(in) || !feof(in)) {
            fprintf(stderr, "%s: cannot be read, or is too large\n", *names);
            return 0;
        }
        fclose(in);
    }
    for (size_t at = 0; at < used && line_count < LINES_MAX;) {
        const char *end = memchr(corpus + at, '\n', used - at);
        size_t length = end ? (size_t)(end - corpus) - at : used - at;
        const char *tab = memchr(corpus + at, '\t', length);

        if (tab) {
            lines[line_count] = tab + 1;
            lengths[line_count++] = length - (size_t)(tab + 1 - (corpus + at));
        }
        at += length + 1;
    }
    return line_count > 0;
}

static size_t take(char *out, size_t room)
{
    uint32_t line = next_random((uint32_t)line_count);
    size_t length = lengths[line] < room ? lengths[line] : room;

    memcpy(out, lines[line], length);
    return length;
}

static size_t mutate(char *out)
{
    uint32_t kind = next_random(8);
    size_t length = take(out, REPLY_MAX / 2);

    if (kind == 0) { /* as it is */
        return length;
    }
    if (kind == 1) {
        return next_random((uint32_t)length + 1);
    }
    if (kind == 2) {
        return length + take(out + length, REPLY_MAX / 2);
    }
    if (kind == 3) {
        for (size_t i = 0; i < length; i++) {
            out[i] = (char)next_random(256);
        }
        return length;
    }
    for (uint32_t changes = 1 + next_random(6); length > 0 && changes > 0; changes--) {
        out[next_random((uint32_t)length)] = (char)(kind < 6 ? 32 + next_random(95) : next_random(256));
    }
    return length;
}

static int is_sane(const smtp5xx_verdict *verdict, const smtp5xx_advice *advice, int32_t length)
{
    const smtp5xx_span *spans[] = {&verdict->words, &verdict->ip, &verdict->url, &verdict->new_address, &verdict->reference};

    for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
        if (spans[i]->offset > (uint32_t)length || spans[i]->length > (uint32_t)length - spans[i]->offset) {
            return 0;
        }
    }
    return verdict->size == sizeof(*verdict) && verdict->reason < smtp5xx_table_count(SMTP5XX_TABLE_REASONS) &&
           verdict->confidence <= 100 && verdict->retry_after <= 604800 && advice->size == sizeof(*advice) &&
           advice->action <= SMTP5XX_ACTION_REVIEW && advice->step_count <= SMTP5XX_STEPS_MAX;
}

static int soak_batch(size_t count)
{
    smtp5xx_context context = {.size = sizeof(context), .stage = (uint8_t)next_random(9)};
    size_t one = next_random((uint32_t)count);
    smtp5xx_verdict again;

    for (size_t i = 0; i < count; i++) {
        offsets[i + 1] = offsets[i] + (int32_t)mutate(data + offsets[i]);
    }
    if (smtp5xx_diagnose_batch(data, (size_t)offsets[count], offsets, count, &context, NULL, verdicts, sizeof(verdicts[0]),
                               advices, sizeof(advices[0])) != SMTP5XX_OK) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_sane(&verdicts[i], &advices[i], offsets[i + 1] - offsets[i])) {
            fprintf(stderr, "\"%.*s\"\n", (int)(offsets[i + 1] - offsets[i]), data + offsets[i]);
            return 0;
        }
    }
    smtp5xx_diagnose(data + offsets[one], (size_t)(offsets[one + 1] - offsets[one]), &context, NULL, NULL, 0, &again,
                     sizeof(again), NULL, 0);
    return memcmp(&again, &verdicts[one], sizeof(again)) == 0;
}

static long resident(void)
{
    struct rusage usage;

    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}

int main(int argc, char **argv)
{
    unsigned long long wanted = argc > 3 ? strtoull(argv[1], NULL, 10) : 0, done = 0, bytes = 0;
    struct timespec start, end;
    long warm = 0;

    if (wanted == 0) {
        fprintf(stderr, "usage: %s COUNT SEED FILE...\n", argv[0]);
        return 2;
    }
    state = strtoull(argv[2], NULL, 10);
    if (!read_files(argv + 3)) {
        return 2;
    }
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (unsigned batch = 0; done < wanted; batch++) {
        size_t count = wanted - done < BATCH ? (size_t)(wanted - done) : BATCH;

        if (!soak_batch(count)) {
            fprintf(stderr, "batch %u of seed %s: a verdict is no good\n", batch, argv[2]);
            return 1;
        }
        done += count;
        bytes += (unsigned long long)offsets[count];
        warm = batch <= WARM ? resident() : warm;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%llu replies, %llu bytes, %.0f s, %ld KiB resident, %ld KiB more than after %d batches\n", done, bytes,
           (double)(end.tv_sec - start.tv_sec), resident(), resident() - warm, WARM);
    return resident() - warm > GROWTH_MAX;
}
