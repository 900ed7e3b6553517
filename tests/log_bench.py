"""make bench-log: smtp5xx log beside grep, wc, pflogsumm and a Perl one-liner, on a generated Postfix log.

usage: log_bench.py SMTP5XX LOG_DATA EXPRESSIONS DIRECTORY MEBIBYTES

The log lies in DIRECTORY while this runs, and goes at the end. Every time is the best of three runs over a warm file.
SPDX-License-Identifier: MIT
"""
import os
import shutil
import subprocess
import sys
import time

RUNS = 3
SLOW_MIB = 64  # What takes minutes for a gibibyte gets its first part, and its time is scaled.
PERL = r"""
use strict; use warnings;
open(my $rules, '<', shift) or die; my @rules = map { chomp; qr/$_/i } map { (split /\t/)[3] } <$rules>; $#rules = 99 if @rules > 100;
my %count;
while (<>) {
    next unless /status=(?:bounced|deferred) \((.*)\)$/;
    my ($text, $hit) = ($1, 'none');
    for my $i (0 .. $#rules) { if ($text =~ $rules[$i]) { $hit = $i; last } }
    $count{$hit}++;
}
print "$_ $count{$_}\n" for sort keys %count;
"""


def run(command, runs=RUNS):
    """Wall seconds, processor seconds and peak MiB of the best of some runs.

    The output goes through a pipe: grep stops at the first match when it sees that it writes to /dev/null. The peak is never
    less than what Python itself has, about 13 MiB.
    """
    best = None
    for _ in range(runs):
        start = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=dict(os.environ, LC_ALL="C"))
        while child.stdout.read1(1 << 16):
            pass
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
        if os.waitstatus_to_exitcode(status) != 0:
            sys.exit(f"{command[0]} failed with {os.waitstatus_to_exitcode(status)}")
        wall = time.monotonic() - start
        if best is None or wall < best[0]:
            best = (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
    return best


def generate(data, path, mebibytes, percent):
    with open(path, "wb") as out:
        subprocess.run([data, str(mebibytes), str(percent)], stdout=out, check=True)
    warm(path)


def warm(path):
    with open(path, "rb", buffering=0) as log:
        while log.read(1 << 16):
            pass


def refusals(program, path):
    """Counted as they come: the peak that is measured of a child begins with what this process has."""
    child = subprocess.Popen([program, "log", "--output", "tsv", path], stdout=subprocess.PIPE)
    count = sum(block.count(b"\n") for block in iter(lambda: child.stdout.read(1 << 16), b""))
    if child.wait() != 0:
        sys.exit(f"{program} failed")
    return count


def show(name, figures, mebibytes, scale=1.0, note=""):
    wall, cpu, peak = figures
    print(f"  {name:<38} {wall * scale:9.2f} {cpu * scale:9.2f} {peak:8.1f} {mebibytes / (wall * scale):9.0f}{note}", flush=True)
    return wall * scale


def first_part(path, part, mebibytes):
    with open(path, "rb") as log, open(part, "wb") as out:
        for line in log:
            if out.tell() >= mebibytes << 20:
                break
            out.write(line)
    return os.path.getsize(part)


def compare(program, data, expressions, directory, mebibytes):
    log, part = os.path.join(directory, "log"), os.path.join(directory, "part")
    generate(data, log, mebibytes, 5)
    size = os.path.getsize(log)
    part_size = first_part(log, part, SLOW_MIB)
    scale = size / part_size
    count = refusals(program, log)
    note = "" if scale == 1 else f"  (of {part_size >> 20} MiB, scaled)"
    print(f"A Postfix log of {size / 2**20:.0f} MiB, {count} refusals ({os.cpu_count()} processors):\n")
    print(f"  {'':<38} {'wall s':>9} {'CPU s':>9} {'peak MiB':>8} {'MiB/s':>9}")
    mib = size / 2**20
    show("wc -l", run(["wc", "-l", log]), mib)
    grep = show("grep -c status=bounced", run(["grep", "-c", "status=bounced", log]), mib)
    ours = show("smtp5xx log --output tsv", run([program, "log", "--output", "tsv", log]), mib)
    show("smtp5xx log --output tsv --threads 1", run([program, "log", "--output", "tsv", "--threads", "1", log]), mib)
    show("smtp5xx log (report)", run([program, "log", log]), mib)
    perl = show("Perl, 100 regular expressions", run(["perl", "-e", PERL, expressions, part], 1), mib, scale, note)
    print(f"\n  grep: {ours / grep:.2f} times its time; Perl takes {perl / ours:.0f} times ours", end="")
    if shutil.which("pflogsumm"):
        print("\n", flush=True)
        other = show("pflogsumm", run(["pflogsumm", part], 1), mib, scale, note)
        print(f"\n  pflogsumm takes {other / ours:.0f} times ours")
    else:
        print("\n  there is no pflogsumm here (Debian: pflogsumm)")
    os.remove(log)


def shares(program, data, directory, mebibytes):
    log = os.path.join(directory, "log")
    print(f"\nBy share of refusals, {mebibytes} MiB:\n")
    print(f"  {'':<38} {'wall s':>9} {'CPU s':>9} {'peak MiB':>8} {'MiB/s':>9}")
    for percent in (0, 5, 50, 100):
        generate(data, log, mebibytes, percent)
        size, count = os.path.getsize(log), refusals(program, log)
        figures = run([program, "log", "--output", "tsv", log])
        each = f"  {figures[1] / count * 1e9:.0f} ns CPU each" if percent == 100 else ""
        show(f"{percent} %: {count} refusals", figures, size / 2**20, 1.0, each)


def main():
    program, data, expressions, directory, mebibytes = sys.argv[1:]
    os.makedirs(directory, exist_ok=True)
    try:
        compare(program, data, expressions, directory, int(mebibytes))
        shares(program, data, directory, max(int(mebibytes) // 4, 1))
    finally:
        shutil.rmtree(directory)


main()
