# Installation: into every directory that can be chosen, usable from there, and without a trace after uninstall. Builds in
# directories of its own, since others read the build directory at the same time. SPDX-License-Identifier: MIT
. tests/lib/check.sh

# The modes of installed files must not depend on who installs them.
umask 077

# Optimisation is not what is tested here; a sanitizer's options must stay, or nothing would link.
case ${CFLAGS:-} in
*-fsanitize*) ;;
*) CFLAGS=-O0 ;;
esac
export CFLAGS

# build ARGUMENT...: make as the one that runs this script was called, in a build directory of its own.
build() {
    "$MAKE" -s -C "$MAKEDIR" -f "$MAKEFILE" "BUILD=$work/build" "CC=$CC" "$@"
}

runs 'parallel build from nothing' build -j4 all

# Directories

# smtp5xx-dsn is built where GMime is.
gmime=
if "$PKG_CONFIG" --exists gmime-3.0 2>/dev/null; then gmime=yes; fi

# expected DIRECTORY...: what must lie below DESTDIR, with modes. In the order of the variables.
expected() {
    {
        echo "755 $1/smtp5xx"
        test -z "$gmime" || echo "755 $1/smtp5xx-dsn"
        echo "644 $2/libsmtp5xx.a"
        echo "755 $2/libsmtp5xx.so.$VERSION"
        echo "link $2/libsmtp5xx.so.0"
        echo "link $2/libsmtp5xx.so"
        echo "644 $3/smtp5xx.h"
        echo "644 $6/smtp5xx.pc"
        for document in README.md CHANGELOG.md SECURITY.md LICENSE docs/*.md docs/*.svg; do
            test ! -f "$document" || echo "644 $5/${document##*/}"
        done
        for page in docs/*.[13]; do
            test -f "$page" || continue
            test "$page" != docs/smtp5xx-dsn.1 || test -n "$gmime" || continue
            echo "644 $4/man${page##*.}/${page##*/}"
            sed -n '/^\.Sh NAME/,/^\.Nd/s/^\.Nm \([^ ]*\).*/\1/p' "$page" | while read -r name; do
                test "$name.${page##*.}" = "${page##*/}" || echo "link $4/man${page##*.}/$name.${page##*.}"
            done
        done
    } | sort
}

found() {
    (
        cd "$1" || exit 1
        find . -type l | sed 's/^\./link /'
        find . -type f -perm 755 | sed 's/^\./755 /'
        find . -type f -perm 644 | sed 's/^\./644 /'
        find . -type f ! -perm 755 ! -perm 644 | sed 's/^\./other mode: /'
    ) | sort
}

case $($CC -dumpmachine) in
*darwin*) skip 'directories' 'the list of files here is that of ELF systems' ;;
*)
    for moved in none bindir libdir includedir mandir docdir pkgconfigdir PREFIX; do
        root="$work/with a blank/$moved"
        prefix=/opt/five
        test "$moved" != PREFIX || prefix=/usr
        bindir=$prefix/bin
        libdir=$prefix/lib
        includedir=$prefix/include
        mandir=$prefix/share/man
        docdir=$prefix/share/doc/libsmtp5xx
        pkgconfigdir=
        case $moved in
        none) set -- prefix=$prefix ;;
        PREFIX) set -- PREFIX=$prefix ;;
        *)
            eval "$moved=/moved/to/$moved"
            set -- prefix=$prefix "$moved=/moved/to/$moved"
            ;;
        esac
        # Where pkg-config looks follows the libraries, unless it is moved itself.
        pkgconfigdir=${pkgconfigdir:-$libdir/pkgconfig}
        runs "install with $moved moved" build install "DESTDIR=$root" "$@"
        expected "$bindir" "$libdir" "$includedir" "$mandir" "$docdir" "$pkgconfigdir" >"$work/expected"
        found "$root" >"$work/found"
        same "files with $moved moved" "$work/expected" "$work/found"
        find "$root" -type l ! -exec test -e {} \; -print >"$work/dangling"
        empty "links with $moved moved" "$work/dangling"
        # What belongs to others stays.
        mkdir -p "$root$libdir" && echo other >"$root$libdir/libother.a"
        runs "uninstall with $moved moved" build uninstall "DESTDIR=$root" "$@"
        find "$root" \( -type f -o -type l \) ! -name libother.a >"$work/left"
        empty "nothing left with $moved moved" "$work/left"
        test -f "$root$libdir/libother.a"
        equal "others' files stay with $moved moved" 0 $?
    done
    ;;
esac

# Use

cat >"$work/consumer.c" <<'END'
#include <smtp5xx.h>
#include <string.h>
int main(void) {
    smtp5xx_verdict verdict;
    int error = smtp5xx_diagnose("550 5.1.1 x", 11, NULL, NULL, NULL, 0, &verdict, sizeof verdict, NULL, 0);
    return error != 0 || strcmp(smtp5xx_reason_name(verdict.reason), "user_unknown") != 0 || smtp5xx_version()[0] == '\0';
}
END

# shellcheck disable=SC2046,SC2086 # What pkg-config prints are words.
consume() {
    flags=$(PKG_CONFIG_PATH=$used/lib/pkgconfig $PKG_CONFIG --cflags --libs smtp5xx) || return
    $CC -std=c99 ${CFLAGS:-} -o "$work/consumer" "$work/consumer.c" $1 $flags ${LDFLAGS:-} $2
}
used=$work/used
runs 'install without DESTDIR' build install "prefix=$used"
if have "$PKG_CONFIG"; then
    equal 'version of the .pc file' "$VERSION" "$(PKG_CONFIG_PATH=$used/lib/pkgconfig $PKG_CONFIG --modversion smtp5xx)"
    equal 'the .pc file can be moved' /elsewhere/lib \
        "$(PKG_CONFIG_PATH=$used/lib/pkgconfig $PKG_CONFIG --define-variable=prefix=/elsewhere --variable=libdir smtp5xx)"
    runs 'consumer links the shared library' consume '' ''
    runs 'consumer runs with the shared library' env "LD_LIBRARY_PATH=$used/lib" "DYLD_LIBRARY_PATH=$used/lib" "$work/consumer"
    if have readelf; then
        equal 'consumer needs the library by its soname' '[libsmtp5xx.so.0]' \
            "$(readelf -dW "$work/consumer" | awk '/NEEDED.*smtp5xx/ { print $NF }')"
    fi
    # -static would take the C library too, which not every system has as an archive.
    rm -f "$work/consumer"
    if printf 'int main(void) { return 0; }\n' | $CC -x c -static -o "$work/static" - 2>/dev/null &&
        case ${CFLAGS:-} in *-fsanitize*) false ;; esac; then
        runs 'consumer links the static library' consume -static ''
        runs 'consumer runs with the static library' "$work/consumer"
    else
        skip 'consumer with the static library' 'there is no static C library'
    fi
else
    skip 'consumer' "there is no $PKG_CONFIG"
fi

# The installed program must find the installed library by the system's own means, and not by the path of a build.
if have readelf && test -x "$used/bin/smtp5xx"; then
    readelf -dW "$used/bin/smtp5xx" "$used/lib/libsmtp5xx.so.$VERSION" | grep -E 'R(UN)?PATH' >"$work/rpath"
    empty 'installed files have no rpath' "$work/rpath"
fi
runs 'installed program runs' env "LD_LIBRARY_PATH=$used/lib" "DYLD_LIBRARY_PATH=$used/lib" "$used/bin/smtp5xx" --version
if man -M "$used/share/man" -w libsmtp5xx >/dev/null 2>&1; then
    sed -n 's/^ *\(smtp5xx_[a-z0-9_]*\);.*/\1/p' lib/libsmtp5xx.map | while read -r name; do
        man -M "$used/share/man" -w 3 "$name" >/dev/null 2>&1 || echo "$name"
    done >"$work/unknown"
    empty 'man finds every function' "$work/unknown"
else
    skip 'man finds every function' 'there is no man'
fi
runs 'uninstall without DESTDIR' build uninstall "prefix=$used"
find "$used" -type f -o -type l >"$work/left"
empty 'nothing left without DESTDIR' "$work/left"

# The environment is full of names that others have set; only make's own command line chooses directories.
runs 'install in a hostile environment' env prefix=/wrong PREFIX=/wrong libdir=/wrong LIBRARY_PATH= srcdir=/wrong \
    "$MAKE" -s -C "$MAKEDIR" -f "$MAKEFILE" "BUILD=$work/build" "CC=$CC" install "DESTDIR=$work/hostile"
find "$work/hostile" -path '*/wrong/*' >"$work/wrong"
empty 'directories do not come from the environment' "$work/wrong"

# Two compilers

for kind in build target; do
    cat >"$work/cc-$kind" <<END
#!/bin/sh
printf '%s\n' "\$*" >>'$work/$kind.log'
exec $CC "\$@"
END
    chmod 755 "$work/cc-$kind"
done
runs 'build with two compilers' "$MAKE" -s -j4 -C "$MAKEDIR" -f "$MAKEFILE" "BUILD=$work/two" "CC=$work/cc-target" \
    "CC_FOR_BUILD=$work/cc-build" lib
grep -E 'lib/gen/|gen/tablegen' "$work/target.log" >"$work/wrong"
empty 'the table compiler is not built for the target' "$work/wrong"
grep -E '/library\.c|libsmtp5xx\.(a|so|dylib)' "$work/build.log" >"$work/wrong"
empty 'the library is not built for the building machine' "$work/wrong"
grep -q 'gen/tablegen' "$work/build.log" && grep -q 'library\.c' "$work/target.log"
equal 'each compiler has its part' 0 $?

# Out of the tree

# A copy, so that what configure and autoconf write never lies in the sources.
mkdir -p "$work/copy" "$work/out" "$work/configured"
for part in CHANGELOG.md SECURITY.md LICENSE Makefile README.md configure.ac docs examples include lib tests; do
    test ! -e "$part" || cp -R "$part" "$work/copy/" || exit 1
done
# The sources may be read-only.
chmod -R u+w "$work/copy"
list() {
    (cd "$work/copy" && find . | sort)
}
# Without variables that make hands down, such as those of config.mk of the directory in which it runs.
plain_make() {
    plain_make_in=$1
    shift
    (cd "$plain_make_in" && "$MAKE" -s -j4 "$@")
}

list >"$work/before"
runs 'make -f in another directory' plain_make "$work/out" -f ../copy/Makefile "CC=$CC" all
runs 'its program runs' "$work/out/build/smtp5xx" --version
list >"$work/after"
same 'it leaves the sources alone' "$work/before" "$work/after"

configure() {
    (cd "$1" && shift && "$@" "CC=$CC" "CFLAGS=$CFLAGS")
}
autoconf_copy() {
    (cd "$work/copy" && ${AUTOCONF:-autoconf} && rm -rf autom4te.cache)
}
if have "${AUTOCONF:-autoconf}"; then
    runs 'autoconf' autoconf_copy
    list >"$work/before"
    runs 'configure in another directory' configure "$work/configured" ../copy/configure --prefix=/opt/six --libdir=/opt/six/lib64
    runs 'make after configure in another directory' plain_make "$work/configured" all
    runs 'install after configure' plain_make "$work/configured" install "DESTDIR=$work/six"
    test -f "$work/six/opt/six/lib64/libsmtp5xx.a" && test -f "$work/six/opt/six/lib64/pkgconfig/smtp5xx.pc" &&
        test -f "$work/six/opt/six/share/doc/libsmtp5xx/LICENSE" && test -f "$work/six/opt/six/share/man/man3/libsmtp5xx.3"
    equal 'configure chooses the directories' 0 $?
    runs 'uninstall after configure' plain_make "$work/configured" uninstall "DESTDIR=$work/six"
    find "$work/six" -type f -o -type l >"$work/left"
    empty 'nothing left after configure' "$work/left"
    list >"$work/after"
    same 'configure in another directory leaves the sources alone' "$work/before" "$work/after"
    runs 'configure in the tree' configure "$work/copy" ./configure --prefix=/opt/seven
    runs 'make after configure in the tree' plain_make "$work/copy" all
    runs 'distclean' plain_make "$work/copy" distclean
    list >"$work/after"
    same 'distclean leaves the sources as they were' "$work/before" "$work/after"
else
    skip 'configure' 'there is no autoconf'
fi

finish
