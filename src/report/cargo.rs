//! Messages as cargo and rustc print them with `--message-format=json`, for rust-analyzer and whoever reads cargo's output.
//! Always ends with `build-finished`, without which an editor takes a failing run for one that never started.
//!
//! Source: cargo's "external tools" reference and rustc's JSON diagnostics; columns count characters from 1.

use crate::base::{RelPath, Span};
use crate::finding::{Applicability, Finding, Fix, Severity};
use crate::policy::Report;
use crate::report::region::{Columns, Region};
use crate::report::sentence::broken_sentence;
use serde_json::{Value, json};
use std::io::{self, Write};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.open_findings() {
        let message = json!({
            "reason": "compiler-message",
            "package_id": "patscan",
            "manifest_path": "Cargo.toml",
            "target": { "kind": ["lib"], "crate_types": ["lib"], "name": "patscan", "src_path": finding.path.as_str(),
                "edition": "2024", "doc": false, "doctest": false, "test": false },
            "message": diagnostic(report, finding),
        });
        serde_json::to_writer(&mut *out, &message)?;
        writeln!(out)?;
    }
    let has_ended_well = !report.is_broken && !report.build_failed;
    let is_good =
        has_ended_well && !report.open_findings().any(|finding| finding.severity == Severity::Error);
    writeln!(out, "{}", json!({ "reason": "build-finished", "success": is_good }))
}

fn diagnostic(report: &Report, finding: &Finding) -> Value {
    let level = finding.severity.as_str();
    let mut spans = vec![span(report, &finding.path, finding.span, None)];
    let others = finding.labels.iter();
    spans.extend(others.map(|label| span(report, &label.path, label.span, Some(&label.text))));
    let broken = broken_sentence(finding).map(|broken| format!("pattern: {broken}")).unwrap_or_default();
    let page = report.page_of(&finding.check);
    let page = page.map(|page| format!("for further information visit {page}")).unwrap_or_default();
    let children = [("note", &broken), ("note", &finding.because), ("help", &finding.help), ("help", &page)];
    let children = children.into_iter().filter(|(_, text)| !text.is_empty());
    let children = children.map(|(level, text)| child(level, text, &[]));
    let fix = finding.fix.as_ref().map(|fix| child("help", &fix.title, &replacements(report, fix)));
    let Region { line, column, .. } = Region::of(report, &finding.path, finding.span, Columns::Chars);
    let check = finding.check.as_str();
    json!({
        "$message_type": "diagnostic",
        "message": finding.message,
        "code": { "code": format!("patscan::{check}"), "explanation": null },
        "level": level,
        "spans": spans,
        "children": children.chain(fix).collect::<Vec<Value>>(),
        "rendered": format!(
            "{level}[{check}]: {}\n --> {}:{line}:{column}\n\n", finding.message, finding.path.as_str()
        ),
    })
}

fn child(level: &str, message: &str, spans: &[Value]) -> Value {
    json!({ "message": message, "code": null, "level": level, "spans": spans, "children": [], "rendered": null })
}

/// The edits of a fix as rustc writes suggestions: all of them are one.
fn replacements(report: &Report, fix: &Fix) -> Vec<Value> {
    let applicability = match fix.applicability {
        Applicability::MachineApplicable => "MachineApplicable",
        Applicability::Suggestion => "MaybeIncorrect",
    };
    let spans = fix.edits().iter().map(|edit| {
        let mut span = span(report, &edit.path, edit.span, None);
        span["suggested_replacement"] = json!(edit.text);
        span["suggestion_applicability"] = json!(applicability);
        span
    });
    spans.collect()
}

fn span(report: &Report, path: &RelPath, span: Span, label: Option<&str>) -> Value {
    let Region { line, column, end_line, end_column } = Region::of(report, path, span, Columns::Chars);
    json!({
        "file_name": path.as_str(),
        "byte_start": span.start(),
        "byte_end": span.end(),
        "line_start": line,
        "line_end": end_line,
        "column_start": column,
        "column_end": end_column,
        "is_primary": label.is_none(),
        "text": lines(report, path, (line, column), (end_line, end_column)),
        "label": label,
        "suggested_replacement": null,
        "suggestion_applicability": null,
        "expansion": null,
    })
}

/// The lines of a span with what is marked in each; an editor counts columns by them.
fn lines(report: &Report, path: &RelPath, start: (u32, u32), end: (u32, u32)) -> Vec<Value> {
    let Some(source) = report.sources.get(path) else { return Vec::new() };
    let marked = (start.0..=end.0).map(|line| {
        let text = source.line_text(line as usize - 1).trim_start_matches('\u{feff}');
        let from = if line == start.0 { start.1 } else { 1 };
        let to = if line == end.0 { end.1 } else { text.chars().count() as u32 + 1 };
        json!({ "text": text, "highlight_start": from, "highlight_end": to })
    });
    marked.collect()
}
