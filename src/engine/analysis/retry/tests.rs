//! Facts of retries, asked by small rules.

use crate::engine::testing::check;

const NO_DELAY: &str = "select: { analysis: { name: retry } }\nforbid: { fact: { delay: none } }";
const CONSTANT: &str =
    "select: { analysis: { name: retry } }\nplace: delay\nforbid: { fact: { delay: constant } }";
const NO_JITTER: &str = "select: { analysis: { name: retry, }, where: { fact: { delay: growing } } }\nplace: growth\nforbid: { fact: { jitter: no } }";
const UNBOUNDED: &str = "select: { analysis: { name: retry } }\nforbid: { fact: { bound: no } }";
const UNCAPPED: &str = "select: { analysis: { name: retry }, where: { fact: { delay: growing } } }\nplace: growth\nforbid: { fact: { cap: no } }";

const HEAD: &str = "
use std::time::Duration;
pub struct E;
async fn fetch() -> Result<u8, E> { reqwest::get(\"x\").await.map(|_| 1).map_err(|_| E) }
";

#[track_caller]
fn check_with_head(rule: &str, code: &str) {
    check(rule, &format!("{HEAD}{code}"));
}

#[test]
fn a_wait_counts_only_between_a_failure_and_the_next_attempt() {
    check_with_head(
        NO_DELAY,
        "
pub async fn spins() -> Result<u8, E> {
    let mut n = 0;
    loop { //~ a-check
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(e) => {
                n += 1;
                if n >= 3 { tokio::time::sleep(Duration::from_secs(1)).await; return Err(e); }
            }
        }
    }
}
pub async fn waits() -> Result<u8, E> {
    for _ in 0..3 {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
        }
    }
    Err(E)
}
pub async fn waits_after_the_arms() -> Result<u8, E> {
    loop {
        if let Ok(x) = fetch().await { return Ok(x); }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
pub async fn sleeps_only_on_success() {
    while let Err(_) = fetch().await { //~ a-check
        log();
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
}
fn log() {}
",
    );
}

#[test]
fn a_wait_in_a_helper_or_a_select_arm_is_a_wait() {
    check_with_head(
        NO_DELAY,
        "
async fn pause_for(n: u64) { tokio::time::sleep(Duration::from_secs(n)).await }
pub async fn helped() -> Result<u8, E> {
    loop {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) => pause_for(3).await,
        }
    }
}
pub async fn raced(stop: tokio_util::sync::CancellationToken) -> Result<u8, E> {
    loop {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) => tokio::select! {
                _ = tokio::time::sleep(Duration::from_secs(1)) => {}
                _ = stop.cancelled() => return Err(E),
            },
        }
    }
}
pub async fn hidden(policy: impl Strange) -> Result<u8, E> {
    loop { //~ a-check unknown
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) => policy.wait_a_bit().await,
        }
    }
}
",
    );
}

#[test]
fn a_constant_wait_is_told_from_one_that_grows() {
    check_with_head(
        CONSTANT,
        "
const WAIT: Duration = Duration::from_secs(10);
pub struct Config { pub wait: Duration }
pub async fn constant(config: Config) -> Result<u8, E> {
    let mut n = 0;
    loop {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) => { n += 1; tokio::time::sleep(WAIT).await; } //~ a-check
        }
    }
    loop {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) => tokio::time::sleep(config.wait).await, //~ a-check
        }
    }
}
fn told(_: &E) -> Duration { WAIT }
pub async fn told_by_the_answer() -> Result<u8, E> {
    loop {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(e) => tokio::time::sleep(told(&e)).await,
        }
    }
}
pub async fn linear() -> Result<u8, E> {
    for n in 1..5 {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) => tokio::time::sleep(Duration::from_secs(n)).await,
        }
    }
    Err(E)
}
pub async fn doubled() -> Result<u8, E> {
    let mut wait = Duration::from_secs(1);
    loop {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) => { tokio::time::sleep(wait).await; wait *= 2; }
        }
    }
}
",
    );
}

#[test]
fn a_growing_wait_needs_a_random_part() {
    check_with_head(
        NO_JITTER,
        "
fn backoff(n: u32) -> Duration { Duration::from_millis(100 * 2u64.pow(n)) } //~ a-check
fn jittered(n: u32) -> Duration { Duration::from_millis(rand::random::<u64>() % 2u64.pow(n)) }
pub async fn by_helper() -> Result<u8, E> {
    for n in 0..5 {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) => tokio::time::sleep(backoff(n)).await,
        }
    }
    Err(E)
}
pub async fn by_random_helper() -> Result<u8, E> {
    for n in 0..5 {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) => tokio::time::sleep(jittered(n)).await,
        }
    }
    Err(E)
}
pub async fn linear() -> Result<u8, E> {
    for n in 1..5 { //~ a-check
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) => tokio::time::sleep(Duration::from_secs(n)).await,
        }
    }
    Err(E)
}
",
    );
}

#[test]
fn attempts_end_by_count_time_or_not_at_all() {
    check_with_head(
        UNBOUNDED,
        "
pub async fn forever() -> Result<u8, E> {
    loop { //~ a-check
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
        }
    }
}
pub async fn counted() -> Result<u8, E> {
    let mut n = 0;
    loop {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(e) => { n += 1; if n > 3 { return Err(e); } }
        }
    }
}
pub async fn guarded() -> Result<u8, E> {
    let mut n = 0;
    loop {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) if n < 5 => n += 1,
            Err(e) => return Err(e),
        }
    }
}
pub async fn scheduled(delays: &[Duration]) -> Result<u8, E> {
    let mut delays = delays.iter();
    loop {
        let next = delays.next().copied();
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(e) => { if next.is_none() { return Err(e); } }
        }
        tokio::time::sleep(next.unwrap_or_default()).await;
    }
}
pub async fn goes_on_while_few() -> Result<u8, E> {
    let mut n = 0;
    loop {
        let answer = fetch().await;
        n += 1;
        if answer.is_err() && n <= 3 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            continue;
        }
        return answer;
    }
}
pub async fn timed() -> Result<u8, E> {
    let start = std::time::Instant::now();
    loop {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(e) => if start.elapsed() > Duration::from_secs(60) { return Err(e); },
        }
    }
}
pub async fn stopped(stop: tokio_util::sync::CancellationToken) -> Result<u8, E> {
    loop {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) => tokio::select! {
                _ = tokio::time::sleep(Duration::from_secs(1)) => {}
                _ = stop.cancelled() => return Err(E),
            },
        }
    }
}
",
    );
}

#[test]
fn library_policies_have_defaults_and_calls_that_change_them() {
    let code = "
use backon::{ConstantBuilder, ExponentialBuilder, Retryable};
pub async fn plain() -> Result<u8, E> {
    fetch.retry(ExponentialBuilder::default()).await //~ a-check
}
pub async fn random() -> Result<u8, E> {
    fetch.retry(ExponentialBuilder::default().with_jitter().with_max_times(3)).await
}
pub async fn fixed() -> Result<u8, E> {
    fetch.retry(ConstantBuilder::default()).await
}
";
    check_with_head(NO_JITTER, code);
    check_with_head(
        UNBOUNDED,
        "
use backon::{ExponentialBuilder, Retryable};
use tokio_retry::{Retry, strategy::{ExponentialBackoff, jitter}};
pub async fn endless() -> Result<u8, E> {
    fetch.retry(ExponentialBuilder::default().without_max_times()).await //~ a-check
}
pub async fn strategy() -> Result<u8, E> {
    Retry::spawn(ExponentialBackoff::from_millis(10).map(jitter), fetch).await //~ a-check
}
pub async fn cut() -> Result<u8, E> {
    Retry::spawn(ExponentialBackoff::from_millis(10).map(jitter).take(3), fetch).await
}
",
    );
}

#[test]
fn a_growing_wait_needs_a_longest_length() {
    check_with_head(
        UNCAPPED,
        "
pub async fn open() -> Result<u8, E> {
    let mut wait = Duration::from_secs(1);
    loop {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) => {
                tokio::time::sleep(wait).await;
                wait *= 2; //~ a-check
            }
        }
    }
}
pub async fn capped() -> Result<u8, E> {
    let mut wait = Duration::from_secs(1);
    loop {
        match fetch().await {
            Ok(x) => return Ok(x),
            Err(_) => { tokio::time::sleep(wait).await; wait = (wait * 2).min(Duration::from_secs(60)); }
        }
    }
}
",
    );
}
