/*
 * The sentences and log lines in which mailers put what the remote server said, and what they say of host, IP, recipient and
 * stage. unwrap.c walks through them.
 *
 * A marker is looked for at the beginning of each word. The first one that is followed by what the remote said ends the
 * search: the outermost wrapper comes first, and what stands behind it is no longer the reporter's.
 *
 * Sources: Postfix 3.7 smtp_proto.c, smtp_connect.c, smtp_trouble.c; Exim 4.96 smtp.c, deliver.c; Sendmail 8.17 deliver.c,
 * savemail.c; netqmail 1.06 qmail-remote.c, qmail-send.c; OpenSMTPD 6.8 mta.c, lka_report.c; Courier courieresmtp.c;
 * Microsoft's and Google's bounce messages.
 */
#include "internal.h"

enum {
    WALK_MAX = 4096, /* how far a marker is looked for */
    TAIL_LIMIT = 128 /* how long the end of a wrapper is */
};

/* What stands behind a marker. */
enum marker_kind {
    MARK_PEER,    /* a host; " said:" and the like may follow */
    MARK_HOST,    /* a host, and nothing else of interest */
    MARK_BACK,    /* the host stands before the marker */
    MARK_SAID,    /* the remote's words, as far as `tail` says */
    MARK_CODED,   /* the same, if a reply code follows; else the reporter's own */
    MARK_COMMAND, /* a command, a colon, and the remote's words */
    MARK_STAGE,   /* a command */
    MARK_SENT,    /* a line of a transcript: a command or a reply */
    MARK_ADDRESS, /* the recipient */
    MARK_EXIM,    /* the recipient and other fields of Exim's main log, then a colon */
    MARK_REPORT,  /* the session of OpenSMTPD's report, a bar, and the remote's words */
    MARK_OWN,     /* words of the reporter that are judged, what stands before them is not */
    MARK_LOGGED,  /* the same, with underscores for blanks */
    MARK_STATUS,  /* an enhanced status code */
    MARK_NOTE,    /* nothing; the words tell the stage */
    MARK_STOP     /* words of another program: no more markers */
};

/* How the remote's words end, before the end of the text. */
enum tail_kind {
    TAIL_NONE,
    TAIL_REPLY,   /* (in reply to RCPT TO command) */
    TAIL_GIVING,  /* Giving up on 192.0.2.1. */
    TAIL_RETRY,   /* : retry timeout exceeded */
    TAIL_QUOTE,   /* the last " or ' */
    TAIL_BRACKET, /* ) at the end of the line */
    TAIL_ANGLE,   /* > */
    TAIL_STAT,    /* , stat= */
    TAIL_BRACES,  /* }; */
    TAIL_LINES,   /* the last line of a transcript that goes on like the first: <<< */
    TAIL_BLANK,   /* an empty line */
    TAIL_HASHES   /* ## */
};

/* In lower case and sorted; of two that begin alike the longer one comes first. A blank stands for blanks, line breaks and
 * the underscores of qmail's log. The texts lie one behind the other, so that short ones take no more room than they need. */
#define MARKERS(M) \
    M(m0, "(reason: ", SENDMAIL, CODED, BRACKET, UNKNOWN) \
    M(m1, "** ", EXIM, EXIM, NONE, UNKNOWN) \
    M(m2, "<<< ", SENDMAIL, SENT, LINES, UNKNOWN) \
    M(m3, "== ", EXIM, EXIM, NONE, UNKNOWN) \
    M(m4, ">>> ", SENDMAIL, SENT, LINES, UNKNOWN) \
    M(m5, "after ", NONE, STAGE, NONE, UNKNOWN) \
    M(m6, "but connection died", QMAIL, NOTE, NONE, UNKNOWN) \
    M(m7, "but greeting failed", QMAIL, NOTE, NONE, CONNECT) \
    M(m8, "but my name was rejected", QMAIL, NOTE, NONE, HELO) \
    M(m9, "but sender was rejected", QMAIL, NOTE, NONE, MAIL) \
    M(m10, "cannot start tls", POSTFIX, NOTE, NONE, TLS) \
    M(m11, "command output:", POSTFIX, STOP, NONE, UNKNOWN) \
    M(m12, "connect to ", POSTFIX, HOST, NONE, CONNECT) \
    M(m13, "connected to ", NONE, HOST, NONE, UNKNOWN) \
    M(m14, "conversation with ", POSTFIX, HOST, NONE, UNKNOWN) \
    M(m15, "deferral: ", QMAIL, LOGGED, NONE, UNKNOWN) \
    M(m16, "deferred: ", SENDMAIL, CODED, NONE, UNKNOWN) \
    M(m17, "delivery temporarily suspended: ", POSTFIX, OWN, NONE, UNKNOWN) \
    M(m18, "diagnostic-code: ", DSN, SAID, NONE, UNKNOWN) \
    M(m19, "does not like recipient", QMAIL, BACK, NONE, RCPT) \
    M(m20, "dsn=", NONE, STATUS, NONE, UNKNOWN) \
    M(m21, "failed after i sent the message", QMAIL, BACK, NONE, EOD) \
    M(m22, "failed on data command", QMAIL, BACK, NONE, DATA) \
    M(m23, "failure: ", QMAIL, LOGGED, NONE, UNKNOWN) \
    M(m24, "gave this error:", EXCHANGE, SAID, BLANK, UNKNOWN) \
    M(m25, "giving up on ", NONE, HOST, NONE, UNKNOWN) \
    M(m26, "h=", NONE, HOST, NONE, UNKNOWN) \
    M(m27, "host ", NONE, PEER, REPLY, UNKNOWN) \
    M(m28, "in response to ", EXIM, STAGE, NONE, UNKNOWN) \
    M(m29, "led=", EXCHANGE, SAID, BRACES, UNKNOWN) \
    M(m30, "lmtp error from remote mail server after ", EXIM, COMMAND, RETRY, UNKNOWN) \
    M(m31, "lmtp error from remote mailer after ", EXIM, COMMAND, RETRY, UNKNOWN) \
    M(m32, "lmtp error after ", EXIM, COMMAND, RETRY, UNKNOWN) \
    M(m33, "lost connection with ", POSTFIX, HOST, NONE, UNKNOWN) \
    M(m34, "malformed smtp reply", EXIM, NOTE, NONE, UNKNOWN) \
    M(m35, "protocol-server|", OPENSMTPD, REPORT, NONE, UNKNOWN) \
    M(m36, "rcpt=", NONE, ADDRESS, NONE, UNKNOWN) \
    M(m37, "reason=\"", HARAKA, CODED, QUOTE, UNKNOWN) \
    M(m38, "relay=", NONE, HOST, NONE, UNKNOWN) \
    M(m39, "remote host closed connection ", EXIM, NOTE, NONE, UNKNOWN) \
    M(m40, "remote host said: ", QMAIL, SAID, GIVING, UNKNOWN) \
    M(m41, "remote server returned '", EXCHANGE, SAID, QUOTE, UNKNOWN) \
    M(m42, "remote server returned ", EXCHANGE, OWN, NONE, UNKNOWN) \
    M(m43, "reply=", SENDMAIL, SAID, STAT, UNKNOWN) \
    M(m44, "response=\"", HARAKA, CODED, QUOTE, UNKNOWN) \
    M(m45, "result=\"", OPENSMTPD, NOTE, NONE, UNKNOWN) \
    M(m46, "sasl authentication failed; server ", POSTFIX, PEER, REPLY, AUTH) \
    M(m47, "sasl authentication failed; ", POSTFIX, NOTE, NONE, AUTH) \
    M(m48, "server ", NONE, PEER, REPLY, UNKNOWN) \
    M(m49, "smtp error from remote mail server after ", EXIM, COMMAND, RETRY, UNKNOWN) \
    M(m50, "smtp error from remote mailer after ", EXIM, COMMAND, RETRY, UNKNOWN) \
    M(m51, "smtp timeout after ", EXIM, STAGE, NONE, UNKNOWN) \
    M(m52, "smtp timeout while connected to ", EXIM, HOST, NONE, UNKNOWN) \
    M(m53, "stat=\"", OPENSMTPD, SAID, QUOTE, UNKNOWN) \
    M(m54, "stat=", SENDMAIL, OWN, NONE, UNKNOWN) \
    M(m55, "status=bounced (", POSTFIX, OWN, BRACKET, UNKNOWN) \
    M(m56, "status=deferred (", POSTFIX, OWN, BRACKET, UNKNOWN) \
    M(m57, "the error that the other server returned was: ", BOUNCE, SAID, BLANK, UNKNOWN) \
    M(m58, "the reason given by them was: ", BOUNCE, SAID, BLANK, UNKNOWN) \
    M(m59, "the response from the remote server was: ", BOUNCE, SAID, BLANK, UNKNOWN) \
    M(m60, "the response was: ", BOUNCE, SAID, BLANK, UNKNOWN) \
    M(m61, "tls session: ", EXIM, NOTE, NONE, TLS) \
    M(m62, "to=", NONE, ADDRESS, NONE, UNKNOWN) \
    M(m63, "while talking to ", SENDMAIL, HOST, NONE, UNKNOWN) \
    M(m64, "while ", NONE, STAGE, NONE, UNKNOWN)

#define MEMBER(name, text, form, kind, tail, stage) char name[sizeof(text)];
#define MARKED(name, text, form, kind, tail, stage) text,
#define MARKER(name, text, form, kind, tail, stage) \
    {offsetof(struct marker_texts, name), SMTP5XX_FORM_##form, MARK_##kind, TAIL_##tail, SMTP5XX_STAGE_##stage},
static const struct marker_texts {
    MARKERS(MEMBER)
} marker_texts = {MARKERS(MARKED)};
static const struct marker {
    uint16_t text;
    uint8_t form, kind, tail, stage;
} markers[] = {MARKERS(MARKER)};
#undef MEMBER
#undef MARKED
#undef MARKER

/* Tails */

/* An empty line ends what the remote said: no reply has one. */
static void end_at_blank_line(struct scan *scan, uint32_t from) {
    for (uint32_t at = s5x_find(scan->text, from, scan->end, "\n\n\n\n"); at < scan->end;
         at = s5x_find(scan->text, at + 1, scan->end, "\n\n\n\n")) {
        uint32_t next = at + 1;
        while (next < scan->end && (scan->text[next] == ' ' || scan->text[next] == '\t' || scan->text[next] == '\r')) {
            next++;
        }
        if (next < scan->end && scan->text[next] == '\n') {
            scan->end = at;
            return;
        }
    }
}

static void end_at_line(struct scan *scan, uint32_t from) {
    scan->end = s5x_find(scan->text, from, scan->end, "\n\r\n\r");
}

/* The last place of a character, from `from` on; scan->end if there is none. */
static uint32_t last_of(const struct scan *scan, uint32_t from, char c) {
    for (uint32_t at = scan->end; at > from; at--) {
        if (scan->text[at - 1] == c) {
            return at - 1;
        }
    }
    return scan->end;
}

/* The last place, near the end, where the words begin; scan->end if there is none. */
static uint32_t last_words(const struct scan *scan, uint32_t from, const char *words) {
    uint32_t stop = scan->end - from > TAIL_LIMIT ? scan->end - TAIL_LIMIT : from;
    for (uint32_t at = scan->end; at > stop; at--) {
        if (words_end(scan, at - 1, words) != 0) {
            return at - 1;
        }
    }
    return scan->end;
}

/* "(in reply to RCPT TO command)". The last one counts, since the remote may have quoted another; the end of the text may cut
 * it off anywhere. */
static void end_at_in_reply(struct wrapped *wrapped, uint32_t from) {
    struct scan *scan = &wrapped->scan;
    end_at_blank_line(scan, from);
    uint32_t at = last_words(scan, from, "(in reply to "), last = last_of(scan, from, '(');
    if (at != scan->end) {
        take_stage(wrapped, words_end(scan, at, "(in reply to "));
        scan->end = at;
    } else if (scan->end - last > 3 && scan->end - last < 12 && memcmp(scan->text + last, "(in reply to", scan->end - last) == 0) {
        scan->end = last;
    }
}

static void end_at_giving_up(struct wrapped *wrapped, uint32_t from) {
    struct scan *scan = &wrapped->scan;
    int sure;
    end_at_blank_line(scan, from);
    uint32_t at = last_words(scan, from, "giving up on ");
    if (at != scan->end) {
        take_peer(wrapped, words_end(scan, at, "giving up on "), &sure);
        scan->end = at - (at > from && scan->text[at - 1] == '/'); /* A line break, in the log. */
    }
}

/* Lines of a transcript that go on with the same mark, which stands before `from`. */
static void end_at_lines(struct wrapped *wrapped, uint32_t from, char mark) {
    struct scan *scan = &wrapped->scan;
    uint32_t at = from;
    for (;;) {
        struct scan line = *scan;
        end_at_line(&line, at);
        uint32_t next = skip_blanks(scan, line.end);
        if (scan->end - next < 4 || scan->text[next] != mark || scan->text[next + 1] != mark || scan->text[next + 2] != mark ||
            read_code(scan, next + 4) == 0) {
            scan->end = line.end;
            return;
        }
        wrapped->reply->flags |= SMTP5XX_REPLY_ESCAPED;
        at = next;
    }
}

/* Exchange's tracking log: {LED=450 4.4.7 no};{MSG=};{FQDN=mx.example.com};{IP=192.0.2.1};{LRT=...} */
static void end_at_brace(struct wrapped *wrapped, uint32_t from) {
    struct scan *scan = &wrapped->scan;
    uint32_t end = s5x_find(scan->text, from, scan->end, "}}}}");
    int sure;
    for (uint32_t at = end; at < scan->end; at = s5x_find(scan->text, at + 1, scan->end, "{{{{")) {
        uint32_t value = words_end(scan, at, "{fqdn=");
        value = value != 0 ? value : words_end(scan, at, "{ip=");
        if (value != 0) {
            take_peer(wrapped, value, &sure);
        }
    }
    scan->end = end;
}

/* Cuts what the reporter wrote behind the remote's words, which begin at `from`. */
static void cut_tail(struct wrapped *wrapped, uint32_t tail, uint32_t from) {
    struct scan *scan = &wrapped->scan;
    char before = from > 0 ? scan->text[from - 1] : '\0';
    switch (tail) {
    case TAIL_REPLY: end_at_in_reply(wrapped, from); break;
    case TAIL_GIVING: end_at_giving_up(wrapped, from); break;
    case TAIL_RETRY:
        end_at_blank_line(scan, from);
        scan->end = last_words(scan, from, " dt="); /* Of the log with all selectors: how long it took. */
        scan->end = trim_end(scan->text, from, scan->end);
        scan->end = last_words(scan, from, ": retry timeout exceeded");
        break;
    case TAIL_QUOTE:
        if (before == '"') {
            end_at_line(scan, from);
        }
        end_at_blank_line(scan, from);
        scan->end = last_of(scan, from, before);
        break;
    case TAIL_BRACKET:
        end_at_blank_line(scan, from);
        scan->end = trim_end(scan->text, from, scan->end);
        scan->end -= scan->end > from && scan->text[scan->end - 1] == ')';
        break;
    case TAIL_ANGLE:
        end_at_blank_line(scan, from);
        scan->end = last_of(scan, from, '>');
        break;
    case TAIL_STAT:
        end_at_line(scan, from);
        scan->end = last_words(scan, from, ", stat=");
        break;
    case TAIL_BRACES: end_at_brace(wrapped, from); break;
    case TAIL_LINES: end_at_lines(wrapped, from, scan->text[from - 2]); break;
    case TAIL_BLANK: end_at_blank_line(scan, skip_blanks(scan, from)); break;
    default: break;
    }
}

/* The walk */

static void set_form(struct wrapped *wrapped, uint32_t form) {
    wrapped->reply->form = wrapped->reply->form == SMTP5XX_FORM_NONE ? (uint8_t)form : wrapped->reply->form;
}

/* Takes what follows as the remote's words. */
static int take_said(struct wrapped *wrapped, uint32_t form, uint32_t tail, uint32_t from) {
    set_form(wrapped, form);
    cut_tail(wrapped, tail, from);
    wrapped->from = from;
    return 1;
}

/* "host H[IP] said: ", "host H[IP] refused to talk to me: ", "... to start TLS: ", "host H [IP]: 550". Returns 1 if that was it, else 0 and the
 * place where to go on. */
static int take_said_by(struct wrapped *wrapped, const struct marker *marker, uint32_t *at) {
    const struct scan *scan = &wrapped->scan;
    smtp5xx_span host = wrapped->reply->host, ip = wrapped->reply->ip;
    int sure;
    uint32_t after = take_peer(wrapped, *at, &sure), from;
    if (after > *at && (from = words_end(scan, after, " said:")) != 0) {
        set_stage(wrapped, marker->stage);
        *at = from;
        return take_said(wrapped, SMTP5XX_FORM_POSTFIX, marker->tail, from);
    }
    if (after > *at && (from = words_end(scan, after, " refused to start tls:")) != 0) {
        set_stage(wrapped, SMTP5XX_STAGE_TLS);
        return take_said(wrapped, SMTP5XX_FORM_POSTFIX, TAIL_BLANK, from);
    }
    if (after > *at && (from = words_end(scan, after, " refused to talk to me:")) != 0) {
        set_stage(wrapped, SMTP5XX_STAGE_CONNECT);
        return take_said(wrapped, SMTP5XX_FORM_POSTFIX, TAIL_BLANK, from);
    }
    if (after > *at && (from = words_end(scan, after, " refused to start tls:")) != 0) {
        set_stage(wrapped, SMTP5XX_STAGE_TLS);
        return take_said(wrapped, SMTP5XX_FORM_POSTFIX, TAIL_BLANK, from);
    }
    if (sure && after < scan->end && scan->text[after] == ':' && read_code(scan, skip_blanks(scan, after + 1)) != 0) {
        return take_said(wrapped, SMTP5XX_FORM_EXIM, TAIL_RETRY, after + 1);
    }
    if (sure && after > 0 && scan->text[after - 1] == ']' && bracket_after(scan, name_end(scan, *at)) == name_end(scan, *at)) {
        set_form(wrapped, SMTP5XX_FORM_POSTFIX); /* Nobody else writes H[IP] without a blank. */
    }
    if (!sure) { /* "host or domain name not found" */
        wrapped->reply->host = host;
        wrapped->reply->ip = ip;
    }
    *at = sure ? after : *at;
    return 0;
}

/* "after RCPT TO:<bob@example.com>: host H [IP]: 550": the host in the older wording only. */
static int take_command(struct wrapped *wrapped, const struct marker *marker, uint32_t *at) {
    const struct scan *scan = &wrapped->scan;
    uint32_t colon = command_end(scan, *at), after, from;
    int sure;
    struct wrapped command = *wrapped;
    command.scan.end = colon == UINT32_MAX ? scan->end : colon;
    take_stage(&command, *at);
    wrapped->stage = command.stage;
    set_form(wrapped, marker->form);
    if (colon == UINT32_MAX) {
        return 0;
    }
    from = skip_blanks(scan, colon + 1);
    after = words_end(scan, from, "host ");
    if (after != 0) {
        after = take_peer(wrapped, after, &sure);
        from = sure && after < scan->end && scan->text[after] == ':' ? after + 1 : from;
    }
    return take_said(wrapped, marker->form, marker->tail, from);
}

/* A line of a transcript: what was sent, or what came. Who shows which mark for which differs. */
static int take_transcript(struct wrapped *wrapped, const struct marker *marker, uint32_t at) {
    uint32_t code = read_code(&wrapped->scan, at);
    if (code >= 400) {
        return take_said(wrapped, marker->form, marker->tail, at);
    }
    if (code == 0) {
        uint32_t stage = stage_at(&wrapped->scan, at);
        wrapped->stage = stage != 0 ? stage : wrapped->stage; /* The last command is the one that was refused. */
        if (stage == SMTP5XX_STAGE_RCPT) {
            take_recipient(wrapped, at);
        }
    }
    return 0;
}

/* "** bob@example.com R=dnslookup T=remote_smtp: retry timeout exceeded" */
static int take_exim_line(struct wrapped *wrapped, uint32_t *at) {
    const struct scan *scan = &wrapped->scan;
    uint32_t end = take_address_of(wrapped, *at), colon;
    end -= end > *at && scan->text[end - 1] == ':';
    if (end == *at || memchr(scan->text + *at, '@', end - *at) == NULL) {
        wrapped->reply->recipient.length = 0;
        return 0;
    }
    if (wrapped->reply->recipient.offset + wrapped->reply->recipient.length > end) {
        wrapped->reply->recipient.length = end - wrapped->reply->recipient.offset;
    }
    set_form(wrapped, SMTP5XX_FORM_EXIM);
    colon = command_end(scan, end);
    wrapped->from = colon == UINT32_MAX ? wrapped->from : colon + 1;
    *at = end;
    return 0;
}

/* The reporter's own words are all that is judged of the text, but a bracket may close around them. */
static int take_own(struct wrapped *wrapped, const struct marker *marker, uint32_t from) {
    set_form(wrapped, marker->form);
    cut_tail(wrapped, marker->tail, from);
    wrapped->from = from;
    return 1;
}

/* What stands behind a marker at `start`. Returns 1 if what is left is to be looked at anew; else the walk goes on at *at. */
static int act_on_marker(struct wrapped *wrapped, const struct marker *marker, uint32_t start, uint32_t *at) {
    int sure;
    if (marker->kind != MARK_EXIM && marker->kind != MARK_PEER && marker->kind != MARK_SENT && marker->kind != MARK_CODED &&
        marker->kind != MARK_LOGGED) {
        set_form(wrapped, marker->form);
        set_stage(wrapped, marker->stage);
    }
    switch (marker->kind) {
    case MARK_PEER: return take_said_by(wrapped, marker, at);
    case MARK_HOST: *at = take_peer(wrapped, *at, &sure); return 0;
    case MARK_BACK: take_peer_before(wrapped, start, wrapped->from); return 0;
    case MARK_CODED:
        if (read_code(&wrapped->scan, skip_blanks(&wrapped->scan, *at)) == 0) {
            return 0;
        }
        return take_said(wrapped, marker->form, marker->tail, *at);
    case MARK_SAID:
        if (marker->form == SMTP5XX_FORM_EXCHANGE && marker->tail != TAIL_BRACES) {
            take_peer_before(wrapped, start, wrapped->from);
        }
        return take_said(wrapped, marker->form, marker->tail, *at);
    case MARK_REPORT:
        *at = s5x_find(wrapped->scan.text, *at, wrapped->scan.end, "||||");
        return *at < wrapped->scan.end && take_said(wrapped, marker->form, TAIL_NONE, *at + 1);
    case MARK_COMMAND: return take_command(wrapped, marker, at);
    case MARK_STAGE:
        if (wrapped->reply->form != SMTP5XX_FORM_NONE) { /* Elsewhere these are words like any other. */
            take_stage(wrapped, *at);
        }
        return 0;
    case MARK_SENT: return take_transcript(wrapped, marker, *at);
    case MARK_ADDRESS: *at = take_address_of(wrapped, *at); return 0;
    case MARK_EXIM: return take_exim_line(wrapped, at);
    case MARK_OWN: return take_own(wrapped, marker, *at);
    case MARK_LOGGED: return has_underscores(&wrapped->scan, *at) && take_own(wrapped, marker, *at);
    case MARK_STATUS:
        if (wrapped->status.class == 0 && read_enhanced(&wrapped->scan, *at, &wrapped->status) == 0) {
            wrapped->status.class = 0;
        }
        return 0;
    case MARK_STOP: *at = wrapped->scan.end; return 0;
    default: return 0;
    }
}

static const char *text_of(const struct marker *marker) {
    return (const char *)&marker_texts + marker->text;
}

/* The marker that begins here, NULL if none does. */
static const struct marker *marker_at(const struct scan *scan, uint32_t at, uint32_t *after) {
    uint32_t low = 0, high = sizeof markers / sizeof *markers;
    char first = s5x_lower(scan->text[at]);
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (*text_of(&markers[middle]) < first) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < sizeof markers / sizeof *markers && *text_of(&markers[low]) == first; low++) {
        *after = words_end(scan, at, text_of(&markers[low]));
        if (*after != 0) {
            return &markers[low];
        }
    }
    return NULL;
}

/* Exchange: "#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##", "<mx.example.com #5.1.1 smtp; 550 no>". */
static int take_hash(struct wrapped *wrapped, uint32_t at) {
    struct scan *scan = &wrapped->scan;
    struct enhanced status;
    uint32_t end = trim_end(scan->text, at, scan->end), after;
    if (read_code(scan, at + 1) != 0 && end - at > 8 && scan->text[end - 1] == '#' && scan->text[end - 2] == '#') {
        take_peer_before(wrapped, at, wrapped->from);
        scan->end = end - 2;
        return take_said(wrapped, SMTP5XX_FORM_EXCHANGE, TAIL_NONE, at + 1);
    }
    if (read_enhanced(scan, at + 1, &status) != 0 && (after = words_end(scan, status.after, " smtp;")) != 0) {
        take_peer_before(wrapped, at, wrapped->from);
        wrapped->status = wrapped->status.class == 0 ? status : wrapped->status;
        return take_said(wrapped, SMTP5XX_FORM_EXCHANGE, TAIL_ANGLE, after);
    }
    return 0;
}

static int opens_marker(char c, char next) {
    return s5x_is_alnum(c) || (c == '(' && s5x_lower(next) == 'r') || ((c == '<' || c == '>' || c == '*' || c == '=') && next == c);
}

/* Looks for markers in what is left. Returns 1 if a wrapper was taken off, so that what is left is to be looked at anew. */
static int walk_markers(struct wrapped *wrapped) {
    struct scan *scan = &wrapped->scan;
    uint32_t at = wrapped->from, stop = scan->end - at > WALK_MAX ? at + WALK_MAX : scan->end;
    while (at < stop) {
        char c = scan->text[at], next = at + 1 < scan->end ? scan->text[at + 1] : '\0';
        uint32_t start = at, after;
        if (c == '#' && (s5x_is_digit(next)) && take_hash(wrapped, at)) {
            return 1;
        }
        const struct marker *marker = opens_marker(c, next) ? marker_at(scan, at, &after) : NULL;
        if (marker != NULL) {
            at = after;
            if (act_on_marker(wrapped, marker, start, &at)) {
                return 1;
            }
            stop = stop < scan->end ? stop : scan->end;
            continue;
        }
        at++;
        while (s5x_is_alnum(c) && at < stop && s5x_is_alnum(scan->text[at])) {
            at++;
        }
    }
    return 0;
}
