//! What wrappers hold: the value behind a guard, in an `Option`, behind an `.await`, in a collection. Includes the few
//! methods of the standard library that only pass types on.

use super::Asker;
use super::lower::{Context, Given};
use crate::catalog::TypeExpr;
use crate::facts::{ItemIdx, Resolved, Ty};

const OPTION: &str = "std::option::Option";
const RESULT: &str = "std::result::Result";

/// Types whose first argument is what they guard, hold or make on first use.
const HOLDERS: [&str; 24] = [
    "std::sync::LazyLock",
    "std::cell::LazyCell",
    "once_cell::sync::Lazy",
    "once_cell::unsync::Lazy",
    "std::sync::OnceLock",
    "std::cell::OnceCell",
    "once_cell::sync::OnceCell",
    "tokio::sync::OnceCell",
    "std::sync::Mutex",
    "std::sync::RwLock",
    "tokio::sync::Mutex",
    "tokio::sync::RwLock",
    "parking_lot::Mutex",
    "parking_lot::RwLock",
    "futures::lock::Mutex",
    "async_lock::Mutex",
    "async_lock::RwLock",
    "std::cell::RefCell",
    "std::cell::Cell",
    "arc_swap::ArcSwap",
    "std::sync::MutexGuard",
    "tokio::sync::MutexGuard",
    "tokio::sync::OwnedMutexGuard",
    "std::task::Poll",
];

/// Those of `HOLDERS` that are used as if they were what they hold.
const LAZY: [&str; 7] = [
    "std::sync::LazyLock",
    "std::cell::LazyCell",
    "once_cell::sync::Lazy",
    "once_cell::unsync::Lazy",
    "std::sync::MutexGuard",
    "tokio::sync::MutexGuard",
    "tokio::sync::OwnedMutexGuard",
];

/// Collections of one element type.
const COLLECTIONS: [&str; 9] = [
    "std::vec::Vec",
    "std::collections::VecDeque",
    "std::collections::HashSet",
    "std::collections::BTreeSet",
    "std::collections::BinaryHeap",
    "std::collections::LinkedList",
    "indexmap::IndexSet",
    "smallvec::SmallVec",
    "futures::stream::FuturesUnordered",
];

const MAPS: [&str; 4] =
    ["std::collections::HashMap", "std::collections::BTreeMap", "indexmap::IndexMap", "dashmap::DashMap"];

/// Methods of `Option` and `Result` after which the wrapper is still there.
const KEEPS: [&str; 25] = [
    "as_ref",
    "as_mut",
    "as_deref",
    "as_deref_mut",
    "cloned",
    "copied",
    "clone",
    "take",
    "map_err",
    "context",
    "with_context",
    "wrap_err",
    "wrap_err_with",
    "change_context",
    "inspect",
    "inspect_err",
    "or",
    "or_else",
    "filter",
    "ok_or",
    "ok_or_else",
    "err_into",
    "by_ref",
    "to_owned",
    "iter",
];

/// Methods of iterators and collections whose result has the same elements.
const SAME_ELEMENTS: [&str; 27] = [
    "iter",
    "iter_mut",
    "into_iter",
    "drain",
    "rev",
    "skip",
    "take",
    "step_by",
    "filter",
    "chain",
    "cloned",
    "copied",
    "peekable",
    "fuse",
    "inspect",
    "skip_while",
    "take_while",
    "by_ref",
    "as_slice",
    "as_mut_slice",
    "to_vec",
    "into_vec",
    "split_off",
    "sorted",
    "unique",
    "into_par_iter",
    "par_iter",
];

/// Methods of collections and iterators that give one element or none.
const ONE_ELEMENT: [&str; 19] = [
    "next",
    "last",
    "nth",
    "find",
    "max",
    "min",
    "max_by_key",
    "min_by_key",
    "first",
    "first_mut",
    "last_mut",
    "pop",
    "pop_front",
    "pop_back",
    "front",
    "back",
    "swap_remove",
    "peek",
    "next_back",
];

/// Methods of streams and receivers that give what they deliver.
const DELIVERS: [&str; 9] = [
    "next",
    "try_next",
    "recv",
    "try_recv",
    "recv_async",
    "blocking_recv",
    "recv_timeout",
    "select_next_some",
    "receive",
];

/// Methods of streams whose result delivers the same.
const SAME_STREAM: [&str; 11] = [
    "fuse",
    "boxed",
    "take",
    "skip",
    "take_until",
    "take_while",
    "peekable",
    "by_ref",
    "into_stream",
    "filter",
    "throttle",
];

impl Asker<'_> {
    /// What `.await` gives.
    pub(super) fn awaited(&self, ty: &Ty) -> Ty {
        match ty {
            Ty::Bounded(traits) => {
                let future = traits.iter().find(|(path, _)| path.ends_with("::Future"));
                future.map_or_else(|| ty.clone(), |(_, output)| output.clone().unwrap_or(Ty::Unknown))
            }
            Ty::Named { to, .. } if &*to.path != OPTION && &*to.path != RESULT => {
                self.hinted(ty, |row| row.opens.as_ref()).unwrap_or_else(|| ty.clone())
            }
            _ => ty.clone(),
        }
    }

    /// What `?`, `unwrap`, `Some(..)` and `Ok(..)` give; the type itself where it is no wrapper.
    pub(super) fn opened(&self, ty: &Ty) -> Ty {
        match ty.path() {
            Some(OPTION | RESULT) => ty.arg(0).clone(),
            _ => self.hinted(ty, |row| row.opens.as_ref()).unwrap_or_else(|| ty.clone()),
        }
    }

    /// What `Err(..)` gives.
    pub(super) fn error_of(ty: &Ty) -> Ty {
        match ty.path() {
            Some(RESULT) => ty.arg(1).clone(),
            _ => Ty::Unknown,
        }
    }

    /// A hint of the type's row in the catalogue.
    fn hinted(
        &self,
        ty: &Ty,
        pick: impl FnOnce(&crate::catalog::TypeRow) -> Option<&TypeExpr>,
    ) -> Option<Ty> {
        let row = self.cb.catalog.type_row(ty.path()?)?;
        let ctx = Context { receiver: ty, params: &row.params, generics: &[], turbofish: &[], call: None };
        pick(row).map(|hint| self.instantiated(hint, &ctx))
    }

    /// The type whose methods and fields `ty` has beside its own.
    pub(super) fn derefs(&self, ty: &Ty) -> Option<Ty> {
        let path = ty.path()?;
        if let Some(found) = self.hinted(ty, |row| row.derefs.as_ref()) {
            return Some(found);
        }
        if LAZY.contains(&path) {
            return Some(ty.arg(0).clone());
        }
        ty.item()?;
        let is_deref = |imp: &&ItemIdx| self.cb.trait_of(**imp) == Some("std::ops::Deref");
        let imp = self.cb.item(*self.cb.impls_for(path).iter().find(is_deref)?);
        self.alias_in(imp.file, imp.node, "Target").filter(|target| target != ty)
    }

    /// What a collection, iterator, stream or receiver holds or delivers.
    pub(super) fn element(&self, ty: &Ty) -> Ty {
        match ty {
            Ty::Slice(element) => (**element).clone(),
            Ty::Named { to, args } => {
                let path = &*to.path;
                if COLLECTIONS.contains(&path) || path == OPTION {
                    return ty.arg(0).clone();
                }
                if MAPS.contains(&path) {
                    return Ty::Tuple(args.iter().take(2).cloned().collect());
                }
                self.hinted(ty, |row| row.item.as_ref())
                    .or_else(|| self.derefs(ty).map(|inner| self.deeper_element(&inner)))
                    .unwrap_or(Ty::Unknown)
            }
            Ty::Bounded(traits) => {
                let is_sequence = |path: &str| {
                    path.ends_with("::Iterator")
                        || path.ends_with("::IntoIterator")
                        || path.ends_with("::Stream")
                };
                let found = traits.iter().find(|(path, _)| is_sequence(path));
                found.and_then(|(_, item)| item.clone()).unwrap_or(Ty::Unknown)
            }
            Ty::Tuple(_) | Ty::Unknown => Ty::Unknown,
        }
    }

    fn deeper_element(&self, ty: &Ty) -> Ty {
        self.deeper(|| self.element(ty))
    }

    /// `base[i]`.
    pub(super) fn looked_up(&self, ty: &Ty) -> Ty {
        match ty.path() {
            Some(path) if MAPS.contains(&path) => ty.arg(1).clone(),
            _ => self.element(ty),
        }
    }

    /// A field by name or number, also through guards and wrappers.
    pub(super) fn field(&self, ty: &Ty, name: &str) -> Ty {
        if let Ty::Tuple(parts) = ty {
            return name.parse().ok().and_then(|at: usize| parts.get(at)).cloned().unwrap_or(Ty::Unknown);
        }
        if let Some(found) = self.own_field(ty, None, name) {
            return found;
        }
        // Whatever has headers keeps them in a map.
        if name == "headers" && ty.item().is_none() {
            return Ty::external("http::HeaderMap", Vec::new());
        }
        self.derefs(ty).map_or(Ty::Unknown, |inner| self.deeper(|| self.field(&inner, name)))
    }

    /// A field of a workspace type, or of a variant of it.
    pub(super) fn own_field(&self, ty: &Ty, variant: Option<&str>, name: &str) -> Option<Ty> {
        let Ty::Named { to: Resolved { item: Some(item), .. }, args } = ty else { return None };
        let owner = self.cb.item(*item);
        let info = owner.kind.as_type()?;
        let of_variant = variant.and_then(|name| info.variants.iter().find(|variant| &*variant.name == name));
        let fields = of_variant.map_or(&info.fields, |variant| &variant.fields);
        let field = fields.iter().find(|field| &*field.name == name)?;
        let given = Given { self_ty: Some(ty.clone()), generics: self.zipped(*item, args) };
        Some(self.lower(owner.file, field.ty, &given))
    }

    /// What a method of the standard library gives that only passes types on; `None` for all others.
    pub(super) fn passed_on(&self, receiver: &Ty, name: &str) -> Option<Ty> {
        let path = receiver.path();
        let some = |ty: Ty| Some(Ty::external(OPTION, vec![ty]));
        if matches!(path, Some(OPTION | RESULT)) {
            return self.of_wrapper(receiver, name);
        }
        if let Some(map) = path.filter(|path| MAPS.contains(path)) {
            return match name {
                "get" | "get_mut" | "remove" | "insert" if map != "dashmap::DashMap" => {
                    some(receiver.arg(1).clone())
                }
                "entry" => {
                    let parts = vec![receiver.arg(0).clone(), receiver.arg(1).clone()];
                    Some(Ty::external("std::collections::Entry", parts))
                }
                "values" | "values_mut" | "into_values" => Some(Ty::Slice(Box::new(receiver.arg(1).clone()))),
                "keys" | "into_keys" => Some(Ty::Slice(Box::new(receiver.arg(0).clone()))),
                "iter" | "iter_mut" | "into_iter" | "drain" => {
                    Some(Ty::Slice(Box::new(self.element(receiver))))
                }
                _ => None,
            };
        }
        let is_sequence =
            matches!(receiver, Ty::Slice(_)) || path.is_some_and(|path| COLLECTIONS.contains(&path));
        if is_sequence {
            let element = self.element(receiver);
            return match name {
                "enumerate" => {
                    let index = Ty::external("usize", Vec::new());
                    Some(Ty::Slice(Box::new(Ty::Tuple(vec![index, element]))))
                }
                "chunks" | "windows" | "chunks_exact" => {
                    Some(Ty::Slice(Box::new(Ty::Slice(Box::new(element)))))
                }
                "get" | "get_mut" => some(element),
                "remove" if path == Some("std::vec::Vec") => Some(element),
                _ if SAME_ELEMENTS.contains(&name) => Some(Ty::Slice(Box::new(element))),
                _ if ONE_ELEMENT.contains(&name) => some(element),
                _ => None,
            };
        }
        if path.is_some_and(|path| HOLDERS.contains(&path)) {
            return match name {
                "lock" | "try_lock" | "blocking_lock" | "lock_owned" | "read" | "write" | "try_read"
                | "try_write" | "borrow" | "borrow_mut" | "get_or_init" | "get_or_try_init" | "get_mut"
                | "into_inner" | "load" | "load_full" | "read_owned" | "write_owned" => {
                    Some(receiver.arg(0).clone())
                }
                "get" => some(receiver.arg(0).clone()),
                _ => None,
            };
        }
        if path == Some("std::collections::Entry") {
            return match name {
                "and_modify" => Some(receiver.clone()),
                _ if name.starts_with("or_") => Some(receiver.arg(1).clone()),
                _ => None,
            };
        }
        if DELIVERS.contains(&name) {
            return Some(self.element(receiver)).filter(|item| !item.is_unknown());
        }
        if SAME_STREAM.contains(&name) && !self.element(receiver).is_unknown() {
            return Some(receiver.clone());
        }
        match name {
            "into_inner" | "get_ref" | "deref" | "get_mut" | "as_ref" | "inner" => self.derefs(receiver),
            _ => None,
        }
    }

    fn of_wrapper(&self, receiver: &Ty, name: &str) -> Option<Ty> {
        match name {
            "ok" => Some(Ty::external(OPTION, vec![receiver.arg(0).clone()])),
            "err" => Some(Ty::external(OPTION, vec![Self::error_of(receiver)])),
            "ok_or" | "ok_or_else" => Some(Ty::external(RESULT, vec![receiver.arg(0).clone()])),
            "unwrap_err" | "expect_err" => Some(Self::error_of(receiver)),
            "is_some" | "is_none" | "is_ok" | "is_err" => Some(Ty::external("bool", Vec::new())),
            "flatten" | "transpose" => Some(receiver.arg(0).clone()),
            "insert" | "get_or_insert" | "get_or_insert_with" => Some(receiver.arg(0).clone()),
            _ if KEEPS.contains(&name) => Some(receiver.clone()),
            _ if self.cb.catalog.is_transparent(name) => Some(receiver.arg(0).clone()),
            _ => None,
        }
    }
}

/// Whether a constructor of the type takes what it holds as its only argument.
pub(super) fn holds_argument(path: &str) -> bool {
    HOLDERS.contains(&path)
}
