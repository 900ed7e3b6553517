/* smtp5xx log: from a mail log to what is wrong. This file reads the options. SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#define _GNU_SOURCE
#include "log.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { THREADS_MAX = 16, THREADS_USUAL = 4 };

const char *const format_names[FORMAT_COUNT] = {"auto",     "postfix", "exim", "sendmail", "qmail", "opensmtpd",
                                                "exchange", "kumomta", "pmta", "ses",      "raw"};
const char *const result_names[RESULT_COUNT] = {"deferred", "bounced"};

static int read_format(const char *name, enum format *format) {
    for (int i = 0; i < FORMAT_COUNT; i++) {
        if (strcmp(name, format_names[i]) == 0) {
            *format = (enum format)i;
            return 1;
        }
    }
    complain("--format %s: use auto, postfix, exim, sendmail, qmail, opensmtpd, exchange, kumomta, pmta, ses or raw", name);
    return 0;
}

static int read_output(const char *name, struct log_options *options) {
    if (strcmp(name, "tsv") == 0 || strcmp(name, "jsonl") == 0) {
        options->output = name[0] == 't' ? OUTPUT_TSV : OUTPUT_JSONL;
        return 1;
    }
    options->output = OUTPUT_REPORT;
    if (strcmp(name, "report") != 0) {
        complain("--output %s: use report, tsv or jsonl", name);
    }
    return strcmp(name, "report") == 0;
}

static int read_when(const char *option, const char *text, struct limit *limit) {
    if (read_limit(text, time(NULL), limit)) {
        return 1;
    }
    complain("%s %s: write 2026-11-25, 2026-11-25T14:30, 2026-11-25T14:30:00, or how long ago: 90m, 12h, 7d", option, text);
    return 0;
}

static int read_count(const char *option, const char *text, int least, int most, int *number) {
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || value < least || value > most) {
        complain("%s %s: write a number from %d to %d", option, text, least, most);
        return 0;
    }
    *number = (int)value;
    return 1;
}

static int read_color(const char *when) {
    colour = strcmp(when, "always") == 0;
    if (!colour && strcmp(when, "never") != 0 && strcmp(when, "auto") != 0) {
        complain("--color %s: use auto, always or never", when);
        return 0;
    }
    if (strcmp(when, "auto") == 0) {
        colour = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
    }
    return 1;
}

enum { OPT_FORMAT = 256, OPT_OUTPUT, OPT_SUPPRESS, OPT_EXPLAIN, OPT_PROMETHEUS, OPT_UNKNOWN, OPT_REDACT, OPT_SINCE, OPT_UNTIL,
       OPT_THREADS, OPT_YEAR, OPT_RULES, OPT_COLOR };

/* Returns an exit code. */
static int read_option(int option, const char *value, struct log_options *options) {
    switch (option) {
    case 'f': options->follow = 1; return EXIT_FINE;
    case OPT_EXPLAIN: options->explain = 1; return EXIT_FINE;
    case OPT_REDACT: options->redact = 1; return EXIT_FINE;
    case OPT_SUPPRESS: options->suppress = value; return EXIT_FINE;
    case OPT_PROMETHEUS: options->prometheus = value; return EXIT_FINE;
    case OPT_UNKNOWN: options->unknown = value; return EXIT_FINE;
    case OPT_RULES: return read_own_rules(value, &options->own, &options->context);
    case OPT_FORMAT: return read_format(value, &options->format) ? EXIT_FINE : EXIT_USAGE;
    case OPT_OUTPUT: return read_output(value, options) ? EXIT_FINE : EXIT_USAGE;
    case OPT_COLOR: return read_color(value) ? EXIT_FINE : EXIT_USAGE;
    case OPT_SINCE: return read_when("--since", value, &options->since) ? EXIT_FINE : EXIT_USAGE;
    case OPT_UNTIL: return read_when("--until", value, &options->until) ? EXIT_FINE : EXIT_USAGE;
    case OPT_THREADS: return read_count("--threads", value, 1, THREADS_MAX, &options->threads) ? EXIT_FINE : EXIT_USAGE;
    case OPT_YEAR: return read_count("--year", value, 1970, 9999, &options->year) ? EXIT_FINE : EXIT_USAGE;
    default: return EXIT_USAGE;
    }
}

static int usual_threads(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > THREADS_USUAL ? THREADS_USUAL : (int)count;
}

static int read_options(int argc, char **argv, struct log_options *options) {
    static const struct option known[] = {
        {"format", required_argument, NULL, OPT_FORMAT}, {"output", required_argument, NULL, OPT_OUTPUT},
        {"follow", no_argument, NULL, 'f'},              {"suppress", required_argument, NULL, OPT_SUPPRESS},
        {"explain", no_argument, NULL, OPT_EXPLAIN},     {"prometheus", required_argument, NULL, OPT_PROMETHEUS},
        {"unknown", required_argument, NULL, OPT_UNKNOWN}, {"redact", no_argument, NULL, OPT_REDACT},
        {"since", required_argument, NULL, OPT_SINCE},   {"until", required_argument, NULL, OPT_UNTIL},
        {"threads", required_argument, NULL, OPT_THREADS}, {"year", required_argument, NULL, OPT_YEAR},
        {"rules", required_argument, NULL, OPT_RULES},   {"color", required_argument, NULL, OPT_COLOR},
        {NULL, 0, NULL, 0}};
    int option, code = EXIT_FINE;
    *options = (struct log_options){.threads = usual_threads(), .context = {.size = sizeof options->context}};
    read_color("auto");
    while (code == EXIT_FINE && (option = getopt_long(argc, argv, "f", known, NULL)) != -1) {
        code = read_option(option, optarg, options);
    }
    return code;
}

/* What only makes sense together. */
static int check_options(const struct log_options *options) {
    if (options->explain && options->suppress == NULL) {
        complain("--explain goes with --suppress FILE");
        return EXIT_USAGE;
    }
    if (options->follow && options->output == OUTPUT_REPORT) {
        complain("-f writes events as they come: add --output tsv or --output jsonl");
        return EXIT_USAGE;
    }
    return EXIT_FINE;
}

int log_main(int argc, char **argv) {
    static char *standard_input[] = {"-"};
    struct log_options options;
    int code = read_options(argc, argv, &options);
    code = code == EXIT_FINE ? check_options(&options) : code;
    if (code == EXIT_FINE) {
        options.files = optind < argc ? argv + optind : standard_input;
        options.file_count = optind < argc ? argc - optind : 1;
        code = log_run(&options);
    }
    free_own_rules(&options.own);
    return code;
}
