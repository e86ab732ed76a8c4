//! Writes a report for people and machines, one file per format, to a given writer.
//! Decides nothing, sorts nothing, opens nothing; what it prints can neither move a cursor nor reorder a line.

mod excerpt;
mod frame;
mod json;
mod mistake;
mod paint;
mod pretty;
mod short;
mod summary;
mod timing;
mod visible;

pub use mistake::write_problems;
pub use paint::{Color, Paint};
pub use summary::{counted, write_summary};
pub use timing::write_timings;
pub use visible::{visible_line, visible_text};

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

/// Writes all findings of `report` as `format`.
///
/// # Errors
/// Where the writer fails.
pub fn write_findings(report: &Report, format: Format, view: View, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Pretty => pretty::write(report, view, out),
        Format::Short => short::write(report, view, out),
        Format::Json => json::write(report, out),
    }
}
