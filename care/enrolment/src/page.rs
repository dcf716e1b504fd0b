//! A page of the roll: what its news come to.

use std::collections::HashMap;

use hygie_record::notice::{Entropy, Millis, PersonId};
use hygie_record::{RollPage, Scope};
use serde_bytes::ByteBuf;

mod line;
mod news;

use crate::code::{HASH, Key};
use crate::line::Insured;
use crate::parents::Acting;
use crate::second::Second;
use crate::stage::{Event, Standing, Way};

pub(crate) use line::Line;
use line::{Kept, Reversal};
pub(crate) use news::{News, OldLine};

/// How many hashes a code is held against, whoever tries it and whatever it should do: so many codes of one person may
/// take oppositions back, each another one; the newest count.
pub(crate) const TRIED: usize = 8;
/// Codes of one person that oppose at a time.
pub(crate) const CODES: usize = 3;

/// An opened page.
pub(crate) struct Page {
    /// The key of its codes.
    pub key: Key,
    /// Whether it has one of its own.
    pub is_keyed: bool,
    /// How many batches of letters left.
    pub batches: u32,
    /// By what way each of them did.
    pub ways: Vec<Way>,
    /// Its lines, in their places.
    pub lines: Vec<Line>,
    places: HashMap<(String, String), u32>,
    /// Lines by whose record it is, of those who have access, or whose parents have.
    pub holders: HashMap<PersonId, u32>,
}

impl Page {
    /// What was written on a page comes to this.
    pub fn of(opened: &mut RollPage<News>) -> Self {
        Self::read(std::mem::take(&mut opened.news))
    }

    /// What news come to, oldest first.
    pub fn read(news: Vec<(Millis, News)>) -> Self {
        let mut page = Self::default();
        for (at, news) in news {
            page.apply(news, at);
        }
        page
    }

    /// Takes news as they were written, at `at`. What no line is named by changes nothing: only what held was written.
    pub fn apply(&mut self, news: News, at: Millis) {
        match news {
            News::Key(key) => {
                self.key = Key::from_bytes(&key);
                self.is_keyed = true;
            }
            News::Unmailed { lines } => self.each(lines, |line| line.bounced = true),
            News::Untexted { lines } => self.each(lines, |line| line.untexted = true),
            News::Insured(insured) => insured.into_iter().for_each(|one| self.add(one, at)),
            News::Corrected { line, insured } => self.correct(line, *insured),
            News::Letters {
                way,
                wave,
                deadline,
                until,
                lines,
                codes,
            } => {
                let sent = deadline.map(|deadline| Event::Sent {
                    way,
                    wave,
                    deadline,
                });
                self.letters((sent, wave, way), until, (lines, &codes), at);
            }
            News::Reversal {
                line,
                code,
                until,
                scope,
            } => self.reverse(line, (scope, code.into_vec(), until)),
            News::Born(lines) => self.each(lines, |line| line.is_born = true),
            News::Ending { line, .. } | News::Stays { line } | News::Destroyed { line, .. } => {
                if let Some(line) = self.line(line) {
                    line.note(news);
                }
            }
            News::Step { event, lines } => self.step(&event, &lines, at),
            // Of a tray, which is read by itself.
            News::Asked { .. } | News::Answered(_) => {}
            // Of the list of calls, as well.
            News::Recorded(_) | News::LookedAt { .. } => {}
            News::Called { line, agent } => {
                if let Some(line) = self.line(line) {
                    line.called.push((agent, at));
                }
            }
            News::Add(old) => self.add_old(old, at),
            News::Opposed {
                system,
                number,
                at,
                receipt,
            } => {
                if let Some(place) = self.place(&system, &number) {
                    let way = Way::Code;
                    let lines = vec![place];
                    let event = Event::Opposed { way, receipt };
                    self.apply(News::Step { event, lines }, at);
                }
            }
            other => self.take_access(other, at),
        }
    }

    fn each(&mut self, lines: Vec<u32>, take: impl Fn(&mut Line)) {
        for line in lines {
            if let Some(line) = self.line(line) {
                take(line);
            }
        }
    }

    /// Takes news of how somebody gains access to his own space.
    fn take_access(&mut self, news: News, at: Millis) {
        match news {
            News::Holder { line, person } => {
                self.holders.insert(person, line);
            }
            News::Represented {
                line,
                person,
                number,
                mandate,
            } => {
                self.holders.entry(person).or_insert(line);
                if let Some(line) = self.line(line) {
                    line.acting.push(Acting {
                        person,
                        number,
                        mandate,
                    });
                }
            }
            News::Withdrawn { line, mandates } => {
                if let Some(line) = self.line(line) {
                    line.acting.retain(|one| !mandates.contains(&one.mandate));
                }
            }
            News::Second { line, code, until } => {
                if let Some(line) = self.line(line) {
                    line.seconds.push(at);
                    line.second = Some(Second {
                        hash: code.into_vec(),
                        until,
                        missed: 0,
                    });
                }
            }
            News::Vouched { line, until, .. } => {
                if let Some(line) = self.line(line) {
                    line.vouched = Some(until);
                }
            }
            News::Missed { line } => {
                if let Some(second) = self.line(line).and_then(|line| line.second.as_mut()) {
                    second.missed += 1;
                }
            }
            News::SecondGone { line } => {
                if let Some(line) = self.line(line) {
                    (line.second, line.vouched) = (None, None);
                }
            }
            // What else there is stands on a tray, which is read by itself.
            _ => {}
        }
    }

    /// Letters left, each with a code; `sent` where they announce the space.
    fn letters(
        &mut self,
        (sent, wave, way): (Option<Event>, u32, Way),
        until: Option<Millis>,
        (lines, codes): (Vec<u32>, &[u8]),
        at: Millis,
    ) {
        self.batches += 1;
        self.ways.push(way);
        for (line, code) in lines.into_iter().zip(codes.chunks(HASH)) {
            let Some(line) = self.line(line) else {
                continue;
            };
            line.keep(Kept {
                hash: code.to_vec(),
                salt: None,
                until,
                posted: way == Way::Post,
            });
            match &sent {
                Some(event) => {
                    line.wave = Some(wave);
                    line.way = Some(way);
                    line.step(event, at);
                }
                None => line.asked = Some(at),
            }
        }
    }

    fn step(&mut self, event: &Event, lines: &[u32], at: Millis) {
        for line in lines {
            if let Some(line) = self.line(*line) {
                line.step(event, at);
            }
        }
    }

    fn reverse(&mut self, line: u32, (scope, hash, until): (Scope, Vec<u8>, Millis)) {
        if let Some(line) = self.line(line) {
            line.reverse(Reversal { scope, hash, until });
        }
    }

    /// Gives the page a key for its codes, where it has none; what is to be written of it then.
    pub fn keyed(&mut self, entropy: &dyn Entropy) -> Option<News> {
        if self.is_keyed {
            return None;
        }
        let mut key = [0; 32];
        entropy.fill(&mut key);
        let news = News::Key(ByteBuf::from(key));
        self.key = Key::from_bytes(&key);
        self.is_keyed = true;
        Some(news)
    }

    /// The place of a number, 13 characters.
    pub fn place(&self, system: &str, number: &str) -> Option<u32> {
        self.places
            .get(&(system.to_owned(), number.to_owned()))
            .copied()
    }

    /// The line in this place.
    pub fn line(&mut self, place: u32) -> Option<&mut Line> {
        self.lines.get_mut(usize::try_from(place).ok()?)
    }

    /// How many lines there are.
    pub fn len(&self) -> u32 {
        u32::try_from(self.lines.len()).unwrap_or(u32::MAX)
    }

    fn add(&mut self, insured: Insured, begun: Millis) {
        let place = self.len();
        self.lead(&insured, place);
        self.lines.push(Line {
            place,
            insured,
            standing: Standing::default(),
            codes: Vec::new(),
            asked: None,
            second: None,
            seconds: Vec::new(),
            vouched: None,
            acting: Vec::new(),
            reversals: Vec::new(),
            wave: None,
            way: None,
            bounced: false,
            untexted: false,
            opposed_by: None,
            returned: 0,
            sent: None,
            answered: None,
            called: Vec::new(),
            receipts: Vec::new(),
            begun,
            into: None,
            is_born: false,
            is_told_of_age: false,
            ending: None,
            is_settled: true,
            destroyed: None,
        });
    }

    fn add_old(&mut self, old: OldLine, at: Millis) {
        let insured = Insured {
            ins_system: old.system,
            ins: old.ins,
            family: old.family,
            given: old.given,
            birth_date: old.birth,
            language: old.language,
            ..Insured::default()
        };
        self.add(insured, at);
        if let Some(line) = self.lines.last_mut() {
            line.keep(Kept {
                hash: old.code.into_vec(),
                salt: Some(old.salt.into_vec()),
                until: None,
                posted: true,
            });
        }
    }

    /// The number may be another from now on: both lead to the line.
    fn correct(&mut self, place: u32, insured: Insured) {
        self.lead(&insured, place);
        if let Some(line) = self.line(place) {
            line.bounced &= line.insured.email == insured.email;
            line.untexted &= line.insured.phone == insured.phone;
            line.insured = insured;
        }
    }

    /// All his numbers lead to his line, but one that is the number of an alias of his: that has a line of its own.
    fn lead(&mut self, insured: &Insured, place: u32) {
        for number in insured.numbers() {
            let key = (number.system.to_owned(), number.bare().to_owned());
            self.places.entry(key).or_insert(place);
        }
    }
}

impl Default for Page {
    /// A page that holds nothing; its key is nobody's.
    fn default() -> Self {
        Self {
            key: Key::from_bytes(&[0; 32]),
            is_keyed: false,
            batches: 0,
            ways: Vec::new(),
            lines: Vec::new(),
            places: HashMap::new(),
            holders: HashMap::new(),
        }
    }
}

#[cfg(test)]
mod tests;
