//! The two ways in: a whole file, and a fragment for a code pattern. Items are parsed one by one by `syn`, so that one
//! that cannot be read loses only itself, and test code is not parsed at all.

use crate::base::{RelPath, SourceText, Span};
use crate::finding::Problem;
use crate::syntax::lex::{Lexed, lex};
use crate::syntax::lower::Lower;
use crate::syntax::piece::Piece;
use crate::syntax::reader::{Holder, Reader};
use crate::syntax::split::Tokens;
use crate::syntax::tree::{META_MANY, META_ONE, Raw};
use crate::syntax::{Field, Flag, Kind, Tree};
use syn::Block;
use syn::parse::Parser;

/// Stack that a thread needs to parse any input.
pub const STACK_BYTES: usize = 256 << 20;

/// What to do with tests inside a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TestCode {
    /// Leave out the bodies of `#[cfg(test)]` modules and `#[test]` functions.
    #[default]
    Elide,
    /// Read them as all other code.
    Keep,
    /// All of the file is test code: read nothing of it but its comments.
    WholeFile,
}

/// How to read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ParseOptions {
    /// What to do with tests.
    pub test_code: TestCode,
}

/// What reading a file gave.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// All that could be read.
    pub tree: Tree,
    /// What could not, at most 20 of them.
    pub problems: Vec<Problem>,
    /// Number of items that could not be read.
    pub n_unparsed: u32,
}

/// Reads one file; an item that cannot be read stands as [`super::Kind::Unparsed`], and all else is read.
///
/// Needs a thread with [`STACK_BYTES`] of stack.
#[must_use]
pub fn parse(source: &SourceText, options: &ParseOptions) -> Parsed {
    let Lexed { tokens, comments, docs } = lex(source.text());
    let tokens = Tokens { text: source.text(), list: &tokens };
    let blanks = blanks(docs, tokens.tables());
    let mut reader = Reader {
        source,
        tokens,
        blanks: &blanks,
        options: *options,
        nodes: Vec::with_capacity(tokens.list.len()),
        use_paths: Vec::new(),
        problems: Vec::new(),
        n_unparsed: 0,
        n_modules: 0,
    };
    let is_test = options.test_code == TestCode::Elide && reader.is_inner_attribute(0) && tokens.is_test(0);
    let is_left_out = is_test || options.test_code == TestCode::WholeFile;
    if !is_left_out {
        reader.items(0..tokens.list.len().saturating_sub(1), Holder::Module);
    }
    let Reader { mut nodes, use_paths, problems, n_unparsed, .. } = reader;
    let (size, end) = (nodes.len() as u32 + 1, source.text().len() as u32);
    let flags = if is_left_out { Flag::Elided as u16 } else { 0 };
    nodes.push(Raw { kind: Kind::File, field: Field::Root, flags, start: 0, end, size });
    let tree = Tree::from_postorder(source, &nodes, use_paths, comments);
    Parsed { tree, problems, n_unparsed }
}

/// What `syn` need not see, in order: doc comments, of which it would make attributes, and tables.
fn blanks(docs: Vec<Span>, tables: Vec<Span>) -> Vec<Span> {
    if tables.is_empty() {
        return docs;
    }
    let is_outside = |doc: &Span| !tables.iter().any(|table| table.contains(*doc));
    let mut blanks: Vec<Span> = docs.into_iter().filter(is_outside).collect();
    blanks.extend(tables);
    blanks.sort_unstable();
    blanks
}

/// Reads statements, items or one expression with metavariables (`$x`, `$$$`, `$$$xs`), see [`Tree::metavariable`].
///
/// The root holds them as a block does: fields `Stmt`, and `Tail` for a last expression without `;`.
///
/// # Errors
/// The first thing that cannot be read.
pub fn parse_fragment(text: &str) -> Result<Tree, Problem> {
    let written = SourceText::new(RelPath::new("pattern"), text);
    let Lexed { tokens, comments, docs } = lex(text);
    let range = 0..tokens.len();
    if (Tokens { text, list: &tokens }).is_too_deep(&range) {
        return Err(Problem::at(&written, Span::new(0, text.len() as u32), "nested too deeply"));
    }
    let source = SourceText::new(RelPath::new("pattern"), with_words(text));
    let whole = Span::new(0, source.text().len() as u32);
    let piece = Piece::new(source.text(), whole, &docs);
    let stmts = Block::parse_within.parse_str(piece.text()).map_err(|error| {
        let at = Span::point(piece.offset(error.span().start()).min(text.len() as u32));
        Problem::at(&written, at, error.to_string())
    })?;
    let mut lower = Lower::new(piece, ParseOptions { test_code: TestCode::Keep }, Vec::new());
    lower.statements(&stmts);
    let Lower { mut nodes, use_paths, .. } = lower;
    let size = nodes.len() as u32 + 1;
    nodes.push(Raw { kind: Kind::File, field: Field::Root, flags: 0, start: 0, end: whole.end(), size });
    Ok(Tree::from_postorder(&source, &nodes, use_paths, comments))
}

/// The pattern with words in place of its metavariables, which `syn` does not know; `$$$body` without `;` gets one.
fn with_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let is_many = rest.starts_with("$$$");
        rest = &rest[if is_many { 3 } else { 1 }..];
        let is_crate = !is_many
            && rest.starts_with("crate")
            && !rest[5..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if !is_crate {
            out.push_str(if is_many { META_MANY } else { META_ONE });
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        out.push_str(&rest[..end]);
        rest = &rest[end..];
        let goes_on = rest.trim_start().starts_with(|c: char| c == '$' || c.is_alphabetic());
        if is_many && goes_on {
            out.push(';');
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::parse_fragment;
    use crate::syntax::outline::{outline, read};
    use crate::syntax::{Kind, Tree};

    /// Items and statements of `text` that are read, and how many are not.
    #[track_caller]
    fn check(text: &str, kinds: &[Kind], n_unparsed: u32) {
        let parsed = read(text);
        let found: Vec<Kind> =
            parsed.tree.children(parsed.tree.root()).map(|id| parsed.tree.kind(id)).collect();
        assert_eq!(
            (found.as_slice(), parsed.n_unparsed),
            (kinds, n_unparsed),
            "{text}\n{:?}",
            parsed.problems
        );
        assert_eq!(parsed.problems.is_empty(), n_unparsed == 0);
    }

    fn count(tree: &Tree, kind: Kind) -> usize {
        tree.subtree(tree.root()).filter(|id| tree.kind(*id) == kind).count()
    }

    #[test]
    fn an_item_that_cannot_be_read_loses_only_itself() {
        check("fn a() {} fn b( {} fn c() {}", &[Kind::Fn, Kind::Unparsed, Kind::Fn], 1);
        check("struct A { x y } use b::c;", &[Kind::Unparsed, Kind::Use], 1);
        check("const X: u8 = {; } ;\nfn a() {}", &[Kind::Const, Kind::Fn], 0);
        check("} } fn a() {}", &[Kind::Unparsed, Kind::Fn], 1);
        check("pub impl A {} fn b() {}", &[Kind::Unparsed, Kind::Fn], 1);
    }

    #[test]
    fn a_member_that_cannot_be_read_loses_only_itself() {
        let tree = read(
            "impl D { fn e( ; fn f() {} fn g() { a() } } trait T { fn h() { let = 1; } fn i() { a() } }",
        )
        .tree;
        assert_eq!(count(&tree, Kind::Call), 2);
        assert_eq!(count(&tree, Kind::Unparsed), 2);
        assert!(outline(&tree, tree.root()).contains("Name'g'"));
    }

    #[test]
    fn what_is_missing_is_told_with_its_place() {
        for (text, message, line, column) in [
            ("fn a() {}\nstruct B { x y }", "expected `:`", 2, 14),
            ("fn a() {\n  \"b }", "literal without end", 2, 3),
            ("fn a() {}\n/* /* */ fn b() {}", "comment without end", 2, 1),
            ("fn a() { b(", "`{` without end", 1, 8),
            ("fn a\u{0}() {}", "unexpected character U+0000", 1, 5),
        ] {
            let problems = read(text).problems;
            let place = problems[0].place.as_ref().and_then(|place| place.line_column);
            assert_eq!((problems[0].message.as_str(), place), (message, Some((line, column))), "{text}");
        }
    }

    #[test]
    fn many_problems_are_counted_but_not_all_told() {
        let parsed = read(&"fn a( {}\nfn b() {}\n".repeat(100));
        assert_eq!((parsed.problems.len(), parsed.n_unparsed), (20, 100));
    }

    #[test]
    fn head_of_a_file_and_line_ends_leave_offsets_true() {
        for head in [
            "",
            "\u{feff}",
            "#!/usr/bin/env cargo\r\n",
            "\u{feff}#!/bin/x\n",
            "---\n[deps]\n---\n",
            "#![a]\r\n",
            "\r",
        ] {
            let text = format!("{head}fn a() {{\r\n  b(\"é\r\n\", c)\r\n}}");
            let tree = read(&text).tree;
            let texts: Vec<&str> = tree
                .subtree(tree.root())
                .filter(|id| tree.kind(*id) == Kind::Path)
                .map(|id| tree.text(id))
                .collect();
            assert_eq!(
                texts.iter().filter(|text| **text != "a").collect::<Vec<_>>(),
                [&"b", &"c"],
                "{head:?}"
            );
        }
    }

    #[test]
    fn empty_files_and_files_of_comments_have_only_a_root() {
        for text in ["", "\u{feff}", "// a", "/* b /* c */ */", "//! d\n\n", "\r", ";;"] {
            check(text, &[], 0);
        }
        assert_eq!(read("// a\n/// b\n/* c */ /** d */ //// e\nfn f() {}").tree.comments().len(), 3);
    }

    /// `open` 5,000 times, then `close` as often: refused in part, never a crash, even on the stack of a test's thread.
    #[track_caller]
    fn check_nest(before: &str, open: &str, middle: &str, close: &str, after: &str) {
        let text =
            format!("{before}{}{middle}{}{after}\nfn last() {{}}", open.repeat(5000), close.repeat(5000));
        let parsed = read(&text);
        let last = parsed.tree.children(parsed.tree.root()).last();
        assert_eq!(last.and_then(|id| parsed.tree.name(id)), Some("last"), "{open}");
        let is_told = parsed.problems.iter().any(|problem| problem.message == "nested too deeply");
        assert!(is_told || parsed.tree.n_opaque() > 0, "{open}: {:?}", parsed.problems);
    }

    #[test]
    fn deep_nests_of_expressions_are_refused() {
        for (open, middle, close) in [
            ("(", "1", ")"),
            ("[", "1", "]"),
            ("{", "1", "}"),
            ("f(", "1", ")"),
            ("a.b(", "1", ")"),
            ("a[", "1", "]"),
            ("!", "1", ""),
            ("-", "1", ""),
            ("&", "1", ""),
            ("&&mut ", "1", ""),
            ("*", "1", ""),
            ("|| ", "1", ""),
            ("|x| { ", "1", "}"),
            ("async { ", "1", "}"),
            ("if a { ", "1", "}"),
            ("if ", "a", " {}"),
            ("match ", "a", " {}"),
            ("match a { _ => ", "1", "}"),
            ("while a { ", "1", "}"),
            ("return ", "1", ""),
            ("break ", "1", ""),
            ("a = ", "1", ""),
            ("S { a: ", "1", "}"),
            ("a || b && c == d | e ^ f & g << h + i * (", "1", ")"),
            ("<", "A", " as B>::C"),
            ("a::<", "A", ">"),
            ("'a: { ", "1", "}"),
            ("let x = { ", "1", "};"),
            ("a..(", "1", ")"),
        ] {
            check_nest("fn f() { ", open, middle, close, "; }");
        }
    }

    #[test]
    fn deep_nests_of_types_patterns_and_items_are_refused() {
        for (before, open, middle, close, after) in [
            ("type A = ", "Vec<", "A", ">", ";"),
            ("type A = ", "(", "A", ",)", ";"),
            ("type A = ", "&", "A", "", ";"),
            ("type A = ", "[", "A", "]", ";"),
            ("type A = ", "*const ", "A", "", ";"),
            ("type A = ", "fn(", "A", ")", ";"),
            ("type A = ", "fn() -> ", "A", "", ";"),
            ("type A = ", "impl Fn() -> ", "A", "", ";"),
            ("type A = ", "dyn B<C = ", "A", ">", ";"),
            ("fn f<T: ", "A<B: ", "C", ">", ">() {}"),
            ("fn f() { let ", "(", "a", ",)", " = b; }"),
            ("fn f() { let ", "&", "a", "", " = b; }"),
            ("fn f() { let ", "A(", "a", ")", " = b; }"),
            ("fn f() { let ", "a @ ", "b", "", " = b; }"),
            ("fn f() { let ", "A { a: ", "b", "}", " = b; }"),
            ("", "mod a { ", "", "}", ""),
            ("", "fn a() { ", "", "}", ""),
            ("", "impl A { fn b() { ", "", "} }", ""),
            ("use ", "a::{", "b", "}", ";"),
        ] {
            check_nest(before, open, middle, close, after);
        }
    }

    #[test]
    fn deep_nests_in_macros_are_refused() {
        for open in [
            "m!(",
            "m!{ ",
            "vec![",
            "json!({ \"a\": ",
            "select! { a = ",
            "matches!(a, ",
            "m!(a; ",
            "lazy_static! { m! { ",
        ] {
            let close: String =
                open.chars().rev().filter_map(|c| "({[".find(c).map(|at| [")", "}", "]"][at])).collect();
            check_nest("fn f() { ", open, "a", &close, "; }");
        }
        check_nest("macro_rules! m { () => { ", "(", "a", ")", "} }");
    }

    #[test]
    fn deep_nests_in_attributes_are_refused() {
        for (open, close) in [("a(", ")"), ("a = ", ""), ("a = (", ")"), ("a = #[b = ", "]")] {
            check_nest("#[x(", open, "1", close, ")] fn f() {}");
        }
    }

    #[test]
    fn a_nest_of_macros_that_fit_no_reading_takes_no_time() {
        let text = format!("fn f() {{ {} {} }}", "m! { a ~ ; b ".repeat(100), "; ~ ~ }".repeat(100));
        assert!(read(&text.repeat(20)).tree.n_opaque() > 0);
    }

    #[test]
    fn brackets_quotes_and_comments_without_end_do_no_harm() {
        for text in [
            "}", "(", "[", "{", "fn f() {", "\"", "'", "r#\"", "/*", "b'", "/* /* */", "#[", "#![", "m!(",
            "<", "'a", "$", "\\",
        ] {
            read(&text.repeat(3000));
            read(&format!("fn a() {{ b(); }} {text}"));
        }
    }

    #[test]
    fn long_code_that_is_not_deep_is_read() {
        for (before, part, after) in [
            ("fn f() { let x = a", " + a", "; }"),
            ("fn f() { let x = a", " && a", "; }"),
            ("fn f() { a", ".b(|x| x + 1)", "; }"),
            ("fn f() { a", "?.b.0[1]", "; }"),
            ("fn f() { a(b)", "(c)", "; }"),
            ("fn f() { if a {}", " else if b { c() }", " else {} }"),
            ("static A: &[u8] = &[", "0x1f, ", "];"),
            ("fn f() { match a { ", "A | B => c(), ", "} }"),
            ("fn f() { x", " as u8", "; }"),
            ("fn f() { m!(", "a, ", "b); }"),
            ("fn f() { match x { ", "a | ", "a => b } }"),
            ("type A = dyn B", " + B", ";"),
            ("use a", "::a", ";"),
            ("fn f() { ", "a(); ", "}"),
            ("", "#[a] ", "fn f() {}"),
            ("fn f() { ", "#[a] ", "1 }"),
        ] {
            let parsed = read(&format!("{before}{}{after}", part.repeat(5_000)));
            assert_eq!((parsed.problems, parsed.tree.n_opaque()), (vec![], 0), "{part}");
        }
    }

    #[test]
    fn a_parameter_that_is_a_type_alone_has_no_pattern() {
        let tree = read("trait T { fn f(A<'_>, b: B); }").tree;
        assert_eq!((count(&tree, Kind::Param), count(&tree, Kind::PatWild)), (2, 0));
    }

    #[test]
    fn long_tables_of_numbers_are_left_out_and_all_else_stays() {
        let table = |element: &str, n: usize| {
            format!("/// d\nstatic A: T = &[{}]; fn f() {{ b() }}", element.repeat(n))
        };
        for (element, n, is_kept) in [
            ("1, ", 100, true),
            ("0x1f, ", 200, false),
            ("('é', [1.5, -2]), ", 200, false),
            ("b'x' + 1, ", 200, false),
            ("a, ", 200, true),
            ("\"a\", ", 200, true),
            ("true, ", 200, true),
        ] {
            let parsed = read(&table(element, n));
            let tree = &parsed.tree;
            assert_eq!(
                (parsed.n_unparsed, count(tree, Kind::Call), count(tree, Kind::Array) > 0),
                (0, 1, true)
            );
            assert_eq!(tree.n_nodes() > 100, is_kept, "{element}");
            let body = tree.subtree(tree.root()).find(|id| tree.kind(*id) == Kind::Call);
            assert_eq!(body.map(|id| tree.text(id)), Some("b()"), "{element}");
        }
    }

    #[test]
    fn ten_megabytes_in_one_line_are_read() {
        let parsed = read(&format!("static A: &[&str] = &[{}];", "\"0123456789abcdef\", ".repeat(500_000)));
        assert_eq!((parsed.n_unparsed, count(&parsed.tree, Kind::LitStr)), (0, 500_000));
    }

    #[test]
    fn a_fragment_is_statements_items_or_one_expression() {
        for (text, expected) in [
            ("tokio::spawn($task)", "File(Tail:Call(Callee:Path'tokio::spawn' Arg:Path'$task'))"),
            (
                "$client.get($$$)",
                "File(Tail:MethodCall(Receiver:Path'$client' Name:Name'get' Arg:Path'$$$'))",
            ),
            ("let _ = $e;", "File(Stmt:LetStmt(Pat:PatWild'_' Init:Path'$e'))"),
            (
                "Foo { no_ack: true, .. }",
                "File(Tail:StructLit(Path:Path'Foo' FieldInit:FieldInit(Name:Name'no_ack' Init:LitBool'true') Rest:PatRest'..'))",
            ),
            (
                "loop { $$$body $x.await?; }",
                "File(Tail:Loop(Body:Block(Stmt:ExprStmt(Expr:Path'$$$body') Stmt:ExprStmt(Expr:Try(Expr:Await(Expr:Path'$x'))))))",
            ),
            ("$x.$m($$$xs)", "File(Tail:MethodCall(Receiver:Path'$x' Name:Name'$m' Arg:Path'$$$xs'))"),
            (
                "let $p: $t = 1;",
                "File(Stmt:LetStmt(Pat:PatIdent(Name:Name'$p') Type:TypePath(Path:Path'$t') Init:LitInt'1'))",
            ),
            ("$m!($$$)", "File(Tail:MacroCall(Path:Path'$m' Arg:Path'$$$'))"),
        ] {
            let tree = parse_fragment(text).expect(text);
            assert_eq!(outline(&tree, tree.root()), expected, "{text}");
        }
        assert!(parse_fragment("let = $x;").is_err());
        assert!(parse_fragment("f(").is_err());
    }
}
