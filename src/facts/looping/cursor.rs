//! Finds what a paging loop moves: a cursor, offset or page that is used in the next request.

use crate::facts::flow;
use crate::syntax::{Field, Kind, NodeId, Tree};

/// Words that a cursor's name has among its own.
const WORDS: [&str; 12] = [
    "cursor",
    "offset",
    "page",
    "token",
    "continuation",
    "marker",
    "after",
    "before",
    "skip",
    "next",
    "iterator",
    "query",
];
/// Ends of names of cursors.
const ENDS: [&str; 6] = ["last_key", "start_key", "last_id", "last_seen", "from_id", "next_id"];
/// Words of names of what also changes each round and is no cursor.
const NO_CURSOR: [&str; 16] = [
    "delay", "backoff", "attempt", "retr", "interval", "wait", "err", "state", "conn", "client", "instant",
    "deadline", "status", "sleep", "time", "count",
];

/// A variable or field that a round moves and the next one asks with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Its name.
    pub(super) name: String,
    /// The name alone says so; else only its way from response to request does.
    pub(super) is_named: bool,
}

/// The cursor of the loop `around`.
pub(super) fn cursor_of(tree: &Tree, around: NodeId) -> Option<Cursor> {
    let body = tree.child(around, Field::Body)?;
    let mut found: Option<Cursor> = None;
    for node in flow::own_nodes(tree, body) {
        if !matches!(tree.kind(node), Kind::Assign | Kind::AssignOp) {
            continue;
        }
        let Some(name) = target_name(tree, node) else { continue };
        let lower = name.to_ascii_lowercase();
        let is_named = names_a_cursor(&lower);
        if NO_CURSOR.iter().any(|word| lower.contains(word)) && !lower.contains("cursor") {
            continue;
        }
        let is_derived = tree.kind(node) == Kind::Assign && is_from_round(tree, body, node);
        let is_moved = name.contains('.')
            || is_derived
            || tree.kind(node) == Kind::AssignOp
            || is_step(tree, node, &name);
        let is_used = if is_named {
            is_moved && is_used_in_round(tree, around, node, &name)
        } else {
            is_derived && !name.contains('.') && is_asked_with(tree, around, node, &name)
        };
        if is_used && is_outer(tree, body, &name) {
            let cursor = Cursor { name, is_named };
            if is_named {
                return Some(cursor);
            }
            found = found.or(Some(cursor));
        }
    }
    found
}

/// The root variable's name of an assignment's target, or `root.field` for a field.
fn target_name(tree: &Tree, assign: NodeId) -> Option<String> {
    let left = tree.child(assign, Field::Left)?;
    match tree.kind(left) {
        Kind::Path => tree.variable(left).map(str::to_owned),
        Kind::FieldAccess => {
            let base = tree.child(left, Field::Base)?;
            let root = tree.variable(base)?;
            if root == "self" { None } else { Some(format!("{root}.{}", tree.name(left)?)) }
        }
        Kind::Deref => tree.variable(tree.child(left, Field::Expr)?).map(str::to_owned),
        _ => None,
    }
}

/// Whether the assigned value uses something that the round itself bound.
fn is_from_round(tree: &Tree, body: NodeId, assign: NodeId) -> bool {
    let Some(value) = tree.child(assign, Field::Right) else { return false };
    // What is awaited right there is the answer itself, such as a buffer that comes back.
    if flow::own_nodes(tree, value).any(|at| tree.kind(at) == Kind::Await) {
        return false;
    }
    let is_bound = |name: &str| {
        tree.descendants(body)
            .take_while(|at| *at < assign)
            .any(|at| tree.kind(at) == Kind::PatIdent && tree.name(at) == Some(name))
    };
    tree.subtree(value).any(|at| tree.variable(at).is_some_and(is_bound))
}

/// Whether a lower-case name, or that of a field, is a cursor's.
fn names_a_cursor(name: &str) -> bool {
    name.split('.').any(|name| {
        name == "since"
            || name.split('_').any(|part| WORDS.contains(&part))
            || ENDS.iter().any(|end| name.ends_with(end))
    })
}

/// Whether it is `page = page + 1`.
fn is_step(tree: &Tree, assign: NodeId, name: &str) -> bool {
    let root = name.split('.').next().unwrap_or(name);
    let value = tree.child(assign, Field::Right);
    value.is_some_and(|value| tree.subtree(value).any(|at| tree.variable(at) == Some(root)))
}

/// Whether the variable lives longer than a round: no statement of the body itself declares it.
fn is_outer(tree: &Tree, body: NodeId, name: &str) -> bool {
    let root = name.split('.').next().unwrap_or(name);
    let mut lets = tree.children(body).filter(|at| tree.kind(*at) == Kind::LetStmt);
    !lets.any(|stmt| {
        let pattern = tree.child(stmt, Field::Pat);
        pattern.is_some_and(|pattern| {
            tree.subtree(pattern).any(|at| tree.kind(at) == Kind::PatIdent && tree.name(at) == Some(root))
        })
    })
}

/// Whether the round uses the variable for more than counting, comparing or logging it.
fn is_used_in_round(tree: &Tree, around: NodeId, assign: NodeId, name: &str) -> bool {
    let root = name.split('.').next().unwrap_or(name);
    flow::own_nodes(tree, around).filter(|at| !tree.is_within(*at, assign)).any(|at| match tree.kind(at) {
        Kind::FieldInit => tree.child(at, Field::Init).is_none() && tree.name(at) == Some(root),
        Kind::Path if tree.variable(at) == Some(root) => {
            let mut above =
                std::iter::once(at).chain(tree.ancestors(at)).take_while(|above| *above != around);
            let deciding = above.find_map(|above| match (tree.kind(above), tree.field(above)) {
                (Kind::Binary | Kind::Assign | Kind::AssignOp | Kind::Index, _) => Some(false),
                (Kind::MacroCall, _) => Some(is_query_macro(tree, above)),
                (_, Field::Arg) => tree
                    .parent(above)
                    .map(|call| tree.kind(call) != Kind::MacroCall || is_query_macro(tree, call)),
                (_, Field::FieldInit | Field::Init) => Some(true),
                _ => None,
            });
            deciding.unwrap_or(false)
        }
        _ => false,
    })
}

/// Whether an awaited call, a macro or the condition uses the variable.
fn is_asked_with(tree: &Tree, around: NodeId, assign: NodeId, name: &str) -> bool {
    let (root, field) = name.split_once('.').map_or((name, None), |(root, field)| (root, Some(field)));
    flow::own_nodes(tree, around).any(|at| {
        if tree.is_within(at, assign) {
            return false;
        }
        let is_use = match tree.kind(at) {
            Kind::Path => tree.variable(at) == Some(root),
            Kind::FieldInit => tree.child(at, Field::Init).is_none() && tree.name(at) == Some(root),
            _ => false,
        };
        is_use && is_part_of_request(tree, around, at, field)
    })
}

fn is_part_of_request(tree: &Tree, around: NodeId, at: NodeId, field: Option<&str>) -> bool {
    // A field's base is only moved through a request that takes the whole or that field.
    if let (Some(field), Some(parent)) = (field, tree.parent(at))
        && tree.kind(parent) == Kind::FieldAccess
        && tree.name(parent) != Some(field)
    {
        return false;
    }
    let mut is_argument = false;
    for above in std::iter::once(at).chain(tree.ancestors(at)).take_while(|above| *above != around) {
        match tree.kind(above) {
            Kind::Await => return is_argument,
            Kind::MacroCall => return is_query_macro(tree, above),
            Kind::LetStmt | Kind::ExprStmt | Kind::Block | Kind::Assign => return false,
            _ if matches!(tree.field(above), Field::Arg | Field::FieldInit | Field::Init) => {
                is_argument = true;
            }
            // `while let Some(token) = cursor`
            _ => {}
        }
        if tree.field(above) == Field::Cond && tree.parent(above) == Some(around) {
            return tree.kind(above) == Kind::LetCond;
        }
    }
    false
}

fn is_query_macro(tree: &Tree, call: NodeId) -> bool {
    tree.path_segments(call).last().is_some_and(|name| name.starts_with("query") || name.ends_with("query"))
}
