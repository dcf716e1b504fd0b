//! What the proof of a trail is made of.

use hygie_notice::wire::{Committed, Request, Response};
use hygie_notice::{Assertion, Notice};

use super::{Client, unexpected};
use crate::Error;

/// Hashes that stand for a stretch of the ledger, and the checkpoint of that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// The signed checkpoint, a C2SP signed note.
    pub checkpoint: String,
    /// RFC 6962 hashes of the largest perfect subtrees, from left to right.
    pub hashes: Vec<[u8; 32]>,
}

impl Client {
    /// Most leaves that [`Client::cover`] goes around at once.
    pub const LEAVES: usize = 256;

    /// Has the notice written down, and gets a page of the trail as its leaves commit to it, and the key that they are
    /// known by: at most 1,000 events from number `from`; the last page is the one that ends with this very notice.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub async fn committed(
        &self,
        assertion: &Assertion,
        notice: Notice,
        from: u64,
    ) -> Result<Committed, Error> {
        let assertion = assertion.clone();
        let request = Request::Committed {
            assertion,
            notice,
            from,
        };
        match self.ask(&request).await? {
            Response::Committed(page) => Ok(page),
            other => Err(unexpected(other)),
        }
    }

    /// The hashes that stand for the ledger from leaf `from` to before leaf `to`, or to its end, but for some `leaves`; once
    /// its files hold every leaf that was written before this was asked.
    ///
    /// # Errors
    /// [`Error::Refused`] for leaves that are not there, or more than [`Client::LEAVES`]; [`Error::Unavailable`].
    pub async fn cover(
        &self,
        from: u64,
        to: Option<u64>,
        leaves: Vec<u64>,
    ) -> Result<Cover, Error> {
        match self.ask(&Request::Cover { from, to, leaves }).await? {
            Response::Cover { checkpoint, hashes } => Ok(Cover {
                checkpoint,
                hashes: hashes.into_iter().map(|hash| hash.into_array()).collect(),
            }),
            other => Err(unexpected(other)),
        }
    }
}
