/* What the table compiler wrote of the rules besides the library's tables. SPDX-License-Identifier: MIT */
#include "app.h"

#include <rule_texts.h> /* lib/gen/texts.c says what is in it */
#include <string.h>

const unsigned char *rule_texts_of(uint32_t rule) {
    const unsigned char *at = rule_texts;
    while (at[0] != 0 || at[1] != 0) {
        uint32_t id = (uint32_t)at[0] << 8 | at[1];
        at += 2;
        if (id == rule) {
            return at;
        }
        while (*at != 0) {
            at = next_rule_text(at);
        }
        at++;
    }
    return NULL;
}

const unsigned char *next_rule_text(const unsigned char *at) {
    return at + strlen((const char *)at) + 1;
}

const char *first_rule_word(void) {
    return (const char *)rule_words;
}
