"""Reads the rule files (docs/rules.md) for bench_corpus.py and bench_export.py: the words that count as one, those that are
passed over, the sets, and the rules with their phrases, URLs and samples. The table compiler has checked them before."""

import pathlib
import unicodedata

ODD_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l",
                             "ı": "i", "ħ": "h", "ŧ": "t", "ĳ": "ij", "ŋ": "n", "ё": "е"})


def is_cjk(character):
    code = ord(character)
    return (0x2e80 <= code <= 0x9fff and code != 0x3000 or 0xac00 <= code <= 0xd7af or 0xf900 <= code <= 0xfaff or
            0x20000 <= code <= 0x3ffff)


def fold_letter(character):
    """What a letter counts as: no case, and no accents but in Cyrillic, as in lib/fold.c."""
    if is_cjk(character) or "а" <= character.lower() <= "я":
        return character.lower()
    lower = character.lower().translate(ODD_LETTERS)
    return "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))


def fold(text):
    """A written word without what does not count: "Can't" gives cant."""
    return "".join(fold_letter(c) for c in text if c.isalnum())


def split_words(text):
    """Runs of letters and digits; each CJK character is a word by itself."""
    words, run = [], ""
    for character in text + " ":
        if character.isalnum() and not is_cjk(character):
            run += character
            continue
        if run:
            words.append(run)
            run = ""
        if is_cjk(character) and character.isalnum():
            words.append(character)
    return words


class Rule:
    def __init__(self, number):
        self.number = number
        self.phrases, self.urls, self.hits = [], [], []


class Rules:
    """All rule files of a folder."""

    def __init__(self, folder):
        self.fillers, self.sets, self.rules = set(), {}, []
        self.forms = {}  # by folded word: the words that count as it, as they are written
        self.first = {}  # by folded word: the folded word that it counts as
        paths = sorted(pathlib.Path(folder, "rules").glob("*.rules"), key=lambda path: (path.stem != "words", path.name))
        if not paths:
            raise SystemExit(f"{folder}/rules: there are no rule files here; name the folder of the tables")
        for path in paths:
            self.read(path)

    def read(self, path):
        rule = None
        for line in path.read_text(encoding="utf-8").splitlines():
            key, _, text = line.strip().partition(" ")
            text = text.strip()
            if not line.strip():
                rule = None
            elif key == "rule":
                rule = Rule(int(text.split()[0]))
                self.rules.append(rule)
            elif key in ("filler", "same", "set"):
                self.read_general(key, text)
            elif rule is not None:
                self.read_line(rule, key, text)

    @staticmethod
    def read_line(rule, key, text):
        if key == "phrase":
            rule.phrases.append(text)
        elif key == "url":
            rule.urls.append(text.split(" ", 1))
        elif key == "hit" or key.startswith("hit@"):
            rule.hits.append(text.replace("\\n", "\n"))

    def read_general(self, key, text):
        if key == "filler":
            self.fillers.update(map(fold, text.split()))
        elif key == "same":
            first, _, others = text.partition(" = ")
            folded = self.first.get(fold(first), fold(first))
            for word in [first] + others.split():
                self.first[fold(word)] = folded
                self.forms.setdefault(folded, {}).setdefault(word.lower())
        elif key == "set":
            name, _, words = text.partition(" = ")
            self.sets[name.strip("{}")] = words

    def forms_of(self, word):
        """The ways to write a word of a phrase, and whatever counts as it; none if it is passed over."""
        folded = fold(word)
        if folded in self.fillers:
            return []
        forms = dict.fromkeys([word.lower()])
        forms.update(self.forms.get(self.first.get(folded, folded), {}))
        return list(forms)
