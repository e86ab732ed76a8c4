//! `compile --format json`, version 1. Its keys are a contract: other programs read them.

use crate::cli::document::{Bound, Compiled};
use crate::finding::Problem;
use crate::rule::{BoundStatement, Number};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Root<'a> {
    schema: u32,
    documents: Vec<DocumentRow<'a>>,
}

#[derive(Serialize)]
struct DocumentRow<'a> {
    path: String,
    dialect: &'static str,
    id: &'a str,
    statements: Vec<StatementRow<'a>>,
    problems: Vec<ProblemRow<'a>>,
}

#[derive(Serialize)]
struct StatementRow<'a> {
    text: &'a str,
    line: u32,
    id: &'a str,
    section: &'static str,
    polarity: &'static str,
    proposals: Vec<&'a str>,
    bound: Vec<&'a str>,
    disposition: Option<&'static str>,
    params: Vec<ParamRow<'a>>,
    exemplar: Option<ExemplarRow<'a>>,
}

#[derive(Serialize)]
struct ParamRow<'a> {
    value: serde_json::Number,
    unit: Option<&'a str>,
}

#[derive(Serialize)]
struct ExemplarRow<'a> {
    lang: &'a str,
    fields: &'a [String],
    literals: &'a [String],
}

#[derive(Serialize)]
struct ProblemRow<'a> {
    line: Option<u32>,
    message: &'a str,
    help: &'a str,
}

pub(super) fn write(bound: &Bound, out: &mut dyn Write) -> io::Result<()> {
    let documents = bound.patterns.iter().map(|compiled| document(bound, compiled)).collect();
    serde_json::to_writer_pretty(&mut *out, &Root { schema: 1, documents })?;
    writeln!(out)
}

fn document<'a>(bound: &'a Bound, compiled: &'a Compiled) -> DocumentRow<'a> {
    let path = match &compiled.page {
        Some(page) => page.disk.to_string_lossy().replace('\\', "/"),
        None => compiled.rules.path.to_string(),
    };
    let is_own =
        |problem: &&Problem| problem.place.as_ref().is_some_and(|place| place.path == compiled.rules.path);
    let mut problems: Vec<&Problem> =
        compiled.problems.iter().chain(bound.problems.iter().filter(is_own)).collect();
    problems.sort();
    problems.dedup();
    DocumentRow {
        path: path.strip_prefix("./").unwrap_or(&path).to_owned(),
        dialect: compiled.rules.dialect.as_str(),
        id: &compiled.rules.id.0,
        statements: compiled.rules.statements.iter().map(statement).collect(),
        problems: problems.into_iter().map(problem).collect(),
    }
}

fn statement(found: &BoundStatement) -> StatementRow<'_> {
    StatementRow {
        text: &found.text,
        line: found.line,
        id: found.id.as_str(),
        section: found.section.as_str(),
        polarity: found.polarity.as_str(),
        proposals: found.bond.proposals.iter().map(|proposal| proposal.check.as_str()).collect(),
        bound: found.bound_checks().into_iter().map(crate::base::CheckId::as_str).collect(),
        disposition: found.bond.disposition.as_ref().map(crate::rule::Disposition::as_str),
        params: found.numbers.iter().map(param).collect(),
        exemplar: found.exemplar.as_ref().map(|exemplar| ExemplarRow {
            lang: &exemplar.language,
            fields: &exemplar.fields,
            literals: &exemplar.literals,
        }),
    }
}

/// Whole numbers are written without a point.
fn param(number: &Number) -> ParamRow<'_> {
    let is_whole = number.value.fract() == 0.0 && number.value.abs() < 9e15;
    let whole = is_whole.then(|| serde_json::Number::from(number.value as i64));
    let value = whole.or_else(|| serde_json::Number::from_f64(number.value));
    ParamRow { value: value.unwrap_or_else(|| 0.into()), unit: number.unit.as_deref() }
}

fn problem(problem: &Problem) -> ProblemRow<'_> {
    let line = problem.place.as_ref().and_then(|place| place.line_column).map(|(line, _)| line);
    ProblemRow { line, message: &problem.message, help: &problem.help }
}
