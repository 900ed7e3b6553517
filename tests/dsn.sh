# smtp5xx-dsn: tests/dsn holds messages, and tests/dsn.golden what is printed of them; boxes and Maildirs, broken and large ones.
# DSN_MESSAGES=100000 makes the box larger (make dsn-long). After a change look at the difference, then copy what is printed.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

dsn=$BUILD/smtp5xx-dsn
if ! test -x "$dsn"; then
    skip 'smtp5xx-dsn' 'there is no GMime 3'
    finish
fi

# run NAME STATUS ARGUMENT...: what it prints is in $work/out.
run() {
    name=$1
    expected=$2
    shift 2
    ${EXEC:+"$EXEC"} "$dsn" "$@" >"$work/out" 2>"$work/messages"
    equal "$name: exit status" "$expected" $?
}

# has NAME FILE TEXT: the file holds the text.
has() {
    if grep -qF -e "$3" "$2"; then
        pass "$1"
    else
        fail "$1" "no $3" "$2"
    fi
}

run 'all samples' 0 tests/dsn/*.eml
empty 'nothing to complain about' "$work/messages"
# The date of the tables moves with every release.
sed 's/"table_version":[0-9]*/"table_version":0/; s/"rule":[0-9]*/"rule":0/' "$work/out" >"$work/printed"
same 'each sample gives what it did' tests/dsn.golden "$work/printed"
if have python3; then
    runs 'every line is JSON' python3 -c 'import json, sys
for line in open(sys.argv[1], encoding="utf-8"): json.loads(line)' "$work/out"
else
    skip 'every line is JSON' 'there is no python3'
fi

run 'an ordinary message' 1 tests/dsn/26-ordinary.eml
run 'a file that is not there' 2 tests/dsn/none.eml tests/dsn/01-postfix.eml
has 'the others are read' "$work/out" '"recipient":"bob@example.com"'
has 'which one is told' "$work/messages" 'tests/dsn/none.eml: No such file'
: >"$work/empty"
run 'an empty file' 2 "$work/empty"
has 'an empty file is told' "$work/messages" 'there is no message in it'
run 'a directory that is no Maildir' 2 tests/dsn
has 'that it is none is told' "$work/messages" 'no Maildir'
run 'an unknown option' 2 -x
run 'versions' 0 -V
${EXEC:+"$EXEC"} "$dsn" <tests/dsn/01-postfix.eml >"$work/out"
has 'standard input' "$work/out" '"file":"(standard input)"'
# shellcheck disable=SC2002 # A pipe is what is tried.
cat tests/dsn/01-postfix.eml | ${EXEC:+"$EXEC"} "$dsn" - >"$work/out"
has 'a pipe' "$work/out" '"recipient":"bob@example.com"'
if test -w /dev/full; then
    ${EXEC:+"$EXEC"} "$dsn" tests/dsn/01-postfix.eml >/dev/full 2>"$work/messages"
    equal 'a full disk: exit status' 2 $?
    has 'a full disk is told' "$work/messages" 'cannot be written'
fi

# Maildir
mkdir -p "$work/Maildir/new" "$work/Maildir/cur" "$work/Maildir/tmp"
cp tests/dsn/01-postfix.eml "$work/Maildir/new/1.example"
cp tests/dsn/08-qmail.eml "$work/Maildir/cur/2.example:2,S"
cp tests/dsn/22-auto-reply.eml "$work/Maildir/tmp/3.example"
run 'a Maildir' 0 "$work/Maildir"
equal 'new and cur are read, tmp is not' 3 "$(wc -l <"$work/out" | tr -d ' ')"

# A box, of which each 10th message is a bounce with two recipients. Memory does not grow with it.
messages=${DSN_MESSAGES:-3000}
awk -v messages="$messages" 'BEGIN {
    while ((getline line < "tests/dsn/02-two-recipients.eml") > 0) bounce = bounce line "\n"
    while ((getline line < "tests/dsn/26-ordinary.eml") > 0) plain = plain line "\n"
    for (i = 0; i < messages; i++) printf "From MAILER-DAEMON Wed Nov 25 10:00:00 2026\n%s\n", i % 10 ? plain : bounce
}' >"$work/box"
run "a box of $messages messages" 0 "$work/box"
equal 'all messages of the box are read' "$((messages * 11 / 10))" "$(wc -l <"$work/out" | tr -d ' ')"
equal 'all bounces of the box are found' "$((messages * 2 / 10))" "$(grep -c '"kind":"bounce"' "$work/out")"

# peak FILE...: kilobytes of memory, or nothing where that cannot be told.
peak() {
    python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$dsn" "$@"
}
# A bounce that brings a message of 20 MB back, and one in a nest of multiparts.
{
    sed '/^--b1--/,$d' tests/dsn/01-postfix.eml
    awk 'BEGIN { for (i = 0; i < 290000; i++) print "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAx" }'
    echo '--b1--'
} >"$work/large"
run 'a bounce of 20 MB' 0 "$work/large"
has 'the recipient in 20 MB' "$work/out" '"recipient":"bob@example.com"'
nest() {
    awk -v depth="$1" 'BEGIN {
        print "From: MAILER-DAEMON@relay.example.org\nSubject: failure notice\nMIME-Version: 1.0"
        for (i = 0; i < depth; i++) printf "Content-Type: multipart/mixed; boundary=\"n%d\"\n\n--n%d\n", i, i
        print "Content-Type: message/delivery-status\n\nReporting-MTA: dns; r.example.org\n"
        print "Final-Recipient: rfc822; bob@example.com\nAction: failed\nStatus: 5.1.1\n"
    }'
}
nest 30 >"$work/nest"
run 'a report 30 multiparts deep' 0 "$work/nest"
has 'it is found' "$work/out" '"recipient":"bob@example.com"'
nest 3000 >"$work/nest"
${EXEC:+"$EXEC"} "$dsn" "$work/nest" >"$work/out" 2>&1
status=$?
if test "$status" -le 2; then
    pass 'a nest of 3000 multiparts does no harm'
else
    fail 'a nest of 3000 multiparts does no harm' "exit status $status"
fi
if have python3 && test -z "${EXEC:-}"; then
    small=$(peak tests/dsn/01-postfix.eml)
    box=$(peak "$work/box")
    if test "$box" -lt $((small + 16384)); then
        pass 'memory does not grow with a box'
    else
        fail 'memory does not grow with a box' "$box KB, $small KB for one message"
    fi
fi

# Cut anywhere, and with bytes changed, a message ends in a line or a complaint, and in no crash.
length=$(wc -c <tests/dsn/12-microsoft-365.eml)
crashed=
at=1
while test "$at" -lt "$length"; do
    head -c "$at" tests/dsn/12-microsoft-365.eml >"$work/cut"
    ${EXEC:+"$EXEC"} "$dsn" "$work/cut" >"$work/out" 2>&1
    test $? -le 2 || crashed="$crashed $at"
    at=$((at + 37))
done
equal 'no cut crashes it' '' "$crashed"

finish
