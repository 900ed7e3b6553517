# The two files of `make amalgamation` compile alone, without an option, and judge as the library does.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

# The tables of the build are taken as they are, so that no second make works in the same directory at the same time.
mkdir -p "$work/one" || exit 1
runs 'amalgamation is made' sh lib/amalgamate.sh . "$BUILD/tables.h" "$work/one"
equal 'it consists of two files' 'smtp5xx.c smtp5xx.h' "$(cd "$work/one" && echo *)"
grep -n '^ *# *include "' "$work/one/smtp5xx.c" | grep -v '"smtp5xx.h"' >"$work/includes"
empty 'it includes nothing but its header' "$work/includes"
# A function may be written twice for two kinds of machines: #if ... #else ... #endif.
awk '/^#else/ { other = 1 } /^#endif/ { other = 0 } /^static .*\) \{$/ && !other { if ($0 in seen) print; seen[$0] = 1 }' "$work/one/smtp5xx.c" >"$work/twice"
empty 'no file is in it twice' "$work/twice"
grep -q 'Permission is hereby granted' "$work/one/smtp5xx.c" && grep -q 'Permission is hereby granted' "$work/one/smtp5xx.h"
equal 'both files carry the licence' 0 $?

# A broken input must not end as a broken file.
mkdir "$work/none" || exit 1
if sh lib/amalgamate.sh . "$work/no-tables.h" "$work/none" >"$work/log" 2>&1; then
    fail 'a missing input is an error' 'exit status is 0'
else
    pass 'a missing input is an error'
fi

cat >"$work/one/main.c" <<'END'
#include "smtp5xx.h"
#include <stdio.h>
#include <string.h>
int main(void) {
    static const char *const texts[] = {"550 5.1.1 x", "550-5.7.26 a\r\n550 5.7.26 b", "452 4.2.2 full", "250 ok", "words", ""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        smtp5xx_reply reply;
        smtp5xx_verdict verdict;
        smtp5xx_advice advice;
        int error = smtp5xx_diagnose(texts[i], strlen(texts[i]), NULL, NULL, &reply, sizeof reply, &verdict, sizeof verdict,
                                     &advice, sizeof advice);
        const unsigned char *bytes[] = {(unsigned char *)&reply, (unsigned char *)&verdict, (unsigned char *)&advice};
        const size_t sizes[] = {sizeof reply, sizeof verdict, sizeof advice};
        printf("%d %s %s", error, smtp5xx_reason_name(verdict.reason), smtp5xx_action_name(advice.action));
        for (size_t p = 0; p < 3; p++) {
            for (size_t b = 0; b < sizes[p]; b++) {
                printf(" %02x", bytes[p][b]);
            }
        }
        printf("\n");
    }
    return 0;
}
END

# shellcheck disable=SC2086 # Compilers and flags may hold options.
library_says() {
    $CC -std=c99 -Iinclude ${CFLAGS:-} -o "$work/linked" "$work/one/main.c" "$BUILD/libsmtp5xx.a" && "$work/linked" >"$work/expected"
}
runs 'library judges' library_says
grep -q '^0 user_unknown ' "$work/expected" || fail 'library judges' 'no user_unknown'

tried=
strict='-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror'
# shellcheck disable=SC2086
alone() {
    (cd "$work/one" && rm -f alone && $1 $2 -o alone smtp5xx.c main.c && ./alone >../found)
}
for compiler in "$CC" gcc clang; do
    case " $tried " in
    *" $compiler "*) continue ;;
    esac
    tried="$tried $compiler"
    # CC may hold options, so that it is not looked for by name: the build has used it.
    test "$compiler" = "$CC" || have "$compiler" || {
        skip "compiles alone with $compiler" 'there is none'
        continue
    }
    for options in '' "$strict" "$strict -O3"; do
        rm -f "$work/found"
        runs "compiles alone with $compiler $options" alone "$compiler" "$options"
        test ! -f "$work/found" || same "judges the same with $compiler $options" "$work/expected" "$work/found"
    done
done

finish
