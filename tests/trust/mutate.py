"""Does a test turn red when something is wrong? mutate.py code|tables BUILD N SEED [LEAST]

code    changes one operator, number or condition in a file of lib/
tables  drops a rule, gives it the next rule's reason, drops its condition, or changes a code's reason

Each of the N mutants is built by itself, without optimization, and the tests run on it until one fails: the table compiler,
the corpus against tests/corpus.golden, the fuzzing targets with their seeds, each of Check's suites; those that have seen the
most in the least time come first. A test that takes ten times as long as it should has seen the mutant, too. What no test sees
is listed as file:line, unless it is no other library at all: the compiled table or the optimized code is the same byte for byte,
or tests/trust/equivalent.txt says why nobody can tell the difference. The share of what is seen is told; below LEAST percent
the exit status is 1. The same SEED gives the same mutants of the same sources. Needs what `make check-unit check-corpus
check-fuzz` has built in BUILD. SPDX-License-Identifier: MIT
"""
import glob
import os
import random
import re
import shutil
import subprocess
import sys
import time

EQUIVALENT = "tests/trust/equivalent.txt"
FUZZ_ROUNDS = "3000"
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


def run(command, seconds=300, **more):
    """The exit status and what is printed; a time-out is a failure."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds, check=False, **more)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        return -1, b""


class Test:
    """One command that tells a good library from others, and how well it has done so far."""

    def __init__(self, name, program, arguments, expected=None, **more):
        self.name, self.program, self.arguments, self.expected, self.more = name, program, arguments, expected, more
        self.seconds, self.seen = 30, 0

    def holds(self, folder):
        status, output = run([f"{folder}/{self.program}"] + self.arguments, seconds=10 * self.seconds + 5, **self.more)
        return status == 0 and (self.expected is None or output == self.expected)


def read_equivalent():
    """The mutants that nobody can tell from the original: a file's name, the changed line and why, each behind a tab."""
    rows = [line.split("\t") for line in open(EQUIVALENT, encoding="utf-8").read().split("\n") if line and line[0] != "#"]
    for row in rows:
        if len(row) != 3 or not row[2]:
            raise SystemExit(f"{EQUIVALENT}: write FILE<TAB>CHANGED LINE<TAB>REASON: {row}")
    return {(row[0], row[1]) for row in rows}


class Bench:
    """A copy of lib/ that is changed, built and tested."""

    def __init__(self, build, kind):
        self.build, self.kind, self.work = build, kind, f"{os.path.abspath(build)}/mutants/{kind}"
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree("lib", f"{self.work}/lib")
        os.makedirs(f"{self.work}/tables")
        os.makedirs(f"{self.work}/bin")
        libs = subprocess.run(["pkg-config", "--libs", "check"], capture_output=True, text=True, check=True).stdout.split()
        fuzz = [f"{build}/fuzz/fuzz.o", f"{build}/fuzz/replay.o"]
        self.links = {"check": sorted(glob.glob(f"{build}/tests/check_*.o")) + libs}
        self.compile(["-O0", "-c", "-o", f"{self.work}/corpus.o", "tests/corpus.c"])
        self.links["corpus"] = [f"{self.work}/corpus.o"]
        files = ["./" + os.path.basename(path) for path in sorted(glob.glob("tests/corpus/*.txt"))]
        self.tests = [Test("the corpus", "corpus", files, open("tests/corpus.golden", "rb").read(), cwd="tests/corpus")]
        for target in ("parse", "classify", "diagnose", "batch", "caller", "redact", "tables"):
            self.links[target] = [f"{build}/fuzz/fuzz_{target}.o"] + fuzz
            seeds = sorted(glob.glob(f"tests/fuzz/seeds/{target}/*"))
            self.tests.append(Test(f"fuzz {target}", target, [FUZZ_ROUNDS, "5321"] + seeds))
        for path in sorted(glob.glob("tests/check_*.c")):
            for suite in re.findall(r'suite_create\("(\w+)"\)', open(path, encoding="utf-8").read()):
                settings = {**os.environ, "CK_VERBOSITY": "silent", "CK_FORK": "no", "CK_RUN_SUITE": suite, "BUILD": build}
                self.tests.append(Test(f"suite {suite}", "check", [], env=settings))
        self.known = read_equivalent()

    def compile(self, options):
        return run(["cc", "-std=c11", "-w", "-Iinclude", f"-I{self.work}/lib"] + options)[0] == 0

    def tables(self):
        return f"{self.work}/tables" if self.kind == "tables" else self.build

    def make_tables(self):
        return self.kind != "tables" or run([f"{self.build}/gen/tablegen", f"{self.work}/lib/table", f"{self.work}/tables/tables.h",
                                             f"{self.work}/tables/rule_texts.h"])[0] == 0

    def make_library(self, options, name):
        return self.compile(options + [f"-I{self.tables()}", "-c", "-o", f"{self.work}/{name}", f"{self.work}/lib/library.c"])

    def start(self):
        """The tests hold for what is not changed; how long they take."""
        if not self.make_tables() or not self.make_library(["-O0"], "library.o"):
            raise SystemExit("mutate: the library does not compile")
        self.made = set()
        for test in self.tests:
            begun = time.monotonic()
            if not self.holds(test):
                raise SystemExit(f"mutate: {test.name} fails without a change: make check-unit check-corpus check-fuzz")
            test.seconds = time.monotonic() - begun
        self.same = self.essence()

    def holds(self, test):
        if test.program not in self.made:
            self.made.add(test.program)
            if run(["cc", "-o", f"{self.work}/bin/{test.program}", f"{self.work}/library.o"] + self.links[test.program])[0]:
                raise SystemExit(f"mutate: {test.program} cannot be linked")
        return test.holds(f"{self.work}/bin")

    def essence(self):
        """What the mutant is made into, when nothing but that counts."""
        if self.kind == "tables":
            return open(f"{self.work}/tables/tables.h", "rb").read()
        return open(f"{self.work}/small.o", "rb").read() if self.make_library(["-O2", "-g0"], "small.o") else None

    def judge(self):
        """What saw the mutant; None if nothing did, and "" if there is nothing to see."""
        if not self.make_tables():
            return "the table compiler"
        if self.kind == "tables" and self.essence() == self.same or not self.make_library(["-O0"], "library.o"):
            return ""
        self.made = set()
        for test in sorted(self.tests, key=lambda test: -(test.seen + 1) / (test.seconds + 0.05)):
            if not self.holds(test):
                test.seen += 1
                return test.name
        return "" if self.kind == "code" and self.essence() == self.same else None

    def try_one(self, mutant):
        path, number, text, _ = mutant
        original = open(path, encoding="utf-8").read()
        if self.kind == "code":
            if (path, text.strip()) in self.known:
                return ""
            lines = original.split("\n")
            lines[number] = text
            text = "\n".join(lines)
        elif (path, mutant[3]) in self.known:
            return ""
        with open(f"{self.work}/{path}", "w", encoding="utf-8") as out:
            out.write(text)
        seen = self.judge()
        shutil.copy(path, f"{self.work}/{path}")
        return seen


def main():
    kind, build, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    least = int(sys.argv[5]) if len(sys.argv) > 5 else 0
    bench = Bench(build, kind)
    bench.start()
    every = list(mutants_of_code() if kind == "code" else mutants_of_tables())
    random.Random(seed).shuffle(every)
    seen_by, survivors, same = {}, [], 0
    for mutant in every:
        seen = bench.try_one(mutant)
        if seen == "":
            same += 1  # no mutant at all; another one takes its place
            continue
        if seen is None:
            survivors.append(mutant)
            print(f"SURVIVES {mutant[0]}:{mutant[1] + 1}: {mutant[3]}", flush=True)
            if kind == "code":
                print(f"    {mutant[2].strip()}", flush=True)
        else:
            seen_by[seen] = seen_by.get(seen, 0) + 1
        if len(survivors) + sum(seen_by.values()) >= count:
            break
    tried = len(survivors) + sum(seen_by.values())
    killed = tried - len(survivors)
    share = 100 * killed / max(tried, 1)
    by = ", ".join(f"{seen} {number}" for seen, number in sorted(seen_by.items(), key=lambda item: -item[1]))
    print(f"{kind}: {tried} mutants of {len(every)}, seed {seed}: {killed} seen ({share:.1f} %): {by}; {len(survivors)} survive; "
          f"{same} more change nothing, or do not compile")
    return 1 if tried == 0 or share < least else 0


if __name__ == "__main__":
    sys.exit(main())
