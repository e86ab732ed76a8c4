//! `patscan waivers`: the ledger of all permissions, with what each came to.

use crate::cli::args::{LedgerFormatArg, WaiversArgs};
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::judge::judge;
use crate::cli::session::Session;
use crate::cli::setup::Setup;
use crate::finding::Problem;
use crate::policy::{WaiverRow, WaiverUse};
use crate::report::{counted, visible_line};
use crate::scan::Clock;
use serde_json::json;
use std::io::{self, Write};
use std::path::PathBuf;

pub(super) fn run(args: &WaiversArgs) -> Ending {
    let session = Session::new(args.common.run.color);
    let write = match args.format {
        LedgerFormatArg::Table => write_table,
        LedgerFormatArg::Json => write_json,
    };
    match rows(args) {
        Ok(rows) => match session.print(|out| write(&rows, out)) {
            Ok(()) => Ending::Fine,
            Err(error) => refuse_output(session, &error),
        },
        Err(problems) => {
            session.tell_problems(&problems);
            Ending::Refused
        }
    }
}

fn rows(args: &WaiversArgs) -> Result<Vec<WaiverRow>, Vec<Problem>> {
    let paths: Vec<PathBuf> = args.path.iter().cloned().collect();
    let setup = Setup::of_packages(&paths, &args.selection, &args.common)?;
    Ok(judge(&setup, &setup.force.plan, Clock::Off)?.waivers)
}

/// What a waiver came to: the word of the JSON, and the sentence for people.
fn told(row: &WaiverRow) -> (&'static str, String) {
    match &row.used {
        WaiverUse::Used(n) => {
            let n = counted(u32::try_from(*n).unwrap_or(u32::MAX), "finding");
            ("used", format!("permits {n}"))
        }
        WaiverUse::Unused => ("unused", "unused".to_owned()),
        WaiverUse::Expired => ("expired", "expired".to_owned()),
        WaiverUse::Unexplained(message) => ("unexplained", format!("unexplained: {message}")),
        WaiverUse::Unknown(check) => ("unknown", format!("unknown check: {check}")),
        WaiverUse::Refused(check) => ("refused", format!("may not be waived: {check}")),
        WaiverUse::Malformed(message) => ("malformed", format!("malformed: {message}")),
    }
}

fn write_table(rows: &[WaiverRow], out: &mut dyn Write) -> io::Result<()> {
    for row in rows {
        let until = row.until.map_or_else(|| "no end".to_owned(), |day| format!("until {day}"));
        let used = visible_line(&told(row).1);
        let path = visible_line(row.path.as_str());
        let checks = visible_line(&row.checks.join(", "));
        write!(out, "{path}:{}  {checks}  {until}  {used}  {}", row.line, visible_line(&row.reason))?;
        match row.owner.as_str() {
            "" => writeln!(out)?,
            owner => writeln!(out, "  ({}; {})", visible_line(owner), visible_line(&row.holds))?,
        }
    }
    writeln!(out, "{}", counted(u32::try_from(rows.len()).unwrap_or(u32::MAX), "waiver"))
}

fn write_json(rows: &[WaiverRow], out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            let n_findings = match row.used {
                WaiverUse::Used(n) => n,
                _ => 0,
            };
            json!({
                "path": row.path.as_str(),
                "line": row.line,
                "checks": row.checks,
                "holds": row.holds,
                "owner": if row.owner.is_empty() { None } else { Some(&row.owner) },
                "reason": row.reason,
                "until": row.until.map(|day| day.to_string()),
                "state": told(row).0,
                "findings": n_findings,
                "idle": row.idle,
            })
        })
        .collect();
    writeln!(out, "{:#}", json!({ "schema": 1, "waivers": rows }))
}
