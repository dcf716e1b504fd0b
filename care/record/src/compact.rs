//! What a snapshot holds, and when one is worth its price (decision 0014).

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hygie_notice::ActorRef;
use hygie_vault::Plain;

use crate::Error;
use crate::change::{Change, Kept, SNAPSHOT, Share, decode, encode};

/// Every so many entries of a stream somebody looks whether a snapshot is worthwhile: looking means
/// opening the stream. Half as many behind the newest snapshot are the fewest for which another is made.
pub const OCCASION: u64 = 256;
/// The greatest part of what is kept that a snapshot may say again: with one in `AGAIN` new, all
/// snapshots of a record together cost no more than `AGAIN` times what it holds.
const AGAIN: usize = 4;

/// Whether a snapshot of these entries, of which some may be a snapshot's parts, is worthwhile.
pub fn is_worthwhile(entries: &[Plain], occasion: u64) -> bool {
    let bytes = |snapshot: bool| {
        entries
            .iter()
            .filter(|plain| (plain.kind == SNAPSHOT) == snapshot)
            .map(|plain| plain.bytes.len())
            .sum::<usize>()
    };
    let new = entries
        .iter()
        .filter(|plain| plain.kind != SNAPSHOT)
        .count();
    let new = u64::try_from(new).expect("lengths fit 64 bits");
    new > 0 && new >= occasion / 2 && bytes(false) >= bytes(true) / AGAIN
}

/// The changes of a log in their order, each with the sequence that its entry had.
///
/// # Errors
/// [`Error::UnknownForm`].
pub fn changes(entries: &[Plain]) -> Result<Vec<(u64, Change)>, Error> {
    let mut changes = Vec::with_capacity(entries.len());
    for plain in entries {
        if plain.kind != SNAPSHOT {
            changes.push((plain.sequence, decode(&plain.bytes)?));
            continue;
        }
        let Share {
            author,
            changes: kept,
        } = decode(&plain.bytes)?;
        changes.extend(kept.into_iter().map(|Kept { place, at, puts }| {
            let author = author.clone();
            (place, Change { at, author, puts })
        }));
    }
    // A snapshot's parts stand by author.
    changes.sort_by_key(|(place, _)| *place);
    Ok(changes)
}

/// A snapshot's parts: each author's changes, in the order in which authors came.
pub fn shares(changes: Vec<(u64, Change)>) -> Vec<Vec<u8>> {
    let mut shares: Vec<Share> = Vec::new();
    let mut places: HashMap<ActorRef, usize> = HashMap::new();
    for (place, Change { at, author, puts }) in changes {
        let share = *places.entry(author).or_insert_with_key(|author| {
            shares.push(Share {
                author: author.clone(),
                changes: Vec::new(),
            });
            shares.len() - 1
        });
        shares[share].changes.push(Kept { place, at, puts });
    }
    shares.iter().map(encode).collect()
}

/// Backups under way. While there is one, what a snapshot holds is not dropped: the backup's heads may be
/// of a time before the snapshot.
#[derive(Default)]
pub struct Holds(AtomicUsize);

/// A backup under way.
pub struct Hold(Arc<Holds>);

impl Holds {
    /// Begins to hold.
    pub fn hold(self: &Arc<Self>) -> Hold {
        self.0.fetch_add(1, Ordering::SeqCst);
        Hold(Arc::clone(self))
    }

    /// Whether what snapshots hold may be dropped now.
    pub fn is_free(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 0
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}
