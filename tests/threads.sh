# Eight threads at once get the answers that one gets. make check-tsan runs the same under ThreadSanitizer.
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2086 # EXEC may hold words.
. tests/lib/check.sh

threads=$BUILD/trust/threads
runs 'eight threads get the same answers' ${EXEC:-} "$threads" 2 tests/corpus/*.txt
printf 'user_unknown 550 no tab\n' >"$work/none.txt"
${EXEC:-} "$threads" 1 "$work/none.txt" >"$work/out" 2>&1
equal 'without replies there is no answer' 2 $?

finish
