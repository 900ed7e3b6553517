/*
 * One character -> what it counts as: no case, no accents. Latin, Greek and Cyrillic fold; bytes that are no UTF-8 are read
 * as Latin-1, so that broken text still gives words.
 */
#include "internal.h"

/* Reads one character. A byte that is no UTF-8 counts as Latin-1. Returns its length. */
static uint32_t read_character(const char *text, uint32_t left, uint32_t *character) {
    const unsigned char *b = (const unsigned char *)text;
    uint32_t value = b[0];
    *character = b[0];
    if (b[0] < 0xc2 || b[0] >= 0xf5) {
        return 1;
    }
    uint32_t length = b[0] >= 0xf0 ? 4 : b[0] >= 0xe0 ? 3 : 2;
    if (length > left) {
        return 1;
    }
    value &= length == 4 ? 7U : length == 3 ? 15U : 31U;
    for (uint32_t i = 1; i < length; i++) {
        if ((b[i] & 0xc0) != 0x80) {
            return 1;
        }
        value = value << 6 | (b[i] & 0x3fU);
    }
    *character = value;
    return length;
}

/* Chinese, Japanese and Korean do not part words by blanks. */
static int is_cjk(uint32_t c) {
    return c >= 0x2e80 && ((c <= 0x9fff && c != 0x3000) || (c >= 0xac00 && c <= 0xd7af) || (c >= 0xf900 && c <= 0xfaff) ||
                           (c >= 0x20000 && c <= 0x3ffff));
}

/* Punctuation beyond ASCII: it parts words. */
static int is_foreign_mark(uint32_t c) {
    if (c < 0x2000) {
        return (c >= 0x80 && c <= 0xbf && c != 0xaa && c != 0xb5 && c != 0xba) || c == 0xd7 || c == 0xf7;
    }
    return c <= 0x206f || (c >= 0x3000 && c <= 0x303f) || (c >= 0xff00 && c <= 0xff0f) ||
           (c >= 0xff1a && c <= 0xff20) || (c >= 0xff3b && c <= 0xff40) || (c >= 0xff5b && c <= 0xff65) || c == 0xfeff;
}

static uint32_t write_utf8(char *out, uint32_t c) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 63));
        out[2] = (char)(0x80 | (c & 63));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 63));
    out[2] = (char)(0x80 | (c >> 6 & 63));
    out[3] = (char)(0x80 | (c & 63));
    return 4;
}

/* What Latin letters with marks become: U+00C0 to U+017F, then a few; two characters each, the second may be a blank. */
static const char latin_folds[] =
    "a a a a a a aec e e e e i i i i d n o o o o o   o u u u u y thssa a a a a a aec e e e e i i i i "
    "d n o o o o o   o u u u u y thy a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g "
    "g g g g h h h h i i i i i i i i i i ijijj j k k k l l l l l l l l l l n n n n n n n n n o o o o "
    "o o oeoer r r r r r s s s s s s s s t t t t t t u u u u u u u u u u u u w w y y y z z z z z z s ";

/* Folds one character to `out` (at most 4 bytes). Returns the length, 0 for what counts as nothing. */
static uint32_t fold_character(uint32_t c, char *out) {
    static const unsigned char greek[] = {0xac, 0xb1, 0xad, 0xb5, 0xae, 0xb7, 0xaf, 0xb9, 0x90, 0xb9, 0xca, 0xb9,
                                          0xcc, 0xbf, 0xcd, 0xc5, 0xb0, 0xc5, 0xcb, 0xc5, 0xce, 0xc9, 0xc2, 0xc3};
    if (c < 0x80) {
        out[0] = s5x_lower((char)c);
        return 1;
    }
    if (c >= 0xc0 && c <= 0x17f) {
        const char *fold = latin_folds + (c - 0xc0) * 2;
        memcpy(out, fold, 2);
        return fold[1] == ' ' ? 1 : 2;
    }
    if (c >= 0x300 && c <= 0x36f) {
        return 0; /* An accent that is written behind its letter. */
    }
    if (c >= 0xff10 && c <= 0xff5a) { /* Full width forms of ASCII. */
        out[0] = s5x_lower((char)(c - 0xff10 + '0'));
        return 1;
    }
    if (c >= 0x218 && c <= 0x21b) { /* Romanian s and t with a comma. */
        out[0] = c < 0x21a ? 's' : 't';
        return 1;
    }
    if (c >= 0x386 && c <= 0x3ce) { /* Greek: capitals, then the tonos. */
        c = c == 0x386 ? 0x3b1 : c == 0x388 ? 0x3b5 : c == 0x389 ? 0x3b7 : c == 0x38a ? 0x3b9 : c == 0x38c ? 0x3bf
            : c == 0x38e ? 0x3c5 : c == 0x38f ? 0x3c9 : c >= 0x391 && c <= 0x3ab ? c + 0x20 : c;
        for (unsigned i = 0; i < sizeof greek; i += 2) {
            c = c == 0x300U + greek[i] ? 0x300U + greek[i + 1] : c;
        }
    }
    if ((c >= 0x1ea0 && c <= 0x1eff) || c == 0x1a0 || c == 0x1af) { /* Vietnamese: a capital, then its small letter. */
        c = c == 0x1af ? 0x1b0 : c | 1;
    }
    c = c >= 0x410 && c <= 0x42f ? c + 0x20 : c >= 0x400 && c <= 0x40f ? c + 0x50 : c;
    return write_utf8(out, c == 0x451 ? 0x435 : c);
}
