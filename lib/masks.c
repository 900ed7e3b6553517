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
enum { HOLDS_DOT = 1, HOLDS_COLON = 2, HOLDS_SIGN = 4, HOLDS_8_BIT = 8, HOLDS_ANY = 15 };

static int is_high(char c) {
    return (unsigned char)c >= 0x80;
}

static int is_word_byte(char c) {
    return s5x_is_alnum(c) || is_high(c);
}

static int is_joiner(char c) {
    return (c >= '-' && c <= '/') || c == ':' || c == '=' || c == '@' || c == '_' || c == '\'' || c == '+' || c == '#';
}

/* Sets the masks for the 16 bytes at `text`, at bit `shift`. */
#ifdef HAVE_SSE2
static __m128i within(__m128i bytes, char low, char count) {
    __m128i from = _mm_sub_epi8(bytes, _mm_set1_epi8(low));
    return _mm_cmpeq_epi8(_mm_min_epu8(from, _mm_set1_epi8(count)), from);
}

static uint64_t bits_of(__m128i bytes) {
    return (uint32_t)_mm_movemask_epi8(bytes);
}

static void mask_16(struct s5x_lexer *lexer, const char *text, unsigned shift) {
    __m128i bytes;
    memcpy(&bytes, text, sizeof bytes);
    __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20)), digit = within(bytes, '0', 9);
    __m128i word = _mm_or_si128(within(lower, 'a', 25), digit), dot = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'));
    __m128i colon = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(':')), sign = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('@'));
    __m128i hyphen = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_')));
    __m128i join = _mm_or_si128(_mm_or_si128(_mm_or_si128(dot, hyphen), colon), sign);
    /* With bit 2 cleared, '\'' and '#' are the same; so are '=' with '9', which is a word already. */
    join = _mm_or_si128(join, _mm_cmpeq_epi8(_mm_and_si128(bytes, _mm_set1_epi8((char)0xfb)), _mm_set1_epi8('#')));
    join = _mm_or_si128(join, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('=')));
    join = _mm_or_si128(join, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('/')));
    join = _mm_or_si128(join, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('+')));
    uint64_t high = bits_of(bytes);
    lexer->high |= high << shift;
    lexer->word |= (bits_of(word) | high) << shift;
    lexer->join |= bits_of(join) << shift;
    lexer->digit |= bits_of(digit) << shift;
    lexer->dot |= bits_of(dot) << shift;
    lexer->colon |= bits_of(colon) << shift;
    lexer->sign |= bits_of(sign) << shift;
    lexer->hyphen |= bits_of(hyphen) << shift;
}
#else
static void mask_16(struct s5x_lexer *lexer, const char *text, unsigned shift) {
    for (unsigned i = 0; i < 16; i++) {
        uint64_t bit = (uint64_t)1 << (shift + i);
        lexer->word |= is_word_byte(text[i]) ? bit : 0;
        lexer->join |= is_joiner(text[i]) ? bit : 0;
        lexer->high |= is_high(text[i]) ? bit : 0;
        lexer->digit |= s5x_is_digit(text[i]) ? bit : 0;
        lexer->dot |= text[i] == '.' ? bit : 0;
        lexer->colon |= text[i] == ':' ? bit : 0;
        lexer->sign |= text[i] == '@' ? bit : 0;
        lexer->hyphen |= text[i] == '-' || text[i] == '_' ? bit : 0;
    }
}
#endif

/* Makes the masks for the 64 bytes from `at` on. Bytes beyond the end count as blanks. */
static void refill(struct s5x_lexer *lexer, uint32_t at) {
    char rest[WINDOW];
    const char *from = lexer->text + at;
    uint32_t left = lexer->end - at;
    if (left < WINDOW) {
        memset(rest, 0, sizeof rest);
        memcpy(rest, from, left);
        from = rest;
    }
    lexer->base = at;
    lexer->word = lexer->join = lexer->high = 0;
    lexer->digit = lexer->dot = lexer->colon = lexer->sign = lexer->hyphen = 0;
    for (unsigned i = 0; i < (left < WINDOW ? left : (uint32_t)WINDOW); i += 16) {
        mask_16(lexer, from + i, i);
    }
}
