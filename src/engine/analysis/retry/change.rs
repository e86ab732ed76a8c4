//! What changes from one round of a loop to the next: counters, growing delays, iterators.

use super::Site;
use crate::facts::Binding;
use crate::syntax::{Field, Flag, Kind, NodeId};

/// Variables that are followed to what they are bound to.
const MAX_STEPS: u32 = 6;

/// How an expression depends on the round.
#[derive(Clone, Debug, Default)]
pub(super) struct Dependence {
    /// Nodes that make it change: uses of counters, and the assignments that move them.
    pub(super) changing: Vec<NodeId>,
    /// The expression and all that it was followed to.
    pub(super) parts: Vec<NodeId>,
    /// Those of them that a variable only starts with, before the rounds set it anew.
    pub(super) starts: Vec<NodeId>,
    /// A part that comes from the round's own result, such as an error, or from a call with inner state.
    pub(super) unclear: Option<NodeId>,
}

impl Site<'_> {
    /// How `expr` depends on the round.
    pub(super) fn dependence(&self, expr: NodeId) -> Dependence {
        let mut found = Dependence::default();
        self.follow(expr, MAX_STEPS, &mut found);
        found
    }

    fn follow(&self, expr: NodeId, steps: u32, found: &mut Dependence) {
        if found.parts.contains(&expr) {
            return;
        }
        found.parts.push(expr);
        for node in self.tree.subtree(expr) {
            if self.fact.operation == Some(node) {
                // What the attempt gave back says how long to wait.
                found.unclear = Some(node);
                continue;
            }
            match self.tree.kind(node) {
                Kind::Path => self.follow_path(node, steps, found),
                Kind::FieldAccess => found.changing.extend(self.assignments_to(self.tree.text(node))),
                Kind::MethodCall if self.has_inner_state(node) => found.unclear = Some(node),
                _ => {}
            }
        }
    }

    fn follow_path(&self, path: NodeId, steps: u32, found: &mut Dependence) {
        let Some(binding) = self.codebase.binding(self.file, path) else { return };
        let is_outside = !self.tree.is_within(binding.owner, self.node());
        if is_outside {
            found.changing.extend(self.changes_of(&binding));
            if let Some(init) = binding.init(self.tree).filter(|_| steps > 0) {
                // What an outer variable starts with is the same in each round.
                found.parts.push(init);
                if self.changes_of(&binding).iter().any(|at| self.tree.kind(*at) != Kind::Ref) {
                    found.starts.push(init);
                }
            }
        } else if binding.owner == self.node() {
            found.changing.push(path);
        } else {
            match binding.init(self.tree) {
                Some(init) if steps > 0 && is_plain(self.tree.kind(binding.pattern)) => {
                    self.follow(init, steps - 1, found);
                }
                _ => found.unclear = Some(path),
            }
        }
    }

    /// The assignments inside the loop that move a variable, and places that lend it mutably.
    fn changes_of(&self, binding: &Binding) -> Vec<NodeId> {
        let uses = self.codebase.uses_of(self.file, binding);
        let inside = uses.filter(|at| self.tree.is_within(*at, self.node()));
        inside
            .filter_map(|at| {
                let parent = self.tree.parent(at)?;
                let is_target = self.tree.field(at) == Field::Left
                    && matches!(self.tree.kind(parent), Kind::Assign | Kind::AssignOp);
                let is_lent = self.tree.kind(parent) == Kind::Ref && self.tree.has(parent, Flag::Mut);
                (is_target || is_lent).then_some(parent)
            })
            .collect()
    }

    /// The assignments inside the loop to a field written as `text`.
    fn assignments_to(&self, text: &str) -> Vec<NodeId> {
        let assigns = self.tree.subtree(self.node());
        assigns
            .filter(|at| matches!(self.tree.kind(*at), Kind::Assign | Kind::AssignOp))
            .filter(|at| self.tree.child(*at, Field::Left).is_some_and(|left| self.tree.text(left) == text))
            .collect()
    }

    /// Whether a method gives something else each time it is called: an iterator or a backoff with a state.
    fn has_inner_state(&self, call: NodeId) -> bool {
        let name = self.tree.name(call).unwrap_or("");
        name.starts_with("next") || name.contains("backoff")
    }

    /// Whether an expression changes from round to round.
    pub(super) fn is_changing(&self, expr: NodeId) -> bool {
        let found = self.dependence(expr);
        let is_stateful = |at: NodeId| self.tree.kind(at) == Kind::MethodCall && self.has_inner_state(at);
        !found.changing.is_empty() || found.unclear.is_some_and(is_stateful)
    }
}

/// Whether a pattern is just a name.
const fn is_plain(kind: Kind) -> bool {
    matches!(kind, Kind::PatIdent | Kind::PatType)
}
