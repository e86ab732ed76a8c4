//! Patterns: what stands before `=`, `=>` and `in`. Knows no expression.

use crate::base::Span;
use crate::syntax::lex::{Key, Tok};
use crate::syntax::parser::{Fail, Listed, Mark, Parser, Read};
use crate::syntax::path::PathStyle;
use crate::syntax::{Field, Flag, Kind};

impl Parser<'_> {
    /// `a | b`, with an optional leading `|`.
    pub(super) fn pattern(&mut self, field: Field) -> Read {
        let mark = self.mark();
        self.eat(b'|');
        self.pattern_single(field)?;
        if !self.at(b'|') || self.at_all(b"||") || self.at_all(b"|=") {
            return Ok(());
        }
        self.play(Field::Pat);
        while self.at(b'|') && !self.at_all(b"||") {
            self.bump();
            self.pattern_single(Field::Pat)?;
        }
        self.finish(mark, Kind::PatOr, field);
        Ok(())
    }

    /// A pattern without alternatives, as closures take it.
    pub(super) fn pattern_single(&mut self, field: Field) -> Read {
        self.enter()?;
        let mark = self.mark();
        self.pattern_here(mark, field)?;
        self.leave();
        Ok(())
    }

    fn pattern_here(&mut self, mark: Mark, field: Field) -> Read {
        match self.peek() {
            Tok::Key(Key::Wild) => {
                self.leaf(Kind::PatWild, field);
                Ok(())
            }
            Tok::Punct(b'.') if self.at_all(b"..") => self.pattern_rest(mark, field),
            Tok::Punct(b'&') => {
                self.bump();
                self.eat_key(Key::Mut);
                self.pattern_single(Field::Pat)?;
                self.finish(mark, Kind::PatRef, field);
                Ok(())
            }
            Tok::Punct(b'(') => self.pattern_tuple(mark, field),
            Tok::Punct(b'[') => {
                self.patterns_in(b'[', b']')?;
                self.finish(mark, Kind::PatSlice, field);
                Ok(())
            }
            Tok::Key(Key::Ref | Key::Mut) => self.pattern_ident(mark, field),
            Tok::Key(Key::Const) => {
                self.bump();
                self.block(Field::Expr)?;
                self.finish(mark, Kind::PatOther, field);
                Ok(())
            }
            Tok::Ident if self.is_binding() => self.pattern_ident(mark, field),
            _ if self.is_path_start() => self.pattern_path(mark, field),
            _ => {
                self.literal_expr(Field::Expr)?;
                self.pattern_range_end(mark, field)
            }
        }
    }

    /// Whether the identifier here binds, rather than begins a path, macro or range.
    fn is_binding(&self) -> bool {
        match self.nth(1) {
            Tok::Punct(b'(' | b'{' | b'!') => false,
            Tok::Punct(b':') => !self.nth_is(1, b"::"),
            Tok::Punct(b'.') => !self.nth_is(1, b".."),
            _ => true,
        }
    }

    fn pattern_ident(&mut self, mark: Mark, field: Field) -> Read {
        let is_ref = self.eat_key(Key::Ref);
        let is_mut = self.eat_key(Key::Mut);
        if !matches!(self.peek(), Tok::Ident | Tok::Key(Key::SelfValue)) {
            return self.fail();
        }
        self.leaf(Kind::Name, Field::Name);
        if self.eat(b'@') {
            self.pattern_single(Field::Pat)?;
        }
        self.finish(mark, Kind::PatIdent, field);
        if is_ref {
            self.flag(Flag::ByRef);
        }
        if is_mut {
            self.flag(Flag::Mut);
        }
        Ok(())
    }

    /// `..` or `..=end`.
    fn pattern_rest(&mut self, mark: Mark, field: Field) -> Read {
        let ends_here = self.at_all(b"..=");
        self.bump_n(if ends_here { 3 } else { 2 });
        if ends_here || self.is_range_bound() {
            self.range_bound()?;
            self.finish(mark, Kind::PatOther, field);
        } else {
            self.finish(mark, Kind::PatRest, field);
        }
        Ok(())
    }

    fn is_range_bound(&self) -> bool {
        matches!(self.peek(), Tok::Int | Tok::Float | Tok::Char | Tok::Bytes | Tok::Punct(b'-'))
            || self.is_path_start()
    }

    fn range_bound(&mut self) -> Read {
        if self.is_path_start() {
            self.path(PathStyle::Expr, Field::Expr)
        } else {
            self.literal_expr(Field::Expr)
        }
    }

    /// A literal was read: it stands alone or begins a range.
    fn pattern_range_end(&mut self, mark: Mark, field: Field) -> Read {
        if self.at_all(b"..") {
            self.bump_n(if self.at_all(b"..=") || self.at_all(b"...") { 3 } else { 2 });
            if self.is_range_bound() {
                self.range_bound()?;
            }
        }
        self.finish(mark, Kind::PatOther, field);
        Ok(())
    }

    fn pattern_path(&mut self, mark: Mark, field: Field) -> Read {
        self.path(PathStyle::Expr, Field::Path)?;
        match self.peek() {
            Tok::Punct(b'(') => {
                self.patterns_in(b'(', b')')?;
                self.finish(mark, Kind::PatTupleStruct, field);
            }
            Tok::Punct(b'{') => {
                self.pattern_fields()?;
                self.finish(mark, Kind::PatStruct, field);
            }
            Tok::Punct(b'!') if matches!(self.nth(1), Tok::Punct(b'(' | b'[' | b'{')) => {
                self.macro_call(mark, Field::Expr)?;
                self.finish(mark, Kind::PatOther, field);
            }
            Tok::Punct(b'.') if self.at_all(b"..") => {
                self.play(Field::Expr);
                return self.pattern_range_end(mark, field);
            }
            _ => self.finish(mark, Kind::PatPath, field),
        }
        Ok(())
    }

    fn patterns_in(&mut self, open: u8, close: u8) -> Result<Listed, Fail> {
        self.expect(open)?;
        let mut listed = Listed::default();
        while !self.at(close) {
            let mark = self.mark();
            self.outer_attributes()?;
            self.pattern(Field::Pat)?;
            self.adopt(mark);
            listed.n_parts += 1;
            if !self.eat(b',') {
                break;
            }
            listed.n_commas += 1;
        }
        self.expect(close)?;
        Ok(listed)
    }

    fn pattern_tuple(&mut self, mark: Mark, field: Field) -> Read {
        let listed = self.patterns_in(b'(', b')')?;
        if listed.is_group() && self.last_kind(mark).is_some_and(|kind| kind != Kind::PatRest) {
            self.play(field);
        } else {
            self.finish(mark, Kind::PatTuple, field);
        }
        Ok(())
    }

    fn pattern_fields(&mut self) -> Read {
        self.expect(b'{')?;
        while !self.at(b'}') {
            let mark = self.mark();
            self.outer_attributes()?;
            if self.at_all(b"..") {
                let rest = self.mark();
                self.bump_n(2);
                self.finish(rest, Kind::PatRest, Field::Rest);
            } else {
                self.field_pattern(mark)?;
            }
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b'}')
    }

    fn field_pattern(&mut self, mark: Mark) -> Read {
        let is_long = matches!(self.peek(), Tok::Ident | Tok::Int | Tok::Key(Key::SelfValue))
            && self.nth(1) == Tok::Punct(b':')
            && !self.nth_is(1, b"::");
        if is_long {
            self.leaf(Kind::Name, Field::Name);
            self.bump();
            self.pattern(Field::Pat)?;
        } else {
            let n_words = usize::from(self.at_key(Key::Ref))
                + usize::from(self.at_key(Key::Mut) || self.nth(1) == Tok::Key(Key::Mut));
            let name = self.token(n_words);
            self.leaf_of(Span::new(name.start, name.end), Kind::Name, Field::Name);
            let inner = self.mark();
            self.pattern_ident(inner, Field::Pat)?;
        }
        self.finish(mark, Kind::FieldPat, Field::FieldPat);
        Ok(())
    }
}
