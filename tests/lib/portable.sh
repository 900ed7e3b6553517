# The same verdicts everywhere: make check-portable. The library is built for other machines, C libraries and compilers, judges
# the replies of tests/corpus there (qemu runs what this machine cannot), and says the same, byte for byte, as it does here:
# every number of the results, every rule that hits, every row of the tables.
#
#     make check-portable              what is installed; the rest is skipped
#     make check-portable TARGETS=...  some of them: clang m32 musl musl_shared aarch64 armhf s390x riscv64 cxx amalgamation wasm
#                                      mingw suite
#
# `suite` also runs the whole Check suite on other machines, with packages that it downloads into the build directory.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

TARGETS=${TARGETS:-clang m32 musl musl_shared aarch64 armhf s390x riscv64 cxx amalgamation wasm mingw}
flags="-std=c11 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -Iinclude -I$BUILD -I$work"

cat tests/corpus/*.txt | grep -v '^#' | cut -f 2- >"$work/replies"
cat tests/bindings/replies.txt >>"$work/replies"
awk -f tests/portable/fields.awk include/smtp5xx.h >"$work/fields.h"

# built NAME COMPILER OPTION...: library and dumper for one machine, as $work/NAME. The library's file is compiled as it is.
built() {
    built_name=$1
    built_with=$2
    shift 2
    # shellcheck disable=SC2086 # Flags are several words.
    $built_with $flags "$@" -fvisibility=hidden -c -o "$work/$built_name.o" lib/library.c &&
        $built_with $flags "$@" -DVERDICTS_ALL -o "$work/$built_name" tests/portable/verdicts.c "$work/$built_name.o"
}

# same_as_here TITLE COMMAND...: runs a dumper; it must print what the one of this machine does.
same_as_here() {
    same_title=$1
    shift
    "$@" --all <"$work/replies" >"$work/found" 2>"$work/messages"
    same_status=$?
    if test "$same_status" -ne 0; then
        fail "$same_title" "ends with $same_status" "$work/messages"
    elif cmp -s "$work/here.txt" "$work/found"; then
        pass "$same_title"
    else
        diff "$work/here.txt" "$work/found" | cut -c 1-200 >"$work/difference"
        fail "$same_title" 'says something else (< here, > there)' "$work/difference"
    fi
}

# checked NAME TITLE COMPILER RUNNER OPTION...: all of it, or a skip. RUNNER may be empty.
checked() {
    checked_name=$1
    checked_title=$2
    checked_with=$3
    checked_runner=$4
    shift 4
    if ! have "$checked_with"; then
        skip "$checked_title" "there is no $checked_with"
    elif test -n "$checked_runner" && ! have "$checked_runner"; then
        skip "$checked_title" "there is no $checked_runner"
    elif ! printf '#include <stdio.h>\nint main(void) { return 0; }\n' |
        "$checked_with" "$@" -x c -o "$work/try" - >"$work/log" 2>&1; then
        skip "$checked_title" "$checked_with $* cannot build a program here"
    elif ! ${checked_runner:+"$checked_runner"} "$work/try" 2>"$work/log"; then
        skip "$checked_title" "this machine cannot run what $checked_with $* builds"
    elif ! built "$checked_name" "$checked_with" "$@" >"$work/log" 2>&1; then
        fail "$checked_title" 'does not build' "$work/log"
    else
        same_as_here "$checked_title" ${checked_runner:+"$checked_runner"} "$work/$checked_name"
    fi
}

# qemu-user comes as one program for each machine, or as one that is linked statically.
qemu() {
    have "qemu-$1-static" && echo "qemu-$1-static" || echo "qemu-$1"
}

# Not every kernel runs programs of 32 bits.
native_or_qemu() {
    if ! printf 'int main(void) { return 0; }\n' | gcc -m32 -x c -o "$work/try" - 2>/dev/null || ! "$work/try" 2>/dev/null; then
        qemu i386
    fi
}

target() {
    case $1 in
    clang) checked clang 'clang, x86_64 or what this machine is' clang '' ;;
    m32) checked m32 'gcc -m32: pointers of four bytes' gcc "$(native_or_qemu)" -m32 ;;
    musl) checked musl 'musl, static' musl-gcc '' -static ;;
    musl_shared) shared_musl ;;
    aarch64) checked aarch64 'aarch64' aarch64-linux-gnu-gcc "$(qemu aarch64)" -static ;;
    armhf) checked armhf 'armhf: 32 bits' arm-linux-gnueabihf-gcc "$(qemu arm)" -static ;;
    s390x) checked s390x 's390x: big-endian' s390x-linux-gnu-gcc "$(qemu s390x)" -static ;;
    riscv64) checked riscv64 'riscv64' riscv64-linux-gnu-gcc "$(qemu riscv64)" -static ;;
    cxx) consumer_in_cxx ;;
    amalgamation) amalgamated ;;
    wasm) webassembly ;;
    mingw) windows ;;
    suite) suite_elsewhere ;;
    *) fail "$1" 'there is no such target' ;;
    esac
}

# A program and a shared library, both of musl.
shared_musl() {
    if ! have musl-gcc; then
        skip 'musl, shared' 'there is no musl-gcc'
        return
    fi
    # shellcheck disable=SC2086 # Flags are several words.
    runs 'musl, shared: builds' musl-gcc $flags -fvisibility=hidden -fPIC -shared -Wl,-soname,libsmtp5xx.so.0 -Wl,-z,defs \
        -Wl,--version-script=lib/libsmtp5xx.map -o "$work/libsmtp5xx.so.0" lib/library.c
    # shellcheck disable=SC2086
    runs 'musl, shared: links' musl-gcc $flags -DVERDICTS_ALL "-Wl,-rpath,$work" -o "$work/musl_shared" \
        tests/portable/verdicts.c "$work/libsmtp5xx.so.0"
    same_as_here 'musl, shared' "$work/musl_shared"
}

# The dumper compiled as C++, with the library in C.
consumer_in_cxx() {
    if ! have g++; then
        skip 'a C++ program' 'there is no g++'
        return
    fi
    runs 'a C++ program compiles' g++ -std=c++11 -O1 -Wall -Wextra -Wpedantic -Werror -Iinclude "-I$work" -DVERDICTS_ALL -x c++ \
        tests/portable/verdicts.c -x none -o "$work/cxx" "$BUILD/libsmtp5xx.a"
    same_as_here 'a C++ program' "$work/cxx"
}

amalgamated() {
    mkdir "$work/amalgamation"
    runs 'the amalgamation is made' sh lib/amalgamate.sh . "$BUILD/tables.h" "$work/amalgamation"
    runs 'the amalgamation compiles' "$CC" -std=c11 -O1 -Wall -Wextra -Wpedantic -Werror "-I$work/amalgamation" "-I$work" \
        -DVERDICTS_ALL -o "$work/amalgamated" tests/portable/verdicts.c "$work/amalgamation/smtp5xx.c"
    same_as_here 'the amalgamation' "$work/amalgamated"
}

# Without any C library: the module imports nothing at all.
webassembly() {
    if ! have clang || ! have wasm-ld || ! have node; then
        skip 'WebAssembly' 'it takes clang, lld and Node.js'
        return
    fi
    exports=$(sed -n 's/^ *\(smtp5xx_[a-z0-9_]*\);.*/-Wl,--export=\1/p' lib/libsmtp5xx.map)
    # The header and the library include stddef.h, stdint.h and string.h; of these only the last is not the compiler's own.
    mkdir "$work/wasm"
    printf '#include <stddef.h>\n' >"$work/wasm/string.h"
    sed -n '/^void \*mem.*);$/p; /^int memcmp.*);$/p; /^size_t strlen.*);$/p' tests/portable/strings.c >>"$work/wasm/string.h"
    # shellcheck disable=SC2086 # Several words each.
    runs 'WebAssembly: builds' clang --target=wasm32 -ffreestanding -nostdlib -fno-builtin $flags "-I$work/wasm" -Wl,--no-entry \
        -Wl,--stack-first -Wl,-z,stack-size=65536 $exports -o "$work/smtp5xx.wasm" lib/library.c tests/portable/strings.c
    awk -F '\t' -v OFS='\t' '/^table / { next } { for (i = 1; i <= NF && $i !~ /^hits /; i++) $i = $i; NF = i - 1; print }' \
        "$work/here.txt" >"$work/without-hits"
    if node tests/portable/wasm.js "$work/smtp5xx.wasm" include/smtp5xx.h <"$work/replies" >"$work/found" 2>"$work/messages"; then
        same 'WebAssembly' "$work/without-hits" "$work/found"
    else
        fail 'WebAssembly' 'does not run' "$work/messages"
    fi
}

# Windows has another name for each thing: a DLL, its import library, and no jansson in Debian, so that of the program only that
# part compiles which does without.
windows() {
    mingw=x86_64-w64-mingw32-gcc
    if ! have $mingw; then
        skip 'Windows' "there is no $mingw"
        return
    fi
    { echo EXPORTS; sed -n 's/^ *\(smtp5xx_[a-z0-9_]*\);.*/    \1/p' lib/libsmtp5xx.map; } >"$work/smtp5xx.def"
    # shellcheck disable=SC2086 # Flags are several words.
    runs 'Windows: the DLL builds' $mingw $flags -shared -o "$work/smtp5xx.dll" lib/library.c "$work/smtp5xx.def" \
        "-Wl,--out-implib,$work/libsmtp5xx.dll.a"
    # shellcheck disable=SC2086
    runs 'Windows: a program links with it' $mingw $flags -DVERDICTS_ALL -o "$work/verdicts.exe" tests/portable/verdicts.c \
        "$work/libsmtp5xx.dll.a"
    x86_64-w64-mingw32-objdump -p "$work/smtp5xx.dll" | sed -n 's/^\t[[:space:]]*DLL Name: //p' | sort >"$work/dlls"
    x86_64-w64-mingw32-objdump -p "$work/verdicts.exe" | grep -c 'DLL Name: smtp5xx.dll' >"$work/needs"
    equal 'Windows: the program asks for the DLL' 1 "$(cat "$work/needs")"
    for wine in wine wine64 /usr/lib/wine/wine64; do
        have $wine || continue
        WINEPREFIX=$work/wine WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=' same_as_here 'Windows, under wine' $wine \
            "$work/verdicts.exe"
        return
    done
    echo 'There is no wine: compiled and linked only.'
}

# The Check suite, linked statically with the Check of other machines. apt keeps what it needs for that in the build directory,
# and the packages are unpacked there, not installed.
suite_elsewhere() {
    for elsewhere in 'arm64 aarch64-linux-gnu aarch64' 's390x s390x-linux-gnu s390x' 'armhf arm-linux-gnueabihf arm' \
        'i386 - i386'; do
        # shellcheck disable=SC2086 # Three words.
        suite_of $elsewhere
    done
}

foreign_apt() {
    foreign=$1
    shift
    apt-get -q -o "APT::Architecture=$foreign" -o "APT::Architectures=$foreign" -o "Dir::State::Lists=$work/apt/lists" \
        -o "Dir::Cache=$work/apt/cache" -o Dir::State::status=/dev/null -o APT::Sandbox::User=root -o Debug::NoLocking=1 "$@"
}

# suite_of ARCHITECTURE TRIPLET QEMU
suite_of() {
    suite_compiler="$2-gcc -static"
    test "$2" != - || suite_compiler='gcc -m32 -static'
    suite_root=$work/apt/$1
    if ! have "${suite_compiler%% *}" || ! have apt-get || ! have "$(qemu "$3")"; then
        skip "the Check suite on $1" 'it takes apt-get, a compiler and qemu'
        return
    fi
    mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$suite_root"
    # One list of many may be out of step with its mirror, and be of no need here.
    if ! (foreign_apt "$1" update || :; cd "$suite_root" && foreign_apt "$1" download check libsubunit-dev &&
        for package in ./*.deb; do dpkg-deb -x "$package" . || exit 1; done) >"$work/log" 2>&1; then
        fail "the Check suite on $1" 'its packages were not to be had' "$work/log"
        return
    fi
    suite_libraries=$(dirname "$(find "$suite_root" -name libcheck.a)")
    # shellcheck disable=SC2086 # Several words each.
    if ! $suite_compiler $flags -fvisibility=hidden -c -o "$work/$1.o" lib/library.c >"$work/log" 2>&1 ||
        ! $suite_compiler -std=c11 -O1 -Iinclude -I"$BUILD" "-I$suite_root/usr/include" -o "$work/suite" tests/check_*.c "$work/$1.o" \
            "-L$suite_libraries" -lcheck -lsubunit -lm -lrt -pthread >"$work/log" 2>&1; then
        fail "the Check suite on $1" 'does not build' "$work/log"
        return
    fi
    BUILD=$BUILD CK_TIMEOUT_MULTIPLIER=50 "$(qemu "$3")" "$work/suite" >"$work/log" 2>&1
    suite_sum=$(grep '^[0-9]*%: Checks' "$work/log")
    # What measures seconds means nothing in an emulator.
    grep -E ':[FE]:' "$work/log" | grep -v ':no_text_is_slow:' >"$work/failures"
    if test -n "$suite_sum" && test ! -s "$work/failures"; then
        pass "the Check suite on $1: $suite_sum"
    else
        fail "the Check suite on $1" "has failures: $suite_sum" "$work/failures"
    fi
}

runs 'the dumper of this machine' built here "$CC"
"$work/here" --all <"$work/replies" >"$work/here.txt"
equal 'it has judged every reply' "$(wc -l <"$work/replies")" "$(grep -vc '^table ' "$work/here.txt")"
# Two that differ must be seen to differ.
printf 'int main(void) { return 0; }\n' | $CC -x c -o "$work/silent" -
if (same_as_here 'silent' "$work/silent") 2>/dev/null | grep -q '^FAIL'; then
    pass 'a difference is seen'
else
    fail 'a difference is seen' 'a program that prints nothing passes'
fi

for name in $TARGETS; do
    target "$name"
done
finish
