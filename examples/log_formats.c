/*
 * smtp5xx log: what mail servers write of a failed attempt, in text logs.
 *
 * Only what stands where the mailer itself writes it counts: the remote server's words, which come last in all of these
 * lines, can bring a line to our sight but cannot give it another recipient. SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "log.h"

#include <string.h>

struct slice slice_of(const char *at, const char *end) {
    return (struct slice){at, end > at ? (uint32_t)(end - at) : 0};
}

/* For texts as short as these memchr() is quicker than memmem(), which prepares itself first. */
const char *find_text(const char *at, const char *end, const char *text) {
    size_t length = strlen(text);
    while (at < end && (size_t)(end - at) >= length) {
        const char *first = memchr(at, text[0], (size_t)(end - at) - length + 1);
        if (first == NULL || memcmp(first, text, length) == 0) {
            return first;
        }
        at = first + 1;
    }
    return NULL;
}

struct slice between(const char *at, const char *end, const char *mark, char closing) {
    const char *from = find_text(at, end, mark);
    if (from == NULL) {
        return (struct slice){end, 0};
    }
    from += strlen(mark);
    const char *to = memchr(from, closing, (size_t)(end - from));
    return slice_of(from, to == NULL ? end : to);
}

static int starts(const char *at, const char *end, const char *text) {
    size_t length = strlen(text);
    return (size_t)(end - at) >= length && memcmp(at, text, length) == 0;
}

static int is_id_byte(char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' || c == '_' || c == '.';
}

/* "mx.example.com[192.0.2.1]:25"; what has no address, "none" or "local", is no host. */
static struct slice host_of(struct slice relay) {
    const char *bracket = memchr(relay.at, '[', relay.length);
    struct slice host = slice_of(relay.at, bracket == NULL ? relay.at : bracket);
    while (host.length > 0 && (host.at[host.length - 1] == ' ' || host.at[host.length - 1] == '.')) {
        host.length--; /* Sendmail: "mx.example.com. [192.0.2.1]". */
    }
    return host;
}

/* Postfix */

/* The queue id is the word before " to=<": "postfix/smtp[7]: 4XyZ: to=<bob@example.com>, relay=...". */
static struct slice id_before(const char *line, const char *at) {
    const char *end = at;
    if (end > line && end[-1] == ':') {
        end--;
    }
    const char *begin = end;
    while (begin > line && is_id_byte(begin[-1])) {
        begin--;
    }
    return slice_of(begin, end);
}

/* What is in the parentheses behind the status. A line that was cut has no closing one. */
static struct slice in_parentheses(const char *at, const char *end) {
    if (at == end || *at != '(') {
        return slice_of(at, at);
    }
    return slice_of(at + 1, end > at + 1 && end[-1] == ')' ? end - 1 : end);
}

int read_postfix(struct worker *worker, const struct line *line) {
    static const struct {
        const char *word;
        enum result result;
    } words[] = {{"bounced ", RESULT_BOUNCED}, {"deferred ", RESULT_DEFERRED}, {"undeliverable ", RESULT_BOUNCED}};
    struct event event = {.format = FORMAT_POSTFIX};
    const char *value = line->probe + 2, *to = find_text(line->at, line->end, ": to=<");
    unsigned i = 0;
    if (to == NULL || value - line->at < 8 || memcmp(value - 7, "status=", 7) != 0) {
        return 0;
    }
    while (i < 3 && !starts(value, line->end, words[i].word)) {
        i++;
    }
    const char *relay = find_text(to, value, ">, relay="), *original = find_text(to, value, ">, orig_to=<");
    if (i == 3 || relay == NULL) {
        return 0;
    }
    struct slice dsn = between(relay, value, ", dsn=", ',');
    event.result = (uint8_t)(dsn.length > 0 && *dsn.at == '4' ? RESULT_DEFERRED : words[i].result);
    event.status = dsn;
    event.queue = id_before(line->at, to);
    event.recipient = slice_of(to + 6, original != NULL && original < relay ? original : relay);
    event.host = host_of(between(relay, value, "relay=", ','));
    event.text = in_parentheses(value + strlen(words[i].word), line->end);
    read_time(line->at, line->end, &worker->chunk.file->clock, &event.when);
    take_event(worker, &event);
    return 1;
}

/* Exim */

/* "1tXyzA-000123-0B", and longer ones since 4.97. */
static int is_exim_id(struct slice id) {
    unsigned dashes = 0;
    for (uint32_t i = 0; i < id.length; i++) {
        dashes += id.at[i] == '-';
    }
    return (id.length == 16 || id.length == 23) && dashes == 2 && id.at[6] == '-';
}

/* The address ends at a blank or a colon; a quoted local part may hold both. */
const char *address_end(const char *at, const char *end) {
    if (at < end && *at == '"') {
        for (at++; at < end && *at != '"'; at++) {
            at += *at == '\\' && at + 1 < end;
        }
    }
    while (at < end && *at != ' ') {
        at++;
    }
    return at;
}

/* What comes behind the fields "R=... T=... H=host [ip]". */
static const char *exim_text(const char *at, const char *end) {
    const char *colon = find_text(at, end, ": ");
    return colon == NULL ? end : colon + 2;
}

int read_exim(struct worker *worker, const struct line *line) {
    struct event event = {.format = FORMAT_EXIM};
    const char *mark = line->probe, *end = line->end, *id = mark;
    event.result = mark[1] == '*' ? RESULT_BOUNCED : RESULT_DEFERRED;
    if (end - mark < 6 || mark[3] != ' ') {
        return 0;
    }
    while (id > line->at && is_id_byte(id[-1])) {
        id--;
    }
    event.queue = slice_of(id, mark);
    if (!is_exim_id(event.queue)) {
        return 0;
    }
    const char *address = mark + 4, *after = address_end(address, end);
    event.recipient = slice_of(address, after);
    if (event.recipient.length > 0 && after[-1] == ':') { /* "** bob@example.com: Unrouteable address" */
        event.recipient.length--;
        event.text = slice_of(after < end ? after + 1 : end, end);
    } else {
        const char *text = exim_text(after, end);
        event.text = slice_of(text, end);
        event.host = between(after, text, " H=", ' ');
    }
    if (event.result == RESULT_DEFERRED && find_text(event.text.at, end, "retry time not reached") == event.text.at) {
        return 1; /* Nobody was asked: no attempt. */
    }
    read_time(line->at, end, &worker->chunk.file->clock, &event.when);
    take_event(worker, &event);
    return 1;
}

/* Sendmail */

/* One event for each recipient of "to=<ann@example.com>,<bob@example.com>". */
void take_each(struct worker *worker, const struct event *event, struct slice list, char separator) {
    const char *at = list.at, *end = list.at + list.length;
    while (at < end) {
        const char *comma = memchr(at, separator, (size_t)(end - at)), *stop = comma == NULL ? end : comma;
        const char *first = at + (*at == '<'), *last = stop - (stop > at && stop[-1] == '>');
        struct event copy = *event;
        copy.recipient = slice_of(first, last);
        if (copy.recipient.length > 0) {
            take_event(worker, &copy);
        }
        at = stop + 1;
    }
}

/* Words that Sendmail puts before what the remote server said. */
static struct slice without_state(struct slice stat) {
    const char *end = stat.at + stat.length, *at = stat.at;
    at += starts(at, end, "Deferred: ") ? 10 : 0;
    return slice_of(at, end);
}

int read_sendmail(struct worker *worker, const struct line *line) {
    struct event event = {.format = FORMAT_SENDMAIL};
    const char *stat = line->probe - 2, *end = line->end, *to = find_text(line->at, end, ": to=");
    if (to == NULL || stat - line->at < 2 || memcmp(stat, "stat=", 5) != 0 || stat < to) {
        return 0;
    }
    struct slice list = slice_of(to + 5, find_text(to, stat, ", ")), dsn = between(to, stat, ", dsn=", ',');
    if (list.length == 0 || (dsn.length > 0 ? dsn.at[0] != '4' && dsn.at[0] != '5' : !starts(stat + 5, end, "Deferred"))) {
        return 0; /* Sent, queued, or aliased. */
    }
    event.result = dsn.length > 0 && dsn.at[0] == '5' ? RESULT_BOUNCED : RESULT_DEFERRED;
    event.queue = id_before(line->at, to);
    event.host = host_of(between(to, stat, ", relay=", ','));
    const char *reply = find_text(to, stat, ", reply=");
    struct slice said = without_state(slice_of(stat + 5, end));
    int is_reply = said.length > 3 && (said.at[0] == '4' || said.at[0] == '5') && said.at[3] == ' ';
    event.text = reply != NULL ? slice_of(reply + 8, stat - 2) : is_reply || dsn.length == 0 ? said
                                                                                        : joined_text(worker, dsn, said);
    read_time(line->at, end, &worker->chunk.file->clock, &event.when);
    take_each(worker, &event, list, ',');
    return 1;
}

/* OpenSMTPD */

int read_opensmtpd(struct worker *worker, const struct line *line) {
    struct event event = {.format = FORMAT_OPENSMTPD};
    const char *result = line->probe + 2, *end = line->end, *from = find_text(line->at, end, " evpid=");
    const char *first = from == NULL ? NULL : find_text(from, end, " result=\""); /* A later one is the server's. */
    if (first == NULL || result - first != 9) {
        return 0;
    }
    if (!starts(result, end, "PermFail\" stat=\"") && !starts(result, end, "TempFail\" stat=\"")) {
        return 0;
    }
    event.result = *result == 'P' ? RESULT_BOUNCED : RESULT_DEFERRED;
    event.queue = between(from, result, "evpid=", ' ');
    event.recipient = between(from, result, " to=<", '>');
    event.ip = between(from, result, " source=\"", '"');
    event.ip.length = event.ip.length == 1 ? 0 : event.ip.length; /* "-" */
    struct slice relay = between(from, result, " relay=\"", '"'); /* "192.0.2.1 (mx.example.com)" */
    event.host = between(relay.at, relay.at + relay.length, "(", ')');
    event.host = event.host.length > 0 ? event.host : relay;
    const char *last = end;
    while (last > result + 16 && last[-1] != '"') {
        last--;
    }
    event.text = slice_of(result + 16, last - 1);
    read_time(line->at, end, &worker->chunk.file->clock, &event.when);
    take_event(worker, &event);
    return 1;
}

/* Lines that are replies */

int read_raw(struct worker *worker, const struct line *line) {
    struct event event = {.format = FORMAT_RAW, .text = slice_of(line->at, line->end)};
    const char *at = read_time(line->at, line->end, &worker->chunk.file->clock, &event.when);
    while (at < line->end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    event.text = slice_of(at, line->end);
    if (event.text.length > 0) {
        event.result = *at == '4' ? RESULT_DEFERRED : RESULT_BOUNCED;
        take_event(worker, &event);
    }
    return 1;
}

/* Chunks */

static int read_candidate(struct worker *worker, const struct line *line, unsigned kinds) {
    static int (*const readers[])(struct worker *, const struct line *) = {
        [PROBE_POSTFIX] = read_postfix,     [PROBE_EXIM] = read_exim, [PROBE_SENDMAIL] = read_sendmail,
        [PROBE_OPENSMTPD] = read_opensmtpd, [PROBE_BOUNCE] = read_json, [PROBE_TRANSIENT] = read_json,
        [PROBE_DELAY] = read_json,          [PROBE_EXPIRED] = read_json};
    int is_long = line->end - line->at > SMTP5XX_INPUT_MAX;
    struct line text = {line->at, is_long ? line->at + SMTP5XX_INPUT_MAX : line->end, line->probe};
    for (unsigned kind = 0; kind < sizeof readers / sizeof readers[0]; kind++) {
        const struct line *seen = readers[kind] == read_json ? line : &text;
        if (kinds >> kind & 1 && seen->probe < seen->end && readers[kind](worker, seen)) {
            return 1;
        }
    }
    return 0;
}

/* A line may be a candidate many times, above all when someone wants it to be: each costs a look at the whole line, so that
 * their number is limited, and so is what is looked at of a text line. No mailer's own words come so late. */
enum { TRIES_MAX = 64, JSON_KINDS = 1U << PROBE_BOUNCE | 1U << PROBE_TRANSIENT | 1U << PROBE_DELAY | 1U << PROBE_EXPIRED };

static struct line line_around(const char *text, size_t length, size_t done, size_t at) {
    const char *before = memrchr(text + done, '\n', at - done), *after = memchr(text + at, '\n', length - at);
    const char *end = after == NULL ? text + length : after;
    return (struct line){before == NULL ? text + done : before + 1, end, text + at};
}

static void read_candidates(struct worker *worker, const struct scanner *scanner) {
    const char *text = worker->chunk.data;
    size_t length = worker->chunk.length, done = 0;
    unsigned kinds = 0, tries = 0, tried = 0;
    for (size_t at = scan(scanner, text, 0, length, &kinds); at < length; at = scan(scanner, text, at, length, &kinds)) {
        struct line line = line_around(text, length, done, at);
        size_t next = (size_t)(line.end - text) + 1;
        tries = (size_t)(line.at - text) == done ? tries + 1 : 1;
        tried = tries == 1 ? 0 : tried;
        line.end -= line.end > line.probe && line.end[-1] == '\r';
        int taken = read_candidate(worker, &line, kinds & ~tried);
        tried |= kinds & JSON_KINDS ? (unsigned)JSON_KINDS : 0; /* An object is the same from wherever it is seen. */
        done = (size_t)(line.at - text);
        at++;
        if (taken || tries == TRIES_MAX) {
            at = next < length ? next : length;
            done = at;
            tries = 0;
        }
    }
}

void read_lines(struct worker *worker, int (*reader)(struct worker *, const struct line *)) {
    const char *at = worker->chunk.data, *end = at + worker->chunk.length;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop == NULL ? end : stop;
        struct line line = {at, stop > at && stop[-1] == '\r' ? stop - 1 : stop, at};
        reader(worker, &line);
        at = stop + 1;
    }
}

void read_chunk(struct worker *worker) {
    enum format format = worker->chunk.file->format;
    if (format == FORMAT_QMAIL) {
        read_qmail(worker);
    } else if (format == FORMAT_PMTA || format == FORMAT_EXCHANGE) {
        read_csv(worker);
    } else if (format == FORMAT_RAW) {
        read_lines(worker, read_raw);
    } else {
        read_candidates(worker, &worker->scanners[format]);
    }
}
