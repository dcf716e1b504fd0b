//! Health, readiness and metrics, on a port of their own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hygie_letters::Notifier;
use hygie_portal::{Ended, Gate, Metrics};
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
    /// What sends letters, if anything does.
    pub letters: Option<Arc<Notifier>>,
    /// Where the launcher writes down what ended by itself.
    pub ended: PathBuf,
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
    // A keeper that does not answer in time is shown as one that is away.
    let asked = tokio::time::timeout(PATIENCE, told.record.keeper_measures()).await;
    let keeper = asked.ok().and_then(Result::ok);
    let letters = told.letters.as_ref().map(|letters| letters.figures());
    let ended = ended(&told.ended);
    let text = told
        .metrics
        .print(letters.as_ref(), keeper.as_ref(), &ended);
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// What the launcher wrote down, where there is one: `hygie-keeper exit-3 1`. What does not look like it is not shown.
fn ended(path: &Path) -> Vec<Ended> {
    let plain = |word: &str| {
        word.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .filter(|line| line.split(' ').all(plain))
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some(Ended {
                program: words.next()?.to_owned(),
                how: words.next()?.to_owned(),
                count: words.next()?.parse().ok()?,
            })
        })
        .collect()
}
