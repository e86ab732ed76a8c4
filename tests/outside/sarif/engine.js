// The log against the standard's schema, by the library and version that GitHub's upload step has. As there, a wrong
// `format` is no error.
"use strict";
const { readFileSync } = require("node:fs");
const { Validator } = require(`${process.env.JS}/jsonschema`);

const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const schema = read(`${process.env.JS}/@microsoft/sarif-multitool-linux/sarif-2.1.0.json`);
const log = read(`${process.env.REPORTS}/a.sarif`);
const errors = new Validator().validate(log, schema).errors.filter((error) => error.name !== "format");
for (const error of errors) console.error(error.stack);
const n_results = log.runs[0].results.length;
if (n_results === 0) console.error("the log has no result: nothing was judged");
console.log(`${n_results} results`);
process.exit(errors.length > 0 || n_results === 0 ? 1 : 0);
