//! Retries: loops that repeat one operation until it works, and policies of retry libraries. Tells how they wait, how
//! the wait grows, whether it is random, and what ends them. Judges none of it.

mod bound;
mod change;
mod delay;
mod policy;
#[cfg(test)]
mod tests;

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::LoopKind;
use crate::engine::{FactValue, Subject, place};
use crate::facts::{Codebase, LoopFact, ResultUse};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// The analysis `retry`.
pub(super) struct Retry;

static SPEC: Spec = Spec {
    name: "retry",
    about: "loops that repeat one operation until it works, and backoff policies of retry libraries",
    params: &[
        ParamSpec {
            name: "random",
            kind: ParamKind::Names,
            about: "words of identifiers that show randomness; default: jitter rand random rng fastrand",
            default: || {
                ParamValue::names(&["jitter", "jittered", "rand", "random", "rng", "fastrand", "oorandom"])
            },
        },
        ParamSpec {
            name: "waits",
            kind: ParamKind::Names,
            about: "words of names of functions that wait; default: backoff sleep wait delay snooze throttle pause",
            default: || {
                ParamValue::names(&["backoff", "sleep", "wait", "delay", "snooze", "throttle", "pause"])
            },
        },
    ],
    facts: &[
        FactSpec {
            name: "kind",
            kind: FactKind::Symbols(&["loop", "library"]),
            about: "a loop, or a policy of a retry library; its place is the loop's head or the policy",
        },
        FactSpec {
            name: "delay",
            kind: FactKind::Symbols(&["none", "constant", "growing", "some"]),
            about: "the wait before the next attempt, `some` where its length is out of sight; its place is the call \
                    that waits, or the head; unknown where it cannot be seen whether it waits",
        },
        FactSpec {
            name: "wait",
            kind: FactKind::Duration,
            about: "how long a constant wait is, where its value is known",
        },
        FactSpec {
            name: "growth",
            kind: FactKind::Symbols(&["none", "linear", "exponential", "fibonacci", "schedule"]),
            about: "how the wait grows; its place is the power, shift or product, the policy, or the loop's head",
        },
        FactSpec {
            name: "jitter",
            kind: FactKind::Symbols(&["yes", "no", "builtin"]),
            about: "whether the wait has a random part; unknown where the wait is out of sight",
        },
        FactSpec {
            name: "cap",
            kind: FactKind::Symbols(&["yes", "no", "builtin"]),
            about: "whether a growing wait has a longest length; its place is that of the growth",
        },
        FactSpec {
            name: "bound",
            kind: FactKind::Symbols(&["yes", "no", "stop"]),
            about: "what ends the attempts: a count or a time, nothing, or only a signal to stop",
        },
        FactSpec {
            name: "attempts",
            kind: FactKind::Count,
            about: "how many attempts at most, where it is written; its place is the number",
        },
        FactSpec {
            name: "probe",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether a connection is only opened to see that it can be, and dropped again",
        },
        FactSpec {
            name: "optimistic",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether a lost race, such as a failed comparison of versions, is what is tried again",
        },
    ],
};

impl Analysis for Retry {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let retries = codebase.loops(file).iter().filter(|fact| fact.kind == LoopKind::Retry);
        let mut found: Vec<Subject> = retries
            .map(|fact| {
                let tree = codebase.tree(file);
                let site = Site { codebase, file, tree, params, fact };
                site.subject()
            })
            .collect();
        found.extend(policy::subjects(codebase, file));
        found.sort_by_key(|subject| subject.place.node);
        found
    }
}

/// One retry loop under examination.
#[derive(Clone, Copy)]
struct Site<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
    params: &'c Params,
    fact: &'c LoopFact,
}

impl Site<'_> {
    fn node(&self) -> NodeId {
        self.fact.node
    }

    fn subject(&self) -> Subject {
        let head = place::loop_head(self.tree, self.node());
        let here = (self.file, head);
        let mut subject = Subject::new(self.file, self.node()).narrowed(head);
        subject = subject.with_at("kind", FactValue::Symbol("loop"), here);
        subject = subject.with_symbol("optimistic", if self.fact.is_optimistic { "yes" } else { "no" });
        subject = subject.with_symbol("probe", if self.is_probe() { "yes" } else { "no" });
        if let Some(operation) = self.fact.operation {
            subject = subject.capturing("operation", operation);
        }
        subject = self.with_delay(subject, here);
        self.with_bound(subject)
    }

    /// A `connect` of which nothing is kept: `Ok(_) => break`, `is_ok()`.
    fn is_probe(&self) -> bool {
        let tree = self.tree;
        let Some(operation) = self.fact.operation else { return false };
        let is_connect = |at: NodeId| match tree.kind(at) {
            Kind::Call => tree.path_segments(at).last().is_some_and(|name| name.starts_with("connect")),
            Kind::MethodCall => tree.name(at).is_some_and(|name| name.starts_with("connect")),
            _ => false,
        };
        if !tree.subtree(operation).any(is_connect) {
            return false;
        }
        match self.codebase.result_use(self.file, operation) {
            ResultUse::Checked(_) => true,
            ResultUse::Matched(at) => {
                let patterns = tree.subtree(at).filter(|part| tree.field(*part) == Field::Pat);
                let own = patterns.filter(|part| {
                    tree.parent(*part).is_some_and(|holder| holder == at || tree.parent(holder) == Some(at))
                });
                let mut kept = own
                    .filter(|pattern| tree.path_segments(*pattern).last() == Some(&"Ok"))
                    .flat_map(|pattern| tree.subtree(pattern));
                !kept.any(|part| self.codebase.bindings(self.file).of(part).is_some())
            }
            ResultUse::Discarded(_)
            | ResultUse::Question
            | ResultUse::Unwrapped(_)
            | ResultUse::Defaulted(_)
            | ResultUse::Bound(_)
            | ResultUse::Returned
            | ResultUse::Passed(_)
            | ResultUse::Stored(_)
            | ResultUse::Operand(_) => false,
        }
    }

    /// Whether one of the words of `name` is among the names of a parameter.
    fn has_word(&self, param: &str, name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| self.params.lists(param, word))
    }
}
