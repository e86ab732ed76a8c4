//! Handlers of HTTP routes: their methods, what they insert, what else they set off, and whether a request brings a key.
//! Judges none of them.

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::{FileIdx, Span};
use crate::catalog::{Role, RoleSet};
use crate::engine::{FactValue, Subject, place};
use crate::facts::{Codebase, FieldInfo, FnInfo, ItemIdx, ItemKind, Place, SqlFact, SqlVerb, Target, Ty};
use crate::syntax::{Field, Kind, NodeId, Tree};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Workspace functions that are followed, one inside the other.
const MAX_DEPTH: u8 = 3;
/// Workspace functions that are looked into for one handler.
const MAX_FUNCTIONS: usize = 120;

/// The analysis `route`.
pub(super) struct Route;

static SPEC: Spec = Spec {
    name: "route",
    about: "handlers of HTTP routes",
    params: &[
        ParamSpec {
            name: "effects",
            kind: ParamKind::Names,
            about: "roles of effects outside of the database; default: publish enqueue mail http-write rpc-call",
            default: || ParamValue::names(&["publish", "enqueue", "mail", "http-write", "rpc-call"]),
        },
        ParamSpec {
            name: "keys",
            kind: ParamKind::Names,
            about: "names of fields of a body that are keys, beside those of the topic `idempotency-key`; default: id uuid uid \
                    external_id reference request_id client_request_id",
            default: || {
                ParamValue::names(&[
                    "id",
                    "uuid",
                    "uid",
                    "external_id",
                    "reference",
                    "request_id",
                    "client_request_id",
                ])
            },
        },
        ParamSpec {
            name: "minor",
            kind: ParamKind::Names,
            about: "words of names of tables whose rows may be there twice; default: token session audit log history attempt \
                    and their plurals",
            default: || {
                ParamValue::names(&[
                    "token", "tokens", "session", "sessions", "audit", "audits", "log", "logs", "history",
                    "attempt", "attempts", "login", "logins",
                ])
            },
        },
    ],
    facts: &[
        FactSpec {
            name: "method",
            kind: FactKind::Text,
            about: "the HTTP method, in lower case, once for each that it answers; unknown where the route does not say it",
        },
        FactSpec {
            name: "key",
            kind: FactKind::Symbols(&["body", "header", "extractor", "layer", "none"]),
            about: "where an idempotency key comes in",
        },
        FactSpec {
            name: "inserts",
            kind: FactKind::Symbols(&["plain", "guarded", "none"]),
            about: "whether it comes to an `INSERT`, and whether a second request would repeat it: not where one of them has \
                    a conflict clause or a unique key; its place is that SQL; unknown where it writes without SQL in sight",
        },
        FactSpec {
            name: "effect",
            kind: FactKind::Text,
            about: "the role of an effect outside of the database, `none` where there is none; its place is the call in the \
                    handler",
        },
    ],
};

impl Analysis for Route {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let Some(role) = Role::named("http-handler") else { return Vec::new() };
        let items = codebase.items_of(file).map(ItemIdx);
        let handlers = items.filter(|item| codebase.plays(*item, role));
        handlers
            .filter_map(|item| Handler::of(codebase, params, item).map(|handler| handler.told(role)))
            .collect()
    }
}

struct Handler<'c> {
    codebase: &'c Codebase,
    params: &'c Params,
    idx: ItemIdx,
    func: &'c FnInfo,
    file: FileIdx,
    tree: &'c Tree,
    /// The bodies of the handler and of the workspace functions that it comes to.
    bodies: Vec<Place>,
}

impl<'c> Handler<'c> {
    fn of(codebase: &'c Codebase, params: &'c Params, idx: ItemIdx) -> Option<Self> {
        let item = codebase.item(idx);
        let func = item.kind.as_fn()?;
        let bodies = bodies_of(codebase, idx);
        Some(Self { codebase, params, idx, func, file: item.file, tree: codebase.tree(item.file), bodies })
    }

    fn told(&self, role: Role) -> Subject {
        let node = self.codebase.item(self.idx).node;
        let mut subject = Subject::new(self.file, node).narrowed(place::name(self.tree, node));
        let methods = self.methods(role);
        if methods.is_empty() {
            subject =
                subject.with("method", FactValue::Unknown("the route does not say its method".to_owned()));
        }
        for method in methods {
            subject = subject.with("method", FactValue::Text(method));
        }
        let subject = self.with_inserts(subject);
        self.with_effect(subject).with_symbol("key", self.key())
    }

    /// The methods of the routes that name the handler.
    fn methods(&self, role: Role) -> BTreeSet<String> {
        let shown = self.codebase.roles_of(self.idx).iter().filter(|evidence| evidence.role == role);
        let found =
            shown.filter_map(|evidence| method_at(self.codebase.tree(evidence.place.file), evidence.place));
        found.collect()
    }

    fn with_inserts(&self, subject: Subject) -> Subject {
        let mut first = None;
        for body in &self.bodies {
            let tree = self.codebase.tree(body.file);
            let statements = self.codebase.sql_statements(body.file).iter();
            let inside = statements.filter(|fact| tree.is_within(fact.literal, body.node));
            for fact in inside.filter(|fact| fact.verb == SqlVerb::Insert && !self.is_minor(fact)) {
                let at = (body.file, tree.span(fact.literal));
                let is_later = first.is_some();
                if is_guarded(self.codebase, fact, is_later) {
                    return subject.with_at("inserts", FactValue::Symbol("guarded"), at);
                }
                first.get_or_insert(at);
            }
        }
        for (guarded, at) in self.built() {
            match guarded {
                Some(true) => return subject.with_at("inserts", FactValue::Symbol("guarded"), at),
                Some(false) => _ = first.get_or_insert(at),
                None => {}
            }
        }
        let writes = Role::named("db-write").and_then(|role| self.codebase.summary(self.idx).reach(role));
        match (first, writes) {
            (Some(at), _) => subject.with_at("inserts", FactValue::Symbol("plain"), at),
            (None, Some(write)) if self.codebase.sql_of(write.end.file, write.end.node).is_none() => {
                subject.with("inserts", FactValue::Unknown("it writes without SQL in sight".to_owned()))
            }
            (None, _) => subject.with_symbol("inserts", "none"),
        }
    }

    /// Inserts of diesel's query builder: whether the database turns a second one away, where the migrations say so.
    fn built(&self) -> Vec<(Option<bool>, (FileIdx, Span))> {
        let mut found = Vec::new();
        for body in &self.bodies {
            let tree = self.codebase.tree(body.file);
            for site in self.codebase.calls_within(body.file, body.node) {
                let is_insert =
                    matches!(&site.target, Target::External(path) if &**path == "diesel::insert_into");
                let table = tree.child(site.node, Field::Arg).filter(|_| is_insert);
                let Some(table) = table.and_then(|arg| table_of(tree, arg)) else { continue };
                if self.is_minor_table(&table) {
                    continue;
                }
                let chain = self.codebase.chain(body.file, site.node);
                let is_upsert = chain.calls.iter().any(|call| call.name.starts_with("on_conflict"));
                let keys = self.codebase.schema().tables.get(table.as_str()).map(|known| &known.unique);
                let is_unique = keys.map(|keys| keys.iter().any(|key| !is_own_id(key)));
                let guarded = if is_upsert { Some(true) } else { is_unique };
                found.push((guarded, (body.file, tree.span(site.node))));
            }
        }
        found
    }

    fn is_minor(&self, fact: &SqlFact) -> bool {
        fact.written.iter().any(|table| self.is_minor_table(table))
    }

    fn is_minor_table(&self, table: &str) -> bool {
        table.split('_').any(|word| self.params.lists("minor", word))
    }

    fn with_effect(&self, subject: Subject) -> Subject {
        let roles = RoleSet::named(self.params.names("effects"));
        match self.codebase.summary(self.idx).reach_any(roles) {
            Some(reach) => {
                let tree = self.codebase.tree(reach.call.file);
                let at = (reach.call.file, place::method(tree, reach.call.node));
                subject.with_at("effect", FactValue::Text(reach.role.name().to_owned()), at)
            }
            None => subject.with("effect", FactValue::Text("none".to_owned())),
        }
    }

    fn key(&self) -> &'static str {
        let types: Vec<Ty> = self
            .func
            .params
            .iter()
            .filter_map(|param| self.tree.child(*param, Field::Type))
            .map(|ty| self.codebase.ty(self.file, ty))
            .collect();
        if types.iter().any(is_key_extractor) {
            "extractor"
        } else if types.iter().any(|ty| self.brings_key(ty, 2)) {
            "body"
        } else if self.bodies.iter().any(|body| self.reads_header(*body)) {
            "header"
        } else if self.has_layer() {
            "layer"
        } else {
            "none"
        }
    }

    /// Whether a parameter, or what an extractor such as `Json` takes out, has a field for a key.
    fn brings_key(&self, ty: &Ty, depth: u8) -> bool {
        let Ty::Named { to, args } = ty else { return false };
        let Some(item) = to.item.map(|item| self.codebase.item(item)) else {
            return args.iter().any(|arg| self.brings_key(arg, depth));
        };
        let ItemKind::Type(info) = &item.kind else { return false };
        let variants = info.variants.iter().flat_map(|variant| &variant.fields);
        info.fields.iter().chain(variants).any(|field| {
            self.is_key(field)
                || depth > 0 && self.brings_key(&self.codebase.ty(item.file, field.ty), depth - 1)
        }) || args.iter().any(|arg| self.brings_key(arg, depth))
    }

    fn is_key(&self, field: &FieldInfo) -> bool {
        let mut own = std::iter::once(&field.name).chain(field.wire_name.as_ref());
        own.any(|name| {
            self.codebase.catalog.names("idempotency-key").matches(name) || self.params.lists("keys", name)
        })
    }

    fn reads_header(&self, body: Place) -> bool {
        let tree = self.codebase.tree(body.file);
        let headers = self.codebase.catalog.names("key-header");
        tree.subtree(body.node).any(|node| match tree.kind(node) {
            Kind::LitStr => tree.str_value(node).is_some_and(|text| headers.matches(&text)),
            Kind::Path => tree.path_segments(node).last().is_some_and(|name| is_about_keys(name)),
            Kind::MethodCall => tree.name(node).is_some_and(is_about_keys),
            _ => false,
        })
    }

    /// Whether a layer or middleware of the workspace is named for idempotency.
    fn has_layer(&self) -> bool {
        let Some(layers) = Role::named("router-layer") else { return false };
        let mut calls = self.codebase.calls_with_role(layers).iter();
        calls.any(|call| {
            let text = self.codebase.tree(call.file).text(call.node);
            // The receiver is the whole router: what it is given stands last.
            is_about_keys(text.rsplit('(').next().unwrap_or(text)) || {
                let tree = self.codebase.tree(call.file);
                tree.children_in(call.node, Field::Arg).any(|arg| is_about_keys(tree.text(arg)))
            }
        })
    }
}

fn is_about_keys(text: &str) -> bool {
    text.to_ascii_lowercase().contains("idempoten")
}

fn is_key_extractor(ty: &Ty) -> bool {
    match ty {
        Ty::Named { to, args } => is_about_keys(&to.path) || args.iter().any(is_key_extractor),
        Ty::Tuple(_) | Ty::Slice(_) | Ty::Bounded(_) | Ty::Unknown => false,
    }
}

/// The method that a route, or an attribute, gives a handler.
fn method_at(tree: &Tree, at: Place) -> Option<String> {
    const METHODS: [&str; 8] = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];
    let known = |name: &str| METHODS.contains(&name).then(|| name.to_owned());
    let node = at.node;
    match tree.kind(node) {
        Kind::Call => tree.path_segments(node).last().and_then(|name| known(name)),
        Kind::MethodCall => tree.name(node).and_then(known).or_else(|| {
            let receiver = tree.child(node, Field::Receiver)?;
            let name = match tree.kind(receiver) {
                Kind::Call => tree.path_segments(receiver).last().copied(),
                _ => tree.name(receiver),
            };
            name.and_then(known)
        }),
        Kind::Attr => {
            let path = tree.child(node, Field::Path)?;
            tree.text(path).rsplit("::").next().and_then(|name| known(name.trim()))
        }
        _ => None,
    }
}

/// The function and the workspace functions that it comes to.
fn bodies_of(codebase: &Codebase, idx: ItemIdx) -> Vec<Place> {
    let mut seen = BTreeSet::from([idx]);
    let mut level = vec![idx];
    let mut bodies = Vec::new();
    for depth in 0..=MAX_DEPTH {
        let mut next = Vec::new();
        for idx in std::mem::take(&mut level) {
            let item = codebase.item(idx);
            let ItemKind::Fn(FnInfo { body: Some(body), .. }) = &item.kind else { continue };
            bodies.push(Place { file: item.file, node: *body });
            let sites = if depth < MAX_DEPTH { codebase.calls_within(item.file, *body) } else { &[] };
            for callee in sites.iter().flat_map(|site| codebase.callees(site)).copied() {
                if seen.len() < MAX_FUNCTIONS && seen.insert(callee) {
                    next.push(callee);
                }
            }
        }
        level = next;
    }
    bodies
}

/// Whether the database turns a second request away at this insert: a conflict clause, or a unique key other than a number
/// of its own. What is inserted `later` belongs to a row that is new each time: there only a key without ids does so, or a
/// table that is made for it.
fn is_guarded(codebase: &Codebase, fact: &SqlFact, is_later: bool) -> bool {
    let inboxes = codebase.catalog.names("inbox-table");
    if fact.has_conflict_clause && (!is_later || fact.written.iter().any(|table| inboxes.matches(table))) {
        return true;
    }
    let tables = fact.written.iter().filter_map(|table| codebase.schema().tables.get(table));
    let mut keys = tables.flat_map(|table| &table.unique);
    keys.any(|key| {
        let is_new_each_time = is_own_id(key) || is_later && key.iter().any(|column| is_id(column));
        !is_new_each_time && key.iter().all(|column| fact.columns.contains(column))
    })
}

fn is_id(column: &str) -> bool {
    column == "id" || column.ends_with("_id") || column.ends_with("uuid")
}

/// A number that each row gets for itself.
fn is_own_id(key: &[Arc<str>]) -> bool {
    match key {
        [] => true,
        [only] => is_id(only),
        _ => false,
    }
}

/// `orders` of `orders::table` or `schema::orders::dsl::orders`.
fn table_of(tree: &Tree, arg: NodeId) -> Option<String> {
    let segments = tree.path_segments(arg);
    match segments.as_slice() {
        [.., table, "table"] => Some((*table).to_owned()),
        [.., table] => Some((*table).to_owned()),
        [] => None,
    }
}
