//! Whether a value that was made is stored or given back, so that the next attempt can use it again.

use super::slot::Slot;
use crate::base::FileIdx;
use crate::catalog::Role;
use crate::facts::{Binding, Codebase, ResultUse, Target};
use crate::syntax::{Field, Kind, NodeId};
use std::cell::Cell;

/// Variables, literals and calls that are followed.
const MAX_HOPS: u8 = 8;
/// Values that are looked at for one key.
const MAX_STEPS: u32 = 400;

/// Whether the key of `slot`, made at `made`, is stored or given back.
pub(super) fn is_kept(codebase: &Codebase, file: FileIdx, slot: &Slot, made: NodeId) -> bool {
    let keeper = Keeper { codebase, file, n_left: Cell::new(MAX_STEPS) };
    keeper.is_value_kept(made, MAX_HOPS) || keeper.is_value_kept(slot.value, MAX_HOPS)
}

struct Keeper<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    n_left: Cell<u32>,
}

impl Keeper<'_> {
    fn is_value_kept(&self, node: NodeId, hops: u8) -> bool {
        if hops == 0 || self.n_left.get() == 0 {
            return false;
        }
        self.n_left.set(self.n_left.get() - 1);
        let tree = self.codebase.tree(self.file);
        // A short field of a literal is its value, and has no parent but the literal.
        let above = tree.parent(node);
        if tree.kind(node) == Kind::FieldInit {
            return above.is_some_and(|literal| self.is_value_kept(literal, hops - 1));
        }
        match self.codebase.result_use(self.file, node) {
            ResultUse::Returned => true,
            ResultUse::Bound(binding) => self.is_variable_kept(&binding, hops - 1),
            ResultUse::Passed(call) => {
                self.is_stored_by(call) || (!self.sends(call) && self.is_value_kept(call, hops - 1))
            }
            ResultUse::Stored(place) => match tree.kind(place) {
                Kind::FieldInit | Kind::StructLit | Kind::Tuple | Kind::Array => {
                    self.is_value_kept(place, hops - 1)
                }
                // Put into a field of something that lives on.
                _ => tree.child(place, Field::Left).is_some_and(|left| self.is_left_kept(left, hops - 1)),
            },
            ResultUse::Operand(call) => {
                tree.kind(call) == Kind::MethodCall && self.is_value_kept(call, hops - 1)
            }
            ResultUse::Unwrapped(call) | ResultUse::Defaulted(call) => self.is_value_kept(call, hops - 1),
            ResultUse::Question => above.is_some_and(|above| self.is_value_kept(above, hops - 1)),
            ResultUse::Discarded(_) | ResultUse::Matched(_) | ResultUse::Checked(_) => false,
        }
    }

    /// `self.key = ..` lives on; `message.key = ..` does where the message does.
    fn is_left_kept(&self, left: NodeId, hops: u8) -> bool {
        let tree = self.codebase.tree(self.file);
        let Some(base) = tree.child(left, Field::Base) else { return false };
        if tree.variable(base) == Some("self") {
            return true;
        }
        self.codebase.binding(self.file, base).is_some_and(|binding| self.is_variable_kept(&binding, hops))
    }

    fn is_variable_kept(&self, binding: &Binding, hops: u8) -> bool {
        hops > 0
            && (self.is_captured(binding)
                || self.codebase.uses_of(self.file, binding).any(|used| self.is_value_kept(used, hops - 1)))
    }

    /// `"{key}"` in a text that is formatted: where the text goes is out of sight, so the key may well be given back.
    fn is_captured(&self, binding: &Binding) -> bool {
        let tree = self.codebase.tree(self.file);
        let name = tree.text(binding.ident);
        let Some(body) = tree.ancestors(binding.ident).find(|node| tree.kind(*node) == Kind::Fn) else {
            return false;
        };
        let captures = |node: NodeId| {
            let mut holes = tree.text(node).split('{').skip(1);
            holes.any(|hole| hole.strip_prefix(name).is_some_and(|rest| rest.starts_with(['}', ':'])))
        };
        tree.descendants(body).any(|node| tree.kind(node) == Kind::LitStr && captures(node))
    }

    /// A call that sends what it is given: what it gives back is an answer, not the value.
    fn sends(&self, call: NodeId) -> bool {
        let sending = ["publish", "enqueue", "http-write", "http-call", "rpc-call", "channel-send", "mail"];
        self.does(call, &sending)
    }

    /// Whether the call plays one of `roles`, itself or in the functions that it calls.
    fn does(&self, call: NodeId, roles: &[&str]) -> bool {
        let Some(site) = self.codebase.call_at(self.file, call) else { return false };
        let reaches = |role| matches!(&site.target, Target::Local(item) if self.codebase.summary(*item).reach(role).is_some());
        let mut roles = roles.iter().filter_map(|name| Role::named(name));
        roles.any(|role| site.roles.contains(role) || reaches(role))
    }

    /// A call that writes to a database, itself or in the functions that it calls; `bind` of a query; `Set` of a model.
    fn is_stored_by(&self, call: NodeId) -> bool {
        let tree = self.codebase.tree(self.file);
        let Some(site) = self.codebase.call_at(self.file, call) else { return false };
        if matches!(&*site.name, "bind" | "push_bind" | "Set" | "ActiveValue" | "values")
            || (tree.kind(call) == Kind::MacroCall && site.name.contains("query"))
        {
            return true;
        }
        self.does(call, &["db-write", "outbox-write", "db-insert", "dedupe-claim"])
    }
}
