//! The portal as its callers meet it: requests in, answers out, over a real record, keeper and store.
//! Each answer is checked as it comes: FHIR that passes our own checks, `no-store`, `nosniff`, and an
//! OperationOutcome for every refusal.
//!
//! Failures covered: tokens that are missing, forged, expired or of the wrong role; questions that are
//! half understood; pages that lose or repeat an item, and page links in other hands; refusals that
//! tell who exists or what is hidden; broken JSON and broken FHIR without a place; bodies too large;
//! a stolen session that harvests, a suspended actor who is answered from memory; conditions that swallow a deposit; masks that show; trails with gaps; promises that are not kept.
//!
//! Explicitly not a failure: a page that grows at its end while it is walked; 404 for an id that is not
//! of our form, which tells nothing of anybody; a search of an own record with no criterion.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "main/accounts.rs"]
mod accounts;
#[path = "main/agents.rs"]
mod agents;
#[path = "main/births.rs"]
mod births;
#[path = "main/desk.rs"]
mod desk;
#[path = "main/documents.rs"]
mod documents;
#[path = "main/every_route.rs"]
mod every_route;
#[path = "main/harvest.rs"]
mod harvest;
#[path = "main/hidden.rs"]
mod hidden;
#[path = "main/joined.rs"]
mod joined;
#[path = "main/masked.rs"]
mod masked;
#[path = "main/operations.rs"]
mod operations;
#[path = "main/operators.rs"]
mod operators;
#[path = "main/opposition.rs"]
mod opposition;
#[path = "main/pages.rs"]
mod pages;
#[path = "main/pdsm4dmp.rs"]
mod pdsm4dmp;
#[path = "main/promises.rs"]
mod promises;
#[path = "main/questions.rs"]
mod questions;
#[path = "main/races.rs"]
mod races;
#[path = "main/rights.rs"]
mod rights;
#[path = "main/space.rs"]
mod space;
#[path = "main/tokens.rs"]
mod tokens;
#[path = "main/trail.rs"]
mod trail;
#[path = "main/world.rs"]
mod world;
#[path = "main/writes.rs"]
mod writes;
