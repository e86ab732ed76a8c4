//! The examples of a check's page, with what they expect, and the comparison with what was found. Runs nothing.

use crate::base::{CheckId, RelPath, SourceText, Span};
use crate::catalog::{Api, Catalog};
use crate::finding::Problem;
use crate::rule::{Rule, Section, page};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// One example of a page.
#[derive(Clone, Debug)]
pub struct Example {
    /// Whether it must fire or stay quiet, or is the one before it after all fixes.
    pub section: Section,
    /// Its files; a single one is `src/lib.rs`, or `src/main.rs` where it holds `main`.
    pub files: Vec<ExampleFile>,
    /// Lines below `[dependencies]` of its manifest.
    pub dependencies: Vec<String>,
    /// Whether nothing in it may even be a subject.
    pub is_without_subject: bool,
    /// What it expects of its own check.
    pub expected: Vec<Expected>,
    /// 1-based line of the page at which it starts.
    pub line: u32,
}

/// A file of an example.
#[derive(Clone, Debug)]
pub struct ExampleFile {
    /// Path below the example's root.
    pub path: RelPath,
    /// Its text.
    pub text: String,
    /// 0-based line of the page that is its first.
    pub first_line: u32,
}

/// A marker, `//~ id`, `//~^ id` or `//~ id unknown`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    /// The file.
    pub path: RelPath,
    /// 1-based line in that file.
    pub line: u32,
    /// What is expected there.
    pub verdict: ExpectedVerdict,
}

/// What a marker expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExpectedVerdict {
    /// A finding.
    Finding,
    /// A subject of which the verdict is unknown.
    Unknown,
}

/// A way in which an example differs from what was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mismatch {
    /// 1-based line of the page.
    pub line: u32,
    /// What differs: lower case, no full stop.
    pub message: String,
}

impl Example {
    /// Its manifest.
    #[must_use]
    pub fn manifest(&self) -> String {
        let head =
            "[package]\nname = \"example\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n";
        format!("{head}{}\n", self.dependencies.join("\n"))
    }

    /// Compares with what was found of the example's own check, by file and 1-based line; `n_subjects` are all of
    /// its subjects, whatever their verdict. Unknown verdicts count only where a marker asks for them.
    #[must_use]
    pub fn compare(&self, found: &[Expected], n_subjects: usize) -> Vec<Mismatch> {
        let found: BTreeSet<&Expected> = found.iter().collect();
        let expected: BTreeSet<&Expected> = self.expected.iter().collect();
        let missing = expected.difference(&found).map(|place| {
            let message = match place.verdict {
                ExpectedVerdict::Finding => "expected a finding here, there is none",
                ExpectedVerdict::Unknown => "expected an unknown verdict here, there is none",
            };
            Mismatch { line: self.page_line(place), message: message.to_owned() }
        });
        let surplus = found.difference(&expected).filter(|place| place.verdict == ExpectedVerdict::Finding);
        let surplus = surplus
            .map(|place| Mismatch { line: self.page_line(place), message: "unexpected finding".to_owned() });
        let mut mismatches: Vec<Mismatch> = missing.chain(surplus).collect();
        if self.is_without_subject && n_subjects > 0 {
            let message = format!("expected no subject, there are {n_subjects}");
            mismatches.push(Mismatch { line: self.line, message });
        }
        mismatches.sort();
        mismatches
    }

    /// The same example with other texts, file by file.
    #[must_use]
    pub fn with_texts(&self, text_of: impl Fn(&ExampleFile) -> String) -> Self {
        let files = self.files.iter().map(|file| ExampleFile { text: text_of(file), ..file.clone() });
        Self { files: files.collect(), ..self.clone() }
    }

    /// Whether both hold the same code, markers, directives and blanks at the end of lines left out.
    #[must_use]
    pub fn is_same_code(&self, other: &Self) -> bool {
        let code = |example: &Self| -> Vec<(RelPath, String)> {
            example.files.iter().map(|file| (file.path.clone(), code_of(&file.text))).collect()
        };
        code(self) == code(other)
    }

    /// The line of the page that `place` stands for.
    fn page_line(&self, place: &Expected) -> u32 {
        let file = self.files.iter().find(|file| file.path == place.path);
        file.map_or(self.line, |file| file.first_line + place.line)
    }
}

impl Rule {
    /// The examples of its page, with what is wrong with them.
    #[must_use]
    pub fn examples(&self, catalog: &Catalog) -> (Vec<Example>, Vec<Problem>) {
        let is_page = self.samples.is_empty() && self.page.path().as_str().ends_with(".md");
        let places = if is_page { page::read(&self.page).0.examples } else { self.samples.clone() };
        let mut problems = Vec::new();
        let mut examples: Vec<Example> = Vec::new();
        for (section, span) in &places {
            let mut reader = ExampleReader { rule: self, problems: &mut problems };
            let mut example = reader.example(*section, *span, catalog);
            if let (Section::Fixed, Some(before)) = (*section, examples.last()) {
                example.dependencies.clone_from(&before.dependencies);
            }
            examples.push(example);
        }
        (examples, problems)
    }
}

struct ExampleReader<'a> {
    rule: &'a Rule,
    problems: &'a mut Vec<Problem>,
}

impl ExampleReader<'_> {
    fn source(&self) -> &SourceText {
        &self.rule.page
    }

    fn problem(&mut self, span: Span, message: &str, help: &str) {
        let problem = Problem::at(self.source(), span, message).help(help);
        self.problems.push(problem);
    }

    fn example(&mut self, section: Section, span: Span, catalog: &Catalog) -> Example {
        let text = self.source().slice(span).to_owned();
        let first_line = self.source().lines().line_of(span.start()) as u32;
        let path = if text.lines().any(is_main) { "src/main.rs" } else { "src/lib.rs" };
        let file = ExampleFile { path: RelPath::new(path), text: String::new(), first_line };
        let mut example = Example {
            section,
            files: vec![file],
            dependencies: Vec::new(),
            is_without_subject: false,
            expected: Vec::new(),
            line: first_line + 1,
        };
        let mut crates: Option<Vec<String>> = None;
        let mut at = span.start();
        for (line_idx, line) in text.split_inclusive('\n').enumerate() {
            let line_span = Span::new(at, at + line.trim_end().len() as u32);
            at += line.len() as u32;
            let page_line = first_line + line_idx as u32;
            match line.trim().strip_prefix("//@") {
                Some(directive) => {
                    self.directive((directive, line_span, page_line), &mut example, &mut crates);
                }
                None => self.markers(line, line_span, page_line, &mut example),
            }
            if let Some(file) = example.files.last_mut() {
                // A directive is a comment in Rust only.
                let is_foreign = line.trim().starts_with("//@") && !file.path.as_str().ends_with(".rs");
                file.text.push_str(if is_foreign { "\n" } else { line });
            }
        }
        example.files.retain(|file| !file.text.trim().is_empty());
        let crates = crates.unwrap_or_else(|| crates_of(&text, self.rule, catalog));
        example.dependencies.extend(crates.iter().map(|name| format!("{name} = \"*\"")));
        example.dependencies.sort();
        example.dependencies.dedup_by(|a, b| name_of(a) == name_of(b));
        let has_finding = example.expected.iter().any(|place| place.verdict == ExpectedVerdict::Finding);
        match (section, has_finding) {
            (Section::Fires, false) => {
                self.problem(span, "this example fires nowhere", "mark a line with `//~` and the id");
            }
            (Section::Quiet, true) => {
                self.problem(span, "a quiet example expects a finding", "move it to `## Fires`");
            }
            (Section::Fires, true) | (Section::Quiet, false) | (Section::Fixed, _) => {}
        }
        example
    }

    fn directive(
        &mut self,
        (text, span, page_line): (&str, Span, u32),
        example: &mut Example,
        crates: &mut Option<Vec<String>>,
    ) {
        let (key, value) =
            text.split_once(':').map_or((text.trim(), ""), |(key, value)| (key.trim(), value.trim()));
        match key {
            "file" => {
                let path = RelPath::new(value);
                if path.as_str().is_empty() || path.as_str().starts_with("..") || value.starts_with('/') {
                    self.problem(
                        span,
                        "a file of an example lies below its root",
                        "write `//@ file: src/x.rs`",
                    );
                    return;
                }
                // What stands before the first `file:` is no file of its own, if it is only directives.
                let is_started =
                    |file: &ExampleFile| file.text.lines().any(|line| !line.trim().starts_with("//@"));
                example.files.retain(is_started);
                example.files.push(ExampleFile { path, text: String::new(), first_line: page_line });
            }
            "manifest" => example.dependencies.push(value.to_owned()),
            "depends" => {
                let names = value.split([' ', ',']).filter(|name| !name.is_empty()).map(str::to_owned);
                crates.get_or_insert_default().extend(names);
            }
            "no-subject" => example.is_without_subject = true,
            _ => self.problem(
                span,
                "unknown directive",
                "known: `file:`, `manifest:`, `depends:`, `no-subject`",
            ),
        }
    }

    fn markers(&mut self, line: &str, span: Span, page_line: u32, example: &mut Example) {
        for marker in line.split("//~").skip(1) {
            let ups = marker.bytes().take_while(|byte| *byte == b'^').count();
            let mut words = marker.get(ups..).unwrap_or("").split_whitespace();
            let id = words.next().unwrap_or("");
            if id != self.rule.id.as_str() {
                // Markers of other checks are for tests that run several.
                if CheckId::new(id).is_none() {
                    self.problem(span, "this marker names no check", "write `//~ check-id`");
                }
                continue;
            }
            let verdict = match words.next() {
                Some("unknown") => ExpectedVerdict::Unknown,
                _ => ExpectedVerdict::Finding,
            };
            let Some(file) = example.files.last() else { continue };
            let line = (page_line + 1).saturating_sub(file.first_line).saturating_sub(ups as u32);
            example.expected.push(Expected { path: file.path.clone(), line: line.max(1), verdict });
        }
    }
}

/// A text without what is only for the test.
fn code_of(text: &str) -> String {
    let lines = text.trim().lines().filter(|line| !line.trim_start().starts_with("//@"));
    lines.map(|line| line.split("//~").next().unwrap_or("").trim_end()).collect::<Vec<_>>().join("\n")
}

fn is_main(line: &str) -> bool {
    ["fn main(", "async fn main(", "pub fn main("].iter().any(|head| line.starts_with(head))
}

/// The key of a line of a manifest.
fn name_of(line: &str) -> String {
    line.split(['=', '.']).next().unwrap_or("").trim().replace('-', "_")
}

/// The crates that a check requires and those that the text names at the start of paths, by package name.
fn crates_of(text: &str, rule: &Rule, catalog: &Catalog) -> Vec<String> {
    let defined: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| word_after(line.trim(), "mod ").or(word_after(line.trim(), "pub mod ")))
        .collect();
    let mut crates: BTreeSet<String> =
        rule.requires_crate.iter().map(|name| package(name, catalog)).collect();
    for (at, _) in text.match_indices("::") {
        let before = text.get(..at).unwrap_or("");
        let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(0, |at| at + 1);
        let word = before.get(start..).unwrap_or("");
        let is_first = !before.get(..start).unwrap_or("").ends_with("::");
        let is_crate = word.starts_with(|c: char| c.is_ascii_lowercase())
            && !matches!(word, "std" | "core" | "alloc" | "crate" | "self" | "super")
            && !defined.contains(word);
        if is_first && is_crate && is_known(word, rule, catalog) {
            crates.insert(package(word, catalog));
        }
    }
    let imported = text.lines().filter_map(|line| word_after(line.trim(), "use "));
    crates.extend(
        imported
            .filter(|word| !defined.contains(word) && is_known(word, rule, catalog))
            .map(|word| package(word, catalog)),
    );
    crates.into_iter().collect()
}

fn word_after<'t>(line: &'t str, head: &str) -> Option<&'t str> {
    let rest = line.strip_prefix(head)?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    rest.get(..end).filter(|word| !word.is_empty())
}

/// Whether a name in a path is a crate that the check or the catalogue speaks of.
fn is_known(name: &str, rule: &Rule, catalog: &Catalog) -> bool {
    let in_rule = rule.requires_crate.iter().any(|other| **other == *name);
    let head = format!("{name}::");
    in_rule
        || catalog.apis().any(|(_, api)| *library(api, catalog) == *name)
        || rule.page.slice(rule.body).contains(&head)
}

fn library<'c>(api: &'c Api, catalog: &'c Catalog) -> Cow<'c, str> {
    catalog.library_of(&api.krate)
}

/// The package whose name in paths is `name`.
fn package(name: &str, catalog: &Catalog) -> String {
    let found = catalog.apis().find(|(_, api)| *library(api, catalog) == *name);
    found.map_or_else(|| name.to_owned(), |(_, api)| api.krate.to_string())
}

#[cfg(test)]
mod tests;
