//! Reads macro arguments that are lists: expressions, named values, JSON, types, or anything with punctuation between.

use crate::base::Span;
use crate::syntax::lex::{Key, Tok};
use crate::syntax::parser::{Mark, Parser, Read};
use crate::syntax::{Field, Kind};

impl Parser<'_> {
    /// `a, k = v, "k": v, ?e, %e, k => v, [x; n]`.
    pub(super) fn macro_arguments(&mut self, pair: usize) -> Read {
        let mark = self.mark();
        while self.pos() < pair {
            self.macro_argument()?;
            if self.at(b';') {
                self.repeat_or_head(mark, pair)?;
                continue;
            }
            if self.at_all(b"=>") {
                self.bump_n(2);
                self.macro_argument()?;
            }
            if self.pos() < pair {
                self.expect(b',')?;
            }
        }
        Ok(())
    }

    /// `x; n` of `vec!`, or a head that some macros set off by `;`.
    fn repeat_or_head(&mut self, mark: Mark, pair: usize) -> Read {
        self.expect(b';')?;
        if self.pos() == pair {
            return Ok(());
        }
        if self.is_single_since(mark) {
            let point = self.checkpoint();
            self.play(Field::Expr);
            let is_repeat = self.expr(Field::Count).is_ok() && self.pos() == pair;
            if is_repeat {
                self.finish(mark, Kind::Repeat, Field::Arg);
                return Ok(());
            }
            self.rewind(point);
            self.play(Field::Arg);
        }
        Ok(())
    }

    fn macro_argument(&mut self) -> Read {
        let mark = self.mark();
        let point = self.checkpoint();
        if self.named_argument(mark)? {
            return Ok(());
        }
        self.rewind(point);
        self.sigil();
        if self.at(b'{') && self.attempt(|p| p.json_object_node()) {
            self.play(Field::Arg);
            return Ok(());
        }
        self.expr(Field::Arg)
    }

    /// The `?` or `%` of log macros.
    fn sigil(&mut self) {
        if self.at(b'?') || self.at(b'%') || self.at(b'#') && !matches!(self.nth(1), Tok::Punct(b'[' | b'!'))
        {
            self.bump();
            if self.at(b'?') || self.at(b'%') {
                self.bump();
            }
        }
    }

    /// `k = v`, `a.b = v`, `k: v`, `"k": v`; `false` where something else stands here.
    fn named_argument(&mut self, mark: Mark) -> Result<bool, crate::syntax::parser::Fail> {
        let mut n_tokens = 1;
        match self.peek() {
            Tok::Str => {}
            Tok::Ident | Tok::Key(Key::Type | Key::SelfValue) => {
                while self.nth(n_tokens) == Tok::Punct(b'.')
                    && matches!(self.nth(n_tokens + 1), Tok::Ident | Tok::Key(_))
                {
                    n_tokens += 2;
                }
            }
            _ => return Ok(false),
        }
        let is_pair = match self.nth(n_tokens) {
            Tok::Punct(b'=') => !self.nth_is(n_tokens, b"==") && !self.nth_is(n_tokens, b"=>"),
            Tok::Punct(b':') => n_tokens == 1 && !self.nth_is(n_tokens, b"::"),
            _ => false,
        };
        if !is_pair {
            return Ok(false);
        }
        self.key_name(n_tokens);
        self.bump_n(n_tokens + 1);
        self.sigil();
        if self.attempt(|p| p.expr(Field::Init)) {
        } else if self.at(b'{') && self.attempt(Self::json_object_node) {
            self.play(Field::Init);
        } else {
            self.ty(Field::Init)?;
        }
        self.finish(mark, Kind::FieldInit, Field::Arg);
        Ok(true)
    }

    /// The key here as a name; of a plain string only what is inside the quotes.
    fn key_name(&mut self, n_tokens: usize) {
        let (first, last) = (self.token(0), self.token(n_tokens - 1));
        let is_plain_string =
            first.tok == Tok::Str && self.text_of(first).starts_with('"') && first.end - first.start >= 2;
        let quote = u32::from(is_plain_string);
        self.leaf_of(Span::new(first.start + quote, last.end - quote), Kind::Name, Field::Name);
    }

    // ---- JSON --------------------------------------------------------------------------------

    /// `json!` takes one value; an object's fields stand right below the call.
    pub(super) fn json_value_list(&mut self, pair: usize) -> Read {
        if self.at(b'{') && self.pair() + 1 == pair {
            return self.json_fields(Field::Arg);
        }
        while self.pos() < pair {
            if self.is_json_key() {
                self.json_field(Field::Arg)?;
            } else {
                self.json_value(Field::Arg)?;
            }
            if self.pos() < pair {
                self.expect(b',')?;
            }
        }
        Ok(())
    }

    fn is_json_key(&self) -> bool {
        matches!(self.peek(), Tok::Str | Tok::Ident)
            && (self.nth(1) == Tok::Punct(b':') && !self.nth_is(1, b"::") || self.nth_is(1, b"=>"))
    }

    fn json_value(&mut self, field: Field) -> Read {
        self.enter()?;
        let mark = self.mark();
        let is_closed = |p: &Self| matches!(p.after_pair(0), Tok::Punct(b',' | b')' | b']' | b'}'));
        let is_json = is_closed(self)
            && match self.peek() {
                Tok::Punct(b'{') => self.attempt(Self::json_object_node),
                Tok::Punct(b'[') => self.attempt(|p| p.json_array(mark)),
                _ => false,
            };
        if is_json {
            self.play(field);
        } else {
            self.expr(field)?;
        }
        self.leave();
        Ok(())
    }

    fn json_array(&mut self, mark: Mark) -> Read {
        self.expect(b'[')?;
        while !self.at(b']') {
            self.json_value(Field::Expr)?;
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b']')?;
        self.finish(mark, Kind::Array, Field::Expr);
        Ok(())
    }

    /// An object inside a value: a struct literal without a path.
    pub(super) fn json_object_node(&mut self) -> Read {
        let mark = self.mark();
        self.json_fields(Field::FieldInit)?;
        self.finish(mark, Kind::StructLit, Field::Expr);
        Ok(())
    }

    fn json_fields(&mut self, field: Field) -> Read {
        self.expect(b'{')?;
        while !self.at(b'}') {
            self.json_field(field)?;
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b'}')
    }

    fn json_field(&mut self, field: Field) -> Read {
        let mark = self.mark();
        if self.is_json_key() {
            self.key_name(1);
            self.bump();
        } else {
            self.expr(Field::Expr)?;
        }
        if self.at_all(b"=>") {
            self.bump_n(2);
        } else {
            self.expect(b':')?;
        }
        self.json_value(Field::Init)?;
        self.finish(mark, Kind::FieldInit, field);
        Ok(())
    }

    // ---- others ------------------------------------------------------------------------------

    /// `e, p if g, "message", ..` of `matches!` and its kin.
    pub(super) fn matches_arguments(&mut self) -> Read {
        self.expr(Field::Arg)?;
        self.expect(b',')?;
        self.pattern(Field::Pat)?;
        if self.eat_key(Key::If) {
            self.expr(Field::Guard)?;
        }
        if self.at_all(b"=>") {
            self.bump_n(2);
            self.expr(Field::Arg)?;
        }
        while self.eat(b',') && self.is_expr_start(crate::syntax::expr::Braces::Struct) {
            self.expr(Field::Arg)?;
        }
        Ok(())
    }

    pub(super) fn macro_types(&mut self, pair: usize) -> Read {
        while self.pos() < pair {
            self.ty_with_bounds(Field::Arg)?;
            if self.pos() < pair && !self.eat(b',') {
                self.expect(b';')?;
            }
        }
        Ok(())
    }

    /// An item, or `static ref A: T = e` of `lazy_static!`.
    pub(super) fn lazy_item(&mut self) -> Read {
        let mark = self.mark();
        let point = self.checkpoint();
        self.outer_attributes()?;
        self.visibility()?;
        let is_lazy = self.at_key(Key::Static) && self.nth(1) == Tok::Key(Key::Ref);
        if !is_lazy && !self.at_key(Key::Static) {
            self.rewind(point);
            return self.item(Field::Stmt);
        }
        self.bump_n(if is_lazy { 2 } else { 1 });
        self.item_name()?;
        self.expect(b':')?;
        self.ty(Field::Type)?;
        self.expect(b'=')?;
        if self.at_key(Key::Const) && self.nth(1) == Tok::Punct(b'{') {
            self.bump();
        }
        self.expr(Field::Init)?;
        self.eat(b';');
        self.finish(mark, Kind::Static, Field::Stmt);
        Ok(())
    }

    /// Expressions, else types, patterns or items, with any punctuation between and brackets of the same.
    pub(super) fn loose_arguments(&mut self, pair: usize) -> Read {
        self.enter()?;
        while self.pos() < pair {
            let start = self.pos();
            if !self.loose_argument(pair) && self.is_bracket() {
                let inner = self.pair();
                self.bump();
                self.loose_arguments(inner)?;
                self.skip_to(inner + 1);
            }
            while self.pos() < pair && self.is_loose_punctuation() {
                self.bump();
            }
            if self.pos() == start {
                return self.fail();
            }
        }
        self.leave();
        Ok(())
    }

    fn loose_argument(&mut self, pair: usize) -> bool {
        let whole = |p: &mut Self, read: &dyn Fn(&mut Self) -> Read| {
            p.attempt(|p| {
                read(p)?;
                if p.pos() == pair || p.is_loose_punctuation() || p.at(b'{') { Ok(()) } else { p.fail() }
            })
        };
        whole(self, &Self::macro_argument)
            || whole(self, &|p| {
                p.pattern(Field::Pat)?;
                p.expect_key(Key::If)?;
                p.expr(Field::Guard)
            })
            || whole(self, &|p| p.ty_with_bounds(Field::Arg))
            || whole(self, &|p| p.pattern(Field::Pat))
            || self.attempt(|p| p.item(Field::Item))
    }

    fn is_bracket(&self) -> bool {
        matches!(self.peek(), Tok::Punct(b'(' | b'[' | b'{'))
    }

    fn is_loose_punctuation(&self) -> bool {
        matches!(self.peek(), Tok::Punct(b',' | b';' | b':' | b'=' | b'-' | b'|' | b'@' | b'>' | b'.'))
    }
}
