//! Writes a report for people and machines, one file per format, to a given writer.
//! Decides nothing, sorts nothing, opens nothing; what it prints can neither move a cursor nor reorder a line.

mod brief;
mod cargo;
mod excerpt;
mod frame;
mod github;
mod gitlab;
mod html;
mod json;
mod jsonl;
mod ledger;
mod line_hash;
mod markdown;
mod mistake;
mod paint;
mod pretty;
mod rdjsonl;
mod region;
mod sarif;
mod sentence;
mod short;
mod snippet;
mod state;
mod summary;
mod timing;
mod visible;
mod wrap;
mod xml;

pub use brief::write_brief;
pub use ledger::{write_ledger, write_states};
pub use mistake::{write_problem, write_problems};
pub use paint::{Color, Paint};
pub use state::state_counts;
pub use summary::{baseline_named, counted, write_change, write_summary};
pub use timing::write_timings;
pub use visible::{visible_line, visible_text};

use crate::finding::Finding;
use crate::policy::Report;
use std::io::{self, Write};

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Code with underlined places, reasons and remedies.
    #[default]
    Pretty,
    /// One line for each finding.
    Short,
    /// One JSON document.
    Json,
    /// One JSON object for each finding.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// A JUnit test report.
    Junit,
    /// A Checkstyle report.
    Checkstyle,
    /// reviewdog's diagnostics.
    Rdjsonl,
    /// Messages as cargo prints them, for editors.
    Cargo,
    /// A page for a pull request.
    Markdown,
    /// The report for reviewers, one file.
    Html,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 13] = [
        Self::Pretty,
        Self::Short,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Checkstyle,
        Self::Rdjsonl,
        Self::Cargo,
        Self::Markdown,
        Self::Html,
    ];

    /// Its word on the command line, and what it is.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Pretty => ("pretty", "Code with underlined places, reasons and remedies"),
            Self::Short => ("short", "One line for each finding"),
            Self::Json => ("json", "One JSON document"),
            Self::Jsonl => ("jsonl", "One JSON object for each finding"),
            Self::Sarif => ("sarif", "SARIF 2.1.0, for code scanning"),
            Self::Github => ("github", "Workflow commands of GitHub Actions"),
            Self::Gitlab => ("gitlab", "GitLab's Code Quality report"),
            Self::Junit => ("junit", "A JUnit test report"),
            Self::Checkstyle => ("checkstyle", "A Checkstyle report"),
            Self::Rdjsonl => ("rdjsonl", "reviewdog's diagnostics"),
            Self::Cargo => ("cargo", "Messages as cargo prints them, for editors"),
            Self::Markdown => ("markdown", "A page for a pull request"),
            Self::Html => ("html", "The report for reviewers, one file"),
        }
    }

    /// Whether people read it at a terminal; else a machine takes every byte of it.
    #[must_use]
    pub const fn is_for_people(self) -> bool {
        matches!(self, Self::Pretty | Self::Short)
    }
}

/// How much is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Findings only.
    Quiet,
    /// Findings and a summary.
    #[default]
    Normal,
    /// Also what did not apply.
    Verbose,
}

/// How a report is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct View {
    /// Whether to colour.
    pub color: Color,
    /// How much to show.
    pub detail: Detail,
}

impl View {
    /// The findings to show: in detail also those that are waived or in the baseline.
    pub(crate) fn shown(self, report: &Report) -> impl Iterator<Item = &Finding> {
        let is_all = self.detail == Detail::Verbose;
        report.findings.iter().filter(move |finding| is_all || finding.state.is_open())
    }

    /// The same without colours, for files.
    #[must_use]
    pub const fn plain(self) -> Self {
        Self { color: Color::Never, ..self }
    }
}

/// Writes all findings of `report` as `format`.
///
/// # Errors
/// Where the writer fails.
pub fn write_findings(report: &Report, format: Format, view: View, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Pretty => pretty::write(report, view, out),
        Format::Short => short::write(report, view, out),
        Format::Json => json::write(report, out),
        Format::Jsonl => jsonl::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Github => github::write(report, out),
        Format::Gitlab => gitlab::write(report, out),
        Format::Junit => xml::junit(report, out),
        Format::Checkstyle => xml::checkstyle(report, out),
        Format::Rdjsonl => rdjsonl::write(report, out),
        Format::Cargo => cargo::write(report, out),
        Format::Markdown => markdown::write(report, out),
        Format::Html => html::write(report, out),
    }
}
