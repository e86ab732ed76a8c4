//! Says what each loop is for, by asking in order: what its head waits for, what it moves, where success and failure
//! lead, what it waits for at its ends. The first answer holds.

use super::cursor;
use super::decision::{self, Decision, decisions, round_nodes};
use super::round::Round;
use super::signal::{Signal, signal_of, source_row};
use crate::base::FileIdx;
use crate::catalog::Grade;
use crate::facts::flow::{self, Ends};
use crate::facts::{Codebase, ItemKind, LoopFact, LoopKind, Target};
use crate::syntax::{Field, Flag, Kind, NodeId, Tree};

/// Loops that are read in one file; the rest is not looked at.
const MAX_LOOPS: usize = 20_000;

/// The loops of a file, in node order.
#[must_use]
pub(in crate::facts) fn loops_of(codebase: &Codebase, file: FileIdx) -> Vec<LoopFact> {
    let tree = codebase.tree(file);
    let mut found: Vec<LoopFact> = Vec::new();
    let nodes: Vec<NodeId> =
        tree.subtree(tree.root()).filter(|at| is_candidate(tree, *at)).take(MAX_LOOPS).collect();
    // Inner loops first: what they are for says something about the outer ones.
    for node in nodes.into_iter().rev() {
        let fact = if flow::is_loop(tree.kind(node)) {
            let inner: Vec<&LoopFact> =
                found.iter().filter(|inner| tree.is_within(inner.node, node)).collect();
            Some(Judge::new(codebase, file, node).judge(&inner))
        } else {
            stream_loop(codebase, file, node)
        };
        found.extend(fact);
    }
    found.reverse();
    found
}

fn is_candidate(tree: &Tree, node: NodeId) -> bool {
    let kind = tree.kind(node);
    flow::is_loop(kind) || (kind == Kind::MethodCall && tree.name(node).is_some_and(flow::is_stream_loop))
}

/// `for_each` and the like over a stream that receives.
fn stream_loop(codebase: &Codebase, file: FileIdx, node: NodeId) -> Option<LoopFact> {
    let tree = codebase.tree(file);
    let mut at = tree.child(node, Field::Receiver);
    while let Some(receiver) = at {
        let row = source_row(codebase, codebase.type_of(file, receiver));
        let seen = signal_of(codebase, file, receiver).filter(|seen| seen.signal == Signal::Receive);
        let in_process = match (row, seen) {
            (Some(row), _) => Some(row.is_in_process),
            (_, Some(seen)) if seen.grade > Grade::Low => Some(seen.in_process),
            _ => None,
        };
        if let Some(in_process) = in_process {
            let mut fact = plain(
                node,
                LoopKind::Consume,
                Grade::High,
                "the stream of a queue or channel, taken item by item",
            );
            fact.source = Some(receiver);
            fact.in_process = in_process;
            return Some(fact);
        }
        at = match tree.kind(receiver) {
            Kind::MethodCall => tree.child(receiver, Field::Receiver),
            Kind::Await | Kind::Try => tree.child(receiver, Field::Expr),
            _ => None,
        };
    }
    None
}

fn plain(node: NodeId, kind: LoopKind, grade: Grade, evidence: &str) -> LoopFact {
    LoopFact {
        node,
        kind,
        grade,
        source: None,
        operation: None,
        in_process: false,
        decision: None,
        is_optimistic: false,
        evidence: evidence.into(),
    }
}

/// One loop under judgement.
struct Judge<'c> {
    tree: &'c Tree,
    codebase: &'c Codebase,
    file: FileIdx,
    node: NodeId,
    round: Round,
    decisions: Vec<Decision>,
}

impl<'c> Judge<'c> {
    fn new(codebase: &'c Codebase, file: FileIdx, node: NodeId) -> Self {
        let tree = codebase.tree(file);
        let round = Round::new(codebase, file, node);
        Self { tree, codebase, file, node, round, decisions: decisions(tree, node) }
    }

    fn judge(&self, inner: &[&LoopFact]) -> LoopFact {
        let found = self.receives().or_else(|| {
            if self.tree.kind(self.node) == Kind::ForLoop {
                return self.is_counted().then(|| self.retries().or_else(|| self.waits())).flatten();
            }
            self.pages()
                .or_else(|| self.retries())
                .or_else(|| self.supervises(inner))
                .or_else(|| self.waits())
                .or_else(|| self.drains())
                .or_else(|| self.goes_on())
        });
        found.unwrap_or_else(|| self.fact(LoopKind::Other, Grade::Medium, "no shape that is known"))
    }

    fn fact(&self, kind: LoopKind, grade: Grade, evidence: &str) -> LoopFact {
        plain(self.node, kind, grade, evidence)
    }

    /// Accept, consume, drain: by what the head waits for.
    fn receives(&self) -> Option<LoopFact> {
        let head = self.round.head.as_ref()?;
        let (kind, evidence) = match head.seen.signal {
            Signal::Accept => (LoopKind::Accept, "accepts a connection each round"),
            Signal::Receive => (LoopKind::Consume, "receives at its head"),
            Signal::TryReceive => (LoopKind::Drain, "takes what is there with `try_recv`"),
            Signal::Tick | Signal::Sleep | Signal::Join | Signal::Room => return None,
        };
        let grade = if head.is_late { head.seen.grade.min(Grade::Medium) } else { head.seen.grade };
        let mut fact = self.fact(kind, grade, evidence);
        fact.source = Some(head.call);
        fact.in_process = head.seen.in_process;
        let by_source = |decision: &&Decision| {
            self.tree.is_within(head.call, decision.operation)
                || self.tree.is_within(decision.operation, head.call)
        };
        fact.decision = self.decisions.iter().find(by_source).cloned();
        Some(fact)
    }

    /// A cursor that moves, in a loop that ends.
    fn pages(&self) -> Option<LoopFact> {
        if self.is_paginator() {
            return Some(self.fact(LoopKind::Page, Grade::High, "takes page after page of a paginator"));
        }
        let is_ending = self.tree.kind(self.node) == Kind::While || self.round.has_exit;
        if !is_ending || !self.round.has_await {
            return None;
        }
        let cursor = cursor::cursor_of(self.tree, self.node)?;
        let is_waiting =
            self.round.sleeps_always && self.decisions.iter().any(|one| one.on_empty.has(Ends::STAYS));
        if is_waiting {
            return None;
        }
        let grade = if cursor.is_named { Grade::High } else { Grade::Medium };
        let mut fact = self.fact(
            LoopKind::Page,
            grade,
            &format!("moves `{}`, which the next request takes", cursor.name),
        );
        fact.operation = self.round.operation;
        Some(fact)
    }

    /// `while let Some(page) = paginator.next().await`.
    fn is_paginator(&self) -> bool {
        let Some(cond) = self.tree.child(self.node, Field::Cond) else { return false };
        flow::own_nodes(self.tree, cond).any(|at| {
            let receiver = self.tree.child(at, Field::Receiver);
            self.tree.kind(at) == Kind::MethodCall
                && matches!(self.tree.name(at), Some("next" | "try_next" | "next_page" | "fetch_and_next"))
                && receiver.is_some_and(|receiver| {
                    let text = self.tree.text(receiver).to_ascii_lowercase();
                    text.contains("pagina") || text.ends_with("pages") || text.ends_with("pager")
                })
        })
    }

    /// Success leaves, failure goes on.
    fn retries(&self) -> Option<LoopFact> {
        let mut best: Option<LoopFact> = None;
        for one in &self.decisions {
            let is_retry = one.is_fallible
                && one.on_failure.has(Ends::STAYS)
                && one.on_success.has(Ends::LEAVES)
                && !one.on_success.has(Ends::STAYS)
                && !one.on_empty.has(Ends::STAYS);
            if !is_retry || !self.is_effect(one.operation) {
                continue;
            }
            let grade = self.retry_grade(one);
            if best.as_ref().is_some_and(|found| found.grade >= grade) {
                continue;
            }
            let mut fact = self.fact(LoopKind::Retry, grade, "success leaves the loop, failure goes on");
            fact.operation = Some(one.operation);
            fact.is_optimistic = self.is_optimistic(one);
            fact.decision = Some(one.clone());
            best = Some(fact);
        }
        best
    }

    fn retry_grade(&self, one: &Decision) -> Grade {
        let is_awaited =
            self.tree.parent(one.operation).is_some_and(|above| self.tree.kind(above) == Kind::Await)
                || self.round.has_await;
        let has_site =
            self.codebase.call_at(self.file, one.operation).is_some_and(|site| !site.roles.is_empty());
        if is_awaited || self.round.sleeps || has_site || self.tree.has(self.node, Flag::InMacro) {
            Grade::High
        } else if matches!(self.tree.kind(one.operation), Kind::Call | Kind::MethodCall)
            && self.is_logged(one)
        {
            Grade::Medium
        } else {
            Grade::Low
        }
    }

    /// Whether the failure is logged: it is not an answer like another.
    fn is_logged(&self, one: &Decision) -> bool {
        let tree = self.tree;
        one.failure.iter().any(|arm| {
            flow::own_nodes(tree, *arm).any(|at| {
                let name = tree.path_segments(at).last().copied().unwrap_or("");
                tree.kind(at) == Kind::MacroCall
                    && matches!(name, "warn" | "error" | "info" | "debug" | "eprintln")
            })
        })
    }

    /// Whether trying the operation again can give another outcome.
    fn is_effect(&self, operation: NodeId) -> bool {
        let tree = self.tree;
        let name = match tree.kind(operation) {
            Kind::MethodCall => tree.name(operation).unwrap_or("").to_owned(),
            Kind::Call => {
                tree.path_segments(operation).last().map_or_else(String::new, |last| (*last).to_owned())
            }
            Kind::Path => {
                let is_awaited = tree.parent(operation).is_some_and(|above| tree.kind(above) == Kind::Await);
                let is_bound = tree.variable(operation).is_some_and(|name| self.is_bound_in_round(name));
                return is_awaited || is_bound || tree.has(self.node, Flag::InMacro);
            }
            Kind::MacroCall | Kind::Block | Kind::AsyncBlock | Kind::Match | Kind::If | Kind::FieldAccess => {
                return true;
            }
            _ => return false,
        };
        let is_pure = matches!(
            name.as_str(),
            "parse"
                | "try_from"
                | "try_into"
                | "from_str"
                | "from_utf8"
                | "read_line"
                | "next"
                | "pop"
                | "peek"
                | "get"
                | "binary_search"
                | "lock"
                | "try_lock"
                | "downcast"
                | "decode"
                | "try_recv"
                | "recv"
                | "strip_prefix"
        );
        !is_pure && !name.starts_with("compare_") && name != "fetch_update"
    }

    fn is_bound_in_round(&self, name: &str) -> bool {
        let mut nodes = round_nodes(self.tree, self.node);
        nodes.any(|at| self.tree.kind(at) == Kind::PatIdent && self.tree.name(at) == Some(name))
    }

    /// Whether only a lost race goes on: a version that differs, a serialization failure.
    fn is_optimistic(&self, one: &Decision) -> bool {
        const WORDS: [&str; 9] = [
            "conflict",
            "concurren",
            "optimistic",
            "versionmismatch",
            "wrongexpected",
            "serialization",
            "stale",
            "\"40001\"",
            "unexpectedversion",
        ];
        let says = |node: NodeId| {
            let text = self.tree.text(node).to_ascii_lowercase();
            WORDS.iter().any(|word| text.contains(word))
        };
        let staying: Vec<NodeId> = one
            .failure
            .iter()
            .copied()
            .filter(|arm| flow::ends_from(self.tree, self.body_of(*arm), self.node).has(Ends::STAYS))
            .collect();
        !staying.is_empty()
            && staying.iter().all(|arm| {
                let head =
                    [Field::Pat, Field::Guard].iter().filter_map(|field| self.tree.child(*arm, *field));
                let mut conditions = flow::own_nodes(self.tree, *arm)
                    .filter(|at| self.tree.kind(*at) == Kind::If)
                    .filter_map(|at| self.tree.child(at, Field::Cond));
                head.into_iter().any(says) || conditions.any(says)
            })
    }

    fn body_of(&self, arm: NodeId) -> NodeId {
        self.tree.child(arm, Field::Body).unwrap_or(arm)
    }

    /// A task that is awaited and started again.
    fn supervises(&self, inner: &[&LoopFact]) -> Option<LoopFact> {
        if let Some(join) = self.round.join.filter(|join| self.round.spawns && self.is_first(*join)) {
            let mut fact = self.fact(LoopKind::Supervise, Grade::High, "awaits a task and starts it again");
            fact.source = Some(join);
            fact.operation = self.round.operation;
            return Some(fact);
        }
        let is_left = self.decisions.iter().any(|one| one.on_success.only_leaves());
        if is_left || self.tree.kind(self.node) != Kind::Loop {
            return None;
        }
        let is_consumer = |one: &&&LoopFact| one.kind == LoopKind::Consume && self.is_own(one.node);
        if let Some(consumer) = inner.iter().find(is_consumer).filter(|_| !self.round.has_exit) {
            let mut fact = self.fact(
                LoopKind::Supervise,
                Grade::Medium,
                "starts its inner consume loop again when that ends",
            );
            fact.operation = Some(consumer.node);
            return Some(fact);
        }
        let service = self.round.awaited.iter().copied().find(|call| self.is_service(*call))?;
        let mut fact =
            self.fact(LoopKind::Supervise, Grade::Medium, "awaits what should not end, and starts it again");
        fact.operation = Some(service);
        fact.decision = self.decisions.iter().find(|one| one.operation == service).cloned();
        Some(fact)
    }

    /// Whether nothing else is awaited before `call`.
    fn is_first(&self, call: NodeId) -> bool {
        self.round.awaited.first().is_none_or(|first| *first > call)
    }

    /// Whether `inner` belongs to this loop's own round.
    fn is_own(&self, inner: NodeId) -> bool {
        let mut own = self.tree.ancestors(inner).take_while(|at| *at != self.node);
        own.all(|at| !flow::is_apart(self.tree.kind(at)))
    }

    /// Whether a call runs something that should not end: by name, a task's handle, a function that loops for ever.
    fn is_service(&self, call: NodeId) -> bool {
        let tree = self.tree;
        let name = match tree.kind(call) {
            Kind::MethodCall => tree.name(call).unwrap_or(""),
            Kind::Call => tree.path_segments(call).last().copied().unwrap_or(""),
            _ => return false,
        };
        if tree.kind(call) == Kind::Call && matches!(name, "spawn" | "spawn_blocking" | "spawn_local") {
            return true;
        }
        // What is paced by a clock is a job, whatever its name; and a retry helper ends.
        let receiver = tree.child(call, Field::Receiver).map_or("", |receiver| tree.text(receiver));
        if self.round.ticks || receiver.to_ascii_lowercase().contains("retry") {
            return false;
        }
        let is_named = names_a_service(name) && !self.round.sleeps_first;
        is_named || self.is_endless_function(call) || self.is_given_function(call)
    }

    /// Whether the called function of the workspace has a loop that nothing but an error leaves.
    fn is_endless_function(&self, call: NodeId) -> bool {
        let Some(Target::Local(item)) = self.codebase.call_at(self.file, call).map(|site| &site.target)
        else {
            return false;
        };
        let item = self.codebase.item(*item);
        let ItemKind::Fn(func) = &item.kind else { return false };
        let tree = self.codebase.tree(item.file);
        let Some(body) = func.body else { return false };
        let is_endless =
            |at: NodeId| tree.kind(at) == Kind::Loop && flow::ends_of(tree, at, body) == Ends::NONE;
        flow::own_nodes(tree, body).any(is_endless)
    }

    /// Whether the call is of a closure or function that was passed in.
    fn is_given_function(&self, call: NodeId) -> bool {
        let callee = self.tree.child(call, Field::Callee);
        let is_variable = callee.is_some_and(|callee| {
            self.tree.variable(callee).is_some() && self.codebase.binding(self.file, callee).is_some()
        });
        is_variable && !self.round.sleeps_always
    }

    /// Periodic and poll: by what the ends of a round wait for.
    fn waits(&self) -> Option<LoopFact> {
        if self.round.is_event_loop {
            return Some(self.fact(LoopKind::Other, Grade::Medium, "waits for several events at once"));
        }
        let is_exiting = self.round.has_exit || self.has_asking_condition();
        if self.round.sleeps_always && !is_exiting {
            let mut fact =
                self.fact(LoopKind::Periodic, Grade::High, "waits at the start or end of each round");
            fact.source = self.round.pause;
            fact.operation = self.round.operation;
            return Some(fact);
        }
        let staying =
            self.decisions.iter().find(|one| one.on_success.has(Ends::STAYS) && !one.on_empty.only_leaves());
        if self.round.sleeps_always || (self.round.sleeps && (staying.is_some() || is_exiting)) {
            let mut fact = self.fact(
                LoopKind::Poll,
                Grade::Medium,
                "asks until there is an answer, and waits in between",
            );
            fact.source = self.round.pause;
            fact.operation = staying.map(|one| one.operation).or(self.round.operation);
            fact.decision = staying.cloned();
            return Some(fact);
        }
        None
    }

    /// Poll without a pause in sight.
    fn goes_on(&self) -> Option<LoopFact> {
        let staying = self.decisions.iter().find(|one| {
            one.is_fallible
                && one.on_success.has(Ends::STAYS)
                && one.on_failure.has(Ends::STAYS)
                && !one.on_empty.only_leaves()
                && self.round.awaited.contains(&one.operation)
        })?;
        if self.tree.kind(self.node) != Kind::Loop {
            return None;
        }
        let mut fact = self.fact(LoopKind::Poll, Grade::Medium, "success and failure both stay in the loop");
        fact.operation = Some(staying.operation);
        fact.decision = Some(staying.clone());
        Some(fact)
    }

    /// A `while` whose condition asks for a state that the round waits for.
    fn has_asking_condition(&self) -> bool {
        let Some(cond) = self.tree.child(self.node, Field::Cond) else { return false };
        let text = self.tree.text(cond);
        let waits_for_room = flow::own_nodes(self.tree, cond).any(|at| {
            signal_of(self.codebase, self.file, at).is_some_and(|seen| seen.signal == Signal::Room)
        });
        text != "true" && !waits_for_room && !super::signal::names_a_stop(text) && !text.contains("running")
    }

    /// Ends when nothing is left.
    fn drains(&self) -> Option<LoopFact> {
        let ending = self.decisions.iter().find(|one| {
            let is_end = one.on_empty.has(Ends::LEAVES)
                || (self.tree.kind(self.node) == Kind::While && one.node == self.node);
            is_end && one.on_success.has(Ends::STAYS) && self.is_fetch(one.operation)
        });
        if let Some(one) = ending {
            let mut fact = self.fact(LoopKind::Drain, Grade::Medium, "ends when nothing is left");
            fact.operation = Some(one.operation);
            fact.decision = Some(one.clone());
            return Some(fact);
        }
        let mut fact = self.fact(LoopKind::Drain, Grade::High, "ends when all tasks have ended");
        fact.source = Some(self.round.join?);
        Some(fact)
    }

    /// Whether the operation takes or fetches: awaited, or a collection's own taking.
    fn is_fetch(&self, operation: NodeId) -> bool {
        let is_awaited = self.round.awaited.contains(&operation)
            || decision::bound_by_await(self.tree, self.node, operation)
            || flow::own_nodes(self.tree, operation).any(|at| self.tree.kind(at) == Kind::Await);
        let is_taking = self.tree.kind(operation) == Kind::MethodCall
            && matches!(
                self.tree.name(operation),
                Some(
                    "pop"
                        | "pop_front"
                        | "pop_back"
                        | "pop_first"
                        | "pop_last"
                        | "dequeue"
                        | "take"
                        | "is_empty"
                        | "len"
                )
            );
        is_awaited || is_taking
    }

    /// A `for` that only counts attempts or delays: its variable is not what differs between rounds' operations.
    fn is_counted(&self) -> bool {
        let tree = self.tree;
        let (Some(pattern), Some(init)) =
            (tree.child(self.node, Field::Pat), tree.child(self.node, Field::Init))
        else {
            return false;
        };
        let mut at = init;
        while tree.kind(at) == Kind::MethodCall {
            let Some(receiver) = tree.child(at, Field::Receiver) else { break };
            at = receiver;
        }
        let text = tree.text(init).to_ascii_lowercase();
        let is_range =
            tree.kind(at) == Kind::Range || text.starts_with("std::iter::repeat") || text.starts_with("0..");
        let is_schedule = ["backoff", "delay", "attempt", "retr", "schedule", "interval"]
            .iter()
            .any(|word| text.contains(word));
        if !is_range && !is_schedule {
            return false;
        }
        let name = match tree.kind(pattern) {
            Kind::PatWild => return true,
            Kind::PatIdent => tree.name(pattern).unwrap_or(""),
            _ => return is_schedule,
        };
        let lower = name.to_ascii_lowercase();
        let is_counter =
            ["attempt", "retry", "retries", "try", "tries", "delay", "backoff", "wait", "round", "_"]
                .iter()
                .any(|word| lower.starts_with(word) || lower.ends_with(word));
        let is_used = self.round.awaited.iter().any(|call| {
            tree.subtree(*call).any(|at| tree.variable(at) == Some(name))
                && signal_of(self.codebase, self.file, *call).is_none()
        });
        is_counter || !is_used
    }
}

/// Whether a function of that name runs until it fails or is told to stop.
fn names_a_service(name: &str) -> bool {
    matches!(
        name,
        "run"
            | "serve"
            | "start"
            | "listen"
            | "consume"
            | "connect"
            | "run_inner"
            | "run_forever"
            | "event_loop"
            | "consume_messages"
            | "run_until_stopped"
    ) || name.ends_with("_loop")
        || name.starts_with("listen_")
        || name.starts_with("connect_and_")
        || name.starts_with("subscribe_and_")
        || (name.starts_with("run_") && (name.ends_with("worker") || name.ends_with("consumer")))
}

#[cfg(test)]
mod tests {
    use super::loops_of;
    use crate::facts::looping::testing::alone;

    /// Each loop whose head line ends in `//~ kind` must be of that kind; `//~ kind optimistic` asks for that as well.
    #[track_caller]
    fn check(text: &str) {
        let (codebase, file) = alone(text);
        let tree = codebase.tree(file);
        let mut n_seen = 0;
        for fact in loops_of(&codebase, file) {
            let line = tree.source().line_column(tree.span(fact.node).start()).line as usize - 1;
            let line = tree.source().line_text(line);
            let Some((_, expected)) = line.split_once("//~ ") else { continue };
            let mut found = fact.kind.as_str().to_owned();
            if fact.is_optimistic {
                found.push_str(" optimistic");
            }
            assert_eq!(found, expected.trim(), "{line} ({})", fact.evidence);
            n_seen += 1;
        }
        assert_eq!(n_seen, text.matches("//~ ").count(), "each expectation has its loop");
    }

    #[test]
    fn a_retry_is_left_by_success_and_continued_by_failure() {
        check(
            r#"
async fn a() -> Result<u8, E> {
    loop { //~ retry
        match call().await {
            Ok(found) => return Ok(found),
            Err(error) if n < 3 => sleep(d).await,
            Err(error) => return Err(error),
        }
    }
    for attempt in 0..5 { //~ retry
        if let Ok(x) = client.get(url).send().await {
            return Ok(x);
        }
        tokio::time::sleep(d * attempt).await;
    }
    while let Err(e) = connect().await { //~ retry
        n += 1;
        if n > 3 {
            return Err(e);
        }
    }
    let x = loop { //~ retry
        let result = timeout(d, op()).await;
        n += 1;
        let value = match result {
            Ok(Ok(value)) => value,
            Ok(Err(e)) => { warn!("{e}"); continue; }
            Err(_) => continue,
        };
        break value;
    };
    loop { //~ retry
        let response = client.execute(request).await?;
        if response.status().is_success() {
            return Ok(response);
        }
        sleep(d).await;
    }
    loop { //~ retry
        let Err(e) = save().await else { break };
        warn!("{e}");
    }
    loop { //~ retry
        let failure = match attempt().await {
            Attempt::Done(id) => return Ok(id),
            Attempt::Failed(failure) => failure,
        };
        match delays.get(n) {
            Some(delay) if failure.retryable => sleep(delay).await,
            _ => return Err(failure),
        }
    }
    while n < 4 { //~ retry
        match op().await {
            Ok(Some(Ok(v))) => break,
            _ => n += 1,
        }
    }
}
"#,
        );
    }

    #[test]
    fn no_retry_where_success_stays_failure_leaves_or_trying_again_changes_nothing() {
        check(
            r#"
async fn a() {
    loop { //~ poll
        match try_execute_task(&pool).await {
            Ok(Outcome::EmptyQueue) => sleep(ten).await,
            Err(_) => sleep(one).await,
            Ok(Outcome::TaskCompleted) => {}
        }
    }
    loop { //~ poll
        match cache.get(key).await {
            Ok(Some(found)) => return found,
            Ok(None) => sleep(one).await,
            Err(e) => sleep(one).await,
        }
    }
    loop { //~ poll
        let status = client.status(id).await?;
        match status {
            Status::Failed => return Err(E),
            Status::Done => return Ok(()),
            _ => sleep(five).await,
        }
    }
    loop { //~ other
        match current.compare_exchange(a, b, Acquire, Relaxed) {
            Ok(_) => break,
            Err(now) => a = now,
        }
    }
    loop { //~ other
        match line.trim().parse::<u32>() {
            Ok(n) => break n,
            Err(_) => continue,
        }
    }
    for url in urls { //~ other
        if let Ok(found) = fetch(url).await {
            return found;
        }
    }
    loop { //~ drain
        match stream.read(&mut buffer).await {
            Ok(0) => break,
            Ok(n) => total += n,
            Err(e) => return Err(e),
        }
    }
}
"#,
        );
    }

    #[test]
    fn a_lost_race_is_optimistic() {
        check(
            r#"
async fn a() {
    loop { //~ retry optimistic
        match save(&order).await {
            Ok(()) => return Ok(()),
            Err(Error::VersionConflict) => order = load(id).await?,
            Err(e) => return Err(e),
        }
    }
    loop { //~ retry
        match save(&order).await {
            Ok(()) => return Ok(()),
            Err(e) => warn!("{e}"),
        }
    }
}
"#,
        );
    }

    #[test]
    fn what_the_head_waits_for_comes_first() {
        check(
            r#"
async fn a() {
    while let Some(x) = rx.recv().await { //~ consume
        handle(x).await;
    }
    loop { //~ consume
        let permit = semaphore.acquire().await;
        let Some(x) = rx.recv().await else { break };
        match handle(x).await { Ok(()) => break, Err(_) => continue }
    }
    loop { //~ consume
        tokio::select! {
            _ = shutdown.recv() => break,
            _ = interval.tick() => flush().await,
            Some(x) = rx.recv() => buffer.push(x),
        }
    }
    loop { //~ consume
        let received = tokio::select! {
            _ = &mut shutdown => return Ok(()),
            x = task.rx.recv() => x,
        };
        work(received).await?;
    }
    loop { //~ periodic
        tokio::select! {
            _ = shutdown.recv() => break,
            _ = stop_rx.recv() => return,
            _ = interval.tick() => flush().await,
        }
    }
    while let Ok(x) = rx.try_recv() { //~ drain
        buffer.push(x);
    }
    loop { //~ accept
        let (socket, _) = listener.accept().await?;
        tokio::spawn(serve(socket));
    }
    loop { //~ accept
        let socket = match listener.accept().await { Ok((s, _)) => s, Err(e) => continue };
        tokio::spawn(async move { serve(socket).await });
    }
    loop { //~ poll
        tx.send(request()).await;
        let answer = answers_of(peer).await;
        if let Some(x) = reply.recv().await { return x; }
        sleep(d).await;
    }
}
"#,
        );
    }

    #[test]
    fn pages_move_a_cursor_and_end() {
        check(
            r#"
async fn a() {
    loop { //~ page
        let page = client.list(cursor.as_deref(), 100).await?;
        for item in page.items { handle(item).await?; }
        cursor = page.next;
        if cursor.is_none() { break; }
    }
    loop { //~ page
        let rows = query!("select id from t where id > $1", last_id).fetch_all(&pool).await?;
        if rows.is_empty() { break; }
        last_id = rows[rows.len() - 1].id;
    }
    while let Some(token) = next_token { //~ page
        let answer = client.list().continuation_token(token).send().await?;
        next_token = answer.next;
    }
    while let Some(page) = paginator.next().await { //~ page
        handle(page?).await;
    }
    loop { //~ page
        let mut query = all().limit(100);
        if let Some(iterator) = iterator { query = query.gt(iterator) }
        let items = query.all(&db).await?;
        let n = items.len();
        iterator = items.last().map(|x| x.id.clone());
        if n < 100 { break; }
    }
    loop { //~ other
        if client.attach(token).await? { token = generate(); continue; }
        if bad(&token) { break; }
    }
    loop { //~ drain
        let rows = execute(&db, statement).await?.rows_affected();
        if rows < batch_size { break; }
    }
    loop { //~ drain
        if let Some(x) = find_one(&pool).await? {
            match delete(x).await { Ok(_) => (), Err(E::Gone) => continue, Err(e) => return Err(e) };
        } else {
            break;
        }
    }
    loop { //~ drain
        let rows = fetch(&pool).await?;
        if rows.is_empty() { break; }
        handle(rows).await?;
    }
}
"#,
        );
    }

    #[test]
    fn clocks_tasks_and_waiting() {
        check(
            r#"
async fn a() {
    loop { //~ periodic
        interval.tick().await;
        if let Err(e) = collect().await { warn!("{e}"); }
    }
    loop { //~ periodic
        clean(&pool).await;
        tokio::time::sleep(period).await
    }
    while !shutdown.is_requested() { //~ periodic
        clean(&pool).await;
        std::thread::sleep(period);
    }
    while !ready().await { //~ poll
        sleep(period).await;
    }
    loop { //~ supervise
        input.run().await;
        warn!("unexpectedly terminated");
        sleep(second).await;
    }
    loop { //~ supervise
        let handle = tokio::spawn(work());
        handle.await;
    }
    loop { //~ supervise
        let mut stream = match connect().await { Ok(s) => s, Err(_) => { sleep(d).await; continue } };
        while let Some(x) = rx.recv().await { //~ consume
            handle(x).await;
        }
    }
    while let Some(done) = set.join_next().await { //~ drain
        check(done);
    }
    while let Some(x) = stack.pop() { //~ drain
        visit(x);
    }
    while let Ok(_permit) = semaphore.acquire().await { //~ periodic
        if let Err(e) = clean(&pool).await { warn!("{e}"); }
        sleep(period).await;
    }
    loop { //~ supervise
        if let Err(e) = self.run_inner().await { error!("{e}"); }
        fails += 1;
        tokio::time::sleep(d * fails).await;
    }
    loop { //~ other
        if let Some(result) = retry.run(&mut f).await { return result; }
    }
    loop { //~ other
        tokio::select! {
            Some(event) = terminal.next() => handle(event).await,
            _ = tick.tick() => draw().await,
        }
    }
    loop { //~ periodic
        tokio::select! {
            _ = tick.tick() => info!("time"),
            _ = synced.changed() => info!("news"),
        }
        work().await?;
    }
    loop { //~ other
        let byte = next();
        if byte & 0x80 == 0 { return; }
    }
}
"#,
        );
    }

    #[test]
    fn loops_in_macro_bodies_count() {
        check(
            r#"
macro_rules! retry {
    ($op:expr) => {
        loop { //~ retry
            match $op.await {
                Ok(value) => break Ok(value),
                Err(e) if tries < 3 => tries += 1,
                Err(e) => break Err(e),
            }
        }
    };
}
"#,
        );
    }
}
