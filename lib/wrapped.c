/* What every kind of wrapper is made of: hosts, IP addresses, recipients, and the commands that a reply answers. */
#include "internal.h"

enum {
    COMMAND_MAX = 1024, /* how long a command is that a wrapper shows */
    NAME_LIMIT = 320,   /* of a host or an address: RFC 5321 4.5.3.1 */
    UNDERSCORES = 3     /* so many, and no blank, are qmail's */
};

/* What unwrapping works on: the piece of the text that is left, and what the wrappers have told so far. */
struct wrapped {
    struct scan scan; /* scan.end is where the piece ends */
    uint32_t from;
    smtp5xx_reply *reply;
    uint32_t stage, code;
    struct enhanced status; /* that the reporter names apart from what was said; class 0: none */
};

static int is_gap(char c) {
    return s5x_is_blank(c) || c == '_';
}

static uint32_t words_end_of(const struct scan *scan, uint32_t at, const char *words) {
    for (; *words != '\0'; words++) {
        if (*words == ' ') {
            uint32_t start = at;
            while (at < scan->end && is_gap(scan->text[at])) {
                at++;
            }
            if (at == start) {
                return 0;
            }
        } else if (at >= scan->end || s5x_lower(scan->text[at]) != *words) {
            return 0;
        } else {
            at++;
        }
    }
    return at;
}

/* Whether the words stand at this place; a blank in them stands for one gap or more. Returns where they end, 0 if not. Mostly
 * many are tried at one place, and the first letter is another one. */
static inline uint32_t words_end(const struct scan *scan, uint32_t at, const char *words) {
    int begins = *words == ' ' || (at < scan->end && s5x_lower(scan->text[at]) == *words);
    return begins ? words_end_of(scan, at, words) : 0;
}

/* qmail's log has underscores for blanks. */
static int has_underscores(const struct scan *scan, uint32_t at) {
    uint32_t count = 0;
    if (at < scan->end && (scan->text[at] == '{' || scan->text[at] == '[')) {
        return 0; /* A record without blanks: its names have underscores of their own. */
    }
    for (; at < scan->end; at++) {
        if (s5x_is_blank(scan->text[at])) {
            return 0;
        }
        count += scan->text[at] == '_';
    }
    return count >= UNDERSCORES;
}

/* Hosts and addresses */

static int is_ip(const char *text, uint32_t length) {
    uint32_t dots = 0, colons = 0, others = 0;
    for (uint32_t i = 0; i < length; i++) {
        char low = s5x_lower(text[i]);
        dots += text[i] == '.';
        colons += text[i] == ':';
        others += !s5x_is_digit(text[i]) && text[i] != '.';
        if (!s5x_is_digit(text[i]) && text[i] != '.' && text[i] != ':' && !(low >= 'a' && low <= 'f')) {
            return 0;
        }
    }
    return length <= 45 && ((dots == 3 && others == 0 && length >= 7) || colons >= 2);
}

static int is_name_byte(char c) {
    return s5x_is_alnum(c) || (unsigned char)c >= 0x80 || c == '.' || c == '-' || c == '_' || c == '/';
}

/* The end of a name or an IP address that begins here, without the punctuation of the sentence. */
static uint32_t name_end(const struct scan *scan, uint32_t at) {
    uint32_t start = at, colon = UINT32_MAX; /* the first one, at which a name ends that is no address */
    while (at < scan->end && at - start < NAME_LIMIT && (is_name_byte(scan->text[at]) || scan->text[at] == ':')) {
        if (scan->text[at] == '_' && is_ip(scan->text + start, at - start)) {
            return at; /* "Connected_to_192.0.2.1_but_sender_was_rejected": a blank of qmail's log. */
        }
        colon = scan->text[at] == ':' && colon == UINT32_MAX ? at : colon;
        at++;
    }
    if (colon != UINT32_MAX && !is_ip(scan->text + start, at - start)) {
        at = colon;
    }
    while (at > start && (scan->text[at - 1] == '.' || scan->text[at - 1] == '_' || scan->text[at - 1] == '/')) {
        at--;
    }
    return at;
}

static void set_span(smtp5xx_span *span, uint32_t from, uint32_t end) {
    if (span->length == 0 && end > from) {
        span->offset = from;
        span->length = end - from;
    }
}

/* Notes a name or an IP address, unless an outer wrapper has given one. */
static void note_peer(struct wrapped *wrapped, uint32_t from, uint32_t end) {
    set_span(is_ip(wrapped->scan.text + from, end - from) ? &wrapped->reply->ip : &wrapped->reply->host, from, end);
}

/* Where the bracket opens that follows a name: "mx.example.com. [192.0.2.1]"; scan->end if none does. */
static uint32_t bracket_after(const struct scan *scan, uint32_t at) {
    uint32_t open = at;
    while (open < scan->end && open - at < 2 && (scan->text[open] == '.' || is_gap(scan->text[open]))) {
        open++;
    }
    return open < scan->end && (scan->text[open] == '[' || scan->text[open] == '(') ? open : scan->end;
}

/* What is in the bracket: "[192.0.2.1]", "[IPv6:2001:db8::1]", "(mx.example.com)". Returns what follows, or `at`. */
static uint32_t take_bracket(struct wrapped *wrapped, uint32_t at) {
    const struct scan *scan = &wrapped->scan;
    uint32_t open = bracket_after(scan, at);
    if (open == scan->end) {
        return at;
    }
    char close = scan->text[open] == '[' ? ']' : ')';
    uint32_t from = words_end(scan, open + 1, "ipv6:"), end;
    from = from != 0 ? from : open + 1;
    end = name_end(scan, from);
    if (end == from || end >= scan->end || scan->text[end] != close) {
        return at;
    }
    note_peer(wrapped, from, end);
    return end + 1;
}

static uint32_t skip_port(const struct scan *scan, uint32_t at) {
    uint32_t end = at + 1;
    while (at < scan->end && scan->text[at] == ':' && end < scan->end && s5x_is_digit(scan->text[end])) {
        end++;
    }
    return end > at + 1 ? end : at;
}

/* A host with its IP address or the other way round: "H[IP]:25", "H [IP]", "[IP]", "IP (H)", "H". Returns what follows, or
 * `at` if there is none; *sure tells that both or an IP address were there. */
static uint32_t take_peer(struct wrapped *wrapped, uint32_t at, int *sure) {
    const struct scan *scan = &wrapped->scan;
    uint32_t from = at + (at < scan->end && scan->text[at] == '"'), end = name_end(scan, from);
    int named = memchr(scan->text + from, '.', end - from) != NULL || is_ip(scan->text + from, end - from);
    if (end > from && (named || bracket_after(scan, end) != scan->end)) { /* Not relay=local. */
        note_peer(wrapped, from, end);
    }
    uint32_t after = take_bracket(wrapped, end);
    *sure = after != end || is_ip(scan->text + from, end - from);
    after += after < scan->end && scan->text[after] == '"';
    return skip_port(scan, after);
}

/* The host that stands before a marker. */
static void take_peer_before(struct wrapped *wrapped, uint32_t at, uint32_t from) {
    const char *text = wrapped->scan.text;
    while (at > from && (is_gap(text[at - 1]) || text[at - 1] == '(')) {
        at--;
    }
    uint32_t end = at;
    while (at > from && end - at < NAME_LIMIT && is_name_byte(text[at - 1]) && text[at - 1] != '/' && text[at - 1] != '_') {
        at--;
    }
    int address = at > from && text[at - 1] == '@';
    if (end > at && !address && memchr(text + at, '.', end - at) != NULL) {
        note_peer(wrapped, at, end);
    }
}

/* Behind the quoted string that begins here (RFC 5321 4.1.2), which may hold blanks and colons; `at` if none does. */
static uint32_t skip_quoted(const struct scan *scan, uint32_t at) {
    uint32_t end = at + 1;
    if (at >= scan->end || scan->text[at] != '"') {
        return at;
    }
    while (end < scan->end && end - at < NAME_LIMIT && scan->text[end] != '"' && scan->text[end] != '\n') {
        end += scan->text[end] == '\\' ? 2 : 1;
    }
    return end < scan->end && scan->text[end] == '"' ? end + 1 : at;
}

/* An address up to its bracket or blank. */
static uint32_t take_address_of(struct wrapped *wrapped, uint32_t at) {
    const struct scan *scan = &wrapped->scan;
    uint32_t open = at < scan->end && scan->text[at] == '<', from = at + open;
    uint32_t end = open ? skip_quoted(scan, from) : from;
    while (end < scan->end && end - from < NAME_LIMIT && !s5x_is_blank(scan->text[end]) && scan->text[end] != '>' &&
           scan->text[end] != ',' && scan->text[end] != '"') {
        end++;
    }
    if (end - from > 1) { /* OpenSMTPD writes <-> for none. */
        set_span(&wrapped->reply->recipient, from, end);
    }
    return end;
}

/* Commands */

/* How mailers call the places of the dialogue, behind "pipelined", "sending" and the like. */
#define COMMANDS(C) \
    C(c0, "initial connection", CONNECT) \
    C(c1, "initial server greeting", CONNECT) \
    C(c2, "ehlo", HELO) \
    C(c3, "helo", HELO) \
    C(c4, "lhlo", HELO) \
    C(c5, "initial protocol", HELO) \
    C(c6, "starttls", TLS) \
    C(c7, "auth", AUTH) \
    C(c8, "mail", MAIL) \
    C(c9, "rcpt", RCPT) \
    C(c10, "data block", EOD) \
    C(c11, "data", DATA) \
    C(c12, "end of data", EOD) \
    C(c13, "bdat", EOD) \
    C(c14, "message body", EOD)
#define MEMBER(name, text, stage) char name[sizeof(text)];
#define PART(name, text, stage) text,
#define COMMAND(name, text, stage) {offsetof(struct command_texts, name), SMTP5XX_STAGE_##stage},
static const struct command_texts {
    COMMANDS(MEMBER)
} command_texts = {COMMANDS(PART)};
static const struct {
    uint8_t text, stage;
} commands[] = {COMMANDS(COMMAND)};
#undef MEMBER
#undef PART
#undef COMMAND

static const char command_fillers[][12] = {"pipelined ", "sending ", "performing ", "receiving ", "reading ", "the "};

static void set_stage(struct wrapped *wrapped, uint32_t stage) {
    wrapped->stage = wrapped->stage == 0 ? stage : wrapped->stage;
}

/* The stage that a command or its description names, 0 if none. */
static uint32_t stage_at(const struct scan *scan, uint32_t at) {
    uint32_t end, i = 0;
    while (i < sizeof command_fillers / sizeof *command_fillers) {
        end = words_end(scan, at, command_fillers[i]);
        i = end != 0 ? 0 : i + 1;
        at = end != 0 ? end : at;
    }
    for (i = 0; i < sizeof commands / sizeof *commands; i++) {
        end = words_end(scan, at, (const char *)&command_texts + commands[i].text);
        if (end != 0 && (end >= scan->end || !s5x_is_alnum(scan->text[end]))) {
            return commands[i].stage;
        }
    }
    return 0;
}

/* The recipient that a RCPT command names. */
static void take_recipient(struct wrapped *wrapped, uint32_t at) {
    const struct scan *scan = &wrapped->scan;
    uint32_t stop = scan->end - at > 32 ? at + 32 : scan->end;
    while (at < stop && scan->text[at] != '<' && scan->text[at] != '\n') {
        at++;
    }
    if (at < stop && scan->text[at] == '<') {
        take_address_of(wrapped, at);
    }
}

static void take_stage(struct wrapped *wrapped, uint32_t at) {
    uint32_t stage = stage_at(&wrapped->scan, at);
    set_stage(wrapped, stage);
    if (stage == SMTP5XX_STAGE_RCPT) {
        take_recipient(wrapped, at);
    }
}

/* Where the colon is that ends a command: a blank or the end follows, and no address ("RCPT TO: <x>"). UINT32_MAX: nowhere. */
static uint32_t command_end(const struct scan *scan, uint32_t at) {
    uint32_t stop = scan->end - at > COMMAND_MAX ? at + COMMAND_MAX : scan->end;
    for (; at < stop; at++) {
        if (scan->text[at] == '<') {
            uint32_t quoted = skip_quoted(scan, at + 1);
            at = quoted > at + 1 ? quoted - 1 : at;
        } else if (scan->text[at] == ':' && (at + 1 >= scan->end || is_gap(scan->text[at + 1]))) {
            uint32_t next = skip_blanks(scan, at + 1);
            if (next >= scan->end || scan->text[next] != '<') {
                return at;
            }
        }
    }
    return UINT32_MAX;
}
