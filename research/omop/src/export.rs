//! A snapshot as a CDM 5.4: a file a table, with exactly the CDM's fields in their order, without those who oppose. It goes
//! file by file of the snapshot, so that one bucket of one table is in memory. The folder appears when all is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hygie_snapshot::{Opposed, Order, Pseudonym, Scan, Snapshot, Table};

use crate::cdm::{CdmTable, TABLES};
use crate::error::Error;
use crate::import::SCHEMA;
use crate::withheld;

mod costs;
mod derive;
mod parquet;
mod sink;

use derive::Derive;
use sink::Sink;

/// In which form tables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Parted by commas, with a header; null is empty.
    Csv,
    /// Parquet: dates as DATE, instants as TIMESTAMP of microseconds without a zone.
    Parquet,
}

impl Form {
    fn extension(self) -> &'static str {
        match self {
            Form::Csv => "csv",
            Form::Parquet => "parquet",
        }
    }
}

/// What an export needs.
pub struct Export<'a> {
    /// The snapshot.
    pub snapshot: &'a Snapshot,
    /// Who opposes now: asked when it begins, and again before anybody sees what was written.
    pub opposed: &'a dyn Fn() -> Result<Opposed, hygie_snapshot::Error>,
    /// The folder to make, which may be there when it is empty.
    pub out: &'a Path,
    /// In which form.
    pub form: Form,
    /// What a project calls a person, by his pseudonym in the snapshot, which is never written; nothing without it.
    pub name: Option<&'a dyn Fn(&Pseudonym) -> String>,
}

/// What an export wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Rows of each table.
    pub tables: BTreeMap<&'static str, u64>,
    /// Persons who oppose, and are not there.
    pub hidden: u64,
    /// Persons of no known year of birth, whom the CDM can't hold: they are not there, nor is anything of theirs.
    pub without_birth_year: u64,
}

/// What every table is read with.
struct Reading<'a> {
    scan: Scan<'a>,
    snapshot: &'a Snapshot,
    derive: Derive,
}

impl Export<'_> {
    /// Writes every table of the CDM; those that the snapshot does not hold have no rows.
    ///
    /// INVARIANT (opposition wins): a nation's export takes its time. Whoever opposes meanwhile is not in it: then it is written
    /// anew.
    ///
    /// # Errors
    /// [`Error`]; the folder is not there then.
    pub fn run(self) -> Result<Exported, Error> {
        let mut opposed = (self.opposed)()?;
        loop {
            let unfinished = self.begin()?;
            let (exported, scan) = self.write(&unfinished, &opposed)?;
            let now = (self.opposed)()?;
            if now.number() == opposed.number() || scan.obeys(&now)? {
                std::fs::rename(&unfinished, self.out)
                    .map_err(|source| Error::file("finish", self.out, source))?;
                return Ok(exported);
            }
            opposed = now;
        }
    }

    fn write(&self, folder: &Path, opposed: &Opposed) -> Result<(Exported, Scan<'_>), Error> {
        let scan = Scan::new(self.snapshot, opposed)?;
        let as_given = self.snapshot.manifest().schema == SCHEMA;
        let derive = Derive::new(&scan, self.snapshot, as_given)?;
        let mut exported = Exported {
            hidden: scan.hidden() as u64,
            without_birth_year: derive.without_birth_year(),
            ..Exported::default()
        };
        let mut reading = Reading {
            scan,
            snapshot: self.snapshot,
            derive,
        };
        for table in TABLES {
            let path = folder.join(format!("{}.{}", table.name, self.form.extension()));
            let mut sink = Sink::create(table, &path, self.form)?;
            let rows = self.table(&mut reading, table, &mut sink)?;
            sink.finish()?;
            exported.tables.insert(table.name, rows);
        }
        Ok((exported, reading.scan))
    }

    /// A folder beside the one that is asked for.
    fn begin(&self) -> Result<PathBuf, Error> {
        let taken = std::fs::read_dir(self.out).is_ok_and(|mut there| there.next().is_some());
        let Some(name) = self.out.file_name().filter(|_| !taken) else {
            let path = self.out.to_owned();
            return Err(Error::Taken { path });
        };
        let unfinished = self
            .out
            .with_file_name(format!(".unfinished-{}", name.to_string_lossy()));
        let failed = |source| Error::file("make", &unfinished, source);
        if unfinished.exists() {
            std::fs::remove_dir_all(&unfinished).map_err(failed)?;
        }
        std::fs::create_dir_all(&unfinished).map_err(failed)?;
        Ok(unfinished)
    }

    fn table(
        &self,
        reading: &mut Reading<'_>,
        table: &'static CdmTable,
        sink: &mut Sink,
    ) -> Result<u64, Error> {
        if withheld::TABLES.contains(&table.name) {
            return Ok(0);
        }
        let mut rows = 0;
        let mut greatest = 0;
        reading.derive.begin();
        for order in [Order::ByPerson, Order::Plain] {
            if !reading.snapshot.manifest().has(table.name, order) {
                continue;
            }
            for file in reading.scan.files(table.name, order)? {
                let batch = read(&reading.scan, table, file)?;
                let batch = reading.derive.without_unborn(batch);
                rows += batch.rows() as u64;
                let columns =
                    reading
                        .derive
                        .columns(&reading.scan, table, file, &batch, self.name)?;
                if table.name == "cost" {
                    greatest = greatest.max(costs::greatest(&columns));
                }
                sink.write(&columns)?;
            }
        }
        if table.name == "cost" {
            rows += costs::of_events(reading, greatest, sink)?;
        }
        Ok(rows)
    }
}

/// Columns that an export reads beside the CDM's own.
const BESIDE: &[&str] = &["person_id", "pseudonym", "total_charge", "paid_by_payer"];

/// The columns of a file that an export needs.
fn read(
    scan: &Scan<'_>,
    table: &CdmTable,
    file: &hygie_snapshot::FileEntry,
) -> Result<Table, Error> {
    let there = scan.columns(file)?;
    let needed = |name: &&str| {
        table.place(name).is_some() || (file.bucket.is_some() && BESIDE.contains(name))
    };
    let columns: Vec<&str> = there.iter().map(String::as_str).filter(needed).collect();
    Ok(scan.read(file, &columns)?.table)
}
