// The library as WebAssembly: node wasm.js LIBRARY.wasm smtp5xx.h < REPLIES. Prints what verdicts.c prints of reply, verdict and
// advice with --all, reading the structs as the header has them. SPDX-License-Identifier: MIT
"use strict";
const fs = require("fs");

const [path, headerPath] = process.argv.slice(2);
const header = fs.readFileSync(headerPath, "utf8").replace(/\/\*[^]*?\*\//g, "");
const wasm = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(path)), {}).exports;
const bytes = () => new Uint8Array(wasm.memory.buffer);

// [offset, width] of each number of a struct: nothing is padded.
const layouts = {};
for (const [, body, name] of header.matchAll(/typedef struct smtp5xx_\w+ \{([^}]*)\} smtp5xx_(\w+);/g)) {
  const numbers = [];
  let at = 0;
  for (const [, kind, count] of body.matchAll(/(uint8_t|uint16_t|uint32_t|smtp5xx_span) \w+(?:\[(\d+)\])?;/g)) {
    const width = {uint8_t: 1, uint16_t: 2}[kind] || 4;
    for (let i = 0; i < (kind === "smtp5xx_span" ? 2 : Number(count || 1)); i++, at += width) numbers.push([at, width]);
  }
  layouts[name] = {numbers, size: at};
}
const {reply, verdict, advice} = layouts;

// Memory beyond what the module uses itself.
const base = wasm.memory.buffer.byteLength;
wasm.memory.grow(4);
const [atReply, atVerdict, atAdvice, atText] = [base, base + 256, base + 512, base + 1024];

function read(at, {numbers}) {
  const view = new DataView(wasm.memory.buffer, at);
  return numbers.map(([offset, width]) => view["getUint" + width * 8](offset, true));
}

function string(at) {
  const memory = bytes();
  return Buffer.from(memory.subarray(at, memory.indexOf(0, at))).toString("latin1");
}

const lines = fs.readFileSync(0, "latin1").split("\n").slice(0, -1);
const out = lines.map((line) => {
  const text = Buffer.from(line.replaceAll("\\n", "\n"), "latin1");
  bytes().set(text, atText);
  const error = wasm.smtp5xx_diagnose(atText, text.length, 0, 0, atReply, reply.size, atVerdict, verdict.size, atAdvice, advice.size);
  if (error !== 0) return "error " + error;
  const v = new DataView(wasm.memory.buffer, atVerdict);
  const [reason, confidence, basis, code, klass] = [v.getUint16(4, true), v.getUint8(9), v.getUint8(10), v.getUint16(12, true), v.getUint8(14)];
  const action = new DataView(wasm.memory.buffer, atAdvice).getUint8(4);
  return [string(wasm.smtp5xx_reason_name(reason)), string(wasm.smtp5xx_action_name(action)), confidence, code || "-",
    klass ? `${klass}.${v.getUint16(16, true)}.${v.getUint16(18, true)}` : "-", string(wasm.smtp5xx_basis_name(basis)),
    string(wasm.smtp5xx_rule_name(v.getUint32(20, true))) || "-", ...read(atReply, reply), ...read(atVerdict, verdict),
    ...read(atAdvice, advice)].join("\t");
});
process.stdout.write(Buffer.from(out.join("\n") + "\n", "latin1"));
