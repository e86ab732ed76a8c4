//! Tests of loop kinds: each loop whose head line ends in `//~ kind` must be of that kind.

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
