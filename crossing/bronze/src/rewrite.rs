//! Writing files anew: without some persons' rows, or with other tags.

use std::collections::HashSet;

use zstd::bulk::Decompressor;

use crate::chunk::{Misread, Opened};
use crate::folder::Part;
use crate::frame::{Kind, Opener};
use crate::writer::Totals;
use crate::{Bronze, Error, Person, Writer};

/// What was looked at, and what was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Parts that are there.
    pub parts: u64,
    /// Parts that were written anew.
    pub rewritten: u64,
    /// Bytes of those.
    pub bytes: u64,
    /// Rows that are kept, of those written anew.
    pub kept: u64,
    /// Rows that are gone.
    pub purged: u64,
}

impl Bronze {
    /// Writes every part that holds rows of these persons anew, without them. A part is replaced as a whole, durably; a
    /// crash leaves each as it was or purged, and `purge` run again goes on. Rows without a person stay.
    ///
    /// # Errors
    /// [`Error::Epoch`] for a part that is tagged under another epoch, before anything is written;
    /// [`Error::Broken`] with its place; [`Error::Io`].
    pub fn purge(&self, persons: &HashSet<Person>) -> Result<Counts, Error> {
        let parts = self.parts()?;
        for Part { table, part } in &parts {
            let (opener, found) = self.opener(table, part)?;
            if found != self.epoch {
                return Err(Error::Epoch {
                    path: opener.path().to_owned(),
                    found,
                    wanted: self.epoch,
                });
            }
        }
        let mut counts = Counts::default();
        for Part { table, part } in &parts {
            counts.parts += 1;
            if !self.holds(table, part, persons)? {
                continue;
            }
            counts.rewritten += 1;
            self.rewrite(table, part, &mut |person| match person {
                Some(person) if persons.contains(&person) => Ok(Fate::Gone),
                _ => Ok(Fate::Stays),
            })?
            .add(&mut counts);
        }
        Ok(counts)
    }

    /// Tags every part that bears another epoch with the pseudonyms of this one: `map` gives the new one of an old one, by a
    /// rotation's list. Parts of this epoch are left as they are, so that `retag` run again after a crash goes on.
    ///
    /// # Errors
    /// [`Error::Unmapped`] where `map` gives none; what `map` returns; [`Error::Broken`] with its place; [`Error::Io`].
    pub fn retag<E: From<Error>>(
        &self,
        mut map: impl FnMut(Person) -> Result<Option<Person>, E>,
    ) -> Result<Counts, E> {
        let mut counts = Counts::default();
        for Part { table, part } in self.parts()? {
            counts.parts += 1;
            if self.opener(&table, &part)?.1 == self.epoch {
                continue;
            }
            counts.rewritten += 1;
            let rewritten = self.rewrite(&table, &part, &mut |person| {
                let Some(person) = person else {
                    return Ok(Fate::Stays);
                };
                map(person).map(|new| new.map_or(Fate::Unknown, Fate::Renamed))
            })?;
            rewritten.add(&mut counts);
        }
        Ok(counts)
    }

    fn opener(&self, table: &str, part: &str) -> Result<(Opener, u32), Error> {
        Opener::new(&self.key, table, part, &self.path(table, part)?)
    }

    /// Whether a part has rows of one of these persons.
    fn holds(&self, table: &str, part: &str, persons: &HashSet<Person>) -> Result<bool, Error> {
        let (mut opener, _) = self.opener(table, part)?;
        let mut decompressor = Decompressor::new().map_err(Error::io(opener.path()))?;
        let (mut frame, mut opened) = (Vec::new(), Opened::default());
        let mut found = false;
        // To the end even so: a part that is cut off is told of, not passed over.
        while let Some(kind) = opener.open(&mut frame)? {
            if kind == Kind::Rows && !found {
                let read = opened.read_tags(&mut decompressor, &frame);
                read.map_err(|Misread| opener.last_is_broken())?;
                found = opened
                    .persons()
                    .iter()
                    .any(|person| persons.contains(person));
            }
        }
        Ok(found)
    }

    /// Writes a part anew; `fate` says what becomes of each person's rows. Chunks whose rows all stay as they are, are sealed
    /// again as they are.
    fn rewrite<E: From<Error>>(
        &self,
        table: &str,
        part: &str,
        fate: &mut impl FnMut(Option<Person>) -> Result<Fate, E>,
    ) -> Result<Rewritten, E> {
        let (mut opener, _) = self.opener(table, part)?;
        let mut writer = self.replace(table, part)?;
        let mut decompressor = Decompressor::new().map_err(Error::io(opener.path()))?;
        let (mut frame, mut opened) = (Vec::new(), Opened::default());
        let (mut seen, mut rewritten) = (Totals::default(), Rewritten::default());
        while let Some(kind) = opener.open(&mut frame)? {
            if kind == Kind::End {
                if frame != seen.bytes() {
                    return Err(E::from(opener.last_is_broken()));
                }
                continue;
            }
            let fates = fates(&mut opened, &mut decompressor, &frame, &opener, fate)?;
            let stays = fates.iter().all(|(_, fate)| matches!(fate, Fate::Stays));
            let mut own = Totals::default();
            for (row, _) in &fates {
                own.add(row.0, row.1, row.2);
                seen.add(row.0, row.1, row.2);
            }
            if stays {
                rewritten.kept += own.rows;
                writer.copy(&frame, own)?;
            } else {
                sift(
                    &mut opened,
                    &mut decompressor,
                    &frame,
                    &opener,
                    &fates,
                    &mut writer,
                    &mut rewritten,
                )?;
            }
        }
        writer.finish()?;
        let path = self.path(table, part)?;
        let written = std::fs::metadata(&path).map_err(Error::io(&path))?;
        rewritten.bytes = written.len();
        Ok(rewritten)
    }
}

/// What becomes of a row.
enum Fate {
    Stays,
    Gone,
    Renamed(Person),
    Unknown,
}

/// Whether it has a person, its length, whether it was rejected.
type Shape = (bool, usize, bool);

#[derive(Default)]
struct Rewritten {
    kept: u64,
    purged: u64,
    bytes: u64,
}

impl Rewritten {
    fn add(&self, counts: &mut Counts) {
        counts.kept += self.kept;
        counts.purged += self.purged;
        counts.bytes += self.bytes;
    }
}

/// What becomes of each row of a chunk. A person is asked for once while his rows follow each other.
fn fates<E: From<Error>>(
    opened: &mut Opened,
    decompressor: &mut Decompressor<'_>,
    frame: &[u8],
    opener: &Opener,
    fate: &mut impl FnMut(Option<Person>) -> Result<Fate, E>,
) -> Result<Vec<(Shape, Fate)>, E> {
    let misread = |Misread| E::from(opener.last_is_broken());
    opened.read_tags(decompressor, frame).map_err(misread)?;
    let mut fates = Vec::new();
    while let Some(tagged) = opened.next().map_err(misread)? {
        let what = fate(tagged.person)?;
        if matches!(what, Fate::Unknown) {
            return Err(E::from(Error::Unmapped {
                path: opener.path().to_owned(),
                frame: opener.last(),
            }));
        }
        let shape = (
            tagged.person.is_some(),
            tagged.length,
            tagged.reason.is_some(),
        );
        fates.push((shape, what));
    }
    Ok(fates)
}

/// Writes the rows of a chunk that are not gone.
fn sift(
    opened: &mut Opened,
    decompressor: &mut Decompressor<'_>,
    frame: &[u8],
    opener: &Opener,
    fates: &[(Shape, Fate)],
    writer: &mut Writer,
    rewritten: &mut Rewritten,
) -> Result<(), Error> {
    let misread = |Misread| opener.last_is_broken();
    opened.read(decompressor, frame).map_err(misread)?;
    let mut fates = fates.iter();
    while let Some(tagged) = opened.next().map_err(misread)? {
        let fate = fates
            .next()
            .map(|(_, fate)| fate)
            .expect("both read the same tags");
        let person = match fate {
            Fate::Gone => {
                rewritten.purged += 1;
                continue;
            }
            Fate::Renamed(person) => Some(*person),
            Fate::Stays | Fate::Unknown => tagged.person,
        };
        let (raw, reason) = opened.row(&tagged).map_err(misread)?;
        writer.push(person, raw, reason)?;
        rewritten.kept += 1;
    }
    Ok(())
}
