//! Where a consumer makes a value of what a message holds, and what becomes of a message that is none. Judges none of it.

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::{Grade, LoopKind, Role, RoleSet};
use crate::engine::{FactValue, Subject, place};
use crate::facts::{BindingIdx, CallSite, Codebase, ResultUse, Target};
use crate::syntax::{Field, Kind, NodeId, Tree};
use std::collections::BTreeSet;

/// Functions of the workspace that may lie between a decoder and the call that decodes.
const MAX_DEPTH: u8 = 1;

/// The analysis `decode`.
pub(super) struct Decode;

static SPEC: Spec = Spec {
    name: "decode",
    about: "calls in consumers of queues that decode what was received, by themselves or through a function of the \
            workspace that does little else",
    params: &[ParamSpec {
        name: "paths",
        kind: ParamKind::Names,
        about: "functions that decode beside those of the role `deserialize`; default: `from_utf8` of `str` and `String`",
        default: || {
            let paths = ["std::str::from_utf8", "str::from_utf8", "std::string::String::from_utf8"];
            ParamValue::names(&paths)
        },
    }],
    facts: &[
        FactSpec {
            name: "failure",
            kind: FactKind::Symbols(&["panics", "handed-on", "handled"]),
            about: "what becomes of an error: it panics, is handed on to a caller or other code, or is looked at, replaced \
                    or dropped; its place is the call that panics",
        },
        FactSpec {
            name: "detached",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether it runs in a task of its own, so that a panic ends that task only",
        },
    ],
};

impl Analysis for Decode {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let Some(finder) = Finder::new(codebase, file, params) else { return Vec::new() };
        let mut found: Vec<Subject> = Vec::new();
        for (region, held) in finder.regions() {
            let sites = codebase.calls_within(file, region).iter().filter(|site| site.node != region);
            let decoding = sites.filter(|site| finder.is_decoder(site) && finder.takes(site.node, &held));
            found.extend(decoding.map(|site| finder.subject(site.node, region)));
        }
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
    deserialize: Role,
    consumer: Role,
    /// What a function that only decodes does not do.
    effects: RoleSet,
}

impl<'c> Finder<'c> {
    fn new(codebase: &'c Codebase, file: FileIdx, params: &'c Params) -> Option<Self> {
        let effects =
            ["db-write", "http-call", "publish", "enqueue", "ack", "nack", "mail", "blob-write", "rpc-call"];
        Some(Self {
            codebase,
            file,
            tree: codebase.tree(file),
            params,
            deserialize: Role::named("deserialize")?,
            consumer: Role::named("queue-consumer")?,
            effects: effects.into_iter().filter_map(Role::named).collect(),
        })
    }

    /// Consume loops and functions that are given a message, with the variables that hold it.
    fn regions(&self) -> Vec<(NodeId, BTreeSet<BindingIdx>)> {
        let loops = self.codebase.loops(self.file).iter();
        let loops = loops
            .filter(|fact| fact.kind == LoopKind::Consume && !fact.in_process && fact.grade > Grade::Low)
            .map(|fact| {
                let source = fact.source.unwrap_or(fact.node);
                (fact.node, self.held(fact.node, |init| self.tree.is_within(source, init)))
            });
        let items = self.codebase.items_of(self.file).map(crate::facts::ItemIdx);
        let consumers = items.filter(|item| self.codebase.plays(*item, self.consumer)).filter_map(|item| {
            let info = self.codebase.item(item).kind.as_fn()?;
            Some((info.body?, self.held(self.codebase.item(item).node, |_| false)))
        });
        loops.chain(consumers).collect()
    }

    /// The variables below `region` that hold what was received, or what is made of it. Parameters of a function, and of
    /// the closure that a stream's method is given, are what was received.
    fn held(&self, region: NodeId, is_received: impl Fn(NodeId) -> bool) -> BTreeSet<BindingIdx> {
        let tree = self.tree;
        let mut held = BTreeSet::new();
        let all = self.codebase.bindings(self.file).all().iter();
        for binding in all.filter(|binding| tree.is_within(binding.ident, region)) {
            let is_held = match binding.init(tree) {
                // What an await gives comes from elsewhere, whatever was asked for.
                Some(init) => is_received(init) || (self.names_held(init, &held) && !self.waits(init)),
                None if binding.is_param(tree) => {
                    let owner = tree.parent(binding.owner);
                    owner == Some(region) || owner.and_then(|closure| tree.parent(closure)) == Some(region)
                }
                None => false,
            };
            if is_held {
                held.insert(binding.idx);
            }
        }
        held
    }

    fn names_held(&self, node: NodeId, held: &BTreeSet<BindingIdx>) -> bool {
        self.tree
            .subtree(node)
            .any(|at| self.codebase.binding(self.file, at).is_some_and(|binding| held.contains(&binding.idx)))
    }

    fn waits(&self, node: NodeId) -> bool {
        self.tree.subtree(node).any(|at| self.tree.kind(at) == Kind::Await)
    }

    /// Whether the call's receiver or arguments name the message; what an await gives is no longer it.
    fn takes(&self, call: NodeId, held: &BTreeSet<BindingIdx>) -> bool {
        let tree = self.tree;
        let parts =
            tree.children(call).filter(|part| matches!(tree.field(*part), Field::Arg | Field::Receiver));
        parts.into_iter().any(|part| self.names_held(part, held) && !self.waits(part))
    }

    fn is_decoder(&self, site: &CallSite) -> bool {
        if site.roles.contains(self.deserialize) {
            return true;
        }
        if let Target::External(path) = &site.target {
            return self.params.lists("paths", path);
        }
        let callees = self.codebase.callees(site);
        // Of the implementations of a trait's method, one that only decodes tells what the method is for.
        let mut summaries = callees.iter().map(|callee| self.codebase.summary(*callee));
        summaries.any(|summary| {
            let decodes = summary.reach(self.deserialize).is_some_and(|reach| reach.depth <= MAX_DEPTH);
            decodes && summary.reach_any(self.effects).is_none()
        })
    }

    fn subject(&self, call: NodeId, region: NodeId) -> Subject {
        let tree = self.tree;
        let detached = if self.is_detached(call, region) { "yes" } else { "no" };
        let subject = Subject::new(self.file, call).narrowed(place::method(tree, call));
        let subject = subject.with_symbol("detached", detached);
        match self.panic_of(call) {
            Some(_) if self.is_tried_before(call, region) => {
                let reason = "the same was decoded before, and that failure is looked at";
                subject.with("failure", FactValue::Unknown(reason.to_owned()))
            }
            Some(panic) => {
                let at = (self.file, place::method(tree, panic));
                subject.with_at("failure", FactValue::Symbol("panics"), at)
            }
            None => subject.with_symbol("failure", self.end_of(call)),
        }
    }

    /// Whether an earlier call of the region decodes to the same type by the same function, and its failure is handled.
    fn is_tried_before(&self, call: NodeId, region: NodeId) -> bool {
        let wanted = self.goal_of(call);
        let mut sites = self.codebase.calls_within(self.file, region).iter();
        wanted.is_some()
            && sites.any(|site| {
                site.node < call
                    && self.goal_of(site.node) == wanted
                    && self.end_of(site.node) == "handled"
                    && !self.tree.is_within(site.node, call)
            })
    }

    /// The function that decodes, and the type that it is asked for by turbofish or by the variable's type.
    fn goal_of(&self, call: NodeId) -> Option<(&str, &str)> {
        let tree = self.tree;
        let callee = tree.child(call, Field::Callee).unwrap_or(call);
        let name = tree.path_segments(callee).last().copied().or_else(|| tree.name(call))?;
        let written = tree.subtree(callee).find(|at| tree.field(*at) == Field::GenericArg);
        let bound = || {
            let mut above = tree.ancestors(call);
            let bound = above.find(|at| matches!(tree.kind(*at), Kind::LetStmt | Kind::Block))?;
            tree.child(bound, Field::Type)
        };
        let ty = written.or_else(bound)?;
        Some((name, tree.text(ty)))
    }

    /// Whether `call` runs in a task that the handling of each message starts; a consumer that is a task itself is none.
    fn is_detached(&self, call: NodeId, region: NodeId) -> bool {
        let spawning = RoleSet::named(&["spawn", "spawn-local", "wait-until"]);
        let mut above = self.tree.ancestors(call).take_while(|at| *at > region);
        above.any(|at| self.codebase.call_at(self.file, at).is_some_and(|site| site.roles.meets(spawning)))
    }

    /// `unwrap` or `expect`, on the call or on the variable that it is bound to and that has no other use.
    fn panic_of(&self, call: NodeId) -> Option<NodeId> {
        let used = self.codebase.result_use(self.file, call);
        if let ResultUse::Bound(binding) = used {
            let uses: Vec<NodeId> = self.codebase.uses_of(self.file, &binding).collect();
            let [only] = uses.as_slice() else { return None };
            return unwrapped(self.codebase.result_use(self.file, *only));
        }
        unwrapped(used)
    }

    fn end_of(&self, call: NodeId) -> &'static str {
        match self.codebase.result_use(self.file, call) {
            ResultUse::Question
            | ResultUse::Returned
            | ResultUse::Passed(_)
            | ResultUse::Stored(_)
            | ResultUse::Operand(_) => "handed-on",
            ResultUse::Unwrapped(_) => "panics",
            ResultUse::Defaulted(_)
            | ResultUse::Bound(_)
            | ResultUse::Matched(_)
            | ResultUse::Checked(_)
            | ResultUse::Discarded(_) => "handled",
        }
    }
}

/// The call that panics on an error.
const fn unwrapped(used: ResultUse) -> Option<NodeId> {
    if let ResultUse::Unwrapped(panic) = used { Some(panic) } else { None }
}
