use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hygie_notice::{Stream, Subject};
use rusqlite::{Connection, OpenFlags, Row};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::signed;
use crate::{Committed, Error, Stored};

/// How many read at once; more only wait for the disk.
const READERS: usize = 8;

/// Connections that read, each on the last committed state.
#[derive(Debug)]
pub struct Readers {
    path: PathBuf,
    turns: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            turns: Arc::new(Semaphore::new(READERS)),
            idle: Arc::default(),
        }
    }

    /// Closes the connections that nobody uses.
    pub fn close(&self) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Runs `work` on a thread for blocking work, with a connection of its own.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let stopping = || Error::Unavailable("the program is stopping".into());
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| stopping())?;
        let (idle, path) = (Arc::clone(&self.idle), self.path.clone());
        let done = spawn_blocking(move || {
            let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = kept.map_or_else(|| open(&path), Ok)?;
            let result = work(&connection);
            // A connection that failed is closed: the next reader opens a new one.
            if result.is_ok() {
                idle.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(connection);
            }
            drop(turn);
            result
        });
        done.await.map_err(|_| stopping())?
    }
}

fn open(path: &PathBuf) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    super::stable_plans(&connection)?;
    Ok(connection)
}

pub fn read(
    connection: &Connection,
    subject: Subject,
    stream: Stream,
    from: u64,
) -> Result<Vec<Stored>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT sequence, bytes FROM entry
         WHERE subject = ?1 AND stream = ?2 AND sequence >= ?3 ORDER BY sequence",
    )?;
    let rows = statement.query_map((subject.bytes(), stream as u8, signed(from)), |row| {
        Ok(Stored {
            subject,
            stream,
            sequence: unsigned(row, 0)?,
            bytes: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn feed(connection: &Connection, after: u64, limit: usize) -> Result<Vec<Committed>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT position, subject, stream, sequence FROM entry
         WHERE position > ?1 ORDER BY position LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query((signed(after), limit))?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        let subject: [u8; 17] = row.get(1)?;
        let stream: u8 = row.get(2)?;
        let known = Subject::from_bytes(&subject).zip(Stream::from_number(stream));
        let (subject, stream) = known.ok_or(Error::Unsupported(
            "vault.db names a subject of an unknown kind",
        ))?;
        lines.push(Committed {
            position: unsigned(row, 0)?,
            subject,
            stream,
            sequence: unsigned(row, 3)?,
        });
    }
    Ok(lines)
}

/// SQLite's integers have a sign; ours never do, and a negative one was not written by us.
pub fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}
