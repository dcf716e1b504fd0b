//! Bronze: raw rows of claims and rejects, kept as they came, sealed under a key of the crossing, so that nothing is lost and
//! the hub can open none of it (INVARIANTS nothing is swallowed, no name in research); and purged of a person's rows.
//! It does not know what a row says, and reads no claims; of persons it knows the pseudonym that a row is tagged with.
//!
//! # Form, version 1
//!
//! A folder with the file `bronze` (two lines: the form, and the name of the key) and a folder for each table, with a file
//! `{part}.bronze` for each part: the 8 bytes `HYGBRZ1\n`, the epoch of the tags as four big-endian bytes, 32 random bytes, a
//! commitment of 32, then frames. A frame is its kind (0 rows, 1 end), its length as four bytes, a random nonce of 12, and ciphertext
//! with a tag of 16: AES-256-GCM under a key of this one file, HKDF-SHA-256 (RFC 5869) of the crossing's key, the random bytes as
//! salt, and table, part and epoch as info: a file that was renamed, moved or made for another epoch does not open. Each
//! frame is bound to its kind and number, and the last is of the kind end and counts all rows, so that none can be
//! dropped, moved or cut off. A file rewritten has another key; frames of the one before do not open in it.
//!
//! Files beside the folder that another crate lays out are sealed under the same key ([`Seal`]): 64 bytes in clear (random bytes,
//! commitment), then pieces, each with its nonce and bound to its number in a file of its name and epoch.
//!
//! What is *not* protected: how many files there are, their names, and their sizes; and that a whole file is put back as it
//! was at an earlier time by whoever may write the folder: he undoes a purge by it, and reads nothing.
#![forbid(unsafe_code)]

mod chunk;
mod durable;
mod error;
mod folder;
mod frame;
mod key;
mod reader;
mod rewrite;
mod seal;
mod writer;

pub use error::Error;
pub use folder::{Bronze, Part};
pub use key::Key;
pub use reader::{Reader, Row};
pub use rewrite::Counts;
pub use seal::{Head, Seal};
pub use writer::Writer;

/// The pseudonym that a row is tagged with.
pub type Person = [u8; 16];
