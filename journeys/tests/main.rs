//! End-to-end tests over real processes: each makes a home, starts `hygie`, and speaks HTTP.
//!
//! The programs must be built before: `cargo build --workspace`.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod activation;
mod backup;
mod campaign;
mod canary;
mod claims;
mod clients;
mod command_line;
mod crash;
mod demo;
mod deposit_and_read;
mod desk;
mod documents;
mod enrolment_kills;
mod faults;
mod harness;
mod harvest;
mod import;
mod keys;
mod kills;
mod ledger_flips;
mod letters;
mod life;
mod linear;
mod load;
mod mailed;
mod mandates;
mod numbers;
mod oidc;
mod opposition;
mod parents;
mod proof;
mod refusals;
mod rights;
mod run;
mod scopes;
mod sign_in;
mod synthea;
mod telephone;
mod texted;
