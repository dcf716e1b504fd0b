//! The file, from the outside, made of real events over real ledgers.
//!
//! Dangers covered: a file of which anything was altered, cut, put in another order, spliced, repaired or invented, and is
//! believed; one person's events in another's file; a checkpoint of another size, ledger or key; a second spelling; a
//! section that is passed over; a file of ten thousand events that nobody can use.
//! Not failures: a file with fewer events at an end, made with the ledger's tiles (it says where it begins and ends); a fork
//! that the ledger's own key signed (witnesses will show it).
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "main/forgeries.rs"]
mod forgeries;
#[path = "main/form.rs"]
mod form;
#[path = "main/honest.rs"]
mod honest;
#[path = "main/world.rs"]
mod world;
