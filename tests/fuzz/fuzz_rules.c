/*
 * Fuzzing: the program's reader of rules. Any file is read or refused, with a message for each mistake.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app.h"

static unsigned complaints;

/* In the place of the program's own: messages are counted, and each is one line that names the file. */
void complain(const char *format, ...)
{
    char message[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    FUZZ_CHECK(strchr(message, '\n') == NULL && strncmp(message, "/proc/", 6) == 0, "%s", message);
    complaints++;
}

static void check_rules(const struct own_rules *own, const smtp5xx_context *context)
{
    static const char reply[] = "550 5.1.1 no such user here";
    smtp5xx_verdict verdict;
    int error = smtp5xx_diagnose(reply, sizeof(reply) - 1, context, NULL, NULL, 0, &verdict, sizeof(verdict), NULL, 0);

    FUZZ_CHECK(error == SMTP5XX_OK, "the library refuses what the program has read: %d", error);
    FUZZ_CHECK(verdict.basis != SMTP5XX_BASIS_CALLER || deciding_rule_name(own, &verdict)[0] != '\0', "%u", verdict.rule);
    for (uint32_t i = 0; i < own->count; i++) {
        FUZZ_CHECK(own->names[i].name != NULL && own->rules[i].id != 0, "rule %u", i);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int file = -1;
    static char path[64];
    struct fuzz_input input = {data, size};
    struct fuzz_text text = fuzz_text_of(&input);
    struct own_rules own = {0};
    smtp5xx_context context = {.size = sizeof(context)};
    int code;

    if (file < 0) {
        file = memfd_create("rules", 0);
        snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    }
    FUZZ_CHECK(ftruncate(file, 0) == 0 && pwrite(file, text.text, text.length, 0) == (ssize_t)text.length, "memfd");
    complaints = 0;
    code = read_own_rules(path, &own, &context);
    FUZZ_CHECK((code == EXIT_FINE && complaints == 0) || (code == EXIT_DATA && complaints > 0), "%d with %u complaints", code,
               complaints);
    /* Each word is told of once, and so is what a rule lacks. */
    FUZZ_CHECK(complaints <= text.length + 4, "%u complaints about %zu bytes", complaints, text.length);
    if (code == EXIT_FINE) {
        check_rules(&own, &context);
    }
    free_own_rules(&own);
    fuzz_free(&text);
    return 0;
}
