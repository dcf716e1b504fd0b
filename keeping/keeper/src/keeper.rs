use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use aws_lc_rs::hmac;
use hygie_ledger::{Checkpoint, Folder, Log, Signer};
use hygie_notice::wire::Failure;
use hygie_notice::{Believed, Clock, Entropy, Stream, Subject};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};
use tracing::{error, info};
use zeroize::Zeroizing;

use crate::budgets::Budgets;
use crate::joins::Joins;
use crate::look_ups::LookUps;
use crate::measures::Measures;
use crate::meetings::Meetings;
use crate::publisher::Publisher;
use crate::sequencer::{Answer, Ask, Epoch, GROUP, Job, Sequencer, SharedJoins, create_subject};
use crate::share::Part;
use crate::wrap::WrappingKey;
use crate::{Error, Home, Unlock, backup, database, home, issuers, recover, root};

mod alarms;
mod answer;
mod committed;
mod keys;

/// The running keeper of one home. It answers through [`crate::serve`] only.
pub struct Keeper {
    home: Home,
    writer: Writer,
    believed: Believed,
    /// Which records were joined to others.
    joins: SharedJoins,
    verifier: String,
    /// Signs manifests of backups; checkpoints are signed by the publisher.
    signer: Signer,
    tag_key: Zeroizing<[u8; 32]>,
    size: Arc<AtomicU64>,
    /// The ledger's size at the start.
    first: u64,
    measures: Arc<Measures>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// Wraps the keys of new epochs.
    root: WrappingKey,
    /// Held while keys are looked after.
    keeping: tokio::sync::Mutex<()>,
    look_ups: LookUps,
    /// Dropped by the writer when it ends, whatever the reason.
    ended: Option<oneshot::Receiver<()>>,
    /// The lock on the home, held until the writer has ended.
    _lock: File,
}

/// How a keeper is started, where something else than the defaults is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terms<'a> {
    /// A checkpoint of the ledger (a C2SP signed note) that was kept elsewhere: the ledger must go on from it.
    pub known: Option<&'a str>,
    /// How many persons each actor may meet in a day.
    pub budgets: Budgets,
}

/// The thread that alone touches database and ledger, and the way to it.
struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<Result<(), Error>>>,
}

impl Writer {
    fn start(sequencer: Sequencer) -> std::io::Result<(Self, oneshot::Receiver<()>)> {
        let (jobs, waiting) = mpsc::channel(2 * GROUP);
        let (end, ended) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || {
                let _end: oneshot::Sender<()> = end;
                sequencer.run(waiting)
            })?;
        let writer = Self {
            jobs: Some(jobs),
            thread: Some(thread),
        };
        Ok((writer, ended))
    }

    /// Lets the thread finish what waits, and says how it ended. Blocks; the second time there is nothing to do.
    fn close(&mut self) -> Result<(), Error> {
        self.jobs = None;
        let Some(thread) = self.thread.take() else {
            return Ok(());
        };
        let outcome = thread.join().unwrap_or_else(|_| {
            Err(Error::Unavailable(
                "its writer stopped by a fault of the program".to_owned(),
            ))
        });
        if let Err(error) = &outcome {
            error!(%error, "the keeper stops; start it again, and it recovers");
        }
        outcome
    }
}

impl Drop for Writer {
    /// So that the lock on the home outlives the thread; the outcome has been logged.
    fn drop(&mut self) {
        let _ = self.close();
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper")
            .field("home", &self.home)
            .finish_non_exhaustive()
    }
}

impl Keeper {
    /// Opens the keeper in a home that [`crate::init`] made, recovers what a crash left, and starts its writer.
    ///
    /// # Errors
    /// [`Error::Locked`] when another keeper runs; [`Error::WrongSecret`] or [`Error::PassphraseWanted`]
    /// when the root key stays closed; [`Error::LedgerAhead`], [`Error::LedgerDiffers`] or
    /// [`Error::EventsBroken`] when database and ledger are not of one moment; others as they are named.
    pub fn start(
        home: &Home,
        unlock: &Unlock,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Error> {
        Self::start_under(home, unlock, Terms::default(), clock, entropy)
    }

    /// [`Keeper::start`], but not on a home of an earlier day: `known` is a checkpoint of its ledger (a C2SP signed
    /// note) that was kept elsewhere, and the ledger must go on from it.
    ///
    /// # Errors
    /// As [`Keeper::start_under`].
    pub fn start_since(
        home: &Home,
        unlock: &Unlock,
        known: Option<&str>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Error> {
        let terms = Terms {
            known,
            ..Terms::default()
        };
        Self::start_under(home, unlock, terms, clock, entropy)
    }

    /// [`Keeper::start`] under other terms.
    ///
    /// # Errors
    /// As [`Keeper::start`]; [`Error::Ledger`] with [`hygie_ledger::Error::Behind`] or
    /// [`hygie_ledger::Error::Forked`], or with what is wrong with the known checkpoint.
    pub fn start_under(
        home: &Home,
        unlock: &Unlock,
        terms: Terms<'_>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Error> {
        let lock = lock(home)?;
        let root = root::unlock(home, unlock)?;
        let db = database::open(&home.database())?;
        backup::refuse_restored(&db)?;
        let secrets = Secrets::open(home, &db, &root)?;
        secrets.note_checks(&db, &root)?;
        secrets.make_alarms(&db, entropy.as_ref())?;
        // What a crash left of destroyed keys goes now; nobody reads yet but a backup, perhaps.
        database::empty_log(&db)?;
        let verifier = secrets.signer.verifier().to_string();
        let origin = secrets.signer.verifier().origin();
        let signer = Signer::from_seed(origin, &*Secrets::ledger_seed(&db, &root)?)?;
        check_verifier(home, &verifier)?;
        let meetings = Meetings::new(terms.budgets, &secrets.actors());
        let join_key = secrets.derived(b"\xffjoined");
        let joins = SharedJoins::of(Joins::load(&db, home, &join_key)?);
        let known = terms
            .known
            .map(|note| Checkpoint::open(note, secrets.signer.verifier()))
            .transpose()?;
        let (log, recovered) = open_log(home, &db, secrets.signer, known.as_ref())?;
        let size = Arc::new(AtomicU64::new(log.size()));
        let measures = Arc::new(Measures::begun(clock.now(), recovered));
        let next = log.size();
        let publisher =
            Publisher::start(log, Arc::clone(&measures)).map_err(Error::io(home.keeper()))?;
        let sequencer = Sequencer {
            meetings: RefCell::new(meetings),
            suspended: HashMap::from_iter(database::suspended(&db)?),
            joins: joins.clone(),
            join_key,
            db,
            publisher,
            next,
            epochs: secrets.epochs,
            stray: secrets.stray,
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            size: Arc::clone(&size),
            measures: Arc::clone(&measures),
            wrapped_to: None,
        };
        let (writer, ended) = Writer::start(sequencer).map_err(Error::io(home.keeper()))?;
        Ok(Self {
            home: home.clone(),
            writer,
            believed: Believed::new(issuers::complete(home, &*entropy)?),
            joins,
            verifier,
            signer,
            tag_key: secrets.tag_key,
            size,
            first: next,
            measures,
            clock,
            entropy,
            root,
            keeping: tokio::sync::Mutex::default(),
            look_ups: LookUps::default(),
            ended: Some(ended),
            _lock: lock,
        })
    }

    /// What the keeper did since it started.
    pub fn measures(&self) -> Arc<Measures> {
        Arc::clone(&self.measures)
    }

    /// What it counted, as callers are told.
    fn told(&self) -> hygie_notice::measures::Measures {
        let jobs = self.writer.jobs.as_ref();
        let waiting = jobs.map_or(0, |jobs| jobs.max_capacity() - jobs.capacity());
        let events = self.size.load(Ordering::Acquire) - self.first;
        self.measures
            .told(events, u64::try_from(waiting).unwrap_or(u64::MAX))
    }

    /// Where its socket goes.
    pub(crate) fn socket(&self) -> PathBuf {
        self.home.socket()
    }

    /// Resolves when the writer ends by itself, which is always a failure.
    pub(crate) fn take_ended(&mut self) -> oneshot::Receiver<()> {
        self.ended.take().expect("a keeper is served once")
    }

    /// Lets the writer finish what waits, and says how it ended. Blocks.
    pub(crate) fn close(mut self) -> Result<(), Error> {
        self.writer.close()
    }

    async fn ask(&self, ask: Ask) -> Answer {
        let stopped = || Failure::Unavailable("it is stopping".to_owned());
        let (reply, answer) = oneshot::channel();
        let jobs = self.writer.jobs.as_ref().ok_or_else(stopped)?;
        jobs.send(Job { ask, reply }).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

/// Whether the key beside the ledger is the one that it is signed with.
fn check_verifier(home: &Home, verifier: &str) -> Result<(), Error> {
    if home::read(&home.verifier())?.trim_ascii() == verifier.as_bytes() {
        return Ok(());
    }
    Err(Error::Malformed {
        path: home.verifier(),
        why: "it is not the key that the ledger is signed with",
    })
}

/// Opens the ledger's files and brings them to the events; says how many they lacked.
fn open_log(
    home: &Home,
    db: &Connection,
    signer: Signer,
    known: Option<&Checkpoint>,
) -> Result<(Log<Folder>, u64), Error> {
    let mut log = Log::open(Folder::open(home.ledger())?, signer)?;
    let recovered = recover::recover(db, &mut log)?;
    if let Some(known) = known {
        log.goes_on_from(known)?;
    }
    info!(size = log.size(), recovered, "the ledger is open");
    Ok((log, recovered))
}

/// Takes the lock of the home, or says that another keeper has it.
pub(crate) fn lock(home: &Home) -> Result<File, Error> {
    if !home.root().exists() {
        return Err(Error::Missing(home.root()));
    }
    let path = home.lock();
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(Error::io(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Locked),
        Err(TryLockError::Error(error)) => Err(Error::io(&path)(error)),
    }
}

/// What the root key opens at the start.
pub(crate) struct Secrets {
    pub(crate) signer: Signer,
    tag_key: Zeroizing<[u8; 32]>,
    pub(crate) epochs: Vec<Epoch>,
    pub(crate) stray: Subject,
}

impl Secrets {
    /// The seed of the key that signs the ledger.
    pub(crate) fn ledger_seed(
        db: &Connection,
        root: &WrappingKey,
    ) -> Result<Zeroizing<[u8; 32]>, Error> {
        Self::secret(db, root, "ledger")
    }

    fn secret(
        db: &Connection,
        root: &WrappingKey,
        name: &'static str,
    ) -> Result<Zeroizing<[u8; 32]>, Error> {
        let wrapped = database::secret(db, name)?.ok_or(Error::WrappedKeyBroken(name))?;
        root.unwrap_at(name.as_bytes(), &wrapped)
            .ok_or(Error::WrappedKeyBroken(name))
    }

    pub(crate) fn open(home: &Home, db: &Connection, root: &WrappingKey) -> Result<Self, Error> {
        let malformed = |why| Error::Malformed {
            path: home.database(),
            why,
        };
        let origin =
            database::fact(db, "origin")?.ok_or_else(|| malformed("it names no ledger"))?;
        let origin =
            String::from_utf8(origin).map_err(|_| malformed("the ledger's name is not text"))?;
        let stray = database::fact(db, "stray")?
            .and_then(|bytes| Subject::from_bytes(&bytes))
            .ok_or_else(|| malformed("it has no place for notices about unknown subjects"))?;
        let mut epochs = Vec::new();
        for (number, wrapped) in database::keks(db)? {
            let kek = root
                .unwrap_at(&kek_place(number), &wrapped)
                .ok_or(Error::WrappedKeyBroken("keks"))?;
            epochs.push(Epoch {
                number,
                kek: WrappingKey::from_bytes(&kek),
            });
        }
        if epochs.is_empty() {
            return Err(malformed("it has no key-encryption key"));
        }
        Ok(Self {
            signer: Signer::from_seed(&origin, &*Self::ledger_seed(db, root)?)?,
            tag_key: Self::secret(db, root, "tag")?,
            epochs,
            stray,
        })
    }

    /// The key under which actors are hashed where the database names them.
    fn actors(&self) -> Zeroizing<[u8; 32]> {
        self.derived(b"\xffactors")
    }

    /// A key for something else than tags, apart from all of them: no domain of a tag begins with a byte that UTF-8 never
    /// holds, as `label` does.
    fn derived(&self, label: &[u8]) -> Zeroizing<[u8; 32]> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.tag_key.as_ref());
        let derived = hmac::sign(&key, label);
        let bytes = derived.as_ref().try_into();
        Zeroizing::new(bytes.expect("HMAC-SHA256 gives 32 bytes"))
    }

    /// Makes the chain of alarms, where an earlier program did not.
    fn make_alarms(&self, db: &Connection, entropy: &dyn Entropy) -> Result<(), Error> {
        let alarms = Subject::alarms();
        if database::head(db, &alarms, Stream::Trail)?.is_some() {
            return Ok(());
        }
        let newest = self
            .epochs
            .last()
            .expect("there is an epoch from the start");
        let all = db.unchecked_transaction()?;
        create_subject(&all, &alarms, newest, entropy)?;
        Ok(all.commit()?)
    }

    /// Notes by what root and epochs are recognised, where an earlier program did not.
    fn note_checks(&self, db: &Connection, root: &WrappingKey) -> Result<(), Error> {
        for epoch in &self.epochs {
            let check = Part::Epoch(epoch.number).check(epoch.kek.expose());
            database::put_check(db, epoch.number, &check)?;
        }
        if database::fact(db, ROOT_CHECK)?.is_none() {
            database::put_fact(db, ROOT_CHECK, &Part::Root.check(root.expose()))?;
        }
        Ok(())
    }
}

/// The fact that says by what the root key is recognised.
pub(crate) const ROOT_CHECK: &str = "root-check";

/// The place of a key-encryption key under the root key.
pub(crate) fn kek_place(epoch: u32) -> Vec<u8> {
    [b"kek ".as_slice(), &epoch.to_be_bytes()].concat()
}
