//! The door as its callers meet it: over a real keeper and a real store, in a home of its own.
//!
//! Failures covered: openings and refusals that leave no line; readers whom nobody authorised, or no
//! longer; consents that are half understood; a directory that a deposit or an import overwrites;
//! imports that mix two people, lose an entry, or add the same thing twice; exports that leave
//! something out; crashes between store and keeper; folders and rights in memory that miss a write or
//! stay too long; deposits at once; errors that quote what they refuse.
//!
//! Explicitly not a failure: a loose resource of a unit with one person, which goes to that person;
//! a relative reference to nothing, which stays as it came; a half-finished write that a warm reader
//! does not show yet, since nobody acknowledged it; two lines for one request (weighing, opening), or one
//! where the rights were in memory and still the last word.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "main/accounts.rs"]
mod accounts;
#[path = "main/any_unit.rs"]
mod any_unit;
#[path = "main/attack.rs"]
mod attack;
#[path = "main/compaction.rs"]
mod compaction;
#[path = "main/consents.rs"]
mod consents;
#[path = "main/crashes.rs"]
mod crashes;
#[path = "main/deposits.rs"]
mod deposits;
#[path = "main/directory.rs"]
mod directory;
#[path = "main/endings.rs"]
mod endings;
#[path = "main/erasure.rs"]
mod erasure;
#[path = "main/exports.rs"]
mod exports;
#[path = "main/hang_ups.rs"]
mod hang_ups;
#[path = "main/imported_again.rs"]
mod imported_again;
#[path = "main/imports.rs"]
mod imports;
#[path = "main/in_order.rs"]
mod in_order;
#[path = "main/joined.rs"]
mod joined;
#[path = "main/news.rs"]
mod news;
#[path = "main/numbers.rs"]
mod numbers;
#[path = "main/openings.rs"]
mod openings;
#[path = "main/proofs.rs"]
mod proofs;
#[path = "main/rejects.rs"]
mod rejects;
#[path = "main/rights.rs"]
mod rights;
#[path = "main/warm.rs"]
mod warm;
#[path = "main/warm_rights.rs"]
mod warm_rights;
#[path = "main/world.rs"]
mod world;
