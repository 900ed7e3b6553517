/* How a card is printed: 80 columns, with or without colour. SPDX-License-Identifier: MIT */
#include "app.h"

#include <string.h>

int colour;

int shown_width(const char *shown, size_t length) {
    int width = 0;
    for (size_t i = 0; i < length; i++) {
        width += ((unsigned char)shown[i] & 0xC0) != 0x80;
    }
    return width;
}

/* A link stays whole, or it could not be followed. */
static int is_link(const char *word, size_t length) {
    for (size_t at = 0; at + 7 < length; at++) {
        if (strncmp(word + at, "http://", 7) == 0 || strncmp(word + at, "https://", 8) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Prints a word, broken only if it is longer than a whole line. Returns the column where the cursor then is. */
static int print_word(const char *word, size_t length, int column, int indent) {
    int whole = is_link(word, length);
    for (size_t i = 0; i < length; i++) {
        int begins = ((unsigned char)word[i] & 0xC0) != 0x80;
        if (begins && !whole && column >= COLUMNS) {
            printf("\n%*s", indent, "");
            column = indent;
        }
        putchar(word[i]);
        column += begins;
    }
    return column;
}

void print_wrapped(const char *text, int column, int indent) {
    int first = 1;
    for (text += strspn(text, " "); *text != '\0';) {
        size_t length = strcspn(text, " ");
        if (!first && column + 1 + shown_width(text, length) > COLUMNS) {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (!first) {
            putchar(' ');
            column++;
        }
        column = print_word(text, length, column, indent);
        first = 0;
        text += length + strspn(text + length, " ");
    }
    putchar('\n');
}

void print_entry(const char *label, const char *text) {
    printf("%*s%s%-*s%s", MARGIN, "", BOLD, LABEL - MARGIN, label, PLAIN);
    print_wrapped(text, LABEL, LABEL);
}
