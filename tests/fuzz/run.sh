# make fuzz: builds every target with clang's libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer, and runs each for
# SECONDS_EACH seconds, one at a time. What the fuzzer keeps stays in $BUILD/fuzzer/corpus/TARGET, for the next run; an input
# that fails stays in $BUILD/fuzzer/failed/TARGET, and belongs into tests/fuzz/seeds/TARGET together with the mend.
#
# With RUNS, each target gets so many inputs instead, from its seeds alone and the random numbers of SEED: the same ones again in
# each run, as long as the code is the same (without what the program compares, use_cmp: pointers are among it, and differ).
# SECONDS_EACH is then no more than a cap. So CI looks at what a change has done, and not at its luck.
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2086 # $more is words.
work=$BUILD/fuzzer
failed=0
RUNS=${RUNS:-} SEED=${SEED:-}

for number in "$RUNS" "$SEED" "$SECONDS_EACH"; do
    case $number in
    *[!0-9]*) echo "make fuzz: $number is no number" >&2; exit 2 ;;
    esac
done
if [ -n "$RUNS" ] && [ "${SEED:-0}" -eq 0 ]; then
    echo 'make fuzz: RUNS needs a SEED of 1 or more: with 0 libFuzzer takes the time, and no run is like another' >&2
    exit 2
fi
command -v clang >/dev/null || { echo 'make fuzz needs clang and its libFuzzer: apt-get install clang libclang-rt-dev' >&2; exit 2; }
# library.c is read by the words target, too: -O2 is the code that is shipped, and SSE2 with it.
"$MAKE" -s -f "$MAKEFILE" BUILD="$work" CC=clang CC_FOR_BUILD=clang FUZZ_DRIVER= fuzz-programs \
    CFLAGS='-O2 -g -fno-omit-frame-pointer -fno-sanitize-recover=all -fsanitize=fuzzer-no-link,address,undefined' \
    LDFLAGS='-fsanitize=fuzzer' || exit 1
printf '%-10s %12s %10s %10s %8s %8s\n' target executions per-second features edges corpus
for target in $TARGETS; do
    corpus=$work/corpus/$target log=$work/log/$target
    more=${SEED:+-seed=$SEED}
    if [ -n "$RUNS" ]; then
        more="$more -runs=$RUNS -use_cmp=0"
        corpus=$work/runs/$target
        rm -rf "$corpus"
    fi
    mkdir -p "$corpus" "$work/failed/$target" "$work/log"
    if ! "$work/fuzz/$target" $more -max_total_time="$SECONDS_EACH" -max_len=1024 -timeout=10 -rss_limit_mb=2048 \
        -reload=0 -print_final_stats=1 -artifact_prefix="$work/failed/$target/" "$corpus" "tests/fuzz/seeds/$target" \
        >"$log" 2>&1 </dev/null; then
        failed=1
        printf 'FAILED %s: see %s and %s\n' "$target" "$log" "$work/failed/$target"
        tail -n 30 "$log" >&2
    fi
    awk -v target="$target" '
        / cov: / { for (i = 1; i < NF; i++) { if ($i == "cov:") edges = $(i + 1); if ($i == "ft:") features = $(i + 1) } }
        /stat::number_of_executed_units/ { executions = $2 }
        /stat::average_exec_per_sec/ { rate = $2 }
        END { printf "%-10s %12s %10s %10s %8s", target, executions, rate, features, edges }' "$log"
    printf ' %8d\n' "$(find "$corpus" -type f | wc -l)"
done
exit "$failed"
