//! Which rows of the catalogue a call may mean where the receiver's type does not tell: extension traits by import,
//! async calls by their `.await`, arguments by their number.

use super::Asker;
use crate::base::FileIdx;
use crate::catalog::{Api, ApiIdx, Timing, VersionRange, read_version};
use crate::facts::names::{Def, Scope, ScopeIdx, Space};
use crate::facts::{Codebase, ModuleIdx, PackageIdx, ResultUse, Ty};
use crate::syntax::{Field, Flag, NodeId};
use rustc_hash::{FxHashMap, FxHashSet};

/// Modules whose globs are followed for what one file imports.
const MAX_PRELUDES: usize = 64;

/// For each package, which rows it can mean.
#[derive(Clone, Debug, Default)]
pub(in crate::facts) struct Usable {
    by_package: Vec<Vec<Fit>>,
}

/// `std::sync::mpsc` in `std::sync::mpsc::Receiver::iter`.
fn module_of(path: &str) -> &str {
    let is_capital = |segment: &str| segment.starts_with(|c: char| c.is_ascii_uppercase());
    let mut end = 0;
    for segment in path.split("::") {
        if is_capital(segment) {
            break;
        }
        end += segment.len() + if end == 0 { 0 } else { 2 };
    }
    path.get(..end).unwrap_or(path)
}

/// For each package, the modules of the standard library that its paths name.
fn std_modules(cb: &Codebase) -> Vec<FxHashSet<String>> {
    let mut modules = vec![FxHashSet::default(); cb.packages.len()];
    for (file, names) in cb.files.iter().zip(&cb.names.files) {
        let Some(of_package) = modules.get_mut(file.package.0 as usize) else { continue };
        for to in names.pool.iter().filter(|to| to.path.starts_with("std::")) {
            let module = module_of(&to.path);
            // For `std::sync::mpsc::channel` also the module that holds the function.
            for module in
                [Some(module), module.rsplit_once("::").map(|(above, _)| above)].into_iter().flatten()
            {
                if !of_package.contains(module) {
                    of_package.insert(module.to_owned());
                }
            }
        }
    }
    modules
}

/// For each package, the other crates of which its modules export something.
fn reexported(cb: &Codebase) -> Vec<FxHashSet<String>> {
    let mut crates = vec![FxHashSet::default(); cb.packages.len()];
    for scope in &cb.names.scopes {
        let package = cb.names.packages.get(scope.module.0 as usize);
        let Some(of_package) = package.and_then(|package| crates.get_mut(package.0 as usize)) else {
            continue;
        };
        for def in named(scope, Seen::Outside).chain(globs(scope, Seen::Outside)) {
            if let Def::External(path) = def {
                of_package.insert(crate_of(cb, path));
            }
        }
    }
    crates
}

/// From where a module's names are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Inside,
    Outside,
}

/// What the names of a scope stand for, as far as they are seen from there.
fn named(scope: &Scope, seen: Seen) -> impl Iterator<Item = &Def> {
    let slots = scope.entries.values().filter_map(|entry| entry.slot(Space::Type));
    slots.filter(move |slot| slot.is_public || seen == Seen::Inside).map(|slot| &slot.def)
}

/// Where the globs of a scope look, as far as they are seen from there.
fn globs(scope: &Scope, seen: Seen) -> impl Iterator<Item = &Def> {
    let all = scope.globs.iter();
    all.filter(move |(_, is_public)| *is_public || seen == Seen::Inside).map(|(def, _)| def)
}

fn crate_of(cb: &Codebase, path: &str) -> String {
    let path = cb.catalog.canonical(path);
    path.split("::").next().unwrap_or(&path).to_owned()
}

/// How a row fits the dependencies of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It speaks of another version.
    OtherVersion,
    /// No dependency has the name of its crate, which may still come through another one.
    NoDependency,
    /// The package depends on its crate.
    Dependency,
}

impl Usable {
    /// Compares each row's crate and versions with the dependencies of each package.
    pub(in crate::facts) fn new(cb: &Codebase) -> Self {
        // Of the standard library every package has all: what counts is which of its modules it names.
        let key = |api: &Api| match (&*api.krate, api.paths.first()) {
            ("std", Some(path)) => module_of(path).to_owned(),
            _ => cb.catalog.library_of(&api.krate).into_owned(),
        };
        let mut keys: Vec<String> = Vec::new();
        let mut places: FxHashMap<String, usize> = FxHashMap::default();
        let mut place = |key: String| {
            *places.entry(key).or_insert_with_key(|key| {
                keys.push(key.clone());
                keys.len() - 1
            })
        };
        let rows: Vec<(usize, VersionRange)> =
            cb.catalog.apis().map(|(_, api)| (place(key(api)), api.versions)).collect();
        let named = std_modules(cb);
        let handed_on = reexported(cb);
        let by_package = cb.packages.iter().zip(named).map(|(package, std_modules)| {
            let mut versions: FxHashMap<String, &str> = FxHashMap::default();
            for dependency in &package.dependencies {
                let canonical = cb.catalog.canonical(&dependency.crate_name);
                let facade = canonical.split("::").next().unwrap_or(&canonical).to_owned();
                versions.insert(dependency.crate_name.to_string(), &dependency.version);
                versions.entry(facade).or_insert("");
            }
            // A package of the workspace hands on what it re-exports, such as in a prelude.
            for other in package.dependencies.iter().filter_map(|dependency| dependency.package) {
                for krate in handed_on.get(other.0 as usize).into_iter().flatten() {
                    versions.entry(krate.clone()).or_insert("");
                }
            }
            versions.extend(std_modules.into_iter().map(|path| (path, "")));
            // A crate that the catalogue describes may itself be scanned.
            versions.entry(package.crate_name.to_string()).or_insert("");
            let of_keys: Vec<_> = keys
                .iter()
                .map(|key| versions.get(key).map_or((None, false), |version| (read_version(version), true)))
                .collect();
            let fit = |(key, range): &(usize, VersionRange)| {
                let (version, is_there) = of_keys.get(*key).copied().unwrap_or_default();
                match (range.contains(version), is_there) {
                    (false, _) => Fit::OtherVersion,
                    (true, false) => Fit::NoDependency,
                    (true, true) => Fit::Dependency,
                }
            };
            rows.iter().map(fit).collect()
        });
        Self { by_package: by_package.collect() }
    }

    fn fit(&self, package: PackageIdx, row: ApiIdx) -> Fit {
        let rows = self.by_package.get(package.0 as usize);
        rows.and_then(|rows| rows.get(usize::from(row.0))).copied().unwrap_or(Fit::Dependency)
    }
}

impl Asker<'_> {
    /// Whether the package depends on the row's crate, in a version that it speaks of.
    pub(in crate::facts) fn is_usable(&self, package: PackageIdx, idx: ApiIdx) -> bool {
        self.cb.calls.usable.fit(package, idx) == Fit::Dependency
    }

    /// Whether the row does not speak of another version than the package depends on.
    pub(in crate::facts) fn is_of_version(&self, package: PackageIdx, idx: ApiIdx) -> bool {
        self.cb.calls.usable.fit(package, idx) != Fit::OtherVersion
    }

    /// Rows of methods of that name that the package can mean.
    pub(in crate::facts) fn usable(&self, package: PackageIdx, name: &str) -> Vec<ApiIdx> {
        let rows = self.cb.catalog.apis_of_method(name).iter().copied();
        rows.filter(|idx| self.is_usable(package, *idx)).collect()
    }

    /// Rows of a method that need no receiver.
    pub(in crate::facts) fn distinctive(&self, package: PackageIdx, name: &str) -> Vec<ApiIdx> {
        let mut rows = self.usable(package, name);
        rows.retain(|idx| self.cb.catalog.api(*idx).is_distinctive);
        rows
    }

    /// Rows of extension traits that the file imports. Where the receiver is unknown, an async one must be awaited, since
    /// iterators have the same names.
    pub(in crate::facts) fn extensions(
        &self,
        file: FileIdx,
        node: NodeId,
        ty: &Ty,
        usable: &[ApiIdx],
    ) -> Vec<ApiIdx> {
        let is_std = matches!(ty, Ty::Slice(_)) || ty.path().is_some_and(|path| path.starts_with("std::"));
        let fits = |idx: &ApiIdx| {
            let api = self.cb.catalog.api(*idx);
            let is_async = api.timing == Timing::Async;
            api.takes_any_receiver
                && !(is_std && is_async)
                && self.imports_owner(file, api)
                && self.has_arguments(file, node, api)
                && (!ty.is_unknown() || self.may_be(file, node, api))
        };
        usable.iter().copied().filter(fits).collect()
    }

    /// Rows of traits that the file imports, for `T::name(..)` of a type whose impls a macro makes.
    pub(in crate::facts) fn trait_functions(&self, file: FileIdx, name: &str) -> Vec<ApiIdx> {
        let mut rows = self.usable(self.cb.file(file).package, name);
        rows.retain(|idx| {
            let api = self.cb.catalog.api(*idx);
            let owners = api.paths.iter().filter_map(|path| path.rsplit_once("::"));
            let is_trait = |owner: &str| {
                let last = owner.rsplit("::").next().unwrap_or(owner);
                (last.ends_with("Trait") || api.takes_any_receiver)
                    && self.cb.catalog.type_row(owner).is_none()
            };
            owners.filter(|(_, method)| *method == name).any(|(owner, _)| is_trait(owner))
                && self.imports_owner(file, api)
        });
        rows
    }

    /// Whether the shape of the call allows the row: enough arguments, and awaited or handed on if it is async.
    pub(in crate::facts) fn may_be(&self, file: FileIdx, node: NodeId, api: &Api) -> bool {
        if !self.has_arguments(file, node, api) {
            return false;
        }
        if api.timing != Timing::Async || self.cb.awaits(file, node) > 0 {
            return true;
        }
        match self.cb.result_use(file, node) {
            ResultUse::Returned | ResultUse::Passed(_) | ResultUse::Stored(_) => true,
            ResultUse::Discarded(_)
            | ResultUse::Question
            | ResultUse::Unwrapped(_)
            | ResultUse::Defaulted(_)
            | ResultUse::Bound(_)
            | ResultUse::Matched(_)
            | ResultUse::Checked(_)
            | ResultUse::Operand(_) => false,
        }
    }

    /// Whether the call has all arguments that the row speaks of.
    fn has_arguments(&self, file: FileIdx, node: NodeId, api: &Api) -> bool {
        let n_args = self.tree(file).children_in(node, Field::Arg).count();
        api.args.iter().all(|(_, at)| usize::from(*at) < n_args)
    }

    /// Whether the file imports a trait that one of the row's paths names, or a glob of the row's crate.
    fn imports_owner(&self, file: FileIdx, api: &Api) -> bool {
        let Some(slot) = self.cb.calls.imports.get(file.index()) else { return false };
        let imports = slot.get_or_init(|| Imports::of(self.cb, file));
        api.paths.iter().any(|path| {
            let Some((owner, _)) = path.rsplit_once("::") else { return false };
            let krate = owner.split("::").next().unwrap_or(owner);
            imports.paths.contains(owner) || imports.globs.contains(krate)
        })
    }

    /// Whether the file imports a glob of that crate.
    pub(in crate::facts) fn imports_glob_of(&self, file: FileIdx, krate: &str) -> bool {
        let slot = self.cb.calls.imports.get(file.index());
        slot.is_some_and(|slot| slot.get_or_init(|| Imports::of(self.cb, file)).globs.contains(krate))
    }
}

/// What a file imports.
#[derive(Clone, Debug, Default)]
pub(in crate::facts) struct Imports {
    /// Canonical paths.
    paths: FxHashSet<String>,
    /// Crates of which it imports a glob.
    globs: FxHashSet<String>,
}

impl Imports {
    fn of(cb: &Codebase, file: FileIdx) -> Self {
        let tree = cb.tree(file);
        let paths = cb.imports(file).map(|(_, to)| to.path.to_string()).collect();
        let globs = tree.subtree(tree.root()).filter(|node| tree.has(*node, Flag::Glob));
        let globs = globs.map(|leaf| crate_of(cb, tree.use_path(leaf)));
        let mut imports = Self { paths, globs: globs.collect() };
        imports.add_preludes(cb, file);
        imports
    }

    /// Adds what globs of modules of the workspace bring, such as `use crate::prelude::*`.
    fn add_preludes(&mut self, cb: &Codebase, file: FileIdx) {
        let Some(names) = cb.names.files.get(file.index()) else { return };
        // What is private to a module is seen in the modules inside it.
        let above = |module: &ModuleIdx| cb.modules.get(module.0 as usize).and_then(|module| module.parent);
        let around: FxHashSet<ModuleIdx> = std::iter::successors(Some(cb.file(file).module), above).collect();
        let mut open: Vec<ScopeIdx> =
            (names.first_scope..names.first_scope + names.n_scopes).map(ScopeIdx).collect();
        let mut known: FxHashSet<ScopeIdx> = open.iter().copied().collect();
        let mut n_left = MAX_PRELUDES;
        while let Some(at) = open.pop().filter(|_| n_left > 0) {
            n_left -= 1;
            let scope = cb.scope(at);
            let is_inside = scope.file == file || around.contains(&scope.module);
            let seen = if is_inside { Seen::Inside } else { Seen::Outside };
            for def in named(scope, seen).filter(|_| scope.file != file) {
                if let Def::External(path) = def {
                    self.paths.insert(cb.catalog.canonical(path).into_owned());
                }
            }
            for def in globs(scope, seen) {
                match def {
                    Def::Module(module) => {
                        let inner = cb.names.module_scopes.get(module.0 as usize).copied();
                        open.extend(inner.filter(|scope| known.insert(*scope)));
                    }
                    Def::External(path) => {
                        self.globs.insert(crate_of(cb, path));
                    }
                    Def::Item(_) | Def::Variant(..) => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Imports;
    use crate::facts::testing::{codebase, file_at};

    #[test]
    fn a_glob_brings_what_the_module_shows_to_who_imports_it() {
        for (exported, user, import, expected) in [
            ("pub use diesel::RunQueryDsl;", "src/work.rs", "use crate::stores::*;", true),
            ("use diesel::RunQueryDsl;", "src/work.rs", "use crate::stores::*;", false),
            ("use diesel::RunQueryDsl;", "src/stores/inner.rs", "use super::*;", true),
            ("pub use crate::more::*;", "src/work.rs", "use crate::stores::*;", true),
            ("use crate::more::*;", "src/work.rs", "use crate::stores::*;", false),
        ] {
            let stores = format!("mod inner; {exported}");
            let mut files = vec![
                ("src/lib.rs", "mod stores; mod more; mod work;"),
                ("src/more.rs", "pub use diesel::RunQueryDsl;"),
                ("src/stores.rs", &*stores),
                (user, import),
            ];
            let other = if user == "src/work.rs" { "src/stores/inner.rs" } else { "src/work.rs" };
            files.push((other, ""));
            let cb = codebase(&files);
            let imports = Imports::of(&cb, file_at(&cb, user));
            assert_eq!(imports.paths.contains("diesel::RunQueryDsl"), expected, "{exported} {user}");
        }
    }
}
