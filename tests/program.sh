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

    for table in codes reasons actions steps providers references categories nodes dispositions parties scopes retries \
        severities permanences bases stages forms; do
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
    'table no_such_table' 'classify --stage' 'table codes --output xml'; do
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
    "$program" explain --color="$color" "$hostile" >"$work/out" 2>"$work/err"
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
for reply in '550 5.1.1 x' '550 5.7.26 x' '552 5.2.2 x' '421 4.7.0 x' '554 5.7.1 Service unavailable' 'words' '250 ok' \
    "550 5.7.1 $(awk 'BEGIN { for (i = 0; i < 60; i++) printf "long words " }')"; do
    "$program" explain "$reply"
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

finish
