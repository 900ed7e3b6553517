/* What the files of the library share. Nothing here is public. */
#ifndef SMTP5XX_INTERNAL_H
#define SMTP5XX_INTERNAL_H

/* The header is free of attributes so that every FFI can read it; the build hides everything else. */
#if defined(__GNUC__) && !defined(_WIN32)
#pragma GCC visibility push(default)
#include "smtp5xx.h"
#pragma GCC visibility pop
#else
#include "smtp5xx.h"
#endif

#include <string.h>

/* 16 bytes at a time, where every machine of the kind can. SMTP5XX_PORTABLE does without, for tests. */
#if defined(__SSE2__) && !defined(SMTP5XX_PORTABLE)
#include <emmintrin.h>
#define HAVE_SSE2 1
#endif

/* library.c makes all of the library one translation unit, where this is `static`: so no internal name leaks from the
 * archive, and the compiler sees the whole path from bytes to advice. */
#ifndef INTERNAL
#define INTERNAL
#endif

/* For what is seldom called, and needs more of the stack than its callers should. */
#if defined(__GNUC__)
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE
#endif

/* The sizes that the structs had at first: what every caller has at least. */
enum { REPLY_SIZE_0_1 = 44, VERDICT_SIZE_0_1 = 80, ADVICE_SIZE_0_1 = 68, HIT_SIZE_0_2 = 32, RULE_SIZE_0_2 = 32, DSN_SIZE_0_2 = 124 };

/* Fields that the tables carry for the library's own use; smtp5xx_table_field() denies them. */
enum {
    FIELD_ID = 0,
    FIELD_STEP_LIST = 200,
    FIELD_REFERENCE_LIST = 201,
    FIELD_STAGE_LIST = 202,
    FIELD_PATH_LIST = 203,
    FIELD_ZONES = 204,
    FIELD_REASON_LIST = 205,
    FIELD_ALSO_LIST = 206,
    FIELD_RULE_LIST = 207,
    FIELD_REPLACES_LIST = 208,
    FIELD_EXTRA_LIST = 209,
    FIELD_PUBLIC_MAX = 127
};

/* The kinds of columns, as smtp5xx_table_field() tells them. */
enum { KIND_TEXT = 1, KIND_NUMBER = 2, KIND_ID = 3 };

/* The compiled tables have no pointers, and so no relocations: everything is an offset. Those of texts, which lie in one
 * pool, count in units of three bytes, so that 16 bits reach all of them and little is lost between them. */
enum { POOL_UNIT = 3 };
struct s5x_column {
    uint8_t field, kind, table, reserved;
};
struct s5x_table {
    uint32_t cells;   /* index of its first cell */
    uint32_t name;    /* in the pool */
    uint16_t rows;
    uint16_t columns; /* cells in a row; the first is the id */
    uint16_t schema;  /* index of its first column */
    uint16_t reserved;
};
/*
 * One entry for each row of the codes, sorted by subject, then by detail, or by code where there is no enhanced code, and then
 * the most specific first. Subject and detail as the fields have them: one more than the number, 0 for none or any.
 *     s5x_code_starts    by subject: its first entry; behind the last subject, how many entries there are
 *     s5x_code_numbers   by entry: the detail or code
 */
struct s5x_code_key {
    uint16_t code, provider; /* 0: any */
    uint16_t row;
};
/* A host name or domain by which a provider is known. */
struct s5x_clue {
    uint32_t text; /* in the pool */
    uint16_t length;
    uint16_t provider;
};

/*
 * The phrases. (state, word) leads to a state and to what ends there. States and cells: match.c; how they are made:
 * lib/gen/automaton.c.
 */
enum { WORD_MAX = 48, GAP_MAX = 6, PHRASE_MAX = 30 }; /* bytes of a folded word; words in a gap; words of a phrase, gaps included */
enum { BUCKETS = 2048, JOINED_BITS = 4096 };          /* of the perfect hash over the words; of the filter before it */

/*
 * A word that means something, or a host, in 32 bits: 18 of its key's hash, which no two words of one place share, a bit for
 * what ends host names, and a number: of the word, the same for all that count as one; ENTRY_PASSED for a filler; from
 * s5x_first_host on, of a host its row in s5x_sites. What find_word() returns has flags for these.
 */
enum { ENTRY_CHECK = 14, ENTRY_NUMBER = 0x1fff, ENTRY_TOP_LEVEL = 0x2000, ENTRY_PASSED = 0x1fff };
enum { ENTRY_FILLER = 0x4000, ENTRY_HOST = 0x8000 };
/* By the number of a word: s5x_start_events, what ends there; s5x_start_next, where it leads from the start, for the words
 * below s5x_starters; from the others nothing goes on. */

/* A transition. There are two states at a time: one for what began at the last word, which the last word alone tells
 * (s5x_start_next), and one for what began before it. A word's own list of events holds always, those of the cells besides. */
struct s5x_cell {
    uint16_t state;  /* whose it is; STATE_NONE: nobody's */
    uint16_t next;   /* the state for what began before the next word, 0 for none */
    uint16_t events; /* where the list of what ends here begins, and LIST_ACTS */
};
enum { STATE_NONE = 0xffff };

/* Where a list of events begins, 0 for none, has a flag besides: whether any of them is to be acted upon. */
enum { LIST_ACTS = 0x8000, LIST_BEGIN = 0x7fff };
/* A list of events: how many are to be acted upon (the high byte) and how many there are, and these. An event is its kind and
 * an index. */
enum { EVENTS_MAX = 255, EVENT_SHIFT = 15, EVENT_INDEX = 0x7fff, EVENT_ACCEPT = 0, EVENT_PART = 1 };
/* The end of a phrase without gaps. */
struct s5x_accept {
    uint16_t rule;    /* row of s5x_rules */
    uint16_t classes; /* in the lists: a count, then (place counted from the last word, kind); 0: none is asked for */
    uint8_t length;   /* words of the phrase */
    uint8_t phrase;   /* which of the rule's */
};
/* Parts of phrases with gaps have numbers. By a part's number:
 *     s5x_part_hashes    bit h: it may end with a word of hash h
 *     s5x_part_first     its first end; its ends, one for each length, follow each other, the longest last
 * Parts that are the rarest of a phrase, and so its anchor, come first: s5x_anchors of them. By an end's number:
 *     s5x_end_length     words
 *     s5x_end_anchored   of an anchor: where in s5x_gaps its phrases are */
/* A phrase with gaps, in s5x_gaps: rank and row of its rule; phrase, count of parts and anchor; and for each part its number and the
 * gap before it. Only where its anchor ends is it asked whether the other parts are there. */
enum { GAP_SHIFT = 13, GAP_PART = 0x1fff, GAP_RULE = 0x1fff, GAP_HEAD = 2, GAP_DETAIL = 7 };

struct s5x_rule {
    uint16_t id;        /* 0: a clue of the library's own */
    uint16_t condition; /* in the lists: bits of classes, bits of stages, codes, ranges of enhanced codes; 0: none */
    uint8_t provider, reason, rank, confidence;
    uint8_t weight_action; /* RULE_WEIGHT(): what conditions count, in words; RULE_ACTION() */
    uint8_t detail_judged; /* RULE_DETAIL(): DETAIL_*; RULE_JUDGED() */
};
#define RULE_WEIGHT(rule) ((rule)->weight_action & 15U)
#define RULE_ACTION(rule) ((uint8_t)((rule)->weight_action >> 4))
#define RULE_DETAIL(rule) ((rule)->detail_judged & 15U)
#define RULE_JUDGED(rule) ((uint8_t)((rule)->detail_judged >> 4))
enum { RULE_ID_MIN = 10000 }; /* rows of the codes are below it */
enum { RANK_HINT = 1, RANK_WEAK = 2, RANK_USUAL = 3, RANK_STRONG = 4, RANK_TOKEN = 5 };
/* Rules that find something else than a reason. */
enum { DETAIL_PROVIDER = 1, DETAIL_RETRY = 2, DETAIL_SIZE = 3, DETAIL_REFERENCE = 4, DETAIL_PASSING = 5 };
/* A host or zone in a reply that tells something. */
struct s5x_site {
    uint16_t provider, blocklist, rule;
    uint16_t urls; /* in the lists: a count, then rows of s5x_urls */
};
struct s5x_url {
    uint32_t text; /* in the pool: what the URL must hold, in lower case */
    uint16_t rule, blocklist;
};


/* In a verdict's flags while it is made: a rule has judged the permanence, whatever the reason's nature is. */
#define FLAG_JUDGED UINT32_C(0x80000000)

/* Limits a length to what the library looks at. */
INTERNAL uint32_t s5x_clamp(size_t length);
/* Zeroes size bytes at out and copies what the library knows of it; used by every function that fills a struct. */
INTERNAL void s5x_give(void *out, size_t out_size, const void *known, size_t known_size);
/* Reads a struct that the caller made: what lies beyond its stamped size counts as zero. */
INTERNAL void s5x_take(void *known, size_t known_size, const void *given, uint32_t given_size);

/* The number of bits below the lowest one that is set; bits must not be 0. */
INTERNAL unsigned s5x_count_zeros(uint64_t bits);
INTERNAL unsigned s5x_count_leading_zeros(uint64_t bits);
INTERNAL uint32_t s5x_find(const char *text, uint32_t at, uint32_t end, const char *four);
INTERNAL int s5x_is_blank(char c);
INTERNAL int s5x_is_digit(char c);
INTERNAL int s5x_is_alnum(char c);
INTERNAL char s5x_lower(char c);

/* A cell of a row, by names that the compiler of the tables defines: CELL(codes, row, reason). The row must exist. */
#define CELL(table, row, column) s5x_cells[table##_at + (row) * (uint32_t)table##_width + (uint32_t)table##_##column]
/* A list: its count, then its entries. */
#define LIST(table, row, column) (s5x_lists + CELL(table, row, column))

INTERNAL const char *s5x_pool_text(uint32_t offset);
INTERNAL int s5x_has_id(const uint16_t *list, uint32_t id); /* whether it is an entry of a list */
INTERNAL uint32_t s5x_row_of(uint32_t table, uint32_t id); /* index of the row, UINT32_MAX if there is none */
INTERNAL uint32_t s5x_code_row(uint32_t code, uint32_t enhanced_class, uint32_t subject, uint32_t detail, uint32_t provider);

#endif
