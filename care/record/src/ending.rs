//! Records that end as their holders ask: erased, closed, opened again. The keeper destroys or hands over
//! the keys and writes it down, in one step; care forgets after it. Nothing of the record is opened.

use hygie_keeper::Error as KeeperError;
use hygie_ledger::Inclusion;
use hygie_notice::wire::Failure;
use hygie_notice::{
    Act, ActorKind, Ended, EndingProof, How, Millis, Notice, PersonId, RequestId, Stream, Subject,
    Verdict,
};
use hygie_policy::{Request, Rights, Target, decide};

use crate::door::Ask;
use crate::{Caller, Error, Record, ids};

/// What came of ending a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Since when, RFC 3339, UTC.
    pub at: String,
    /// Until when custodians can open what they hold, RFC 3339, UTC.
    pub until: String,
    /// The same two moments, in milliseconds since 1970.
    pub millis: (Millis, Millis),
    /// That it was done: an [`EndingProof`], which anybody can check offline.
    pub proof: String,
}

/// A decision that somebody may end a record.
pub struct Permit(Notice);

impl Record {
    /// Erases a person's record, and with it all that was joined to it: the keys of `rights` and `content` are destroyed, the trail's goes to the
    /// custodians for `years`, the store forgets the entries.
    ///
    /// Crash between keeper and store: the record is erased, its entries are noise that lies there until
    /// this is asked again, or until the next start ([`Record::forget_erased`]).
    ///
    /// # Errors
    /// [`Error::Refused`] for who may not; [`Error::Erased`] when its time with the custodians is
    /// over too; [`Error::Keeper`] with the reason, as where there are no custodians.
    pub async fn erase(
        &self,
        caller: &Caller,
        person: PersonId,
        years: u8,
    ) -> Result<Ending, Error> {
        let permit = self.permit_ending(caller, person, Act::Erase).await?;
        self.end(caller, permit, years).await
    }

    /// Closes a person's record: its keys go to the custodians for `years`, its entries stay, sealed.
    ///
    /// # Errors
    /// As [`Record::erase`].
    pub async fn close(
        &self,
        caller: &Caller,
        person: PersonId,
        years: u8,
    ) -> Result<Ending, Error> {
        let permit = self.permit_ending(caller, person, Act::Close).await?;
        self.end(caller, permit, years).await
    }

    /// Decides whether somebody may close a record, or erase it. Of who is no operator the rights are weighed for it.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub async fn permit_ending(
        &self,
        caller: &Caller,
        person: PersonId,
        act: Act,
    ) -> Result<Permit, Error> {
        let person = self.leading(person);
        let ends = matches!(
            caller.actor.kind,
            ActorKind::Operator | ActorKind::Enrolment
        );
        if ends {
            return self.ending_notice(caller, person, act).map(Permit);
        }
        let ask = Ask {
            caller,
            person,
            act,
            what: String::new(),
        };
        self.permit_trail(&ask).await.map(Permit)
    }

    /// Ends a record by a decision that was made; as [`Record::close`] and [`Record::erase`].
    ///
    /// # Errors
    /// As theirs.
    pub async fn end(
        &self,
        caller: &Caller,
        Permit(notice): Permit,
        years: u8,
    ) -> Result<Ending, Error> {
        let (subject, act) = (notice.subject, notice.act);
        // Writers that began before go to their end; those behind find the keys gone.
        let alone = self.guard(subject, true).await;
        let ended = self.keeper.end(&caller.assertion, notice, years).await;
        self.warm.forget(subject);
        drop(alone);
        let ended = ended.map_err(told)?;
        if act == Act::Erase {
            self.forget(subject).await?;
            for joined in self.joined_to(subject.id) {
                self.forget(Subject::person(joined)).await?;
            }
        }
        self.ending(subject.id, ended).await
    }

    /// How a person's record ended; none where it lives, or there is none.
    ///
    /// # Errors
    /// Those of the keeper.
    pub async fn ended(&self, person: PersonId) -> Result<Option<How>, Error> {
        let subject = Subject::person(self.leading(person));
        Ok(self.keeper.standing(subject).await?)
    }

    /// Opens a closed record again, by its custodians' shares.
    ///
    /// # Errors
    /// [`Error::Refused`] for all but the operator; [`Error::Keeper`] says which shares are wanted.
    pub async fn reopen(
        &self,
        caller: &Caller,
        person: PersonId,
        shares: Vec<String>,
    ) -> Result<(), Error> {
        let person = self.leading(person);
        let _alone = self.guard(Subject::person(person), true).await;
        let notice = self.ending_notice(caller, person, Act::Reopen)?;
        let answer = self.keeper.reopen(&caller.assertion, notice, shares).await;
        answer.map(drop).map_err(told)
    }

    /// Makes the store forget what the keeper erased and a crash kept here; gives how many records that
    /// were. To be called at the start.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn forget_erased(&self) -> Result<usize, Error> {
        let mut count = 0;
        loop {
            let left = self.keeper.unforgotten().await?;
            if left.is_empty() {
                return Ok(count);
            }
            for subject in left {
                self.forget(subject).await?;
                count += 1;
            }
        }
    }

    /// Forgets all that care holds of an erased subject: entries, and what is warm. Whatever else comes to
    /// be kept of a person is forgotten here.
    async fn forget(&self, subject: Subject) -> Result<(), Error> {
        self.warm.forget(subject);
        self.vault.forget(subject).await?;
        Ok(self.keeper.forgotten(subject).await?)
    }

    /// The notice of an ending. What the person allows others plays no part in it, so that `rights` stay
    /// closed: whether a record is closed already, the keeper alone knows.
    fn ending_notice(&self, caller: &Caller, person: PersonId, act: Act) -> Result<Notice, Error> {
        let rights = Rights {
            closed: act == Act::Reopen,
            ..Rights::default()
        };
        let verdict = Verdict::from(decide(&Request {
            actor: &caller.actor,
            act,
            purpose: caller.purpose,
            target: Target::Record,
            person: Some(person),
            rights: &rights,
            terms: &self.terms,
            now: self.clock.now(),
        }));
        if !verdict.permitted {
            return Err(Error::Refused);
        }
        Ok(Notice {
            subject: Subject::person(person),
            stream: Stream::Trail,
            act,
            purpose: caller.purpose,
            what: String::new(),
            verdict: Some(verdict),
            request: RequestId::random(self.entropy.as_ref()),
        })
    }

    async fn ending(&self, person: PersonId, ended: Ended) -> Result<Ending, Error> {
        let proof = self.keeper.prove(ended.index).await?;
        let inclusion = Inclusion {
            entry: proof.entry,
            index: ended.index,
            path: proof.path,
            checkpoint: proof.checkpoint,
        };
        Ok(Ending {
            at: ids::instant(ended.at),
            until: ids::instant(ended.until),
            millis: (ended.at, ended.until),
            proof: EndingProof::of(person, &ended, inclusion).to_string(),
        })
    }
}

/// The keeper's word about a record that ended, as an error of the door.
pub(crate) fn told(error: KeeperError) -> Error {
    match error {
        KeeperError::Refused(Failure::Erased) => Error::Erased,
        KeeperError::Refused(Failure::Closed) => Error::Closed,
        KeeperError::Refused(Failure::UnknownSubject) => Error::NotFound,
        KeeperError::Refused(Failure::Notice(why)) => Error::Impossible(why),
        error => error.into(),
    }
}
