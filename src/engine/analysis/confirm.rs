//! Publishes to libraries that hand out a receipt: whether somebody looks at it, and whether the library was told to ask
//! the broker for one. Judges neither.

#[cfg(test)]
mod tests;

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::{Api, FactKey, Grade, Role, Timing};
use crate::engine::{Subject, place};
use crate::facts::{Binding, CallSite, Codebase, ResultUse};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// Variables and branches that one receipt may pass.
const MAX_HOPS: u8 = 8;

/// The analysis `confirm`.
pub(super) struct Confirm;

static SPEC: Spec = Spec {
    name: "confirm",
    about: "publishes whose library gives a receipt, or none unless it is asked for one",
    params: &[
        ParamSpec {
            name: "modes",
            kind: ParamKind::Names,
            about: "methods that make a library ask the broker for receipts; default: confirm_select tx_select",
            default: || ParamValue::names(&["confirm_select", "tx_select"]),
        },
        ParamSpec {
            name: "callbacks",
            kind: ParamKind::Names,
            about: "types that give their receipt to a callback, which is their last generic argument; default: the \
                    `BaseProducer` and `ThreadedProducer` of rdkafka",
            default: || {
                ParamValue::names(&["rdkafka::producer::BaseProducer", "rdkafka::producer::ThreadedProducer"])
            },
        },
    ],
    facts: &[
        FactSpec {
            name: "receipt",
            kind: FactKind::Symbols(&["awaited", "kept", "dropped"]),
            about: "whether the receipt is awaited, handed on to other code, or dropped",
        },
        FactSpec {
            name: "mode",
            kind: FactKind::Symbols(&["on", "off", "always"]),
            about: "whether the library was told to ask the broker for receipts; `always` where it needs no telling",
        },
    ],
};

impl Analysis for Confirm {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let Some(publish) = Role::named("publish") else { return Vec::new() };
        let sites = codebase.calls(file).iter().filter(|site| site.roles.contains(publish));
        sites.filter_map(|site| subject(codebase, file, params, site)).collect()
    }
}

fn subject(codebase: &Codebase, file: FileIdx, params: &Params, site: &CallSite) -> Option<Subject> {
    let tree = codebase.tree(file);
    let mut rows = site.apis.iter().filter(|(_, grade)| *grade > Grade::Low);
    let api = rows.find_map(|(idx, _)| Some(codebase.catalog.api(*idx)).filter(|api| has_receipt(api)))?;
    let receipt = if api.awaits == 0 {
        callback(codebase, file, params, site.node)?
    } else {
        Trace { codebase, file, tree, hops: MAX_HOPS }.fate(site.node, api.awaits.into())
    };
    let subject = Subject::new(file, site.node).narrowed(place::method(tree, site.node));
    Some(subject.with_symbol("receipt", receipt).with_symbol("mode", mode(codebase, params, api)))
}

/// Whether the call's own end, after one await where it has one, is not yet the broker's answer.
fn has_receipt(api: &Api) -> bool {
    let is_enqueued = api.facts.iter().any(|(key, _)| *key == FactKey::OnlyEnqueued);
    is_enqueued || api.awaits >= 2 || api.awaits == 1 && api.timing == Timing::Instant
}

/// What becomes of a receipt that only a callback sees; `None` for types without.
fn callback(codebase: &Codebase, file: FileIdx, params: &Params, call: NodeId) -> Option<&'static str> {
    let receiver = codebase.tree(file).child(call, Field::Receiver)?;
    let ty = codebase.type_of(file, receiver);
    if !params.lists("callbacks", ty.path()?) {
        return None;
    }
    let has_own = ty.arg(0).path().is_some_and(|path| !path.ends_with("DefaultProducerContext"));
    Some(if has_own { "kept" } else { "dropped" })
}

/// Whether the library, if it has such a switch at all, was told to ask for receipts anywhere in the code base: the
/// channel may have been made in another package.
fn mode(codebase: &Codebase, params: &Params, api: &Api) -> &'static str {
    let modes = params.names("modes");
    let has_switch = modes.iter().any(|mode| {
        let rows = codebase.catalog.apis_of_method(mode);
        rows.iter().any(|row| codebase.catalog.api(*row).krate == api.krate)
    });
    let is_on = || {
        modes.iter().any(|mode| {
            let mut calls = codebase.calls_named(mode).iter();
            calls.any(|place| codebase.is_examined(place.file, place.node))
        })
    };
    match has_switch {
        false => "always",
        true if is_on() => "on",
        true => "off",
    }
}

/// Follows one receipt outward.
struct Trace<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
    hops: u8,
}

impl Trace<'_> {
    fn fate(&mut self, node: NodeId, wanted: u32) -> &'static str {
        if self.codebase.awaits(self.file, node) >= wanted {
            return "awaited";
        }
        let mut at = node;
        loop {
            if self.hops == 0 {
                return "kept";
            }
            self.hops -= 1;
            let end = match self.codebase.result_use(self.file, at) {
                ResultUse::Question => self.tree.ancestors(at).find(|up| self.tree.kind(*up) == Kind::Try),
                ResultUse::Unwrapped(call) | ResultUse::Defaulted(call) => Some(call),
                ResultUse::Discarded(_) | ResultUse::Checked(_) => return "dropped",
                ResultUse::Bound(binding) => return self.variable(&binding),
                ResultUse::Matched(decision) => return self.decided(decision, at),
                ResultUse::Returned => return if self.is_mapped_away(at) { "dropped" } else { "kept" },
                ResultUse::Passed(_) | ResultUse::Stored(_) | ResultUse::Operand(_) => return "kept",
            };
            if self.is_mapped_away(at) {
                return "dropped";
            }
            match end {
                Some(outer) => at = outer,
                None => return "kept",
            }
        }
    }

    /// Whether a `.map(|_| ..)` between `node` and where its result goes throws the receipt away.
    fn is_mapped_away(&self, node: NodeId) -> bool {
        let tree = self.tree;
        let mut at = node;
        while let Some(parent) = tree.parent(at) {
            let is_outward = match tree.kind(parent) {
                Kind::Await => true,
                Kind::MethodCall => tree.field(at) == Field::Receiver,
                _ => false,
            };
            if !is_outward {
                return false;
            }
            let closure = tree.child(parent, Field::Arg).filter(|_| tree.name(parent) == Some("map"));
            let param = closure.and_then(|closure| tree.child(closure, Field::Param));
            let pattern = param.and_then(|param| tree.child(param, Field::Pat));
            if pattern.is_some_and(|pattern| tree.kind(pattern) == Kind::PatWild) {
                return true;
            }
            at = parent;
        }
        false
    }

    /// A variable keeps the receipt where something is done with it.
    fn variable(&self, binding: &Binding) -> &'static str {
        let is_dropped =
            |used: &NodeId| matches!(self.codebase.result_use(self.file, *used), ResultUse::Discarded(_));
        let mut uses = self.codebase.uses_of(self.file, binding);
        if uses.any(|used| !is_dropped(&used)) { "kept" } else { "dropped" }
    }

    /// A `match`, `if let` or `let else` keeps it where a pattern for success names it and that name is used.
    fn decided(&self, decision: NodeId, at: NodeId) -> &'static str {
        let tree = self.tree;
        let holders: Vec<NodeId> = match tree.kind(decision) {
            Kind::Match => tree.children_in(decision, Field::Arm).collect(),
            // The condition, or whatever else was matched, lies between.
            _ => tree.ancestors(at).take_while(|up| *up >= decision).collect(),
        };
        let patterns = holders.iter().filter_map(|holder| tree.child(*holder, Field::Pat));
        let mut idents = patterns.flat_map(|pattern| tree.subtree(pattern)).filter(|node| {
            let is_error = tree.ancestors(*node).any(|up| {
                tree.kind(up) == Kind::PatTupleStruct && tree.path_segments(up).last() == Some(&"Err")
            });
            tree.kind(*node) == Kind::PatIdent && !is_error
        });
        let is_kept = idents.any(|ident| {
            let binding = self.codebase.binding(self.file, ident);
            binding.is_some_and(|binding| self.variable(&binding) == "kept")
        });
        if is_kept { "kept" } else { "dropped" }
    }
}
