//! What `docs` found, for people and machines. Decides nothing.

use super::{Documents, explain};
use crate::finding::Severity;
use crate::pattern::Lint;
use crate::report::{Color, Paint, counted, visible_line, write_problem};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

pub(super) fn pretty(
    documents: &Documents,
    lints: &[Lint],
    color: Color,
    out: &mut dyn Write,
) -> io::Result<()> {
    for lint in lints {
        let rule = lint.id.rule();
        let word = color.paint(paint_of(lint.severity), lint.severity.as_str());
        write_problem(&format!("{word}[{} {}]", rule.id, rule.name), &lint.problem, color, out)?;
        writeln!(out)?;
    }
    let n_of = |severity| lints.iter().filter(|lint| lint.severity == severity).count();
    writeln!(
        out,
        "{} read: {}, {}, {}",
        counted(documents.documents.len() as u32, "document"),
        counted(n_of(Severity::Error) as u32, "error"),
        counted(n_of(Severity::Warning) as u32, "warning"),
        counted(n_of(Severity::Note) as u32, "note"),
    )
}

pub(super) fn short(lints: &[Lint], color: Color, out: &mut dyn Write) -> io::Result<()> {
    for lint in lints {
        let rule = lint.id.rule();
        let place = lint.problem.place.as_ref();
        let path = place.map_or("", |place| place.path.as_str());
        let (line, column) = place.and_then(|place| place.line_column).unwrap_or((1, 1));
        let word = color.paint(paint_of(lint.severity), lint.severity.as_str());
        let (path, message) = (visible_line(path), visible_line(&lint.problem.message));
        writeln!(out, "{path}:{line}:{column}: {word}[{} {}] {message}", rule.id, rule.name)?;
    }
    Ok(())
}

const fn paint_of(severity: Severity) -> Paint {
    match severity {
        Severity::Error => Paint::Error,
        Severity::Warning => Paint::Warning,
        Severity::Note => Paint::Note,
    }
}

#[derive(Serialize)]
struct Root<'a> {
    schema: u32,
    documents: Vec<DocumentRow<'a>>,
    problems: Vec<ProblemRow<'a>>,
    unread: Vec<ProblemRow<'a>>,
}

#[derive(Serialize)]
struct DocumentRow<'a> {
    path: &'a str,
    dialect: &'static str,
    reasons: Vec<ReasonRow<'a>>,
    title: &'a str,
    id: &'a str,
    id_from: &'static str,
    status: Option<&'static str>,
    tier: Option<&'a str>,
    statements: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct ReasonRow<'a> {
    dialect: &'static str,
    points: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct ProblemRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
    path: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    message: &'a str,
    help: &'a str,
}

impl<'a> ProblemRow<'a> {
    fn of(problem: &'a crate::finding::Problem) -> Self {
        let place = problem.place.as_ref();
        let line_column = place.and_then(|place| place.line_column);
        Self {
            rule: None,
            name: None,
            severity: None,
            path: place.map(|place| place.path.as_str()),
            line: line_column.map(|(line, _)| line),
            column: line_column.map(|(_, column)| column),
            message: &problem.message,
            help: &problem.help,
        }
    }
}

pub(super) fn json(documents: &Documents, lints: &[Lint], out: &mut dyn Write) -> io::Result<()> {
    let rows = documents.documents.iter().map(|document| {
        let pattern = &document.pattern;
        let reasons = pattern.reasons.iter().map(|reason| ReasonRow {
            dialect: reason.dialect.as_str(),
            points: reason.points,
            text: &reason.text,
        });
        DocumentRow {
            path: pattern.path.as_str(),
            dialect: pattern.dialect.as_str(),
            reasons: reasons.collect(),
            title: &pattern.title,
            id: &pattern.id.0,
            id_from: explain::source(pattern.id_source),
            status: pattern.status.map(crate::pattern::Status::as_str),
            tier: pattern.tier.as_deref(),
            statements: explain::counts(document).map(|(kind, count)| (kind.as_str(), count)).collect(),
        }
    });
    let problems = lints.iter().map(|lint| ProblemRow {
        rule: Some(lint.id.rule().id),
        name: Some(lint.id.rule().name),
        severity: Some(lint.severity.as_str()),
        ..ProblemRow::of(&lint.problem)
    });
    let root = Root {
        schema: 1,
        documents: rows.collect(),
        problems: problems.collect(),
        unread: documents.problems.iter().map(ProblemRow::of).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &root)?;
    writeln!(out)
}
