//! Functions that a consume loop hands what it received. Loops over channels of this process make no queue consumers.

use super::found::{Search, Why, role};
use crate::catalog::{Grade, LoopKind};
use crate::facts::{BindingIdx, LoopFact};
use crate::syntax::{Field, Kind, NodeId};
use std::collections::BTreeSet;

/// Searches the consume loops of the file.
pub(super) fn search(search: &mut Search<'_>) {
    let codebase = search.codebase;
    for fact in codebase.loops(search.file) {
        if fact.kind == LoopKind::Consume && !fact.in_process && fact.grade > Grade::Low {
            handed_over(search, fact);
        }
    }
}

/// The workspace's functions that are given the received value, directly or as a part or rebinding of it.
fn handed_over(search: &mut Search<'_>, fact: &LoopFact) {
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    let Some(source) = fact.source else { return };
    let received = received(search, fact, source);
    for site in codebase.calls_within(search.file, fact.node) {
        let is_given = tree
            .children_in(site.node, Field::Arg)
            .any(|arg| root_of(search, arg).is_some_and(|root| received.contains(&root)));
        if !is_given {
            continue;
        }
        for callee in codebase.callees(site) {
            let text = format!("called with what `{}` received", short(tree.text(source)));
            let why = Why::new(Grade::Medium, search.place(site.node), &text);
            search.item(*callee, role("queue-consumer"), &why);
        }
    }
    // `stream.for_each(handle)`
    if tree.kind(fact.node) == Kind::MethodCall {
        for arg in tree.children_in(fact.node, Field::Arg) {
            if let Some(item) = codebase.resolve(search.file, arg).and_then(|to| to.item) {
                let why = Why::new(Grade::Medium, search.place(fact.node), "called for each received value");
                search.item(item, role("queue-consumer"), &why);
            }
        }
    }
}

/// The variables that hold what `source` received, in node order of their declarations.
fn received(search: &Search<'_>, fact: &LoopFact, source: NodeId) -> BTreeSet<BindingIdx> {
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    let bindings = codebase.bindings(search.file);
    let is_stream = tree.kind(fact.node) == Kind::MethodCall;
    let mut received: BTreeSet<BindingIdx> = BTreeSet::new();
    for binding in bindings.all().iter().filter(|binding| tree.is_within(binding.ident, fact.node)) {
        let is_received = match binding.init(tree) {
            Some(init) => {
                tree.is_within(source, init)
                    || root_of(search, init).is_some_and(|root| received.contains(&root))
            }
            // A closure's parameter in `for_each(|m| ..)`.
            None => is_stream && binding.is_param(tree) && is_outermost(search, fact, binding.owner),
        };
        if is_received {
            received.insert(binding.idx);
        }
    }
    received
}

/// Whether a closure's parameter belongs to the closure that the stream's call is given.
fn is_outermost(search: &Search<'_>, fact: &LoopFact, param: NodeId) -> bool {
    let tree = search.codebase.tree(search.file);
    tree.parent(param).and_then(|closure| tree.parent(closure)) == Some(fact.node)
}

/// The variable at the root of an expression that is it, a reference to it, a part of it or what a plain method makes.
fn root_of(search: &Search<'_>, expr: NodeId) -> Option<BindingIdx> {
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    let mut at = expr;
    loop {
        at = match tree.kind(at) {
            Kind::Path => return codebase.binding(search.file, at).map(|binding| binding.idx),
            Kind::Ref | Kind::Deref | Kind::Try | Kind::Await => tree.child(at, Field::Expr)?,
            Kind::MethodCall => tree.child(at, Field::Receiver)?,
            Kind::FieldAccess | Kind::Index => tree.child(at, Field::Base)?,
            _ => return None,
        };
    }
}

fn short(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect()
}
