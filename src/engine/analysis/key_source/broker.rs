//! Whether a value is the id that a broker gives a delivery, by what the catalogue says of the message's type.

use crate::base::FileIdx;
use crate::facts::{Codebase, Place};
use crate::syntax::{Field, Kind, NodeId};

/// Variables that are followed.
const MAX_HOPS: u8 = 3;
/// Positions in a log, which are the same at each delivery, and all that is known of a delivery.
const STABLE: [&str; 2] = ["offset", "info"];
/// Names that only brokers give.
const UNMISTAKABLE: [&str; 3] = ["delivery_tag", "receipt_handle", "ack_id"];

/// The broker's id that `expr` is, or is made of.
pub(super) fn id_in(codebase: &Codebase, file: FileIdx, expr: NodeId) -> Option<Place> {
    within(codebase, file, expr, MAX_HOPS)
}

fn within(codebase: &Codebase, file: FileIdx, expr: NodeId, hops: u8) -> Option<Place> {
    let tree = codebase.tree(file);
    if let Some(node) = tree.subtree(expr).find(|node| is_broker_id(codebase, file, *node)) {
        return Some(Place { file, node });
    }
    let used = tree.subtree(expr).filter(|node| matches!(tree.kind(*node), Kind::Path | Kind::FieldInit));
    used.filter(|_| hops > 0).find_map(|node| {
        let binding = codebase.binding(file, node)?;
        let is_plain = binding.pattern == binding.ident && tree.kind(binding.owner) == Kind::LetStmt;
        let init =
            binding.init(tree).filter(|init| is_plain && *init != node && !tree.is_within(node, *init))?;
        is_the_same(codebase, file, init).then(|| within(codebase, file, init, hops - 1)).flatten()
    })
}

/// Whether a variable's value is no more than what it was read from: not the result of other work on it.
fn is_the_same(codebase: &Codebase, file: FileIdx, init: NodeId) -> bool {
    let tree = codebase.tree(file);
    match tree.kind(init) {
        Kind::MethodCall | Kind::FieldAccess | Kind::Ref | Kind::Path | Kind::Try => true,
        Kind::MacroCall => tree.path_segments(init).last() == Some(&"format"),
        _ => false,
    }
}

fn is_broker_id(codebase: &Codebase, file: FileIdx, node: NodeId) -> bool {
    let tree = codebase.tree(file);
    let base = match tree.kind(node) {
        Kind::MethodCall if tree.children_in(node, Field::Arg).next().is_none() => Field::Receiver,
        Kind::FieldAccess => Field::Base,
        _ => return false,
    };
    let Some(name) = tree.name(node) else { return false };
    if UNMISTAKABLE.contains(&name) {
        return true;
    }
    if STABLE.contains(&name) {
        return false;
    }
    let ty = tree.child(node, base).map(|base| codebase.type_of(file, base));
    let row = ty.as_ref().and_then(|ty| ty.path()).and_then(|path| codebase.catalog.type_row(path));
    row.is_some_and(|row| row.broker_id.iter().any(|id| id.trim_end_matches("()") == name))
}
