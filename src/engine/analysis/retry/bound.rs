//! What ends the attempts of a retry loop.

use super::Site;
use super::policy;
use crate::catalog::RoleSet;
use crate::engine::{FactValue, Subject};
use crate::facts::flow::{self, Ends};
use crate::facts::{Place, ValueKind};
use crate::syntax::{Field, Kind, NodeId};

/// Names that show a limit in time or number.
const LIMITS: [&str; 8] =
    ["elapsed", "deadline", "expired", "exhausted", "remaining", "attempts", "retries", "timeout"];
/// Names that show a signal to stop.
const STOPS: [&str; 8] =
    ["shutdown", "cancelled", "canceled", "cancel", "stop", "stopped", "closed", "terminate"];

/// What ends the attempts.
enum Bound {
    Yes(Option<(i128, Place)>),
    Stop,
    No,
    Unknown(String),
}

impl Site<'_> {
    pub(super) fn with_bound(&self, subject: Subject) -> Subject {
        match self.bound() {
            Bound::Yes(attempts) => {
                let subject = subject.with_symbol("bound", "yes");
                match attempts {
                    Some((count, at)) => {
                        let span = self.codebase.tree(at.file).span(at.node);
                        subject.with_at("attempts", FactValue::Count(count), (at.file, span))
                    }
                    None => subject,
                }
            }
            Bound::Stop => subject.with_symbol("bound", "stop"),
            Bound::No => subject.with_symbol("bound", "no"),
            Bound::Unknown(reason) => subject.with("bound", FactValue::Unknown(reason)),
        }
    }

    fn bound(&self) -> Bound {
        let by_head = match self.tree.kind(self.node()) {
            Kind::ForLoop => self.bound_of_source(),
            Kind::While => self.bound_of_condition(),
            _ => None,
        };
        if let Some(bound) = by_head {
            return bound;
        }
        if let Some(attempts) = self.counted_way_out() {
            return Bound::Yes(attempts);
        }
        if self.is_under_timeout() {
            return Bound::Yes(None);
        }
        if self.can_be_stopped() { Bound::Stop } else { Bound::No }
    }

    /// `for _ in 0..n` is bounded; an iterator of a policy is where it is cut off.
    fn bound_of_source(&self) -> Option<Bound> {
        let source = self.tree.child(self.node(), Field::Init)?;
        if self.tree.kind(source) == Kind::Range {
            let end = self.tree.child(source, Field::Right)?;
            return Some(Bound::Yes(self.count_of(end)));
        }
        Some(self.bound_of_iterator(source))
    }

    fn bound_of_iterator(&self, source: NodeId) -> Bound {
        let Some(traits) = policy::traits_of(self.codebase, self.file, source) else {
            let chain = self.codebase.chain(self.file, source);
            let is_endless = |name: &str| matches!(name, "cycle" | "repeat" | "repeat_with" | "successors");
            let start = chain.start_path.as_deref().and_then(|path| path.rsplit("::").next());
            let endless =
                start.is_some_and(is_endless) || chain.calls.iter().any(|call| is_endless(&call.name));
            let is_cut = chain.calls.iter().any(|call| call.name.starts_with("take"));
            return if endless && !is_cut { Bound::No } else { Bound::Yes(None) };
        };
        match traits.bound {
            Some(true) => Bound::Yes(None),
            Some(false) => Bound::No,
            None => Bound::Unknown("where the policy ends is not in sight".to_owned()),
        }
    }

    fn bound_of_condition(&self) -> Option<Bound> {
        let cond = self.tree.child(self.node(), Field::Cond)?;
        if self.tree.kind(cond) == Kind::LetCond {
            let init = self.tree.child(cond, Field::Init)?;
            let is_iterator = self.tree.kind(init) == Kind::MethodCall
                && self.tree.name(init).is_some_and(|name| name.starts_with("next"));
            let receiver = self.tree.child(init, Field::Receiver).filter(|_| is_iterator)?;
            return Some(self.bound_of_iterator(receiver));
        }
        self.limit_in(cond).map(Bound::Yes)
    }

    /// The limit that a condition compares a counter or the time with; `None` where it does no such thing.
    fn limit_in(&self, cond: NodeId) -> Option<Option<(i128, Place)>> {
        let tree = self.tree;
        for node in tree.subtree(cond) {
            match tree.kind(node) {
                Kind::Binary if tree.operator(node).is_some_and(is_comparison) => {
                    let (left, right) = (tree.child(node, Field::Left)?, tree.child(node, Field::Right)?);
                    for (counter, limit) in [(left, right), (right, left)] {
                        if self.is_changing(counter) || self.names_one_of(counter, &LIMITS) {
                            return Some(self.count_of(limit));
                        }
                    }
                }
                Kind::MethodCall if tree.name(node).is_some_and(tells_emptiness) => {
                    let receiver = tree.child(node, Field::Receiver)?;
                    if self.is_changing(receiver) {
                        return Some(None);
                    }
                }
                Kind::Path => {
                    // `let is_last = tries >= 10; if is_last { .. }`
                    let init = self.codebase.binding(self.file, node).and_then(|binding| binding.init(tree));
                    let told = init.filter(|init| {
                        tree.kind(*init) == Kind::Binary && tree.is_within(*init, self.node())
                    });
                    if let Some(limit) = told.and_then(|init| self.limit_in(init)) {
                        return Some(limit);
                    }
                }
                Kind::Call | Kind::MethodCall => {
                    let mut args = tree.children_in(node, Field::Arg);
                    if args.any(|arg| self.is_changing(arg)) || self.names_one_of(node, &LIMITS) {
                        return Some(None);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// A branch that leaves the loop under a counter or a time.
    fn counted_way_out(&self) -> Option<Option<(i128, Place)>> {
        let tree = self.tree;
        let branches = flow::own_nodes(tree, self.node()).filter(|at| *at != self.node());
        for node in branches {
            let limit = match tree.kind(node) {
                Kind::If => tree
                    .child(node, Field::Cond)
                    .and_then(|cond| self.limit_in(cond).filter(|_| self.parts_ways(node))),
                Kind::Arm => {
                    let guard = tree.child(node, Field::Guard);
                    let body = tree.child(node, Field::Body);
                    // A guard that keeps some errors from being tried again any longer.
                    guard.filter(|_| body.is_some()).and_then(|guard| self.limit_in(guard))
                }
                Kind::Match => self.counted_match(node),
                Kind::Try => self.checked_count(node),
                Kind::LetStmt => self.drained_iterator(node),
                _ => None,
            };
            if limit.is_some() {
                return limit;
            }
        }
        None
    }

    /// Whether one side of an `if` leaves the loop, or what follows where the other goes on to the next round.
    fn parts_ways(&self, node: NodeId) -> bool {
        let tree = self.tree;
        let sides: Vec<NodeId> =
            [tree.child(node, Field::Then), tree.child(node, Field::Else)].into_iter().flatten().collect();
        let goes_on = sides.iter().any(|side| flow::ends_of(tree, *side, self.node()).has(Ends::STAYS));
        sides.iter().any(|side| self.leaves(*side))
            || goes_on && flow::ends_after(tree, node, self.node()).has(Ends::LEAVES)
    }

    fn leaves(&self, node: NodeId) -> bool {
        flow::ends_of(self.tree, node, self.node()).has(Ends::LEAVES)
    }

    /// `match attempts { 3 => return .. }`, `match backoff.next_backoff() { None => return .. }`.
    fn counted_match(&self, node: NodeId) -> Option<Option<(i128, Place)>> {
        let init = self.tree.child(node, Field::Init)?;
        let is_left = self.tree.children_in(node, Field::Arm).any(|arm| self.leaves(arm));
        let is_operation = self.fact.operation.is_some_and(|operation| self.tree.is_within(operation, init));
        (is_left && !is_operation && self.is_changing(init)).then_some(None)
    }

    /// `attempts.check(n)?` with something that changes.
    fn checked_count(&self, node: NodeId) -> Option<Option<(i128, Place)>> {
        let inner = self.tree.child(node, Field::Expr)?;
        let is_operation = self.fact.operation.is_some_and(|operation| self.tree.is_within(operation, inner));
        if is_operation || !matches!(self.tree.kind(inner), Kind::Call | Kind::MethodCall) {
            return None;
        }
        let mut args = self.tree.children_in(inner, Field::Arg);
        args.any(|arg| self.is_changing(arg)).then_some(None)
    }

    /// `let Some(wait) = delays.next() else { return .. }`.
    fn drained_iterator(&self, node: NodeId) -> Option<Option<(i128, Place)>> {
        let other = self.tree.child(node, Field::Else)?;
        let init = self.tree.child(node, Field::Init)?;
        let is_operation = self.fact.operation.is_some_and(|operation| self.tree.is_within(operation, init));
        (!is_operation && self.leaves(other) && self.is_changing(init)).then_some(None)
    }

    fn count_of(&self, limit: NodeId) -> Option<(i128, Place)> {
        let value = self.codebase.value(self.file, limit)?;
        match value.kind {
            ValueKind::Int(count) => Some((count, value.place)),
            _ => None,
        }
    }

    /// Whether the loop runs inside a call that gives up after a while.
    fn is_under_timeout(&self) -> bool {
        let timeout = RoleSet::named(&["timeout"]);
        let above = self.tree.ancestors(self.node());
        above
            .take_while(|at| self.tree.kind(*at) != Kind::Fn)
            .filter_map(|at| self.codebase.call_at(self.file, at))
            .any(|site| site.roles.meets(timeout))
    }

    /// Whether a signal to stop ends the loop: in its condition, a branch that leaves, or a `select!` arm that leaves.
    fn can_be_stopped(&self) -> bool {
        let tree = self.tree;
        if let Some(cond) = tree.child(self.node(), Field::Cond)
            && self.names_one_of(cond, &STOPS)
        {
            return true;
        }
        flow::own_nodes(tree, self.node()).any(|node| match tree.kind(node) {
            Kind::If => {
                let cond = tree.child(node, Field::Cond);
                let then = tree.child(node, Field::Then);
                cond.is_some_and(|cond| self.names_one_of(cond, &STOPS))
                    && then.is_some_and(|then| self.leaves(then))
            }
            Kind::SelectArm => {
                let init = tree.child(node, Field::Init);
                let body = tree.child(node, Field::Body);
                init.is_some_and(|init| self.names_one_of(init, &STOPS))
                    && body.is_some_and(|body| self.leaves(body))
            }
            _ => false,
        })
    }

    /// Whether an identifier in `node` has one of these words.
    fn names_one_of(&self, node: NodeId, words: &[&str]) -> bool {
        let tree = self.tree;
        let mut idents = tree.subtree(node).filter(|at| matches!(tree.kind(*at), Kind::Name | Kind::Path));
        idents.any(|at| {
            let lower = tree.text(at).to_ascii_lowercase();
            lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| words.contains(&word))
        })
    }
}

/// Whether a method tells that an iterator or schedule has run out.
fn tells_emptiness(name: &str) -> bool {
    matches!(name, "is_none" | "is_some" | "is_empty")
}

fn is_comparison(operator: &str) -> bool {
    matches!(operator, "<" | "<=" | ">" | ">=" | "==" | "!=")
}
