//! Types of what is published, enqueued and decoded: through variables, serialisation, builders and the repository's
//! own generic helpers. Channels of this process make no messages.

use super::found::{Player, Search, Why, items_in, role};
use super::handler::expected;
use crate::base::FileIdx;
use crate::catalog::{ArgName, Grade, LoopKind, Role, RoleSet};
use crate::facts::{CallSite, Codebase, ItemIdx, ItemKind, Target, Ty};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// Variables, helpers and builders between a send and the value that is sent.
const MAX_HOPS: u8 = 14;
/// Callers of a helper that are looked at.
const MAX_CALLERS: usize = 200;

/// Searches the sends of the file.
pub(super) fn search(search: &mut Search<'_>) {
    let codebase = search.codebase;
    let sends: [(RoleSet, RoleSet); 2] = [
        (role("publish").union(role("outbox-write")), role("message")),
        (role("enqueue"), role("job-payload")),
    ];
    for site in codebase.calls(search.file) {
        for (row, grade) in &site.apis {
            let api = codebase.catalog.api(*row);
            let Some(at) = api.arg(ArgName::Payload) else { continue };
            let tree = codebase.tree(search.file);
            let Some(payload) = tree.children_in(site.node, Field::Arg).nth(at) else { continue };
            for (does, makes) in sends {
                if api.roles.meets(does) && api.arg_roles.iter().all(|(arg, _)| usize::from(*arg) != at) {
                    sent(search, site, payload, *grade, makes);
                }
            }
        }
    }
}

/// Gives the types of what `site` sends their role.
fn sent(search: &mut Search<'_>, site: &CallSite, payload: NodeId, grade: Grade, makes: RoleSet) {
    let text = format!("sent by `{}`", site.name);
    let why = Why::new(grade, search.place(site.node), &text);
    for item in traced(search, payload) {
        search.item(item, makes, &why);
    }
}

/// The workspace's types that `payload` is made of.
pub(super) fn traced(search: &Search<'_>, payload: NodeId) -> Vec<ItemIdx> {
    let mut types = Vec::new();
    Tracer { codebase: search.codebase }.trace(search.file, payload, &mut types, 0);
    types.sort_unstable();
    types.dedup();
    // What holds a client or a channel's end is no data, whatever a hint says.
    types.retain(|item| !is_machinery(search.codebase, *item));
    types
}

/// Whether a type has a client, pool or channel among its fields or variants.
fn is_machinery(codebase: &Codebase, idx: ItemIdx) -> bool {
    let item = codebase.item(idx);
    let ItemKind::Type(info) = &item.kind else { return false };
    let variants = info.variants.iter().flat_map(|variant| &variant.fields);
    info.fields.iter().chain(variants).any(|field| {
        let ty = codebase.ty(item.file, field.ty);
        let row = ty.path().and_then(|path| codebase.catalog.type_row(path));
        row.is_some_and(|row| {
            row.is_in_process || row.roles.meets(role("client-wrapper").union(role("channel-alias")))
        })
    })
}

/// Follows a payload back to the workspace's types that it is made of.
struct Tracer<'c> {
    codebase: &'c Codebase,
}

impl Tracer<'_> {
    fn trace(&self, file: FileIdx, expr: NodeId, found: &mut Vec<ItemIdx>, hops: u8) {
        if hops > MAX_HOPS {
            return;
        }
        let tree = self.codebase.tree(file);
        let items = items_in(self.codebase, &self.codebase.type_of(file, expr));
        if !items.is_empty() {
            found.extend(items);
            return;
        }
        match tree.kind(expr) {
            Kind::Path => self.variable(file, expr, found, hops),
            Kind::Call => self.call(file, expr, found, hops),
            Kind::MethodCall => self.method(file, expr, found, hops),
            Kind::StructLit => self.wrapped(file, expr, found, hops),
            Kind::FieldAccess => self.field(file, expr, found, hops),
            Kind::Ref | Kind::Deref | Kind::Try | Kind::Await | Kind::Cast | Kind::Array | Kind::Tuple => {
                for inner in tree.children_in(expr, Field::Expr) {
                    self.trace(file, inner, found, hops + 1);
                }
            }
            Kind::Block | Kind::UnsafeBlock | Kind::AsyncBlock => {
                if let Some(tail) = tree.child(expr, Field::Tail) {
                    self.trace(file, tail, found, hops + 1);
                }
            }
            Kind::Match | Kind::If => {
                let branches = tree
                    .children(expr)
                    .filter(|at| matches!(tree.field(*at), Field::Arm | Field::Then | Field::Else));
                for branch in branches {
                    self.trace(file, tree.child(branch, Field::Body).unwrap_or(branch), found, hops + 1);
                }
            }
            _ => {}
        }
    }

    /// A variable: what it is bound to, or what callers give for a parameter.
    fn variable(&self, file: FileIdx, expr: NodeId, found: &mut Vec<ItemIdx>, hops: u8) {
        let tree = self.codebase.tree(file);
        let Some(binding) = self.codebase.binding(file, expr) else { return };
        if let Some(init) = binding.init(tree) {
            // `for x in xs` and patterns: only what a plain name is bound to is the same value.
            if tree.kind(binding.owner) != Kind::ForLoop {
                self.trace(file, init, found, hops + 1);
            }
            return;
        }
        let is_of_fn = tree.parent(binding.owner).is_some_and(|func| tree.kind(func) == Kind::Fn);
        if binding.is_param(tree) && is_of_fn {
            self.callers(file, binding.owner, found, hops);
        }
    }

    /// A helper of the repository that sends what it is given: the types at its calls are sent.
    fn callers(&self, file: FileIdx, param: NodeId, found: &mut Vec<ItemIdx>, hops: u8) {
        let codebase = self.codebase;
        let tree = codebase.tree(file);
        let Some(idx) = codebase.enclosing_fn(file, param) else { return };
        let item = codebase.item(idx);
        let ItemKind::Fn(func) = &item.kind else { return };
        let Some(at) = func.params.iter().position(|found| *found == param) else { return };
        // Bytes and text are made elsewhere: the caller's variable leads there as well.
        let ty = tree.child(param, Field::Type).map_or(Ty::Unknown, |ty| codebase.ty(file, ty));
        let is_foreign = ty.path().is_some_and(|path| !is_raw(path));
        if is_foreign {
            return;
        }
        let paths = std::iter::once(item.path.clone()).chain(self.declared_path(idx));
        for path in paths {
            for call in codebase.calls_to(&path).iter().take(MAX_CALLERS) {
                let of_call = codebase.tree(call.file);
                if codebase
                    .enclosing_fn(call.file, call.node)
                    .is_some_and(|around| codebase.item(around).is_test)
                {
                    continue;
                }
                let shift = usize::from(func.has_self && of_call.kind(call.node) == Kind::Call);
                if let Some(arg) = of_call.children_in(call.node, Field::Arg).nth(at + shift) {
                    self.trace(call.file, arg, found, hops + 2);
                }
            }
        }
    }

    /// The path of the trait's method that an impl's method stands for.
    fn declared_path(&self, idx: ItemIdx) -> Option<std::sync::Arc<str>> {
        let owner = self.codebase.parent_item(idx)?;
        let of_trait = self.codebase.trait_of(owner)?;
        Some(format!("{of_trait}::{}", self.codebase.item(idx).name).into())
    }

    /// `serde_json::to_vec(&m)`, `Bytes::from(x)`, `Box::new(x)`: the argument; a local function: what it gives back.
    fn call(&self, file: FileIdx, expr: NodeId, found: &mut Vec<ItemIdx>, hops: u8) {
        let tree = self.codebase.tree(file);
        let segments = tree.path_segments(expr);
        let name = segments.last().copied().unwrap_or("");
        let is_local =
            self.codebase.call_at(file, expr).is_some_and(|site| matches!(site.target, Target::Local(_)));
        let at = usize::from(matches!(segments.as_slice(), [.., "to_writer" | "to_writer_pretty"]));
        let is_conversion = is_serializer(name)
            || matches!(
                name,
                "from" | "new" | "copy_from_slice" | "Some" | "Ok" | "once" | "json" | "to" | "from_static"
            );
        if is_local && !is_serializer(name) {
            self.result(file, expr, found, hops);
        } else if let Some(arg) = tree.children_in(expr, Field::Arg).nth(at).filter(|_| is_conversion) {
            self.trace(file, arg, found, hops + 1);
        }
    }

    /// What a function of the repository returns, by the serialisation in its body.
    fn result(&self, file: FileIdx, call: NodeId, found: &mut Vec<ItemIdx>, hops: u8) {
        let codebase = self.codebase;
        let Some(Target::Local(idx)) = codebase.call_at(file, call).map(|site| &site.target) else { return };
        let item = codebase.item(*idx);
        let ItemKind::Fn(func) = &item.kind else { return };
        let Some(body) = func.body else { return };
        let tree = codebase.tree(item.file);
        for at in tree.descendants(body) {
            let is_serialized = tree.kind(at) == Kind::Call
                && tree.path_segments(at).last().is_some_and(|name| is_serializer(name));
            if is_serialized {
                self.trace(item.file, at, found, hops + 2);
            }
        }
    }

    /// `x.clone()`, `m.encode_to_vec()`, `FutureRecord::to(t).payload(&x)`, `xs.iter().map(|x| ..)`.
    fn method(&self, file: FileIdx, expr: NodeId, found: &mut Vec<ItemIdx>, hops: u8) {
        let tree = self.codebase.tree(file);
        let mut at = Some(expr);
        // Down the chain: the builder call that takes the payload, else the value at its start.
        while let Some(call) = at.filter(|at| tree.kind(*at) == Kind::MethodCall) {
            let name = tree.name(call).unwrap_or("");
            if is_payload_setter(name) || is_serializer(name) {
                let arg = tree.children_in(call, Field::Arg).next();
                if let Some(inner) = arg.or_else(|| tree.child(call, Field::Receiver)) {
                    self.trace(file, inner, found, hops + 1);
                }
                return;
            }
            if name == "map" {
                let closure = tree.children_in(call, Field::Arg).next();
                let body = closure.and_then(|closure| tree.child(closure, Field::Body));
                if let Some(body) = body {
                    let before = found.len();
                    self.trace(file, body, found, hops + 1);
                    if found.len() > before {
                        return;
                    }
                }
            }
            at = tree.child(call, Field::Receiver);
        }
        if let Some(start) = at {
            self.trace(file, start, found, hops + 1);
        }
    }

    /// `message.content`: what literals of that struct put into the field.
    fn field(&self, file: FileIdx, expr: NodeId, found: &mut Vec<ItemIdx>, hops: u8) {
        let codebase = self.codebase;
        let tree = codebase.tree(file);
        let (Some(base), Some(name)) = (tree.child(expr, Field::Base), tree.name(expr)) else { return };
        let Some(idx) = codebase.type_of(file, base).item() else { return };
        let package = codebase.file(codebase.item(idx).file).package;
        let files = (0..codebase.files.len() as u32).map(FileIdx);
        for of_literal in files.filter(|file| codebase.file(*file).package == package) {
            let tree = codebase.tree(of_literal);
            let literals = tree.subtree(tree.root()).filter(|at| tree.kind(*at) == Kind::StructLit);
            for literal in literals {
                let is_same = codebase.resolve(of_literal, literal).is_some_and(|to| to.item == Some(idx));
                let fields = tree.children_in(literal, Field::FieldInit).filter(|_| is_same);
                for init in fields.filter(|at| tree.name(*at) == Some(name)) {
                    self.trace(of_literal, tree.child(init, Field::Init).unwrap_or(init), found, hops + 2);
                }
            }
        }
    }

    /// `PubsubMessage { data: .., ..Default::default() }` of another crate.
    fn wrapped(&self, file: FileIdx, expr: NodeId, found: &mut Vec<ItemIdx>, hops: u8) {
        let tree = self.codebase.tree(file);
        for field in tree.children_in(expr, Field::FieldInit) {
            let is_payload =
                matches!(tree.name(field), Some("data" | "payload" | "body" | "message" | "value"));
            if let Some(init) = tree.child(field, Field::Init).filter(|_| is_payload) {
                self.trace(file, init, found, hops + 1);
            }
        }
    }
}

/// Whether a function or method of that name turns a value into bytes or text.
fn is_serializer(name: &str) -> bool {
    matches!(
        name,
        "to_vec"
            | "to_vec_pretty"
            | "to_string"
            | "to_string_pretty"
            | "to_value"
            | "to_vec_named"
            | "serialize"
            | "encode_to_vec"
            | "encode"
            | "to_writer"
            | "to_bytes"
            | "to_stdvec"
            | "to_allocvec"
            | "into_bytes"
    )
}

/// Whether a builder's method of that name takes what is sent.
fn is_payload_setter(name: &str) -> bool {
    matches!(
        name,
        "payload"
            | "set_data"
            | "with_data"
            | "message_body"
            | "with_content"
            | "body"
            | "message"
            | "data"
            | "set_json"
            | "json"
            | "with_payload"
            | "payload_serde_json"
    )
}

/// Whether a type only carries what was serialised before, or anything.
fn is_raw(path: &str) -> bool {
    let last = path.rsplit("::").next().unwrap_or(path);
    matches!(last, "Vec" | "Bytes" | "String" | "str" | "Value" | "BytesMut" | "u8" | "Option")
}

/// Searches the file for what consumers decode.
pub(super) fn decoded(search: &mut Search<'_>, consumers: &[ItemIdx]) {
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    let Some(deserialize) = Role::named("deserialize") else { return };
    for site in codebase.calls(search.file) {
        if !site.roles.contains(deserialize) || !reads_message(codebase, search.file, tree, site.node) {
            continue;
        }
        let is_in_loop = codebase.loops_around(search.file, site.node).any(|around| {
            around.kind == LoopKind::Consume && !around.in_process && around.grade > Grade::Low
        });
        let func = codebase.enclosing_fn(search.file, site.node);
        let is_in_consumer = func.is_some_and(|func| consumers.binary_search(&func).is_ok());
        if !is_in_loop && !is_in_consumer {
            continue;
        }
        let written = tree
            .path_node(site.node)
            .and_then(|path| tree.children_in(path, Field::Segment).last())
            .and_then(|segment| tree.children_in(segment, Field::GenericArg).last())
            .filter(|ty| tree.text(*ty) != "_");
        let ty = match written {
            Some(ty) => codebase.ty(search.file, ty),
            None => expected(search, site.node),
        };
        let text = format!("decoded by `{}` in a consumer", site.name);
        let why = Why::new(Grade::Medium, search.place(site.node), &text);
        search.types(&ty, role("message"), &why);
    }
}

/// Whether what is decoded is a message's payload: by the catalogue's accessors, or by name.
fn reads_message(codebase: &Codebase, file: FileIdx, tree: &Tree, call: NodeId) -> bool {
    tree.descendants(call).any(|at| {
        let (name, owner) = match tree.kind(at) {
            Kind::MethodCall => (tree.name(at), tree.child(at, Field::Receiver)),
            Kind::FieldAccess => (tree.name(at), tree.child(at, Field::Base)),
            Kind::Path => (tree.variable(at), None),
            _ => return false,
        };
        let Some(name) = name else { return false };
        let row = owner.and_then(|owner| {
            let ty = codebase.type_of(file, owner);
            ty.path().and_then(|path| codebase.catalog.type_row(path))
        });
        let is_accessor = row.is_some_and(|row| row.payload.iter().any(|known| **known == *name));
        is_accessor || matches!(name, "payload" | "data" | "body" | "message_body" | "raw_payload" | "bytes")
    })
}

/// The functions that play a consumer's part, sorted.
pub(super) fn consumers(found: &[(Player, crate::facts::Evidence)]) -> Vec<ItemIdx> {
    let wanted = role("queue-consumer").union(role("job-handler"));
    let mut consumers: Vec<ItemIdx> = found
        .iter()
        .filter(|(_, evidence)| wanted.contains(evidence.role) && evidence.grade > Grade::Low)
        .filter_map(|(player, _)| match player {
            Player::Item(item) => Some(*item),
            Player::Closure(_) => None,
        })
        .collect();
    consumers.sort_unstable();
    consumers.dedup();
    consumers
}
