//! Makes nodes in postorder: parts first, then the node that holds them.

use crate::base::Span;
use crate::syntax::operator::Op;
use crate::syntax::parser::{Mark, Parser};
use crate::syntax::tree::Raw;
use crate::syntax::{Field, Flag, Kind};

impl<'a> Parser<'a> {
    /// A node begins here.
    pub(in crate::syntax) fn mark(&self) -> Mark {
        Mark { node: self.nodes.len(), start: self.token(0).start }
    }

    /// Whether no token was read since `mark`.
    pub(in crate::syntax) fn is_empty_since(&self, mark: Mark) -> bool {
        self.token(0).start <= mark.start
    }

    /// Whether exactly one node was made since `mark`.
    pub(in crate::syntax) fn is_single_since(&self, mark: Mark) -> bool {
        let n_since = self.nodes.len() - mark.node;
        self.nodes.last().is_some_and(|last| n_since > 0 && last.size as usize == n_since)
    }

    pub(super) fn last_end(&self) -> u32 {
        self.pos.checked_sub(1).and_then(|idx| self.tokens.get(idx)).map_or(0, |token| token.end)
    }

    /// Makes the node that begins at `mark` and holds all nodes made since.
    pub(in crate::syntax) fn finish(&mut self, mark: Mark, kind: Kind, field: Field) {
        let size = (self.nodes.len() - mark.node) as u32 + 1;
        let end = self.last_end().max(mark.start);
        self.nodes.push(Raw { kind, field, flags: self.ambient, start: mark.start, end, size });
    }

    /// Takes the token here as a node without parts.
    pub(in crate::syntax) fn leaf(&mut self, kind: Kind, field: Field) {
        let mark = self.mark();
        self.bump();
        self.finish(mark, kind, field);
    }

    /// Makes a node without parts of `span`.
    pub(in crate::syntax) fn leaf_of(&mut self, span: Span, kind: Kind, field: Field) {
        let flags = self.ambient;
        self.nodes.push(Raw { kind, field, flags, start: span.start(), end: span.end(), size: 1 });
    }

    /// Lets the last node hold what was made between `mark` and it, such as its attributes.
    pub(in crate::syntax) fn adopt(&mut self, mark: Mark) {
        let n_since = self.nodes.len() - mark.node;
        if let Some(last) = self.nodes.last_mut().filter(|last| n_since > last.size as usize) {
            last.size = n_since as u32;
            last.start = mark.start;
        }
    }

    /// The last node plays `field`.
    pub(in crate::syntax) fn play(&mut self, field: Field) {
        if let Some(last) = self.nodes.last_mut() {
            last.field = field;
        }
    }

    /// Sets `flag` on the last node.
    pub(in crate::syntax) fn flag(&mut self, flag: Flag) {
        if let Some(last) = self.nodes.last_mut() {
            last.flags |= flag as u16;
        }
    }

    /// Gives the last node its operator.
    pub(in crate::syntax) fn operate(&mut self, op: Op) {
        if let Some(last) = self.nodes.last_mut() {
            last.flags |= op.to_flags();
        }
    }

    /// The last node's kind, where one was made since `mark`.
    pub(in crate::syntax) fn last_kind(&self, mark: Mark) -> Option<Kind> {
        self.nodes.get(mark.node..).and_then(<[Raw]>::last).map(|raw| raw.kind)
    }

    /// The last node's text.
    pub(in crate::syntax) fn last_text(&self) -> &'a str {
        let span = self.nodes.last().map(|raw| raw.start as usize..raw.end as usize);
        span.and_then(|span| self.text.get(span)).unwrap_or("")
    }

    /// The last node imports `path`.
    pub(in crate::syntax) fn set_use_path(&mut self, path: &str) {
        let last = self.nodes.len().saturating_sub(1) as u32;
        self.use_paths.push((last, path.into()));
    }
}
