/* What the files of the library share. Nothing here is public. */
#ifndef SMTP5XX_INTERNAL_H
#define SMTP5XX_INTERNAL_H

/* The header is free of attributes so that every FFI can read it; the build hides everything else. */
#if defined(__GNUC__) && !defined(_WIN32)
#pragma GCC visibility push(default)
#include "smtp5xx.h"
#pragma GCC visibility pop
#else
#include "smtp5xx.h"
#endif

#include <string.h>

/* library.c makes all of the library one translation unit, where this is `static`: so no internal name leaks from the
 * archive, and the compiler sees the whole path from bytes to advice. */
#ifndef INTERNAL
#define INTERNAL
#endif

/* The sizes that the structs had in version 0.1: what every caller has at least. */
enum { REPLY_SIZE_0_1 = 44, VERDICT_SIZE_0_1 = 80, ADVICE_SIZE_0_1 = 68 };

/* Fields that the tables carry for the library's own use; smtp5xx_table_field() denies them. */
enum {
    FIELD_ID = 0,
    FIELD_STEP_LIST = 200,
    FIELD_REFERENCE_LIST = 201,
    FIELD_STAGE_LIST = 202,
    FIELD_PATH_LIST = 203,
    FIELD_PUBLIC_MAX = 127
};

/* The kinds of columns, as smtp5xx_table_field() tells them. */
enum { KIND_TEXT = 1, KIND_NUMBER = 2, KIND_ID = 3 };

/* The compiled tables have no pointers, and so no relocations: everything is an offset. */
struct s5x_column {
    uint8_t field, kind, table, reserved;
};
struct s5x_table {
    uint32_t cells;   /* index of its first cell */
    uint32_t name;    /* in the pool */
    uint16_t rows;
    uint16_t columns; /* cells in a row; the first is the id */
    uint16_t schema;  /* index of its first column */
    uint16_t reserved;
};
/* One entry for each row of the codes, sorted by subject, detail, code of rows without enhanced code, and then the most
 * specific first. */
struct s5x_code_key {
    uint16_t subject, detail; /* as the fields: one more than the number, 0 for none or any */
    uint16_t code, provider;
    uint16_t row;
    uint16_t reserved;
};
/* A text by which a provider is known. */
struct s5x_clue {
    uint32_t text; /* in the pool */
    uint16_t length;
    uint16_t provider;
};


/* Limits a length to what the library looks at. */
INTERNAL uint32_t s5x_clamp(size_t length);
/* Zeroes size bytes at out and copies what the library knows of it; used by every function that fills a struct. */
INTERNAL void s5x_give(void *out, size_t out_size, const void *known, size_t known_size);
/* Reads a struct that the caller made: what lies beyond its stamped size counts as zero. */
INTERNAL void s5x_take(void *known, size_t known_size, const void *given, uint32_t given_size);

INTERNAL int s5x_is_blank(char c);
INTERNAL int s5x_is_digit(char c);
INTERNAL int s5x_is_alnum(char c);
INTERNAL char s5x_lower(char c);

/* A cell of a row, by names that the compiler of the tables defines: CELL(codes, row, reason). The row must exist. */
#define CELL(table, row, column) s5x_cells[table##_at + (row) * (uint32_t)table##_width + (uint32_t)table##_##column]
/* A list: its count, then its entries. */
#define LIST(table, row, column) (s5x_lists + CELL(table, row, column))

INTERNAL const char *s5x_pool_text(uint32_t offset);
INTERNAL uint32_t s5x_row_of(uint32_t table, uint32_t id); /* index of the row, UINT32_MAX if there is none */
INTERNAL uint32_t s5x_code_row(uint32_t code, uint32_t enhanced_class, uint32_t subject, uint32_t detail, uint32_t provider);
INTERNAL uint32_t s5x_provider_in_text(const char *text, const smtp5xx_reply *reply);

#endif
