//! What bounds the rows of an SQL statement. Reads what the parser found, not the database.

use super::{Bound, Params, names_owner};
use crate::facts::{Codebase, Comparison, SqlFact, SqlVerb};

/// What bounds the rows; none where the statement does not select.
pub(super) fn bound_of(codebase: &Codebase, fact: &SqlFact, params: &Params) -> Option<Bound> {
    if fact.verb != SqlVerb::Select {
        return None;
    }
    if fact.has_limit {
        return Some(Bound::Known("limit"));
    }
    if fact.is_single_row || fact.is_grouped || fact.tables.is_empty() {
        return Some(Bound::Known("aggregate"));
    }
    let lists = [Comparison::AnyOf];
    let is_list = fact.filters.iter().any(|filter| filter.is_certain && lists.contains(&filter.comparison));
    let text = fact.text.to_ascii_lowercase();
    let is_in = text.match_indices(" in (").any(|(at, _)| text.get(at + 5..).is_some_and(lists_keys));
    if is_list || is_in || has_any(&text, &["unnest(", "any(", "any (", "json_each(", "values ("]) {
        return Some(Bound::Known("list"));
    }
    if codebase.picks_one_row(fact) || compares_id(fact) {
        return Some(Bound::Known("unique"));
    }
    if is_range(fact) {
        return Some(Bound::Known("range"));
    }
    let is_system = fact.tables.iter().all(|table| {
        table.starts_with("pg_") || table.starts_with("sqlite_") || table.ends_with("migrations")
    });
    if is_system
        || has_any(&text, &["information_schema", "generate_series(", "from system.", "join system."])
    {
        return Some(Bound::Known("system"));
    }
    if !fact.is_whole {
        return Some(Bound::Unknown("part of the statement is not in sight".to_owned()));
    }
    // A limit of a subquery or an aggregate beside `DISTINCT` bounds in ways that are not followed.
    if has_any(&text, &[" limit ", "\nlimit ", "fetch first", "fetch next", "distinct on"]) {
        return Some(Bound::Unknown("a part of the statement has a limit of its own".to_owned()));
    }
    if !fact.is_parsed {
        return Some(Bound::Unknown("the statement could not be read".to_owned()));
    }
    if fact.tables.iter().all(|table| text.contains(&format!("{table}("))) {
        return Some(Bound::Unknown("a function of the database makes the rows".to_owned()));
    }
    let mut owners =
        fact.filters.iter().filter(|filter| filter.is_certain && filter.comparison == Comparison::Equal);
    if let Some(owner) = owners.find(|filter| names_owner(&filter.column, params)) {
        return Some(Bound::Owner(owner.column.to_string()));
    }
    Some(Bound::Known("none"))
}

/// One column between two values: `day >= $1 AND day < $2`.
fn is_range(fact: &SqlFact) -> bool {
    fact.filters.iter().filter(|filter| filter.is_certain).any(|filter| match filter.comparison {
        Comparison::Between => true,
        Comparison::Above => fact.filters_by(&filter.column, &[Comparison::Below]),
        Comparison::Equal
        | Comparison::AnyOf
        | Comparison::IsNull
        | Comparison::IsNotNull
        | Comparison::Below
        | Comparison::Column
        | Comparison::Other => false,
    })
}

/// `id = $1` in a join picks few rows.
fn compares_id(fact: &SqlFact) -> bool {
    fact.tables.len() == 1 && fact.filters_by("id", &[Comparison::Equal])
}

/// Whether what follows `in (` is a list of keys that the caller gives: neither a subquery nor values such as states, which
/// are written in the statement and fit any number of rows.
fn lists_keys(rest: &str) -> bool {
    let list = rest.split(')').next().unwrap_or(rest).trim();
    let is_written = |value: &str| value.trim().starts_with(|c: char| c == '\'' || c.is_ascii_digit());
    !list.starts_with("select") && !list.split(',').all(is_written)
}

fn has_any(text: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| text.contains(part))
}
