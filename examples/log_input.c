/*
 * smtp5xx log: plain files, and those that gzip, xz and zstd have compressed. What a file is tells its beginning and not its
 * name, so that it may also come through a pipe. Each library is optional when the program is built.
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L
#include "log_input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

enum { PACKED_ROOM = 64 << 10, XZ_MEMORY = 128 << 20 };
enum packing { UNPACKED, GZIP, XZ, ZSTD };

struct input {
    const char *name;
    int fd, code, at_end, finished; /* finished: a compressed stream has come to its own end */
    enum packing packing;
    uint64_t position;
    size_t at, length; /* of what lies in packed */
    unsigned char packed[PACKED_ROOM];
#ifdef HAVE_ZLIB
    z_stream zlib;
#endif
#ifdef HAVE_LZMA
    lzma_stream lzma;
#endif
#ifdef HAVE_ZSTD
    ZSTD_DStream *zstd;
#endif
};

static ssize_t read_descriptor(struct input *input, void *to, size_t room) {
    ssize_t got;
    do {
        got = read(input->fd, to, room);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        complain("%s: %s", input->name, strerror(errno));
        input->code = EXIT_IO;
        return -1;
    }
    input->position += (uint64_t)got;
    return got;
}

/* Gets more packed bytes when there are none. Returns 0 at the end, -1 after an error. */
static int refill(struct input *input) {
    if (input->at < input->length) {
        return 1;
    }
    ssize_t got = read_descriptor(input, input->packed, sizeof input->packed);
    input->at = 0;
    input->length = got > 0 ? (size_t)got : 0;
    return got > 0 ? 1 : (int)got;
}

static ssize_t bad_data(struct input *input, const char *what) {
    complain("%s: %s; what came before it is used", input->name, what);
    input->code = EXIT_DATA;
    input->packing = UNPACKED;
    input->at_end = 1;
    return -1;
}

static ssize_t cut_short(struct input *input) {
    return bad_data(input, "the compressed data end before their end: the file is cut");
}

#ifdef HAVE_ZLIB
static ssize_t read_gzip(struct input *input, char *to, size_t room) {
    z_stream *stream = &input->zlib;
    stream->next_out = (unsigned char *)to;
    stream->avail_out = (unsigned)room;
    while (stream->avail_out == room) {
        int more = refill(input);
        if (more <= 0) {
            return more < 0 ? -1 : input->finished ? 0 : cut_short(input);
        }
        if (input->finished) { /* Another member follows (RFC 1952 2.2). */
            inflateReset(stream);
            input->finished = 0;
        }
        stream->next_in = input->packed + input->at;
        stream->avail_in = (unsigned)(input->length - input->at);
        int result = inflate(stream, Z_NO_FLUSH);
        input->at = input->length - stream->avail_in;
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
            return bad_data(input, "the gzip data are damaged");
        }
        input->finished = result == Z_STREAM_END;
    }
    return (ssize_t)(room - stream->avail_out);
}
#endif

#ifdef HAVE_LZMA
static ssize_t read_xz(struct input *input, char *to, size_t room) {
    lzma_stream *stream = &input->lzma;
    stream->next_out = (unsigned char *)to;
    stream->avail_out = room;
    while (stream->avail_out == room && !input->finished) {
        int more = refill(input);
        if (more < 0) {
            return -1;
        }
        stream->next_in = input->packed + input->at;
        stream->avail_in = input->length - input->at;
        lzma_ret result = lzma_code(stream, more == 0 ? LZMA_FINISH : LZMA_RUN);
        input->at = input->length - stream->avail_in;
        input->finished = result == LZMA_STREAM_END;
        if (result == LZMA_MEMLIMIT_ERROR) {
            return bad_data(input, "needs more than 128 MiB to be decompressed");
        }
        if (result == LZMA_BUF_ERROR) {
            return cut_short(input);
        }
        if (result != LZMA_OK && result != LZMA_STREAM_END) {
            return bad_data(input, "the xz data are damaged");
        }
    }
    return (ssize_t)(room - stream->avail_out);
}
#endif

#ifdef HAVE_ZSTD
static ssize_t read_zstd(struct input *input, char *to, size_t room) {
    ZSTD_outBuffer out = {to, room, 0};
    while (out.pos == 0) {
        int more = refill(input);
        if (more <= 0) {
            return more < 0 ? -1 : input->finished ? 0 : cut_short(input);
        }
        ZSTD_inBuffer in = {input->packed, input->length, input->at};
        size_t result = ZSTD_decompressStream(input->zstd, &out, &in);
        input->at = in.pos;
        if (ZSTD_isError(result)) {
            return bad_data(input, "the zstd data are damaged");
        }
        input->finished = result == 0;
    }
    return (ssize_t)out.pos;
}
#endif

static ssize_t read_plain(struct input *input, char *to, size_t room) {
    size_t left = input->length - input->at;
    if (left > 0) {
        size_t taken = left < room ? left : room;
        memcpy(to, input->packed + input->at, taken);
        input->at += taken;
        return (ssize_t)taken;
    }
    return input->at_end ? 0 : read_descriptor(input, to, room);
}

ssize_t input_read(struct input *input, char *to, size_t room) {
    switch (input->packing) {
#ifdef HAVE_ZLIB
    case GZIP: return read_gzip(input, to, room);
#endif
#ifdef HAVE_LZMA
    case XZ: return read_xz(input, to, room);
#endif
#ifdef HAVE_ZSTD
    case ZSTD: return read_zstd(input, to, room);
#endif
    default: return read_plain(input, to, room);
    }
}

/* Starts the decompressor. Returns 0 if this program was built without it, or it fails. */
static int start(struct input *input) {
    switch (input->packing) {
#ifdef HAVE_ZLIB
    case GZIP: return inflateInit2(&input->zlib, 15 + 16) == Z_OK;
#endif
#ifdef HAVE_LZMA
    case XZ: return lzma_stream_decoder(&input->lzma, XZ_MEMORY, LZMA_CONCATENATED) == LZMA_OK;
#endif
#ifdef HAVE_ZSTD
    case ZSTD: return (input->zstd = ZSTD_createDStream()) != NULL;
#endif
    default: return input->packing == UNPACKED;
    }
}

static enum packing packing_of(const unsigned char *bytes, size_t length) {
    if (length >= 3 && memcmp(bytes, "\x1f\x8b\x08", 3) == 0) {
        return GZIP;
    }
    if (length >= 6 && memcmp(bytes, "\xfd" "7zXZ", 6) == 0) {
        return XZ;
    }
    return length >= 4 && memcmp(bytes, "\x28\xb5\x2f\xfd", 4) == 0 ? ZSTD : UNPACKED;
}

struct input *input_open(int fd, const char *name) {
    static const char *const tools[][3] = {{"", "", ""}, {"gzip", "zlib", "zlib1g-dev"}, {"xz", "liblzma", "liblzma-dev"},
                                           {"zstd", "libzstd", "libzstd-dev"}};
    struct input *input = must_allocate(NULL, 1, sizeof *input);
    memset(input, 0, sizeof *input);
    input->name = name;
    input->fd = fd;
    while (input->length < 6) { /* A pipe may bring its bytes one by one. */
        ssize_t got = read_descriptor(input, input->packed + input->length, sizeof input->packed - input->length);
        if (got <= 0) {
            break;
        }
        input->length += (size_t)got;
    }
    input->packing = packing_of(input->packed, input->length);
    if (!start(input)) {
        const char *const *tool = tools[input->packing];
        complain("%s: compressed by %s, and this smtp5xx was built without %s: install %s (Debian) and build it again, or "
                 "decompress the file", name, tool[0], tool[1], tool[2]);
        input->code = EXIT_DATA;
        input->packing = UNPACKED;
        input->at = input->length = 0;
        input->at_end = 1;
    }
    return input;
}

void input_close(struct input *input) {
    if (input == NULL) {
        return;
    }
#ifdef HAVE_ZLIB
    inflateEnd(&input->zlib);
#endif
#ifdef HAVE_LZMA
    lzma_end(&input->lzma);
#endif
#ifdef HAVE_ZSTD
    ZSTD_freeDStream(input->zstd);
#endif
    close(input->fd);
    free(input);
}

int input_error(const struct input *input) {
    return input->code;
}

uint64_t input_position(const struct input *input) {
    return input->position - (input->packing == UNPACKED ? input->length - input->at : 0);
}

int input_descriptor(const struct input *input) {
    return input->fd;
}
