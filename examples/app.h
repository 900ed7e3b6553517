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

/* Prints a table's texts as a template for gettext; with table 0 those of all tables that speak to people. */
void print_catalogue(uint32_t table);
int log_main(int argc, char **argv);
/* Whether the rules can be printed in the form of another program of this name: pcre, zonemta, kumomta or json. */
int is_export(const char *form);
/* Prints them; of kumomta only those of this rank, if it is not NULL. Returns the exit code. */
int export_rules(const char *form, const char *rank);

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
/* What the table compiler wrote of a rule, and the library does without: texts, each with a byte before it that says what it
 * is; a byte of zero ends them. NULL if there is no such rule. */
enum {
    TEXT_PHRASE = 1, /* as in the rule file; or "url HOST TEXT" */
    TEXT_WHEN,
    TEXT_SAMPLE,
    TEXT_SOURCE,
    TEXT_FAMILY, /* the rule file */
    TEXT_ACTION,
    TEXT_ZONE,   /* zones of a block list, with blanks between */
    TEXT_EXPORT  /* a phrase, the same as TEXT_PHRASE, with numbers for words */
};
const unsigned char *rule_texts_of(uint32_t rule);
const unsigned char *next_rule_text(const unsigned char *at);
/* The first of the words, one after the other; an empty one ends them. "s NAME PHRASE" is a set, "w NUMBER SPELLING ..." a
 * word with all that counts as it, "f SPELLING ..." a word that is passed over. */
const char *first_rule_word(void);

/* Why the verdict is what it is: every rule that hit, the best one first. */
void print_why(const char *text, size_t length, const smtp5xx_context *context, const struct own_rules *own,
               const smtp5xx_reply *reply, const smtp5xx_verdict *verdict);

#endif
