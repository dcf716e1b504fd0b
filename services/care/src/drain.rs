//! Stopping: no new requests, those under way end, within a time.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hygie_portal::Metrics;
use hygie_record::Record;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{oneshot, watch};

/// Why the process stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It was asked to.
    Asked,
    /// The store failed while committing.
    Store,
    /// The keeper was exchanged for one of an earlier day.
    Keeper,
}

/// What everybody watches who has to stop.
pub type Draining = watch::Receiver<bool>;

/// Begins to listen for SIGTERM, SIGINT, a failed store and an older keeper; the first of them turns the watch.
pub fn begin(
    record: Arc<Record>,
    metrics: Arc<Metrics>,
    older: oneshot::Receiver<()>,
) -> (Draining, tokio::task::JoinHandle<Why>) {
    // Both are caught from here on, so that none ends the process half-way.
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened to");
    let mut interrupt = signal(SignalKind::interrupt()).expect("signals can be listened to");
    let (turn, draining) = watch::channel(false);
    let why = tokio::spawn(async move {
        let why = tokio::select! {
            _ = terminate.recv() => Why::Asked,
            _ = interrupt.recv() => Why::Asked,
            () = record.store_failed() => Why::Store,
            Ok(()) = older => Why::Keeper,
        };
        metrics.load().draining.set(1);
        turn.send_replace(true);
        why
    });
    (draining, why)
}

/// Resolves when the process drains.
pub async fn asked(mut draining: Draining) {
    // A sender that is gone has turned the watch before.
    let _turned = draining.wait_for(|draining| *draining).await;
}

/// Serves the operator until drained; one who does not end in time is cut.
pub async fn operator<E>(
    served: impl Future<Output = Result<(), E>>,
    draining: Draining,
    patience: Duration,
) -> Result<(), E> {
    tokio::pin!(served);
    tokio::select! {
        done = &mut served => return done,
        () = asked(draining) => {}
    }
    tokio::time::timeout(patience, served)
        .await
        .unwrap_or_else(|_| {
            tracing::warn!("the operator's connections were cut: they did not end in time");
            Ok(())
        })
}
