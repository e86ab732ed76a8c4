//! Builder chains: all calls that shape one value, through variables, reassignments, branches and workspace helpers.
//! Decides nothing about the calls; a caller asks which names are there.

#[cfg(test)]
mod tests;

use crate::base::FileIdx;
use crate::facts::{Binding, Codebase, ItemIdx, ItemKind, Place, Target};
use crate::syntax::{Field, Kind, NodeId, Tree};
use std::sync::Arc;

/// Variables, branches and helpers that one chain may pass.
const MAX_HOPS: u8 = 24;

/// Calls of one helper that are followed.
const MAX_CALLERS: usize = 8;

/// One call of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainCall {
    /// The method's name.
    pub name: Arc<str>,
    /// The method call; in another file where a helper makes it.
    pub place: Place,
}

/// The calls that shape one value, about in the order in which they are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The expression that the chain starts with: a constructor call, struct literal, variable or field.
    pub start: Place,
    /// Canonical path of that constructor, type or const.
    pub start_path: Option<Arc<str>>,
    /// The last call in sight; the start where there is none.
    pub end: Place,
    /// The calls, without the start.
    pub calls: Vec<ChainCall>,
    /// Whether all calls are in sight: false where the value comes from or goes to code that is not.
    pub is_whole: bool,
}

impl Chain {
    /// The first call of that name.
    #[must_use]
    pub fn call(&self, name: &str) -> Option<&ChainCall> {
        self.calls.iter().find(|call| &*call.name == name)
    }

    fn push(&mut self, cb: &Codebase, file: FileIdx, node: NodeId) {
        let place = Place { file, node };
        if self.calls.iter().any(|call| call.place == place) {
            return;
        }
        if let Some(name) = cb.tree(file).name(node) {
            self.calls.push(ChainCall { name: name.into(), place });
        }
    }
}

impl Codebase {
    /// The chain that passes `node`: from its start to the last call in sight.
    #[must_use]
    pub fn chain(&self, file: FileIdx, node: NodeId) -> Chain {
        let mut walk = Walk { cb: self, hops: MAX_HOPS };
        let mut chain = walk.up_to(file, node);
        walk.onward(file, node, &mut chain);
        chain.end = chain.calls.last().map_or(chain.start, |call| call.place);
        chain
    }

    /// The chain that ends at `node`: what comes after is left out.
    #[must_use]
    pub fn chain_to(&self, file: FileIdx, node: NodeId) -> Chain {
        Walk { cb: self, hops: MAX_HOPS }.up_to(file, node)
    }
}

struct Walk<'a> {
    cb: &'a Codebase,
    hops: u8,
}

impl<'a> Walk<'a> {
    fn hop(&mut self) -> bool {
        self.hops = self.hops.saturating_sub(1);
        self.hops > 0
    }

    /// The chain whose value `node` is, with its start.
    fn up_to(&mut self, file: FileIdx, node: NodeId) -> Chain {
        let tree = self.cb.tree(file);
        let mut own: Vec<NodeId> = Vec::new();
        let mut at = node;
        loop {
            let inner = match tree.kind(at) {
                Kind::MethodCall => {
                    own.push(at);
                    tree.child(at, Field::Receiver)
                }
                Kind::Await | Kind::Try | Kind::Ref | Kind::Deref | Kind::Cast => tree.child(at, Field::Expr),
                Kind::Block | Kind::UnsafeBlock | Kind::AsyncBlock => tree.child(at, Field::Tail),
                Kind::Call if is_wrapper(tree, at) => tree.child(at, Field::Arg),
                _ => None,
            };
            let Some(inner) = inner else { break };
            at = inner;
        }
        let mut chain = self.source(file, at);
        for call in own.into_iter().rev() {
            chain.push(self.cb, file, call);
            self.helper_calls_of_method(file, call, &mut chain);
        }
        chain.end = chain.calls.last().map_or(chain.start, |call| call.place);
        chain
    }

    /// Where a value without receiver comes from.
    fn source(&mut self, file: FileIdx, node: NodeId) -> Chain {
        let tree = self.cb.tree(file);
        if !self.hop() {
            return self.starting(file, node, None, Whole::No);
        }
        match tree.kind(node) {
            Kind::Path => match self.cb.binding(file, node) {
                Some(binding) => self.variable(file, node, &binding),
                None => {
                    let path = self.cb.resolve(file, node).map(|to| to.path.clone());
                    self.starting(file, node, path, Whole::No)
                }
            },
            Kind::Call => self.constructor(file, node),
            Kind::StructLit => {
                let path = self.cb.resolve(file, node).map(|to| to.path.clone());
                let mut chain = self.starting(file, node, path, Whole::Yes);
                if let Some(rest) =
                    tree.child(node, Field::Rest).filter(|rest| tree.kind(*rest) != Kind::PatRest)
                {
                    let base = self.up_to(file, rest);
                    chain.is_whole &= base.is_whole;
                    chain.calls = base.calls;
                }
                chain
            }
            Kind::If => {
                let branches =
                    [Field::Then, Field::Else].into_iter().filter_map(|field| tree.child(node, field));
                self.branches(file, node, branches.collect())
            }
            Kind::Match => {
                let arms = tree.children_in(node, Field::Arm);
                self.branches(file, node, arms.filter_map(|arm| tree.child(arm, Field::Body)).collect())
            }
            _ => self.starting(file, node, None, Whole::No),
        }
    }

    fn starting(&self, file: FileIdx, node: NodeId, path: Option<Arc<str>>, whole: Whole) -> Chain {
        let start = Place { file, node };
        Chain { start, start_path: path, end: start, calls: Vec::new(), is_whole: whole == Whole::Yes }
    }

    /// The first branch with a known start; the calls of all.
    fn branches(&mut self, file: FileIdx, node: NodeId, branches: Vec<NodeId>) -> Chain {
        let mut all: Vec<Chain> = branches.into_iter().map(|branch| self.up_to(file, branch)).collect();
        let Some(at) =
            all.iter().position(|chain| chain.start_path.is_some()).or((!all.is_empty()).then_some(0))
        else {
            return self.starting(file, node, None, Whole::No);
        };
        let mut first = all.swap_remove(at);
        for other in all.into_iter().filter(|other| other.start_path.is_some() || !other.calls.is_empty()) {
            first.is_whole &= other.is_whole;
            first.calls.extend(other.calls);
        }
        first
    }

    /// A variable: what it was made with, and what was called on it before `node`.
    fn variable(&mut self, file: FileIdx, node: NodeId, binding: &Binding) -> Chain {
        let tree = self.cb.tree(file);
        let is_plain = binding.pattern == binding.ident;
        let init = binding.init(tree).or_else(|| self.first_assigned(file, binding)).filter(|_| is_plain);
        let part = if is_plain { None } else { self.part_of_tuple(file, binding) };
        let mut chain = match (init, part) {
            (Some(init), _) => self.up_to(file, init),
            (None, Some(part)) => part,
            (None, None) => self.starting(file, node, None, Whole::No),
        };
        let before: Vec<NodeId> = self.cb.uses_of(file, binding).take_while(|used| *used < node).collect();
        for used in before {
            self.shaped_by(file, used, &mut chain);
        }
        chain
    }

    /// `let (a, b) = ..`: the chain of the part that the variable takes, from a tuple, branches of tuples, or a workspace
    /// function that ends in one.
    fn part_of_tuple(&mut self, file: FileIdx, binding: &Binding) -> Option<Chain> {
        let tree = self.cb.tree(file);
        if tree.kind(binding.pattern) != Kind::PatTuple || !self.hop() {
            return None;
        }
        let at = tree.children_in(binding.pattern, Field::Pat).position(|part| part == binding.ident)?;
        let part = |tree: &Tree, node: NodeId| {
            tree.children_in(node, Field::Expr).nth(at).filter(|_| tree.kind(node) == Kind::Tuple)
        };
        let mut init = binding.init(tree)?;
        while let Kind::Await | Kind::Try = tree.kind(init) {
            init = tree.child(init, Field::Expr)?;
        }
        match tree.kind(init) {
            Kind::Tuple => Some(self.up_to(file, part(tree, init)?)),
            Kind::Match => {
                let bodies =
                    tree.children_in(init, Field::Arm).filter_map(|arm| tree.child(arm, Field::Body));
                let ends = bodies.map(|body| tree.child(body, Field::Tail).unwrap_or(body));
                let parts: Vec<NodeId> = ends.filter_map(|end| part(tree, end)).collect();
                (!parts.is_empty()).then(|| self.branches(file, init, parts))
            }
            Kind::Call => {
                let helper = self.local_fn(file, init)?;
                let item = self.cb.item(helper);
                let info = item.kind.as_fn()?;
                let of = self.cb.tree(item.file);
                let mut tail = of.child(info.body?, Field::Tail)?;
                if of.kind(tail) == Kind::Call && is_wrapper(of, tail) {
                    tail = of.child(tail, Field::Arg)?;
                }
                let inside = self.up_to(item.file, part(of, tail)?);
                Some(self.of_argument(file, init, helper, &inside).unwrap_or(inside))
            }
            _ => None,
        }
    }

    fn first_assigned(&self, file: FileIdx, binding: &Binding) -> Option<NodeId> {
        let tree = self.cb.tree(file);
        self.cb.uses_of(file, binding).find_map(|used| {
            let assign = tree.parent(used).filter(|parent| tree.kind(*parent) == Kind::Assign)?;
            (tree.field(used) == Field::Left).then(|| tree.child(assign, Field::Right)).flatten()
        })
    }

    /// Adds what a use of the variable calls on it: `b.x();`, `b = b.x()`, `configure(&mut b)`.
    fn shaped_by(&mut self, file: FileIdx, used: NodeId, chain: &mut Chain) {
        let tree = self.cb.tree(file);
        let mut at = used;
        while let Some(parent) = tree.parent(at) {
            match tree.kind(parent) {
                Kind::MethodCall if tree.field(at) == Field::Receiver => chain.push(self.cb, file, parent),
                Kind::Await | Kind::Try | Kind::Ref | Kind::Deref => {}
                Kind::Call | Kind::MethodCall if tree.field(at) == Field::Arg => {
                    self.given_to(file, parent, at, chain);
                    return;
                }
                _ => return,
            }
            at = parent;
        }
    }

    /// The value is argument `arg` of `call`: a workspace helper may call methods on it, other code may not.
    fn given_to(&mut self, file: FileIdx, call: NodeId, arg: NodeId, chain: &mut Chain) {
        let tree = self.cb.tree(file);
        let Some(helper) = self.local_fn(file, call) else { return };
        let Some(place) = tree.children_in(call, Field::Arg).position(|other| other == arg) else { return };
        self.param_calls(helper, place, chain);
    }

    /// Adds what a helper calls on its parameter.
    fn param_calls(&mut self, helper: ItemIdx, place: usize, chain: &mut Chain) {
        let item = self.cb.item(helper);
        let ItemKind::Fn(info) = &item.kind else { return };
        if info.body.is_none() || !self.hop() {
            chain.is_whole = false;
            return;
        }
        let tree = self.cb.tree(item.file);
        let pattern = info.params.get(place).and_then(|param| tree.child(*param, Field::Pat));
        let Some(binding) = pattern.and_then(|pattern| self.cb.binding(item.file, pattern)) else { return };
        let uses: Vec<NodeId> = self.cb.uses_of(item.file, &binding).collect();
        for used in uses {
            self.shaped_by(item.file, used, chain);
            self.shadowed_by(item.file, used, chain);
        }
    }

    /// `let b = b.x();`: the calls on the new variable count as well.
    fn shadowed_by(&mut self, file: FileIdx, used: NodeId, chain: &mut Chain) {
        let tree = self.cb.tree(file);
        let mut at = used;
        while let Some(parent) = tree.parent(at) {
            match tree.kind(parent) {
                Kind::MethodCall if tree.field(at) == Field::Receiver => {}
                Kind::Await | Kind::Try => {}
                Kind::LetStmt => {
                    let pattern = tree.child(parent, Field::Pat);
                    let binding = pattern.and_then(|pattern| self.cb.binding(file, pattern));
                    if let Some(binding) = binding.filter(|_| self.hop()) {
                        self.later_calls(file, &binding, chain);
                    }
                    return;
                }
                _ => return,
            }
            at = parent;
        }
    }

    fn later_calls(&mut self, file: FileIdx, binding: &Binding, chain: &mut Chain) {
        let uses: Vec<NodeId> = self.cb.uses_of(file, binding).collect();
        for used in uses {
            self.shaped_by(file, used, chain);
            self.shadowed_by(file, used, chain);
        }
    }

    fn local_fn(&self, file: FileIdx, call: NodeId) -> Option<ItemIdx> {
        match self.cb.call_at(file, call)?.target {
            Target::Local(item) if matches!(self.cb.item(item).kind, ItemKind::Fn(_)) => Some(item),
            Target::Local(_) | Target::External(_) | Target::Unknown => None,
        }
    }

    /// `f(..)`: the start, or a workspace helper that makes or passes on the value.
    fn constructor(&mut self, file: FileIdx, node: NodeId) -> Chain {
        let path = self.cb.resolve(file, node).map(|to| to.path.clone());
        let Some(helper) = self.local_fn(file, node) else {
            return self.starting(file, node, path, Whole::Yes);
        };
        let item = self.cb.item(helper);
        let tree = self.cb.tree(item.file);
        let body = match &item.kind {
            ItemKind::Fn(info) => info.body.and_then(|body| tree.child(body, Field::Tail)),
            _ => None,
        };
        let Some(tail) = body else { return self.starting(file, node, path, Whole::No) };
        let inside = self.up_to(item.file, tail);
        match self.of_argument(file, node, helper, &inside) {
            Some(outside) => outside,
            None if inside.start_path.is_none() => {
                Chain { start: Place { file, node }, start_path: path, ..inside }
            }
            None => inside,
        }
    }

    /// The chain of the argument of `call` that `helper` shapes and gives back; none where `inside` begins otherwise.
    fn of_argument(&mut self, file: FileIdx, call: NodeId, helper: ItemIdx, inside: &Chain) -> Option<Chain> {
        let param = self.param_place(helper, inside.start)?;
        let arg = self.cb.tree(file).children_in(call, Field::Arg).nth(param)?;
        let mut outside = self.up_to(file, arg);
        self.param_calls(helper, param, &mut outside);
        for call in &inside.calls {
            if !outside.calls.contains(call) {
                outside.calls.push(call.clone());
            }
        }
        Some(outside)
    }

    /// Which parameter of `helper` the variable at `start` is.
    fn param_place(&self, helper: ItemIdx, start: Place) -> Option<usize> {
        let item = self.cb.item(helper);
        let info = item.kind.as_fn()?;
        let binding = self.cb.binding(start.file, start.node).filter(|_| start.file == item.file)?;
        info.params.iter().position(|param| *param == binding.owner)
    }

    /// `builder.with_defaults()` of a workspace extension trait: what it calls on `self`.
    fn helper_calls_of_method(&mut self, file: FileIdx, call: NodeId, chain: &mut Chain) {
        let Some(helper) = self.local_fn(file, call).filter(|_| self.hop()) else { return };
        let item = self.cb.item(helper);
        let tree = self.cb.tree(item.file);
        let ItemKind::Fn(info) = &item.kind else { return };
        let Some(body) = info.body.filter(|_| info.has_self) else { return };
        let selves = tree.subtree(body).filter(|node| tree.variable(*node) == Some("self"));
        for used in selves {
            self.shaped_by(item.file, used, chain);
        }
    }

    /// Adds the calls that come after `node`, in the same expression and on the variable that it is bound to.
    fn onward(&mut self, file: FileIdx, node: NodeId, chain: &mut Chain) {
        let tree = self.cb.tree(file);
        let mut at = node;
        // What an `.await` gives is no builder any more, wherever it goes.
        let mut is_awaited = false;
        while let Some(parent) = tree.parent(at) {
            let field = tree.field(at);
            match tree.kind(parent) {
                Kind::MethodCall if field == Field::Receiver => {
                    chain.push(self.cb, file, parent);
                    self.helper_calls_of_method(file, parent, chain);
                }
                Kind::Await => is_awaited = true,
                Kind::Try | Kind::Ref => {}
                Kind::Call | Kind::MethodCall if field == Field::Arg && !is_wrapper(tree, parent) => {
                    let Some(helper) = self.local_fn(file, parent) else { return };
                    let Some(place) = tree.children_in(parent, Field::Arg).position(|arg| arg == at) else {
                        return;
                    };
                    self.param_calls(helper, place, chain);
                    if self.param_place_returned(helper) != Some(place) {
                        return;
                    }
                }
                Kind::Call => {}
                Kind::Block if field == Field::Tail => {
                    if tree.parent(parent).is_some_and(|above| tree.kind(above) == Kind::Fn) {
                        chain.is_whole &= is_awaited || self.given_back(file, parent, chain);
                        return;
                    }
                }
                Kind::If | Kind::Match | Kind::Arm if field != Field::Cond && field != Field::Init => {}
                Kind::LetStmt => {
                    let pattern = tree.child(parent, Field::Pat);
                    if let Some(binding) = pattern.and_then(|pattern| self.cb.binding(file, pattern)) {
                        self.variable_onward(file, &binding, node, chain);
                    }
                    return;
                }
                Kind::Assign if field == Field::Right => {
                    let left = tree.child(parent, Field::Left);
                    match left.and_then(|left| self.cb.binding(file, left)) {
                        Some(binding) => self.variable_onward(file, &binding, node, chain),
                        None => chain.is_whole = false,
                    }
                    return;
                }
                Kind::Return => {
                    chain.is_whole &= is_awaited || self.given_back(file, parent, chain);
                    return;
                }
                Kind::FieldInit => {
                    chain.is_whole &= is_awaited;
                    return;
                }
                _ => return,
            }
            at = parent;
        }
    }

    /// The function around `node` gives the value back: each of its calls may go on. False where none is in sight.
    fn given_back(&mut self, file: FileIdx, node: NodeId, chain: &mut Chain) -> bool {
        let Some(func) = self.cb.enclosing_fn(file, node) else { return false };
        let calls = self.cb.calls_to(&self.cb.item(func).path).iter();
        let calls: Vec<Place> = calls
            .filter(|call| self.cb.is_examined(call.file, call.node))
            .filter(|call| self.local_fn(call.file, call.node) == Some(func))
            .copied()
            .take(MAX_CALLERS)
            .collect();
        for call in &calls {
            if !self.hop() {
                return false;
            }
            self.onward(call.file, call.node, chain);
        }
        !calls.is_empty()
    }

    fn param_place_returned(&mut self, helper: ItemIdx) -> Option<usize> {
        let item = self.cb.item(helper);
        let info = item.kind.as_fn()?;
        let tail = self.cb.tree(item.file).child(info.body?, Field::Tail)?;
        let start = self.up_to(item.file, tail).start;
        self.param_place(helper, start)
    }

    /// Later uses of a variable that holds the value; each may hand it on.
    fn variable_onward(&mut self, file: FileIdx, binding: &Binding, after: NodeId, chain: &mut Chain) {
        if !self.hop() {
            chain.is_whole = false;
            return;
        }
        let uses: Vec<NodeId> = self.cb.uses_of(file, binding).filter(|used| *used > after).collect();
        let tree = self.cb.tree(file);
        for used in uses {
            let is_target = tree.parent(used).is_some_and(|parent| tree.kind(parent) == Kind::Assign)
                && tree.field(used) == Field::Left;
            if !is_target {
                self.onward_once(file, used, binding, chain);
            }
        }
    }

    /// As [`Walk::onward`]; an assignment back to the same variable is no new one.
    fn onward_once(&mut self, file: FileIdx, used: NodeId, binding: &Binding, chain: &mut Chain) {
        let tree = self.cb.tree(file);
        let assign = tree.ancestors(used).take_while(|node| tree.kind(*node) != Kind::Block);
        let back = assign.into_iter().find(|node| tree.kind(*node) == Kind::Assign);
        let is_back = back
            .and_then(|assign| tree.child(assign, Field::Left))
            .and_then(|left| self.cb.binding(file, left))
            .is_some_and(|left| left.idx == binding.idx);
        if is_back {
            self.shaped_by(file, used, chain);
        } else {
            self.onward(file, used, chain);
        }
    }
}

/// Whether a start tells all about its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Yes,
    No,
}

/// `Ok(x)`, `Some(x)`, `Box::new(x)`: the same value.
fn is_wrapper(tree: &Tree, call: NodeId) -> bool {
    matches!(
        tree.path_segments(call).as_slice(),
        ["Ok" | "Some"] | [.., "Box" | "Arc" | "Rc", "new"] | [.., "Box", "pin"]
    )
}
