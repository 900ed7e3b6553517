/* smtp5xx log: the clocks of logs. SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#define _GNU_SOURCE
#include "log.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY = 86400, HOUR = 3600, MINUTE = 60 };

/* Days since 1970-01-01 in the Gregorian calendar; March is the first month of the years that are counted. */
static int64_t days_of(int year, int month, int day) {
    int64_t y = month <= 2 ? year - 1 : year, era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400, of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void civil_of(int64_t days, int *year, int *month, int *day) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097, of_era = days - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + era * 400 + (*month <= 2));
}

/* A number of exactly so many digits, -1 if there is none. A blank may stand for the first: "Nov  5". */
static int digits(const char *at, const char *end, int count) {
    int value = 0;
    if (end - at < count) {
        return -1;
    }
    for (int i = 0; i < count; i++) {
        if (at[i] == ' ' && i == 0 && count == 2) {
            continue;
        }
        if (at[i] < '0' || at[i] > '9') {
            return -1;
        }
        value = value * 10 + (at[i] - '0');
    }
    return value;
}

/* "03:27:52". Returns the seconds of the day, -1 if it is none; RFC 3339 allows the 60th second. */
static int clock_of(const char *at, const char *end) {
    if (end - at < 8 || at[2] != ':' || at[5] != ':') {
        return -1;
    }
    int hour = digits(at, end, 2), minute = digits(at + 3, end, 2), second = digits(at + 6, end, 2);
    return hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 ? -1
                                                                                             : hour * HOUR + minute * MINUTE + second;
}

static const char *skip_fraction(const char *at, const char *end) {
    if (at < end && (*at == '.' || *at == ',') && digits(at + 1, end, 1) >= 0) {
        for (at++; at < end && *at >= '0' && *at <= '9'; at++) {
        }
    }
    return at;
}

/* "Z", "+01:00", " +0100" */
static const char *read_offset(const char *at, const char *end, struct when *when) {
    const char *sign = at < end && *at == ' ' ? at + 1 : at;
    if (at < end && *at == 'Z') {
        when->has_offset = 1;
        return at + 1;
    }
    if (sign >= end || (*sign != '+' && *sign != '-')) {
        return at;
    }
    const char *minutes = sign + 3 < end && sign[3] == ':' ? sign + 4 : sign + 3;
    int hour = digits(sign + 1, end, 2), minute = digits(minutes, end, 2);
    if (hour < 0 || minute < 0) {
        return at;
    }
    when->has_offset = 1;
    when->offset = (int16_t)((hour * 60 + minute) * (*sign == '-' ? -1 : 1));
    return minutes + 2;
}

/* "2026-11-25T03:27:52.5+00:00", and the same with a blank. */
static const char *read_iso(const char *at, const char *end, struct when *when) {
    int year = digits(at, end, 4);
    if (year < 1970 || end - at < 19 || at[4] != '-' || at[7] != '-' || (at[10] != 'T' && at[10] != ' ')) {
        return at;
    }
    int month = digits(at + 5, end, 2), day = digits(at + 8, end, 2), clock = clock_of(at + 11, end);
    if (month < 1 || month > 12 || day < 1 || day > 31 || clock < 0) {
        return at;
    }
    when->seconds = days_of(year, month, day) * DAY + clock;
    when->known = 1;
    return read_offset(skip_fraction(at + 19, end), end, when);
}

static int month_of(const char *name) {
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++) {
        if (memcmp(names + 3 * i, name, 3) == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* "Nov 25 03:27:52" of RFC 3164 has no year: it is the last one in which the line can be older than the file's end. */
static const char *read_syslog(const char *at, const char *end, const struct clock *clock, struct when *when) {
    if (end - at < 15 || at[3] != ' ' || at[6] != ' ') {
        return at;
    }
    int month = month_of(at), day = digits(at + 4, end, 2), seconds = clock_of(at + 7, end);
    if (month == 0 || day < 1 || day > 31 || seconds < 0) {
        return at;
    }
    int year = clock->fixed || month <= clock->month ? clock->year : clock->year - 1;
    when->seconds = days_of(year, month, day) * DAY + seconds;
    when->known = 1;
    return skip_fraction(at + 15, end);
}

/* "@4000000065a1b2c3...": TAI64N, which is ten seconds ahead at its beginning, and leap seconds more since. */
static const char *read_tai(const char *at, const char *end, struct when *when) {
    enum { STAMP = 16, LEAP = 37 };
    uint64_t value = 0;
    int length = 0;
    for (const char *digit = at + 1; digit < end && length < 24; digit++, length++) {
        int low = *digit | 0x20, nibble = *digit >= '0' && *digit <= '9' ? *digit - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
        if (nibble < 0) {
            break;
        }
        value = length < STAMP ? value << 4 | (uint64_t)nibble : value;
    }
    if (length < STAMP || value >> 62 != 1) {
        return at;
    }
    *when = when_of_epoch((int64_t)(value - (UINT64_C(1) << 62)) - LEAP);
    return at + 1 + length;
}

const char *read_time(const char *line, const char *end, const struct clock *clock, struct when *when) {
    const char *at = line;
    memset(when, 0, sizeof *when);
    if (at < end && *at == '<') { /* The priority that a collector has left, "<22>". */
        const char *close = memchr(at, '>', (size_t)(end - at < 5 ? end - at : 5));
        at = close == NULL ? at : close + 1;
    }
    const char *after = at;
    if (at < end && *at >= '0' && *at <= '9') {
        after = read_iso(at, end, when);
    } else if (at < end && *at == '@') {
        after = read_tai(at, end, when);
    } else if (at < end) {
        after = read_syslog(at, end, clock, when);
    }
    return when->known ? after : line;
}

struct when when_of_epoch(int64_t seconds) {
    return (struct when){.seconds = seconds, .known = 1, .has_offset = 1};
}

int compare_time(const struct when *when, const struct limit *limit) {
    int64_t here = when->has_offset ? when->seconds - (int64_t)when->offset * MINUTE : when->seconds;
    int64_t there = when->has_offset ? limit->absolute : limit->wall;
    return here < there ? -1 : here > there;
}

static int read_ago(const char *text, int64_t *seconds) {
    char *unit;
    long number = strtol(text, &unit, 10);
    int64_t scale = *unit == 's' ? 1 : *unit == 'm' ? MINUTE : *unit == 'h' ? HOUR : *unit == 'd' ? DAY : *unit == 'w' ? 7 * DAY : 0;
    *seconds = number * scale;
    return unit != text && number >= 0 && number < 100000 && scale != 0 && unit[1] == '\0';
}

int read_limit(const char *text, int64_t now, struct limit *limit) {
    struct tm parts;
    struct when when = {0};
    char full[24];
    size_t length = strlen(text);
    int64_t ago;
    if (read_ago(text, &ago)) {
        time_t then = (time_t)(now - ago);
        localtime_r(&then, &parts);
        *limit = (struct limit){.wall = then + parts.tm_gmtoff, .absolute = then, .set = 1};
        return 1;
    }
    static const char rest[] = "0000-00-00T00:00:00";
    if ((length != 10 && length != 16 && length != 19)) {
        return 0;
    }
    memcpy(full, rest, sizeof rest);
    memcpy(full, text, length);
    if (read_iso(full, full + 19, &when) != full + 19) {
        return 0;
    }
    int year, month, day;
    civil_of(when.seconds / DAY, &year, &month, &day);
    int clock = (int)(when.seconds % DAY);
    parts = (struct tm){.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = clock / HOUR,
                        .tm_min = clock / MINUTE % 60, .tm_sec = clock % MINUTE, .tm_isdst = -1};
    *limit = (struct limit){.wall = when.seconds, .absolute = mktime(&parts), .set = 1};
    return 1;
}

static void two_digits(char *out, int number) {
    out[0] = (char)('0' + number / 10 % 10);
    out[1] = (char)('0' + number % 10);
}

/* "2026-11-25T03:27:52", and the offset if it is known. Returns the length; the text ends with a NUL. */
size_t write_time(const struct when *when, char *out) {
    int year, month, day, clock = (int)(((when->seconds % DAY) + DAY) % DAY);
    civil_of((when->seconds - clock) / DAY, &year, &month, &day);
    two_digits(out, year / 100);
    two_digits(out + 2, year);
    out[4] = out[7] = '-';
    two_digits(out + 5, month);
    two_digits(out + 8, day);
    out[10] = 'T';
    two_digits(out + 11, clock / HOUR);
    out[13] = out[16] = ':';
    two_digits(out + 14, clock / MINUTE % 60);
    two_digits(out + 17, clock % MINUTE);
    size_t length = 19;
    if (when->has_offset && when->offset == 0) {
        out[length++] = 'Z';
    } else if (when->has_offset) {
        int minutes = when->offset < 0 ? -when->offset : when->offset;
        out[length] = when->offset < 0 ? '-' : '+';
        two_digits(out + length + 1, minutes / 60);
        out[length + 3] = ':';
        two_digits(out + length + 4, minutes % 60);
        length += 6;
    }
    out[length] = '\0';
    return length;
}
