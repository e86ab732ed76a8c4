//! Where results of a SARIF log lie: the files with their hashes, and places in them with the lines around. Judges nothing.

use crate::base::{RelPath, SourceText, Span};
use crate::finding::Finding;
use crate::policy::Report;
use crate::report::region::{Columns, Region};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Lines that are shown before and after a place.
const N_AROUND: u32 = 2;
/// Bytes of the lines around a place that are worth keeping; who needs more opens the file.
const MAX_CONTEXT: usize = 4096;

/// The files that the results of a log point into.
#[derive(Debug)]
pub(super) struct Files<'a> {
    report: &'a Report,
    /// Each file with its place among the log's artifacts.
    index: BTreeMap<&'a RelPath, usize>,
}

impl<'a> Files<'a> {
    /// All files that `findings` or their fixes name.
    pub(super) fn of(report: &'a Report, findings: &[&'a Finding]) -> Self {
        let mut index = BTreeMap::new();
        for finding in findings {
            let fixed = finding.fix.iter().flat_map(|fix| fix.edits()).map(|edit| &edit.path);
            let labelled = finding.labels.iter().map(|label| &label.path);
            index.extend(std::iter::once(&finding.path).chain(labelled).chain(fixed).map(|path| (path, 0)));
        }
        index.values_mut().enumerate().for_each(|(at, idx)| *idx = at);
        Self { report, index }
    }

    /// The files by path, with what tells one text from another.
    pub(super) fn artifacts(&self) -> Vec<Value> {
        self.index.keys().map(|path| self.artifact(path)).collect()
    }

    fn artifact(&self, path: &RelPath) -> Value {
        let mut artifact = json!({ "location": { "uri": uri(path), "uriBaseId": "SRCROOT" } });
        if let Some(language) = language(path) {
            artifact["sourceLanguage"] = json!(language);
        }
        if let Some(source) = self.report.sources.get(path) {
            artifact["encoding"] = json!("utf-8");
            artifact["length"] = json!(source.text().len());
            artifact["hashes"] = json!({ "sha-256": sha256(source.text()) });
        }
        artifact
    }

    /// A file as places and fixes name it.
    pub(super) fn file(&self, path: &RelPath) -> Value {
        json!({ "uri": uri(path), "uriBaseId": "SRCROOT", "index": self.index.get(path) })
    }

    /// A place with its code and the lines around it.
    pub(super) fn location(&self, path: &RelPath, span: Span) -> Value {
        let source = self.report.sources.get(path);
        let mut region = self.region(path, span);
        region["snippet"] = json!({ "text": source.map_or("", |source| source.slice(span)) });
        let mut place = json!({ "artifactLocation": self.file(path), "region": region });
        if let Some(around) = source.and_then(|source| around(source, span)) {
            place["contextRegion"] = around;
        }
        json!({ "physicalLocation": place })
    }

    /// A place alone.
    pub(super) fn region(&self, path: &RelPath, span: Span) -> Value {
        let Region { line, column, end_line, end_column } =
            Region::of(self.report, path, span, Columns::Utf16);
        json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
    }
}

/// The whole lines around a place; `None` where they would not hold more than the place, which the standard asks for, or
/// far too much.
fn around(source: &SourceText, span: Span) -> Option<Value> {
    let (first, last) = (source.line_column(span.start()).line, source.line_column(span.end()).line);
    // A text that ends in a line break has no line behind it.
    let n_lines = source.lines().n_lines() as u32 - u32::from(source.text().ends_with('\n'));
    let (from, to) = (first.saturating_sub(N_AROUND).max(1), (last + N_AROUND).min(n_lines).max(last));
    let start = source.lines().start_of(from as usize - 1);
    let last_line = to as usize - 1;
    let end = source.lines().start_of(last_line) + source.line_text(last_line).len() as u32;
    let text = source.slice(Span::new(start, end.max(start)));
    let is_more = text.trim_start_matches('\u{feff}').len() > source.slice(span).len();
    (is_more && text.len() <= MAX_CONTEXT)
        .then(|| json!({ "startLine": from, "endLine": to, "snippet": { "text": text } }))
}

/// The language of a file by its ending, as the standard's appendix J spells it.
fn language(path: &RelPath) -> Option<&'static str> {
    match path.file_name().rsplit_once('.')?.1 {
        "rs" => Some("rust"),
        "sql" => Some("sql"),
        _ => None,
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A path as a URI reference: bytes other than letters, digits and `-._~/` are escaped.
fn uri(path: &RelPath) -> String {
    path.as_str().bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out += &format!("%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::{around, sha256, uri};
    use crate::base::{RelPath, SourceText, Span};

    /// The lines around the `x` of `text`, with their text.
    #[track_caller]
    fn check(text: &str, expected: Option<(u32, u32, &str)>) {
        let source = SourceText::new(RelPath::new("a.rs"), text);
        let start = text.find('x').expect("an x") as u32;
        let context = around(&source, Span::new(start, start + 1));
        let told = context.as_ref().map(|it| {
            let line = |key: &str| it[key].as_u64().expect("a line") as u32;
            (line("startLine"), line("endLine"), it["snippet"]["text"].as_str().expect("a text"))
        });
        assert_eq!(told, expected, "{text:?}");
    }

    #[test]
    fn the_lines_around_are_more_than_the_place_or_are_not_told() {
        check("x", None);
        check("x\n", None);
        check("\u{feff}x", None);
        check("f(x)", Some((1, 1, "f(x)")));
        check("x\r\nb\r\nc\r\nd\r\n", Some((1, 3, "x\r\nb\r\nc")));
        check("a\nb\nc\nx\n", Some((2, 4, "b\nc\nx")));
        check(&format!("x{}", "y".repeat(5000)), None);
    }

    #[test]
    fn paths_are_spelled_as_the_standard_has_them() {
        assert_eq!(uri(&RelPath::new("src/größe a.rs")), "src/gr%C3%B6%C3%9Fe%20a.rs");
    }

    #[test]
    fn a_hash_is_that_of_the_bytes_on_disk() {
        assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
