/* tablegen FOLDER OUTPUT [TEXTS]: compiles the text tables in FOLDER to the C file OUTPUT, and what the program shows of rules
 * to TEXTS. */
#include "rules.h"

#include <errno.h>
#include <string.h>

static int write_file(const char *path, void (*write)(FILE *out)) {
    FILE *out = fopen(path, "w");
    if (out != NULL) {
        write(out);
        if (!(ferror(out) | fclose(out))) {
            return 0;
        }
    }
    fprintf(stderr, "tablegen: %s: %s\n", path, strerror(errno));
    return 1;
}

int main(int argc, char **argv) {
    if (argc < 3 || argc > 4) {
        fputs("usage: tablegen FOLDER OUTPUT [TEXTS]\n", stderr);
        return 2;
    }
    start_pools();
    read_tables(argv[1]);
    if (errors == 0) {
        read_rules(argv[1]);
        fill_rule_table();
        check_tables();
    }
    if (errors == 0) {
        pool_cells();
        add_clues();
        make_automaton();
    }
    if (errors == 0) {
        check_samples();
    }
    int failed = errors == 0 && (write_file(argv[2], write_tables) || (argc == 4 && write_file(argv[3], write_rule_texts)));
    if (errors != 0) {
        fprintf(stderr, "tablegen: %u errors, nothing is built\n", errors);
        remove(argv[2]);
    }
    return failed || errors != 0;
}
