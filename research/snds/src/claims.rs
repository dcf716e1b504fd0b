//! A month of flow of DCIR: lines, and what is told of them apart, joined by nine columns.
//!
//! What is told apart is read first and sorted by key; then the lines go by, and each finds its own. Nothing is
//! multiplied: what has met its line meets no other. Where a month is greater than the memory it may have, it is read
//! several times, each time for the keys of one part.

use std::collections::HashSet;

use xxhash_rust::xxh3::{Xxh3DefaultBuilder, xxh3_128};

use crate::Error;
use crate::event::{Event, Kind};
use crate::field::{cents, day, whole};
use crate::import::{Job, Kept};
use crate::layout::{self, BIO, CAM, KEY, KEY_DATES, Layout, PHA, PRS, TIP, UCD, line};
use crate::persons::{Print, Traits, trimmed};
use crate::rows::{self, Row, Take};
use crate::rules::Rule;
use crate::source::Source;
use crate::unit::Writer;
use crate::vocabulary::System;

/// What is told of a line apart, in the order in which the line's amounts are given to the first.
const TOLD: [(&Layout, System, Kind); 5] = [
    (&PHA, System::Cip13, Kind::Drug),
    (&UCD, System::Ucd, Kind::Drug),
    (&CAM, System::Ccam, Kind::Procedure),
    (&BIO, System::Nabm, Kind::Measurement),
    (&TIP, System::Lpp, Kind::Device),
];
/// The place in that order of what says that a hospital's activity is billed.
const BILLED: u8 = 5;
/// Bytes that a row told apart takes in memory.
const TOLD_BYTES: u64 = 48;

/// Something told of a line apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    key: u128,
    table: u8,
    role: u8,
    file: u16,
    code: u32,
    quantity: i32,
}

/// Reads a month into a unit.
pub(crate) fn month(job: &Job<'_>, sources: &[&Source], unit: &mut Writer) -> Result<(), Error> {
    let bytes: u64 = sources
        .iter()
        .filter(|source| source.layout != &PRS)
        .map(|source| job.size(source))
        .sum();
    // A row told apart has at least 60 bytes in its file; the keys of lines take as much again.
    let passes = (bytes / 60 * TOLD_BYTES * 2).div_ceil(job.share()).max(1);
    let mut files = Vec::new();
    for source in sources {
        files.push(unit.open(job.report(source)?));
    }
    for pass in 0..passes {
        let mut told = Telling {
            job,
            unit,
            told: Vec::new(),
            file: 0,
            kept: None,
            table: 0,
            part: (pass, passes),
        };
        for (source, file) in sources
            .iter()
            .zip(&files)
            .filter(|(source, _)| source.layout != &PRS)
        {
            told.table = match TOLD
                .iter()
                .position(|(layout, _, _)| *layout == source.layout)
            {
                Some(table) => u8::try_from(table).expect("five tables"),
                None => BILLED,
            };
            told.file = *file;
            told.kept = Some(job.keep(source, pass)?);
            let header = rows::read(source, &mut told)?;
            told.kept.take().expect("it was set").finish()?;
            job.note(told.unit.report(*file), header);
        }
        let mut told = told.told;
        told.sort_unstable();
        let mut lines = Lines::new(job, unit, told, (pass, passes));
        for source in sources.iter().filter(|source| source.layout == &PRS) {
            let at = sources
                .iter()
                .position(|other| other == source)
                .expect("it is one of them");
            lines.file = files[at];
            lines.kept = Some(job.keep(source, pass)?);
            let header = rows::read(source, &mut lines)?;
            lines.kept.take().expect("it was set").finish()?;
            job.note(lines.unit.report(files[at]), header);
        }
        lines.orphans();
    }
    Ok(())
}

/// The key of a row of DCIR: nine columns as text, the two dates as days. None when a date can't be read.
fn key(row: &Row<'_>) -> Option<u128> {
    let mut text = [0u8; 256];
    let mut at = 0;
    for place in 0..KEY {
        let field = row.get(place);
        let days;
        let field = if KEY_DATES.contains(&place) {
            days = day(field).ok()?.unwrap_or(i32::MIN).to_le_bytes();
            &days[..]
        } else {
            field
        };
        if at + field.len() + 1 > text.len() {
            return None;
        }
        text[at..at + field.len()].copy_from_slice(field);
        at += field.len();
        // No field holds it, so that no two keys read alike.
        text[at] = 0xff;
        at += 1;
    }
    Some(xxh3_128(&text[..at]))
}

fn in_part(key: u128, (pass, passes): (u64, u64)) -> bool {
    passes == 1 || (key >> 64) as u64 % passes == pass
}

const NO_KEY: &str = "its key can't be read: a date is none, or a field is too long";

/// Reading what is told apart.
struct Telling<'a, 'b> {
    job: &'a Job<'a>,
    unit: &'b mut Writer,
    told: Vec<Told>,
    file: usize,
    kept: Option<Kept<'a>>,
    table: u8,
    part: (u64, u64),
}

impl Take for Telling<'_, '_> {
    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let Some(key) = key(row) else {
            return if self.part.0 == 0 {
                self.refuse(row, NO_KEY)
            } else {
                Ok(())
            };
        };
        if !in_part(key, self.part) {
            return Ok(());
        }
        if self.table == BILLED {
            let told = Told {
                key,
                table: BILLED,
                role: u8::from(row.get(KEY) == b"1"),
                file: self.number(),
                code: 0,
                quantity: 0,
            };
            self.told.push(told);
            return self.keep(row, key, None);
        }
        let (layout, system, _) = TOLD[usize::from(self.table)];
        let Some(code) = self.unit.code(system, row.get(KEY)) else {
            return self.refuse(row, "its code is missing or too long");
        };
        let (quantity, role) = if *layout == layout::CAM {
            (Ok(Some(0)), row.get(KEY + 1).first().copied().unwrap_or(0))
        } else {
            (whole(row.get(KEY + 1)), 0)
        };
        let Some(quantity) = quantity
            .ok()
            .flatten()
            .and_then(|quantity| i32::try_from(quantity).ok())
        else {
            return self.refuse(row, "its quantity is missing, or no whole number");
        };
        self.told.push(Told {
            key,
            table: self.table,
            role,
            file: self.number(),
            code,
            quantity,
        });
        self.keep(row, key, None)
    }

    fn refuse(&mut self, row: &Row<'_>, reason: &'static str) -> Result<(), Error> {
        self.unit.report(self.file).reject(reason);
        self.keep(row, 0, Some(reason))
    }
}

impl Telling<'_, '_> {
    fn number(&self) -> u16 {
        u16::try_from(self.file).expect("few files in a month")
    }

    fn keep(&mut self, row: &Row<'_>, key: u128, reason: Option<&str>) -> Result<(), Error> {
        let _ = self.job;
        let tag = (key != 0).then(|| key.to_be_bytes());
        self.kept
            .as_mut()
            .expect("a file is open")
            .keep(row, tag, reason)
    }
}

/// The lines going by.
struct Lines<'a, 'b> {
    job: &'a Job<'a>,
    unit: &'b mut Writer,
    told: Vec<Told>,
    /// For each of the told: whether its line was taken, or removed.
    met: Vec<Met>,
    /// Where the keys with each first 16 bits begin.
    begins: Vec<u32>,
    seen: HashSet<u128, Xxh3DefaultBuilder>,
    file: usize,
    kept: Option<Kept<'a>>,
    part: (u64, u64),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Met {
    Nobody,
    Taken,
    Removed,
}

/// What a line is about, once its fields are read.
struct Read {
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
    fn new(
        job: &'a Job<'a>,
        unit: &'b mut Writer,
        told: Vec<Told>,
        part: (u64, u64),
    ) -> Lines<'a, 'b> {
        let mut begins = vec![0u32; (1 << 16) + 1];
        for one in &told {
            begins[(one.key >> 112) as usize + 1] += 1;
        }
        for at in 1..begins.len() {
            begins[at] += begins[at - 1];
        }
        let met = vec![Met::Nobody; told.len()];
        Lines {
            job,
            unit,
            told,
            met,
            begins,
            seen: HashSet::default(),
            file: 0,
            kept: None,
            part,
        }
    }

    /// The places of what is told of a key.
    fn of(&self, key: u128) -> std::ops::Range<usize> {
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

    fn mark(&mut self, told: std::ops::Range<usize>, met: Met) {
        self.met[told].fill(met);
    }

    /// What met no line is refused.
    fn orphans(self) {
        for (one, met) in self.told.iter().zip(&self.met) {
            let report = self.unit.report(usize::from(one.file));
            match met {
                Met::Nobody => report.reject("no line of ER_PRS_F has its key"),
                Met::Removed => report.followed += 1,
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
        let place = self
            .unit
            .stranger(print, &traits, || job.stranger(number, trimmed(rank)));
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

    fn read(&mut self, row: &Row<'_>, (person, bucket): (u32, u32)) -> Result<Read, &'static str> {
        let start = day(row.get(line::START)).map_err(|_| "its EXE_SOI_DTD is no date")?;
        let start = start.ok_or("it has no EXE_SOI_DTD")?;
        let end = day(row.get(line::END)).map_err(|_| "its EXE_SOI_DTF is no date")?;
        let quantity =
            whole(row.get(line::QUANTITY)).map_err(|_| "its PRS_ACT_QTE is no whole number")?;
        let amount = |place: usize| cents(row.get(place)).map(|amount| amount.unwrap_or(0));
        Ok(Read {
            person,
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
            .filter(|one| one.table != BILLED)
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
            self.unit.event(read.bucket, event)?;
        }
        Ok(())
    }

    /// Handles a line of this part: the reason for which it is refused, if any.
    fn line(&mut self, row: &Row<'_>, key: u128) -> Result<Option<&'static str>, Error> {
        let told = self.of(key);
        if self.job.rules.on(Rule::RepeatedKey) && !self.seen.insert(key) {
            self.unit.report(self.file).remove(Rule::RepeatedKey);
            self.keep(row, key, None)?;
            return Ok(None);
        }
        if row.get(line::NIR).is_empty() {
            self.mark(told, Met::Removed);
            return Ok(Some("it names nobody: BEN_NIR_PSA is empty"));
        }
        let Some(person) = self.person(row) else {
            self.mark(told, Met::Removed);
            self.unit.report(self.file).remove(Rule::Opposed);
            self.unit.forget(key);
            return Ok(None);
        };
        match self.rule(row, told.clone()) {
            Err(reason) => {
                self.mark(told, Met::Removed);
                return Ok(Some(reason));
            }
            Ok(Some(rule)) => {
                self.mark(told, Met::Removed);
                self.unit.report(self.file).remove(rule);
                self.keep(row, key, None)?;
                return Ok(None);
            }
            Ok(None) => {}
        }
        if self
            .unit
            .code(System::Nature, row.get(line::NATURE))
            .is_none()
        {
            self.mark(told, Met::Removed);
            return Ok(Some("its PRS_NAT_REF is missing or too long"));
        }
        let read = match self.read(row, person) {
            Ok(read) => read,
            Err(reason) => {
                self.mark(told, Met::Removed);
                return Ok(Some(reason));
            }
        };
        if self.job.rules.on(Rule::FlowLag) && self.job.too_late(read.start) {
            self.mark(told, Met::Removed);
            self.unit.report(self.file).remove(Rule::FlowLag);
        } else {
            self.events(row, &read, told.clone())?;
            self.mark(told, Met::Taken);
            self.unit.report(self.file).taken += 1;
        }
        self.keep(row, key, None)?;
        Ok(None)
    }

    /// Keeps a line as it came, under the pseudonym of whom it is about.
    fn keep(&mut self, row: &Row<'_>, _key: u128, reason: Option<&str>) -> Result<(), Error> {
        let tag = self.job.tag(row.get(line::NIR), row.get(line::RANK));
        self.kept
            .as_mut()
            .expect("a file is open")
            .keep(row, Some(tag), reason)
    }
}

impl Take for Lines<'_, '_> {
    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let Some(key) = key(row) else {
            return if self.part.0 == 0 {
                self.refuse(row, NO_KEY)
            } else {
                Ok(())
            };
        };
        if !in_part(key, self.part) {
            return Ok(());
        }
        match self.line(row, key)? {
            Some(reason) => self.refuse(row, reason),
            None => Ok(()),
        }
    }

    fn refuse(&mut self, row: &Row<'_>, reason: &'static str) -> Result<(), Error> {
        self.unit.report(self.file).reject(reason);
        self.keep(row, 0, Some(reason))
    }
}

/// 1 or 2; anything else is not known.
pub(crate) fn sex(text: &[u8]) -> u8 {
    match text {
        b"1" => 1,
        b"2" => 2,
        _ => 0,
    }
}

/// Three characters; blanks for what is missing or longer.
pub(crate) fn department(text: &[u8]) -> [u8; 3] {
    let mut department = *b"   ";
    if text.len() <= 3 && text.iter().all(u8::is_ascii_alphanumeric) {
        department[..text.len()].copy_from_slice(text);
    }
    department
}
