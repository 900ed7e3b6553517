// exports.js RULES VERDICTS: loads bounce rules as ZoneMTA does (lib/bounces.js of 3.10: a line is split at its commas, the
// expression has the flags i and m, the first rule that holds decides), and asks them about the replies of VERDICTS, which
// begins with the library's reason. SPDX-License-Identifier: MIT
'use strict';
const fs = require('fs');

const [rulesFile, verdictsFile] = process.argv.slice(2);
const rules = fs.readFileSync(rulesFile, 'utf8').split(/\r?\n/).map(line => line.trim()).filter(line => line && line[0] !== '#')
    .map(line => line.split(',')).map(parts => ({ expression: new RegExp(parts[0], 'im'), reason: parts[3].split(':')[0] }));

// A reply of several lines becomes one.
function oneLine(reply) {
    const code = /^\d{3}[\s-]+([\d.]+\s*)?/.exec(reply);
    const rest = code ? reply.slice(code[0].length) : reply;
    return ((code ? code[0] : '') + rest.replace(/^\d{3}[\s-]+([\d.]+\s*)?/gm, ' ')).replace(/\s+/g, ' ').trim();
}

let count = 0;
let same = 0;
for (const line of fs.readFileSync(verdictsFile, 'utf8').split('\n').filter(Boolean)) {
    const cells = line.split('\t');
    const reply = oneLine(cells[cells.length - 1].trim());
    const rule = rules.find(one => one.expression.test(reply));
    count++;
    same += (rule ? rule.reason : 'unknown') === cells[0];
}
const share = 100 * same / count;
console.log(`${rules.length} rules, ${count} replies: same reason ${share.toFixed(1)} %`);
process.exitCode = share < 93 ? 1 : 0;
