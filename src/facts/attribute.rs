//! Reads attributes: which there are, their keys, whether they make an item test code. Knows no names but the written.

use crate::syntax::{Field, Kind, NodeId, Tree};

/// Attribute names, by last segment, that make a function a test.
const TEST_ATTRIBUTES: [&str; 9] = [
    "test",
    "rstest",
    "test_case",
    "wasm_bindgen_test",
    "bench",
    "quickcheck",
    "fixture",
    "test_matrix",
    "traced_test",
];
/// Words of a feature's name that make what it gates test code.
const TEST_WORDS: [&str; 9] =
    ["test", "tests", "testing", "testutil", "testutils", "mock", "mocks", "e2e", "fixtures"];
/// Nested `all`, `any` and `not` that are followed.
const MAX_DEPTH: u32 = 16;

/// The attributes of an item, field, variant, parameter, statement or expression, in order.
pub fn attributes(tree: &Tree, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    tree.children_in(node, Field::Attr)
}

/// The last segment of an attribute's path: `test` for `#[tokio::test]`.
#[must_use]
pub fn name(tree: &Tree, attr: NodeId) -> &str {
    let Some(path) = tree.child(attr, Field::Path) else { return "" };
    tree.text(path).rsplit("::").next().unwrap_or("").trim()
}

/// The attributes of `node` whose written path ends in `wanted`.
pub fn named<'t>(tree: &'t Tree, node: NodeId, wanted: &'t str) -> impl Iterator<Item = NodeId> + 't {
    attributes(tree, node).filter(move |attr| name(tree, *attr) == wanted)
}

/// The value of `key = value` right inside an attribute or list.
#[must_use]
pub fn value(tree: &Tree, list: NodeId, key: &str) -> Option<NodeId> {
    let pair =
        tree.children(list).find(|child| tree.kind(*child) == Kind::MetaPair && name(tree, *child) == key)?;
    tree.child(pair, Field::Init)
}

/// The text of `key = "text"` right inside an attribute or list, without quotes.
#[must_use]
pub fn text_of<'t>(tree: &'t Tree, list: NodeId, key: &str) -> Option<&'t str> {
    value(tree, list, key).map(|node| unquoted(tree.text(node)))
}

/// Whether the word, or `word(..)`, or `word = ..`, stands right inside an attribute or list.
#[must_use]
pub fn has_word(tree: &Tree, list: NodeId, word: &str) -> bool {
    tree.children_in(list, Field::Arg).any(|arg| match tree.kind(arg) {
        Kind::MetaPair | Kind::MetaList => name(tree, arg) == word,
        _ => tree.text(arg) == word,
    })
}

/// The `key(..)` lists right inside an attribute or list.
pub fn lists<'t>(tree: &'t Tree, list: NodeId, key: &'t str) -> impl Iterator<Item = NodeId> + 't {
    tree.children(list).filter(move |child| tree.kind(*child) == Kind::MetaList && name(tree, *child) == key)
}

/// The text of a string literal without its quotes; escapes stay.
#[must_use]
pub fn unquoted(literal: &str) -> &str {
    literal.trim_start_matches(['r', '#']).trim_end_matches('#').trim_matches('"')
}

/// Paths named by `#[derive(..)]` of `node`, those behind `cfg_attr` included.
#[must_use]
pub fn derives(tree: &Tree, node: NodeId) -> Vec<NodeId> {
    let mut found = Vec::new();
    for attr in attributes(tree, node) {
        match name(tree, attr) {
            "derive" => found.extend(tree.children_in(attr, Field::Arg)),
            "cfg_attr" => {
                for list in lists(tree, attr, "derive") {
                    found.extend(tree.children_in(list, Field::Arg));
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether the attributes of `node` make it test code.
#[must_use]
pub fn is_test(tree: &Tree, node: NodeId) -> bool {
    attributes(tree, node).any(|attr| match name(tree, attr) {
        "cfg" => tree.children_in(attr, Field::Arg).any(|arg| needs_test(tree, arg, MAX_DEPTH)),
        other => TEST_ATTRIBUTES.contains(&other),
    }) || is_debug_test(tree, node)
        || says_for_test(tree, node)
}

/// A function that says by its name that tests alone call it: `store_for_tests`.
fn says_for_test(tree: &Tree, node: NodeId) -> bool {
    tree.kind(node) == Kind::Fn
        && tree.name(node).is_some_and(|name| {
            let mut words = name.split('_').skip_while(|word| *word != "for").skip(1);
            words.next().is_some_and(|word| matches!(word, "test" | "tests" | "testing"))
        })
}

/// A helper for tests that is only there in debug builds.
fn is_debug_test(tree: &Tree, node: NodeId) -> bool {
    tree.name(node).is_some_and(|name| name.contains("test"))
        && named(tree, node, "cfg").any(|attr| has_word(tree, attr, "debug_assertions"))
}

/// Whether a `cfg` predicate can hold in test builds only.
fn needs_test(tree: &Tree, predicate: NodeId, depth: u32) -> bool {
    if depth == 0 {
        return false;
    }
    let inner = |arg: NodeId| needs_test(tree, arg, depth - 1);
    match tree.kind(predicate) {
        Kind::MetaPair => {
            let value = tree.child(predicate, Field::Init).map_or("", |init| unquoted(tree.text(init)));
            name(tree, predicate) == "feature" && is_test_feature(value)
        }
        Kind::MetaList | Kind::Call => match list_name(tree, predicate) {
            "any" => {
                let mut args = tree.children_in(predicate, Field::Arg).peekable();
                args.peek().is_some() && args.all(inner)
            }
            "all" => tree.children_in(predicate, Field::Arg).any(inner),
            _ => false,
        },
        _ => tree.text(predicate) == "test",
    }
}

fn list_name(tree: &Tree, list: NodeId) -> &str {
    tree.path_node(list).map_or("", |path| tree.text(path).trim())
}

fn is_test_feature(feature: &str) -> bool {
    feature.split(['-', '_']).any(|word| TEST_WORDS.contains(&word))
}
