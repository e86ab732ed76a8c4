//! Work that runs side by side: joined collections of futures, sets filled in loops, streams with a limit, tasks that a
//! loop spawns. Tells what bounds their number. Judges none of it.

mod limiter;
mod task;
#[cfg(test)]
mod tests;
mod work;

use super::quantity::{Counter, Quantity};
use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::{LoopKind, RoleSet};
use crate::engine::{FactValue, Subject, message, place};
use crate::facts::{CallSite, Codebase};
use crate::syntax::{Field, Kind, NodeId, Tree};
use limiter::Limit;

/// The analysis `fan-out`.
pub(super) struct FanOut;

/// Collections whose futures run as soon as they are put in.
const SETS: [&str; 5] = [
    "futures::FuturesUnordered",
    "futures::FuturesOrdered",
    "tokio::task::JoinSet",
    "tokio_util::task::JoinMap",
    "futures::stream::FuturesUnordered",
];

static SPEC: Spec = Spec {
    name: "fan-out",
    about: "work that runs side by side: joined futures, sets of futures, concurrent streams, tasks that a loop spawns",
    params: &[
        ParamSpec {
            name: "few",
            kind: ParamKind::Names,
            about: "words of names of collections and numbers that people choose: workers, shards, settings",
            default: || {
                ParamValue::names(&[
                    "config",
                    "cfg",
                    "settings",
                    "opts",
                    "options",
                    "args",
                    "conf",
                    "workers",
                    "worker",
                    "threads",
                    "thread",
                    "shards",
                    "replicas",
                    "cores",
                    "cpus",
                    "parallelism",
                    "concurrency",
                    "consumers",
                    "listeners",
                    "servers",
                    "plugins",
                    "adapters",
                    "brokers",
                    "providers",
                    "backends",
                    "nodes",
                    "regions",
                    "partition",
                    "partitions",
                    "batch",
                    "chunk",
                ])
            },
        },
        ParamSpec {
            name: "started",
            kind: ParamKind::Names,
            about: "words of names of futures that only wait for work which has been started: handles, receipts",
            default: || {
                ParamValue::names(&[
                    "handle",
                    "handles",
                    "receipt",
                    "receipts",
                    "awaiter",
                    "awaiters",
                    "waiters",
                    "confirm",
                    "confirms",
                    "confirmations",
                    "acks",
                    "join",
                    "joins",
                ])
            },
        },
    ],
    facts: &[
        FactSpec {
            name: "kind",
            kind: FactKind::Symbols(&["join", "set", "stream", "task"]),
            about: "`join_all` over a collection, a set of futures or tasks, a stream with a limit, a task spawned in a loop",
        },
        FactSpec {
            name: "bounded",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether the code bounds how much runs at once; unknown where that is out of sight, or up to a clock",
        },
        FactSpec {
            name: "by",
            kind: FactKind::Symbols(&[
                "permit", "counter", "length", "await", "join", "limit", "number", "worker",
            ]),
            about: "what bounds it, where something does",
        },
        FactSpec {
            name: "items",
            kind: FactKind::Text,
            about: "the code that says how many there are; its place is that code, or the loop's head",
        },
        FactSpec {
            name: "work",
            kind: FactKind::Symbols(&["effect"]),
            about: "whether what runs asks another system, starts a task or cannot be seen into; unknown where nothing of \
                    that kind is seen, so that it may only compute",
        },
    ],
};

impl Analysis for FanOut {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let tree = codebase.tree(file);
        let counter = Counter { codebase, file, params };
        let view = View { codebase, file, tree, counter };
        let mut found: Vec<Subject> =
            codebase.calls(file).iter().filter_map(|site| view.subject(site)).collect();
        found.extend(view.collected_sets());
        found.sort_by_key(|subject| subject.place.node);
        found
    }
}

/// One file under examination.
#[derive(Clone, Copy)]
struct View<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
    counter: Counter<'c>,
}

/// How much runs at once.
enum Verdict {
    Bounded(&'static str),
    Unbounded,
    Unknown(String),
}

impl Verdict {
    fn of(quantity: Quantity, limit: Option<Limit>) -> Self {
        match (quantity, limit) {
            (_, Some(Limit::By(what))) => Self::Bounded(what),
            (Quantity::Few, _) => Self::Bounded("number"),
            (_, Some(Limit::Unknown(reason))) => Self::Unknown(reason),
            (Quantity::Unknown(reason), None) => Self::Unknown(reason),
            (Quantity::Many, None) => Self::Unbounded,
        }
    }
}

impl View<'_> {
    fn subject(&self, site: &CallSite) -> Option<Subject> {
        let spawn = RoleSet::named(&["spawn"]);
        if matches!(&*site.name, "join_all" | "try_join_all") && self.tree.kind(site.node) == Kind::Call {
            return site.roles.meets(RoleSet::named(&["fan-out"])).then(|| self.joined(site.node)).flatten();
        }
        if matches!(
            &*site.name,
            "for_each_concurrent"
                | "try_for_each_concurrent"
                | "buffer_unordered"
                | "try_buffer_unordered"
                | "buffered"
        ) {
            return self.stream(site.node);
        }
        if let Some(owner) = self.set_of(site.node) {
            let is_filled =
                matches!(&*site.name, "push" | "push_back" | "push_front") || site.name.starts_with("spawn");
            return is_filled.then(|| self.filled(site.node, owner)).flatten();
        }
        site.roles.meets(spawn).then(|| self.spawned(site.node)).flatten()
    }

    fn told(&self, node: NodeId, kind: &'static str, verdict: Verdict, items: NodeId) -> Subject {
        let span = place::primary(self.tree, items);
        let code = message::shortened(self.tree.source().slice(span));
        let subject = Subject::new(self.file, node)
            .narrowed(place::method(self.tree, node))
            .with_symbol("kind", kind)
            .with_at("items", FactValue::Text(code), (self.file, span));
        match verdict {
            Verdict::Bounded(by) => subject.with_symbol("bounded", "yes").with_symbol("by", by),
            Verdict::Unbounded => subject.with_symbol("bounded", "no"),
            Verdict::Unknown(reason) => subject.with("bounded", FactValue::Unknown(reason)),
        }
    }

    /// `join_all(items)`
    fn joined(&self, node: NodeId) -> Option<Subject> {
        let items = self.tree.child(node, Field::Arg)?;
        let verdict = Verdict::of(self.counter.count(items), self.limit_of_futures(items));
        Some(self.told(node, "join", verdict, items).with("work", self.work(&self.makers(items))))
    }

    /// A limit inside the futures that `items` makes.
    fn limit_of_futures(&self, items: NodeId) -> Option<Limit> {
        let init = self.codebase.binding(self.file, items).and_then(|binding| binding.init(self.tree));
        let code = init.unwrap_or(items);
        self.takes_permit(code).then_some(Limit::By("permit"))
    }

    /// `stream.for_each_concurrent(limit, f)`
    fn stream(&self, node: NodeId) -> Option<Subject> {
        let limit = self.tree.child(node, Field::Arg)?;
        let verdict = match self.counter.is_limit(limit) {
            Some(false) => Verdict::Unbounded,
            Some(true) | None => Verdict::Bounded("limit"),
        };
        let mut code: Vec<NodeId> = self.tree.children_in(node, Field::Arg).collect();
        code.extend(self.tree.child(node, Field::Receiver));
        Some(self.told(node, "stream", verdict, limit).with("work", self.work(&code)))
    }

    /// The receiver of a method of a set of futures.
    fn set_of(&self, node: NodeId) -> Option<NodeId> {
        let receiver = self.tree.child(node, Field::Receiver)?;
        let ty = self.codebase.type_of(self.file, receiver);
        ty.path().is_some_and(|path| SETS.contains(&path)).then_some(receiver)
    }

    /// `set.push(future)` in a loop.
    fn filled(&self, node: NodeId, set: NodeId) -> Option<Subject> {
        let head = self.codebase.loop_around(self.file, node)?.node;
        let value = self.tree.children_in(node, Field::Arg).last()?;
        let quantity = match self.tree.name(node) {
            Some("push" | "push_back" | "push_front") if self.counter.is_started(value) => Quantity::Few,
            _ => self.rounds_around(node),
        };
        let limit = match self.runs_on(node) || self.accepts(node) {
            true => Some(Limit::By("worker")),
            false => self.limit_of_loops(node, Some(set)),
        };
        let subject = self.told(node, "set", Verdict::of(quantity, limit), head);
        // A task takes memory of its own, whatever it does.
        let is_task = self.tree.name(node).is_some_and(|name| name.starts_with("spawn"));
        let work = if is_task { FactValue::Symbol("effect") } else { self.work(&self.makers(value)) };
        Some(subject.with("work", work))
    }

    /// Whether an arm or loop around `node` takes a connection, whose number the listener bounds.
    fn accepts(&self, node: NodeId) -> bool {
        let above = self.tree.ancestors(node).filter(|at| self.tree.kind(*at) == Kind::SelectArm);
        let by_arm = above.filter_map(|arm| self.tree.child(arm, Field::Init)).any(|init| {
            self.tree.subtree(init).any(|at| {
                self.tree.kind(at) == Kind::MethodCall
                    && self.tree.name(at).is_some_and(|name| name.starts_with("accept"))
            })
        });
        by_arm
            || self.codebase.loop_around(self.file, node).is_some_and(|found| found.kind == LoopKind::Accept)
    }

    /// The rounds of all loops around `node` in its function.
    fn rounds_around(&self, node: NodeId) -> Quantity {
        let loops = self.codebase.loops_around(self.file, node);
        loops.fold(Quantity::Few, |all, found| all.or(self.counter.rounds(found.node)))
    }

    /// `items.map(f).collect::<FuturesUnordered<_>>()`
    fn collected_sets(&self) -> Vec<Subject> {
        let collects = self.codebase.calls_named("collect").iter().filter(|place| place.file == self.file);
        let mut found = Vec::new();
        for place in collects {
            let Some(items) =
                self.tree.child(place.node, Field::Receiver).filter(|_| self.makes_set(place.node))
            else {
                continue;
            };
            let verdict = Verdict::of(self.counter.count(items), self.limit_of_futures(items));
            let subject = self.told(place.node, "set", verdict, items);
            found.push(subject.with("work", self.work(&self.makers(items))));
        }
        found
    }

    fn makes_set(&self, collect: NodeId) -> bool {
        let tree = self.tree;
        let written = tree.child(collect, Field::GenericArg).or_else(|| {
            let holder = tree.parent(collect).filter(|at| tree.kind(*at) == Kind::LetStmt)?;
            tree.child(holder, Field::Type)
        });
        let ty = written.map(|written| self.codebase.ty(self.file, written));
        ty.is_some_and(|ty| ty.path().is_some_and(|path| SETS.contains(&path)))
    }
}
