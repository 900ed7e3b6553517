// Search over index.js: entries [title, note, path, kind]. Words must all be there; what the title begins with comes first.
// SPDX-License-Identifier: MIT
'use strict';
(() => {
    const field = document.getElementById('search');
    const list = document.getElementById('results');
    const up = document.body.dataset.up;
    const entries = INDEX.map(([title, note, path, kind]) =>
        ({ title, note, path, kind, name: title.toLowerCase(), text: `${title} ${note} ${path} ${kind}`.toLowerCase().replace(/_/g, ' ') }));

    // 5.7.26 is also X.7.26, which holds for both classes.
    function score(entry, query, words) {
        if (!words.every(word => entry.text.includes(word) || entry.text.includes(word.replace(/^[45]\./, 'x.')))) {
            return 0;
        }
        const status = query.replace(/^[45]\./, 'x.');
        const exact = entry.name === query || entry.name === status;
        const begins = entry.name.startsWith(query) || entry.name.startsWith(status);
        return 1 + (exact ? 8 : begins ? 4 : entry.name.includes(query) ? 2 : 0) + (entry.kind === 'reason' || entry.kind === 'code' ? 1 : 0);
    }

    function show() {
        const query = field.value.trim().toLowerCase();
        const words = query.split(/\s+/).filter(Boolean);
        const found = words.length === 0 ? [] : entries.map(entry => ({ entry, value: score(entry, query, words) }))
            .filter(one => one.value > 0).sort((a, b) => b.value - a.value || a.entry.title.length - b.entry.title.length).slice(0, 12);
        list.replaceChildren(...found.map(({ entry }) => {
            const item = document.createElement('li');
            const place = item.appendChild(document.createElement('a'));
            place.href = up + entry.path;
            for (const [tag, text] of [['b', entry.title], ['i', entry.kind], ['span', entry.note]]) {
                place.appendChild(document.createElement(tag)).textContent = text;
            }
            return item;
        }));
        if (words.length > 0 && found.length === 0) {
            list.appendChild(document.createElement('li')).textContent = 'Nothing has these words.';
        }
        list.hidden = words.length === 0;
    }

    function move(step) {
        const places = [field, ...list.querySelectorAll('a')];
        const next = places[places.indexOf(document.activeElement) + step];
        if (next) {
            next.focus();
        }
    }

    field.addEventListener('input', show);
    document.querySelector('.search').addEventListener('keydown', event => {
        const first = list.querySelector('a');
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            move(event.key === 'ArrowDown' ? 1 : -1);
            event.preventDefault();
        } else if (event.key === 'Enter' && event.target === field && first) {
            location.href = first.href;
        } else if (event.key === 'Escape') {
            field.value = '';
            show();
            field.focus();
        }
    });
    document.addEventListener('keydown', event => {
        if (event.key === '/' && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
            field.focus();
            event.preventDefault();
        }
    });
})();
