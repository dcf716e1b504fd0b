//! Taking in what another system kept: each Patient becomes a person, references are rewritten, a
//! bundle over several persons is split, and what came before is recognised.

mod directory;
mod draft;
mod homes;
mod persons;
mod stream;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hygie_notice::{PersonId, Subject};
use serde::{Deserialize, Serialize};

use crate::desk::Guard;
use crate::warm::Waiting;
use crate::{Caller, Error, Record};
use draft::{Draft, Drafts};

pub use stream::{Answers, Intake, imports};

/// What is imported together, so that references between its entries resolve: one Bundle, or the
/// single resources of one run.
#[derive(Debug, Deserialize)]
pub struct ImportUnit {
    /// The source system's name.
    pub source: String,
    /// Whether the operator named the source, and so vouches that its `Type/id` are one system's.
    pub named_source: bool,
    /// The resources, as they came.
    pub entries: Vec<ImportEntry>,
}

/// One resource to import.
#[derive(Deserialize)]
pub struct ImportEntry {
    /// Its number in the unit, given back in [`Taken`].
    pub entry: usize,
    /// The fullUrl, when it has one.
    pub url: Option<String>,
    /// The JSON text, untouched.
    pub resource: String,
}

impl std::fmt::Debug for ImportEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ImportEntry({})", self.entry)
    }
}

/// What became of one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Its number in the unit.
    pub entry: usize,
    /// What became of it.
    pub outcome: Outcome,
    /// FHIRPath of the fault, when it was rejected.
    pub place: Option<String>,
    /// Why it was rejected; holds nothing of the content.
    pub reason: Option<String>,
}

/// What can become of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Stored in a person's record.
    Taken,
    /// It was there already.
    Already,
    /// Stored in the directory.
    Directory,
    /// Refused, with the reason.
    Rejected,
}

impl Record {
    /// Imports one unit; atomic per person. One answer per entry, in any order.
    ///
    /// # Errors
    /// Only those that stop the whole unit, such as a keeper that is away: what was acknowledged
    /// stands, and the same unit sent again completes it.
    pub async fn import(&self, caller: &Caller, unit: ImportUnit) -> Result<Vec<Taken>, Error> {
        let run = Run::default();
        let queued = self.queue(caller, Drafts::read(unit)).await?;
        self.take(caller, queued, &run).await
    }

    /// Finds the unit's persons, and takes its places in the queues for all that it may write. One unit
    /// after the other: then each subject meets its units in the order in which they came, and whatever
    /// a unit can see of an earlier one (a person, its record, the directory) is as if they came alone.
    /// Nobody waits in a circle, since nobody else holds one of these locks while waiting for another.
    async fn queue(&self, caller: &Caller, mut drafts: Drafts) -> Result<Queued, Error> {
        let _turn = self.warm.import.lock().await;
        self.find_persons(caller, &mut drafts).await?;
        let directory = drafts
            .needs_directory()
            .then(|| self.warm.queue(Subject::directory()));
        let persons: BTreeSet<PersonId> = drafts
            .open(|draft: &Draft| !draft.is_listed())
            .into_iter()
            .flat_map(|place| drafts.drafts[place].homes.iter().copied())
            .collect();
        let persons = persons
            .into_iter()
            .map(|person| (person, self.warm.queue(Subject::person(person))))
            .collect();
        Ok(Queued {
            drafts,
            directory,
            persons,
        })
    }

    /// Writes a unit, once all before it that share a subject with it are done.
    async fn take(&self, caller: &Caller, queued: Queued, run: &Run) -> Result<Vec<Taken>, Error> {
        let mut drafts = queued.drafts;
        let mut guards = BTreeMap::new();
        // Dropped before the guards: who gets a lock after a unit that failed knows of it.
        let mut watch = Watch { run, done: false };
        if let Some(directory) = queued.directory {
            let guard = Arc::new(Guard::Alone(directory.await));
            run.check()?;
            let written = self
                .import_directory(caller, &mut drafts, Arc::clone(&guard))
                .await;
            if written.is_err() {
                run.fail();
            }
            drop(guard);
            written?;
        }
        for (person, waiting) in queued.persons {
            guards.insert(person, Arc::new(Guard::Alone(waiting.await)));
        }
        run.check()?;
        self.write_persons(caller, &mut drafts, guards.clone())
            .await?;
        watch.done = true;
        Ok(drafts.answers())
    }
}

/// A unit that has its places.
struct Queued {
    drafts: Drafts,
    directory: Option<Waiting>,
    persons: BTreeMap<PersonId, Waiting>,
}

/// Units that follow one another: where one failed, none that may rest on it is written.
#[derive(Default)]
struct Run {
    broken: AtomicBool,
}

impl Run {
    fn fail(&self) {
        self.broken.store(true, Ordering::Release);
    }

    fn check(&self) -> Result<(), Error> {
        if self.broken.load(Ordering::Acquire) {
            return Err(Error::Unfollowed);
        }
        Ok(())
    }
}

/// Breaks the run unless its unit was done.
struct Watch<'a> {
    run: &'a Run,
    done: bool,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if !self.done {
            self.run.fail();
        }
    }
}
