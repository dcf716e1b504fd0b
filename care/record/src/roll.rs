//! The roll of the insured: sealed pages, found by the keyed hash of a national number. What stands on a page is for
//! enrolment to know; here it is opened, written, and what follows from it is written into people's `rights`.
//! All of it under the roll's own assertion, which opens no record.

mod space;

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
use tokio::sync::Mutex;

use crate::change::{Right, RollChange, decode, encode};
use crate::desk::Desk;
use crate::door::Ask;
use crate::subject::Errand;
use crate::{Caller, Error, Record};

pub use space::{Newcomer, Space};

/// The tag domain of INS numbers, by which the page of an insured person is found.
const ROLL: &str = "roll";
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
        let record = &self.record;
        let guard = record.guard(page, true).await;
        let caller = self.caller();
        let errand = Errand {
            caller: &caller,
            subject: page,
            target: Target::Roll,
            act,
            what,
        };
        let (receipt, desk) = record.open_subject(&errand, guard).await?;
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
        })
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
            author: ActorRef::new(ActorKind::Enrolment, "enrolment"),
            news,
        };
        self.record.write(&page.desk, &encode(&change)).await
    }

    /// All pages, oldest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn pages(&self) -> Result<Vec<Subject>, Error> {
        let mut known = self.pages.lock().await;
        if let Some(pages) = &*known {
            return Ok(pages.clone());
        }
        let mut pages = Vec::new();
        let mut after = 0;
        loop {
            let feed = self.record.vault.feed(after, FEED).await?;
            let Some(last) = feed.last() else { break };
            after = last.position;
            let begun = feed.iter().filter(|line| {
                line.subject.kind == SubjectKind::Roll
                    && line.stream == Stream::Content
                    && line.sequence == 0
            });
            pages.extend(begun.map(|line| line.subject));
        }
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
        if let Some(pages) = self.pages.lock().await.as_mut() {
            pages.push(page);
        }
        Ok(page)
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

    /// Which of these numbers belong to a record that was erased: they get none again.
    ///
    /// # Errors
    /// Those of the keeper; [`Error::UnknownForm`] for what is no number.
    pub async fn erased(&self, numbers: &[Number<'_>]) -> Result<Vec<bool>, Error> {
        let mut spelt = Vec::new();
        for (place, number) in numbers.iter().enumerate() {
            let spellings = number.spellings()?.into_iter();
            spelt.extend(spellings.map(|spelling| (place, number.system, spelling)));
        }
        let tags = spelt
            .iter()
            .map(|(_, system, spelling)| (*system, spelling.as_str(), None));
        let found = self.tags(tags.collect()).await?;
        let mut erased = vec![false; numbers.len()];
        for ((place, ..), subject) in spelt.iter().zip(found) {
            if let Some(subject) = subject
                && self.record.keeper.standing(subject).await? == Some(How::Erased)
            {
                erased[*place] = true;
            }
        }
        Ok(erased)
    }

    /// The person of a number, with its key and without, as imports may write it; one is named when there is none, so
    /// that no import finds the number free. Two imports that wrote it differently made two persons: both are given.
    ///
    /// # Errors
    /// Those of the keeper; [`Error::UnknownForm`] for what is no number.
    pub async fn persons(&self, number: Number<'_>) -> Result<Vec<PersonId>, Error> {
        let spellings = number.spellings()?;
        let named = |bind| {
            let tags = spellings
                .iter()
                .map(move |one| (number.system, one.as_str(), bind));
            tags.collect::<Vec<_>>()
        };
        let found = self.tags(named(None)).await?;
        let first = found.into_iter().flatten().next();
        let fresh = || Subject::person(PersonId::random(self.record.entropy.as_ref()));
        // An import may have bound one this very moment: its person is given too.
        let bound = self.tags(named(Some(first.unwrap_or_else(fresh)))).await?;
        let persons: BTreeSet<PersonId> = bound.into_iter().flatten().map(|one| one.id).collect();
        Ok(persons.into_iter().collect())
    }

    /// Writes an opposition into the person's `rights`: from here on `decide` refuses (INVARIANT opposition wins).
    /// Gives its opening's index in the ledger, and when; none where the record ended, of which nothing opens any more.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn oppose(
        &self,
        person: PersonId,
        receipt: &str,
        what: &str,
    ) -> Result<Option<(u64, Millis)>, Error> {
        let right = Right::Oppose {
            receipt: receipt.to_owned(),
        };
        self.say(person, what, true, right).await
    }

    /// Takes an opposition back, as [`Roll::oppose`] writes it.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn relent(
        &self,
        person: PersonId,
        receipt: &str,
        what: &str,
    ) -> Result<Option<(u64, Millis)>, Error> {
        let right = Right::Relent {
            receipt: receipt.to_owned(),
        };
        self.say(person, what, false, right).await
    }

    async fn say(
        &self,
        person: PersonId,
        what: &str,
        opposed: bool,
        right: Right,
    ) -> Result<Option<(u64, Millis)>, Error> {
        let caller = self.caller();
        let ask = Ask {
            caller: &caller,
            person,
            act: Act::Oppose,
            what: what.to_owned(),
        };
        let entered = match self.record.enter(&ask).await {
            Err(Error::Erased | Error::Closed) => return Ok(None),
            entered => entered?,
        };
        let (index, at) = (entered.receipt.index, entered.receipt.at);
        if entered.rights.opposed != opposed {
            self.record
                .write_right(&entered, &caller, at, right)
                .await?;
        }
        Ok(Some((index, at)))
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

impl Number<'_> {
    /// The 13 characters that stand before the key.
    pub fn bare(&self) -> &str {
        self.ins.get(..13).unwrap_or(self.ins)
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
