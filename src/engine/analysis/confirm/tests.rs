//! Fates of receipts, asked by small rules.

use crate::engine::testing::check;

const DROPPED: &str = "select: { analysis: { name: confirm } }\nforbid: { fact: { receipt: dropped } }";
const OFF: &str = "select: { analysis: { name: confirm } }\nforbid: { fact: { mode: off } }";

#[test]
fn a_receipt_counts_as_kept_only_where_something_is_done_with_it() {
    check(
        DROPPED,
        "
use lapin::{BasicProperties, Channel, options::BasicPublishOptions, publisher_confirm::PublisherConfirm};
pub async fn one(c: &Channel) -> lapin::Result<()> {
    c.basic_publish(\"\".into(), \"q\".into(), BasicPublishOptions::default(), b\"\", BasicProperties::default()).await?; //~ a-check
    Ok(())
}
pub async fn two(c: &Channel) -> lapin::Result<()> {
    c.basic_publish(\"\".into(), \"q\".into(), BasicPublishOptions::default(), b\"\", BasicProperties::default()).await?.await?;
    Ok(())
}
pub async fn later(c: &Channel) -> lapin::Result<()> {
    let sent = c.basic_publish(\"\".into(), \"q\".into(), BasicPublishOptions::default(), b\"\", BasicProperties::default()).await?;
    sent.await?;
    Ok(())
}
pub async fn unused(c: &Channel) -> lapin::Result<()> {
    let _sent = c.basic_publish(\"\".into(), \"q\".into(), BasicPublishOptions::default(), b\"\", BasicProperties::default()).await?; //~ a-check
    Ok(())
}
pub async fn returned(c: &Channel) -> lapin::Result<PublisherConfirm> {
    c.basic_publish(\"\".into(), \"q\".into(), BasicPublishOptions::default(), b\"\", BasicProperties::default()).await
}
pub async fn mapped(c: &Channel) -> lapin::Result<()> {
    c.basic_publish(\"\".into(), \"q\".into(), BasicPublishOptions::default(), b\"\", BasicProperties::default()).await.map(|_| ()) //~ a-check
}
pub async fn looked(c: &Channel) {
    if let Err(e) = c.basic_publish(\"\".into(), \"q\".into(), BasicPublishOptions::default(), b\"\", BasicProperties::default()).await { //~ a-check
        drop(e);
    }
}
pub async fn matched(c: &Channel) -> Option<PublisherConfirm> {
    match c.basic_publish(\"\".into(), \"q\".into(), BasicPublishOptions::default(), b\"\", BasicProperties::default()).await {
        Ok(sent) => Some(sent),
        Err(_) => None,
    }
}
",
    );
}

#[test]
fn a_library_that_must_be_told_is_told_once_for_all() {
    let publish = "pub async fn two(c: &lapin::Channel) -> lapin::Result<()> {
    c.basic_publish(\"\".into(), \"q\".into(), O, b\"\", P).await?.await?;";
    check(OFF, &format!("{publish} //~ a-check\n Ok(())\n}}"));
    check(
        OFF,
        &format!(
            "{publish}\n Ok(())\n}}\npub async fn on(c: &lapin::Channel) {{ c.confirm_select(O).await; }}"
        ),
    );
}
