/*
 * What the words are read from: masks of 64 bytes, which tell where letters, digits and the marks between them stand.
 */
#include "internal.h"

enum { WINDOW = 64, HOST_MAX = 255, LITERAL_MAX = 64, RUN_MAX = 128 };
enum { WORD_LIKELY = 32 }; /* Longer ones are ids. */

enum token_kind {
    TOKEN_END,
    TOKEN_WORD, /* of letters, in the dictionary or not */
    TOKEN_ADDRESS,
    TOKEN_IP,
    TOKEN_HOST,
    TOKEN_URL,
    TOKEN_NUMBER,
    TOKEN_ID,
    TOKEN_ENHANCED
};

struct s5x_token {
    uint32_t kind, offset, length;
    uint32_t host, host_length; /* of an address, host or URL */
    uint32_t word; /* of a word: what find_word() says */
};

struct s5x_lexer {
    const char *text;
    uint32_t end;             /* of what is read */
    uint32_t at;              /* where the next token may begin */
    uint32_t base;            /* where the masks begin */
    uint64_t word, join, high; /* bits of the bytes from base on: letters and digits, joiners, 8-bit (those are in word) */
    uint64_t digit, dot, colon, sign, hyphen; /* and of these; hyphen: what host names have of the kind */
    uint32_t inside;          /* end of the compound that `at` is in, 0 if in none */
    uint32_t holds;           /* what the compound may hold: HOLDS_* */
    uint32_t at_sign;         /* the next @ of the compound, or its end */
    uint32_t no_host;         /* no host begins before this place */
    uint32_t run;             /* end of the run of letters and digits that was looked at last */
};

/* What tells at once which kinds of tokens a compound cannot be. */
enum { HOLDS_DOT = 1, HOLDS_COLON = 2, HOLDS_SIGN = 4, HOLDS_8_BIT = 8 };

static int is_high(char c) {
    return (unsigned char)c >= 0x80;
}

static int is_word_byte(char c) {
    return s5x_is_alnum(c) | is_high(c);
}

static int is_joiner(char c) {
    return (c >= '-' && c <= '/') || c == ':' || c == '=' || c == '@' || c == '_' || c == '\'' || c == '+' || c == '#';
}

/* Which of 16 bytes are of a kind, a bit for each. */
struct s5x_kinds {
    uint32_t word, join, high, digit, dot, colon, sign, hyphen;
};

#ifdef HAVE_SSE2
static __m128i within(__m128i bytes, char low, char count) {
    __m128i from = _mm_sub_epi8(bytes, _mm_set1_epi8(low));
    return _mm_cmpeq_epi8(_mm_min_epu8(from, _mm_set1_epi8(count)), from);
}

static __m128i equal(__m128i bytes, char c) {
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

static uint32_t bits_of(__m128i bytes) {
    return (uint32_t)_mm_movemask_epi8(bytes);
}

static struct s5x_kinds kinds_of(const char *text) {
    __m128i bytes;
    memcpy(&bytes, text, sizeof bytes);
    __m128i digit = within(bytes, '0', 9), letter = within(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 25);
    __m128i colon = equal(bytes, ':'), sign = equal(bytes, '@'), score = equal(bytes, '_');
    __m128i join = within(bytes, '-', 2); /* "-", ".", "/" */
    /* With bit 2 cleared, '\'' and '#' are the same; so are '=' with '9', which is a word already. */
    join = _mm_or_si128(join, equal(_mm_and_si128(bytes, _mm_set1_epi8((char)0xfb)), '#'));
    join = _mm_or_si128(join, _mm_or_si128(equal(bytes, '='), equal(bytes, '+')));
    join = _mm_or_si128(_mm_or_si128(join, score), _mm_or_si128(colon, sign));
    uint32_t high = bits_of(bytes);
    return (struct s5x_kinds){.word = bits_of(_mm_or_si128(letter, digit)) | high, .join = bits_of(join), .high = high,
                              .digit = bits_of(digit), .dot = bits_of(equal(bytes, '.')), .colon = bits_of(colon),
                              .sign = bits_of(sign), .hyphen = bits_of(_mm_or_si128(score, equal(bytes, '-')))};
}
#else
static struct s5x_kinds kinds_of(const char *text) {
    struct s5x_kinds kinds = {0, 0, 0, 0, 0, 0, 0, 0};
    for (unsigned i = 0; i < 16; i++) {
        uint32_t bit = UINT32_C(1) << i;
        kinds.word |= is_word_byte(text[i]) ? bit : 0;
        kinds.join |= is_joiner(text[i]) ? bit : 0;
        kinds.high |= is_high(text[i]) ? bit : 0;
        kinds.digit |= s5x_is_digit(text[i]) ? bit : 0;
        kinds.dot |= text[i] == '.' ? bit : 0;
        kinds.colon |= text[i] == ':' ? bit : 0;
        kinds.sign |= text[i] == '@' ? bit : 0;
        kinds.hyphen |= text[i] == '-' || text[i] == '_' ? bit : 0;
    }
    return kinds;
}
#endif

/* Adds the masks of the 32 bytes at `text`, from bit `shift` on. */
static void look_at_32(struct s5x_lexer *lexer, const char *text, unsigned shift) {
    struct s5x_kinds low = kinds_of(text), high = kinds_of(text + 16);
    lexer->word |= (uint64_t)(low.word | high.word << 16) << shift;
    lexer->join |= (uint64_t)(low.join | high.join << 16) << shift;
    lexer->high |= (uint64_t)(low.high | high.high << 16) << shift;
    lexer->digit |= (uint64_t)(low.digit | high.digit << 16) << shift;
    lexer->dot |= (uint64_t)(low.dot | high.dot << 16) << shift;
    lexer->colon |= (uint64_t)(low.colon | high.colon << 16) << shift;
    lexer->sign |= (uint64_t)(low.sign | high.sign << 16) << shift;
    lexer->hyphen |= (uint64_t)(low.hyphen | high.hyphen << 16) << shift;
}

static void look_at(struct s5x_lexer *lexer, const char *text, uint32_t size) {
    look_at_32(lexer, text, 0);
    if (size > 32) {
        look_at_32(lexer, text + 32, 32);
    }
}

/* The last bytes of the text: a window that ends with it, of which the first bytes are left out. */
static void look_at_rest(struct s5x_lexer *lexer, uint32_t left) {
    uint32_t size = left > 32 ? (uint32_t)WINDOW : 32, skip = size - left;
    if (lexer->end < size) {
        char copy[WINDOW] = {0};
        memcpy(copy, lexer->text + lexer->end - left, left);
        look_at(lexer, copy, size);
        return;
    }
    look_at(lexer, lexer->text + lexer->end - size, size);
    lexer->word >>= skip;
    lexer->join >>= skip;
    lexer->high >>= skip;
    lexer->digit >>= skip;
    lexer->dot >>= skip;
    lexer->colon >>= skip;
    lexer->sign >>= skip;
    lexer->hyphen >>= skip;
}

/* Makes the masks for the 64 bytes from `at` on. Bytes beyond the end count as blanks. */
static void refill(struct s5x_lexer *lexer, uint32_t at) {
    uint32_t left = lexer->end - at;
    lexer->base = at;
    lexer->word = lexer->join = lexer->high = 0;
    lexer->digit = lexer->dot = lexer->colon = lexer->sign = lexer->hyphen = 0;
    if (left == 0) {
        return;
    }
    if (left < WINDOW) {
        look_at_rest(lexer, left);
    } else {
        look_at(lexer, lexer->text + at, WINDOW);
    }
}
