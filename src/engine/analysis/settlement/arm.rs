//! Arms and branches that do no more about a failed effect than to tell of it.

use super::effect;
use super::region::Region;
use crate::catalog::LoopKind;
use crate::facts::{Outcome, flow, outcome_of_pattern};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// An arm that only tells of a failure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arm {
    /// The arm, or the `if let`.
    pub(super) node: NodeId,
    /// What runs on failure.
    pub(super) body: NodeId,
    /// The effect that failed.
    pub(super) operation: NodeId,
}

/// The arms of a region that only tell of the failure of an effect, in node order.
pub(super) fn arms(region: &Region<'_>) -> Vec<Arm> {
    let nodes = flow::own_nodes(region.tree, region.body);
    let found = nodes.flat_map(|node| failures(region, node));
    found.filter(|arm| only_tells(region, arm.body) && !is_retried(region, arm.node)).collect()
}

/// Arms for the failure of an effect at `node`.
fn failures(region: &Region<'_>, node: NodeId) -> Vec<Arm> {
    let tree = region.tree;
    let is_failure = |pattern: NodeId| outcome_of_pattern(tree, pattern) == Outcome::Failure;
    let pattern_of = |holder: NodeId| tree.child(holder, Field::Pat);
    match tree.kind(node) {
        Kind::Match => {
            let Some(operation) = tree.child(node, Field::Init).and_then(|init| operation(region, init))
            else {
                return Vec::new();
            };
            let arms = tree.children_in(node, Field::Arm);
            let failed: Vec<NodeId> = arms.filter(|arm| pattern_of(*arm).is_some_and(is_failure)).collect();
            // Beside an arm that acts on its errors, one for a certain error decides about that error.
            let acts =
                |arm: &NodeId| tree.child(*arm, Field::Body).is_some_and(|body| !only_tells(region, body));
            let is_decided = failed.iter().any(acts);
            let failed = failed.into_iter().filter(|arm| !is_decided || !is_for_certain_error(tree, *arm));
            failed
                .filter_map(|arm| Some(Arm { node: arm, body: tree.child(arm, Field::Body)?, operation }))
                .collect()
        }
        Kind::If => {
            let cond = tree.child(node, Field::Cond).filter(|cond| tree.kind(*cond) == Kind::LetCond);
            let Some(cond) = cond else { return Vec::new() };
            let Some(operation) = tree.child(cond, Field::Init).and_then(|init| operation(region, init))
            else {
                return Vec::new();
            };
            let outcome = pattern_of(cond).map(|pattern| outcome_of_pattern(tree, pattern));
            let branch = match outcome {
                Some(Outcome::Failure) => tree.child(node, Field::Then).map(|then| (node, then)),
                Some(Outcome::Success) => tree.child(node, Field::Else).map(|other| (other, other)),
                Some(Outcome::Empty | Outcome::Open) | None => None,
            };
            branch.map(|(node, body)| Arm { node, body, operation }).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// `Err(Kind::Unknown) =>` or `Err(error) if error.is_unknown() =>`: not for all errors.
fn is_for_certain_error(tree: &Tree, arm: NodeId) -> bool {
    if tree.child(arm, Field::Guard).is_some() {
        return true;
    }
    let pattern = tree.child(arm, Field::Pat);
    let inner = pattern.and_then(|pattern| tree.child(pattern, Field::Pat));
    inner.is_some_and(|inner| {
        matches!(
            tree.kind(inner),
            Kind::PatPath | Kind::PatTupleStruct | Kind::PatStruct | Kind::PatOr | Kind::PatOther
        )
    })
}

/// The effect whose outcome an expression is.
fn operation(region: &Region<'_>, init: NodeId) -> Option<NodeId> {
    let tree = region.tree;
    let mut calls =
        flow::own_nodes(tree, init).filter(|node| matches!(tree.kind(*node), Kind::Call | Kind::MethodCall));
    let is_receipt = region.is_receipt(init);
    calls.find(|node| region.is_work_at(*node)).filter(|_| !is_receipt)
}

/// Whether code does nothing but log, count, report and wait.
fn only_tells(region: &Region<'_>, body: NodeId) -> bool {
    let tree = region.tree;
    let mut told: Option<NodeId> = None;
    for node in tree.subtree(body) {
        if told.is_some_and(|outer| tree.is_within(node, outer)) {
            continue;
        }
        let is_telling = match tree.kind(node) {
            Kind::MacroCall | Kind::Call | Kind::MethodCall => tells(region, node),
            Kind::Return | Kind::Break | Kind::Continue | Kind::Try | Kind::Assign | Kind::AssignOp => {
                return false;
            }
            Kind::If | Kind::Match | Kind::Loop | Kind::While | Kind::ForLoop => return false,
            _ => continue,
        };
        if !is_telling {
            return false;
        }
        told = Some(node);
    }
    true
}

fn tells(region: &Region<'_>, node: NodeId) -> bool {
    let tree = region.tree;
    let is_ok = tree.kind(node) == Kind::Call && tree.path_segments(node).last() == Some(&"Ok");
    let site = region.codebase.call_at(region.file, node);
    if is_ok || site.is_some_and(|site| site.roles.meets(effect::telling())) {
        return true;
    }
    let name = tree.name(node).or_else(|| tree.path_segments(node).last().copied()).unwrap_or("");
    let names = [
        "trace",
        "debug",
        "info",
        "warn",
        "error",
        "event",
        "println",
        "eprintln",
        "counter",
        "histogram",
        "gauge",
        "inc",
        "increment",
        "observe",
        "record",
        "sleep",
        "capture_error",
        "capture_anyhow",
        "capture_message",
    ];
    names.contains(&name)
}

/// Whether an inner loop tries the effect again.
fn is_retried(region: &Region<'_>, arm: NodeId) -> bool {
    let inside = region.codebase.loops_around(region.file, arm);
    let inner = inside.take_while(|found| found.node > region.body && Some(found.node) != region.around);
    inner
        .into_iter()
        .any(|found| matches!(found.kind, LoopKind::Retry | LoopKind::Poll | LoopKind::Supervise))
}
