/* How long one reply takes: each step of the library by itself, all of them together, and, in the same run over the same
 * replies, what programs without such a library do: try some forty regular expressions for common refusals in turn. Times
 * depend on the machine; their ratio hardly does. All replies and expressions are worded for this test. */
#define _POSIX_C_SOURCE 200809L

#include <smtp5xx.h>

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *const texts[] = {
    "550 5.1.1 <anna@example.com>: Recipient address rejected: User unknown in local recipient table",
    "550-5.1.1 The account that you tried to write to is not here. Please look for\r\n"
    "550-5.1.1 typing errors or blanks in the recipient's address, then try it again.\r\n"
    "550 5.1.1 Read on at https://www.example.com/help?id=NoSuchUser ab12-345cde678 - mx1",
    "550 No such mailbox here",
    "551 5.1.6 User has moved; please write to <new@example.net> instead",
    "552 5.2.2 The mailbox of anna@example.com is over its quota",
    "452-4.2.2 The mailbox that you tried to reach holds more than it may. Please ask the\r\n"
    "452-4.2.2 recipient to make room, and send again later. ab12-345cde678 - mx1\r\n452 4.2.2 See example.com/full",
    "552 5.3.4 Message size exceeds the fixed limit of 26214400 bytes",
    "553 5.1.3 The recipient address <anna@@example.com> is not a valid address by RFC 5321",
    "553 5.7.1 <shop@example.org>: Sender address rejected: not owned by user anna",
    "554 5.7.1 Service unavailable; Client host [192.0.2.17] blocked using bl.example.net; see https://bl.example.net/192.0.2.17",
    "554 5.7.5 Permanent error evaluating the DMARC policy of example.org",
    "554 5.7.9 Message not accepted for policy reasons. See https://postmaster.example.com/errors",
    "550-5.7.26 The domain example.org asks for mail without proof of its origin to be refused, and\r\n"
    "550-5.7.26 this message has none: SPF [example.org] with ip: [192.0.2.17] = did not pass.\r\n"
    "550 5.7.26 DKIM = did not pass. ab12-345cde678 - mx1",
    "550 5.7.25 The sending IP 192.0.2.17 has no PTR record, or the name does not lead back to it",
    "550 5.7.1 Message refused because of its content",
    "550 5.7.606 Access denied, banned sending IP [192.0.2.17]. Ask to be delisted at https://sender.example.com/",
    "550 5.4.1 Recipient address rejected: Access denied. [AB1XYZ.eurprd.example.com 2026-01-02T03:04:05Z]",
    "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP",
    "530 5.7.0 Must issue a STARTTLS command first",
    "535 5.7.8 Error: authentication failed: the password is wrong",
    "530 5.7.1 Authentication required",
    "450 4.7.1 <anna@example.com>: Recipient address rejected: Greylisted, please come back in 300 seconds",
    "421 4.7.0 [192.0.2.17] Our system has seen an unusual rate of unsolicited mail from your address; try later",
    "421 4.3.2 The service shuts down for maintenance; back soon",
    "451 4.3.0 Error: queue file write error",
    "452 4.3.1 Insufficient system storage",
    "452 4.5.3 Error: too many recipients",
    "554 5.4.6 Too many hops; this message goes round in circles",
    "450 4.1.8 <shop@example.org>: Sender address rejected: Domain not found",
    "550 5.1.2 Host unknown: name server: example.invalid: host not found",
    "502 5.5.2 Error: command not recognized",
    "503 5.5.1 Bad sequence of commands",
    "550 5.7.1 Unable to relay for anna@example.com",
    "554 5.6.0 The message's header has a line that is longer than allowed",
    "550 5.2.1 The mailbox is disabled and accepts no messages",
    "421 mail.example.com closes the connection: too many connections from your host",
    "554 Transaction failed: the message carries a virus (Test-File)",
    "host mx.example.com said: 550-5.1.1 a 550-5.1.1 b 550 5.1.1 c",
    "250 2.0.0 Ok: queued as 4XyZ01",
};

static const char *const expressions[] = {
    "(user|recipient|mailbox|account|address)[a-z ]* (unknown|not found|does not exist|is not here)",
    "no such (user|mailbox|recipient|account|person)",
    "(unknown|invalid|bad) (user|recipient|mailbox|local part)",
    "(mailbox|inbox|quota)[a-z ]* (full|exceeded|over)",
    "over (its |their |the )?quota",
    "(user|recipient|account)[a-z ]* (has )?moved",
    "(mailbox|account|user)[a-z ]* (disabled|inactive|suspended|locked)",
    "(message|mail)[a-z ]* (size|too (large|big)|exceeds)",
    "(not a valid|invalid|malformed) (e-?mail )?address",
    "sender address rejected",
    "(blocked|listed|rejected)[a-z ]* (using|by|at) [a-z0-9.-]+",
    "(black|block|deny)[- ]?list(ed)?",
    "banned sending ip",
    "dmarc (policy|check|evaluation)",
    "(spf|sender policy framework)[^.]*(fail|did not pass|softfail)",
    "(dkim|signature)[^.]*(fail|did not pass|invalid)",
    "(ptr record|reverse dns|rdns)",
    "(spam|unsolicited|junk)[a-z ]*(detected|content|mail|message)?",
    "(virus|malware|trojan|infected)",
    "(content|message) (refused|rejected|blocked) (because|due)",
    "policy (reasons?|violation|rejection)",
    "(must issue|requires?) (a )?starttls",
    "authentication (required|failed|is needed)",
    "(password|credentials)[a-z ]* (wrong|invalid|incorrect)",
    "(grey|gray)list",
    "(try|come back|send) (again )?(later|in [0-9]+)",
    "(unusual )?rate (of|limit|exceeded)",
    "too many (connections|messages|recipients|errors)",
    "(shut|going|goes)[a-z ]* (down|maintenance)",
    "insufficient (system )?(storage|space|memory)",
    "(queue|disk|file) [a-z ]*(error|full)",
    "too many hops|loop(s)? back|in circles",
    "(domain|host)[a-z ]* (not found|unknown|does not resolve)",
    "(command|syntax)[a-z ]* (unrecognized|not recognized|error)",
    "bad sequence of commands",
    "(unable|not permitted|denied)[a-z ]* (to )?relay|relay(ing)? denied",
    "(header|line)[a-z' ]* (too long|longer than)",
    "(access|permission) denied",
    "reputation|poor sender score",
    "(temporarily|currently) (unavailable|deferred|suspended)",
};

enum { RUNS = 9, TEXTS = COUNT(texts) };

static size_t lengths[TEXTS];
static smtp5xx_reply replies[TEXTS];
static smtp5xx_verdict verdicts[TEXTS];
static regex_t compiled[COUNT(expressions)];
/* Everything measured adds to this, so that no compiler may leave it out. */
static volatile unsigned sink;

static void run_parse(size_t i) {
    smtp5xx_parse(texts[i], lengths[i], NULL, &replies[i], sizeof replies[i]);
    sink += replies[i].code;
}

static void run_classify(size_t i) {
    smtp5xx_classify(texts[i], lengths[i], &replies[i], NULL, &verdicts[i], sizeof verdicts[i]);
    sink += verdicts[i].reason;
}

static void run_advise(size_t i) {
    smtp5xx_advice advice;
    smtp5xx_advise(&verdicts[i], NULL, &advice, sizeof advice);
    sink += advice.action;
}

static void run_diagnose(size_t i) {
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;
    smtp5xx_diagnose(texts[i], lengths[i], NULL, NULL, NULL, 0, &verdict, sizeof verdict, &advice, sizeof advice);
    sink += advice.action;
}

/* The first expression that fits decides, as such lists do. */
static void run_expressions(size_t i) {
    for (size_t e = 0; e < COUNT(expressions); e++) {
        if (regexec(&compiled[e], texts[i], 0, NULL, 0) == 0) {
            sink += (unsigned)e;
            return;
        }
    }
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double time_passes(void (*run)(size_t), unsigned long passes) {
    double start = seconds();
    for (unsigned long pass = 0; pass < passes; pass++) {
        for (size_t i = 0; i < TEXTS; i++) {
            run(i);
        }
    }
    return seconds() - start;
}

static int ascending(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Nanoseconds for each reply: the median of several runs, each long enough for the clock. */
static double measure(void (*run)(size_t)) {
    unsigned long passes = 1;
    double times[RUNS];
    while (time_passes(run, passes) < 0.02) {
        passes *= 2;
    }
    for (int i = 0; i < RUNS; i++) {
        times[i] = time_passes(run, passes) / (double)passes / TEXTS * 1e9;
    }
    qsort(times, RUNS, sizeof times[0], ascending);
    return times[RUNS / 2];
}

static void compile_expressions(void) {
    for (size_t e = 0; e < COUNT(expressions); e++) {
        if (regcomp(&compiled[e], expressions[e], REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0) {
            fprintf(stderr, "bench: cannot compile \"%s\"\n", expressions[e]);
            exit(1);
        }
    }
}

int main(void) {
    static const struct {
        const char *name;
        void (*run)(size_t);
    } steps[] = {
        {"smtp5xx_parse", run_parse},       {"smtp5xx_classify", run_classify}, {"smtp5xx_advise", run_advise},
        {"smtp5xx_diagnose", run_diagnose}, {"regexec", run_expressions},
    };
    size_t bytes = 0, matched = 0;
    double times[COUNT(steps)];
    compile_expressions();
    for (size_t i = 0; i < TEXTS; i++) {
        lengths[i] = strlen(texts[i]);
        bytes += lengths[i];
        for (size_t e = 0; e < COUNT(expressions); e++) {
            if (regexec(&compiled[e], texts[i], 0, NULL, 0) == 0) {
                matched++;
                break;
            }
        }
    }
    printf("%zu replies of %zu bytes in the mean; regexec: the first of %zu expressions that fits (%zu replies have one)\n\n",
           TEXTS + (size_t)0, bytes / TEXTS, COUNT(expressions), matched);
    printf("%-20s %12s %12s %16s\n", "", "ns/reply", "MB/s", "diagnose is 1");
    for (size_t s = 0; s < COUNT(steps); s++) {
        times[s] = measure(steps[s].run);
    }
    for (size_t s = 0; s < COUNT(steps); s++) {
        printf("%-20s %12.0f %12.0f %16.2f\n", steps[s].name, times[s], (double)bytes / TEXTS * 1e3 / times[s],
               times[s] / times[3]);
    }
    for (size_t e = 0; e < COUNT(expressions); e++) {
        regfree(&compiled[e]);
    }
    return 0;
}
