/*
 * smtp5xx-dsn: what bounces say, one JSON object a line for each recipient.
 *
 *     smtp5xx-dsn [FILE...]
 *
 * GMime takes the messages apart, the library reads the reports, and jansson writes. smtp5xx-dsn(1) tells what the keys mean.
 */
#define _POSIX_C_SOURCE 200809L

#include "dsn.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

void complain(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("smtp5xx-dsn: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

json_t *string_of(const char *text, size_t length) {
    if (text == NULL || length == 0) {
        return json_null();
    }
    char *valid = g_utf8_make_valid(text, (gssize)length);
    json_t *string = json_string(valid);
    g_free(valid);
    return string;
}

int main(int argc, char **argv) {
    struct run run = {NULL, 0, 0, 0, 0};
    int option;
    while ((option = getopt(argc, argv, "hV")) != -1) {
        if (option == 'V') {
            printf("smtp5xx-dsn %s, tables of %u\n", smtp5xx_version(), smtp5xx_table_version());
            return EXIT_BOUNCES;
        }
        fputs("usage: smtp5xx-dsn [FILE...]\n"
              "       smtp5xx-dsn -V\n\n"
              "Reads messages, mboxes and Maildirs, or standard input, and prints a line of JSON for each recipient.\n",
              option == 'h' ? stdout : stderr);
        return option == 'h' ? EXIT_BOUNCES : EXIT_TROUBLE;
    }
    g_mime_init();
    for (int i = optind; i < argc; i++) {
        read_path(&run, argv[i]);
    }
    if (optind == argc) {
        read_path(&run, "-");
    }
    g_mime_shutdown();
    if (run.messages >= 1000 && isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%lu messages, %lu bounces\n", run.messages, run.bounces);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        complain("standard output cannot be written");
        run.trouble = 1;
    }
    return run.trouble ? EXIT_TROUBLE : run.bounces > 0 ? EXIT_BOUNCES : EXIT_NO_BOUNCE;
}
