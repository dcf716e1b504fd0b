use aws_lc_rs::digest::{SHA256, digest};
use hygie_notice::wire::{CommittedLine, TrailLine};
use hygie_notice::{DataKey, Entropy, Event, Head, Place, Stream, Subject};

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
    let mut bytes = bytes(event);
    let leaf = trail.leaf(&bytes);
    let head = Head {
        count: event.number + 1,
        hash: hash(&bytes),
    };
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
    Sealed { row, head }
}

/// An event as its leaf commits to it.
pub(crate) fn bytes(event: &Event) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(event, &mut bytes).expect("writing to memory succeeds");
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
    let line = |(index, event, _)| TrailLine { index, event };
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
    let line = |(index, _, bytes): Opened| CommittedLine {
        index,
        event: bytes.into(),
    };
    Some(opened.map(line).collect())
}

/// Index, event, and the event's bytes.
type Opened = (u64, Event, Vec<u8>);

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
        let mut rest = plain.as_slice();
        let event: Event = ciborium::from_reader(&mut rest).ok()?;
        let (bytes, padding) = plain.split_at(plain.len() - rest.len());
        let honest = padding.iter().all(|byte| *byte == 0)
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
        lines.push((row.index, event, bytes.to_vec()));
    }
    Some(lines)
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
