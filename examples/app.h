/* What the files of the program smtp5xx share. It is built on the public header alone. SPDX-License-Identifier: MIT */
#ifndef APP_H
#define APP_H

#include <smtp5xx.h>
#include <stdio.h>

/* Exit codes: sysexits.h where it has one. */
enum { EXIT_FINE = 0, EXIT_UNKNOWN = 1, EXIT_USAGE = 2, EXIT_DATA = 65, EXIT_IO = 74 };

/* One command each; argv[0] is its name. They return the exit code. */
int explain_main(int argc, char **argv);
int classify_main(int argc, char **argv);
int table_main(int argc, char **argv);

/* Writes "smtp5xx: " and the message to standard error. */
void complain(const char *format, ...);
/* Flushes standard output. Returns code, or EXIT_IO with a message if anything could not be written. */
int finish_output(int code);

/* Finds a stage by its name. Returns 0 and complains, with the names there are, if there is none. */
int read_stage(const char *name, uint8_t *stage);
/* A span as text, with its length; "" if it is empty. */
const char *span_text(const char *text, const smtp5xx_span *span);

/* How many bytes the character at text takes: 0 if it is no valid UTF-8. */
size_t utf8_length(const char *text, size_t left);
/* Whether a terminal or a reader could be misled by the character: controls, C1, marks of direction. */
int is_unsafe(const char *text, size_t length);

#endif
