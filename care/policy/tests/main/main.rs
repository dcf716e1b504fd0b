//! The rules against an independent reading of them, cell by cell.
//!
//! Dangers: a permission wider than the law, a rule that shadows another, a rule that no request
//! ever meets, an insurer who gets in by profession, act or authorisation, a space opened against
//! the person's will.
//! Not a failure: several rules behind one permission; all of them are named.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod enumeration;
mod insurers;
mod reference;
mod world;
