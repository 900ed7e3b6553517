# The table compiler finds a mistake where it stands: each case below breaks one thing in a copy of the tables.
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # The programs in single quotes are those of awk.
. tests/lib/check.sh

tab=$(printf '\t')
tablegen=$BUILD/gen/tablegen

# whole: a copy of all the tables. fresh: one that has words.rules and a single rule, because compiling all of them takes a while,
# and so no block lists but one.
whole() {
    rm -rf "$work/table"
    cp -R lib/table "$work/table" && chmod -R u+w "$work/table"
    rm -f "$work/out.h"
}
whole
mkdir "$work/small" "$work/small/rules"
cp "$work/table/"*.* "$work/table/version" "$work/small" 2>/dev/null
cp lib/table/rules/words.rules "$work/small/rules"
printf 'rule 65000 base\nreason user_unknown\nphrase somebody vanished\nhit 550 somebody vanished\nsource practice; 2026-11-25\n' \
    >"$work/small/rules/base.rules"
awk -F "$tab" -v OFS="$tab" '!columns { columns = NF; for (i = 1; i <= NF; i++) c[$i] = i; print; next }
    !row { row = $0 } { for (n = split($c["steps"], words, " "); n > 0; n--) if (!seen[words[n]]++) steps = steps " " words[n] }
    END { $0 = row; $c["rule"] = "-"; $c["steps"] = substr(steps, 2); print }' lib/table/blocklists.tsv >"$work/small/blocklists.tsv"
# Nor has it the rules that extras name: a code takes their place.
awk -F "$tab" -v OFS="$tab" '/^#/ { print; next } !columns { columns = NF; for (i = 1; i <= NF; i++) c[$i] = i; print; next }
    { if ($c["rules"] != "-") $c["rules"] = "google_450_4_2_1"; print }' lib/table/extras.tsv >"$work/small/extras.tsv"
fresh() {
    rm -rf "$work/table"
    cp -R "$work/small" "$work/table"
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
    if cmp -s "$work/small/$1" "$work/table/$1"; then
        fail "$3" 'the case changes nothing'
    else
        rejects "$3" "$1" "$2"
    fi
}

compile
equal 'the tables are accepted' 0 "$status"
empty 'without a word' "$work/messages"
grep -q 's5x_table_version' "$work/out.h" 2>/dev/null
equal 'and written' 0 $?
fresh
compile
equal 'tables with a single rule are accepted' 0 "$status"
empty 'without a word' "$work/messages"

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

# Steps that are added
broken extras.tsv '"no_such_rule" is neither a rule nor a code' 'an extra for a rule that does not exist' \
    'row == 3 { $c["rules"] = "no_such_rule" } { print }'
broken extras.tsv '"no_such_step" is not in the table of steps' 'an extra with a step that does not exist' \
    'row == 1 { $c["steps"] = $c["steps"] " no_such_step" } { print }'
broken extras.tsv 'needs the reasons with which it goes, and steps' 'an extra without a reason' 'row == 1 { $c["reasons"] = "-" } { print }'
broken extras.tsv 'needs the reasons with which it goes, and steps' 'an extra without steps' 'row == 4 { $c["steps"] = "-" } { print }'
broken extras.tsv 'needs a provider or rules' 'an extra that always holds' 'row == 1 { $c["provider"] = "-" } { print }'
broken blocklists.tsv 'has no steps: say what to do' 'a block list without steps' 'row == 1 { $c["steps"] = "-" } { print }'
broken blocklists.tsv '"no_such_step" is not in the table of steps' 'a block list with a step that does not exist' \
    'row == 1 { $c["steps"] = "no_such_step" } { print }'
broken reasons.tsv 'has no steps: say what to do' 'a reason without steps' 'row == 2 { $c["steps"] = "-" } { print }'
broken reasons.tsv '9 steps: an advice has room for 8' 'more steps than an advice has room for' \
    'row == 2 { $c["steps"] = "check_typing ask_recipient validate_sign_up hold_on_wave remove_address look_up_mx try_other_mx break_loop keep_queued" } { print }'
broken reasons.tsv 'needs a why and a why_temporary' 'a reason without a why' 'row == 2 { $c["why"] = "-" } { print }'
broken reasons.tsv '"no_such_why" is not in the table of whys' 'a why that does not exist' 'row == 2 { $c["why"] = "no_such_why" } { print }'
broken steps.tsv '"no_such_step" is not in the table of steps' 'a step that replaces one that does not exist' \
    'row == 2 { $c["replaces"] = "no_such_step" } { print }'

# Words of other systems
broken crosswalk.tsv '"no_such_reason" is not in the table of reasons' 'a label for a reason that does not exist' \
    'row == 1 { $c["also"] = "no_such_reason" } { print }'
broken crosswalk.tsv '"pigeon" is not in the table of systems' 'a label of a system that does not exist' \
    'row == 1 { $c["system"] = "pigeon" } { print }'
broken crosswalk.tsv 'a row needs a system, its label, and a reason' 'a label without a reason' \
    '$c["reasons"] == "-" && !done { done = 1; $c["also"] = "-" } { print }'
fresh
edit crosswalk.tsv 'row == 1 { sub(/user_unknown /, "", $c["reasons"]) } { print }'
rejects 'a reason without a label' systems.tsv 'has 0 labels for reason "user_unknown"'
fresh
edit crosswalk.tsv 'row == 2 { $c["reasons"] = $c["reasons"] " user_unknown" } { print }'
rejects 'a reason with two labels of one system' systems.tsv 'has 2 labels for reason "user_unknown"'

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

# Rules

# refuses NAME LINE MESSAGE: the rules on standard input must be refused there. accepts NAME: they must not.
refuses() {
    fresh
    cat >"$work/table/rules/case.rules"
    line=$2
    rejects "$1" case.rules "$3"
}
accepts() {
    fresh
    cat >"$work/table/rules/case.rules"
    compile
    if test "$status" -eq 0 && test ! -s "$work/messages"; then
        pass "$1"
    else
        fail "$1" 'refused' "$work/messages"
    fi
}
# rule LINE...: a good rule, in which the lines given stand instead of its phrase and sample. Its first line is line 1.
rule() {
    printf 'rule 64000 no_such_thing\nreason user_unknown\n'
    printf '%s\n' "$@"
    printf 'source practice; 2026-11-25\n'
}
good_hit='hit 550 5.1.1 No such gizmo here'

rule 'phrase no such gizmo' "$good_hit" | accepts 'a good rule'
rule 'phrase no such (gizmo | widget)' "$good_hit" 'hit 550 no such widget' 'miss 550 no such person' | accepts 'alternatives'
rule 'phrase no ~2 gizmo' 'hit 550 no such fine gizmo' 'miss 550 no one two three gizmo' | accepts 'a gap'
rule 'phrase gizmo <address> gone' 'hit 550 gizmo <bob@example.com> gone' 'miss 550 gizmo gone' | accepts 'a class'
rule 'phrase no such gizmo' 'hit@rcpt 550 no such gizmo' 'when rcpt 550 X.1.1 4 5' 'hit@rcpt 550 5.1.1 no such gizmo' |
    refuses 'a sample that does not meet the condition' 4 'rule no_such_thing does not hit this'

# Samples
rule 'phrase no such gizmo' "$good_hit" 'hit 550 5.1.1 No such widget here' |
    refuses 'a sample that does not hit' 5 'rule no_such_thing does not hit this'
rule 'phrase no such gizmo' "$good_hit" 'miss 550 there is no such gizmo' |
    refuses 'a miss that hits' 5 'rule no_such_thing hits this, and must not'
rule 'phrase no such gizmo' 'phrase no such widget' "$good_hit" |
    refuses 'a phrase without a sample' 4 'no sample of rule no_such_thing hits this phrase'
rule 'phrase no such gizmo' | refuses 'a rule without a sample' 1 'rule no_such_thing has no sample'
rule 'phrase no such gizmo' 'miss 550 x' | refuses 'a rule with a miss alone' 1 'rule no_such_thing has no sample'
rule "$good_hit" | refuses 'a rule without a phrase' 1 'rule no_such_thing has no phrase'
rule 'url example.com gizmo' 'hit 550 https://example.com/widget' |
    refuses 'a URL that its sample does not have' 3 'no sample of rule no_such_thing has this URL'
rule 'url example gizmo' 'hit 550 https://example/gizmo' | refuses 'a URL without a host' 3 '"example" is no host name'

# Rules between each other
{
    rule 'phrase no such gizmo' "$good_hit"
    printf '\nrule 64001 no_such\nreason user_unknown strong\nphrase (no such gizmo | such gizmo) here\n%s\n' "$good_hit"
    printf 'source practice; 2026-11-25\n'
} | refuses 'a rule that another one shadows' 1 'rule no_such_thing wins none of its samples'
{
    rule 'phrase no such gizmo' "$good_hit"
    printf '\nrule 64001 no_such\nreason mailbox_full\nphrase no such gizmo\n%s\nsource practice; 2026-11-25\n' "$good_hit"
} | refuses 'the same words for two reasons' 9 'the same words have another reason, at the same rank, in rule no_such_thing '
{
    rule 'phrase no such gizmo' "$good_hit"
    printf '\nrule 64001 no_such\nreason mailbox_full strong\nphrase such gizmo\n%s\nsource practice; 2026-11-25\n' "$good_hit"
} | refuses 'a sample that another rule decides' 4 'rule no_such \(.*case.rules:7\) decides this, for another reason'
{
    rule 'phrase no such gizmo' "$good_hit" 'when 550'
    printf '\nrule 64001 no_such\nreason mailbox_full\nwhen 552\nphrase no such gizmo\nhit 552 no such gizmo\n'
    printf 'source practice; 2026-11-25\n'
} | accepts 'the same words under two codes'
{
    rule 'phrase no such gizmo' "$good_hit"
    printf '\nrule 64000 no_such\nreason user_unknown\nphrase no widget\nhit 550 no widget\nsource practice; 2026-11-25\n'
} | refuses 'an id twice' 7 'id 64000 is already at .*case.rules:1: ids are never reused'
{
    rule 'phrase no such gizmo' "$good_hit"
    printf '\nrule 64001 no_such_thing\nreason user_unknown\nphrase no widget\nhit 550 no widget\nsource practice; 2026-11-25\n'
} | refuses 'a name twice' 7 'name "no_such_thing" is already at .*case.rules:1'

# Sources
printf 'rule 64000 no_such_thing\nreason user_unknown\nphrase no such gizmo\n%s\n' "$good_hit" |
    refuses 'a rule without a source' 1 'rule no_such_thing has no source'
for source in 'practice' 'practice 2026-11-25' 'practice; yesterday' 'practice; 2026-13-01' 'practice; 2026-11-25x' '; 2026-11-25'; do
    printf 'rule 64000 no_such_thing\nreason user_unknown\nphrase no such gizmo\n%s\nsource %s\n' "$good_hit" "$source" |
        refuses "the source \"$source\"" 5 'a source ends with its date'
done

# Names that do not exist
refuses_line() {
    rule 'phrase no such gizmo' "$good_hit" "$3" | refuses "$1" 5 "$2"
}
refuses_line 'an unknown reason' '"no_reason" is not in the table of reasons' 'reason no_reason'
refuses_line 'an unknown rank' '"mighty" is neither a rank .* nor a confidence' 'reason user_unknown mighty'
refuses_line 'a confidence of 0' '"0" is neither a rank .* nor a confidence' 'reason user_unknown 0'
refuses_line 'a confidence of 101' '"101" is neither a rank .* nor a confidence' 'reason user_unknown 101'
refuses_line 'an unknown provider' '"nobody_mail" is not in the table of providers' 'provider nobody_mail'
refuses_line 'an unknown permanence' '"often" is not in the table of permanences' 'judged often'
refuses_line 'an unknown action' '"destroy" is not in the table of actions' 'action destroy'
refuses_line 'an unknown stage of a sample' '"lunch" is not in the table of stages' 'hit@lunch 550 no such gizmo'
refuses_line 'an unknown stage' 'condition "lunch" is no class' 'when lunch'
refuses_line 'a class of 6' 'condition "6" is no class' 'when 6'
refuses_line 'a reply code of 600' 'condition "600" is no class' 'when 600'
refuses_line 'an enhanced status code of class 5' 'condition "5.1.1" is no class' 'when 5.1.1'
refuses_line 'an enhanced status code without a detail' 'condition "X.1" is no class' 'when X.1'
refuses_line 'an unknown line' '"frase" is no kind of line' 'frase no such gizmo'
refuses_line 'an unknown list' 'listed .*ip.*domain' 'listed gizmos'
refuses_line 'a line without a text' '"phrase" has no text' 'phrase'
refuses_line 'an unknown detail' 'detail "gizmo" is none of' 'detail gizmo'
rule 'phrase no such gizmo' "$good_hit" | sed '2s/.*/reason unknown/' |
    refuses 'a reason that is none' 1 'needs a reason that is not unknown'
rule 'phrase no such gizmo' "$good_hit" | sed '1s/64000/9999/' | refuses 'an id of the codes' 1 'must be a number from 10000'
rule 'phrase no such gizmo' "$good_hit" | sed '1s/no_such_thing/No-Such/' | refuses 'a name with a capital' 1 'must be of a-z'
printf 'phrase no such gizmo\n' | refuses 'a line outside a rule' 1 '"phrase" stands outside a rule'
{
    rule 'phrase no such gizmo' "$good_hit"
    printf '\nhit 550 no such gizmo\n'
} | refuses 'a line behind the blank one that ends the rule' 7 '"hit" stands outside a rule'

# Phrases
refuses_phrase() {
    rule "phrase $3" "$good_hit" | refuses "$1" 3 "phrase: $2"
}
refuses_phrase 'an unknown set' 'there is no such set' 'no {nothings}'
refuses_phrase 'an unknown class in a phrase' 'unknown class' 'no such <gizmo>'
refuses_phrase 'a bracket that is not closed' 'a bracket is not closed' 'no such (gizmo | widget'
refuses_phrase 'a square bracket that is not closed' 'a bracket is not closed' 'no such [gizmo'
refuses_phrase 'the wrong bracket' 'a bracket' 'no such (gizmo]'
refuses_phrase 'a bracket too many' 'a bracket too many' 'no such gizmo)'
refuses_phrase 'a choice without brackets' 'a choice needs brackets' 'no such gizmo | widget'
refuses_phrase 'a gap inside a choice' 'a gap stands inside a choice' 'no (such ~2 gizmo | widget)'
refuses_phrase 'a gap of 7' 'a gap is' 'no ~7 gizmo'
refuses_phrase 'a gap of 10' 'a gap is' 'no ~10 gizmo'
refuses_phrase 'a gap without a number' 'a gap is' 'no ~ gizmo'
refuses_phrase 'a gap at the end' 'a part of it has no words' 'no such gizmo ~2'
refuses_phrase 'a phrase of punctuation' '(it, or a part of it, may have no words|a part of it has no words)' '...'
refuses_phrase 'a phrase of words that are passed over' '(it, or a part of it, may have no words|a part of it has no words)' 'the'
refuses_phrase 'a phrase that may be empty' 'it, or a part of it, may have no words' '[no] [such] [gizmo]'
refuses_phrase 'a class behind a gap' 'a class cannot be asked for in a phrase with gaps' 'no such ~2 gizmo <ip>'
refuses_phrase 'too many alternatives' '.*too many' \
    '(a1 | b1 | c1 | d1 | e1) (a2 | b2 | c2 | d2 | e2) (a3 | b3 | c3 | d3 | e3) (a4 | b4 | c4 | d4 | e4) (a5 | b5 | c5 | d5 | e5) <ip>'

# Words
refuses_words() {
    {
        printf '%s\n' "$3"
        printf '\n'
        rule 'phrase no such gizmo' "$good_hit"
    } | refuses "$1" "$2" "$4"
}
refuses_words 'a word that counts as two' 2 'same gizmo = gizmos
same widget = gizmos' '"gizmos" counts as two words already'
refuses_words 'a filler that counts as a word' 2 'filler gizmoid
same gizmo = gizmoid' '"gizmoid" is a filler'
refuses_words 'same without =' 1 'same gizmo gizmos' 'write: same WORD = OTHER'
refuses_words 'a set without brackets' 1 'set gizmo = a | b' 'write: set \{NAME\}'
refuses_words 'a set twice' 2 'set {gizmo} = a | b
set {gizmo} = c | d' 'the set \{gizmo\} is already there'
refuses_words 'a word of two' 1 'same gizmo = 邮箱' '"邮箱" is more than one word'
rule 'phrase no such gizmo' "$good_hit" | tr -d '\n' | refuses 'a line that does not end' 1 'does not end'

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
