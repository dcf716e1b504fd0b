//! The file by which a person checks his own trail, offline: his events with their chain, the key of his leaves, what
//! stands for the rest of the ledger, and one signed checkpoint. `FORMAT.md` says its form, for other programs too.
//! It opens nothing, asks nobody, and believes no key but the one that it is given.
#![forbid(unsafe_code)]

mod check;
mod event;
mod form;
mod refused;

pub use check::Checked;
pub use event::Event;
pub use form::{Line, Trail};
pub use hygie_ledger::Verifier;
pub use refused::Refused;
