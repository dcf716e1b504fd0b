//! Health, readiness and metrics, on a port of their own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hygie_portal::{Gate, Metrics};
use hygie_record::Record;
use tokio::net::TcpListener;

use crate::drain::Draining;

/// How long the keeper may take: who asks for readiness seldom waits longer.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is told of.
#[derive(Clone)]
pub struct Told {
    /// Whether records can be opened.
    pub record: Arc<Record>,
    /// What was counted.
    pub metrics: Arc<Metrics>,
    /// What is under way.
    pub gate: Arc<Gate>,
    /// Whether the process is about to end.
    pub draining: Draining,
}

/// Begins to listen; the answers come from a task of their own until the process ends.
///
/// # Errors
/// What the network says when the port can't be had.
pub async fn listen(address: SocketAddr, told: Told) -> std::io::Result<()> {
    let router = Router::new()
        .route("/health", get(|| async { "alive\n" }))
        .route("/ready", get(ready))
        .route("/metrics", get(figures))
        .with_state(told);
    let listener = TcpListener::bind(address).await?;
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "health is no longer told");
        }
    });
    Ok(())
}

/// Ready is who can open a record: without the keeper nobody can. Who is about to end says so at once,
/// so that a balancer sends nobody more while requests under way end.
async fn ready(State(told): State<Told>) -> (StatusCode, &'static str) {
    if *told.draining.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n");
    }
    match tokio::time::timeout(PATIENCE, told.record.ledger()).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready\n"),
        _ => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the keeper does not answer\n",
        ),
    }
}

async fn figures(State(told): State<Told>) -> Response {
    told.gate.measure();
    for (kind, count) in told.record.faults().all() {
        told.metrics.load().faults(kind, count);
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], told.metrics.print()).into_response()
}
