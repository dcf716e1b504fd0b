//! `hygie-crossing snapshots`: what there is, whether it is as it was signed, and what has been superseded.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use hygie_pseudonym::{Keys, Pseudonym};
use hygie_snapshot::{Snapshot, Snapshots};
use hygie_snds::{Renewal, Renewed};
use serde_json::json;

use crate::rows::Rows;
use crate::{Error, Exit, Output, bronze, opposed, signing};

/// Seconds of a day.
const DAY: i64 = 86_400;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Say what the newest snapshot holds, or that of a number.
    Show {
        /// The folder of the snapshots.
        folder: PathBuf,
        /// Its number.
        #[arg(long)]
        number: Option<u64>,
        /// The file of the public key by which it is believed, where another made it; this crossing's own without it.
        #[arg(long, value_name = "FILE")]
        verifier: Option<PathBuf>,
    },
    /// Read every file and compare it with the manifest that was signed.
    Verify {
        /// The folder of the snapshots.
        folder: PathBuf,
        /// Its number; the newest without it.
        #[arg(long)]
        number: Option<u64>,
        /// The file of the public key by which it is believed, where another made it; this crossing's own without it.
        #[arg(long, value_name = "FILE")]
        verifier: Option<PathBuf>,
    },
    /// Make the next snapshot out of the newest, without its sources: who opposes by the list that is published is gone from
    /// every byte, from sealed rows, and from what is kept for the next month; while a rotation is under way pseudonyms are
    /// those of the key in use.
    Renew {
        /// The folder of the snapshots.
        folder: PathBuf,
        /// The folder of sealed rows from which it was imported.
        #[arg(long)]
        bronze: PathBuf,
    },
    /// Delete what has been superseded for so long; manifests stay.
    Retire {
        /// The folder of the snapshots.
        folder: PathBuf,
        /// Days.
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(i64).range(0..36_500))]
        days: i64,
    },
}

pub fn run(keys: &Path, command: Command, output: Output) -> Result<Exit, Error> {
    match command {
        Command::Show {
            folder,
            number,
            verifier,
        } => {
            let snapshot = open(keys, &folder, number, verifier.as_deref())?;
            let manifest = snapshot.manifest();
            let mut text = format!(
                "snapshot {}, {} buckets, made without list {} of the opposed",
                manifest.number, manifest.buckets, manifest.opposed_list
            );
            for table in &manifest.tables {
                let bytes: u64 = table.files.iter().map(|file| file.bytes).sum();
                text.push_str(&format!(
                    "\n{:>12} rows {:>14} bytes  {}/{}",
                    table.rows(),
                    bytes,
                    table.table,
                    table.order.folder()
                ));
            }
            let value =
                serde_json::to_value(manifest).map_err(|error| Error::Asked(error.to_string()))?;
            output.show(&text, &value);
        }
        Command::Verify {
            folder,
            number,
            verifier,
        } => {
            let snapshot = open(keys, &folder, number, verifier.as_deref())?;
            snapshot.verify()?;
            let number = snapshot.manifest().number;
            let files: usize = snapshot
                .manifest()
                .tables
                .iter()
                .map(|table| table.files.len())
                .sum();
            let text = format!("snapshot {number}: {files} files are as they were signed");
            output.show(&text, &json!({ "snapshot": number, "files": files }));
        }
        Command::Renew { folder, bronze } => return renew(keys, (&folder, &bronze), output),
        Command::Retire { folder, days } => {
            let verifier = signing::signer(keys)?.verifier().clone();
            let retired = Snapshots::new(&folder, verifier).retire(now_s(), days * DAY)?;
            let text = format!(
                "{} snapshots are deleted; their manifests stay",
                retired.len()
            );
            output.show(&text, &json!({ "retired": retired }));
        }
    }
    Ok(Exit::Done)
}

/// A snapshot by its number, or the newest, as this crossing signed it, or whoever `verifier` names.
fn open(
    keys: &Path,
    folder: &Path,
    number: Option<u64>,
    verifier: Option<&Path>,
) -> Result<Snapshot, Error> {
    let verifier = match verifier {
        None => signing::signer(keys)?.verifier().clone(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(Error::io(path))?;
            text.trim().parse().map_err(|_| {
                let path = path.display();
                Error::Asked(format!(
                    "`{path}` is no public key: give a file such as snapshots.vkey"
                ))
            })?
        }
    };
    let snapshots = Snapshots::new(folder, verifier);
    Ok(match number {
        Some(number) => snapshots.open(number)?,
        None => snapshots.latest()?,
    })
}

fn renew(keys: &Path, (folder, bronze): (&Path, &Path), output: Output) -> Result<Exit, Error> {
    let pseudonyms = Keys::open(keys)?;
    let epoch = pseudonyms.epoch().0;
    let signer = signing::signer(keys)?;
    let opposed = opposed::obeyed(folder, &signer, &pseudonyms)?;
    let rows = Rows(bronze::open(keys, bronze, epoch)?);
    // Before anything is written: no tag of an old key can be compared with the list.
    bronze::all_of_epoch(&rows.0, epoch)?;
    let renewal = Renewal {
        into: folder,
        units: &bronze::units(bronze),
        seals: &rows,
        keep: &rows,
        opposed: &opposed,
        signer: &signer,
        now_s: now_s(),
    };
    let snapshots = Snapshots::new(folder, signer.verifier().clone());
    let key = snapshots.latest()?.manifest().pseudonyms.clone();
    let old = pseudonyms
        .retiring()
        .is_some_and(|retiring| retiring.1 == key);
    let mut failed = None;
    let renewed = if old {
        let mut rotation = pseudonyms.rotation()?;
        let mut map = |old: &[u8; 16]| match rotation.map(&Pseudonym::from_bytes(*old)) {
            Ok(new) => new.map(|new| new.bytes()),
            Err(error) => {
                failed = Some(error);
                None
            }
        };
        renewal.run(Some(&mut map))
    } else {
        renewal.run(None)
    };
    if let Some(error) = failed {
        return Err(error.into());
    }
    tell(&renewed?, output);
    Ok(Exit::Done)
}

fn tell(renewed: &Renewed, output: Output) {
    let Renewed {
        snapshot,
        raw,
        units,
    } = renewed;
    let text = format!(
        "snapshot {}: {} persons and {} rows are gone; {} files written anew ({} bytes), {} taken over as they are\n\
         {:>12} raw rows are gone; {} files of sealed rows written anew ({} bytes)\n\
         {:>12} units kept for the next month written anew ({} bytes), {} taken over as they are",
        snapshot.number,
        snapshot.persons,
        snapshot.rows,
        snapshot.written,
        snapshot.bytes,
        snapshot.kept,
        raw.rows,
        raw.files,
        raw.bytes,
        units.written,
        units.bytes,
        units.linked,
    );
    let value = json!({
        "snapshot": snapshot.number, "persons": snapshot.persons, "rows": snapshot.rows, "written": snapshot.written,
        "bytes": snapshot.bytes, "kept": snapshot.kept,
        "bronze": { "rows": raw.rows, "written": raw.files, "bytes": raw.bytes },
        "units": { "written": units.written, "bytes": units.bytes, "kept": units.linked },
    });
    output.show(&text, &value);
}

/// Seconds since 1970.
pub fn now_s() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}
