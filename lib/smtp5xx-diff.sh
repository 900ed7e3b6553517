#!/bin/sh
# Lists the replies about which two versions of the library disagree, for the notes of a release:
#
#     sh lib/smtp5xx-diff.sh [-a] OLD NEW [FILE ...]
#
# OLD and NEW are programs smtp5xx, or shared libraries, one of each if you like. The replies are those of tests/corpus, or of
# the FILEs: a reply in each line, in which \n stands for a line break; REASON<TAB> before it, and lines that begin with #, are
# passed over. A verdict has changed when its reason or its action has; with -a, confidence, basis and rule count as well.
#
# For libraries it needs the program tests/verdicts of the build directory, named by BUILD: make diff OLD=... NEW=...
# Exit status: 0 nothing has changed, 1 something has, 2 trouble. SPDX-License-Identifier: MIT
set -u
LC_ALL=C
export LC_ALL

complain() {
    echo "smtp5xx-diff: $*" >&2
    exit 2
}

here=$(dirname "$0")
build=${BUILD:-$here/../build}
all=0
if test "${1:-}" = -a; then
    all=1
    shift
fi
test $# -ge 2 || complain 'usage: smtp5xx-diff.sh [-a] OLD NEW [FILE ...]'
old=$1
new=$2
shift 2
test $# -gt 0 || set -- "$here"/../tests/corpus/*.txt

work=$(mktemp -d) || complain 'no directory for temporary files'
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

for file in "$@"; do
    test -r "$file" || complain "$file cannot be read"
    awk -v name="${file##*/}" -v texts="$work/texts" '
        /^#/ || /^$/ { next }
        { text = $0; if (text ~ /^[a-z_]+\t/) sub(/^[^\t]*\t/, "", text); print text >> texts; print name ":" FNR }' "$file"
done >"$work/places"
test -s "$work/places" || complain 'there are no replies in these files'
# With true line breaks, and NUL bytes between the replies.
awk '{ gsub(/\\n/, "\001"); print }' "$work/texts" | tr '\n\001' '\000\n' >"$work/records"

# judge NAME WHAT: the seven columns about every reply, to $work/NAME.
judge() {
    case $2 in
    *.so | *.so.* | *.dylib)
        test -f "$2" || complain "$2 is not there"
        test -x "$build/tests/verdicts" || complain "$build/tests/verdicts is not there: make diff builds it"
        # The program asks for the library by the name that its own build had.
        mkdir "$work/$1.d"
        library=$(cd "$(dirname "$2")" && pwd)/${2##*/}
        for name in libsmtp5xx.so.0 libsmtp5xx.so.1 libsmtp5xx.0.dylib; do ln -s "$library" "$work/$1.d/$name"; done
        LD_LIBRARY_PATH=$work/$1.d DYLD_LIBRARY_PATH=$work/$1.d "$build/tests/verdicts" <"$work/texts" >"$work/$1" ||
            complain "$2 does not run"
        ;;
    *)
        case $2 in
        */*) program=$2 ;;
        *) program=$(command -v "$2") || complain "$2 is no program" ;;
        esac
        if ! test -f "$program" || ! test -x "$program"; then
            complain "$2 is neither a program nor a shared library"
        fi
        "$program" classify -0 <"$work/records" >"$work/$1.wide" || complain "$2 does not run"
        cut -f 1-7 "$work/$1.wide" >"$work/$1"
        ;;
    esac
    test "$(wc -l <"$work/$1")" -eq "$(wc -l <"$work/texts")" || complain "$2 has not judged every reply"
}
judge old "$old"
judge new "$new"

# The texts stand last, since they may hold what separates the others.
paste "$work/places" "$work/old" "$work/new" "$work/texts" | awk -F '\t' -v all="$all" '
    {
        changed = $2 != $9 || $3 != $10
        finer = $4 != $11 || $7 != $14 || $8 != $15
        verdicts += changed
        only_finer += !changed && finer
        actions += $3 != $10
        if (!changed && !(all && finer)) next
        text = $16
        for (i = 17; i <= NF; i++) text = text "\t" $i
        print $1 ": " $2 " " $3 " " $4 " (" $8 ") -> " $9 " " $10 " " $11 " (" $15 "): " text
    }
    END {
        printf "%d replies: %d verdicts have changed, %d of them in what to do; %d more only in confidence, basis or rule\n",
            NR, verdicts, actions, only_finer
        exit verdicts > 0 || (all && only_finer > 0)
    }'
