//! Streams of rows, pages and objects that are collected whole. Tells where they come from and what bounds them.
//! Judges none of it.

mod document;

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::RoleSet;
use crate::engine::{FactValue, Subject, place};
use crate::facts::{Chain, ChainCall, Codebase, Comparison, Place, SqlFact};
use crate::syntax::{Field, Kind, NodeId};

/// The analysis `collect`.
pub(super) struct Collect;

/// Methods that give a stream or cursor of rows, where a row of the catalogue says that they read many.
const ROW_STREAMS: [&str; 12] = [
    "fetch",
    "fetch_many",
    "stream",
    "load_stream",
    "query_raw",
    "query_iter",
    "execute_iter",
    "find",
    "aggregate",
    "scan",
    "scan_match",
    "query_stream",
];

static SPEC: Spec = Spec {
    name: "collect",
    about: "streams of rows, pages and objects that are collected into memory",
    params: &[
        ParamSpec {
            name: "streams",
            kind: ParamKind::Names,
            about: "methods that give a stream or cursor of rows, where the catalogue says that they read many",
            default: || ParamValue::names(&ROW_STREAMS),
        },
        ParamSpec {
            name: "limits",
            kind: ParamKind::Names,
            about: "methods of streams and query builders that bound how much comes",
            default: || ParamValue::names(&["take", "limit", "chunks", "try_chunks", "ready_chunks"]),
        },
    ],
    facts: &[
        FactSpec {
            name: "source",
            kind: FactKind::Symbols(&["rows", "pages", "objects"]),
            about: "rows of a database, pages of a paginator, or the entries of an object store; its place is the call \
                    that makes the stream",
        },
        FactSpec {
            name: "bounded",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether a `LIMIT`, a unique key, a list of keys or `take(n)` bounds it; unknown where the query or \
                    its options are not whole",
        },
        FactSpec {
            name: "owner",
            kind: FactKind::Symbols(&["one", "all"]),
            about: "whether the filter of an unbounded query picks what belongs to one key that is given",
        },
    ],
};

impl Analysis for Collect {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let mut nodes: Vec<NodeId> = ["collect", "try_collect", "concat", "try_concat"]
            .into_iter()
            .flat_map(|name| codebase.calls_named(name))
            .filter(|place| place.file == file && codebase.tree(file).kind(place.node) == Kind::MethodCall)
            .map(|place| place.node)
            .collect();
        nodes.sort();
        nodes.into_iter().filter_map(|node| subject(codebase, file, node, params)).collect()
    }
}

fn subject(codebase: &Codebase, file: FileIdx, node: NodeId, params: &Params) -> Option<Subject> {
    let tree = codebase.tree(file);
    let receiver = tree.child(node, Field::Receiver)?;
    let chain = codebase.chain_to(file, receiver);
    let (source, made) = source_of(codebase, &chain, params)?;
    let span = place::method(codebase.tree(made.file), made.node);
    let subject = Subject::new(file, node).narrowed(place::method(tree, node)).with_at(
        "source",
        FactValue::Symbol(source),
        (made.file, span),
    );
    Some(match bound_of(codebase, &chain, made, params) {
        Bound::Yes => subject.with_symbol("bounded", "yes"),
        Bound::No => subject.with_symbol("bounded", "no").with_symbol("owner", "all"),
        Bound::Owner => subject.with_symbol("bounded", "no").with_symbol("owner", "one"),
        Bound::Unknown(reason) => subject.with("bounded", FactValue::Unknown(reason.to_owned())),
    })
}

/// The call of the chain that makes the stream, and what the stream holds.
fn source_of(codebase: &Codebase, chain: &Chain, params: &Params) -> Option<(&'static str, Place)> {
    let mut source = None;
    for call in &chain.calls {
        let site = codebase.call_at(call.place.file, call.place.node);
        let plays = |names: &[&str]| site.is_some_and(|site| site.roles.meets(RoleSet::named(names)));
        let name = &*call.name;
        if name == "into_paginator" {
            source = Some(("pages", call.place));
        } else if params.lists("streams", name) && plays(&["db-read-many"]) {
            source = Some(("rows", call.place));
        } else if matches!(name, "list" | "list_with_offset") && plays(&["blob-read"]) {
            source = Some(("objects", call.place));
        } else if gathers(name) {
            // What comes after is a collection, no stream.
            source = None;
        }
    }
    source
}

/// Whether a method ends a stream, so that what follows works on a value in memory.
fn gathers(name: &str) -> bool {
    matches!(name, "collect" | "try_collect" | "next" | "try_next" | "fold" | "fetch_all" | "get_next_page")
}

enum Bound {
    Yes,
    No,
    /// As many as belong to one key.
    Owner,
    Unknown(&'static str),
}

fn bound_of(codebase: &Codebase, chain: &Chain, made: Place, params: &Params) -> Bound {
    let limit = RoleSet::named(&["limit-rows"]);
    let cuts = chain.calls.iter().any(|call| {
        let site = codebase.call_at(call.place.file, call.place.node);
        params.lists("limits", &call.name)
            || site.is_some_and(|site| site.roles.meets(limit) && &*call.name != "max_keys")
    });
    if cuts || chain.calls.iter().any(|call| has_limit_option(codebase, call.place)) {
        return Bound::Yes;
    }
    if chain.calls.iter().any(|call| has_foreign_options(codebase, call.place)) {
        return Bound::Unknown("the options of the query are the caller's");
    }
    if let Some(bound) = document::bound_of(codebase, made) {
        return bound;
    }
    if let Some(bound) = builder_bound(codebase, chain) {
        return bound;
    }
    let calls = std::iter::once(chain.start).chain(chain.calls.iter().map(|call| call.place));
    let statements: Vec<&SqlFact> =
        calls.chain([made]).filter_map(|place| codebase.sql_of(place.file, place.node)).collect();
    let is_bounded = |fact: &&SqlFact| {
        fact.has_limit
            || fact.is_single_row
            || codebase.picks_one_row(fact)
            || fact.filters.iter().any(|filter| {
                filter.is_certain && filter.comparison == Comparison::AnyOf && is_key(&filter.column)
            })
    };
    let is_owned = |fact: &&SqlFact| {
        fact.filters.iter().any(|filter| {
            filter.is_certain && filter.comparison == Comparison::Equal && is_key(&filter.column)
        })
    };
    if statements.iter().any(is_bounded) {
        Bound::Yes
    } else if statements.iter().any(|fact| !fact.is_whole) {
        Bound::Unknown("the SQL text is not whole")
    } else if statements.iter().any(is_owned) {
        Bound::Owner
    } else {
        Bound::No
    }
}

/// What the calls of a query builder say: a group of each kind, the rows of one key that is given.
fn builder_bound(codebase: &Codebase, chain: &Chain) -> Option<Bound> {
    let is_owned = |call: &ChainCall| {
        let tree = codebase.tree(call.place.file);
        let filter =
            tree.child(call.place.node, Field::Arg).filter(|_| matches!(&*call.name, "filter" | "find"));
        filter.is_some_and(|filter| {
            tree.subtree(filter).any(|at| {
                let column = tree.child(at, Field::Receiver).filter(|_| tree.name(at) == Some("eq"));
                column
                    .is_some_and(|column| tree.path_segments(column).last().is_some_and(|name| is_key(name)))
            })
        })
    };
    if chain.calls.iter().any(|call| &*call.name == "group_by") {
        return Some(Bound::Unknown("how many groups there are is not in sight"));
    }
    chain.calls.iter().any(is_owned).then_some(Bound::Owner)
}

/// `with_options(FindOptions::builder().limit(50).build())`
fn has_limit_option(codebase: &Codebase, call: Place) -> bool {
    let tree = codebase.tree(call.file);
    let options =
        tree.children_in(call.node, Field::Arg).filter(|_| tree.name(call.node) == Some("with_options"));
    options
        .flat_map(|options| tree.subtree(options))
        .any(|at| tree.kind(at) == Kind::MethodCall && tree.name(at) == Some("limit"))
}

/// `with_options(options)` of a parameter.
fn has_foreign_options(codebase: &Codebase, call: Place) -> bool {
    let tree = codebase.tree(call.file);
    let options = tree.child(call.node, Field::Arg).filter(|_| tree.name(call.node) == Some("with_options"));
    options
        .and_then(|options| codebase.binding(call.file, options))
        .is_some_and(|binding| binding.is_param(tree))
}

/// Whether a list of values of that column is a list of rows; `kind IN ('a', 'b')` bounds nothing.
fn is_key(column: &str) -> bool {
    matches!(column, "id" | "uuid" | "key") || column.ends_with("_id") || column.ends_with("_key")
}
