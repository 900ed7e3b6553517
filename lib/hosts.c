/*
 * Host names in the text: those that tell something, such as a provider's or a block list's.
 */
#include "internal.h"

enum { URL_MAX = 512 };

/* Copies at most `limit` bytes in lower case; `out` has room for eight more. Returns how many. */
static uint32_t fold_ascii(const char *text, uint32_t length, char *out, uint32_t limit) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint32_t count = length < limit ? length : limit;
    for (uint32_t i = 0; i < count; i += 8) {
        uint32_t left = count - i < 8 ? count - i : 8;
        uint64_t bytes = 0;
        memcpy(&bytes, text + i, left);
        uint64_t low = bytes & ones * 0x7f, from_a = low + ones * (0x80 - 'A'), beyond_z = low + ones * (0x7f - 'Z');
        bytes |= ((from_a ^ beyond_z) & ~bytes & ones * 0x80) >> 2;
        memcpy(out + i, &bytes, sizeof bytes);
    }
    return count;
}

/* Whether the text, which is in lower case as the words are, holds them. */
static int holds(const char *text, uint32_t length, const char *words) {
    uint32_t count = (uint32_t)strlen(words);
    const char *end = text + length;
    while ((uint32_t)(end - text) >= count) {
        text = memchr(text, words[0], (size_t)(end - text) - count + 1);
        if (text == NULL) {
            return 0;
        }
        if (memcmp(text, words, count) == 0) {
            return 1;
        }
        text++;
    }
    return 0;
}

/* "4.2.0.192." before the zone of a block list: RFC 5782 2.1. */
static int is_reversed_ip(const char *host, uint32_t length) {
    uint32_t dots = 0, digits = 0;
    for (uint32_t i = 0; i < length; i++) {
        dots += host[i] == '.';
        digits += (uint32_t)s5x_is_digit(host[i]);
    }
    return dots == 4 && digits + dots == length;
}

/* The longest end of the token's host name that the tables know; *known is its length. NULL if there is none. *address tells
 * whether a reversed IP address stands before it. */
static const struct s5x_site *known_host(const char *text, const struct s5x_token *token, uint32_t *known, int *address) {
    char host[HOST_MAX + 8];
    uint32_t length = fold_ascii(text + token->host, token->host_length, host, HOST_MAX);
    for (uint32_t at = length > WORD_MAX ? length - WORD_MAX : 0; at < length; at++) {
        if (at > 0 && host[at - 1] != '.') {
            continue;
        }
        uint32_t found = find_word(key_of(host + at, length - at));
        if (found & ENTRY_HOST) {
            *known = length - at;
            *address = is_reversed_ip(host, at);
            return &s5x_sites[found & ENTRY_NUMBER];
        }
    }
    return NULL;
}
