/*
 * The names of all constants.
 *
 * Copyright (c) 2026 the libsmtp5xx authors. SPDX-License-Identifier: MIT
 */
#ifndef SMTP5XX_TESTS_NAMES_CASES_H
#define SMTP5XX_TESTS_NAMES_CASES_H

#include "suites.h"

/* The constants of the header's enums that are vocabularies. Names are fixed for ever, as the numbers are. */
#define ROW(table, constant, name) {SMTP5XX_TABLE_##table, SMTP5XX_##constant, name}
static const struct constant {
    uint32_t table;
    uint32_t id;
    const char *name;
} constants[] = {
    ROW(STAGES, STAGE_UNKNOWN, "unknown"), ROW(STAGES, STAGE_CONNECT, "connect"), ROW(STAGES, STAGE_HELO, "helo"),
    ROW(STAGES, STAGE_TLS, "tls"), ROW(STAGES, STAGE_AUTH, "auth"), ROW(STAGES, STAGE_MAIL, "mail"),
    ROW(STAGES, STAGE_RCPT, "rcpt"), ROW(STAGES, STAGE_DATA, "data"), ROW(STAGES, STAGE_EOD, "eod"),
    ROW(FORMS, FORM_NONE, "none"), ROW(FORMS, FORM_RAW, "raw"), ROW(FORMS, FORM_ENHANCED, "enhanced"),
    ROW(FORMS, FORM_TEXT, "text"),
    ROW(FORMS, FORM_POSTFIX, "postfix"), ROW(FORMS, FORM_EXIM, "exim"), ROW(FORMS, FORM_SENDMAIL, "sendmail"),
    ROW(FORMS, FORM_QMAIL, "qmail"), ROW(FORMS, FORM_OPENSMTPD, "opensmtpd"), ROW(FORMS, FORM_EXCHANGE, "exchange"),
    ROW(FORMS, FORM_HARAKA, "haraka"), ROW(FORMS, FORM_KUMOMTA, "kumomta"), ROW(FORMS, FORM_POWERMTA, "powermta"),
    ROW(FORMS, FORM_SES, "ses"), ROW(FORMS, FORM_DSN, "dsn"), ROW(FORMS, FORM_JSON, "json"),
    ROW(FORMS, FORM_BOUNCE, "bounce"),
    ROW(REASONS, REASON_UNKNOWN, "unknown"), ROW(REASONS, REASON_USER_UNKNOWN, "user_unknown"),
    ROW(REASONS, REASON_BAD_ADDRESS_SYNTAX, "bad_address_syntax"),
    ROW(REASONS, REASON_DOMAIN_UNKNOWN, "domain_unknown"), ROW(REASONS, REASON_USER_MOVED, "user_moved"),
    ROW(REASONS, REASON_MAILBOX_DISABLED, "mailbox_disabled"), ROW(REASONS, REASON_MAILBOX_FULL, "mailbox_full"),
    ROW(REASONS, REASON_RECIPIENT_RESTRICTED, "recipient_restricted"),
    ROW(REASONS, REASON_MESSAGE_TOO_LARGE, "message_too_large"),
    ROW(REASONS, REASON_MESSAGE_MALFORMED, "message_malformed"),
    ROW(REASONS, REASON_CONTENT_REJECTED, "content_rejected"), ROW(REASONS, REASON_SPAM_CONTENT, "spam_content"),
    ROW(REASONS, REASON_VIRUS_DETECTED, "virus_detected"), ROW(REASONS, REASON_DMARC_FAILURE, "dmarc_failure"),
    ROW(REASONS, REASON_SPF_FAILURE, "spf_failure"), ROW(REASONS, REASON_DKIM_FAILURE, "dkim_failure"),
    ROW(REASONS, REASON_AUTH_MISSING, "auth_missing"), ROW(REASONS, REASON_PTR_MISSING, "ptr_missing"),
    ROW(REASONS, REASON_SMTP_AUTH_REQUIRED, "smtp_auth_required"),
    ROW(REASONS, REASON_SMTP_AUTH_FAILED, "smtp_auth_failed"), ROW(REASONS, REASON_TLS_REQUIRED, "tls_required"),
    ROW(REASONS, REASON_TLS_FAILURE, "tls_failure"), ROW(REASONS, REASON_SENDER_INVALID, "sender_invalid"),
    ROW(REASONS, REASON_SENDER_NOT_AUTHORIZED, "sender_not_authorized"),
    ROW(REASONS, REASON_RELAY_DENIED, "relay_denied"), ROW(REASONS, REASON_IP_BLOCKLISTED, "ip_blocklisted"),
    ROW(REASONS, REASON_DOMAIN_BLOCKLISTED, "domain_blocklisted"),
    ROW(REASONS, REASON_LOW_REPUTATION, "low_reputation"), ROW(REASONS, REASON_POLICY_REJECTED, "policy_rejected"),
    ROW(REASONS, REASON_GEO_BLOCKED, "geo_blocked"), ROW(REASONS, REASON_RATE_LIMITED, "rate_limited"),
    ROW(REASONS, REASON_TOO_MANY_RECIPIENTS, "too_many_recipients"), ROW(REASONS, REASON_GREYLISTED, "greylisted"),
    ROW(REASONS, REASON_SUPPRESSED, "suppressed"), ROW(REASONS, REASON_SYSTEM_FULL, "system_full"),
    ROW(REASONS, REASON_SYSTEM_ERROR, "system_error"), ROW(REASONS, REASON_NOT_ACCEPTING_MAIL, "not_accepting_mail"),
    ROW(REASONS, REASON_NETWORK_ERROR, "network_error"), ROW(REASONS, REASON_DNS_FAILURE, "dns_failure"),
    ROW(REASONS, REASON_ROUTING_LOOP, "routing_loop"), ROW(REASONS, REASON_DELIVERY_EXPIRED, "delivery_expired"),
    ROW(REASONS, REASON_PROTOCOL_ERROR, "protocol_error"),
    ROW(REASONS, REASON_FEATURE_UNSUPPORTED, "feature_unsupported"),
    ROW(CATEGORIES, CATEGORY_UNKNOWN, "unknown"), ROW(CATEGORIES, CATEGORY_RECIPIENT, "recipient"),
    ROW(CATEGORIES, CATEGORY_MESSAGE, "message"), ROW(CATEGORIES, CATEGORY_SENDER, "sender"),
    ROW(CATEGORIES, CATEGORY_REPUTATION, "reputation"), ROW(CATEGORIES, CATEGORY_SYSTEM, "system"),
    ROW(CATEGORIES, CATEGORY_PROTOCOL, "protocol"),
    ROW(PERMANENCES, PERMANENCE_UNKNOWN, "unknown"), ROW(PERMANENCES, PERMANENCE_SUCCESS, "success"),
    ROW(PERMANENCES, PERMANENCE_TEMPORARY, "temporary"), ROW(PERMANENCES, PERMANENCE_PERMANENT, "permanent"),
    ROW(BASES, BASIS_NONE, "none"), ROW(BASES, BASIS_BASIC, "basic"), ROW(BASES, BASIS_ENHANCED, "enhanced"),
    ROW(BASES, BASIS_CODES, "codes"), ROW(BASES, BASIS_PROVIDER_CODES, "provider_codes"),
    ROW(BASES, BASIS_PHRASE, "phrase"), ROW(BASES, BASIS_PHRASE_CODE, "phrase_code"), ROW(BASES, BASIS_TOKEN, "token"),
    ROW(BASES, BASIS_CALLER, "caller"),
    ROW(ACTIONS, ACTION_NONE, "none"), ROW(ACTIONS, ACTION_SUPPRESS, "suppress"), ROW(ACTIONS, ACTION_SOFT, "soft"),
    ROW(ACTIONS, ACTION_RETRY, "retry"), ROW(ACTIONS, ACTION_FIX_SENDER, "fix_sender"),
    ROW(ACTIONS, ACTION_FIX_MESSAGE, "fix_message"), ROW(ACTIONS, ACTION_FIX_ADDRESS, "fix_address"),
    ROW(ACTIONS, ACTION_REVIEW, "review"),
    ROW(DISPOSITIONS, DISPOSITION_NONE, "none"), ROW(DISPOSITIONS, DISPOSITION_KEEP, "keep"),
    ROW(DISPOSITIONS, DISPOSITION_COUNT, "count"), ROW(DISPOSITIONS, DISPOSITION_CORRECT, "correct"),
    ROW(DISPOSITIONS, DISPOSITION_SUPPRESS, "suppress"),
    ROW(PARTIES, PARTY_NOBODY, "nobody"), ROW(PARTIES, PARTY_SENDER_ADMIN, "sender_admin"),
    ROW(PARTIES, PARTY_LIST_OWNER, "list_owner"), ROW(PARTIES, PARTY_AUTHOR, "author"),
    ROW(PARTIES, PARTY_RECIPIENT, "recipient"), ROW(PARTIES, PARTY_RECIPIENT_ADMIN, "recipient_admin"),
    ROW(PARTIES, PARTY_NETWORK, "network"),
    ROW(SCOPES, SCOPE_NONE, "none"), ROW(SCOPES, SCOPE_RECIPIENT, "recipient"), ROW(SCOPES, SCOPE_MESSAGE, "message"),
    ROW(SCOPES, SCOPE_DOMAIN, "domain"), ROW(SCOPES, SCOPE_PROVIDER, "provider"), ROW(SCOPES, SCOPE_IP, "ip"),
    ROW(SCOPES, SCOPE_SENDER, "sender"),
    ROW(RETRIES, RETRY_NONE, "none"), ROW(RETRIES, RETRY_NEVER, "never"), ROW(RETRIES, RETRY_LATER, "later"),
    ROW(RETRIES, RETRY_AFTER_FIX, "after_fix"),
    ROW(SEVERITIES, SEVERITY_NONE, "none"), ROW(SEVERITIES, SEVERITY_INFO, "info"),
    ROW(SEVERITIES, SEVERITY_WARNING, "warning"), ROW(SEVERITIES, SEVERITY_ERROR, "error"),
    ROW(SEVERITIES, SEVERITY_CRITICAL, "critical"),
};

#endif
