//! A team with an old service switches the program on: the baseline over commits, moves and mends.

use crate::cli::{copy, folder, program, ran, run, write};
use std::path::{Path, PathBuf};
use std::process::Command;

const MANIFEST: (&str, &str) = (
    "Cargo.toml",
    "[package]\nname = \"shop\"\nedition = \"2024\"\n[dependencies]\ntokio = { version = \"1\", features = [\"full\"] }\n",
);
const OLD: &str = "use tokio::sync::mpsc;\n\npub fn open() {\n    let (tx, mut rx) = mpsc::unbounded_channel::<String>();\n    let _ = tx.send(String::new());\n    let _ = rx.try_recv();\n}\n";
const SECOND: &str = "pub fn again() {\n    let (tx, mut rx) = tokio::sync::mpsc::unbounded_channel::<Vec<u8>>();\n    let _ = tx.send(Vec::new());\n    let _ = rx.try_recv();\n}\n";

/// An old service with its baseline written.
fn adopted() -> tempfile::TempDir {
    let temp = folder(&[MANIFEST, ("src/lib.rs", "pub mod pipe;\n"), ("src/pipe.rs", OLD)]);
    assert_eq!(run(temp.path(), &[]).code, 1, "the old code has a fault");
    let written = baseline(temp.path(), &["write"]);
    assert_eq!(written.0, 0, "{}", written.1);
    temp
}

/// Exit code and all output of `patscan baseline …` outside a build.
fn baseline(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let ran = ran(program(folder).arg("baseline").args(arguments).output().expect("a run"));
    (ran.code, ran.out + &ran.err)
}

#[track_caller]
fn check(folder: &Path, code: i32, told: &[&str]) {
    let ran = run(folder, &[]);
    assert_eq!(ran.code, code, "{}\n{}", ran.out, ran.err);
    for part in told {
        assert!(ran.out.contains(part), "{part:?} is not in:\n{}", ran.out);
    }
}

#[test]
fn what_was_there_passes_and_what_is_new_fails() {
    let temp = adopted();
    check(temp.path(), 0, &["1 finding known", "0 errors"]);
    write(temp.path(), "src/pipe.rs", format!("{OLD}\n{SECOND}").as_bytes());
    check(temp.path(), 1, &["1 finding known", "1 error,"]);
    let (code, told) = baseline(temp.path(), &["check"]);
    assert_eq!(code, 1);
    assert!(told.contains("new   src/pipe.rs:10 unbounded-channel"), "{told}");
    assert_eq!(
        run(temp.path(), &["--no-baseline", "--fail-on", "never"]).out.matches("[unbounded-channel]").count(),
        2
    );
}

#[test]
fn moves_renames_and_formatting_change_nothing() {
    let temp = adopted();
    let moved = OLD.replace(
        "mpsc::unbounded_channel::<String>()",
        "\n        mpsc::unbounded_channel::<\n            String,\n        >(/* old */)",
    );
    write(temp.path(), "src/pipe.rs", format!("//! Pipes.\n\nuse std::fmt as _;\n{moved}").as_bytes());
    check(temp.path(), 0, &["1 finding known"]);
    std::fs::remove_file(temp.path().join("src/pipe.rs")).expect("removed");
    write(temp.path(), "src/lib.rs", b"pub mod tube;\n");
    write(temp.path(), "src/tube.rs", OLD.as_bytes());
    check(temp.path(), 0, &["1 finding known"]);
}

/// Narrow lines make a formatter put braces around closures and arms, and commas behind what it breaks.
#[test]
fn another_style_of_formatting_keeps_the_baseline_of_a_whole_service() {
    let service = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/order-service");
    let temp = folder(&[]);
    copy(&service, temp.path());
    assert_eq!(baseline(temp.path(), &["write"]).0, 0);
    let files = walkdir::WalkDir::new(&service).into_iter().map(|entry| entry.expect("an entry").into_path());
    let is_rust = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "rs");
    let mut n_changed = 0;
    for original in files.filter(is_rust) {
        let path = temp.path().join(original.strip_prefix(&service).expect("a file of the service"));
        let style = "max_width=50,hard_tabs=true,fn_call_width=20,chain_width=20";
        let mut command = Command::new("rustfmt");
        let formatted = command.args(["--edition", "2024", "--config", style]).arg(&path).output();
        formatted.expect("rustfmt, which belongs to the toolchain");
        let read = |path| std::fs::read(path).expect("a file");
        n_changed += u32::from(read(path) != read(original));
    }
    assert!(n_changed > 10, "{n_changed} files have another layout");
    let (code, told) = baseline(temp.path(), &["check"]);
    assert!(code == 0 && told.contains(" 0 new, 0 gone"), "{told}");
}

#[test]
fn a_mended_fault_never_fails_and_shrinking_drops_it_for_good() {
    let temp = adopted();
    write(temp.path(), "src/pipe.rs", b"");
    check(temp.path(), 0, &["0 findings known, 1 entry gone"]);
    assert_eq!(baseline(temp.path(), &["check"]).0, 0);
    let (code, told) = baseline(temp.path(), &["shrink"]);
    assert_eq!((code, told.contains("dropped 1 of 1 entries")), (0, true), "{told}");
    write(temp.path(), "src/pipe.rs", OLD.as_bytes());
    check(temp.path(), 1, &["1 error,"]);
}

#[test]
fn a_part_of_the_code_says_nothing_about_what_is_gone_elsewhere() {
    let temp = adopted();
    let ran = run(temp.path(), &["src/lib.rs"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!ran.out.contains("gone"), "{}", ran.out);
}

#[test]
fn a_build_writes_no_baseline_and_a_broken_one_is_refused_whole() {
    let temp = adopted();
    let path = temp.path().join("patscan-baseline.json");
    let before = std::fs::read_to_string(&path).expect("a baseline");
    let in_build =
        ran(program(temp.path()).env("CI", "true").args(["baseline", "write"]).output().expect("a run"));
    assert_eq!(in_build.code, 2, "{}", in_build.err);
    assert!(in_build.err.contains("does not write its own baseline"), "{}", in_build.err);
    assert_eq!(std::fs::read_to_string(&path).expect("a baseline"), before);
    for broken in ["<<<<<<< HEAD\n", "{}", "{\"patscan-baseline\":9,\"written\":\"\",\"findings\":[]}"] {
        std::fs::write(&path, broken).expect("written");
        let refused = run(temp.path(), &[]);
        assert_eq!(refused.code, 2, "{broken}: {}", refused.out);
        assert!(refused.err.contains("patscan-baseline.json"), "{}", refused.err);
        assert_eq!(std::fs::read_to_string(&path).expect("the file"), broken);
    }
}

#[test]
fn a_waiver_permits_one_place_and_the_ledger_says_so() {
    let waived = OLD.replace(
        "    let (tx",
        "    // patscan: allow(unbounded-channel, reason = \"one message a day\", until = \"2999-01-31\")\n    let (tx",
    );
    let temp = folder(&[MANIFEST, ("src/lib.rs", "pub mod pipe;\n"), ("src/pipe.rs", &waived)]);
    check(temp.path(), 0, &["0 errors"]);
    let json = run(temp.path(), &["--format", "json"]).out;
    assert!(json.contains("\"state\": \"waived\""), "{json}");
    let ledger = run(temp.path(), &["waivers"]);
    let line = "src/pipe.rs:4  unbounded-channel  until 2999-01-31  permits 1 finding  one message a day\n1 waiver\n";
    assert_eq!((ledger.code, ledger.out.as_str()), (0, line));
    // Another check over the same place is another matter.
    let other = run(temp.path(), &["--check", "ack-before-work"]);
    assert!(!other.out.contains("waiver-unused"), "{}", other.out);
}

#[test]
fn waivers_that_are_unused_expired_or_malformed_are_findings() {
    for (waiver, code, told) in [
        ("allow(ack-before-work, reason = \"x\")", 1, "waiver-unused"),
        (
            "allow(unbounded-channel, reason = \"x\", until = \"2020-01-31\")",
            1,
            "this waiver ended on 2020-01-31",
        ),
        ("allow(unbounded-channel)", 1, "no reason is given"),
        ("allow(unbound-channel, reason = \"x\")", 1, "`unbound-channel` is no check"),
    ] {
        let text = OLD.replace("    let (tx", &format!("    // patscan: {waiver}\n    let (tx"));
        let temp = folder(&[MANIFEST, ("src/lib.rs", "pub mod pipe;\n"), ("src/pipe.rs", &text)]);
        check(temp.path(), code, &[told, "[unbounded-channel]"]);
    }
}
