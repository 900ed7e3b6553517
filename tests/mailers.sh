# A real Postfix, Exim and OpenSMTPD send to servers that refuse in every way; what they write about it, in their logs and in
# their delivery reports, must be understood. Debian's packages are unpacked below the build directory and run from there, on
# addresses of the loopback interface only. The scenarios are in mailers/scenarios.tsv. SPDX-License-Identifier: MIT
. tests/lib/check.sh
. tests/mailers/root.sh
. tests/mailers/postfix.sh
. tests/mailers/exim.sh
. tests/mailers/opensmtpd.sh

# Nothing is written beside the sources.
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

tools=$PWD/tests/mailers
table=$tools/scenarios.tsv
packages=$BUILD/tests/mailers.packages
# How long a mailer may take to get rid of all messages; they live for 6 seconds there. It takes half a minute, or some more on
# a machine that is busy with other things: no limit here is one that a slow machine can meet.
patience=240

reason=
test "$(id -u)" -eq 0 || reason='needs root, to bind port 53 of a loopback address and to change the root directory'
for tool in apt-get chroot dpkg-deb python3 setsid; do
    have "$tool" || reason="needs $tool"
done
if test -n "$reason"; then
    skip mailers "$reason"
    finish
fi

# each_with FLAG TEMPLATE: a line for each scenario with the flag.
each_with() {
    python3 "$tools/scenarios.py" "$table" "$@"
}

# What runs is ended by its own number, whatever happens: the mailer first, since the server also writes the log for it.
mailer_stop() {
    test -z "$mailer_pid" || kill -- "-$mailer_pid" 2>/dev/null
    mailer_end=$(($(date +%s) + 30))
    while test "$(root_processes)" -gt 0 && test "$(date +%s)" -lt "$mailer_end"; do
        sleep 0.2
    done
    test -z "$server_pid" || kill "$server_pid" 2>/dev/null
    wait
}

# wait_for PATH: until it is there, or a minute.
wait_for() {
    wait_for_count=0
    until test -e "$1"; do
        wait_for_count=$((wait_for_count + 1))
        test $wait_for_count -lt 600 && sleep 0.1 || return 1
    done
}

# mailer_run NAME NET: lets the mailer of that name do its work; the log and the reports are in $work/NAME afterwards.
mailer_run() {
    net=$2 out=$work/$1
    mkdir -p "$out"
    mailer_pid='' server_pid=''
    trap mailer_stop EXIT
    trap 'exit 1' HUP INT TERM
    "$1_packages" >"$out/packages"
    if ! root_make "$work/$1.root" "$net" "$packages/$1" "$out/packages" >"$out/prepare" 2>&1; then
        skip "$1" "its packages cannot be had: $(tail -n 1 "$out/prepare")"
        return
    fi
    "$1_configure"
    python3 "$tools/server.py" "$table" "$net" "$out" "$root/dev/log" "$root/var/log/syslog" >"$out/server" 2>&1 &
    server_pid=$!
    if ! wait_for "$out/ready"; then
        fail "$1" 'the scripted server does not start' "$out/server"
        return
    fi
    "$1_start" >"$out/console" 2>&1
    if ! python3 "$tools/send.py" "$table" "127.$net.0.200" "$1" >"$out/send" 2>&1; then
        fail "$1" 'it does not take the messages' "$out/send"
        return
    fi
    mailer_end=$(($(date +%s) + patience))
    while test "$("$1_queued")" -gt 0 && test "$(date +%s)" -lt "$mailer_end"; do
        sleep 1
        "$1_run_queue"
    done
    equal "$1: its queue is empty in the end" 0 "$("$1_queued")"
    mailer_stop
    trap - EXIT HUP INT TERM
    equal "$1: none of its processes is left" 0 "$(root_processes)"
    cp "$root$("$1_log")" "$out/log"
    python3 "$tools/verify.py" "$table" "$1" "$out" "$BUILD"
}

number=70 jobs=
stop_all() {
    for job in $jobs; do
        kill "$job" 2>/dev/null
    done
    wait
}
trap stop_all EXIT
trap 'exit 1' HUP INT TERM
for mailer in ${MAILERS:-postfix exim opensmtpd}; do
    number=$((number + 1))
    (mailer_run "$mailer" $number) >"$work/$mailer.results" 2>&1 &
    jobs="$jobs $!"
done
wait
trap - EXIT
cat "$work"/*.results
failed=$(cat "$work"/*.results | grep -c '^FAIL')
test -z "$KEEP" || cp -r "$work" "$KEEP"
finish
