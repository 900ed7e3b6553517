/*
 * A reply without what tells of people and machines: addresses, IPs, hosts, URLs and ids become <address>, <ip>, <host>,
 * <url> and <id>. Names of block lists and of known providers stay, for they are what a verdict rests on; of their hosts and
 * URLs stays what the tables know, and no more. The lexer reads a placeholder as what it stands for.
 */
#include "internal.h"

/* Where the result goes: `length` counts on when there is no more room, `full` then keeps shorter pieces from slipping in. */
struct redact_out {
    char *to;
    uint32_t size, length;
    int full, closed; /* closed: the next byte of the text is the > of a placeholder that has been written */
};

/* A piece is written whole or not at all, so that no placeholder and no character is cut. One byte is left for the NUL. */
static void put_piece(struct redact_out *out, const char *piece, uint32_t length) {
    out->full |= out->size == 0 || length > out->size - 1 || out->length > out->size - 1 - length;
    if (!out->full) {
        memcpy(out->to + out->length, piece, length);
        out->to[out->length + length] = '\0';
    }
    out->length += length;
}

/* Controls but blanks and line breaks, C1 controls and what is no UTF-8 become a question mark. */
static void put_plain(struct redact_out *out, const char *text, uint32_t from, uint32_t end) {
    if (from < end && out->closed) {
        out->closed = 0;
        from++;
    }
    while (from < end) {
        uint32_t character, length = read_character(text + from, end - from, &character);
        int blank = s5x_is_blank((char)character) && character < 0x80;
        int bad = (character < 0x20 && !blank) || (character >= 0x7f && character < 0xa0) || (length == 1 && character >= 0x80) ||
                  (character >= 0xd800 && character < 0xe000) || character > 0x10ffff ||
                  (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
        put_piece(out, bad ? "?" : text + from, bad ? 1 : length);
        from += length;
    }
}

/* "<ann@example.com>" becomes "<address>" and not "<<address>>". `name` is the placeholder with its brackets. */
static void put_placeholder(struct redact_out *out, const char *text, uint32_t end, const smtp5xx_span *of, const char *name) {
    uint32_t behind = of->offset + of->length;
    out->closed = of->offset > 0 && text[of->offset - 1] == '<' && behind < end && text[behind] == '>';
    if (out->closed) { /* The bracket that has been written is taken back. */
        out->length--;
        if (!out->full) {
            out->to[out->length] = '\0';
        }
    }
    put_piece(out, name, (uint32_t)strlen(name));
}

/* What the tables know of a page is written in place of its path, whatever else that holds. */
static void put_known_url(struct redact_out *out, const char *text, const struct s5x_token *token, uint32_t known,
                          const struct s5x_site *site) {
    const uint16_t *list = s5x_lists + site->urls;
    const char *host = text + token->host + token->host_length - known;
    char folded[URL_MAX + 8], name[HOST_MAX + 8];
    uint32_t length = fold_ascii(text + token->offset, token->length, folded, URL_MAX);
    uint32_t name_length = fold_ascii(host, known, name, HOST_MAX);
    int has_scheme = token->host > token->offset;
    put_piece(out, "https://", has_scheme ? 8 : 0);
    put_plain(out, host, 0, known);
    int slash = 0;
    for (uint32_t i = 0; i < list[0]; i++) {
        const char *part = s5x_pool_text(s5x_urls[list[1 + i]].text);
        if (holds(folded, length, part) && !holds(name, name_length, part)) {
            put_piece(out, slash ? "&" : "/", part[0] != '/' || slash ? 1 : 0);
            put_piece(out, part, (uint32_t)strlen(part));
            slash = 1;
        }
    }
    put_piece(out, "/", slash ? 0 : 1);
}

/* An address of a provider's help desk is evidence when the tables have a rule for it. */
static int is_known_address(const char *text, const struct s5x_token *token, const struct s5x_site *site) {
    const uint16_t *list = s5x_lists + site->urls;
    char folded[URL_MAX + 8];
    uint32_t length = fold_ascii(text + token->offset, token->length, folded, URL_MAX);
    for (uint32_t i = 0; i < list[0]; i++) {
        if (holds(folded, length, s5x_pool_text(s5x_urls[list[1 + i]].text))) {
            return 1;
        }
    }
    return 0;
}

static void put_name(struct redact_out *out, const char *text, uint32_t end, const struct s5x_token *token) {
    smtp5xx_span place = {token->offset, token->length};
    uint32_t known = 0;
    int address = 0;
    const struct s5x_site *site = token->host_length == 0 ? NULL : known_host(text, token, &known, &address);
    if (token->kind == TOKEN_ADDRESS) {
        int stays = known > 0 && token->length < URL_MAX && is_known_address(text, token, site);
        if (stays) {
            put_plain(out, text, token->offset, token->offset + token->length);
        } else {
            put_placeholder(out, text, end, &place, "<address>");
        }
    } else if (known == 0) {
        put_placeholder(out, text, end, &place, token->kind == TOKEN_URL ? "<url>" : "<host>");
    } else if (token->kind == TOKEN_URL) {
        put_known_url(out, text, token, known, site);
    } else {
        put_piece(out, "<ip>.", address ? 5 : 0);
        put_plain(out, text, token->host + token->host_length - known, token->host + token->host_length);
    }
}

/* Ids come in pieces, "5614622812f47-44da.211": what is joined to an id is part of it, unless the dictionary has it. */
struct redact_run {
    uint32_t begin, end; /* nothing is held if they are equal */
    int is_id;
};

static void end_run(struct redact_out *out, const char *text, uint32_t end, struct redact_run *run) {
    if (run->is_id) {
        smtp5xx_span place = {run->begin, run->end - run->begin};
        put_placeholder(out, text, end, &place, "<id>");
    } else {
        put_plain(out, text, run->begin, run->end);
    }
    run->begin = run->end = 0;
    run->is_id = 0;
}

/* "550-" may open a line with an id in it. */
static int opens_line(const char *text, const struct s5x_token *token) {
    char first = text[token->offset];
    return token->kind == TOKEN_NUMBER && token->length == 3 && (first == '2' || first == '4' || first == '5');
}

/* A word that the dictionary does not have, between < and > or quotes, is somebody's name. */
static int is_quoted_name(const char *text, uint32_t end, const struct s5x_token *token) {
    uint32_t behind = token->offset + token->length;
    char before = token->offset > 0 ? text[token->offset - 1] : ' ', after = behind < end ? text[behind] : ' ';
    return token->kind == TOKEN_WORD && token->word == 0 &&
           ((before == '<' && after == '>') || (before == after && (before == '"' || before == '\'')));
}

static void take_run(struct redact_out *out, const char *text, const struct s5x_token *token, uint32_t done, uint32_t end,
                     struct redact_run *run) {
    int joined = run->end != run->begin && token->offset == run->end + 1 && is_joiner(text[run->end]);
    if (!joined) {
        end_run(out, text, end, run);
        put_plain(out, text, done, token->offset);
        run->begin = token->offset;
    }
    run->end = token->offset + token->length;
    run->is_id |= token->kind == TOKEN_ID || is_quoted_name(text, end, token);
}

static void put_token(struct redact_out *out, const char *text, uint32_t end, const struct s5x_token *token) {
    smtp5xx_span place = {token->offset, token->length};
    if (token->kind == TOKEN_IP) {
        put_placeholder(out, text, end, &place, "<ip>");
    } else if (token->kind == TOKEN_ADDRESS || token->kind == TOKEN_HOST || token->kind == TOKEN_URL) {
        put_name(out, text, end, token);
    } else {
        put_plain(out, text, token->offset, token->offset + token->length);
    }
}

static void redact(const char *text, uint32_t end, struct redact_out *out) {
    struct s5x_lexer lexer;
    struct s5x_token token;
    struct redact_run run = {0, 0, 0};
    uint32_t done = 0;
    start_lexer(&lexer, text, 0, end);
    for (next_token(&lexer, &token); token.kind != TOKEN_END; next_token(&lexer, &token)) {
        int unknown = token.kind == TOKEN_WORD && token.word == 0;
        if ((unknown || token.kind == TOKEN_ID || token.kind == TOKEN_NUMBER) && !opens_line(text, &token)) {
            take_run(out, text, &token, done, end, &run);
        } else {
            end_run(out, text, end, &run);
            put_plain(out, text, done, token.offset);
            put_token(out, text, end, &token);
        }
        done = token.offset + token.length;
    }
    end_run(out, text, end, &run);
    put_plain(out, text, done, end);
}

int smtp5xx_redact(const char *text, size_t length, char *redacted, size_t redacted_size) {
    if (redacted != NULL && redacted_size > 0) {
        redacted[0] = '\0';
    }
    if ((text == NULL && length > 0) || (redacted == NULL && redacted_size > 0)) {
        return SMTP5XX_EINVAL;
    }
    struct redact_out out = {redacted, redacted_size > INT32_MAX ? (uint32_t)INT32_MAX : (uint32_t)redacted_size, 0, 0, 0};
    redact(text == NULL ? "" : text, s5x_clamp(length), &out);
    return (int)out.length;
}
