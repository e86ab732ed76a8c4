//! Walks the ways through a region: what was done to the message on each before a call, an exit or the end. Loops are
//! walked once, since each round has a message of its own.

use super::region::Region;
use crate::facts::{Outcome, flow, outcome_of_pattern};
use crate::syntax::{Field, Flag, Kind, NodeId};
use std::collections::BTreeMap;

/// Nesting that is followed; deeper code counts as doing nothing.
const MAX_DEPTH: u32 = 150;

/// What was done to the message on one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(u8);

impl State {
    /// There is a message.
    pub(super) const RECEIVED: Self = Self(1);
    /// It was settled, or handed to code that may settle it.
    pub(super) const SETTLED: Self = Self(2);
    /// Something was done that others can see.
    pub(super) const WORKED: Self = Self(4);
    /// The way passed the marked code.
    pub(super) const MARKED: Self = Self(8);
    const N_STATES: u8 = 16;

    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// The states of all ways that come to one place, a bit each; none where no way does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct States(u16);

impl States {
    fn one(state: u8) -> Self {
        Self(1 << (state % State::N_STATES))
    }

    pub(super) fn any(self, is_meant: impl Fn(State) -> bool) -> bool {
        (0..State::N_STATES).any(|bit| self.0 & (1 << bit) != 0 && is_meant(State(bit)))
    }

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn map(self, change: impl Fn(u8) -> u8) -> Self {
        let bits = (0..State::N_STATES).filter(|bit| self.0 & (1 << bit) != 0);
        bits.fold(Self::default(), |all, bit| all.or(Self::one(change(bit))))
    }

    fn with(self, state: State) -> Self {
        self.map(|bits| bits | state.0)
    }

    fn without(self, state: State) -> Self {
        self.map(|bits| bits & !state.0)
    }
}

/// Code after which a way counts as marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marked {
    /// A call, once it is made.
    Call(NodeId),
    /// A branch, once it is entered.
    Branch(NodeId),
}

/// All ways through a region.
#[derive(Debug, Default)]
pub(super) struct Flow {
    entered: BTreeMap<NodeId, States>,
    works: Vec<(NodeId, States)>,
    exits: Vec<(NodeId, States)>,
    end: States,
}

impl Flow {
    /// Walks `region`, with one piece of code marked.
    pub(super) fn of(region: &Region<'_>, mark: Option<Marked>) -> Self {
        let start = if region.source.is_none() { State::RECEIVED.0 } else { 0 };
        let mut walk = Walk { region, mark, flow: Self::default(), pending: BTreeMap::new() };
        let end = walk.parts(region.body, States::one(start), 0);
        walk.flow.end = end;
        walk.flow
    }

    /// The ways that come to a call that settles, just before it.
    pub(super) fn entered(&self, settle: NodeId) -> States {
        self.entered.get(&settle).copied().unwrap_or_default()
    }

    /// The calls that work on the message, with the ways that come to them.
    pub(super) fn works(&self) -> impl Iterator<Item = (NodeId, States)> + '_ {
        self.works.iter().copied()
    }

    /// The ways out before the end.
    pub(super) fn exits(&self) -> impl Iterator<Item = (NodeId, States)> + '_ {
        self.exits.iter().copied()
    }

    /// The ways that come to the end.
    pub(super) const fn end(&self) -> States {
        self.end
    }
}

struct Walk<'r, 'c> {
    region: &'r Region<'c>,
    mark: Option<Marked>,
    flow: Flow,
    /// Ways that jump out of an inner loop or labelled block.
    pending: BTreeMap<NodeId, States>,
}

impl Walk<'_, '_> {
    fn walk(&mut self, node: NodeId, states: States, depth: u32) -> States {
        if states.is_empty() || depth > MAX_DEPTH {
            return states;
        }
        let states = match self.mark {
            Some(Marked::Branch(branch)) if branch == node => states.with(State::MARKED),
            Some(_) | None => states,
        };
        let tree = self.region.tree;
        match tree.kind(node) {
            Kind::If => self.condition(node, states, depth),
            Kind::Match => self.choice(node, states, depth),
            Kind::LetStmt => self.binding(node, states, depth),
            Kind::Loop | Kind::While | Kind::ForLoop => self.inner_loop(node, states, depth),
            Kind::Try => {
                let after = self.parts(node, states, depth);
                self.leave(node, after);
                after
            }
            Kind::Return => {
                let after = self.parts(node, states, depth);
                self.leave(node, after);
                States::default()
            }
            Kind::Break | Kind::Continue => {
                let after = self.parts(node, states, depth);
                self.jump(node, after);
                States::default()
            }
            Kind::MacroCall => self.macro_call(node, states, depth),
            Kind::Call | Kind::MethodCall => {
                let after = self.parts(node, states, depth);
                self.call(node, after)
            }
            Kind::AsyncBlock => self.apart(node, states, depth),
            Kind::Closure => {
                if self.takes_key(node) {
                    states.with(State::SETTLED)
                } else {
                    states
                }
            }
            kind if flow::is_apart(kind) => states,
            Kind::FieldInit | Kind::Path => {
                let after = self.parts(node, states, depth);
                if self.is_moved(node) { after.with(State::SETTLED) } else { after }
            }
            _ => self.parts(node, states, depth),
        }
    }

    /// All parts in turn, then what jumps to the end of this labelled block.
    fn parts(&mut self, node: NodeId, states: States, depth: u32) -> States {
        let mut states = states;
        let children: Vec<NodeId> = self.region.tree.children(node).collect();
        for child in children {
            states = self.walk(child, states, depth + 1);
        }
        states.or(self.pending.remove(&node).unwrap_or_default())
    }

    fn part(&mut self, node: NodeId, field: Field, states: States, depth: u32) -> States {
        match self.region.tree.child(node, field) {
            Some(child) => self.walk(child, states, depth + 1),
            None => states,
        }
    }

    /// The ways into a branch whose pattern is held against what `init` gives: without a message on failure.
    fn matched(&self, init: Option<NodeId>, pattern: Option<NodeId>, states: States) -> States {
        let is_receipt = init.is_some_and(|init| self.region.is_receipt(init));
        let Some(pattern) = pattern.filter(|_| is_receipt) else { return states };
        match outcome_of_pattern(self.region.tree, pattern) {
            Outcome::Failure | Outcome::Empty => states.without(State::RECEIVED),
            Outcome::Success | Outcome::Open => states,
        }
    }

    fn condition(&mut self, node: NodeId, states: States, depth: u32) -> States {
        let tree = self.region.tree;
        let states = self.part(node, Field::Cond, states, depth);
        let cond = tree.child(node, Field::Cond).filter(|cond| tree.kind(*cond) == Kind::LetCond);
        let init = cond.and_then(|cond| tree.child(cond, Field::Init));
        let pattern = cond.and_then(|cond| tree.child(cond, Field::Pat));
        let then = self.matched(init, pattern, states);
        let then = self.part(node, Field::Then, then, depth);
        let is_success = pattern.is_some_and(|pattern| {
            outcome_of_pattern(tree, pattern) == Outcome::Success
                && init.is_some_and(|init| self.region.is_receipt(init))
        });
        let other = if is_success { states.without(State::RECEIVED) } else { states };
        then.or(self.part(node, Field::Else, other, depth))
    }

    fn choice(&mut self, node: NodeId, states: States, depth: u32) -> States {
        let tree = self.region.tree;
        let states = self.part(node, Field::Init, states, depth);
        let init = tree.child(node, Field::Init);
        let arms: Vec<NodeId> = tree.children_in(node, Field::Arm).collect();
        arms.into_iter().fold(States::default(), |all, arm| {
            let inside = self.matched(init, tree.child(arm, Field::Pat), states);
            all.or(self.walk(arm, inside, depth + 1))
        })
    }

    fn binding(&mut self, node: NodeId, states: States, depth: u32) -> States {
        let tree = self.region.tree;
        let states = self.part(node, Field::Init, states, depth);
        if tree.child(node, Field::Else).is_some() {
            let is_receipt = tree.child(node, Field::Init).is_some_and(|init| self.region.is_receipt(init));
            let other = if is_receipt { states.without(State::RECEIVED) } else { states };
            self.part(node, Field::Else, other, depth);
        }
        states
    }

    fn inner_loop(&mut self, node: NodeId, states: States, depth: u32) -> States {
        let tree = self.region.tree;
        let head = self.part(node, Field::Init, states, depth);
        let head = self.part(node, Field::Cond, head, depth);
        let body = self.part(node, Field::Body, head, depth);
        let jumped = self.pending.remove(&node).unwrap_or_default();
        if tree.kind(node) == Kind::Loop { jumped } else { head.or(body).or(jumped) }
    }

    fn macro_call(&mut self, node: NodeId, states: States, depth: u32) -> States {
        let tree = self.region.tree;
        let name = tree.path_segments(node).last().copied().unwrap_or("");
        if matches!(name, "panic" | "unreachable" | "todo" | "unimplemented") {
            return States::default();
        }
        let arms: Vec<NodeId> = tree.children_in(node, Field::Arm).collect();
        if !arms.is_empty() {
            return arms.into_iter().fold(States::default(), |all, arm| {
                let inside = self.part(arm, Field::Init, states, depth);
                let inside = self.matched(tree.child(arm, Field::Init), tree.child(arm, Field::Pat), inside);
                all.or(self.part(arm, Field::Body, inside, depth))
            });
        }
        let after = self.parts(node, states, depth);
        match name {
            "bail" => {
                self.leave(node, after);
                States::default()
            }
            "ensure" => {
                self.leave(node, after);
                after
            }
            _ => after,
        }
    }

    /// A block that is awaited here or runs on its own: what leaves it does not leave the region.
    fn apart(&mut self, node: NodeId, states: States, depth: u32) -> States {
        let states = if self.takes_key(node) { states.with(State::SETTLED) } else { states };
        let n_exits = self.flow.exits.len();
        let end = self.parts(node, states, depth);
        let left =
            self.flow.exits.drain(n_exits..).fold(States::default(), |all, (_, states)| all.or(states));
        end.or(left)
    }

    fn call(&mut self, node: NodeId, states: States) -> States {
        let region = self.region;
        let mut after = states;
        if region.source == Some(node) {
            after = after.with(State::RECEIVED);
        }
        if region.settles.iter().any(|settle| settle.node == node) {
            let entered = self.flow.entered.entry(node).or_default();
            *entered = entered.or(states);
            after = after.with(State::SETTLED);
        } else if region.is_work_at(node) {
            self.flow.works.push((node, states));
            if !region.prepares(node) {
                after = after.with(State::WORKED);
            }
        }
        if region.is_handed_over(node) {
            after = after.with(State::SETTLED);
        }
        if self.mark == Some(Marked::Call(node)) { after.with(State::MARKED) } else { after }
    }

    fn leave(&mut self, node: NodeId, states: States) {
        if !states.is_empty() {
            self.flow.exits.push((node, states));
        }
    }

    fn jump(&mut self, node: NodeId, states: States) {
        let region = self.region;
        match flow::jump_target(region.tree, node) {
            Some(target) if target != region.body && region.tree.is_within(target, region.body) => {
                let pending = self.pending.entry(target).or_default();
                *pending = pending.or(states);
            }
            Some(_) | None => self.leave(node, states),
        }
    }

    /// Whether a closure or block takes what the message is settled by with it.
    fn takes_key(&self, node: NodeId) -> bool {
        let tree = self.region.tree;
        tree.has(node, Flag::Move) && tree.subtree(node).any(|used| self.region.is_key(used))
    }

    /// Whether `node` puts what the message is settled by into another value, or gives it back.
    fn is_moved(&self, node: NodeId) -> bool {
        let tree = self.region.tree;
        if !self.region.is_key(node) {
            return false;
        }
        let holder = tree.parent(node).map(|parent| tree.kind(parent));
        match tree.kind(node) {
            Kind::FieldInit => true,
            _ => {
                matches!(tree.field(node), Field::Tail | Field::FieldInit)
                    || matches!(holder, Some(Kind::FieldInit | Kind::Tuple | Kind::Array | Kind::Return))
                    || holder == Some(Kind::Assign) && tree.field(node) == Field::Right
            }
        }
    }
}
