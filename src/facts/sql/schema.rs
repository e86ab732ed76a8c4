//! What migrations declare: tables, columns, unique keys, and each change of the schema. Runs nothing.

use crate::base::{SourceText, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The tables that all migrations together declare, by lower-case name without schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// By name.
    pub tables: BTreeMap<Arc<str>, Table>,
}

/// One table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Lower-case names, in order of appearance.
    pub columns: Vec<Arc<str>>,
    /// Primary and unique keys.
    pub unique: Vec<Vec<Arc<str>>>,
}

/// What a statement of a migration changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DdlChange {
    /// A new table.
    CreateTable,
    /// A table is gone.
    DropTable,
    /// A new column that may be null or has a default.
    AddColumn,
    /// A new column that must have a value and has no default.
    AddRequiredColumn,
    /// A column is gone.
    DropColumn,
    /// Another name for a column or table.
    Rename,
    /// Another type for a column.
    ChangeType,
    /// A column must now have a value.
    SetNotNull,
    /// A constraint or key on what is there.
    AddConstraint,
    /// An index.
    CreateIndex,
    /// Anything else.
    Other,
}

/// One statement of a `.sql` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DdlStatement {
    /// Its bytes.
    pub span: Span,
    /// What it changes; several for an `ALTER TABLE` with several actions.
    pub changes: Vec<DdlChange>,
    /// Its table, lower case.
    pub table: Option<Arc<str>>,
    /// Whether the parser understood it.
    pub is_parsed: bool,
}

/// One `.sql` file.
#[derive(Clone, Debug)]
pub struct SqlFile {
    /// Its text and path.
    pub source: SourceText,
    /// Its statements, in order.
    pub statements: Vec<DdlStatement>,
    /// Whether it undoes another: `*.down.sql`, `down.sql`.
    pub is_down: bool,
}

/// Reads the statements of one file.
#[must_use]
pub(in crate::facts) fn read_file(source: &SourceText) -> SqlFile {
    SqlFile { source: source.clone(), statements: Vec::new(), is_down: false }
}

/// The tables that the files declare, taken in order of path.
#[must_use]
pub(in crate::facts) fn schema_of(_files: &[SqlFile]) -> Schema {
    Schema::default()
}
