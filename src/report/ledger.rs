//! The states of patterns' statements as Markdown: a table for one document, a page for all. Judges nothing.

use crate::finding::State;
use crate::policy::{Evidence, Outcome, PatternAbout, Report, StatementCount, WaiverRow};
use crate::report::counted;
use crate::report::markdown::{cell, prose};
use crate::report::region::{Columns, Region};
use crate::report::state::{STATES, about};
use crate::report::summary::{not_seen, number};
use std::io::{self, Write};

/// Places that are named for one statement; the rest is counted.
const MAX_PLACES: usize = 3;

/// Writes the page of all patterns: counts, tables, what a person judges, what was not seen.
///
/// # Errors
/// Where the writer fails.
pub fn write_ledger(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let service =
        if report.service.is_empty() { String::new() } else { format!(": {}", prose(&report.service)) };
    writeln!(out, "# Conformance report{service}\n")?;
    let all: Vec<&StatementCount> = report.statements.iter().collect();
    writeln!(out, "{}", counts(&all))?;
    let seen = not_seen(report.blind_spots);
    if !seen.is_empty() {
        writeln!(out, "\nNot seen: {}.", seen.join(", "))?;
    }
    for pattern in &report.patterns {
        writeln!(out, "\n## {} ({})\n", prose(&pattern.title), prose(&pattern.id))?;
        write_states(report, pattern, out)?;
    }
    let manual: Vec<&StatementCount> =
        report.statements.iter().filter(|statement| statement.state == "manual").collect();
    if !manual.is_empty() {
        writeln!(out, "\n## To judge by hand\n")?;
    }
    for statement in manual {
        writeln!(out, "- [ ] {} ({})", prose(&statement.text), prose(&statement.pattern))?;
    }
    Ok(())
}

/// Writes the states of one pattern's statements, in the order of its document.
///
/// # Errors
/// Where the writer fails.
pub fn write_states(report: &Report, pattern: &PatternAbout, out: &mut dyn Write) -> io::Result<()> {
    let own: Vec<&StatementCount> = statements_of(report, pattern).collect();
    writeln!(out, "{}\n", counts(&own))?;
    writeln!(out, "| State | Statement | What the code shows |\n|---|---|---|")?;
    for statement in own {
        let state = about(&statement.state);
        let (text, shows) = (cell(&statement.text), cell(&shown(report, statement)));
        writeln!(out, "| {} {} | {text} | {shows} |", state.shape, state.word)?;
    }
    Ok(())
}

/// The statements of one pattern.
pub(super) fn statements_of<'r>(
    report: &'r Report,
    pattern: &PatternAbout,
) -> impl Iterator<Item = &'r StatementCount> {
    let (id, path) = (pattern.id.clone(), pattern.path.clone());
    report.statements.iter().filter(move |statement| statement.pattern == id && statement.path == path)
}

fn counts(statements: &[&StatementCount]) -> String {
    let of_state = STATES.iter().filter_map(|state| {
        let n = statements.iter().filter(|statement| statement.state == state.word).count();
        (n > 0).then(|| format!("{} {n} {}", state.shape, state.word))
    });
    let of_state: Vec<String> = of_state.collect();
    format!("{}: {}", counted(number(statements.len()), "statement"), of_state.join(", "))
}

/// What speaks for the state: places that break it, its reason, permissions.
fn shown(report: &Report, statement: &StatementCount) -> String {
    let broken: Vec<&Evidence> =
        statement.evidence.iter().filter(|place| place.outcome == Outcome::Breaks).collect();
    if broken.is_empty() {
        return statement.reason.clone();
    }
    let places = broken.iter().take(MAX_PLACES).map(|place| {
        let line = Region::of(report, &place.path, place.span, Columns::Chars).line;
        format!("`{}:{line}`", place.path.as_str())
    });
    let mut parts: Vec<String> = places.collect();
    if broken.len() > MAX_PLACES {
        parts.push(format!("{} more", broken.len() - MAX_PLACES));
    }
    let mut text = format!(
        "broken at {} of {}: {}",
        statement.findings,
        counted(statement.subjects, "place"),
        parts.join(", ")
    );
    for row in permits(report, &broken) {
        let until = row.until.map_or_else(|| "no end".to_owned(), |day| format!("until {day}"));
        text += &format!("; waived: {} ({until})", row.reason);
    }
    if !statement.reason.is_empty() {
        text += &format!("; {}", statement.reason);
    }
    text
}

/// The waivers that permit findings at `places`, in the order of the ledger.
fn permits<'r>(report: &'r Report, places: &[&Evidence]) -> Vec<&'r WaiverRow> {
    let waived = report.findings.iter().filter(|finding| finding.state == State::Waived);
    let own: Vec<_> = waived.filter(|finding| places.iter().any(|place| place.is_of(finding))).collect();
    let is_own = |row: &&WaiverRow| own.iter().any(|finding| row.permits.contains(&finding.fingerprint));
    report.waivers.iter().filter(is_own).collect()
}
