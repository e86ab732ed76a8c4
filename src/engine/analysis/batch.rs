//! Calls that send many things at once, with how many that can be. Judges none of them.

use super::quantity::{Counter, Quantity};
use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::Role;
use crate::engine::{FactValue, Subject, place};
use crate::facts::{CallSite, Codebase, Place, Target, ValueKind};
use crate::syntax::{Field, Kind, NodeId};

/// Variables and adaptors that are followed.
const MAX_HOPS: u8 = 12;
/// Adaptors that cut a collection into parts of at most so many, or that take so many of it.
const CUTS: [&str; 8] = [
    "chunks",
    "chunks_exact",
    "array_chunks",
    "ready_chunks",
    "try_chunks",
    "chunks_timeout",
    "take",
    "tuples",
];

/// The analysis `batch`.
pub(super) struct Batch;

static SPEC: Spec = Spec {
    name: "batch",
    about: "calls that are given many things to send at once",
    params: &[
        ParamSpec {
            name: "calls",
            kind: ParamKind::Names,
            about: "paths of the functions and methods; default: the batch sends of Workers queues",
            default: || ParamValue::names(&["worker::Queue::send_batch", "worker::Queue::send_raw_batch"]),
        },
        ParamSpec {
            name: "few",
            kind: ParamKind::Names,
            about: "words of names of collections and numbers that people choose; default: batch chunk page",
            default: || {
                ParamValue::names(&["batch", "chunk", "page", "window", "config", "settings", "limit"])
            },
        },
        ParamSpec {
            name: "started",
            kind: ParamKind::Names,
            about: "as in `fan-out`; default: none",
            default: || ParamValue::Names(Vec::new()),
        },
    ],
    facts: &[
        FactSpec { name: "call", kind: FactKind::Text, about: "the path of the function or method" },
        FactSpec {
            name: "size",
            kind: FactKind::Count,
            about: "how many things it can be at most, where a number in the code says so; its place is that number",
        },
        FactSpec {
            name: "bounded",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether anything bounds the number; `no` where it is as many as the data has; unknown for parameters \
                    and what is not in sight",
        },
    ],
};

impl Analysis for Batch {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let view = View { codebase, file, params };
        let sites = codebase.calls(file).iter();
        sites
            .filter_map(|site| {
                let path = called(site).filter(|path| params.lists("calls", path))?;
                Some(view.subject(site)?.with("call", FactValue::Text(path.to_owned())))
            })
            .collect()
    }
}

fn called(site: &CallSite) -> Option<&str> {
    match &site.target {
        Target::External(path) => Some(path),
        Target::Local(_) | Target::Unknown => None,
    }
}

struct View<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    params: &'c Params,
}

/// How many things there are.
enum Size {
    /// At most so many; the place of the number.
    AtMost(i128, Place),
    /// Bounded by something that is no number in sight.
    Some,
    /// As many as the data has.
    Any,
    Unknown(String),
}

impl View<'_> {
    fn subject(&self, site: &CallSite) -> Option<Subject> {
        let tree = self.codebase.tree(self.file);
        let items = tree.child(site.node, Field::Arg)?;
        let subject = Subject::new(self.file, site.node).narrowed(place::method(tree, site.node));
        Some(match self.size(items, MAX_HOPS) {
            Size::AtMost(count, at) => {
                let span = self.codebase.tree(at.file).span(at.node);
                let subject = subject.with_at("size", FactValue::Count(count), (at.file, span));
                subject.with_symbol("bounded", "yes")
            }
            Size::Some => subject.with_symbol("bounded", "yes"),
            Size::Any => subject.with_symbol("bounded", "no"),
            Size::Unknown(reason) => subject.with("bounded", FactValue::Unknown(reason)),
        })
    }

    /// Follows the value back to what cuts it, or to where it comes from.
    fn size(&self, expr: NodeId, hops: u8) -> Size {
        let tree = self.codebase.tree(self.file);
        if hops == 0 {
            return Size::Unknown("the collection is not followed that far".to_owned());
        }
        match tree.kind(expr) {
            Kind::MethodCall => {
                let is_cut = tree.name(expr).is_some_and(|name| CUTS.contains(&name));
                match tree.child(expr, Field::Arg).filter(|_| is_cut) {
                    Some(arg) => self.number(arg),
                    None => self.of_method(expr, hops),
                }
            }
            Kind::Ref | Kind::Try | Kind::Await | Kind::Deref => {
                tree.child(expr, Field::Expr).map_or(Size::Any, |inner| self.size(inner, hops - 1))
            }
            Kind::Call => {
                let is_frame = matches!(
                    tree.path_segments(expr).last(),
                    Some(
                        &("Some"
                            | "Ok"
                            | "take"
                            | "replace"
                            | "from"
                            | "from_iter"
                            | "new"
                            | "iter"
                            | "into_iter")
                    )
                );
                match tree.child(expr, Field::Arg).filter(|_| is_frame) {
                    Some(inner) => self.size(inner, hops - 1),
                    None => Size::Unknown("another function decides how many there are".to_owned()),
                }
            }
            Kind::Array => self.listed(expr, Field::Expr),
            Kind::MacroCall if tree.path_segments(expr).last() == Some(&"vec") => {
                self.listed(expr, Field::Arg)
            }
            Kind::Index => self.cut_by_range(expr),
            Kind::Path => self.variable(expr, hops),
            _ => self.counted(expr),
        }
    }

    /// What a method gives: its receiver's items, the rows of a query, or what other code decides.
    fn of_method(&self, call: NodeId, hops: u8) -> Size {
        let tree = self.codebase.tree(self.file);
        let site = self.codebase.call_at(self.file, call);
        let reads = Role::named("db-read-many");
        if site.is_some_and(|site| reads.is_some_and(|role| site.roles.contains(role))) {
            let chain = self.codebase.chain_to(self.file, call);
            let mut calls = chain.calls.iter().map(|call| call.place).chain([chain.start]);
            let sql = calls.find_map(|at| self.codebase.sql_of(at.file, at.node));
            return if sql.is_some_and(|sql| sql.has_limit) { Size::Some } else { Size::Any };
        }
        if site.is_some_and(|site| matches!(site.target, Target::Local(_))) {
            return Size::Unknown("another function decides how many there are".to_owned());
        }
        match tree.child(call, Field::Receiver) {
            Some(receiver) => self.size(receiver, hops - 1),
            None => Size::Unknown("what it is called on is not in sight".to_owned()),
        }
    }

    fn number(&self, arg: NodeId) -> Size {
        match self.codebase.value(self.file, arg) {
            Some(value) => match value.kind {
                ValueKind::Int(count) => Size::AtMost(count, value.place),
                _ => Size::Some,
            },
            None => Size::Some,
        }
    }

    fn listed(&self, expr: NodeId, field: Field) -> Size {
        let n_items = self.codebase.tree(self.file).children_in(expr, field).count();
        if n_items == 0 {
            self.counted(expr)
        } else {
            Size::AtMost(n_items as i128, Place { file: self.file, node: expr })
        }
    }

    /// `&items[..n]`.
    fn cut_by_range(&self, expr: NodeId) -> Size {
        let tree = self.codebase.tree(self.file);
        let range = tree.child(expr, Field::Arg).filter(|arg| tree.kind(*arg) == Kind::Range);
        let end = range.and_then(|range| tree.child(range, Field::Right));
        if end.is_some() { Size::Some } else { Size::Unknown("it is a part of something".to_owned()) }
    }

    fn variable(&self, expr: NodeId, hops: u8) -> Size {
        let tree = self.codebase.tree(self.file);
        let Some(binding) = self.codebase.binding(self.file, expr) else { return self.counted(expr) };
        match tree.kind(binding.owner) {
            Kind::Param => {
                // The chunk that a closure is given: the adaptor stands in front of the call that takes the closure.
                let closure = tree.parent(binding.owner).filter(|at| tree.kind(*at) == Kind::Closure);
                let call = closure.and_then(|closure| tree.parent(closure));
                let receiver = call.and_then(|call| tree.child(call, Field::Receiver));
                match receiver {
                    Some(receiver) => self.size(receiver, hops - 1),
                    None => Size::Unknown("the caller decides how many there are".to_owned()),
                }
            }
            Kind::ForLoop | Kind::LetCond => match binding.init(tree) {
                Some(init) if self.is_cut(init) => self.size(init, hops - 1),
                _ => Size::Unknown("it is a part of something".to_owned()),
            },
            Kind::LetStmt if binding.pattern == binding.ident => match binding.init(tree) {
                _ if self.is_measured(&binding) => Size::Some,
                Some(init) if self.is_empty(init) => self.counted(expr),
                Some(init) => self.size(init, hops - 1),
                None => self.counted(expr),
            },
            _ => Size::Unknown("it is a part of something".to_owned()),
        }
    }

    /// Whether a chain cuts what it starts with.
    fn is_cut(&self, init: NodeId) -> bool {
        let tree = self.codebase.tree(self.file);
        tree.subtree(init).any(|at| {
            tree.kind(at) == Kind::MethodCall && tree.name(at).is_some_and(|name| CUTS.contains(&name))
        })
    }

    /// Whether the code asks how many there are.
    fn is_measured(&self, binding: &crate::facts::Binding) -> bool {
        let tree = self.codebase.tree(self.file);
        self.codebase.uses_of(self.file, binding).any(|used| {
            let call = tree.parent(used).filter(|at| tree.kind(*at) == Kind::MethodCall);
            call.is_some_and(|call| {
                let is_len = tree.name(call) == Some("len");
                is_len && tree.parent(call).is_some_and(|at| tree.kind(at) == Kind::Binary)
            })
        })
    }

    fn is_empty(&self, init: NodeId) -> bool {
        let tree = self.codebase.tree(self.file);
        match tree.kind(init) {
            Kind::Call => {
                matches!(tree.path_segments(init).last(), Some(&("new" | "with_capacity" | "default")))
            }
            Kind::MacroCall => tree.children_in(init, Field::Arg).next().is_none(),
            _ => false,
        }
    }

    fn counted(&self, expr: NodeId) -> Size {
        let counter = Counter { codebase: self.codebase, file: self.file, params: self.params };
        match counter.count(expr) {
            Quantity::Few => Size::Some,
            Quantity::Many => Size::Any,
            Quantity::Unknown(reason) => Size::Unknown(reason),
        }
    }
}
