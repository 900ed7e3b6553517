/* smtp5xx explain: a card for people. SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#define _GNU_SOURCE
#include "app.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    smtp5xx_context context;
    struct own_rules own;
    const char *file;
    int why;
};

/* Prints the part of a line that fits a row, and returns how many bytes of it: broken at a blank where there is one. */
static size_t row_length(const char *text, size_t length) {
    size_t at = 0, blank = 0;
    int width = 2 * MARGIN;
    char shown[20];
    while (at < length) {
        size_t size = show(text + at, length - at, shown);
        width += shown_width(shown, strlen(shown));
        if (width > COLUMNS) {
            return blank > 0 ? blank : at;
        }
        at += size;
        blank = text[at - 1] == ' ' ? at : blank;
    }
    return length;
}

static void print_row(const char *text, size_t from, size_t to, const smtp5xx_span *mark) {
    char shown[20], carets[COLUMNS * 4 + 1];
    int used = 0, any = 0;
    while (to > from && text[to - 1] == ' ') {
        to--;
    }
    printf("%*s", 2 * MARGIN, "");
    for (size_t at = from; at < to;) {
        int marked = at >= mark->offset && at < (size_t)mark->offset + mark->length;
        at += show(text + at, to - at, shown);
        printf("%s%s%s", marked ? MARK : "", shown, marked ? PLAIN : "");
        for (int i = shown_width(shown, strlen(shown)); i > 0 && used < (int)sizeof carets - 1; i--) {
            carets[used++] = marked ? '^' : ' ';
        }
        any = marked ? used : any;
    }
    putchar('\n');
    if (any > 0 && !colour) {
        printf("%*s%.*s\n", 2 * MARGIN, "", any, carets);
    }
}

/* The reply as it came, line by line, with the words that decided marked. */
static void print_reply(const char *text, const smtp5xx_reply *reply, const smtp5xx_span *mark) {
    size_t at = reply->said.offset, end = at + reply->said.length;
    while (at < end) {
        size_t line = at;
        while (line < end && text[line] != '\r' && text[line] != '\n') {
            line++;
        }
        while (at < line) {
            size_t length = row_length(text + at, line - at);
            print_row(text, at, at + length, mark);
            at += length;
        }
        at = line + (line + 1 < end && text[line] == '\r' && text[line + 1] == '\n' ? 2 : 1);
    }
    putchar('\n');
}

static void print_heading(const smtp5xx_verdict *v) {
    char left[48] = "no code", line[COLUMNS + 1];
    const char *right = v->claimed == SMTP5XX_PERMANENCE_SUCCESS ? "accepted" : smtp5xx_reason_name(v->reason);
    if (v->code != 0 && v->enhanced_class != 0) {
        snprintf(left, sizeof left, "%u %u.%u.%u", v->code, v->enhanced_class, v->enhanced_subject, v->enhanced_detail);
    } else if (v->code != 0) {
        snprintf(left, sizeof left, "%u", v->code);
    } else if (v->enhanced_class != 0) {
        snprintf(left, sizeof left, "%u.%u.%u", v->enhanced_class, v->enhanced_subject, v->enhanced_detail);
    }
    memset(line, '-', sizeof line);
    int fill = COLUMNS - 8 - (int)strlen(left) - (int)strlen(right);
    printf("%s--%s %s%s%s %s%.*s%s %s%s%s %s--%s\n\n", DIM, PLAIN, BOLD, left, PLAIN, DIM, fill > 0 ? fill : 2, line, PLAIN,
           BOLD, right, PLAIN, DIM, PLAIN);
}

/* What decided, in its own words: a row of the codes, words of the reply, or the operator's rule. */
static void print_claim(const char *text, const smtp5xx_verdict *v) {
    char words[256], line[512];
    const char *code = smtp5xx_table_text(SMTP5XX_TABLE_CODES, v->rule, SMTP5XX_FIELD_MEANING);
    const char *reason = smtp5xx_table_text(SMTP5XX_TABLE_RULES, v->rule, SMTP5XX_FIELD_REASON);
    show_span(text, &v->words, words, sizeof words);
    if (v->basis == SMTP5XX_BASIS_CALLER) {
        snprintf(line, sizeof line, v->words.length > 0 ? "\"%s\": %s" : "%sunder these conditions: %s", words,
                 smtp5xx_reason_name(v->reason));
        print_entry("Your rule says", line);
    } else if (reason[0] != '\0') {
        snprintf(line, sizeof line, "\"%s\": %s", words, reason);
        print_entry("The words say", line);
    } else if (code[0] != '\0') {
        print_entry("The code says", code);
    }
}

static const char *stage_note(const smtp5xx_verdict *v) {
    int by_words = v->basis >= SMTP5XX_BASIS_PHRASE;
    return !(v->flags & SMTP5XX_VERDICT_STAGE_DECIDED) ? ""
           : by_words ? " At this stage no recipient was named yet: the words mean another thing."
                      : " The stage chose among its meanings.";
}

static const char *codes_note(const smtp5xx_verdict *v) {
    return v->flags & SMTP5XX_VERDICT_CODES_AGREE       ? " The codes agree."
           : v->flags & SMTP5XX_VERDICT_CODES_OVERRULED ? " The codes mean something else."
                                                        : "";
}

static void print_certainty(const smtp5xx_verdict *v, const struct own_rules *own) {
    char text[1024];
    snprintf(text, sizeof text, "%u of 100. %s%s%s%s%s%s%s", v->confidence,
             smtp5xx_table_text(SMTP5XX_TABLE_BASES, v->basis, SMTP5XX_FIELD_MEANING), stage_note(v), codes_note(v),
             v->flags & SMTP5XX_VERDICT_AMBIGUOUS ? " Other words in the reply mean something else." : "",
             v->flags & SMTP5XX_VERDICT_PROVIDER_OVERRULES ? " The registry means something else by it." : "",
             v->rule != 0 ? " Rule: " : "", deciding_rule_name(own, v));
    print_entry("How sure", text);
}

static void print_meaning(const char *reply, const smtp5xx_verdict *v, const struct own_rules *own) {
    char text[2048];
    print_claim(reply, v);
    snprintf(text, sizeof text, "%s %s", smtp5xx_table_text(SMTP5XX_TABLE_REASONS, v->reason, SMTP5XX_FIELD_MEANING),
             smtp5xx_table_text(SMTP5XX_TABLE_REASONS, v->reason, SMTP5XX_FIELD_DETAIL));
    print_entry("What it means", text);
    print_certainty(v, own);
    if (v->provider != 0) {
        snprintf(text, sizeof text, "%s, known from %s",
                 smtp5xx_table_text(SMTP5XX_TABLE_PROVIDERS, v->provider, SMTP5XX_FIELD_MEANING),
                 v->flags & SMTP5XX_VERDICT_PROVIDER_FROM_CONTEXT ? "the host" : "the reply");
        print_entry("Who says it", text);
        print_entry("Its page", smtp5xx_table_text(SMTP5XX_TABLE_PROVIDERS, v->provider, SMTP5XX_FIELD_URL));
    }
    if (v->flags & SMTP5XX_VERDICT_CLAIM_OVERRULED) {
        snprintf(text, sizeof text, "%s%s, though the code claims %s", smtp5xx_permanence_name(v->judged),
                 v->basis == SMTP5XX_BASIS_CALLER ? "" : " by nature", smtp5xx_permanence_name(v->claimed));
        print_entry("Permanence", text);
    }
}

static void print_doubts(const smtp5xx_reply *reply) {
    if (reply->flags & SMTP5XX_REPLY_CLASS_MISMATCH) {
        print_entry("Note", "Reply code and enhanced status code contradict each other; both are kept.");
    }
    if (reply->flags & SMTP5XX_REPLY_CODES_DIFFER) {
        print_entry("Note", "The lines of this reply carry different reply codes; the first one counts.");
    }
    if (reply->flags & SMTP5XX_REPLY_BAD_CODE) {
        print_entry("Note", "A number stands in the place of a code but is none; it was not used.");
    }
    if (reply->flags & SMTP5XX_REPLY_CUT) {
        print_entry("Note", "The reply is longer than 64 KiB; the rest was not looked at.");
    }
}

/* A number of seconds as people say it: "1 hour 30 minutes". */
static const char *duration(uint32_t seconds, char *text, size_t room) {
    static const struct {
        uint32_t seconds;
        const char *name;
    } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    size_t used = 0;
    for (size_t i = 0; i < sizeof units / sizeof units[0] && used < room; i++) {
        uint32_t count = seconds / units[i].seconds;
        if (count > 0 || (seconds == 0 && used == 0 && units[i].seconds == 1)) {
            used += (size_t)snprintf(text + used, room - used, "%s%u %s%s", used > 0 ? " " : "", count, units[i].name,
                                     count == 1 ? "" : "s");
        }
        seconds %= units[i].seconds;
    }
    return text;
}

/* A number of bytes as people say it: servers count in powers of two or of ten. */
static const char *amount(uint32_t bytes, char *text, size_t room) {
    static const char letters[] = "GMK";
    for (unsigned i = 0; i < 3; i++) {
        uint32_t binary = 1U << (30 - 10 * i);
        if (bytes % binary == 0) {
            snprintf(text, room, "%u %ciB (%u bytes)", bytes / binary, letters[i], bytes);
            return text;
        }
    }
    double decimal = bytes >= 1000000000 ? 1e9 : bytes >= 1000000 ? 1e6 : 1e3;
    snprintf(text, room, "%.4g %cB (%u bytes)", bytes / decimal, decimal >= 1e9 ? 'G' : decimal >= 1e6 ? 'M' : 'k', bytes);
    return text;
}

static void print_blocklist(uint32_t id) {
    char text[1024];
    const char *page = smtp5xx_table_text(SMTP5XX_TABLE_BLOCKLISTS, id, SMTP5XX_FIELD_URL);
    if (id == 0) {
        return;
    }
    snprintf(text, sizeof text, "%s, run by %s. %s", smtp5xx_blocklist_name(id),
             smtp5xx_table_text(SMTP5XX_TABLE_BLOCKLISTS, id, SMTP5XX_FIELD_OPERATOR),
             smtp5xx_table_text(SMTP5XX_TABLE_BLOCKLISTS, id, SMTP5XX_FIELD_MEANING));
    print_entry("Block list", text);
    print_entry("Delisting", page[0] != '\0' ? page : "Its operator has no page for that.");
}

static void print_span(const char *label, const char *text, const smtp5xx_span *span) {
    char shown[2048];
    if (span->length > 0) {
        print_entry(label, show_span(text, span, shown, sizeof shown));
    }
}

/* What else the reply tells. */
static void print_details(const char *reply, const smtp5xx_verdict *v) {
    char text[128], number[96];
    print_blocklist(v->blocklist);
    print_span("IP address", reply, &v->ip);
    print_span("Server's link", reply, &v->url);
    print_span("Reference", reply, &v->reference);
    print_span("New address", reply, &v->new_address);
    if (v->size_limit != 0) {
        print_entry("Size limit", amount(v->size_limit, number, sizeof number));
    }
    if (v->retry_after != 0) {
        snprintf(text, sizeof text, "To wait %s before the next try.", duration(v->retry_after, number, sizeof number));
        print_entry("Server asks", text);
    }
}

static void print_orders(const smtp5xx_advice *a) {
    char text[512], after[96], until[96];
    snprintf(text, sizeof text, "%s: %s", smtp5xx_action_name(a->action),
             smtp5xx_table_text(SMTP5XX_TABLE_ACTIONS, a->action, SMTP5XX_FIELD_MEANING));
    print_entry("Action", text);
    print_entry("Because", smtp5xx_table_text(SMTP5XX_TABLE_WHYS, a->why, SMTP5XX_FIELD_MEANING));
    if (a->retry == SMTP5XX_RETRY_LATER) {
        snprintf(text, sizeof text, "Send it again after %s, then less and less often; give up after %s.",
                 duration(a->retry_after, after, sizeof after), duration(a->retry_until, until, sizeof until));
        print_entry("This message", text);
    } else {
        print_entry("This message", smtp5xx_table_text(SMTP5XX_TABLE_RETRIES, a->retry, SMTP5XX_FIELD_MEANING));
    }
    snprintf(text, sizeof text, "%s", smtp5xx_table_text(SMTP5XX_TABLE_DISPOSITIONS, a->disposition, SMTP5XX_FIELD_MEANING));
    if (a->soft_count != 0) {
        snprintf(text, sizeof text, "Keep it, and count: suppress it after %u failures over at least %u days.",
                 a->soft_count, a->soft_days);
    }
    print_entry("The address", text);
    if (a->hold != 0) {
        int source = a->scope == SMTP5XX_SCOPE_IP || a->scope == SMTP5XX_SCOPE_SENDER;
        snprintf(text, sizeof text, "Hold %s%s for %s.", smtp5xx_table_text(SMTP5XX_TABLE_SCOPES, a->scope, SMTP5XX_FIELD_MEANING),
                 source ? " to this receiver" : "", duration(a->hold, after, sizeof after));
        print_entry("Other mail", text);
    }
    print_entry("Who must act", smtp5xx_table_text(SMTP5XX_TABLE_PARTIES, a->party, SMTP5XX_FIELD_MEANING));
    snprintf(text, sizeof text, "%s (%s)", smtp5xx_table_text(SMTP5XX_TABLE_SCOPES, a->scope, SMTP5XX_FIELD_MEANING),
             smtp5xx_severity_name(a->severity));
    print_entry("It concerns", text);
}

static void print_steps(const smtp5xx_advice *a) {
    printf("\n%*s%sWhat to do%s\n", MARGIN, "", BOLD, PLAIN);
    for (unsigned i = 0; i < a->step_count; i++) {
        printf("%*s%u. %s", 2 * MARGIN, "", i + 1, BOLD);
        print_wrapped(smtp5xx_table_text(SMTP5XX_TABLE_STEPS, a->steps[i], SMTP5XX_FIELD_MEANING), 7, 7);
        printf("%s%7s", PLAIN, "");
        print_wrapped(smtp5xx_table_text(SMTP5XX_TABLE_STEPS, a->steps[i], SMTP5XX_FIELD_DETAIL), 7, 7);
    }
    printf("\n%*s%sHow that was decided%s\n%*s", MARGIN, "", BOLD, PLAIN, 2 * MARGIN, "");
    char path[512] = "";
    for (unsigned i = 0; i < a->path_length; i++) {
        size_t used = strlen(path);
        snprintf(path + used, sizeof path - used, "%s%s", i > 0 ? " > " : "", smtp5xx_node_name(a->path[i]));
    }
    print_wrapped(path, 2 * MARGIN, 2 * MARGIN);
    if (a->reference_count > 0) {
        printf("\n%*s%sRead more%s\n", MARGIN, "", BOLD, PLAIN);
    }
    for (unsigned i = 0; i < a->reference_count; i++) {
        printf("%*s", 2 * MARGIN, "");
        print_wrapped(smtp5xx_table_text(SMTP5XX_TABLE_REFERENCES, a->references[i], SMTP5XX_FIELD_MEANING), 2 * MARGIN,
                      2 * MARGIN);
        printf("%*s%s\n", 2 * MARGIN + 2, "",
               smtp5xx_table_text(SMTP5XX_TABLE_REFERENCES, a->references[i], SMTP5XX_FIELD_URL));
    }
}

static void print_card(const char *text, size_t length, const struct options *options) {
    smtp5xx_reply reply;
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;
    smtp5xx_diagnose(text, length, &options->context, NULL, &reply, sizeof reply, &verdict, sizeof verdict, &advice,
                     sizeof advice);
    print_heading(&verdict);
    print_reply(text, &reply, &verdict.words);
    if (verdict.claimed == SMTP5XX_PERMANENCE_SUCCESS) {
        print_entry("What it means", "Nothing was refused: there is nothing to do.");
    } else {
        if (reply.flags & SMTP5XX_REPLY_NOT_SMTP) {
            print_entry("Note", "This has neither a reply code nor an enhanced status code.");
        }
        print_meaning(text, &verdict, &options->own);
        print_doubts(&reply);
        print_details(text, &verdict);
        print_orders(&advice);
        print_steps(&advice);
    }
    if (options->why) {
        print_why(text, length, &options->context, &options->own, &reply, &verdict);
    }
}

static void print_next(const char *text, size_t length, const struct options *options, unsigned *count) {
    fputs((*count)++ > 0 ? "\n\n" : "", stdout);
    print_card(text, length, options);
}

/* Replies of a file: an empty line ends one, a line that begins with # is a comment where comments are allowed. */
static int explain_file(FILE *in, const char *name, int comments, const struct options *options, unsigned *count) {
    char *line = NULL, *reply = NULL;
    size_t room = 0, used = 0;
    ssize_t length;
    while ((length = getline(&line, &room, in)) > 0) {
        if (comments && line[0] == '#') {
            continue;
        }
        if (strspn(line, " \t\r\n") >= (size_t)length) {
            if (used > 0) {
                print_next(reply, used, options, count);
            }
            used = 0;
            continue;
        }
        char *larger = realloc(reply, used + (size_t)length);
        if (larger == NULL) {
            complain("%s: out of memory", name);
            free(line);
            free(reply);
            return EXIT_IO;
        }
        reply = larger;
        memcpy(reply + used, line, (size_t)length);
        used += (size_t)length;
    }
    int failed = ferror(in);
    if (failed) {
        complain("%s: %s", name, strerror(errno));
    } else if (used > 0 || *count == 0) {
        print_next(used > 0 ? reply : "", used, options, count);
    }
    free(line);
    free(reply);
    return failed ? EXIT_IO : EXIT_FINE;
}

static int explain_named(const char *name, const struct options *options, unsigned *count) {
    FILE *in = fopen(name, "rb");
    if (in == NULL) {
        complain("%s: %s", name, strerror(errno));
        return EXIT_IO;
    }
    int code = explain_file(in, name, 1, options, count);
    fclose(in);
    return code;
}

static int choose_colour(const char *wish) {
    const char *no = getenv("NO_COLOR");
    colour = strcmp(wish, "always") == 0 || (strcmp(wish, "auto") == 0 && isatty(STDOUT_FILENO) && (no == NULL || *no == '\0'));
    if (!colour && strcmp(wish, "auto") != 0 && strcmp(wish, "never") != 0) {
        complain("--color %s: use auto, always or never", wish);
        return 0;
    }
    return 1;
}

static int read_options(int argc, char **argv, struct options *options) {
    static const struct option known[] = {{"stage", required_argument, NULL, 's'}, {"host", required_argument, NULL, 'h'},
                                          {"rules", required_argument, NULL, 'r'}, {"why", no_argument, NULL, 'w'},
                                          {"color", required_argument, NULL, 'c'}, {"file", required_argument, NULL, 'f'},
                                          {NULL, 0, NULL, 0}};
    const char *wish = "auto";
    int option, code = EXIT_FINE;
    *options = (struct options){.context = {.size = sizeof options->context}};
    while (code == EXIT_FINE && (option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 's': code = read_stage(optarg, &options->context.stage) ? EXIT_FINE : EXIT_USAGE; break;
        case 'h': options->context.provider = (uint16_t)smtp5xx_provider_find(optarg, strlen(optarg), NULL, 0); break;
        case 'r': code = read_own_rules(optarg, &options->own, &options->context); break;
        case 'w': options->why = 1; break;
        case 'c': wish = optarg; break;
        case 'f': options->file = optarg; break;
        default: code = EXIT_USAGE;
        }
    }
    return code == EXIT_FINE && !choose_colour(wish) ? EXIT_USAGE : code;
}

int explain_main(int argc, char **argv) {
    struct options options;
    unsigned count = 0;
    int code = read_options(argc, argv, &options);
    if (code != EXIT_FINE) {
        free_own_rules(&options.own);
        return code;
    }
    if (options.file != NULL) {
        code = explain_named(options.file, &options, &count);
    } else if (optind == argc) {
        code = explain_file(stdin, "standard input", 0, &options, &count);
    }
    for (int i = optind; i < argc && code == EXIT_FINE; i++) {
        print_next(argv[i], strlen(argv[i]), &options, &count);
    }
    free_own_rules(&options.own);
    return finish_output(code);
}
