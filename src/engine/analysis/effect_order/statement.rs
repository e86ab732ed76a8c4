//! What the SQL of an effect does, and whether a second insert of the same would be turned away.

use crate::facts::{Codebase, Place, SqlFact, SqlVerb};

/// The SQL that the call at `end` runs, given to it or to the chain that it ends.
pub(super) fn of(codebase: &Codebase, end: Place) -> Option<&SqlFact> {
    let own = codebase.sql_of(end.file, end.node);
    own.or_else(|| {
        let chain = codebase.chain_to(end.file, end.node);
        let mut calls = chain.calls.iter().map(|call| call.place).chain([chain.start]);
        calls.find_map(|at| codebase.sql_of(at.file, at.node).filter(|_| at.file == end.file))
    })
}

/// The word for it in rules.
pub(super) fn symbol(codebase: &Codebase, fact: &SqlFact) -> &'static str {
    match fact.verb {
        SqlVerb::Insert if is_guarded(codebase, fact) => "guarded-insert",
        SqlVerb::Insert => "insert",
        SqlVerb::Update => "update",
        SqlVerb::Delete => "delete",
        SqlVerb::Select | SqlVerb::Define | SqlVerb::Other => "other",
    }
}

fn is_guarded(codebase: &Codebase, fact: &SqlFact) -> bool {
    let keys = codebase.catalog.names("natural-key");
    let tables = fact.written.iter().filter_map(|table| codebase.schema().tables.get(table));
    let is_unique = tables
        .flat_map(|table| &table.unique)
        .any(|key| !key.is_empty() && key.iter().all(|column| fact.columns.contains(column)));
    fact.has_conflict_clause
        || is_unique
        || !fact.is_parsed
        || fact.columns.is_empty()
        || fact.columns.iter().any(|column| keys.matches(column))
}
