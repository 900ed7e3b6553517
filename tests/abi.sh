# The binary interface: what programs were linked with keeps its place. Three kinds of proof: the header beside the first one, a
# program of each header on each library, and libabigail, which reads the library itself. docs/abi.md tells what is promised.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

# The last commit of version 0.1, whose header is tests/abi/smtp5xx-0.1.h.
first_commit=d6655595341517e4ec0144af42a5e99e8789fe4a

# The header: constants keep their numbers, struct fields their offsets and widths.

constants() {
    sed -n 's/^ *\(SMTP5XX_[A-Z0-9_]*\) = \(-*[0-9]*\).*/\1 \2/p' "$1" | sort
}
constants tests/abi/smtp5xx-0.1.h >"$work/constants-0.1"
constants include/smtp5xx.h >"$work/constants"
if test "$(wc -l <"$work/constants-0.1")" -ge 170; then
    comm -23 "$work/constants-0.1" "$work/constants" >"$work/renumbered"
    empty 'constants keep their numbers' "$work/renumbered"
else
    fail 'constants keep their numbers' "only $(wc -l <"$work/constants-0.1") were found"
fi

# A C program that prints STRUCT FIELD OFFSET SIZE for each field of the header. Fields named reserved are nobody's.
layout() {
    {
        printf '#include "smtp5xx.h"\n#include <stdio.h>\n'
        # shellcheck disable=SC2016 # The macro is C.
        printf '#define AT(s, f) printf(#s " " #f " %%zu %%zu\\n", offsetof(s, f), sizeof(((s *)0)->f));\nint main(void) {\n'
        awk '/^typedef struct/ { name = $3; next }
            /^}/ { name = "" }
            name != "" && match($0, /^ *[a-z0-9_ ]*[a-z0-9] \**[a-z_0-9]+(\[[0-9]+\])?;/) {
                line = substr($0, RSTART, RLENGTH)
                gsub(/(\[[0-9]+\])?;/, "", line)
                gsub(/.*[ *]/, "", line)
                if (line !~ /^reserved/) print "    AT(" name ", " line ")"
            }' "$1/smtp5xx.h"
        printf 'return 0;\n}\n'
    } >"$work/layout.c"
    # shellcheck disable=SC2086 # CC may hold options.
    $CC -std=c99 -I"$1" -o "$work/layout" "$work/layout.c" && ${EXEC:+"$EXEC"} "$work/layout" | sort
}
mkdir "$work/first"
cp tests/abi/smtp5xx-0.1.h "$work/first/smtp5xx.h"
layout "$work/first" >"$work/fields-0.1" 2>"$work/log"
layout include >"$work/fields" 2>>"$work/log"
if test "$(wc -l <"$work/fields-0.1")" -ge 65; then
    comm -23 "$work/fields-0.1" "$work/fields" >"$work/moved"
    empty 'struct fields keep their places' "$work/moved"
else
    fail 'struct fields keep their places' "only $(wc -l <"$work/fields-0.1") were found" "$work/log"
fi

# Programs

if ! test -f "$BUILD/libsmtp5xx.so.0"; then
    skip 'programs and baselines' 'the names of libraries here are those of ELF systems'
    finish
fi
# Linked like any other, and without the options of a sanitizer, which would look for its own runtime first.
# program NAME INCLUDE LIBRARIES
program() {
    # shellcheck disable=SC2086 # CC and flags may hold options.
    $CC -std=c99 -O1 -Wall -Wextra -Wpedantic -Werror -I"$2" ${CFLAGS:-} -o "$work/$1" tests/abi/caller.c -L"$3" -lsmtp5xx
}
# prints NAME PROGRAM LIBRARIES RULE: the program runs there, prints what is expected, and last RULE.
prints() {
    LD_LIBRARY_PATH=$3 ${EXEC:+"$EXEC"} "$work/$2" >"$work/found" 2>"$work/messages"
    prints_status=$?
    { cat tests/abi/caller.expected; echo "own rule: $4"; } >"$work/expected"
    if test "$prints_status" -ne 0; then
        fail "$1" "exit status $prints_status" "$work/messages"
    else
        same "$1" "$work/expected" "$work/found"
    fi
}
runs 'a program of the first header links' program old "$work/first" "$BUILD"
prints 'a program of the first header runs on this library' old "$BUILD" 'not asked'
runs 'a program of this header links' program new include "$BUILD"
prints 'a program of this header runs on this library' new "$BUILD" 'policy_rejected'
if have readelf; then
    readelf -VW "$work/old" | sed -n 's/.*Name: \(LIBSMTP5XX_[0-9.]*\).*/\1/p' | sort -u >"$work/versions"
    equal 'a program of the first header asks for nothing newer' LIBSMTP5XX_0.1 "$(cat "$work/versions")"
else
    skip 'a program of the first header asks for nothing newer' 'there is no readelf'
fi

# The first library, from the history of the sources; a release's tarball has none.
if test -n "${EXEC:-}" || ! test -e .git || ! git cat-file -e "$first_commit" 2>/dev/null; then
    skip 'the first library' 'it is built from the history in git, which is not here'
else
    mkdir "$work/source"
    git archive "$first_commit" | tar -C "$work/source" -xf -
    runs 'the first library builds' "$MAKE" -s -C "$work/source" "CC=$CC" CFLAGS=-O1 lib
    first=$work/source/build
    prints 'a program of the first header, linked with this library, runs on the first one' old "$first" 'not asked'
    runs 'a program of the first header links with the first library' program oldest "$work/first" "$first"
    prints 'a program linked with the first library runs on this one' oldest "$BUILD" 'not asked'
    prints 'a program of this header runs on the first library' new "$first" 'not known'
    # What needs more than the first library has must be told so by the dynamic linker, and not crash in the middle.
    printf '#include <smtp5xx.h>\nint main(void) { return smtp5xx_blocklist_name(1)[0] == 0; }\n' >"$work/newer.c"
    # shellcheck disable=SC2086 # CC and flags may hold options.
    runs 'a program of version 0.2 links' $CC -std=c99 -Iinclude ${CFLAGS:-} -o "$work/newer" "$work/newer.c" -L"$BUILD" -lsmtp5xx
    LD_LIBRARY_PATH=$BUILD "$work/newer" >"$work/log" 2>&1
    equal 'a program of version 0.2 runs' 0 $?
    LD_LIBRARY_PATH=$first "$work/newer" >"$work/log" 2>&1
    refused=$?
    if test "$refused" -ne 0 && grep -q "version .LIBSMTP5XX_0.2. not found" "$work/log"; then
        pass 'the first library is too old for it, and says so'
    else
        fail 'the first library is too old for it, and says so' "exit status $refused" "$work/log"
    fi
fi

# libabigail

if ! have abidiff; then
    skip 'baselines' 'there is no abidiff: apt-get install abigail-tools'
    finish
fi
case $($CC -dumpmachine) in
x86_64-*linux*) ;;
*)
    skip 'baselines' 'those of tests/abi are of x86_64'
    finish
    ;;
esac

# beyond_growth BASELINE LIBRARY: what has changed otherwise goes to $work/beyond. abidiff says 4 for any change, 8 for one that
# it knows to break programs, 1 and 2 for errors.
beyond_growth() {
    abidiff --leaf-changes-only --harmless --no-show-locs "$1" "$2" >"$work/report" 2>&1
    case $? in
    0 | 4) awk -f tests/abi/growth.awk "$1" "$work/report" >"$work/beyond" ;;
    *) cp "$work/report" "$work/beyond" ;;
    esac
}
if readelf -SW "$BUILD/libsmtp5xx.so.0" | grep -q '\.debug_info' && ! nm "$BUILD/libsmtp5xx.a" | grep -Eq '__(asan|tsan|gcov)'; then
    for baseline in tests/abi/*.abi; do
        beyond_growth "$baseline" "$BUILD/libsmtp5xx.so.0"
        empty "nothing but growth since $(basename "$baseline" .abi)" "$work/beyond"
    done
else
    skip 'baselines' 'the library was built without debugging information, or with a sanitizer'
fi

# What the comparison must let pass and what it must find, tried on libraries that have the header's functions and no content.
hollow() {
    mkdir -p "$work/hollow/$1"
    sed -e "$2" include/smtp5xx.h >"$work/hollow/$1/smtp5xx.h"
    awk '/^(const char \*|int |uint32_t )[ *]*smtp5xx_[a-z0-9_]*\(/ { inside = 1 }
        inside && sub(/\);$/, ") { __builtin_trap(); }") { print; inside = 0; next }
        { print }' "$work/hollow/$1/smtp5xx.h" >"$work/hollow/$1/hollow.c"
    # shellcheck disable=SC2086 # CC may hold options.
    $CC -std=c99 -g -w -shared -fPIC -o "$work/hollow/$1/lib.so" "$work/hollow/$1/hollow.c" >"$work/log" 2>&1
}
# finds NAME none|some SED: the header as SED changes it, beside the header as it is.
finds() {
    hollow changed "$3" || {
        fail "$1" 'does not compile' "$work/log"
        return
    }
    if cmp -s "$work/hollow/plain/smtp5xx.h" "$work/hollow/changed/smtp5xx.h"; then
        fail "$1" 'the header does not change by that'
        return
    fi
    beyond_growth "$work/hollow/plain.abi" "$work/hollow/changed/lib.so"
    if test "$2" = none; then
        empty "$1" "$work/beyond"
    elif test -s "$work/beyond"; then
        pass "$1"
    else
        fail "$1" 'nothing was found' "$work/report"
    fi
}
runs 'a hollow library compiles' hollow plain ''
runs 'a hollow library has a baseline' abidw --no-show-locs --out-file "$work/hollow/plain.abi" "$work/hollow/plain/lib.so"
finds 'a field at the end passes' none 's/^} smtp5xx_verdict;/    uint32_t more;\n&/'
finds 'two structs that grow pass' none 's/^} smtp5xx_\(advice\|reply\);/    uint32_t more;\n&/'
finds 'a new function passes' none 's/^uint32_t smtp5xx_table_version(void);/&\nint smtp5xx_new(void);/'
finds 'a reserved field in use passes' none '/^typedef struct smtp5xx_policy/,/^}/s/uint8_t reserved.3.;/uint8_t more, reserved[2];/'
finds 'a field in the middle is found' some 's/^ *uint16_t provider; .* id in .*/    uint32_t more;\n&/'
finds 'a wider field is found' some 's/^    uint16_t code;/    uint32_t code;/'
finds 'a field that is gone is found' some '/^    smtp5xx_span reference;/d'
finds 'a function that is gone is found' some '/^const char \*smtp5xx_error_name/d'
finds 'another argument is found' some 's/smtp5xx_table_count(uint32_t table)/smtp5xx_table_count(uint64_t table)/'
finds 'one argument more is found' some 's/smtp5xx_reason_name(uint32_t id)/smtp5xx_reason_name(uint32_t id, int more)/'
finds 'another result is found' some 's/^int smtp5xx_table_field(/uint32_t smtp5xx_table_field(/'
finds 'a longer array is found' some 's/uint16_t steps.8.;/uint16_t steps[9];/'
finds 'a span that grows is found' some '/^typedef struct smtp5xx_span/,/^}/s/uint32_t length;/uint32_t length, more;/'
finds 'another name of a field is found' some 's/uint16_t provider; .* id in .*/uint16_t vendor;/'
finds 'a field gone while another comes is found' some \
    '/^    uint32_t size_limit;/d;s/^} smtp5xx_verdict;/    uint32_t more;\n&/'

finish
