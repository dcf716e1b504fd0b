//! Two persons' records that are one's: how they are joined, and how a record opens with what was joined to it. Its notices
//! stand in the trail of each, in the transaction before whose end no key leaves (INVARIANT no log, no plaintext).

use hygie_notice::wire::Failure;
use hygie_notice::{Head, How, Joined, Millis, Notice, Opened, Stream, Subject};
use rusqlite::Connection;

use super::write::{Key, Writer};
use super::{Answer, Done, Sequencer, Who};
use crate::Error;
use crate::database::{self, JoinRow, Streams};
use crate::joins::{self, Join, MOST};

/// Keys of a record that opens with another.
pub(super) struct Part {
    subject: Subject,
    trail: Key,
    key: Key,
    place: u64,
    at: Millis,
    parts: Vec<Part>,
}

impl Writer<'_> {
    /// The keys of a stream of all that was joined to a record; `None` when one is missing or damaged.
    pub(super) fn parts(
        &self,
        db: &Connection,
        subject: &Subject,
        stream: Stream,
    ) -> Result<Option<Vec<Part>>, Error> {
        let mut parts = Vec::new();
        for (part, join) in self.joins.parts(subject) {
            let streams = database::streams(db, &part)?;
            let trail = self.unwrap(&part, Stream::Trail, &streams);
            let key = self.unwrap(&part, stream, &streams);
            let joined = self.parts(db, &part, stream)?;
            let (Some(trail), Some(key), Some(joined)) = (trail, key, joined) else {
                return Ok(None);
            };
            parts.push(Part {
                subject: part,
                trail,
                key,
                place: match stream {
                    Stream::Rights => join.rights,
                    _ => join.content,
                },
                at: join.at,
                parts: joined,
            });
        }
        Ok(Some(parts))
    }

    /// What is handed over of an opening, once its notice stands in the trail of each.
    pub(super) fn handed(
        &self,
        db: &Connection,
        place: (u64, &mut Vec<Vec<u8>>),
        wanted: Option<(Key, Vec<Part>)>,
        (who, notice): (&Who, &Notice),
    ) -> Result<Option<(Key, Vec<Joined>)>, Error> {
        let Some((key, parts)) = wanted else {
            return Ok(None);
        };
        let joined = self.open_parts(db, place, parts, who, notice)?;
        Ok(Some((key, joined)))
    }

    /// Writes the notice of an opening into the trail of each, and gives what is handed over.
    pub(super) fn open_parts(
        &self,
        db: &Connection,
        (first, entries): (u64, &mut Vec<Vec<u8>>),
        parts: Vec<Part>,
        who: &Who,
        notice: &Notice,
    ) -> Result<Vec<Joined>, Error> {
        let mut joined = Vec::with_capacity(parts.len());
        for part in parts {
            let notice = Notice {
                subject: part.subject,
                ..notice.clone()
            };
            let place = (first, &mut *entries);
            let written = self.append(
                db,
                place,
                part.subject,
                &part.trail,
                who.clone(),
                notice.clone(),
            )?;
            let place = (first, &mut *entries);
            let opened = Opened {
                receipt: written.receipt,
                key: part.key.key,
                epoch: part.key.epoch,
                head: part.key.head,
                joined: self.open_parts(db, place, part.parts, who, &notice)?,
            };
            joined.push(Joined {
                opened,
                place: part.place,
                at: part.at,
            });
        }
        Ok(joined)
    }

    /// Where a stream ends of a record and of all that was joined to it, as who opened all of them knows it.
    pub(super) fn end_of_all(
        &self,
        db: &Connection,
        subject: &Subject,
        (stream, streams): (Stream, &Streams),
    ) -> Result<Option<Head>, Error> {
        let Some(own) = streams.row(stream).map(|row| row.head) else {
            return Ok(None);
        };
        let mut heads = Vec::new();
        for part in self.joins.all(subject) {
            heads.push(database::head(db, &part, stream)?.unwrap_or_default());
        }
        Ok(Some(joins::over(own, heads)))
    }

    /// Why two records are not joined; `None` where nothing stands against it.
    fn against(
        &self,
        db: &Connection,
        subject: &Subject,
        other: &Subject,
    ) -> Result<Option<Failure>, Error> {
        if let Some(leading) = self.joins.leading(subject) {
            return Ok(Some(Failure::Joined(leading.id)));
        }
        if self.joins.leading(other).is_some() {
            let why = "the record was joined to another before";
            return Ok(Some(Failure::Notice(why.to_owned())));
        }
        for one in [subject, other] {
            match database::ended(db, one)?.map(|row| row.how) {
                Some(How::Erased) => return Ok(Some(Failure::Erased)),
                Some(How::Closed) => return Ok(Some(Failure::Closed)),
                None => {}
            }
        }
        if self.joins.all(subject).len() + self.joins.all(other).len() + 2 > MOST {
            let why = format!("at most {MOST} records are joined");
            return Ok(Some(Failure::Notice(why)));
        }
        // The record in which something stands goes on, and has the person's Patient.
        let filled = |one| -> Result<bool, Error> {
            let head = database::head(db, one, Stream::Content)?;
            Ok(head.is_some_and(|head| head.count > 0))
        };
        Ok((!filled(subject)? && filled(other)?).then_some(Failure::UnknownSubject))
    }

    /// Writes into both trails that the one is joined to the other, and that it is. Somebody of whom nothing is kept yet
    /// gets his keys here, so that his number leads to a record whatever is deposited first.
    fn join(
        &self,
        db: &Connection,
        (first, entries): (u64, &mut Vec<Vec<u8>>),
        who: Who,
        notice: Notice,
        other: Subject,
    ) -> Result<Option<Join>, Error> {
        let subject = notice.subject;
        for one in [&subject, &other] {
            if database::head(db, one, Stream::Trail)?.is_none() {
                self.create(db, one)?;
            }
        }
        let (Some(trail), Some(others)) = (
            self.key(db, &subject, Stream::Trail)?,
            self.key(db, &other, Stream::Trail)?,
        ) else {
            return Ok(None);
        };
        let streams = database::streams(db, &subject)?;
        let count = |stream| streams.row(stream).map_or(0, |row| row.head.count);
        let join = Join {
            into: subject,
            rights: count(Stream::Rights),
            content: count(Stream::Content),
            at: self.clock.now(),
        };
        let mac = joins::mac(self.join_key, &other, &join);
        let row = JoinRow {
            subject: other,
            join,
            mac,
        };
        database::put_joined(db, &row)?;
        let said = Notice {
            what: format!("the record of {} is joined to this one", other.id),
            ..notice.clone()
        };
        self.append(
            db,
            (first, &mut *entries),
            subject,
            &trail,
            who.clone(),
            said,
        )?;
        let said = Notice {
            subject: other,
            what: format!("this record is joined to that of {}", subject.id),
            ..notice
        };
        self.append(db, (first, entries), other, &others, who, said)?;
        Ok(Some(join))
    }
}

impl Sequencer {
    /// Joins a record to that of the notice's subject; again, it answers the same.
    ///
    /// Crash before the commit: nothing happened. Crash after it: the start reads it.
    pub(super) fn join(
        &mut self,
        who: Who,
        notice: Notice,
        other: Subject,
    ) -> Result<Answer, Error> {
        let mut made = None;
        let subject = notice.subject;
        let answer = self.alone(who, |writer, db, line| {
            if writer.is_suspended(&line.who.0) {
                return Ok(Err(Failure::Suspended));
            }
            if writer.joins.leading(&other) == Some(subject) {
                return Ok(Ok(Done::Joined));
            }
            if let Some(failure) = writer.against(db, &subject, &other)? {
                return Ok(Err(failure));
            }
            let place = (line.first, &mut line.entries);
            made = writer.join(db, place, line.who.clone(), notice, other)?;
            if made.is_none() {
                return Ok(writer.damaged());
            }
            Ok(Ok(Done::Joined))
        })?;
        if let Some(join) = made {
            self.joins.write().note(other, join);
        }
        Ok(answer)
    }
}
