//! A month of flow, or a year of stays, once it is understood: its events by bucket, with its own lists of codes,
//! professionals and persons, in one file. Units know nothing of each other, so that they are made side by side and one
//! that is done need not be done again.
//!
//! On disk: chunks of events, each of one bucket; then the [`Trailer`] as JSON; then its length, 8 bytes little-endian.
//! The file gets its name when it is whole and durable.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use hygie_snapshot::Pseudonym;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3DefaultBuilder;

use crate::Error;
use crate::event::Event;
use crate::persons::{Print, Traits};
use crate::report::FileReport;
use crate::vocabulary::System;
use crate::vocabulary::code::canonical;

/// Longest code, in bytes: that of a pack of drugs has 13.
const CODE: usize = 15;

/// A person whom only claims name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stranger {
    /// His pseudonym; zeros of whom nothing is told.
    pub(crate) name: Pseudonym,
    /// Whether any event is his.
    pub(crate) told: bool,
    pub(crate) birth_year: u16,
    pub(crate) sex: u8,
    pub(crate) department: [u8; 3],
}

/// Bucket, year of care (none for what is given whole), place, length.
type Chunk = (u32, Option<i32>, u64, u64);

/// What stands at a unit's end.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Trailer {
    /// Of what it was made: it is done again when this changes.
    pub(crate) made_of: String,
    pub(crate) strangers: Vec<Stranger>,
    /// Each code in its one form, under the name of its vocabulary.
    pub(crate) codes: Vec<(String, String)>,
    /// Groups of stays (GHM), as they stand; the first is none.
    pub(crate) groups: Vec<String>,
    /// Professionals and establishments, with the speciality that was seen with them; the first is nobody.
    pub(crate) providers: Vec<(String, String)>,
    /// Of each chunk the bucket, the year of care, the place and the length.
    chunks: Vec<Chunk>,
    pub(crate) files: Vec<FileReport>,
}

/// A unit while it is made.
pub(crate) struct Writer {
    path: PathBuf,
    file: BufWriter<File>,
    written: u64,
    /// Of each bucket the events of each year.
    buckets: Vec<Vec<(Option<i32>, Vec<u8>)>>,
    /// How many persons the reference has.
    references: u32,
    buffered: usize,
    limit: usize,
    codes: HashMap<[u8; CODE + 1], u32, Xxh3DefaultBuilder>,
    providers: HashMap<Vec<u8>, u32, Xxh3DefaultBuilder>,
    strangers: HashMap<Print, u32, Xxh3DefaultBuilder>,
    trailer: Trailer,
}

impl Writer {
    /// Begins a unit at `path`; `limit` bytes of events are held before they are written.
    pub(crate) fn begin(
        path: &Path,
        made_of: String,
        persons: usize,
        buckets: u32,
        limit: usize,
    ) -> Result<Writer, Error> {
        let new = path.with_extension("new");
        let file = File::create(&new).map_err(|source| Error::file("write", &new, source))?;
        let trailer = Trailer {
            made_of,
            providers: vec![(String::new(), String::new())],
            groups: vec![String::new()],
            ..Trailer::default()
        };
        Ok(Writer {
            path: path.to_owned(),
            file: BufWriter::with_capacity(1 << 20, file),
            written: 0,
            buckets: vec![Vec::new(); buckets as usize],
            references: u32::try_from(persons).expect("fewer than 2^31 persons"),
            buffered: 0,
            limit,
            codes: HashMap::default(),
            providers: HashMap::default(),
            strangers: HashMap::default(),
            trailer,
        })
    }

    /// Puts an event into a bucket, among those of a year of care.
    pub(crate) fn event(
        &mut self,
        bucket: u32,
        year: Option<i32>,
        event: &Event,
    ) -> Result<(), Error> {
        if let Some(stranger) = event.stranger() {
            self.trailer.strangers[stranger].told = true;
        }
        // Few years, and mostly the last one of them.
        let years = &mut self.buckets[bucket as usize];
        let at = years.iter().rposition(|(of, _)| *of == year);
        let at = at.unwrap_or_else(|| {
            years.push((year, Vec::new()));
            years.len() - 1
        });
        event.put(&mut years[at].1);
        self.buffered += Event::SIZE;
        if self.buffered >= self.limit {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn flush(&mut self) -> Result<(), Error> {
        for (bucket, years) in (0u32..).zip(&mut self.buckets) {
            for (year, bytes) in years.iter_mut().filter(|(_, bytes)| !bytes.is_empty()) {
                self.file
                    .write_all(bytes)
                    .map_err(|source| Error::file("write", &self.path, source))?;
                let length = bytes.len() as u64;
                self.trailer
                    .chunks
                    .push((bucket, *year, self.written, length));
                self.written += length;
                bytes.clear();
            }
        }
        self.buffered = 0;
        Ok(())
    }

    /// The place of a code in the unit's list; none for what can be no code.
    pub(crate) fn code(&mut self, system: System, text: &[u8]) -> Option<u32> {
        if text.is_empty() || text.len() > CODE || !text.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        let key = |text: &[u8]| {
            let mut key = [0; CODE + 1];
            key[0] = system as u8 + 1;
            key[1..=text.len()].copy_from_slice(text);
            key
        };
        if let Some(place) = self.codes.get(&key(text)) {
            return Some(*place);
        }
        // One code written in two forms is one.
        let code = canonical(system, std::str::from_utf8(text).ok()?).ok()?;
        let codes = &mut self.trailer.codes;
        let place = *self.codes.entry(key(code.as_bytes())).or_insert_with(|| {
            codes.push((system.vocabulary_id().to_owned(), code));
            u32::try_from(codes.len() - 1).expect("fewer than 2^32 codes")
        });
        self.codes.insert(key(text), place);
        Some(place)
    }

    /// The place of a group of stays; 0 for none.
    pub(crate) fn group(&mut self, text: &[u8]) -> u32 {
        let text = String::from_utf8_lossy(text);
        let groups = &mut self.trailer.groups;
        let place = groups
            .iter()
            .position(|group| *group == text)
            .unwrap_or_else(|| {
                groups.push(text.into_owned());
                groups.len() - 1
            });
        u32::try_from(place).expect("some thousand groups")
    }

    /// The text of a code.
    pub(crate) fn text(&self, code: u32) -> &str {
        &self.trailer.codes[code as usize].1
    }

    /// The place of a professional or establishment; 0 for none. Of several specialities the least holds.
    pub(crate) fn provider(&mut self, number: &[u8], speciality: &[u8]) -> u32 {
        if number.is_empty() || number.iter().all(|byte| *byte == b'0') {
            return 0;
        }
        let list = &mut self.trailer.providers;
        if let Some(place) = self.providers.get(number) {
            let known = &mut list[*place as usize].1;
            if !speciality.is_empty()
                && (known.is_empty() || speciality < known.as_bytes())
                && known.as_bytes() != speciality
            {
                *known = String::from_utf8_lossy(speciality).into_owned();
            }
            return *place;
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        list.push((text(number), text(speciality)));
        let place = u32::try_from(list.len() - 1).expect("fewer than 2^32 providers");
        self.providers.insert(number.to_vec(), place);
        place
    }

    /// The place of a person who stands in no reference. `name` is asked for once.
    pub(crate) fn stranger(
        &mut self,
        print: Print,
        traits: &Traits,
        name: impl FnOnce() -> Pseudonym,
    ) -> u32 {
        let strangers = &mut self.trailer.strangers;
        let place = *self.strangers.entry(print).or_insert_with(|| {
            strangers.push(Stranger {
                name: name(),
                told: false,
                birth_year: traits.birth_year,
                sex: traits.sex,
                department: traits.department,
            });
            u32::try_from(strangers.len() - 1).expect("fewer than 2^32 persons")
        });
        self.references + place
    }

    /// How many persons the reference has: their places come first.
    pub(crate) fn references(&self) -> u32 {
        self.references
    }

    /// The pseudonym of a person of [`Writer::stranger`].
    pub(crate) fn stranger_name(&self, person: u32) -> &Pseudonym {
        &self.trailer.strangers[(person - self.references) as usize].name
    }

    /// Adds the report of a file and answers its place.
    pub(crate) fn open(&mut self, report: FileReport) -> usize {
        self.trailer.files.push(report);
        self.trailer.files.len() - 1
    }

    /// The report of a file.
    pub(crate) fn report(&mut self, file: usize) -> &mut FileReport {
        &mut self.trailer.files[file]
    }

    /// Makes the unit whole, durable and known by its name.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        self.flush()?;
        for stranger in self.trailer.strangers.iter_mut().filter(|one| !one.told) {
            // Nothing is told of him: nothing is kept.
            (stranger.name, stranger.department) = ([0; 16], *b"   ");
            (stranger.birth_year, stranger.sex) = (0, 0);
        }
        let failed = |source| Error::file("write", &self.path, source);
        let trailer = serde_json::to_vec(&self.trailer).expect("numbers and texts are JSON");
        self.file.write_all(&trailer).map_err(failed)?;
        self.file
            .write_all(&(trailer.len() as u64).to_le_bytes())
            .map_err(failed)?;
        self.file.flush().map_err(failed)?;
        self.file.get_ref().sync_all().map_err(failed)?;
        fs::rename(self.path.with_extension("new"), &self.path).map_err(failed)
    }
}

/// A unit that is whole.
pub(crate) struct Unit {
    path: PathBuf,
    pub(crate) trailer: Trailer,
}

impl Unit {
    /// Opens a unit; none when there is none, or it was made of something else.
    pub(crate) fn open(path: &Path, made_of: &str) -> Result<Option<Unit>, Error> {
        let failed = |source| Error::file("read", path, source);
        let mut file = match File::open(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(failed)?,
        };
        let end = file.seek(SeekFrom::End(-8)).map_err(failed)?;
        let mut length = [0; 8];
        file.read_exact(&mut length).map_err(failed)?;
        let length = u64::from_le_bytes(length);
        let damaged = || {
            Error::form(
                path,
                0,
                "it is damaged; delete it, and start the import again",
            )
        };
        let start = end.checked_sub(length).ok_or_else(damaged)?;
        file.seek(SeekFrom::Start(start)).map_err(failed)?;
        let mut text = vec![0; usize::try_from(length).map_err(|_| damaged())?];
        file.read_exact(&mut text).map_err(failed)?;
        let trailer: Trailer = serde_json::from_slice(&text).map_err(|_| damaged())?;
        let path = path.to_owned();
        Ok((trailer.made_of == made_of).then_some(Unit { path, trailer }))
    }

    /// Its name: that of its file.
    pub(crate) fn name(&self) -> &str {
        self.path
            .file_stem()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
    }

    /// The years of care of which a bucket has events.
    pub(crate) fn years(&self, bucket: u32) -> impl Iterator<Item = Option<i32>> + '_ {
        let here = self
            .trailer
            .chunks
            .iter()
            .filter(move |chunk| chunk.0 == bucket);
        here.map(|chunk| chunk.1)
    }

    /// The events of a bucket that are of a year of care.
    pub(crate) fn events(&self, bucket: u32, year: Option<i32>) -> Result<Vec<Event>, Error> {
        let failed = |source| Error::file("read", &self.path, source);
        let mut file = File::open(&self.path).map_err(failed)?;
        let mut events = Vec::new();
        let here = |chunk: &&Chunk| (chunk.0, chunk.1) == (bucket, year);
        for (_, _, at, length) in self.trailer.chunks.iter().filter(here) {
            let mut bytes = vec![0; usize::try_from(*length).expect("a chunk fits in memory")];
            file.seek(SeekFrom::Start(*at)).map_err(failed)?;
            file.read_exact(&mut bytes).map_err(failed)?;
            for event in bytes.as_chunks().0 {
                let event = Event::get(event).ok_or_else(|| {
                    Error::form(
                        &self.path,
                        0,
                        "it is damaged; delete it, and start the import again",
                    )
                })?;
                events.push(event);
            }
        }
        Ok(events)
    }
}

#[cfg(test)]
mod tests;
