//! SARIF 2.1.0 as GitHub's code scanning and strict validators take it. Holds no machine path: places are below `SRCROOT`.
//!
//! Sources: the OASIS standard (columns in 3.14.27, messages in 3.11) and GitHub's "SARIF support for code scanning", which
//! reads of the fingerprints only `primaryLocationLineHash`, and shows other places only where the message links to them.

mod place;

use crate::base::{CheckId, RelPath};
use crate::finding::{Finding, Fix, Precision, Problem, Severity};
use crate::policy::{CheckAbout, Report};
use crate::report::line_hash::line_hashes;
use crate::report::region::{Columns, Region};
use crate::report::sarif::place::Files;
use crate::report::sentence::broken_sentence;
use crate::report::summary::outside_told;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Results that GitHub takes of one run.
const MAX_RESULTS: usize = 25_000;
/// Characters that GitHub takes of a description.
const MAX_DESCRIPTION: usize = 1024;

type Hashes<'a> = BTreeMap<&'a RelPath, Vec<String>>;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<&Finding> = report.open_findings().collect();
    let n_cut = findings.len().saturating_sub(MAX_RESULTS);
    if n_cut > 0 {
        findings.sort_by_key(|finding| Reverse(finding.severity));
        findings.truncate(MAX_RESULTS);
    }
    let mut hashes: Hashes<'_> = BTreeMap::new();
    for finding in &findings {
        if let (None, Some(source)) = (hashes.get(&finding.path), report.sources.get(&finding.path)) {
            hashes.insert(&finding.path, line_hashes(source.text()));
        }
    }
    let abouts = abouts(report);
    let index: BTreeMap<&CheckId, usize> =
        abouts.iter().enumerate().map(|(idx, about)| (&about.check, idx)).collect();
    let files = Files::of(report, &findings);
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| {
            let mut row = result(report, finding, (&files, &hashes));
            row["ruleIndex"] = json!(index.get(&finding.check));
            row
        })
        .collect();
    let rules: Vec<Value> = abouts.iter().map(rule).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "patscan",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "automationDetails": { "id": "patscan/" },
            "columnKind": "utf16CodeUnits",
            "language": "en-US",
            "originalUriBaseIds": { "SRCROOT": { "description": { "text": "The scanned folder." } } },
            "artifacts": files.artifacts(),
            "invocations": [{
                "executionSuccessful": !report.is_broken,
                "toolExecutionNotifications": notifications(report, n_cut),
            }],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// What is told of each check: also of those that speak of what people wrote for us, which no page describes.
fn abouts(report: &Report) -> Vec<CheckAbout> {
    let mut abouts = report.about.clone();
    for finding in report.open_findings() {
        if abouts.iter().all(|about| about.check != finding.check) {
            let (check, theme, why) = (finding.check.clone(), "policy".to_owned(), finding.help.clone());
            let (severity, precision) = (finding.severity, finding.precision);
            abouts.push(CheckAbout { check, theme, severity, precision, why, page: None });
        }
    }
    abouts
}

fn rule(about: &CheckAbout) -> Value {
    let precision = match about.precision {
        Precision::Exact => "very-high",
        Precision::Role => "high",
        Precision::Heuristic => "medium",
    };
    let weight = match about.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "recommendation",
    };
    let why = if about.why.trim().is_empty() { about.check.as_str() } else { about.why.trim() };
    let first = why.split("\n\n").next().unwrap_or(why).replace('\n', " ");
    let mut rule = json!({
        "id": about.check.as_str(),
        "name": pascal(about.check.as_str()),
        "shortDescription": { "text": sentence(&about.check.as_str().replace('-', " ")) },
        "fullDescription": { "text": sentence(&first.chars().take(MAX_DESCRIPTION - 1).collect::<String>()) },
        "help": { "text": why, "markdown": why },
        "defaultConfiguration": { "level": about.severity.as_str() },
        "properties": { "tags": [about.theme, "patterns"], "precision": precision,
            "problem": { "severity": weight } },
    });
    if let Some(page) = &about.page {
        rule["helpUri"] = json!(page);
    }
    rule
}

fn result(report: &Report, finding: &Finding, (files, hashes): (&Files<'_>, &Hashes<'_>)) -> Value {
    let region = Region::of(report, &finding.path, finding.span, Columns::Utf16);
    let hash = hashes.get(&finding.path).and_then(|lines| lines.get(region.line as usize - 1));
    let related = finding.labels.iter().enumerate().map(|(idx, label)| {
        let mut place = files.location(&label.path, label.span);
        place["id"] = json!(idx + 1);
        place["message"] = json!({ "text": sentence(&quoted(&label.text)) });
        place
    });
    let mut result = json!({
        "ruleId": finding.check.as_str(),
        "level": finding.severity.as_str(),
        "message": { "text": message(finding) },
        "locations": [files.location(&finding.path, finding.span)],
        "relatedLocations": related.collect::<Vec<Value>>(),
        "partialFingerprints": {
            "primaryLocationLineHash": hash,
            "patscan/v1": finding.fingerprint.to_string(),
        },
    });
    if let Some(fix) = &finding.fix {
        result["fixes"] = json!([fix_of(files, fix)]);
    }
    result
}

/// A fix: for each file, what goes and what comes.
fn fix_of(files: &Files<'_>, fix: &Fix) -> Value {
    let mut by_file: BTreeMap<&RelPath, Vec<Value>> = BTreeMap::new();
    for edit in fix.edits() {
        let replacement = json!({
            "deletedRegion": files.region(&edit.path, edit.span),
            "insertedContent": { "text": edit.text },
        });
        by_file.entry(&edit.path).or_default().push(replacement);
    }
    let changes = by_file.into_iter().map(
        |(path, replacements)| json!({ "artifactLocation": files.file(path), "replacements": replacements }),
    );
    json!({
        "description": { "text": sentence(&quoted(&fix.title)) },
        "artifactChanges": changes.collect::<Vec<Value>>(),
    })
}

/// The fact, the other places as links, the sentence that is broken, and the remedy.
fn message(finding: &Finding) -> String {
    let mut text = sentence(&quoted(&finding.message));
    for (idx, label) in finding.labels.iter().enumerate() {
        let label = quoted(&label.text).replace(['[', ']'], "'");
        text += &format!(" See [{label}]({}).", idx + 1);
    }
    if let Some(broken) = broken_sentence(finding) {
        text += &format!(" Pattern: {}", sentence(&quoted(&broken)));
    }
    if !finding.help.is_empty() {
        text += &format!(" Remedy: {}", sentence(&quoted(&finding.help)));
    }
    text
}

/// What could not be read, and what was left out.
fn notifications(report: &Report, n_cut: usize) -> Vec<Value> {
    let told = report.problems.iter().map(|problem: &Problem| {
        let place = problem.place.as_ref();
        let text = place.map_or_else(
            || sentence(&quoted(&problem.message)),
            |place| format!("{}: {}", place.path.as_str(), sentence(&quoted(&problem.message))),
        );
        json!({ "level": "warning", "message": { "text": text } })
    });
    let cut = (n_cut > 0).then(|| {
        json!({ "level": "warning", "message": { "text": format!("{n_cut} findings of the least weight were left out.") } })
    });
    let outside = report.change.as_ref().map(|change| {
        let text = format!("Compared with {}: {}.", quoted(&change.against), outside_told(change));
        json!({ "level": "note", "message": { "text": text } })
    });
    told.chain(cut).chain(outside).collect()
}

/// Code in single quotes, as the standard's reviewers ask for what changes from message to message; no link by accident.
fn quoted(text: &str) -> String {
    text.replace('`', "'").replace("](", "] (")
}

/// The text with a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut chars = text.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}

fn pascal(id: &str) -> String {
    let words = id.split('-').map(|word| {
        let mut chars = word.chars();
        chars.next().map_or(String::new(), |c| c.to_uppercase().collect::<String>() + chars.as_str())
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::{pascal, quoted, sentence};

    #[test]
    fn messages_are_sentences_with_quotes() {
        assert_eq!(sentence(&quoted("`ack` comes before the work")), "'ack' comes before the work.");
        assert_eq!(sentence("élan is lost"), "Élan is lost.");
        assert_eq!(sentence("done."), "Done.");
    }

    #[test]
    fn names_are_spelled_as_the_standard_has_them() {
        assert_eq!(pascal("ack-before-work"), "AckBeforeWork");
    }
}
