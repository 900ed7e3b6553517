/*
 * Many threads at once, for ThreadSanitizer and without it: threads ROUNDS FILE...
 *
 * The files are those of tests/corpus. One thread judges every reply first; then eight do it ROUNDS times each, each in an
 * order, with a stage and with rules of its own, one by one and in a batch, and every answer must be the same, bit by bit.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smtp5xx.h"

enum { THREADS = 8, CONTEXTS = 4, REPLIES_MAX = 20000, TEXT_MAX = 4 << 20 };

struct answer {
    smtp5xx_reply reply;
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;
};

static char text[TEXT_MAX];
static int32_t offsets[REPLIES_MAX + 1];
static size_t count;
static struct answer *expected[CONTEXTS];

static const char phrases[] = "user unknown blocked";
static const smtp5xx_rule rules[] = {
    {.id = 7, .reason = SMTP5XX_REASON_SPAM_CONTENT, .code = 554, .phrase = {13, 7}},
    {.id = 8, .reason = SMTP5XX_REASON_MAILBOX_DISABLED, .phrase = {0, 12}},
};

static smtp5xx_context context_of(unsigned number)
{
    smtp5xx_context context = {.size = sizeof(context)};

    context.stage = (uint8_t)(number % 2 ? SMTP5XX_STAGE_RCPT : SMTP5XX_STAGE_UNKNOWN);
    if (number / 2) {
        context.rules = rules;
        context.rule_text = phrases;
        context.rule_count = sizeof(rules) / sizeof(rules[0]);
        context.rule_size = sizeof(rules[0]);
        context.rule_text_length = sizeof(phrases) - 1;
    }
    return context;
}

static int diagnose(size_t i, const smtp5xx_context *context, struct answer *answer)
{
    memset(answer, 0, sizeof(*answer));
    return smtp5xx_diagnose(text + offsets[i], (size_t)(offsets[i + 1] - offsets[i]), context, NULL, &answer->reply,
                            sizeof(answer->reply), &answer->verdict, sizeof(answer->verdict), &answer->advice,
                            sizeof(answer->advice));
}

/* A line is REASON, a tab and the reply. Returns 0 if the file cannot be read. */
static int read_file(const char *name)
{
    static char line[65536];
    FILE *in = fopen(name, "r");

    while (in && fgets(line, sizeof(line), in)) {
        const char *reply = strchr(line, '\t');
        size_t length = reply ? strcspn(++reply, "\n") : 0;

        if (line[0] == '#' || !reply) {
            continue;
        }
        if (count == REPLIES_MAX || length > (size_t)(TEXT_MAX - offsets[count])) {
            fprintf(stderr, "%s: too many replies\n", name);
            fclose(in);
            return 0;
        }
        memcpy(text + offsets[count], reply, length);
        offsets[count + 1] = offsets[count] + (int32_t)length;
        count++;
    }
    if (!in) {
        perror(name);
        return 0;
    }
    fclose(in);
    return 1;
}

struct task {
    pthread_t thread;
    unsigned number, rounds;
    size_t wrong;
};

/* One by one, from another reply on and in other steps than the other threads. */
static size_t judge_alone(unsigned number, unsigned round)
{
    smtp5xx_context context = context_of((number + round) % CONTEXTS);
    const struct answer *right = expected[(number + round) % CONTEXTS];
    size_t wrong = 0;

    for (size_t i = 0; i < count; i++) {
        size_t at = number % 2 ? count - 1 - (i + number * 131) % count : (i + number * 197) % count;
        struct answer answer;

        wrong += diagnose(at, &context, &answer) != SMTP5XX_OK || memcmp(&answer, &right[at], sizeof(answer)) != 0;
    }
    return wrong;
}

static size_t judge_batch(unsigned number, unsigned round)
{
    smtp5xx_context context = context_of((number + round) % CONTEXTS);
    const struct answer *right = expected[(number + round) % CONTEXTS];
    smtp5xx_verdict *verdicts = calloc(count, sizeof(*verdicts));
    smtp5xx_advice *advices = calloc(count, sizeof(*advices));
    size_t wrong = !verdicts || !advices ||
                   smtp5xx_diagnose_batch(text, (size_t)offsets[count], offsets, count, &context, NULL, verdicts,
                                          sizeof(*verdicts), advices, sizeof(*advices)) != SMTP5XX_OK;

    for (size_t i = 0; wrong == 0 && i < count; i++) {
        wrong += memcmp(&verdicts[i], &right[i].verdict, sizeof(*verdicts)) != 0 ||
                 memcmp(&advices[i], &right[i].advice, sizeof(*advices)) != 0;
    }
    free(verdicts);
    free(advices);
    return wrong;
}

static void *hammer(void *argument)
{
    struct task *task = argument;

    for (unsigned round = 0; round < task->rounds; round++) {
        task->wrong += judge_alone(task->number, round) + judge_batch(task->number, round);
    }
    return NULL;
}

static int expect(void)
{
    for (unsigned c = 0; c < CONTEXTS; c++) {
        smtp5xx_context context = context_of(c);

        expected[c] = calloc(count, sizeof(*expected[c]));
        for (size_t i = 0; i < count; i++) {
            if (!expected[c] || diagnose(i, &context, &expected[c][i]) != SMTP5XX_OK) {
                return 0;
            }
        }
    }
    return count > 0;
}

int main(int argc, char **argv)
{
    static struct task tasks[THREADS];
    size_t wrong = 0;
    unsigned rounds = argc > 2 ? (unsigned)strtoul(argv[1], NULL, 10) : 0, started = 0;

    if (rounds == 0) {
        fprintf(stderr, "usage: %s ROUNDS FILE...\n", argv[0]);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        if (!read_file(argv[i])) {
            return 2;
        }
    }
    if (!expect()) {
        fprintf(stderr, "there are no replies, or the library refuses one\n");
        return 2;
    }
    for (; started < THREADS; started++) {
        tasks[started] = (struct task){.number = started, .rounds = rounds};
        if (pthread_create(&tasks[started].thread, NULL, hammer, &tasks[started]) != 0) {
            fprintf(stderr, "only %u threads could be started\n", started);
            break;
        }
    }
    for (unsigned i = 0; i < started; i++) {
        pthread_join(tasks[i].thread, NULL);
        wrong += tasks[i].wrong;
    }
    for (unsigned c = 0; c < CONTEXTS; c++) {
        free(expected[c]);
    }
    printf("%u threads, %zu replies, %u rounds: %zu answers differ\n", started, count, rounds, wrong);
    return started == THREADS && wrong == 0 ? 0 : 1;
}
