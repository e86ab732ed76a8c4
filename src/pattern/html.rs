//! Finds what HTML blocks hide: comments, headings, list items, Markdown that a tag swallows. Is no HTML parser.

use crate::base::Span;
use crate::pattern::Mapped;
use std::ops::Range;

/// Tags whose content is left alone.
const OPAQUE: [&str; 6] = ["<script", "<style", "<pre", "<svg", "<table", "<textarea"];

/// What one HTML block holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Headings: level and words.
    pub(super) headings: Vec<(u8, Mapped)>,
    /// The block's lines without those that start with a tag; `None` where nothing else is left.
    pub(super) markdown: Option<Mapped>,
    /// The words of `<li>` items.
    pub(super) items: Vec<Mapped>,
    /// Whether anything but comments and blanks is there.
    pub(super) has_more: bool,
}

/// Bytes of each `<!-- … -->` in `view`, and what stands inside.
pub(super) fn comments(view: &Mapped) -> Vec<(Range<usize>, Span, Mapped)> {
    let text = view.as_str();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("<!--").map(|start| at + start) {
        let Some(end) = text[start + 4..].find("-->").map(|end| start + 4 + end) else { break };
        let whole = start..end + 3;
        found.push((whole.clone(), view.span(whole), view.part(start + 4..end).trimmed()));
        at = end + 3;
    }
    found
}

/// Looks through one HTML block, whose comments are `comments`.
pub(super) fn look(view: &Mapped, comments: &[(Range<usize>, Span, Mapped)]) -> Found {
    let mut bare = Mapped::default();
    let mut at = 0;
    for (whole, _, _) in comments {
        bare.push_part(view, at..whole.start);
        at = whole.end;
    }
    bare.push_part(view, at..view.as_str().len());
    let mut found = Found { has_more: !bare.as_str().trim().is_empty(), ..Found::default() };
    let lower = bare.as_str().to_ascii_lowercase();
    if OPAQUE.iter().any(|tag| lower.contains(tag)) {
        return found;
    }
    let mut rest = Mapped::default();
    let mut start = 0;
    for line in bare.as_str().split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        let body = line.trim_start().to_ascii_lowercase();
        if let Some(level) = heading_level(&body) {
            found.headings.push((level, without_tags(&bare, range)));
        } else if body.starts_with("<li") {
            found.items.push(without_tags(&bare, range));
        } else if body.starts_with('<') {
            rest.push_made("\n", bare.span(range));
        } else {
            rest.push_part(&bare, range);
        }
    }
    found.items.retain(|item| !item.is_empty());
    found.headings.retain(|(_, words)| !words.is_empty());
    found.markdown = (!rest.as_str().trim().is_empty()).then_some(rest);
    found
}

fn heading_level(line: &str) -> Option<u8> {
    let level = line.strip_prefix("<h")?.bytes().next().filter(u8::is_ascii_digit)? - b'0';
    (1..=6).contains(&level).then_some(level)
}

/// The words of `range` between its tags.
fn without_tags(view: &Mapped, range: Range<usize>) -> Mapped {
    let text = &view.as_str()[range.clone()];
    let mut made = Mapped::default();
    let mut at = 0;
    while at < text.len() {
        let open = text[at..].find('<').map_or(text.len(), |open| at + open);
        made.push_part(view, range.start + at..range.start + open);
        at = text[open..].find('>').map_or(text.len(), |close| open + close + 1);
    }
    made.trimmed()
}
