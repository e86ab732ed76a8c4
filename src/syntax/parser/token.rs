//! Looks at tokens and takes them.

use crate::syntax::lex::{Key, Tok, Token};
use crate::syntax::parser::{Fail, Parser, Read};

impl<'a> Parser<'a> {
    /// The token `ahead` places from here.
    pub(in crate::syntax) fn token(&self, ahead: usize) -> Token {
        const END: Token = Token { tok: Tok::Eof, start: 0, end: 0, pair: 0 };
        self.tokens.get(self.pos + ahead).or(self.tokens.last()).copied().unwrap_or(END)
    }

    pub(in crate::syntax) fn peek(&self) -> Tok {
        self.token(0).tok
    }

    pub(in crate::syntax) fn nth(&self, ahead: usize) -> Tok {
        self.token(ahead).tok
    }

    pub(in crate::syntax) fn at(&self, byte: u8) -> bool {
        self.peek() == Tok::Punct(byte)
    }

    pub(in crate::syntax) fn at_key(&self, key: Key) -> bool {
        self.peek() == Tok::Key(key)
    }

    /// Whether the punctuation `text` stands `ahead` places from here, without gaps.
    pub(in crate::syntax) fn nth_is(&self, ahead: usize, text: &[u8]) -> bool {
        text.iter().enumerate().all(|(idx, byte)| {
            let here = self.token(ahead + idx);
            here.tok == Tok::Punct(*byte) && (idx == 0 || self.token(ahead + idx - 1).end == here.start)
        })
    }

    /// Whether the punctuation `text` stands here, without gaps.
    pub(in crate::syntax) fn at_all(&self, text: &[u8]) -> bool {
        self.nth_is(0, text)
    }

    /// Whether the identifier `ahead` places from here reads `word`.
    pub(in crate::syntax) fn nth_word(&self, ahead: usize, word: &str) -> bool {
        let token = self.token(ahead);
        token.tok == Tok::Ident && self.text_of(token) == word
    }

    pub(in crate::syntax) fn text_of(&self, token: Token) -> &'a str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// The text of the token here.
    pub(in crate::syntax) fn here(&self) -> &'a str {
        self.text_of(self.token(0))
    }

    /// Index of the last token, which ends the text.
    pub(in crate::syntax) fn last_token(&self) -> usize {
        self.tokens.len().saturating_sub(1)
    }

    pub(in crate::syntax) fn pos(&self) -> usize {
        self.pos
    }

    /// Index of the token that closes the bracket here.
    pub(in crate::syntax) fn pair(&self) -> usize {
        (self.token(0).pair as usize).max(self.pos)
    }

    /// Whether the bracket here has its own closing one.
    pub(super) fn is_closed(&self) -> bool {
        let close = self.tokens.get(self.pair()).map_or(Tok::Eof, |token| token.tok);
        matches!(
            (self.peek(), close),
            (Tok::Punct(b'('), Tok::Punct(b')'))
                | (Tok::Punct(b'['), Tok::Punct(b']'))
                | (Tok::Punct(b'{'), Tok::Punct(b'}'))
        )
    }

    /// The token after the bracket pair that opens `ahead` places from here.
    pub(in crate::syntax) fn after_pair(&self, ahead: usize) -> Tok {
        let pair = self.token(ahead).pair as usize;
        self.tokens.get(pair + 1).map_or(Tok::Eof, |token| token.tok)
    }

    pub(in crate::syntax) fn bump(&mut self) {
        if self.pos + 1 < self.tokens.len() {
            self.pos += 1;
        }
    }

    pub(in crate::syntax) fn bump_n(&mut self, n: usize) {
        for _ in 0..n {
            self.bump();
        }
    }

    /// Goes to token `pos`, which must lie ahead.
    pub(in crate::syntax) fn skip_to(&mut self, pos: usize) {
        self.pos = pos.clamp(self.pos, self.tokens.len().saturating_sub(1));
    }

    pub(in crate::syntax) fn eat(&mut self, byte: u8) -> bool {
        let is_here = self.at(byte);
        if is_here {
            self.bump();
        }
        is_here
    }

    pub(in crate::syntax) fn eat_key(&mut self, key: Key) -> bool {
        let is_here = self.at_key(key);
        if is_here {
            self.bump();
        }
        is_here
    }

    pub(in crate::syntax) fn expect(&mut self, byte: u8) -> Read {
        if self.eat(byte) { Ok(()) } else { self.fail() }
    }

    pub(in crate::syntax) fn expect_key(&mut self, key: Key) -> Read {
        if self.eat_key(key) { Ok(()) } else { self.fail() }
    }

    /// Fails at this token.
    pub(in crate::syntax) fn fail(&mut self) -> Read {
        self.furthest = self.furthest.max(self.pos);
        Err(Fail)
    }
}
