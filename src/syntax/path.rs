//! Reads paths and generic arguments.

use crate::syntax::lex::{Key, Tok};
use crate::syntax::parser::{Parser, Read};
use crate::syntax::{Field, Flag, Kind};

/// Where a path stands, which decides how its generics are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathStyle {
    /// `a::b::<T>`
    Expr,
    /// `a::b<T>`, `Fn(A) -> B`
    Type,
    /// `a::b`
    Plain,
}

impl Parser<'_> {
    /// Whether a word that may be a path's segment is `ahead` places from here.
    pub(super) fn is_segment(&self, ahead: usize) -> bool {
        matches!(
            self.nth(ahead),
            Tok::Ident | Tok::Key(Key::Crate | Key::SelfType | Key::SelfValue | Key::Super)
        )
    }

    /// Whether a path starts here.
    pub(super) fn is_path_start(&self) -> bool {
        self.is_segment(0) || self.at_all(b"::") || self.at(b'<')
    }

    /// `a::b`, `::a`, `<T as A>::b`.
    pub(super) fn path(&mut self, style: PathStyle, field: Field) -> Read {
        let mark = self.mark();
        let has_leading = self.at_all(b"::");
        if self.at(b'<') {
            self.qualified(style)?;
        } else if self.is_plain_path(style) {
            self.plain_path();
        } else {
            if has_leading {
                self.bump_n(2);
            }
            self.segments(style)?;
        }
        self.finish(mark, Kind::Path, field);
        if has_leading {
            self.flag(Flag::Leading);
        }
        Ok(())
    }

    /// Whether the path here has no generics and no gap, so that its text tells its segments.
    fn is_plain_path(&self, style: PathStyle) -> bool {
        let mut ahead = if self.at_all(b"::") { 2 } else { 0 };
        if ahead == 2 && self.token(1).end != self.token(2).start {
            return false;
        }
        loop {
            if !self.is_segment(ahead) {
                return false;
            }
            let (word, next) = (self.token(ahead), self.token(ahead + 1));
            match next.tok {
                Tok::Punct(b'<') if self.nth_is(ahead + 1, b"<=") => return true,
                Tok::Punct(b'<' | b'(') if style == PathStyle::Type => return false,
                Tok::Punct(b':') if self.nth_is(ahead + 1, b"::") => {}
                _ => return true,
            }
            if self.nth(ahead + 3) == Tok::Punct(b'<') && style != PathStyle::Plain {
                return false;
            }
            if self.nth(ahead + 3) == Tok::Punct(b'(') && style == PathStyle::Type {
                return false;
            }
            if !self.is_segment(ahead + 3) {
                return true;
            }
            if word.end != next.start || self.token(ahead + 2).end != self.token(ahead + 3).start {
                return false;
            }
            ahead += 3;
        }
    }

    fn plain_path(&mut self) {
        if self.at_all(b"::") {
            self.bump_n(2);
        }
        self.bump();
        while self.at_all(b"::") && self.is_segment(2) {
            self.bump_n(3);
        }
    }

    fn qualified(&mut self, style: PathStyle) -> Read {
        self.enter()?;
        self.expect(b'<')?;
        self.ty(Field::Qself)?;
        if self.eat_key(Key::As) {
            if self.at_all(b"::") {
                self.bump_n(2);
            }
            self.segments(PathStyle::Type)?;
        }
        self.expect(b'>')?;
        self.leave();
        if !self.at_all(b"::") {
            return self.fail();
        }
        self.bump_n(2);
        self.segments(style)
    }

    fn segments(&mut self, style: PathStyle) -> Read {
        loop {
            let mark = self.mark();
            if !self.is_segment(0) {
                return self.fail();
            }
            self.leaf(Kind::Name, Field::Name);
            self.segment_generics(style)?;
            self.finish(mark, Kind::Segment, Field::Segment);
            if !(self.at_all(b"::") && self.is_segment(2)) {
                return Ok(());
            }
            self.bump_n(2);
        }
    }

    fn segment_generics(&mut self, style: PathStyle) -> Read {
        match style {
            PathStyle::Plain => Ok(()),
            // `a as u8 <= b` compares.
            PathStyle::Type if self.at(b'<') && !self.at_all(b"<=") => self.generic_args(),
            PathStyle::Type if self.at(b'(') => self.parenthesized_args(),
            PathStyle::Expr | PathStyle::Type if self.at_all(b"::") && self.nth(2) == Tok::Punct(b'<') => {
                self.bump_n(2);
                self.generic_args()
            }
            PathStyle::Type if self.at_all(b"::") && self.nth(2) == Tok::Punct(b'(') => {
                self.bump_n(2);
                self.parenthesized_args()
            }
            PathStyle::Expr | PathStyle::Type => Ok(()),
        }
    }

    /// `(A, B) -> C` behind `Fn`, or `(..)`.
    fn parenthesized_args(&mut self) -> Read {
        self.expect(b'(')?;
        while !self.at(b')') {
            if self.at_all(b"..") {
                self.bump_n(2);
            } else {
                self.fn_ptr_arg(Field::GenericArg)?;
            }
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b')')?;
        self.return_type()
    }

    /// `<A, 'b, C = D, 3>`; lifetimes leave no node.
    pub(super) fn generic_args(&mut self) -> Read {
        self.enter()?;
        self.expect(b'<')?;
        while !self.at(b'>') {
            self.generic_arg()?;
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b'>')?;
        self.leave();
        Ok(())
    }

    fn generic_arg(&mut self) -> Read {
        match self.peek() {
            Tok::Lifetime => {
                self.bump();
                Ok(())
            }
            Tok::Punct(b'{') => self.block(Field::GenericArg),
            Tok::Str
            | Tok::Bytes
            | Tok::Char
            | Tok::Int
            | Tok::Float
            | Tok::Key(Key::True | Key::False)
            | Tok::Punct(b'-') => self.literal_expr(Field::GenericArg),
            Tok::Ident => self.named_or_type_arg(),
            _ => self.ty_with_bounds(Field::GenericArg),
        }
    }

    fn named_or_type_arg(&mut self) -> Read {
        let point = self.checkpoint();
        let is_bound = |p: &Self, ahead| p.nth(ahead) == Tok::Punct(b':') && !p.nth_is(ahead, b"::");
        let is_value = |p: &Self, ahead| p.nth(ahead) == Tok::Punct(b'=') && !p.nth_is(ahead, b"==");
        let has_generics = !is_bound(self, 1) && !is_value(self, 1);
        if has_generics {
            self.ty_with_bounds(Field::GenericArg)?;
            if !is_bound(self, 0) && !is_value(self, 0) {
                return Ok(());
            }
            self.rewind(point);
        }
        let mark = self.mark();
        self.leaf(Kind::Name, Field::Name);
        if has_generics {
            self.segment_generics(PathStyle::Type)?;
        }
        if self.eat(b':') {
            self.bounds()?;
        } else {
            self.expect(b'=')?;
            match self.peek() {
                Tok::Punct(b'{' | b'-')
                | Tok::Int
                | Tok::Str
                | Tok::Char
                | Tok::Key(Key::True | Key::False) => {
                    self.generic_arg()?;
                    self.play(Field::Init);
                }
                _ => self.ty_with_bounds(Field::Type)?,
            }
        }
        self.finish(mark, Kind::AssocArg, Field::GenericArg);
        Ok(())
    }
}
