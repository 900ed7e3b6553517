"""bench_export.py TABLES OUTPUT: the phrases of the rule files as regular expressions, for the engines that `make bench`
measures beside the library.

Each phrase becomes one expression over the bytes of a reply, to be compiled without regard to ASCII case: sets and forms of
words become alternatives, a gap ~N up to N words. It is made so as to be cheap for the engines:

  - the text gets a blank before and behind it, so that a word's border is one class and neither an assertion nor a choice;
  - conditions on codes, stages and providers are left out, and so are ranks: an engine has only to find;
  - of words with accents and of Cyrillic ones only the spellings that the rule files use are looked for.

OUTPUT has one line for each expression: its kind (phrase, url), its rule's id, and the expression, in UTF-8, with tabs
between."""

import re
import sys

import bench_rules

OTHER = r"[^a-z0-9\x80-\xff]"
# What is passed over between words besides fillers: addresses, IPs, hosts, URLs, numbers, ids.
TOKEN = r"[^\s]*(?:[0-9@]|[.:/][a-z])[^\s]*"
WORD = r"[a-z0-9\x80-\xff]+"
CJK_WORD = r"(?:[a-z0-9]+|[\xe0-\xef][\x80-\xbf][\x80-\xbf])"
CJK_OTHER = r"(?:[^a-z0-9\x80-\xff]|\xe3\x80[\x80-\xbf]|\xef\xbc[\x80-\xbf])"
JOINER = "[-_'./:=@+#]?"
CLASSES = {
    "<address>": r"[^\s@]+@[^\s]+",
    "<ip>": r"[0-9a-f]*[.:][0-9a-f.:]+",
    "<host>": r"[a-z0-9.-]+\.[a-z0-9-]+",
    "<url>": r"(?:https?://|[a-z0-9.-]+/)[^\s]*",
    "<number>": r"[0-9]+",
    "<id>": r"[a-z0-9]*[0-9][a-z0-9]*",
}


def tree_of(sequences):
    """The sequences with what they have in common at their beginning told once."""
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
    if "" in tree:
        return f"{choices[0]}?" if len(choices) == 1 and len(choices[0]) == 1 else "(?:" + "|".join(choices) + ")?"
    return choices[0] if len(choices) == 1 else "(?:" + "|".join(choices) + ")"


class Phrase:
    """A phrase -> a tree: ("word", forms), ("class", name), ("gap", n), ("all", items), ("any", choices)."""

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
        parts = []
        while self.items and self.items[0] not in "|)]":
            item = self.items.pop(0)
            if item in "([":
                inner = self.choice()
                self.items.pop(0)
                parts.append(inner if item == "(" else ("any", [inner, ("all", [])]))
            elif item[0] == "{":
                parts.append(Phrase(self.rules, self.rules.sets[item.strip("{}")]).choice())
            elif item[0] == "<":
                parts.append(("class", item))
            elif item[0] == "~":
                parts.append(("gap", int(item[1])))
            else:
                parts += self.words(item)
        return ("all", parts)

    def words(self, text):
        if any(map(bench_rules.is_cjk, text)):
            return [("word", self.rules.forms_of(word)) for word in bench_rules.split_words(text)]
        forms = self.rules.forms_of(text)
        return [("word", forms)] if forms else []


class Exporter:
    def __init__(self, rules, fillers="exact"):
        self.rules = rules
        self.spellings = {}
        for rule in rules.rules:
            for text in rule.phrases + rule.hits:
                self.note_spellings(text)
        self.filler_mode = fillers
        words = sorted({form for forms in rules.fillers.values() for form in forms})
        self.fillers = write_tree(tree_of(self.atoms(word) for word in words))

    def note_spellings(self, text):
        for word in bench_rules.split_words(text):
            if not word.isascii():
                self.spellings.setdefault(bench_rules.fold(word), {}).setdefault(word.lower())

    @staticmethod
    def atoms(word):
        """One spelling, in pieces. A joiner inside may be another one, or be missing: can't, SC-001, sc001."""
        atoms = [c if c.isalnum() else JOINER for c in word]
        first = word[0]
        if not first.isascii() and len(first.upper()) == 1 and first.upper() != first:
            atoms[0] = f"(?:{first}|{first.upper()})"
        for i in range(1, len(word)):
            if word.isascii() and word[i - 1].isalpha() and word[i].isdigit():
                return atoms[:i] + [JOINER] + atoms[i:]
        return atoms

    def word(self, forms):
        spelled = dict.fromkeys(forms)
        for form in forms:
            spelled.update(dict.fromkeys(self.spellings.get(bench_rules.fold(form), {})))
        plain = {form.replace("'", "") for form in spelled if "'" in form}
        return write_tree(tree_of(self.atoms(form) for form in spelled if form not in plain))

    @staticmethod
    def group(choices):
        choices = list(dict.fromkeys(choices))
        return choices[0] if len(choices) == 1 else "(?:" + "|".join(choices) + ")"

    def between(self, cjk):
        if cjk:
            return CJK_OTHER + "*"
        if self.filler_mode == "exact":
            return f"{OTHER}+(?:(?:{self.fillers}|{TOKEN}){OTHER}+)*"
        if self.filler_mode == "nothing":
            return f"{OTHER}+"
        if self.filler_mode == "fillers":
            return f"{OTHER}+(?:(?:{self.fillers}){OTHER}+)*"
        if self.filler_mode == "short":
            return f"{OTHER}+(?:[a-z]{{1,4}}{OTHER}+){{0,2}}"
        if self.filler_mode == "tokens":
            return f"{OTHER}+(?:(?:[a-z]{{1,4}}|{TOKEN}){OTHER}+){{0,2}}"
        if self.filler_mode == "star":
            return f"{OTHER}+(?:[a-z]{{1,4}}{OTHER}+)*"
        if self.filler_mode == "tstar":
            return f"{OTHER}+(?:(?:[a-z]{{1,4}}|[^ ]*[0-9@][^ ]*){OTHER}+)*"
        if self.filler_mode == "t2":
            return f"{OTHER}+(?:(?:[a-z]{{1,4}}|[^ ]*[0-9@][^ ]*) )*"
        if self.filler_mode == "starn":
            return f"{OTHER}+(?:[a-z0-9]{{1,4}}{OTHER}+)*"
        if self.filler_mode == "t3":
            return f"{OTHER}+(?:[^ ]*[0-9@][^ ]* +)?(?:[a-z]{{1,4}} +){{0,2}}"
        if self.filler_mode == "any":
            return f"{OTHER}.{{0,12}}"
        if self.filler_mode == "any0":
            return f"{OTHER}+"
        raise ValueError

    # Every piece of an expression ends behind a word and its separator, so that an optional one may be left out.
    def write(self, node, cjk):
        kind, value = node
        after = self.between(cjk)
        if kind == "word":
            return self.word(value) + after
        if kind == "class":
            return CLASSES[value] + after
        if kind == "gap":
            word = CJK_WORD if cjk else WORD
            if self.filler_mode[:3] == "any" and not cjk: return f".{{0,{value*12}}}"
            return f"(?:{word}{after}){{0,{value}}}"
        if kind == "all":
            return "".join(self.write(item, cjk) for item in value)
        choices = [self.write(item, cjk) for item in value]
        if all(choice.endswith(after) for choice in choices):
            return self.group([choice[:-len(after)] for choice in choices]) + after
        if "" in choices:
            return self.group([choice for choice in choices if choice]) .join(["(?:", ")?"])
        return self.group(choices)

    def expression(self, text):
        cjk = any(map(bench_rules.is_cjk, text))
        body = self.write(Phrase(self.rules, text).choice(), cjk)
        after = self.between(cjk)
        if body.endswith(after):
            body = body[:-len(after)] + ("" if cjk else OTHER)
        return body

    def url(self, host, text):
        return re.escape(host).replace("/", "/") + r"[^\s]*" + re.escape(text)


def main():
    rules = bench_rules.Rules(sys.argv[1])
    exporter = Exporter(rules, sys.argv[3] if len(sys.argv) > 3 else "exact")
    with open(sys.argv[2], "w", encoding="utf-8", newline="\n") as out:
        for rule in rules.rules:
            for phrase in rule.phrases:
                border = 0 if any(map(bench_rules.is_cjk, phrase)) else 1
                out.write(f"phrase\t{border}\t{rule.number}\t{exporter.expression(phrase)}\n")
            for host, text in rule.urls:
                out.write(f"url\t0\t{rule.number}\t{exporter.url(host, text)}\n")


if __name__ == "__main__":
    main()
