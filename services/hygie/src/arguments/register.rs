use std::path::PathBuf;

use clap::{Args, Subcommand};

/// The commands on the register of the insured.
#[derive(Debug, Subcommand)]
pub enum RegisterCommand {
    /// Put the insured on the roll, and correct what it tells of those who are on it
    Import(RegisterImport),
    /// Make two lines of one person one: nothing is made or sent for the number to drop any more, and it leads where the
    /// other one leads; where each has a record, they are joined, and not parted again
    Merge {
        /// The number of the line that stays
        #[arg(long, value_name = "INS")]
        keep: String,
        /// The number of the line that becomes an alias
        #[arg(long, value_name = "INS")]
        drop: String,
    },
}

/// What is imported.
#[derive(Debug, Args)]
pub struct RegisterImport {
    /// The register, as CSV or (FILE.parquet) Parquet: columns ins_system, ins, family, given, birth_date, language; and
    /// where they are known birth_place, sex, address (lines between |), postcode, email, phone, regime, representatives
    /// (their INS between |), previous_ins (numbers that the person had before), merged_into (the number that is kept, of a person who has two),
    /// death_date
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Give each new person a code at once, outside the campaign; they go to this file, which must not exist yet
    #[arg(long, value_name = "FILE")]
    pub codes: Option<PathBuf>,
    /// A file that does not exist yet, for persons who are refused [default: FILE.rejects.ndjson]
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
}
