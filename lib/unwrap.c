/*
 * What the reporter wrote -> what the remote server said. Only the remote's words are judged, so that nothing around them can
 * decide; the failures that a mailer reports of itself (a host that did not answer) are judged by its own words.
 *
 * A text that begins with a reply code never comes here. Others are taken apart from the outside: records (RFC 3464 fields,
 * JSON, CSV) here, sentences and log lines in markers.c; what is left may be wrapped once more (smtp; host H[IP] said: ...).
 */
#include "internal.h"

enum {
    UNWRAP_DEPTH = 4 /* wrappers within each other */
};

/* Types of RFC 3464 2.3.6: "smtp; 550 no", and of X-Postfix and others what the mailer itself says. */
static int take_type(struct wrapped *wrapped) {
    static const char types[][8] = {"smtp", "lmtp", "esmtp", "unix", "x-"};
    const struct scan *scan = &wrapped->scan;
    for (uint32_t i = 0; i < sizeof types / sizeof *types; i++) {
        uint32_t end = words_end(scan, wrapped->from, types[i]);
        while (end != 0 && types[i][1] == '-' && end < scan->end && (s5x_is_alnum(scan->text[end]) || scan->text[end] == '-')) {
            end++;
        }
        end = end != 0 && end < scan->end && scan->text[end] == ' ' ? end + 1 : end;
        if (end != 0 && end < scan->end && scan->text[end] == ';') {
            set_form(wrapped, SMTP5XX_FORM_DSN);
            wrapped->from = end + 1;
            wrapped->scan.end = last_words(scan, end + 1, ": retry timeout exceeded"); /* Exim's. */
            return 1;
        }
    }
    return 0;
}

/* What a field of a record is. */
enum role {
    ROLE_NONE,
    ROLE_TEXT,      /* what the remote said */
    ROLE_CODE,
    ROLE_STATUS,    /* enhanced status code */
    ROLE_CLASS,     /* its three numbers apart */
    ROLE_SUBJECT,
    ROLE_DETAIL,
    ROLE_RECIPIENT,
    ROLE_PEER,      /* host, IP address or both */
    ROLE_COMMAND,
    ROLE_NESTED     /* a record in a string */
};

/* A record's fields as they are found; the first text counts, and the first of the others. */
struct record {
    smtp5xx_span text, code, status;
    smtp5xx_span other; /* a value of an unknown name that begins with a reply code */
};

static void take_status(struct wrapped *wrapped, const smtp5xx_span *value) {
    struct scan scan = {wrapped->scan.text, value->offset + value->length};
    struct enhanced status;
    if (wrapped->status.class == 0 && read_enhanced(&scan, value->offset, &status) != 0) {
        wrapped->status = status;
    }
}

/* A code's number that stands in a field of its own. */
static void take_part_of_status(struct wrapped *wrapped, enum role role, const smtp5xx_span *value) {
    struct scan scan = {wrapped->scan.text, value->offset + value->length};
    uint32_t number;
    if (read_number(&scan, value->offset, &number) == 0) {
        return;
    }
    if (role == ROLE_CLASS) {
        wrapped->status.class = (uint8_t)(number == 2 || number == 4 || number == 5 ? number : 0);
    } else if (role == ROLE_SUBJECT) {
        wrapped->status.subject = (uint16_t)number;
    } else {
        wrapped->status.detail = (uint16_t)number;
    }
}

/* A recipient or a host may have a type before it: "rfc822; bob@example.com" (RFC 3464 2.1.2). */
static uint32_t skip_type(const struct scan *scan, uint32_t at) {
    uint32_t end = at;
    while (end < scan->end && (s5x_is_alnum(scan->text[end]) || scan->text[end] == '-')) {
        end++;
    }
    end = skip_blanks(scan, end);
    return end < scan->end && scan->text[end] == ';' ? skip_blanks(scan, end + 1) : at;
}

static void take_field(struct wrapped *wrapped, struct record *record, enum role role, const smtp5xx_span *value) {
    struct wrapped field = *wrapped;
    int sure;
    field.scan.end = value->offset + value->length;
    switch (role) {
    case ROLE_TEXT:
        record->text = record->text.length == 0 ? *value : record->text;
        break;
    case ROLE_CODE:
        if (wrapped->code == 0) {
            record->code = *value;
            wrapped->code = read_code(&field.scan, value->offset);
        }
        break;
    case ROLE_STATUS:
        record->status = record->status.length == 0 ? *value : record->status;
        take_status(wrapped, value);
        break;
    case ROLE_CLASS:
    case ROLE_SUBJECT:
    case ROLE_DETAIL: take_part_of_status(wrapped, role, value); break;
    case ROLE_RECIPIENT: take_address_of(&field, skip_type(&field.scan, value->offset)); break;
    case ROLE_PEER: take_peer(&field, skip_type(&field.scan, value->offset), &sure); break;
    case ROLE_COMMAND:
        take_stage(&field, value->offset);
        wrapped->stage = field.stage;
        break;
    default: break;
    }
}

/* What is left of a record: its text; or, if it has none, the code that the reporter gives. */
static int take_record(struct wrapped *wrapped, const struct record *record, uint32_t form) {
    const smtp5xx_span *span = record->text.length > 0     ? &record->text
                               : record->other.length > 0  ? &record->other
                               : record->status.length > 0 ? &record->status
                                                           : &record->code;
    if (span->length == 0) {
        return 0;
    }
    set_form(wrapped, form);
    wrapped->from = span->offset;
    wrapped->scan.end = span->offset + span->length;
    return 1;
}

/* Fields of a delivery status notification, RFC 3464 2.2 and 2.3 */

#define DSN_FIELDS(F) \
    F(f0, "final-recipient:", RECIPIENT, final_recipient, DSN_TYPED | DSN_GROUP) \
    F(f1, "original-recipient:", RECIPIENT, original_recipient, DSN_TYPED | DSN_GROUP) \
    F(f2, "action:", NONE, group, DSN_GROUP) \
    F(f3, "status:", STATUS, status, DSN_GROUP) \
    F(f4, "remote-mta:", PEER, remote_mta, DSN_TYPED | DSN_GROUP) \
    F(f5, "diagnostic-code:", TEXT, diagnostic, DSN_TYPED | DSN_GROUP) \
    F(f6, "last-attempt-date:", NONE, last_attempt, DSN_GROUP) \
    F(f7, "will-retry-until:", NONE, retry_until, DSN_GROUP) \
    F(f8, "final-log-id:", NONE, log_id, DSN_GROUP) \
    F(f9, "reporting-mta:", NONE, reporting_mta, DSN_TYPED) \
    F(f10, "arrival-date:", NONE, arrival, 0) \
    F(f11, "original-envelope-id:", NONE, envelope_id, 0) \
    F(f12, "received-from-mta:", NONE, size, 0) \
    F(f13, "dsn-gateway:", NONE, size, 0)
enum { DSN_TYPED = 1, DSN_GROUP = 2 }; /* "type; value" (RFC 3464 2.1.2); of one recipient */
enum { DSN_FINAL = 0, DSN_ACTION = 2, DSN_KEPT = 12, DSN_FIELD_COUNT = 14 };
#define MEMBER(name, text, role, member, flags) char name[sizeof(text)];
#define PART(name, text, role, member, flags) text,
#define FIELD(name, text, role, member, flags) \
    {offsetof(struct dsn_texts, name), ROLE_##role, offsetof(smtp5xx_dsn, member), flags},
static const struct dsn_texts {
    DSN_FIELDS(MEMBER)
} dsn_texts = {DSN_FIELDS(PART)};
/* `place`: the offset of the field's span in smtp5xx_dsn, of the first DSN_KEPT ones. */
static const struct {
    uint8_t name, role, place, flags;
} dsn_fields[DSN_FIELD_COUNT] = {DSN_FIELDS(FIELD)};
#undef MEMBER
#undef PART
#undef FIELD

static const char dsn_actions[][10] = {"failed", "delayed", "delivered", "relayed", "expanded"};

/* RFC 3464 2.3.3. What follows the word is somebody's comment: "failed (user unknown)". */
static uint8_t read_action(const struct scan *scan, uint32_t at) {
    uint8_t found = SMTP5XX_DSN_NONE;
    for (uint8_t i = 0; i < sizeof dsn_actions / sizeof *dsn_actions; i++) {
        uint32_t end = words_end(scan, at, dsn_actions[i]);
        found = end != 0 && (end >= scan->end || !s5x_is_alnum(scan->text[end])) ? (uint8_t)(i + 1) : found;
    }
    return found;
}

/* The field that begins here: its number, and where its value begins. */
static uint32_t dsn_field(const struct scan *scan, uint32_t at, uint32_t *value) {
    uint32_t i = 0;
    while (i < DSN_FIELD_COUNT && (*value = words_end(scan, at, (const char *)&dsn_texts + dsn_fields[i].name)) == 0) {
        i++;
    }
    return i;
}

/* The end of a line and of those that go on with it: they begin with a blank (RFC 5322 2.2.3), or, where somebody has taken
 * the blanks away, with a reply code. */
static uint32_t folded_end(const struct scan *scan, uint32_t at) {
    for (;;) {
        struct scan line = *scan;
        end_at_line(&line, at);
        uint32_t next = skip_break(scan, line.end, 0);
        int blank = next < scan->end && (scan->text[next] == ' ' || scan->text[next] == '\t');
        if (next == line.end || next >= scan->end || !(blank || read_code(scan, next) != 0) ||
            (blank && skip_blanks(scan, next) >= scan->end)) {
            return line.end;
        }
        at = next;
    }
}

static int take_dsn_fields(struct wrapped *wrapped) {
    const struct scan *scan = &wrapped->scan;
    struct record record;
    memset(&record, 0, sizeof record);
    uint32_t at = wrapped->from, value, end, groups = 0;
    if (dsn_field(scan, at, &value) >= DSN_FIELD_COUNT) {
        return 0;
    }
    for (; at < scan->end; at = skip_blanks(scan, end)) {
        uint32_t field = dsn_field(scan, at, &value);
        end = folded_end(scan, at);
        groups += field == DSN_FINAL;
        if (groups > 1) {
            break; /* Another recipient's. */
        }
        if (field < DSN_FIELD_COUNT) {
            uint32_t from = skip_blanks(scan, value), stop = trim_end(scan->text, value, end);
            smtp5xx_span span = {from, stop > from ? stop - from : 0};
            take_field(wrapped, &record, dsn_fields[field].role, &span);
        }
    }
    if (!take_record(wrapped, &record, SMTP5XX_FORM_DSN)) {
        set_form(wrapped, SMTP5XX_FORM_DSN);
        wrapped->scan.end = wrapped->from = at;
    }
    return 1;
}

/* JSON: one object, at any depth of which known names count */

#define JSON(J) \
    J(j0, "content", TEXT, NONE) \
    J(j1, "code", CODE, NONE) \
    J(j2, "class", CLASS, NONE) \
    J(j3, "subject", SUBJECT, NONE) \
    J(j4, "detail", DETAIL, NONE) \
    J(j5, "command", COMMAND, NONE) \
    J(j6, "recipient", RECIPIENT, NONE) \
    J(j7, "name", PEER, NONE) \
    J(j8, "addr", PEER, NONE) \
    J(j9, "enhanced_code", NONE, KUMOMTA) \
    J(j10, "peer_address", NONE, KUMOMTA) \
    J(j11, "emailAddress", RECIPIENT, NONE) \
    J(j12, "status", STATUS, NONE) \
    J(j13, "diagnosticCode", TEXT, SES) \
    J(j14, "remoteMtaIp", PEER, NONE) \
    J(j15, "bouncedRecipients", NONE, SES) \
    J(j16, "delayedRecipients", NONE, SES) \
    J(j17, "dsn_smtp_code", CODE, HARAKA) \
    J(j18, "dsn_smtp_extc", STATUS, HARAKA) \
    J(j19, "dsn_smtp_response", TEXT, HARAKA) \
    J(j20, "dsn_remote_mta", PEER, HARAKA) \
    J(j21, "reason", TEXT, NONE) \
    J(j22, "email", RECIPIENT, NONE) \
    J(j23, "message", TEXT, NONE) \
    J(j24, "Message", NESTED, NONE) \
    J(j25, "mx-host", PEER, NONE) \
    J(j26, "enhanced-code", STATUS, NONE) \
    J(j27, "Details", TEXT, NONE) \
    J(j28, "Email", RECIPIENT, NONE) \
    J(j29, "raw_reason", TEXT, NONE) \
    J(j30, "error_code", CODE, NONE) \
    J(j31, "rcpt_to", RECIPIENT, NONE) \
    J(j32, "diag", TEXT, NONE) \
    J(j33, "description", TEXT, NONE)
#define MEMBER(name, text, role, form) char name[sizeof(text)];
#define PART(name, text, role, form) text,
#define NAME(name, text, role, form) {offsetof(struct json_texts, name), ROLE_##role, SMTP5XX_FORM_##form},
static const struct json_texts {
    JSON(MEMBER)
} json_texts = {JSON(PART)};
static const struct {
    uint16_t name;
    uint8_t role, form;
} json_names[] = {JSON(NAME)};
#undef MEMBER
#undef PART
#undef NAME

enum { JSON_NAMES = sizeof json_names / sizeof *json_names };

/* A string of a record that lies in a string of another record has its quotes escaped, once for each level: 0, 1, 3, 7
 * backslashes stand before them. Returns the offset of the quote that closes the string which begins at `at`. */
static uint32_t json_string_end(const struct scan *scan, uint32_t at, uint32_t level) {
    uint32_t slashes = 0;
    for (; at < scan->end; at++) {
        char c = scan->text[at];
        if (c == '"' && (slashes <= level || (slashes - level) % (2 * (level + 1)) == 0)) {
            return at - (slashes < level ? slashes : level);
        }
        slashes = c == '\\' ? slashes + 1 : 0;
    }
    return scan->end;
}

static uint32_t json_name(const struct scan *scan, const smtp5xx_span *span) {
    for (uint32_t i = 0; i < JSON_NAMES; i++) {
        const char *name = (const char *)&json_texts + json_names[i].name;
        if (span->length == strlen(name) && memcmp(scan->text + span->offset, name, span->length) == 0) {
            return i;
        }
    }
    return JSON_NAMES;
}

/* The string whose opening quote is at `quote`. Returns what follows it. */
static uint32_t json_string(const struct scan *scan, uint32_t quote, smtp5xx_span *span) {
    uint32_t level = 0;
    while (quote > level && scan->text[quote - level - 1] == '\\') {
        level++;
    }
    uint32_t end = json_string_end(scan, quote + 1, level);
    span->offset = quote + 1;
    span->length = end - span->offset;
    end += level;
    return end < scan->end ? end + 1 : scan->end;
}

/* The value behind a name's colon: a string, the first string of a list, or a number. Returns where to go on. */
static uint32_t json_value(struct wrapped *wrapped, struct record *record, uint32_t name, uint32_t at) {
    const struct scan *scan = &wrapped->scan;
    smtp5xx_span value = {at, 0};
    uint32_t quote = at, after;
    while (quote < scan->end && (scan->text[quote] == '\\' || scan->text[quote] == '[' || s5x_is_blank(scan->text[quote]))) {
        quote++;
    }
    if (quote < scan->end && scan->text[quote] == '"') {
        after = json_string(scan, quote, &value);
        uint32_t first = skip_blanks(scan, value.offset);
        if (first < scan->end && scan->text[first] == '{') {
            return first; /* A record in a string. */
        }
    } else {
        while (at + value.length < scan->end && s5x_is_digit(scan->text[at + value.length])) {
            value.length++;
        }
        after = at + value.length;
    }
    if (name < JSON_NAMES && value.length > 0) {
        take_field(wrapped, record, (enum role)json_names[name].role, &value);
    } else if (record->other.length == 0 && value.length > 4 && read_code(scan, value.offset) >= 400) {
        record->other = value;
    }
    return after;
}

static int take_json(struct wrapped *wrapped) {
    const struct scan *scan = &wrapped->scan;
    struct record record;
    memset(&record, 0, sizeof record);
    uint32_t at = wrapped->from, form = SMTP5XX_FORM_JSON;
    uint32_t brace = scan->text[at] == '[' ? skip_blanks(scan, at + 1) : at;
    if (brace >= scan->end || scan->text[brace] != '{') {
        return 0;
    }
    while (at < scan->end) {
        smtp5xx_span span;
        if (scan->text[at] != '"') {
            at++;
            continue;
        }
        at = json_string(scan, at, &span);
        uint32_t colon = skip_blanks(scan, at);
        if (colon < scan->end && scan->text[colon] == ':') {
            uint32_t name = json_name(scan, &span);
            form = name < JSON_NAMES && json_names[name].form != 0 ? json_names[name].form : form;
            at = json_value(wrapped, &record, name, skip_blanks(scan, colon + 1));
        }
    }
    if (!take_record(wrapped, &record, form)) {
        return 0;
    }
    if (memchr(scan->text + wrapped->from, '\\', scan->end - wrapped->from) != NULL) {
        wrapped->reply->flags |= SMTP5XX_REPLY_ESCAPED;
    }
    return 1;
}

/* PowerMTA's accounting file: type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,... */

/* The field that begins here. Returns where the next one begins, UINT32_MAX behind the last one. */
static uint32_t csv_field(const struct scan *scan, uint32_t at, smtp5xx_span *field) {
    uint32_t quoted = at < scan->end && scan->text[at] == '"', end = at + quoted;
    while (end < scan->end) {
        int quote = scan->text[end] == '"';
        if (quoted && quote && (end + 1 >= scan->end || scan->text[end + 1] != '"')) {
            break;
        }
        if (!quoted && (scan->text[end] == ',' || scan->text[end] == '\n')) {
            break;
        }
        end += quoted && quote ? 2 : 1;
    }
    field->offset = at + quoted;
    field->length = end > field->offset ? end - field->offset : 0;
    end += quoted;
    return end < scan->end && scan->text[end] == ',' ? end + 1 : UINT32_MAX;
}

static int is_action(const struct scan *scan, const smtp5xx_span *field) {
    struct scan inside = {scan->text, field->offset + field->length};
    return field->length > 0 && read_action(&inside, field->offset) != SMTP5XX_DSN_NONE;
}

static int take_csv(struct wrapped *wrapped) {
    enum { ACTION = 6, BEHIND = 3, FIELDS = ACTION + 1 + BEHIND };
    static const uint8_t roles[FIELDS] = {[4] = ROLE_RECIPIENT, [5] = ROLE_RECIPIENT, [7] = ROLE_STATUS, [8] = ROLE_TEXT, [9] = ROLE_PEER};
    const struct scan *scan = &wrapped->scan;
    struct record record;
    memset(&record, 0, sizeof record);
    smtp5xx_span fields[FIELDS];
    uint32_t at = wrapped->from, count = 0, left = scan->end - at;
    if (memchr(scan->text + at, ',', left < 6 ? left : 6) == NULL) {
        return 0; /* The type is a letter or a few: most texts are none of these, and long. */
    }
    while (count < FIELDS && at != UINT32_MAX) {
        at = csv_field(scan, at, &fields[count]);
        if ((count == 0 && (fields[0].length == 0 || fields[0].length > 3)) ||
            (count == ACTION && !is_action(scan, &fields[ACTION]))) {
            return 0;
        }
        count++;
    }
    if (count <= ACTION) {
        return 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        take_field(wrapped, &record, (enum role)roles[i], &fields[i]);
    }
    return take_record(wrapped, &record, SMTP5XX_FORM_POWERMTA);
}

/* All of them */

static void trim(struct wrapped *wrapped) {
    struct scan *scan = &wrapped->scan;
    scan->end = trim_end(scan->text, wrapped->from < scan->end ? wrapped->from : scan->end, scan->end);
    wrapped->from = skip_blanks(scan, wrapped->from < scan->end ? wrapped->from : scan->end);
}

/* "_550_no_such_user" */
static int is_underscored_code(const struct wrapped *wrapped) {
    uint32_t at = wrapped->from, end = wrapped->scan.end, code;
    while (at < end && is_gap(wrapped->scan.text[at])) {
        at++;
    }
    int escaped = wrapped->reply->form == SMTP5XX_FORM_QMAIL && wrapped->reply->flags & SMTP5XX_REPLY_ESCAPED;
    return escaped && read_number(&wrapped->scan, at, &code) == 3 && code >= CODE_MIN && code <= CODE_MAX && end - at > 3 &&
           (wrapped->scan.text[at + 3] == '_' || wrapped->scan.text[at + 3] == '-');
}

static void unwrap(struct wrapped *wrapped) {
    struct scan *scan = &wrapped->scan;
    for (int depth = 0; depth < UNWRAP_DEPTH; depth++) {
        trim(wrapped);
        if (wrapped->from >= scan->end || read_code(scan, wrapped->from) != 0 || is_underscored_code(wrapped)) {
            return;
        }
        if (has_underscores(scan, wrapped->from) && !(wrapped->reply->flags & SMTP5XX_REPLY_ESCAPED)) {
            wrapped->reply->flags |= SMTP5XX_REPLY_ESCAPED;
            set_form(wrapped, SMTP5XX_FORM_QMAIL);
            scan->end -= scan->text[scan->end - 1] == '/';
        }
        if (!take_type(wrapped) && !take_json(wrapped) && !take_dsn_fields(wrapped) && !take_csv(wrapped) &&
            !walk_markers(wrapped)) {
            return;
        }
    }
}

/* The reply in what is left */

static NOINLINE void parse_decoded(const struct wrapped *wrapped, smtp5xx_reply *reply) {
    char copy[DECODE_MAX];
    smtp5xx_span said = {wrapped->from, wrapped->scan.end - wrapped->from};
    struct scan scan = {copy, decode(wrapped->scan.text, &said, reply->form, copy)};
    reply->flags |= said.length > DECODE_MAX ? (uint32_t)SMTP5XX_REPLY_CUT : 0;
    uint32_t start = skip_blanks(&scan, 0);
    parse_said(&scan, start, read_code(&scan, start), reply);
    shift_reply(reply, wrapped->from);
}

/* What the reporter tells of the codes counts where the words have none. */
static void take_codes(const struct wrapped *wrapped, smtp5xx_reply *reply) {
    if (reply->code == 0 && wrapped->code != 0) {
        reply->code = (uint16_t)wrapped->code;
        reply->flags &= ~(uint32_t)(SMTP5XX_REPLY_NO_CODE | SMTP5XX_REPLY_NOT_SMTP);
    }
    if (reply->enhanced_class == 0 && wrapped->status.class != 0 && (reply->code == 0 || wrapped->code != 0)) {
        keep_enhanced(reply, &wrapped->status);
        reply->flags &= ~(uint32_t)SMTP5XX_REPLY_NOT_SMTP;
    }
    uint32_t class = reply->code != 0 ? reply->code / 100U : reply->enhanced_class;
    reply->flags |= class == 2 || class == 3 ? (uint32_t)SMTP5XX_REPLY_SUCCESS : 0;
    if (reply->code != 0 && reply->enhanced_class != 0 && reply->enhanced_class != class) {
        reply->flags |= SMTP5XX_REPLY_CLASS_MISMATCH;
    }
}

static NOINLINE void parse_wrapped(struct scan *scan, uint32_t start, smtp5xx_reply *reply) {
    struct wrapped wrapped;
    memset(&wrapped, 0, sizeof wrapped);
    wrapped.scan = *scan;
    wrapped.from = start;
    wrapped.reply = reply;
    unwrap(&wrapped);
    trim(&wrapped);
    uint8_t form = reply->form;
    if (reply->flags & SMTP5XX_REPLY_ESCAPED) {
        parse_decoded(&wrapped, reply);
    } else {
        parse_said(&wrapped.scan, wrapped.from, read_code(&wrapped.scan, wrapped.from), reply);
    }
    if (form != SMTP5XX_FORM_NONE) {
        reply->form = form;
        take_codes(&wrapped, reply);
    }
    reply->stage = reply->stage == 0 ? (uint8_t)wrapped.stage : reply->stage;
}
