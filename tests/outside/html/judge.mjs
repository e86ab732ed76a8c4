// Judges HTML reports with a browser and validators of others: `node judge.mjs REPORT.html …`; fails where one objects.
// Takes Chromium from `CHROMIUM` and packages from below `JS`.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.env.JS, "here.js"));
const { chromium } = require("playwright-core");
const { HtmlValidate } = require("html-validate");
const axe = readFileSync(require.resolve("axe-core"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];
const files = process.argv.slice(2).map((file) => resolve(file));
let faults = 0;
const fault = (what) => { faults += 1; console.error(`  ✕ ${what}`); };
const told = (what) => console.log(`  ✓ ${what}`);
const check = (holds, what) => (holds ? told(what) : fault(what));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox"],
});

/** A page of `url` with everything that it asks for, says and opens. */
async function opened(url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...options });
  const page = await context.newPage();
  const seen = { requests: [], words: [], dialogs: 0 };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && seen.words.push(message.text()));
  page.on("pageerror", (error) => seen.words.push(String(error)));
  page.on("dialog", async (dialog) => { seen.dialogs += 1; await dialog.dismiss(); });
  await page.goto(url);
  return { context, page, seen };
}

async function judge(file) {
  console.log(file);
  const url = pathToFileURL(file).href;
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1400, 390]) {
      const { context, page } = await opened(url, { colorScheme, viewport: { width, height: 1000 }, bypassCSP: true });
      await page.evaluate(() => { for (const it of document.querySelectorAll("details")) it.open = true; });
      await page.evaluate(axe);
      const { violations } = await page.evaluate((values) => axe.run({ runOnly: { type: "tag", values } }), tags);
      for (const it of violations) fault(`axe ${it.id}: ${it.nodes.length} × ${it.nodes[0].target} ${it.nodes[0].failureSummary}`);
      check(violations.length === 0, `axe has nothing to say (${colorScheme}, ${width})`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(overflow <= 0, `nothing sticks out at ${width}`);
      await context.close();
    }
  }
  const { context, page, seen } = await opened(url);
  check(seen.requests.length === 1 && seen.requests[0] === url, `asks for nothing but itself (${seen.requests})`);
  check(seen.words.length === 0, `says nothing on the console (${seen.words})`);
  check(seen.dialogs === 0, "opens no dialog");
  const counts = () => page.evaluate(() => document.getElementById("shown").textContent);
  const all = await counts();
  check(await page.isVisible("#filter"), `the script runs: ${all}`);
  const state = await page.evaluate(() => document.querySelector("[name=state] optgroup option")?.value);
  if (state) {
    await page.selectOption("[name=state]", state);
    check((await page.evaluate(() => location.hash)) === `#state=${state}`, "a filter is kept in the address");
    const wrong = await page.evaluate(
      (state) => [...document.querySelectorAll("[data-statement]")].filter((it) => it.checkVisibility() && it.dataset.state !== state).length, state);
    check(wrong === 0 && (await counts()) !== all, `a filter filters: ${await counts()}`);
    const again = await opened(`${url}#state=${state}`);
    check((await again.page.inputValue("[name=state]")) === state, "an address brings its filter back");
    await again.context.close();
    await page.keyboard.press("Escape");
    await page.click("#clear");
    await page.waitForTimeout(50);
    check((await counts()) === all, "clearing brings all back");
  }
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("/");
  check(await page.evaluate(() => document.activeElement.name === "q"), "the key / leads to the search");
  await context.close();
  const plain = await opened(url, { javaScriptEnabled: false });
  check(await plain.page.isVisible("h1"), "is there without its script");
  check(!(await plain.page.isVisible("#filter")), "shows no filter without its script");
  await plain.context.close();

  const report = await new HtmlValidate({
    extends: ["html-validate:recommended"],
    rules: { "doctype-style": "off", "no-trailing-whitespace": "off", "long-title": "off" },
  }).validateString(readFileSync(file, "utf8"));
  const said = report.results.flatMap((it) => it.messages);
  for (const it of said.slice(0, 10)) fault(`html-validate ${it.line}:${it.column} ${it.ruleId}: ${it.message}`);
  check(said.length === 0, "html-validate has nothing to say");

  const jar = join(dirname(require.resolve("vnu-jar/package.json")), "build/dist/vnu.jar");
  if (existsSync(jar) && hasJava()) {
    try {
      execFileSync("java", ["-jar", jar, "--errors-only", file], { stdio: ["ignore", "pipe", "pipe"] });
      told("the Nu checker has nothing to say");
    } catch (error) {
      fault(`the Nu checker: ${String(error.stderr).slice(0, 2000)}`);
    }
  } else console.log("  – the Nu checker is not here");
}

function hasJava() {
  try { execFileSync("java", ["-version"], { stdio: "ignore" }); return true; } catch { return false; }
}

for (const file of files) await judge(file);
await browser.close();
console.log(faults ? `${faults} faults` : "all judges are content");
process.exit(faults ? 1 : 0);
