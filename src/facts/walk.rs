//! Walks a path segment by segment through scopes, modules, imports, crates and the prelude. Makes no text of it.

use crate::catalog::Catalog;
use crate::facts::names::{Def, ScopeIdx, Slot, Space};
use crate::facts::{Codebase, ItemIdx, ItemKind, ModuleIdx, attribute, prelude};
use crate::syntax::{Field, Kind, NodeId, Tree};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Aliases and imports that may lead to each other before a walk gives up.
const MAX_FUEL: u8 = 12;
/// Modules that are looked through by globs for one name.
const MAX_GLOBS: usize = 400;

/// Where a path stands.
#[derive(Clone, Debug)]
pub(in crate::facts) struct From {
    pub(in crate::facts) scope: ScopeIdx,
    /// What `Self` is.
    pub(in crate::facts) self_def: Option<Def>,
    /// The path starts with `::`.
    pub(in crate::facts) is_leading: bool,
    /// Whether a glob import of another crate may be taken for the source of a name that nothing else defines.
    pub(in crate::facts) may_guess: bool,
    /// Aliases that may still be followed.
    pub(in crate::facts) fuel: u8,
}

impl From {
    pub(in crate::facts) const fn scope(scope: ScopeIdx) -> Self {
        Self { scope, self_def: None, is_leading: false, may_guess: true, fuel: MAX_FUEL }
    }
}

/// How far a walk came.
#[derive(Clone, Debug)]
pub(in crate::facts) struct Walked {
    /// What the first `used` segments stand for.
    pub(in crate::facts) def: Def,
    pub(in crate::facts) used: usize,
    /// The last alias that was followed.
    pub(in crate::facts) alias: Option<ItemIdx>,
}

/// How sure a name of a glob import of another crate must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Glob {
    /// The catalogue lists it.
    Known,
    /// It is the only such import, and nothing else defines the name. Then names that a macro may define count too.
    Only,
}

impl Codebase {
    /// Walks as far as it can; `None` where the first segment stands for nothing.
    pub(in crate::facts) fn walk(&self, from: &From, segments: &[&str], space: Space) -> Option<Walked> {
        let (def, used) = self.head(from, segments, space)?;
        let mut at = Walked { def, used, alias: None };
        let mut fuel = from.fuel;
        loop {
            let name = segments.get(at.used).copied();
            let next = match (&at.def, name) {
                (Def::Module(module), Some(name)) => {
                    let space = if at.used + 1 == segments.len() { space } else { Space::Type };
                    self.in_module(*module, name, space, from.scope)
                }
                (Def::Item(item), _) if matches!(self.item(*item).kind, ItemKind::Alias(_)) => {
                    fuel = fuel.checked_sub(1)?;
                    let item = *item;
                    let Some(def) = self.alias_target(item, fuel) else { return Some(at) };
                    at = Walked { def, used: at.used, alias: Some(item) };
                    continue;
                }
                (Def::Item(item), Some(name)) => self.variant(*item, name),
                (Def::Module(_) | Def::Item(_) | Def::Variant(..) | Def::External(_), _) => None,
            };
            let Some(def) = next else { return Some(at) };
            at = Walked { def, used: at.used + 1, alias: at.alias };
        }
    }

    /// What the whole of a path stands for; `None` where a part of it is not found.
    pub(in crate::facts) fn whole(&self, from: &From, segments: &[&str], space: Space) -> Option<Def> {
        let walked = self.walk(from, segments, space)?;
        let rest = segments.get(walked.used..)?;
        match walked.def {
            Def::External(path) => Some(Def::External(extended(&path, rest))),
            def => rest.is_empty().then_some(def),
        }
    }

    /// What the first segments stand for, and how many they are.
    fn head(&self, from: &From, segments: &[&str], space: Space) -> Option<(Def, usize)> {
        let (first, rest) = segments.split_first()?;
        let module = self.scope(from.scope).module;
        if from.is_leading {
            return self.extern_named(module, first).map(|def| (def, 1));
        }
        match *first {
            "crate" | "$crate" => Some((Def::Module(self.root_of(module)), 1)),
            "self" if rest.is_empty() && space == Space::Value => None,
            "self" | "super" => self.above(module, segments),
            "Self" => from.self_def.clone().map(|def| (def, 1)),
            name => {
                let space = if rest.is_empty() { space } else { Space::Type };
                self.lexical(from, name, space).map(|def| (def, 1))
            }
        }
    }

    /// `self::super::super::..`
    fn above(&self, module: ModuleIdx, segments: &[&str]) -> Option<(Def, usize)> {
        let (mut module, mut used) = (module, 0);
        for segment in segments {
            match *segment {
                "self" => {}
                "super" => module = self.modules[module.0 as usize].parent?,
                _ => break,
            }
            used += 1;
        }
        Some((Def::Module(module), used))
    }

    /// A name by the scopes around, then crates, then the prelude, then glob imports of other crates.
    fn lexical(&self, from: &From, name: &str, space: Space) -> Option<Def> {
        let module = self.scope(from.scope).module;
        let search = Search { name, space, glob: Glob::Known, from: module };
        let textual = || (space == Space::Macro).then(|| self.textual_macro(module, name)).flatten();
        let krate = || (space == Space::Type).then(|| self.extern_named(module, name)).flatten();
        let std = || self.standard(name, space).map(Def::External);
        let only = Search { glob: Glob::Only, ..search };
        let guess = || from.may_guess.then(|| self.around(from.scope, &only)).flatten();
        let found = self.around(from.scope, &search);
        found.or_else(textual).or_else(krate).or_else(std).or_else(guess)
    }

    fn standard(&self, name: &str, space: Space) -> Option<Arc<str>> {
        let known = self.catalog.prelude(name).filter(|_| space != Space::Macro);
        known.or_else(|| prelude::path(name, space)).map(Arc::from)
    }

    /// A `macro_rules!` of a module around, or behind `#[macro_use]`, which needs no import.
    fn textual_macro(&self, module: ModuleIdx, name: &str) -> Option<Def> {
        let mut at = Some(module);
        while let Some(module) = at {
            let entry = self.scope(self.scope_of(module)).entries.get(name);
            if let Some(slot) = entry.and_then(|entry| entry.slot(Space::Macro)) {
                return Some(slot.def.clone());
            }
            at = self.modules[module.0 as usize].parent;
        }
        let found = self.names.macros.get(&(self.root_of(module), name.into()))?;
        Some(Def::Item(*found))
    }

    /// A crate by its name in the package of `module`.
    pub(in crate::facts) fn extern_named(&self, module: ModuleIdx, name: &str) -> Option<Def> {
        let package = self.names.packages.get(module.0 as usize)?;
        let found = self.names.externs.get(package.0 as usize).and_then(|externs| externs.get(name));
        found.cloned().or_else(|| {
            let is_guess = self.packages.get(package.0 as usize).is_some_and(|package| package.is_guessed)
                && name.starts_with(|c: char| c.is_ascii_lowercase());
            (is_guess || prelude::is_standard_crate(name)).then(|| Def::External(name.into()))
        })
    }

    /// A member of a module as seen from a scope.
    fn in_module(&self, module: ModuleIdx, name: &str, space: Space, from: ScopeIdx) -> Option<Def> {
        let scope = self.scope_of(module);
        let search = Search { name, space, glob: Glob::Known, from: self.scope(from).module };
        let mut met = Met::default();
        let found = self.search(scope, &search, &mut met);
        if found.is_some() || !met.may_guess {
            return found;
        }
        self.in_scope(scope, &Search { glob: Glob::Only, ..search })
    }

    fn in_scope(&self, at: ScopeIdx, search: &Search<'_>) -> Option<Def> {
        let mut met = Met::default();
        let found = self.search(at, search, &mut met);
        found.or_else(|| match met.external {
            Some(Some(path)) if search.glob == Glob::Only => {
                Some(Def::External(joined(path, &[search.name])))
            }
            Some(_) | None => None,
        })
    }

    /// Looks in a scope and those around it.
    fn around(&self, start: ScopeIdx, search: &Search<'_>) -> Option<Def> {
        let names = &self.names;
        if search.glob == Glob::Known && !names.may_be(search.name, search.space) {
            return None;
        }
        let mut at = Some(start);
        while let Some(scope) = at {
            let found = self.in_scope(scope, search);
            if found.is_some() {
                return found;
            }
            at = self.scope(scope).outer;
        }
        None
    }

    /// Looks in a scope's own names, then through its globs.
    fn search<'s>(&'s self, at: ScopeIdx, search: &Search<'_>, met: &mut Met<'s>) -> Option<Def> {
        let scope = self.scope(at);
        let own = scope.entries.get(search.name).and_then(|entry| entry.slot(search.space));
        let is_seen = |slot: &&Slot| slot.is_public || self.is_inside(search.from, scope.module);
        if let Some(slot) = own.filter(is_seen) {
            return Some(slot.def.clone());
        }
        if !scope.macro_words.is_empty() && scope.macro_words.contains(search.name) {
            met.may_guess = true;
            if search.glob == Glob::Only {
                let module = &self.modules[scope.module.0 as usize];
                return Some(Def::External(joined(&module.path, &[search.name])));
            }
        }
        if scope.globs.is_empty() || met.seen.len() >= MAX_GLOBS || met.seen.contains(&at) {
            return None;
        }
        let inside = self.is_inside(search.from, scope.module);
        met.seen.push(at);
        for (glob, is_public) in &scope.globs {
            if !is_public && !inside {
                continue;
            }
            let found = match glob {
                Def::Module(module) => self.search(self.scope_of(*module), search, met),
                Def::Item(item) => self.variant(*item, search.name),
                Def::External(path) => {
                    met.may_guess = true;
                    met.external = Some(match met.external {
                        None => Some(path),
                        Some(one) => one.filter(|one| *one == path),
                    });
                    let is_known =
                        search.glob == Glob::Known && self.is_known(path, search.name, search.space);
                    is_known.then(|| Def::External(joined(path, &[search.name])))
                }
                Def::Variant(..) => None,
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Whether the catalogue says anything about `above::name`.
    fn is_known(&self, above: &str, name: &str, space: Space) -> bool {
        if !self.names.catalog_names.contains(name) {
            return false;
        }
        let path = joined(above, &[name]);
        let canonical = self.catalog.canonical(&path);
        match space {
            Space::Type => self.catalog.type_row(&canonical).is_some(),
            Space::Value => !self.catalog.apis_of_path(&canonical).is_empty(),
            Space::Macro => !self.catalog.apis_of_macro(&canonical).is_empty(),
        }
    }

    fn is_inside(&self, inner: ModuleIdx, outer: ModuleIdx) -> bool {
        let mut at = Some(inner);
        while let Some(module) = at {
            if module == outer {
                return true;
            }
            at = self.modules[module.0 as usize].parent;
        }
        false
    }

    fn variant(&self, item: ItemIdx, name: &str) -> Option<Def> {
        let at =
            self.item(item).kind.as_type()?.variants.iter().position(|variant| *variant.name == *name)?;
        Some(Def::Variant(item, at as u32))
    }

    /// What `type A = path;` stands for; `None` for other types and for parameters of the alias.
    fn alias_target(&self, alias: ItemIdx, fuel: u8) -> Option<Def> {
        let item = self.item(alias);
        let ItemKind::Alias(ty) = item.kind else { return None };
        let tree = self.tree(item.file);
        let path = (tree.kind(ty) == Kind::TypePath).then(|| tree.path_node(ty)).flatten()?;
        let segments = tree.path_segments(path);
        let is_plain = tree.child(path, Field::Qself).is_none();
        let first = segments.first()?;
        if !is_plain || is_parameter(tree, item.node, first) {
            return None;
        }
        let scope = *self.names.item_scopes.get(alias.0 as usize)?;
        let is_leading = tree.text(path).starts_with("::");
        let from = From { is_leading, fuel, ..From::scope(scope) };
        self.whole(&from, &segments, Space::Type)
    }

    pub(in crate::facts) fn scope(&self, idx: ScopeIdx) -> &crate::facts::names::Scope {
        &self.names.scopes[idx.0 as usize]
    }

    pub(in crate::facts) fn scope_of(&self, module: ModuleIdx) -> ScopeIdx {
        self.names.module_scopes[module.0 as usize]
    }

    pub(in crate::facts) fn root_of(&self, module: ModuleIdx) -> ModuleIdx {
        self.names.roots[module.0 as usize]
    }
}

/// What is looked for, and from where.
#[derive(Clone, Copy)]
struct Search<'a> {
    name: &'a str,
    space: Space,
    glob: Glob,
    from: ModuleIdx,
}

/// What a search came by.
#[derive(Default)]
struct Met<'s> {
    seen: Vec<ScopeIdx>,
    /// The only glob of another crate; `Some(None)` where there were several.
    external: Option<Option<&'s Arc<str>>>,
    /// Whether a search for [`Glob::Only`] may find more.
    may_guess: bool,
}

/// Whether `name` is a generic parameter that `item` declares.
pub(in crate::facts) fn is_parameter(tree: &Tree, item: NodeId, name: &str) -> bool {
    let Some(generics) = tree.child(item, Field::Generics) else { return false };
    tree.children_in(generics, Field::GenericParam).any(|param| tree.name(param) == Some(name))
}

/// `path::a::b`; the same text where nothing follows.
pub(in crate::facts) fn extended(path: &Arc<str>, rest: &[&str]) -> Arc<str> {
    if rest.is_empty() { path.clone() } else { joined(path, rest) }
}

/// `path::a::b`
pub(in crate::facts) fn joined(path: &str, rest: &[&str]) -> Arc<str> {
    let mut text = String::with_capacity(path.len() + rest.iter().map(|part| part.len() + 2).sum::<usize>());
    text.push_str(path);
    for part in rest {
        text.push_str("::");
        text.push_str(part);
    }
    text.into()
}

/// Whether a macro can be named from outside of its module.
pub(in crate::facts) fn is_exported(tree: &Tree, node: NodeId) -> bool {
    attribute::named(tree, node, "macro_export").next().is_some()
}

/// Last segments of all paths that the catalogue has rows of.
pub(in crate::facts) fn catalog_names(catalog: &Catalog) -> FxHashSet<Box<str>> {
    let types = catalog.types().map(|row| &row.path);
    let apis = catalog.apis().flat_map(|(_, api)| &api.paths);
    let last = |path: &str| path.rsplit("::").next().unwrap_or("").into();
    types.chain(apis).map(|path| last(path)).collect()
}
