//! Persons whom only claims name, as a unit has them: in pieces of their own, for one unit may know millions, and all that stands
//! at its end is one.

use hygie_snapshot::Pseudonym;
use serde::Deserialize;

use super::Trailer;
use crate::Error;
use crate::persons::{Print, Row};
use crate::seal::{Sealed, Sealing};

/// Strangers of a piece.
const PIECE: usize = 1 << 16;

/// A person whom only claims name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Stranger {
    /// His pseudonym; zeros of whom nothing is told.
    pub(crate) name: Pseudonym,
    /// Of his number and rank: a later reference may know him by them. None of a cause of death.
    pub(crate) print: Option<Print>,
    /// Whether any event is his; a cause of death alone makes nobody.
    pub(crate) told: bool,
    pub(crate) birth_year: u16,
    pub(crate) sex: u8,
    pub(crate) department: [u8; 3],
}

impl Stranger {
    /// Bytes on disk: name, print (zeros for none), the others in their order.
    const SIZE: usize = 35;

    /// Leaves his place, and nothing of him.
    pub(super) fn silence(&mut self) {
        *self = Stranger {
            name: [0; 16],
            print: None,
            told: false,
            birth_year: 0,
            sex: 0,
            department: *b"   ",
        };
    }

    /// Whether it is a place that somebody left.
    pub(crate) fn is_silent(&self) -> bool {
        self.name == [0; 16]
    }

    fn put(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.name);
        to.extend_from_slice(&self.print.unwrap_or(Row::NONE).bytes());
        to.push(u8::from(self.told));
        to.extend_from_slice(&self.birth_year.to_le_bytes());
        to.push(self.sex);
        to.extend_from_slice(&self.department);
    }

    fn get(bytes: &[u8; Stranger::SIZE]) -> Stranger {
        fn part<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
            *bytes[at..].first_chunk().expect("within 35 bytes")
        }
        let print = Print::of_bytes(part(bytes, 16));
        Stranger {
            name: part(bytes, 0),
            print: (print != Row::NONE).then_some(print),
            told: bytes[28] != 0,
            birth_year: u16::from_le_bytes(part(bytes, 29)),
            sex: bytes[31],
            department: part(bytes, 32),
        }
    }
}

impl Trailer {
    /// Writes strangers behind the chunks, then what stands at the end; the file is whole.
    pub(super) fn finish(mut self, mut file: Sealing) -> Result<(), Error> {
        self.pieces.clear();
        let mut bytes = Vec::new();
        let first = self.chunks.len() as u64;
        for (number, part) in (first..).zip(self.strangers.chunks(PIECE)) {
            bytes.clear();
            part.iter().for_each(|stranger| stranger.put(&mut bytes));
            self.pieces.push(file.piece(number, &bytes)?);
        }
        let last = serde_json::to_vec(&self).expect("numbers and texts are JSON");
        file.finish(&last)
    }

    /// Reads what stands at the end, and the strangers. In a unit of versions before these stand there too.
    pub(super) fn read(file: &Sealed, last: &[u8]) -> Result<Trailer, Error> {
        let mut trailer: Trailer = serde_json::from_slice(last).map_err(|_| file.damaged())?;
        let first = trailer.chunks.len() as u64;
        for (number, place) in (first..).zip(&trailer.pieces) {
            let bytes = file.piece(number, *place)?;
            let (strangers, rest) = bytes.as_chunks();
            if !rest.is_empty() {
                return Err(file.damaged());
            }
            trailer
                .strangers
                .extend(strangers.iter().map(Stranger::get));
        }
        Ok(trailer)
    }
}
