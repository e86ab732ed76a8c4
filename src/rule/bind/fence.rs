//! ```` ```patscan ```` fences to whole checks, with the code fences around them as their examples. Runs none of them.

use crate::base::{SourceText, Span};
use crate::finding::Problem;
use crate::pattern::{CheckFence, Owner, Pattern, Polarity, Sample};
use crate::rule::document::OwnCheck;
use crate::rule::wire::check::{self, Given, Origin};
use crate::rule::wire::yaml;
use crate::rule::{Section, Vocabulary};

/// Checks of one document beyond which fences are not read: each is laid out on a page of its own.
const MAX_FENCES: usize = 200;

/// What a fence became.
#[derive(Clone, Debug)]
pub(super) struct FenceCheck {
    /// To what it belongs.
    pub(super) owner: Owner,
    /// The check; `None` where it is broken.
    pub(super) check: Option<OwnCheck>,
    /// 1-based line at which it starts.
    pub(super) line: u32,
}

/// Reads the fences of `pattern`.
pub(super) fn read(
    source: &SourceText,
    pattern: &Pattern,
    words: Vocabulary<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<FenceCheck> {
    if let Some(fence) = pattern.fences.get(MAX_FENCES) {
        let message = format!("a document holds at most {MAX_FENCES} checks");
        problems.push(
            Problem::at(source, fence.span, message).help("keep further ones in a folder for `--rules`"),
        );
    }
    let fences = pattern.fences.iter().take(MAX_FENCES);
    fences
        .flat_map(|fence| {
            let line = source.line_column(fence.span.start()).line;
            let samples: Vec<&Sample> =
                pattern.samples.iter().filter(|sample| belongs(pattern, sample, fence)).collect();
            let checks = checks(source, fence, &samples, words, problems);
            let is_broken = checks.is_empty();
            let found = checks.into_iter().map(Some).chain(is_broken.then_some(None));
            found.map(move |check| FenceCheck { owner: fence.owner, check, line }).collect::<Vec<_>>()
        })
        .collect()
}

/// Whether a sample is an example of the check in `fence`: it has the same owner, and no other fence is nearer.
fn belongs(pattern: &Pattern, sample: &Sample, fence: &CheckFence) -> bool {
    let is_rust = matches!(sample.language.as_str(), "rust" | "rs");
    let rivals = pattern.fences.iter().filter(|other| other.owner == sample.owner);
    let distance = |other: &CheckFence| other.span.start().abs_diff(sample.span.start());
    let nearest = rivals.min_by_key(|other| distance(other));
    is_rust && sample.owner == fence.owner && nearest.is_some_and(|nearest| nearest.span == fence.span)
}

fn checks(
    source: &SourceText,
    fence: &CheckFence,
    samples: &[&Sample],
    words: Vocabulary<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<OwnCheck> {
    let (page, body, examples) = page(source, fence, samples);
    let (documents, mut found) = yaml::read(&page, body);
    if documents.is_empty() && found.is_empty() {
        found.push(
            Problem::at(&page, body, "this fence holds no check").help("begin with `check:` and an id"),
        );
    }
    let is_unreadable = !found.is_empty();
    let mut checks = Vec::new();
    for document in &documents {
        let origin = Origin { source: &page, why: Span::point(0), is_page: false };
        let (rule, wrong) = check::read(origin, document, words, &Given::new());
        found.extend(wrong);
        if let Some(mut rule) = rule.filter(|_| !is_unreadable) {
            rule.theme = "document".into();
            rule.samples.clone_from(&examples);
            let line = page.line_column(document.span.start()).line;
            checks.push(OwnCheck { rule, line, yaml: page.slice(document.span).trim_end().to_owned() });
        }
    }
    if !found.is_empty() {
        checks.clear();
    }
    found.sort();
    found.dedup();
    problems.extend(found);
    checks
}

/// A page on which fence and samples stand in their own lines but without their indentation, so that places are true.
fn page(
    source: &SourceText,
    fence: &CheckFence,
    samples: &[&Sample],
) -> (SourceText, Span, Vec<(Section, Span)>) {
    let mut blocks: Vec<(usize, &str, Option<Section>)> =
        vec![(source.lines().line_of(fence.span.start()), fence.text.as_str(), None)];
    for sample in samples {
        let section = match sample.polarity {
            Polarity::Avoid | Polarity::MustNot => Section::Fires,
            Polarity::Must | Polarity::Should | Polarity::Prefer | Polarity::Default => Section::Quiet,
        };
        blocks.push((source.lines().line_of(sample.span.start()), &sample.text, Some(section)));
    }
    blocks.sort_by_key(|(line, _, _)| *line);
    let (mut text, mut at_line) = (String::new(), 0);
    let (mut body, mut examples) = (Span::point(0), Vec::new());
    for (line, inside, section) in blocks {
        while at_line < line {
            text.push('\n');
            at_line += 1;
        }
        let start = text.len() as u32;
        text.push_str(inside);
        let span = Span::new(start, text.len() as u32);
        if !text.ends_with('\n') {
            text.push('\n');
        }
        at_line = line + text.get(start as usize..).unwrap_or("").matches('\n').count();
        match section {
            None => body = span,
            Some(section) => examples.push((section, span)),
        }
    }
    (SourceText::new(source.path().clone(), text), body, examples)
}
