//! Files and outputs that cannot be written, and runs that are stopped: nothing is half there.

use crate::cli::{folder, program, ran, run};
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
    assert!(to_file.err.contains("No space left"), "{}", to_file.err);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("the device");
    let to_stdout = ran(program(temp.path()).arg(".").stdout(full).output().expect("a run"));
    assert_eq!(to_stdout.code, 2, "{}", to_stdout.err);
    assert!(to_stdout.err.contains("cannot write the output"), "{}", to_stdout.err);
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
