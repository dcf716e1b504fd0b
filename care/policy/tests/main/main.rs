//! The Cedar rules against the table of rules, cell by cell.
//!
//! The table (`rules/table.tsv`) was written before the policies, one row a rule with its article. Here it is read
//! without Cedar, and what is true of a request is found anew, without the code of the crate.
//!
//! Every cell is asked of `decide`, and each of its answers is held against the table's, which takes all that is true into
//! account. What makes this fast is `decide`'s own doing: facts that no rule asks for of this actor, act and target are left
//! out before the rules are put the question, and an answer is remembered. Were a fact left out that matters, the
//! table would say something else in the cells where it is true; and a test beside `decide` asks the rules with
//! such facts and without.
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
