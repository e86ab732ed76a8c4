//! The lines of a place with what is marked in each, for formats that show code without a terminal. Escapes nothing.

use crate::base::{SourceText, Span};

/// Marked lines that are shown at most.
const MAX_LINES: usize = 8;
/// Lines shown before and after.
const CONTEXT: usize = 1;
/// Characters of a line that are shown at most.
const WIDTH: usize = 200;
/// Characters shown before a mark that lies beyond the first window.
const LEAD: usize = 40;

/// One line of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SnippetLine {
    /// Its number, from 1.
    pub(super) number: usize,
    /// What stands before the mark.
    pub(super) before: String,
    /// What is marked; empty outside of the place.
    pub(super) marked: String,
    /// What stands after it.
    pub(super) after: String,
}

/// The lines of `span` with a line around; `…` stands for what was cut.
pub(super) fn snippet(source: &SourceText, span: Span) -> Vec<SnippetLine> {
    let (start, end) = (source.line_column(span.start()), source.line_column(span.end()));
    let (first, last) = (start.line as usize - 1, end.line as usize - 1);
    let shown_last = last.min(first + MAX_LINES - 1);
    let context_last = if shown_last < last { shown_last } else { last + CONTEXT };
    let lines = first.saturating_sub(CONTEXT)..=context_last.min(source.n_lines().saturating_sub(1));
    let marked = lines.map(|line| {
        let chars: Vec<char> = source.line_text(line).chars().filter(|c| *c != '\u{feff}').collect();
        let from = if line == first { start.column as usize - 1 } else { 0 };
        let to = if line == last { end.column as usize - 1 } else { chars.len() };
        let (from, to) = if (first..=last).contains(&line) { (from, to) } else { (0, 0) };
        cut(line + 1, &chars, from.min(chars.len()), to.min(chars.len()))
    });
    let lines: Vec<SnippetLine> = marked.collect();
    let is_blank = |line: &SnippetLine| {
        line.marked.is_empty() && line.before.trim().is_empty() && line.after.trim().is_empty()
    };
    let head = usize::from(lines.first().is_some_and(is_blank));
    let tail = usize::from(lines.len() > head + 1 && lines.last().is_some_and(is_blank));
    undented(lines[head..lines.len() - tail].to_vec())
}

fn cut(number: usize, chars: &[char], from: usize, to: usize) -> SnippetLine {
    let shift = if to > 0 && from + 8 > WIDTH { from - LEAD } else { 0 };
    let past = (shift + WIDTH).min(chars.len());
    let text = |from: usize, to: usize| chars[from.min(past)..to.min(past)].iter().collect::<String>();
    let lead = if shift > 0 { "…" } else { "" };
    let tail = if past < chars.len() { "…" } else { "" };
    // A mark that covers nothing is shown as the character behind it, or as a blank at the end of the line.
    let to = if to > 0 && to <= from { (from + 1).min(chars.len()) } else { to.max(from) };
    // The indent of a following line belongs to no mark.
    let from = (from..to).find(|at| !chars[*at].is_whitespace()).unwrap_or(from);
    SnippetLine {
        number,
        before: format!("{lead}{}", text(shift, from)),
        marked: text(from.max(shift), to),
        after: format!("{}{tail}", text(to.max(shift), past)),
    }
}

/// The lines without the blanks that all of them start with.
fn undented(mut lines: Vec<SnippetLine>) -> Vec<SnippetLine> {
    let lead = |line: &SnippetLine| {
        let text = if line.marked.is_empty() && line.before.is_empty() { &line.after } else { &line.before };
        text.len() - text.trim_start_matches(' ').len()
    };
    let is_blank =
        |line: &SnippetLine| format!("{}{}{}", line.before, line.marked, line.after).trim().is_empty();
    let common = lines.iter().filter(|line| !is_blank(line)).map(lead).min().unwrap_or(0);
    for line in &mut lines {
        let n_blanks = common.min(lead(line));
        let is_outside = line.marked.is_empty() && line.before.is_empty();
        let text = if is_outside { &mut line.after } else { &mut line.before };
        text.drain(..n_blanks);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::snippet;
    use crate::base::{RelPath, SourceText, Span};

    /// The lines around `marked` in `text`, with the mark in brackets.
    #[track_caller]
    fn check(text: &str, marked: &str, shown: &[&str]) {
        let start = text.find(marked).expect("the marked text") as u32;
        let source = SourceText::new(RelPath::new("a.rs"), text);
        let lines = snippet(&source, Span::new(start, start + marked.len() as u32));
        let lines: Vec<String> = lines
            .iter()
            .map(|line| {
                let mark = if line.marked.is_empty() { String::new() } else { format!("[{}]", line.marked) };
                format!("{} {}{mark}{}", line.number, line.before, line.after)
            })
            .collect();
        assert_eq!(lines, shown);
    }

    #[test]
    fn a_place_stands_between_its_neighbours() {
        check("a();\nb(é, x);\nc();\n", "x", &["1 a();", "2 b(é, [x]);", "3 c();"]);
        check("\u{feff}a();\r\nb();\r\n", "a()", &["1 [a()];", "2 b();"]);
    }

    #[test]
    fn blank_neighbours_and_shared_indent_are_left_out() {
        check("\n    a();\n\n", "a()", &["2 [a()];"]);
        check(
            "f {\n        a(\n            x);\n    }\n",
            "a(\n            x)",
            &["1 f {", "2         [a(]", "3             [x)];", "4     }"],
        );
        check(
            "  f {\n      a(\n          x);\n  }\n",
            "a(\n          x)",
            &["1 f {", "2     [a(]", "3         [x)];", "4 }"],
        );
    }

    #[test]
    fn a_long_place_and_a_long_line_are_cut() {
        let text = format!("f(\n{});\n", "x,\n".repeat(40));
        let source = SourceText::new(RelPath::new("a.rs"), text.as_str());
        assert_eq!(snippet(&source, Span::new(0, text.len() as u32 - 2)).len(), 8);
        let text = format!("{}needle();\n", "abc + ".repeat(9_000));
        let source = SourceText::new(RelPath::new("a.rs"), text.as_str());
        let lines = snippet(&source, Span::new(54_000, 54_008));
        assert_eq!(lines[0].marked, "needle()");
        assert!(lines[0].before.starts_with('…') && lines[0].before.chars().count() < 60);
    }

    #[test]
    fn a_place_past_the_end_or_without_width_shows_its_line() {
        let source = SourceText::new(RelPath::new("a.rs"), "ab\ncd");
        assert_eq!(snippet(&source, Span::new(90, 99)).len(), 2);
        assert_eq!(snippet(&source, Span::point(3))[1].marked, "");
    }
}
