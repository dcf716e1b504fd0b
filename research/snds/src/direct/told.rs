//! What is told of a bucket's persons, as the events that the importer's readers would have made of it.

use std::collections::BTreeMap;

use hygie_snapshot::{Opposed, Pseudonym};

use super::Providers;
use crate::Error;
use crate::event::{Kind, role, year_of};
use crate::omop::{Line, Person};
use crate::persons::{self, Traits};
use crate::stays;
use crate::vocabulary::code::canonical;
use crate::vocabulary::{Concept, System, Vocabulary};

/// Longest code, in bytes.
const CODE: usize = 15;

/// A code of a nomenclature.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    system: System,
    concept: Concept,
    /// In its one form: amounts go to the least.
    text: [u8; CODE],
}

impl Code {
    pub(super) fn of(
        vocabulary: &mut Vocabulary,
        system: System,
        text: &str,
    ) -> Result<Code, Error> {
        let wrong = |why: &dyn std::fmt::Display| {
            Error::Vocabulary(format!("`{text}` of {}: {why}", system.vocabulary_id()))
        };
        let form = canonical(system, text).map_err(|why| wrong(&why))?;
        let concept = vocabulary.concept(system, &form);
        let concept = concept.map_err(|why| wrong(&why))?;
        let mut text = [0; CODE];
        let room = text.get_mut(..form.len());
        room.ok_or_else(|| wrong(&"it is longer than any code"))?
            .copy_from_slice(form.as_bytes());
        Ok(Code {
            system,
            concept,
            text,
        })
    }

    /// What an event of this code is, and its place among those that a line's amounts are given to.
    fn kind(&self) -> (u8, Kind) {
        match self.system {
            System::Cip13 | System::Atc => (0, Kind::Drug),
            System::Ucd => (1, Kind::Drug),
            System::Ccam => (2, Kind::Procedure),
            System::Nabm => (3, Kind::Measurement),
            System::Lpp => (4, Kind::Device),
            System::Nature => (5, Kind::Procedure),
            System::Icd10 => (6, Kind::Condition),
        }
    }
}

/// What is known of a person.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Year of birth.
    pub birth_year: u16,
    /// Month of birth, 1 to 12.
    pub birth_month: u8,
    /// 1 male, 2 female (`BEN_SEX_COD`).
    pub sex: u8,
    /// Department of residence, three characters, one of [`super::Direct::departments`].
    pub department: [u8; 3],
    /// Day of death, days since 1970-01-01.
    pub death: Option<i32>,
}

/// A claim line.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// First day, days since 1970-01-01.
    pub start: i32,
    /// Last day.
    pub end: i32,
    /// Who did it (`PFS_EXE_NUM`), below 2³¹; 0 for nobody.
    pub provider: u32,
    /// His speciality (`PSE_SPE_COD`).
    pub speciality: u8,
    /// Charged, in cents.
    pub charged: i64,
    /// Paid by the insurer, in cents.
    pub paid: i64,
}

/// What a claim line is for: its nature alone, or what would be told of it apart.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// The code.
    pub code: Code,
    /// The activity of a CCAM act (`CAM_ACT_COD`), a digit as a letter; 0 for none.
    pub activity: u8,
    /// How many.
    pub quantity: i32,
}

/// A stay.
#[derive(Clone, Copy, Debug)]
pub struct Stay<'a> {
    /// First day, days since 1970-01-01.
    pub start: i32,
    /// Last day.
    pub end: i32,
    /// The establishment, above 0 and below 2³¹.
    pub site: u32,
    /// Its group (GHM); empty for none.
    pub group: &'a str,
    /// Its diagnoses, and those of its units.
    pub diagnoses: &'a [Diagnosis],
    /// What was done.
    pub acts: &'a [Act],
    /// Nights of each unit's part, in their order.
    pub units: &'a [i32],
}

/// A diagnosis of a stay.
#[derive(Clone, Copy, Debug)]
pub enum Diagnosis {
    /// Principal.
    Principal(Code),
    /// Related.
    Related(Code),
    /// Associated.
    Associated(Code),
}

/// An act of a stay.
#[derive(Clone, Copy, Debug)]
pub struct Act {
    /// Of CCAM.
    pub code: Code,
    /// Days since the stay began.
    pub after: i32,
    /// How many.
    pub quantity: i32,
    /// Its activity (`ACV_ACT`), a digit as a letter; 0 for none.
    pub activity: u8,
}

/// What is told of a bucket.
pub struct Told<'a> {
    bucket: u32,
    buckets: u32,
    opposed: &'a Opposed,
    pub(super) persons: Vec<Person>,
    /// Lines by year of care; what is given whole has none.
    pub(super) years: BTreeMap<Option<i32>, Vec<Line>>,
    pub(super) providers: Providers,
    /// Groups of stays; the first is none.
    pub(super) groups: Vec<String>,
    pub(super) claims: u64,
    stays: u32,
}

impl<'a> Told<'a> {
    pub(super) fn new(bucket: u32, buckets: u32, opposed: &'a Opposed) -> Told<'a> {
        Told {
            bucket,
            buckets,
            opposed,
            persons: Vec::new(),
            // What is given whole has a file even when there is nothing: so each table stands in each bucket.
            years: BTreeMap::from([(None, Vec::new())]),
            providers: Providers::default(),
            groups: vec![String::new()],
            claims: 0,
            stays: 0,
        }
    }

    /// The next person. False when he opposes: then nothing more may be told of him.
    ///
    /// # Panics
    /// When he is of another bucket, or does not come after the last by his pseudonym: whoever tells sorts.
    pub fn person(&mut self, name: &Pseudonym, about: &About) -> bool {
        assert_eq!(
            persons::bucket(name, self.buckets),
            self.bucket,
            "bucket of a person"
        );
        assert!(
            self.persons.last().is_none_or(|last| last.name < *name),
            "persons come in the order of their pseudonyms"
        );
        if self.opposed.holds(name) {
            return false;
        }
        let place = u32::try_from(self.persons.len() + 1).expect("fewer than 2^31 persons");
        let number = u64::from(place) * u64::from(self.buckets) + u64::from(self.bucket);
        self.persons.push(Person {
            number: i32::try_from(number).expect("fewer than 2^31 persons"),
            name: *name,
            traits: Traits {
                birth_year: about.birth_year,
                birth_month: about.birth_month,
                sex: about.sex,
                department: about.department,
                death: about.death.unwrap_or(Traits::ALIVE),
            },
        });
        true
    }

    /// A claim line of the last person. Its amounts stand at the first of its items: drugs, units, acts, laboratory acts,
    /// devices, among these by code and quantity.
    pub fn claim(&mut self, claim: &Claim, items: &[Item]) {
        self.claims += 1;
        if claim.provider != 0 {
            self.providers
                .professional(claim.provider, claim.speciality);
        }
        let key = |item: &Item| (item.code.kind().0, item.code.text, item.quantity);
        let first = (0..items.len()).min_by_key(|at| key(&items[*at]));
        for (at, item) in items.iter().enumerate() {
            let (charged, paid) = if Some(at) == first {
                (claim.charged, claim.paid)
            } else {
                (0, 0)
            };
            let line = self.line(item.code, item.activity, claim.start, claim.end);
            self.of(Some(claim.start)).push(Line {
                provider: provider(claim.provider),
                quantity: i64::from(item.quantity),
                charged,
                paid,
                ..line
            });
        }
    }

    /// A stay of the last person.
    pub fn stay(&mut self, stay: &Stay<'_>) {
        self.stays += 1;
        self.providers.sites.insert(stay.site);
        let (number, site) = (self.stays, provider(stay.site));
        let of = |line: Line| Line {
            stay: number,
            provider: site,
            ..line
        };
        let whole = Line {
            group: self.group(stay.group),
            ..of(self.bare(Kind::Stay, stay.start, stay.end))
        };
        let mut lines = vec![whole];
        for diagnosis in stay.diagnoses {
            let (code, role) = match diagnosis {
                Diagnosis::Principal(code) => (code, role::PRINCIPAL),
                Diagnosis::Related(code) => (code, role::RELATED),
                Diagnosis::Associated(code) => (code, role::ASSOCIATED),
            };
            lines.push(of(self.line(*code, role, stay.start, stay.end)));
        }
        for act in stay.acts {
            let on = stay.start.saturating_add(act.after);
            let line = of(self.line(act.code, act.activity, on, on));
            lines.push(Line {
                quantity: i64::from(act.quantity),
                ..line
            });
        }
        let mut start = stay.start;
        for nights in stay.units {
            let end = stays::until(start, *nights, stay.end);
            lines.push(of(self.bare(Kind::Detail, start, end)));
            start = end;
        }
        // What belongs to a stay lies with it.
        self.of(Some(stay.start)).extend(lines);
    }

    /// A long-term illness of the last person, from when and until when.
    pub fn illness(&mut self, code: Code, start: i32, end: Option<i32>) {
        let end = end.unwrap_or(start).max(start);
        let line = self.line(code, role::LONG_TERM, start, end);
        self.of(None).push(line);
    }

    /// A cause of the last person's death: the initial one, and each of the certificate's.
    pub fn cause(&mut self, code: Code, initial: bool, on: i32) {
        let role = if initial {
            role::PRINCIPAL
        } else {
            role::ASSOCIATED
        };
        let line = self.line(code, role, on, on);
        self.of(None).push(Line {
            kind: Kind::Cause,
            ..line
        });
    }

    /// The lines of the year of a day, or of what is given whole.
    fn of(&mut self, day: Option<i32>) -> &mut Vec<Line> {
        self.years.entry(day.map(year_of)).or_default()
    }

    fn group(&mut self, text: &str) -> u32 {
        let place = self.groups.iter().position(|group| group == text);
        let place = place.unwrap_or_else(|| {
            self.groups.push(text.to_owned());
            self.groups.len() - 1
        });
        u32::try_from(place).expect("some thousand groups")
    }

    fn line(&self, code: Code, role: u8, start: i32, end: i32) -> Line {
        Line {
            role,
            source: code.concept.source,
            concept: code.concept.standard,
            domain: Some(code.concept.domain),
            ..self.bare(code.kind().1, start, end)
        }
    }

    /// A line of the last person that says nothing but when.
    fn bare(&self, kind: Kind, start: i32, end: i32) -> Line {
        Line {
            person: self.persons.last().map_or(0, |person| person.number),
            kind,
            role: 0,
            source: 0,
            start,
            end,
            provider: 0,
            unit: 0,
            stay: 0,
            concept: 0,
            domain: None,
            group: 0,
            quantity: 1,
            charged: 0,
            paid: 0,
        }
    }
}

fn provider(number: u32) -> i32 {
    i32::try_from(number).expect("numbers of professionals and establishments are below 2^31")
}
