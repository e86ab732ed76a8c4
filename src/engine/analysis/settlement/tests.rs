//! Regions and their ways, asked by small rules.

use crate::engine::testing::check;

const EARLY: &str = "select: { analysis: { name: settlement } }\nforbid: { fact: { order: before } }";
const OPEN: &str = "select: { analysis: { name: settlement } }\nforbid: { fact: { what: exit } }";

const HEAD: &str = "
use futures::StreamExt;
use lapin::{Consumer, message::Delivery, options::{BasicAckOptions, BasicNackOptions}};
async fn call(data: &[u8]) -> Result<(), reqwest::Error> { reqwest::Client::new().post(\"x\").send().await.map(|_| ()) }
";

#[track_caller]
fn check_with_head(rule: &str, code: &str) {
    check(rule, &format!("{HEAD}{code}"));
}

#[test]
fn each_round_and_each_task_has_a_message_of_its_own() {
    check_with_head(
        EARLY,
        "
pub async fn in_a_task(mut consumer: Consumer) {
    while let Some(Ok(delivery)) = consumer.next().await {
        tokio::spawn(async move {
            let _ = delivery.ack(BasicAckOptions::default()).await; //~ a-check
            let _ = call(&delivery.data).await;
        });
    }
}
pub async fn in_order(mut consumer: Consumer) {
    while let Some(Ok(delivery)) = consumer.next().await {
        let _ = call(&delivery.data).await;
        let _ = delivery.ack(BasicAckOptions::default()).await;
    }
}
pub async fn in_one_branch(mut consumer: Consumer) {
    while let Some(Ok(delivery)) = consumer.next().await {
        if delivery.redelivered {
            let _ = delivery.ack(BasicAckOptions::default()).await;
        } else {
            let _ = call(&delivery.data).await;
        }
    }
}
",
    );
}

#[test]
fn a_way_out_is_open_only_where_there_is_a_message_to_settle() {
    check_with_head(
        OPEN,
        "
pub async fn failed_receive(mut consumer: Consumer) {
    while let Some(next) = consumer.next().await {
        let Ok(delivery) = next else { continue };
        if call(&delivery.data).await.is_err() {
            continue; //~ a-check
        }
        let _ = delivery.ack(BasicAckOptions::default()).await;
    }
}
pub async fn labelled(mut consumer: Consumer) {
    'messages: while let Some(Ok(delivery)) = consumer.next().await {
        for _ in 0..3 {
            if call(&delivery.data).await.is_ok() {
                let _ = delivery.ack(BasicAckOptions::default()).await;
                continue 'messages;
            }
            continue;
        }
        let _ = delivery.nack(BasicNackOptions::default()).await;
    }
}
pub async fn borrowed(delivery: &Delivery) -> Result<(), reqwest::Error> {
    call(&delivery.data).await?;
    let _ = delivery.ack(BasicAckOptions::default()).await;
    Ok(())
}
",
    );
}
