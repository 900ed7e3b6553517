/* smtp5xx classify: one line of output for each record of input, in order, always. SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#define _GNU_SOURCE
#include "app.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SYSTEMS = 32 };

struct options {
    int end; /* the byte that ends a record */
    int json_input, json_output, fail_unknown;
    smtp5xx_context context;
    struct own_rules own;
    uint32_t systems[MAX_SYSTEMS]; /* whose words are wished for */
    unsigned system_count;
};

struct totals {
    size_t records, known, bad;
};

struct diagnosis {
    smtp5xx_reply reply;
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;
};

static const char *or_hyphen(const char *name) {
    return name[0] == '\0' ? "-" : name;
}

/* A piece of the reply as a cell: whatever it holds, it adds neither a column nor a line. */
static void print_cell(const char *text, const smtp5xx_span *span) {
    const char *from = span_text(text, span);
    char shown[20];
    fputs(span->length == 0 ? "\t-" : "\t", stdout);
    for (size_t at = 0; at < span->length;) {
        int backslash = from[at] == '\\';
        at += show(from + at, span->length - at, shown);
        fputs(backslash ? "\\x5c" : shown, stdout);
    }
}

static void print_number(uint32_t number) {
    if (number == 0) {
        fputs("\t-", stdout);
    } else {
        printf("\t%u", number);
    }
}

static void print_details(const char *text, const smtp5xx_verdict *v) {
    printf("\t%s", or_hyphen(smtp5xx_blocklist_name(v->blocklist)));
    print_number(v->retry_after);
    print_number(v->size_limit);
    print_cell(text, &v->ip);
    print_cell(text, &v->url);
    print_cell(text, &v->new_address);
    print_cell(text, &v->reference);
}

/* What another system calls it; nothing if nothing was refused. */
static const char *label_of(uint32_t system, const smtp5xx_advice *a, const smtp5xx_verdict *v) {
    return a->action == SMTP5XX_ACTION_NONE ? "" : smtp5xx_crosswalk(system, v->reason);
}

static void print_tsv(const struct options *options, const char *text, const struct diagnosis *found) {
    const smtp5xx_verdict *v = &found->verdict;
    const smtp5xx_advice *a = &found->advice;
    char code[8] = "-", status[24] = "-";
    if (v->code != 0) {
        snprintf(code, sizeof code, "%u", v->code);
    }
    if (v->enhanced_class != 0) {
        snprintf(status, sizeof status, "%u.%u.%u", v->enhanced_class, v->enhanced_subject, v->enhanced_detail);
    }
    printf("%s\t%s\t%u\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%u\t%s\t%s", smtp5xx_reason_name(v->reason),
           smtp5xx_action_name(a->action), v->confidence, code, status, smtp5xx_basis_name(v->basis),
           or_hyphen(deciding_rule_name(&options->own, v)), or_hyphen(smtp5xx_provider_name(v->provider)),
           smtp5xx_category_name(v->category), smtp5xx_permanence_name(v->claimed), smtp5xx_permanence_name(v->judged),
           smtp5xx_disposition_name(a->disposition), smtp5xx_party_name(a->party), smtp5xx_scope_name(a->scope),
           smtp5xx_retry_name(a->retry), a->retry_after, smtp5xx_severity_name(a->severity), smtp5xx_stage_name(v->stage));
    print_details(text, v);
    for (unsigned i = 0; i < options->system_count; i++) {
        printf("\t%s", or_hyphen(label_of(options->systems[i], a, v)));
    }
    putchar('\n');
}

/* Any bytes as a JSON string: what is no UTF-8 becomes U+FFFD. */
static json_t *json_bytes(const char *text, size_t length) {
    char *clean = malloc(length * 3 + 1);
    size_t used = 0;
    if (clean == NULL) {
        return NULL;
    }
    for (size_t at = 0; at < length;) {
        size_t size = utf8_length(text + at, length - at);
        memcpy(clean + used, size == 0 ? "\xEF\xBF\xBD" : text + at, size == 0 ? 3 : size);
        used += size == 0 ? 3 : size;
        at += size == 0 ? 1 : size;
    }
    json_t *string = json_stringn(clean, used);
    free(clean);
    return string;
}

static json_t *json_span(const char *text, const smtp5xx_span *span) {
    return json_pack("{s:I,s:I,s:o}", "offset", (json_int_t)span->offset, "length", (json_int_t)span->length, "text",
                     json_bytes(span_text(text, span), span->length));
}

static json_t *json_names(const uint16_t *ids, unsigned count, const char *(*name)(uint32_t)) {
    json_t *array = json_array();
    for (unsigned i = 0; i < count; i++) {
        json_array_append_new(array, json_string(name(ids[i])));
    }
    return array;
}

static json_t *json_status(unsigned class, unsigned subject, unsigned detail) {
    return class == 0 ? json_null() : json_sprintf("%u.%u.%u", class, subject, detail);
}

/* The names of the bits that are set. */
static json_t *json_flags(uint32_t flags, const char *const *names, size_t count) {
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        if (flags >> i & 1) {
            json_array_append_new(array, json_string(names[i]));
        }
    }
    return array;
}

static json_t *json_reply(const char *text, const smtp5xx_reply *r) {
    static const char *const names[] = {"multiline", "class_mismatch", "no_code", "cut", "not_smtp", "unfinished",
                                        "codes_differ", "bad_code", "success"};
    return json_pack("{s:i,s:o,s:s,s:s,s:i,s:o,s:o,s:o,s:o}", "code", r->code, "status",
                     json_status(r->enhanced_class, r->enhanced_subject, r->enhanced_detail), "stage",
                     smtp5xx_stage_name(r->stage), "form", smtp5xx_form_name(r->form), "lines", r->lines, "flags",
                     json_flags(r->flags, names, sizeof names / sizeof names[0]), "said", json_span(text, &r->said), "text",
                     json_span(text, &r->text), "enhanced", json_span(text, &r->enhanced));
}

static json_t *json_verdict(const struct options *options, const char *text, const smtp5xx_verdict *v) {
    static const char *const names[] = {"provider_from_context", "provider_from_text", "provider_overrules",
                                        "claim_overruled",       "stage_decided",      "codes_overruled",
                                        "codes_agree",           "ambiguous"};
    json_t *object = json_pack(
        "{s:s,s:s,s:s,s:s,s:i,s:s,s:s,s:i,s:o,s:s,s:I,s:s}", "reason", smtp5xx_reason_name(v->reason), "category",
        smtp5xx_category_name(v->category), "claimed", smtp5xx_permanence_name(v->claimed), "judged",
        smtp5xx_permanence_name(v->judged), "confidence", v->confidence, "basis", smtp5xx_basis_name(v->basis), "stage",
        smtp5xx_stage_name(v->stage), "code", v->code, "status",
        json_status(v->enhanced_class, v->enhanced_subject, v->enhanced_detail), "rule",
        deciding_rule_name(&options->own, v), "rule_id", (json_int_t)v->rule, "provider", smtp5xx_provider_name(v->provider));
    json_object_set_new(object, "action", json_string(smtp5xx_action_name(v->action)));
    json_object_set_new(object, "blocklist", json_string(smtp5xx_blocklist_name(v->blocklist)));
    json_object_set_new(object, "asked_after", json_integer((json_int_t)v->retry_after));
    json_object_set_new(object, "size_limit", json_integer((json_int_t)v->size_limit));
    json_object_set_new(object, "table_version", json_integer((json_int_t)smtp5xx_table_version()));
    json_object_set_new(object, "flags", json_flags(v->flags, names, sizeof names / sizeof names[0]));
    json_object_set_new(object, "words", json_span(text, &v->words));
    json_object_set_new(object, "ip", json_span(text, &v->ip));
    json_object_set_new(object, "url", json_span(text, &v->url));
    json_object_set_new(object, "reference", json_span(text, &v->reference));
    json_object_set_new(object, "new_address", json_span(text, &v->new_address));
    return object;
}

static json_t *json_advice(const smtp5xx_advice *a) {
    json_t *object = json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:i,s:i}", "action", smtp5xx_action_name(a->action), "disposition",
        smtp5xx_disposition_name(a->disposition), "party", smtp5xx_party_name(a->party), "scope",
        smtp5xx_scope_name(a->scope), "severity", smtp5xx_severity_name(a->severity), "retry", smtp5xx_retry_name(a->retry),
        "retry_after", (json_int_t)a->retry_after, "retry_until", (json_int_t)a->retry_until, "soft_count", a->soft_count,
        "soft_days", a->soft_days);
    json_object_set_new(object, "hold", json_integer((json_int_t)a->hold));
    json_object_set_new(object, "why", json_string(smtp5xx_why_name(a->why)));
    json_object_set_new(object, "steps", json_names(a->steps, a->step_count, smtp5xx_step_name));
    json_object_set_new(object, "references", json_names(a->references, a->reference_count, smtp5xx_reference_name));
    json_object_set_new(object, "path", json_names(a->path, a->path_length, smtp5xx_node_name));
    return object;
}

/* ASCII without controls: jansson escapes all of them but DEL, which JSON allows and terminals obey. */
static int write_json(const char *piece, size_t size, void *out) {
    for (size_t i = 0; i < size; i++) {
        if (piece[i] == 0x7F) {
            fputs("\\u007f", out);
        } else {
            putc(piece[i], out);
        }
    }
    return 0;
}

static json_t *json_labels(const struct options *options, const struct diagnosis *found) {
    json_t *object = json_object();
    for (unsigned i = 0; i < options->system_count; i++) {
        const char *label = label_of(options->systems[i], &found->advice, &found->verdict);
        json_object_set_new(object, smtp5xx_system_name(options->systems[i]),
                            label[0] == '\0' ? json_null() : json_string(label));
    }
    return object;
}

static void print_json(json_t *object) {
    if (object == NULL || json_dump_callback(object, write_json, stdout, JSON_COMPACT | JSON_ENSURE_ASCII) != 0) {
        fputs("{\"error\":\"out of memory\"}", stdout);
    }
    fputc('\n', stdout);
    json_decref(object);
}

static int diagnose(const char *text, size_t length, const smtp5xx_context *context, struct totals *totals,
                    struct diagnosis *found) {
    totals->records++;
    int error = smtp5xx_diagnose(text, length, context, NULL, &found->reply, sizeof found->reply, &found->verdict,
                                 sizeof found->verdict, &found->advice, sizeof found->advice);
    totals->known += found->verdict.reason != SMTP5XX_REASON_UNKNOWN;
    return error;
}

static void print_diagnosis(const struct options *options, json_t *object, const char *text, const struct diagnosis *found) {
    if (!options->json_output) {
        print_tsv(options, text, found);
        json_decref(object);
        return;
    }
    json_object_set_new(object, "reply", json_reply(text, &found->reply));
    json_object_set_new(object, "verdict", json_verdict(options, text, &found->verdict));
    json_object_set_new(object, "advice", json_advice(&found->advice));
    if (options->system_count > 0) {
        json_object_set_new(object, "crosswalk", json_labels(options, found));
    }
    print_json(object);
}

/* A record that is no good still gets its line, so that lines of input and output stay side by side. */
static void reject(const struct options *options, const char *file, const char *why, struct totals *totals) {
    struct diagnosis nothing;
    totals->records++;
    totals->bad++;
    complain("%s:%zu: %s", file, totals->records, why);
    if (options->json_output) {
        print_json(json_pack("{s:s}", "error", why));
        return;
    }
    memset(&nothing, 0, sizeof nothing);
    print_tsv(options, "", &nothing);
}

static void classify_text(const struct options *options, const char *text, size_t length, struct totals *totals) {
    struct diagnosis found;
    diagnose(text, length, &options->context, totals, &found);
    json_t *object = options->json_output ? json_pack("{s:o}", "text", json_bytes(text, length)) : NULL;
    print_diagnosis(options, object, text, &found);
}

/* What the record itself says of stage, host and domain comes before the options. */
static int read_context(const json_t *record, smtp5xx_context *context) {
    const char *stage = json_string_value(json_object_get(record, "stage"));
    const char *host = json_string_value(json_object_get(record, "host"));
    const char *domain = json_string_value(json_object_get(record, "rcpt_domain"));
    uint32_t id;
    if (stage != NULL) {
        if (!smtp5xx_table_find(SMTP5XX_TABLE_STAGES, stage, strlen(stage), &id)) {
            return 0;
        }
        context->stage = (uint8_t)id;
    }
    if (host != NULL || domain != NULL) {
        context->provider = (uint16_t)smtp5xx_provider_find(host, host == NULL ? 0 : strlen(host), domain,
                                                            domain == NULL ? 0 : strlen(domain));
    }
    return 1;
}

static void classify_json(const struct options *options, const char *file, const char *line, size_t length,
                          struct totals *totals) {
    json_error_t error;
    struct diagnosis found;
    smtp5xx_context context = options->context;
    json_t *record = json_loadb(line, length, JSON_ALLOW_NUL, &error);
    json_t *text = json_object_get(record, "text");
    if (record == NULL) {
        reject(options, file, error.text, totals);
    } else if (!json_is_string(text)) {
        reject(options, file, "no object with a string \"text\": write {\"text\": \"550 ...\"}", totals);
    } else if (!read_context(record, &context)) {
        reject(options, file, "unknown \"stage\": use one of connect helo tls auth mail rcpt data eod unknown", totals);
    } else {
        const char *bytes = json_string_value(text);
        json_incref(text);
        diagnose(bytes, json_string_length(text), &context, totals, &found);
        print_diagnosis(options, json_incref(record), bytes, &found);
        json_decref(text);
    }
    json_decref(record);
}

static int classify_file(const struct options *options, FILE *in, const char *name, struct totals *totals) {
    char *record = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getdelim(&record, &room, options->end, in)) > 0 && !ferror(stdout)) {
        size_t size = (size_t)length;
        size -= record[size - 1] == options->end;
        size -= options->end == '\n' && size > 0 && record[size - 1] == '\r';
        if (options->json_input) {
            classify_json(options, name, record, size, totals);
        } else {
            classify_text(options, record, size, totals);
        }
    }
    int failed = ferror(in);
    if (failed) {
        complain("%s: %s", name, strerror(errno));
    }
    free(record);
    return failed ? EXIT_IO : EXIT_FINE;
}

static int classify_named(const struct options *options, const char *name, struct totals *totals) {
    if (strcmp(name, "-") == 0) {
        return classify_file(options, stdin, "standard input", totals);
    }
    FILE *in = fopen(name, "rb");
    if (in == NULL) {
        complain("%s: %s", name, strerror(errno));
        return EXIT_IO;
    }
    int code = classify_file(options, in, name, totals);
    fclose(in);
    return code;
}

static int read_choice(const char *option, const char *value, const char *no, const char *yes, int *choice) {
    *choice = strcmp(value, yes) == 0;
    if (*choice || strcmp(value, no) == 0) {
        return 1;
    }
    complain("%s %s: use %s or %s", option, value, no, yes);
    return 0;
}

static int read_system(const char *name, struct options *options) {
    uint32_t id;
    if (smtp5xx_table_find(SMTP5XX_TABLE_SYSTEMS, name, strlen(name), &id) && options->system_count < MAX_SYSTEMS) {
        options->systems[options->system_count++] = id;
        return 1;
    }
    complain("--crosswalk %s: \"smtp5xx table systems\" lists whose words are known", name);
    return 0;
}

static int read_options(int argc, char **argv, struct options *options) {
    static const struct option known[] = {{"input", required_argument, NULL, 'i'},  {"output", required_argument, NULL, 'o'},
                                          {"stage", required_argument, NULL, 's'},  {"host", required_argument, NULL, 'h'},
                                          {"rules", required_argument, NULL, 'r'},  {"fail-unknown", no_argument, NULL, 'u'},
                                          {"crosswalk", required_argument, NULL, 'x'},
                                          {NULL, 0, NULL, 0}};
    int option, fine = 1, code = EXIT_FINE;
    *options = (struct options){.end = '\n', .context = {.size = sizeof options->context}};
    while (fine && code == EXIT_FINE && (option = getopt_long(argc, argv, "0", known, NULL)) != -1) {
        switch (option) {
        case '0': options->end = '\0'; break;
        case 'i': fine = read_choice("--input", optarg, "lines", "jsonl", &options->json_input); break;
        case 'o': fine = read_choice("--output", optarg, "tsv", "jsonl", &options->json_output); break;
        case 's': fine = read_stage(optarg, &options->context.stage); break;
        case 'h':
            options->context.provider = (uint16_t)smtp5xx_provider_find(optarg, strlen(optarg), NULL, 0);
            break;
        case 'r': code = read_own_rules(optarg, &options->own, &options->context); break;
        case 'u': options->fail_unknown = 1; break;
        case 'x': fine = read_system(optarg, options); break;
        default: fine = 0;
        }
    }
    return fine ? code : EXIT_USAGE;
}

static int classify_all(int argc, char **argv, const struct options *options) {
    struct totals totals = {0, 0, 0};
    int code = EXIT_FINE;
    if (optind == argc) {
        code = classify_named(options, "-", &totals);
    }
    for (int i = optind; i < argc && code == EXIT_FINE; i++) {
        code = classify_named(options, argv[i], &totals);
    }
    if (code == EXIT_FINE && totals.bad > 0) {
        code = EXIT_DATA;
    }
    if (code == EXIT_FINE && options->fail_unknown && totals.records > 0 && totals.known == 0) {
        code = EXIT_UNKNOWN;
    }
    return finish_output(code);
}

int classify_main(int argc, char **argv) {
    struct options options;
    int code = read_options(argc, argv, &options);
    if (code == EXIT_FINE) {
        code = classify_all(argc, argv, &options);
    }
    free_own_rules(&options.own);
    return code;
}
