//! Configuration as users write it: in files and manifests, laid over one another, for parts of the code, explained.

use crate::cli::{folder, run, write};
use std::path::Path;

const WORKSPACE: (&str, &str) = ("Cargo.toml", "[workspace]\nmembers = [\"one\", \"two\"]\n");
const FAULT: &str = "pub fn open() {\n    drop(tokio::sync::mpsc::unbounded_channel::<u8>());\n}\n";

fn manifest(name: &str) -> String {
    format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n[dependencies]\ntokio = \"1\"\n")
}

/// Two packages with the same fault.
fn workspace() -> tempfile::TempDir {
    folder(&[
        WORKSPACE,
        ("one/Cargo.toml", &manifest("one")),
        ("one/src/lib.rs", FAULT),
        ("two/Cargo.toml", &manifest("two")),
        ("two/src/lib.rs", FAULT),
    ])
}

/// The findings of the one check that these tests are about, as `path severity`.
#[track_caller]
fn check(folder: &Path, expected: &[&str]) {
    let ran = run(folder, &["--format", "short", "--quiet", "--check", "unbounded-channel"]);
    assert!(ran.code < 2, "{}", ran.err);
    let told = |line: &str| {
        let mut parts = line.split(": ");
        let path = parts.next().unwrap_or("").split(':').next().unwrap_or("").to_owned();
        format!("{path} {}", parts.next().unwrap_or("").split('[').next().unwrap_or(""))
    };
    let found: Vec<String> = ran.out.lines().map(told).collect();
    assert_eq!(found, expected, "{}", ran.out);
}

#[track_caller]
fn check_refused(folder: &Path, arguments: &[&str], told: &[&str]) {
    let ran = run(folder, arguments);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    for part in told {
        assert!(ran.err.contains(part), "{part:?} is not in:\n{}", ran.err);
    }
}

#[test]
fn an_override_weighs_or_switches_off_a_check_in_a_part() {
    let temp = workspace();
    check(temp.path(), &["one/src/lib.rs error", "two/src/lib.rs error"]);
    for (text, expected) in [
        (
            "[[override]]\npath = \"one/**\"\nchecks.unbounded-channel.severity = \"note\"\n",
            &["one/src/lib.rs note", "two/src/lib.rs error"][..],
        ),
        (
            "[[override]]\npath = [\"one\"]\n[override.checks.unbounded-channel]\nenabled = false\n",
            &["two/src/lib.rs error"],
        ),
        (
            "[checks.unbounded-channel]\nenabled = false\n[[override]]\npath = \"one\"\nchecks.unbounded-channel.enabled = true\n",
            &["one/src/lib.rs error"],
        ),
    ] {
        write(temp.path(), "patscan.toml", text.as_bytes());
        check(temp.path(), expected);
    }
}

#[test]
fn a_parameter_holds_in_its_part_alone() {
    let timed = "pub fn client() {\n    let _ = reqwest::Client::builder().timeout(std::time::Duration::from_secs(45)).build();\n}\n";
    let manifest = |name: &str| format!("{}reqwest = \"0.12\"\n", manifest(name));
    let temp = folder(&[
        WORKSPACE,
        ("one/Cargo.toml", &manifest("one")),
        ("one/src/lib.rs", timed),
        ("two/Cargo.toml", &manifest("two")),
        ("two/src/lib.rs", timed),
        ("patscan.toml", "[checks.timeout-over-limit]\nparams = { limit = \"30 s\" }\n"),
    ]);
    let paths = || {
        let ran = run(temp.path(), &["--format", "short", "--quiet", "--check", "timeout-over-limit"]);
        let path = |line: &str| line.split(':').next().unwrap_or("").to_owned();
        (ran.out.lines().map(path).collect::<Vec<_>>(), ran.err)
    };
    assert_eq!(paths().0, ["one/src/lib.rs", "two/src/lib.rs"]);
    let text = "[checks.timeout-over-limit]\nparams = { limit = \"30 s\" }\n[[override]]\npath = \"one\"\nchecks.timeout-over-limit.params.limit = \"60 s\"\n";
    write(temp.path(), "patscan.toml", text.as_bytes());
    assert_eq!(paths().0, ["two/src/lib.rs"], "{}", paths().1);
    write(temp.path(), "patscan.toml", text.replace("60 s", "soon").as_bytes());
    check_refused(temp.path(), &[], &["patscan.toml:5:", "parameter `limit` takes a time"]);
}

#[test]
fn a_package_sets_its_own_checks_and_nothing_else() {
    let temp = workspace();
    let own = format!(
        "{}[package.metadata.patscan.checks.unbounded-channel]\nseverity = \"note\"\n",
        manifest("two")
    );
    write(temp.path(), "two/Cargo.toml", own.as_bytes());
    check(temp.path(), &["one/src/lib.rs error", "two/src/lib.rs note"]);
    let workspace = format!(
        "{}[workspace.metadata.patscan.checks.unbounded-channel]\nseverity = \"warning\"\n",
        WORKSPACE.1
    );
    write(temp.path(), "Cargo.toml", workspace.as_bytes());
    check(temp.path(), &["one/src/lib.rs warning", "two/src/lib.rs note"]);
    for (text, told) in [
        ("[package.metadata.patscan]\nfail-on = \"note\"\n", "unknown key `fail-on`"),
        (
            "[package.metadata.patscan.checks.unbound-channel]\nenabled = false\n",
            "did you mean `unbounded-channel`?",
        ),
    ] {
        write(temp.path(), "two/Cargo.toml", format!("{}{text}", manifest("two")).as_bytes());
        check_refused(temp.path(), &[], &["two/Cargo.toml:", told]);
    }
}

#[test]
fn a_configuration_lies_over_what_it_extends() {
    let temp = workspace();
    write(temp.path(), "shared/patscan.toml", b"fail-on = \"note\"\n[checks.unbounded-channel]\nseverity = \"note\"\n[checks.ack-before-work]\nenabled = false\n");
    write(temp.path(), "shared/more.toml", b"extends = \".\"\n[checks.ack-before-work]\nenabled = true\n");
    write(temp.path(), "patscan.toml", b"extends = [\"shared/more.toml\"]\nfail-on = \"error\"\n");
    check(temp.path(), &["one/src/lib.rs note", "two/src/lib.rs note"]);
    assert_eq!(run(temp.path(), &[]).code, 0, "its own threshold wins");
    let shown = run(temp.path(), &["config"]).out;
    for line in [
        "fail-on = \"error\"  # patscan.toml:2",
        "checks.unbounded-channel.severity = \"note\"  # shared/patscan.toml:3",
        "checks.ack-before-work.enabled = true  # shared/more.toml:3",
        "baseline = \"patscan-baseline.json\"  # default",
    ] {
        assert!(shown.contains(line), "{line:?} is not in:\n{shown}");
    }
    assert_eq!(run(temp.path(), &["list"]).out.matches("ack-before-work").count(), 1);
    for (path, text, told) in [
        ("patscan.toml", "extends = \"nowhere\"\n", &["patscan.toml:1:11", "`nowhere` cannot be read"][..]),
        (
            "shared/patscan.toml",
            "extends = \"../patscan.toml\"\n",
            &["shared/patscan.toml:1:11", "leads back here"],
        ),
        ("shared/patscan.toml", "severity = 1\n", &["shared/patscan.toml:1:1", "unknown key `severity`"]),
    ] {
        write(temp.path(), "shared/patscan.toml", b"");
        write(temp.path(), "patscan.toml", b"extends = \"shared\"\n");
        write(temp.path(), path, text.as_bytes());
        check_refused(temp.path(), &[], told);
    }
}

#[test]
fn a_key_is_explained_with_its_place() {
    let temp = workspace();
    write(
        temp.path(),
        "patscan.toml",
        b"[checks.unbounded-channel]\nseverity = \"note\"\n[[scope.exclude]]\npath = \"a\"\nreason = \"b\"\n",
    );
    let told = run(temp.path(), &["config", "--explain", "checks.unbounded-channel.severity"]);
    assert_eq!(told.code, 0, "{}", told.err);
    for part in [
        "`\"error\"` or `\"warning\"` or `\"note\"`",
        "set: checks.unbounded-channel.severity = \"note\"  # patscan.toml:2",
    ] {
        assert!(told.out.contains(part), "{part:?} is not in:\n{}", told.out);
    }
    let rows = run(temp.path(), &["config", "--explain", "scope.exclude"]).out;
    assert!(rows.contains("set: [[scope.exclude]].path = \"a\"  # patscan.toml:4"), "{rows}");
    assert!(run(temp.path(), &["config", "--explain", "fail-on"]).out.contains("set: nowhere"));
    check_refused(temp.path(), &["config", "--explain", "fail_on"], &["unknown key `fail_on`", "`fail-on`"]);
}

#[test]
fn what_is_shown_is_a_configuration_again() {
    let temp = workspace();
    let text = "extends = \"base.toml\"\n[roles]\nmessage = [\"a::*\", { name = \"B*\" }]\n[[waiver]]\ncheck = \"unbounded-channel\"\npath = \"one\"\nowner = \"a\"\nreason = \"b\"\n[[override]]\npath = \"two\"\nchecks.unbounded-channel.severity = \"note\"\n";
    write(temp.path(), "patscan.toml", text.as_bytes());
    write(temp.path(), "base.toml", b"[roles]\nmessage = [\"c::*\"]\n");
    let shown = run(temp.path(), &["config"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    let findings = run(temp.path(), &["--format", "short"]).out;
    let flat = shown.out.lines().filter(|line| !line.starts_with("extends")).collect::<Vec<_>>().join("\n");
    write(temp.path(), "patscan.toml", flat.as_bytes());
    assert_eq!(run(temp.path(), &["--format", "short"]).out, findings, "{flat}");
    assert!(flat.contains("roles.message = [\"c::*\", \"a::*\", { name = \"B*\" }]"), "{flat}");
}
