/* The words: what counts as what, and the perfect hash by which the library finds them. */
#include "rules.h"

#include <string.h>

struct word **dictionary;
size_t word_count;
unsigned symbol_count;

uint32_t *packed_entries;
uint32_t packed_first_host;
uint32_t packed_entry_count;
uint16_t packed_displacements[BUCKETS];
uint8_t packed_joined[JOINED_BITS / 8];

enum { CHAINS = 1 << 14 };
static struct chain {
    struct word *word;
    struct chain *next;
} *chains[CHAINS];

static size_t chain_of(const char *text, size_t length) {
    size_t hash = 5381;
    for (size_t i = 0; i < length; i++) {
        hash = hash * 33 ^ (unsigned char)text[i];
    }
    return hash % CHAINS;
}

struct word *find_dictionary(const char *text, size_t length) {
    for (struct chain *chain = chains[chain_of(text, length)]; chain != NULL; chain = chain->next) {
        if (strlen(chain->word->text) == length && memcmp(chain->word->text, text, length) == 0) {
            return chain->word;
        }
    }
    return NULL;
}

struct word *add_word(const char *text, size_t length, uint16_t flags) {
    struct word *word = find_dictionary(text, length);
    if (word == NULL) {
        struct chain *chain = must_have(malloc(sizeof *chain));
        word = must_have(malloc(sizeof *word));
        *word = (struct word){copy_text(text, length), 0, 0, 0, NULL, 0};
        *chain = (struct chain){word, chains[chain_of(text, length)]};
        chains[chain_of(text, length)] = chain;
        GROW(dictionary, word_count);
        dictionary[word_count++] = word;
    }
    word->flags |= flags;
    return word;
}

void keep_spelling(struct word *word, const char *written, size_t length) {
    for (size_t i = 0; i < word->spelling_count; i++) {
        if (strlen(word->spellings[i]) == length && memcmp(word->spellings[i], written, length) == 0) {
            return;
        }
    }
    GROW(word->spellings, word->spelling_count);
    word->spellings[word->spelling_count++] = copy_text(written, length);
}

void note_spelling(struct word *word, const char *written, size_t length) {
    keep_spelling(word, written, length);
    for (size_t i = 0; i < length; i++) {
        word->joined |= s5x_is_digit(written[i]) || (i > 0 && strchr("-_'/.+#:=@", written[i]) != NULL);
    }
}

uint16_t symbol_of(struct word *word) {
    if (word->symbol == 0) {
        word->symbol = (uint16_t)++symbol_count;
    }
    return word->symbol;
}

void count_as(struct word *word, struct word *same, const char *file, unsigned line) {
    if (word->symbol != 0 && word->symbol != same->symbol) {
        complain(file, line, "\"%s\" counts as two words already: take it out of one of them", word->text);
    }
    if (word->flags & ENTRY_FILLER) {
        complain(file, line, "\"%s\" is a filler: it cannot count as \"%s\"", word->text, same->text);
    }
    word->symbol = same->symbol;
}

void add_host(const char *host, uint16_t site) {
    struct word *word = add_word(host, strlen(host), ENTRY_HOST);
    word->symbol = site;
}

/* Displacement hashing: buckets in order of their size, each with the first displacement that puts its words on free
 * places. */
struct bucket {
    uint32_t number, count;
};

static int by_size(const void *a, const void *b) {
    const struct bucket *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count ? 1 : -1) : (x->number < y->number ? -1 : 1);
}

static size_t key_count;
static uint8_t *taken; /* places that have a word */

static uint32_t place_of(uint64_t key, uint32_t displacement) {
    return (uint32_t)((uint64_t)word_slot(key, displacement) * packed_entry_count >> 32);
}

static int fits(const uint32_t *members, uint32_t count, const uint64_t *keys, uint32_t displacement) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = place_of(keys[members[i]], displacement);
        if (taken[place]) {
            for (; i > 0; i--) {
                taken[place_of(keys[members[i - 1]], displacement)] = 0;
            }
            return 0;
        }
        taken[place] = 1;
    }
    return 1;
}

static int place_bucket(const struct bucket *bucket, const uint64_t *keys) {
    uint32_t members[256], count = 0;
    for (uint32_t i = 0; i < key_count && count < 256; i++) {
        if (word_bucket(keys[i]) == bucket->number) {
            members[count++] = i;
        }
    }
    for (uint32_t displacement = 0; displacement < 65536; displacement++) {
        if (fits(members, count, keys, displacement)) {
            packed_displacements[bucket->number] = (uint16_t)displacement;
            return 1;
        }
    }
    return 0;
}

static int place_all(const uint64_t *keys) {
    static struct bucket buckets[BUCKETS];
    for (uint32_t i = 0; i < BUCKETS; i++) {
        buckets[i] = (struct bucket){i, 0};
    }
    for (size_t i = 0; i < key_count; i++) {
        buckets[word_bucket(keys[i])].count++;
    }
    qsort(buckets, BUCKETS, sizeof *buckets, by_size);
    uint32_t placed = 0;
    while (placed < BUCKETS && place_bucket(&buckets[placed], keys)) {
        placed++;
    }
    return placed == BUCKETS;
}

static void fill_entry(uint64_t key, const struct word *word) {
    uint32_t number = word->flags & ENTRY_FILLER ? (uint32_t)ENTRY_PASSED
                      : word->flags & ENTRY_HOST ? packed_first_host + word->symbol
                                                 : word->symbol;
    packed_entries[place_of(key, packed_displacements[word_bucket(key)])] =
        word_check(key) << ENTRY_CHECK | (word->flags & ENTRY_TOP_LEVEL) | number;
}

/* A word whose parts are joined has a second key, by which only joined parts find it. */
void make_dictionary(void) {
    uint64_t *keys = must_have(malloc((2 * word_count + 1) * sizeof *keys));
    for (size_t i = 0; i < word_count; i++) {
        uint32_t length = (uint32_t)strlen(dictionary[i]->text);
        uint64_t key = word_key(dictionary[i]->text, length);
        keys[key_count++] = key;
        if (dictionary[i]->joined) {
            uint32_t bit = joined_place(dictionary[i]->text, length);
            packed_joined[bit / 8] |= (uint8_t)(1U << bit % 8);
            keys[key_count++] = joined_key(key);
        }
    }
    packed_first_host = symbol_count + 1;
    packed_entry_count = (uint32_t)(key_count + key_count / 16 + 1);
    do {
        packed_entry_count += packed_entry_count / 32;
        packed_entries = must_have(realloc(packed_entries, packed_entry_count * sizeof *packed_entries));
        memset(packed_entries, 0, packed_entry_count * sizeof *packed_entries);
        taken = must_have(realloc(taken, packed_entry_count));
        memset(taken, 0, packed_entry_count);
    } while (errors == 0 && !place_all(keys));
    for (size_t i = 0, k = 0; i < word_count && errors == 0; i++) {
        fill_entry(keys[k++], dictionary[i]);
        if (dictionary[i]->joined) {
            fill_entry(keys[k++], dictionary[i]);
        }
    }
    free(keys);
}

void write_dictionary(FILE *out) {
    fprintf(out, "enum { s5x_entries_count = %u, s5x_first_host = %u };\nstatic const uint32_t s5x_entries[] = {\n",
            (unsigned)packed_entry_count, (unsigned)packed_first_host);
    for (uint32_t i = 0; i < packed_entry_count; i++) {
        fprintf(out, "%u,%s", (unsigned)packed_entries[i], i % 12 == 11 ? "\n" : "");
    }
    fputs("};\nstatic const uint16_t s5x_displacements[] = {\n", out);
    for (int i = 0; i < BUCKETS; i++) {
        fprintf(out, "%u,%s", packed_displacements[i], i % 24 == 23 ? "\n" : "");
    }
    fputs("};\nstatic const uint8_t s5x_joined[] = {\n", out);
    for (int i = 0; i < JOINED_BITS / 8; i++) {
        fprintf(out, "%u,%s", packed_joined[i], i % 32 == 31 ? "\n" : "");
    }
    fputs("};\n", out);
}
