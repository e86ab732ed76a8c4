//! Says what each loop is for, by asking in order: what its head waits for, what it moves, where success and failure
//! lead, what it waits for at its ends. The first answer holds.

#[cfg(test)]
mod tests;

use super::cursor;
use super::decision::{self, Decision, decisions};
use super::round::Round;
use super::signal::{Signal, signal_of, source_row};
use crate::base::FileIdx;
use crate::catalog::{Grade, LoopKind};
use crate::facts::flow::{self, Ends};
use crate::facts::{Codebase, LoopFact};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// Loops that are read in one file; the rest is not looked at.
const MAX_LOOPS: usize = 20_000;

/// The loops of a file, in node order.
#[must_use]
pub(in crate::facts) fn loops_of(codebase: &Codebase, file: FileIdx) -> Vec<LoopFact> {
    let tree = codebase.tree(file);
    let mut found: Vec<LoopFact> = Vec::new();
    let nodes: Vec<NodeId> =
        tree.subtree(tree.root()).filter(|at| is_candidate(tree, *at)).take(MAX_LOOPS).collect();
    // Inner loops first: what they are for says something about the outer ones.
    for node in nodes.into_iter().rev() {
        let fact = if flow::is_loop(tree.kind(node)) {
            let inner: Vec<&LoopFact> =
                found.iter().filter(|inner| tree.is_within(inner.node, node)).collect();
            Some(Judge::new(codebase, file, node).judge(&inner))
        } else {
            stream_loop(codebase, file, node)
        };
        found.extend(fact);
    }
    found.reverse();
    found
}

fn is_candidate(tree: &Tree, node: NodeId) -> bool {
    let kind = tree.kind(node);
    flow::is_loop(kind) || (kind == Kind::MethodCall && tree.name(node).is_some_and(flow::is_stream_loop))
}

/// `for_each` and the like over a stream that receives.
fn stream_loop(codebase: &Codebase, file: FileIdx, node: NodeId) -> Option<LoopFact> {
    let tree = codebase.tree(file);
    let mut at = tree.child(node, Field::Receiver);
    while let Some(receiver) = at {
        let row = source_row(codebase, codebase.type_of(file, receiver));
        let seen = signal_of(codebase, file, receiver).filter(|seen| seen.signal == Signal::Receive);
        let in_process = match (row, seen) {
            (Some(row), _) => Some(row.is_in_process),
            (_, Some(seen)) if seen.grade > Grade::Low => Some(seen.in_process),
            _ => None,
        };
        if let Some(in_process) = in_process {
            let mut fact = plain(
                node,
                LoopKind::Consume,
                Grade::High,
                "the stream of a queue or channel, taken item by item",
            );
            fact.source = Some(receiver);
            fact.in_process = in_process;
            return Some(fact);
        }
        at = match tree.kind(receiver) {
            Kind::MethodCall => tree.child(receiver, Field::Receiver),
            Kind::Await | Kind::Try => tree.child(receiver, Field::Expr),
            _ => None,
        };
    }
    None
}

fn plain(node: NodeId, kind: LoopKind, grade: Grade, evidence: &str) -> LoopFact {
    LoopFact {
        node,
        kind,
        grade,
        source: None,
        operation: None,
        in_process: false,
        decision: None,
        is_optimistic: false,
        evidence: evidence.into(),
    }
}

/// One loop under judgement.
pub(super) struct Judge<'c> {
    pub(super) tree: &'c Tree,
    pub(super) codebase: &'c Codebase,
    pub(super) file: FileIdx,
    pub(super) node: NodeId,
    pub(super) round: Round,
    pub(super) decisions: Vec<Decision>,
}

impl<'c> Judge<'c> {
    fn new(codebase: &'c Codebase, file: FileIdx, node: NodeId) -> Self {
        let tree = codebase.tree(file);
        let round = Round::new(codebase, file, node);
        Self { tree, codebase, file, node, round, decisions: decisions(tree, node) }
    }

    fn judge(&self, inner: &[&LoopFact]) -> LoopFact {
        let found = self.receives().or_else(|| {
            if self.tree.kind(self.node) == Kind::ForLoop {
                return self.is_counted().then(|| self.retries().or_else(|| self.waits())).flatten();
            }
            let pages = self.pages();
            let is_sure = pages.as_ref().is_some_and(|fact| fact.grade == Grade::High);
            pages
                .clone()
                .filter(|_| is_sure)
                .or_else(|| self.retries())
                .or(pages)
                .or_else(|| self.supervises(inner))
                .or_else(|| self.waits())
                .or_else(|| self.drains())
                .or_else(|| self.goes_on())
        });
        found.unwrap_or_else(|| self.fact(LoopKind::Other, Grade::Medium, "no shape that is known"))
    }

    pub(super) fn fact(&self, kind: LoopKind, grade: Grade, evidence: &str) -> LoopFact {
        plain(self.node, kind, grade, evidence)
    }

    /// Accept, consume, drain: by what the head waits for.
    fn receives(&self) -> Option<LoopFact> {
        let head = self.round.head.as_ref()?;
        let (kind, evidence) = match head.seen.signal {
            Signal::Accept => (LoopKind::Accept, "accepts a connection each round"),
            Signal::Receive => (LoopKind::Consume, "receives at its head"),
            Signal::TryReceive => (LoopKind::Drain, "takes what is there with `try_recv`"),
            Signal::Tick | Signal::Sleep | Signal::Join | Signal::Room => return None,
        };
        let grade = if head.is_late { head.seen.grade.min(Grade::Medium) } else { head.seen.grade };
        let mut fact = self.fact(kind, grade, evidence);
        fact.source = Some(head.call);
        fact.in_process = head.seen.in_process;
        let by_source = |decision: &&Decision| {
            self.tree.is_within(head.call, decision.operation)
                || self.tree.is_within(decision.operation, head.call)
        };
        fact.decision = self.decisions.iter().find(by_source).cloned();
        Some(fact)
    }

    /// A cursor that moves, in a loop that ends.
    fn pages(&self) -> Option<LoopFact> {
        if self.is_paginator() {
            return Some(self.fact(LoopKind::Page, Grade::High, "takes page after page of a paginator"));
        }
        let is_ending = self.tree.kind(self.node) == Kind::While || self.round.has_exit;
        if !is_ending || !self.round.has_await {
            return None;
        }
        let cursor = cursor::cursor_of(self.tree, self.node)?;
        let is_waiting =
            self.round.sleeps_always && self.decisions.iter().any(|one| one.on_empty.has(Ends::STAYS));
        if is_waiting {
            return None;
        }
        let grade = if cursor.is_named { Grade::High } else { Grade::Medium };
        let mut fact = self.fact(
            LoopKind::Page,
            grade,
            &format!("moves `{}`, which the next request takes", cursor.name),
        );
        fact.operation = self.round.operation;
        Some(fact)
    }

    /// `while let Some(page) = paginator.next().await`.
    fn is_paginator(&self) -> bool {
        let Some(cond) = self.tree.child(self.node, Field::Cond) else { return false };
        flow::own_nodes(self.tree, cond).any(|at| {
            let receiver = self.tree.child(at, Field::Receiver);
            self.tree.kind(at) == Kind::MethodCall
                && matches!(self.tree.name(at), Some("next" | "try_next" | "next_page" | "fetch_and_next"))
                && receiver.is_some_and(|receiver| {
                    let text = self.tree.text(receiver).to_ascii_lowercase();
                    text.contains("pagina") || text.ends_with("pages") || text.ends_with("pager")
                })
        })
    }

    /// Periodic and poll: by what the ends of a round wait for.
    fn waits(&self) -> Option<LoopFact> {
        if self.round.is_event_loop {
            return Some(self.fact(LoopKind::Other, Grade::Medium, "waits for several events at once"));
        }
        let is_exiting = self.round.has_exit || self.has_asking_condition();
        if self.round.sleeps_always && !is_exiting {
            let mut fact =
                self.fact(LoopKind::Periodic, Grade::High, "waits at the start or end of each round");
            fact.source = self.round.pause;
            fact.operation = self.round.operation;
            return Some(fact);
        }
        let staying =
            self.decisions.iter().find(|one| one.on_success.has(Ends::STAYS) && !one.on_empty.only_leaves());
        if self.round.sleeps_always || (self.round.sleeps && (staying.is_some() || is_exiting)) {
            let mut fact = self.fact(
                LoopKind::Poll,
                Grade::Medium,
                "asks until there is an answer, and waits in between",
            );
            fact.source = self.round.pause;
            fact.operation = staying.map(|one| one.operation).or(self.round.operation);
            fact.decision = staying.cloned();
            return Some(fact);
        }
        None
    }

    /// Poll without a pause in sight.
    fn goes_on(&self) -> Option<LoopFact> {
        let staying = self.decisions.iter().find(|one| {
            one.is_fallible
                && one.on_success.has(Ends::STAYS)
                && one.on_failure.has(Ends::STAYS)
                && !one.on_empty.only_leaves()
                && self.round.awaited.contains(&one.operation)
        })?;
        if self.tree.kind(self.node) != Kind::Loop {
            return None;
        }
        let mut fact = self.fact(LoopKind::Poll, Grade::Medium, "success and failure both stay in the loop");
        fact.operation = Some(staying.operation);
        fact.decision = Some(staying.clone());
        Some(fact)
    }

    /// A `while` whose condition asks for a state that the round waits for.
    fn has_asking_condition(&self) -> bool {
        let Some(cond) = self.tree.child(self.node, Field::Cond) else { return false };
        let text = self.tree.text(cond);
        let waits_for_room = flow::own_nodes(self.tree, cond)
            .any(|at| self.tree.name(at).is_some_and(|name| name.starts_with("acquire")));
        text != "true" && !waits_for_room && !super::signal::names_a_stop(text) && !text.contains("running")
    }

    /// Ends when nothing is left.
    fn drains(&self) -> Option<LoopFact> {
        let ending = self.decisions.iter().find(|one| {
            let is_end = one.on_empty.has(Ends::LEAVES)
                || (self.tree.kind(self.node) == Kind::While && one.node == self.node);
            is_end && one.on_success.has(Ends::STAYS) && self.is_fetch(one.operation)
        });
        if let Some(one) = ending {
            let mut fact = self.fact(LoopKind::Drain, Grade::Medium, "ends when nothing is left");
            fact.operation = Some(one.operation);
            fact.decision = Some(one.clone());
            return Some(fact);
        }
        let mut fact = self.fact(LoopKind::Drain, Grade::High, "ends when all tasks have ended");
        fact.source = Some(self.round.join?);
        Some(fact)
    }

    /// Whether the operation takes or fetches: awaited, or a collection's own taking.
    fn is_fetch(&self, operation: NodeId) -> bool {
        let is_awaited = self.round.awaited.contains(&operation)
            || decision::bound_by_await(self.tree, self.node, operation)
            || flow::own_nodes(self.tree, operation).any(|at| self.tree.kind(at) == Kind::Await);
        let is_taking = self.tree.kind(operation) == Kind::MethodCall
            && matches!(
                self.tree.name(operation),
                Some(
                    "pop"
                        | "pop_front"
                        | "pop_back"
                        | "pop_first"
                        | "pop_last"
                        | "dequeue"
                        | "take"
                        | "is_empty"
                        | "len"
                )
            );
        is_awaited || is_taking
    }
}
