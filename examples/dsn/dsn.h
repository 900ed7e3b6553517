/* What the files of the program smtp5xx-dsn share. SPDX-License-Identifier: MIT */
#ifndef DSN_H
#define DSN_H

#include <gmime/gmime.h>
#include <jansson.h>
#include <smtp5xx.h>
#include <stdio.h>

/* Exit codes: as grep has them. */
enum { EXIT_BOUNCES = 0, EXIT_NO_BOUNCE = 1, EXIT_TROUBLE = 2 };

/* At most so much of a part is decoded: reports are short, and what is attached to them is not looked at. */
enum { PART_MAX = 16 << 20, DEPTH_MAX = 64 };

/* Where a message stands, and what has been found so far in all of them. */
struct run {
    const char *file;
    unsigned long message;              /* in the file, from 1 */
    unsigned long messages, bounces; /* in all */
    int trouble;
};

/* A message is judged and written, a line for each recipient. */
void handle_message(struct run *run, GMimeMessage *message);

/* Readable reports: calls `found` for each recipient with the text about it, which begins with the address. */
typedef void recipient_found(void *context, const char *address, size_t address_length, const char *text, size_t length);
void walk_text(const char *text, size_t length, recipient_found *found, void *context);

/* Reads messages: a file with one of them, an mbox, a Maildir, or standard input ("-"). */
void read_path(struct run *run, const char *path);

/* A string of JSON; NULL of JSON if there is none. Bytes that are no UTF-8 become U+FFFD. */
json_t *string_of(const char *text, size_t length);
void complain(const char *format, ...);

#endif
