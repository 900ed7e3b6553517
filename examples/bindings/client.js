// Node.js with koffi: node client.js REPLIES [--bench]. SPDX-License-Identifier: MIT
"use strict";
const fs = require("fs");
const koffi = require("koffi");

const library = koffi.load("libsmtp5xx.so.0");
koffi.struct("smtp5xx_span", {offset: "uint32", length: "uint32"});
// As smtp5xx.h has it. A later library may know more fields: it fills those that this caller's size says.
const Verdict = koffi.struct("smtp5xx_verdict", {
  size: "uint32", reason: "uint16", category: "uint8", claimed: "uint8", judged: "uint8", confidence: "uint8", basis: "uint8",
  stage: "uint8", code: "uint16", enhanced_class: "uint8", action: "uint8", subject: "uint16", detail: "uint16",
  rule: "uint32", provider: "uint16", blocklist: "uint16", retry_after: "uint32", size_limit: "uint32", flags: "uint32",
  words: "smtp5xx_span", ip: "smtp5xx_span", url: "smtp5xx_span", new_address: "smtp5xx_span", reference: "smtp5xx_span",
});
const VERDICT_SIZE = koffi.sizeof(Verdict);
const ADVICE_SIZE = 68;

const name = {};
for (const what of ["reason", "action", "basis", "rule", "provider", "blocklist"]) {
  name[what] = library.func(`const char *smtp5xx_${what}_name(uint32_t)`);
}
const diagnose = library.func("int smtp5xx_diagnose(const uint8_t *text, size_t length, const void *context, " +
  "const void *policy, void *reply, size_t reply_size, void *verdict, size_t verdict_size, void *advice, size_t advice_size)");
const diagnoseBatch = library.func("int smtp5xx_diagnose_batch(const uint8_t *data, size_t data_length, " +
  "const int32_t *offsets, size_t count, const void *context, const void *policy, void *verdicts, size_t verdict_size, " +
  "void *advices, size_t advice_size)");

const lines = fs.readFileSync(process.argv[2], "latin1").split("\n").slice(0, -1);
const replies = lines.map((line) => Buffer.from(line.replaceAll("\\n", "\n"), "latin1"));
const data = Buffer.concat(replies);
const count = replies.length;
const offsets = new Int32Array(count + 1);
replies.forEach((reply, i) => { offsets[i + 1] = offsets[i] + reply.length; });
const verdicts = Buffer.alloc(count * VERDICT_SIZE);
const advices = Buffer.alloc(count * ADVICE_SIZE);
const verdict = Buffer.alloc(VERDICT_SIZE);
const advice = Buffer.alloc(ADVICE_SIZE);

function single(text) {
  diagnose(text, text.length, null, null, null, 0, verdict, VERDICT_SIZE, advice, ADVICE_SIZE);
}

function batch() {
  diagnoseBatch(data, data.length, offsets, count, null, null, verdicts, VERDICT_SIZE, advices, ADVICE_SIZE);
}

function nanoseconds(work) {
  const spent = Array.from({length: 100}, () => {
    const begin = process.hrtime.bigint();
    for (let round = 0; round < 5; round++) work();
    return Number(process.hrtime.bigint() - begin);
  });
  return Math.round(Math.min(...spent) / 5 / count);
}

if (process.argv[3] === "--bench") {
  console.log(nanoseconds(() => replies.forEach(single)) + "\t" + nanoseconds(batch));
  process.exit();
}
batch();
replies.forEach((text, i) => {
  single(text);
  if (verdict.compare(verdicts, i * VERDICT_SIZE, (i + 1) * VERDICT_SIZE) !== 0 ||
      advice.compare(advices, i * ADVICE_SIZE, (i + 1) * ADVICE_SIZE) !== 0) throw new Error("not the same: " + text);
  const v = koffi.decode(verdict, Verdict);
  console.log([name.reason(v.reason), name.action(advice.readUInt8(4)), v.confidence, v.code,
    `${v.enhanced_class}.${v.subject}.${v.detail}`, name.basis(v.basis), name.rule(v.rule), name.provider(v.provider),
    name.blocklist(v.blocklist), v.retry_after, v.size_limit, v.words.offset, v.words.length].join("\t"));
});
