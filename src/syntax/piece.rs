//! A stretch of a file's text as `syn` gets it, and the way back from its places to bytes of the file.

use crate::base::Span;
use crate::syntax::literal;
use proc_macro2::LineColumn;
use std::borrow::Cow;

/// The text that is parsed, with the place of its first byte in the file. Doc comments are left out of it, since `syn` would
/// make attributes of them, and tables; lines stay lines, and all that is left stands in its column.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    base: u32,
    text: Cow<'a, str>,
    /// The same stretch of the file, whole.
    written: &'a str,
    /// Where its lines start in the file.
    line_starts: Vec<u32>,
    /// Whether columns count bytes.
    is_ascii: bool,
}

impl<'a> Piece<'a> {
    /// The bytes `span` of `text` without those in `blanks`, which must be sorted.
    pub(super) fn new(text: &'a str, span: Span, blanks: &[Span]) -> Self {
        let written = text.get(span.range()).unwrap_or("");
        let first = blanks.partition_point(|blank| blank.end() <= span.start());
        let inside = blanks[first..].iter().take_while(|blank| blank.start() < span.end());
        let text = without(written, span.start(), inside);
        let ends = written.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(ends.map(|(at, _)| at as u32 + 1)).collect();
        let is_ascii = text.is_ascii();
        Self { base: span.start(), text, written, line_starts, is_ascii }
    }

    /// The same, with `}` behind it.
    pub(super) fn closed(mut self) -> Self {
        self.text.to_mut().push('}');
        self
    }

    /// The text to parse.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The byte of the file that `place` of the parsed text is.
    pub(super) fn offset(&self, place: LineColumn) -> u32 {
        let line = self.line_starts.get(place.line.saturating_sub(1)).copied().unwrap_or(0);
        if self.is_ascii {
            return self.base + line + place.column as u32;
        }
        let rest = self.written.get(line as usize..).unwrap_or("");
        let column = rest.char_indices().nth(place.column).map_or(rest.len(), |(at, _)| at);
        self.base + line + column as u32
    }

    /// The text of the file at its bytes `span`, which lie in the piece.
    pub(super) fn slice(&self, span: Span) -> &str {
        let at = |offset: u32| offset.saturating_sub(self.base) as usize;
        self.written.get(at(span.start())..at(span.end())).unwrap_or("")
    }

    /// The end of the identifier or lifetime that starts at byte `start` of the file.
    pub(super) fn word_end(&self, start: u32) -> u32 {
        let bytes = self.written.as_bytes();
        let mut at = (start - self.base) as usize;
        if bytes.get(at..at + 2) == Some(b"r#") {
            at += 2;
        }
        self.base + literal::word_end(bytes, at) as u32
    }
}

/// White space to Rust that is not ASCII, so that nobody takes the columns behind it for bytes.
const WIDE_BLANK: char = '\u{200e}';

/// `slice`, which starts at byte `base`, without `blanks`. Line breaks stay, and where code follows in the same line, there is
/// a blank for each character that is left out: most doc comments are whole lines, and cost `syn` nothing.
fn without<'a, 'd>(slice: &'a str, base: u32, blanks: impl Iterator<Item = &'d Span>) -> Cow<'a, str> {
    let mut blanks = blanks.peekable();
    if blanks.peek().is_none() {
        return Cow::Borrowed(slice);
    }
    let mut out = String::with_capacity(slice.len());
    let mut at = 0;
    for blank in blanks {
        let start = blank.start().saturating_sub(base) as usize;
        let end = ((blank.end() - base) as usize).min(slice.len());
        let (Some(code), Some(left_out), Some(rest)) =
            (slice.get(at..start), slice.get(start..end), slice.get(end..))
        else {
            continue;
        };
        out.push_str(code);
        let (lines, last) = left_out.rsplit_once('\n').map_or(("", left_out), |(_, last)| (left_out, last));
        out.extend(lines.bytes().filter(|byte| *byte == b'\n').map(char::from));
        let ends_line = rest.is_empty() || rest.starts_with('\n') || rest.starts_with("\r\n");
        if !ends_line {
            out.extend(last.chars().map(|c| if c.is_ascii() { ' ' } else { WIDE_BLANK }));
        }
        at = end;
    }
    out.push_str(slice.get(at..).unwrap_or(""));
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::Piece;
    use crate::base::Span;
    use crate::syntax::lex::lex;

    /// The text that is parsed, and the places in the file of all its `x`.
    #[track_caller]
    fn check(text: &str, parsed: &str) {
        let docs = lex(text).docs;
        let piece = Piece::new(text, Span::new(0, text.len() as u32), &docs);
        assert_eq!(piece.text(), parsed);
        let places = parsed.lines().enumerate().flat_map(|(line, text)| {
            let columns = text.chars().enumerate().filter(|(_, c)| *c == 'x').map(|(column, _)| column);
            columns.map(move |column| proc_macro2::LineColumn { line: line + 1, column })
        });
        let found: Vec<usize> = places.map(|place| piece.offset(place) as usize).collect();
        let expected: Vec<usize> = text.match_indices('x').map(|(at, _)| at).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn lines_of_docs_are_empty_and_code_stays_in_its_column() {
        check("/// é\n/// b\nx", "\n\nx");
        check("x /// é\r\n  x", "x \r\n  x");
        check("/** é */ x", "    \u{200e}    x");
        check("/** a\n b */ x", "\n      x");
        check("\"é\" x /// é\n \"é\" x", "\"é\" x \n \"é\" x");
        check("//! a", "");
    }
}
