/*
 * smtp5xx log: events as lines, TSV or JSON.
 *
 * What remote servers and strangers wrote is escaped: in TSV, what is not printable, what is no UTF-8, and backslashes, as
 * \xNN; in JSON as its grammar asks (RFC 8259 7), and what is no UTF-8 becomes U+FFFD. SPDX-License-Identifier: MIT
 */
#include "log.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static const char hex[] = "0123456789abcdef";

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Has the high bit of some byte set if one of the eight is zero. */
static uint64_t zero_in(uint64_t bytes) {
    return (bytes - EACH(1)) & ~bytes;
}

#ifdef __SSE2__
/* As plain_run(), sixteen at a time. Bytes of 0x80 and more are negative here, and so below the blank. */
static size_t plain_blocks(const char *text, size_t length) {
    size_t at = 0;
    for (; length - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text + at));
        __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
        __m128i outside = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)), _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f)));
        if (_mm_movemask_epi8(_mm_or_si128(marks, outside)) != 0) {
            break;
        }
    }
    return at;
}
#else
static size_t plain_blocks(const char *text, size_t length) {
    (void)text, (void)length;
    return 0;
}
#endif

/* How many bytes from `at` on need no escape in either form: printable ASCII without quotes and backslashes. Eight or more at
 * a time, since most of what is written is nothing else. */
static size_t plain_run(const char *text, size_t length) {
    static const unsigned char special[256] = {['"'] = 1, ['\\'] = 1, [0x7f] = 1};
    size_t at = plain_blocks(text, length);
    for (; length - at >= 8; at += 8) {
        uint64_t bytes;
        memcpy(&bytes, text + at, sizeof bytes);
        uint64_t low = (bytes - EACH(0x20)) & ~bytes, marks = zero_in(bytes ^ EACH('"')) | zero_in(bytes ^ EACH('\\'));
        if (((low | marks | zero_in(bytes ^ EACH(0x7f)) | bytes) & EACH(0x80)) != 0) {
            break;
        }
    }
    while (at < length && (unsigned char)text[at] >= 0x20 && (unsigned char)text[at] < 0x80 && !special[(unsigned char)text[at]]) {
        at++;
    }
    return at;
}

static void add_escaped(struct buffer *out, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        const char escaped[4] = {'\\', 'x', hex[byte >> 4], hex[byte & 15]};
        buffer_add(out, escaped, sizeof escaped);
    }
}

void write_cell(struct buffer *out, const char *text, size_t length) {
    for (size_t at = 0; at < length;) {
        size_t run = plain_run(text + at, length - at);
        buffer_add(out, text + at, run);
        at += run;
        if (at == length) {
            break;
        }
        size_t size = utf8_length(text + at, length - at);
        if (size == 0 || text[at] == '\\' || is_unsafe(text + at, size)) {
            size = size == 0 ? 1 : size;
            add_escaped(out, text + at, size);
        } else {
            buffer_add(out, text + at, size);
        }
        at += size;
    }
}

static uint32_t code_point(const char *text, size_t size) {
    const unsigned char *byte = (const unsigned char *)text;
    uint32_t value = size == 1 ? byte[0] : size == 2 ? byte[0] & 31U : byte[0] & 15U;
    for (size_t i = 1; i < size; i++) {
        value = value << 6 | (byte[i] & 63U);
    }
    return value;
}

void write_json_string(struct buffer *out, const char *text, size_t length) {
    buffer_add(out, "\"", 1);
    for (size_t at = 0; at < length;) {
        size_t run = plain_run(text + at, length - at);
        buffer_add(out, text + at, run);
        at += run;
        if (at == length) {
            break;
        }
        size_t size = utf8_length(text + at, length - at);
        if (size == 0) {
            buffer_add(out, "\xef\xbf\xbd", 3);
        } else if (text[at] == '"' || text[at] == '\\') {
            char pair[2] = {'\\', text[at]};
            buffer_add(out, pair, 2);
        } else if (is_unsafe(text + at, size)) { /* Below U+10000, all of them. */
            uint32_t value = code_point(text + at, size);
            char escape[6] = {'\\', 'u', hex[value >> 12 & 15], hex[value >> 8 & 15], hex[value >> 4 & 15], hex[value & 15]};
            buffer_add(out, escape, sizeof escape);
        } else {
            buffer_add(out, text + at, size);
        }
        at += size == 0 ? 1 : size;
    }
    buffer_add(out, "\"", 1);
}

static size_t write_number(char *out, uint32_t number) {
    char digits[10];
    size_t count = 0, i;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    for (i = 0; i < count; i++) {
        out[i] = digits[count - 1 - i];
    }
    return count;
}

/* An event's fields as texts, in the order of the columns. */
enum field {
    FIELD_TIME, FIELD_MAILER, FIELD_RESULT, FIELD_QUEUE, FIELD_RECIPIENT, FIELD_HOST, FIELD_IP, FIELD_REASON, FIELD_ACTION,
    FIELD_CONFIDENCE, FIELD_JUDGED, FIELD_PARTY, FIELD_PROVIDER, FIELD_CODE, FIELD_STATUS, FIELD_RULE, FIELD_TABLE, FIELD_REPLY,
    FIELD_COUNT
};
static const struct {
    const char *name;
    char is_number, is_hostile; /* hostile: others wrote it, and it must be escaped */
} field_kinds[FIELD_COUNT] = {
    {"time", 0, 0},   {"mailer", 0, 0},     {"result", 0, 0}, {"queue_id", 0, 1}, {"recipient", 0, 1}, {"host", 0, 1},
    {"ip", 0, 1},     {"reason", 0, 0},     {"action", 0, 0}, {"confidence", 1, 0}, {"judged", 0, 0},  {"party", 0, 0},
    {"provider", 0, 0}, {"code", 1, 0},     {"status", 0, 0}, {"rule", 1, 0},     {"table", 1, 0},     {"reply", 0, 1},
};

static struct slice named(const char *name) {
    return (struct slice){name, (uint32_t)strlen(name)};
}

static struct slice numbered(char *room, uint32_t number) {
    return (struct slice){room, number == 0 ? 0 : (uint32_t)write_number(room, number)};
}

static struct slice status_of(char *room, const smtp5xx_verdict *verdict) {
    if (verdict->enhanced_class == 0) {
        return (struct slice){room, 0};
    }
    size_t length = write_number(room, verdict->enhanced_class);
    room[length++] = '.';
    length += write_number(room + length, verdict->enhanced_subject);
    room[length++] = '.';
    length += write_number(room + length, verdict->enhanced_detail);
    return (struct slice){room, (uint32_t)length};
}

static struct slice redacted_text(struct worker *worker, struct slice said) {
    size_t room = 4 * (size_t)said.length + 16;
    char *text = arena_take(&worker->arena, room);
    int length = smtp5xx_redact(said.at, said.length, text, room);
    return (struct slice){text, length < 0 ? 0 : (uint32_t)((size_t)length < room ? (size_t)length : strlen(text))};
}

static void redact_fields(struct worker *worker, struct slice *fields) {
    fields[FIELD_QUEUE] = fields[FIELD_QUEUE].length > 0 ? SLICE("<id>") : fields[FIELD_QUEUE];
    fields[FIELD_RECIPIENT] = fields[FIELD_RECIPIENT].length > 0 ? SLICE("<address>") : fields[FIELD_RECIPIENT];
    fields[FIELD_IP] = fields[FIELD_IP].length > 0 ? SLICE("<ip>") : fields[FIELD_IP];
    fields[FIELD_HOST] = redacted_text(worker, fields[FIELD_HOST]);
    fields[FIELD_REPLY] = redacted_text(worker, fields[FIELD_REPLY]);
}

/* Room for all of the line is made at once, as long as nothing in it is longer escaped. */
static void write_tsv(struct buffer *out, const struct slice *fields) {
    size_t room = 0;
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        room += (size_t)fields[i].length + 2;
    }
    buffer_reserve(out, room);
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        if (fields[i].length == 0) {
            out->data[out->length++] = '-';
        } else if (field_kinds[i].is_hostile && plain_run(fields[i].at, fields[i].length) < fields[i].length) {
            write_cell(out, fields[i].at, fields[i].length);
            buffer_reserve(out, room);
        } else {
            memcpy(out->data + out->length, fields[i].at, fields[i].length);
            out->length += fields[i].length;
        }
        out->data[out->length++] = i + 1 < FIELD_COUNT ? '\t' : '\n';
    }
}

/* What is not known is null. */
static void write_jsonl(struct buffer *out, const struct slice *fields) {
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        buffer_add(out, i == 0 ? "{\"" : ",\"", 2);
        buffer_add(out, field_kinds[i].name, strlen(field_kinds[i].name));
        buffer_add(out, "\":", 2);
        if (fields[i].length == 0) {
            buffer_add(out, "null", 4);
        } else if (field_kinds[i].is_number) {
            buffer_add(out, fields[i].at, fields[i].length);
        } else {
            write_json_string(out, fields[i].at, fields[i].length);
        }
    }
    buffer_add(out, "}\n", 2);
}

/* The date is that of the last event, mostly: only the time of day is written anew. */
static size_t stamp(struct worker *worker, const struct when *when, char *out) {
    enum { DAY = 86400, DATE = 11, CLOCK = 8 };
    int64_t second = when->seconds - worker->day_start;
    if (worker->day[0] == '\0' || second < 0 || second >= DAY || when->has_offset) {
        size_t length = write_time(when, out);
        memcpy(worker->day, out, DATE);
        worker->day_start = when->seconds - ((when->seconds % DAY) + DAY) % DAY;
        return length;
    }
    unsigned parts[3] = {(unsigned)second / 3600, (unsigned)second / 60 % 60, (unsigned)second % 60};
    memcpy(out, worker->day, DATE);
    for (unsigned i = 0; i < 3; i++) {
        out[DATE + 3 * i] = (char)('0' + parts[i] / 10);
        out[DATE + 3 * i + 1] = (char)('0' + parts[i] % 10);
        out[DATE + 3 * i + 2] = ':';
    }
    return DATE + CLOCK;
}

void write_event(struct worker *worker, const struct event *event) {
    const smtp5xx_verdict *verdict = &event->verdict;
    char numbers[5][16], time[TIME_SIZE], status[32];
    size_t time_length = event->when.known ? stamp(worker, &event->when, time) : 0;
    struct slice fields[FIELD_COUNT] = {
        [FIELD_TIME] = {time, (uint32_t)time_length},
        [FIELD_MAILER] = named(format_names[event->format]),
        [FIELD_RESULT] = named(result_names[event->result]),
        [FIELD_QUEUE] = event->queue,
        [FIELD_RECIPIENT] = event->recipient,
        [FIELD_HOST] = event->host,
        [FIELD_IP] = event->ip,
        [FIELD_REASON] = named(smtp5xx_reason_name(verdict->reason)),
        [FIELD_ACTION] = named(smtp5xx_action_name(event->advice.action)),
        [FIELD_CONFIDENCE] = numbered(numbers[0], verdict->confidence),
        [FIELD_JUDGED] = named(smtp5xx_permanence_name(verdict->judged)),
        [FIELD_PARTY] = named(smtp5xx_party_name(event->advice.party)),
        [FIELD_PROVIDER] = named(smtp5xx_provider_name(event->provider)),
        [FIELD_CODE] = numbered(numbers[1], verdict->code),
        [FIELD_STATUS] = status_of(status, verdict),
        [FIELD_RULE] = numbered(numbers[2], verdict->rule),
        [FIELD_TABLE] = numbered(numbers[3], smtp5xx_table_version()),
        [FIELD_REPLY] = event->said,
    };
    if (worker->options->redact) {
        redact_fields(worker, fields);
    }
    (worker->options->output == OUTPUT_TSV ? write_tsv : write_jsonl)(&worker->out, fields);
}
