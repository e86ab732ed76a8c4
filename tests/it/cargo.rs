//! `cargo patscan`: packages and targets of a workspace, cargo's messages before ours.

use crate::cli::{Ran, folder, program, ran, run, write};
use std::path::Path;
use std::process::Command;

const FAULT: &str = "pub fn open() { let pair = std::sync::mpsc::channel::<u8>(); drop(pair); }\n";

/// A workspace of two packages with a fault in the library and in a test of each; `orders` also has one in a program,
/// an example, and in what `billing` gives it.
fn workspace() -> tempfile::TempDir {
    let package =
        |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
    let orders = package("orders") + "[dependencies]\nbilling = { path = \"../billing\" }\n";
    folder(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"2\"\n"),
        ("crates/orders/Cargo.toml", &orders),
        ("crates/orders/src/lib.rs", "pub fn open() { let pair = billing::pipe::<u8>(); drop(pair); }\n"),
        ("crates/orders/src/main.rs", "fn main() { drop(std::sync::mpsc::channel::<u8>()); }\n"),
        ("crates/orders/examples/e.rs", FAULT),
        ("crates/orders/tests/t.rs", FAULT),
        ("crates/billing/Cargo.toml", &package("billing")),
        (
            "crates/billing/src/lib.rs",
            "pub use std::sync::mpsc::channel as pipe;\npub fn open() { drop(pipe::<u8>()); }\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn t() { drop(crate::pipe::<u8>()); }\n}\n",
        ),
    ])
}

/// The files with findings, in order.
fn files(ran: &Ran) -> Vec<String> {
    let paths = ran.out.lines().filter_map(|line| line.split(':').next());
    paths.map(|path| path.trim_start_matches("crates/").to_owned()).collect()
}

fn by_cargo(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-patscan"));
    let output = command.current_dir(folder).arg("patscan").args(arguments).output();
    ran(output.expect("the program starts"))
}

const SHORT: [&str; 3] = ["--quiet", "--format", "short"];

#[test]
fn packages_and_targets_narrow_what_is_reported_and_never_what_is_known() {
    let temp = workspace();
    let (lib, main) = ("orders/src/lib.rs", "orders/src/main.rs");
    let (test, example, billing) = ("orders/tests/t.rs", "orders/examples/e.rs", "billing/src/lib.rs");
    for (arguments, expected) in [
        (&[][..], &[billing, lib, main][..]),
        (&["-p", "orders"], &[lib, main]),
        (&["-p", "orders", "--lib"], &[lib]),
        (&["-p", "orders", "--bins"], &[main]),
        (&["-p", "orders", "--examples"], &[example]),
        (&["-p", "orders", "--tests"], &[lib, main, test]),
        (&["-p", "orders", "--all-targets"], &[example, lib, main, test]),
        (&["-p", "b*", "--tests"], &[billing, billing]),
        (&["--workspace", "--exclude", "orders"], &[billing]),
        (&["--all", "--lib"], &[billing, lib]),
        (&["--manifest-path", "crates/orders/Cargo.toml"], &[lib, main]),
        (&["crates/orders/src/lib.rs", "-p", "orders"], &[lib]),
    ] {
        let ran = run(temp.path(), &[&SHORT[..], arguments].concat());
        assert_eq!(files(&ran), expected, "{arguments:?}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn cargo_chooses_as_it_always_does_and_paths_count_from_the_workspace() {
    let temp = workspace();
    let inside = temp.path().join("crates/orders");
    assert_eq!(files(&by_cargo(&inside, &SHORT)), ["orders/src/lib.rs", "orders/src/main.rs"]);
    assert_eq!(files(&by_cargo(temp.path(), &SHORT)).len(), 3);
    assert_eq!(files(&by_cargo(&inside, &["--workspace", "-q", "--format", "short"])).len(), 3);
    let help = by_cargo(temp.path(), &["--help"]);
    assert!(help.out.contains("Usage: cargo patscan [OPTIONS]"), "{}", help.out);
}

#[test]
fn a_package_that_is_not_there_is_told_with_the_nearest() {
    let temp = workspace();
    for (arguments, told) in [
        (&["-p", "order"][..], &["no package `order`", "did you mean `orders`?"][..]),
        (&["-p", "xyz"], &["no package `xyz`", "`billing`, `orders`"]),
        (&["--workspace", "--exclude", "bill"], &["no package `bill`", "`billing`"]),
        (&["--exclude", "billing"], &["--workspace"]),
        (&["--manifest-path", "crates"], &["`crates` is no `Cargo.toml`", "--manifest-path"]),
        (&["-p", "billing", "--examples"], &["no Rust file to scan in the chosen packages"]),
    ] {
        let ran = run(temp.path(), arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        for part in told {
            assert!(ran.err.contains(part), "{part:?} is not told in:\n{}", ran.err);
        }
    }
    let lone = folder(&[("src/lib.rs", FAULT)]);
    let ran = by_cargo(lone.path(), &[]);
    assert!(ran.code == 2 && ran.err.contains("no `Cargo.toml` in"), "{}", ran.err);
}

#[test]
fn entries_of_other_packages_are_not_gone_from_the_baseline() {
    let temp = workspace();
    let mut command = program(temp.path());
    let wrote = ran(command.args(["baseline", "write"]).env_remove("CI").output().expect("it starts"));
    assert_eq!(wrote.code, 0, "{}", wrote.err);
    let ran = run(temp.path(), &["baseline", "check", "-p", "orders"]);
    assert!(ran.code == 0 && ran.out.contains("2 known, 0 new, 0 gone"), "{}{}", ran.out, ran.err);
}

/// The crate that tools use to read cargo's messages reads ours.
#[test]
fn readers_of_cargo_s_messages_read_ours() {
    use cargo_metadata::Message;
    let temp = workspace();
    let ran = run(temp.path(), &["--message-format", "json"]);
    let messages: Vec<Message> =
        Message::parse_stream(ran.out.as_bytes()).map(|message| message.expect("a message")).collect();
    let (last, others) = messages.split_last().expect("messages");
    assert!(matches!(last, Message::BuildFinished(end) if !end.success), "{last:?}");
    assert_eq!(others.len(), 3);
    for message in others {
        let Message::CompilerMessage(message) = message else { panic!("{message:?}") };
        let span = message.message.spans.iter().find(|span| span.is_primary).expect("a place");
        let line = &span.text[0];
        let marked: String = line
            .text
            .chars()
            .skip(line.highlight_start - 1)
            .take(line.highlight_end - line.highlight_start)
            .collect();
        assert!(marked.ends_with("::<u8>()"), "{marked}");
    }
}

/// The reasons of cargo's messages in order, and the codes of ours.
fn messages(ran: &Ran) -> Vec<String> {
    let read = |line: &str| -> serde_json::Value { serde_json::from_str(line).expect("each line is JSON") };
    let word = |message: serde_json::Value| {
        let code = message["message"]["code"]["code"].as_str();
        code.or(message["reason"].as_str()).expect("a reason").to_owned()
    };
    let mut words: Vec<String> = ran.out.lines().map(read).map(word).collect();
    words.retain(|word| word != "compiler-artifact");
    words
}

fn success(ran: &Ran) -> bool {
    ran.out.trim_end().ends_with("{\"reason\":\"build-finished\",\"success\":true}")
}

#[test]
fn cargo_s_messages_come_before_ours_and_the_end_is_told_once() {
    let temp = workspace();
    let with = ["--with", "check", "--message-format=json", "-p", "billing", "--", "--offline"];
    let ran = run(temp.path(), &with);
    assert_eq!(messages(&ran), ["patscan::unbounded-channel", "build-finished"], "{}", ran.err);
    assert!(ran.code == 1 && !success(&ran), "{}", ran.out);
    let ran = run(temp.path(), &[&["--check", "auto-ack-enabled"], &with[..]].concat());
    assert_eq!(messages(&ran), ["build-finished"], "{}", ran.err);
    assert!(ran.code == 0 && success(&ran), "{}", ran.out);

    write(temp.path(), "crates/billing/src/lib.rs", b"pub fn f() -> u8 { \"\" }\n");
    let ran = run(temp.path(), &with);
    assert_eq!(messages(&ran)[0], "E0308", "{}", ran.err);
    assert!(ran.code == 1 && !success(&ran), "what does not build is no success: {}", ran.out);
    let ran = run(temp.path(), &["--with", "check", "-p", "billing", "--", "--offline"]);
    assert!(ran.code == 1 && ran.err.contains("mismatched types"), "{}", ran.err);
    assert!(ran.out.contains("0 errors"), "text goes to stderr: {}", ran.out);

    let ran = run(temp.path(), &["--with", "check", "--message-format=json", "--", "--no-such"]);
    assert!(ran.code == 2 && ran.err.contains("--no-such") && !success(&ran), "{}{}", ran.out, ran.err);
}

#[test]
fn an_editor_gets_the_end_of_the_messages_even_where_nothing_could_be_scanned() {
    let temp = workspace();
    write(temp.path(), "patscan.toml", b"fail = 1\n");
    let ran = run(temp.path(), &["--message-format", "json"]);
    assert_eq!((ran.code, messages(&ran)), (2, vec!["build-finished".to_owned()]));
    assert!(!success(&ran) && ran.err.contains("patscan.toml:1:1"), "{}", ran.err);
    let mut command = program(temp.path());
    let command = command.args(["--with", "check", "--message-format", "json"]).env("CARGO", "/no/cargo");
    let ran = crate::cli::ran(command.output().expect("it starts"));
    assert!(ran.code == 2 && ran.err.contains("cannot run `/no/cargo`"), "{}", ran.err);
}

#[test]
fn formats_have_cargo_s_words_too() {
    let temp = workspace();
    for (word, start) in [("json", "{\"reason\""), ("short", "crates/"), ("human", "error[")] {
        let ran = run(temp.path(), &["--message-format", word, "-q"]);
        assert!(ran.out.starts_with(start), "{word}: {}", ran.out);
    }
    let ran = run(temp.path(), &["--message-format", "json", "--format", "json"]);
    assert!(ran.code == 2 && ran.err.contains("cannot be used with"), "{}", ran.err);
    let ran = run(temp.path(), &[".", "--", "--offline"]);
    assert!(ran.code == 2 && ran.err.contains("--with"), "{}", ran.err);
}
