//! What a project declares about its own code, in configuration or comments. Reads neither and matches nothing.

use crate::base::PathGlob;
use crate::catalog::Role;

/// A role and the items that a project says play it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredRole {
    /// The role; one that may be declared.
    pub role: Role,
    /// Any of these finds an item.
    pub selectors: Vec<RoleSelector>,
}

/// How declared items are found. In all globs `*` stands inside one segment and `**` for any number of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleSelector {
    /// Item path glob, such as `orders::jobs::*Job`; `crate::` is any crate of the workspace.
    Path(String),
    /// Glob over the item's own name; for tables, the table's name.
    Name(String),
    /// Path of an attribute on the item.
    Attribute(String),
    /// Name or path of a derive on the item.
    Derives(String),
    /// Name or path of a trait that the item's type implements.
    Implements(String),
    /// Glob over the path of the item's file.
    File(String),
}

/// Files that configuration leaves out, with the reason it gives.
#[derive(Clone, Debug)]
pub struct Exclusion {
    /// Which files, below the scanned root.
    pub path: PathGlob,
    /// Why.
    pub reason: String,
}
