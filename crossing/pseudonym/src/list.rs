//! The list of a rotation while it is made, and its file.
//!
//! The file, version 1: the 8 bytes `HYGROT1\n`, then chunks. A chunk is its length as four big-endian bytes, a random
//! nonce of 12, and ciphertext with a tag of 16 (AES-256-GCM). Inside: one byte, 1 for the last chunk, then pairs of 33
//! bytes (1 where it was carried, old, new), sorted by old. Bound to its place: both epochs, the chunk's number. The key serves this file alone, for
//! some thousand chunks at most, so that random nonces of 96 bits do not meet.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::prf::Secret;
use crate::{Entropy, Error, Pseudonym, Source, durable};

pub(crate) const MAGIC: &[u8; 8] = b"HYGROT1\n";
/// Pairs in a chunk: 1 MiB.
pub(crate) const PAIRS: usize = 32_768;

/// Where the list lies, and between which epochs it leads.
pub(crate) struct Name {
    pub path: PathBuf,
    pub old: u32,
    pub new: u32,
}

impl Name {
    /// The place of a chunk, authenticated with it.
    pub fn place(&self, chunk: u32) -> [u8; 32] {
        let mut place = *b"hygie rotation list             ";
        place[20..24].copy_from_slice(&self.old.to_be_bytes());
        place[24..28].copy_from_slice(&self.new.to_be_bytes());
        place[28..].copy_from_slice(&chunk.to_be_bytes());
        place
    }
}

pub(crate) fn cipher(key: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("the key has 32 bytes"))
}

/// Everybody who may stand in a snapshot, under both epochs.
pub struct List<'a> {
    old: &'a Secret,
    new: &'a Secret,
    lines: Vec<Line>,
}

/// The order of fields is the order of sorting: of two lines of one old pseudonym, the person's own comes first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    old: [u8; 16],
    carried: bool,
    new: [u8; 16],
}

impl<'a> List<'a> {
    pub(crate) fn new(old: &'a Secret, new: &'a Secret) -> Self {
        Self {
            old,
            new,
            lines: Vec::new(),
        }
    }

    /// Somebody of an insurer's table, by a name under which his claims can tell of him: each of them leads to a pseudonym of its
    /// own. Named twice alike, he is in the list once.
    pub fn person(&mut self, source: &Source<'_>) {
        self.push(Line {
            old: self.old.pseudonym(source).0,
            carried: false,
            new: self.new.pseudonym(source).0,
        });
    }

    /// A pseudonym that stands in a snapshot. If no [`List::person`] gives it, its new one is made of itself: the history
    /// stays whole, and claims that come later under the person's identifier begin another.
    pub fn carry(&mut self, pseudonym: &Pseudonym) {
        self.push(Line {
            old: pseudonym.0,
            carried: true,
            new: self.new.carried(pseudonym).0,
        });
    }

    /// Who is named by several tables takes no more memory than by one.
    fn push(&mut self, line: Line) {
        let room = self.lines.capacity();
        if self.lines.len() == room {
            self.settle();
            // Sorting each time that a few more are there would take for ever.
            if self.lines.len() > room / 4 * 3 {
                self.lines.reserve_exact(PAIRS.max(self.lines.len() / 2));
            }
        }
        self.lines.push(line);
    }

    fn settle(&mut self) {
        self.lines.sort_unstable();
        self.lines.dedup_by_key(|line| line.old);
    }

    pub(crate) fn write(
        mut self,
        name: &Name,
        key: &[u8; 32],
        entropy: &dyn Entropy,
    ) -> Result<(), Error> {
        self.settle();
        let unborn = name.path.with_extension("new");
        let mut file = BufWriter::with_capacity(1 << 20, durable::unborn(&unborn)?);
        let cipher = cipher(key);
        file.write_all(MAGIC).map_err(Error::io(&unborn))?;
        let chunks = self.lines.len().div_ceil(PAIRS).max(1);
        for number in 0..chunks {
            let from = number * PAIRS;
            let lines = &self.lines[from..self.lines.len().min(from + PAIRS)];
            let mut bytes = Zeroizing::new(Vec::with_capacity(1 + 33 * PAIRS + 16));
            bytes.push(u8::from(number + 1 == chunks));
            for line in lines {
                bytes.push(u8::from(line.carried));
                bytes.extend_from_slice(&line.old);
                bytes.extend_from_slice(&line.new);
            }
            let chunk = u32::try_from(number).expect("4 billion chunks are more than all people");
            let sealed = seal(&cipher, entropy, &name.place(chunk), &mut bytes);
            file.write_all(&sealed).map_err(Error::io(&unborn))?;
            file.write_all(&bytes).map_err(Error::io(&unborn))?;
        }
        let file = file
            .into_inner()
            .map_err(|error| Error::io(&unborn)(error.into_error()))?;
        durable::name(&file, &unborn, &name.path)
    }
}

/// Encrypts in place; returns what stands before it: length and nonce.
fn seal(
    cipher: &LessSafeKey,
    entropy: &dyn Entropy,
    place: &[u8],
    bytes: &mut Vec<u8>,
) -> [u8; 16] {
    let mut nonce = [0; 12];
    entropy.fill(&mut nonce);
    cipher
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place), bytes)
        .expect("a chunk is shorter than GCM's 64 GiB");
    let length = u32::try_from(bytes.len()).expect("a chunk is about 1 MiB");
    let mut head = [0; 16];
    head[..4].copy_from_slice(&length.to_be_bytes());
    head[4..].copy_from_slice(&nonce);
    head
}
