//! Effects in their order: which effect comes before which on one path through a function, in or after a transaction,
//! and whether the later one is part of that transaction. Judges none of it.

mod path;
mod statement;
#[cfg(test)]
mod tests;

use super::effect::{Effect, effect_of};
use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::{FileIdx, Span};
use crate::catalog::RoleSet;
use crate::engine::{FactValue, Subject, place};
use crate::facts::{Codebase, ItemIdx, Region};
use crate::syntax::{Kind, Tree};
use std::collections::BTreeMap;

/// The analysis `effect-order`.
pub(super) struct EffectOrder;

static SPEC: Spec = Spec {
    name: "effect-order",
    about: "calls with an effect of the roles `then`, also through functions of the workspace, with what comes before \
            and after them in the same function",
    params: &[
        ParamSpec {
            name: "first",
            kind: ParamKind::Names,
            about: "roles of the effects that may come before; default: db-write tx-commit",
            default: || ParamValue::names(&["db-write", "tx-commit"]),
        },
        ParamSpec {
            name: "then",
            kind: ParamKind::Names,
            about: "roles of the effects that are examined; default: publish enqueue mail http-write rpc-call",
            default: || ParamValue::names(&["publish", "enqueue", "mail", "http-write", "rpc-call"]),
        },
        ParamSpec {
            name: "depth",
            kind: ParamKind::Count,
            about: "through at most so many functions of the workspace; default: 3",
            default: || ParamValue::Count(3),
        },
    ],
    facts: &[
        FactSpec {
            name: "first",
            kind: FactKind::Symbols(&["before", "none"]),
            about: "whether an effect of the roles `first` comes before on the same path; its place is that effect",
        },
        FactSpec {
            name: "after",
            kind: FactKind::Symbols(&["again", "none"]),
            about: "whether an effect of the roles `first` follows on the same path, such as a note that it is done",
        },
        FactSpec {
            name: "transaction",
            kind: FactKind::Symbols(&["open", "ended", "none"]),
            about: "whether a database transaction of the function is open at the call, or has ended before it; its \
                    place is what begins it; unknown where it has ended on some paths only",
        },
        FactSpec {
            name: "executor",
            kind: FactKind::Symbols(&["transaction", "other"]),
            about: "whether the effect is part of a transaction: the call is given it",
        },
        FactSpec {
            name: "lock",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether the open transaction is there to hold an advisory lock",
        },
        FactSpec {
            name: "mixed",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether the called function has effects of the roles `first` as well, so that it holds the order",
        },
        FactSpec {
            name: "detached",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether it happens in a task that nobody waits for",
        },
        FactSpec {
            name: "effect",
            kind: FactKind::Text,
            about: "the role of the effect; its place is the call that has the effect itself",
        },
        FactSpec {
            name: "statement",
            kind: FactKind::Symbols(&["insert", "guarded-insert", "update", "delete", "other", "none"]),
            about: "what the SQL of the effect does, `none` where there is none in sight; a guarded insert has a conflict \
                    clause, a unique key or an id among its columns; its place is that SQL where it stands in the function",
        },
        FactSpec {
            name: "depth",
            kind: FactKind::Count,
            about: "how many functions of the workspace lie between",
        },
    ],
};

impl Analysis for EffectOrder {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let depth = params.count("depth").and_then(|depth| u8::try_from(depth).ok()).unwrap_or(3);
        let first = RoleSet::named(params.names("first"));
        let then = RoleSet::named(params.names("then"));
        let mut funcs: BTreeMap<ItemIdx, Func> = BTreeMap::new();
        for site in codebase.calls(file) {
            let early = effect_of(codebase, file, site, (first, depth));
            let late = effect_of(codebase, file, site, (then, depth));
            if early.is_none() && late.is_none() {
                continue;
            }
            let Some(item) = codebase.enclosing_fn(file, site.node) else { continue };
            let func = funcs.entry(item).or_default();
            func.firsts.extend(early);
            func.thens.extend(late);
        }
        let site = Site { codebase, file, tree: codebase.tree(file) };
        let subjects = funcs.iter().flat_map(|(item, func)| site.subjects(*item, func));
        let mut found: Vec<Subject> = subjects.collect();
        found.sort_by_key(|subject| subject.place.node);
        found
    }
}

/// The effects of one function.
#[derive(Default)]
struct Func {
    firsts: Vec<Effect>,
    thens: Vec<Effect>,
}

struct Site<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
}

impl Site<'_> {
    fn subjects(&self, item: ItemIdx, func: &Func) -> Vec<Subject> {
        func.thens.iter().map(|then| self.subject(item, func, then)).collect()
    }

    fn subject(&self, item: ItemIdx, func: &Func, then: &Effect) -> Subject {
        let here = (self.file, place::method(self.tree, then.node));
        let subject = Subject::new(self.file, then.node).narrowed(here.1);
        let subject = self.with_order(subject, func, then);
        let subject = self.with_transaction(subject, item, then);
        let subject = self.with_statement(subject, then);
        let is_mixed = then.depth > 0 && func.firsts.iter().any(|first| first.node == then.node);
        subject
            .with_symbol("mixed", yes(is_mixed))
            .with_symbol("detached", yes(then.is_detached))
            .with_at("effect", FactValue::Text(then.role.name().to_owned()), then.end_place(self.codebase))
            .with("depth", FactValue::Count(i128::from(then.depth)))
    }

    fn with_statement(&self, subject: Subject, then: &Effect) -> Subject {
        let Some(fact) = statement::of(self.codebase, then.end) else {
            return subject.with_symbol("statement", "none");
        };
        let symbol = FactValue::Symbol(statement::symbol(self.codebase, fact));
        match then.depth {
            0 => subject.with_at("statement", symbol, (self.file, self.tree.span(fact.literal))),
            _ => subject.with("statement", symbol),
        }
    }

    fn with_order(&self, subject: Subject, func: &Func, then: &Effect) -> Subject {
        let waited = || func.firsts.iter().filter(|first| !first.is_detached && first.node != then.node);
        let before = waited().rfind(|first| self.is_before(first, then));
        let subject = match before {
            Some(first) => {
                let span = place::method(self.tree, first.node);
                subject.with_at("first", FactValue::Symbol("before"), (self.file, span))
            }
            None => subject.with_symbol("first", "none"),
        };
        let again = waited().any(|first| path::may_follow(self.tree, then.node, first.node));
        subject.with_symbol("after", if again { "again" } else { "none" })
    }

    fn is_before(&self, first: &Effect, then: &Effect) -> bool {
        path::is_before(self.tree, first.node, then.node) && !self.is_other_activity(first, then)
    }

    /// Whether `then` belongs to a task with a loop of its own, which `first` only came before in the text.
    fn is_other_activity(&self, first: &Effect, then: &Effect) -> bool {
        let above = self.tree.ancestors(then.node).take_while(|at| !self.tree.is_within(first.node, *at));
        let mut has_loop = false;
        for at in above {
            has_loop |= matches!(self.tree.kind(at), Kind::Loop | Kind::While | Kind::ForLoop);
            if has_loop && self.tree.kind(at) == Kind::AsyncBlock && self.codebase.is_detached(self.file, at)
            {
                return true;
            }
        }
        false
    }

    fn with_transaction(&self, subject: Subject, item: ItemIdx, then: &Effect) -> Subject {
        let body = self.codebase.item(item).node;
        let open = self.codebase.transaction(self.file, then.node);
        let is_own = |region: &&Region| self.tree.is_within(region.begin, body);
        let all = self.codebase.transactions(self.file);
        let ended = || {
            all.iter()
                .filter(is_own)
                .find(|region| region.past <= then.node || region.ends.iter().any(|end| *end < then.node))
        };
        let may_have_ended =
            |region: &Region| region.ends.iter().any(|end| path::is_before(self.tree, *end, then.node));
        let (state, region) = match (open, ended()) {
            (Some(region), _) if may_have_ended(region) => {
                let reason = format!("`{}` ends on some of the paths that lead here", region.name);
                (FactValue::Unknown(reason), Some(region))
            }
            (Some(region), _) => (FactValue::Symbol("open"), Some(region)),
            (None, Some(region)) => (FactValue::Symbol("ended"), Some(region)),
            (None, None) => (FactValue::Symbol("none"), None),
        };
        let span = region.map_or_else(|| place::method(self.tree, then.node), |region| self.begin_of(region));
        let is_given = self.is_given(then, open);
        let is_lock = open.is_some_and(|region| self.locks(region));
        subject
            .with_at("transaction", state, (self.file, span))
            .with_symbol("executor", if is_given { "transaction" } else { "other" })
            .with_symbol("lock", yes(is_lock))
    }

    fn begin_of(&self, region: &Region) -> Span {
        match self.tree.kind(region.begin) {
            Kind::MethodCall => place::name(self.tree, region.begin),
            _ => self.tree.span(region.begin),
        }
    }

    /// Whether the call is given an open transaction, or says by its name that it writes into one.
    fn is_given(&self, then: &Effect, open: Option<&Region>) -> bool {
        let named =
            |name: &str| name.ends_with("_in_op") || name.ends_with("_with_cxn") || name.ends_with("_in_tx");
        if self.codebase.call_at(self.file, then.node).is_some_and(|site| named(&site.name)) {
            return true;
        }
        let mut nodes = self.tree.subtree(then.node);
        open.is_some_and(|region| nodes.any(|at| self.tree.variable(at) == Some(&*region.name)))
    }

    /// Whether SQL inside the transaction takes an advisory lock.
    fn locks(&self, region: &Region) -> bool {
        let statements = self.codebase.sql_statements(self.file).iter();
        let mut inside = statements.filter(|fact| self.tree.is_within(fact.literal, region.scope));
        inside.any(|fact| fact.text.to_ascii_lowercase().contains("advisory"))
    }
}

const fn yes(holds: bool) -> &'static str {
    if holds { "yes" } else { "no" }
}
