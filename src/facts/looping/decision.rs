//! Where the success and the failure of an operation part: `match`, `if let`, `let else`, `while let`, `is_ok()`,
//! a response's status. Does not say what a loop is for.

use crate::facts::flow::{self, Ends};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// What a pattern says about the operation that it is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `Ok(..)`, `Some(..)`.
    Success,
    /// `Err(..)`, `Ok(Err(..))`, `Some(Err(..))`.
    Failure,
    /// `None`, `Ok(None)`, `Ok(0)`, `Ok(false)`.
    Empty,
    /// Says nothing.
    Open,
}

/// One operation, and what is done on each outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The `match`, `if`, `let` or `while`.
    pub node: NodeId,
    /// The call or awaited value whose outcome decides.
    pub operation: NodeId,
    /// Arms and blocks that run on success.
    pub success: Vec<NodeId>,
    /// Arms and blocks that run on failure.
    pub failure: Vec<NodeId>,
    /// Arms and blocks that run where there is nothing.
    pub empty: Vec<NodeId>,
    /// Where success leads.
    pub on_success: Ends,
    /// Where failure leads.
    pub on_failure: Ends,
    /// Where emptiness leads; [`Ends::NONE`] where no arm tells it apart.
    pub on_empty: Ends,
    /// Whether the outcome is a `Result` (or a response's status), not an `Option`.
    pub is_fallible: bool,
}

/// What `pattern` says about the operation that it is held against.
#[must_use]
pub fn outcome_of_pattern(tree: &Tree, pattern: NodeId) -> Outcome {
    reading(tree, pattern, 0).0
}

/// The outcome, and whether `Ok` or `Err` was seen.
fn reading(tree: &Tree, pattern: NodeId, depth: u32) -> (Outcome, bool) {
    if depth > 16 {
        return (Outcome::Open, false);
    }
    let inner = || {
        tree.child(pattern, Field::Pat).map_or((Outcome::Open, false), |sub| reading(tree, sub, depth + 1))
    };
    match tree.kind(pattern) {
        Kind::PatTupleStruct => match tree.path_segments(pattern).last().copied() {
            Some("Err") => (Outcome::Failure, true),
            Some("Ok") => match inner().0 {
                Outcome::Open => (Outcome::Success, true),
                told => (told, true),
            },
            Some("Some") => match inner() {
                (Outcome::Open, seen) => (Outcome::Success, seen),
                told => told,
            },
            Some(last) if names_failure(last) => (Outcome::Failure, true),
            _ => (Outcome::Open, false),
        },
        Kind::PatIdent if tree.text(pattern) == "None" => (Outcome::Empty, false),
        Kind::PatPath => match tree.path_segments(pattern).last() {
            Some(last) if *last == "None" || names_emptiness(last) => (Outcome::Empty, false),
            _ => (Outcome::Open, false),
        },
        Kind::PatOther if matches!(tree.text(pattern), "0" | "false") => (Outcome::Empty, false),
        Kind::PatIdent | Kind::PatRef | Kind::PatType => inner(),
        Kind::PatTuple => tree
            .children_in(pattern, Field::Pat)
            .map(|part| reading(tree, part, depth + 1))
            .find(|(told, _)| *told != Outcome::Open)
            .unwrap_or((Outcome::Open, false)),
        Kind::PatOr => {
            let mut told = tree.children_in(pattern, Field::Pat).map(|part| reading(tree, part, depth + 1));
            let Some(first) = told.next() else { return (Outcome::Open, false) };
            told.fold(first, |all, one| (if all.0 == one.0 { all.0 } else { Outcome::Open }, all.1 || one.1))
        }
        _ => (Outcome::Open, false),
    }
}

/// Whether the name of a variant that carries something says that an attempt failed.
fn names_failure(name: &str) -> bool {
    matches!(name, "Failed" | "Failure" | "Error" | "Retry" | "Retryable" | "Transient" | "TryAgain")
}

/// Whether a variant's name says that there was nothing to do.
fn names_emptiness(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["empty", "idle", "nothing", "nowork", "nojob", "notask"].iter().any(|word| name.contains(word))
}

/// All decisions that a round of the loop `around` takes itself, in node order.
#[must_use]
pub(super) fn decisions(tree: &Tree, around: NodeId) -> Vec<Decision> {
    let finder = Finder { tree, around };
    round_nodes(tree, around).filter_map(|node| finder.at(node)).collect()
}

/// The nodes of one round of a loop, without inner loops, closures, async blocks and items.
pub(super) fn round_nodes(tree: &Tree, around: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    let mut skipped: Option<NodeId> = None;
    flow::own_nodes(tree, around).filter(move |at| {
        if skipped.is_some_and(|inner| tree.is_within(*at, inner)) {
            return false;
        }
        if *at != around && flow::is_loop(tree.kind(*at)) {
            skipped = Some(*at);
            return false;
        }
        true
    })
}

/// The operation at the heart of an expression: `.await`, `?`, references, error mapping and timeouts looked through.
#[must_use]
pub(in crate::facts) fn operation_of(tree: &Tree, expr: NodeId) -> NodeId {
    let mut at = expr;
    while let Some(inner) = looked_through(tree, at) {
        at = inner;
    }
    at
}

fn looked_through(tree: &Tree, at: NodeId) -> Option<NodeId> {
    match tree.kind(at) {
        Kind::Await | Kind::Try | Kind::Ref | Kind::Deref | Kind::Not | Kind::Cast => {
            tree.child(at, Field::Expr)
        }
        Kind::MethodCall => {
            let name = tree.name(at)?;
            is_mapping(name).then(|| tree.child(at, Field::Receiver)).flatten()
        }
        Kind::Call => {
            let is_wrapper = matches!(
                tree.path_segments(at).as_slice(),
                [
                    ..,
                    "timeout"
                        | "timeout_at"
                        | "with_timeout"
                        | "unconstrained"
                        | "Some"
                        | "Ok"
                        | "AssertUnwindSafe"
                ] | [.., "Box", "pin"]
            );
            is_wrapper.then(|| tree.children_in(at, Field::Arg).last()).flatten()
        }
        Kind::Block | Kind::AsyncBlock => {
            let mut parts =
                tree.children(at).filter(|part| matches!(tree.field(*part), Field::Stmt | Field::Tail));
            match (parts.next(), parts.next()) {
                (Some(only), None) if tree.field(only) == Field::Tail => Some(only),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a method gives back the outcome of its receiver.
fn is_mapping(name: &str) -> bool {
    matches!(
        name,
        "map"
            | "map_err"
            | "context"
            | "with_context"
            | "wrap_err"
            | "wrap_err_with"
            | "as_ref"
            | "as_mut"
            | "as_deref"
            | "ok"
            | "err"
            | "transpose"
            | "inspect"
            | "inspect_err"
            | "instrument"
            | "in_current_span"
            | "boxed"
            | "fuse"
            | "is_ok"
            | "is_err"
            | "is_some"
            | "is_none"
            | "into_future"
            | "flatten"
            | "cloned"
            | "copied"
            | "unwrap"
            | "expect"
            | "unwrap_or_default"
            | "unwrap_or"
            | "error_for_status"
            | "change_context"
            | "by_ref"
            | "is_success"
            | "status"
            | "boxed_local"
            | "with_current_subscriber"
    )
}

struct Finder<'t> {
    tree: &'t Tree,
    around: NodeId,
}

impl Finder<'_> {
    fn at(&self, node: NodeId) -> Option<Decision> {
        match self.tree.kind(node) {
            Kind::Match => self.choice(node),
            Kind::LetStmt => self.let_else(node),
            Kind::If | Kind::While => self.condition(node),
            Kind::SelectArm => self.select_arm(node),
            _ => None,
        }
    }

    fn choice(&self, node: NodeId) -> Option<Decision> {
        let tree = self.tree;
        let mut arms: Vec<(NodeId, Outcome)> = Vec::new();
        let mut is_fallible = false;
        for arm in tree.children_in(node, Field::Arm) {
            let (told, seen) = reading(tree, tree.child(arm, Field::Pat)?, 0);
            is_fallible |= seen;
            arms.push((arm, told));
        }
        let has = |outcome| arms.iter().any(|(_, told)| *told == outcome);
        let (has_success, has_failure) = (has(Outcome::Success), has(Outcome::Failure));
        if !has_success && !has_failure && !has(Outcome::Empty) {
            return None;
        }
        for (_, told) in arms.iter_mut().filter(|(_, told)| *told == Outcome::Open) {
            if is_fallible && !has_failure {
                *told = Outcome::Failure;
            } else if is_fallible && !has_success {
                *told = Outcome::Success;
            } else if !is_fallible {
                *told = if has_success { Outcome::Empty } else { Outcome::Success };
            }
        }
        let of = |outcome| {
            arms.iter().filter(|(_, told)| *told == outcome).map(|(arm, _)| *arm).collect::<Vec<_>>()
        };
        let [success, failure, empty] = [of(Outcome::Success), of(Outcome::Failure), of(Outcome::Empty)];
        let ends =
            |arms: &[NodeId]| arms.iter().map(|arm| self.from(*arm)).fold(Ends::NONE, |all, one| all | one);
        Some(Decision {
            node,
            operation: self.source(tree.child(node, Field::Init)?),
            on_success: ends(&success),
            on_failure: ends(&failure),
            on_empty: ends(&empty),
            success,
            failure,
            empty,
            is_fallible,
        })
    }

    fn let_else(&self, node: NodeId) -> Option<Decision> {
        let tree = self.tree;
        let otherwise = tree.child(node, Field::Else)?;
        let (told, is_fallible) = reading(tree, tree.child(node, Field::Pat)?, 0);
        let operation = self.source(tree.child(node, Field::Init)?);
        let (ahead, aside) = (self.after(node), self.from(otherwise));
        let (on_success, on_failure, on_empty) = match (told, is_fallible) {
            (Outcome::Success, true) => (ahead, aside, Ends::NONE),
            (Outcome::Success, false) => (ahead, Ends::NONE, aside),
            (Outcome::Failure, _) => (aside, ahead, Ends::NONE),
            (Outcome::Empty, _) => (aside, Ends::NONE, ahead),
            (Outcome::Open, _) => return None,
        };
        let aside_if = |holds: bool| if holds { vec![otherwise] } else { Vec::new() };
        Some(Decision {
            node,
            operation,
            success: aside_if(told != Outcome::Success),
            failure: aside_if(told == Outcome::Success && is_fallible),
            empty: aside_if(told == Outcome::Success && !is_fallible),
            on_success,
            on_failure,
            on_empty,
            is_fallible,
        })
    }

    /// `if` and `while` with a `let`, `is_ok()`, `is_err()` or a status in the condition.
    fn condition(&self, node: NodeId) -> Option<Decision> {
        let tree = self.tree;
        let cond = tree.child(node, Field::Cond)?;
        let (at, told, is_fallible) = flow::own_nodes(tree, cond).find_map(|at| self.test(at))?;
        let operation = match tree.kind(at) {
            Kind::Binary => self.source(tree.child(at, Field::Left)?),
            Kind::LetCond => self.source(tree.child(at, Field::Init)?),
            _ => self.source(at),
        };
        let is_while = tree.kind(node) == Kind::While;
        let then = if is_while { tree.child(node, Field::Body) } else { tree.child(node, Field::Then) }?;
        let otherwise = tree.child(node, Field::Else);
        let taken = self.from(then);
        let passed = match otherwise {
            _ if is_while => Ends::LEAVES,
            Some(otherwise) => self.from(otherwise),
            None => self.after(node),
        };
        // Another condition beside it: what does not pass the test may also go the other way.
        let is_alone = at == cond || tree.kind(cond) == Kind::Not;
        let taken_if = if is_alone { taken } else { taken | passed };
        let mut decision = Decision {
            node,
            operation,
            success: Vec::new(),
            failure: Vec::new(),
            empty: Vec::new(),
            on_success: Ends::NONE,
            on_failure: Ends::NONE,
            on_empty: Ends::NONE,
            is_fallible,
        };
        decision.enter(told, taken_if, Some(then));
        decision.enter(opposite(told, is_fallible), passed, otherwise);
        Some(decision)
    }

    /// `Ok(x) = op => ..` in `select!`.
    fn select_arm(&self, node: NodeId) -> Option<Decision> {
        let tree = self.tree;
        let (told, is_fallible) = reading(tree, tree.child(node, Field::Pat)?, 0);
        let operation = self.source(tree.child(node, Field::Init)?);
        let body = tree.child(node, Field::Body)?;
        if told == Outcome::Open {
            return None;
        }
        let mut decision = Decision {
            node,
            operation,
            success: Vec::new(),
            failure: Vec::new(),
            empty: Vec::new(),
            on_success: Ends::NONE,
            on_failure: Ends::NONE,
            on_empty: Ends::NONE,
            is_fallible,
        };
        decision.enter(told, self.from(body), Some(body));
        Some(decision)
    }

    /// A part of a condition that tells the outcome of an operation.
    fn test(&self, at: NodeId) -> Option<(NodeId, Outcome, bool)> {
        let tree = self.tree;
        match tree.kind(at) {
            Kind::LetCond => {
                let (told, is_fallible) = reading(tree, tree.child(at, Field::Pat)?, 0);
                let init = tree.child(at, Field::Init)?;
                let is_error = tree.kind(init) == Kind::MethodCall && tree.name(init) == Some("err");
                match told {
                    Outcome::Open => None,
                    Outcome::Success if is_error => Some((at, Outcome::Failure, true)),
                    _ => Some((at, told, is_fallible)),
                }
            }
            Kind::Binary => self.count_test(at).map(|told| (at, told, false)),
            Kind::MethodCall => {
                let is_denied = tree.parent(at).is_some_and(|parent| tree.kind(parent) == Kind::Not);
                let (told, is_fallible) = match tree.name(at)? {
                    "is_ok" | "is_success" => (Outcome::Success, true),
                    "is_err" | "is_server_error" | "is_client_error" => (Outcome::Failure, true),
                    "is_some" => (Outcome::Success, false),
                    "is_none" => (Outcome::Empty, false),
                    "is_empty" => (Outcome::Empty, false),
                    "status" if self.is_compared(at) => (Outcome::Failure, true),
                    _ => return None,
                };
                Some((at, if is_denied { opposite(told, is_fallible) } else { told }, is_fallible))
            }
            _ => None,
        }
    }

    /// `n == 0`, `rows.len() < batch`: nothing, or no more, is left.
    fn count_test(&self, at: NodeId) -> Option<Outcome> {
        let tree = self.tree;
        let (left, right) = (tree.child(at, Field::Left)?, tree.child(at, Field::Right)?);
        let is_count = tree.variable(left).is_some()
            || (tree.kind(left) == Kind::MethodCall
                && matches!(tree.name(left), Some("len" | "rows_affected" | "count")));
        match tree.operator(at)? {
            "==" if is_count && tree.text(right) == "0" => Some(Outcome::Empty),
            "<" if is_count && tree.kind(right) != Kind::LitInt => Some(Outcome::Empty),
            _ => None,
        }
    }

    /// Whether a status is compared with an error's code.
    fn is_compared(&self, at: NodeId) -> bool {
        let tree = self.tree;
        tree.parent(at).is_some_and(|parent| {
            let text = tree.text(parent);
            tree.kind(parent) == Kind::Binary
                && text.contains("==")
                && !text.contains("::OK")
                && !text.contains("200")
        })
    }

    /// The operation behind `expr`; a variable's is what the round bound it to.
    fn source(&self, expr: NodeId) -> NodeId {
        let mut at = operation_of(self.tree, expr);
        for _ in 0..4 {
            let Some(name) = self.tree.variable(at) else { break };
            let Some(bound) = bound_in_round(self.tree, self.around, name, at) else { break };
            at = operation_of(self.tree, bound);
        }
        at
    }

    fn from(&self, node: NodeId) -> Ends {
        let tree = self.tree;
        let body =
            if tree.kind(node) == Kind::Arm { tree.child(node, Field::Body).unwrap_or(node) } else { node };
        flow::ends_from(tree, body, self.around)
    }

    fn after(&self, node: NodeId) -> Ends {
        flow::ends_after(self.tree, node, self.around)
    }
}

impl Decision {
    fn enter(&mut self, told: Outcome, ends: Ends, block: Option<NodeId>) {
        let (known, blocks) = match told {
            Outcome::Success => (&mut self.on_success, &mut self.success),
            Outcome::Failure => (&mut self.on_failure, &mut self.failure),
            Outcome::Empty => (&mut self.on_empty, &mut self.empty),
            Outcome::Open => return,
        };
        *known = *known | ends;
        blocks.extend(block);
    }
}

/// What holds where the test does not.
const fn opposite(told: Outcome, is_fallible: bool) -> Outcome {
    match told {
        Outcome::Success if is_fallible => Outcome::Failure,
        Outcome::Success => Outcome::Empty,
        Outcome::Failure | Outcome::Empty => Outcome::Success,
        Outcome::Open => Outcome::Open,
    }
}

/// What a round of `around` last bound `name` to before `at`.
pub(super) fn bound_in_round(tree: &Tree, around: NodeId, name: &str, at: NodeId) -> Option<NodeId> {
    let is_name = |pattern: NodeId| {
        let pattern = match tree.kind(pattern) {
            Kind::PatType => tree.child(pattern, Field::Pat).unwrap_or(pattern),
            _ => pattern,
        };
        match tree.kind(pattern) {
            Kind::PatIdent => tree.name(pattern) == Some(name),
            Kind::Path => tree.variable(pattern) == Some(name),
            _ => false,
        }
    };
    let mut found = None;
    for node in flow::own_nodes(tree, around).take_while(|node| *node < at) {
        let (target, value) = match tree.kind(node) {
            Kind::LetStmt | Kind::LetCond | Kind::SelectArm => (Field::Pat, Field::Init),
            Kind::Assign => (Field::Left, Field::Right),
            _ => continue,
        };
        // Not from inside its own value, nor from an arm that is over.
        let is_own = tree.child(node, value).is_none_or(|value| tree.is_within(at, value));
        let is_over = tree.kind(node) == Kind::SelectArm && !tree.is_within(at, node);
        if !is_own && !is_over && tree.child(node, target).is_some_and(is_name) {
            found = tree.child(node, value);
        }
    }
    found
}

/// Whether `operation` is a test of what the round awaited: `rows.is_empty()`.
pub(super) fn bound_by_await(tree: &Tree, around: NodeId, operation: NodeId) -> bool {
    let mut at = operation;
    while let Kind::MethodCall | Kind::FieldAccess = tree.kind(at) {
        let inner = tree.child(at, Field::Receiver).or_else(|| tree.child(at, Field::Base));
        let Some(inner) = inner else { break };
        at = inner;
    }
    let Some(name) = tree.variable(at) else { return false };
    let is_binding = |node: NodeId| match tree.kind(node) {
        Kind::LetStmt | Kind::LetCond | Kind::Match => tree.child(node, Field::Init),
        _ => None,
    };
    round_nodes(tree, around)
        .filter(|node| *node < operation)
        .filter_map(|node| Some((node, is_binding(node)?)))
        .any(|(node, init)| {
            let binds =
                tree.subtree(node).any(|at| tree.kind(at) == Kind::PatIdent && tree.name(at) == Some(name));
            binds && flow::own_nodes(tree, init).any(|at| tree.kind(at) == Kind::Await)
        })
}
