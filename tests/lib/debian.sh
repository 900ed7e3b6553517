# Debian's packages: make check-debian. They are built from a copy of the sources, lintian looks at them, and what they hold is
# tried: unpacked below the build directory, or, with INSTALL_PACKAGES=yes and as root, installed and removed again.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

for tool in dpkg-buildpackage dh lintian; do
    have $tool || {
        skip 'packages' "there is no $tool: apt-get install dpkg-dev debhelper lintian fakeroot"
        finish
    }
done

copy=$work/libsmtp5xx-$VERSION
mkdir "$copy"
# The working copy, without what was built in it.
tar -cf - --exclude=./build --exclude=./.git --exclude='./*.tar.gz' --exclude=./config.mk . | tar -C "$copy" -xf -
if ! (cd "$copy" && dpkg-checkbuilddeps) >"$work/log" 2>&1; then
    skip 'packages' "$(sed -n 's/.*Unmet/unmet/p' "$work/log")"
    finish
fi
equal 'the version of the packages is that of the library' "$VERSION" \
    "$(sed -n '1s/.*(\([0-9.]*\)-.*/\1/p' debian/changelog)"

# The flags, directories and sources of the build around this one are not those of Debian.
packages() {
    (cd "$copy" && env -u CFLAGS -u CC -u BUILD -u MAKEFILE -u MAKEDIR dpkg-buildpackage -us -uc -b)
}
if packages >"$work/log" 2>&1; then
    pass 'packages build'
else
    # What went wrong stands at the end of a long log.
    tail -n 20 "$work/log" >"$work/end"
    fail 'packages build' 'dpkg-buildpackage failed' "$work/end"
    finish
fi
for package in libsmtp5xx0 libsmtp5xx-dev smtp5xx smtp5xx-dsn; do
    test -n "$(find "$work" -maxdepth 1 -name "${package}_$VERSION-*.deb")"
    equal "$package is there" 0 $?
done
# Nobody has asked for the packages in Debian's list of wishes, so that there is no wish to close.
runs 'lintian has neither errors nor warnings' lintian --allow-root --fail-on error,warning \
    --suppress-tags initial-upload-closes-no-bugs "$work"/libsmtp5xx_*.changes

root=$work/root
mkdir "$root"
for package in "$work"/*.deb; do
    dpkg-deb -x "$package" "$root"
done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
equal 'the library is in the directory of its architecture' 0 \
    "$(test -f "$root/usr/lib/$multiarch/libsmtp5xx.so.$VERSION"; echo $?)"
equal 'pkg-config names that directory' "libdir=\${prefix}/lib/$multiarch" \
    "$(grep ^libdir= "$root/usr/lib/$multiarch/pkgconfig/smtp5xx.pc")"
for page in man1/smtp5xx.1 man3/libsmtp5xx.3 man3/smtp5xx_reason_name.3; do
    test -e "$root/usr/share/man/$page.gz"
    equal "$page is there" 0 $?
done
# What two architectures share must not differ between them; what is the same in both packages of one would clash.
for package in libsmtp5xx0 libsmtp5xx-dev; do
    equal "$package: architectures live side by side" same "$(dpkg-deb -f "$work"/${package}_*.deb Multi-Arch)"
done
grep -q "^ *libsmtp5xx.so.0\|LIBSMTP5XX_0.1" "$copy"/debian/libsmtp5xx0/DEBIAN/symbols
equal 'the symbols file names the versions' 0 $?

if test "${INSTALL_PACKAGES:-}" = yes; then
    runs 'packages install' dpkg -i "$work"/libsmtp5xx0_*.deb "$work"/libsmtp5xx-dev_*.deb "$work"/smtp5xx_*.deb \
        "$work"/smtp5xx-dsn_*.deb
    runs 'what is installed works' env -u LD_LIBRARY_PATH sh debian/tests/smoke
    runs 'packages are removed' dpkg -P smtp5xx smtp5xx-dsn libsmtp5xx-dev libsmtp5xx0
else
    # The same smoke test as with the installed packages; the directories are told in other ways.
    unpacked() {
        PATH=$root/usr/bin:$PATH LD_LIBRARY_PATH=$root/usr/lib/$multiarch PKG_CONFIG_SYSROOT_DIR=$root \
            PKG_CONFIG_LIBDIR=$root/usr/lib/$multiarch/pkgconfig CPATH=$root/usr/include \
            LIBRARY_PATH=$root/usr/lib/$multiarch sh debian/tests/smoke
    }
    runs 'what the packages hold works' unpacked
fi
finish
