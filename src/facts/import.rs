//! Fills the tables of scopes: what each module and block defines and imports. Follows imports until nothing new is found.

use crate::base::FileIdx;
use crate::facts::items::{FileItems, RawImport, RawItem, ScopeKind};
use crate::facts::module::ModuleTree;
use crate::facts::names::{Def, Entry, FileNames, Names, Scope, ScopeIdx, Slot, Space};
use crate::facts::walk::{From, extended, is_exported, joined};
use crate::facts::{Codebase, ItemIdx, ItemKind, ModuleIdx, Package, TypeInfo};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Passes over all imports; each pass follows re-exports one step further at least.
const MAX_PASSES: usize = 24;
const SPACES: [Space; 3] = [Space::Type, Space::Value, Space::Macro];

/// Makes the tables without imports. `files` are in the order of the code base's files.
pub(in crate::facts) fn tables(
    files: &mut [FileItems],
    tree: &mut ModuleTree,
    packages: &[Package],
) -> Names {
    let mut names = Names {
        roots: std::mem::take(&mut tree.roots),
        packages: std::mem::take(&mut tree.packages),
        externs: externs(packages, &tree.libraries),
        module_scopes: vec![ScopeIdx(0); tree.modules.len()],
        ..Names::default()
    };
    for (at, items) in files.iter_mut().enumerate() {
        let modules = tree.by_scope.get(at).map_or(&[][..], Vec::as_slice);
        names.add_file(FileIdx(at as u32), items, modules);
    }
    for child in std::mem::take(&mut tree.children) {
        let slot = Slot { def: Def::Module(child.module), is_public: child.is_public };
        names.define(names.module_scopes[child.parent.0 as usize], &child.name, Space::Type, slot);
    }
    names
}

/// What the names of crates stand for, for each package.
fn externs(packages: &[Package], libraries: &[Option<ModuleIdx>]) -> Vec<FxHashMap<Arc<str>, Def>> {
    let library = |at: usize| libraries.get(at).copied().flatten();
    let one = |(at, package): (usize, &Package)| {
        let mut externs = FxHashMap::default();
        if let Some(root) = library(at) {
            externs.insert(package.crate_name.clone(), Def::Module(root));
        }
        for dep in &package.dependencies {
            let root = dep.package.and_then(|package| library(package.0 as usize));
            let def = root.map_or_else(|| Def::External(dep.crate_name.clone()), Def::Module);
            externs.insert(dep.name.clone(), def);
        }
        externs
    };
    packages.iter().enumerate().map(one).collect()
}

impl Names {
    fn add_file(&mut self, file: FileIdx, items: &mut FileItems, modules: &[ModuleIdx]) {
        let first_scope = self.scopes.len() as u32;
        let first_item = self.parents.len() as u32;
        for (raw, module) in items.scopes.iter().zip(modules) {
            let idx = ScopeIdx(self.scopes.len() as u32);
            let is_block = raw.kind == ScopeKind::Block;
            if !is_block {
                self.module_scopes[module.0 as usize] = idx;
            }
            self.scopes.push(Scope {
                file,
                node: raw.node,
                outer: raw.parent.filter(|_| is_block).map(|at| ScopeIdx(first_scope + at)),
                module: *module,
                entries: FxHashMap::default(),
                globs: Vec::new(),
                macro_words: FxHashSet::default(),
            });
        }
        for (scope, word) in items.macro_words.drain(..) {
            self.scopes[(first_scope + scope) as usize].macro_words.insert(word);
        }
        for (at, raw) in items.items.iter().enumerate() {
            let scope = ScopeIdx(first_scope + raw.scope);
            self.parents.push(raw.parent.map(|parent| ItemIdx(first_item + parent)));
            self.item_scopes.push(scope);
            let holder = raw.parent.and_then(|parent| items.items.get(parent as usize));
            let is_member = holder.is_some_and(|it| matches!(it.kind, ItemKind::Impl(_) | ItemKind::Trait));
            if !is_member || is_in_block(items, raw, holder) {
                self.define_item(scope, ItemIdx(first_item + at as u32), raw);
            }
        }
        self.files.push(FileNames {
            first_scope,
            n_scopes: items.scopes.len() as u32,
            around: items.scopes.iter().map(|scope| scope.parent.unwrap_or(0)).collect(),
            first_item,
            n_items: items.items.len() as u32,
            item_nodes: items.items.iter().map(|raw| raw.node).collect(),
            generics: std::mem::take(&mut items.generics),
            ..FileNames::default()
        });
    }

    /// Enters the last segments of the catalogue's paths.
    pub(in crate::facts) fn know(&mut self, catalog_names: FxHashSet<Box<str>>) {
        self.defined.extend(catalog_names.iter().map(|name| (Arc::from(&**name), Space::ALL_BITS)));
        self.catalog_names = catalog_names;
    }

    fn define_item(&mut self, scope: ScopeIdx, item: ItemIdx, raw: &RawItem) {
        let slot = Slot { def: Def::Item(item), is_public: raw.is_public };
        match &raw.kind {
            ItemKind::Fn(_) | ItemKind::Const(..) => self.define(scope, &raw.name, Space::Value, slot),
            ItemKind::Type(info) => {
                if has_constructor(info) {
                    self.define(scope, &raw.name, Space::Value, slot.clone());
                }
                self.define(scope, &raw.name, Space::Type, slot);
                let variants = info.variants.iter().map(|variant| variant.name.clone());
                self.defined.extend(variants.map(|name| (name, Space::ALL_BITS)));
            }
            ItemKind::Alias(_) | ItemKind::Trait => self.define(scope, &raw.name, Space::Type, slot),
            ItemKind::Macro => self.define(scope, &raw.name, Space::Macro, slot),
            ItemKind::Impl(_) => {}
        }
    }

    /// Defines a name unless it is defined already.
    fn define(&mut self, scope: ScopeIdx, name: &Arc<str>, space: Space, slot: Slot) {
        let entries = &mut self.scopes[scope.0 as usize].entries;
        match entries.get_mut(name) {
            Some(entry) if entry.slot(space).is_some() => return,
            Some(entry) => entry.add(space, slot),
            None => {
                entries.insert(name.clone(), Entry::new(space, slot));
            }
        }
        match self.defined.get_mut(name) {
            Some(bits) => *bits |= space.bit(),
            None => {
                self.defined.insert(name.clone(), space.bit());
            }
        }
    }
}

/// Whether the item stands in a block of its own inside of its holder, so that it is no member of it.
fn is_in_block(items: &FileItems, raw: &RawItem, holder: Option<&RawItem>) -> bool {
    holder.is_some_and(|holder| holder.scope != raw.scope)
        && items.scopes.get(raw.scope as usize).is_some_and(|scope| scope.kind == ScopeKind::Block)
}

fn has_constructor(info: &TypeInfo) -> bool {
    !info.is_enum
        && info.fields.first().is_none_or(|field| field.name.starts_with(|c: char| c.is_ascii_digit()))
}

/// Fills in the imports of all files, and macros that are exported to the root of their crate.
pub(in crate::facts) fn follow(codebase: &mut Codebase, files: &[FileItems]) {
    export_macros(codebase);
    let mut pending: Vec<Pending<'_>> = Vec::new();
    for (items, names) in files.iter().zip(&codebase.names.files) {
        let first = names.first_scope;
        pending.extend(items.imports.iter().map(|raw| Pending::new(ScopeIdx(first + raw.scope), raw)));
    }
    for _ in 0..MAX_PASSES {
        let mut has_changed = false;
        for import in &mut pending {
            has_changed |= codebase.pass(import);
        }
        if !has_changed {
            break;
        }
    }
    for import in &mut pending {
        codebase.take_as_written(import);
    }
    let found: Vec<_> =
        pending.into_iter().map(|import| (import.scope, import.raw.node, import.found)).collect();
    for (scope, leaf, def) in found {
        let file = codebase.scope(scope).file.index();
        codebase.names.files[file].import_defs.push((leaf, def));
    }
}

/// An import that is not followed to its end.
struct Pending<'a> {
    scope: ScopeIdx,
    raw: &'a RawImport,
    segments: Vec<&'a str>,
    from: From,
    /// What it was first found to stand for.
    found: Option<Def>,
    is_done: bool,
}

impl<'a> Pending<'a> {
    fn new(scope: ScopeIdx, raw: &'a RawImport) -> Self {
        let segments = raw.path.split("::").filter(|part| !part.is_empty()).collect();
        let from = From { is_leading: raw.is_extern, may_guess: false, ..From::scope(scope) };
        Self { scope, raw, segments, from, found: None, is_done: false }
    }

    /// What a name of another crate can be. `use anyhow::anyhow` brings the macro and leaves the crate its name.
    fn external_spaces(&self) -> &'static [Space] {
        let name = &*self.raw.name;
        let is_function = match self.segments.as_slice() {
            [first, .., holder, last] => *last == name && (*holder == name || *first == name),
            [first, last] => last == first && *last == name,
            _ => false,
        };
        if is_function { &[Space::Value, Space::Macro] } else { &SPACES }
    }
}

impl Codebase {
    /// Follows an import once more; tells whether it brought something new.
    fn pass(&mut self, import: &mut Pending<'_>) -> bool {
        if import.is_done || import.raw.name.is_empty() {
            return false;
        }
        if import.raw.is_glob {
            return self.pass_glob(import);
        }
        let mut has_changed = false;
        for space in SPACES {
            let entry = self.scope(import.scope).entries.get(&import.raw.name);
            if entry.is_some_and(|entry| entry.slot(space).is_some()) {
                continue;
            }
            let last = import.segments.last().copied().unwrap_or("");
            if import.found.is_some() && !self.names.may_be(last, space) {
                continue;
            }
            let Some(def) = self.imported(import, space) else { continue };
            has_changed = true;
            import.found.get_or_insert_with(|| def.clone());
            if &*import.raw.name == "_" {
                import.is_done = true;
                return true;
            }
            let slot = Slot { def, is_public: import.raw.is_public };
            if matches!(slot.def, Def::External(_)) {
                for space in import.external_spaces() {
                    self.names.define(import.scope, &import.raw.name, *space, slot.clone());
                }
                import.is_done = true;
                return true;
            }
            self.names.define(import.scope, &import.raw.name, space, slot);
        }
        has_changed
    }

    fn pass_glob(&mut self, import: &mut Pending<'_>) -> bool {
        let Some(def) = self.imported(import, Space::Type) else { return false };
        import.is_done = true;
        import.found = Some(def.clone());
        if !matches!(def, Def::Module(module) if self.scope_of(module) == import.scope) {
            self.names.scopes[import.scope.0 as usize].globs.push((def, import.raw.is_public));
        }
        true
    }

    /// What an import's path stands for; a path of the 2015 edition starts at the root of its crate.
    fn imported(&self, import: &Pending<'_>, space: Space) -> Option<Def> {
        if import.segments.is_empty() {
            return import.raw.is_glob.then(|| Def::Module(self.root_of(self.scope(import.scope).module)));
        }
        let found = self.whole(&import.from, &import.segments, space);
        found.or_else(|| {
            let root = self.root_of(self.scope(import.scope).module);
            let is_rooted = matches!(import.segments.first(), Some(&("crate" | "self" | "super")));
            let from = From { is_leading: false, ..import.from.clone() };
            let segments = || std::iter::once("crate").chain(import.segments.iter().copied());
            (!is_rooted && self.scope_of(root) != import.scope)
                .then(|| self.whole(&from, &segments().collect::<Vec<_>>(), space))
                .flatten()
        })
    }

    /// An import that leads nowhere still names a path: made by a macro, or of a crate that no manifest lists.
    fn take_as_written(&mut self, import: &mut Pending<'_>) {
        let raw = import.raw;
        if import.found.is_some() || raw.name.is_empty() {
            return;
        }
        let Some(path) = self.written(import) else { return };
        let def = Def::External(path);
        import.found = Some(def.clone());
        if raw.is_glob {
            self.names.scopes[import.scope.0 as usize].globs.push((def, raw.is_public));
            return;
        }
        for space in import.external_spaces() {
            let slot = Slot { def: def.clone(), is_public: raw.is_public };
            self.names.define(import.scope, &raw.name, *space, slot);
        }
    }

    /// The whole path of an import that leads nowhere.
    fn written(&self, import: &Pending<'_>) -> Option<Arc<str>> {
        match self.walk(&import.from, &import.segments, Space::Type) {
            Some(walked) => {
                let rest = import.segments.get(walked.used..)?;
                match walked.def {
                    Def::Module(module) => Some(extended(&self.modules[module.0 as usize].path, rest)),
                    Def::External(path) => Some(extended(&path, rest)),
                    Def::Item(item) => Some(extended(&self.item(item).path, rest)),
                    Def::Variant(..) => None,
                }
            }
            None => {
                let (first, rest) = import.segments.split_first()?;
                (!matches!(*first, "crate" | "self" | "super" | "Self")).then(|| joined(first, rest))
            }
        }
    }
}

/// Notes all macros; `#[macro_export]` puts one at the root of its crate.
fn export_macros(codebase: &mut Codebase) {
    for at in 0..codebase.items.len() {
        let item = &codebase.items[at];
        if !matches!(item.kind, ItemKind::Macro) {
            continue;
        }
        let (root, name) = (codebase.root_of(item.module), item.name.clone());
        codebase.names.macros.entry((root, name.clone())).or_insert(ItemIdx(at as u32));
        let item = &codebase.items[at];
        if is_exported(codebase.tree(item.file), item.node) {
            let slot = Slot { def: Def::Item(ItemIdx(at as u32)), is_public: true };
            codebase.names.define(codebase.scope_of(root), &name, Space::Macro, slot);
        }
    }
}
