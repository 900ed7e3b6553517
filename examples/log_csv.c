/*
 * smtp5xx log: formats whose lines depend on earlier ones: PowerMTA's accounting files and Exchange's message tracking logs,
 * which name their columns at the top, and qmail, which tells the recipient when a delivery starts. SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "log.h"

#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 96, DELIVERIES = 2048, ADDRESS_MAX = 320 };

enum column {
    COLUMN_TYPE, COLUMN_TIME, COLUMN_RECIPIENT, COLUMN_STATUS, COLUMN_TEXT, COLUMN_HOST, COLUMN_SOURCE, COLUMN_ID, COLUMN_JOB,
    COLUMN_COUNT
};
struct columns {
    int at[COLUMN_COUNT]; /* -1: there is none */
};

struct delivery {
    uint64_t number;
    char message[24], recipient[ADDRESS_MAX];
};
struct deliveries {
    struct delivery slots[DELIVERIES];
};

int is_serial(enum format format) {
    return format == FORMAT_QMAIL || format == FORMAT_PMTA || format == FORMAT_EXCHANGE;
}

void free_state(struct log_file *file) {
    free(file->columns);
    free(file->deliveries);
    file->columns = NULL;
    file->deliveries = NULL;
}

/* One field of a line; *at moves behind the comma. A pair of quotes inside quotes is one (RFC 4180 2). */
static struct slice next_field(struct worker *worker, const char **at, const char *end) {
    const char *from = *at;
    if (from < end && *from == '"') {
        char *copy = NULL;
        size_t length = 0;
        for (from++; from < end && (*from != '"' || (from + 1 < end && from[1] == '"')); from++) {
            copy = copy == NULL ? arena_take(&worker->arena, (size_t)(end - from)) : copy;
            from += *from == '"';
            copy[length++] = *from;
        }
        const char *comma = from < end ? memchr(from, ',', (size_t)(end - from)) : NULL;
        *at = comma == NULL ? end : comma + 1;
        return (struct slice){copy == NULL ? end : copy, (uint32_t)length};
    }
    const char *comma = memchr(from, ',', (size_t)(end - from));
    *at = comma == NULL ? end : comma + 1;
    return slice_of(from, comma == NULL ? end : comma);
}

static int split(struct worker *worker, const char *at, const char *end, struct slice *fields) {
    int count = 0;
    while (at < end && count < FIELDS_MAX) {
        fields[count++] = next_field(worker, &at, end);
    }
    return count;
}

static int is(struct slice field, const char *word) {
    return field.length == strlen(word) && memcmp(field.at, word, field.length) == 0;
}

static void name_columns(struct columns *columns, const char *const *names, const struct slice *fields, int count) {
    for (int column = 0; column < COLUMN_COUNT; column++) {
        columns->at[column] = -1;
        for (int i = 0; i < count; i++) {
            if (names[column][0] != '\0' && is(fields[i], names[column])) {
                columns->at[column] = i;
            }
        }
    }
}

static struct slice field_of(const struct columns *columns, enum column column, const struct slice *fields, int count) {
    int at = columns->at[column];
    return at >= 0 && at < count ? fields[at] : (struct slice){"", 0};
}

/* PowerMTA. The order is that of its guide, for files whose first line is gone. */
static const char *const pmta_names[COLUMN_COUNT] = {"type",    "timeLogged",  "rcpt",  "dsnStatus", "dsnDiag",
                                                     "dsnMta", "dlvSourceIp", "envId", "jobId"};
static const struct columns pmta_columns = {{0, 1, 4, 7, 8, 9, 14, 20, 19}};

static void read_pmta(struct worker *worker, const char *at, const char *end) {
    struct slice fields[FIELDS_MAX];
    struct event event = {.format = FORMAT_PMTA};
    struct log_file *file = worker->chunk.file;
    if (end - at < 4 || (*at != 'b' && *at != 't' && *at != 'r' && *at != '"')) {
        return; /* Deliveries and receptions, the bulk of the file. */
    }
    int count = split(worker, at, end, fields);
    if (count > 0 && is(fields[0], "type")) {
        name_columns(file->columns, pmta_names, fields, count);
        return;
    }
    struct slice type = field_of(file->columns, COLUMN_TYPE, fields, count);
    int transient = is(type, "t") || is(type, "tq");
    if (!transient && !is(type, "b") && !is(type, "rb")) {
        return;
    }
    event.result = transient ? RESULT_DEFERRED : RESULT_BOUNCED;
    event.recipient = field_of(file->columns, COLUMN_RECIPIENT, fields, count);
    event.ip = field_of(file->columns, COLUMN_SOURCE, fields, count);
    event.queue = field_of(file->columns, COLUMN_ID, fields, count);
    event.queue = event.queue.length > 0 ? event.queue : field_of(file->columns, COLUMN_JOB, fields, count);
    struct slice host = field_of(file->columns, COLUMN_HOST, fields, count); /* "mx.example.com (192.0.2.1)" */
    event.host = slice_of(host.at, address_end(host.at, host.at + host.length));
    event.text = field_of(file->columns, COLUMN_TEXT, fields, count);
    event.text = event.text.length > 0 ? event.text : field_of(file->columns, COLUMN_STATUS, fields, count);
    struct slice time = field_of(file->columns, COLUMN_TIME, fields, count);
    read_time(time.at, time.at + time.length, &file->clock, &event.when);
    take_event(worker, &event);
}

/* Exchange */
static const char *const exchange_names[COLUMN_COUNT] = {"event-id",         "date-time",       "recipient-address",
                                                         "recipient-status", "source-context",  "server-hostname",
                                                         "client-ip",        "internal-message-id", "message-id"};

static void name_exchange(struct worker *worker, const char *at, const char *end) {
    struct slice fields[FIELDS_MAX];
    int count = split(worker, at, end, fields);
    name_columns(worker->chunk.file->columns, exchange_names, fields, count);
}

/* "[{LRT=...};{LED=550 5.1.1 ...};{FQDN=mx.example.com};{IP=192.0.2.1}]" has the reply as LED. */
static void read_status(struct slice status, struct event *event) {
    const char *end = status.at + status.length;
    struct slice last = between(status.at, end, "LED=", '}');
    event->text = last.length > 0 ? last : status;
    event->host = between(status.at, end, "FQDN=", '}');
}

/* Exchange writes other logs beside it, of the protocol and of connections, with other columns. */
static void complain_of_columns(struct log_file *file) {
    if (!file->strange) {
        complain("%s: no message tracking log of Exchange: no #Fields line names event-id, recipient-address and recipient-status; "
                 "use the files of the directory MessageTracking", file->name);
        file->strange = 1;
    }
}

static void read_exchange(struct worker *worker, const char *at, const char *end) {
    static const char mark[] = "#Fields: ";
    struct slice fields[FIELDS_MAX];
    struct event event = {.format = FORMAT_EXCHANGE};
    const struct columns *columns = worker->chunk.file->columns;
    at += end - at > 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* The byte order mark. */
    if (*at == '#') {
        if ((size_t)(end - at) > sizeof mark && memcmp(at, mark, sizeof mark - 1) == 0) {
            name_exchange(worker, at + sizeof mark - 1, end);
        }
        return;
    }
    if (columns->at[COLUMN_TYPE] < 0 || columns->at[COLUMN_RECIPIENT] < 0 || columns->at[COLUMN_STATUS] < 0) {
        complain_of_columns(worker->chunk.file);
        return;
    }
    if (find_text(at, end, ",FAIL,") == NULL && find_text(at, end, ",DEFER,") == NULL) {
        return;
    }
    int count = split(worker, at, end, fields);
    struct slice type = field_of(columns, COLUMN_TYPE, fields, count);
    if (!is(type, "FAIL") && !is(type, "DEFER")) {
        return;
    }
    event.result = type.at[0] == 'F' ? RESULT_BOUNCED : RESULT_DEFERRED;
    event.queue = field_of(columns, COLUMN_ID, fields, count);
    struct slice time = field_of(columns, COLUMN_TIME, fields, count);
    read_time(time.at, time.at + time.length, &worker->chunk.file->clock, &event.when);
    read_status(field_of(columns, COLUMN_STATUS, fields, count), &event);
    take_each(worker, &event, field_of(columns, COLUMN_RECIPIENT, fields, count), ';');
}

static struct columns *first_columns(enum format format) {
    struct columns *columns = must_allocate(NULL, 1, sizeof *columns);
    *columns = pmta_columns;
    for (int i = 0; format == FORMAT_EXCHANGE && i < COLUMN_COUNT; i++) {
        columns->at[i] = -1;
    }
    return columns;
}

void read_csv(struct worker *worker) {
    struct log_file *file = worker->chunk.file;
    const char *at = worker->chunk.data, *end = at + worker->chunk.length;
    file->columns = file->columns == NULL ? first_columns(file->format) : file->columns;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop == NULL ? end : stop;
        const char *last = stop > at && stop[-1] == '\r' ? stop - 1 : stop;
        if (last > at) {
            (file->format == FORMAT_PMTA ? read_pmta : read_exchange)(worker, at, last);
        }
        at = stop + 1;
    }
}

/* qmail */

static uint64_t read_number(const char **at, const char *end) {
    uint64_t number = 0;
    for (; *at < end && **at >= '0' && **at <= '9' && number < UINT64_MAX / 100; ++*at) {
        number = number * 10 + (uint64_t)(**at - '0');
    }
    return number;
}

static void copy_slice(struct slice from, char *to, size_t room) {
    size_t length = from.length < room ? from.length : room - 1;
    memcpy(to, from.at, length);
    to[length] = '\0';
}

/* "starting delivery 12: msg 345 to remote bob@example.com" */
static void note_start(struct deliveries *deliveries, const char *at, const char *end) {
    uint64_t number = read_number(&at, end);
    struct delivery *slot = &deliveries->slots[number % DELIVERIES];
    struct slice message = between(at, end, "msg ", ' ');
    const char *to = find_text(at, end, " to ");
    const char *address = to == NULL ? NULL : memchr(to + 4, ' ', (size_t)(end - to - 4)); /* behind "remote" or "local" */
    slot->number = number;
    copy_slice(message, slot->message, sizeof slot->message);
    copy_slice(address == NULL ? (struct slice){"", 0} : slice_of(address + 1, end), slot->recipient, sizeof slot->recipient);
}

/* "delivery 12: failure: Remote_host_said:_550_no/" */
static void take_result(struct worker *worker, const struct line *line, const char *at) {
    struct event event = {.format = FORMAT_QMAIL};
    uint64_t number = read_number(&at, line->end);
    const struct delivery *slot = &worker->chunk.file->deliveries->slots[number % DELIVERIES];
    const char *failure = find_text(at, at + 11 < line->end ? at + 11 : line->end, ": failure: ");
    const char *deferral = find_text(at, at + 12 < line->end ? at + 12 : line->end, ": deferral: ");
    if (failure != at && deferral != at) {
        return;
    }
    at += failure == at ? 11 : 12;
    char *text = arena_take(&worker->arena, (size_t)(line->end - at) + 1);
    for (const char *from = at; from < line->end; from++) {
        text[from - at] = *from == '_' ? ' ' : *from;
    }
    event.result = failure != NULL ? RESULT_BOUNCED : RESULT_DEFERRED;
    event.text = (struct slice){text, (uint32_t)(line->end - at)};
    if (slot->number == number) {
        event.queue = (struct slice){slot->message, (uint32_t)strlen(slot->message)};
        event.recipient = (struct slice){slot->recipient, (uint32_t)strlen(slot->recipient)};
        char *copy = arena_take(&worker->arena, sizeof *slot);
        memcpy(copy, slot, sizeof *slot); /* The slot may be another delivery's before the event is counted. */
        event.queue.at = copy + offsetof(struct delivery, message);
        event.recipient.at = copy + offsetof(struct delivery, recipient);
    }
    read_time(line->at, line->end, &worker->chunk.file->clock, &event.when);
    take_event(worker, &event);
}

static int read_qmail_line(struct worker *worker, const struct line *line) {
    const char *start = find_text(line->at, line->end, "starting delivery ");
    const char *result = start != NULL ? NULL : find_text(line->at, line->end, "delivery ");
    if (start != NULL) {
        note_start(worker->chunk.file->deliveries, start + 18, line->end);
    } else if (result != NULL) {
        take_result(worker, line, result + 9);
    }
    return result != NULL;
}

void read_qmail(struct worker *worker) {
    struct log_file *file = worker->chunk.file;
    if (file->deliveries == NULL) {
        file->deliveries = must_allocate(NULL, 1, sizeof *file->deliveries);
        memset(file->deliveries, 0, sizeof *file->deliveries);
    }
    read_lines(worker, read_qmail_line);
}

/* Detection */

static int looks_like_replies(const char *text, const char *end) {
    unsigned lines = 0, replies = 0;
    while (text < end && lines < 20) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        stop = stop == NULL ? end : stop;
        int coded = stop - text > 4 && (*text == '4' || *text == '5') && text[1] >= '0' && text[1] <= '7' && text[2] >= '0' &&
                    text[2] <= '9' && (text[3] == ' ' || text[3] == '-');
        replies += (unsigned)coded;
        lines += stop > text;
        text = stop + 1;
    }
    return lines > 0 && replies * 2 > lines;
}

enum format detect_format(const char *text, size_t length) {
    if (length == 0) {
        return FORMAT_AUTO;
    }
    const char *end = text + length, *first = memchr(text, '\n', length);
    first = first == NULL ? end : first;
    if (length > 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3; /* Exchange writes a byte order mark. */
    }
    if (find_text(text, first, "timeLogged") != NULL && find_text(text, first, "type") == text) {
        return FORMAT_PMTA;
    }
    if (text < end && *text == '#' && (find_text(text, end, "#Fields: ") != NULL || find_text(text, first, "Exchange") != NULL)) {
        return FORMAT_EXCHANGE;
    }
    if (find_text(text, end, "starting delivery ") != NULL &&
        (find_text(text, end, " to remote ") != NULL || find_text(text, end, " to local ") != NULL)) {
        return FORMAT_QMAIL;
    }
    return looks_like_replies(text, end) ? FORMAT_RAW : FORMAT_AUTO;
}
