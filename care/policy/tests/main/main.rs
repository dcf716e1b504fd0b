//! The Cedar rules against the table of rules, cell by cell.
//!
//! The table (`rules/table.tsv`) was written before the policies, one row a rule with its article. Here it is read
//! without Cedar, and what is true of a request is found anew, without the code of the crate.
//!
//! Dangers: a permission wider than the law, a rule that shadows another, a rule that no request
//! ever meets, an insurer who gets in by profession, act or authorisation, a space opened against
//! the person's will, a reason given that is not the reason.
//! Not a failure: several rules behind one permission; all of them are named.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod enumeration;
mod insurers;
mod relation;
mod states;
mod table;
mod world;
