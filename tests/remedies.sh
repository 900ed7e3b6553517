# Every remedy that postmasters know leads to a step, and every such step is in the advice about a reply: remedies.tsv.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

program=$BUILD/smtp5xx
tab=$(printf '\t')

grep -v '^#' tests/remedies.tsv | sed 1d >"$work/list"
awk -F "$tab" 'NF != 6 { print NR ": " NF " cells" }' "$work/list" >"$work/broken"
empty 'remedies.tsv has six columns' "$work/broken"

# As records of JSON, which can carry host and stage: reply by reply, in order.
awk -F "$tab" '
    { gsub(/["\\]/, "\\\\&", $6); printf "{\"text\":\"%s\"", $6 }
    $4 != "-" { printf ",\"host\":\"%s\"", $4 }
    $5 != "-" { printf ",\"stage\":\"%s\"", $5 }
    { print "}" }' "$work/list" >"$work/in"
"$program" classify --input jsonl --output jsonl <"$work/in" >"$work/out"
equal 'a verdict for each reply' "$(wc -l <"$work/list")" "$(wc -l <"$work/out")"
# The reason, and the steps between commas.
sed 's/.*"verdict":{"reason":"\([a-z_]*\)".*"steps":\[\([^]]*\)\].*/\1\t,\2,/; s/"//g' "$work/out" >"$work/found"
paste "$work/list" "$work/found" | awk -F "$tab" '
    $1 != "rules" && $7 != $1 { print $1 " " $2 ": the reply \"" $6 "\" is " $7 }
    !index($8, "," $3 ",") { print $1 " " $2 ": no step " $3 " for \"" $6 "\" but " $8 }' >"$work/wrong"
empty 'every remedy is in the advice' "$work/wrong"

"$program" table steps | sed 1d | cut -f 2 | sort >"$work/steps"
cut -f 3 "$work/list" | sort -u | grep -vFx -f "$work/steps" >"$work/unknown"
empty 'every remedy is a step of the table' "$work/unknown"
"$program" table reasons | sed 1d | cut -f 2 | sort >"$work/reasons"
cut -f 1 "$work/list" | sort -u | grep -Fxv rules >"$work/covered"
same 'every reason has remedies' "$work/reasons" "$work/covered"

# Where the collection of remedies is at hand, from which the list was made, none of its items may be missing.
source=${REMEDIES:-../shared/facts/remedies.md}
if test -f "$source"; then
    awk '
        /^## / { section = $2 == "Rules" ? "rules" : $2 == "Wording" ? "" : $2 }
        section != "" && (/^[0-9]+\. / || / [2-9]\. /) {
            line = " " $0
            while (match(line, /(^|[] .)]) ?[0-9]+\. /)) {
                item = substr(line, RSTART, RLENGTH)
                gsub(/[^0-9]/, "", item)
                if (item + 0 == last[section] + 1) { print section "\t" item; last[section] = item + 0 }
                line = substr(line, RSTART + RLENGTH)
            }
        }' "$source" | sort >"$work/items"
    cut -f 1,2 "$work/list" | sort -u >"$work/listed"
    grep -vFx -f "$work/listed" "$work/items" >"$work/missing"
    empty 'no item of the collection is missing' "$work/missing"
    count=$(wc -l <"$work/items")
    if test "$count" -ge 150; then
        pass 'the collection was read'
    else
        fail 'the collection was read' "$count items"
    fi
fi

finish
