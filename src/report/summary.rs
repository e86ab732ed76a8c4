//! The few lines after the findings: how much was read, what was found, what could not be seen.

use crate::finding::Severity;
use crate::policy::{BaselineUse, BlindSpots, ChangeUse, CheckCount, Report};
use crate::report::state::{STATES, state_counts};
use crate::report::wrap::{WIDTH, wrapped};
use crate::report::{Detail, Paint, View, visible_line};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Checks that are named with their unknown subjects.
const MAX_UNKNOWN: usize = 4;

/// Writes the summary of `report`; the same report gives the same text.
///
/// # Errors
/// Where the writer fails.
pub fn write_summary(report: &Report, view: View, out: &mut dyn Write) -> io::Result<()> {
    write_counts(report, view, out)?;
    write_blind_spots(report.blind_spots, out)?;
    write_unknowns(report, view, out)?;
    write_not_applicable(report, view, out)?;
    write_statements(report, view, out)?;
    write_baseline(report, out)?;
    write_change(report, out)?;
    if view.detail == Detail::Verbose {
        write_outside(report, out)?;
    }
    writeln!(out, "{}", headline(report, view))
}

/// The one line that says it all.
fn headline(report: &Report, view: View) -> String {
    let n_subjects: u32 = report.checks.iter().map(|count| count.subjects).sum();
    let n_of = |severity| number(report.n_of(severity));
    let (n_errors, n_warnings, n_notes) =
        (n_of(Severity::Error), n_of(Severity::Warning), n_of(Severity::Note));
    let paint = match (n_errors, n_warnings) {
        (1.., _) => Paint::Error,
        (0, 1..) => Paint::Warning,
        (0, 0) => Paint::Strong,
    };
    let found = format!(
        "{}, {}, {}",
        counted(n_errors, "error"),
        counted(n_warnings, "warning"),
        counted(n_notes, "note")
    );
    let n_applied = report.checks.iter().filter(|count| count.not_applicable.is_none()).count();
    let n_checks = number(n_applied);
    format!(
        "{} in {}: {} looked at {}",
        view.color.paint(paint, &found),
        counted(report.blind_spots.files, "file"),
        counted(n_checks, "check"),
        counted(n_subjects, "subject"),
    )
}

fn write_counts(report: &Report, view: View, out: &mut dyn Write) -> io::Result<()> {
    // Of a change only what it touches was kept.
    let n_found = |count: &CheckCount| match report.change {
        Some(_) => report.findings.iter().filter(|finding| finding.check == count.check).count(),
        None => count.fail as usize,
    };
    let is_shown = |count: &&CheckCount| {
        n_found(count) > 0 || (view.detail == Detail::Verbose && count.not_applicable.is_none())
    };
    let rows: Vec<&CheckCount> = report.checks.iter().filter(is_shown).collect();
    let Some(width) = rows.iter().map(|count| count.check.as_str().len()).max() else { return Ok(()) };
    let width = width.max("check".len());
    let head = format!("{:width$}  {:>8}  {:>8}  {:>8}", "check", "findings", "subjects", "unknown");
    writeln!(out, "{}", view.color.paint(Paint::Strong, &head))?;
    for count in rows {
        let CheckCount { check, subjects, unknown, .. } = count;
        writeln!(out, "{:width$}  {:>8}  {subjects:>8}  {unknown:>8}", check.as_str(), n_found(count))?;
    }
    writeln!(out)
}

fn write_blind_spots(spots: BlindSpots, out: &mut dyn Write) -> io::Result<()> {
    let parts = not_seen(spots);
    if parts.is_empty() { Ok(()) } else { writeln!(out, "not seen: {}", parts.join(", ")) }
}

/// What could not be seen, counted, as far as there is any.
pub(super) fn not_seen(spots: BlindSpots) -> Vec<String> {
    let BlindSpots { files: _, unparsed, opaque_macros, unresolved } = spots;
    let parts = [
        (unparsed, "unparsed item"),
        (opaque_macros, "macro call not read"),
        (unresolved, "name not resolved"),
    ];
    parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| counted(n, what)).collect()
}

/// A length as a number for people.
pub(super) fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn write_unknowns(report: &Report, view: View, out: &mut dyn Write) -> io::Result<()> {
    if view.detail == Detail::Verbose {
        for unknown in &report.unknowns {
            let source = report.sources.get(&unknown.path);
            let place = source.map(|source| source.line_column(unknown.span.start()));
            let (line, column) = place.map_or((1, 1), |place| (place.line, place.column));
            let (path, reason) = (visible_line(unknown.path.as_str()), visible_line(&unknown.reason));
            writeln!(out, "unknown: {path}:{line}:{column}: [{}] {reason}", unknown.check)?;
        }
    }
    let n_unknown: u32 = report.checks.iter().map(|count| count.unknown).sum();
    if n_unknown == 0 {
        return Ok(());
    }
    let mut by_check: Vec<&CheckCount> = report.checks.iter().filter(|count| count.unknown > 0).collect();
    by_check.sort_by_key(|count| (Reverse(count.unknown), &count.check));
    let shown = by_check.iter().take(MAX_UNKNOWN).map(|count| format!("{} {}", count.unknown, count.check));
    let shown = shown.collect::<Vec<_>>().join(", ");
    let rest = if by_check.len() > MAX_UNKNOWN { ", …" } else { "" };
    let hint = if view.detail == Detail::Verbose { "" } else { " (`--verbose` says where and why)" };
    let said = counted(n_unknown, "subject");
    write_wrapped(&format!("unknown: {said} of which too little could be seen: {shown}{rest}{hint}"), out)
}

/// A line for people, in several where it is long.
fn write_wrapped(text: &str, out: &mut dyn Write) -> io::Result<()> {
    wrapped(text, WIDTH - 2)
        .iter()
        .enumerate()
        .try_for_each(|(idx, line)| writeln!(out, "{}{line}", if idx == 0 { "" } else { "  " }))
}

fn write_not_applicable(report: &Report, view: View, out: &mut dyn Write) -> io::Result<()> {
    let mut skipped =
        report.checks.iter().filter_map(|count| Some((&count.check, count.not_applicable.as_ref()?)));
    match view.detail {
        Detail::Quiet => Ok(()),
        Detail::Verbose => skipped.try_for_each(|(check, reason)| {
            writeln!(out, "not applicable: {check} ({})", visible_line(reason))
        }),
        Detail::Normal => match skipped.count() {
            0 => Ok(()),
            n => writeln!(out, "not applicable here: {} (`--verbose` says why)", counted(number(n), "check")),
        },
    }
}

/// The sentences of all patterns by state; what is broken or stale by itself, and all of them where much is asked for.
fn write_statements(report: &Report, view: View, out: &mut dyn Write) -> io::Result<()> {
    if report.statements.is_empty() {
        return Ok(());
    }
    for state in STATES.map(|state| state.word) {
        let is_shown = view.detail == Detail::Verbose || matches!(state, "error" | "stale");
        let own = report.statements.iter().filter(|statement| is_shown && statement.state == state);
        for statement in own {
            let (path, text) = (visible_line(statement.path.as_str()), visible_line(&statement.text));
            let reason = if statement.reason.is_empty() {
                String::new()
            } else {
                format!(" ({})", visible_line(&statement.reason))
            };
            writeln!(out, "{state}: {path}:{}: {text}{reason}", statement.line)?;
        }
    }
    let counts = state_counts(report.statements.iter());
    let n_patterns =
        report.statements.iter().map(|statement| &statement.pattern).collect::<BTreeSet<_>>().len();
    let all = number(report.statements.len());
    let patterns = counted(number(n_patterns), "pattern");
    write_wrapped(&format!("{} of {patterns}: {counts}", counted(all, "statement")), out)
}

/// `1 file`, `2 files`, `2 names not resolved`.
#[must_use]
pub fn counted(n: u32, what: &str) -> String {
    if n == 1 {
        return format!("1 {what}");
    }
    let (noun, rest) = match what.split_once(" not ") {
        Some((noun, rest)) => (noun, format!(" not {rest}")),
        None => (what, String::new()),
    };
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{n} {stem}ies{rest}"),
        _ => format!("{n} {noun}s{rest}"),
    }
}

/// A baseline by its day, age and size: `baseline of 2026-11-20 (9 days old, 12 entries)`.
#[must_use]
pub fn baseline_named(used: &BaselineUse) -> String {
    let n = |count: usize, what: &str| counted(number(count), what);
    let age = used.n_days.map_or(String::new(), |days| format!("{} old, ", counted(days, "day")));
    format!("baseline of {} ({age}{})", visible_line(&used.written), n(used.n_entries, "entry"))
}

fn write_baseline(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Some(used) = &report.baseline else { return Ok(()) };
    let (n_known, n_gone) = (number(used.n_known), number(used.gone.len()));
    write!(out, "{}: {} known", baseline_named(used), counted(n_known, "finding"))?;
    if n_gone > 0 {
        write!(out, ", {} gone (`patscan baseline shrink` drops what is gone)", counted(n_gone, "entry"))?;
    }
    writeln!(out)
}

/// Writes what a change left out of `report`; nothing where all of the code counts.
///
/// # Errors
/// Where the writer fails.
pub fn write_change(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Some(change) = &report.change else { return Ok(()) };
    let files = counted(number(change.n_files), "file");
    writeln!(
        out,
        "compared with {}: {files} changed, {}",
        visible_line(&change.against),
        outside_told(change)
    )
}

/// `3 findings outside of the change are not shown (1 error, 2 notes)`.
pub(super) fn outside_told(change: &ChangeUse) -> String {
    let n_outside = change.n_outside();
    let verb = if n_outside == 1 { "is" } else { "are" };
    let by_weight = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let by_weight = by_weight.map(|(severity, what)| (change.n_outside_of(severity), what));
    let parts: Vec<String> =
        by_weight.iter().filter(|(n, _)| *n > 0).map(|(n, what)| counted(number(*n), what)).collect();
    let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
    format!("{} outside of the change {verb} not shown{parts}", counted(number(n_outside), "finding"))
}

/// What lies outside of the change, check by check.
fn write_outside(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = report.change.iter().flat_map(|change| &change.outside);
    rows.try_for_each(|row| {
        let n = counted(number(row.n_findings), row.severity.as_str());
        writeln!(out, "outside of the change: {n} of {}", row.check)
    })
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn nouns_follow_their_number() {
        assert_eq!(counted(1, "file"), "1 file");
        assert_eq!(counted(0, "file"), "0 files");
        assert_eq!(counted(2, "macro call not read"), "2 macro calls not read");
    }
}
