//! Runs that look at a change alone: by git, by patch, and what neither can say.

use crate::cli::{Ran, folder, program, ran, run, write};
use std::path::Path;
use std::process::Command;

const MANIFEST: (&str, &str) =
    ("Cargo.toml", "[package]\nname = \"shop\"\nedition = \"2024\"\n[dependencies]\ntokio = \"1\"\n");

/// A function with a fault.
fn pipe(name: &str, message: &str) -> String {
    format!(
        "pub fn {name}() {{\n    let pair = tokio::sync::mpsc::unbounded_channel::<{message}>();\n    drop(pair);\n}}\n"
    )
}

#[track_caller]
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main"]);
    command.args(["-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false"]);
    let output = command.args(arguments).current_dir(folder).output().expect("git starts");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
pub(crate) fn commit(folder: &Path) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "x"]);
}

/// A repository with two faults on `main`, and a branch `work` checked out.
fn repository() -> tempfile::TempDir {
    let temp = folder(&[
        MANIFEST,
        ("src/lib.rs", "pub mod a;\npub mod b;\n"),
        ("src/a.rs", &pipe("one", "u8")),
        ("src/b.rs", &pipe("two", "u16")),
    ]);
    git(temp.path(), &["init", "-q"]);
    commit(temp.path());
    git(temp.path(), &["checkout", "-q", "-b", "work"]);
    temp
}

/// The places of the findings that a run with `arguments` tells, and how many it says are outside.
#[track_caller]
fn check(folder: &Path, arguments: &[&str], places: &[&str], n_outside: usize) {
    let ran = run(folder, &[&["--format", "short"], arguments].concat());
    assert!(ran.code < 2, "{}", ran.err);
    let told: Vec<&str> = ran.out.lines().map(|line| line.split(": ").next().unwrap_or("")).collect();
    assert_eq!(told, places, "{}\n{}", ran.out, ran.err);
    assert_eq!(ran.code, i32::from(!places.is_empty()));
    let outside = format!("{n_outside} finding{}", if n_outside == 1 { " outside" } else { "s outside" });
    assert!(ran.err.contains(&outside), "{}", ran.err);
}

#[track_caller]
fn check_refused(ran: &Ran, told: &[&str]) {
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    for part in told {
        assert!(ran.err.contains(part), "{part:?} is not in:\n{}", ran.err);
    }
}

#[test]
fn what_a_branch_touches_is_told_and_the_rest_is_counted() {
    let temp = repository();
    let base = ["--diff-base", "main"];
    check(temp.path(), &base, &[], 2);
    write(temp.path(), "src/a.rs", format!("{}\n{}", pipe("one", "u8"), pipe("more", "u32")).as_bytes());
    check(temp.path(), &base, &["src/a.rs:7:16"], 2);
    commit(temp.path());
    check(temp.path(), &base, &["src/a.rs:7:16"], 2);
    // What `main` did meanwhile is not ours.
    git(temp.path(), &["checkout", "-q", "main"]);
    write(temp.path(), "src/b.rs", pipe("two", "u64").as_bytes());
    commit(temp.path());
    git(temp.path(), &["checkout", "-q", "work"]);
    check(temp.path(), &base, &["src/a.rs:7:16"], 2);
    // A file that git does not know yet is new.
    write(temp.path(), "src/lib.rs", b"pub mod a;\npub mod b;\npub mod c;\n");
    write(temp.path(), "src/c.rs", pipe("three", "u8").as_bytes());
    check(temp.path(), &base, &["src/a.rs:7:16", "src/c.rs:2:16"], 2);
    let pretty = run(temp.path(), &base);
    assert!(pretty.out.contains("compared with main (merge base "), "{}", pretty.out);
    assert!(
        pretty.out.contains("3 files changed, 2 findings outside of the change are not shown (2 errors)")
    );
}

#[test]
fn a_change_reaches_lines_items_or_files() {
    let temp = repository();
    let text = format!("{}\n{}", pipe("one", "u8"), pipe("more", "u32"));
    write(temp.path(), "src/a.rs", text.as_bytes());
    commit(temp.path());
    write(temp.path(), "src/a.rs", text.replacen("    drop(pair);", "    drop(pair); // done", 1).as_bytes());
    for (scope, places, n_outside) in [
        ("lines", &[][..], 3),
        ("items", &["src/a.rs:2:16"], 2),
        ("files", &["src/a.rs:2:16", "src/a.rs:7:16"], 1),
    ] {
        check(temp.path(), &["--diff-base", "HEAD", "--diff-scope", scope], places, n_outside);
    }
    check_refused(
        &run(temp.path(), &["--diff-scope", "lines"]),
        &["no change is named", "`--diff-base REF`"],
    );
}

#[test]
fn a_rename_touches_nothing_and_a_waiver_that_is_gone_touches_its_item() {
    let temp = repository();
    git(temp.path(), &["mv", "src/a.rs", "src/ä \"x\".rs"]);
    write(temp.path(), "src/lib.rs", b"#[path = \"\xc3\xa4 \\\"x\\\".rs\"]\npub mod a;\npub mod b;\n");
    check(temp.path(), &["--diff-base", "main"], &[], 2);
    let waived = format!("// patscan: allow(unbounded-channel, reason = \"x\")\n{}", pipe("two", "u16"));
    write(temp.path(), "src/b.rs", waived.as_bytes());
    commit(temp.path());
    write(temp.path(), "src/b.rs", pipe("two", "u16").as_bytes());
    check(temp.path(), &["--diff-base", "HEAD"], &["src/b.rs:2:16"], 1);
}

#[test]
fn what_reads_a_changed_message_is_told_wherever_it_is() {
    let temp = repository();
    write(temp.path(), "src/lib.rs", b"pub mod wire;\npub mod work;\n");
    write(
        temp.path(),
        "src/wire.rs",
        b"// patscan: role(message)\npub struct Placed {\n    pub id: u64,\n}\n",
    );
    let reader = format!(
        "// patscan: role(queue-consumer)\npub async fn on(placed: crate::wire::Placed) {{\n    let pair = tokio::sync::mpsc::unbounded_channel::<u64>();\n    drop((pair, placed));\n}}\n{}",
        pipe("other", "u8")
    );
    write(temp.path(), "src/work.rs", reader.as_bytes());
    commit(temp.path());
    write(
        temp.path(),
        "src/wire.rs",
        b"// patscan: role(message)\npub struct Placed {\n    pub id: u64,\n    pub more: String,\n}\n",
    );
    let only = ["--check", "unbounded-channel", "--diff-base", "HEAD"];
    check(temp.path(), &only, &["src/work.rs:3:16"], 3);
    check(temp.path(), &[&only[..], &["--diff-scope", "files"]].concat(), &[], 4);
}

#[test]
fn a_patch_says_the_same_as_git_from_any_folder() {
    let temp = repository();
    write(temp.path(), "src/a.rs", format!("{}\n{}", pipe("one", "u8"), pipe("more", "u32")).as_bytes());
    for context in ["-U0", "-U3"] {
        let patch = git(temp.path(), &["diff", context, "main"]);
        write(temp.path(), "out/x.patch", patch.as_bytes());
        check(temp.path(), &["--diff-file", "out/x.patch"], &["src/a.rs:7:16"], 2);
    }
    // The repository may begin above the scanned folder.
    let above = folder(&[]);
    git(above.path(), &["init", "-q"]);
    write(above.path(), "shop/Cargo.toml", MANIFEST.1.as_bytes());
    write(above.path(), "shop/src/lib.rs", pipe("one", "u8").as_bytes());
    commit(above.path());
    write(above.path(), "shop/src/lib.rs", format!("{}{}", pipe("one", "u8"), pipe("two", "u8")).as_bytes());
    let shop = above.path().join("shop");
    check(&shop, &["--diff-base", "main"], &["src/lib.rs:6:16"], 1);
    let patch = git(above.path(), &["diff"]);
    let mut child = program(&shop)
        .args(["--format", "short", "--quiet", "--diff-file", "-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, patch.as_bytes()).expect("it reads");
    drop(stdin);
    let ran = ran(child.wait_with_output().expect("it ends"));
    assert!(
        ran.code == 1 && ran.out.starts_with("src/lib.rs:6:16:") && ran.out.lines().count() == 1,
        "{}",
        ran.out
    );
}

#[test]
fn a_patch_that_says_nothing_here_is_refused() {
    let temp = repository();
    write(temp.path(), "no.patch", b"fn main() {}\n");
    write(temp.path(), "cut.patch", b"--- a/src/a.rs\n+++ b/src/a.rs\n@@ -1,9 +1,9 @@\n a\n");
    write(temp.path(), "far.patch", b"--- a/far/a.rs\n+++ b/far/a.rs\n@@ -0,0 +1 @@\n+a\n");
    for (path, told) in [
        ("no.patch", "holds no unified diff"),
        ("cut.patch", "the hunk ends too early"),
        ("far.patch", "none of its 1 files is there, such as `far/a.rs`"),
        ("nowhere.patch", "cannot be read"),
    ] {
        check_refused(&run(temp.path(), &["--diff-file", path]), &[path, told, "help: "]);
    }
    let both = run(temp.path(), &["--diff-file", "no.patch", "--diff-base", "main"]);
    check_refused(&both, &["cannot be used with"]);
}

#[test]
fn what_git_cannot_say_is_told_with_the_remedy() {
    let temp = repository();
    let base = |folder: &Path, reference: &str| run(folder, &["--diff-base", reference]);
    check_refused(&base(temp.path(), "mian"), &["git knows no commit `mian`", "git fetch origin mian"]);
    check_refused(&base(temp.path(), "--help"), &["error"]);
    let odd = run(temp.path(), &["--diff-base=--output=x"]);
    check_refused(&odd, &["git knows no commit `--output=x`"]);
    let outside = folder(&[MANIFEST, ("src/lib.rs", "")]);
    check_refused(&base(outside.path(), "main"), &["is in no working tree of git", "--diff-file"]);
    git(outside.path(), &["init", "-q"]);
    check_refused(&base(outside.path(), "HEAD"), &["git knows no commit `HEAD`"]);
    let without =
        ran(program(temp.path()).args(["--diff-base", "main"]).env("PATH", "").output().expect("a run"));
    check_refused(&without, &["there is no `git` program", "--diff-file"]);
    git(temp.path(), &["checkout", "-q", "--orphan", "apart"]);
    commit(temp.path());
    check_refused(&base(temp.path(), "main"), &["have no commit in common"]);
}

#[test]
fn a_shallow_clone_is_explained() {
    let temp = repository();
    write(temp.path(), "src/a.rs", pipe("one", "u32").as_bytes());
    commit(temp.path());
    let clones = folder(&[]);
    let from = format!("file://{}", temp.path().display());
    git(clones.path(), &["clone", "-q", "--depth", "1", &from, "one"]);
    let clone = clones.path().join("one");
    check_refused(
        &run(&clone, &["--diff-base", "origin/main"]),
        &["git knows no commit `origin/main`", "shallow", "fetch-depth: 0"],
    );
    git(&clone, &["fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main"]);
    check_refused(&run(&clone, &["--diff-base", "origin/main"]), &["too shallow to see", "fetch-depth: 0"]);
    git(&clone, &["fetch", "-q", "--unshallow"]);
    check(&clone, &["--diff-base", "origin/main"], &["src/a.rs:2:16"], 1);
    check_refused(&run(&clone, &["--diff-base", "main"]), &["did you mean `origin/main`?"]);
}
