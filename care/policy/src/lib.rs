//! Decides who may do what, for which purpose, in whose space: Cedar policies that cite the law.
//! It reads no storage and no clock, opens nothing and filters nothing.
#![forbid(unsafe_code)]

mod category;
mod decide;
mod facts;
mod matrix;
mod relevance;
mod request;
mod rights;
mod rules;
mod scopes;
mod standing;

// What a request is made of, so that those who ask need not import the keeper's words.
pub use hygie_notice::{Act, ActorKind, ActorRef, Millis, PersonId, Purpose};

pub use category::{Categories, Category};
pub use decide::{Decision, Outcome, decide};
pub use matrix::{Matrix, MatrixFault, Terms};
pub use request::{Class, Mark, Marks, Request, Target};
pub use rights::{
    Authorisation, Care, Emergency, Grantee, Mandate, NoResearch, Over, Rights, Role,
};
pub use rules::rule_names;
pub use scopes::Scopes;
