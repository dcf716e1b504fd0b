//! The right edge of the tree: all that an append needs to know, so that it reads no file.

use crate::hash::{self, Hash};
use crate::tile::{Row, Tile, WIDTH};

/// The largest perfect subtrees that cover the leaves `low..high`, from left to right: height, and index among those
/// of that height. They do not depend on how large the tree around them is.
pub(crate) fn subtrees(mut low: u64, high: u64) -> impl Iterator<Item = (u32, u64)> {
    std::iter::from_fn(move || {
        let count = high.checked_sub(low).filter(|count| *count > 0)?;
        let height = low.trailing_zeros().min(count.ilog2());
        let index = low >> height;
        low += 1 << height;
        Some((height, index))
    })
}

/// A log as seen from its right edge: at most 255 hashes a level, and one perfect subtree for each bit of the size.
#[derive(Default)]
pub(crate) struct Tree {
    size: u64,
    /// Roots of the perfect subtrees from left to right; one for each bit set in `size`.
    subtrees: Vec<Hash>,
    /// For each level, the bytes of its partial tile; empty where the last tile is full.
    edges: Vec<Vec<u8>>,
}

impl Tree {
    /// The tree of `size` leaves with these partial tiles, level by level; each has exactly the length that `size` says.
    pub(crate) fn from_edges(size: u64, edges: Vec<Vec<u8>>) -> Tree {
        let mut subtrees = Vec::new();
        for edge in edges.iter().rev() {
            let mut rest = edge.as_slice();
            for bit in (0..8).rev() {
                if (edge.len() / hash::LEN) >> bit & 1 == 1 {
                    let (subtree, after) = rest.split_at(hash::LEN << bit);
                    subtrees.push(hash::perfect(subtree));
                    rest = after;
                }
            }
        }
        Tree {
            size,
            subtrees,
            edges,
        }
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn root(&self) -> Hash {
        hash::fold(&self.subtrees)
    }

    /// Adds a leaf; the tiles that it fills are added to `full`, lowest level first.
    pub(crate) fn push(&mut self, leaf: Hash, full: &mut Vec<(Tile, Vec<u8>)>) {
        let mut hash = leaf;
        let mut height = 0;
        loop {
            if height % 8 == 0 {
                self.push_edge(height / 8, &hash, full);
            }
            if self.size >> height & 1 == 0 {
                break;
            }
            let left = self
                .subtrees
                .pop()
                .expect("one subtree stands for each bit of the size");
            hash = hash::node(&left, &hash);
            height += 1;
        }
        self.subtrees.push(hash);
        self.size += 1;
    }

    fn push_edge(&mut self, level: usize, hash: &Hash, full: &mut Vec<(Tile, Vec<u8>)>) {
        if self.edges.len() == level {
            self.edges.push(Vec::new());
        }
        let edge = &mut self.edges[level];
        edge.extend_from_slice(hash);
        if edge.len() as u64 == WIDTH * hash::LEN as u64 {
            let row = Row::Level(u8::try_from(level).expect("a tree has at most eight levels"));
            // The size still lacks the leaf that fills this tile, so its quotient is the tile's own index.
            let index = row.items(self.size) / WIDTH;
            full.push((Tile::full(row, index), std::mem::take(edge)));
        }
    }

    /// The partial tile of each level that has one, with its bytes.
    pub(crate) fn partials(&self) -> impl Iterator<Item = (Tile, &[u8])> {
        (0u8..).zip(&self.edges).filter_map(|(level, edge)| {
            Row::Level(level)
                .partial(self.size)
                .map(|tile| (tile, edge.as_slice()))
        })
    }
}
