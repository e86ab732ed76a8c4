//! Which roles a function reaches, through calls inside the workspace, to a small depth.

use crate::base::FileIdx;
use crate::catalog::{Role, RoleSet};
use crate::facts::{CallSite, Codebase, Fan, ItemIdx, ItemKind, Place, Target};
use crate::syntax::{Field, NodeId};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// Workspace functions that a reach may pass.
const MAX_DEPTH: u8 = 3;
/// Implementations of one trait method that are followed.
const MAX_IMPLS: usize = 8;

/// One role that a function reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The role.
    pub role: Role,
    /// The call inside the function itself.
    pub call: Place,
    /// The call that plays the role; `call` itself at depth 0.
    pub end: Place,
    /// Number of workspace functions between.
    pub depth: u8,
    /// Whether it happens in a task that the function spawns and does not wait for.
    pub is_detached: bool,
}

/// The roles that a function reaches, nearest first for each role, sorted by role; a role stands twice where it is
/// reached both detached and not.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    reached: Vec<Reach>,
}

impl Summary {
    /// Reaches nothing.
    #[must_use]
    pub const fn none() -> Self {
        Self { reached: Vec::new() }
    }

    /// All that is reached.
    #[must_use]
    pub fn all(&self) -> &[Reach] {
        &self.reached
    }

    /// How `role` is reached; the way that the function waits for is preferred.
    #[must_use]
    pub fn reach(&self, role: Role) -> Option<&Reach> {
        self.reached.iter().filter(|reach| reach.role == role).min_by_key(|reach| reach.is_detached)
    }

    /// How any of `roles` is reached, the nearest first.
    #[must_use]
    pub fn reach_any(&self, roles: RoleSet) -> Option<&Reach> {
        let found = self.reached.iter().filter(|reach| roles.contains(reach.role));
        found.min_by_key(|reach| (reach.is_detached, reach.depth, reach.call))
    }

    /// All reached roles, detached ones included.
    #[must_use]
    pub fn roles(&self) -> RoleSet {
        self.reached.iter().map(|reach| reach.role).collect()
    }

    /// Keeps the nearest of each role, first in the text among equals.
    fn of(mut all: Vec<Reach>) -> Self {
        all.sort_by_key(|reach| (reach.role, reach.is_detached, reach.depth, reach.call, reach.end));
        all.dedup_by_key(|reach| (reach.role, reach.is_detached));
        Self { reached: all }
    }
}

/// A call of a function, and the workspace functions that it may run.
struct Step<'c> {
    call: Place,
    is_detached: bool,
    callees: &'c [ItemIdx],
}

/// What one function does itself.
#[derive(Default)]
struct Own<'c> {
    reached: Vec<Reach>,
    steps: Vec<Step<'c>>,
}

/// The summaries of all items. Each round looks one call further, so circles end by themselves.
pub(super) fn summaries(cb: &Codebase, fan: &impl Fan) -> Vec<Summary> {
    let per_file = fan.map(cb.files.len(), |at| own_of_file(cb, FileIdx(at as u32)));
    let own: Vec<Own<'_>> = per_file.into_iter().flatten().collect();
    let mut rounds: Vec<Summary> = own.iter().map(|own| Summary::of(own.reached.clone())).collect();
    // Most items call no function of the workspace: the first round has all that they reach.
    let calling: Vec<(usize, Own<'_>)> =
        own.into_iter().enumerate().filter(|(_, own)| !own.steps.is_empty()).collect();
    for _ in 0..MAX_DEPTH {
        let round: Vec<Summary> = calling.iter().map(|(_, own)| further(own, &rounds)).collect();
        for ((at, _), summary) in calling.iter().zip(round) {
            rounds[*at] = summary;
        }
    }
    rounds
}

fn further(own: &Own<'_>, before: &[Summary]) -> Summary {
    let mut all = own.reached.clone();
    for step in &own.steps {
        for callee in step.callees {
            let reached = before.get(callee.0 as usize).map_or(&[][..], Summary::all);
            all.extend(reached.iter().filter(|reach| reach.depth < MAX_DEPTH).map(|reach| Reach {
                role: reach.role,
                call: step.call,
                end: reach.end,
                depth: reach.depth + 1,
                is_detached: step.is_detached || reach.is_detached,
            }));
        }
    }
    Summary::of(all)
}

/// What the functions of a file do themselves, for each of its items in order.
fn own_of_file(cb: &Codebase, file: FileIdx) -> Vec<Own<'_>> {
    let range = cb.items_of(file);
    let mut all: Vec<Own<'_>> = range.clone().map(|_| Own::default()).collect();
    let spawned = spawned(cb, file);
    for site in cb.calls(file) {
        let callees = cb.callees(site);
        if site.roles.is_empty() && callees.is_empty() {
            continue;
        }
        let Some(func) = cb.enclosing_fn(file, site.node) else { continue };
        let Some(own) = func.0.checked_sub(range.start).and_then(|at| all.get_mut(at as usize)) else {
            continue;
        };
        let call = Place { file, node: site.node };
        let func = cb.item(func).node;
        let is_detached = spawned.iter().any(|spawned| spawned.holds(site.node, func));
        own.reached.extend(site.roles.iter().map(|role| Reach {
            role,
            call,
            end: call,
            depth: 0,
            is_detached,
        }));
        if !callees.is_empty() {
            own.steps.push(Step { call, is_detached, callees });
        }
    }
    all
}

impl Codebase {
    /// The workspace functions that a call may run: the implementations for a trait's method. Test code is left out.
    #[must_use]
    pub fn callees<'c>(&'c self, site: &'c CallSite) -> &'c [ItemIdx] {
        let Target::Local(target) = &site.target else { return &[] };
        if let Some(several) = self.calls.implementations.get(target) {
            return several;
        }
        let item = self.item(*target);
        let runs = matches!(&item.kind, ItemKind::Fn(info) if info.body.is_some()) && !item.is_test;
        if runs { std::slice::from_ref(target) } else { &[] }
    }

    /// Whether `node` runs in a task that the function around it starts and does not wait for.
    #[must_use]
    pub fn is_detached(&self, file: FileIdx, node: NodeId) -> bool {
        let func = self.enclosing_fn(file, node);
        func.is_some_and(|func| is_detached(self, file, node, self.item(func).node))
    }
}

/// For each method of a trait, its default and its implementations outside of test code.
pub(super) fn implementations(cb: &Codebase) -> FxHashMap<ItemIdx, Box<[ItemIdx]>> {
    let all = (0..cb.items.len() as u32).map(ItemIdx);
    all.filter_map(|method| Some((method, runs_of(cb, method)?))).collect()
}

/// What a call of the method `target` of a trait may run; `None` for other items.
fn runs_of(cb: &Codebase, target: ItemIdx) -> Option<Box<[ItemIdx]>> {
    let item = cb.item(target);
    let info = item.kind.as_fn()?;
    let owner = cb.item(info.owner?);
    if !matches!(owner.kind, ItemKind::Trait) {
        return None;
    }
    let mut found: Vec<ItemIdx> = info.body.map(|_| target).into_iter().collect();
    for imp in cb.impls_of(&owner.path) {
        // What an impl holds follows it.
        let node = cb.item(*imp).node;
        let past = cb.tree(cb.item(*imp).file).past(node);
        let behind = (imp.0 + 1..cb.items_of(cb.item(*imp).file).end).map(ItemIdx);
        let inside = behind.take_while(|idx| cb.item(*idx).node < past);
        found.extend(
            inside.filter(|idx| cb.item(*idx).name == item.name && cb.parent_item(*idx) == Some(*imp)),
        );
    }
    found.retain(|idx| !cb.item(*idx).is_test);
    found.truncate(MAX_IMPLS);
    Some(found.into())
}

/// What starts a task that nobody waits for.
fn spawning() -> RoleSet {
    static SPAWNING: OnceLock<RoleSet> = OnceLock::new();
    *SPAWNING
        .get_or_init(|| ["spawn", "spawn-local", "wait-until"].into_iter().filter_map(Role::named).collect())
}

/// An argument of a call that spawns: from `first` until before `past`.
struct Spawned {
    call: NodeId,
    first: NodeId,
    past: NodeId,
}

impl Spawned {
    /// Whether `node` lies in it, and the call in the function that starts at `func`.
    fn holds(&self, node: NodeId, func: NodeId) -> bool {
        func < self.call && self.first <= node && node < self.past
    }
}

/// The arguments of all calls of a file that spawn: few, so that they are found once and not from each call up.
fn spawned(cb: &Codebase, file: FileIdx) -> Vec<Spawned> {
    let tree = cb.tree(file);
    let calls = cb.calls(file).iter().filter(|site| site.roles.meets(spawning())).map(|site| site.node);
    let args = calls.flat_map(|call| tree.children_in(call, Field::Arg).map(move |arg| (call, arg)));
    args.map(|(call, arg)| Spawned { call, first: arg, past: tree.past(arg) }).collect()
}

/// Whether `node` lies in an argument of a call, inside `func`, that spawns.
fn is_detached(cb: &Codebase, file: FileIdx, node: NodeId, func: NodeId) -> bool {
    let spawning = spawning();
    let tree = cb.tree(file);
    let mut at = node;
    while let Some(parent) = tree.parent(at).filter(|parent| *parent > func) {
        let is_arg = tree.field(at) == Field::Arg;
        if is_arg && cb.call_at(file, parent).is_some_and(|site| site.roles.meets(spawning)) {
            return true;
        }
        at = parent;
    }
    false
}
