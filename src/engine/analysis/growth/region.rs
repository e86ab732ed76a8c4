//! Code that runs once for each thing received: rounds of consume loops, functions called for each message.

use super::View;
use crate::catalog::{Grade, LoopKind, RoleSet};
use crate::facts::{Binding, ItemIdx, ItemKind, LoopFact, Ty};
use crate::syntax::{Field, Kind, NodeId};

/// What is received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Queue,
    InProcess,
    Message,
    Pages,
    Unknown(String),
}

/// Code that runs once for each thing received.
#[derive(Clone, Debug)]
pub(super) struct Region {
    /// The loop, `for_each`, or function.
    pub(super) node: NodeId,
    pub(super) source: Source,
    /// The call or expression that receives.
    pub(super) receive: Option<NodeId>,
    pub(super) is_loop: bool,
}

impl View<'_> {
    /// The regions of the file, in node order.
    pub(super) fn regions(&self) -> Vec<Region> {
        if self.params.is_on("pages") {
            let loops = self.codebase.loops(self.file).iter();
            let pages = loops.filter(|fact| fact.kind == LoopKind::Page && !self.is_of_stream(fact));
            let region = |fact: &LoopFact| Region {
                node: fact.node,
                source: Source::Pages,
                receive: None,
                is_loop: true,
            };
            return pages.map(region).collect();
        }
        let mut found: Vec<Region> =
            self.codebase.loops(self.file).iter().filter_map(|fact| self.of_loop(fact)).collect();
        found.extend(self.functions());
        found.sort_by_key(|region| region.node);
        found
    }

    /// The innermost region whose own round holds `node`.
    pub(super) fn region_of<'r>(&self, regions: &'r [Region], node: NodeId) -> Option<&'r Region> {
        let by_node = |node: NodeId| {
            regions.binary_search_by_key(&node, |region| region.node).ok().and_then(|at| regions.get(at))
        };
        let around = self.codebase.loops_around(self.file, node).find_map(|fact| by_node(fact.node));
        around.or_else(|| {
            let func = self.codebase.enclosing_fn(self.file, node)?;
            by_node(self.codebase.item(func).node)
        })
    }

    /// Whether a loop takes one item after the other from a stream, and not a page.
    fn is_of_stream(&self, fact: &LoopFact) -> bool {
        self.stream_of(fact.node).is_some_and(|stream| self.is_of_message(stream))
    }

    fn of_loop(&self, fact: &LoopFact) -> Option<Region> {
        let source = match fact.kind {
            LoopKind::Consume if fact.in_process => Source::InProcess,
            LoopKind::Consume if fact.grade == Grade::Low => {
                Source::Unknown("the type of what is received from is not known".to_owned())
            }
            LoopKind::Consume => Source::Queue,
            LoopKind::Other | LoopKind::Drain | LoopKind::Page => {
                let stream = self.stream_of(fact.node)?;
                return self.is_of_message(stream).then_some(Region {
                    node: fact.node,
                    source: Source::Message,
                    receive: Some(stream),
                    is_loop: true,
                });
            }
            LoopKind::Retry
            | LoopKind::Poll
            | LoopKind::Periodic
            | LoopKind::Supervise
            | LoopKind::Accept => {
                return None;
            }
        };
        Some(Region { node: fact.node, source, receive: fact.source, is_loop: true })
    }

    /// The stream of `while let Some(x) = stream.next().await`.
    fn stream_of(&self, node: NodeId) -> Option<NodeId> {
        let tree = self.tree;
        let cond = tree.child(node, Field::Cond).filter(|at| tree.kind(*at) == Kind::LetCond)?;
        let mut at = tree.child(cond, Field::Init)?;
        while matches!(tree.kind(at), Kind::Await | Kind::Try) {
            at = tree.child(at, Field::Expr)?;
        }
        let is_next = tree.kind(at) == Kind::MethodCall && matches!(tree.name(at), Some("next" | "try_next"));
        tree.child(at, Field::Receiver).filter(|_| is_next)
    }

    /// Whether a stream is made from the message that the function around is called with.
    fn is_of_message(&self, stream: NodeId) -> bool {
        let Some(param) = self.param_behind(stream) else { return false };
        let Some(func) = self.codebase.enclosing_fn(self.file, stream) else { return false };
        let consumers = RoleSet::named(&["queue-consumer", "event-handler"]);
        let is_consumer = self.codebase.roles_of(func).iter().any(|one| consumers.contains(one.role));
        is_consumer || self.is_received_by(func, &self.codebase.type_of_binding(self.file, &param))
    }

    /// The parameter that an expression is made from, by its own methods.
    fn param_behind(&self, expr: NodeId) -> Option<Binding> {
        let tree = self.tree;
        let mut at = expr;
        for _ in 0..32 {
            at = match tree.kind(at) {
                Kind::MethodCall => tree.child(at, Field::Receiver)?,
                Kind::Await | Kind::Try | Kind::Ref => tree.child(at, Field::Expr)?,
                Kind::Path => {
                    let binding = self.codebase.binding(self.file, at)?;
                    match tree.kind(binding.owner) {
                        Kind::Param => return Some(binding),
                        Kind::LetStmt => binding.init(tree)?,
                        _ => return None,
                    }
                }
                _ => return None,
            };
        }
        None
    }

    /// Whether the type around `func` has a receiver of such values.
    fn is_received_by(&self, func: ItemIdx, value: &Ty) -> bool {
        let item = self.codebase.item(func);
        let owner = self.codebase.enclosing_type(item.file, item.node).map(|owner| self.codebase.item(owner));
        let (Some(owner), Some(path)) = (owner, value.path()) else { return false };
        let ItemKind::Type(info) = &owner.kind else { return false };
        info.fields.iter().any(|field| {
            let ty = self.codebase.ty(owner.file, field.ty);
            let row = ty.path().and_then(|path| self.codebase.catalog.type_row(path));
            let is_source = row.is_some_and(|row| row.is_queue_source || row.is_in_process)
                && ty.path().is_some_and(|path| path.contains("Receiver") || path.contains("Consumer"));
            is_source && ty.arg(0).path() == Some(path)
        })
    }

    /// Functions that are called for each message.
    fn functions(&self) -> Vec<Region> {
        let consumers = RoleSet::named(&["queue-consumer"]);
        let items = self.codebase.items_of(self.file).map(ItemIdx);
        let is_consumer = |item: &ItemIdx| {
            let found = self.codebase.roles_of(*item);
            found.iter().any(|one| consumers.contains(one.role) && one.grade == Grade::High)
        };
        let region = |item: ItemIdx| Region {
            node: self.codebase.item(item).node,
            source: Source::Queue,
            receive: None,
            is_loop: false,
        };
        items.filter(is_consumer).map(region).collect()
    }
}
