//! Servers and the layers of their routers.

use crate::engine::testing::check;

const BARE: &str = "select: { analysis: { name: served } }\nforbid: { fact: { wrapped: no } }\nplace: router";

#[test]
fn a_layer_counts_wherever_it_is_made() {
    check(
        BARE,
        "
use axum::Router;
use std::time::Duration;
use tower_http::timeout::TimeoutLayer;
pub async fn bare(listener: tokio::net::TcpListener) {
    let app = Router::new() //~ a-check
        .route(\"/\", axum::routing::get(root));
    axum::serve(listener, app.into_make_service()).await.unwrap();
}
async fn root() {}
pub async fn layered(listener: tokio::net::TcpListener) {
    let app = Router::new().route(\"/\", axum::routing::get(root));
    let layer = TimeoutLayer::new(Duration::from_secs(10));
    let app = app.layer(layer);
    axum::serve(listener, app).await.unwrap();
}
fn shaped(app: Router) -> Router {
    app.layer(TimeoutLayer::new(Duration::from_secs(10)))
}
pub async fn helped(listener: tokio::net::TcpListener) {
    let app = shaped(Router::new());
    axum::serve(listener, app).await.unwrap();
}
",
    );
}
