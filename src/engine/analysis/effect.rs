//! Calls that have an effect of given roles, by themselves or through functions of the workspace. Judges none of them.

use crate::base::{FileIdx, Span};
use crate::catalog::{Role, RoleSet};
use crate::engine::place;
use crate::facts::{CallSite, Codebase, Place};
use crate::syntax::NodeId;

/// A call with an effect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect {
    /// The call, in the function under examination.
    pub(super) node: NodeId,
    /// The call that has the effect itself; `node` at depth 0.
    pub(super) end: Place,
    /// What it does.
    pub(super) role: Role,
    /// Number of workspace functions between.
    pub(super) depth: u8,
    /// Whether it happens in a task that nobody waits for.
    pub(super) is_detached: bool,
}

impl Effect {
    /// The bytes of the call that has the effect.
    pub(super) fn end_place(&self, codebase: &Codebase) -> (FileIdx, Span) {
        (self.end.file, place::method(codebase.tree(self.end.file), self.end.node))
    }
}

/// The effect of a call, if it has one of `roles` through at most `max_depth` functions; the nearest one.
pub(super) fn effect_of(
    codebase: &Codebase,
    file: FileIdx,
    site: &CallSite,
    (roles, max_depth): (RoleSet, u8),
) -> Option<Effect> {
    let node = site.node;
    let is_detached_here = || codebase.is_detached(file, node);
    if let Some(role) = site.roles.intersection(roles).iter().next() {
        return Some(Effect {
            node,
            end: Place { file, node },
            role,
            depth: 0,
            is_detached: is_detached_here(),
        });
    }
    if max_depth == 0 {
        return None;
    }
    let callees = codebase.callees(site);
    let reached = callees.iter().filter_map(|callee| codebase.summary(*callee).reach_any(roles));
    let near = reached.filter(|reach| reach.depth < max_depth);
    let nearest = near.min_by_key(|reach| (reach.is_detached, reach.depth, reach.end))?;
    Some(Effect {
        node,
        end: nearest.end,
        role: nearest.role,
        depth: nearest.depth + 1,
        is_detached: nearest.is_detached || is_detached_here(),
    })
}
