//! Tests of chains: from the constructor `B::new()` on, or up to a call.

use crate::base::FileIdx;
use crate::facts::Chain;
use crate::facts::testing::assembled;
use crate::syntax::{Kind, NodeId};

fn shown(chain: &Chain) -> String {
    let start = chain.start_path.as_deref().unwrap_or("?");
    let calls: Vec<&str> = chain.calls.iter().map(|call| &*call.name).collect();
    format!("{start}: {}{}", calls.join(" "), if chain.is_whole { "" } else { " .." })
}

fn text_of(body: &str, rest: &str) -> String {
    format!("use ext::B;\nfn f(c: bool) -> B {{ {body} }}\n{rest}")
}

/// The chain of the first `B::new()`, with helpers in `rest`.
#[track_caller]
fn check(body: &str, rest: &str, expected: &str) {
    let text = text_of(body, rest);
    let (cb, _) = assembled(&[("src/lib.rs", &text)]);
    let file = FileIdx(0);
    let tree = cb.tree(file);
    let is_start =
        |node: &NodeId| tree.kind(*node) == Kind::Call && tree.path_segments(*node) == ["B", "new"];
    let start = tree.subtree(tree.root()).find(is_start).unwrap();
    assert_eq!(shown(&cb.chain(file, start)), expected, "{body}");
}

/// The chain up to the last call of `build`.
#[track_caller]
fn check_to(body: &str, rest: &str, expected: &str) {
    let text = text_of(body, rest);
    let (cb, _) = assembled(&[("src/lib.rs", &text)]);
    let place = cb.calls_named("build").last().copied().unwrap();
    assert_eq!(shown(&cb.chain_to(place.file, place.node)), expected, "{body}");
}

#[test]
fn a_chain_goes_through_its_expression() {
    check("B::new().a().b()?.c().await;", "", "ext::B::new: a b c");
    check_to("B::new().a().build().c();", "", "ext::B::new: a build");
    check("g(B::new().a());", "", "ext::B::new: a");
}

#[test]
fn variables_and_reassignments_are_followed() {
    let body =
        "let mut b = B::new().a(); b = b.b(); b.c(); if c { b = b.d(); } let e = b.e().build(); e.x();";
    check(body, "", "ext::B::new: a b c d e build x");
    check_to(body, "", "ext::B::new: a b c d e build");
    check_to("let b = B::new(); let b = b.a(); let b = b.b(); b.build();", "", "ext::B::new: a b build");
    check_to("let b; b = B::new().a(); b.build();", "", "ext::B::new: a build");
    check_to("let b = if c { B::new().a() } else { B::new().b() }; b.build();", "", "ext::B::new: a b build");
}

#[test]
fn what_is_called_later_does_not_count_before() {
    check_to("let mut b = B::new(); b.a(); b.build(); b.late();", "", "ext::B::new: a build");
}

#[test]
fn another_value_of_the_same_name_has_its_own_chain() {
    check("let b = B::new().a(); let b = other().b();", "", "ext::B::new: a");
}

#[test]
fn helpers_that_make_or_take_the_value_are_looked_into() {
    check_to("made().b().build();", "fn made() -> B { B::new().a() }", "ext::B::new: a b build");
    check_to(
        "passed(B::new().a()).build();",
        "fn passed(b: B) -> B { b.x().y() }",
        "ext::B::new: a x y build",
    );
    check_to(
        "let mut b = B::new(); shape(&mut b); b.build();",
        "fn shape(b: &mut B) { b.x(); b.y(); }",
        "ext::B::new: x y build",
    );
    check("B::new().a(); ", "fn made() -> B { B::new().z() }", "ext::B::new: a");
    check_to(
        "B::new().with_all().build();",
        "trait Ext { fn with_all(self) -> B; } impl Ext for B { fn with_all(self) -> B { self.p().q() } }",
        "ext::B::new: with_all p q build",
    );
}

#[test]
fn a_value_that_leaves_sight_is_not_whole() {
    check("B::new().a()", "", "ext::B::new: a ..");
    check("S { b: B::new().a() };", "struct S { b: B }", "ext::B::new: a ..");
    check_to("x.b.a().build();", "", "?: a build ..");
    check_to("(|b| b.a().build());", "", "?: a build ..");
}

#[test]
fn helpers_that_call_each_other_end() {
    check_to(
        "one(c).build();",
        "fn one(c: bool) -> B { two(c).a() } fn two(c: bool) -> B { one(c).b() }",
        "app::one: a b build ..",
    );
}

#[test]
fn a_part_of_a_tuple_is_followed() {
    check_to("let (b, _) = (B::new().a(), 1); b.build();", "", "ext::B::new: a build");
    let paged = "fn paged(mut b: B) -> (B, u8) { let (mut b, n) = match c { true => (b.up(), 1), _ => (b.down(), 2) }; b = b.limit(); (b, n) }";
    check_to("let (b, n) = paged(B::new().a()); b.build();", paged, "ext::B::new: a up down limit build");
}
