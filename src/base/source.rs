//! The text of one file and its lines. Never reads the disk.

use crate::base::{RelPath, Span};
use std::sync::{Arc, OnceLock};

/// A place for people: line and column count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1; a BOM is no character.
    pub column: u32,
}

/// Where each line of a text starts, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Reads the line starts; `\n` ends a line, and so does `\r\n`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let ends = text.match_indices('\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at as u32 + 1)).collect();
        Self { starts }
    }

    /// The 0-based line that holds byte `offset`.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The byte at which 0-based `line` starts; the last line's start for a line past the end.
    #[must_use]
    pub fn start_of(&self, line: usize) -> u32 {
        self.starts.get(line).or(self.starts.last()).copied().unwrap_or(0)
    }

    /// Number of lines; a text that ends in a line break has an empty last line.
    #[must_use]
    pub fn n_lines(&self) -> usize {
        self.starts.len()
    }
}

/// One file's text as on disk, with its path and lines. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct SourceText {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: RelPath,
    text: Box<str>,
    /// Made when somebody asks: most files have no place that is shown.
    lines: OnceLock<LineIndex>,
}

impl SourceText {
    /// Keeps `text`, which must be shorter than 4 GiB; a longer one is cut there.
    #[must_use]
    pub fn new(path: RelPath, text: impl Into<Box<str>>) -> Self {
        let mut text = text.into();
        if u32::try_from(text.len()).is_err() {
            text = text.chars().take(u32::MAX as usize / 4).collect::<String>().into();
        }
        Self { inner: Arc::new(Inner { path, text, lines: OnceLock::new() }) }
    }

    /// The file's path below the scanned root.
    #[must_use]
    pub fn path(&self) -> &RelPath {
        &self.inner.path
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// The line index.
    #[must_use]
    pub fn lines(&self) -> &LineIndex {
        self.inner.lines.get_or_init(|| LineIndex::new(self.text()))
    }

    /// The first 0-based line that a merge of git left as a mark of a conflict.
    #[must_use]
    pub fn conflict(&self) -> Option<usize> {
        let is_mark = |line: &str| ["<<<<<<<", ">>>>>>>"].iter().any(|mark| line.starts_with(mark));
        self.text().lines().position(is_mark)
    }

    /// As [`LineIndex::n_lines`], without making the index.
    #[must_use]
    pub fn n_lines(&self) -> usize {
        self.text().bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    /// The text of `span`; empty where the span does not lie on this text's character boundaries.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.inner.text.get(span.range()).unwrap_or("")
    }

    /// Line and column of a byte offset; an offset past the end is the end.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let text = self.text();
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.lines().line_of(offset as u32);
        let start = self.lines().start_of(line) as usize;
        let column = text[start..offset].chars().filter(|c| *c != '\u{feff}').count();
        LineColumn { line: line as u32 + 1, column: column as u32 + 1 }
    }

    /// The text of 0-based `line` without its line break; empty past the end.
    #[must_use]
    pub fn line_text(&self, line: usize) -> &str {
        if line >= self.lines().n_lines() {
            return "";
        }
        let start = self.lines().start_of(line) as usize;
        let rest = &self.text()[start..];
        rest.split('\n').next().unwrap_or("").trim_end_matches('\r')
    }
}

#[cfg(test)]
mod tests {
    use super::SourceText;
    use crate::base::RelPath;

    #[track_caller]
    fn check(text: &str, offset: u32, line: u32, column: u32) {
        let place = SourceText::new(RelPath::new("a.rs"), text).line_column(offset);
        assert_eq!((place.line, place.column), (line, column), "{text:?} at {offset}");
    }

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        check("ab\ncd", 4, 2, 2);
        check("é🦀x", 6, 1, 3);
        check("a\r\nb", 3, 2, 1);
        check("\u{feff}ab", 3, 1, 1);
        check("ab", 99, 1, 3);
    }

    #[test]
    fn a_line_has_no_line_break() {
        let source = SourceText::new(RelPath::new("a.rs"), "a\r\nb\n");
        assert_eq!((source.n_lines(), source.lines().n_lines()), (3, 3));
        assert_eq!((source.line_text(0), source.line_text(1), source.line_text(2)), ("a", "b", ""));
        assert_eq!(source.line_text(9), "");
    }
}
