use std::borrow::Cow;

use aws_lc_rs::digest::{SHA256, digest};
use hygie_notice::wire::{CommittedLine, TrailLine, Words};
use hygie_notice::{
    ActorKind, ActorRef, DataKey, Entropy, Event, Head, Millis, Notice, Place, Stream, Subject,
};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteArray;

use crate::database::EventRow;

/// The form of sealed events.
const VERSION: u8 = 1;
/// The kind of entry that an event is.
const KIND: u8 = 1;
/// Events are padded with zeros to a multiple of this many bytes, so that their size says little
/// about what was asked for.
const PADDING: usize = 256;
/// The first byte of each entry of the ledger: the form of the leaf behind it.
const LEAF_FORM: u8 = 1;

/// An event ready to be stored, and where its subject's chain ends with it.
pub(crate) struct Sealed {
    pub(crate) row: EventRow,
    pub(crate) head: Head,
    /// The event as its leaf commits to it.
    pub(crate) event: Vec<u8>,
}

/// An event as it is written: as [`Event`], with the commitment to its words where they stand beside it.
#[derive(Serialize)]
struct Form<'a> {
    at: Millis,
    number: u64,
    #[serde(with = "serde_bytes")]
    previous: [u8; 32],
    actor: &'a ActorRef,
    issuer: &'a str,
    notice: Cow<'a, Notice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<ByteArray<32>>,
}

/// The commitment of an event, if it has one: SHA-256 of [`Words::bytes`].
#[derive(Deserialize)]
struct Said {
    said: Option<ByteArray<32>>,
}

/// The entry of the ledger for a leaf: 33 bytes that say nothing.
pub(crate) fn ledger_entry(leaf: &[u8; 32]) -> Vec<u8> {
    let mut entry = Vec::with_capacity(33);
    entry.push(LEAF_FORM);
    entry.extend_from_slice(leaf);
    entry
}

/// Seals an event into the chain of `subject`, under its trail key, for the ledger's `index`.
pub(crate) fn seal(
    trail: &DataKey,
    subject: Subject,
    epoch: u32,
    index: u64,
    event: &Event,
    entropy: &dyn Entropy,
) -> Sealed {
    let words = words(event, entropy);
    let mut bytes = bytes(event, words.as_ref());
    let committed = bytes.clone();
    let leaf = trail.leaf(&bytes);
    let head = Head {
        count: event.number + 1,
        hash: hash(&bytes),
    };
    if let Some(words) = &words {
        ciborium::into_writer(words, &mut bytes).expect("writing to memory succeeds");
    }
    bytes.resize(bytes.len().next_multiple_of(PADDING), 0);
    let place = place(subject, epoch, event.number, event.previous);
    let row = EventRow {
        index,
        number: event.number,
        epoch,
        previous: event.previous,
        leaf,
        sealed: trail.seal(&place, entropy, &bytes),
    };
    Sealed {
        row,
        head,
        event: committed,
    }
}

/// The words of who gives care stand beside his event: an item that they name may have to wait until it is
/// announced (art. R. 1111-42 CSP), while the event itself is shown and proved.
fn words(event: &Event, entropy: &dyn Entropy) -> Option<Words> {
    let cares = matches!(
        event.actor.kind,
        ActorKind::Professional | ActorKind::Software
    );
    cares.then(|| {
        let mut salt = [0; 32];
        entropy.fill(&mut salt);
        Words {
            salt: ByteArray::new(salt),
            what: event.notice.what.clone(),
        }
    })
}

/// An event as its leaf commits to it.
fn bytes(event: &Event, words: Option<&Words>) -> Vec<u8> {
    let notice = match words {
        None => Cow::Borrowed(&event.notice),
        Some(_) => Cow::Owned(Notice {
            what: String::new(),
            ..event.notice.clone()
        }),
    };
    let form = Form {
        at: event.at,
        number: event.number,
        previous: event.previous,
        actor: &event.actor,
        issuer: &event.issuer,
        notice,
        said: words.map(|words| ByteArray::new(hash(&words.bytes()))),
    };
    let mut bytes = Vec::new();
    ciborium::into_writer(&form, &mut bytes).expect("writing to memory succeeds");
    bytes
}

/// Opens a page of a subject's chain, and checks that each event is the one its leaf commits to,
/// and follows the one before it. The page must begin with number `from`, unless the chain ends before that: so
/// pages laid behind one another lack nothing. `None` when anything differs.
pub(crate) fn open_page(
    trail: &DataKey,
    subject: Subject,
    span: (u64, u64),
    rows: &[EventRow],
) -> Option<Vec<TrailLine>> {
    let opened = open_rows(trail, subject, span, rows)?.into_iter();
    let line = |opened: Opened| TrailLine {
        index: opened.index,
        event: opened.event,
    };
    Some(opened.map(line).collect())
}

/// The same, with the events as their leaves commit to them.
pub(crate) fn open_committed(
    trail: &DataKey,
    subject: Subject,
    span: (u64, u64),
    rows: &[EventRow],
) -> Option<Vec<CommittedLine>> {
    let opened = open_rows(trail, subject, span, rows)?.into_iter();
    let line = |opened: Opened| CommittedLine {
        index: opened.index,
        event: opened.bytes.into(),
        words: opened.words,
    };
    Some(opened.map(line).collect())
}

/// What a row held.
struct Opened {
    index: u64,
    /// With its words, wherever they stood.
    event: Event,
    /// The event as its leaf commits to it.
    bytes: Vec<u8>,
    words: Option<Words>,
}

fn open_rows(
    trail: &DataKey,
    subject: Subject,
    (from, end): (u64, u64),
    rows: &[EventRow],
) -> Option<Vec<Opened>> {
    let first = rows.first().map(|row| row.number);
    if first != Some(from).filter(|from| *from < end) {
        return None;
    }
    let mut lines: Vec<Opened> = Vec::with_capacity(rows.len());
    let mut before: Option<Head> = None;
    for row in rows {
        if before.is_some_and(|head| head.count != row.number || head.hash != row.previous) {
            return None;
        }
        let place = place(subject, row.epoch, row.number, row.previous);
        let plain = trail.open(&place, &row.sealed).ok()?;
        let (mut event, bytes, mut rest) = split(&plain)?;
        let words = beside(&mut event, bytes, &mut rest)?;
        let honest = rest.iter().all(|byte| *byte == 0)
            && event.number == row.number
            && event.previous == row.previous
            && trail.leaf(bytes) == row.leaf;
        if !honest {
            return None;
        }
        before = Some(Head {
            count: row.number + 1,
            hash: hash(bytes),
        });
        lines.push(Opened {
            index: row.index,
            event,
            bytes: bytes.to_vec(),
            words,
        });
    }
    Some(lines)
}

/// The event, its own bytes, and what stands behind them.
fn split(plain: &[u8]) -> Option<(Event, &[u8], &[u8])> {
    let mut rest = plain;
    let event: Event = ciborium::from_reader(&mut rest).ok()?;
    let (bytes, rest) = plain.split_at(plain.len() - rest.len());
    Some((event, bytes, rest))
}

/// The words beside an event that commits to them, read off `rest` and put into it; `None` where they are not those.
/// An event of before says its words itself.
fn beside(event: &mut Event, bytes: &[u8], rest: &mut &[u8]) -> Option<Option<Words>> {
    let Said { said } = ciborium::from_reader(bytes).ok()?;
    let Some(said) = said else {
        return Some(None);
    };
    let words: Words = ciborium::from_reader(rest).ok()?;
    if hash(&words.bytes()) != *said || !event.notice.what.is_empty() {
        return None;
    }
    event.notice.what.clone_from(&words.what);
    Some(Some(words))
}

fn place(subject: Subject, epoch: u32, number: u64, previous: [u8; 32]) -> Place {
    Place {
        version: VERSION,
        subject,
        stream: Stream::Trail,
        sequence: number,
        previous,
        epoch,
        kind: KIND,
        dictionary: 0,
    }
}

fn hash(bytes: &[u8]) -> [u8; 32] {
    digest(&SHA256, bytes)
        .as_ref()
        .try_into()
        .expect("SHA-256 gives 32 bytes")
}

#[cfg(test)]
mod tests;
