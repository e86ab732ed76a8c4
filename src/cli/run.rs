//! From the arguments to the exit code: dispatches, contains panics, speaks last words.

use crate::cli::args::{CheckArgs, Cli, Command};
use crate::cli::ending::Ending;
use crate::cli::session::Session;
use crate::cli::{
    baseline, brief, check, compile, completions, docs, explain, fix, init, inspect, interrupt, list, man,
    new, registry, report, schema, selftest, settings, waive, waivers,
};
use clap::Parser;
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

/// Runs `patscan` with `arguments`, the program's name first.
#[must_use]
pub fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let (arguments, is_by_cargo) = without_cargo_word(arguments);
    let cli = match Cli::try_parse_from(arguments) {
        Ok(mut cli) => {
            if let Some(selection) = cli.selection() {
                selection.is_by_cargo = is_by_cargo;
            }
            cli
        }
        Err(error) => {
            // A closed terminal is no reason to fail; the code says what happened.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    interrupt::watch();
    let place = watch_panics();
    let ending = catch_unwind(AssertUnwindSafe(|| run(cli)));
    let ending = ending.unwrap_or_else(|_| {
        let place = place.lock().unwrap_or_else(PoisonError::into_inner).take();
        Session::plain().complain(&format!(
            "patscan failed: {}; please report it",
            place.unwrap_or_else(|| "no reason given".to_owned())
        ));
        Ending::Refused
    });
    ExitCode::from(match ending {
        Ending::Fine => 0,
        Ending::Findings => 1,
        Ending::Refused => 2,
    })
}

fn scan(args: &CheckArgs) -> Ending {
    if args.fix { fix::run(args) } else { check::run(args) }
}

fn run(cli: Cli) -> Ending {
    match cli.command {
        None => scan(&cli.check),
        Some(Command::Check(args)) => scan(&args),
        Some(Command::Compile(args)) => compile::run(&args),
        Some(Command::Docs(args)) => docs::run(&args),
        Some(Command::Registry(args)) => registry::run(&args),
        Some(Command::Report(args)) => report::run(&args),
        Some(Command::Brief(args)) => brief::run(&args),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::List(args)) => list::run(&args),
        Some(Command::New(args)) => new::run(&args),
        Some(Command::Inspect(args)) => inspect::run(&args),
        Some(Command::Test(args)) => selftest::run(&args),
        Some(Command::Schema(args)) => schema::run(&args),
        Some(Command::Baseline(args)) => baseline::run(&args),
        Some(Command::Waivers(args)) => waivers::run(&args),
        Some(Command::Waive(args)) => waive::run(&args),
        Some(Command::Config(args)) => settings::run(&args),
        Some(Command::Init(args)) => init::run(&args),
        Some(Command::Completions(args)) => completions::run(&args),
        Some(Command::Man(args)) => man::run(&args),
    }
}

/// `cargo patscan x` calls us with `patscan x`: the arguments without that word, and whether it was there.
fn without_cargo_word(arguments: impl Iterator<Item = OsString>) -> (Vec<OsString>, bool) {
    let mut arguments: Vec<OsString> = arguments.collect();
    let is_ours = arguments.first().is_some_and(|program| {
        std::path::Path::new(program).file_stem().is_some_and(|stem| stem == "cargo-patscan")
    });
    let has_word = is_ours && arguments.get(1).is_some_and(|word| word == "patscan");
    if has_word {
        arguments.remove(1);
        // Its help says how it was called.
        arguments[0] = "cargo patscan".into();
    }
    (arguments, has_word)
}

/// Keeps panics from being printed where they happen; remembers the last one's reason and place.
fn watch_panics() -> std::sync::Arc<Mutex<Option<String>>> {
    let last = std::sync::Arc::new(Mutex::new(None));
    let kept = std::sync::Arc::clone(&last);
    std::panic::set_hook(Box::new(move |info| {
        let reason = info.payload().downcast_ref::<&str>().map(|text| (*text).to_owned());
        let reason = reason.or_else(|| info.payload().downcast_ref::<String>().cloned());
        let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line()));
        let text = format!("{}{}", reason.unwrap_or_default(), place.unwrap_or_default());
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
    }));
    last
}

#[cfg(test)]
mod tests {
    use super::without_cargo_word;
    use std::ffi::OsString;

    #[test]
    fn cargo_s_extra_word_is_dropped_once_and_only_there() {
        for (given, kept, is_dropped) in [
            (vec!["/x/cargo-patscan", "patscan", "list"], vec!["cargo patscan", "list"], true),
            (vec!["cargo-patscan", "list"], vec!["cargo-patscan", "list"], false),
            (vec!["patscan", "patscan"], vec!["patscan", "patscan"], false),
        ] {
            let given = given.into_iter().map(OsString::from);
            let kept: Vec<OsString> = kept.into_iter().map(OsString::from).collect();
            assert_eq!(without_cargo_word(given), (kept, is_dropped));
        }
    }
}
