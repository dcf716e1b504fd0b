//! What is measured, in the order in which it is done.

mod backup;
mod campaign;
mod claims;
mod crud;
mod decide;
mod documents;
mod erase;
mod everything;
mod import;
mod ledger;
mod letters;
mod memory;
mod noise;
mod register;
mod search;
mod start;
mod storage;

pub use noise::{Sample, noise};

use crate::failure::Failure;
use crate::figure::Figure;
use crate::world::World;

/// A measure.
pub struct Measure {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Does it.
    pub run: fn(&mut World) -> Result<Vec<Figure>, Failure>,
}

/// All of them.
pub const ALL: [Measure; 17] = [
    measure("import", import::run),
    measure("storage", storage::run),
    measure("ledger", ledger::run),
    measure("decide", decide::run),
    measure("register", register::run),
    measure("campaign", campaign::run),
    measure("crud", crud::run),
    measure("everything", everything::run),
    measure("search", search::run),
    measure("documents", documents::run),
    measure("memory", memory::run),
    measure("start", start::run),
    measure("erase", erase::run),
    measure("backup", backup::run),
    measure("letters", letters::run),
    measure("claims", claims::run),
    measure("nation", claims::nation),
];

/// Their names.
pub const NAMES: [&str; 17] = [
    "import",
    "storage",
    "ledger",
    "decide",
    "register",
    "campaign",
    "crud",
    "everything",
    "search",
    "documents",
    "memory",
    "start",
    "erase",
    "backup",
    "letters",
    "claims",
    "nation",
];

const fn measure(
    name: &'static str,
    run: fn(&mut World) -> Result<Vec<Figure>, Failure>,
) -> Measure {
    Measure { name, run }
}
