//! Values that calls set under a name of the catalogue: how long a timeout is, how much a limit lets through. Judges no
//! value.

#[cfg(test)]
mod tests;

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::{ArgName, RoleSet};
use crate::engine::{FactValue, Subject, message, place};
use crate::facts::{CallSite, Codebase, Place, Value, ValueKind};
use crate::syntax::{Field, NodeId};

/// The analysis `setting`.
pub(super) struct Setting;

/// Variables that are followed to what they are bound to.
const MAX_STEPS: usize = 4;

static SPEC: Spec = Spec {
    name: "setting",
    about: "calls of given roles that are given a length of time or a number, with its value",
    params: &[
        ParamSpec {
            name: "roles",
            kind: ParamKind::Names,
            about: "roles of the calls; default: timeout connect-timeout",
            default: || ParamValue::names(&["timeout", "connect-timeout"]),
        },
        ParamSpec {
            name: "arg",
            kind: ParamKind::Text,
            about: "what the catalogue calls the argument; default: duration",
            default: || ParamValue::Text("duration".to_owned()),
        },
        ParamSpec {
            name: "waits",
            kind: ParamKind::Names,
            about: "roles of calls that wait on purpose; default: recv try-recv join sleep periodic shutdown permit \
                    and locks",
            default: || {
                ParamValue::names(&[
                    "recv",
                    "try-recv",
                    "join",
                    "sleep",
                    "periodic",
                    "shutdown",
                    "graceful-shutdown",
                    "permit",
                    "lock-async",
                    "lock-distributed",
                ])
            },
        },
    ],
    facts: &[
        FactSpec {
            name: "length",
            kind: FactKind::Duration,
            about: "how long it is; its place is the literal, also where a const holds it; unknown where it is no \
                    length of time that the code writes",
        },
        FactSpec { name: "count", kind: FactKind::Count, about: "the same for a number" },
        FactSpec {
            name: "waits",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether another argument waits on purpose, by itself or in functions of the workspace",
        },
        FactSpec {
            name: "use",
            kind: FactKind::Text,
            about: "the name of the called function or method; its place is the call",
        },
    ],
};

impl Analysis for Setting {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let roles = RoleSet::named(params.names("roles"));
        let arg = ArgName::ALL.iter().find(|(_, word)| *word == params.text("arg"));
        let Some((arg, _)) = arg else { return Vec::new() };
        let sites = codebase.calls(file).iter().filter(|site| site.roles.meets(roles));
        let waits = RoleSet::named(params.names("waits"));
        let found = sites.filter_map(|site| subject(codebase, file, site, *arg));
        found.map(|subject| told_waits(codebase, subject, waits)).collect()
    }
}

fn subject(codebase: &Codebase, file: FileIdx, site: &CallSite, arg: ArgName) -> Option<Subject> {
    let tree = codebase.tree(file);
    let mut rows = site.apis.iter().map(|(idx, _)| codebase.catalog.api(*idx));
    let at = rows.find_map(|api| api.arg(arg))?;
    let given = tree.children_in(site.node, Field::Arg).nth(at)?;
    let here = (file, place::method(tree, site.node));
    let subject = Subject::new(file, site.node).narrowed(here.1).capturing("given", given);
    let subject = subject.with_at("use", FactValue::Text(site.name.to_string()), here);
    let told = |what: &str| FactValue::Unknown(format!("`{}` {what}", message::shortened(tree.text(given))));
    let unknown = || told("is not written in the code");
    let Some(value) = value_of(codebase, Place { file, node: given }) else {
        return Some(subject.with("length", unknown()).with("count", unknown()));
    };
    let shown = (value.place.file, codebase.tree(value.place.file).span(value.place.node));
    Some(match value.kind {
        ValueKind::Duration(length) => subject.with_at("length", FactValue::Duration(length), shown),
        // A number without a unit is no length of time that could be compared.
        ValueKind::Int(count) => {
            subject.with("length", told("has no unit")).with_at("count", FactValue::Count(count), shown)
        }
        ValueKind::Float(_)
        | ValueKind::Str(_)
        | ValueKind::Bool(_)
        | ValueKind::None
        | ValueKind::Some(_)
        | ValueKind::Path(_) => subject.with("length", unknown()).with("count", unknown()),
    })
}

/// The subject with whether the call waits on purpose for what else it is given.
fn told_waits(codebase: &Codebase, subject: Subject, waits: RoleSet) -> Subject {
    let (file, tree) = (subject.place.file, codebase.tree(subject.place.file));
    let reaches = |site: &CallSite| {
        let reached = |item| codebase.summary(item).reach_any(waits).is_some_and(|reach| !reach.is_detached);
        site.roles.meets(waits) || codebase.callees(site).iter().copied().any(reached)
    };
    let made_of = |arg: NodeId| {
        let init = codebase.binding(file, arg).and_then(|binding| binding.init(tree));
        init.filter(|init| *init != arg).unwrap_or(arg)
    };
    let mut args = tree.children_in(subject.place.node, Field::Arg).map(made_of);
    let is_waiting = args.any(|arg| codebase.calls_within(file, arg).iter().any(reaches));
    subject.with_symbol("waits", if is_waiting { "yes" } else { "no" })
}

/// The value of an expression, through variables that are bound once and `Some(..)`.
fn value_of(codebase: &Codebase, at: Place) -> Option<Value> {
    let tree = codebase.tree(at.file);
    let next = |node: &NodeId| {
        let binding = codebase.binding(at.file, *node)?;
        binding
            .init(tree)
            .filter(|init| *init != *node && binding.pattern == binding.ident && !binding.is_mutable(tree))
    };
    let mut steps = std::iter::successors(Some(at.node), next).take(MAX_STEPS);
    let mut value = steps.find_map(|node| codebase.value(at.file, node))?;
    while let ValueKind::Some(inner) = value.kind {
        value = *inner;
    }
    Some(value)
}
