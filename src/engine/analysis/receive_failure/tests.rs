//! What consume loops do where a receive fails.

use crate::engine::testing::check;

const HOT: &str = "select: { analysis: { name: receive-failure } }\nforbid: { fact: { then: goes-on } }";

#[track_caller]
fn check_with_head(code: &str) {
    let head = "
use rdkafka::consumer::StreamConsumer;
use std::time::Duration;
fn handle<T>(_: T) {}
";
    check(HOT, &format!("{head}{code}"));
}

#[test]
fn an_arm_that_only_logs_goes_on() {
    check_with_head(
        "
pub async fn hot(consumer: StreamConsumer) {
    loop {
        match consumer.recv().await {
            Ok(message) => handle(message),
            Err(error) => tracing::error!(%error), //~ a-check
        }
    }
}
pub async fn cold(consumer: StreamConsumer) {
    loop {
        match consumer.recv().await {
            Ok(message) => handle(message),
            Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
        }
    }
}
pub async fn leaves(consumer: StreamConsumer) {
    while let Ok(message) = consumer.recv().await {
        handle(message);
    }
}
pub async fn aside(consumer: StreamConsumer) {
    loop {
        let Ok(message) = consumer.recv().await else { //~ a-check
            continue;
        };
        handle(message);
    }
}
",
    );
}

#[test]
fn a_wait_in_a_helper_or_at_the_head_counts() {
    check_with_head(
        "
async fn calm_down() { tokio::time::sleep(Duration::from_secs(1)).await }
pub async fn helped(consumer: StreamConsumer) {
    loop {
        match consumer.recv().await {
            Ok(message) => handle(message),
            Err(_) => calm_down().await,
        }
    }
}
pub async fn after(consumer: StreamConsumer) {
    loop {
        if let Ok(message) = consumer.recv().await {
            handle(message);
            continue;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
pub async fn other(consumer: StreamConsumer) {
    loop {
        match consumer.recv().await {
            Ok(message) => handle(message),
            Err(error) => report(error.to_string()).await, //~ a-check unknown
        }
    }
}
async fn report(_: String) {}
",
    );
}

#[test]
fn the_end_of_a_timeout_is_no_failure() {
    check_with_head(
        "
pub async fn timed(consumer: StreamConsumer) {
    loop {
        match tokio::time::timeout(Duration::from_secs(1), consumer.recv()).await {
            Ok(Ok(message)) => handle(message),
            Ok(Err(error)) => tracing::error!(%error), //~ a-check
            Err(_) => continue,
        }
    }
}
",
    );
}

#[test]
fn an_error_of_one_kind_is_no_broken_connection() {
    check_with_head(
        "
use rdkafka::error::KafkaError;
pub async fn told_apart(consumer: StreamConsumer) {
    loop {
        let received = consumer.recv().await;
        if let Err(KafkaError::PartitionEOF(_)) = received {
            tracing::debug!(\"at the end\");
        } else {
            handle(received);
        }
    }
}
pub async fn bound(consumer: StreamConsumer) {
    loop {
        let received = consumer.recv().await;
        if let Err(error) = received { //~ a-check
            tracing::error!(%error);
        }
    }
}
",
    );
}

#[test]
fn each_receive_of_a_select_counts_and_channels_do_not() {
    check_with_head(
        "
pub async fn both(mut jobs: tokio::sync::mpsc::Receiver<u8>, consumer: StreamConsumer) {
    loop {
        tokio::select! {
            Some(job) = jobs.recv() => handle(job),
            received = consumer.recv() => match received {
                Ok(message) => handle(message),
                Err(error) => tracing::error!(%error), //~ a-check
            },
        }
    }
}
pub async fn channel(mut news: tokio::sync::broadcast::Receiver<u8>) {
    loop {
        match news.recv().await {
            Ok(line) => handle(line),
            Err(error) => tracing::error!(%error),
        }
    }
}
",
    );
}
