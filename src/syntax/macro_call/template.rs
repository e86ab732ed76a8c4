//! Reads `macro_rules!`: each arm's transcriber as best as it can be, with `$x` as a name and `$(..)*` as its content.

use crate::syntax::lex::{Tok, Token, pair_brackets};
use crate::syntax::parser::{Mark, Parser, Read};
use crate::syntax::{Field, Flag, Kind};

impl Parser<'_> {
    /// `macro_rules! m { (..) => {..}; .. }` and `macro m(..) { .. }`.
    pub(in crate::syntax) fn macro_rules(&mut self, mark: Mark, field: Field) -> Read {
        self.bump();
        self.eat(b'!');
        self.item_name()?;
        let mut is_read = true;
        if self.at(b'(') && self.after_pair(0) == Tok::Punct(b'{') {
            self.skip_to(self.pair());
            self.bump();
            is_read = self.transcriber();
        } else {
            let pair = self.pair();
            if !matches!(self.peek(), Tok::Punct(b'(' | b'[' | b'{')) {
                return self.fail();
            }
            self.bump();
            while self.pos() < pair {
                is_read &= self.rule(pair);
            }
            self.skip_to(pair);
            self.bump();
        }
        self.eat(b';');
        self.finish(mark, Kind::MacroRules, field);
        if !is_read {
            self.flag(Flag::Opaque);
        }
        Ok(())
    }

    /// One arm; goes behind it in any case.
    fn rule(&mut self, pair: usize) -> bool {
        let is_bracket = |tok| matches!(tok, Tok::Punct(b'(' | b'[' | b'{'));
        if is_bracket(self.peek()) {
            self.skip_to(self.pair());
            self.bump();
        }
        if !self.at_all(b"=>") || !is_bracket(self.nth(2)) {
            self.skip_to(pair);
            return false;
        }
        self.bump_n(2);
        let is_read = self.transcriber();
        self.eat(b';');
        is_read
    }

    /// The bracketed tokens here, as statements, items or arguments; goes behind them in any case.
    fn transcriber(&mut self) -> bool {
        let (start, pair) = (self.pos(), self.pair());
        let flat = flatten(self.tokens_in(start + 1..pair), self.tokens_in(pair..pair + 1));
        let n_tokens = flat.len();
        let is_read = n_tokens == 1
            || self
                .attempt(|p| p.flagged(Flag::InMacro, |p| p.instead(flat, |p| p.transcribed(n_tokens - 1))));
        self.skip_to(pair);
        self.bump();
        is_read
    }

    fn transcribed(&mut self, end: usize) -> Read {
        let mark = self.mark();
        let whole = |p: &mut Self, read: &dyn Fn(&mut Self) -> Read| {
            p.attempt(|p| {
                read(p)?;
                if p.pos() == end { Ok(()) } else { p.fail() }
            })
        };
        let is_read = whole(self, &|p| p.statements(end))
            || whole(self, &|p| p.macro_items(end))
            || whole(self, &|p| p.macro_arguments(end))
            || whole(self, &|p| p.ty_with_bounds(Field::Type))
            || whole(self, &|p| p.pattern(Field::Pat))
            || whole(self, &|p| p.loose_arguments(end));
        if !is_read {
            return self.fail();
        }
        self.finish(mark, Kind::Block, Field::Body);
        Ok(())
    }
}

/// The tokens with each `$( .. ) sep *` replaced by what is inside, and `end` as last token.
fn flatten(tokens: &[Token], end: &[Token]) -> Vec<Token> {
    let mut flat = Vec::with_capacity(tokens.len() + 1);
    // For each open bracket whether it is one of a repetition, which leaves no token.
    let mut open: Vec<bool> = Vec::new();
    let mut idx = 0;
    while let Some(token) = tokens.get(idx) {
        idx += 1;
        match token.tok {
            Tok::Punct(b'$') if tokens.get(idx).is_some_and(|next| next.tok == Tok::Punct(b'(')) => {
                open.push(true);
                idx += 1;
            }
            Tok::Punct(b'(' | b'[' | b'{') => {
                open.push(false);
                flat.push(*token);
            }
            Tok::Punct(b')' | b']' | b'}') => {
                if open.pop() == Some(true) {
                    idx += repetition_len(tokens.get(idx..).unwrap_or(&[]));
                } else {
                    flat.push(*token);
                }
            }
            _ => flat.push(*token),
        }
    }
    let last = end.first().map_or(0, |token| token.start);
    flat.push(Token { tok: Tok::Eof, start: last, end: last, pair: 0 });
    for token in &mut flat {
        token.pair = 0;
    }
    pair_brackets(&mut flat);
    flat
}

/// Number of tokens in the `*`, `,*` or `=>*` behind a repetition.
fn repetition_len(rest: &[Token]) -> usize {
    let is_op = |token: &Token| matches!(token.tok, Tok::Punct(b'*' | b'+' | b'?'));
    rest.iter().take(4).position(is_op).map_or(0, |at| at + 1)
}
