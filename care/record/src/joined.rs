//! Records that were joined because two persons turned out to be one: reading them as one folder, under rights in which what
//! either of them refused is refused (decision 0030). Nothing is sealed again; each log stays where it is, under its key.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::vec::IntoIter;

use hygie_keeper::{Client, Error as KeeperError};
use hygie_notice::wire::Failure;
use hygie_notice::{
    Act, ActorRef, DataKey, Head, Joined, Notice, PersonId, RequestId, Stream, Subject,
    SubjectKind, Verdict,
};
use hygie_policy::{Request, Rights, Target, decide};
use hygie_vault::{Log, Plain};

use crate::change::Change;
use crate::desk::Pen;
use crate::rights::RightsFolder;
use crate::roll::Roll;
use crate::{Error, Record, compact};

/// Which records were joined, as far as is known: the keeper says so at the start, and when one is asked for.
#[derive(Default)]
pub(crate) struct Joins(RwLock<Known>);

#[derive(Default)]
struct Known {
    leading: HashMap<PersonId, PersonId>,
    parts: HashMap<PersonId, Vec<PersonId>>,
}

impl Joins {
    /// Asks for all of them.
    pub async fn known_to(keeper: &Client) -> Result<Self, Error> {
        let joins = Self::default();
        let mut after = None;
        loop {
            let page = keeper.joins(after).await?;
            let Some((last, _)) = page.last() else {
                return Ok(joins);
            };
            after = Some(*last);
            for (person, leading) in page {
                joins.learn(person, leading);
            }
        }
    }

    /// Learns that a record opens with that of `leading` alone.
    pub fn learn(&self, person: PersonId, leading: PersonId) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // What had been joined to it before goes with it.
        let mut parts = known.parts.remove(&person).unwrap_or_default();
        parts.push(person);
        for part in parts {
            if known.leading.insert(part, leading) != Some(leading) {
                known.parts.entry(leading).or_default().push(part);
            }
        }
    }

    /// The person whose record this one's opens with; himself where it was joined to none.
    pub fn leading(&self, person: PersonId) -> PersonId {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.leading.get(&person).copied().unwrap_or(person)
    }

    /// All that open with this record.
    pub fn parts(&self, person: PersonId) -> Vec<PersonId> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.parts.get(&person).cloned().unwrap_or_default()
    }
}

impl Record {
    /// The person whose record this one's opens with by now; himself where it was joined to none.
    pub fn leading(&self, person: PersonId) -> PersonId {
        self.joins.leading(person)
    }

    /// An actor by whom he acts for now: who signed in for a record that was joined acts for the person of the one that it
    /// opens with.
    pub(crate) fn as_led(&self, mut actor: ActorRef) -> ActorRef {
        actor.person = actor.person.map(|person| self.leading(person));
        actor
    }

    /// All ids of a person: that of the record which goes on first, then those that were joined to it.
    pub fn names_of(&self, person: PersonId) -> Vec<PersonId> {
        let leading = self.leading(person);
        let parts = self.joins.parts(leading);
        [leading].into_iter().chain(parts).collect()
    }

    /// All persons whose records open with this one's.
    pub fn joined_to(&self, person: PersonId) -> Vec<PersonId> {
        self.joins.parts(person)
    }
}

impl Roll {
    /// Joins the record of one person to that of another, who is the same: `keep`'s goes on, but where nothing stands in it
    /// and something in the other. Both openings of each request are written down from here on; new entries go to the one
    /// that goes on. Gives whose that is. Again, it gives the same.
    ///
    /// Crash before the keeper's commit: nothing happened. Crash after it: the records are one, and every number leads there.
    ///
    /// # Errors
    /// [`Error::Erased`], [`Error::Closed`] where one of the two ended; [`Error::Impossible`] with the reason; those of the
    /// keeper.
    pub async fn join(&self, keep: PersonId, drop: PersonId) -> Result<PersonId, Error> {
        let record = self.record();
        let (keep, drop) = (record.leading(keep), record.leading(drop));
        if keep == drop {
            return Ok(keep);
        }
        match self.join_to(keep, drop).await {
            Err(Error::NotFound) => self.join_to(drop, keep).await,
            joined => joined,
        }
    }

    async fn join_to(&self, keep: PersonId, drop: PersonId) -> Result<PersonId, Error> {
        let record = self.record();
        let caller = self.caller();
        // What they allow others plays no part in it: what either refused holds for both.
        let verdict = Verdict::from(decide(&Request {
            actor: &caller.actor,
            act: Act::Amend,
            purpose: caller.purpose,
            target: Target::Record,
            person: Some(keep),
            rights: &Rights::default(),
            terms: &record.terms,
            now: record.now(),
        }));
        if !verdict.permitted {
            return Err(Error::Refused);
        }
        let notice = Notice {
            subject: Subject::person(keep),
            stream: Stream::Trail,
            act: Act::Amend,
            purpose: caller.purpose,
            what: String::new(),
            verdict: Some(verdict),
            request: RequestId::random(record.entropy()),
        };
        match record.keeper.join(&caller.assertion, notice, drop).await {
            Ok(()) => {}
            Err(KeeperError::Refused(Failure::Joined(leading))) => {
                record.joins.learn(keep, leading);
                return Err(Error::Impossible(
                    "the record was joined to another meanwhile; try again".to_owned(),
                ));
            }
            Err(error) => return Err(crate::ending::told(error)),
        }
        record.joins.learn(drop, keep);
        for person in [keep, drop] {
            record.warm.forget(Subject::person(person));
        }
        Ok(keep)
    }
}

/// The heads of all that was joined, in the order in which they are read.
pub(crate) fn heads(joined: &[Joined]) -> Vec<Head> {
    let heads = joined.iter().flat_map(|one| {
        let own = [one.opened.head].into_iter();
        own.chain(heads(&one.opened.joined))
    });
    heads.collect()
}

/// The persons of all that was joined.
fn persons(joined: &[Joined]) -> Vec<PersonId> {
    let persons = joined.iter().flat_map(|one| {
        let own = [one.opened.receipt.subject.id].into_iter();
        own.chain(persons(&one.opened.joined))
    });
    persons.collect()
}

/// The logs of one stream of a record and of all that was joined to it.
pub(crate) struct Logs {
    /// The record's own.
    pub own: Log,
    /// The others, in the order of [`heads`].
    pub joined: Vec<Log>,
}

impl Logs {
    /// Where they end.
    pub fn heads(&self) -> Vec<Head> {
        self.joined.iter().map(|log| log.head).collect()
    }

    /// Plain entries of all of them, what was joined first.
    pub fn entries(self) -> Vec<Vec<u8>> {
        let logs = self.joined.into_iter().chain([self.own]);
        logs.flat_map(|log| log.entries)
            .map(|entry| entry.bytes)
            .collect()
    }

    /// The changes of content in the order in which they were made: up to the joining by time, then those of the record
    /// that went on, which alone was written since. What a joined person wrote is the one person's.
    pub fn changes(self, person: PersonId, joined: &[Joined]) -> Result<Vec<Change>, Error> {
        let own = compact::changes(&self.own.entries)?;
        let others = persons(joined);
        let mut changes = merged(own, joined, &mut self.joined.into_iter())?;
        for change in &mut changes {
            let author = &mut change.author.person;
            if author.is_some_and(|author| others.contains(&author)) {
                *author = Some(person);
            }
        }
        Ok(changes)
    }

    /// The rights of all of them as one.
    pub fn rights(self, subject: Subject, joined: &[Joined]) -> Result<RightsFolder, Error> {
        let heads: Vec<Head> = [self.own.head].into_iter().chain(self.heads()).collect();
        let mut folder = folded(
            self.own.entries,
            subject.id,
            joined,
            &mut self.joined.into_iter(),
        )?;
        folder.head = Head::over(&heads);
        Ok(folder)
    }
}

fn merged(
    own: Vec<(u64, Change)>,
    joined: &[Joined],
    logs: &mut IntoIter<Log>,
) -> Result<Vec<Change>, Error> {
    let mut rest = own.into_iter().peekable();
    let mut merged: Vec<Change> = Vec::new();
    for one in joined {
        let theirs = compact::changes(&logs.next().map(entries).unwrap_or_default())?;
        let theirs = self::merged(theirs, &one.opened.joined, logs)?;
        let before = std::iter::from_fn(|| rest.next_if(|(place, _)| *place < one.place));
        merged.extend(before.map(|(_, change)| change));
        merged = by_time(merged, theirs);
    }
    merged.extend(rest.map(|(_, change)| change));
    Ok(merged)
}

fn entries(log: Log) -> Vec<Plain> {
    log.entries
}

/// Two sequences as one, by time; each keeps its order, whatever its clock did.
fn by_time(one: Vec<Change>, other: Vec<Change>) -> Vec<Change> {
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    let mut both = Vec::with_capacity(one.len() + other.len());
    loop {
        let next = match (one.peek(), other.peek()) {
            (Some(first), Some(second)) if second.at < first.at => other.next(),
            (Some(_), _) => one.next(),
            (None, _) => other.next(),
        };
        match next {
            Some(change) => both.push(change),
            None => return both,
        }
    }
}

fn folded(
    own: Vec<Plain>,
    person: PersonId,
    joined: &[Joined],
    logs: &mut IntoIter<Log>,
) -> Result<RightsFolder, Error> {
    let mut others = Vec::with_capacity(joined.len());
    for one in joined {
        let theirs = logs.next().map(entries).unwrap_or_default();
        let id = one.opened.receipt.subject.id;
        let theirs = folded(theirs, id, &one.opened.joined, logs)?;
        others.push((one, id, theirs));
    }
    let mut others = others.into_iter().peekable();
    let mut folder = RightsFolder::default();
    let mut join = |folder: &mut RightsFolder, number: u64| -> Result<(), Error> {
        while let Some((one, id, theirs)) = others.next_if(|(one, ..)| one.place <= number) {
            folder.join(theirs, (person, id), one.at)?;
        }
        Ok(())
    };
    for entry in own {
        join(&mut folder, entry.sequence)?;
        folder.apply(&entry.bytes)?;
    }
    join(&mut folder, u64::MAX)?;
    Ok(folder)
}

impl Pen {
    /// Reads an opened stream of a record, and of all that was joined to it, up to the keeper's heads.
    pub(crate) async fn read_all(
        &self,
        opened: (&DataKey, Head),
        place: (Subject, Stream),
        joined: &[Joined],
    ) -> Result<Logs, Error> {
        let own = self.read_opened(opened, place).await?;
        let mut logs = Vec::new();
        // Depth first, as `heads` gives them.
        let mut waiting: Vec<&Joined> = joined.iter().rev().collect();
        while let Some(Joined { opened, .. }) = waiting.pop() {
            let of = (opened.receipt.subject, opened.receipt.stream);
            // INVARIANT (no log, no plaintext): each log for a receipt of its own.
            if of.0.kind != SubjectKind::Person || of.1 != place.1 {
                return Err(Error::UnknownForm);
            }
            let key = (&opened.key, opened.head);
            logs.push(self.read_opened(key, of).await?);
            waiting.extend(opened.joined.iter().rev());
        }
        Ok(Logs { own, joined: logs })
    }
}
