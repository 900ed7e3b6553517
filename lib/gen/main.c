/* tablegen FOLDER OUTPUT: compiles the text tables in FOLDER to the C file OUTPUT. */
#include "tablegen.h"

#include <errno.h>
#include <string.h>

int main(int argc, char **argv) {
    if (argc != 3) {
        fputs("usage: tablegen FOLDER OUTPUT\n", stderr);
        return 2;
    }
    read_tables(argv[1]);
    uint32_t version = read_version(argv[1]);
    if (errors == 0) {
        check_tables();
    }
    if (errors == 0) {
        FILE *out = fopen(argv[2], "w");
        if (out == NULL) {
            fprintf(stderr, "tablegen: %s: %s\n", argv[2], strerror(errno));
            return 1;
        }
        write_tables(out, version);
        if (ferror(out) | fclose(out)) {
            fprintf(stderr, "tablegen: %s: %s\n", argv[2], strerror(errno));
            return 1;
        }
    }
    if (errors != 0) {
        fprintf(stderr, "tablegen: %u errors, nothing is built\n", errors);
        remove(argv[2]);
    }
    return errors != 0;
}
