//! What is told of a line apart: read before the lines, and once more after them, to be kept under whom it is about.

use hygie_rows::{Row, Take};

use super::lines::{Lines, Met, NOBODY, ORPHAN};
use super::{BILLED, NO_KEY, TOLD, Told, UNREAD, key};
use crate::Error;
use crate::field::whole;
use crate::import::Kept;
use crate::layout::{CAM, KEY};
use crate::source::Source;
use crate::unit::Writer;

/// A file of what is told apart.
#[derive(Clone, Copy, Default)]
pub(super) struct Apart {
    table: u8,
    file: usize,
}

impl Apart {
    pub(super) fn new(source: &Source, file: usize) -> Apart {
        let table = TOLD
            .iter()
            .position(|(layout, _, _)| *layout == source.layout);
        let table = table.map_or(BILLED, |table| u8::try_from(table).expect("five tables"));
        Apart { table, file }
    }

    fn told(self, key: u128, table: u8) -> Told {
        Told {
            key,
            table,
            role: 0,
            file: u16::try_from(self.file).expect("few files in a month"),
            code: 0,
            quantity: 0,
        }
    }

    /// What a row tells, or why it is refused.
    fn read(self, row: &Row<'_>, unit: &mut Writer) -> Result<Told, &'static str> {
        let key = key(row).ok_or(NO_KEY)?;
        let mut told = self.told(key, self.table);
        if self.table == BILLED {
            told.role = u8::from(whole(row.get(KEY)) == Ok(Some(1)));
            return Ok(told);
        }
        let (layout, system, _) = TOLD[usize::from(self.table)];
        let code = unit.code(system, row.get(KEY));
        told.code = code.ok_or("its code is missing, or is none of its nomenclature")?;
        if *layout == CAM {
            // How many is said by the line.
            told.role = row.get(KEY + 1).first().copied().unwrap_or(0);
            return Ok(told);
        }
        let quantity = whole(row.get(KEY + 1)).ok().flatten();
        let quantity = quantity.and_then(|quantity| i32::try_from(quantity).ok());
        told.quantity = quantity.ok_or("its quantity is missing, or no whole number")?;
        Ok(told)
    }
}

/// Reading what is told apart.
pub(super) struct Telling<'b> {
    pub(super) unit: &'b mut Writer,
    pub(super) told: Vec<Told>,
    pub(super) of: Apart,
}

impl Take for Telling<'_> {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        match self.of.read(row, self.unit) {
            Ok(told) => self.told.push(told),
            Err(reason) => self.refuse(row, reason)?,
        }
        Ok(())
    }

    fn refuse(&mut self, row: &Row<'_>, _: &'static str) -> Result<(), Error> {
        // It is refused when it is known whom it is about.
        let key = key(row).into_iter();
        self.told.extend(key.map(|key| self.of.told(key, UNREAD)));
        Ok(())
    }
}

/// Keeping what is told apart, once it is known whom it is about.
pub(super) struct Keeping<'a, 'b, 'c> {
    pub(super) lines: &'c mut Lines<'a, 'b>,
    pub(super) of: Apart,
    pub(super) kept: Kept<'a>,
}

impl Keeping<'_, '_, '_> {
    /// Keeps a row of a line that was met, or refuses it.
    fn row(
        &mut self,
        row: &Row<'_>,
        key: Option<u128>,
        reason: Option<&'static str>,
    ) -> Result<(), Error> {
        // It was told when it was read the first time.
        let at = key.and_then(|key| self.lines.of(key).next());
        let (met, whose) = at.map_or((Met::Nobody, NOBODY), |at| {
            (self.lines.met[at], self.lines.whose[at])
        });
        let tag = (whose != NOBODY).then(|| self.lines.name(whose));
        let report = self.lines.unit.report(self.of.file);
        match (met, reason) {
            (Met::Opposed, None) => return Ok(()),
            (Met::Opposed, Some(_)) => {
                report.followed += 1;
                return Ok(());
            }
            (Met::Nobody, Some(reason)) if self.lines.job.may_be_opposed(row) => {
                report.reject(reason);
                return Ok(());
            }
            (_, Some(reason)) => report.reject(reason),
            (_, None) => {}
        }
        let orphan = (met == Met::Nobody).then_some(ORPHAN);
        self.kept.keep(row, tag, reason.or(orphan))
    }
}

impl Take for Keeping<'_, '_, '_> {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        match self.of.read(row, self.lines.unit) {
            Ok(told) => self.row(row, Some(told.key), None),
            Err(reason) => self.row(row, key(row), Some(reason)),
        }
    }

    fn refuse(&mut self, row: &Row<'_>, reason: &'static str) -> Result<(), Error> {
        self.row(row, key(row), Some(reason))
    }
}
