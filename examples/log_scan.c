/*
 * smtp5xx log: finds the lines that may tell of a refusal, at the speed of memory.
 *
 * A probe is three bytes that such lines have and others hardly ever. All probes are looked for at once, 32 places at a time:
 * for each of three neighbouring bytes two tables of 16 entries, by its low and by its high half, tell which probes allow it;
 * what all six allow is a candidate (the method is known as Teddy, from Hyperscan). SPDX-License-Identifier: MIT
 */
#include "log.h"

#include <string.h>

#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
#include <immintrin.h>
#define HAVE_VECTORS 1
#endif

/* Lines end in a newline, and no probe has one: so none is found across lines. */
static const struct probe {
    unsigned char kind;
    char text[4];
} probes[] = {
    {PROBE_POSTFIX, "s=b"},   /* status=bounced */
    {PROBE_POSTFIX, "s=d"},   /* status=deferred */
    {PROBE_POSTFIX, "s=u"},   /* status=undeliverable */
    {PROBE_EXIM, " **"},      {PROBE_EXIM, " =="},
    {PROBE_SENDMAIL, "at="},  /* stat=... */
    {PROBE_OPENSMTPD, "=\"P"}, /* result="PermFail" */
    {PROBE_OPENSMTPD, "=\"T"}, /* result="TempFail" */
    {PROBE_BOUNCE, "Bou"},    /* "Bounce", in KumoMTA's and Amazon's JSON */
    {PROBE_BOUNCE, "OOB"},    {PROBE_TRANSIENT, "ntF"}, /* TransientFailure */
    {PROBE_DELAY, "yDe"},     /* DeliveryDelay */
    {PROBE_EXPIRED, "Exp"},   /* Expiration */
};

static int probe_serves(enum format format, unsigned kind) {
    switch (format) {
    case FORMAT_POSTFIX: return kind == PROBE_POSTFIX;
    case FORMAT_EXIM: return kind == PROBE_EXIM;
    case FORMAT_SENDMAIL: return kind == PROBE_SENDMAIL;
    case FORMAT_OPENSMTPD: return kind == PROBE_OPENSMTPD;
    case FORMAT_KUMOMTA:
    case FORMAT_SES: return kind >= PROBE_BOUNCE;
    default: return format == FORMAT_AUTO;
    }
}

void scanner_prepare(struct scanner *scanner, enum format format) {
    memset(scanner, 0, sizeof *scanner);
    for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++) {
        for (unsigned place = 0; place < 3 && probe_serves(format, probes[i].kind); place++) {
            unsigned char byte = (unsigned char)probes[i].text[place], bit = (unsigned char)(1U << probes[i].kind);
            scanner->nibbles[2 * place][byte & 15] |= bit;
            scanner->nibbles[2 * place + 1][byte >> 4] |= bit;
            scanner->bytes[place][byte] |= bit;
        }
    }
}

static unsigned kinds_at(const struct scanner *scanner, const char *text) {
    return (unsigned)scanner->bytes[0][(unsigned char)text[0]] & scanner->bytes[1][(unsigned char)text[1]] &
           scanner->bytes[2][(unsigned char)text[2]];
}

static size_t scan_bytes(const struct scanner *scanner, const char *text, size_t at, size_t length, unsigned *kinds) {
    for (; at + 3 <= length; at++) {
        *kinds = kinds_at(scanner, text + at);
        if (*kinds != 0) {
            return at;
        }
    }
    return length;
}

#ifdef HAVE_VECTORS
__attribute__((target("avx2"))) static inline __m256i allowed(__m256i bytes, __m256i low, __m256i high) {
    __m256i half = _mm256_set1_epi8(15);
    return _mm256_and_si256(_mm256_shuffle_epi8(low, _mm256_and_si256(bytes, half)),
                            _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half)));
}

__attribute__((target("avx2"))) static inline __m256i table_of(const unsigned char *nibbles) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)nibbles));
}

__attribute__((target("avx2"))) static size_t scan_vectors(const struct scanner *scanner, const char *text, size_t at,
                                                           size_t length, unsigned *kinds) {
    __m256i tables[6];
    for (unsigned i = 0; i < 6; i++) {
        tables[i] = table_of(scanner->nibbles[i]);
    }
    for (; at + 34 <= length; at += 32) {
        const char *here = text + at;
        __m256i found = allowed(_mm256_loadu_si256((const __m256i *)(const void *)here), tables[0], tables[1]);
        found = _mm256_and_si256(found, allowed(_mm256_loadu_si256((const __m256i *)(const void *)(here + 1)), tables[2], tables[3]));
        found = _mm256_and_si256(found, allowed(_mm256_loadu_si256((const __m256i *)(const void *)(here + 2)), tables[4], tables[5]));
        unsigned mask = ~(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(found, _mm256_setzero_si256()));
        for (; mask != 0; mask &= mask - 1) {
            size_t place = at + (size_t)__builtin_ctz(mask);
            *kinds = kinds_at(scanner, text + place);
            if (*kinds != 0) {
                return place;
            }
        }
    }
    return scan_bytes(scanner, text, at, length, kinds);
}

size_t scan(const struct scanner *scanner, const char *text, size_t at, size_t length, unsigned *kinds) {
    return __builtin_cpu_supports("avx2") ? scan_vectors(scanner, text, at, length, kinds)
                                          : scan_bytes(scanner, text, at, length, kinds);
}
#else
size_t scan(const struct scanner *scanner, const char *text, size_t at, size_t length, unsigned *kinds) {
    return scan_bytes(scanner, text, at, length, kinds);
}
#endif
