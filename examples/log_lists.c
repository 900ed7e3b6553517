/*
 * smtp5xx log: the files that it writes: addresses to suppress, unknown replies, counters for Prometheus. Each is written
 * beside its place and then moved there, so that no reader ever sees half of it. SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L
#include "log_tally.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct list_file {
    const char *name;
    char *beside; /* NULL: written in place, since it is no regular file */
    FILE *out;
};

struct list_file *list_open(const char *name) {
    struct stat status;
    struct list_file *file = must_allocate(NULL, 1, sizeof *file);
    int special = stat(name, &status) == 0 && !S_ISREG(status.st_mode);
    *file = (struct list_file){.name = name};
    if (!special) {
        size_t room = strlen(name) + 16;
        file->beside = must_allocate(NULL, room, 1);
        snprintf(file->beside, room, "%s.%ld", name, (long)getpid());
    }
    file->out = fopen(special ? name : file->beside, "wb");
    if (file->out == NULL) {
        complain("%s: %s", special ? name : file->beside, strerror(errno));
        free(file->beside);
        free(file);
        return NULL;
    }
    return file;
}

FILE *list_stream(struct list_file *file) {
    return file->out;
}

int list_finish(struct list_file *file) {
    errno = 0;
    int bad = fflush(file->out) != 0 || ferror(file->out);
    bad |= !bad && file->beside != NULL && fsync(fileno(file->out)) != 0;
    int reason = errno;
    bad |= fclose(file->out) != 0;
    if (!bad && file->beside != NULL && rename(file->beside, file->name) != 0) {
        reason = errno;
        bad = 1;
    }
    if (bad) {
        complain("%s: %s; it was not changed", file->name, reason == 0 ? "cannot be written" : strerror(reason));
        if (file->beside != NULL) {
            unlink(file->beside);
        }
    }
    free(file->beside);
    free(file);
    return bad ? EXIT_IO : EXIT_FINE;
}

static void print_cell(FILE *out, const char *text, size_t length) {
    struct buffer cell = {NULL, 0, 0};
    write_cell(&cell, text, length);
    fwrite(cell.data, 1, cell.length, out);
    free(cell.data);
}

/* Addresses */

/* An address stands as it is, for programs: what could break a line or a terminal is escaped all the same. */
void write_suppressed(struct tally *tally, const struct event *event) {
    FILE *out = list_stream(tally->suppress);
    print_cell(out, event->recipient.at, event->recipient.length);
    if (tally->options->explain) {
        fprintf(out, "\t%s\t%u\t%s\t", smtp5xx_reason_name(event->verdict.reason), event->verdict.confidence,
                smtp5xx_rule_name(event->verdict.rule));
        print_cell(out, event->said.at, event->said.length);
    }
    putc('\n', out);
}

static int reaches_limit(const struct soft_address *soft) {
    return soft->count > 0 && soft->limit_count > 0 && soft->count >= soft->limit_count &&
           soft->last - soft->first >= (int64_t)soft->limit_days * 86400;
}

static int by_text(const void *a, const void *b) {
    const struct soft_address *const *x = a, *const *y = b;
    return (*x)->text < (*y)->text ? -1 : (*x)->text > (*y)->text;
}

/* Addresses that have failed softly so often, over so many days, that the policy gives them up: in the order of the log. */
static void write_worn_out(const struct tally *tally, FILE *out) {
    const struct soft_address **list = must_allocate(NULL, tally->soft_count, sizeof(struct soft_address *));
    size_t count = 0;
    for (size_t i = 0; i < SOFT; i++) {
        if (reaches_limit(&tally->soft[i])) {
            list[count++] = &tally->soft[i];
        }
    }
    qsort(list, count, sizeof list[0], by_text);
    for (size_t i = 0; i < count; i++) {
        print_cell(out, tally->soft_text + list[i]->text, list[i]->length);
        if (tally->options->explain) {
            fprintf(out, "\t%s\t-\t-\t%u soft failures over %lld days", smtp5xx_reason_name(list[i]->reason), list[i]->count,
                    (long long)((list[i]->last - list[i]->first) / 86400));
        }
        putc('\n', out);
    }
    free(list);
}

int tally_lists_open(struct tally *tally) {
    if (tally->options->suppress != NULL) {
        tally->suppress = list_open(tally->options->suppress);
        return tally->suppress != NULL;
    }
    return 1;
}

/* Unknown replies, the commonest first. */

static int by_count(const void *a, const void *b) {
    const struct unknown_reply *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count ? 1 : -1) : x->text < y->text ? -1 : x->text > y->text;
}

static void print_reply(FILE *out, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n') {
            fputs("\\n", out);
        } else if (text[i] != '\r') {
            putc(text[i], out);
        }
    }
    putc('\n', out);
}

static int write_unknown(struct tally *tally) {
    struct list_file *file = list_open(tally->options->unknown);
    if (file == NULL) {
        return EXIT_IO;
    }
    qsort(tally->unknown, UNKNOWN, sizeof tally->unknown[0], by_count);
    for (size_t i = 0; i < tally->unknown_count; i++) {
        print_reply(file->out, tally->unknown_text + tally->unknown[i].text, tally->unknown[i].length);
    }
    return list_finish(file);
}

int tally_lists_finish(struct tally *tally) {
    int code = EXIT_FINE;
    if (tally->suppress != NULL) {
        write_worn_out(tally, list_stream(tally->suppress));
        code = list_finish(tally->suppress);
        tally->suppress = NULL;
    }
    if (tally->unknown != NULL) {
        int other = write_unknown(tally);
        code = code == EXIT_FINE ? other : code;
    }
    return code;
}

/* Prometheus: the text format 0.0.4, for node_exporter's textfile collector. Every label has few values: none of them is an
 * address, a host or a text of others. */

static void metric(FILE *out, const char *name, const char *type, const char *help) {
    fprintf(out, "# HELP smtp5xx_log_%s %s\n# TYPE smtp5xx_log_%s %s\n", name, help, name, type);
}

static uint32_t vocabulary(uint32_t table, uint32_t limit) {
    uint32_t count = smtp5xx_table_count(table);
    return count < limit ? count : limit;
}

static void write_reasons(const struct tally *tally, FILE *out) {
    metric(out, "refusals_total", "counter", "Delivery attempts that were refused, by reason and result.");
    for (uint32_t i = 0; i < vocabulary(SMTP5XX_TABLE_REASONS, REASONS); i++) {
        uint32_t category = smtp5xx_table_number(SMTP5XX_TABLE_REASONS, i, SMTP5XX_FIELD_CATEGORY);
        for (unsigned result = 0; result < RESULT_COUNT; result++) {
            fprintf(out, "smtp5xx_log_refusals_total{reason=\"%s\",category=\"%s\",result=\"%s\"} %llu\n", smtp5xx_reason_name(i),
                    smtp5xx_category_name(category), result_names[result],
                    (unsigned long long)tally->reasons[i].results[result]);
        }
    }
}

static void write_counts(const struct tally *tally, FILE *out) {
    metric(out, "actions_total", "counter", "Refusals by the advised action.");
    for (uint32_t action = 1; action < vocabulary(SMTP5XX_TABLE_ACTIONS, ACTIONS); action++) {
        uint64_t count = 0;
        for (unsigned i = 0; i < REASONS; i++) {
            count += tally->reasons[i].actions[action];
        }
        fprintf(out, "smtp5xx_log_actions_total{action=\"%s\"} %llu\n", smtp5xx_action_name(action), (unsigned long long)count);
    }
    metric(out, "parties_total", "counter", "Refusals by who must act.");
    for (uint32_t party = 0; party < vocabulary(SMTP5XX_TABLE_PARTIES, PARTIES); party++) {
        fprintf(out, "smtp5xx_log_parties_total{party=\"%s\"} %llu\n", smtp5xx_party_name(party),
                (unsigned long long)tally->parties[party]);
    }
    metric(out, "providers_total", "counter", "Refusals by who runs the remote host.");
    for (uint32_t i = 0; i < PROVIDERS; i++) {
        uint64_t count = tally->providers[i][0] + tally->providers[i][1];
        if (count > 0) {
            fprintf(out, "smtp5xx_log_providers_total{provider=\"%s\"} %llu\n", i == 0 ? "other" : smtp5xx_provider_name(i),
                    (unsigned long long)count);
        }
    }
}

int tally_prometheus(struct tally *tally, const struct source_state *state) {
    struct list_file *file = list_open(tally->options->prometheus);
    if (file == NULL) {
        return EXIT_IO;
    }
    write_reasons(tally, file->out);
    write_counts(tally, file->out);
    metric(file->out, "read_bytes_total", "counter", "Bytes of logs that were read.");
    fprintf(file->out, "smtp5xx_log_read_bytes_total %llu\n", (unsigned long long)state->bytes);
    metric(file->out, "long_lines_total", "counter", "Lines that were longer than a mebibyte and were cut.");
    fprintf(file->out, "smtp5xx_log_long_lines_total %llu\n", (unsigned long long)state->long_lines);
    metric(file->out, "table_info", "gauge", "The version of the tables that judged.");
    fprintf(file->out, "smtp5xx_log_table_info{version=\"%u\",library=\"%s\"} 1\n", smtp5xx_table_version(), smtp5xx_version());
    if (tally->last.known) {
        int64_t last = tally->last.seconds - (int64_t)tally->last.offset * 60;
        metric(file->out, "last_refusal_timestamp_seconds", "gauge", "When the last refusal was, by the clock of the log.");
        fprintf(file->out, "smtp5xx_log_last_refusal_timestamp_seconds %lld\n", (long long)last);
    }
    return list_finish(file);
}
