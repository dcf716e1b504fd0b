//! `hygie-crossing omop import`: any OMOP CDM 5.4 into a snapshot.

use std::path::{Path, PathBuf};
use std::time::Instant;

use hygie_omop::{Import, Progress, Report};
use hygie_pseudonym::{Entropy, Keys, SystemEntropy};
use serde_json::json;

use crate::rows::Rows;
use crate::second_step::{OfCdm, SecondStep};
use crate::snapshots::now_s;
use crate::snds::threads;
use crate::{Error, Exit, Output, bronze, opposed, signing};

mod telling;

use telling::Telling;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Import a CDM into a new snapshot; one that was cut off begins anew.
    Import(Wish),
}

#[derive(clap::Args)]
pub struct Wish {
    /// The folder of the tables: `person.csv`, `CONCEPT.parquet`…
    folder: PathBuf,
    /// The folder of the snapshots.
    #[arg(long)]
    into: PathBuf,
    /// The folder of sealed rows, made by `bronze init`.
    #[arg(long)]
    bronze: PathBuf,
    /// What this source is called, always the same for the same source and no other's: its persons' numbers are its own. Who
    /// opposes is left out where the table of the first step calls him `omop:SOURCE:value:` and his `person_source_value`.
    #[arg(long, value_parser = source, required_unless_present = "ben_idt_ano")]
    source: Option<String>,
    /// Every `person_source_value` is a `BEN_IDT_ANO`, by which claims and the list of the opposed know him; `--source` is
    /// then for persons who have none.
    #[arg(long)]
    ben_idt_ano: bool,
    /// In how many buckets persons lie; by the size of the files without it.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=4096))]
    buckets: Option<u32>,
    /// Memory that it may use, about, in MiB.
    #[arg(long, value_name = "MIB", default_value_t = 4096, value_parser = clap::value_parser!(u64).range(64..))]
    budget: u64,
    /// Threads; as many as there are cores without it.
    #[arg(long)]
    threads: Option<usize>,
}

/// The name of a source.
fn source(text: &str) -> Result<String, String> {
    let fits = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if fits {
        return Ok(text.to_owned());
    }
    Err("a source is called by letters, digits, `-`, `_` and `.`".to_owned())
}

pub fn run(keys: &Path, command: Command, output: Output) -> Result<Exit, Error> {
    let began = Instant::now();
    let Command::Import(wish) = command;
    let step = SecondStep(Keys::open(keys)?);
    let signer = signing::signer(keys)?;
    signing::publish(&signer, &wish.into)?;
    let opposed = opposed::obeyed(&wish.into, &signer, &step.0)?;
    let rows = Rows(bronze::open(keys, &wish.bronze, step.0.epoch().0)?);
    let source = wish.source.as_deref();
    let pseudonyms = OfCdm {
        step: &step,
        own: source.filter(|_| !wish.ben_idt_ano),
    };
    let mut spill_key = [0; 32];
    SystemEntropy.fill(&mut spill_key);
    let spill = bronze::spill(&wish.bronze);
    let telling = Telling::new();
    let report = Import {
        from: &wish.folder,
        into: &wish.into,
        source,
        buckets: wish.buckets,
        pseudonyms: &pseudonyms,
        keep: &rows,
        opposed: &opposed,
        signer: &signer,
        now_s: now_s(),
        budget: wish.budget << 20,
        threads: threads(wish.threads),
        spill: &spill,
        spill_key,
        progress: &|progress: Progress<'_>| telling.tell(progress),
    }
    .run()?;
    telling.end();
    let value = serde_json::to_value(&report).map_err(|error| Error::Asked(error.to_string()))?;
    output.show(
        &text(&report),
        &json!({
            "taken": report.taken(),
            "rejected": report.rejected(),
            "total": report.rows(),
            "seconds": began.elapsed().as_secs_f64(),
            "report": value
        }),
    );
    Ok(if report.rejected() == 0 {
        Exit::Done
    } else {
        Exit::Refused
    })
}

/// What became of every row, for people.
fn text(report: &Report) -> String {
    let mut text = format!(
        "snapshot {}: {} persons; {} oppose, and nothing of them was written\n{} rows: {} taken, {} rejected (kept, each with its reason)",
        report.snapshot,
        report.persons,
        report.opposed,
        report.rows(),
        report.taken(),
        report.rejected()
    );
    let mut line = |rows: u64, what: String| text.push_str(&format!("\n{rows:>12} {what}"));
    for (table, rows) in &report.tables {
        line(*rows, format!("rows of {table}"));
    }
    for file in &report.files {
        let name = &file.name;
        for (reason, rows) in &file.rejected {
            line(*rows, format!("rows of {name} rejected: {reason}"));
        }
        for (field, count) in &file.names {
            line(
                *count,
                format!("values of {name} kept sealed, for they name people: {field}"),
            );
        }
        for (field, count) in &file.loose {
            line(
                *count,
                format!("values of {name} that lead to no row: {field}"),
            );
        }
        if file.withheld > 0 {
            line(
                file.withheld,
                format!("rows of {name} kept sealed, for they are free text"),
            );
        }
        if !file.unknown_columns.is_empty() {
            let columns = file.unknown_columns.join(", ");
            line(
                file.rows,
                format!("rows of {name} have columns that the CDM does not know: {columns}"),
            );
        }
    }
    for file in &report.not_read {
        text.push_str(&format!(
            "\nnot read, for it is no table of the CDM: {file}"
        ));
    }
    if !report.missing.is_empty() {
        text.push_str(&format!("\nno file of: {}", report.missing.join(", ")));
    }
    text
}
