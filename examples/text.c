/* Text that came from a remote server is hostile: it is escaped before it goes anywhere. SPDX-License-Identifier: MIT */
#include "app.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

void complain(const char *format, ...) {
    va_list arguments;
    fputs("smtp5xx: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

int finish_output(int code) {
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        complain("standard output: %s", errno == 0 ? "cannot be written" : strerror(errno));
        return EXIT_IO;
    }
    return code;
}

int read_stage(const char *name, uint8_t *stage) {
    uint32_t id;
    if (smtp5xx_table_find(SMTP5XX_TABLE_STAGES, name, strlen(name), &id)) {
        *stage = (uint8_t)id;
        return 1;
    }
    complain("there is no stage \"%s\": use one of connect helo tls auth mail rcpt data eod unknown", name);
    return 0;
}

const char *span_text(const char *text, const smtp5xx_span *span) {
    return span->length == 0 ? "" : text + span->offset;
}

/* RFC 3629 4: the shortest form only, and neither surrogates nor what lies beyond U+10FFFF. */
size_t utf8_length(const char *text, size_t left) {
    const unsigned char *byte = (const unsigned char *)text;
    size_t length = byte[0] < 0x80 ? 1 : byte[0] < 0xC2 ? 0 : byte[0] < 0xE0 ? 2 : byte[0] < 0xF0 ? 3 : byte[0] < 0xF5 ? 4 : 0;
    if (length == 0 || length > left) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((byte[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    int bad = (byte[0] == 0xE0 && byte[1] < 0xA0) || (byte[0] == 0xED && byte[1] > 0x9F) ||
              (byte[0] == 0xF0 && byte[1] < 0x90) || (byte[0] == 0xF4 && byte[1] > 0x8F);
    return bad ? 0 : length;
}

int is_unsafe(const char *text, size_t length) {
    const unsigned char *byte = (const unsigned char *)text;
    if (length == 1) {
        return byte[0] < 0x20 || byte[0] == 0x7F;
    }
    if (length == 2) { /* C1 controls; the Arabic letter mark */
        return (byte[0] == 0xC2 && byte[1] < 0xA0) || (byte[0] == 0xD8 && byte[1] == 0x9C);
    }
    /* U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F, U+FEFF */
    return length == 3 && ((byte[0] == 0xE2 && byte[1] == 0x80 && ((byte[2] >= 0x8B && byte[2] <= 0x8F) ||
                                                                   (byte[2] >= 0xA8 && byte[2] <= 0xAE))) ||
                           (byte[0] == 0xE2 && byte[1] == 0x81 && byte[2] >= 0xA0 && byte[2] <= 0xAF) ||
                           (byte[0] == 0xEF && byte[1] == 0xBB && byte[2] == 0xBF));
}

size_t show(const char *text, size_t left, char *shown) {
    size_t length = utf8_length(text, left);
    if (length == 0 || is_unsafe(text, length)) {
        length = length == 0 ? 1 : length;
        for (size_t i = 0; i < length; i++) {
            snprintf(shown + 4 * i, 5, "\\x%02x", (unsigned char)text[i]);
        }
        return length;
    }
    memcpy(shown, text, length);
    shown[length] = '\0';
    return length;
}

const char *show_span(const char *text, const smtp5xx_span *span, char *shown, size_t room) {
    const char *from = span_text(text, span);
    size_t used = 0;
    char one[20];
    for (size_t at = 0; at < span->length;) {
        size_t size = show(from + at, span->length - at, one), length = strlen(one);
        if (strchr(" \t\r\n", from[at]) != NULL && from[at] != '\0') {
            one[0] = ' '; /* Line breaks and runs of blanks are one blank. */
            length = used == 0 || shown[used - 1] != ' ';
        }
        if (used + length + sizeof "..." > room) {
            memcpy(shown + used, "...", sizeof "...");
            return shown;
        }
        memcpy(shown + used, one, length);
        used += length;
        at += size;
    }
    shown[used] = '\0';
    return shown;
}
