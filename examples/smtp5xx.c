/* smtp5xx: explains, classifies and looks up replies of mail servers. SPDX-License-Identifier: MIT */
#include "app.h"

#include <string.h>

static void usage(FILE *out) {
    fputs("usage: smtp5xx explain [--stage STAGE] [--host HOST] [--rules FILE] [--why] [--color auto|always|never]\n"
          "                       [--file FILE] [REPLY...]\n"
          "       smtp5xx classify [-0] [--input lines|jsonl] [--output tsv|jsonl] [--stage STAGE] [--host HOST]\n"
          "                        [--rules FILE] [--crosswalk SYSTEM] [--fail-unknown] [FILE...]\n"
          "       smtp5xx table [NAME] [--output tsv|jsonl|markdown|po]\n"
          "       smtp5xx table rules --output pcre|zonemta|kumomta|json [--rank RANK]\n"
          "       smtp5xx log [-f] [--format FORMAT] [--output report|tsv|jsonl] [--since TIME] [--until TIME]\n"
          "                   [--suppress FILE [--explain]] [--prometheus FILE] [--unknown FILE] [--redact] [--rules FILE]\n"
          "                   [--year YEAR] [--threads N] [--color auto|always|never] [FILE...]\n"
          "       smtp5xx redact [-0] [FILE...]\n"
          "       smtp5xx tree [--output text|markdown|dot] [--reply REPLY [--stage STAGE]]\n"
          "       smtp5xx --version | --help\n",
          out);
}

static int print_help(void) {
    usage(stdout);
    fputs("\nexplain   says what each reply means and what to do; replies come as arguments, or from standard input\n"
          "          or FILE with an empty line between them. With --why it also lists every rule that hit.\n"
          "classify  writes one line for each record, in order: reason action confidence code status basis rule\n"
          "          provider category claimed judged disposition party scope retry retry_after severity stage\n"
          "          blocklist asked_after size_limit ip url new_address reference.\n"
          "          With --input jsonl a record is an object with text, and stage, host and rcpt_domain if known;\n"
          "          its other keys pass through, unless they are text, reply, verdict, advice or\n"
          "          crosswalk.\n"
          "          Each --crosswalk adds a column: the same refusal in the words of powermta, sparkpost, kumomta,\n"
          "          sisimai, ses, sendgrid, mailgun, postmark, zonemta or emailengine.\n"
          "table     prints what the library knows; without a NAME, which tables there are.\n"
          "log       reads mail logs, also compressed, and reports what was refused, why, and what to do about it; or\n"
          "          writes one line for each refusal: time mailer result queue_id recipient host ip reason action\n"
          "          confidence judged party provider code status rule table reply. smtp5xx(1) tells more.\n"
          "redact    prints each record with placeholders for addresses, IPs, hosts, URLs and ids.\n"
          "tree      prints the decision tree, and marks the way of a REPLY through it.\n"
          "\n--rules FILE  your own rules, which decide before the library's. A blank line ends a rule; # begins a comment:\n"
          "                  rule ID NAME          both your own, and no two the same\n"
          "                  when CONDITION ...    reply code, class (4, 5), X.7.1 or X.7.*, stage: at most one of each\n"
          "                  provider NAME         optional: only if --host or the record tells that it is this one\n"
          "                  phrase WORDS          words of the reply, in this order; may be left out if there is a when\n"
          "                  reason NAME           what it means\n"
          "                  action NAME           optional, as are confidence N and judged temporary|permanent\n"
          "\nexit codes: 0 fine; 1 with --fail-unknown: records came, and no reason is known for any; 2 usage;\n"
          "65 bad data; 74 input or output error\n",
          stdout);
    return finish_output(EXIT_FINE);
}

int main(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "";
    if (strcmp(command, "explain") == 0) {
        return explain_main(argc - 1, argv + 1);
    }
    if (strcmp(command, "classify") == 0) {
        return classify_main(argc - 1, argv + 1);
    }
    if (strcmp(command, "table") == 0) {
        return table_main(argc - 1, argv + 1);
    }
    if (strcmp(command, "log") == 0) {
        return log_main(argc - 1, argv + 1);
    }
    if (strcmp(command, "redact") == 0) {
        return redact_main(argc - 1, argv + 1);
    }
    if (strcmp(command, "tree") == 0) {
        return tree_main(argc - 1, argv + 1);
    }
    if (strcmp(command, "--version") == 0) {
        printf("smtp5xx %s, tables of %u\n", smtp5xx_version(), smtp5xx_table_version());
        return finish_output(EXIT_FINE);
    }
    if (strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0) {
        return print_help();
    }
    if (command[0] != '\0') {
        complain("there is no command \"%s\"", command);
    }
    usage(stderr);
    return EXIT_USAGE;
}
