/* What the tables are: their files, their columns, and what each column becomes. A new column is one line here. */
#include "tablegen.h"
#include "../internal.h"

#define ID_NAME_MEANING                                                                                                  \
    {"id", FIELD_ID, HOW_NUMBER, 0}, {"name", SMTP5XX_FIELD_NAME, HOW_TEXT, 0},                                          \
        {"meaning", SMTP5XX_FIELD_MEANING, HOW_TEXT, 0}
#define END {NULL, 0, HOW_TEXT, 0}

static const struct column code_columns[] = {
    ID_NAME_MEANING,
    {"code", SMTP5XX_FIELD_CODE, HOW_NUMBER, 0},
    {"classes", SMTP5XX_FIELD_CLASSES, HOW_CLASSES, 0},
    {"enhanced", SMTP5XX_FIELD_SUBJECT, HOW_SUBJECT, 0},
    {"enhanced", SMTP5XX_FIELD_ENHANCED_DETAIL, HOW_DETAIL, 0},
    {"enhanced", SMTP5XX_FIELD_ENHANCED_DETAIL_LAST, HOW_DETAIL_LAST, 0},
    {"enhanced", SMTP5XX_FIELD_ENHANCED, HOW_TEXT, 0},
    {"provider", SMTP5XX_FIELD_PROVIDER, HOW_ID, SMTP5XX_TABLE_PROVIDERS},
    {"reason", SMTP5XX_FIELD_REASON, HOW_ID, SMTP5XX_TABLE_REASONS},
    {"confidence", SMTP5XX_FIELD_CONFIDENCE, HOW_NUMBER, 0},
    {"stages", SMTP5XX_FIELD_STAGE_REASONS, HOW_TEXT, 0},
    {"detail", SMTP5XX_FIELD_DETAIL, HOW_TEXT, 0},
    {"commands", SMTP5XX_FIELD_COMMANDS, HOW_TEXT, 0},
    {"basic_codes", SMTP5XX_FIELD_BASIC_CODES, HOW_TEXT, 0},
    {"steps", SMTP5XX_FIELD_STEPS, HOW_LIST_TEXT, SMTP5XX_TABLE_STEPS},
    {"references", SMTP5XX_FIELD_REFERENCES, HOW_LIST_TEXT, SMTP5XX_TABLE_REFERENCES},
    {"source", SMTP5XX_FIELD_SOURCE, HOW_TEXT, 0},
    {"steps", FIELD_STEP_LIST, HOW_LIST, SMTP5XX_TABLE_STEPS},
    {"references", FIELD_REFERENCE_LIST, HOW_LIST, SMTP5XX_TABLE_REFERENCES},
    {"stages", FIELD_STAGE_LIST, HOW_STAGES, 0},
    END};

static const struct column reason_columns[] = {
    ID_NAME_MEANING,
    {"detail", SMTP5XX_FIELD_DETAIL, HOW_TEXT, 0},
    {"category", SMTP5XX_FIELD_CATEGORY, HOW_ID, SMTP5XX_TABLE_CATEGORIES},
    {"action", SMTP5XX_FIELD_ACTION, HOW_ID, SMTP5XX_TABLE_ACTIONS},
    {"action_temporary", SMTP5XX_FIELD_ACTION_TEMPORARY, HOW_ID, SMTP5XX_TABLE_ACTIONS},
    {"judged", SMTP5XX_FIELD_JUDGED, HOW_ID, SMTP5XX_TABLE_PERMANENCES},
    {"party", SMTP5XX_FIELD_PARTY, HOW_ID, SMTP5XX_TABLE_PARTIES},
    {"scope", SMTP5XX_FIELD_SCOPE, HOW_ID, SMTP5XX_TABLE_SCOPES},
    {"severity", SMTP5XX_FIELD_SEVERITY, HOW_ID, SMTP5XX_TABLE_SEVERITIES},
    {"steps", SMTP5XX_FIELD_STEPS, HOW_LIST_TEXT, SMTP5XX_TABLE_STEPS},
    {"references", SMTP5XX_FIELD_REFERENCES, HOW_LIST_TEXT, SMTP5XX_TABLE_REFERENCES},
    {"source", SMTP5XX_FIELD_SOURCE, HOW_TEXT, 0},
    {"steps", FIELD_STEP_LIST, HOW_LIST, SMTP5XX_TABLE_STEPS},
    {"references", FIELD_REFERENCE_LIST, HOW_LIST, SMTP5XX_TABLE_REFERENCES},
    {"why", SMTP5XX_FIELD_WHY, HOW_ID, SMTP5XX_TABLE_WHYS},
    {"why_temporary", SMTP5XX_FIELD_WHY_TEMPORARY, HOW_ID, SMTP5XX_TABLE_WHYS},
    {"hold", SMTP5XX_FIELD_HOLD, HOW_NUMBER, 0},
    {"name", FIELD_PATH_LIST, HOW_PATH, 0},
    {"name", FIELD_EXTRA_LIST, HOW_EXTRAS, 0},
    END};

static const struct column step_columns[] = {
    ID_NAME_MEANING,
    {"party", SMTP5XX_FIELD_PARTY, HOW_ID, SMTP5XX_TABLE_PARTIES},
    {"action", SMTP5XX_FIELD_ACTION, HOW_ID, SMTP5XX_TABLE_ACTIONS},
    {"replaces", SMTP5XX_FIELD_REPLACES, HOW_LIST_TEXT, SMTP5XX_TABLE_STEPS},
    {"detail", SMTP5XX_FIELD_DETAIL, HOW_TEXT, 0},
    {"references", SMTP5XX_FIELD_REFERENCES, HOW_LIST_TEXT, SMTP5XX_TABLE_REFERENCES},
    {"source", SMTP5XX_FIELD_SOURCE, HOW_TEXT, 0},
    {"replaces", FIELD_REPLACES_LIST, HOW_LIST, SMTP5XX_TABLE_STEPS},
    END};

static const struct column extra_columns[] = {
    ID_NAME_MEANING,
    {"reasons", SMTP5XX_FIELD_REASONS, HOW_LIST_TEXT, SMTP5XX_TABLE_REASONS},
    {"provider", SMTP5XX_FIELD_PROVIDER, HOW_ID, SMTP5XX_TABLE_PROVIDERS},
    {"rules", SMTP5XX_FIELD_RULES, HOW_TEXT, 0},
    {"scope", SMTP5XX_FIELD_SCOPE, HOW_ID, SMTP5XX_TABLE_SCOPES},
    {"hold", SMTP5XX_FIELD_HOLD, HOW_NUMBER, 0},
    {"steps", SMTP5XX_FIELD_STEPS, HOW_LIST_TEXT, SMTP5XX_TABLE_STEPS},
    {"references", SMTP5XX_FIELD_REFERENCES, HOW_LIST_TEXT, SMTP5XX_TABLE_REFERENCES},
    {"source", SMTP5XX_FIELD_SOURCE, HOW_TEXT, 0},
    {"rules", FIELD_RULE_LIST, HOW_RULES, 0},
    {"steps", FIELD_STEP_LIST, HOW_LIST, SMTP5XX_TABLE_STEPS},
    {"references", FIELD_REFERENCE_LIST, HOW_LIST, SMTP5XX_TABLE_REFERENCES},
    END};

static const struct column reference_columns[] = {ID_NAME_MEANING, {"url", SMTP5XX_FIELD_URL, HOW_TEXT, 0}, END};

static const struct column provider_columns[] = {
    ID_NAME_MEANING,
    {"hosts", SMTP5XX_FIELD_HOSTS, HOW_TEXT, 0},
    {"domains", SMTP5XX_FIELD_DOMAINS, HOW_TEXT, 0},
    {"texts", SMTP5XX_FIELD_TEXTS, HOW_TEXT, 0},
    {"url", SMTP5XX_FIELD_URL, HOW_TEXT, 0},
    {"source", SMTP5XX_FIELD_SOURCE, HOW_TEXT, 0},
    END};

static const struct column node_columns[] = {ID_NAME_MEANING,
                                             {"parent", SMTP5XX_FIELD_PARENT, HOW_ID, SMTP5XX_TABLE_NODES},
                                             {"reason", SMTP5XX_FIELD_REASON, HOW_ID, SMTP5XX_TABLE_REASONS},
                                             END};

static const struct column blocklist_columns[] = {
    ID_NAME_MEANING,
    {"zones", FIELD_ZONES, HOW_NONE, 0},
    {"lists", SMTP5XX_FIELD_LISTS, HOW_TEXT, 0},
    {"delist", SMTP5XX_FIELD_URL, HOW_TEXT, 0},
    {"operator", SMTP5XX_FIELD_OPERATOR, HOW_TEXT, 0},
    {"steps", SMTP5XX_FIELD_STEPS, HOW_LIST_TEXT, SMTP5XX_TABLE_STEPS},
    {"rule", SMTP5XX_FIELD_RULE, HOW_ID, SMTP5XX_TABLE_RULES},
    {"source", SMTP5XX_FIELD_SOURCE, HOW_TEXT, 0},
    {"steps", FIELD_STEP_LIST, HOW_LIST, SMTP5XX_TABLE_STEPS},
    END};

/* The rows come from the rule files: pack.c fills them, and writes them in a form of their own. */
static const struct column rule_columns[] = {
    ID_NAME_MEANING,
    {"reason", SMTP5XX_FIELD_REASON, HOW_ID, SMTP5XX_TABLE_REASONS},
    {"rank", SMTP5XX_FIELD_RANK, HOW_TEXT, 0},
    {"confidence", SMTP5XX_FIELD_CONFIDENCE, HOW_NUMBER, 0},
    {"provider", SMTP5XX_FIELD_PROVIDER, HOW_ID, SMTP5XX_TABLE_PROVIDERS},
    {"judged", SMTP5XX_FIELD_JUDGED, HOW_ID, SMTP5XX_TABLE_PERMANENCES},
    END};

static const struct column system_columns[] = {
    ID_NAME_MEANING, {"url", SMTP5XX_FIELD_URL, HOW_TEXT, 0}, {"source", SMTP5XX_FIELD_SOURCE, HOW_TEXT, 0}, END};

static const struct column crosswalk_columns[] = {
    ID_NAME_MEANING,
    {"system", SMTP5XX_FIELD_SYSTEM, HOW_ID, SMTP5XX_TABLE_SYSTEMS},
    {"label", SMTP5XX_FIELD_LABEL, HOW_TEXT, 0},
    {"reasons", FIELD_REASON_LIST, HOW_LIST, SMTP5XX_TABLE_REASONS},
    {"also", FIELD_ALSO_LIST, HOW_LIST, SMTP5XX_TABLE_REASONS},
    END};

static const struct column word_columns[] = {ID_NAME_MEANING, END};
static const struct column no_columns[] = {END};

#define VOCABULARY(name, number) {name, number, {"vocabulary.tsv"}, word_columns, NULL, 0, 0}

struct table tables[MAX_TABLES] = {
    {"", 0, {NULL}, no_columns, NULL, 0, 0},
    {"codes", SMTP5XX_TABLE_CODES, {"basic.tsv", "enhanced.tsv", "codes.tsv"}, code_columns, NULL, 0, 0},
    {"reasons", SMTP5XX_TABLE_REASONS, {"reasons.tsv"}, reason_columns, NULL, 0, 0},
    {"steps", SMTP5XX_TABLE_STEPS, {"steps.tsv"}, step_columns, NULL, 0, 0},
    {"references", SMTP5XX_TABLE_REFERENCES, {"references.tsv"}, reference_columns, NULL, 0, 0},
    {"providers", SMTP5XX_TABLE_PROVIDERS, {"providers.tsv"}, provider_columns, NULL, 0, 0},
    {"nodes", SMTP5XX_TABLE_NODES, {"tree.tsv"}, node_columns, NULL, 0, 0},
    VOCABULARY("categories", SMTP5XX_TABLE_CATEGORIES),
    VOCABULARY("actions", SMTP5XX_TABLE_ACTIONS),
    VOCABULARY("dispositions", SMTP5XX_TABLE_DISPOSITIONS),
    VOCABULARY("parties", SMTP5XX_TABLE_PARTIES),
    VOCABULARY("scopes", SMTP5XX_TABLE_SCOPES),
    VOCABULARY("retries", SMTP5XX_TABLE_RETRIES),
    VOCABULARY("severities", SMTP5XX_TABLE_SEVERITIES),
    VOCABULARY("permanences", SMTP5XX_TABLE_PERMANENCES),
    VOCABULARY("bases", SMTP5XX_TABLE_BASES),
    VOCABULARY("stages", SMTP5XX_TABLE_STAGES),
    VOCABULARY("forms", SMTP5XX_TABLE_FORMS),
    {"rules", SMTP5XX_TABLE_RULES, {NULL}, rule_columns, NULL, 0, 0},
    {"blocklists", SMTP5XX_TABLE_BLOCKLISTS, {"blocklists.tsv"}, blocklist_columns, NULL, 0, 0},
    {"systems", SMTP5XX_TABLE_SYSTEMS, {"systems.tsv"}, system_columns, NULL, 0, 0},
    {"crosswalk", SMTP5XX_TABLE_CROSSWALK, {"crosswalk.tsv"}, crosswalk_columns, NULL, 0, 0},
    {"whys", SMTP5XX_TABLE_WHYS, {"whys.tsv"}, word_columns, NULL, 0, 0},
    {"extras", SMTP5XX_TABLE_EXTRAS, {"extras.tsv"}, extra_columns, NULL, 0, 0}};

/* By SMTP5XX_FIELD_*; the last one is followed by NULL. */
const char *const field_names[] = {
    "",           "name",     "meaning",     "detail",   "source",     "url",     "code",
    "classes",    "subject",  "enhanced_detail", "provider", "reason", "confidence", "commands",
    "basic_codes", "steps",   "references",  "category", "action",     "action_temporary", "party",
    "scope",      "severity", "parent",      "hosts",    "domains",    "judged",  "stage_reasons",
    "texts",      "enhanced", "enhanced_detail_last", "rank", "lists", "operator",
    "rule",       "system",   "label",       "replaces",
    "reasons",    "rules",    "why",         "why_temporary", "hold",    NULL};
