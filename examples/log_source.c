/*
 * smtp5xx log: bytes of files, standard input and followed files, as chunks of whole lines.
 *
 * One lock is around source_next(), so that here is only one thread at a time. A line that does not end in a chunk is kept
 * for the next one; one that is longer than a chunk is cut, counted and told of. SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L
#define _GNU_SOURCE
#include "log_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct source {
    const struct log_options *options;
    struct log_file *files;
    int count, current; /* current: -1 before the first */
    struct input *input;
    struct stat status;  /* of the file when it was opened */
    uint64_t file_bytes; /* of the current file, as they lie on the disk */
    char *carry;         /* the beginning of a line whose end has not come */
    size_t carried;
    int skipping;        /* inside a line that is too long */
    int waiting;         /* the followed file is not there; it was told */
    uint64_t sequence, bytes_before;
    struct source_state state;
};

static void fail(struct source *source, int code) {
    source->state.code = source->state.code == EXIT_IO ? EXIT_IO : code;
}

/* The clock of logs without years: that of the file's last change, or now. */
static struct clock clock_of_file(const struct source *source, int fd) {
    struct stat status;
    struct tm parts;
    time_t then = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? status.st_mtime : time(NULL);
    localtime_r(&then, &parts);
    if (source->options->year != 0) {
        return (struct clock){source->options->year, 12, 1};
    }
    return (struct clock){parts.tm_year + 1900, parts.tm_mon + 1, 0};
}

static const char *name_of(const char *file) {
    return strcmp(file, "-") == 0 ? "standard input" : file;
}

struct source *source_open(const struct log_options *options) {
    struct source *source = must_allocate(NULL, 1, sizeof *source);
    memset(source, 0, sizeof *source);
    source->options = options;
    source->count = options->file_count;
    source->current = -1;
    source->files = must_allocate(NULL, (size_t)source->count, sizeof *source->files);
    source->carry = must_allocate(NULL, CHUNK_ROOM, 1);
    for (int i = 0; i < source->count; i++) {
        struct stat status;
        source->files[i] = (struct log_file){.name = name_of(options->files[i]), .format = options->format};
        int regular = strcmp(options->files[i], "-") == 0 ? fstat(STDIN_FILENO, &status) == 0 : stat(options->files[i], &status) == 0;
        source->state.total += regular && S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
    }
    return source;
}

void source_close(struct source *source) {
    input_close(source->input);
    for (int i = 0; i < source->count; i++) {
        free_state(&source->files[i]);
    }
    free(source->files);
    free(source->carry);
    free(source);
}

struct source_state source_state(const struct source *source) {
    struct source_state state = source->state;
    state.bytes = source->bytes_before + (source->input == NULL ? 0 : input_position(source->input));
    return state;
}

static int open_file(struct source *source, int index) {
    const char *name = source->options->files[index];
    int fd = strcmp(name, "-") == 0 ? dup(STDIN_FILENO) : open(name, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &source->status) == 0 && S_ISDIR(source->status.st_mode)) {
        close(fd);
        fd = -1;
        errno = EISDIR;
    }
    if (fd < 0) {
        return 0;
    }
    source->input = input_open(fd, source->files[index].name);
    if (input_error(source->input) != EXIT_FINE) {
        fail(source, input_error(source->input));
    }
    source->files[index].clock = clock_of_file(source, fd);
    source->carried = 0;
    source->skipping = 0;
    return 1;
}

/* A file that has become shorter while it was read was cut by somebody: what is gone cannot be told, but that it is. */
static void look_for_cut(struct source *source, const struct log_file *file) {
    struct stat now;
    int fd = input_descriptor(source->input);
    if (S_ISREG(source->status.st_mode) && fstat(fd, &now) == 0 && now.st_size < source->status.st_size) {
        complain("%s: was cut from %lld to %lld bytes while it was read", file->name, (long long)source->status.st_size,
                 (long long)now.st_size);
        fail(source, EXIT_IO);
    }
}

static void end_file(struct source *source) {
    struct log_file *file = &source->files[source->current];
    look_for_cut(source, file);
    source->bytes_before += input_position(source->input);
    input_close(source->input);
    source->input = NULL;
}

/* Moves on to the next file that can be opened. Returns 0 at the end. */
static int next_file(struct source *source) {
    while (++source->current < source->count) {
        if (open_file(source, source->current)) {
            return 1;
        }
        complain("%s: %s", source->files[source->current].name, strerror(errno));
        fail(source, EXIT_IO);
    }
    return 0;
}

/* Fills the chunk up to `wish` bytes, or to its room when no line ends before. Returns 1 at the end of the file. */
static int fill(struct source *source, struct chunk *chunk, size_t wish) {
    while (chunk->length < wish || (chunk->length < CHUNK_ROOM && memrchr(chunk->data, '\n', chunk->length) == NULL)) {
        size_t room = (chunk->length < wish ? wish : CHUNK_ROOM) - chunk->length;
        ssize_t got = input_read(source->input, chunk->data + chunk->length, room);
        if (got < 0) {
            fail(source, input_error(source->input));
            return 1;
        }
        if (got == 0) {
            return 1;
        }
        chunk->length += (size_t)got;
        if (source->options->follow && memrchr(chunk->data, '\n', chunk->length) != NULL) {
            break; /* What has come is worth a look. */
        }
    }
    return 0;
}

/* Drops the rest of a line that was too long. Returns 1 if all of the chunk was that rest. */
static int skip_rest(struct source *source, struct chunk *chunk) {
    const char *end = memchr(chunk->data, '\n', chunk->length);
    size_t length = end == NULL ? chunk->length : (size_t)(end - chunk->data) + 1;
    source->state.cut_bytes += length;
    source->skipping = end == NULL;
    chunk->length -= length;
    memmove(chunk->data, chunk->data + length, chunk->length);
    return chunk->length == 0;
}

/* Keeps for later what comes behind the last line break. */
static void carry_rest(struct source *source, struct chunk *chunk) {
    const char *last = memrchr(chunk->data, '\n', chunk->length);
    if (last != NULL) {
        size_t whole = (size_t)(last - chunk->data) + 1;
        source->carried = chunk->length - whole;
        memcpy(source->carry, chunk->data + whole, source->carried);
        chunk->length = whole;
    } else if (chunk->length == CHUNK_ROOM) {
        source->skipping = 1;
        source->state.long_lines++;
    } else {
        source->carried = chunk->length;
        memcpy(source->carry, chunk->data, source->carried);
        chunk->length = 0;
    }
}

/* Only the last file is followed: the others are older ones. */
static int is_followed(const struct source *source) {
    return source->options->follow && source->current == source->count - 1;
}

/* The next chunk of the open file; its length may be 0. Returns 1 at the end of the file. */
static int read_some(struct source *source, struct chunk *chunk) {
    memcpy(chunk->data, source->carry, source->carried);
    chunk->length = source->carried;
    source->carried = 0;
    int ended = fill(source, chunk, CHUNK_WISH);
    if (source->skipping && skip_rest(source, chunk)) {
        return ended;
    }
    if (!ended || is_followed(source)) {
        carry_rest(source, chunk);
    }
    return ended;
}

static void look_at_format(struct log_file *file, const struct chunk *chunk) {
    if (file->format == FORMAT_AUTO && !file->looked_at) {
        file->format = detect_format(chunk->data, chunk->length);
        file->looked_at = 1;
    }
}

/* Following. The name leads to another file: the log was rotated. The file is shorter than what was read: it was emptied. */
static int was_replaced(struct source *source) {
    struct stat now;
    const char *name = source->options->files[source->current];
    if (strcmp(name, "-") == 0) {
        return 0;
    }
    if (stat(name, &now) != 0) {
        if (!source->waiting) {
            complain("%s: is gone: waiting until it is there again", name);
            source->waiting = 1;
        }
        return 0;
    }
    source->waiting = 0;
    if (now.st_dev != source->status.st_dev || now.st_ino != source->status.st_ino) {
        return 1;
    }
    if ((uint64_t)now.st_size < input_position(source->input)) {
        complain("%s: was cut: going on at its beginning", name);
        return 1;
    }
    return 0;
}

/* At the end of a followed file: what a writer has begun as its last line in a file that was then replaced is a line. */
static int follow(struct source *source, struct chunk *chunk) {
    if (!was_replaced(source)) {
        return -1;
    }
    size_t room = CHUNK_ROOM - source->carried;
    ssize_t got = input_read(source->input, chunk->data + source->carried, room < CHUNK_WISH ? room : CHUNK_WISH); /* Nothing may have come in the meantime. */
    if (got > 0) {
        memcpy(chunk->data, source->carry, source->carried);
        chunk->length = source->carried + (size_t)got;
        source->carried = 0;
        carry_rest(source, chunk);
        return 1;
    }
    memcpy(chunk->data, source->carry, source->carried);
    chunk->length = source->carried;
    source->bytes_before += input_position(source->input);
    input_close(source->input);
    source->input = NULL;
    if (!open_file(source, source->current)) {
        source->current--;
        source->carried = 0;
    }
    return 1;
}

int source_next(struct source *source, struct chunk *chunk) {
    for (;;) {
        if (source->input == NULL && !next_file(source)) {
            return 0;
        }
        struct log_file *file = &source->files[source->current];
        chunk->file = file;
        int ended = read_some(source, chunk), came = 1;
        if (ended && !is_followed(source)) {
            end_file(source);
        } else if (ended && chunk->length == 0) {
            came = follow(source, chunk);
        }
        if (came < 0) {
            return -1;
        }
        if (chunk->length > 0) {
            look_at_format(file, chunk);
            chunk->sequence = source->sequence++;
            chunk->position = source_state(source).bytes;
            return 1;
        }
    }
}
