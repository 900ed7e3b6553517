# make coverage: how many branches of lib/*.c the tests take: Check's suites, the corpus, and the fuzzing targets with their
# seeds and pseudo-random inputs, as in make check. Below $LEAST percent it fails, and it lists what no test takes. What is
# excluded, and why, is in tests/trust/coverage.txt. SPDX-License-Identifier: MIT
work=$BUILD/coverage
targets='parse classify diagnose batch caller tables redact'
rm -rf "$work"
mkdir -p "$work" || exit 1

command -v gcov >/dev/null || { echo 'make coverage needs gcc and its gcov: apt-get install gcc' >&2; exit 2; }
gcc -std=c11 -O0 --coverage -Iinclude -Ilib -I"$BUILD" -c -o "$work/library.o" lib/library.c || exit 1
# shellcheck disable=SC2046 # pkg-config gives several words.
gcc -o "$work/check" "$BUILD"/tests/check_*.o "$work/library.o" --coverage $("$PKG_CONFIG" --libs check) || exit 1
gcc -std=c11 -Iinclude -o "$work/corpus" tests/corpus.c "$work/library.o" --coverage || exit 1
for target in $targets; do
    gcc -o "$work/$target" "$BUILD/fuzz/fuzz_$target.o" "$BUILD/fuzz/fuzz.o" "$BUILD/fuzz/replay.o" "$work/library.o" --coverage ||
        exit 1
done
CK_FORK=no CK_VERBOSITY=silent "$work/check" || exit 1
(cd tests/corpus && LC_ALL=C "$work/corpus" ./*.txt) | cmp - tests/corpus.golden || exit 1
for target in $targets; do
    "$work/$target" 4000 5321 tests/fuzz/seeds/"$target"/* 2>"$work/log" || { cat "$work/log"; exit 1; }
done
(cd "$work" && gcov -b -c -j -t library.gcda >coverage.json) || exit 1
python3 -B tests/trust/coverage.py "$LEAST" "$work/coverage.json" tests/trust/coverage.txt
