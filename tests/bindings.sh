# Other languages get from the library what C gets: every client of examples/bindings prints the same bytes about the replies of
# tests/bindings/replies.txt, and C prints what the program does. SPDX-License-Identifier: MIT
. tests/lib/check.sh
. tests/lib/bindings.sh

if test -n "${EXEC:-}"; then
    skip 'bindings' 'the library is built for another machine'
    finish
fi
if nm "$BUILD/libsmtp5xx.a" 2>/dev/null | grep -Eq '__(asan|tsan|msan)'; then
    skip 'bindings' 'built with a sanitizer, which other languages do not load'
    finish
fi
if ! test -f "$BUILD/libsmtp5xx.so.0"; then
    skip 'bindings' 'the clients ask for libsmtp5xx.so.0, the name on ELF systems'
    finish
fi

replies=tests/bindings/replies.txt
equal 'there are 200 replies' 200 "$(sort -u $replies | wc -l)"

# The program writes a hyphen for what is not known; the clients leave the name empty or the number 0.
"$BUILD/smtp5xx" classify $replies | awk -F '\t' -v OFS='\t' '
    function name(cell) { return cell == "-" ? "" : cell }
    function number(cell) { return cell == "-" ? 0 : cell }
    { print $1, $2, $3, number($4), $5 == "-" ? "0.0.0" : $5, $6, name($7), name($8), name($19), number($20), number($21) }
    ' >"$work/program"

for name in $clients; do
    if ! prepare "$name" >"$work/log" 2>&1; then
        if test -n "$missing"; then
            skip "$(title "$name")" "$missing"
        else
            fail "$(title "$name")" 'does not build' "$work/log"
        fi
        continue
    fi
    # shellcheck disable=SC2086 # The command has several words.
    if ! $client $replies >"$work/$name" 2>"$work/log"; then
        fail "$(title "$name")" 'failed' "$work/log"
    elif test "$name" = c; then
        cut -f 1-11 "$work/c" >"$work/cut"
        same 'C prints what the program does' "$work/program" "$work/cut"
    else
        same "$(title "$name") prints what C does" "$work/c" "$work/$name"
    fi
done

awk 'FNR == 80 { print FILENAME " has 80 lines and more" }' $client_files/client* >"$work/long"
empty 'every client has less than 80 lines' "$work/long"

finish
