//! Guards and the awaits in their lives.

use crate::engine::testing::check;

const HELD: &str = "select: { analysis: { name: lock-guard } }\nforbid: { fact: { awaits: yes } }";

#[track_caller]
fn check_with_head(code: &str) {
    let head = "
use std::sync::{Arc, Mutex, RwLock};
pub struct State { pub seen: Arc<Mutex<Vec<u8>>>, pub names: RwLock<Vec<u8>> }
async fn ask(_: u8) -> u8 { 1 }
";
    check(HELD, &format!("{head}{code}"));
}

#[test]
fn a_guard_lives_to_the_end_of_its_block() {
    check_with_head(
        "
pub async fn held(state: &State) {
    let mut seen = state.seen.lock().unwrap(); //~ a-check
    let answer = ask(1).await;
    seen.push(answer);
}
pub async fn scoped(state: &State) {
    {
        let mut seen = state.seen.lock().unwrap();
        seen.push(1);
    }
    ask(1).await;
}
pub async fn dropped(state: &State) {
    let names = state.names.read().expect(\"a lock\");
    let first = names.first().copied().unwrap_or(0);
    drop(names);
    ask(first).await;
}
pub async fn taken_out(state: &State) {
    let first = state.seen.lock().unwrap().first().copied().unwrap_or(0);
    let all = state.seen.lock().unwrap().clone();
    ask(first + all.len() as u8).await;
}
",
    );
}

#[test]
fn a_branch_that_drops_and_leaves_changes_nothing() {
    check_with_head(
        "
pub async fn held(state: &State) {
    let seen = state.seen.lock().unwrap(); //~ a-check
    if seen.is_empty() {
        drop(seen);
        return;
    }
    ask(seen.len() as u8).await;
}
pub async fn perhaps(state: &State) {
    let seen = state.seen.lock().unwrap(); //~ a-check unknown
    if seen.len() > 3 {
        drop(seen);
    }
    ask(1).await;
}
pub async fn released_first(state: &State) -> u8 {
    let seen = state.seen.lock().unwrap();
    if seen.is_empty() {
        drop(seen);
        return ask(1).await;
    }
    0
}
",
    );
}

#[test]
fn what_a_condition_looks_at_lives_through_its_body() {
    check_with_head(
        "
pub async fn looked_at(state: &State) {
    if let Some(first) = state.seen.lock().unwrap().first() { //~ a-check
        ask(*first).await;
    }
}
pub async fn walked(state: &State) {
    for name in state.names.read().unwrap().iter() { //~ a-check
        ask(*name).await;
    }
}
pub async fn matched(state: &State) {
    match state.seen.lock() {
        Ok(mut seen) => seen.clear(),
        Err(_) => {}
    }
    ask(1).await;
}
",
    );
}

#[test]
fn locks_that_suspend_and_tasks_apart_are_none() {
    check(
        HELD,
        "
use std::sync::Mutex;
async fn ask() {}
pub async fn own(state: &tokio::sync::Mutex<u8>) {
    let mut guard = state.lock().await;
    ask().await;
    *guard += 1;
}
pub async fn apart(state: &Mutex<u8>) {
    let mut guard = state.lock().unwrap();
    tokio::spawn(async { ask().await });
    *guard += 1;
}
",
    );
}
