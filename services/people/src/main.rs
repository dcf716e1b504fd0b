//! The program of invented people: their records as FHIR, or the claims of a nation as the SNDS has
//! them or as a snapshot.
//! It invents nothing itself: the crates hygie-people-persons and hygie-people-claims do.
#![forbid(unsafe_code)]

mod claims;
mod persons;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Writes invented people, one FHIR R4 Bundle a file
#[derive(Parser)]
#[command(
    name = "hygie-people",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    persons: persons::Persons,
}

#[derive(Subcommand)]
enum Command {
    /// Writes the claims of invented insured persons, in the layout of the SNDS with the truth beside them, or as a snapshot
    Claims(claims::Claims),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command {
        None => persons::run(&arguments.persons),
        Some(Command::Claims(claims)) => claims::run(&claims),
    }
}
