//! Permissions for findings: in comments and configuration, written by the program, moved by a formatter.

use crate::cli::{folder, program, ran, run, write};
use crate::diff::{commit, git};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const MANIFEST: (&str, &str) =
    ("Cargo.toml", "[package]\nname = \"shop\"\nedition = \"2024\"\n[dependencies]\ntokio = \"1\"\n");
const FAULT: &str =
    "pub fn open() {\n    let pair = tokio::sync::mpsc::unbounded_channel::<u8>();\n    drop(pair);\n}\n";
const WAIVE: [&str; 5] = ["waive", "--check", "unbounded-channel", "--reason", "one a day"];

/// State and item of each finding, in order.
fn states(folder: &Path) -> Vec<String> {
    let out = run(folder, &["--format", "json"]).out;
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let told = |finding: &serde_json::Value| {
        format!("{} {} {}", finding["path"], finding["check"], finding["state"])
    };
    findings.iter().map(told).collect()
}

fn read(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).expect("a file")
}

#[test]
fn comments_are_written_once_and_permit_what_was_found() {
    let temp = folder(&[MANIFEST, ("src/lib.rs", FAULT)]);
    let shown = run(temp.path(), &[&WAIVE[..], &["--dry-run"]].concat());
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(
        shown.out.contains("+    // patscan: allow(unbounded-channel, reason = \"one a day\")"),
        "{}",
        shown.out
    );
    assert_eq!(read(temp.path(), "src/lib.rs"), FAULT);
    let until = run(temp.path(), &[&WAIVE[..], &["--until", "2999-01-31", "src/lib.rs:2"]].concat());
    assert_eq!((until.code, until.err.as_str()), (0, "wrote 1 comment in 1 file\n"));
    let once = read(temp.path(), "src/lib.rs");
    assert!(once.contains("    // patscan: allow(unbounded-channel, reason = \"one a day\", until = \"2999-01-31\")\n    let pair"));
    assert_eq!(run(temp.path(), &[]).code, 0);
    let again = run(temp.path(), &WAIVE);
    assert_eq!((again.code, again.err.as_str()), (0, "nothing to waive\n"));
    assert_eq!(read(temp.path(), "src/lib.rs"), once);
}

#[test]
fn what_cannot_be_waived_is_refused_before_anything_is_written() {
    let temp = folder(&[MANIFEST, ("src/lib.rs", FAULT)]);
    for (arguments, told) in [
        (&["--until", "soon"][..], "`soon` is no day"),
        (&["--until", "2020-01-31"], "has passed already"),
        (&["src/lib.rs:1"], "no finding of that check on line 1"),
        (&["--check", "unbound-channel"], "unknown check `unbound-channel`"),
        (&["nowhere.rs"], "`nowhere.rs`"),
    ] {
        let ran = run(temp.path(), &[&WAIVE[..], arguments].concat());
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.contains(told), "{}", ran.err);
    }
    let empty = run(temp.path(), &["waive", "--check", "unbounded-channel", "--reason", "a \"b\""]);
    assert!(empty.code == 2 && empty.err.contains("holds a quote"), "{}", empty.err);
    write(temp.path(), "patscan.toml", b"[checks.unbounded-channel]\nwaivable = false\n");
    let fixed = run(temp.path(), &WAIVE);
    assert!(fixed.code == 2 && fixed.err.contains("`unbounded-channel` may not be waived"), "{}", fixed.err);
    assert_eq!(read(temp.path(), "src/lib.rs"), FAULT);
    let by_hand =
        FAULT.replace("    let", "    // patscan: allow(unbounded-channel, reason = \"x\")\n    let");
    write(temp.path(), "src/lib.rs", by_hand.as_bytes());
    assert_eq!(
        states(temp.path()),
        ["\"src/lib.rs\" \"waiver-refused\" \"new\"", "\"src/lib.rs\" \"unbounded-channel\" \"new\""]
    );
}

#[test]
fn entries_of_the_configuration_stand_in_the_ledger_beside_comments() {
    let waived =
        FAULT.replace("    let", "    // patscan: allow(unbounded-channel, reason = \"old\")\n    let");
    let temp = folder(&[
        MANIFEST,
        ("src/lib.rs", "pub mod a;\npub mod b;\n"),
        ("src/a.rs", &waived),
        ("src/b.rs", FAULT),
        (
            "patscan.toml",
            "[[waiver]]\ncheck = \"unbounded-channel\"\nitem = \"crate::b::*\"\nowner = \"orders\"\nreason = \"moves soon\"\nuntil = 2999-01-31\n\n[[waiver]]\ncheck = [\"unbounded-channel\"]\npath = \"src/c\"\nowner = \"orders\"\nreason = \"gone\"\n",
        ),
    ]);
    let ledger = run(temp.path(), &["waivers"]).out;
    let expected = "src/a.rs:2  unbounded-channel  no end  permits 1 finding  old\npatscan.toml:1  unbounded-channel  until 2999-01-31  permits 1 finding  moves soon  (orders; item crate::b::*)\npatscan.toml:8  unbounded-channel  no end  unused  gone  (orders; src/c)\n3 waivers\n";
    assert_eq!(ledger, expected);
    let json: serde_json::Value =
        serde_json::from_str(&run(temp.path(), &["waivers", "--format", "json"]).out).expect("JSON");
    assert_eq!(
        (&json["waivers"][1]["owner"], &json["waivers"][1]["state"]),
        (&"orders".into(), &"used".into())
    );
    let ran = run(temp.path(), &[]);
    assert!(ran.code == 0 && ran.out.contains("[waiver-unused]"), "{}", ran.out);
    // A part of the code says nothing about an entry for another part.
    assert!(!run(temp.path(), &["src/a.rs"]).out.contains("waiver-unused"));
}

#[test]
fn nothing_permits_what_is_wrong_with_a_permission() {
    let temp = folder(&[
        MANIFEST,
        ("src/lib.rs", FAULT),
        (
            "patscan.toml",
            "[[waiver]]\ncheck = [\"waiver-expired\", \"unbounded-channel\"]\npath = \"**\"\nowner = \"a\"\nreason = \"b\"\n[[waiver]]\ncheck = \"unbounded-channel\"\npath = \"**\"\nowner = \"a\"\nreason = \"b\"\nuntil = \"2020-01-31\"\n[[waiver]]\ncheck = \"unbounded-channel\"\npath = \"**\"\nreason = \"b\"\n",
        ),
    ]);
    let states = states(temp.path());
    for check in ["waiver-refused", "waiver-expired", "waiver-unexplained", "unbounded-channel"] {
        assert!(
            states.iter().any(|state| state.contains(check) && state.contains("new")),
            "{check}: {states:?}"
        );
    }
    // A viewer shows each under its own rule.
    let sarif: serde_json::Value =
        serde_json::from_str(&run(temp.path(), &["--format", "sarif"]).out).expect("JSON");
    let (rules, results) = (&sarif["runs"][0]["tool"]["driver"]["rules"], &sarif["runs"][0]["results"]);
    for result in results.as_array().expect("results") {
        let at = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("a small one");
        assert_eq!(rules[at]["id"], result["ruleId"]);
    }
    let page = run(temp.path(), &["explain", "waiver-refused"]);
    assert!(page.code == 0 && page.out.contains("neither a waiver nor a baseline hides it"), "{}", page.err);
    let ran = ran(program(temp.path()).args(["baseline", "write"]).output().expect("a run"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("wrote 1 finding"), "{}", ran.err);
}

/// A statement with a fault in one of the shapes that a formatter breaks into lines or moves comments of.
fn statement(shape: usize, n: usize) -> String {
    let call = "tokio::sync::mpsc::unbounded_channel::<(u64, Vec<String>, Option<u8>)>()";
    match shape % 7 {
        0 => format!("let very_long_name_of_a_pair_{n} = {call};"),
        1 => format!("if {{ let p = {call}; drop(p); true }} {{ f({n}); }}"),
        2 => format!("match {n} {{ 0 => drop({call}), _ => f({n}) }}"),
        3 => format!("drop(vec![{call}, {call}]);"),
        4 => format!("let x{n} = {{ let (tx, rx) = {call}; drop(rx); tx.clone() }};"),
        5 => format!("g({n}, {n}, {call}, \"a long text that makes the line too long for one\");"),
        _ => {
            format!("let y{n} = Some({n}).map(|n| {call}).filter(|_| true).map(|pair| pair).expect(\"it\");")
        }
    }
}

/// A function whose statements stand as somebody left them, some with a waiver above or behind them.
fn function(name: usize, rows: &[(usize, u8, u8)]) -> String {
    let mut text = format!("pub   fn  f{name}( ) {{\n");
    for (n, (shape, waiver, indent)) in rows.iter().enumerate() {
        let comment = "// patscan: allow(unbounded-channel, reason = \"kept\")";
        let indent = " ".repeat(usize::from(*indent));
        let statement = statement(*shape, n);
        match waiver % 4 {
            0 => text.push_str(&format!("{indent}{comment}\n{indent}{statement}\n")),
            1 => text.push_str(&format!("{indent}{statement} {comment}\n")),
            2 => text.push_str(&format!("{indent}{comment}\n\n{indent}/* more */ {statement}\n")),
            _ => text.push_str(&format!("{indent}{statement}\n")),
        }
    }
    text + "}\n"
}

fn counted(states: Vec<String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for state in states {
        *counts.entry(state).or_default() += 1;
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]
    #[test]
    fn formatting_a_waived_file_changes_nothing(
        functions in prop::collection::vec(prop::collection::vec((0_usize..7, 0_u8..4, 0_u8..9), 1..5), 8..16)
    ) {
        let text: String = functions.iter().enumerate().map(|(name, rows)| function(name, rows)).collect();
        let temp = folder(&[MANIFEST, ("src/lib.rs", &text)]);
        let before = counted(states(temp.path()));
        let formatted = Command::new("rustfmt")
            .args(["--edition", "2024", "src/lib.rs"])
            .current_dir(temp.path())
            .output()
            .expect("rustfmt, which belongs to the toolchain");
        prop_assert!(formatted.status.success(), "{}", String::from_utf8_lossy(&formatted.stderr));
        let now = read(temp.path(), "src/lib.rs");
        prop_assert_ne!(&now, &text);
        prop_assert_eq!(counted(states(temp.path())), before, "{}\nbecame\n{}", text, now);
    }

    #[test]
    fn moving_and_formatting_code_keeps_its_baseline(
        functions in prop::collection::vec(prop::collection::vec((0_usize..7, 3_u8..4, 0_u8..9), 1..4), 4..9),
        turn in 1_usize..8
    ) {
        let texts: Vec<String> = functions.iter().enumerate().map(|(name, rows)| function(name, rows)).collect();
        let temp = folder(&[MANIFEST, ("src/lib.rs", "pub mod old;\n"), ("src/old.rs", &texts.concat())]);
        let written =
            ran(program(temp.path()).args(["baseline", "write"]).output().expect("a run"));
        prop_assert_eq!(written.code, 0, "{}", written.err);
        // Other order, other file, other module, other layout.
        let mut moved = texts;
        let n_turns = turn % moved.len();
        moved.rotate_left(n_turns);
        std::fs::remove_file(temp.path().join("src/old.rs")).expect("removed");
        write(temp.path(), "src/lib.rs", b"pub mod new;\n");
        write(temp.path(), "src/new.rs", moved.concat().as_bytes());
        let formatted = Command::new("rustfmt")
            .args(["--edition", "2024", "src/lib.rs"])
            .current_dir(temp.path())
            .output()
            .expect("rustfmt, which belongs to the toolchain");
        prop_assert!(formatted.status.success(), "{}", String::from_utf8_lossy(&formatted.stderr));
        let now = run(temp.path(), &[]);
        prop_assert!(now.code == 0 && !now.out.contains("gone"), "{}", now.out);
    }
}

/// The first weeks of a service with the program, in short.
#[test]
fn a_team_adopts_it_step_by_step() {
    let temp = folder(&[MANIFEST, ("src/lib.rs", "pub mod pipe;\n"), ("src/pipe.rs", FAULT)]);
    git(temp.path(), &["init", "-q"]);
    let at_desk = |arguments: &[&str]| ran(program(temp.path()).args(arguments).output().expect("a run"));
    let before = run(temp.path(), &["--format", "json"]).out;
    assert_eq!(at_desk(&["init"]).code, 0);
    assert_eq!(run(temp.path(), &["--format", "json"]).out, before, "comments change nothing");
    let again = at_desk(&["init"]);
    assert!(again.code == 2 && again.err.contains("is there already"), "{}", again.err);
    let forced = at_desk(&["init", "--force", "--baseline"]);
    assert!(forced.code == 0 && forced.err.contains("wrote 1 finding"), "{}", forced.err);
    commit(temp.path());
    assert_eq!(run(temp.path(), &[]).code, 0, "what was there passes");
    // A new fault.
    git(temp.path(), &["checkout", "-q", "-b", "work"]);
    let more = FAULT.replace("open", "more").replace("u8", "u64");
    write(temp.path(), "src/pipe.rs", format!("{FAULT}\n{more}").as_bytes());
    assert_eq!(run(temp.path(), &["--diff-base", "main"]).code, 1);
    // Permitted for a while.
    assert_eq!(at_desk(&[&WAIVE[..], &["--until", "2999-01-31", "src/pipe.rs:7"]].concat()).code, 0);
    assert_eq!(run(temp.path(), &[]).code, 0);
    let expired = read(temp.path(), "src/pipe.rs").replace("2999", "2020");
    write(temp.path(), "src/pipe.rs", expired.as_bytes());
    let ran = run(temp.path(), &[]);
    assert!(ran.code == 1 && ran.out.contains("this waiver ended on 2020-01-31"), "{}", ran.out);
    // Mended, then the file is renamed.
    write(temp.path(), "src/pipe.rs", FAULT.as_bytes());
    git(temp.path(), &["mv", "src/pipe.rs", "src/tube.rs"]);
    write(temp.path(), "src/lib.rs", b"pub mod tube;\n");
    let renamed = run(temp.path(), &[]);
    assert!(renamed.code == 0 && renamed.out.contains("1 finding known"), "{}", renamed.out);
    assert!(renamed.out.contains("(0 days old, 1 entry)"), "{}", renamed.out);
    assert_eq!(
        run(temp.path(), &["--no-baseline", "--diff-base", "main"]).code,
        0,
        "a rename touches nothing"
    );
}
