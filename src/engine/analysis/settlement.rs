//! How the messages of a queue are settled: what is acknowledged before the work, what leaves a consumer unsettled
//! while its siblings settle, and whose failure is only logged before the message counts as done. Judges none of it.

mod arm;
mod effect;
mod path;
mod region;
#[cfg(test)]
mod tests;

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::engine::{FactValue, Subject, place};
use crate::facts::Codebase;
use crate::syntax::NodeId;
use path::{Flow, Marked, State};
use region::Region;

/// The analysis `settlement`.
pub(super) struct Settlement;

static SPEC: Spec = Spec {
    name: "settlement",
    about: "acknowledgements, unsettled exits and swallowed failures of code that handles one message or job at a time",
    params: &[ParamSpec {
        name: "best_effort",
        kind: ParamKind::Names,
        about: "words of names of effects that may fail; default: metric metrics cache stats telemetry and the like",
        default: || {
            let words = [
                "metric",
                "metrics",
                "cache",
                "stats",
                "telemetry",
                "heartbeat",
                "audit",
                "progress",
                "cleanup",
                "trace",
                "log",
                "invalidate",
                "analytics",
                "status",
                "shutdown",
                "close",
            ];
            ParamValue::names(&words)
        },
    }],
    facts: &[
        FactSpec {
            name: "what",
            kind: FactKind::Symbols(&["ack", "exit", "swallow"]),
            about: "an acknowledgement, a way out that leaves the message unsettled while other ways settle it, or an \
                    arm that only logs the failure of an effect",
        },
        FactSpec {
            name: "order",
            kind: FactKind::Symbols(&["before", "between", "after"]),
            about: "where an acknowledgement stands among the effects of its message; its place is the effect that follows",
        },
        FactSpec {
            name: "settled",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether the message counts as done after a swallowed failure; its place is the acknowledgement",
        },
        FactSpec {
            name: "only",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether what is swallowed is the only effect of the message that can fail",
        },
        FactSpec {
            name: "best_effort",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether the name of what is swallowed says that it may fail",
        },
    ],
};

impl Analysis for Settlement {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let mut found = Vec::new();
        for region in region::regions(codebase, file) {
            found.extend(acks(&region));
            found.extend(exits(&region));
            found.extend(swallowed(&region, params));
        }
        found.sort_by_key(|subject: &Subject| subject.place.node);
        found.dedup_by_key(|subject| (subject.place.node, subject.span));
        found
    }
}

/// The acknowledgements, with where they stand among the effects.
fn acks(region: &Region<'_>) -> Vec<Subject> {
    let tree = region.tree;
    let acks = region.settles.iter().filter(|settle| settle.is_ack);
    acks.map(|settle| {
        let span = place::method(tree, settle.node);
        let subject = Subject::new(region.file, settle.node).narrowed(span).with_symbol("what", "ack");
        let flow = Flow::of(region, Some(Marked::Call(settle.node)));
        let before = flow.entered(settle.node);
        let behind = flow.works().find(|(_, states)| states.any(|state| state.has(State::MARKED)));
        match behind {
            None => subject.with_symbol("order", "after"),
            Some((work, _)) => {
                let is_between = before.any(|state| state.has(State::WORKED));
                let order = FactValue::Symbol(if is_between { "between" } else { "before" });
                subject.with_at("order", order, (region.file, place::method(tree, work)))
            }
        }
    })
    .collect()
}

/// The ways out that leave the message unsettled.
fn exits(region: &Region<'_>) -> Vec<Subject> {
    if !region.is_answerable {
        return Vec::new();
    }
    let flow = Flow::of(region, None);
    let unsettled = flow
        .exits()
        .filter(|(_, states)| states.any(|state| state.has(State::RECEIVED) && !state.has(State::SETTLED)));
    let is_exit = |node: NodeId| region.is_exit(node);
    let mut nodes: Vec<NodeId> = unsettled.map(|(node, _)| node).filter(|node| is_exit(*node)).collect();
    if flow.end().any(|state| state.has(State::RECEIVED) && !state.has(State::SETTLED)) {
        nodes.extend(region.silent_branch());
    }
    nodes
        .into_iter()
        .map(|node| {
            Subject::new(region.file, node)
                .narrowed(place::arm(region.tree, node))
                .with_symbol("what", "exit")
        })
        .collect()
}

/// The arms that only log a failure.
fn swallowed(region: &Region<'_>, params: &Params) -> Vec<Subject> {
    let arms = arm::arms(region);
    let subject = |arm: &arm::Arm| {
        let flow = Flow::of(region, Some(Marked::Branch(arm.body)));
        let is_open = |state: State| state.has(State::MARKED) && !state.has(State::SETTLED);
        let ack =
            region.settles.iter().find(|settle| settle.is_ack && flow.entered(settle.node).any(is_open));
        let settled = match ack {
            Some(settle) => Some(place::method(region.tree, settle.node)),
            None => region.ok_end(arm.body).filter(|_| flow.end().any(is_open)),
        };
        let node = arm.node;
        let subject = Subject::new(region.file, node)
            .narrowed(place::arm(region.tree, node))
            .with_symbol("what", "swallow")
            .with_symbol("only", if region.has_other_effect(arm.operation) { "no" } else { "yes" });
        let is_best_effort = region.is_named(arm.operation, params);
        let subject = subject.with_symbol("best_effort", if is_best_effort { "yes" } else { "no" });
        match settled {
            Some(span) => subject.with_at("settled", FactValue::Symbol("yes"), (region.file, span)),
            None => subject.with_symbol("settled", "no"),
        }
    };
    arms.iter().map(subject).collect()
}
