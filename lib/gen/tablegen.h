/* The table compiler: reads the text tables and writes them as const C arrays. */
#ifndef TABLEGEN_H
#define TABLEGEN_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { MAX_COLUMNS = 24, MAX_TABLES = 24, LINE_MAX_BYTES = 65536 };

/* How a cell becomes a number in the compiled table. */
enum how {
    HOW_TEXT,        /* offset of the text in the string pool */
    HOW_NUMBER,      /* the number itself */
    HOW_ID,          /* id of the row that the name stands for, in another table */
    HOW_LIST,        /* offset in the lists: a count, then ids of another table */
    HOW_LIST_TEXT,   /* the same cell of names, kept as text for people */
    HOW_PATH,        /* a reason's name -> offset in the lists: the nodes from the root to its leaf */
    HOW_CLASSES,     /* "4,5" -> bits 4 and 5 */
    HOW_SUBJECT,     /* "X.7.26" -> 8 */
    HOW_DETAIL,      /* "X.7.26" -> 27, "X.7.606-649" -> 607, "X.7.*" -> 0 */
    HOW_DETAIL_LAST, /* "X.7.26" -> 27, "X.7.606-649" -> 650, "X.7.*" -> 0 */
    HOW_RULES,       /* names of rules or codes -> offset in the lists: a count, then their ids */
    HOW_EXTRAS,      /* a reason's name -> offset in the lists: a count, then rows of the extras that name it */
    HOW_NONE,        /* only the table compiler needs it */
    HOW_STAGES       /* "rcpt=user_unknown:60" -> offset in the lists: a count, then (stage, reason, confidence) */
};

struct column {
    const char *name; /* of the column in the file */
    int field;        /* SMTP5XX_FIELD_*, or one of the FIELD_* of internal.h that have no public number */
    enum how how;
    int table; /* for HOW_ID and HOW_LIST */
};

struct row {
    char *cells[MAX_COLUMNS]; /* by schema column; "" if empty */
    const char *file;
    unsigned line;
    uint32_t id;
    unsigned uses; /* references from other rows */
};

struct table {
    const char *name;
    int number;
    const char *files[4];
    const struct column *columns;
    struct row *rows;
    size_t count, room;
};

extern struct table tables[MAX_TABLES];
extern const char *const field_names[];
extern unsigned errors;

/* Says what is wrong in which line and how to mend it; counts it. */
void complain(const char *file, unsigned line, const char *format, ...) __attribute__((format(printf, 3, 4)));
void *must_have(void *memory);
char *copy_text(const char *text, size_t length);

void read_tables(const char *folder);
extern uint32_t table_version; /* yyyymmdd */
struct row *find_row(int table, const char *name, size_t length);
const struct column *find_column(const struct table *table, const char *name);
const char *cell(const struct table *table, const struct row *row, const char *column);

/* Calls `each` for every blank-separated word of a cell. */
void for_words(const char *text, void (*each)(const char *word, size_t length, void *context), void *context);

void check_tables(void);
void write_tables(FILE *out);

/* The pool of texts and the lists of numbers, which all tables share. */
void start_pools(void);
uint32_t pool_text(const char *text); /* its offset; a text is there once */
const char *pool_start(void);
void pool_cells(void); /* the texts of all tables */
void list_append(uint32_t value);
size_t list_end(void);
uint32_t list_share(size_t start); /* the same numbers where they stand already, or start; nothing may be added before */
const uint16_t *list_start(void);

#endif
