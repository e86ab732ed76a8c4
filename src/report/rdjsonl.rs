//! reviewdog's diagnostics, one JSON object a line. Columns count bytes, as its protocol has it.
//!
//! Source: reviewdog's `proto/rdf/reviewdog.proto`, message `Diagnostic`, in the JSON spelling of protocol buffers.

use crate::base::{RelPath, Span};
use crate::finding::{Finding, Severity};
use crate::policy::Report;
use crate::report::region::{Columns, Region};
use serde_json::{Value, json};
use std::io::{self, Write};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.open_findings() {
        serde_json::to_writer(&mut *out, &diagnostic(report, finding))?;
        writeln!(out)?;
    }
    Ok(())
}

fn diagnostic(report: &Report, finding: &Finding) -> Value {
    let severity = match finding.severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Note => "INFO",
    };
    let others = finding
        .labels
        .iter()
        .map(|label| json!({ "message": label.text, "location": location(report, &label.path, label.span) }));
    let message = if finding.help.is_empty() {
        finding.message.clone()
    } else {
        format!("{}\n{}", finding.message, finding.help)
    };
    json!({
        "message": message,
        "location": location(report, &finding.path, finding.span),
        "severity": severity,
        "source": { "name": "patscan" },
        "code": { "value": finding.check.as_str() },
        "relatedLocations": others.collect::<Vec<Value>>(),
    })
}

fn location(report: &Report, path: &RelPath, span: Span) -> Value {
    let Region { line, column, end_line, end_column } = Region::of(report, path, span, Columns::Bytes);
    json!({
        "path": path.as_str(),
        "range": {
            "start": { "line": line, "column": column },
            "end": { "line": end_line, "column": end_column },
        },
    })
}
