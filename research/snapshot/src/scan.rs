//! Reading a snapshot without the opposed.
//!
//! INVARIANT (opposition wins): rows leave this crate through [`Scan`] alone, and a scan is made with a list of the
//! opposed; a newer list takes a new scan.

use std::ops::Range;

use hygie_rows::side_by_side;

use crate::Error;
use crate::column::{Table, Values};
use crate::file::Part;
use crate::folder::Snapshot;
use crate::manifest::{FileEntry, Manifest};
use crate::opposed::{Opposed, Pseudonym};
use crate::tables::{Event, Order};

pub(crate) mod among;

/// A snapshot seen without the persons who oppose.
pub struct Scan<'a> {
    snapshot: &'a Snapshot,
    /// For each bucket, the opposed persons' numbers, rising.
    opposed: Vec<Vec<i32>>,
}

/// What a scan hands over: rows of one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The bucket; none where a table is not about persons.
    pub bucket: Option<u32>,
    /// The columns that were asked for.
    pub table: Table,
}

impl<'a> Scan<'a> {
    /// Finds the opposed among the snapshot's persons.
    ///
    /// # Errors
    /// [`Error::Form`] when the list speaks of pseudonyms of another key than the snapshot, so that nobody would be found, or is
    /// older than the one that the snapshot obeyed;
    /// [`Error::Absent`] when the snapshot has no persons; [`Error::File`], [`Error::Parquet`].
    pub fn new(snapshot: &'a Snapshot, opposed: &Opposed) -> Result<Scan<'a>, Error> {
        let key = &snapshot.manifest().pseudonyms;
        if opposed.key() != key {
            let why = format!(
                "the list of the opposed is of key `{}`, snapshot {} of key `{key}`: ask the crossing to renew it",
                opposed.key(),
                snapshot.manifest().number
            );
            return Err(Error::form("person", why));
        }
        let (list, built) = (opposed.number(), snapshot.manifest().opposed_list);
        if list < built {
            let why = format!(
                "list {list} of the opposed is older than list {built}, which the snapshot obeyed: bring the newest one"
            );
            return Err(Error::form("person", why));
        }
        if opposed.is_empty() {
            return Ok(Scan::hiding(snapshot, Vec::new()));
        }
        let files = &snapshot.manifest().table("person", Order::ByPerson)?.files;
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let found = side_by_side(threads, files, |file| {
            let mut holds = opposed.along();
            found(snapshot, file, &mut |name| Ok(holds(name)))
        })?;
        Ok(Scan::hiding(snapshot, found))
    }

    /// Finds among the snapshot's persons those whom `hides` names.
    pub(crate) fn without(
        snapshot: &'a Snapshot,
        hides: &mut dyn FnMut(&Pseudonym) -> Result<bool, Error>,
    ) -> Result<Scan<'a>, Error> {
        let files = &snapshot.manifest().table("person", Order::ByPerson)?.files;
        let found = files.iter().map(|file| found(snapshot, file, hides));
        Ok(Scan::hiding(snapshot, found.collect::<Result<_, Error>>()?))
    }

    /// Hides these numbers, which come with their buckets in any order.
    fn hiding(snapshot: &'a Snapshot, found: Vec<(u32, Vec<i32>)>) -> Scan<'a> {
        let mut opposed = vec![Vec::new(); snapshot.manifest().buckets as usize];
        for (bucket, persons) in found {
            opposed[bucket as usize].extend(persons);
        }
        for list in &mut opposed {
            list.sort_unstable();
        }
        Scan { snapshot, opposed }
    }

    /// What the snapshot says of itself. Its counts of rows hold the opposed: they are for planning, never for an answer.
    pub fn manifest(&self) -> &'a Manifest {
        self.snapshot.manifest()
    }

    /// In how many buckets persons lie: a person's place in his bucket is his number divided by this.
    pub fn buckets(&self) -> i32 {
        i32::try_from(self.snapshot.manifest().buckets).unwrap_or(i32::MAX)
    }

    /// How many persons of the snapshot oppose.
    pub fn hidden(&self) -> usize {
        self.opposed.iter().map(Vec::len).sum()
    }

    /// Whether everybody whom a list names is hidden here: what was read may then be shown under that list, too.
    ///
    /// # Errors
    /// As [`Scan::new`].
    pub fn obeys(&self, list: &Opposed) -> Result<bool, Error> {
        let under = Scan::new(self.snapshot, list)?;
        let mut buckets = self.opposed.iter().zip(&under.opposed);
        Ok(buckets.all(|(hidden, named)| {
            let hidden = |person: &i32| hidden.binary_search(person).is_ok();
            named.iter().all(hidden)
        }))
    }

    /// Buckets with opposed persons.
    pub(crate) fn touched(&self) -> std::collections::BTreeSet<u32> {
        let buckets = (0u32..).zip(&self.opposed);
        buckets
            .filter(|(_, list)| !list.is_empty())
            .map(|(bucket, _)| bucket)
            .collect()
    }

    /// The files of a table in an order: one [`Scan::read`] or [`Scan::postings`] each, on any thread.
    ///
    /// # Errors
    /// [`Error::Absent`].
    pub fn files(&self, table: &str, order: Order) -> Result<&'a [FileEntry], Error> {
        let snapshot: &'a Snapshot = self.snapshot;
        Ok(&snapshot.manifest().table(table, order)?.files)
    }

    /// The files of a table in an order, those of a bucket together: a person's rows may stand in any file of his
    /// bucket, and in no other. Within a file rows stand in its order, not from one to the next.
    ///
    /// # Errors
    /// [`Error::Absent`].
    pub fn buckets_of(&self, table: &str, order: Order) -> Result<Vec<&'a [FileEntry]>, Error> {
        let files = self.files(table, order)?;
        Ok(files.chunk_by(|a, b| a.bucket == b.bucket).collect())
    }

    /// A file's columns, without the rows of the opposed.
    ///
    /// # Errors
    /// [`Error::Absent`] for a column that is not there; [`Error::File`], [`Error::Parquet`].
    pub fn read(&self, file: &FileEntry, columns: &[&str]) -> Result<Batch, Error> {
        let part = Part::open(&self.snapshot.path(file))?;
        self.rows(
            &part,
            file,
            columns,
            std::slice::from_ref(&(0..part.rows())),
        )
    }

    /// Calls with a file's columns, some ten thousand rows at a time, without those of the opposed: for what is added up and
    /// need not be held. Of a file about persons `person_id` is among them, last where it was not asked for.
    ///
    /// # Errors
    /// As [`Scan::read`], and those of `with`.
    pub fn each(
        &self,
        file: &FileEntry,
        columns: &[&str],
        mut with: impl FnMut(&Table) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let part = Part::open(&self.snapshot.path(file))?;
        if file.bucket.is_none() {
            return part.each(columns, |table| with(table));
        }
        let hidden = self.hidden_of(file);
        part.each(&with_persons(columns), |table| {
            see(table, file, hidden)?;
            with(table)
        })
    }

    /// The rows of a file in the order of concepts, of the concepts that are wanted: nothing else of it is read.
    ///
    /// # Errors
    /// As [`Scan::read`]; [`Error::Parquet`] for a file in another order.
    pub fn postings(
        &self,
        file: &FileEntry,
        columns: &[&str],
        wanted: &dyn Fn(i32) -> bool,
    ) -> Result<Batch, Error> {
        let part = Part::open(&self.snapshot.path(file))?;
        let rows = part.postings()?.rows(wanted);
        self.rows(&part, file, columns, &rows)
    }

    /// The rows of these persons, who rise: of other columns than `person_id` only they are read.
    ///
    /// # Errors
    /// As [`Scan::read`]; [`Error::Absent`] for a file that is about no person.
    pub fn of(&self, file: &FileEntry, columns: &[&str], persons: &[i32]) -> Result<Batch, Error> {
        let part = Part::open(&self.snapshot.path(file))?;
        let whose = part.read(&["person_id"], std::slice::from_ref(&(0..part.rows())))?;
        let hidden = self.hidden_of(file);
        let seen = |person: &&i32| hidden.binary_search(person).is_err();
        let persons: Vec<i32> = persons.iter().filter(seen).copied().collect();
        let rows = among::of(whose.ints(&file.path, "person_id")?, &persons);
        let table = part.read(columns, &rows)?;
        let bucket = file.bucket;
        Ok(Batch { bucket, table })
    }

    /// The columns of a file.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Parquet`].
    pub fn columns(&self, file: &FileEntry) -> Result<Vec<String>, Error> {
        Ok(Part::open(&self.snapshot.path(file))?.columns())
    }

    fn rows(
        &self,
        part: &Part,
        file: &FileEntry,
        columns: &[&str],
        rows: &[Range<usize>],
    ) -> Result<Batch, Error> {
        let bucket = file.bucket;
        let hidden = self.hidden_of(file);
        if hidden.is_empty() {
            let table = part.read(columns, rows)?;
            return Ok(Batch { bucket, table });
        }
        let mut table = part.read(&with_persons(columns), rows)?;
        see(&mut table, file, hidden)?;
        table.first(columns.len());
        Ok(Batch { bucket, table })
    }

    /// The opposed of a file's bucket.
    fn hidden_of(&self, file: &FileEntry) -> &[i32] {
        file.bucket
            .map_or(&[], |bucket| &self.opposed[bucket as usize])
    }
}

/// The bucket of a file of persons, and the numbers of those whom `hides` names.
fn found(
    snapshot: &Snapshot,
    file: &FileEntry,
    hides: &mut dyn FnMut(&Pseudonym) -> Result<bool, Error>,
) -> Result<(u32, Vec<i32>), Error> {
    let part = Part::open(&snapshot.path(file))?;
    let mut found = Vec::new();
    part.each(&["person_id", "pseudonym"], |table| {
        let persons = table.ints("person", "person_id")?;
        let Some(Values::Pseudonym(names)) = table.column("pseudonym") else {
            return Err(Error::form("person", "it has no pseudonyms"));
        };
        for (person, name) in persons.iter().zip(names) {
            if hides(name)? {
                found.push(*person);
            }
        }
        Ok(())
    })?;
    Ok((file.bucket.unwrap_or(0), found))
}

/// Whoever asks for no persons has them read all the same, to know whose rows these are.
fn with_persons<'a>(columns: &[&'a str]) -> Vec<&'a str> {
    let mut with = columns.to_vec();
    if !with.contains(&"person_id") {
        with.push("person_id");
    }
    with
}

/// Loses the rows of the hidden.
fn see(table: &mut Table, file: &FileEntry, hidden: &[i32]) -> Result<(), Error> {
    let theirs = among::of(table.ints(&file.path, "person_id")?, hidden);
    if !theirs.is_empty() {
        table.keep(&among::between(&theirs, table.rows()));
    }
    Ok(())
}

impl Event {
    /// The concept, the person and the day: what a cohort reads of an event.
    pub fn key(&self) -> [&'static str; 3] {
        [self.concept, "person_id", self.date]
    }
}

#[cfg(test)]
mod pages;
#[cfg(test)]
mod tests;
