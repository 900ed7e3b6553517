/* C, which the other languages' clients are compared with: client REPLIES [--bench]
 *     cc client.c -o client $(pkg-config --cflags --libs smtp5xx)
 * Prints a line of tab-separated cells for each reply. SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 199309L
#include <smtp5xx.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST = 1000, BYTES = 1 << 20, ROUNDS = 5, RUNS = 100 };
static char data[BYTES];
static int32_t offsets[MOST + 1];
static smtp5xx_verdict verdicts[MOST], verdict;
static smtp5xx_advice advices[MOST], advice;
static size_t count;

static void single(size_t i) {
    smtp5xx_diagnose(data + offsets[i], (size_t)(offsets[i + 1] - offsets[i]), NULL, NULL, NULL, 0, &verdict, sizeof verdict,
                     &advice, sizeof advice);
}

static void batch(void) {
    smtp5xx_diagnose_batch(data, (size_t)offsets[count], offsets, count, NULL, NULL, verdicts, sizeof verdict, advices,
                           sizeof advice);
}

/* A line is a reply, in which \n stands for a line break. */
static void load(const char *path) {
    static char file[BYTES];
    FILE *in = fopen(path, "rb");
    size_t size = in == NULL ? 0 : fread(file, 1, sizeof file, in);
    int32_t at = 0;
    if (in == NULL || size == sizeof file) fprintf(stderr, "%s: cannot be read, or is too long\n", path), exit(2);
    for (size_t i = 0; i < size && count < MOST; i++) {
        int escaped = i + 1 < size && file[i] == '\\' && file[i + 1] == 'n';
        if (file[i] == '\n') offsets[++count] = at;
        else data[at++] = escaped ? '\n' : file[i];
        i += (size_t)escaped;
    }
    if (count == MOST) fprintf(stderr, "%s: more than %d replies\n", path, MOST - 1), exit(2);
    fclose(in);
}

/* The best of many short runs, so that what else the machine does counts little. */
static double nanoseconds(int whole) {
    double best = 1e99;
    for (int run = 0; run < RUNS; run++) {
        struct timespec from, to;
        clock_gettime(CLOCK_MONOTONIC, &from);
        for (int round = 0; round < ROUNDS; round++) {
            for (size_t i = 0; i < count && !whole; i++) single(i);
            if (whole) batch();
        }
        clock_gettime(CLOCK_MONOTONIC, &to);
        double spent = (double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec);
        best = spent < best ? spent : best;
    }
    return best / ROUNDS / (double)count;
}

int main(int arguments, char **argument) {
    if (arguments < 2) return fputs("usage: client REPLIES [--bench]\n", stderr), 2;
    load(argument[1]);
    if (arguments > 2) return printf("%.0f\t%.0f\n", nanoseconds(0), nanoseconds(1)), 0;
    batch();
    for (size_t i = 0; i < count; i++) {
        const smtp5xx_verdict *v = &verdicts[i];
        single(i);
        if (memcmp(v, &verdict, sizeof verdict) != 0 || memcmp(&advices[i], &advice, sizeof advice) != 0) return 1;
        printf("%s\t%s\t%u\t%u\t%u.%u.%u\t%s\t%s\t%s\t%s\t%u\t%u\t%u\t%u\n", smtp5xx_reason_name(v->reason),
               smtp5xx_action_name(advices[i].action), v->confidence, v->code, v->enhanced_class, v->enhanced_subject,
               v->enhanced_detail, smtp5xx_basis_name(v->basis), smtp5xx_rule_name(v->rule), smtp5xx_provider_name(v->provider),
               smtp5xx_blocklist_name(v->blocklist), v->retry_after, v->size_limit, v->words.offset, v->words.length);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
