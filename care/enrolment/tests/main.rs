//! Enrolment over a keeper and a store of its own, each test in a home of its own.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "main/campaigns.rs"]
mod campaigns;
#[path = "main/deadlines.rs"]
mod deadlines;
#[path = "main/flood.rs"]
mod flood;
#[path = "main/new_codes.rs"]
mod new_codes;
#[path = "main/oppositions.rs"]
mod oppositions;
#[path = "main/world.rs"]
mod world;
