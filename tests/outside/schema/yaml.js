// An editor's YAML server with our schema: no complaint about a good check, one at the place of a wrong key, and keys to choose.
"use strict";
const { execFileSync, spawn } = require("node:child_process");
const { readFileSync, writeFileSync } = require("node:fs");
const { pathToFileURL } = require("node:url");
const { JS, PATSCAN, REPORTS } = process.env;

const schema = `${REPORTS}/schema.json`;
writeFileSync(schema, execFileSync(PATSCAN, ["schema"]));
const page = readFileSync("rules/checks/memory/unbounded-channel.md", "utf8");
const good = /^```yaml\n([\s\S]*?)^```$/m.exec(page)[1];
const texts = { "good.yaml": good, "wrong.yaml": good.replace("severity:", "severty:"), "open.yaml": `${good}\n` };
const uri = (name) => pathToFileURL(`${REPORTS}/${name}`).href;

const server = spawn(process.execPath, [`${JS}/yaml-language-server/bin/yaml-language-server`, "--stdio"], {
  stdio: ["pipe", "pipe", "inherit"],
});
const send = (message) => {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
};
const fail = (why) => {
  console.error(why);
  server.kill();
  process.exit(1);
};
setTimeout(() => fail("no answer within 60 s"), 60_000).unref();

const settings = { yaml: { schemas: { [pathToFileURL(schema).href]: "*.yaml" }, schemaStore: { enable: false } } };
const diagnostics = {};
const handle = (message) => {
  if (message.method === "workspace/configuration") {
    send({ id: message.id, result: message.params.items.map((item) => settings[item.section] ?? {}) });
  } else if (message.method && message.id !== undefined) {
    send({ id: message.id, result: null });
  } else if (message.id === 1) {
    send({ method: "initialized", params: {} });
    send({ method: "workspace/didChangeConfiguration", params: { settings } });
    for (const [name, text] of Object.entries(texts)) {
      const textDocument = { uri: uri(name), languageId: "yaml", version: 1, text };
      send({ method: "textDocument/didOpen", params: { textDocument } });
    }
  } else if (message.method === "textDocument/publishDiagnostics") {
    diagnostics[message.params.uri.split("/").pop()] = message.params.diagnostics;
    const [fine, wrong] = [diagnostics["good.yaml"], diagnostics["wrong.yaml"]];
    if (fine && wrong && wrong.length > 0) {
      if (fine.length > 0) fail(`a good check is refused: ${JSON.stringify(fine)}`);
      if (!wrong.some((one) => one.message.includes("severty"))) fail(JSON.stringify(wrong));
      const line = texts["open.yaml"].split("\n").length - 1;
      const params = { textDocument: { uri: uri("open.yaml") }, position: { line, character: 0 } };
      send({ id: 2, method: "textDocument/completion", params });
    }
  } else if (message.id === 2) {
    const labels = (message.result.items ?? message.result).map((item) => item.label);
    if (!labels.some((label) => ["fix", "unless", "params"].includes(label))) fail(`keys to choose: ${labels}`);
    console.log(`one complaint, ${labels.length} keys to choose`);
    server.kill();
    process.exit(0);
  }
};

let buffer = Buffer.alloc(0);
server.stdout.on("data", (data) => {
  buffer = Buffer.concat([buffer, data]);
  for (;;) {
    const head = buffer.indexOf("\r\n\r\n");
    const size = head < 0 ? null : /content-length: (\d+)/i.exec(buffer.subarray(0, head).toString());
    if (!size || buffer.length < head + 4 + Number(size[1])) return;
    const body = buffer.subarray(head + 4, head + 4 + Number(size[1]));
    buffer = buffer.subarray(head + 4 + Number(size[1]));
    handle(JSON.parse(body.toString()));
  }
});
send({
  id: 1,
  method: "initialize",
  params: { processId: process.pid, rootUri: null, capabilities: { workspace: { configuration: true } } },
});
