//! `compile --format json`, version 1: its keys, their kinds and its words, as other programs read them.

use crate::cli::{Ran, folder, run};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// A sentence for each thing that a sentence can be tied to.
const DOCUMENT: &str = "\
# Pattern 900: Everything at once

## Pattern header

- **Pattern ID:** 900
- **Status:** Adopted

## Invariants

- **Bound:** channels hold at most 64 messages <!-- patscan: check=unbounded-channel -->
- **Clauses:** a) channels are bounded <!-- patscan: check=unbounded-channel -->; b) the moon is round
- **Proposed:** channels are bounded
- **Stale:** channels end <!-- patscan: check=unbounded-channel hash=00000000 -->
- **Shared:** calls end within 2.5 s <!-- patscan: check=http-client-without-timeout manual=\"the rest\" -->

## Implementation guidance

- ✅ Do call somebody <!-- patscan: manual=\"needs eyes\" -->
- ❌ Avoid surprises <!-- patscan: test=tests/surprise.rs -->
- Prefer short names <!-- patscan: attest=\"Ann looked\" until=2999-01-31 -->

## Failure modes and mitigations

- The disk is full
- A full disk must be told <!-- patscan: not-applicable=\"no disk\" -->

## Anti-patterns to avoid

- Names that shout <!-- patscan: exempt=\"old ones stay\" -->

## Acceptance checklist

- [ ] Calls are made <!-- patscan: duplicate-of=guidance/do-call-somebody -->
- [ ] The clock is right <!-- patscan: attest=\"Bob looked\" until=2001-01-31 -->
- [ ] Nobody sleeps <!-- patscan: check=no-such-check -->
- [ ] Nothing is known of this one
";

#[track_caller]
fn compiled(ran: &Ran) -> Value {
    let document = serde_json::from_str(&ran.out);
    assert!(document.is_ok(), "{document:?}: {}{}", ran.out, ran.err);
    document.unwrap_or_default()
}

fn everything() -> Value {
    let temp = folder(&[("docs/all.md", DOCUMENT)]);
    let ran = run(temp.path(), &["compile", "docs", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "problems of documents stand in the JSON");
    compiled(&ran)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Words of a list, joined by `+`; `-` for none.
fn joined(value: &Value) -> String {
    let words: Vec<&str> = list(value).iter().filter_map(Value::as_str).collect();
    if words.is_empty() { "-".to_owned() } else { words.join("+") }
}

#[test]
fn each_sentence_says_in_json_what_it_is_tied_to() {
    let json = everything();
    let document = &json["documents"][0];
    assert_eq!(document["dialect"], "numbered");
    let rows: Vec<String> = list(&document["statements"])
        .iter()
        .map(|row| {
            let word = |key: &str| row[key].as_str().unwrap_or("null").to_owned();
            let (bound, proposals) = (joined(&row["bound"]), joined(&row["proposals"]));
            format!(
                "{} {} {} | {} | bound {bound} | proposals {proposals}",
                row["line"],
                word("section"),
                word("polarity"),
                word("disposition")
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            "10 invariant must | null | bound unbounded-channel | proposals -",
            "11 invariant must | null | bound unbounded-channel | proposals -",
            "12 invariant must | null | bound - | proposals unbounded-channel",
            "13 invariant must | null | bound unbounded-channel | proposals -",
            "14 invariant must | null | bound http-client-without-timeout | proposals -",
            "18 guidance should | manual | bound - | proposals -",
            "19 guidance avoid | test | bound - | proposals -",
            "20 guidance prefer | attest | bound - | proposals -",
            "25 failure-mode must | not-applicable | bound - | proposals -",
            "29 anti-pattern avoid | exempt | bound - | proposals -",
            "33 checklist must | duplicate | bound - | proposals -",
            "34 checklist must | error | bound - | proposals -",
            "35 checklist must | error | bound - | proposals -",
            "36 checklist must | null | bound - | proposals -",
        ],
        "line 24 asks for nothing and is no statement"
    );
}

/// The kind of a value, in one word.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// Keys with the kinds that their values may have. Others may stand beside them.
#[track_caller]
fn has_kinds(row: &Value, keys: &[(&str, &[&str])]) {
    for (key, kinds) in keys {
        let found = row.get(key).map(kind);
        assert!(found.is_some_and(|found| kinds.contains(&found)), "`{key}` is {found:?} in {row}");
    }
}

#[test]
fn the_agreed_keys_are_there_with_the_agreed_kinds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let temp = folder(&[("all.md", DOCUMENT)]);
    let all = temp.path().join("all.md");
    let ran = run(root, &["compile", "fixtures/documents", &all.to_string_lossy(), "--format", "json"]);
    let json = compiled(&ran);
    has_kinds(&json, &[("schema", &["number"]), ("documents", &["list"])]);
    assert_eq!(json["schema"], 1);
    let (mut n_params, mut n_exemplars, mut n_problems) = (0, 0, 0);
    for document in list(&json["documents"]) {
        has_kinds(
            document,
            &[
                ("path", &["text"]),
                ("dialect", &["text"]),
                ("id", &["text"]),
                ("statements", &["list"]),
                ("problems", &["list"]),
            ],
        );
        for row in list(&document["statements"]) {
            has_statement_kinds(row);
            n_params += list(&row["params"]).len();
            n_exemplars += usize::from(row["exemplar"].is_object());
        }
        for row in list(&document["problems"]) {
            has_kinds(row, &[("line", &["number", "null"]), ("message", &["text"]), ("help", &["text"])]);
            n_problems += 1;
        }
    }
    assert!(n_params > 5 && n_exemplars > 3 && n_problems > 3, "{n_params} {n_exemplars} {n_problems}");
}

#[track_caller]
fn has_statement_kinds(row: &Value) {
    has_kinds(
        row,
        &[
            ("text", &["text"]),
            ("line", &["number"]),
            ("id", &["text"]),
            ("section", &["text"]),
            ("polarity", &["text"]),
            ("proposals", &["list"]),
            ("bound", &["list"]),
            ("disposition", &["text", "null"]),
            ("params", &["list"]),
            ("exemplar", &["object", "null"]),
        ],
    );
    for check in list(&row["proposals"]).iter().chain(list(&row["bound"])) {
        assert!(check.is_string(), "{row}");
    }
    for param in list(&row["params"]) {
        has_kinds(param, &[("value", &["number"]), ("unit", &["text", "null"])]);
    }
    if row["exemplar"].is_object() {
        has_kinds(&row["exemplar"], &[("lang", &["text"]), ("fields", &["list"]), ("literals", &["list"])]);
    }
}

#[test]
fn numbers_and_problems_carry_unit_line_and_remedy() {
    let json = everything();
    let statements = list(&json["documents"][0]["statements"]);
    assert_eq!(statements[0]["params"], serde_json::json!([{ "value": 64, "unit": "messages" }]));
    assert_eq!(statements[4]["params"], serde_json::json!([{ "value": 2.5, "unit": "s" }]));
    let problems: Vec<String> = list(&json["documents"][0]["problems"])
        .iter()
        .map(|row| format!("{} {}", row["line"], row["message"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(problems, ["34 the attestation expired on 2001-01-31", "35 unknown check `no-such-check`"]);
    assert!(list(&json["documents"][0]["problems"]).iter().all(|row| row["help"] != ""));
}

/// A program that reads them may match on them; a new word is a new version.
#[test]
fn words_are_those_that_were_agreed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ran = run(root, &["compile", "fixtures/documents", "rules/patterns", "--format", "json"]);
    let json = compiled(&ran);
    let documents = || list(&json["documents"]).iter();
    let of_documents: BTreeSet<&str> = documents().filter_map(|row| row["dialect"].as_str()).collect();
    let of_statements = |key: &str| -> BTreeSet<String> {
        let statements = documents().flat_map(|row| list(&row["statements"]));
        statements.filter_map(|row| row[key].as_str().map(str::to_owned)).collect()
    };
    let words = |text: &'static str| -> BTreeSet<String> { text.split(' ').map(str::to_owned).collect() };
    let dialects: BTreeSet<String> = of_documents.iter().map(|&word| word.to_owned()).collect();
    assert_eq!(dialects, words("numbered tiered guide registry reference plain"));
    assert_eq!(
        of_statements("section"),
        words(
            "invariant guidance anti-pattern pitfall checklist default exemplar failure-mode observability other"
        )
    );
    assert_eq!(of_statements("polarity"), words("must must-not should prefer avoid default"));
}

#[test]
fn the_same_documents_give_the_same_json() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let json = |n_threads: &str| {
        let arguments =
            ["compile", "fixtures/documents", "rules/patterns", "--format", "json", "--threads", n_threads];
        run(root, &arguments).out
    };
    let first = json("1");
    assert!(first.len() > 10_000);
    for n_threads in ["1", "2", "7"] {
        assert_eq!(json(n_threads), first, "with {n_threads} threads");
    }
}
