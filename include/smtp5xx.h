/*
 * libsmtp5xx: what a mail server's reply means and what to do about it.
 *
 *     parse      what did the server say?      reply code, enhanced status code, text
 *     classify   what really happened?         one of the reasons, how sure, on which evidence
 *     advise     what do I do now?             action, who must act, when to retry, the steps
 *
 * Every function is pure: no heap, no stdio, no locale, no errno, no clock, no global state. All of them may be called
 * from any thread, from a signal handler, after fork() and in a chroot. Input is a pointer and a length; any byte value
 * is allowed, NUL included, and nothing beyond the length is read.
 *
 * Result structs are plain, fixed-width and free of pointers. They only ever grow at the end. The caller passes the size
 * of its own struct as the last argument; the library fills at most that many bytes, zeroes what it does not know and
 * stamps `size` with the number of bytes that it filled. Zero always means "not known" or "none". Padding does not exist:
 * reserved fields are written as zero.
 *
 * Numbers of enum constants are fixed and never reused. New ones may appear in any minor release, so treat a number that
 * you do not know as its table's "unknown". Strings are static, UTF-8 (ASCII but for a few names), and never NULL.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#ifndef SMTP5XX_H
#define SMTP5XX_H

#include <stddef.h>
#include <stdint.h>

/* The version of the code (semantic versioning); the build reads it from here. The tables have a version of their own:
 * smtp5xx_table_version(). */
#define SMTP5XX_VERSION_MAJOR 0
#define SMTP5XX_VERSION_MINOR 2
#define SMTP5XX_VERSION_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif

/* At most this many bytes of one input are looked at; what lies beyond sets SMTP5XX_REPLY_CUT. */
enum { SMTP5XX_INPUT_MAX = 65536 };

/* Return values. 0 is success; on error every output that was given is zeroed. */
enum {
    SMTP5XX_OK = 0,
    SMTP5XX_EINVAL = -1, /* a pointer that must not be NULL is, offsets do not ascend, or a caller's rule is no good */
    SMTP5XX_ESIZE = -2   /* an output is smaller than its struct of version 0.1 */
};

/* Where in the SMTP dialogue the reply came. RCPT is the only stage at which a refusal speaks of the recipient by
 * itself; at CONNECT it speaks of the sending IP. */
enum {
    SMTP5XX_STAGE_UNKNOWN = 0,
    SMTP5XX_STAGE_CONNECT = 1, /* greeting, RFC 5321 3.1 */
    SMTP5XX_STAGE_HELO = 2,
    SMTP5XX_STAGE_TLS = 3,  /* STARTTLS, RFC 3207 */
    SMTP5XX_STAGE_AUTH = 4, /* RFC 4954 */
    SMTP5XX_STAGE_MAIL = 5,
    SMTP5XX_STAGE_RCPT = 6,
    SMTP5XX_STAGE_DATA = 7, /* the DATA command, before the message */
    SMTP5XX_STAGE_EOD = 8   /* end of data: after the message was sent, or BDAT LAST */
};

/* The form in which the reply was handed over. */
enum {
    SMTP5XX_FORM_NONE = 0,    /* nothing that looks like a reply was found */
    SMTP5XX_FORM_RAW = 1,     /* lines as the server sends them, or joined by blanks as mailers log them */
    SMTP5XX_FORM_ENHANCED = 2, /* an enhanced status code and text without a reply code: "5.1.1 no such user" */
    SMTP5XX_FORM_TEXT = 3,    /* words only */
    /* Since 0.2: who wrapped it. What the reporter wrote around the reply is cut off; `said` is what the remote server said,
     * or, where there was no reply (a host that could not be reached), the reporter's own words. */
    SMTP5XX_FORM_POSTFIX = 4,    /* "host H[IP] said: 550 ... (in reply to RCPT TO command)", log lines, delivery filters */
    SMTP5XX_FORM_EXIM = 5,       /* "SMTP error from remote mail server after RCPT TO:<x>: 550 ...", old and new wording */
    SMTP5XX_FORM_SENDMAIL = 6,   /* "stat=", "reply=", "(reason: 550 ...)", "<<< 550 ..." */
    SMTP5XX_FORM_QMAIL = 7,      /* "Remote host said: 550 ...", and the log, with underscores for blanks */
    SMTP5XX_FORM_OPENSMTPD = 8,  /* stat="550 ..." and lines of the report API */
    SMTP5XX_FORM_EXCHANGE = 9,   /* Exchange and Microsoft 365: "Remote Server returned '550 ...'", "<H #5.1.1 smtp; 550 ...>" */
    SMTP5XX_FORM_HARAKA = 10,    /* the dsn_* fields as JSON, log lines */
    SMTP5XX_FORM_KUMOMTA = 11,   /* JSON log record */
    SMTP5XX_FORM_POWERMTA = 12,  /* CSV accounting record */
    SMTP5XX_FORM_SES = 13,       /* Amazon SES: JSON event, also within an SNS message */
    SMTP5XX_FORM_DSN = 14,       /* fields of a delivery status notification: "Diagnostic-Code: smtp; 550 ..." (RFC 3464) */
    SMTP5XX_FORM_JSON = 15,      /* another JSON record that has the reply in a field of a common name */
    SMTP5XX_FORM_BOUNCE = 16     /* readable text of another bounce message: "The response was: 550 ..." */
};

/* smtp5xx_reply.flags */
enum {
    SMTP5XX_REPLY_MULTILINE = 1,          /* more than one line of the reply was found */
    SMTP5XX_REPLY_CLASS_MISMATCH = 2,     /* reply code and enhanced status code differ in their class: 450 5.1.1 */
    SMTP5XX_REPLY_NO_CODE = 4,            /* no reply code */
    SMTP5XX_REPLY_CUT = 8,                /* longer than SMTP5XX_INPUT_MAX; the rest was not looked at */
    SMTP5XX_REPLY_NOT_SMTP = 16,          /* neither reply code nor enhanced status code: words only, or nothing */
    SMTP5XX_REPLY_UNFINISHED = 32,        /* the last line has a hyphen after its code: "550-text" */
    SMTP5XX_REPLY_CODES_DIFFER = 64,      /* lines of one reply carry different reply codes (RFC 5321 4.2.1 forbids it) */
    SMTP5XX_REPLY_BAD_CODE = 128,         /* a number in the place of a code that is none: "999 x", "5.123456.1" */
    SMTP5XX_REPLY_SUCCESS = 256,          /* 2xx or 3xx: no refusal */
    SMTP5XX_REPLY_ESCAPED = 512           /* since 0.2: the bytes of `said` are escaped, by JSON, by a transcript's marks or by
                                             qmail's underscores. Words are read as if they were not. Of such a reply at most
                                             2048 bytes are looked at; a longer one sets SMTP5XX_REPLY_CUT. */
};

/* A place in the caller's own text, in bytes. length 0: there is none. */
typedef struct smtp5xx_span {
    uint32_t offset;
    uint32_t length;
} smtp5xx_span;

/* A rule of the caller's own, tried before the library's: when all that it asks for holds, it decides. 32 bytes.
 *
 * The phrase is words that must stand in the reply in this order. Case, accents, punctuation, articles and inflections do not
 * matter ("mailbox blocked" is in "the mailboxes are BLOCKED"), and addresses, IPs, hosts and numbers between the words are
 * passed over, unless they are in the phrase. An empty phrase holds for every text, so that codes alone decide. */
typedef struct smtp5xx_rule {
    uint32_t id;         /* yours; it becomes the verdict's rule */
    uint16_t reason;     /* SMTP5XX_REASON_* */
    uint8_t action;      /* SMTP5XX_ACTION_*; 0: as the reason and the policy have it */
    uint8_t confidence;  /* 1 to 100; 0 is 99 */
    uint16_t code;       /* reply code; 0 for any */
    uint8_t reply_class; /* 4 or 5, of the reply code or else the enhanced status code; 0 for any */
    uint8_t stage;       /* SMTP5XX_STAGE_*; 0 for any */
    uint16_t subject;    /* enhanced subject + 1; 0 for any or none */
    uint16_t detail;     /* enhanced detail + 1; 0 for any or none */
    uint16_t provider;   /* id; 0 for any. Only one that the context gives counts. */
    uint8_t judged;      /* SMTP5XX_PERMANENCE_*; 0: as the reason has it */
    uint8_t reserved[5];
    smtp5xx_span phrase; /* in the context's rule_text, 32 words at most */
} smtp5xx_rule;

/* What the caller knows beyond the text. Every field is optional; NULL is a context of zeros. `size` must be
 * sizeof(smtp5xx_context), so that a newer library knows what an older caller did not set. The pointers are read during the
 * call only; what they point at stays the caller's. */
typedef struct smtp5xx_context {
    uint32_t size;
    uint16_t provider; /* who runs the remote host: smtp5xx_provider_find(); 0 lets the text decide */
    uint8_t stage;     /* SMTP5XX_STAGE_* */
    uint8_t reserved;
    const smtp5xx_rule *rules; /* since 0.2: the caller's own rules; the first that holds decides */
    const char *rule_text;     /* since 0.2: holds their phrases */
    uint32_t rule_count;       /* since 0.2 */
    uint32_t rule_size;        /* since 0.2: sizeof(smtp5xx_rule) */
    uint32_t rule_text_length; /* since 0.2: bytes */
    uint32_t reserved2;
} smtp5xx_context;

/* What the server said. 68 bytes. */
typedef struct smtp5xx_reply {
    uint32_t size;
    uint16_t code;             /* 200 to 599 (RFC 5321 4.2.1), 0 if there is none */
    uint8_t enhanced_class;    /* 2, 4 or 5 (RFC 3463 2), 0 if there is no enhanced status code */
    uint8_t stage;             /* SMTP5XX_STAGE_*, from the context, or else from what was wrapped around the reply */
    uint16_t enhanced_subject; /* 0 to 999 */
    uint16_t enhanced_detail;  /* 0 to 999 */
    uint8_t form;              /* SMTP5XX_FORM_* */
    uint8_t reserved;
    uint16_t lines;            /* lines of the reply, 65535 at most */
    uint32_t flags;            /* SMTP5XX_REPLY_* */
    smtp5xx_span said;         /* the whole reply, codes included, without blanks and line breaks around it */
    smtp5xx_span text;         /* the text of its first line that has any, codes excluded; smtp5xx_next_text() has all */
    smtp5xx_span enhanced;     /* the digits and dots of the enhanced status code */
    smtp5xx_span host;         /* since 0.2: the remote host's name, from what was wrapped around the reply */
    smtp5xx_span ip;           /* since 0.2: its IP address */
    smtp5xx_span recipient;    /* since 0.2: the recipient's address, without angle brackets */
} smtp5xx_reply;

/* What happened, 43 reasons. docs/reasons.md explains each; `smtp5xx table reasons` prints them. */
enum {
    SMTP5XX_REASON_UNKNOWN = 0,
    /* recipient */
    SMTP5XX_REASON_USER_UNKNOWN = 1,
    SMTP5XX_REASON_BAD_ADDRESS_SYNTAX = 2,
    SMTP5XX_REASON_DOMAIN_UNKNOWN = 3,
    SMTP5XX_REASON_USER_MOVED = 4,
    SMTP5XX_REASON_MAILBOX_DISABLED = 5,
    SMTP5XX_REASON_MAILBOX_FULL = 6,
    SMTP5XX_REASON_RECIPIENT_RESTRICTED = 7,
    /* message */
    SMTP5XX_REASON_MESSAGE_TOO_LARGE = 8,
    SMTP5XX_REASON_MESSAGE_MALFORMED = 9,
    SMTP5XX_REASON_CONTENT_REJECTED = 10,
    SMTP5XX_REASON_SPAM_CONTENT = 11,
    SMTP5XX_REASON_VIRUS_DETECTED = 12,
    /* sender identity */
    SMTP5XX_REASON_DMARC_FAILURE = 13,
    SMTP5XX_REASON_SPF_FAILURE = 14,
    SMTP5XX_REASON_DKIM_FAILURE = 15,
    SMTP5XX_REASON_AUTH_MISSING = 16,
    SMTP5XX_REASON_PTR_MISSING = 17,
    SMTP5XX_REASON_SMTP_AUTH_REQUIRED = 18,
    SMTP5XX_REASON_SMTP_AUTH_FAILED = 19,
    SMTP5XX_REASON_TLS_REQUIRED = 20,
    SMTP5XX_REASON_TLS_FAILURE = 21,
    SMTP5XX_REASON_SENDER_INVALID = 22,
    SMTP5XX_REASON_SENDER_NOT_AUTHORIZED = 23,
    SMTP5XX_REASON_RELAY_DENIED = 24,
    /* reputation and rate */
    SMTP5XX_REASON_IP_BLOCKLISTED = 25,
    SMTP5XX_REASON_DOMAIN_BLOCKLISTED = 26,
    SMTP5XX_REASON_LOW_REPUTATION = 27,
    SMTP5XX_REASON_POLICY_REJECTED = 28,
    SMTP5XX_REASON_GEO_BLOCKED = 29,
    SMTP5XX_REASON_RATE_LIMITED = 30,
    SMTP5XX_REASON_TOO_MANY_RECIPIENTS = 31,
    SMTP5XX_REASON_GREYLISTED = 32,
    SMTP5XX_REASON_SUPPRESSED = 33,
    /* system and network */
    SMTP5XX_REASON_SYSTEM_FULL = 34,
    SMTP5XX_REASON_SYSTEM_ERROR = 35,
    SMTP5XX_REASON_NOT_ACCEPTING_MAIL = 36,
    SMTP5XX_REASON_NETWORK_ERROR = 37,
    SMTP5XX_REASON_DNS_FAILURE = 38,
    SMTP5XX_REASON_ROUTING_LOOP = 39,
    SMTP5XX_REASON_DELIVERY_EXPIRED = 40,
    /* protocol */
    SMTP5XX_REASON_PROTOCOL_ERROR = 41,
    SMTP5XX_REASON_FEATURE_UNSUPPORTED = 42
};

enum {
    SMTP5XX_CATEGORY_UNKNOWN = 0,
    SMTP5XX_CATEGORY_RECIPIENT = 1,
    SMTP5XX_CATEGORY_MESSAGE = 2,
    SMTP5XX_CATEGORY_SENDER = 3, /* identity: authentication, address, TLS, login */
    SMTP5XX_CATEGORY_REPUTATION = 4,
    SMTP5XX_CATEGORY_SYSTEM = 5,
    SMTP5XX_CATEGORY_PROTOCOL = 6
};

/* RFC 5321 4.2.1: what the class of a code claims, or what we judge it to be. */
enum {
    SMTP5XX_PERMANENCE_UNKNOWN = 0,
    SMTP5XX_PERMANENCE_SUCCESS = 1,
    SMTP5XX_PERMANENCE_TEMPORARY = 2,
    SMTP5XX_PERMANENCE_PERMANENT = 3
};

/* The rung of the ladder that decided, most trusted last. */
enum {
    SMTP5XX_BASIS_NONE = 0,
    SMTP5XX_BASIS_BASIC = 1,          /* the reply code alone */
    SMTP5XX_BASIS_ENHANCED = 2,       /* the enhanced status code, by the IANA registry */
    SMTP5XX_BASIS_CODES = 3,          /* reply code and enhanced status code together, as practice uses the pair */
    SMTP5XX_BASIS_PROVIDER_CODES = 4, /* what the provider documents for its codes */
    SMTP5XX_BASIS_PHRASE = 5,         /* the words */
    SMTP5XX_BASIS_PHRASE_CODE = 6,    /* the words, from this provider, under this code or at this stage */
    SMTP5XX_BASIS_TOKEN = 7,          /* a provider's own token, or the name of a block list */
    SMTP5XX_BASIS_CALLER = 8          /* the caller's own rule */
};

/* smtp5xx_verdict.flags */
enum {
    SMTP5XX_VERDICT_PROVIDER_FROM_CONTEXT = 1,
    SMTP5XX_VERDICT_PROVIDER_FROM_TEXT = 2,
    SMTP5XX_VERDICT_PROVIDER_OVERRULES = 4, /* the provider's meaning was taken against the registry's */
    SMTP5XX_VERDICT_CLAIM_OVERRULED = 8,    /* judged permanence differs from the claimed one */
    SMTP5XX_VERDICT_STAGE_DECIDED = 16,     /* the stage chose among the meanings of the code, or against the words */
    SMTP5XX_VERDICT_CODES_OVERRULED = 32,   /* the words mean something else than the codes */
    SMTP5XX_VERDICT_CODES_AGREE = 64,       /* the words and the codes mean the same */
    SMTP5XX_VERDICT_AMBIGUOUS = 128         /* other words in the reply mean something else, with the same rank */
};

/* What happened. 80 bytes. */
typedef struct smtp5xx_verdict {
    uint32_t size;
    uint16_t reason;     /* SMTP5XX_REASON_* */
    uint8_t category;    /* SMTP5XX_CATEGORY_*, of the reason */
    uint8_t claimed;     /* SMTP5XX_PERMANENCE_*, by the reply code, or else the enhanced class */
    uint8_t judged;      /* SMTP5XX_PERMANENCE_*, ours: a full mailbox is temporary though sent as 552 */
    uint8_t confidence;  /* 0 to 100: how often, in percent, such a verdict is right */
    uint8_t basis;       /* SMTP5XX_BASIS_* */
    uint8_t stage;       /* SMTP5XX_STAGE_*, from the reply */
    uint16_t code;       /* the codes that were judged, as in the reply */
    uint8_t enhanced_class;
    uint8_t action;       /* SMTP5XX_ACTION_* that the rule which decided asks for, 0: as the reason has it; since 0.2 */
    uint16_t enhanced_subject;
    uint16_t enhanced_detail;
    uint32_t rule;        /* what decided: a row of SMTP5XX_TABLE_RULES (10000 and more) or of SMTP5XX_TABLE_CODES, or, with
                             BASIS_CALLER, the caller's own number; 0 if nothing did. Ids are never reused. */
    uint16_t provider;    /* id in SMTP5XX_TABLE_PROVIDERS, 0 if not known */
    uint16_t blocklist;   /* id in SMTP5XX_TABLE_BLOCKLISTS that the text names, 0 if it names none */
    uint32_t retry_after; /* seconds that the server asks to wait, 604800 (a week) at most; 0 if it does not say */
    uint32_t size_limit;  /* bytes that the server allows, with message_too_large; 0 if it does not say */
    uint32_t flags;       /* SMTP5XX_VERDICT_* */
    smtp5xx_span words;   /* what decided, in the text: words, a token, a host, or the code */
    smtp5xx_span ip;      /* the first IP address in the text: with a block the blocked one */
    smtp5xx_span url;     /* the first URL in the text: where the server sends you */
    smtp5xx_span new_address; /* with user_moved: the address in the text (RFC 5321 3.4) */
    smtp5xx_span reference;   /* the server's own id of the refusal, for its support */
} smtp5xx_verdict;

/* What a sender does next, 7 actions. 0 is none: the reply is a success. */
enum {
    SMTP5XX_ACTION_NONE = 0,
    SMTP5XX_ACTION_SUPPRESS = 1,    /* stop mailing this address */
    SMTP5XX_ACTION_SOFT = 2,        /* count it; suppress only after soft_count of them over soft_days */
    SMTP5XX_ACTION_RETRY = 3,       /* the same message again, later */
    SMTP5XX_ACTION_FIX_SENDER = 4,  /* keep the address; repair the sending side */
    SMTP5XX_ACTION_FIX_MESSAGE = 5, /* keep the address; change the message */
    SMTP5XX_ACTION_FIX_ADDRESS = 6, /* correct or update the address */
    SMTP5XX_ACTION_REVIEW = 7       /* a human must look; nothing automatic is safe */
};

/* What becomes of the recipient's address. */
enum {
    SMTP5XX_DISPOSITION_NONE = 0,
    SMTP5XX_DISPOSITION_KEEP = 1,
    SMTP5XX_DISPOSITION_COUNT = 2,    /* keep it, and count this failure against it */
    SMTP5XX_DISPOSITION_CORRECT = 3,  /* correct or replace it; do not mail the old one again */
    SMTP5XX_DISPOSITION_SUPPRESS = 4
};

/* Who must act. */
enum {
    SMTP5XX_PARTY_NOBODY = 0,
    SMTP5XX_PARTY_SENDER_ADMIN = 1,
    SMTP5XX_PARTY_LIST_OWNER = 2,
    SMTP5XX_PARTY_AUTHOR = 3, /* of the message: a person or the program that makes it */
    SMTP5XX_PARTY_RECIPIENT = 4,
    SMTP5XX_PARTY_RECIPIENT_ADMIN = 5,
    SMTP5XX_PARTY_NETWORK = 6
};

/* What else the refusal holds for. */
enum {
    SMTP5XX_SCOPE_NONE = 0,
    SMTP5XX_SCOPE_RECIPIENT = 1,
    SMTP5XX_SCOPE_MESSAGE = 2,
    SMTP5XX_SCOPE_DOMAIN = 3,   /* all mail to this recipient domain */
    SMTP5XX_SCOPE_PROVIDER = 4, /* all mail to whoever runs the remote host */
    SMTP5XX_SCOPE_IP = 5,       /* all mail from this sending IP */
    SMTP5XX_SCOPE_SENDER = 6    /* all mail from this sender address or domain */
};

/* When the same message may be sent again. */
enum {
    SMTP5XX_RETRY_NONE = 0,
    SMTP5XX_RETRY_NEVER = 1,
    SMTP5XX_RETRY_LATER = 2,    /* unchanged, after retry_after seconds, until retry_until */
    SMTP5XX_RETRY_AFTER_FIX = 3 /* only after the steps are done */
};

/* How much it matters. */
enum {
    SMTP5XX_SEVERITY_NONE = 0,
    SMTP5XX_SEVERITY_INFO = 1,    /* part of normal life */
    SMTP5XX_SEVERITY_WARNING = 2, /* this message, this recipient */
    SMTP5XX_SEVERITY_ERROR = 3,   /* more messages will fail until somebody acts */
    SMTP5XX_SEVERITY_CRITICAL = 4 /* all mail of this sender to this provider, or the account, is at risk */
};

enum { SMTP5XX_STEPS_MAX = 8, SMTP5XX_REFERENCES_MAX = 4, SMTP5XX_PATH_MAX = 8 };

/* What the caller prefers. Every field is optional: zero takes the default named beside it. `size` must be
 * sizeof(smtp5xx_policy). An action that is none of SMTP5XX_ACTION_* counts as zero. SUPPRESS, by whomever it is wished,
 * holds only with suppress_confidence and not for a reply before RCPT: otherwise REVIEW, or RETRY for a temporary one. */
typedef struct smtp5xx_policy {
    uint32_t size;
    uint8_t on_unknown;          /* action for a permanent refusal with no known reason: REVIEW */
    uint8_t on_mailbox_full;     /* SOFT */
    uint8_t on_mailbox_disabled; /* SUPPRESS, of a temporary refusal RETRY */
    uint8_t on_reputation;       /* block lists, reputation and policy: as the reason's row has it, mostly FIX_SENDER */
    uint8_t suppress_confidence; /* the least confidence, 1 to 100, at which suppress is advised: 75 */
    uint8_t reserved[3];
    uint32_t retry_after_min;    /* seconds: 1800 (RFC 5321 4.5.4.1); greylisted: 300, too_many_recipients: 60 */
    uint32_t retry_after_max;    /* seconds: 86400; a server's wish for longer is cut to it */
    uint32_t retry_until;        /* seconds after the first try when to give up: 432000 (RFC 5321 4.5.4.1: 4-5 days) */
    uint16_t soft_count;         /* failures: 5 */
    uint16_t soft_days;          /* over at least so many days: 14 */
    uint32_t hold_max;           /* since 0.2: seconds: 86400; no hold is longer */
    uint32_t hold_reputation;    /* since 0.2: seconds to hold mail after a block or for reputation: as the row has it, mostly 14400 */
} smtp5xx_policy;

/* What to do. 76 bytes. */
typedef struct smtp5xx_advice {
    uint32_t size;
    uint8_t action;          /* SMTP5XX_ACTION_* */
    uint8_t disposition;     /* SMTP5XX_DISPOSITION_* */
    uint8_t party;           /* SMTP5XX_PARTY_*, who must act first */
    uint8_t scope;           /* SMTP5XX_SCOPE_* */
    uint8_t severity;        /* SMTP5XX_SEVERITY_* */
    uint8_t retry;           /* SMTP5XX_RETRY_* */
    uint8_t step_count;      /* of steps[] */
    uint8_t reference_count; /* of references[] */
    uint32_t retry_after;    /* seconds before the first retry, with RETRY_LATER; else 0. A hold counts for this message too. */
    uint32_t retry_until;    /* seconds after the first try when to give up, with RETRY_LATER; else 0 */
    uint16_t soft_count;     /* with ACTION_SOFT: suppress after so many failures; else 0 */
    uint16_t soft_days;      /* ... over at least so many days; else 0 */
    uint16_t steps[8];       /* ids in SMTP5XX_TABLE_STEPS, in the order in which to take them */
    uint16_t references[4];  /* ids in SMTP5XX_TABLE_REFERENCES */
    uint16_t path[8];        /* the way through the decision tree, root first: ids in SMTP5XX_TABLE_NODES */
    uint8_t path_length;     /* of path[] */
    uint8_t reserved[3];
    uint32_t hold;           /* since 0.2: seconds for which other mail of the same scope, to whoever refused, had better wait; 0: it
                                need not */
    uint16_t why;            /* since 0.2: id in SMTP5XX_TABLE_WHYS: why this action */
    uint16_t reserved2;
} smtp5xx_advice;

/*
 * The three steps
 */

/* Finds one reply in text. text may be NULL when length is 0. context may be NULL. A text that is no reply at all gives 0
 * all the same, with SMTP5XX_REPLY_NOT_SMTP set: no code is ever invented. Returns SMTP5XX_OK, EINVAL or ESIZE. */
int smtp5xx_parse(const char *text, size_t length, const smtp5xx_context *context, smtp5xx_reply *reply, size_t reply_size);

/* Walks the text of the reply's lines, codes excluded. Begin with *piece zeroed; each call that returns 1 has moved it to
 * the next piece of text; 0 means that there is no more (and zeroes it), a negative number an error. An enhanced status
 * code inside a line ("no such user (#5.1.1 - x)") splits that line's text in two. */
int smtp5xx_next_text(const char *text, size_t length, const smtp5xx_reply *reply, smtp5xx_span *piece);

/* Judges a parsed reply of the same text. context may be NULL. Returns SMTP5XX_OK, EINVAL or ESIZE. */
int smtp5xx_classify(const char *text, size_t length, const smtp5xx_reply *reply, const smtp5xx_context *context,
                     smtp5xx_verdict *verdict, size_t verdict_size);

/* All rules that hit, for those who want to know why: the best one first, which is the one that decides unless a code does. */
enum { SMTP5XX_HITS_MAX = 64 };

/* A rule that hit. 32 bytes. */
typedef struct smtp5xx_hit {
    uint32_t size;
    uint32_t rule;       /* id in SMTP5XX_TABLE_RULES */
    uint16_t reason;     /* SMTP5XX_REASON_*; 0 for a rule that only finds a detail, such as when to try again */
    uint16_t provider;   /* whose rule it is; 0: everybody's */
    uint8_t rank;        /* 1 hint, 2 weak, 3 usual, 4 strong, 5 token: the higher one wins */
    uint8_t confidence;
    uint16_t weight;     /* words and conditions: among hits of a rank, more win */
    uint16_t phrase;     /* which of the rule's phrases, from 0; 65535: a host or URL */
    uint16_t reserved;
    uint32_t reserved2;
    smtp5xx_span words;  /* from the first word to the last one */
} smtp5xx_hit;

/* Lists the rules of the library that hit a parsed reply of the same text, SMTP5XX_HITS_MAX at most. `hits` has `count`
 * elements of hit_size bytes each, and may be NULL with count 0. Returns how many rules hit, which may be more than count,
 * or EINVAL or ESIZE. */
int smtp5xx_hits(const char *text, size_t length, const smtp5xx_reply *reply, const smtp5xx_context *context,
                 smtp5xx_hit *hits, size_t count, size_t hit_size);

/* Says what to do about a verdict. policy may be NULL. Returns SMTP5XX_OK, EINVAL or ESIZE. */
int smtp5xx_advise(const smtp5xx_verdict *verdict, const smtp5xx_policy *policy, smtp5xx_advice *advice, size_t advice_size);

/* All three at once. Any output may be NULL; its size is then ignored. */
int smtp5xx_diagnose(const char *text, size_t length, const smtp5xx_context *context, const smtp5xx_policy *policy,
                     smtp5xx_reply *reply, size_t reply_size, smtp5xx_verdict *verdict, size_t verdict_size,
                     smtp5xx_advice *advice, size_t advice_size);

/* Judges `count` replies that lie in one buffer, reply i at offsets[i] up to offsets[i + 1] (the layout of an Arrow string
 * column). offsets has count + 1 entries, which must ascend from 0 or more to data_length at most. verdicts and advices,
 * either of which may be NULL, have `count` elements of verdict_size and advice_size bytes. context and policy hold for
 * all. On EINVAL for bad offsets, all outputs are zeroed. Memory use is constant. */
int smtp5xx_diagnose_batch(const char *data, size_t data_length, const int32_t *offsets, size_t count,
                           const smtp5xx_context *context, const smtp5xx_policy *policy, smtp5xx_verdict *verdicts,
                           size_t verdict_size, smtp5xx_advice *advices, size_t advice_size);

/* Writes the reply so that it may be stored and reported: addresses, IPs, hosts, URLs and ids become <address>, <ip>, <host>,
 * <url> and <id>; bytes that steer a terminal and those that are no UTF-8 become question marks. Block lists' zones, known
 * providers' domains and the pages that the tables know stay, since verdicts rest on them, and so does the reply's code. A
 * placeholder counts as what it stands for, so that the redacted text of a reply in ASCII, whose first line has at most 1,024
 * bytes then, gets the same reason. A bare name in a sentence, as in "user jane unknown", is a word like others and stays; in
 * brackets, in quotes or joined to an id it becomes <name>, and a number that only a name joins to an id <number>. Words that
 * are joined to a placeholder and would be read otherwise beside it are parted by blanks: "senders.example.01g", which names no
 * host, becomes "senders example <id>".
 *
 * At most redacted_size bytes are written, a NUL behind them included; what does not fit is left out from there on, and no
 * placeholder or character is cut in two. Returns the length that the whole needs, without the NUL: when it is redacted_size
 * or more, something was left out. redacted may be NULL with size 0. Of the text, SMTP5XX_INPUT_MAX bytes are looked at.
 * Returns EINVAL for a NULL where there must be none. */
int smtp5xx_redact(const char *text, size_t length, char *redacted, size_t redacted_size);

/*
 * Delivery status notifications
 */

/* What has become of a message to one recipient: RFC 3464 2.3.3. Only the first two are failures, and only the first one is
 * final. */
enum {
    SMTP5XX_DSN_NONE = 0, /* the group does not say, or says something else */
    SMTP5XX_DSN_FAILED = 1,
    SMTP5XX_DSN_DELAYED = 2, /* the mailer goes on trying */
    SMTP5XX_DSN_DELIVERED = 3,
    SMTP5XX_DSN_RELAYED = 4,  /* to a system that gives no notifications */
    SMTP5XX_DSN_EXPANDED = 5  /* of a mailing list or alias */
};

/* smtp5xx_dsn.flags */
enum {
    SMTP5XX_DSN_REMOTE = 1, /* the diagnostic code is a reply of the remote server: its type is smtp */
    SMTP5XX_DSN_UTF8 = 2    /* an address has the type utf-8 of RFC 6533, and may hold \x{...} */
};

/* The fields of one recipient, and those of the message (RFC 3464 2.2 and 2.3). 124 bytes. Values are without the type before
 * them ("rfc822;"), without blanks around them, and as they stand otherwise: folded lines may lie in them. */
typedef struct smtp5xx_dsn {
    uint32_t size;
    uint32_t next;                   /* where the next call goes on */
    uint32_t flags;                  /* SMTP5XX_DSN_REMOTE, _UTF8 */
    uint8_t action;                  /* SMTP5XX_DSN_NONE to _EXPANDED */
    uint8_t enhanced_class;          /* Status: 2, 4 or 5, 0 if there is none */
    uint16_t enhanced_subject;
    uint16_t enhanced_detail;
    uint16_t reserved;
    smtp5xx_span group;              /* all fields of the recipient: smtp5xx_diagnose() reads them as they are */
    smtp5xx_span final_recipient;    /* without angle brackets */
    smtp5xx_span original_recipient; /* without angle brackets */
    smtp5xx_span status;             /* the digits and dots */
    smtp5xx_span remote_mta;
    smtp5xx_span diagnostic_type;    /* "smtp", "X-Postfix" */
    smtp5xx_span diagnostic;         /* there may be none: then no reply was seen, or none is told */
    smtp5xx_span last_attempt;       /* a date of RFC 5322 */
    smtp5xx_span retry_until;        /* a date of RFC 5322 */
    smtp5xx_span log_id;             /* the remote server's own */
    smtp5xx_span reporting_mta;      /* of the message */
    smtp5xx_span arrival;            /* of the message: a date of RFC 5322 */
    smtp5xx_span envelope_id;        /* of the message: what its sender has given (RFC 3461 4.4) */
} smtp5xx_dsn;

/* Walks the recipients in the body of a message/delivery-status part, whose transfer encoding the caller has decoded. Begin
 * with *dsn zeroed; each call that returns 1 has moved it to the next recipient; 0 means that there is no more (and zeroes
 * it), a negative number an error. The body may be of any length up to 4 GiB. */
int smtp5xx_dsn_next(const char *text, size_t length, smtp5xx_dsn *dsn, size_t dsn_size);

/*
 * The tables
 *
 * A table is rows with an id each; a field of a row is a text, a number, or the id of a row in another table. Ids are
 * fixed for ever. This is all that is needed to print, search or translate any of them:
 *
 *     for (uint32_t i = 0; i < smtp5xx_table_count(SMTP5XX_TABLE_REASONS); i++) {
 *         uint32_t id = smtp5xx_table_id(SMTP5XX_TABLE_REASONS, i);
 *         puts(smtp5xx_table_text(SMTP5XX_TABLE_REASONS, id, SMTP5XX_FIELD_MEANING));
 *     }
 */
enum {
    SMTP5XX_TABLE_CODES = 1,
    SMTP5XX_TABLE_REASONS = 2,
    SMTP5XX_TABLE_STEPS = 3,
    SMTP5XX_TABLE_REFERENCES = 4,
    SMTP5XX_TABLE_PROVIDERS = 5,
    SMTP5XX_TABLE_NODES = 6,
    SMTP5XX_TABLE_CATEGORIES = 7, /* this one and those below are the vocabularies: the enums above */
    SMTP5XX_TABLE_ACTIONS = 8,
    SMTP5XX_TABLE_DISPOSITIONS = 9,
    SMTP5XX_TABLE_PARTIES = 10,
    SMTP5XX_TABLE_SCOPES = 11,
    SMTP5XX_TABLE_RETRIES = 12,
    SMTP5XX_TABLE_SEVERITIES = 13,
    SMTP5XX_TABLE_PERMANENCES = 14,
    SMTP5XX_TABLE_BASES = 15,
    SMTP5XX_TABLE_STAGES = 16,
    SMTP5XX_TABLE_FORMS = 17,
    SMTP5XX_TABLE_RULES = 18,
    SMTP5XX_TABLE_BLOCKLISTS = 19,
    SMTP5XX_TABLE_SYSTEMS = 20,  /* other systems that have words of their own for refusals */
    SMTP5XX_TABLE_CROSSWALK = 21, /* those words, and which reasons they stand for */
    SMTP5XX_TABLE_WHYS = 22,      /* why an action is advised */
    SMTP5XX_TABLE_EXTRAS = 23     /* steps besides those of a reason: for a provider, or for a rule */
};

/* Fields. In brackets: the tables that have it besides those named by "all". */
enum {
    SMTP5XX_FIELD_NAME = 1,       /* all: stable snake_case name */
    SMTP5XX_FIELD_MEANING = 2,    /* all: one line for people */
    SMTP5XX_FIELD_DETAIL = 3,     /* codes: the usual causes; reasons: more on it; steps: how to do it */
    SMTP5XX_FIELD_SOURCE = 4,     /* codes, reasons, steps, providers: RFC section, registry or page it comes from */
    SMTP5XX_FIELD_URL = 5,        /* references, providers: where to read or ask */
    SMTP5XX_FIELD_CODE = 6,       /* codes: reply code, 0 for any */
    SMTP5XX_FIELD_CLASSES = 7,    /* codes: bit c set: holds for class c, so 48 is 4 and 5 */
    SMTP5XX_FIELD_SUBJECT = 8,    /* codes: enhanced subject + 1, 0 if the row has no enhanced status code */
    SMTP5XX_FIELD_ENHANCED_DETAIL = 9, /* codes: enhanced detail + 1, 0 for any */
    SMTP5XX_FIELD_PROVIDER = 10,  /* codes: id of the provider, 0 for all */
    SMTP5XX_FIELD_REASON = 11,    /* codes, nodes: id of the reason (nodes: 0 if not a leaf) */
    SMTP5XX_FIELD_CONFIDENCE = 12, /* codes: 0 to 100 */
    SMTP5XX_FIELD_COMMANDS = 13,  /* codes: the commands that it may answer, as text */
    SMTP5XX_FIELD_BASIC_CODES = 14, /* codes: reply codes that the registry pairs with it, as text */
    SMTP5XX_FIELD_STEPS = 15,     /* codes, reasons, block lists, extras: names of the steps, in order, as text */
    SMTP5XX_FIELD_REFERENCES = 16, /* codes, reasons, steps: names of the references, as text */
    SMTP5XX_FIELD_CATEGORY = 17,  /* reasons: id */
    SMTP5XX_FIELD_ACTION = 18,    /* reasons: id, after a permanent refusal; steps: id, the only action it goes with, 0: any */
    SMTP5XX_FIELD_ACTION_TEMPORARY = 19, /* reasons: id, after a temporary one */
    SMTP5XX_FIELD_PARTY = 20,     /* reasons, steps: id */
    SMTP5XX_FIELD_SCOPE = 21,     /* reasons: id */
    SMTP5XX_FIELD_SEVERITY = 22,  /* reasons: id, after a permanent refusal */
    SMTP5XX_FIELD_PARENT = 23,    /* nodes: id of the node above, 0 for the root */
    SMTP5XX_FIELD_HOSTS = 24,     /* providers: suffixes of its MX host names, as text */
    SMTP5XX_FIELD_DOMAINS = 25,   /* providers: recipient domains, as text */
    SMTP5XX_FIELD_JUDGED = 26,    /* reasons: id of the permanence that it has whatever the code claims, 0: as claimed */
    SMTP5XX_FIELD_STAGE_REASONS = 27, /* codes: "rcpt=user_unknown:60 ...": reasons at some stages, as text */
    SMTP5XX_FIELD_TEXTS = 28,     /* providers: words by which it is known in a reply, as text separated by " | " */
    SMTP5XX_FIELD_ENHANCED = 29,  /* codes: enhanced status code as text: "X.7.26", "X.7.*" for any, "X.7.606-649" */
    SMTP5XX_FIELD_ENHANCED_DETAIL_LAST = 30, /* codes: like ENHANCED_DETAIL, the end of the range that begins there */
    SMTP5XX_FIELD_RANK = 31,      /* rules: "hint", "weak", "usual", "strong" or "token": the higher one decides */
    SMTP5XX_FIELD_LISTS = 32,     /* blocklists: what it lists, "ip" or "domain" */
    SMTP5XX_FIELD_OPERATOR = 33,  /* blocklists: who runs it */
    SMTP5XX_FIELD_RULE = 34,      /* blocklists: id of the rule that a reply which names it hits */
    SMTP5XX_FIELD_SYSTEM = 35,    /* crosswalk: id of the system */
    SMTP5XX_FIELD_LABEL = 36,     /* crosswalk: the system's own word, such as "bad-mailbox" or "10" */
    SMTP5XX_FIELD_REPLACES = 37,  /* steps: names of the steps in whose place it stands, as text */
    SMTP5XX_FIELD_REASONS = 38,   /* extras: names of the reasons with which it goes, as text */
    SMTP5XX_FIELD_RULES = 39,     /* extras: names of the rules and codes with which it goes, as text; "" for all */
    SMTP5XX_FIELD_WHY = 40,       /* reasons: id of the why of its action, after a permanent refusal */
    SMTP5XX_FIELD_WHY_TEMPORARY = 41, /* reasons: id, after a temporary one */
    SMTP5XX_FIELD_HOLD = 42       /* reasons, extras: minutes to hold other mail of the same scope, 0 for none */
};

/* The number of rows; 0 for a table that does not exist. */
uint32_t smtp5xx_table_count(uint32_t table);
/* The id of row `index`, counted from 0 in the order of ids; 0 if there is no such row. Id 0 also is a row ("unknown",
 * "none") in the reasons and the vocabularies, where it comes first. */
uint32_t smtp5xx_table_id(uint32_t table, uint32_t index);
/* The name of a table ("codes"), or of a field ("meaning"); "" if there is none of that number. */
const char *smtp5xx_table_name(uint32_t table);
const char *smtp5xx_field_name(uint32_t field);
/* 1 if the table's rows have the field as text, 2 as a number, 3 as an id of another table; 0 if they do not have it. */
int smtp5xx_table_field(uint32_t table, uint32_t field);
/* For a field that is an id: the table to which it belongs; else 0. */
uint32_t smtp5xx_table_of_field(uint32_t table, uint32_t field);
/* A field as text: "" if the row or the field does not exist, is empty, or is a plain number; for an id the name of its row. */
const char *smtp5xx_table_text(uint32_t table, uint32_t id, uint32_t field);
/* A field as number or id; 0 if the row or the field does not exist or is text. */
uint32_t smtp5xx_table_number(uint32_t table, uint32_t id, uint32_t field);
/* The row whose NAME is exactly this; its id goes to *id (which may be NULL). Returns 1 if found, 0 if not. */
int smtp5xx_table_find(uint32_t table, const char *name, size_t length, uint32_t *id);

/* The row of SMTP5XX_TABLE_CODES that fits best. Rows with this enhanced status code come first: the provider's, then one
 * with both codes, then the registry's, then the one of its subject; then rows with the reply code alone. Without a
 * provider, a number that a single provider has made up (5.7.606) finds that one's row. Zeros mean "not given"
 * (enhanced_class 0: no enhanced status code). Returns the id, 0 if no row fits. */
uint32_t smtp5xx_code_find(uint32_t code, uint32_t enhanced_class, uint32_t subject, uint32_t detail, uint32_t provider);

/* Who runs a host: by the remote host's name, which decides if it is known, or else by the recipient's domain. Case does
 * not matter, nor does a final dot. Either may be NULL with length 0. Returns an id in SMTP5XX_TABLE_PROVIDERS, 0 if not
 * known. Look up once for each connection and keep the number. */
uint32_t smtp5xx_provider_find(const char *host, size_t host_length, const char *domain, size_t domain_length);

/*
 * Other systems' words
 */

/* What a system (an id in SMTP5XX_TABLE_SYSTEMS) calls a refusal for this reason: "10" is SparkPost's for user_unknown, and
 * "Transient/MailboxFull" Amazon SES's type and subtype for mailbox_full. A reason that is not known counts as unknown; ""
 * for a system that is not known. Since 0.2. */
const char *smtp5xx_crosswalk(uint32_t system, uint32_t reason);
/* The other way: the reasons that a system's word may stand for, those that get it from smtp5xx_crosswalk() first. Case does
 * not matter. Fills at most `count` entries of reasons, which may be NULL with count 0. Returns how many there are, which may
 * be more than count; 0 if the system has no such word. Since 0.2. */
uint32_t smtp5xx_crosswalk_find(uint32_t system, const char *label, size_t length, uint16_t *reasons, size_t count);

/* Walks the decision tree downwards: the node below `node` that comes after `child`, or the first one if child is 0. Node 0
 * stands above the root. Returns an id in SMTP5XX_TABLE_NODES, 0 if there is no more. Upwards leads SMTP5XX_FIELD_PARENT; a
 * node with a SMTP5XX_FIELD_REASON is a leaf. Every reason has one leaf. Since 0.2. */
uint32_t smtp5xx_node_next(uint32_t node, uint32_t child);

/* Names of ids, the same as smtp5xx_table_text(TABLE, id, SMTP5XX_FIELD_NAME), but for a number that is not known: then the
 * name of id 0 ("unknown", "none", "nobody"), or "" where the table has no row 0. */
const char *smtp5xx_reason_name(uint32_t id);
const char *smtp5xx_category_name(uint32_t id);
const char *smtp5xx_action_name(uint32_t id);
const char *smtp5xx_disposition_name(uint32_t id);
const char *smtp5xx_party_name(uint32_t id);
const char *smtp5xx_scope_name(uint32_t id);
const char *smtp5xx_retry_name(uint32_t id);
const char *smtp5xx_severity_name(uint32_t id);
const char *smtp5xx_permanence_name(uint32_t id);
const char *smtp5xx_basis_name(uint32_t id);
const char *smtp5xx_stage_name(uint32_t id);
const char *smtp5xx_form_name(uint32_t id);
const char *smtp5xx_rule_name(uint32_t id);
const char *smtp5xx_provider_name(uint32_t id);
const char *smtp5xx_blocklist_name(uint32_t id);
const char *smtp5xx_step_name(uint32_t id);
const char *smtp5xx_reference_name(uint32_t id);
const char *smtp5xx_node_name(uint32_t id);
const char *smtp5xx_system_name(uint32_t id);
const char *smtp5xx_why_name(uint32_t id);
/* What a return value means: "bad argument". */
const char *smtp5xx_error_name(int error);

/* The version of the library that runs: "0.2.0"; and as a number, 0x00MMmmpp. */
const char *smtp5xx_version(void);
uint32_t smtp5xx_version_number(void);
/* The date of the tables, as the number yyyymmdd. Store it beside a verdict's rule to be able to run it again. */
uint32_t smtp5xx_table_version(void);

#ifdef __cplusplus
}
#endif

#endif
