//! The one door to a person's record (INVARIANT decide before open): open `rights`, decide, then open
//! what was asked for with the decision in the notice, or write the refusal down. Rights that lie in
//! memory from a request before spare the first opening (decision 0008). Nothing else in care asks the
//! keeper for a person's key.

use std::collections::HashSet;
use std::sync::Arc;

use hygie_keeper::Error as KeeperError;
use hygie_notice::wire::Failure;
use hygie_notice::{
    Act, ActorKind, Notice, Opened, PersonId, Purpose, Receipt, RequestId, Stream, Subject, Verdict,
};
use hygie_policy::{Request, Target, decide};

use crate::desk::{Desk, Guard};
use crate::ending::told;
use crate::folder::Folder;
use crate::rights::RightsFolder;
use crate::view::{Sight, View, hidden, view, view_of};
use crate::{Caller, Error, Item, Record};

/// What is asked at the door.
pub(crate) struct Ask<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// Whose record.
    pub person: PersonId,
    /// To do what.
    pub act: Act,
    /// In the words of the request, for the holder's trail.
    pub what: String,
}

/// A door that was opened: the notice stands in the ledger, the key lies on the desk.
pub(crate) struct Entered {
    /// Proof of the notice, to be handed in for the folder.
    pub receipt: Receipt,
    /// Where the opened stream is read and written.
    pub desk: Desk,
    /// What was weighed.
    pub rights: Arc<RightsFolder>,
    /// What was decided.
    pub verdict: Verdict,
    /// Whose record it is: where that which was asked for was joined to another, that one's.
    pub person: PersonId,
}

/// What the keeper opened, by which rights, and what was decided by them.
struct Open {
    opened: Opened,
    rights: Arc<RightsFolder>,
    verdict: Verdict,
}

/// How often rights are weighed that another process writes at the same time.
const WEIGHINGS: usize = 3;
/// The rule that is named to whoever it refuses.
const FEEDING_REFUSED: &str = "feeding-refused";
/// The longest `what` that the keeper takes, in bytes.
const WHAT: usize = 2048;

/// The words of a request, cut at a character's end where they are longer than a notice may be.
pub(crate) fn clipped(what: &str) -> String {
    let mut end = what.len().min(WHAT);
    while !what.is_char_boundary(end) {
        end -= 1;
    }
    what[..end].to_owned()
}

impl Ask<'_> {
    fn writes(&self) -> bool {
        matches!(
            self.act,
            Act::Deposit
                | Act::Amend
                | Act::Delete
                | Act::Mask
                | Act::Share
                | Act::Create
                | Act::Oppose
                | Act::BreakGlass
                | Act::Declare
                | Act::Appoint
                | Act::Case
        )
    }

    /// The stream that the act opens once it is permitted, and the act of that notice.
    fn opens(&self) -> (Stream, Act) {
        match self.act {
            Act::Share
            | Act::Oppose
            | Act::BreakGlass
            | Act::Declare
            | Act::Appoint
            | Act::Case => (Stream::Rights, self.act),
            Act::Create => (Stream::Content, Act::Deposit),
            // What a register corrects is written where the record stays shut.
            Act::Amend if self.caller.actor.kind == ActorKind::Enrolment => {
                (Stream::Rights, Act::Amend)
            }
            act => (Stream::Content, act),
        }
    }

    fn notice(
        &self,
        request: &RequestId,
        stream: Stream,
        act: Act,
        verdict: Option<Verdict>,
    ) -> Notice {
        Notice {
            subject: Subject::person(self.person),
            stream,
            act,
            purpose: self.caller.purpose,
            what: clipped(&self.what),
            verdict,
            request: request.clone(),
        }
    }
}

impl Record {
    /// Weighs, decides, and opens `content` (or `rights`, to share); or refuses, in writing.
    pub(crate) async fn enter(&self, ask: &Ask<'_>) -> Result<Entered, Error> {
        match self.enter_led(ask).await {
            // It was joined to another by another process.
            Err(Error::Keeper(KeeperError::Refused(Failure::Joined(leading)))) => {
                self.joins.learn(ask.person, leading);
                self.enter_led(ask).await
            }
            entered => entered,
        }
    }

    /// The same, for what items come to. Whose act opens another stream has no item to write: enrolment amends what stands in
    /// `rights`, and is refused here, in writing.
    pub(crate) async fn enter_items(&self, ask: &Ask<'_>) -> Result<Entered, Error> {
        if ask.opens().0 != Stream::Content {
            self.refuse_item(&self.led(ask)).await?;
            return Err(Error::Refused);
        }
        self.enter(ask).await
    }

    /// Whoever asks for a record that was joined to another is at that one's door.
    async fn enter_led(&self, ask: &Ask<'_>) -> Result<Entered, Error> {
        let ask = &self.led(ask);
        let guard = self.guard(Subject::person(ask.person), ask.writes()).await;
        self.enter_behind(ask, Arc::new(guard)).await
    }

    fn led<'a>(&self, ask: &Ask<'a>) -> Ask<'a> {
        Ask {
            person: self.leading(ask.person),
            what: ask.what.clone(),
            ..*ask
        }
    }

    /// The same for whoever has the person's lock already.
    pub(crate) async fn enter_behind(
        &self,
        ask: &Ask<'_>,
        guard: Arc<Guard>,
    ) -> Result<Entered, Error> {
        let subject = Subject::person(ask.person);
        let request = RequestId::random(self.entropy.as_ref());
        let open = match self.open_warm(ask, subject, &request).await? {
            Some(open) => open,
            None => self.open_cold(ask, subject, &request).await?,
        };
        // What is read of a case is no news; what is said in one is told where it was written.
        if ask.act != Act::Case {
            self.tell(ask, &open.rights);
        }
        let (receipt, desk) = Desk::lay(open.opened, subject, ask.opens().0, guard);
        Ok(Entered {
            receipt,
            desk,
            rights: open.rights,
            verdict: open.verdict,
            person: ask.person,
        })
    }

    /// Decides by rights that lie in memory, and opens `content` with one notice, if the keeper finds
    /// `rights` where they ended then. Only a permission goes this way: for everything else, `None`,
    /// the rights are weighed afresh. No key of `rights` is handed over, nothing of them is told before
    /// the notice stands (INVARIANT no log, no plaintext; INVARIANT decide before open).
    async fn open_warm(
        &self,
        ask: &Ask<'_>,
        subject: Subject,
        request: &RequestId,
    ) -> Result<Option<Open>, Error> {
        if ask.opens().0 != Stream::Content || ask.act == Act::Create {
            return Ok(None);
        }
        let Some(rights) = self.warm.rights(subject, self.clock.now()) else {
            return Ok(None);
        };
        let verdict = self.decided(ask, &rights);
        if !verdict.permitted {
            return Ok(None);
        }
        match self.open(ask, request, rights, verdict).await {
            Err(Error::Keeper(KeeperError::Refused(
                Failure::StaleHead(_)
                | Failure::UnknownSubject
                | Failure::Notice(_)
                | Failure::Erased
                | Failure::Closed,
            ))) => {
                self.warm.forget_rights(subject);
                Ok(None)
            }
            other => other.map(Some),
        }
    }

    async fn open_cold(
        &self,
        ask: &Ask<'_>,
        subject: Subject,
        request: &RequestId,
    ) -> Result<Open, Error> {
        let mut tries = WEIGHINGS;
        loop {
            tries -= 1;
            let rights = self.weigh(ask, subject, request).await?;
            let verdict = self.judge(ask, request, &rights).await?;
            match self.open(ask, request, rights, verdict).await {
                // Another process wrote `rights` in between: what was decided is not the last word.
                Err(Error::Keeper(KeeperError::Refused(Failure::StaleHead(_)))) if tries > 0 => {}
                other => return other,
            }
        }
    }

    /// Opens what was decided about, with the decision in the notice, while `rights` end where they did.
    async fn open(
        &self,
        ask: &Ask<'_>,
        request: &RequestId,
        rights: Arc<RightsFolder>,
        verdict: Verdict,
    ) -> Result<Open, Error> {
        let (stream, act) = ask.opens();
        let weighed = (stream == Stream::Content).then_some(rights.head);
        let notice = ask.notice(request, stream, act, Some(verdict.clone()));
        let opened = self
            .keeper
            .open_weighed(&ask.caller.assertion, notice, weighed)
            .await?;
        Ok(Open {
            opened,
            rights,
            verdict,
        })
    }

    /// Opens `rights` behind an opened content, to write what the decision allows: who may see an item
    /// is decided by what the item is, and written where it does not show.
    pub(crate) async fn reopen_rights(
        &self,
        ask: &Ask<'_>,
        verdict: &Verdict,
        desk: Desk,
    ) -> Result<Desk, Error> {
        let subject = Subject::person(ask.person);
        let request = RequestId::random(self.entropy.as_ref());
        let notice = ask.notice(&request, Stream::Rights, ask.act, Some(verdict.clone()));
        let opened = self.keeper.open(&ask.caller.assertion, notice).await?;
        let (_receipt, desk) = Desk::lay(opened, subject, Stream::Rights, desk.into_guard());
        Ok(desk)
    }

    /// Decides about what the keeper does itself, on the person's trail, of which it writes the notice: reading it, and
    /// ending the record.
    pub(crate) async fn permit_trail(&self, ask: &Ask<'_>) -> Result<Notice, Error> {
        let led = &self.led(ask);
        let subject = Subject::person(led.person);
        let _guard = self.guard(subject, false).await;
        let request = RequestId::random(self.entropy.as_ref());
        let rights = self.weigh(led, subject, &request).await?;
        let verdict = self.judge(led, &request, &rights).await?;
        // Whatever is decided about, what the keeper does with a trail that goes on is to account for it. A record that was
        // joined to another keeps its own.
        let (ask, act) = match ask.act {
            ends @ (Act::Erase | Act::Close | Act::Reopen) => (led, ends),
            _ => (ask, Act::Account),
        };
        Ok(ask.notice(&request, Stream::Trail, act, Some(verdict)))
    }

    pub(crate) async fn guard(&self, subject: Subject, alone: bool) -> Guard {
        let lock = self.warm.lock(subject);
        if alone {
            Guard::Alone(lock.write_owned().await)
        } else {
            Guard::Shared(lock.read_owned().await)
        }
    }

    /// Opens `rights`: the notice `weigh` (or `create`, for a new person) stands first.
    async fn weigh(
        &self,
        ask: &Ask<'_>,
        subject: Subject,
        request: &RequestId,
    ) -> Result<Arc<RightsFolder>, Error> {
        // Somebody may oppose a space that was never made, or have rights over data without one: its rights are made
        // to say so.
        let enrolled = ask.caller.actor.kind == ActorKind::Enrolment;
        let represents = ask.caller.actor.kind == ActorKind::Representative;
        let makes = match ask.act {
            Act::Create => true,
            Act::Oppose => !represents,
            Act::Case => enrolled,
            _ => false,
        };
        let act = if makes { Act::Create } else { Act::Weigh };
        let notice = ask.notice(request, Stream::Rights, act, None);
        let opened: Opened = match self.keeper.open(&ask.caller.assertion, notice).await {
            Ok(opened) => opened,
            Err(KeeperError::Refused(Failure::UnknownSubject | Failure::Notice(_))) => {
                // Nobody has this id, or the keeper itself says that this role never opens it. The
                // answer is the one that any stranger gets, and it is written down too.
                self.refuse(ask, request, Vec::new()).await?;
                return Err(Error::Refused);
            }
            Err(error @ KeeperError::Refused(Failure::Erased | Failure::Closed)) => {
                // The operator, who may want it back, learns why, and the roll, which says nothing of it;
                // to all others it is a refusal like any.
                self.warm.forget(subject);
                self.refuse(ask, request, Vec::new()).await?;
                let is_told = ask.caller.actor.kind == ActorKind::Operator
                    || ask.caller.purpose == Purpose::Enrolment;
                return Err(if is_told { told(error) } else { Error::Refused });
            }
            Err(error) => return Err(error.into()),
        };
        let folder = Arc::new(self.rights_of(&opened, subject).await?);
        self.warm
            .keep_rights(subject, Arc::clone(&folder), self.clock.now());
        Ok(folder)
    }

    pub(crate) async fn judge(
        &self,
        ask: &Ask<'_>,
        request: &RequestId,
        rights: &RightsFolder,
    ) -> Result<Verdict, Error> {
        let verdict = self.decided(ask, rights);
        if verdict.permitted {
            return Ok(verdict);
        }
        let unfed = verdict.rules == [FEEDING_REFUSED];
        self.refuse(ask, request, verdict.rules).await?;
        self.tell(ask, rights);
        // Who adds is told, and only where nothing else stands against him: a space that is opposed, closed or not
        // there is refused to all in the same words.
        Err(if unfed {
            Error::FeedingRefused
        } else {
            Error::Refused
        })
    }

    fn decided(&self, ask: &Ask<'_>, rights: &RightsFolder) -> Verdict {
        let target = if ask.act == Act::Account {
            Target::Trail
        } else {
            Target::Record
        };
        Verdict::from(decide(&Request {
            actor: &ask.caller.actor,
            act: ask.act,
            purpose: ask.caller.purpose,
            target,
            person: Some(ask.person),
            rights: rights.rights(),
            terms: &self.terms,
            now: self.clock.now(),
        }))
    }

    /// Whether policy lets the caller read this record at all; for what a write may meet.
    pub(crate) fn may_search(&self, sight: &Sight<'_>) -> bool {
        sight.decision(Act::Search, Target::Record).permits()
    }

    /// Writes down that an item was refused to somebody who was let into the record.
    pub(crate) async fn refuse_item(&self, ask: &Ask<'_>) -> Result<(), Error> {
        let request = RequestId::random(self.entropy.as_ref());
        self.refuse(ask, &request, Vec::new()).await
    }

    async fn refuse(
        &self,
        ask: &Ask<'_>,
        request: &RequestId,
        rules: Vec<String>,
    ) -> Result<(), Error> {
        let verdict = Verdict {
            permitted: false,
            rules,
        };
        let act = if ask.act == Act::Create {
            Act::Deposit
        } else {
            ask.act
        };
        let notice = ask.notice(request, Stream::Content, act, Some(verdict));
        match self.keeper.refuse(&ask.caller.assertion, notice).await {
            // The keeper wrote it down, where it writes down what is about nobody.
            Ok(_)
            | Err(KeeperError::Refused(
                Failure::UnknownSubject | Failure::Erased | Failure::Closed,
            )) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Entered {
    /// The record as this caller sees it (INVARIANT masked is absent).
    pub async fn view(self, record: &Record, caller: &Caller) -> Result<View, Error> {
        self.seen(record, caller, view).await
    }

    /// The ids of what this caller may not see.
    pub async fn unseen(self, record: &Record, caller: &Caller) -> Result<HashSet<String>, Error> {
        self.seen(record, caller, |folder, rights, sight, act| {
            let hidden = hidden(folder, rights, sight, act).into_iter();
            let ids = hidden.filter_map(|name| Some(name.split_once('/')?.1.to_owned()));
            ids.collect()
        })
        .await
    }

    /// The current item of this type and id, as this caller sees it; the same as that of [`Entered::view`].
    pub async fn item(
        self,
        record: &Record,
        caller: &Caller,
        reference: &str,
    ) -> Result<Arc<Item>, Error> {
        let lineage = self
            .seen(record, caller, |folder, rights, sight, act| {
                view_of(folder, rights, sight, act, reference)
            })
            .await?
            .ok_or(Error::NotFound)?;
        lineage.current().cloned().ok_or(Error::Gone)
    }

    async fn seen<T>(
        self,
        record: &Record,
        caller: &Caller,
        see: impl FnOnce(&Folder, &RightsFolder, &Sight<'_>, Act) -> T,
    ) -> Result<T, Error> {
        let folder = record
            .folder_told(self.receipt, &self.desk, &self.rights)
            .await?;
        let sight = Sight {
            caller,
            person: self.person,
            rights: self.rights.rights(),
            terms: &record.terms,
            now: record.clock.now(),
        };
        let act = if caller.purpose == Purpose::Portability {
            Act::Export
        } else {
            Act::Read
        };
        Ok(see(&folder, &self.rights, &sight, act))
    }
}
