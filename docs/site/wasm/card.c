/*
 * The program's card in a browser: `smtp5xx explain` itself, compiled for WebAssembly, with a standard output that is a buffer.
 * So the words are the program's own. What reads files and options is left out by the linker.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../../../examples/card.c"
#include "../../../examples/explain.c"
#include "../../../examples/text.c"

#define EXPORT(name) __attribute__((export_name(#name)))

enum { HOST_ROOM = 256 };

static char reply_text[SMTP5XX_INPUT_MAX], host_name[HOST_ROOM];

/* There are no rules of an operator here, and so no reasons to tell from them. */
const char *deciding_rule_name(const struct own_rules *own, const smtp5xx_verdict *verdict) {
    (void)own;
    return smtp5xx_rule_name(verdict->rule);
}

void print_why(const char *text, size_t length, const smtp5xx_context *context, const struct own_rules *own,
               const smtp5xx_reply *reply, const smtp5xx_verdict *verdict) {
    (void)text, (void)length, (void)context, (void)own, (void)reply, (void)verdict;
}

/* Where the page writes the reply and the name of the host, and how much it may write. */
EXPORT(reply_at) char *reply_at(void);
char *reply_at(void) {
    return reply_text;
}

EXPORT(reply_room) unsigned reply_room(void);
unsigned reply_room(void) {
    return sizeof reply_text;
}

EXPORT(host_at) char *host_at(void);
char *host_at(void) {
    return host_name;
}

EXPORT(host_room) unsigned host_room(void);
unsigned host_room(void) {
    return sizeof host_name;
}

/* Writes the card of the reply, with the escapes of a terminal for what is bold or marked. Returns its length. */
EXPORT(explain) size_t explain(size_t length, unsigned stage, size_t host_length);
size_t explain(size_t length, unsigned stage, size_t host_length) {
    struct options options = {.context = {.size = sizeof options.context, .stage = (uint8_t)stage}};
    options.context.provider = (uint16_t)smtp5xx_provider_find(host_name, host_length, NULL, 0);
    colour = 1;
    output_used = 0;
    print_card(reply_text, length, &options);
    return output_used;
}

EXPORT(card_at) const char *card_at(void);
const char *card_at(void) {
    return output;
}
