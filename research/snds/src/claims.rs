//! A month of flow of DCIR: lines, and what is told of them apart, joined by nine columns.
//!
//! What is told apart is read first and sorted by key; then the lines go by, and each finds its own; then what is told
//! apart once more, to be kept. Nothing is multiplied: what has met its line meets no other. A month that is greater than
//! the memory it may have is parted by its keys ([`crate::spill`]), and this is done with each part.

use hygie_rows::Row;
use xxhash_rust::xxh3::xxh3_128;

use crate::Error;
use crate::event::Kind;
use crate::field::day;
use crate::import::{Job, Kept};
use crate::layout::{BIO, CAM, KEY, KEY_DATES, Layout, PHA, PRS, TIP, UCD};
use crate::source::Source;
use crate::spill::{Parting, Rows, Weight};
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
/// The place after it: of what can't be read but for its key, by which it is known whom it is about.
const UNREAD: u8 = 6;
/// What rows told apart take: what they tell.
const APART: Weight = Weight {
    shortest: 60,
    memory: 64,
};
/// What lines take: their keys.
const LINE: Weight = Weight {
    shortest: 100,
    memory: 32,
};

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
    let mut files = Vec::new();
    // Each file's raw rows are kept as one, whatever the parts.
    let mut kept = Vec::new();
    for source in sources {
        files.push(unit.open(job.report(source)?));
        kept.push(Some(job.keep(source)?));
    }
    let parting = Parting {
        job,
        sources,
        unit: unit.path().to_owned(),
        key,
        weight: |layout| if *layout == PRS { LINE } else { APART },
    };
    parting.each(&mut |rows| part(job, (sources, &files, &mut kept), unit, rows))?;
    for kept in kept.into_iter().flatten() {
        kept.finish()?;
    }
    Ok(())
}

/// Reads a month, or one part of its keys: what is told apart, then the lines, then what is told apart once more, to be kept
/// under whom it turned out to be about.
fn part<'a>(
    job: &'a Job<'a>,
    (sources, files, kept): (&[&Source], &[usize], &mut [Option<Kept<'a>>]),
    unit: &mut Writer,
    rows: &Rows<'_>,
) -> Result<(), Error> {
    let claims = |at: &usize| *sources[*at].layout == PRS;
    let apart = || (0..sources.len()).filter(|at| !claims(at));
    let mut telling = Telling {
        unit,
        told: Vec::new(),
        of: Apart::default(),
    };
    for at in apart() {
        telling.of = Apart::new(sources[at], files[at]);
        let header = rows.read(at, &mut telling)?;
        job.note(telling.unit.report(files[at]), header);
    }
    let mut told = telling.told;
    told.sort_unstable();
    let mut lines = Lines::new(job, unit, told);
    for at in (0..sources.len()).filter(claims) {
        lines.file = files[at];
        lines.kept = kept[at].take();
        let header = rows.read(at, &mut lines)?;
        kept[at] = lines.kept.take();
        job.note(lines.unit.report(files[at]), header);
    }
    lines.orphans();
    for at in apart() {
        let mut keeping = Keeping {
            lines: &mut lines,
            of: Apart::new(sources[at], files[at]),
            kept: kept[at]
                .take()
                .expect("it is open from the first part to the last"),
        };
        rows.read(at, &mut keeping)?;
        kept[at] = Some(keeping.kept);
    }
    Ok(())
}

/// The key of a row of DCIR: nine columns as text, the two dates as days. None when a date can't be read, or when a column
/// can't be believed. Of a row of more fields than the header it is read as it stands: it meets no line where it is shifted.
fn key(row: &Row<'_>) -> Option<u128> {
    if row.surplus() == 0 && !(0..KEY).all(|place| row.has(place)) {
        return None;
    }
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

const NO_KEY: &str = "its key can't be read: a date is none, or a field is too long";
