"""Does a test turn red when something is wrong? mutate.py code|tables BUILD N SEED [LEAST]

code    changes one operator, number or condition in a file of lib/
tables  drops a rule, gives it the next rule's reason, drops its condition, or changes a code's reason

Each of the N mutants is built by itself, without optimization, and the tests run on it until one fails: the table compiler,
the corpus against tests/corpus.golden, then Check's suites. Those that no test sees are listed as file:line, and the share of
the others is told; below LEAST percent the exit status is 1. The same SEED gives the same mutants of the same sources. Needs
what `make check-unit check-corpus` has built in BUILD. SPDX-License-Identifier: MIT
"""
import glob
import os
import random
import re
import shutil
import subprocess
import sys

# Some hang; then they are found out, too.
SECONDS = 300
OPERATORS = [("<=", "<"), (">=", ">"), ("==", "!="), ("!=", "=="), ("&&", "||"), ("||", "&&"), (" < ", " <= "), (" > ", " >= "),
             (" + ", " - "), (" - ", " + "), ("++", "--"), (" & ", " | "), (" | ", " & "), ("break;", ";"), ("continue;", ";"),
             ("return 0;", "return 1;"), ("return 1;", "return 0;"), (" ? ", " != 0 ? 0 : "), (" = 1;", " = 0;"), (" += ", " = ")]
NUMBER = re.compile(r"(?<![\w.])(\d+)(?![\w.])")


def code_of(line):
    """A line without its strings and comments, in which nothing is changed; blanks stand for them."""
    line = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])*\'', lambda found: " " * len(found.group()), line)
    line = re.sub(r"/\*.*?(\*/|$)|//.*", lambda found: " " * len(found.group()), line)
    return " " * len(line) if re.match(r"\s*(\*|#)", line) else line


def mutants_of_code():
    for path in sorted(glob.glob("lib/*.c")):
        if path.endswith(("/library.c", "/names.c")):
            continue  # a list of files; functions that are all alike, which have tests of all rows
        for number, line in enumerate(open(path, encoding="utf-8").read().split("\n")):
            code = code_of(line)
            for old, new in OPERATORS:
                for found in re.finditer(re.escape(old), code):
                    yield path, number, line[:found.start()] + new + line[found.end():], f"{old.strip()} -> {new.strip()}"
            for found in NUMBER.finditer(code):
                other = str(int(found.group()) + 1)
                yield path, number, line[:found.start()] + other + line[found.end():], f"{found.group()} -> {other}"


def blocks(path):
    """The rules of a file: (first line, lines)."""
    lines = open(path, encoding="utf-8").read().split("\n")
    starts = [i for i, line in enumerate(lines) if line.startswith("rule ")]
    for start in starts:
        end = start
        while end < len(lines) and lines[end].strip():
            end += 1
        yield start, lines[start:end], lines


def mutants_of_tables():
    for path in sorted(glob.glob("lib/table/rules/*.rules")):
        for start, block, lines in blocks(path):
            rest = lines[start + len(block):]
            name = block[0]
            yield path, start, "\n".join(lines[:start] + rest), f"{name}: dropped"
            for i, line in enumerate(block):
                if line.startswith("reason "):
                    other = next((one for one in rest if one.startswith("reason ") and one != line), None)
                    if other:
                        changed = block[:i] + [other] + block[i + 1:]
                        yield path, start, "\n".join(lines[:start] + changed + rest), f"{name}: {line} -> {other}"
                elif line.startswith("when "):
                    changed = block[:i] + block[i + 1:]
                    yield path, start, "\n".join(lines[:start] + changed + rest), f"{name}: without {line}"
    path = "lib/table/codes.tsv"
    lines = open(path, encoding="utf-8").read().split("\n")
    heading = next(line for line in lines if line and not line.startswith("#")).split("\t")
    column = heading.index("reason")
    for i, line in enumerate(lines):
        cells = line.split("\t")
        if len(cells) == len(heading) and cells != heading and not line.startswith("#"):
            old = cells[column]
            cells[column] = "spam_content" if old != "spam_content" else "rate_limited"
            yield path, i, "\n".join(lines[:i] + ["\t".join(cells)] + lines[i + 1:]), f"{old} -> {cells[column]}"


def run(command, **more):
    try:
        return subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, **more).returncode
    except subprocess.TimeoutExpired:
        return -1


class Bench:
    """A copy of lib/ that is changed, built and tested."""

    def __init__(self, build):
        self.build, self.work = build, f"{build}/mutants"
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree("lib", f"{self.work}/lib")
        self.golden = open("tests/corpus.golden", "rb").read()
        self.objects = sorted(glob.glob(f"{build}/tests/check_*.o"))
        libs = subprocess.run(["pkg-config", "--libs", "check"], capture_output=True, text=True, check=True)
        self.libs = libs.stdout.split()

    def library(self, tables):
        return run(["cc", "-std=c11", "-O0", "-w", "-Iinclude", f"-I{self.work}/lib", f"-I{tables}", "-c", "-o",
                    f"{self.work}/library.o", f"{self.work}/lib/library.c"]) == 0

    def corpus(self):
        if run(["cc", "-std=c11", "-O0", "-Iinclude", "-o", f"{self.work}/corpus", "tests/corpus.c", f"{self.work}/library.o"]):
            return False
        files = ["./" + os.path.basename(path) for path in sorted(glob.glob("tests/corpus/*.txt"))]
        try:
            done = subprocess.run([f"{self.work}/corpus"] + files, cwd="tests/corpus", capture_output=True, timeout=SECONDS,
                                  check=False)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0 and done.stdout == self.golden

    def suites(self):
        if run(["cc", "-o", f"{self.work}/check"] + self.objects + [f"{self.work}/library.o"] + self.libs):
            return False
        return run([f"{self.work}/check"], env={**os.environ, "CK_VERBOSITY": "silent", "CK_FORK": "no", "BUILD": self.build}) == 0

    def judge(self, kind):
        """What saw the mutant; None if nothing did."""
        tables = self.build
        if kind == "tables":
            tables = f"{self.work}/tables"
            os.makedirs(tables, exist_ok=True)
            if run([f"{self.build}/gen/tablegen", f"{self.work}/lib/table", f"{tables}/tables.h", f"{tables}/rule_texts.h"]):
                return "the table compiler"
        if not self.library(tables):
            return "the compiler"
        return "the corpus" if not self.corpus() else "a suite" if not self.suites() else None

    def try_one(self, kind, mutant):
        path, number, text, _ = mutant
        original = open(path, encoding="utf-8").read()
        if kind == "code":
            lines = original.split("\n")
            lines[number] = text
            text = "\n".join(lines)
        with open(f"{self.work}/{path}", "w", encoding="utf-8") as out:
            out.write(text)
        seen = self.judge(kind)
        shutil.copy(path, f"{self.work}/{path}")
        return seen


def main():
    kind, build, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    least = int(sys.argv[5]) if len(sys.argv) > 5 else 0
    bench = Bench(build)
    if bench.judge(kind):
        raise SystemExit("mutate: the tests fail without a change: make check-unit check-corpus")
    every = list(mutants_of_code() if kind == "code" else mutants_of_tables())
    chosen = random.Random(seed).sample(every, min(count, len(every)))
    seen_by, survivors = {}, []
    for mutant in chosen:
        seen = bench.try_one(kind, mutant)
        if seen == "the compiler":
            continue  # no mutant at all
        seen_by[seen] = seen_by.get(seen, 0) + 1
        if seen is None:
            survivors.append(mutant)
            print(f"SURVIVES {mutant[0]}:{mutant[1] + 1}: {mutant[3]}", flush=True)
    tried = sum(seen_by.values())
    killed = tried - len(survivors)
    share = 100 * killed / max(tried, 1)
    by = ", ".join(f"{seen} {number}" for seen, number in sorted(seen_by.items(), key=str) if seen)
    print(f"{kind}: {tried} mutants of {len(every)}, seed {seed}: {killed} seen ({share:.1f} %): {by}; {len(survivors)} survive")
    return 1 if tried == 0 or share < least else 0


if __name__ == "__main__":
    sys.exit(main())
