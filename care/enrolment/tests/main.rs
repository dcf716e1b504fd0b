//! Enrolment over a keeper and a store of its own, each test in a home of its own.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "main/activations.rs"]
mod activations;
#[path = "main/births.rs"]
mod births;
#[path = "main/campaigns.rs"]
mod campaigns;
#[path = "main/cases.rs"]
mod cases;
#[path = "main/coming_of_age.rs"]
mod coming_of_age;
#[path = "main/corrections.rs"]
mod corrections;
#[path = "main/deadlines.rs"]
mod deadlines;
#[path = "main/emails.rs"]
mod emails;
#[path = "main/endings.rs"]
mod endings;
#[path = "main/flood.rs"]
mod flood;
#[path = "main/list.rs"]
mod list;
#[path = "main/merges.rs"]
mod merges;
#[path = "main/new_codes.rs"]
mod new_codes;
#[path = "main/numbers.rs"]
mod numbers;
#[path = "main/oppositions.rs"]
mod oppositions;
#[path = "main/parents.rs"]
mod parents;
#[path = "main/refusals.rs"]
mod refusals;
#[path = "main/scoped.rs"]
mod scoped;
#[path = "main/second_proofs.rs"]
mod second_proofs;
#[path = "main/telephone.rs"]
mod telephone;
#[path = "main/texts.rs"]
mod texts;
#[path = "main/world.rs"]
mod world;
