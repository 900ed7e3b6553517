/*
 * The six functions that the library asks of a C library, for machines that have none: WebAssembly alone.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#include <stddef.h>

/* The clang of WebAssembly turns loops into calls of these very functions, unless told -fno-builtin. */
void *memmove(void *to, const void *from, size_t length);
void *memcpy(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *a, const void *b, size_t length);
void *memchr(const void *in, int byte, size_t length);
size_t strlen(const char *text);

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
    for (size_t i = 0; i < length; i++) {
        if (left[i] != right[i]) {
            return left[i] - right[i];
        }
    }
    return 0;
}

void *memchr(const void *in, int byte, size_t length) {
    const unsigned char *at = in;
    for (size_t i = 0; i < length; i++) {
        if (at[i] == (unsigned char)byte) {
            return (void *)(size_t)(at + i);
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
