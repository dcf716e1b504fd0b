//! The one writer: it takes all that waits as one group, makes it durable with one commit, and only
//! then answers anybody. The commit is the ledger's write-ahead: it holds each leaf at its index, and
//! the publisher brings the ledger's files behind it within a tenth of a second.
//!
//! Crash before the commit: nothing happened, nobody was answered. Crash after it: the events are
//! there, the files may lack them, and the next start appends them; whoever was not answered asks
//! again, with a new notice.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Instant;

use hygie_notice::wire::{Failure, TrailLine};
use hygie_notice::{
    ActorRef, Claims, Clock, DataKey, Ended, Entropy, Head, How, KeyAnswer, Notice, Opened,
    Receipt, Stream, Subject,
};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};
use tracing::warn;
use zeroize::Zeroizing;

use crate::database::{self, EventRow};
use crate::joins::Joins;
use crate::measures::Measures;
use crate::meetings::{ActorKey, Meetings};
use crate::publisher::{Publisher, Wanted};
use crate::wrap::WrappingKey;
use crate::{Error, Proof, Share};

mod alarm;
mod ending;
mod join;
mod keep;
mod write;

pub use ending::{reads_archive, sample_archive};
pub(crate) use keep::{Keep, Look, Who};
pub(crate) use write::{create_subject, write_alone};

/// The largest group.
pub(crate) const GROUP: usize = 512;

/// Something to do, and where its answer goes.
pub(crate) struct Job {
    pub(crate) ask: Ask,
    pub(crate) reply: oneshot::Sender<Answer>,
}

/// What is asked, already checked.
pub(crate) enum Ask {
    Write(Box<Writing>),
    Advance {
        subject: Subject,
        stream: Stream,
        from: Head,
        to: Head,
    },
    /// Keyed hashes, each with what to bind when nothing is.
    Tags {
        actor: ActorRef,
        tags: Vec<([u8; 32], Option<Vec<u8>>)>,
    },
    Prove(Wanted),
    /// Looking after keys: done alone, and not in a group.
    Keep(Box<(Who, Keep)>),
    /// Erase or close.
    End {
        writing: Box<Writing>,
        years: u8,
    },
    Reopen {
        writing: Box<Writing>,
        shares: Vec<Share>,
    },
    Unforgotten,
    Standing {
        subject: Subject,
    },
    Forgotten {
        subject: Subject,
    },
}

/// A notice to write down.
pub(crate) struct Writing {
    pub(crate) then: Then,
    pub(crate) actor: ActorRef,
    pub(crate) issuer: String,
    pub(crate) notice: Notice,
}

impl Writing {
    /// A notice of somebody whose assertion was verified.
    pub(crate) fn of(claims: &Claims, notice: Notice, then: Then) -> Self {
        Self {
            then,
            actor: claims.actor.clone(),
            issuer: claims.iss.clone(),
            notice,
        }
    }
}

/// What to give once it is written.
#[derive(Clone, Copy)]
pub(crate) enum Then {
    /// The stream's key; only while `rights` end at `weighed`, if that is given.
    Key {
        weighed: Option<Head>,
    },
    Nothing,
    Page {
        from: u64,
    },
}

pub(crate) type Answer = Result<Done, Failure>;

/// What was done.
pub(crate) enum Done {
    Opened(Opened),
    Refused(Receipt),
    Page {
        receipt: Receipt,
        trail: DataKey,
        /// The number that was asked for, and how many events the trail has.
        span: (u64, u64),
        rows: Vec<EventRow>,
    },
    Advanced,
    Tagged(Vec<Option<Vec<u8>>>),
    Proof(Proof),
    Cover {
        checkpoint: String,
        hashes: Vec<[u8; 32]>,
    },
    Kept(KeyAnswer),
    Looked(Box<Look>),
    Epochs(Vec<Epoch>),
    Ended(Ended),
    Reopened(Receipt),
    Joined,
    Unforgotten(Vec<Subject>),
    Standing(Option<How>),
    Forgotten,
    /// The number of the alarm that says it.
    Alarmed(u64),
    Suspended(Vec<TrailLine>),
    Alarms {
        trail: DataKey,
        /// The number that was asked for, and how many alarms there are.
        span: (u64, u64),
        rows: Vec<EventRow>,
    },
}

/// A key-encryption key and its epoch.
#[derive(Clone)]
pub(crate) struct Epoch {
    pub(crate) number: u32,
    pub(crate) kek: WrappingKey,
}

/// Everything that only the one writer touches.
pub(crate) struct Sequencer {
    pub(crate) db: Connection,
    /// Brings the ledger's files behind the events.
    pub(crate) publisher: Publisher,
    /// The index of the next leaf.
    pub(crate) next: u64,
    /// All epochs whose keys still exist, oldest first; never empty.
    pub(crate) epochs: Vec<Epoch>,
    /// Where notices about unknown subjects go.
    pub(crate) stray: Subject,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) size: Arc<AtomicU64>,
    pub(crate) measures: Arc<Measures>,
    /// How far a rotation went through the keys, since the start.
    pub(crate) wrapped_to: Option<(Vec<u8>, u8)>,
    /// Whom each actor met today.
    pub(crate) meetings: RefCell<Meetings>,
    /// Who is suspended, by which alarm.
    pub(crate) suspended: HashMap<ActorKey, u64>,
    /// Which records were joined; written here alone.
    pub(crate) joins: SharedJoins,
    /// What rows of such are authenticated under.
    pub(crate) join_key: Zeroizing<[u8; 32]>,
}

/// The joined records, as who answers and who writes both know them.
#[derive(Clone, Default)]
pub(crate) struct SharedJoins(Arc<RwLock<Joins>>);

impl SharedJoins {
    pub(crate) fn of(joins: Joins) -> Self {
        Self(Arc::new(RwLock::new(joins)))
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Joins> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Joins> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a group did, before it is durable.
struct Draft {
    answers: Vec<Answer>,
    entries: Vec<Vec<u8>>,
    /// Keys went: their pages must not stay in the log.
    ended: bool,
}

impl Sequencer {
    /// Works until nobody can ask any more.
    ///
    /// # Errors
    /// The first failure to write that is more than a full disk. It is final: whether the disk holds what it failed to write
    /// is not known, so that only a new start, which looks, may go on.
    pub(crate) fn run(mut self, mut jobs: mpsc::Receiver<Job>) -> Result<(), Error> {
        while let Some(first) = jobs.blocking_recv() {
            let (mut asks, mut replies, mut proofs) = (Vec::new(), Vec::new(), Vec::new());
            let mut keeps = Vec::new();
            let mut job = Some(first);
            while let Some(Job { ask, reply }) = job {
                match ask {
                    Ask::Prove(wanted) => proofs.push((wanted, reply)),
                    Ask::Keep(keep) => keeps.push((*keep, reply)),
                    ask => {
                        asks.push(ask);
                        replies.push(reply);
                    }
                }
                job = if asks.len() < GROUP {
                    jobs.try_recv().ok()
                } else {
                    None
                };
            }
            match self.group(asks) {
                Ok(answers) => {
                    for (reply, answer) in replies.into_iter().zip(answers) {
                        // Whoever asked may be gone; what was written stays written.
                        let _ = reply.send(answer);
                    }
                }
                Err(error) => self.failed(error, replies)?,
            }
            for ((who, keep), reply) in keeps {
                match self.keep(who, keep) {
                    Ok(answer) => {
                        let _ = reply.send(answer);
                    }
                    Err(error) => self.failed(error, vec![reply])?,
                }
            }
            for (wanted, reply) in proofs {
                self.publisher.prove(wanted, reply)?;
            }
        }
        self.publisher.close()
    }

    /// Tells everybody whose write failed. A full disk refused the pages before any fsync: what was begun was
    /// rolled back whole, and the next write finds out whether there is space again.
    ///
    /// # Errors
    /// The failure itself, when it is any other.
    fn failed(&self, error: Error, replies: Vec<oneshot::Sender<Answer>>) -> Result<(), Error> {
        // What was met in a group that was taken back was not met.
        self.meetings.borrow_mut().forget();
        let full = error.is_full();
        let why = if full {
            "its disk is full"
        } else {
            "it could not write"
        };
        for reply in replies {
            let _ = reply.send(Err(Failure::Unavailable(why.to_owned())));
        }
        if full {
            self.measures.full.up();
            warn!("the keeper's disk is full: nothing is opened until there is space");
            return Ok(());
        }
        // Closing would sync once more what failed to be synced. Where the setting is not taken, nothing
        // that was answered depends on it.
        let _closing = self
            .db
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        Err(error)
    }

    /// Does a group, durably.
    fn group(&mut self, asks: Vec<Ask>) -> Result<Vec<Answer>, Error> {
        let draft = self.commit(asks)?;
        // INVARIANT (no log, no plaintext): keys leave this function only below the commit, which
        // holds the notice and its leaf durably, at their place in the ledger.
        if !draft.entries.is_empty() {
            self.next += u64::try_from(draft.entries.len()).expect("a group is small");
            self.size.store(self.next, Ordering::Release);
            self.publisher.append(draft.entries)?;
        }
        // A reader in the way leaves it to the next ending, or to the next start.
        if draft.ended && !self.empty_log()? {
            warn!("a backup reads while a record ends: the log of the database is emptied later");
        }
        Ok(draft.answers)
    }

    /// Writes a group's events, heads, keys and tags in one transaction.
    fn commit(&mut self, asks: Vec<Ask>) -> Result<Draft, Error> {
        let mut draft = Draft {
            answers: Vec::with_capacity(asks.len()),
            entries: Vec::new(),
            ended: false,
        };
        let joins = self.joins.read();
        let writer = write::Writer {
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
        let next = self.next;
        let transaction = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for ask in asks {
            let answer = match ask {
                Ask::Write(writing) => {
                    writer.write(&transaction, next, &mut draft.entries, *writing)?
                }
                Ask::Advance {
                    subject,
                    stream,
                    from,
                    to,
                } => write::advance(&transaction, &subject, stream, from, to)?,
                Ask::Tags { actor, .. } if writer.is_suspended(&actor) => Err(Failure::Suspended),
                Ask::Tags { tags, .. } => write::tags(&transaction, tags)?,
                Ask::End { writing, years } => {
                    draft.ended = true;
                    writer.end(&transaction, next, &mut draft.entries, *writing, years)?
                }
                Ask::Reopen { writing, shares } => {
                    writer.reopen(&transaction, next, &mut draft.entries, *writing, &shares)?
                }
                Ask::Unforgotten => write::unforgotten(&transaction)?,
                Ask::Standing { subject } => {
                    let row = database::ended(&transaction, &subject)?;
                    Ok(Done::Standing(row.map(|row| row.how)))
                }
                Ask::Forgotten { subject } => write::forgotten(&transaction, &subject)?,
                // Proofs are the publisher's, and keys are looked after alone.
                Ask::Prove(_) | Ask::Keep(_) => continue,
            };
            draft.answers.push(answer);
        }
        self.meetings.borrow_mut().prune(&transaction)?;
        let begun = Instant::now();
        transaction.commit()?;
        self.measures.committed(begun.elapsed());
        Ok(draft)
    }
}
