"""The table of scenarios, as scenarios.tsv tells it. SPDX-License-Identifier: MIT"""
import re
import sys

DOMAIN, SENDER = "example.org", "sender"
LOCAL = "local.example.net"
PAD = "This part of the text only makes the reply long. "


class Row:
    """What one recipient of a scenario meets."""

    def __init__(self, cells):
        self.name, self.recipient, self.stage, self.what, self.reason, self.action, flags = cells
        self.flags = dict(flag.partition("=")[::2] for flag in flags.split(",")) if flags != "-" else {}
        self.harmless = self.reason == "-"
        text, self.ending = re.fullmatch(r"(.*?)(?:<(drop|reset|hang)>)?", self.what).groups()
        text = re.sub(r"<pad (\d+)>", lambda match: (PAD * 100)[:int(match[1])], text)
        self.reply = b""
        if text:
            self.reply = re.sub(rb"\\(?:x([0-9a-f]{2})|([rnt]))",
                                lambda match: bytes.fromhex(match[1].decode()) if match[1] else
                                {b"r": b"\r", b"n": b"\n", b"t": b"\t"}[match[2]], text.encode()) + b"\r\n"

    def expected(self, mailer, where="log"):
        """Returns the reason and the action that the verdict must have, or "-" twice if nothing may be found."""
        flag = next((self.flags[key] for key in (f"{mailer}.{where}", where, mailer) if key in self.flags), None)
        reason, _, action = (flag or f"{self.reason}:{self.action}").partition(":")
        return reason, action or "-"

    @property
    def is_reply(self):
        return self.stage not in ("connect", "dns", "local", "accepted") and self.reply[:1].isdigit()


class Scenario:
    """The rows of one name: one message to one domain."""

    def __init__(self, name, number):
        self.name, self.number, self.rows = name, number, []
        # The names say nothing true: what a host is called must not decide.
        self.domain = f"d{number}.{DOMAIN}"
        self.host = f"mx.spamprotection.d{number}.{DOMAIN}"
        self.size = 10240000

    def add(self, row):
        self.rows.append(row)
        if row.stage == "local":
            self.domain = LOCAL
        self.size = int(row.flags.get("size", self.size))

    def row(self, stage, recipient=None, reply=None):
        return next((row for row in self.rows if row.stage == stage and (recipient is None or row.recipient == recipient)
                     and (reply is None or row.what == reply)), None)

    def recipients(self):
        return [row.recipient for row in self.rows]

    def has(self, flag):
        return any(flag in row.flags for row in self.rows)

    def applies(self, mailer):
        return all(row.flags.get(mailer) != "skip" for row in self.rows)

    def address(self, net):
        return f"127.{net}.1.{self.number}"


def read(path):
    table = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            cells = line.rstrip("\n").split("\t")
            if line.startswith("#") or not line.strip():
                continue
            if len(cells) != 7:
                raise SystemExit(f"{path}: {len(cells)} columns instead of 7: {line}")
            scenario = table.setdefault(cells[0], Scenario(cells[0], len(table) + 1))
            scenario.add(Row(cells))
    return list(table.values())


def main(path, flag, template):
    """Tells the scripts about each scenario, or each with a flag: the template with its domain and its host."""
    for scenario in read(path):
        if not scenario.row("dns") and not scenario.row("local") and (not flag or scenario.has(flag)):
            print(template.replace("DOMAIN", scenario.domain).replace("HOST", scenario.host))


if __name__ == "__main__":
    main(*sys.argv[1:])
