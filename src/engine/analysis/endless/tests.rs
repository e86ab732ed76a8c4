//! Loops without an end of their own.

use crate::engine::testing::check;

const FOREVER: &str = "select: { analysis: { name: endless }, where: { fact: { task: detached } } }\nforbid: { fact: { end: [none, error] } }";

#[track_caller]
fn check_with_head(code: &str) {
    check(
        FOREVER,
        &format!("use std::time::Duration;\nasync fn work() -> Result<(), String> {{ Ok(()) }}\n{code}"),
    );
}

#[test]
fn a_detached_task_without_a_signal_is_endless() {
    check_with_head(
        "
pub fn start() {
    tokio::spawn(async move {
        loop { //~ a-check
            let _ = work().await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    let _task = tokio::spawn(run());
}
async fn run() -> Result<(), String> {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    while true { //~ a-check
        ticks.tick().await;
        work().await?;
    }
    Ok(())
}
",
    );
}

#[test]
fn a_signal_anywhere_in_the_task_is_one() {
    check_with_head(
        "
pub fn start(token: tokio_util::sync::CancellationToken, mut jobs: tokio::sync::mpsc::Receiver<u8>) {
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = token.cancelled() => return,
                _ = tokio::time::sleep(Duration::from_secs(1)) => { let _ = work().await; }
            }
        }
    });
    tokio::spawn(async move {
        loop {
            let Some(job) = jobs.recv().await else { break };
            drop(job);
        }
    });
}
",
    );
}

#[test]
fn a_task_whose_handle_is_kept_can_be_aborted() {
    check_with_head(
        "
pub async fn start() -> tokio::task::JoinHandle<()> {
    let handle = tokio::spawn(forever());
    awaited().await;
    handle
}
async fn forever() {
    loop {
        let _ = work().await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
async fn awaited() {
    loop {
        let _ = work().await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
",
    );
}
