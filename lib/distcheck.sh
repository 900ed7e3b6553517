#!/bin/sh
# Checks a release's tarball as somebody does who has nothing else: unpacks it read-only, configures outside, builds, runs the
# tests, installs and uninstalls.
#
#     sh lib/distcheck.sh TARBALL DIRECTORY [MAKE]
#
# DIRECTORY is made anew. DISTCHECK_TARGETS in the environment are the tests to run: check, if it is not set. SPDX-License-Identifier: MIT
set -eu

if test $# -lt 2; then
    echo 'usage: distcheck.sh TARBALL DIRECTORY [MAKE]' >&2
    exit 2
fi
tarball=$(cd "$(dirname "$1")" && pwd)/${1##*/}
work=$2
make=${3:-make}
# What the make around this one was told must not decide how a stranger's build goes.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES DESTDIR CDPATH BUILD

say() {
    echo "distcheck: $*"
}

test ! -d "$work" || chmod -R u+w "$work"
rm -rf "$work"
mkdir -p "$work/source" "$work/build"
work=$(cd "$work" && pwd)
gzip -dc "$tarball" | tar -C "$work/source" -xf -
name=$(cd "$work/source" && echo *)
case $name in
*' '*)
    say "the tarball has more than one directory at its top: $name" >&2
    exit 1
    ;;
esac
say "$name: every file a release needs"
for file in LICENSE README.md SECURITY.md CHANGELOG.md Makefile configure configure.ac include/smtp5xx.h lib/library.c lib/table/version docs/smtp5xx.1; do
    test -f "$work/source/$name/$file" || {
        say "$file is missing" >&2
        exit 1
    }
done
for file in .git build config.mk autom4te.cache; do
    test ! -e "$work/source/$name/$file" || {
        say "$file does not belong there" >&2
        exit 1
    }
done

# Root may write where it is forbidden, so that a list of all files with their sums tells what a mode cannot.
chmod -R a-w "$work/source"
list() {
    (cd "$work/source" && find . -type f -exec cksum {} + | sort)
}
list >"$work/before"

cd "$work/build"
say 'configure, out of the tree'
"../source/$name/configure" --prefix=/opt/smtp5xx >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    exit 1
}
say 'make'
"$make" -s -j4 all
say 'another build, elsewhere, gives the same bytes'
mkdir "$work/elsewhere"
(cd "$work/elsewhere" && "../source/$name/configure" --prefix=/opt/smtp5xx >/dev/null && "$make" -s -j4 all)
for file in build/libsmtp5xx.a build/libsmtp5xx.so.*.* build/install/smtp5xx build/smtp5xx.pc; do
    test -f "$file" || continue
    cmp "$file" "$work/elsewhere/$file" >&2 || {
        say "$file depends on where or when it is built" >&2
        exit 1
    }
done
say 'the tarball made from the tarball is the same bytes'
(cd "$work/elsewhere" && "$make" -s dist)
cmp "$tarball" "$work/elsewhere/$name.tar.gz" >&2 || {
    say 'make dist depends on where it runs, or a file is missing from its list of sources' >&2
    exit 1
}
say 'make check'
# shellcheck disable=SC2086 # Words of the command line.
"$make" -s -j4 ${DISTCHECK_TARGETS:-check}
say 'make install'
"$make" -s install DESTDIR="$work/destination of all"
test -x "$work/destination of all/opt/smtp5xx/bin/smtp5xx"
say 'make amalgamation'
"$make" -s amalgamation
test -f build/amalgamation/smtp5xx.c
say 'make uninstall'
"$make" -s uninstall DESTDIR="$work/destination of all"
left=$(find "$work/destination of all" -type f -o -type l)
test -z "$left" || {
    say "left after uninstall: $left" >&2
    exit 1
}
"$make" -s distclean
list >"$work/after"
diff "$work/before" "$work/after" >&2 || {
    say 'the build has changed the sources' >&2
    exit 1
}

cd /
chmod -R u+w "$work"
rm -rf "$work"
say "$name is ready for release"
