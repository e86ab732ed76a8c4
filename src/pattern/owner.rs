//! Finds what a `patscan` comment, fence or sample belongs to, by place. Interprets none of them.

use crate::base::{SourceText, Span};
use crate::finding::Problem;
use crate::pattern::block::{Block, BlockKind, Document, Fence};
use crate::pattern::draft::Draft;
use crate::pattern::{CheckFence, Comment, Mapped, Owner, Polarity, Sample, Statement};
use std::collections::BTreeMap;

/// What was written for us in a document, by place.
pub(super) struct Marks<'d> {
    source: &'d SourceText,
    document: &'d Document,
    /// Start and index of each heading, by place.
    headings: Vec<(u32, usize)>,
}

/// The text of a comment for us, with its bytes.
fn directive(source: &SourceText, whole: Span) -> Option<(String, Span)> {
    let raw = source.slice(whole);
    let inside = raw.strip_prefix("<!--")?.strip_suffix("-->")?;
    let rest = inside.trim_start().strip_prefix("patscan:")?;
    let start = whole.start() + (raw.len() - 3 - rest.trim_start().len()) as u32;
    let text = rest.trim();
    Some((text.to_owned(), Span::new(start, start + text.len() as u32)))
}

/// Whether a comment is meant for us and misspells how it begins: `patscan check=…`, `Patscan: manual`.
fn is_misspelt(source: &SourceText, whole: Span) -> bool {
    let inside = source.slice(whole).trim_start_matches("<!--").trim_end_matches("-->").trim();
    let is_named = inside.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("patscan"));
    let rest = inside.get(7..).unwrap_or("").trim_start();
    let first = rest.trim_start_matches(':').split_whitespace().next().unwrap_or("");
    is_named && !inside.starts_with("patscan:") && (first.contains('=') || first == "manual")
}

impl<'d> Marks<'d> {
    pub(super) fn new(source: &'d SourceText, document: &'d Document) -> Self {
        let headings = document.headings.iter().enumerate();
        let mut headings: Vec<(u32, usize)> =
            headings.map(|(idx, heading)| (heading.span.start(), idx)).collect();
        headings.sort_unstable();
        Self { source, document, headings }
    }

    fn line(&self, at: u32) -> usize {
        self.source.lines().line_of(at)
    }

    /// The comments for us: text, its bytes, the whole.
    pub(super) fn comments(&self) -> Vec<(String, Span, Span)> {
        let comments = self.document.comments.iter();
        let mut found: Vec<(String, Span, Span)> = comments
            .filter_map(|(whole, _)| directive(self.source, *whole).map(|(text, span)| (text, span, *whole)))
            .collect();
        found.sort_by_key(|(_, span, _)| *span);
        found
    }

    /// Comments that are meant for us and are not read.
    pub(super) fn misspelt(&self) -> Vec<Problem> {
        let comments = self.document.comments.iter();
        let wrong = comments.filter(|(whole, _)| is_misspelt(self.source, *whole));
        let problem = |(whole, _): &(Span, Mapped)| {
            let problem = Problem::at(
                self.source,
                *whole,
                "this comment is not read: it does not begin with `patscan:`",
            );
            problem.help("write `<!-- patscan: … -->`")
        };
        wrong.map(problem).collect()
    }

    /// The draft that a comment sets the id of, and the id.
    pub(super) fn anchors(&self, drafts: &[Draft]) -> BTreeMap<usize, String> {
        let extents: Vec<(Span, Span)> = drafts.iter().map(|draft| (draft.span, draft.extent)).collect();
        let comments = self.comments().into_iter();
        comments
            .filter_map(|(text, _, whole)| {
                let id = text.split_whitespace().find_map(|word| word.strip_prefix("id="))?;
                let id = id.trim_matches('"');
                let idx = self.statement_at(&extents, whole)?;
                (!id.is_empty()).then(|| (idx, id.to_owned()))
            })
            .collect()
    }

    /// The innermost statement in which `place` lies, or whose own words end on its line or the one above.
    fn statement_at(&self, statements: &[(Span, Span)], place: Span) -> Option<usize> {
        let line = self.line(place.start());
        let before = statements.partition_point(|(span, _)| span.start() <= place.start());
        let near = statements[..before].iter().enumerate().rev().take(64);
        let mut around = near.filter(|(_, (span, extent))| {
            let end = self.line(extent.end().max(span.end()).saturating_sub(1));
            extent.contains(place) || end == line || end + 1 == line
        });
        around.next().map(|(idx, _)| idx)
    }

    fn heading_before(&self, at: u32) -> Option<usize> {
        let before = self.headings.partition_point(|(start, _)| *start <= at);
        before.checked_sub(1).and_then(|last| self.headings.get(last)).map(|(_, idx)| *idx)
    }

    /// The owner of a comment at `whole`.
    fn comment_owner(&self, statements: &[Statement], extents: &[(Span, Span)], whole: Span) -> Owner {
        if let Some(idx) = self.statement_at(extents, whole) {
            return self.clause_at(statements, idx, whole);
        }
        let is_head = extents.first().is_none_or(|(span, _)| whole.end() <= span.start());
        match self.heading_before(whole.start()) {
            Some(heading) if heading > 0 || !is_head => Owner::Heading(heading),
            Some(_) | None => Owner::Document,
        }
    }

    /// The clause of statement `idx` on whose line `place` is, else the statement.
    fn clause_at(&self, statements: &[Statement], idx: usize, place: Span) -> Owner {
        let Some(statement) = statements.get(idx) else { return Owner::Statement(idx) };
        let line = self.line(place.start());
        let is_below = |span: Span| span.start() >= statement.span.end();
        let near = statement.clauses.iter().rposition(|clause| {
            let end = self.line(clause.span.end().saturating_sub(1));
            is_below(clause.span) && clause.span.start() <= place.start() && (end == line || end + 1 == line)
        });
        near.map_or(Owner::Statement(idx), |clause| Owner::Clause(idx, clause))
    }

    /// The owner of a fence: the statement that holds it or ends right above it, else the heading.
    fn fence_owner(&self, extents: &[(Span, Span)], place: Span) -> Owner {
        let before = extents.partition_point(|(span, _)| span.start() <= place.start());
        let near = extents[..before].iter().enumerate().rev().take(64);
        for (idx, (span, extent)) in near {
            let end = extent.end().max(span.end());
            let between = self.source.text().get(end as usize..place.start() as usize).unwrap_or("");
            if extent.contains(place) || (end <= place.start() && between.len() < 10_000 && is_blank(between))
            {
                return Owner::Statement(idx);
            }
        }
        self.heading_before(place.start()).map_or(Owner::Document, Owner::Heading)
    }

    /// Gives everything written for us its owner.
    pub(super) fn own(&self, statements: &[Statement]) -> (Vec<Comment>, Vec<CheckFence>, Vec<Sample>) {
        let extents: Vec<(Span, Span)> =
            statements.iter().map(|statement| (statement.span, statement.extent)).collect();
        let comments = self.comments().into_iter().map(|(text, span, whole)| {
            let owner = self.comment_owner(statements, &extents, whole);
            Comment { text, span, whole, owner }
        });
        let (mut fences, mut samples) = (Vec::new(), Vec::new());
        for (place, fence, label) in fences_of(&self.document.blocks) {
            let owner = self.fence_owner(&extents, place);
            let (text, span) = (fence.text.as_str().to_owned(), fence.text.whole());
            if fence.language() == "patscan" {
                fences.push(CheckFence { text, span, owner });
            } else if let Some(polarity) = label {
                samples.push(Sample { language: fence.language(), polarity, text, span, owner });
            }
        }
        (comments.collect(), fences, samples)
    }
}

/// Whether nothing but blanks, comments and fence marks stands in `text`.
fn is_blank(text: &str) -> bool {
    let mut rest = text.trim();
    while let Some(inside) = rest.strip_prefix("<!--") {
        let Some((_, after)) = inside.split_once("-->") else { return false };
        rest = after.trim();
    }
    rest.is_empty()
}

/// All fences with their place and what the words above or the info string mark them as.
fn fences_of(blocks: &[Block]) -> Vec<(Span, &Fence, Option<Polarity>)> {
    let mut found = Vec::new();
    let mut label = None;
    let mut open: Vec<std::slice::Iter<'_, Block>> = vec![blocks.iter()];
    while let Some(top) = open.last_mut() {
        let Some(block) = top.next() else {
            open.pop();
            continue;
        };
        match &block.kind {
            BlockKind::Fence(fence) => {
                found.push((block.span, fence, mark_of_info(&fence.info).or(label)));
            }
            BlockKind::Paragraph(words) => label = mark_of(words.as_str()),
            BlockKind::Heading(_) => label = None,
            BlockKind::List(list) => {
                open.extend(list.items.iter().rev().map(|item| item.blocks.iter()));
            }
            BlockKind::Quote(blocks) => open.push(blocks.iter()),
            BlockKind::Admonition(admonition) => open.push(admonition.blocks.iter()),
            BlockKind::Table(_) | BlockKind::Indented(_) | BlockKind::Html(_) | BlockKind::Rule => {}
        }
    }
    found
}

fn mark_of_info(info: &str) -> Option<Polarity> {
    info.split(|c: char| !(c.is_alphanumeric() || c == '-')).skip(1).find_map(mark_word)
}

fn mark_word(word: &str) -> Option<Polarity> {
    match word.to_ascii_lowercase().as_str() {
        "do" | "good" | "right" | "correct" | "prefer" => Some(Polarity::Should),
        "avoid" | "bad" | "wrong" | "incorrect" | "dont" | "don't" => Some(Polarity::Avoid),
        _ => None,
    }
}

/// What a short paragraph above a fence says of it.
fn mark_of(text: &str) -> Option<Polarity> {
    let text = text.trim();
    if text.starts_with('✅') {
        return Some(Polarity::Should);
    }
    if text.starts_with('❌') {
        return Some(Polarity::Avoid);
    }
    let first = text.split(|c: char| c.is_whitespace() || matches!(c, ':' | ',' | '.')).next()?;
    mark_word(first).filter(|_| text.len() <= 80)
}
