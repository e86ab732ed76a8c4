//! One JSON document, version 1. Its keys are a contract: other programs read them.

use crate::finding::{Finding, Fix, Problem};
use crate::policy::{ChangeUse, Report, StatementCount, UnknownSubject};
use crate::report::region::{Columns, Region};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    tool: Tool,
    findings: Vec<FindingRow<'a>>,
    statements: Vec<StatementRow<'a>>,
    checks: Vec<CheckRow<'a>>,
    blind_spots: BlindSpotsRow,
    problems: Vec<ProblemRow<'a>>,
    unknowns: Vec<UnknownRow<'a>>,
    change: Option<ChangeRow<'a>>,
}

/// What a change left out of `findings`.
#[derive(Serialize)]
struct ChangeRow<'a> {
    against: &'a str,
    files: usize,
    outside: Vec<OutsideRow<'a>>,
}

#[derive(Serialize)]
struct OutsideRow<'a> {
    check: &'a str,
    severity: &'static str,
    findings: usize,
}

#[derive(Serialize)]
struct UnknownRow<'a> {
    check: &'a str,
    path: &'a str,
    line: u32,
    column: u32,
    reason: &'a str,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
pub(super) struct FindingRow<'a> {
    check: &'a str,
    severity: &'static str,
    precision: &'static str,
    message: &'a str,
    help: &'a str,
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    statement: Option<StatementRef<'a>>,
    fingerprint: String,
    state: &'static str,
    fix: Option<FixRow<'a>>,
}

#[derive(Serialize)]
struct FixRow<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<EditRow<'a>>,
}

#[derive(Serialize)]
struct EditRow<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct StatementRef<'a> {
    pattern: &'a str,
    id: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct StatementRow<'a> {
    pattern: &'a str,
    id: &'a str,
    text: &'a str,
    state: &'a str,
    reason: &'a str,
    subjects: u32,
    findings: u32,
}

#[derive(Serialize)]
struct CheckRow<'a> {
    check: &'a str,
    subjects: u32,
    pass: u32,
    fail: u32,
    unknown: u32,
}

#[derive(Serialize)]
struct BlindSpotsRow {
    files: u32,
    unparsed: u32,
    opaque_macros: u32,
    unresolved: u32,
}

#[derive(Serialize)]
struct ProblemRow<'a> {
    path: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    message: &'a str,
    help: &'a str,
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let spots = report.blind_spots;
    let document = Document {
        schema: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        findings: report.findings.iter().map(|finding| finding_row(report, finding)).collect(),
        statements: report.statements.iter().map(statement_row).collect(),
        checks: check_rows(report),
        blind_spots: BlindSpotsRow {
            files: spots.files,
            unparsed: spots.unparsed,
            opaque_macros: spots.opaque_macros,
            unresolved: spots.unresolved,
        },
        problems: report.problems.iter().map(problem_row).collect(),
        unknowns: report.unknowns.iter().map(|unknown| unknown_row(report, unknown)).collect(),
        change: report.change.as_ref().map(change_row),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

pub(super) fn finding_row<'a>(report: &'a Report, finding: &'a Finding) -> FindingRow<'a> {
    let Region { line, column, end_line, end_column } =
        Region::of(report, &finding.path, finding.span, Columns::Chars);
    FindingRow {
        check: finding.check.as_str(),
        severity: finding.severity.as_str(),
        precision: finding.precision.as_str(),
        message: &finding.message,
        help: &finding.help,
        path: finding.path.as_str(),
        line,
        column,
        end_line,
        end_column,
        statement: finding.statement.as_ref().map(|sentence| StatementRef {
            pattern: &sentence.pattern,
            id: &sentence.id,
            text: &sentence.text,
        }),
        fingerprint: finding.fingerprint.to_string(),
        state: finding.state.as_str(),
        fix: finding.fix.as_ref().map(|fix| fix_row(report, fix)),
    }
}

fn fix_row<'a>(report: &'a Report, fix: &'a Fix) -> FixRow<'a> {
    let edits = fix.edits().iter().map(|edit| {
        let Region { line, column, end_line, end_column } =
            Region::of(report, &edit.path, edit.span, Columns::Chars);
        EditRow { path: edit.path.as_str(), line, column, end_line, end_column, text: &edit.text }
    });
    FixRow { title: &fix.title, applicability: fix.applicability.as_str(), edits: edits.collect() }
}

fn statement_row(statement: &StatementCount) -> StatementRow<'_> {
    let StatementCount { pattern, id, text, state, reason, subjects, findings, .. } = statement;
    StatementRow { pattern, id, text, state, reason, subjects: *subjects, findings: *findings }
}

fn check_rows(report: &Report) -> Vec<CheckRow<'_>> {
    let rows = report.checks.iter().map(|count| CheckRow {
        check: count.check.as_str(),
        subjects: count.subjects,
        pass: count.pass,
        fail: count.fail,
        unknown: count.unknown,
    });
    rows.collect()
}

fn unknown_row<'a>(report: &Report, unknown: &'a UnknownSubject) -> UnknownRow<'a> {
    let UnknownSubject { path, span, check, reason } = unknown;
    let Region { line, column, .. } = Region::of(report, path, *span, Columns::Chars);
    UnknownRow { check: check.as_str(), path: path.as_str(), line, column, reason }
}

fn change_row(change: &ChangeUse) -> ChangeRow<'_> {
    let outside = change.outside.iter().map(|row| OutsideRow {
        check: row.check.as_str(),
        severity: row.severity.as_str(),
        findings: row.n_findings,
    });
    ChangeRow { against: &change.against, files: change.n_files, outside: outside.collect() }
}

fn problem_row(problem: &Problem) -> ProblemRow<'_> {
    let place = problem.place.as_ref();
    let line_column = place.and_then(|place| place.line_column);
    ProblemRow {
        path: place.map(|place| place.path.as_str()),
        line: line_column.map(|(line, _)| line),
        column: line_column.map(|(_, column)| column),
        message: &problem.message,
        help: &problem.help,
    }
}
