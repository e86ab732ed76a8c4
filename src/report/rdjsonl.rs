//! reviewdog's diagnostics, one JSON object a line. Columns count bytes, as its protocol has it.
//!
//! Source: reviewdog's `proto/rdf/reviewdog.proto`, message `Diagnostic`, in the JSON spelling of protocol buffers.

use crate::base::{RelPath, Span};
use crate::finding::{Edit, Finding, Fix, Severity, edited};
use crate::policy::Report;
use crate::report::region::{Columns, Region};
use crate::report::sentence::broken_sentence;
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
    let broken = broken_sentence(finding).map(|broken| format!("pattern: {broken}")).unwrap_or_default();
    let parts = [finding.message.as_str(), &broken, &finding.help];
    let message = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    let mut diagnostic = json!({
        "message": message,
        "location": location(report, &finding.path, finding.span),
        "severity": severity,
        "source": { "name": "patscan" },
        "code": { "value": finding.check.as_str() },
        "relatedLocations": others.collect::<Vec<Value>>(),
    });
    if let Some(page) = report.page_of(&finding.check) {
        diagnostic["code"]["url"] = json!(page);
    }
    if let Some(suggestion) = finding.fix.as_ref().and_then(|fix| suggestion(report, finding, fix)) {
        diagnostic["suggestions"] = json!([suggestion]);
    }
    diagnostic
}

/// The fix as one piece of text, since several suggestions are taken for alternatives, and none can name another file.
fn suggestion(report: &Report, finding: &Finding, fix: &Fix) -> Option<Value> {
    let (first, last) = (fix.edits().first()?, fix.edits().last()?);
    let is_here = fix.edits().iter().all(|edit| edit.path == finding.path);
    let source = report.sources.get(&finding.path).filter(|_| is_here)?;
    let whole = first.span.to(last.span);
    let moved = fix.edits().iter().map(|edit| {
        let at = |offset: u32| offset - whole.start();
        Edit { span: Span::new(at(edit.span.start()), at(edit.span.end())), ..edit.clone() }
    });
    let moved: Vec<Edit> = moved.collect();
    let text = edited(source.slice(whole), &moved);
    Some(json!({ "range": range(report, &finding.path, whole), "text": text }))
}

fn location(report: &Report, path: &RelPath, span: Span) -> Value {
    json!({ "path": path.as_str(), "range": range(report, path, span) })
}

fn range(report: &Report, path: &RelPath, span: Span) -> Value {
    let Region { line, column, end_line, end_column } = Region::of(report, path, span, Columns::Bytes);
    json!({
        "start": { "line": line, "column": column },
        "end": { "line": end_line, "column": end_column },
    })
}
