//! The list of what agents record by telephone, and its second look: a share of it, drawn at random when it is recorded,
//! waits for another agent, who calls the person back. What is not confirmed rings at the operator's; nobody here undoes
//! it, the person's own letter does.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use hygie_record::notice::{Act, Millis, PersonId, Subject};
use hygie_record::{Caller, Error, RollPage};
use serde::{Deserialize, Serialize};

use crate::Enrolment;
use crate::agent::named;
use crate::page::{News, Page};

/// Records of a page of the list; then the next is begun.
const FULL: usize = 1_000;
/// How often somebody is called who does not answer.
pub(crate) const TRIES: u8 = 3;

/// What an agent was about to record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recorded {
    /// The page of whom it is about, and his line.
    pub page: PersonId,
    pub line: u32,
    /// Who.
    pub agent: String,
    /// The receipt's number.
    pub receipt: String,
    /// Whether the person opposes, or takes that back.
    pub opposes: bool,
    /// Whether a second agent looks at it.
    pub sampled: bool,
}

/// What a second agent found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// The person says that it was so.
    Confirmed,
    /// He knows nothing of it.
    NotConfirmed,
    /// Nobody answered.
    NotReached,
    /// It never came to hold: recording it broke off.
    Lapsed,
}

/// What waits for a second agent. Who it is about is told when he takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its number on the list, from 0.
    pub number: u32,
    /// The receipt's number.
    pub receipt: String,
    /// When it was recorded.
    pub at: Millis,
    /// Whether the person opposes, or takes that back.
    pub opposes: bool,
    /// How often he was called in vain.
    pub tries: u8,
}

/// Whom to call.
#[derive(Clone, PartialEq, Eq)]
pub struct Whom {
    /// What it is about.
    pub review: Review,
    /// Given names and family name.
    pub name: String,
    /// `YYYY-MM-DD`.
    pub birth: String,
    /// The number on record.
    pub phone: String,
}

/// What one agent did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Agent {
    /// Who.
    pub agent: String,
    /// What he recorded.
    pub recorded: u64,
    /// Of these, what was drawn for a second look.
    pub sampled: u64,
    /// Of these, what the person confirmed,
    pub confirmed: u64,
    /// what he did not,
    pub not_confirmed: u64,
    /// and where nobody answered, three times.
    pub not_reached: u64,
    /// What still waits.
    pub waiting: u64,
    /// What he looked at as a second agent.
    pub looked_at: u64,
}

/// A record of the list with its second look so far.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub at: Millis,
    pub recorded: Recorded,
    /// Who looked, when, and what he found.
    pub looks: Vec<(String, Millis, Found)>,
}

impl Listed {
    /// How often the person was called in vain.
    pub fn tries(&self) -> u8 {
        let in_vain = |look: &&(String, Millis, Found)| look.2 == Found::NotReached;
        u8::try_from(self.looks.iter().filter(in_vain).count()).unwrap_or(u8::MAX)
    }

    /// What it came to, if it is over.
    pub fn over(&self) -> Option<Found> {
        let mut found = self.looks.iter().map(|look| look.2);
        let last = found.find(|found| *found != Found::NotReached);
        last.or((self.tries() >= TRIES).then_some(Found::NotReached))
    }

    /// Whether it waits for a second agent.
    pub fn waits(&self) -> bool {
        self.recorded.sampled && self.over().is_none()
    }

    /// Whether this agent may look at it: never who recorded it.
    pub fn is_for(&self, agent: &str) -> bool {
        self.waits() && self.recorded.agent != agent
    }
}

/// What the news of a page of the list come to.
pub(crate) fn listed(news: &[(Millis, News)]) -> Vec<Listed> {
    let mut all: Vec<Listed> = Vec::new();
    for (at, news) in news {
        match news {
            News::Recorded(recorded) => all.push(Listed {
                at: *at,
                recorded: recorded.clone(),
                looks: Vec::new(),
            }),
            News::LookedAt {
                place,
                agent,
                found,
            } => {
                let place = usize::try_from(*place).unwrap_or(usize::MAX);
                if let Some(listed) = all.get_mut(place) {
                    listed.looks.push((agent.clone(), *at, *found));
                }
            }
            _ => {}
        }
    }
    all
}

impl Enrolment {
    /// Whether a second agent looks at what is recorded now: one in so many, whoever records it.
    pub(crate) fn draws(&self) -> bool {
        let mut bytes = [0; 8];
        self.roll.record().entropy().fill(&mut bytes);
        is_drawn(u64::from_be_bytes(bytes), self.one_in)
    }

    /// Writes a record on the list.
    pub(crate) async fn list(&self, recorded: Recorded) -> Result<(), Error> {
        let what = "what an agent is about to record";
        let mut opened = self.open_last(&self.calls, what, 0).await?;
        if listed(&opened.news).len() >= FULL {
            drop(opened);
            opened = self.open_last(&self.calls, what, 1).await?;
        }
        self.roll
            .write(&opened, vec![News::Recorded(recorded)])
            .await
    }

    /// What waits for a second look by this agent today, oldest first.
    ///
    /// # Errors
    /// [`Error::Refused`] for who is no agent; those of keeper and store.
    pub async fn reviews(&self, agent: &Caller) -> Result<Vec<Review>, Error> {
        self.roll.agent(agent)?;
        let now = self.roll.record().now();
        let first = self.looked_at.load(Ordering::Acquire);
        let (mut reviews, mut behind) = (Vec::new(), true);
        for (number, page) in self
            .shelved(&self.calls)
            .await?
            .into_iter()
            .enumerate()
            .skip(first)
        {
            let list = self.list_page(page).await?;
            // A page on which nothing waits and nothing can come is not read again.
            behind &= list.len() >= FULL && !list.iter().any(Listed::waits);
            if behind {
                self.looked_at.store(number + 1, Ordering::Release);
            }
            let mine = list.iter().enumerate().filter(|(_, listed)| {
                listed.is_for(&agent.actor.id) && self.is_its_day(listed, now)
            });
            reviews.extend(mine.map(|(place, listed)| Review::of((number, place), listed)));
        }
        Ok(reviews)
    }

    /// Takes one: shows the second agent whom to call; none where it is not his to look at, or never came to hold.
    ///
    /// # Errors
    /// As [`Enrolment::reviews`]; a spent budget.
    pub async fn take_review(&self, agent: &Caller, number: u32) -> Result<Option<Whom>, Error> {
        let Some((listed, review)) = self.review(agent, number).await? else {
            return Ok(None);
        };
        let agent = self.roll.agent(agent)?;
        let what = "called back by a second agent";
        let subject = Subject::roll(listed.recorded.page);
        let mut opened = self
            .roll
            .open_by(&agent, subject, Act::Deposit, what)
            .await?;
        let page = Page::of(&mut opened);
        let met = crate::oppose::Unlocked {
            opened,
            page,
            place: listed.recorded.line,
            by: Some(agent.clone()),
        };
        let holds = |line: &crate::page::Line| line.receipts.contains(&listed.recorded.receipt);
        if !met.line().is_ok_and(holds) {
            drop(met);
            self.look_at(&agent, number, Found::Lapsed).await?;
            return Ok(None);
        }
        for person in self.persons(&met).await? {
            self.roll.meet(&agent, person, what).await?;
        }
        let insured = met.line().ok().map(|line| &line.insured);
        let name = insured.map(named).unwrap_or_default();
        let birth = insured
            .map(|one| one.birth_date.clone())
            .unwrap_or_default();
        let phone = self.show_number(&met, &agent).await?.unwrap_or_default();
        Ok(Some(Whom {
            review,
            name,
            birth,
            phone,
        }))
    }

    /// Says what came of it; whether it was his to say: he must have taken it within two hours.
    ///
    /// Crash behind the alarm and before the list says so: it is looked at again, and may ring twice.
    ///
    /// # Errors
    /// As [`Enrolment::reviews`].
    pub async fn found(&self, agent: &Caller, number: u32, found: Found) -> Result<bool, Error> {
        let Some((listed, review)) = self.review(agent, number).await? else {
            return Ok(false);
        };
        let agent = self.roll.agent(agent)?;
        let subject = Subject::roll(listed.recorded.page);
        let what = "what a second agent found";
        let called = {
            let mut opened = self
                .roll
                .open_by(&agent, subject, Act::Search, what)
                .await?;
            let now = self.roll.record().now();
            let mut page = Page::of(&mut opened);
            let line = page.line(listed.recorded.line);
            line.is_some_and(|line| line.was_called(&agent.actor.id, now))
        };
        if !called || found == Found::Lapsed {
            return Ok(false);
        }
        if found == Found::NotConfirmed {
            let other = &listed.recorded.agent;
            self.roll.ring(&agent, other, &review.receipt).await?;
        }
        self.look_at(&agent, number, found).await?;
        Ok(true)
    }

    /// What each agent did.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn agents(&self) -> Result<Vec<Agent>, Error> {
        let mut all: BTreeMap<String, Agent> = BTreeMap::new();
        for page in self.shelved(&self.calls).await? {
            for listed in self.list_page(page).await? {
                count(&mut all, &listed);
            }
        }
        let named = all
            .into_iter()
            .map(|(agent, counted)| Agent { agent, ..counted });
        Ok(named.collect())
    }

    async fn list_page(&self, page: Subject) -> Result<Vec<Listed>, Error> {
        let what = "what agents recorded";
        let opened: RollPage<News> = self.roll.open(page, Act::Create, what).await?;
        Ok(listed(&opened.news))
    }

    /// What waits under this number, if it is this agent's to look at today.
    async fn review(&self, agent: &Caller, number: u32) -> Result<Option<(Listed, Review)>, Error> {
        self.roll.agent(agent)?;
        let (page, place) = split(number);
        let Some(subject) = self.shelved(&self.calls).await?.get(page).copied() else {
            return Ok(None);
        };
        let now = self.roll.record().now();
        let listed = self.list_page(subject).await?.into_iter().nth(place);
        let listed = listed.filter(|one| one.is_for(&agent.actor.id) && self.is_its_day(one, now));
        Ok(listed.map(|listed| {
            let review = Review::of((page, place), &listed);
            (listed, review)
        }))
    }

    /// Whoever did not answer is called another day.
    fn is_its_day(&self, listed: &Listed, now: Millis) -> bool {
        let today = self.calendar.day(now);
        let mut looks = listed.looks.iter();
        looks.all(|(_, at, _)| self.calendar.day(*at) < today)
    }

    /// Writes a second look, if it is still to be had: two agents may have taken the same.
    async fn look_at(&self, agent: &Caller, number: u32, found: Found) -> Result<(), Error> {
        let (page, place) = split(number);
        let Some(subject) = self.shelved(&self.calls).await?.get(page).copied() else {
            return Ok(());
        };
        let what = "what a second agent found";
        let opened: RollPage<News> = self.roll.open(subject, Act::Deposit, what).await?;
        let list = listed(&opened.news);
        let Some(_) = list.get(place).filter(|one| one.is_for(&agent.actor.id)) else {
            return Ok(());
        };
        let look = News::LookedAt {
            place: u32::try_from(place).expect("a page of the list is small"),
            agent: agent.actor.id.clone(),
            found,
        };
        self.roll.write(&opened, vec![look]).await
    }
}

/// The page of the list and the place on it.
fn split(number: u32) -> (usize, usize) {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    (number / FULL, number % FULL)
}

impl Review {
    fn of((page, place): (usize, usize), listed: &Listed) -> Self {
        Self {
            number: u32::try_from(page * FULL + place).unwrap_or(u32::MAX),
            receipt: listed.recorded.receipt.clone(),
            at: listed.at,
            opposes: listed.recorded.opposes,
            tries: listed.tries(),
        }
    }
}

/// One in so many; all of one, and none of no number.
fn is_drawn(draw: u64, one_in: u32) -> bool {
    one_in > 0 && draw.is_multiple_of(u64::from(one_in))
}

fn count(all: &mut BTreeMap<String, Agent>, listed: &Listed) {
    for (agent, ..) in &listed.looks {
        all.entry(agent.clone()).or_default().looked_at += 1;
    }
    let counted = all.entry(listed.recorded.agent.clone()).or_default();
    let over = listed.over();
    // What never came to hold was not recorded.
    if over == Some(Found::Lapsed) {
        return;
    }
    counted.recorded += 1;
    counted.sampled += u64::from(listed.recorded.sampled);
    match over {
        Some(Found::Confirmed) => counted.confirmed += 1,
        Some(Found::NotConfirmed) => counted.not_confirmed += 1,
        Some(Found::NotReached) => counted.not_reached += 1,
        Some(Found::Lapsed) => {}
        None => counted.waiting += u64::from(listed.recorded.sampled),
    }
}

#[cfg(test)]
mod tests;
