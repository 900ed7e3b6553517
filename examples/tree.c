/* smtp5xx tree: the decision tree as text, Markdown, or a drawing for Graphviz. SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "app.h"

#include <getopt.h>
#include <string.h>

enum { DEEPEST = SMTP5XX_PATH_MAX, LINE_OF_BOX = 40 };

struct drawing {
    smtp5xx_advice advice; /* whose way is marked; path_length 0: nobody's */
    void (*node)(uint32_t node, unsigned depth, int marked);
};

static uint32_t reason_of(uint32_t node) {
    return smtp5xx_table_number(SMTP5XX_TABLE_NODES, node, SMTP5XX_FIELD_REASON);
}

/* Reason 0 is "unknown", which has a leaf too: a leaf is what has no node below. */
static int is_leaf(uint32_t node) {
    return smtp5xx_node_next(node, 0) == 0;
}

static const char *meaning_of(uint32_t node) {
    return smtp5xx_table_text(SMTP5XX_TABLE_NODES, node, SMTP5XX_FIELD_MEANING);
}

static const char *action_of(uint32_t node) {
    return smtp5xx_table_text(SMTP5XX_TABLE_REASONS, reason_of(node), SMTP5XX_FIELD_ACTION);
}

static void print_text(uint32_t node, unsigned depth, int marked) {
    printf("%s%*s%s: %s", marked ? "> " : "  ", (int)(2 * depth), "", smtp5xx_node_name(node), meaning_of(node));
    if (is_leaf(node)) {
        printf(" %s, %s", smtp5xx_reason_name(reason_of(node)), action_of(node));
    }
    putchar('\n');
}

static void print_markdown(uint32_t node, unsigned depth, int marked) {
    const char *bold = marked ? "**" : "";
    printf("%*s- %s%s%s: %s", (int)(2 * depth), "", bold, smtp5xx_node_name(node), bold, meaning_of(node));
    if (is_leaf(node)) {
        printf(" `%s`, `%s`", smtp5xx_reason_name(reason_of(node)), action_of(node));
    }
    putchar('\n');
}

/* A text inside quotation marks, broken at blanks so that boxes stay narrow. */
static void print_label(const char *text) {
    size_t column = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (column > 0 && column + 1 + length > LINE_OF_BOX) {
            fputs("\\n", stdout);
            column = 0;
        } else if (column > 0) {
            putchar(' ');
            column++;
        }
        for (size_t i = 0; i < length; i++) {
            fputs(text[i] == '"' || text[i] == '\\' ? "\\" : "", stdout);
            putchar(text[i]);
        }
        column += length;
        text += length + strspn(text + length, " ");
    }
}

static void print_dot(uint32_t node, unsigned depth, int marked) {
    (void)depth;
    printf("    %s [label=\"", smtp5xx_node_name(node));
    print_label(meaning_of(node));
    if (is_leaf(node)) {
        printf("\\n%s, %s", smtp5xx_reason_name(reason_of(node)), action_of(node));
    }
    printf("\"%s%s];\n", is_leaf(node) ? ", shape=box, style=\"filled\"" : "", marked ? ", penwidth=3" : "");
    for (uint32_t child = smtp5xx_node_next(node, 0); child != 0; child = smtp5xx_node_next(node, child)) {
        printf("    %s -> %s;\n", smtp5xx_node_name(node), smtp5xx_node_name(child));
    }
}

static int is_marked(const smtp5xx_advice *advice, uint32_t node) {
    for (unsigned i = 0; i < advice->path_length; i++) {
        if (advice->path[i] == node) {
            return 1;
        }
    }
    return 0;
}

/* From the root down, each node before what is below it. No way is longer than SMTP5XX_PATH_MAX. */
static void walk(const struct drawing *drawing) {
    uint32_t above[DEEPEST + 1] = {0}, node = smtp5xx_node_next(0, 0);
    unsigned depth = 0;
    while (node != 0) {
        drawing->node(node, depth, is_marked(&drawing->advice, node));
        uint32_t next = smtp5xx_node_next(node, 0);
        if (next != 0 && depth < DEEPEST) {
            above[++depth] = node;
        }
        while (next == 0 && depth > 0) {
            next = smtp5xx_node_next(above[depth], node);
            node = above[depth];
            depth -= next == 0;
        }
        node = next;
    }
}

static int read_output(const char *output, struct drawing *drawing) {
    static const struct {
        const char *name;
        void (*node)(uint32_t node, unsigned depth, int marked);
    } known[] = {{"text", print_text}, {"markdown", print_markdown}, {"dot", print_dot}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(output, known[i].name) == 0) {
            drawing->node = known[i].node;
            return EXIT_FINE;
        }
    }
    complain("--output %s: use text, markdown or dot", output);
    return EXIT_USAGE;
}

static int read_options(int argc, char **argv, struct drawing *drawing) {
    static const struct option known[] = {{"output", required_argument, NULL, 'o'}, {"reply", required_argument, NULL, 'r'},
                                          {"stage", required_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
    smtp5xx_context context = {.size = sizeof context};
    const char *reply = NULL;
    int option, code = EXIT_FINE;
    *drawing = (struct drawing){.node = print_text};
    while (code == EXIT_FINE && (option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'o': code = read_output(optarg, drawing); break;
        case 'r': reply = optarg; break;
        case 's': code = read_stage(optarg, &context.stage) ? EXIT_FINE : EXIT_USAGE; break;
        default: code = EXIT_USAGE;
        }
    }
    if (code == EXIT_FINE && optind < argc) {
        complain("tree takes no argument \"%s\": a reply goes behind --reply", argv[optind]);
        return EXIT_USAGE;
    }
    if (code == EXIT_FINE && reply != NULL) {
        smtp5xx_diagnose(reply, strlen(reply), &context, NULL, NULL, 0, NULL, 0, &drawing->advice, sizeof drawing->advice);
    }
    return code;
}

int tree_main(int argc, char **argv) {
    struct drawing drawing;
    int code = read_options(argc, argv, &drawing);
    if (code != EXIT_FINE) {
        return code;
    }
    int dot = drawing.node == print_dot;
    if (dot) {
        fputs("digraph decision_tree {\n"
              "    graph [rankdir=LR, nodesep=0.12, ranksep=0.5, bgcolor=white];\n"
              "    node [fontname=\"Helvetica,sans-serif\", fontsize=10, margin=\"0.1,0.05\", fillcolor=\"#eef3f8\"];\n"
              "    edge [arrowsize=0.6];\n",
              stdout);
    }
    walk(&drawing);
    fputs(dot ? "}\n" : "", stdout);
    return finish_output(EXIT_FINE);
}
