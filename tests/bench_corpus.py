"""bench_corpus.py TABLES OUTPUT: the replies that `make bench` measures with, made from the samples of the rule files.

Each sample is taken in turn, in a shuffled order that is the same on every machine. Its addresses, IPs, hosts, ids and numbers
are replaced by others, and a recipient, a host, ids and words that no rule knows are added around its wording until it is as
long as replies are. Every eighth reply has no wording of a sample at all: only codes and unknown words. OUTPUT has one reply
on each line; a line break in a reply is written as \\n, a backslash as \\\\."""

import re
import sys

import bench_rules

REPLIES = 4096
LENGTH_LEAST, LENGTH_SPREAD = 45, 80
EVERY_UNKNOWN = 8

DOMAINS = ["example.com", "example.org", "example.net"]
NETS = ["192.0.2.", "198.51.100.", "203.0.113."]
SYLLABLES = ["ba", "cor", "dul", "fen", "gri", "hov", "jas", "kel", "lum", "mep", "nar", "ost", "pril", "quen", "rud", "sim",
             "tolv", "urn", "vex", "wib", "yal", "zan"]
SENTENCES = ["Thank you for your patience", "This note was made by a machine", "Have a nice day", "Read our web site for more",
             "See the notes for postmasters", "We are sorry", "Our staff will look into it", "It is a pity"]
UNKNOWN_CODES = ["550", "554", "550 5.7.1", "550 5.1.1", "554 5.7.1", "451 4.7.1", "421", "450 4.2.0", "552 5.2.2", "550-5.7.1"]


class Dice:
    """Numbers that are the same on every machine and in every version of Python (Knuth's MMIX generator)."""

    def __init__(self, seed):
        self.state = seed

    def below(self, count):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % count

    def pick(self, items):
        return items[self.below(len(items))]

    def shuffle(self, items):
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]


class Corpus:
    def __init__(self, rules):
        self.dice = Dice(5321)
        self.known = {bench_rules.fold(word) for rule in rules.rules for phrase in rule.phrases
                      for word in re.split(r"[\s()\[\]|]+", phrase)}
        self.urls = [host for rule in rules.rules for host, _ in rule.urls]
        self.samples = sorted({hit for rule in rules.rules for hit in rule.hits})
        self.dice.shuffle(self.samples)

    def word(self):
        return "".join(self.dice.pick(SYLLABLES) for _ in range(2 + self.dice.below(2)))

    def digits(self, count):
        return "".join(self.dice.pick("0123456789") for _ in range(count))

    def identifier(self):
        return "".join(self.dice.pick("0123456789abcdefABCDEFGHJKMNPQRSTUVWXYZ") for _ in range(6 + self.dice.below(11))) + \
            self.dice.pick("0123456789")

    def host(self):
        return f"{self.dice.pick(['mx', 'mail', 'smtp', 'in'])}{self.dice.below(40)}.{self.dice.pick(DOMAINS)}"

    def address(self):
        return f"{self.word()}{self.dice.pick(['', '.' + self.word(), str(self.dice.below(100))])}@{self.dice.pick(DOMAINS)}"

    def ip(self):
        if self.dice.below(8) == 0:
            return f"2001:db8:{self.dice.below(65536):x}::{self.dice.below(65536):x}"
        return self.dice.pick(NETS) + str(1 + self.dice.below(254))

    def stamp(self):
        return (f"2026-{1 + self.dice.below(12):02}-{1 + self.dice.below(28):02}T{self.dice.below(24):02}:"
                f"{self.dice.below(60):02}:{self.dice.below(60):02}Z")

    def vary_token(self, match):
        """An id or a number of the sample becomes another one of its shape, unless it is a word of a rule."""
        token = match.group()
        if bench_rules.fold(token) in self.known or sum(c.isdigit() for c in token) < 3:
            return token
        return "".join(self.dice.pick("123456789") if c.isdigit() else c for c in token)

    def vary(self, text):
        codes = re.match(r"[245][0-9][0-9](?:[ -][245]\.[0-9]+\.[0-9]+)?[ -]?|", text).group()
        rest = text[len(codes):]
        if "://" not in rest and "www." not in rest and not any(host in rest for host in self.urls):
            rest = re.sub(r"[\w.+-]+@example\.(?:com|net|org)", lambda _: self.address(), rest)
            rest = re.sub(r"(?<![\w.])192\.0\.2\.[0-9]+", lambda _: self.dice.pick(NETS) + str(self.dice.below(255)), rest)
            rest = re.sub(r"(?<![\w.@-])[a-z][a-z0-9]*\.example\.(?:com|net|org)", lambda _: self.host(), rest)
            rest = re.sub(r"(?<![\w.:@/=-])[A-Za-z]*[0-9][A-Za-z0-9]{6,}(?![\w.:@/=-])", self.vary_token, rest)
        return codes, rest

    def before(self):
        return self.dice.pick(["", "", f"<{self.address()}>: ", f"{self.host()} ", f"[{self.ip()}]: ", f"<{self.address()}> ",
                               f"{self.identifier()} "])

    def behind(self):
        return self.dice.pick([
            lambda: f" [{self.identifier()}]",
            lambda: f" ({self.host()})",
            lambda: f" - {self.word()}",
            lambda: f" {self.word()} {self.word()}",
            lambda: f"; {self.word()} {self.word()} {self.word()}",
            lambda: f" [{self.identifier()} {self.stamp()} {self.host()}]",
            lambda: f" {self.identifier()}-{self.identifier()}",
            lambda: f" <{self.address()}>",
            lambda: f" [{self.ip()}]",
            lambda: f"; {self.dice.pick(SENTENCES)}",
            lambda: f". {self.word().capitalize()} {self.word()} {self.word()} {self.word()}.",
        ])()

    def reply(self, number):
        if number % EVERY_UNKNOWN == EVERY_UNKNOWN - 1:
            codes, text = self.dice.pick(UNKNOWN_CODES) + " ", f"{self.word()} {self.word()} {self.word()}"
        else:
            codes, text = self.vary(self.samples[(number - number // EVERY_UNKNOWN) % len(self.samples)])
            text = self.before() + text
        length = LENGTH_LEAST + self.dice.below(LENGTH_SPREAD)
        while len((codes + text).encode()) < length:
            text += self.behind()
        return (codes + text).replace("\n", "\r\n")


def main():
    if len(sys.argv) != 3:
        raise SystemExit("usage: bench_corpus.py TABLES OUTPUT")
    corpus = Corpus(bench_rules.Rules(sys.argv[1]))
    with open(sys.argv[2], "w", encoding="utf-8", newline="\n") as out:
        for number in range(REPLIES):
            text = corpus.reply(number).replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n")
            out.write(text + "\n")


if __name__ == "__main__":
    main()
