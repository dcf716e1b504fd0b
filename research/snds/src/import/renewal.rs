//! A snapshot renewed. INVARIANT (opposition wins): who opposes since is gone from the next one, and from all that is kept to
//! continue it: raw rows, units, the reference.

use std::path::Path;

use hygie_rows::{Forgotten, Keep};
use hygie_snapshot::{Manifest, Opposed, Rename, Signer};

use super::carried::{Known, Shelf, Stores};
use super::units::{only, only_of};
use crate::bucket::Strangers;
use crate::error::Error;
use crate::persons::Gathering;
use crate::seal::Seals;
use crate::state::Kept;

/// What a renewal needs.
pub struct Renewal<'a> {
    /// The folder of the snapshots.
    pub into: &'a Path,
    /// The folder of units, as an import has it; it may not exist.
    pub units: &'a Path,
    /// Who seals them.
    pub seals: &'a dyn Seals,
    /// Where raw rows are kept.
    pub keep: &'a dyn Keep,
    /// Who opposes.
    pub opposed: &'a Opposed,
    /// Who signs.
    pub signer: &'a Signer,
    /// Now, seconds since 1970-01-01.
    pub now_s: i64,
}

/// What a renewal cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Renewed {
    /// Of the snapshot.
    pub snapshot: hygie_snapshot::Renewed,
    /// Raw rows that are gone, and what was written anew for it.
    pub raw: Forgotten,
    /// Of the units kept for the next month. Nothing where none were kept, or where they were of another key of pseudonyms: the
    /// next import is of a whole extraction then.
    pub units: Units,
}

/// What it cost to carry units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Units {
    /// Written anew.
    pub written: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Taken over as they are.
    pub linked: u64,
}

impl Renewal<'_> {
    /// Makes the snapshot after the newest, without its sources; `map` as in [`hygie_snapshot::Snapshots::renew`]. As by an
    /// append, what was kept goes into the next snapshot's folder and raw rows are lost before the snapshot is renamed into its
    /// place, and what was kept for snapshots before is deleted last. Cut off anywhere, the next renewal or append does the rest.
    /// The reference is held in memory, about 90 bytes a person. Of a number that the reference gives to two of whom one opposes
    /// since, what was told stays the other's, as an append that refuses it leaves it: the next whole import leaves it out.
    ///
    /// # Errors
    /// [`Error::Keep`] when raw rows can't be lost; [`Error::Snapshot`]; [`Error::Whole`] when a unit that was kept is
    /// missing; [`Error::File`]. No snapshot is there then.
    pub fn run(self, map: Option<&mut Rename<'_>>) -> Result<Renewed, Error> {
        let stores = Stores {
            into: self.into,
            units: self.units,
            seals: self.seals,
            keep: self.keep,
            opposed: self.opposed,
            signer: self.signer,
        };
        let snapshots = stores.snapshots();
        let shelf = stores.shelf(&snapshots.latest()?)?;
        let shelf = shelf.filter(|shelf| shelf.state.kept.key == self.opposed.key());
        let next = snapshots.renew(self.opposed, map, self.now_s)?;
        let number = next.head().number;
        let units = shelf.map(|shelf| stores.renewed(&shelf, next.head()));
        let units = units.transpose()?;
        let raw = stores.forget()?;
        let snapshot = next.publish(self.signer)?;
        if units.is_some() {
            only_of(self.units, number)?;
        }
        Ok(Renewed {
            snapshot,
            raw,
            units: units.unwrap_or_default(),
        })
    }
}

impl Stores<'_> {
    /// What was kept, in the folder of a snapshot that is renewed: without who opposes since.
    fn renewed(&self, shelf: &Shelf, head: &Manifest) -> Result<Units, Error> {
        let kept = &shelf.state.kept;
        let mut gathering = Gathering::new(kept.buckets, u64::MAX);
        let gone = self.reference(&shelf.state, |row| gathering.add(row))?;
        let mut next = kept.next.clone();
        let persons = gathering.table(&mut next, |name| self.opposed.holds(name));
        let known = Known {
            persons: &persons,
            gone: &gone,
            buckets: kept.buckets,
        };
        let folder = self.folder(head.number)?;
        let (mut cost, mut units) = (Units::default(), Vec::new());
        for unit in shelf.units(self.seals)? {
            let carried = self.carried(unit, &folder, &known)?;
            if carried.touched.is_some() {
                let path = carried.unit.path();
                let written = std::fs::metadata(path);
                let written = written.map_err(|source| Error::file("read", path, source))?;
                (cost.written, cost.bytes) = (cost.written + 1, cost.bytes + written.len());
            } else {
                cost.linked += 1;
            }
            units.push(carried.unit);
        }
        only(&folder, &units)?;
        let strangers = shelf.state.strangers()?;
        let strangers = Strangers::of(&units, kept.buckets, (&strangers, &mut next));
        let kept = Kept {
            snapshot: head.number,
            made_at: head.made_at,
            next,
            ..kept.clone()
        };
        kept.write((&folder, self.seals), &persons, &strangers)?;
        Ok(cost)
    }
}
