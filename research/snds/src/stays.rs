//! A year of stays of PMSI MCO: who stayed (C), what for (B, D, UM), what was done (A).
//!
//! Each child table is joined to the stay by itself and gives events of its own: nothing is multiplied. A year whose stays
//! are more than the memory that they may have is parted by them ([`crate::spill`]).

use std::collections::HashMap;

use hygie_snapshot::Pseudonym;
use xxhash_rust::xxh3::{Xxh3DefaultBuilder, xxh3_128};

use crate::Error;
use crate::event::{Event, Kind, role, year_of};
use crate::field::{day, whole};
use crate::import::{Job, Kept, Whose};
use crate::layout::{Layout, STAY_A, STAY_B, STAY_C, STAY_D, STAY_UM};
use crate::persons::{Print, Traits};
use crate::rules::Rule;
use crate::source::Source;
use crate::spill::{Parting, Rows, Weight};
use crate::unit::{Seen, Writer};
use crate::vocabulary::System;
use hygie_rows::{Row, Take};

/// Where the first return code of C stands; they go on to the end.
const RETURN_CODES: usize = 6;

/// A stay.
#[derive(Clone, Copy)]
struct Stay {
    /// Whose it is and in which bucket; none when a rule removed it.
    of: Option<(u32, u32)>,
    /// His pseudonym, where he is known.
    name: Option<Pseudonym>,
    /// Whether he opposes: then nothing of it is kept.
    opposed: bool,
    /// Its number in the year, from 1: stays have them in the order of their rows in C.
    number: u32,
    start: i32,
    end: i32,
    place: u32,
    group: u32,
    /// Its principal diagnosis, by its place in the unit's list.
    principal: Option<u32>,
}

impl Stay {
    fn whose(&self) -> Whose {
        match self.name {
            _ if self.opposed => Whose::Opposed,
            Some(name) => Whose::Person(name),
            None => Whose::Nobody,
        }
    }
}

/// What rows of a table take: stays with their places by their keys, and units' parts.
fn weight(layout: &Layout) -> Weight {
    let (shortest, memory) = match layout.table {
        "T_MCOaaC" => (60, 160),
        "T_MCOaaUM" => (30, 16),
        _ => (1, 0),
    };
    Weight { shortest, memory }
}

/// A unit's part of a stay.
struct Part {
    stay: u32,
    order: i64,
    days: i32,
}

/// Reads a year into a unit.
pub(crate) fn year<'a>(
    job: &'a Job<'a>,
    sources: &[&Source],
    unit: &mut Writer,
) -> Result<(), Error> {
    // C says whose a stay is: it is read first.
    let order = [&STAY_C, &STAY_B, &STAY_UM, &STAY_D, &STAY_A];
    let of = |layout| sources.iter().filter(move |source| source.layout == layout);
    let sources: Vec<&Source> = order.into_iter().flat_map(of).copied().collect();
    let mut files = Vec::new();
    for source in &sources {
        // Each file's raw rows are kept as one, whatever the parts.
        files.push((unit.open(job.report(source)?), job.keep(source)?));
    }
    let parting = Parting {
        job,
        sources: &sources,
        unit: unit.path().to_owned(),
        key: Year::key,
        weight,
    };
    parting.each(&mut |rows| part(job, (&sources, &mut files), unit, rows))?;
    for (_, kept) in files {
        kept.finish()?;
    }
    Ok(())
}

/// Reads a year, or one part of its stays.
fn part<'a>(
    job: &'a Job<'a>,
    (sources, files): (&[&Source], &mut [(usize, Kept<'a>)]),
    unit: &mut Writer,
    rows: &Rows<'_>,
) -> Result<(), Error> {
    let mut year = Year {
        job,
        unit,
        before: 0,
        optional: sources
            .iter()
            .find(|source| *source.layout == STAY_C)
            .map_or(&[], |source| source.optional()),
        stays: Vec::new(),
        places: HashMap::default(),
        parts: Vec::new(),
    };
    for (at, (file, kept)) in files.iter_mut().enumerate() {
        let mut reading = Reading {
            year: &mut year,
            layout: sources[at].layout,
            file: *file,
            kept,
        };
        let header = rows.read(at, &mut reading)?;
        // The first line of one file comes after the last line of the one before.
        year.before += header.rows + 1;
        job.note(year.unit.report(*file), header);
    }
    year.close()
}

/// An event of a stay, as a row says it.
struct Said {
    kind: Kind,
    role: u8,
    code: u32,
    start: i32,
    end: i32,
    quantity: i32,
}

/// The stays of one part of a year.
struct Year<'a, 'b> {
    job: &'a Job<'a>,
    unit: &'b mut Writer,
    /// Lines of the files before the one at hand.
    before: u64,
    /// Columns of C that came in later years.
    optional: &'static [&'static str],
    stays: Vec<Stay>,
    places: HashMap<u128, u32, Xxh3DefaultBuilder>,
    parts: Vec<Part>,
}

/// One of its files.
struct Reading<'a, 'b, 'c> {
    year: &'c mut Year<'a, 'b>,
    layout: &'static Layout,
    file: usize,
    kept: &'c mut Kept<'a>,
}

/// What became of a row.
enum Fate {
    Taken,
    Removed(Rule),
    Followed,
    Rejected(&'static str),
}

impl Year<'_, '_> {
    /// The key of a row; none when it can't be believed. Of a row of more fields than the header it is read as it stands: where
    /// it is shifted it meets a stay by chance alone.
    fn key(row: &Row<'_>) -> Option<u128> {
        let key = || xxh3_128(&[row.get(0), &[0xff], row.get(1)].concat());
        (row.surplus() > 0 || row.has(0) && row.has(1)).then(key)
    }

    /// Whom a row is about. C says it itself, whosever the stay is that came before it under its key.
    fn whose(&self, layout: &Layout, row: &Row<'_>, key: Option<u128>) -> Whose {
        if *layout == STAY_C {
            return self.job.whose(row, (2, 3));
        }
        let place = key.and_then(|key| self.places.get(&key));
        place.map_or(Whose::Nobody, |place| self.stays[*place as usize].whose())
    }

    /// A row of C: a stay.
    fn stay(&mut self, row: &Row<'_>, key: u128, seen: Seen) -> Fate {
        if row.get(0).is_empty() || row.get(1).is_empty() {
            return Fate::Rejected("it names no stay: ETA_NUM or RSA_NUM is empty");
        }
        if self.places.contains_key(&key) {
            return Fate::Removed(Rule::RepeatedKey);
        }
        let mut stay = Stay {
            of: None,
            name: None,
            opposed: false,
            number: u32::try_from(self.before + row.line).expect("fewer than 2^32 stays"),
            start: 0,
            end: 0,
            place: 0,
            group: 0,
            principal: None,
        };
        let fate = self.about(row, &mut stay, seen);
        let place = u32::try_from(self.stays.len()).expect("fewer than 2^32 stays");
        self.places.insert(key, place);
        self.stays.push(stay);
        fate
    }

    fn about(&mut self, row: &Row<'_>, stay: &mut Stay, seen: Seen) -> Fate {
        let (number, rank) = (row.get(2), self.job.rank(row.get(3)));
        if number.is_empty() {
            return Fate::Rejected("it names nobody: NIR_ANO_17 is empty");
        }
        let print = Print::of(number, rank);
        let job = self.job;
        let (person, name) = match job.persons.find(print) {
            // Of whom opposes since an earlier import nothing is known but his number.
            Some(place) if job.opposes(place) => {
                stay.opposed = true;
                return Fate::Removed(Rule::Opposed);
            }
            Some(place) => (place, *job.persons.name(place)),
            None => {
                let place = self.unit.stranger(print, (&Traits::none(), seen), || {
                    job.stranger(number, rank)
                });
                (place, *self.unit.stranger_name(place))
            }
        };
        stay.name = Some(name);
        if job.opposed.holds(&name) {
            stay.opposed = true;
            return Fate::Removed(Rule::Opposed);
        }
        let mut codes = RETURN_CODES..STAY_C.used.len();
        let failed = |place: usize| match whole(row.get(place)) {
            Ok(Some(code)) => code != 0,
            Ok(None) => !self.optional.contains(&STAY_C.used[place]),
            Err(_) => true,
        };
        if job.rules.on(Rule::ReturnCodes) && codes.any(failed) {
            return Fate::Removed(Rule::ReturnCodes);
        }
        let start = match day(row.get(4)) {
            Ok(Some(start)) => start,
            Ok(None) => return Fate::Rejected("it has no EXE_SOI_DTD"),
            Err(_) => return Fate::Rejected("its EXE_SOI_DTD is no date"),
        };
        let Ok(end) = day(row.get(5)) else {
            return Fate::Rejected("its EXE_SOI_DTF is no date");
        };
        stay.of = Some((job.id(person), job.bucket(&name)));
        (stay.start, stay.end) = (start, end.unwrap_or(start));
        stay.place = self.unit.provider(row.get(0), b"");
        Fate::Taken
    }

    /// A row of a child table.
    fn child(&mut self, row: &Row<'_>, key: u128, table: &str) -> Result<Fate, Error> {
        let Some(place) = self.places.get(&key).copied() else {
            return Ok(Fate::Rejected("no stay of T_MCOaaC has its key"));
        };
        let stay = self.stays[place as usize];
        let Some((person, bucket)) = stay.of else {
            return Ok(Fate::Followed);
        };
        let said = match self.said(row, table, place) {
            Ok(said) => said,
            Err(reason) => return Ok(Fate::Rejected(reason)),
        };
        for Said {
            kind,
            role,
            code,
            start,
            end,
            quantity,
        } in said
        {
            let event = Event {
                person,
                kind,
                role,
                code,
                start,
                end,
                provider: stay.place,
                stay: stay.number,
                quantity,
                charged: 0,
                paid: 0,
            };
            self.unit.event(bucket, Some(year_of(stay.start)), &event)?;
        }
        Ok(Fate::Taken)
    }

    /// What a row of a child table says, all of it or nothing.
    fn said(&mut self, row: &Row<'_>, table: &str, place: u32) -> Result<Vec<Said>, &'static str> {
        let stay = self.stays[place as usize];
        let principal = |at: usize| {
            [
                (row.get(at), role::PRINCIPAL),
                (row.get(at + 1), role::RELATED),
            ]
        };
        match table {
            "T_MCOaaB" => {
                let said = self.diagnoses(stay, &principal(2))?;
                let group = self.unit.group(row.get(4));
                let stay = &mut self.stays[place as usize];
                stay.group = group;
                let own = said.iter().find(|said| said.role == role::PRINCIPAL);
                stay.principal = own.map(|said| said.code).or(stay.principal);
                Ok(said)
            }
            "T_MCOaaUM" => {
                let numbers = (whole(row.get(2)), whole(row.get(5)));
                let (Ok(order), Ok(days)) = numbers else {
                    return Err("its UM_ORD_NUM or PAR_DUR_SEJ is no whole number");
                };
                let mut said = self.diagnoses(stay, &principal(3))?;
                // What a unit had to do first is another diagnosis of the stay: that has one principal one, its own.
                said.retain(|said| {
                    said.role != role::PRINCIPAL || Some(said.code) != stay.principal
                });
                for said in said.iter_mut().filter(|said| said.role == role::PRINCIPAL) {
                    said.role = role::ASSOCIATED;
                }
                let days = days.unwrap_or(0).clamp(0, 100_000);
                let days = i32::try_from(days).expect("within 32 bits");
                let order = order.unwrap_or(0);
                self.parts.push(Part {
                    stay: place,
                    order,
                    days,
                });
                Ok(said)
            }
            "T_MCOaaD" if row.get(2).is_empty() => Err("it has no ASS_DGN"),
            "T_MCOaaD" => self.diagnoses(stay, &[(row.get(2), role::ASSOCIATED)]),
            _ => self.act(row, stay).map(|act| vec![act]),
        }
    }

    fn diagnoses(&mut self, stay: Stay, list: &[(&[u8], u8)]) -> Result<Vec<Said>, &'static str> {
        let mut said = Vec::new();
        for (text, role) in list.iter().filter(|(text, _)| !text.is_empty()) {
            let code = self.unit.code(System::Icd10, text);
            said.push(Said {
                kind: Kind::Condition,
                role: *role,
                code: code.ok_or("a diagnosis is no code")?,
                start: stay.start,
                end: stay.end,
                quantity: 1,
            });
        }
        Ok(said)
    }

    fn act(&mut self, row: &Row<'_>, stay: Stay) -> Result<Said, &'static str> {
        let code = self.unit.code(System::Ccam, row.get(2));
        let code = code.ok_or("its CDC_ACT is missing or no code")?;
        let (Ok(after), Ok(count)) = (whole(row.get(3)), whole(row.get(4))) else {
            return Err("its ENT_DAT_DEL or NBR_EXE_ACT is no whole number");
        };
        let after = i32::try_from(after.unwrap_or(0)).ok();
        let date = after.and_then(|after| stay.start.checked_add(after));
        let date = date.ok_or("its ENT_DAT_DEL is out of range")?;
        let quantity =
            i32::try_from(count.unwrap_or(1)).map_err(|_| "its NBR_EXE_ACT is out of range")?;
        Ok(Said {
            kind: Kind::Procedure,
            role: row.get(5).first().copied().unwrap_or(0),
            code,
            start: date,
            end: date,
            quantity,
        })
    }

    /// What takes all rows of a stay to know: its group, and when each unit's part began.
    fn close(mut self) -> Result<(), Error> {
        for stay in &self.stays {
            let Some((person, bucket)) = stay.of else {
                continue;
            };
            let event = Event {
                person,
                kind: Kind::Stay,
                role: 0,
                // Groups are a list of their own.
                code: stay.group,
                start: stay.start,
                end: stay.end,
                provider: stay.place,
                stay: stay.number,
                quantity: 1,
                charged: 0,
                paid: 0,
            };
            self.unit.event(bucket, Some(year_of(stay.start)), &event)?;
        }
        self.parts.sort_by_key(|part| (part.stay, part.order));
        let mut before = None;
        let mut start = 0;
        for (at, part) in (0i32..).zip(&self.parts) {
            let stay = self.stays[part.stay as usize];
            let Some((person, bucket)) = stay.of else {
                continue;
            };
            if before != Some(part.stay) {
                (before, start) = (Some(part.stay), stay.start);
            }
            let end = until(start, part.days, stay.end);
            let event = Event {
                person,
                kind: Kind::Detail,
                role: 0,
                code: 0,
                start,
                end,
                provider: stay.place,
                stay: stay.number,
                // Two parts of one stay and day are two.
                quantity: at,
                charged: 0,
                paid: 0,
            };
            self.unit.event(bucket, Some(year_of(stay.start)), &event)?;
            start = end;
        }
        Ok(())
    }
}

/// The last day of a unit's part, by its nights: not after the stay's.
pub(crate) fn until(start: i32, nights: i32, end: i32) -> i32 {
    start.saturating_add(nights).min(end).max(start)
}

impl Take for Reading<'_, '_, '_> {
    type Error = Error;

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let year = &mut *self.year;
        let key = Year::key(row).expect("a whole row has its columns");
        let seen = Seen {
            file: self.file,
            line: row.line,
        };
        let fate = if *self.layout == STAY_C {
            year.stay(row, key, seen)
        } else {
            year.child(row, key, self.layout.table)?
        };
        let whose = year.whose(self.layout, row, Some(key));
        let report = year.unit.report(self.file);
        match fate {
            Fate::Taken => report.taken += 1,
            Fate::Removed(rule) => report.remove(rule),
            Fate::Followed => report.followed += 1,
            Fate::Rejected(why) => return self.kept.refuse(row, (whose, why), report),
        }
        match whose {
            Whose::Opposed => Ok(()),
            Whose::Person(name) => self.kept.keep(row, Some(name), None),
            Whose::Nobody => self.kept.keep(row, None, None),
        }
    }

    fn refuse(&mut self, row: &Row<'_>, reason: &'static str) -> Result<(), Error> {
        let year = &mut *self.year;
        let whose = year.whose(self.layout, row, Year::key(row));
        let report = year.unit.report(self.file);
        if *self.layout != STAY_C && whose == Whose::Opposed {
            report.followed += 1;
            return Ok(());
        }
        if *self.layout != STAY_C && whose == Whose::Nobody && year.job.may_be_opposed(row) {
            report.reject(reason);
            return Ok(());
        }
        self.kept.refuse(row, (whose, reason), report)
    }
}
