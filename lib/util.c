/* Bytes and structs: what every other file needs. ASCII only, so that no locale matters. */
#include "internal.h"

INTERNAL uint32_t s5x_clamp(size_t length) {
    return length > SMTP5XX_INPUT_MAX ? (uint32_t)SMTP5XX_INPUT_MAX : (uint32_t)length;
}

INTERNAL void s5x_give(void *out, size_t out_size, const void *known, size_t known_size) {
    size_t size = out_size < known_size ? out_size : known_size;
    uint32_t stamp = (uint32_t)size;
    memcpy(out, known, size);
    memset((char *)out + size, 0, out_size - size);
    memcpy(out, &stamp, sizeof stamp);
}

INTERNAL void s5x_take(void *known, size_t known_size, const void *given, uint32_t given_size) {
    memset(known, 0, known_size);
    if (given_size > 0) {
        memcpy(known, given, given_size < known_size ? given_size : known_size);
    }
}

INTERNAL int s5x_is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

INTERNAL int s5x_is_digit(char c) {
    return c >= '0' && c <= '9';
}

INTERNAL char s5x_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

INTERNAL int s5x_is_alnum(char c) {
    char low = s5x_lower(c);
    return s5x_is_digit(c) || (low >= 'a' && low <= 'z');
}
