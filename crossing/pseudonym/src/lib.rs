//! Second-step pseudonyms: a keyed function from the insurer's pseudonym of a person to the one that research knows, the
//! keys by epoch, their rotation, and the pseudonyms of one project.
//! It reads no claims and no snapshot, and has no clock and no network; what it is given, it never prints.
//!
//! Construction (decision 0033): HMAC-SHA-256 (RFC 2104), truncated to its first 128 bits, over a label, a kind, and each
//! field behind its length as four big-endian bytes. INVARIANT (no name in research): the key stays in the crossing.
#![forbid(unsafe_code)]

pub mod durable;
mod entropy;
mod error;
mod keyfile;
mod keys;
mod list;
mod prf;
mod project;
mod rotation;
mod source;
pub mod substitute;

pub use entropy::{Entropy, SystemEntropy};
pub use error::Error;
pub use keys::Keys;
pub use list::List;
pub use project::{ProjectKey, ProjectPseudonym, project_pseudonym};
pub use rotation::Rotation;
pub use source::{Pseudonym, Source};
