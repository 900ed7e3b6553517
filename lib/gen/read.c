/* Reads the text tables: tab-separated cells, `#` comments, the first other line names the columns. */
#include "tablegen.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

unsigned errors;
uint32_t table_version;

void complain(const char *file, unsigned line, const char *format, ...) {
    va_list arguments;
    fprintf(stderr, "%s:%u: ", file, line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    errors++;
}

void *must_have(void *memory) {
    if (memory == NULL) {
        fputs("tablegen: out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

char *copy_text(const char *text, size_t length) {
    char *copy = must_have(malloc(length + 1));
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

const struct column *find_column(const struct table *table, const char *name) {
    for (const struct column *column = table->columns; column->name != NULL; column++) {
        if (strcmp(column->name, name) == 0) {
            return column;
        }
    }
    return NULL;
}

const char *cell(const struct table *table, const struct row *row, const char *column) {
    const struct column *found = find_column(table, column);
    return found == NULL ? "" : row->cells[found - table->columns];
}

struct row *find_row(int table, const char *name, size_t length) {
    const struct table *in = &tables[table];
    for (size_t i = 0; i < in->count; i++) {
        const char *own = cell(in, &in->rows[i], "name");
        if (strlen(own) == length && memcmp(own, name, length) == 0) {
            return &in->rows[i];
        }
    }
    return NULL;
}

void for_words(const char *text, void (*each)(const char *word, size_t length, void *context), void *context) {
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (length > 0) {
            each(text, length, context);
        }
        text += length + (text[length] != '\0');
    }
}

/* Splits a line at its tabs, in place. Returns the number of cells, one more than limit at most. */
static size_t split(char *line, char **cells, size_t limit) {
    size_t count = 0;
    for (char *at = line; at != NULL && count <= limit; count++) {
        char *tab = strchr(at, '\t');
        if (tab != NULL) {
            *tab++ = '\0';
        }
        if (count < limit) {
            cells[count] = at;
        }
        at = tab;
    }
    return count;
}

struct reader {
    const char *file; /* path, kept for messages */
    const char *base; /* its last part */
    unsigned line;
    char *header; /* the line of column names */
    char *names[MAX_COLUMNS];
    size_t columns;
};

static void check_cell_text(const struct reader *reader, const char *name, const char *text) {
    size_t length = strlen(text);
    if (length == 0) {
        complain(reader->file, reader->line, "column \"%s\" is empty: write - for nothing", name);
    } else if (text[0] == ' ' || text[length - 1] == ' ') {
        complain(reader->file, reader->line, "column \"%s\" has a blank at its end: remove it", name);
    }
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] < 0x20) {
            complain(reader->file, reader->line, "column \"%s\" has a control character: remove it", name);
            return;
        }
    }
}

static struct row *new_row(struct table *table, const struct reader *reader) {
    if (table->count == table->room) {
        table->room = table->room == 0 ? 64 : table->room * 2;
        table->rows = must_have(realloc(table->rows, table->room * sizeof *table->rows));
    }
    struct row *row = &table->rows[table->count++];
    memset(row, 0, sizeof *row);
    row->file = reader->file;
    row->line = reader->line;
    return row;
}

static void read_id(struct row *row, const char *text) {
    char *end = NULL;
    unsigned long id = strtoul(text, &end, 10);
    if (end == text || *end != '\0' || id > 65535) {
        complain(row->file, row->line, "id \"%s\" is no number from 0 to 65535: give it the next free one", text);
    }
    row->id = (uint32_t)id;
}

static void store_row(struct table *table, const struct reader *reader, char **cells) {
    struct row *row = new_row(table, reader);
    for (size_t i = 0; table->columns[i].name != NULL; i++) {
        row->cells[i] = "";
        for (size_t c = 0; c < reader->columns; c++) {
            if (strcmp(reader->names[c], table->columns[i].name) == 0 && strcmp(cells[c], "-") != 0) {
                row->cells[i] = copy_text(cells[c], strlen(cells[c]));
            }
        }
    }
    read_id(row, cell(table, row, "id"));
}

/* The table to which a line belongs: the file's own, or the one that the line of vocabulary.tsv names. */
static struct table *table_of_line(const struct reader *reader, struct table *table, char **cells) {
    if (strcmp(reader->base, "vocabulary.tsv") != 0) {
        return table;
    }
    for (int i = 1; i < MAX_TABLES; i++) {
        if (strcmp(tables[i].name, cells[0]) == 0 && strcmp(tables[i].files[0], reader->base) == 0) {
            return &tables[i];
        }
    }
    complain(reader->file, reader->line, "there is no vocabulary \"%s\": see lib/gen/schema.c for their names", cells[0]);
    return NULL;
}

static void read_header(struct reader *reader, const struct table *table, char *line) {
    int vocabulary = strcmp(reader->base, "vocabulary.tsv") == 0;
    reader->header = copy_text(line, strlen(line));
    reader->columns = split(reader->header, reader->names, MAX_COLUMNS);
    if (reader->columns > MAX_COLUMNS) {
        complain(reader->file, reader->line, "more than %d columns", MAX_COLUMNS);
        reader->columns = MAX_COLUMNS;
    }
    for (size_t i = 0; i < reader->columns; i++) {
        if (find_column(table, reader->names[i]) == NULL && !(vocabulary && i == 0)) {
            complain(reader->file, reader->line, "column \"%s\" is unknown: correct it, or add it to lib/gen/schema.c",
                     reader->names[i]);
        }
    }
    for (const struct column *column = table->columns; column->name != NULL; column++) {
        size_t i = 0;
        while (i < reader->columns && strcmp(reader->names[i], column->name) != 0) {
            i++;
        }
        if (i == reader->columns) {
            complain(reader->file, reader->line, "column \"%s\" is missing: add it, with - in every row", column->name);
        }
    }
}

static void read_line(struct reader *reader, struct table *table, char *line) {
    char *cells[MAX_COLUMNS];
    if (reader->header == NULL) {
        read_header(reader, table, line);
        return;
    }
    size_t count = split(line, cells, MAX_COLUMNS);
    if (count != reader->columns) {
        complain(reader->file, reader->line, "%zu cells where the file has %zu columns: check the tabs", count,
                 reader->columns);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        check_cell_text(reader, reader->names[i], cells[i]);
    }
    struct table *target = table_of_line(reader, table, cells);
    if (target != NULL) {
        store_row(target, reader, cells);
    }
}

static void read_file(const char *folder, const char *base, struct table *table) {
    static char line[LINE_MAX_BYTES];
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, base);
    struct reader reader = {copy_text(path, strlen(path)), base, 0, NULL, {NULL}, 0};
    FILE *in = fopen(path, "r");
    if (in == NULL) {
        complain(path, 0, "cannot read: %s", strerror(errno));
        return;
    }
    while (fgets(line, sizeof line, in) != NULL) {
        size_t length = strlen(line);
        reader.line++;
        if (length > 0 && line[length - 1] == '\n') {
            line[--length] = '\0';
        } else if (!feof(in)) {
            complain(path, reader.line, "line is longer than %d bytes or has a NUL byte", LINE_MAX_BYTES - 2);
            break;
        }
        if (length > 0 && line[0] != '#') {
            read_line(&reader, table, line);
        }
    }
    if (ferror(in)) {
        complain(path, reader.line, "cannot read: %s", strerror(errno));
    }
    fclose(in);
    free(reader.header);
}

static int by_id(const void *a, const void *b) {
    const struct row *left = a, *right = b;
    return left->id < right->id ? -1 : left->id > right->id;
}

static void read_version(const char *folder) {
    char path[4096];
    unsigned long version = 0;
    snprintf(path, sizeof path, "%s/version", folder);
    FILE *in = fopen(path, "r");
    if (in == NULL || fscanf(in, "%lu", &version) != 1 || version < 20260101 || version > 99991231) {
        complain(path, 1, "must hold the tables' date as yyyymmdd");
    }
    if (in != NULL) {
        fclose(in);
    }
    table_version = (uint32_t)version;
}

void read_tables(const char *folder) {
    read_version(folder);
    int seen_vocabulary = 0;
    for (int i = 1; i < MAX_TABLES; i++) {
        for (int f = 0; f < 4 && tables[i].files[f] != NULL; f++) { /* The rules have files of another form. */
            int vocabulary = strcmp(tables[i].files[f], "vocabulary.tsv") == 0;
            if (!vocabulary || !seen_vocabulary++) {
                read_file(folder, tables[i].files[f], &tables[i]);
            }
        }
    }
    for (int i = 1; i < MAX_TABLES; i++) {
        if (tables[i].count > 0) {
            qsort(tables[i].rows, tables[i].count, sizeof *tables[i].rows, by_id);
        }
    }
}
