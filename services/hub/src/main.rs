//! The hub's program: reads snapshots without those who oppose.
//! It links nothing of care or of the crossing, and has no key by which pseudonyms of snapshots are made.
#![forbid(unsafe_code)]

mod error;
mod omop;
#[path = "../../output.rs"]
mod output;
mod project;
mod quality;
mod snapshots;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use error::Error;
use output::{Exit, Output};

/// Research on snapshots: columns, and no names.
#[derive(Parser)]
#[command(name = "hygie-hub", version)]
struct Cli {
    /// Print one JSON object on standard output.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The OMOP CDM 5.4.
    Omop {
        #[command(subcommand)]
        command: omop::Command,
    },
    /// What a snapshot holds and whether it can be trusted, as JSON and as a page for operators.
    Quality(quality::Wish),
}

/// As in the other programs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return output::usage(&error),
    };
    let output = Output::new(cli.json);
    let done = match cli.command {
        Command::Omop { command } => omop::run(command, output),
        Command::Quality(wish) => quality::run(&wish, output),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) => output.fail(&error).into(),
    }
}
