//! Where a finding is placed: the placement contract as functions from a node to the bytes to report.

use crate::base::Span;
use crate::syntax::{Field, Kind, NodeId, Tree};

/// The name of a type, function, variant, field or call; the node itself where it has none.
#[must_use]
pub fn name(tree: &Tree, node: NodeId) -> Span {
    tree.child(node, Field::Name).map_or_else(|| tree.span(node), |name| tree.span(name))
}

/// A method's name and arguments, `.name(..)` without the dot; a path call or macro call as a whole.
#[must_use]
pub fn method(tree: &Tree, call: NodeId) -> Span {
    let span = tree.span(call);
    match tree.kind(call) {
        Kind::MethodCall => Span::new(name(tree, call).start(), span.end()),
        _ => span,
    }
}

/// A loop's head: everything before its body, attributes and trailing white space left out; other nodes as a whole.
#[must_use]
pub fn loop_head(tree: &Tree, node: NodeId) -> Span {
    let span = tree.span(node);
    if !matches!(tree.kind(node), Kind::Loop | Kind::While | Kind::ForLoop) {
        return span;
    }
    let Some(body) = tree.child(node, Field::Body) else { return span };
    let attributes = tree.children_in(node, Field::Attr).map(|attr| tree.span(attr).end());
    let start = attributes.max().unwrap_or(span.start());
    trimmed(tree, Span::new(start, tree.span(body).start()))
}

/// An arm without its leading comma or attributes: pattern and body; an `if let Err`, from `if` to the end of its block;
/// a `let .. else`, its `else` block.
#[must_use]
pub fn arm(tree: &Tree, node: NodeId) -> Span {
    match tree.kind(node) {
        Kind::If => tree.child(node, Field::Then).map_or_else(
            || tree.span(node),
            |then| Span::new(tree.span(node).start(), tree.span(then).end()),
        ),
        Kind::LetStmt => {
            tree.child(node, Field::Else).map_or_else(|| tree.span(node), |other| tree.span(other))
        }
        _ => tree.span(node),
    }
}

/// `span` without white space at both ends.
#[must_use]
pub fn trimmed(tree: &Tree, span: Span) -> Span {
    let text = tree.source().slice(span);
    let lead = (text.len() - text.trim_start().len()) as u32;
    let kept = text.trim().len() as u32;
    Span::new(span.start() + lead, span.start() + lead + kept)
}

/// The place to report for `node`, by its kind alone: items by name, loops by head, all else as a whole.
#[must_use]
pub fn primary(tree: &Tree, node: NodeId) -> Span {
    match tree.kind(node) {
        Kind::Fn
        | Kind::Struct
        | Kind::Enum
        | Kind::Union
        | Kind::Variant
        | Kind::Trait
        | Kind::TypeAlias
        | Kind::Module
        | Kind::ModDecl
        | Kind::Const
        | Kind::Static
        | Kind::MacroRules => name(tree, node),
        Kind::Loop | Kind::While | Kind::ForLoop => loop_head(tree, node),
        _ => tree.span(node),
    }
}
