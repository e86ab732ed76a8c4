//! Text made from a file's text, whose every byte still knows its place on disk. Knows no Markdown.

use crate::base::Span;
use std::ops::Range;

/// A run of the made text and the bytes of the file it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    at: u32,
    len: u32,
    source: Span,
    is_copy: bool,
}

/// Text with a way back: repaired, without indentation or markup, but every span still points into the file.
///
/// Invariant: the pieces lie in order, without a gap, and cover the text; a copied piece equals its source bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapped {
    text: String,
    pieces: Vec<Piece>,
}

impl Mapped {
    /// Text that stands in the file as it is, from byte `start` on.
    #[must_use]
    pub fn copied(text: &str, start: u32) -> Self {
        let mut made = Self::default();
        made.push_copy(text, start);
        made
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Its length in bytes.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.text.len() as u32
    }

    /// Adds text that stands in the file at `start`.
    pub(super) fn push_copy(&mut self, text: &str, start: u32) {
        let source = Span::new(start, start + text.len() as u32);
        if let Some(last) = self.pieces.last_mut()
            && last.is_copy
            && last.source.end() == start
        {
            last.len += text.len() as u32;
            last.source = last.source.to(source);
            self.text.push_str(text);
            return;
        }
        self.push_piece(text, source, true);
    }

    /// Adds text that stands for the bytes `source`, which read otherwise.
    pub(super) fn push_made(&mut self, text: &str, source: Span) {
        self.push_piece(text, source, false);
    }

    fn push_piece(&mut self, text: &str, source: Span, is_copy: bool) {
        if text.is_empty() {
            return;
        }
        self.pieces.push(Piece { at: self.len(), len: text.len() as u32, source, is_copy });
        self.text.push_str(text);
    }

    /// Adds the bytes `range` of `other`, with their places.
    pub(super) fn push_part(&mut self, other: &Self, range: Range<usize>) {
        let Some(text) = other.text.get(range.clone()) else { return };
        let mut idx = other.piece_at(range.start as u32);
        let (mut from, end) = (range.start as u32, range.start as u32 + text.len() as u32);
        while from < end
            && let Some(piece) = other.pieces.get(idx)
        {
            let to = end.min(piece.at + piece.len);
            let part = &other.text[from as usize..to as usize];
            if piece.is_copy {
                self.push_copy(part, piece.source.start() + (from - piece.at));
            } else {
                self.push_made(part, piece.source);
            }
            from = to;
            idx += 1;
        }
    }

    /// The bytes `range` as a text of its own; empty where the range is not on character boundaries.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Self {
        let mut made = Self::default();
        made.push_part(self, range);
        made
    }

    /// The text with `\n` for each `\r\n`.
    pub(super) fn with_plain_breaks(self) -> Self {
        if !self.text.contains("\r\n") {
            return self;
        }
        let mut made = Self::default();
        let mut at = 0;
        for (found, _) in self.text.match_indices("\r\n") {
            made.push_part(&self, at..found);
            at = found + 1;
        }
        made.push_part(&self, at..self.text.len());
        made
    }

    /// The text without white space at both ends.
    #[must_use]
    pub fn trimmed(&self) -> Self {
        let start = self.text.len() - self.text.trim_start().len();
        if start == 0 && self.text.trim_end().len() == self.text.len() {
            return self.clone();
        }
        self.part(start..start + self.text.trim().len())
    }

    fn piece_at(&self, at: u32) -> usize {
        self.pieces.partition_point(|piece| piece.at <= at).saturating_sub(1)
    }

    /// The bytes of the file that `range` of this text stands for.
    #[must_use]
    pub fn span(&self, range: Range<usize>) -> Span {
        let start = self.source_of(range.start as u32);
        if range.end <= range.start {
            return Span::point(start.start());
        }
        let last = self.source_of(range.end as u32 - 1);
        Span::new(start.start(), last.end().max(start.start()))
    }

    /// The bytes of the file that the whole text stands for.
    #[must_use]
    pub fn whole(&self) -> Span {
        self.span(0..self.text.len())
    }

    /// The bytes that one byte of this text stands for.
    fn source_of(&self, at: u32) -> Span {
        let Some(piece) = self.pieces.get(self.piece_at(at)) else { return Span::point(0) };
        if !piece.is_copy {
            let is_inside = at < piece.at + piece.len;
            return if is_inside { piece.source } else { Span::point(piece.source.end()) };
        }
        let start = (piece.source.start() + at.saturating_sub(piece.at)).min(piece.source.end());
        Span::new(start, (start + 1).min(piece.source.end()))
    }
}

#[cfg(test)]
mod tests {
    use super::Mapped;
    use crate::base::Span;

    #[test]
    fn spans_point_through_two_layers_of_making() {
        let mut outer = Mapped::default();
        outer.push_copy("ab", 10);
        outer.push_made("é", Span::new(12, 16));
        outer.push_copy("cd", 16);
        let inner = outer.part(1..5);
        assert_eq!(inner.as_str(), "béc");
        assert_eq!(inner.span(0..1), Span::new(11, 12));
        assert_eq!(inner.span(1..3), Span::new(12, 16));
        assert_eq!(inner.span(1..4), Span::new(12, 17));
        assert_eq!(inner.whole(), Span::new(11, 17));
        assert_eq!(inner.span(4..4), Span::point(17));
    }

    #[test]
    fn trimming_keeps_places() {
        let text = Mapped::copied("  x y ", 5).trimmed();
        assert_eq!((text.as_str(), text.whole()), ("x y", Span::new(7, 10)));
    }
}
