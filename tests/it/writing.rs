//! Files and outputs that cannot be written, and runs that are stopped: nothing is half there.

use crate::cli::{Ran, folder, program, ran, run};
use std::path::Path;
use std::process::Stdio;

const GOOD: (&str, &str) = ("src/lib.rs", "pub fn f() {}\n");

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_ends_the_run_with_2() {
    let temp = folder(&[GOOD]);
    let to_file = run(temp.path(), &["--output", "json=/dev/full"]);
    assert_eq!(to_file.code, 2, "{}", to_file.err);
    assert!(
        to_file.err.contains("No space left") && to_file.err.contains("--> /dev/full"),
        "{}",
        to_file.err
    );
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("the device");
    let to_stdout = ran(program(temp.path()).arg(".").stdout(full).output().expect("a run"));
    assert_eq!(to_stdout.code, 2, "{}", to_stdout.err);
    assert!(to_stdout.err.contains("cannot write the output"), "{}", to_stdout.err);
}

/// Runs all that writes a file, in a folder in which `cramp` left no room, and prints what each came to; what is there
/// before and after must be the same.
#[cfg(target_os = "linux")]
const WRITERS: &str = r#"
list() { find . -type f ! -name fill -exec cksum {} + | sort; }
list >"$OUTSIDE/before"
try() {
  code=0
  told=$("$PATSCAN" "$@" 2>&1 >/dev/null) || code=$?
  printf '%s\n%s\n<<code %s of %s>>\n' '' "$told" "$code" "$*"
}
try . --output json=out.json --output sarif=new.sarif
try baseline write
try init --force
try waive --check unbounded-channel --reason "one a day"
try . --no-baseline --fix
try report -o report.html
try compile docs -o rules
list >"$OUTSIDE/after"
"#;

/// A service with ten faults and all files that patscan may write, each larger than a page of a small disk.
#[cfg(target_os = "linux")]
fn crammed() -> tempfile::TempDir {
    let fault = "pub fn f() {\n    drop(async_channel::unbounded::<u8>());\n}\n";
    let faults: String =
        (0..40).map(|n| fault.replace("fn f()", &format!("fn a_name_that_is_long_{n}()"))).collect();
    let statements: String = (0..40)
        .map(|n| format!("- Channel {n} must have a bound <!-- patscan: check=unbounded-channel -->\n"))
        .collect();
    let temp = folder(&[
        (
            "Cargo.toml",
            "[package]\nname = \"shop\"\nedition = \"2024\"\n[dependencies]\nasync-channel = \"2\"\n",
        ),
        ("src/lib.rs", &faults),
        ("docs/bounds.md", &format!("# Pattern 9: bounds\n\n## Invariants\n\n{statements}")),
        ("patscan.toml", "fail-on = \"never\"\n"),
        ("out.json", "an old report\n"),
    ]);
    for arguments in [&["baseline", "write"][..], &["compile", "docs", "-o", "rules"]] {
        let made = run(temp.path(), arguments);
        assert_eq!(made.code, 0, "{}", made.err);
    }
    // Stale, so that it would be written again.
    let stale = "- Nothing must be lost <!-- patscan: manual -->\n";
    let path = temp.path().join("docs/bounds.md");
    let text = std::fs::read_to_string(&path).expect("the document");
    std::fs::write(path, text + stale).expect("written");
    temp
}

/// What the writers came to, after `cramp` in the same shell, started by `shell`.
#[cfg(target_os = "linux")]
fn cramped(temp: &Path, shell: &[&str], cramp: &str) -> Ran {
    let outside = tempfile::tempdir().expect("a folder");
    let mut command = std::process::Command::new(shell[0]);
    command.args(&shell[1..]).arg(format!("set -eu\n{cramp}\n{WRITERS}")).current_dir(temp);
    command.env_remove("CI").env("PATSCAN", env!("CARGO_BIN_EXE_patscan")).env("OUTSIDE", outside.path());
    let ran = ran(command.output().expect("a shell"));
    let read = |name: &str| std::fs::read_to_string(outside.path().join(name)).unwrap_or_default();
    assert_eq!(read("before"), read("after"), "{}{}", ran.out, ran.err);
    ran
}

#[cfg(target_os = "linux")]
#[track_caller]
fn check_told(ran: &Ran, reason: &str) {
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let runs: Vec<&str> = ran.out.split_terminator(">>\n").collect();
    assert_eq!(runs.len(), WRITERS.matches("\ntry ").count(), "{}", ran.out);
    for told in runs {
        assert!(told.contains("<<code 2 of "), "{told}");
        assert!(told.contains(reason) && told.contains("the old file was not touched"), "{told}");
    }
    for name in
        ["out.json", "new.sarif", "patscan-baseline.json", "patscan.toml", "src/lib.rs", "report.html"]
    {
        assert!(ran.out.contains(name), "{name} is not told in {}", ran.out);
    }
}

/// Where the system lets nobody mount a disk, the next test stands alone.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_keeps_every_old_file_and_no_half_of_a_new_one() {
    let can_mount = ["unshare", "-rm", "sh", "-c", "mount -t tmpfs none /tmp"];
    let tried = std::process::Command::new(can_mount[0]).args(&can_mount[1..]).output();
    if !tried.is_ok_and(|output| output.status.success()) {
        eprintln!("no disk can be mounted here");
        return;
    }
    let temp = crammed();
    let cramp = r#"
mkdir "$OUTSIDE/disk"
mount -t tmpfs -o size=256k none "$OUTSIDE/disk"
cp -r . "$OUTSIDE/disk"
cd "$OUTSIDE/disk"
dd if=/dev/zero of=fill bs=1k 2>/dev/null || true
"#;
    check_told(&cramped(temp.path(), &["unshare", "-rm", "sh", "-c"], cramp), "No space left");
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_on_files_keeps_every_old_file_and_no_half_of_a_new_one() {
    let temp = crammed();
    check_told(&cramped(temp.path(), &["sh", "-c"], "trap '' XFSZ\nulimit -f 1"), "File too large");
}

#[cfg(unix)]
#[test]
fn what_is_protected_stays_whole() {
    use std::os::unix::fs::PermissionsExt;
    let temp = folder(&[
        GOOD,
        ("patscan-baseline.json", "{\"patscan-baseline\":1,\"written\":\"2026-01-01\",\"findings\":[\n]}\n"),
    ]);
    let path = temp.path().join("patscan-baseline.json");
    let before = std::fs::read(&path).expect("the file");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).expect("set");
    for task in ["write", "shrink"] {
        let refused = ran(program(temp.path()).args(["baseline", task]).output().expect("a run"));
        assert_eq!(refused.code, 2, "{}", refused.err);
        assert!(
            refused.err.contains("cannot be written") && refused.err.contains("the old file"),
            "{}",
            refused.err
        );
    }
    assert_eq!(std::fs::read(&path).expect("the file"), before);
    assert_eq!(names(temp.path()), ["patscan-baseline.json", "src"]);
}

#[cfg(unix)]
#[test]
fn a_run_that_is_interrupted_leaves_nothing() {
    use std::os::unix::process::ExitStatusExt;
    let temp = folder(&[GOOD]);
    let mut child = program(temp.path())
        .args(["--output", "json=out.json", "--diff-file", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // It waits for the patch; a signal before it listens stops it as well.
    std::thread::sleep(std::time::Duration::from_millis(400));
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
    let status = child.wait().expect("it ends");
    assert!(status.code() == Some(130) || status.signal() == Some(2), "{status:?}");
    assert_eq!(names(temp.path()), ["src"]);
}
