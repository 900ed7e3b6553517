# OpenSMTPD, in a directory of root.sh. SPDX-License-Identifier: MIT
# The variables root and net, and each_with, come from mailers.sh.
# shellcheck disable=SC2154,SC2034

opensmtpd_packages() {
    echo opensmtpd
}

opensmtpd_log() {
    echo /var/log/syslog
}

opensmtpd_configure() {
    mkdir -p "$root/var/lib/opensmtpd/empty" "$root/var/spool/smtpd/offline" "$root/var/spool/smtpd/purge" \
        "$root/var/spool/smtpd/queue" "$root/var/spool/smtpd/temporary" "$root/var/spool/smtpd/incoming" \
        "$root/var/spool/smtpd/corrupt"
    chmod 711 "$root/var/spool/smtpd"
    chown 0:64105 "$root/var/spool/smtpd/offline"
    chmod 770 "$root/var/spool/smtpd/offline"
    chown 64105:0 "$root"/var/spool/smtpd/*/
    chown 0:64105 "$root/var/spool/smtpd/offline"
    chgrp 64105 "$root/usr/sbin/smtpctl"
    chmod 2755 "$root/usr/sbin/smtpctl"
    chmod 700 "$root/var/spool/smtpd/purge" "$root/var/spool/smtpd/queue" "$root/var/spool/smtpd/temporary" \
        "$root/var/spool/smtpd/incoming" "$root/var/spool/smtpd/corrupt"
    {
        echo 'queue ttl 6s'
        echo 'bounce warn-interval 2s'
        echo "listen on 127.$net.0.200 port 2525 hostname mail.example.net"
        echo 'smtp max-message-size 35M'
        opensmtpd_routes
        echo 'action other relay'
        echo 'match from any for any action other'
    } >"$root/etc/smtpd.conf"
}

# It knows no other port for the servers that it finds by their MX records, so most are told one by one.
opensmtpd_routes() {
    echo "action sink relay host \"smtp://sink.example.org:2525\""
    echo 'match from any for domain sender.example.org action sink'
    each_with '' 'action DOMAIN relay host "smtp://HOST:2525"'
    each_with tls 'action DOMAIN.tls relay host "smtp+tls://HOST:2525"'
    each_with tls 'match from any for domain DOMAIN action DOMAIN.tls'
    each_with '' 'match from any for domain DOMAIN action DOMAIN'
}

opensmtpd_start() {
    setsid chroot "$root" /usr/sbin/smtpd -F &
    mailer_pid=$!
}

opensmtpd_queued() {
    chroot "$root" /usr/sbin/smtpctl show queue | wc -l
}

opensmtpd_run_queue() {
    chroot "$root" /usr/sbin/smtpctl schedule all >/dev/null
}
