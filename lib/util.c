/* Bytes and structs: what every other file needs. ASCII only, so that no locale matters. */
#include "internal.h"

INTERNAL uint32_t s5x_clamp(size_t length) {
    return length > SMTP5XX_INPUT_MAX ? (uint32_t)SMTP5XX_INPUT_MAX : (uint32_t)length;
}

INTERNAL void s5x_give(void *out, size_t out_size, const void *known, size_t known_size) {
    size_t size = out_size < known_size ? out_size : known_size;
    uint32_t stamp = (uint32_t)size;
    if (out_size == known_size) { /* Most callers have this header's structs: a copy whose size the compiler knows. */
        memcpy(out, known, known_size);
    } else {
        memcpy(out, known, size);
        memset((char *)out + size, 0, out_size - size);
    }
    memcpy(out, &stamp, sizeof stamp);
}

INTERNAL void s5x_take(void *known, size_t known_size, const void *given, uint32_t given_size) {
    if (given_size == known_size) {
        memcpy(known, given, known_size);
        return;
    }
    memset(known, 0, known_size);
    if (given_size > 0) {
        memcpy(known, given, given_size < known_size ? given_size : known_size);
    }
}

INTERNAL unsigned s5x_count_zeros(uint64_t bits) {
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(bits);
#else
    unsigned count = 0;
    for (; !(bits & 1); bits >>= 1) {
        count++;
    }
    return count;
#endif
}

/* The number of bits above the highest one that is set; bits must not be 0. */
INTERNAL unsigned s5x_count_leading_zeros(uint64_t bits) {
#if defined(__GNUC__)
    return (unsigned)__builtin_clzll(bits);
#else
    unsigned count = 0;
    for (; !(bits >> 63); bits <<= 1) {
        count++;
    }
    return count;
#endif
}

INTERNAL int s5x_is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

INTERNAL int s5x_is_digit(char c) {
    return (unsigned char)(c - '0') < 10;
}

INTERNAL char s5x_lower(char c) {
    return (char)(c | ((unsigned char)(c - 'A') < 26) << 5); /* Without a branch, as in the other two. */
}

INTERNAL int s5x_is_alnum(char c) {
    return s5x_is_digit(c) | ((unsigned char)((c | 0x20) - 'a') < 26);
}

/* The first of four bytes in the text from `at` on; `end` if there is none. */
INTERNAL uint32_t s5x_find(const char *text, uint32_t at, uint32_t end, const char *four) {
#ifdef HAVE_SSE2
    __m128i first = _mm_set1_epi8(four[0]), second = _mm_set1_epi8(four[1]);
    __m128i third = _mm_set1_epi8(four[2]), fourth = _mm_set1_epi8(four[3]);
    uint32_t start = at;
    while (at < end && end - start >= 16) {
        unsigned seen = end - at < 16 ? 16 - (end - at) : 0; /* The last 16 bytes overlap those before. */
        __m128i bytes;
        at -= seen;
        memcpy(&bytes, text + at, sizeof bytes);
        __m128i found = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, first), _mm_cmpeq_epi8(bytes, second)),
                                     _mm_or_si128(_mm_cmpeq_epi8(bytes, third), _mm_cmpeq_epi8(bytes, fourth)));
        unsigned mask = (unsigned)_mm_movemask_epi8(found) >> seen << seen;
        if (mask != 0) {
            return at + s5x_count_zeros(mask);
        }
        at += 16;
    }
#endif
    for (; at < end; at++) {
        if (text[at] == four[0] || text[at] == four[1] || text[at] == four[2] || text[at] == four[3]) {
            break;
        }
    }
    return at;
}
