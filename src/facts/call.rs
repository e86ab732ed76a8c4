//! What each file calls, and the questions about it. Typing receivers is `hint`'s work.

mod collect;
#[cfg(test)]
mod tests;

use crate::base::FileIdx;
use crate::catalog::{ApiIdx, Grade, Role, RoleSet};
use crate::facts::hint::{Imports, Memo, Usable};
use crate::facts::{
    Binding, Bindings, Codebase, Fan, ItemIdx, ItemKind, Place, ResultUse, Summary, result_use, summary,
};
use crate::syntax::NodeId;
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};

/// What a call leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A function, method or macro of the workspace; the trait's own method where the receiver is known by a bound.
    Local(ItemIdx),
    /// Canonical path of a function, `Type::method` or macro of another crate.
    External(Arc<str>),
    /// Nothing is known.
    Unknown,
}

/// One call of a function, method or macro.
#[derive(Clone, Debug)]
pub struct CallSite {
    /// A [`crate::syntax::Kind::Call`], [`crate::syntax::Kind::MethodCall`] or [`crate::syntax::Kind::MacroCall`].
    pub node: NodeId,
    /// Last segment of the path, or the method's name.
    pub name: Arc<str>,
    /// What it leads to.
    pub target: Target,
    /// Rows of the catalogue that it matches, and how surely.
    pub apis: Box<[(ApiIdx, Grade)]>,
    /// What it does. Roles of a deferred call, such as `client.post(url)`, stand at the end of its chain instead.
    pub roles: RoleSet,
    /// The name is that of a row whose crate the package depends on, but the receiver's type is unknown.
    pub doubt: bool,
}

/// The calls of one file.
#[derive(Clone, Debug, Default)]
pub(super) struct FileCalls {
    /// Sorted by node.
    sites: Vec<CallSite>,
    /// Every call with its name, as a place in `names`, sorted by node.
    named: Vec<(u32, NodeId)>,
    names: Vec<Arc<str>>,
}

/// Bindings, calls and summaries of a code base; empty until the phases have run.
#[derive(Clone, Debug, Default)]
pub(super) struct CallTable {
    /// By file.
    pub(super) bindings: Vec<Bindings>,
    /// By file: types that were asked before.
    pub(super) memos: Vec<Memo>,
    /// By file: what it imports, once asked.
    pub(super) imports: Vec<OnceLock<Imports>>,
    /// By package: the rows that it can mean.
    pub(super) usable: Usable,
    /// Methods and associated functions of the workspace by name.
    pub(super) methods: FxHashMap<Arc<str>, Vec<ItemIdx>>,
    /// What a call of a method of a trait may run.
    pub(super) implementations: FxHashMap<ItemIdx, Box<[ItemIdx]>>,
    /// By file.
    pub(super) files: Vec<FileCalls>,
    /// By item; empty for all but functions.
    pub(super) summaries: Vec<Summary>,
    by_name: FxHashMap<Arc<str>, Vec<Place>>,
    by_path: FxHashMap<Arc<str>, Vec<Place>>,
    by_role: FxHashMap<Role, Vec<Place>>,
}

/// Runs the phases of calls, on a code base whose packages, modules, items and names stand.
pub(super) fn run(cb: &mut Codebase, fan: &impl Fan) {
    let n_files = cb.files.len();
    let file = |at: usize| FileIdx(at as u32);
    if cb.calls.bindings.len() != n_files {
        cb.calls.bindings = fan.map(n_files, |at| Bindings::new(cb.tree(file(at))));
    }
    cb.calls.memos = (0..n_files).map(|_| Memo::default()).collect();
    cb.calls.imports = vec![OnceLock::new(); n_files];
    cb.calls.usable = Usable::new(cb);
    cb.calls.methods = methods(cb);
    cb.calls.implementations = summary::implementations(cb);
    cb.calls.files = fan.map(n_files, |at| collect::collect(cb, file(at)));
    index(cb);
    cb.calls.summaries = summary::summaries(cb, fan);
}

/// Methods and associated functions of the workspace by name.
fn methods(cb: &Codebase) -> FxHashMap<Arc<str>, Vec<ItemIdx>> {
    let mut methods: FxHashMap<Arc<str>, Vec<ItemIdx>> = FxHashMap::default();
    for (at, item) in cb.items.iter().enumerate() {
        if matches!(&item.kind, ItemKind::Fn(info) if info.owner.is_some()) {
            methods.entry(item.name.clone()).or_default().push(ItemIdx(at as u32));
        }
    }
    methods
}

/// Fills the tables that go from names, paths and roles to calls. Files come in order, so each list is sorted.
fn index(cb: &mut Codebase) {
    let mut slot_of: FxHashMap<Arc<str>, u32> = FxHashMap::default();
    let mut lists: Vec<Vec<Place>> = Vec::new();
    let mut by_path: FxHashMap<Arc<str>, Vec<Place>> = FxHashMap::default();
    let mut by_role: FxHashMap<Role, Vec<Place>> = FxHashMap::default();
    for (at, calls) in cb.calls.files.iter_mut().enumerate() {
        let file = FileIdx(at as u32);
        let (named, names) = (std::mem::take(&mut calls.named), std::mem::take(&mut calls.names));
        let slots: Vec<u32> = names
            .into_iter()
            .map(|name| {
                *slot_of.entry(name).or_insert_with(|| {
                    lists.push(Vec::new());
                    lists.len() as u32 - 1
                })
            })
            .collect();
        for (name, node) in named {
            let slot = slots.get(name as usize).and_then(|slot| lists.get_mut(*slot as usize));
            slot.into_iter().for_each(|places| places.push(Place { file, node }));
        }
        for site in &calls.sites {
            let place = Place { file, node: site.node };
            let path = match &site.target {
                Target::Local(item) => cb.items.get(item.0 as usize).map(|item| item.path.clone()),
                Target::External(path) => Some(path.clone()),
                Target::Unknown => None,
            };
            if let Some(path) = path {
                by_path.entry(path).or_default().push(place);
            }
            for role in site.roles.iter() {
                by_role.entry(role).or_default().push(place);
            }
        }
    }
    let mut places = |slot: u32| lists.get_mut(slot as usize).map(std::mem::take).unwrap_or_default();
    cb.calls.by_name = slot_of.into_iter().map(|(name, slot)| (name, places(slot))).collect();
    cb.calls.by_path = by_path;
    cb.calls.by_role = by_role;
}

impl Codebase {
    /// The bindings of a file.
    #[must_use]
    pub fn bindings(&self, file: FileIdx) -> &Bindings {
        static NONE: Bindings = Bindings::none();
        self.calls.bindings.get(file.index()).unwrap_or(&NONE)
    }

    /// Which declaration a variable stands for. `node` is a path, a short struct field or the declaring identifier.
    #[must_use]
    pub fn binding(&self, file: FileIdx, node: NodeId) -> Option<Binding> {
        self.bindings(file).of(node).copied()
    }

    /// The nodes that use `binding`, in source order, without its declaration.
    pub fn uses_of(&self, file: FileIdx, binding: &Binding) -> impl Iterator<Item = NodeId> + '_ {
        self.bindings(file).uses_of(binding)
    }

    /// What becomes of the result of `call`.
    #[must_use]
    pub fn result_use(&self, file: FileIdx, call: NodeId) -> ResultUse {
        result_use::result_use(self.tree(file), self.bindings(file), call)
    }

    /// Number of awaits that are applied to `call` in sequence, also through the variable that it is bound to.
    #[must_use]
    pub fn awaits(&self, file: FileIdx, call: NodeId) -> u32 {
        result_use::awaits(self.tree(file), self.bindings(file), call)
    }

    /// The calls of a file of which something is known, in the order of their nodes: an outer call before the calls in
    /// its receiver and arguments. Calls of which nothing is known are found by [`Codebase::calls_named`].
    #[must_use]
    pub fn calls(&self, file: FileIdx) -> &[CallSite] {
        self.calls.files.get(file.index()).map_or(&[], |calls| &calls.sites)
    }

    /// The calls at and below `node`.
    #[must_use]
    pub fn calls_within(&self, file: FileIdx, node: NodeId) -> &[CallSite] {
        let past = self.tree(file).past(node);
        let sites = self.calls(file);
        let first = sites.partition_point(|site| site.node < node);
        let last = sites.partition_point(|site| site.node < past);
        sites.get(first..last).unwrap_or(&[])
    }

    /// The call whose node is `node`.
    #[must_use]
    pub fn call_at(&self, file: FileIdx, node: NodeId) -> Option<&CallSite> {
        let sites = self.calls(file);
        sites.binary_search_by_key(&node, |site| site.node).ok().and_then(|at| sites.get(at))
    }

    /// The calls of the function, `Type::method` or macro of that canonical path, sorted.
    #[must_use]
    pub fn calls_to(&self, path: &str) -> &[Place] {
        self.calls.by_path.get(path).map_or(&[], Vec::as_slice)
    }

    /// The canonical paths that anything calls, in no order.
    pub fn called_paths(&self) -> impl Iterator<Item = &str> {
        self.calls.by_path.keys().map(|path| &**path)
    }

    /// The calls of functions, methods and macros of that name, sorted.
    #[must_use]
    pub fn calls_named(&self, name: &str) -> &[Place] {
        self.calls.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The calls that play `role`, sorted; in examined code and elsewhere.
    #[must_use]
    pub fn calls_with_role(&self, role: Role) -> &[Place] {
        self.calls.by_role.get(&role).map_or(&[], Vec::as_slice)
    }

    /// What the function `item` reaches through the calls in its body; empty for other items.
    #[must_use]
    pub fn summary(&self, item: ItemIdx) -> &Summary {
        static NONE: Summary = Summary::none();
        self.calls.summaries.get(item.0 as usize).unwrap_or(&NONE)
    }
}
