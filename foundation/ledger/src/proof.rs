//! RFC 6962 sections 2.1.1 and 2.1.2: inclusion and consistency proofs, read out of the tiles.

use std::collections::BTreeMap;

use crate::hash::{self, Hash};
use crate::tile::{Row, Tile, WIDTH};
use crate::tree::{Tree, subtrees};
use crate::{Error, Store};

/// Reads the hashes of a tree: its right edge from memory, all else from the store, each tile once.
pub(crate) struct Prover<'a> {
    store: &'a dyn Store,
    size: u64,
    tiles: BTreeMap<(u8, u64), Vec<u8>>,
}

impl<'a> Prover<'a> {
    pub(crate) fn new(store: &'a dyn Store, tree: &Tree) -> Prover<'a> {
        let edge = |(tile, bytes): (Tile, &[u8])| match tile.row {
            Row::Level(level) => Some(((level, tile.index), bytes.to_vec())),
            Row::Entries => None,
        };
        Prover {
            store,
            size: tree.size(),
            tiles: tree.partials().filter_map(edge).collect(),
        }
    }

    /// PATH(index, D[size]); `index` must be below the size.
    pub(crate) fn inclusion(&mut self, index: u64) -> Result<Vec<Hash>, Error> {
        let (mut low, mut high) = (0, self.size);
        let mut proof = Vec::new();
        while high - low > 1 {
            let middle = low + split(high - low);
            if index < middle {
                proof.push(self.subtree(middle, high)?);
                high = middle;
            } else {
                proof.push(self.subtree(low, middle)?);
                low = middle;
            }
        }
        proof.reverse();
        Ok(proof)
    }

    /// PROOF(old, D[size]); `old` must be at least 1 and at most the size.
    pub(crate) fn consistency(&mut self, old: u64) -> Result<Vec<Hash>, Error> {
        let (mut low, mut high) = (0, self.size);
        let mut proof = Vec::new();
        while old != high {
            let middle = low + split(high - low);
            if old <= middle {
                proof.push(self.subtree(middle, high)?);
                high = middle;
            } else {
                proof.push(self.subtree(low, middle)?);
                low = middle;
            }
        }
        // A subtree that begins at 0 is the whole old tree, whose root the verifier has.
        if low > 0 {
            proof.push(self.subtree(low, high)?);
        }
        proof.reverse();
        Ok(proof)
    }

    /// The hashes of the largest perfect subtrees that cover the leaves `low..high`, from left to right.
    pub(crate) fn cover(&mut self, low: u64, high: u64) -> Result<Vec<Hash>, Error> {
        subtrees(low, high)
            .map(|(height, index)| self.node(height, index))
            .collect()
    }

    /// MTH(D[low:high]), where `low` is a multiple of the largest power of two in the range.
    fn subtree(&mut self, low: u64, high: u64) -> Result<Hash, Error> {
        let count = high - low;
        let mut at = low;
        let mut subtrees = Vec::new();
        for height in (0..64).rev().filter(|height| count >> height & 1 == 1) {
            subtrees.push(self.node(height, at >> height)?);
            at += 1 << height;
        }
        Ok(hash::fold(&subtrees))
    }

    /// The root of the perfect subtree number `index` of this height.
    fn node(&mut self, height: u32, index: u64) -> Result<Hash, Error> {
        let level = u8::try_from(height / 8).expect("a height is below 64");
        let inner = height % 8;
        let first = index << inner;
        let tile = self.tile(level, first / WIDTH)?;
        let start =
            usize::try_from(first % WIDTH).expect("a place in a tile is below 256") * hash::LEN;
        Ok(hash::perfect(&tile[start..start + (hash::LEN << inner)]))
    }

    fn tile(&mut self, level: u8, index: u64) -> Result<&[u8], Error> {
        if !self.tiles.contains_key(&(level, index)) {
            let bytes = read_tile(self.store, Tile::full(Row::Level(level), index))?;
            self.tiles.insert((level, index), bytes);
        }
        Ok(&self.tiles[&(level, index)])
    }
}

/// The bytes of a tile of hashes, which must have the length that its name says.
pub(crate) fn read_tile(store: &dyn Store, tile: Tile) -> Result<Vec<u8>, Error> {
    let path = tile.to_string();
    let bytes = read(store, &path)?;
    if bytes.len() as u64 != tile.width * hash::LEN as u64 {
        return Err(Error::Damaged {
            path,
            why: "it holds another number of hashes than its name says",
        });
    }
    Ok(bytes)
}

/// The bytes of a file that must be there.
pub(crate) fn read(store: &dyn Store, path: &str) -> Result<Vec<u8>, Error> {
    store.get(path)?.ok_or_else(|| Error::Missing {
        path: path.to_owned(),
    })
}

/// The largest power of two below `count`, which must be at least 2.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}
