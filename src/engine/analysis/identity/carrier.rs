//! Looks for a key among the fields of what travels, one part down. Knows nothing of how it is sent.

use crate::base::{FileIdx, Span};
use crate::catalog::Role;
use crate::engine::analysis::Params;
use crate::facts::{Codebase, FieldInfo, Item, ItemIdx, ItemKind, Ty};

/// Crates whose types hold no key of a message.
const PLAIN_CRATES: [&str; 22] = [
    "std",
    "chrono",
    "time",
    "serde_json",
    "bytes",
    "url",
    "http",
    "rust_decimal",
    "bigdecimal",
    "jiff",
    "ordered_float",
    "indexmap",
    "smallvec",
    "hashbrown",
    "secrecy",
    "serde_value",
    "mime",
    "semver",
    "ipnetwork",
    "num_bigint",
    "tracing",
    "opentelemetry",
];
/// Names of types that are an option of a job and nothing else.
const OPTION_TYPES: [&str; 20] = [
    "i8",
    "i16",
    "i32",
    "i64",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "usize",
    "f32",
    "f64",
    "bool",
    "Duration",
    "PhantomData",
    "DateTime",
    "NaiveDate",
    "NaiveDateTime",
    "TimeDelta",
    "()",
];

/// What identifies a message.
pub(super) enum Found {
    /// A field made for it.
    Dedicated((FileIdx, Span)),
    /// An id, key or hash of what the message is about.
    Natural((FileIdx, Span)),
    /// A method that gives it.
    Method,
    /// What the framework or the broker is given.
    Framework,
    /// It may be in what is out of sight.
    Unknown(String),
    /// Nothing.
    None,
}

/// Types that wrap one another beyond this are not looked into.
const MAX_TYPES: u8 = 8;

/// How much further to look.
#[derive(Clone, Copy)]
struct Depth {
    /// Parts that may lie between.
    parts: u8,
    /// Types in all, wrappers included.
    types: u8,
}

impl Depth {
    const fn below(self, n_parts: u8) -> Self {
        Self { parts: self.parts.saturating_sub(n_parts), types: self.types.saturating_sub(1) }
    }
}

/// Looks at types of one code base.
pub(super) struct Carrier<'c> {
    pub(super) codebase: &'c Codebase,
    pub(super) params: &'c Params,
}

impl Carrier<'_> {
    /// The key among `fields` of `owner`, the type itself included.
    pub(super) fn key_of(&self, owner: &Item, fields: &[FieldInfo]) -> Found {
        if self.has_method(owner) {
            return Found::Method;
        }
        match self.among(owner, fields, Depth { parts: 1, types: MAX_TYPES }) {
            Found::None => self.wrapped_bytes(owner, fields),
            found => found,
        }
    }

    /// A wrapper around bytes that it borrows puts on the wire what others made: that may identify itself.
    fn wrapped_bytes(&self, owner: &Item, fields: &[FieldInfo]) -> Found {
        let tree = self.codebase.tree(owner.file);
        let is_borrowed = |field: &&FieldInfo| {
            let text = tree.text(field.ty);
            text.starts_with('&') && text.ends_with("[u8]")
        };
        match fields.iter().find(is_borrowed) {
            Some(field) => {
                Found::Unknown(format!("what identifies it may be in the bytes of `{}`", field.name))
            }
            None => Found::None,
        }
    }

    /// Whether a job's fields only say how it runs, not on what.
    pub(super) fn is_only_options(&self, owner: &Item, fields: &[FieldInfo]) -> bool {
        fields.iter().all(|field| {
            let ty = self.codebase.ty(owner.file, field.ty);
            let inner = ty.travelling();
            let is_listed = inner.path().and_then(|path| path.rsplit("::").next());
            is_listed.is_some_and(|name| OPTION_TYPES.contains(&name)) && !self.is_key_name(field)
        })
    }

    fn among(&self, owner: &Item, fields: &[FieldInfo], depth: Depth) -> Found {
        let mut best = Found::None;
        for field in fields.iter().filter(|field| field.wire_name.is_some()) {
            let is_only = fields.len() == 1 && is_position(field);
            match (self.in_field(owner, field, depth, is_only), &best) {
                (found @ Found::Dedicated(_), _) => return found,
                (Found::None, _) => {}
                (Found::Unknown(reason), Found::None) => best = Found::Unknown(reason),
                (Found::Unknown(_), _) => {}
                (found, Found::None | Found::Unknown(_)) => best = found,
                (_, _) => {}
            }
        }
        best
    }

    fn in_field(&self, owner: &Item, field: &FieldInfo, depth: Depth, is_only: bool) -> Found {
        let names = || std::iter::once(&field.name).chain(field.wire_name.as_ref());
        let here = (owner.file, self.codebase.tree(owner.file).span(field.node));
        let names_of = |topic: &str| names().any(|name| self.codebase.catalog.names(topic).matches(name));
        if names_of("idempotency-key") || names().any(|name| self.params.lists("also", name)) {
            return Found::Dedicated(here);
        }
        if names_of("not-a-key") {
            return if is_about(owner, field) { Found::Natural(here) } else { Found::None };
        }
        let ty = self.codebase.ty(owner.file, field.ty);
        let inner = ty.travelling();
        if self.is_key_name(field) || self.is_key_type(inner) {
            return Found::Natural(here);
        }
        if let Some(item) = inner.item() {
            // What wraps a message is looked through as if it were that message.
            let is_open = field.is_flattened || is_only || (depth.parts > 0 && self.is_message(item));
            let below = depth.below(if is_open { 0 } else { 1 });
            let is_open = is_open || depth.parts > 0;
            return if is_open { self.in_type(item, below) } else { Found::None };
        }
        let is_far = match inner {
            Ty::Named { to, .. } => {
                let first = to.path.split("::").next().unwrap_or("");
                to.path.contains("::") && !PLAIN_CRATES.contains(&first)
            }
            Ty::Unknown | Ty::Bounded(_) => true,
            Ty::Tuple(_) | Ty::Slice(_) => false,
        };
        let may_hold = is_far || is_only || field.is_flattened;
        if may_hold && (depth.parts > 0 || is_only) {
            return Found::Unknown(format!("what `{}` holds is not in sight", field.name));
        }
        Found::None
    }

    fn is_message(&self, idx: ItemIdx) -> bool {
        let mut roles = ["message", "job-payload"].into_iter().filter_map(Role::named);
        roles.any(|role| self.codebase.plays(idx, role))
    }

    /// The key in a type of the workspace: in each variant with data of an enum.
    fn in_type(&self, idx: ItemIdx, depth: Depth) -> Found {
        let item = self.codebase.item(idx);
        let ItemKind::Type(info) = &item.kind else { return Found::None };
        if depth.types == 0 {
            return Found::Unknown("its parts nest too deeply".to_owned());
        }
        if self.has_method(item) {
            return Found::Method;
        }
        if !info.is_enum {
            return self.among(item, &info.fields, depth);
        }
        let with_data = info.variants.iter().filter(|variant| !variant.fields.is_empty());
        let mut last = Found::None;
        for variant in with_data {
            match self.among(item, &variant.fields, depth) {
                found @ (Found::None | Found::Unknown(_)) => return found,
                found => last = found,
            }
        }
        last
    }

    fn is_key_name(&self, field: &FieldInfo) -> bool {
        let catalog = self.codebase.catalog;
        let mut names = std::iter::once(&field.name).chain(field.wire_name.as_ref()).map(|name| snake(name));
        names.any(|name| {
            catalog.names("natural-key").matches(&name)
                && !catalog.names("not-a-key").matches(&name)
                && !catalog.names("secret-name").matches(&name)
        })
    }

    /// `Uuid`, `OrderId`, `IdempotencyKey`; not `UserId`.
    fn is_key_type(&self, ty: &Ty) -> bool {
        let Some(name) = ty.path().and_then(|path| path.rsplit("::").next()) else { return false };
        let name = snake(name);
        let last = name.rsplit('_').next().unwrap_or(&name);
        let catalog = self.codebase.catalog;
        catalog.names("key-type").patterns().any(|pattern| pattern.trim_start_matches('*') == last)
            && !catalog.names("not-a-key").matches(&name)
            && !catalog.names("secret-name").matches(&name)
    }

    /// Whether a method of the type, not one of the standard traits, gives a key.
    fn has_method(&self, item: &Item) -> bool {
        let methods = self.codebase.catalog.names("key-method");
        let is_own = |method: ItemIdx| {
            let owner = self.codebase.parent_item(method);
            let of_trait = owner.and_then(|owner| self.codebase.trait_of(owner));
            of_trait.is_none_or(|path| !path.starts_with("std::"))
        };
        methods.patterns().any(|name| self.codebase.methods_named(&item.path, name).into_iter().any(is_own))
    }
}

/// Whether an id that many messages share is that of what this one is about: the `user_id` of `CreateUser`.
fn is_about(owner: &Item, field: &FieldInfo) -> bool {
    let name = snake(&owner.name);
    let of_field = snake(&field.name);
    let stem = of_field.strip_suffix("_id");
    stem.is_some_and(|stem| {
        !matches!(stem, "trace" | "span" | "correlation" | "causation" | "request" | "session")
            && name.split('_').any(|word| word == stem)
    })
}

/// Whether a field has a number for a name.
fn is_position(field: &FieldInfo) -> bool {
    field.name.starts_with(|c: char| c.is_ascii_digit())
}

/// `OrderId` and `orderId` as `order_id`.
fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && was_lower {
            out.push('_');
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
        out.extend(c.to_lowercase());
    }
    out
}
