//! What becomes of a call's result, by looking outward from the call: dropped, propagated, matched, bound, passed on.
//! Works on one tree; does not know whether the result is a `Result`, so a caller asks only where that matters.

use crate::facts::{Binding, Bindings};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// How a result is thrown away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Discard {
    /// `let _ = f();` or `_ = f();`.
    LetUnderscore,
    /// `f();`.
    Statement,
    /// `f().ok();`.
    OkCall,
    /// `drop(f());`.
    Drop,
}

/// What becomes of a call's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultUse {
    /// Nothing.
    Discarded(Discard),
    /// `?` hands the error on.
    Question,
    /// `unwrap` or `expect`: the method call.
    Unwrapped(NodeId),
    /// `unwrap_or..`: an error turns into a default. The method call.
    Defaulted(NodeId),
    /// `let x = f();` or `x = f();`.
    Bound(Binding),
    /// `match f()`, `if let p = f()`, `let p = f() else`, a destructuring `let`, a `select!` arm: that node.
    Matched(NodeId),
    /// Returned from the function, closure or async block.
    Returned,
    /// An argument of another call or macro: that node.
    Passed(NodeId),
    /// A condition: `if f()`, `f().is_err()`, `f() == x`: that node.
    Checked(NodeId),
    /// Put into a field, tuple, collection or outer place: that node.
    Stored(NodeId),
    /// The receiver of a method or field access, an operand, the source of a loop: that node.
    Operand(NodeId),
}

/// Where the walk outward stands after one step.
enum Step {
    Outward(NodeId),
    End(ResultUse),
}

/// Methods whose result carries the receiver's error, so that the walk goes on.
const TRANSPARENT: [&str; 34] = [
    "map_err",
    "map",
    "and_then",
    "or_else",
    "or",
    "and",
    "inspect",
    "inspect_err",
    "context",
    "with_context",
    "err_into",
    "into",
    "as_ref",
    "as_mut",
    "as_deref",
    "cloned",
    "copied",
    "boxed",
    "boxed_local",
    "instrument",
    "in_current_span",
    "change_context",
    "attach",
    "attach_printable",
    "wrap_err",
    "wrap_err_with",
    "flatten",
    "transpose",
    "fuse",
    "map_ok",
    "timeout",
    "into_future",
    "ok_or",
    "ok_or_else",
];

/// What becomes of the result of `call` (any expression of `tree`).
#[must_use]
pub(super) fn result_use(tree: &Tree, bindings: &Bindings, call: NodeId) -> ResultUse {
    let mut at = call;
    let mut is_ok = false;
    // Each step goes to an ancestor.
    loop {
        match step(tree, bindings, at) {
            Step::Outward(next) => {
                is_ok |= tree.kind(next) == Kind::MethodCall && tree.name(next) == Some("ok");
                at = next;
            }
            Step::End(ResultUse::Discarded(Discard::Statement | Discard::LetUnderscore)) if is_ok => {
                return ResultUse::Discarded(Discard::OkCall);
            }
            Step::End(found) => return found,
        }
    }
}

/// Number of awaits that are applied to `call` one after the other, with `?` and the like between them, or later on the
/// variable that it is bound to. A wrapper that awaits for it, such as `timeout(d, f())`, counts as well.
#[must_use]
pub(super) fn awaits(tree: &Tree, bindings: &Bindings, call: NodeId) -> u32 {
    let mut n_awaits = 0;
    let mut at = call;
    let mut n_hops = 0;
    loop {
        let Some(parent) = tree.parent(at) else { return n_awaits };
        if tree.kind(parent) == Kind::Await {
            n_awaits += 1;
        }
        if is_awaited_by(tree, at, parent) {
            n_awaits += 1;
            // `timeout(d, f()).await` awaits once: the wrapper's own await is this one.
            match tree.parent(parent).filter(|above| tree.kind(*above) == Kind::Await) {
                Some(outer) => at = outer,
                None => return n_awaits,
            }
            continue;
        }
        match step(tree, bindings, at) {
            Step::Outward(next) => at = next,
            Step::End(ResultUse::Question) => at = parent,
            Step::End(ResultUse::Unwrapped(node) | ResultUse::Defaulted(node)) => at = node,
            Step::End(ResultUse::Bound(binding)) if n_hops < 4 => {
                n_hops += 1;
                let later = bindings.uses_of(&binding).filter(|node| node.0 >= at.0);
                let Some(best) =
                    later.max_by_key(|node| (awaits_here(tree, bindings, *node), std::cmp::Reverse(*node)))
                else {
                    return n_awaits;
                };
                at = best;
            }
            Step::End(_) => return n_awaits,
        }
    }
}

/// Awaits directly around a variable's use.
fn awaits_here(tree: &Tree, bindings: &Bindings, node: NodeId) -> u32 {
    let mut n_awaits = 0;
    let mut at = node;
    while let Some(parent) = tree.parent(at) {
        n_awaits += u32::from(tree.kind(parent) == Kind::Await || is_awaited_by(tree, at, parent));
        match step(tree, bindings, at) {
            Step::Outward(next) => at = next,
            Step::End(ResultUse::Question) => at = parent,
            Step::End(_) => break,
        }
    }
    n_awaits
}

/// Whether `parent` awaits its argument or arm `at`.
fn is_awaited_by(tree: &Tree, at: NodeId, parent: NodeId) -> bool {
    let last_of = |node: NodeId| tree.path_segments(node).last().copied().map(str::to_owned);
    match tree.kind(parent) {
        Kind::Call if tree.field(at) == Field::Arg => {
            last_of(parent).is_some_and(|name| matches!(name.as_str(), "timeout" | "timeout_at" | "block_on"))
        }
        Kind::MethodCall if tree.field(at) == Field::Arg => tree.name(parent) == Some("block_on"),
        Kind::MacroCall => last_of(parent).is_some_and(|name| matches!(name.as_str(), "join" | "try_join")),
        Kind::SelectArm => tree.field(at) == Field::Init,
        _ => false,
    }
}

fn step(tree: &Tree, bindings: &Bindings, at: NodeId) -> Step {
    let Some(parent) = tree.parent(at) else { return Step::End(ResultUse::Stored(at)) };
    let field = tree.field(at);
    match tree.kind(parent) {
        Kind::Await | Kind::Ref | Kind::Deref | Kind::Cast => Step::Outward(parent),
        Kind::Try => Step::End(ResultUse::Question),
        Kind::ExprStmt => Step::End(ResultUse::Discarded(Discard::Statement)),
        Kind::Block | Kind::UnsafeBlock | Kind::OtherBlock | Kind::AsyncBlock => block(tree, at, parent),
        Kind::LetStmt => Step::End(let_statement(tree, bindings, parent)),
        Kind::LetCond | Kind::SelectArm if field == Field::Init => Step::End(ResultUse::Matched(parent)),
        Kind::Match if field == Field::Init => Step::End(ResultUse::Matched(parent)),
        Kind::Match | Kind::SelectArm => Step::Outward(parent),
        Kind::Arm if field == Field::Guard => Step::End(ResultUse::Checked(parent)),
        Kind::Arm => Step::Outward(parent),
        Kind::If | Kind::While if field == Field::Cond => Step::End(ResultUse::Checked(parent)),
        Kind::If => Step::Outward(parent),
        Kind::While | Kind::Loop | Kind::ForLoop if field == Field::Body => {
            Step::End(ResultUse::Discarded(Discard::Statement))
        }
        Kind::Return => Step::End(ResultUse::Returned),
        Kind::Closure | Kind::Fn => Step::End(ResultUse::Returned),
        Kind::Not | Kind::Binary => Step::End(ResultUse::Checked(parent)),
        Kind::Assign if field == Field::Right => Step::End(assigned(tree, bindings, parent)),
        Kind::MethodCall => method(tree, at, parent),
        Kind::Call if field == Field::Arg => argument(tree, parent),
        Kind::MacroCall if field == Field::Arm => Step::Outward(parent),
        Kind::MacroCall => {
            let is_test =
                matches!(tree.path_segments(parent).last(), Some(&("matches" | "assert" | "debug_assert")));
            Step::End(if is_test { ResultUse::Checked(parent) } else { ResultUse::Passed(parent) })
        }
        Kind::FieldInit | Kind::StructLit | Kind::Tuple | Kind::Array | Kind::Repeat | Kind::AssignOp => {
            Step::End(ResultUse::Stored(parent))
        }
        _ => Step::End(ResultUse::Operand(parent)),
    }
}

fn block(tree: &Tree, at: NodeId, block: NodeId) -> Step {
    if tree.field(at) != Field::Tail {
        return Step::End(ResultUse::Discarded(Discard::Statement));
    }
    if tree.kind(block) == Kind::AsyncBlock {
        return Step::End(ResultUse::Returned);
    }
    Step::Outward(block)
}

fn let_statement(tree: &Tree, bindings: &Bindings, stmt: NodeId) -> ResultUse {
    let Some(pattern) = tree.child(stmt, Field::Pat) else { return ResultUse::Matched(stmt) };
    match tree.kind(pattern) {
        Kind::PatWild => ResultUse::Discarded(Discard::LetUnderscore),
        Kind::PatIdent => {
            bindings.of(pattern).map_or(ResultUse::Matched(stmt), |binding| ResultUse::Bound(*binding))
        }
        _ => ResultUse::Matched(stmt),
    }
}

fn assigned(tree: &Tree, bindings: &Bindings, assign: NodeId) -> ResultUse {
    let Some(left) = tree.child(assign, Field::Left) else { return ResultUse::Stored(assign) };
    if tree.text(left) == "_" {
        return ResultUse::Discarded(Discard::LetUnderscore);
    }
    bindings.of(left).map_or(ResultUse::Stored(assign), |binding| ResultUse::Bound(*binding))
}

fn method(tree: &Tree, at: NodeId, call: NodeId) -> Step {
    if tree.field(at) != Field::Receiver {
        return Step::End(ResultUse::Passed(call));
    }
    let name = tree.name(call).unwrap_or("");
    match name {
        "unwrap" | "expect" | "unwrap_unchecked" => Step::End(ResultUse::Unwrapped(call)),
        "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" | "map_or" | "map_or_else" => {
            Step::End(ResultUse::Defaulted(call))
        }
        "is_ok" | "is_err" | "is_some" | "is_none" | "is_ok_and" | "is_err_and" | "is_some_and"
        | "is_none_or" | "is_empty" => Step::End(ResultUse::Checked(call)),
        "ok" => Step::Outward(call),
        _ if TRANSPARENT.contains(&name) => Step::Outward(call),
        _ => Step::End(ResultUse::Operand(call)),
    }
}

fn argument(tree: &Tree, call: NodeId) -> Step {
    let segments = tree.path_segments(call);
    match segments.as_slice() {
        ["drop"] | [.., "mem", "drop"] => Step::End(ResultUse::Discarded(Discard::Drop)),
        ["Ok" | "Some" | "Err"] | [.., "Box" | "Pin" | "Arc" | "Rc", "new" | "pin"] => Step::Outward(call),
        [.., "timeout" | "timeout_at"] => Step::Outward(call),
        _ => Step::End(ResultUse::Passed(call)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Discard, ResultUse, awaits, result_use};
    use crate::base::{RelPath, SourceText};
    use crate::facts::Bindings;
    use crate::syntax::{Kind, NodeId, ParseOptions, Tree, parse};

    fn read(body: &str) -> (Tree, Bindings, NodeId) {
        let text = format!("async fn f() -> R {{ {body} }}");
        let tree = parse(&SourceText::new(RelPath::new("a.rs"), text), &ParseOptions::default()).tree;
        let bindings = Bindings::new(&tree);
        let is_call = |node: &NodeId| tree.kind(*node) == Kind::Call && tree.path_segments(*node) == ["go"];
        let call = tree.subtree(tree.root()).find(is_call).unwrap();
        (tree, bindings, call)
    }

    #[track_caller]
    fn check(cases: &[(&str, &str)]) {
        for (body, expected) in cases {
            let (tree, bindings, call) = read(body);
            let found = match result_use(&tree, &bindings, call) {
                ResultUse::Discarded(Discard::LetUnderscore) => "underscore",
                ResultUse::Discarded(Discard::Statement) => "statement",
                ResultUse::Discarded(Discard::OkCall) => "ok",
                ResultUse::Discarded(Discard::Drop) => "drop",
                ResultUse::Question => "question",
                ResultUse::Unwrapped(_) => "unwrapped",
                ResultUse::Defaulted(_) => "defaulted",
                ResultUse::Bound(_) => "bound",
                ResultUse::Matched(_) => "matched",
                ResultUse::Returned => "returned",
                ResultUse::Passed(_) => "passed",
                ResultUse::Checked(_) => "checked",
                ResultUse::Stored(_) => "stored",
                ResultUse::Operand(_) => "operand",
            };
            assert_eq!(found, *expected, "{body}");
        }
    }

    #[test]
    fn results_are_thrown_away_in_four_ways() {
        check(&[
            ("let _ = go().await;", "underscore"),
            ("_ = go();", "underscore"),
            ("go().await; x", "statement"),
            ("go().map_err(log); x", "statement"),
            ("go().await.ok(); x", "ok"),
            ("let _ = go().ok();", "ok"),
            ("drop(go()); x", "drop"),
            ("std::mem::drop(go().await); x", "drop"),
            ("if c { go() } else { x }; y", "statement"),
            ("match c { A => go(), B => x }; y", "statement"),
            ("loop { go() }", "statement"),
        ]);
    }

    #[test]
    fn results_are_handed_on() {
        check(&[
            ("go().await?; x", "question"),
            ("let _ = go()?;", "question"),
            ("go().map_err(E::from)?; x", "question"),
            ("timeout(d, go()).await?; x", "question"),
            ("go().await", "returned"),
            ("return go();", "returned"),
            ("Ok(go())", "returned"),
            ("{ if c { go() } else { x } }", "returned"),
            ("spawn(async move { go().await }); x", "returned"),
            ("v.map(|m| go()); x", "returned"),
            ("handle(go()); x", "passed"),
            ("v.push(go().await); x", "passed"),
            ("info!(\"{:?}\", go()); x", "passed"),
            ("let r = go().await;", "bound"),
            ("r = S { a: go() }; x", "stored"),
            ("(go(), 1)", "stored"),
        ]);
    }

    #[test]
    fn results_are_looked_at() {
        check(&[
            ("go().unwrap(); x", "unwrapped"),
            ("go().await.expect(\"x\"); x", "unwrapped"),
            ("let n = go().unwrap_or_default();", "defaulted"),
            ("if let Err(e) = go().await { log(e) }", "matched"),
            ("match go() { Ok(_) => 1, Err(_) => 2 }", "matched"),
            ("let Ok(x) = go() else { return };", "matched"),
            ("select! { x = go() => x, }", "matched"),
            ("if go().is_err() { y }", "checked"),
            ("while go() { y }", "checked"),
            ("if matches!(go(), Ok(_)) { y }", "checked"),
            ("for x in go() { y }", "operand"),
            ("go().len(); x", "operand"),
        ]);
    }

    #[test]
    fn awaits_count_through_questions_variables_and_wrappers() {
        for (body, expected) in [
            ("go();", 0),
            ("go().await;", 1),
            ("go().await?.await?;", 2),
            ("go().await.map_err(f)?.await.unwrap();", 2),
            ("let c = go().await?; c.await?;", 2),
            ("let c = go().await; let d = c?; d.await;", 2),
            ("timeout(d, go()).await?;", 1),
            ("let c = timeout(d, go()).await??; c.await;", 2),
            ("select! { r = go() => r, }", 1),
            ("tokio::join!(go(), x);", 1),
            ("v.push(go());", 0),
            ("spawn(go());", 0),
        ] {
            let (tree, bindings, call) = read(body);
            assert_eq!(awaits(&tree, &bindings, call), expected, "{body}");
        }
    }
}
