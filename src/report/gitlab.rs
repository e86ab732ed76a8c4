//! GitLab's Code Quality report: one JSON array. Each fingerprint stands once, since GitLab keeps the last of equal ones.
//!
//! Source: GitLab's `codeclimate.json` schema and parser, which stops at the first entry that lacks a field.

use crate::finding::{Finding, Severity};
use crate::policy::Report;
use crate::report::region::{Columns, Region};
use crate::report::sentence::broken_sentence;
use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use std::io::{self, Write};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut seen: FxHashMap<String, u32> = FxHashMap::default();
    let rows: Vec<Value> = report
        .open_findings()
        .map(|finding| {
            let print = format!("{}:{}", finding.fingerprint, finding.path.as_str());
            let n = seen.entry(print.clone()).or_default();
            *n += 1;
            row(report, finding, &format!("{print}:{n}"))
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &rows)?;
    writeln!(out)
}

fn row(report: &Report, finding: &Finding, fingerprint: &str) -> Value {
    let Region { line, end_line, .. } = Region::of(report, &finding.path, finding.span, Columns::Chars);
    let severity = match finding.severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Note => "info",
    };
    json!({
        "description": finding.message,
        "check_name": finding.check.as_str(),
        "fingerprint": fingerprint,
        "severity": severity,
        "content": { "body": body(finding) },
        "location": { "path": finding.path.as_str(), "lines": { "begin": line, "end": end_line } },
    })
}

/// What is said beside the fact: why, the sentence, the remedy.
fn body(finding: &Finding) -> String {
    let parts = [finding.because.clone(), broken_sentence(finding).unwrap_or_default(), finding.help.clone()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}
