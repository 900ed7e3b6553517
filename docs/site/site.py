"""site.py PROGRAM OUTPUT: writes the reference, a site of static pages, from what the program prints of the library's tables.

Every code, reason, provider, block list, step and rule has a place of its own. There is no framework and no request: each page
works from a file. All text of the tables is escaped here; what a reader pastes never becomes markup (card.js)."""

import html
import json
import pathlib
import re
import subprocess
import sys

POLICY = ("default-src 'none'; style-src 'self' file:; script-src 'self' file: 'wasm-unsafe-eval'; img-src 'self' file:; "
          "base-uri 'none'; form-action 'none'")
SECTIONS = (("codes", "Codes"), ("reasons", "Reasons"), ("providers", "Providers"), ("blocklists", "Block lists"),
            ("steps", "Steps"), ("rules", "Rules"), ("systems", "Other systems"))
# Families of rules whose samples are not English: they come last where a few stand for all.
LANGUAGES = set("asia german french spanish portuguese italian dutch polish russian turkish japanese chinese korean others".split())


def escape(text):
    return html.escape(str(text), quote=True)


def link(url, text):
    return f'<a href="{escape(url)}">{escape(text)}</a>'


def out_link(url, text):
    """A link out of the site; anything but https is only shown."""
    return f'<a href="{escape(url)}" rel="noreferrer">{escape(text)}</a>' if url.startswith("https://") else escape(text)


def items(entries, kind="ul", name="plain"):
    entries = list(entries)
    return f'<{kind} class="{name}">' + "".join(f"<li>{entry}</li>" for entry in entries) + f"</{kind}>" if entries else ""


def facts(pairs):
    """A list of terms with what is known of each; what is not known is left out."""
    return '<dl class="facts">' + "".join(f"<dt>{escape(term)}</dt><dd>{text}</dd>" for term, text in pairs if text) + "</dl>"


def section(title, body):
    return f"<section><h2>{escape(title)}</h2>{body}</section>" if body else ""


def samples(texts):
    return "".join(f"<pre class=\"reply\">{escape(text)}</pre>" for text in texts)


def words(name):
    return name.replace("_", " ")


class Site:
    def __init__(self, program, folder):
        self.program, self.folder, self.index, self.pages = program, pathlib.Path(folder), [], 0
        names = "codes reasons steps references providers nodes actions parties scopes severities blocklists systems crosswalk"
        self.tables = {name: self.read_table(name) for name in names.split()}
        self.by_name = {table: {row["name"]: row for row in rows} for table, rows in self.tables.items()}
        self.rules = json.loads(self.run("table", "rules", "--output", "json"))["rules"]
        self.version = self.run("--version").strip()

    def run(self, *arguments):
        return subprocess.run([self.program, *arguments], check=True, capture_output=True, encoding="utf-8").stdout

    def read_table(self, name):
        return [json.loads(line) for line in self.run("table", name, "--output", "jsonl").splitlines()]

    def meaning(self, table, name):
        return escape(self.by_name[table].get(name, {}).get("meaning", ""))

    # Pages

    def page(self, path, title, body, kind="", note="", scripts=()):
        """Writes a page; `kind` and `note` are what the search says of it."""
        up = "../" * path.count("/")
        menu = "".join(f'<a href="{up}{name}/index.html"{" aria-current=page" if path.startswith(name + "/") else ""}>{label}</a>'
                       for name, label in SECTIONS)
        code = "".join(f'<script src="{up}{name}"></script>' for name in ("index.js", "search.js", *scripts))
        text = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{escape(title)} - smtp5xx</title>
<link rel="stylesheet" href="{up}style.css">
<link rel="icon" href="{up}icon.svg">
</head>
<body data-up="{up}">
<a class="skip" href="#main">To the text</a>
<header>
<div class="top"><a class="brand" href="{up}index.html">smtp<b>5xx</b></a>
<div class="search" role="search"><input id="search" type="search" placeholder="Search: 5.7.26, mailbox full, spamhaus &#8230;"
 aria-label="Search codes, reasons, providers, block lists and steps" autocomplete="off" spellcheck="false" aria-controls="results">
<ul id="results" hidden></ul></div></div>
<nav aria-label="Sections">{menu}</nav>
</header>
<main id="main">
{body}
</main>
<footer>{escape(self.version)}. Made from the library's tables; every datum names its source.</footer>
{code}
</body>
</html>
"""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        self.pages += 1
        if kind:
            self.index.append([title, note, path, kind])

    def list_page(self, name, title, intro, groups):
        body = f"<h1>{escape(title)}</h1><p class=\"lead\">{escape(intro)}</p>"
        for group, rows in groups:
            table = "".join(f"<tr><th scope=row>{head}</th><td>{text}</td></tr>" for head, text in rows)
            body += section(group, f"<table>{table}</table>") if group else f"<table>{table}</table>"
        self.page(f"{name}/index.html", title, body)

    # Places

    def reason(self, name, up="../"):
        return link(f"{up}reasons/{name}.html", words(name)) if name in self.by_name["reasons"] else escape(name)

    def provider(self, name, up="../"):
        return link(f"{up}providers/{name}.html", self.by_name["providers"][name]["meaning"]) if name else ""

    def steps(self, names):
        rows = [self.by_name["steps"][name] for name in names.split() if name in self.by_name["steps"]]
        return items((f'{link("../steps/" + row["name"] + ".html", row["meaning"])}<p>{escape(row["detail"])}</p>' for row in rows),
                     "ol", "steps")

    def references(self, names):
        rows = [self.by_name["references"][name] for name in names.split() if name in self.by_name["references"]]
        return items(out_link(row["url"], row["meaning"]) for row in rows)

    @staticmethod
    def code_title(row):
        return " ".join(text for text in (str(row["code"]) if row["code"] else "", row["enhanced"]) if text)

    def code_link(self, row, up="../"):
        return link(f"{up}codes/{row['name']}.html", self.code_title(row))

    def rule_link(self, rule):
        return link(f"../rules/{rule['family']}.html#{rule['name']}", words(rule["name"]))

    def samples_of_code(self, row):
        """Replies of the rules that begin with this code, and whose rule says the same."""
        status = re.escape(row["enhanced"].partition(".")[2]) if row["enhanced"] and row["enhanced"][-1] not in "*" else ""
        status = r"[245]\." + status if status and "-" not in status else ""
        if not status and not (row["code"] and not row["enhanced"]):
            return []
        form = re.compile((str(row["code"]) if row["code"] else r"(?:\d{3}[- ])?") + (r"[- ]" if row["code"] and status else "") +
                          status + r"(?![\d.])")
        found = [(rule["family"] in LANGUAGES, len(text), text) for rule in self.rules
                 if rule["reason"] == row["reason"] and (rule["provider"] in ("", row["provider"]) or not row["provider"])
                 for text in rule["samples"] if form.match(text)]
        return [text for _, _, text in sorted(set(found))[:3]]

    # Kinds of pages

    def codes(self):
        groups = {"Reply codes": [], "Enhanced status codes": [], "Codes of providers": []}
        for row in self.tables["codes"]:
            title = self.code_title(row)
            kind = "Codes of providers" if row["provider"] else "Enhanced status codes" if row["enhanced"] else "Reply codes"
            owner = self.by_name["providers"][row["provider"]]["meaning"] if row["provider"] else ""
            groups[kind].append((self.code_link(row) + (f" <small>{escape(owner)}</small>" if owner else ""), escape(row["meaning"])))
            stages = dict(pair.split("=") for pair in row["stage_reasons"].split())
            body = f"""<p class="kind">{escape(kind)}{': ' + self.provider(row['provider']) if owner else ''}</p><h1>{escape(title)}</h1>
<p class="lead">{escape(row['meaning'])}</p>""" + facts((
                ("Means mostly", f"{self.reason(row['reason'])} <small>in {row['confidence']} of 100 replies, if nothing but the "
                                 "codes is known</small>" if row["confidence"] else ""),
                ("Usual causes", escape(row["detail"])),
                ("At some stages", items(f"{escape(stage)}: {self.reason(what.split(':')[0])}" for stage, what in stages.items())),
                ("Answers", escape(row["commands"])), ("With reply codes", escape(row["basic_codes"])),
                ("Source", escape(row["source"]))))
            body += section("Such a reply", samples(self.samples_of_code(row)))
            own = self.by_name["reasons"][row["reason"]]
            body += section("What to do", self.steps(" ".join(dict.fromkeys((row["steps"] + " " + own["steps"]).split()))))
            body += section("Read more", self.references(row["references"] + " " + own["references"]))
            others = [other for other in self.tables["codes"] if other is not row and other["enhanced"] == row["enhanced"] and
                      (row["enhanced"] or other["code"] == row["code"])]
            body += section("The same code elsewhere", items(
                f"{self.code_link(other)} {self.provider(other['provider'])}: {escape(other['meaning'])}" for other in others))
            self.page(f"codes/{row['name']}.html", title + (f" ({owner})" if owner else ""), body, "code", row["meaning"])
        self.list_page("codes", "Codes", "What reply codes and enhanced status codes say, and what they mean in practice.",
                       groups.items())

    def reasons(self):
        groups = {}
        for row in self.tables["reasons"]:
            name = row["name"]
            groups.setdefault(words(row["category"]).capitalize(), []).append((self.reason(name), escape(row["meaning"])))
            codes = [code for code in self.tables["codes"] if code["reason"] == name and code["confidence"] > 0]
            rules = [rule for rule in self.rules if rule["reason"] == name]
            labels = {}
            for other in self.tables["crosswalk"]:
                if name in other["reasons"].split():
                    labels.setdefault(other["system"], []).append(other["label"])
            body = f"""<p class="kind">Reason: {escape(words(row['category']))}</p><h1>{escape(words(name))}</h1>
<p class="lead">{escape(row['meaning'])}</p><p>{escape(row['detail'])}</p>""" + facts((
                ("After a permanent refusal", f"<b>{escape(row['action'])}</b>: {self.meaning('actions', row['action'])}"),
                ("After a temporary one", f"<b>{escape(row['action_temporary'])}</b>: "
                                          f"{self.meaning('actions', row['action_temporary'])}"),
                ("By nature", escape(row["judged"]) if row["judged"] != "unknown" else ""),
                ("Who must act", self.meaning("parties", row["party"])), ("It concerns", self.meaning("scopes", row["scope"])),
                ("Severity", escape(row["severity"])), ("Source", escape(row["source"]))))
            body += section("What to do", self.steps(row["steps"]))
            english = sorted(rules, key=lambda rule: (rule["family"] in LANGUAGES, rule["rank"] == "token"))
            picked = [min(rule["samples"], key=len) for rule in english][:6]
            body += section("Such replies", samples(dict.fromkeys(picked)))
            body += section("Read more", self.references(row["references"]))
            body += section("Codes that mean it", items(
                (f"{self.code_link(code)} {self.provider(code['provider'])}" for code in codes), name="columns"))
            body += section("Rules that find it", items(map(self.rule_link, rules), name="columns"))
            body += section("In other systems' words", facts(
                (self.by_name["systems"][system]["meaning"], escape(", ".join(of))) for system, of in labels.items()))
            self.page(f"reasons/{name}.html", words(name), body, "reason", row["meaning"])
        self.list_page("reasons", "Reasons", "What really happened: each refusal has one of these reasons.", groups.items())

    def providers(self):
        rows = []
        for row in self.tables["providers"]:
            name = row["name"]
            rows.append((self.provider(name), escape(row["hosts"])))
            codes = [code for code in self.tables["codes"] if code["provider"] == name]
            families = [rule for rule in self.rules if rule["provider"] == name or rule["name"].startswith(name + "_")]
            body = f'<p class="kind">Provider</p><h1>{escape(row["meaning"])}</h1>' + facts((
                ("Its own page", out_link(row["url"], row["url"])), ("Hosts", escape(row["hosts"])),
                ("Domains", escape(row["domains"])), ("Known in a reply by", escape(row["texts"])), ("Source", escape(row["source"]))))
            body += section("Its codes", items(f"{self.code_link(code)}: {escape(code['meaning'])}" for code in codes))
            body += section("Its wording", items(map(self.rule_link, families), name="columns"))
            body += section("Such replies", samples([rule["samples"][0] for rule in families][:6]))
            self.page(f"providers/{name}.html", row["meaning"], body, "provider", row["hosts"])
        self.list_page("providers", "Providers", "Whose hosts the library knows, and what they write.", (("", rows),))

    def blocklists(self):
        rows, zones = [], {rule["name"]: iter(rule["zones"]) for rule in self.rules}
        for row in self.tables["blocklists"]:
            own = next(zones[row["rule"]], "") if row["rule"] in zones else ""
            rows.append((link(f"../blocklists/{row['name']}.html", words(row["name"])), escape(row["meaning"])))
            zone = own.split()[0] if own else row["name"]
            what = "Client host [192.0.2.1]" if row["lists"] == "ip" else "Sender domain example.com"
            body = f'<p class="kind">Block list of {"IP addresses" if row["lists"] == "ip" else "domains"}</p>' \
                   f"<h1>{escape(words(row['name']))}</h1><p class=\"lead\">{escape(row['meaning'])}</p>" + facts((
                       ("Run by", escape(row["operator"])), ("Delisting", out_link(row["url"], row["url"])),
                       ("Named in a reply as", escape(own)), ("Source", escape(row["source"]))))
            body += section("Such a reply", samples([f"550 5.7.1 Service unavailable; {what} blocked using {zone}"]))
            reason = "ip_blocklisted" if row["lists"] == "ip" else "domain_blocklisted"
            body += section("What to do", self.steps(self.by_name["reasons"][reason]["steps"]))
            self.page(f"blocklists/{row['name']}.html", words(row["name"]), body, "block list", f"{row['operator']}: {own}")
        self.list_page("blocklists", "Block lists", "Who runs each, what it holds, and where to get off it.", (("", rows),))

    def steps_pages(self):
        groups = {}
        for row in self.tables["steps"]:
            name = row["name"]
            groups.setdefault(self.by_name["parties"][row["party"]]["meaning"].capitalize(), []).append(
                (link(f"../steps/{name}.html", row["meaning"]), escape(row["detail"])))
            reasons = [reason["name"] for reason in self.tables["reasons"] if name in reason["steps"].split()]
            codes = [code for code in self.tables["codes"] if name in code["steps"].split()]
            body = f'<p class="kind">Step</p><h1>{escape(row["meaning"])}</h1><p class="lead">{escape(row["detail"])}</p>' + facts((
                ("Who", self.meaning("parties", row["party"])), ("Name", f"<code>{escape(name)}</code>"),
                ("Source", escape(row["source"]))))
            body += section("After", items(map(self.reason, reasons)))
            body += section("After codes", items(f"{self.code_link(code)} {self.provider(code['provider'])}" for code in codes))
            body += section("Read more", self.references(row["references"]))
            self.page(f"steps/{name}.html", row["meaning"], body, "step", row["detail"])
        self.list_page("steps", "Steps", "What to do, by who does it.", groups.items())

    def rules_pages(self):
        families = {}
        for rule in self.rules:
            families.setdefault(rule["family"], []).append(rule)
        for family, rules in families.items():
            body = f'<p class="kind">Rules</p><h1>{escape(words(family))}</h1><p class="lead">{len(rules)} rules for words.</p>'
            for rule in rules:
                of = self.by_name["providers"].get(rule["provider"], {}).get("meaning", "")
                body += f'<article id="{escape(rule["name"])}"><h2>{escape(words(rule["name"]))} <small>{rule["id"]}</small></h2>' + \
                    facts((("Reason", f"{self.reason(rule['reason'])} <small>{rule['confidence']} of 100, rank "
                                      f"{escape(rule['rank'])}</small>" if rule["reason"] != "unknown" else "finds a detail"),
                           ("When", escape(rule["when"])), ("Provider", escape(of)),
                           ("Phrases", items(f"<code>{escape(text)}</code>" for text in rule["phrases"])),
                           ("Source", escape(rule["source"])))) + samples(rule["samples"]) + "</article>"
            self.page(f"rules/{family}.html", f"Rules: {words(family)}", body, "rules", f"{len(rules)} rules")
        rows = [(link(f"../rules/{family}.html", words(family)), f"{len(rules)} rules") for family, rules in families.items()]
        self.list_page("rules", "Rules", "The wording by which the library knows what a reply means, with samples and sources.",
                       (("", rows),))

    def systems(self):
        groups = []
        for system in self.tables["systems"]:
            rows = [(escape(row["label"]), " ".join(self.reason(name) for name in row["reasons"].split()) or escape(row["meaning"]))
                    for row in self.tables["crosswalk"] if row["system"] == system["name"]]
            groups.append((system["meaning"], rows))
        self.list_page("systems", "Other systems", "The same refusals in other systems' words.", groups)

    def home(self):
        counts = {"codes": self.tables["codes"], "reasons": self.tables["reasons"], "providers": self.tables["providers"],
                  "blocklists": self.tables["blocklists"], "steps": self.tables["steps"], "rules": self.rules,
                  "systems": self.tables["systems"]}
        tiles = "".join(f'<a href="{name}/index.html"><b>{len(counts[name]):,}</b> {label.lower()}</a>' for name, label in SECTIONS)
        stages = "".join(f"<option value={number}>{label}</option>" for number, label in enumerate(
            ("not known", "connect", "EHLO", "STARTTLS", "AUTH", "MAIL FROM", "RCPT TO", "DATA", "end of data")))
        body = f"""<h1>Paste your bounce</h1>
<p class="lead">What a mail server says when it refuses a message, what really happened, and what to do now.
It is worked out here, in this page: nothing you paste leaves your machine.</p>
<div class="paste">
<label for="reply">The server's reply</label>
<textarea id="reply" rows="4" spellcheck="false" autocomplete="off"></textarea>
<div class="options"><label>Stage <select id="stage">{stages}</select></label>
<label>Remote host <input id="host" placeholder="mx.example.com" spellcheck="false" autocomplete="off"></label>
<button id="explain" type="button">Explain</button></div>
<p class="try">Try: <button type="button" class="sample">550 5.1.1 &lt;ann@example.com&gt; has been sent too many messages this hour</button>
<button type="button" class="sample">550 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org</button></p>
</div>
<noscript><p>Without JavaScript this page cannot explain a reply; all the others work.</p></noscript>
<div id="card" class="card" aria-live="polite" hidden></div>
<section><h2>Browse</h2><div class="tiles">{tiles}</div></section>"""
        self.page("index.html", "Paste your bounce", body, scripts=("wasm.js", "card.js"))

    def write(self):
        for make in (self.codes, self.reasons, self.providers, self.blocklists, self.steps_pages, self.rules_pages, self.systems):
            make()
        self.home()
        index = json.dumps(self.index, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n[")
        (self.folder / "index.js").write_text(f"'use strict';\nconst INDEX = {index};\n", encoding="utf-8")
        print(f"{self.pages} pages in {self.folder}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: site.py PROGRAM OUTPUT")
    Site(*sys.argv[1:]).write()
