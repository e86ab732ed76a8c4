//! What a path stands for. Only asks the tables; never guesses what it cannot see.

use crate::base::FileIdx;
use crate::catalog::Catalog;
use crate::facts::names::{Def, ScopeIdx, Space};
use crate::facts::walk::{From, Walked, extended, is_parameter, joined};
use crate::facts::{Codebase, ItemIdx, ItemKind, Module, Resolved};
use crate::syntax::{Field, Kind, NodeId};
use std::sync::Arc;

/// What a path stands for, and how.
#[derive(Clone, Debug)]
pub(in crate::facts) struct Found {
    pub(in crate::facts) resolved: Resolved,
    /// The alias behind which it was found.
    pub(in crate::facts) alias: Option<ItemIdx>,
    /// A module was found that does not define the name, as far as can be seen.
    pub(in crate::facts) is_beyond: bool,
}

impl Codebase {
    /// What a path stands for: a [`crate::syntax::Kind::Path`] node, any node that holds one as its path, or an
    /// imported name. `None` where it cannot be told, and for local variables and generic parameters.
    #[must_use]
    pub fn resolve(&self, file: FileIdx, path: NodeId) -> Option<&Resolved> {
        let names = self.names.files.get(file.index())?;
        let at_node = |node: NodeId| names.pool.get(names.paths.get(node)? as usize);
        at_node(path).or_else(|| {
            let tree = self.tree(file);
            (tree.kind(path) != Kind::Path).then(|| at_node(tree.path_node(path)?)).flatten()
        })
    }

    /// The alias that a path names and that [`Codebase::resolve`] looked through, whose type may have arguments.
    #[must_use]
    pub fn alias_at(&self, file: FileIdx, path: NodeId) -> Option<ItemIdx> {
        let names = self.names.files.get(file.index()).filter(|names| !names.aliases.is_empty())?;
        let node = self.tree(file).path_node(path).unwrap_or(path);
        names.aliases.get(&node.0).copied()
    }

    /// The imported names of a file that resolve: the [`crate::syntax::Kind::UseLeaf`] and its path, in source order.
    pub fn imports(&self, file: FileIdx) -> impl Iterator<Item = (NodeId, &Resolved)> {
        let names = self.names.files.get(file.index());
        names.into_iter().flat_map(|names| {
            names.imports.iter().filter_map(|(leaf, at)| Some((*leaf, names.pool.get(*at as usize)?)))
        })
    }

    /// What segments would stand for if they stood at `at`: first as a type, then as a value, then as a macro; a last
    /// segment in lower case is first a value.
    #[must_use]
    pub fn resolve_segments(&self, file: FileIdx, at: NodeId, segments: &[&str]) -> Option<Resolved> {
        let is_lower = segments.last()?.starts_with(|c: char| c.is_lowercase());
        let spaces = if is_lower {
            [Space::Value, Space::Type, Space::Macro]
        } else {
            [Space::Type, Space::Value, Space::Macro]
        };
        let scope = self.scope_idx_at(file, at);
        spaces
            .into_iter()
            .find_map(|space| self.find(file, at, scope, (segments, space)))
            .map(|it| it.resolved)
    }

    /// What segments in one space stand for at a node of a scope.
    pub(in crate::facts) fn find(
        &self,
        file: FileIdx,
        at: NodeId,
        scope: ScopeIdx,
        (segments, space): (&[&str], Space),
    ) -> Option<Found> {
        let first = *segments.first()?;
        if first == "Self" {
            return self.find_self(file, at, scope, (segments, space));
        }
        if self.is_generic(file, at, first) {
            return None;
        }
        let from = From { may_guess: may_guess(segments, space), ..From::scope(scope) };
        self.found(&self.walk(&from, segments, space)?, segments)
    }

    fn find_self(
        &self,
        file: FileIdx,
        at: NodeId,
        scope: ScopeIdx,
        (segments, space): (&[&str], Space),
    ) -> Option<Found> {
        let holder = self.items_around(file, at).find(|item| {
            matches!(self.item(*item).kind, ItemKind::Impl(_) | ItemKind::Trait | ItemKind::Type(_))
        })?;
        let self_def = match &self.item(holder).kind {
            ItemKind::Impl(info) => {
                if let Some(found) = self.associated(file, at, holder, segments) {
                    return Some(found);
                }
                let path = info.self_path.as_ref()?;
                match self.item_by_path(path) {
                    Some(item) => Def::Item(item),
                    None => Def::External(path.clone()),
                }
            }
            ItemKind::Trait | ItemKind::Type(_) => Def::Item(holder),
            ItemKind::Fn(_) | ItemKind::Alias(_) | ItemKind::Const(..) | ItemKind::Macro => return None,
        };
        let from = From { self_def: Some(self_def), ..From::scope(scope) };
        self.found(&self.walk(&from, segments, space)?, segments)
    }

    /// `Self::Error` by the impl's `type Error = path;`.
    fn associated(&self, file: FileIdx, at: NodeId, imp: ItemIdx, segments: &[&str]) -> Option<Found> {
        let [_, name] = segments else { return None };
        let info = self.item(imp).kind.as_impl()?;
        let (_, ty) = info.types.iter().find(|(known, _)| **known == **name)?;
        let tree = self.tree(file);
        let path = tree.path_node(*ty).filter(|_| !tree.is_within(at, *ty))?;
        let target = tree.path_segments(path);
        if matches!(target.first(), None | Some(&"Self")) {
            return None;
        }
        self.find(file, *ty, *self.names.item_scopes.get(imp.0 as usize)?, (&target, Space::Type))
    }

    /// Whether a name is a generic parameter of an item around.
    pub(in crate::facts) fn is_generic(&self, file: FileIdx, at: NodeId, name: &str) -> bool {
        let is_one = self.names.files.get(file.index()).is_some_and(|names| names.generics.contains(name));
        let tree = self.tree(file);
        is_one && std::iter::once(at).chain(tree.ancestors(at)).any(|node| is_parameter(tree, node, name))
    }

    /// Gives a walk its canonical path and item.
    pub(in crate::facts) fn found(&self, walked: &Walked, segments: &[&str]) -> Option<Found> {
        let rest = segments.get(walked.used..)?;
        let plain =
            |path, item| Found { resolved: Resolved { path, item }, alias: walked.alias, is_beyond: false };
        Some(match &walked.def {
            Def::External(path) => {
                let path = canonical(self.catalog, &extended(path, rest));
                let item = rest.last().and_then(|name| self.only_member(path.rsplit_once("::")?.0, name));
                plain(path, item)
            }
            Def::Module(module) => {
                let path = extended(&self.modules[module.0 as usize].path, rest);
                Found { is_beyond: !rest.is_empty(), ..plain(path, None) }
            }
            Def::Variant(item, at) => {
                let ItemKind::Type(info) = &self.item(*item).kind else { return None };
                let name = &info.variants.get(*at as usize)?.name;
                plain(joined(&self.item(*item).path, &[name]), Some(*item))
            }
            Def::Item(item) => match rest {
                [] => plain(self.item(*item).path.clone(), Some(*item)),
                [name] => {
                    let path = &self.item(*item).path;
                    plain(joined(path, &[name]), self.member(path, name))
                }
                more => plain(joined(&self.item(*item).path, more), None),
            },
        })
    }

    /// The function or const that `path::name` stands for: inherent first, else the only one.
    #[must_use]
    pub fn member(&self, path: &str, name: &str) -> Option<ItemIdx> {
        self.only_member(path, name).or_else(|| match *self.methods_named(path, name).as_slice() {
            [only] => Some(only),
            _ => None,
        })
    }

    fn only_member(&self, path: &str, name: &str) -> Option<ItemIdx> {
        let members = self.members_named(path, name);
        let is_inherent = |item: &&ItemIdx| {
            let holder = self.parent_item(**item);
            holder.is_some_and(|holder| self.trait_of(holder).is_none())
        };
        match members {
            [only] => Some(*only),
            several => several.iter().find(is_inherent).copied(),
        }
    }

    /// The module that holds `node`.
    #[must_use]
    pub fn module_at(&self, file: FileIdx, node: NodeId) -> &Module {
        &self.modules[self.scope(self.scope_idx_at(file, node)).module.0 as usize]
    }

    /// The innermost scope around a node.
    pub(in crate::facts) fn scope_idx_at(&self, file: FileIdx, node: NodeId) -> ScopeIdx {
        let names = &self.names.files[file.index()];
        let first = names.first_scope as usize;
        let scopes = &self.names.scopes[first..first + names.n_scopes as usize];
        let tree = self.tree(file);
        let mut at = scopes.partition_point(|scope| scope.node <= node).saturating_sub(1);
        while at > 0 && !tree.is_within(node, scopes[at].node) {
            at = names.around.get(at).map_or(0, |around| *around as usize);
        }
        ScopeIdx((first + at) as u32)
    }

    /// Whether the module around `node` is test code.
    pub(in crate::facts) fn is_test_scope(&self, file: FileIdx, node: NodeId) -> bool {
        self.module_at(file, node).is_test
    }

    /// `<T>::name` and `<T as Trait>::name`.
    pub(in crate::facts) fn qualified(&self, file: FileIdx, path: NodeId, scope: ScopeIdx) -> Option<Found> {
        let tree = self.tree(file);
        let qself = tree.child(path, Field::Qself)?;
        let segments = tree.path_segments(path);
        if segments.len() > 1 {
            return self.find(file, path, scope, (&segments, Space::Value));
        }
        let ty = tree.path_node(qself)?;
        let mut full = tree.path_segments(ty);
        full.extend(segments);
        self.find(file, path, scope, (&full, Space::Value))
    }
}

/// A name in lower case may be a variable that is not understood, so no glob of a crate is taken for it.
fn may_guess(segments: &[&str], space: Space) -> bool {
    let is_upper = segments.first().is_some_and(|first| first.starts_with(|c: char| c.is_uppercase()));
    space == Space::Macro || segments.len() > 1 || is_upper
}

/// A path outside of the workspace in the catalogue's spelling; `core` and `alloc` are `std`.
pub(in crate::facts) fn canonical(catalog: &Catalog, path: &Arc<str>) -> Arc<str> {
    let in_std = path.strip_prefix("core::").or_else(|| path.strip_prefix("alloc::"));
    match in_std {
        Some(rest) => catalog.canonical(&format!("std::{rest}")).as_ref().into(),
        None => match catalog.canonical(path) {
            std::borrow::Cow::Borrowed(_) => path.clone(),
            std::borrow::Cow::Owned(text) => text.into(),
        },
    }
}

#[cfg(test)]
mod tests;
