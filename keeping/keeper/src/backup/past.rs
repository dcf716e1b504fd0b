//! A restored keeper is a past one until somebody shows otherwise: what was opened and written since
//! the backup is missing from it, and only a checkpoint kept elsewhere can tell whether anything was.

use std::fs::{self, OpenOptions};
use std::io::Write;

use hygie_ledger::{Checkpoint, Folder, Log, Signer};
use hygie_notice::{
    Act, ActorKind, ActorRef, Clock, Entropy, Notice, Purpose, RequestId, Stream, Subject, Verdict,
};
use rusqlite::Connection;

use super::make_ledger;
use crate::keeper::Secrets;
use crate::sequencer::{Then, Writing, write_alone};
use crate::wrap::WrappingKey;
use crate::{Error, Home, Unlock, database, home, root};

/// Set on a restored database, with the number of its events.
const RESTORED: &str = "restored";

/// What a restored keeper is.
#[derive(Debug, Clone)]
pub enum Proceed {
    /// The present: this is the last checkpoint that anybody has, and the ledger holds all it counts.
    Current {
        /// A C2SP signed note.
        checkpoint: String,
    },
    /// A past, for good: the ledger goes on under a new name, and all later checkpoints show it.
    NewEpoch,
}

pub(crate) fn mark(db: &Connection, events: u64) -> Result<(), Error> {
    db.execute("DELETE FROM facts WHERE name = ?1", [RESTORED])?;
    database::put_fact(db, RESTORED, &events.to_be_bytes())
}

/// Refuses a database that was restored and of which nobody said what it is.
pub(crate) fn refuse_restored(db: &Connection) -> Result<(), Error> {
    match database::fact(db, RESTORED)? {
        None => Ok(()),
        Some(_) => Err(Error::RestoredPast {
            events: database::count_events(db)?,
        }),
    }
}

impl Proceed {
    /// Lets a restored keeper serve.
    ///
    /// # Errors
    /// [`Error::PastCheckpoint`] when the checkpoint counts openings that the backup lacks, or is not
    /// this ledger's; those of opening the root key.
    pub fn apply(
        &self,
        home: &Home,
        unlock: &Unlock,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<(), Error> {
        let mut db = database::open(&home.database())?;
        let root = root::unlock(home, unlock)?;
        let secrets = Secrets::open(home, &db, &root)?;
        match self {
            Self::Current { checkpoint } => current(home, secrets.signer, &db, checkpoint)?,
            Self::NewEpoch => new_epoch(home, &root, secrets, &mut db, clock, entropy)?,
        }
        db.execute("DELETE FROM facts WHERE name = ?1", [RESTORED])?;
        Ok(())
    }
}

fn current(home: &Home, signer: Signer, db: &Connection, note: &str) -> Result<(), Error> {
    let given = Checkpoint::open(note, signer.verifier())?;
    let held = database::count_events(db)?;
    if given.size != held {
        return Err(Error::PastCheckpoint {
            held,
            given: given.size,
        });
    }
    let log = Log::open(Folder::open(home.ledger())?, signer)?;
    if log.root() != given.root {
        return Err(Error::LedgerDiffers { index: held });
    }
    Ok(())
}

/// The name of the ledger's next epoch: `<name>/access`, `<name>/access/2`, `<name>/access/3`….
fn next_origin(origin: &str) -> String {
    let last = origin.rsplit_once('/');
    match last.and_then(|(name, number)| Some((name, number.parse::<u64>().ok()?))) {
        Some((name, number)) => format!("{name}/{}", number + 1),
        None => format!("{origin}/2"),
    }
}

/// The ledger is made again under its next name, with a line of its own on the way: every checkpoint
/// from here on tells that there was a restore, and none can be taken for one of before.
///
/// A crash on the way leaves the mark of a restored keeper, which does not serve: restore once more,
/// into another home.
fn new_epoch(
    home: &Home,
    root: &WrappingKey,
    secrets: Secrets,
    db: &mut Connection,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<(), Error> {
    let held = database::count_events(db)?;
    let old = secrets.signer.verifier().clone();
    let origin = next_origin(old.origin());
    let seed = Secrets::ledger_seed(db, root)?;
    let signer = Signer::from_seed(&origin, &seed)?;
    let past = home.keeper().join("ledger.past");
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(&past)
        .and_then(|mut file| {
            writeln!(file, "{held} {old}")?;
            file.sync_all()
        })
        .map_err(Error::io(&past))?;
    let writing = line(secrets.stray, held, &origin, entropy);
    let all = db.transaction()?;
    write_alone(
        &all,
        &secrets.epochs,
        secrets.stray,
        held,
        writing,
        clock,
        entropy,
    )?;
    all.execute(
        "UPDATE facts SET value = ?1 WHERE name = 'origin'",
        [origin.as_bytes()],
    )?;
    all.commit()?;
    for path in [home.ledger(), home.verifier()] {
        let gone = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        gone.map_err(Error::io(&path))?;
    }
    make_ledger(home, signer, db)?;
    home::sync_directory(home.keeper())
}

/// The ledger's own line about its new name.
fn line(stray: Subject, held: u64, origin: &str, entropy: &dyn Entropy) -> Writing {
    Writing {
        then: Then::Nothing,
        actor: ActorRef {
            kind: ActorKind::Operator,
            id: "operator".to_owned(),
            name: None,
            person: None,
            profession: None,
            sector: None,
            structure: None,
            team: None,
            scope: None,
        },
        issuer: "operator".to_owned(),
        notice: Notice {
            subject: stray,
            stream: Stream::Trail,
            act: Act::Account,
            purpose: Purpose::Import,
            what: format!(
                "restored from a backup of {held} openings; the ledger is called {origin} now"
            ),
            verdict: Some(Verdict {
                permitted: false,
                rules: vec!["new-ledger-epoch".to_owned()],
            }),
            request: RequestId::random(entropy),
        },
    }
}
