//! What the work that runs side by side does: whether it asks another system, starts tasks or computes. Counts nothing.

use super::View;
use crate::catalog::RoleSet;
use crate::engine::FactValue;
use crate::facts::{CallSite, ItemIdx, ItemKind, Target};
use crate::syntax::{Field, Kind, NodeId};
use std::sync::OnceLock;

/// Roles of calls that take a connection, a task, a file or another's time.
fn heavy() -> RoleSet {
    static ROLES: OnceLock<RoleSet> = OnceLock::new();
    *ROLES.get_or_init(|| {
        RoleSet::named(&[
            "http-call",
            "http-read",
            "http-write",
            "rpc-call",
            "db-read-one",
            "db-read-many",
            "db-write",
            "db-query",
            "db-acquire",
            "tx-begin",
            "publish",
            "enqueue",
            "outbox-write",
            "mail",
            "blob-read",
            "blob-write",
            "cache-read",
            "cache-write",
            "kv-read",
            "kv-write",
            "lock-distributed",
            "spawn",
            "spawn-blocking",
            "process-run",
            "blocking-io",
            "cpu-heavy",
            "body-read",
            "client-ctor",
        ])
    })
}

impl View<'_> {
    /// Whether the code at `codes` does something that others feel; unknown where all of it is in sight and nothing does.
    pub(super) fn work(&self, codes: &[NodeId]) -> FactValue {
        let is_heavy = codes.iter().any(|code| self.is_heavy(*code));
        if is_heavy {
            FactValue::Symbol("effect")
        } else {
            FactValue::Unknown("what runs at once is not seen to ask anything of another system".to_owned())
        }
    }

    fn is_heavy(&self, code: NodeId) -> bool {
        self.codebase.calls_within(self.file, code).iter().any(|site| self.is_heavy_call(site))
            || self.tree.subtree(code).any(|at| {
                self.is_unseen_await(at) || self.named_function(at).is_some_and(|item| self.reaches(item))
            })
    }

    fn is_heavy_call(&self, site: &CallSite) -> bool {
        if site.roles.meets(heavy()) {
            return true;
        }
        self.codebase.callees(site).iter().any(|item| self.reaches(*item))
    }

    fn reaches(&self, item: ItemIdx) -> bool {
        self.codebase.summary(item).reach_any(heavy()).is_some()
    }

    /// `call(..).await` of something outside of the workspace, or of which nothing is known.
    fn is_unseen_await(&self, at: NodeId) -> bool {
        let inner = self.tree.child(at, Field::Expr).filter(|_| self.tree.kind(at) == Kind::Await);
        let call = inner.filter(|inner| matches!(self.tree.kind(*inner), Kind::Call | Kind::MethodCall));
        call.is_some_and(|call| match self.codebase.call_at(self.file, call) {
            Some(site) => match &site.target {
                Target::Local(item) => {
                    matches!(&self.codebase.item(*item).kind, ItemKind::Fn(info) if info.body.is_none())
                }
                Target::External(path) => !path.starts_with("std::") && site.roles.is_empty(),
                Target::Unknown => true,
            },
            None => true,
        })
    }

    /// A function that is handed on by its name: `.map(fetch)`.
    fn named_function(&self, at: NodeId) -> Option<ItemIdx> {
        let is_handed = self.tree.kind(at) == Kind::Path && self.tree.field(at) == Field::Arg;
        let item = self.codebase.resolve(self.file, at).filter(|_| is_handed)?.item?;
        matches!(self.codebase.item(item).kind, ItemKind::Fn(_)).then_some(item)
    }

    /// The code that makes the futures of a collection: where it stands, what it is bound to, what is pushed into it.
    pub(super) fn makers(&self, items: NodeId) -> Vec<NodeId> {
        let mut found = vec![items];
        let mut at = items;
        while self.tree.kind(at) == Kind::MethodCall {
            let Some(receiver) = self.tree.child(at, Field::Receiver) else { break };
            at = receiver;
        }
        let Some(binding) = self.codebase.binding(self.file, at) else { return found };
        found.extend(binding.init(self.tree));
        for used in self.codebase.uses_of(self.file, &binding) {
            let call = self.tree.parent(used).filter(|up| self.tree.kind(*up) == Kind::MethodCall);
            let is_filled = |call: &NodeId| {
                matches!(
                    self.tree.name(*call),
                    Some("push" | "push_back" | "extend" | "push_front" | "insert")
                )
            };
            found.extend(
                call.filter(is_filled).into_iter().flat_map(|call| self.tree.children_in(call, Field::Arg)),
            );
        }
        found
    }
}
