/* The few functions of the C library that the card needs; standard output is a buffer. SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

char output[OUTPUT_ROOM];
size_t output_used;

void *memmove(void *to, const void *from, size_t length) {
    unsigned char *out = to;
    const unsigned char *in = from;
    for (size_t i = 0; i < length; i++) {
        size_t at = in < out ? length - 1 - i : i;
        out[at] = in[at];
    }
    return to;
}

void *memcpy(void *to, const void *from, size_t length) {
    return memmove(to, from, length);
}

void *memset(void *to, int byte, size_t length) {
    for (size_t i = 0; i < length; i++) {
        ((unsigned char *)to)[i] = (unsigned char)byte;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t length) {
    const unsigned char *left = a, *right = b;
    size_t i = 0;
    while (i < length && left[i] == right[i]) {
        i++;
    }
    return i == length ? 0 : left[i] - right[i];
}

void *memchr(const void *in, int byte, size_t length) {
    const unsigned char *at = in;
    for (size_t i = 0; i < length; i++) {
        if (at[i] == (unsigned char)byte) {
            return (unsigned char *)in + i;
        }
    }
    return NULL;
}

size_t strlen(const char *text) {
    size_t length = 0;
    while (text[length] != '\0') {
        length++;
    }
    return length;
}

int strncmp(const char *a, const char *b, size_t length) {
    size_t i = 0;
    while (i < length && a[i] == b[i] && a[i] != '\0') {
        i++;
    }
    return i == length ? 0 : (unsigned char)a[i] - (unsigned char)b[i];
}

int strcmp(const char *a, const char *b) {
    return strncmp(a, b, (size_t)-1);
}

char *strchr(const char *text, int character) {
    return memchr(text, character, strlen(text) + 1);
}

char *strstr(const char *text, const char *part) {
    size_t length = strlen(part);
    for (; *text != '\0'; text++) {
        if (strncmp(text, part, length) == 0) {
            return (char *)text;
        }
    }
    return length == 0 ? (char *)text : NULL;
}

size_t strspn(const char *text, const char *set) {
    size_t length = 0;
    while (text[length] != '\0' && strchr(set, text[length]) != NULL) {
        length++;
    }
    return length;
}

size_t strcspn(const char *text, const char *set) {
    size_t length = 0;
    while (text[length] != '\0' && strchr(set, text[length]) == NULL) {
        length++;
    }
    return length;
}

char *strcpy(char *to, const char *from) {
    memcpy(to, from, strlen(from) + 1);
    return to;
}

/* Formats: %s %c %u %d %zu %x with a width, a minus, a zero and a precision, and %.4g. Others stop the module. */
struct sink {
    char *text;
    size_t room, used; /* used counts on when there is no room any more */
};

static void put(struct sink *sink, char c) {
    if (sink->used < sink->room) {
        sink->text[sink->used] = c;
    }
    sink->used++;
}

static void put_padded(struct sink *sink, const char *text, size_t length, int width, int left, char fill) {
    size_t room = width > 0 ? (size_t)width : 0;
    for (size_t i = length; i < room && !left; i++) {
        put(sink, fill);
    }
    for (size_t i = 0; i < length; i++) {
        put(sink, text[i]);
    }
    for (size_t i = length; i < room && left; i++) {
        put(sink, ' ');
    }
}

/* Writes digits before `end`. Returns where they begin. */
static char *digits(char *end, unsigned long long value, unsigned base) {
    do {
        *--end = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    return end;
}

/* Four digits, as %.4g writes numbers from 1 to 9999. */
static void put_four_digits(struct sink *sink, double value) {
    char text[24], *end = text + sizeof text;
    unsigned scale = value < 10 ? 1000 : value < 100 ? 100 : value < 1000 ? 10 : 1;
    unsigned long long number = (unsigned long long)(value * scale + 0.5);
    char *whole = digits(end, number / scale, 10);
    put_padded(sink, whole, (size_t)(end - whole), 0, 0, ' ');
    for (number %= scale, put(sink, number != 0 ? '.' : '\0'), sink->used -= number == 0; number != 0; number %= scale) {
        scale /= 10;
        put(sink, (char)('0' + number / scale));
    }
}

static int read_number(const char **at, va_list *arguments) {
    int value = 0;
    if (**at == '*') {
        (*at)++;
        return va_arg(*arguments, int);
    }
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        value = value * 10 + (**at - '0');
    }
    return value;
}

static void put_text(struct sink *sink, const char *text, int width, int precision, int left) {
    size_t length = 0;
    while ((precision < 0 || length < (size_t)precision) && text[length] != '\0') {
        length++;
    }
    put_padded(sink, text, length, width, left, ' ');
}

static const char *put_one(struct sink *sink, const char *at, va_list *arguments) {
    char number[24], *end = number + sizeof number, *from;
    int left = *at == '-', zero, width, precision = -1, size;
    at += left;
    zero = *at == '0';
    width = read_number(&at, arguments);
    if (*at == '.') {
        at++;
        precision = read_number(&at, arguments);
    }
    size = *at == 'z';
    at += size;
    switch (*at) {
    case 's': put_text(sink, va_arg(*arguments, const char *), width, precision, left); break;
    case 'c': put(sink, (char)va_arg(*arguments, int)); break;
    case '%': put(sink, '%'); break;
    case 'g': put_four_digits(sink, va_arg(*arguments, double)); break;
    case 'd':
    case 'u':
    case 'x':
        from = digits(end, size ? va_arg(*arguments, size_t) : va_arg(*arguments, unsigned), *at == 'x' ? 16 : 10);
        put_padded(sink, from, (size_t)(end - from), width, left, zero ? '0' : ' ');
        break;
    default: __builtin_trap();
    }
    return at + 1;
}

static void format_into(struct sink *sink, const char *format, va_list *arguments) {
    while (*format != '\0') {
        if (*format == '%') {
            format = put_one(sink, format + 1, arguments);
        } else {
            put(sink, *format++);
        }
    }
}

int snprintf(char *text, size_t room, const char *format, ...) {
    struct sink sink = {text, room, 0};
    va_list arguments;
    va_start(arguments, format);
    format_into(&sink, format, &arguments);
    va_end(arguments);
    if (room > 0) {
        text[sink.used < room ? sink.used : room - 1] = '\0';
    }
    return (int)sink.used;
}

int printf(const char *format, ...) {
    struct sink sink = {output, sizeof output, output_used};
    va_list arguments;
    va_start(arguments, format);
    format_into(&sink, format, &arguments);
    va_end(arguments);
    output_used = sink.used < sizeof output ? sink.used : sizeof output;
    return 0;
}

int putchar(int character) {
    printf("%c", character);
    return character;
}

int fputs(const char *text, FILE *file) {
    (void)file;
    return printf("%s", text);
}
