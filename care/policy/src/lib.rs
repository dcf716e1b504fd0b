//! Decides who may do what, for which purpose, in whose space: Cedar policies that cite the law.
//! It reads no storage and no clock, opens nothing and filters nothing.
#![forbid(unsafe_code)]

mod asked;
mod decide;
mod question;
mod request;
mod rules;

// What a request is made of, so that those who ask need not import the keeper's words.
pub use hygie_notice::{Act, ActorKind, ActorRef, Millis, PersonId, Purpose};

pub use decide::{Decision, Outcome, decide};
pub use request::{Authorisation, Class, Grantee, Request, Rights, Target};
pub use rules::rule_names;
