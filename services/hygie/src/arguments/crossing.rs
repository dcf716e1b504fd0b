use std::path::PathBuf;

use clap::Subcommand;

/// The commands in the crossing's name, by crossing.key.
#[derive(Debug, Subcommand)]
pub enum CrossingCommand {
    /// Read the list of who opposes research on from where it stopped, and check it: no line may be altered, dropped or
    /// taken back
    Oppositions {
        /// A file for the lines, one JSON object each, added to what stands there; it names people
        #[arg(long, value_name = "FILE")]
        lines: PathBuf,
        /// A file for how far the list was read, and the state of it that was signed
        #[arg(long, value_name = "FILE")]
        state: PathBuf,
    },
}
