//! Cuts a text at MkDocs admonitions, which Markdown does not know. Reads no Markdown itself.

use crate::pattern::Mapped;
use std::ops::Range;

/// A stretch of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Region {
    /// Plain Markdown.
    Markdown(Range<usize>),
    /// `!!! kind "title"` and what is indented below it.
    Admonition(Cut),
}

/// The parts of an admonition.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// From its mark to the end of its content.
    pub(super) range: Range<usize>,
    /// The line of the mark.
    pub(super) opener: Range<usize>,
    /// The lines of its content.
    pub(super) body: Range<usize>,
    /// How far the content is indented.
    pub(super) indent: usize,
}

/// The regions of `text` in order, without a gap.
pub(super) fn cut(text: &str) -> Vec<Region> {
    let lines = lines_of(text);
    let mut regions = Vec::new();
    let mut fence: Option<(u8, usize)> = None;
    let (mut at, mut start) = (0, 0);
    while let Some(line) = lines.get(at) {
        let words = &text[line.clone()];
        at += 1;
        let before = fence;
        fence = fence_behind(fence, words);
        if before.is_some() || fence.is_some() || !is_opener(words) {
            continue;
        }
        let cut = admonition(text, &lines, at - 1);
        if start < line.start {
            regions.push(Region::Markdown(start..line.start));
        }
        start = cut.range.end;
        at = lines.partition_point(|line| line.start < start);
        regions.push(Region::Admonition(cut));
    }
    if start < text.len() {
        regions.push(Region::Markdown(start..text.len()));
    }
    regions
}

fn lines_of(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        lines.push(at..at + line.len());
        at += line.len();
    }
    lines
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The fence that is open behind `line`, by its character and length, where `open` was open before it.
pub(super) fn fence_behind(open: Option<(u8, usize)>, line: &str) -> Option<(u8, usize)> {
    match (open, fence_mark(line)) {
        (None, mark) => mark,
        (Some((kind, len)), Some(mark)) if kind == mark.0 && mark.1 >= len && is_bare(line) => None,
        (open, _) => open,
    }
}

/// The character and length of the fence that a line starts with.
fn fence_mark(line: &str) -> Option<(u8, usize)> {
    let body = line.trim_start().as_bytes();
    let mark = *body.first().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let len = body.iter().take_while(|byte| **byte == mark).count();
    (len >= 3).then_some((mark, len))
}

fn is_bare(line: &str) -> bool {
    line.trim().trim_matches(['`', '~']).is_empty()
}

fn is_opener(line: &str) -> bool {
    let body = line.trim_start_matches(' ');
    let marks = ["!!! ", "??? ", "???+ ", "!!!+ ", "=== \""];
    line.len() - body.len() <= 3
        && marks.iter().any(|mark| body.starts_with(mark))
        && body.split_whitespace().nth(1).is_some()
}

fn admonition(text: &str, lines: &[Range<usize>], opener: usize) -> Cut {
    let own = indent_of(&text[lines[opener].clone()]);
    let first = lines[opener + 1..].iter().position(|line| !text[line.clone()].trim().is_empty());
    let start = lines[opener].end;
    let is_next = first == Some(0);
    let indent = first.map_or(0, |first| indent_of(&text[lines[opener + 1 + first].clone()]));
    let needed = if indent >= own + 4 { own + 4 } else { indent };
    let has_body = needed > own && (needed >= own + 4 || is_next);
    let mut end = start;
    if has_body {
        for line in &lines[opener + 1..] {
            let words = &text[line.clone()];
            if words.trim().is_empty() {
                continue;
            }
            if indent_of(words) < needed {
                break;
            }
            end = line.end;
        }
    }
    Cut { range: lines[opener].start..end, opener: lines[opener].clone(), body: start..end, indent: needed }
}

/// Kind and title of an opener.
pub(super) fn opener(view: &Mapped, range: Range<usize>) -> (String, Option<Mapped>) {
    let line = &view.as_str()[range.clone()];
    let words = line.trim().trim_start_matches(['!', '?', '=', '+']).trim_start();
    let kind: String = words.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
    let title = line.find('"').and_then(|open| {
        let close = line.rfind('"').filter(|close| *close > open)?;
        Some(view.part(range.start + open + 1..range.start + close).trimmed())
    });
    (kind.to_lowercase(), title.filter(|title| !title.is_empty()))
}

/// The lines `range` of `view` without their first `indent` blanks.
pub(super) fn dedent(view: &Mapped, range: Range<usize>, indent: usize) -> Mapped {
    let mut made = Mapped::default();
    let mut at = range.start;
    for line in view.as_str()[range].split_inclusive('\n') {
        made.push_part(view, at + indent_of(line).min(indent)..at + line.len());
        at += line.len();
    }
    made
}

#[cfg(test)]
mod tests {
    use super::{Region, cut, dedent, opener};
    use crate::pattern::Mapped;

    /// Expects `kind/title/body` for each admonition.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let view = Mapped::copied(text, 0);
        let mut covered = 0;
        let mut found = Vec::new();
        for region in cut(text) {
            let range = match &region {
                Region::Markdown(range) => range.clone(),
                Region::Admonition(cut) => {
                    let (kind, title) = opener(&view, cut.opener.clone());
                    let body = dedent(&view, cut.body.clone(), cut.indent);
                    let title = title.map_or(String::new(), |title| title.as_str().to_owned());
                    found.push(format!("{kind}/{title}/{}", body.as_str()));
                    cut.range.clone()
                }
            };
            assert_eq!(range.start, covered, "a gap");
            covered = range.end;
        }
        assert_eq!(covered, text.len());
        assert_eq!(found, expected);
    }

    #[test]
    fn content_is_what_is_indented() {
        check("a\n!!! note \"T\"\n    x\n\n    y\nb\n", &["note/T/x\n\ny\n"]);
        check("??? warning\n\n    x\n", &["warning//\nx\n"]);
        check("!!! danger \"T\"\n x\n y\nz\n", &["danger/T/x\ny\n"]);
        check("!!! danger \"T\"\nz\n", &["danger/T/"]);
    }

    #[test]
    fn code_holds_no_admonition() {
        check("```\n!!! note\n    x\n```\n", &[]);
        check("    !!! note\n", &[]);
    }
}
