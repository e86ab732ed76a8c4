//! Where the rules of a document hold and how heavily: scope, needs, status, replacement; and every state of a statement.

use crate::cli::{folder, run, write};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

const ROOT: (&str, &str) = ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n");
const LOUD: &str = "pub struct LOUD;\n";

fn manifest(name: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nlapin = \"2\"\ntokio = \"1\"\n"
    )
}

/// A document in whose head `head` stands, with a check on names that shout.
fn document(head: &str, comment: &str) -> String {
    format!(
        "# Names\n\n<!-- patscan: doc=names -->\n{head}\n\n## Invariants\n\n- No name shouts {comment}\n\n  ```patscan\n  check: loud-name\n  severity: error\n  precision: exact\n  select: {{ type: {{ name: \"^LOUD\" }} }}\n  forbid: {{ name: \"^LOUD\" }}\n  message: \"this name shouts\"\n  because: \"names are read, not heard\"\n  help: \"use upper camel case\"\n  ```\n"
    )
}

fn report(folder: &Path, arguments: &[&str]) -> Value {
    let ran = run(folder, &[&["check", ".", "--format", "json"], arguments].concat());
    let document = serde_json::from_str(&ran.out);
    assert!(document.is_ok(), "JSON: {}{}", ran.out, ran.err);
    document.unwrap_or_default()
}

/// `path` of each finding of `check`.
fn places<'r>(report: &'r Value, check: &str) -> Vec<&'r str> {
    let findings = report["findings"].as_array().expect("findings").iter();
    findings
        .filter(|finding| finding["check"] == check)
        .filter_map(|finding| finding["path"].as_str())
        .collect()
}

/// State and reason of the statements of `pattern`, by id.
fn states(report: &Value, pattern: &str) -> BTreeMap<String, (String, String)> {
    let own = report["statements"].as_array().expect("statements").iter();
    let own = own.filter(|statement| statement["pattern"] == pattern);
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    own.map(|found| (text(&found["id"]), (text(&found["state"]), text(&found["reason"])))).collect()
}

#[test]
fn a_scope_limits_where_the_rules_of_a_document_hold() {
    let consumer = "pub struct LOUD;\npub async fn take(mut consumer: lapin::Consumer) {\n    use futures::StreamExt;\n    while let Some(delivery) = consumer.next().await {\n        struct LOUDER;\n        drop((delivery, LOUDER));\n    }\n}\n";
    let temp = folder(&[
        ROOT,
        ("crates/orders/Cargo.toml", &manifest("orders")),
        ("crates/orders/src/lib.rs", LOUD),
        ("crates/order-jobs/Cargo.toml", &manifest("order-jobs")),
        ("crates/order-jobs/src/lib.rs", consumer),
    ]);
    let (orders, jobs) = ("crates/orders/src/lib.rs", "crates/order-jobs/src/lib.rs");
    for (head, comment, expected, told) in [
        ("", "", &[jobs, jobs, orders][..], "3 of 3 subjects fail"),
        ("Scope: what names are called, in all of the API/service code", "", &[jobs, jobs, orders], "3 of 3"),
        ("<!-- patscan: scope=\"crates/orders/**\" -->", "", &[orders], "in scope `crates/orders/**`"),
        ("- **Scope:** names below `crates/orders/`", "", &[orders], "in scope `crates/orders/`"),
        ("<!-- patscan: scope=crate:order-jobs -->", "", &[jobs, jobs], "in scope `crate:order-jobs`"),
        ("<!-- patscan: scope=role:queue-consumer -->", "", &[jobs], "in scope `role:queue-consumer`"),
        ("", "<!-- patscan: scope=orders -->", &[orders], "in scope `orders`"),
        ("<!-- patscan: scope=\"apps/**\" -->", "", &[], "no subjects in `apps/**`"),
    ] {
        write(temp.path(), "docs/names.md", document(head, comment).as_bytes());
        let report = report(temp.path(), &["--patterns", "docs"]);
        assert_eq!(places(&report, "loud-name"), expected, "{head}{comment}");
        let (_, reason) = &states(&report, "names")["invariant/no-name-shouts"];
        assert!(reason.contains(told), "{head}{comment}: {reason}");
        assert_eq!(run(temp.path(), &["compile", "docs", "-o", "sets"]).code, 0);
        let compiled = self::report(temp.path(), &["--patterns", "sets"]);
        assert_eq!(compiled["findings"], report["findings"], "a rule set has the scope of its document");
    }
}

/// A pattern for what the code does not have is not broken by it, and says so.
#[test]
fn a_document_holds_only_for_code_that_has_what_it_needs() {
    let temp = folder(&[("Cargo.toml", &manifest("orders")), ("src/lib.rs", LOUD)]);
    let none = "the pattern is for code with any of";
    for (needs, state, told) in [
        ("crate:lapin", "fail", "1 of 1 subjects fail"),
        ("\"role:queue-consumer crate:lapin\"", "fail", "1 of 1 subjects fail"),
        ("crate:rdkafka", "not-applicable", "`crate:rdkafka`, and there is none"),
        ("role:queue-consumer", "not-applicable", none),
        ("\"role:queue-consumer,crate:rdkafka\"", "not-applicable", "`crate:rdkafka`, `role:queue-consumer`"),
    ] {
        let head = format!("<!-- patscan: needs={needs} -->");
        write(temp.path(), "docs/names.md", document(&head, "").as_bytes());
        let of_document = report(temp.path(), &["--patterns", "docs"]);
        let (found, reason) = &states(&of_document, "names")["invariant/no-name-shouts"];
        assert!(found == state && reason.contains(told), "{needs}: {found}: {reason}");
        let expected: &[&str] = if state == "fail" { &["src/lib.rs"] } else { &[] };
        assert_eq!(places(&of_document, "loud-name"), expected, "{needs}");
        assert_eq!(run(temp.path(), &["compile", "docs", "-o", "sets"]).code, 0);
        let of_set = report(temp.path(), &["--patterns", "sets"]);
        assert_eq!(of_set["statements"], of_document["statements"], "{needs}: a rule set needs the same");
        assert_eq!(of_set["findings"], of_document["findings"], "{needs}");
    }
    let broken = document("<!-- patscan: needs=crate:rdkafka -->", "<!-- patscan: check=nope -->");
    write(temp.path(), "docs/names.md", broken.as_bytes());
    let found = states(&report(temp.path(), &["--patterns", "docs"]), "names");
    assert_eq!(found["invariant/no-name-shouts"].0, "error", "what is broken is told for any code");
}

#[test]
fn what_a_document_needs_is_a_role_or_a_crate() {
    for (needs, told) in [
        ("needs=\"crates/orders/**\"", "`needs` takes roles and crates only"),
        ("needs=role:queue-consumr", "unknown role `queue-consumr`"),
        ("needs", "`needs` names no code"),
    ] {
        let text = document(&format!("<!-- patscan: {needs} -->"), "");
        let temp = folder(&[("docs/names.md", &text)]);
        let ran = run(temp.path(), &["compile", "docs"]);
        assert!(ran.err.contains(told) && ran.err.contains("docs/names.md:4:"), "{needs}: {}", ran.err);
        assert!(ran.err.contains("help: "), "{needs}: {}", ran.err);
    }
}

#[test]
fn a_scope_narrows_no_other_document_and_a_broken_one_is_told() {
    let text = |head: &str| {
        format!(
            "# Mine\n\n<!-- patscan: doc=mine -->\n{head}\n\n## Invariants\n\n- Channels end <!-- patscan: check=unbounded-channel -->\n"
        )
    };
    let code = "pub fn f() { drop(tokio::sync::mpsc::unbounded_channel::<u8>()); }\n";
    let temp = folder(&[
        ROOT,
        ("crates/a/Cargo.toml", &manifest("a")),
        ("crates/a/src/lib.rs", code),
        ("crates/b/Cargo.toml", &manifest("b")),
        ("crates/b/src/lib.rs", code),
        ("docs/mine.md", &text("<!-- patscan: scope=crate:a -->")),
    ]);
    let found = report(temp.path(), &["--patterns", "docs"]);
    let patterns: Vec<(&str, &str)> = found["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["check"] == "unbounded-channel")
        .filter_map(|found| Some((found["path"].as_str()?, found["statement"]["pattern"].as_str()?)))
        .collect();
    assert_eq!(patterns.len(), 2, "{patterns:?}");
    assert_eq!(patterns[0], ("crates/a/src/lib.rs", "mine"));
    assert!(patterns[1].0 == "crates/b/src/lib.rs" && patterns[1].1 != "mine", "{patterns:?}");
    write(temp.path(), "docs/mine.md", text("<!-- patscan: scope=role:queue-consumr -->").as_bytes());
    let ran = run(temp.path(), &["compile", "docs"]);
    assert!(
        ran.err.contains("unknown role `queue-consumr`")
            && ran.err.contains("did you mean `queue-consumer`?"),
        "{}",
        ran.err
    );
}

/// What shows that a deprecated pattern is used is a warning, and says what to use instead.
#[test]
fn the_use_of_a_deprecated_pattern_warns_and_names_what_replaces_it() {
    let head = "---\ntitle: Names\nexcellence_tier: bronze\npattern_status: legacy\nmodern_alternatives:\n  - Quiet names\n  - No names\n---\n";
    let temp = folder(&[ROOT, ("crates/a/Cargo.toml", &manifest("a")), ("crates/a/src/lib.rs", LOUD)]);
    for (severity, expected) in [("note", "warning"), ("error", "warning")] {
        let text = document("", "").replace("severity: error", &format!("severity: {severity}"));
        write(temp.path(), "docs/names.md", format!("{head}{text}").as_bytes());
        let report = report(temp.path(), &["--patterns", "docs", "--check", "loud-name"]);
        let finding = &report["findings"][0];
        assert_eq!(finding["severity"], expected, "{report}");
        let help =
            "use upper camel case; the pattern `Names` is deprecated; use instead: Quiet names, No names";
        assert_eq!(finding["help"], help);
    }
    let numbered = "- **Status:** Deprecated\n- **Replaced by:** Pattern 009\n";
    write(temp.path(), "docs/names.md", document(numbered, "").as_bytes());
    let report = report(temp.path(), &["--patterns", "docs", "--check", "loud-name"]);
    assert_eq!(
        (&report["findings"][0]["severity"], &report["findings"][0]["help"]),
        (
            &"warning".into(),
            &"use upper camel case; the pattern `Names` is deprecated; use instead: Pattern 009".into()
        )
    );
}

const STATES: &str = "\
# States

<!-- patscan: doc=states -->

## Invariants

- Good <!-- patscan: id=pass check=has-good -->
- Bad <!-- patscan: id=fail check=has-bad -->
- Good in part <!-- patscan: id=partial check=has-good partial=\"the rest is not seen\" -->
- Nothing there <!-- patscan: id=not-applicable check=has-none -->
- Excused <!-- patscan: id=waived exempt=\"agreed in May\" -->
- Known <!-- patscan: id=baselined check=has-known -->
- Channels are bounded <!-- patscan: id=proposed -->
- Looked at <!-- patscan: id=manual manual -->
- Tried <!-- patscan: id=tested test=\"tests/a.rs\" -->
- Sworn <!-- patscan: id=attested attest=\"the team\" until=2099-01-01 -->
- Loose <!-- patscan: id=unbound -->
- Worded <!-- patscan: id=stale check=has-good hash=0000 -->
- Again <!-- patscan: id=duplicate duplicate-of=pass -->
- Unseen <!-- patscan: id=unknown check=has-unclear -->
- Broken <!-- patscan: id=error check=no-such-check -->
- Nobody plays it <!-- patscan: id=role-missing check=reservation-needs-name -->
";

/// A check on types of this name; `body` says what must hold.
fn check(id: &str, name: &str, body: &str) -> String {
    format!(
        "---\ncheck: {id}\nseverity: error\nprecision: exact\nselect: {{ {name} }}\n{body}\nmessage: \"m\"\nbecause: \"b\"\nhelp: \"h\"\n"
    )
}

#[test]
fn every_state_is_reached_and_all_but_a_plain_pass_say_why() {
    let rules = [
        check("has-good", "type: { name: \"^Good$\" }", "require: { name: \"^Good$\" }"),
        check("has-bad", "type: { name: \"^Bad$\" }", ""),
        check("has-known", "type: { name: \"^Known$\" }", ""),
        check("has-none", "type: { name: \"^None$\" }", ""),
        check(
            "has-unclear",
            "call: { path: \"std::thread::sleep\" }",
            "require: { arg: { at: 0, is: { max: 1 s } } }",
        ),
        check("reservation-needs-name", "type: { role: reservation }", ""),
    ];
    let code = "pub struct Good;\npub struct Bad;\npub fn nap(time: std::time::Duration) { std::thread::sleep(time); }\n";
    let temp = folder(&[
        ROOT,
        ("crates/a/Cargo.toml", &manifest("a")),
        ("crates/a/src/lib.rs", &format!("pub struct Known;\n{code}")),
        ("docs/states.md", STATES),
        ("rules.yaml", &rules.concat()),
    ]);
    let common = ["--patterns", "docs", "--rules", "rules.yaml"];
    // The baseline knows `Known` alone: `Bad` comes later.
    write(temp.path(), "crates/a/src/lib.rs", b"pub struct Known;\n");
    let ran = run(temp.path(), &[&["baseline", "write", "."], &common[..]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    write(temp.path(), "crates/a/src/lib.rs", format!("pub struct Known;\n{code}").as_bytes());
    let report = report(temp.path(), &common);
    let states = states(&report, "states");
    assert_eq!(states.len(), 16, "{states:?}");
    for (id, (state, reason)) in &states {
        let expected = if id == "role-missing" { "unbound" } else { id };
        assert_eq!(state, expected, "{reason}");
        assert!(!reason.is_empty(), "`{id}` says nothing");
    }
    assert!(states["role-missing"].1.contains("role missing: nothing plays `reservation`"), "{states:?}");
    assert!(states["pass"].1.contains("crates/a/src/lib.rs:2"), "{states:?}");
    assert_eq!(states["not-applicable"].1, "`has-none`: no subjects");
}
