//! What others rely on: commands, options, formats, exit codes, outputs and keys, by their agreed names.

use crate::cli::{Ran, folder, program, ran, run};
use serde_json::Value;

const COMMANDS: &[&str] = &[
    "check",
    "compile",
    "docs",
    "registry",
    "report",
    "brief",
    "explain",
    "list",
    "test",
    "inspect",
    "schema",
    "baseline",
    "waivers",
    "new",
    "completions",
    "man",
];

/// All formats.
pub(crate) const FORMATS: &[&str] = &[
    "pretty",
    "short",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "checkstyle",
    "rdjsonl",
    "cargo",
    "markdown",
    "html",
];

const MANIFEST: (&str, &str) = (
    "Cargo.toml",
    "[package]\nname = \"svc\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\naxum = \"0.8\"\ntokio = \"1\"\n",
);

/// A service with an error, and a note about a statement.
fn service() -> tempfile::TempDir {
    let main = "use axum::Router;\nfn main() {\n    let (_a, _b) = tokio::sync::mpsc::unbounded_channel::<u8>();\n    let _ = axum::serve(1, Router::new());\n}\n";
    folder(&[MANIFEST, ("src/main.rs", main)])
}

#[track_caller]
fn json(ran: &Ran) -> Value {
    let document = serde_json::from_str(&ran.out);
    assert!(document.is_ok(), "{document:?}: {}{}", ran.out, ran.err);
    document.unwrap_or_default()
}

#[test]
fn every_command_is_there_and_explains_itself() {
    let temp = folder(&[]);
    for command in COMMANDS {
        let ran = run(temp.path(), &[command, "--help"]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{command}");
        assert!(ran.out.contains(&format!("Usage: patscan {command}")), "{}", ran.out);
    }
}

#[test]
fn the_bare_program_is_check() {
    let temp = service();
    let of = |arguments: &[&str]| run(temp.path(), arguments).out;
    assert_eq!(of(&["--format", "json"]), of(&["check", "--format", "json"]));
    assert_eq!(of(&["src", "--format", "json"]), of(&["check", "src", "--format", "json"]));
}

#[test]
fn every_format_goes_to_stdout_and_to_files_with_the_same_bytes() {
    let temp = service();
    let files: Vec<String> = FORMATS.iter().map(|format| format!("{format}=out.{format}")).collect();
    let mut arguments = vec!["check", "--quiet"];
    arguments.extend(files.iter().flat_map(|file| ["--output", file.as_str()]));
    assert_eq!(run(temp.path(), &arguments).code, 1);
    for format in FORMATS {
        let ran = run(temp.path(), &["--quiet", "--format", format]);
        assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{format}");
        assert!(ran.out.contains("unbounded-channel"), "{format}: {}", ran.out);
        let file = std::fs::read_to_string(temp.path().join(format!("out.{format}"))).expect("a report");
        assert_eq!(file, ran.out, "{format}");
    }
}

#[test]
fn exit_codes_are_0_1_and_2() {
    let temp = service();
    for (arguments, code) in [
        (&["."][..], 1),
        (&["--fail-on", "error"], 1),
        (&["--fail-on", "warning"], 1),
        (&["--fail-on", "note"], 1),
        (&["--fail-on", "never"], 0),
        (&["--check", "auto-ack-enabled"], 0),
        (&["--fail-on", "always"], 2),
        (&["nowhere"], 2),
        (&["--config", "nowhere.toml"], 2),
        (&["--rules", "nowhere"], 2),
        (&["--patterns", "nowhere"], 2),
        (&["--threads", "many"], 2),
        (&["--color", "red"], 2),
        (&["compile", "nowhere"], 2),
    ] {
        assert_eq!(run(temp.path(), arguments).code, code, "{arguments:?}");
    }
}

#[test]
fn options_change_what_they_say_and_nothing_else() {
    let temp = service();
    let plain = run(temp.path(), &["--format", "json"]);
    for same in
        [&["--threads", "3"][..], &["--color", "always"], &["--timings"], &["--quiet"], &["--verbose"]]
    {
        let ran = run(temp.path(), &[&["--format", "json"], same].concat());
        assert_eq!((ran.code, &ran.out), (plain.code, &plain.out), "{same:?}");
    }
    let quiet = run(temp.path(), &["--quiet"]);
    let normal = run(temp.path(), &[]);
    let verbose = run(temp.path(), &["--verbose"]);
    assert!(normal.out.starts_with(quiet.out.trim_end()) && quiet.out.len() < normal.out.len());
    assert!(verbose.out.len() > normal.out.len() && verbose.out.contains("not applicable"));
    assert_eq!(quiet.err, "", "silence where all went well");
}

/// The keys that an object must have; others may stand beside them.
#[track_caller]
fn has_keys(value: &Value, keys: &[&str]) {
    for key in keys {
        assert!(value.get(key).is_some(), "no `{key}` in {value}");
    }
}

#[test]
fn json_has_the_agreed_keys() {
    let temp = service();
    let report = json(&run(temp.path(), &["--format", "json"]));
    has_keys(&report, &["schema", "tool", "findings", "statements", "checks", "blind_spots", "problems"]);
    assert_eq!(report["schema"], 1);
    has_keys(&report["tool"], &["name", "version"]);
    let finding = &report["findings"][0];
    has_keys(
        finding,
        &[
            "check",
            "severity",
            "precision",
            "message",
            "help",
            "path",
            "line",
            "column",
            "end_line",
            "end_column",
            "statement",
            "fingerprint",
            "state",
        ],
    );
    assert_eq!(finding["path"], "src/main.rs");
    assert_eq!([&finding["line"], &finding["column"]], [3, 20]);
    assert_eq!(finding["state"], "new");
    has_keys(&finding["statement"], &["pattern", "id", "text"]);
    has_keys(&report["statements"][0], &["pattern", "id", "text", "state", "reason", "subjects", "findings"]);
    has_keys(&report["checks"][0], &["check", "subjects", "pass", "fail", "unknown"]);
    has_keys(&report["blind_spots"], &["files", "unparsed", "opaque_macros", "unresolved"]);
    let broken = folder(&[MANIFEST, ("src/lib.rs", "fn f( {\n"), ("src/main.rs", "fn main() {}\n")]);
    let report = json(&run(broken.path(), &["--format", "json"]));
    has_keys(&report["problems"][0], &["path", "line", "column", "message", "help"]);
}

#[test]
fn a_comment_permits_and_a_comment_declares() {
    let fault = "let _ = tokio::sync::mpsc::unbounded_channel::<u8>();";
    let waived = format!(
        "fn main() {{\n    // patscan: allow(unbounded-channel, reason = \"one writer\", until = \"2999-01-31\")\n    {fault}\n}}\n"
    );
    let temp = folder(&[
        MANIFEST,
        ("src/main.rs", &waived),
        ("src/lib.rs", "// patscan: role(message)\npub struct Placed;\n"),
    ]);
    let ran = run(temp.path(), &["--format", "json"]);
    let states: Vec<Value> =
        json(&ran)["findings"].as_array().expect("a list").iter().map(|f| f["state"].clone()).collect();
    assert!(ran.code == 0 && states.contains(&Value::from("waived")), "{}", ran.out);
    let ran = run(temp.path(), &["inspect", "src/lib.rs:2"]);
    assert!(ran.out.contains("message"), "{}", ran.out);
}

#[test]
fn help_fits_80_columns() {
    let temp = folder(&[]);
    for command in COMMANDS {
        for word in ["-h", "--help"] {
            let mut program = program(temp.path());
            let ran = ran(program.args([command, word]).env("COLUMNS", "80").output().expect("it starts"));
            for line in ran.out.lines() {
                assert!(line.chars().count() <= 80, "{command} {word}: {line}");
            }
        }
    }
}

#[test]
fn shells_and_readers_of_manuals_are_served() {
    let temp = folder(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(temp.path(), &["completions", shell]);
        assert!(ran.code == 0 && ran.out.contains("baseline"), "{shell}: {}", ran.err);
    }
    let ran = run(temp.path(), &["man"]);
    assert!(ran.code == 0 && ran.out.contains(".TH PATSCAN"), "{}", ran.err);
    assert_eq!(run(temp.path(), &["man", "-o", "."]).code, 0);
    assert!(temp.path().join("patscan-check.1").is_file());
    assert_eq!(run(temp.path(), &["man", "-o", "nowhere"]).code, 2);
}
