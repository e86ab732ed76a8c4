//! The program as users run it: arguments, bad input, exit codes, what goes to which output.

use std::path::Path;
use std::process::{Command, Output};

/// What a run gave.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patscan"));
    command
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("CARGO_TERM_COLOR")
        .env_remove("CI");
    command
}

pub(crate) fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        err: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ran {
    ran(program(folder).args(arguments).output().expect("the program starts"))
}

/// A folder with `files`.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let temp = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        write(temp.path(), path, text.as_bytes());
    }
    temp
}

pub(crate) fn write(folder: &Path, path: &str, bytes: &[u8]) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, bytes).expect("a file");
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("a file");
        }
    }
}

const GOOD: (&str, &str) = ("src/lib.rs", "pub fn f() {}\n");

/// Scans `temp` and expects exit code 0, with all of `told` on stderr: the rest was scanned.
#[track_caller]
fn check_goes_on(temp: &Path, told: &[&str]) {
    let ran = run(temp, &["."]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for part in told {
        assert!(ran.err.contains(part), "{part:?} is not told in:\n{}", ran.err);
    }
    assert!(ran.out.contains("0 errors"), "{}", ran.out);
}

/// Expects exit code 2, nothing on stdout, and all of `told` on stderr.
#[track_caller]
fn check_refuses(folder: &Path, arguments: &[&str], told: &[&str]) {
    let ran = run(folder, arguments);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert_eq!(ran.out, "");
    for part in told {
        assert!(ran.err.contains(part), "{part:?} is not told in:\n{}", ran.err);
    }
}

#[test]
fn wrong_arguments_and_missing_paths_are_refused() {
    let temp = folder(&[GOOD]);
    check_refuses(temp.path(), &["--no-such"], &["--no-such"]);
    check_refuses(temp.path(), &["check", "--format", "pdf"], &["pdf", "pretty", "short", "json"]);
    check_refuses(temp.path(), &["nowhere", "src", "elsewhere"], &["`nowhere`", "`elsewhere`", "help: "]);
    check_refuses(
        temp.path(),
        &["--check", "no-such-check"],
        &["unknown check `no-such-check`", "patscan list"],
    );
    check_refuses(temp.path(), &["basline", "write"], &["`basline`", "did you mean `patscan baseline`?"]);
    check_refuses(temp.path(), &["explain", "no-such-check"], &["unknown check `no-such-check`"]);
    check_refuses(temp.path(), &["inspect", "src/no.rs:3"], &["no such file: `src/no.rs`"]);
}

#[test]
fn help_and_version_are_no_failures() {
    let temp = folder(&[]);
    for arguments in [&["--help"][..], &["check", "--help"], &["--version"], &["help"]] {
        let ran = run(temp.path(), arguments);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
        assert!(ran.out.contains("patscan"), "{}", ran.out);
    }
}

#[test]
fn a_folder_without_rust_is_refused() {
    let temp = folder(&[("README.md", "hello")]);
    check_refuses(temp.path(), &[], &["no Rust file to scan", ".gitignore"]);
    check_refuses(temp.path(), &["--format", "json"], &["no Rust file to scan"]);
}

#[test]
fn files_that_are_no_text_are_told_and_the_rest_is_scanned() {
    let temp = folder(&[GOOD]);
    write(temp.path(), "src/latin.rs", b"// gr\xfc\xdfe\n");
    write(temp.path(), "src/nul.rs", b"fn f() {}\n\0");
    write(temp.path(), "src/wide.rs", b"\xff\xfef\0n\0");
    check_goes_on(
        temp.path(),
        &[
            "src/latin.rs",
            "not UTF-8 from line 1",
            "src/nul.rs",
            "NUL byte in line 2",
            "UTF-16",
            "save it as UTF-8",
        ],
    );
}

/// Templates with holes and examples that do not build are no news in each run.
#[test]
fn what_is_not_examined_is_not_complained_about() {
    let broken = "fn f( {\n";
    let temp =
        folder(&[GOOD, ("examples/a.rs", broken), ("tests/b.rs", broken), ("vendor/c/src/lib.rs", broken)]);
    let report = run(temp.path(), &["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&report.out).expect("JSON");
    assert_eq!(report["problems"], serde_json::json!([]));
    assert_eq!(report["blind_spots"]["unparsed"], 0);
    let ran = run(temp.path(), &["--tests"]);
    assert!(ran.err.contains("tests/b.rs:1"), "{}", ran.err);
}

#[test]
fn a_huge_file_is_told_and_never_read() {
    let temp = folder(&[GOOD]);
    let file = std::fs::File::create(temp.path().join("src/huge.rs")).expect("a file");
    file.set_len(100 << 20).expect("a sparse file");
    check_goes_on(temp.path(), &["src/huge.rs", "too big to read: 100 MiB, the limit is 8 MiB"]);
}

#[cfg(unix)]
#[test]
fn unreadable_files_and_folders_are_told_and_the_rest_is_scanned() {
    use std::os::unix::fs::PermissionsExt;
    let temp = folder(&[GOOD, ("src/secret.rs", "fn f() {}\n"), ("closed/a.rs", "fn f() {}\n")]);
    let lock = |path: &str, mode: u32| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(temp.path().join(path), mode).expect("our file");
    };
    lock("src/secret.rs", 0);
    lock("closed", 0);
    // Root reads everything.
    let is_root = std::fs::read(temp.path().join("src/secret.rs")).is_ok();
    if is_root {
        check_goes_on(temp.path(), &[]);
    } else {
        check_goes_on(temp.path(), &["src/secret.rs", "closed", "cannot be read", "permissions"]);
    }
    lock("closed", 0o755);
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_and_pipes_do_no_harm() {
    let temp = folder(&[GOOD]);
    std::os::unix::fs::symlink("..", temp.path().join("src/up")).expect("a link");
    std::os::unix::fs::symlink("b.rs", temp.path().join("src/a.rs")).expect("a link");
    std::os::unix::fs::symlink("a.rs", temp.path().join("src/b.rs")).expect("a link");
    let made = Command::new("mkfifo").arg(temp.path().join("src/pipe.rs")).status();
    if made.is_ok_and(|status| status.success()) {
        check_goes_on(temp.path(), &["src/pipe.rs", "not a regular file"]);
        check_refuses(temp.path(), &["src/pipe.rs"], &["not a regular file"]);
    } else {
        check_goes_on(temp.path(), &[]);
    }
    check_refuses(temp.path(), &["src/a.rs"], &["cannot read `src/a.rs`"]);
}

#[test]
fn deep_nesting_of_every_kind_neither_aborts_nor_costs_the_other_files() {
    let n = 5_000;
    let deep = |open: &str, core: &str, close: &str| {
        format!("fn f() {{ let x = {}{core}{}; }}\nfn kept() {{}}\n", open.repeat(n), close.repeat(n))
    };
    let texts = [
        ("parens", deep("(", "1", ")")),
        ("blocks", deep("{", "1", "}")),
        ("nots", deep("!", "true", "")),
        ("refs", deep("&", "1", "")),
        ("minus", deep("-", "1", "")),
        ("calls", deep("g(", "1", ")")),
        ("closures", deep("|| {", "1", "}")),
        ("arrays", deep("[", "1", "]")),
        ("macros", deep("m!(", "1", ")")),
        ("ifs", deep("if a { ", "1", " } else { 2 }")),
        ("matches", deep("match a { _ => ", "1", " }")),
        ("methods", deep("", "a", ".b()")),
        ("elses", format!("fn f() {{ {} {{}} }}\n", "if a {} else ".repeat(n))),
        ("binary", format!("fn f() {{ let x = {}1; }}\n", "1 + ".repeat(n))),
        ("types", format!("fn f(x: {}u8{}) {{}}\n", "Box<".repeat(n), ">".repeat(n))),
        ("patterns", format!("fn f() {{ let {}x{} = y; }}\n", "Some(".repeat(n), ")".repeat(n))),
        ("modules", format!("{}{}\n", "mod a { ".repeat(n), "}".repeat(n))),
        ("uses", format!("use {}b{};\n", "a::{".repeat(n), "}".repeat(n))),
        ("comments", format!("{}{}\n", "/*".repeat(n), "*/".repeat(n))),
        ("unclosed", "(".repeat(n * 20)),
    ];
    let temp = folder(&[GOOD]);
    for (name, text) in &texts {
        write(temp.path(), &format!("src/{name}.rs"), text.as_bytes());
    }
    let ran = run(temp.path(), &["--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(report["blind_spots"]["files"], texts.len() + 1);
}

#[test]
fn broken_manifests_and_missing_module_files_are_no_reason_to_stop() {
    let temp = folder(&[
        ("Cargo.toml", "[package\nname = "),
        ("src/lib.rs", "mod missing;\nmod again;\npub fn f() {}\n"),
        ("src/again.rs", "#[path = \"lib.rs\"]\nmod circle;\n"),
    ]);
    check_goes_on(temp.path(), &[]);
}

#[test]
fn every_mistake_in_the_configuration_is_told_before_anything_is_scanned() {
    let temp = folder(&[GOOD, ("patscan.toml", "fail_on = \"error\"\n[roles]\nmesage = [\"a::*\"]\n")]);
    check_refuses(
        temp.path(),
        &["."],
        &[
            "patscan.toml:1:1",
            "did you mean `fail-on`?",
            "| ^^^^^^^",
            "patscan.toml:3:1",
            "did you mean `message`?",
        ],
    );
    check_refuses(temp.path(), &["--config", "nowhere.toml"], &["nowhere.toml"]);
}

const OWN_CHECK: &str = "\
check: loud-name
severity: warning
precision: exact
select: { type: { name: \"^LOUD$\" } }
message: \"this name shouts\"
because: \"names are read, not heard\"
help: \"use upper camel case\"
phrases: [\"names do not shout\"]
";

#[test]
fn a_check_of_one_s_own_runs_beside_those_built_in() {
    let temp =
        folder(&[("src/lib.rs", "pub struct LOUD;\npub struct Quiet;\n"), ("own/loud.yaml", OWN_CHECK)]);
    let ran = run(temp.path(), &["--rules", "own", "--format", "short", "--quiet"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "src/lib.rs:1:12: warning[loud-name] this name shouts\n"));
    let ran = run(temp.path(), &["--rules", "own", "--fail-on", "warning", "--check", "loud-name"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    write(temp.path(), "patscan.toml", b"[checks.loud-name]\nseverity = \"error\"\n");
    assert_eq!(run(temp.path(), &["--rules", "own"]).code, 1, "configuration weighs it as an error");
    write(temp.path(), "patscan.toml", b"[checks.loud-name]\nenabled = false\n");
    let ran = run(temp.path(), &["--rules", "own"]);
    assert!(ran.code == 0 && !ran.out.contains("loud-name"), "{}", ran.out);
    write(temp.path(), "patscan.toml", b"[checks.lowd-name]\nparams = { x = 1 }\n");
    check_refuses(temp.path(), &["--rules", "own"], &["patscan.toml:1:", "`lowd-name`", "`loud-name`"]);
}

#[test]
fn a_broken_check_is_refused_with_all_its_mistakes_and_their_places() {
    let broken = OWN_CHECK.replace("severity: warning", "severty: warning").replace("^LOUD$", "(");
    let bomb = format!(
        "a0: &a0 [x]\n{}",
        (1..40).map(|n| format!("a{n}: &a{n} [*a{0},*a{0}]\n", n - 1)).collect::<String>()
    );
    let temp =
        folder(&[GOOD, ("own/broken.yaml", &broken), ("own/bomb.yaml", &bomb), ("own/blob.yaml", "\0")]);
    check_refuses(
        temp.path(),
        &["--rules", "own/broken.yaml"],
        &["own/broken.yaml:2:1", "`severty`", "`severity`", "broken.yaml:4:"],
    );
    check_refuses(temp.path(), &["--rules", "own/bomb.yaml"], &["own/bomb.yaml"]);
    check_refuses(temp.path(), &["--rules", "own/blob.yaml"], &["own/blob.yaml"]);
    check_refuses(temp.path(), &["--rules", "nowhere"], &["no such file or folder: `nowhere`"]);
    check_refuses(temp.path(), &["test", "own/broken.yaml"], &["own/broken.yaml:2:1"]);
    check_refuses(temp.path(), &["test", "src"], &["no check in `src`"]);
}

#[test]
fn examples_that_differ_are_shown_line_by_line() {
    let page = format!(
        "# loud-name\n\nNames are read.\n\n```yaml\n{OWN_CHECK}```\n\n## Fires\n\n```rust\nstruct LOUD; //~ loud-name\n```\n\n```rust\nstruct Low; //~ loud-name\n```\n"
    );
    let temp = folder(&[("own/loud-name.md", &page)]);
    let ran = run(temp.path(), &["test", "own"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("own/loud-name.md:23: loud-name: expected a finding here"), "{}", ran.out);
    assert!(ran.out.contains("2 examples of 1 check: 1 line differs"), "{}", ran.out);
}

#[test]
fn a_place_is_explained_whether_it_is_a_subject_or_not() {
    let temp =
        folder(&[("src/lib.rs", "pub struct LOUD;\npub struct Quiet;\n"), ("own/loud.yaml", OWN_CHECK)]);
    let ran = run(temp.path(), &["explain", "loud-name", "src/lib.rs:1", "--rules", "own"]);
    assert!(ran.code == 0 && ran.out.contains("subject `LOUD` fails"), "{}{}", ran.out, ran.err);
    let ran = run(temp.path(), &["explain", "loud-name", "src/lib.rs:2", "--rules", "own"]);
    assert!(ran.code == 0 && ran.out.contains("no subject on this line"), "{}{}", ran.out, ran.err);
    let ran = run(temp.path(), &["explain", "unbounded-channel"]);
    assert!(ran.code == 0 && ran.out.contains("check: unbounded-channel"), "{}", ran.out);
    let ran = run(temp.path(), &["inspect", "src/lib.rs:1"]);
    assert!(ran.code == 0 && ran.out.contains("LOUD"), "{}{}", ran.out, ran.err);
}

#[test]
fn colours_follow_the_argument_and_the_environment() {
    let temp = folder(&[GOOD]);
    let escapes = |command: &mut Command| {
        let output = command.output().expect("the program starts");
        String::from_utf8_lossy(&output.stdout).contains('\u{1b}')
    };
    assert!(!escapes(program(temp.path()).arg(".")), "no terminal, no colour");
    assert!(escapes(program(temp.path()).args([".", "--color", "always"])));
    assert!(escapes(program(temp.path()).arg(".").env("CLICOLOR_FORCE", "1")));
    assert!(!escapes(program(temp.path()).arg(".").env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")));
    assert!(!escapes(program(temp.path()).args([".", "--color", "never"]).env("CLICOLOR_FORCE", "1")));
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let temp = folder(&[GOOD]);
    let mut command = program(temp.path());
    command
        .args(["--format", "json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    drop(child.stdout.take());
    let ran = ran(child.wait_with_output().expect("it ends"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

/// A file alone says neither which crates its package uses nor what its `use` of other modules means.
#[test]
fn a_file_named_alone_is_understood_with_its_package_and_reported_alone() {
    let channel = "pub fn open() { let pair = crate::pipe::make::<u8>(); drop(pair); }\n";
    let temp = folder(&[
        ("Cargo.toml", "[package]\nname = \"svc\"\nedition = \"2024\"\n[dependencies]\ntokio = \"1\"\n"),
        ("src/lib.rs", "pub mod a;\npub mod b;\npub mod pipe;\n"),
        ("src/a.rs", channel),
        ("src/b.rs", channel),
        ("src/pipe.rs", "pub use tokio::sync::mpsc::unbounded_channel as make;\n"),
    ]);
    let ran = run(temp.path(), &["--format", "short", "--quiet", "src/a.rs"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    assert!(ran.out.starts_with("src/a.rs:1:28: error[unbounded-channel] "), "{}", ran.out);
}

#[test]
fn cargo_calls_us_with_an_extra_word() {
    let temp = folder(&[GOOD]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-patscan"));
    let ran = ran(command.current_dir(temp.path()).args(["patscan", "."]).output().expect("it starts"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("1 file"), "{}", ran.out);
}

#[test]
fn timings_and_progress_stay_off_stdout() {
    let temp = folder(&[GOOD]);
    let ran = run(temp.path(), &["--timings"]);
    assert!(ran.err.contains("read and parse (2 lines"), "{}", ran.err);
    assert!(!ran.out.contains("ms"), "{}", ran.out);
}

#[test]
fn the_same_input_gives_the_same_bytes_for_any_thread_count_and_place() {
    let files = [GOOD, ("src/b.rs", "fn g( {\n"), ("c.rs", "fn h() {}\n")];
    let (here, there) = (folder(&files), folder(&files));
    let first = run(here.path(), &["--format", "json", "--threads", "1"]).out;
    for (temp, n_threads) in [(&here, "2"), (&here, "5"), (&there, "3")] {
        assert_eq!(run(temp.path(), &["--format", "json", "--threads", n_threads]).out, first);
    }
}

#[test]
fn one_scan_writes_as_many_reports_as_are_asked_for() {
    let temp = folder(&[GOOD, ("Cargo.toml", "[package]\nname = \"a\"\n")]);
    let ran = run(temp.path(), &["--format", "json", "--output", "sarif=a.sarif", "--output", "junit=a.xml"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with('{'));
    let read = |name: &str| std::fs::read_to_string(temp.path().join(name)).expect("a report");
    assert!(read("a.sarif").contains("\"version\": \"2.1.0\""));
    assert!(read("a.xml").starts_with("<?xml"));
    check_refuses(temp.path(), &["--output", "sarif"], &["expected `FORMAT=PATH`"]);
    check_refuses(temp.path(), &["--output", "serif=x"], &["serif"]);
    let lost = run(temp.path(), &["--output", "sarif=no/a.sarif"]);
    assert_eq!(lost.code, 2, "{}", lost.err);
    assert!(lost.err.contains("cannot be written") && lost.err.contains("no/a.sarif"), "{}", lost.err);
}
