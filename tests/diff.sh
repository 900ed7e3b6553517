# smtp5xx-diff lists what an update changes, and nothing else. Two programs that answer by a list stand in for two versions.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

export BUILD

# A program that says of the reply that begins with N what line N of a file says.
# stands_in NAME LINE...
stands_in() {
    stands_in_name=$1
    shift
    printf '%s\n' "$@" | tr ' ' '\t' >"$work/$stands_in_name.lines"
    cat >"$work/$stands_in_name" <<END
#!/bin/sh
test "\$*" = 'classify -0' || exit 2
tr '\n\000' ' \n' | sed 's/ .*//' | while read -r number; do sed -n "\${number}p" '$work/$stands_in_name.lines'; done
END
    chmod +x "$work/$stands_in_name"
}
stands_in old 'user_unknown suppress 99 550 5.1.1 phrase a more' 'mailbox_full soft 90 552 - phrase b' 'greylisted retry 80 450 - token c'
stands_in same 'user_unknown suppress 99 550 5.1.1 phrase a more' 'mailbox_full soft 90 552 - phrase b' 'greylisted retry 80 450 - token c'
stands_in reason 'user_moved suppress 99 550 5.1.1 phrase a' 'mailbox_full soft 90 552 - phrase b' 'greylisted retry 80 450 - token c'
stands_in action 'user_unknown review 99 550 5.1.1 phrase a' 'mailbox_full soft 90 552 - phrase b' 'greylisted retry 80 450 - token c'
stands_in finer 'user_unknown suppress 99 550 5.1.1 phrase a' 'mailbox_full soft 91 552 - phrase b' 'greylisted retry 80 450 - token d'
stands_in short 'user_unknown suppress 99 550 5.1.1 phrase a'
printf '# a comment\nuser_unknown\t1 one\\nline\nmailbox_full\t2 two\n\n3 three\n' >"$work/replies"

# says NAME STATUS LINES OPTION-OR-PROGRAM...: how it ends, and how many lines stand before the sum.
says() {
    says_name=$1
    says_status=$2
    says_lines=$3
    shift 3
    sh lib/smtp5xx-diff.sh "$@" "$work/replies" >"$work/found" 2>"$work/messages"
    equal "$says_name: exit status" "$says_status" $?
    equal "$says_name: lines" "$says_lines" "$(sed '$d' "$work/found" | wc -l)"
}
says 'the same' 0 0 "$work/old" "$work/same"
equal 'the same: sum' \
    '3 replies: 0 verdicts have changed, 0 of them in what to do; 0 more only in confidence, basis or rule' "$(cat "$work/found")"
says 'another reason' 1 1 "$work/old" "$work/reason"
equal 'another reason: line' 'replies:2: user_unknown suppress 99 (a) -> user_moved suppress 99 (a): 1 one\nline' \
    "$(sed -n 1p "$work/found")"
says 'another action' 1 1 "$work/old" "$work/action"
grep -q ' 1 verdicts have changed, 1 of them in what to do' "$work/found"
equal 'another action: sum' 0 $?
says 'only finer changes' 0 0 "$work/old" "$work/finer"
says 'only finer changes, with -a' 1 2 -a "$work/old" "$work/finer"
says 'not every reply was judged' 2 0 "$work/old" "$work/short"
says 'no such program' 2 0 "$work/old" "$work/none"
says 'no such library' 2 0 "$work/none.so" "$work/old"
sh lib/smtp5xx-diff.sh "$work/old" "$work/same" "$work/none.txt" >"$work/found" 2>&1
equal 'no such file: exit status' 2 $?
equal 'no such file: message' "smtp5xx-diff: $work/none.txt cannot be read" "$(cat "$work/found")"

# The real program and the real library are the same version.
if test -n "${EXEC:-}" || nm "$BUILD/libsmtp5xx.a" 2>/dev/null | grep -Eq '__(asan|tsan)'; then
    skip 'program and library' 'they are built for another machine, or with a sanitizer'
else
    for shared in "$BUILD/libsmtp5xx.so" "$BUILD/libsmtp5xx.dylib"; do test -f "$shared" && break; done
    sh lib/smtp5xx-diff.sh -a "$BUILD/smtp5xx" "$shared" >"$work/found" 2>"$work/messages"
    equal 'program and library say the same of the corpus' 0 $?
    sed '$d' "$work/found" >"$work/changes"
    empty 'program and library: no change' "$work/changes"
fi

finish
