//! Tasks that a loop spawns, one for each round.

use super::limiter::Limit;
use super::{Verdict, View};
use crate::catalog::LoopKind;
use crate::engine::Subject;
use crate::facts::flow::{self, Ends};
use crate::facts::{Place, ResultUse, Target};
use crate::syntax::{Field, Kind, NodeId};

impl View<'_> {
    /// `tokio::spawn(..)` in a loop.
    pub(super) fn spawned(&self, node: NodeId) -> Option<Subject> {
        let head = self.codebase.loop_around(self.file, node)?.node;
        let limit = self.limit_of_task(node);
        let verdict = Verdict::of(self.rounds_around(node), limit);
        Some(self.told(node, "task", verdict, head))
    }

    fn limit_of_task(&self, node: NodeId) -> Option<Limit> {
        if self.codebase.awaits(self.file, node) > 0 && self.is_awaited_in_round(node) {
            return Some(Limit::By("await"));
        }
        if self.runs_on(node) {
            return Some(Limit::By("worker"));
        }
        let head = self.codebase.loop_around(self.file, node)?.node;
        if flow::ends_after(self.tree, node, head).only_leaves() {
            return Some(Limit::By("number"));
        }
        if self.waits_for_clock(node, head) {
            return Some(Limit::Unknown("the task is spawned only when a time has passed".to_owned()));
        }
        if let ResultUse::Stored(_) = self.codebase.result_use(self.file, node) {
            return Some(Limit::Unknown("the task's handle is stored".to_owned()));
        }
        self.limit_of_loops(node, None)
    }

    /// Whether the spawn stands below a condition on the time: `if last + period <= Utc::now()`.
    fn waits_for_clock(&self, node: NodeId, head: NodeId) -> bool {
        let tree = self.tree;
        let above = tree.ancestors(node).take_while(|at| *at != head);
        above.filter(|at| tree.kind(*at) == Kind::If).filter_map(|at| tree.child(at, Field::Cond)).any(
            |cond| {
                tree.subtree(cond).any(|at| match tree.kind(at) {
                    Kind::MethodCall => tree.name(at) == Some("elapsed"),
                    Kind::Call => tree.path_segments(at).last() == Some(&"now"),
                    _ => false,
                })
            },
        )
    }

    /// Whether the round itself waits for the task.
    fn is_awaited_in_round(&self, node: NodeId) -> bool {
        match self.codebase.result_use(self.file, node) {
            ResultUse::Bound(binding) => {
                let mut uses = self.codebase.uses_of(self.file, &binding);
                uses.any(|used| self.tree.parent(used).is_some_and(|at| self.tree.kind(at) == Kind::Await))
            }
            _ => true,
        }
    }

    /// Whether the spawned code is a worker that does not end by itself: a loop over messages, ticks or connections.
    pub(super) fn runs_on(&self, node: NodeId) -> bool {
        if self.has_service_loop(Place { file: self.file, node }) {
            return true;
        }
        let mut spawned = self.codebase.calls_within(self.file, node).iter().filter(|site| site.node != node);
        spawned.any(|site| match site.target {
            Target::Local(item) => {
                let item = self.codebase.item(item);
                let body = item.kind.as_fn().and_then(|info| info.body);
                body.is_some_and(|body| self.has_service_loop(Place { file: item.file, node: body }))
            }
            Target::External(_) | Target::Unknown => is_service_name(&site.name),
        }) || self.tree.descendants(node).any(|at| {
            self.tree.kind(at) == Kind::MethodCall && self.tree.name(at).is_some_and(is_service_name)
        })
    }

    fn has_service_loop(&self, code: Place) -> bool {
        let tree = self.codebase.tree(code.file);
        self.codebase.loops(code.file).iter().any(|found| {
            let is_service = match found.kind {
                LoopKind::Consume
                | LoopKind::Poll
                | LoopKind::Periodic
                | LoopKind::Supervise
                | LoopKind::Accept => true,
                LoopKind::Retry | LoopKind::Page | LoopKind::Drain => false,
                LoopKind::Other => {
                    tree.kind(found.node) == Kind::Loop
                        && tree
                            .child(found.node, Field::Body)
                            .is_some_and(|body| !flow::ends_of(tree, body, found.node).has(Ends::LEAVES))
                }
            };
            is_service && found.node != code.node && tree.is_within(found.node, code.node)
        })
    }
}

/// Whether a method of that name runs for as long as the process.
fn is_service_name(name: &str) -> bool {
    matches!(name, "serve" | "run_forever" | "listen" | "run_until_stopped" | "serve_with_shutdown")
}
