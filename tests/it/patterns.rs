//! Pattern documents as users work with them: written, compiled, accepted, scanned with, broken.

use crate::cli::{folder, run, write};
use serde_json::Value;
use std::path::Path;

const SERVICE: (&str, &str) = (
    "svc/Cargo.toml",
    "[package]\nname = \"svc\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\ntokio = \"1\"\n",
);
const QUIET: &str = "pub fn open() -> u8 {\n    let (tx, rx) = tokio::sync::mpsc::channel::<Vec<u8>>(8);\n    drop((tx, rx));\n    0\n}\n";
const LOUD: &str = "pub struct LOUD;\npub fn open() -> u8 {\n    let (tx, rx) = tokio::sync::mpsc::unbounded_channel::<Vec<u8>>();\n    let _ = (tx.send(vec![1]), rx);\n    0\n}\n";

/// A document with a check of its own, whose examples stand beside it.
const DOCUMENT: &str = "\
# Team rules

<!-- patscan: doc=team -->

## Checklist

- [ ] Channels are bounded
- [ ] No name shouts

  ```patscan
  check: loud-name
  severity: error
  precision: exact
  select: { type: { name: \"^LOUD$\" } }
  message: \"this name shouts\"
  because: \"names are read, not heard\"
  help: \"use upper camel case\"
  ```

  Avoid:

  ```rust
  struct LOUD; //~ loud-name
  ```

  Do:

  ```rust
  struct Quiet;
  ```

- [ ] Somebody looked at the dashboards <!-- patscan: manual=\"needs eyes\" -->
- [ ] Nothing is known of this one
";

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let ran = run(folder, arguments);
    assert!(ran.out.starts_with('{'), "{}{}", ran.out, ran.err);
    serde_json::from_str(&ran.out).expect("JSON")
}

/// Id and state of each statement of `pattern`.
fn states(report: &Value, pattern: &str) -> Vec<String> {
    let statements = report["statements"].as_array().expect("statements").iter();
    let own = statements.filter(|statement| statement["pattern"] == pattern);
    own.map(|statement| {
        format!("{} {}", statement["id"].as_str().unwrap_or(""), statement["state"].as_str().unwrap_or(""))
    })
    .collect()
}

#[test]
fn our_own_rule_sets_are_what_their_documents_compile_to() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        let ran = run(root, &["compile", "rules/patterns", "-o", "rules"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        return;
    }
    let ran = run(root, &["compile", "rules/patterns", "-o", "rules", "--check"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, ""),
        "`UPDATE_GOLDENS=1 cargo test` writes them again: {}",
        ran.err
    );
    let compiled = json(root, &["compile", "rules/patterns", "--format", "json"]);
    for document in compiled["documents"].as_array().expect("documents") {
        assert_eq!(document["problems"], serde_json::json!([]), "{}", document["path"]);
        for statement in document["statements"].as_array().expect("statements") {
            let is_settled =
                statement["bound"] != serde_json::json!([]) || !statement["disposition"].is_null();
            assert!(is_settled, "{}: {} is tied to nothing", document["path"], statement["id"]);
        }
    }
}

#[test]
fn our_own_registry_is_what_our_documents_give_and_they_are_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let write_it = ["registry", "rules/patterns", "-o", "rules/patterns/registry.md"];
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        assert_eq!(run(root, &write_it).code, 0);
    }
    let ran = run(root, &[&write_it[..], &["--check"]].concat());
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    let ran = run(root, &["docs", "rules/patterns", "--fail-on", "warning"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[test]
fn findings_carry_the_sentence_that_binds_their_check() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let report = json(root, &["check", "fixtures/order-service", "--format", "json"]);
    let compiled = run(root, &["compile", "rules/patterns", "--format", "yaml"]).out;
    let is_bound = |finding: &&Value| {
        let check = finding["check"].as_str().unwrap_or("");
        compiled.contains(&format!("- {{ check: {check} }}"))
    };
    let findings = report["findings"].as_array().expect("findings");
    assert!(findings.iter().filter(is_bound).count() > 20);
    for finding in findings.iter().filter(is_bound) {
        assert!(finding["statement"]["text"].is_string(), "{} breaks no sentence", finding["check"]);
    }
    let states: Vec<&str> = report["statements"]
        .as_array()
        .expect("statements")
        .iter()
        .filter_map(|statement| statement["state"].as_str())
        .collect();
    let mut proofs = report["statements"].as_array().expect("statements").iter();
    assert!(proofs.all(|statement| {
        statement["state"] != "pass"
            || statement["reason"].as_str().is_some_and(|reason| reason.contains(".rs:"))
    }));
    assert!(
        states.contains(&"pass") && states.contains(&"manual") && !states.contains(&"error"),
        "{states:?}"
    );
}

#[test]
fn a_document_goes_from_words_to_a_finding_and_back() {
    let temp = folder(&[SERVICE, ("svc/src/lib.rs", QUIET), ("docs/team.md", DOCUMENT)]);
    let root = temp.path();

    let ran = run(root, &["compile", "docs", "-o", "sets"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("proposes unbounded-channel"), "{}", ran.out);
    assert_eq!(run(root, &["compile", "docs", "-o", "sets", "--check"]).code, 0);

    let report = json(root, &["check", "svc", "--patterns", "docs", "--format", "json"]);
    assert_eq!(
        states(&report, "team"),
        [
            "checklist/channels-are-bounded proposed",
            "checklist/no-name-shouts not-applicable",
            "checklist/somebody-looked-at-the-dashboards manual",
            "checklist/nothing-is-known-of-this-one unbound",
        ]
    );

    let ran = run(root, &["compile", "docs", "--accept", "-o", "sets"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let text = std::fs::read_to_string(root.join("docs/team.md")).expect("the document");
    let accepted = "- [ ] Channels are bounded <!-- patscan: check=unbounded-channel -->\n";
    assert_eq!(text, DOCUMENT.replace("- [ ] Channels are bounded\n", accepted), "no other byte changes");

    write(root, "svc/src/lib.rs", LOUD.as_bytes());
    let report = json(root, &["check", "svc", "--patterns", "docs", "--format", "json"]);
    let found: Vec<(&str, &str)> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|finding| Some((finding["check"].as_str()?, finding["statement"]["text"].as_str()?)))
        .collect();
    assert!(found.contains(&("loud-name", "No name shouts")), "{found:?}");
    assert!(found.contains(&("unbounded-channel", "Channels are bounded")), "{found:?}");
    let ran = run(root, &["check", "svc", "--patterns", "docs"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("pattern: No name shouts (docs/team.md:8)"), "{}", ran.out);
    assert!(ran.out.contains(" unbound, "), "{}", ran.out);

    let of_sets = json(root, &["check", "svc", "--patterns", "sets", "--format", "json"]);
    assert_eq!(of_sets["statements"], report["statements"], "a rule set says what its document says");
    assert_eq!(of_sets["findings"], report["findings"]);

    assert_eq!(run(root, &["compile", "docs", "-o", "sets", "--check"]).code, 0);
    write(root, "docs/team.md", text.replace("No name shouts", "No name whispers").as_bytes());
    let ran = run(root, &["compile", "docs", "-o", "sets", "--check"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    for line in ["-    text: \"No name shouts\"\n", "+    text: \"No name whispers\"\n"] {
        assert!(ran.out.contains(line), "{}", ran.out);
    }
}

#[test]
fn examples_in_a_document_are_run() {
    let temp = folder(&[("docs/team.md", DOCUMENT), ("docs/other.md", "# Nothing to test\n")]);
    let ran = run(temp.path(), &["test", "docs"]);
    assert!(
        ran.code == 0 && ran.out.contains("2 examples of 1 check: all as expected"),
        "{}{}",
        ran.out,
        ran.err
    );
    write(temp.path(), "docs/team.md", DOCUMENT.replace("struct Quiet;", "struct LOUD;").as_bytes());
    let ran = run(temp.path(), &["test", "docs"]);
    assert!(
        ran.code == 1 && ran.out.contains("docs/team.md:29: loud-name: unexpected finding"),
        "{}{}",
        ran.out,
        ran.err
    );
}

#[test]
fn what_is_wrong_with_a_document_is_told_and_the_rest_is_judged() {
    let broken = DOCUMENT
        .replace("Channels are bounded", "Channels are bounded <!-- patscan: check=unbounded-chanel -->");
    let temp = folder(&[
        SERVICE,
        ("svc/src/lib.rs", QUIET),
        ("docs/team.md", &broken),
        ("docs/gone.patscan.yaml", "patscan: 1\n"),
    ]);
    let root = temp.path();
    let ran = run(root, &["compile", "docs"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for told in [
        "docs/team.md:7:",
        "unknown check `unbounded-chanel`",
        "did you mean `unbounded-channel`",
        "this sidecar has no document",
    ] {
        assert!(ran.err.contains(told), "{told:?} is not told in:\n{}", ran.err);
    }
    let ran = run(root, &["check", "svc", "--patterns", "docs"]);
    assert_eq!(ran.code, 2, "a sentence that could not be judged does not conform: {}", ran.out);
    assert!(ran.out.contains("error: docs/team.md:7: Channels are bounded"), "{}", ran.out);
    write(root, "svc/src/lib.rs", LOUD.as_bytes());
    assert_eq!(run(root, &["check", "svc", "--patterns", "docs"]).code, 1, "findings come first");
    for arguments in
        [&["compile", "nowhere"][..], &["compile", "svc/src"], &["check", "svc", "--patterns", "nowhere"]]
    {
        let ran = run(root, arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    }
}

#[test]
fn what_cannot_be_read_or_has_a_taken_name_never_conforms() {
    let taken = DOCUMENT.replace("check: loud-name", "check: unbounded-channel");
    for (path, text, told) in [
        ("docs/gone.patscan.yaml", "patscan: 1\n", "this sidecar has no document"),
        ("docs/blob.md", "\0", "holds a NUL byte in line 1"),
        ("docs/old.yaml", "patscan: 9\npattern: x\ndocument: x.md\n", "version 9 of rule sets is not known"),
        ("docs/taken.md", &taken, "check `unbounded-channel` exists already"),
        (
            "docs/needs.md",
            "# Pattern 007: N\n\n## Pattern header\n\n- **Pattern ID:** 007\n- **Requires:** Pattern 900 (Gone)\n\n## Invariants\n\n- **A:** b <!-- patscan: check=nope -->\n",
            "it requires pattern `900`",
        ),
    ] {
        let temp = folder(&[SERVICE, ("svc/src/lib.rs", QUIET), ("docs/fine.md", "# Fine\n"), (path, text)]);
        let ran = run(temp.path(), &["check", "svc", "--patterns", "docs"]);
        assert!(ran.code == 2 && ran.err.contains(told), "{path}: {}\n{}{}", ran.code, ran.out, ran.err);
        assert!(ran.out.contains("in 1 file"), "the code is scanned all the same: {}", ran.out);
    }
}

const SLEEP: &str = "\
# Naps

<!-- patscan: doc=naps -->

## Checklist

- [ ] Nobody sleeps longer than 30 s <!-- patscan: check=long-sleep limit=\"30 s\" -->

  ```patscan
  check: long-sleep
  severity: error
  precision: exact
  params: { limit: { type: duration, default: 1 s, about: \"longest sleep\" } }
  select: { call: { path: \"std::thread::sleep\" } }
  require: { arg: { at: 0, is: { max: $limit } } }
  message: \"sleeps longer than {limit}\"
  because: \"the thread is lost\"
  help: \"sleep less\"
  phrases: [\"naps are short\"]
  ```
";

/// The same check runs once for each set of values; what is only proposed never weighs more than a note.
#[test]
fn two_documents_may_bind_one_check_with_different_values() {
    let code = "pub fn nap() { std::thread::sleep(std::time::Duration::from_secs(20)); }\n";
    let strict =
        "# Strict\n\n<!-- patscan: doc=strict -->\n\n## Checklist\n\n- [ ] Naps are short: at most 10 s\n";
    let temp =
        folder(&[SERVICE, ("svc/src/lib.rs", code), ("docs/naps.md", SLEEP), ("docs/strict.md", strict)]);
    let root = temp.path();
    let arguments = ["check", "svc", "--patterns", "docs", "--format", "json", "--check", "long-sleep"];
    let report = json(root, &arguments);
    let finding = &report["findings"][0];
    assert_eq!(
        (&finding["severity"], &finding["state"], &finding["message"], &finding["statement"]["pattern"]),
        (&"note".into(), &"proposed".into(), &"sleeps longer than 10 s".into(), &"strict".into())
    );
    assert_eq!(states(&report, "naps"), ["checklist/nobody-sleeps-longer-than-30-s pass"]);
    assert_eq!(
        run(root, &[&arguments[..], &["--fail-on", "note"]].concat()).code,
        0,
        "a proposal never fails a run"
    );

    assert_eq!(run(root, &["compile", "docs", "--accept"]).code, 0);
    let report = json(root, &arguments);
    assert_eq!(
        (&report["findings"][0]["severity"], &report["findings"][0]["state"]),
        (&"error".into(), &"new".into())
    );
    assert_eq!(run(root, &arguments).code, 1);
    let draft = std::fs::read_to_string(root.join("docs/strict.md")).expect("the document");
    let draft = draft.replace("# Strict\n", "---\nstatus: draft\n---\n# Strict\n");
    write(root, "docs/strict.md", draft.as_bytes());
    let report = json(root, &arguments);
    assert_eq!(report["findings"][0]["severity"], "warning", "a draft advises");
}

#[test]
fn compiled_bytes_are_the_same_for_any_number_of_threads() {
    let files: Vec<(String, String)> = (0..24)
        .map(|n| {
            (
                format!("docs/d{n}.md"),
                DOCUMENT
                    .replace("doc=team", &format!("doc=t{n}"))
                    .replace("loud-name", &format!("loud-name-{n}")),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let temp = folder(&files);
    let first = run(temp.path(), &["compile", "docs", "--format", "yaml", "--threads", "1"]);
    assert!(first.code == 0 && first.out.matches("patscan: 1").count() == 24, "{}", first.err);
    for n_threads in ["2", "7"] {
        let again = run(temp.path(), &["compile", "docs", "--format", "yaml", "--threads", n_threads]);
        assert_eq!((again.out, again.err), (first.out.clone(), first.err.clone()));
    }
}

#[test]
fn line_breaks_of_windows_survive_an_acceptance() {
    let text = "# T\r\n\r\n- [ ] Channels are bounded  \r\n- [ ] Backoff has jitter";
    let temp = folder(&[("docs/a.md", text)]);
    assert_eq!(run(temp.path(), &["compile", "docs/a.md", "--accept=checklist/nothing"]).code, 0);
    assert_eq!(std::fs::read_to_string(temp.path().join("docs/a.md")).expect("the document"), text);
    assert_eq!(run(temp.path(), &["compile", "docs/a.md", "--accept"]).code, 0);
    let accepted = std::fs::read_to_string(temp.path().join("docs/a.md")).expect("the document");
    assert_eq!(
        accepted,
        "# T\r\n\r\n- [ ] Channels are bounded <!-- patscan: check=unbounded-channel -->  \r\n- [ ] Backoff has jitter <!-- patscan: check=backoff-without-jitter -->"
    );
}

#[test]
fn a_new_document_compiles_without_problems_and_is_never_written_over() {
    let temp = folder(&[]);
    for (name, template, file) in [
        ("007 Order intake", "numbered", "007-order-intake.md"),
        ("Naps", "tiered", "naps.md"),
        ("Queues", "guide", "queues.md"),
    ] {
        let ran = run(temp.path(), &["new", "pattern", name, "--template", template]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let compiled = json(temp.path(), &["compile", file, "--format", "json"]);
        let document = &compiled["documents"][0];
        assert_eq!(
            (&document["dialect"], &document["problems"]),
            (&template.into(), &serde_json::json!([])),
            "{file}"
        );
        assert!(
            document["statements"].as_array().is_some_and(|statements| statements.len() >= 3),
            "{document}"
        );
        assert_eq!(run(temp.path(), &["new", "pattern", name]).code, 2);
    }
}

#[test]
fn a_new_document_takes_a_number_that_is_free() {
    let temp = folder(&[]);
    for name in ["100 Mine", "Yours", "Ours"] {
        assert_eq!(run(temp.path(), &["new", "pattern", name]).code, 0);
    }
    let ran = run(temp.path(), &["compile", ".", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "no two of them have one id");
    let compiled: Value = serde_json::from_str(&ran.out).expect("JSON");
    let ids: Vec<&str> = compiled["documents"]
        .as_array()
        .expect("documents")
        .iter()
        .filter_map(|document| document["id"].as_str())
        .collect();
    assert_eq!(ids, ["100", "102", "101"], "by the names of their files");
    let ran = run(temp.path(), &["new", "pattern", "Ours"]);
    assert!(ran.code == 2 && ran.err.contains("there is a file `ours.md` already"), "{}", ran.err);
}

#[test]
fn patterns_may_stand_in_the_configuration() {
    let temp = folder(&[
        SERVICE,
        ("svc/src/lib.rs", LOUD),
        ("svc/docs/team.md", DOCUMENT),
        ("svc/patscan.toml", "patterns = [\"docs\"]\n"),
    ]);
    let report = json(temp.path(), &["check", "svc", "--format", "json"]);
    assert!(states(&report, "team").contains(&"checklist/no-name-shouts fail".to_owned()), "{report}");
}

#[test]
fn a_comment_that_would_change_what_a_document_says_is_not_written() {
    let text = "---\ntitle: T\nexcellence_tier: gold\nproduction_checklist:\n  - \"Channels are bounded\"\n---\n# T\n\n## Production checklist\n\n- [ ] Backoff has jitter\n";
    let temp = folder(&[("docs/a.md", text)]);
    let ran = run(temp.path(), &["compile", "docs/a.md", "--accept"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("docs/a.md:5:") && ran.err.contains("bind it in a sidecar"), "{}", ran.err);
    let accepted = std::fs::read_to_string(temp.path().join("docs/a.md")).expect("the document");
    let comment = "Backoff has jitter <!-- patscan: check=backoff-without-jitter -->";
    assert_eq!(accepted, text.replace("Backoff has jitter", comment));
}

/// Ten times as much may cost ten times as much, not a hundred times.
#[test]
fn thousands_of_statements_are_bound_and_judged_in_passing() {
    let mut text = "# T\n\n".to_owned();
    for n in 0..5_000 {
        text.push_str(&format!("- [ ] Channels are bounded {n}"));
        text.push_str(if n % 2 == 0 { "\n" } else { " <!-- patscan: check=unbounded-channel -->\n" });
    }
    let temp = folder(&[SERVICE, ("svc/src/lib.rs", LOUD), ("docs/a.md", &text)]);
    let start = std::time::Instant::now();
    assert_eq!(run(temp.path(), &["compile", "docs", "-o", "sets", "--accept"]).code, 0);
    let report =
        json(temp.path(), &["check", "svc", "--patterns", "docs", "--patterns", "sets", "--format", "json"]);
    assert!(
        states(&report, "docs/a.md").iter().all(|state| state.ends_with(" fail")),
        "{}",
        report["problems"]
    );
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn words_that_changed_under_a_binding_are_stale_until_compiled_again() {
    let text = "# T\n\n<!-- patscan: doc=t -->\n\n- [ ] Channels end <!-- patscan: id=one check=unbounded-channel -->\n";
    let temp = folder(&[SERVICE, ("svc/src/lib.rs", QUIET), ("docs/t.md", text)]);
    let root = temp.path();
    let arguments = ["check", "svc", "--patterns", "docs", "--patterns", "sets", "--format", "json"];
    assert_eq!(run(root, &["compile", "docs", "-o", "sets"]).code, 0);
    assert_eq!(states(&json(root, &arguments), "t"), ["one not-applicable"]);
    write(root, "docs/t.md", text.replace("Channels end", "Channels never end").as_bytes());
    assert_eq!(states(&json(root, &arguments), "t"), ["one stale"]);
    let ran = run(root, &["compile", "docs", "-o", "sets"]);
    assert!(ran.code == 0 && ran.err.contains("changed: `one`"), "{}", ran.err);
    assert_eq!(states(&json(root, &arguments), "t"), ["one not-applicable"]);
    std::fs::rename(root.join("docs/t.md"), root.join("docs/u.md")).expect("a new name");
    assert_eq!(run(root, &["compile", "docs", "-o", "sets"]).code, 0);
    let ran = run(root, &["compile", "docs", "-o", "sets", "--check"]);
    assert!(ran.code == 1 && ran.err.contains("its document `docs/t.md` is gone"), "{}", ran.err);
}

/// A draft only advises; where an adopted pattern requires it, its rules hold like the adopted one's.
#[test]
fn what_an_adopted_pattern_requires_is_enforced() {
    let check = DOCUMENT.split("- [ ] No name shouts").nth(1).and_then(|rest| rest.split("- [ ]").next());
    let head = |id: &str, status: &str, more: &str| {
        format!(
            "# Pattern {id}: P\n\n## Pattern header\n\n- **Pattern ID:** {id}\n- **Name:** P\n- **Status:** {status}\n{more}\n## Invariants\n\n"
        )
    };
    let draft = format!("{}- No name shouts{}", head("900", "Draft", ""), check.expect("the check"));
    let adopted = head("901", "Adopted", "- **Related patterns**\n  - **Requires:** Pattern 900 (P)\n")
        + "- **A:** somebody looks <!-- patscan: manual -->\n";
    let temp = folder(&[SERVICE, ("svc/src/lib.rs", "pub struct LOUD;\n"), ("docs/900.md", &draft)]);
    let severity = || {
        let report = json(temp.path(), &["check", "svc", "--patterns", "docs", "--format", "json"]);
        report["findings"][0]["severity"].as_str().unwrap_or("").to_owned()
    };
    assert_eq!(severity(), "warning");
    write(temp.path(), "docs/901.md", adopted.as_bytes());
    assert_eq!(severity(), "error");
}

#[test]
fn a_proposal_for_a_part_of_a_sentence_does_not_claim_the_whole() {
    let text =
        "# T\n\n<!-- patscan: doc=t -->\n\n## Invariants\n\n- Channels are bounded; the moon is round\n";
    let loud = LOUD.replace("unbounded_channel::<Vec<u8>>()", "channel::<Vec<u8>>(1)");
    let temp = folder(&[SERVICE, ("svc/src/lib.rs", &loud), ("docs/t.md", text)]);
    assert_eq!(run(temp.path(), &["compile", "docs", "--accept"]).code, 0);
    let accepted = std::fs::read_to_string(temp.path().join("docs/t.md")).expect("the document");
    let comment = "round <!-- patscan: check=unbounded-channel partial=\"not covered: clause b\" -->\n";
    assert_eq!(accepted, text.replace("round\n", comment));
}
