/*
 * The search for the worst input, and what measures it:
 *
 *     worst search ROUNDS SEED FILE    looks for pieces that cost the most steps for each byte when they are repeated, begins
 *                                      with those in FILE if it is there, and leaves the best in it
 *     worst run FILE LENGTH            diagnoses the pieces of FILE, repeated up to LENGTH, and walks the text, in worst_run():
 *                                      for callgrind, which counts instructions
 *     worst ordinary LENGTH TEXT...    the same with the replies of tests/corpus, one behind the other
 *
 * Pieces are those of the fuzzing targets: samples of the rules, words of them, addresses, URLs, marks, CJK, any byte. A step
 * is a basic block: for the search the library is built with -fsanitize-coverage=trace-pc, and counts them here.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "../fuzz/fuzz.h"

enum { GENES_MAX = 120, SEARCH_LENGTH = 3000, POPULATION = 24 };

void __sanitizer_cov_trace_pc(void);
void worst_run(const char *text, size_t length);

static uint64_t steps;

void __sanitizer_cov_trace_pc(void)
{
    steps++;
}

/* All that a caller may ask about a reply; not inlined, so that callgrind finds it. */
__attribute__((noinline)) void worst_run(const char *text, size_t length)
{
    smtp5xx_reply reply;
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;
    smtp5xx_span piece = {0, 0};

    smtp5xx_diagnose(text, length, NULL, NULL, &reply, sizeof(reply), &verdict, sizeof(verdict), &advice, sizeof(advice));
    while (smtp5xx_next_text(text, length, &reply, &piece) == 1) {
    }
}

struct candidate {
    uint8_t genes[GENES_MAX];
    size_t count;
    double cost;
};

static uint64_t state;

static uint32_t next_random(uint32_t below)
{
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(state >> 33) % below;
}

/* The pieces again and again, up to the length, behind a reply code. */
static struct fuzz_text text_of(const struct candidate *candidate, size_t length)
{
    struct fuzz_input input = {candidate->genes, candidate->count};
    struct fuzz_text unit = fuzz_text_of(&input), text = {calloc(1, length + 1), length};
    static const char code[] = "550 ";

    FUZZ_CHECK(text.text != NULL, "out of memory");
    for (size_t i = 0; i < length; i++) {
        text.text[i] = i < 4 ? code[i] : unit.length > 0 ? unit.text[(i - 4) % unit.length] : ' ';
    }
    fuzz_free(&unit);
    return text;
}

static void weigh(struct candidate *candidate)
{
    struct fuzz_text text = text_of(candidate, SEARCH_LENGTH);
    uint64_t before = steps;

    worst_run(text.text, text.length);
    candidate->cost = (double)(steps - before) / SEARCH_LENGTH;
    fuzz_free(&text);
}

static void add_gene(struct candidate *candidate)
{
    size_t at = candidate->count;

    if (at + 4 > GENES_MAX) {
        return;
    }
    candidate->genes[at] = (uint8_t)(next_random(8) < 6 ? 1 + next_random(5) : next_random(256));
    for (size_t i = 1; i < 4; i++) {
        candidate->genes[at + i] = (uint8_t)next_random(256);
    }
    candidate->count = at + 4 - next_random(2);
}

static void change(struct candidate *candidate)
{
    for (uint32_t times = 1 + next_random(3); times > 0; times--) {
        uint32_t kind = next_random(5);
        size_t at = candidate->count > 0 ? next_random((uint32_t)candidate->count) : 0;
        size_t cut = candidate->count > at ? 1 + next_random((uint32_t)(candidate->count - at)) : 0;

        if (kind == 0 || candidate->count == 0) {
            add_gene(candidate);
        } else if (kind == 1) {
            candidate->genes[at] = (uint8_t)next_random(256);
        } else if (kind == 2) {
            candidate->genes[at] = (uint8_t)(candidate->genes[at] + 1 - 2 * next_random(2));
        } else if (kind == 3) {
            memmove(candidate->genes + at, candidate->genes + at + cut, candidate->count - at - cut);
            candidate->count -= cut;
        } else if (candidate->count + cut <= GENES_MAX) {
            memmove(candidate->genes + at + cut, candidate->genes + at, candidate->count - at);
            candidate->count += cut;
        }
    }
}

static size_t read_file(const char *name, void *bytes, size_t room)
{
    FILE *in = fopen(name, "rb");
    size_t size = in ? fread(bytes, 1, room, in) : 0;

    if (in) {
        fclose(in);
    }
    return size;
}

/* The better half stays, and its changed copies take the place of the others. */
static int search(unsigned long rounds, const char *name)
{
    static struct candidate all[POPULATION];
    struct candidate *best = &all[0];
    FILE *out;

    for (size_t i = 0; i < POPULATION; i++) {
        for (uint32_t genes = i == 0 ? 0 : 1 + next_random(8); genes > 0; genes--) {
            add_gene(&all[i]);
        }
    }
    all[0].count = read_file(name, all[0].genes, GENES_MAX);
    for (size_t i = 0; i < POPULATION; i++) {
        weigh(&all[i]);
    }
    printf("begins with %.1f steps/byte\n", all[0].cost);
    for (unsigned long round = 0; round < rounds; round++) {
        struct candidate *one = &all[next_random(POPULATION)], *other = &all[next_random(POPULATION)];
        struct candidate *winner = one->cost >= other->cost ? one : other, *loser = winner == one ? other : one;
        struct candidate child = *winner;

        change(&child);
        weigh(&child);
        if (loser != winner && loser != best) {
            *loser = child;
        }
        if (child.cost > best->cost) {
            *best = child;
        }
    }
    out = fopen(name, "wb");
    if (!out || fwrite(best->genes, 1, best->count, out) != best->count || fclose(out) != 0) {
        perror(name);
        return 1;
    }
    printf("%lu rounds: %.1f steps/byte in %zu bytes\n", rounds, best->cost, (size_t)SEARCH_LENGTH);
    return 0;
}

static int run(const char *name, size_t length)
{
    struct candidate candidate;
    struct fuzz_text text;

    candidate.count = read_file(name, candidate.genes, GENES_MAX);
    if (candidate.count == 0) {
        fprintf(stderr, "%s: cannot be read, or is empty\n", name);
        return 1;
    }
    text = text_of(&candidate, length);
    worst_run(text.text, text.length);
    fuzz_free(&text);
    return 0;
}

static int ordinary(size_t length, char **files)
{
    static char all[1 << 21], text[FUZZ_TEXT_MAX];
    size_t used = 0, at = 0;

    for (; *files; files++) {
        used += read_file(*files, all + used, sizeof(all) - used);
    }
    /* What stands behind the tab of each line; lines of comments have none. */
    for (size_t i = 0; i < used && at < length; i++) {
        const char *end = memchr(all + i, '\n', used - i), *tab = end ? memchr(all + i, '\t', (size_t)(end - all) - i) : NULL;

        for (const char *from = tab ? tab + 1 : end; from < end && at < length; from++) {
            text[at++] = *from;
        }
        if (tab && at < length) {
            text[at++] = ' ';
        }
        i = end ? (size_t)(end - all) : used;
    }
    if (at < length) {
        fprintf(stderr, "the files hold %zu bytes of replies only\n", at);
        return 1;
    }
    worst_run(text, length);
    return 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    size_t length = 0;

    if (strcmp(what, "search") == 0 && argc == 5) {
        state = strtoull(argv[3], NULL, 10);
        return search(strtoul(argv[2], NULL, 10), argv[4]);
    }
    length = argc > 3 ? strtoul(strcmp(what, "run") == 0 ? argv[3] : argv[2], NULL, 10) : 0;
    if (length > 0 && length <= SMTP5XX_INPUT_MAX) {
        return strcmp(what, "run") == 0 ? run(argv[2], length) : ordinary(length, argv + 3);
    }
    fprintf(stderr, "usage: %s search ROUNDS SEED FILE | run FILE LENGTH | ordinary LENGTH TEXT...\n", argv[0]);
    return 2;
}
