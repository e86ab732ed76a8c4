//! Selects types, functions and impls of the workspace.

use super::{Miss, Saw, Selected, Selection};
use crate::catalog::RoleSet;
use crate::engine::view::FileView;
use crate::engine::{Truth, place};
use crate::facts::{FnInfo, Item, ItemIdx, ItemKind, Ty, TypeInfo};
use crate::rule::{
    FnSelector, ImplSelector, PathPattern, Pattern, TypeSelector, TypeShape, TypeTest, matches_any_path,
};
use crate::syntax::NodeId;

/// Types that a function's result is looked for in.
const WRAPPERS: [&str; 2] = ["std::result::Result", "std::option::Option"];

impl FileView<'_> {
    /// The item whose node is `node`.
    pub(in crate::engine) fn item_of(&self, node: NodeId) -> Option<ItemIdx> {
        let item = self.codebase.item_at(self.file, node)?;
        (self.codebase.item(item).node == node).then_some(item)
    }

    pub(super) fn select_type(
        &self,
        asked: &TypeSelector,
        node: NodeId,
        found: &mut Vec<Selected>,
    ) -> Selection {
        let idx = self.item_of(node).ok_or(Miss::new("type", Saw::Other))?;
        let item = self.codebase.item(idx);
        let ItemKind::Type(info) = &item.kind else { return Err(Miss::new("type", Saw::Other)) };
        let shape = if info.is_enum { TypeShape::Enum } else { TypeShape::Struct };
        if asked.shape.is_some_and(|asked| asked != shape) {
            return Err(Miss::new("kind", Saw::Other));
        }
        self.has_role(asked.roles, idx)?;
        has_name(asked.name.as_ref(), item)?;
        self.has_attribute(&asked.attribute, node)?;
        if !asked.derives.is_empty()
            && !info.derives.iter().any(|path| matches_any_path(&asked.derives, path))
        {
            return Err(Miss::new("derives", Saw::Other));
        }
        if !asked.implements.is_empty() && !self.implements(item, &asked.implements) {
            return Err(Miss::new("implements", Saw::Other));
        }
        self.push_type(asked.each_variant, node, info, found);
        Ok(())
    }

    fn push_type(&self, each_variant: bool, node: NodeId, info: &TypeInfo, found: &mut Vec<Selected>) {
        let place_of = |node: NodeId| self.subject(node).narrowed(place::name(self.tree, node));
        if !(each_variant && info.is_enum) {
            found.push(Selected::sure(place_of(node)));
            return;
        }
        let with_data = info.variants.iter().filter(|variant| !variant.fields.is_empty());
        found.extend(with_data.map(|variant| Selected::sure(place_of(variant.node))));
    }

    fn has_role(&self, asked: RoleSet, item: ItemIdx) -> Selection {
        if asked.is_empty() || asked.iter().any(|role| self.codebase.plays(item, role)) {
            return Ok(());
        }
        let roles = self.codebase.roles_of(item).iter().map(|evidence| evidence.role.name());
        let names: Vec<&str> = roles.collect();
        let saw = if names.is_empty() { Saw::Other } else { Saw::Name(names.join(", ").into()) };
        Err(Miss::new("role", saw))
    }

    fn has_attribute(&self, asked: &[PathPattern], node: NodeId) -> Selection {
        if asked.is_empty() || self.carries_attribute(asked, node) {
            return Ok(());
        }
        Err(Miss::new("attribute", Saw::Other))
    }

    /// Whether an item carries one of these attributes; a name without `::` is that of any crate.
    pub(in crate::engine) fn carries_attribute(&self, asked: &[PathPattern], node: NodeId) -> bool {
        self.attribute_paths(node).any(|path| {
            let name = path.rsplit("::").next().unwrap_or(&path);
            asked.iter().any(|pattern| {
                pattern.matches(&path) || (!pattern.as_str().contains("::") && pattern.matches(name))
            })
        })
    }

    /// Whether an impl of one of these traits stands in the workspace for this type.
    pub(in crate::engine) fn implements(&self, item: &Item, asked: &[PathPattern]) -> bool {
        let mut impls = self.codebase.impls_for(&item.path).iter();
        impls.any(|imp| self.codebase.trait_of(*imp).is_some_and(|path| matches_any_path(asked, path)))
    }

    /// Whether `item` is such a function.
    pub(in crate::engine) fn is_fn(&self, asked: &FnSelector, item: ItemIdx) -> Selection {
        let func = self.codebase.item(item);
        let ItemKind::Fn(info) = &func.kind else { return Err(Miss::new("fn", Saw::Other)) };
        self.has_role(asked.roles, item)?;
        has_name(asked.name.as_ref(), func)?;
        if asked.is_async.is_some_and(|is_async| is_async != self.is_async(func, info)) {
            return Err(Miss::new("async", Saw::Other));
        }
        if !asked.attribute.is_empty() && !self.view_of(func).carries_attribute(&asked.attribute, func.node) {
            return Err(Miss::new("attribute", Saw::Other));
        }
        if !asked.implements.is_empty() {
            let of = info.owner.and_then(|owner| self.codebase.trait_of(owner));
            if !of.is_some_and(|path| matches_any_path(&asked.implements, path)) {
                return Err(Miss::new("implements", of.map_or(Saw::Other, |path| Saw::Name(path.into()))));
            }
        }
        self.has_param(asked.param.as_ref(), func, info)?;
        self.has_return(asked.returns.as_ref(), func, info)
    }

    /// The view of the file that holds `item`, which may be another one.
    fn view_of(&self, item: &Item) -> FileView<'_> {
        FileView::new(self.engine, item.file)
    }

    fn is_async(&self, func: &Item, info: &FnInfo) -> bool {
        info.is_async || info.ret.is_some_and(|ret| is_future(&self.codebase.ty(func.file, ret)))
    }

    fn has_param(&self, asked: Option<&TypeTest>, func: &Item, info: &FnInfo) -> Selection {
        let Some(asked) = asked else { return Ok(()) };
        let tree = self.codebase.tree(func.file);
        let types = info.params.iter().filter_map(|param| tree.child(*param, crate::syntax::Field::Type));
        let mut types = types.map(|ty| self.codebase.ty(func.file, ty));
        let is_found = types.any(|ty| self.is_type(asked, &ty) == Truth::Yes);
        if is_found { Ok(()) } else { Err(Miss::new("param", Saw::Other)) }
    }

    fn has_return(&self, asked: Option<&TypeTest>, func: &Item, info: &FnInfo) -> Selection {
        let Some(asked) = asked else { return Ok(()) };
        let ty = info.ret.map_or(Ty::Tuple(Vec::new()), |ret| self.codebase.ty(func.file, ret));
        let mut at = &ty;
        loop {
            if self.is_type(asked, at) == Truth::Yes {
                return Ok(());
            }
            at = match at {
                Ty::Named { to, .. } if WRAPPERS.contains(&&*to.path) => at.arg(0),
                Ty::Bounded(bounds) => match bounds.iter().find_map(|(_, output)| output.as_ref()) {
                    Some(output) => output,
                    None => return Err(Miss::new("returns", Saw::Type(ty))),
                },
                Ty::Named { .. } | Ty::Tuple(_) | Ty::Slice(_) | Ty::Unknown => {
                    return Err(Miss::new("returns", Saw::Type(ty)));
                }
            };
        }
    }

    pub(super) fn select_impl(
        &self,
        asked: &ImplSelector,
        node: NodeId,
        found: &mut Vec<Selected>,
    ) -> Selection {
        let item =
            self.item_of(node).map(|item| self.codebase.item(item)).ok_or(Miss::new("impl", Saw::Other))?;
        let ItemKind::Impl(info) = &item.kind else { return Err(Miss::new("impl", Saw::Other)) };
        let of = info.of_trait.as_deref();
        if !asked.of.is_empty() && !of.is_some_and(|path| matches_any_path(&asked.of, path)) {
            return Err(Miss::new("of", of.map_or(Saw::Other, |path| Saw::Name(path.into()))));
        }
        if let (Some(test), Some(self_ty)) = (&asked.ty, info.self_ty) {
            let ty = self.codebase.ty(self.file, self_ty);
            if self.is_type(test, &ty) != Truth::Yes {
                return Err(Miss::new("for", Saw::Type(ty)));
            }
        }
        let head = info.self_ty.map_or_else(|| place::primary(self.tree, node), |ty| self.tree.span(ty));
        found.push(Selected::sure(self.subject(node).narrowed(head)));
        Ok(())
    }
}

fn has_name(asked: Option<&Pattern>, item: &Item) -> Selection {
    if asked.is_none_or(|asked| asked.is_match(&item.name)) {
        return Ok(());
    }
    Err(Miss::new("name", Saw::Name(item.name.clone())))
}

/// Whether a type is a future by its traits or its box.
fn is_future(ty: &Ty) -> bool {
    match ty {
        Ty::Bounded(bounds) => bounds.iter().any(|(bound, _)| bound.ends_with("future::Future")),
        Ty::Named { to, .. } => to.path.ends_with("::BoxFuture") || to.path.ends_with("::LocalBoxFuture"),
        Ty::Tuple(_) | Ty::Slice(_) | Ty::Unknown => false,
    }
}
