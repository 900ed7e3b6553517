/*
 * bench CORPUS EXPRESSIONS: how long one reply takes: each step of the library, all of them, and, in the same run and over the
 * same replies, engines for regular expressions with the same phrases, and the least that a pass over the bytes costs.
 * bench --steps CORPUS runs every step once over the corpus, for those who count instructions (bench_callgrind.py).
 *
 * Times are those of the processor for this program alone, so that what else runs on the machine disturbs little; they
 * depend on the machine, their ratio hardly does. The runs of all that is compared take turns.
 */
#define _POSIX_C_SOURCE 200809L

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 7, SETS = 3, RULES = 65536, FOUND_MAX = 4096 };
enum { REPLIES_LEAST = 2000, MEAN_LEAST = 90, MEAN_MOST = 120, LIKE_PERCENT = 90 };
enum { ALL, HIT, MISS };
static const double shortest_run = 0.03; /* Seconds. */

struct row {
    const char *title;
    bench_pass *pass;               /* of the library, or NULL: */
    const struct bench_peer *peer;  /* an engine */
    int any;                        /* by match_any */
    size_t taken;                   /* expressions */
    double ns[SETS];                /* for each reply; 0: there is none such */
};

static struct row rows[] = {
    {.title = "parse", .pass = bench_parse},
    {.title = "classify", .pass = bench_classify},
    {.title = "advise", .pass = bench_advise},
    {.title = "diagnose", .pass = bench_diagnose},
    {.title = "diagnose_batch", .pass = bench_batch},
    {.title = "memchr", .pass = bench_memchr},
    {.title = "sum, byte by byte", .pass = bench_sum},
    {.title = "automaton of 256 bytes", .pass = bench_table},
    {.title = "RE2::Set", .peer = &bench_re2},
    {.title = "RE2::Set, yes or no", .peer = &bench_re2, .any = 1},
    {.title = "Hyperscan", .peer = &bench_hyperscan},
    {.title = "PCRE2-JIT", .peer = &bench_pcre2},
};
enum { ROWS = sizeof rows / sizeof rows[0], ROW_DIAGNOSE = 3, ROW_BOUNDS = 5, ROW_PEERS = 8 };

#ifndef BENCH_RE2
const struct bench_peer bench_re2 = {"RE2::Set", "libre2-dev", NULL, NULL, NULL, 1};
#endif

static struct bench_corpus sets[SETS];
static struct bench_expressions expressions;

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Tells on a terminal what takes long; the next line of the output overwrites it. */
static void tell(const char *what, const char *name, size_t at, size_t of) {
    if (!isatty(2)) {
        return;
    }
    fprintf(stderr, "\r\033[K");
    if (what != NULL) {
        fprintf(stderr, "%s %s", what, name);
        if (of > 0) {
            fprintf(stderr, ": %zu of %zu", at, of);
        }
    }
    fflush(stderr);
}

/* What the program holds in memory, in MiB; 0 where the system does not tell. */
static double resident(void) {
    unsigned long all = 0, here = 0;
    FILE *in = fopen("/proc/self/statm", "r");
    if (in != NULL) {
        here = fscanf(in, "%lu %lu", &all, &here) == 2 ? here : 0;
        fclose(in);
    }
    return (double)here * (double)sysconf(_SC_PAGESIZE) / 1048576;
}

static size_t match(const struct row *row, const struct bench_corpus *corpus, size_t i, unsigned *found, size_t limit) {
    const char *text = corpus->padded + (size_t)corpus->offsets[i] + 2 * i;
    size_t length = (size_t)(corpus->offsets[i + 1] - corpus->offsets[i]) + 2;
    return (row->any ? row->peer->match_any : row->peer->match)(text, length, found, limit);
}

static int is_there(const struct row *row) {
    return row->pass != NULL || row->taken > 0;
}

/* How many texts of the corpus a row is measured with. */
static size_t texts_of(const struct row *row, const struct bench_corpus *corpus) {
    size_t every = row->pass != NULL ? 1 : row->peer->every;
    return (corpus->count + every - 1) / every;
}

static void run_once(const struct row *row, struct bench_corpus *corpus) {
    if (row->pass != NULL) {
        row->pass(corpus);
        return;
    }
    size_t sum = 0;
    for (size_t i = 0; i < corpus->count; i += row->peer->every) {
        sum += match(row, corpus, i, NULL, 0);
    }
    bench_sink += (unsigned)sum;
}

static double time_runs(const struct row *row, struct bench_corpus *corpus, unsigned long times) {
    double start = seconds();
    for (unsigned long i = 0; i < times; i++) {
        run_once(row, corpus);
    }
    return (seconds() - start) / (double)times;
}

static unsigned long times_for(const struct row *row, struct bench_corpus *corpus) {
    unsigned long times = 1;
    time_runs(row, corpus, 1); /* Warms up. */
    while (time_runs(row, corpus, times) * (double)times < shortest_run) {
        times *= 2;
    }
    return times;
}

static int ascending(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Measures rows over a corpus: the medians go to ns[] of the set. The rows take turns. */
static void measure(struct row *list, size_t count, struct bench_corpus *corpus, int set, const char *title) {
    double times[ROWS][RUNS];
    unsigned long repeats[ROWS];
    for (size_t r = 0; r < count && corpus->count > 0; r++) {
        repeats[r] = is_there(&list[r]) ? times_for(&list[r], corpus) : 0;
    }
    for (int run = 0; run < RUNS && corpus->count > 0; run++) {
        tell("measuring", title, (size_t)run + 1, RUNS);
        for (size_t r = 0; r < count; r++) {
            times[r][run] = repeats[r] > 0 ? time_runs(&list[r], corpus, repeats[r]) : 0;
        }
    }
    for (size_t r = 0; r < count && corpus->count > 0; r++) {
        qsort(times[r], RUNS, sizeof times[r][0], ascending);
        list[r].ns[set] = times[r][RUNS / 2] / (double)texts_of(&list[r], corpus) * 1e9;
    }
    tell(NULL, NULL, 0, 0);
}

/* Replies with and without words that a rule knows. */
static void split_sets(void) {
    struct bench_corpus *all = &sets[ALL];
    unsigned char *hit = bench_memory(all->count, 1);
    bench_parse(all);
    bench_classify(all);
    for (size_t i = 0; i < all->count; i++) {
        const char *text = all->data + all->offsets[i];
        size_t length = (size_t)(all->offsets[i + 1] - all->offsets[i]);
        hit[i] = smtp5xx_hits(text, length, &all->replies[i], NULL, NULL, 0, sizeof(smtp5xx_hit)) > 0;
    }
    bench_select(all, hit, 1, &sets[HIT]);
    bench_select(all, hit, 0, &sets[MISS]);
    free(hit);
    for (int set = HIT; set <= MISS; set++) {
        bench_parse(&sets[set]);
        bench_classify(&sets[set]);
    }
}

static int check_corpus(void) {
    size_t count = sets[ALL].count, mean = count == 0 ? 0 : (sets[ALL].bytes + count / 2) / count;
    printf("%zu replies of %zu bytes in the mean, made from the samples of the rules; rules hit in %zu of them\n", count, mean,
           sets[HIT].count);
    if (count < REPLIES_LEAST || mean < MEAN_LEAST || mean > MEAN_MOST) {
        fprintf(stderr, "bench: there must be %d replies at least, of %d to %d bytes in the mean: change the numbers in "
                        "tests/bench_corpus.py\n", (int)REPLIES_LEAST, (int)MEAN_LEAST, (int)MEAN_MOST);
        return 0;
    }
    return 1;
}

/* Engines */

struct likeness {
    size_t texts, hit, ours; /* measured; with any expression; with any rule */
    size_t asked, found;     /* texts that a rule with expressions decides; of them those where the engine finds one of it */
};

static void compare_text(const struct row *row, size_t i, const unsigned char *exported, struct likeness *likeness) {
    static unsigned found[FOUND_MAX];
    const struct bench_corpus *all = &sets[ALL];
    const smtp5xx_verdict *verdict = &all->verdicts[i];
    size_t count = match(row, all, i, found, FOUND_MAX);
    likeness->texts++;
    likeness->hit += count > 0;
    likeness->ours += smtp5xx_hits(all->data + all->offsets[i], (size_t)(all->offsets[i + 1] - all->offsets[i]),
                                   &all->replies[i], NULL, NULL, 0, sizeof(smtp5xx_hit)) > 0;
    if (verdict->rule >= RULES || !exported[verdict->rule]) {
        return;
    }
    likeness->asked++;
    for (size_t f = 0; f < count && f < FOUND_MAX; f++) {
        if (expressions.rules[found[f]] == verdict->rule) {
            likeness->found++;
            return;
        }
    }
}

static struct likeness compare(const struct row *row) {
    struct likeness likeness = {0};
    unsigned char *exported = bench_memory(RULES, 1);
    for (size_t e = 0; e < expressions.count; e++) {
        exported[expressions.rules[e] % RULES] = 1;
    }
    for (size_t i = 0; i < sets[ALL].count; i += row->peer->every) {
        if (i % 64 < row->peer->every) {
            tell(row->title, "matches the replies for the first time", i, sets[ALL].count);
        }
        compare_text(row, i, exported, &likeness);
    }
    free(exported);
    tell(NULL, NULL, 0, 0);
    return likeness;
}

/* Opens an engine, runs it once over all replies, and prints a line about it. Returns 0 if it finds far less than the
 * library: then it would not be given the same work. */
static int open_peer(struct row *row) {
    double memory = resident(), start = seconds();
    tell(row->title, "compiles the expressions", 0, 0);
    row->taken = row->peer->open(&expressions);
    double compiled = seconds();
    tell(NULL, NULL, 0, 0);
    if (row->taken == 0) {
        return 0;
    }
    struct likeness likeness = compare(row);
    char part[32] = "-";
    if (row->taken == expressions.count) {
        snprintf(part, sizeof part, "%zu of %zu", likeness.found, likeness.asked);
    }
    printf("%-18s %11zu %9.1f %9.1f %9.0f %8zu of %-5zu %14s\n", row->title, row->taken, compiled - start,
           seconds() - compiled, resident() - memory, likeness.hit, likeness.ours, part);
    if (row->taken == expressions.count && likeness.hit * 100 < likeness.ours * LIKE_PERCENT) {
        fprintf(stderr, "bench: %s finds less than %d %% of what the library finds: tests/bench_export.py is wrong\n",
                row->title, (int)LIKE_PERCENT);
        return 0;
    }
    return 1;
}

static int open_peers(void) {
    int fine = 1;
    printf("\n%zu regular expressions, %zu of phrases and %zu of URLs, %zu KiB together. They are no exact copy of the\n"
           "phrases but a cheap one: without conditions, ranks, block lists' zones and providers' names; fillers are any\n"
           "words of up to four letters or digits; addresses and hosts between words are not passed over\n"
           "(tests/bench_export.py)\n\n",
           expressions.count, expressions.phrases, expressions.count - expressions.phrases, expressions.bytes >> 10);
    printf("%-18s %11s %9s %9s %9s %17s %14s\n", "", "expressions", "compile s", "warm up s", "MiB", "replies with hits",
           "deciding rule");
    for (size_t r = ROW_PEERS; r < ROWS; r++) {
        if (rows[r].any) {
            rows[r].taken = rows[r - 1].taken;
        } else if (rows[r].peer->open != NULL) {
            fine &= open_peer(&rows[r]);
        } else {
            printf("%-18s was not there when this was built: apt-get install %s\n", rows[r].title, rows[r].peer->package);
        }
        if (rows[r].taken > 0 && rows[r].taken < expressions.count && !rows[r].any) {
            printf("%-18s would need minutes to compile all: these are picked evenly. BENCH_HYPERSCAN=all takes all\n", "");
        }
    }
    return fine;
}

/* Tables */

static void print_row(const struct row *row) {
    double mean = (double)sets[ALL].bytes / (double)sets[ALL].count;
    char title[64];
    snprintf(title, sizeof title, "%s", row->title);
    if (row->taken > 0 && row->taken < expressions.count) {
        snprintf(title, sizeof title, "%s, %zu of %zu", row->title, row->taken, expressions.count);
    }
    if (!is_there(row)) {
        printf("%-24s %10s\n", title, "-");
        return;
    }
    double ns = row->ns[ALL];
    printf("%-24s %10.1f %12.0f %9.1f %14.3f %10.1f %10.1f\n", title, ns, 1e9 / ns, mean * 1e3 / ns,
           ns / rows[ROW_DIAGNOSE].ns[ALL], row->ns[HIT], row->ns[MISS]);
}

static void print_rows(void) {
    printf("\nOne core, CPU time, medians of %d runs. hit: ns for a reply in which a rule hits; miss: in which none does\n\n",
           (int)RUNS);
    printf("%-24s %10s %12s %9s %14s %10s %10s\n", "", "ns/reply", "replies/s", "MB/s", "diagnose is 1", "hit", "miss");
    for (size_t r = 0; r < ROWS; r++) {
        if (r == ROW_BOUNDS) {
            puts("one pass over the bytes, the least there is:");
        } else if (r == ROW_PEERS) {
            puts("the same phrases as regular expressions:");
        }
        print_row(&rows[r]);
    }
}

static void print_lengths(void) {
    static const size_t lengths[] = {100, 1000, 4096, 16384, SMTP5XX_INPUT_MAX};
    puts("\ndiagnose by length. hit, miss: texts of such replies; words: only words of many phrases; sum: of the bytes\n");
    printf("%10s %12s %12s %12s %12s   %9s %9s %9s %9s\n", "bytes", "hit ns", "miss ns", "words ns", "sum ns", "hit ns/B",
           "miss ns/B", "words ns/B", "sum ns/B");
    for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++) {
        struct row list[2] = {rows[ROW_DIAGNOSE], {.title = "sum", .pass = bench_sum}};
        struct bench_corpus texts[SETS];
        double size = (double)lengths[l];
        bench_make_long(&sets[HIT], lengths[l], &texts[0]);
        bench_make_long(&sets[MISS], lengths[l], &texts[1]);
        bench_make_words(lengths[l], &texts[2]);
        for (int set = 0; set < SETS; set++) {
            measure(list, 2, &texts[set], set, "long replies");
            bench_free(&texts[set]);
        }
        const double ns[4] = {list[0].ns[0], list[0].ns[1], list[0].ns[2], list[1].ns[0]};
        printf("%10zu %12.0f %12.0f %12.0f %12.1f   %9.2f %9.2f %9.2f %9.3f\n", lengths[l], ns[0], ns[1], ns[2], ns[3],
               ns[0] / size, ns[1] / size, ns[2] / size, ns[3] / size);
    }
}

static int run_steps(const char *path) {
    bench_pass *const passes[] = {bench_parse, bench_classify, bench_advise, bench_diagnose, bench_batch};
    bench_read_corpus(path, &sets[ALL]);
    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++) {
        passes[i](&sets[ALL]);
    }
    printf("%zu\n", sets[ALL].count);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "--steps") == 0) {
        return run_steps(argv[2]);
    }
    if (argc != 3) {
        fputs("usage: bench CORPUS EXPRESSIONS, or bench --steps CORPUS\n", stderr);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    bench_read_corpus(argv[1], &sets[ALL]);
    bench_read_expressions(argv[2], &expressions);
    split_sets();
    if (!check_corpus() || !open_peers()) {
        return 1;
    }
    static const char *const titles[SETS] = {"all replies", "replies with hits", "replies without"};
    for (int set = 0; set < SETS; set++) {
        measure(rows, ROWS, &sets[set], set, titles[set]);
    }
    print_rows();
    print_lengths();
    return 0;
}
