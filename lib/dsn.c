/*
 * The fields of a delivery status notification (RFC 3464 2): the message's own first, then a group for each recipient, with
 * an empty line between. Addresses may be internationalized (RFC 6533).
 */
#include "internal.h"

static void take_type_of(const struct scan *scan, uint32_t field, smtp5xx_span *value, smtp5xx_dsn *dsn) {
    struct scan inside = {scan->text, value->offset + value->length};
    uint32_t from = skip_type(&inside, value->offset);
    smtp5xx_span type = {value->offset, from - value->offset};
    if (from == value->offset) {
        return;
    }
    while (type.length > 0 && (s5x_is_blank(scan->text[type.offset + type.length - 1]) ||
                               scan->text[type.offset + type.length - 1] == ';')) {
        type.length--;
    }
    if (dsn_fields[field].place == offsetof(smtp5xx_dsn, diagnostic)) {
        int smtp = words_end(scan, type.offset, "smtp") == type.offset + type.length ||
                   words_end(scan, type.offset, "lmtp") == type.offset + type.length;
        dsn->flags |= smtp ? (uint32_t)SMTP5XX_DSN_REMOTE : 0;
        dsn->diagnostic_type = type;
    } else if (words_end(scan, type.offset, "utf-8") == type.offset + type.length) {
        dsn->flags |= SMTP5XX_DSN_UTF8;
    }
    value->length -= from - value->offset;
    value->offset = from;
}

/* "<bob@example.com>" is what some write; RFC 3464 2.3.2 has no brackets. */
static void strip_angles(const struct scan *scan, smtp5xx_span *value) {
    if (value->length > 1 && scan->text[value->offset] == '<' && scan->text[value->offset + value->length - 1] == '>') {
        value->offset++;
        value->length -= 2;
    }
}

/* Keeps a field, unless the group has it already. */
static void keep_field(const struct scan *scan, uint32_t field, smtp5xx_span value, smtp5xx_dsn *dsn) {
    smtp5xx_span *place = (smtp5xx_span *)(void *)((char *)dsn + dsn_fields[field].place);
    struct enhanced found;
    struct scan inside = {scan->text, value.offset + value.length};
    if (field == DSN_ACTION) {
        dsn->action = dsn->action == SMTP5XX_DSN_NONE ? read_action(&inside, value.offset) : dsn->action;
        return;
    }
    if (place->length > 0 || value.length == 0) {
        return;
    }
    if (dsn_fields[field].flags & DSN_TYPED) {
        take_type_of(scan, field, &value, dsn);
        strip_angles(scan, &value);
    }
    *place = value;
    if (place == &dsn->status && read_enhanced(&inside, value.offset, &found) != 0) {
        dsn->enhanced_class = found.class;
        dsn->enhanced_subject = found.subject;
        dsn->enhanced_detail = found.detail;
        place->length = found.length; /* A comment may follow. */
    }
}

static int is_empty_line(const struct scan *scan, uint32_t at) {
    while (at < scan->end && (scan->text[at] == ' ' || scan->text[at] == '\t')) {
        at++;
    }
    return at >= scan->end || scan->text[at] == '\r' || scan->text[at] == '\n';
}

/* Reads one group of fields from `at` on, up to an empty line, or to another recipient where somebody has left that out.
 * Returns where the next one begins; dsn->group has a length if this one is a recipient's. */
static uint32_t read_group(const struct scan *scan, uint32_t at, smtp5xx_dsn *dsn) {
    int recipients = 0;
    uint32_t end = at;
    for (at = skip_blanks(scan, at); at < scan->end && !is_empty_line(scan, at); at = skip_break(scan, end, 0)) {
        uint32_t value, field = dsn_field(scan, at, &value);
        if (field == DSN_FINAL && recipients++ > 0) {
            break;
        }
        end = folded_end(scan, at);
        if (field < DSN_KEPT) {
            int grouped = (dsn_fields[field].flags & DSN_GROUP) != 0;
            uint32_t stop = trim_end(scan->text, value, end), from = skip_blanks(scan, value);
            keep_field(scan, field, (smtp5xx_span){from, stop > from ? stop - from : 0}, dsn);
            if (grouped && dsn->group.length == 0) {
                dsn->group.offset = at;
            }
            dsn->group.length = grouped || dsn->group.length > 0 ? end - dsn->group.offset : 0;
        }
    }
    return at;
}

/* What the caller gives back of the last call. */
static int is_known(const smtp5xx_dsn *dsn, uint32_t end) {
    const smtp5xx_span *spans[] = {&dsn->reporting_mta, &dsn->arrival, &dsn->envelope_id};
    int fine = dsn->next <= end;
    for (uint32_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        fine &= spans[i]->offset <= end && spans[i]->length <= end - spans[i]->offset;
    }
    return fine;
}

int smtp5xx_dsn_next(const char *text, size_t length, smtp5xx_dsn *dsn, size_t dsn_size) {
    smtp5xx_dsn before, own;
    if (dsn == NULL) {
        return SMTP5XX_EINVAL;
    }
    s5x_take(&before, sizeof before, dsn, dsn_size < sizeof before ? (uint32_t)dsn_size : (uint32_t)sizeof before);
    memset(dsn, 0, dsn_size);
    if (dsn_size < DSN_SIZE_0_2) {
        return SMTP5XX_ESIZE;
    }
    struct scan scan = {text, length < UINT32_MAX ? (uint32_t)length : UINT32_MAX};
    if ((text == NULL && length > 0) || !is_known(&before, scan.end)) {
        return SMTP5XX_EINVAL;
    }
    memset(&own, 0, sizeof own);
    own.next = before.next;
    own.reporting_mta = before.reporting_mta;
    own.arrival = before.arrival;
    own.envelope_id = before.envelope_id;
    while (own.next < scan.end && own.group.length == 0) {
        own.next = read_group(&scan, own.next, &own);
        own.next = skip_blanks(&scan, own.next);
    }
    if (own.group.length == 0) {
        return 0;
    }
    s5x_give(dsn, dsn_size, &own, sizeof own);
    return 1;
}
