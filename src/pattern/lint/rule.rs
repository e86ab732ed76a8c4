//! One rule of document lint: its names, its weight by layout. Looks at no document; the rules are in `table`.

use super::LintId;
use super::table::TABLE;
use crate::finding::Severity;
use crate::pattern::Dialect;
use Dialect::Tiered;
use Weight::{Must, Note, Warning};

/// How much a rule weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// The template of tiered patterns demands it: an error there, a warning elsewhere.
    Must,
    Warning,
    Note,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct LintRule {
    pub(super) lint: LintId,
    /// The number of the check that it is part of, such as `DM-05`.
    pub id: &'static str,
    /// Its own name, such as `too-long`.
    pub name: &'static str,
    /// What it looks for.
    pub title: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    dialects: &'static [Dialect],
    weight: Weight,
}

impl LintRule {
    pub(super) const fn new(
        lint: LintId,
        [id, name]: [&'static str; 2],
        weight: Weight,
        dialects: &'static [Dialect],
        [title, remedy]: [&'static str; 2],
    ) -> Self {
        Self { lint, id, name, title, remedy, dialects, weight }
    }

    /// Its weight in a document of this layout; `None` where it does not concern the layout.
    #[must_use]
    pub fn severity(&self, dialect: Dialect) -> Option<Severity> {
        if !self.dialects.contains(&dialect) {
            return None;
        }
        Some(match self.weight {
            Must if dialect == Tiered => Severity::Error,
            Must | Warning => Severity::Warning,
            Note => Severity::Note,
        })
    }

    /// The layouts that it concerns.
    #[must_use]
    pub const fn dialects(&self) -> &'static [Dialect] {
        self.dialects
    }
}

impl LintId {
    /// The rule's row.
    #[must_use]
    pub fn rule(self) -> &'static LintRule {
        // A test holds that the rows stand in the order of the variants.
        TABLE.get(self as usize).unwrap_or(&TABLE[0])
    }

    /// The rules of a name: one for `too-long`, all of a number for `DM-05`.
    #[must_use]
    pub fn named(name: &str) -> Vec<Self> {
        let is_named = |row: &&LintRule| row.name == name || row.id == name;
        TABLE.iter().filter(is_named).map(|row| row.lint).collect()
    }

    /// All names and numbers, each once, sorted.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        let mut names: Vec<&str> = TABLE.iter().flat_map(|row| [row.id, row.name]).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// All rules in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.lint)
    }
}
