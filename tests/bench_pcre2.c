/* PCRE2 with its compiler to machine code: one expression after the other, as it knows no sets. */
#include "bench.h"

#ifdef BENCH_PCRE2
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pcre2_code **codes;
static size_t count;
static pcre2_match_data *match_data;

/* A border that is an assertion lets it look for the first letters. Returns NULL after telling why. */
static pcre2_code *compile(const char *text, int border, uint32_t rule) {
    const char *before = border ? "(?<![a-z0-9\\x80-\\xff])" : "";
    size_t size = strlen(before) + strlen(text) + 1, offset;
    char *whole = bench_memory(size, 1), message[128];
    int error;
    snprintf(whole, size, "%s%s", before, text);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)whole, PCRE2_ZERO_TERMINATED, PCRE2_CASELESS | PCRE2_NO_AUTO_CAPTURE, &error,
                                     &offset, NULL);
    free(whole);
    if (code != NULL) {
        error = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    }
    if (code == NULL || error != 0) {
        pcre2_get_error_message(error, (PCRE2_UCHAR *)message, sizeof message);
        fprintf(stderr, "bench: PCRE2: expression of rule %u: %s\n", (unsigned)rule, message);
        pcre2_code_free(code);
        return NULL;
    }
    return code;
}

static size_t open_codes(const struct bench_expressions *expressions) {
    codes = bench_memory(expressions->count, sizeof(pcre2_code *));
    for (count = 0; count < expressions->count; count++) {
        codes[count] = compile(expressions->texts[count], expressions->borders[count], expressions->rules[count]);
        if (codes[count] == NULL) {
            return 0;
        }
    }
    match_data = pcre2_match_data_create(1, NULL);
    return match_data == NULL ? 0 : count;
}

static size_t match(const char *text, size_t length, unsigned *found, size_t limit) {
    size_t matches = 0;
    for (size_t i = 0; i < count; i++) {
        if (pcre2_jit_match(codes[i], (PCRE2_SPTR)text, length, 0, 0, match_data, NULL) >= 0) {
            if (matches < limit) {
                found[matches] = (unsigned)i;
            }
            matches++;
        }
    }
    return matches;
}

const struct bench_peer bench_pcre2 = {"PCRE2-JIT", "libpcre2-dev", open_codes, match, NULL, 33};
#else
const struct bench_peer bench_pcre2 = {"PCRE2-JIT", "libpcre2-dev", NULL, NULL, NULL, 33};
#endif
