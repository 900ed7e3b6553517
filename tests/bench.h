/* What the parts of the benchmark share: bench.c measures, bench_data.c reads and makes texts, bench_steps.c runs the
 * library, and bench_re2.cc, bench_hyperscan.c and bench_pcre2.c run the engines that are measured beside it. */
#ifndef BENCH_H
#define BENCH_H

#include <smtp5xx.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Texts to measure with, as the library takes them and as the engines do, and room for what the library says of them. */
struct bench_corpus {
    size_t count, bytes;
    char *data;       /* one text behind the other */
    int32_t *offsets; /* count + 1 */
    char *padded;     /* the same, each with a blank before and behind it; text i begins at offsets[i] + 2 * i */
    smtp5xx_reply *replies;
    smtp5xx_verdict *verdicts;
    smtp5xx_advice *advices;
};

/* The phrases as regular expressions: bench_export.py. */
struct bench_expressions {
    size_t count, bytes, phrases;
    char **texts;     /* without the border */
    int *borders;     /* 1: what stands before must not belong to a word */
    uint32_t *rules;  /* the rule's id */
};

/* Every engine takes bytes without regard to ASCII case, and says which expressions are in a text. */
struct bench_peer {
    const char *name, *package;
    /* Compiles. Returns how many expressions it took; 0 after telling why on stderr. NULL: the engine was not there when
     * the benchmark was built. */
    size_t (*open)(const struct bench_expressions *expressions);
    /* Returns how many expressions are in the text, and writes the first `limit` of their indexes to `found`. */
    size_t (*match)(const char *text, size_t length, unsigned *found, size_t limit);
    /* Returns whether any is; NULL if the engine has no quicker way to say so. */
    size_t (*match_any)(const char *text, size_t length, unsigned *found, size_t limit);
    size_t every; /* It is so slow that only every so many-th text is measured. */
};

extern const struct bench_peer bench_re2, bench_hyperscan, bench_pcre2;

/* bench_data.c. What cannot be read, or is no good, ends the program with a message. */
void *bench_memory(size_t count, size_t size);
void bench_read_corpus(const char *path, struct bench_corpus *corpus);
void bench_read_expressions(const char *path, struct bench_expressions *expressions);
/* The texts for which `wanted` holds the value. */
void bench_select(const struct bench_corpus *from, const unsigned char *wanted, unsigned char value, struct bench_corpus *to);
/* Some texts of this length: the replies of a corpus, one behind the other, as lines of one reply. */
void bench_make_long(const struct bench_corpus *from, size_t length, struct bench_corpus *to);
/* Some texts of this length, of words with which many phrases begin and go on. */
void bench_make_words(size_t length, struct bench_corpus *to);
void bench_free(struct bench_corpus *corpus);

/* bench_steps.c: what is run over a whole corpus. */
typedef void bench_pass(struct bench_corpus *corpus);
bench_pass bench_parse, bench_classify, bench_advise, bench_diagnose, bench_batch, bench_memchr, bench_sum, bench_table;
/* Everything measured adds to this, so that no compiler may leave it out. */
extern volatile unsigned bench_sink;

#ifdef __cplusplus
}
#endif

#endif
