# The program's contract: what other programs build on, and what a hostile reply must not do.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

program=$BUILD/smtp5xx
tab=$(printf '\t')
escape=$(printf '\033')
# A coverage or sanitizer build is slower, not different.
if ! test -x "$program"; then
    fail program "there is no $program"
    finish
fi

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

# lines NAME COUNT FILE
lines() {
    equal "$1" "$2" "$(wc -l <"$3" | tr -d ' ')"
}

# Records

# A hundred replies in an order that no sorting gives; the number of each comes out in the column of the code.
awk 'BEGIN { for (i = 0; i < 100; i++) print 500 + (i * 37) % 100 " 5.1.1 record " i }' >"$work/in"
"$program" classify <"$work/in" >"$work/out"
equal 'classify: exit status' 0 $?
cut -d ' ' -f 1 "$work/in" >"$work/expected"
cut -f 4 "$work/out" >"$work/found"
same 'classify: one line for each record, in order' "$work/expected" "$work/found"

printf '550 5.1.1 no such user\n' | "$program" classify | cut -f 1-8 >"$work/found"
awk -F "$tab" 'NF == 8 && $1 == "user_unknown" && $2 == "suppress" && $3 > 0 && $3 <= 100 && $4 == "550" && $5 == "5.1.1" &&
    $6 != "" && $7 != "" && $8 == "-"' "$work/found" >"$work/matching"
lines 'classify: first columns are reason action confidence code status basis rule provider' 1 "$work/matching"
awk -F "$tab" 'NF < 8 { print }' "$work/out" >"$work/short"
empty 'classify: no column is missing' "$work/short"
printf 'hello world\n' | "$program" classify | cut -f 1,4,5,7,8 >"$work/found"
printf 'unknown\t-\t-\t-\t-\n' >"$work/expected"
same 'classify: what is not known is a hyphen' "$work/expected" "$work/found"

printf '550 5.1.1 a\n\n\n552 5.2.2 b\n' | "$program" classify | cut -f 4 >"$work/found"
printf '550\n-\n-\n552\n' >"$work/expected"
same 'classify: empty records count' "$work/expected" "$work/found"
printf '550 5.1.1 a\n552 5.2.2 b' | "$program" classify | cut -f 4 >"$work/found"
printf '550\n552\n' >"$work/expected"
same 'classify: the last line needs no line break' "$work/expected" "$work/found"
printf '550 5.1.1 a\r\n552 5.2.2 b\r\n' | "$program" classify | cut -f 4 >"$work/found"
same 'classify: lines may end with CRLF' "$work/expected" "$work/found"
"$program" classify </dev/null >"$work/found"
equal 'classify: nothing in' 0 $?
empty 'classify: nothing in, nothing out' "$work/found"
printf '550-5.1.1 a\\n550 5.1.1 b\n' | "$program" classify | cut -f 1,4 >"$work/found"
printf 'user_unknown\t550\n' >"$work/expected"
same 'classify: a literal \n stands for a line break' "$work/expected" "$work/found"

printf '550-5.1.1 a\r\n550 5.1.1 b\000552 5.2.2 c\nd\000\000421 e\000' | "$program" classify -0 | cut -f 4 >"$work/found"
printf '550\n552\n-\n421\n' >"$work/expected"
same 'classify -0: records end with NUL and may hold line breaks' "$work/expected" "$work/found"
printf '550 5.1.1 a\000552 5.2.2 b' | "$program" classify -0 | cut -f 4 >"$work/found"
printf '550\n552\n' >"$work/expected"
same 'classify -0: the last record needs no NUL' "$work/expected" "$work/found"
printf '550 5.1.1 a\000 b\n552 c\n' | "$program" classify | cut -f 4 >"$work/found"
same 'classify: a NUL inside a line ends nothing' "$work/expected" "$work/found"

printf '550 5.1.1 a\n' >"$work/one"
printf '552 5.2.2 b\n' >"$work/two"
"$program" classify "$work/one" "$work/two" | cut -f 4 >"$work/found"
same 'classify: files, in order' "$work/expected" "$work/found"
# A line as long as what servers never send must neither be lost nor be torn in two.
awk 'BEGIN { printf "550 5.1.1 "; for (i = 0; i < 300000; i++) printf "a"; print ""; print "552 5.2.2 b" }' |
    "$program" classify | cut -f 4 >"$work/found"
same 'classify: long lines' "$work/expected" "$work/found"

# The same words mean another thing at another place.
for stage in connect helo tls auth mail rcpt data eod; do
    printf '550 no\n' | "$program" classify --stage "$stage" | awk -F "$tab" -v stage="$stage" '{ for (i = 9; i <= NF; i++)
        if ($i == stage) { print; exit } }' >"$work/found"
    lines "classify --stage $stage" 1 "$work/found"
done
printf '553 5.7.1 x\n' | "$program" classify --host mta5.am0.yahoodns.net | cut -f 8 >"$work/found"
echo yahoo >"$work/expected"
same 'classify --host decides on the provider' "$work/expected" "$work/found"

# What else the reply tells stands in columns of its own, behind those that were always there.
cat >"$work/details" <<'END'
554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.7
452 4.2.2 mailbox full, try again in 90 minutes
552 5.3.4 message size exceeds limit of 26214400 bytes
551 5.1.6 User has moved, please try <ann@example.org>
550 5.1.1 no such user
550 5.7.1 Rejected. Reference: ABC-12345 for support
END
"$program" classify <"$work/details" >"$work/out"
awk -F "$tab" 'NF != 25 { print NR ": " NF " columns" }' "$work/out" >"$work/short"
empty 'classify: 25 columns' "$work/short"
cut -f 19- "$work/out" >"$work/found"
printf '%s\n' "spamhaus_zen$tab-$tab-${tab}192.0.2.7${tab}https://www.spamhaus.org/query/ip/192.0.2.7$tab-$tab-" \
    "-${tab}5400$tab-$tab-$tab-$tab-$tab-" "-$tab-${tab}26214400$tab-$tab-$tab-$tab-" \
    "-$tab-$tab-$tab-$tab-${tab}ann@example.org$tab-" "-$tab-$tab-$tab-$tab-$tab-$tab-" \
    "-$tab-$tab-$tab-$tab-$tab-${tab}ABC-12345" >"$work/expected"
same 'classify: blocklist asked_after size_limit ip url new_address reference' "$work/expected" "$work/found"
# Pieces of a hostile reply add neither a column nor a line, and steer nothing.
hostile='551 5.1.6 moved,\r\nplease\ttry <a\\b\033[31m\302\205\377@example.org>, see https://example.com/a\033b\001c\342\200\256d'
# shellcheck disable=SC2059 # The bytes are written as escapes of printf.
printf "$hostile\\000$hostile\\000" | "$program" classify -0 >"$work/out"
lines 'classify: a hostile reply is one line' 2 "$work/out"
awk -F "$tab" 'NF != 25 || /[^ -~\t]/ { print }' "$work/out" >"$work/found"
empty 'classify: a hostile reply has 25 columns and steers nothing' "$work/found"
printf '551 5.1.6 moved, please try <a\\b\377\001@example.org>\n' | "$program" classify | cut -f 24 >"$work/found"
printf '%s\n' 'a\x5cb\xff\x01@example.org' >"$work/expected"
same 'classify: bytes of a piece are written as \xNN' "$work/expected" "$work/found"

# Redact

printf '550 5.1.1 <bob@example.com>: no\r\n\n450 4.7.1 ab12cd try later' | "$program" redact >"$work/found"
equal 'redact: exit status' 0 $?
printf '550 5.1.1 <address>: no\n\n450 4.7.1 <id> try later\n' >"$work/expected"
same 'redact: one line for each record' "$work/expected" "$work/found"
printf '550-a 192.0.2.1\n550 b\000421 mx.example.com\000' | "$program" redact -0 | tr '\000' '|' >"$work/found"
printf '550-a <ip>\n550 b|421 <host>|' >"$work/expected"
same 'redact -0: records may hold line breaks' "$work/expected" "$work/found"
awk 'BEGIN { printf "550 "; for (i = 0; i < 300000; i++) printf "a"; print ""; print "552 b" }' >"$work/long"
exits 'redact: exit 65: a record that is too long' 65 "$program" redact "$work/long"
grep -q 'long:1: longer than 65536 bytes' "$work/err"
equal 'redact: the message tells the line' 0 $?
lines 'redact: the other records come' 2 "$work/out"
exits 'redact: exit 74: a file that is not there' 74 "$program" redact "$work/no-such-file"
exits 'redact: exit 74: full disk' 74 sh -c "echo '550 x' | '$program' redact >/dev/full"

# JSON Lines

# json FILE EXPRESSION: evaluates a Python expression over the list of records; prints what it gives.
if have python3; then
    json() {
        python3 -c 'import json, sys
records = [json.loads(line) for line in open(sys.argv[1], "rb").read().decode("utf-8").splitlines()]
print(eval(sys.argv[2]))' "$1" "$2" 2>&1
    }
    "$program" classify --output jsonl <"$work/in" >"$work/out"
    equal 'jsonl: one valid record for each' '100 True' \
        "$(json "$work/out" 'str(len(records)) + " " + str([r["verdict"]["code"] for r in records] == [500 + i * 37 % 100 for i in range(100)])')"
    equal 'jsonl: whole verdict and advice' '[]' "$(json "$work/out" '[name for name in "reason category claimed judged confidence basis stage code rule provider action disposition party scope severity retry retry_after steps references path".split() if name not in json.dumps(records[50])]')"

    # Bytes that are no UTF-8, control characters and quotes: the output must be valid all the same.
    printf '550 5.1.1 caf\351 \377\376 "quoted" \\ \001\033[31m\302\205 \355\240\200\n552 5.2.2 b\n' |
        "$program" classify --output jsonl >"$work/out"
    equal 'jsonl: hostile bytes give valid UTF-8 and JSON' '[550, 552]' "$(json "$work/out" '[r["verdict"]["code"] for r in records]')"

    cat >"$work/in.jsonl" <<'END'
{"text": "550 5.1.1 a", "id": 7, "tags": ["x", null, 1.5], "nested": {"k": "\u00e9\ud83d\ude00"}}
{"text": "553 5.7.1 b", "host": "mta5.am0.yahoodns.net", "stage": "rcpt", "id": "second"}
{"text": "550-5.1.1 a\r\n550 5.1.1 b", "rcpt_domain": "gmail.com"}
END
    "$program" classify --input jsonl --output jsonl <"$work/in.jsonl" >"$work/out" 2>"$work/err"
    equal 'jsonl input: exit status' 0 $?
    equal 'jsonl input: other keys pass through' "[7, ['x', None, 1.5], {'k': 'é😀'}, 'second']" \
        "$(PYTHONIOENCODING=utf-8 json "$work/out" '[records[0]["id"], records[0]["tags"], records[0]["nested"], records[1]["id"]]')"
    "$program" classify --input jsonl <"$work/in.jsonl" | cut -f 4,8 >"$work/found"
    printf '550\t-\n553\tyahoo\n550\tgoogle\n' >"$work/expected"
    same 'jsonl input: host and rcpt_domain decide on the provider' "$work/expected" "$work/found"

    "$program" classify --output jsonl >"$work/out" <<'END'
554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.7
452 4.2.2 mailbox full, try again in 90 minutes
552 5.3.4 message size exceeds limit of 26214400 bytes
550 5.7.1 Rejected. Reference: ABC-12345 for support
550 5.1.1 Too many messages from you in the last hour, slow down
END
    equal 'jsonl: what else the reply tells' "['spamhaus_zen', '192.0.2.7', 'https://www.spamhaus.org/query/ip/192.0.2.7', 5400, 26214400, 'ABC-12345', 'none']" \
        "$(json "$work/out" '(lambda a, b, c, d: [a["blocklist"], a["ip"]["text"], a["url"]["text"], b["asked_after"], c["size_limit"], d["reference"]["text"], d["action"]])(*[r["verdict"] for r in records[:4]])')"
    equal 'jsonl: a piece is a place in the text' 'True' "$(json "$work/out" 'all(r["text"][s["offset"]:][:s["length"]] == s["text"] for r in records for s in [r["verdict"][k] for k in ("words", "ip", "url", "reference", "new_address")])')"
    equal 'jsonl: flags say how words and codes go together' 'True True' \
        "$(json "$work/out" 'str("codes_agree" in records[1]["verdict"]["flags"]) + " " + str("codes_overruled" in records[4]["verdict"]["flags"])')"

    for table in codes reasons actions steps providers references categories nodes dispositions parties scopes retries \
        severities permanences bases stages forms rules blocklists; do
        "$program" table "$table" --output jsonl >"$work/out" 2>"$work/err"
        count=$(json "$work/out" 'len(records) if all("name" in r and "meaning" in r for r in records) else "rows without name"')
        "$program" table "$table" --output tsv >"$work/found" 2>>"$work/err"
        if test "$count" -gt 0 2>/dev/null && test "$(wc -l <"$work/found")" -ge "$count"; then
            pass "table $table: tsv and jsonl"
        else
            fail "table $table: tsv and jsonl" "jsonl has $count rows, tsv $(wc -l <"$work/found")" "$work/err"
        fi
    done
else
    skip 'jsonl' 'there is no python3'
fi
"$program" table codes --output markdown >"$work/found"
awk '/^\|/ { rows++ } /^\|[-| :]*\|$/ { rules++ } END { print (rows > 100 && rules >= 1) }' "$work/found" >"$work/fine"
equal 'table: markdown' 1 "$(cat "$work/fine")"
"$program" table reasons --output tsv | awk -F "$tab" '{ for (i = 1; i <= NF; i++) if ($i == "user_unknown") print }' >"$work/found"
lines 'table: a reason is in its table once' 1 "$work/found"
exits 'table: without a name' 0 "$program" table

# Exit codes

exits 'exit 0: explain' 0 "$program" explain '550 5.1.1 x'
exits 'exit 0: help' 0 "$program" --help
test -s "$work/out"
equal 'help goes to standard output' 0 $?
exits 'exit 0: version' 0 "$program" --version
grep -q "$VERSION" "$work/out" && grep -Eq '20[0-9]{2}-?[01][0-9]-?[0-3][0-9]' "$work/out"
equal 'version tells code and tables' 0 $?
exits 'exit 0: unknown without --fail-unknown' 0 sh -c "echo words | '$program' classify"
exits 'exit 1: --fail-unknown' 1 sh -c "echo words | '$program' classify --fail-unknown"
lines '--fail-unknown still prints the line' 1 "$work/out"
exits 'exit 0: --fail-unknown with something known' 0 sh -c "printf 'words\n550 5.1.1 x\n' | '$program' classify --fail-unknown"
for usage in '' 'frobnicate' 'classify --frobnicate' 'classify --stage lunch' 'classify --output xml' 'classify --input xml' \
    'table no_such_table' 'classify --stage' 'table codes --output xml' 'classify --rules' 'explain --rules' \
    'explain --frobnicate'; do
    # shellcheck disable=SC2086 # The words of the command line.
    exits "exit 2: smtp5xx $usage" 2 "$program" $usage
    if test -s "$work/err" && ! test -s "$work/out"; then
        pass "usage goes to standard error: smtp5xx $usage"
    else
        fail "usage goes to standard error: smtp5xx $usage" 'standard error is empty, or standard output is not'
    fi
done
exits 'exit 65: no JSON' 65 sh -c "printf '{\"text\": \"550 x\"}\n{broken\n' | '$program' classify --input jsonl"
grep -q '2' "$work/err"
equal 'bad data: the message has the number of the line' 0 $?
exits 'exit 65: JSON without text' 65 sh -c "echo '{\"id\": 1}' | '$program' classify --input jsonl"
exits 'exit 65: text that is no string' 65 sh -c "echo '{\"text\": 550}' | '$program' classify --input jsonl"
exits 'exit 74: a file that is not there' 74 "$program" classify "$work/no-such-file"
grep -q 'no-such-file' "$work/err"
equal 'input error: the message names the file' 0 $?
exits 'exit 74: a directory' 74 "$program" classify "$work"
if test -c /dev/full; then
    for command in "explain '550 5.1.1 x'" 'classify --output jsonl' classify 'table codes' --version; do
        exits "exit 74: full disk: $command" 74 sh -c "echo '550 5.1.1 x' | '$program' $command >/dev/full"
    done
else
    skip 'exit 74: full disk' 'there is no /dev/full'
fi

# A reader that goes away is no error to speak of.
awk 'BEGIN { for (i = 0; i < 200000; i++) print "550 5.1.1 record" }' >"$work/many"
"$program" classify "$work/many" 2>"$work/err" | head -n 1 >"$work/found"
lines 'broken pipe: the reader has its line' 1 "$work/found"
empty 'broken pipe: quiet' "$work/err"

# Explain

hostile=$(printf '550 5.1.1 \033]0;owned\007\033[31mred \302\233 \342\200\256bidi \342\201\246 \302\205 \001\177 end')
for color in never always; do
    "$program" explain --why --color="$color" "$hostile" "551 moved <a${escape}[31mred@example.org> https://example.com/$hostile" \
        "550 5.1.1 no such ${escape}[31mred user here" >"$work/out" 2>"$work/err"
    equal "explain --color=$color: exit status" 0 $?
    # Colours are the program's own: those sequences are taken away, and then nothing that a terminal obeys may be left.
    sed "s/$escape\[[0-9;]*m//g" "$work/out" >"$work/plain"
    od -An -v -tx1 "$work/plain" | tr -d '\n' | tr -s ' ' '\n' | awk '
        { byte[NR] = $1 }
        END {
            for (i = 1; i <= NR; i++) {
                if ((byte[i] < "20" && byte[i] != "0a" && byte[i] != "") || byte[i] == "7f") print "control", byte[i]
                if (byte[i] == "c2" && byte[i + 1] >= "80" && byte[i + 1] <= "9f") print "C1", byte[i + 1]
                if (byte[i] == "e2" && byte[i + 1] == "80" && (byte[i + 2] >= "aa" && byte[i + 2] <= "ae" ||
                    byte[i + 2] == "8e" || byte[i + 2] == "8f")) print "bidi", byte[i + 2]
                if (byte[i] == "e2" && byte[i + 1] == "81" && byte[i + 2] >= "a6" && byte[i + 2] <= "a9") print "bidi", byte[i + 2]
            }
        }' >"$work/controls"
    empty "explain --color=$color: nothing of the reply steers the terminal" "$work/controls"
    # A sequence of the reply's own for red must not pass as one of the program's.
    grep -F "${escape}[31mred" "$work/out" >"$work/red"
    empty "explain --color=$color: the reply has no colours of its own" "$work/red"
done
printf '550 5.1.1 caf\351 \377\n' | "$program" explain --color=never >"$work/out"
if have iconv; then
    runs 'explain: output is UTF-8 whatever comes in' iconv -f UTF-8 -t UTF-8 "$work/out"
fi

"$program" explain '550 5.1.1 x' >"$work/out"
grep -F "$escape" "$work/out" >"$work/coloured"
empty 'explain: no colour but on a terminal' "$work/coloured"
"$program" explain --color=always '550 5.1.1 x' >"$work/out"
grep -Fq "$escape" "$work/out"
equal 'explain --color=always: colour' 0 $?
# script(1) gives the program a terminal, which is the only way to see what it does on one.
if have script && script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    TERM=xterm script -qec "'$program' explain '550 5.1.1 x'" /dev/null </dev/null >"$work/out" 2>/dev/null
    grep -Fq "$escape" "$work/out"
    equal 'explain: colour on a terminal' 0 $?
    NO_COLOR=1 TERM=xterm script -qec "'$program' explain '550 5.1.1 x'" /dev/null </dev/null >"$work/out" 2>/dev/null
    grep -F "${escape}[" "$work/out" >"$work/coloured"
    empty 'explain: NO_COLOR on a terminal' "$work/coloured"
else
    skip 'explain on a terminal' 'there is no script(1)'
fi

# The lines of the reply, the links and nothing else may be long; and links cannot be broken.
for reply in "550 5.1.1 no such user, reference $(awk 'BEGIN { for (i = 0; i < 200; i++) printf "x1" }')" '550 5.1.1 x' '550 5.7.26 x' '552 5.2.2 x' '421 4.7.0 x' '554 5.7.1 Service unavailable' 'words' '250 ok' \
    "550 5.7.1 $(awk 'BEGIN { for (i = 0; i < 60; i++) printf "long words " }')"; do
    "$program" explain --why "$reply"
done >"$work/out"
# Not every awk counts characters: without the bytes that continue one, bytes are characters.
tr -d '\200-\277' <"$work/out" | awk 'length($0) > 80 && !/https?:\/\// { print length($0) ": " $0 }' >"$work/wide"
empty 'explain: 80 columns' "$work/wide"
grep -nE '[ ]+$' "$work/out" >"$work/blanks"
empty 'explain: no blanks at the ends of lines' "$work/blanks"
"$program" explain '550 5.1.1 x' >"$work/expected"
printf '550 5.1.1 x\n' | "$program" explain >"$work/found"
same 'explain: the same from standard input' "$work/expected" "$work/found"
for word in user_unknown suppress 1. ; do
    grep -Fq "$word" "$work/expected"
    equal "explain: the card has $word" 0 $?
done
if test -f examples/rejections.txt; then
    exits 'explain --file' 0 "$program" explain --file examples/rejections.txt
    lines_of_demo=$(wc -l <"$work/out")
    test "$lines_of_demo" -gt 50
    equal 'explain --file: a card for each reply' 0 $?
else
    fail 'explain --file' 'there is no examples/rejections.txt'
fi

# has NAME FILE TEXT...: the file, without line breaks, has each of the texts.
has() {
    has_name=$1
    has_file=$2
    shift 2
    tr -s ' \n' ' ' <"$has_file" >"$work/joined"
    for has_text; do
        if ! grep -Fq -e "$has_text" "$work/joined"; then
            fail "$has_name" "there is no \"$has_text\"" "$has_file"
            return
        fi
    done
    pass "$has_name"
}
# lacks NAME FILE TEXT
lacks() {
    if grep -Fq -e "$3" "$2"; then
        fail "$1" "there is a \"$3\"" "$2"
    else
        pass "$1"
    fi
}

"$program" explain '554 5.7.1 Client host [192.0.2.7] blocked using zen.spamhaus.org, see https://www.spamhaus.org/query/ip/192.0.2.7' \
    '550 5.7.1 Rejected. Reference: ABC-12345 for support' >"$work/out"
page=$("$program" table blocklists | awk -F "$tab" 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i } $2 == "spamhaus_zen" { print $column["url"] }')
has 'explain: block list, operator, delisting page, IP, link, reference' "$work/out" 'Block list spamhaus_zen, run by Spamhaus.' \
    "Delisting $page" 'IP address 192.0.2.7' "Server's link https://www.spamhaus.org/query/ip/192.0.2.7" 'Reference ABC-12345'
test -n "$page"
equal 'table blocklists: a delisting page' 0 $?
"$program" explain '452 4.2.2 mailbox full, try again in 90 minutes' '451 4.7.1 Greylisted, please try again in 299 seconds' \
    >"$work/out"
has 'explain: the wait that the server asks for' "$work/out" 'Server asks To wait 1 hour 30 minutes before the next try.' \
    'Server asks To wait 4 minutes 59 seconds before the next try.'
"$program" explain '552 5.3.4 message size exceeds limit of 26214400 bytes' '552 5.3.4 message size exceeds limit of 10240000 bytes' \
    >"$work/out"
has "explain: the size limit in people's units" "$work/out" 'Size limit 25 MiB (26214400 bytes)' 'Size limit 10000 KiB (10240000 bytes)'
"$program" explain '550 5.1.1 no such user' >"$work/out"
has 'explain: what the words say' "$work/out" 'The words say "no such user": user_unknown'
lacks 'explain: words that decide are no code' "$work/out" 'The code says'
"$program" explain '550 5.1.1 xyzzy' >"$work/out"
has 'explain: what the code says' "$work/out" 'The code says'
lacks 'explain: a code that decides is no words' "$work/out" 'The words say'

# Why

"$program" explain '550 5.1.1 no such user' >"$work/out"
lacks 'explain: no reasons without --why' "$work/out" 'Rules that hit'
rule=$("$program" explain --why '550 5.1.1 no such user' | tee "$work/out" | sed -n 's/^    1\. \([a-z0-9_]*\) ([0-9]*)$/\1/p')
"$program" table rules | awk -F "$tab" -v rule="$rule" '
    NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i }
    $2 == rule { print "1. " rule " (" $1 ") reason " $column["reason"] ", confidence " $column["confidence"] " rank " $column["rank"] ", weight" }' \
    >"$work/expected"
awk -v rule="$rule" '/^rule / { inside = $3 == rule } inside && /^source / { print }' lib/table/rules/*.rules >>"$work/expected"
lines 'explain --why: the rule is in the table and in its file' 2 "$work/expected"
has 'explain --why: id, reason, confidence, rank, source, words, samples' "$work/out" "$(sed -n 1p "$work/expected")" \
    "$(sed -n 2p "$work/expected")" 'words "no such user"' 'phrase > ' 'sample 550' "$rule decides"

# Over the whole corpus: the rules come in the order in which they win, the winner is the first that means something unless
# codes or nothing decided, each rule has its source and the phrase that hit, and each way to win is seen.
cat tests/corpus/*.txt | awk -F "$tab" '/^[^#]/ && NF >= 2 && $NF !~ /^#/ { print $NF; print "" }' >"$work/replies"
exits 'explain --why: the whole corpus' 0 "$program" explain --why --file "$work/replies"
awk '
    function ended() {
        if (rule != "" && (!source || !marked)) print card ": rule " rule " without " (source ? "phrase that hit" : "source")
        source = marked = 0
        rule = ""
    }
    function judged() {
        ended()
        if (sentence == "") return
        if (sentence ~ /^The codes decide .*outweigh/) seen["outweigh"]++
        if (sentence ~ /is higher than that of the next one/) seen["rank"]++
        if (sentence ~ /more words and conditions/) seen["words"]++
        if (sentence ~ /earlier in the reply/) seen["place"]++
        if (sentence ~ /it is the only rule/) seen["only"]++
        split(sentence, part, " ")
        if (sentence !~ /^(The codes|Nothing) / && part[1] != best) print card ": " part[1] " decides, but " best " is first"
        if (sentence ~ /since no rule/ && best != "") print card ": " best " hit"
        if (sentence ~ /outweigh/ && best == "") print card ": nothing hit"
    }
    /^-- / { judged(); card = NR; inside = 0; sentence = best = ""; last = 99; next }
    /^  Why$/ { inside = 1; next }
    inside == 1 && NF == 0 && sentence != "" { inside = 2 }
    inside == 1 { sub(/^ +/, ""); sentence = sentence (sentence == "" ? "" : " ") $0; next }
    inside == 2 && /^    [0-9]+\. / { ended(); rule = $2; next }
    inside == 2 && /^       reason / { means = $2 != "none:"; if (means && best == "") best = rule }
    inside == 2 && /^       rank / {
        rank = index("hint  weak  usual strongtoken", substr($2, 1, length($2) - 1)) * 1000 + $4
        if (rank > last && last != 99) print card ": " rule " is better than the one before it"
        last = rank
    }
    inside == 2 && /^       source +[^ ]/ { source = 1 }
    inside == 2 && /^       phrase +> / { marked = 1 }
    END {
        judged()
        n = split("outweigh rank words place only", way, " ")
        for (i = 1; i <= n; i++) if (!seen[way[i]]) print "nothing won by: " way[i]
    }' "$work/out" >"$work/found"
empty 'explain --why: order, winner, source and phrase of every hit' "$work/found"
"$program" explain --why '250 ok' >"$work/out"
has 'explain --why: a success' "$work/out" 'Nothing decides: a reply of success is no refusal.'
"$program" explain --why 'xyzzy' >"$work/out"
has 'explain --why: nothing known' "$work/out" 'Nothing decides: neither codes nor words'
lacks 'explain --why: no list without hits' "$work/out" 'Rules that hit'
"$program" explain --why '550 5.1.1 xyzzy' >"$work/out"
has 'explain --why: codes alone' "$work/out" 'since no rule for words hit'

# The operator's own rules

cat >"$work/own.rules" <<'END'
# What our partners mean.
rule 1 partner_quota
when 550 X.7.1 rcpt
phrase Daily quota for your domain
# A comment ends nothing.
reason rate_limited
action review
confidence 88
judged temporary

rule 4294967295 by_codes
when 5 X.3.*
reason system_full

	rule 2 of_google  
provider google
phrase xyzzy
reason suppressed

rule 3 any_xyzzy
phrase xyzzy
reason geo_blocked
END
cat >"$work/in" <<'END'
550 5.7.1 bob: the DAILY quotas for your domain are used up
450 4.7.1 the daily quota for your domain
550 5.3.9 whatever
550 5.7.1 xyzzy
550 5.1.1 no such user
END
"$program" classify --rules "$work/own.rules" --stage rcpt <"$work/in" | cut -f 1,2,3,6,7,11 >"$work/out"
grep "${tab}caller${tab}" "$work/out" >"$work/found"
printf '%s\n' "rate_limited${tab}review${tab}88${tab}caller${tab}partner_quota${tab}temporary" \
    "system_full${tab}retry${tab}99${tab}caller${tab}by_codes${tab}temporary" \
    "geo_blocked${tab}fix_sender${tab}99${tab}caller${tab}any_xyzzy${tab}permanent" >"$work/expected"
same 'classify --rules: own rules decide, and their names are shown' "$work/expected" "$work/found"
sed -n 5p "$work/out" | cut -f 1,4 >"$work/found"
"$program" classify --stage rcpt <"$work/in" | sed -n 5p | cut -f 1,6 >"$work/expected"
same 'classify --rules: what no rule is for stays as it was' "$work/expected" "$work/found"
"$program" classify --rules "$work/own.rules" <"$work/in" | sed -n 1p | cut -f 7 >"$work/found"
lacks 'classify --rules: a condition that does not hold' "$work/found" partner_quota
echo '550 5.7.1 xyzzy' | "$program" classify --rules "$work/own.rules" --host aspmx.l.google.com | cut -f 1,7 >"$work/found"
printf 'suppressed\tof_google\n' >"$work/expected"
same 'classify --rules: the provider of the host' "$work/expected" "$work/found"
sed 's/$/\r/' "$work/own.rules" >"$work/crlf.rules"
"$program" classify --rules "$work/crlf.rules" --stage rcpt <"$work/in" | cut -f 1,2,3,6,7,11 >"$work/found"
same 'classify --rules: lines may end with CRLF' "$work/out" "$work/found"
printf 'rule 9 late\nphrase xyzzy\nreason greylisted' >"$work/late.rules"
echo '550 xyzzy' | "$program" classify --rules "$work/late.rules" --rules "$work/own.rules" | cut -f 7 >"$work/found"
echo '550 xyzzy' | "$program" classify --rules "$work/own.rules" --rules "$work/late.rules" | cut -f 7 >>"$work/found"
printf 'late\nany_xyzzy\n' >"$work/expected"
same 'classify --rules: several files, in order' "$work/expected" "$work/found"
printf '550 5.1.1 user unknown\n' >"$work/in"
printf 'rule 5 copied\nphrase 550 5.1.1 user unknown\nreason mailbox_full\n' >"$work/copied.rules"
"$program" classify --rules "$work/copied.rules" <"$work/in" | cut -f 7 >"$work/found"
echo copied >"$work/expected"
same 'classify --rules: a phrase may be copied from a reply with its codes' "$work/expected" "$work/found"
if have python3; then
    echo '{"text": "550 5.3.9 x", "stage": "rcpt"}' | "$program" classify --rules "$work/own.rules" --input jsonl --output jsonl >"$work/out"
    echo '{"text": "550 5.7.1 the daily quota for your domain", "stage": "rcpt"}' |
        "$program" classify --rules "$work/own.rules" --input jsonl --output jsonl >>"$work/out"
    equal 'jsonl: own rules' "[['by_codes', 4294967295, 'caller', 'none'], ['partner_quota', 1, 'caller', 'review']]" \
        "$(json "$work/out" '[[r["verdict"][k] for k in ("rule", "rule_id", "basis", "action")] for r in records]')"
fi
"$program" explain --why --rules "$work/own.rules" --stage rcpt '550 5.7.1 daily quota for your domain' '550 5.3.9 x' >"$work/out"
has 'explain --rules' "$work/out" 'Your rule says "daily quota for your domain": rate_limited' 'Rule: partner_quota' \
    'Your rule says under these conditions: system_full' 'Your rule partner_quota (1) decides' 'Your rule by_codes (4294967295) decides'
lacks 'explain --rules: an own rule is no code' "$work/out" 'The code says'

# wrong LINE MESSAGE LINES...: a file of these lines has this mistake in this line, and nothing is classified.
wrong() {
    wrong_place="$work/wrong.rules:$1: "
    wrong_message=$2
    shift 2
    printf '%s\n' "$@" >"$work/wrong.rules"
    exits "--rules: exit 65: $wrong_message" 65 sh -c "echo '550 x' | '$program' classify --rules '$work/wrong.rules'"
    if grep -F -e "$wrong_place" "$work/err" | grep -Fq -e "$wrong_message" && ! test -s "$work/out"; then
        pass "--rules: $wrong_message"
    else
        fail "--rules: $wrong_message" "no such message for line $wrong_place" "$work/err"
    fi
}
words33=$(awk 'BEGIN { for (i = 0; i < 33; i++) printf "word%c%c ", 97 + i % 26, 97 + i / 26 }')
wrong 1 'no rule begins here: begin the block with "rule ID NAME"' 'phrase no' 'reason greylisted'
wrong 1 'id "0" is none' 'rule 0 a' 'phrase no' 'reason greylisted'
wrong 1 'id "4294967296" is none' 'rule 4294967296 a' 'phrase no' 'reason greylisted'
wrong 1 'id "x1" is none' 'rule x1 a' 'phrase no' 'reason greylisted'
wrong 1 'name "" is none' 'rule 1' 'phrase no' 'reason greylisted'
wrong 1 'name "A b" is none' 'rule 1 A b' 'phrase no' 'reason greylisted'
wrong 5 "id 1 belongs to rule a ($work/wrong.rules:1): give each rule its own" 'rule 1 a' 'phrase no' 'reason greylisted' '' \
    'rule 1 b' 'phrase never' 'reason greylisted'
wrong 5 "name a is that of rule 1 ($work/wrong.rules:1): give each rule its own" 'rule 1 a' 'phrase no' 'reason greylisted' '' \
    'rule 2 a' 'phrase never' 'reason greylisted'
wrong 4 'a rule begins inside another one: put a blank line before it' 'rule 1 a' 'phrase no' 'reason greylisted' 'rule 2 b' \
    'phrase never' 'reason greylisted'
wrong 2 '"when" without a condition' 'rule 1 a' 'when' 'phrase no' 'reason greylisted'
for condition in 250 600 3 lunch unknown 5.7.1 X.7 X.7.1000 X.7.1x 'X.*.1' X.7.1-9 -550; do
    wrong 2 "condition \"$condition\" is none: use a reply code" 'rule 1 a' "when $condition" 'phrase no' 'reason greylisted'
done
wrong 2 '"451" is a second reply code: write one rule for each' 'rule 1 a' 'when 450 451' 'reason greylisted'
wrong 2 '"5" is a second class' 'rule 1 a' 'when 4 5' 'reason greylisted'
wrong 2 '"X.7.2" is a second enhanced status code' 'rule 1 a' 'when X.7.1 X.7.2' 'reason greylisted'
wrong 2 '"data" is a second stage' 'rule 1 a' 'when rcpt data' 'reason greylisted'
wrong 2 'reply code 550 never is of class 4' 'rule 1 a' 'when 550 4' 'reason greylisted'
wrong 2 'there is no provider "nobody_known"' 'rule 1 a' 'provider nobody_known' 'phrase no' 'reason greylisted'
wrong 2 'phrase "" has no word that counts, or more than 32' 'rule 1 a' 'phrase' 'reason greylisted'
wrong 2 'has no word that counts, or more than 32' 'rule 1 a' 'phrase the is, ...' 'reason greylisted'
wrong 2 'has no word that counts, or more than 32' 'rule 1 a' "phrase $words33" 'reason greylisted'
wrong 2 '"|" in a phrase: write words only' 'rule 1 a' 'phrase no (user | person)' 'reason greylisted'
wrong 3 'there is no reason "lunch": "smtp5xx table reasons" lists them' 'rule 1 a' 'phrase no' 'reason lunch'
wrong 4 'there is no action "none": "smtp5xx table actions" lists them' 'rule 1 a' 'phrase no' 'reason greylisted' 'action none'
wrong 4 'confidence "101" is none: write a number from 1 to 100' 'rule 1 a' 'phrase no' 'reason greylisted' 'confidence 101'
wrong 4 'confidence "0" is none' 'rule 1 a' 'phrase no' 'reason greylisted' 'confidence 0'
wrong 4 'judged "maybe": write "judged temporary" or "judged permanent"' 'rule 1 a' 'phrase no' 'reason greylisted' 'judged maybe'
wrong 3 'a second line "phrase" in one rule' 'rule 1 a' 'phrase no' 'phrase never' 'reason greylisted'
wrong 3 '"frobnicate" is no line of a rule: use rule, when' 'rule 1 a' 'phrase no' 'frobnicate yes' 'reason greylisted'
wrong 2 'rule a has no reason: add a line "reason NAME"' '' 'rule 1 a' 'phrase no'
wrong 2 'rule a would hold for every reply: add a line "phrase WORDS" or "when CONDITION"' '' 'rule 1 a' 'provider google' 'reason greylisted'
printf 'rule 0 a\nphrase no\n\nrule 1 b\nreason lunch\nphrase no\n' >"$work/wrong.rules"
exits '--rules: explain ends with 65 too' 65 "$program" explain --rules "$work/wrong.rules" '550 x'
lines '--rules: every mistake is reported' 3 "$work/err"
printf 'rule 1 a\nphrase no\000\nreason greylisted\n' >"$work/wrong.rules"
exits '--rules: exit 65: a NUL byte' 65 "$program" classify --rules "$work/wrong.rules"
has '--rules: a NUL byte' "$work/err" 'wrong.rules:2: the line holds a NUL byte'
exits 'exit 74: --rules with no such file' 74 "$program" classify --rules "$work/no-such-file"
has 'exit 74: the message names the file of rules' "$work/err" no-such-file
exits 'exit 74: --rules with a directory' 74 "$program" explain --rules "$work" '550 x'

finish
