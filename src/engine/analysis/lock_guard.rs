//! Guards that hold something as long as they live, such as a lock, and the awaits that they live through. Judges none.

#[cfg(test)]
mod tests;

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::{Role, RoleSet};
use crate::engine::{FactValue, Subject, place};
use crate::facts::flow::{self, Ends};
use crate::facts::{Binding, Codebase, Target};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// The analysis `lock-guard`.
pub(super) struct LockGuard;

static SPEC: Spec = Spec {
    name: "lock-guard",
    about: "guards that are bound by a `let` or live through the body of an `if let`, `match` or loop",
    params: &[
        ParamSpec {
            name: "roles",
            kind: ParamKind::Names,
            about: "roles of the calls that give a guard; default: lock-std",
            default: || ParamValue::names(&["lock-std"]),
        },
        ParamSpec {
            name: "types",
            kind: ParamKind::Names,
            about: "last segments of the types of guards that workspace functions give back; default: MutexGuard \
                    RwLockReadGuard RwLockWriteGuard of `std` and `parking_lot`",
            default: || ParamValue::names(&["MutexGuard", "RwLockReadGuard", "RwLockWriteGuard"]),
        },
        ParamSpec {
            name: "crates",
            kind: ParamKind::Names,
            about: "crates of those types; default: std parking_lot lock_api",
            default: || ParamValue::names(&["std", "parking_lot", "lock_api"]),
        },
    ],
    facts: &[
        FactSpec {
            name: "awaits",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether the function awaits while the guard lives; its place is the first such await; unknown where \
                    the guard is given away or dropped on some ways only",
        },
        FactSpec {
            name: "form",
            kind: FactKind::Symbols(&["variable", "temporary"]),
            about: "whether a variable holds the guard, or a value that lives as long as the `if let`, `match` or loop \
                    that looks at it",
        },
    ],
};

impl Analysis for LockGuard {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let roles = params.names("roles").iter().filter_map(|name| Role::named(name)).collect();
        let finder = Finder { codebase, file, tree: codebase.tree(file), params, roles };
        let tree = finder.tree;
        let is_async = tree.subtree(tree.root()).any(|node| waits(tree, node));
        if !is_async {
            return Vec::new();
        }
        let holders = tree.subtree(tree.root()).filter(|node| {
            matches!(tree.kind(*node), Kind::LetStmt | Kind::LetCond | Kind::Match | Kind::ForLoop)
        });
        holders.filter_map(|holder| finder.held_by(holder)).collect()
    }
}

/// Whether `node` is a place at which an async function may be put aside.
fn waits(tree: &Tree, node: NodeId) -> bool {
    match tree.kind(node) {
        Kind::Await => true,
        Kind::MacroCall => {
            matches!(tree.path_segments(node).last(), Some(&("select" | "join" | "try_join")))
        }
        _ => false,
    }
}

struct Finder<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
    params: &'c Params,
    roles: RoleSet,
}

impl Finder<'_> {
    /// The guard of a `let`, of the value that a condition or `match` looks at, or of what a loop goes through.
    fn held_by(&self, holder: NodeId) -> Option<Subject> {
        let tree = self.tree;
        let init = tree.child(holder, Field::Init)?;
        if tree.kind(holder) == Kind::LetStmt {
            let binding = self.bound_guard(holder, init)?;
            let subject = Subject::new(self.file, holder).narrowed(tree.span(holder));
            return Some(self.tell(subject.with_symbol("form", "variable"), self.first_wait(&binding)));
        }
        if let Some(binding) = self.bound_guard(holder, init).filter(|_| tree.kind(holder) == Kind::LetCond) {
            let subject = Subject::new(self.file, holder).narrowed(tree.span(holder));
            return Some(self.tell(subject.with_symbol("form", "variable"), self.first_wait(&binding)));
        }
        let lock = self.lock_in(init)?;
        let body = match tree.kind(holder) {
            Kind::ForLoop => tree.child(holder, Field::Body)?,
            Kind::LetCond => {
                let branch =
                    tree.ancestors(holder).find(|at| matches!(tree.kind(*at), Kind::If | Kind::While))?;
                tree.child(branch, Field::Then).or_else(|| tree.child(branch, Field::Body))?
            }
            _ => holder,
        };
        let is_inside = |node: &NodeId| !tree.is_within(*node, init);
        let wait = flow::own_nodes(tree, body).filter(is_inside).find(|node| waits(tree, *node));
        let wait = wait.map_or(Wait::No, Wait::Yes);
        let subject = Subject::new(self.file, lock).narrowed(tree.span(init));
        Some(self.tell(subject.with_symbol("form", "temporary"), wait))
    }

    fn tell(&self, subject: Subject, wait: Wait) -> Subject {
        match wait {
            Wait::Yes(at) => {
                let shown = (self.file, place::trimmed(self.tree, self.tree.span(at)));
                subject.with_at("awaits", FactValue::Symbol("yes"), shown)
            }
            Wait::No => subject.with_symbol("awaits", "no"),
            Wait::Unknown(reason) => subject.with("awaits", FactValue::Unknown(reason)),
        }
    }

    /// The variable of a `let` that holds a guard, and not what is made of it.
    fn bound_guard(&self, holder: NodeId, init: NodeId) -> Option<Binding> {
        let tree = self.tree;
        let lock = self.guard_of(init)?;
        let pattern = tree.child(holder, Field::Pat)?;
        let ident =
            tree.subtree(pattern).find(|at| tree.kind(*at) == Kind::PatIdent && tree.text(*at) != "None")?;
        // `let Guard { field } = ..` takes the guard apart.
        let is_plain =
            tree.subtree(pattern).all(|at| !matches!(tree.kind(at), Kind::PatStruct | Kind::PatTuple));
        let binding = self.codebase.binding(self.file, ident)?;
        (is_plain && lock >= init).then_some(binding)
    }

    /// The call that gives the guard, where `expr` is the guard itself.
    fn guard_of(&self, expr: NodeId) -> Option<NodeId> {
        let tree = self.tree;
        let mut at = expr;
        loop {
            at = match tree.kind(at) {
                Kind::Try => tree.child(at, Field::Expr)?,
                Kind::MethodCall if self.is_lock(at) => return Some(at),
                Kind::MethodCall if tree.name(at).is_some_and(keeps_guard) => {
                    tree.child(at, Field::Receiver)?
                }
                Kind::Call if self.is_lock(at) => return Some(at),
                _ => return None,
            };
        }
    }

    /// A guard that is part of `expr` and lives until its statement ends.
    fn lock_in(&self, expr: NodeId) -> Option<NodeId> {
        let tree = self.tree;
        let is_apart = |at: NodeId| matches!(tree.kind(at), Kind::Block | Kind::UnsafeBlock);
        let is_open = |node: &NodeId| {
            let mut above = tree.ancestors(*node).take_while(|at| *at >= expr);
            !above.any(is_apart) && !is_apart(expr)
        };
        flow::own_nodes(tree, expr)
            .filter(|node| matches!(tree.kind(*node), Kind::Call | Kind::MethodCall))
            .filter(is_open)
            .find(|node| self.is_lock(*node))
    }

    /// Whether a call gives a guard: by its role, or by the type that a function of the workspace gives back.
    fn is_lock(&self, call: NodeId) -> bool {
        let tree = self.tree;
        let is_awaited = tree.parent(call).is_some_and(|parent| tree.kind(parent) == Kind::Await);
        if is_awaited {
            return false;
        }
        let site = self.codebase.call_at(self.file, call);
        if site.is_some_and(|site| site.roles.meets(self.roles)) {
            return true;
        }
        // A clone of what is behind a guard has the guard's type by hint, so only own functions count by type.
        if !site.is_some_and(|site| matches!(site.target, Target::Local(_))) {
            return false;
        }
        let ty = self.codebase.type_of(self.file, call);
        ty.path().is_some_and(|path| {
            let (krate, _) = path.split_once("::").unwrap_or((path, ""));
            let name = path.rsplit("::").next().unwrap_or(path);
            self.params.lists("crates", krate) && self.params.lists("types", name)
        })
    }

    /// The first wait through which the variable lives.
    fn first_wait(&self, guard: &Binding) -> Wait {
        let tree = self.tree;
        let Some(block) = tree.parent(guard.owner) else { return Wait::No };
        let inside = flow::own_nodes(tree, block).filter(|node| *node >= guard.from && *node < guard.until);
        let waiting: Vec<NodeId> = inside.filter(|node| waits(tree, *node)).collect();
        if waiting.is_empty() {
            return Wait::No;
        }
        let ends: Vec<NodeId> =
            self.codebase.uses_of(self.file, guard).filter(|used| self.gives_away(*used)).collect();
        let mut doubt = None;
        for at in waiting {
            let mut before = ends.iter().copied().filter(|end| *end < at).peekable();
            if before.peek().is_none() {
                return Wait::Yes(at);
            }
            match before.map(|end| self.passes(end, at)).max() {
                Some(Passing::Around) => return Wait::Yes(at),
                Some(Passing::Perhaps) => doubt = Some("the guard is dropped on some ways only".to_owned()),
                Some(Passing::Through) | None => {}
            }
        }
        doubt.map_or(Wait::No, Wait::Unknown)
    }

    /// Whether a use takes the guard: `drop(guard)`, `return guard`, `f(guard)`.
    fn gives_away(&self, used: NodeId) -> bool {
        let tree = self.tree;
        let Some(parent) = tree.parent(used) else { return false };
        match tree.kind(parent) {
            Kind::Call | Kind::MethodCall => tree.field(used) == Field::Arg,
            Kind::Return | Kind::Break | Kind::Tuple | Kind::FieldInit | Kind::LetStmt => true,
            Kind::Assign => tree.field(used) == Field::Right,
            _ => tree.field(used) == Field::Tail,
        }
    }

    /// How the way to `at` passes `end`.
    fn passes(&self, end: NodeId, at: NodeId) -> Passing {
        let tree = self.tree;
        let is_block =
            |node: &NodeId| matches!(tree.kind(*node), Kind::Block | Kind::AsyncBlock | Kind::UnsafeBlock);
        let Some(block) = tree.ancestors(end).find(is_block) else { return Passing::Perhaps };
        if tree.is_within(at, block) {
            return Passing::Through;
        }
        // The branch that drops it leaves, so whoever comes to the await has the guard.
        match flow::ends_of(tree, block, block) {
            ends if !ends.has(Ends::FALLS) => Passing::Around,
            _ => Passing::Perhaps,
        }
    }
}

/// Whether a method on a guard, or on the `Result` of one, gives the guard on.
fn keeps_guard(name: &str) -> bool {
    matches!(name, "unwrap" | "expect" | "unwrap_or_else" | "map_err" | "ok" | "context" | "with_context")
}

enum Wait {
    Yes(NodeId),
    No,
    Unknown(String),
}

/// How a way passes the end of a guard's life.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Passing {
    /// The way goes around it: the guard lives on.
    Around,
    /// Some ways do.
    Perhaps,
    /// Every way passes it: the guard is gone.
    Through,
}
