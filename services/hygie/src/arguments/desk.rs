use std::path::PathBuf;

use clap::Subcommand;
use hygie_keeper::notice::PersonId;

use super::person;

/// The commands of the desk of rights.
#[derive(Debug, Subcommand)]
pub enum DeskCommand {
    /// List the cases that wait for an answer, the most urgent first
    List {
        /// Those that are over too
        #[arg(long)]
        all: bool,
    },
    /// Show a case: not what was written in it, which the data-protection officer reads
    Show {
        /// The case's number
        #[arg(value_name = "NUMBER")]
        number: String,
    },
    /// File a case of somebody who wrote, called or came, and has no account
    File {
        /// Which right
        #[arg(long, value_name = "RIGHT", value_parser = ["access", "accesses", "rectification", "erasure", "restriction", "portability", "objection"])]
        right: String,
        /// His space, if he has one
        #[arg(long, value_name = "PERSON", value_parser = person)]
        person: Option<PersonId>,
        /// His name, and where the answer goes
        #[arg(long, value_name = "TEXT")]
        contact: String,
        /// How it was made sure that it is he: the answer to another would be a breach
        #[arg(long, value_name = "TEXT")]
        checked: String,
        /// When it was received, as RFC 3339 writes it [default: now]
        #[arg(long, value_name = "TIME")]
        received: Option<jiff::Timestamp>,
        /// A file with what he says
        #[arg(long, value_name = "FILE")]
        text: PathBuf,
    },
    /// Do what the officer granted: erase the record, or export it
    CarryOut {
        /// The case's number
        #[arg(value_name = "NUMBER")]
        number: String,
        /// A file that does not exist yet, for the proof of an erasure or for the export
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// How many years custodians keep what they get of an erased record [default: what hygie.toml says, else 10]
        #[arg(long, env = "HYGIE_ARCHIVE_YEARS", value_name = "N", value_parser = clap::value_parser!(u8).range(1..=50))]
        archive_years: Option<u8>,
    },
}
