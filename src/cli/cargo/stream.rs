//! Runs a command of cargo before our own scan and passes its messages on, so that one run tells of both. Scans nothing.

use crate::cli::args::{CheckArgs, SelectionArgs, WithArg};
use crate::cli::session::Session;
use crate::finding::Problem;
use crate::report::Format;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// How a command of cargo ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Passed {
    /// All is built, or nothing was asked of cargo.
    Built,
    /// Something did not build; its messages say what.
    Failed,
    /// Nothing was built, since cargo could not do what was asked; it said why on stderr.
    Refused,
}

/// Runs the command of `--with`, if there is one. Its messages go to stdout where ours are in cargo's format, else as
/// text to stderr.
///
/// # Errors
/// Where cargo cannot be started or read.
pub(in crate::cli) fn pass_on(args: &CheckArgs, session: Session) -> Result<Passed, Problem> {
    let Some(with) = args.cargo.with else { return Ok(Passed::Built) };
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let refuse = |error: &io::Error| {
        Problem::new(format!("cannot run `{}`: {error}", Path::new(&program).display()))
            .help("`--with` needs a cargo on the `PATH`, or the one that `CARGO` names")
    };
    let mut command = Command::new(&program);
    command.args(words(with, args)).stdout(Stdio::piped());
    if let Some(folder) = args.paths.first().filter(|path| path.is_dir()) {
        command.current_dir(folder);
    }
    let mut child = command.spawn().map_err(|error| refuse(&error))?;
    let mut finished = None;
    if let Some(messages) = child.stdout.take() {
        let is_shown = args.format() == Format::Cargo;
        let relayed = session.print(|out| {
            finished = relay(messages, is_shown.then_some(out))?;
            Ok(())
        });
        relayed.map_err(|error| refuse(&error))?;
    }
    let status = child.wait().map_err(|error| refuse(&error))?;
    Ok(match finished {
        None => Passed::Refused,
        Some(true) if status.success() => Passed::Built,
        Some(_) => Passed::Failed,
    })
}

fn words(with: WithArg, args: &CheckArgs) -> Vec<OsString> {
    let command = match with {
        WithArg::Check => "check",
        WithArg::Clippy => "clippy",
    };
    let format = if args.format() == Format::Cargo { "json" } else { "json-render-diagnostics" };
    let mut words: Vec<OsString> = vec![command.into(), format!("--message-format={format}").into()];
    words.extend(selected(&args.selection));
    words.extend(args.cargo.arguments.iter().cloned());
    words
}

/// The selection in cargo's own words.
fn selected(selection: &SelectionArgs) -> Vec<OsString> {
    let targets = selection.targets;
    let mut words: Vec<OsString> = Vec::new();
    for (word, is_given) in [
        ("--workspace", selection.workspace),
        ("--lib", targets.lib),
        ("--bins", targets.bins),
        ("--tests", targets.tests),
        ("--examples", targets.examples),
        ("--benches", targets.benches),
        ("--all-targets", targets.all_targets),
    ] {
        words.extend(is_given.then(|| word.into()));
    }
    for (word, values) in [("--package", &selection.packages), ("--exclude", &selection.exclude)] {
        words.extend(values.iter().flat_map(|value| [word.into(), value.into()]));
    }
    if let Some(path) = &selection.manifest_path {
        // The command may run in another folder than we do.
        words.extend([
            "--manifest-path".into(),
            std::path::absolute(path).unwrap_or_else(|_| path.clone()).into(),
        ]);
    }
    words
}

/// Reads messages to their end and writes each at once, but not the last, which is ours to write. Gives what the last one
/// said; `None` where it never came.
fn relay(messages: impl Read, mut out: Option<&mut dyn Write>) -> io::Result<Option<bool>> {
    let mut messages = BufReader::new(messages);
    let (mut line, mut finished) = (Vec::new(), None);
    while messages.read_until(b'\n', &mut line)? > 0 {
        if let Some(is_good) = end_of(&line) {
            finished = Some(is_good);
        } else if let Some(out) = &mut out {
            out.write_all(&line)?;
            out.flush()?;
        }
        line.clear();
    }
    Ok(finished)
}

/// What a `build-finished` says; `None` for all other lines.
fn end_of(line: &[u8]) -> Option<bool> {
    // Most lines are long messages of rustc: only a short one is read.
    let is_short = line.len() < 256;
    let message: serde_json::Value = is_short.then(|| serde_json::from_slice(line).ok())??;
    (message["reason"] == "build-finished").then(|| message["success"] == true)
}

#[cfg(test)]
mod tests {
    use super::relay;

    #[test]
    fn all_but_the_last_message_is_passed_on_and_what_that_says_is_known() {
        let good = "{\"reason\":\"build-finished\",\"success\":true}\n";
        let other = "{\"reason\":\"compiler-artifact\"}\nnot JSON: \u{1f980}\n";
        for (given, passed, finished) in [
            (format!("{other}{good}"), other, Some(true)),
            (good.replace("true", "false"), "", Some(false)),
            (other.to_owned(), other, None),
            (good.trim_end().to_owned(), "", Some(true)),
            (String::new(), "", None),
        ] {
            let mut out = Vec::new();
            assert_eq!(relay(given.as_bytes(), Some(&mut out)).expect("memory"), finished, "{given}");
            assert_eq!(String::from_utf8_lossy(&out), passed);
            assert_eq!(relay(given.as_bytes(), None).expect("memory"), finished);
        }
    }
}
