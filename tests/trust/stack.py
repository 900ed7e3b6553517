"""How much stack the library takes: python3 stack.py LIMIT FILE.ci

Reads the call graph that gcc writes with -fcallgraph-info=su,da, and adds up along the deepest path from each public
function. It is an error, with exit status 1, when that path takes LIMIT bytes or more, when a function calls itself by
whatever way, when a frame has no bound (VLA, alloca), when what a call leads to is not known, or when something is called
that is neither the library's nor one of the few functions of C that it may use. SPDX-License-Identifier: MIT
"""
import re
import sys

# What C's own functions may take besides: these are leaves that copy or compare, whichever libc has them.
OUTSIDE = {"memcpy", "memset", "memcmp", "memmove", "memchr", "strlen"}
# The one call by pointer, and what it leads to.
INDIRECT = {"act_on_words": ["act_on_wholes", "act_on_parts"]}
WORD = 8  # the return address; gcc counts it in neither frame


def read(path):
    frames, calls, bad = {}, {}, []
    for line in open(path):
        node = re.match(r'node: \{ title: "([^"]+)" label: "([^"]+)"', line)
        edge = re.match(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"', line)
        if node:
            title, label = node.group(1), node.group(2).split("\\n")
            size = re.search(r"(\d+) bytes \(([a-z,]+)\)", node.group(2))
            if size:
                frames[title] = (label[0], int(size.group(1)))
                if size.group(2) == "dynamic" or "0 dynamic objects" not in node.group(2):
                    bad.append(f"{label[0]}: its frame has no bound ({size.group(0)}, {label[-1]})")
        elif edge:
            calls.setdefault(edge.group(1), set()).add(edge.group(2))
    return frames, calls, bad


def base(name):
    """act_on_words.constprop.0 and act_on_words.part.0 are act_on_words."""
    return name.split(":")[-1].split(".")[0]


def targets(title, frames, calls, bad):
    for target in sorted(calls.get(title, ())):
        if target == "__indirect_call":
            known = INDIRECT.get(base(title))
            if known is None:
                bad.append(f"{base(title)}: calls by a pointer, and what that leads to is not known")
            yield from (other for other in frames if base(other) in (known or ()))
        elif target in frames:
            yield target
        elif base(target) not in OUTSIDE and not target.startswith("__builtin_"):
            bad.append(f"{base(title)}: calls {target}, which is not the library's")


def deepest(title, frames, calls, bad, done, above):
    if title in above:
        names = [base(t) for t in above[above.index(title):]] + [base(title)]
        bad.append("recursion: " + " > ".join(names))
        return 0, []
    if title not in done:
        best = (0, [])
        for target in targets(title, frames, calls, bad):
            best = max(best, deepest(target, frames, calls, bad, done, above + [title]))
        done[title] = (best[0] + frames[title][1] + WORD, [title] + best[1])
    return done[title]


def main():
    limit = int(sys.argv[1])
    frames, calls, bad = read(sys.argv[2])
    done = {}
    public = sorted(title for title in frames if base(title).startswith("smtp5xx_"))
    if not public:
        bad.append(f"{sys.argv[2]}: no public function is in it")
    for title in frames:
        deepest(title, frames, calls, bad, done, [])
    print(f"{'function':32} {'own frame':>9} {'deepest path':>12}")
    for title in sorted(frames, key=lambda t: (-done[t][0], t)):
        print(f"{base(title):32} {frames[title][1]:9} {done[title][0]:12}")
    if public:
        depth, path = max(done[title] for title in public)
        print(f"deepest: {depth} bytes: " + " > ".join(f"{base(t)} {frames[t][1]}" for t in path))
        if depth >= limit:
            bad.append(f"the deepest path takes {depth} bytes, and {limit} are too many")
    for complaint in sorted(set(bad)):
        print(complaint, file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
