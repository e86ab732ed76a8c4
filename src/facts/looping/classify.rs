//! Says what each loop is for, by asking in order: what its head waits for, what it moves, where success and failure
//! lead, what it waits for at its ends. The first answer holds.

use super::cursor;
use super::decision::{self, Decision, decisions};
use super::round::Round;
use super::signal::{Signal, signal_of, source_row};
use crate::base::FileIdx;
use crate::catalog::Grade;
use crate::facts::flow::{self, Ends};
use crate::facts::{Codebase, LoopFact, LoopKind};
use crate::syntax::{Field, Kind, NodeId, Tree};

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
pub(super) struct Judge<'c> {
    pub(super) tree: &'c Tree,
    pub(super) codebase: &'c Codebase,
    pub(super) file: FileIdx,
    pub(super) node: NodeId,
    pub(super) round: Round,
    pub(super) decisions: Vec<Decision>,
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
            let pages = self.pages();
            let is_sure = pages.as_ref().is_some_and(|fact| fact.grade == Grade::High);
            pages
                .clone()
                .filter(|_| is_sure)
                .or_else(|| self.retries())
                .or(pages)
                .or_else(|| self.supervises(inner))
                .or_else(|| self.waits())
                .or_else(|| self.drains())
                .or_else(|| self.goes_on())
        });
        found.unwrap_or_else(|| self.fact(LoopKind::Other, Grade::Medium, "no shape that is known"))
    }

    pub(super) fn fact(&self, kind: LoopKind, grade: Grade, evidence: &str) -> LoopFact {
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
        let waits_for_room = flow::own_nodes(self.tree, cond)
            .any(|at| self.tree.name(at).is_some_and(|name| name.starts_with("acquire")));
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
    while Instant::now() < deadline && !mesh.is_complete() { //~ poll
        sleep(d).await;
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
    loop { //~ retry
        match send(messages).await {
            Ok(_) => return Ok(()),
            Err(Error::Partly { failed, .. }) => messages = failed,
            Err(e) => return Err(e),
        }
    }
    while position < end { //~ other
        buffer = file.read_at(position, buffer).await?;
        since_yield += 1;
        if check(since_yield) { rest(since_yield).await; }
        position += 512;
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
