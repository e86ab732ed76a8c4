//! Roles that a call gives to what it is handed: handlers named in routers, closures, types of arguments.

use super::evidence::handler_params;
use super::found::{Search, Why, role};
use super::message;
use crate::catalog::{Api, ApiIdx, ArgName, Grade, RoleSet};
use crate::facts::{ItemIdx, ItemKind};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// Searches the calls of the file.
pub(super) fn search(search: &mut Search<'_>) {
    let codebase = search.codebase;
    for site in codebase.calls(search.file) {
        for (row, grade) in &site.apis {
            call(search, site.node, *row, *grade);
        }
    }
}

fn call(search: &mut Search<'_>, node: NodeId, row: ApiIdx, grade: Grade) {
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    let api = codebase.catalog.api(row);
    let takes_handlers = !api.handler_roles.is_empty() || !api.handler_arg_roles.is_empty();
    if api.arg_roles.is_empty() && api.generic_roles.is_empty() && !takes_handlers {
        return;
    }
    let text = format!("given to `{}`", name_of(search, node));
    let why = Why::new(grade, search.place(node), &text);
    for (at, roles) in &api.arg_roles {
        let Some(arg) = tree.children_in(node, Field::Arg).nth(usize::from(*at)) else { continue };
        if tree.kind(node) == Kind::MacroCall {
            let ty = codebase.ty(search.file, arg);
            search.types(&ty, *roles, &why);
        } else {
            for item in message::traced(search, arg) {
                search.item(item, *roles, &why);
            }
        }
    }
    for (at, roles) in &api.generic_roles {
        generic(search, node, usize::from(*at), *roles, &why);
    }
    if takes_handlers {
        for arg in handlers(search, api, node) {
            handler(search, api, arg, &why);
        }
    }
}

fn name_of<'c>(search: &Search<'c>, node: NodeId) -> &'c str {
    let tree = search.codebase.tree(search.file);
    tree.name(node).or_else(|| tree.path_segments(node).last().copied()).unwrap_or("a call")
}

/// The type of type argument `at`: of the turbofish, else of the result where the row returns just that.
fn generic(search: &mut Search<'_>, node: NodeId, at: usize, roles: RoleSet, why: &Why<'_>) {
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    let written = match tree.kind(node) {
        Kind::MethodCall => tree.children_in(node, Field::GenericArg).nth(at),
        _ => tree
            .path_node(node)
            .and_then(|path| tree.children_in(path, Field::Segment).last())
            .and_then(|segment| tree.children_in(segment, Field::GenericArg).nth(at)),
    };
    let ty = match written {
        Some(ty) if tree.text(ty) != "_" => codebase.ty(search.file, ty),
        _ => expected(search, node),
    };
    search.types(&ty, roles, why);
}

/// The type that the code around a call expects of it: an annotated `let`, else what hints say.
pub(super) fn expected(search: &Search<'_>, node: NodeId) -> crate::facts::Ty {
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    for above in tree.ancestors(node) {
        match tree.kind(above) {
            Kind::Await | Kind::Try => {}
            Kind::MethodCall
                if tree.child(above, Field::Receiver).is_some_and(|at| tree.is_within(node, at)) => {}
            Kind::LetStmt => {
                if let Some(ty) = tree.child(above, Field::Type) {
                    return codebase.ty(search.file, ty);
                }
                break;
            }
            _ => break,
        }
    }
    codebase.type_of(search.file, node)
}

/// The arguments of a call that are handlers.
fn handlers(search: &Search<'_>, api: &Api, node: NodeId) -> Vec<NodeId> {
    let tree = search.codebase.tree(search.file);
    let named = api.arg(ArgName::Handler).or_else(|| api.arg(ArgName::Closure));
    let args = tree.children_in(node, Field::Arg);
    match named {
        Some(at) => args.skip(at).take(1).collect(),
        // `routes![a, b]`, `JobRegistry::new(&[a, b])`
        None => args.flat_map(|arg| elements(search, arg)).collect(),
    }
}

fn elements(search: &Search<'_>, arg: NodeId) -> Vec<NodeId> {
    let tree = search.codebase.tree(search.file);
    let arg = plain(tree, arg);
    match tree.kind(arg) {
        Kind::Array | Kind::Tuple => tree.children_in(arg, Field::Expr).collect(),
        _ => vec![arg],
    }
}

/// An expression without references, `?` and `.await` around it.
fn plain(tree: &Tree, expr: NodeId) -> NodeId {
    let mut at = expr;
    while let (Kind::Ref | Kind::Try | Kind::Await, Some(inner)) =
        (tree.kind(at), tree.child(at, Field::Expr))
    {
        at = inner;
    }
    at
}

/// One handler: a function by path, a closure, or a closure that only calls a function.
fn handler(search: &mut Search<'_>, api: &Api, arg: NodeId, why: &Why<'_>) {
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    let mut arg = plain(tree, arg);
    // `handler.with_state(s)`, `handler.layer(l)`: the function stands at the start.
    while let (Kind::MethodCall, Some(receiver)) = (tree.kind(arg), tree.child(arg, Field::Receiver)) {
        arg = plain(tree, receiver);
    }
    match tree.kind(arg) {
        Kind::Path => {
            let item = codebase.resolve(search.file, arg).and_then(|to| to.item);
            if let Some(idx) = item {
                function(search, api, idx, why);
            }
        }
        Kind::Closure => {
            search.closure(arg, api.handler_roles, why);
            closure_params(search, api, arg, why);
        }
        _ => {}
    }
}

fn function(search: &mut Search<'_>, api: &Api, idx: ItemIdx, why: &Why<'_>) {
    let ItemKind::Fn(func) = &search.codebase.item(idx).kind else { return };
    let of_file = search.codebase.item(idx).file;
    search.item(idx, api.handler_roles, why);
    // Types of parameters belong to the file of the function.
    let here = std::mem::replace(&mut search.file, of_file);
    handler_params(search, api, func, why);
    search.file = here;
}

fn closure_params(search: &mut Search<'_>, api: &Api, closure: NodeId, why: &Why<'_>) {
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    let params: Vec<NodeId> = tree.children_in(closure, Field::Param).collect();
    for (at, roles) in &api.handler_arg_roles {
        let ty = params.get(usize::from(*at)).and_then(|param| tree.child(*param, Field::Type));
        if let Some(ty) = ty {
            let ty = codebase.ty(search.file, ty);
            search.types(&ty, *roles, why);
        }
    }
}

/// Roles that the name of an HTTP handler shows.
fn named_roles(name: &str) -> Option<(&str, RoleSet)> {
    let is_live =
        matches!(name, "live" | "livez" | "liveness" | "healthz" | "health_check" | "healthcheck" | "ping")
            || name.starts_with("liveness_");
    let is_ready = matches!(name, "ready" | "readyz" | "readiness") || name.starts_with("readiness_");
    let is_list = name == "list" || name.starts_with("list_") || name.ends_with("_list") || name == "index";
    let found = if is_live {
        "liveness"
    } else if is_ready {
        "readiness"
    } else if is_list {
        "list-endpoint"
    } else {
        return None;
    };
    Some((name, role(found)))
}

/// What the names of the handlers that were found so far say: health, lists.
pub(super) fn named(search: &mut Search<'_>) {
    let codebase = search.codebase;
    let handlers: Vec<ItemIdx> = search
        .found
        .iter()
        .filter(|(_, evidence)| role("http-handler").contains(evidence.role) && evidence.grade > Grade::Low)
        .filter_map(|(player, _)| match player {
            super::found::Player::Item(item) => Some(*item),
            super::found::Player::Closure(_) => None,
        })
        .collect();
    for idx in handlers {
        let item = codebase.item(idx);
        if let Some((word, roles)) = named_roles(&item.name) {
            let text = format!("an HTTP handler named `{word}`");
            let place = crate::facts::Place { file: item.file, node: item.node };
            search.item(idx, roles, &Why::new(Grade::Medium, place, &text));
        }
    }
}
