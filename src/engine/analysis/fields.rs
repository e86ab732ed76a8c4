//! Fields of types that play a role, by name and by the shape of what they hold. Judges none of them.

use super::identity::is_stored_event;
use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::Role;
use crate::engine::{FactValue, Subject};
use crate::facts::{Codebase, FieldInfo, Item, ItemIdx, ItemKind, Ty};

/// Newtypes and aliases that are looked through.
const MAX_DEPTH: u8 = 4;

/// The analysis `fields`.
pub(super) struct Fields;

static SHAPES: &[&str] = &[
    "integer", "float", "bool", "text", "bytes", "json", "list", "map", "enum", "newtype", "struct", "other",
];

static SPEC: Spec = Spec {
    name: "fields",
    about: "fields that travel, of structs and of variants of types that play one of the roles",
    params: &[
        ParamSpec {
            name: "of",
            kind: ParamKind::Names,
            about: "roles of the types; default: message job-payload",
            default: || ParamValue::names(&["message", "job-payload"]),
        },
        ParamSpec {
            name: "named",
            kind: ParamKind::Names,
            about: "names of fields, own or on the wire, `*` at either end, or topics of names of the catalogue; default: all",
            default: || ParamValue::names(&["*"]),
        },
    ],
    facts: &[
        FactSpec {
            name: "field",
            kind: FactKind::Text,
            about: "its name on the wire; its place is the field",
        },
        FactSpec {
            name: "owner",
            kind: FactKind::Text,
            about: "the name of its type; its place is that name",
        },
        FactSpec {
            name: "shape",
            kind: FactKind::Symbols(SHAPES),
            about: "what it holds, inside `Option`; `newtype` wraps one field, `list` is any collection; unknown where the \
                    type is generic or of another crate",
        },
        FactSpec {
            name: "inner",
            kind: FactKind::Symbols(SHAPES),
            about: "the shape of the element of a list, of the values of a map, or of what a newtype wraps",
        },
        FactSpec {
            name: "inner-type",
            kind: FactKind::Text,
            about: "the last segment of the type of that element or value",
        },
        FactSpec { name: "type", kind: FactKind::Text, about: "its type as written" },
        FactSpec {
            name: "typed",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether a field or tag of the same struct tells the message's type; `no` for fields of variants",
        },
        FactSpec {
            name: "stored",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether the type is an event that an event store keeps in an envelope of its own",
        },
        FactSpec {
            name: "optional",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether it is an `Option`",
        },
    ],
};

impl Analysis for Fields {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let roles: Vec<Role> = params.names("of").iter().filter_map(|name| Role::named(name)).collect();
        let items = codebase.items_of(file).map(ItemIdx);
        let playing = items.filter(|item| roles.iter().any(|role| codebase.plays(*item, *role)));
        let mut found: Vec<Subject> = playing
            .flat_map(|item| {
                let item = codebase.item(item);
                let is_stored = is_stored_event(codebase, item);
                let is_typed = tells_type(codebase, item);
                let fields = all_fields(item).filter(|field| is_named(codebase, params, field));
                let subjects = fields.filter_map(|field| subject(codebase, item, field));
                let told = subjects
                    .map(|one| one.with_symbol("stored", yes(is_stored)).with_symbol("typed", yes(is_typed)));
                told.collect::<Vec<_>>()
            })
            .collect();
        found.sort_by_key(|subject| subject.place.node);
        found
    }
}

fn all_fields(item: &Item) -> impl Iterator<Item = &FieldInfo> {
    item.kind
        .as_type()
        .into_iter()
        .flat_map(|info| info.fields.iter().chain(info.variants.iter().flat_map(|variant| &variant.fields)))
}

const fn yes(holds: bool) -> &'static str {
    if holds { "yes" } else { "no" }
}

fn tells_type(codebase: &Codebase, item: &Item) -> bool {
    let ItemKind::Type(info) = &item.kind else { return false };
    let topic = codebase.catalog.names("message-type");
    let is_type = |field: &FieldInfo| field.wire_name.as_ref().is_some_and(|name| topic.matches(name));
    !info.is_enum && (info.tag.is_some() || info.fields.iter().any(is_type))
}

/// Whether the own or the wire name is among the names that were asked for, or in a topic of them.
fn is_named(codebase: &Codebase, params: &Params, field: &FieldInfo) -> bool {
    let mut own = std::iter::once(&field.name).chain(field.wire_name.as_ref());
    own.any(|name| {
        params
            .names("named")
            .iter()
            .any(|asked| asked == "*" || is_match(asked, name) || codebase.catalog.names(asked).matches(name))
    })
}

fn is_match(asked: &str, name: &str) -> bool {
    match (asked.strip_prefix('*'), asked.strip_suffix('*')) {
        (Some(_), Some(_)) => name.contains(asked.trim_matches('*')),
        (Some(tail), None) => name.ends_with(tail),
        (None, Some(head)) => name.starts_with(head),
        (None, None) => name == asked,
    }
}

fn subject(codebase: &Codebase, owner: &Item, field: &FieldInfo) -> Option<Subject> {
    let wire = field.wire_name.as_ref()?;
    let tree = codebase.tree(owner.file);
    let ty = codebase.ty(owner.file, field.ty);
    let is_optional = ty.path() == Some("std::option::Option");
    let held = if is_optional { ty.arg(0) } else { &ty };
    let span = tree.span(field.ty);
    let head = tree.span(owner.node);
    let name = tree.child(owner.node, crate::syntax::Field::Name).map_or(head, |name| tree.span(name));
    let whole =
        tree.child(field.node, crate::syntax::Field::Name).map_or(span, |name| tree.span(name).to(span));
    let mut subject = Subject::new(owner.file, field.node)
        .narrowed(whole)
        .with_at("field", FactValue::Text(wire.to_string()), (owner.file, whole))
        .with_at("owner", FactValue::Text(owner.name.to_string()), (owner.file, name))
        .with("shape", told(shape_of(codebase, held, MAX_DEPTH)))
        .with("type", FactValue::Text(tree.text(field.ty).to_owned()))
        .with_symbol("optional", yes(is_optional));
    if let Some(inner) = inner_of(codebase, held) {
        let last = inner.path().and_then(|path| path.rsplit("::").next()).unwrap_or("");
        subject = subject
            .with("inner", told(shape_of(codebase, &inner, MAX_DEPTH)))
            .with("inner-type", FactValue::Text(last.to_owned()));
    }
    Some(subject)
}

fn told(shape: Option<&'static str>) -> FactValue {
    shape.map_or_else(|| FactValue::Unknown("its type is not in sight".to_owned()), FactValue::Symbol)
}

/// The shape of a type; none where it is generic or not known.
fn shape_of(codebase: &Codebase, ty: &Ty, depth: u8) -> Option<&'static str> {
    match ty {
        Ty::Slice(element) => Some(if is_byte(element) { "bytes" } else { "list" }),
        Ty::Tuple(_) => Some("struct"),
        Ty::Bounded(_) | Ty::Unknown => None,
        Ty::Named { to, args } => match to.item {
            Some(item) => shape_of_item(codebase, item, depth),
            None => Some(shape_of_path(&to.path, args)),
        },
    }
}

fn shape_of_item(codebase: &Codebase, item: ItemIdx, depth: u8) -> Option<&'static str> {
    let item = codebase.item(item);
    match &item.kind {
        ItemKind::Type(info) if info.is_enum => Some("enum"),
        ItemKind::Type(info) if is_newtype(&info.fields) => Some("newtype"),
        ItemKind::Type(_) => Some("struct"),
        ItemKind::Alias(of) if depth > 0 => shape_of(codebase, &codebase.ty(item.file, *of), depth - 1),
        ItemKind::Alias(_)
        | ItemKind::Fn(_)
        | ItemKind::Trait
        | ItemKind::Impl(_)
        | ItemKind::Const(..)
        | ItemKind::Macro => None,
    }
}

fn is_newtype(fields: &[FieldInfo]) -> bool {
    matches!(fields, [only] if only.name.starts_with(|c: char| c.is_ascii_digit()))
}

fn shape_of_path(path: &str, args: &[Ty]) -> &'static str {
    let last = path.rsplit("::").next().unwrap_or(path);
    match last {
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => {
            "integer"
        }
        _ if last.starts_with("NonZero") => "integer",
        "f32" | "f64" | "Decimal" | "BigDecimal" => "float",
        "bool" => "bool",
        "str" | "String" | "ByteString" | "CompactString" | "SmolStr" | "PathBuf" => "text",
        "Bytes" | "BytesMut" | "ByteBuf" | "ByteVec" => "bytes",
        "Value" | "RawValue" | "JsonValue" => "json",
        "Map" if path.starts_with("serde_json::") => "json",
        "Vec" | "VecDeque" | "SmallVec" if args.first().is_some_and(is_byte) => "bytes",
        "Vec" | "VecDeque" | "SmallVec" | "HashSet" | "BTreeSet" | "IndexSet" | "LinkedList"
        | "BinaryHeap" => "list",
        "HashMap" | "BTreeMap" | "IndexMap" | "DashMap" => "map",
        _ => "other",
    }
}

fn is_byte(ty: &Ty) -> bool {
    ty.path() == Some("u8")
}

/// The element of a list, the values of a map, or what a newtype wraps.
fn inner_of(codebase: &Codebase, ty: &Ty) -> Option<Ty> {
    match ty {
        Ty::Slice(element) => Some((**element).clone()),
        Ty::Named { to, args } => match to.item {
            Some(item) => {
                let item = codebase.item(item);
                let info = item.kind.as_type()?;
                let only = info.fields.first().filter(|_| is_newtype(&info.fields))?;
                Some(codebase.ty(item.file, only.ty))
            }
            None => match shape_of_path(&to.path, args) {
                "list" => Some(ty.arg(0).clone()),
                "map" => Some(ty.arg(1).clone()),
                _ => None,
            },
        },
        Ty::Tuple(_) | Ty::Bounded(_) | Ty::Unknown => None,
    }
}
