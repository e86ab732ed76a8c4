//! How a retry loop waits before the next attempt.

use super::Site;
use super::change::Dependence;
use super::policy;
use crate::base::{FileIdx, Span};
use crate::catalog::{ArgName, LoopKind, RoleSet};
use crate::engine::{FactValue, Subject, message, place};
use crate::facts::flow::{self, Ends};
use crate::facts::{CallSite, Place, Target, ValueKind};
use crate::syntax::{Field, Kind, NodeId, Tree};
use std::time::Duration;

/// Methods that raise to a power, shift or multiply.
const POWERS: [&str; 10] = [
    "pow",
    "powi",
    "powf",
    "saturating_pow",
    "checked_pow",
    "wrapping_pow",
    "overflowing_pow",
    "checked_shl",
    "wrapping_shl",
    "exp2",
];
const PRODUCTS: [&str; 7] =
    ["mul", "saturating_mul", "checked_mul", "wrapping_mul", "mul_f64", "mul_f32", "mul_add"];
/// Names that keep a value below a longest one.
const CAPS: [&str; 4] = ["min", "clamp", "max_delay", "max_interval"];
/// Helpers that are looked into for the length of a wait.
const MAX_HELPERS: usize = 4;

/// The wait of a loop.
enum Wait {
    None,
    Constant(NodeId, Option<Duration>),
    /// It waits, but for how long is out of sight, with the reason.
    Some(NodeId, String),
    Growing {
        call: NodeId,
        growth: Growth,
        jitter: FactValue,
        is_capped: bool,
    },
    Unknown(Option<NodeId>, String),
}

/// How a wait grows.
enum Growth {
    Linear,
    Schedule,
    Exponential(Place),
    Library(policy::Traits),
    Unknown(String),
}

impl Site<'_> {
    pub(super) fn with_delay(&self, subject: Subject, head: (FileIdx, Span)) -> Subject {
        let at = |call: NodeId| (self.file, place::method(self.tree, call));
        match self.wait() {
            Wait::None => {
                subject.with_at("delay", FactValue::Symbol("none"), head).with_symbol("growth", "none")
            }
            Wait::Constant(call, length) => {
                let subject = subject
                    .with_at("delay", FactValue::Symbol("constant"), at(call))
                    .with_symbol("growth", "none");
                match length {
                    Some(length) => subject.with_at("wait", FactValue::Duration(length), at(call)),
                    None => subject,
                }
            }
            Wait::Growing { call, growth, jitter, is_capped } => {
                let subject = subject.with_at("delay", FactValue::Symbol("growing"), at(call));
                let capped = if is_capped { "yes" } else { "no" };
                let (value, place) = match growth {
                    Growth::Linear => (FactValue::Symbol("linear"), head),
                    Growth::Schedule => {
                        // A schedule ends in its longest wait.
                        return subject
                            .with_at("growth", FactValue::Symbol("schedule"), head)
                            .with_at("jitter", jitter, head)
                            .with_at("cap", FactValue::Symbol("builtin"), head);
                    }
                    Growth::Exponential(at) => {
                        let tree = self.codebase.tree(at.file);
                        (FactValue::Symbol("exponential"), (at.file, place::method(tree, at.node)))
                    }
                    Growth::Unknown(reason) => (FactValue::Unknown(reason), head),
                    Growth::Library(traits) => return traits.tell(subject, head),
                };
                subject.with_at("growth", value, place).with_at("jitter", jitter, place).with_at(
                    "cap",
                    FactValue::Symbol(capped),
                    place,
                )
            }
            Wait::Some(call, reason) => {
                let subject = subject.with_at("delay", FactValue::Symbol("some"), at(call));
                ["growth", "jitter", "cap"].into_iter().fold(subject, |subject, key| {
                    subject.with_at(key, FactValue::Unknown(reason.clone()), at(call))
                })
            }
            Wait::Unknown(call, reason) => {
                let place = call.map_or(head, at);
                ["delay", "growth", "jitter", "cap"].into_iter().fold(subject, |subject, key| {
                    subject.with_at(key, FactValue::Unknown(reason.clone()), place)
                })
            }
        }
    }

    fn wait(&self) -> Wait {
        let sleeping = sleeping();
        for site in self.codebase.calls_within(self.file, self.node()) {
            if !self.is_on_retry_path(site.node) {
                continue;
            }
            if site.roles.meets(sleeping) {
                return self.wait_of(site);
            }
            if let Target::Local(item) = site.target {
                let summary = self.codebase.summary(item);
                let sleeps = sleeping.iter().filter_map(|role| summary.reach(role));
                if let Some(reach) = sleeps.min_by_key(|reach| reach.depth).filter(|reach| !reach.is_detached)
                {
                    return self.wait_in_helper(site, reach.end);
                }
            }
        }
        if let Some(call) = self.hidden_wait() {
            let code = message::shortened(self.tree.text(call));
            return Wait::Unknown(Some(call), format!("how `{code}` waits is not in sight"));
        }
        self.wait_in_operation(sleeping)
    }

    /// A call that waits by its name, of which nothing else is known.
    fn hidden_wait(&self) -> Option<NodeId> {
        let tree = self.tree;
        tree.subtree(self.node()).find(|node| {
            // `with_delay(..)` and the like set something up.
            let is_setup = |name: &str| name.starts_with("with_") || name.starts_with("set_");
            called_name(tree, *node).is_some_and(|name| self.has_word("waits", name) && !is_setup(name))
                && self.is_on_retry_path(*node)
        })
    }

    /// The operation itself may wait, by a call of its own.
    fn wait_in_operation(&self, sleeping: RoleSet) -> Wait {
        let operation = self.fact.operation.and_then(|node| self.codebase.call_at(self.file, node));
        let Some(Target::Local(item)) = operation.map(|site| &site.target) else { return Wait::None };
        let summary = self.codebase.summary(*item);
        let is_own = sleeping.iter().filter_map(|role| summary.reach(role)).any(|reach| reach.depth == 0);
        if is_own {
            return Wait::Unknown(None, "the operation waits itself".to_owned());
        }
        Wait::None
    }

    /// Whether a call runs between a failed attempt and the next: in the loop's own code, not in the operation, not
    /// where it worked, and not on a way out.
    fn is_on_retry_path(&self, call: NodeId) -> bool {
        let tree = self.tree;
        let is_own = tree
            .ancestors(call)
            .take_while(|at| *at != self.node())
            .all(|at| !flow::is_apart(tree.kind(at)) || flow::is_round(tree, at));
        if !is_own {
            return false;
        }
        let Some(decision) = &self.fact.decision else { return true };
        if tree.is_within(call, decision.operation) {
            return false;
        }
        if decision.success.iter().any(|arm| tree.is_within(call, *arm)) {
            return false;
        }
        // In `while let Err(e) = op()` the head is no way out of a failed attempt.
        let statement = tree.ancestors(call).find(|at| matches!(tree.field(*at), Field::Stmt | Field::Tail));
        statement.is_none_or(|at| flow::ends_after(tree, at, self.node()) != Ends::LEAVES)
    }

    /// The wait of a call that sleeps.
    fn wait_of(&self, site: &CallSite) -> Wait {
        let rows = site.apis.iter().map(|(idx, _)| self.codebase.catalog.api(*idx));
        let at =
            rows.filter_map(|api| api.arg(ArgName::Duration).or_else(|| api.arg(ArgName::Schedule))).next();
        let arg = self.tree.children_in(site.node, Field::Arg).nth(at.unwrap_or(0));
        match arg {
            Some(length) => self.wait_for(site.node, length),
            // A ticking interval has a fixed period.
            None => Wait::Constant(site.node, None),
        }
    }

    fn wait_for(&self, call: NodeId, length: NodeId) -> Wait {
        if let Some(value) = self.codebase.value(self.file, length) {
            let known = match value.kind {
                ValueKind::Duration(length) => Some(length),
                _ => None,
            };
            return Wait::Constant(call, known);
        }
        let found = self.dependence(length);
        if let Some(unclear) = found.unclear.filter(|_| found.changing.is_empty()) {
            return self.wait_of_state(call, unclear);
        }
        if found.changing.is_empty() {
            return Wait::Constant(call, None);
        }
        let helpers = self.helpers_of(&found);
        let jitter = self.jitter(&found, &helpers);
        let is_capped = self.is_capped(&found, &helpers);
        Wait::Growing { call, growth: self.growth(&found, &helpers), jitter, is_capped }
    }

    /// The length comes from an iterator or policy, or from the failed attempt.
    fn wait_of_state(&self, call: NodeId, unclear: NodeId) -> Wait {
        let receiver = self.tree.child(unclear, Field::Receiver).unwrap_or(unclear);
        if let Some(traits) = policy::traits_of(self.codebase, self.file, receiver) {
            return Wait::Growing {
                call,
                growth: Growth::Library(traits),
                jitter: FactValue::Symbol("no"),
                is_capped: false,
            };
        }
        let code = message::shortened(self.tree.text(unclear));
        Wait::Some(call, format!("how long `{code}` is cannot be seen"))
    }

    /// A workspace function waits: its own length, or one that its arguments make.
    fn wait_in_helper(&self, site: &CallSite, sleep: Place) -> Wait {
        if self.is_work(site) || !self.has_word("waits", &site.name) && !self.sleeps_itself(site) {
            let code = message::shortened(self.tree.text(site.node));
            return Wait::Unknown(Some(site.node), format!("`{code}` works and waits, when is not in sight"));
        }
        let args: Vec<NodeId> = self.tree.children_in(site.node, Field::Arg).collect();
        let changing: Vec<Dependence> =
            args.iter().map(|arg| self.dependence(*arg)).filter(|found| !found.changing.is_empty()).collect();
        if let Some(found) = changing.into_iter().next() {
            let helpers = self.helpers_below(site);
            let (jitter, is_capped) = (self.jitter(&found, &helpers), self.is_capped(&found, &helpers));
            let growth = self.growth(&found, &helpers);
            return Wait::Growing { call: site.node, growth, jitter, is_capped };
        }
        let tree = self.codebase.tree(sleep.file);
        let length = tree.children_in(sleep.node, Field::Arg).next();
        let value = length.and_then(|length| self.codebase.value(sleep.file, length));
        // Without inner state, the same arguments make the same wait.
        let is_pure = self.tree.kind(site.node) == Kind::Call;
        match value.map(|value| value.kind) {
            Some(ValueKind::Duration(length)) => Wait::Constant(site.node, Some(length)),
            _ if is_pure => Wait::Constant(site.node, None),
            _ => {
                let code = message::shortened(self.tree.text(site.node));
                Wait::Some(site.node, format!("how long `{code}` waits is not in sight"))
            }
        }
    }

    /// Whether a function of the workspace that waits has effects too, such as retries of its own, and no name of a wait.
    fn is_work(&self, site: &CallSite) -> bool {
        let Target::Local(item) = site.target else { return false };
        let effects = RoleSet::named(&[
            "db-read-one",
            "db-read-many",
            "db-write",
            "http-call",
            "http-read",
            "http-write",
            "rpc-call",
            "publish",
            "blob-read",
            "blob-write",
            "retry-combinator",
        ]);
        let is_own_retry = || {
            let func = self.codebase.item(item);
            let tree = self.codebase.tree(func.file);
            let mut loops = self.codebase.loops(func.file).iter();
            loops.any(|fact| fact.kind == LoopKind::Retry && tree.is_within(fact.node, func.node))
        };
        !self.has_word("waits", &site.name)
            && (self.codebase.summary(item).reach_any(effects).is_some() || is_own_retry())
    }

    /// Whether the body of a workspace function holds the call that sleeps.
    fn sleeps_itself(&self, site: &CallSite) -> bool {
        let Target::Local(item) = site.target else { return false };
        let summary = self.codebase.summary(item);
        let mut found = sleeping().iter().filter_map(|role| summary.reach(role));
        found.any(|reach| reach.depth == 0)
    }

    /// Bodies of the workspace functions that make the length.
    fn helpers_of(&self, found: &Dependence) -> Vec<Place> {
        let sites = found.parts.iter().flat_map(|part| self.codebase.calls_within(self.file, *part));
        let mut bodies: Vec<Place> = sites.flat_map(|site| self.helpers_below(site)).collect();
        bodies.truncate(MAX_HELPERS);
        bodies
    }

    fn helpers_below(&self, site: &CallSite) -> Vec<Place> {
        let Target::Local(item) = site.target else { return Vec::new() };
        let func = self.codebase.item(item);
        let own = Place { file: func.file, node: func.node };
        let below =
            self.codebase.calls_within(func.file, func.node).iter().filter_map(|site| match site.target {
                Target::Local(item) => {
                    let func = self.codebase.item(item);
                    Some(Place { file: func.file, node: func.node })
                }
                Target::External(_) | Target::Unknown => None,
            });
        std::iter::once(own).chain(below).take(MAX_HELPERS).collect()
    }

    fn growth(&self, found: &Dependence, helpers: &[Place]) -> Growth {
        let own =
            found.parts.iter().chain(&found.changing).map(|node| Place { file: self.file, node: *node });
        let mut product = None;
        for part in own.chain(helpers.iter().copied()) {
            let tree = self.codebase.tree(part.file);
            for node in tree.subtree(part.node) {
                if is_power(tree, node) {
                    return Growth::Exponential(Place { file: part.file, node });
                }
            }
        }
        for change in &found.changing {
            if self.is_multiplied(*change) {
                product = product.or(Some(*change));
            }
        }
        if let Some(node) = product {
            return Growth::Exponential(Place { file: self.file, node });
        }
        let is_schedule = |node: NodeId| {
            matches!(self.tree.kind(node), Kind::Index | Kind::Match)
                || self.tree.kind(node) == Kind::MethodCall && self.tree.name(node) == Some("get")
        };
        if found.parts.iter().flat_map(|part| self.tree.subtree(*part)).any(is_schedule) {
            return Growth::Schedule;
        }
        if helpers.is_empty() && self.is_made_elsewhere(found) {
            return Growth::Unknown("what makes the delay grow is not in sight".to_owned());
        }
        Growth::Linear
    }

    /// `x *= 2`, `x <<= 1`, `x = x * 2`, `x = x.saturating_mul(2)`, `x = (x * 2).min(y)`.
    fn is_multiplied(&self, change: NodeId) -> bool {
        let tree = self.tree;
        let operator = tree.operator(change).unwrap_or("");
        if tree.kind(change) == Kind::AssignOp {
            return operator.starts_with('*') || operator.starts_with("<<");
        }
        let (Some(left), Some(right)) = (tree.child(change, Field::Left), tree.child(change, Field::Right))
        else {
            return false;
        };
        let target = tree.text(left);
        let names_target = |node: NodeId| tree.subtree(node).any(|at| tree.text(at) == target);
        tree.subtree(right).any(|at| match tree.kind(at) {
            Kind::Binary => tree.operator(at) == Some("*") && names_target(at),
            Kind::MethodCall => {
                tree.name(at).is_some_and(|name| PRODUCTS.contains(&name)) && names_target(at)
            }
            _ => false,
        })
    }

    /// Whether a call outside of the workspace, beside those of time and numbers, takes part in the length.
    fn is_made_elsewhere(&self, found: &Dependence) -> bool {
        let sites = found.parts.iter().flat_map(|part| self.codebase.calls_within(self.file, *part));
        sites.into_iter().any(|site| match &site.target {
            Target::External(path) => !path.starts_with("std::"),
            Target::Unknown => self.has_word("waits", &site.name),
            Target::Local(_) => false,
        })
    }

    /// Whether the length has a random part; unknown where a function that the caller hands in makes it.
    fn jitter(&self, found: &Dependence, helpers: &[Place]) -> FactValue {
        if self.is_random(found, helpers) {
            return FactValue::Symbol("yes");
        }
        let tree = self.tree;
        let mut calls = found
            .parts
            .iter()
            .flat_map(|part| tree.subtree(*part))
            .filter(|at| tree.kind(*at) == Kind::Call)
            .filter_map(|at| tree.child(at, Field::Callee));
        let handed_in = calls.find(|callee| {
            self.codebase.binding(self.file, *callee).is_some_and(|binding| binding.is_param(tree))
        });
        match handed_in {
            Some(callee) => {
                FactValue::Unknown(format!("what `{}` makes of the delay is not in sight", tree.text(callee)))
            }
            None => FactValue::Symbol("no"),
        }
    }

    fn is_random(&self, found: &Dependence, helpers: &[Place]) -> bool {
        let random = RoleSet::named(&["random", "jitter"]);
        let func = self.codebase.enclosing_fn(self.file, self.node());
        let around = func.map_or(self.node(), |func| self.codebase.item(func).node);
        let own = std::iter::once(around).chain(found.parts.iter().copied());
        let own = own.map(|node| Place { file: self.file, node });
        own.chain(helpers.iter().copied()).any(|part| {
            let tree = self.codebase.tree(part.file);
            let by_role =
                self.codebase.calls_within(part.file, part.node).iter().any(|site| site.roles.meets(random));
            by_role
                || tree
                    .subtree(part.node)
                    .filter(|node| matches!(tree.kind(*node), Kind::Name | Kind::Path))
                    .any(|node| self.has_word("random", tree.text(node)))
        })
    }

    fn is_capped(&self, found: &Dependence, helpers: &[Place]) -> bool {
        let lasting = found.parts.iter().filter(|part| !found.starts.contains(part));
        let own = lasting.chain(&found.changing).map(|node| Place { file: self.file, node: *node });
        let by_name = own.chain(helpers.iter().copied()).any(|part| {
            let tree = self.codebase.tree(part.file);
            tree.subtree(part.node)
                .any(|node| called_name(tree, node).is_some_and(|name| CAPS.contains(&name)))
        });
        by_name || found.changing.iter().any(|change| self.is_kept_down(*change))
    }

    /// `if delay > MAX { delay = MAX }`: an assignment under a comparison of its own target.
    fn is_kept_down(&self, change: NodeId) -> bool {
        let tree = self.tree;
        let Some(target) = tree.child(change, Field::Left).map(|left| tree.text(left)) else { return false };
        let mut conditions = tree
            .ancestors(change)
            .take_while(|at| *at != self.node())
            .filter(|at| tree.kind(*at) == Kind::If)
            .filter_map(|at| tree.child(at, Field::Cond));
        conditions.any(|cond| {
            let compares = tree.operator(cond).is_some_and(|operator| operator.starts_with(['<', '>']));
            compares && tree.children(cond).any(|side| tree.text(side) == target)
        })
    }
}

/// Roles of calls that wait for a time.
fn sleeping() -> RoleSet {
    RoleSet::named(&["sleep", "periodic"])
}

/// The name of the function or method that a node calls.
fn called_name(tree: &Tree, node: NodeId) -> Option<&str> {
    match tree.kind(node) {
        Kind::MethodCall => tree.name(node),
        Kind::Call => tree.path_segments(node).last().copied(),
        _ => None,
    }
}

fn is_power(tree: &Tree, node: NodeId) -> bool {
    match tree.kind(node) {
        Kind::MethodCall | Kind::Call => called_name(tree, node).is_some_and(|name| POWERS.contains(&name)),
        Kind::Binary => tree.operator(node) == Some("<<"),
        _ => false,
    }
}
