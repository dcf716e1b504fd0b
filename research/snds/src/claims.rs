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
use crate::import::Job;
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
const TOLD_BYTES: u64 = 48;

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
pub(crate) fn month(job: &Job<'_>, sources: &[&Source], unit: &mut Writer) -> Result<(), Error> {
    let bytes: u64 = sources
        .iter()
        .filter(|source| source.layout != &PRS)
        .map(|source| job.size(source))
        .sum();
    // A row told apart has at least 60 bytes in its file; the keys of lines take as much again.
    let passes = (bytes / 60 * TOLD_BYTES * 2).div_ceil(job.share()).max(1);
    let mut files = Vec::new();
    for source in sources {
        files.push(unit.open(job.report(source)?));
    }
    for pass in 0..passes {
        one(job, sources, &files, unit, (pass, passes))?;
    }
    Ok(())
}

/// Reads one part of the keys: what is told apart, then the lines, then what is told apart once more, to be kept under whom
/// it turned out to be about.
fn one(
    job: &Job<'_>,
    sources: &[&Source],
    files: &[usize],
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
    for (source, file) in sources
        .iter()
        .zip(files)
        .filter(|(source, _)| source.layout == &PRS)
    {
        lines.file = *file;
        lines.kept = Some(job.keep(source, part.0)?);
        let header = source.read(&mut lines)?;
        lines.kept.take().expect("it was set").finish()?;
        job.note(lines.unit.report(*file), header);
    }
    lines.orphans();
    for (source, file) in apart() {
        let mut keeping = Keeping {
            lines: &mut lines,
            of: Apart::new(source, *file),
            kept: job.keep(source, part.0)?,
        };
        source.read(&mut keeping)?;
        keeping.kept.finish()?;
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

fn in_part(key: u128, (pass, passes): (u64, u64)) -> bool {
    passes == 1 || (key >> 64) as u64 % passes == pass
}

const NO_KEY: &str = "its key can't be read: a date is none, or a field is too long";
