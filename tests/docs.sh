# The documents hold: pages are well-formed, examples compile and run, what they show is what comes out, links lead
# somewhere. SPDX-License-Identifier: MIT
. tests/lib/check.sh

# Man pages

if have mandoc; then
    mandoc -Tlint -Wwarning docs/*.[13] >"$work/lint" 2>&1
    empty 'man pages are well-formed' "$work/lint"
else
    skip 'man pages are well-formed' 'there is no mandoc'
fi

# Pages of the library that others name must exist, under the name of a file or of a function.
for page in docs/*.[13]; do
    sed -n '/^\.Sh NAME/,/^\.Nd/s/^\.Nm \([^ ]*\).*/\1/p' "$page" | sed "s/\$/ ${page##*.}/"
done | sort -u >"$work/names"
sed -n 's/^\.Xr \([a-z0-9_]*smtp5xx[a-z0-9_]*\) \([0-9]\).*/\1 \2/p' docs/*.[13] | sort -u | grep -vFx -f "$work/names" >"$work/xr"
empty 'man pages refer to pages that exist' "$work/xr"
if test -f docs/smtp5xx.1; then
    pass 'the program has a man page'
else
    fail 'the program has a man page' 'there is no docs/smtp5xx.1'
fi

# Examples are what stands between .Bd -literal and .Ed and begins with an #include. mdoc writes a backslash as \e, and a
# dot at the start of a line behind \&.
for page in docs/*.3; do
    awk -v base="$work/example-$(basename "$page" .3)" '
        /^\.Bd -literal/ { inside = 1; first = 1; next }
        /^\.Ed/ { inside = 0; if (file != "") close(file); file = ""; next }
        inside {
            if (first) { first = 0; if ($0 ~ /^#include/) file = base "-" ++count ".c" }
            if (file == "") next
            gsub(/\\&/, ""); gsub(/\\\(dq/, "\""); gsub(/\\\(aq/, "\047"); gsub(/\\-/, "-"); gsub(/\\e/, "\\")
            print > file
        }' "$page"
done

# shellcheck disable=SC2086 # CC and flags may hold options.
example() {
    $CC -std=c99 -Wall -Wextra -Wpedantic -Werror -Iinclude ${CFLAGS:-} -o "${1%.c}" "$1" -L"$BUILD" -lsmtp5xx "-Wl,-rpath,$BUILD"
}
count=0
for source in "$work"/example-*.c; do
    test -f "$source" || continue
    count=$((count + 1))
    name=$(basename "$source" .c)
    if grep -q '^main(\|int main(' "$source"; then
        runs "$name compiles" example "$source"
        runs "$name runs" "${source%.c}"
    else
        # shellcheck disable=SC2086 # CC may hold options.
        runs "$name compiles" $CC -std=c99 -Wall -Wextra -Wpedantic -Werror -Iinclude -c -o "$work/part.o" "$source"
    fi
done
if test "$count" -ge 5; then
    pass 'man pages have examples'
else
    fail 'man pages have examples' "found $count"
fi

# README

if ! test -f README.md; then
    fail README 'there is none'
    finish
fi

# block N FILE: the fenced block that follows the mark in line N. A mark without a block would be a check of nothing.
block() {
    awk -v mark="$1" '
        NR > mark && /^```/ { if (inside) { closed = 1; exit } inside = 1; next }
        NR > mark && !inside && NF { exit }
        inside { print }
        END { exit !closed }' README.md >"$2"
}
mark() {
    grep -n -Fx "<!-- $1 -->" README.md | cut -d : -f 1
}

for name in demo check; do
    line=$(mark "command: $name")
    if test -n "$line" && block "$line" "$work/command" && grep -q "make $name" "$work/command"; then
        pass "README has the command for $name"
    else
        fail "README has the command for $name" "no block with make $name after <!-- command: $name -->"
    fi
done

line=$(mark 'example: c')
output=$(mark 'output: c')
if test -n "$line" && test -n "$output" && block "$line" "$work/readme.c" && block "$output" "$work/expected"; then
    runs 'example of README compiles' example "$work/readme.c"
    "$work/readme" >"$work/found" 2>&1
    equal 'example of README runs' 0 $?
    same 'example of README prints what README shows' "$work/expected" "$work/found"
else
    fail 'example of README' 'no blocks after <!-- example: c --> and <!-- output: c -->'
fi

grep -n '^<!-- run: .* -->$' README.md >"$work/marks"
while IFS= read -r line; do
    command=${line#*<!-- run: }
    command=${command% -->}
    short=$(printf '%.60s' "$command")
    if ! block "${line%%:*}" "$work/expected"; then
        fail "README: $short" 'no block follows the mark'
        continue
    fi
    # A reader's own terminal may be wide, colourful or French; what README shows is not.
    env -u COLUMNS -u NO_COLOR "PATH=$BUILD:$PATH" sh -c "$command" >"$work/found" 2>&1 </dev/null
    same "README: $short" "$work/expected" "$work/found"
done <"$work/marks"

# The page and the picture of the decision tree are what the tables say.
{ cat docs/decision-tree.in && "$BUILD/smtp5xx" tree --output markdown; } >"$work/tree.md"
same 'docs/decision-tree.md is up to date (make tree)' "$work/tree.md" docs/decision-tree.md
# Versions of Graphviz place the boxes differently, so that the picture is compared by what stands in it.
in_picture() {
    sed -n 's/.*<title>\(.*\)<\/title>.*/\1/p; s/^<text [^>]*>\(.*\)<\/text>.*/\1/p' "$1" | sort
}
if have dot; then
    "$BUILD/smtp5xx" tree --output dot | dot -Tsvg >"$work/tree.svg"
    in_picture "$work/tree.svg" >"$work/expected"
    in_picture docs/decision-tree.svg >"$work/found"
    same 'docs/decision-tree.svg is up to date (make tree)' "$work/expected" "$work/found"
    "$BUILD/smtp5xx" table nodes | sed 1d | cut -f 2 | sort >"$work/node-names"
    equal 'the picture shows every node' "$(cat "$work/node-names")" \
        "$(grep -Fx -f "$work/node-names" "$work/found" | sort -u)"
else
    skip 'docs/decision-tree.svg is up to date' 'there is no dot'
fi

# All documents

for document in *.md docs/*.md; do
    test -f "$document" || continue
    # Fenced blocks hold code, in which brackets and parentheses are something else.
    awk '/^```/ { inside = !inside; next } !inside' "$document" | grep -o ']([^)]*)' | sed 's/^](//; s/)$//; s/#.*//' |
        grep -v '^[a-z]*:' | while IFS= read -r link; do
        test -z "$link" || test -e "$(dirname "$document")/$link" || echo "$document: $link"
    done
done >"$work/links"
empty 'links lead to files' "$work/links"

# A path of the machine on which something was written helps nobody else.
find ./*.md docs include -type f -exec grep -InE '(^|[^a-z0-9.])/(home|work|tmp|root|Users)/' {} + >"$work/paths"
empty 'documents name no path of some machine' "$work/paths"

finish
