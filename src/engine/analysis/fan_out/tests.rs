//! Facts of work that runs side by side, asked by small rules.

use crate::engine::testing::check;

const UNBOUNDED: &str =
    "requires_crate: [tokio, futures]\nselect: { analysis: fan-out }\nforbid: { fact: { bounded: no } }";

#[test]
fn what_is_joined_is_counted_by_where_it_comes_from() {
    check(
        UNBOUNDED,
        "
use futures::future::join_all;
async fn one(n: u64) -> u64 { n }
pub async fn many(ids: Vec<u64>) {
    join_all(ids.iter().map(|id| one(*id))).await; //~ a-check
    join_all(ids.iter().take(3).map(|id| one(*id))).await;
    join_all([one(1), one(2)]).await;
    join_all((0..8).map(one)).await;
    join_all((0..ids.len()).map(|at| one(ids[at]))).await; //~ a-check
    for chunk in ids.chunks(10) {
        join_all(chunk.iter().map(|id| one(*id))).await;
    }
    let mut futures = Vec::new();
    futures.push(one(1));
    join_all(futures).await;
    let mut pushed = vec![];
    for id in ids {
        pushed.push(one(id));
    }
    join_all(pushed).await; //~ a-check
}
",
    );
}

#[test]
fn a_task_for_each_item_needs_a_limit() {
    check(
        UNBOUNDED,
        "
async fn one(n: u64) { drop(n) }
pub async fn all(ids: Vec<u64>, slots: std::sync::Arc<tokio::sync::Semaphore>) {
    for id in &ids {
        tokio::spawn(one(*id)); //~ a-check
    }
    for id in &ids {
        let permit = slots.clone().acquire_owned().await;
        tokio::spawn(async move { one(1).await; drop(permit) });
    }
    for id in &ids {
        tokio::spawn(one(*id)).await;
    }
    for _ in 0..4 {
        tokio::spawn(one(1));
    }
}
",
    );
}
