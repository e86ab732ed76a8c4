//! Selectors and predicates, each on code that it takes and on code that it must leave.

use super::testing::check;

#[test]
fn a_call_is_found_in_every_spelling_and_a_namesake_is_not() {
    check(
        "select: { call: { path: [tokio::spawn] } }",
        "
use tokio::spawn as start;
mod own { pub fn spawn<T>(_: T) {} }
pub fn run() {
    tokio::spawn(async {}); //~ a-check
    start(async {}); //~ a-check
    own::spawn(1);
}
#[cfg(test)]
mod tests { fn quiet() { tokio::spawn(async {}); } }
",
    );
}

#[test]
fn a_method_on_a_type_needs_the_type_and_no_hint_is_unknown() {
    check(
        "select: { call: { method: [send], on: [tokio::sync::mpsc::Sender] } }",
        "
use tokio::sync::mpsc::Sender;
struct Mail;
impl Mail { fn send(&self, _: u8) {} }
pub async fn run(tx: Sender<u8>, mail: Mail, other: impl Fn() -> Strange) {
    tx.send(1).await; //~ a-check
    mail.send(2);
    other().send(3); //~ a-check unknown
}
",
    );
}

#[test]
fn the_place_of_a_method_call_is_its_name() {
    check(
        "select: { call: { method: [send], on: [tokio::sync::mpsc::Sender] } }",
        "
pub async fn run(tx: tokio::sync::mpsc::Sender<u8>) {
    tx
        .clone()
        .send( //~ a-check
            1,
        )
        .await;
}
",
    );
}

#[test]
fn a_code_pattern_binds_resolves_and_leaves_the_rest_open() {
    check(
        "select: { code: \"tokio::spawn($task)\" }",
        "
use tokio::spawn as start;
pub fn run() {
    start(async { 1 }); //~ a-check
    tokio::task::spawn_blocking(|| 1);
}
",
    );
    check(
        "select: { code: \"$x.min($x)\" }",
        "pub fn f(a: u8, b: u8) -> u8 { a.min(b); b.min(b) } //~ a-check",
    );
    check(
        "select: { code: \"max($$$, 3)\" }",
        "pub fn f() {
    max(1, 2, 3); //~ a-check
    max(3); //~ a-check
    max(3, 1);
}",
    );
    check(
        "select: { code: \"Options { no_ack: true, .. }\" }",
        "pub struct Options { pub no_ack: bool, pub name: u8 }
pub fn f() {
    let a = Options { name: 1, no_ack: true }; //~ a-check
    let b = Options { name: 1, no_ack: false };
}",
    );
}

#[test]
fn verdicts_follow_require_forbid_and_unless() {
    let code = "
pub fn f(n: usize) {
    tokio::sync::mpsc::channel::<u8>(10);
    tokio::sync::mpsc::channel::<u8>(5000); //~ a-check
    tokio::sync::mpsc::channel::<u8>(n); //~ a-check unknown
    tokio::sync::mpsc::channel::<u8>(7);
}
";
    let select = "select: { call: { path: [tokio::sync::mpsc::channel] } }\n";
    check(&format!("{select}require: {{ arg: {{ at: 0, is: {{ max: 100 }} }} }}"), code);
    check(&format!("{select}forbid: {{ arg: {{ at: 0, is: {{ min: 101 }} }} }}"), code);
    check(
        &format!(
            "{select}unless: {{ arg: {{ at: 0, is: {{ equals: 7 }} }} }}\nforbid: {{ arg: {{ at: 0, is: {{ literal: true }} }} }}"
        ),
        "
pub fn f(n: usize) {
    tokio::sync::mpsc::channel::<u8>(10); //~ a-check
    tokio::sync::mpsc::channel::<u8>(n);
    tokio::sync::mpsc::channel::<u8>(7);
}
",
    );
}

#[test]
fn a_closed_gate_leaves_no_subject() {
    check(
        "requires_crate: [reqwest]\nselect: { call: { path: [tokio::spawn] } }",
        "//@ depends: tokio\npub fn f() { tokio::spawn(async {}); }",
    );
}

#[test]
fn types_are_selected_by_derive_name_and_variant() {
    check(
        "select: { type: { derives: [serde::Serialize], name: \"Job$\" } }\nrequire: { has_field: { name: [\"_id$\"] } }",
        "
use serde::Serialize;
#[derive(Serialize)]
pub struct MailJob { pub to: String } //~ a-check
#[derive(Serialize)]
pub struct KeyedJob { pub order_id: u64 }
#[derive(Clone)]
pub struct PlainJob { pub to: String }
",
    );
    check(
        "select: { type: { kind: enum, each_variant: true } }\nrequire: { carries: { names: [\"_id$\"], depth: 1 } }",
        "
pub struct Inner { pub order_id: u64 }
pub enum Job {
    Ping,
    Mail { to: String }, //~ a-check
    Keyed { order_id: u64 },
    Nested(Inner),
}
",
    );
}

#[test]
fn order_and_containment_stay_within_the_function() {
    let rule =
        "select: { call: { path: [\"**::ack\"] } }\nrequire: { follows: { call: { path: [\"**::work\"] } } }";
    check(
        rule,
        "
pub fn ack() {}
pub fn work() {}
pub fn good() { work(); ack(); }
pub fn bad() {
    ack(); //~ a-check
    work();
}
",
    );
    check(
        "select: { fn: { name: \"^do_\" } }\nforbid: { contains: { macro: [println] } }",
        "
pub fn do_one() { println!(\"x\"); } //~ a-check
pub fn do_two() {}
",
    );
}

#[test]
fn what_exists_elsewhere_in_the_package_is_seen() {
    let rule = "select: { call: { path: [\"**::publish\"] } }\nrequire: { crate_has: { call: { path: [\"**::confirm\"] } } }";
    check(rule, "pub fn publish() {}\npub fn confirm() {}\npub fn f() {\n publish(); //~ a-check\n}");
    check(
        rule,
        "pub fn publish() {}\npub fn confirm() {}\npub fn f() { publish(); }\npub fn g() { confirm(); }",
    );
}

#[test]
fn literals_fields_and_assignments_are_subjects() {
    let code = "
#[derive(Default)]
pub struct Options { pub no_ack: bool, pub n: u8 }
pub fn f() {
    let a = Options { no_ack: true, n: 1 }; //~ a-check
    let b = Options { no_ack: false, n: 1 };
    let mut c = Options::default();
    c.no_ack = true; //~ a-check
}
";
    check(
        "select: [{ literal: { type: [example::Options], field: [no_ack] } }, { field_set: { on: [example::Options], field: [no_ack] } }]\nforbid: { value: { equals: true } }",
        code,
    );
}

#[test]
fn a_place_is_explained_by_what_decided_or_by_what_is_missing() {
    let set = super::testing::rules(
        "select: { call: { path: [tokio::sync::mpsc::channel] } }\nrequire: { arg: { at: 0, is: { max: 100 } } }",
    );
    let text = "use tokio::sync::mpsc;
fn own() { channel(); }
pub fn channel() {}
pub fn f() {
    mpsc::channel::<u8>(5000);
}
#[cfg(test)]
mod tests {
    fn f() { tokio::sync::mpsc::channel::<u8>(1); }
}
";
    let codebase = crate::facts::testing::codebase(&[("src/lib.rs", text)]);
    let engine = super::Engine::new(&set, &codebase);
    let rule = &set.rules[0];
    let on = |line: u32| engine.explain(rule, crate::base::FileIdx(0), line);
    let page = |span| rule.page.slice(span).to_owned();

    let fault = on(5);
    assert_eq!(fault.subjects.len(), 1, "{fault:?}");
    assert_eq!(fault.subjects[0].verdict, Some(super::Verdict::Fail));
    assert!(page(fault.subjects[0].decided_by.expect("a predicate")).contains("max: 100"));

    let namesake = on(2);
    assert_eq!(namesake.subjects, [], "{namesake:?}");
    assert_eq!(namesake.misses[0].reason, "`path` does not match: it is `app::channel`");

    assert_eq!(on(9).closed.as_deref(), Some("the place is test code, which is not examined"));
}

#[test]
fn findings_are_numbered_by_what_they_are_and_not_by_their_line() {
    let set = super::testing::rules("select: { call: { path: [tokio::spawn] } }");
    let prints = |text: &str| {
        let codebase = crate::facts::testing::codebase(&[("src/lib.rs", text)]);
        let evaluation = super::testing::evaluation(&set, &codebase);
        evaluation.findings.iter().map(|finding| finding.fingerprint).collect::<Vec<_>>()
    };
    let plain = prints("pub fn f() { tokio::spawn(async {}); tokio::spawn(async {}); }");
    let moved = prints(
        "\n\n// more\npub fn f() {\n    tokio::spawn(\n        async {},\n    );\n    tokio::spawn(async {});\n}",
    );
    assert_eq!(plain.len(), 2);
    assert_ne!(plain[0], plain[1]);
    assert_eq!(plain, moved);
}

#[test]
fn messages_name_facts_captures_and_parameters() {
    let yaml =
        "select: { code: \"tokio::time::sleep($length)\" }\nlabels: { $length: \"{length} is given\" }";
    let set = super::testing::rules(yaml);
    let text = "pub async fn f() { tokio::time::sleep(wait()).await; }";
    let codebase = crate::facts::testing::codebase(&[("src/lib.rs", text)]);
    let evaluation = super::testing::evaluation(&set, &codebase);
    let finding = &evaluation.findings[0];
    assert_eq!(finding.message, "tokio::time::sleep(wait())");
    assert_eq!(finding.labels.len(), 1);
    assert_eq!(finding.labels[0].text, "wait() is given");
}
