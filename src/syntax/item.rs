//! Reads items: dispatch, functions, modules, macros. Leaves out the bodies of test code where asked to.

use crate::syntax::lex::{Key, Tok};
use crate::syntax::parser::{Mark, Parser, Read};
use crate::syntax::{Field, Flag, Kind, TestCode};

impl Parser<'_> {
    /// All items to the end of the file.
    pub(super) fn file(&mut self) -> Read {
        let is_test = self.inner_attributes()?;
        if is_test && self.options.test_code == TestCode::Elide {
            self.elide_file();
            return Ok(());
        }
        while self.peek() != Tok::Eof {
            self.item_or_gap()?;
        }
        Ok(())
    }

    /// Statements to the end of the text.
    pub(super) fn fragment(&mut self) {
        let end = self.last_token();
        // Each statement recovers by itself; nothing is left to fail.
        let _ = self.statements(end);
    }

    fn item_or_gap(&mut self) -> Read {
        if self.at(b';') {
            self.bump();
            return Ok(());
        }
        self.recovering(Field::Item, |p| p.item(Field::Item))
    }

    /// `{ items }`, with inner attributes.
    pub(super) fn item_body(&mut self) -> Read {
        let pair = self.pair();
        self.expect(b'{')?;
        self.inner_attributes()?;
        while self.pos() < pair && self.peek() != Tok::Eof {
            self.item_or_gap()?;
        }
        self.expect(b'}')
    }

    /// One item, of a file, module, trait, impl, `extern` block or function body.
    pub(super) fn item(&mut self, field: Field) -> Read {
        self.enter()?;
        let mark = self.mark();
        let is_test = self.outer_attributes()?;
        self.visibility()?;
        let is_elided = is_test && self.options.test_code == TestCode::Elide && self.elided(mark, field);
        if !is_elided {
            self.item_here(mark, field)?;
        }
        self.leave();
        Ok(())
    }

    /// Leaves out the test code that starts here; `false` where it has no body to leave out.
    fn elided(&mut self, mark: Mark, field: Field) -> bool {
        let mut ahead = 0;
        let kind = loop {
            match self.nth(ahead) {
                Tok::Key(Key::Fn) => break Kind::Fn,
                Tok::Key(Key::Mod) if self.nth(ahead + 2) == Tok::Punct(b'{') => break Kind::Module,
                Tok::Key(Key::Impl) => break Kind::Impl,
                Tok::Key(Key::Trait) => break Kind::Trait,
                Tok::Key(Key::Const | Key::Async | Key::Unsafe | Key::Extern) | Tok::Str => ahead += 1,
                _ => return false,
            }
        };
        let mut body = ahead + 1;
        // The braces of `A<{ 1 }>` are no body.
        let is_argument = |p: &Self, at: usize| matches!(p.after_pair(at), Tok::Punct(b'>' | b','));
        while !matches!(self.nth(body), Tok::Punct(b'{' | b';') | Tok::Eof)
            || self.nth(body) == Tok::Punct(b'{') && is_argument(self, body)
        {
            body += 1;
        }
        if self.nth(body) != Tok::Punct(b'{') {
            return false;
        }
        let end = self.token(body).pair as usize;
        self.bump_n(ahead + 1);
        if kind != Kind::Impl && self.peek() == Tok::Ident {
            self.leaf(Kind::Name, Field::Name);
        }
        self.skip_to(end);
        self.bump();
        self.finish(mark, kind, field);
        self.flag(Flag::Elided);
        true
    }

    /// The item whose attributes and visibility were read.
    pub(super) fn item_here(&mut self, mark: Mark, field: Field) -> Read {
        if self.nth_word(0, "default") && matches!(self.nth(1), Tok::Key(_)) {
            self.bump();
        }
        match self.peek() {
            Tok::Key(Key::Use) => self.use_item(mark, field),
            Tok::Key(Key::Mod) => self.module(mark, field),
            Tok::Key(Key::Struct) => self.structure(mark, Kind::Struct, field),
            Tok::Key(Key::Enum) => self.enumeration(mark, field),
            Tok::Key(Key::Type) => self.type_alias(mark, field),
            Tok::Key(Key::Impl) => self.implementation(mark, field),
            Tok::Key(Key::Trait) => self.trait_item(mark, field),
            Tok::Key(Key::Const) if self.is_const_item() => self.const_item(mark, Kind::Const, field),
            Tok::Key(Key::Static) => self.const_item(mark, Kind::Static, field),
            Tok::Key(Key::Extern) if self.nth(1) == Tok::Key(Key::Crate) => self.extern_crate(mark, field),
            Tok::Key(Key::Fn | Key::Const | Key::Async | Key::Unsafe | Key::Extern) => {
                self.modified_item(mark, field)
            }
            Tok::Ident => self.word_item(mark, field),
            _ if self.is_path_start() => self.macro_item(mark, field),
            _ => self.fail(),
        }
    }

    fn is_const_item(&self) -> bool {
        let name = 1 + usize::from(self.nth(1) == Tok::Key(Key::Mut));
        matches!(self.nth(name), Tok::Ident | Tok::Key(Key::Wild))
            && matches!(self.nth(name + 1), Tok::Punct(b':' | b'=' | b'<' | b';'))
    }

    /// Items that begin with a word which is no keyword elsewhere.
    fn word_item(&mut self, mark: Mark, field: Field) -> Read {
        match (self.here(), self.nth(1)) {
            ("union", Tok::Ident) => self.structure(mark, Kind::Union, field),
            ("macro_rules", Tok::Punct(b'!')) if self.nth(2) == Tok::Ident => self.macro_rules(mark, field),
            ("macro", Tok::Ident) => self.macro_rules(mark, field),
            ("auto", Tok::Key(Key::Trait)) => {
                self.bump();
                self.trait_item(mark, field)
            }
            ("safe" | "gen", Tok::Key(_)) => {
                self.bump();
                self.item_here(mark, field)
            }
            _ => self.macro_item(mark, field),
        }
    }

    fn macro_item(&mut self, mark: Mark, field: Field) -> Read {
        self.path(crate::syntax::path::PathStyle::Plain, Field::Path)?;
        let is_braced = self.nth(1) == Tok::Punct(b'{') || self.nth(2) == Tok::Punct(b'{');
        self.macro_call(mark, field)?;
        if !self.eat(b';') && !is_braced && self.strict == 0 {
            return self.fail();
        }
        Ok(())
    }

    /// `const async unsafe extern "C"` before `fn`, `impl`, `trait`, `mod`, `static` or `{`.
    fn modified_item(&mut self, mark: Mark, field: Field) -> Read {
        let (mut is_async, mut is_unsafe) = (false, false);
        loop {
            match self.peek() {
                Tok::Key(Key::Async) => is_async = true,
                Tok::Key(Key::Unsafe) => is_unsafe = true,
                Tok::Key(Key::Const | Key::Extern) | Tok::Str => {}
                Tok::Ident if matches!(self.here(), "safe" | "gen" | "auto") => {}
                _ => break,
            }
            self.bump();
        }
        match self.peek() {
            Tok::Key(Key::Fn) => self.function(mark, field)?,
            Tok::Key(Key::Impl) => self.implementation(mark, field)?,
            Tok::Key(Key::Trait) => self.trait_item(mark, field)?,
            Tok::Key(Key::Mod) => self.module(mark, field)?,
            Tok::Key(Key::Static) => self.const_item(mark, Kind::Static, field)?,
            Tok::Punct(b'{') => {
                self.item_body()?;
                self.finish(mark, Kind::ForeignMod, field);
            }
            _ => return self.fail(),
        }
        if is_async {
            self.flag(Flag::Async);
        }
        if is_unsafe {
            self.flag(Flag::Unsafe);
        }
        Ok(())
    }

    pub(super) fn function(&mut self, mark: Mark, field: Field) -> Read {
        self.expect_key(Key::Fn)?;
        self.item_name()?;
        self.generics()?;
        self.parameters()?;
        self.return_type()?;
        self.where_clause()?;
        if !self.eat(b';') {
            self.body_block()?;
        }
        self.finish(mark, Kind::Fn, field);
        Ok(())
    }

    fn body_block(&mut self) -> Read {
        let is_variable = self.peek() == Tok::Ident && self.here().starts_with('$');
        if is_variable {
            self.leaf(Kind::Block, Field::Body);
            return Ok(());
        }
        self.block(Field::Body)
    }

    pub(super) fn item_name(&mut self) -> Read {
        if !matches!(self.peek(), Tok::Ident | Tok::Key(Key::Wild)) {
            return self.fail();
        }
        self.leaf(Kind::Name, Field::Name);
        Ok(())
    }

    fn parameters(&mut self) -> Read {
        self.expect(b'(')?;
        while !self.at(b')') {
            let mark = self.mark();
            self.outer_attributes()?;
            if self.is_self_parameter() {
                self.self_parameter(mark)?;
            } else {
                self.parameter(mark)?;
            }
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b')')
    }

    fn is_self_parameter(&self) -> bool {
        let mut ahead = 0;
        while matches!(self.nth(ahead), Tok::Punct(b'&') | Tok::Lifetime | Tok::Key(Key::Mut)) {
            ahead += 1;
        }
        self.nth(ahead) == Tok::Key(Key::SelfValue) && !self.nth_is(ahead + 1, b"::")
    }

    fn self_parameter(&mut self, mark: Mark) -> Read {
        let is_ref = self.eat(b'&');
        if self.peek() == Tok::Lifetime {
            self.bump();
        }
        let is_mut = self.eat_key(Key::Mut);
        self.expect_key(Key::SelfValue)?;
        if self.eat(b':') {
            self.ty(Field::Type)?;
        }
        self.finish(mark, Kind::SelfParam, Field::Param);
        if is_ref {
            self.flag(Flag::ByRef);
        }
        if is_mut {
            self.flag(Flag::Mut);
        }
        Ok(())
    }

    fn parameter(&mut self, mark: Mark) -> Read {
        if self.at_all(b"...") {
            self.bump_n(3);
            self.finish(mark, Kind::Param, Field::Param);
            return Ok(());
        }
        self.pattern_single(Field::Pat)?;
        // A fragment may leave out the type of a metavariable.
        let is_metavariable =
            self.last_kind(mark) == Some(Kind::PatIdent) && matches!(self.peek(), Tok::Punct(b',' | b')'));
        if self.eat_key(Key::In) {
            // `x in strategy()` of `proptest!`.
            self.expr(Field::Init)?;
        } else if !is_metavariable {
            self.expect(b':')?;
            if self.at_all(b"...") {
                self.bump_n(3);
            } else {
                self.ty_with_bounds(Field::Type)?;
            }
        }
        self.finish(mark, Kind::Param, Field::Param);
        Ok(())
    }

    fn module(&mut self, mark: Mark, field: Field) -> Read {
        self.expect_key(Key::Mod)?;
        self.item_name()?;
        if self.eat(b';') {
            self.finish(mark, Kind::ModDecl, field);
            return Ok(());
        }
        self.item_body()?;
        self.finish(mark, Kind::Module, field);
        Ok(())
    }
}
