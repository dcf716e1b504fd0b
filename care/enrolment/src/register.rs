//! Putting people on the roll, and what the register tells of them later.

use std::collections::{BTreeMap, HashMap};

use hygie_record::notice::{Act, Subject};
use hygie_record::{Error, Number, RollPage};
use serde::Serialize;
use serde_bytes::ByteBuf;

use crate::code::Code;
use crate::line::Insured;
use crate::page::{News, Page};
use crate::stage::{Event, Way};
use crate::{Enrolment, Fault};

/// Lines of a page: one key, and one notice a job.
pub(crate) const LINES: u32 = 4_096;

/// What became of one insured person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Registered {
    /// A new line; with the code for its letter where one was asked for, which nobody can read again.
    Added {
        /// As it is printed.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    /// The line was there, and says the same.
    Already,
    /// The line was there, and says what the register tells now.
    Corrected,
    /// Refused.
    Rejected {
        /// Why; holds nothing of the person.
        reason: String,
    },
}

/// What goes with registering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Lines alone: letters come with the campaign.
    Lines,
    /// Each new line has its code at once, which whoever registers brings to the person.
    Codes,
}

/// Persons of one page, in the order in which they came, with their places in the input.
type Pages = BTreeMap<Subject, Vec<usize>>;

impl Enrolment {
    /// Puts insured persons on the roll, and corrects what it tells of those who are on it. One answer each, in their
    /// order. The same again changes nothing.
    ///
    /// Crash between binding a number to its page and writing the line: the next job finds the page by the number, and
    /// writes the line there.
    ///
    /// # Errors
    /// Those of keeper and store: what was acknowledged before stands, its codes are lost with the answer.
    pub async fn register(
        &self,
        insured: &[Insured],
        with: Registration,
    ) -> Result<Vec<Registered>, Error> {
        let _job = self.job.lock().await;
        let faults = insured.iter().map(Insured::fault);
        let mut answers: Vec<Registered> = faults.map(Registered::before).collect();
        for (subject, places) in self.place(insured, &mut answers).await? {
            let what = "registering the insured";
            let mut opened = self.roll.open(subject, Act::Create, what).await?;
            let page = Page::of(&mut opened);
            let mut filling = Filling::of(page, with);
            for place in places {
                answers[place] = filling.take(&insured[place], self);
            }
            let news = filling.news(self.deadline());
            if !news.is_empty() {
                self.write(&opened, news).await?;
            }
        }
        Ok(answers)
    }

    /// Writes on a page; what is due on it may be another from now on.
    pub(crate) async fn write(
        &self,
        opened: &RollPage<News>,
        news: Vec<News>,
    ) -> Result<(), Error> {
        self.due.lock().await.remove(&opened.page);
        self.roll.write(opened, news).await
    }

    /// When six weeks are over that begin now.
    pub(crate) fn deadline(&self) -> u64 {
        self.calendar.deadline(self.roll.record().now())
    }

    /// The page of each person, by the keyed hash of the number; new ones go to the last page with room.
    async fn place(&self, insured: &[Insured], answers: &mut [Registered]) -> Result<Pages, Error> {
        let good: Vec<usize> = (0..insured.len())
            .filter(|place| answers[*place] == Registered::Already)
            .collect();
        let numbers: Vec<&str> = good.iter().map(|place| insured[*place].number()).collect();
        let known = self.roll.find(&numbers).await?;
        let fresh: Vec<usize> = good
            .iter()
            .zip(&known)
            .filter_map(|(place, page)| page.is_none().then_some(*place))
            .collect();
        let mut pages: Pages = BTreeMap::new();
        for (place, page) in good.iter().zip(known) {
            if let Some(page) = page {
                pages.entry(page).or_default().push(*place);
            }
        }
        let fresh = self.unerased(insured, fresh, answers).await?;
        for (place, page) in self.new_places(insured, &fresh).await? {
            pages.entry(page).or_default().push(place);
        }
        for places in pages.values_mut() {
            places.sort_unstable();
        }
        Ok(pages)
    }

    /// Those whose record was not erased: it is not made again.
    async fn unerased(
        &self,
        insured: &[Insured],
        fresh: Vec<usize>,
        answers: &mut [Registered],
    ) -> Result<Vec<usize>, Error> {
        let numbers: Vec<Number<'_>> = fresh.iter().map(|place| number(&insured[*place])).collect();
        let erased = self.roll.erased(&numbers).await?;
        let mut left = Vec::with_capacity(fresh.len());
        for (place, erased) in fresh.into_iter().zip(erased) {
            if erased {
                answers[place] = Registered::Rejected {
                    reason: "the person's record was erased: it is not made again".to_owned(),
                };
            } else {
                left.push(place);
            }
        }
        Ok(left)
    }

    /// Gives new persons places on the last page, and on new ones behind it.
    async fn new_places(
        &self,
        insured: &[Insured],
        fresh: &[usize],
    ) -> Result<Vec<(usize, Subject)>, Error> {
        if fresh.is_empty() {
            return Ok(Vec::new());
        }
        let mut places = Vec::with_capacity(fresh.len());
        let (mut page, mut room) = self.last_page().await?;
        let mut bind = Vec::with_capacity(fresh.len());
        for place in fresh {
            if room == 0 {
                (page, room) = (self.roll.begin_page().await?, LINES);
            }
            room -= 1;
            bind.push((insured[*place].number(), page));
        }
        for (place, page) in fresh.iter().zip(self.roll.bind(&bind).await?) {
            places.push((*place, page));
        }
        Ok(places)
    }

    /// The page that was begun last, and its room; or a new one.
    async fn last_page(&self) -> Result<(Subject, u32), Error> {
        if let Some(subject) = self.pages().await?.last() {
            let what = "looking for room";
            let mut opened = self.roll.open(*subject, Act::Search, what).await?;
            let page = Page::of(&mut opened);
            if page.len() < LINES {
                return Ok((*subject, LINES - page.len()));
            }
        }
        Ok((self.roll.begin_page().await?, LINES))
    }
}

/// A page while persons are put on it.
struct Filling {
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
}

impl Filling {
    fn of(page: Page, with: Registration) -> Self {
        Self {
            page,
            with,
            key: None,
            fresh: Vec::new(),
            codes: Vec::new(),
            places: HashMap::new(),
            corrected: BTreeMap::new(),
            died: Vec::new(),
        }
    }

    fn take(&mut self, one: &Insured, enrolment: &Enrolment) -> Registered {
        let key = (one.ins_system.clone(), one.number().to_owned());
        if let Some(place) = self.page.place(&key.0, &key.1) {
            return self.correct(place, one);
        }
        if self.places.contains_key(&key) {
            return Registered::Already;
        }
        let place = self.page.len() + u32::try_from(self.fresh.len()).unwrap_or(u32::MAX);
        self.places.insert(key, place);
        if one.is_dead() {
            self.died.push(place);
        }
        self.fresh.push(one.clone());
        let code = (self.with == Registration::Codes).then(|| self.code(place, enrolment));
        Registered::Added { code }
    }

    fn correct(&mut self, place: u32, one: &Insured) -> Registered {
        let Some(line) = self.page.line(place) else {
            return Registered::Already;
        };
        // A number with its key and without is one number: the first spelling stays.
        let one = &Insured {
            ins: line.insured.ins.clone(),
            ..one.clone()
        };
        if line.insured == *one {
            return Registered::Already;
        }
        if one.is_dead() && line.standing.died.is_none() {
            self.died.push(place);
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

    /// What is to be written, in its order.
    fn news(self, deadline: u64) -> Vec<News> {
        let first = self.page.len();
        let count = u32::try_from(self.fresh.len()).unwrap_or(u32::MAX);
        let mut news = Vec::from_iter(self.key);
        if count > 0 {
            news.push(News::Insured(self.fresh));
        }
        let corrected = self.corrected.into_iter();
        news.extend(corrected.map(|(line, insured)| News::Corrected { line, insured }));
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

impl Registered {
    /// What is known before anything is looked up.
    fn before(fault: Option<Fault>) -> Self {
        match fault {
            Some(fault) => Self::Rejected {
                reason: fault.to_string(),
            },
            None => Self::Already,
        }
    }
}

pub(crate) fn number(insured: &Insured) -> Number<'_> {
    Number {
        system: &insured.ins_system,
        ins: &insured.ins,
    }
}
