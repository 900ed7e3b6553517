/*
 * Hosts in a reply that tell something: the zone or lookup page of a block list, a provider's help page, a rule's URL. A
 * text "host/path" holds for URLs at that host, or below it, which have the path.
 */
#include "rules.h"

#include <string.h>

struct site {
    char *host;
    uint32_t provider, blocklist, rule;
    struct s5x_url *urls;
    size_t url_count;
};
static struct site *sites;
static size_t site_count;

size_t real_rule_count;
struct s5x_site *packed_sites;
size_t packed_site_count;
struct s5x_url *packed_urls;
size_t packed_url_count;

/* Calls `each` for each text between separators. */
static void for_texts(const char *text, const char *separator, void (*each)(char *text, const struct row *row),
                      const struct row *row) {
    while (*text != '\0') {
        const char *end = strstr(text, separator);
        size_t length = end == NULL ? strlen(text) : (size_t)(end - text);
        if (length > 0) {
            each(copy_text(text, length), row);
        }
        text += length + (end == NULL ? 0 : strlen(separator));
    }
}

static struct rule *clue_of(const struct row *row) {
    struct rule *rule = &rules[rule_count - 1];
    if (rule_count == real_rule_count || rule->provider != row->id) {
        GROW(rules, rule_count);
        rule = &rules[rule_count++];
        memset(rule, 0, sizeof *rule);
        rule->file = row->file;
        rule->line = row->line;
        rule->name = copy_text("", 0);
        rule->provider = row->id;
        rule->detail = DETAIL_PROVIDER;
        rule->rank = RANK_HINT;
    }
    return rule;
}

static void add_clue(char *text, const struct row *row) {
    struct rule *rule = clue_of(row);
    if (strchr(text, '.') == NULL) {
        struct phrase phrase = {text, row->line, 1};
        GROW(rule->phrases, rule->phrase_count);
        rule->phrases[rule->phrase_count++] = phrase;
    }
}

void add_clues(void) {
    const struct table *table = &tables[SMTP5XX_TABLE_PROVIDERS];
    real_rule_count = rule_count;
    for (size_t i = 0; i < table->count; i++) {
        for_texts(cell(table, &table->rows[i], "texts"), " | ", add_clue, &table->rows[i]);
    }
}

static struct site *site_of(const char *host) {
    host += strncmp(host, "www.", 4) == 0 ? 4 : 0;
    for (size_t i = 0; i < site_count; i++) {
        if (strcmp(sites[i].host, host) == 0) {
            return &sites[i];
        }
    }
    GROW(sites, site_count);
    sites[site_count] = (struct site){copy_text(host, strlen(host)), 0, 0, 0, NULL, 0};
    return &sites[site_count++];
}

static void add_url(struct site *site, const char *text, uint32_t rule, uint32_t blocklist) {
    GROW(site->urls, site->url_count);
    site->urls[site->url_count++] = (struct s5x_url){pool_text(text), (uint16_t)rule, (uint16_t)blocklist};
}

/* Cuts "host/path" in two. Returns the path, NULL if there is none. */
static char *cut_path(char *text) {
    char *slash = strchr(text, '/');
    if (slash == NULL || slash[1] == '\0') {
        text[slash == NULL ? strlen(text) : (size_t)(slash - text)] = '\0';
        return NULL;
    }
    char *path = copy_text(slash, strlen(slash));
    *slash = '\0';
    return path;
}

static void add_provider_text(char *text, const struct row *row) {
    if (strchr(text, '.') == NULL) {
        return; /* A word: it is a phrase. */
    }
    char *path = cut_path(text);
    struct site *site = site_of(text);
    if (path != NULL) {
        size_t rule = real_rule_count;
        while (rules[rule].provider != row->id) {
            rule++;
        }
        add_url(site, path, (uint32_t)rule, 0);
    } else if (site->provider != 0 && site->provider != row->id) {
        complain(row->file, row->line, "the text \"%s\" stands for two providers", text);
    } else {
        site->provider = row->id;
    }
}

static void add_zone(char *zone, const struct row *row) {
    const char *name = cell(&tables[SMTP5XX_TABLE_BLOCKLISTS], row, "rule");
    uint32_t rule = 0;
    while (rule < real_rule_count && strcmp(rules[rule].name, name) != 0) {
        rule++;
    }
    char *path = cut_path(zone);
    struct site *site = site_of(zone);
    if (name[0] == '\0') {
        return;
    }
    if (rule == real_rule_count || rules[rule].listed == 0) {
        complain(row->file, row->line, "\"%s\" is no rule with a line \"listed\"", name);
    } else if (path != NULL) {
        add_url(site, path, rule, row->id);
    } else if (site->blocklist != 0) {
        complain(row->file, row->line, "the zone \"%s\" belongs to two lists", zone);
    } else {
        site->blocklist = row->id;
        site->rule = rule;
    }
}

static void add_rule_urls(void) {
    for (uint32_t r = 0; r < real_rule_count; r++) {
        for (size_t u = 0; u < rules[r].url_count; u++) {
            add_url(site_of(rules[r].urls[u].host), rules[r].urls[u].text, r, 0);
        }
    }
}

static void pack_sites(void) {
    packed_sites = must_have(calloc(site_count + 1, sizeof *packed_sites));
    packed_site_count = site_count + 1;
    for (size_t i = 0; i < site_count; i++) {
        struct s5x_site *site = &packed_sites[i + 1];
        *site = (struct s5x_site){(uint16_t)sites[i].provider, (uint16_t)sites[i].blocklist, (uint16_t)sites[i].rule, 0};
        if (sites[i].url_count > 0) {
            site->urls = (uint16_t)list_end();
            list_append((uint32_t)sites[i].url_count);
        }
        for (size_t u = 0; u < sites[i].url_count; u++) {
            list_append((uint32_t)packed_url_count);
            GROW(packed_urls, packed_url_count);
            packed_urls[packed_url_count++] = sites[i].urls[u];
        }
        if (strlen(sites[i].host) > WORD_MAX) {
            complain("hosts", 0, "the host name %s is longer than %d bytes", sites[i].host, WORD_MAX);
        }
        add_host(sites[i].host, (uint16_t)(i + 1));
    }
}

void make_sites(void) {
    const struct table *providers = &tables[SMTP5XX_TABLE_PROVIDERS], *lists = &tables[SMTP5XX_TABLE_BLOCKLISTS];
    for (size_t i = 0; i < providers->count; i++) {
        for_texts(cell(providers, &providers->rows[i], "texts"), " | ", add_provider_text, &providers->rows[i]);
    }
    for (size_t i = 0; i < lists->count; i++) {
        for_texts(cell(lists, &lists->rows[i], "zones"), " ", add_zone, &lists->rows[i]);
    }
    add_rule_urls();
    pack_sites();
}

void write_sites(FILE *out) {
    fputs("static const struct s5x_site s5x_sites[] = {\n", out);
    for (size_t i = 0; i < packed_site_count; i++) {
        const struct s5x_site *site = &packed_sites[i];
        fprintf(out, "{%u,%u,%u,%u},\n", site->provider, site->blocklist, site->rule, site->urls);
    }
    fputs("};\nstatic const struct s5x_url s5x_urls[] = {\n", out);
    for (size_t i = 0; i < packed_url_count; i++) {
        fprintf(out, "{%u,%u,%u},\n", (unsigned)packed_urls[i].text, packed_urls[i].rule, packed_urls[i].blocklist);
    }
    fputs("{0,0,0}};\n", out);
}
