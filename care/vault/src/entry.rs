//! The form of a stored entry, final from the first byte:
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | version of this form: 1; 2 for a snapshot, at which reading begins |
//! | 1 | kind: what the caller says it is, in the clear |
//! | 2 | compression dictionary, big-endian; 0 for none |
//! | 4 | key epoch, big-endian |
//! | 32 | of a snapshot only: hash of the entry before it |
//! | 24 | nonce |
//! | 32 | key commitment |
//! | n + 16 | XAES-256-GCM of the packed content (`pack.rs`), and its tag |
//!
//! Everything in the header is also in the [`Place`], which is authenticated. The hash of an
//! entry is SHA-256(hash of the entry before it, 32 zero bytes for the first ‖ these bytes);
//! the keeper holds the last one.

use aws_lc_rs::digest::{Context, SHA256};
use hygie_notice::{DataKey, Entropy, Head, Place, Stream, Subject};

/// The only version there is.
const VERSION: u8 = 1;
/// The version of a snapshot.
const SNAPSHOT: u8 = 2;
const HEADER: usize = 8;

/// What stands in the clear before the ciphertext.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// What the caller says it is.
    pub kind: u8,
    /// Compression dictionary; 0 for none.
    pub dictionary: u16,
    /// Key epoch.
    pub epoch: u32,
    /// Whether it holds all that came before it.
    pub snapshot: bool,
}

impl Header {
    fn bytes(self) -> [u8; HEADER] {
        let mut bytes = [self.version(), self.kind, 0, 0, 0, 0, 0, 0];
        bytes[2..4].copy_from_slice(&self.dictionary.to_be_bytes());
        bytes[4..].copy_from_slice(&self.epoch.to_be_bytes());
        bytes
    }

    fn version(self) -> u8 {
        if self.snapshot { SNAPSHOT } else { VERSION }
    }

    /// The header and what stands behind it; `None` when it is not of this form.
    fn parse(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let ([version, kind, d0, d1, e0, e1, e2, e3], sealed) = bytes.split_first_chunk()?;
        let header = Self {
            kind: *kind,
            dictionary: u16::from_be_bytes([*d0, *d1]),
            epoch: u32::from_be_bytes([*e0, *e1, *e2, *e3]),
            snapshot: *version == SNAPSHOT,
        };
        (*version == header.version()).then_some((header, sealed))
    }

    /// INVARIANT (place-bound): person, stream, sequence and the previous entry's hash.
    fn place(self, subject: Subject, stream: Stream, end: Head) -> Place {
        Place {
            version: self.version(),
            subject,
            stream,
            sequence: end.count,
            previous: end.hash,
            epoch: self.epoch,
            kind: self.kind,
            dictionary: self.dictionary,
        }
    }
}

/// Seals packed content as the entry behind `end`.
pub fn seal(
    key: &DataKey,
    (subject, stream): (Subject, Stream),
    end: Head,
    header: Header,
    entropy: &dyn Entropy,
    packed: &[u8],
) -> Vec<u8> {
    let mut bytes = header.bytes().to_vec();
    if header.snapshot {
        bytes.extend(end.hash);
    }
    bytes.extend(key.seal(&header.place(subject, stream, end), entropy, packed));
    bytes
}

/// Opens the entry behind `end`; `None` when key, place or any bit differs.
pub fn open(
    key: &DataKey,
    (subject, stream): (Subject, Stream),
    end: Head,
    bytes: &[u8],
) -> Option<(Header, Vec<u8>)> {
    let (header, mut sealed) = Header::parse(bytes)?;
    if header.snapshot {
        let (previous, rest) = sealed.split_first_chunk()?;
        if *previous != end.hash {
            return None;
        }
        sealed = rest;
    }
    let packed = key.open(&header.place(subject, stream, end), sealed).ok()?;
    Some((header, packed))
}

/// Where the stream ends before `bytes`, in their own words, if they are a snapshot of that sequence.
/// Nothing vouches for it until they open there, and what follows them ends at the keeper's head.
pub fn begin(sequence: u64, bytes: &[u8]) -> Option<Head> {
    let (header, rest) = Header::parse(bytes)?;
    let (previous, _) = rest.split_first_chunk()?;
    header.snapshot.then_some(Head {
        count: sequence,
        hash: *previous,
    })
}

/// Where the stream ends once `bytes` stand behind `end`.
pub fn follow(end: Head, bytes: &[u8]) -> Head {
    let mut context = Context::new(&SHA256);
    context.update(&end.hash);
    context.update(bytes);
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    Head {
        count: end.count + 1,
        hash,
    }
}
