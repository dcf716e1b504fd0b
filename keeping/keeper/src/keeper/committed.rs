//! What the proof of a trail is made of: the events as their leaves commit to them, the key by which these leaves are known,
//! and what stands for all other leaves.
//!
//! The leaf key opens nothing; whoever has it can tell this subject's leaves from others', so it leaves the keeper for whom
//! the trail itself may leave it, behind the same notice.

use std::sync::Arc;

use hygie_notice::wire::{Committed, Failure, Response};
use hygie_notice::{Claims, Notice};
use serde_bytes::ByteArray;

use super::Keeper;
use super::answer::respond;
use crate::publisher::Wanted;
use crate::sequencer::{Ask, Done, Then, Writing};
use crate::{Client, event};

/// Most leaves of one question: it keeps the ledger's files from following for less than they lag anyway.
const LEAVES: usize = Client::LEAVES;

impl Keeper {
    /// Writes the notice down, then gives a page of the trail.
    pub(super) async fn committed(
        &self,
        claims: Arc<Claims>,
        notice: Notice,
        from: u64,
    ) -> Result<Response, Failure> {
        let subject = notice.subject;
        let writing = Writing::of(&claims, notice, Then::Page { from });
        let (receipt, trail, span, rows) = match self.ask(Ask::Write(Box::new(writing))).await? {
            Done::Page {
                receipt,
                trail,
                span,
                rows,
            } => (receipt, trail, span, rows),
            done => return respond(done),
        };
        let leaf_key = trail.leaf_key();
        let opened = tokio::task::spawn_blocking(move || {
            event::open_committed(&trail, subject, span, &rows)
        })
        .await;
        let events = opened.ok().flatten().ok_or_else(|| self.unreadable())?;
        Ok(Response::Committed(Committed {
            receipt,
            leaf_key: ByteArray::new(leaf_key),
            events,
        }))
    }

    /// What stands for a stretch of the ledger, but for some of its leaves.
    pub(super) async fn cover(
        &self,
        from: u64,
        to: Option<u64>,
        leaves: Vec<u64>,
    ) -> Result<Response, Failure> {
        if leaves.len() > LEAVES {
            return Err(Failure::Notice(
                "at most 256 leaves are proved at once".to_owned(),
            ));
        }
        let wanted = Wanted::Cover { from, to, leaves };
        respond(self.ask(Ask::Prove(wanted)).await?)
    }
}
