//! A page for a pull request's comment or a step's summary: counts, then findings by check. Never more than a host takes.

use crate::finding::{Finding, Severity};
use crate::policy::Report;
use crate::report::counted;
use crate::report::region::{Columns, Region};
use crate::report::sentence::broken_sentence;
use crate::report::summary::{number, outside_told};
use crate::report::visible::visible_line;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Findings of one check that are listed; the rest is counted.
const MAX_LISTED: usize = 50;
/// Bytes of the whole page: a comment on GitHub takes 65,536 characters, a step's summary 1 MiB.
const MAX_BYTES: usize = 60_000;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let n_of = |severity| number(report.n_of(severity));
    let (n_errors, n_warnings, n_notes) =
        (n_of(Severity::Error), n_of(Severity::Warning), n_of(Severity::Note));
    writeln!(out, "## patscan\n")?;
    writeln!(
        out,
        "{}, {}, {} in {}.",
        counted(n_errors, "error"),
        counted(n_warnings, "warning"),
        counted(n_notes, "note"),
        counted(report.blind_spots.files, "file")
    )?;
    if let Some(change) = &report.change {
        let files = counted(number(change.n_files), "file");
        writeln!(out, "\n{files} changed against {}; {}.", prose(&change.against), outside_told(change))?;
    }
    let mut by_check: BTreeMap<(std::cmp::Reverse<Severity>, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in report.open_findings() {
        let key = (std::cmp::Reverse(finding.severity), finding.check.as_str());
        by_check.entry(key).or_default().push(finding);
    }
    let (mut n_bytes, mut n_left) = (0, 0);
    for ((severity, check), findings) in &by_check {
        let mut text = Vec::new();
        section(report, (severity.0, check), findings, &mut text)?;
        n_bytes += text.len();
        if n_bytes > MAX_BYTES {
            n_left += findings.len();
        } else {
            out.write_all(&text)?;
        }
    }
    if n_left > 0 {
        writeln!(out, "\n{} more would not fit into a comment.", counted(number(n_left), "finding"))?;
    }
    Ok(())
}

fn section(
    report: &Report,
    (severity, check): (Severity, &str),
    findings: &[&Finding],
    out: &mut dyn Write,
) -> io::Result<()> {
    let page = findings.first().and_then(|finding| report.page_of(&finding.check));
    let name = page.map_or_else(|| format!("`{check}`"), |page| format!("[`{check}`](<{page}>)"));
    writeln!(out, "\n### {severity}: {name} ({})\n", findings.len())?;
    for finding in findings.iter().take(MAX_LISTED) {
        let Region { line, column, .. } = Region::of(report, &finding.path, finding.span, Columns::Chars);
        let path = visible_line(finding.path.as_str()).replace('`', "'");
        writeln!(out, "- `{path}:{line}:{column}` {}", prose(&finding.message))?;
    }
    if findings.len() > MAX_LISTED {
        writeln!(out, "- … and {} more", findings.len() - MAX_LISTED)?;
    }
    let broken: BTreeSet<String> = findings.iter().filter_map(|finding| broken_sentence(finding)).collect();
    for sentence in broken {
        writeln!(out, "\nPattern: {}", prose(&sentence))?;
    }
    let helps: BTreeSet<&str> =
        findings.iter().map(|finding| finding.help.as_str()).filter(|help| !help.is_empty()).collect();
    for help in helps {
        writeln!(out, "\nRemedy: {}", prose(help))?;
    }
    Ok(())
}

/// Text of a message, which may hold code in backticks but no other markup.
pub(super) fn prose(text: &str) -> String {
    let mut is_code = false;
    visible_line(text).chars().fold(String::new(), |mut out, c| {
        is_code ^= c == '`';
        if !is_code && matches!(c, '<' | '>' | '*' | '_' | '[' | ']' | '|' | '#' | '@' | '\\') {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

/// The same inside of a table, where a bar ends the cell even in code.
pub(super) fn cell(text: &str) -> String {
    prose(text).replace("\\|", "|").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::{cell, prose};

    #[test]
    fn a_bar_never_ends_a_cell() {
        assert_eq!(cell("a | `b | c` <d>"), "a \\| `b \\| c` \\<d\\>");
    }

    #[test]
    fn only_backticks_are_markup() {
        assert_eq!(
            prose("`a_b::<T>` takes *all* <b> of @team"),
            "`a_b::<T>` takes \\*all\\* \\<b\\> of \\@team"
        );
    }
}
