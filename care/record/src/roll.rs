//! The roll of the insured: sealed pages, found by the keyed hash of a national number. What stands on a page is for
//! enrolment to know; here it is opened, written, and what follows from it is written into people's `rights`.
//! Under the roll's own assertion, or an agent's on the telephone; neither opens a record's content.

mod agent;
mod list;
mod saying;
mod space;
mod telling;

use std::collections::BTreeSet;
use std::sync::Arc;

use hygie_identity::{Ins, InsSystem};
use hygie_ledger::Inclusion;
use hygie_notice::wire::Tag;
use hygie_notice::{
    Act, ActorKind, ActorRef, How, IssuerKey, Millis, PersonId, Purpose, Receipt, Stream, Subject,
    SubjectKind, symbols,
};
use hygie_policy::Target;
use serde::de::{DeserializeOwned, IgnoredAny};
use tokio::sync::{Mutex, RwLock};

use crate::change::{RollChange, decode, encode};
use crate::desk::{Desk, Guard};
use crate::subject::Errand;
use crate::{Caller, Error, Record};

pub use space::Space;

/// The tag domain of INS numbers, by which the page of an insured person is found.
const ROLL: &str = "roll";
/// The tag domain of persons: the page on which the line of each is.
const PERSON: &str = "roll-person";
/// How long an assertion of the roll lives, in seconds: a page's work.
const LIFETIME: u64 = 10 * 60;
/// How many positions of the feed are read at once.
const FEED: usize = 10_000;
/// How many tags are looked up at once; the keeper takes no more.
const TAGS: usize = 1_000;

/// The sealed pages of an installation.
pub struct Roll {
    record: Arc<Record>,
    key: IssuerKey,
    /// The pages known so far, oldest first; read from the feed once.
    pages: Mutex<Option<Vec<Subject>>>,
    /// The last sheet of the list of oppositions, as far as is known.
    sheets: Mutex<Option<u32>>,
}

/// A page that was opened: its notice stands in the ledger. Nobody else opens it until this is dropped.
pub struct RollPage<N> {
    /// Which.
    pub page: Subject,
    /// What was written on it, oldest first, each with its time.
    pub news: Vec<(Millis, N)>,
    /// That it was opened.
    pub receipt: Receipt,
    desk: Desk,
    /// Who opened it, and writes on it.
    actor: ActorRef,
}

/// A national number: its system as FHIR writes it, and the INS with its key or without.
#[derive(Debug, Clone, Copy)]
pub struct Number<'a> {
    /// System, a URI.
    pub system: &'a str,
    /// 13 or 15 characters.
    pub ins: &'a str,
}

/// Whether `plain` is a change of a page.
pub(crate) fn reads(plain: &[u8]) -> bool {
    decode::<RollChange<IgnoredAny>>(plain).is_ok()
}

impl Roll {
    /// Acts for the roll of `record`'s installation with the key that the keeper made for it.
    pub fn new(record: Arc<Record>, key: IssuerKey) -> Self {
        Self {
            record,
            key,
            pages: Mutex::new(None),
            sheets: Mutex::new(None),
        }
    }

    /// The records beside which it lies.
    pub fn record(&self) -> &Arc<Record> {
        &self.record
    }

    /// The roll at the door, with a fresh assertion: ten minutes' work.
    pub fn caller(&self) -> Caller {
        let actor = ActorRef::new(ActorKind::Enrolment, "enrolment");
        let jti = symbols(self.record.entropy.as_ref(), 26);
        let now = self.record.clock.now();
        Caller {
            assertion: self.key.assert(actor.clone(), now, LIFETIME, jti),
            actor,
            purpose: Purpose::Enrolment,
        }
    }

    /// Writes the notice down, and opens a page; makes it when `act` is [`Act::Create`].
    ///
    /// # Errors
    /// Those of keeper and store; [`Error::UnknownForm`] when something on it was written by a later version.
    pub async fn open<N: DeserializeOwned>(
        &self,
        page: Subject,
        act: Act,
        what: &str,
    ) -> Result<RollPage<N>, Error> {
        self.open_as(&self.caller(), (page, Target::Roll), act, what)
            .await
    }

    /// The same for who acts under his own assertion: an agent ([`Roll::agent`]).
    ///
    /// # Errors
    /// As [`Roll::open`]; [`Error::Refused`] for all others.
    pub async fn open_by<N: DeserializeOwned>(
        &self,
        caller: &Caller,
        page: Subject,
        act: Act,
        what: &str,
    ) -> Result<RollPage<N>, Error> {
        self.open_as(caller, (page, Target::Roll), act, what).await
    }

    async fn open_as<N: DeserializeOwned>(
        &self,
        caller: &Caller,
        (page, target): (Subject, Target),
        act: Act,
        what: &str,
    ) -> Result<RollPage<N>, Error> {
        let guard = self.record.guard(page, true).await;
        self.opened(caller, (page, target), (act, what), guard)
            .await
    }

    async fn opened<N: DeserializeOwned>(
        &self,
        caller: &Caller,
        (page, target): (Subject, Target),
        (act, what): (Act, &str),
        guard: Guard,
    ) -> Result<RollPage<N>, Error> {
        let record = &self.record;
        let errand = Errand {
            caller,
            subject: page,
            target,
            act,
            what,
        };
        let (receipt, desk) = record.open_subject(&errand, guard).await?;
        if act == Act::Create {
            self.know(page).await;
        }
        let mut news = Vec::new();
        for plain in record.entries(&desk).await? {
            let change: RollChange<N> = decode(&plain)?;
            news.extend(change.news.into_iter().map(|one| (change.at, one)));
        }
        Ok(RollPage {
            page,
            news,
            receipt,
            desk,
            actor: caller.actor.clone(),
        })
    }

    /// Writes the notice down, and reads a page as it is at that moment; others may write on it meanwhile, and whoever has
    /// another page open waits for nobody.
    ///
    /// # Errors
    /// As [`Roll::open`].
    pub async fn look<N: DeserializeOwned>(
        &self,
        page: Subject,
        what: &str,
    ) -> Result<Vec<(Millis, N)>, Error> {
        let nobodys = Arc::new(RwLock::new(()));
        let guard = Guard::Shared(nobodys.read_owned().await);
        let caller = self.caller();
        let to = (page, Target::Roll);
        let opened = self.opened(&caller, to, (Act::Search, what), guard);
        Ok(opened.await?.news)
    }

    /// Writes on an opened page; durable when this returns, all of it or nothing.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn write<N, M: serde::Serialize>(
        &self,
        page: &RollPage<N>,
        news: Vec<M>,
    ) -> Result<(), Error> {
        let change = RollChange {
            at: self.record.clock.now(),
            author: page.actor.clone(),
            news,
        };
        self.record.write(&page.desk, &encode(&change)).await
    }

    /// All pages, oldest first; the list of oppositions is none of them.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn pages(&self) -> Result<Vec<Subject>, Error> {
        let mut known = self.pages.lock().await;
        if let Some(pages) = &*known {
            return Ok(pages.clone());
        }
        let mut pages = Vec::new();
        let (mut after, mut last) = (0, None);
        loop {
            let feed = self.record.vault.feed(after, FEED).await?;
            let Some(end) = feed.last() else { break };
            after = end.position;
            let begun = feed.iter().filter(|line| {
                line.subject.kind == SubjectKind::Roll
                    && line.stream == Stream::Content
                    && line.sequence == 0
            });
            for line in begun {
                match line.subject.sheet() {
                    Some(sheet) => last = last.max(Some(sheet)),
                    None => pages.push(line.subject),
                }
            }
        }
        *self.sheets.lock().await = last;
        *known = Some(pages.clone());
        Ok(pages)
    }

    /// The name of a page that is none yet, and is listed once it was made.
    pub fn unnamed_page(&self) -> Subject {
        Subject::roll(PersonId::random(self.record.entropy.as_ref()))
    }

    /// The name of a page to be made.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn begin_page(&self) -> Result<Subject, Error> {
        let page = self.unnamed_page();
        self.pages().await?;
        self.know(page).await;
        Ok(page)
    }

    /// Lists a page that is being made. A crash may have left it with numbers that lead to it and nothing on it, so
    /// that it was not found among those that are there.
    async fn know(&self, page: Subject) {
        if page.sheet().is_none()
            && let Some(pages) = self.pages.lock().await.as_mut()
            && !pages.contains(&page)
        {
            pages.push(page);
        }
    }

    /// The page of each number (13 characters); none for who is not on the roll.
    ///
    /// # Errors
    /// Those of the keeper.
    pub async fn find(&self, numbers: &[&str]) -> Result<Vec<Option<Subject>>, Error> {
        let tags = numbers.iter().map(|number| (ROLL, *number, None)).collect();
        self.tags(tags).await
    }

    /// Binds numbers to pages, and gives the page of each: where one was bound before, that one.
    ///
    /// # Errors
    /// Those of the keeper.
    pub async fn bind(&self, numbers: &[(&str, Subject)]) -> Result<Vec<Subject>, Error> {
        let tags = numbers
            .iter()
            .map(|(number, page)| (ROLL, *number, Some(*page)));
        let bound = self.tags(tags.collect()).await?;
        let pages = bound.into_iter().zip(numbers);
        Ok(pages
            .map(|(bound, (_, page))| bound.unwrap_or(*page))
            .collect())
    }

    /// The page on which the line of a person is, as far as it is known: since his space was made, or he has access.
    ///
    /// # Errors
    /// Those of the keeper.
    pub async fn page_of(&self, person: PersonId) -> Result<Option<Subject>, Error> {
        let found = self.tags(vec![(PERSON, &person.to_string(), None)]).await?;
        Ok(found.into_iter().next().flatten())
    }

    /// Remembers on which page the lines of these are.
    ///
    /// # Errors
    /// Those of the keeper.
    pub async fn know_all(&self, persons: &[PersonId], page: Subject) -> Result<(), Error> {
        let names: Vec<String> = persons.iter().map(PersonId::to_string).collect();
        let bind = names.iter().map(|name| (PERSON, name.as_str(), Some(page)));
        self.tags(bind.collect()).await.map(drop)
    }

    async fn tags(
        &self,
        wanted: Vec<(&str, &str, Option<Subject>)>,
    ) -> Result<Vec<Option<Subject>>, Error> {
        let mut found = Vec::with_capacity(wanted.len());
        let caller = self.caller();
        for part in wanted.chunks(TAGS) {
            let tags = part.iter().map(|(domain, value, bind)| Tag {
                domain: (*domain).to_owned(),
                value: (*value).to_owned(),
                bind: *bind,
            });
            let keeper = &self.record.keeper;
            found.extend(keeper.tags(&caller.assertion, tags.collect()).await?);
        }
        Ok(found)
    }

    /// To whom each of these numbers leads, and whether his record was erased: he gets none again.
    ///
    /// # Errors
    /// Those of the keeper; [`Error::UnknownForm`] for what is no number.
    pub async fn met(
        &self,
        numbers: &[Number<'_>],
    ) -> Result<Vec<Option<(PersonId, bool)>>, Error> {
        let mut spelt = Vec::new();
        for (place, number) in numbers.iter().enumerate() {
            let spellings = number.spellings()?.into_iter();
            spelt.extend(spellings.map(|spelling| (place, number.system, spelling)));
        }
        let tags = spelt
            .iter()
            .map(|(_, system, spelling)| (*system, spelling.as_str(), None));
        let found = self.tags(tags.collect()).await?;
        let mut met = vec![None; numbers.len()];
        for ((place, ..), subject) in spelt.iter().zip(found) {
            if let (Some(subject), None | Some((_, false))) = (subject, met[*place]) {
                let how = self.record.keeper.standing(subject).await?;
                met[*place] = Some((subject.id, how == Some(How::Erased)));
            }
        }
        Ok(met)
    }

    /// The person of these numbers (one's own, and earlier ones), each with its key and without, as imports may write
    /// it; one is named when there is none, so that no import finds a number free. Imports that wrote it differently
    /// made several persons: all are given.
    ///
    /// # Errors
    /// Those of the keeper; [`Error::UnknownForm`] for what is no number.
    pub async fn persons(&self, numbers: &[Number<'_>]) -> Result<Vec<PersonId>, Error> {
        let spelt = spelt(numbers)?;
        let named = |bind| {
            let tags = spelt.iter();
            tags.map(|(system, one)| (*system, one.as_str(), bind))
                .collect::<Vec<_>>()
        };
        let found = self.tags(named(None)).await?;
        let first = found.into_iter().flatten().next();
        let fresh = || Subject::person(PersonId::random(self.record.entropy.as_ref()));
        // An import may have bound one this very moment: its person is given too.
        let bound = self.tags(named(Some(first.unwrap_or_else(fresh)))).await?;
        let persons: BTreeSet<PersonId> = bound.into_iter().flatten().map(|one| one.id).collect();
        Ok(persons.into_iter().collect())
    }

    /// The persons of these numbers, where there are any by now.
    ///
    /// # Errors
    /// Those of the keeper; [`Error::UnknownForm`] for what is no number.
    pub async fn known(&self, numbers: &[Number<'_>]) -> Result<Vec<PersonId>, Error> {
        let spelt = spelt(numbers)?;
        let tags = spelt.iter();
        let tags = tags.map(|(system, one)| (*system, one.as_str(), None));
        let found = self.tags(tags.collect()).await?.into_iter().flatten();
        let persons: BTreeSet<PersonId> = found.map(|one| one.id).collect();
        Ok(persons.into_iter().collect())
    }

    /// The place of the first of these numbers that leads to this person.
    ///
    /// # Errors
    /// Those of the keeper.
    pub async fn lead_to(
        &self,
        numbers: &[Number<'_>],
        person: PersonId,
    ) -> Result<Option<usize>, Error> {
        let tags = numbers.iter().map(|one| (one.system, one.bare(), None));
        let found = self.tags(tags.collect()).await?;
        let wanted = Some(Subject::person(self.record.leading(person)));
        Ok(found.into_iter().position(|subject| subject == wanted))
    }

    /// That the ledger holds the leaf at `index`: a C2SP tlog-proof with the entry in its `extra` line.
    ///
    /// # Errors
    /// Those of the keeper.
    pub async fn proof(&self, index: u64) -> Result<String, Error> {
        let proof = self.record.keeper.prove(index).await?;
        let inclusion = Inclusion {
            entry: proof.entry,
            index,
            path: proof.path,
            checkpoint: proof.checkpoint,
        };
        Ok(inclusion.to_string())
    }
}

/// All spellings of these numbers, with their systems.
fn spelt<'a>(numbers: &[Number<'a>]) -> Result<Vec<(&'a str, String)>, Error> {
    let mut spelt = Vec::with_capacity(2 * numbers.len());
    for number in numbers {
        let spellings = number.spellings()?.into_iter();
        spelt.extend(spellings.map(|spelling| (number.system, spelling)));
    }
    Ok(spelt)
}

impl<'a> Number<'a> {
    /// The 13 characters that stand before the key.
    pub fn bare(&self) -> &'a str {
        self.ins.get(..13).unwrap_or(self.ins)
    }

    /// Whether it is the same number, with its key or without.
    pub fn is(&self, other: &Number<'_>) -> bool {
        self.system == other.system && self.bare() == other.bare()
    }

    /// How imports may write it: without its key, with it, or as it stands here.
    fn spellings(&self) -> Result<Vec<String>, Error> {
        let bare = self.bare();
        let known = InsSystem::from_uri(self.system).ok_or(Error::UnknownForm)?;
        let whole = Ins::complete(known, bare).map_err(|_| Error::UnknownForm)?;
        let mut spellings = vec![bare.to_owned(), whole.to_string()];
        if !spellings.iter().any(|spelling| spelling == self.ins) {
            spellings.push(self.ins.to_owned());
        }
        Ok(spellings)
    }
}
