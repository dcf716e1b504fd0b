//! A month of flow of DCIR: lines, and what is told of them apart, joined by nine columns.
//!
//! What is told apart is read first and sorted by key; then the lines go by, and each finds its own. Nothing is
//! multiplied: what has met its line meets no other. Where a month is greater than the memory it may have, it is read
//! several times, each time for the keys of one part.

use hygie_rows::Row;
use xxhash_rust::xxh3::xxh3_128;

use crate::Error;
use crate::event::Kind;
use crate::field::day;
use crate::import::{Job, Kept};
use crate::layout::{BIO, CAM, KEY, KEY_DATES, Layout, PHA, PRS, TIP, UCD};
use crate::source::Source;
use crate::unit::Writer;
use crate::vocabulary::System;

mod apart;
mod lines;

use apart::{Apart, Keeping, Telling};
use lines::Lines;

/// What is told of a line apart, in the order in which the line's amounts are given to the first.
const TOLD: [(&Layout, System, Kind); 5] = [
    (&PHA, System::Cip13, Kind::Drug),
    (&UCD, System::Ucd, Kind::Drug),
    (&CAM, System::Ccam, Kind::Procedure),
    (&BIO, System::Nabm, Kind::Measurement),
    (&TIP, System::Lpp, Kind::Device),
];
/// The place in that order of what says that a hospital's activity is billed.
const BILLED: u8 = 5;
/// Bytes that a row told apart takes in memory.
const TOLD_BYTES: u64 = 64;
/// Bytes that the key of a line takes.
const KEY_BYTES: u64 = 32;

/// Something told of a line apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    key: u128,
    table: u8,
    role: u8,
    file: u16,
    code: u32,
    quantity: i32,
}

/// Reads a month into a unit.
pub(crate) fn month<'a>(
    job: &'a Job<'a>,
    sources: &[&Source],
    unit: &mut Writer,
) -> Result<(), Error> {
    let passes = passes(job, sources);
    let mut files = Vec::new();
    // Each file's raw rows are one part, however often it is read.
    let mut kept = Vec::new();
    for source in sources {
        files.push(unit.open(job.report(source)?));
        kept.push(Some(job.keep(source)?));
    }
    for pass in 0..passes {
        one(job, (sources, &files, &mut kept), unit, (pass, passes))?;
    }
    for kept in kept.into_iter().flatten() {
        kept.finish()?;
    }
    Ok(())
}

/// In how many parts a month is read, for its rows to fit into the memory that a unit may have: what is told apart, and the
/// key of each line. Rows are taken to be as short as they can be, and those of Parquet to be pressed.
fn passes(job: &Job<'_>, sources: &[&Source]) -> u64 {
    let memory = sources.iter().map(|source| {
        let bytes = source.plain(job.size(source));
        if source.layout == &PRS {
            bytes / 100 * KEY_BYTES
        } else {
            bytes / 60 * TOLD_BYTES
        }
    });
    memory.sum::<u64>().div_ceil(job.share()).max(1)
}

/// Reads one part of the keys: what is told apart, then the lines, then what is told apart once more, to be kept under whom
/// it turned out to be about.
fn one<'a>(
    job: &'a Job<'a>,
    (sources, files, kept): (&[&Source], &[usize], &mut [Option<Kept<'a>>]),
    unit: &mut Writer,
    part: (u64, u64),
) -> Result<(), Error> {
    let apart = || {
        sources
            .iter()
            .zip(files)
            .filter(|(source, _)| source.layout != &PRS)
    };
    let mut telling = Telling {
        unit,
        told: Vec::new(),
        of: Apart::default(),
        part,
    };
    for (source, file) in apart() {
        telling.of = Apart::new(source, *file);
        let header = source.read(&mut telling)?;
        job.note(telling.unit.report(*file), header);
    }
    let mut told = telling.told;
    told.sort_unstable();
    let mut lines = Lines::new(job, unit, told, part);
    let claims = |at: &usize| sources[*at].layout == &PRS;
    for at in (0..sources.len()).filter(claims) {
        lines.file = files[at];
        lines.kept = kept[at].take();
        let header = sources[at].read(&mut lines)?;
        kept[at] = lines.kept.take();
        job.note(lines.unit.report(files[at]), header);
    }
    lines.orphans();
    for at in (0..sources.len()).filter(|at| !claims(at)) {
        let mut keeping = Keeping {
            lines: &mut lines,
            of: Apart::new(sources[at], files[at]),
            kept: kept[at]
                .take()
                .expect("it is open from the first part to the last"),
        };
        sources[at].read(&mut keeping)?;
        kept[at] = Some(keeping.kept);
    }
    Ok(())
}

/// The key of a row of DCIR: nine columns as text, the two dates as days. None when a date can't be read.
fn key(row: &Row<'_>) -> Option<u128> {
    let mut text = [0u8; 256];
    let mut at = 0;
    for place in 0..KEY {
        let field = row.get(place);
        let days;
        let field = if KEY_DATES.contains(&place) {
            days = day(field).ok()?.unwrap_or(i32::MIN).to_le_bytes();
            &days[..]
        } else {
            field
        };
        if at + field.len() + 1 > text.len() {
            return None;
        }
        text[at..at + field.len()].copy_from_slice(field);
        at += field.len();
        // No field holds it, so that no two keys read alike.
        text[at] = 0xff;
        at += 1;
    }
    Some(xxh3_128(&text[..at]))
}

/// Whether a key is of this one of so many parts.
pub(crate) fn in_part(key: u128, (pass, passes): (u64, u64)) -> bool {
    passes == 1 || (key >> 64) as u64 % passes == pass
}

const NO_KEY: &str = "its key can't be read: a date is none, or a field is too long";
