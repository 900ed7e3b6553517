/*
 * Escaped replies. Some reporters escape what they write: JSON, qmail's log, which has underscores for blanks, and the lines
 * of a transcript, which have marks. A reply of them is decoded into a copy of the same length, byte by byte, so that each
 * place in the copy is a place in the caller's own text.
 */
#include "internal.h"

enum { DECODE_MAX = 2048 }; /* bytes of an escaped reply that are looked at: the stack is small */

static uint32_t hex4(const char *digits) {
    uint32_t value = 0;
    for (uint32_t i = 0; i < 4; i++) {
        char low = s5x_lower(digits[i]);
        if (!s5x_is_digit(low) && !(low >= 'a' && low <= 'f')) {
            return UINT32_MAX;
        }
        value = value << 4 | (uint32_t)(s5x_is_digit(low) ? low - '0' : low - 'a' + 10);
    }
    return value;
}

/* Writes the character of an escape of six bytes, filled up with what counts as nothing: blanks, or within words accents
 * that stand alone, which fold to nothing. */
static void write_escaped(char *out, uint32_t c) {
    char bytes[4];
    memset(out, ' ', 6);
    if (c < 0x20 || (c >= 0xd800 && c <= 0xdfff)) {
        return;
    }
    uint32_t length = write_utf8(bytes, c);
    memcpy(out + (c == '<' ? 5 : 0), bytes, length);
    if (length == 2) {
        memcpy(out + 2, "\xcc\x81\xcc\x81", 4);
    } else if (length == 3 && !is_cjk(c) && !is_foreign_mark(c)) {
        memcpy(out + 3, "\xe0\x8c\x81", 3);
    }
}

static void decode_json(char *text, uint32_t length) {
    for (uint32_t at = 0; at < length; at++) {
        if (text[at] != '\\') {
            continue;
        }
        while (at + 1 < length && text[at + 1] == '\\') { /* One more level of escapes. */
            text[at++] = ' ';
        }
        uint32_t left = length - at;
        uint32_t c = left >= 6 && text[at + 1] == 'u' ? hex4(text + at + 2) : UINT32_MAX;
        if (c != UINT32_MAX) {
            write_escaped(text + at, c);
            at += 5;
        } else {
            text[at] = ' ';
            char kind = left > 1 ? text[at + 1] : ' ';
            if (kind == '"' && at > 0 && memchr(",;.!?", text[at - 1], 5) != NULL) {
                text[at++] = '"'; /* A blank behind a full stop would end a sentence that goes on. */
                text[at] = ' ';
            }
            if (kind == 'n' || kind == 'r' || kind == 't') {
                text[++at] = kind == 't' ? ' ' : kind == 'n' ? '\n' : '\r';
            }
        }
    }
}

/* A line break is a slash in qmail's log; others belong to URLs. */
static void decode_underscores(char *text, uint32_t length) {
    struct scan scan = {text, length};
    for (uint32_t at = 0; at < length; at++) {
        text[at] = text[at] == '_' ? ' ' : text[at];
    }
    uint32_t code = read_code(&scan, skip_blanks(&scan, 0));
    for (uint32_t at = 0; at < length; at++) {
        if (text[at] == '/' && code != 0 && read_code(&scan, at + 1) == code) {
            text[at] = '\n';
        }
    }
}

/* The marks before the lines of a transcript. */
static void decode_marks(char *text, uint32_t length) {
    for (uint32_t at = 1; at + 3 < length; at++) {
        char c = text[at];
        if (text[at - 1] == '\n' && (c == '<' || c == '>') && text[at + 1] == c && text[at + 2] == c) {
            memset(text + at, ' ', 3);
        }
    }
}

/* Copies an escaped reply and decodes the copy. Returns its length. */
static uint32_t decode(const char *text, const smtp5xx_span *said, uint32_t form, char *copy) {
    uint32_t length = said->length < DECODE_MAX ? said->length : (uint32_t)DECODE_MAX;
    memcpy(copy, text + said->offset, length);
    switch (form) {
    case SMTP5XX_FORM_QMAIL: decode_underscores(copy, length); break;
    case SMTP5XX_FORM_SENDMAIL: decode_marks(copy, length); break;
    default: decode_json(copy, length); break;
    }
    return length;
}

static void shift_span(smtp5xx_span *span, uint32_t by) {
    span->offset += span->length > 0 ? by : 0;
}

/* Moves a reply between its text and the copy. Offsets wrap round, so that a place outside of what was said comes back. */
static void shift_reply(smtp5xx_reply *reply, uint32_t by) {
    reply->said.offset += by;
    shift_span(&reply->text, by);
    shift_span(&reply->enhanced, by);
}
