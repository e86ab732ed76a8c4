//! Loops and what each is for: consume, retry, poll, page, drain, periodic, supervise, accept. Judges no loop.

mod classify;
mod cursor;
mod decision;
mod retry;
mod round;
mod signal;
mod supervise;

#[cfg(test)]
pub(in crate::facts) mod testing;

use crate::base::FileIdx;
use crate::catalog::{Grade, LoopKind};
use crate::facts::Codebase;
use crate::syntax::NodeId;
use std::sync::Arc;

pub(super) use classify::loops_of;
pub(super) use decision::operation_of;
pub use decision::{Decision, Outcome, outcome_of_pattern};

/// One loop, or one `for_each` over the stream of a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoopFact {
    /// The loop's node; for a stream's `for_each` that call.
    pub node: NodeId,
    /// What it is for.
    pub kind: LoopKind,
    /// How sure that is.
    pub grade: Grade,
    /// The call that receives, accepts, ticks or waits, for kinds that have one.
    pub source: Option<NodeId>,
    /// The call, or awaited value, that a retry repeats, a poll asks or a supervisor runs.
    pub operation: Option<NodeId>,
    /// What is received comes from a channel of this process.
    pub in_process: bool,
    /// The place where success and failure of `operation`, or of `source` for a consumer, part.
    pub decision: Option<Decision>,
    /// A failed comparison of versions is what repeats it: optimistic locking.
    pub is_optimistic: bool,
    /// What decided, for people.
    pub evidence: Arc<str>,
}

impl Codebase {
    /// The loops of a file, in node order.
    #[must_use]
    pub fn loops(&self, file: FileIdx) -> &[LoopFact] {
        self.shapes.get(file.index()).map_or(&[], |shapes| &shapes.loops)
    }

    /// All decisions that a round of the loop at `node` takes itself, in node order.
    #[must_use]
    pub fn decisions(&self, file: FileIdx, node: NodeId) -> Vec<Decision> {
        decision::decisions(self.tree(file), node)
    }

    /// The innermost loop that holds `node`, up to the next function, closure or async block.
    #[must_use]
    pub fn loop_around(&self, file: FileIdx, node: NodeId) -> Option<&LoopFact> {
        self.loops_around(file, node).next()
    }

    /// The loops that hold `node`, innermost first, up to the next function; closures and async blocks are looked through
    /// only where they are a round of a `for_each`.
    pub fn loops_around(&self, file: FileIdx, node: NodeId) -> impl Iterator<Item = &LoopFact> + '_ {
        let tree = self.tree(file);
        let loops = self.loops(file);
        let is_open = move |at: &NodeId| {
            let kind = tree.kind(*at);
            !super::flow::is_apart(kind) || super::flow::is_round(tree, *at)
        };
        tree.ancestors(node).take_while(is_open).filter_map(move |at| {
            loops.binary_search_by_key(&at, |found| found.node).ok().map(|at| &loops[at])
        })
    }
}
