//! What was kept for the next month, carried into the folder of the next snapshot: without who opposes since. An append and a
//! renewal do it alike. INVARIANT (opposition wins): no unit goes on with an event of whoever opposes since.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use hygie_rows::{Forgotten, Keep};
use hygie_snapshot::{Opposed, Signer, Snapshot, Snapshots};

use super::units;
use crate::error::Error;
use crate::persons::{self, Persons, Row};
use crate::seal::Seals;
use crate::state::State;
use crate::unit::{Fate, Fates, Stranger, Touched, Unit};

/// Where things are kept, and who may not be in them.
#[derive(Clone, Copy)]
pub(super) struct Stores<'a> {
    /// The folder of the snapshots.
    pub(super) into: &'a Path,
    /// The folder of units.
    pub(super) units: &'a Path,
    pub(super) seals: &'a dyn Seals,
    pub(super) keep: &'a dyn Keep,
    pub(super) opposed: &'a Opposed,
    pub(super) signer: &'a Signer,
}

/// What was kept of a snapshot, and where its units lie.
pub(super) struct Shelf {
    pub(super) state: State,
    pub(super) folder: PathBuf,
}

/// The reference as it is for the next snapshot.
pub(super) struct Known<'a> {
    pub(super) persons: &'a Persons,
    /// The numbers of persons who oppose since.
    pub(super) gone: &'a HashSet<u32>,
    pub(super) buckets: u32,
}

/// A unit in its new place.
pub(super) struct Carried {
    pub(super) unit: Unit,
    /// The buckets and years of care that tell something else, where it was written anew.
    pub(super) touched: Option<Touched>,
}

impl Stores<'_> {
    pub(super) fn snapshots(&self) -> Snapshots {
        Snapshots::new(self.into, self.signer.verifier().clone())
    }

    /// What was kept for the next month: beside this snapshot, or beside one that it renewed. None where nothing was, or where
    /// it is sealed for another key of pseudonyms.
    pub(super) fn shelf(&self, snapshot: &Snapshot) -> Result<Option<Shelf>, Error> {
        let mut manifest = snapshot.manifest().clone();
        loop {
            let folder = self.units.join(manifest.number.to_string());
            let state = State::open(&folder, self.seals)?;
            // What a try kept that was cut off before it published is of no snapshot.
            let of = |state: &State| {
                (state.kept.snapshot, state.kept.made_at) == (manifest.number, manifest.made_at)
            };
            if let Some(state) = state.filter(of) {
                return Ok(Some(Shelf { state, folder }));
            }
            let Some(earlier) = manifest.continues else {
                return Ok(None);
            };
            manifest = self.snapshots().manifest(earlier)?;
        }
    }

    /// The folder of the units of a snapshot. What a killed import spilled is deleted.
    pub(super) fn folder(&self, snapshot: u64) -> Result<PathBuf, Error> {
        let folder = self.units.join(snapshot.to_string());
        std::fs::create_dir_all(&folder).map_err(|source| Error::file("make", &folder, source))?;
        units::sweep(self.units)?;
        Ok(folder)
    }

    /// The rows of the reference as they were kept, and the numbers of those who oppose since.
    pub(super) fn reference(
        &self,
        state: &State,
        mut take: impl FnMut(Row) -> Result<(), Error>,
    ) -> Result<HashSet<u32>, Error> {
        let mut gone = HashSet::new();
        state.reference(|row| {
            if row.number != 0 && self.opposed.holds(&row.person) {
                gone.insert(row.number.unsigned_abs());
            }
            take(row)
        })?;
        Ok(gone)
    }

    /// A unit that was kept, in the folder of the next snapshot: without who opposes since, and with strangers whom the
    /// reference knows by now as those whom it says they are.
    pub(super) fn carried(
        &self,
        unit: Unit,
        folder: &Path,
        known: &Known<'_>,
    ) -> Result<Carried, Error> {
        let to = folder.join(unit.path().file_name().unwrap_or_default());
        let fates = Fates {
            buckets: known.buckets,
            gone: known.gone,
            strangers: unit
                .trailer
                .strangers
                .iter()
                .map(|stranger| self.fate(stranger, known))
                .collect(),
        };
        let failed = |source| Error::file("link", &to, source);
        if let Some(touched) = unit.rewritten((&to, self.seals), &fates)? {
            let why = || {
                let why = "it vanished; is another import running in this folder";
                Error::form(&to, 0, why)
            };
            let unit = Unit::open(&to, self.seals)?.ok_or_else(why)?;
            let touched = Some(touched);
            return Ok(Carried { unit, touched });
        }
        // An earlier try may have left one that obeyed another list.
        match std::fs::remove_file(&to) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(failed(error));
            }
            _ => {}
        }
        std::fs::hard_link(unit.path(), &to).map_err(failed)?;
        let unit = unit.moved(&to);
        Ok(Carried {
            unit,
            touched: None,
        })
    }

    fn fate(&self, stranger: &Stranger, known: &Known<'_>) -> Fate {
        let persons = known.persons;
        let is = |place: u32| match persons.number(place) {
            0 => Fate::Gone,
            number => {
                let bucket = persons::bucket(persons.name(place), known.buckets);
                Fate::Is(number.unsigned_abs(), bucket, persons.traits(place).death)
            }
        };
        if stranger.is_silent() {
            return Fate::Stays;
        }
        if self.opposed.holds(&stranger.name) {
            return Fate::Gone;
        }
        let place = match stranger.print {
            Some(print) => persons.find(print),
            None => persons.place(&stranger.name),
        };
        place.map_or(Fate::Stays, is)
    }

    /// Loses the raw rows of the opposed that earlier imports kept.
    pub(super) fn forget(&self) -> Result<Forgotten, Error> {
        let persons: HashSet<[u8; 16]> = self.opposed.iter().copied().collect();
        if persons.is_empty() {
            return Ok(Forgotten::default());
        }
        self.keep.forget(&persons).map_err(Error::Keep)
    }
}

impl Shelf {
    /// The units that were kept.
    pub(super) fn units(&self, seals: &dyn Seals) -> Result<Vec<Unit>, Error> {
        let mut units = Vec::new();
        for name in &self.state.kept.units {
            let unit = Unit::open(&self.folder.join(format!("{name}.unit")), seals)?;
            let why = || format!("the unit `{name}` that was kept is missing");
            units.push(unit.ok_or_else(|| Error::whole(why()))?);
        }
        Ok(units)
    }
}
