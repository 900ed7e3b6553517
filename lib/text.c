/* Walks the text of a parsed reply, codes excluded. */
#include "internal.h"

/* The piece that follows one that ended at `at`: the rest of its line if an enhanced status code cut it, or a later line. */
static int piece_after(const struct scan *scan, uint32_t at, const smtp5xx_reply *reply, smtp5xx_span *piece) {
    struct enhanced found;
    while (at < scan->end && (scan->text[at] == ' ' || scan->text[at] == '\t')) {
        at++;
    }
    if (at < scan->end && is_mark(scan->text[at], reply->code != 0) && read_wrapped(scan, at, &found) > 0) {
        return next_piece(scan, found.after, 1, reply, piece);
    }
    return next_piece(scan, skip_break(scan, at, reply->code), 0, reply, piece);
}

/* The piece that follows `before`, or the first one. */
static int walk_text(const char *text, const smtp5xx_reply *reply, smtp5xx_span before, smtp5xx_span *piece) {
    struct scan scan = {text, reply->said.offset + reply->said.length};
    if (before.length == 0) {
        return next_piece(&scan, reply->said.offset, 0, reply, piece);
    }
    if (before.offset < reply->said.offset || before.offset > scan.end || before.length > scan.end - before.offset) {
        return SMTP5XX_EINVAL;
    }
    return piece_after(&scan, before.offset + before.length, reply, piece);
}

static NOINLINE int next_decoded(const char *text, smtp5xx_reply *reply, smtp5xx_span *piece) {
    char copy[DECODE_MAX];
    smtp5xx_span before = *piece;
    uint32_t base = reply->said.offset;
    reply->said.length = decode(text, &reply->said, reply->form, copy);
    shift_reply(reply, 0U - base);
    shift_span(&before, 0U - base);
    piece->offset = piece->length = 0;
    int result = walk_text(copy, reply, before, piece);
    shift_span(piece, base);
    return result;
}

int smtp5xx_next_text(const char *text, size_t length, const smtp5xx_reply *reply, smtp5xx_span *piece) {
    smtp5xx_reply own;
    if (piece == NULL) {
        return SMTP5XX_EINVAL;
    }
    smtp5xx_span before = *piece;
    piece->offset = piece->length = 0;
    if (reply == NULL || (text == NULL && length > 0)) {
        return SMTP5XX_EINVAL;
    }
    s5x_take(&own, sizeof own, reply, reply->size);
    uint32_t end = s5x_clamp(length);
    if (own.said.offset > end || own.said.length > end - own.said.offset) {
        return SMTP5XX_EINVAL;
    }
    if (own.flags & SMTP5XX_REPLY_ESCAPED) {
        *piece = before;
        return next_decoded(text == NULL ? "" : text, &own, piece);
    }
    return walk_text(text, &own, before, piece);
}
