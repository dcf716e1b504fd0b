//! The desk of rights (GDPR arts. 12 to 22): people file cases about their rights over their data, the data-protection
//! officer answers them in time, and what was asked is done.
//!
//! That there is a case, and what came of it, stands on a page of the desk, a sealed page of the roll that holds nobody.
//! What is said in it lies in the person's `rights`, and goes when he is erased; where these do not open, for there is no
//! space or it is closed, in `rights` that are made for the case.

mod case;
mod corrections;
mod page;
mod restriction;
mod said;
mod term;

use std::collections::HashSet;

use hygie_record::notice::{Act, ActorKind, Millis, PersonId, Subject};
use hygie_record::{Caller, Error, InCase, RollPage};
use tokio::sync::Mutex;

use crate::Enrolment;
use page::{News, OPERATOR, cases, number, parse_number};
use said::clipped;

pub use case::{Case, Forbidden, Kind, Outcome, Step};
pub use corrections::{Correction, Wrong, keys};
pub use page::{Filed, Way};
pub use said::{Said, Topic};

/// Cases of a page; then the next is begun.
const FULL: usize = 500;
/// Open cases of one person at a time.
const MOST: usize = 20;
/// Days before a case is late on which the officer is reminded.
const REMINDERS: [u16; 3] = [10, 3, 0];
const DAY: Millis = 24 * 60 * 60 * 1_000;

/// What this process knows of the desk's pages.
#[derive(Default)]
pub(crate) struct Desk {
    pages: Mutex<Vec<Subject>>,
    /// Those that are full of cases that are over: nothing changes there any more.
    over: Mutex<HashSet<Subject>>,
}

/// A case to be filed.
#[derive(Debug, Clone)]
pub struct Filing {
    /// Which right it is about.
    pub kind: Kind,
    /// Whose; none for who has no space, and is in no register.
    pub whose: Option<PersonId>,
    /// When it was received; now, where nothing is said.
    pub received: Option<Millis>,
    /// What the person says.
    pub said: Said,
}

/// What an officer does with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Looks after it.
    Take,
    /// Says that it takes two months longer, and why.
    Extend,
    /// Says that what is asked will be done.
    Grant,
    /// Answers.
    Answer,
    /// Refuses, and says why.
    Refuse,
    /// Ends a restriction that he answered, a week from now, and says why.
    Lift,
}

/// How often the officer was to be reminded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reminded {
    /// Cases that will be late within ten days.
    pub soon: u64,
    /// Cases that are late.
    pub late: u64,
}

impl Enrolment {
    /// Files a case, and gives its number; durable when this returns. None where the person has as many open cases as
    /// one may have. `filer` is at the door: the person, who represents him, or the
    /// operator's word, for whom enrolment writes ([`hygie_record::Roll::caller`]).
    ///
    /// Crash between what is said and the page: something was said in no case; nobody was told that it was filed.
    ///
    /// # Errors
    /// [`Error::Refused`] for who may not; those of keeper and store.
    pub async fn file_case(
        &self,
        filer: Option<&Caller>,
        filing: &Filing,
    ) -> Result<Option<String>, Error> {
        let whose = match filing.whose {
            Some(person) => {
                let open = self.cases_of(person).await?;
                if open.iter().filter(|filed| filed.case.is_open()).count() >= MOST {
                    return Ok(None);
                }
                person
            }
            None => PersonId::random(self.roll.record().entropy()),
        };
        let opened = self.page_with_room().await?;
        let place = cases(&opened).len();
        let number = number(opened.page, place);
        let said = Said {
            text: clipped(&filing.said.text),
            ..filing.said.clone()
        };
        let words = self.say_in_case(filer, whose, &number, &said).await?;
        let now = self.roll.record().now();
        let received = filing.received.map_or(now, |at| at.min(now));
        let filed = News::Filed {
            kind: filing.kind,
            whose,
            words,
            received,
            due: self.calendar.answer_due(received),
            way: filer.map_or(Way::Operator, |_| Way::Pages),
        };
        if let Some(wrong) = &said.wrong {
            for author in &wrong.authors {
                self.address_to(author, Subject::person(words)).await?;
            }
        }
        if filing.kind == Kind::Restriction {
            self.restrict(words, &number).await?;
        }
        // Before the page says so: a case that its person does not find would be worse than a page that has none.
        self.list_for(whose, opened.page).await?;
        self.roll.write(&opened, vec![filed]).await?;
        Ok(Some(number))
    }

    /// The cases of a person, newest first, as he follows them, or who represents him.
    ///
    /// # Errors
    /// [`Error::Refused`] for everybody else; those of keeper and store.
    pub async fn follow_cases(
        &self,
        reader: &Caller,
        person: PersonId,
    ) -> Result<Vec<Filed>, Error> {
        let record = self.roll.record();
        let own = record.said_in_cases::<Said>(reader, person, "cases about his rights");
        if let Err(error) = own.await
            && !self.outlives(&error, reader, person).await?
        {
            return Err(error);
        }
        self.cases_of(person).await
    }

    /// The cases of a person, newest first; that they may be read, whoever calls this has made sure.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn cases_of(&self, person: PersonId) -> Result<Vec<Filed>, Error> {
        let mut found = Vec::new();
        for page in self.listed(person).await? {
            let opened = self.open_desk(page, "the cases of a person").await?;
            let own = cases(&opened).into_iter();
            found.extend(own.filter(|filed| filed.whose == person));
        }
        found.reverse();
        Ok(found)
    }

    /// The case of this number; none where there is none.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn case(&self, number: &str) -> Result<Option<Filed>, Error> {
        let Some((page, place)) = parse_number(number) else {
            return Ok(None);
        };
        if !self.desk_pages().await?.contains(&page) {
            return Ok(None);
        }
        let opened = self.open_desk(page, "a case").await?;
        Ok(cases(&opened).into_iter().nth(place as usize))
    }

    /// The open cases and the restrictions in force, the most urgent first; or all that there ever were.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn desk(&self, all: bool) -> Result<Vec<Filed>, Error> {
        let mut queue = Vec::new();
        for page in self.desk_pages().await? {
            if !all && self.desk.over.lock().await.contains(&page) {
                continue;
            }
            let opened = self.open_desk(page, "the queue of the desk").await?;
            let filed = cases(&opened);
            let waits = |filed: &Filed| filed.case.is_open() || filed.case.restricts();
            if filed.len() >= FULL && !filed.iter().any(waits) {
                self.desk.over.lock().await.insert(page);
            }
            queue.extend(filed.into_iter().filter(|filed| all || waits(filed)));
        }
        queue.sort_by_key(|filed| (filed.case.due, filed.number.clone()));
        Ok(queue)
    }

    /// What was said in a case, oldest first: as `reader` may read it, or as the officer of this name, for whom
    /// enrolment reads. None of it where the record is closed or was erased since.
    ///
    /// # Errors
    /// [`Error::Refused`] for who may not read it; those of keeper and store.
    pub async fn said_in(
        &self,
        filed: &Filed,
        reader: Result<&Caller, &str>,
    ) -> Result<Vec<InCase<Said>>, Error> {
        let own = self.roll.caller();
        let mut all = Vec::new();
        for words in &filed.words {
            let what = match reader {
                Ok(_) => format!("case {}", filed.number),
                Err(officer) => format!("case {}, read by the officer {officer}", filed.number),
            };
            // What was written apart from his record is his all the same; nobody but enrolment opens it.
            let caller = match reader {
                Ok(caller) if *words == filed.whose => caller,
                _ => &own,
            };
            match self
                .roll
                .record()
                .said_in_cases(caller, *words, &what)
                .await
            {
                Ok(said) => all.extend(said),
                Err(Error::Closed | Error::Erased) => {}
                Err(error) => match reader {
                    Ok(reader) if self.outlives(&error, reader, *words).await? => {}
                    _ => return Err(error),
                },
            }
        }
        all.retain(|said| said.case == filed.number);
        all.sort_by_key(|said| said.at);
        Ok(all)
    }

    /// Does what an officer decided about a case; durable when this returns, and its person is told that something is
    /// new.
    ///
    /// Crash between what is said and the step: it is said, and the officer sees it, and says it again.
    ///
    /// # Errors
    /// Those of keeper and store. Within: why it can't be done now.
    pub async fn decide_case(
        &self,
        number: &str,
        (moved, officer): (Move, &str),
        text: &str,
    ) -> Result<Result<Filed, Forbidden>, Error> {
        let now = self.roll.record().now();
        let step = |filed: &Filed| match moved {
            Move::Take => Step::Taken,
            Move::Extend => Step::Extended {
                due: self.calendar.extended_due(filed.case.received),
            },
            Move::Grant => Step::Granted,
            Move::Answer => Step::Answered { proof: None },
            Move::Refuse => Step::Refused,
            Move::Lift => Step::Lifting,
        };
        let topic = match moved {
            Move::Take => None,
            Move::Extend => Some(Topic::Extended),
            Move::Grant => Some(Topic::Granted),
            Move::Answer => Some(Topic::Answered),
            Move::Refuse => Some(Topic::Refused),
            Move::Lift => Some(Topic::Lifting),
        };
        let said = topic.map(|topic| Said {
            topic,
            text: clipped(text),
            by: officer.to_owned(),
            ..Said::default()
        });
        let decided = self.take_step(number, now, officer, said, step).await?;
        if let Ok(filed) = &decided {
            self.end_restriction(filed).await?;
        }
        Ok(decided)
    }

    /// Its person wants a case no more; that he may say so, whoever calls this has made sure.
    ///
    /// # Errors
    /// As [`Enrolment::decide_case`].
    pub async fn withdraw_case(&self, number: &str) -> Result<Result<Filed, Forbidden>, Error> {
        let now = self.roll.record().now();
        let withdrawn = self
            .take_step(number, now, "", None, |_| Step::Withdrawn)
            .await?;
        if withdrawn.is_ok() {
            self.lift_due(number).await?;
        }
        Ok(withdrawn)
    }

    /// The operator did what the officer granted.
    ///
    /// # Errors
    /// As [`Enrolment::decide_case`].
    pub async fn carried_out(
        &self,
        number: &str,
        proof: Option<String>,
    ) -> Result<Result<Filed, Forbidden>, Error> {
        let now = self.roll.record().now();
        let step = |_: &Filed| Step::Answered {
            proof: proof.clone(),
        };
        self.take_step(number, now, OPERATOR, None, step).await
    }

    /// Where words of the person's cases lie that are not in his own `rights`: they are erased with him.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn words_apart(&self, person: PersonId) -> Result<Vec<PersonId>, Error> {
        let filed = self.cases_of(person).await?;
        let mut apart: Vec<PersonId> = filed.into_iter().flat_map(|filed| filed.words).collect();
        apart.retain(|words| *words != person);
        apart.sort_unstable();
        apart.dedup();
        Ok(apart)
    }

    /// Notes of which open cases the officer is to be reminded now: ten days and three days before they are late, and
    /// when they are. Run again it counts none of them once more.
    ///
    /// # Errors
    /// Those of keeper and store: the next run goes on.
    pub async fn remind(&self) -> Result<Reminded, Error> {
        let now = self.roll.record().now();
        let mut reminded = Reminded::default();
        for filed in self.desk(false).await? {
            if filed.case.lifts().is_some_and(|at| at <= now) {
                self.lift_due(&filed.number).await?;
            }
            let left = filed.case.due.saturating_sub(now);
            let fitting = REMINDERS.iter().rev();
            let Some(days) = fitting
                .copied()
                .find(|days| left <= DAY * Millis::from(*days))
            else {
                continue;
            };
            let step = |_: &Filed| Step::Reminded { days };
            if self
                .take_step(&filed.number, now, "", None, step)
                .await?
                .is_ok()
            {
                match days {
                    0 => reminded.late += 1,
                    _ => reminded.soon += 1,
                }
            }
        }
        Ok(reminded)
    }

    /// Takes a step, with what is said of it.
    async fn take_step(
        &self,
        number: &str,
        at: Millis,
        by: &str,
        said: Option<Said>,
        step: impl FnOnce(&Filed) -> Step,
    ) -> Result<Result<Filed, Forbidden>, Error> {
        let (page, place) = parse_number(number).ok_or(Error::NotFound)?;
        if !self.desk_pages().await?.contains(&page) {
            return Err(Error::NotFound);
        }
        let what = match by {
            "" => "a step of a case".to_owned(),
            by => format!("a step of a case, by {by}"),
        };
        let opened: RollPage<News> = self.roll.open(page, Act::Deposit, &what).await?;
        let mut filed = cases(&opened)
            .into_iter()
            .nth(place as usize)
            .ok_or(Error::NotFound)?;
        let step = step(&filed);
        filed.case = match filed.case.after(&step, at) {
            Ok(next) => next,
            Err(forbidden) => return Ok(Err(forbidden)),
        };
        let mut news = Vec::new();
        if let Some(said) = said {
            let known = filed.words.last().copied().unwrap_or(filed.whose);
            let words = self.say_in_case(None, known, &filed.number, &said).await?;
            if words != known {
                filed.words.push(words);
                news.push(News::Words { case: place, words });
            }
        }
        filed.steps.push((at, step.clone(), by.to_owned()));
        news.push(News::Step {
            case: place,
            step,
            by: by.to_owned(),
        });
        self.roll.write(&opened, news).await?;
        Ok(Ok(filed))
    }

    /// Says something in a case, and gives where it was written: the person's `rights`, or new ones where his are in an
    /// archive, or he has none. Of somebody who was erased nothing is written again.
    async fn say_in_case(
        &self,
        speaker: Option<&Caller>,
        person: PersonId,
        number: &str,
        said: &Said,
    ) -> Result<PersonId, Error> {
        let record = self.roll.record();
        let own = self.roll.caller();
        let about = (number, &*format!("case {number}"));
        let written = record.say_in_case(speaker.unwrap_or(&own), person, about, said);
        match written.await {
            Ok(()) => Ok(person),
            // The officer's answer to somebody who was erased since: that it came is on the page.
            Err(Error::Erased) if said.topic != Topic::Asked => Ok(person),
            Err(Error::Closed | Error::Erased) => self.say_apart(about, said).await,
            Err(error) => match speaker {
                Some(speaker) if self.outlives(&error, speaker, person).await? => {
                    self.say_apart(about, said).await
                }
                _ => Err(error),
            },
        }
    }

    async fn say_apart(&self, about: (&str, &str), said: &Said) -> Result<PersonId, Error> {
        let record = self.roll.record();
        let apart = PersonId::random(record.entropy());
        record
            .say_in_case(&self.roll.caller(), apart, about, said)
            .await?;
        Ok(apart)
    }

    /// Whether somebody was refused for nothing but that his own record is closed or erased: his rights outlive it.
    async fn outlives(&self, error: &Error, who: &Caller, person: PersonId) -> Result<bool, Error> {
        let himself = who.actor.kind == ActorKind::Holder && who.actor.person == Some(person);
        if !himself || !matches!(error, Error::Refused) {
            return Ok(false);
        }
        let (record, own) = (self.roll.record(), self.roll.caller());
        let said = record.said_in_cases::<Said>(&own, person, "whether a record is over");
        match said.await {
            Ok(_) => Ok(false),
            Err(Error::Closed | Error::Erased) => Ok(true),
            Err(error) => Err(error),
        }
    }

    async fn open_desk(&self, page: Subject, what: &str) -> Result<RollPage<News>, Error> {
        // Made where a crash left a page with a name alone.
        self.roll.open(page, Act::Create, what).await
    }

    /// The last page of the desk, or the next where it is full.
    async fn page_with_room(&self) -> Result<RollPage<News>, Error> {
        let what = "a case is filed";
        let last = self.desk_pages().await?.len().saturating_sub(1);
        let opened = self.desk_page(last, what).await?;
        if cases(&opened).len() < FULL {
            return Ok(opened);
        }
        drop(opened);
        self.desk_page(last + 1, what).await
    }

    async fn desk_page(&self, place: usize, what: &str) -> Result<RollPage<News>, Error> {
        let fresh = self.roll.unnamed_page();
        let bound = self.roll.bind(&[(&desk_name(place), fresh)]).await?;
        let page = *bound.first().ok_or(Error::UnknownForm)?;
        self.roll.open(page, Act::Create, what).await
    }

    /// The pages of the desk, oldest first. They are pages of the roll that hold nobody.
    pub(crate) async fn desk_pages(&self) -> Result<Vec<Subject>, Error> {
        let mut known = self.desk.pages.lock().await;
        loop {
            match self.bound(&desk_name(known.len())).await? {
                Some(page) => known.push(page),
                None => return Ok(known.clone()),
            }
        }
    }

    /// The pages that hold cases of a person, oldest first.
    async fn listed(&self, person: PersonId) -> Result<Vec<Subject>, Error> {
        let mut pages = Vec::new();
        while let Some(page) = self.bound(&list_name(person, pages.len())).await? {
            pages.push(page);
        }
        Ok(pages)
    }

    /// Notes that a page holds cases of a person.
    async fn list_for(&self, person: PersonId, page: Subject) -> Result<(), Error> {
        let mut place = 0;
        loop {
            let bound = self.roll.bind(&[(&list_name(person, place), page)]).await?;
            if bound.first() == Some(&page) {
                return Ok(());
            }
            place += 1;
        }
    }

    async fn bound(&self, name: &str) -> Result<Option<Subject>, Error> {
        Ok(self.roll.find(&[name]).await?.into_iter().next().flatten())
    }
}

/// By what a page of the desk is found: no number of a person looks so.
fn desk_name(place: usize) -> String {
    format!("desk {place}")
}

/// By what the pages with a person's cases are found.
fn list_name(person: PersonId, place: usize) -> String {
    format!("cases of {person} {place}")
}
