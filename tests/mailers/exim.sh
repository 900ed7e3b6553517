# Exim, in a directory of root.sh. SPDX-License-Identifier: MIT
# The variables root and net, and each_with, come from mailers.sh.
# shellcheck disable=SC2154,SC2034

exim_packages() {
    echo exim4-daemon-light
}

exim_log() {
    echo /var/log/exim4/mainlog
}

exim_configure() {
    mkdir -p "$root/etc/exim4" "$root/var/spool/exim4" "$root/var/log/exim4" "$root/var/run/exim4"
    chown -R 64103:64103 "$root/var/spool/exim4" "$root/var/log/exim4" "$root/var/run/exim4"
    cat >"$root/etc/exim4/exim4.conf" <<END
primary_hostname = mail.example.net
qualify_domain = example.net
local_interfaces = 127.$net.0.200
daemon_smtp_ports = 2525
disable_ipv6
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts =
smtputf8_advertise_hosts = *
domainlist local_domains = local.example.net
acl_smtp_rcpt = accept
acl_smtp_data = accept
received_headers_max = 30
delay_warning = 1s
ignore_bounce_errors_after = 1d
remote_max_parallel = 4
queue_run_max = 20
deliver_queue_load_max = 100
smtp_accept_max = 100
smtp_accept_max_per_connection = 1000
smtp_accept_queue_per_connection = 1000
keep_environment =
never_users = root

begin routers

remote:
  driver = dnslookup
  domains = ! +local_domains
  transport = smtp
  self = fail
  no_more

begin transports

smtp:
  driver = smtp
  port = 2525
  connect_timeout = 5s
  command_timeout = 5s
  hosts_require_tls = $(each_with tls HOST: | tr '\n' ' ')
  hosts_require_auth = $(each_with auth HOST: | tr '\n' ' ')
  hosts_try_fastopen =
  dnssec_request_domains =

begin authenticators

plain:
  driver = plaintext
  public_name = PLAIN
  client_send = ^user^password

begin retry

* * F,6s,2s
END
}

exim_start() {
    setsid chroot "$root" /usr/sbin/exim4 -bdf -q1m &
    mailer_pid=$!
}

exim_queued() {
    find "$root/var/spool/exim4/input" -name '*-H' 2>/dev/null | wc -l
}

exim_run_queue() {
    chroot "$root" /usr/sbin/exim4 -q &
    exim_runner=$!
    chroot "$root" /usr/sbin/exim4 -q
    wait $exim_runner
}
