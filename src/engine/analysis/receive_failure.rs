//! What a loop does where receiving from a queue fails: waits, leaves, or asks again at once. Judges none.

#[cfg(test)]
mod tests;

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::{FactKey, LoopKind, RoleSet};
use crate::engine::{FactValue, Subject, message, place};
use crate::facts::flow::{self, Ends};
use crate::facts::{CallSite, Codebase, Decision, LoopFact, Target};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// The analysis `receive-failure`.
pub(super) struct ReceiveFailure;

static SPEC: Spec = Spec {
    name: "receive-failure",
    about: "arms of loops for a receive from a queue that failed; the subject is the call that receives, shown at the arm",
    params: &[ParamSpec {
        name: "waits",
        kind: ParamKind::Names,
        about: "words of names of functions that wait; default: backoff sleep wait delay throttle pause reconnect",
        default: || {
            let words = ["backoff", "sleep", "wait", "delay", "throttle", "pause", "reconnect", "snooze"];
            ParamValue::names(&words)
        },
    }],
    facts: &[
        FactSpec {
            name: "then",
            kind: FactKind::Symbols(&["waits", "leaves", "goes-on"]),
            about: "whether the arm waits before the next receive, leaves the loop, or goes on at once; its place is the \
                    arm; unknown where it awaits something else or leaves on some ways only",
        },
        FactSpec {
            name: "loop",
            kind: FactKind::Text,
            about: "the word of the loop's kind; its place is the loop's head",
        },
    ],
};

impl Analysis for ReceiveFailure {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let tree = codebase.tree(file);
        let sleeping = RoleSet::named(&["sleep", "periodic"]);
        let receiving = RoleSet::named(&["recv"]);
        let mut found: Vec<Subject> = Vec::new();
        for fact in codebase.loops(file) {
            let own = fact.source.filter(|_| fact.kind == LoopKind::Consume && !fact.in_process);
            // Beside the one that gives the loop its kind: other arms of a `select!`.
            let others = receives(codebase, file, fact.node, receiving);
            let mut sources: Vec<NodeId> = own.into_iter().chain(others).collect();
            sources.sort_unstable();
            sources.dedup();
            for source in sources {
                let site = Site { codebase, file, tree, params, fact, source, sleeping };
                for decision in codebase.decisions(file, fact.node) {
                    found.extend(site.arms_of(&decision).into_iter().map(|arm| site.subject(&decision, arm)));
                }
            }
        }
        found.sort_by_key(|subject| (subject.place.node, subject.span));
        found.dedup_by_key(|subject| subject.span);
        found
    }
}

/// The calls of a loop's own round that receive from a queue, and not from a channel of this process.
fn receives(codebase: &Codebase, file: FileIdx, node: NodeId, receiving: RoleSet) -> Vec<NodeId> {
    let is_in_process = |site: &CallSite| {
        let mut rows = site.apis.iter().map(|(idx, _)| codebase.catalog.api(*idx));
        rows.any(|api| api.fact(FactKey::InProcess).is_some())
    };
    let sites = codebase.calls_within(file, node).iter();
    let queues = sites.filter(|site| site.roles.meets(receiving) && !is_in_process(site));
    let is_own = |call: NodeId| codebase.loop_around(file, call).is_some_and(|fact| fact.node == node);
    queues.map(|site| site.node).filter(|call| is_own(*call)).collect()
}

/// One consume loop.
#[derive(Clone, Copy)]
struct Site<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
    params: &'c Params,
    fact: &'c LoopFact,
    source: NodeId,
    sleeping: RoleSet,
}

impl Site<'_> {
    /// The arms of a decision that run for any failure of the receive.
    fn arms_of(&self, decision: &Decision) -> Vec<NodeId> {
        if !self.is_of_source(decision.operation) || !decision.is_fallible {
            return Vec::new();
        }
        let arms = decision.failure.iter().copied();
        arms.filter(|arm| self.is_for_any_failure(decision, *arm)).collect()
    }

    /// Whether an operation is the receive, or a variable that holds what it gave.
    fn is_of_source(&self, operation: NodeId) -> bool {
        let tree = self.tree;
        let is_same = |at: NodeId| tree.is_within(self.source, at) || tree.is_within(at, self.source);
        let binding = self.codebase.binding(self.file, operation);
        is_same(operation) || binding.and_then(|binding| binding.init(tree)).is_some_and(is_same)
    }

    /// Whether an arm is for whatever error, and not for one that is expected, such as the end of a wait.
    fn is_for_any_failure(&self, decision: &Decision, arm: NodeId) -> bool {
        let tree = self.tree;
        let is_condition = |at: NodeId| tree.kind(at) == Kind::LetCond;
        let pattern = match (tree.kind(arm), tree.kind(decision.node)) {
            (Kind::Arm, _) => tree.child(arm, Field::Pat),
            (_, Kind::If | Kind::While) => tree
                .child(decision.node, Field::Cond)
                .and_then(|cond| tree.subtree(cond).find(|at| is_condition(*at)))
                .and_then(|cond| tree.child(cond, Field::Pat))
                .filter(|pattern| tree.text(*pattern).contains("Err")),
            _ => None,
        };
        let is_timed = self.is_timed(decision);
        let Some(pattern) = pattern else { return !is_timed };
        let failures = tree.subtree(pattern).filter(|at| {
            tree.kind(*at) == Kind::PatTupleStruct && tree.path_segments(*at).last() == Some(&"Err")
        });
        let mut failures = failures.peekable();
        if failures.peek().is_none() {
            return false;
        }
        failures.all(|failure| {
            let is_open = tree.child(failure, Field::Pat).is_some_and(|inner| {
                matches!(tree.kind(inner), Kind::PatIdent | Kind::PatWild)
                    && tree.child(inner, Field::Pat).is_none()
            });
            // The outer `Err` of a timeout is the end of the wait.
            is_open && !(is_timed && failure == pattern)
        })
    }

    /// Whether the receive stands inside a timeout.
    fn is_timed(&self, decision: &Decision) -> bool {
        let tree = self.tree;
        let mut above = tree.ancestors(self.source).take_while(|at| *at > decision.node.min(self.fact.node));
        above.any(|at| {
            tree.kind(at) == Kind::Call
                && tree.path_segments(at).last().is_some_and(|name| name.starts_with("timeout"))
        })
    }

    fn subject(&self, decision: &Decision, arm: NodeId) -> Subject {
        let tree = self.tree;
        let shown = match tree.kind(arm) {
            Kind::Arm => tree.span(arm),
            _ => place::arm(tree, decision.node),
        };
        let head = (self.file, place::loop_head(tree, self.fact.node));
        let subject = Subject::new(self.file, self.source).narrowed(shown);
        let subject = subject.with_at("loop", FactValue::Text(self.fact.kind.as_str().to_owned()), head);
        subject.with_at("then", self.then(decision, arm), (self.file, shown))
    }

    fn then(&self, decision: &Decision, arm: NodeId) -> FactValue {
        let tree = self.tree;
        let ends = flow::ends_from(tree, arm, self.fact.node);
        if ends.only_leaves() {
            return FactValue::Symbol("leaves");
        }
        if self.waits(decision, arm, ends) {
            return FactValue::Symbol("waits");
        }
        if ends.has(Ends::LEAVES) || flow::has_question(tree, arm) {
            return FactValue::Unknown("it leaves on some ways only".to_owned());
        }
        let other = flow::own_nodes(tree, arm).find(|at| tree.kind(*at) == Kind::Await);
        if let Some(other) = other {
            let code = message::shortened(tree.text(other));
            return FactValue::Unknown(format!("how long `{code}` takes is not known"));
        }
        FactValue::Symbol("goes-on")
    }

    /// Whether something between the failure and the next receive waits.
    fn waits(&self, decision: &Decision, arm: NodeId, ends: Ends) -> bool {
        let tree = self.tree;
        let falls = flow::ends_of(tree, arm, self.fact.node).has(Ends::FALLS);
        let is_on_way = |node: NodeId| {
            let is_inside = tree.is_within(node, arm);
            let is_elsewhere =
                decision.success.iter().chain(&decision.empty).any(|other| tree.is_within(node, *other))
                    || decision.failure.iter().any(|other| *other != arm && tree.is_within(node, *other))
                    || tree.is_within(node, self.source);
            is_inside
                || (!is_elsewhere
                    && (falls || node < decision.node)
                    && ends.has(Ends::STAYS)
                    && !self.is_turned_back(node, decision))
        };
        let mut calls = flow::own_nodes(tree, self.fact.node).filter(|node| is_on_way(*node));
        calls.any(|node| self.is_wait(node))
    }

    /// Whether code before the receive never comes to it: what follows it leaves the loop or begins the next round.
    fn is_turned_back(&self, node: NodeId, decision: &Decision) -> bool {
        let tree = self.tree;
        let mut blocks = tree.ancestors(node).take_while(|at| *at > self.fact.node);
        node < decision.node
            && blocks.any(|at| {
                let is_statement = matches!(tree.field(at), Field::Stmt | Field::Tail);
                let block = tree.parent(at).filter(|_| is_statement);
                block.is_some_and(|block| {
                    !tree.is_within(decision.node, block)
                        && !flow::ends_of(tree, block, self.fact.node).has(Ends::FALLS)
                })
            })
    }

    fn is_wait(&self, node: NodeId) -> bool {
        let tree = self.tree;
        let Some(name) = (match tree.kind(node) {
            Kind::MethodCall => tree.name(node),
            Kind::Call => tree.path_segments(node).last().copied(),
            _ => return false,
        }) else {
            return false;
        };
        let lower = name.to_ascii_lowercase();
        let is_named = lower.split('_').any(|word| self.params.lists("waits", word));
        if is_named {
            return true;
        }
        let Some(site) = self.codebase.call_at(self.file, node) else { return false };
        if site.roles.meets(self.sleeping) {
            return matches!(site.name.as_ref(), "tick" | "next") || tree.kind(node) == Kind::Call;
        }
        let Target::Local(item) = site.target else { return false };
        let summary = self.codebase.summary(item);
        summary.reach_any(self.sleeping).is_some_and(|reach| !reach.is_detached)
    }
}
