// Each annotation as the official library writes it; the order of properties does not matter to the runner.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { JS, REPORTS } = process.env;
const manifest = JSON.parse(readFileSync(`${JS}/@actions/core/package.json`, "utf8"));
const entry = manifest.exports?.["."]?.import ?? manifest.main;
const path = typeof entry === "string" ? entry : entry.default;
const core = await import(pathToFileURL(`${JS}/@actions/core/${path}`));

/** `::kind a=1,b=2::message` with its properties in order of their names, without the place of the sentence, which JSON lacks. */
const sorted = (line) => {
  const [, kind, properties, message] = /^::(\w+) (.*?)::(.*)$/s.exec(line) ?? [];
  return [kind, properties?.split(",").sort().join(","), message?.replace(/ \([^()]*\.md:\d+\)/, "")].join("|");
};

let written = "";
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text) => ((written += text), true);
const report = JSON.parse(readFileSync(`${REPORTS}/report.json`, "utf8"));
const tell = { error: core.error, warning: core.warning, note: core.notice };
for (const finding of report.findings) {
  const { path: file, line, column, end_line, end_column, check } = finding;
  const sentence = finding.statement ? `\npattern: ${finding.statement.text.trim()}` : "";
  tell[finding.severity](`${file}:${line}:${column}: ${finding.message}${sentence}\n${finding.help}`, {
    title: `patscan (${check})`,
    file,
    startLine: line,
    endLine: end_line,
    startColumn: line === end_line ? column : undefined,
    endColumn: line === end_line ? end_column : undefined,
  });
}
process.stdout.write = write;

const lines = (text) => text.split("\n").filter(Boolean).map(sorted).sort();
const ours = lines(readFileSync(`${REPORTS}/github.txt`, "utf8"));
const theirs = lines(written);
const differ = ours.filter((line, at) => line !== theirs[at]);
for (const line of differ) console.error(`ours alone: ${line}`);
for (const line of theirs.filter((line) => !ours.includes(line))) console.error(`theirs alone: ${line}`);
console.log(`${theirs.length} annotations`);
process.exit(theirs.length === 0 || differ.length > 0 || ours.length !== theirs.length ? 1 : 0);
