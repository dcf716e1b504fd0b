//! Writing a snapshot behind an opened stream, and dropping what it holds. Its steps, with a crash
//! between any two:
//!
//! 1. The snapshot is appended. Whoever opens next finds it past the keeper's head, and advances the head
//!    over it as over any entry whose writer was stopped.
//! 2. The head is advanced. Reading begins at the snapshot from now on; what it holds still stands.
//! 3. What it holds is dropped. Whoever opens a stream with such leftovers drops them.

use std::sync::Arc;

use hygie_notice::{Head, Stream, Subject, SubjectKind};

use super::{Desk, Pen};
use crate::{Error, change, compact};

impl Pen {
    /// Looks in the background whether the stream that was just written wants a snapshot. The desk is the
    /// writer's own, opened by his notice (INVARIANT no log, no plaintext), and with it the subject's lock.
    pub(super) fn compact_if_due(&self, desk: &Desk, head: Head) {
        // The roll's pages and accounts hold other kinds of change, and are small by their making.
        let other = matches!(desk.subject.kind, SubjectKind::Roll | SubjectKind::Account);
        if other || !head.count.is_multiple_of(self.occasion) {
            return;
        }
        let Ok(behind) = Arc::clone(&self.behind).try_read_owned() else {
            return;
        };
        let (pen, desk) = (self.clone(), desk.clone());
        tokio::spawn(async move {
            let _behind = behind;
            if let Err(error) = pen.compact(&desk, head).await {
                // The record is as it was; the next occasion comes.
                tracing::warn!(%error, "a record could not be compacted");
            }
        });
    }

    async fn compact(&self, desk: &Desk, head: Head) -> Result<(), Error> {
        let (subject, stream) = (desk.subject, desk.stream);
        let log = self.vault.read(subject, stream, &desk.key, head).await?;
        if log.ahead || !compact::is_worthwhile(&log.entries, self.occasion) {
            return Ok(());
        }
        let parts = compact::shares(compact::changes(&log.entries)?);
        drop(log);
        let next = self
            .vault
            .append_snapshot(
                &desk.key,
                desk.epoch,
                head,
                subject,
                stream,
                change::SNAPSHOT,
                parts,
            )
            .await?;
        self.advance(subject, stream, head, next).await?;
        self.warm.moved(subject, head, next);
        if self.holds.is_free() {
            self.vault
                .forget_before(subject, stream, head.count)
                .await?;
        }
        Ok(())
    }

    /// Drops in the background what a snapshot at `snapshot` holds. The head counts the snapshot: it was
    /// read behind it.
    pub(super) fn drop_leftovers(&self, (subject, stream): (Subject, Stream), snapshot: u64) {
        let Ok(behind) = Arc::clone(&self.behind).try_read_owned() else {
            return;
        };
        if !self.holds.is_free() {
            return;
        }
        let vault = Arc::clone(&self.vault);
        tokio::spawn(async move {
            let _behind = behind;
            if let Err(error) = vault.forget_before(subject, stream, snapshot).await {
                tracing::warn!(%error, "what a snapshot holds could not be dropped");
            }
        });
    }
}
