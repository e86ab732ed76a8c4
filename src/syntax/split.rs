//! Tokens of a file to the stretches that are parsed alone: one item each. Knows only where items begin and end, which
//! of them are test code, and which are nested too deeply.

use crate::base::Span;
use crate::syntax::lex::{Key, Tok, Token};
use std::ops::Range;

/// Brackets inside each other that are read.
const MAX_BRACKETS: usize = 256;

/// Tokens without a `,` or `;` between them, those of all brackets around included. `syn` goes at most one level deeper
/// with each, and never takes more than 4 KB of stack for a byte of source, so this fits [`super::STACK_BYTES`].
const MAX_RUN: u32 = 45_000;

/// Prefix operators and other tokens that nest without a bracket, in one run.
const MAX_PREFIXES: u32 = 500;

/// Tokens of an array from which on it is a table, if there are only numbers, characters and signs in it.
const MIN_TABLE: usize = 256;

/// Last segments of the attributes that make a function a test or benchmark.
pub(super) const TEST_ATTRIBUTES: [&str; 16] = [
    "test",
    "rstest",
    "test_case",
    "bench",
    "quickcheck",
    "proptest",
    "test_log",
    "traced_test",
    "wasm_bindgen_test",
    "tokio_test",
    "parameterized",
    "test_matrix",
    "googletest",
    "gtest",
    "divan",
    "test_context",
];

/// The tokens of one file.
#[derive(Clone, Copy)]
pub(super) struct Tokens<'a> {
    pub(super) text: &'a str,
    pub(super) list: &'a [Token],
}

impl<'a> Tokens<'a> {
    pub(super) fn tok(self, idx: usize) -> Tok {
        self.list.get(idx).map_or(Tok::Eof, |token| token.tok)
    }

    pub(super) fn word(self, idx: usize) -> &'a str {
        self.list
            .get(idx)
            .and_then(|token| self.text.get(token.start as usize..token.end as usize))
            .unwrap_or("")
    }

    /// The insides of long arrays of numbers and characters, first to last. They name nothing, so nothing can be said of
    /// them, and they are left out: such tables are a fifth of the code of some libraries.
    pub(super) fn tables(self) -> Vec<Span> {
        let mut tables = Vec::new();
        let mut idx = 0;
        while idx < self.list.len() {
            let close = self.pair(idx);
            let is_long = self.tok(idx) == Tok::Punct(b'[') && close > idx + MIN_TABLE && self.is_closed(idx);
            let says_nothing = |at: usize| {
                matches!(self.tok(at), Tok::Int | Tok::Float | Tok::Char | Tok::Bytes | Tok::Punct(_))
            };
            if is_long && (idx + 1..close).all(says_nothing) {
                tables.push(self.span(&(idx + 1..close)));
                idx = close;
            }
            idx += 1;
        }
        tables
    }

    /// Index of the token that closes the bracket at `idx`.
    pub(super) fn pair(self, idx: usize) -> usize {
        self.list.get(idx).map_or(idx, |token| (token.pair as usize).max(idx))
    }

    /// The bytes from the first to the last token of `range`.
    pub(super) fn span(self, range: &Range<usize>) -> Span {
        let at = |idx: usize| self.list.get(idx).copied();
        match (at(range.start), at(range.end.saturating_sub(1).max(range.start))) {
            (Some(first), Some(last)) => Span::new(first.start, last.end.max(first.start)),
            _ => Span::point(self.text.len() as u32),
        }
    }

    /// One past the last token of the item that starts at `start`; at most `end`.
    pub(super) fn item_end(self, start: usize, end: usize) -> usize {
        let is_stray = |idx: &usize| matches!(self.tok(*idx), Tok::Punct(b'}' | b')' | b']'));
        let n_stray = (start..end).take_while(is_stray).count();
        if n_stray > 0 {
            return start + n_stray;
        }
        let mut idx = self.after_attributes(start);
        let mut needs_semicolon = self.ends_with_semicolon(idx);
        while idx < end {
            match self.tok(idx) {
                Tok::Punct(b';') => return idx + 1,
                Tok::Punct(b'{') if !needs_semicolon && self.is_closed(idx) => {
                    return (self.pair(idx) + 1).min(end);
                }
                Tok::Punct(b'(' | b'[' | b'{') if !self.is_closed(idx) => {
                    return self.next_item(idx + 1, end);
                }
                Tok::Punct(b'(' | b'[' | b'{') => idx = self.pair(idx) + 1,
                Tok::Punct(b'}' | b')' | b']') => return idx.max(start + 1),
                // `struct A(..) where ..;` and `const fn` have their own ends.
                Tok::Key(Key::Fn | Key::Struct | Key::Enum | Key::Impl | Key::Trait | Key::Mod) => {
                    needs_semicolon &= !self.is_head(start, idx);
                    idx += 1;
                }
                _ => idx += 1,
            }
        }
        end
    }

    /// Whether the bracket at `idx` has an end.
    pub(super) fn is_closed(self, idx: usize) -> bool {
        let close = match self.tok(idx) {
            Tok::Punct(b'(') => b')',
            Tok::Punct(b'[') => b']',
            _ => b'}',
        };
        self.tok(self.pair(idx)) == Tok::Punct(close)
    }

    /// The first token from `idx` on that may start an item, behind a `;` or `}`.
    fn next_item(self, idx: usize, end: usize) -> usize {
        let starts = |at: &usize| {
            let is_behind_end = matches!(self.tok(at - 1), Tok::Punct(b';' | b'}'));
            let is_start = matches!(
                self.tok(*at),
                Tok::Punct(b'#')
                    | Tok::Key(
                        Key::Pub
                            | Key::Fn
                            | Key::Struct
                            | Key::Enum
                            | Key::Impl
                            | Key::Mod
                            | Key::Use
                            | Key::Trait
                            | Key::Type
                            | Key::Const
                            | Key::Static
                            | Key::Async
                            | Key::Unsafe
                            | Key::Extern
                    )
            );
            is_behind_end && is_start
        };
        (idx.max(1)..end).find(starts).unwrap_or(end)
    }

    /// Whether only words stand between the attributes of the item and token `idx`.
    fn is_head(self, start: usize, idx: usize) -> bool {
        let from = self.after_attributes(start);
        (from..idx).all(|at| matches!(self.tok(at), Tok::Ident | Tok::Key(_) | Tok::Str))
    }

    fn after_attributes(self, start: usize) -> usize {
        let mut idx = start;
        while self.tok(idx) == Tok::Punct(b'#') && self.tok(idx + 1) == Tok::Punct(b'[') {
            idx = self.pair(idx + 1) + 1;
        }
        idx
    }

    fn ends_with_semicolon(self, start: usize) -> bool {
        let mut idx = self.after_visibility(start);
        if self.word(idx) == "default" {
            idx += 1;
        }
        match self.tok(idx) {
            Tok::Key(Key::Use | Key::Static | Key::Type) => true,
            Tok::Key(Key::Const) => {
                !matches!(self.tok(idx + 1), Tok::Key(Key::Fn | Key::Unsafe | Key::Async | Key::Extern))
            }
            Tok::Key(Key::Extern) => self.tok(idx + 1) == Tok::Key(Key::Crate),
            _ => false,
        }
    }

    fn after_visibility(self, start: usize) -> usize {
        if self.tok(start) != Tok::Key(Key::Pub) {
            return start;
        }
        if self.tok(start + 1) == Tok::Punct(b'(') { self.pair(start + 1) + 1 } else { start + 1 }
    }

    /// The keyword of the item that starts at `start` and the token that opens its body: modules, impls, traits, functions.
    pub(super) fn body(self, item: &Range<usize>) -> Option<(Key, usize)> {
        let mut idx = self.after_visibility(self.after_attributes(item.start));
        let key = loop {
            match self.tok(idx) {
                Tok::Key(key @ (Key::Mod | Key::Impl | Key::Trait | Key::Fn)) => break key,
                Tok::Key(Key::Const | Key::Async | Key::Unsafe | Key::Extern) | Tok::Str => idx += 1,
                Tok::Ident if matches!(self.word(idx), "default" | "auto" | "safe") => idx += 1,
                _ => return None,
            }
        };
        while idx < item.end {
            match self.tok(idx) {
                Tok::Punct(b'{') => return Some((key, idx)),
                Tok::Punct(b'(' | b'[') => idx = self.pair(idx) + 1,
                Tok::Punct(b';') => return None,
                _ => idx += 1,
            }
        }
        None
    }

    /// Whether an attribute of the item, or an inner one, that starts at `start` marks test code.
    pub(super) fn is_test(self, start: usize) -> bool {
        let mut idx = start;
        while self.tok(idx) == Tok::Punct(b'#') {
            let open = idx + 1 + usize::from(self.tok(idx + 1) == Tok::Punct(b'!'));
            if self.is_test_attribute(open + 1) {
                return true;
            }
            idx = self.pair(open) + 1;
        }
        false
    }

    fn is_test_attribute(self, start: usize) -> bool {
        let mut idx = start;
        while self.tok(idx + 1) == Tok::Punct(b':') && self.tok(idx + 2) == Tok::Punct(b':') {
            idx += 3;
        }
        if self.word(idx) == "cfg" && self.tok(idx + 1) == Tok::Punct(b'(') {
            return self.asks_for_test(idx + 2..self.pair(idx + 1));
        }
        TEST_ATTRIBUTES.contains(&self.word(idx))
    }

    /// Whether a `cfg` condition asks for `test`, outside of `not(..)`.
    fn asks_for_test(self, condition: Range<usize>) -> bool {
        let mut idx = condition.start;
        while idx < condition.end {
            match self.word(idx) {
                "not" if self.tok(idx + 1) == Tok::Punct(b'(') => idx = self.pair(idx + 1) + 1,
                "test" if self.tok(idx + 1) != Tok::Punct(b'=') => return true,
                _ => idx += 1,
            }
        }
        false
    }

    /// Whether to parse the tokens of `range` could take more stack than there is.
    pub(super) fn is_too_deep(self, range: &Range<usize>) -> bool {
        // Run and prefixes at the start of each open bracket.
        let mut open: Vec<(u32, u32)> = vec![(0, 0)];
        let (mut run, mut prefixes) = (0, 0);
        for idx in range.clone() {
            run += 1;
            match self.tok(idx) {
                Tok::Punct(b'(' | b'[' | b'{') => open.push((run, prefixes)),
                Tok::Punct(close @ (b')' | b']' | b'}')) => {
                    let inner = if open.len() > 1 { open.pop() } else { None };
                    (run, prefixes) = inner.unwrap_or((0, 0));
                    if close == b'}' {
                        (run, prefixes) = open.last().copied().unwrap_or((0, 0));
                    }
                }
                Tok::Punct(b';' | b',') => (run, prefixes) = open.last().copied().unwrap_or((0, 0)),
                tok => prefixes += u32::from(self.nests(tok, idx)),
            }
            if open.len() > MAX_BRACKETS || run > MAX_RUN || prefixes > MAX_PREFIXES {
                return true;
            }
        }
        false
    }

    /// Whether the parser goes a level deeper with this token though it is no bracket.
    fn nests(self, tok: Tok, idx: usize) -> bool {
        let before = |n: usize| idx.checked_sub(n).map_or(Tok::Eof, |at| self.tok(at));
        let is_operand = |tok| !matches!(tok, Tok::Eof | Tok::Punct(_) | Tok::Key(_)) || is_closing(tok);
        match tok {
            Tok::Punct(b'<' | b'@') => true,
            Tok::Punct(b'=') => !matches!(before(1), Tok::Punct(_)),
            Tok::Punct(b'!' | b'-' | b'&' | b'*' | b'|' | b'.') => {
                let is_second = before(1) == tok && is_operand(before(2));
                !is_operand(before(1)) && !is_second
            }
            Tok::Key(
                Key::If
                | Key::Match
                | Key::While
                | Key::Loop
                | Key::For
                | Key::Return
                | Key::Break
                | Key::Async
                | Key::Dyn
                | Key::Impl
                | Key::Const
                | Key::Fn
                | Key::Move
                | Key::Let
                | Key::Mut,
            ) => !matches!(before(1), Tok::Key(Key::Else)),
            _ => false,
        }
    }
}

const fn is_closing(tok: Tok) -> bool {
    matches!(tok, Tok::Punct(b')' | b']' | b'}' | b'?'))
}
