//! An append-only Merkle log in a folder of plain files: RFC 6962 hashing, C2SP tlog-tiles layout,
//! C2SP checkpoints signed with Ed25519; append, prove, verify.
//! It does not know what an entry means, and has no network, no clock, no randomness and no threads of its own.
//!
//! A log of 70,000 entries is one `checkpoint`, 273 full bundles `tile/entries/000` … `tile/entries/272`,
//! the partial bundle `tile/entries/273.p/112`, and the tiles of hashes of three levels, nothing else.
//! One departure from tlog-tiles, which speaks of what is served over HTTP: a partial tile is removed as soon as a
//! wider one is durable, since the wider one begins with the same bytes.

#![forbid(unsafe_code)]

mod checkpoint;
mod edge;
mod error;
mod hash;
mod inclusion;
mod log;
pub mod note;
mod proof;
mod store;
mod tile;
mod tree;
pub mod verify;

pub use checkpoint::Checkpoint;
pub use edge::Edge;
pub use error::Error;
pub use inclusion::Inclusion;
pub use log::{Log, Receipt};
pub use note::{Signer, Verifier};
pub use store::{Folder, Memory, Store};
