//! Literals that name the type of a message or event: consts, methods, fields and serde names. Judges none of them.

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::Role;
use crate::engine::{FactValue, Subject};
use crate::facts::{Codebase, Item, ItemIdx, ItemKind, ValueKind, attribute};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// The analysis `type-name`.
pub(super) struct TypeName;

static SPEC: Spec = Spec {
    name: "type-name",
    about: "literals that name the type of a message or event: in consts, methods, fields and `serde(rename)` of variants",
    params: &[
        ParamSpec {
            name: "of",
            kind: ParamKind::Names,
            about: "roles of the types; default: message job-payload event",
            default: || ParamValue::names(&["message", "job-payload", "event"]),
        },
        ParamSpec {
            name: "fields",
            kind: ParamKind::Names,
            about: "names of fields, and of methods of the type, that hold the name; default: event_type message_type \
                    event_name message_name",
            default: || ParamValue::names(&["event_type", "message_type", "event_name", "message_name"]),
        },
        ParamSpec {
            name: "consts",
            kind: ParamKind::Names,
            about: "endings of names of consts and statics that hold the name",
            default: || ParamValue::names(&["EVENT_TYPE", "MESSAGE_TYPE"]),
        },
        ParamSpec {
            name: "members",
            kind: ParamKind::Names,
            about: "names of associated consts of the type that hold the name",
            default: || ParamValue::names(&["TYPE", "NAME", "KIND", "TYPE_NAME", "TOPIC_TYPE"]),
        },
    ],
    facts: &[
        FactSpec { name: "text", kind: FactKind::Text, about: "the name" },
        FactSpec {
            name: "from",
            kind: FactKind::Symbols(&["const", "method", "field", "serde"]),
            about: "where it is written",
        },
    ],
};

impl Analysis for TypeName {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let roles = params.names("of").iter().filter_map(|name| Role::named(name)).collect();
        let finder = Finder { codebase, file, tree: codebase.tree(file), params, roles };
        let mut found: Vec<Subject> =
            codebase.items_of(file).map(ItemIdx).flat_map(|item| finder.of_item(item)).collect();
        found.extend(finder.tree.subtree(finder.tree.root()).filter_map(|node| finder.of_field(node)));
        found.sort_by_key(|subject| subject.place.node);
        found.dedup_by_key(|subject| subject.place.node);
        found
    }
}

struct Finder<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
    params: &'c Params,
    roles: Vec<Role>,
}

impl Finder<'_> {
    fn of_item(&self, idx: ItemIdx) -> Vec<Subject> {
        let item = self.codebase.item(idx);
        match &item.kind {
            ItemKind::Const(_, Some(value)) if self.is_type_const(idx, item) => {
                self.told(*value, "const").into_iter().collect()
            }
            ItemKind::Fn(func) if self.params.lists("fields", &item.name) && self.is_of_message(idx) => {
                let body = func.body.into_iter();
                body.flat_map(|body| self.results(body))
                    .filter_map(|value| self.told(value, "method"))
                    .collect()
            }
            ItemKind::Type(info) if info.is_enum && self.plays(idx) => {
                // Names of what is only read are those of its sender.
                let is_sent = info.derives.iter().any(|path| path.ends_with("Serialize"));
                let is_named = info.tag.is_some() && is_sent;
                let variants = info.variants.iter().filter(|_| is_named);
                variants.filter_map(|variant| self.renamed(variant.node)).collect()
            }
            ItemKind::Type(_)
            | ItemKind::Fn(_)
            | ItemKind::Const(..)
            | ItemKind::Alias(_)
            | ItemKind::Trait
            | ItemKind::Impl(_)
            | ItemKind::Macro => Vec::new(),
        }
    }

    fn plays(&self, item: ItemIdx) -> bool {
        self.roles.iter().any(|role| self.codebase.plays(item, *role))
    }

    fn is_type_const(&self, idx: ItemIdx, item: &Item) -> bool {
        let name = &*item.name;
        let is_named = self.params.names("consts").iter().any(|end| {
            name.strip_suffix(end.as_str()).is_some_and(|head| head.is_empty() || head.ends_with('_'))
        });
        let is_member = self.params.lists("members", name) && self.is_of_message(idx);
        // `DEFAULT_EVENT_TYPE` of a configuration still names a type; a header's name does not.
        let has_roles = || self.roles.iter().any(|role| !self.codebase.items_with_role(*role).is_empty());
        (is_named && has_roles() && !name.contains("HEADER") && !name.contains("COLUMN")) || is_member
    }

    /// Whether an item stands in an impl for a type that plays one of the roles.
    fn is_of_message(&self, idx: ItemIdx) -> bool {
        let parent = self.codebase.parent_item(idx).map(|parent| &self.codebase.item(parent).kind);
        let Some(ItemKind::Impl(info)) = parent else { return false };
        let of = info.self_path.as_deref().and_then(|path| self.codebase.item_by_path(path));
        of.is_some_and(|of| self.plays(of))
    }

    /// The string literals that a body gives back: its end, the arms of a `match` there, what `return` has.
    fn results(&self, body: NodeId) -> Vec<NodeId> {
        let tree = self.tree;
        let mut open: Vec<NodeId> = tree.child(body, Field::Tail).into_iter().collect();
        open.extend(
            tree.subtree(body)
                .filter(|at| tree.kind(*at) == Kind::Return)
                .filter_map(|at| tree.child(at, Field::Expr)),
        );
        let mut found = Vec::new();
        while let Some(node) = open.pop() {
            match tree.kind(node) {
                Kind::Match => open.extend(tree.children_in(node, Field::Arm)),
                Kind::Arm => open.extend(tree.child(node, Field::Body)),
                Kind::Block => open.extend(tree.child(node, Field::Tail)),
                Kind::If => {
                    open.extend([Field::Then, Field::Else].into_iter().filter_map(|at| tree.child(node, at)));
                }
                Kind::LitStr => found.push(node),
                Kind::MethodCall if matches!(tree.name(node), Some("to_string" | "to_owned" | "into")) => {
                    open.extend(tree.child(node, Field::Receiver));
                }
                Kind::LetStmt => {}
                _ if self.text_of(node).is_some() => found.push(node),
                _ => {}
            }
        }
        // A name that only a variable of the function decides upon: `let name = match self { .. }; name.to_string()`.
        if found.is_empty() {
            let lets = tree.subtree(body).filter(|at| tree.kind(*at) == Kind::LetStmt);
            let arms = lets
                .filter_map(|at| tree.child(at, Field::Init))
                .filter(|init| tree.kind(*init) == Kind::Match);
            let bodies = arms
                .flat_map(|at| tree.children_in(at, Field::Arm))
                .filter_map(|arm| tree.child(arm, Field::Body));
            found.extend(bodies.filter(|at| tree.kind(*at) == Kind::LitStr));
        }
        found
    }

    /// `#[serde(rename = "..")]` of a variant.
    fn renamed(&self, variant: NodeId) -> Option<Subject> {
        let tree = self.tree;
        let node = attribute::named(tree, variant, "serde")
            .find_map(|attr| attribute::value(tree, attr, "rename"))?;
        self.told(node, "serde")
    }

    /// `event_type: ".."` of a message's literal.
    fn of_field(&self, node: NodeId) -> Option<Subject> {
        let tree = self.tree;
        if tree.kind(node) != Kind::FieldInit {
            return None;
        }
        let name = tree.name(node)?;
        let value = tree.child(node, Field::Init).filter(|_| self.params.lists("fields", name))?;
        let ty = self.codebase.type_of(self.file, tree.parent(node)?);
        ty.item().filter(|item| self.plays(*item))?;
        self.told(value, "field")
    }

    fn text_of(&self, node: NodeId) -> Option<String> {
        if let Some(text) = self.tree.str_value(node) {
            return Some(text);
        }
        match self.codebase.value(self.file, node).filter(|value| value.place.file == self.file)?.kind {
            ValueKind::Str(text) => Some(text.to_string()),
            _ => None,
        }
    }

    fn told(&self, node: NodeId, from: &'static str) -> Option<Subject> {
        let text = self.text_of(node)?;
        let literal = match self.tree.kind(node) {
            Kind::LitStr => node,
            _ => self.codebase.value(self.file, node).map_or(node, |value| value.place.node),
        };
        Some(Subject::new(self.file, literal).with("text", FactValue::Text(text)).with_symbol("from", from))
    }
}
