//! One JSON document, version 1. Its keys are a contract: other programs read them.

use crate::finding::{Finding, Problem};
use crate::policy::{Report, StatementCount};
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
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

pub(super) fn finding_row<'a>(report: &'a Report, finding: &'a Finding) -> FindingRow<'a> {
    let place_of = |offset| report.sources.get(&finding.path).map(|source| source.line_column(offset));
    let start = place_of(finding.span.start()).map_or((1, 1), |place| (place.line, place.column));
    let end = place_of(finding.span.end()).map_or(start, |place| (place.line, place.column));
    FindingRow {
        check: finding.check.as_str(),
        severity: finding.severity.as_str(),
        precision: finding.precision.as_str(),
        message: &finding.message,
        help: &finding.help,
        path: finding.path.as_str(),
        line: start.0,
        column: start.1,
        end_line: end.0,
        end_column: end.1,
        statement: finding.statement.as_ref().map(|sentence| StatementRef {
            pattern: &sentence.pattern,
            id: &sentence.id,
            text: &sentence.text,
        }),
        fingerprint: finding.fingerprint.to_string(),
        state: finding.state.as_str(),
    }
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
