//! Reading files and putting units into care's form, on a thread of its own while care works.

use std::path::PathBuf;

use hyper::body::Bytes;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use super::read::{self, Contents};
use super::rejects::Reject;
use super::unit::Unit;
use crate::Error;

/// How many units are ready before they are wanted.
const READY: usize = 4;

/// A unit as it is sent, and what of its file can't be.
pub struct Prepared {
    /// The entries.
    pub unit: Unit,
    /// One line of JSON; none when no entry is left.
    pub line: Option<Bytes>,
    /// Entries that could not be read.
    pub rejects: Vec<Reject>,
    /// Files that are done with this unit.
    pub files: u64,
}

/// Reads `files` in their order. Each Bundle is a unit; lines and single resources are one more, the last.
pub fn prepare(
    files: Vec<PathBuf>,
    source: Option<String>,
    unnamed: &'static str,
) -> (mpsc::Receiver<Prepared>, JoinHandle<Result<(), Error>>) {
    let (ready, units) = mpsc::channel(READY);
    let reading = spawn_blocking(move || {
        let form = |unit: Unit, rejects, files| {
            let name = source.as_deref().unwrap_or(unnamed);
            let line = (!unit.is_empty()).then(|| unit.line(name, source.is_some()));
            Prepared {
                unit,
                line,
                rejects,
                files,
            }
        };
        let (mut loose, mut waiting) = (Unit::default(), 0);
        for path in &files {
            let Contents {
                unit,
                rejects,
                whole,
            } = read::file(path)?;
            let next = if whole {
                form(unit, rejects, 1)
            } else {
                loose.join(unit);
                waiting += 1;
                form(Unit::default(), rejects, 0)
            };
            let something = next.line.is_some() || !next.rejects.is_empty();
            // Nobody takes it when the import failed.
            if something && ready.blocking_send(next).is_err() {
                return Ok(());
            }
        }
        let _taken = ready.blocking_send(form(loose, Vec::new(), waiting));
        Ok(())
    });
    (units, reading)
}
