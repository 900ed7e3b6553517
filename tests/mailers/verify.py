"""verify.py SCENARIOS MAILER DIRECTORY BUILD: what the programs make of a mailer's log and reports, beside what happened.

Prints PASS or FAIL for each recipient of each scenario. DIRECTORY has log, journal.jsonl and dsn/*.eml.
SPDX-License-Identifier: MIT
"""
import collections
import glob
import json
import os
import re
import subprocess
import sys

import scenarios

# The failures that follow when a temporary one has gone on for too long.
EXPIRED = "delivery_expired"
# At these stages each attempt is one reply for each recipient. At the others a mailer may try again, or another way, at once.
COUNTED = {"mail", "rcpt", "data", "eod"}


class Report:
    def __init__(self, mailer):
        self.mailer = mailer

    def check(self, name, complaints):
        if complaints:
            print(f"FAIL {self.mailer}: {name}: {'; '.join(complaints)}")
        else:
            print(f"PASS {self.mailer}: {name}")


def lines_of(command, fine=(0,)):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode not in fine or done.stderr:
        raise SystemExit(f"FAIL {os.path.basename(command[0])}: exit status {done.returncode}: "
                         f"{done.stderr.decode('utf-8', 'replace')[:300]}")
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def attempts(directory):
    """How often a recipient was refused, by name and recipient."""
    counts = collections.Counter()
    with open(os.path.join(directory, "journal.jsonl"), encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line)
            for recipient in entry["recipients"]:
                counts[entry["name"], recipient, entry["stage"]] += 1
    return counts


def letters(text):
    return re.sub(r"[^a-z]", "", text.lower())


def judged(found, *expected):
    """Complains of each verdict that is none of the expected ones."""
    return [f"{reason} {action} instead of {' '.join(expected[0])}"
            for reason, action in sorted(set(found) - set(expected))]


def check_log(report, table, directory, build):
    events = collections.defaultdict(list)
    for event in lines_of([f"{build}/smtp5xx", "log", "--output", "jsonl", os.path.join(directory, "log")]):
        events[event["recipient"]].append((event["reason"], event["action"]))
    counts = attempts(directory)
    for scenario in table:
        for row in scenario.rows:
            found = events.pop(f"{row.recipient}@{scenario.domain}", [])
            expected = row.expected(report.mailer)
            complaints = []
            if expected[0] != "-":
                # That a message was given up is one more line, and true, but no reply.
                refused = [each for each in found if each[0] != EXPIRED or expected[0] == EXPIRED]
                complaints = judged(refused, expected)
                real = counts[scenario.name, row.recipient, row.stage]
                # Exim asks again for a recipient at once when others of the message were taken, and logs that once.
                at_least = 1 if report.mailer == "exim" and len(scenario.rows) > 1 else real
                if not refused and (row.stage in COUNTED or not found):
                    complaints.append("is not found")
                elif row.stage in COUNTED and not at_least <= len(refused) <= real:
                    complaints.append(f"{len(refused)} refusals instead of {real}")
            elif found:
                complaints = [f"{len(found)} refusals that were none: {found[0][0]}"]
            report.check(f"log: {scenario.name} {row.recipient}", complaints)
    report.check("log: nothing else is found", [f"{recipient} {found}" for recipient, found in sorted(events.items())][:5])


def reports(build, paths):
    """The lines of smtp5xx-dsn, which ends with 1 if there is nothing but delays."""
    return lines_of([f"{build}/smtp5xx-dsn", *paths], (0, 1)) if paths else []


def check_reports(report, table, directory, build):
    for scenario in table:
        paths = sorted(glob.glob(os.path.join(directory, "dsn", f"{scenario.name}.*.eml")))
        found = collections.defaultdict(list)
        for line in reports(build, paths):
            found[line["recipient"]].append(line)
        for row in scenario.rows:
            lines = found.pop(f"{row.recipient}@{scenario.domain}", [])
            expected = row.expected(report.mailer, "report")
            complaints = []
            if "once" in row.flags and not lines:
                pass  # The next attempt delivers it: whether a warning goes out before that is a matter of a second.
            elif expected[0] == "-":
                complaints = [f"a {line['dsn_action']} that was none" for line in lines]
            else:
                refused = [line for line in lines if line["reason"] != EXPIRED or expected[0] == EXPIRED]
                # Exim tells neither in its warnings nor in the end what happened, unless the server has replied; but sometimes
                # the last attempt is one that happens to fall behind the end of its patience, and is told of.
                allowed = [expected, row.expected(report.mailer)] if expected == ("unknown", "retry") else [expected]
                complaints = judged([(line["reason"], line["advice"]) for line in refused], *allowed)
                if not refused and not (lines and expected[0] == "unknown"):
                    complaints.append("is not found")
                said = letters(row.reply.decode("latin-1").splitlines()[-1])[:40] if row.is_reply else ""
                if said and expected[0] == row.reason and not any(said in letters(line["reply"] or "") for line in refused):
                    complaints.append("the reply is not found")
            report.check(f"report: {scenario.name} {row.recipient}", complaints)
        if found:
            report.check(f"report: {scenario.name}: nothing else is found", sorted(found))


def main(path, mailer, directory, build):
    table = [scenario for scenario in scenarios.read(path) if scenario.applies(mailer)]
    report = Report(mailer)
    check_log(report, table, directory, build)
    check_reports(report, table, directory, build)


if __name__ == "__main__":
    main(*sys.argv[1:])
