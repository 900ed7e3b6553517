# The rules in the forms of other programs: each is loaded by a program that speaks the form, and its answers are compared with
# the library's. EXPORTS_STEP=1 compares all replies of tests/corpus, which takes minutes.
# SPDX-License-Identifier: MIT
. tests/lib/check.sh

program=$BUILD/smtp5xx
step=${EXPORTS_STEP:-25}
tab=$(printf '\t')

# refuses NAME MESSAGE ARGUMENT...: a usage error with this message.
refuses() {
    refuses_name=$1 refuses_message=$2
    shift 2
    "$program" table "$@" >"$work/out" 2>"$work/err" </dev/null
    refuses_status=$?
    if test "$refuses_status" -eq 2 && test ! -s "$work/out" && grep -Fq -e "$refuses_message" "$work/err"; then
        pass "$refuses_name"
    else
        fail "$refuses_name" "exit status $refuses_status" "$work/err"
    fi
}
refuses 'only the rules have such forms' 'only the rules have this form' codes --output pcre
refuses 'a table must be named' 'only the rules have this form' --output zonemta
refuses 'there are no other ranks' 'use token, strong, usual, weak, codes or hint' rules --output kumomta --rank best
refuses 'ranks are of KumoMTA' 'only --output kumomta takes it' rules --output pcre --rank token

for form in pcre zonemta kumomta json; do
    "$program" table rules --output "$form" >"$work/$form" 2>"$work/err"
    equal "$form: is written" 0 $?
done
for form in pcre zonemta kumomta; do
    if grep -q "^# Made by smtp5xx $VERSION, tables of 20[0-9]*: smtp5xx table rules --output $form\$" "$work/$form" &&
        grep -q '^# Left out, because this form cannot express it:$' "$work/$form" &&
        grep -Eq '^#   - [1-9][0-9]* rules that only find ' "$work/$form"; then
        pass "$form: says what it is and what it lacks"
    else
        fail "$form: says what it is and what it lacks" 'its first lines do not'
    fi
done
# The ranks together are the whole.
for rank in token strong usual weak codes hint; do
    "$program" table rules --output kumomta --rank $rank >"$work/kumomta.$rank"
    grep '^  "' "$work/kumomta.$rank"
done | sort >"$work/found"
grep '^  "' "$work/kumomta" | sort >"$work/expected"
same 'kumomta: the ranks together are all' "$work/expected" "$work/found"

if ! have python3 || ! python3 -c 'import tomllib' 2>/dev/null; then
    skip 'exports' 'there is no Python 3.11: install python3'
    finish
fi
# check NAME MODE FILE: how exports.py finds the file.
check() {
    runs "$1" python3 -B tests/exports.py "$2" "$work/verdicts" "$work/table" "$3"
    sed -n '$s/^/    /p' "$work/log"
}
python3 -B tests/exports.py sample tests/corpus "$step" >"$work/replies"
"$program" classify <"$work/replies" >"$work/judged"
paste "$work/judged" "$work/replies" >"$work/verdicts"
"$program" table reasons --output jsonl >"$work/table"
check 'json: rules and expressions' json "$work/json"
check 'zonemta: rules' zonemta "$work/zonemta"
check 'kumomta: expressions of the first rank' kumomta "$work/kumomta.token"

# Postfix. postmap(1) needs no server, and no other configuration than its own.
mkdir "$work/postfix"
echo 'compatibility_level = 3.6' >"$work/postfix/main.cf"
# Answers the keys of standard input as "KEY<TAB>ANSWER", without a line for what it does not find.
ask() {
    postmap -c "$work/postfix" -q - "pcre:$work/pcre" 2>"$work/err"
}
PATH=$PATH:/usr/sbin
if have postmap && postconf -c "$work/postfix" -m 2>/dev/null | grep -qx pcre; then
    host='host mx.example.com[192.0.2.1]'
    rcpt='(in reply to RCPT TO command)'
    data='(in reply to end of DATA command)'
    cat >"$work/cases" <<END
5.1.1	$host said: 550 5.1.1 <a@example.com> has been sent too many messages this hour $rcpt	4.7.28 [rate_limited]
5.1.1	$host said: 550 5.1.1 <a@example.com>: no such user here $rcpt	5.1.1 [user_unknown]
4.1.1	$host said: 450 4.1.1 <a@example.com>: no such user here $rcpt	4.1.1 [user_unknown]
5.2.2	$host said: 552 5.2.2 The mailbox is full $rcpt	4.2.2 [mailbox_full]
5.7.1	$host said: 550 5.7.1 Client host [192.0.2.7] blocked using zen.spamhaus.org $rcpt	5.7.1 [ip_blocklisted]
5.0.0	$host said: 550 Rejected as spam $data	5.0.0 [spam_content]
5.0.0	host mx10.mailspamprotection.com[192.0.2.1] said: 550 no such user $rcpt	5.1.1 [user_unknown]
5.0.0	$host said: 552 xyzzy $rcpt	4.2.2 [mailbox_full]
5.7.515	host a.mail.protection.outlook.com[192.0.2.1] said: 550 5.7.515 xyzzy $data	5.7.515 [auth_missing]
4.7.1	$host said: 450 4.7.1 Greylisted, come back in 5 minutes $rcpt	4.7.1 [greylisted]
4.4.1	connect to mx.example.com[192.0.2.1]:25: Connection refused	4.4.1 [network_error]
2.0.0	$host said: 250 2.0.0 Ok: no such user	
END
    awk -F "$tab" '{ print $1 " " $2 }' "$work/cases" | ask >"$work/found"
    awk -F "$tab" '$3 != "" { print $1 " " $2 FS $3 " " $2 }' "$work/cases" >"$work/expected"
    same 'postfix: statuses and reasons, the text as it was' "$work/expected" "$work/found"
    # A refusal before RCPT condemns no recipient, whatever it says.
    echo "5.0.0 $host refused to talk to me: 554 no such user" | ask >"$work/found"
    if grep -Eq '\[(user_unknown|mailbox_[a-z]*)\]' "$work/found"; then
        fail 'postfix: a greeting condemns no recipient' 'it does' "$work/found"
    else
        pass 'postfix: a greeting condemns no recipient'
    fi
    # What a hostile server may write must not set the expressions to try the same again and again: PCRE then gives up.
    for piece in 'a.in.' 'is no ' 'user mailbox ' 'http://a.in/b@c.' 'not-x@' 'a1 of 2b ' '== -- ' 'address recipient message '; do
        awk -v piece="$piece" -v host="$host" 'BEGIN {
            for (text = "550 mailbox "; length(text) < 2000;) text = text piece
            print "5.0.0 " host " said: " text }'
    done | ask >"$work/found"
    empty 'postfix: no text makes an expression give up' "$work/err"
    python3 -B tests/exports.py keys <"$work/replies" >"$work/answers.keys"
    ask <"$work/answers.keys" >"$work/answers"
    empty 'postfix: loads the table without a word' "$work/err"
    check 'postfix: agrees with the library' postfix "$work/answers"
else
    skip 'postfix' 'there is no postmap with pcre: install postfix and postfix-pcre'
fi

if have node; then
    runs 'zonemta: agrees with the library' node tests/exports.js "$work/zonemta" "$work/verdicts"
    sed -n '$s/^/    /p' "$work/log"
else
    skip 'zonemta: agrees with the library' 'there is no node: install nodejs'
fi

finish
