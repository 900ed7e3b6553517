# Mutated replies through the batch call, with constant memory: a short form of make soak. SPDX-License-Identifier: MIT
# shellcheck disable=SC2086 # EXEC may hold words.
. tests/lib/check.sh

runs '200,000 mutated replies with constant memory' ${EXEC:-} "$BUILD/trust/soak" 200000 5321 tests/corpus/*.txt
: >"$work/none.txt"
${EXEC:-} "$BUILD/trust/soak" 10 1 "$work/none.txt" >"$work/out" 2>&1
equal 'without replies there is nothing to soak' 2 $?

finish
