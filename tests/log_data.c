/*
 * Writes a Postfix log for make bench-log: log_data MEBIBYTES PERCENT > FILE
 *
 * PERCENT of the lines are refusals, bounced or deferred; the others are what Postfix writes of mail that comes and goes. The
 * same numbers give the same bytes. SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* %A an address, %I an IP, %Q an id. */
static const struct refusal {
    const char *host, *dsn, *text;
} refusals[] = {
    {"mx1.example.com", "5.1.1", "550 5.1.1 <%A>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command)"},
    {"gmail-smtp-in.l.google.com", "5.1.1", "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's email address for typos or 550-5.1.1 unnecessary spaces. For more information, go to 550 5.1.1  https://support.google.com/mail/?p=NoSuchUser %Q - gsmtp (in reply to RCPT TO command)"},
    {"gmail-smtp-in.l.google.com", "4.7.28", "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating 421-4.7.28 from your IP address [%I]. To protect our users from spam, mail 421-4.7.28 sent from your IP address has been temporarily rate limited. 421 4.7.28 %Q - gsmtp (in reply to end of DATA command)"},
    {"example-org.mail.protection.outlook.com", "5.7.606", "550 5.7.606 Access denied, banned sending IP [%I]. To request removal from this list please visit https://sender.office.com/ and follow the directions. [%Q] (in reply to MAIL FROM command)"},
    {"example-org.mail.protection.outlook.com", "5.4.1", "550 5.4.1 Recipient address rejected: Access denied. [%Q 2026-11-25T03:27:52.000Z %Q] (in reply to RCPT TO command)"},
    {"mta5.am0.yahoodns.net", "4.7.0", "421 4.7.0 [TSS04] Messages from %I temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes (in reply to MAIL FROM command)"},
    {"mx00.example.net", "4.7.1", "451 4.7.1 <%A>: Recipient address rejected: Greylisted, see http://postgrey.example.net/help/%Q.html (in reply to RCPT TO command)"},
    {"mx00.example.net", "5.2.2", "552 5.2.2 <%A>: Mailbox is over its quota, id %Q (in reply to RCPT TO command)"},
    {"mail.example.org", "5.7.1", "554 5.7.1 Service unavailable; Client host [%I] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/%I (in reply to RCPT TO command)"},
    {"mail.example.org", "5.7.1", "554 5.7.1 Message %Q rejected as spam by content scanner (in reply to end of DATA command)"},
    {"mx2.example.com", "5.7.26", "550 5.7.26 Unauthenticated email from example.org is not accepted due to domain's DMARC policy. %Q (in reply to end of DATA command)"},
    {"mx2.example.com", "4.3.2", "452 4.3.2 Connection rate limit exceeded for %I (in reply to MAIL FROM command)"},
};

static uint64_t state = 1;
static uint32_t next_number(void) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33);
}

static const char *next_id(char *room, int length) {
    static const char letters[] = "BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789";
    for (int i = 0; i < length; i++) {
        room[i] = letters[next_number() % (sizeof letters - 1)];
    }
    room[length] = '\0';
    return room;
}

static const char *next_address(char *room, size_t size) {
    static const char *const names[] = {"anna", "bob", "carla", "dave", "eva", "finn", "gina", "hugo"};
    snprintf(room, size, "%s.%05u@example.%s", names[next_number() % 8], next_number() % 60000, next_number() % 3 ? "com" : "org");
    return room;
}

static void print_text(const char *text) {
    char room[64];
    for (; *text != '\0'; text++) {
        if (text[0] != '%') {
            putchar(*text);
            continue;
        }
        text++;
        if (*text == 'A') {
            fputs(next_address(room, sizeof room), stdout);
        } else if (*text == 'I') {
            printf("198.51.100.%u", 1 + next_number() % 40);
        } else {
            fputs(next_id(room, 22), stdout);
        }
    }
}

static uint64_t lines;
static void print_head(const char *process) {
    uint64_t second = lines++ / 60;
    printf("2026-11-%02uT%02u:%02u:%02u.%06u+00:00 mail postfix/%s[%u]: ", (unsigned)(1 + second / 86400 % 30),
           (unsigned)(second / 3600 % 24), (unsigned)(second / 60 % 60), (unsigned)(second % 60), next_number() % 1000000, process,
           1000 + next_number() % 30000);
}

static void print_refusal(const char *id) {
    const struct refusal *refusal = &refusals[next_number() % (sizeof refusals / sizeof refusals[0])];
    char address[64];
    unsigned last = 1 + next_number() % 200;
    print_head("smtp");
    printf("%s: to=<%s>, relay=%s[192.0.2.%u]:25, delay=%u.%02u, delays=0.05/0.01/0.%02u/0.%02u, dsn=%s, status=%s (host %s[192.0.2.%u] said: ",
           id, next_address(address, sizeof address), refusal->host, last, next_number() % 9, next_number() % 100,
           next_number() % 100, next_number() % 100, refusal->dsn, refusal->dsn[0] == '5' ? "bounced" : "deferred", refusal->host, last);
    print_text(refusal->text);
    puts(")");
}

/* One of the other lines of a message's life. */
static void print_other(const char *id, unsigned kind) {
    char address[64], other[64];
    switch (kind) {
    case 0: print_head("smtpd"); printf("connect from mail%u.example.net[192.0.2.%u]\n", next_number() % 90, next_number() % 250); break;
    case 1: print_head("smtpd"); printf("%s: client=mail%u.example.net[192.0.2.%u], sasl_method=PLAIN, sasl_username=user%u\n", id, next_number() % 90, next_number() % 250, next_number() % 900); break;
    case 2: print_head("cleanup"); printf("%s: message-id=<%s@mail.example.org>\n", id, next_id(other, 24)); break;
    case 3: print_head("qmgr"); printf("%s: from=<%s>, size=%u, nrcpt=1 (queue active)\n", id, next_address(address, sizeof address), 900 + next_number() % 90000); break;
    case 4: print_head("smtp"); printf("%s: to=<%s>, relay=mx.example.com[192.0.2.9]:25, delay=0.%02u, delays=0.05/0.01/0.%02u/0.%02u, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as %s)\n", id, next_address(address, sizeof address), next_number() % 100, next_number() % 100, next_number() % 100, next_id(other, 14)); break;
    case 5: print_head("qmgr"); printf("%s: removed\n", id); break;
    default: print_head("smtpd"); printf("disconnect from mail%u.example.net[192.0.2.%u] ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=8\n", next_number() % 90, next_number() % 250);
    }
}

int main(int argc, char **argv) {
    enum { KINDS = 7 };
    long mebibytes = argc == 3 ? atol(argv[1]) : 0, percent = argc == 3 ? atol(argv[2]) : -1;
    char id[16];
    unsigned kind = 0;
    if (mebibytes < 1 || percent < 0 || percent > 100) {
        fputs("usage: log_data MEBIBYTES PERCENT\n", stderr);
        return 2;
    }
    next_id(id, 11);
    for (long more = 1; more;) {
        if ((long)(next_number() % 100) < percent) {
            print_refusal(id);
        } else {
            print_other(id, kind);
            kind = (kind + 1) % KINDS;
        }
        if (kind == 0) {
            next_id(id, 11);
        }
        more = ferror(stdout) == 0 && (lines % 1024 != 0 || ftell(stdout) < mebibytes << 20);
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
