//! A page while persons are put on it.

use std::collections::{BTreeMap, HashMap};

use hygie_record::Number;
use serde_bytes::ByteBuf;

use super::{Registered, Registration};
use crate::Enrolment;
use crate::code::Code;
use crate::line::Insured;
use crate::page::{Line, News, Page};
use crate::stage::{Event, Way};

pub(super) struct Filling {
    page: Page,
    with: Registration,
    /// The page's key, where it is new.
    key: Option<News>,
    fresh: Vec<Insured>,
    codes: Vec<u8>,
    /// Places of the new lines, by number.
    places: HashMap<(String, String), u32>,
    corrected: BTreeMap<u32, Insured>,
    died: Vec<u32>,
    /// Of whom the register told who he is, each as it was before and as it is now.
    pub told: BTreeMap<u32, (Option<Insured>, Insured)>,
}

impl Filling {
    pub fn of(page: Page, with: Registration) -> Self {
        Self {
            page,
            with,
            key: None,
            fresh: Vec::new(),
            codes: Vec::new(),
            places: HashMap::new(),
            corrected: BTreeMap::new(),
            died: Vec::new(),
            told: BTreeMap::new(),
        }
    }

    pub fn take(&mut self, one: &Insured, enrolment: &Enrolment) -> Registered {
        let numbers = one.numbers();
        let mut places = numbers.iter().filter_map(|number| self.place(number));
        match places.next() {
            Some(_) if self.with == Registration::Births => Registered::Already,
            Some(place) if places.any(|other| other != place) => Registered::two_lines(),
            Some(place) if place < self.page.len() => self.correct(place, one),
            Some(place) => self.again(place, one),
            None => self.add(one, enrolment),
        }
    }

    fn place(&self, number: &Number<'_>) -> Option<u32> {
        let there = self.page.place(number.system, number.bare());
        there.or_else(|| self.places.get(&key(number)).copied())
    }

    fn add(&mut self, one: &Insured, enrolment: &Enrolment) -> Registered {
        let place = self.page.len() + u32::try_from(self.fresh.len()).unwrap_or(u32::MAX);
        // As it is written of all others: earlier numbers with their systems.
        let one = &one.after(one);
        for number in one.numbers() {
            self.places.insert(key(&number), place);
        }
        if one.is_dead() {
            self.died.push(place);
        }
        if !one.previous_ins.is_empty() {
            self.told.insert(place, (None, one.clone()));
        }
        self.fresh.push(one.clone());
        let code = (self.with == Registration::Codes).then(|| self.code(place, enrolment));
        Registered::Added { code }
    }

    /// A part tells of somebody a second time, whose line it began: what is new is that a number became another.
    fn again(&mut self, place: u32, one: &Insured) -> Registered {
        let known = (place - self.page.len()) as usize;
        let Some(known) = self.fresh.get_mut(known) else {
            return Registered::Already;
        };
        if one.previous_ins.is_empty() {
            return Registered::Already;
        }
        *known = one.after(known);
        for number in known.numbers() {
            self.places.insert(key(&number), place);
        }
        self.told.insert(place, (None, known.clone()));
        Registered::Corrected
    }

    fn correct(&mut self, place: u32, one: &Insured) -> Registered {
        let Some(line) = self.page.line(place) else {
            return Registered::Already;
        };
        // What a register still tells of an alias is told of nobody.
        if line.standing.alias {
            return Registered::Already;
        }
        let one = &one.after(&line.insured);
        if line.insured == *one {
            return Registered::Already;
        }
        if one.is_dead() && line.standing.died.is_none() {
            self.died.push(place);
        }
        if line.insured.identity() != one.identity() {
            let before = self.told.remove(&place).and_then(|(before, _)| before);
            let before = before.unwrap_or_else(|| line.insured.clone());
            self.told.insert(place, (Some(before), one.clone()));
        }
        for number in one.numbers() {
            self.places.insert(key(&number), place);
        }
        line.insured = one.clone();
        self.corrected.insert(place, one.clone());
        Registered::Corrected
    }

    fn code(&mut self, place: u32, enrolment: &Enrolment) -> String {
        let entropy = enrolment.roll.record().entropy();
        if let Some(key) = self.page.keyed(entropy) {
            self.key = Some(key);
        }
        let code = Code::random(entropy);
        self.codes.extend(code.hash(&self.page.key, place));
        code.print()
    }

    /// The lines of whom the register tells otherwise, as they are now.
    pub fn corrected_lines(&self) -> impl Iterator<Item = &Line> {
        let places = self.corrected.keys();
        places.filter_map(|place| self.page.lines.get(*place as usize))
    }

    /// What is to be written, in its order.
    pub fn news(self, deadline: u64) -> Vec<News> {
        let first = self.page.len();
        let count = u32::try_from(self.fresh.len()).unwrap_or(u32::MAX);
        let mut news = Vec::from_iter(self.key);
        if count > 0 {
            news.push(News::Insured(self.fresh));
            if self.with == Registration::Births {
                news.push(News::Born((first..first + count).collect()));
            }
        }
        let corrected = self.corrected.into_iter();
        news.extend(corrected.map(|(line, insured)| News::Corrected {
            line,
            insured: Box::new(insured),
        }));
        if !self.codes.is_empty() {
            news.push(News::Letters {
                way: Way::Post,
                wave: 0,
                deadline: Some(deadline),
                until: None,
                lines: (first..first + count).collect(),
                codes: ByteBuf::from(self.codes),
            });
        }
        if !self.died.is_empty() {
            news.push(News::Step {
                event: Event::Died,
                lines: self.died,
            });
        }
        news
    }
}

fn key(number: &Number<'_>) -> (String, String) {
    (number.system.to_owned(), number.bare().to_owned())
}
