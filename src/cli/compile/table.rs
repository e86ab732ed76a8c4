//! The table of `compile`: one line for each document, and below it what stands open in one's own words.

use crate::cli::document::{Bound, Compiled};
use crate::report::{Color, Paint, visible_line};
use crate::rule::{BoundStatement, Disposition, Weight};
use std::io::{self, Write};

/// What a statement is tied to, as the table's columns have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tied {
    Bound,
    Proposed,
    Manual,
    Other,
    Unbound,
}

impl Tied {
    fn of(statement: &BoundStatement) -> Self {
        match &statement.bond.disposition {
            Some(Disposition::Manual(_)) => Self::Manual,
            Some(_) => Self::Other,
            None if !statement.bound_checks().is_empty() => Self::Bound,
            None if statement.clauses.iter().any(|clause| clause.bond.is_settled()) => Self::Other,
            None if !statement.bond.proposals.is_empty() => Self::Proposed,
            None => Self::Unbound,
        }
    }
}

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
            *counts.cell(Tied::of(statement)) += 1;
        }
        counts
    }

    const fn cell(&mut self, tied: Tied) -> &mut usize {
        match tied {
            Tied::Bound => &mut self.bound,
            Tied::Proposed => &mut self.proposed,
            Tied::Manual => &mut self.manual,
            Tied::Other => &mut self.other,
            Tied::Unbound => &mut self.unbound,
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

/// Whether statements that nothing judges are listed too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    Brief,
    Verbose,
}

pub(super) fn write(bound: &Bound, listing: Listing, color: Color, out: &mut dyn Write) -> io::Result<()> {
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
        if listing == Listing::Verbose {
            write_unbound(compiled, out)?;
        }
    }
    bound.patterns.iter().try_for_each(|compiled| write_weight(compiled, out))
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
            let (place, text) = (place(compiled, statement), visible_line(&statement.text));
            let check = color.paint(Paint::Lead, proposal.check.as_str());
            writeln!(out, "{place}: proposes {check} (\"{}\"): {text}", visible_line(&proposal.phrase))?;
        }
    }
    Ok(())
}

fn write_unbound(compiled: &Compiled, out: &mut dyn Write) -> io::Result<()> {
    let unbound = compiled.rules.statements.iter().filter(|statement| Tied::of(statement) == Tied::Unbound);
    for statement in unbound {
        writeln!(out, "{}: nothing judges: {}", place(compiled, statement), visible_line(&statement.text))?;
    }
    Ok(())
}

fn place(compiled: &Compiled, statement: &BoundStatement) -> String {
    format!("{}:{}", visible_line(compiled.rules.path.as_str()), statement.line)
}

/// Whoever binds an error to a sentence of a draft is not left to wonder why a build passes.
fn write_weight(compiled: &Compiled, out: &mut dyn Write) -> io::Result<()> {
    let told = match compiled.rules.weight() {
        Weight::Enforces => return Ok(()),
        Weight::Advises => "is a draft: its findings are warnings at most, until its status is another",
        Weight::Warns => "is deprecated or of the lowest tier: what shows that it is used is a warning",
    };
    let has_checks = compiled.rules.statements.iter().any(|statement| !statement.bound_checks().is_empty());
    if has_checks { writeln!(out, "{} {told}", visible_line(compiled.rules.path.as_str())) } else { Ok(()) }
}
