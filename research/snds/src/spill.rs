//! Rows that are more than a unit's share of the memory holds: they are parted by their keys and laid on disk, once, and part
//! after part is worked off from there as if it were all there is. Nothing but the order of what is kept differs.
//!
//! On disk a sealed file ([`crate::seal`]) beside the unit, `{unit}.{level}.spill`: pieces of rows as they were read
//! ([`hygie_rows::replay`]), each of one part and one file, each bound to its number. Where they lie is known in memory alone. It is
//! deleted when its parts are done; what a killed import leaves is deleted by the next.

use std::fs;
use std::path::PathBuf;

use hygie_rows::{Header, Row, Take};

use crate::Error;
use crate::import::Job;
use crate::layout::Layout;
use crate::seal::{Sealed, Sealing};
use crate::source::Source;

/// What ends the name of such a file.
pub(crate) const EXTENSION: &str = "spill";
/// Parts that are written side by side, at most: each has a buffer.
const PARTS: u64 = 256;
/// Bytes of a buffer: smaller ones would make pieces that are all head, greater ones spare nothing.
const BUFFER: std::ops::RangeInclusive<u64> = 16 << 10..=1 << 20;
/// How often rows are parted, at most, the first time counted: the bits that are for it are used up then, and what is left is
/// taken as it is.
const LEVELS: u32 = 4;

/// What rows of a table take.
#[derive(Clone, Copy)]
pub(crate) struct Weight {
    /// Bytes in a CSV, as few as there can be.
    pub(crate) shortest: u64,
    /// Bytes in memory while its unit is made.
    pub(crate) memory: u64,
}

/// A unit's rows, and how they are parted.
pub(crate) struct Parting<'a> {
    pub(crate) job: &'a Job<'a>,
    pub(crate) sources: &'a [&'a Source],
    /// The unit's file.
    pub(crate) unit: PathBuf,
    /// What must stay together; none of a row of which that can't be said: it goes with the first part.
    pub(crate) key: fn(&Row<'_>) -> Option<u128>,
    pub(crate) weight: fn(&Layout) -> Weight,
}

/// Where rows are read from.
pub(crate) enum Rows<'a> {
    /// The unit's files.
    Files(&'a [&'a Source]),
    /// A part of what was spilled of them.
    Part(&'a Spill, usize),
}

impl Rows<'_> {
    /// Reads the rows of a file, by its place among the unit's. The header is that of the file.
    pub(crate) fn read<T: Take<Error = Error>>(
        &self,
        file: usize,
        take: &mut T,
    ) -> Result<Header, Error> {
        match self {
            Rows::Files(sources) => sources[file].read(take),
            Rows::Part(spill, part) => spill.read(*part, file, take),
        }
    }
}

impl Parting<'_> {
    /// Does it with all rows where they fit into the share of memory, else with part after part.
    pub(crate) fn each(
        &self,
        work: &mut dyn FnMut(&Rows<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.rows(&Rows::Files(self.sources), 0, work)
    }

    fn rows(
        &self,
        rows: &Rows<'_>,
        level: u32,
        work: &mut dyn FnMut(&Rows<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let memory = self.memory(rows);
        if memory <= self.job.share() || level == LEVELS {
            return work(rows);
        }
        let spill = self.spill(rows, memory, level)?;
        for part in 0..spill.parts.len() {
            self.rows(&Rows::Part(&spill, part), level + 1, work)?;
        }
        Ok(())
    }

    /// What rows take in memory: of a CSV by its size (they are taken to be as short as they can be), of others by their count.
    fn memory(&self, rows: &Rows<'_>) -> u64 {
        let sources = self.sources.iter().enumerate();
        let of = sources.map(|(file, source)| {
            let weight = (self.weight)(source.layout);
            let count = match rows {
                Rows::Files(_) => source.rows(self.job.size(source), weight.shortest),
                Rows::Part(spill, part) => spill.parts[*part][file].rows,
            };
            count * weight.memory
        });
        of.sum()
    }

    /// Lays rows on disk, by parts that are likely to fit. Half of the share goes to buffers.
    fn spill(&self, rows: &Rows<'_>, memory: u64, level: u32) -> Result<Spill, Error> {
        let share = self.job.share();
        let most = (share / 2 / BUFFER.start()).clamp(2, PARTS);
        // Parts are not equal: three quarters of the share leave room for the greater ones.
        let parts = (memory * 4).div_ceil(share * 3).clamp(2, most);
        let buffer = (share / 2 / parts).clamp(*BUFFER.start(), *BUFFER.end());
        let path = self.unit.with_extension(format!("{level}.{EXTENSION}"));
        let scratch = Scratch(path);
        let mut spilling = Spilling {
            sealing: Sealing::scratch(&scratch.0, self.job.seals())?,
            key: self.key,
            level,
            buffer: usize::try_from(buffer).expect("at most a MiB"),
            file: 0,
            buffers: vec![Vec::new(); usize::try_from(parts).expect("at most 256")],
            pieces: 0,
            parts: Vec::new(),
        };
        let part = vec![Laid::default(); self.sources.len()];
        spilling.parts.resize(spilling.buffers.len(), part);
        let mut headers = Vec::new();
        for file in 0..self.sources.len() {
            spilling.file = file;
            headers.push(rows.read(file, &mut spilling)?);
            spilling.flush()?;
        }
        Ok(Spill {
            file: spilling.sealing.reading()?,
            headers,
            parts: spilling.parts,
            _scratch: scratch,
        })
    }
}

/// What of a file lies in a part.
#[derive(Clone, Default)]
struct Laid {
    /// Rows, those without a key not counted.
    rows: u64,
    /// Of each piece the number, the place and the length.
    pieces: Vec<(u64, u64, u64)>,
}

/// Rows while they are spilled.
struct Spilling {
    sealing: Sealing,
    key: fn(&Row<'_>) -> Option<u128>,
    level: u32,
    /// Bytes of a buffer before it is written.
    buffer: usize,
    /// The file at hand.
    file: usize,
    /// Of each part what is not written yet.
    buffers: Vec<Vec<u8>>,
    pieces: u64,
    parts: Vec<Vec<Laid>>,
}

impl Spilling {
    fn row(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let key = (self.key)(row);
        let part = key.map_or(0, |key| part(key, self.level, self.buffers.len()));
        self.parts[part][self.file].rows += u64::from(key.is_some());
        let buffer = &mut self.buffers[part];
        row.lay(buffer);
        if buffer.len() >= self.buffer {
            self.write(part)?;
        }
        Ok(())
    }

    fn write(&mut self, part: usize) -> Result<(), Error> {
        let buffer = &mut self.buffers[part];
        let (at, length) = self.sealing.piece(self.pieces, buffer)?;
        let laid = &mut self.parts[part][self.file];
        laid.pieces.push((self.pieces, at, length));
        self.pieces += 1;
        buffer.clear();
        Ok(())
    }

    /// A piece is of one file: what is left of this one is written.
    fn flush(&mut self) -> Result<(), Error> {
        for part in 0..self.buffers.len() {
            if !self.buffers[part].is_empty() {
                self.write(part)?;
            }
        }
        Ok(())
    }
}

impl Take for Spilling {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        self.row(row)
    }

    fn refuse(&mut self, row: &Row<'_>, _: &'static str) -> Result<(), Error> {
        // It is refused again when its part is read.
        self.row(row)
    }
}

/// The part of a key: each level takes bits of its own, and not those by which a part's rows are found.
fn part(key: u128, level: u32, parts: usize) -> usize {
    let bits = (key >> (16 * level)) & 0xffff;
    (usize::try_from(bits).expect("16 bits") * parts) >> 16
}

/// Rows on disk, by parts.
pub(crate) struct Spill {
    file: Sealed,
    headers: Vec<Header>,
    parts: Vec<Vec<Laid>>,
    _scratch: Scratch,
}

impl Spill {
    fn read<T: Take<Error = Error>>(
        &self,
        part: usize,
        file: usize,
        take: &mut T,
    ) -> Result<Header, Error> {
        for (number, at, length) in &self.parts[part][file].pieces {
            let piece = self.file.piece(*number, (*at, *length))?;
            hygie_rows::replay(self.file.path(), &piece, take)?;
        }
        Ok(self.headers[file].clone())
    }
}

/// A file that is gone when it is dropped, whatever happened.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // Where it can't be deleted now, the next import does.
        let _left = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests;
