//! The form of a document's object, final from the first byte: the plain bytes, padded with zeros to a size
//! that tells little (Padmé, `pack.rs`), cut into pieces of 64 KiB, each sealed as `DataKey::seal_piece`
//! does (nonce 24, commitment 32, XAES-256-GCM and its tag 16) at its place: the object's name, the piece's
//! number, whether it is the last, and the version of this form, 1. Nothing stands in the clear.

use std::ops::Range;

use hygie_notice::{DataKey, Entropy, Piece};

use super::Name;
use crate::pack;

const VERSION: u8 = 1;
/// Plain bytes of every piece but the last, which may have fewer.
pub const PIECE: usize = 64 * 1024;
/// Bytes that sealing adds to a piece.
const SEAL: usize = 24 + 32 + 16;

/// What follows from a document's length alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Plain bytes, padding included.
    pub padded: u64,
    /// How many pieces there are; one at least.
    pub pieces: u64,
    /// Bytes of the object.
    pub sealed: u64,
}

impl Shape {
    /// The shape of a document of `length` plain bytes; `None` for one that no store holds.
    pub fn of(length: u64) -> Option<Self> {
        let padded = wide(pack::padded(usize::try_from(length).ok()?));
        let pieces = padded.div_ceil(wide(PIECE));
        Some(Self {
            padded,
            pieces,
            sealed: padded.checked_add(pieces.checked_mul(wide(SEAL))?)?,
        })
    }

    /// Where piece `number` lies in the object.
    pub fn place(self, number: u64) -> Range<u64> {
        let whole = wide(PIECE + SEAL);
        let from = number * whole;
        from..(from + whole).min(self.sealed)
    }
}

/// The pieces that hold the plain bytes of `range`, which is not empty.
pub fn pieces(range: &Range<u64>) -> Range<u64> {
    range.start / wide(PIECE)..range.end.div_ceil(wide(PIECE))
}

/// Seals a piece.
pub fn seal(
    key: &DataKey,
    (name, number, last): (Name, u64, bool),
    entropy: &dyn Entropy,
    plain: &[u8],
) -> Vec<u8> {
    key.seal_piece(&at(name, number, last), entropy, plain)
}

/// Opens a piece; `None` when key, place or any bit differs.
pub fn open(
    key: &DataKey,
    (name, number, last): (Name, u64, bool),
    sealed: &[u8],
) -> Option<Vec<u8>> {
    key.open_piece(&at(name, number, last), sealed).ok()
}

fn at(name: Name, number: u64, last: bool) -> Piece {
    Piece {
        version: VERSION,
        name: name.bytes(),
        number,
        last,
    }
}

/// Lengths in memory as those of objects.
pub fn wide(length: usize) -> u64 {
    u64::try_from(length).expect("lengths fit 64 bits")
}
