//! One JSON object for each finding, a line each, as they stand in the JSON document. For streams and `jq`.

use crate::policy::Report;
use crate::report::json;
use std::io::{self, Write};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        serde_json::to_writer(&mut *out, &json::finding_row(report, finding))?;
        writeln!(out)?;
    }
    Ok(())
}
