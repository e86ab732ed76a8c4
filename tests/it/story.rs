//! One story end to end, as a team would live it: a new pattern document, its sentences bound, the code broken, the sentence
//! in the finding. Starts from what `patscan new pattern` writes.

use crate::cli::{Ran, copy, folder, run};
use serde_json::Value;
use std::path::Path;

const DOCUMENT: &str = "docs/order-intake.md";

/// What the team writes instead of the template's sentence.
const OWN: &str = "\
- **Kind words:** each refusal is polite
- **Free of clutter:** the store never prints

```patscan
check: store-prints
severity: eror
precision: exact
select: { macro: \"std::println\" }
message: \"this prints\"
because: \"nobody reads what a service prints\"
help: \"use `tracing`\"
```
";

fn edit(root: &Path, path: &str, change: impl FnOnce(&str) -> String) {
    let path = root.join(path);
    let text = std::fs::read_to_string(&path).expect("a file");
    let changed = change(&text);
    assert_ne!(changed, text, "the edit finds its place");
    std::fs::write(path, changed).expect("a file");
}

/// Scans the service with the team's documents and that one check.
fn scan(root: &Path) -> Ran {
    run(root, &["check", "svc", "--patterns", "docs", "--check", "store-prints"])
}

/// The state of the sentence that has `words`, with its reason.
fn state(root: &Path, words: &str) -> String {
    let ran = run(root, &["check", "svc", "--patterns", "docs", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).expect("JSON");
    let mut statements = report["statements"].as_array().expect("statements").iter();
    let found = statements
        .find(|row| row["pattern"] == "100" && row["text"].as_str().is_some_and(|text| text.contains(words)));
    let found = found.expect("the sentence is never dropped");
    format!("{}: {}", found["state"].as_str().unwrap_or(""), found["reason"].as_str().unwrap_or(""))
}

#[test]
fn a_team_writes_a_pattern_down_and_is_told_when_code_breaks_it() {
    let temp = folder(&[]);
    let root = temp.path();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/order-service"), &root.join("svc"));
    std::fs::create_dir(root.join("docs")).expect("a folder");
    the_document_is_begun(root);
    its_sentences_are_filled_in(root);
    a_proposal_is_accepted(root);
    code_breaks_a_sentence(root);
    a_sentence_changes(root);
}

fn the_document_is_begun(root: &Path) {
    let ran = run(&root.join("docs"), &["new", "pattern", "Order intake"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err.starts_with("wrote order-intake.md; try `patscan compile order-intake.md`"),
        "{}",
        ran.err
    );
    let ran = run(root, &["compile", "docs", "--verbose"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "what is written for us to start from has no problem");
    assert!(!ran.out.contains("nothing judges"), "{}", ran.out);
}

fn its_sentences_are_filled_in(root: &Path) {
    edit(root, DOCUMENT, |text| {
        let hint =
            "- **Fits its purpose:** replace this by a sentence of your own <!-- patscan: manual -->\n";
        let filled = text.replace(hint, OWN);
        filled.replace("- [ ] Somebody tried", "- [ ] Backoff has jitter\n- [ ] Somebody tried")
    });
    let ran = run(root, &["compile", "docs"]);
    for told in ["docs/order-intake.md:41:11", "`severity` knows no `eror`", "did you mean `error`?"] {
        assert!(ran.err.contains(told), "{told}: {}", ran.err);
    }
    assert!(state(root, "the store never prints").starts_with("error: "), "a broken check judges nothing");
    edit(root, DOCUMENT, |text| text.replace("severity: eror", "severity: error"));
    let ran = run(root, &["compile", "docs", "-o", "sets", "--verbose"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "wrote sets/order-intake.yaml\n"));
    for told in [
        "docs/order-intake.md:36: nothing judges: Kind words: each refusal is polite\n",
        ": proposes backoff-without-jitter (\"backoff has jitter\"): Backoff has jitter\n",
        "docs/order-intake.md is a draft: its findings are warnings at most",
    ] {
        assert!(ran.out.contains(told), "{told}: {}", ran.out);
    }
    assert!(state(root, "the store never prints").starts_with("not-applicable: "));
    assert!(state(root, "each refusal is polite").starts_with("unbound: "));
    assert!(state(root, "channels between two stages are bounded").starts_with("fail: "));
    assert_eq!(scan(root).code, 0);
}

fn a_proposal_is_accepted(root: &Path) {
    assert!(state(root, "Backoff has jitter").starts_with("proposed: "));
    let ran = run(root, &["compile", "docs", "-o", "sets", "--accept"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("accepted 1 proposal\n"), "{}", ran.err);
    let text = std::fs::read_to_string(root.join(DOCUMENT)).expect("the document");
    assert!(text.contains("- [ ] Backoff has jitter <!-- patscan: check=backoff-without-jitter -->\n"));
    assert!(state(root, "Backoff has jitter").starts_with("fail: "), "the fixture has a backoff without");
    assert_eq!(run(root, &["compile", "docs", "-o", "sets", "--check"]).code, 0);
}

fn code_breaks_a_sentence(root: &Path) {
    edit(root, "svc/service/src/store.rs", |code| {
        format!("{code}\npub fn show() {{\n    println!(\"orders\");\n}}\n")
    });
    let ran = scan(root);
    assert_eq!(ran.code, 0, "a draft advises: {}", ran.out);
    assert!(ran.out.contains("warning[store-prints]: this prints"), "{}", ran.out);
    edit(root, DOCUMENT, |text| text.replace("- **Status:** Draft", "- **Status:** Adopted"));
    let ran = scan(root);
    assert_eq!(ran.code, 1, "{}", ran.out);
    for told in [
        "error[store-prints]: this prints",
        "service/src/store.rs:77:5",
        "= pattern: Free of clutter: the store never prints",
        "(docs/order-intake.md:37)",
        "= because: nobody reads what a service prints",
    ] {
        assert!(ran.out.contains(told), "{told}: {}", ran.out);
    }
    assert!(state(root, "the store never prints").starts_with("fail: 1 of 1 subject"));
}

fn a_sentence_changes(root: &Path) {
    let check = ["compile", "docs", "-o", "sets", "--check"];
    assert_eq!(run(root, &["compile", "docs", "-o", "sets"]).code, 0);
    assert_eq!(run(root, &check).code, 0);
    edit(root, DOCUMENT, |text| text.replace("the store never prints", "nothing prints"));
    let ran = run(root, &check);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("run `patscan compile` and commit"), "{}", ran.err);
    for line in [
        "-    text: \"Free of clutter: the store never prints\"\n",
        "+    text: \"Free of clutter: nothing prints\"\n",
    ] {
        assert!(ran.out.contains(line), "{line}: {}", ran.out);
    }
    assert_eq!(run(root, &["compile", "docs", "-o", "sets"]).code, 0);
    assert_eq!(run(root, &check).code, 0);
}
