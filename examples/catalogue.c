/* smtp5xx table --output po: what the library says to people, as a template for GNU gettext. SPDX-License-Identifier: MIT */
#include "app.h"

/* The tables whose texts are sentences or parts of them; the others hold names, pages and what servers write. */
static const uint32_t spoken[] = {
    SMTP5XX_TABLE_STEPS,        SMTP5XX_TABLE_REASONS,    SMTP5XX_TABLE_ACTIONS, SMTP5XX_TABLE_DISPOSITIONS,
    SMTP5XX_TABLE_RETRIES,      SMTP5XX_TABLE_PARTIES,    SMTP5XX_TABLE_SCOPES,  SMTP5XX_TABLE_SEVERITIES,
    SMTP5XX_TABLE_WHYS,         SMTP5XX_TABLE_NODES,      SMTP5XX_TABLE_BASES,   SMTP5XX_TABLE_CATEGORIES,
    SMTP5XX_TABLE_PERMANENCES,  SMTP5XX_TABLE_STAGES,     SMTP5XX_TABLE_FORMS,   SMTP5XX_TABLE_CODES,
    SMTP5XX_TABLE_BLOCKLISTS};

static void print_quoted(const char *text) {
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            putchar('\\');
        }
        putchar(*text);
    }
    putchar('"');
}

/* The context tells apart what is the same in English: a text of another table, name or field is another message. */
static void print_message(uint32_t table, uint32_t id, uint32_t field) {
    const char *text = smtp5xx_table_text(table, id, field);
    if (text[0] != '\0') {
        printf("\nmsgctxt \"%s.%s.%s\"\nmsgid ", smtp5xx_table_name(table),
               smtp5xx_table_text(table, id, SMTP5XX_FIELD_NAME), smtp5xx_field_name(field));
        print_quoted(text);
        puts("\nmsgstr \"\"");
    }
}

static void print_messages(uint32_t table) {
    for (uint32_t i = 0; i < smtp5xx_table_count(table); i++) {
        uint32_t id = smtp5xx_table_id(table, i);
        print_message(table, id, SMTP5XX_FIELD_MEANING);
        print_message(table, id, SMTP5XX_FIELD_DETAIL);
    }
}

void print_catalogue(uint32_t table) {
    printf("# Messages of libsmtp5xx. Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT\n"
           "# The context of each is its table, name and field.\n"
           "msgid \"\"\nmsgstr \"\"\n"
           "\"Project-Id-Version: libsmtp5xx %s, tables of %u\\n\"\n"
           "\"Language: \\n\"\n"
           "\"MIME-Version: 1.0\\n\"\n"
           "\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
           "\"Content-Transfer-Encoding: 8bit\\n\"\n",
           smtp5xx_version(), smtp5xx_table_version());
    if (table != 0) {
        print_messages(table);
        return;
    }
    for (size_t i = 0; i < sizeof spoken / sizeof spoken[0]; i++) {
        print_messages(spoken[i]);
    }
}
