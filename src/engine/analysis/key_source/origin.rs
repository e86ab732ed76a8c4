//! What a value is made of: follows variables and small functions back to a call that gives chance or the time.

use crate::base::FileIdx;
use crate::catalog::Role;
use crate::facts::{CallSite, Codebase, ItemKind, Place, Target};
use crate::syntax::{Field, Kind, NodeId};

/// Variables and functions that are followed.
const MAX_HOPS: u8 = 5;
/// Methods that make one time of many, so that it is the same for a day or an hour.
const ROUNDED: [&str; 14] = [
    "date",
    "date_naive",
    "format",
    "day",
    "month",
    "year",
    "iso_week",
    "ordinal",
    "duration_trunc",
    "duration_round",
    "truncate",
    "hour",
    "weekday",
    "with_time",
];
/// Calls whose argument counts only where something else is missing.
const FALLBACKS: [&str; 7] =
    ["unwrap_or_else", "unwrap_or", "or_else", "get_or_insert_with", "or", "map_or_else", "map_or"];

/// What a value is made of.
pub(super) enum Origin {
    /// Chance or the clock.
    Made {
        /// `random` or `clock`.
        symbol: &'static str,
        /// The call.
        place: Place,
        /// Only where something else is missing.
        is_fallback: bool,
    },
    /// Anything else.
    Other,
}

/// What the value `expr` is made of.
pub(super) fn of(codebase: &Codebase, file: FileIdx, expr: NodeId) -> Origin {
    from(codebase, file, expr, MAX_HOPS)
}

fn from(codebase: &Codebase, file: FileIdx, expr: NodeId, hops: u8) -> Origin {
    let tree = codebase.tree(file);
    for node in tree.subtree(expr) {
        let symbol = match tree.kind(node) {
            Kind::Call | Kind::MethodCall | Kind::MacroCall => {
                codebase.call_at(file, node).and_then(|site| chance(codebase, site))
            }
            Kind::Path if tree.field(node) == Field::Arg => named(codebase, file, node),
            _ => None,
        };
        let is_rounded = || {
            tree.subtree(expr).any(|at| {
                tree.kind(at) == Kind::MethodCall && tree.name(at).is_some_and(|name| ROUNDED.contains(&name))
            })
        };
        if let Some(symbol) = symbol.filter(|symbol| *symbol == "random" || !is_rounded()) {
            let is_fallback = is_fallback(codebase, file, node, expr);
            return Origin::Made { symbol, place: Place { file, node }, is_fallback };
        }
    }
    if hops == 0 {
        return Origin::Other;
    }
    for node in tree.subtree(expr) {
        if let found @ Origin::Made { .. } = beyond(codebase, file, node, hops - 1) {
            return found;
        }
    }
    Origin::Other
}

/// What a variable is bound to, or a function of the repository returns.
fn beyond(codebase: &Codebase, file: FileIdx, node: NodeId, hops: u8) -> Origin {
    let tree = codebase.tree(file);
    match tree.kind(node) {
        Kind::Path | Kind::FieldInit => {
            let Some(binding) = codebase.binding(file, node) else { return Origin::Other };
            let is_plain = binding.pattern == binding.ident && tree.kind(binding.owner) == Kind::LetStmt;
            let init = binding.init(tree).filter(|init| is_plain && *init != node);
            init.map_or(Origin::Other, |init| from(codebase, file, init, hops))
        }
        Kind::Call | Kind::MethodCall => {
            let Some(Target::Local(idx)) = codebase.call_at(file, node).map(|site| &site.target) else {
                return Origin::Other;
            };
            let item = codebase.item(*idx);
            let ItemKind::Fn(func) = &item.kind else { return Origin::Other };
            let tail = func.body.and_then(|body| codebase.tree(item.file).child(body, Field::Tail));
            tail.map_or(Origin::Other, |tail| from(codebase, item.file, tail, hops.min(1)))
        }
        _ => Origin::Other,
    }
}

fn chance(codebase: &Codebase, site: &CallSite) -> Option<&'static str> {
    let has = |names: &[&str]| {
        names.iter().filter_map(|name| Role::named(name)).any(|role| site.roles.contains(role))
    };
    let is_sure =
        !site.doubt && site.apis.iter().any(|(row, _)| !codebase.catalog.api(*row).paths.is_empty());
    match (is_sure, has(&["id-random", "random"]), has(&["time-now"])) {
        (true, true, _) => Some("random"),
        (true, false, true) => Some("clock"),
        _ => None,
    }
}

/// A function that is named without being called, as in `unwrap_or_else(Uuid::new_v4)`.
fn named(codebase: &Codebase, file: FileIdx, path: NodeId) -> Option<&'static str> {
    let to = codebase.resolve(file, path).filter(|to| to.item.is_none())?;
    let random = ["id-random", "random"].into_iter().filter_map(Role::named);
    let rows = codebase.catalog.apis_of_path(&to.path);
    let is_random =
        random.into_iter().any(|role| rows.iter().any(|row| codebase.catalog.api(*row).roles.contains(role)));
    is_random.then_some("random")
}

/// Whether `node`, below `expr`, counts only where something else is missing.
fn is_fallback(codebase: &Codebase, file: FileIdx, node: NodeId, expr: NodeId) -> bool {
    let tree = codebase.tree(file);
    let mut below = node;
    let mut at = Some(node);
    while let Some(here) = at.filter(|here| tree.is_within(*here, expr)) {
        let is_last = match tree.kind(here) {
            Kind::MethodCall => {
                below != here
                    && tree.field(below) == Field::Arg
                    && tree.name(here).is_some_and(|name| FALLBACKS.contains(&name))
            }
            Kind::If | Kind::Match => below != here,
            _ => false,
        };
        if is_last {
            return true;
        }
        below = here;
        at = tree.parent(here);
    }
    false
}
