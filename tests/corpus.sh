# Every reply of tests/corpus has the reason that its line says, and nothing else about it has changed unseen: what
# tests/corpus.golden keeps of each is compared. After a change of the rules look at the difference, then run make golden.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

corpus=$BUILD/tests/corpus
tab=$(printf '\t')

# What is no corpus must be told as such, and a wrong reason must be seen: or all that follows would mean nothing.
# refuses NAME STATUS LINE MESSAGE
refuses() {
    printf '%b\n' "$3" >"$work/case.txt"
    ${EXEC:+"$EXEC"} "$corpus" "$work/case.txt" >"$work/out" 2>"$work/messages"
    refused=$?
    if test "$refused" -ne "$2"; then
        fail "$1" "exit status $refused, not $2" "$work/messages"
    elif ! grep -q "case.txt:2: $4" "$work/messages"; then
        fail "$1" "no message like case.txt:2: $4" "$work/messages"
    else
        pass "$1"
    fi
}
refuses 'a wrong reason is seen' 1 '# a comment\nmailbox_full\t550 5.1.1 User unknown' 'expected mailbox_full, is user_unknown by '
refuses 'an unknown reason is an error' 2 'user_unknown\t550 5.1.1 x\nno_such_reason\t550 x' 'there is no such reason'
refuses 'a line without a tab is an error' 2 'user_unknown\t550 5.1.1 x\nuser_unknown 550 x' 'write REASON<TAB>REPLY'
refuses 'a line without a reply is an error' 2 'user_unknown\t550 5.1.1 x\nuser_unknown\t' 'write REASON<TAB>REPLY'
printf 'user_unknown\t550 5.1.1 x' >"$work/case.txt"
${EXEC:+"$EXEC"} "$corpus" "$work/case.txt" >"$work/out" 2>&1
equal 'a line that does not end is an error' 2 $?
printf 'rate_limited\t550-5.1.1 x\\n550 5.1.1 Sending rate exceeded\n' >"$work/case.txt"
${EXEC:+"$EXEC"} "$corpus" "$work/case.txt" >"$work/out" 2>&1
equal 'a \n is a line break' 0 $?

# The replies, one after the other.
cat tests/corpus/*.txt | grep -v '^#' >"$work/lines"
count=$(wc -l <"$work/lines")
if test "$count" -ge 1500; then
    pass 'there are 1500 replies and more'
else
    fail 'there are 1500 replies and more' "$count are there"
fi
sort "$work/lines" | uniq -d >"$work/twice"
empty 'no reply is there twice' "$work/twice"
sort -u "$work/lines" | cut -f 2- | sort | uniq -d >"$work/contradictions"
empty 'no reply has two reasons' "$work/contradictions"
cut -f 1 "$work/lines" | sort -u >"$work/seen"
awk -F "$tab" '/^[0-9]/ && $2 != "unknown" { print $2 }' lib/table/reasons.tsv | sort | comm -23 - "$work/seen" >"$work/unseen"
empty 'every reason has a reply' "$work/unseen"
# Samples are nobody's: IP addresses are of RFC 5737. What begins with 4 is a section of an RFC, or a provider's number.
grep -Eo '\b[0-9]{1,3}(\.[0-9]{1,3}){3}\b' "$work/lines" | grep -Ev '^(192\.0\.2|198\.51\.100|203\.0\.113|127\.0\.[0-9]+)\.[0-9]+$' |
    grep -Ev '^([0-9]+\.(2\.0\.192|100\.51\.198|113\.0\.203)|4\.[0-9.]*)$' | sort -u >"$work/addresses"
empty 'no IP address belongs to anybody' "$work/addresses"

(cd tests/corpus && LC_ALL=C && ${EXEC:+"$EXEC"} "$corpus" ./*.txt) >"$work/golden" 2>"$work/wrong"
status=$?
if test "$status" -eq 0; then
    pass 'every reply has its reason'
else
    fail 'every reply has its reason' "$(wc -l <"$work/wrong") of $count have not" "$work/wrong"
fi
if diff -U 0 tests/corpus.golden "$work/golden" >"$work/difference" 2>&1; then
    pass 'verdicts are those of tests/corpus.golden'
else
    fail 'verdicts are those of tests/corpus.golden' 'look at the difference (- golden, + now); if it is meant: make golden'
    sed -n '3,42s/^/    /p' "$work/difference" >&2
fi

finish
