//! What functions and macros give: workspace functions by their signature, others by the catalogue, by convention or by
//! the crate they come from.

use super::Asker;
use super::element::holds_argument;
use super::lower::{Context, Given, is_seen_through};
use crate::base::FileIdx;
use crate::catalog::{ApiIdx, TypeExpr};
use crate::facts::{ItemIdx, ItemKind, PackageIdx, Resolved, Ty};
use crate::syntax::{Field, Kind, NodeId};

impl Asker<'_> {
    /// What a workspace function returns; futures are not opened.
    pub(super) fn fn_result(
        &self,
        idx: ItemIdx,
        receiver: Option<&Ty>,
        call: Option<(FileIdx, NodeId)>,
    ) -> Ty {
        let item = self.cb.item(idx);
        let ItemKind::Fn(info) = &item.kind else { return Ty::Unknown };
        let Some(ret) = info.ret else { return Ty::Tuple(Vec::new()) };
        let mut given = Given { self_ty: receiver.cloned(), generics: Vec::new() };
        if let (Some(owner), Some(Ty::Named { args, .. })) = (info.owner, receiver) {
            given.generics = self.impl_generics(owner, args);
        }
        if let Some((file, node)) = call {
            given.generics.extend(self.inferred(idx, file, node));
        }
        // A trait's `Self` is whatever implements it.
        if matches!(receiver, Some(Ty::Bounded(_))) {
            given.self_ty = None;
        }
        self.lower(item.file, ret, &given)
    }

    /// `impl<T> Repo<T>`: what `T` is for a receiver with these arguments.
    fn impl_generics(&self, imp: ItemIdx, args: &[Ty]) -> Vec<(String, Ty)> {
        let item = self.cb.item(imp);
        let ItemKind::Impl(info) = &item.kind else { return Vec::new() };
        let tree = self.tree(item.file);
        let Some(path) = info.self_ty.and_then(|ty| tree.path_node(ty)) else { return Vec::new() };
        let Some(segment) = tree.children_in(path, Field::Segment).last() else { return Vec::new() };
        let names = tree.children_in(segment, Field::GenericArg).map(|arg| tree.text(arg).to_owned());
        names.zip(args.iter().cloned()).collect()
    }

    /// Type parameters of a function that its result names: from the turbofish, else from an argument of that very type.
    fn inferred(&self, idx: ItemIdx, file: FileIdx, call: NodeId) -> Vec<(String, Ty)> {
        let item = self.cb.item(idx);
        let ItemKind::Fn(info) = &item.kind else { return Vec::new() };
        let names = self.type_params(item.file, item.node);
        if names.is_empty() {
            return Vec::new();
        }
        let turbofish = self.turbofish(file, call);
        let tree = self.tree(item.file);
        let ret = info.ret.map_or("", |ret| tree.text(ret));
        let mut found = Vec::new();
        for (at, name) in names.into_iter().enumerate().filter(|(_, name)| ret.contains(name)) {
            let of_arg = || {
                let is_of = |param: &NodeId| {
                    let text = tree.child(*param, Field::Type).map_or("", |ty| tree.text(ty));
                    text.trim_start_matches(['&', ' ']).trim_start_matches("mut ") == name
                };
                let place = info.params.iter().position(is_of)?;
                let arg = self.tree(file).children_in(call, Field::Arg).nth(place)?;
                Some(self.type_of(file, arg)).filter(|ty| !ty.is_unknown())
            };
            if let Some(ty) = turbofish.get(at).filter(|ty| !ty.is_unknown()).cloned().or_else(of_arg) {
                found.push((name.to_owned(), ty));
            }
        }
        found
    }

    /// What `f(..)` gives.
    pub(super) fn call_result(&self, file: FileIdx, node: NodeId) -> Ty {
        let tree = self.tree(file);
        let Some(callee) = tree.child(node, Field::Callee).filter(|callee| tree.kind(*callee) == Kind::Path)
        else {
            return Ty::Unknown;
        };
        if let Some(binding) = self.cb.bindings(file).of(callee) {
            let init = binding.init(tree).filter(|init| tree.kind(*init) == Kind::Closure);
            let body = init.and_then(|closure| tree.child(closure, Field::Body));
            return body.map_or(Ty::Unknown, |body| self.type_of(file, body));
        }
        let Some(to) = self.cb.resolve(file, callee) else {
            return self.unresolved_result(file, node, callee);
        };
        let Some(item) = to.item else { return self.external_result(file, node, &to.path) };
        match &self.cb.item(item).kind {
            ItemKind::Fn(info) => {
                let owner = info.owner.filter(|_| tree.path_segments(callee).len() > 1);
                let receiver = owner.map(|_| self.owner_of(file, callee));
                self.fn_result(item, receiver.as_ref().filter(|ty| !ty.is_unknown()), Some((file, node)))
            }
            ItemKind::Type(_) => self.named_type(to, self.turbofish(file, node)),
            ItemKind::Alias(_)
            | ItemKind::Trait
            | ItemKind::Impl(_)
            | ItemKind::Const(..)
            | ItemKind::Macro => Ty::Unknown,
        }
    }

    /// The type `T` in `T::f`.
    fn owner_of(&self, file: FileIdx, callee: NodeId) -> Ty {
        let segments = self.tree(file).path_segments(callee);
        match segments.as_slice() {
            ["Self", _] => self.self_type(file, callee),
            [owner @ .., _] => match self.cb.resolve_segments(file, callee, owner) {
                Some(to)
                    if to.item.is_none_or(|item| matches!(self.cb.item(item).kind, ItemKind::Type(_))) =>
                {
                    self.named_type(&to, self.type_args(file, callee, &Given::default()))
                }
                _ => Ty::Unknown,
            },
            [] => Ty::Unknown,
        }
    }

    /// `Self::f(..)` and `T::f(..)` that names alone do not resolve.
    fn unresolved_result(&self, file: FileIdx, node: NodeId, callee: NodeId) -> Ty {
        let tree = self.tree(file);
        match tree.path_segments(callee).as_slice() {
            ["Self"] => self.self_type(file, callee),
            ["Self", name] => {
                let owner = self.self_type(file, callee);
                let hit = self.hit(self.cb.file(file).package, &owner, name);
                match hit.and_then(|hit| hit.local) {
                    Some(item) => self.fn_result(item, Some(&owner), Some((file, node))),
                    None => {
                        let rows = self.trait_functions(file, name);
                        self.row_result(&rows, &owner, Some((file, node))).unwrap_or(Ty::Unknown)
                    }
                }
            }
            ["Some" | "Ok"] => self.first_arg(file, node),
            [.., owner, "builder"] if owner.starts_with(|c: char| c.is_ascii_uppercase()) => {
                Ty::made_by(&format!("?::{owner}::builder"))
            }
            _ => Ty::Unknown,
        }
    }

    fn first_arg(&self, file: FileIdx, node: NodeId) -> Ty {
        let arg = self.tree(file).child(node, Field::Arg);
        arg.map_or(Ty::Unknown, |arg| self.type_of(file, arg))
    }

    /// A function of another crate, or one that a macro makes for a type of the workspace.
    fn external_result(&self, file: FileIdx, node: NodeId, path: &str) -> Ty {
        let package = self.cb.file(file).package;
        match path {
            "std::option::Option::Some" => {
                return Ty::external("std::option::Option", vec![self.first_arg(file, node)]);
            }
            "std::result::Result::Ok" => {
                return Ty::external("std::result::Result", vec![self.first_arg(file, node)]);
            }
            "std::result::Result::Err" => {
                return Ty::external("std::result::Result", vec![Ty::Unknown, self.first_arg(file, node)]);
            }
            "std::mem::take" | "std::mem::replace" | "std::convert::identity" => {
                return self.first_arg(file, node);
            }
            _ => {}
        }
        let Some((owner, name)) = path.rsplit_once("::") else { return Ty::Unknown };
        if let Some(item) = self.cb.member(owner, name) {
            let owner = Ty::external(owner, Vec::new());
            return self.fn_result(item, Some(&owner), Some((file, node)));
        }
        let mut rows: Vec<ApiIdx> = self.rows_of_path(package, path);
        if is_seen_through(owner) {
            return self.first_arg(file, node);
        }
        let is_type =
            owner.rsplit("::").next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_uppercase()));
        if rows.is_empty() && is_type && self.is_of_workspace(owner) {
            rows = self.trait_functions(file, name);
        }
        let args = self.turbofish(file, node);
        let receiver = self.of_path(owner, args);
        if let Some(found) = self.row_result(&rows, &receiver, Some((file, node))) {
            return found;
        }
        if is_type && self.cb.catalog.is_constructor(name) {
            if holds_argument(owner) && receiver.arg(0).is_unknown() {
                return Ty::external(owner, vec![self.first_arg(file, node)]);
            }
            return receiver;
        }
        if name == "builder" {
            let builder = format!("{owner}Builder");
            if self.cb.catalog.type_row(&builder).is_some() {
                return Ty::external(&builder, Vec::new());
            }
            return Ty::made_by(path);
        }
        match path {
            "std::fs::read_to_string" | "std::env::var" | "std::io::read_to_string" => {
                return Ty::external("std::string::String", Vec::new());
            }
            "std::fs::read" => return Ty::external("std::vec::Vec", vec![Ty::external("u8", Vec::new())]),
            "std::fs::metadata" => return Ty::made_by(path),
            _ if path.strip_prefix("std::io::").is_some_and(|name| name.starts_with("std")) => {
                return Ty::made_by(path);
            }
            _ if path.starts_with("std::iter::") => return Ty::Slice(Box::new(Ty::Unknown)),
            _ => {}
        }
        if self.is_made_of_itself(file, node, path) { Ty::made_by(path) } else { Ty::Unknown }
    }

    /// Whether a method of a type of such a crate can only give something of that crate: nothing of ours is in it.
    pub(super) fn stays_in_its_crate(&self, file: FileIdx, node: NodeId, receiver: &Ty) -> bool {
        let Ty::Named { to, args } = receiver else { return false };
        let tree = self.tree(file);
        to.item.is_none()
            && args.is_empty()
            && !receiver.is_made_up()
            && self.is_unheard(&to.path)
            && tree.child(node, Field::GenericArg).is_none()
            && tree.children_in(node, Field::Arg).all(|arg| tree.kind(arg) != Kind::Closure)
    }

    /// Whether a path begins with a crate that neither the catalogue nor the workspace knows.
    pub(super) fn is_unheard(&self, path: &str) -> bool {
        let krate = path.split("::").next().unwrap_or(path);
        krate != "std"
            && path.contains("::")
            && !self.cb.catalog.has_crate(krate)
            && !self.cb.catalog.has_crate(&krate.replace('_', "-"))
            && !self.is_of_workspace(path)
    }

    /// Whether a function of a crate that the catalogue does not know can only give something of that crate: nothing of
    /// ours goes in.
    fn is_made_of_itself(&self, file: FileIdx, node: NodeId, path: &str) -> bool {
        let tree = self.tree(file);
        let is_plain = |arg: NodeId| {
            matches!(
                tree.kind(arg),
                Kind::LitStr
                    | Kind::LitInt
                    | Kind::LitBool
                    | Kind::LitFloat
                    | Kind::LitChar
                    | Kind::MacroCall
            )
        };
        self.is_unheard(path)
            && tree.children_in(node, Field::Arg).all(is_plain)
            && tree.children_in(node, Field::GenericArg).next().is_none()
    }

    /// A type by canonical path, with its item where it is one of the workspace.
    fn of_path(&self, path: &str, args: Vec<Ty>) -> Ty {
        Ty::Named { to: Resolved { path: path.into(), item: self.cb.item_by_path(path) }, args }
    }

    /// Whether a canonical path begins with a crate of the workspace.
    pub(in crate::facts) fn is_of_workspace(&self, path: &str) -> bool {
        let first = path.split("::").next().unwrap_or(path);
        self.cb.packages.iter().any(|package| &*package.crate_name == first)
    }

    /// Rows of a function by canonical path.
    pub(in crate::facts) fn rows_of_path(&self, package: PackageIdx, path: &str) -> Vec<ApiIdx> {
        let rows = self.cb.catalog.apis_of_path(path).iter().copied();
        rows.filter(|idx| self.is_of_version(package, *idx)).collect()
    }

    /// What a macro call gives.
    pub(super) fn macro_result(&self, file: FileIdx, node: NodeId) -> Ty {
        let tree = self.tree(file);
        let segments = tree.path_segments(node);
        let Some(name) = segments.last().copied() else { return Ty::Unknown };
        let args = || tree.children_in(node, Field::Arg);
        match name {
            "vec" => return Ty::external("std::vec::Vec", vec![self.first_arg(file, node)]),
            "format" | "concat" | "stringify" | "include_str" => {
                return Ty::external("std::string::String", Vec::new());
            }
            "matches" => return Ty::external("bool", Vec::new()),
            "json" => return Ty::external("serde_json::Value", Vec::new()),
            "pin" | "ready" | "dbg" => return self.first_arg(file, node),
            "join" | "try_join" => {
                return Ty::Tuple(args().map(|arg| self.awaited(&self.type_of(file, arg))).collect());
            }
            _ => {}
        }
        let Some(to) = self.cb.resolve(file, node) else { return Ty::Unknown };
        let rows = self.cb.catalog.apis_of_macro(&to.path);
        let receiver = Ty::Unknown;
        let hint = rows.iter().find_map(|idx| self.cb.catalog.api(*idx).returns.as_ref());
        let Some(hint) = hint else { return Ty::Unknown };
        let ctx = Context {
            receiver: &receiver,
            params: &[],
            generics: &[],
            turbofish: &[],
            call: Some((file, node)),
        };
        match hint {
            TypeExpr::Receiver => Ty::Unknown,
            _ => self.instantiated(hint, &ctx),
        }
    }
}
