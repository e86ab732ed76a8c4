//! Rows of a registry's tables. Compares and counts nothing; lint does.

use crate::base::Span;

/// One row of a table that lists patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryRow {
    /// The pattern's name without its icon.
    pub name: String,
    /// The icon before the name, where there is one.
    pub icon: Option<String>,
    /// The link's target, where the name is a link.
    pub link: Option<String>,
    /// The column `Category`.
    pub category: Option<String>,
    /// The column `Status`.
    pub status: Option<String>,
    /// The column `Description`.
    pub description: Option<String>,
    /// The heading above the table: an index into the document's headings.
    pub heading: Option<usize>,
    /// Bytes of the row.
    pub span: Span,
    /// Line from 1.
    pub line: u32,
}
