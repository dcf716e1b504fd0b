//! Health, readiness and metrics, on a port of their own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hygie_portal::Metrics;
use hygie_record::Record;
use tokio::net::TcpListener;

/// How long the keeper may take: who asks for readiness seldom waits longer.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Clone)]
struct Told {
    record: Arc<Record>,
    metrics: Arc<Metrics>,
}

/// Begins to listen; the answers come from a task of their own until the process ends.
///
/// # Errors
/// What the network says when the port can't be had.
pub async fn listen(
    address: SocketAddr,
    record: Arc<Record>,
    metrics: Arc<Metrics>,
) -> std::io::Result<()> {
    let router = Router::new()
        .route("/health", get(|| async { "alive\n" }))
        .route("/ready", get(ready))
        .route("/metrics", get(figures))
        .with_state(Told { record, metrics });
    let listener = TcpListener::bind(address).await?;
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "health is no longer told");
        }
    });
    Ok(())
}

/// Ready is who can open a record: without the keeper nobody can.
async fn ready(State(told): State<Told>) -> (StatusCode, &'static str) {
    match tokio::time::timeout(PATIENCE, told.record.ledger()).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready\n"),
        _ => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the keeper does not answer\n",
        ),
    }
}

async fn figures(State(told): State<Told>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], told.metrics.print()).into_response()
}
