//! What a method or function is, by the type of its receiver or its path, and what it returns.

use super::Asker;
use super::element::holds_argument;
use super::lower::{Context, Given, is_seen_through};
use crate::base::FileIdx;
use crate::catalog::{ApiIdx, TypeExpr};
use crate::facts::{ItemIdx, ItemKind, PackageIdx, Resolved, Ty};
use crate::syntax::{Field, Kind, NodeId};

/// Types behind types that are asked for a method.
const MAX_DEREFS: usize = 5;

/// The function behind a method call on a known receiver.
#[derive(Clone, Debug)]
pub(in crate::facts) struct Hit {
    /// The type that has the method: the receiver's, or one that it derefs to.
    pub(in crate::facts) owner: Ty,
    /// Canonical path of the type or trait that has it.
    pub(in crate::facts) owner_path: String,
    /// The workspace's function.
    pub(in crate::facts) local: Option<ItemIdx>,
    /// Rows of the catalogue.
    pub(in crate::facts) rows: Vec<ApiIdx>,
}

impl Asker<'_> {
    /// The function that `receiver.name(..)` calls, as far as the workspace or the catalogue know it.
    pub(in crate::facts) fn hit(&self, package: PackageIdx, receiver: &Ty, name: &str) -> Option<Hit> {
        let has_locals = self.cb.calls.methods.contains_key(name);
        let rows = self.cb.catalog.apis_of_method(name);
        if !has_locals && rows.is_empty() {
            return None;
        }
        let mut at = receiver.clone();
        for _ in 0..MAX_DEREFS {
            if let Some(hit) = self.hit_on(package, &at, name) {
                return Some(hit);
            }
            at = self.derefs(&at)?;
        }
        None
    }

    fn hit_on(&self, package: PackageIdx, ty: &Ty, name: &str) -> Option<Hit> {
        match ty {
            Ty::Named { to, .. } => {
                let own = self.hit_of(package, ty, &to.path, name);
                own.or_else(|| {
                    let traits = self.cb.impls_for(&to.path).iter().filter_map(|imp| self.cb.trait_of(*imp));
                    traits.into_iter().find_map(|path| self.hit_of(package, ty, path, name))
                })
            }
            Ty::Bounded(traits) => {
                traits.iter().find_map(|(path, _)| self.hit_of_trait(package, ty, path, name, 0))
            }
            Ty::Tuple(_) | Ty::Slice(_) | Ty::Unknown => None,
        }
    }

    /// A method of a trait or of one of its supertraits.
    fn hit_of_trait(&self, package: PackageIdx, ty: &Ty, path: &str, name: &str, depth: u8) -> Option<Hit> {
        if let Some(hit) = self.hit_of(package, ty, path, name) {
            return Some(hit);
        }
        let item = self.cb.item_by_path(path).filter(|_| depth < 3)?;
        let item = self.cb.item(item);
        if !matches!(item.kind, ItemKind::Trait) {
            return None;
        }
        let tree = self.tree(item.file);
        let supers = tree.children_in(item.node, Field::Bound).filter_map(|bound| tree.path_node(bound));
        let supers = supers.filter_map(|path| self.cb.resolve(item.file, path));
        supers.into_iter().find_map(|to| self.hit_of_trait(package, ty, &to.path, name, depth + 1))
    }

    /// A method of the type or trait of that path.
    fn hit_of(&self, package: PackageIdx, ty: &Ty, path: &str, name: &str) -> Option<Hit> {
        let local =
            if self.cb.calls.methods.contains_key(name) { self.local_method(path, name) } else { None };
        let rows = self.rows_of(package, path, name);
        if local.is_none() && rows.is_empty() {
            return None;
        }
        Some(Hit { owner: ty.clone(), owner_path: path.to_owned(), local, rows })
    }

    /// The workspace's method, a real one before one for tests.
    fn local_method(&self, path: &str, name: &str) -> Option<ItemIdx> {
        let found = self.cb.methods_named(path, name);
        found.iter().copied().find(|item| !self.cb.item(*item).is_test).or_else(|| found.first().copied())
    }

    /// Rows of `path::name`, for the version that the package depends on.
    pub(in crate::facts) fn rows_of(&self, package: PackageIdx, path: &str, name: &str) -> Vec<ApiIdx> {
        if self.cb.catalog.apis_of_method(name).is_empty() {
            return Vec::new();
        }
        self.rows_of_path(package, &format!("{path}::{name}"))
    }

    /// What a method call gives, on a receiver of type `receiver`.
    pub(super) fn method_result(&self, file: FileIdx, node: NodeId, receiver: &Ty) -> Ty {
        let name = self.tree(file).name(node).unwrap_or("");
        let package = self.cb.file(file).package;
        if receiver.is_unknown() {
            return self.result_of_unknown(file, node, name);
        }
        if let Some(hit) = self.hit(package, receiver, name) {
            if let Some(item) = hit.local {
                return self.fn_result(item, Some(&hit.owner), Some((file, node)));
            }
            if let Some(found) = self.row_result(&hit.rows, &hit.owner, Some((file, node))) {
                return found;
            }
        }
        if let Some(found) = self.passed_on(receiver, name) {
            return found;
        }
        let mut rows = self.extensions(file, node, receiver, &self.usable(package, name));
        if receiver.item().is_some() {
            // A derive may have made the method.
            rows.extend(self.distinctive(package, name));
        }
        if let Some(found) = self.row_result(&rows, receiver, Some((file, node))) {
            return found;
        }
        if receiver.is_made_up() && self.tree(file).child(node, Field::GenericArg).is_some() {
            return Ty::Unknown;
        }
        if self.stays_in_its_crate(file, node, receiver) {
            return Ty::made_by(receiver.path().unwrap_or("?"));
        }
        if self.is_builder(receiver) || self.cb.catalog.is_transparent(name) {
            return receiver.clone();
        }
        Self::fixed_result(name)
    }

    /// Whether methods that nobody describes give the receiver back.
    fn is_builder(&self, ty: &Ty) -> bool {
        ty.is_made_up()
            || ty.path().and_then(|path| self.cb.catalog.type_row(path)).is_some_and(|row| row.is_builder)
    }

    /// Methods whose name decides the type whatever the receiver is.
    fn fixed_result(name: &str) -> Ty {
        let path = match name {
            "to_string" | "to_lowercase" | "to_uppercase" | "to_rfc3339" => "std::string::String",
            "as_str" | "trim" | "as_bytes" => "str",
            "len" | "count" | "capacity" => "usize",
            "is_empty" | "contains" | "is_some" | "is_none" | "is_ok" | "is_err" | "starts_with"
            | "ends_with" => "bool",
            "headers" | "headers_mut" => "http::HeaderMap",
            "elapsed" | "duration_since" | "as_millis" | "as_secs" => "std::time::Duration",
            _ => return Ty::Unknown,
        };
        Ty::external(path, Vec::new())
    }

    /// A method whose name alone says whose it is, in a package that depends on that crate.
    fn result_of_unknown(&self, file: FileIdx, node: NodeId, name: &str) -> Ty {
        let package = self.cb.file(file).package;
        let mut rows = self.distinctive(package, name);
        if rows.is_empty() {
            rows = self.extensions(file, node, &Ty::Unknown, &self.usable(package, name));
        }
        let owner = rows.first().and_then(|idx| self.owner_of_row(*idx, name)).unwrap_or(Ty::Unknown);
        self.row_result(&rows, &owner, Some((file, node))).unwrap_or_else(|| Self::fixed_result(name))
    }

    /// The type whose method a row describes; none for extension traits, which are for any type.
    fn owner_of_row(&self, idx: ApiIdx, name: &str) -> Option<Ty> {
        let api = self.cb.catalog.api(idx);
        let owners = api.paths.iter().filter_map(|path| path.rsplit_once("::"));
        let owner = owners.filter(|(_, method)| *method == name).map(|(owner, _)| owner).next()?;
        (!api.takes_any_receiver).then(|| Ty::external(owner, Vec::new()))
    }

    /// The result that the first row with a hint gives.
    fn row_result(&self, rows: &[ApiIdx], receiver: &Ty, call: Option<(FileIdx, NodeId)>) -> Option<Ty> {
        let (api, hint) = rows.iter().find_map(|idx| {
            let api = self.cb.catalog.api(*idx);
            api.returns.as_ref().map(|hint| (api, hint))
        })?;
        let turbofish = call.map_or_else(Vec::new, |(file, node)| self.turbofish(file, node));
        let row = receiver.path().and_then(|path| self.cb.catalog.type_row(path));
        let params: &[Box<str>] = row.map_or(&[], |row| &row.params);
        let ctx = Context { receiver, params, generics: &api.generics, turbofish: &turbofish, call };
        Some(self.instantiated(hint, &ctx))
    }

    /// Type arguments of a call.
    fn turbofish(&self, file: FileIdx, node: NodeId) -> Vec<Ty> {
        let tree = self.tree(file);
        let given = Given::default();
        match tree.kind(node) {
            Kind::MethodCall => {
                tree.children_in(node, Field::GenericArg).map(|arg| self.lower(file, arg, &given)).collect()
            }
            _ => tree.path_node(node).map_or_else(Vec::new, |path| self.type_args(file, path, &given)),
        }
    }

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
                let place = info.params.iter().position(|param| is_of(param))?;
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
    fn stays_in_its_crate(&self, file: FileIdx, node: NodeId, receiver: &Ty) -> bool {
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
