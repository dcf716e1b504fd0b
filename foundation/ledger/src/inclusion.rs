//! One entry with all that proves it, as a text that a citizen can keep (C2SP tlog-proof).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::{Checkpoint, Error, Verifier, verify};

/// The first line of every proof.
const HEAD: &str = "c2sp.org/tlog-proof@v1";
/// The longest path: a tree of 2^63 entries.
const PATH: usize = 63;

/// That an entry stands in a log: verified offline, with the log's public key alone.
///
/// The entry travels in the `extra` line, so that the text is whole in itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    /// The entry.
    pub entry: Vec<u8>,
    /// Its index in the log.
    pub index: u64,
    /// RFC 6962 inclusion proof, leaf to root.
    pub path: Vec<[u8; 32]>,
    /// The signed checkpoint that it leads to.
    pub checkpoint: String,
}

impl fmt::Display for Inclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}")?;
        writeln!(f, "extra {}", STANDARD.encode(&self.entry))?;
        writeln!(f, "index {}", self.index)?;
        for hash in &self.path {
            writeln!(f, "{}", STANDARD.encode(hash))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl Inclusion {
    /// Reads what `Display` prints; nothing is believed until [`Inclusion::verify`]. Lines before the
    /// proof's first one, such as a receipt's own, are passed over.
    ///
    /// # Errors
    /// [`Error::MalformedProof`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let malformed = |why| Error::MalformedProof { why };
        let start = text
            .find(HEAD)
            .ok_or(malformed("it has no line `c2sp.org/tlog-proof@v1`"))?;
        let (head, checkpoint) = text[start..]
            .split_once("\n\n")
            .ok_or(malformed("no empty line stands before the checkpoint"))?;
        let mut lines = head.lines().skip(1);
        let entry = lines
            .next()
            .and_then(|line| line.strip_prefix("extra "))
            .and_then(|text| STANDARD.decode(text).ok())
            .ok_or(malformed(
                "its `extra` line does not hold the entry in base64",
            ))?;
        let index = lines
            .next()
            .and_then(|line| line.strip_prefix("index "))
            .and_then(|text| text.parse().ok())
            .ok_or(malformed("its `index` line does not hold a number"))?;
        let path = lines
            .map(|line| STANDARD.decode(line).ok()?.try_into().ok())
            .collect::<Option<Vec<[u8; 32]>>>()
            .filter(|path| path.len() <= PATH)
            .ok_or(malformed("its path is not made of hashes in base64"))?;
        Ok(Self {
            entry,
            index,
            path,
            checkpoint: checkpoint.to_owned(),
        })
    }

    /// Whether the entry stands in the log of this key; gives the checkpoint that says so.
    ///
    /// # Errors
    /// [`Error::UnverifiedNote`] and others of the checkpoint; [`Error::ProofRefused`] or
    /// [`Error::OutOfRange`] when the path does not lead from the entry to the signed root.
    pub fn verify(&self, verifier: &Verifier) -> Result<Checkpoint, Error> {
        let checkpoint = Checkpoint::open(&self.checkpoint, verifier)?;
        let leaf = verify::leaf_hash(&self.entry);
        verify::inclusion(
            &leaf,
            self.index,
            checkpoint.size,
            &self.path,
            &checkpoint.root,
        )?;
        Ok(checkpoint)
    }
}
