//! Comments that speak to the program, and the code that each covers. Reads no word of them but the first.
//!
//! A comment covers a piece of syntax and never a number of lines, so that a formatter which moves either changes nothing.

use crate::base::Span;
use crate::syntax::{Field, Flag, Kind, NodeId, Tree};

/// A comment that starts with `patscan:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// The comment, with its `//` or `/* */`.
    pub comment: Span,
    /// What it says, behind `patscan:`.
    pub text: String,
    /// The item, statement, field, arm or expression that it stands above or behind; `None` where there is none.
    pub covers: Option<Span>,
}

/// The marks of a file, outside of test code that was left out.
#[must_use]
pub fn markers(tree: &Tree) -> Vec<Marker> {
    let marks = tree.comments().iter().filter_map(|comment| {
        let text = words(tree.source().slice(*comment))?;
        let holder = tree.covering(*comment);
        let mut around = std::iter::once(holder).chain(tree.ancestors(holder));
        let is_left_out = around.any(|node| tree.has(node, Flag::Elided));
        let covers = covered(tree, *comment, holder).map(|node| tree.span(node));
        (!is_left_out).then(|| Marker { comment: *comment, text: text.to_owned(), covers })
    });
    marks.collect()
}

/// What a comment says behind `patscan:`.
fn words(comment: &str) -> Option<&str> {
    let text = comment.strip_prefix("//").or_else(|| comment.strip_prefix("/*")?.strip_suffix("*/"))?;
    text.trim().strip_prefix("patscan:").map(str::trim)
}

fn covered(tree: &Tree, comment: Span, holder: NodeId) -> Option<NodeId> {
    let before = tree.source().text().get(..comment.start() as usize)?;
    let code = before.rsplit('\n').next().unwrap_or("").trim_start_matches('\u{feff}').trim_end();
    // Behind a `{` a formatter moves it into the block.
    let is_alone = code.trim().is_empty() || code.ends_with('{');
    if is_alone { below(tree, comment, holder) } else { on_line(tree, before) }
}

/// What starts behind the comment in the same piece of syntax; the piece itself where the comment stands in its head.
fn below(tree: &Tree, comment: Span, holder: NodeId) -> Option<NodeId> {
    let next = tree.children(holder).find(|child| tree.span(*child).start() >= comment.end())?;
    let is_head =
        matches!(tree.field(next), Field::Attr | Field::Vis | Field::Name) && tree.kind(holder) != Kind::File;
    Some(if is_head { holder } else { next })
}

/// The largest piece of syntax that starts on the line whose code ends `before`; else the smallest that ends there.
fn on_line(tree: &Tree, before: &str) -> Option<NodeId> {
    let line_start = before.rfind('\n').map_or(0, |at| at + 1) as u32;
    // A comma belongs to the list, what stands before it to its element.
    let last = before.trim_end().trim_end_matches(',').char_indices().next_back()?.0 as u32;
    let inner = tree.covering(Span::new(last, last + 1));
    let around =
        || std::iter::once(inner).chain(tree.ancestors(inner)).filter(|node| is_piece(tree.kind(*node)));
    let on_line = around().take_while(|node| tree.span(*node).start() >= line_start).last();
    on_line.or_else(|| around().next())
}

/// Whether people think of it as one thing: an item, a statement, a field, a variant, an arm.
#[must_use]
pub const fn is_piece(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::LetStmt
            | Kind::ExprStmt
            | Kind::FieldDef
            | Kind::Variant
            | Kind::Arm
            | Kind::SelectArm
            | Kind::FieldInit
            | Kind::Fn
            | Kind::Struct
            | Kind::Enum
            | Kind::Union
            | Kind::Trait
            | Kind::Impl
            | Kind::Const
            | Kind::Static
            | Kind::TypeAlias
            | Kind::Use
            | Kind::Module
            | Kind::MacroCall
    )
}

#[cfg(test)]
mod tests {
    use super::markers;
    use crate::base::{RelPath, SourceText};
    use crate::syntax::{ParseOptions, TestCode, parse};

    /// What the only mark in `text` covers, up to its first line's end.
    #[track_caller]
    fn check(text: &str, covers: Option<&str>) {
        let source = SourceText::new(RelPath::new("a.rs"), text);
        let tree = parse(&source, &ParseOptions { test_code: TestCode::Elide }).tree;
        let marks = markers(&tree);
        assert_eq!(marks.len(), 1, "{text}");
        assert_eq!(marks[0].text, "x", "{text}");
        let covered = marks[0].covers.map(|span| source.slice(span).lines().next().unwrap_or(""));
        assert_eq!(covered, covers, "{text}");
    }

    #[test]
    fn a_comment_alone_covers_what_stands_below() {
        check("// patscan: x\nfn f() {\n}", Some("fn f() {"));
        check("\u{feff}// patscan: x\nfn f() {\n}", Some("fn f() {"));
        check("// patscan: x\n#[a]\npub struct S {\n}", Some("#[a]"));
        check("#[a]\n// patscan: x\npub struct S;", Some("#[a]"));
        check("fn f() {\n // patscan: x\n\n // more\n let a = b;\n c();\n}", Some("let a = b;"));
        check("struct S {\n // patscan: x\n a: u8,\n b: u8 }", Some("a: u8"));
        check("fn f() { match a {\n // patscan: x\n B => c(),\n D => e() } }", Some("B => c()"));
        check("fn f() { a\n .b()\n // patscan: x\n .c()\n .d(); }", Some("a"));
        check("fn f() { a(\n // patscan: x\n b, c) }", Some("b"));
        check("fn f() {\n a();\n // patscan: x\n}", None);
    }

    #[test]
    fn a_comment_behind_code_covers_what_starts_on_its_line() {
        check("fn f() {\n let a = b(c); // patscan: x\n d();\n}", Some("let a = b(c);"));
        check("struct S {\n a: u8, // patscan: x\n b: u8 }", Some("a: u8"));
        check("fn f() {\n let a = b\n  .c(); // patscan: x\n}", Some("let a = b"));
        check("const A: u8 = 1; /* patscan: x */", Some("const A: u8 = 1;"));
    }

    #[test]
    fn a_formatter_that_moves_a_comment_behind_a_brace_changes_nothing() {
        check("fn f() {\n if a() { // patscan: x\n b();\n }\n}", Some("b();"));
        check("fn f() {\n if a() {\n // patscan: x\n b();\n }\n}", Some("b();"));
    }

    #[test]
    fn only_a_whole_comment_outside_of_tests_is_a_mark() {
        for text in [
            "fn f() { a(\"// patscan: x\") }",
            "// see patscan: x\nfn f() {}",
            "#[cfg(test)] mod t {\n // patscan: x\n fn f() {} }",
        ] {
            let source = SourceText::new(RelPath::new("a.rs"), text);
            let tree = parse(&source, &ParseOptions { test_code: TestCode::Elide }).tree;
            assert_eq!(markers(&tree), [], "{text}");
        }
    }
}
