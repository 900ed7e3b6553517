/*
 * Bytes -> reply: finds the reply code (RFC 5321 4.2), the enhanced status code (RFC 2034 4, RFC 3463 2) and the text.
 *
 * A reply comes as the server sent it, in lines that end with CRLF, LF or CR; or as mailers log it, with its lines joined
 * by a blank ("550-5.1.1 a 550 5.1.1 b", Postfix) or by a backslash and an n (Exim's main log).
 */
#include "internal.h"

enum { CODE_MIN = 200, CODE_MAX = 599, NUMBER_MAX = 999 };

/* The text between two offsets. Nothing is read outside. */
struct scan {
    const char *text;
    uint32_t end;
};

/* A line of a reply: where its text begins and ends, and where the next line begins. */
struct line {
    uint32_t text, end, next;
    uint16_t code;  /* the reply code that opens it, 0 if there is none */
    uint8_t hyphen; /* the code is followed by a hyphen: more lines are to come */
};

struct enhanced {
    uint16_t subject, detail;
    uint8_t class;
    uint32_t begin;          /* of the bracket or # that opens it, or of itself */
    uint32_t offset, length; /* of its digits and dots */
    uint32_t after;          /* behind it and the bracket that closes it */
};

static uint32_t skip_blanks(const struct scan *scan, uint32_t at) {
    while (at < scan->end && s5x_is_blank(scan->text[at])) {
        at++;
    }
    return at;
}

/* A number of at most three digits. Returns how many bytes it takes, 0 if it is none or longer. */
static uint32_t read_number(const struct scan *scan, uint32_t at, uint32_t *number) {
    uint32_t length = 0;
    *number = 0;
    while (at + length < scan->end && s5x_is_digit(scan->text[at + length])) {
        if (++length > 3) {
            return 0;
        }
        *number = *number * 10 + (uint32_t)(scan->text[at + length - 1] - '0');
    }
    return length;
}

/* Reads class "." subject "." detail. What goes on with a letter, a digit, or a dot and a digit is no code but part of an
 * IP address, a version or a host name. Returns its length, 0 if there is none. */
static uint32_t read_enhanced(const struct scan *scan, uint32_t at, struct enhanced *found) {
    uint32_t class, subject, detail;
    uint32_t first = read_number(scan, at, &class), start = at;
    if (first != 1 || (class != 2 && class != 4 && class != 5) || at + 1 >= scan->end || scan->text[at + 1] != '.') {
        return 0;
    }
    uint32_t second = read_number(scan, at + 2, &subject);
    at += 2 + second;
    if (second == 0 || at >= scan->end || scan->text[at] != '.') {
        return 0;
    }
    uint32_t third = read_number(scan, at + 1, &detail);
    at += 1 + third;
    if (third == 0 || (at < scan->end && (s5x_is_alnum(scan->text[at]) || scan->text[at] == '_')) ||
        (at + 1 < scan->end && scan->text[at] == '.' && s5x_is_digit(scan->text[at + 1]))) {
        return 0;
    }
    found->class = (uint8_t)class;
    found->subject = (uint16_t)subject;
    found->detail = (uint16_t)detail;
    found->offset = start;
    found->length = at - start;
    found->after = at;
    return at - start;
}

static int is_opener(char c) {
    return c == '(' || c == '[' || c == '#' || c == '<';
}

static int is_closer(char c) {
    return c == ')' || c == ']' || c == '>';
}

/* The same with brackets or # around it: "[5.1.1]", "#5.1.1", "(#5.1.1)". Returns what follows in found->after. */
static uint32_t read_wrapped(const struct scan *scan, uint32_t at, struct enhanced *found) {
    uint32_t start = at;
    while (at < scan->end && at - start < 2 && is_opener(scan->text[at])) {
        at++;
    }
    if (read_enhanced(scan, at, found) == 0) {
        return 0;
    }
    while (found->after < scan->end && is_closer(scan->text[found->after])) {
        found->after++;
    }
    found->begin = start;
    return found->after - start;
}

/* What may stand behind a reply code. RFC 5321 4.2 allows a hyphen, a blank or the end of the line; servers and those who
 * report them write more. A full stop or comma must not be that of a host name, an IP address or a number; "550.5.1.1" can
 * be none of these. */
static int ends_code(const struct scan *scan, uint32_t at, uint32_t code) {
    struct enhanced enhanced;
    if (at >= scan->end) {
        return 1;
    }
    char c = scan->text[at];
    int digit_follows = at + 1 < scan->end && s5x_is_digit(scan->text[at + 1]);
    if (c == '.' && digit_follows) {
        return code > 255 && read_enhanced(scan, at + 1, &enhanced) > 0 && enhanced.class == code / 100;
    }
    if (c == '.') {
        return at + 1 >= scan->end || !s5x_is_alnum(scan->text[at + 1]);
    }
    if (c == ',') {
        return !digit_follows;
    }
    if (c == ':') {
        return !digit_follows || read_enhanced(scan, at + 1, &enhanced) > 0;
    }
    return s5x_is_blank(c) || c == '-' || c == ';' || is_opener(c) || c == '"' || c == '\'' || c == '\0';
}

/* The reply code at this place, 0 if there is none. */
static uint32_t read_code(const struct scan *scan, uint32_t at) {
    uint32_t code;
    if (read_number(scan, at, &code) != 3 || code < CODE_MIN || code > CODE_MAX || !ends_code(scan, at + 3, code)) {
        return 0;
    }
    return code;
}

/* Skips a line break at this place: CRLF, LF, CR, or the literal "\n" and "\r\n" when a reply code or nothing follows (so
 * that a "C:\new" stays whole). Returns the offset behind it, or `at` itself if there is none. */
static uint32_t skip_break(const struct scan *scan, uint32_t at, uint32_t code) {
    const char *text = scan->text;
    uint32_t left = scan->end - at, next;
    if (left == 0) {
        return at;
    }
    if (text[at] == '\r' || text[at] == '\n') {
        return at + (left > 1 && text[at] == '\r' && text[at + 1] == '\n' ? 2 : 1);
    }
    if (text[at] != '\\') {
        return at;
    }
    if (left > 3 && memcmp(text + at, "\\r\\n", 4) == 0) {
        next = at + 4;
    } else if (left > 1 && text[at + 1] == 'n') {
        next = at + 2;
    } else {
        return at;
    }
    uint32_t after = skip_blanks(scan, next);
    return after >= scan->end || (code != 0 && read_code(scan, after) == code) ? next : at;
}

/* In lines that were joined by a blank, which is at `at`: the next one begins where the same code stands again as a line
 * has it. */
static int joined_line_begins(const struct scan *scan, uint32_t at, uint32_t code) {
    uint32_t number;
    if (scan->end - at < 4 || (uint32_t)(scan->text[at + 1] - '0') != code / 100 ||
        read_number(scan, at + 1, &number) != 3 || number != code) {
        return 0;
    }
    return at + 4 >= scan->end || scan->text[at + 4] == '-' || scan->text[at + 4] == ' ';
}

/* What a reply's lines have in common. */
struct shape {
    uint32_t code; /* 0: none */
    int joined;    /* its lines may be joined by blanks: the first one's code has a hyphen */
};

/* Where the line that goes on at `at` ends; the next one begins at *next. */
static uint32_t line_end(const struct scan *scan, uint32_t at, const struct shape *shape, uint32_t *next) {
    const char *text = scan->text;
    /* Lines that are joined by blanks have no breaks but written ones; a blank and the code's first digit may begin one. */
    char digit = (char)('0' + shape->code / 100);
    const char stops[4] = {'\\', shape->joined ? digit : '\n', shape->joined ? digit : '\r', '\\'};
    for (at = s5x_find(text, at, scan->end, stops); at < scan->end; at = s5x_find(text, at + 1, scan->end, stops)) {
        int joint = text[at] == digit && at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t');
        if (joint && joined_line_begins(scan, at - 1, shape->code)) {
            *next = at;
            return at - 1;
        }
        *next = text[at] == digit ? at : skip_break(scan, at, shape->code);
        if (*next != at) {
            return at;
        }
    }
    *next = scan->end;
    return scan->end;
}

/* Cuts the line that begins at `at`. A line need not begin with the code: then all of it is text. `bare` tells that `at`
 * lies inside a line, where no code is looked for. */
static void cut_line(const struct scan *scan, uint32_t at, const struct shape *shape, int bare, struct line *line) {
    const char *text = scan->text;
    memset(line, 0, sizeof *line);
    while (!bare && at < scan->end && (text[at] == ' ' || text[at] == '\t')) {
        at++;
    }
    uint32_t own = shape->code == 0 || bare ? 0 : read_code(scan, at);
    if (own == shape->code || own >= 400) {
        line->code = (uint16_t)own;
    }
    at += line->code == 0 ? 0 : 3;
    line->hyphen = line->code != 0 && at < scan->end && text[at] == '-';
    at += line->hyphen;
    line->text = at;
    line->end = line_end(scan, at, shape, &line->next);
}

static int is_separator(char c) {
    return s5x_is_blank(c) || c == ':' || c == ';' || c == ',' || c == '-' || c == '.';
}

/* Moves over what stands between codes and text, if it stands alone: "550 - no", "550: no", "550 5.1.1 : no". A full stop
 * before a digit belongs to a number, but for the one in "550.5.1.1". */
static uint32_t skip_separators(const struct scan *scan, uint32_t start) {
    uint32_t at = start;
    while (at < scan->end && is_separator(scan->text[at])) {
        if (scan->text[at] == '.' && at > start && at + 1 < scan->end && s5x_is_digit(scan->text[at + 1])) {
            break;
        }
        at++;
    }
    return at;
}

/* The enhanced status code that opens a line's text, moving *at behind it. */
static int opens_with_enhanced(const struct scan *line, uint32_t *at, struct enhanced *found) {
    uint32_t start = skip_separators(line, *at);
    uint32_t length = read_wrapped(line, start, found);
    *at = length > 0 ? found->after : *at;
    return length > 0;
}

/* An enhanced status code inside a line counts when it is marked as one, "(#5.1.1)" or "(5.1.1)" as qmail and others write
 * it: bare numbers in a sentence may be anything. Without a reply code, brackets are not enough. */
static int is_mark(char c, int coded) {
    return c == '#' || (coded && (c == '(' || c == '['));
}

static int has_marked_enhanced(const struct scan *line, uint32_t at, int coded, struct enhanced *found) {
    for (at = s5x_find(line->text, at, line->end, "#([["); at < line->end; at = s5x_find(line->text, at + 1, line->end, "#([[")) {
        int opens = line->text[at] != '#';
        int marked = is_mark(line->text[at], coded) || (opens && at + 1 < line->end && line->text[at + 1] == '#');
        if (marked && read_wrapped(line, at, found) > 0) {
            return 1;
        }
    }
    return 0;
}

/* The end without blanks, line breaks and literal "\\n" and "\\r\\n" before it. */
static uint32_t trim_end(const char *text, uint32_t from, uint32_t end) {
    while (end > from) {
        uint32_t left = end - from;
        if (s5x_is_blank(text[end - 1])) {
            end--;
        } else if (left > 3 && memcmp(text + end - 4, "\\r\\n", 4) == 0) {
            end -= 4;
        } else if (left > 1 && memcmp(text + end - 2, "\\n", 2) == 0) {
            end -= 2;
        } else {
            break;
        }
    }
    return end;
}

/* Where the text of a line begins, behind reply code and enhanced status code. */
static uint32_t text_of_line(const struct scan *scan, const struct line *line, int uncoded) {
    struct scan inside = {scan->text, line->end};
    struct enhanced found;
    uint32_t at = line->text;
    int coded = line->code != 0 || uncoded;
    int opens = coded && opens_with_enhanced(&inside, &at, &found);
    return opens || line->code != 0 ? skip_separators(&inside, at) : skip_blanks(&inside, at);
}

/* What the lines of a parsed reply have in common. Blanks join lines only where no real line breaks do: the first break is
 * looked for where a first line can end (RFC 5321 4.5.3.1.5: 512 octets), and not in all of the text for each piece of it. */
enum { FIRST_LINE = 1024 };
static struct shape shape_of(const struct scan *scan, const smtp5xx_reply *reply) {
    uint32_t begin = reply->said.offset, left = scan->end - begin;
    struct shape shape = {reply->code, 0};
    if (reply->code != 0 && left > 3 && scan->text[begin + 3] == '-') {
        left = left < FIRST_LINE ? left : (uint32_t)FIRST_LINE;
        shape.joined = memchr(scan->text + begin, '\n', left) == NULL && memchr(scan->text + begin, '\r', left) == NULL;
    }
    return shape;
}

/* The rest of a line from a place inside it: to its end, or behind the next mark in it if that comes first. Text beyond a mark
 * is not looked at, so that a walk over many marks looks at nothing twice. */
static void cut_rest(const struct scan *scan, uint32_t at, const struct shape *shape, struct line *line) {
    struct scan near = *scan;
    struct enhanced mark;
    if (has_marked_enhanced(scan, at, shape->code != 0, &mark)) {
        near.end = mark.after;
    }
    cut_line(&near, at, shape, 1, line);
}

/* The first piece of text from `at` on, which begins a line or, if `bare`, lies inside one. An enhanced status code ends a
 * piece; the next one begins behind it. */
static int next_piece(const struct scan *scan, uint32_t at, int bare, const smtp5xx_reply *reply, smtp5xx_span *piece) {
    struct shape shape = shape_of(scan, reply);
    struct line line;
    int cut = 0; /* A line is cut once, however many pieces it has. */
    while (at < scan->end) {
        struct enhanced found;
        if (!cut && bare) {
            cut_rest(scan, at, &shape, &line);
        } else if (!cut) {
            cut_line(scan, at, &shape, 0, &line);
        }
        struct scan inside = {scan->text, line.end};
        uint32_t from = bare ? skip_separators(&inside, at) : text_of_line(scan, &line, reply->code == 0 && reply->enhanced_class != 0);
        bare = reply->enhanced_class != 0 && has_marked_enhanced(&inside, from, reply->code != 0, &found);
        uint32_t end = trim_end(scan->text, from, bare ? found.begin : line.end);
        if (end > from) {
            piece->offset = from;
            piece->length = end - from;
            return 1;
        }
        at = bare ? found.after : line.next;
        cut = bare && at < line.end;
    }
    piece->offset = piece->length = 0;
    return 0;
}

static void keep_enhanced(smtp5xx_reply *reply, const struct enhanced *found) {
    reply->enhanced_class = found->class;
    reply->enhanced_subject = found->subject;
    reply->enhanced_detail = found->detail;
    reply->enhanced.offset = found->offset;
    reply->enhanced.length = found->length;
}

/* Takes the enhanced status code of one line, unless an earlier line had one. */
static void look_for_enhanced(const struct scan *scan, const struct line *line, smtp5xx_reply *reply) {
    struct scan inside = {scan->text, line->end};
    struct enhanced found;
    uint32_t at = line->text;
    if (reply->enhanced_class == 0 && line->code != 0 &&
        (opens_with_enhanced(&inside, &at, &found) || has_marked_enhanced(&inside, at, 1, &found))) {
        keep_enhanced(reply, &found);
    }
}

/* A number in the place of a code that is none: "999 no", "550 5.7. no", "550 5.12345.1 no". */
static int looks_like_bad_code(const struct scan *scan, uint32_t at) {
    uint32_t start = at, dots = 0;
    while (at < scan->end && (s5x_is_digit(scan->text[at]) || scan->text[at] == '.')) {
        dots += scan->text[at++] == '.';
    }
    int stands_alone = at >= scan->end || s5x_is_blank(scan->text[at]) || scan->text[at] == '-';
    if (at == start || !stands_alone || !s5x_is_digit(scan->text[start])) {
        return 0;
    }
    return dots == 0 ? at - start == 3 : dots < 3 && at - start > 1 && scan->text[start + 1] == '.';
}

/* Walks the lines of a reply with a code to its end, which is where another reply begins: a line with a different code
 * after one that closes the reply (RFC 5321 4.2.1: no hyphen). Returns that place. */
static uint32_t walk_lines(const struct scan *scan, smtp5xx_reply *reply) {
    uint32_t at = reply->said.offset, end = scan->end, lines = 0;
    struct shape shape = shape_of(scan, reply);
    int closed = 0, unfinished = 0;
    while (at < scan->end) {
        struct line line;
        cut_line(scan, at, &shape, 0, &line);
        if (line.code != 0 && line.code != reply->code) {
            if (closed) {
                end = at;
                break;
            }
            reply->flags |= SMTP5XX_REPLY_CODES_DIFFER;
        }
        closed = line.code != 0 ? !line.hyphen : closed;
        unfinished = line.code != 0 ? line.hyphen : unfinished;
        lines++;
        look_for_enhanced(scan, &line, reply);
        at = line.next;
    }
    reply->flags |= unfinished ? (uint32_t)SMTP5XX_REPLY_UNFINISHED : 0;
    reply->lines = (uint16_t)(lines > UINT16_MAX ? UINT16_MAX : lines);
    return end;
}

static void count_lines(const struct scan *scan, smtp5xx_reply *reply) {
    uint32_t lines = 0;
    struct shape shape = {0, 0};
    for (uint32_t at = reply->said.offset; at < scan->end; lines++) {
        struct line line;
        cut_line(scan, at, &shape, 0, &line);
        at = line.next;
    }
    reply->lines = (uint16_t)(lines > UINT16_MAX ? UINT16_MAX : lines);
}

/* In the first line only: what follows is another line's code. */
static int has_bad_code(const struct scan *scan, const smtp5xx_reply *reply) {
    struct shape shape = shape_of(scan, reply);
    struct line line;
    cut_line(scan, reply->said.offset, &shape, 0, &line);
    struct scan inside = {scan->text, line.end};
    return looks_like_bad_code(&inside, skip_separators(&inside, line.text));
}

static void parse_coded(struct scan *scan, uint32_t code, smtp5xx_reply *reply) {
    reply->form = SMTP5XX_FORM_RAW;
    reply->code = (uint16_t)code;
    scan->end = walk_lines(scan, reply);
    scan->end = trim_end(scan->text, reply->said.offset, scan->end);
    if (reply->enhanced_class != 0 && reply->enhanced_class != code / 100) {
        reply->flags |= SMTP5XX_REPLY_CLASS_MISMATCH;
    }
    if (reply->enhanced_class == 0 && has_bad_code(scan, reply)) {
        reply->flags |= SMTP5XX_REPLY_BAD_CODE;
    }
}

/* The enhanced status code of a text without a reply code: at its start, or marked by a # anywhere in its first line. */
static int opens_uncoded(const struct scan *scan, uint32_t at, struct enhanced *found) {
    struct shape shape = {0, 0};
    struct line line;
    if (read_wrapped(scan, at, found) > 0) {
        uint32_t after = found->after;
        return after + 1 >= scan->end || scan->text[after] != '.' || !s5x_is_alnum(scan->text[after + 1]);
    }
    cut_line(scan, at, &shape, 0, &line);
    struct scan inside = {scan->text, line.end};
    return has_marked_enhanced(&inside, at, 0, found);
}

static void parse_uncoded(const struct scan *scan, smtp5xx_reply *reply) {
    struct enhanced found;
    reply->flags |= SMTP5XX_REPLY_NO_CODE;
    if (opens_uncoded(scan, reply->said.offset, &found)) {
        reply->form = SMTP5XX_FORM_ENHANCED;
        keep_enhanced(reply, &found);
    } else {
        reply->form = reply->said.length > 0 ? SMTP5XX_FORM_TEXT : SMTP5XX_FORM_NONE;
        reply->flags |= SMTP5XX_REPLY_NOT_SMTP;
        reply->flags |= looks_like_bad_code(scan, reply->said.offset) ? (uint32_t)SMTP5XX_REPLY_BAD_CODE : 0;
    }
    count_lines(scan, reply);
}

/* Whether the text from `at` on has no line break, written or real, and whether it has a mark that may open an enhanced
 * status code: bit 0 and bit 1. */
enum { HAS_BREAK = 1, HAS_MARK = 2 };
static unsigned look_over(const char *text, uint32_t at, uint32_t end) {
    unsigned seen = 0;
#ifdef HAVE_SSE2
    __m128i breaks = _mm_setzero_si128(), marks = breaks;
    uint32_t start = at;
    while (end - start >= 16 && at < end) {
        __m128i bytes;
        at = end - at < 16 ? end - 16 : at; /* The last ones once more. */
        memcpy(&bytes, text + at, sizeof bytes);
        __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')));
        __m128i opens = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('#')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('(')));
        breaks = _mm_or_si128(breaks, _mm_or_si128(ends, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
        marks = _mm_or_si128(marks, _mm_or_si128(opens, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('['))));
        at += 16;
    }
    seen |= _mm_movemask_epi8(breaks) != 0 ? HAS_BREAK : 0;
    seen |= _mm_movemask_epi8(marks) != 0 ? HAS_MARK : 0;
#endif
    for (; at < end; at++) {
        char c = text[at];
        seen |= c == '\n' || c == '\r' || c == '\\' ? HAS_BREAK : 0;
        seen |= c == '#' || c == '(' || c == '[' ? HAS_MARK : 0;
    }
    return seen;
}

/* Most replies are one line that begins with a reply code and a blank: the same as walk_lines(), in one go. Returns 0, with
 * nothing done, if this is another. */
static int parse_line(const struct scan *scan, uint32_t code, smtp5xx_reply *reply) {
    uint32_t at = reply->said.offset + 3, from;
    struct enhanced found;
    if (at >= scan->end || scan->text[at] != ' ') {
        return 0;
    }
    unsigned seen = look_over(scan->text, at, scan->end);
    if (seen & HAS_BREAK) {
        return 0;
    }
    reply->form = SMTP5XX_FORM_RAW;
    reply->code = (uint16_t)code;
    reply->lines = 1;
    from = at;
    if (opens_with_enhanced(scan, &from, &found) || (seen & HAS_MARK && has_marked_enhanced(scan, at, 1, &found))) {
        keep_enhanced(reply, &found);
        reply->flags |= found.class != code / 100 ? (uint32_t)SMTP5XX_REPLY_CLASS_MISMATCH : 0;
    } else if (looks_like_bad_code(scan, skip_separators(scan, at))) {
        reply->flags |= SMTP5XX_REPLY_BAD_CODE;
    }
    from = skip_separators(scan, from);
    if (reply->enhanced_class != 0 && seen & HAS_MARK) {
        next_piece(scan, reply->said.offset, 0, reply, &reply->text);
    } else if (from < scan->end) {
        reply->text = (smtp5xx_span){from, scan->end - from};
    }
    return 1;
}

/* What lies between `start` and the end of the scan, whatever was around it. */
static void parse_said(struct scan *scan, uint32_t start, uint32_t code, smtp5xx_reply *reply) {
    reply->said.offset = start;
    reply->said.length = scan->end - start;
    int done = code != 0 && parse_line(scan, code, reply);
    if (code != 0 && !done) {
        parse_coded(scan, code, reply);
    } else if (code == 0) {
        parse_uncoded(scan, reply);
    }
    reply->said.length = scan->end - start;
    reply->flags |= reply->lines > 1 ? (uint32_t)SMTP5XX_REPLY_MULTILINE : 0;
    uint32_t class = reply->code != 0 ? reply->code / 100U : reply->enhanced_class;
    reply->flags |= class == 2 || class == 3 ? (uint32_t)SMTP5XX_REPLY_SUCCESS : 0;
    if (!done) {
        next_piece(scan, start, 0, reply, &reply->text);
    }
}

/* A text that begins with a code is the reply itself; in any other a reporter may have wrapped it. */
static NOINLINE void parse_wrapped(struct scan *scan, uint32_t start, smtp5xx_reply *reply);

static void parse(const char *text, size_t length, smtp5xx_reply *reply) {
    struct scan scan = {text, s5x_clamp(length)};
    reply->flags = length > SMTP5XX_INPUT_MAX ? (uint32_t)SMTP5XX_REPLY_CUT : 0;
    scan.end = trim_end(text, 0, scan.end);
    uint32_t start = skip_blanks(&scan, 0), code = read_code(&scan, start);
    if (code != 0) {
        parse_said(&scan, start, code, reply);
    } else {
        parse_wrapped(&scan, start, reply);
    }
}

int smtp5xx_parse(const char *text, size_t length, const smtp5xx_context *context, smtp5xx_reply *reply, size_t reply_size) {
    smtp5xx_reply own;
    smtp5xx_context given;
    memset(&own, 0, sizeof own);
    if (reply == NULL) {
        return SMTP5XX_EINVAL;
    }
    memset(reply, 0, reply_size);
    if (text == NULL && length > 0) {
        return SMTP5XX_EINVAL;
    }
    if (reply_size < REPLY_SIZE_0_1) {
        return SMTP5XX_ESIZE;
    }
    s5x_take(&given, sizeof given, context, context == NULL ? 0 : context->size);
    own.stage = given.stage <= SMTP5XX_STAGE_EOD ? given.stage : (uint8_t)SMTP5XX_STAGE_UNKNOWN;
    parse(text == NULL ? "" : text, length, &own);
    s5x_give(reply, reply_size, &own, sizeof own);
    return SMTP5XX_OK;
}
