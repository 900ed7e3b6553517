/*
 * Readable reports, without fields for programs: qmail, Exim, Exchange before 2007, Domino, OpenSMTPD and their kind. They all
 * have the recipient at the beginning of a line, and behind it, up to an empty line, what happened. Domino says that once, for
 * all recipients above it, behind "because:".
 */
#include "dsn.h"

#include <ctype.h>
#include <string.h>

enum { RECIPIENTS_MAX = 1000, ADDRESS_MAX = 320 };

/* Where the original message begins, or what is not for us. */
static const char *const ends[] = {"--- Below this line", "------ This is a copy", "--- Enclosed", "--- The header of the original",
                                   "----- Original message", "Original message headers", "   ----- Message header", "--- Original"};

static size_t line_length(const char *text, size_t left) {
    const char *end = memchr(text, '\n', left);
    return end == NULL ? left : (size_t)(end - text);
}

static int is_blank_line(const char *line, size_t length) {
    while (length > 0 && isspace((unsigned char)line[length - 1])) {
        length--;
    }
    return length == 0;
}

static int ends_report(const char *line, size_t length) {
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (length >= strlen(ends[i]) && memcmp(line, ends[i], strlen(ends[i])) == 0) {
            return 1;
        }
    }
    return 0;
}

static int is_address(const char *text, size_t length) {
    const char *at = memchr(text, '@', length);
    size_t before = at == NULL ? 0 : (size_t)(at - text), behind = at == NULL ? 0 : length - before - 1;
    return before > 0 && behind > 2 && length <= ADDRESS_MAX && memchr(at + 1, '@', behind) == NULL &&
           (memchr(at + 1, '.', behind) != NULL || at[1] == '[');
}

/* "<bob@example.com>:", "  bob@example.com", "bob@example.com on Wed, 25 Nov", "bob@example.com<mailto:bob@example.com>",
 * "bob@example.com: 550 no". Returns the address' length, 0 if the line is none of them. */
static size_t recipient_of(const char *line, size_t length, const char **address) {
    size_t at = 0, end;
    while (at < length && isspace((unsigned char)line[at])) {
        at++;
    }
    int bracket = at < length && line[at] == '<';
    end = at += (size_t)bracket;
    while (end < length && !isspace((unsigned char)line[end]) && strchr("<>()\",;", line[end]) == NULL &&
           !(line[end] == ':' && (end + 1 >= length || isspace((unsigned char)line[end + 1])))) {
        end++;
    }
    *address = line + at;
    size_t rest = end + (size_t)(bracket && end < length && line[end] == '>');
    const char *tail = line + rest;
    size_t left = length - rest;
    int ok = left == 0 || is_blank_line(tail, left) || *tail == ':' || (left > 8 && memcmp(tail, "<mailto:", 8) == 0) ||
             (left > 4 && memcmp(tail, " on ", 4) == 0);
    return ok && (!bracket || rest > end) && is_address(line + at, end - at) ? end - at : 0;
}

struct pending {
    const char *address;
    size_t length;
};

/* Recipients whose reason stands further down. */
static void give_pending(const struct pending *pending, size_t count, const char *text, size_t length, recipient_found *found,
                         void *context) {
    for (size_t i = 0; i < count; i++) {
        found(context, pending[i].address, pending[i].length, text, length);
    }
}

static size_t paragraph_length(const char *text, size_t left) {
    size_t at = 0;
    while (at < left) {
        size_t length = line_length(text + at, left - at);
        const char *address;
        if (is_blank_line(text + at, length) || (at > 0 && recipient_of(text + at, length, &address) > 0)) {
            break;
        }
        at += length < left - at ? length + 1 : length;
    }
    return at;
}

void walk_text(const char *text, size_t length, recipient_found *found, void *context) {
    struct pending pending[RECIPIENTS_MAX];
    size_t waiting = 0;
    int because = 0;
    for (size_t at = 0; at < length;) {
        size_t line = line_length(text + at, length - at), paragraph = line, address_length;
        const char *address;
        if (ends_report(text + at, line)) {
            break;
        }
        address_length = recipient_of(text + at, line, &address);
        if (address_length > 0) {
            const char *behind = address + address_length;
            paragraph = paragraph_length(text + at, length - at);
            /* Nothing but the address and what ends it: the reason is said later. */
            if (paragraph <= line + 1 && memchr(behind, ':', (size_t)(text + at + line - behind)) == NULL) {
                if (waiting < RECIPIENTS_MAX) {
                    pending[waiting++] = (struct pending){address, address_length};
                }
            } else {
                found(context, address, address_length, text + at, paragraph);
            }
        } else if (because && !is_blank_line(text + at, line)) {
            paragraph = paragraph_length(text + at, length - at);
            give_pending(pending, waiting, text + at, paragraph, found, context);
            because = 0;
            waiting = 0;
        } else if (line >= 8 && memcmp(text + at, "because:", 8) == 0) {
            because = 1;
        }
        at += paragraph < line ? line + 1 : paragraph == line ? line + 1 : paragraph;
    }
    give_pending(pending, waiting, "", 0, found, context);
}
