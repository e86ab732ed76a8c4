//! Regions of code in which something holds: an open database transaction. Judges nothing that happens there.

use crate::base::FileIdx;
use crate::catalog::Grade;
use crate::facts::Codebase;
use crate::syntax::NodeId;
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
