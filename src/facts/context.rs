//! Whether code runs on an async executor's thread. Knows no rule about what may run there.

use crate::base::FileIdx;
use crate::catalog::{ArgName, Role};
use crate::facts::{CallSite, Codebase, Place, Target};
use crate::syntax::{Field, Flag, Kind, NodeId, Tree};

/// How a piece of code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsyncContext {
    /// In an async function, block or closure: on the executor.
    Async,
    /// In a function or closure that is not async.
    Sync,
    /// In a closure given to a call that runs it where blocking is allowed: that call.
    Blocking(Place),
}

/// Methods of `Option`, `Result`, iterators and slices that call their closure on the spot.
const ON_THE_SPOT: [&str; 38] = [
    "map",
    "map_err",
    "and_then",
    "or_else",
    "unwrap_or_else",
    "ok_or_else",
    "filter",
    "filter_map",
    "flat_map",
    "for_each",
    "try_for_each",
    "fold",
    "try_fold",
    "inspect",
    "inspect_err",
    "map_or",
    "map_or_else",
    "is_some_and",
    "is_ok_and",
    "is_none_or",
    "any",
    "all",
    "find",
    "find_map",
    "position",
    "retain",
    "sort_by",
    "sort_by_key",
    "min_by_key",
    "max_by_key",
    "partition",
    "take_while",
    "skip_while",
    "with_context",
    "wrap_err_with",
    "or_insert_with",
    "then",
    "get_or_insert_with",
];

impl Codebase {
    /// How the code at `node` runs: by the nearest function, async block or closure around it. A closure that a plain
    /// adaptor such as `map` calls on the spot is looked through.
    #[must_use]
    pub fn async_context(&self, file: FileIdx, node: NodeId) -> AsyncContext {
        let tree = self.tree(file);
        let mut is_inside_item = false;
        for at in tree.ancestors(node) {
            match tree.kind(at) {
                Kind::AsyncBlock => return AsyncContext::Async,
                Kind::Closure if tree.has(at, Flag::Async) => return AsyncContext::Async,
                Kind::Closure => match self.closure_context(file, at) {
                    Some(context) => return context,
                    None => continue,
                },
                Kind::Fn if tree.has(at, Flag::Async) => return AsyncContext::Async,
                Kind::Fn => return AsyncContext::Sync,
                Kind::Const | Kind::Static => is_inside_item = true,
                _ => {}
            }
            if is_inside_item {
                break;
            }
        }
        AsyncContext::Sync
    }

    /// How a closure that is not async runs; none where it runs on the spot.
    fn closure_context(&self, file: FileIdx, closure: NodeId) -> Option<AsyncContext> {
        let tree = self.tree(file);
        let Some((call, position)) = argument_of(tree, closure) else { return Some(AsyncContext::Sync) };
        let place = Place { file, node: call };
        if let Some(site) = self.call_at(file, call) {
            if self.allows_blocking(site, position) {
                return Some(AsyncContext::Blocking(place));
            }
            // A type that is known and is no adaptor's keeps its closure for later.
            if matches!(site.target, Target::Local(_)) {
                return Some(AsyncContext::Sync);
            }
        }
        if names_blocking(tree, call) {
            return Some(AsyncContext::Blocking(place));
        }
        let is_adaptor = tree.kind(call) == Kind::MethodCall
            && tree.name(call).is_some_and(|name| ON_THE_SPOT.contains(&name));
        if is_adaptor { None } else { Some(AsyncContext::Sync) }
    }

    /// Whether argument `position` of a call is a closure that runs where blocking is allowed.
    fn allows_blocking(&self, site: &CallSite, position: usize) -> bool {
        let (Some(spawn), Some(context)) = (Role::named("spawn-blocking"), Role::named("blocking-context"))
        else {
            return false;
        };
        let by_row = site.apis.iter().any(|(idx, _)| {
            let api = self.catalog.api(*idx);
            let is_closure = api
                .arg(ArgName::Closure)
                .or_else(|| api.arg(ArgName::Handler))
                .is_none_or(|closure| closure == position);
            is_closure && (api.roles.contains(spawn) || api.handler_roles.contains(context))
        });
        by_row
            || match site.target {
                Target::Local(item) => self.summary(item).reach(spawn).is_some_and(|reach| reach.depth <= 1),
                Target::External(_) | Target::Unknown => false,
            }
    }
}

/// The call that takes `closure` as an argument, and which one.
fn argument_of(tree: &Tree, closure: NodeId) -> Option<(NodeId, usize)> {
    let mut at = closure;
    for above in tree.ancestors(closure) {
        match tree.kind(above) {
            Kind::Call | Kind::MethodCall if tree.field(at) == Field::Arg => {
                let position = tree.children_in(above, Field::Arg).position(|arg| arg == at)?;
                // `Box::new(|| ..)` and the like only carry it.
                let carries = tree.path_segments(above);
                let is_carrier =
                    carries.iter().any(|part| matches!(*part, "Box" | "Arc" | "AssertUnwindSafe"));
                if !is_carrier {
                    return Some((above, position));
                }
            }
            Kind::Ref | Kind::Cast => {}
            _ => return None,
        }
        at = above;
    }
    None
}

/// Names of calls that run a closure where blocking is allowed, for receivers and paths that do not resolve.
fn names_blocking(tree: &Tree, call: NodeId) -> bool {
    match tree.kind(call) {
        Kind::MethodCall => matches!(tree.name(call), Some("spawn_blocking" | "interact")),
        _ => matches!(
            tree.path_segments(call).as_slice(),
            [.., "spawn_blocking" | "block_in_place"]
                | [.., "thread", "spawn" | "scope"]
                | [.., "rayon", "spawn" | "scope" | "join"]
                | [.., "web", "block"]
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::AsyncContext;
    use crate::facts::looping::testing::alone;
    use crate::syntax::Kind;

    /// Each call of `f(..)` whose line ends in `//~ word` must run so.
    #[track_caller]
    fn check(text: &str) {
        let (codebase, file) = alone(text);
        let tree = codebase.tree(file);
        let mut n_seen = 0;
        for node in
            tree.subtree(tree.root()).filter(|at| tree.kind(*at) == Kind::Call && tree.text(*at) == "f()")
        {
            let line = tree.source().line_column(tree.span(node).start()).line as usize - 1;
            let line = tree.source().line_text(line);
            let Some((_, expected)) = line.split_once("//~ ") else { continue };
            let found = match codebase.async_context(file, node) {
                AsyncContext::Async => "async",
                AsyncContext::Sync => "sync",
                AsyncContext::Blocking(_) => "blocking",
            };
            assert_eq!(found, expected.trim(), "{line}");
            n_seen += 1;
        }
        assert_eq!(n_seen, text.matches("//~ ").count(), "each expectation has its call");
    }

    #[test]
    fn the_nearest_function_block_or_closure_decides() {
        check(
            "
async fn a() {
    f(); //~ async
    let g = || {
        f() //~ sync
    };
    let b = async {
        f() //~ async
    };
}
fn s() -> impl Future {
    f(); //~ sync
    async move {
        f(); //~ async
    }
}
async fn inner() {
    fn plain() {
        f(); //~ sync
    }
}
",
        );
    }

    #[test]
    fn adaptors_run_their_closure_on_the_spot_and_blocking_calls_do_not() {
        check(
            "
async fn a(x: Option<u8>) {
    x.map(|x| {
        f() //~ async
    });
    tokio::task::spawn_blocking(move || {
        f() //~ blocking
    });
    std::thread::spawn(|| {
        let y = x.map(|x| {
            f() //~ blocking
        });
    });
    tokio::task::spawn_blocking(|| async {
        f() //~ async
    });
    keep(Box::new(|| {
        f() //~ sync
    }));
}
",
        );
    }
}
