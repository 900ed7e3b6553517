/*
 * smtp5xx table rules --output pcre|zonemta|kumomta|json: the rules as tables of other programs, for those who do not link the
 * library. Each form says in its first lines what takes it, and what it cannot express.
 *
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L
#include "export.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Conditions as expressions */

/* "7\.1|7\.(?:500|501)" */
static void write_statuses(FILE *out, const struct entry *entry) {
    for (unsigned i = 0; i < entry->status_count; i++) {
        const struct status *status = &entry->statuses[i];
        fprintf(out, "%s%u\\.", i > 0 ? "|" : "", status->subject);
        if (status->first == 0 && status->last == 999) {
            fputs("[0-9]+", out);
            continue;
        }
        fputs(status->last > status->first ? "(?:" : "", out);
        for (unsigned number = status->first; number <= status->last; number++) {
            fprintf(out, "%s%u", number > status->first ? "|" : "", number);
        }
        fputs(status->last > status->first ? ")" : "", out);
    }
}

static void write_codes(FILE *out, const struct entry *entry) {
    fputs(entry->code_count > 1 ? "(?:" : "", out);
    for (unsigned i = 0; i < entry->code_count; i++) {
        fprintf(out, "%s%u", i > 0 ? "|" : "", entry->codes[i]);
    }
    fputs(entry->code_count > 1 ? ")" : "", out);
}

/* Calls write_literal() for each part of a text, with | between: words of a provider, suffixes of its hosts. */
static void write_choices(FILE *out, const char *text, const char *between) {
    for (const char *first = text; *text != '\0';) {
        const char *end = strstr(text, between);
        size_t length = end == NULL ? strlen(text) : (size_t)(end - text);
        fputs(text > first ? "|" : "", out);
        write_literal(out, text, length);
        text += length + (end == NULL ? 0 : strlen(between));
    }
}

static const char *provider_texts(const struct entry *entry) {
    return smtp5xx_table_text(SMTP5XX_TABLE_PROVIDERS, entry->provider, SMTP5XX_FIELD_TEXTS);
}

/* What the library advises on such an entry's reason, after a reply of that class. */
static void advise(const struct entry *entry, unsigned class, smtp5xx_advice *advice) {
    uint32_t judged = entry->judged != 0 ? entry->judged
                                         : smtp5xx_table_number(SMTP5XX_TABLE_REASONS, entry->reason, SMTP5XX_FIELD_JUDGED);
    uint8_t claimed = class == 4 ? SMTP5XX_PERMANENCE_TEMPORARY : SMTP5XX_PERMANENCE_PERMANENT;
    smtp5xx_verdict verdict = {.size = sizeof verdict, .reason = (uint16_t)entry->reason, .claimed = claimed, .confidence = 99,
                               .judged = judged != 0 ? (uint8_t)judged : claimed, .code = (uint16_t)(class * 100 + 50),
                               .category = (uint8_t)smtp5xx_table_number(SMTP5XX_TABLE_REASONS, entry->reason,
                                                                         SMTP5XX_FIELD_CATEGORY),
                               .action = (uint8_t)entry->action, .rule = entry->id};
    smtp5xx_advise(&verdict, NULL, advice, sizeof *advice);
}

/* Entries of one rule, or one code, that stand one after the other and hold under the same conditions are one line. */
static size_t same_entries(const struct entries *entries, size_t first) {
    const struct entry *entry = &entries->all[first];
    size_t end = first + 1;
    while (end < entries->count && entry->pattern != NULL && entries->all[end].id == entry->id &&
           entries->all[end].weight == entry->weight) {
        end++;
    }
    return end - first;
}

static void write_patterns(FILE *out, const struct entry *entry, size_t count) {
    fputs(count > 1 ? "(?:" : "", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%s%s", i > 0 ? "|" : "", entry[i].pattern);
    }
    fputs(count > 1 ? ")" : "", out);
}

static int is_ascii(const char *text) {
    while (*text != '\0' && (*text & 0x80) == 0) {
        text++;
    }
    return *text == '\0';
}

/* The same for Rust, told what holds ASCII only: else each letter would cost it several states. */
static void write_rust_patterns(FILE *out, const struct entry *entry, size_t count) {
    fputs(count > 1 ? "(?:" : "", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, is_ascii(entry[i].pattern) ? "%s(?-u:%s)" : "%s%s", i > 0 ? "|" : "", entry[i].pattern);
    }
    fputs(count > 1 ? ")" : "", out);
}

/* Postfix */

/* Where Postfix tells the stage: smtp(8) writes this behind or around what the server said. */
static void write_stages(FILE *out, unsigned stages) {
    static const char *const texts[] = {
        [SMTP5XX_STAGE_CONNECT] = " refused to talk to me: ",
        [SMTP5XX_STAGE_HELO] = "in reply to (?:HELO|EHLO) command\\)$",
        [SMTP5XX_STAGE_TLS] = "(?:in reply to STARTTLS command\\)$| refused to start TLS: )",
        [SMTP5XX_STAGE_AUTH] = "SASL authentication failed; server ",
        [SMTP5XX_STAGE_MAIL] = "in reply to MAIL FROM command\\)$",
        [SMTP5XX_STAGE_RCPT] = "in reply to RCPT TO command\\)$",
        [SMTP5XX_STAGE_DATA] = "in reply to DATA command\\)$",
        [SMTP5XX_STAGE_EOD] = "in reply to end of DATA command\\)$"};
    unsigned written = 0;
    fputs("(?=.*(?:", out);
    for (unsigned stage = SMTP5XX_STAGE_CONNECT; stage <= SMTP5XX_STAGE_EOD; stage++) {
        if (stages >> stage & 1) {
            fprintf(out, "%s%s", written++ > 0 ? "|" : "", texts[stage]);
        }
    }
    fputs("))", out);
}

/* Whose refusal it is, and at which stage: looked at when the words hit, which is seldom. */
static void write_postfix_conditions(FILE *out, const struct entry *entry) {
    int recipient = smtp5xx_table_number(SMTP5XX_TABLE_REASONS, entry->reason, SMTP5XX_FIELD_CATEGORY) ==
                    SMTP5XX_CATEGORY_RECIPIENT;
    if (entry->provider != 0) {
        const char *texts = provider_texts(entry);
        fputs("(?=.*(?:[ .](?:", out);
        write_choices(out, smtp5xx_table_text(SMTP5XX_TABLE_PROVIDERS, entry->provider, SMTP5XX_FIELD_HOSTS), " ");
        fputs(texts[0] == '\0' ? ")\\[))" : ")\\[|", out);
        write_choices(out, texts, " | ");
        fputs(texts[0] == '\0' ? "" : "))", out);
    }
    if (entry->stages != 0) {
        write_stages(out, entry->stages);
    } else if (recipient) { /* Before RCPT nobody has named a recipient: RFC 5321 3.3. */
        fputs("(?!.*(?: refused to talk to me: |in reply to (?:MAIL FROM|HELO|EHLO) command\\)$))", out);
    }
}

/* What the server said, behind what Postfix writes before it: the name of the host has no words. */
static void write_postfix_words(FILE *out, const struct entry *entry, size_t count) {
    fputs("(?=(?:(?:delivery temporarily suspended: )?(?:host|SASL authentication failed; server) "
          "[^ ]+ (?:said|refused to talk to me): )?+", out);
    if (entry->code_count > 0) {
        write_codes(out, entry);
        fputs("[- ]", out);
    }
    if (entry->pattern != NULL) {
        fputs(".*?", out);
        write_patterns(out, entry, count);
    }
    fputs(")", out);
}

/* Defines the parts to which patterns refer. Returns their number: they are groups, too. */
static unsigned write_parts(FILE *out, const struct entry *entry, size_t count) {
    unsigned written = 0;
    for (const char *name = "sd"; *name != '\0'; name++) {
        size_t i = 0;
        while (i < count && entry[i].part != *name) {
            i++;
        }
        if (i < count) {
            fputs(written++ == 0 ? "(?(DEFINE)" : "", out);
            write_pattern_part(out, *name);
        }
    }
    fputs(written > 0 ? ")" : "", out);
    return written;
}

static void print_postfix(const struct entry *entry, size_t count) {
    uint32_t judged = entry->judged != 0 ? entry->judged
                                         : smtp5xx_table_number(SMTP5XX_TABLE_REASONS, entry->reason, SMTP5XX_FIELD_JUDGED);
    unsigned subject, detail, first;
    printf("# %s (%u)\n/", entry->name, entry->id);
    first = write_parts(stdout, entry, count) + 1;
    printf("^(%s)\\.(",
           entry->classes == 1U << 4 ? "4" : entry->classes == 1U << 5 ? "5" : "[45]");
    if (entry->status_count > 0) {
        write_statuses(stdout, entry);
    } else {
        fputs(entry->without_status ? "0\\.0" : "[0-9]+\\.[0-9]+", stdout);
    }
    fputs(") ", stdout);
    write_postfix_words(stdout, entry, count);
    write_postfix_conditions(stdout, entry);
    fputs("(.*)$/ ", stdout);
    printf(judged == SMTP5XX_PERMANENCE_TEMPORARY ? "4" : judged == SMTP5XX_PERMANENCE_PERMANENT ? "5" : "${%u}", first);
    if (status_of_reason(entry->reason, &subject, &detail)) {
        printf(".%u.%u", subject, detail);
    } else {
        printf(".${%u}", first + 1);
    }
    printf(" [%s] ${%u}\n", smtp5xx_reason_name(entry->reason), first + 2);
}

/* What the form has no room for is counted and said, so that nobody takes it for the whole. */
static void print_left_out(const struct entries *entries, unsigned by_stage, unsigned by_provider) {
    printf("# Left out, because this form cannot express it:\n"
           "#   - %u rules that only find a time, a size or a reference in the reply\n", entries->details);
    if (by_stage > 0) {
        printf("#   - %u phrases and codes that hold at one stage of the dialogue only\n", by_stage);
    }
    if (by_provider > 0) {
        printf("#   - %u phrases and codes that hold for one provider only, whose host this form does not see\n", by_provider);
    }
    fputs("#   - confidence, the caller's policy, and the details that the library reads: waits, sizes, addresses, block lists\n"
          "# Where several expressions hold, the library counts the words that each one hit, and an expression cannot.\n#\n",
          stdout);
}

static void print_made_by(const char *form) {
    printf("# Made by smtp5xx %s, tables of %u: smtp5xx table rules --output %s\n"
           "# SPDX-License-Identifier: MIT\n#\n", smtp5xx_version(), smtp5xx_table_version(), form);
}

static void export_pcre(const struct entries *entries) {
    print_made_by("pcre");
    fputs("# A pcre_table(5) for Postfix 3.0 and newer, with postfix-pcre. In main.cf:\n"
          "#\n"
          "#     smtp_delivery_status_filter = pcre:/etc/postfix/smtp5xx.pcre\n"
          "#\n"
          "# Postfix looks up \"STATUS TEXT\" after each delivery attempt, STATUS being the enhanced status code, and takes the first\n"
          "# line that holds. What is found replaces both: the class says whether Postfix tries again (4) or returns the message\n"
          "# (5), the status what really happened, and the reason stands in brackets before the text, for the log:\n"
          "#\n"
          "#     5.1.1 host mx.example.com[192.0.2.1] said: 550 5.1.1 <a@example.com> has been sent too many messages this hour\n"
          "#     4.7.28 [rate_limited] host mx.example.com[192.0.2.1] said: 550 5.1.1 <a@example.com> has been sent ...\n"
          "#\n"
          "# The class changes only where a reason is temporary or permanent by nature, such as a full mailbox; what no line\n"
          "# knows, and successes, stay as they are. It is no table for smtp_reply_filter, which sees single lines of a reply.\n"
          "# To try it: postmap -q \"5.2.2 host mx.example.com[192.0.2.1] said: 552 5.2.2 over quota\" pcre:smtp5xx.pcre\n"
          "#\n", stdout);
    print_left_out(entries, 0, 0);
    for (size_t i = 0, count; i < entries->count; i += count) {
        count = same_entries(entries, i);
        print_postfix(&entries->all[i], count);
    }
}

/* ZoneMTA and KumoMTA: one expression, which sees the reply alone, with its code first. */

/* Whether such an expression can say all that the entry asks for. A linear engine cannot look for two things at once. */
static int can_express(const struct entry *entry, int linear) {
    return entry->stages == 0 && (entry->provider == 0 || (!linear && provider_texts(entry)[0] != '\0'));
}

static void count_left_out(const struct entries *entries, int linear) {
    unsigned by_stage = 0, by_provider = 0;
    for (size_t i = 0; i < entries->count; i++) {
        const struct entry *entry = &entries->all[i];
        by_stage += entry->stages != 0;
        by_provider += entry->stages == 0 && !can_express(entry, linear);
    }
    print_left_out(entries, by_stage, by_provider);
}

/* Codes and classes at the beginning of the reply; `class` 0 is any. */
static void write_reply_start(FILE *out, const struct entry *entry, unsigned class) {
    unsigned classes = class != 0 ? 1U << class : entry->classes;
    if (entry->code_count == 0 && classes == 0 && entry->status_count == 0) {
        return;
    }
    fputs("^", out);
    if (entry->code_count > 0) {
        write_codes(out, entry);
    } else {
        fputs(classes == 1U << 4 ? "4[0-9][0-9]" : classes == 1U << 5 ? "5[0-9][0-9]" : "[45][0-9][0-9]", out);
    }
    if (entry->status_count > 0) {
        fputs("[ -]+[245]\\.(?:", out);
        write_statuses(out, entry);
        fputs(entry->pattern != NULL ? ")(?:[^0-9.].*)?" : ")(?:[^0-9.]|$)", out);
    } else if (entry->without_status) {
        fputs("(?:[ -]+(?:[245]\\.0\\.0(?:[^0-9.]|$)|[^245 -]|[245][^.])|[ -]*$)", out);
    } else if (entry->pattern != NULL) {
        fputs(".*", out);
    }
}

static void write_reply_conditions(FILE *out, const struct entry *entry, unsigned class) {
    if (entry->provider != 0) {
        fputs("^(?=.*(?:", out);
        write_choices(out, provider_texts(entry), " | ");
        fputs("))", out);
        fputs(entry->code_count > 0 || class != 0 || entry->status_count > 0 ? "" : ".*", out);
    }
    write_reply_start(out, entry, class);
}

/* Whether an entry can hold for a reply of that class. */
static int has_class(const struct entry *entry, unsigned class) {
    int any = entry->code_count == 0;
    for (unsigned i = 0; i < entry->code_count; i++) {
        any |= entry->codes[i] / 100 == class;
    }
    return any && (entry->classes == 0 || (entry->classes >> class & 1));
}

/* What the other program calls a reason. */
static const char *label_of(const char *program, uint32_t reason) {
    uint32_t system = 0;
    smtp5xx_table_find(SMTP5XX_TABLE_SYSTEMS, program, strlen(program), &system);
    return smtp5xx_crosswalk(system, reason);
}

/* A temporary refusal is tried again unless that is hopeless, a permanent one only if it passes by itself. */
static const char *zonemta_action(const struct entry *entry, unsigned class) {
    smtp5xx_advice advice;
    advise(entry, class, &advice);
    int again = class == 4 ? advice.retry != SMTP5XX_RETRY_NEVER : advice.retry == SMTP5XX_RETRY_LATER;
    return again ? "defer" : "reject";
}

static void print_zonemta(const struct entry *entry, size_t count) {
    const char *temporary = zonemta_action(entry, 4), *permanent = zonemta_action(entry, 5);
    int both = has_class(entry, 4) && has_class(entry, 5), same = strcmp(temporary, permanent) == 0;
    printf("# %s (%u)\n", entry->name, entry->id);
    for (unsigned class = both && !same ? 4 : 5; class <= 5; class++) {
        write_reply_conditions(stdout, entry, class == 4 ? 4 : 0);
        if (entry->pattern != NULL) {
            write_patterns(stdout, entry, count);
        }
        printf(",%s,%s,%s: %s\n", class == 4 || !has_class(entry, 5) ? temporary : permanent,
               label_of("zonemta", entry->reason), smtp5xx_reason_name(entry->reason),
               smtp5xx_table_text(SMTP5XX_TABLE_REASONS, entry->reason, SMTP5XX_FIELD_MEANING));
    }
}

static void export_zonemta(const struct entries *entries) {
    print_made_by("zonemta");
    fputs("# The bounce rules of ZoneMTA, for its config/bounces.txt: EXPRESSION,ACTION,CATEGORY,MESSAGE. The first line that holds\n"
          "# decides. ACTION is defer or reject, as the library advises; CATEGORY is ZoneMTA's own word for the reason, with which\n"
          "# MESSAGE begins.\n#\n", stdout);
    count_left_out(entries, 0);
    for (size_t i = 0, count; i < entries->count; i += count) {
        count = same_entries(entries, i);
        if (can_express(&entries->all[i], 0)) {
            print_zonemta(&entries->all[i], count);
        }
    }
}

/* A basic string of TOML. */
static void print_toml(const char *text) {
    putchar('"');
    for (; *text != '\0'; text++) {
        printf(*text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    }
    putchar('"');
}

static void print_kumomta_rule(const struct entry *entry, size_t count) {
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL) {
        return;
    }
    fputs("(?i)", out);
    write_reply_conditions(out, entry, 0);
    if (entry->pattern != NULL) {
        write_rust_patterns(out, entry, count);
    }
    fclose(out);
    fputs("  ", stdout);
    print_toml(text);
    printf(", # %s\n", entry->name);
    free(text);
}

/* The rules of one class: of all reasons that KumoMTA calls so. */
static void print_kumomta_class(const struct entries *entries, const char *class, const char *rank) {
    unsigned rules = 0;
    for (size_t i = 0, count; i < entries->count; i += count) {
        const struct entry *entry = &entries->all[i];
        count = same_entries(entries, i);
        if (can_express(entry, 1) && (rank == NULL || strcmp(rank_of_entry(entry), rank) == 0) &&
            strcmp(label_of("kumomta", entry->reason), class) == 0) {
            if (rules++ == 0) {
                printf("%s = [\n", class);
            }
            print_kumomta_rule(entry, count);
        }
    }
    fputs(rules > 0 ? "]\n" : "", stdout);
}

static void export_kumomta(const struct entries *entries, const char *rank) {
    print_made_by("kumomta");
    fputs("# Rules for KumoMTA's bounce classifier, with its own classes. It asks for all expressions at once, and among the classes\n"
          "# of one file no order is known. So write a file for each rank, the best one first:\n"
          "#\n"
          "#     for rank in token strong usual weak codes hint; do\n"
          "#         smtp5xx table rules --output kumomta --rank $rank > /opt/kumomta/etc/smtp5xx-$rank.toml\n"
          "#     done\n"
          "#\n"
          "# and name them in that order in kumo.configure_bounce_classifier { files = { ... } }. As one set Rust's regex 1.7 needs up\n"
          "# to 50 MB for the tokens and up to 200 MB for all; its limit is 10 MB where a program sets no other.\n#\n", stdout);
    count_left_out(entries, 1);
    fputs("[rules]\n", stdout);
    for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_CROSSWALK); i++) {
        uint32_t id = smtp5xx_table_id(SMTP5XX_TABLE_CROSSWALK, i);
        if (strcmp(smtp5xx_table_text(SMTP5XX_TABLE_CROSSWALK, id, SMTP5XX_FIELD_SYSTEM), "kumomta") == 0) {
            print_kumomta_class(entries, smtp5xx_table_text(SMTP5XX_TABLE_CROSSWALK, id, SMTP5XX_FIELD_LABEL), rank);
        }
    }
}

/* JSON */

static json_t *texts_of_kind(uint32_t rule, int kind) {
    json_t *texts = json_array();
    for (const unsigned char *at = rule_texts_of(rule); at != NULL && *at != 0; at = next_rule_text(at)) {
        if (*at == kind) {
            json_array_append_new(texts, json_string((const char *)at + 1));
        }
    }
    return texts;
}

static json_t *expressions_of(uint32_t rule) {
    json_t *expressions = json_array();
    for (const unsigned char *at = rule_texts_of(rule); at != NULL && *at != 0; at = next_rule_text(at)) {
        if (*at == TEXT_EXPORT) {
            struct pattern pattern = pattern_of_phrase((const char *)at + 1);
            json_array_append_new(expressions, json_string(pattern.text));
            free(pattern.text);
        }
    }
    return expressions;
}

static void export_json(void) {
    static const struct {
        const char *key;
        int kind;
    } kinds[] = {{"when", TEXT_WHEN}, {"action", TEXT_ACTION}, {"family", TEXT_FAMILY}, {"source", TEXT_SOURCE},
                 {"phrases", TEXT_PHRASE}, {"zones", TEXT_ZONE}, {"samples", TEXT_SAMPLE}};
    const uint32_t table = SMTP5XX_TABLE_RULES;
    json_t *rules = json_array();
    for (uint32_t i = 0; i < smtp5xx_table_count(table); i++) {
        uint32_t id = smtp5xx_table_id(table, i);
        json_t *rule = json_pack("{s:I, s:s, s:s, s:s, s:I, s:s, s:s}", "id", (json_int_t)id, "name", smtp5xx_rule_name(id),
                                 "reason", smtp5xx_table_text(table, id, SMTP5XX_FIELD_REASON), "rank",
                                 smtp5xx_table_text(table, id, SMTP5XX_FIELD_RANK), "confidence",
                                 (json_int_t)smtp5xx_table_number(table, id, SMTP5XX_FIELD_CONFIDENCE), "provider",
                                 smtp5xx_table_text(table, id, SMTP5XX_FIELD_PROVIDER), "judged",
                                 smtp5xx_table_text(table, id, SMTP5XX_FIELD_JUDGED));
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
            json_t *texts = texts_of_kind(id, kinds[k].kind);
            int one = kinds[k].kind != TEXT_PHRASE && kinds[k].kind != TEXT_ZONE && kinds[k].kind != TEXT_SAMPLE;
            const char *only = json_array_size(texts) > 0 ? json_string_value(json_array_get(texts, 0)) : "";
            json_object_set_new(rule, kinds[k].key, one ? json_string(only) : json_incref(texts));
            json_decref(texts);
        }
        json_object_set_new(rule, "expressions", expressions_of(id));
        json_array_append_new(rules, rule);
    }
    json_t *all = json_pack("{s:s, s:I, s:o}", "version", smtp5xx_version(), "table_version",
                            (json_int_t)smtp5xx_table_version(), "rules", rules);
    json_dumpf(all, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(all);
}

int is_export(const char *form) {
    return strcmp(form, "pcre") == 0 || strcmp(form, "zonemta") == 0 || strcmp(form, "kumomta") == 0 || strcmp(form, "json") == 0;
}

int export_rules(const char *form, const char *rank) {
    static const char *const ranks[] = {"token", "strong", "usual", "weak", "codes", "hint"};
    struct entries entries;
    size_t i = 0;
    while (rank != NULL && i < sizeof ranks / sizeof ranks[0] && strcmp(ranks[i], rank) != 0) {
        i++;
    }
    if (i == sizeof ranks / sizeof ranks[0]) {
        complain("--rank %s: use token, strong, usual, weak, codes or hint", rank);
        return EXIT_USAGE;
    }
    start_patterns(strcmp(form, "pcre") == 0 ? ENGINE_PCRE : ENGINE_PLAIN);
    if (strcmp(form, "json") == 0) {
        export_json();
    } else {
        make_entries(&entries);
        if (strcmp(form, "pcre") == 0) {
            export_pcre(&entries);
        } else if (strcmp(form, "zonemta") == 0) {
            export_zonemta(&entries);
        } else {
            export_kumomta(&entries, rank);
        }
        free_entries(&entries);
    }
    end_patterns();
    return finish_output(EXIT_FINE);
}
