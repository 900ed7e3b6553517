# Nanoseconds for a reply from each language, one call for each and one call for all: make bench-bindings. Prints a table as
# docs/bindings.md shows it. Each client runs three times, in turns, and the best counts: what else the machine does then counts
# little. SPDX-License-Identifier: MIT
. tests/lib/check.sh
. tests/lib/bindings.sh

: >"$work/figures"
for name in $clients; do
    if prepare "$name" >"$work/log" 2>&1; then
        echo "$client" >"$work/command.$name"
    else
        echo "$(title "$name") is left out: ${missing:-it does not build}" >&2
        test -n "$missing" || sed 's/^/    /' "$work/log" >&2
    fi
done
for run in 1 2 3; do
    for name in $clients; do
        test -f "$work/command.$name" || continue
        # shellcheck disable=SC2046 # The command has several words.
        figures=$($(cat "$work/command.$name") tests/bindings/replies.txt --bench) || {
            echo "$(title "$name") failed in run $run" >&2
            exit 1
        }
        printf '%s\t%s\n' "$(title "$name")" "$figures" >>"$work/figures"
    done
done
awk -F '\t' '
    !($1 in single) { order[++count] = $1; single[$1] = $2; batch[$1] = $3 }
    { if ($2 + 0 < single[$1] + 0) single[$1] = $2; if ($3 + 0 < batch[$1] + 0) batch[$1] = $3 }
    END {
        print "| client | ns a reply, a call for each | ns a reply, one call for all |"
        print "|---|---|---|"
        for (i = 1; i <= count; i++) printf "| %s | %d | %d |\n", order[i], single[order[i]], batch[order[i]]
    }' "$work/figures"
finish
