//! A month of flow, or a year of stays, once it is understood: its events by bucket, with its own lists of codes,
//! professionals and persons, in one file. Units know nothing of each other, so that they are made side by side and one
//! that is done need not be done again.
//!
//! On disk a sealed file ([`crate::seal`]): chunks of events, each of one bucket and year of care, pieces of persons whom only
//! claims name, and last the [`Trailer`] as JSON. It stays in the crossing's zone after the import, for regularisations reach back: whatever a later month undoes
//! must be found. Persons are named by their numbers, which hold from snapshot to snapshot.

use std::collections::HashMap;
use std::path::Path;

use hygie_snapshot::Pseudonym;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3DefaultBuilder;

use crate::Error;
use crate::event::Event;
use crate::persons::{Print, Traits};
use crate::report::FileReport;
use crate::seal::{Sealed, Sealing, Seals};
use crate::vocabulary::System;
use crate::vocabulary::code::canonical;

mod rewrite;
mod strangers;

pub(crate) use rewrite::{Fate, Fates, Touched};
pub(crate) use strangers::Stranger;

/// Bytes of events in a chunk, at most: whole events.
const PIECE: usize = (64 << 20) / Event::SIZE * Event::SIZE;
/// Longest code, in bytes: that of a pack of drugs has 13.
const CODE: usize = 15;

/// Bucket, year of care (none for what is given whole), place, length.
type Chunk = (u32, Option<i32>, u64, u64);

/// What stands at a unit's end.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Trailer {
    /// Of what it was made: it is done again when this changes.
    pub(crate) made_of: String,
    /// For which numbers of persons, and without whom: it is written anew when this changes.
    pub(crate) under: String,
    /// They lie in pieces of their own; versions before wrote them here.
    #[serde(default, skip_serializing)]
    pub(crate) strangers: Vec<Stranger>,
    /// Where these lie: place and length.
    #[serde(default)]
    pieces: Vec<(u64, u64)>,
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

/// Where something is said: file by file, line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seen {
    pub(crate) file: usize,
    pub(crate) line: u64,
}

/// A unit while it is made.
pub(crate) struct Writer {
    file: Sealing,
    /// Of each bucket the events of each year.
    buckets: Vec<Vec<(Option<i32>, Vec<u8>)>>,
    /// How many persons the reference has.
    references: u32,
    buffered: usize,
    limit: usize,
    codes: HashMap<[u8; CODE + 1], u32, Xxh3DefaultBuilder>,
    providers: HashMap<Vec<u8>, u32, Xxh3DefaultBuilder>,
    strangers: HashMap<Print, (u32, Seen), Xxh3DefaultBuilder>,
    waiting: HashMap<Pseudonym, u32, Xxh3DefaultBuilder>,
    trailer: Trailer,
}

impl Writer {
    /// Begins a unit at `path`; `limit` bytes of events are held before they are written.
    pub(crate) fn begin(
        (path, seals): (&Path, &dyn Seals),
        (made_of, under): (&str, &str),
        persons: usize,
        buckets: u32,
        limit: usize,
    ) -> Result<Writer, Error> {
        let trailer = Trailer {
            made_of: made_of.to_owned(),
            under: under.to_owned(),
            providers: vec![(String::new(), String::new())],
            groups: vec![String::new()],
            ..Trailer::default()
        };
        Ok(Writer {
            file: Sealing::begin(path, seals)?,
            buckets: vec![Vec::new(); buckets as usize],
            references: u32::try_from(persons).expect("fewer than 2^31 persons"),
            buffered: 0,
            limit,
            codes: HashMap::default(),
            providers: HashMap::default(),
            strangers: HashMap::default(),
            waiting: HashMap::default(),
            trailer,
        })
    }

    /// The file that it becomes.
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Puts an event into a bucket, among those of a year of care.
    pub(crate) fn event(
        &mut self,
        bucket: u32,
        year: Option<i32>,
        event: &Event,
    ) -> Result<(), Error> {
        if let Some(place) = event.stranger() {
            let stranger = &mut self.trailer.strangers[place];
            stranger.told = stranger.print.is_some();
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
                // A piece is shorter than what a seal takes.
                for part in bytes.chunks(PIECE) {
                    let chunks = &mut self.trailer.chunks;
                    let (at, length) = self.file.piece(chunks.len() as u64, part)?;
                    chunks.push((bucket, *year, at, length));
                }
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

    /// The place of a person who stands in no reference. What his first row says of him holds, whenever it is read. `name` is
    /// asked for once.
    pub(crate) fn stranger(
        &mut self,
        print: Print,
        (traits, seen): (&Traits, Seen),
        name: impl FnOnce() -> Pseudonym,
    ) -> u32 {
        let strangers = &mut self.trailer.strangers;
        let known = self.strangers.entry(print).or_insert_with(|| {
            strangers.push(Stranger {
                name: name(),
                print: Some(print),
                told: false,
                birth_year: traits.birth_year,
                sex: traits.sex,
                department: traits.department,
            });
            let place = u32::try_from(strangers.len() - 1).expect("fewer than 2^32 persons");
            (place, seen)
        });
        if seen < known.1 {
            let stranger = &mut strangers[known.0 as usize];
            (stranger.birth_year, stranger.sex) = (traits.birth_year, traits.sex);
            stranger.department = traits.department;
            known.1 = seen;
        }
        self.references + known.0
    }

    /// The place of somebody of whom only a cause of death is told: it waits for a reference that knows him.
    pub(crate) fn waiting(&mut self, name: Pseudonym) -> u32 {
        let strangers = &mut self.trailer.strangers;
        let place = *self.waiting.entry(name).or_insert_with(|| {
            strangers.push(Stranger {
                name,
                print: None,
                told: false,
                birth_year: 0,
                sex: 0,
                department: *b"   ",
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
        let silent = |one: &&mut Stranger| !one.told && one.print.is_some();
        for stranger in self.trailer.strangers.iter_mut().filter(silent) {
            // Nothing is told of him: nothing is kept.
            stranger.silence();
        }
        self.trailer.finish(self.file)
    }
}

/// A unit that is whole.
pub(crate) struct Unit {
    file: Sealed,
    pub(crate) trailer: Trailer,
}

impl Unit {
    /// Opens a unit; none when there is none, or one of another key.
    pub(crate) fn open(path: &Path, seals: &dyn Seals) -> Result<Option<Unit>, Error> {
        let Some((file, last)) = Sealed::open(path, seals)? else {
            return Ok(None);
        };
        let trailer = Trailer::read(&file, &last)?;
        Ok(Some(Unit { file, trailer }))
    }

    /// Its name: that of its file.
    pub(crate) fn name(&self) -> &str {
        self.path()
            .file_stem()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
    }

    /// Its file.
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// The same unit, linked to another place under its name.
    pub(crate) fn moved(mut self, to: &Path) -> Unit {
        self.file.moved(to);
        self
    }

    /// The years of care of which a bucket has events.
    pub(crate) fn years(&self, bucket: u32) -> impl Iterator<Item = Option<i32>> + '_ {
        let here = move |chunk: &&Chunk| chunk.0 == bucket;
        self.trailer.chunks.iter().filter(here).map(|chunk| chunk.1)
    }

    /// The events of a bucket that are of a year of care.
    pub(crate) fn events(&self, bucket: u32, year: Option<i32>) -> Result<Vec<Event>, Error> {
        let mut events = Vec::new();
        for (number, chunk) in (0u64..).zip(&self.trailer.chunks) {
            if (chunk.0, chunk.1) != (bucket, year) {
                continue;
            }
            events.append(&mut self.chunk(number)?);
        }
        Ok(events)
    }

    /// Every bucket and year of care of which it has events.
    pub(crate) fn places(&self) -> impl Iterator<Item = (u32, Option<i32>)> + '_ {
        self.trailer.chunks.iter().map(|chunk| (chunk.0, chunk.1))
    }

    fn bytes(&self, number: u64) -> Result<Vec<u8>, Error> {
        let place = usize::try_from(number).ok();
        let chunk = place.and_then(|place| self.trailer.chunks.get(place));
        let chunk = chunk.ok_or_else(|| self.file.damaged())?;
        self.file.piece(number, (chunk.2, chunk.3))
    }

    /// The events of a chunk.
    fn chunk(&self, number: u64) -> Result<Vec<Event>, Error> {
        let bytes = self.bytes(number)?;
        let events = bytes.as_chunks().0.iter();
        let events = events.map(|event| Event::get(event).ok_or_else(|| self.file.damaged()));
        events.collect()
    }
}

#[cfg(test)]
mod tests;
