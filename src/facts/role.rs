//! Who plays which role, and why. Holds and answers; the evidence is gathered by `evidence`, `handler`, `message`,
//! `consumer` and `declared`.

use crate::catalog::{DeclaredRole, Grade, Role};
use crate::facts::{Codebase, Fan, ItemIdx, ModuleIdx, Place};
use crate::finding::Problem;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One reason to give an item a role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The role.
    pub role: Role,
    /// How sure it is.
    pub grade: Grade,
    /// The place that shows it: an attribute, an impl, a publish call, a declaration's target.
    pub place: Place,
    /// What shows it, for people.
    pub text: Arc<str>,
}

/// The roles of a code base; empty until the phase has run.
#[derive(Clone, Debug, Default)]
pub(super) struct RoleTable {
    /// Sorted; at most one for each role and place.
    pub(super) by_item: BTreeMap<ItemIdx, Vec<Evidence>>,
    /// Items of each role, sorted.
    pub(super) by_role: BTreeMap<Role, Vec<ItemIdx>>,
    /// Declared roles of modules.
    pub(super) modules: BTreeMap<ModuleIdx, Vec<Evidence>>,
    /// Closures that play a function's role, such as a handler written in place.
    pub(super) closures: BTreeMap<Place, Vec<Evidence>>,
    /// Declared roles of tables: lower-case names.
    pub(super) tables: BTreeMap<Role, Vec<Arc<str>>>,
    /// Declared roles of clients: item path globs as written.
    pub(super) clients: BTreeMap<Role, Vec<Arc<str>>>,
    /// Roles that a person declared, whether or not anything matched.
    pub(super) declared: Vec<Role>,
}

/// Runs the phase of roles, on a code base whose names, calls and shapes are known.
pub(super) fn run(codebase: &mut Codebase, declared: &[DeclaredRole], fan: &impl Fan) -> Vec<Problem> {
    let _ = (codebase, declared, fan);
    Vec::new()
}

impl Codebase {
    /// Why the function, type, trait or impl `item` plays its roles, sorted by role, surest first.
    #[must_use]
    pub fn roles_of(&self, item: ItemIdx) -> &[Evidence] {
        self.roles.by_item.get(&item).map_or(&[], Vec::as_slice)
    }

    /// The surest reason for which `item` plays `role`.
    #[must_use]
    pub fn role_evidence(&self, item: ItemIdx, role: Role) -> Option<&Evidence> {
        self.roles_of(item).iter().find(|evidence| evidence.role == role)
    }

    /// Whether `item` plays `role` by more than its name.
    #[must_use]
    pub fn plays(&self, item: ItemIdx, role: Role) -> bool {
        self.roles_of(item).iter().any(|evidence| evidence.role == role && evidence.grade > Grade::Low)
    }

    /// The items that play `role`, sorted.
    #[must_use]
    pub fn items_with_role(&self, role: Role) -> &[ItemIdx] {
        self.roles.by_role.get(&role).map_or(&[], Vec::as_slice)
    }

    /// The roles of a module, declared for it or for one above it.
    #[must_use]
    pub fn roles_of_module(&self, module: ModuleIdx) -> Vec<&Evidence> {
        let mut found = Vec::new();
        let mut at = Some(module);
        while let Some(module) = at {
            found.extend(self.roles.modules.get(&module).into_iter().flatten());
            at = self
                .modules
                .get(module.0 as usize)
                .and_then(|module| module.parent)
                .filter(|above| *above < module);
        }
        found
    }

    /// The roles of a closure that is written in the place of a function.
    #[must_use]
    pub fn roles_of_closure(&self, place: Place) -> &[Evidence] {
        self.roles.closures.get(&place).map_or(&[], Vec::as_slice)
    }

    /// The closures that play `role`, sorted.
    pub fn closures_with_role(&self, role: Role) -> impl Iterator<Item = Place> + '_ {
        let all = self.roles.closures.iter();
        all.filter(move |(_, reasons)| reasons.iter().any(|found| found.role == role))
            .map(|(place, _)| *place)
    }

    /// Lower-case names of the tables that were declared to play `role`.
    #[must_use]
    pub fn tables_with_role(&self, role: Role) -> &[Arc<str>] {
        self.roles.tables.get(&role).map_or(&[], Vec::as_slice)
    }

    /// Item path globs of the clients that were declared to play `role`.
    #[must_use]
    pub fn clients_with_role(&self, role: Role) -> &[Arc<str>] {
        self.roles.clients.get(&role).map_or(&[], Vec::as_slice)
    }

    /// Whether a person declared who plays `role`; what nobody declared and nothing shows is unbound, not passed.
    #[must_use]
    pub fn is_role_declared(&self, role: Role) -> bool {
        self.roles.declared.contains(&role)
    }
}
