//! Loops of async code that have no end of their own, and whether a signal or anything else can stop them. Judges none.

#[cfg(test)]
mod tests;

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::RoleSet;
use crate::engine::{FactValue, Subject, place};
use crate::facts::flow;
use crate::facts::{AsyncContext, CallSite, Codebase, ItemKind, LoopFact, Place, ResultUse, Target};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// The analysis `endless`.
pub(super) struct Endless;

static SPEC: Spec = Spec {
    name: "endless",
    about: "`loop` and `while true` in async code, with what can end them",
    params: &[ParamSpec {
        name: "stops",
        kind: ParamKind::Names,
        about: "parts of names that speak of stopping; default: shutdown stop cancel terminat quit exit signal ctrl_c \
                kill abort close drain",
        default: || {
            let words = [
                "shutdown",
                "shut_down",
                "stop",
                "cancel",
                "terminat",
                "quit",
                "exit",
                "signal",
                "sigterm",
                "sigint",
                "ctrl_c",
                "kill",
                "abort",
                "close",
                "drain",
                "running",
                "alive",
            ];
            ParamValue::names(&words)
        },
    }],
    facts: &[
        FactSpec {
            name: "end",
            kind: FactKind::Symbols(&["signal", "way-out", "error", "none"]),
            about: "what can end the loop: a name in it, or in the task around it, speaks of stopping; a `break` or \
                    `return`; only `?`; nothing",
        },
        FactSpec {
            name: "task",
            kind: FactKind::Symbols(&["detached", "kept", "none"]),
            about: "whether it runs in a task whose handle is dropped, or kept, or in none in sight; its place is the \
                    call that spawns",
        },
        FactSpec {
            name: "kind",
            kind: FactKind::Symbols(&[
                "consume",
                "retry",
                "poll",
                "page",
                "drain",
                "periodic",
                "supervise",
                "accept",
                "other",
            ]),
            about: "what the loop is for",
        },
        FactSpec {
            name: "in_process",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether it receives from a channel of this process",
        },
    ],
};

impl Analysis for Endless {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let finder = Finder {
            codebase,
            file,
            tree: codebase.tree(file),
            params,
            spawn: RoleSet::named(&["spawn"]),
            shutdown: RoleSet::named(&["shutdown"]),
        };
        let loops = codebase.loops(file).iter().filter(|fact| finder.is_open_ended(fact.node));
        loops.map(|fact| finder.subject(fact)).collect()
    }
}

struct Finder<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
    params: &'c Params,
    spawn: RoleSet,
    shutdown: RoleSet,
}

impl Finder<'_> {
    /// `loop` and `while true` in async code.
    fn is_open_ended(&self, node: NodeId) -> bool {
        let tree = self.tree;
        let is_endless = match tree.kind(node) {
            Kind::Loop => true,
            Kind::While => tree.child(node, Field::Cond).is_some_and(|cond| tree.text(cond) == "true"),
            _ => false,
        };
        is_endless && self.codebase.async_context(self.file, node) == AsyncContext::Async
    }

    fn subject(&self, fact: &LoopFact) -> Subject {
        let subject = Subject::new(self.file, fact.node).narrowed(place::loop_head(self.tree, fact.node));
        let subject = subject.with_symbol("kind", fact.kind.as_str());
        let subject = subject.with_symbol("in_process", if fact.in_process { "yes" } else { "no" });
        let task = self.task_of(fact.node);
        let end = match task {
            Some(Task { is_stoppable: true, .. }) => "signal",
            _ => self.end_of(fact.node),
        };
        let subject = subject.with_symbol("end", end);
        match task {
            Some(task) => {
                let tree = self.codebase.tree(task.spawn.file);
                let shown = (task.spawn.file, place::method(tree, task.spawn.node));
                let word = if task.is_detached { "detached" } else { "kept" };
                subject.with_at("task", FactValue::Symbol(word), shown)
            }
            None => subject.with_symbol("task", "none"),
        }
    }

    fn end_of(&self, node: NodeId) -> &'static str {
        let tree = self.tree;
        if self.speaks_of_stop(self.file, node, None) {
            return "signal";
        }
        let mut own = flow::own_nodes(tree, node).skip(1);
        let leaves = |at: NodeId| match tree.kind(at) {
            Kind::Return => true,
            Kind::Break => flow::jump_target(tree, at).is_none_or(|target| target <= node),
            _ => false,
        };
        if own.any(leaves) {
            return "way-out";
        }
        if flow::has_question(tree, node) { "error" } else { "none" }
    }

    /// The task that runs the code at `node`: the one that is spawned with it, or with the function around it.
    fn task_of(&self, node: NodeId) -> Option<Task> {
        let func = self.codebase.enclosing_fn(self.file, node)?;
        let item = self.codebase.item(func);
        if let Some(spawn) = self.spawn_around(self.file, node, item.node) {
            return Some(spawn);
        }
        let ItemKind::Fn(info) = &item.kind else { return None };
        let is_stoppable = info.body.is_some_and(|body| self.speaks_of_stop(self.file, body, None));
        let callers = self.codebase.calls_to(&item.path);
        let mut tasks: Vec<Task> = Vec::new();
        for call in callers {
            let caller = self.codebase.enclosing_fn(call.file, call.node)?;
            // Somebody who simply awaits it can stop by himself.
            // What the function is given, it must listen to itself.
            let task = self.spawn_around(call.file, call.node, self.codebase.item(caller).node)?;
            tasks.push(Task { is_stoppable: task.is_stoppable || is_stoppable, ..task });
        }
        let is_sure = tasks.iter().all(|task| task.is_detached);
        tasks.into_iter().next().map(|task| Task { is_detached: is_sure, ..task })
    }

    /// The call that spawns what holds `node`, inside the function at `func`.
    fn spawn_around(&self, file: FileIdx, node: NodeId, func: NodeId) -> Option<Task> {
        let tree = self.codebase.tree(file);
        let mut at = node;
        while let Some(parent) = tree.parent(at).filter(|parent| *parent > func) {
            let site = self.codebase.call_at(file, parent).filter(|_| tree.field(at) == Field::Arg);
            if site.is_some_and(|site| self.starts_task(site)) {
                return Some(Task {
                    spawn: Place { file, node: parent },
                    is_detached: tree.kind(parent) == Kind::Call && self.is_dropped(file, parent),
                    is_stoppable: self.speaks_of_stop(file, parent, Some(node)),
                });
            }
            at = parent;
        }
        None
    }

    /// Whether a call starts a task, by itself or as a function of the workspace that is named for it.
    fn starts_task(&self, site: &CallSite) -> bool {
        let is_named = || site.name.split('_').any(|word| word == "spawn");
        let wraps = || match site.target {
            Target::Local(item) => {
                let reach = self.codebase.summary(item).reach_any(self.spawn);
                reach.is_some_and(|reach| reach.depth == 0)
            }
            Target::External(_) | Target::Unknown => false,
        };
        site.roles.meets(self.spawn) || is_named() && wraps()
    }

    /// Whether nobody keeps the handle of a task.
    fn is_dropped(&self, file: FileIdx, spawn: NodeId) -> bool {
        match self.codebase.result_use(file, spawn) {
            ResultUse::Discarded(_) => true,
            ResultUse::Bound(binding) => {
                let tree = self.codebase.tree(file);
                tree.text(binding.ident).starts_with('_')
                    && self.codebase.uses_of(file, &binding).next().is_none()
            }
            _ => false,
        }
    }

    /// Whether a name below `node`, and not in `except`, speaks of stopping, or a function of the workspace that it calls
    /// waits for it. A function that is called for its effect alone does not ask.
    fn speaks_of_stop(&self, file: FileIdx, node: NodeId, except: Option<NodeId>) -> bool {
        let tree = self.codebase.tree(file);
        let is_named = |text: &str| {
            let text = text.to_ascii_lowercase();
            self.params.names("stops").iter().any(|word| text.contains(word.as_str()))
        };
        let is_order = |at: NodeId| {
            let call = tree.parent(at).filter(|_| tree.field(at) == Field::Callee);
            call.and_then(|call| tree.parent(call)).is_some_and(|above| tree.kind(above) == Kind::ExprStmt)
        };
        let is_apart = |at: NodeId| is_order(at) || except.is_some_and(|code| tree.is_within(at, code));
        let mut below = tree.subtree(node).filter(|at| !is_apart(*at));
        let is_stop = |at: NodeId| match tree.kind(at) {
            Kind::Path | Kind::PatIdent | Kind::TypePath => is_named(tree.text(at)),
            Kind::FieldAccess | Kind::MethodCall | Kind::Param => tree.name(at).is_some_and(is_named),
            _ => false,
        };
        if below.any(is_stop) {
            return true;
        }
        let calls = self.codebase.calls_within(file, node).iter();
        calls.filter(|site| !except.is_some_and(|code| tree.is_within(site.node, code))).any(|site| {
            site.roles.meets(self.shutdown)
                || matches!(site.target, Target::Local(item) if self.codebase.summary(item).reach_any(self.shutdown).is_some())
        })
    }
}

/// A task that is spawned.
#[derive(Clone, Copy)]
struct Task {
    spawn: Place,
    is_detached: bool,
    is_stoppable: bool,
}
