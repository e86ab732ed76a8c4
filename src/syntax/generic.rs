//! Reads generic parameters and `where` clauses.

use crate::syntax::lex::{Key, Tok};
use crate::syntax::parser::{Parser, Read};
use crate::syntax::{Field, Kind};

impl Parser<'_> {
    /// `<'a, T: A, const N: usize = 3>`, where it is written.
    pub(super) fn generics(&mut self) -> Read {
        if !self.at(b'<') {
            return Ok(());
        }
        let mark = self.mark();
        self.bump();
        while !self.at(b'>') {
            self.generic_param()?;
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b'>')?;
        self.finish(mark, Kind::Generics, Field::Generics);
        Ok(())
    }

    pub(super) fn generic_param(&mut self) -> Read {
        let mark = self.mark();
        self.outer_attributes()?;
        let is_const = self.eat_key(Key::Const);
        if !matches!(self.peek(), Tok::Ident | Tok::Lifetime) {
            return self.fail();
        }
        self.leaf(Kind::Name, Field::Name);
        if self.eat(b':') {
            if is_const { self.ty(Field::Type)? } else { self.bounds()? }
        }
        if self.eat(b'=') {
            match self.peek() {
                Tok::Punct(b'{') if is_const => self.block(Field::Init)?,
                _ if is_const => self.generic_default()?,
                _ => self.ty_with_bounds(Field::Type)?,
            }
        }
        self.finish(mark, Kind::GenericParam, Field::GenericParam);
        Ok(())
    }

    fn generic_default(&mut self) -> Read {
        if self.is_path_start() {
            self.path(crate::syntax::path::PathStyle::Expr, Field::Init)
        } else {
            self.literal_expr(Field::Init)
        }
    }

    /// `where T: A, ..`, where it is written, as one more [`Kind::Generics`].
    pub(super) fn where_clause(&mut self) -> Read {
        if !self.at_key(Key::Where) {
            return Ok(());
        }
        let mark = self.mark();
        self.bump();
        while !matches!(self.peek(), Tok::Punct(b'{' | b';' | b'=') | Tok::Eof) {
            self.where_predicate()?;
            if !self.eat(b',') {
                break;
            }
        }
        self.finish(mark, Kind::Generics, Field::Generics);
        Ok(())
    }

    fn where_predicate(&mut self) -> Read {
        let mark = self.mark();
        self.outer_attributes()?;
        if self.peek() == Tok::Lifetime {
            self.leaf(Kind::TypeOther, Field::Type);
        } else {
            if self.at_key(Key::For) && self.nth(1) == Tok::Punct(b'<') {
                self.for_lifetimes()?;
            }
            self.ty(Field::Type)?;
        }
        self.expect(b':')?;
        self.bounds()?;
        self.finish(mark, Kind::WherePredicate, Field::Where);
        Ok(())
    }
}
