//! Whether orders are seen where they are, and only there.

use crate::engine::testing::check;

const AFTER_WRITE: &str = "select: { analysis: { name: effect-order } }
forbid: { all: [{ fact: { first: before } }, { not: { fact: { transaction: open } } }] }";
const INSIDE: &str = "select: { analysis: { name: effect-order } }
forbid: { fact: { transaction: open, executor: other } }";

#[test]
fn an_effect_after_a_write_is_seen_on_the_same_path_only() {
    check(
        AFTER_WRITE,
        "
async fn same(pool: &sqlx::PgPool, http: &reqwest::Client) -> anyhow::Result<()> {
    sqlx::query(\"INSERT INTO a (b) VALUES (1)\").execute(pool).await?;
    http.post(\"http://x\").send().await?; //~ a-check
    Ok(())
}
async fn either(pool: &sqlx::PgPool, http: &reqwest::Client, c: bool) -> anyhow::Result<()> {
    if c {
        sqlx::query(\"INSERT INTO a (b) VALUES (1)\").execute(pool).await?;
    } else {
        http.post(\"http://x\").send().await?;
    }
    Ok(())
}
async fn left(pool: &sqlx::PgPool, http: &reqwest::Client, c: bool) -> anyhow::Result<()> {
    if c {
        sqlx::query(\"INSERT INTO a (b) VALUES (1)\").execute(pool).await?;
        return Ok(());
    }
    http.post(\"http://x\").send().await?;
    Ok(())
}
async fn failed(pool: &sqlx::PgPool, http: &reqwest::Client) -> anyhow::Result<()> {
    if let Err(error) = sqlx::query(\"INSERT INTO a (b) VALUES (1)\").execute(pool).await {
        http.post(\"http://x\").send().await?;
        return Err(error.into());
    }
    Ok(())
}
async fn earlier(pool: &sqlx::PgPool, http: &reqwest::Client) -> anyhow::Result<()> {
    http.post(\"http://x\").send().await?;
    sqlx::query(\"INSERT INTO a (b) VALUES (1)\").execute(pool).await?;
    Ok(())
}
",
    );
}

#[test]
fn an_open_transaction_is_seen_through_helpers() {
    check(
        INSIDE,
        "
async fn inside(pool: &sqlx::PgPool, http: &reqwest::Client) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    tell(http).await?; //~ a-check
    tx.commit().await?;
    tell(http).await?;
    Ok(())
}
async fn tell(http: &reqwest::Client) -> anyhow::Result<()> {
    http.post(\"http://x\").send().await?;
    Ok(())
}
",
    );
}
