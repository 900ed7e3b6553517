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

finish
