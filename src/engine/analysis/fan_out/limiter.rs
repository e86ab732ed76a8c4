//! What bounds the work that loops start: permits, counters, lengths, joins. Looks at code, not at numbers.

use super::View;
use crate::catalog::RoleSet;
use crate::engine::analysis::root::root_of;
use crate::facts::{Target, flow};
use crate::syntax::{Field, Kind, NodeId};

/// Something that bounds work, or may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    By(&'static str),
    Unknown(String),
}

impl View<'_> {
    /// The limit that the loops around `node` keep; `set` is what is filled, where something is.
    pub(super) fn limit_of_loops(&self, node: NodeId, set: Option<NodeId>) -> Option<Limit> {
        let loops: Vec<NodeId> =
            self.codebase.loops_around(self.file, node).map(|found| found.node).collect();
        let (inner, outer) = (*loops.first()?, *loops.last()?);
        if self.takes_permit(outer) || self.holds_permit(node) {
            return Some(Limit::By("permit"));
        }
        if self.counts_tasks(outer) || self.counts_in_guard(node) {
            return Some(Limit::By("counter"));
        }
        if set.is_some_and(|set| self.compares_length(outer, set)) {
            return Some(Limit::By("length"));
        }
        if loops.len() > 1 && self.joins(outer) || self.joins_always(inner) || self.joins_each_few(inner) {
            return Some(Limit::By("join"));
        }
        None
    }

    /// Whether a permit is taken in `code`, or one call away.
    pub(super) fn takes_permit(&self, code: NodeId) -> bool {
        let permits = RoleSet::named(&["permit", "rate-limit"]);
        let is_permit = |site: &crate::facts::CallSite| {
            site.roles.meets(permits)
                || match site.target {
                    Target::Local(item) => self.codebase.summary(item).reach_any(permits).is_some(),
                    Target::External(_) | Target::Unknown => false,
                }
        };
        let by_name = |at: NodeId| {
            self.tree.kind(at) == Kind::MethodCall
                && matches!(
                    self.tree.name(at),
                    Some(
                        "acquire"
                            | "acquire_owned"
                            | "acquire_many"
                            | "acquire_many_owned"
                            | "try_acquire_owned"
                    )
                )
        };
        self.codebase.calls_within(self.file, code).iter().any(is_permit)
            || self.tree.subtree(code).any(by_name)
    }

    /// Whether the spawned code holds a variable that is named like a permit.
    fn holds_permit(&self, call: NodeId) -> bool {
        let tree = self.tree;
        tree.descendants(call).any(|at| {
            tree.kind(at) == Kind::Path
                && tree.variable(at).is_some_and(|name| {
                    let name = name.to_ascii_lowercase();
                    name.contains("permit") || name == "slot" || name == "ticket"
                })
        })
    }

    /// Whether code reads a counter that it also moves: `while RUNNING.load(..) >= limit`.
    fn counts_tasks(&self, code: NodeId) -> bool {
        let tree = self.tree;
        let counter = |at: NodeId, names: &[&str]| {
            let is_meant =
                tree.kind(at) == Kind::MethodCall && tree.name(at).is_some_and(|name| names.contains(&name));
            let receiver = tree.child(at, Field::Receiver).filter(|_| is_meant)?;
            tree.text(receiver).rsplit('.').next().map(str::trim)
        };
        let moved: Vec<&str> =
            tree.subtree(code).filter_map(|at| counter(at, &["fetch_add", "fetch_sub"])).collect();
        let mut read = flow::own_nodes(tree, code).filter_map(|at| counter(at, &["load"]));
        !moved.is_empty() && read.any(|name| moved.contains(&name))
    }

    /// `Some(job) = jobs.recv(), if left > 0 => { left -= 1; spawn(..) }`
    fn counts_in_guard(&self, node: NodeId) -> bool {
        let tree = self.tree;
        let Some(arm) = tree.ancestors(node).find(|at| tree.kind(*at) == Kind::SelectArm) else {
            return false;
        };
        let Some(guard) = tree.child(arm, Field::Guard) else { return false };
        let counters: Vec<&str> = tree.subtree(guard).filter_map(|at| tree.variable(at)).collect();
        tree.subtree(arm).any(|at| {
            let left = tree.child(at, Field::Left).filter(|_| tree.kind(at) == Kind::AssignOp);
            left.is_some_and(|left| tree.variable(left).is_some_and(|name| counters.contains(&name)))
        })
    }

    /// Whether code compares the length of `set` with something.
    fn compares_length(&self, code: NodeId, set: NodeId) -> bool {
        let tree = self.tree;
        let Some(root) = root_of(self.codebase, self.file, set) else { return false };
        tree.subtree(code).any(|at| {
            let is_length = tree.kind(at) == Kind::MethodCall && tree.name(at) == Some("len");
            let receiver = tree.child(at, Field::Receiver).filter(|_| is_length);
            let of = receiver.and_then(|receiver| root_of(self.codebase, self.file, receiver));
            let is_compared = || {
                tree.ancestors(at)
                    .take_while(|above| *above >= code)
                    .any(|above| tree.kind(above) == Kind::Binary)
            };
            of.is_some_and(|of| of == root) && is_compared()
        })
    }

    /// Whether tasks are joined somewhere in `code`.
    fn joins(&self, code: NodeId) -> bool {
        let joins = RoleSet::named(&["join"]);
        let sites = self.codebase.calls_within(self.file, code);
        sites.iter().any(|site| site.roles.meets(joins) && site.name.contains("join"))
            || self.awaits_handles(code)
    }

    /// Whether each round joins what it started, in a statement of its own.
    fn joins_always(&self, node: NodeId) -> bool {
        let Some(body) = self.tree.child(node, Field::Body) else { return false };
        let statements =
            self.tree.children(body).filter(|at| matches!(self.tree.field(*at), Field::Stmt | Field::Tail));
        let is_plain = |at: &NodeId| {
            let inner = self.tree.child(*at, Field::Expr).unwrap_or(*at);
            !matches!(self.tree.kind(inner), Kind::If | Kind::Match | Kind::MacroCall)
        };
        statements.filter(is_plain).any(|at| self.joins(at))
    }

    /// Whether every so many rounds join what was started: `if i % 500 == 0 { while let Some(_) = set.join_next().await {} }`.
    fn joins_each_few(&self, node: NodeId) -> bool {
        let tree = self.tree;
        let mut turns = flow::own_nodes(tree, node).filter(|at| tree.kind(*at) == Kind::If);
        turns.any(|at| {
            let counts = tree.child(at, Field::Cond).is_some_and(|cond| {
                tree.subtree(cond)
                    .any(|part| tree.operator(part) == Some("%") || tree.name(part) == Some("is_multiple_of"))
            });
            counts && tree.child(at, Field::Then).is_some_and(|then| self.joins(then))
        })
    }

    /// `for handle in handles { handle.await }`
    fn awaits_handles(&self, code: NodeId) -> bool {
        let tree = self.tree;
        tree.subtree(code).any(|at| {
            let init = tree.child(at, Field::Init).filter(|_| tree.kind(at) == Kind::ForLoop);
            init.is_some_and(|init| {
                tree.subtree(init).any(|part| tree.variable(part).is_some_and(|name| name.contains("handle")))
            })
        })
    }
}
