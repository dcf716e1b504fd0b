use std::path::PathBuf;

use clap::{Args, Subcommand};

/// The commands on the register of the insured.
#[derive(Debug, Subcommand)]
pub enum RegisterCommand {
    /// Put the insured on the roll, and correct what it tells of those who are on it
    Import(RegisterImport),
}

/// What is imported.
#[derive(Debug, Args)]
pub struct RegisterImport {
    /// The register, as CSV or (FILE.parquet) Parquet: columns ins_system, ins, family, given, birth_date, language; and
    /// where they are known birth_place, sex, address (lines between |), postcode, email, phone, regime, representatives
    /// (their INS between |), death_date
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Give each new person a code at once, outside the campaign; they go to this file, which must not exist yet
    #[arg(long, value_name = "FILE")]
    pub codes: Option<PathBuf>,
    /// A file that does not exist yet, for persons who are refused [default: FILE.rejects.ndjson]
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
}
