//! Many units one after the other: read and checked side by side, decided in their order, written side
//! by side again. The outcome is that of importing them one by one (decision 0014).

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::{JoinHandle, spawn_blocking};

use super::draft::Drafts;
use super::{Queued, Run, Taken};
use crate::{Caller, Error, ImportUnit, Record};

/// How many units wait between two steps: some are read while others are written.
const STEP: usize = 8;
/// How many bytes of units are under way; one larger unit goes alone.
const BYTES: usize = 16 * 1024 * 1024;
/// The grain in which they are counted.
const GRAIN: usize = 1024;

/// Where units go in.
pub struct Intake {
    room: Arc<Semaphore>,
    units: mpsc::Sender<Read>,
}

/// Where their outcomes come out, in the order of the units.
pub struct Answers {
    under_way: mpsc::Receiver<(Writing, OwnedSemaphorePermit)>,
}

/// A unit that is being read.
type Read = (JoinHandle<Result<Drafts, Error>>, OwnedSemaphorePermit);
/// A unit that is being written.
type Writing = JoinHandle<Result<Vec<Taken>, Error>>;

/// Begins an import of many units.
pub fn imports(record: Arc<Record>, caller: Caller) -> (Intake, Answers) {
    let (units, read) = mpsc::channel(STEP);
    let (writing, under_way) = mpsc::channel(STEP);
    tokio::spawn(follow(record, caller, read, writing));
    let intake = Intake {
        room: Arc::new(Semaphore::new(BYTES / GRAIN)),
        units,
    };
    (intake, Answers { under_way })
}

impl Intake {
    /// Takes the next unit of `bytes` bytes, once there is room; `read` is run on a thread of its own.
    /// False when nobody waits for the answers any more.
    pub async fn take(
        &self,
        bytes: usize,
        read: impl FnOnce() -> Result<ImportUnit, Error> + Send + 'static,
    ) -> bool {
        let grains = (bytes.min(BYTES) / GRAIN).max(1);
        let grains = u32::try_from(grains).expect("the room is small");
        let room = Arc::clone(&self.room).acquire_many_owned(grains).await;
        let room = room.expect("the semaphore is never closed");
        let reading = spawn_blocking(move || Ok(Drafts::read(read()?)));
        self.units.send((reading, room)).await.is_ok()
    }
}

impl Answers {
    /// What became of the next unit; none when there are no more. A unit that could not be written now
    /// takes those with it that may rest on it: they are to be sent again, in their order.
    pub async fn next(&mut self) -> Option<Result<Vec<Taken>, Error>> {
        let (writing, _room) = self.under_way.recv().await?;
        Some(finished(writing.await))
    }
}

/// Gives each unit its places in the queues, in the order of the units, and has it written.
async fn follow(
    record: Arc<Record>,
    caller: Caller,
    mut read: mpsc::Receiver<Read>,
    writing: mpsc::Sender<(Writing, OwnedSemaphorePermit)>,
) {
    let (caller, run) = (Arc::new(caller), Arc::new(Run::default()));
    while let Some((reading, room)) = read.recv().await {
        let queued = match finished(reading.await) {
            Ok(drafts) => queue(&record, &caller, drafts, &run).await,
            Err(error) => {
                // What is no unit never will be one, and nothing rests on it.
                if !matches!(error, Error::BadRequest(_)) {
                    run.fail();
                }
                Err(error)
            }
        };
        let task = match queued {
            Ok(queued) => {
                let (record, caller, run) =
                    (Arc::clone(&record), Arc::clone(&caller), Arc::clone(&run));
                tokio::spawn(async move { record.take(&caller, queued, &run).await })
            }
            Err(error) => tokio::spawn(async { Err(error) }),
        };
        if writing.send((task, room)).await.is_err() {
            return;
        }
    }
}

async fn queue(
    record: &Record,
    caller: &Caller,
    drafts: Drafts,
    run: &Run,
) -> Result<Queued, Error> {
    run.check()?;
    let queued = record.queue(caller, drafts).await;
    if queued.is_err() {
        run.fail();
    }
    queued
}

fn finished<T>(task: Result<Result<T, Error>, tokio::task::JoinError>) -> Result<T, Error> {
    match task {
        Ok(outcome) => outcome,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(hygie_vault::Error::Unavailable("the program is stopping".into()).into()),
    }
}
