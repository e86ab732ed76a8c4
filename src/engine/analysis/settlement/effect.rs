//! What a call does to a message: settle it, work on it, hand it on, or merely tell about it.

use super::region::{Region, root_of};
use crate::base::FileIdx;
use crate::catalog::{FactKey, Grade, Role, RoleSet};
use crate::facts::{CallSite, Codebase, ItemIdx, ItemKind, Place, SqlFact, SqlVerb, Target};
use crate::syntax::{Field, Kind, NodeId};
use std::sync::{Arc, OnceLock};

/// A call that settles the message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settle {
    pub(super) node: NodeId,
    /// Settles it as done, as far as can be seen.
    pub(super) is_ack: bool,
    /// The broker knows of failure, and does not take silence for it.
    pub(super) is_answerable: bool,
}

fn set(names: &[&str]) -> RoleSet {
    names.iter().filter_map(|name| Role::named(name)).collect()
}

/// Roles of effects that matter once a message is acknowledged.
pub(super) fn effects() -> RoleSet {
    static ROLES: OnceLock<RoleSet> = OnceLock::new();
    *ROLES.get_or_init(|| {
        set(&[
            "db-write",
            "http-call",
            "http-write",
            "rpc-call",
            "publish",
            "enqueue",
            "outbox-write",
            "mail",
            "blob-write",
        ])
    })
}

/// Roles of calls that only tell what happened.
pub(super) fn telling() -> RoleSet {
    static ROLES: OnceLock<RoleSet> = OnceLock::new();
    *ROLES.get_or_init(|| {
        set(&["log", "print", "metric", "metric-label", "span", "error-report", "sleep", "time-now"])
    })
}

/// How a call settles, by its own rows or by what the workspace function that it calls reaches.
pub(super) fn settles(codebase: &Codebase, file: FileIdx, site: &CallSite) -> Option<Settle> {
    let (ack, nack) = (Role::named("ack")?, Role::named("nack")?);
    let own = |roles: RoleSet| (roles.contains(ack), roles.contains(nack));
    let (mut is_ack, mut is_nack) = own(site.roles);
    let mut ends = vec![Place { file, node: site.node }];
    if is_ack && is_nack {
        let text = codebase.tree(file).text(site.node);
        is_nack = ["Nak", "Term", "Nack"].iter().any(|word| text.contains(word));
        is_ack = !is_nack;
    }
    if !is_ack && !is_nack {
        let Target::Local(item) = site.target else { return None };
        let summary = codebase.summary(item);
        let mut reached = |role: Role| {
            let reach = summary.reach(role).filter(|reach| !reach.is_detached && reach.depth <= 1)?;
            ends.push(reach.end);
            Some(())
        };
        is_ack = reached(ack).is_some();
        is_nack = reached(nack).is_some();
        if !is_ack && !is_nack {
            let is_answer = settles_by_name(codebase, item)?;
            return Some(Settle { node: site.node, is_ack: is_answer, is_answerable: true });
        }
    }
    let is_answerable = ends.iter().any(|end| is_answerable(codebase, *end, nack));
    (is_ack || is_nack).then_some(Settle { node: site.node, is_ack: is_ack && !is_nack, is_answerable })
}

/// Whether a method of the workspace acknowledges (or returns) a message by its name: its type has both ways.
fn settles_by_name(codebase: &Codebase, item: ItemIdx) -> Option<bool> {
    const ACKS: [&str; 2] = ["ack", "acknowledge"];
    const NACKS: [&str; 3] = ["nack", "reject", "requeue"];
    let func = codebase.item(item);
    let info = func.kind.as_fn()?;
    let (is_ack, is_nack) = (ACKS.contains(&&*func.name), NACKS.contains(&&*func.name));
    let owner = info.owner.filter(|_| is_ack || is_nack)?;
    let others =
        codebase.items_of(func.file).map(ItemIdx).filter(|idx| codebase.parent_item(*idx) == Some(owner));
    let mut names = others.map(|idx| &*codebase.item(idx).name);
    let opposite: &[&str] = if is_ack { &NACKS } else { &ACKS };
    names.any(|name| opposite.contains(&name)).then_some(is_ack)
}

/// Whether the library of that call can return a message, and neither a drop nor an error does.
fn is_answerable(codebase: &Codebase, end: Place, nack: Role) -> bool {
    let Some(site) = codebase.call_at(end.file, end.node) else { return false };
    let rows =
        site.apis.iter().filter(|(_, grade)| *grade > Grade::Low).map(|(idx, _)| codebase.catalog.api(*idx));
    rows.into_iter().any(|api| {
        let is_silent = |key: &FactKey| {
            matches!(key, FactKey::DropMeansNack | FactKey::ErrMeansNack | FactKey::ImplicitAck)
        };
        let owner = api.paths.first().and_then(|path| path.rsplit_once("::")).map(|(owner, _)| owner);
        let row = owner.and_then(|owner| codebase.catalog.type_row(owner));
        let of_type = row.is_some_and(|row| row.facts.iter().any(|(key, _)| is_silent(key)));
        let can_return =
            codebase.catalog.apis().any(|(_, other)| other.krate == api.krate && other.roles.contains(nack));
        can_return && !of_type && !api.facts.iter().any(|(key, _)| is_silent(key))
    })
}

impl Region<'_> {
    /// Whether a call is work on the message that others can see: an effect, or awaited code that is given the message.
    pub(super) fn is_work(&self, site: &CallSite) -> bool {
        self.is_effect(site) || self.is_given(site.node)
    }

    /// Whether a call writes, sends or calls another system, itself or through functions of the workspace.
    pub(super) fn is_effect(&self, site: &CallSite) -> bool {
        if self.settles.iter().any(|settle| settle.node == site.node) || site.roles.meets(telling()) {
            return false;
        }
        let reached = || match site.target {
            Target::Local(item) => {
                let summary = self.codebase.summary(item);
                summary.reach_any(effects()).is_some_and(|reach| !reach.is_detached)
            }
            Target::External(_) | Target::Unknown => false,
        };
        site.roles.meets(effects()) || reached()
    }

    /// Whether a call of a workspace function, or of an unknown method, is awaited and given what was received.
    fn is_given(&self, node: NodeId) -> bool {
        let tree = self.tree;
        let is_awaited = tree.parent(node).is_some_and(|up| tree.kind(up) == Kind::Await);
        let is_known = self.codebase.call_at(self.file, node).is_some_and(|site| match site.target {
            Target::Local(_) => false,
            Target::External(_) => true,
            Target::Unknown => !site.apis.is_empty() && !site.doubt,
        });
        let is_settle = self.settles.iter().any(|settle| settle.node == node);
        if !is_awaited || is_known || is_settle {
            return false;
        }
        tree.children_in(node, Field::Arg)
            .any(|arg| root_of(self.codebase, self.file, arg).is_some_and(|root| self.held.contains(&root)))
    }

    /// Whether a call without an effect of its own only makes what a later effect is given: `let out = shaped(message).await`.
    pub(super) fn prepares(&self, node: NodeId) -> bool {
        let tree = self.tree;
        let is_effect =
            |node: NodeId| self.codebase.call_at(self.file, node).is_some_and(|site| self.is_effect(site));
        let bound = tree.ancestors(node).take_while(|at| *at > self.body);
        let bound = bound.into_iter().find(|at| tree.kind(*at) == Kind::LetStmt);
        let pattern = bound.and_then(|bound| tree.child(bound, Field::Pat)).filter(|_| !is_effect(node));
        let Some(binding) = pattern.and_then(|pattern| self.codebase.bindings(self.file).of(pattern)) else {
            return false;
        };
        let uses = self.codebase.uses_of(self.file, binding);
        let call_around = |used: NodeId| {
            let within = tree.ancestors(used).take_while(|at| *at > self.body);
            within
                .into_iter()
                .take_while(|at| !matches!(tree.field(*at), Field::Stmt | Field::Tail))
                .collect::<Vec<_>>()
        };
        uses.flat_map(call_around).any(is_effect)
    }

    /// As [`Region::is_work`], for calls of which nothing is known as well.
    pub(super) fn is_work_at(&self, node: NodeId) -> bool {
        match self.codebase.call_at(self.file, node) {
            Some(site) => self.is_work(site),
            None => self.is_given(node),
        }
    }
}

/// The tables that the queue rows of a call come from: it locks rows that others skip.
pub(super) fn taken_tables(codebase: &Codebase, file: FileIdx, site: &CallSite) -> Vec<Arc<str>> {
    let is_taking = |fact: &&SqlFact| {
        fact.verb == SqlVerb::Select
            && fact.is_locking
            && fact.text.to_ascii_lowercase().contains("skip locked")
    };
    tables(codebase, file, site, is_taking)
}

/// The tables that a call deletes rows of.
pub(super) fn deleted_tables(codebase: &Codebase, file: FileIdx, site: &CallSite) -> Vec<Arc<str>> {
    tables(codebase, file, site, |fact: &&SqlFact| fact.verb == SqlVerb::Delete)
}

/// The tables of the statements of a call, or of the body of the workspace function that it calls.
fn tables(
    codebase: &Codebase,
    file: FileIdx,
    site: &CallSite,
    is_meant: impl Fn(&&SqlFact) -> bool,
) -> Vec<Arc<str>> {
    let own = codebase.sql_of(file, site.node).filter(|fact| is_meant(fact));
    let mut found: Vec<Arc<str>> = own.map(|fact| fact.tables.clone()).unwrap_or_default();
    if let Target::Local(item) = site.target {
        let item = codebase.item(item);
        if let ItemKind::Fn(info) = &item.kind {
            let tree = codebase.tree(item.file);
            let statements = codebase.sql_statements(item.file).iter();
            let inside =
                statements.filter(|fact| info.body.is_some_and(|body| tree.is_within(fact.literal, body)));
            found.extend(inside.filter(is_meant).flat_map(|fact| fact.tables.clone()));
        }
    }
    found
}
