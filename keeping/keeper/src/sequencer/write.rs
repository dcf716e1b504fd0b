use std::cell::RefCell;
use std::collections::HashMap;

use hygie_notice::wire::Failure;
use hygie_notice::{
    Act, ActorKind, ActorRef, Clock, DataKey, Entropy, Event, Head, How, Joined, Notice, Opened,
    Purpose, Receipt, RequestId, Stream, Subject, SubjectKind, Verdict,
};
use rusqlite::Connection;
use zeroize::Zeroizing;

use super::join::Part;
use super::keep::Line;
use super::{Answer, Done, Epoch, Then, Who, Writing};
use crate::budgets::Budgets;
use crate::database::{self, Streams};
use crate::joins::Joins;
use crate::measures::Measures;
use crate::meetings::{ActorKey, Meetings};
use crate::wrap::WrappingKey;
use crate::{Error, event};

/// Most events of a page of a trail, and the bytes of ciphertext after which it ends: a page stays
/// far below the protocol's longest frame.
pub(super) const PAGE: usize = 1_000;
pub(super) const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// What is needed to write a notice down, for the time of one transaction.
pub(super) struct Writer<'a> {
    pub(super) epochs: &'a [Epoch],
    pub(super) stray: Subject,
    pub(super) clock: &'a dyn Clock,
    pub(super) entropy: &'a dyn Entropy,
    pub(super) measures: &'a Measures,
    pub(super) meetings: &'a RefCell<Meetings>,
    /// Who is suspended, by which alarm.
    pub(super) suspended: &'a HashMap<ActorKey, u64>,
    /// Which records were joined.
    pub(super) joins: &'a Joins,
    /// What rows of such are authenticated under.
    pub(super) join_key: &'a [u8; 32],
}

impl Writer<'_> {
    /// Writes a notice into its subject's chain, and prepares the answer. `first` is the ledger's
    /// size before the group, `entries` what the group appends to it.
    pub(super) fn write(
        &self,
        db: &Connection,
        first: u64,
        entries: &mut Vec<Vec<u8>>,
        writing: Writing,
    ) -> Result<Answer, Error> {
        let Writing {
            mut then,
            actor,
            issuer,
            mut notice,
        } = writing;
        let subject = notice.subject;
        let opens = matches!(then, Then::Key { .. });
        if let Some(leading) = self.joins.leading(&subject).filter(|_| opens) {
            return Ok(Err(Failure::Joined(leading.id)));
        }
        let bar = self.bar(db, &actor, &mut notice, then)?;
        if bar.failure.is_some() {
            then = Then::Nothing;
        }
        let (chain, streams) = self.chain(db, then, &mut notice)?;
        // Keys are unwrapped first: where one is damaged, nothing is written and nobody else is disturbed.
        let Some(trail) = self.unwrap(&chain, Stream::Trail, &streams) else {
            return Ok(self.damaged());
        };
        let wanted = if matches!(then, Then::Key { .. }) && chain == subject {
            if let Some(now) = self.elsewhere(db, (&actor, &notice), then, &streams)? {
                return Ok(Err(Failure::StaleHead(now)));
            }
            let wanted = self.wanted(db, &notice, &streams)?;
            if wanted.is_none() {
                return Ok(self.damaged());
            }
            wanted
        } else {
            None
        };
        let rings = bar.may_ring(&notice);
        let bell = if rings { self.bell(db)? } else { None };
        if rings && bell.is_none() {
            return Ok(self.damaged());
        }
        let who = (actor.clone(), issuer.clone());
        let place = (first, &mut *entries);
        let Written { receipt, head, .. } =
            self.append(db, place, chain, &trail, who.clone(), notice.clone())?;
        let place = (first, &mut *entries);
        let wanted = self.handed(db, place, wanted, (&who, &notice))?;
        let about = (&bar, (actor, issuer), &notice, receipt.index);
        self.follow(db, (first, entries), bell.as_ref(), about)?;
        if let Some(failure) = bar.failure {
            return Ok(Err(failure));
        }
        if chain == self.stray {
            return self.nobody(db, &subject);
        }
        Ok(Ok(match (then, wanted) {
            (Then::Page { from }, _) => Done::Page {
                receipt,
                trail: trail.key,
                span: (from, head.count),
                rows: database::events(db, &subject, from, PAGE, PAGE_BYTES)?,
            },
            (_, Some((key, joined))) => key.opened(receipt, joined),
            (_, None) => Done::Refused(receipt),
        }))
    }

    /// The key of the notice's stream, and those of all that was joined to its subject; `None` when one is damaged.
    fn wanted(
        &self,
        db: &Connection,
        notice: &Notice,
        streams: &Streams,
    ) -> Result<Option<(Key, Vec<Part>)>, Error> {
        let key = self.unwrap(&notice.subject, notice.stream, streams);
        let parts = self.parts(db, &notice.subject, notice.stream)?;
        Ok(key.zip(parts))
    }

    /// Where a stream ends elsewhere than the opening supposes: `rights` that went on since care decided, or content in
    /// which something stands and that enrolment wants to begin. INVARIANT (decide before open): this is looked at in the
    /// transaction that opens `content`, so that no change comes between the decision and the key.
    fn elsewhere(
        &self,
        db: &Connection,
        (actor, notice): (&ActorRef, &Notice),
        then: Then,
        streams: &Streams,
    ) -> Result<Option<Head>, Error> {
        let subject = &notice.subject;
        if let Then::Key {
            weighed: Some(weighed),
        } = then
        {
            let now = self.end_of_all(db, subject, (Stream::Rights, streams))?;
            if now != Some(weighed) {
                return Ok(Some(now.unwrap_or_default()));
            }
        }
        let begins = actor.kind == ActorKind::Enrolment
            && subject.kind == SubjectKind::Person
            && notice.stream == Stream::Content;
        if !begins {
            return Ok(None);
        }
        let end = self.end_of_all(db, subject, (Stream::Content, streams))?;
        Ok(end.filter(|end| end.count > 0))
    }

    /// What is answered about a subject that has no chain.
    fn nobody(&self, db: &Connection, subject: &Subject) -> Result<Answer, Error> {
        Ok(Err(
            match database::ended(db, subject)?.map(|row| row.how) {
                None => Failure::UnknownSubject,
                Some(How::Erased) => Failure::Erased,
                Some(How::Closed) => Failure::Closed,
            },
        ))
    }

    /// Writes a notice behind the end of a chain, whose trail key is `trail`.
    pub(super) fn append(
        &self,
        db: &Connection,
        (first, entries): (u64, &mut Vec<Vec<u8>>),
        chain: Subject,
        trail: &Key,
        (actor, issuer): Who,
        notice: Notice,
    ) -> Result<Written, Error> {
        let receipt = Receipt {
            index: first + u64::try_from(entries.len()).expect("a group is small"),
            subject: notice.subject,
            stream: notice.stream,
            at: self.clock.now(),
        };
        let event = Event {
            at: receipt.at,
            number: trail.head.count,
            previous: trail.head.hash,
            actor,
            issuer,
            notice,
        };
        let sealed = event::seal(
            &trail.key,
            chain,
            trail.epoch,
            receipt.index,
            &event,
            self.entropy,
        );
        database::put_event(db, &chain, &sealed.row)?;
        database::set_head(db, &chain, Stream::Trail, &sealed.head)?;
        entries.push(event::ledger_entry(&sealed.row.leaf));
        Ok(Written {
            receipt,
            event: sealed.event,
            head: sealed.head,
            leaf_key: trail.key.leaf_key(),
        })
    }

    /// Writes a notice into the keeper's own chain.
    pub(super) fn own(
        &self,
        db: &Connection,
        line: &mut Line,
        notice: Notice,
    ) -> Result<Written, Error> {
        let trail = self
            .key(db, &self.stray, Stream::Trail)?
            .ok_or(Error::WrappedKeyBroken("keys"))?;
        let place = (line.first, &mut line.entries);
        self.append(db, place, self.stray, &trail, line.who.clone(), notice)
    }

    /// Writes into the keeper's own chain what is done with keys; gives the leaf's index.
    pub(super) fn note(
        &self,
        db: &Connection,
        line: &mut Line,
        what: String,
    ) -> Result<u64, Error> {
        let notice = Notice {
            subject: self.stray,
            stream: Stream::Trail,
            act: Act::Keep,
            purpose: Purpose::Keeping,
            what,
            verdict: Some(Verdict {
                permitted: true,
                rules: vec!["operator-keeps-keys".to_owned()],
            }),
            request: RequestId::random(self.entropy),
        };
        Ok(self.own(db, line, notice)?.receipt.index)
    }

    /// The chain that a notice is written into, with its streams: its subject's, which a `create` makes; or, for a
    /// subject that does not exist, the keeper's own. So a probe leaves a line, and not in the trail of
    /// somebody who does not exist.
    fn chain(
        &self,
        db: &Connection,
        then: Then,
        notice: &mut Notice,
    ) -> Result<(Subject, Streams), Error> {
        let subject = notice.subject;
        if subject != self.stray {
            let streams = database::streams(db, &subject)?;
            if streams.row(Stream::Trail).is_some() {
                return Ok((subject, streams));
            }
            let makes = matches!(then, Then::Key { .. }) && notice.act == Act::Create;
            if makes && database::ended(db, &subject)?.is_none() {
                self.create(db, &subject)?;
                return Ok((subject, database::streams(db, &subject)?));
            }
        }
        turn_down(notice, "unknown-subject");
        Ok((self.stray, database::streams(db, &self.stray)?))
    }

    /// Makes a subject's three keys.
    pub(super) fn create(&self, db: &Connection, subject: &Subject) -> Result<(), Error> {
        create_subject(db, subject, self.newest(), self.entropy)
    }

    /// The epoch that new keys are wrapped in.
    pub(super) fn newest(&self) -> &Epoch {
        self.epochs
            .last()
            .expect("there is an epoch from the start")
    }

    /// A living epoch's key.
    pub(super) fn epoch(&self, number: u32) -> Option<&WrappingKey> {
        let known = self.epochs.iter().find(|known| known.number == number);
        known.map(|known| &known.kek)
    }

    /// A wrapped key, opened.
    pub(super) fn unwrapped(
        &self,
        epoch: u32,
        place: &[u8],
        wrapped: &[u8],
    ) -> Option<Zeroizing<[u8; 32]>> {
        self.epoch(epoch)?.unwrap_at(place, wrapped)
    }

    /// A stream's key; `None` when its row is missing or does not open at its place.
    pub(super) fn key(
        &self,
        db: &Connection,
        subject: &Subject,
        stream: Stream,
    ) -> Result<Option<Key>, Error> {
        let streams = database::streams(db, subject)?;
        Ok(self.unwrap(subject, stream, &streams))
    }

    pub(super) fn unwrap(
        &self,
        subject: &Subject,
        stream: Stream,
        streams: &Streams,
    ) -> Option<Key> {
        let row = streams.row(stream)?;
        let key = self.unwrapped(row.epoch, &key_place(subject, stream), &row.wrapped)?;
        self.measures.unwrapped();
        Some(Key {
            key: DataKey::from_bytes(&key),
            epoch: row.epoch,
            head: row.head,
        })
    }

    pub(super) fn damaged(&self) -> Answer {
        self.measures.altered.up();
        Err(Failure::Unavailable(
            "a wrapped key of this subject does not open; restore `keys.db` from a backup"
                .to_owned(),
        ))
    }
}

/// Writes one event where nobody serves: `index` is its leaf's.
pub(crate) fn write_alone(
    db: &Connection,
    epochs: &[Epoch],
    stray: Subject,
    index: u64,
    writing: Writing,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<(), Error> {
    let writer = Writer {
        epochs,
        stray,
        clock,
        entropy,
        measures: &Measures::default(),
        // It is the keeper's own line: nobody's budget, and nobody who could be suspended.
        meetings: &RefCell::new(Meetings::new(Budgets::default(), &[0; 32])),
        suspended: &HashMap::new(),
        joins: &Joins::default(),
        join_key: &[0; 32],
    };
    // The keeper's own chain takes it; that it is about no subject is the answer, and no failure.
    let _answer = writer.write(db, index, &mut Vec::new(), writing)?;
    Ok(())
}

/// A stream's key, unwrapped, and where the stream ends.
pub(super) struct Key {
    pub(super) key: DataKey,
    pub(super) epoch: u32,
    pub(super) head: Head,
}

/// A line of a chain that was written: its receipt, its bytes, where the chain ends with it, and by which
/// key its leaf is known.
pub(super) struct Written {
    pub(super) receipt: Receipt,
    pub(super) event: Vec<u8>,
    pub(super) head: Head,
    pub(super) leaf_key: [u8; 32],
}

impl Key {
    /// The key handed over, with the proof that the notice stands.
    fn opened(self, receipt: Receipt, joined: Vec<Joined>) -> Done {
        Done::Opened(Opened {
            receipt,
            key: self.key,
            epoch: self.epoch,
            head: self.head,
            joined,
        })
    }
}

/// Makes a subject's three keys, random and wrapped (INVARIANT keys are random).
pub(crate) fn create_subject(
    db: &Connection,
    subject: &Subject,
    epoch: &Epoch,
    entropy: &dyn Entropy,
) -> Result<(), Error> {
    for stream in [Stream::Rights, Stream::Content, Stream::Trail] {
        let key = DataKey::random(entropy);
        let wrapped = epoch.kek.wrap_at(&key_place(subject, stream), key.expose());
        database::put_stream(db, subject, stream, epoch.number, &wrapped)?;
    }
    Ok(())
}

/// Moves a head by compare-and-swap; no event, since it opens nothing.
pub(super) fn advance(
    db: &Connection,
    subject: &Subject,
    stream: Stream,
    from: Head,
    to: Head,
) -> Result<Answer, Error> {
    let Some(head) = database::head(db, subject, stream)? else {
        return Ok(Err(Failure::UnknownSubject));
    };
    if head != from {
        return Ok(Err(Failure::StaleHead(head)));
    }
    database::set_head(db, subject, stream, &to)?;
    Ok(Ok(Done::Advanced))
}

/// Looks tags up, and binds those that are free: the first binding wins for ever.
pub(super) fn tags(
    db: &Connection,
    tags: Vec<([u8; 32], Option<Vec<u8>>)>,
) -> Result<Answer, Error> {
    let mut found = Vec::with_capacity(tags.len());
    for (tag, bind) in tags {
        let mut bound = database::tag(db, &tag)?;
        if let (None, Some(bind)) = (&bound, bind) {
            database::bind_tag(db, &tag, &bind)?;
            bound = Some(bind);
        }
        found.push(bound);
    }
    Ok(Ok(Done::Tagged(found)))
}

/// Erased subjects that the store may still hold: a page.
pub(super) fn unforgotten(db: &Connection) -> Result<Answer, Error> {
    Ok(Ok(Done::Unforgotten(database::unforgotten(db, 1_000)?)))
}

/// The store has nothing more of an erased subject.
pub(super) fn forgotten(db: &Connection, subject: &Subject) -> Result<Answer, Error> {
    database::forgotten(db, subject)?;
    Ok(Ok(Done::Forgotten))
}

/// The place of a data key: its subject and stream.
pub(super) fn key_place(subject: &Subject, stream: Stream) -> [u8; 18] {
    let mut place = [0; 18];
    place[..17].copy_from_slice(&subject.bytes());
    place[17] = stream as u8;
    place
}

/// Marks a notice as refused by a rule of the keeper's own, whatever care had decided.
pub(super) fn turn_down(notice: &mut Notice, rule: &str) {
    if notice
        .verdict
        .as_ref()
        .is_none_or(|verdict| verdict.permitted)
    {
        notice.verdict = Some(Verdict {
            permitted: false,
            rules: vec![rule.to_owned()],
        });
    }
}
