//! The keeper as its callers meet it: over a real Unix socket, in a home of its own.
//!
//! Failures covered: tokens that are forged, expired or claim too much; notices that care should
//! never have sent; openings of others' records; unknown subjects; lost races for heads and tags; rights that went on since they were weighed;
//! enumeration; a harvest under a stolen session, alarms that do not ring, actors who are suspended and act; a crash between database and ledger, and folders restored from different moments;
//! a disk that fails; a wrong passphrase or key file; a second keeper; frames that are not ours;
//! secrets and identifiers in files or debug output; a leaf key that reaches somebody else; public tiles that tell of anybody.
//!
//! Explicitly not a failure: an older state of database and ledger together (only a checkpoint kept
//! elsewhere can tell); two notices for one opening that was asked again after a broken connection.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "main/alarms.rs"]
mod alarms;
#[path = "main/backups.rs"]
mod backups;
#[path = "main/crash.rs"]
mod crash;
#[path = "main/custody.rs"]
mod custody;
#[path = "main/endings.rs"]
mod endings;
#[path = "main/harvest.rs"]
mod harvest;
#[path = "main/heads.rs"]
mod heads;
#[path = "main/joins.rs"]
mod joins;
#[path = "main/load.rs"]
mod load;
#[path = "main/measures.rs"]
mod measures;
#[path = "main/opening.rs"]
mod opening;
#[path = "main/proofs.rs"]
mod proofs;
#[path = "main/root.rs"]
mod root;
#[path = "main/rotation.rs"]
mod rotation;
#[path = "main/suspended.rs"]
mod suspended;
#[path = "main/tags.rs"]
mod tags;
#[path = "main/trail.rs"]
mod trail;
#[path = "main/weighed.rs"]
mod weighed;
#[path = "main/wire.rs"]
mod wire;
#[path = "main/world.rs"]
mod world;
