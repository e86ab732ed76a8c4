//! Where control goes: which ways lead out of a piece of code, seen from one loop. Knows no names beyond the macros and
//! functions that never return.

use crate::syntax::{Field, Kind, NodeId, Tree};
use std::ops::BitOr;

/// Nesting that is followed; deeper code counts as falling through.
const MAX_DEPTH: u32 = 200;

/// The ways out of a piece of code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ends(u8);

impl Ends {
    /// No way out at all.
    pub const NONE: Self = Self(0);
    /// Runs on to what follows it.
    pub const FALLS: Self = Self(1);
    /// Leaves the loop: `break`, `return`, a panic, or a jump to an outer loop.
    pub const LEAVES: Self = Self(2);
    /// Starts the loop's next round.
    pub const STAYS: Self = Self(4);

    /// Whether all of `other` is among the ways.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the only way is out of the loop.
    #[must_use]
    pub fn only_leaves(self) -> bool {
        self == Self::LEAVES
    }

    /// The ways of this code followed by code with the ways `next`.
    #[must_use]
    pub const fn then(self, next: Self) -> Self {
        if self.has(Self::FALLS) { Self(self.0 & !Self::FALLS.0 | next.0) } else { self }
    }
}

impl BitOr for Ends {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The ways out of `node`, which lies inside `around`; `?` does not count as a way out.
#[must_use]
pub fn ends_of(tree: &Tree, node: NodeId, around: NodeId) -> Ends {
    Walk { tree, around }.ends(node, 0)
}

/// The ways out from just behind `node` on: what follows it up to the end of the body of `around`.
#[must_use]
pub fn ends_after(tree: &Tree, node: NodeId, around: NodeId) -> Ends {
    let walk = Walk { tree, around };
    let mut at = node;
    let mut ends = Ends::FALLS;
    while at != around {
        let Some(parent) = tree.parent(at) else { break };
        match tree.kind(parent) {
            Kind::Block | Kind::UnsafeBlock | Kind::OtherBlock => {
                for next in following(tree, at, parent) {
                    ends = ends.then(walk.ends(next, 0));
                }
            }
            // A value that the function or task gives back does not reach the loop.
            Kind::Closure | Kind::AsyncBlock | Kind::Fn => return ends,
            _ => {}
        }
        if !ends.has(Ends::FALLS) {
            return ends;
        }
        at = parent;
    }
    if at == around && is_loop(tree.kind(around)) { ends.then(Ends::STAYS) } else { ends }
}

/// The ways out of `node` and, where it falls through, of what follows it in `around`.
#[must_use]
pub fn ends_from(tree: &Tree, node: NodeId, around: NodeId) -> Ends {
    ends_of(tree, node, around).then(ends_after(tree, node, around))
}

/// Whether `node` can be left before its end by `?` that belongs to the function around it.
#[must_use]
pub fn has_question(tree: &Tree, node: NodeId) -> bool {
    own_nodes(tree, node).any(|at| tree.kind(at) == Kind::Try)
}

/// `node` and what lies below it, without closures, async blocks and items inside it.
pub fn own_nodes(tree: &Tree, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    let mut skipped: Option<NodeId> = None;
    tree.subtree(node).filter(move |at| {
        if skipped.is_some_and(|skipped| tree.is_within(*at, skipped)) {
            return false;
        }
        if *at != node && is_apart(tree.kind(*at)) {
            skipped = Some(*at);
            return false;
        }
        true
    })
}

/// Whether code of that kind runs elsewhere or later than the code around it.
#[must_use]
pub const fn is_apart(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Closure
            | Kind::AsyncBlock
            | Kind::Fn
            | Kind::Impl
            | Kind::Module
            | Kind::Trait
            | Kind::MacroRules
    )
}

/// Whether a closure or async block is one round of a stream: the body of `for_each` and the like.
#[must_use]
pub fn is_round(tree: &Tree, node: NodeId) -> bool {
    let mut at = node;
    while let Some(parent) = tree.parent(at) {
        match tree.kind(parent) {
            Kind::Closure | Kind::Block => at = parent,
            Kind::MethodCall => return tree.name(parent).is_some_and(is_stream_loop),
            _ => return false,
        }
    }
    false
}

/// Whether a method of that name runs its closure for each element.
#[must_use]
pub fn is_stream_loop(name: &str) -> bool {
    matches!(name, "for_each" | "for_each_concurrent" | "try_for_each" | "try_for_each_concurrent")
}

/// Whether it is `loop`, `while` or `for`.
#[must_use]
pub const fn is_loop(kind: Kind) -> bool {
    matches!(kind, Kind::Loop | Kind::While | Kind::ForLoop)
}

/// The statements behind `at` in `block`.
fn following(tree: &Tree, at: NodeId, block: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    tree.children(block)
        .filter(move |next| *next > at && matches!(tree.field(*next), Field::Stmt | Field::Tail))
}

struct Walk<'t> {
    tree: &'t Tree,
    around: NodeId,
}

impl Walk<'_> {
    fn ends(&self, node: NodeId, depth: u32) -> Ends {
        let tree = self.tree;
        if depth > MAX_DEPTH {
            return Ends::FALLS;
        }
        match tree.kind(node) {
            Kind::Return => self.parts(node, depth).then(Ends::LEAVES),
            Kind::Break => self.parts(node, depth).then(self.jump(node, Ends::LEAVES)),
            Kind::Continue => self.jump(node, Ends::STAYS),
            Kind::If => self.condition(node, depth),
            Kind::Match => self.choice(node, depth),
            Kind::LetStmt => self.binding(node, depth),
            Kind::MacroCall => self.macro_call(node, depth),
            Kind::Call if is_exit(tree, node) => Ends::LEAVES,
            Kind::Try if is_error(tree, node) => Ends::LEAVES,
            Kind::Loop | Kind::While | Kind::ForLoop => self.inner_loop(node, depth),
            kind if is_apart(kind) => Ends::FALLS,
            _ => self.parts(node, depth),
        }
    }

    /// All parts in turn.
    fn parts(&self, node: NodeId, depth: u32) -> Ends {
        let mut ends = Ends::FALLS;
        for child in self.tree.children(node) {
            ends = ends.then(self.ends(child, depth + 1));
            if !ends.has(Ends::FALLS) {
                break;
            }
        }
        ends
    }

    fn part(&self, node: NodeId, field: Field, depth: u32) -> Option<Ends> {
        self.tree.child(node, field).map(|child| self.ends(child, depth + 1))
    }

    fn condition(&self, node: NodeId, depth: u32) -> Ends {
        let cond = self.part(node, Field::Cond, depth).unwrap_or(Ends::FALLS);
        let then = self.part(node, Field::Then, depth).unwrap_or(Ends::FALLS);
        let otherwise = self.part(node, Field::Else, depth).unwrap_or(Ends::FALLS);
        cond.then(then | otherwise)
    }

    fn choice(&self, node: NodeId, depth: u32) -> Ends {
        let head = self.part(node, Field::Init, depth).unwrap_or(Ends::FALLS);
        let arms = self.tree.children_in(node, Field::Arm);
        let ends = arms.map(|arm| self.parts(arm, depth + 1)).fold(Ends::NONE, BitOr::bitor);
        head.then(if ends == Ends::NONE { Ends::FALLS } else { ends })
    }

    fn binding(&self, node: NodeId, depth: u32) -> Ends {
        let init = self.part(node, Field::Init, depth).unwrap_or(Ends::FALLS);
        match self.part(node, Field::Else, depth) {
            Some(otherwise) => init.then(Ends::FALLS | otherwise),
            None => init,
        }
    }

    fn macro_call(&self, node: NodeId, depth: u32) -> Ends {
        let name = self.tree.path_segments(node).last().copied().unwrap_or("");
        if matches!(name, "panic" | "unreachable" | "todo" | "unimplemented" | "bail") {
            return Ends::LEAVES;
        }
        let arms: Vec<NodeId> = self.tree.children_in(node, Field::Arm).collect();
        if arms.is_empty() {
            return self.parts(node, depth);
        }
        arms.into_iter().map(|arm| self.parts(arm, depth + 1)).fold(Ends::NONE, BitOr::bitor)
    }

    /// A loop inside: what leaves it only falls through, unless it jumps further.
    fn inner_loop(&self, node: NodeId, depth: u32) -> Ends {
        let body = self.part(node, Field::Body, depth).unwrap_or(Ends::FALLS);
        let is_endless = self.tree.kind(node) == Kind::Loop && !self.is_broken(node);
        let beyond = Ends(body.0 & !Ends::FALLS.0);
        if is_endless { beyond } else { beyond | Ends::FALLS }
    }

    /// Whether a `break` leaves the loop `node`.
    fn is_broken(&self, node: NodeId) -> bool {
        own_nodes(self.tree, node)
            .any(|at| self.tree.kind(at) == Kind::Break && jump_target(self.tree, at) == Some(node))
    }

    /// What a jump does to `around`: to it, `own`; out of it, it leaves; inside of it, it only falls through.
    fn jump(&self, node: NodeId, own: Ends) -> Ends {
        match jump_target(self.tree, node) {
            Some(target) if target == self.around => own,
            Some(target) if self.tree.is_within(target, self.around) => Ends::FALLS,
            Some(_) | None => Ends::LEAVES,
        }
    }
}

/// The loop or labelled block that a `break` or `continue` speaks of.
#[must_use]
pub fn jump_target(tree: &Tree, jump: NodeId) -> Option<NodeId> {
    let label = tree.child(jump, Field::Label).map(|label| tree.text(label));
    for at in tree.ancestors(jump) {
        let kind = tree.kind(at);
        if is_apart(kind) {
            return None;
        }
        let found = match label {
            Some(label) => tree.child(at, Field::Label).is_some_and(|own| tree.text(own) == label),
            None => is_loop(kind),
        };
        if found && !matches!(kind, Kind::Break | Kind::Continue) {
            return Some(at);
        }
    }
    None
}

/// Whether it is `Err(e)?`.
fn is_error(tree: &Tree, question: NodeId) -> bool {
    let Some(inner) = tree.child(question, Field::Expr) else { return false };
    tree.kind(inner) == Kind::Call && tree.path_segments(inner) == ["Err"]
}

/// Whether a call ends the process.
fn is_exit(tree: &Tree, call: NodeId) -> bool {
    let path = tree.path_segments(call);
    matches!(path.as_slice(), [.., "process", "exit" | "abort"] | ["exit" | "abort"])
}
