/*
 * Text -> words and classes, in one pass.
 *
 * A word is a run of letters and digits, folded: no case, no accents, no apostrophe; each CJK character is a word by itself.
 * Addresses, IPs, hosts, URLs, numbers and ids are classes: what stands inside them is not read as words, so that the name
 * mailspamprotection.com does not say "spam". Hyphens, dots and the like inside a token ("e-mail", "user_unknown",
 * "OFR_506") join its parts if the dictionary has the joined word, and part them otherwise.
 *
 * Most tokens are plain ASCII words between blanks: for them masks of 64 bytes tell where they begin and end, and eight
 * bytes at a time make the key. Everything else takes the careful way (compounds.c).
 */
#include "internal.h"

static void start_lexer(struct s5x_lexer *lexer, const char *text, uint32_t from, uint32_t end) {
    lexer->text = text;
    lexer->end = end;
    lexer->at = from;
    lexer->inside = lexer->at_sign = lexer->no_host = lexer->run = 0;
    refill(lexer, from);
}

/* The letter of a line break that a log has written as "\\r\\n". */
static int is_written_break(const struct s5x_lexer *lexer) {
    char c = lexer->text[lexer->at];
    return lexer->at > 0 && lexer->text[lexer->at - 1] == '\\' && (c == 'n' || c == 'r');
}

/* Puts `at` on the next letter, with the whole of a plain word in sight where it can be. Returns the word's first bit, or
 * WINDOW at the end. */
static unsigned find_start(struct s5x_lexer *lexer) {
    for (;;) {
        if (lexer->at - lexer->base >= WINDOW) {
            if (lexer->at >= lexer->end) {
                return WINDOW;
            }
            refill(lexer, lexer->at);
        }
        unsigned bit = lexer->at - lexer->base;
        uint64_t words = lexer->word >> bit;
        if (words == 0) {
            lexer->at = lexer->base + WINDOW;
            continue;
        }
        bit += s5x_count_zeros(words);
        lexer->at = lexer->base + bit;
        if (is_written_break(lexer)) {
            lexer->at++;
            continue;
        }
        if (bit > 0 && bit + run_of(lexer->word | lexer->join, bit) >= WINDOW) {
            refill(lexer, lexer->at);
            bit = 0;
        }
        return bit;
    }
}

/* A placeholder of smtp5xx_redact(), such as "<ip>", counts as what it stands for; "<name>" as a word that nobody knows. */
static void take_bracketed(const struct s5x_lexer *lexer, struct s5x_token *token) {
    static const struct {
        char name[8];
        uint32_t length, kind;
    } placeholders[] = {{"ip", 2, TOKEN_IP}, {"id", 2, TOKEN_ID}, {"url", 3, TOKEN_URL}, {"host", 4, TOKEN_HOST},
                        {"address", 7, TOKEN_ADDRESS}, {"number", 6, TOKEN_NUMBER}, {"name", 4, TOKEN_WORD}};
    for (unsigned i = 0; i < sizeof placeholders / sizeof placeholders[0]; i++) {
        if (placeholders[i].length == token->length &&
            memcmp(placeholders[i].name, lexer->text + token->offset, token->length) == 0) {
            token->kind = placeholders[i].kind;
            token->word = token->host = token->host_length = 0;
        }
    }
}

static int is_bracketed(const struct s5x_lexer *lexer, uint32_t length) {
    uint32_t at = lexer->at;
    return length <= 7 && at > 0 && lexer->text[at - 1] == '<' && at + length < lexer->end && lexer->text[at + length] == '>';
}

/* Of the compound that begins at `bit`, `all` bytes are in sight: all of it unless they reach the end of the masks. */
static void enter_compound(struct s5x_lexer *lexer, unsigned bit, unsigned all) {
    lexer->no_host = 0;
    if (bit + all >= WINDOW) {
        lexer->inside = compound_end(lexer, lexer->at, &lexer->holds);
    } else {
        uint64_t run = (~UINT64_C(0) >> (64 - all)) << bit, words = lexer->word & run;
        lexer->inside = lexer->base + 64 - s5x_count_leading_zeros(words);
        lexer->holds = (lexer->dot & run ? (uint32_t)HOLDS_DOT : 0) | (lexer->colon & run ? (uint32_t)HOLDS_COLON : 0) |
                       (lexer->sign & run ? (uint32_t)HOLDS_SIGN : 0) | (lexer->high & run ? (uint32_t)HOLDS_8_BIT : 0);
    }
    if (lexer->holds & HOLDS_SIGN) {
        find_at_sign(lexer);
    }
}

/* A word of plain ASCII at `at`; `digits`: which of its bytes are digits, `all`: all of them. */
static void take_plain(struct s5x_lexer *lexer, struct s5x_token *token, unsigned length, uint64_t digits, uint64_t all) {
    token->offset = lexer->at;
    token->length = length;
    token->word = find_word(key_of_plain(lexer->text + lexer->at, length, lexer->end - lexer->at));
    uint32_t is_number = digits == all, is_long = length > WORD_LIKELY, has_digits = digits != 0;
    uint32_t is_id = (has_digits | is_long) & (1 - is_number);
    uint32_t if_unknown = is_number * (TOKEN_NUMBER - TOKEN_WORD) + is_id * (TOKEN_ID - TOKEN_WORD);
    token->kind = TOKEN_WORD + (token->word == 0) * if_unknown;
    lexer->at += length;
}

/* What most tokens are: a word of plain ASCII, whole in sight, with no joiner behind it. Returns 0 if it is another. */
static int next_plain(struct s5x_lexer *lexer, struct s5x_token *token) {
    unsigned bit = lexer->at - lexer->base;
    if (lexer->inside != 0 || bit >= WINDOW || lexer->word >> bit == 0) {
        return 0;
    }
    bit += s5x_count_zeros(lexer->word >> bit);
    uint64_t words = lexer->word >> bit;
    unsigned length = words + 1 == 0 ? (unsigned)WINDOW : s5x_count_zeros(~words);
    if (bit + length >= WINDOW || length >= WINDOW) {
        return 0;
    }
    uint64_t all = (UINT64_C(1) << length) - 1;
    lexer->at = lexer->base + bit;
    char before = lexer->at > 0 ? lexer->text[lexer->at - 1] : ' ';
    if (lexer->join >> (bit + length) & 1 || lexer->high >> bit & all || before == '\\' || before == '<') {
        return 0; /* A written line break, a placeholder or a compound. */
    }
    take_plain(lexer, token, length, lexer->digit >> bit & all, all);
    return 1;
}

/* The next token, whatever it is. */
static NOINLINE void next_of_any_kind(struct s5x_lexer *lexer, struct s5x_token *token) {
    for (;;) {
        if (lexer->inside != 0 && next_inside(lexer, token)) {
            return;
        }
        unsigned bit = find_start(lexer);
        if (bit == WINDOW) {
            token->kind = TOKEN_END;
            return;
        }
        unsigned length = run_of(lexer->word, bit), all = run_of(lexer->word | lexer->join, bit);
        uint64_t run = ~UINT64_C(0) >> (64 - length) << bit;
        uint64_t beyond = all > length ? lexer->word >> bit >> length << (64 - all + length) : 0;
        if (beyond != 0 || lexer->high & run || all >= WINDOW) {
            enter_compound(lexer, bit, all);
            continue;
        }
        int bracketed = is_bracketed(lexer, length);
        take_plain(lexer, token, length, lexer->digit >> bit & run >> bit, run >> bit);
        if (bracketed) {
            take_bracketed(lexer, token);
        }
        return;
    }
}

/* The next token. At the end its kind is TOKEN_END. */
static void next_token(struct s5x_lexer *lexer, struct s5x_token *token) {
    if (!next_plain(lexer, token)) {
        next_of_any_kind(lexer, token);
    }
}
