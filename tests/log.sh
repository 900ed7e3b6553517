# smtp5xx log: what each mailer writes, the files that it makes, and what must not go wrong. SPDX-License-Identifier: MIT
. tests/lib/check.sh

program=$BUILD/smtp5xx
tab=$(printf '\t')

# exits NAME STATUS COMMAND...: the command must end with just this status.
exits() {
    exits_name=$1
    exits_status=$2
    shift 2
    "$@" >"$work/out" 2>"$work/err" </dev/null
    exits_found=$?
    if test "$exits_found" -eq "$exits_status"; then
        pass "$exits_name"
    else
        fail "$exits_name" "exit status $exits_found instead of $exits_status" "$work/err"
    fi
}

# says NAME PATTERN: standard error of the last command has it.
says() {
    if grep -q -e "$2" "$work/err"; then
        pass "$1"
    else
        fail "$1" "standard error has no $2" "$work/err"
    fi
}

# Formats: every refusal of each mailer's log, and no other line. tests/log/NAME.log gives tests/log/NAME.tsv.
for log in tests/log/*.log; do
    name=$(basename "$log" .log)
    "$program" log --year 2026 --output tsv "$log" 2>"$work/err" | cut -f 1-9,13-15,18 >"$work/found"
    same "$name: events" "tests/log/$name.tsv" "$work/found"
    empty "$name: quiet" "$work/err"
done

# Several mailers in one file, told apart by themselves.
cat tests/log/postfix.log tests/log/exim.log tests/log/sendmail.log tests/log/opensmtpd.log tests/log/kumomta.log tests/log/ses.log >"$work/mixed.log"
cat tests/log/postfix.tsv tests/log/exim.tsv tests/log/sendmail.tsv tests/log/opensmtpd.tsv tests/log/kumomta.tsv tests/log/ses.tsv >"$work/expected"
"$program" log --year 2026 --output tsv "$work/mixed.log" | cut -f 1-9,13-15,18 >"$work/found"
same 'mixed: events of six mailers' "$work/expected" "$work/found"
for name in postfix exim sendmail opensmtpd kumomta ses; do
    "$program" log --year 2026 --format "$name" --output tsv "$work/mixed.log" | cut -f 1-9,13-15,18 >"$work/found"
    same "--format $name finds this mailer's events alone" "tests/log/$name.tsv" "$work/found"
done
"$program" log --year 2026 --output tsv tests/log/*.log | cut -f 1-9,13-15,18 >"$work/found"
cat tests/log/*.tsv >"$work/expected"
same 'several files, each by its own format' "$work/expected" "$work/found"
"$program" log --year 2026 --output tsv - <tests/log/postfix.log | cut -f 1-9,13-15,18 >"$work/found"
same 'standard input' tests/log/postfix.tsv "$work/found"
tail -n 3 tests/log/postfix.log | head -c -1 | sed '$d' >"$work/unended"
printf '%s' "$(sed -n '6p' tests/log/postfix.log)" >>"$work/unended"
"$program" log --year 2026 --output tsv "$work/unended" | cut -f 5 >"$work/found"
printf 'gus@example.com\nbob@example.com\n' >"$work/expected"
same 'the last line needs no line break' "$work/expected" "$work/found"
sed 's/$/\r/' tests/log/postfix.log | "$program" log --year 2026 --output tsv | cut -f 1-9,13-15,18 >"$work/found"
same 'lines may end with CRLF' tests/log/postfix.tsv "$work/found"
sed 's/^/<22>/' tests/log/postfix.log | "$program" log --year 2026 --output tsv | cut -f 1-9,13-15,18 >"$work/found"
same 'lines may begin with a priority' tests/log/postfix.tsv "$work/found"

# The report, as it is.
"$program" log --year 2026 tests/log/*.log >"$work/found" 2>&1
same 'report' tests/log/report.txt "$work/found"
if have python3; then
    python3 -c 'import sys
print("\n".join(l for l in open(sys.argv[1], encoding="utf-8").read().split("\n") if len(l) > 80))' tests/log/report.txt | sed '/^$/d' >"$work/wide"
    empty 'report: fits 80 columns' "$work/wide"
fi
"$program" log </dev/null >"$work/found" 2>&1
printf 'Refused delivery attempts: 0\n' >"$work/expected"
sed -n 1p "$work/found" >"$work/first"
same 'report: of nothing' "$work/expected" "$work/first"

# Time

stamps() {
    "$program" log --year 2026 --output tsv "$@" tests/log/postfix.log | cut -f 1 | tr '\n' ' '
}
equal '--since' '2026-11-25T03:27:59 2026-11-25T03:28:01 ' "$(stamps --since 2026-11-25T03:27:59)"
equal '--until' '2026-11-25T03:27:52 2026-11-25T03:27:53 ' "$(stamps --until 2026-11-25T03:27:54)"
equal '--since and --until: a day' '' "$(stamps --since 2026-11-24 --until 2026-11-25)"
equal '--since: with a time zone in the log' '2026-11-25T03:28:05Z 2026-11-25T03:28:05Z 2026-11-25T03:28:06Z ' \
    "$(TZ=UTC-1 "$program" log --output tsv --until 2026-11-25T04:28:07 tests/log/ses.log | cut -f 1 | tr '\n' ' ')"
equal 'a line without a year is not later than its file' "$(date +%Y)-$(date +%m-%dT00:00:00)" \
    "$(printf '%s 00:00:00 mail postfix/smtp[1]: 4X: to=<a@example.com>, relay=none, dsn=4.4.1, status=deferred (x)\n' \
        "$(date '+%b %e')" | "$program" log --output tsv | cut -f 1)"
for limit in yesterday 2026-13-01 2026-11-25T25:00 12 12y; do
    exits "exit 2: --since $limit" 2 "$program" log --since "$limit"
done

# A log of some size. It gives the same whatever the number of threads.

data=$BUILD/tests/log_data
"$data" 6 40 >"$work/large"
for output in tsv jsonl report; do
    for threads in 1 2 5; do
        "$program" log --threads "$threads" --output "$output" --suppress "$work/suppress.$threads" --unknown "$work/unknown.$threads" \
            --prometheus "$work/prom.$threads" "$work/large" >"$work/out.$threads"
    done
    same "$output: the same with 1 and 2 threads" "$work/out.1" "$work/out.2"
    same "$output: the same with 1 and 5 threads" "$work/out.1" "$work/out.5"
    for list in suppress unknown prom; do
        same "$output: the same $list with 1 and 5 threads" "$work/$list.1" "$work/$list.5"
    done
done
count=$(grep -cE 'status=(bounced|deferred)' "$work/large")
"$program" log --output tsv "$work/large" >"$work/out.tsv"
equal 'every refusal is found, and no other' "$count" "$(wc -l <"$work/out.tsv" | tr -d ' ')"
awk -F "$tab" 'NF != 18' "$work/out.tsv" >"$work/found"
empty 'tsv: 18 columns' "$work/found"
sed -n 's/.*\]: \([^:]*\): to=<\([^>]*\)>.*status=[bd].*/\1 \2/p' "$work/large" >"$work/expected"
cut -f 4,5 "$work/out.tsv" | tr '\t' ' ' >"$work/found"
same 'in the order of the log, with queue id and recipient' "$work/expected" "$work/found"

# Suppress

awk -F "$tab" '$9 == "suppress" && !seen[$5]++ { print $5 }' "$work/out.tsv" >"$work/expected"
same '--suppress: each address once' "$work/expected" "$work/suppress.1"
"$program" log --output tsv --suppress "$work/list" --explain "$work/large" >"$work/out"
cut -f 1 "$work/list" >"$work/found"
same '--suppress --explain: the same addresses' "$work/expected" "$work/found"
awk -F "$tab" 'NF != 5 || $3 < 75 || $3 > 100 || $4 == "" || $5 !~ /^(host|5)/' "$work/list" >"$work/found"
empty '--suppress --explain: reason, confidence, rule and reply' "$work/found"
for day in 01 04 08 11 16; do
    echo "2026-11-${day}T00:00:00 mail postfix/smtp[1]: 4X: to=<worn@example.com>, relay=mx.example.com[192.0.2.1]:25, dsn=5.2.2, status=bounced (host mx.example.com[192.0.2.1] said: 552 5.2.2 mailbox full (in reply to RCPT TO command))"
    echo "2026-11-01T00:00:${day} mail postfix/smtp[1]: 4X: to=<burst@example.com>, relay=mx.example.com[192.0.2.1]:25, dsn=5.2.2, status=bounced (host mx.example.com[192.0.2.1] said: 552 5.2.2 mailbox full (in reply to RCPT TO command))"
done >"$work/soft.log"
"$program" log --output tsv --suppress "$work/list" "$work/soft.log" >"$work/out"
printf 'worn@example.com\n' >"$work/expected"
same '--suppress: who fails softly for too long, and not who fails often in a minute' "$work/expected" "$work/list"

# Unknown, redact

printf '%s\n' '550 qwx <a@example.com>' '550 qwx <b@example.com>' '550 zzt 192.0.2.1' '550 5.1.1 no such user' >"$work/raw"
"$program" log --format raw --output tsv --unknown "$work/list" "$work/raw" >"$work/out"
printf '550 qwx <address>\n550 zzt <ip>\n' >"$work/expected"
same '--unknown: redacted, each once, the commonest first' "$work/expected" "$work/list"
for output in tsv jsonl report; do
    "$program" log --redact --year 2026 --output "$output" tests/log/*.log >"$work/out"
    grep -E 'example\.(com|org|net)|192\.0\.2\.|198\.51\.100|4XyZ1|1tXyz|2001:db8' "$work/out" >"$work/found"
    empty "--redact --output $output: nobody's address, host, IP or id" "$work/found"
done
equal '--redact: as many events' "$(cat tests/log/*.tsv | wc -l)" \
    "$("$program" log --redact --year 2026 --output tsv tests/log/*.log | wc -l)"

# JSON

if have python3; then
    hostile='Nov 25 03:27:52 mail postfix/smtp[1]: 4X: to=<a"\\b\t\001\377@example.com>, relay=mx.example.com[192.0.2.1]:25, dsn=5.1.1, status=bounced (host mx.example.com[192.0.2.1] said: 550 "caf\303\251" \303 \\ \033[31m \302\205 \342\200\256 \000 x (in reply to RCPT TO command))\n'
    # shellcheck disable=SC2059 # The bytes are written as escapes of printf.
    printf "$hostile" | "$program" log --output jsonl >"$work/out"
    python3 -c 'import json, sys
for line in open(sys.argv[1], "rb").read().decode("utf-8").splitlines():
    r = json.loads(line)
    print(sorted(r)[:3], r["recipient"], [c for c in r["reply"] if c == "é"], r["code"] in (550, None), any(ord(c) < 32 for c in line))' \
        "$work/out" >"$work/found" 2>&1
    printf '%s\n' "['action', 'code', 'confidence'] a\"\\b$tab$(printf '\001')� ['é'] True False" | sed 's/�/�@example.com/' >"$work/expected"
    same 'jsonl: hostile bytes give valid UTF-8 and JSON' "$work/expected" "$work/found"
    # shellcheck disable=SC2059
    printf "$hostile" | "$program" log --output tsv | LC_ALL=C.UTF-8 grep -c '^[[:print:]	]*$' >"$work/found"
    equal 'tsv: hostile bytes are escaped, one line' 1 "$(cat "$work/found")"
    "$program" log --output jsonl "$work/large" | python3 -c 'import json, sys
print(sum(json.loads(line)["mailer"] == "postfix" for line in sys.stdin))' >"$work/found"
    equal 'jsonl: every line is an object' "$count" "$(cat "$work/found")"
    python3 -c 'import resource, subprocess, sys
for output in "report", "tsv":
    subprocess.run([sys.argv[1], "log", "--threads", "2", "--suppress", sys.argv[2] + ".s", "--unknown", sys.argv[2] + ".u", "--output", output, sys.argv[2]], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 64 * 1024)' "$program" "$work/large" >"$work/found" 2>&1
    case $(nm -D "$program" 2>/dev/null) in
    *__asan*) skip 'less than 64 MiB of memory' 'the sanitizer needs its own' ;;
    *) equal 'less than 64 MiB of memory' True "$(cat "$work/found")" ;;
    esac
    # A terminal sees how far it is, and nothing of it stays.
    python3 -c 'import os, subprocess, sys, time
master, slave = os.openpty()
child = subprocess.Popen([sys.argv[1], "log", "--output", "tsv"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=slave)
for _ in range(4):
    child.stdin.write(open(sys.argv[2], "rb").read(1 << 20)); child.stdin.flush(); time.sleep(0.25)
child.stdin.close(); child.wait(); os.close(slave)
seen = os.read(master, 65536).decode()
print("MB/s" in seen, seen.endswith("\r\x1b[K"))' "$program" "$work/large" >"$work/found" 2>&1
    equal 'progress on a terminal' 'True True' "$(cat "$work/found")"
else
    skip 'jsonl, memory, progress' 'there is no python3'
fi

# Prometheus

"$program" log --year 2026 --output tsv --prometheus "$work/smtp5xx.prom" tests/log/*.log >"$work/out"
if have promtool; then
    promtool check metrics <"$work/smtp5xx.prom" >"$work/found" 2>&1
    empty 'prometheus: promtool has nothing to say' "$work/found"
else
    skip 'prometheus: promtool has nothing to say' 'there is no promtool (Debian: prometheus)'
fi
equal 'prometheus: the sum of the reasons' "$(wc -l <"$work/out" | tr -d ' ')" \
    "$(awk '/^smtp5xx_log_refusals_total/ { sum += $2 } END { print sum }' "$work/smtp5xx.prom")"
grep -E 'example|192\.0\.2|198\.51' "$work/smtp5xx.prom" >"$work/found"
empty 'prometheus: labels name no host, address or IP' "$work/found"
find "$work" -name 'smtp5xx.prom.*' >"$work/found"
empty 'prometheus: nothing is left beside it' "$work/found"

# Compressed

packed() { # NAME TOOL SUFFIX
    if ! have "$1"; then
        skip "$1: a compressed log" "there is no $1"
        return
    fi
    "$1" -c <tests/log/postfix.log >"$work/log.$1"
    if "$program" log "$work/log.$1" 2>&1 | grep -q 'built without'; then
        skip "$1: a compressed log" 'the library was not there when the program was built'
        return
    fi
    "$1" -c <tests/log/exim.log >>"$work/log.$1"
    "$program" log --year 2026 --output tsv "$work/log.$1" 2>"$work/err" | cut -f 1-9,13-15,18 >"$work/found"
    cat tests/log/postfix.tsv tests/log/exim.tsv >"$work/expected"
    same "$1: a compressed log of two parts" "$work/expected" "$work/found"
    "$1" -1 -c <"$work/large" >"$work/large.$1"
    "$program" log --output tsv <"$work/large.$1" >"$work/found"
    same "$1: through a pipe, of some size" "$work/out.tsv" "$work/found"
    head -c 300000 "$work/large.$1" >"$work/cut.$1"
    exits "$1: exit 65: a file that is cut" 65 "$program" log --output tsv "$work/cut.$1"
    says "$1: the message tells it" "cut.$1: the compressed data end before their end"
    # The last line may be one that was cut.
    sed '$d' "$work/out" >"$work/found"
    head -n "$(wc -l <"$work/found")" "$work/out.tsv" >"$work/expected"
    same "$1: what came before the cut is there" "$work/expected" "$work/found"
    test -s "$work/out"
    equal "$1: and that is something" 0 $?
    { head -c 200000 "$work/large.$1"; tr '\000-\177' '\200-\377' <"$work/large.$1" | tail -c 200000; } >"$work/bad.$1"
    exits "$1: exit 65: damaged data" 65 "$program" log --output tsv "$work/bad.$1"
    says "$1: the message tells the damage" "bad.$1: .*\(damaged\|end before\)"
}
for tool in gzip xz zstd; do
    packed "$tool"
done
# Without the libraries a plain log is read, and a compressed one is told.
find "$BUILD/examples" -maxdepth 1 -name '*.o' ! -name log_input.o >"$work/objects"
# shellcheck disable=SC2046,SC2086 # Words of the command line.
if $CC -std=c11 -Iinclude ${CFLAGS:-} -c -o "$work/log_input.o" examples/log_input.c &&
    $CC ${CFLAGS:-} -o "$work/plain" "$work/log_input.o" $(cat "$work/objects") -L"$BUILD" -lsmtp5xx "-Wl,-rpath,$BUILD" ${JANSSON_LIBS:--ljansson} -pthread 2>"$work/err"; then
    gzip -c <tests/log/postfix.log >"$work/log.gz"
    exits 'built without zlib: exit 65' 65 "$work/plain" log --output tsv "$work/log.gz" tests/log/exim.log
    says 'built without zlib: the message names the package' 'built without zlib: install zlib1g-dev'
    equal 'built without zlib: other files are read' "$(wc -l <tests/log/exim.tsv)" "$(wc -l <"$work/out")"
else
    fail 'built without zlib' 'it does not build' "$work/err"
fi

# Replies that come again: the answers are those of the first time, when nothing was known. The same words of another
# provider's server, or with other codes, are another reply.
{
    grep -hE 'status=(bounced|deferred)' tests/log/postfix.log
    head -n 2000 "$work/large" | grep -E 'status=(bounced|deferred)'
    head -n 2000 "$work/large" | grep -E 'status=(bounced|deferred)' | sed 's/relay=[^[]*\[/relay=mx.example.net[/'
} >"$work/part"
"$program" log --output tsv --threads 1 "$work/part" >"$work/expected"
cat "$work/part" "$work/part" "$work/part" | "$program" log --output tsv --threads 1 >"$work/out"
cat "$work/expected" "$work/expected" "$work/expected" >"$work/all"
same 'replies that come again have the same verdict' "$work/all" "$work/out"

# What goes wrong

exits 'exit 74: a file that is not there' 74 "$program" log --year 2026 --output tsv "$work/no-such-file" tests/log/exim.log
says 'a file that is not there: the message names it' 'no-such-file: No such file'
cut -f 1-9,13-15,18 "$work/out" >"$work/found"
same 'a file that is not there: the others are read' tests/log/exim.tsv "$work/found"
cat >"$work/protocol.log" <<'END'
#Software: Microsoft Exchange Server
#Version: 15.0.0.0
#Log-type: SMTP Send Protocol Log
#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context
2026-11-25T03:28:01.123Z,Internet,08D9A1,7,192.0.2.10:5000,198.51.100.1:25,>,RCPT TO:<bob@example.com>,
2026-11-25T03:28:01.223Z,Internet,08D9A1,8,192.0.2.10:5000,198.51.100.1:25,<,550 5.1.1 User unknown,
END
exits 'exit 65: a protocol log of Exchange' 65 "$program" log "$work/protocol.log" tests/log/exchange.log
says 'a protocol log of Exchange: the message tells which one is needed' 'protocol.log: no message tracking log of Exchange.*MessageTracking'
equal 'a protocol log of Exchange: the others are read' 1 "$(grep -c '^Refused delivery attempts: 3' "$work/out")"
exits 'exit 74: a directory' 74 "$program" log "$work"
if test -c /dev/full; then
    exits 'exit 74: full disk, report' 74 sh -c "'$program' log tests/log/postfix.log >/dev/full"
    exits 'exit 74: full disk, tsv' 74 sh -c "'$program' log --output tsv '$work/large' >/dev/full"
    says 'full disk: the message tells it' 'standard output: No space left'
    for list in suppress unknown prometheus; do
        exits "exit 74: full disk, --$list" 74 "$program" log --$list /dev/full "$work/large" "$work/raw"
        says "full disk, --$list: the message tells it" '/dev/full: No space left'
        test -s "$work/out"
        equal "full disk, --$list: the report comes" 0 $?
    done
    test -c /dev/full
    equal 'a device is not replaced' 0 $?
else
    skip 'exit 74: full disk' 'there is no /dev/full'
fi
for list in suppress unknown prometheus; do
    exits "exit 74: --$list in no directory" 74 "$program" log --$list "$work/nowhere/file" tests/log/postfix.log
    says "--$list: the message names the file" 'nowhere/file'
done
for usage in '--format mbox' '--output xml' '--threads 0' '--threads x' '--year 26' '--explain' '-f' '--frobnicate' '--color x'; do
    # shellcheck disable=SC2086 # The words of the command line.
    exits "exit 2: log $usage" 2 "$program" log $usage tests/log/postfix.log
done

# A file that is cut or rotated while it is read. The program waits where nobody reads what it writes: it has only seen the
# beginning of the file then, and is told the rest of the story after that.

# meanwhile COMMAND...: lets it read $work/busy.log, runs the command in the middle, and returns the program's exit status.
meanwhile() {
    cp "$work/large" "$work/busy.log"
    rm -f "$work/pipe"
    mkfifo "$work/pipe"
    "$program" log --output tsv --threads 1 "$work/busy.log" >"$work/pipe" 2>"$work/err" &
    reader=$!
    exec 3<"$work/pipe"
    dd bs=1 count=1 <&3 >"$work/out" 2>/dev/null
    "$@"
    cat <&3 >>"$work/out"
    exec 3<&-
    wait "$reader"
}
cut_it() {
    dd if=/dev/null of="$work/busy.log" bs=1048576 seek=1 count=0 2>/dev/null
}
meanwhile cut_it
equal 'exit 74: a file that is cut while it is read' 74 $?
says 'cut while it is read: the message tells it' "busy.log: was cut from $(wc -c <"$work/large") to 1048576 bytes while it was read"
head -c 1048576 "$work/large" >"$work/busy.log"
"$program" log --output tsv "$work/busy.log" >"$work/expected"
same 'cut while it is read: what was left is there' "$work/expected" "$work/out"
rotate_it() {
    mv "$work/busy.log" "$work/busy.log.1"
    sed -n 6p tests/log/postfix.log >"$work/busy.log"
}
meanwhile rotate_it
equal 'rotated while it is read: exit 0' 0 $?
empty 'rotated while it is read: nothing to tell' "$work/err"
same 'rotated while it is read: all of the old one is there' "$work/out.tsv" "$work/out"

# A line of 10 MB between others; bytes that are no text.
{
    sed -n 6p tests/log/postfix.log
    awk 'BEGIN { for (i = 0; i < 1000; i++) s = s "status=bounced "; for (i = 0; i < 700; i++) printf "%s", s; print "" }'
    sed -n 7p tests/log/postfix.log
} >"$work/long.log"
exits 'a line of 10 MB' 0 "$program" log --output tsv "$work/long.log"
says 'a line of 10 MB: it is told' '1 lines are longer than a mebibyte: the last 9[0-9]* bytes'
printf 'bob@example.com\nann@gmail.com\n' >"$work/expected"
cut -f 5 "$work/out" >"$work/found"
same 'a line of 10 MB: the others are there' "$work/expected" "$work/found"
{
    head -c 3000000 "$BUILD/libsmtp5xx.a"
    echo
    sed -n 6,7p tests/log/postfix.log
    head -c 3000000 "$BUILD/libsmtp5xx.a"
} >"$work/binary.log"
exits 'binary rubbish' 0 "$program" log --output tsv "$work/binary.log"
cut -f 5 "$work/out" >"$work/found"
same 'binary rubbish: the lines between are found' "$work/expected" "$work/found"

# Following, over rotation and emptying. Every wait has an end.

# until_lines FILE COUNT: waits, ten seconds at most.
until_lines() {
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40; do
        test "$(wc -l <"$1")" -ge "$2" && return
        sleep 0.25
    done
}
one() {
    echo "2026-11-25T03:27:52 mail postfix/smtp[1]: 4X: to=<$1@example.com>, relay=none, delay=1, dsn=5.1.1, status=bounced (host mx.example.com[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO command))"
}
one first >"$work/live.log"
: >"$work/live.out" # Here before it is waited for.
"$program" log -f --output tsv --suppress "$work/live.list" --prometheus "$work/live.prom" "$work/live.log" >"$work/live.out" 2>"$work/err" &
follower=$!
until_lines "$work/live.out" 1
one second >>"$work/live.log"
until_lines "$work/live.out" 2
printf '%s' "$(one third | head -c 60)" >>"$work/live.log" # A line in two parts.
sleep 0.5
one third | tail -c +61 >>"$work/live.log"
until_lines "$work/live.out" 3
mv "$work/live.log" "$work/live.log.1" # Rotated, with a writer that still has the old file.
one fourth >>"$work/live.log.1"
until_lines "$work/live.out" 4
one fifth >"$work/live.log"
until_lines "$work/live.out" 5
: >"$work/live.log" # Emptied in place.
sleep 0.5
one sixth >>"$work/live.log"
until_lines "$work/live.out" 6
{ one seventh; one eighth; } >>"$work/live.log"
until_lines "$work/live.out" 8
one ninth >"$work/live.new" # Cut to its beginning, and that is another: the same file, one line long.
cat "$work/live.new" >"$work/live.log"
until_lines "$work/live.out" 9
mv "$work/live.log" "$work/live.log.2" # Rotated, and the new file comes late.
sleep 0.5
one tenth >"$work/live.log"
until_lines "$work/live.out" 10
kill -TERM "$follower"
wait "$follower"
equal '-f: ends well when it is told to' 0 $?
printf '%s@example.com\n' first second third fourth fifth sixth seventh eighth ninth tenth >"$work/expected"
cut -f 5 "$work/live.out" >"$work/found"
same '-f: every line once, over rotation and emptying' "$work/expected" "$work/found"
same '-f: the files are written at the end' "$work/expected" "$work/live.list"
grep -q 'reason="user_unknown",category="recipient",result="bounced"} 10' "$work/live.prom"
equal '-f: the counters too' 0 $?
says '-f: that it was cut is told' 'live.log: was cut: going on at its beginning'
says '-f: that it is gone is told' 'live.log: is gone: waiting until it is there again'

finish
