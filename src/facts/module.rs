//! The module tree: which file holds which module of which crate. Follows `mod x;`, never `use`.

use crate::base::{FileIdx, RelPath};
use crate::facts::items::{FileItems, ModDecl, RawScope, ScopeKind};
use crate::facts::manifest::TargetKind;
use crate::facts::package::{FilesByPath, Packages, Target};
use crate::facts::{Module, ModuleIdx, PackageIdx, attribute};
use crate::finding::Problem;
use crate::syntax::{Field, Tree};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::Arc;

/// The module tree of all crates.
#[derive(Debug, Default)]
pub(in crate::facts) struct ModuleTree {
    /// Parents first.
    pub(in crate::facts) modules: Vec<Module>,
    /// For each module, the root of its crate.
    pub(in crate::facts) roots: Vec<ModuleIdx>,
    /// For each module, its package.
    pub(in crate::facts) packages: Vec<PackageIdx>,
    /// For each file, for each of its scopes, the module.
    pub(in crate::facts) by_scope: Vec<Vec<ModuleIdx>>,
    /// Names that modules have in others.
    pub(in crate::facts) children: Vec<Child>,
    /// For each package, the root of its library.
    pub(in crate::facts) libraries: Vec<Option<ModuleIdx>>,
    /// For each module, the target it belongs to; none where no target declares it.
    pub(in crate::facts) kinds: Vec<Option<TargetKind>>,
}

/// A module's name in another.
#[derive(Debug)]
pub(in crate::facts) struct Child {
    pub(in crate::facts) parent: ModuleIdx,
    pub(in crate::facts) name: Arc<str>,
    pub(in crate::facts) module: ModuleIdx,
    pub(in crate::facts) is_public: bool,
}

/// What the tree is made from.
pub(in crate::facts) struct Sources<'a> {
    pub(in crate::facts) trees: &'a [Tree],
    pub(in crate::facts) items: &'a [FileItems],
    pub(in crate::facts) files: &'a FilesByPath<'a>,
    pub(in crate::facts) packages: &'a Packages,
}

/// Builds the tree. Files that nobody declares get the module that their path suggests.
pub(in crate::facts) fn assemble(sources: &Sources<'_>) -> (ModuleTree, Vec<Problem>) {
    let mut builder = Builder {
        sources,
        tree: ModuleTree::default(),
        owners: vec![None; sources.trees.len()],
        by_path: FxHashMap::default(),
        pending: VecDeque::new(),
        problems: Vec::new(),
    };
    builder.tree.by_scope = vec![Vec::new(); sources.trees.len()];
    for (at, targets) in (0..).zip(&sources.packages.targets) {
        let library = builder.targets(PackageIdx(at), targets);
        builder.tree.libraries.push(library);
    }
    builder.undeclared();
    (builder.tree, builder.problems)
}

/// A file's module and how it got there.
struct Seat {
    path: Arc<str>,
    parent: Option<ModuleIdx>,
    package: PackageIdx,
    kind: Option<TargetKind>,
    is_test: bool,
    /// Whether submodules lie beside the file and not in a folder of its name.
    is_folder: bool,
}

/// A `mod x;` to follow.
struct Pending {
    file: FileIdx,
    decl: usize,
    /// Folder in which the module's file lies.
    folder: RelPath,
}

struct Builder<'a> {
    sources: &'a Sources<'a>,
    tree: ModuleTree,
    /// For each file, the module at its top.
    owners: Vec<Option<ModuleIdx>>,
    /// The first module of each path.
    by_path: FxHashMap<(PackageIdx, Arc<str>), ModuleIdx>,
    pending: VecDeque<Pending>,
    problems: Vec<Problem>,
}

impl<'a> Builder<'a> {
    /// Follows the targets of a package; gives the root of its library.
    fn targets(&mut self, package: PackageIdx, targets: &[Target]) -> Option<ModuleIdx> {
        let mut library = None;
        for target in targets {
            if self.owner(target.file).is_some() {
                continue;
            }
            let seat = Seat {
                path: target.crate_name.clone(),
                parent: None,
                package,
                kind: Some(target.kind),
                is_test: target.kind == TargetKind::Test,
                is_folder: true,
            };
            let root = self.seat(target.file, &seat);
            if target.kind == TargetKind::Library {
                library = Some(root);
            }
            self.follow();
        }
        library
    }

    fn owner(&self, file: FileIdx) -> Option<ModuleIdx> {
        self.owners.get(file.index()).copied().flatten()
    }

    fn module(&self, idx: ModuleIdx) -> &Module {
        &self.tree.modules[idx.0 as usize]
    }

    /// Makes the modules of a file, and notes its `mod x;` to be followed.
    fn seat(&mut self, file: FileIdx, seat: &Seat) -> ModuleIdx {
        let sources: &'a Sources<'a> = self.sources;
        let (items, tree) = (&sources.items[file.index()], &sources.trees[file.index()]);
        let path = tree.source().path();
        let beside = seat.is_folder || path.file_name() == "mod.rs";
        let home = if beside { path.parent() } else { path.parent().join(path.file_stem()) };
        let mut folders: Vec<RelPath> = Vec::with_capacity(items.scopes.len());
        let mut modules: Vec<ModuleIdx> = Vec::with_capacity(items.scopes.len());
        for scope in &items.scopes {
            let around = scope.parent.map(|at| (modules[at as usize], &folders[at as usize]));
            let (module, folder) = self.scope(file, scope, seat, around);
            modules.push(module);
            folders.push(folder.unwrap_or_else(|| home.clone()));
        }
        for (decl, raw) in items.mods.iter().enumerate() {
            let is_top = items.scopes[raw.scope as usize].parent.is_none();
            let folder = if is_top && raw.path_attr.is_some() {
                path.parent()
            } else {
                folders[raw.scope as usize].clone()
            };
            self.pending.push_back(Pending { file, decl, folder });
        }
        let top = modules[0];
        self.tree.by_scope[file.index()] = modules;
        top
    }

    /// The module of a scope, and the folder for modules that it declares unless it is the file's own.
    fn scope(
        &mut self,
        file: FileIdx,
        scope: &RawScope,
        seat: &Seat,
        around: Option<(ModuleIdx, &RelPath)>,
    ) -> (ModuleIdx, Option<RelPath>) {
        let idx = ModuleIdx(self.tree.modules.len() as u32);
        match (&scope.kind, around) {
            (ScopeKind::Block, Some((module, folder))) => (module, Some(folder.clone())),
            (ScopeKind::Module(name, path_attr), Some((parent, folder))) => {
                let above = self.module(parent);
                let path = format!("{}::{name}", above.path).into();
                let is_test = above.is_test || scope.is_test;
                let folder = folder.join(path_attr.as_deref().unwrap_or(name));
                self.add(Module { path, parent: Some(parent), file, is_test }, seat);
                let child = Child { parent, name: name.clone(), module: idx, is_public: scope.is_public };
                self.tree.children.push(child);
                (idx, Some(folder))
            }
            (ScopeKind::File | ScopeKind::Block | ScopeKind::Module(..), _) => {
                let is_test = seat.is_test || scope.is_test;
                self.add(Module { path: seat.path.clone(), parent: seat.parent, file, is_test }, seat);
                if let Some(owner) = self.owners.get_mut(file.index()) {
                    *owner = Some(idx);
                }
                (idx, None)
            }
        }
    }

    fn add(&mut self, module: Module, seat: &Seat) {
        let idx = ModuleIdx(self.tree.modules.len() as u32);
        let root = module.parent.map_or(idx, |parent| self.tree.roots[parent.0 as usize]);
        self.by_path.entry((seat.package, module.path.clone())).or_insert(idx);
        self.tree.roots.push(root);
        self.tree.packages.push(seat.package);
        self.tree.kinds.push(seat.kind);
        self.tree.modules.push(module);
    }

    fn follow(&mut self) {
        while let Some(next) = self.pending.pop_front() {
            self.declared(&next);
        }
    }

    fn declared(&mut self, at: &Pending) {
        let sources: &'a Sources<'a> = self.sources;
        let decl = &sources.items[at.file.index()].mods[at.decl];
        let parent = self.tree.by_scope[at.file.index()][decl.scope as usize];
        let Some((file, is_folder)) = self.file_of(decl, &at.folder) else {
            self.missing(at, decl);
            return;
        };
        let module = match self.owner(file) {
            Some(owner) if self.is_around(owner, parent) => {
                let tree = &sources.trees[at.file.index()];
                let message = format!("module `{}` is a file that holds it", decl.name);
                let help = "a file cannot be a module of itself";
                self.problems.push(Problem::at(tree.source(), tree.span(decl.node), message).help(help));
                return;
            }
            Some(owner) => owner,
            None => {
                let above = self.module(parent);
                let seat = Seat {
                    path: format!("{}::{}", above.path, decl.name).into(),
                    parent: Some(parent),
                    package: self.tree.packages[parent.0 as usize],
                    kind: self.tree.kinds[parent.0 as usize],
                    is_test: above.is_test || decl.is_test,
                    is_folder,
                };
                self.seat(file, &seat)
            }
        };
        let child = Child { parent, name: decl.name.clone(), module, is_public: decl.is_public };
        self.tree.children.push(child);
    }

    /// The file of a declared module, and whether its own modules lie beside it.
    fn file_of(&self, decl: &ModDecl, folder: &RelPath) -> Option<(FileIdx, bool)> {
        let find = |tail: &str| self.sources.files.get(folder.join(tail).as_str()).copied();
        match &decl.path_attr {
            Some(path) => find(path).map(|file| (file, true)),
            None => find(&format!("{}.rs", decl.name))
                .map(|file| (file, false))
                .or_else(|| find(&format!("{}/mod.rs", decl.name)).map(|file| (file, true))),
        }
    }

    fn is_around(&self, outer: ModuleIdx, inner: ModuleIdx) -> bool {
        let mut at = Some(inner);
        while let Some(module) = at {
            if module == outer {
                return true;
            }
            at = self.module(module).parent;
        }
        false
    }

    /// A module without a file, unless a `cfg` may switch it off.
    fn missing(&mut self, at: &Pending, decl: &ModDecl) {
        let tree = &self.sources.trees[at.file.index()];
        let is_optional = attribute::named(tree, decl.node, "cfg").next().is_some()
            || attribute::named(tree, decl.node, "cfg_attr").next().is_some();
        if is_optional {
            return;
        }
        let wanted = match &decl.path_attr {
            Some(path) => format!("`{}`", at.folder.join(path)),
            None => {
                let base = at.folder.join(&decl.name);
                format!("`{base}.rs` or `{base}/mod.rs`")
            }
        };
        let node = tree.child(decl.node, Field::Name).unwrap_or(decl.node);
        let message = format!("no file was read for module `{}`", decl.name);
        let problem = Problem::at(tree.source(), tree.span(node), message);
        self.problems.push(problem.help(format!("looked for {wanted}; its code was not examined")));
    }

    /// Seats files that no target declares, outer folders first.
    fn undeclared(&mut self) {
        let sources: &'a Sources<'a> = self.sources;
        let mut left: Vec<(PackageIdx, Vec<String>, FileIdx)> = Vec::new();
        for (at, tree) in sources.trees.iter().enumerate() {
            let file = FileIdx(at as u32);
            if self.owner(file).is_none() {
                let path = tree.source().path();
                let package = sources.packages.of_path(path).unwrap_or(PackageIdx(0));
                let segments = self.segments(path, package);
                left.push((package, segments, file));
            }
        }
        left.sort_by(|a, b| (a.0, a.1.len(), &a.1, a.2).cmp(&(b.0, b.1.len(), &b.1, b.2)));
        for (package, segments, file) in left {
            if self.owner(file).is_none() {
                self.seat_by_path(package, &segments, file);
                self.follow();
            }
        }
    }

    /// Module names that a path below its package suggests.
    fn segments(&self, path: &RelPath, package: PackageIdx) -> Vec<String> {
        let package = self.sources.packages.packages.get(package.0 as usize);
        let n_folders = package.map_or(0, |package| package.folder.parts().count());
        let mut parts: Vec<String> = path.parent().parts().skip(n_folders).map(str::to_owned).collect();
        if parts.first().is_some_and(|part| part == "src") {
            parts.remove(0);
        }
        if !matches!(path.file_stem(), "mod" | "lib" | "main") {
            parts.push(path.file_stem().to_owned());
        }
        parts.into_iter().map(|part| part.replace('-', "_")).collect()
    }

    fn seat_by_path(&mut self, package: PackageIdx, segments: &[String], file: FileIdx) {
        let crate_name =
            self.sources.packages.packages.get(package.0 as usize).map(|it| it.crate_name.clone());
        let root = crate_name.unwrap_or_else(|| "app".into());
        let joined = |parts: &[String]| {
            let all = std::iter::once(&*root).chain(parts.iter().map(String::as_str));
            Arc::<str>::from(all.collect::<Vec<_>>().join("::"))
        };
        let above = segments.split_last().map_or(&[][..], |(_, above)| above);
        let parent = self.module_at(package, &joined(above)).or_else(|| self.module_at(package, &root));
        let (is_test, kind) = parent.map_or((false, None), |parent| {
            (self.module(parent).is_test, self.tree.kinds[parent.0 as usize])
        });
        let is_folder =
            matches!(self.sources.trees[file.index()].source().path().file_stem(), "lib" | "main");
        let seat = Seat { path: joined(segments), parent, package, kind, is_test, is_folder };
        let module = self.seat(file, &seat);
        if let (Some(parent), Some(name)) = (parent, segments.last()) {
            let child = Child { parent, name: name.as_str().into(), module, is_public: true };
            self.tree.children.push(child);
        }
    }

    fn module_at(&self, package: PackageIdx, path: &str) -> Option<ModuleIdx> {
        self.by_path.get(&(package, path.into())).copied()
    }
}

#[cfg(test)]
mod tests;
