/*
 * The words that mean something, found by a perfect hash: one displacement, one entry. How it is made: lib/gen/dictionary.c.
 */
#include "internal.h"

static uint64_t load_8(const char *text) {
    const unsigned char *b = (const unsigned char *)text; /* Compilers make one load of this. */
    return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 | (uint64_t)b[4] << 32 |
           (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 | (uint64_t)b[7] << 56;
}

static uint64_t load_short(const char *text, uint32_t length) {
    uint64_t value = 0;
    for (uint32_t i = length; i > 0; i--) {
        value = value << 8 | (unsigned char)text[i - 1];
    }
    return value;
}

/* The key of a folded word: its own bytes up to eight, and a mixture of all bytes beyond. Two words of the dictionary never
 * share a key (the table compiler checks it). */
static uint64_t mix_key(uint64_t key, uint64_t block) {
    key = (key ^ block) * UINT64_C(0x9e3779b97f4a7c15);
    return key ^ key >> 29;
}

static uint64_t key_of(const char *word, uint32_t length) {
    if (length <= 8) {
        return load_short(word, length);
    }
    uint64_t key = length;
    for (uint32_t i = 0; i + 8 < length; i += 8) {
        key = mix_key(key, load_8(word + i));
    }
    return mix_key(key, load_8(word + length - 8));
}

/* The key by which a word is found when its parts were joined: "SC-001", but not "rate-limited". */
static uint64_t key_of_joined(uint64_t key) {
    return key ^ UINT64_C(0x9ddfea08eb382d69);
}

/* Which bit of s5x_joined tells whether any joined word may begin with these two bytes and have this length. */
static uint32_t joined_bit(char first, char second, uint32_t length) {
    return ((unsigned char)first * 37U ^ (unsigned char)second * 11U ^ length * 263U) % JOINED_BITS;
}

#define LOWER_8 UINT64_C(0x2020202020202020)

/* The key of a word of ASCII letters and digits as it stands in the text. Setting bit 5 makes lower case of the letters and
 * leaves the digits. `limit`: bytes that may be read from the word on. */
static uint64_t key_of_plain(const char *word, uint32_t length, uint32_t limit) {
    if (length > 8) {
        uint64_t key = length;
        for (uint32_t i = 0; i + 8 < length; i += 8) {
            key = mix_key(key, load_8(word + i) | LOWER_8);
        }
        return mix_key(key, load_8(word + length - 8) | LOWER_8);
    }
    uint64_t mask = ~UINT64_C(0) >> (64 - 8 * length);
    return ((limit >= 8 ? load_8(word) : load_short(word, length)) | LOWER_8) & mask;
}

/* A key's bucket has a displacement that makes the hash perfect; what is found is compared by 32 other bits. */
static uint64_t hash_of_key(uint64_t key) {
    return (key ^ key >> 32) * UINT64_C(0xff51afd7ed558ccd);
}

static uint32_t bucket_of(uint64_t hash) {
    return (uint32_t)(hash >> 53);
}

static uint32_t slot_of(uint64_t hash, uint32_t displacement) {
    return (uint32_t)((hash ^ hash >> 32 ^ displacement) * UINT64_C(0xc4ceb9fe1a85ec53) >> 32);
}

static uint32_t check_of(uint64_t hash) {
    return (uint32_t)((hash ^ hash >> 31) * UINT64_C(0x94d049bb133111eb) >> (32 + ENTRY_CHECK));
}

/* What the dictionary says of a word: ENTRY_* and its number; 0 if it does not have it. */
static uint32_t find_word(uint64_t key) {
    uint64_t hash = hash_of_key(key);
    uint32_t slot = slot_of(hash, s5x_displacements[bucket_of(hash)]);
    uint32_t entry = s5x_entries[(uint64_t)slot * s5x_entries_count >> 32], number = entry & ENTRY_NUMBER;
    if (entry >> ENTRY_CHECK != check_of(hash) || entry == 0) {
        return 0;
    }
    /* Masks instead of branches, which would be guessed wrong. */
    uint32_t is_filler = 0U - (uint32_t)(number == ENTRY_PASSED), is_host = (0U - (uint32_t)(number >= s5x_first_host)) & ~is_filler;
    number = (number - (is_host & s5x_first_host)) & ~is_filler;
    return number | (is_host & ENTRY_HOST) | (is_filler & ENTRY_FILLER) | (entry & ENTRY_TOP_LEVEL);
}
