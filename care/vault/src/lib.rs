//! Sealed entries in order, per subject and stream, durable when acknowledged and refused when
//! moved, dropped, altered or rolled back.
//! It holds no key, asks for none, and does not know what the bytes in an entry mean.
#![forbid(unsafe_code)]

mod backup;
mod dictionary;
mod documents;
mod entry;
mod error;
mod faults;
mod memory;
mod pack;
mod sqlite;
mod store;
mod vault;

pub use backup::{Backup, Restored};
pub use documents::{Document, LONGEST, Name, Reader, Reference, Upload, open_object};
pub use error::Error;
pub use faults::Faults;
pub use memory::Memory;
pub use pack::LIMIT;
pub use sqlite::Sqlite;
pub use store::{Claim, Committed, Past, Shelved, Store, Stored};
pub use vault::{Log, Plain, Vault};
