//! Where a finding lies, in the column unit of the one who reads it. The only place that counts columns for formats.

use crate::base::{RelPath, SourceText, Span};
use crate::policy::Report;

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Columns {
    /// Unicode characters: our own formats, rustc, GitHub's commands.
    Chars,
    /// UTF-16 code units: SARIF (2.1.0, section 3.14.27).
    Utf16,
    /// Bytes of UTF-8: reviewdog's diagnostics.
    Bytes,
}

/// Lines and columns from 1; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
}

impl Region {
    /// The bytes `span` of the file at `path`; the file's first character where its text is not at hand.
    pub(super) fn of(report: &Report, path: &RelPath, span: Span, columns: Columns) -> Self {
        let Some(source) = report.sources.get(path) else {
            return Self { line: 1, column: 1, end_line: 1, end_column: 1 };
        };
        let (line, column) = place(source, span.start(), columns);
        let (end_line, end_column) = place(source, span.end(), columns);
        Self { line, column, end_line, end_column }
    }
}

fn place(source: &SourceText, offset: u32, columns: Columns) -> (u32, u32) {
    let at = source.line_column(offset);
    let line = source.line_text(at.line as usize - 1);
    let before = line.trim_start_matches('\u{feff}').chars().take(at.column as usize - 1);
    let width = match columns {
        Columns::Chars => before.count(),
        Columns::Utf16 => before.map(char::len_utf16).sum(),
        Columns::Bytes => before.map(char::len_utf8).sum(),
    };
    (at.line, width as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::{Columns, Region};
    use crate::base::{RelPath, SourceText, Span};
    use crate::policy::Report;

    /// Line and column of the `x` in `text`, in characters, UTF-16 and bytes.
    #[track_caller]
    fn check(text: &str, line: u32, columns: [u32; 3]) {
        let path = RelPath::new("a.rs");
        let mut report = Report::default();
        report.sources.insert(path.clone(), SourceText::new(path.clone(), text));
        let start = text.find('x').expect("an x") as u32;
        let units = [Columns::Chars, Columns::Utf16, Columns::Bytes];
        let came = units.map(|unit| {
            let region = Region::of(&report, &path, Span::new(start, start + 1), unit);
            assert_eq!((region.line, region.end_line), (line, line), "{text:?}");
            assert_eq!(region.end_column, region.column + 1, "{text:?}");
            region.column
        });
        assert_eq!(came, columns, "{text:?}");
    }

    #[test]
    fn each_reader_gets_its_own_columns() {
        check("x", 1, [1, 1, 1]);
        check("a\r\n\tx", 2, [2, 2, 2]);
        check("é x", 1, [3, 3, 4]);
        check("🦀x", 1, [2, 3, 5]);
        check("\u{feff}x", 1, [1, 1, 1]);
    }

    #[test]
    fn a_file_that_is_not_at_hand_is_pointed_at_as_a_whole() {
        let region =
            Region::of(&Report::default(), &RelPath::new("gone.rs"), Span::new(4, 9), Columns::Chars);
        assert_eq!(region, Region { line: 1, column: 1, end_line: 1, end_column: 1 });
    }
}
