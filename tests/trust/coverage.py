"""Branch coverage as gcov has measured it: coverage.py LEAST COVERAGE.json EXCLUSIONS

Prints the branches taken for each file of lib/, and each line with branches that no test takes. EXCLUSIONS has lines of
FILE, a tab, a part of a line's text, a tab, and the reason why its branches do not count; one that fits no such line is an
error. Fails below LEAST percent. SPDX-License-Identifier: MIT
"""
import json
import os
import sys


def read_exclusions(path):
    rows = [line.rstrip("\n").split("\t") for line in open(path, encoding="utf-8") if line.strip() and line[0] != "#"]
    for row in rows:
        if len(row) != 3 or not row[2]:
            raise SystemExit(f"{path}: write FILE<TAB>TEXT<TAB>REASON: {row}")
    return rows


def main():
    least, measured, exclusions = float(sys.argv[1]), json.load(open(sys.argv[2])), read_exclusions(sys.argv[3])
    used, taken_all, count_all, excluded = set(), 0, 0, 0
    for entry in sorted(measured["files"], key=lambda one: one["file"]):
        name = os.path.basename(entry["file"])
        if os.path.dirname(entry["file"]) != "lib" or not name.endswith(".c"):
            continue
        source = open(entry["file"], encoding="utf-8").read().split("\n")
        taken, count, missed = 0, 0, []
        for line in entry["lines"]:
            text = source[line["line_number"] - 1].strip()
            never = sum(branch["count"] == 0 for branch in line["branches"])
            why = next((i for i, row in enumerate(exclusions) if row[0] == name and row[1] in text), None)
            if never and why is not None:
                used.add(why)
                excluded += never
                count -= never
            elif never:
                missed.append(f"    {name}:{line['line_number']}: {never} of {len(line['branches'])}: {text}")
            taken += len(line["branches"]) - never
            count += len(line["branches"])
        taken_all, count_all = taken_all + taken, count_all + count
        if count:
            print(f"{name:14} {taken:5} of {count:5} branches {100 * taken / count:6.1f} %")
            print("\n".join(missed) + ("\n" if missed else ""), end="")
    if count_all == 0:
        raise SystemExit("coverage: nothing of lib/ was measured")
    share = 100 * taken_all / count_all
    print(f"all            {taken_all:5} of {count_all:5} branches {share:6.2f} %; {excluded} excluded, see {sys.argv[3]}")
    unused = [row for i, row in enumerate(exclusions) if i not in used]
    for row in unused:
        print(f"{sys.argv[3]}: excludes nothing: {row[0]}: {row[1]}", file=sys.stderr)
    return 1 if share < least or unused else 0


if __name__ == "__main__":
    sys.exit(main())
