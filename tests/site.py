"""site.py FOLDER PROGRAM REPLIES SHOTS: opens the reference in headless Chromium, from files, and checks what a reader meets.

It speaks WebDriver to chromedriver with nothing but Python's own library. REPLIES holds replies, a line each: the page's card of
each must have the words of `smtp5xx explain`. SHOTS, if it is not empty, is a folder for pictures of the pages."""

import base64
import html.parser
import json
import pathlib
import re
import subprocess
import sys
import time
import urllib.request

FAILED = []


def check(name, fine, why=""):
    print(f"PASS site: {name}" if fine else f"FAIL site: {name}: {why}", flush=True)
    if not fine:
        FAILED.append(name)


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.to, self.ids = [], set()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.to += [attrs[key] for key in ("href", "src") if key in attrs]
        self.ids.add(attrs.get("id"))


def check_links(folder):
    """Every place within the site is there, and nothing is loaded from outside."""
    pages = {}
    for path in folder.rglob("*.html"):
        pages[path.resolve()] = page = Links()
        page.feed(path.read_text(encoding="utf-8"))
    broken, count = [], 0
    for path, page in pages.items():
        for to in page.to:
            if to.startswith("https://"):
                continue
            count += 1
            file, _, place = to.partition("#")
            target = (path.parent / file).resolve() if file else path
            if not target.is_file() or (place and target in pages and place not in pages[target].ids):
                broken.append(f"{path.name}: {to}")
    check(f"links: all {count} of {len(pages)} pages lead somewhere", not broken and count > 1000, str(broken[:5]))


class Browser:
    def __init__(self, width, dark=False):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        port = next(match[1] for line in self.driver.stdout if (match := re.search(r"successfully on port (\d+)", line)))
        self.url = f"http://127.0.0.1:{port}"
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                     f"--window-size={width},900"] + (["--force-dark-mode"] if dark else [])
        emulation = {"deviceMetrics": {"width": width, "height": 900, "pixelRatio": 1, "mobile": True, "touch": False}}
        options = {"args": arguments, "perfLoggingPrefs": {"enableNetwork": True}}
        if width < 600:
            options["mobileEmulation"] = emulation
        try:
            self.start(options)
        except OSError:
            self.driver.terminate()
            raise
        self.dark(dark)

    def start(self, options):
        answer = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}}})
        self.url += "/session/" + answer["sessionId"]

    def ask(self, method, path, data=None):
        body = json.dumps(data if data is not None else {}).encode() if method == "POST" else None
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def dark(self, on):
        self.ask("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {
            "features": [{"name": "prefers-color-scheme", "value": "dark" if on else "light"}]}})

    def open(self, path):
        self.ask("POST", "/url", {"url": path.resolve().as_uri()})

    def run(self, script, *arguments):
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def type(self, selector, text):
        element = self.ask("POST", "/element", {"using": "css selector", "value": selector})
        self.ask("POST", f"/element/{next(iter(element.values()))}/value", {"text": text})

    def log(self, kind):
        return self.ask("POST", "/se/log", {"type": kind})

    def picture(self, path):
        path.write_bytes(base64.b64decode(self.ask("GET", "/screenshot")))

    def close(self):
        try:
            self.ask("DELETE", "")
        finally:
            self.driver.terminate()
        self.driver.wait()


PASTE = """const field = document.getElementById('reply');
field.value = arguments[0];
document.getElementById('stage').value = '0';
document.getElementById('explain').click();
return document.getElementById('card').textContent;"""


def only_words(text):
    return re.sub(r"\s", "", text)


def program_card(program, reply):
    card = subprocess.run([program, "explain", reply], capture_output=True, encoding="utf-8", check=True).stdout
    lines = [line for line in card.splitlines() if not re.fullmatch(r" *\^[\^ ]*", line)]
    lines[0] = re.sub(r"-{2,}", "", lines[0])
    return only_words("\n".join(lines))


def check_search(browser, folder):
    for query, title in (("5.7.26", "X.7.26"), ("mailbox full", "mailbox full"), ("spamhaus zen", "spamhaus zen"), ("550 5.1.1", "550 X.1.1")):
        browser.open(folder / "codes" / "index.html")
        browser.type("#search", query)
        found = browser.run("return [...document.querySelectorAll('#results a b')].map(e => e.textContent)")
        check(f"search: {query}", any(one.startswith(title) for one in found[:3]), str(found[:5]))
    browser.type("#search", "\ue007")
    time.sleep(0.3)
    check("search: Enter opens the first result", "/codes/" in browser.run("return location.pathname"))
    browser.type("#search", "xyzzy plugh")
    check("search: says when there is nothing", "Nothing" in browser.run("return document.getElementById('results').textContent"))


def check_cards(browser, folder, program, replies):
    browser.open(folder / "index.html")
    wrong = [reply for reply in replies if only_words(browser.run(PASTE, reply)) != program_card(program, reply)]
    check(f"card: the words of smtp5xx explain, {len(replies)} replies", not wrong and len(replies) >= 40, str(wrong[:2]))
    text = browser.run(PASTE, "550 5.1.1 <ann@example.com> has been sent too many messages this hour")
    marks = browser.run("return [...document.querySelectorAll('#card mark')].map(e => e.textContent)")
    check("card: what decided is marked", marks == ["sent too many messages"] and "rate_limited" in text, str(marks))
    browser.run("document.getElementById('stage').value = '1'; document.getElementById('stage').dispatchEvent(new Event('change'));")
    at_connect = browser.run("return document.getElementById('card').textContent")
    check("card: the stage counts", at_connect != "" and at_connect != browser.run(PASTE, "550 no such user"))


def check_hostile(browser, folder):
    browser.open(folder / "index.html")
    browser.run("window.hurt = 0; window.alert = () => { window.hurt++; };")
    for reply in ('550 5.1.1 <img src=x onerror="window.hurt++"> no such user <script>window.hurt++</script>',
                  '550 </pre></div><iframe src="javascript:top.hurt++"></iframe><svg onload=hurt++> mailbox full',
                  "551 5.1.6 moved, try <javascript:hurt++@example.org>, see https://example.com/\"><script>hurt++</script>",
                  "550 \x1b[1mno such\x1b[0m user \x00\x1b]0;x\x07 \u202e"):
        text = browser.run(PASTE, reply)
        made = browser.run("return document.querySelectorAll('#card img, #card script, #card iframe, #card svg').length")
        shown = only_words(text).count(only_words(reply.split("\x1b")[0])) > 0
        check(f"hostile: {reply[:40]!r} stays text", made == 0 and shown, f"{made} elements; {text[:200]}")
    time.sleep(0.3)
    links = browser.run("return [...document.querySelectorAll('#card a')].map(e => e.protocol)")
    check("hostile: nothing ran", browser.run("return window.hurt") == 0 and set(links) <= {"https:", "file:"}, str(links))


def check_layout(browser, folder, name, dark):
    wide = []
    for page in ("index.html", "codes/index.html", "codes/google_x_7_26.html", "reasons/ip_blocklisted.html", "rules/google.html",
                 "providers/microsoft.html", "steps/index.html", "systems/index.html"):
        path = folder / page
        if not path.exists():
            path = next(iter(sorted(folder.glob("codes/google*.html"))))
        browser.open(path)
        if page == "index.html":
            browser.run(PASTE, "550 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org " + "a" * 300)
        if browser.run("return document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(page)
    check(f"{name}: no page is wider than the window", not wide, str(wide))
    colours = browser.run("const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]")
    light = [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours]
    check(f"{name}: the text is {'lighter' if dark else 'darker'} than the paper", (light[1] > light[0]) == dark, str(colours))


def check_quiet(browser, name):
    errors = [entry["message"] for entry in browser.log("browser") if entry["level"] in ("SEVERE", "WARNING")]
    check(f"{name}: no error in the console", not errors, str(errors[:3]))
    asked = set()
    for entry in browser.log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.add(message["params"]["request"]["url"].split(":")[0])
    check(f"{name}: no request leaves", "file" in asked and asked <= {"file", "data", "about"}, str(asked))


def take_pictures(browser, folder, shots):
    browser.open(folder / "index.html")
    browser.run(PASTE, "550 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org")
    browser.run("scrollTo(0, document.getElementById('card').offsetTop - 190)")
    browser.picture(shots / "site-card.png")
    browser.open(folder / "codes" / "enhanced_x_7_26.html")
    browser.picture(shots / "site-code.png")


def main():
    folder, program, replies, shots = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    with open(replies, encoding="utf-8") as lines:
        replies = lines.read().splitlines()
    check_links(folder)
    browser = Browser(1100)
    try:
        check_search(browser, folder)
        check_cards(browser, folder, program, replies)
        check_layout(browser, folder, "desk", False)
        check_quiet(browser, "desk")
        check_hostile(browser, folder)
        if shots:
            browser.dark(False)
            take_pictures(browser, folder, pathlib.Path(shots))
    finally:
        browser.close()
    browser = Browser(360, dark=True)
    try:
        check_layout(browser, folder, "phone", True)
        check_quiet(browser, "phone")
        if shots:
            browser.open(folder / "index.html")
            browser.run(PASTE, replies[0])
            browser.picture(pathlib.Path(shots) / "site-phone.png")
    finally:
        browser.close()
    sys.exit(bool(FAILED))


if __name__ == "__main__":
    main()
