/*
 * One message: is it a bounce, and for whom? Reports with fields (RFC 3464) come first, then feedback reports (RFC 5965), other
 * reports (RFC 8098), readable reports, automatic replies (RFC 3834), and at last mail like any other.
 */
#include "dsn.h"

#include <string.h>

/* The parts of a message that matter. */
struct parts {
    GMimeObject *status[8]; /* message/delivery-status */
    size_t statuses;
    GMimeObject *feedback, *disposition, *text;
    GMimeMessage *original; /* the message that was sent, or its header */
    GMimeObject *headers;   /* the same, as text/rfc822-headers */
};

static int is_type(GMimeObject *object, const char *type, const char *subtype) {
    GMimeContentType *content = g_mime_object_get_content_type(object);
    return content != NULL && g_mime_content_type_is_type(content, type, subtype);
}

static void take_part(GMimeObject *part, struct parts *parts) {
    if (is_type(part, "message", "delivery-status") || is_type(part, "message", "global-delivery-status")) {
        if (parts->statuses < sizeof parts->status / sizeof *parts->status) {
            parts->status[parts->statuses++] = part;
        }
    } else if (is_type(part, "message", "feedback-report")) {
        parts->feedback = parts->feedback == NULL ? part : parts->feedback;
    } else if (is_type(part, "message", "disposition-notification")) {
        parts->disposition = parts->disposition == NULL ? part : parts->disposition;
    } else if (is_type(part, "text", "rfc822-headers")) {
        parts->headers = parts->headers == NULL ? part : parts->headers;
    } else if (is_type(part, "text", "plain") && parts->text == NULL) {
        parts->text = part;
    }
}

/* What is deeper than DEPTH_MAX is not looked at: no report is. A message in a message is searched for a report, as when
 * somebody has forwarded it, unless one has been found before: then it is what was sent. */
static void find_parts(GMimeObject *object, int depth, struct parts *parts) {
    if (object == NULL || depth > DEPTH_MAX) {
        return;
    }
    if (GMIME_IS_MULTIPART(object)) {
        for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)); i++) {
            find_parts(g_mime_multipart_get_part(GMIME_MULTIPART(object), i), depth + 1, parts);
        }
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
        if (inner == NULL) {
            return;
        }
        if (parts->statuses == 0 && parts->feedback == NULL) {
            GMimeObject *text = parts->text;
            parts->text = NULL;
            find_parts(g_mime_message_get_mime_part(inner), depth + 1, parts);
            parts->text = parts->statuses > 0 ? parts->text : text;
        }
        if (parts->original == NULL) {
            parts->original = inner;
        }
    } else {
        take_part(object, parts);
    }
}

/* The decoded bytes of a part, to be freed; at most PART_MAX of them. */
static char *content_of(GMimeObject *part, size_t *length) {
    GMimeDataWrapper *content = part != NULL && GMIME_IS_PART(part) ? g_mime_part_get_content(GMIME_PART(part)) : NULL;
    *length = 0;
    if (content == NULL) {
        return g_strdup("");
    }
    GMimeStream *memory = g_mime_stream_mem_new();
    g_mime_data_wrapper_write_to_stream(content, memory);
    GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
    *length = bytes->len < PART_MAX ? bytes->len : PART_MAX;
    char *copy = g_malloc(*length + 1);
    memcpy(copy, bytes->data == NULL ? (const guint8 *)"" : bytes->data, *length);
    copy[*length] = '\0';
    g_object_unref(memory);
    return copy;
}

/* The text for people, in UTF-8 and with plain line ends; to be freed. */
static char *text_of(GMimeObject *part, size_t *length) {
    char *text = part != NULL && GMIME_IS_TEXT_PART(part) ? g_mime_text_part_get_text(GMIME_TEXT_PART(part)) : NULL;
    text = text == NULL ? content_of(part, length) : text;
    size_t all = strlen(text), used = 0;
    for (size_t i = 0; i < all && i < PART_MAX; i++) {
        text[used] = text[i];
        used += text[i] != '\r';
    }
    text[used] = '\0';
    *length = used;
    return text;
}

static const char *header(GMimeMessage *message, const char *name) {
    const char *value = g_mime_object_get_header(GMIME_OBJECT(message), name);
    return value == NULL ? "" : value;
}

static int has(const char *text, const char *words) {
    char *low = g_ascii_strdown(text, -1);
    int found = strstr(low, words) != NULL;
    g_free(low);
    return found;
}

/* JSON */

/* A span on one line: folded lines become one. */
static json_t *span_of(const char *text, smtp5xx_span span) {
    char *copy = g_strndup(text + span.offset, span.length);
    size_t used = 0, length = span.length;
    for (size_t i = 0; i < length; i++) {
        int fold = copy[i] == '\r' || copy[i] == '\n';
        if (!fold || (used > 0 && copy[used - 1] != ' ')) {
            copy[used++] = fold ? ' ' : copy[i];
        }
        for (; fold && i + 1 < length && (copy[i + 1] == ' ' || copy[i + 1] == '\t' || copy[i + 1] == '\n'); i++) {
        }
    }
    json_t *string = string_of(copy, used);
    g_free(copy);
    return string;
}

/* What every line begins with. */
static json_t *begin_line(const struct run *run, GMimeMessage *message, const char *kind) {
    json_t *line = json_object();
    const char *id = g_mime_message_get_message_id(message);
    json_object_set_new(line, "kind", json_string(kind));
    json_object_set_new(line, "file", string_of(run->file, strlen(run->file)));
    json_object_set_new(line, "message", json_integer((json_int_t)run->message));
    json_object_set_new(line, "message_id", string_of(id, id == NULL ? 0 : strlen(id)));
    return line;
}

static void write_line(json_t *line) {
    json_dumpf(line, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(line);
}

/* The Message-ID of the message that was sent. */
static json_t *original_id(const struct parts *parts) {
    if (parts->original != NULL) {
        const char *id = g_mime_message_get_message_id(parts->original);
        return string_of(id, id == NULL ? 0 : strlen(id));
    }
    size_t length;
    char *headers = content_of(parts->headers, &length), *low = g_ascii_strdown(headers, -1);
    const char *found = g_str_has_prefix(low, "message-id:") ? low : strstr(low, "\nmessage-id:");
    const char *open = found == NULL ? NULL : strchr(headers + (found - low), '<');
    const char *close = open == NULL ? NULL : strchr(open, '>');
    json_t *id = close == NULL ? json_null() : string_of(open + 1, (size_t)(close - open - 1));
    g_free(low);
    g_free(headers);
    return id;
}

static void add_verdict(json_t *line, const char *text, size_t length) {
    smtp5xx_reply reply;
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;
    char enhanced[32];
    smtp5xx_diagnose(text, length, NULL, NULL, &reply, sizeof reply, &verdict, sizeof verdict, &advice, sizeof advice);
    snprintf(enhanced, sizeof enhanced, "%u.%u.%u", reply.enhanced_class, reply.enhanced_subject, reply.enhanced_detail);
    json_object_set_new(line, "reply", span_of(text, reply.said));
    json_object_set_new(line, "code", reply.code == 0 ? json_null() : json_integer(reply.code));
    json_object_set_new(line, "enhanced", reply.enhanced_class == 0 ? json_null() : json_string(enhanced));
    json_object_set_new(line, "stage", json_string(smtp5xx_stage_name(reply.stage)));
    json_object_set_new(line, "host", span_of(text, reply.host));
    json_object_set_new(line, "ip", span_of(text, reply.ip));
    json_object_set_new(line, "reason", json_string(smtp5xx_reason_name(verdict.reason)));
    json_object_set_new(line, "confidence", json_integer(verdict.confidence));
    json_object_set_new(line, "permanence", json_string(smtp5xx_permanence_name(verdict.judged)));
    json_object_set_new(line, "advice", json_string(smtp5xx_action_name(advice.action)));
    json_object_set_new(line, "retry_after", json_integer(advice.retry_after));
    json_object_set_new(line, "rule", json_integer(verdict.rule));
    json_object_set_new(line, "table_version", json_integer(smtp5xx_table_version()));
}

/* Reports with fields */

static const char *const kinds[] = {"bounce", "bounce", "delay", "delivery", "delivery", "delivery"};
static const char *const actions[] = {NULL, "failed", "delayed", "delivered", "relayed", "expanded"};

/* Without an action, the status tells. */
static const char *kind_of(const smtp5xx_dsn *dsn) {
    if (dsn->action == SMTP5XX_DSN_NONE && dsn->enhanced_class != 0) {
        return dsn->enhanced_class == 2 ? "delivery" : dsn->enhanced_class == 4 ? "delay" : "bounce";
    }
    return kinds[dsn->action < sizeof kinds / sizeof *kinds ? dsn->action : 0];
}

/* What stands behind the address that a text begins with. */
static const char *behind_address(const char *text, size_t *length, const char *address, size_t address_length) {
    if (address >= text && address + address_length <= text + *length) {
        size_t skip = (size_t)(address - text) + address_length;
        while (skip < *length && strchr(">: \t\n", text[skip]) != NULL && text[skip] != '\0') {
            skip++;
        }
        text += skip;
        *length -= skip;
    }
    return text;
}

/* The text about one recipient in the readable part: OpenSMTPD has the reply nowhere else. */
struct search {
    const char *address;
    size_t length;
    const char *text;
    size_t text_length;
};

static void compare_recipient(void *context, const char *address, size_t length, const char *text, size_t text_length) {
    struct search *search = context;
    if (search->text == NULL && text_length > 0 && length == search->length &&
        g_ascii_strncasecmp(address, search->address, length) == 0) {
        search->text = behind_address(text, &text_length, address, length);
        search->text_length = text_length;
    }
}

/* Words without a code do not tell whether the failure is final; the field Status does. */
static void add_verdict_of_text(json_t *line, const char *body, const smtp5xx_dsn *dsn, const char *text, size_t length) {
    smtp5xx_reply reply;
    smtp5xx_parse(text, length, NULL, &reply, sizeof reply);
    if (reply.code != 0 || reply.enhanced_class != 0 || dsn->status.length == 0) {
        add_verdict(line, text, length);
        return;
    }
    GString *joined = g_string_new_len(body + dsn->status.offset, dsn->status.length);
    g_string_append_c(joined, ' ');
    g_string_append_len(joined, text, (gssize)length);
    add_verdict(line, joined->str, joined->len);
    g_string_free(joined, TRUE);
}

static void add_diagnosis(json_t *line, const char *body, const smtp5xx_dsn *dsn, const char *readable, size_t readable_length) {
    struct search search = {body + dsn->final_recipient.offset, dsn->final_recipient.length, NULL, 0};
    if (dsn->diagnostic.length == 0 && readable_length > 0) {
        walk_text(readable, readable_length, compare_recipient, &search);
    }
    if (search.text != NULL && search.text_length > 0) {
        json_object_set_new(line, "source", json_string("text"));
        add_verdict_of_text(line, body, dsn, search.text, search.text_length);
        return;
    }
    json_object_set_new(line, "source", json_string("dsn"));
    add_verdict(line, body + dsn->group.offset, dsn->group.length);
}

static void write_recipient(struct run *run, GMimeMessage *message, const struct parts *parts, const char *body,
                            const smtp5xx_dsn *dsn, const char *readable, size_t readable_length) {
    const char *kind = kind_of(dsn);
    json_t *line = begin_line(run, message, kind);
    run->bounces += strcmp(kind, "bounce") == 0;
    json_object_set_new(line, "recipient", span_of(body, dsn->final_recipient));
    json_object_set_new(line, "original_recipient", span_of(body, dsn->original_recipient));
    json_object_set_new(line, "original_message_id", original_id(parts));
    json_object_set_new(line, "action", actions[dsn->action] == NULL ? json_null() : json_string(actions[dsn->action]));
    json_object_set_new(line, "status", span_of(body, dsn->status));
    json_object_set_new(line, "remote_mta", span_of(body, dsn->remote_mta));
    json_object_set_new(line, "reporting_mta", span_of(body, dsn->reporting_mta));
    json_object_set_new(line, "diagnostic_type", span_of(body, dsn->diagnostic_type));
    json_object_set_new(line, "diagnostic", span_of(body, dsn->diagnostic));
    json_object_set_new(line, "last_attempt", span_of(body, dsn->last_attempt));
    json_object_set_new(line, "retry_until", span_of(body, dsn->retry_until));
    if (strcmp(kind, "delivery") != 0) {
        add_diagnosis(line, body, dsn, readable, readable_length);
    }
    write_line(line);
}

static int write_statuses(struct run *run, GMimeMessage *message, const struct parts *parts) {
    int count = 0;
    size_t readable_length;
    char *readable = text_of(parts->text, &readable_length);
    for (size_t i = 0; i < parts->statuses; i++) {
        size_t length;
        char *body = content_of(parts->status[i], &length);
        smtp5xx_dsn dsn;
        memset(&dsn, 0, sizeof dsn);
        while (smtp5xx_dsn_next(body, length, &dsn, sizeof dsn) == 1) {
            write_recipient(run, message, parts, body, &dsn, readable, readable_length);
            count++;
        }
        g_free(body);
    }
    g_free(readable);
    return count;
}

/* Readable reports */

struct readable {
    struct run *run;
    GMimeMessage *message;
    const struct parts *parts;
    GHashTable *texts; /* by address: the text about it, as a GBytes */
    GPtrArray *order;  /* of the addresses */
};

static int has_code(const void *text, size_t length) {
    smtp5xx_reply reply;
    smtp5xx_parse(text, length, NULL, &reply, sizeof reply);
    return reply.code != 0;
}

/* Some name a recipient twice, in words for people and in those of the server: the latter count. */
static void keep_recipient(void *context, const char *address, size_t length, const char *text, size_t text_length) {
    struct readable *readable = context;
    char *key = g_strndup(address, length);
    text = behind_address(text, &text_length, address, length);
    GBytes *known = g_hash_table_lookup(readable->texts, key);
    size_t known_length = known == NULL ? 0 : g_bytes_get_size(known);
    int better = known == NULL || known_length == 0 ||
                 (!has_code(g_bytes_get_data(known, NULL), known_length) && has_code(text, text_length));
    if (known == NULL) {
        g_ptr_array_add(readable->order, g_strdup(key));
    }
    if (better) {
        g_hash_table_replace(readable->texts, key, g_bytes_new(text, text_length));
    } else {
        g_free(key);
    }
}

static void write_readable(struct readable *readable, const char *address) {
    GBytes *bytes = g_hash_table_lookup(readable->texts, address);
    size_t length;
    const char *text = g_bytes_get_data(bytes, &length);
    json_t *line = begin_line(readable->run, readable->message, "bounce");
    readable->run->bounces++;
    json_object_set_new(line, "recipient", string_of(address, strlen(address)));
    json_object_set_new(line, "original_message_id", original_id(readable->parts));
    json_object_set_new(line, "source", json_string(length > 0 ? "text" : "header"));
    add_verdict(line, text == NULL ? "" : text, length);
    write_line(line);
}

/* Who writes bounces: RFC 5321 4.5.5 has an empty reverse path for them, and Exim a header with the recipients. */
static int looks_like_bounce(GMimeMessage *message) {
    static const char *const subjects[] = {"undeliver", "delivery fail", "delivery failure", "failure notice", "returned mail",
                                           "delivery status notification", "mail delivery", "delivery has failed",
                                           "non-delivery", "could not be delivered", "delivery notification"};
    int from = has(header(message, "From"), "mailer-daemon") || has(header(message, "From"), "postmaster@");
    int empty = strcmp(header(message, "Return-Path"), "<>") == 0, subject = 0;
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        subject |= has(header(message, "Subject"), subjects[i]);
    }
    return *header(message, "X-Failed-Recipients") != '\0' || (from && (empty || subject)) || (empty && subject) ||
           (from && *header(message, "Auto-Submitted") != '\0');
}

static int write_readables(struct run *run, GMimeMessage *message, const struct parts *parts) {
    struct readable readable = {run, message, parts, g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                                                          (GDestroyNotify)g_bytes_unref),
                                g_ptr_array_new_with_free_func(g_free)};
    size_t length;
    char *text = text_of(parts->text, &length);
    char **failed = g_strsplit_set(header(message, "X-Failed-Recipients"), ", \t\r\n", -1);
    walk_text(text, length, keep_recipient, &readable);
    for (char **name = failed; *name != NULL; name++) {
        if (**name != '\0' && g_hash_table_lookup(readable.texts, *name) == NULL) {
            keep_recipient(&readable, *name, strlen(*name), "", 0);
        }
    }
    int count = (int)readable.order->len;
    for (guint i = 0; i < readable.order->len; i++) {
        write_readable(&readable, g_ptr_array_index(readable.order, i));
    }
    g_strfreev(failed);
    g_ptr_array_free(readable.order, TRUE);
    g_hash_table_destroy(readable.texts);
    g_free(text);
    return count;
}

/* A bounce that does not say for whom: its text is judged as far as it has a reply in it. */
static void write_nameless(struct run *run, GMimeMessage *message, const struct parts *parts) {
    size_t length;
    char *text = text_of(parts->text, &length);
    json_t *line = begin_line(run, message, "bounce");
    run->bounces++;
    json_object_set_new(line, "recipient", json_null());
    json_object_set_new(line, "original_message_id", original_id(parts));
    json_object_set_new(line, "source", json_string("text"));
    add_verdict(line, text, has_code(text, length) ? length : 0);
    write_line(line);
    g_free(text);
}

/* What is no bounce */

/* A field at the beginning of a line of the report, without its name. */
static json_t *field_of(const char *body, const char *name) {
    size_t length = strlen(name);
    for (const char *line = body; line != NULL && *line != '\0'; line = strchr(line, '\n'), line += line != NULL) {
        if (g_ascii_strncasecmp(line, name, length) == 0 && line[length] == ':') {
            const char *value = line + length + 1 + strspn(line + length + 1, " \t");
            return string_of(value, strcspn(value, "\r\n"));
        }
    }
    return json_null();
}

/* RFC 5965: somebody has called the message spam. */
static void write_feedback(struct run *run, GMimeMessage *message, const struct parts *parts) {
    size_t length;
    char *body = content_of(parts->feedback, &length);
    json_t *line = begin_line(run, message, "feedback_report");
    json_object_set_new(line, "feedback_type", field_of(body, "Feedback-Type"));
    json_object_set_new(line, "recipient", field_of(body, "Original-Rcpt-To"));
    json_object_set_new(line, "source_ip", field_of(body, "Source-IP"));
    json_object_set_new(line, "reported_domain", field_of(body, "Reported-Domain"));
    json_object_set_new(line, "original_message_id", original_id(parts));
    write_line(line);
    g_free(body);
}

/* RFC 3834 5; before it, mailers marked their replies in other ways. */
static int is_auto_reply(GMimeMessage *message) {
    const char *submitted = header(message, "Auto-Submitted");
    return (*submitted != '\0' && !has(submitted, "no")) || *header(message, "X-Autoreply") != '\0' ||
           *header(message, "X-Autorespond") != '\0' || has(header(message, "Precedence"), "auto_reply") ||
           has(header(message, "Subject"), "out of office") || has(header(message, "Subject"), "automatic reply");
}

static void write_other(struct run *run, GMimeMessage *message, const char *kind) {
    json_t *line = begin_line(run, message, kind);
    const char *from = header(message, "From"), *subject = g_mime_message_get_subject(message);
    json_object_set_new(line, "from", string_of(from, strlen(from)));
    json_object_set_new(line, "subject", string_of(subject, subject == NULL ? 0 : strlen(subject)));
    write_line(line);
}

void handle_message(struct run *run, GMimeMessage *message) {
    struct parts parts;
    memset(&parts, 0, sizeof parts);
    find_parts(g_mime_message_get_mime_part(message), 0, &parts);
    if (parts.statuses > 0 && write_statuses(run, message, &parts) > 0) {
        return;
    }
    if (parts.feedback != NULL) {
        write_feedback(run, message, &parts);
    } else if (parts.disposition != NULL) {
        write_other(run, message, "disposition_notification");
    } else if (looks_like_bounce(message)) {
        if (write_readables(run, message, &parts) == 0) {
            write_nameless(run, message, &parts);
        }
    } else {
        write_other(run, message, is_auto_reply(message) ? "auto_reply" : "message");
    }
}
