//! Reports for reviewers: the page, the states in a document, the brief for a change. And what holds for all formats.

use crate::cli::{folder, run, write};
use crate::contract::FORMATS;
use crate::diff::{commit, git};
use std::path::Path;

const MANIFEST: (&str, &str) =
    ("svc/Cargo.toml", "[package]\nname = \"shop\"\nedition = \"2024\"\n[dependencies]\ntokio = \"1\"\n");
const CODE: (&str, &str) = (
    "svc/src/lib.rs",
    "pub fn one() {\n    let pair = tokio::sync::mpsc::unbounded_channel::<u8>();\n    drop(pair);\n}\n\npub fn two() {\n    // patscan: allow(unbounded-channel, reason = \"at most <three> items\", until = \"2999-01-31\")\n    let pair = tokio::sync::mpsc::unbounded_channel::<u16>();\n    drop(pair);\n}\n",
);
const DOCUMENT: &str = "# Pattern 777: Shop\n\n## Pattern header\n\n- **Pattern ID:** 777\n- **Status:** Adopted\n\n\
    ## Invariants (must always hold)\n\n\
    - Each channel has a bound <!-- patscan: check=unbounded-channel -->\n\
    - Somebody knows the `<script>alert(1)</script>` depth \u{202e} of each <!-- patscan: manual=\"ask <Ann>\" -->\n";

fn service() -> tempfile::TempDir {
    folder(&[MANIFEST, CODE, ("docs/777.md", DOCUMENT)])
}

fn read(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).expect("a file")
}

#[test]
fn the_page_holds_statements_places_waivers_and_what_a_person_judges() {
    let temp = service();
    let ran = run(temp.path(), &["report", "svc", "--patterns", "docs", "-o", "out.html"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = read(temp.path(), "out.html");
    for part in [
        "Does this service keep to its patterns?",
        "<p class=\"big\">No.</p>",
        "Each channel has a bound",
        "src/lib.rs:2:16",
        "<mark>tokio::sync::mpsc::unbounded_channel::&lt;u8&gt;()</mark>",
        "Waived: at most &lt;three&gt; items (until 2999-01-31)",
        "type=\"checkbox\"",
        "of 2 places, 2 break it",
    ] {
        assert!(page.contains(part), "{part:?} is not in the page");
    }
}

/// What several findings of a statement say stands once; a pattern that speaks of nothing here is folded away.
#[test]
fn the_page_says_nothing_twice_and_folds_what_does_not_apply() {
    let temp = service();
    write(
        temp.path(),
        "docs/idle.md",
        b"# Pattern 8: idle\n\n## Invariants\n\n- Acknowledge by hand <!-- patscan: check=auto-ack-enabled -->\n",
    );
    assert_eq!(run(temp.path(), &["report", "svc", "--patterns", "docs", "-o", "out.html"]).code, 0);
    let page = read(temp.path(), "out.html");
    let statement = page.split("data-statement").find(|part| part.contains("Each channel has a bound"));
    let statement = statement.expect("the statement");
    assert_eq!(statement.matches("class=\"card").count(), 2);
    assert_eq!(statement.matches("<b>Because</b>").count(), 1, "{statement}");
    let (shown, folded) = page.split_once("<details id=\"idle\"").expect("a fold");
    assert!(folded.contains("Acknowledge by hand") && !shown.contains("Acknowledge by hand"));
    assert!(page.contains("<title>shop: conformance report</title>"), "the service is named");
}

/// Nothing of a name, path or message becomes markup, and nothing hides or reorders.
#[test]
fn hostile_words_stay_words_in_the_page() {
    let temp = service();
    let evil = "svc/src/a\"><img src=x onerror=alert(1)>.rs";
    let code = "pub fn f() {\n    let pair = (\"\u{202e}\u{1b}</code><script>alert(2)</script>\", tokio::sync::mpsc::unbounded_channel::<u8>());\n    drop(pair);\n}\n";
    write(temp.path(), evil, code.as_bytes());
    write(
        temp.path(),
        "svc/src/lib.rs",
        b"#[path = \"a\\\"><img src=x onerror=alert(1)>.rs\"]\npub mod a;\n",
    );
    assert_eq!(run(temp.path(), &["report", "svc", "--patterns", "docs", "-o", "out.html"]).code, 0);
    let page = read(temp.path(), "out.html");
    assert_eq!(page.matches("<script").count(), 1, "only our own");
    assert!(page.contains("onerror=alert(1)&gt;"), "the path is told");
    assert!(!page.contains("<img"));
    assert!(page.contains("⟨U+202E⟩") && page.contains('␛'));
    for c in ['\u{202e}', '\u{1b}', '\u{0}'] {
        assert!(!page.contains(c), "{c:?} is written raw");
    }
    assert!(page.contains("default-src 'none'; style-src 'sha256-"));
    for outside in ["http://", "https://", "src=\"", "url(", "@import"] {
        assert!(!page.contains(outside), "{outside} asks for something outside");
    }
}

#[test]
fn an_earlier_report_is_compared() {
    let temp = service();
    let arguments = ["report", "svc", "--patterns", "docs", "--no-baseline"];
    assert_eq!(run(temp.path(), &[&arguments[..], &["--format", "json", "-o", "old.json"]].concat()).code, 0);
    write(
        temp.path(),
        CODE.0,
        b"pub fn one() {}\npub fn three() { drop(tokio::sync::mpsc::unbounded_channel::<u32>()); }\n",
    );
    let ran = run(temp.path(), &[&arguments[..], &["--against", "old.json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("Since <code>old.json</code>: 1 new, 1 gone"), "{}", ran.out);
    let refused = run(temp.path(), &["report", "svc", "--against", "docs/777.md"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("is no JSON report"), "{}", refused.err);
}

#[test]
fn states_are_written_into_a_document_again_and_again() {
    let temp = service();
    let root = temp.path();
    assert_eq!(run(root, &["compile", "docs", "-o", "sets"]).code, 0);
    let sets = read(root, "sets/777.yaml");
    let into = ["report", "svc", "--into", "docs/777.md"];
    assert_eq!(run(root, &[&into[..], &["-o", "copy.md"]].concat()).code, 0);
    assert_eq!(read(root, "docs/777.md"), DOCUMENT, "the copy is written, not the document");
    let ran = run(root, &into);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let once = read(root, "docs/777.md");
    assert_eq!(once, read(root, "copy.md"));
    assert!(once.starts_with(DOCUMENT), "{once}");
    assert!(
        once.contains("| ✕ fail | Each channel has a bound | broken at 2 of 2 places: `src/lib.rs:2`"),
        "{once}"
    );
    assert!(once.contains("waived: at most \\<three\\> items (until 2999-01-31)"), "{once}");
    assert_eq!(run(root, &into).code, 0);
    assert_eq!(read(root, "docs/777.md"), once, "no drift");
    assert_eq!(
        run(root, &["compile", "docs", "-o", "sets", "--check"]).code,
        0,
        "it compiles to the same set"
    );
    assert_eq!(run(root, &["compile", "docs", "-o", "sets"]).code, 0);
    assert_eq!(read(root, "sets/777.yaml"), sets);
    let refused = run(root, &["report", "svc", "--into", "nowhere.md"]);
    assert_eq!(refused.code, 2, "{}", refused.out);
}

#[test]
fn the_brief_lists_the_patterns_that_a_change_touches() {
    let temp = service();
    let root = temp.path();
    git(root, &["init", "-q"]);
    commit(root);
    git(root, &["checkout", "-q", "-b", "work"]);
    write(root, "svc/src/lib.rs", CODE.1.replace("<u8>", "<u32>").as_bytes());
    commit(root);
    let ran = run(root, &["brief", "svc", "--patterns", "docs", "--diff-base", "main"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for part in [
        "## Shop (777)",
        "- **✕ fail** Each channel has a bound",
        "  - `src/lib.rs:2` ",
        "- [ ] Somebody knows the \\<script\\>alert(1)",
    ] {
        assert!(ran.out.contains(part), "{part:?} is not in:\n{}", ran.out);
    }
    assert!(!ran.out.contains("Retry with backoff"), "{}", ran.out);
    write(root, "svc/src/lib.rs", CODE.1.as_bytes());
    let ran = run(root, &["brief", "svc", "--patterns", "docs", "--diff-base", "main"]);
    assert!(ran.out.contains("0 patterns of "), "{}", ran.out);
    let refused = run(root, &["brief", "svc"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("no change is named"), "{}", refused.err);
}

/// All formats of one scan each, for one thread and for two.
#[test]
fn every_format_gives_the_same_bytes_for_any_number_of_threads() {
    let service = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/order-service");
    let temp = tempfile::tempdir().expect("a folder");
    for threads in ["1", "2"] {
        let outputs: Vec<String> =
            FORMATS.iter().map(|format| format!("--output={format}={format}.{threads}")).collect();
        let mut arguments = vec![service, "--threads", threads, "--fail-on", "never"];
        arguments.extend(outputs.iter().map(String::as_str));
        let ran = run(temp.path(), &arguments);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    for format in FORMATS {
        let [one, two] = ["1", "2"].map(|threads| read(temp.path(), &format!("{format}.{threads}")));
        assert!(!one.is_empty(), "{format}");
        assert!(one == two, "{format} differs");
        assert!(!one.contains(env!("CARGO_MANIFEST_DIR")), "{format} holds a path of this machine");
    }
}
