/*
 * Fuzzing: the program. Whatever it reads, it writes valid UTF-8 without controls, and one line of JSON or TSV for a record.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <getopt.h>
#include <jansson.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app.h"

enum { OUT_MAX = 1 << 22, COLUMNS_OF_TSV = 25 };

static int input_file = -1, output_file = -1;
static char input_path[64];

/* In the place of complain() (ld --wrap): messages are made, and not shown. */
void __wrap_complain(const char *format, ...);
void __wrap_complain(const char *format, ...)
{
    char message[4096];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
}

/* Standard output goes to memory. */
static void open_files(void)
{
    input_file = memfd_create("input", 0);
    output_file = memfd_create("output", 0);
    snprintf(input_path, sizeof(input_path), "/proc/self/fd/%d", input_file);
    FUZZ_CHECK(input_file >= 0 && output_file >= 0, "memfd");
    FUZZ_CHECK(freopen("/dev/null", "w", stdout) != NULL && dup2(output_file, STDOUT_FILENO) >= 0, "stdout");
}

static size_t records_of(const struct fuzz_text *text, char end)
{
    size_t count = 0;

    for (size_t i = 0; i < text->length; i++) {
        count += text->text[i] == end || i + 1 == text->length;
    }
    return count;
}

static void check_line(const char *line, size_t length, int json)
{
    if (json) {
        json_error_t error;
        json_t *value = json_loadb(line, length, JSON_ALLOW_NUL, &error);

        FUZZ_CHECK(json_is_object(value), "%s: %.*s", error.text, (int)length, line);
        FUZZ_CHECK(json_object_get(value, "error") != NULL || json_is_object(json_object_get(value, "advice")), "%.*s",
                   (int)length, line);
        json_decref(value);
    } else {
        size_t columns = 1;

        for (size_t i = 0; i < length; i++) {
            columns += line[i] == '\t';
        }
        FUZZ_CHECK(columns == COLUMNS_OF_TSV, "%zu columns: %.*s", columns, (int)length, line);
    }
}

/* Every character is valid UTF-8 and can mislead neither a terminal nor a reader; utf8_length() and is_unsafe() are the
 * program's own and have tests of their own. */
static void check_characters(const char *out, size_t length, int tabs)
{
    for (size_t at = 0; at < length;) {
        size_t size = utf8_length(out + at, length - at);

        FUZZ_CHECK(size > 0, "no UTF-8 at %zu: %02x", at, (unsigned char)out[at]);
        FUZZ_CHECK(out[at] == '\n' || (tabs && out[at] == '\t') || !is_unsafe(out + at, size), "unsafe at %zu: %02x", at,
                   (unsigned char)out[at]);
        at += size;
    }
}

static void check_output(size_t records, int explain, int json)
{
    off_t size = lseek(output_file, 0, SEEK_END);
    char *out = malloc((size_t)size + 1);
    size_t lines = 0;

    FUZZ_CHECK(out != NULL && pread(output_file, out, (size_t)size, 0) == size, "output");
    check_characters(out, (size_t)size, !explain && !json);
    for (char *line = out; !explain && line < out + size; lines++) {
        char *end = memchr(line, '\n', (size_t)(out + size - line));

        FUZZ_CHECK(end != NULL, "the last line does not end");
        check_line(line, (size_t)(end - line), json);
        line = end + 1;
    }
    FUZZ_CHECK(explain || lines == records, "%zu lines for %zu records", lines, records);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    uint32_t option = fuzz_option(&input, 256);
    struct fuzz_text text = fuzz_text_of(&input);
    int explain = option % 5 == 0, json = option & 2 ? 1 : 0, records_of_json = option & 4 ? 1 : 0, zero = option & 8 ? 1 : 0;
    char *classify[] = {"classify", "--input", records_of_json ? "jsonl" : "lines", "--output", json ? "jsonl" : "tsv",
                        zero ? "-0" : "--", zero ? "--" : input_path, zero ? input_path : NULL, NULL};
    char *card[] = {"explain", "--why", "--color", "never", "--file", input_path, NULL};
    int code;

    if (input_file < 0) {
        open_files();
    }
    FUZZ_CHECK(ftruncate(input_file, 0) == 0 && pwrite(input_file, text.text, text.length, 0) == (ssize_t)text.length, "memfd");
    FUZZ_CHECK(ftruncate(output_file, 0) == 0 && lseek(output_file, 0, SEEK_SET) == 0, "memfd");
    optind = 0;
    code = explain ? explain_main(6, card) : classify_main(zero ? 8 : 7, classify);
    FUZZ_CHECK(code == EXIT_FINE || (code == EXIT_DATA && records_of_json && !explain), "exit code %d", code);
    check_output(records_of(&text, zero ? '\0' : '\n'), explain, json);
    fuzz_free(&text);
    return 0;
}
