"""What tests/exports.sh needs to try the rules' other forms.

    exports.py sample CORPUS STEP             every STEPth reply of the corpus, a line each
    exports.py keys                           of replies on standard input: what Postfix looks up
    exports.py postfix VERDICTS TABLE ANSWERS how many answers of Postfix agree with the library
    exports.py zonemta VERDICTS TABLE FILE    whether FILE is one that ZoneMTA loads
    exports.py kumomta VERDICTS TABLE FILE    whether FILE is one that KumoMTA loads, and its tokens hit
    exports.py json VERDICTS TABLE FILE       whether FILE has all rules, and its expressions hit

VERDICTS is what `smtp5xx classify` says of the replies, with the reply behind it; TABLE is `smtp5xx table reasons --output
jsonl`."""

import glob
import json
import os
import re
import sys

try:
    import tomllib
except ImportError:  # Before Python 3.11.
    tomllib = None


def read(path):
    with open(path, encoding="utf-8", errors="replace") as lines:
        return lines.read().splitlines()


def sample(folder, step):
    replies = [line.partition("\t")[2] for path in sorted(glob.glob(folder + "/*.txt")) for line in read(path) if line[0] != "#"]
    print("\n".join(reply for reply in replies[::int(step)] if "\\n" not in reply))


def keys():
    """Postfix takes the enhanced status code of the reply, if its class is that of the reply code, or else X.0.0."""
    for reply in sys.stdin.read().splitlines():
        codes = re.match(r"(?:([45])\d\d)?[- ]*(?:([45])(\.\d+\.\d+)(?![.\d]))?", reply)
        class_, of_status = codes[1] or codes[2] or "5", codes[2]
        status = codes[3] if of_status == class_ else ".0.0"
        print(f"{class_}{status} host mx.example.com[192.0.2.1] said: {reply} (in reply to RCPT TO command)")


class Verdicts:
    def __init__(self, verdicts, table):
        rows = [line.split("\t") for line in read(verdicts)]
        self.reasons = [row[0] for row in rows]
        self.replies = [row[-1] for row in rows]
        self.table = {row["name"]: row for row in map(json.loads, read(table))}

    def agree(self, answers, least):
        """The shares of replies for which reason and category are the library's, in percent."""
        category = {name: row["category"] for name, row in self.table.items()}
        pairs = list(zip(self.reasons, answers, strict=True))
        exact = 100 * sum(a == b for a, b in pairs) / len(pairs)
        group = 100 * sum(category[a] == category.get(b) for a, b in pairs) / len(pairs)
        print(f"{len(pairs)} replies: same reason {exact:.1f} %, same category {group:.1f} %")
        if exact < least:
            raise SystemExit(f"only {exact:.1f} % have the library's reason, {least} % should")


def postfix(verdicts, answers):
    found = dict(line.split("\t", 1) for line in read(answers))
    reasons = []
    for reply, key in zip(verdicts.replies, read(answers + ".keys"), strict=True):
        answer = found.get(key, "")
        reason = re.match(r"([45])\.\d+\.\d+ \[([a-z_]+)\] host mx\.example\.com\[192\.0\.2\.1\] said: ", answer)
        if answer and (not reason or reply not in answer):
            raise SystemExit(f"{key}: this is no answer for Postfix: {answer}")
        judged = reason and verdicts.table[reason[2]]["judged"]
        if judged == "temporary" and reason[1] != "4":
            raise SystemExit(f"{key}: {reason[2]} is temporary by nature: {answer}")
        reasons.append(reason[2] if reason else "unknown")
    verdicts.agree(reasons, 94)


def zonemta(verdicts, path):
    """As ZoneMTA 3.10 reads it: lib/bounces.js splits a line at its commas."""
    count = 0
    rules = json.loads("\n".join(read(os.path.join(os.path.dirname(path), "json"))))["rules"]
    # A reason that is temporary by nature, unless a rule of its own judges otherwise: one line for each expression of it.
    permanent = [rule["reason"] for rule in rules if rule["judged"] == "permanent" for _ in rule["expressions"]]
    for line in map(str.strip, read(path)):
        if line and line[0] != "#":
            parts = line.split(",")
            reason = parts[3].partition(":")[0]
            if parts[1] not in ("defer", "reject") or not parts[2].isalpha() or reason not in verdicts.table:
                raise SystemExit(f"this is no bounce rule: {line[-200:]}")
            if verdicts.table[reason]["judged"] == "temporary" and parts[1] != "defer":
                if reason not in permanent:
                    raise SystemExit(f"{reason} is temporary by nature: {line[-200:]}")
                permanent.remove(reason)
            count += 1
    print(count, "rules")
    if count < 2000:
        raise SystemExit(f"there are only {count} rules")


def kumomta(verdicts, path):
    rules = tomllib.loads("\n".join(read(path)))["rules"]
    expressions = [expression for of_class in rules.values() for expression in of_class]
    for expression in expressions:
        if re.search(r"\(\?[=!<>]|\\[1-9]", expression):
            raise SystemExit(f"Rust's regex has no assertions and references: {expression[:200]}")
    # Python calls what Rust writes as (?-u:...) an error: it has no such flag for text.
    compiled = [re.compile(expression.replace("(?-u:", "(?:")) for expression in expressions]
    hits = sum(any(one.search(reply) for one in compiled) for reply in verdicts.replies)
    print(f"{len(rules)} classes, {len(expressions)} expressions, {hits} of {len(verdicts.replies)} replies hit")
    if not hits:
        raise SystemExit("no reply is hit")


def all_rules(verdicts, path):
    """Every expression hits a sample of its rule: what one does not, the other words of a phrase keep from it."""
    rules = json.loads("\n".join(read(path)))["rules"]
    count = hit = 0
    for rule in rules[::20]:
        if rule["reason"] not in verdicts.table or not rule["source"] or not rule["family"] or not rule["samples"]:
            raise SystemExit(f"rule {rule['name']} lacks something")
        for expression in rule["expressions"]:
            count += 1
            hit += any(re.search(expression, text, re.I) for text in rule["samples"])
    print(f"{len(rules)} rules; of {count} expressions {hit} hit a sample")
    if hit < 0.95 * count:
        raise SystemExit(f"only {hit} of {count} expressions hit a sample of their rule")


def main():
    mode, *rest = sys.argv[1:]
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    sys.stdout.reconfigure(encoding="utf-8")
    if mode == "sample":
        sample(*rest)
    elif mode == "keys":
        keys()
    else:
        modes = {"postfix": postfix, "zonemta": zonemta, "kumomta": kumomta, "json": all_rules}
        modes[mode](Verdicts(*rest[:2]), rest[2])


if __name__ == "__main__":
    main()
