//! Stopping: no new requests, those under way end, within a time.

use std::future::Future;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

/// How long requests under way may take to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Waits until the process is asked to stop (SIGTERM or SIGINT).
pub async fn asked() {
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened to");
    let mut interrupt = signal(SignalKind::interrupt()).expect("signals can be listened to");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Serves until asked to stop and drained; a connection that does not end in time is cut.
pub async fn within_patience<T, E>(served: impl Future<Output = Result<T, E>>) -> Result<(), E> {
    tokio::pin!(served);
    tokio::select! {
        done = &mut served => return done.map(|_| ()),
        () = asked() => {}
    }
    match tokio::time::timeout(PATIENCE, served).await {
        Ok(done) => done.map(|_| ()),
        Err(_) => {
            tracing::warn!("connections were cut: they did not end in time");
            Ok(())
        }
    }
}
