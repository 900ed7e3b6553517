# What the test scripts share. A script sources this file, makes its checks, and ends with `finish`. make hands over BUILD,
# CC, MAKE, MAKEFILE, MAKEDIR, PKG_CONFIG and VERSION; by hand a script also runs alone, from the root of the sources.
# SPDX-License-Identifier: MIT

BUILD=${BUILD:-$PWD/build}
CC=${CC:-cc}
MAKE=${MAKE:-make}
MAKEDIR=${MAKEDIR:-$PWD}
MAKEFILE=${MAKEFILE:-$PWD/Makefile}
PKG_CONFIG=${PKG_CONFIG:-pkg-config}
VERSION=${VERSION:-$("$MAKE" -s -f "$MAKEFILE" -C "$MAKEDIR" print-version)}
failed=0

# Messages of tools are compared here, so they must not be translated; and no make around this one may pass on its jobs or
# its variables: a script asks for its own.
LC_ALL=C
export LC_ALL
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES DESTDIR CDPATH

# A directory of the script's own, below the build directory, so that nothing is ever written beside it or in the sources.
work=$BUILD/tests/$(basename "$0" .sh).work
rm -rf "$work"
mkdir -p "$work" || exit 1

pass() {
    printf 'PASS %s\n' "$1"
}

# What a failed check printed is shown on standard error, cut to its first lines: the report itself stays a line each.
fail() {
    printf 'FAIL %s: %s\n' "$1" "$2"
    failed=$((failed + 1))
    if test -n "$3" && test -s "$3"; then
        sed -n '1,20s/^/    /p' "$3" >&2
    fi
}

skip() {
    printf 'SKIP %s: %s\n' "$1" "$2"
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# runs NAME COMMAND...: passes if the command succeeds.
runs() {
    runs_name=$1
    shift
    if "$@" >"$work/log" 2>&1 </dev/null; then
        pass "$runs_name"
    else
        fail "$runs_name" "$1 failed with $?" "$work/log"
    fi
}

# same NAME EXPECTED ACTUAL: passes if two files are equal.
same() {
    if diff "$2" "$3" >"$work/difference" 2>&1; then
        pass "$1"
    else
        fail "$1" "differs (< expected, > found)" "$work/difference"
    fi
}

# equal NAME EXPECTED ACTUAL: passes if two words are equal.
equal() {
    if test "$2" = "$3"; then
        pass "$1"
    else
        fail "$1" "expected '$2', found '$3'"
    fi
}

# empty NAME FILE: passes if a list of complaints is there and has none.
empty() {
    if test -f "$2" && test ! -s "$2"; then
        pass "$1"
    else
        fail "$1" "$(wc -l <"$2") lines that should not be there" "$2"
    fi
}

finish() {
    rm -rf "$work"
    test "$failed" -eq 0
    exit
}
