//! RFC 6962 section 2.1: the hashes of leaves, of inner nodes and of the empty tree.

use aws_lc_rs::digest::{self, SHA256};

/// Bytes of a hash.
pub(crate) const LEN: usize = 32;

pub(crate) type Hash = [u8; LEN];

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = digest::Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    from_slice(context.finish().as_ref())
}

/// The hash held in `bytes`, which must be exactly one hash long.
pub(crate) fn from_slice(bytes: &[u8]) -> Hash {
    bytes
        .try_into()
        .expect("the caller cuts slices of one hash")
}

/// MTH of no entries.
pub(crate) fn empty() -> Hash {
    sha256(&[])
}

/// MTH of one entry.
pub(crate) fn leaf(entry: &[u8]) -> Hash {
    sha256(&[&[0], entry])
}

/// MTH of two subtrees.
pub(crate) fn node(left: &Hash, right: &Hash) -> Hash {
    let mut input = [1; 1 + 2 * LEN];
    input[1..=LEN].copy_from_slice(left);
    input[1 + LEN..].copy_from_slice(right);
    from_slice(digest::digest(&SHA256, &input).as_ref())
}

/// The root over a row of hashes written one after the other; their number must be a power of two.
pub(crate) fn perfect(row: &[u8]) -> Hash {
    if row.len() == LEN {
        return from_slice(row);
    }
    let (left, right) = row.split_at(row.len() / 2);
    node(&perfect(left), &perfect(right))
}

/// The root over perfect subtrees that stand from left to right and become smaller.
pub(crate) fn fold(subtrees: &[Hash]) -> Hash {
    subtrees
        .iter()
        .rev()
        .copied()
        .reduce(|right, left| node(&left, &right))
        .unwrap_or_else(empty)
}

/// The first four bytes of SHA-256, which C2SP signed-note uses as the id of a key.
pub(crate) fn key_id(name: &str, algorithm: u8, key: &[u8]) -> [u8; 4] {
    let hash = sha256(&[name.as_bytes(), b"\n", &[algorithm], key]);
    [hash[0], hash[1], hash[2], hash[3]]
}
