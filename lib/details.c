/*
 * What else the reply tells: when to try again, the size limit, the new address, the reference for the server's support.
 * Rules with a line "detail" find the words that introduce such a thing; here what follows them is read.
 */
#include "internal.h"

enum { NEAR = 64, RETRY_MAX = 604800 };

/* A number with the letters behind it. */
struct quantity {
    uint64_t value, tenths; /* 25.5: 25 and 5 */
    uint32_t unit, unit_end, end;
};

/* The comma of "10,485,760". */
static int is_grouping(const char *text, uint32_t at, uint32_t end) {
    uint32_t digits = 0;
    while (text[at] == ',' && at + 1 + digits < end && s5x_is_digit(text[at + 1 + digits])) {
        digits++;
    }
    return digits == 3;
}

static uint32_t read_value(const char *text, uint32_t at, uint32_t end, struct quantity *found) {
    found->value = found->tenths = 0;
    for (; at < end && (s5x_is_digit(text[at]) || is_grouping(text, at, end)); at++) {
        int digit = text[at] != ',';
        found->value = digit && found->value < UINT32_MAX ? found->value * 10 + (uint32_t)(text[at] - '0') : found->value;
    }
    if (at + 1 < end && text[at] == '.' && s5x_is_digit(text[at + 1])) {
        found->tenths = (uint64_t)(text[at + 1] - '0');
        for (at++; at < end && s5x_is_digit(text[at]); at++) {
        }
    }
    return at;
}

/* Where the next line's text begins, behind its codes, if a line break is at `at`. */
static uint32_t skip_codes(const char *text, uint32_t at, uint32_t end) {
    struct scan scan = {text, end};
    struct enhanced found;
    uint32_t code = skip_blanks(&scan, at + 1);
    if (read_code(&scan, code) == 0) {
        return at;
    }
    code += 3;
    code += code < end && text[code] == '-';
    opens_with_enhanced(&scan, &code, &found);
    return code;
}

/* The next number that begins from `at` on, before `stop`, and stands by itself: not "mx2", not part of an IP address. Returns 0 if there is none. */
static int next_quantity(const char *text, uint32_t at, uint32_t stop, uint32_t end, struct quantity *found) {
    for (; at < stop; at++) {
        if (text[at] == '\n' || text[at] == '\r') {
            at = skip_codes(text, at, end);
        }
        if (at >= stop) {
            break;
        }
        char before = at > 0 ? text[at - 1] : ' ';
        if (!s5x_is_digit(text[at]) || s5x_is_alnum(before) || before == '.' || before == '-' || before == '_') {
            continue;
        }
        uint32_t after = read_value(text, at, end, found);
        if (after < end && (text[after] == '.' || text[after] == '-') && after + 1 < end && s5x_is_alnum(text[after + 1])) {
            at = after;
            continue;
        }
        found->end = found->unit = after;
        while (found->unit < end && (text[found->unit] == ' ' || text[found->unit] == '(')) {
            found->unit++;
        }
        for (found->unit_end = found->unit; found->unit_end < end && is_word_byte(text[found->unit_end]);) {
            found->unit_end++;
        }
        return 1;
    }
    return 0;
}

/* The first of the prefixes, in one text with blanks between, with which the unit begins: its number from 1, 0 if none. */
static uint32_t unit_of(const char *text, const struct quantity *quantity, const char *prefixes) {
    uint32_t number = 1;
    for (const char *prefix = prefixes; *prefix != '\0'; number++) {
        uint32_t i = 0, length = quantity->unit_end - quantity->unit;
        while (i < length && prefix[i] != ' ' && prefix[i] != '\0' && s5x_lower(text[quantity->unit + i]) == prefix[i]) {
            i++;
        }
        if (i > 0 && (prefix[i] == ' ' || prefix[i] == '\0')) {
            return number;
        }
        while (*prefix != ' ' && *prefix != '\0') {
            prefix++;
        }
        prefix += *prefix == ' ';
    }
    return 0;
}

/* Time */

/* Beginnings of the words for seconds, minutes, hours, days: English, German, French, Spanish, Portuguese, Italian, Dutch,
 * Polish, Russian, Turkish, Japanese, Chinese, Korean. */
static const char second_words[] = "sec sek seg s\xd0\xb5\xd0\xba \xd1\x81\xd0\xb5\xd0\xba san \xe7\xa7\x92 \xec\xb4\x88";
static const char minute_words[] = "min \xd0\xbc\xd0\xb8\xd0\xbd dakika dak \xe5\x88\x86 \xeb\xb6\x84";
static const char hour_words[] = "hour hr std stunde heure hora ora ore uur uren godzin godz \xd1\x87\xd0\xb0\xd1\x81 saat "
                                 "\xe6\x99\x82\xe9\x96\x93 \xe5\xb0\x8f\xe6\x97\xb6 \xe5\xb0\x8f\xe6\x99\x82 \xec\x8b\x9c\xea\xb0\x84";
static const char day_words[] = "day tag jour dia giorn dag dni \xd0\xb4\xd0\xbd gun \xe6\x97\xa5 \xe5\xa4\xa9 \xec\x9d\xbc";

static uint32_t seconds_in(const char *text, const struct quantity *quantity) {
    uint32_t length = quantity->unit_end - quantity->unit;
    char single = length == 1 ? s5x_lower(text[quantity->unit]) : '\0';
    if (unit_of(text, quantity, second_words) || single == 's') {
        return 1;
    }
    if (unit_of(text, quantity, minute_words) || single == 'm') {
        return 60;
    }
    if (unit_of(text, quantity, hour_words) || single == 'h') {
        return 3600;
    }
    return unit_of(text, quantity, day_words) || single == 'd' ? 86400 : 0;
}

/* "00:04:59" or "04:59". Returns the seconds, 0 if it is no such time. */
static uint32_t read_clock(const char *text, uint32_t at, uint32_t end) {
    uint32_t seconds = 0, fields = 0;
    for (;;) {
        uint32_t value = 0, digits = 0;
        for (; at < end && s5x_is_digit(text[at]) && digits < 3; at++, digits++) {
            value = value * 10 + (uint32_t)(text[at] - '0');
        }
        if (digits == 0 || (fields > 0 && (digits != 2 || value > 59))) {
            return 0;
        }
        seconds = seconds * 60 + value;
        fields++;
        if (fields == 3 || at >= end || text[at] != ':') {
            return fields > 1 ? seconds : 0;
        }
        at++;
    }
}

/* "until 14:30", "after 14:30", "2026-01-02 15:04:05". Behind "after" and the like a clock that begins with 00 counts. */
static int is_time_of_day(const char *text, uint32_t at, uint32_t stop) {
    static const char before_times[] = "til until till at before by alle las um";
    static const char before_either[] = "after since from nach dopo apr";
    uint32_t end = at;
    while (end > 0 && s5x_is_blank(text[end - 1])) {
        end--;
    }
    if (end > 0 && (text[end - 1] == ':' || (end < at && s5x_is_digit(text[end - 1])))) {
        return 1; /* The rest of one, or the end of a date. */
    }
    struct quantity word = {.unit = end, .unit_end = end};
    while (word.unit > 0 && s5x_is_alnum(text[word.unit - 1])) {
        word.unit--;
    }
    return unit_of(text, &word, before_times) != 0 ||
           (unit_of(text, &word, before_either) != 0 && (stop - at < 2 || memcmp(text + at, "00", 2) != 0));
}

static uint32_t number_start(const char *text, uint32_t end) {
    while (end > 0 && (s5x_is_digit(text[end - 1]) || text[end - 1] == '.')) {
        end--;
    }
    return end;
}

/* The first time that stands in a piece of the text. */
static uint32_t find_time(const char *text, uint32_t from, uint32_t stop, uint32_t end) {
    struct quantity quantity;
    for (uint32_t at = from; next_quantity(text, at, stop, end, &quantity); at = quantity.end) {
        uint32_t number = number_start(text, quantity.end);
        uint32_t clock = is_time_of_day(text, number, end) ? 0 : read_clock(text, number, end);
        uint64_t unit = clock != 0 ? 1 : seconds_in(text, &quantity);
        uint64_t seconds = clock != 0 ? clock : quantity.value * unit + quantity.tenths * unit / 10;
        if (seconds > 0) {
            return seconds < RETRY_MAX ? (uint32_t)seconds : (uint32_t)RETRY_MAX;
        }
    }
    return 0;
}

/* "Try again in 5 minutes"; in languages that put the verb last, the time stands before the words. */
static uint32_t read_retry(const char *text, const struct s5x_match *match, const smtp5xx_span *said) {
    uint32_t end = said->offset + said->length;
    uint32_t behind = find_time(text, match->offset, end - match->end > NEAR ? match->end + NEAR : end, end);
    uint32_t before = match->offset - said->offset > NEAR / 2 ? match->offset - NEAR / 2 : said->offset;
    return behind != 0 ? behind : find_time(text, before, match->offset, match->offset);
}

/* Size */

static uint64_t bytes_in(const char *text, const struct quantity *quantity) {
    uint32_t length = quantity->unit_end - quantity->unit;
    char first = length > 0 ? s5x_lower(text[quantity->unit]) : '\0';
    if (length == 0 || unit_of(text, quantity, "byte octet") || (length == 1 && first == 'b')) {
        return 1;
    }
    int is_size = length == 1 || unit_of(text, quantity, "kb kib kilo mb mib mega mo gb gib giga go ko") != 0;
    return !is_size ? 0 : first == 'k' ? 1 << 10 : first == 'm' ? 1 << 20 : first == 'g' ? 1 << 30 : 0;
}

/* Limits are written in bytes, or with a unit; a bare small number is something else. */
static uint32_t read_size(const char *text, const struct s5x_match *match, uint32_t end) {
    struct quantity quantity;
    uint32_t stop = end - match->end > NEAR ? match->end + NEAR : end;
    if (!next_quantity(text, match->offset, stop, end, &quantity)) {
        return 0;
    }
    uint64_t unit = bytes_in(text, &quantity), bytes = quantity.value * unit + quantity.tenths * unit / 10;
    return bytes < 1024 || bytes > UINT32_MAX ? 0 : (uint32_t)bytes;
}

/* Reference: the first word with a digit behind the words, up to a blank or bracket. */
static smtp5xx_span read_reference(const char *text, const struct s5x_match *match, uint32_t end) {
    uint32_t stop = end - match->end > NEAR ? match->end + NEAR : end;
    for (uint32_t at = match->end; at < stop;) {
        if (text[at] == '\n' || text[at] == '\r') {
            at = skip_codes(text, at, end);
        }
        uint32_t start = at, digits = 0, letters = 0;
        while (at < end && (s5x_is_alnum(text[at]) || text[at] == '-' || text[at] == '_' || text[at] == '.')) {
            digits += (uint32_t)s5x_is_digit(text[at]);
            letters++;
            at++;
        }
        while (at > start && !s5x_is_alnum(text[at - 1])) {
            at--;
            letters--;
        }
        if (digits > 0 && letters >= 4) {
            return (smtp5xx_span){start, at - start};
        }
        at += at == start || at < stop;
        if (letters > 3) {
            break; /* Another word follows: this was no reference. */
        }
    }
    return (smtp5xx_span){0, 0};
}

/* A 551 gives the new address in its text (RFC 5321 3.4): the last <address> that has words before it, since one that
 * opens the text is the old one. */
static smtp5xx_span find_new_address(const char *text, const smtp5xx_reply *reply) {
    smtp5xx_span found = {0, 0};
    uint32_t end = reply->said.offset + reply->said.length, open = 0;
    int at_sign = 0, words = 0;
    for (uint32_t at = reply->text.offset; reply->text.length > 0 && at < end; at++) {
        char c = text[at];
        if (c == '<') {
            open = at + 1;
            at_sign = 0;
        } else if (c == '>' && open != 0) {
            if (at_sign == 1 && words && at - open <= 320) { /* RFC 5321 4.5.3.1: 64 + 1 + 255 octets */
                found.offset = open;
                found.length = at - open;
            }
            open = 0;
        } else if (s5x_is_blank(c)) {
            open = 0;
        } else if (c == '@') {
            at_sign++;
        } else if (open == 0 && s5x_is_alnum(c)) {
            words = 1;
        }
    }
    return found;
}

/* The first address behind the words that decided, with brackets or without. */
static smtp5xx_span address_behind(const char *text, uint32_t from, uint32_t end) {
    const char *sign = from < end ? memchr(text + from, '@', end - from) : NULL;
    uint32_t at = sign == NULL ? end : (uint32_t)(sign - text), begin = at, behind = at + 1;
    while (begin > from && (s5x_is_alnum(text[begin - 1]) || memchr("._-+=", text[begin - 1], 5) != NULL)) {
        begin--;
    }
    while (behind < end && (s5x_is_alnum(text[behind]) || text[behind] == '-' ||
                            (text[behind] == '.' && behind + 1 < end && s5x_is_alnum(text[behind + 1])))) {
        behind++;
    }
    return begin < at && behind > at + 1 ? (smtp5xx_span){begin, behind - begin} : (smtp5xx_span){0, 0};
}

static void set_details(const struct s5x_matcher *matcher, const char *text, smtp5xx_verdict *verdict) {
    uint32_t end = matcher->reply->said.offset + matcher->reply->said.length;
    verdict->blocklist = (uint16_t)matcher->blocklist;
    verdict->ip = matcher->ip;
    verdict->url = matcher->url;
    for (uint32_t i = 0; i < matcher->detail_count; i++) {
        const struct s5x_match *match = &matcher->details[i];
        uint32_t kind = RULE_DETAIL(&s5x_rules[match->rule]);
        if (kind == DETAIL_RETRY && verdict->retry_after == 0) {
            verdict->retry_after = read_retry(text, match, &matcher->reply->said);
        } else if (kind == DETAIL_SIZE && verdict->reason == SMTP5XX_REASON_MESSAGE_TOO_LARGE) {
            uint32_t size = read_size(text, match, end); /* The last one: "30000000 bytes exceed the limit of 20000000". */
            verdict->size_limit = size != 0 ? size : verdict->size_limit;
        } else if (kind == DETAIL_REFERENCE && verdict->reference.length == 0) {
            verdict->reference = read_reference(text, match, end);
        }
    }
    if (verdict->reason == SMTP5XX_REASON_USER_MOVED) {
        int by_words = verdict->basis >= SMTP5XX_BASIS_PHRASE && verdict->words.length > 0;
        verdict->new_address = by_words ? address_behind(text, verdict->words.offset + verdict->words.length, end)
                                        : find_new_address(text, matcher->reply);
    }
}
