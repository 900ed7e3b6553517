"""bench_callgrind.py BENCH CORPUS: instructions for each reply, which are the same in every run, as valgrind counts them.
VALGRIND in the environment names another program than valgrind."""

import os
import re
import subprocess
import sys
import tempfile

STEPS = ["parse", "classify", "advise", "diagnose", "batch"]


def count(bench, corpus, step, folder):
    """Instructions in the pass of one step, and how many replies it had."""
    command = [os.environ.get("VALGRIND", "valgrind"), "--tool=callgrind", f"--callgrind-out-file={folder}/{step}",
               "--collect-atstart=no", f"--toggle-collect=bench_{step}", bench, "--steps", corpus]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    except OSError as error:
        raise SystemExit(f"bench: {error}: apt-get install valgrind") from error
    collected = re.search(r"Collected *: *([0-9]+)", done.stderr)
    if done.returncode != 0 or collected is None or int(collected[1]) == 0:
        raise SystemExit(f"bench: valgrind counts nothing for {step}:\n{done.stderr}")
    return int(collected[1]), int(done.stdout)


def main():
    if len(sys.argv) != 3:
        raise SystemExit("usage: bench_callgrind.py BENCH CORPUS")
    bench, corpus = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'':<10} {'instructions/reply':>18}   of diagnose")
        totals = {}
        for step in STEPS:
            if sys.stderr.isatty():
                print(f"\r\033[Kvalgrind counts {step}", end="", file=sys.stderr, flush=True)
            instructions, replies = count(bench, corpus, step, folder)
            totals[step] = instructions / replies
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        for step in STEPS:
            print(f"{step:<10} {totals[step]:>18.1f} {100 * totals[step] / totals['diagnose']:>11.1f} %")


if __name__ == "__main__":
    main()
