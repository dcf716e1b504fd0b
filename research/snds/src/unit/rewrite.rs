//! A unit written anew because of whom it tells: somebody opposes since, or a stranger turned out to be a person of the
//! reference. Its rows are not read again.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use super::{PIECE, Unit};
use crate::Error;
use crate::event::Event;
use crate::persons::{Traits, bucket};
use crate::seal::{Sealing, Seals};

/// What becomes of somebody whom the unit alone knew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// He stays one.
    Stays,
    /// He opposes.
    Gone,
    /// He is the person of this number, who lies in this bucket and died on this day ([`Traits::ALIVE`] where none is known).
    Is(u32, u32, i32),
}

/// A bucket and a year of care.
pub(crate) type Touched = BTreeSet<(u32, Option<i32>)>;

/// Who is looked for.
pub(crate) struct Fates<'a> {
    /// In how many buckets persons lie.
    pub(crate) buckets: u32,
    /// The numbers of persons who oppose since.
    pub(crate) gone: &'a HashSet<u32>,
    /// For each of the unit's strangers, what becomes of him.
    pub(crate) strangers: Vec<Fate>,
}

impl Fates<'_> {
    fn of(&self, event: &Event) -> Fate {
        match event.stranger() {
            Some(place) => self.strangers[place],
            None if self.gone.contains(&event.person) => Fate::Gone,
            None => Fate::Stays,
        }
    }
}

impl Unit {
    /// Writes the unit to `path` as it is without those who are gone, and with strangers under the numbers that are theirs.
    /// Answers which buckets and years of care tell something else now; none, and writes nothing, when nobody is concerned.
    pub(crate) fn rewritten(
        &self,
        (path, seals): (&Path, &dyn Seals),
        fates: &Fates<'_>,
    ) -> Result<Option<Touched>, Error> {
        let strangers = self.trailer.strangers.iter().zip(&fates.strangers);
        let concerned: Vec<u32> = strangers
            .filter(|(_, fate)| **fate != Fate::Stays)
            .map(|(stranger, _)| bucket(&stranger.name, fates.buckets))
            .collect();
        let gone = fates.gone.iter().map(|number| number % fates.buckets);
        let looked: HashSet<u32> = concerned.iter().copied().chain(gone).collect();
        let mut touched = Touched::new();
        for (number, chunk) in (0u64..).zip(&self.trailer.chunks) {
            if !looked.contains(&chunk.0) {
                continue;
            }
            for event in self.chunk(number)? {
                match fates.of(&event) {
                    Fate::Stays => continue,
                    Fate::Gone => {}
                    Fate::Is(_, bucket, _) => {
                        touched.insert((bucket, chunk.1));
                    }
                }
                touched.insert((chunk.0, chunk.1));
            }
        }
        if touched.is_empty() && concerned.is_empty() {
            return Ok(None);
        }
        self.write(Sealing::begin(path, seals)?, fates, &touched)?;
        Ok(Some(touched))
    }

    fn write(&self, mut file: Sealing, fates: &Fates<'_>, touched: &Touched) -> Result<(), Error> {
        let mut trailer = self.trailer.clone();
        trailer.chunks.clear();
        let mut others: BTreeMap<(u32, Option<i32>), Vec<u8>> = BTreeMap::new();
        for (number, chunk) in (0u64..).zip(&self.trailer.chunks) {
            let (bucket, year) = (chunk.0, chunk.1);
            if !touched.contains(&(bucket, year)) {
                let bytes = self.bytes(number)?;
                let (at, length) = file.piece(trailer.chunks.len() as u64, &bytes)?;
                trailer.chunks.push((bucket, year, at, length));
                continue;
            }
            for mut event in self.chunk(number)? {
                let bucket = match fates.of(&event) {
                    Fate::Gone => continue,
                    Fate::Stays => bucket,
                    Fate::Is(number, bucket, death) => {
                        event.person = number;
                        // A cause of death that waited for the day of it.
                        if event.start == Traits::ALIVE {
                            (event.start, event.end) = (death, death);
                        }
                        bucket
                    }
                };
                if event.stranger().is_some() || event.start != Traits::ALIVE {
                    event.put(others.entry((bucket, year)).or_default());
                }
            }
        }
        for ((bucket, year), bytes) in others {
            for part in bytes.chunks(PIECE) {
                let (at, length) = file.piece(trailer.chunks.len() as u64, part)?;
                trailer.chunks.push((bucket, year, at, length));
            }
        }
        for (stranger, fate) in trailer.strangers.iter_mut().zip(&fates.strangers) {
            if *fate != Fate::Stays {
                stranger.silence();
            }
        }
        trailer.finish(file)
    }
}
