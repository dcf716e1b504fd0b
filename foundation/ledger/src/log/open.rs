//! How a log begins, and how it comes back after a stop or a crash: by the same code.

use super::Log;
use crate::hash;
use crate::proof::{read, read_tile};
use crate::tile::{self, CHECKPOINT, Row};
use crate::tree::Tree;
use crate::{Checkpoint, Error, Signer, Store, verify};

impl<S: Store> Log<S> {
    /// Begins a log: signs the checkpoint of no entries into an empty store.
    pub fn create(mut store: S, signer: Signer) -> Result<Log<S>, Error> {
        store.put(&[])?;
        for path in store.list()? {
            // A crash within an earlier create leaves an unfinished checkpoint and nothing else.
            if path == CHECKPOINT || !tile::is_leftover(&path) {
                return Err(Error::NotEmpty { path });
            }
            store.remove(&path)?;
        }
        let tree = Tree::default();
        let checkpoint = Checkpoint::sign(tree.size(), &tree.root(), &signer)?;
        store.put(&[(CHECKPOINT.to_owned(), checkpoint.clone().into_bytes())])?;
        Ok(Log::with(store, signer, tree, Vec::new(), checkpoint))
    }

    /// Opens a log to append to it. Checks the signature of the checkpoint, that every file of a log of its size is
    /// there, and that the right edge (the partial tiles, which imply the root, and the partial bundle) is what the
    /// root says; [`verify::folder`] checks all the rest. Removes what a crash left over; any other file is refused.
    ///
    /// An older checkpoint put back in the place of the last one is refused where the partial tiles it needs are gone,
    /// which is nearly always. For certainty, compare with a checkpoint kept elsewhere.
    pub fn open(mut store: S, signer: Signer) -> Result<Log<S>, Error> {
        store.put(&[])?;
        let (checkpoint, note) = verify::checkpoint(&store, signer.verifier())?;
        let leftovers = tile::unexpected(&store.list()?, checkpoint.size)?;
        if let Some(foreign) = leftovers.iter().find(|path| !tile::is_leftover(path)) {
            return Err(Error::Unexpected {
                path: foreign.clone(),
            });
        }
        let tree = read_edge(&store, checkpoint.size)?;
        if tree.root() != checkpoint.root {
            let why = "the partial tiles do not lead to the root it signs";
            return Err(Error::Damaged {
                path: CHECKPOINT.to_owned(),
                why,
            });
        }
        let tail = read_tail(&store, &tree)?;
        // After a crash the checkpoint read here may not have reached the disk. It is made durable before the files
        // are removed that only its predecessor needs, and before anyone is told of its size.
        store.put(&[(CHECKPOINT.to_owned(), note.clone().into_bytes())])?;
        for path in leftovers {
            store.remove(&path)?;
        }
        Ok(Log::with(store, signer, tree, tail, note))
    }

    fn with(store: S, signer: Signer, tree: Tree, tail: Vec<u8>, checkpoint: String) -> Log<S> {
        let (size, root) = (tree.size(), tree.root());
        Log {
            store,
            signer,
            tree,
            tail,
            size,
            root,
            checkpoint,
            poisoned: false,
        }
    }
}

fn read_edge(store: &dyn Store, size: u64) -> Result<Tree, Error> {
    let mut edges = Vec::new();
    for row in (0..).map(Row::Level).take_while(|row| row.items(size) > 0) {
        edges.push(match row.partial(size) {
            Some(tile) => read_tile(store, tile)?,
            None => Vec::new(),
        });
    }
    Ok(Tree::from_edges(size, edges))
}

fn read_tail(store: &dyn Store, tree: &Tree) -> Result<Vec<u8>, Error> {
    let Some(bundle) = Row::Entries.partial(tree.size()) else {
        return Ok(Vec::new());
    };
    let bytes = read(store, &bundle.to_string())?;
    let entries = tile::bundle_entries(bundle, &bytes)?;
    let leaves: Vec<u8> = entries.into_iter().flat_map(hash::leaf).collect();
    let known = tree.partials().find(|(tile, _)| tile.row == Row::Level(0));
    if known.is_none_or(|(_, edge)| edge != leaves) {
        return Err(Error::Damaged {
            path: bundle.to_string(),
            why: "an entry is not what the root implies",
        });
    }
    Ok(bytes)
}
