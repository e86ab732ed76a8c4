//! What a reviewer of a change has to know: of the patterns that it touches, what they ask for and what only a person can
//! judge. Markdown, since it is read beside the change.

use crate::policy::{PatternAbout, Report, StatementCount};
use crate::report::counted;
use crate::report::ledger::statements_of;
use crate::report::markdown::prose;
use crate::report::region::{Columns, Region};
use crate::report::state::about;
use crate::report::summary::number;
use std::io::{self, Write};

/// Findings of one statement that are named; the rest is counted.
const MAX_FINDINGS: usize = 5;

/// Writes the patterns whose statements the change of `report` touches.
///
/// # Errors
/// Where the writer fails.
pub fn write_brief(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let touched: Vec<&PatternAbout> = report
        .patterns
        .iter()
        .filter(|pattern| statements_of(report, pattern).any(|statement| statement.is_touched))
        .collect();
    writeln!(out, "# What to look at\n")?;
    if let Some(change) = &report.change {
        let files = counted(number(change.n_files), "file");
        writeln!(out, "{files} changed against {}.", prose(&change.against))?;
    }
    let n_touched = counted(number(touched.len()), "pattern");
    writeln!(out, "{n_touched} of {} speak of what changed.", report.patterns.len())?;
    touched.into_iter().try_for_each(|pattern| write_pattern(report, pattern, out))
}

fn write_pattern(report: &Report, pattern: &PatternAbout, out: &mut dyn Write) -> io::Result<()> {
    let own: Vec<&StatementCount> = statements_of(report, pattern).collect();
    writeln!(out, "\n## {} ({})", prose(&pattern.title), prose(&pattern.id))?;
    let is_asked = |statement: &&&StatementCount| {
        !statement.is_touched
            && !matches!(statement.state.as_str(), "manual" | "duplicate" | "not-applicable")
    };
    let (avoid, wanted): (Vec<&StatementCount>, Vec<&StatementCount>) = own
        .iter()
        .filter(is_asked)
        .copied()
        .partition(|it| matches!(it.polarity.as_str(), "avoid" | "must-not"));
    let touched: Vec<&StatementCount> = own.iter().filter(|it| it.is_touched).copied().collect();
    let manual: Vec<&StatementCount> = own.iter().filter(|it| it.state == "manual").copied().collect();
    list(out, "This change is judged by", &touched, |statement| touched_line(report, statement))?;
    list(out, "It also asks for", &wanted, |statement| format!("- {}", prose(&statement.text)))?;
    list(out, "And against", &avoid, |statement| format!("- {}", prose(&statement.text)))?;
    list(out, "To judge by hand", &manual, |statement| {
        let reason = if statement.reason.is_empty() {
            String::new()
        } else {
            format!(" ({})", prose(&statement.reason))
        };
        format!("- [ ] {}{reason}", prose(&statement.text))
    })
}

fn list(
    out: &mut dyn Write,
    title: &str,
    statements: &[&StatementCount],
    line: impl Fn(&StatementCount) -> String,
) -> io::Result<()> {
    if statements.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}:\n")?;
    statements.iter().try_for_each(|statement| writeln!(out, "{}", line(statement)))
}

/// A statement with its state in the whole code and what the change adds against it.
fn touched_line(report: &Report, statement: &StatementCount) -> String {
    let state = about(&statement.state);
    let mut text = format!("- **{} {}** {}", state.shape, state.word, prose(&statement.text));
    let is_own =
        |finding: &&crate::finding::Finding| statement.evidence.iter().any(|place| place.is_of(finding));
    let own: Vec<_> = report.open_findings().filter(is_own).collect();
    for finding in own.iter().take(MAX_FINDINGS) {
        let Region { line, .. } = Region::of(report, &finding.path, finding.span, Columns::Chars);
        text += &format!(
            "\n  - `{}:{line}` {}",
            finding.path.as_str().replace('`', "'"),
            prose(&finding.message)
        );
    }
    if own.len() > MAX_FINDINGS {
        text += &format!("\n  - … and {} more", own.len() - MAX_FINDINGS);
    }
    text
}
