//! One round of a loop: what it awaits, what its head waits for, where it pauses. Does not say what the loop is for.

use super::decision::{bound_in_round, operation_of, round_nodes};
use super::signal::{Seen, Signal, names_a_stop, signal_of, source_row};
use crate::base::FileIdx;
use crate::catalog::Grade;
use crate::facts::Codebase;
use crate::facts::flow::{self, Ends};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// What the head of a loop waits for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) call: NodeId,
    pub(super) seen: Seen,
    /// Other work may come before it.
    pub(super) is_late: bool,
}

/// One round of a loop.
#[derive(Clone, Debug, Default)]
pub(super) struct Round {
    /// Receive, try-receive or accept at the head.
    pub(super) head: Option<Head>,
    /// Operations that are awaited, in node order, without pauses.
    pub(super) awaited: Vec<NodeId>,
    /// The first of them that is work.
    pub(super) operation: Option<NodeId>,
    /// Anything is awaited.
    pub(super) has_await: bool,
    /// Somewhere it sleeps or waits for a tick.
    pub(super) sleeps: bool,
    /// Its first or last statement does so in each round.
    pub(super) sleeps_always: bool,
    /// Its first statement does.
    pub(super) sleeps_first: bool,
    /// It waits for a ticker.
    pub(super) ticks: bool,
    /// The call that it pauses with.
    pub(super) pause: Option<NodeId>,
    /// A way out that is neither a stop signal nor a failure.
    pub(super) has_exit: bool,
    /// One `select!` waits for a clock and, in another arm, for work that goes on.
    pub(super) is_event_loop: bool,
    /// The call that awaits tasks.
    pub(super) join: Option<NodeId>,
    /// It spawns tasks.
    pub(super) spawns: bool,
}

impl Round {
    pub(super) fn new(codebase: &Codebase, file: FileIdx, node: NodeId) -> Self {
        let reader = Reader { codebase, file, tree: codebase.tree(file), node };
        let mut round = Self::default();
        let operations = reader.operations();
        round.has_await = !operations.is_empty();
        reader.enter_operations(&mut round, &operations);
        round.head = reader.head(&operations);
        reader.enter_pauses(&mut round);
        round.is_event_loop = reader.is_event_loop(&operations);
        round.has_exit = reader.has_exit();
        round
    }
}

/// An awaited operation, or the source of a `select!` arm.
#[derive(Clone, Copy, Debug)]
struct Operation {
    call: NodeId,
    arm: Option<NodeId>,
    seen: Option<Seen>,
}

struct Reader<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
    node: NodeId,
}

impl Reader<'_> {
    fn seen(&self, call: NodeId) -> Option<Seen> {
        signal_of(self.codebase, self.file, call)
    }

    /// What a round awaits itself, and what it receives without waiting, in node order.
    fn operations(&self) -> Vec<Operation> {
        let tree = self.tree;
        let mut found: Vec<Operation> = Vec::new();
        for at in round_nodes(tree, self.node) {
            let (call, arm) = match tree.kind(at) {
                Kind::Await => (tree.child(at, Field::Expr).map(|inner| operation_of(tree, inner)), None),
                Kind::SelectArm => {
                    (tree.child(at, Field::Init).map(|init| operation_of(tree, init)), Some(at))
                }
                Kind::Call | Kind::MethodCall if self.seen(at).is_some() => (Some(at), None),
                _ => continue,
            };
            let Some(call) = call else { continue };
            let call = self.behind_variable(call);
            if found.iter().all(|one| one.call != call) {
                found.push(Operation {
                    call,
                    arm: arm.or_else(|| self.arm_of_source(call)),
                    seen: self.seen(call),
                });
            }
        }
        found
    }

    /// A future that the round bound to a variable, or pinned, before.
    fn behind_variable(&self, call: NodeId) -> NodeId {
        let bound =
            self.tree.variable(call).and_then(|name| bound_in_round(self.tree, self.node, name, call));
        let Some(bound) = bound else { return call };
        // A block that waits for a message stands for that receive.
        let receive =
            (self.tree.kind(bound) == Kind::AsyncBlock).then(|| self.receive_in(bound, 2)).flatten();
        receive.unwrap_or_else(|| operation_of(self.tree, bound))
    }

    /// The receive that an async block waits for, also in blocks that it awaits by name.
    fn receive_in(&self, block: NodeId, hops: u8) -> Option<NodeId> {
        let tree = self.tree;
        let is_receive = |at: &NodeId| self.seen(*at).is_some_and(|seen| seen.signal == Signal::Receive);
        if let Some(found) = tree.descendants(block).find(is_receive) {
            return Some(found);
        }
        let inner = |at: NodeId| {
            let bound = bound_in_round(tree, self.node, tree.variable(at)?, block)?;
            (tree.kind(bound) == Kind::AsyncBlock).then_some(bound)
        };
        tree.descendants(block)
            .filter(|_| hops > 0)
            .filter_map(inner)
            .find_map(|block| self.receive_in(block, hops - 1))
    }

    /// The `select!` arm whose source holds `call`.
    fn arm_of_source(&self, call: NodeId) -> Option<NodeId> {
        let mut at = call;
        for above in self.tree.ancestors(call).take_while(|above| *above != self.node) {
            if self.tree.kind(above) == Kind::SelectArm {
                return (self.tree.field(at) == Field::Init).then_some(above);
            }
            at = above;
        }
        None
    }

    fn enter_operations(&self, round: &mut Round, operations: &[Operation]) {
        for one in operations {
            match one.seen.map(|seen| seen.signal) {
                Some(Signal::Sleep | Signal::Tick) => {}
                Some(Signal::Join) => round.join = round.join.or(Some(one.call)),
                Some(Signal::Room) => {}
                Some(Signal::Receive | Signal::TryReceive | Signal::Accept) | None => {
                    round.awaited.push(one.call);
                    let is_work = one.seen.is_none() && !names_a_stop(self.tree.text(one.call));
                    if is_work
                        && matches!(self.tree.kind(one.call), Kind::Call | Kind::MethodCall | Kind::MacroCall)
                    {
                        round.operation = round.operation.or(Some(one.call));
                    }
                }
            }
        }
        round.spawns = flow::own_nodes(self.tree, self.node).any(|at| {
            let name = match self.tree.kind(at) {
                Kind::Call => self.tree.path_segments(at).last().copied(),
                Kind::MethodCall => self.tree.name(at),
                _ => None,
            };
            name.is_some_and(|name| name == "spawn" || name.starts_with("spawn_"))
        });
    }

    /// The receive, try-receive or accept that a round starts with.
    fn head(&self, operations: &[Operation]) -> Option<Head> {
        if let Some(head) = self.iterated() {
            return Some(head);
        }
        let wanted = |signal| matches!(signal, Signal::Receive | Signal::TryReceive | Signal::Accept);
        // A queue counts before a channel of this process that is waited for beside it.
        let is_local = |one: &&Operation| one.seen.is_some_and(|seen| seen.in_process);
        let (local, foreign): (Vec<&Operation>, Vec<&Operation>) = operations.iter().partition(is_local);
        for one in foreign.into_iter().chain(local) {
            let Some(seen) = one.seen.filter(|seen| wanted(seen.signal)) else { continue };
            if self.is_stop(one) {
                continue;
            }
            let (mut is_late, mut is_beaten) = (false, false);
            for before in operations.iter().filter(|before| self.is_before(before, one)) {
                if self.is_conditional(before.call) { is_late = true } else { is_beaten = true }
            }
            let is_in_head = self
                .tree
                .child(self.node, Field::Cond)
                .is_some_and(|cond| self.tree.is_within(one.call, cond));
            if is_in_head || !is_beaten {
                return Some(Head { call: one.call, seen, is_late: is_late && !is_in_head });
            }
        }
        None
    }

    /// What a `for` iterates: a receiver, its `iter()`, `incoming()`, or a batch's messages.
    fn iterated(&self) -> Option<Head> {
        let tree = self.tree;
        if tree.kind(self.node) != Kind::ForLoop {
            return None;
        }
        let mut at = tree.child(self.node, Field::Init)?;
        for _ in 0..6 {
            if tree.kind(at) == Kind::MethodCall && tree.name(at) == Some("incoming") {
                let seen = Seen { signal: Signal::Accept, grade: Grade::Medium, in_process: false };
                return Some(Head { call: at, seen, is_late: false });
            }
            if let Some(seen) =
                self.seen(at).filter(|seen| matches!(seen.signal, Signal::Receive | Signal::TryReceive))
            {
                return Some(Head { call: at, seen, is_late: false });
            }
            if let Some(row) = source_row(self.codebase, self.codebase.type_of(self.file, at)) {
                let seen =
                    Seen { signal: Signal::Receive, grade: Grade::High, in_process: row.is_in_process };
                return Some(Head { call: at, seen, is_late: false });
            }
            at = match tree.kind(at) {
                Kind::MethodCall => tree.child(at, Field::Receiver)?,
                Kind::Ref | Kind::Try | Kind::Await => tree.child(at, Field::Expr)?,
                _ => return None,
            };
        }
        None
    }

    /// Whether a receive only waits for the sign to stop: its arm only leaves, or its name says so.
    fn is_stop(&self, one: &Operation) -> bool {
        let tree = self.tree;
        if tree.child(one.call, Field::Receiver).is_some_and(|receiver| names_a_stop(tree.text(receiver))) {
            return true;
        }
        let Some(arm) = one.arm else { return false };
        let binds_nothing = tree.child(arm, Field::Pat).is_none_or(|pattern| {
            tree.subtree(pattern).all(|at| tree.kind(at) != Kind::PatIdent || tree.text(at).starts_with('_'))
        });
        let body = tree.child(arm, Field::Body);
        binds_nothing && body.is_some_and(|body| flow::ends_of(tree, body, self.node).only_leaves())
    }

    /// Whether `before` is work that is done before `one` in each round.
    fn is_before(&self, before: &Operation, one: &Operation) -> bool {
        let is_work = match before.seen.map(|seen| seen.signal) {
            None => true,
            Some(Signal::Receive | Signal::TryReceive | Signal::Accept) => false,
            Some(Signal::Tick | Signal::Sleep | Signal::Join | Signal::Room) => false,
        };
        let is_ahead = before.call < one.call && !self.tree.is_within(one.call, before.call);
        // Arms of one `select!` wait side by side.
        let is_rival = match (before.arm, one.arm) {
            (Some(left), Some(right)) => self.tree.parent(left) == self.tree.parent(right),
            _ => false,
        };
        let is_other_arm = self.is_other_arm(before.call, one.call);
        is_work && is_ahead && !is_rival && !is_other_arm
    }

    /// Whether two nodes lie in different arms of one `select!` or `match`.
    fn is_other_arm(&self, left: NodeId, right: NodeId) -> bool {
        let arms = |node: NodeId| {
            let is_arm = |at: &NodeId| matches!(self.tree.kind(*at), Kind::SelectArm | Kind::Arm);
            self.tree.ancestors(node).take_while(|at| *at != self.node).filter(is_arm).collect::<Vec<_>>()
        };
        let right = arms(right);
        arms(left).iter().any(|arm| {
            right.iter().any(|other| arm != other && self.tree.parent(*arm) == self.tree.parent(*other))
        })
    }

    /// Whether only some rounds come to `node`.
    fn is_conditional(&self, node: NodeId) -> bool {
        let mut at = node;
        for above in self.tree.ancestors(node).take_while(|above| *above != self.node) {
            let field = self.tree.field(at);
            let is_part = match self.tree.kind(above) {
                Kind::If => matches!(field, Field::Then | Field::Else),
                Kind::Arm | Kind::SelectArm => field == Field::Body,
                Kind::LetStmt => field == Field::Else,
                _ => false,
            };
            if is_part {
                return true;
            }
            at = above;
        }
        false
    }

    /// Sleeps and ticks: whether each round has one at its start or end.
    fn enter_pauses(&self, round: &mut Round) {
        let tree = self.tree;
        let Some(body) = tree.child(self.node, Field::Body) else { return };
        let is_pause = |at: &NodeId| {
            self.seen(*at).is_some_and(|seen| matches!(seen.signal, Signal::Sleep | Signal::Tick))
        };
        let pauses: Vec<NodeId> = round_nodes(tree, self.node).filter(is_pause).collect();
        round.sleeps = !pauses.is_empty();
        round.pause = pauses.first().copied();
        round.ticks = pauses.iter().any(|at| self.seen(*at).is_some_and(|seen| seen.signal == Signal::Tick));
        let is_statement =
            |at: &NodeId| matches!(tree.field(*at), Field::Stmt | Field::Tail) && !self.is_talk(*at);
        let statements: Vec<NodeId> = tree.children(body).filter(is_statement).collect();
        let pauses_in = |statement: Option<&NodeId>| {
            let statement = *statement?;
            let mut inside = pauses.iter().copied().filter(|at| tree.is_within(*at, statement));
            inside.find(|at| !self.is_conditional(*at))
        };
        let first = pauses_in(statements.first()).or_else(|| {
            // A first statement that only prepares the pause.
            let is_let = statements.first().is_some_and(|at| tree.kind(*at) == Kind::LetStmt);
            if is_let { pauses_in(statements.get(1)) } else { None }
        });
        let last = pauses_in(statements.last());
        round.sleeps_first = first.is_some();
        round.sleeps_always = first.or(last).is_some();
        round.pause = first.or(last).or(round.pause);
    }

    /// Whether a `select!` has an arm for a clock and another for work that neither waits for room nor only leaves.
    fn is_event_loop(&self, operations: &[Operation]) -> bool {
        let tree = self.tree;
        let is_clock = |one: &&Operation| {
            one.seen.is_some_and(|seen| matches!(seen.signal, Signal::Sleep | Signal::Tick))
        };
        operations.iter().filter(is_clock).filter_map(|clock| clock.arm).any(|clock| {
            operations.iter().any(|one| {
                one.arm.is_some_and(|arm| {
                    arm != clock && tree.parent(arm) == tree.parent(clock) && self.is_event(one, arm)
                })
            })
        })
    }

    /// Whether an arm waits for work that goes on: it binds something, and does not only leave.
    fn is_event(&self, one: &Operation, arm: NodeId) -> bool {
        let is_unnamed =
            self.tree.child(arm, Field::Pat).is_some_and(|at| self.tree.kind(at) == Kind::PatWild);
        one.seen.is_none() && !is_unnamed && !names_a_stop(self.tree.text(one.call)) && !self.is_stop_arm(arm)
    }

    /// Whether a statement only logs or counts.
    fn is_talk(&self, statement: NodeId) -> bool {
        let tree = self.tree;
        let inner = tree.child(statement, Field::Expr).unwrap_or(statement);
        let is_log =
            tree.kind(inner) == Kind::MacroCall && tree.children_in(inner, Field::Arm).next().is_none() && {
                let name = tree.path_segments(inner).last().copied().unwrap_or("");
                matches!(
                    name,
                    "trace" | "debug" | "info" | "warn" | "error" | "println" | "eprintln" | "log" | "event"
                )
            };
        is_log || tree.kind(inner) == Kind::AssignOp
    }

    /// Whether a round can leave the loop other than by a stop signal, a failure or an error that is passed on.
    fn has_exit(&self) -> bool {
        let tree = self.tree;
        round_or_inner(tree, self.node).any(|at| match tree.kind(at) {
            Kind::Return | Kind::Break => {
                let leaves = flow::ends_of(tree, at, self.node).has(Ends::LEAVES);
                leaves && !self.is_excused(at)
            }
            _ => false,
        })
    }

    /// Whether a jump stands below a stop signal's arm or condition, or a failure's arm.
    fn is_excused(&self, jump: NodeId) -> bool {
        let tree = self.tree;
        let value = tree.child(jump, Field::Expr);
        if value.is_some_and(|value| tree.kind(value) == Kind::Call && tree.path_segments(value) == ["Err"]) {
            return true;
        }
        let mut at = jump;
        for above in tree.ancestors(jump).take_while(|above| *above != self.node) {
            let is_excuse = match tree.kind(above) {
                Kind::SelectArm if tree.field(at) == Field::Body => self.is_stop_arm(above),
                Kind::Arm => tree.child(above, Field::Pat).is_some_and(|pattern| {
                    super::outcome_of_pattern(tree, pattern) == super::Outcome::Failure
                        || names_a_stop(tree.text(pattern))
                }),
                Kind::If => {
                    tree.child(above, Field::Cond).is_some_and(|cond| self.is_stop_condition(cond, at))
                }
                Kind::LetStmt => tree.field(at) == Field::Else && self.is_failing_let(above),
                _ => false,
            };
            if is_excuse {
                return true;
            }
            at = above;
        }
        false
    }

    /// A `select!` arm that waits for anything but a pause or a message, and only leaves.
    fn is_stop_arm(&self, arm: NodeId) -> bool {
        let tree = self.tree;
        let Some(init) = tree.child(arm, Field::Init) else { return false };
        if names_a_stop(tree.text(init)) {
            return true;
        }
        let source = operation_of(tree, init);
        let is_pause =
            self.seen(source).is_some_and(|seen| matches!(seen.signal, Signal::Sleep | Signal::Tick));
        let body = tree.child(arm, Field::Body);
        !is_pause && body.is_some_and(|body| flow::ends_of(tree, body, self.node).only_leaves())
    }

    fn is_stop_condition(&self, cond: NodeId, part: NodeId) -> bool {
        let tree = self.tree;
        let text = tree.text(cond);
        if names_a_stop(text) || text.contains("is_err()") {
            return true;
        }
        let is_failure = |at: NodeId| {
            tree.kind(at) == Kind::LetCond
                && tree.child(at, Field::Pat).is_some_and(|pattern| {
                    super::outcome_of_pattern(tree, pattern) == super::Outcome::Failure
                })
        };
        tree.field(part) == Field::Then && flow::own_nodes(tree, cond).any(is_failure)
    }

    /// `let Ok(x) = f() else { return }`.
    fn is_failing_let(&self, stmt: NodeId) -> bool {
        let tree = self.tree;
        tree.child(stmt, Field::Pat).is_some_and(|pattern| tree.text(pattern).starts_with("Ok"))
    }
}

/// The nodes of a round with those of inner loops.
fn round_or_inner(tree: &Tree, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    flow::own_nodes(tree, node).filter(move |at| *at != node)
}
