//! A row of the source as one of the snapshot: its values, whose it is, and where its numbers lead.

use std::collections::{BTreeMap, HashMap};

use hygie_snapshot::Pseudonym;

use super::batches::Batch;
use super::naming::Naming;
use crate::cdm::{About, CdmTable, DOMAINS, Field, Key, REFERENCES, Whose};
use crate::cell::{self, Cell};
use crate::numbers::{NOBODY, Numbers, OPPOSED, Persons};
use crate::report::FileReport;
use crate::withheld;

/// What every row is held against.
pub(super) struct Job<'a> {
    pub(super) naming: Naming<'a>,
    pub(super) persons: Persons,
    pub(super) numbers: HashMap<&'static str, Numbers>,
    /// Of what table each concept of a field is.
    pub(super) fields: HashMap<i64, &'static str>,
}

/// Whom a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Nobody,
    Person(i32),
    Opposed,
    /// Nobody who can be taken with it: whose row it is ([`Persons::find`]) where something tells, else [`NOBODY`].
    Other(i32),
}

impl Owner {
    fn of(found: i32) -> Owner {
        match found {
            OPPOSED => Owner::Opposed,
            person if person > NOBODY => Owner::Person(person),
            other => Owner::Other(other),
        }
    }
}

/// How the fields of a table are read.
pub(super) struct Fields {
    table: &'static CdmTable,
    /// Whether each is withheld, and whether it has 64 bits.
    each: Vec<(bool, bool)>,
}

impl Fields {
    pub(super) fn of(table: &'static CdmTable) -> Fields {
        let each = table.fields.iter().enumerate().map(|(place, field)| {
            let wide = table.wide(field) || table.renumbered(place);
            (withheld::field(table.name, field.name), wide)
        });
        Fields {
            table,
            each: each.collect(),
        }
    }

    /// The values of a row, and what is wrong with it, if anything is: what can't be read is null then.
    pub(super) fn cells(&self, batch: &Batch, row: usize) -> (Vec<Cell>, Option<String>) {
        let mut wrong = None;
        let fields = self.table.fields.iter().zip(&self.each).enumerate();
        let one = |(place, (field, (withheld, wide))): (usize, (&Field, &(bool, bool)))| {
            if *withheld {
                return Cell::Null;
            }
            let cell = match cell::read(field, *wide, batch.field(row, place)) {
                Ok(Cell::Null) if field.required => Err("is empty"),
                cell => cell,
            };
            cell.unwrap_or_else(|why| {
                wrong.get_or_insert_with(|| format!("`{}` {why}", field.name));
                Cell::Null
            })
        };
        let cells = fields.map(one).collect();
        (cells, wrong)
    }

    /// The fields of a row that name somebody and say something, one bit each by its place.
    pub(super) fn names(&self, batch: &Batch, row: usize) -> u64 {
        let withheld = (0..self.each.len()).filter(|place| self.each[*place].0);
        let said = withheld.filter(|place| !batch.field(row, *place).is_empty());
        said.fold(0, |names, place| names | 1 << place)
    }
}

impl Job<'_> {
    /// How many rows are numbered.
    pub(super) fn numbered(&self) -> u64 {
        let rows: usize = self.numbers.values().map(Numbers::len).sum();
        (rows + self.persons.len()) as u64
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> u64 {
        let numbers: u64 = self.numbers.values().map(Numbers::bytes).sum();
        numbers + self.persons.bytes()
    }

    /// Where a number leads: the snapshot's number, less than 1 of a row that is not there, and whose row it is.
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

    /// Whom a row is about: the person it names, or the one whose rows its numbers lead to. Of a row that should name a person
    /// and names none who is known, the latter tells whose it is, and no more.
    pub(super) fn owner(&self, table: &'static CdmTable, cells: &[Cell]) -> Owner {
        if table.about() == About::Nobody {
            return Owner::Nobody;
        }
        let named = table.person().and_then(|place| cells[place].whole());
        if let Some(found) = named.and_then(|person| self.persons.find(person)) {
            return Owner::of(found);
        }
        let mut whose = NOBODY;
        for (place, to) in self.leads(table, cells) {
            let led = cells[place].whole().zip(to);
            let led = led.and_then(|(source, to)| self.lead(to, source));
            match led.map_or(NOBODY, |led| led.1) {
                // Where one of two persons opposes, the row is his.
                OPPOSED => return Owner::Opposed,
                found if whose == NOBODY => whose = found,
                _ => {}
            }
        }
        match table.person() {
            Some(_) => Owner::Other(whose),
            None => Owner::of(whose),
        }
    }

    /// The pseudonym of whom a row is about, where something tells.
    pub(super) fn tag(&self, owner: Owner) -> Option<Pseudonym> {
        match owner {
            Owner::Person(person) | Owner::Other(person) => self.persons.name(person).copied(),
            Owner::Nobody | Owner::Opposed => None,
        }
    }

    /// Gives a row's numbers anew, its own excepted. What leads nowhere, or to another person, becomes null and is told
    /// to `loose`; `only_required` leaves the rest as it is.
    ///
    /// # Errors
    /// Why the row can't be taken.
    pub(super) fn renumber(
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
            Owner::Opposed | Owner::Other(_) => {
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
            let there = |led: &(i64, i32)| led.0 > 0 && (led.1 == NOBODY || led.1 == person);
            match led.filter(there) {
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
