// The card: what the program prints, from the same sources compiled for WebAssembly, as elements of the page. All of it is set
// as text and never as markup, since a reply may hold anything. SPDX-License-Identifier: MIT
'use strict';
(() => {
    const ESCAPE = /\x1b\[[0-9;]*m/g;
    const BOLD = '\x1b[1m';
    const MARK = '\x1b[1;33m';
    const plain = text => text.replace(ESCAPE, '');
    const bytes = Uint8Array.from(atob(WASM), c => c.charCodeAt(0));
    const library = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;

    function write(text, at, room) {
        const data = new TextEncoder().encode(text).subarray(0, room);
        new Uint8Array(library.memory.buffer).set(data, at);
        return data.length;
    }

    function explain(reply, stage, host) {
        const length = write(reply, library.reply_at(), library.reply_room());
        const hostLength = write(host, library.host_at(), library.host_room());
        const size = library.explain(length, stage, hostLength);
        return new TextDecoder().decode(new Uint8Array(library.memory.buffer, library.card_at(), size));
    }

    function add(parent, tag, text, name) {
        const element = parent.appendChild(document.createElement(tag));
        if (text !== undefined) {
            element.textContent = text;
        }
        if (name) {
            element.className = name;
        }
        return element;
    }

    function addLink(parent, url) {
        const place = add(parent, 'a', url);
        place.href = url;
        place.rel = 'noreferrer';
    }

    // "-- 550 5.1.1 ------ rate_limited --": what is bold of it.
    function heading(card, line) {
        const parts = line.split(BOLD).slice(1).map(part => part.split('\x1b')[0]);
        const head = add(card, 'h2');
        add(head, 'span', parts[0]);
        const reason = INDEX.find(entry => entry[2] === `reasons/${parts[1]}.html`);
        add(head, reason ? 'a' : 'span', parts[1], 'reason');
        if (reason) {
            head.lastChild.href = reason[2];
        }
    }

    // The reply, in which what decided is marked.
    function marked(card, lines) {
        const block = add(card, 'pre', undefined, 'reply');
        lines.map(line => line.slice(4)).join('\n').split(/(\x1b\[1;33m[^\x1b]*\x1b\[0m)/).forEach(piece => {
            const isMarked = piece.startsWith(MARK), text = plain(piece), last = block.lastChild;
            if (isMarked && last && last.nodeName === 'MARK') {
                last.textContent += text;
            } else if (text) {
                isMarked ? add(block, 'mark', text) : block.append(text);
            }
        });
    }

    function entry(list, label, text) {
        add(list, 'dt', label);
        const place = add(list, 'dd');
        label === 'Delisting' && /^https:\/\/\S+$/.test(text) ? addLink(place, text) : place.append(text);
    }

    // What follows a title: numbered steps, of which the first sentence is bold, or lines, of which deeper ones are links.
    function body(part, lines) {
        for (let i = 0; i < lines.length;) {
            const step = /^ +(\d+\. )\x1b\[1m/.exec(lines[i]);
            let end = i + 1;
            while (step && end < lines.length && /^(\x1b\[0m)? {7}/.test(lines[end])) {
                end++;
            }
            const text = lines.slice(i, end).map(line => line.trim()).join(' ');
            if (step) {
                const [title, how] = text.split(/ ?\x1b\[0m */);
                const item = add(part, 'div', undefined, 'step');
                add(item, 'span', plain(step[1]), 'number');
                add(item, 'b', plain(title).replace(/^\d+\. /, ''));
                add(item, 'p', plain(how || '').trim());
            } else if (/^ {6}https:\/\/\S+$/.test(lines[i])) {
                addLink(add(part, 'p', undefined, 'link'), text);
            } else {
                add(part, 'p', plain(text));
            }
            i = end;
        }
    }

    function show(card, text) {
        const lines = text.split('\n');
        let at = 2, start, list;
        card.replaceChildren();
        heading(card, lines[0]);
        for (start = at; at < lines.length && /^ {4}/.test(lines[at]); at++) {
        }
        marked(card, lines.slice(start, at));
        while (at < lines.length) {
            const label = /^ {2}\x1b\[1m([^\x1b]+)\x1b\[0m(.*)$/.exec(lines[at]);
            for (start = at++; at < lines.length && lines[at] !== '' && !/^ {2}\x1b\[1m/.test(lines[at]); at++) {
            }
            if (label && label[2]) {
                list = list || add(card, 'dl', undefined, 'facts');
                entry(list, label[1].trim(), plain([label[2], ...lines.slice(start + 1, at)].map(line => line.trim()).join(' ')));
            } else if (label) {
                list = undefined;
                const part = add(card, 'section');
                add(part, 'h3', label[1].trim());
                body(part, lines.slice(start + 1, at));
            } else if (lines[start]) {
                add(card, 'p', plain(lines.slice(start, at).map(line => line.trim()).join(' ')));
            }
        }
        card.hidden = false;
    }

    const field = document.getElementById('reply');
    const card = document.getElementById('card');
    function run() {
        if (field.value.trim() === '') {
            card.hidden = true;
            return;
        }
        show(card, explain(field.value.trim(), Number(document.getElementById('stage').value), document.getElementById('host').value.trim()));
    }
    document.getElementById('explain').addEventListener('click', run);
    field.addEventListener('input', run);
    document.getElementById('stage').addEventListener('change', run);
    document.getElementById('host').addEventListener('input', run);
    for (const sample of document.querySelectorAll('.sample')) {
        sample.addEventListener('click', () => {
            field.value = sample.textContent;
            run();
        });
    }
})();
