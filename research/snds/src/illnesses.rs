//! Long-term illnesses that the insurer recognised (IR_IMB_R).

use hygie_snapshot::Pseudonym;

use crate::Error;
use crate::event::{Event, Kind, role};
use crate::field::{day, whole};
use crate::import::{Job, Kept};
use crate::persons::{Print, Traits};
use crate::rules::Rule;
use crate::source::Source;
use crate::unit::{Seen, Writer};
use crate::vocabulary::System;
use hygie_rows::{Row, Take};

/// The nomenclature in which `MED_MTF_COD` is ICD-10 (`MED_NCL_IDT`).
const ICD10: &[u8] = b"CIM10";

/// Natures of exemption (`IMB_ETM_NAT`) that are long-term illnesses: of the list, out of it, several.
const LONG_TERM: [i64; 3] = [41, 43, 45];

/// What became of a row that can be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Kept,
    /// Somebody opposes.
    Gone,
}

/// Reads the long-term illnesses into a unit.
pub(crate) fn all(job: &Job<'_>, sources: &[&Source], unit: &mut Writer) -> Result<(), Error> {
    for source in sources {
        let file = unit.open(job.report(source)?);
        let mut illnesses = Illnesses {
            job,
            unit,
            file,
            kept: job.keep(source)?,
            name: None,
        };
        let header = source.read(&mut illnesses)?;
        illnesses.kept.finish()?;
        job.note(unit.report(file), header);
    }
    Ok(())
}

struct Illnesses<'a, 'b> {
    job: &'a Job<'a>,
    unit: &'b mut Writer,
    file: usize,
    kept: Kept<'a>,
    /// Whom the row at hand is about.
    name: Option<Pseudonym>,
}

impl Illnesses<'_, '_> {
    /// The reason for which a row is refused, or what became of it.
    fn row(&mut self, row: &Row<'_>) -> Result<Result<Fate, &'static str>, Error> {
        let (number, rank) = (row.get(0), self.job.rank(row.get(1)));
        if number.is_empty() {
            return Ok(Err("it names nobody: BEN_NIR_PSA is empty"));
        }
        let job = self.job;
        let print = Print::of(number, rank);
        let (person, name) = match job.persons.find(print) {
            // Of whom opposes since an earlier import nothing is known but his number.
            Some(place) if job.opposes(place) => {
                self.unit.report(self.file).remove(Rule::Opposed);
                return Ok(Ok(Fate::Gone));
            }
            Some(place) => (place, *job.persons.name(place)),
            None => {
                let seen = Seen {
                    file: self.file,
                    line: row.line,
                };
                let place = self.unit.stranger(print, (&Traits::none(), seen), || {
                    job.stranger(number, rank)
                });
                (place, *self.unit.stranger_name(place))
            }
        };
        self.name = Some(name);
        if job.opposed.holds(&name) {
            self.unit.report(self.file).remove(Rule::Opposed);
            return Ok(Ok(Fate::Gone));
        }
        let Ok(nature) = whole(row.get(4)) else {
            return Ok(Err("its IMB_ETM_NAT is no whole number"));
        };
        if job.rules.on(Rule::LongTermOnly) && nature.is_none_or(|one| !LONG_TERM.contains(&one)) {
            self.unit.report(self.file).remove(Rule::LongTermOnly);
            return Ok(Ok(Fate::Kept));
        }
        if row.get(6) != ICD10 {
            return Ok(Err(
                "its MED_NCL_IDT is not CIM10: the reason is in no nomenclature that is read",
            ));
        }
        let Some(code) = self.unit.code(System::Icd10, row.get(5)) else {
            return Ok(Err("its MED_MTF_COD is missing or no code"));
        };
        let (Ok(start), Ok(end)) = (day(row.get(2)), day(row.get(3))) else {
            return Ok(Err("a date is none"));
        };
        let Some(start) = start else {
            return Ok(Err("it has no IMB_ALD_DTD"));
        };
        let event = Event {
            person: job.id(person),
            kind: Kind::Condition,
            role: role::LONG_TERM,
            code,
            start,
            end: end.unwrap_or(start).max(start),
            provider: 0,
            stay: 0,
            quantity: 1,
            charged: 0,
            paid: 0,
        };
        self.unit.event(job.bucket(&name), None, &event)?;
        self.unit.report(self.file).taken += 1;
        Ok(Ok(Fate::Kept))
    }
}

impl Take for Illnesses<'_, '_> {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        self.name = None;
        match self.row(row)? {
            Err(reason) => self.reject(row, reason),
            Ok(Fate::Gone) => Ok(()),
            Ok(Fate::Kept) => self.kept.keep(row, self.name, None),
        }
    }

    fn refuse(&mut self, row: &Row<'_>, reason: &'static str) -> Result<(), Error> {
        let whose = self.job.whose(row, (0, 1));
        let report = self.unit.report(self.file);
        self.kept.refuse(row, (whose, reason), report)
    }
}

impl Illnesses<'_, '_> {
    fn reject(&mut self, row: &Row<'_>, reason: &'static str) -> Result<(), Error> {
        self.unit.report(self.file).reject(reason);
        self.kept.keep(row, self.name, Some(reason))
    }
}
