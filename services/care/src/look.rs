//! How far the ledger goes, noted each second beside the store (`hygie_record::Seen`).

use std::sync::Arc;
use std::time::Duration;

use hygie_record::{Error, Record, Seen};
use tokio::sync::oneshot;
use tokio::time::MissedTickBehavior;

/// How often it is noted.
const EACH: Duration = Duration::from_secs(1);

/// Notes it until the process ends. Resolves when the keeper was exchanged for one of an earlier day: then nothing more
/// may be opened.
pub fn begin(record: Arc<Record>, seen: Arc<Seen>) -> oneshot::Receiver<()> {
    let (tell, older) = oneshot::channel();
    tokio::spawn(async move {
        look(&record, &seen).await;
        // Who drains already needs no second reason.
        let _told = tell.send(());
    });
    older
}

/// Ends when the ledger went back.
async fn look(record: &Record, seen: &Seen) {
    let mut each = tokio::time::interval(EACH);
    each.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut fails = false;
    loop {
        each.tick().await;
        match seen.note(record).await {
            Ok(()) => fails = false,
            // A keeper that is away is told of elsewhere.
            Err(Error::Keeper(_)) => {}
            Err(error @ Error::KeeperOlder { .. }) => {
                tracing::error!(%error, "the keeper was exchanged");
                return;
            }
            Err(error) => {
                if !fails {
                    tracing::warn!(%error, "how far the ledger goes is not noted");
                }
                fails = true;
            }
        }
    }
}

/// What was opened last is seen too; where the keeper is gone already, a second ago is the last.
pub async fn last(record: &Record, seen: &Seen) {
    if let Err(error) = seen.note(record).await {
        tracing::warn!(%error, "how far the ledger goes is not noted");
    }
}
