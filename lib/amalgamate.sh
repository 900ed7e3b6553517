#!/bin/sh
# Writes the library as one source and one header, for projects that would rather copy two files than link a library:
#
#     sh lib/amalgamate.sh SOURCES TABLES OUTPUT
#
# SOURCES is the root of the sources, TABLES the tables as the table compiler wrote them, OUTPUT a directory that exists.
# SPDX-License-Identifier: MIT
set -eu

if test $# -ne 3; then
    echo 'usage: amalgamate.sh SOURCES TABLES OUTPUT' >&2
    exit 2
fi
sources=$1
tables=$2
output=$3
number() {
    sed -n "s/^.define SMTP5XX_VERSION_$1 //p" "$sources/include/smtp5xx.h"
}
version=$(number MAJOR).$(number MINOR).$(number PATCH)

trap 'rm -f "$output/smtp5xx.c.new" "$output/smtp5xx.h.new"' EXIT
cp "$sources/include/smtp5xx.h" "$output/smtp5xx.h.new"

# A file of the library takes the place of the first line that includes it; later ones go. The public header stays an
# include, since it is the second file; the includes of the system stay where they are.
awk -v sources="$sources" -v tables="$tables" -v version="$version" '
    function path(name) {
        return name == "tables.h" ? tables : sources "/lib/" name
    }
    function inline(name,    line, file, found) {
        file = path(name)
        seen[name] = 1
        while ((found = (getline line < file)) > 0) {
            if (line ~ /^#include "/) {
                include(line)
            } else {
                print line
            }
        }
        if (found < 0) {
            print "amalgamate.sh: cannot read " file > "/dev/stderr"
            failed = 1
            exit 1
        }
        close(file)
    }
    function include(line,    name) {
        split(line, parts, "\"")
        name = parts[2]
        if (name == "smtp5xx.h") {
            print line
        } else if (!(name in seen)) {
            inline(name)
        }
    }
    BEGIN {
        print "/* libsmtp5xx " version " in one file, made by `make amalgamation`. Compile it beside smtp5xx.h. */"
        print ""
        inline("library.c")
    }' </dev/null >"$output/smtp5xx.c.new"

# The licence asks to go along with every copy.
for name in c h; do
    {
        echo '/*'
        sed -e 's|^| * |' -e 's| *$||' "$sources/LICENSE"
        echo ' */'
        cat "$output/smtp5xx.$name.new"
    } >"$output/smtp5xx.$name"
done
