//! Reads attributes and visibility, and tells which attributes mark test code.

use crate::syntax::lex::{Key, Tok};
use crate::syntax::parser::{Parser, Read};
use crate::syntax::path::PathStyle;
use crate::syntax::{Field, Flag, Kind};

/// Last segments of the attributes that make a function a test or benchmark.
const TEST_ATTRIBUTES: [&str; 16] = [
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

impl Parser<'_> {
    /// `#[..]`, any number of times. Tells whether one of them marks test code.
    pub(super) fn outer_attributes(&mut self) -> Result<bool, crate::syntax::parser::Fail> {
        let mut is_test = false;
        while self.at(b'#') && self.nth(1) == Tok::Punct(b'[') {
            is_test |= self.is_test_attribute(2);
            self.attribute(1)?;
        }
        Ok(is_test)
    }

    /// `#![..]`, any number of times. Tells whether one of them marks test code.
    pub(super) fn inner_attributes(&mut self) -> Result<bool, crate::syntax::parser::Fail> {
        let mut is_test = false;
        while self.at(b'#') && self.nth(1) == Tok::Punct(b'!') && self.nth(2) == Tok::Punct(b'[') {
            is_test |= self.is_test_attribute(3);
            self.attribute(2)?;
            self.flag(Flag::Inner);
        }
        Ok(is_test)
    }

    fn attribute(&mut self, n_before: usize) -> Read {
        let mark = self.mark();
        self.bump_n(n_before);
        let pair = self.pair();
        self.bump();
        let point = self.checkpoint();
        if self.at_key(Key::Unsafe) && self.nth(1) == Tok::Punct(b'(') {
            self.bump_n(2);
        }
        if !self.attempt(Self::attribute_body) {
            self.rewind(point);
        }
        self.skip_to(pair);
        self.expect(b']')?;
        self.finish(mark, Kind::Attr, Field::Attr);
        Ok(())
    }

    fn attribute_body(&mut self) -> Read {
        self.attribute_path()?;
        if self.at(b'=') && !self.at_all(b"==") {
            self.bump();
            return self.expr(Field::Init);
        }
        if matches!(self.peek(), Tok::Punct(b'(' | b'[' | b'{')) {
            self.meta_args();
        }
        Ok(())
    }

    /// A path in which keywords may stand, such as `type` or `crate::a`.
    fn attribute_path(&mut self) -> Read {
        let mark = self.mark();
        if self.is_path_start() && !self.at(b'<') {
            return self.path(PathStyle::Plain, Field::Path);
        }
        if !matches!(self.peek(), Tok::Key(_)) {
            return self.fail();
        }
        self.bump();
        self.finish(mark, Kind::Path, Field::Path);
        Ok(())
    }

    /// The parts in the brackets here, as far as they can be read.
    fn meta_args(&mut self) {
        let pair = self.pair();
        self.bump();
        while self.pos() < pair {
            if !self.attempt(|p| p.meta_arg(pair)) && !self.attempt(|p| p.meta_type(pair)) {
                break;
            }
            if !self.eat(b',') {
                break;
            }
        }
        self.skip_to(pair);
        self.bump();
    }

    fn meta_arg(&mut self, end: usize) -> Read {
        self.enter()?;
        let mark = self.mark();
        let is_word = matches!(self.peek(), Tok::Key(_)) || self.is_segment(0);
        if is_word && self.attempt(Self::attribute_path) {
            if self.at(b'=') && !self.at_all(b"==") && !self.at_all(b"=>") {
                self.bump();
                if self.at(b'%') || self.at(b'?') {
                    self.bump();
                }
                self.meta_value(end)?;
                self.finish(mark, Kind::MetaPair, Field::Arg);
            } else if self.at(b'(') && self.after_pair(0) == Tok::Punct(b',')
                || self.at(b'(') && self.pair() + 1 == end
            {
                self.meta_args();
                self.finish(mark, Kind::MetaList, Field::Arg);
            } else if self.at(b',') || self.pos() == end {
                self.play(Field::Arg);
            } else {
                return self.fail();
            }
        } else {
            self.meta_value(end)?;
            self.play(Field::Arg);
        }
        self.leave();
        if self.at(b',') || self.pos() == end { Ok(()) } else { self.fail() }
    }

    fn meta_value(&mut self, end: usize) -> Read {
        let is_read = self.attempt(|p| {
            p.expr(Field::Init)?;
            if p.at(b',') || p.pos() == end { Ok(()) } else { p.fail() }
        });
        if is_read { Ok(()) } else { self.ty(Field::Init) }
    }

    /// An expression or a type, where the shapes of attributes do not fit.
    fn meta_type(&mut self, end: usize) -> Read {
        self.meta_value(end)?;
        self.play(Field::Arg);
        if self.at(b',') || self.pos() == end { Ok(()) } else { self.fail() }
    }

    /// `pub`, `pub(crate)`, `pub(in a::b)`, `crate`, or nothing.
    pub(super) fn visibility(&mut self) -> Read {
        let mark = self.mark();
        let is_variable = self.peek() == Tok::Ident
            && self.here().starts_with('$')
            && (matches!(self.nth(1), Tok::Key(_)) || self.nth(1) == Tok::Ident);
        if !self.at_key(Key::Pub) && !is_variable {
            return Ok(());
        }
        self.bump();
        let is_restricted = matches!(self.nth(1), Tok::Key(Key::Crate | Key::SelfValue | Key::Super))
            && self.nth(2) == Tok::Punct(b')')
            || self.nth(1) == Tok::Key(Key::In);
        if self.at(b'(') && is_restricted {
            self.skip_to(self.pair());
            self.expect(b')')?;
        }
        self.finish(mark, Kind::Visibility, Field::Vis);
        Ok(())
    }

    /// Whether the attribute whose path starts `ahead` places from here marks test code.
    fn is_test_attribute(&self, ahead: usize) -> bool {
        let mut ahead = ahead;
        while self.is_segment(ahead) && self.nth_is(ahead + 1, b"::") {
            ahead += 3;
        }
        if self.nth_word(ahead, "cfg") && self.nth(ahead + 1) == Tok::Punct(b'(') {
            return self.is_test_cfg(ahead + 2);
        }
        let word = self.text_of(self.token(ahead));
        self.nth(ahead) == Tok::Ident && TEST_ATTRIBUTES.contains(&word)
    }

    /// Whether the condition `ahead` places from here asks for `test`, outside of `not(..)`.
    fn is_test_cfg(&self, ahead: usize) -> bool {
        let end = self.token(ahead - 1).pair as usize;
        let mut ahead = ahead;
        while self.pos() + ahead < end {
            if self.nth_word(ahead, "not") && self.nth(ahead + 1) == Tok::Punct(b'(') {
                ahead = (self.token(ahead + 1).pair as usize).saturating_sub(self.pos()).max(ahead) + 1;
                continue;
            }
            if self.nth_word(ahead, "test") && self.nth(ahead + 1) != Tok::Punct(b'=') {
                return true;
            }
            ahead += 1;
        }
        false
    }
}
