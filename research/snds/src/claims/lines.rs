//! The lines of a month going by: each meets what is told of it apart, and becomes events.

use std::collections::HashSet;

use hygie_rows::{Row, Take};
use hygie_snapshot::Pseudonym;
use xxhash_rust::xxh3::Xxh3DefaultBuilder;

use super::{BILLED, NO_KEY, TOLD, Told, UNREAD, key};
use crate::Error;
use crate::event::{Event, Kind, year_of};
use crate::field::{cents, day, whole};
use crate::import::{Job, Kept};
use crate::layout::{CAM, line};
use crate::persons::{Print, Traits, department, sex};
use crate::rules::Rule;
use crate::unit::{Seen, Writer};
use crate::vocabulary::System;

/// The lines going by.
pub(super) struct Lines<'a, 'b> {
    pub(super) job: &'a Job<'a>,
    pub(super) unit: &'b mut Writer,
    told: Vec<Told>,
    /// For each of the told: whether its line was taken, or removed.
    pub(super) met: Vec<Met>,
    /// For each of the told: the person of its line.
    pub(super) whose: Vec<u32>,
    /// Where the keys with each first 16 bits begin.
    begins: Vec<u32>,
    seen: HashSet<u128, Xxh3DefaultBuilder>,
    pub(super) file: usize,
    pub(super) kept: Option<Kept<'a>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    Nobody,
    Taken,
    Removed,
    Opposed,
}

/// No person.
pub(super) const NOBODY: u32 = u32::MAX;
pub(super) const ORPHAN: &str = "no line of ER_PRS_F has its key";

/// What a line is about, once its fields are read.
struct Read {
    /// As events name him.
    person: u32,
    bucket: u32,
    start: i32,
    end: i32,
    quantity: i32,
    charged: i64,
    paid: i64,
    provider: u32,
}

impl<'a, 'b> Lines<'a, 'b> {
    pub(super) fn new(job: &'a Job<'a>, unit: &'b mut Writer, told: Vec<Told>) -> Lines<'a, 'b> {
        let mut begins = vec![0u32; (1 << 16) + 1];
        for one in &told {
            begins[(one.key >> 112) as usize + 1] += 1;
        }
        for at in 1..begins.len() {
            begins[at] += begins[at - 1];
        }
        let met = vec![Met::Nobody; told.len()];
        let whose = vec![NOBODY; told.len()];
        Lines {
            job,
            unit,
            told,
            met,
            whose,
            begins,
            seen: HashSet::default(),
            file: 0,
            kept: None,
        }
    }

    /// The places of what is told of a key.
    pub(super) fn of(&self, key: u128) -> std::ops::Range<usize> {
        let prefix = (key >> 112) as usize;
        let (first, end) = (
            self.begins[prefix] as usize,
            self.begins[prefix + 1] as usize,
        );
        let start = first + self.told[first..end].partition_point(|one| one.key < key);
        let length = self.told[start..end]
            .iter()
            .take_while(|one| one.key == key)
            .count();
        start..start + length
    }

    /// What met no line is refused.
    pub(super) fn orphans(&mut self) {
        let told = self.told.iter().zip(&self.met);
        for (one, met) in told.filter(|(one, _)| one.table != UNREAD) {
            let report = self.unit.report(usize::from(one.file));
            match met {
                Met::Nobody => report.reject(ORPHAN),
                Met::Removed | Met::Opposed => report.followed += 1,
                Met::Taken if one.table == BILLED => report.qualified += 1,
                Met::Taken => report.taken += 1,
            }
        }
    }

    /// Who a line is about: his place, or none when he opposes.
    fn person(&mut self, row: &Row<'_>) -> Option<(u32, u32)> {
        let (number, rank) = (row.get(line::NIR), self.job.rank(row.get(line::RANK)));
        let print = Print::of(number, rank);
        if let Some(place) = self.job.persons.find(print) {
            return (!self.job.opposes(place))
                .then(|| (place, self.job.bucket(self.job.persons.name(place))));
        }
        let mut traits = Traits::none();
        traits.sex = sex(row.get(line::SEX));
        traits.birth_year = whole(row.get(line::BIRTH_YEAR))
            .ok()
            .flatten()
            .and_then(|year| u16::try_from(year).ok())
            .unwrap_or(0);
        traits.department = department(row.get(line::DEPARTMENT));
        let job = self.job;
        let seen = Seen {
            file: self.file,
            line: row.line,
        };
        let place = self
            .unit
            .stranger(print, (&traits, seen), || job.stranger(number, rank));
        let name = self.unit.stranger_name(place);
        (!self.job.opposed.holds(name)).then(|| (place, self.job.bucket(name)))
    }

    /// The rule that removes a line, if any.
    fn rule(
        &self,
        row: &Row<'_>,
        told: std::ops::Range<usize>,
    ) -> Result<Option<Rule>, &'static str> {
        let on = |rule| self.job.rules.on(rule);
        let information = |place: usize| whole(row.get(place)).is_ok_and(|value| value == Some(71));
        if on(Rule::InformationOnly)
            && (information(line::QUALIFIER) || information(line::ACT_QUALIFIER))
        {
            return Ok(Some(Rule::InformationOnly));
        }
        let majoration =
            whole(row.get(line::MAJORATION)).map_err(|_| "its CPL_MAJ_TOP is no whole number")?;
        if on(Rule::Majorations) && majoration.is_some_and(|top| top >= 2) {
            return Ok(Some(Rule::Majorations));
        }
        let billed = self.told[told]
            .iter()
            .any(|one| one.table == BILLED && one.role == 1);
        if on(Rule::CountedByPmsi) && billed {
            return Ok(Some(Rule::CountedByPmsi));
        }
        Ok(None)
    }

    /// Whether its quantity is the line's own: of an act, and where nothing is told of it apart.
    fn counts(&self, told: &std::ops::Range<usize>) -> bool {
        let tables = self.told[told.clone()].iter().map(|one| one.table);
        let mut tables = tables.filter(|table| *table < BILLED).peekable();
        tables.peek().is_none() || tables.any(|table| *TOLD[usize::from(table)].0 == CAM)
    }

    fn read(
        &mut self,
        row: &Row<'_>,
        (person, bucket): (u32, u32),
        told: &std::ops::Range<usize>,
    ) -> Result<Read, &'static str> {
        let start = day(row.get(line::START)).map_err(|_| "its EXE_SOI_DTD is no date")?;
        let start = start.ok_or("it has no EXE_SOI_DTD")?;
        let end = day(row.get(line::END)).map_err(|_| "its EXE_SOI_DTF is no date")?;
        let quantity =
            whole(row.get(line::QUANTITY)).map_err(|_| "its PRS_ACT_QTE is no whole number")?;
        if quantity.is_none() && self.counts(told) {
            return Err("it has no PRS_ACT_QTE");
        }
        let amount = |place: usize| cents(row.get(place)).map(|amount| amount.unwrap_or(0));
        Ok(Read {
            person: self.job.id(person),
            bucket,
            start,
            end: end.unwrap_or(start),
            quantity: i32::try_from(quantity.unwrap_or(0))
                .map_err(|_| "its PRS_ACT_QTE is out of range")?,
            charged: amount(line::CHARGED).map_err(|_| "its PRS_PAI_MNT is no amount")?,
            paid: amount(line::PAID).map_err(|_| "its BSE_REM_MNT is no amount")?,
            provider: self
                .unit
                .provider(row.get(line::PROVIDER), row.get(line::SPECIALITY)),
        })
    }

    /// The events of a line.
    fn events(
        &mut self,
        row: &Row<'_>,
        read: &Read,
        told: std::ops::Range<usize>,
    ) -> Result<(), Error> {
        let mut list: Vec<Told> = self.told[told]
            .iter()
            .filter(|one| one.table < BILLED)
            .copied()
            .collect();
        list.sort_by(|a, b| {
            (a.table, self.unit.text(a.code), a.quantity).cmp(&(
                b.table,
                self.unit.text(b.code),
                b.quantity,
            ))
        });
        let event = |kind, role, code, quantity| Event {
            person: read.person,
            kind,
            role,
            code,
            start: read.start,
            end: read.end,
            provider: read.provider,
            stay: 0,
            quantity,
            charged: 0,
            paid: 0,
        };
        let mut events: Vec<Event> = list
            .iter()
            .map(|one| {
                let (layout, _, kind) = TOLD[usize::from(one.table)];
                let quantity = if *layout == CAM {
                    read.quantity
                } else {
                    one.quantity
                };
                event(kind, one.role, one.code, quantity)
            })
            .collect();
        if events.is_empty() {
            let code = self
                .unit
                .code(System::Nature, row.get(line::NATURE))
                .expect("the nature was looked at");
            events.push(event(Kind::Procedure, 0, code, read.quantity));
        }
        (events[0].charged, events[0].paid) = (read.charged, read.paid);
        for event in &events {
            self.unit
                .event(read.bucket, Some(year_of(read.start)), event)?;
        }
        Ok(())
    }

    /// What becomes of a line, and whom it is about.
    fn fate(
        &mut self,
        row: &Row<'_>,
        key: u128,
        told: &std::ops::Range<usize>,
    ) -> Result<(Fate, u32), Error> {
        if row.get(line::NIR).is_empty() {
            let why = "it names nobody: BEN_NIR_PSA is empty";
            return Ok((Fate::Rejected(why), NOBODY));
        }
        let Some(person) = self.person(row) else {
            return Ok((Fate::Removed(Rule::Opposed), NOBODY));
        };
        let whose = person.0;
        if self.job.rules.on(Rule::RepeatedKey) && !self.seen.insert(key) {
            return Ok((Fate::Removed(Rule::RepeatedKey), whose));
        }
        match self.rule(row, told.clone()) {
            Err(why) => return Ok((Fate::Rejected(why), whose)),
            Ok(Some(rule)) => return Ok((Fate::Removed(rule), whose)),
            Ok(None) => {}
        }
        let nature = self.unit.code(System::Nature, row.get(line::NATURE));
        if nature.is_none() {
            let why = "its PRS_NAT_REF is missing or no code";
            return Ok((Fate::Rejected(why), whose));
        }
        let read = match self.read(row, person, told) {
            Ok(read) => read,
            Err(why) => return Ok((Fate::Rejected(why), whose)),
        };
        if self.job.rules.on(Rule::FlowLag) && self.job.too_late(read.start) {
            return Ok((Fate::Removed(Rule::FlowLag), whose));
        }
        self.events(row, &read, told.clone())?;
        Ok((Fate::Taken, whose))
    }

    fn line(&mut self, row: &Row<'_>, key: u128) -> Result<(), Error> {
        let mut told = self.of(key);
        if self
            .met
            .get(told.start)
            .is_some_and(|met| *met != Met::Nobody)
        {
            // What has met its line meets no other.
            told.end = told.start;
        }
        let (fate, whose) = self.fate(row, key, &told)?;
        self.whose[told.clone()].fill(whose);
        let report = self.unit.report(self.file);
        match fate {
            Fate::Taken => {
                report.taken += 1;
                self.met[told].fill(Met::Taken);
                self.keep(row, whose, None)
            }
            Fate::Removed(Rule::Opposed) => {
                report.remove(Rule::Opposed);
                self.met[told].fill(Met::Opposed);
                Ok(())
            }
            Fate::Removed(rule) => {
                report.remove(rule);
                self.met[told].fill(Met::Removed);
                self.keep(row, whose, None)
            }
            Fate::Rejected(why) => {
                report.reject(why);
                self.met[told].fill(Met::Removed);
                self.keep(row, whose, Some(why))
            }
        }
    }

    /// The pseudonym of a person of this unit.
    pub(super) fn name(&self, whose: u32) -> Pseudonym {
        if whose < self.unit.references() {
            *self.job.persons.name(whose)
        } else {
            *self.unit.stranger_name(whose)
        }
    }

    /// Keeps a line as it came, under the pseudonym of whom it is about.
    fn keep(&mut self, row: &Row<'_>, whose: u32, why: Option<&str>) -> Result<(), Error> {
        let tag = (whose != NOBODY).then(|| self.name(whose));
        let kept = self.kept.as_mut().expect("a file is open");
        kept.keep(row, tag, why)
    }
}

impl Take for Lines<'_, '_> {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        match key(row) {
            Some(key) => self.line(row, key),
            None => self.refuse(row, NO_KEY),
        }
    }

    fn refuse(&mut self, row: &Row<'_>, reason: &'static str) -> Result<(), Error> {
        let whose = self.job.whose(row, (line::NIR, line::RANK));
        let report = self.unit.report(self.file);
        let kept = self.kept.as_mut().expect("a file is open");
        kept.refuse(row, (whose, reason), report)
    }
}

/// What becomes of a line.
enum Fate {
    Taken,
    Removed(Rule),
    Rejected(&'static str),
}
