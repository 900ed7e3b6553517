# Every fuzzing target without a fuzzer: its seeds, what once failed, and pseudo-random inputs. And that a target can fail.
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2086 # EXEC may hold words.
. tests/lib/check.sh

targets=$(for file in tests/fuzz/fuzz_*.c; do basename "$file" .c; done | sed 's/^fuzz_//')
rounds=${FUZZ_ROUNDS:-4000}

for target in $targets; do
    if ls "tests/fuzz/seeds/$target/"* >/dev/null 2>&1; then
        runs "$target: seeds and $rounds other inputs" ${EXEC:-} "$BUILD/fuzz/$target" "$rounds" 5321 "tests/fuzz/seeds/$target/"*
    else
        fail "$target: seeds" "tests/fuzz/seeds/$target has none"
    fi
done

# Were a property never checked, all of this would mean nothing: a target that is linked with a library which answers
# wrongly must stop.
sed 's/uint32_t stamp = (uint32_t)size;/uint32_t stamp = (uint32_t)size + 1;/' lib/util.c >"$work/util.c"
if cmp -s lib/util.c "$work/util.c"; then
    fail 'a wrong answer is seen' 'the library could not be changed for the test'
else
    sed "s|\"util.c\"|\"$work/util.c\"|" lib/library.c >"$work/library.c"
    if "$CC" -std=c11 -O1 -Iinclude -Ilib -I"$BUILD" -o "$work/parse" "$work/library.c" tests/fuzz/fuzz_parse.c \
        tests/fuzz/fuzz.c tests/fuzz/replay.c 2>"$work/messages"; then
        if ${EXEC:-} "$work/parse" 100 1 /dev/null >"$work/out" 2>&1; then
            fail 'a wrong answer is seen' 'the target does not stop'
        else
            pass 'a wrong answer is seen'
        fi
    else
        fail 'a wrong answer is seen' 'does not compile' "$work/messages"
    fi
fi

finish
