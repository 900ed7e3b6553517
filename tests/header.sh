# The header is all that a caller in another language sees: it compiles alone, in every C and C++ that people use, and its
# structures are plain enough for any foreign function interface.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

printf '#include "smtp5xx.h"\n' >"$work/alone.c"
# Twice, because a header must survive that, and after nothing else, because it must bring what it needs.
printf '#include "smtp5xx.h"\n#include "smtp5xx.h"\nint main(void);\nint main(void) { return 0; }\n' >"$work/twice.c"

# compiles NAME COMPILER STANDARD FILE OPTION...
compiles() {
    compiles_name=$1
    compiles_with=$2
    compiles_standard=$3
    compiles_file=$4
    shift 4
    if ! printf '' | $compiles_with "-std=$compiles_standard" -fsyntax-only -x "${1#-x}" - >/dev/null 2>&1; then
        skip "$compiles_name" "$compiles_with has no -std=$compiles_standard"
        return
    fi
    # shellcheck disable=SC2086 # CC may hold options.
    runs "$compiles_name" $compiles_with "-std=$compiles_standard" -Wall -Wextra -Wpedantic -Werror -Iinclude -fsyntax-only \
        "$@" "$compiles_file"
}

for standard in c99 c11 gnu17 c2x; do
    compiles "header alone as $standard" "$CC" "$standard" "$work/alone.c" -xc -pedantic
    compiles "header twice as $standard" "$CC" "$standard" "$work/twice.c" -xc -pedantic -Wstrict-prototypes -Wundef
done

# C++

cat >"$work/caller.cc" <<'END'
#include <smtp5xx.h>

#include <string>

int main() {
    const std::string text = "550 5.1.1 x";
    smtp5xx_verdict verdict;
    smtp5xx_advice advice;
    int error = smtp5xx_diagnose(text.data(), text.size(), nullptr, nullptr, nullptr, 0, &verdict, sizeof verdict, &advice,
                                 sizeof advice);
    return error == SMTP5XX_OK && verdict.reason == SMTP5XX_REASON_USER_UNKNOWN &&
                   smtp5xx_reason_name(verdict.reason) == std::string("user_unknown")
               ? 0
               : 1;
}
END
link_cxx() {
    # shellcheck disable=SC2086 # CFLAGS are options, for instance of a sanitizer that the library was built with.
    "$cxx" -std=c++11 -Wall -Wextra -Wpedantic -Werror -Iinclude ${CFLAGS:-} -o "$work/caller" "$work/caller.cc" -L"$BUILD" \
        -lsmtp5xx "-Wl,-rpath,$BUILD"
}
found=
for cxx in g++ clang++; do
    have "$cxx" || continue
    # A clang without the headers of a C++ library cannot compile any C++ program.
    printf '#include <string>\n' | "$cxx" -fsyntax-only -x c++ - >/dev/null 2>&1 || continue
    found=1
    for standard in c++11 c++17 c++20; do
        compiles "header as $standard with $cxx" "$cxx" "$standard" "$work/alone.c" -xc++
    done
    runs "C++ program links with $cxx" link_cxx
    runs "C++ program runs with $cxx" "$work/caller"
done
test -n "$found" || skip 'C++' 'there is neither g++ nor clang++'

# Structures

# Only types of a width that every language knows; no pointer, so that a result can be copied, stored and sent. The context
# alone, which is never a result, has the caller's own rules behind pointers.
awk '
    /^typedef struct/ { inside = 1; context = /smtp5xx_context/; next }
    /^}/ { inside = 0 }
    inside {
        line = $0
        if (comment && !sub(/^.*\*\//, "", line)) next
        comment = 0
        comment = line ~ /\/\*/ && line !~ /\*\//
        sub(/\/\*.*/, "", line)
        if (line !~ /[^ ]/) next
        if (context && line ~ /^ *const (char|smtp5xx_rule) \*rule(s|_text); *$/) pointers++
        else if (line !~ /^ *(uint8_t|uint16_t|uint32_t|smtp5xx_span) [a-z_0-9]+(\[[0-9]+\])?; *$/) print FILENAME ":" FNR ": " $0
        fields++
    }
    END { if (fields < 70) print "only " fields + 0 " fields were found"
          if (pointers != 2) print pointers + 0 " pointers of the context were found" }' include/smtp5xx.h >"$work/fields"
empty 'structures have fields of fixed width only' "$work/fields"

# Their sizes in bytes, as the compiler has them, for the caller in Python to compare.
cat >"$work/sizes.c" <<'END'
#include <smtp5xx.h>
#include <stdio.h>
int main(void) {
    printf("span %zu\ncontext %zu\nreply %zu\nverdict %zu\npolicy %zu\nadvice %zu\nrule %zu\nhit %zu\ndsn %zu\n",
           sizeof(smtp5xx_span), sizeof(smtp5xx_context), sizeof(smtp5xx_reply), sizeof(smtp5xx_verdict),
           sizeof(smtp5xx_policy), sizeof(smtp5xx_advice), sizeof(smtp5xx_rule), sizeof(smtp5xx_hit),
           sizeof(smtp5xx_dsn));
    return 0;
}
END
# shellcheck disable=SC2086 # CC may hold options.
runs 'sizes compile' $CC -std=c99 -Wall -Wextra -Wpedantic -Werror -Iinclude -o "$work/sizes" "$work/sizes.c"
"$work/sizes" >"$work/sizes.txt"
# What they have had since they came: a structure that shrinks, or grows inside, breaks every program that was compiled before.
# A context has two pointers, and so 40 bytes where these have eight.
printf 'span 8\ncontext 32\nreply 68\nverdict 80\npolicy 36\nadvice 76\nrule 32\nhit 32\ndsn 124\n' >"$work/sizes-known"
awk 'NR == FNR { size[$1] = $2; next } $2 < size[$1] { print $1 " has " $2 " bytes, had " size[$1] }' "$work/sizes-known" \
    "$work/sizes.txt" >"$work/shrunk"
empty 'structures never shrink' "$work/shrunk"

# Python

# The name that the link editor asks for, whatever the system calls its libraries.
shared=$BUILD/libsmtp5xx.so
test -f "$shared" || shared=$BUILD/libsmtp5xx.dylib
if ! have python3 || ! python3 -c 'import ctypes' 2>/dev/null; then
    skip 'Python caller' 'there is no python3 with ctypes'
elif nm "$BUILD/libsmtp5xx.a" 2>/dev/null | grep -Eq '__(asan|tsan)'; then
    skip 'Python caller' 'built with a sanitizer, which python3 does not load'
else
    runs 'Python caller' python3 tests/lib/caller.py "$(find "$BUILD" -maxdepth 1 -name "libsmtp5xx*.$VERSION*")" \
        include/smtp5xx.h "$work/sizes.txt"
fi

finish
