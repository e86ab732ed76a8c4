//! A stretch of a file's text as `syn` gets it, and the way back from its places to bytes of the file.

use crate::base::Span;
use crate::syntax::literal;
use proc_macro2::LineColumn;
use std::borrow::Cow;

/// The text that is parsed, with the place of its first byte in the file. Doc comments in it are blanked, byte by byte,
/// since `syn` would make attributes of them.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    base: u32,
    text: Cow<'a, str>,
    line_starts: Vec<u32>,
    is_ascii: bool,
}

impl<'a> Piece<'a> {
    /// The bytes `span` of `text` without those in `blanks`, which must be sorted.
    pub(super) fn new(text: &'a str, span: Span, blanks: &[Span]) -> Self {
        let slice = text.get(span.range()).unwrap_or("");
        let first = blanks.partition_point(|blank| blank.end() <= span.start());
        let inside = blanks[first..].iter().take_while(|blank| blank.start() < span.end());
        let text = without(slice, span.start(), inside);
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(ends.map(|(at, _)| at as u32 + 1)).collect();
        let is_ascii = text.is_ascii();
        Self { base: span.start(), text, line_starts, is_ascii }
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
        let rest = self.text.get(line as usize..).unwrap_or("");
        let column = rest.char_indices().nth(place.column).map_or(rest.len(), |(at, _)| at);
        self.base + line + column as u32
    }

    /// The parsed text at bytes `span` of the file.
    pub(super) fn slice(&self, span: Span) -> &str {
        let at = |offset: u32| offset.saturating_sub(self.base) as usize;
        self.text.get(at(span.start())..at(span.end())).unwrap_or("")
    }

    /// The end of the identifier or lifetime that starts at byte `start` of the file.
    pub(super) fn word_end(&self, start: u32) -> u32 {
        let bytes = self.text.as_bytes();
        let mut at = (start - self.base) as usize;
        if bytes.get(at..at + 2) == Some(b"r#") {
            at += 2;
        }
        self.base + literal::word_end(bytes, at) as u32
    }
}

/// `slice`, which starts at byte `base`, with spaces for the bytes of `blanks`; line breaks stay.
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
        let (Some(code), Some(comment)) = (slice.get(at..start), slice.get(start..end)) else { continue };
        out.push_str(code);
        out.extend(comment.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        at = end;
    }
    out.push_str(slice.get(at..).unwrap_or(""));
    Cow::Owned(out)
}
