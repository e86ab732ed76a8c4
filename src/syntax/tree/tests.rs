//! Tests of the tree's questions.

use super::Meta;
use crate::base::Span;
use crate::syntax::outline::{outline, read};
use crate::syntax::{Field, Flag, Kind, parse_fragment};

#[test]
fn segments_of_a_path_are_plain_words() {
    for (text, expected) in [
        ("a::b", vec!["a", "b"]),
        ("::a::r#type", vec!["a", "type"]),
        ("a :: /* x */ b", vec!["a", "b"]),
        ("a::b::<C<D>>::e", vec!["a", "b", "e"]),
        ("<A as B::C>::d", vec!["B", "C", "d"]),
        ("<A>::d", vec!["d"]),
        ("$crate::a", vec!["crate", "a"]),
        ("f::<A>(b)", vec!["f"]),
    ] {
        let tree = parse_fragment(text).expect(text);
        let expr = tree.child(tree.root(), Field::Tail).expect(text);
        assert_eq!(tree.path_segments(expr), expected, "{text}");
    }
}

#[test]
fn large_nodes_and_far_parents_are_as_true_as_small_ones() {
    let list = format!("[{}]", vec!["b"; 70_000].join(","));
    let tree = read(&format!("const A: T = {list}; fn f() {{}} fn g() {{}}")).tree;
    let array = tree.subtree(tree.root()).find(|id| tree.kind(*id) == Kind::Array).expect("the list");
    assert_eq!(tree.text(array), list);
    assert_eq!(tree.past(array).0, array.0 + 70_001);
    assert!(tree.children(array).all(|one| tree.parent(one) == Some(array) && tree.text(one) == "b"));
    let names: Vec<_> = tree.children_in(tree.root(), Field::Item).map(|item| tree.name(item)).collect();
    assert_eq!(names, [Some("A"), Some("f"), Some("g")]);
    assert!(tree.children(tree.root()).all(|item| tree.parent(item) == Some(tree.root())));
}

#[test]
fn only_a_single_plain_word_is_a_variable() {
    for (text, name) in [
        ("a", Some("a")),
        ("r#in", Some("in")),
        ("self", Some("self")),
        ("a::b", None),
        ("a::<B>", None),
        ("a()", None),
    ] {
        let tree = parse_fragment(text).expect(text);
        assert_eq!(tree.child(tree.root(), Field::Tail).and_then(|id| tree.variable(id)), name, "{text}");
    }
}

#[test]
fn each_import_knows_its_whole_path() {
    let tree = read("use a::{b as c, d::*, self, e::{f, r#g::h}, *}; use ::i; use crate::j;").tree;
    let leaves: Vec<(&str, Option<&str>, bool, bool)> = tree
        .subtree(tree.root())
        .filter(|id| tree.kind(*id) == Kind::UseLeaf)
        .map(|id| (tree.use_path(id), tree.name(id), tree.has(id, Flag::Glob), tree.has(id, Flag::Leading)))
        .collect();
    let expected = [
        ("a::b", Some("c"), false, false),
        ("a::d", None, true, false),
        ("a", None, false, false),
        ("a::e::f", None, false, false),
        ("a::e::g::h", None, false, false),
        ("a", None, true, false),
        ("i", None, false, true),
        ("crate::j", None, false, false),
    ];
    assert_eq!(leaves, expected);
}

#[test]
fn the_operator_is_found_whatever_stands_around_it() {
    for (text, operator) in [
        ("(a) /* - */ + (b)", Some("+")),
        ("a <<= b", Some("<<=")),
        ("a >> b", Some(">>")),
        ("a != b", Some("!=")),
        ("a = b", Some("=")),
        ("a..=b", Some("..=")),
        ("..", Some("..")),
        ("!a", Some("!")),
        ("&mut a", Some("&")),
        ("a", None),
    ] {
        let tree = parse_fragment(text).expect(text);
        assert_eq!(tree.child(tree.root(), Field::Tail).and_then(|id| tree.operator(id)), operator, "{text}");
    }
}

#[test]
fn operators_bind_as_in_rust() {
    for (text, same) in [
        ("a + b * c - d", "(a + (b * c)) - d"),
        ("a || b && c == d | e ^ f & g << h + i", "a || (b && (c == (d | (e ^ (f & (g << (h + i)))))))"),
        ("!a.b? as u8 + -c", "((!((a.b)?)) as u8) + (-c)"),
        ("a = b = c..d + 1", "a = (b = (c..(d + 1)))"),
        ("&a[b].c", "&((a[b]).c)"),
        ("|x| x + 1", "|x| (x + 1)"),
        ("return a + b", "return (a + b)"),
        ("*a += b", "(*a) += b"),
    ] {
        let read = |text: &str| {
            let tree = parse_fragment(text).expect(text);
            outline(&tree, tree.root())
        };
        assert_eq!(read(text), read(same), "{text}");
    }
}

#[test]
fn metavariables_are_told_by_kind_and_name() {
    let tree = parse_fragment("f($a, $$$, $$$bs, c)").expect("a call");
    let call = tree.child(tree.root(), Field::Tail).expect("a call");
    let found: Vec<Option<Meta<'_>>> =
        tree.children_in(call, Field::Arg).map(|id| tree.metavariable(id)).collect();
    assert_eq!(found, [Some(Meta::One("a")), Some(Meta::Many("")), Some(Meta::Many("bs")), None]);
    assert_eq!(tree.metavariable(call), None);
}

#[test]
fn covering_finds_the_innermost_node() {
    let tree = read("fn f() { g(h + 1); }").tree;
    assert_eq!(tree.text(tree.covering(Span::new(11, 12))), "h");
    assert_eq!(tree.text(tree.covering(Span::new(11, 14))), "h + 1");
    assert_eq!(tree.kind(tree.covering(Span::new(0, 1))), Kind::Fn);
}

#[test]
fn the_last_expression_is_the_tail_and_all_others_are_statements() {
    let tree = parse_fragment("{ if a {} m! { b } match c {} ; d; for e in f {} g }").expect("a block");
    let block = tree.child(tree.root(), Field::Tail).expect("a block");
    let fields: Vec<(Field, Kind)> = tree.children(block).map(|id| (tree.field(id), tree.kind(id))).collect();
    let mut expected = vec![(Field::Stmt, Kind::ExprStmt); 5];
    expected.push((Field::Tail, Kind::Path));
    assert_eq!(fields, expected);
}
