//! The table of `compile`: one line for each document, and below it what stands open in one's own words.

use crate::cli::document::{Bound, Compiled};
use crate::report::{Color, Paint, visible_line};
use crate::rule::{BoundStatement, Disposition};
use std::io::{self, Write};

/// Counts of one document.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    statements: usize,
    bound: usize,
    proposed: usize,
    manual: usize,
    other: usize,
    unbound: usize,
    problems: usize,
}

const HEAD: [&str; 7] = ["statements", "bound", "proposed", "manual", "other", "unbound", "problems"];

impl Counts {
    fn of(compiled: &Compiled) -> Self {
        let mut counts = Self { problems: compiled.problems.len(), ..Self::default() };
        for statement in &compiled.rules.statements {
            counts.statements += 1;
            *counts.cell(statement) += 1;
        }
        counts
    }

    fn cell(&mut self, statement: &BoundStatement) -> &mut usize {
        let clause = statement.clauses.iter().find(|clause| clause.bond.is_settled());
        match &statement.bond.disposition {
            Some(Disposition::Manual(_)) => &mut self.manual,
            Some(_) => &mut self.other,
            None if !statement.bound_checks().is_empty() => &mut self.bound,
            None if clause.is_some() => &mut self.other,
            None if !statement.bond.proposals.is_empty() => &mut self.proposed,
            None => &mut self.unbound,
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            statements: self.statements + other.statements,
            bound: self.bound + other.bound,
            proposed: self.proposed + other.proposed,
            manual: self.manual + other.manual,
            other: self.other + other.other,
            unbound: self.unbound + other.unbound,
            problems: self.problems + other.problems,
        }
    }

    const fn row(self) -> [usize; 7] {
        let Self { statements, bound, proposed, manual, other, unbound, problems } = self;
        [statements, bound, proposed, manual, other, unbound, problems]
    }
}

pub(super) fn write(bound: &Bound, color: Color, out: &mut dyn Write) -> io::Result<()> {
    let paths: Vec<String> =
        bound.patterns.iter().map(|compiled| visible_line(compiled.rules.path.as_str())).collect();
    let width = paths.iter().map(|path| path.chars().count()).max().unwrap_or(0).max("document".len());
    let mut head = format!("{:width$}  {:9}", "document", "dialect");
    for name in HEAD {
        head.push_str(&format!("  {name:>8}"));
    }
    writeln!(out, "{}", color.paint(Paint::Strong, &head))?;
    let mut total = Counts::default();
    for (path, compiled) in paths.iter().zip(&bound.patterns) {
        let counts = Counts::of(compiled);
        total = total.plus(counts);
        write_row(out, (width, path), compiled.rules.dialect.as_str(), counts)?;
    }
    if bound.patterns.len() > 1 {
        write_row(out, (width, "together"), "", total)?;
    }
    for compiled in &bound.patterns {
        write_proposals(compiled, color, out)?;
    }
    Ok(())
}

fn write_row(
    out: &mut dyn Write,
    (width, name): (usize, &str),
    dialect: &str,
    counts: Counts,
) -> io::Result<()> {
    write!(out, "{name:width$}  {dialect:9}")?;
    for (head, count) in HEAD.iter().zip(counts.row()) {
        let width = head.len().max(8);
        write!(out, "  {count:>width$}")?;
    }
    writeln!(out)
}

fn write_proposals(compiled: &Compiled, color: Color, out: &mut dyn Write) -> io::Result<()> {
    for statement in &compiled.rules.statements {
        for proposal in &statement.bond.proposals {
            let place = format!("{}:{}", visible_line(compiled.rules.path.as_str()), statement.line);
            let text = visible_line(&statement.text);
            let check = color.paint(Paint::Lead, proposal.check.as_str());
            writeln!(out, "{place}: proposes {check} (\"{}\"): {text}", visible_line(&proposal.phrase))?;
        }
    }
    Ok(())
}
