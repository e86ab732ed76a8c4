//! What bounds a query of a document database: the keys and operators of its filter, as they stand in the code. Knows no
//! schema; says nothing where the filter is not in sight.

use super::Bound;
use crate::facts::Codebase;
use crate::facts::Place;
use crate::syntax::{Field, Kind};

/// How a filter narrows what a query gives; `None` where it is no filter of a document database.
pub(super) fn bound_of(codebase: &Codebase, made: Place) -> Option<Bound> {
    let tree = codebase.tree(made.file);
    let is_query = matches!(tree.name(made.node), Some("find" | "aggregate"));
    let site = codebase.call_at(made.file, made.node).filter(|_| is_query)?;
    let is_documents = site.apis.iter().any(|(idx, _)| &*codebase.catalog.api(*idx).krate == "mongodb");
    let filter = tree.child(made.node, Field::Arg).filter(|_| is_documents)?;
    let bound = codebase.binding(made.file, filter).map(|binding| binding.init(tree));
    let filter = match bound {
        Some(Some(init)) => init,
        Some(None) => return Some(Bound::Unknown("the filter is the caller's")),
        None => filter,
    };
    let has_macro = tree.subtree(filter).any(|at| tree.kind(at) == Kind::MacroCall);
    Some(if has_macro { of_text(tree.text(filter)) } else { Bound::Unknown("the filter is not in sight") })
}

/// `"_id": { "$in": ids }` picks as many as there are keys; `"owner": owner` picks one owner's.
fn of_text(text: &str) -> Bound {
    let words: String = text.split_whitespace().collect();
    if words.contains("\"$limit\":") {
        return Bound::Yes;
    }
    let mut is_owned = false;
    let mut rest = words.as_str();
    while let Some((before, after)) = rest.split_once("\":") {
        let key = before.rsplit('"').next().unwrap_or("");
        let above = &words[..words.len() - rest.len() + before.len()];
        let is_outermost = above.matches('{').count() == above.matches('}').count() + 1;
        let picks_one = is_outermost && is_value(after) && matches!(key, "_id" | "id");
        if is_key(key) && (after.starts_with("{\"$in\":") || picks_one) {
            return Bound::Yes;
        }
        is_owned |= !key.starts_with('$') && is_value(after);
        rest = after;
    }
    if is_owned { Bound::Owner } else { Bound::No }
}

/// Whether a value comes from outside of the code: a variable, no text, number, document or list.
fn is_value(text: &str) -> bool {
    let text = text.trim_start_matches('&');
    text.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && !["doc!", "true", "false"].iter().any(|word| text.starts_with(word))
}

fn is_key(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    // In a compound key, `_id.user` is a part of it.
    name.starts_with("_id") || super::is_key(last) || last.ends_with("Id")
}

#[cfg(test)]
mod tests {
    use super::super::Bound;
    use super::of_text;

    #[test]
    fn filters_bound_by_keys_and_owners() {
        let told = |text: &str| match of_text(text) {
            Bound::Yes => "yes",
            Bound::Owner => "owner",
            Bound::No => "no",
            Bound::Unknown(_) => "unknown",
        };
        assert_eq!(told(r#"doc! { "_id": { "$in": ids } }"#), "yes");
        assert_eq!(told(r#"doc! { "_id.server": server, "_id.user": { "$in": ids } }"#), "yes");
        assert_eq!(told(r#"doc! { "_id": id }"#), "yes");
        assert_eq!(told(r#"doc! { "friends": { "$elemMatch": { "_id": id } } }"#), "owner");
        assert_eq!(told(r#"doc! { "server": server_id }"#), "owner");
        assert_eq!(told(r#"doc! { "_id.server": &server_id, "gone": {"$exists": false} }"#), "owner");
        assert_eq!(told(r#"doc! { "kind": { "$in": ["a", "b"] } }"#), "no");
        assert_eq!(told(r#"doc! { "open": true, "kind": "x" }"#), "no");
        assert_eq!(told("doc! {}"), "no");
    }
}
