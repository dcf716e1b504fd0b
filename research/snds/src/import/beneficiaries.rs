//! The reference of beneficiaries.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hygie_rows::{Row, Take};
use hygie_snapshot::Pseudonym;

use super::{Import, Job, Kept, Whose, readings};
use crate::error::Error;
use crate::field::{day, whole};
use crate::layout::BEN;
use crate::persons::{self, Gathering, Next, Print, Traits};
use crate::report::FileReport;
use crate::rules::Rule;
use crate::source::Source;

impl Import<'_> {
    /// Reads the files of the reference among these, and answers what became of their rows.
    pub(super) fn beneficiaries(
        &self,
        sources: &[Source],
        hashes: &BTreeMap<PathBuf, (u64, String)>,
        gathering: &mut Gathering,
    ) -> Result<Vec<FileReport>, Error> {
        let mut files = Vec::new();
        let nobody = Gathering::new(1, 0).table(&mut Next::new(1), |_| false);
        let job = Job {
            rules: &self.rules,
            persons: &nobody,
            pseudonyms: self.pseudonyms,
            opposed: self.opposed,
            keep: self.keep,
            seals: self.seals,
            hashes,
            buckets: 1,
            share: 0,
            last_flow: 0,
            progress: self.progress,
        };
        for source in sources.iter().filter(|source| *source.layout == BEN) {
            let report = job.report(source)?;
            let kept = job.keep(source)?;
            let mut reading = Beneficiaries {
                job: &job,
                gathering: &mut *gathering,
                report,
                kept,
            };
            let header = source.read(&mut reading)?;
            let mut report = reading.report;
            reading.kept.finish()?;
            job.note(&mut report, header);
            files.push(report);
        }
        Ok(files)
    }
}

/// Reading the reference of beneficiaries.
struct Beneficiaries<'a, 'b> {
    job: &'a Job<'a>,
    gathering: &'b mut Gathering,
    report: FileReport,
    kept: Kept<'a>,
}

/// What becomes of a row.
enum Fate {
    Taken(persons::Row),
    /// Of who opposes, too, the number must be known: his claims must be known as his.
    Opposed(persons::Row),
    /// By the rule real-number.
    Removed(Pseudonym),
}

impl Beneficiaries<'_, '_> {
    fn row(&self, row: &Row<'_>) -> Result<Fate, &'static str> {
        let (number, first_step) = (row.get(0), row.get(2));
        if number.is_empty() || first_step.is_empty() {
            return Err("it names nobody: BEN_NIR_PSA or BEN_IDT_ANO is empty");
        }
        let first_step =
            std::str::from_utf8(first_step).map_err(|_| "its BEN_IDT_ANO is no text")?;
        let person = self.job.pseudonyms.person(first_step);
        let of = |traits| persons::Row {
            person,
            print: Print::of(number, self.job.rank(row.get(1))),
            traits,
            number: 0,
        };
        if self.job.opposed.holds(&person) {
            // Whatever else his row says.
            return Ok(Fate::Opposed(of(Traits::none())));
        }
        if self.job.rules.on(Rule::RealNumber) && whole(row.get(3)) != Ok(Some(0)) {
            return Ok(Fate::Removed(person));
        }
        let small = |place: usize| whole(row.get(place)).ok().flatten();
        let month = small(5)
            .and_then(|month| u8::try_from(month).ok())
            .filter(|month| (1..=12).contains(month));
        let death = day(row.get(8)).map_err(|_| "its BEN_DCD_DTE is no date")?;
        Ok(Fate::Taken(of(Traits {
            birth_year: small(4)
                .and_then(|year| u16::try_from(year).ok())
                .unwrap_or(0),
            birth_month: month.unwrap_or(0),
            sex: persons::sex(row.get(6)),
            department: persons::department(row.get(7)),
            death: death.unwrap_or(Traits::ALIVE),
        })))
    }
}

impl Beneficiaries<'_, '_> {
    /// Of a row of more fields than the header: every number that it may name is known as that of who opposes.
    fn longer(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let job = self.job;
        let names = job.identities(row, 2);
        for person in names.filter(|name| job.opposed.holds(name)) {
            for (number, rank) in readings(row, (0, 1)) {
                self.gathering.add(persons::Row {
                    person,
                    print: Print::of(number, job.rank(rank)),
                    traits: Traits::none(),
                    number: 0,
                })?;
            }
        }
        Ok(())
    }
}

impl Take for Beneficiaries<'_, '_> {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        match self.row(row) {
            Err(reason) => self.refuse(row, reason),
            Ok(Fate::Taken(of)) => {
                self.report.taken += 1;
                self.gathering.add(of)?;
                self.kept.keep(row, Some(of.person), None)
            }
            Ok(Fate::Opposed(of)) => {
                self.report.remove(Rule::Opposed);
                self.gathering.add(of)
            }
            Ok(Fate::Removed(name)) => {
                self.report.remove(Rule::RealNumber);
                self.kept.keep(row, Some(name), None)
            }
        }
    }

    fn refuse(&mut self, row: &Row<'_>, reason: &'static str) -> Result<(), Error> {
        let whose = self.job.whose_identity(row, 2);
        // Of who opposes what can't be read may tell his number all the same.
        if row.surplus() > 0 {
            self.longer(row)?;
        } else if whose == Whose::Opposed
            && row.has(0)
            && row.has(1)
            && let Ok(Fate::Opposed(of)) = self.row(row)
        {
            self.gathering.add(of)?;
        }
        self.kept.refuse(row, (whose, reason), &mut self.report)
    }
}
