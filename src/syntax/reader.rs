//! Reads the items of a file one by one through `syn`, loses only what cannot be read, and leaves out test code.

use crate::base::{SourceText, Span};
use crate::finding::Problem;
use crate::syntax::lex::{Key, Tok};
use crate::syntax::lower::Lower;
use crate::syntax::piece::Piece;
use crate::syntax::split::Tokens;
use crate::syntax::tree::Raw;
use crate::syntax::{Field, Flag, Kind, ParseOptions, TestCode};
use std::ops::Range;
use syn::parse::{Parse, Parser};
use syn::{Attribute, ImplItem, Item, TraitItem};

/// At most this many problems are told of one file; the rest is counted.
const MAX_PROBLEMS: usize = 20;

/// Modules inside each other that are read.
const MAX_MODULES: u32 = 64;

/// What holds the items that are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    Module,
    Impl,
    Trait,
}

/// The state of reading one file.
pub(super) struct Reader<'a> {
    pub(super) source: &'a SourceText,
    pub(super) tokens: Tokens<'a>,
    /// What is left out of the text that `syn` sees, sorted.
    pub(super) blanks: &'a [Span],
    pub(super) options: ParseOptions,
    pub(super) nodes: Vec<Raw>,
    pub(super) use_paths: Vec<(u32, Box<str>)>,
    pub(super) problems: Vec<Problem>,
    pub(super) n_unparsed: u32,
    pub(super) n_modules: u32,
}

impl<'a> Reader<'a> {
    pub(super) fn is_inner_attribute(&self, idx: usize) -> bool {
        self.tokens.tok(idx) == Tok::Punct(b'#')
            && self.tokens.tok(idx + 1) == Tok::Punct(b'!')
            && self.tokens.tok(idx + 2) == Tok::Punct(b'[')
    }

    /// The items of a file, module, impl or trait.
    pub(super) fn items(&mut self, range: Range<usize>, holder: Holder) {
        let mut idx = range.start;
        while idx < range.end {
            if self.tokens.tok(idx) == Tok::Punct(b';') {
                idx += 1;
            } else if self.is_inner_attribute(idx) {
                let end = (self.tokens.pair(idx + 2) + 1).min(range.end);
                self.inner_attribute(idx..end);
                idx = end;
            } else {
                idx = self.item(idx, range.end, holder);
            }
        }
    }

    fn inner_attribute(&mut self, range: Range<usize>) {
        if self.tokens.is_too_deep(&range) {
            return;
        }
        let piece = self.piece(&range);
        if let Ok(attrs) = Attribute::parse_inner.parse_str(piece.text()) {
            let mut lower = Lower::new(piece, self.options, std::mem::take(&mut self.nodes));
            lower.attrs(&attrs);
            self.take(lower);
        }
        proc_macro2::extra::invalidate_current_thread_spans();
    }

    /// Reads the item that starts at token `start`; gives the token behind it.
    fn item(&mut self, start: usize, end: usize, holder: Holder) -> usize {
        let range = start..self.tokens.item_end(start, end);
        if let Some((key, open)) = self.tokens.body(&range) {
            let is_left_out = self.options.test_code == TestCode::Elide && self.tokens.is_test(start);
            if is_left_out && self.head(&range, open, holder) {
                self.set_last(Flag::Elided);
                return range.end;
            }
            if key == Key::Mod && self.n_modules < MAX_MODULES && self.head(&range, open, holder) {
                self.members(open..range.end, Holder::Module);
                return range.end;
            }
        }
        if self.tokens.is_too_deep(&range) {
            return self.refuse(range, None);
        }
        match self.read_item(&range, holder) {
            Ok(()) => range.end,
            Err(error) => self.recover(range, end, holder, error),
        }
    }

    /// Reads the tokens of `range` as one item; nothing has happened where that fails.
    fn read_item(&mut self, range: &Range<usize>, holder: Holder) -> Result<(), (Span, String)> {
        let piece = self.piece(range);
        let out = self.lower(piece, holder);
        proc_macro2::extra::invalidate_current_thread_spans();
        out
    }

    fn lower(&mut self, piece: Piece<'_>, holder: Holder) -> Result<(), (Span, String)> {
        match holder {
            Holder::Module => self.lower_as(piece, |lower, item: &Item| lower.item(item, Field::Item)),
            Holder::Impl => self.lower_as(piece, |lower, item: &ImplItem| lower.impl_item(item)),
            Holder::Trait => self.lower_as(piece, |lower, item: &TraitItem| lower.trait_member(item)),
        }
    }

    fn lower_as<T: Parse>(
        &mut self,
        piece: Piece<'_>,
        lowering: fn(&mut Lower<'_>, &T),
    ) -> Result<(), (Span, String)> {
        let item: T = syn::parse_str(piece.text()).map_err(|error| {
            let at = piece.offset(error.span().start()).min(self.source.text().len() as u32);
            (Span::point(at), error.to_string())
        })?;
        let mut lower = Lower::new(piece, self.options, std::mem::take(&mut self.nodes));
        lowering(&mut lower, &item);
        self.take(lower);
        Ok(())
    }

    /// Reads an item whose body opens at token `open` as if the body were empty, and lets it go on to its real end.
    fn head(&mut self, range: &Range<usize>, open: usize, holder: Holder) -> bool {
        let head = range.start..open + 1;
        if self.tokens.is_too_deep(&head) {
            return false;
        }
        let piece = self.piece(&head).closed();
        let out = self.lower(piece, holder);
        proc_macro2::extra::invalidate_current_thread_spans();
        let end = self.tokens.span(range).end();
        if let (Ok(()), Some(last)) = (&out, self.nodes.last_mut()) {
            last.end = end;
        }
        out.is_ok()
    }

    /// The items between the braces that open at the first token of `body`, held by the last node.
    fn members(&mut self, body: Range<usize>, holder: Holder) {
        let Some(mut whole) = self.nodes.pop() else { return };
        let n_before = self.nodes.len();
        self.n_modules += 1;
        self.items(body.start + 1..self.tokens.pair(body.start).min(body.end), holder);
        self.n_modules -= 1;
        whole.size += (self.nodes.len() - n_before) as u32;
        self.nodes.push(whole);
    }

    /// An item that `syn` refuses: it may end later than it seemed, or only one of its members may be at fault.
    fn recover(&mut self, range: Range<usize>, end: usize, holder: Holder, error: (Span, String)) -> usize {
        let mut longer = range.end;
        for _ in 0..2 {
            longer = self.tokens.item_end(longer, end);
            let wider = range.start..longer;
            if longer > range.end
                && !self.tokens.is_too_deep(&wider)
                && self.read_item(&wider, holder).is_ok()
            {
                return longer;
            }
        }
        if let Some((key @ (Key::Impl | Key::Trait), open)) = self.tokens.body(&range)
            && self.head(&range, open, holder)
        {
            self.members(open..range.end, if key == Key::Impl { Holder::Impl } else { Holder::Trait });
            return range.end;
        }
        let error = self.lexical(&range).unwrap_or(error);
        self.refuse(range, Some(error))
    }

    /// What is wrong with the tokens themselves, of which `syn` says only that there is something.
    fn lexical(&self, range: &Range<usize>) -> Option<(Span, String)> {
        let is_bad = |idx: &usize| self.tokens.tok(*idx) == Tok::Bad;
        let first_bad = range.clone().find(is_bad);
        for idx in first_bad.into_iter().chain(range.clone()) {
            let text = self.tokens.word(idx);
            let message = match (self.tokens.tok(idx), text.chars().next()) {
                (Tok::Bad, Some('"' | '\'' | 'r' | 'b' | 'c')) => "literal without end".to_owned(),
                (Tok::Bad, Some('/')) => "comment without end".to_owned(),
                (Tok::Bad, Some(c)) => format!("unexpected character U+{:04X}", u32::from(c)),
                (Tok::Punct(b'(' | b'[' | b'{'), _) if !self.tokens.is_closed(idx) => {
                    format!("`{text}` without end")
                }
                (Tok::Punct(b')' | b']' | b'}'), _) if idx == range.start => format!("unexpected `{text}`"),
                _ => continue,
            };
            let span = self.tokens.span(&(idx..idx + 1));
            return Some((Span::point(span.start()), message));
        }
        None
    }

    fn refuse(&mut self, range: Range<usize>, error: Option<(Span, String)>) -> usize {
        let span = self.tokens.span(&range);
        self.nodes.push(Raw {
            kind: Kind::Unparsed,
            field: Field::Item,
            flags: 0,
            start: span.start(),
            end: span.end(),
            size: 1,
        });
        self.n_unparsed += 1;
        if self.problems.len() < MAX_PROBLEMS {
            let (at, message) =
                error.unwrap_or_else(|| (Span::point(span.start()), "nested too deeply".to_owned()));
            let problem = Problem::at(self.source, at, message);
            self.problems.push(problem.help("this item was not examined, the rest of the file was"));
        }
        range.end
    }

    fn piece(&self, range: &Range<usize>) -> Piece<'a> {
        Piece::new(self.source.text(), self.tokens.span(range), self.blanks)
    }

    fn take(&mut self, lower: Lower<'_>) {
        self.nodes = lower.nodes;
        self.use_paths.extend(lower.use_paths);
    }

    fn set_last(&mut self, flag: Flag) {
        if let Some(last) = self.nodes.last_mut() {
            last.flags |= flag as u16;
        }
    }
}
