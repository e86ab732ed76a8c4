//! Workflow commands of GitHub Actions: each finding an annotation in the diff. Prints nothing else at the start of a line.
//!
//! Source: the runner's `ActionCommand.cs` and `@actions/core`'s `command.ts` (escapes, properties); ten annotations of a
//! kind are shown for a step, so the weightiest come first and the rest is told.

use crate::finding::{Finding, Severity};
use crate::policy::Report;
use crate::report::region::{Columns, Region};
use crate::report::sentence::broken_sentence;
use crate::report::summary::outside_told;
use crate::report::visible::visible_line;
use std::io::{self, Write};

/// Annotations of one kind that GitHub shows for a step.
const N_SHOWN: usize = 10;
/// Characters of a message that the runner keeps.
const MAX_MESSAGE: usize = 4096;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        for finding in report.open_findings().filter(|finding| finding.severity == severity) {
            writeln!(out, "{}", command(report, finding))?;
        }
    }
    let n_hidden: usize = [Severity::Error, Severity::Warning, Severity::Note]
        .map(|severity| report.open_findings().filter(|finding| finding.severity == severity).count())
        .map(|n| n.saturating_sub(N_SHOWN))
        .iter()
        .sum();
    if n_hidden > 0 {
        writeln!(
            out,
            "::notice title=patscan::{n_hidden} more findings than GitHub annotates are in this log"
        )?;
    }
    match &report.change {
        Some(change) => {
            let text = format!("compared with {}: {}", visible_line(&change.against), outside_told(change));
            writeln!(out, "::notice title=patscan::{}", data(&text))
        }
        None => Ok(()),
    }
}

fn command(report: &Report, finding: &Finding) -> String {
    let Region { line, column, end_line, end_column } =
        Region::of(report, &finding.path, finding.span, Columns::Chars);
    let path = visible_line(finding.path.as_str());
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    // The runner drops both columns where the lines differ.
    let columns =
        if line == end_line { format!(",col={column},endColumn={end_column}") } else { String::new() };
    let mut message = format!("{path}:{line}:{column}: {}", visible_line(&finding.message));
    if let Some(broken) = broken_sentence(finding) {
        message += &format!("\npattern: {}", visible_line(&broken));
    }
    if !finding.help.is_empty() {
        message += &format!("\n{}", visible_line(&finding.help));
    }
    let message: String = message.chars().take(MAX_MESSAGE).collect();
    format!(
        "::{kind} file={},line={line},endLine={end_line}{columns},title={}::{}",
        property(&path),
        property(&format!("patscan ({})", finding.check)),
        data(&message)
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_the_runner_takes_for_its_own_is_escaped() {
        assert_eq!(data("50 %\r\nx: a,b"), "50 %25%0D%0Ax: a,b");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}
