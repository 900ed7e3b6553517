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
int redact_main(int argc, char **argv);
int tree_main(int argc, char **argv);
int log_main(int argc, char **argv);

/* Writes "smtp5xx: " and the message to standard error. */
void complain(const char *format, ...);
/* Flushes standard output. Returns code, or EXIT_IO with a message if anything could not be written. */
int finish_output(int code);

/* The operator's own rules, from the files that --rules names, and what they are called. */
struct own_rules {
    smtp5xx_rule *rules;
    struct own_rule_name {
        char *name;
        const char *file;
        size_t line;
    } *names;
    char *text; /* of all phrases */
    uint32_t count, text_length;
};

/* Reads a file of rules behind those that are there, and hands all of them to the context. Complains about every mistake.
 * Returns the exit code: EXIT_FINE, EXIT_DATA or EXIT_IO. */
int read_own_rules(const char *file, struct own_rules *own, smtp5xx_context *context);
void free_own_rules(struct own_rules *own);
/* The name of what decided: of one of the operator's rules, or of one of the library's. */
const char *deciding_rule_name(const struct own_rules *own, const smtp5xx_verdict *verdict);

/* Finds a stage by its name. Returns 0 and complains, with the names there are, if there is none. */
int read_stage(const char *name, uint8_t *stage);
/* A span as text, with its length; "" if it is empty. */
const char *span_text(const char *text, const smtp5xx_span *span);

/* How many bytes the character at text takes: 0 if it is no valid UTF-8. */
size_t utf8_length(const char *text, size_t left);
/* Whether a terminal or a reader could be misled by the character: controls, C1, marks of direction. */
int is_unsafe(const char *text, size_t length);
/* A character of the reply as it may be shown, in at most 20 bytes; returns how many bytes of the reply it stands for. */
size_t show(const char *text, size_t left, char *shown);
/* A span as it may be shown, on one line, in at most room bytes (16 at least): dots stand for what does not fit. Returns
 * shown. */
const char *show_span(const char *text, const smtp5xx_span *span, char *shown, size_t room);

/* The card for people, 80 columns wide: entries have a label and a text that begins in one column. */
enum { COLUMNS = 80, MARGIN = 2, LABEL = 18 };
extern int colour;
#define BOLD (colour ? "\033[1m" : "")
#define DIM (colour ? "\033[2m" : "")
#define MARK (colour ? "\033[1;33m" : "")
#define PLAIN (colour ? "\033[0m" : "")
/* How many columns a text takes that is fit to be shown. */
int shown_width(const char *shown, size_t length);
/* Prints words, broken at blanks, from the column where the cursor is; further lines begin at `indent`. */
void print_wrapped(const char *text, int column, int indent);
void print_entry(const char *label, const char *text);
/* Why the verdict is what it is: every rule that hit, the best one first. */
void print_why(const char *text, size_t length, const smtp5xx_context *context, const struct own_rules *own,
               const smtp5xx_reply *reply, const smtp5xx_verdict *verdict);

#endif
