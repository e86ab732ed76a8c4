//! What a method is, by the type of its receiver, and what it gives.

use super::Asker;
use super::lower::{Context, Given};
use crate::base::FileIdx;
use crate::catalog::ApiIdx;
use crate::facts::{ItemIdx, ItemKind, PackageIdx, Ty};
use crate::syntax::{Field, Kind, NodeId};

/// Types behind types that are asked for a method.
const MAX_DEREFS: usize = 5;
/// Traits above traits that are asked.
const MAX_SUPERTRAITS: u8 = 3;

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

/// A method that is looked for.
struct Wanted<'n> {
    package: PackageIdx,
    name: &'n str,
    /// Whether the workspace has a method of that name.
    has_locals: bool,
}

impl Asker<'_> {
    /// The function that `receiver.name(..)` calls, as far as the workspace or the catalogue know it.
    pub(in crate::facts) fn hit(&self, package: PackageIdx, receiver: &Ty, name: &str) -> Option<Hit> {
        let has_locals = self.cb.calls.methods.contains_key(name);
        if !has_locals && self.cb.catalog.apis_of_method(name).is_empty() {
            return None;
        }
        let wanted = Wanted { package, name, has_locals };
        let direct = self.hit_on(&wanted, receiver);
        if direct.is_some() {
            return direct;
        }
        let mut at = self.derefs(receiver)?;
        for _ in 1..MAX_DEREFS {
            if let Some(hit) = self.hit_on(&wanted, &at) {
                return Some(hit);
            }
            at = self.derefs(&at)?;
        }
        None
    }

    fn hit_on(&self, wanted: &Wanted<'_>, ty: &Ty) -> Option<Hit> {
        match ty {
            Ty::Named { to, .. } => self.hit_of(wanted, ty, &to.path).or_else(|| {
                let traits = self.cb.impls_for(&to.path).iter().filter_map(|imp| self.cb.trait_of(*imp));
                traits.into_iter().find_map(|path| self.hit_of(wanted, ty, path))
            }),
            Ty::Bounded(traits) => traits.iter().find_map(|(path, _)| self.hit_of_trait(wanted, ty, path, 0)),
            Ty::Tuple(_) | Ty::Slice(_) | Ty::Unknown => None,
        }
    }

    /// A method of a trait or of one of its supertraits.
    fn hit_of_trait(&self, wanted: &Wanted<'_>, ty: &Ty, path: &str, depth: u8) -> Option<Hit> {
        if let Some(hit) = self.hit_of(wanted, ty, path) {
            return Some(hit);
        }
        let item = self.cb.item_by_path(path).filter(|_| depth < MAX_SUPERTRAITS)?;
        let item = self.cb.item(item);
        if !matches!(item.kind, ItemKind::Trait) {
            return None;
        }
        let tree = self.tree(item.file);
        let supers = tree.children_in(item.node, Field::Bound).filter_map(|bound| tree.path_node(bound));
        let mut supers = supers.filter_map(|path| self.cb.resolve(item.file, path));
        supers.find_map(|to| self.hit_of_trait(wanted, ty, &to.path, depth + 1))
    }

    /// A method of the type or trait of that path.
    fn hit_of(&self, wanted: &Wanted<'_>, ty: &Ty, path: &str) -> Option<Hit> {
        let local = if wanted.has_locals { self.local_method(path, wanted.name) } else { None };
        let rows = self.rows_of(wanted.package, path, wanted.name);
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
        let rows = self.cb.catalog.apis_of_method(name);
        if rows.is_empty() {
            return Vec::new();
        }
        let is_it = |known: &str| {
            let owner = known.strip_suffix(name).and_then(|owner| owner.strip_suffix("::"));
            owner == Some(path)
        };
        let is_one = |row: &ApiIdx| self.cb.catalog.api(*row).paths.iter().any(|known| is_it(known));
        // Most methods of a catalogued name are another type's, for which no text of the path need be made.
        let is_type =
            path.rsplit(':').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_uppercase()));
        if is_type && !rows.iter().any(is_one) {
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
    pub(super) fn row_result(
        &self,
        rows: &[ApiIdx],
        receiver: &Ty,
        call: Option<(FileIdx, NodeId)>,
    ) -> Option<Ty> {
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
    pub(super) fn turbofish(&self, file: FileIdx, node: NodeId) -> Vec<Ty> {
        let tree = self.tree(file);
        let given = Given::default();
        match tree.kind(node) {
            Kind::MethodCall => {
                tree.children_in(node, Field::GenericArg).map(|arg| self.lower(file, arg, &given)).collect()
            }
            _ => tree.path_node(node).map_or_else(Vec::new, |path| self.type_args(file, path, &given)),
        }
    }
}
