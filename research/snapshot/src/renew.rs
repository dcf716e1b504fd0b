//! The next snapshot out of the last one, without reading its sources again: the opposed are gone from every byte, and
//! pseudonyms are those of another key where a rotation is under way.

use std::collections::BTreeSet;

use hygie_ledger::Signer;

use crate::Error;
use crate::building::Building;
use crate::column::{Table, Values};
use crate::folder::{Snapshot, Snapshots};
use crate::manifest::{Manifest, TableEntry};
use crate::opposed::{Opposed, Pseudonym};
use crate::scan::Scan;

/// What gives a person's new pseudonym; none for somebody whom it does not know.
pub type Rename<'a> = dyn FnMut(&Pseudonym) -> Option<Pseudonym> + 'a;

/// A snapshot that is renewed, every byte of it, and not there yet: nobody finds it before [`Unpublished::publish`]. One
/// that is dropped leaves a folder that nothing reads and the next of its number deletes.
pub struct Unpublished {
    building: Building,
    head: Manifest,
    renewed: Renewed,
}

impl Unpublished {
    /// What its manifest will say of it; the tables come when it is published.
    pub fn head(&self) -> &Manifest {
        &self.head
    }

    /// Signs it, and renames it into place.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Unverified`].
    pub fn publish(self, signer: &Signer) -> Result<Renewed, Error> {
        self.building.publish(self.head, signer)?;
        Ok(self.renewed)
    }
}

/// What a renewal cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Renewed {
    /// Its number.
    pub number: u64,
    /// Persons who are gone.
    pub persons: u64,
    /// Rows that are gone, both orders counted.
    pub rows: u64,
    /// Files written anew.
    pub written: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files taken over as they are.
    pub kept: u64,
}

impl Snapshots {
    /// Makes the snapshot after the newest, and leaves it to be published: buckets of opposed persons are written anew without them, all
    /// other files are taken over. With `map`, each person's pseudonym becomes what it gives, and the list is of that key.
    ///
    /// # Errors
    /// [`Error::Absent`] when there is no snapshot; [`Error::Form`] when `map` gives nothing for somebody: a history would
    /// lose its person; [`Error::File`], [`Error::Parquet`], [`Error::Unverified`].
    pub fn renew(
        &self,
        opposed: &Opposed,
        mut map: Option<&mut Rename<'_>>,
        now_s: i64,
    ) -> Result<Unpublished, Error> {
        let last = self.latest()?;
        // Under a rotation the list is of the new key, and the snapshot of the old one.
        let scan = match map.as_deref_mut() {
            None => Scan::new(&last, opposed)?,
            Some(map) => Scan::without(&last, &mut |old| {
                let new = map(old).ok_or_else(nameless)?;
                Ok(opposed.holds(&new))
            })?,
        };
        let number = last.manifest().number + 1;
        let building = Building::begin(self.dir(), number, last.manifest().buckets)?;
        let mut renewal = Renewal {
            last: &last,
            scan: &scan,
            building: &building,
            touched: scan.touched(),
            map,
            renewed: Renewed {
                number,
                persons: scan.hidden() as u64,
                ..Renewed::default()
            },
        };
        for table in &last.manifest().tables {
            renewal.table(table)?;
        }
        let renewed = renewal.renewed;
        // How many rows whoever opposed had was told by manifests of earlier versions.
        let mut rules = last.manifest().rules.clone();
        rules.retain(|rule| rule.name != "opposed");
        let head = Manifest {
            rules,
            number,
            continues: Some(last.manifest().number),
            made_at: now_s,
            pseudonyms: opposed.key().to_owned(),
            opposed_list: opposed.number(),
            opposed_hash: opposed.hash(),
            ..last.manifest().clone()
        };
        Ok(Unpublished {
            building,
            head,
            renewed,
        })
    }
}

struct Renewal<'a, 'm> {
    last: &'a Snapshot,
    scan: &'a Scan<'a>,
    building: &'a Building,
    /// Buckets with opposed persons.
    touched: BTreeSet<u32>,
    map: Option<&'a mut Rename<'m>>,
    renewed: Renewed,
}

impl Renewal<'_, '_> {
    fn table(&mut self, table: &TableEntry) -> Result<(), Error> {
        let mapped = table.table == "person" && self.map.is_some();
        for file in &table.files {
            let touched = file
                .bucket
                .is_some_and(|bucket| self.touched.contains(&bucket));
            if !touched && !mapped {
                self.building
                    .keep(self.last, &table.table, table.order, file)?;
                self.renewed.kept += 1;
                continue;
            }
            let columns = self.scan.columns(file)?;
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            let mut part = self.scan.read(file, &columns)?.table;
            self.renewed.rows += file.rows - part.rows() as u64;
            if mapped {
                part = self.mapped(&part)?;
            }
            let bytes = self
                .building
                .copy(&table.table, table.order, file.place(), &part)?;
            self.renewed.written += 1;
            self.renewed.bytes += bytes;
        }
        Ok(())
    }

    /// The persons under their new pseudonyms.
    fn mapped(&mut self, part: &Table) -> Result<Table, Error> {
        let Some(map) = self.map.as_deref_mut() else {
            return Ok(part.clone());
        };
        let mut table = Table::new();
        for column in part.columns() {
            let values = match &column.values {
                Values::Pseudonym(names) => {
                    let new: Option<Vec<Pseudonym>> = names.iter().map(&mut *map).collect();
                    Values::Pseudonym(new.ok_or_else(nameless)?)
                }
                values => values.clone(),
            };
            table = table.with(&column.name, values);
        }
        Ok(table)
    }
}

fn nameless() -> Error {
    let why = "a person has no new pseudonym: begin the rotation again with the pseudonyms of this snapshot carried";
    Error::form("person", why)
}

#[cfg(test)]
mod tests;
