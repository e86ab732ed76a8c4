//! `syn` trees to nodes: the state, places and the making of nodes. What holds what lies in the parts, by subject.

mod attribute;
mod block;
mod definition;
mod expr;
mod flow;
mod generic;
mod item;
mod member;
mod path;
mod pattern;
mod primary;
mod ty;

use crate::base::Span;
use crate::syntax::operator::Op;
use crate::syntax::piece::Piece;
use crate::syntax::tree::Raw;
use crate::syntax::{Field, Flag, Kind, ParseOptions};
use proc_macro2::extra::DelimSpan;
use syn::Ident;

/// Makes nodes in postorder: parts first, then the node that holds them. Each method that lowers a part returns the
/// bytes it covers, parentheses included.
pub(super) struct Lower<'a> {
    pub(super) piece: Piece<'a>,
    pub(super) nodes: Vec<Raw>,
    pub(super) use_paths: Vec<(u32, Box<str>)>,
    pub(super) options: ParseOptions,
    /// Macro bodies around this place.
    pub(super) macro_depth: u32,
    /// Flags that each new node gets.
    ambient: u16,
}

/// The nodes made from here on will be held by the node that is finished with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark(pub(super) usize);

impl<'a> Lower<'a> {
    /// Goes on behind `nodes`.
    pub(super) fn new(piece: Piece<'a>, options: ParseOptions, nodes: Vec<Raw>) -> Self {
        Self { piece, nodes, use_paths: Vec::new(), options, macro_depth: 0, ambient: 0 }
    }

    // ---- nodes -------------------------------------------------------------------------------

    pub(super) fn mark(&self) -> Mark {
        Mark(self.nodes.len())
    }

    /// Makes the node that holds all nodes made since `mark`.
    pub(super) fn finish(&mut self, mark: Mark, kind: Kind, field: Field, span: Span) -> Span {
        let size = (self.nodes.len() - mark.0) as u32 + 1;
        let flags = self.ambient;
        self.nodes.push(Raw { kind, field, flags, start: span.start(), end: span.end(), size });
        span
    }

    /// Makes a node without parts.
    pub(super) fn leaf(&mut self, kind: Kind, field: Field, span: Span) -> Span {
        self.finish(self.mark(), kind, field, span)
    }

    /// Sets `flag` on the last node.
    pub(super) fn flag(&mut self, flag: Flag) {
        if let Some(last) = self.nodes.last_mut() {
            last.flags |= flag as u16;
        }
    }

    /// Sets `flag` on the last node where `part` is there.
    pub(super) fn flag_if<T>(&mut self, part: Option<&T>, flag: Flag) {
        if part.is_some() {
            self.flag(flag);
        }
    }

    /// Gives the last node the operator that reads `text`.
    pub(super) fn operate(&mut self, text: &str) {
        if let (Some(last), Some(op)) = (self.nodes.last_mut(), Op::of(text)) {
            last.flags |= op.to_flags();
        }
    }

    /// Lowers with `flag` on each new node.
    pub(super) fn flagged<T>(&mut self, flag: Flag, lower: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.ambient;
        self.ambient |= flag as u16;
        let out = lower(self);
        self.ambient = before;
        out
    }

    /// The last node imports `path`.
    pub(super) fn set_use_path(&mut self, path: String) {
        let last = self.nodes.len().saturating_sub(1) as u32;
        self.use_paths.push((last, path.into()));
    }

    // ---- places ------------------------------------------------------------------------------

    /// First byte of a token.
    pub(super) fn start(&self, span: proc_macro2::Span) -> u32 {
        self.piece.offset(span.start())
    }

    /// The token of `len` bytes at `span`: a keyword or punctuation.
    pub(super) fn token(&self, span: proc_macro2::Span, len: u32) -> Span {
        let start = self.start(span);
        Span::new(start, start + len)
    }

    /// A token whose length only its end tells.
    pub(super) fn whole(&self, span: proc_macro2::Span) -> Span {
        Span::new(self.start(span), self.piece.offset(span.end()))
    }

    pub(super) fn word(&self, ident: &Ident) -> Span {
        let start = self.start(ident.span());
        Span::new(start, self.piece.word_end(start))
    }

    /// From an opening to its closing bracket.
    pub(super) fn brackets(&self, span: &DelimSpan) -> Span {
        Span::new(self.start(span.open()), self.start(span.close()) + 1)
    }

    /// The byte behind a closing bracket.
    pub(super) fn closing(&self, span: &DelimSpan) -> Span {
        Span::point(self.start(span.close()) + 1)
    }

    /// A defining or selecting identifier.
    pub(super) fn name(&mut self, ident: &Ident) -> Span {
        let span = self.word(ident);
        self.leaf(Kind::Name, Field::Name, span)
    }
}
