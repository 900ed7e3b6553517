# The library's outside: what it exports, what it needs, and what its objects consist of.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

archive=$BUILD/libsmtp5xx.a
shared=$BUILD/libsmtp5xx.so.$VERSION
if ! test -f "$shared" || ! have readelf || ! have nm; then
    skip symbols "needs nm, readelf and a system of ELF libraries"
    finish
fi

# Names

# One list is the truth: the version map. Every other place that names the functions must give the same list.
sed -n 's/^ *\(smtp5xx_[a-z0-9_]*\);.*/\1/p' lib/libsmtp5xx.map | sort >"$work/map"

# The header's prototypes, one a line, as "int smtp5xx_parse(const char *text, size_t length)".
awk '
    { text = text $0 "\n" }
    END {
        while (match(text, /\/\*/)) {
            rest = substr(text, RSTART + 2)
            text = substr(text, 1, RSTART - 1) " " substr(rest, index(rest, "*/") + 2)
        }
        gsub(/\n#[^\n]*/, "\n", text)
        gsub(/[ \n]+/, " ", text)
        while (match(text, /[a-z_0-9 *]*[ *]smtp5xx_[a-z0-9_]*\([^)]*\);/)) {
            line = substr(text, RSTART, RLENGTH - 1)
            sub(/^ */, "", line)
            print line
            text = substr(text, RSTART + RLENGTH)
        }
    }' include/smtp5xx.h | sort >"$work/prototypes"
sed 's/(.*//; s/.*[ *]//' "$work/prototypes" | sort >"$work/header"
same 'header declares what the map exports' "$work/map" "$work/header"

nm -D --defined-only "$shared" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >"$work/dynamic"
same 'shared library exports the map' "$work/map" "$work/dynamic"
nm -g --defined-only "$archive" | awk 'NF == 3 { print $3 }' | sort >"$work/global"
same 'archive defines the map and nothing else' "$work/map" "$work/global"

# A page also names its group, libsmtp5xx or smtp5xx_name: only declared functions count. Sorted without -u, so that a
# function on two pages shows as a difference.
for page in docs/*.3; do
    sed -n '/^\.Sh NAME/,/^\.Nd/s/^\.Nm \([^ ]*\).*/\1/p' "$page"
done | grep -Fx -f "$work/header" | sort >"$work/pages"
same 'every function is in the NAME of exactly one page' "$work/map" "$work/pages"
# A page also shows how its functions are called, just as the header does: .Ft has the type, and the arguments stand in quotes
# behind .Fn, or behind .Fa between .Fo and .Fc.
for page in docs/*.3; do
    awk '
        /^\.Sh/ { inside = /SYNOPSIS/ }
        !inside { next }
        /^\.Ft/ { type = substr($0, 5); gsub(/"/, "", type) }
        /^\.F[no] / {
            count = split($0, quoted, "\"")
            split(quoted[1], words, " ")
            arguments = ""
            for (i = 2; i <= count; i += 2) arguments = arguments (arguments == "" ? "" : ", ") quoted[i]
            for (i = 3; i in words; i++) arguments = arguments (arguments == "" ? "" : ", ") words[i]
            name = words[2]
            delete words
        }
        /^\.Fa/ { gsub(/^\.Fa "?|"$/, ""); arguments = arguments (arguments == "" ? "" : ", ") $0 }
        /^\.Fn/ || /^\.Fc/ { line = type " " name "(" arguments ")"; gsub(/\* /, "*", line); print line }' "$page"
done | sort >"$work/synopses"
same 'man pages show the prototypes of the header' "$work/prototypes" "$work/synopses"

nm -D --defined-only "$shared" | awk '$2 != "A" && $3 !~ /@@LIBSMTP5XX_0\.[0-9]+$/ { print $3 }' >"$work/unversioned"
empty 'every exported symbol has a version' "$work/unversioned"
# A function keeps the version in which it came, or programs that were linked before would not start.
nm -D --defined-only "$shared" | sed -n 's/.* \(smtp5xx_[a-z0-9_]*\)@@LIBSMTP5XX_0\.2$/\1/p' | sort >"$work/since-0.2"
cat >"$work/expected" <<'END'
smtp5xx_blocklist_name
smtp5xx_crosswalk
smtp5xx_crosswalk_find
smtp5xx_dsn_next
smtp5xx_hits
smtp5xx_node_next
smtp5xx_redact
smtp5xx_system_name
smtp5xx_why_name
END
same 'version 0.2 has added these functions' "$work/expected" "$work/since-0.2"
nm -D --defined-only "$shared" | grep -c '@@LIBSMTP5XX_0\.1$' >"$work/since-0.1"
equal 'version 0.1 keeps its functions' 38 "$(cat "$work/since-0.1")"
equal 'soname has the ABI number only' '[libsmtp5xx.so.0]' \
    "$(readelf -dW "$shared" | awk '/SONAME/ { print $NF }')"

# Needs

# Compilers add names of their own for stack protection, position independence, coverage and sanitizers.
nm -u "$archive" | awk 'NF == 2 { print $2 }' | sort -u |
    grep -Evx 'memcpy|memset|memcmp|memmove|memchr|strlen' |
    grep -Ev '^(_GLOBAL_OFFSET_TABLE_|__stack_chk_(fail|guard)|__(asan|ubsan|sanitizer|gcov|llvm|mem|str)[a-z_0-9]*|__mem[a-z]*_chk)$' \
        >"$work/needs"
empty 'archive needs only the six string functions' "$work/needs"

# Content

# The checks below speak of what the plain compiler makes: sanitizers and coverage add data and constructors.
if nm "$archive" | grep -Eq '__(asan|ubsan|tsan|gcov|llvm_prof|sancov)'; then
    skip 'sections' 'built with a sanitizer or for coverage'
    finish
fi

readelf -SW "$archive" | sed -n 's/^ *\[ *[0-9]*\] *//p' | awk '
    $1 ~ /^\.(data|bss|tdata|tbss|ctors|dtors|init_array|fini_array|preinit_array)($|\.)/ && $5 !~ /^0+$/ { print $1, $5 }
    ' >"$work/writable"
empty 'no writable data, no constructors' "$work/writable"
# All tables and phrases are read-only data. They stay small enough for the second-level cache of any machine that carries mail.
readelf -SW "$archive" | sed -n 's/^ *\[ *[0-9]*\] *//p' | awk '$1 ~ /^\.rodata($|\.)/ { print $5 }' >"$work/read-only"
size=0
while read -r hex; do
    size=$((size + 0x$hex))
done <"$work/read-only"
if test "$size" -gt 0 && test "$size" -le 524288; then
    pass "read-only data is at most 512 KiB"
else
    fail "read-only data is at most 512 KiB" "$size bytes"
fi

# A pointer in a table would be an absolute relocation that leads to data. Those that lead to code, and relative ones, are what
# compilers make of a switch; the link editor resolves them for good.
readelf -rW "$archive" | awk '
    /^Relocation section/ { tables = /\.rela?\.(rodata|data)/ }
    tables && $1 ~ /^[0-9a-f]+$/ && $3 !~ /PC|REL/ && $5 !~ /^\.text/ { print $3, $5 }' >"$work/relocated"
empty 'no relocations in the tables' "$work/relocated"

# What is left in the shared library is the C runtime's own: two functions that it calls, and slots that it fills.
readelf -rW "$shared" | awk '$1 ~ /^[0-9a-f]+$/ && NF >= 4 { print $3, $5 }' |
    grep -Ev '_(RELATIVE|REL32)( |$)|_(GLOB_DAT|GLOB_DATA|JUMP_SLOT|JUMP_SLO|JUMP_SL)( |$)' >"$work/other" || :
empty 'shared library has only common relocations' "$work/other"
relative=$(readelf -rW "$shared" | grep -c '_RELATIVE' || :)
if test "$relative" -le 8; then
    pass "shared library has no relocation per row"
else
    fail "shared library has no relocation per row" "$relative relative relocations"
fi
equal 'stack is not executable' 'RW' "$(readelf -lW "$shared" | awk '/GNU_STACK/ { print $7 }')"
if readelf -dW "$shared" | grep -q TEXTREL; then
    fail 'code is not relocated' 'has TEXTREL'
else
    pass 'code is not relocated'
fi

# Stack: the public promise is 8 KiB for a whole call, so that the deepest chain of calls counts, of which no link may be
# dynamic. gcc tells the calls. Where the compiler does not, the largest frame counts: the depth is the same but for a few bytes.
stack_use() {
    # shellcheck disable=SC2086 # CC may hold options.
    $CC -std=c11 -O2 -Iinclude -I"$BUILD" -fstack-usage $1 -c -o "$work/stack.o" lib/library.c >"$work/log" 2>&1 &&
        test -s "$work/stack.su"
}
if stack_use -fcallgraph-info=su && test -s "$work/stack.ci"; then
    # Names may be qualified by the file: "library.c:classify". A chain that comes back to itself would have no depth.
    awk -F '"' '
        /^node:/ { own[$2] = match($4, /[0-9]+ bytes/) ? substr($4, RSTART, RLENGTH) + 0 : 0; names[++count] = $2 }
        /^edge:/ { calls[$2] = calls[$2] SUBSEP $4 }
        function depth(name, level,    list, n, i, most, one) {
            if (level > 100) { print "the calls go in a circle at " name; exit }
            if (name in known) return known[name]
            n = split(calls[name], list, SUBSEP)
            for (i = 2; i <= n; i++) { one = depth(list[i], level + 1); most = one > most ? one : most }
            return known[name] = own[name] + most
        }
        END { for (i = 1; i <= count; i++) if ((d = depth(names[i], 1)) > deepest) deepest = d; print deepest + 0 }
        ' "$work/stack.ci" >"$work/depth"
    sum=$(tail -n 1 "$work/depth")
elif stack_use ''; then
    sum=
    awk -F '\t' '$2 + 0 > 4608 { print $1, $2 }' "$work/stack.su" >"$work/large-frames"
    empty 'no frame is above 4.5 KiB' "$work/large-frames"
else
    sum=
fi
if test -s "$work/stack.su"; then
    awk -F '\t' '$3 ~ /dynamic/ && $3 !~ /bounded/ { print $1, $3 }' "$work/stack.su" >"$work/dynamic-stack"
    empty 'stack use of every function is known' "$work/dynamic-stack"
    if test -z "$sum"; then
        :
    elif test "$sum" -gt 0 2>/dev/null && test "$sum" -lt 8192; then
        pass 'stack use is below 8 KiB'
    else
        fail 'stack use is below 8 KiB' "the deepest call uses $sum bytes"
    fi
else
    skip 'stack use' "$CC has no -fstack-usage"
fi

finish
