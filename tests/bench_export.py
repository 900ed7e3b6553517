"""bench_export.py TABLES OUTPUT: the phrases of the rule files as regular expressions, for the engines that `make bench`
measures beside the library.

Each phrase becomes one expression over the bytes of a reply, to be compiled without regard to ASCII case: sets and forms of
words become alternatives, a gap ~N up to N words. Where the exact thing would cost an engine dearly, it gets a cheaper one:

  - fillers are any words of up to four letters or digits, instead of the list of them (which alone would make 46 MB of all
    expressions); addresses, hosts and long ids between two words are not passed over at all
  - the text gets a blank before and behind it, so that the end of a word is a class and no assertion
  - conditions on codes, stages and providers are left out, and so are ranks: an engine has only to find
  - of words with accents and of Cyrillic ones only the spellings that the rule files use are looked for, and no words are
    taken for one where the text has them joined, but where the rule files write them so
  - names of providers and zones of block lists are left out

OUTPUT has a line for each expression: what it is made of (phrase, url), whether a border of a word must stand before it (1,
0), its rule's id, and the expression, in UTF-8, with tabs between."""

import re
import sys

import bench_rules

OTHER = r"[^a-z0-9\x80-\xff]"
BETWEEN = rf"{OTHER}+(?:[a-z0-9]{{1,4}}{OTHER}+)*"
WORD = r"[a-z0-9\x80-\xff]+"
# Chinese, Japanese and Korean: each character is a word, and nothing must stand between two.
BETWEEN_CJK = r"(?:[^a-z0-9\x80-\xff]|\xe3\x80[\x80-\xbf]|\xef\xbc[\x80-\xbf])*"
WORD_CJK = r"(?:[a-z0-9]+|[\xe0-\xef][\x80-\xbf][\x80-\xbf])"
JOINER = "[-_'./:=@+#]?"
CLASSES = {
    "<address>": r"[^\s@]+@[^\s]+",
    "<ip>": r"[0-9a-f]*[.:][0-9a-f.:]+",
    "<host>": r"[a-z0-9.-]+\.[a-z0-9-]+",
    "<url>": r"(?:https?://|[a-z0-9.-]+/)[^\s]*",
    "<number>": r"[0-9]+",
    "<id>": r"[a-z0-9]*[0-9][a-z0-9]*",
}


def group(choices):
    choices = list(dict.fromkeys(choices))
    return choices[0] if len(choices) == 1 else "(?:" + "|".join(choices) + ")"


def tree_of(sequences):
    """Sequences of pieces, with what they have in common at their beginning told once."""
    tree = {}
    for sequence in sequences:
        node = tree
        for item in sequence:
            node = node.setdefault(item, {})
        node[""] = {}
    return tree


def write_tree(tree):
    choices = [item + write_tree(rest) for item, rest in tree.items() if item]
    if not choices:
        return ""
    if "" not in tree:
        return group(choices)
    return choices[0] + "?" if len(choices) == 1 and len(choices[0]) == 1 else "(?:" + "|".join(choices) + ")?"


class Phrase:
    """Reads a phrase. The tree has ("word", forms), ("class", name), ("gap", n), ("all", nodes) and ("any", nodes)."""

    def __init__(self, rules, text):
        self.rules = rules
        self.items = re.findall(r"[()\[\]|]|\{[^}]*\}|<[a-z]+>|~[0-9]|[^\s()\[\]|{<~]+", text)

    def choice(self):
        choices = [self.sequence()]
        while self.items and self.items[0] == "|":
            self.items.pop(0)
            choices.append(self.sequence())
        return choices[0] if len(choices) == 1 else ("any", choices)

    def sequence(self):
        nodes = []
        while self.items and self.items[0] not in "|)]":
            item = self.items.pop(0)
            if item in "([":
                inner = self.choice()
                self.items.pop(0)
                nodes.append(inner if item == "(" else ("any", [inner, ("all", [])]))
            elif item[0] == "{":
                nodes.append(Phrase(self.rules, self.rules.sets[item.strip("{}")]).choice())
            elif item[0] == "<":
                nodes.append(("class", item))
            elif item[0] == "~":
                nodes.append(("gap", int(item[1])))
            else:
                nodes += self.words(item)
        return ("all", nodes)

    def words(self, text):
        words = bench_rules.split_words(text) if has_cjk(text) else [text]
        return [("word", forms) for forms in map(self.rules.forms_of, words) if forms]


def has_cjk(text):
    return any(map(bench_rules.is_cjk, text))


def tree_has_cjk(node):
    kind, value = node
    if kind == "word":
        return any(map(has_cjk, value))
    return kind in ("all", "any") and any(map(tree_has_cjk, value))


class Exporter:
    def __init__(self, rules):
        self.rules = rules
        self.spellings = {}
        for rule in rules.rules:
            for text in rule.phrases + rule.hits:
                self.note_spellings(text)

    def note_spellings(self, text):
        """Keeps words with letters beyond ASCII, and joined ones (POL-P5), as they are written."""
        joined = re.findall(r"[A-Za-z0-9]+(?:[-_'.][A-Za-z0-9]+)+", text)
        for word in joined + [word for word in bench_rules.split_words(text) if not word.isascii()]:
            self.spellings.setdefault(bench_rules.fold(word), {}).setdefault(word.lower())

    @staticmethod
    def pieces(word):
        """A spelling: a joiner inside may be another one, or be missing (can't, SC-001); a first letter beyond ASCII may be
        a capital, of which the engines know nothing."""
        pieces = [c if c.isalnum() else JOINER for c in word]
        first, capital = word[0], word[0].upper()
        if not first.isascii() and len(capital) == 1 and capital != first:
            pieces[0] = f"(?:{first}|{capital})"
        for i in range(1, len(word)):
            if word.isascii() and word[i - 1].isalpha() and word[i].isdigit():
                return pieces[:i] + [JOINER] + pieces[i:]
        return pieces

    def word(self, forms):
        spelled = dict.fromkeys(forms)
        for form in forms:
            spelled.update(self.spellings.get(bench_rules.fold(form), {}))
        without_joiners = {re.sub(r"[^\w]|_", "", form) for form in spelled if not form.isalnum()}
        return write_tree(tree_of(self.pieces(form) for form in spelled if form not in without_joiners))

    def write(self, node, between, word):
        """Every expression ends with what is between two words, so that what is optional can be left out with it."""
        kind, value = node
        if kind == "word":
            return self.word(value) + between
        if kind == "class":
            return CLASSES[value] + between
        if kind == "gap":
            return f"(?:{word}{between}){{0,{value}}}"
        inner = [self.write(item, between, word) for item in value]
        if kind == "all":
            return "".join(inner)
        if all(choice.endswith(between) for choice in inner):
            return group([choice.removesuffix(between) for choice in inner]) + between
        if "" in inner:
            return "(?:" + "|".join(choice for choice in dict.fromkeys(inner) if choice) + ")?"
        return group(inner)

    def expression(self, text):
        """The expression of a phrase, and whether it needs a border before."""
        tree = Phrase(self.rules, text).choice()
        if tree_has_cjk(tree):
            return self.write(tree, BETWEEN_CJK, WORD_CJK).removesuffix(BETWEEN_CJK), 0
        written = self.write(tree, BETWEEN, WORD)
        return written.removesuffix(BETWEEN) + OTHER if written.endswith(BETWEEN) else written, 1


def main():
    if len(sys.argv) != 3:
        raise SystemExit("usage: bench_export.py TABLES OUTPUT")
    rules = bench_rules.Rules(sys.argv[1])
    exporter = Exporter(rules)
    with open(sys.argv[2], "w", encoding="utf-8", newline="\n") as out:
        for rule in rules.rules:
            for phrase in rule.phrases:
                expression, border = exporter.expression(phrase)
                out.write(f"phrase\t{border}\t{rule.number}\t{expression}\n")
            for host, text in rule.urls:
                out.write(f"url\t0\t{rule.number}\t{re.escape(host)}[^\\s]*{re.escape(text)}\n")


if __name__ == "__main__":
    main()
