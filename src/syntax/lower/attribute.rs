//! Lowers attributes and visibility, and tells which attributes mark test code.

use crate::base::Span;
use crate::syntax::lower::Lower;
use crate::syntax::split::TEST_ATTRIBUTES;
use crate::syntax::{Field, Flag, Kind, TestCode};
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{AttrStyle, Attribute, Expr, Ident, Meta, Path, Token, Type, Visibility, token};

/// One argument of an attribute.
enum Part {
    Pair(Path, Value),
    List(Path, Vec<Part>, token::Paren),
    Word(Path),
    Plain(Value),
}

enum Value {
    Expr(Expr),
    Type(Box<Type>),
}

impl Lower<'_> {
    /// The attributes, first to last; `None` where there are none. Doc comments were blanked before.
    pub(in crate::syntax) fn attrs(&mut self, attrs: &[Attribute]) -> Option<Span> {
        let mut span: Option<Span> = None;
        for attr in attrs {
            let part = self.attr(attr);
            span = Some(span.map_or(part, |before| before.to(part)));
        }
        span
    }

    fn attr(&mut self, attr: &Attribute) -> Span {
        let mark = self.mark();
        let head = self.token(attr.pound_token.spans[0], 1);
        let span = head.to(self.closing(&attr.bracket_token.span));
        self.meta(&attr.meta);
        let span = self.finish(mark, Kind::Attr, Field::Attr, span);
        if matches!(attr.style, AttrStyle::Inner(_)) {
            self.flag(Flag::Inner);
        }
        span
    }

    fn meta(&mut self, meta: &Meta) {
        match meta {
            Meta::Path(path) => {
                self.path(None, path, Field::Path);
            }
            Meta::NameValue(pair) => {
                self.path(None, &pair.path, Field::Path);
                self.expr(&pair.value, Field::Init);
            }
            Meta::List(list) => {
                self.path(None, &list.path, Field::Path);
                if let Ok(parts) = parts.parse2(list.tokens.clone()) {
                    parts.iter().for_each(|part| self.part(part, Field::Arg));
                }
            }
        }
    }

    fn part(&mut self, part: &Part, field: Field) {
        let mark = self.mark();
        match part {
            Part::Pair(path, value) => {
                let path = self.path(None, path, Field::Path);
                let span = path.to(self.meta_value(value, Field::Init));
                self.finish(mark, Kind::MetaPair, field, span);
            }
            Part::List(path, parts, paren) => {
                let path = self.path(None, path, Field::Path);
                parts.iter().for_each(|part| self.part(part, Field::Arg));
                let span = path.to(self.closing(&paren.span));
                self.finish(mark, Kind::MetaList, field, span);
            }
            Part::Word(path) => {
                self.path(None, path, field);
            }
            Part::Plain(value) => {
                self.meta_value(value, field);
            }
        }
    }

    fn meta_value(&mut self, value: &Value, field: Field) -> Span {
        match value {
            Value::Expr(expr) => self.expr(expr, field),
            Value::Type(ty) => self.ty(ty, field),
        }
    }

    pub(in crate::syntax) fn visibility(&mut self, vis: &Visibility) -> Option<Span> {
        let span = match vis {
            Visibility::Inherited => return None,
            Visibility::Public(public) => self.token(public.span, 3),
            Visibility::Restricted(restricted) => {
                self.token(restricted.pub_token.span, 3).to(self.closing(&restricted.paren_token.span))
            }
        };
        Some(self.leaf(Kind::Visibility, Field::Vis, span))
    }

    /// Whether the item with these attributes is left out.
    pub(in crate::syntax) fn is_left_out(&self, attrs: &[Attribute]) -> bool {
        self.options.test_code == TestCode::Elide && attrs.iter().any(is_test_attribute)
    }
}

/// Arguments, as far as they can be read.
fn parts(input: ParseStream<'_>) -> syn::Result<Vec<Part>> {
    let mut parts = Vec::new();
    while !input.is_empty() {
        let Ok(part) = part(input) else { break };
        parts.push(part);
        if !input.peek(Token![,]) {
            break;
        }
        input.parse::<Token![,]>()?;
    }
    // What is left was not understood; the rest of the attribute still counts.
    input.parse::<TokenStream>()?;
    Ok(parts)
}

fn part(input: ParseStream<'_>) -> syn::Result<Part> {
    let ahead = input.fork();
    if let Some(path) = meta_path(&ahead) {
        if ahead.peek(Token![=]) && !ahead.peek(Token![==]) && !ahead.peek(Token![=>]) {
            input.advance_to(&ahead);
            input.parse::<Token![=]>()?;
            if input.peek(Token![%]) || input.peek(Token![?]) {
                input.parse::<TokenTree>()?;
            }
            return Ok(Part::Pair(path, value(input)?));
        }
        if ahead.peek(token::Paren) {
            let content;
            let paren = syn::parenthesized!(content in ahead);
            if ahead.is_empty() || ahead.peek(Token![,]) {
                let inner = parts(&content)?;
                input.advance_to(&ahead);
                return Ok(Part::List(path, inner, paren));
            }
        } else if ahead.is_empty() || ahead.peek(Token![,]) {
            input.advance_to(&ahead);
            return Ok(Part::Word(path));
        }
    }
    Ok(Part::Plain(value(input)?))
}

/// A path in which keywords may stand, such as `type` or `crate::a`.
fn meta_path(input: ParseStream<'_>) -> Option<Path> {
    if input.peek(Ident) || input.peek(Token![crate]) || input.peek(Token![::]) {
        return input.call(Path::parse_mod_style).ok();
    }
    let is_word = input.peek(Ident::peek_any);
    is_word.then(|| input.call(Ident::parse_any).map(Path::from).ok()).flatten()
}

fn value(input: ParseStream<'_>) -> syn::Result<Value> {
    let ahead = input.fork();
    if let Ok(expr) = ahead.parse()
        && (ahead.is_empty() || ahead.peek(Token![,]))
    {
        input.advance_to(&ahead);
        return Ok(Value::Expr(expr));
    }
    Ok(Value::Type(input.parse()?))
}

fn is_test_attribute(attr: &Attribute) -> bool {
    let Some(last) = attr.path().segments.last() else { return false };
    match &attr.meta {
        Meta::List(list) if last.ident == "cfg" => asks_for_test(list.tokens.clone()),
        _ => TEST_ATTRIBUTES.iter().any(|word| last.ident == word),
    }
}

/// Whether a `cfg` condition asks for `test`, outside of `not(..)`.
fn asks_for_test(condition: TokenStream) -> bool {
    let mut is_negated = false;
    for token in condition {
        match token {
            TokenTree::Ident(word) if word == "test" => return true,
            TokenTree::Group(group) if !is_negated && asks_for_test(group.stream()) => return true,
            TokenTree::Ident(word) => is_negated = word == "not",
            TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => is_negated = false,
        }
    }
    false
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
