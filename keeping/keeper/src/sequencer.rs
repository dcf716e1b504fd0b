//! The one writer: it takes all that waits as one group, makes it durable with one commit and one
//! append, and only then answers anybody.
//!
//! Crash before the commit: nothing happened, nobody was answered. Crash between commit and append:
//! the events are there, the ledger lacks them, nobody was answered; the next start appends them.
//! Crash after the append: all is durable, the caller may not know; it asks again, with a new notice.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hygie_ledger::{Folder, Log};
use hygie_notice::wire::Failure;
use hygie_notice::{
    ActorRef, Clock, DataKey, Entropy, Head, Notice, Opened, Receipt, Stream, Subject,
};
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use crate::database::EventRow;
use crate::keeper::Measures;
use crate::wrap::WrappingKey;
use crate::{Error, Proof};

mod write;

pub(crate) use write::create_subject;

/// The largest group.
pub(crate) const GROUP: usize = 512;

/// Something to do, and where its answer goes.
pub(crate) struct Job {
    pub(crate) ask: Ask,
    pub(crate) reply: oneshot::Sender<Answer>,
}

/// What is asked, already checked.
pub(crate) enum Ask {
    Write(Writing),
    Advance {
        subject: Subject,
        stream: Stream,
        from: Head,
        to: Head,
    },
    Tag {
        tag: [u8; 32],
        bind: Option<Subject>,
    },
    Prove {
        index: u64,
    },
}

/// A notice to write down.
pub(crate) struct Writing {
    pub(crate) then: Then,
    pub(crate) actor: ActorRef,
    pub(crate) issuer: String,
    pub(crate) notice: Notice,
}

/// What to give once it is written.
#[derive(Clone, Copy)]
pub(crate) enum Then {
    Key,
    Nothing,
    Page { from: u64 },
}

pub(crate) type Answer = Result<Done, Failure>;

/// What was done.
pub(crate) enum Done {
    Opened(Opened),
    Refused(Receipt),
    Page {
        receipt: Receipt,
        trail: DataKey,
        rows: Vec<EventRow>,
    },
    Advanced,
    Tagged(Option<Subject>),
    Proof(Proof),
}

/// A key-encryption key and its epoch.
pub(crate) struct Epoch {
    pub(crate) number: u32,
    pub(crate) kek: WrappingKey,
}

/// Everything that only the one writer touches.
pub(crate) struct Sequencer {
    pub(crate) db: Connection,
    pub(crate) log: Log<Folder>,
    /// All epochs whose keys still exist, oldest first; never empty.
    pub(crate) epochs: Vec<Epoch>,
    /// Where notices about unknown subjects go.
    pub(crate) stray: Subject,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) size: Arc<AtomicU64>,
    pub(crate) measures: Arc<Measures>,
}

/// What a group did, before it is durable.
struct Draft {
    answers: Vec<Option<Answer>>,
    entries: Vec<Vec<u8>>,
}

impl Sequencer {
    /// Works until nobody can ask any more.
    ///
    /// # Errors
    /// The first failure to write. It is final: whether the disk holds what it failed to write
    /// is not known, so that only a new start, which looks, may go on.
    pub(crate) fn run(mut self, mut jobs: mpsc::Receiver<Job>) -> Result<(), Error> {
        while let Some(first) = jobs.blocking_recv() {
            let mut asks = vec![first.ask];
            let mut replies = vec![first.reply];
            while asks.len() < GROUP
                && let Ok(job) = jobs.try_recv()
            {
                asks.push(job.ask);
                replies.push(job.reply);
            }
            match self.group(asks) {
                Ok(answers) => {
                    for (reply, answer) in replies.into_iter().zip(answers) {
                        // Whoever asked may be gone; what was written stays written.
                        let _ = reply.send(answer);
                    }
                }
                Err(error) => {
                    for reply in replies {
                        let _ =
                            reply.send(Err(Failure::Unavailable("it could not write".to_owned())));
                    }
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Does a group, durably.
    fn group(&mut self, asks: Vec<Ask>) -> Result<Vec<Answer>, Error> {
        let mut proofs = Vec::new();
        for (place, ask) in asks.iter().enumerate() {
            if let Ask::Prove { index } = ask {
                proofs.push((place, *index));
            }
        }
        let draft = self.commit(asks)?;
        if !draft.entries.is_empty() {
            self.log.append(&draft.entries)?;
            self.size.store(self.log.size(), Ordering::Release);
            self.measures.count(draft.entries.len());
        }
        // INVARIANT (no log, no plaintext): keys leave this function only below the append.
        let mut answers = draft.answers;
        for (place, index) in proofs {
            answers[place] = Some(self.prove(index));
        }
        let answers = answers
            .into_iter()
            .map(|answer| answer.expect("each ask has its answer"));
        Ok(answers.collect())
    }

    /// Writes a group's events, heads, keys and tags in one transaction.
    fn commit(&mut self, asks: Vec<Ask>) -> Result<Draft, Error> {
        let mut draft = Draft {
            answers: Vec::with_capacity(asks.len()),
            entries: Vec::new(),
        };
        let writer = write::Writer {
            epochs: &self.epochs,
            stray: self.stray,
            clock: &*self.clock,
            entropy: &*self.entropy,
        };
        let next = self.log.size();
        let transaction = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for ask in asks {
            let answer = match ask {
                Ask::Write(writing) => {
                    Some(writer.write(&transaction, next, &mut draft.entries, writing)?)
                }
                Ask::Advance {
                    subject,
                    stream,
                    from,
                    to,
                } => Some(write::advance(&transaction, &subject, stream, from, to)?),
                Ask::Tag { tag, bind } => Some(write::tag(&transaction, &tag, bind)?),
                Ask::Prove { .. } => None,
            };
            draft.answers.push(answer);
        }
        transaction.commit()?;
        Ok(draft)
    }

    fn prove(&self, index: u64) -> Answer {
        let proved = self
            .log
            .prove_inclusion(index)
            .and_then(|path| Ok((path, self.log.entry(index)?)));
        match proved {
            Ok((path, entry)) => Ok(Done::Proof(Proof {
                entry,
                checkpoint: self.log.checkpoint().to_owned(),
                path,
            })),
            Err(hygie_ledger::Error::OutOfRange { .. }) => Err(Failure::Notice(
                "the ledger has no leaf of this index yet".to_owned(),
            )),
            Err(error) => Err(Failure::Unavailable(error.to_string())),
        }
    }
}
