/*
 * What the files of `smtp5xx log` share.
 *
 * Bytes come in chunks of whole lines (log_source.c). A worker looks for candidates in its chunk (log_scan.c), reads what the
 * mailer wrote there (log_formats.c, log_csv.c, log_json.c), has it judged and makes lines of output of it (log_judge.c,
 * log_write.c). Then, in the order of the chunks, the output is written and the events are counted (log_run.c, log_tally.c).
 * At the end come the report (log_report.c) and the files (log_lists.c). SPDX-License-Identifier: MIT
 */
#ifndef LOG_H
#define LOG_H

#include "app.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of text that lies elsewhere. */
struct slice {
    const char *at;
    uint32_t length;
};
#define SLICE(literal) ((struct slice){literal, sizeof(literal) - 1})

/* A place of time as the log's own clock shows it. */
struct when {
    int64_t seconds; /* since 1970-01-01T00:00 of that clock */
    int16_t offset;  /* minutes east of UTC, if has_offset */
    uint8_t known, has_offset;
};

enum format {
    FORMAT_AUTO,
    FORMAT_POSTFIX,
    FORMAT_EXIM,
    FORMAT_SENDMAIL,
    FORMAT_QMAIL,
    FORMAT_OPENSMTPD,
    FORMAT_EXCHANGE,
    FORMAT_KUMOMTA,
    FORMAT_PMTA,
    FORMAT_SES,
    FORMAT_RAW,
    FORMAT_COUNT
};
extern const char *const format_names[FORMAT_COUNT];

enum result { RESULT_DEFERRED, RESULT_BOUNCED, RESULT_COUNT };
extern const char *const result_names[RESULT_COUNT];

/* A delivery attempt that was refused. The slices lie in the chunk, or in the worker's arena. */
struct event {
    struct when when;
    struct slice queue, recipient, host, ip; /* ip: the sending one, if the log tells */
    struct slice text;                       /* what the mailer wrote of the failure */
    struct slice status;                     /* the enhanced status code that it shows apart from that */
    struct slice said;                       /* what of it the remote server said */
    struct slice wording;                    /* the same, redacted, for the report */
    uint64_t wording_hash;
    uint8_t format, result, stage;
    uint16_t provider;
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;
};

/* Memory that lives as long as a chunk. */
struct arena {
    struct arena_block *blocks, *current;
};
char *arena_take(struct arena *arena, size_t size);
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

struct buffer {
    char *data;
    size_t length, room;
};
/* Room for so many more bytes; ends the program when there is no memory. */
char *buffer_reserve(struct buffer *buffer, size_t more);
void buffer_add(struct buffer *buffer, const char *text, size_t length);
void *must_allocate(void *old, size_t count, size_t size);

/* Time */

struct clock {
    int year, month; /* when a log without years ends: that of the file */
    int fixed;       /* --year: every line is of that year */
};
/* Reads the time at the beginning of a line. Returns where it ends, or `line` if there is none. */
const char *read_time(const char *line, const char *end, const struct clock *clock, struct when *when);
struct when when_of_epoch(int64_t seconds);
/* "2026-11-25", with or without a time; or "90m", "12h", "7d" ago. */
struct limit {
    int64_t wall, absolute;
    int set;
};
int read_limit(const char *text, int64_t now, struct limit *limit);
/* -1, 0 or 1: before, at or after the limit. */
int compare_time(const struct when *when, const struct limit *limit);
enum { TIME_SIZE = 32 };
size_t write_time(const struct when *when, char *out);

/* Options */

struct log_options {
    enum format format;
    enum { OUTPUT_REPORT, OUTPUT_TSV, OUTPUT_JSONL } output;
    const char *suppress, *prometheus, *unknown;
    int explain, redact, follow, threads, year;
    struct limit since, until;
    smtp5xx_context context; /* of --rules */
    struct own_rules own;
    char **files;
    int file_count;
};

/* Source */

enum { CHUNK_ROOM = 1 << 20, CHUNK_WISH = 384 << 10 };

/* What is known of a file, for all its chunks. */
struct log_file {
    const char *name;
    enum format format; /* never AUTO once it was looked at, unless several text formats are possible */
    struct clock clock;
    struct columns *columns;      /* of CSV */
    struct deliveries *deliveries; /* of qmail */
    int looked_at;                 /* AUTO: its format was looked for */
    int strange;                   /* it is not what its format promises; it was told */
};
/* Whether chunks of the format must be read one after the other, because lines depend on earlier ones. */
int is_serial(enum format format);
void free_state(struct log_file *file);

struct chunk {
    char *data;
    size_t length;
    struct log_file *file;
    uint64_t sequence;
    uint64_t position; /* of the source when the chunk was read, for the progress */
};

struct source;
struct source *source_open(const struct log_options *options);
void source_close(struct source *source);
/* Fills the next chunk. Returns 1, 0 at the end, -1 when nothing has come while following. */
int source_next(struct source *source, struct chunk *chunk);
/* Exit code so far, and what was noticed. */
struct source_state {
    int code;
    uint64_t bytes, total; /* total: 0 if not known */
    uint64_t long_lines, cut_bytes;
};
struct source_state source_state(const struct source *source);

/* Scan */

enum probe_kind { PROBE_POSTFIX, PROBE_EXIM, PROBE_SENDMAIL, PROBE_OPENSMTPD, PROBE_BOUNCE, PROBE_TRANSIENT, PROBE_DELAY,
                  PROBE_EXPIRED };
struct scanner {
    unsigned char nibbles[6][16]; /* low and high halves of three bytes: which probes they allow */
    unsigned char bytes[3][256];
};
/* Prepares a scanner for the probes of one format, or of all for AUTO. */
void scanner_prepare(struct scanner *scanner, enum format format);
/* The first place from `at` on where a probe holds; `length` if there is none. Its kinds go to *kinds, a bit each. */
size_t scan(const struct scanner *scanner, const char *text, size_t at, size_t length, unsigned *kinds);

/* Workers */

enum { PROVIDER_CACHE = 1024, HOST_KEY = 88 };
struct provider_entry {
    char key[HOST_KEY]; /* host, NUL, domain */
    uint16_t length, provider;
};

struct verdicts;
struct worker {
    struct run *run;
    const struct log_options *options;
    const struct scanner *scanners; /* by format */
    struct chunk chunk;
    struct arena arena;
    struct buffer out;
    struct event *events; /* for the tally, if there is one */
    size_t count, room;
    int wants_events, wants_wording;
    struct provider_entry *providers;
    struct verdicts *verdicts;
    char day[16]; /* of the last time that was written */
    int64_t day_start;
};

/* Judges the event, and keeps it if it is a refusal of the time that is asked for. */
void take_event(struct worker *worker, struct event *event);
/* Verdict and advice for event->said, which was parsed of event->text. */
void judge_reply(struct worker *worker, struct event *event, const smtp5xx_reply *reply, const smtp5xx_context *context);
struct verdicts *verdicts_new(void);
/* "dsn=5.1.1, stat=User unknown" as a reply would have it: "5.1.1 User unknown". */
struct slice joined_text(struct worker *worker, struct slice status, struct slice text);
/* All events of the worker's chunk. */
void read_chunk(struct worker *worker);

/* Formats. They return 1 if the line was one of theirs. */
struct line {
    const char *at, *end, *probe; /* probe: the place that made it a candidate */
};
int read_postfix(struct worker *worker, const struct line *line);
int read_exim(struct worker *worker, const struct line *line);
int read_sendmail(struct worker *worker, const struct line *line);
int read_opensmtpd(struct worker *worker, const struct line *line);
int read_json(struct worker *worker, const struct line *line);
int read_raw(struct worker *worker, const struct line *line);
/* Line by line, in the order of the log: what one line says, a later one needs. */
void read_qmail(struct worker *worker);
void read_csv(struct worker *worker);
/* The format of a file, by its beginning: AUTO for a text log of one or several mailers. */
enum format detect_format(const char *text, size_t length);

const char *find_text(const char *at, const char *end, const char *text);
/* The end of an address: a blank, but not inside quotes. */
const char *address_end(const char *at, const char *end);
/* An event for each address of a list. */
void take_each(struct worker *worker, const struct event *event, struct slice list, char separator);
void read_lines(struct worker *worker, int (*reader)(struct worker *, const struct line *));
/* The text between a mark and a byte, from `at` on: "" if there is none. */
struct slice between(const char *at, const char *end, const char *mark, char closing);
struct slice slice_of(const char *at, const char *end);

/* Output */
void write_event(struct worker *worker, const struct event *event);
void write_cell(struct buffer *out, const char *text, size_t length);
void write_json_string(struct buffer *out, const char *text, size_t length);

/* Tally: only touched in the order of the log. */
struct tally;
struct tally *tally_new(const struct log_options *options);
void tally_free(struct tally *tally);
void tally_add(struct tally *tally, const struct event *event);
int tally_lists_open(struct tally *tally);
/* Writes and closes the files that were asked for. Returns an exit code. */
int tally_lists_finish(struct tally *tally);
int tally_prometheus(struct tally *tally, const struct source_state *state);
void print_report(const struct tally *tally, const struct log_options *options, const struct source_state *state);

/* Run */
int log_run(struct log_options *options);

#endif
