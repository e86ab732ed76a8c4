//! Type nodes to types. References, `Box`, `Arc`, `Rc`, `Pin` and `Cow` are looked through.

use super::Asker;
use crate::base::FileIdx;
use crate::catalog::TypeExpr;
use crate::facts::{ItemIdx, ItemKind, Resolved, Ty};
use crate::syntax::{Field, Kind, NodeId};
use std::sync::Arc;

/// Types that are the same as their first argument.
const SEEN_THROUGH: [&str; 6] = [
    "std::boxed::Box",
    "std::sync::Arc",
    "std::rc::Rc",
    "std::pin::Pin",
    "std::borrow::Cow",
    "std::mem::ManuallyDrop",
];

const PRIMITIVES: [&str; 17] = [
    "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
    "isize", "f32", "f64",
];

/// What stands for `Self` and for generic parameters.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    pub(super) self_ty: Option<Ty>,
    pub(super) generics: Vec<(String, Ty)>,
}

/// What a hint of the catalogue may refer to.
#[derive(Clone, Copy)]
pub(super) struct Context<'t> {
    pub(super) receiver: &'t Ty,
    pub(super) params: &'t [Box<str>],
    pub(super) generics: &'t [Box<str>],
    pub(super) turbofish: &'t [Ty],
    pub(super) call: Option<(FileIdx, NodeId)>,
}

/// A type of another crate; its own `Result` and boxed futures are what they stand for.
fn external(to: &Resolved, mut args: Vec<Ty>) -> Ty {
    let bounded = |path: &str, args: Vec<Ty>| Ty::Bounded(vec![(path.into(), args.into_iter().next())]);
    match to.path.rsplit("::").next() {
        Some("Result") => {
            args.resize(2, Ty::Unknown);
            Ty::external("std::result::Result", args)
        }
        Some("BoxFuture" | "LocalBoxFuture") => bounded("std::future::Future", args),
        Some("BoxStream" | "LocalBoxStream") => bounded("futures::Stream", args),
        _ => Ty::Named { to: to.clone(), args },
    }
}

pub(super) fn is_seen_through(path: &str) -> bool {
    SEEN_THROUGH.contains(&path)
}

/// Parts of a type that may stand for a parameter.
const MAX_WEIGHT: u16 = 200;

/// What is left of `room` after counting the parts of `ty`; `None` where they do not fit.
fn weight(ty: &Ty, room: u16) -> Option<u16> {
    let room = room.checked_sub(1)?;
    let parts = |parts: &[Ty]| parts.iter().try_fold(room, |room, part| weight(part, room));
    match ty {
        Ty::Named { args, .. } => parts(args),
        Ty::Tuple(list) => parts(list),
        Ty::Slice(element) => weight(element, room),
        Ty::Bounded(traits) => {
            traits.iter().filter_map(|(_, arg)| arg.as_ref()).try_fold(room, |room, arg| weight(arg, room))
        }
        Ty::Unknown => Some(room),
    }
}

impl Asker<'_> {
    /// The type that a type node stands for.
    pub(super) fn lower(&self, file: FileIdx, node: NodeId, given: &Given) -> Ty {
        self.deeper(|| self.lower_here(file, node, given))
    }

    fn lower_here(&self, file: FileIdx, node: NodeId, given: &Given) -> Ty {
        let tree = self.tree(file);
        let part =
            |field: Field| tree.child(node, field).map_or(Ty::Unknown, |ty| self.lower(file, ty, given));
        match tree.kind(node) {
            Kind::TypePath => {
                tree.child(node, Field::Path).map_or(Ty::Unknown, |path| self.lower_path(file, path, given))
            }
            Kind::Path => self.lower_path(file, node, given),
            Kind::TypeRef | Kind::TypePtr => part(Field::Type),
            Kind::TypeTuple => {
                Ty::Tuple(tree.children_in(node, Field::Type).map(|ty| self.lower(file, ty, given)).collect())
            }
            Kind::TypeSlice | Kind::TypeArray => Ty::Slice(Box::new(part(Field::Type))),
            Kind::TypeImpl | Kind::TypeDyn => Ty::Bounded(self.bounds(file, node, given)),
            _ => Ty::Unknown,
        }
    }

    /// The type that a path stands for.
    pub(super) fn lower_path(&self, file: FileIdx, path: NodeId, given: &Given) -> Ty {
        let tree = self.tree(file);
        if tree.child(path, Field::Qself).is_some() {
            return Ty::Unknown;
        }
        if let Some(name) = tree.variable(path) {
            if name == "Self" {
                return given.self_ty.clone().unwrap_or_else(|| self.self_type(file, path));
            }
            if let Some((_, ty)) = given.generics.iter().find(|(generic, _)| generic == name) {
                // An alias that uses its parameter twice doubles the type at each level.
                return if weight(ty, MAX_WEIGHT).is_some() { ty.clone() } else { Ty::Unknown };
            }
        }
        if let Some(to) = self.cb.resolve(file, path) {
            return self.applied(file, path, to, given);
        }
        match tree.path_segments(path).as_slice() {
            [name] if PRIMITIVES.contains(name) => Ty::external(name, Vec::new()),
            [name] => {
                self.generic(file, path, name).unwrap_or_else(|| self.derived_builder(file, path, name))
            }
            ["Self", name] => self.associated_type(file, path, name),
            _ => Ty::Unknown,
        }
    }

    /// A resolved path with its arguments.
    fn applied(&self, file: FileIdx, path: NodeId, to: &Resolved, given: &Given) -> Ty {
        let args = self.type_args(file, path, given);
        if let Some(alias) = self.cb.alias_at(file, path) {
            return self.aliased(alias, &args);
        }
        if is_seen_through(&to.path) {
            return args.into_iter().next().unwrap_or(Ty::Unknown);
        }
        match to.item.map(|item| (item, &self.cb.item(item).kind)) {
            Some((item, ItemKind::Alias(_))) => self.aliased(item, &args),
            Some((item, ItemKind::Trait)) => Ty::Bounded(vec![(self.cb.item(item).path.clone(), None)]),
            Some(_) => self.named_type(to, args),
            None => external(to, args),
        }
    }

    /// `JobBuilder` that a derive on `Job` makes.
    fn derived_builder(&self, file: FileIdx, path: NodeId, name: &str) -> Ty {
        let Some(built) = name.strip_suffix("Builder").filter(|built| !built.is_empty()) else {
            return Ty::Unknown;
        };
        let item = self.cb.resolve_segments(file, path, &[built]).and_then(|to| to.item);
        item.map_or(Ty::Unknown, |item| Ty::made_by(&format!("{}::builder", self.cb.item(item).path)))
    }

    /// What an alias stands for, with its own arguments.
    fn aliased(&self, alias: ItemIdx, args: &[Ty]) -> Ty {
        let item = self.cb.item(alias);
        let ItemKind::Alias(target) = item.kind else { return Ty::Unknown };
        let given = Given { self_ty: None, generics: self.zipped(alias, args) };
        self.lower(item.file, target, &given)
    }

    /// The type arguments of a path's last segment that has some.
    pub(super) fn type_args(&self, file: FileIdx, path: NodeId, given: &Given) -> Vec<Ty> {
        let tree = self.tree(file);
        let Some(segment) = tree
            .children_in(path, Field::Segment)
            .filter(|segment| tree.child(*segment, Field::GenericArg).is_some())
            .last()
        else {
            return Vec::new();
        };
        let args = tree.children_in(segment, Field::GenericArg);
        args.filter(|arg| tree.kind(*arg) != Kind::AssocArg).map(|arg| self.lower(file, arg, given)).collect()
    }

    /// The traits of an `impl`, `dyn` or generic parameter.
    fn bounds(&self, file: FileIdx, node: NodeId, given: &Given) -> Vec<(Arc<str>, Option<Ty>)> {
        let tree = self.tree(file);
        let mut found = Vec::new();
        for bound in tree.children_in(node, Field::Bound) {
            let Some(path) = tree.path_node(bound) else { continue };
            let Some(to) = self.cb.resolve(file, path) else { continue };
            found.push((to.path.clone(), self.bound_arg(file, path, given)));
        }
        found
    }

    /// `Item = T`, `Output = T`, the result of `Fn() -> T`, or the first type argument.
    fn bound_arg(&self, file: FileIdx, path: NodeId, given: &Given) -> Option<Ty> {
        let tree = self.tree(file);
        let segment = tree.children_in(path, Field::Segment).last()?;
        let args = || tree.children_in(segment, Field::GenericArg);
        let assoc =
            args().find(|arg| tree.kind(*arg) == Kind::AssocArg).and_then(|arg| tree.child(arg, Field::Type));
        let node = tree.child(segment, Field::Ret).or(assoc).or_else(|| args().next())?;
        Some(self.lower(file, node, given))
    }

    /// A generic parameter that is in sight of `node`, by its bounds.
    fn generic(&self, file: FileIdx, node: NodeId, name: &str) -> Option<Ty> {
        if !self.cb.names.files.get(file.index())?.generics.contains(name) {
            return None;
        }
        let tree = self.tree(file);
        for holder in tree.ancestors(node) {
            let lists = || tree.children_in(holder, Field::Generics);
            let is_named = |param: &NodeId| tree.name(*param) == Some(name);
            let mut params = lists().flat_map(|list| tree.children_in(list, Field::GenericParam));
            let Some(param) = params.find(is_named) else { continue };
            let mut bounds = self.bounds(file, param, &Given::default());
            for predicate in lists().flat_map(|list| tree.children_in(list, Field::Where)) {
                if tree.child(predicate, Field::Type).is_some_and(|ty| tree.text(ty) == name) {
                    bounds.extend(self.bounds(file, predicate, &Given::default()));
                }
            }
            return Some(Ty::Bounded(bounds));
        }
        None
    }

    /// What `self` and `Self` stand for at `node`.
    pub(in crate::facts) fn self_type(&self, file: FileIdx, node: NodeId) -> Ty {
        let tree = self.tree(file);
        for holder in tree.ancestors(node) {
            match tree.kind(holder) {
                Kind::Impl => {
                    let Some(ty) = tree.child(holder, Field::Type) else { return Ty::Unknown };
                    if tree.is_within(node, ty) {
                        return Ty::Unknown;
                    }
                    return self.lower(file, ty, &Given::default());
                }
                Kind::Trait | Kind::Struct | Kind::Enum | Kind::Union => {
                    let Some(item) = self.cb.item_at(file, holder) else { return Ty::Unknown };
                    let path = self.cb.item(item).path.clone();
                    if tree.kind(holder) == Kind::Trait {
                        return Ty::Bounded(vec![(path, None)]);
                    }
                    return Ty::Named { to: Resolved { path, item: Some(item) }, args: Vec::new() };
                }
                _ => {}
            }
        }
        Ty::Unknown
    }

    /// `Self::Name` inside an impl.
    fn associated_type(&self, file: FileIdx, node: NodeId, name: &str) -> Ty {
        let tree = self.tree(file);
        let Some(imp) = tree.ancestors(node).find(|holder| tree.kind(*holder) == Kind::Impl) else {
            return Ty::Unknown;
        };
        self.alias_in(file, imp, name).unwrap_or(Ty::Unknown)
    }

    /// `type Name = T;` in the impl block `imp`.
    pub(super) fn alias_in(&self, file: FileIdx, imp: NodeId, name: &str) -> Option<Ty> {
        let tree = self.tree(file);
        let is_named = |item: &NodeId| tree.kind(*item) == Kind::TypeAlias && tree.name(*item) == Some(name);
        let alias = tree.children_in(imp, Field::Item).find(is_named)?;
        let target = tree.child(alias, Field::Type)?;
        Some(self.lower(file, target, &Given::default()))
    }

    /// Generic type parameters of an item with what stands for them; those without an argument are left out.
    pub(super) fn zipped(&self, item: ItemIdx, args: &[Ty]) -> Vec<(String, Ty)> {
        let item = self.cb.item(item);
        let names = self.type_params(item.file, item.node);
        names.into_iter().zip(args.iter().cloned()).map(|(name, ty)| (name.to_owned(), ty)).collect()
    }

    /// Names of the type parameters that `holder` declares.
    pub(super) fn type_params(&self, file: FileIdx, holder: NodeId) -> Vec<&str> {
        let tree = self.tree(file);
        let lists = tree.children_in(holder, Field::Generics);
        lists
            .flat_map(|list| tree.children_in(list, Field::GenericParam))
            .filter_map(|param| tree.name(param))
            .filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()))
            .collect()
    }

    /// A hint of the catalogue as a type.
    pub(super) fn instantiated(&self, hint: &TypeExpr, ctx: &Context<'_>) -> Ty {
        match hint {
            TypeExpr::Path { path, args } if is_seen_through(path) => {
                args.first().map_or(Ty::Unknown, |arg| self.instantiated(arg, ctx))
            }
            TypeExpr::Path { path, args } => {
                let args = args.iter().map(|arg| self.instantiated(arg, ctx)).collect();
                Ty::Named {
                    to: Resolved { path: Arc::from(&**path), item: self.cb.item_by_path(path) },
                    args,
                }
            }
            TypeExpr::Tuple(parts) => {
                Ty::Tuple(parts.iter().map(|part| self.instantiated(part, ctx)).collect())
            }
            TypeExpr::Param(name) => {
                let place = |names: &[Box<str>]| names.iter().position(|param| param == name);
                match place(ctx.generics) {
                    Some(at) => ctx.turbofish.get(at).cloned().unwrap_or(Ty::Unknown),
                    None => place(ctx.params).map_or(Ty::Unknown, |at| ctx.receiver.arg(at).clone()),
                }
            }
            TypeExpr::Arg(at) => self.argument(ctx, usize::from(*at)),
            TypeExpr::ClosureResult => self.closure_result(ctx),
            TypeExpr::Receiver => ctx.receiver.clone(),
        }
    }

    fn argument(&self, ctx: &Context<'_>, at: usize) -> Ty {
        let Some((file, call)) = ctx.call else { return Ty::Unknown };
        let arg = self.tree(file).children_in(call, Field::Arg).nth(at);
        arg.map_or(Ty::Unknown, |arg| match self.tree(file).kind(arg) {
            // A macro takes a type among its arguments.
            Kind::TypePath => self.lower(file, arg, &Given::default()),
            _ => self.type_of(file, arg),
        })
    }

    fn closure_result(&self, ctx: &Context<'_>) -> Ty {
        let Some((file, call)) = ctx.call else { return Ty::Unknown };
        let tree = self.tree(file);
        let is_closure = |arg: &NodeId| tree.kind(*arg) == Kind::Closure;
        let Some(closure) = tree.children_in(call, Field::Arg).find(is_closure) else { return Ty::Unknown };
        if let Some(ret) = tree.child(closure, Field::Ret) {
            return self.lower(file, ret, &Given::default());
        }
        tree.child(closure, Field::Body).map_or(Ty::Unknown, |body| self.type_of(file, body))
    }
}
