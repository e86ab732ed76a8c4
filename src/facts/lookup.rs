//! Asks the code base for items: by place, by path, by type and trait. Changes nothing.

use crate::base::FileIdx;
use crate::facts::{Codebase, Item, ItemIdx, ItemKind, PackageIdx, ScopeClass, Ty, TypeInfo};
use crate::syntax::NodeId;
use std::ops::Range;

impl Codebase {
    /// The items of a file, in order of their nodes.
    #[must_use]
    pub fn items_of(&self, file: FileIdx) -> Range<u32> {
        self.names
            .files
            .get(file.index())
            .map_or(0..0, |names| names.first_item..names.first_item + names.n_items)
    }

    /// The innermost item that holds `node`, or is it.
    #[must_use]
    pub fn item_at(&self, file: FileIdx, node: NodeId) -> Option<ItemIdx> {
        let names = self.names.files.get(file.index())?;
        let tree = self.tree(file);
        let mut at = names.item_nodes.partition_point(|item| *item <= node).checked_sub(1)?;
        let first = names.first_item as usize;
        while !tree.is_within(node, *names.item_nodes.get(at)?) {
            at = (self.names.parents.get(first + at).copied()??.0 as usize).checked_sub(first)?;
        }
        Some(ItemIdx((first + at) as u32))
    }

    /// The item that directly holds `item`: an impl or trait for a method, a function for a local item.
    #[must_use]
    pub fn parent_item(&self, item: ItemIdx) -> Option<ItemIdx> {
        self.names.parents.get(item.0 as usize).copied().flatten()
    }

    /// The items that hold `node`, innermost first.
    pub fn items_around(&self, file: FileIdx, node: NodeId) -> impl Iterator<Item = ItemIdx> + '_ {
        std::iter::successors(self.item_at(file, node), |item| self.parent_item(*item))
    }

    /// The innermost function that holds `node`; closures and async blocks belong to theirs.
    #[must_use]
    pub fn enclosing_fn(&self, file: FileIdx, node: NodeId) -> Option<ItemIdx> {
        self.items_around(file, node).find(|item| matches!(self.item(*item).kind, ItemKind::Fn(_)))
    }

    /// The innermost impl block that holds `node`.
    #[must_use]
    pub fn enclosing_impl(&self, file: FileIdx, node: NodeId) -> Option<ItemIdx> {
        self.items_around(file, node).find(|item| matches!(self.item(*item).kind, ItemKind::Impl(_)))
    }

    /// The workspace type, defined around `node` or implemented by the impl around it.
    #[must_use]
    pub fn enclosing_type(&self, file: FileIdx, node: NodeId) -> Option<ItemIdx> {
        self.items_around(file, node).find_map(|item| match &self.item(item).kind {
            ItemKind::Type(_) => Some(item),
            ItemKind::Impl(imp) => self.item_by_path(imp.self_path.as_deref()?),
            ItemKind::Fn(_)
            | ItemKind::Alias(_)
            | ItemKind::Trait
            | ItemKind::Const(..)
            | ItemKind::Macro => None,
        })
    }

    /// The workspace's struct, union or enum behind a type.
    #[must_use]
    pub fn type_info(&self, ty: &Ty) -> Option<&TypeInfo> {
        self.item(ty.item()?).kind.as_type()
    }

    /// The item of that canonical path; the first where several share it.
    #[must_use]
    pub fn item_by_path(&self, path: &str) -> Option<ItemIdx> {
        self.names.by_path.get(path).copied()
    }

    /// Functions of that name for a type, workspace or external: in its impls, then defaults of the workspace traits
    /// that it implements. For a trait's path: the trait's own functions.
    #[must_use]
    pub fn methods_named(&self, type_path: &str, name: &str) -> Vec<ItemIdx> {
        let Some(by_path) = self.names.members.get(name) else { return Vec::new() };
        let at = |path: &str| by_path.get(path).map_or(&[][..], Vec::as_slice).iter().copied();
        let is_fn = |item: &ItemIdx| matches!(self.item(*item).kind, ItemKind::Fn(_));
        let mut found: Vec<ItemIdx> = at(type_path).filter(is_fn).collect();
        if found.is_empty() {
            let traits = self.impls_for(type_path).iter().filter_map(|imp| self.trait_of(*imp));
            found = traits.flat_map(at).filter(is_fn).collect();
        }
        found
    }

    /// Functions and consts of that name in impls of the type, or in the trait, of that canonical path.
    #[must_use]
    pub fn members_named(&self, path: &str, name: &str) -> &[ItemIdx] {
        let members = self.names.members.get(name).and_then(|by_path| by_path.get(path));
        members.map_or(&[], Vec::as_slice)
    }

    /// The canonical path of the trait that an impl is for.
    #[must_use]
    pub fn trait_of(&self, imp: ItemIdx) -> Option<&str> {
        self.item(imp).kind.as_impl()?.of_trait.as_deref()
    }

    /// Impl blocks of the trait of that canonical path.
    #[must_use]
    pub fn impls_of(&self, trait_path: &str) -> &[ItemIdx] {
        self.names.by_trait.get(trait_path).map_or(&[], Vec::as_slice)
    }

    /// Impl blocks for the type of that canonical path, inherent ones included.
    #[must_use]
    pub fn impls_for(&self, type_path: &str) -> &[ItemIdx] {
        self.names.by_type.get(type_path).map_or(&[], Vec::as_slice)
    }

    /// The version requirement of a dependency by the crate's own name in paths, whatever the manifest calls it;
    /// empty for paths and git.
    #[must_use]
    pub fn depends_on(&self, package: PackageIdx, crate_name: &str) -> Option<&str> {
        let package = self.packages.get(package.0 as usize)?;
        let found = package.dependencies.iter().find(|dep| &*dep.crate_name == crate_name)?;
        Some(&found.version)
    }

    /// What the code at `node` is for.
    #[must_use]
    pub fn scope_at(&self, file: FileIdx, node: NodeId) -> ScopeClass {
        let scope = self.file(file).scope;
        let is_test = || match self.item_at(file, node) {
            Some(item) => self.item(item).is_test,
            None => self.is_test_scope(file, node),
        };
        if scope.is_examined() && is_test() { ScopeClass::Test } else { scope }
    }

    /// Whether checks look at `node`: by default no test, bench, example, build, generated, vendored or excluded code.
    #[must_use]
    pub fn is_examined(&self, file: FileIdx, node: NodeId) -> bool {
        self.examines(self.scope_at(file, node))
    }

    /// The path of the item that holds `node`, for findings; the module's path outside of items.
    #[must_use]
    pub fn item_path_at(&self, file: FileIdx, node: NodeId) -> String {
        let named = self.items_around(file, node).map(|item| self.item(item)).find(|item| has_path(item));
        named.map_or_else(|| self.module_at(file, node).path.to_string(), |item| item.path.to_string())
    }
}

fn has_path(item: &Item) -> bool {
    !item.path.is_empty()
}
