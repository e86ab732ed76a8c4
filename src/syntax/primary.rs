//! Reads the expressions that operators work on: literals, paths, struct literals, closures, brackets, jumps.

use crate::syntax::expr::Braces;
use crate::syntax::lex::{Key, Tok};
use crate::syntax::parser::{Mark, Parser, Read};
use crate::syntax::path::PathStyle;
use crate::syntax::{Field, Flag, Kind};

impl Parser<'_> {
    /// One operand without what may follow it.
    pub(super) fn primary(&mut self, braces: Braces) -> Read {
        let mark = self.mark();
        if self.is_block_like() {
            return self.block_like(Field::Expr);
        }
        match self.peek() {
            Tok::Str | Tok::Bytes | Tok::Char | Tok::Int | Tok::Float | Tok::Key(Key::True | Key::False) => {
                self.literal_expr(Field::Expr)
            }
            Tok::Punct(b'(') => self.tuple(mark),
            Tok::Punct(b'[') => self.array(mark),
            Tok::Punct(b'|') | Tok::Key(Key::Async | Key::Static | Key::Move | Key::Const | Key::For) => {
                self.closure(mark, braces)
            }
            Tok::Key(Key::Return | Key::Yield | Key::Become) => self.jump_value(mark, braces),
            Tok::Key(Key::Break) => self.jump_out(mark, braces),
            Tok::Key(Key::Continue) => {
                self.bump();
                self.jump_label();
                self.finish(mark, Kind::Continue, Field::Expr);
                Ok(())
            }
            Tok::Key(Key::Let) => self.let_condition(mark),
            Tok::Key(Key::Wild) => {
                self.leaf(Kind::OtherExpr, Field::Expr);
                Ok(())
            }
            _ if self.nth_word(0, "do") && self.nth_word(1, "yeet") => {
                self.bump();
                self.jump_value(mark, braces)
            }
            _ if self.is_path_start() => self.path_expr(mark, braces),
            _ => self.fail(),
        }
    }

    /// A literal, with a sign before a number.
    pub(super) fn literal_expr(&mut self, field: Field) -> Read {
        let kind = match self.peek() {
            Tok::Str => Kind::LitStr,
            Tok::Bytes => Kind::LitBytes,
            Tok::Char => Kind::LitChar,
            Tok::Int => Kind::LitInt,
            Tok::Float => Kind::LitFloat,
            Tok::Key(Key::True | Key::False) => Kind::LitBool,
            Tok::Punct(b'-') => {
                let mark = self.mark();
                self.bump();
                if !matches!(self.peek(), Tok::Int | Tok::Float | Tok::Ident) {
                    return self.fail();
                }
                let kind = if self.peek() == Tok::Float { Kind::LitFloat } else { Kind::LitInt };
                self.leaf(kind, Field::Expr);
                self.finish(mark, Kind::Neg, field);
                return Ok(());
            }
            _ => return self.fail(),
        };
        self.leaf(kind, field);
        Ok(())
    }

    fn path_expr(&mut self, mark: Mark, braces: Braces) -> Read {
        self.path(PathStyle::Expr, Field::Expr)?;
        match self.peek() {
            Tok::Punct(b'!') if matches!(self.nth(1), Tok::Punct(b'(' | b'[' | b'{')) => {
                self.play(Field::Path);
                self.macro_call(mark, Field::Expr)
            }
            Tok::Punct(b'{') if braces == Braces::Struct => {
                self.play(Field::Path);
                self.struct_literal(mark)
            }
            _ => Ok(()),
        }
    }

    fn struct_literal(&mut self, mark: Mark) -> Read {
        self.expect(b'{')?;
        while !self.at(b'}') {
            if self.at_all(b"..") {
                let rest = self.mark();
                self.bump_n(2);
                if self.at(b'}') {
                    self.finish(rest, Kind::PatRest, Field::Rest);
                } else {
                    self.expr(Field::Rest)?;
                }
            } else {
                self.field_value()?;
            }
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b'}')?;
        self.finish(mark, Kind::StructLit, Field::Expr);
        Ok(())
    }

    fn field_value(&mut self) -> Read {
        let mark = self.mark();
        self.outer_attributes()?;
        if !matches!(self.peek(), Tok::Ident | Tok::Int | Tok::Key(Key::SelfValue)) {
            return self.fail();
        }
        self.leaf(Kind::Name, Field::Name);
        if self.at(b':') && !self.at_all(b"::") {
            self.bump();
            self.expr(Field::Init)?;
        }
        self.finish(mark, Kind::FieldInit, Field::FieldInit);
        Ok(())
    }

    fn tuple(&mut self, mark: Mark) -> Read {
        let listed = self.exprs_in(b'(', b')', Field::Expr)?;
        if !listed.is_group() {
            self.finish(mark, Kind::Tuple, Field::Expr);
        }
        Ok(())
    }

    pub(super) fn array(&mut self, mark: Mark) -> Read {
        self.expect(b'[')?;
        while !self.at(b']') {
            self.expr(Field::Expr)?;
            if self.eat(b';') {
                self.expr(Field::Count)?;
                self.expect(b']')?;
                self.finish(mark, Kind::Repeat, Field::Expr);
                return Ok(());
            }
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b']')?;
        self.finish(mark, Kind::Array, Field::Expr);
        Ok(())
    }

    /// `async move |a: A| -> B { .. }`
    fn closure(&mut self, mark: Mark, braces: Braces) -> Read {
        let (mut is_async, mut is_move) = (false, false);
        if self.at_key(Key::For) {
            self.for_lifetimes()?;
        }
        loop {
            match self.peek() {
                Tok::Key(Key::Async) => is_async = true,
                Tok::Key(Key::Move) => is_move = true,
                Tok::Key(Key::Static | Key::Const) => {}
                _ => break,
            }
            self.bump();
        }
        self.expect(b'|')?;
        while !self.at(b'|') {
            self.closure_parameter()?;
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b'|')?;
        self.return_type()?;
        self.expr_in(braces, Field::Body)?;
        self.finish(mark, Kind::Closure, Field::Expr);
        if is_async {
            self.flag(Flag::Async);
        }
        if is_move {
            self.flag(Flag::Move);
        }
        Ok(())
    }

    fn closure_parameter(&mut self) -> Read {
        let mark = self.mark();
        self.outer_attributes()?;
        self.pattern_single(Field::Pat)?;
        if self.eat(b':') {
            self.ty(Field::Type)?;
        }
        self.finish(mark, Kind::Param, Field::Param);
        Ok(())
    }

    /// `return e`, `yield e`, `become e`, `do yeet e`.
    fn jump_value(&mut self, mark: Mark, braces: Braces) -> Read {
        let kind = if self.at_key(Key::Return) { Kind::Return } else { Kind::OtherExpr };
        self.bump();
        if self.is_expr_start(braces) || self.at_all(b"..") {
            self.expr_in(braces, Field::Expr)?;
        }
        self.finish(mark, kind, Field::Expr);
        Ok(())
    }

    fn jump_out(&mut self, mark: Mark, braces: Braces) -> Read {
        self.bump();
        self.jump_label();
        if self.is_expr_start(braces) || self.at_all(b"..") {
            self.expr_in(braces, Field::Expr)?;
        }
        self.finish(mark, Kind::Break, Field::Expr);
        Ok(())
    }

    fn jump_label(&mut self) {
        let is_block_label = self.nth(1) == Tok::Punct(b':');
        if self.peek() == Tok::Lifetime && !is_block_label {
            self.leaf(Kind::Label, Field::Label);
        }
    }
}
