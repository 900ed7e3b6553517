# The table compiler finds a mistake where it stands: each case below breaks one thing in a copy of the tables.
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # The programs in single quotes are those of awk.
. tests/lib/check.sh

tab=$(printf '\t')
tablegen=$BUILD/gen/tablegen

fresh() {
    rm -rf "$work/table"
    cp -R lib/table "$work/table" && chmod -R u+w "$work/table"
    rm -f "$work/out.h"
}

# compile: runs the table compiler over the copy; its status goes to $status, its messages to $work/messages.
compile() {
    "$tablegen" "$work/table" "$work/out.h" >"$work/messages" 2>&1
    status=$?
}

# rejects NAME FILE MESSAGE: the copy must be refused at a line of FILE with a message in which MESSAGE stands, and nothing
# may be written. A number of the line that the case knows is in $line.
rejects() {
    compile
    if test "$status" -eq 0; then
        fail "$1" 'accepted'
    elif test -e "$work/out.h"; then
        fail "$1" 'writes tables all the same'
    elif ! grep -Eq "(^|/)$2:${line:-[0-9]+}: .*$3" "$work/messages"; then
        fail "$1" "no message like '$2:${line:-LINE}: $3'" "$work/messages"
    else
        pass "$1"
    fi
    line=
}

# edit FILE PROGRAM: passes the file through awk, with cells by the number of their column in c["NAME"], and `row` counting
# the rows. What is printed becomes the file.
edit() {
    awk -F "$tab" -v OFS="$tab" '
        /^#/ || /^$/ { print; next }
        !columns { columns = NF; for (i = 1; i <= NF; i++) c[$i] = i; if (!heading) { print; next } }
        { row++ }
        '"$2" "$work/table/$1" >"$work/edited" && mv "$work/edited" "$work/table/$1"
}

# line_of FILE PATTERN: the number of the first line that matches.
line_of() {
    awk -v pattern="$2" '$0 ~ pattern { print FNR; exit }' "$work/table/$1"
}

# case FILE MESSAGE NAME PROGRAM: the usual case in one line.
broken() {
    fresh
    edit "$1" "$4"
    if cmp -s "lib/table/$1" "$work/table/$1"; then
        fail "$3" 'the case changes nothing'
    else
        rejects "$3" "$1" "$2"
    fi
}

fresh
compile
equal 'the tables are accepted' 0 "$status"
empty 'without a word' "$work/messages"
grep -q 's5x_table_version' "$work/out.h" 2>/dev/null
equal 'and written' 0 $?

# Form
broken reasons.tsv 'cells where the file has .* columns' 'a cell too many' 'row == 3 { $0 = $0 OFS "more" } { print }'
broken steps.tsv 'cells where the file has .* columns' 'a cell too few' 'row == 2 { sub(/\t[^\t]*$/, "") } { print }'
broken codes.tsv 'is empty: write -' 'an empty cell' 'row == 2 { $c["source"] = "" } { print }'
broken reasons.tsv 'blank at its end' 'a blank at the end of a cell' 'row == 4 { $c["meaning"] = $c["meaning"] " " } { print }'
broken reasons.tsv 'blank at its end' 'a blank at the start of a cell' 'row == 4 { $c["meaning"] = " " $c["meaning"] } { print }'
broken references.tsv 'control character' 'a carriage return' 'row == 1 { $0 = $0 "\r" } { print }'
broken reasons.tsv 'cells where the file has|is empty' 'a tab at the end of a line' 'row == 1 { $0 = $0 "\t" } { print }'

fresh
awk -F "$tab" -v OFS="$tab" '!/^#/ && NF > 1 { for (i = 1; i <= NF; i++) if (!at && $i == "detail") at = i; $at = ""; sub(/\t\t/, "\t") }
    { print }' lib/table/reasons.tsv >"$work/table/reasons.tsv"
line=$(line_of reasons.tsv "^id")
rejects 'a missing column' reasons.tsv 'column "detail" is missing'
fresh
sed "s/${tab}detail${tab}/${tab}details${tab}/" lib/table/reasons.tsv >"$work/table/reasons.tsv"
line=$(line_of reasons.tsv "^id")
rejects 'an unknown column' reasons.tsv 'column "details" is unknown'
fresh
rm "$work/table/steps.tsv"
rejects 'a missing file' steps.tsv 'cannot read'
fresh
awk '/^[0-9]/ { exit } { print }' lib/table/providers.tsv >"$work/table/providers.tsv"
rejects 'a table without rows' providers.tsv 'has 0 rows'
fresh
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "aaaaaaaaaa"; print "" }' >>"$work/table/codes.tsv"
rejects 'a line too long' codes.tsv 'longer than'
fresh
echo yesterday >"$work/table/version"
rejects 'a version that is no date' version 'yyyymmdd'

# Ids and names
broken codes.tsv 'is no number' 'an id that is no number' 'row == 2 { $c["id"] = "x" } { print }'
broken codes.tsv 'is no number from 0 to 65535' 'an id too large' 'row == 2 { $c["id"] = 65536 } { print }'
broken codes.tsv 'ids are never reused' 'an id twice' '{ print } row == 1 { $c["name"] = "another_name"; print }'
broken codes.tsv 'is already at' 'a name twice' '{ print } row == 1 { $c["id"] = 65000; print }'
broken reasons.tsv 'must be of a-z' 'a name with a capital' 'row == 2 { $c["name"] = "User_unknown" } { print }'

# References to other tables
broken reasons.tsv '"no_such_step" is not in the table of steps' 'a step that does not exist' \
    'row == 2 { $c["steps"] = $c["steps"] " no_such_step" } { print }'
broken reasons.tsv '"no_such_page" is not in the table of references' 'a reference that does not exist' \
    'row == 2 { $c["references"] = "no_such_page" } { print }'
broken codes.tsv '"no_such_reason" is not in the table of reasons' 'a reason that does not exist' \
    'row == 1 { $c["reason"] = "no_such_reason" } { print }'
broken codes.tsv '"nobody_mail" is not in the table of providers' 'a provider that does not exist' \
    'row == 1 { $c["provider"] = "nobody_mail" } { print }'
broken reasons.tsv '"destroy" is not in the table of actions' 'an action that does not exist' \
    'row == 2 { $c["action"] = "destroy" } { print }'
broken steps.tsv 'nothing uses "spare_step"' 'a step that nothing uses' \
    '{ print } row == 1 { $c["id"] = 64000; $c["name"] = "spare_step"; print }'
broken references.tsv 'nothing uses "spare_page"' 'a reference that nothing uses' \
    '{ print } row == 1 { $c["id"] = 64000; $c["name"] = "spare_page"; print }'
broken vocabulary.tsv 'there is no vocabulary "moods"' 'an unknown vocabulary' 'row == 2 { $1 = "moods" } { print }'

# Codes
broken codes.tsv 'confidence must be 0 to 100' 'a confidence of 101' 'row == 2 { $c["confidence"] = 101 } { print }'
broken codes.tsv 'is no number' 'a confidence that is no number' 'row == 2 { $c["confidence"] = "high" } { print }'
broken enhanced.tsv 'must look like X.7.26' 'an enhanced status code of class 5' 'row == 2 { $c["enhanced"] = "5.1.1" } { print }'
broken enhanced.tsv 'must look like X.7.26' 'an enhanced status code with a leading zero' \
    'row == 2 { $c["enhanced"] = "X.1.01" } { print }'
broken enhanced.tsv 'must look like X.7.26' 'a range of codes that descends' 'row == 2 { $c["enhanced"] = "X.7.9-3" } { print }'
broken enhanced.tsv 'needs its classes' 'an enhanced status code without classes' 'row == 2 { $c["classes"] = "-" } { print }'
broken enhanced.tsv 'must be of 2, 4, 5' 'a class that does not exist' 'row == 2 { $c["classes"] = "4,6" } { print }'
broken basic.tsv 'needs a reply code' 'a row without codes' 'row == 2 { $c["code"] = "-"; $c["enhanced"] = "-" } { print }'
broken basic.tsv 'needs a reason and a confidence' 'a code without a reason' 'row == 2 { $c["reason"] = "-" } { print }'
broken codes.tsv 'stages: .*must look like' 'an unknown stage' 'row == 1 { $c["stages"] = "lunch=user_unknown:60" } { print }'
broken codes.tsv 'stages: .*must look like' 'a stage without a confidence' \
    'row == 1 { $c["stages"] = "rcpt=user_unknown" } { print }'
broken codes.tsv 'stages: .*must look like' 'a stage with an unknown reason' \
    'row == 1 { $c["stages"] = "rcpt=no_such_reason:60" } { print }'
broken codes.tsv 'stages: .*must look like' 'a stage with a confidence of 101' \
    'row == 1 { $c["stages"] = "rcpt=user_unknown:101" } { print }'
broken codes.tsv 'meaning is empty' 'a code without a meaning' 'row == 1 { $c["meaning"] = "-" } { print }'
broken codes.tsv 'source is empty' 'a code without a source' 'row == 1 { $c["source"] = "-" } { print }'

# Reasons and the decision tree
broken reasons.tsv 'has no steps' 'a reason without steps' 'row == 2 { $c["steps"] = "-" } { print }'
broken tree.tsv '2 nodes have no parent' 'two roots' \
    '{ print } row == 1 { $c["id"] = 64000; $c["name"] = "second_root"; print }'
broken tree.tsv 'neither a reason nor nodes below' 'a node that leads nowhere' \
    '$c["parent"] != "-" && !done { done = 1; parent = $c["parent"]; print
        $c["id"] = 64000; $c["name"] = "dead_end"; $c["reason"] = "-"; $c["parent"] = parent } { print }'
broken tree.tsv 'has a reason and nodes below' 'a leaf with nodes below it' \
    '{ print } $c["reason"] != "-" && !done { done = 1; name = $c["name"]
        $c["id"] = 64000; $c["name"] = "below_leaf"; $c["reason"] = "-"; $c["parent"] = name; print }'
broken tree.tsv 'or in a circle' 'a circle' '$c["parent"] != "-" && $c["reason"] == "-" { $c["parent"] = $c["name"] } { print }'
broken tree.tsv 'is not in the table of nodes' 'a parent that does not exist' \
    '$c["parent"] != "-" && !done { done = 1; $c["parent"] = "nowhere" } { print }'
fresh
edit tree.tsv '$c["reason"] != "-" && !done { done = 1; next } { print }'
rejects 'a reason without a leaf' reasons.tsv 'has 0 leaves'
fresh
edit tree.tsv '{ print } $c["reason"] != "-" && !done { done = 1; $c["id"] = 64000; $c["name"] = "again"; print }'
rejects 'a reason with two leaves' reasons.tsv 'has 2 leaves'

# A wrong line is named by its number, also behind comments and blank lines.
fresh
awk -F "$tab" -v OFS="$tab" '{ print } NR == 3 { print "# a comment"; print "" }' lib/table/codes.tsv >"$work/edited"
awk 'END { print NR + 1 }' "$work/edited" >"$work/number"
tail -n 1 "$work/edited" | awk -F "$tab" -v OFS="$tab" '{ $1 = "x"; $2 = "last_one"; print }' >"$work/last"
cat "$work/edited" "$work/last" >"$work/table/codes.tsv"
line=$(cat "$work/number")
rejects 'the number of the line is exact' codes.tsv 'id "x" is no number'

"$tablegen" >"$work/messages" 2>&1
status=$?
test "$status" -ne 0 && test -s "$work/messages"
equal 'without arguments it says how to call it' 0 $?
fresh
"$tablegen" "$work/table" "$work/no/such/folder.h" >"$work/messages" 2>&1
status=$?
test "$status" -ne 0 && grep -q 'no/such/folder.h' "$work/messages"
equal 'an output that cannot be written is an error' 0 $?

finish
