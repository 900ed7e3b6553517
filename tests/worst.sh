# What the worst inputs that were found (tests/trust/worst, by make worst) cost, in instructions, which no load of the machine
# changes: per byte of 64 KiB no more than a few times what ordinary text costs, and no more than in a short text.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

times=3 # as much as ordinary text
if ! have valgrind; then
    skip 'worst input' 'valgrind is not installed: apt-get install valgrind'
    finish
fi

# count ARGUMENTS...: instructions of the call, in $instructions.
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null --collect-atstart=no --toggle-collect=worst_run \
        "$BUILD/trust/worst" "$@" >"$work/out" 2>&1
    instructions=$(sed -n 's/^.*Collected *: *\([0-9][0-9]*\)$/\1/p' "$work/out")
    test "${instructions:-0}" -gt 0 || fail "worst $*" 'nothing is counted' "$work/out"
}

count ordinary 65536 tests/corpus/*.txt
ordinary=$instructions
for file in tests/trust/worst/*; do
    count run "$file" 65536
    long=$instructions
    count run "$file" 4096
    short=$instructions
    name="$(basename "$file"): $((long / 65536)) instructions/byte, ordinary text $((ordinary / 65536))"
    if test "$long" -gt $((times * ordinary)); then
        fail "$name" "more than $times times as much"
    elif test "$long" -gt $((short * 16 * 3 / 2)); then
        fail "$name" "and $((short / 4096)) in 4 KiB: it grows faster than the text"
    else
        pass "$name"
    fi
done
"$BUILD/trust/worst" run "$work/none" 4096 >"$work/out" 2>&1
equal 'a file that is not there is an error' 1 $?

finish
