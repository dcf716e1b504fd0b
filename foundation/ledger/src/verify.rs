//! What anyone can check with the public key alone: a proof, or a whole folder.

use crate::hash::{self, Hash};
use crate::proof::read;
use crate::tile::{self, CHECKPOINT, Row, Tile};
use crate::tree::{Tree, subtrees};
use crate::{Checkpoint, Error, Store, Verifier};

/// What a folder was found to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Entries, every one of which was read.
    pub size: u64,
    /// RFC 6962 root over them, which the checkpoint signs.
    pub root: [u8; 32],
}

/// RFC 6962 section 2.1: the hash of an entry as a leaf.
pub fn leaf_hash(entry: &[u8]) -> [u8; 32] {
    hash::leaf(entry)
}

/// Reads a whole log with nothing but its files and its public key: the signature, every entry of every bundle, and
/// every byte of every tile, which it computes again from the entries.
///
/// It is strict: each file must be one that a log of the signed size has, so the leftovers of a crash are refused too,
/// by name, until the log is next opened for writing, which removes them. A log that is being written is refused
/// with [`Error::Changed`] when its checkpoint moved on meanwhile, and between two of its steps may show a file that
/// is not signed yet: verify again, or a copy. An older state of the same log put back as a whole is a valid log:
/// [`folder_since`] compares it with a checkpoint kept elsewhere.
pub fn folder(store: &dyn Store, verifier: &Verifier) -> Result<Verified, Error> {
    folder_since(store, verifier, None)
}

/// [`folder`], and that the log goes on from a state which its key signed before and which was kept elsewhere: so an
/// earlier state put back as a whole is seen.
///
/// # Errors
/// [`Error::Behind`] when the log is shorter, [`Error::Forked`] when it does not begin with those entries.
pub fn folder_since(
    store: &dyn Store,
    verifier: &Verifier,
    known: Option<&Checkpoint>,
) -> Result<Verified, Error> {
    let (checkpoint, note) = checkpoint(store, verifier)?;
    whole(store, &checkpoint, known).map_err(|error| match store.get(CHECKPOINT) {
        Ok(now) if now.as_deref() != Some(note.as_bytes()) => Error::Changed,
        _ => error,
    })
}

fn whole(
    store: &dyn Store,
    checkpoint: &Checkpoint,
    known: Option<&Checkpoint>,
) -> Result<Verified, Error> {
    let size = checkpoint.size;
    if let Some(known) = known.filter(|known| known.size > size) {
        return Err(Error::Behind {
            size,
            known: known.size,
        });
    }
    if let Some(path) = tile::unexpected(&store.list()?, size)?.into_iter().next() {
        return Err(Error::Unexpected { path });
    }
    let mut tree = Tree::default();
    let mut full = Vec::new();
    for bundle in tile::tiles(size).take_while(|tile| tile.row == Row::Entries) {
        let bytes = read(store, &bundle.to_string())?;
        for entry in tile::bundle_entries(bundle, &bytes)? {
            tree.push(hash::leaf(entry), &mut full);
            begins(&tree, known)?;
        }
        for (tile, bytes) in full.drain(..) {
            compare(store, tile, &bytes)?;
        }
    }
    for (tile, bytes) in tree.partials() {
        compare(store, tile, bytes)?;
    }
    if tree.root() != checkpoint.root {
        let why = "the entries do not lead to the root it signs";
        return Err(Error::Damaged {
            path: CHECKPOINT.to_owned(),
            why,
        });
    }
    Ok(Verified {
        size,
        root: checkpoint.root,
    })
}

/// At the size of the known checkpoint the root is the one it signs.
fn begins(tree: &Tree, known: Option<&Checkpoint>) -> Result<(), Error> {
    match known {
        Some(known) if known.size == tree.size() && known.root != tree.root() => {
            Err(Error::Forked { known: known.size })
        }
        _ => Ok(()),
    }
}

fn compare(store: &dyn Store, tile: Tile, computed: &[u8]) -> Result<(), Error> {
    let path = tile.to_string();
    if read(store, &path)? != computed {
        return Err(Error::Damaged {
            path,
            why: "its hashes are not those of the entries",
        });
    }
    Ok(())
}

/// The checkpoint of a store, its signature checked, and its text.
pub(crate) fn checkpoint(
    store: &dyn Store,
    verifier: &Verifier,
) -> Result<(Checkpoint, String), Error> {
    let note = String::from_utf8(read(store, CHECKPOINT)?).map_err(|_| Error::MalformedNote {
        why: "it is not UTF-8",
    })?;
    Ok((Checkpoint::open(&note, verifier)?, note))
}

/// RFC 9162 section 2.1.3.2: whether the leaf stands at this index of the tree with this size and root.
pub fn inclusion(
    leaf_hash: &[u8; 32],
    index: u64,
    size: u64,
    proof: &[[u8; 32]],
    root: &[u8; 32],
) -> Result<(), Error> {
    if index >= size {
        return Err(Error::OutOfRange { asked: index, size });
    }
    let mut path = Path {
        at: index,
        last: size - 1,
    };
    let mut hash = *leaf_hash;
    for sibling in proof {
        hash = match path.up()? {
            Side::Left => hash::node(sibling, &hash),
            Side::Right => hash::node(&hash, sibling),
        };
    }
    path.at_root()?;
    equal(&hash, root, "the leaf and the proof lead to another root")
}

/// Whether all these leaves stand at their indices, which rise, in the tree with this size and root: with the hashes of
/// `cover`, which stand for everything else ([`crate::Log::cover`]), they give the root again. There is one cover for given
/// indices and a given size: none longer, shorter or in another order is accepted.
///
/// # Errors
/// [`Error::OutOfRange`] for an index beyond the tree, [`Error::ProofRefused`] for all else that does not fit.
pub fn inclusions(
    leaves: &[(u64, [u8; 32])],
    size: u64,
    cover: &[[u8; 32]],
    root: &[u8; 32],
) -> Result<(), Error> {
    let refused = |why| Error::ProofRefused { why };
    let mut fold = Fold::default();
    let mut cover = cover.iter();
    let mut stretch = |fold: &mut Fold, to: u64| -> Result<(), Error> {
        for (height, _) in subtrees(fold.at, to) {
            let hash = cover.next().ok_or(refused("a hash is missing"))?;
            fold.push(height, *hash);
        }
        Ok(())
    };
    for (index, leaf) in leaves {
        if *index >= size {
            let asked = *index;
            return Err(Error::OutOfRange { asked, size });
        }
        if *index < fold.at {
            return Err(refused("the indices do not rise"));
        }
        stretch(&mut fold, *index)?;
        fold.push(0, *leaf);
    }
    stretch(&mut fold, size)?;
    if cover.next().is_some() {
        return Err(refused("it has a hash too many"));
    }
    equal(
        &fold.root(),
        root,
        "the leaves and the hashes lead to another root",
    )
}

/// A tree that grows by whole subtrees, from left to right.
#[derive(Default)]
struct Fold {
    /// How many leaves are in it.
    at: u64,
    /// Perfect subtrees from left to right, which become smaller: height and hash.
    subtrees: Vec<(u32, Hash)>,
}

impl Fold {
    /// Adds a subtree, which begins where a multiple of its own size lies.
    fn push(&mut self, height: u32, hash: Hash) {
        self.at += 1 << height;
        let (mut height, mut hash) = (height, hash);
        while let Some((_, left)) = self.subtrees.pop_if(|(last, _)| *last == height) {
            hash = hash::node(&left, &hash);
            height += 1;
        }
        self.subtrees.push((height, hash));
    }

    fn root(&self) -> Hash {
        let hashes: Vec<Hash> = self.subtrees.iter().map(|(_, hash)| *hash).collect();
        hash::fold(&hashes)
    }
}

/// RFC 9162 section 2.1.4.2: whether the tree of `old_size` is the beginning of the tree of `size`. An empty old tree
/// is the beginning of any tree, with an empty proof.
pub fn consistency(
    old_size: u64,
    old_root: &[u8; 32],
    size: u64,
    root: &[u8; 32],
    proof: &[[u8; 32]],
) -> Result<(), Error> {
    const OLD: &str = "it leads to another old root";
    const NEW: &str = "it leads to another new root";
    if old_size > size {
        return Err(Error::OutOfRange {
            asked: old_size,
            size,
        });
    }
    if old_size == 0 || old_size == size {
        if !proof.is_empty() {
            return Err(Error::ProofRefused {
                why: "it is longer than the path",
            });
        }
        let expected = if old_size == 0 { &hash::empty() } else { root };
        return equal(old_root, expected, OLD);
    }
    // Climb to the largest perfect subtree at the right end of the old tree: both trees share its hash.
    let shared = old_size.trailing_zeros();
    let mut path = Path {
        at: (old_size - 1) >> shared,
        last: (size - 1) >> shared,
    };
    let (start, rest) = if old_size.is_power_of_two() {
        (old_root, proof)
    } else {
        proof.split_first().ok_or(Error::ProofRefused {
            why: "it is shorter than the path",
        })?
    };
    let (mut old, mut new) = (*start, *start);
    for sibling in rest {
        match path.up()? {
            Side::Left => {
                old = hash::node(sibling, &old);
                new = hash::node(sibling, &new);
            }
            Side::Right => new = hash::node(&new, sibling),
        }
    }
    path.at_root()?;
    equal(&old, old_root, OLD)?;
    equal(&new, root, NEW)
}

/// A place on the way from a node to the root: its index in its row, and that of the last node of the row.
struct Path {
    at: u64,
    last: u64,
}

/// Where the sibling stands.
enum Side {
    Left,
    Right,
}

impl Path {
    /// Climbs over the next sibling, past the rows where the last node has none.
    fn up(&mut self) -> Result<Side, Error> {
        if self.last == 0 {
            return Err(Error::ProofRefused {
                why: "it is longer than the path",
            });
        }
        let side = if self.at & 1 == 1 || self.at == self.last {
            Side::Left
        } else {
            Side::Right
        };
        if matches!(side, Side::Left) {
            // Not zero here: it is odd, or equal to a last node that is not the root.
            let alone = self.at.trailing_zeros();
            self.at >>= alone;
            self.last >>= alone;
        }
        self.at >>= 1;
        self.last >>= 1;
        Ok(side)
    }

    fn at_root(&self) -> Result<(), Error> {
        if self.last == 0 {
            Ok(())
        } else {
            Err(Error::ProofRefused {
                why: "it is shorter than the path",
            })
        }
    }
}

fn equal(found: &Hash, expected: &Hash, why: &'static str) -> Result<(), Error> {
    if found == expected {
        Ok(())
    } else {
        Err(Error::ProofRefused { why })
    }
}
