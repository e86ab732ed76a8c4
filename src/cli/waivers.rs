//! `patscan waivers`: the ledger of all permissions, with what each came to.

use crate::cli::args::WaiversArgs;
use crate::cli::document::today;
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::progress::Bar;
use crate::cli::session::Session;
use crate::cli::setup::Setup;
use crate::finding::Problem;
use crate::policy::{Report, WaiverRow, WaiverUse, waive};
use crate::report::{counted, visible_line};
use crate::scan::{Clock, Loaded, load};
use std::io::{self, Write};
use std::path::PathBuf;

/// Marks what the comments of the code permit, before anything else is settled about the findings.
pub(super) fn apply(loaded: &Loaded, setup: &Setup, report: &mut Report) -> Vec<WaiverRow> {
    let ran: Vec<String> = report.checks.iter().map(|count| count.check.as_str().to_owned()).collect();
    let comments = loaded.waiver_comments();
    let rows = waive(report, &comments, today(), &setup.known, |check| ran.iter().any(|id| id == check));
    *report = std::mem::take(report).into_ordered();
    rows
}

pub(super) fn run(args: &WaiversArgs) -> Ending {
    let session = Session::new(args.common.color);
    match rows(args) {
        Ok((report, rows)) => match session.print(|out| write(&report, &rows, out)) {
            Ok(()) => Ending::Fine,
            Err(error) => refuse_output(session, &error),
        },
        Err(problems) => {
            session.tell_problems(&problems);
            Ending::Refused
        }
    }
}

fn rows(args: &WaiversArgs) -> Result<(Report, Vec<WaiverRow>), Vec<Problem>> {
    let paths: Vec<PathBuf> = args.path.iter().cloned().collect();
    let setup = Setup::of_packages(&paths, &args.selection, &args.common)?;
    let bar = Bar::new();
    let loaded = load(&setup.options, &bar);
    let loaded = loaded.inspect_err(|_| bar.finish())?;
    let mut report = loaded.check(&setup.rules, Clock::Off, &bar);
    bar.finish();
    let rows = apply(&loaded, &setup, &mut report);
    // The place of a waiver that is used stands in no finding.
    for row in &rows {
        if let Some(source) = loaded.source(&row.path) {
            report.sources.entry(row.path.clone()).or_insert(source);
        }
    }
    Ok((report, rows))
}

fn write(report: &Report, rows: &[WaiverRow], out: &mut dyn Write) -> io::Result<()> {
    for row in rows {
        let line =
            report.sources.get(&row.path).map_or(1, |source| source.line_column(row.comment.start()).line);
        let until = row.until.map_or_else(|| "no end".to_owned(), |day| format!("until {day}"));
        let used = match &row.used {
            WaiverUse::Used(n) => {
                format!("permits {}", counted(u32::try_from(*n).unwrap_or(u32::MAX), "finding"))
            }
            WaiverUse::Unused => "unused".to_owned(),
            WaiverUse::Expired => "expired".to_owned(),
            WaiverUse::Broken(message) => format!("malformed: {message}"),
        };
        let path = visible_line(row.path.as_str());
        let checks = visible_line(&row.checks.join(", "));
        writeln!(out, "{path}:{line}  {checks}  {until}  {used}  {}", visible_line(&row.reason))?;
    }
    writeln!(out, "{}", counted(u32::try_from(rows.len()).unwrap_or(u32::MAX), "waiver"))
}
