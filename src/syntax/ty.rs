//! Reads types and bounds.

use crate::syntax::lex::{Key, Tok};
use crate::syntax::parser::{Fail, Listed, Mark, Parser, Read};
use crate::syntax::path::PathStyle;
use crate::syntax::{Field, Flag, Kind};

impl Parser<'_> {
    /// One type.
    pub(super) fn ty(&mut self, field: Field) -> Read {
        self.enter()?;
        let mark = self.mark();
        self.ty_here(mark, field)?;
        self.leave();
        Ok(())
    }

    /// One type, or `A + B` as older code writes trait objects.
    pub(super) fn ty_with_bounds(&mut self, field: Field) -> Read {
        let mark = self.mark();
        self.ty(field)?;
        if !self.at(b'+') || self.at_all(b"+=") {
            return Ok(());
        }
        self.play(Field::Bound);
        self.bump();
        self.bounds()?;
        self.finish(mark, Kind::TypeDyn, field);
        Ok(())
    }

    fn ty_here(&mut self, mark: Mark, field: Field) -> Read {
        match self.peek() {
            Tok::Punct(b'(') => self.ty_tuple(mark, field),
            Tok::Punct(b'[') => self.ty_slice(mark, field),
            Tok::Punct(b'&') => self.ty_ref(mark, field),
            Tok::Punct(b'*') => self.ty_ptr(mark, field),
            Tok::Punct(b'!') | Tok::Key(Key::Wild) => {
                self.leaf(Kind::TypeOther, field);
                Ok(())
            }
            Tok::Punct(b'?') | Tok::Lifetime => self.bounds_as(mark, Kind::TypeDyn, field),
            Tok::Key(Key::Fn | Key::Unsafe | Key::Extern) => self.ty_fn(mark, field),
            Tok::Key(Key::For) => {
                self.for_lifetimes()?;
                if matches!(self.peek(), Tok::Key(Key::Fn | Key::Unsafe | Key::Extern)) {
                    self.ty_fn(mark, field)
                } else {
                    self.bounds_as(mark, Kind::TypeDyn, field)
                }
            }
            Tok::Key(Key::Impl) => {
                self.bump();
                self.bounds_as(mark, Kind::TypeImpl, field)
            }
            Tok::Key(Key::Dyn) => {
                self.bump();
                self.eat(b'*');
                self.bounds_as(mark, Kind::TypeDyn, field)
            }
            _ => self.ty_path(mark, field),
        }
    }

    fn ty_path(&mut self, mark: Mark, field: Field) -> Read {
        if !self.is_path_start() {
            return self.fail();
        }
        self.path(PathStyle::Type, Field::Path)?;
        if self.at(b'!') && matches!(self.nth(1), Tok::Punct(b'(' | b'[' | b'{')) {
            return self.macro_call(mark, field);
        }
        self.finish(mark, Kind::TypePath, field);
        Ok(())
    }

    fn bounds_as(&mut self, mark: Mark, kind: Kind, field: Field) -> Read {
        self.bounds()?;
        self.finish(mark, kind, field);
        Ok(())
    }

    fn ty_tuple(&mut self, mark: Mark, field: Field) -> Read {
        self.expect(b'(')?;
        let mut listed = Listed::default();
        while !self.at(b')') {
            self.ty_with_bounds(Field::Type)?;
            listed.n_parts += 1;
            if !self.eat(b',') {
                break;
            }
            listed.n_commas += 1;
        }
        self.expect(b')')?;
        if listed.is_group() {
            self.play(field);
        } else {
            self.finish(mark, Kind::TypeTuple, field);
        }
        Ok(())
    }

    fn ty_slice(&mut self, mark: Mark, field: Field) -> Read {
        self.expect(b'[')?;
        self.ty(Field::Type)?;
        let is_array = self.eat(b';');
        if is_array {
            self.expr(Field::Init)?;
        }
        self.expect(b']')?;
        self.finish(mark, if is_array { Kind::TypeArray } else { Kind::TypeSlice }, field);
        Ok(())
    }

    fn ty_ref(&mut self, mark: Mark, field: Field) -> Read {
        self.expect(b'&')?;
        if self.peek() == Tok::Lifetime {
            self.bump();
        }
        let is_mut = self.eat_key(Key::Mut);
        self.ty(Field::Type)?;
        self.finish(mark, Kind::TypeRef, field);
        if is_mut {
            self.flag(Flag::Mut);
        }
        Ok(())
    }

    fn ty_ptr(&mut self, mark: Mark, field: Field) -> Read {
        self.expect(b'*')?;
        let is_mut = self.eat_key(Key::Mut);
        if !is_mut {
            self.expect_key(Key::Const)?;
        }
        self.ty(Field::Type)?;
        self.finish(mark, Kind::TypePtr, field);
        if is_mut {
            self.flag(Flag::Mut);
        }
        Ok(())
    }

    fn ty_fn(&mut self, mark: Mark, field: Field) -> Read {
        self.eat_key(Key::Unsafe);
        if self.eat_key(Key::Extern) && self.peek() == Tok::Str {
            self.bump();
        }
        self.expect_key(Key::Fn)?;
        self.expect(b'(')?;
        while !self.at(b')') {
            self.outer_attributes()?;
            if self.at_all(b"...") {
                self.bump_n(3);
            } else {
                self.fn_ptr_arg(Field::Param)?;
            }
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b')')?;
        self.return_type()?;
        self.finish(mark, Kind::TypeFn, field);
        Ok(())
    }

    /// `T`, `name: T` or `mut name: T`.
    pub(super) fn fn_ptr_arg(&mut self, field: Field) -> Read {
        let is_named = |p: &Self, ahead: usize| {
            matches!(p.nth(ahead), Tok::Ident | Tok::Key(Key::Wild | Key::SelfValue))
                && p.nth(ahead + 1) == Tok::Punct(b':')
                && !p.nth_is(ahead + 1, b"::")
        };
        if self.at_key(Key::Mut) && is_named(self, 1) {
            self.bump();
        }
        if is_named(self, 0) {
            self.bump_n(2);
        }
        self.ty_with_bounds(field)
    }

    /// `-> T`, where it is written.
    pub(super) fn return_type(&mut self) -> Read {
        if !self.at_all(b"->") {
            return Ok(());
        }
        self.bump_n(2);
        self.ty(Field::Ret)
    }

    /// `for<'a, 'b>`.
    pub(super) fn for_lifetimes(&mut self) -> Read {
        self.expect_key(Key::For)?;
        self.expect(b'<')?;
        while !self.at(b'>') {
            let point = self.checkpoint();
            self.generic_param()?;
            // Bound lifetimes leave no node.
            self.drop_nodes(point);
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b'>')
    }

    /// `A + ?B + 'c + use<'a, T>`; may be empty.
    pub(super) fn bounds(&mut self) -> Read {
        while self.bound()? {
            if !self.at(b'+') || self.at_all(b"+=") {
                break;
            }
            self.bump();
        }
        Ok(())
    }

    fn bound(&mut self) -> Result<bool, Fail> {
        let mark = self.mark();
        match self.peek() {
            Tok::Lifetime => self.leaf(Kind::TypeOther, Field::Bound),
            Tok::Punct(b'(') => {
                self.enter()?;
                self.bump();
                self.bound()?;
                self.expect(b')')?;
                self.leave();
            }
            Tok::Key(Key::Use) => {
                self.bump();
                let point = self.checkpoint();
                self.generic_args()?;
                self.drop_nodes(point);
                self.finish(mark, Kind::TypeOther, Field::Bound);
            }
            Tok::Punct(b'?') => {
                self.bump();
                let point = self.checkpoint();
                self.bound_path()?;
                self.drop_nodes(point);
                self.finish(mark, Kind::TypeOther, Field::Bound);
            }
            Tok::Punct(b'!' | b'~' | b'[') | Tok::Key(Key::Const | Key::Async | Key::For) => {
                self.modified_bound()?;
            }
            _ if self.is_path_start() => self.bound_path()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn bound_path(&mut self) -> Read {
        if self.at_key(Key::For) {
            self.for_lifetimes()?;
        }
        self.path(PathStyle::Type, Field::Bound)
    }

    /// `for<'a> A`, `~const A`, `const A`, `async A`, `[const] A`, `!A`.
    fn modified_bound(&mut self) -> Read {
        while matches!(self.peek(), Tok::Punct(b'!' | b'~' | b'[' | b']') | Tok::Key(Key::Const | Key::Async))
        {
            self.bump();
        }
        self.bound_path()
    }
}
