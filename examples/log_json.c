/* smtp5xx log: KumoMTA's log records and the events of Amazon SES, one JSON object a line. SPDX-License-Identifier: MIT */
#include "log.h"

#include <jansson.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

/* The object goes before the event does, so its texts are copied. */
static struct slice keep(struct worker *worker, const char *text) {
    size_t length = strlen(text);
    char *copy = arena_take(&worker->arena, length + 1);
    memcpy(copy, text, length);
    return (struct slice){copy, (uint32_t)length};
}

/* "550 5.1.1 no such user" of {code, enhanced_code {class, subject, detail}, content}. */
static struct slice kumo_reply(struct worker *worker, const json_t *response) {
    const json_t *enhanced = json_object_get(response, "enhanced_code");
    const char *content = text_of(response, "content");
    size_t room = strlen(content) + 64;
    char *text = arena_take(&worker->arena, room);
    int length = snprintf(text, room, "%lld ", (long long)json_integer_value(json_object_get(response, "code")));
    if (json_is_object(enhanced)) {
        length += snprintf(text + length, room - (size_t)length, "%d.%d.%d ",
                           (int)json_integer_value(json_object_get(enhanced, "class")),
                           (int)json_integer_value(json_object_get(enhanced, "subject")),
                           (int)json_integer_value(json_object_get(enhanced, "detail")));
    }
    length += snprintf(text + length, room - (size_t)length, "%s", content);
    return (struct slice){text, (uint32_t)length};
}

/* "198.51.100.7:1234", "[2001:db8::7]:1234" */
static struct slice without_port(struct slice address) {
    int bracketed = address.length > 0 && address.at[0] == '[';
    const char *end = address.at + address.length, *from = address.at + bracketed, *to = end;
    while (to > from && to[-1] != (bracketed ? ']' : ':')) {
        to--;
    }
    return slice_of(from, to > from ? to - 1 : end);
}

/* Since 2025 a record may have several recipients. */
static void take_recipients(struct worker *worker, struct event *event, const json_t *recipients) {
    size_t count = json_array_size(recipients);
    for (size_t i = 0; i < (count == 0 ? 1 : count); i++) {
        const json_t *one = count == 0 ? recipients : json_array_get(recipients, i);
        struct event copy = *event;
        copy.recipient = keep(worker, json_is_string(one) ? json_string_value(one) : "");
        take_event(worker, &copy);
    }
}

static int read_kumo(struct worker *worker, const json_t *record, struct event *event) {
    const char *type = text_of(record, "type");
    int bounced = strcmp(type, "Bounce") == 0 || strcmp(type, "AdminBounce") == 0 || strcmp(type, "Expiration") == 0 ||
                  strcmp(type, "OOB") == 0;
    const json_t *response = json_object_get(record, "response");
    if (!json_is_object(response) || (!bounced && strcmp(type, "TransientFailure") != 0)) {
        return 0;
    }
    const json_t *source = json_object_get(record, "source_address"), *stamp = json_object_get(record, "timestamp");
    event->format = FORMAT_KUMOMTA;
    event->result = bounced ? RESULT_BOUNCED : RESULT_DEFERRED;
    event->queue = keep(worker, text_of(record, "id"));
    event->host = keep(worker, text_of(json_object_get(record, "peer_address"), "name"));
    event->host.length -= event->host.length > 0 && event->host.at[event->host.length - 1] == '.';
    event->ip = without_port(keep(worker, text_of(source, "address")));
    event->text = kumo_reply(worker, response);
    if (json_is_integer(stamp)) {
        event->when = when_of_epoch(json_integer_value(stamp));
    }
    take_recipients(worker, event, json_object_get(record, "recipient"));
    return 1;
}

static void take_ses(struct worker *worker, const struct event *event, const json_t *recipients) {
    size_t index;
    json_t *one;
    json_array_foreach(recipients, index, one) {
        struct event copy = *event;
        const char *reply = text_of(one, "diagnosticCode");
        copy.recipient = keep(worker, text_of(one, "emailAddress"));
        copy.text = keep(worker, reply[0] == '\0' ? text_of(one, "status") : reply);
        take_event(worker, &copy);
    }
}

/* bounce.bouncedRecipients and deliveryDelay.delayedRecipients. */
static int read_ses(struct worker *worker, const json_t *record, struct event *event) {
    const char *type = text_of(record, "eventType");
    type = type[0] == '\0' ? text_of(record, "notificationType") : type;
    int bounced = strcmp(type, "Bounce") == 0;
    const json_t *bounce = json_object_get(record, bounced ? "bounce" : "deliveryDelay");
    if (!json_is_object(bounce) || (!bounced && strcmp(type, "DeliveryDelay") != 0)) {
        return 0;
    }
    struct slice stamp = keep(worker, text_of(bounce, "timestamp"));
    static const struct clock clock = {0, 0, 0};
    event->format = FORMAT_SES;
    event->result = bounced ? RESULT_BOUNCED : RESULT_DEFERRED;
    read_time(stamp.at, stamp.at + stamp.length, &clock, &event->when);
    event->queue = keep(worker, text_of(json_object_get(record, "mail"), "messageId"));
    take_ses(worker, event, json_object_get(bounce, bounced ? "bouncedRecipients" : "delayedRecipients"));
    return 1;
}

/* Amazon SNS puts the event into a string, EventBridge into an object. */
static json_t *unwrap(json_t *record) {
    const char *message = json_string_value(json_object_get(record, "Message"));
    json_t *inner = message != NULL ? json_loads(message, 0, NULL) : json_incref(json_object_get(record, "detail"));
    if (!json_is_object(inner)) {
        json_decref(inner);
        return record;
    }
    json_decref(record);
    return inner;
}

int read_json(struct worker *worker, const struct line *line) {
    struct event event = {.format = FORMAT_KUMOMTA};
    const char *open = memchr(line->at, '{', (size_t)(line->end - line->at));
    if (open == NULL || open > line->probe) {
        return 0;
    }
    json_t *record = json_loadb(open, (size_t)(line->end - open), JSON_DISABLE_EOF_CHECK, NULL);
    if (record == NULL) {
        return 0;
    }
    record = unwrap(record);
    enum format asked = worker->chunk.file->format;
    int taken = (asked != FORMAT_SES && read_kumo(worker, record, &event)) ||
                (asked != FORMAT_KUMOMTA && read_ses(worker, record, &event));
    json_decref(record);
    return taken;
}
