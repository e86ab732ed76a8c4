//! What the search for roles turns up: a player, and the evidence. Searches nothing itself.

use crate::base::FileIdx;
use crate::catalog::{Api, Grade, Role, RoleKind, RoleSet, read_version};
use crate::facts::{Codebase, Evidence, ItemIdx, ItemKind, Place, Resolved, Ty};
use crate::syntax::NodeId;
use std::sync::Arc;

/// Types inside types that are looked at: `Result<Vec<Option<T>>>`.
const MAX_NESTING: u8 = 6;

/// Who plays a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Player {
    /// A function or type.
    Item(ItemIdx),
    /// A closure that stands in a function's place.
    Closure(Place),
}

/// The evidence that one file gives.
#[derive(Debug)]
pub(super) struct Search<'c> {
    pub(super) codebase: &'c Codebase,
    pub(super) file: FileIdx,
    pub(super) found: Vec<(Player, Evidence)>,
}

impl<'c> Search<'c> {
    pub(super) const fn new(codebase: &'c Codebase, file: FileIdx) -> Self {
        Self { codebase, file, found: Vec::new() }
    }

    /// A place in the searched file.
    pub(super) const fn place(&self, node: NodeId) -> Place {
        Place { file: self.file, node }
    }

    /// Notes that `item` plays each of `roles`; tests play none but their own.
    pub(super) fn item(&mut self, item: ItemIdx, roles: RoleSet, why: &Why<'_>) {
        if self.codebase.item(item).is_test && !why.is_for_tests {
            return;
        }
        let fitting: Vec<Role> = roles.iter().filter(|role| self.fits(item, *role)).collect();
        for role in fitting {
            self.found.push((Player::Item(item), why.evidence(role)));
        }
    }

    /// Notes that the closure at `node` plays each of `roles`.
    pub(super) fn closure(&mut self, node: NodeId, roles: RoleSet, why: &Why<'_>) {
        let place = self.place(node);
        self.found.extend(roles.iter().map(|role| (Player::Closure(place), why.evidence(role))));
    }

    /// Notes that the workspace types in `ty` play each of `roles`; containers are looked through.
    pub(super) fn types(&mut self, ty: &Ty, roles: RoleSet, why: &Why<'_>) {
        if !roles.is_empty() {
            for item in items_in(self.codebase, ty) {
                self.item(item, roles, why);
            }
        }
    }

    /// Whether a role is one for that kind of item.
    fn fits(&self, item: ItemIdx, role: Role) -> bool {
        let Some(row) = role.row() else { return false };
        match (&self.codebase.item(item).kind, row.kind) {
            (ItemKind::Fn(_), kind) => kind == RoleKind::Function,
            (ItemKind::Type(_) | ItemKind::Alias(_) | ItemKind::Trait, kind) => kind == RoleKind::Type,
            (ItemKind::Impl(_) | ItemKind::Const(..) | ItemKind::Macro, _) => false,
        }
    }

    /// Whether a row speaks of the version that the file's package depends on.
    pub(super) fn is_meant(&self, api: &Api) -> bool {
        let package = self.codebase.file(self.file).package;
        let version = self.codebase.depends_on(package, &self.codebase.catalog.library_of(&api.krate));
        api.versions.contains(version.and_then(read_version))
    }
}

/// Why something plays a role.
#[derive(Clone, Debug)]
pub(super) struct Why<'t> {
    pub(super) grade: Grade,
    pub(super) place: Place,
    pub(super) text: &'t str,
    /// Test code may play the role as well.
    pub(super) is_for_tests: bool,
}

impl<'t> Why<'t> {
    pub(super) const fn new(grade: Grade, place: Place, text: &'t str) -> Self {
        Self { grade, place, text, is_for_tests: false }
    }

    fn evidence(&self, role: Role) -> Evidence {
        Evidence { role, grade: self.grade, place: self.place, text: Arc::from(self.text) }
    }
}

/// The set of the role of that name.
pub(super) fn role(name: &str) -> RoleSet {
    Role::named(name).map_or(RoleSet::EMPTY, RoleSet::of)
}

/// The workspace's types in `ty`: itself, or what a container of another crate holds.
pub(super) fn items_in(codebase: &Codebase, ty: &Ty) -> Vec<ItemIdx> {
    let mut found = Vec::new();
    collect(codebase, ty, &mut found, 0);
    found.sort_unstable();
    found.dedup();
    found
}

fn collect(codebase: &Codebase, ty: &Ty, found: &mut Vec<ItemIdx>, depth: u8) {
    if depth > MAX_NESTING {
        return;
    }
    match ty {
        Ty::Named { to: Resolved { item: Some(item), .. }, args } => {
            if matches!(codebase.item(*item).kind, ItemKind::Type(_)) {
                found.push(*item);
            } else {
                args.iter().for_each(|arg| collect(codebase, arg, found, depth + 1));
            }
        }
        Ty::Named { args, .. } => args.iter().for_each(|arg| collect(codebase, arg, found, depth + 1)),
        Ty::Tuple(parts) => parts.iter().for_each(|part| collect(codebase, part, found, depth + 1)),
        Ty::Slice(element) => collect(codebase, element, found, depth + 1),
        Ty::Bounded(_) | Ty::Unknown => {}
    }
}
