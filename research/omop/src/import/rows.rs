//! A row of the source as one of the snapshot: its values, whose it is, and where its numbers lead.

use std::collections::{BTreeMap, HashMap};

use hygie_rows::{Columns, Header, Row, Take};

use crate::cdm::{About, CdmTable, DOMAINS, Field, Key, REFERENCES, Whose};
use crate::cell::{self, Cell};
use crate::error::Error;
use crate::numbers::{NOBODY, Numbers, OPPOSED, Persons};
use crate::report::FileReport;
use crate::source::Source;
use crate::withheld;

/// What every row is held against.
pub(crate) struct Job {
    pub(crate) persons: Persons,
    pub(crate) numbers: HashMap<&'static str, Numbers>,
    /// Of what table each concept of a field is.
    pub(crate) fields: HashMap<i64, &'static str>,
}

/// Whom a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Nobody,
    Person(i32),
    Opposed,
    /// Somebody of whom the import knows nothing.
    Unknown,
}

/// Reads a file of a table to its end; `raw` where rows are asked for raw.
pub(crate) fn read<T: Take>(source: &Source, raw: bool, take: &mut T) -> Result<Header, T::Error> {
    let fields: Vec<&str> = source.table.fields.iter().map(|field| field.name).collect();
    let optional = source.table.fields.iter().filter(|field| !field.required);
    let optional: Vec<&str> = optional.map(|field| field.name).collect();
    let columns = Columns {
        table: source.table.name,
        read: &fields,
        optional: &optional,
        published: &fields,
        raw,
    };
    hygie_rows::read(&source.path, &columns, take)
}

/// The values of a row, and what is wrong with it, if anything is: what can't be read is null then.
pub(crate) fn cells(table: &CdmTable, row: &Row<'_>) -> (Vec<Cell>, Option<String>) {
    let mut wrong = None;
    let mut one = |(place, field): (usize, &Field)| {
        let bytes = row.get(place);
        if withheld::field(table.name, field.name) {
            return Cell::Null;
        }
        let wide = table.wide(field) || table.renumbered(place);
        let cell = match cell::read(field, wide, bytes) {
            Ok(Cell::Null) if field.required => Err("is empty"),
            cell => cell,
        };
        cell.unwrap_or_else(|why| {
            wrong.get_or_insert_with(|| format!("`{}` {why}", field.name));
            Cell::Null
        })
    };
    let cells = table.fields.iter().enumerate().map(&mut one).collect();
    (cells, wrong)
}

impl Job {
    /// Where a number leads: the snapshot's number, and whose row it is.
    fn lead(&self, table: &str, source: i64) -> Option<(i64, i32)> {
        if table == "person" {
            let number = self.persons.find(source)?;
            return Some((i64::from(number), number));
        }
        self.numbers.get(table)?.find(source)
    }

    /// The table that a reference leads to.
    fn table(&self, by: &Cell, whose: Whose) -> Option<&'static str> {
        let domain = |is: &dyn Fn(&(&str, i32, &'static str)) -> bool| {
            DOMAINS
                .iter()
                .find(|domain| is(domain))
                .map(|domain| domain.2)
        };
        match (whose, by) {
            (Whose::Domain, Cell::Text(name)) => {
                domain(&|domain| domain.0.eq_ignore_ascii_case(name))
            }
            (Whose::DomainConcept, Cell::Whole(concept)) => {
                domain(&|domain| i64::from(domain.1) == *concept)
            }
            (Whose::FieldConcept, Cell::Whole(concept)) => self.fields.get(concept).copied(),
            _ => None,
        }
    }

    /// The fields of a table that lead to rows, each with the table it leads to in this row.
    fn leads<'a>(
        &'a self,
        table: &'static CdmTable,
        cells: &'a [Cell],
    ) -> impl Iterator<Item = (usize, Option<&'static str>)> + 'a {
        let references = REFERENCES
            .iter()
            .filter(|reference| reference.0 == table.name);
        let references = references.map(|(_, field, by, whose)| {
            let place = |name| table.place(name).expect("references name fields");
            (place(field), self.table(&cells[place(by)], *whose))
        });
        let keys = table.fields.iter().enumerate();
        let keys = keys.filter_map(move |(place, field)| match field.key {
            Key::Of(of) if table.person() != Some(place) => Some((place, Some(of))),
            _ => None,
        });
        references.chain(keys)
    }

    /// Whom a row is about: the person it names, or the one whose rows its numbers lead to.
    pub(crate) fn owner(&self, table: &'static CdmTable, cells: &[Cell]) -> Owner {
        if table.about() == About::Nobody {
            return Owner::Nobody;
        }
        let of = |person: Option<i32>| match person {
            Some(OPPOSED) => Owner::Opposed,
            Some(person) if person != NOBODY => Owner::Person(person),
            _ => Owner::Unknown,
        };
        if let Some(place) = table.person() {
            let named = cells[place].whole();
            return of(named.and_then(|person| self.persons.find(person)));
        }
        let mut owner = Owner::Unknown;
        for (place, to) in self.leads(table, cells) {
            let led = cells[place].whole().zip(to);
            let led = led.and_then(|(source, to)| self.lead(to, source));
            match (of(led.map(|led| led.1)), owner) {
                // Where one of two persons opposes, the row is his.
                (Owner::Opposed, _) => return Owner::Opposed,
                (found, Owner::Unknown) => owner = found,
                _ => {}
            }
        }
        owner
    }

    /// Gives a row's numbers anew, its own excepted. What leads nowhere, or to another person, becomes null and is told
    /// to `loose`; `only_required` leaves the rest as it is.
    ///
    /// # Errors
    /// Why the row can't be taken.
    pub(crate) fn renumber(
        &self,
        table: &'static CdmTable,
        cells: &mut [Cell],
        owner: Owner,
        only_required: bool,
        loose: &mut BTreeMap<String, u64>,
    ) -> Result<(), String> {
        let person = match owner {
            Owner::Nobody => NOBODY,
            Owner::Person(person) => person,
            Owner::Opposed | Owner::Unknown => {
                return Err("the person it is about is none of those that were taken".to_owned());
            }
        };
        let leads: Vec<_> = self.leads(table, cells).collect();
        for (place, to) in leads {
            let field = &table.fields[place];
            let Some(source) = cells[place].whole() else {
                continue;
            };
            if only_required && !field.required {
                continue;
            }
            let led = to.and_then(|to| self.lead(to, source));
            match led.filter(|led| led.1 == NOBODY || led.1 == person) {
                Some((number, _)) => cells[place] = Cell::Whole(number),
                None if field.required => {
                    let name = field.name;
                    return Err(format!("`{name}` leads to no row of the same person"));
                }
                None => {
                    FileReport::count(loose, field.name);
                    cells[place] = Cell::Null;
                }
            }
        }
        if let Some(place) = table.person() {
            cells[place] = Cell::Whole(i64::from(person));
        }
        Ok(())
    }
}

/// A reader of rows that needs no report: what can't be read is met again when rows are written.
pub(crate) struct Each<F>(pub(crate) F);

impl<F: FnMut(&Row<'_>)> Take for Each<F> {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        (self.0)(row);
        Ok(())
    }

    fn refuse(&mut self, _: &Row<'_>, _: &'static str) -> Result<(), Error> {
        Ok(())
    }
}
