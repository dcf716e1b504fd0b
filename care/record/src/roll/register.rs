use std::collections::BTreeMap;

use hygie_identity::{Ins, InsSystem};
use hygie_notice::{Act, How, PersonId, Subject};
use serde::{Deserialize, Serialize};

use super::code::Code;
use super::oppose::spellings;
use super::{Enrolment, ROLL, number_of};
use crate::Error;
use crate::change::{Line, RollChange, RollNews, encode};

/// Lines of a page: one key, and one notice a job.
const LINES: usize = 4_096;
/// Look-ups made under one assertion.
const BATCH: usize = 1_000;

/// An insured person, as a register sends him.
#[derive(Deserialize, Serialize)]
pub struct Insured {
    /// INS system, as FHIR writes it.
    pub ins_system: String,
    /// INS, 13 characters with their key of 2 or without.
    pub ins: String,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// `YYYY-MM-DD`.
    pub birth_date: String,
    /// The language of letters, ISO 639: `fr`.
    pub language: String,
}

/// What became of one insured person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Registered {
    /// A new line, and the code for its letter; nobody can read the code again.
    Added {
        /// As it is printed.
        code: String,
    },
    /// The line was there; it and its code stay as they are.
    Already,
    /// Refused.
    Rejected {
        /// Why; holds nothing of the person.
        reason: String,
    },
}

impl Insured {
    fn fault(&self) -> Option<&'static str> {
        let Some(system) = InsSystem::from_uri(&self.ins_system) else {
            return Some("`ins_system` is none of the four INS systems");
        };
        if Ins::parse(system, &self.ins).is_err() {
            return Some("`ins` is not 13 or 15 characters of an INS");
        }
        if self.birth_date.len() != 10 || self.birth_date.parse::<jiff::civil::Date>().is_err() {
            return Some("`birth_date` is not a date such as 1980-12-31");
        }
        let plain = |text: &str| {
            !text.trim().is_empty() && text.len() <= 200 && !text.chars().any(char::is_control)
        };
        if !plain(&self.family) || !plain(&self.given) {
            return Some("`family` and `given` have 1 to 200 bytes");
        }
        let code = matches!(self.language.len(), 2 | 3)
            && self.language.bytes().all(|byte| byte.is_ascii_lowercase());
        (!code).then_some("`language` is not an ISO 639 code such as `fr`")
    }
}

impl Enrolment {
    /// Puts insured persons on the roll; whoever is on it stays as he is. One answer each, in their order.
    ///
    /// Crash between binding a number to its page and writing the line: the next job finds the page by
    /// the number, and writes the line there.
    ///
    /// # Errors
    /// Those of keeper and store: what was acknowledged before stands, its codes are lost with the answer.
    pub async fn register(&self, insured: &[Insured]) -> Result<Vec<Registered>, Error> {
        let _job = self.job.lock().await;
        let mut answers: Vec<Registered> = insured
            .iter()
            .map(|one| match one.fault() {
                Some(reason) => Registered::Rejected {
                    reason: reason.to_owned(),
                },
                None => Registered::Already,
            })
            .collect();
        for (page, places) in self.place(insured, &mut answers).await? {
            let caller = self.caller();
            let (known, desk, _receipt) = self
                .open(&caller, page, Act::Create, "registering the insured")
                .await?;
            let mut fresh = BTreeMap::new();
            for place in places {
                let one = &insured[place];
                let key = (one.ins_system.clone(), number_of(&one.ins).to_owned());
                if !known.lines.contains_key(&key) && !fresh.contains_key(&key) {
                    let (line, code) = self.line(one);
                    fresh.insert(key, line);
                    answers[place] = Registered::Added { code: code.print() };
                }
            }
            if fresh.is_empty() {
                continue;
            }
            let change = RollChange {
                at: self.record.clock.now(),
                author: caller.actor.clone(),
                news: fresh.into_values().map(RollNews::Add).collect(),
            };
            self.record.write(&desk, &encode(&change)).await?;
        }
        Ok(answers)
    }

    /// The page of each person, by the keyed hash of the number; new ones go to the last page with room.
    async fn place(
        &self,
        insured: &[Insured],
        answers: &mut [Registered],
    ) -> Result<BTreeMap<Subject, Vec<usize>>, Error> {
        let mut pages: BTreeMap<Subject, Vec<usize>> = BTreeMap::new();
        let mut open: Option<(Subject, usize)> = None;
        let mut caller = self.caller();
        for (place, one) in insured.iter().enumerate() {
            if answers[place] != Registered::Already {
                continue;
            }
            if place % BATCH == BATCH - 1 {
                caller = self.caller();
            }
            let number = number_of(&one.ins);
            let keeper = &self.record.keeper;
            let page = match keeper.tag(&caller.assertion, ROLL, number, None).await? {
                Some(page) => page,
                None if self.is_erased(one).await? => {
                    answers[place] = Registered::Rejected {
                        reason: "the person's record was erased: it is not made again".to_owned(),
                    };
                    continue;
                }
                None => {
                    let (page, room) = match open {
                        Some((page, room)) if room > 0 => (page, room),
                        Some(_) => self.new_page().await?,
                        None => self.last_page().await?,
                    };
                    open = Some((page, room - 1));
                    keeper
                        .tag(&caller.assertion, ROLL, number, Some(page))
                        .await?
                        .unwrap_or(page)
                }
            };
            pages.entry(page).or_default().push(place);
        }
        Ok(pages)
    }

    /// Whether this person had a record, and had it erased.
    async fn is_erased(&self, one: &Insured) -> Result<bool, Error> {
        let (caller, keeper) = (self.caller(), &self.record.keeper);
        for spelling in spellings(&one.ins_system, &one.ins)? {
            let found = keeper.tag(&caller.assertion, &one.ins_system, &spelling, None);
            if let Some(subject) = found.await?
                && keeper.standing(subject).await? == Some(How::Erased)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The page that was begun last, and its room; or a new one.
    async fn last_page(&self) -> Result<(Subject, usize), Error> {
        if let Some(page) = self.pages().await?.last() {
            let (known, ..) = self
                .open(&self.caller(), *page, Act::Search, "looking for room")
                .await?;
            if known.lines.len() < LINES {
                return Ok((*page, LINES - known.lines.len()));
            }
        }
        self.new_page().await
    }

    async fn new_page(&self) -> Result<(Subject, usize), Error> {
        let page = Subject::roll(PersonId::random(self.record.entropy.as_ref()));
        self.pages().await?;
        if let Some(pages) = self.pages.lock().await.as_mut() {
            pages.push(page);
        }
        Ok((page, LINES))
    }

    fn line(&self, one: &Insured) -> (Line, Code) {
        let entropy = self.record.entropy.as_ref();
        let code = Code::random(entropy);
        let mut salt = [0; 32];
        entropy.fill(&mut salt);
        let line = Line {
            system: one.ins_system.clone(),
            ins: one.ins.clone(),
            family: one.family.clone(),
            given: one.given.clone(),
            birth: one.birth_date.clone(),
            language: one.language.clone(),
            code: code.hash(&salt),
            salt,
        };
        (line, code)
    }
}
