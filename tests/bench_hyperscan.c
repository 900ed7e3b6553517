/* Hyperscan, or Vectorscan, which has the same interface. It needs minutes to compile all expressions; so it gets some of
 * them, evenly picked, which lets it look faster than it would be with all: BENCH_HYPERSCAN=all in the environment, or
 * another number, has more. */
#include "bench.h"

#ifdef BENCH_HYPERSCAN
#include <hs.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USUAL_COUNT = 400 };

static hs_database_t *database;
static hs_scratch_t *scratch;

struct report {
    size_t count, limit;
    unsigned *found;
};

struct input {
    char **texts;
    unsigned *flags, *ids, count;
};

static size_t wanted_count(size_t count) {
    const char *wish = getenv("BENCH_HYPERSCAN");
    size_t wanted = wish == NULL ? (size_t)USUAL_COUNT : strcmp(wish, "all") == 0 ? count : strtoul(wish, NULL, 10);
    return wanted < 1 ? 1 : wanted > count ? count : wanted;
}

static void pick(const struct bench_expressions *expressions, struct input *input) {
    size_t count = expressions->count, wanted = wanted_count(count);
    *input = (struct input){bench_memory(count, sizeof *input->texts), bench_memory(count, sizeof *input->flags),
                            bench_memory(count, sizeof *input->ids), 0};
    for (size_t i = 0; i < count; i++) {
        if ((i + 1) * wanted / count == i * wanted / count) {
            continue;
        }
        const char *border = expressions->borders[i] ? "[^a-z0-9\\x80-\\xff]" : "";
        size_t size = strlen(border) + strlen(expressions->texts[i]) + 1;
        input->texts[input->count] = bench_memory(size, 1);
        snprintf(input->texts[input->count], size, "%s%s", border, expressions->texts[i]);
        input->flags[input->count] = HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH;
        input->ids[input->count++] = (unsigned)i;
    }
}

static void drop(struct input *input, unsigned at) {
    free(input->texts[at]);
    input->count--;
    input->texts[at] = input->texts[input->count];
    input->ids[at] = input->ids[input->count];
}

/* Compiles; an expression that is too large for the engine is left out. Returns how many are in. */
static size_t compile(struct input *input) {
    hs_compile_error_t *error;
    while (input->count > 0 && hs_compile_multi((const char *const *)input->texts, input->flags, input->ids, input->count,
                                                HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS) {
        int at = error->expression;
        if (at < 0 || (unsigned)at >= input->count) {
            fprintf(stderr, "bench: Hyperscan: %s\n", error->message);
            hs_free_compile_error(error);
            return 0;
        }
        drop(input, (unsigned)at);
        hs_free_compile_error(error);
    }
    return input->count;
}

static size_t open_database(const struct bench_expressions *expressions) {
    struct input input;
    pick(expressions, &input);
    size_t taken = compile(&input);
    if (taken > 0 && hs_alloc_scratch(database, &scratch) != HS_SUCCESS) {
        fputs("bench: Hyperscan: no memory for its scratch\n", stderr);
        taken = 0;
    }
    for (unsigned i = 0; i < input.count; i++) {
        free(input.texts[i]);
    }
    free(input.texts);
    free(input.flags);
    free(input.ids);
    return taken;
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
    struct report *report = context;
    (void)from, (void)to, (void)flags;
    if (report->count < report->limit) {
        report->found[report->count] = id;
    }
    report->count++;
    return 0;
}

static size_t match(const char *text, size_t length, unsigned *found, size_t limit) {
    struct report report = {0, limit, found};
    hs_scan(database, text, (unsigned)length, 0, scratch, on_match, &report);
    return report.count;
}

const struct bench_peer bench_hyperscan = {"Hyperscan", "libhyperscan-dev", open_database, match, NULL, 1};
#else
const struct bench_peer bench_hyperscan = {"Hyperscan", "libhyperscan-dev", NULL, NULL, NULL, 1};
#endif
