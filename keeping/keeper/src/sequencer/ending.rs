//! Erasing, closing and reopening: the notice is a line of the person's own trail, in the same transaction
//! in which the keys go. What custodians get is sealed to them inside, and wrapped by the epoch outside: a
//! rotation wraps it anew without them, and no backup from before opens it.

use hygie_notice::wire::Failure;
use hygie_notice::{
    Act, ActorKind, Ended, Entropy, Head, How, KeyAnswer, Millis, Notice, PersonId, Stream, Subject,
};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_bytes::{ByteArray, ByteBuf};
use zeroize::Zeroizing;

use super::keep::Line;
use super::write::{Key, Writer, key_place};
use super::{Answer, Done, Writing};
use crate::Error;
use crate::custody::Custody;
use crate::database::{self, EndedRow};
use crate::share::{self, Part, Share};

/// A year in milliseconds, by the mean of the calendar.
const YEAR: Millis = 31_556_952_000;
/// Archives wrapped anew at once.
const BATCH: u64 = 1_000;

/// What lies under a tombstone, wrapped by an epoch.
#[derive(Serialize, Deserialize)]
pub(crate) struct Bundle {
    threshold: u8,
    /// The keys of `rights` and `content`, of a closed record.
    record: Option<Kept>,
    /// The trail's.
    trail: Kept,
    index: u64,
    event: ByteBuf,
    leaf_key: ByteArray<32>,
}

/// A subject's keys by stream.
struct Keys {
    subject: Subject,
    rights: Key,
    content: Key,
    trail: Key,
}

/// A secret in the hands of custodians.
#[derive(Serialize, Deserialize)]
struct Kept {
    check: ByteArray<32>,
    /// Custodian, and the share sealed to him.
    shares: Vec<(String, ByteBuf)>,
}

impl Kept {
    fn of(custody: &Custody, part: &Part, secret: &[u8], entropy: &dyn Entropy) -> Self {
        let shares = custody.seal(part, secret, entropy).into_iter();
        Self {
            check: ByteArray::new(part.check(secret)),
            shares: shares
                .map(|(name, sealed)| (name, ByteBuf::from(sealed)))
                .collect(),
        }
    }
}

impl Bundle {
    /// Reads what a home holds: CBOR, with nothing behind.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let bundle: Self = ciborium::from_reader(&mut rest).ok()?;
        rest.is_empty().then_some(bundle)
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        ciborium::into_writer(self, &mut bytes).expect("writing to memory succeeds");
        bytes
    }

    /// What is given out to custodians, by the name of each file.
    pub(super) fn shares(self) -> KeyAnswer {
        let named = |word: &'static str, kept: Kept| {
            let shares = kept.shares.into_iter();
            shares.map(move |(name, sealed)| (format!("{name}.{word}"), sealed))
        };
        let record = self
            .record
            .into_iter()
            .flat_map(|kept| named("record", kept));
        KeyAnswer::Archive {
            threshold: self.threshold,
            shares: record.chain(named("trail", self.trail)).collect(),
        }
    }

    fn ended(self, row: &EndedRow) -> Ended {
        Ended {
            how: row.how,
            at: row.at,
            until: row.until,
            index: self.index,
            event: self.event,
            leaf_key: self.leaf_key,
        }
    }
}

/// Whether these are the bytes of an archive as a home holds it in its wrapping.
pub fn reads_archive(bytes: &[u8]) -> bool {
    Bundle::read(bytes).is_some_and(|bundle| Bundle::read(&bundle.bytes()).is_some())
}

/// An archive with nothing in it, for whoever wants to see its form.
pub fn sample_archive() -> Vec<u8> {
    let kept = || Kept {
        check: ByteArray::new([0; 32]),
        shares: vec![("keeper-1".to_owned(), ByteBuf::from(vec![0; 8]))],
    };
    let bundle = Bundle {
        threshold: 1,
        record: Some(kept()),
        trail: kept(),
        index: 0,
        event: ByteBuf::new(),
        leaf_key: ByteArray::new([0; 32]),
    };
    bundle.bytes()
}

/// Where an archive stands under its epoch: behind the streams.
fn archive_place(subject: &Subject) -> [u8; 18] {
    let mut place = key_place(subject, Stream::Rights);
    place[17] = 0xff;
    place
}

impl Writer<'_> {
    /// Ends a person's record as the notice's act says; again, it answers as it did before.
    pub(super) fn end(
        &self,
        db: &Connection,
        first: u64,
        entries: &mut Vec<Vec<u8>>,
        writing: Writing,
        years: u8,
    ) -> Result<Answer, Error> {
        let subject = writing.notice.subject;
        if let Some(leading) = self.joins.leading(&subject) {
            return Ok(Err(Failure::Joined(leading.id)));
        }
        let how = match writing.notice.act {
            Act::Close => How::Closed,
            _ => How::Erased,
        };
        let custody = match Custody::of(db) {
            Ok(custody) => custody,
            Err(Error::NoCustody) => {
                return Ok(Err(Failure::Notice(Error::NoCustody.to_string())));
            }
            Err(error) => return Err(error),
        };
        let row = database::ended(db, &subject)?;
        if writing.actor.kind == ActorKind::Enrolment && !is_over(row.as_ref(), self.clock.now()) {
            let why = "enrolment erases what was closed, once its time is over";
            return Ok(Err(Failure::Notice(why.to_owned())));
        }
        if let Some(row) = row {
            return self.ended_before(db, first, entries, writing, (row, how));
        }
        let Some(keys) = self.all_keys(db, &subject)? else {
            // Somebody who does not exist, or whose keys are damaged: said like any other opening.
            return self.write(db, first, entries, writing);
        };
        self.bury(db, (first, entries), writing, (&custody, how, years), keys)
    }

    /// What is answered about somebody who ended already. What was closed can be erased: the record's keys
    /// go, the trail's stay where they are.
    fn ended_before(
        &self,
        db: &Connection,
        first: u64,
        entries: &mut Vec<Vec<u8>>,
        writing: Writing,
        (row, how): (EndedRow, How),
    ) -> Result<Answer, Error> {
        let Some(mut bundle) = self.opened_archive(&row) else {
            return Ok(Err(Failure::Erased));
        };
        match (row.how, how) {
            (How::Closed, How::Erased) => {}
            (How::Erased, How::Closed) => return Ok(Err(Failure::Erased)),
            _ => return Ok(Ok(Done::Ended(bundle.ended(&row)))),
        }
        let mut line = Line {
            first: first + u64::try_from(entries.len()).expect("a group is small"),
            entries: Vec::new(),
            who: (writing.actor, writing.issuer),
        };
        let joined = self.joins.all(&row.subject);
        let ids: String = joined
            .iter()
            .map(|one| format!(" and of the joined record {}", one.id))
            .collect();
        let notice = Notice {
            what: format!(
                "keys of the closed record of {}{ids} destroyed",
                row.subject.id
            ),
            ..writing.notice
        };
        let noted = self.own(db, &mut line, notice)?;
        entries.append(&mut line.entries);
        bundle.record = None;
        bundle.index = noted.receipt.index;
        bundle.event = ByteBuf::from(noted.event);
        bundle.leaf_key = ByteArray::new(noted.leaf_key);
        let row = EndedRow {
            how: How::Erased,
            at: noted.receipt.at,
            archive: Some(self.wrapped_archive(&row.subject, &bundle)),
            ..row
        };
        database::raise(db, &row.subject)?;
        database::end(db, &row)?;
        for part in joined {
            let Some(ended) = database::ended(db, &part)? else {
                continue;
            };
            database::raise(db, &part)?;
            let (how, at) = (How::Erased, row.at);
            database::end(db, &EndedRow { how, at, ..ended })?;
        }
        Ok(Ok(Done::Ended(bundle.ended(&row))))
    }

    /// The keys of a record and of all that was joined to it, each with where it ends, in the order of an archive; `None`
    /// when one is missing or damaged.
    fn all_keys(&self, db: &Connection, subject: &Subject) -> Result<Option<Vec<Keys>>, Error> {
        let mut all = Vec::new();
        for subject in [*subject].into_iter().chain(self.joins.all(subject)) {
            let rights = self.key(db, &subject, Stream::Rights)?;
            let content = self.key(db, &subject, Stream::Content)?;
            let trail = self.key(db, &subject, Stream::Trail)?;
            let (Some(rights), Some(content), Some(trail)) = (rights, content, trail) else {
                return Ok(None);
            };
            all.push(Keys {
                subject,
                rights,
                content,
                trail,
            });
        }
        Ok(Some(all))
    }

    /// Writes the last line of each trail, divides what custodians keep, and takes the keys away. The archive lies under
    /// the record that went on, and holds the keys of all that was joined to it.
    fn bury(
        &self,
        db: &Connection,
        (first, entries): (u64, &mut Vec<Vec<u8>>),
        writing: Writing,
        (custody, how, years): (&Custody, How, u8),
        all: Vec<Keys>,
    ) -> Result<Answer, Error> {
        let subject = writing.notice.subject;
        let kept = format!(
            "{} of {} custodians for {years} years",
            custody.threshold,
            custody.custodians.len()
        );
        let who = (writing.actor, writing.issuer);
        let (mut rows, mut lasts) = (Vec::new(), Vec::new());
        for keys in &all {
            let joined: &[Keys] = if keys.subject == subject {
                &all[1..]
            } else {
                &[]
            };
            let notice = Notice {
                subject: keys.subject,
                stream: Stream::Trail,
                what: last_words(how, keys, &kept, joined),
                ..writing.notice.clone()
            };
            let place = (first, &mut *entries);
            let last = self.append(db, place, keys.subject, &keys.trail, who.clone(), notice)?;
            let heads = [
                (Stream::Rights, keys.rights.head),
                (Stream::Content, keys.content.head),
                (Stream::Trail, last.head),
            ];
            rows.push(EndedRow {
                subject: keys.subject,
                how,
                at: last.receipt.at,
                until: last.receipt.at + Millis::from(years) * YEAR,
                heads: database::ends_of(&heads),
                archive: None,
            });
            lasts.push(last);
        }
        let last = lasts.swap_remove(0);
        let mut both = Zeroizing::new(Vec::with_capacity(64 * all.len()));
        let mut trails = Zeroizing::new(Vec::with_capacity(32 * all.len()));
        for keys in &all {
            both.extend_from_slice(keys.rights.key.expose());
            both.extend_from_slice(keys.content.key.expose());
            trails.extend_from_slice(keys.trail.key.expose());
        }
        let keep = |part: Part, secret: &[u8]| Kept::of(custody, &part, secret, self.entropy);
        let bundle = Bundle {
            threshold: custody.threshold,
            record: (how == How::Closed).then(|| keep(Part::Record(subject.id), &both)),
            trail: keep(Part::Trail(subject.id), &trails),
            index: last.receipt.index,
            event: ByteBuf::from(last.event),
            leaf_key: ByteArray::new(last.leaf_key),
        };
        rows[0].archive = Some(self.wrapped_archive(&subject, &bundle));
        for row in &rows {
            database::end(db, row)?;
        }
        Ok(Ok(Done::Ended(bundle.ended(&rows[0]))))
    }

    /// An archive in the newest epoch.
    fn wrapped_archive(&self, subject: &Subject, bundle: &Bundle) -> (u32, Vec<u8>) {
        let newest = self.newest();
        let place = archive_place(subject);
        (
            newest.number,
            newest.kek.wrap_bytes_at(&place, &bundle.bytes()),
        )
    }

    /// Puts a closed subject's keys back, out of its custodians' shares, in the newest epoch.
    pub(super) fn reopen(
        &self,
        db: &Connection,
        first: u64,
        entries: &mut Vec<Vec<u8>>,
        writing: Writing,
        shares: &[Share],
    ) -> Result<Answer, Error> {
        let subject = writing.notice.subject;
        if let Some(leading) = self.joins.leading(&subject) {
            return Ok(Err(Failure::Joined(leading.id)));
        }
        let row = match database::ended(db, &subject)? {
            Some(row) if row.how == How::Closed => row,
            Some(_) => return Ok(Err(Failure::Erased)),
            None => {
                return Ok(Err(Failure::Notice("the record is not closed".to_owned())));
            }
        };
        let broken = || {
            Failure::Unavailable(
                "the archive does not open; restore `keys.db` from a backup".to_owned(),
            )
        };
        let Some(bundle) = self.opened_archive(&row) else {
            return Ok(Err(broken()));
        };
        let keys = match keys_of(subject.id, bundle, shares) {
            Ok(keys) => keys,
            Err(error) => return Ok(Err(Failure::Notice(error.to_string()))),
        };
        let all: Vec<Subject> = [subject]
            .into_iter()
            .chain(self.joins.all(&subject))
            .collect();
        let keys = keys.as_chunks::<32>().0;
        if keys.len() != 3 * all.len() {
            return Ok(Err(broken()));
        }
        // Of each record its two keys, then of each its trail's.
        let (both, trails) = keys.split_at(2 * all.len());
        let who = (writing.actor, writing.issuer);
        let mut receipt = None;
        for (place, one) in all.iter().enumerate() {
            let Some(ends) = database::ended(db, one)?.and_then(|row| database::ends(&row)) else {
                return Err(Error::WrappedKeyBroken("ended"));
            };
            let keys = [&both[2 * place], &both[2 * place + 1], &trails[place]];
            self.raise(db, one, &ends, keys)?;
            let Some(trail) = self.key(db, one, Stream::Trail)? else {
                return Err(Error::WrappedKeyBroken("keys"));
            };
            let notice = Notice {
                subject: *one,
                stream: Stream::Trail,
                ..writing.notice.clone()
            };
            let place = (first, &mut *entries);
            let line = self.append(db, place, *one, &trail, who.clone(), notice)?;
            receipt.get_or_insert(line.receipt);
        }
        let receipt = receipt.expect("the record itself is among them");
        Ok(Ok(Done::Reopened(receipt)))
    }

    /// Puts a subject's keys back where its streams ended, in the newest epoch.
    fn raise(
        &self,
        db: &Connection,
        subject: &Subject,
        ends: &[(Stream, Head)],
        keys: [&[u8; 32]; 3],
    ) -> Result<(), Error> {
        database::raise(db, subject)?;
        let newest = self.newest();
        for ((stream, head), key) in ends.iter().zip(keys) {
            let wrapped = newest.kek.wrap_at(&key_place(subject, *stream), key);
            database::put_stream(db, subject, *stream, newest.number, &wrapped)?;
            database::set_head(db, subject, *stream, head)?;
        }
        Ok(())
    }

    /// A subject's archive, unwrapped; `None` where there is none, or it does not open.
    pub(super) fn archive(
        &self,
        db: &Connection,
        subject: &Subject,
    ) -> Result<Option<Bundle>, Error> {
        let row = database::ended(db, subject)?;
        Ok(row.and_then(|row| self.opened_archive(&row)))
    }

    fn opened_archive(&self, row: &EndedRow) -> Option<Bundle> {
        let (epoch, wrapped) = row.archive.as_ref()?;
        let kek = self.epoch(*epoch)?;
        let bytes = kek.unwrap_bytes_at(&archive_place(&row.subject), wrapped)?;
        Bundle::read(&bytes)
    }

    /// Wraps all archives in the newest epoch; gives how many were not. One that does not open is left, and
    /// the rotation does not end.
    pub(super) fn wrap_archives(&self, db: &Connection) -> Result<u64, Error> {
        let newest = self.newest();
        let (mut after, mut wrapped) = (Vec::new(), 0);
        loop {
            let rows = database::archives_after(db, &after, BATCH)?;
            let Some(last) = rows.last() else {
                return Ok(wrapped);
            };
            after = last.subject.bytes().to_vec();
            for row in rows {
                let Some((epoch, bytes)) =
                    row.archive.as_ref().filter(|one| one.0 != newest.number)
                else {
                    continue;
                };
                let place = archive_place(&row.subject);
                let opened = self
                    .epoch(*epoch)
                    .and_then(|kek| kek.unwrap_bytes_at(&place, bytes));
                if let Some(opened) = opened {
                    let anew = newest.kek.wrap_bytes_at(&place, &opened);
                    database::set_archive(db, &row.subject, newest.number, &anew)?;
                    wrapped += 1;
                }
            }
        }
    }
}

/// What the last line of a trail says.
fn last_words(how: How, keys: &Keys, kept: &str, joined: &[Keys]) -> String {
    let mut words = match how {
        How::Erased => format!(
            "keys destroyed: rights of epoch {}, content of epoch {}; the trail's lies with {kept}",
            keys.rights.epoch, keys.content.epoch
        ),
        How::Closed => format!("keys of rights, content and trail lie with {kept}"),
    };
    for keys in joined {
        words += &match how {
            How::Erased => format!(
                "; those of the joined record {}: rights of epoch {}, content of epoch {}",
                keys.subject.id, keys.rights.epoch, keys.content.epoch
            ),
            How::Closed => format!("; and those of the joined record {}", keys.subject.id),
        };
    }
    words
}

/// Whether nothing keeps a subject any more: closed for its time, or erased.
fn is_over(row: Option<&EndedRow>, now: Millis) -> bool {
    row.is_some_and(|row| row.how == How::Erased || row.until <= now)
}

/// A closed subject's three keys in the order of its streams, out of shares of both parts.
fn keys_of(
    person: PersonId,
    bundle: Bundle,
    shares: &[Share],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let record = bundle
        .record
        .map(|kept| (Part::Record(person), kept.check.into_array()));
    let trail = (Part::Trail(person), bundle.trail.check.into_array());
    let parts: Vec<(Part, [u8; 32])> = record.into_iter().chain([trail]).collect();
    share::refuse_foreign(shares, &parts)?;
    let mut keys = Zeroizing::new(Vec::with_capacity(96));
    for (part, check) in &parts {
        keys.extend_from_slice(&share::reassemble(part, check, shares)?);
    }
    Ok(keys)
}
