/* What examples/explain.c uses of <getopt.h>. SPDX-License-Identifier: MIT */
enum { no_argument, required_argument };
struct option {
    const char *name;
    int has_arg, *flag, val;
};
extern char *optarg;
extern int optind;
int getopt_long(int argc, char *const *argv, const char *letters, const struct option *known, int *index);
