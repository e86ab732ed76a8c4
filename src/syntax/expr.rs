//! Reads expressions made of others: assignment, ranges, operators, calls, fields.

use crate::syntax::lex::{Key, Tok};
use crate::syntax::operator::Op;
use crate::syntax::parser::{Fail, Listed, Mark, Parser, Read};
use crate::syntax::{Field, Flag, Kind};

/// Whether `P {` may begin a struct literal here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Braces {
    Struct,
    /// As in the head of `if`, `while`, `match` and `for`.
    Block,
}

/// Binds tighter than `&&`: the right side of `let p = e` in a condition.
const ABOVE_AND: u8 = 4;
/// The power of a unary operator's operand.
const ABOVE_ALL: u8 = 11;

impl Parser<'_> {
    /// Any expression.
    pub(super) fn expr(&mut self, field: Field) -> Read {
        self.expr_in(Braces::Struct, field)
    }

    /// Any expression, with or without struct literals.
    pub(super) fn expr_in(&mut self, braces: Braces, field: Field) -> Read {
        self.enter()?;
        let mark = self.mark();
        if self.at_all(b"..") {
            self.range_tail(mark, braces)?;
        } else {
            self.unary(braces)?;
            self.expr_tail(mark, braces)?;
        }
        self.play(field);
        self.leave();
        Ok(())
    }

    /// What may follow an operand: operators, a range, an assignment.
    pub(super) fn expr_tail(&mut self, mark: Mark, braces: Braces) -> Read {
        self.binary_tail(mark, 0, braces)?;
        if self.at_all(b"..") && !self.at_all(b"...") {
            self.play(Field::Left);
            self.range_tail(mark, braces)?;
        }
        if self.at(b'=') && !self.at_all(b"==") && !self.at_all(b"=>") {
            self.play(Field::Left);
            self.bump();
            self.expr_in(braces, Field::Right)?;
            self.finish(mark, Kind::Assign, Field::Expr);
        } else if let Some((op, n_tokens)) = self.assign_operator() {
            self.play(Field::Left);
            self.bump_n(n_tokens);
            self.expr_in(braces, Field::Right)?;
            self.finish(mark, Kind::AssignOp, Field::Expr);
            self.operate(op);
        }
        Ok(())
    }

    /// `..e`, `..=e` or `..`, with what begins at `mark` to its left.
    fn range_tail(&mut self, mark: Mark, braces: Braces) -> Read {
        let is_closed = self.at_all(b"..=");
        self.bump_n(if is_closed { 3 } else { 2 });
        if self.is_expr_start(braces) {
            let right = self.mark();
            self.unary(braces)?;
            self.binary_tail(right, 0, braces)?;
            self.play(Field::Right);
        }
        self.finish(mark, Kind::Range, Field::Expr);
        if let Some(op) = Op::of(if is_closed { "..=" } else { ".." }) {
            self.operate(op);
        }
        Ok(())
    }

    /// Whether the token here can begin an expression.
    pub(super) fn is_expr_start(&self, braces: Braces) -> bool {
        match self.peek() {
            Tok::Eof | Tok::Bad => false,
            Tok::Punct(b'{') => braces == Braces::Struct,
            Tok::Punct(byte) => {
                matches!(byte, b'(' | b'[' | b'-' | b'!' | b'*' | b'&' | b'|' | b'<' | b'#' | b':')
            }
            Tok::Key(key) => !matches!(key, Key::As | Key::Else | Key::In | Key::Where | Key::Mut | Key::Ref),
            Tok::Ident | Tok::Lifetime | Tok::Str | Tok::Bytes | Tok::Char | Tok::Int | Tok::Float => true,
        }
    }

    /// The binary operator here, with its tokens.
    fn binary_operator(&self) -> Option<(Op, usize)> {
        let Tok::Punct(first) = self.peek() else { return None };
        let next = |byte: u8| self.nth_is(0, &[first, byte]);
        let (text, n_tokens) = match first {
            b'+' if !next(b'=') => ("+", 1),
            b'-' if !next(b'=') && !next(b'>') => ("-", 1),
            b'*' if !next(b'=') => ("*", 1),
            b'/' if !next(b'=') => ("/", 1),
            b'%' if !next(b'=') => ("%", 1),
            b'^' if !next(b'=') => ("^", 1),
            b'&' if next(b'&') => ("&&", 2),
            b'&' if !next(b'=') => ("&", 1),
            b'|' if next(b'|') => ("||", 2),
            b'|' if !next(b'=') => ("|", 1),
            b'<' if self.at_all(b"<<") && !self.at_all(b"<<=") => ("<<", 2),
            b'>' if self.at_all(b">>") && !self.at_all(b">>=") => (">>", 2),
            b'<' if next(b'=') => ("<=", 2),
            b'>' if next(b'=') => (">=", 2),
            b'<' if !next(b'<') => ("<", 1),
            b'>' if !next(b'>') => (">", 1),
            b'=' if next(b'=') => ("==", 2),
            b'!' if next(b'=') => ("!=", 2),
            _ => return None,
        };
        Op::of(text).map(|op| (op, n_tokens))
    }

    fn assign_operator(&self) -> Option<(Op, usize)> {
        let Tok::Punct(first) = self.peek() else { return None };
        let text = match first {
            b'+' => "+",
            b'-' => "-",
            b'*' => "*",
            b'/' => "/",
            b'%' => "%",
            b'^' => "^",
            b'&' => "&",
            b'|' => "|",
            b'<' => "<<",
            b'>' => ">>",
            _ => return None,
        };
        let n_tokens = text.len() + 1;
        let is_here = self.at_all(text.as_bytes()) && self.nth(n_tokens - 1) == Tok::Punct(b'=') && {
            self.token(n_tokens - 2).end == self.token(n_tokens - 1).start
        };
        Op::of(text).filter(|_| is_here).map(|op| (op, n_tokens))
    }

    /// Operators that bind tighter than `min`, behind the operand that begins at `mark`.
    fn binary_tail(&mut self, mark: Mark, min: u8, braces: Braces) -> Read {
        let mut was_comparison = false;
        loop {
            if self.at_key(Key::As) && min < ABOVE_ALL {
                self.play(Field::Expr);
                self.bump();
                self.ty(Field::Type)?;
                self.finish(mark, Kind::Cast, Field::Expr);
                continue;
            }
            let Some((op, n_tokens)) = self.binary_operator().filter(|(op, _)| op.power() > min) else {
                return Ok(());
            };
            if op.is_comparison() && was_comparison {
                return self.fail();
            }
            was_comparison = op.is_comparison();
            self.play(Field::Left);
            self.bump_n(n_tokens);
            self.enter()?;
            let right = self.mark();
            self.unary(braces)?;
            self.binary_tail(right, op.power(), braces)?;
            self.leave();
            self.play(Field::Right);
            self.finish(mark, Kind::Binary, Field::Expr);
            self.operate(op);
        }
    }

    /// `-e`, `!e`, `*e`, `&e`, or an operand with its calls and fields.
    pub(super) fn unary(&mut self, braces: Braces) -> Read {
        let kind = match self.peek() {
            Tok::Punct(b'-') => Kind::Neg,
            Tok::Punct(b'!') => Kind::Not,
            Tok::Punct(b'*') => Kind::Deref,
            Tok::Punct(b'&') => Kind::Ref,
            Tok::Punct(b'#') => return self.attributed(braces),
            _ => {
                let mark = self.mark();
                self.primary(braces)?;
                return self.postfix_tail(mark);
            }
        };
        self.enter()?;
        let mark = self.mark();
        self.bump();
        let is_raw = kind == Kind::Ref
            && self.nth_word(0, "raw")
            && matches!(self.nth(1), Tok::Key(Key::Const | Key::Mut));
        if is_raw {
            self.bump();
        }
        let is_mut = kind == Kind::Ref && self.eat_key(Key::Mut);
        if is_raw {
            self.eat_key(Key::Const);
        }
        if self.at_all(b"..") {
            let inner = self.mark();
            self.range_tail(inner, braces)?;
        } else {
            self.unary(braces)?;
        }
        self.play(Field::Expr);
        self.finish(mark, kind, Field::Expr);
        if is_mut {
            self.flag(Flag::Mut);
        }
        self.leave();
        Ok(())
    }

    fn attributed(&mut self, braces: Braces) -> Read {
        self.enter()?;
        let mark = self.mark();
        self.outer_attributes()?;
        self.unary(braces)?;
        self.adopt(mark);
        self.leave();
        Ok(())
    }

    /// `let p = e` in a condition.
    pub(super) fn let_condition(&mut self, mark: Mark) -> Read {
        self.expect_key(Key::Let)?;
        self.pattern(Field::Pat)?;
        self.expect(b'=')?;
        self.enter()?;
        let init = self.mark();
        self.unary(Braces::Block)?;
        self.binary_tail(init, ABOVE_AND - 1, Braces::Block)?;
        self.play(Field::Init);
        self.leave();
        self.finish(mark, Kind::LetCond, Field::Expr);
        Ok(())
    }

    /// Calls, methods, fields, indexes, `?` and `.await` behind the operand that begins at `mark`.
    pub(super) fn postfix_tail(&mut self, mark: Mark) -> Read {
        loop {
            match self.peek() {
                Tok::Punct(b'?') => {
                    self.play(Field::Expr);
                    self.bump();
                    self.finish(mark, Kind::Try, Field::Expr);
                }
                Tok::Punct(b'(') => {
                    self.play(Field::Callee);
                    self.exprs_in(b'(', b')', Field::Arg)?;
                    self.finish(mark, Kind::Call, Field::Expr);
                }
                Tok::Punct(b'[') => {
                    self.play(Field::Base);
                    self.bump();
                    self.expr(Field::Arg)?;
                    self.expect(b']')?;
                    self.finish(mark, Kind::Index, Field::Expr);
                }
                Tok::Punct(b'.') if !self.at_all(b"..") => self.dot(mark)?,
                _ => return Ok(()),
            }
        }
    }

    fn dot(&mut self, mark: Mark) -> Read {
        self.expect(b'.')?;
        if self.at_key(Key::Await) {
            self.play(Field::Expr);
            self.bump();
            self.finish(mark, Kind::Await, Field::Expr);
            return Ok(());
        }
        if !matches!(self.peek(), Tok::Ident | Tok::Int) {
            return self.fail();
        }
        let has_turbofish = self.nth_is(1, b"::") && self.nth(3) == Tok::Punct(b'<');
        let is_call = self.peek() != Tok::Int && (has_turbofish || self.nth(1) == Tok::Punct(b'('));
        if !is_call {
            self.play(Field::Base);
            self.leaf(Kind::Name, Field::Name);
            self.finish(mark, Kind::FieldAccess, Field::Expr);
            return Ok(());
        }
        self.play(Field::Receiver);
        self.leaf(Kind::Name, Field::Name);
        if has_turbofish {
            self.bump_n(2);
            self.generic_args()?;
        }
        self.exprs_in(b'(', b')', Field::Arg)?;
        self.finish(mark, Kind::MethodCall, Field::Expr);
        Ok(())
    }

    /// `(a, b, c)`, each with `field`.
    pub(super) fn exprs_in(&mut self, open: u8, close: u8, field: Field) -> Result<Listed, Fail> {
        self.expect(open)?;
        let mut listed = Listed::default();
        while !self.at(close) {
            self.expr(field)?;
            listed.n_parts += 1;
            if !self.eat(b',') {
                break;
            }
            listed.n_commas += 1;
        }
        self.expect(close)?;
        Ok(listed)
    }
}
