//! Whether one call runs before another on some path through their function, by the shape of the code alone.

use crate::facts::{Outcome, flow, outcome_of_pattern};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// Whether `later` can run after `first` did, and did not fail. Rounds of a loop are not followed back to its head.
pub(super) fn is_before(tree: &Tree, first: NodeId, later: NodeId) -> bool {
    may_follow(tree, first, later) && !is_behind_failure(tree, first, later)
}

/// Whether `later` can run after `first` did, or failed.
pub(super) fn may_follow(tree: &Tree, first: NodeId, later: NodeId) -> bool {
    if tree.is_within(later, first) {
        return false;
    }
    // What stands in a call's own receiver or arguments runs before it.
    if tree.is_within(first, later) {
        return true;
    }
    let Some(common) = tree.ancestors(first).find(|at| tree.is_within(later, *at)) else { return false };
    let (Some(from), Some(to)) = (child_towards(tree, common, first), child_towards(tree, common, later))
    else {
        return false;
    };
    if from >= to || is_other_way(tree, common, from, to) {
        return false;
    }
    comes_out(tree, first, from)
}

fn child_towards(tree: &Tree, above: NodeId, below: NodeId) -> Option<NodeId> {
    tree.children(above).find(|child| tree.is_within(below, *child))
}

/// Two branches of one decision.
fn is_other_way(tree: &Tree, common: NodeId, from: NodeId, to: NodeId) -> bool {
    match tree.kind(common) {
        Kind::If => tree.field(from) == Field::Then && tree.field(to) == Field::Else,
        Kind::Match => tree.field(from) == Field::Arm,
        Kind::MacroCall => tree.field(from) == Field::Arm || tree.field(to) == Field::Arm,
        Kind::LetStmt => tree.field(to) == Field::Else,
        _ => false,
    }
}

/// Whether control comes from `node` to the end of `around`, which holds it.
fn comes_out(tree: &Tree, node: NodeId, around: NodeId) -> bool {
    let is_loop = tree.ancestors(node).take_while(|at| *at >= around).any(|at| {
        matches!(tree.kind(at), Kind::Loop | Kind::While | Kind::ForLoop | Kind::Closure | Kind::AsyncBlock)
    });
    let is_return =
        tree.ancestors(node).take_while(|at| *at >= around).any(|at| tree.kind(at) == Kind::Return);
    if is_return {
        return false;
    }
    is_loop || node == around || flow::ends_after(tree, node, around).has(flow::Ends::FALLS)
}

/// Whether `later` runs only where `first` failed: an `Err` arm, an `if let Err`, a closure of `map_err`.
fn is_behind_failure(tree: &Tree, first: NodeId, later: NodeId) -> bool {
    let mut at = later;
    while let Some(parent) = tree.parent(at) {
        if tree.is_within(first, parent) && tree.kind(parent) == Kind::Block {
            return false;
        }
        if is_failure_branch(tree, first, at, parent) {
            return true;
        }
        at = parent;
    }
    false
}

fn is_failure_branch(tree: &Tree, first: NodeId, at: NodeId, parent: NodeId) -> bool {
    let holds_first = |node: Option<NodeId>| node.is_some_and(|node| tree.is_within(first, node));
    let is_failure = |pattern: Option<NodeId>| {
        pattern.is_some_and(|pattern| outcome_of_pattern(tree, pattern) == Outcome::Failure)
    };
    match tree.kind(parent) {
        Kind::Arm => {
            let decision = tree.parent(parent);
            holds_first(decision.and_then(|decision| tree.child(decision, Field::Init)))
                && is_failure(tree.child(parent, Field::Pat))
        }
        Kind::If if tree.field(at) == Field::Then => {
            let condition = tree.child(parent, Field::Cond);
            let is_err_check =
                |cond: NodeId| tree.kind(cond) == Kind::MethodCall && tree.name(cond) == Some("is_err");
            holds_first(condition)
                && condition
                    .is_some_and(|cond| is_err_check(cond) || is_failure(tree.child(cond, Field::Pat)))
        }
        Kind::MethodCall if tree.field(at) == Field::Arg => {
            let name = tree.name(parent).unwrap_or("");
            let is_for_errors =
                matches!(name, "map_err" | "or_else" | "unwrap_or_else" | "inspect_err" | "ok_or_else");
            is_for_errors && holds_first(tree.child(parent, Field::Receiver))
        }
        _ => false,
    }
}
