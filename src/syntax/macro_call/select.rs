//! Reads the arms of `select!` (tokio and futures).

use crate::syntax::block::Ending;
use crate::syntax::lex::{Key, Tok};
use crate::syntax::parser::{Parser, Read};
use crate::syntax::{Field, Kind};

impl Parser<'_> {
    /// `[biased;] p = e [, if g] => h [,]`, `else => h`, `complete => h`, `default => h`.
    pub(super) fn select_arms(&mut self, pair: usize) -> Read {
        if self.nth_word(0, "biased") && self.nth(1) == Tok::Punct(b';') {
            self.bump_n(2);
        }
        while self.pos() < pair {
            self.select_arm(pair)?;
        }
        Ok(())
    }

    fn select_arm(&mut self, pair: usize) -> Read {
        let mark = self.mark();
        self.outer_attributes()?;
        let is_bare = self.nth_is(1, b"=>")
            && (self.at_key(Key::Else) || self.nth_word(0, "complete") || self.nth_word(0, "default"));
        if is_bare {
            self.bump();
        } else {
            self.pattern(Field::Pat)?;
            self.expect(b'=')?;
            self.expr(Field::Init)?;
            if self.at(b',') && self.nth(1) == Tok::Key(Key::If) {
                self.bump_n(2);
                self.expr(Field::Guard)?;
            }
        }
        if !self.at_all(b"=>") {
            return self.fail();
        }
        self.bump_n(2);
        let body = self.mark();
        let ending = self.statement_expr(body)?;
        self.play(Field::Body);
        self.finish(mark, Kind::SelectArm, Field::Arm);
        if !self.eat(b',') && ending == Ending::Open && self.pos() < pair {
            return self.fail();
        }
        Ok(())
    }
}
