//! Reads blocks, statements and the expressions that end in a block.

use crate::syntax::expr::Braces;
use crate::syntax::lex::{Key, Tok};
use crate::syntax::parser::{Fail, Mark, Parser, Read};
use crate::syntax::{Field, Flag, Kind};

/// How an expression in statement position ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// With a block, so that no `;` or `,` need follow.
    Block,
    Open,
}

/// Words that begin items and nothing else.
fn is_item_word(tok: Tok) -> bool {
    let Tok::Key(key) = tok else { return false };
    matches!(
        key,
        Key::Fn
            | Key::Struct
            | Key::Enum
            | Key::Trait
            | Key::Impl
            | Key::Mod
            | Key::Use
            | Key::Type
            | Key::Pub
            | Key::Extern
            | Key::Const
            | Key::Static
    )
}

impl Parser<'_> {
    /// `{ statements }`
    pub(super) fn block(&mut self, field: Field) -> Read {
        let mark = self.mark();
        self.block_as(mark, Kind::Block, field)
    }

    fn block_as(&mut self, mark: Mark, kind: Kind, field: Field) -> Read {
        self.enter()?;
        let pair = self.pair();
        self.expect(b'{')?;
        self.inner_attributes()?;
        self.statements(pair)?;
        self.expect(b'}')?;
        self.leave();
        self.finish(mark, kind, field);
        Ok(())
    }

    /// Statements up to token `end`.
    pub(super) fn statements(&mut self, end: usize) -> Read {
        while self.pos() < end && self.peek() != Tok::Eof {
            if !self.eat(b';') {
                self.recovering(Field::Stmt, |p| p.statement(end))?;
            }
        }
        Ok(())
    }

    fn statement(&mut self, end: usize) -> Read {
        let mark = self.mark();
        if self.at(b'#') && self.nth(1) == Tok::Punct(b'[') {
            let point = self.checkpoint();
            self.outer_attributes()?;
            if self.is_item_start() {
                self.rewind(point);
                return self.item(Field::Stmt);
            }
        } else if self.is_item_start() {
            return self.item(Field::Stmt);
        }
        if self.at_key(Key::Let) {
            return self.let_statement(mark);
        }
        let inner = self.mark();
        let ending = self.statement_expr(inner)?;
        self.play(Field::Expr);
        if self.eat(b';') {
            self.finish(mark, Kind::ExprStmt, Field::Stmt);
        } else if self.pos() == end {
            self.adopt(mark);
            self.play(Field::Tail);
        } else if ending == Ending::Block || self.is_sequence_variable(inner) {
            self.finish(mark, Kind::ExprStmt, Field::Stmt);
        } else {
            return self.fail();
        }
        Ok(())
    }

    /// `$$$` of a code pattern and `$body` of a macro need no `;`.
    fn is_sequence_variable(&self, mark: Mark) -> bool {
        self.last_kind(mark) == Some(Kind::Path) && self.last_text().starts_with('$')
    }

    /// An expression where a block ends it, as in a statement or the arm of a `match`.
    pub(super) fn statement_expr(&mut self, mark: Mark) -> Result<Ending, Fail> {
        let is_macro = self.is_braced_macro();
        if !is_macro && !self.is_block_like() {
            self.expr(Field::Expr)?;
            return Ok(Ending::Open);
        }
        self.enter()?;
        if is_macro {
            self.primary(Braces::Struct)?;
        } else {
            self.block_like(Field::Expr)?;
        }
        let goes_on = self.at(b'?') || self.at(b'.') && !self.at_all(b"..");
        if goes_on {
            self.postfix_tail(mark)?;
            self.expr_tail(mark, Braces::Struct)?;
        }
        self.leave();
        Ok(if goes_on { Ending::Open } else { Ending::Block })
    }

    /// Whether `a::m! {` stands here.
    fn is_braced_macro(&self) -> bool {
        let mut ahead = 0;
        while self.is_segment(ahead) && self.nth_is(ahead + 1, b"::") {
            ahead += 3;
        }
        self.is_segment(ahead)
            && self.nth(ahead + 1) == Tok::Punct(b'!')
            && self.nth(ahead + 2) == Tok::Punct(b'{')
    }

    fn let_statement(&mut self, mark: Mark) -> Read {
        self.expect_key(Key::Let)?;
        self.pattern(Field::Pat)?;
        if self.eat(b':') {
            self.ty(Field::Type)?;
        }
        if self.eat(b'=') {
            self.expr(Field::Init)?;
            if self.eat_key(Key::Else) {
                self.block(Field::Else)?;
            }
        }
        self.expect(b';')?;
        self.finish(mark, Kind::LetStmt, Field::Stmt);
        Ok(())
    }

    /// Whether an item starts here, in a place where an expression may stand too.
    fn is_item_start(&self) -> bool {
        let next = self.nth(1);
        match self.peek() {
            Tok::Key(Key::Static) => matches!(next, Tok::Ident | Tok::Key(Key::Mut)),
            Tok::Key(Key::Const) => {
                matches!(
                    next,
                    Tok::Ident | Tok::Key(Key::Wild | Key::Fn | Key::Unsafe | Key::Extern | Key::Mut)
                ) || next == Tok::Key(Key::Async) && matches!(self.nth(2), Tok::Key(Key::Fn | Key::Unsafe))
            }
            Tok::Key(Key::Unsafe) => {
                matches!(next, Tok::Key(Key::Fn | Key::Impl | Key::Trait | Key::Extern | Key::Mod))
            }
            Tok::Key(Key::Async) => matches!(next, Tok::Key(Key::Fn | Key::Unsafe | Key::Extern)),
            Tok::Ident => match self.here() {
                "macro_rules" => next == Tok::Punct(b'!') && self.nth(2) == Tok::Ident,
                "union" => next == Tok::Ident && matches!(self.nth(2), Tok::Punct(b'{' | b'<')),
                "auto" => next == Tok::Key(Key::Trait),
                // `$vis struct` in the body of a macro.
                word => word.starts_with('$') && is_item_word(next),
            },
            here => is_item_word(here),
        }
    }

    /// Whether an expression that ends in a block starts here.
    pub(super) fn is_block_like(&self) -> bool {
        let next = self.nth(1);
        match self.peek() {
            Tok::Punct(b'{') | Tok::Key(Key::If | Key::Match | Key::While | Key::Loop) => true,
            Tok::Key(Key::For) => next != Tok::Punct(b'<') || !self.is_bound_closure(),
            Tok::Key(Key::Unsafe | Key::Const) => next == Tok::Punct(b'{'),
            Tok::Key(Key::Async) => {
                next == Tok::Punct(b'{') || next == Tok::Key(Key::Move) && self.nth(2) == Tok::Punct(b'{')
            }
            Tok::Ident => {
                (next == Tok::Punct(b'{') && matches!(self.here(), "try" | "gen"))
                    || (next == Tok::Key(Key::Move) && self.here() == "gen")
            }
            Tok::Lifetime => next == Tok::Punct(b':'),
            _ => false,
        }
    }

    /// `for<'a> |x| ..`
    fn is_bound_closure(&self) -> bool {
        self.nth(2) == Tok::Lifetime || self.nth(2) == Tok::Punct(b'>')
    }

    /// `{ }`, `unsafe { }`, `async { }`, `if`, `match`, loops.
    pub(super) fn block_like(&mut self, field: Field) -> Read {
        let mark = self.mark();
        if self.peek() == Tok::Lifetime {
            self.leaf(Kind::Label, Field::Label);
            self.expect(b':')?;
        }
        match self.peek() {
            Tok::Punct(b'{') => self.block_as(mark, Kind::Block, field),
            Tok::Key(Key::If) => self.if_chain(mark, field),
            Tok::Key(Key::Match) => self.match_expr(mark, field),
            Tok::Key(Key::While) => {
                self.bump();
                self.expr_in(Braces::Block, Field::Cond)?;
                self.block(Field::Body)?;
                self.finish(mark, Kind::While, field);
                Ok(())
            }
            Tok::Key(Key::Loop) => {
                self.bump();
                self.block(Field::Body)?;
                self.finish(mark, Kind::Loop, field);
                Ok(())
            }
            Tok::Key(Key::For) => {
                self.bump();
                self.pattern(Field::Pat)?;
                self.expect_key(Key::In)?;
                self.expr_in(Braces::Block, Field::Init)?;
                self.block(Field::Body)?;
                self.finish(mark, Kind::ForLoop, field);
                Ok(())
            }
            _ => self.marked_block(mark, field),
        }
    }

    /// `unsafe { }`, `async move { }`, `const { }`, `try { }`, `gen { }`.
    fn marked_block(&mut self, mark: Mark, field: Field) -> Read {
        let kind = match self.peek() {
            Tok::Key(Key::Unsafe) => Kind::UnsafeBlock,
            Tok::Key(Key::Async) => Kind::AsyncBlock,
            Tok::Key(Key::Const) | Tok::Ident => Kind::OtherBlock,
            _ => return self.fail(),
        };
        self.bump();
        let is_move = self.eat_key(Key::Move);
        self.block_as(mark, kind, field)?;
        if is_move {
            self.flag(Flag::Move);
        }
        Ok(())
    }

    /// `if c { } else if d { } else { }`, however long.
    fn if_chain(&mut self, mark: Mark, field: Field) -> Read {
        let mut marks = vec![mark];
        loop {
            self.expect_key(Key::If)?;
            self.expr_in(Braces::Block, Field::Cond)?;
            self.block(Field::Then)?;
            if !self.eat_key(Key::Else) {
                break;
            }
            if !self.at_key(Key::If) {
                self.block(Field::Else)?;
                break;
            }
            marks.push(self.mark());
        }
        while let Some(mark) = marks.pop() {
            self.finish(mark, Kind::If, if marks.is_empty() { field } else { Field::Else });
        }
        Ok(())
    }

    fn match_expr(&mut self, mark: Mark, field: Field) -> Read {
        self.expect_key(Key::Match)?;
        self.expr_in(Braces::Block, Field::Init)?;
        self.expect(b'{')?;
        self.inner_attributes()?;
        while !self.at(b'}') {
            self.arm()?;
        }
        self.expect(b'}')?;
        self.finish(mark, Kind::Match, field);
        Ok(())
    }

    fn arm(&mut self) -> Read {
        let mark = self.mark();
        self.outer_attributes()?;
        self.pattern(Field::Pat)?;
        if self.eat_key(Key::If) {
            self.expr(Field::Guard)?;
        }
        if self.at_all(b"=>") {
            self.bump_n(2);
            let body = self.mark();
            let ending = self.statement_expr(body)?;
            self.play(Field::Body);
            self.finish(mark, Kind::Arm, Field::Arm);
            if !self.eat(b',') && ending == Ending::Open && !self.at(b'}') {
                return self.fail();
            }
            return Ok(());
        }
        let is_variable = self.last_text().starts_with('$');
        self.finish(mark, Kind::Arm, Field::Arm);
        if is_variable && (self.eat(b',') || self.at(b'}')) { Ok(()) } else { self.fail() }
    }
}
