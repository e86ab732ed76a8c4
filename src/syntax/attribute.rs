//! Reads attributes and visibility, and tells which attributes mark test code.

use crate::syntax::lex::{Key, Tok};
use crate::syntax::parser::{Parser, Read};
use crate::syntax::path::PathStyle;
use crate::syntax::{Field, Flag, Kind};

/// Last segments of the attributes that make a function a test or benchmark.
const TEST_ATTRIBUTES: [&str; 16] = [
    "test",
    "rstest",
    "test_case",
    "bench",
    "quickcheck",
    "proptest",
    "test_log",
    "traced_test",
    "wasm_bindgen_test",
    "tokio_test",
    "parameterized",
    "test_matrix",
    "googletest",
    "gtest",
    "divan",
    "test_context",
];

impl Parser<'_> {
    /// `#[..]`, any number of times. Tells whether one of them marks test code.
    pub(super) fn outer_attributes(&mut self) -> Result<bool, crate::syntax::parser::Fail> {
        let mut is_test = false;
        while self.at(b'#') && self.nth(1) == Tok::Punct(b'[') {
            is_test |= self.is_test_attribute(2);
            self.attribute(1)?;
        }
        Ok(is_test)
    }

    /// `#![..]`, any number of times. Tells whether one of them marks test code.
    pub(super) fn inner_attributes(&mut self) -> Result<bool, crate::syntax::parser::Fail> {
        let mut is_test = false;
        while self.at(b'#') && self.nth(1) == Tok::Punct(b'!') && self.nth(2) == Tok::Punct(b'[') {
            is_test |= self.is_test_attribute(3);
            self.attribute(2)?;
            self.flag(Flag::Inner);
        }
        Ok(is_test)
    }

    fn attribute(&mut self, n_before: usize) -> Read {
        let mark = self.mark();
        self.bump_n(n_before);
        let pair = self.pair();
        self.bump();
        let point = self.checkpoint();
        if self.at_key(Key::Unsafe) && self.nth(1) == Tok::Punct(b'(') {
            self.bump_n(2);
        }
        if !self.attempt(Self::attribute_body) {
            self.rewind(point);
        }
        self.skip_to(pair);
        self.expect(b']')?;
        self.finish(mark, Kind::Attr, Field::Attr);
        Ok(())
    }

    fn attribute_body(&mut self) -> Read {
        self.attribute_path()?;
        if self.at(b'=') && !self.at_all(b"==") {
            self.bump();
            return self.expr(Field::Init);
        }
        if matches!(self.peek(), Tok::Punct(b'(' | b'[' | b'{')) {
            self.meta_args();
        }
        Ok(())
    }

    /// A path in which keywords may stand, such as `type` or `crate::a`.
    fn attribute_path(&mut self) -> Read {
        let mark = self.mark();
        if self.is_path_start() && !self.at(b'<') {
            return self.path(PathStyle::Plain, Field::Path);
        }
        if !matches!(self.peek(), Tok::Key(_)) {
            return self.fail();
        }
        self.bump();
        self.finish(mark, Kind::Path, Field::Path);
        Ok(())
    }

    /// The parts in the brackets here, as far as they can be read.
    fn meta_args(&mut self) {
        let pair = self.pair();
        self.bump();
        while self.pos() < pair {
            if !self.attempt(|p| p.meta_arg(pair)) && !self.attempt(|p| p.meta_type(pair)) {
                break;
            }
            if !self.eat(b',') {
                break;
            }
        }
        self.skip_to(pair);
        self.bump();
    }

    fn meta_arg(&mut self, end: usize) -> Read {
        self.enter()?;
        let mark = self.mark();
        let is_word = matches!(self.peek(), Tok::Key(_)) || self.is_segment(0);
        if is_word && self.attempt(Self::attribute_path) {
            if self.at(b'=') && !self.at_all(b"==") && !self.at_all(b"=>") {
                self.bump();
                if self.at(b'%') || self.at(b'?') {
                    self.bump();
                }
                self.meta_value(end)?;
                self.finish(mark, Kind::MetaPair, Field::Arg);
            } else if self.at(b'(') && self.after_pair(0) == Tok::Punct(b',')
                || self.at(b'(') && self.pair() + 1 == end
            {
                self.meta_args();
                self.finish(mark, Kind::MetaList, Field::Arg);
            } else if self.at(b',') || self.pos() == end {
                self.play(Field::Arg);
            } else {
                return self.fail();
            }
        } else {
            self.meta_value(end)?;
            self.play(Field::Arg);
        }
        self.leave();
        if self.at(b',') || self.pos() == end { Ok(()) } else { self.fail() }
    }

    fn meta_value(&mut self, end: usize) -> Read {
        let is_read = self.attempt(|p| {
            p.expr(Field::Init)?;
            if p.at(b',') || p.pos() == end { Ok(()) } else { p.fail() }
        });
        if is_read { Ok(()) } else { self.ty(Field::Init) }
    }

    /// An expression or a type, where the shapes of attributes do not fit.
    fn meta_type(&mut self, end: usize) -> Read {
        self.meta_value(end)?;
        self.play(Field::Arg);
        if self.at(b',') || self.pos() == end { Ok(()) } else { self.fail() }
    }

    /// `pub`, `pub(crate)`, `pub(in a::b)`, `crate`, or nothing.
    pub(super) fn visibility(&mut self) -> Read {
        let mark = self.mark();
        let is_variable = self.peek() == Tok::Ident
            && self.here().starts_with('$')
            && (matches!(self.nth(1), Tok::Key(_)) || self.nth(1) == Tok::Ident);
        if !self.at_key(Key::Pub) && !is_variable {
            return Ok(());
        }
        self.bump();
        let is_restricted = matches!(self.nth(1), Tok::Key(Key::Crate | Key::SelfValue | Key::Super))
            && self.nth(2) == Tok::Punct(b')')
            || self.nth(1) == Tok::Key(Key::In);
        if self.at(b'(') && is_restricted {
            self.skip_to(self.pair());
            self.expect(b')')?;
        }
        self.finish(mark, Kind::Visibility, Field::Vis);
        Ok(())
    }

    /// Whether the attribute whose path starts `ahead` places from here marks test code.
    fn is_test_attribute(&self, ahead: usize) -> bool {
        let mut ahead = ahead;
        while self.is_segment(ahead) && self.nth_is(ahead + 1, b"::") {
            ahead += 3;
        }
        if self.nth_word(ahead, "cfg") && self.nth(ahead + 1) == Tok::Punct(b'(') {
            return self.is_test_cfg(ahead + 2);
        }
        let word = self.text_of(self.token(ahead));
        self.nth(ahead) == Tok::Ident && TEST_ATTRIBUTES.contains(&word)
    }

    /// Whether the condition `ahead` places from here asks for `test`, outside of `not(..)`.
    fn is_test_cfg(&self, ahead: usize) -> bool {
        let end = self.token(ahead - 1).pair as usize;
        let mut ahead = ahead;
        while self.pos() + ahead < end {
            if self.nth_word(ahead, "not") && self.nth(ahead + 1) == Tok::Punct(b'(') {
                ahead = (self.token(ahead + 1).pair as usize).saturating_sub(self.pos()).max(ahead) + 1;
                continue;
            }
            if self.nth_word(ahead, "test") && self.nth(ahead + 1) != Tok::Punct(b'=') {
                return true;
            }
            ahead += 1;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use crate::base::{RelPath, SourceText};
    use crate::syntax::outline::{outline, read};
    use crate::syntax::{Field, Flag, Kind, ParseOptions, TestCode, parse};

    /// Whether the first item of `text` is left out where tests are.
    #[track_caller]
    fn check(text: &str, is_elided: bool) {
        let source = SourceText::new(RelPath::new("a.rs"), text);
        let tree = parse(&source, &ParseOptions { test_code: TestCode::Elide }).tree;
        let item = tree.child(tree.root(), Field::Item).expect(text);
        assert_eq!(tree.has(item, Flag::Elided), is_elided, "{text}");
        assert_eq!(tree.subtree(item).any(|id| tree.kind(id) == Kind::Call), !is_elided, "{text}");
        assert_eq!(tree.text(item), text, "{text}");
        let kept = read(text).tree;
        assert!(kept.subtree(kept.root()).all(|id| !kept.has(id, Flag::Elided)), "{text}");
    }

    #[test]
    fn code_of_tests_is_left_out() {
        check("#[cfg(test)] mod a { fn b() { c() } }", true);
        check("#[cfg(all(test, feature = \"x\"))] mod a { fn b() { c() } }", true);
        check("#[cfg(any(test, feature = \"x\"))] pub mod a { fn b() { c() } }", true);
        check("#[test] fn a() { b() }", true);
        check("#[tokio::test(flavor = \"multi_thread\")] pub async fn a() -> R<{ 1 }> { b() }", true);
        check("#[tokio::test(flavor = \"multi_thread\")] pub async fn a() -> R { b() }", true);
        check("#[rstest] #[case(1)] fn a(x: u8) { b() }", true);
        check("#[cfg(test)] impl A { fn b() { c() } }", true);
    }

    #[test]
    fn other_code_is_not() {
        check("#[cfg(not(test))] mod a { fn b() { c() } }", false);
        check("#[cfg(all(unix, not(test)))] fn b() { c() }", false);
        check("#[cfg_attr(test, derive(A))] fn b() { c() }", false);
        check("#[cfg(feature = \"test\")] fn b() { c() }", false);
        check("#[cfg(test_utils)] fn b() { c() }", false);
        check("#[contest::run] fn b() { c() }", false);
    }

    #[test]
    fn an_elided_item_keeps_its_attributes_and_name() {
        let source =
            SourceText::new(RelPath::new("a.rs"), "#[test] fn a() { b() }\n#[cfg(test)] mod c { } fn d() {}");
        let tree = parse(&source, &ParseOptions::default()).tree;
        let items: Vec<String> = tree.children(tree.root()).map(|id| outline(&tree, id)).collect();
        assert_eq!(items[0], "Fn(Attr:Attr(Path:Path'test') Name:Name'a')");
        assert_eq!(items[1], "Module(Attr:Attr(Path:Path'cfg' Arg:Path'test') Name:Name'c')");
        assert_eq!(items[2], "Fn(Name:Name'd' Body:Block'{}')");
    }

    #[test]
    fn a_file_of_tests_is_left_out_whole() {
        let source = SourceText::new(RelPath::new("a.rs"), "#![cfg(test)]\nfn a() { b() }");
        let tree = parse(&source, &ParseOptions::default()).tree;
        assert!(tree.has(tree.root(), Flag::Elided));
        assert_eq!(tree.children_in(tree.root(), Field::Item).count(), 0);
    }

    #[test]
    fn arguments_of_attributes_are_pairs_lists_and_values() {
        for (text, expected) in [
            ("#[a]", "Attr(Path:Path'a')"),
            ("#[path = \"b.rs\"]", "Attr(Path:Path'path' Init:LitStr'\"b.rs\"')"),
            ("#[derive(A, b::C)]", "Attr(Path:Path'derive' Arg:Path'A' Arg:Path'b::C')"),
            (
                "#[serde(rename_all = \"x\", default, bound(deserialize = \"T\"))]",
                "Attr(Path:Path'serde' Arg:MetaPair(Path:Path'rename_all' Init:LitStr'\"x\"') Arg:Path'default' \
                 Arg:MetaList(Path:Path'bound' Arg:MetaPair(Path:Path'deserialize' Init:LitStr'\"T\"')))",
            ),
            (
                "#[instrument(skip(self), fields(a = %b, type = 1), err)]",
                "Attr(Path:Path'instrument' Arg:MetaList(Path:Path'skip' Arg:Path'self') Arg:MetaList(Path:Path'fields' \
                 Arg:MetaPair(Path:Path'a' Init:Path'b') Arg:MetaPair(Path:Path'type' Init:LitInt'1')) Arg:Path'err')",
            ),
            (
                "#[x(body = Vec<A>, (status = 200))]",
                "Attr(Path:Path'x' Arg:MetaPair(Path:Path'body' Init:TypePath(Path:Path(Segment:Segment(Name:Name'Vec' \
                 GenericArg:TypePath(Path:Path'A'))))) Arg:Assign=(Left:Path'status' Right:LitInt'200'))",
            ),
            (
                "#[error(\"m {0}\", a.b())]",
                "Attr(Path:Path'error' Arg:LitStr'\"m {0}\"' Arg:MethodCall(Receiver:Path'a' Name:Name'b'))",
            ),
        ] {
            let tree = read(&format!("{text} fn f() {{}}")).tree;
            let attr = tree.subtree(tree.root()).find(|id| tree.kind(*id) == Kind::Attr).expect(text);
            assert_eq!(outline(&tree, attr), expected, "{text}");
        }
    }
}
