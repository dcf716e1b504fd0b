//! What a row of `person` calls him.

use hygie_snapshot::{Opposed, Pseudonym};

use super::Pseudonyms;
use super::batches::Batch;
use crate::cdm::CdmTable;
use crate::cell::Cell;

/// How persons are named.
pub(super) struct Naming<'a> {
    pseudonyms: &'a dyn Pseudonyms,
    /// What the source is called.
    source: Option<&'a str>,
    opposed: &'a Opposed,
    /// Where number and name stand.
    number: usize,
    name: usize,
}

/// Who a row says that he is.
pub(super) enum Named {
    By(Pseudonym),
    /// He has no name, and the source has none either.
    Nameless,
    /// It can't be read.
    Unread,
}

impl<'a> Naming<'a> {
    pub(super) fn new(
        pseudonyms: &'a dyn Pseudonyms,
        source: Option<&'a str>,
        opposed: &'a Opposed,
    ) -> Naming<'a> {
        let person = CdmTable::named("person").expect("CDM 5.4");
        let place = |field| person.place(field).expect("CDM 5.4");
        Naming {
            pseudonyms,
            source,
            opposed,
            number: place("person_id"),
            name: place("person_source_value"),
        }
    }

    /// The source's number of who a row is about.
    pub(super) fn number(&self, cells: &[Cell]) -> Option<i64> {
        cells[self.number].whole()
    }

    /// Who a row says that he is. Of a row that is cut nobody knows whether he has no name.
    pub(super) fn named(&self, batch: &Batch, row: usize, cells: &[Cell]) -> Named {
        let whole = batch.refused(row).is_none();
        match std::str::from_utf8(batch.field(row, self.name)) {
            Ok("") if whole => match (self.number(cells), self.source) {
                (Some(number), Some(source)) => {
                    let name = format!("omop:{source}:{number}");
                    Named::By(self.pseudonyms.nameless(&name))
                }
                (Some(_), None) => Named::Nameless,
                (None, _) => Named::Unread,
            },
            Ok("") | Err(_) => Named::Unread,
            Ok(value) => Named::By(self.pseudonyms.person(value)),
        }
    }

    /// The pseudonym of who a row says that he is, where it can be read.
    pub(super) fn name(&self, batch: &Batch, row: usize, cells: &[Cell]) -> Option<Pseudonym> {
        match self.named(batch, row, cells) {
            Named::By(name) => Some(name),
            Named::Nameless | Named::Unread => None,
        }
    }

    /// Whether somebody opposes.
    pub(super) fn opposes(&self, name: &Pseudonym) -> bool {
        self.opposed.holds(name)
    }
}
