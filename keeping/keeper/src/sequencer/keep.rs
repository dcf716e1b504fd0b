//! The writer's side of looking after keys: custody, the steps of a rotation, and what is due. Each is a
//! transaction of its own, with its line in the keeper's own chain, so that openings go on between them.
//!
//! A rotation is in the database: while more than one epoch's key is there it is under way, and the same
//! steps go on with it after a crash. The shares of a new epoch are on the disk before [`Keep::Begin`]. An
//! epoch's key goes only when nothing is wrapped in it, which the database itself upholds.

use std::sync::atomic::Ordering;
use std::time::Duration;

use hygie_notice::wire::Failure;
use hygie_notice::{ActorRef, ActorStep, KeyAnswer, Notice, Outcome, Stream, Subject};
use rusqlite::TransactionBehavior;

use super::write::{Writer, key_place};
use super::{Answer, Done, Epoch, Sequencer};
use crate::custody::Custody;
use crate::{Error, database};

/// Keys wrapped anew in one transaction: a few milliseconds, in which nobody else is served.
const BATCH: u64 = 2_000;
/// SQLite waits this long for another process.
const BUSY: Duration = Duration::from_secs(5);
/// The fact that holds the index of the line that said that all keys are wrapped anew.
const REWRAPPED: &str = "rewrapped";
/// The fact that holds which epochs went, until nothing of their keys is in the log either.
const DROPPED: &str = "dropped";

/// Who has it done, and the issuer that vouched for him.
pub(crate) type Who = (ActorRef, String);

/// What is done.
pub(crate) enum Keep {
    /// Which epochs live.
    Epochs,
    /// Which custody there is, and which epochs.
    Look,
    /// Shares of all living keys are written for these.
    Custody(Custody),
    /// The shares of this key are written: new keys are wrapped in it.
    Begin(Epoch, Vec<u8>),
    /// One batch of keys.
    Wrap,
    /// All others go: a backup of events up to here (not with) has all keys anew.
    Drop { until: u64 },
    /// What custodians kept its time.
    Purge,
    /// A subject's archive is given out.
    Archive(Subject),
    /// An actor is cut off or let in again, or all who are cut off are listed.
    Actor(ActorStep),
    /// Alarms are read.
    Alarms { from: Option<u64> },
    /// A break-glass was looked into.
    Review { number: u64, outcome: Outcome },
    /// A second agent rings.
    Unconfirmed { agent: String, receipt: String },
    /// A record is joined to that of the notice's subject.
    Join(Box<Notice>, Subject),
}

/// What [`Keep::Look`] finds.
pub(crate) struct Look {
    pub(crate) custody: Custody,
    /// The living epochs, oldest first.
    pub(crate) epochs: Vec<Epoch>,
    /// The number of the next epoch.
    pub(crate) next: u32,
    /// Epochs that a rotation destroyed whose end was not told.
    pub(crate) dropped: Option<Vec<u32>>,
}

impl Sequencer {
    /// Does one of them, durably.
    ///
    /// # Errors
    /// As a group's: final, but for a full disk.
    pub(super) fn keep(&mut self, who: Who, keep: Keep) -> Result<Answer, Error> {
        match keep {
            Keep::Epochs => Ok(Ok(Done::Epochs(self.epochs.clone()))),
            Keep::Look => self.look(),
            Keep::Custody(custody) => {
                let names: Vec<&str> = custody
                    .custodians
                    .iter()
                    .map(|one| one.name.as_str())
                    .collect();
                let what = format!("custody: {} of {}", custody.threshold, names.join(", "));
                self.alone(who, |writer, db, line| {
                    custody.set(db)?;
                    writer.note(db, line, what)?;
                    Ok(Ok(Done::Kept(KeyAnswer::Custody {
                        folders: Vec::new(),
                    })))
                })
            }
            Keep::Begin(epoch, wrapped) => self.begin(who, epoch, &wrapped),
            Keep::Wrap => self.wrap(who),
            Keep::Drop { until } => self.drop_epochs(who, until),
            Keep::Purge => self.alone(who, |writer, db, line| {
                let archives = database::purge(db, writer.clock.now())?;
                if archives > 0 {
                    let what = format!("purge: {archives} archives whose time is over destroyed");
                    writer.note(db, line, what)?;
                }
                Ok(Ok(Done::Kept(KeyAnswer::Purged { archives })))
            }),
            Keep::Archive(subject) => self.alone(who, |writer, db, line| {
                let Some(bundle) = writer.archive(db, &subject)? else {
                    return Ok(Err(Failure::Notice(
                        "this person has no archive: never ended, or purged".to_owned(),
                    )));
                };
                writer.note(db, line, format!("archive of {} given out", subject.id))?;
                Ok(Ok(Done::Kept(bundle.shares())))
            }),
            Keep::Actor(step) => self.actor(who, step),
            Keep::Alarms { from } => self.alarms(who, from),
            Keep::Review { number, outcome } => self.review(who, number, outcome),
            Keep::Unconfirmed { agent, receipt } => self.unconfirmed(who, agent, receipt),
            Keep::Join(notice, other) => self.join(who, *notice, other),
        }
    }

    fn look(&self) -> Result<Answer, Error> {
        let custody = match Custody::of(&self.db) {
            Ok(custody) => custody,
            Err(Error::NoCustody) => {
                return Ok(Err(Failure::Notice(Error::NoCustody.to_string())));
            }
            Err(error) => return Err(error),
        };
        let last = database::checks(&self.db)?
            .last()
            .map_or(0, |(number, _)| *number);
        let dropped = database::fact(&self.db, DROPPED)?
            .and_then(|bytes| ciborium::from_reader(bytes.as_slice()).ok());
        Ok(Ok(Done::Looked(Box::new(Look {
            custody,
            epochs: self.epochs.clone(),
            next: last + 1,
            dropped,
        }))))
    }

    fn begin(&mut self, who: Who, epoch: Epoch, wrapped: &[u8]) -> Result<Answer, Error> {
        let number = epoch.number;
        let check = crate::Part::Epoch(number).check(epoch.kek.expose());
        let answer = self.alone(who, |writer, db, line| {
            database::put_kek(db, number, wrapped)?;
            database::put_check(db, number, &check)?;
            writer.note(db, line, format!("rotation: epoch {number} begins"))?;
            Ok(Ok(Done::Advanced))
        })?;
        // Below the commit: what is wrapped in it from here on finds it at the next start.
        self.epochs.push(epoch);
        self.wrapped_to = None;
        Ok(answer)
    }

    /// Wraps the next keys in the newest epoch. New ones are wrapped in it from the start, so that the way
    /// through the table is gone once; after a restart it is gone again, and finds most of them done.
    fn wrap(&mut self, who: Who) -> Result<Answer, Error> {
        let after = self.wrapped_to.clone().unwrap_or_default();
        let mut to = after.clone();
        let answer = self.alone(who, |writer, db, line| {
            let newest = writer.newest();
            let rows = database::keys_after(db, &after, BATCH)?;
            let mut wrapped = 0;
            for (subject, stream, epoch, bytes) in &rows {
                to = (subject.clone(), *stream);
                if *epoch == newest.number {
                    continue;
                }
                let place = Subject::from_bytes(subject).zip(Stream::from_number(*stream));
                let key = place.and_then(|(subject, stream)| {
                    writer.unwrapped(*epoch, &key_place(&subject, stream), bytes)
                });
                let Some(((subject, stream), key)) = place.zip(key) else {
                    return Ok(Err(Failure::Unavailable(
                        "a wrapped key does not open; restore `keys.db` from a backup, and rotate then"
                            .to_owned(),
                    )));
                };
                let anew = newest.kek.wrap_at(&key_place(&subject, stream), &key);
                database::set_key(db, &subject, stream, newest.number, &anew)?;
                wrapped += 1;
            }
            let mut more = !rows.is_empty();
            if !more {
                wrapped += writer.wrap_archives(db)?;
                more = database::left_of(db, newest.number)?;
                if !more && database::fact(db, REWRAPPED)?.is_none() {
                    let what = format!("rotation: all keys are wrapped in epoch {}", newest.number);
                    let index = writer.note(db, line, what)?;
                    database::put_fact(db, REWRAPPED, &index.to_be_bytes())?;
                }
            }
            Ok(Ok(Done::Kept(KeyAnswer::Rotating {
                epoch: newest.number,
                wrapped,
                more,
                ended: false,
            })))
        })?;
        self.wrapped_to = match &answer {
            Ok(Done::Kept(KeyAnswer::Rotating { more: true, .. })) if to != after => Some(to),
            _ => None,
        };
        Ok(answer)
    }

    /// Destroys the keys of all epochs but the newest: the rows first, then the pages that held them.
    ///
    /// Crash between the two: the start empties the log, and the same step tells the end.
    fn drop_epochs(&mut self, who: Who, until: u64) -> Result<Answer, Error> {
        let newest = self.epochs.last().map_or(0, |epoch| epoch.number);
        let mut gone: Vec<u32> = self.epochs.iter().map(|epoch| epoch.number).collect();
        gone.retain(|number| *number != newest);
        if let Some(bytes) = database::fact(&self.db, DROPPED)? {
            gone = ciborium::from_reader(bytes.as_slice()).unwrap_or_default();
        } else {
            let answer = self.alone(who, |writer, db, line| {
                let rewrapped = database::fact(db, REWRAPPED)?
                    .and_then(|bytes| Some(u64::from_be_bytes(bytes.try_into().ok()?)));
                match rewrapped {
                    Some(index) if index < until && !database::left_of(db, newest)? => {}
                    _ => {
                        return Ok(Err(Failure::Notice(
                            "this backup was begun before all keys were wrapped anew; make another"
                                .to_owned(),
                        )));
                    }
                }
                let words: Vec<String> = gone.iter().map(u32::to_string).collect();
                writer.note(
                    db,
                    line,
                    format!("rotation: epoch {} destroyed", words.join(", ")),
                )?;
                database::drop_keks_but(db, newest)?;
                db.execute("DELETE FROM facts WHERE name = ?1", [REWRAPPED])?;
                let mut bytes = Vec::new();
                ciborium::into_writer(&gone, &mut bytes).expect("writing to memory succeeds");
                database::put_fact(db, DROPPED, &bytes)?;
                Ok(Ok(Done::Advanced))
            })?;
            if answer.is_err() {
                return Ok(answer);
            }
            // Wiped when dropped.
            self.epochs.retain(|epoch| epoch.number == newest);
        }
        if !self.empty_log()? {
            return Ok(Err(Failure::Unavailable(
                "the keys are destroyed, but a backup still reads the pages that held them; rotate again when it is done"
                    .to_owned(),
            )));
        }
        self.db
            .execute("DELETE FROM facts WHERE name = ?1", [DROPPED])?;
        Ok(Ok(Done::Kept(KeyAnswer::Rotated {
            epoch: newest,
            destroyed: gone,
        })))
    }

    /// See [`database::empty_log`]; it does not wait for who reads.
    pub(super) fn empty_log(&self) -> Result<bool, Error> {
        self.db.busy_timeout(Duration::ZERO)?;
        let emptied = database::empty_log(&self.db);
        self.db.busy_timeout(BUSY)?;
        emptied
    }

    /// One transaction with its few lines, mostly one in the keeper's own chain, published when it is committed.
    /// Nothing is written when `job` answers with a failure.
    pub(super) fn alone(
        &mut self,
        who: Who,
        job: impl FnOnce(&Writer<'_>, &rusqlite::Connection, &mut Line) -> Result<Answer, Error>,
    ) -> Result<Answer, Error> {
        let joins = self.joins.read();
        let writer = Writer {
            epochs: &self.epochs,
            stray: self.stray,
            clock: &*self.clock,
            entropy: &*self.entropy,
            measures: &self.measures,
            meetings: &self.meetings,
            suspended: &self.suspended,
            joins: &joins,
            join_key: &self.join_key,
        };
        let mut line = Line {
            first: self.next,
            entries: Vec::new(),
            who,
        };
        let transaction = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let answer = job(&writer, &transaction, &mut line)?;
        if answer.is_err() {
            transaction.rollback()?;
            return Ok(answer);
        }
        transaction.commit()?;
        if !line.entries.is_empty() {
            self.next += u64::try_from(line.entries.len()).expect("a few lines");
            self.size.store(self.next, Ordering::Release);
            self.publisher.append(line.entries)?;
        }
        Ok(answer)
    }
}

/// A line of the keeper's own chain in the making.
pub(super) struct Line {
    pub(super) first: u64,
    pub(super) entries: Vec<Vec<u8>>,
    pub(super) who: Who,
}
