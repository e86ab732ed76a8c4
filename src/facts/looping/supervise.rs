//! Tells supervisors: what should not end is awaited, and started again.

use super::classify::Judge;
use crate::catalog::{Grade, LoopKind};
use crate::facts::flow::{self, Ends};
use crate::facts::{ItemKind, LoopFact, Target};
use crate::syntax::{Field, Kind, NodeId};

impl Judge<'_> {
    /// A task that is awaited and started again.
    pub(super) fn supervises(&self, inner: &[&LoopFact]) -> Option<LoopFact> {
        if let Some(join) = self.round.join.filter(|join| self.round.spawns && self.is_first(*join)) {
            let mut fact = self.fact(LoopKind::Supervise, Grade::High, "awaits a task and starts it again");
            fact.source = Some(join);
            fact.operation = self.round.operation;
            return Some(fact);
        }
        let is_left = self.decisions.iter().any(|one| one.on_success.only_leaves());
        if is_left || self.tree.kind(self.node) != Kind::Loop {
            return None;
        }
        let is_consumer = |one: &&&LoopFact| one.kind == LoopKind::Consume && self.is_own(one.node);
        if let Some(consumer) = inner.iter().find(is_consumer).filter(|_| !self.round.has_exit) {
            let mut fact = self.fact(
                LoopKind::Supervise,
                Grade::Medium,
                "starts its inner consume loop again when that ends",
            );
            fact.operation = Some(consumer.node);
            return Some(fact);
        }
        let service = self.round.awaited.iter().copied().find(|call| self.is_service(*call))?;
        let mut fact =
            self.fact(LoopKind::Supervise, Grade::Medium, "awaits what should not end, and starts it again");
        fact.operation = Some(service);
        fact.decision = self.decisions.iter().find(|one| one.operation == service).cloned();
        Some(fact)
    }

    /// Whether nothing else is awaited before `call`.
    fn is_first(&self, call: NodeId) -> bool {
        self.round.awaited.first().is_none_or(|first| *first > call)
    }

    /// Whether `inner` belongs to this loop's own round.
    fn is_own(&self, inner: NodeId) -> bool {
        let mut own = self.tree.ancestors(inner).take_while(|at| *at != self.node);
        own.all(|at| !flow::is_apart(self.tree.kind(at)))
    }

    /// Whether a call runs something that should not end: by name, a task's handle, a function that loops for ever.
    fn is_service(&self, call: NodeId) -> bool {
        let tree = self.tree;
        let name = match tree.kind(call) {
            Kind::MethodCall => tree.name(call).unwrap_or(""),
            Kind::Call => tree.path_segments(call).last().copied().unwrap_or(""),
            _ => return false,
        };
        if tree.kind(call) == Kind::Call && matches!(name, "spawn" | "spawn_blocking" | "spawn_local") {
            return true;
        }
        // What is paced by a clock is a job, whatever its name; and a retry helper ends.
        let receiver = tree.child(call, Field::Receiver).map_or("", |receiver| tree.text(receiver));
        if self.round.ticks || receiver.to_ascii_lowercase().contains("retry") {
            return false;
        }
        // `consume(message)` handles one message.
        let is_given = name == "consume" && tree.children_in(call, Field::Arg).next().is_some();
        let is_named = !is_given && names_a_service(name) && !self.round.sleeps_first;
        is_named || self.is_endless_function(call) || self.is_given_function(call)
    }

    /// Whether the called function of the workspace has a loop that nothing but an error leaves.
    fn is_endless_function(&self, call: NodeId) -> bool {
        let Some(Target::Local(item)) = self.codebase.call_at(self.file, call).map(|site| &site.target)
        else {
            return false;
        };
        let item = self.codebase.item(*item);
        let ItemKind::Fn(func) = &item.kind else { return false };
        let tree = self.codebase.tree(item.file);
        let Some(body) = func.body else { return false };
        let is_endless =
            |at: NodeId| tree.kind(at) == Kind::Loop && flow::ends_of(tree, at, body) == Ends::NONE;
        flow::own_nodes(tree, body).any(is_endless)
    }

    /// Whether the call is of a closure or function that was passed in.
    fn is_given_function(&self, call: NodeId) -> bool {
        let callee = self.tree.child(call, Field::Callee);
        let is_variable = callee.is_some_and(|callee| {
            self.tree.variable(callee).is_some() && self.codebase.binding(self.file, callee).is_some()
        });
        is_variable && !self.round.sleeps_always
    }
}

/// Whether a function of that name runs until it fails or is told to stop.
fn names_a_service(name: &str) -> bool {
    matches!(
        name,
        "run"
            | "serve"
            | "start"
            | "listen"
            | "consume"
            | "connect"
            | "run_inner"
            | "run_forever"
            | "event_loop"
            | "consume_messages"
            | "run_until_stopped"
    ) || name.ends_with("_loop")
        || name.starts_with("listen_")
        || name.starts_with("connect_and_")
        || name.starts_with("subscribe_and_")
        || (name.starts_with("run_") && (name.ends_with("worker") || name.ends_with("consumer")))
}
