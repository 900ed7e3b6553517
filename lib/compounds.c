/*
 * Tokens that are no plain words: addresses, IPs, hosts, URLs, numbers, ids, and words of several parts or with 8-bit letters.
 */
#include "internal.h"

/* The length of the run of set bits from bit `from` on, 64 - from at most. */
static unsigned run_of(uint64_t bits, unsigned from) {
    uint64_t rest = ~(bits >> from);
    return rest == 0 ? 64 : s5x_count_zeros(rest);
}

/* What is longer than any word goes on as another one: so no text is looked through again and again. */
static uint32_t word_end(const struct s5x_lexer *lexer, uint32_t at) {
    unsigned bit = at - lexer->base, run = bit < WINDOW ? run_of(lexer->word, bit) : WINDOW;
    if (bit + run < WINDOW) {
        return at + run;
    }
    uint32_t limit = lexer->end - at > RUN_MAX ? at + RUN_MAX : lexer->end;
    while (at < limit && is_word_byte(lexer->text[at])) {
        at++;
    }
    return at;
}

static uint32_t digits_end(const struct s5x_lexer *lexer, uint32_t at) {
    unsigned bit = at - lexer->base, run = bit < WINDOW ? run_of(lexer->digit, bit) : WINDOW;
    if (bit + run < WINDOW) {
        return at + run;
    }
    while (at < lexer->end && s5x_is_digit(lexer->text[at])) {
        at++;
    }
    return at;
}

static int starts_part(const struct s5x_lexer *lexer, uint32_t at) {
    return at < lexer->end && is_word_byte(lexer->text[at]);
}

/* Reads up to four numbers with dots between; their count goes to *numbers. Returns the end. */
static uint32_t read_dotted(const struct s5x_lexer *lexer, uint32_t at, uint32_t *numbers) {
    uint32_t count = 0, end = at;
    while (count < 4) {
        uint32_t after = digits_end(lexer, at);
        if (after == at || after - at > 3) {
            break;
        }
        count++;
        end = after;
        if (after >= lexer->end || lexer->text[after] != '.') {
            break;
        }
        at = after + 1;
    }
    *numbers = count;
    return end;
}

/* An IPv6 address has seven colons, or two together (RFC 4291 2.2); a time of day has not. */
static uint32_t read_ip6(const struct s5x_lexer *lexer, uint32_t at) {
    uint32_t start = at, colons = 0;
    int pair = 0;
    for (; at < lexer->end && at - start < 46; at++) {
        char c = lexer->text[at], low = s5x_lower(c);
        if (c == ':') {
            colons++;
            pair |= at > start && lexer->text[at - 1] == ':';
        } else if (!s5x_is_digit(c) && !(low >= 'a' && low <= 'f') && c != '.') {
            break;
        }
    }
    while (at > start && (lexer->text[at - 1] == '.' || (lexer->text[at - 1] == ':' && lexer->text[at - 2] != ':'))) {
        at--; /* The sentence's; a pair of colons is the address's own. */
    }
    int stands_alone = at >= lexer->end || !s5x_is_alnum(lexer->text[at]);
    return colons >= 2 && colons <= 8 && (pair || colons >= 7) && stands_alone ? at : start;
}

static void keep_token(struct s5x_lexer *lexer, struct s5x_token *token, uint32_t kind, uint32_t end) {
    token->kind = kind;
    token->offset = lexer->at;
    token->length = end - lexer->at;
    lexer->at = end;
    lexer->inside = end > lexer->inside ? end : lexer->inside;
}

/* IPs and enhanced status codes. */
static int take_numbers(struct s5x_lexer *lexer, struct s5x_token *token) {
    uint32_t numbers, at = lexer->at, end = lexer->holds & HOLDS_COLON ? read_ip6(lexer, at) : at;
    if (end > at) {
        keep_token(lexer, token, TOKEN_IP, end);
        return 1;
    }
    if (at > 1 && lexer->text[at - 1] == '.' && s5x_is_digit(lexer->text[at - 2])) {
        return 0; /* The rest of what was none: "192.0.2.1.5". */
    }
    end = read_dotted(lexer, at, &numbers);
    int goes_on = end < lexer->end && (is_word_byte(lexer->text[end]) ||
                                       (lexer->text[end] == '.' && starts_part(lexer, end + 1)));
    if (numbers == 4 && !goes_on) {
        keep_token(lexer, token, TOKEN_IP, end);
        return 1;
    }
    char class = lexer->text[at];
    if (numbers == 3 && !goes_on && lexer->text[at + 1] == '.' && (class == '2' || class == '4' || class == '5')) {
        keep_token(lexer, token, TOKEN_ENHANCED, end);
        return 1;
    }
    return 0;
}

/* No CJK character, which UTF-8 writes in three bytes and more, is part of a name: the text goes on without a blank. */
static int is_wide(char c) {
    return (unsigned char)c >= 0xe0;
}

static int is_host_byte(char c) {
    return (is_word_byte(c) && !is_wide(c)) || c == '-' || c == '_';
}

/* A name's last label: two letters, or one that words.rules lists. "unknown.If" goes on with a new sentence. */
static int is_top_level(const char *label, uint32_t length) {
    for (uint32_t i = 0; i < length; i++) {
        if (s5x_is_digit(label[i]) || !s5x_is_alnum(label[i])) {
            return length > 4 && memcmp(label, "xn--", 4) == 0;
        }
    }
    int sentence = length > 1 && label[0] < 'a' && label[1] >= 'a';
    if (length < 2 || length > 24 || sentence) {
        return 0;
    }
    return length == 2 || find_word(key_of_plain(label, length, length)) & ENTRY_TOP_LEVEL;
}

/* The same for a name that is plain ASCII and whole in sight: labels are looked at from the last one on. Returns 0 if it is
 * not. */
static int find_host_end(const struct s5x_lexer *lexer, uint32_t at, uint32_t *end, uint32_t *seen) {
    unsigned bit = at - lexer->base, length = bit < WINDOW ? run_of(lexer->word | lexer->dot | lexer->hyphen, bit) : WINDOW;
    if (bit + length >= WINDOW || length == 0 || (lexer->high >> bit & ~(~UINT64_C(0) << length)) != 0) {
        return 0;
    }
    uint64_t dots = lexer->dot >> bit & ~(~UINT64_C(0) << length), pairs = dots & dots >> 1;
    if (pairs != 0) { /* A label is not empty. */
        length = s5x_count_zeros(pairs);
        dots &= ~(~UINT64_C(0) << length);
    }
    *end = at;
    *seen = at + length;
    for (; dots != 0; dots &= ~(UINT64_C(1) << length)) {
        unsigned label = 64 - s5x_count_leading_zeros(dots);
        if (label < length && is_top_level(lexer->text + at + label, length - label)) {
            *end = at + length;
            break;
        }
        length = label - 1;
    }
    return 1;
}

static void find_long_host_end(const struct s5x_lexer *lexer, uint32_t at, uint32_t *end, uint32_t *seen) {
    uint32_t start = at, labels = 0;
    *end = at;
    while (at < lexer->end && at - start <= HOST_MAX && is_host_byte(lexer->text[at])) {
        uint32_t label = at;
        while (at < lexer->end && at - start <= HOST_MAX && is_host_byte(lexer->text[at])) {
            at++;
        }
        labels++;
        if (labels > 1 && is_top_level(lexer->text + label, at - label)) {
            *end = at;
        }
        if (at + 1 >= lexer->end || lexer->text[at] != '.') {
            break;
        }
        at++;
    }
    *seen = at;
}

/* The end of the host name that begins here, or `at` if none does. */
static uint32_t host_end(struct s5x_lexer *lexer, uint32_t at) {
    uint32_t end, seen;
    if (!find_host_end(lexer, at, &end, &seen)) {
        find_long_host_end(lexer, at, &end, &seen);
    }
    /* "Signature.sa.2.2" goes on with numbers: it is a version, or a rule's name. */
    if (end > at && end + 1 < lexer->end && lexer->text[end] == '.' && s5x_is_digit(lexer->text[end + 1])) {
        end = at;
    }
    lexer->no_host = end == at ? seen : end;
    return end;
}

/* A URL ends at a blank, a quote or a bracket; the punctuation before that belongs to the sentence. */
static uint32_t url_end(const struct s5x_lexer *lexer, uint32_t at) {
    uint32_t start = at;
    while (at < lexer->end && (unsigned char)lexer->text[at] > ' ' && lexer->text[at] != '<' && lexer->text[at] != '>' &&
           lexer->text[at] != '"') {
        at++;
    }
    while (at > start && !s5x_is_alnum(lexer->text[at - 1]) && lexer->text[at - 1] != '/' && lexer->text[at - 1] != '=') {
        at--;
    }
    return at;
}

static int take_url(struct s5x_lexer *lexer, struct s5x_token *token, uint32_t part) {
    uint32_t left = lexer->end - part;
    if (left < 4 || memcmp(lexer->text + part, "://", 3) != 0 || part - lexer->at > 8) {
        return 0;
    }
    uint32_t host = part + 3, end = host;
    while (end < lexer->end && end - host <= HOST_MAX && (is_host_byte(lexer->text[end]) || lexer->text[end] == '.')) {
        end++;
    }
    uint32_t last = url_end(lexer, end);
    keep_token(lexer, token, TOKEN_URL, last > end ? last : end);
    token->host = host;
    token->host_length = end - host;
    return 1;
}

static void find_at_sign(struct s5x_lexer *lexer) {
    const char *sign = memchr(lexer->text + lexer->at, '@', lexer->inside - lexer->at);
    lexer->at_sign = sign == NULL ? lexer->inside : (uint32_t)(sign - lexer->text);
}

/* RFC 5321 4.1.3: bob@[192.0.2.1]. */
static int take_literal(struct s5x_lexer *lexer, struct s5x_token *token, uint32_t bracket) {
    uint32_t left = lexer->end - bracket;
    const char *close = memchr(lexer->text + bracket, ']', left < LITERAL_MAX ? left : LITERAL_MAX);
    if (close == NULL) {
        return 0;
    }
    keep_token(lexer, token, TOKEN_ADDRESS, (uint32_t)(close + 1 - lexer->text));
    token->host = token->host_length = 0;
    return 1;
}

/* What has an @ between letters: the domain ends with the last letter of a label, so that "<a@example.com>...no" parts. */
static int take_address(struct s5x_lexer *lexer, struct s5x_token *token) {
    if (lexer->at_sign < lexer->at) {
        find_at_sign(lexer);
    }
    uint32_t sign = lexer->at_sign;
    if (sign == lexer->inside && sign + 1 < lexer->end && lexer->text[sign] == '@' && lexer->text[sign + 1] == '[') {
        return take_literal(lexer, token, sign + 1);
    }
    if (sign >= lexer->inside || !starts_part(lexer, sign + 1)) {
        return 0;
    }
    uint32_t at = lexer->at_sign + 1, host = at;
    while (at < lexer->end && is_host_byte(lexer->text[at])) {
        at++;
        at += at + 1 < lexer->end && lexer->text[at] == '.' && is_host_byte(lexer->text[at + 1]);
    }
    keep_token(lexer, token, TOKEN_ADDRESS, at);
    token->host = host;
    token->host_length = at - host;
    return 1;
}

static int take_host(struct s5x_lexer *lexer, struct s5x_token *token) {
    if (lexer->at < lexer->no_host) {
        return 0;
    }
    uint32_t host = lexer->at, end = host_end(lexer, host);
    if (end == host) {
        return 0;
    }
    int path = end < lexer->end && lexer->text[end] == '/';
    keep_token(lexer, token, path ? TOKEN_URL : TOKEN_HOST, path ? url_end(lexer, end + 1) : end);
    token->host = host;
    token->host_length = end - host;
    return 1;
}

/* A word that is in no dictionary: a number, an id (which has a digit, or is too long for a word), or an unknown word. */
static uint32_t kind_of_unknown(const char *word, uint32_t length) {
    uint32_t digits = 0;
    for (uint32_t i = 0; i < length; i++) {
        digits += (uint32_t)s5x_is_digit(word[i]);
    }
    return digits == length ? TOKEN_NUMBER : digits > 0 || length > WORD_LIKELY ? TOKEN_ID : TOKEN_WORD;
}

/* Folds what lies from `at` to `end`, joiners left out, to a word. Stops before a CJK character or punctuation, or takes the
 * one CJK character that it begins with. Returns where it stopped; *length is 0 if the word is too long. */
static uint32_t fold_word(const struct s5x_lexer *lexer, uint32_t at, uint32_t end, char *word, uint32_t *length) {
    uint32_t count = 0, too_long = 0;
    while (at < end) {
        uint32_t character = (unsigned char)lexer->text[at], bytes = 1;
        if (character >= 0x80) {
            bytes = read_character(lexer->text + at, end - at, &character);
            if (is_foreign_mark(character) || (count > 0 && is_cjk(character))) {
                break;
            }
        }
        if (character >= 0x80 || s5x_is_alnum((char)character)) {
            too_long |= count + 4 > WORD_MAX;
            count += too_long ? 0 : fold_character(character, word + count);
        }
        at += bytes;
        if (is_cjk(character)) {
            break;
        }
    }
    *length = too_long ? 0 : count;
    return at;
}

/* Where the part that begins here ends, and the next begins behind a single joiner; UINT32_MAX if no other follows so. */
static uint32_t next_part(const struct s5x_lexer *lexer, uint32_t end) {
    int joined = end + 1 < lexer->inside && is_joiner(lexer->text[end]) && is_word_byte(lexer->text[end + 1]);
    return joined ? end + 1 : UINT32_MAX;
}

/* A look at the first two letters and the length: most compounds are not a word, as a whole. */
static int may_join(const struct s5x_lexer *lexer, uint32_t part, uint32_t end, uint32_t joints) {
    const char *text = lexer->text + lexer->at;
    char second = part - lexer->at > 1 ? text[1] : lexer->text[part + 1];
    uint32_t bit = joined_bit((char)(text[0] | 0x20), (char)(second | 0x20), end - lexer->at - joints);
    return lexer->holds & HOLDS_8_BIT || s5x_joined[bit / 8] >> bit % 8 & 1;
}

/* Folds what lies from `at` to `end`, joiners left out. Returns 0 if that is no word. */
static int join_parts(const struct s5x_lexer *lexer, uint32_t end, char *word, uint32_t *length) {
    uint32_t count = 0;
    if (lexer->holds & HOLDS_8_BIT) {
        return fold_word(lexer, lexer->at, end, word, length) == end && *length > 0;
    }
    for (uint32_t at = lexer->at; at < end; at++) {
        word[count] = (char)(lexer->text[at] | 0x20);
        count += (uint32_t)s5x_is_alnum(lexer->text[at]);
    }
    *length = count;
    return 1;
}

/* Up to three parts that are one word of the dictionary together. */
static int take_joined(struct s5x_lexer *lexer, struct s5x_token *token, uint32_t part) {
    char word[WORD_MAX];
    uint32_t ends[2], count = 0, length;
    if (part - lexer->at > WORD_MAX) {
        return 0;
    }
    for (uint32_t next = next_part(lexer, part); next != UINT32_MAX && count < 2; next = next_part(lexer, ends[count - 1])) {
        ends[count++] = word_end(lexer, next);
    }
    for (; count > 0; count--) {
        uint32_t end = ends[count - 1], found = 0;
        if (end - lexer->at <= WORD_MAX && may_join(lexer, part, end, count) && join_parts(lexer, end, word, &length)) {
            found = find_word(key_of_joined(key_of(word, length)));
        }
        if ((found & ENTRY_NUMBER) != 0 && !(found & ENTRY_HOST)) {
            token->word = found;
            keep_token(lexer, token, TOKEN_WORD, end);
            return 1;
        }
    }
    return 0;
}

static void take_part(struct s5x_lexer *lexer, struct s5x_token *token, uint32_t part) {
    char word[WORD_MAX];
    uint32_t length, start = lexer->at, end = fold_word(lexer, start, part, word, &length);
    token->word = length == 0 ? 0 : find_word(key_of(word, length));
    uint32_t kind = token->word != 0 ? (uint32_t)TOKEN_WORD : kind_of_unknown(lexer->text + start, end - start);
    keep_token(lexer, token, kind, end);
}

/* "IPv6:2001:db8::1", as address literals have it (RFC 5321 4.1.3). */
enum { IP6_TAG = 5 };
static int starts_ip6_tag(const struct s5x_lexer *lexer, uint32_t at) {
    static const char tag[] = "ipv6:";
    uint32_t i = 0;
    while (i < IP6_TAG && at + i < lexer->end && s5x_lower(lexer->text[at + i]) == tag[i]) {
        i++;
    }
    return i == IP6_TAG && at + i < lexer->end && s5x_is_alnum(lexer->text[at + i]);
}

/* A part of plain ASCII, whole in sight: its key can be had at once. */
static void take_plain_part(struct s5x_lexer *lexer, struct s5x_token *token, uint32_t part) {
    uint32_t length = part - lexer->at;
    token->word = find_word(key_of_plain(lexer->text + lexer->at, length, lexer->end - lexer->at));
    keep_token(lexer, token, token->word != 0 ? (uint32_t)TOKEN_WORD : kind_of_unknown(lexer->text + lexer->at, length), part);
}

/* A token that spans more than the part up to `part`. */
static int take_compound(struct s5x_lexer *lexer, struct s5x_token *token, uint32_t part) {
    uint32_t holds = lexer->holds;
    char c = lexer->text[lexer->at];
    return (holds & HOLDS_COLON && take_url(lexer, token, part)) || (holds & HOLDS_SIGN && take_address(lexer, token)) ||
           ((s5x_is_digit(c) || holds & HOLDS_COLON) && take_numbers(lexer, token)) ||
           (holds & HOLDS_DOT && take_host(lexer, token)) || take_joined(lexer, token, part);
}

/* The next token of the compound. Returns 0 at its end. */
static int next_inside(struct s5x_lexer *lexer, struct s5x_token *token) {
    while (lexer->at < lexer->inside) {
        uint32_t character, at = lexer->at;
        char c = lexer->text[at];
        if (!is_word_byte(c)) {
            lexer->at++;
            continue;
        }
        if (is_high(c)) {
            uint32_t bytes = read_character(lexer->text + at, lexer->inside - at, &character);
            if (is_foreign_mark(character)) {
                lexer->at += bytes;
                continue;
            }
            if (is_cjk(character)) { /* A word by itself: what follows need not be looked at. */
                take_part(lexer, token, at + bytes);
                return 1;
            }
        }
        if (lexer->holds & HOLDS_COLON && starts_ip6_tag(lexer, at)) {
            lexer->at += IP6_TAG;
            continue;
        }
        if (lexer->run <= at) { /* What parts a run, such as marks beyond ASCII, has it looked through once all the same. */
            lexer->run = word_end(lexer, at);
        }
        uint32_t part = lexer->run;
        if (part < lexer->inside && !is_wide(c) && take_compound(lexer, token, part)) {
            return 1;
        }
        if (lexer->holds & HOLDS_8_BIT) {
            take_part(lexer, token, part);
        } else {
            take_plain_part(lexer, token, part);
        }
        return 1;
    }
    lexer->inside = 0;
    return 0;
}

/* Where the compound that begins at `at` ends: at the last letter before what is neither letter nor joiner. Sets what it
 * holds. */
static uint32_t compound_end(const struct s5x_lexer *lexer, uint32_t at, uint32_t *holds) {
    uint32_t end = at;
    *holds = 0;
    for (; at < lexer->end; at++) {
        char c = lexer->text[at];
        if (is_word_byte(c)) {
            end = at + 1;
            *holds |= is_high(c) ? (uint32_t)HOLDS_8_BIT : 0;
        } else if (is_joiner(c)) {
            *holds |= c == '.' ? (uint32_t)HOLDS_DOT : c == ':' ? (uint32_t)HOLDS_COLON : c == '@' ? (uint32_t)HOLDS_SIGN : 0;
        } else {
            break;
        }
    }
    return end;
}
