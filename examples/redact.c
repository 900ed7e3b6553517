/* smtp5xx redact: replies without addresses, IPs, hosts, URLs and ids, a line each, to report or to keep. SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#define _GNU_SOURCE
#include "app.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

/* A placeholder is longer than the shortest id, but never four times as long as what it stands for. */
enum { GROWTH = 4 };

static char redacted[GROWTH * SMTP5XX_INPUT_MAX + 1];

static int redact_file(FILE *in, const char *name, int end) {
    char *record = NULL;
    size_t room = 0, line = 0;
    ssize_t length;
    int code = EXIT_FINE;
    while ((length = getdelim(&record, &room, end, in)) > 0 && !ferror(stdout)) {
        size_t size = (size_t)length - (record[length - 1] == end);
        line++;
        size -= end == '\n' && size > 0 && record[size - 1] == '\r';
        if (size > SMTP5XX_INPUT_MAX) {
            complain("%s:%zu: longer than %d bytes: the rest is left out", name, line, SMTP5XX_INPUT_MAX);
            code = EXIT_DATA;
        }
        int needed = smtp5xx_redact(record, size, redacted, sizeof redacted);
        fwrite(redacted, 1, needed > 0 ? (size_t)needed : 0, stdout);
        putchar(end);
    }
    if (ferror(in)) {
        complain("%s: %s", name, strerror(errno));
        code = EXIT_IO;
    }
    free(record);
    return code;
}

static int redact_named(const char *name, int end) {
    if (strcmp(name, "-") == 0) {
        return redact_file(stdin, "standard input", end);
    }
    FILE *in = fopen(name, "rb");
    if (in == NULL) {
        complain("%s: %s", name, strerror(errno));
        return EXIT_IO;
    }
    int code = redact_file(in, name, end);
    fclose(in);
    return code;
}

int redact_main(int argc, char **argv) {
    static const struct option known[] = {{NULL, 0, NULL, 0}};
    int option, end = '\n', code = EXIT_FINE;
    while ((option = getopt_long(argc, argv, "0", known, NULL)) != -1) {
        if (option != '0') {
            return EXIT_USAGE;
        }
        end = '\0';
    }
    if (optind == argc) {
        code = redact_named("-", end);
    }
    for (int i = optind; i < argc && code != EXIT_IO; i++) {
        int one = redact_named(argv[i], end);
        code = one == EXIT_FINE ? code : one;
    }
    return finish_output(code);
}
