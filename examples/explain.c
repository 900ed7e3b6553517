/* smtp5xx explain: a card for people. SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#define _GNU_SOURCE
#include "app.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COLUMNS = 80, MARGIN = 2, LABEL = 18 };

static int colour;

static const char *style(const char *sequence) {
    return colour ? sequence : "";
}
#define BOLD style("\033[1m")
#define DIM style("\033[2m")
#define MARK style("\033[1;33m")
#define PLAIN style("\033[0m")

/* Prints words, broken at blanks, from the column where the cursor is; further lines begin at `indent`. */
static void print_wrapped(const char *text, int column, int indent) {
    int first = 1;
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        int width = 0;
        for (size_t i = 0; i < length; i++) {
            width += ((unsigned char)text[i] & 0xC0) != 0x80;
        }
        if (!first && column + 1 + width > COLUMNS) {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (!first) {
            putchar(' ');
            column++;
        }
        fwrite(text, 1, length, stdout);
        column += width;
        first = 0;
        text += length + strspn(text + length, " ");
    }
    putchar('\n');
}

static void print_entry(const char *label, const char *text) {
    printf("%*s%s%-*s%s", MARGIN, "", BOLD, LABEL - MARGIN, label, PLAIN);
    print_wrapped(text, LABEL, LABEL);
}

/* A character of the reply as it may be shown, in at most 16 bytes; returns how many bytes of the reply it stands for. */
static size_t show(const char *text, size_t left, char *shown) {
    size_t length = utf8_length(text, left);
    if (length == 0 || is_unsafe(text, length)) {
        length = length == 0 ? 1 : length;
        for (size_t i = 0; i < length; i++) {
            snprintf(shown + 4 * i, 5, "\\x%02x", (unsigned char)text[i]);
        }
        return length;
    }
    memcpy(shown, text, length);
    shown[length] = '\0';
    return length;
}

static int shown_width(const char *shown) {
    int width = 0;
    for (; *shown != '\0'; shown++) {
        width += ((unsigned char)*shown & 0xC0) != 0x80;
    }
    return width;
}

/* Prints the part of a line that fits a row, and returns how many bytes of it: broken at a blank where there is one. */
static size_t row_length(const char *text, size_t length) {
    size_t at = 0, blank = 0;
    int width = 2 * MARGIN;
    char shown[20];
    while (at < length) {
        size_t size = show(text + at, length - at, shown);
        width += shown_width(shown);
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
        for (int i = shown_width(shown); i > 0 && used < (int)sizeof carets - 1; i--) {
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

static void print_meaning(const smtp5xx_verdict *v) {
    char text[2048];
    if (v->rule != 0) {
        print_entry("The code says", smtp5xx_table_text(SMTP5XX_TABLE_CODES, v->rule, SMTP5XX_FIELD_MEANING));
    }
    snprintf(text, sizeof text, "%s %s", smtp5xx_table_text(SMTP5XX_TABLE_REASONS, v->reason, SMTP5XX_FIELD_MEANING),
             smtp5xx_table_text(SMTP5XX_TABLE_REASONS, v->reason, SMTP5XX_FIELD_DETAIL));
    print_entry("What it means", text);
    snprintf(text, sizeof text, "%u of 100. %s%s%s%s%s", v->confidence,
             smtp5xx_table_text(SMTP5XX_TABLE_BASES, v->basis, SMTP5XX_FIELD_MEANING),
             v->flags & SMTP5XX_VERDICT_STAGE_DECIDED ? " The stage chose among its meanings." : "",
             v->flags & SMTP5XX_VERDICT_PROVIDER_OVERRULES ? " The registry means something else by it." : "",
             v->rule != 0 ? " Rule: " : "", smtp5xx_rule_name(v->rule));
    print_entry("How sure", text);
    if (v->provider != 0) {
        snprintf(text, sizeof text, "%s, known from %s",
                 smtp5xx_table_text(SMTP5XX_TABLE_PROVIDERS, v->provider, SMTP5XX_FIELD_MEANING),
                 v->flags & SMTP5XX_VERDICT_PROVIDER_FROM_CONTEXT ? "the host" : "the reply");
        print_entry("Who says it", text);
    }
    if (v->flags & SMTP5XX_VERDICT_CLAIM_OVERRULED) {
        snprintf(text, sizeof text, "%s by nature, though the code claims %s", smtp5xx_permanence_name(v->judged),
                 smtp5xx_permanence_name(v->claimed));
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

/* A number of seconds as people say it. */
static const char *duration(uint32_t seconds, char *text, size_t room) {
    uint32_t unit = seconds % 86400 == 0 ? 86400 : seconds % 3600 == 0 ? 3600 : seconds % 60 == 0 ? 60 : 1;
    const char *name = unit == 86400 ? "day" : unit == 3600 ? "hour" : unit == 60 ? "minute" : "second";
    snprintf(text, room, "%u %s%s", seconds / unit, name, seconds / unit == 1 ? "" : "s");
    return text;
}

static void print_orders(const smtp5xx_verdict *v, const smtp5xx_advice *a) {
    char text[512], after[32], until[32];
    snprintf(text, sizeof text, "%s: %s", smtp5xx_action_name(a->action),
             smtp5xx_table_text(SMTP5XX_TABLE_ACTIONS, a->action, SMTP5XX_FIELD_MEANING));
    print_entry("Action", text);
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
    print_entry("Who must act", smtp5xx_table_text(SMTP5XX_TABLE_PARTIES, a->party, SMTP5XX_FIELD_MEANING));
    snprintf(text, sizeof text, "%s (%s)", smtp5xx_table_text(SMTP5XX_TABLE_SCOPES, a->scope, SMTP5XX_FIELD_MEANING),
             smtp5xx_severity_name(a->severity));
    print_entry("It concerns", text);
    (void)v;
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

static void print_card(const char *text, size_t length, const smtp5xx_context *context) {
    smtp5xx_reply reply;
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;
    smtp5xx_diagnose(text, length, context, NULL, &reply, sizeof reply, &verdict, sizeof verdict, &advice, sizeof advice);
    print_heading(&verdict);
    print_reply(text, &reply, &verdict.words);
    if (verdict.claimed == SMTP5XX_PERMANENCE_SUCCESS) {
        print_entry("What it means", "Nothing was refused: there is nothing to do.");
        return;
    }
    if (reply.flags & SMTP5XX_REPLY_NOT_SMTP) {
        print_entry("Note", "This has neither a reply code nor an enhanced status code.");
    }
    print_meaning(&verdict);
    print_doubts(&reply);
    print_orders(&verdict, &advice);
    if (verdict.new_address.length > 0) {
        char shown[20];
        printf("%*s%s%-*s%s", MARGIN, "", BOLD, LABEL - MARGIN, "New address", PLAIN);
        for (size_t at = 0; at < verdict.new_address.length;) {
            at += show(text + verdict.new_address.offset + at, verdict.new_address.length - at, shown);
            fputs(shown, stdout);
        }
        putchar('\n');
    }
    print_steps(&advice);
}

static void print_next(const char *text, size_t length, const smtp5xx_context *context, unsigned *count) {
    fputs((*count)++ > 0 ? "\n\n" : "", stdout);
    print_card(text, length, context);
}

/* Replies of a file: an empty line ends one, a line that begins with # is a comment where comments are allowed. */
static int explain_file(FILE *in, const char *name, int comments, const smtp5xx_context *context, unsigned *count) {
    char *line = NULL, *reply = NULL;
    size_t room = 0, used = 0;
    ssize_t length;
    while ((length = getline(&line, &room, in)) > 0) {
        if (comments && line[0] == '#') {
            continue;
        }
        if (strspn(line, " \t\r\n") >= (size_t)length) {
            if (used > 0) {
                print_next(reply, used, context, count);
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
        print_next(used > 0 ? reply : "", used, context, count);
    }
    free(line);
    free(reply);
    return failed ? EXIT_IO : EXIT_FINE;
}

static int explain_named(const char *name, const smtp5xx_context *context, unsigned *count) {
    FILE *in = fopen(name, "rb");
    if (in == NULL) {
        complain("%s: %s", name, strerror(errno));
        return EXIT_IO;
    }
    int code = explain_file(in, name, 1, context, count);
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

int explain_main(int argc, char **argv) {
    static const struct option known[] = {{"stage", required_argument, NULL, 's'},
                                          {"host", required_argument, NULL, 'h'},
                                          {"color", required_argument, NULL, 'c'},
                                          {"file", required_argument, NULL, 'f'},
                                          {NULL, 0, NULL, 0}};
    smtp5xx_context context = {sizeof context, 0, 0, 0};
    const char *file = NULL, *wish = "auto";
    int option, fine = 1, code = EXIT_FINE;
    unsigned count = 0;
    while (fine && (option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 's': fine = read_stage(optarg, &context.stage); break;
        case 'h': context.provider = (uint16_t)smtp5xx_provider_find(optarg, strlen(optarg), NULL, 0); break;
        case 'c': wish = optarg; break;
        case 'f': file = optarg; break;
        default: fine = 0;
        }
    }
    if (!fine || !choose_colour(wish)) {
        return EXIT_USAGE;
    }
    if (file != NULL) {
        code = explain_named(file, &context, &count);
    } else if (optind == argc) {
        code = explain_file(stdin, "standard input", 0, &context, &count);
    }
    for (int i = optind; i < argc && code == EXIT_FINE; i++) {
        print_next(argv[i], strlen(argv[i]), &context, &count);
    }
    return finish_output(code);
}
