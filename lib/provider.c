/* Who runs the remote host, by its name or by the recipient's domain. Words that only one provider writes: match.c. */
#include "internal.h"

/* Whether name ends with the suffix at a label's border: "mx.example.com" and "example.com" with "example.com". */
static int has_suffix(const char *name, size_t length, const char *suffix, size_t suffix_length) {
    if (suffix_length > length || (suffix_length < length && name[length - suffix_length - 1] != '.')) {
        return 0;
    }
    for (size_t i = 0; i < suffix_length; i++) {
        if (s5x_lower(name[length - suffix_length + i]) != suffix[i]) {
            return 0;
        }
    }
    return 1;
}

/* The longest suffix decides, so that a provider inside another's domain can have its own row. */
static uint32_t find_suffix(const struct s5x_clue *clues, size_t count, const char *name, size_t length) {
    uint32_t provider = 0, best = 0;
    if (length > 0 && name[length - 1] == '.') {
        length--;
    }
    for (size_t i = 0; i < count; i++) {
        if (clues[i].length > best && has_suffix(name, length, s5x_pool_text(clues[i].text), clues[i].length)) {
            best = clues[i].length;
            provider = clues[i].provider;
        }
    }
    return provider;
}

uint32_t smtp5xx_provider_find(const char *host, size_t host_length, const char *domain, size_t domain_length) {
    uint32_t provider = host == NULL ? 0 : find_suffix(s5x_hosts, s5x_hosts_count, host, host_length);
    if (provider == 0 && domain != NULL) {
        provider = find_suffix(s5x_domains, s5x_domains_count, domain, domain_length);
    }
    return provider;
}
