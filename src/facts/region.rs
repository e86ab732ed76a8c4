//! Regions of code in which something holds: an open database transaction. Judges nothing that happens there.

use crate::base::FileIdx;
use crate::catalog::{Grade, Role};
use crate::facts::{Codebase, Target, Ty, looping};
use crate::syntax::{Field, Kind, NodeId, Tree};
use std::sync::Arc;

/// Code that runs inside a database transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// What opens it: the `begin` call, the call that takes the closure, or the parameter that brings it.
    pub begin: NodeId,
    /// The block, closure or function body in which it is open.
    pub scope: NodeId,
    /// First node inside.
    pub first: NodeId,
    /// One past the last node inside.
    pub past: NodeId,
    /// The pattern or parameter that binds the transaction.
    pub executor: Option<NodeId>,
    /// The name of that binding.
    pub name: Arc<str>,
    /// Calls that end it: commit, rollback, drop.
    pub ends: Vec<NodeId>,
    /// How sure it is.
    pub grade: Grade,
    /// What decided, for people.
    pub evidence: Arc<str>,
}

impl Codebase {
    /// The transactions that are opened or taken in a file, in node order.
    #[must_use]
    pub fn transactions(&self, file: FileIdx) -> &[Region] {
        self.shapes.get(file.index()).map_or(&[], |shapes| &shapes.regions)
    }

    /// The innermost transaction that is open at `node`.
    #[must_use]
    pub fn transaction(&self, file: FileIdx, node: NodeId) -> Option<&Region> {
        let tree = self.tree(file);
        self.transactions(file).iter().rev().find(|region| region.is_open_at(tree, node))
    }
}

impl Region {
    /// Whether the transaction is open at `node`.
    #[must_use]
    pub fn is_open_at(&self, tree: &Tree, node: NodeId) -> bool {
        if node < self.first || node >= self.past {
            return false;
        }
        // What follows a commit in the commit's own block is outside.
        self.ends.iter().filter(|end| **end < node).all(|end| !is_behind(tree, node, *end))
    }
}

/// Whether `node` stands behind the statement of `end` in the same block, or in what follows there.
fn is_behind(tree: &Tree, node: NodeId, end: NodeId) -> bool {
    let Some(block) = tree.ancestors(end).find(|at| matches!(tree.kind(*at), Kind::Block | Kind::AsyncBlock))
    else {
        return false;
    };
    if !tree.is_within(node, block) {
        return false;
    }
    let statement_of = |of: NodeId| tree.children(block).find(|child| tree.is_within(of, *child));
    statement_of(node) > statement_of(end)
}

/// The transactions of a file, in node order.
#[must_use]
pub(super) fn regions_of(codebase: &Codebase, file: FileIdx) -> Vec<Region> {
    let finder = Finder { codebase, file, tree: codebase.tree(file), begin: Role::named("tx-begin") };
    let mut found: Vec<Region> = Vec::new();
    for node in finder.tree.subtree(finder.tree.root()) {
        let region = match finder.tree.kind(node) {
            Kind::LetStmt | Kind::LetCond | Kind::Arm => finder.bound(node),
            Kind::Closure => finder.closure(node),
            Kind::Param => finder.param(node),
            _ => None,
        };
        found.extend(region);
    }
    found.sort_by_key(|region| region.begin);
    found
}

/// Last segments of paths of types that are an open transaction.
const TRANSACTION_TYPES: [&str; 9] = [
    "Transaction",
    "DbOp",
    "DbOpWithTime",
    "AtomicOperation",
    "DatabaseTransaction",
    "PgTransaction",
    "OpWithTime",
    "SqliteTransaction",
    "MySqlTransaction",
];

/// Crates whose `Transaction` is one of a database.
const DATABASE_CRATES: [&str; 16] = [
    "sqlx",
    "sqlx_core",
    "sea_orm",
    "tokio_postgres",
    "postgres",
    "deadpool_postgres",
    "rusqlite",
    "diesel",
    "diesel_async",
    "mysql_async",
    "mysql",
    "libsql",
    "tiberius",
    "worker",
    "welds",
    "bb8_postgres",
];

struct Finder<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
    /// The role of calls that begin a transaction.
    begin: Option<Role>,
}

impl Finder<'_> {
    /// `let tx = pool.begin().await?`, also from a helper that gives back an open transaction.
    fn bound(&self, node: NodeId) -> Option<Region> {
        let tree = self.tree;
        let pattern = tree.child(node, Field::Pat)?;
        let holder = tree.parent(node)?;
        // Where the names are in scope, and from where on.
        let (init, scope, start) = match tree.kind(node) {
            Kind::Arm => (tree.child(holder, Field::Init)?, tree.child(node, Field::Body)?, None),
            Kind::LetCond => {
                let branch =
                    tree.ancestors(node).find(|at| matches!(tree.kind(*at), Kind::If | Kind::While))?;
                let then = tree.child(branch, Field::Then).or_else(|| tree.child(branch, Field::Body))?;
                (tree.child(node, Field::Init)?, then, None)
            }
            _ => (tree.child(node, Field::Init)?, holder, Some(node)),
        };
        let begin = looping::operation_of(tree, init);
        let (executor, grade, evidence) =
            self.begun(pattern, begin).or_else(|| self.given(pattern, begin))?;
        let name: Arc<str> = tree.name(executor)?.into();
        let (first, past) = (start.map_or(scope, |start| tree.past(start)), tree.past(scope));
        let ends = self.ends(scope, start.unwrap_or(scope), &name);
        Some(Region { begin, scope, first, past, executor: Some(executor), name, ends, grade, evidence })
    }

    /// A call that begins a transaction, bound to a plain name.
    fn begun(&self, pattern: NodeId, call: NodeId) -> Option<(NodeId, Grade, Arc<str>)> {
        let executor = plain_name(self.tree, pattern)?;
        let site = self.codebase.call_at(self.file, call);
        if let (Some(site), Some(begin)) = (site, self.begin)
            && site.roles.contains(begin)
        {
            return Some((executor, Grade::High, "bound to what begins a transaction".into()));
        }
        // Where the receiver's type is unknown, the name of the call and of the variable must say the same.
        let is_unknown = site.is_none_or(|site| matches!(site.target, Target::Unknown));
        let call_says = matches!(
            (self.tree.kind(call), self.tree.name(call)),
            (
                Kind::MethodCall,
                Some("begin" | "begin_op" | "begin_transaction" | "transaction" | "begin_with")
            )
        );
        if !is_unknown || !call_says {
            return None;
        }
        let name = self.tree.name(executor)?.to_ascii_lowercase();
        let name_says =
            matches!(&*name, "tx" | "txn" | "trx" | "transaction" | "db_tx" | "op" | "db_op" | "db" | "dbtx");
        name_says.then(|| (executor, Grade::Medium, "named as a transaction and begun by name".into()))
    }

    /// What a helper gave back, whose type, or a part of it, is a transaction.
    fn given(&self, pattern: NodeId, source: NodeId) -> Option<(NodeId, Grade, Arc<str>)> {
        let tree = self.tree;
        let text: Arc<str> = match self.codebase.call_at(self.file, source).map(|site| &site.target) {
            Some(Target::Local(item)) => {
                format!("`{}` gives back an open transaction", self.codebase.item(*item).name).into()
            }
            Some(Target::External(_) | Target::Unknown) => return None,
            None if tree.variable(source).is_some() => "its type is an open transaction".into(),
            None => return None,
        };
        let names = tree.subtree(pattern).filter(|at| tree.kind(*at) == Kind::PatIdent);
        let is_open = |at: &NodeId| {
            let binding = self.codebase.binding(self.file, *at);
            binding.is_some_and(|binding| {
                brings_transaction(self.codebase, &self.codebase.type_of_binding(self.file, &binding))
            })
        };
        names.take(16).find(is_open).map(|executor| (executor, Grade::High, text))
    }

    /// `conn.transaction(|tx| ..)`.
    fn closure(&self, closure: NodeId) -> Option<Region> {
        let tree = self.tree;
        let call = tree.parent(closure)?;
        let is_call = matches!(tree.kind(call), Kind::Call | Kind::MethodCall);
        let mut closures = tree.children_in(call, Field::Arg).filter(|arg| tree.kind(*arg) == Kind::Closure);
        if !is_call || closures.next() != Some(closure) {
            return None;
        }
        let begin = self.begin?;
        let site = self.codebase.call_at(self.file, call);
        let is_begin = site.is_some_and(|site| site.roles.contains(begin));
        let is_named = tree.kind(call) == Kind::MethodCall
            && matches!(
                tree.name(call),
                Some("transaction" | "run_in_transaction" | "with_transaction" | "build_transaction")
            )
            && site.is_none_or(|site| matches!(site.target, Target::Unknown | Target::Local(_)));
        if !is_begin && !is_named {
            return None;
        }
        let param = tree.children_in(closure, Field::Param).next();
        let executor =
            param.and_then(|param| tree.child(param, Field::Pat)).and_then(|at| plain_name(tree, at));
        let body = tree.child(closure, Field::Body)?;
        let name: Arc<str> = executor.and_then(|at| tree.name(at)).unwrap_or("").into();
        let (grade, evidence) = if is_begin {
            (Grade::High, "the closure of a call that runs it in a transaction")
        } else {
            (Grade::Medium, "the closure of a call named as a transaction")
        };
        Some(Region {
            begin: call,
            scope: closure,
            first: body,
            past: tree.past(closure),
            executor,
            name,
            ends: Vec::new(),
            grade,
            evidence: evidence.into(),
        })
    }

    /// A parameter that is an open transaction.
    fn param(&self, param: NodeId) -> Option<Region> {
        let tree = self.tree;
        let ty = tree.child(param, Field::Type)?;
        let func = tree.parent(param).filter(|at| tree.kind(*at) == Kind::Fn)?;
        let body = tree.child(func, Field::Body)?;
        let text = tree.text(ty);
        if !is_likely(text) || !(is_transaction(&self.codebase.ty(self.file, ty)) || names_transaction(text))
        {
            return None;
        }
        let executor = plain_name(tree, tree.child(param, Field::Pat)?)?;
        let name: Arc<str> = tree.name(executor)?.into();
        let ends = self.ends(body, body, &name);
        Some(Region {
            begin: param,
            scope: func,
            first: body,
            past: tree.past(body),
            executor: Some(executor),
            name,
            ends,
            grade: Grade::High,
            evidence: "the parameter is an open transaction".into(),
        })
    }

    /// Commits, rollbacks and drops of `name` in `scope` behind `start`, and calls that take it by value.
    fn ends(&self, scope: NodeId, start: NodeId, name: &str) -> Vec<NodeId> {
        let tree = self.tree;
        // A struct that owns a transaction ends it through its field.
        let owner = |at: NodeId| {
            let inward = |node: &NodeId| {
                (tree.kind(*node) == Kind::FieldAccess).then(|| tree.child(*node, Field::Base)).flatten()
            };
            std::iter::successors(Some(at), inward).last()
        };
        let is_name = |at: NodeId| owner(at).is_some_and(|at| tree.variable(at) == Some(name));
        let is_end = |at: &NodeId| match tree.kind(*at) {
            Kind::MethodCall => {
                matches!(tree.name(*at), Some("commit" | "rollback" | "into_inner" | "abort"))
                    && tree.child(*at, Field::Receiver).is_some_and(is_name)
                    || self.takes_by_value(*at, name)
            }
            Kind::Call => self.takes_by_value(*at, name),
            _ => false,
        };
        tree.descendants(scope).filter(|at| *at > start).filter(is_end).collect()
    }

    /// Whether a call is given the transaction itself, not a reference: it is over, or the callee's.
    fn takes_by_value(&self, call: NodeId, name: &str) -> bool {
        let tree = self.tree;
        let by_value = tree.children_in(call, Field::Arg).any(|arg| tree.variable(arg) == Some(name));
        // A parameter `tx: &mut Transaction` is passed on as a reference without saying so.
        by_value && self.is_owned(call, name)
    }

    /// Whether `name` at `at` stands for an owned value, as its declaration says.
    fn is_owned(&self, at: NodeId, name: &str) -> bool {
        let tree = self.tree;
        let use_node = tree.descendants(at).find(|node| tree.variable(*node) == Some(name));
        let binding = use_node.and_then(|node| self.codebase.binding(self.file, node));
        binding.is_some_and(|binding| match binding.type_node(tree) {
            Some(ty) => tree.kind(ty) != Kind::TypeRef,
            None => true,
        })
    }
}

/// The identifier of a pattern that binds one name.
fn plain_name(tree: &Tree, pattern: NodeId) -> Option<NodeId> {
    match tree.kind(pattern) {
        Kind::PatIdent => Some(pattern),
        Kind::PatType => plain_name(tree, tree.child(pattern, Field::Pat)?),
        _ => None,
    }
}

/// Whether a type is an open transaction, or a struct of the workspace that owns one.
fn brings_transaction(codebase: &Codebase, ty: &Ty) -> bool {
    if is_transaction(ty) {
        return true;
    }
    let (Some(info), Some(item)) = (codebase.type_info(ty), ty.item()) else { return false };
    let file = codebase.item(item).file;
    info.fields.iter().any(|field| {
        let text = codebase.tree(file).text(field.ty);
        !text.starts_with('&') && is_likely(text) && is_transaction(&codebase.ty(file, field.ty))
    })
}

/// A cheap look at a type as written, before its meaning is asked for.
fn is_likely(text: &str) -> bool {
    ["ransaction", "Op", "Tx"].iter().any(|word| text.contains(word))
}

/// Whether a type is an open transaction. Other systems have a type called `Transaction` as well: that name counts only
/// for crates of databases and for the workspace's own types that wrap one.
fn is_transaction(ty: &Ty) -> bool {
    let is_named = |path: &str| {
        let krate = path.split("::").next().unwrap_or("");
        let last = path.rsplit("::").next().unwrap_or("");
        TRANSACTION_TYPES.contains(&last) && (last != "Transaction" || DATABASE_CRATES.contains(&krate))
    };
    match ty {
        Ty::Named { to, .. } => is_named(&to.path),
        Ty::Bounded(bounds) => bounds.iter().any(|(path, _)| is_named(path)),
        Ty::Tuple(_) | Ty::Slice(_) | Ty::Unknown => false,
    }
}

/// Whether a type as written names a transaction, for types that do not resolve.
fn names_transaction(text: &str) -> bool {
    let head = text.split('<').next().unwrap_or(text).trim_start_matches(['&', ' ']);
    let last = head.rsplit([':', ' ']).next().unwrap_or("");
    TRANSACTION_TYPES.contains(&last) && last != "Transaction"
}

#[cfg(test)]
mod tests {
    use crate::base::FileIdx;
    use crate::facts::testing::of_text;
    use crate::syntax::Kind;

    /// Each call on a line that ends in `//~ open` or `//~ closed` must be inside, or outside, of a transaction.
    #[track_caller]
    fn check(text: &str) {
        let codebase = of_text(text);
        let file = FileIdx(0);
        let tree = codebase.tree(file);
        let mut n_seen = 0;
        for node in tree.subtree(tree.root()) {
            let is_probe = tree.kind(node) == Kind::Call && tree.path_segments(node).last() == Some(&"probe");
            if !is_probe {
                continue;
            }
            let line = tree.source().line_column(tree.span(node).start()).line as usize - 1;
            let line = tree.source().line_text(line);
            let Some((_, expected)) = line.split_once("//~ ") else { continue };
            let found = if codebase.transaction(file, node).is_some() { "open" } else { "closed" };
            assert_eq!(found, expected.trim(), "{line}\n{:#?}", codebase.transactions(file));
            n_seen += 1;
        }
        assert_eq!(n_seen, text.matches("//~ ").count(), "each expectation has its call");
    }

    #[test]
    fn a_transaction_is_open_from_begin_to_commit() {
        check(
            "
async fn a(pool: &sqlx::PgPool) -> Result<(), sqlx::Error> {
    probe(); //~ closed
    let mut tx = pool.begin().await?;
    probe(&mut tx); //~ open
    if x {
        probe(); //~ open
        tx.rollback().await?;
        probe(); //~ closed
        return Ok(());
    }
    probe(); //~ open
    tx.commit().await?;
    probe(); //~ closed
    Ok(())
}
",
        );
    }

    #[test]
    fn closures_and_parameters_bring_a_transaction() {
        check(
            "
use sqlx::{Postgres, Transaction};
async fn a(conn: &C) {
    conn.transaction(|tx| async move {
        probe(); //~ open
    }).await;
    probe(); //~ closed
}
async fn b(tx: &mut Transaction<'_, Postgres>) {
    probe(tx); //~ open
    probe(); //~ open
}
async fn c(op: &mut impl es_entity::AtomicOperation) {
    probe(); //~ open
}
async fn other(transaction: solana_sdk::transaction::Transaction) {
    probe(); //~ closed
}
async fn d(tx: mpsc::Sender<u8>) {
    probe(); //~ closed
}
",
        );
    }

    #[test]
    fn a_helper_gives_back_an_open_transaction() {
        check(
            "
use sqlx::{PgPool, Postgres, Transaction};
type Tx = Transaction<'static, Postgres>;
async fn dequeue(pool: &PgPool) -> Result<Option<(Tx, u8)>, E> {
    let tx = pool.begin().await?;
    Ok(Some((tx, 1)))
}
async fn work(pool: &PgPool) -> Result<(), E> {
    let task = dequeue(pool).await?;
    if let Some((tx, _)) = task {
        probe(); //~ open
    }
    probe(); //~ closed
    let (tx, id) = dequeue(pool).await?.unwrap();
    probe(); //~ open
    finish(tx).await?;
    probe(); //~ closed
    Ok(())
}
",
        );
    }

    #[test]
    fn a_struct_that_owns_a_transaction_brings_it() {
        check(
            "
use sqlx::{PgPool, Postgres, Transaction};
struct Serializable(Transaction<'static, Postgres>);
struct Rows<'a> { tx: &'a mut Transaction<'static, Postgres> }
async fn start(pool: &PgPool) -> Result<Serializable, E> {
    Ok(Serializable(pool.begin().await?))
}
async fn finish(tx: Serializable) {}
fn rows<'a>(tx: &'a mut Serializable) -> Rows<'a> {
    Rows { tx: &mut tx.0 }
}
async fn work(pool: &PgPool) -> Result<(), E> {
    let mut tx = start(pool).await?;
    probe(); //~ open
    let rows = rows(&mut tx);
    probe(); //~ open
    finish(tx).await;
    probe(); //~ closed
    Ok(())
}
async fn inside(pool: &PgPool) -> Result<(), E> {
    let mut tx = start(pool).await?;
    probe(); //~ open
    tx.0.commit().await?;
    probe(); //~ closed
    Ok(())
}
",
        );
    }

    #[test]
    fn a_sender_named_tx_is_no_transaction() {
        check(
            "
async fn a() {
    let (tx, rx) = tokio::sync::mpsc::channel::<u8>(1);
    probe(); //~ closed
    let tx = start();
    probe(); //~ closed
}
",
        );
    }
}
