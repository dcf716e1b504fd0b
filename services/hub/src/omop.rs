//! `hygie-hub omop export`: a snapshot as a CDM 5.4.

use std::path::PathBuf;

use hygie_omop::{Export, Exported, Form};
use serde_json::json;

use crate::project::ProjectKey;
use crate::snapshots::Folder;
use crate::{Error, Exit, Output};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Write a snapshot as a CDM, a file a table, without those who oppose.
    Export(Wish),
}

#[derive(clap::Args)]
pub struct Wish {
    /// The folder of the snapshots, with `snapshots.vkey` and the list `opposed`.
    snapshots: PathBuf,
    /// The snapshot's number; the newest without it.
    #[arg(long)]
    number: Option<u64>,
    /// The folder to make.
    #[arg(long)]
    out: PathBuf,
    /// In which form.
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
    /// The key of a project, whose pseudonyms become `person_source_value`, which is empty without it.
    #[arg(long)]
    project_key: Option<PathBuf>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Csv,
    Parquet,
}

pub fn run(command: Command, output: Output) -> Result<Exit, Error> {
    let Command::Export(wish) = command;
    let folder = Folder::open(&wish.snapshots)?;
    let snapshot = folder.snapshot(wish.number)?;
    let key = wish
        .project_key
        .as_deref()
        .map(ProjectKey::read)
        .transpose()?;
    let name = key
        .as_ref()
        .map(|key| |person: &[u8; 16]| key.pseudonym(person));
    let exported = Export {
        snapshot: &snapshot,
        opposed: &|| folder.opposed(),
        out: &wish.out,
        form: match wish.format {
            Format::Csv => Form::Csv,
            Format::Parquet => Form::Parquet,
        },
        name: name
            .as_ref()
            .map(|name| name as &dyn Fn(&[u8; 16]) -> String),
    }
    .run()?;
    let number = snapshot.manifest().number;
    let value = json!({
        "snapshot": number,
        "tables": exported.tables,
        "opposed": exported.hidden,
        "without_birth_year": exported.without_birth_year,
    });
    output.show(&text(number, &exported), &value);
    Ok(Exit::Done)
}

/// What was written, for people.
fn text(number: u64, exported: &Exported) -> String {
    let mut text = format!(
        "snapshot {number}: without {} persons who oppose, and {} of no known year of birth, whom the CDM can't hold",
        exported.hidden, exported.without_birth_year
    );
    for (table, rows) in &exported.tables {
        text.push_str(&format!("\n{rows:>12} rows of {table}"));
    }
    text
}
