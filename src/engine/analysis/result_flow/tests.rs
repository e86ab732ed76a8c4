//! Whether results are followed to where they end.

use crate::engine::testing::check;

const DISCARDED: &str = "select: { analysis: { name: result-flow } }
forbid: { fact: { discarded: [underscore, ok, drop, statement] } }";
const UNCHECKED: &str =
    "select: { analysis: { name: result-flow, roles: [http-call], crates: [reqwest], depth: 0 } }
forbid: { fact: { status: unchecked } }";

#[test]
fn thrown_away_results_are_seen() {
    check(
        DISCARDED,
        "
async fn write(pool: &sqlx::PgPool) -> sqlx::Result<()> {
    sqlx::query(\"DELETE FROM a\").execute(pool).await?;
    Ok(())
}
async fn touch(pool: &sqlx::PgPool) {
    let _ = sqlx::query(\"DELETE FROM a\").execute(pool).await;  //~ a-check
}
async fn all(pool: &sqlx::PgPool) -> sqlx::Result<()> {
    let _ = write(pool).await; //~ a-check
    write(pool).await.ok(); //~ a-check
    let _written = write(pool).await; //~ a-check
    write(pool).await.map_err(|error| tracing::error!(%error)).ok();
    let _ = touch(pool).await;
    if let Err(error) = write(pool).await {
        tracing::warn!(%error);
    }
    write(pool).await
}
",
    );
}

#[test]
fn a_status_is_looked_for_through_variables_patterns_and_closures() {
    check(
        UNCHECKED,
        "
async fn a(http: &reqwest::Client) -> anyhow::Result<String> {
    http.get(\"http://x\").send().await?; //~ a-check
    let body = http.get(\"http://x\").send().await?.text().await?; //~ a-check
    let response = http.get(\"http://x\").send().await?;
    let response = response.error_for_status()?;
    match http.get(\"http://x\").send().await {
        Ok(response) if response.status().is_success() => {}
        Ok(_) => {}
        Err(error) => tracing::warn!(%error),
    }
    if let Err(error) = http.get(\"http://x\").send().await { //~ a-check
        tracing::warn!(%error);
    }
    http.get(\"http://x\").send().await.and_then(|response| response.error_for_status())?;
    http.get(\"http://x\").send().await.and_then(reqwest::Response::error_for_status)?;
    see(http.get(\"http://x\").send().await?); //~ a-check unknown
    Ok(body)
}
",
    );
}
