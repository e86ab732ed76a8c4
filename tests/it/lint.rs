//! `patscan docs` and `patscan registry` as users run them.

use crate::cli::{folder, run, write};
use std::collections::BTreeSet;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_clean_document_of_each_layout_has_no_problem() {
    let ran = run(root(), &["docs", "fixtures/lint", "--fail-on", "note"]);
    assert_eq!(ran.out, "7 documents read: 0 errors, 0 warnings, 0 notes\n", "{}", ran.err);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let ran = run(root(), &["docs", "fixtures/lint", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let documents = json["documents"].as_array().expect("documents");
    let dialects: BTreeSet<&str> = documents.iter().filter_map(|row| row["dialect"].as_str()).collect();
    let all = ["guide", "numbered", "plain", "reference", "registry", "tiered"];
    assert_eq!(dialects, BTreeSet::from(all));
}

#[test]
fn the_registry_of_the_fixtures_is_what_they_give() {
    let target = "fixtures/lint/registry.md";
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        assert_eq!(run(root(), &["registry", "fixtures/lint", "-o", target]).code, 0);
    }
    let ran = run(root(), &["registry", "fixtures/lint", "-o", target, "--check"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
}

const DRAFT: &str =
    "# Deadlines\n\n- **Status:** Draft\n\nEvery call ends.\n\n- [ ] Timeouts are set, see [x](x.md)\n";

#[test]
fn a_problem_has_place_rule_and_remedy_and_fails_from_its_weight_on() {
    let temp = folder(&[("docs/a.md", DRAFT)]);
    let ran = run(temp.path(), &["docs", "docs", "--format", "short"]);
    let line = "docs/a.md:7:30: warning[DM-21 dead-link] the link leads to `x.md`, which is not there\n";
    assert_eq!((ran.code, ran.out.as_str()), (0, line));
    let ran = run(temp.path(), &["docs", "docs", "--fail-on", "warning"]);
    assert_eq!(ran.code, 1);
    for part in ["--> docs/a.md:7:30", "^", "help: correct the path", "1 document read"] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    write(temp.path(), "docs/x.md", b"# X\n\nx\n");
    assert_eq!(run(temp.path(), &["docs", "docs", "--format", "short"]).out, "");
}

#[test]
fn the_configuration_weighs_rules_by_number_and_by_name() {
    let temp = folder(&[("a.md", DRAFT)]);
    for (text, code) in [
        ("[docs.DM-21]\nseverity = \"error\"\n", 1),
        ("[docs.DM-21]\nseverity = \"error\"\n[docs.dead-link]\nseverity = \"off\"\n", 0),
        ("[docs.dead-lnk]\nseverity = \"off\"\n", 2),
        ("[docs.DM-21]\nseverity = \"fatal\"\n", 2),
        ("[docs.DM-21]\nweight = \"off\"\n", 2),
    ] {
        write(temp.path(), "patscan.toml", text.as_bytes());
        let ran = run(temp.path(), &["docs", "a.md"]);
        assert_eq!(ran.code, code, "{text}\n{}", ran.err);
        assert_eq!(ran.err.contains("did you mean `dead-link`?"), text.contains("dead-lnk"), "{}", ran.err);
    }
}

#[test]
fn it_says_how_a_document_was_read_and_why() {
    let ran = run(root(), &["docs", "fixtures/lint/bulkhead.md", "--explain"]);
    for part in [
        "bulkhead.md: tiered",
        "+ 3 for tiered: the front matter names a tier",
        "tier    silver",
        "2 checklist",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
}

#[test]
fn no_document_is_refused() {
    let temp = folder(&[("a/b.txt", "x")]);
    for arguments in [["docs", "a"], ["docs", "nowhere"], ["registry", "a"]] {
        let ran = run(temp.path(), &arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains("help: "), "{}", ran.err);
    }
}

#[test]
fn a_registry_that_is_behind_its_documents_fails_with_a_diff() {
    let temp = folder(&[("docs/a.md", DRAFT), ("docs/x.md", "# X\n\nx\n")]);
    let write_it = ["registry", "docs", "-o", "docs/registry.md"];
    assert_eq!(run(temp.path(), &[&write_it[..], &["--check"]].concat()).code, 2, "there is no page yet");
    assert_eq!(run(temp.path(), &write_it).code, 0);
    assert_eq!(run(temp.path(), &[&write_it[..], &["--check"]].concat()).code, 0);
    assert_eq!(run(temp.path(), &["docs", "docs", "--format", "short"]).out, "");
    write(temp.path(), "docs/a.md", DRAFT.replace("Draft", "Adopted").as_bytes());
    let ran = run(temp.path(), &[&write_it[..], &["--check"]].concat());
    assert_eq!(ran.code, 1);
    for part in ["-| 📋 [Deadlines](a.md)", "+| ✅ [Deadlines](a.md)", "--- docs/registry.md"] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
}

#[test]
fn a_scan_stands_beside_the_claims() {
    let temp = folder(&[
        (
            "docs/a.md",
            "# Deadlines\n\n- **Status:** Adopted\n\n## Checklist\n- [ ] Somebody is on call <!-- patscan: manual -->\n- [ ] Calls end\n",
        ),
        ("code/Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
        ("code/src/lib.rs", "pub fn f() {}\n"),
    ]);
    let ran = run(temp.path(), &["registry", "docs", "--code", "code"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("| Description | Code |"), "{}", ran.out);
    assert!(ran.out.contains("1 unbound, 1 manual"), "{}", ran.out);
}

#[test]
fn a_rule_for_documents_is_explained_by_number_and_name() {
    let ran = run(root(), &["explain", "DM-05"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("DM-05 too-long: ") && ran.out.contains("tiered (error)"), "{}", ran.out);
    assert_eq!(run(root(), &["explain", "too-long"]).out, ran.out);
    assert!(run(root(), &["explain", "DM-10"]).out.contains("DM-10 essential-question-differs"));
}
