//! Queries that read many rows at once, in SQL and in query builders, with what bounds the number of rows. Streams are
//! no subjects: they are read row by row. Judges none of it.

mod builder;
mod statement;

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::Role;
use crate::engine::{FactValue, Subject, place};
use crate::facts::{CallSite, Codebase, FieldInfo, ItemIdx, ItemKind, SqlFact, Target, Ty};
use crate::syntax::{Kind, NodeId, Tree};

/// Callers that are followed up to a handler.
const MAX_DEPTH: u8 = 3;
/// Callers of one function that are looked at.
const MAX_CALLERS: usize = 50;
/// Wrappers such as `Result<Json<T>, E>` around an answer.
const ANSWER_DEPTH: u8 = 3;
/// Parts of names of fields that stand beside the items of a page.
const PAGING: [&str; 8] = ["total", "count", "next", "prev", "cursor", "more", "page", "limit"];

/// The analysis `rows`.
pub(super) struct Rows;

static SPEC: Spec = Spec {
    name: "rows",
    about: "queries whose rows are all read into memory, by SQL text or by query builder",
    params: &[
        ParamSpec {
            name: "limits",
            kind: ParamKind::Names,
            about: "methods of query builders that bound the rows",
            default: || ParamValue::names(&builder::LIMITS),
        },
        ParamSpec {
            name: "streams",
            kind: ParamKind::Names,
            about: "methods that give rows one by one, or in batches of a known size: no subjects",
            default: || ParamValue::names(&STREAMS),
        },
        ParamSpec {
            name: "tenants",
            kind: ParamKind::Names,
            about: "things whose rows are as many as a customer makes, in columns such as `tenant_id`",
            default: || ParamValue::names(&TENANTS),
        },
    ],
    facts: &[
        FactSpec {
            name: "bound",
            kind: FactKind::Symbols(&["limit", "unique", "list", "range", "aggregate", "system", "none"]),
            about: "what bounds the rows: a limit, a unique key, a list of keys, two ends of a range, an aggregate, a \
                    table of the database itself, or nothing; unknown where the statement is not all in sight, and \
                    where the rows belong to one thing and no list of an endpoint is made of them",
        },
        FactSpec {
            name: "read",
            kind: FactKind::Text,
            about: "the method that reads the rows; its place is that call",
        },
        FactSpec {
            name: "reached",
            kind: FactKind::Symbols(&["list", "endpoint", "other"]),
            about: "whether a handler of requests comes to it, and whether that gives back many items, by its name or \
                    return type",
        },
    ],
};

/// Methods that give rows one by one, or in batches of a known size.
const STREAMS: [&str; 12] = [
    "fetch",
    "fetch_many",
    "stream",
    "load_stream",
    "load_iter",
    "query_raw",
    "fetch_page",
    "next",
    "paginate",
    "query_map",
    "query_and_then",
    "cursor",
];

/// Things whose rows are as many as a customer makes, in columns such as `tenant_id`.
const TENANTS: [&str; 10] = [
    "tenant",
    "org",
    "organization",
    "organisation",
    "workspace",
    "account",
    "company",
    "customer",
    "client",
    "team",
];

/// What bounds the rows of a query.
enum Bound {
    Known(&'static str),
    /// An equality with the key of one other thing, in this column: its rows may be few, and are often meant whole.
    Owner(String),
    Unknown(String),
}

impl Bound {
    fn value(self, reached: Reached) -> FactValue {
        match self {
            Self::Known(symbol) => FactValue::Symbol(symbol),
            Self::Owner(_) if reached == Reached::List => FactValue::Symbol("none"),
            Self::Owner(column) => FactValue::Unknown(format!(
                "the rows belong to one `{column}`, and how many it may have the code does not tell"
            )),
            Self::Unknown(reason) => FactValue::Unknown(reason),
        }
    }
}

/// Whether a column, in lower case, holds the key of one other thing that is no tenant.
fn names_owner(column: &str, params: &Params) -> bool {
    let stem = column.strip_suffix("_id").or_else(|| column.strip_suffix("_uuid"));
    stem.is_some_and(|stem| {
        let stem = stem.trim_end_matches('_');
        !stem.is_empty() && !params.lists("tenants", stem)
    })
}

impl Analysis for Rows {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let Some(reads) = Role::named("db-read-many") else { return Vec::new() };
        let sites = codebase.calls(file).iter().filter(|site| site.roles.contains(reads));
        let mut found: Vec<Subject> =
            sites.filter_map(|site| subject(codebase, file, site, params)).collect();
        found.sort_by_key(|subject| subject.place.node);
        found.dedup_by_key(|subject| subject.place.node);
        found
    }
}

fn subject(codebase: &Codebase, file: FileIdx, site: &CallSite, params: &Params) -> Option<Subject> {
    let tree = codebase.tree(file);
    if params.lists("streams", &site.name) || tree.kind(site.node) == Kind::MacroCall {
        return None;
    }
    let chain = codebase.chain_to(file, site.node);
    let statement = codebase.sql_of(file, site.node).or_else(|| {
        let mut calls = chain.calls.iter().map(|call| call.place).chain([chain.start]);
        calls
            .find(|call| call.file == file && codebase.sql_of(file, call.node).is_some())
            .and_then(|call| codebase.sql_of(file, call.node))
    });
    let (node, bound) = match statement {
        Some(fact) => (fact.literal, statement::bound_of(codebase, fact, params)?),
        None => (site.node, builder::bound_of(codebase, file, site, &chain, params)?),
    };
    let span = match statement {
        Some(fact) => literal_span(tree, fact),
        None => tree.span(site.node),
    };
    let read = (file, place::method(tree, site.node));
    let from = reached_from(codebase, file, site.node, MAX_DEPTH);
    let reached = match from {
        Reached::List => "list",
        Reached::Endpoint => "endpoint",
        Reached::Other => "other",
    };
    let subject = Subject::new(file, node).narrowed(span).with("bound", bound.value(from));
    let subject = subject.with_at("read", FactValue::Text(site.name.to_string()), read);
    Some(subject.with_symbol("reached", reached))
}

fn literal_span(tree: &Tree, fact: &SqlFact) -> crate::base::Span {
    tree.span(fact.literal)
}

/// Whether an answer is, somewhere in `Result<Json<T>, E>`, a struct of the workspace whose one collection is its content.
fn holds_list(codebase: &Codebase, ty: &Ty, depth: u8) -> bool {
    let Ty::Named { to, args } = ty else { return false };
    let item = to.item.map(|item| codebase.item(item));
    if let Some((item, ItemKind::Type(info))) = item.map(|item| (item, &item.kind)) {
        let tree = codebase.tree(item.file);
        let of = |field: &FieldInfo| tree.text(field.ty).contains("Vec<");
        let is_paging = |field: &FieldInfo| PAGING.iter().any(|word| field.name.contains(word));
        let (lists, others): (Vec<_>, Vec<_>) = info.fields.iter().partition(|field| of(field));
        return lists.len() == 1 && others.into_iter().all(is_paging);
    }
    depth > 0 && args.iter().any(|arg| holds_list(codebase, arg, depth - 1))
}

/// What comes to a query.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reached {
    Other,
    Endpoint,
    /// An endpoint that answers with many items.
    List,
}

/// Whether a handler of requests holds `node` or comes to its function.
fn reached_from(codebase: &Codebase, file: FileIdx, node: NodeId, depth: u8) -> Reached {
    let Some(func) = codebase.enclosing_fn(file, node) else { return Reached::Other };
    let mut handlers =
        ["http-handler", "rpc-handler", "graphql-resolver"].into_iter().filter_map(Role::named);
    if handlers.any(|role| codebase.plays(func, role)) {
        return if gives_many(codebase, func) { Reached::List } else { Reached::Endpoint };
    }
    if depth == 0 {
        return Reached::Other;
    }
    let callers = codebase.calls_to(&codebase.item(func).path).iter().take(MAX_CALLERS);
    let callers = callers.filter(|call| codebase.is_examined(call.file, call.node)).filter(|call| {
        let site = codebase.call_at(call.file, call.node);
        site.is_some_and(|site| matches!(site.target, Target::Local(item) if item == func))
    });
    callers
        .map(|call| reached_from(codebase, call.file, call.node, depth - 1))
        .max()
        .unwrap_or(Reached::Other)
}

/// Whether a handler's name or return type says that it answers with many items.
fn gives_many(codebase: &Codebase, func: ItemIdx) -> bool {
    let item = codebase.item(func);
    let ItemKind::Fn(info) = &item.kind else { return false };
    let ret = info.ret.map_or("", |ret| codebase.tree(item.file).text(ret));
    let answer = info.ret.map_or(Ty::Unknown, |ret| codebase.ty(item.file, ret));
    let is_list = Role::named("list-endpoint").is_some_and(|role| codebase.plays(func, role));
    is_list
        || ["list", "search", "index", "export"]
            .iter()
            .any(|word| item.name.split('_').any(|part| part == *word))
        || ["get_all", "read_all", "fetch_all", "load_all", "find_all"]
            .iter()
            .any(|word| item.name.starts_with(word))
        || holds_list(codebase, &answer, ANSWER_DEPTH)
        || ["Vec<", "List", "Page", "HashMap<", "BTreeMap<"].iter().any(|word| ret.contains(word))
}
