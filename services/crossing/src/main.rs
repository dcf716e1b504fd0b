//! The crossing's program: it alone holds the keys by which research's pseudonyms are made, and by which raw rows are sealed.
//! It serves nobody over a network and opens no record; every rule of pseudonyms is in hygie-pseudonym, every form of sealed
//! rows in hygie-bronze.
#![forbid(unsafe_code)]

mod alone;
mod bronze;
mod error;
mod memory;
mod omop;
mod opposed;
#[path = "../../output.rs"]
mod output;
mod persons;
mod pseudonyms;
mod rows;
mod second_step;
mod signing;
mod snapshots;
mod snds;
mod telling;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use error::Error;
use output::{Exit, Output};

/// Joins care's zone and research's, one way: imports claims, and keeps the keys of pseudonyms.
#[derive(Parser)]
#[command(name = "hygie-crossing", version)]
struct Cli {
    /// Print one JSON object on standard output.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The keys by which research's pseudonyms are made.
    Pseudonyms {
        #[command(flatten)]
        keys: Keys,
        #[command(subcommand)]
        command: pseudonyms::Command,
    },
    /// Claims of the SNDS.
    Snds {
        #[command(flatten)]
        keys: Keys,
        #[command(subcommand)]
        command: snds::Command,
    },
    /// Any OMOP CDM 5.4.
    Omop {
        #[command(flatten)]
        keys: Keys,
        #[command(subcommand)]
        command: omop::Command,
    },
    /// Snapshots of research's data.
    Snapshots {
        #[command(flatten)]
        keys: Keys,
        #[command(subcommand)]
        command: snapshots::Command,
    },
    /// The list of the opposed, which research obeys.
    Opposed {
        #[command(flatten)]
        keys: Keys,
        #[command(subcommand)]
        command: opposed::Command,
    },
    /// Raw rows and rejects, kept sealed.
    Bronze {
        #[command(flatten)]
        keys: Keys,
        #[command(subcommand)]
        command: bronze::Command,
    },
}

/// Where the crossing's keys lie.
#[derive(clap::Args)]
struct Keys {
    /// The folder of the crossing's keys, which the hub can't reach.
    #[arg(
        long,
        env = "HYGIE_CROSSING_KEYS",
        global = true,
        default_value = "crossing-keys"
    )]
    keys: PathBuf,
}

/// Imports ask for memory from several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return output::usage(&error),
    };
    let output = Output::new(cli.json);
    let done = memory::hide().and_then(|()| match cli.command {
        Command::Pseudonyms { keys, command } => pseudonyms::run(&keys.keys, command, output),
        Command::Snds { keys, command } => snds::run(&keys.keys, command, output),
        Command::Omop { keys, command } => omop::run(&keys.keys, command, output),
        Command::Snapshots { keys, command } => snapshots::run(&keys.keys, command, output),
        Command::Opposed { keys, command } => opposed::run(&keys.keys, command, output),
        Command::Bronze { keys, command } => bronze::run(&keys.keys, command, output),
    });
    match done {
        Ok(exit) => exit.into(),
        Err(error) => output.fail(&error).into(),
    }
}
