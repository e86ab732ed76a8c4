//! Messages and job payloads with what identifies each of them: a dedicated key, a natural one, or what the framework
//! adds. An enum is told variant by variant. Judges none of it.

mod carrier;
mod envelope;
mod framework;

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::{FileIdx, Span};
use crate::catalog::Role;
use crate::engine::{FactValue, Subject, place};
use crate::facts::{Codebase, FieldInfo, Item, ItemIdx, ItemKind, Place};
use crate::syntax::NodeId;
use carrier::{Carrier, Found};

/// The analysis `identity`.
pub(super) struct Identity;

static SPEC: Spec = Spec {
    name: "identity",
    about: "messages and job payloads, each data variant of an enum by itself, and what identifies them",
    params: &[
        ParamSpec {
            name: "natural",
            kind: ParamKind::Text,
            about: "whether a natural key will do: `accept` or `refuse`",
            default: || ParamValue::Text("accept".to_owned()),
        },
        ParamSpec {
            name: "also",
            kind: ParamKind::Names,
            about: "further names of fields that are keys",
            default: || ParamValue::Names(Vec::new()),
        },
        ParamSpec {
            name: "envelope",
            kind: ParamKind::Names,
            about: "topics of names of the catalogue of which each should have a field: `message-version`, `message-type`, \
                    `correlation`, `idempotency-key`, `subject`; default: none",
            default: || ParamValue::Names(Vec::new()),
        },
    ],
    facts: &[
        FactSpec {
            name: "origin",
            kind: FactKind::Text,
            about: "what makes it a message, such as the function that sends it; its place is that call",
        },
        FactSpec {
            name: "key",
            kind: FactKind::Symbols(&["dedicated", "natural", "method", "framework", "refused", "none"]),
            about: "what identifies it; `refused`: a natural key that will not do; its place is the field; unknown \
                    where what it holds is not in sight",
        },
        FactSpec {
            name: "kind",
            kind: FactKind::Symbols(&["message", "job", "event", "trigger"]),
            about: "`event`: the store's envelope identifies it; `trigger`: a job that only takes options",
        },
        FactSpec {
            name: "lacks",
            kind: FactKind::Text,
            about: "the topics of `envelope` of which it has no field, `none` where it has all; unknown where only what is \
                    out of sight may hold them",
        },
    ],
};

impl Analysis for Identity {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let items = codebase.items_of(file).map(ItemIdx);
        items.flat_map(|item| of_type(codebase, item, params)).collect()
    }
}

/// The subjects of one type: itself, or its variants that hold data.
fn of_type(codebase: &Codebase, idx: ItemIdx, params: &Params) -> Vec<Subject> {
    let item = codebase.item(idx);
    let ItemKind::Type(info) = &item.kind else { return Vec::new() };
    let plays = |name: &str| Role::named(name).is_some_and(|role| codebase.plays(idx, role));
    let is_job = plays("job-payload");
    if !is_job && !plays("message") {
        return Vec::new();
    }
    let kind = if is_stored_event(codebase, item) || is_put_in_outbox(codebase, idx) {
        "event"
    } else if is_job {
        "job"
    } else {
        "message"
    };
    let carrier = Carrier { codebase, params };
    let by_framework = framework::identifies(codebase, idx);
    let (origin, place) = origin_of(codebase, idx, is_job);
    let subject = |node: NodeId, name: &str, fields: &[FieldInfo]| {
        let is_trigger = kind == "job" && carrier.is_only_options(item, fields);
        let found = if by_framework { Found::Framework } else { carrier.key_of(item, fields) };
        let message = envelope::Message { codebase, owner: item, info, name, fields, key: &found };
        let lacks = lacking(&message, params.names("envelope"));
        let span = place::name(codebase.tree(item.file), node);
        let subject = Subject::new(item.file, node).narrowed(span);
        let subject = with_key(subject, found, params)
            .with("lacks", lacks)
            .with_symbol("kind", if is_trigger { "trigger" } else { kind });
        let origin = FactValue::Text(origin.clone());
        match place {
            Some(place) => subject.with_at("origin", origin, place),
            None => subject.with("origin", origin),
        }
    };
    if info.is_enum {
        let with_data = info.variants.iter().filter(|variant| !variant.fields.is_empty());
        return with_data.map(|variant| subject(variant.node, &variant.name, &variant.fields)).collect();
    }
    if info.fields.is_empty() { Vec::new() } else { vec![subject(item.node, &item.name, &info.fields)] }
}

/// What makes the type a message, for people, and where: the function that sends it, if one does.
fn origin_of(codebase: &Codebase, idx: ItemIdx, is_job: bool) -> (String, Option<(FileIdx, Span)>) {
    let wanted = if is_job { "job-payload" } else { "message" };
    let mut shown = codebase.roles_of(idx).iter().filter(|evidence| evidence.role.name() == wanted);
    let Some(evidence) = shown.next() else { return ("known as one".to_owned(), None) };
    let Place { file, node } = evidence.place;
    let tree = codebase.tree(file);
    let is_call = codebase.call_at(file, node).is_some();
    let text = match codebase.enclosing_fn(file, node).filter(|_| is_call) {
        Some(func) => {
            let verb = if evidence.text.starts_with("decoded") { "decoded" } else { "sent" };
            format!("{verb} by `{}`", codebase.item(func).name)
        }
        None => format!("known as one ({})", evidence.text),
    };
    let span = if is_call { place::method(tree, node) } else { place::primary(tree, node) };
    (text, Some((file, span)))
}

/// What a message lacks, for people.
fn lacking(message: &envelope::Message<'_>, topics: &[String]) -> FactValue {
    match message.lacks(topics) {
        (missing, true) if missing.is_empty() => {
            FactValue::Unknown("what some of its fields hold is not in sight".to_owned())
        }
        (missing, _) if missing.is_empty() => FactValue::Text("none".to_owned()),
        (missing, _) => FactValue::Text(missing.join(", ")),
    }
}

fn with_key(subject: Subject, found: Found, params: &Params) -> Subject {
    let is_refused = matches!(found, Found::Natural(_)) && params.text("natural") == "refuse";
    match found {
        Found::Dedicated(place) => subject.with_at("key", FactValue::Symbol("dedicated"), place),
        Found::Natural(place) => {
            subject.with_at("key", FactValue::Symbol(if is_refused { "refused" } else { "natural" }), place)
        }
        Found::Method => subject.with_symbol("key", "method"),
        Found::Framework => subject.with_symbol("key", "framework"),
        Found::Unknown(reason) => subject.with("key", FactValue::Unknown(reason)),
        Found::None => subject.with_symbol("key", "none"),
    }
}

/// Whether an event store keeps it in an envelope with the aggregate and its place in the stream.
pub(super) fn is_stored_event(codebase: &Codebase, item: &Item) -> bool {
    const TRAITS: [&str; 5] = [
        "cqrs_es::DomainEvent",
        "disintegrate::Event",
        "es_entity::EsEvent",
        "obix::OutboxEvent",
        "thalo::Event",
    ];
    let mut impls = codebase.impls_for(&item.path).iter();
    let is_implemented = impls.any(|imp| codebase.trait_of(*imp).is_some_and(|of| TRAITS.contains(&of)));
    let ItemKind::Type(info) = &item.kind else { return is_implemented };
    is_implemented || info.derives.iter().any(|path| TRAITS.contains(&&**path))
}

/// Whether it is only ever given to a library's outbox, which numbers what it stores.
fn is_put_in_outbox(codebase: &Codebase, idx: ItemIdx) -> bool {
    let Some(outbox) = Role::named("outbox-write") else { return false };
    let mut shown = codebase
        .roles_of(idx)
        .iter()
        .filter(|evidence| matches!(evidence.role.name(), "message" | "job-payload"))
        .peekable();
    shown.peek().is_some()
        && shown.all(|evidence| {
            let site = codebase.call_at(evidence.place.file, evidence.place.node);
            site.is_some_and(|site| site.roles.contains(outbox))
        })
}
