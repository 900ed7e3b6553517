/*
 * Calls a fuzzing target without a fuzzer: with the files that are named (seeds, and inputs that once failed), and with pseudo-random ones that are the same everywhere.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include "fuzz.h"

enum { INPUT_MAX = 1 << 20, RANDOM_MAX = 600 };

static uint8_t input[INPUT_MAX];

/* Numbers that are the same everywhere (the generator of PCG, O'Neill 2014, without its permutation). */
static uint32_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(*state >> 33);
}

/* The input lies in memory of its own size, as the fuzzer gives it. */
static void run(size_t size)
{
    uint8_t *exact = malloc(size > 0 ? size : 1);

    FUZZ_CHECK(exact != NULL, "out of memory");
    memcpy(exact, input, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static int run_file(const char *name)
{
    FILE *in = fopen(name, "rb");
    size_t size = in ? fread(input, 1, sizeof(input), in) : 0;

    if (!in || ferror(in) || !feof(in)) {
        fprintf(stderr, "%s: cannot be read, or is larger than %d bytes\n", name, INPUT_MAX);
        return 0;
    }
    fclose(in);
    fprintf(stderr, "%s\n", name); /* The last one that is named is the one that fails. */
    run(size);
    return 1;
}

/* Mostly pieces, some bytes, and options of all values at the end. */
static size_t fill(uint64_t *state)
{
    size_t size = next_random(state) % RANDOM_MAX, pieces = next_random(state) % 30;
    size_t at = 0;

    while (pieces-- > 0 && at + 4 < size) {
        input[at++] = (uint8_t)(next_random(state) % 10 < 9 ? 1 + next_random(state) % 5 : next_random(state) & 255);
        for (int i = 0; i < 3; i++) {
            input[at++] = (uint8_t)next_random(state);
        }
    }
    for (size_t i = 0; i < 40 && at < size; i++) {
        input[at++] = (uint8_t)next_random(state);
    }
    return at;
}

int main(int argc, char **argv)
{
    unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    uint64_t state = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    int fine = argc > 3;

    if (argc < 3) {
        fprintf(stderr, "usage: %s ROUNDS SEED FILE...\n", argv[0]);
        return 2;
    }
    for (int i = 3; i < argc; i++) {
        fine = run_file(argv[i]) && fine;
    }
    for (unsigned long i = 0; i < rounds; i++) {
        run(fill(&state));
    }
    fprintf(stderr, "%d files, %lu other inputs\n", argc - 3, rounds);
    return fine ? 0 : 2;
}
