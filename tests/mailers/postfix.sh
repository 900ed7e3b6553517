# Postfix, in a directory of root.sh. SPDX-License-Identifier: MIT
# The variables root and net, and each_with, come from mailers.sh.
# shellcheck disable=SC2154,SC2034

postfix_packages() {
    echo postfix
    echo libsasl2-modules
}

postfix_log() {
    echo /var/log/mail.log
}

postfix_configure() {
    mkdir -p "$root/etc/postfix" "$root/var/lib/postfix"
    cp -L --parents /bin/false "$root"
    cat >"$root/etc/postfix/main.cf" <<END
compatibility_level = 3.6
maillog_file = /var/log/mail.log
myhostname = mail.example.net
mydestination = local.example.net
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_host_lookup = dns
smtp_tcp_port = 2525
mynetworks = 127.0.0.0/8
alias_maps = inline:{ {command = |/bin/false} }
alias_database =
smtpd_peername_lookup = no
maximal_queue_lifetime = 6s
bounce_queue_lifetime = 6s
hopcount_limit = 5
minimal_backoff_time = 2s
maximal_backoff_time = 2s
queue_run_delay = 1s
transport_retry_time = 1s
delay_warning_time = 1s
smtp_connect_timeout = 5s
smtp_helo_timeout = 5s
smtp_rcpt_timeout = 5s
smtp_tls_policy_maps = inline:{ $(each_with tls DOMAIN=encrypt, | tr '\n' ' ') }
smtp_sasl_auth_enable = yes
smtp_sasl_security_options =
smtp_sasl_password_maps = inline:{ $(each_with auth DOMAIN=user:password, | tr '\n' ' ') }
END
    cat >"$root/etc/postfix/master.cf" <<END
127.$net.0.200:2525 inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
END
    for directory in active bounce corrupt defer deferred flush hold incoming private saved trace pid maildrop public; do
        mkdir -p "$root/var/spool/postfix/$directory"
    done
    chown -R 64101 "$root/var/lib/postfix" "$root/var/spool/postfix"
    chown 0 "$root/var/spool/postfix" "$root/var/spool/postfix/pid"
    chgrp 64102 "$root/var/spool/postfix/maildrop" "$root/var/spool/postfix/public"
    chmod 730 "$root/var/spool/postfix/maildrop"
    chmod 710 "$root/var/spool/postfix/public"
    chmod 755 "$root/var/spool/postfix/pid"
}

postfix_start() {
    setsid chroot "$root" /usr/lib/postfix/sbin/master -d -c /etc/postfix &
    mailer_pid=$!
}

postfix_queued() {
    find "$root"/var/spool/postfix/active "$root"/var/spool/postfix/deferred "$root"/var/spool/postfix/incoming -type f | wc -l
}

postfix_run_queue() {
    :
}
