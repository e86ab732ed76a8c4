//! `check --fix`: what it changes and what it leaves alone, and that a fixed crate still compiles, with the crates that it
//! uses as stubs.

use crate::cli::{folder, run, write};
use patscan::catalog::Catalog;
use patscan::rule::{RuleSet, Section};
use patscan::scan::{example_report, vocabulary};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const MANIFEST: &str =
    "[package]\nname = \"svc\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n";

fn manifest(crates: &[&str]) -> String {
    let lines = crates.iter().map(|name| format!("{name} = {{ path = \"../stubs/{name}\" }}\n"));
    format!("{MANIFEST}{}", lines.collect::<String>())
}

fn text(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).expect("the file")
}

const CLIENT: &str = "pub fn client() -> reqwest::Result<reqwest::Client> {\r\n    reqwest::Client::builder().build() // é\r\n}\r\n";
const FIXED: &str = "pub fn client() -> reqwest::Result<reqwest::Client> {\r\n    reqwest::Client::builder().timeout(std::time::Duration::from_secs(30)).build() // é\r\n}\r\n";

#[test]
fn a_file_is_changed_where_its_fix_says_and_nowhere_else() {
    let bom = |text: &str| format!("\u{feff}{text}");
    let temp = folder(&[("Cargo.toml", &manifest(&["reqwest"])), ("src/lib.rs", &bom(CLIENT))]);
    let first = run(temp.path(), &["check", "--fix"]);
    assert_eq!(first.code, 0, "{}{}", first.out, first.err);
    assert_eq!(text(temp.path(), "src/lib.rs"), bom(FIXED));
    assert!(first.err.contains("fixed src/lib.rs:2:5: [http-client-without-timeout]"), "{}", first.err);
    assert!(first.err.contains("fixed 1 finding in 1 file"), "{}", first.err);
    let second = run(temp.path(), &["check", "--fix"]);
    assert_eq!(text(temp.path(), "src/lib.rs"), bom(FIXED));
    assert!(second.err.contains("fixed 0 findings in 0 files"), "{}", second.err);
}

#[test]
fn a_dry_run_prints_a_patch_and_changes_nothing() {
    let temp = folder(&[("Cargo.toml", &manifest(&["reqwest"])), ("src/lib.rs", CLIENT)]);
    let ran = run(temp.path(), &["check", "--fix", "--dry-run"]);
    assert_eq!(text(temp.path(), "src/lib.rs"), CLIENT);
    assert!(ran.out.starts_with("--- a/src/lib.rs\n+++ b/src/lib.rs\n@@"), "{}", ran.out);
    assert!(ran.out.contains("\n+    reqwest::Client::builder().timeout("), "{}", ran.out);
    assert_eq!(ran.code, 1, "the finding is still there");
}

#[test]
fn a_suggestion_is_applied_only_where_it_is_asked_for() {
    let code = "pub fn client() -> reqwest::Client {\n    reqwest::Client::new()\n}\n";
    let temp = folder(&[("Cargo.toml", &manifest(&["reqwest"])), ("src/lib.rs", code)]);
    let ran = run(temp.path(), &["check", "--fix"]);
    assert_eq!((ran.code, text(temp.path(), "src/lib.rs")), (1, code.to_owned()));
    assert!(ran.err.contains("1 suggestion to look at"), "{}", ran.err);
    let ran = run(temp.path(), &["check", "--fix", "--unsafe-fixes"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(text(temp.path(), "src/lib.rs").contains(".timeout("));
}

#[test]
fn fixes_that_change_the_same_code_wait_for_each_other() {
    let code = "use backon::{ExponentialBuilder, Retryable};\n\npub async fn fetch() -> Result<u32, String> {\n    \
                let policy = ExponentialBuilder::default().without_max_times();\n    ask.retry(policy).await\n}\n\n\
                async fn ask() -> Result<u32, String> {\n    Ok(1)\n}\n";
    let rule = "check: call-through\nseverity: warning\nprecision: exact\nselect: { call: { path: \"backon::ExponentialBuilder::default\" } }\n\
                forbid: { chain_calls: without_max_times }\nmessage: m\nbecause: b\nhelp: h\nfix:\n  title: t\n  applicability: machine-applicable\n  \
                edits: { insert_call: \".with_max_times(3)\", up_to: without_max_times }\n---\n\
                check: call-without\nseverity: warning\nprecision: exact\nselect: { call: { path: \"backon::ExponentialBuilder::default\" } }\n\
                forbid: { chain_calls: without_max_times }\nmessage: m\nbecause: b\nhelp: h\nfix:\n  title: t\n  applicability: machine-applicable\n  \
                edits: { insert_call: \".with_factor(2.0)\", up_to: without_max_times }\n";
    let temp = folder(&[("Cargo.toml", &manifest(&["backon"])), ("src/lib.rs", code), ("more.yaml", rule)]);
    let arguments =
        ["check", "--fix", "--rules", "more.yaml", "--check", "call-through", "--check", "call-without"];
    let ran = run(temp.path(), &arguments);
    assert!(ran.err.contains("put off src/lib.rs:4:18: [call-without]"), "{}", ran.err);
    assert!(text(temp.path(), "src/lib.rs").contains(".with_max_times(3)"), "the first is applied");
}

#[cfg(unix)]
#[test]
fn what_lies_outside_of_the_scanned_folder_is_never_changed() {
    let temp = folder(&[
        ("svc/Cargo.toml", &manifest(&["reqwest"])),
        ("svc/src/lib.rs", "mod linked;\n"),
        ("elsewhere.rs", CLIENT),
    ]);
    let link = temp.path().join("svc/src/linked.rs");
    std::os::unix::fs::symlink(temp.path().join("elsewhere.rs"), link).expect("a link");
    write(temp.path(), "svc/src/own.rs", CLIENT.as_bytes());
    let _ = run(&temp.path().join("svc"), &["check", "--fix"]);
    assert_eq!(text(temp.path(), "elsewhere.rs"), CLIENT);
    assert_eq!(text(temp.path(), "svc/src/own.rs"), FIXED);
}

#[test]
fn a_part_that_was_not_named_is_not_changed() {
    let temp = folder(&[
        ("Cargo.toml", &manifest(&["reqwest"])),
        ("src/lib.rs", "mod a;\nmod b;\n"),
        ("src/a.rs", CLIENT),
        ("src/b.rs", CLIENT),
    ]);
    let ran = run(temp.path(), &["check", "--fix", "src/a.rs"]);
    assert_eq!((text(temp.path(), "src/a.rs"), text(temp.path(), "src/b.rs")), (FIXED.into(), CLIENT.into()));
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// Each entry of `fix:` is shown by an example, and each page states at least one fixed text.
#[test]
fn every_fix_is_shown_by_an_example_and_every_page_states_a_fixed_text() {
    let (rules, _) = RuleSet::builtin(vocabulary());
    let mut missing = Vec::new();
    for rule in rules.rules.iter().filter(|rule| !rule.fixes.is_empty()) {
        let alone = RuleSet { rules: vec![rule.clone()] };
        let (examples, _) = rule.examples(Catalog::builtin());
        if examples.iter().all(|example| example.section != Section::Fixed) {
            missing.push(format!("{}: no `rust fixed` block", rule.id));
        }
        let reports = examples.iter().map(|example| example_report(&alone, example));
        let fixes = reports.flat_map(|report| report.findings).filter_map(|finding| finding.fix);
        let shown: BTreeSet<_> = fixes.map(|fix| (fix.title, fix.applicability)).collect();
        for spec in &rule.fixes {
            let title = spec.title.render(|_| None);
            if !shown.contains(&(title.clone(), spec.applicability)) {
                missing.push(format!("{}: {title} ({})", rule.id, spec.applicability.as_str()));
            }
        }
    }
    assert!(missing.is_empty(), "no example shows these fixes:\n{}", missing.join("\n"));
}

/// The crates that the service uses, as stubs.
const STUBS: [(&str, &str); 5] = [
    ("async-channel", include_str!("../../fixtures/fix/async-channel.rs")),
    ("axum", include_str!("../../fixtures/fix/axum.rs")),
    ("backon", include_str!("../../fixtures/fix/backon.rs")),
    ("lapin", include_str!("../../fixtures/fix/lapin.rs")),
    ("reqwest", include_str!("../../fixtures/fix/reqwest.rs")),
];
const SERVICE: &str = include_str!("../../fixtures/fix/service.rs");

/// Compiles the package; no network, nothing but stubs.
#[track_caller]
fn check_compiles(folder: &Path, target: &Path) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let ran = Command::new(cargo)
        .args(["check", "--offline", "--quiet"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .expect("cargo starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn a_fixed_crate_compiles_as_before_and_its_findings_are_gone() {
    let names: Vec<&str> = STUBS.iter().map(|(name, _)| *name).collect();
    let temp = folder(&[("svc/Cargo.toml", &manifest(&names)), ("svc/src/lib.rs", SERVICE)]);
    for (name, code) in STUBS {
        write(temp.path(), &format!("stubs/{name}/src/lib.rs"), code.as_bytes());
        let head = format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2024\"\n");
        write(temp.path(), &format!("stubs/{name}/Cargo.toml"), head.as_bytes());
    }
    let (service, target) = (temp.path().join("svc"), temp.path().join("target"));
    check_compiles(&service, &target);
    let ran = run(&service, &["check", "--fix", "--format", "short"]);
    assert!(ran.err.contains("fixed 7 findings in 1 file"), "{}", ran.err);
    assert!(ran.err.contains("4 suggestions to look at"), "{}", ran.err);
    check_compiles(&service, &target);
    let unsafe_fix = ["check", "--fix", "--unsafe-fixes", "--format", "json"];
    let ran = run(&service, &unsafe_fix);
    assert!(ran.err.contains("fixed 4 findings in 1 file"), "{}", ran.err);
    // The client that has a timeout now may get a shorter one for the connect.
    assert!(ran.err.contains("1 finding can be fixed by another run"), "{}", ran.err);
    let ran = run(&service, &unsafe_fix);
    check_compiles(&service, &target);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!(findings.iter().filter(|finding| !finding["fix"].is_null()).count(), 0, "{}", ran.out);
}
