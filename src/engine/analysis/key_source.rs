//! Idempotency keys and what they are made of: business data, chance or the clock; where they are made, and whether they
//! are kept. Judges none of it.

mod broker;
mod kept;
mod origin;
mod slot;

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::{LoopKind, Role};
use crate::engine::{FactValue, Subject};
use crate::facts::{Codebase, ItemIdx, Place, Target};
use crate::syntax::{Field, Kind};
use origin::Origin;
use slot::Slot;

/// Callers that are followed up to a consumer or a retry.
const MAX_DEPTH: u8 = 2;
/// Callers of one function that are looked at.
const MAX_CALLERS: usize = 50;

/// The analysis `key-source`.
pub(super) struct KeySource;

static SPEC: Spec = Spec {
    name: "key-source",
    about: "values given to idempotency keys: fields, variables, arguments and headers of such names",
    params: &[ParamSpec {
        name: "except",
        kind: ParamKind::Names,
        about: "names of the topic `idempotency-key` that do not count; default: message_id event_id nonce",
        default: || ParamValue::names(&["message_id", "event_id", "nonce"]),
    }],
    facts: &[
        FactSpec {
            name: "source",
            kind: FactKind::Symbols(&["random", "clock", "other"]),
            about: "what the key is made of; its place is the call that gives chance or time; unknown where that is only \
                    a fallback",
        },
        FactSpec {
            name: "made",
            kind: FactKind::Symbols(&["consumer", "retry", "producer"]),
            about: "where it is made: for each delivery, for each attempt, or once",
        },
        FactSpec {
            name: "kept",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether the code that makes it stores it or gives it back",
        },
        FactSpec {
            name: "slot",
            kind: FactKind::Text,
            about: "the name of the field, variable, method or header; its place is where the key is given",
        },
        FactSpec {
            name: "broker",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether it is the id that the broker gives each delivery; its place is the expression that reads that id",
        },
    ],
};

impl Analysis for KeySource {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let slots = slot::slots(codebase, file, params);
        let mut found: Vec<Subject> = slots.iter().map(|slot| subject(codebase, file, slot)).collect();
        found.sort_by_key(|subject| subject.place.node);
        // A variable and the field that it is put in have one source.
        found.dedup_by(|later, first| {
            later.place == first.place && later.fact("source") == first.fact("source")
        });
        found
    }
}

fn subject(codebase: &Codebase, file: FileIdx, slot: &Slot) -> Subject {
    let subject = made_of(codebase, file, slot);
    match broker::id_in(codebase, file, slot.value) {
        Some(at) => {
            let span = codebase.tree(at.file).span(at.node);
            subject.with_at("broker", FactValue::Symbol("yes"), (at.file, span))
        }
        None => subject.with_symbol("broker", "no"),
    }
}

fn made_of(codebase: &Codebase, file: FileIdx, slot: &Slot) -> Subject {
    let tree = codebase.tree(file);
    let name = || FactValue::Text(slot.name.clone());
    let at_slot = (file, tree.span(slot.node));
    match origin::of(codebase, file, slot.value) {
        Origin::Made { symbol, place, is_fallback } => {
            let span = codebase.tree(place.file).span(place.node);
            let is_missing = is_only_where_missing(codebase, file, slot);
            let source = if is_fallback || is_missing {
                FactValue::Unknown("the key is made only where none is given".to_owned())
            } else {
                FactValue::Symbol(symbol)
            };
            let here = if place.file == file { place.node } else { slot.value };
            let made = made_in(codebase, file, here);
            let kept = if kept::is_kept(codebase, file, slot, here) { "yes" } else { "no" };
            let subject = Subject::new(file, here).with_at("source", source, (place.file, span));
            subject.with_symbol("made", made).with_symbol("kept", kept).with_at("slot", name(), at_slot)
        }
        Origin::Other => {
            let subject = Subject::new(file, slot.value).with_symbol("source", "other");
            subject.with_symbol("made", "producer").with_symbol("kept", "no").with_at("slot", name(), at_slot)
        }
    }
}

/// Whether the key is given only below a condition that it, or what holds it, is missing: `if !headers.contains_key(KEY)`.
fn is_only_where_missing(codebase: &Codebase, file: FileIdx, slot: &Slot) -> bool {
    let tree = codebase.tree(file);
    let above =
        tree.ancestors(slot.node).take_while(|at| !matches!(tree.kind(*at), Kind::Fn | Kind::Closure));
    let mut conds = above.filter(|at| tree.kind(*at) == Kind::If).filter_map(|at| {
        tree.child(at, Field::Then).filter(|then| tree.is_within(slot.node, *then))?;
        tree.child(at, Field::Cond)
    });
    conds.any(|cond| {
        let names_key = tree.text(cond).to_ascii_lowercase().contains(&slot.name.to_ascii_lowercase());
        names_key
            && tree.subtree(cond).any(|at| match tree.kind(at) {
                Kind::Not => tree
                    .descendants(at)
                    .any(|inner| matches!(tree.name(inner), Some("contains_key" | "is_some" | "contains"))),
                Kind::MethodCall => matches!(tree.name(at), Some("is_none" | "is_empty")),
                _ => false,
            })
    })
}

/// Whether the code at `node` runs for each delivery, for each attempt, or once.
fn made_in(codebase: &Codebase, file: FileIdx, node: crate::syntax::NodeId) -> &'static str {
    made_around(codebase, Place { file, node }, MAX_DEPTH).unwrap_or("producer")
}

fn made_around(codebase: &Codebase, at: Place, depth: u8) -> Option<&'static str> {
    let tree = codebase.tree(at.file);
    if is_retried(codebase, at) {
        return Some("retry");
    }
    let mut loops = codebase.loops_around(at.file, at.node);
    if loops.any(|around| around.kind == LoopKind::Consume && !around.in_process) {
        return Some("consumer");
    }
    let func = codebase.enclosing_fn(at.file, at.node)?;
    let mut consumers =
        ["queue-consumer", "job-handler", "event-handler", "workflow"].into_iter().filter_map(Role::named);
    if consumers.any(|role| codebase.plays(func, role)) {
        return Some("consumer");
    }
    if depth == 0 || tree.kind(codebase.item(func).node) != Kind::Fn {
        return None;
    }
    let callers = codebase.calls_to(&codebase.item(func).path).iter().take(MAX_CALLERS);
    callers
        .filter(|call| codebase.is_examined(call.file, call.node) && leads_to(codebase, **call, func))
        .find_map(|call| made_around(codebase, *call, depth - 1))
}

fn leads_to(codebase: &Codebase, call: Place, func: ItemIdx) -> bool {
    let site = codebase.call_at(call.file, call.node);
    site.is_some_and(|site| matches!(site.target, Target::Local(item) if item == func))
}

/// Inside a retry loop, or in the closure that a retry combinator runs.
fn is_retried(codebase: &Codebase, at: Place) -> bool {
    if codebase.loops_around(at.file, at.node).any(|around| around.kind == LoopKind::Retry) {
        return true;
    }
    let Some(combinator) = Role::named("retry-combinator") else { return false };
    let tree = codebase.tree(at.file);
    let mut is_in_closure = false;
    for above in tree.ancestors(at.node).take_while(|above| tree.kind(*above) != Kind::Fn) {
        match tree.kind(above) {
            Kind::Closure | Kind::AsyncBlock => is_in_closure = true,
            Kind::Call | Kind::MethodCall => {
                let site = codebase.call_at(at.file, above);
                if is_in_closure && site.is_some_and(|site| site.roles.contains(combinator)) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}
