# The reference, which make docs builds, in headless Chromium: docs/site. SITE_SHOTS=FOLDER takes pictures.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

for tool in clang wasm-ld python3 chromium chromedriver; do
    if ! have "$tool"; then
        skip 'site' "there is no $tool: install clang, lld, python3, chromium and chromium-driver"
        finish
    fi
done
if nm "$BUILD/libsmtp5xx.a" 2>/dev/null | grep -Eq '__(asan|ubsan|tsan|gcov|llvm_prof|sancov)'; then
    skip 'site' 'built with a sanitizer or for coverage'
    finish
fi
if ! "$MAKE" -s -f "$MAKEFILE" -C "$MAKEDIR" "BUILD=$BUILD" docs >"$work/log" 2>&1; then
    fail 'make docs' 'it failed' "$work/log"
    finish
fi
pass 'make docs'
# Forty replies of the corpus, all kinds of them.
cat tests/corpus/*.txt | grep -v '^#' | cut -f 2- | grep -v '[\\]' | awk 'NR % 100 == 1' | head -n 48 >"$work/replies"
if python3 -B tests/site.py "$BUILD/site" "$BUILD/smtp5xx" "$work/replies" "${SITE_SHOTS:-}" >"$work/found" 2>"$work/err"; then
    cat "$work/found"
else
    cat "$work/found"
    failed=$((failed + 1))
    if ! grep -q '^FAIL' "$work/found"; then
        fail 'site' 'the browser test stopped' "$work/err"
    fi
fi

finish
