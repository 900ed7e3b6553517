/* The steps of the library, and what no program that looks at every byte can do without: one pass each over a corpus. */
#include "bench.h"

#include <string.h>

volatile unsigned bench_sink;

static const char *text_of(const struct bench_corpus *corpus, size_t i) {
    return corpus->data + corpus->offsets[i];
}

static size_t length_of(const struct bench_corpus *corpus, size_t i) {
    return (size_t)(corpus->offsets[i + 1] - corpus->offsets[i]);
}

void bench_parse(struct bench_corpus *corpus) {
    for (size_t i = 0; i < corpus->count; i++) {
        smtp5xx_reply *reply = &corpus->replies[i];
        smtp5xx_parse(text_of(corpus, i), length_of(corpus, i), NULL, reply, sizeof *reply);
    }
    bench_sink += corpus->replies[0].code;
}

void bench_classify(struct bench_corpus *corpus) {
    for (size_t i = 0; i < corpus->count; i++) {
        smtp5xx_verdict *verdict = &corpus->verdicts[i];
        smtp5xx_classify(text_of(corpus, i), length_of(corpus, i), &corpus->replies[i], NULL, verdict, sizeof *verdict);
    }
    bench_sink += corpus->verdicts[0].reason;
}

void bench_advise(struct bench_corpus *corpus) {
    for (size_t i = 0; i < corpus->count; i++) {
        smtp5xx_advise(&corpus->verdicts[i], NULL, &corpus->advices[i], sizeof corpus->advices[i]);
    }
    bench_sink += corpus->advices[0].action;
}

void bench_diagnose(struct bench_corpus *corpus) {
    for (size_t i = 0; i < corpus->count; i++) {
        smtp5xx_verdict *verdict = &corpus->verdicts[i];
        smtp5xx_advice *advice = &corpus->advices[i];
        smtp5xx_diagnose(text_of(corpus, i), length_of(corpus, i), NULL, NULL, NULL, 0, verdict, sizeof *verdict, advice,
                         sizeof *advice);
    }
    bench_sink += corpus->advices[0].action;
}

void bench_batch(struct bench_corpus *corpus) {
    smtp5xx_diagnose_batch(corpus->data, corpus->bytes, corpus->offsets, corpus->count, NULL, NULL, corpus->verdicts,
                           sizeof *corpus->verdicts, corpus->advices, sizeof *corpus->advices);
    bench_sink += corpus->advices[0].action;
}

/* Looks for a byte that no text has. */
void bench_memchr(struct bench_corpus *corpus) {
    unsigned found = 0;
    for (size_t i = 0; i < corpus->count; i++) {
        found += memchr(text_of(corpus, i), '\1', length_of(corpus, i)) != NULL;
    }
    bench_sink += found;
}

void bench_sum(struct bench_corpus *corpus) {
    unsigned sum = 0;
    for (size_t i = 0; i < corpus->count; i++) {
        const unsigned char *text = (const unsigned char *)text_of(corpus, i);
        for (size_t length = length_of(corpus, i), at = 0; at < length; at++) {
            sum += text[at];
        }
    }
    bench_sink += sum;
}

/* The least that an automaton over bytes costs: each byte waits for what the one before it has found in a table, which here
 * is never out of the nearest cache. */
void bench_table(struct bench_corpus *corpus) {
    static unsigned char next[256];
    unsigned sum = 0;
    for (unsigned i = 0; i < sizeof next; i++) {
        next[i] = (unsigned char)(i * 167 + 13);
    }
    for (size_t i = 0; i < corpus->count; i++) {
        const unsigned char *text = (const unsigned char *)text_of(corpus, i);
        unsigned char state = 0;
        for (size_t length = length_of(corpus, i), at = 0; at < length; at++) {
            state = next[state ^ text[at]];
        }
        sum += state;
    }
    bench_sink += sum;
}
