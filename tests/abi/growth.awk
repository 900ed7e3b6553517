# What a report of abidiff --leaf-changes-only --harmless tells beyond growth: awk -f growth.awk BASELINE.abi REPORT
#
# Growth is a function more, a field behind the end that a struct had, and a reserved field that becomes something. Everything
# else is printed, with the struct it belongs to. SPDX-License-Identifier: MIT

function number_after(word,    rest) {
    rest = substr($0, index($0, word) + length(word))
    sub(/[^0-9].*/, "", rest)
    return rest + 0
}
function indent() {
    match($0, /^ */)
    return RLENGTH
}
# The part of TEXT between the first and the next quote.
function quoted(text) {
    sub(/^[^']*'/, "", text)
    sub(/'.*/, "", text)
    return text
}
function in_reserved(at,    i) {
    for (i = 1; i <= reserved[struct]; i++)
        if (at >= from[struct, i] && at < to[struct, i]) return 1
    return 0
}

# The baseline: where each struct ends, and where it has nothing yet.
NR == FNR && /<class-decl / {
    struct = quoted(substr($0, index($0, "name=")))
    size[struct] = quoted(substr($0, index($0, "size-in-bits="))) + 0
    open = 0
}
NR == FNR && /<data-member / {
    at = quoted(substr($0, index($0, "layout-offset-in-bits="))) + 0
    if (open) to[struct, reserved[struct]] = at
    open = 0
}
NR == FNR && /<var-decl name='reserved/ {
    from[struct, ++reserved[struct]] = at
    to[struct, reserved[struct]] = size[struct]
    open = 1
}
NR == FNR { next }

/^Leaf changes summary|^Changed leaf types summary|^Removed\/Changed\/Added (functions|variables) summary|^$/ { next }
/^[0-9]+ Added functions?:$/ || /^  \[A\] 'function / { next }
/^'struct [a-z0-9_]+' changed:$/ { struct = quoted($0); sub(/^struct /, "", struct); skip = 0; next }
# What is told below a reserved field is about that field alone.
skip && indent() > skip { next }
/^    and offset changed from / && moved { next }
{ skip = moved = 0 }
/^  type size hasn't changed$/ || /^  there are data member changes:$/ || /^  [0-9]+ data member insertions?:$/ { next }
/^  type size changed from [0-9]+ to [0-9]+ \(in bits\)$/ && number_after(" to ") > number_after(" from ") { next }
/^    '.*', at offset [0-9]+ \(in bits\)$/ {
    at = number_after(", at offset ")
    if (at >= size[struct] || in_reserved(at)) next
}
/^    (and )?name of '[a-z0-9_]+::reserved[0-9]*' changed to / { next }
/^    type '.*' of '[a-z0-9_]+::reserved[0-9]*' changed:$/ { skip = indent(); moved = 1; next }
/^    '[a-z0-9_]+(\[[0-9]+\])? reserved[0-9]*(\[[0-9]+\])?' offset changed from / { next }
{ print struct (struct == "" ? "" : ": ") $0 }
