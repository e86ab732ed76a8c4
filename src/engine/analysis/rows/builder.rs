//! What bounds the rows of a query builder's chain: `Entity::find().filter(..).all(db)`, `orders.filter(..).load(conn)`.

use super::{Bound, Params, names_owner};
use crate::base::FileIdx;
use crate::facts::{CallSite, Chain, Codebase};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// Crates whose builders are understood.
const BUILDERS: [&str; 3] = ["sea_orm", "diesel", "diesel_async"];
/// Calls that bound the rows.
pub(super) const LIMITS: [&str; 11] = [
    "limit",
    "take",
    "paginate",
    "cursor_by",
    "first",
    "last",
    "one",
    "page",
    "per_page",
    "with_limit",
    "apply_limit",
];
/// Calls that pick one row by key.
const BY_KEY: [&str; 3] = ["find_by_id", "find", "find_by_key"];
/// Calls inside filters that compare with a list.
const LISTS: [&str; 7] =
    ["is_in", "eq_any", "is_in_tuples", "in_tuples", "any", "belonging_to", "in_subquery"];
/// Calls that give the rows that belong to their receiver.
const RELATED: [&str; 2] = ["find_related", "find_linked"];
/// Calls that leave one row, or one for each group.
const AGGREGATES: [&str; 6] = ["count", "group_by", "count_star", "sum", "max", "min"];

/// What bounds the rows; none where the call is not that of a known builder.
pub(super) fn bound_of(
    codebase: &Codebase,
    file: FileIdx,
    site: &CallSite,
    chain: &Chain,
    params: &Params,
) -> Option<Bound> {
    let is_builder = site.apis.iter().any(|(row, _)| {
        let api = codebase.catalog.api(*row);
        let mut paths = api.paths.iter().map(|path| path.split("::").next().unwrap_or(""));
        paths.any(|first| BUILDERS.contains(&first))
    });
    if !is_builder || site.doubt {
        return None;
    }
    let tree = codebase.tree(file);
    let named = |names: &[&str]| chain.calls.iter().any(|call| names.contains(&&*call.name));
    if chain.calls.iter().any(|call| params.lists("limits", &call.name)) {
        return Some(Bound::Known("limit"));
    }
    let has_arg = |node: NodeId| tree.child(node, Field::Arg).is_some();
    let by_key = chain
        .calls
        .iter()
        .any(|call| BY_KEY.contains(&&*call.name) && call.place.file == file && has_arg(call.place.node));
    let starts_by_key = chain.start.file == file
        && tree.path_segments(chain.start.node).last().is_some_and(|name| BY_KEY.contains(name))
        && has_arg(chain.start.node);
    let filters: Vec<NodeId> =
        chain.calls.iter().filter(|call| call.place.file == file).map(|call| call.place.node).collect();
    if by_key || starts_by_key || filters.iter().any(|call| compares_id(tree, *call)) {
        return Some(Bound::Known("unique"));
    }
    // A helper's filters stand in its own file.
    let parts = chain.calls.iter().flat_map(|call| {
        let of = codebase.tree(call.place.file);
        let args = of.children_in(call.place.node, Field::Arg);
        args.flat_map(|arg| of.subtree(arg)).map(|node| (of, node)).collect::<Vec<_>>()
    });
    let parts: Vec<(&Tree, NodeId)> = parts.chain(tree.subtree(site.node).map(|node| (tree, node))).collect();
    let inside = |names: &[&str]| {
        parts.iter().any(|(of, node)| match of.kind(*node) {
            Kind::MethodCall => of.name(*node).is_some_and(|name| names.contains(&name)),
            Kind::Call => of.path_segments(*node).last().is_some_and(|name| names.contains(name)),
            _ => false,
        })
    };
    if inside(&LISTS) || named(&LISTS) {
        return Some(Bound::Known("list"));
    }
    if inside(&AGGREGATES) || named(&AGGREGATES) {
        return Some(Bound::Known("aggregate"));
    }
    // `order.find_related(Items)`: the rows of one thing.
    if let Some(call) = chain.calls.iter().find(|call| RELATED.contains(&&*call.name)) {
        let of = codebase.tree(call.place.file);
        let owner = of.child(call.place.node, Field::Receiver).map_or("", |owner| of.text(owner));
        return Some(Bound::Owner(owner.to_owned()));
    }
    let begins = starts_whole(codebase, file, tree, chain);
    if !begins {
        return Some(Bound::Unknown("the query is begun where the scanner cannot follow it".to_owned()));
    }
    let owner = parts.iter().find_map(|(of, node)| owner_of(of, *node, params));
    Some(owner.map_or(Bound::Known("none"), Bound::Owner))
}

/// The column of `Column::OrderId.eq(x)` or `order_id.eq(x)`, where it is the key of another thing.
fn owner_of(tree: &Tree, node: NodeId, params: &Params) -> Option<String> {
    let is_equal = tree.kind(node) == Kind::MethodCall && tree.name(node) == Some("eq");
    let column = tree.child(node, Field::Receiver).filter(|_| is_equal)?;
    let name = tree.path_segments(column).last().copied()?;
    let snake = name.strip_suffix("Id").map(|stem| format!("{}_id", stem.to_lowercase()));
    names_owner(snake.as_deref().unwrap_or(name), params).then(|| name.to_owned())
}

/// Whether the chain begins with `Entity::find()`, a table or a `sql_query`, and nothing of it is out of sight.
fn starts_whole(codebase: &Codebase, file: FileIdx, tree: &Tree, chain: &Chain) -> bool {
    if chain.start.file != file {
        return chain.is_whole;
    }
    let start = chain.start.node;
    match tree.kind(start) {
        Kind::Call => {
            chain.is_whole
                || tree
                    .path_segments(start)
                    .last()
                    .is_some_and(|name| matches!(*name, "find" | "find_also_related"))
        }
        // A table of diesel's, such as `orders::table` or `orders` behind `use schema::orders::dsl::*`.
        Kind::Path => codebase.binding(file, start).is_none(),
        _ => chain.is_whole,
    }
}

/// `.filter(id.eq(x))`, `.filter(Column::Id.eq(x))`: one row.
fn compares_id(tree: &Tree, call: NodeId) -> bool {
    if !matches!(tree.name(call), Some("filter" | "find" | "and_where" | "having")) {
        return false;
    }
    tree.children_in(call, Field::Arg).any(|arg| {
        tree.subtree(arg).any(|node| {
            tree.kind(node) == Kind::MethodCall
                && tree.name(node) == Some("eq")
                && tree.child(node, Field::Receiver).is_some_and(|column| {
                    tree.path_segments(column)
                        .last()
                        .is_some_and(|name| matches!(*name, "id" | "Id" | "uuid" | "Uuid"))
                })
        })
    })
}
