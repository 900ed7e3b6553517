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

/*
 * What joiners hold together is read as a whole, and what is left of it beside a placeholder could be read otherwise:
 * "senders.zen.example.01g" names no host, "senders.zen.example.<id>" would. So the tokens of such a cluster are kept until it
 * ends, and what stays of it is written as it was only if it is still read as it was; else blanks part its words.
 */
enum { CLUSTER_MAX = 24, STAYS_MAX = 256 };

struct redactor {
    const char *text;
    uint32_t end, done; /* done: up to here all is written, or in the cluster */
    struct redact_out out;
    smtp5xx_reply reply;
    struct s5x_token tokens[CLUSTER_MAX];
    uint32_t count, hidden; /* hidden: a bit for each token that must not stay as it is */
};

static uint32_t end_of(const struct s5x_token *token) {
    return token->offset + token->length;
}

static int is_code_at(const struct redactor *it, uint32_t at) {
    struct scan scan = {it->text, it->end};
    return it->reply.code != 0 && read_code(&scan, at) != 0;
}

/* "550-" may open a line with an id in it. */
static int opens_line(const struct redactor *it, const struct s5x_token *token) {
    return token->kind == TOKEN_NUMBER && token->length == 3 && is_code_at(it, token->offset);
}

/* The same where it is read as part of a name, "550-mx.example.com": the code and the mark behind it stay. */
static void put_code(struct redactor *it, struct s5x_token *token) {
    uint32_t at = token->offset;
    char before = at > 0 ? it->text[at - 1] : '\n', after = token->length > 3 ? it->text[at + 3] : ' ';
    int opens = (at == it->reply.said.offset && is_joiner(after)) || ((before == '\n' || before == '\r') && after == '-');
    if (opens && is_code_at(it, at)) {
        put_plain(&it->out, it->text, at, at + 4);
        token->offset += 4;
        token->length -= 4;
        if (token->host < token->offset && token->host_length > 0) {
            uint32_t less = token->offset - token->host;
            token->host_length -= less < token->host_length ? less : token->host_length;
            token->host = token->offset;
        }
    }
}

static void put_name(struct redactor *it, struct s5x_token token) {
    token.host_length = token.kind == TOKEN_IP ? 0 : token.host_length; /* An IP has no host, and the lexer does not say so. */
    put_code(it, &token);
    smtp5xx_span place = {token.offset, token.length};
    uint32_t known = 0;
    int address = 0;
    const struct s5x_site *site = token.host_length == 0 ? NULL : known_host(it->text, &token, &known, &address);
    if (token.kind == TOKEN_IP) {
        put_placeholder(&it->out, it->text, it->end, &place, "<ip>");
    } else if (token.kind == TOKEN_ADDRESS) {
        if (known > 0 && token.length < URL_MAX && is_known_address(it->text, &token, site)) {
            put_plain(&it->out, it->text, token.offset, end_of(&token));
        } else {
            put_placeholder(&it->out, it->text, it->end, &place, "<address>");
        }
    } else if (known == 0) {
        put_placeholder(&it->out, it->text, it->end, &place, token.kind == TOKEN_URL ? "<url>" : "<host>");
    } else if (token.kind == TOKEN_URL) {
        put_known_url(&it->out, it->text, &token, known, site);
    } else {
        put_piece(&it->out, "<ip>.", address ? 5 : 0);
        put_plain(&it->out, it->text, token.host + token.host_length - known, token.host + token.host_length);
    }
}

static int is_unknown(const struct s5x_token *token) {
    return token->kind == TOKEN_WORD && token->word == 0;
}

/* What tells of somebody or something only beside an id: "5614622812f47-44da.211" comes in three pieces. */
static int is_loose(const struct redactor *it, const struct s5x_token *token) {
    return (is_unknown(token) || token->kind == TOKEN_ID || token->kind == TOKEN_NUMBER) && !opens_line(it, token);
}

/* A word that the dictionary does not have, between < and > or quotes, is somebody's name. */
static int is_quoted_name(const struct redactor *it, const struct s5x_token *token) {
    uint32_t behind = end_of(token);
    char before = token->offset > 0 ? it->text[token->offset - 1] : ' ', after = behind < it->end ? it->text[behind] : ' ';
    return is_unknown(token) && ((before == '<' && after == '>') || (before == after && (before == '"' || before == '\'')));
}

static void find_hidden(struct redactor *it) {
    it->hidden = 0;
    for (uint32_t i = 0, next; i < it->count; i = next) {
        uint32_t all = 0, is_id = 0;
        for (next = i; next < it->count && is_loose(it, &it->tokens[next]); next++) {
            all |= 1U << next;
            is_id |= it->tokens[next].kind == TOKEN_ID || is_quoted_name(it, &it->tokens[next]);
        }
        it->hidden |= is_id ? all : 0;
        if (next == i) {
            uint32_t kind = it->tokens[next].kind;
            int names = kind == TOKEN_ADDRESS || kind == TOKEN_IP || kind == TOKEN_HOST || kind == TOKEN_URL;
            it->hidden |= names ? 1U << next : 0;
            next++;
        }
    }
}

/* Ids and numbers that follow each other are one id. Returns the token behind what has been written. */
static uint32_t put_loose(struct redactor *it, uint32_t first) {
    uint32_t next = first + 1, kind = it->tokens[first].kind;
    while (kind != TOKEN_WORD && next < it->count && it->hidden >> next & 1 &&
           (it->tokens[next].kind == TOKEN_ID || it->tokens[next].kind == TOKEN_NUMBER)) {
        kind = it->tokens[next].kind == TOKEN_ID ? (uint32_t)TOKEN_ID : kind;
        next++;
    }
    smtp5xx_span place = {it->tokens[first].offset, end_of(&it->tokens[next - 1]) - it->tokens[first].offset};
    put_placeholder(&it->out, it->text, it->end, &place,
                    kind == TOKEN_WORD ? "<name>" : kind == TOKEN_ID ? "<id>" : "<number>");
    return next;
}

/* Whether the tokens up to `next` are read as they were when what stands beside them becomes placeholders. */
static int are_read_again(const struct redactor *it, uint32_t first, uint32_t next) {
    char copy[STAYS_MAX + 2];
    struct s5x_lexer lexer;
    struct s5x_token token;
    uint32_t from = first > 0 ? end_of(&it->tokens[first - 1]) : it->tokens[first].offset, length = 0;
    uint32_t to = next < it->count ? it->tokens[next].offset : end_of(&it->tokens[next - 1]);
    if (to - from > STAYS_MAX) {
        return 0;
    }
    copy[length++] = first > 0 ? '>' : ' ';
    memcpy(copy + length, it->text + from, to - from);
    length += to - from;
    copy[length++] = next < it->count ? '<' : ' ';
    start_lexer(&lexer, copy, 0, length);
    next_token(&lexer, &token);
    for (uint32_t i = first; i < next; i++) {
        const struct s5x_token *was = &it->tokens[i];
        if (token.kind != was->kind || token.offset + from != was->offset + 1 || token.length != was->length) {
            return 0;
        }
        next_token(&lexer, &token);
    }
    return token.kind == TOKEN_END;
}

static void put_gap(struct redactor *it, uint32_t before, int parts) {
    if (before == 0 || before >= it->count) {
        return;
    }
    if (parts) {
        put_piece(&it->out, " ", 1);
    } else {
        put_plain(&it->out, it->text, end_of(&it->tokens[before - 1]), it->tokens[before].offset);
    }
}

static void put_kept(struct redactor *it, uint32_t first, uint32_t next, int parts) {
    for (uint32_t i = first; i < next; i++) {
        if (i > first) {
            put_gap(it, i, parts);
        }
        put_plain(&it->out, it->text, it->tokens[i].offset, end_of(&it->tokens[i]));
    }
}

static void end_cluster(struct redactor *it) {
    int parted = 0;
    find_hidden(it);
    for (uint32_t i = 0, next; i < it->count; i = next) {
        int parts = 0;
        for (next = i; next < it->count && !(it->hidden >> next & 1); next++) {
        }
        if (next > i) {
            parts = it->hidden != 0 && !are_read_again(it, i, next);
        }
        put_gap(it, i, parts || parted);
        parted = parts;
        if (next > i) {
            put_kept(it, i, next, parts);
        } else if (is_loose(it, &it->tokens[i])) {
            next = put_loose(it, i);
        } else {
            put_name(it, it->tokens[i]);
            next = i + 1;
        }
    }
    it->count = 0;
}

static int is_joined(const struct redactor *it, uint32_t at, uint32_t to) {
    while (at < to && (is_joiner(it->text[at]) || is_high(it->text[at]))) {
        at++;
    }
    return at == to;
}

static void redact(struct redactor *it) {
    struct s5x_lexer lexer;
    struct s5x_token token;
    start_lexer(&lexer, it->text, 0, it->end);
    for (next_token(&lexer, &token); token.kind != TOKEN_END; next_token(&lexer, &token)) {
        if (it->count == 0 || it->count == CLUSTER_MAX || !is_joined(it, it->done, token.offset)) {
            end_cluster(it);
            put_plain(&it->out, it->text, it->done, token.offset);
        }
        it->tokens[it->count++] = token;
        it->done = end_of(&token);
    }
    end_cluster(it);
    put_plain(&it->out, it->text, it->done, it->end);
}

int smtp5xx_redact(const char *text, size_t length, char *redacted, size_t redacted_size) {
    if (redacted != NULL && redacted_size > 0) {
        redacted[0] = '\0';
    }
    if ((text == NULL && length > 0) || (redacted == NULL && redacted_size > 0)) {
        return SMTP5XX_EINVAL;
    }
    struct redactor it;
    memset(&it, 0, sizeof it);
    it.text = text == NULL ? "" : text;
    it.end = s5x_clamp(length);
    it.out.to = redacted;
    it.out.size = redacted_size > INT32_MAX ? (uint32_t)INT32_MAX : (uint32_t)redacted_size;
    parse(it.text, it.end, &it.reply);
    redact(&it);
    return (int)it.out.length;
}
