//! Causes of death (CépiDc): the initial one (KI_CCI_R), and each that the certificate names (KI_ECD_R).

use crate::Error;
use crate::event::{Event, Kind, role};
use crate::field::day;
use crate::import::{Job, Kept};
use crate::layout::CCI;
use crate::persons::Traits;
use crate::rules::Rule;
use crate::source::Source;
use crate::unit::Writer;
use crate::vocabulary::System;
use hygie_rows::{Row, Take};

/// Reads the causes of death into a unit.
pub(crate) fn all(job: &Job<'_>, sources: &[&Source], unit: &mut Writer) -> Result<(), Error> {
    for source in sources {
        let file = unit.open(job.report(source)?);
        let role = if *source.layout == CCI {
            role::PRINCIPAL
        } else {
            role::ASSOCIATED
        };
        let mut causes = Causes {
            job,
            unit,
            file,
            role,
            kept: job.keep(source)?,
        };
        let header = source.read(&mut causes)?;
        causes.kept.finish()?;
        job.note(unit.report(file), header);
    }
    Ok(())
}

struct Causes<'a, 'b> {
    job: &'a Job<'a>,
    unit: &'b mut Writer,
    file: usize,
    role: u8,
    kept: Kept<'a>,
}

impl Causes<'_, '_> {
    fn row(&mut self, row: &Row<'_>, name: &[u8; 16]) -> Result<Option<&'static str>, Error> {
        let known = self.job.persons.place(name);
        let Ok(date) = day(row.get(1)) else {
            return Ok(Some("its BEN_DCD_DTE is no date"));
        };
        let death = known.map(|person| self.job.persons.traits(person).death);
        let date = date.or(death.filter(|day| *day != Traits::ALIVE));
        if date.is_none() && known.is_some() {
            return Ok(Some("it has no BEN_DCD_DTE"));
        }
        let Some(code) = self.unit.code(System::Icd10, row.get(2)) else {
            return Ok(Some("its cause is missing or no code"));
        };
        let person = known.unwrap_or_else(|| self.unit.waiting(*name));
        // Of whom is not known the day may come with him.
        let date = date.unwrap_or(Traits::ALIVE);
        let event = Event {
            person: self.job.id(person),
            kind: Kind::Cause,
            role: self.role,
            code,
            start: date,
            end: date,
            provider: 0,
            stay: 0,
            quantity: 1,
            charged: 0,
            paid: 0,
        };
        self.unit.event(self.job.bucket(name), None, &event)?;
        if known.is_none() {
            return Ok(Some("its BEN_IDT_ANO is not in IR_BEN_R"));
        }
        self.unit.report(self.file).taken += 1;
        Ok(None)
    }

    fn keep(
        &mut self,
        row: &Row<'_>,
        name: [u8; 16],
        reason: Option<&'static str>,
    ) -> Result<(), Error> {
        self.kept.keep(row, Some(name), reason)
    }
}

impl Take for Causes<'_, '_> {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let Ok(text) = std::str::from_utf8(row.get(0)) else {
            return self.refuse(row, "its BEN_IDT_ANO is no text");
        };
        if text.is_empty() {
            return self.refuse(row, "it names nobody: BEN_IDT_ANO is empty");
        }
        let name = self.job.pseudonyms.person(text);
        if self.job.opposed.holds(&name) {
            self.unit.report(self.file).remove(Rule::Opposed);
            return Ok(());
        }
        let reason = self.row(row, &name)?;
        if let Some(reason) = reason {
            self.unit.report(self.file).reject(reason);
        }
        self.keep(row, name, reason)
    }

    fn refuse(&mut self, row: &Row<'_>, reason: &'static str) -> Result<(), Error> {
        let whose = self.job.whose_identity(row, 0);
        let report = self.unit.report(self.file);
        self.kept.refuse(row, (whose, reason), report)
    }
}
