//! The calls of one file with their targets, rows and roles. Types a receiver only where its method's name is in the
//! catalogue or in the workspace.

use super::{CallSite, FileCalls, Target};
use crate::base::FileIdx;
use crate::catalog::{ApiIdx, ChainStep, Grade, RoleSet};
use crate::facts::hint::Asker;
use crate::facts::{Codebase, ItemIdx, ItemKind, PackageIdx, Ty};
use crate::syntax::{Field, Kind, NodeId, Tree};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

/// Variables that a chain of deferred calls may pass.
const MAX_HOPS: usize = 6;

/// Reads all calls of a file. Needs items, names and bindings of all files.
pub(super) fn collect(cb: &Codebase, file: FileIdx) -> FileCalls {
    let mut collector = Collector::new(cb, file);
    let tree = cb.tree(file);
    for node in tree.subtree(tree.root()) {
        match tree.kind(node) {
            Kind::Call => collector.path_call(node),
            Kind::MethodCall => collector.method_call(node),
            Kind::MacroCall => collector.macro_call(node),
            _ => {}
        }
    }
    collector.end_chains();
    collector.sites.shrink_to_fit();
    FileCalls { sites: collector.sites, named: collector.named, names: collector.names.list }
}

fn is_call(kind: Kind) -> bool {
    matches!(kind, Kind::Call | Kind::MethodCall | Kind::MacroCall)
}

/// Rows that a method's name can mean, and whether the workspace has a method of that name.
type Method = (Rc<[ApiIdx]>, bool);

/// Texts that are kept once.
#[derive(Default)]
struct Names<'a> {
    places: FxHashMap<&'a str, u32>,
    list: Vec<Arc<str>>,
    /// For each text, what [`Collector::method`] says, once asked.
    methods: Vec<OnceCell<Option<Method>>>,
}

impl<'a> Names<'a> {
    fn place(&mut self, name: &'a str) -> u32 {
        *self.places.entry(name).or_insert_with(|| {
            self.list.push(name.into());
            self.methods.push(OnceCell::new());
            self.list.len() as u32 - 1
        })
    }
}

/// What is known of a call.
struct Known {
    target: Target,
    apis: Vec<(ApiIdx, Grade)>,
    doubt: bool,
}

struct Collector<'a> {
    cb: &'a Codebase,
    file: FileIdx,
    tree: &'a Tree,
    package: PackageIdx,
    asker: Asker<'a>,
    sites: Vec<CallSite>,
    named: Vec<(u32, NodeId)>,
    names: Names<'a>,
}

impl<'a> Collector<'a> {
    fn new(cb: &'a Codebase, file: FileIdx) -> Self {
        Self {
            cb,
            file,
            tree: cb.tree(file),
            package: cb.file(file).package,
            asker: Asker::new(cb),
            sites: Vec::new(),
            named: Vec::with_capacity(cb.tree(file).count(is_call)),
            names: Names::default(),
        }
    }

    /// Notes the name, and the call itself where something is known of it.
    fn note(&mut self, node: NodeId, name: &'a str, target: Target, apis: Vec<(ApiIdx, Grade)>) {
        self.keep(node, name, Known { target, apis, doubt: false });
    }

    fn keep(&mut self, node: NodeId, name: &'a str, known: Known) {
        let Known { target, apis, doubt } = known;
        let place = self.names.place(name);
        self.named.push((place, node));
        if target == Target::Unknown && apis.is_empty() && !doubt {
            return;
        }
        let rows = apis.iter().map(|(idx, _)| self.cb.catalog.api(*idx));
        let rows = rows.filter(|api| api.step != ChainStep::Deferred);
        let roles = rows.fold(RoleSet::EMPTY, |all, api| all.union(api.roles));
        let name = self.names.list.get(place as usize).cloned().unwrap_or_default();
        self.sites.push(CallSite { node, name, target, apis: apis.into(), roles, doubt });
    }

    fn graded(&self, rows: Vec<ApiIdx>, at_most: Grade) -> Vec<(ApiIdx, Grade)> {
        rows.into_iter().map(|idx| (idx, self.cb.catalog.api(idx).grade.min(at_most))).collect()
    }

    fn path_call(&mut self, node: NodeId) {
        let Some(callee) =
            self.tree.child(node, Field::Callee).filter(|callee| self.tree.kind(*callee) == Kind::Path)
        else {
            return;
        };
        if self.cb.bindings(self.file).of(callee).is_some() {
            return;
        }
        let segments = self.tree.path_segments(callee);
        let Some(name) = segments.last().copied() else { return };
        if matches!(segments.as_slice(), ["Some" | "Ok" | "Err"]) {
            return;
        }
        let Some(to) = self.cb.resolve(self.file, callee) else {
            let target = match segments.as_slice() {
                ["Self", name] => self.own_function(callee, name).map_or(Target::Unknown, Target::Local),
                _ => Target::Unknown,
            };
            self.note(node, name, target, Vec::new());
            return;
        };
        let mut apis = self.graded(self.asker.rows_of_path(self.package, &to.path), Grade::High);
        let owner = to.path.rsplit_once("::").map_or("", |(owner, _)| owner);
        let item = to.item.or_else(|| self.cb.member(owner, name));
        if apis.is_empty() && item.is_none() && segments.len() > 1 && self.asker.is_of_workspace(owner) {
            apis = self.graded(self.asker.trait_functions(self.file, name), Grade::Medium);
        }
        let target = item.map_or_else(|| Target::External(to.path.clone()), Target::Local);
        self.note(node, name, target, apis);
    }

    /// `Self::name` where the impl is for a type that names cannot see.
    fn own_function(&self, callee: NodeId, name: &str) -> Option<ItemIdx> {
        let owner = self.asker.self_type(self.file, callee);
        self.asker.hit(self.package, &owner, name)?.local
    }

    fn macro_call(&mut self, node: NodeId) {
        let Some(name) = self.tree.path_segments(node).last().copied() else { return };
        let Some(to) = self.cb.resolve(self.file, node) else {
            self.note(node, name, Target::Unknown, Vec::new());
            return;
        };
        let rows = self.cb.catalog.apis_of_macro(&to.path).iter().copied();
        let rows = rows.filter(|idx| self.asker.is_of_version(self.package, *idx)).collect();
        let apis = self.graded(rows, Grade::High);
        let target = to.item.map_or_else(|| Target::External(to.path.clone()), Target::Local);
        self.note(node, name, target, apis);
    }

    fn method_call(&mut self, node: NodeId) {
        let Some(name) = self.tree.name(node) else { return };
        let place = self.names.place(name);
        let Some((usable, is_named)) = self.method(place, name) else {
            self.named.push((place, node));
            return;
        };
        let receiver = self.tree.child(node, Field::Receiver);
        let ty = receiver.map_or(Ty::Unknown, |receiver| self.asker.type_of(self.file, receiver));
        if !is_named {
            // Rules may ask for any path of another crate; the standard library's are too many to keep.
            let is_std = ty.path().is_none_or(|path| path.starts_with("std::") || !path.contains("::"));
            let target = if is_std { Target::Unknown } else { self.external_method(&ty, name, &[]) };
            self.note(node, name, target, Vec::new());
            return;
        }
        if ty.is_unknown() {
            self.unknown_receiver(node, name, &usable);
            return;
        }
        match self.asker.hit(self.package, &ty, name) {
            Some(hit) => {
                let apis = self.graded(hit.rows, Grade::High);
                let path = || format!("{}::{name}", hit.owner_path).into();
                let target = hit.local.map_or_else(|| Target::External(path()), Target::Local);
                self.note(node, name, target, apis);
            }
            None => {
                let mut rows = self.asker.extensions(self.file, node, &ty, &usable);
                if ty.item().is_some() {
                    // A derive may have made the method.
                    rows.extend(self.asker.distinctive(self.package, name));
                }
                let apis = self.graded(rows, Grade::Medium);
                let target = self.external_method(&ty, name, &apis);
                let doubt = apis.is_empty() && ty.is_made_up() && self.may_mean(node, &usable, Some(&ty));
                self.keep(node, name, Known { target, apis, doubt });
            }
        }
    }

    /// Rows of methods of that name that the package can mean, and whether anything has such a method; `None` where
    /// nothing has, and the name says all that can be said.
    fn method(&self, place: u32, name: &str) -> Option<(Rc<[ApiIdx]>, bool)> {
        let known = self.names.methods.get(place as usize)?;
        let find = || {
            let catalog = self.cb.catalog;
            let is_named =
                self.cb.calls.methods.contains_key(name) || !catalog.apis_of_method(name).is_empty();
            let is_asked = is_named || !catalog.is_transparent(name);
            is_asked.then(|| (self.asker.usable(self.package, name).into(), is_named))
        };
        known.get_or_init(find).clone()
    }

    fn unknown_receiver(&mut self, node: NodeId, name: &'a str, usable: &[ApiIdx]) {
        let distinctive = self.asker.distinctive(self.package, name);
        let rows = if distinctive.is_empty() {
            self.asker.extensions(self.file, node, &Ty::Unknown, usable)
        } else {
            distinctive
        };
        let apis = self.graded(rows, Grade::Medium);
        let local = if usable.is_empty() { self.only_method(name) } else { None };
        let target = match (local, apis.first()) {
            (Some(item), _) => Target::Local(item),
            (None, Some((idx, _))) => self.row_target(*idx, name),
            (None, None) => Target::Unknown,
        };
        let doubt = apis.is_empty() && self.may_mean(node, usable, None);
        self.keep(node, name, Known { target, apis, doubt });
    }

    /// Whether a row with roles fits the shape of the call; for a type that nobody describes, a row of its crate.
    fn may_mean(&self, node: NodeId, usable: &[ApiIdx], ty: Option<&Ty>) -> bool {
        let krate = ty.and_then(Ty::path).and_then(|path| path.split("::").next());
        usable.iter().any(|idx| {
            let api = self.cb.catalog.api(*idx);
            let is_of_crate = match krate {
                None => true,
                Some("?") => self.asker.imports_glob_of(self.file, &self.cb.catalog.library_of(&api.krate)),
                Some(krate) => self.cb.catalog.library_of(&api.krate) == krate,
            };
            is_of_crate && !api.roles.is_empty() && self.asker.may_be(self.file, node, api)
        })
    }

    /// The path of the row that has a method of that name.
    fn row_target(&self, idx: ApiIdx, name: &str) -> Target {
        let paths = &self.cb.catalog.api(idx).paths;
        let path = paths.iter().find(|path| path.rsplit("::").next() == Some(name));
        path.map_or(Target::Unknown, |path| Target::External(Arc::from(&**path)))
    }

    /// What a method of a known type is that no row and no workspace function describes.
    fn external_method(&self, ty: &Ty, name: &str, apis: &[(ApiIdx, Grade)]) -> Target {
        if let Some((idx, _)) = apis.first() {
            return self.row_target(*idx, name);
        }
        match ty.path() {
            Some(path) if ty.item().is_none() && !ty.is_made_up() => {
                Target::External(format!("{path}::{name}").into())
            }
            _ => Target::Unknown,
        }
    }

    /// The only method of that name in the workspace, where the name is long enough to be no coincidence.
    fn only_method(&self, name: &str) -> Option<ItemIdx> {
        if name.len() < 8 || !name.contains('_') {
            return None;
        }
        let all = self.cb.calls.methods.get(name)?;
        let mut real = all.iter().copied().filter(|item| {
            let item = self.cb.item(*item);
            !item.is_test && matches!(&item.kind, ItemKind::Fn(info) if info.has_self && info.body.is_some())
        });
        let only = real.next()?;
        real.next().is_none().then_some(only)
    }

    /// Hands the roles of deferred calls on to the ends of their chains.
    fn end_chains(&mut self) {
        let step = |idx: &ApiIdx| self.cb.catalog.api(*idx).step;
        let mut deferred: FxHashMap<NodeId, RoleSet> = FxHashMap::default();
        for site in &self.sites {
            for (idx, _) in site.apis.iter().filter(|(idx, _)| step(idx) == ChainStep::Deferred) {
                let roles = deferred.entry(site.node).or_default();
                *roles = roles.union(self.cb.catalog.api(*idx).roles);
            }
        }
        if deferred.is_empty() {
            return;
        }
        let mut ends = Vec::new();
        for (at, site) in self.sites.iter().enumerate() {
            if site.apis.iter().any(|(idx, _)| step(idx) == ChainStep::Terminal) {
                ends.push((at, self.roles_below(site.node, &deferred)));
            }
        }
        for (at, roles) in ends {
            if let Some(site) = self.sites.get_mut(at) {
                site.roles = site.roles.union(roles);
            }
        }
    }

    /// Roles of the deferred calls among the receivers of `node`, through variables.
    fn roles_below(&self, node: NodeId, deferred: &FxHashMap<NodeId, RoleSet>) -> RoleSet {
        let mut roles = RoleSet::EMPTY;
        let mut n_hops = 0;
        let mut at = node;
        loop {
            roles = roles.union(deferred.get(&at).copied().unwrap_or_default());
            let inner = match self.tree.kind(at) {
                Kind::MethodCall => self.tree.child(at, Field::Receiver),
                Kind::Await | Kind::Try | Kind::Ref | Kind::Deref => self.tree.child(at, Field::Expr),
                Kind::Path if n_hops < MAX_HOPS => {
                    n_hops += 1;
                    self.cb.bindings(self.file).of(at).and_then(|binding| binding.init(self.tree))
                }
                _ => None,
            };
            match inner {
                Some(inner) => at = inner,
                None => return roles,
            }
        }
    }
}
