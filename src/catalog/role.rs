//! The vocabulary of roles, read from `rules/catalog/roles.yaml`. Says what a role means, never who plays it.

use rustc_hash::FxHashMap;
use std::fmt;
use std::sync::OnceLock;

/// A role by its place in the vocabulary; ordered as `roles.yaml` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Role(u16);

/// What kind of code plays a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleKind {
    /// A function, method or closure.
    Function,
    /// A struct, enum or alias.
    Type,
    /// A call, macro or other expression.
    Expression,
    /// A loop, region or statement; inferred from its shape.
    Statement,
    /// A module or file.
    Module,
    /// A value through which a foreign system is reached.
    Client,
    /// A database table.
    Table,
}

impl RoleKind {
    /// Every kind with its word in `roles.yaml`.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Function, "function"),
        (Self::Type, "type"),
        (Self::Expression, "expression"),
        (Self::Statement, "statement"),
        (Self::Module, "module"),
        (Self::Client, "client"),
        (Self::Table, "table"),
    ];

    /// The word in `roles.yaml`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }
}

/// How a statement role is recognised. Described data: `facts` holds the recogniser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// One of these expression roles stands at the head: the loop's condition, first statement or a `select!` arm.
    pub head: RoleSet,
    /// One of these stands somewhere in the body.
    pub body: RoleSet,
    /// None of these stands at the head.
    pub without: RoleSet,
    /// What the success arm does to the loop: `leaves` or `stays`; empty where it does not matter.
    pub on_success: Box<str>,
    /// What the error arm does to the loop.
    pub on_error: Box<str>,
}

/// One role of the vocabulary.
#[derive(Clone, Debug)]
pub struct RoleRow {
    /// Kebab-case name.
    pub name: Box<str>,
    /// What kind of code plays it.
    pub kind: RoleKind,
    /// One line.
    pub meaning: Box<str>,
    /// Whether `patscan.toml` and `patscan: role(..)` comments may declare it.
    pub is_declarable: bool,
    /// How it is recognised, for statements.
    pub shape: Option<Shape>,
}

/// All roles, by place and by name.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    pub(super) rows: Vec<RoleRow>,
    by_name: FxHashMap<Box<str>, Role>,
}

impl Vocabulary {
    /// The vocabulary that is built in; empty where `roles.yaml` is broken, which a test rules out.
    pub(super) fn builtin() -> &'static Self {
        static VOCABULARY: OnceLock<Vocabulary> = OnceLock::new();
        VOCABULARY.get_or_init(|| super::read::vocabulary(&super::builtin::roles()).0)
    }

    /// Adds a role; `false` where the name is taken or there is no room.
    pub(super) fn add(&mut self, row: RoleRow) -> bool {
        if self.rows.len() >= RoleSet::CAPACITY || self.by_name.contains_key(&row.name) {
            return false;
        }
        self.by_name.insert(row.name.clone(), Role(self.rows.len() as u16));
        self.rows.push(row);
        true
    }

    pub(super) fn find(&self, name: &str) -> Option<Role> {
        self.by_name.get(name).copied()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| &*row.name)
    }
}

impl Role {
    /// The role of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Vocabulary::builtin().find(name)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| &row.name)
    }

    /// What kind of code plays it; `None` only for a role of another process.
    #[must_use]
    pub fn row(self) -> Option<&'static RoleRow> {
        Vocabulary::builtin().rows.get(usize::from(self.0))
    }

    /// Its place in the vocabulary.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleSet([u64; 4]);

impl RoleSet {
    /// No role.
    pub const EMPTY: Self = Self([0; 4]);
    /// How many roles the vocabulary can hold.
    pub const CAPACITY: usize = 256;

    /// The set of one role.
    #[must_use]
    pub fn of(role: Role) -> Self {
        let mut set = Self::EMPTY;
        set.insert(role);
        set
    }

    /// Adds a role.
    pub fn insert(&mut self, role: Role) {
        if let Some(word) = self.0.get_mut(role.index() / 64) {
            *word |= 1 << (role.index() % 64);
        }
    }

    /// Whether the role is in it.
    #[must_use]
    pub fn contains(&self, role: Role) -> bool {
        self.0.get(role.index() / 64).is_some_and(|word| word & (1 << (role.index() % 64)) != 0)
    }

    /// The roles of these names; names that are no roles count for nothing.
    #[must_use]
    pub fn named(names: &[impl AsRef<str>]) -> Self {
        names.iter().filter_map(|name| Role::named(name.as_ref())).collect()
    }

    /// Roles of either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] | other.0[at]))
    }

    /// Roles of both sets.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] & other.0[at]))
    }

    /// Whether the sets share a role.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        !self.intersection(other).is_empty()
    }

    /// Whether there is no role in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0[0] | self.0[1] | self.0[2] | self.0[3] == 0
    }

    /// Its roles, in the order of the vocabulary.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        self.0.into_iter().enumerate().flat_map(|(at, word)| {
            // Each step clears the lowest bit that is set.
            let words = std::iter::successors(Some(word), |rest| Some(rest & rest.wrapping_sub(1)));
            words
                .take_while(|rest| *rest != 0)
                .map(move |rest| Role((at * 64) as u16 + rest.trailing_zeros() as u16))
        })
    }
}

impl FromIterator<Role> for RoleSet {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        let mut set = Self::EMPTY;
        roles.into_iter().for_each(|role| set.insert(role));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::{Role, RoleSet};

    #[test]
    fn a_set_gives_back_what_was_put_in() {
        let roles = [Role(0), Role(63), Role(64), Role(255)];
        let set: RoleSet = roles.into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), roles);
        assert!(!set.contains(Role(65)));
        assert!(set.meets(RoleSet::of(Role(64))) && !set.meets(RoleSet::of(Role(1))));
        assert!(set.union(RoleSet::of(Role(1))).contains(Role(1)));
    }

    #[test]
    fn a_name_leads_to_its_role_and_back() {
        let role = Role::named("publish").expect("a role of the vocabulary");
        assert_eq!(role.name(), "publish");
        assert_eq!(Role::named("no-such-role"), None);
    }
}
