# What the program adds to the library's advice: the words of other systems, and the decision tree.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

program=$BUILD/smtp5xx
tab=$(printf '\t')

# exits NAME STATUS COMMAND...: the command must end with just this status.
exits() {
    exits_name=$1
    exits_status=$2
    shift 2
    "$@" >"$work/out" 2>"$work/err" </dev/null
    equal "$exits_name" "$exits_status" $?
}

# Words of other systems

printf '550 5.1.1 no such user\n552 5.2.2 mailbox full\n250 2.1.5 Ok\n' >"$work/in"
"$program" classify <"$work/in" >"$work/plain"
"$program" classify --crosswalk sparkpost --crosswalk ses <"$work/in" >"$work/out"
columns=$(awk -F "$tab" 'NR == 1 { print NF }' "$work/plain")
cut -f "1-$columns" "$work/out" >"$work/found"
same '--crosswalk: the other columns stay' "$work/plain" "$work/found"
cut -f "$((columns + 1))-" "$work/out" >"$work/found"
printf '10\tPermanent/NoEmail\n22\tTransient/MailboxFull\n-\t-\n' >"$work/expected"
same '--crosswalk: a column each, behind the others' "$work/expected" "$work/found"
"$program" classify --output jsonl --crosswalk sendgrid --crosswalk zonemta <"$work/in" |
    sed -n 's/.*"crosswalk":\({[^}]*}\).*/\1/p' >"$work/found"
cat >"$work/expected" <<'END'
{"sendgrid":"Invalid Address","zonemta":"recipient"}
{"sendgrid":"Mailbox Unavailable","zonemta":"capacity"}
{"sendgrid":null,"zonemta":null}
END
same '--crosswalk: an object of jsonl' "$work/expected" "$work/found"
"$program" classify --output jsonl <"$work/in" | grep crosswalk >"$work/found"
empty 'no --crosswalk, no crosswalk' "$work/found"
echo 'no JSON' | "$program" classify --input jsonl --crosswalk ses 2>/dev/null | awk -F "$tab" '{ print NF ":" $NF }' >"$work/found"
equal '--crosswalk: a bad record keeps its columns' "$((columns + 1)):-" "$(cat "$work/found")"
exits '--crosswalk: exit 2 for a system that is not known' 2 "$program" classify --crosswalk pigeon
grep -q 'pigeon.*smtp5xx table systems' "$work/err"
equal '--crosswalk: the message says where to look' 0 $?

"$program" table crosswalk | awk -F "$tab" '
    NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
    { for (n = split($c["reasons"], reasons, " "); n > 0; n--) print $c["system"], reasons[n] }' | sort >"$work/found"
"$program" table systems | sed 1d | cut -f 2 | while read -r system; do
    "$program" table reasons | sed 1d | cut -f 2 | sed "s/^/$system /"
done | sort >"$work/expected"
same 'table crosswalk: a word of each system for each reason' "$work/expected" "$work/found"
"$program" table crosswalk --output jsonl | grep -c '"label":"10".*"reasons":"user_unknown ' >"$work/found"
equal 'table crosswalk --output jsonl has the reasons' 1 "$(cat "$work/found")"

# The decision tree

"$program" tree >"$work/text"
"$program" tree --output markdown >"$work/markdown"
"$program" tree --output dot >"$work/dot"
nodes=$("$program" table nodes | sed 1d | wc -l)
for form in text markdown; do
    equal "tree --output $form: a line for each node" "$nodes" "$(wc -l <"$work/$form")"
done
equal 'tree --output dot: an edge to each node but the root' $((nodes - 1)) "$(grep -c -e '->' "$work/dot")"
equal 'tree: nothing is marked without a reply' 0 "$(grep -c '^>' "$work/text")"
for reply in '550 5.1.1 no such user' '550 5.7.26 fails the DMARC policy' 'hello world'; do
    "$program" tree --reply "$reply" | sed -n 's/^> *\([a-z_]*\):.*/\1/p' | tr '\n' ' ' >"$work/found"
    "$program" explain "$reply" | sed -n '/How that was decided/,/^$/p' | sed 1d | tr -s '> \n' ' ' | sed 's/^ //' >"$work/expected"
    same "tree --reply: the way of the card: $reply" "$work/expected" "$work/found"
done
"$program" tree --output dot --reply '550 5.1.1 no such user' | sed -n 's/^ *\([a-z_]*\) \[.*penwidth=3.*/\1/p' | sort | tr '\n' ' ' >"$work/found"
equal 'tree --output dot --reply marks the way' 'address refusal unknown_address ' "$(cat "$work/found")"
if have dot; then
    runs 'tree --output dot: Graphviz takes it' dot -Tsvg -o "$work/tree.svg" "$work/dot"
else
    skip 'tree --output dot: Graphviz takes it' 'there is no dot'
fi
exits 'tree: exit 2 for a form that is not known' 2 "$program" tree --output png
exits 'tree: exit 2 for an argument' 2 "$program" tree '550 x'

# Translations

"$program" table --output po >"$work/all.pot"
"$program" table steps --output po >"$work/steps.pot"
equal 'table steps --output po: two messages for each step' "$("$program" table steps | sed 1d | wc -l | awk '{ print 2 * $1 }')" \
    "$(grep -c '^msgctxt "steps\.' "$work/steps.pot")"
for context in steps.check_typing.meaning steps.check_typing.detail reasons.user_unknown.meaning actions.suppress.meaning \
    whys.no_such_address.meaning codes.p550_5_1_1.meaning; do
    equal "table --output po has $context" 1 "$(grep -c "^msgctxt \"$context\"\$" "$work/all.pot")"
done
sed -n '/^msgctxt/p' "$work/all.pot" | sort | uniq -d >"$work/twice"
empty 'table --output po: no context comes twice' "$work/twice"
if have msgfmt; then
    runs 'table --output po: msgfmt takes it' msgfmt --check-format --check-header -o "$work/all.mo" "$work/all.pot"
    # A translation comes back through gettext's own tools.
    sed '/^msgctxt "steps.check_typing.meaning"/,/^msgstr/s/^msgstr ""/msgstr "Tippfehler suchen"/' "$work/steps.pot" >"$work/de.po"
    msgfmt -o "$work/de.mo" "$work/de.po" && msgunfmt "$work/de.mo" | grep -c 'msgstr "Tippfehler suchen"' >"$work/found"
    equal 'table --output po: a translation is kept under its context' 1 "$(cat "$work/found")"
else
    skip 'table --output po: msgfmt takes it' 'there is no gettext'
fi
exits 'table --output po: exit 2 for a table that is not known' 2 "$program" table moods --output po

finish
