//! Regions of code in which something holds: an open database transaction. Judges nothing that happens there.

use crate::base::FileIdx;
use crate::catalog::Grade;
use crate::facts::Codebase;
use crate::syntax::{Kind, NodeId, Tree};
use std::sync::Arc;

/// Code that runs inside a database transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// What opens it: the `begin` call, the call that takes the closure, or the parameter that brings it.
    pub begin: NodeId,
    /// The block, closure or function body in which it is open.
    pub scope: NodeId,
    /// First node inside.
    pub first: NodeId,
    /// One past the last node inside.
    pub past: NodeId,
    /// The pattern or parameter that binds the transaction.
    pub executor: Option<NodeId>,
    /// The name of that binding.
    pub name: Arc<str>,
    /// Calls that end it: commit, rollback, drop.
    pub ends: Vec<NodeId>,
    /// How sure it is.
    pub grade: Grade,
    /// What decided, for people.
    pub evidence: Arc<str>,
}

impl Codebase {
    /// The transactions that are opened or taken in a file, in node order.
    #[must_use]
    pub fn transactions(&self, file: FileIdx) -> &[Region] {
        self.shapes.get(file.index()).map_or(&[], |shapes| &shapes.regions)
    }

    /// The innermost transaction that is open at `node`.
    #[must_use]
    pub fn transaction(&self, file: FileIdx, node: NodeId) -> Option<&Region> {
        let tree = self.tree(file);
        self.transactions(file).iter().rev().find(|region| region.is_open_at(tree, node))
    }
}

impl Region {
    /// Whether the transaction is open at `node`.
    #[must_use]
    pub fn is_open_at(&self, tree: &Tree, node: NodeId) -> bool {
        if node < self.first || node >= self.past {
            return false;
        }
        // What follows a commit in the commit's own block is outside.
        self.ends.iter().filter(|end| **end < node).all(|end| !is_behind(tree, node, *end))
    }
}

/// Whether `node` stands behind the statement of `end` in the same block, or in what follows there.
fn is_behind(tree: &Tree, node: NodeId, end: NodeId) -> bool {
    let Some(block) = tree.ancestors(end).find(|at| matches!(tree.kind(*at), Kind::Block | Kind::AsyncBlock))
    else {
        return false;
    };
    if !tree.is_within(node, block) {
        return false;
    }
    let statement_of = |of: NodeId| tree.children(block).find(|child| tree.is_within(of, *child));
    statement_of(node) > statement_of(end)
}

/// The transactions of a file, in node order.
#[must_use]
pub(super) fn regions_of(_codebase: &Codebase, _file: FileIdx) -> Vec<Region> {
    Vec::new()
}
