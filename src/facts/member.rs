//! Impls and traits: for which types they are, what derives resolve to, where their members are found.

use crate::base::FileIdx;
use crate::facts::names::{Def, Names, Space};
use crate::facts::resolve::canonical;
use crate::facts::walk::{From, joined};
use crate::facts::{Codebase, Item, ItemIdx, ItemKind};
use crate::syntax::{Field, Kind, NodeId, Tree};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What the names in an item's head stand for.
#[derive(Debug)]
pub(in crate::facts) enum Head {
    Impl(ItemIdx, Option<Arc<str>>, Option<Arc<str>>),
    Derives(ItemIdx, Vec<Arc<str>>),
}

/// Resolves the heads of one file's impls and derives.
pub(in crate::facts) fn heads(codebase: &Codebase, file: FileIdx) -> Vec<Head> {
    let items = codebase.items_of(file).map(ItemIdx);
    items.filter_map(|idx| codebase.head_of(idx)).collect()
}

impl Codebase {
    fn head_of(&self, idx: ItemIdx) -> Option<Head> {
        let item = self.item(idx);
        match &item.kind {
            ItemKind::Impl(info) => {
                let tree = self.tree(item.file);
                let mut self_path = info.self_ty.and_then(|ty| self.self_path(idx, tree, ty));
                if tree.child(item.node, Field::Trait).is_none() {
                    self_path = self.own_path(item, self_path);
                }
                let of_trait = tree.child(item.node, Field::Trait).and_then(|path| {
                    let segments = tree.path_segments(path);
                    self.head_path(idx, &segments, tree.text(path).starts_with("::"), Space::Type)
                });
                Some(Head::Impl(idx, of_trait.or_else(|| info.of_trait.clone()), self_path))
            }
            ItemKind::Type(info) if !info.derives.is_empty() => {
                let resolve = |written: &Arc<str>| {
                    let segments: Vec<&str> = written.split("::").filter(|it| !it.is_empty()).collect();
                    let is_leading = written.starts_with("::");
                    let macro_path = self.head_path(idx, &segments, is_leading, Space::Macro);
                    macro_path
                        .or_else(|| self.head_path(idx, &segments, is_leading, Space::Type))
                        .unwrap_or_else(|| written.clone())
                };
                Some(Head::Derives(idx, info.derives.iter().map(resolve).collect()))
            }
            ItemKind::Fn(_)
            | ItemKind::Type(_)
            | ItemKind::Alias(_)
            | ItemKind::Trait
            | ItemKind::Const(..)
            | ItemKind::Macro => None,
        }
    }

    /// The self type of an inherent impl, which stands in the crate of its type: where names lead elsewhere, a macro makes
    /// the type, and it lies in the module of the impl.
    fn own_path(&self, imp: &Item, self_path: Option<Arc<str>>) -> Option<Arc<str>> {
        let is_own = |path: &Arc<str>| {
            let krate = path.split("::").next().unwrap_or(path);
            self.packages.iter().any(|package| &*package.crate_name == krate)
        };
        if self_path.as_ref().is_some_and(is_own) {
            return self_path;
        }
        let ItemKind::Impl(info) = &imp.kind else { return self_path };
        let tree = self.tree(imp.file);
        match tree.path_segments(tree.path_node(info.self_ty?)?).as_slice() {
            [name] if name.starts_with(char::is_uppercase) => {
                let module = &self.modules.get(imp.module.0 as usize)?.path;
                Some(format!("{module}::{name}").into())
            }
            _ => self_path,
        }
    }

    /// The path of the type that an impl is for, seen through references.
    fn self_path(&self, imp: ItemIdx, tree: &Tree, ty: NodeId) -> Option<Arc<str>> {
        let mut ty = ty;
        while tree.kind(ty) == Kind::TypeRef {
            ty = tree.child(ty, Field::Type)?;
        }
        let path = match tree.kind(ty) {
            Kind::TypePath => tree.path_node(ty)?,
            Kind::TypeDyn => tree.path_node(tree.child(ty, Field::Bound)?)?,
            _ => return None,
        };
        let segments = tree.path_segments(path);
        let is_generic = segments.len() == 1
            && crate::facts::walk::is_parameter(tree, self.item(imp).node, segments.first()?);
        if is_generic {
            return None;
        }
        self.head_path(imp, &segments, tree.text(path).starts_with("::"), Space::Type)
    }

    fn head_path(
        &self,
        item: ItemIdx,
        segments: &[&str],
        is_leading: bool,
        space: Space,
    ) -> Option<Arc<str>> {
        let scope = *self.names.item_scopes.get(item.0 as usize)?;
        let from = From { is_leading, ..From::scope(scope) };
        match self.whole(&from, segments, space)? {
            Def::Item(item) => Some(self.item(item).path.clone()),
            Def::External(path) => Some(canonical(self.catalog, &path)),
            Def::Module(_) | Def::Variant(..) => None,
        }
    }
}

/// Writes the heads into the items, then paths of members, then the indexes.
pub(in crate::facts) fn enter(codebase: &mut Codebase, heads: Vec<Head>) {
    let mut is_moved = vec![false; codebase.items.len()];
    for head in heads {
        match head {
            Head::Impl(idx, of_trait, self_path) => {
                is_moved[idx.0 as usize] = true;
                let item = &mut codebase.items[idx.0 as usize];
                if let ItemKind::Impl(info) = &mut item.kind {
                    (info.of_trait, info.self_path) = (of_trait, self_path);
                }
            }
            Head::Derives(idx, derives) => {
                if let ItemKind::Type(info) = &mut codebase.items[idx.0 as usize].kind {
                    info.derives = derives;
                }
            }
        }
    }
    // What lies in an impl has the path of its type.
    for at in 0..codebase.items.len() {
        let is_in_moved = codebase.names.parents[at].is_some_and(|parent| is_moved[parent.0 as usize]);
        if is_moved[at] || is_in_moved {
            is_moved[at] = true;
            codebase.items[at].path = path_of(codebase, at);
        }
    }
    index(codebase);
}

/// Gives every item its canonical path, as far as it is known without the types of impls.
pub(in crate::facts) fn paths(codebase: &mut Codebase) {
    // Holders stand before what they hold.
    for at in 0..codebase.items.len() {
        codebase.items[at].path = path_of(codebase, at);
    }
}

/// The path of the item at that place, whose holder has its own.
fn path_of(codebase: &Codebase, at: usize) -> Arc<str> {
    let item = &codebase.items[at];
    let module = &codebase.modules[item.module.0 as usize].path;
    match &item.kind {
        ItemKind::Impl(info) => info.self_path.clone().unwrap_or_else(|| {
            let written = info.self_ty.map_or("", |ty| codebase.tree(item.file).text(ty));
            let plain: String = written.split_whitespace().collect();
            joined(module, &[&plain])
        }),
        ItemKind::Fn(_)
        | ItemKind::Type(_)
        | ItemKind::Alias(_)
        | ItemKind::Trait
        | ItemKind::Const(..)
        | ItemKind::Macro => {
            let parent = codebase.names.parents[at].map(|parent| &codebase.item(parent).path);
            joined(parent.unwrap_or(module), &[&item.name])
        }
    }
}

fn index(codebase: &mut Codebase) {
    let mut names = std::mem::take(&mut codebase.names);
    for at in 0..codebase.items.len() {
        let idx = ItemIdx(at as u32);
        let holder = names.parents[at];
        index_item(&mut names, codebase, idx, holder);
        let owner = holder.filter(|holder| is_holder(&codebase.item(*holder).kind));
        if let ItemKind::Fn(info) = &mut codebase.items[at].kind {
            info.owner = owner;
        }
    }
    codebase.names = names;
}

fn index_item(names: &mut Names, codebase: &Codebase, idx: ItemIdx, holder: Option<ItemIdx>) {
    let item = codebase.item(idx);
    match &item.kind {
        ItemKind::Impl(info) => {
            let add = |map: &mut FxHashMap<Arc<str>, Vec<ItemIdx>>, path: &Option<Arc<str>>| {
                if let Some(path) = path {
                    map.entry(path.clone()).or_default().push(idx);
                }
            };
            add(&mut names.by_trait, &info.of_trait);
            add(&mut names.by_type, &info.self_path);
            return;
        }
        ItemKind::Fn(_) | ItemKind::Const(..) => {
            if let Some(holder) = holder.map(|holder| codebase.item(holder))
                && is_holder(&holder.kind)
            {
                let by_path = names.members.entry(item.name.clone()).or_default();
                by_path.entry(holder.path.clone()).or_default().push(idx);
            }
        }
        ItemKind::Type(_) | ItemKind::Alias(_) | ItemKind::Trait | ItemKind::Macro => {}
    }
    match names.by_path.get_mut(&item.path) {
        Some(first) if codebase.item(*first).is_test && !item.is_test => *first = idx,
        Some(_) => {}
        None => {
            names.by_path.insert(item.path.clone(), idx);
        }
    }
}

const fn is_holder(kind: &ItemKind) -> bool {
    matches!(kind, ItemKind::Impl(_) | ItemKind::Trait)
}
