//! Reads definitions: imports, types, traits, implementations, constants.

use crate::syntax::lex::{Key, Tok};
use crate::syntax::parser::{Mark, Parser, Read};
use crate::syntax::path::PathStyle;
use crate::syntax::{Field, Flag, Kind};

impl Parser<'_> {
    pub(super) fn use_item(&mut self, mark: Mark, field: Field) -> Read {
        self.expect_key(Key::Use)?;
        let has_leading = self.at_all(b"::");
        if has_leading {
            self.bump_n(2);
        }
        if has_leading {
            self.flagged(Flag::Leading, |p| p.use_tree(""))?;
        } else {
            self.use_tree("")?;
        }
        self.expect(b';')?;
        self.finish(mark, Kind::Use, field);
        Ok(())
    }

    /// One branch of an import; `prefix` is the path that leads to it.
    fn use_tree(&mut self, prefix: &str) -> Read {
        self.enter()?;
        if self.at_all(b"::") {
            self.bump_n(2);
        }
        let mark = self.mark();
        let mut path = prefix.to_owned();
        while self.is_segment(0) {
            let word = self.here().trim_start_matches("r#").trim_start_matches('$');
            if !path.is_empty() && word != "self" {
                path.push_str("::");
            }
            if path.is_empty() || word != "self" {
                path.push_str(word);
            }
            self.bump();
            if !self.at_all(b"::") || !self.is_segment(2) {
                break;
            }
            self.bump_n(2);
        }
        self.use_end(mark, &path)?;
        self.leave();
        Ok(())
    }

    /// What follows the words of a branch: a group, a glob, a new name or nothing.
    fn use_end(&mut self, mark: Mark, path: &str) -> Read {
        let point = self.checkpoint();
        let has_words = !self.is_empty_since(mark);
        self.finish(mark, Kind::Path, Field::Path);
        if self.at_all(b"::") {
            self.bump_n(2);
        }
        let is_glob = self.at(b'*');
        if self.at(b'{') {
            self.drop_nodes(point);
            return self.use_group(path);
        }
        if is_glob {
            if !has_words {
                self.drop_nodes(point);
            }
            self.bump();
        } else if !has_words {
            return self.fail();
        } else if self.eat_key(Key::As) {
            self.item_name()?;
        }
        self.finish(mark, Kind::UseLeaf, Field::Item);
        self.set_use_path(path);
        if is_glob {
            self.flag(Flag::Glob);
        }
        Ok(())
    }

    fn use_group(&mut self, path: &str) -> Read {
        self.expect(b'{')?;
        while !self.at(b'}') {
            self.use_tree(path)?;
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b'}')
    }

    pub(super) fn extern_crate(&mut self, mark: Mark, field: Field) -> Read {
        self.expect_key(Key::Extern)?;
        self.expect_key(Key::Crate)?;
        self.path(PathStyle::Plain, Field::Path)?;
        if self.eat_key(Key::As) {
            self.item_name()?;
        }
        self.expect(b';')?;
        self.finish(mark, Kind::ExternCrate, field);
        Ok(())
    }

    /// A struct or union.
    pub(super) fn structure(&mut self, mark: Mark, kind: Kind, field: Field) -> Read {
        self.bump();
        self.item_name()?;
        self.generics()?;
        self.where_clause()?;
        match self.peek() {
            Tok::Punct(b'{') => self.named_fields()?,
            Tok::Punct(b'(') => {
                self.tuple_fields()?;
                self.where_clause()?;
                self.expect(b';')?;
            }
            _ => self.expect(b';')?,
        }
        self.finish(mark, kind, field);
        Ok(())
    }

    fn named_fields(&mut self) -> Read {
        self.expect(b'{')?;
        while !self.at(b'}') {
            let mark = self.mark();
            self.outer_attributes()?;
            self.visibility()?;
            self.item_name()?;
            self.expect(b':')?;
            self.ty(Field::Type)?;
            if self.eat(b'=') {
                self.expr(Field::Init)?;
            }
            self.finish(mark, Kind::FieldDef, Field::FieldDef);
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b'}')
    }

    fn tuple_fields(&mut self) -> Read {
        self.expect(b'(')?;
        while !self.at(b')') {
            let mark = self.mark();
            self.outer_attributes()?;
            self.visibility()?;
            self.ty(Field::Type)?;
            self.finish(mark, Kind::FieldDef, Field::FieldDef);
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b')')
    }

    pub(super) fn enumeration(&mut self, mark: Mark, field: Field) -> Read {
        self.expect_key(Key::Enum)?;
        self.item_name()?;
        self.generics()?;
        self.where_clause()?;
        self.expect(b'{')?;
        while !self.at(b'}') {
            self.variant()?;
            if !self.eat(b',') {
                break;
            }
        }
        self.expect(b'}')?;
        self.finish(mark, Kind::Enum, field);
        Ok(())
    }

    fn variant(&mut self) -> Read {
        let mark = self.mark();
        self.outer_attributes()?;
        self.visibility()?;
        self.item_name()?;
        match self.peek() {
            Tok::Punct(b'{') => self.named_fields()?,
            Tok::Punct(b'(') => self.tuple_fields()?,
            _ => {}
        }
        if self.eat(b'=') {
            self.expr(Field::Init)?;
        }
        self.finish(mark, Kind::Variant, Field::Variant);
        Ok(())
    }

    /// `type A<T>: B = C where ..;`
    pub(super) fn type_alias(&mut self, mark: Mark, field: Field) -> Read {
        self.expect_key(Key::Type)?;
        self.item_name()?;
        self.generics()?;
        if self.eat(b':') {
            self.bounds()?;
        }
        self.where_clause()?;
        if self.eat(b'=') {
            self.ty_with_bounds(Field::Type)?;
        }
        self.where_clause()?;
        self.expect(b';')?;
        self.finish(mark, Kind::TypeAlias, field);
        Ok(())
    }

    /// A constant or static, also without a value.
    pub(super) fn const_item(&mut self, mark: Mark, kind: Kind, field: Field) -> Read {
        self.bump();
        let is_mut = self.eat_key(Key::Mut);
        self.item_name()?;
        self.generics()?;
        if self.eat(b':') {
            self.ty(Field::Type)?;
        }
        if self.eat(b'=') {
            self.expr(Field::Init)?;
        }
        self.where_clause()?;
        self.expect(b';')?;
        self.finish(mark, kind, field);
        if is_mut {
            self.flag(Flag::Mut);
        }
        Ok(())
    }

    /// A trait or trait alias.
    pub(super) fn trait_item(&mut self, mark: Mark, field: Field) -> Read {
        self.expect_key(Key::Trait)?;
        self.item_name()?;
        self.generics()?;
        if self.eat(b':') || self.eat(b'=') {
            self.bounds()?;
        }
        self.where_clause()?;
        if !self.eat(b';') {
            self.item_body()?;
        }
        self.finish(mark, Kind::Trait, field);
        Ok(())
    }

    pub(super) fn implementation(&mut self, mark: Mark, field: Field) -> Read {
        self.expect_key(Key::Impl)?;
        if self.at(b'<') && self.has_impl_generics() {
            self.generics()?;
        }
        self.eat_key(Key::Const);
        self.eat(b'!');
        let trait_mark = self.mark();
        let point = self.checkpoint();
        self.ty_with_bounds(Field::Type)?;
        if self.at_key(Key::For) {
            self.rewind(point);
            if self.is_path_start() {
                self.path(PathStyle::Type, Field::Trait)?;
            } else {
                self.ty(Field::Trait)?;
            }
            self.adopt(trait_mark);
            self.expect_key(Key::For)?;
            self.ty_with_bounds(Field::Type)?;
        }
        self.where_clause()?;
        self.item_body()?;
        self.finish(mark, Kind::Impl, field);
        Ok(())
    }

    /// `impl<T>` has parameters, `impl <T as A>::B` has not.
    fn has_impl_generics(&self) -> bool {
        match self.nth(1) {
            Tok::Punct(b'>' | b'#') | Tok::Lifetime | Tok::Key(Key::Const) => true,
            Tok::Ident => {
                matches!(self.nth(2), Tok::Punct(b'>' | b',' | b':' | b'=')) && !self.nth_is(2, b"::")
            }
            _ => false,
        }
    }
}
