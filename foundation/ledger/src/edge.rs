//! A log whose entries lie elsewhere, seen from its right edge: enough to go on with it, and to sign or check its state.

use crate::hash::{self, Hash};
use crate::{Checkpoint, Error, Signer};

/// Its size, and the roots of its perfect subtrees from left to right, one for each bit set in the size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Edge {
    /// The edge of a log of this size; none where the number of subtrees is another than the size says.
    pub fn new(size: u64, subtrees: Vec<[u8; 32]>) -> Option<Edge> {
        (u64::from(size.count_ones()) == u64::try_from(subtrees.len()).ok()?)
            .then_some(Edge { size, subtrees })
    }

    /// How many entries.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of its perfect subtrees.
    pub fn subtrees(&self) -> &[[u8; 32]] {
        &self.subtrees
    }

    /// Adds an entry.
    pub fn push(&mut self, entry: &[u8]) {
        let mut node = hash::leaf(entry);
        for _ in 0..self.size.trailing_ones() {
            let left = self.subtrees.pop();
            let left = left.expect("one subtree stands for each bit of the size");
            node = hash::node(&left, &node);
        }
        self.subtrees.push(node);
        self.size += 1;
    }

    /// RFC 6962 root over the entries.
    pub fn root(&self) -> [u8; 32] {
        hash::fold(&self.subtrees)
    }

    /// Its signed state (C2SP tlog-checkpoint), of which [`Checkpoint::open`] is the check.
    ///
    /// # Errors
    /// [`Error::MalformedNote`], which no name of a key causes.
    pub fn sign(&self, signer: &Signer) -> Result<String, Error> {
        Checkpoint::sign(self.size, &self.root(), signer)
    }
}

#[cfg(test)]
mod tests {
    //! Danger: an edge that goes on to another root than the whole tree has.
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::Edge;
    use crate::hash;
    use crate::tree::Tree;

    #[test]
    fn an_edge_that_leads_elsewhere_than_the_tree() {
        let (mut edge, mut tree) = (Edge::default(), Tree::default());
        assert_eq!(edge.root(), tree.root());
        for number in 0_u32..1_100 {
            let entry = number.to_be_bytes();
            edge.push(&entry);
            tree.push(hash::leaf(&entry), &mut Vec::new());
            assert_eq!(edge.root(), tree.root());
            // What was written down of it goes on as it would have.
            edge = Edge::new(edge.size(), edge.subtrees().to_vec()).unwrap();
        }
        assert!(Edge::new(3, vec![[0; 32]]).is_none());
    }
}
