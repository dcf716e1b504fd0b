//! The log itself: create, open (which is also recovery), append, read, prove.

mod open;

use std::fmt;
use std::ops::Range;

use crate::hash::{self, Hash};
use crate::proof::{self, Prover};
use crate::tile::{self, CHECKPOINT, Row, Tile, WIDTH};
use crate::tree::Tree;
use crate::{Checkpoint, Error, Signer, Store, verify};

/// An append-only log with its one writer.
///
/// After a failed write it is not known what is durable. The log then answers [`Error::Poisoned`] to all but the
/// questions about its last acknowledged state; opening it again recovers. A failed write is never tried again here,
/// because a second fsync can succeed over data that the first one lost.
pub struct Log<S: Store> {
    store: S,
    signer: Signer,
    /// Equal to the acknowledged state, but while an append is under way, and after one that failed.
    tree: Tree,
    /// The bytes of the partial bundle of `tree`.
    tail: Vec<u8>,
    size: u64,
    root: Hash,
    checkpoint: String,
    poisoned: bool,
}

/// The answer to an append: these entries are durable, and this checkpoint signs for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Index of the first entry appended, counted from 0.
    pub first: u64,
    /// Entries appended.
    pub count: u64,
    /// The signed checkpoint of the log with these entries at its end.
    pub checkpoint: String,
}

impl<S: Store> Log<S> {
    /// Appends entries of at most 65,535 bytes each as one group: one signature, one durable step for all.
    ///
    /// An error before anything is written (an entry too long, a poisoned log) leaves the log as it was. Any other
    /// error poisons it; the entries may or may not be there when it is opened again, all of them or none.
    pub fn append(&mut self, entries: &[Vec<u8>]) -> Result<Receipt, Error> {
        self.usable()?;
        if let Some(position) = entries
            .iter()
            .position(|entry| entry.len() > usize::from(u16::MAX))
        {
            return Err(Error::EntryTooLong {
                position,
                length: entries[position].len(),
            });
        }
        let first = self.size;
        if !entries.is_empty() {
            self.commit(entries).inspect_err(|_| self.poisoned = true)?;
        }
        Ok(Receipt {
            first,
            count: entries.len() as u64,
            checkpoint: self.checkpoint.clone(),
        })
    }

    fn commit(&mut self, entries: &[Vec<u8>]) -> Result<(), Error> {
        let old = self.size;
        let files = self.extend(entries);
        // Crash before or within this put: the checkpoint still names the old tree, whose files are untouched. The
        // new files lie beyond it, and the next open removes them. Nothing was acknowledged.
        self.store.put(&files)?;
        // Only now is anything signed, so that no signature ever stands for data that a crash can take away.
        let (size, root) = (self.tree.size(), self.tree.root());
        let checkpoint = Checkpoint::sign(size, &root, &self.signer)?;
        // Crash within this put: the old or the new checkpoint is there, and the files of both are.
        self.store
            .put(&[(CHECKPOINT.to_owned(), checkpoint.clone().into_bytes())])?;
        (self.size, self.root, self.checkpoint) = (size, root, checkpoint);
        // Crash from here on: partial tiles of the old tree are left over, and the next open removes them.
        for tile in tile::outgrown(old, size) {
            self.store.remove(&tile.to_string())?;
        }
        Ok(())
    }

    /// Adds the entries to the tree and returns the files that are new: filled tiles and bundles, and the partial ones
    /// of each row that changed. No file of the old tree is among them, since a wider tile has another name.
    fn extend(&mut self, entries: &[Vec<u8>]) -> Vec<(String, Vec<u8>)> {
        let old = self.size;
        let mut full = Vec::new();
        for entry in entries {
            tile::bundle_push(&mut self.tail, entry);
            self.tree.push(hash::leaf(entry), &mut full);
            if self.tree.size().is_multiple_of(WIDTH) {
                let bundle = Tile::full(Row::Entries, self.tree.size() / WIDTH - 1);
                full.push((bundle, std::mem::take(&mut self.tail)));
            }
        }
        let size = self.tree.size();
        let bundle = Row::Entries
            .partial(size)
            .map(|bundle| (bundle, self.tail.as_slice()));
        let grown = |(tile, _): &(Tile, &[u8])| tile.row.items(old) != tile.row.items(size);
        let partials = self
            .tree
            .partials()
            .chain(bundle)
            .filter(grown)
            .map(|(tile, bytes)| (tile, bytes.to_vec()));
        full.into_iter()
            .chain(partials)
            .map(|(tile, bytes)| (tile.to_string(), bytes))
            .collect()
    }

    /// Entries in the log, as last acknowledged.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// RFC 6962 root over all entries, as last acknowledged.
    pub fn root(&self) -> [u8; 32] {
        self.root
    }

    /// The signed checkpoint, as last acknowledged.
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// The entry with this index, counted from 0. An entry read from the store is proved against the root first.
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, Error> {
        self.within(index, self.size)?;
        let bundle = Tile::full(Row::Entries, index / WIDTH);
        let place = usize::try_from(index % WIDTH).expect("a place in a bundle is below 256");
        if !bundle.belongs_to(self.size) {
            let bundle = Row::Entries
                .partial(self.size)
                .expect("an index beyond the full bundles is in the partial one");
            return Ok(tile::bundle_entries(bundle, &self.tail)?[place].to_vec());
        }
        let bytes = proof::read(&self.store, &bundle.to_string())?;
        let entry = tile::bundle_entries(bundle, &bytes)?[place];
        let proof = self.prove_inclusion(index)?;
        verify::inclusion(&hash::leaf(entry), index, self.size, &proof, &self.root).map_err(
            |_| Error::Damaged {
                path: bundle.to_string(),
                why: "an entry is not what the root implies",
            },
        )?;
        Ok(entry.to_vec())
    }

    /// RFC 6962 section 2.1.1: the proof that the entry with this index is in the log as it is now.
    pub fn prove_inclusion(&self, index: u64) -> Result<Vec<[u8; 32]>, Error> {
        self.within(index, self.size)?;
        Prover::new(&self.store, &self.tree).inclusion(index)
    }

    /// The hashes that stand for all of `span` but some of its `leaves`, whose indices rise: for each stretch before,
    /// between and behind them, those of the largest perfect subtrees that cover it, from left to right. With the span
    /// `0..size` it proves all these leaves at once ([`verify::inclusions`]); spans may be asked for one after the other.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] beyond the log; [`Error::ProofRefused`] where the leaves do not rise within the span; those
    /// of reading.
    pub fn cover(&self, span: Range<u64>, leaves: &[u64]) -> Result<Vec<[u8; 32]>, Error> {
        self.within(span.end, self.size.saturating_add(1))?;
        let mut prover = Prover::new(&self.store, &self.tree);
        let (mut cover, mut at) = (Vec::new(), span.start);
        for leaf in leaves {
            if !(at..span.end).contains(leaf) {
                let why = "the indices do not rise within the span";
                return Err(Error::ProofRefused { why });
            }
            cover.extend(prover.cover(at, *leaf)?);
            at = leaf + 1;
        }
        cover.extend(prover.cover(at, span.end)?);
        Ok(cover)
    }

    /// RFC 6962 section 2.1.2: the proof that the log of `old_size` entries is the beginning of the log as it is now.
    /// It is empty when there is nothing to prove: for an old size of 0, and for the present size.
    pub fn prove_consistency(&self, old_size: u64) -> Result<Vec<[u8; 32]>, Error> {
        self.within(old_size, self.size.saturating_add(1))?;
        if old_size == 0 {
            return Ok(Vec::new());
        }
        Prover::new(&self.store, &self.tree).consistency(old_size)
    }

    /// Whether the log goes on from a state that its key signed before.
    ///
    /// # Errors
    /// [`Error::Behind`] when it is shorter, [`Error::Forked`] when it does not begin with those entries; others where
    /// the proof cannot be read.
    pub fn goes_on_from(&self, known: &Checkpoint) -> Result<(), Error> {
        if known.size > self.size {
            return Err(Error::Behind {
                size: self.size,
                known: known.size,
            });
        }
        let proof = self.prove_consistency(known.size)?;
        verify::consistency(known.size, &known.root, self.size, &self.root, &proof).map_err(
            |error| match error {
                Error::ProofRefused { .. } => Error::Forked { known: known.size },
                other => other,
            },
        )
    }

    fn usable(&self) -> Result<(), Error> {
        if self.poisoned {
            Err(Error::Poisoned)
        } else {
            Ok(())
        }
    }

    fn within(&self, asked: u64, limit: u64) -> Result<(), Error> {
        self.usable()?;
        if asked >= limit {
            return Err(Error::OutOfRange {
                asked,
                size: self.size,
            });
        }
        Ok(())
    }
}

/// Shows the name and the size only.
impl<S: Store> fmt::Debug for Log<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.signer.verifier().origin();
        f.debug_struct("Log")
            .field("origin", &origin)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}
