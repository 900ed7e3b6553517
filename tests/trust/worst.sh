# make worst: looks for worse inputs, ROUNDS changes for each of three beginnings, and says what they cost. A worse one than
# those of tests/trust/worst belongs there. SPDX-License-Identifier: MIT
work=$BUILD/trust
mkdir -p "$work/found"
cc -std=c11 -O1 -fsanitize-coverage=trace-pc -Iinclude -Ilib -I"$BUILD" -c -o "$work/traced.o" lib/library.c &&
    cc -std=c11 -O2 -Iinclude -I"$BUILD" -o "$work/search" tests/trust/worst.c tests/fuzz/fuzz.c "$work/traced.o" || exit 1
for seed in 1 2 3; do
    found=$work/found/seed$seed
    test -f "$found" || : >"$found"
    "$work/search" search "$ROUNDS" "$seed" "$found" || exit 1
    for length in 256 1024 4096 16384 65536; do
        valgrind --tool=callgrind --callgrind-out-file=/dev/null --collect-atstart=no --toggle-collect=worst_run \
            "$BUILD/trust/worst" run "$found" "$length" 2>&1 | awk -v length_="$length" -v file="$found" '
            /Collected *:/ { printf "%s: %d bytes, %.1f instructions/byte\n", file, length_, $NF / length_ }'
    done
done
