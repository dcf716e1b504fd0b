//! A snapshot while it is made. Nothing of it can be read before [`Building::publish`] has renamed it into place.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use hygie_ledger::Signer;

use crate::Error;
use crate::column::{Table, Values};
use crate::folder::{Snapshot, durable, make, sync_folder};
use crate::manifest::{FORMAT, FileEntry, Manifest, TableEntry};
use crate::postings::Postings;
use crate::tables::{Event, Order};
use crate::write::{self, Lay};

mod order;

/// Whose rows a file holds: a bucket's, or those of a bucket that began in a year of care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The bucket of persons.
    pub bucket: u32,
    /// The year of care, where a bucket's rows are parted by years.
    pub year: Option<i32>,
}

impl From<u32> for Place {
    fn from(bucket: u32) -> Place {
        Place { bucket, year: None }
    }
}

/// A snapshot that is being made; threads may add to it side by side.
pub struct Building {
    /// Held until it is published or thrown away.
    _lock: File,
    home: PathBuf,
    dir: PathBuf,
    number: u64,
    buckets: u32,
    tables: Mutex<Vec<TableEntry>>,
}

impl Building {
    /// Begins snapshot `number` in a folder of snapshots. What an earlier try left unfinished is thrown away.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Busy`] while another is made in this folder; [`Error::Form`] when the number is taken.
    pub fn begin(home: &Path, number: u64, buckets: u32) -> Result<Building, Error> {
        let lock = alone(home)?;
        if home.join(number.to_string()).exists() {
            return Err(Error::form(
                "manifest",
                format!("snapshot {number} exists; take the next number"),
            ));
        }
        let dir = home.join(format!(".building-{number}"));
        if dir.exists() {
            fs::remove_dir_all(&dir).map_err(|source| Error::file("delete", &dir, source))?;
        }
        make(&dir)?;
        Ok(Building {
            _lock: lock,
            home: home.to_owned(),
            dir,
            number,
            buckets,
            tables: Mutex::new(Vec::new()),
        })
    }

    /// In how many buckets persons lie.
    pub fn buckets(&self) -> u32 {
        self.buckets
    }

    /// Adds a bucket's part of an event table, in both orders. The rows come in any order; where the table's own number
    /// (`{table}_id`) is not among the columns, it has none.
    ///
    /// # Errors
    /// [`Error::Form`] when person, date or concept are missing; [`Error::File`], [`Error::Parquet`].
    pub fn events(&self, table: &str, at: impl Into<Place>, part: &Table) -> Result<(), Error> {
        let bucket = at.into();
        let event =
            Event::named(table).ok_or_else(|| Error::form(table, "it is no event table"))?;
        let by_person = order::by_person(
            part.ints(table, "person_id")?,
            part.ints(table, event.date)?,
            part.ints(table, event.concept)?,
        );
        let sorted = by_person.map(|order| part.taken(&order));
        let part = sorted.as_ref().unwrap_or(part);
        let rising = |name: &str| rising(table, Order::ByPerson, name);
        self.add(table, Order::ByPerson, bucket, part, rising, None)?;

        // What stands by person and date stays so within each concept.
        let order = order::by_concept(part.ints(table, event.concept)?);
        let mut narrow = Table::new();
        for name in [event.concept, "person_id", event.date]
            .iter()
            .chain(event.also)
        {
            if let Some(values) = part.column(name) {
                narrow = narrow.with(name, values.taken(&order));
            }
        }
        let postings = Postings::of(narrow.ints(table, event.concept)?);
        self.add(
            table,
            Order::ByConcept,
            bucket,
            &narrow,
            |name| name == "person_id",
            Some(&postings),
        )?;
        Ok(())
    }

    /// Adds a bucket's part of a table about persons that is no event table, in the order of its rows.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Parquet`].
    pub fn persons(&self, table: &str, bucket: u32, part: &Table) -> Result<(), Error> {
        let rising = |name: &str| rising(table, Order::ByPerson, name);
        self.add(table, Order::ByPerson, bucket.into(), part, rising, None)?;
        Ok(())
    }

    /// Adds a table that is about no person.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Parquet`].
    pub fn plain(&self, table: &str, part: &Table) -> Result<(), Error> {
        let lay = |_: &str| Lay::Dictionary;
        self.file(table, Order::Plain, None, part, &lay, None)?;
        Ok(())
    }

    /// Takes over a file of an earlier snapshot as it is, without copying its bytes.
    ///
    /// # Errors
    /// [`Error::File`], also when both do not lie on one file system.
    pub fn keep(
        &self,
        of: &Snapshot,
        table: &str,
        order: Order,
        file: &FileEntry,
    ) -> Result<(), Error> {
        let (from, to) = (of.path(file), self.dir.join(&file.path));
        let folder = to.parent().unwrap_or(&self.dir);
        make(folder)?;
        fs::hard_link(&from, &to).map_err(|source| Error::file("link", &to, source))?;
        self.note(table, order, file.clone());
        Ok(())
    }

    /// Adds rows that stand in their order already. Answers the file's bytes.
    pub(crate) fn copy(
        &self,
        table: &str,
        order: Order,
        bucket: Option<Place>,
        part: &Table,
    ) -> Result<u64, Error> {
        let rising = |name: &str| rising(table, order, name);
        let event = Event::named(table).filter(|_| order == Order::ByConcept);
        let postings = match event {
            Some(event) => Some(Postings::of(part.ints(table, event.concept)?)),
            None => None,
        };
        match bucket {
            Some(bucket) => self.add(table, order, bucket, part, rising, postings.as_ref()),
            None => self.file(table, order, None, part, &|_| Lay::Dictionary, None),
        }
    }

    fn add(
        &self,
        table: &str,
        order: Order,
        at: Place,
        part: &Table,
        rising: impl Fn(&str) -> bool,
        postings: Option<&Postings>,
    ) -> Result<u64, Error> {
        let bucket = at.bucket;
        let here = |person: &i32| {
            person.rem_euclid(i32::try_from(self.buckets).unwrap_or(1))
                == i32::try_from(bucket).unwrap_or(-1)
        };
        if let Some(Values::Int(persons)) = part.column("person_id")
            && !persons.iter().all(here)
        {
            return Err(Error::form(
                table,
                format!("a person of bucket {bucket} has a number that is not of it"),
            ));
        }
        // One part says which columns there are; others without a row say nothing.
        if part.rows() == 0 && at != Place::from(0) {
            return Ok(0);
        }
        let lay = |name: &str| {
            if rising(name) {
                Lay::Delta
            } else {
                Lay::Dictionary
            }
        };
        self.file(table, order, Some(at), part, &lay, postings)
    }

    fn file(
        &self,
        table: &str,
        order: Order,
        at: Option<Place>,
        part: &Table,
        lay: &dyn Fn(&str) -> Lay,
        postings: Option<&Postings>,
    ) -> Result<u64, Error> {
        let bucket_name = match at {
            None => "all".to_owned(),
            Some(Place { bucket, year: None }) => format!("b{bucket:04}"),
            Some(Place {
                bucket,
                year: Some(year),
            }) => format!("b{bucket:04}-{year:04}"),
        };
        let name = format!(
            "{table}/{}/{bucket_name}-{:06}.parquet",
            order.folder(),
            self.number
        );
        let path = self.dir.join(&name);
        let folder = path.parent().unwrap_or(&self.dir);
        make(folder)?;
        let (bytes, sha256) = write::write(&path, part, lay, postings)?;
        let rows = part.rows() as u64;
        self.note(
            table,
            order,
            FileEntry {
                path: name,
                bucket: at.map(|at| at.bucket),
                year: at.and_then(|at| at.year),
                bytes,
                sha256,
                rows,
            },
        );
        Ok(bytes)
    }

    fn note(&self, table: &str, order: Order, file: FileEntry) {
        let mut tables = self
            .tables
            .lock()
            .expect("no thread panics while it holds the list");
        let found = tables
            .iter_mut()
            .find(|entry| entry.table == table && entry.order == order);
        match found {
            Some(entry) => entry.files.push(file),
            None => tables.push(TableEntry {
                table: table.to_owned(),
                order,
                files: vec![file],
            }),
        }
    }

    /// Signs what was added and makes it readable, all at once. `head` says the rest; its form, number, buckets and
    /// tables are filled in here.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Unverified`] when the key can't sign.
    pub fn publish(self, head: Manifest, signer: &Signer) -> Result<Manifest, Error> {
        let mut tables = self
            .tables
            .into_inner()
            .expect("no thread panics while it holds the list");
        tables.sort_by(|a, b| (&a.table, a.order).cmp(&(&b.table, b.order)));
        for table in &mut tables {
            // Those of a bucket follow each other.
            table
                .files
                .sort_by(|a, b| (a.bucket, a.year, &a.path).cmp(&(b.bucket, b.year, &b.path)));
            sync_folder(&self.dir.join(&table.table).join(table.order.folder()))?;
            sync_folder(&self.dir.join(&table.table))?;
        }
        let (number, buckets) = (self.number, self.buckets);
        let manifest = Manifest {
            format: FORMAT,
            number,
            buckets,
            tables,
            ..head
        };
        let at = self.dir.join("manifest");
        let note = manifest.sign(&at, signer)?;
        // The manifest's copy first: it stays when the snapshot goes, and says nothing while there is none.
        durable(
            &self.home.join("manifests").join(number.to_string()),
            note.as_bytes(),
        )?;
        durable(&at, note.as_bytes())?;
        let to = self.home.join(number.to_string());
        fs::rename(&self.dir, &to).map_err(|source| Error::file("publish", &to, source))?;
        sync_folder(&self.home)?;
        Ok(manifest)
    }
}

/// Holds a folder of snapshots: two that are made at once would take one number, and write into one folder.
fn alone(home: &Path) -> Result<File, Error> {
    make(home)?;
    let lock = File::open(home).map_err(|source| Error::file("read", home, source))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Error::Busy {
            path: home.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(Error::file("lock", home, source)),
    }
}

/// Whether a column rises, or nearly, in the order of a file.
fn rising(table: &str, order: Order, name: &str) -> bool {
    let number = name.strip_suffix("_id") == Some(table) || name == "visit_occurrence_id";
    name == "person_id" || (number && order == Order::ByPerson)
}

#[cfg(test)]
pub(crate) mod tests;
