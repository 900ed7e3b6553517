/* smtp5xx log: the report for people, 80 columns wide. SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "log_tally.h"

#include <stdlib.h>
#include <string.h>

enum { NAME = 24, BAR = 26, TOP = 10, REASONS_SHOWN = 12, DAYS_SHOWN = 31 };

/* "1,234,567" */
static const char *grouped(uint64_t number, char *room) {
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number), out = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            room[out++] = ',';
        }
        room[out++] = digits[i];
    }
    room[out] = '\0';
    return room;
}

/* A bar of eighths of a character. */
static void print_bar(uint64_t count, uint64_t most, int width) {
    static const char eighths[8][4] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    uint64_t length = most == 0 ? 0 : (count * (uint64_t)width * 8 + most - 1) / most;
    for (uint64_t i = 0; i < length / 8; i++) {
        fputs("█", stdout);
    }
    fputs(eighths[length % 8], stdout);
}

static void print_row(const char *name, int width, uint64_t count, uint64_t all, uint64_t most, int bar) {
    char room[32];
    printf("  %-*.*s %11s %5.1f %%  ", width, width, name, grouped(count, room), all == 0 ? 0.0 : 100.0 * (double)count / (double)all);
    print_bar(count, most, bar);
    putchar('\n');
}

static void print_heading(const char *heading) {
    printf("\n%s%s%s\n", BOLD, heading, PLAIN);
}

static void print_note(const char *text) {
    fputs("    ", stdout);
    print_wrapped(text, 4, 4);
}

struct ranked {
    uint32_t id;
    uint64_t count;
};

static int by_count(const void *a, const void *b) {
    const struct ranked *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count ? 1 : -1) : x->id < y->id ? -1 : x->id > y->id;
}

static size_t rank(struct ranked *list, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i].count > 0) {
            list[kept++] = list[i];
        }
    }
    qsort(list, kept, sizeof *list, by_count);
    return kept;
}

static uint64_t of_reason(const struct tally *tally, uint32_t reason) {
    return tally->reasons[reason].results[RESULT_DEFERRED] + tally->reasons[reason].results[RESULT_BOUNCED];
}

/* Totals */

static void print_totals(const struct tally *tally) {
    char time[2][TIME_SIZE] = {"", ""}, room[32];
    printf("%sRefused delivery attempts%s: %s", BOLD, PLAIN, grouped(tally->events, room));
    if (tally->first.known) {
        write_time(&tally->first, time[0]);
        write_time(&tally->last, time[1]);
        printf(", %.10s %.5s to %.10s %.5s", time[0], time[0] + 11, time[1], time[1] + 11);
    }
    putchar('\n');
    uint64_t most = tally->results[0] > tally->results[1] ? tally->results[0] : tally->results[1];
    for (int i = RESULT_COUNT - 1; i >= 0; i--) {
        print_row(result_names[i], NAME, tally->results[i], tally->events, most, BAR);
    }
}

/* Reasons */

static const struct wording *commonest_wording(const struct reason_tally *reason) {
    const struct wording *best = reason->wordings;
    for (unsigned i = 1; best != NULL && i < WORDINGS; i++) {
        best = reason->wordings[i].count > best->count ? &reason->wordings[i] : best;
    }
    return best != NULL && best->count > 0 ? best : NULL;
}

static unsigned commonest_action(const struct reason_tally *reason) {
    unsigned best = 0;
    for (unsigned i = 1; i < ACTIONS; i++) {
        best = reason->actions[i] > reason->actions[best] ? i : best;
    }
    return best;
}

/* The wording that came most, and what to do about it, in a line. */
static void print_wording(const struct reason_tally *reason) {
    const struct wording *best = commonest_wording(reason);
    unsigned action = best == NULL ? commonest_action(reason) : best->action, step = best == NULL ? 0 : best->step;
    char shown[74], line[160];
    if (best != NULL) {
        smtp5xx_span whole = {0, best->length};
        printf("    %s%s%s\n", DIM, show_span(best->text, &whole, shown, sizeof shown), PLAIN);
    }
    snprintf(line, sizeof line, "%s: %s", smtp5xx_action_name(action),
             step == 0 ? smtp5xx_table_text(SMTP5XX_TABLE_ACTIONS, action, SMTP5XX_FIELD_MEANING)
                       : smtp5xx_table_text(SMTP5XX_TABLE_STEPS, step, SMTP5XX_FIELD_MEANING));
    fputs("    ", stdout);
    print_wrapped(line, 4, 6);
}

static void print_reasons(const struct tally *tally) {
    struct ranked list[REASONS];
    uint64_t rest = 0;
    for (uint32_t i = 0; i < REASONS; i++) {
        list[i] = (struct ranked){i, of_reason(tally, i)};
    }
    size_t count = rank(list, REASONS);
    print_heading("Why");
    for (size_t i = 0; i < count; i++) {
        if (i >= REASONS_SHOWN) {
            rest += list[i].count;
            continue;
        }
        print_row(smtp5xx_reason_name(list[i].id), NAME, list[i].count, tally->events, list[0].count, BAR);
        print_wording(&tally->reasons[list[i].id]);
    }
    if (rest > 0) {
        char name[40];
        snprintf(name, sizeof name, "%zu more reason%s", count - REASONS_SHOWN, count - REASONS_SHOWN == 1 ? "" : "s");
        print_row(name, NAME, rest, tally->events, list[0].count, BAR);
    }
}

/* Providers and parties */

static void print_providers(const struct tally *tally) {
    struct ranked list[PROVIDERS];
    uint64_t rest = 0;
    for (uint32_t i = 1; i < PROVIDERS; i++) {
        list[i - 1] = (struct ranked){i, tally->providers[i][0] + tally->providers[i][1]};
    }
    size_t count = rank(list, PROVIDERS - 1);
    uint64_t other = tally->providers[0][0] + tally->providers[0][1];
    uint64_t most = count > 0 && list[0].count > other ? list[0].count : other;
    print_heading("Who refuses");
    for (size_t i = 0; i < count; i++) {
        if (i < TOP) {
            print_row(smtp5xx_provider_name(list[i].id), NAME, list[i].count, tally->events, most, BAR);
        }
        rest += i < TOP ? 0 : list[i].count;
    }
    if (rest > 0) {
        print_row("smaller providers", NAME, rest, tally->events, most, BAR);
    }
    if (other > 0) {
        print_row("other hosts", NAME, other, tally->events, most, BAR);
    }
}

static void print_parties(const struct tally *tally) {
    struct ranked list[PARTIES];
    for (uint32_t i = 0; i < PARTIES; i++) {
        list[i] = (struct ranked){i, tally->parties[i]};
    }
    size_t count = rank(list, PARTIES);
    print_heading("Who must act");
    for (size_t i = 0; i < count; i++) {
        const char *who = smtp5xx_table_text(SMTP5XX_TABLE_PARTIES, list[i].id, SMTP5XX_FIELD_MEANING);
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(who, ","), who); /* The first words tell enough. */
        print_row(list[i].id == 0 ? "nobody: it passes by itself" : name, 46, list[i].count, tally->events, list[0].count, 8);
    }
}

/* Sending IPs */

static const char *ip_name(const struct tally *tally, uint32_t index, char *room, size_t size) {
    smtp5xx_span whole = {0, (uint32_t)strlen(tally->ips[index].ip)};
    if (tally->options->redact) {
        snprintf(room, size, "<ip-%u>", index + 1);
        return room;
    }
    return show_span(tally->ips[index].ip, &whole, room, size);
}

static void print_ips(const struct tally *tally) {
    struct ranked *list = must_allocate(NULL, (size_t)tally->ip_count + 1, sizeof *list);
    char room[200], count[32];
    for (uint32_t i = 0; i < tally->ip_count; i++) {
        list[i] = (struct ranked){i, tally->ips[i].count};
    }
    size_t ranked = rank(list, tally->ip_count);
    print_heading("Worst sending IPs");
    for (size_t i = 0; i < ranked && i < TOP; i++) {
        const struct ip_tally *ip = &tally->ips[list[i].id];
        uint32_t best = 0;
        for (uint32_t r = 1; r < REASONS; r++) {
            best = ip->reasons[r] > ip->reasons[best] ? r : best;
        }
        printf("  %-39s %11s  %s\n", ip_name(tally, list[i].id, room, sizeof room), grouped(ip->count, count), smtp5xx_reason_name(best));
    }
    if (ranked > TOP) {
        printf("  and %s more\n", grouped(ranked - TOP, count));
    }
    if (ranked == 0) {
        print_note("The log does not tell from which IP a message went.");
    }
    free(list);
}

/* What our own side causes gets the same refusal wherever we send from. */
static int may_be_ours(uint32_t reason) {
    uint32_t category = smtp5xx_table_number(SMTP5XX_TABLE_REASONS, reason, SMTP5XX_FIELD_CATEGORY);
    uint32_t party = smtp5xx_table_number(SMTP5XX_TABLE_REASONS, reason, SMTP5XX_FIELD_PARTY);
    if (party == SMTP5XX_PARTY_NOBODY) {
        return 0; /* Greylisting is done to everybody. */
    }
    return category == SMTP5XX_CATEGORY_MESSAGE || category == SMTP5XX_CATEGORY_SENDER || category == SMTP5XX_CATEGORY_REPUTATION ||
           category == SMTP5XX_CATEGORY_PROTOCOL;
}

static int by_group(const void *a, const void *b) {
    const struct triple *x = a, *y = b;
    if (x->reason != y->reason) {
        return x->reason < y->reason ? -1 : 1;
    }
    return x->provider != y->provider ? (x->provider < y->provider ? -1 : 1) : x->ip < y->ip ? -1 : x->ip > y->ip;
}

static void print_group(const struct tally *tally, const struct triple *group, size_t count) {
    char room[200], line[320], number[32];
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += group[i].count;
    }
    printf("  %s from %s: %s on %zu IPs\n", smtp5xx_reason_name(group->reason),
           group->provider == 0 ? "other hosts" : smtp5xx_provider_name(group->provider), grouped(sum, number), count);
    line[0] = '\0';
    for (size_t i = 0; i < count && i < 5; i++) {
        size_t used = strlen(line);
        snprintf(line + used, sizeof line - used, "%s%s", i == 0 ? "" : " ", ip_name(tally, group[i].ip - 1, room, sizeof room));
    }
    if (count > 5) {
        size_t used = strlen(line);
        snprintf(line + used, sizeof line - used, " ...");
    }
    print_note(line);
}

static void print_shared_faults(const struct tally *tally) {
    struct triple *list = must_allocate(NULL, TRIPLES, sizeof *list);
    size_t count = 0, shown = 0;
    for (size_t i = 0; i < TRIPLES; i++) {
        if (tally->triples[i].ip != 0 && may_be_ours(tally->triples[i].reason)) {
            list[count++] = tally->triples[i];
        }
    }
    qsort(list, count, sizeof *list, by_group);
    for (size_t at = 0, next; at < count; at = next) {
        for (next = at; next < count && list[next].reason == list[at].reason && list[next].provider == list[at].provider; next++) {
        }
        if (next - at > 1) {
            if (shown++ == 0) {
                print_heading("The same refusal on several IPs: a fault of ours");
            }
            print_group(tally, list + at, next - at);
        }
    }
    if (shown > 0) {
        print_note(smtp5xx_table_text(SMTP5XX_TABLE_STEPS, 2, SMTP5XX_FIELD_DETAIL));
    }
    free(list);
}

/* Recipients */

static void print_suppressed(const struct tally *tally) {
    char number[32];
    print_heading("Recipients to suppress");
    printf("  %s address%s", grouped(tally->suppressed, number), tally->suppressed == 1 ? "" : "es");
    for (uint32_t i = 0, listed = 0; i < REASONS; i++) {
        if (tally->suppressed_reasons[i] > 0) {
            printf("%s%s %s", listed++ == 0 ? ": " : ", ", smtp5xx_reason_name(i), grouped(tally->suppressed_reasons[i], number));
        }
    }
    putchar('\n');
    for (uint64_t i = 0; !tally->options->redact && i < tally->suppressed && i < EXAMPLES; i++) {
        printf("    %-48.48s  %s\n", tally->examples[i].text, smtp5xx_reason_name(tally->examples[i].reason));
    }
    if (!tally->options->redact && tally->suppressed > EXAMPLES) {
        printf("    and %s more%s\n", grouped(tally->suppressed - EXAMPLES, number),
               tally->options->suppress == NULL ? ": --suppress FILE writes them all" : "");
    }
}

static int by_failures(const void *a, const void *b) {
    const struct soft_address *const *x = a, *const *y = b;
    return (*x)->count != (*y)->count ? ((*x)->count < (*y)->count ? 1 : -1) : (*x)->text < (*y)->text ? -1 : 1;
}

static void print_soft(const struct tally *tally) {
    const struct soft_address **list = must_allocate(NULL, (size_t)tally->soft_count + 1, sizeof(struct soft_address *));
    char room[60], number[32];
    size_t count = 0;
    for (size_t i = 0; i < SOFT; i++) {
        if (tally->soft[i].count > 0) {
            list[count++] = &tally->soft[i];
        }
    }
    qsort(list, count, sizeof list[0], by_failures);
    if (count > 0) {
        print_heading("Soft failures");
        printf("  %s address%s: keep and count; suppress after %u failures over %u days\n", grouped(count, number),
               count == 1 ? "" : "es", list[0]->limit_count, list[0]->limit_days);
    }
    for (size_t i = 0; !tally->options->redact && i < count && i < EXAMPLES; i++) {
        smtp5xx_span whole = {0, list[i]->length};
        printf("    %5u  %-42.42s  %s\n", list[i]->count, show_span(tally->soft_text + list[i]->text, &whole, room, sizeof room),
               smtp5xx_reason_name(list[i]->reason));
    }
    if (!tally->options->redact && count > EXAMPLES) {
        printf("    and %s more\n", grouped(count - EXAMPLES, number));
    }
    free(list);
}

/* Hours: a row for each day, a column for each hour. */

static int by_day(const void *a, const void *b) {
    const struct day_tally *x = a, *y = b;
    return x->used != y->used ? y->used - x->used : x->day < y->day ? -1 : x->day > y->day;
}

static void print_day(const struct day_tally *day, uint32_t most) {
    static const char levels[9][4] = {"·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    struct when when = {.seconds = day->day * 86400, .known = 1};
    char time[TIME_SIZE], number[32];
    uint32_t peak = 0;
    uint64_t sum = 0;
    write_time(&when, time);
    printf("  %.10s  ", time);
    for (uint32_t hour = 0; hour < 24; hour++) {
        uint32_t count = day->hours[hour];
        fputs(levels[count == 0 ? 0 : 1 + (uint64_t)(count - 1) * 8 / most], stdout);
        peak = count > day->hours[peak] ? hour : peak;
        sum += count;
    }
    printf(" %11s   most at %02u:00, ", grouped(sum, number), peak);
    printf("%s\n", grouped(day->hours[peak], number));
}

static void print_hours(const struct tally *tally) {
    struct day_tally *list = must_allocate(NULL, DAYS, sizeof *list);
    uint32_t most = 0, first = tally->day_count > DAYS_SHOWN ? tally->day_count - DAYS_SHOWN : 0;
    memcpy(list, tally->days, DAYS * sizeof *list);
    qsort(list, DAYS, sizeof *list, by_day);
    for (uint32_t i = first; i < tally->day_count; i++) {
        for (uint32_t hour = 0; hour < 24; hour++) {
            most = list[i].hours[hour] > most ? list[i].hours[hour] : most;
        }
    }
    if (tally->day_count > 0) {
        print_heading("By hour");
        printf("  %10s  0     6     12    18\n", "");
    }
    if (first > 0) {
        printf("  the last %d of %u days\n", DAYS_SHOWN, tally->day_count);
    }
    for (uint32_t i = first; i < tally->day_count; i++) {
        print_day(&list[i], most);
    }
    free(list);
}

/* What the report does not have */

static void print_lost(uint64_t count, const char *what, uint32_t limit) {
    char number[2][32], line[200];
    if (count > 0) {
        snprintf(line, sizeof line, "%s %s: the table has room for %s.", grouped(count, number[0]), what, grouped(limit, number[1]));
        print_note(line);
    }
}

static void print_limits(const struct tally *tally, const struct source_state *state) {
    uint64_t any = tally->lost.ips | tally->lost.triples | tally->lost.days | tally->lost.soft | tally->lost.unknown |
                   tally->lost.seen | state->long_lines | (tally->events > 0 ? tally->without_time : 0);
    char line[200], number[2][32];
    if (any == 0) {
        return;
    }
    print_heading("Notes");
    print_lost(tally->lost.ips, "refusals are of sending IPs that are not listed", IPS);
    print_lost(tally->lost.triples, "refusals are not in the look for several IPs", TRIPLES / 4 * 3);
    print_lost(tally->lost.days, "refusals are of days that are not shown", DAYS - 1);
    print_lost(tally->lost.soft, "soft failures are of addresses that are not counted", SOFT / 4 * 3);
    print_lost(tally->lost.unknown, "unknown replies were not collected", UNKNOWN / 4 * 3);
    print_lost(tally->lost.seen, "addresses to suppress may be counted, and listed, more than once", SEEN_MAX / 4 * 3);
    if (state->long_lines > 0) {
        snprintf(line, sizeof line, "%s lines are longer than a mebibyte: %s bytes at their ends were not looked at.",
                 grouped(state->long_lines, number[0]), grouped(state->cut_bytes, number[1]));
        print_note(line);
    }
    if (tally->without_time > 0) {
        snprintf(line, sizeof line, "%s refusals have no time in the log.", grouped(tally->without_time, number[0]));
        print_note(line);
    }
}

void print_report(const struct tally *tally, const struct log_options *options, const struct source_state *state) {
    (void)options;
    print_totals(tally);
    if (tally->events > 0) {
        print_reasons(tally);
        print_providers(tally);
        print_parties(tally);
        print_ips(tally);
        print_shared_faults(tally);
        print_suppressed(tally);
        print_soft(tally);
        print_hours(tally);
    }
    print_limits(tally, state);
}
