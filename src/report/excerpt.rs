//! The text of a file as frames show it: visible characters, one line for each line, long lines cut to a window.
//! Knows nothing of findings.

use crate::base::{SourceText, Span};
use crate::report::visible::visible_char;
use ariadne::Source;
use std::collections::BTreeMap;
use std::ops::Range;

/// Characters of a line that are shown at most.
const WIDTH: usize = 160;
/// Characters shown before a place that lies beyond the first window.
const LEAD: usize = 40;

/// The first line of a place, in 0-based lines and characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The line.
    pub(super) line: usize,
    /// The first character.
    pub(super) column: usize,
    /// Characters on this line, at least 1.
    pub(super) width: usize,
}

impl Mark {
    /// Where `span` starts in `source`, and how far it goes on that line.
    pub(super) fn of(source: &SourceText, span: Span) -> Self {
        let place = source.line_column(span.start());
        let (line, column) = (place.line as usize - 1, place.column as usize - 1);
        let n_left = chars_of(source, line).count().saturating_sub(column);
        let text = source.slice(span).split('\n').next().unwrap_or("");
        let width = text.trim_end_matches('\r').chars().count().min(n_left).max(1);
        Self { line, column, width }
    }

    /// Whether the mark's start is shown without moving its line's window.
    const fn is_in_first_window(self) -> bool {
        self.column + 8 <= WIDTH
    }
}

/// One file, ready to be framed.
#[derive(Debug)]
pub(super) struct Excerpt {
    shown: Source<String>,
    /// First shown character of lines whose window was moved.
    shifts: BTreeMap<usize, usize>,
}

impl Excerpt {
    /// The whole file; lines are shown from their start.
    pub(super) fn whole(source: &SourceText) -> Self {
        Self::build(source, BTreeMap::new(), |_| true)
    }

    /// Only the lines of `marks`, each with its window around its first mark.
    pub(super) fn around(source: &SourceText, marks: &[Mark]) -> Self {
        let mut shifts = BTreeMap::new();
        for mark in marks {
            let shift = if mark.is_in_first_window() { 0 } else { mark.column.saturating_sub(LEAD) };
            shifts.entry(mark.line).or_insert(shift);
        }
        let lines: Vec<usize> = marks.iter().map(|mark| mark.line).collect();
        Self::build(source, shifts, |line| lines.contains(&line))
    }

    /// Whether [`Excerpt::whole`] cannot show one of `marks`.
    pub(super) fn needs_windows(marks: &[Mark]) -> bool {
        marks.iter().any(|mark| !mark.is_in_first_window())
    }

    fn build(source: &SourceText, shifts: BTreeMap<usize, usize>, is_shown: impl Fn(usize) -> bool) -> Self {
        let mut text = String::with_capacity(source.text().len() + 8);
        for line in 0..source.lines().n_lines() {
            if is_shown(line) {
                push_window(&mut text, source, line, shifts.get(&line).copied().unwrap_or(0));
            }
            text.push('\n');
        }
        Self { shown: Source::from(text), shifts }
    }

    /// The text to draw.
    pub(super) const fn shown(&self) -> &Source<String> {
        &self.shown
    }

    /// The characters of the shown text that `mark` covers: at least one, all on its line.
    pub(super) fn range(&self, mark: Mark) -> Range<usize> {
        let Some(line) = self.shown.line(mark.line) else { return 0..0 };
        let shift = self.shifts.get(&mark.line).copied().unwrap_or(0);
        // A moved window starts with `…`, which stands for all that comes before.
        let column = if shift > 0 { (mark.column + 1).saturating_sub(shift) } else { mark.column };
        let last = line.len().saturating_sub(1);
        let start = column.min(last);
        let end = (start + mark.width).min(last).max(start + 1);
        line.offset() + start..line.offset() + end
    }
}

fn chars_of(source: &SourceText, line: usize) -> impl Iterator<Item = char> + '_ {
    source.line_text(line).chars().filter(|c| *c != '\u{feff}')
}

fn push_window(text: &mut String, source: &SourceText, line: usize, shift: usize) {
    if shift > 0 {
        text.push('…');
    }
    let mut rest = chars_of(source, line).skip(shift);
    text.extend(rest.by_ref().take(WIDTH).map(|c| if c == '\t' { c } else { visible_char(c) }));
    if rest.next().is_some() {
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, Mark};
    use crate::base::{RelPath, SourceText, Span};

    /// What is underlined when `marked` is marked in `text`.
    #[track_caller]
    fn check(text: &str, marked: &str, underlined: &str) {
        let source = SourceText::new(RelPath::new("a.rs"), text);
        let start = text.find(marked).expect("the marked text") as u32;
        let mark = Mark::of(&source, Span::new(start, start + marked.len() as u32));
        let excerpt = if Excerpt::needs_windows(&[mark]) {
            Excerpt::around(&source, &[mark])
        } else {
            Excerpt::whole(&source)
        };
        let range = excerpt.range(mark);
        let found: String = excerpt.shown().text().chars().skip(range.start).take(range.len()).collect();
        assert_eq!(found, underlined);
        assert!(excerpt.shown().text().lines().all(|line| line.chars().count() <= 162));
    }

    #[test]
    fn the_marked_text_is_underlined_whatever_stands_before() {
        check("let a = b;\n", "b", "b");
        check("\u{feff}let a = b;\r\nlet c = d;\r\n", "c", "c");
        check("\tlet é = \"🦀\"; x.y()\n", "x.y()", "x.y()");
        check("let s = \"\u{1b}[2J\"; f();\n", "f()", "f()");
        check("let s = \"\u{2028}\"; f();\nlet t;\n", "t;", "t;");
    }

    #[test]
    fn only_the_first_line_of_a_place_is_underlined() {
        check("match x {\r\n  _ => {}\r\n}\r\n", "match x {\r\n  _", "match x {");
    }

    #[test]
    fn a_place_far_to_the_right_is_shown_in_a_window() {
        let long = format!("let x = {};\nlet y = 1;\n", "abc + ".repeat(9_000) + "needle");
        check(&long, "needle", "needle");
        check(&long, "let y", "let y");
    }

    #[test]
    fn a_place_past_the_end_is_the_end() {
        let source = SourceText::new(RelPath::new("a.rs"), "ab");
        let mark = Mark::of(&source, Span::new(90, 99));
        let excerpt = Excerpt::whole(&source);
        assert_eq!(excerpt.range(mark), 2..3);
    }
}
