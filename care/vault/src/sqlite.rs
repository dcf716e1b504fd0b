//! The default store: one SQLite file in WAL mode, a thread that writes, a few connections that read.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hygie_notice::{Stream, Subject};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode};

use crate::documents::{Local, Name};
use crate::{Claim, Committed, Error, Past, Shelved, Store, Stored};

mod documents;
mod reader;
mod writer;

pub(crate) use documents::Rows;
use reader::Readers;
pub(crate) use writer::Asking;
use writer::Writer;

/// SQLite before this one can corrupt a database when its WAL is reset.
const OLDEST_SQLITE: i32 = 3_051_003;
/// Says in the file whose it is: `HYGV`.
const APPLICATION: i32 = 0x4859_4756;
/// Version of the tables below: the second has documents.
const TABLES: i32 = 2;

const SCHEMA: &str = "
    CREATE TABLE entry (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        subject BLOB NOT NULL,
        stream INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        UNIQUE (subject, stream, sequence)
    ) STRICT;";

/// Sealed entries in `vault.db`, with group commit: the appends that wait while one is made
/// durable are made durable together, in one transaction.
#[derive(Debug)]
pub struct Sqlite {
    // Dropped first: the last connection brings the write-ahead log into the database, and a reader can't.
    readers: Readers,
    writer: Writer,
    documents: Arc<Local>,
}

impl Sqlite {
    /// Opens or makes `vault.db` in `dir`, the store's folder (`DIR/store` of a home), which is
    /// made when it is not there. Blocks while a crash's leftovers are recovered.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the files can't be opened, [`Error::Unsupported`] when they
    /// are not ours or of a later version.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        if rusqlite::version_number() < OLDEST_SQLITE {
            return Err(Error::Unsupported("SQLite 3.51.3 or later is needed"));
        }
        let path = dir.join("vault.db");
        create(dir, &path).map_err(|error| Error::Unavailable(error.to_string()))?;
        let connection = prepare(&path)?;
        let writer = Writer::start(connection)?;
        let rows = Rows::new(Readers::new(path.clone()));
        Ok(Self {
            documents: Arc::new(Local::open(dir, writer.asking(), rows)?),
            readers: Readers::new(path),
            writer,
        })
    }

    /// Where documents lie.
    pub(crate) fn documents(&self) -> &Arc<Local> {
        &self.documents
    }
}

/// Folder and file are readable by their owner only; SQLite gives the WAL the file's mode.
fn create(dir: &Path, path: &Path) -> io::Result<()> {
    make(dir)?;
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?;
    file.sync_all()?;
    File::open(dir)?.sync_all()
}

/// Makes a folder and those above it. Its name is made durable even where it was there already: whoever made it
/// may have been stopped before he could.
fn make(dir: &Path) -> io::Result<()> {
    let there = fs::exists(dir)?;
    let absolute = std::path::absolute(dir)?;
    if let Some(parent) = absolute.parent() {
        if !there {
            make(parent)?;
            DirBuilder::new().mode(0o700).create(dir)?;
        }
        match File::open(parent).and_then(|above| above.sync_all()) {
            // A folder that was given to us may lie in one that we can't read.
            Err(error) if there && error.kind() == io::ErrorKind::PermissionDenied => {}
            synced => synced?,
        }
    }
    Ok(())
}

/// Has each statement planned once: else SQLite, built to look at values, plans it anew each time that they change.
pub(crate) fn stable_plans(connection: &Connection) -> Result<(), Error> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// The writer's connection, on tables of our version.
fn prepare(path: &Path) -> Result<Connection, Error> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // A checkpoint writes a page once, however often it changed since the last: 16 MB between two.
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    stable_plans(&connection)?;
    // What is forgotten is overwritten with zeros.
    connection.pragma_update(None, "secure_delete", true)?;
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let number = |name| transaction.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    match (number("application_id")?, number("user_version")?) {
        (APPLICATION, TABLES) => {}
        (APPLICATION, 1) => {
            transaction.execute_batch(documents::SCHEMA)?;
            transaction.pragma_update(None, "user_version", TABLES)?;
        }
        (0, 0) => {
            transaction.execute_batch(SCHEMA)?;
            transaction.execute_batch(documents::SCHEMA)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", TABLES)?;
        }
        (APPLICATION, _) => {
            return Err(Error::Unsupported(
                "vault.db was written by a later version; upgrade this program",
            ));
        }
        _ => return Err(Error::Unsupported("vault.db belongs to another program")),
    }
    transaction.commit()?;
    Ok(connection)
}

impl Store for Sqlite {
    async fn append_claiming(&self, entries: Vec<Stored>, claims: Vec<Claim>) -> Result<(), Error> {
        self.writer.append(entries, claims).await
    }

    async fn read(
        &self,
        subject: Subject,
        stream: Stream,
        from: u64,
    ) -> Result<Vec<Stored>, Error> {
        self.readers
            .run(move |connection| reader::read(connection, subject, stream, from))
            .await
    }

    async fn feed(&self, after: u64, limit: usize) -> Result<Vec<Committed>, Error> {
        self.readers
            .run(move |connection| reader::feed(connection, after, limit))
            .await
    }

    async fn forget(&self, subject: Subject, past: Past) -> Result<(), Error> {
        self.writer.forget(subject, past).await?;
        if past == Past::All {
            self.documents.sweep().await?;
        }
        Ok(())
    }

    async fn shelved(
        &self,
        after: (u64, Name),
        until: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Shelved)>, Error> {
        let after = (after.0, after.1.bytes());
        self.readers
            .run(move |connection| documents::shelved(connection, after, until, limit))
            .await
    }

    async fn object(&self, name: Name) -> Result<u64, Error> {
        self.documents.size(name).await
    }

    async fn object_bytes(&self, name: Name, range: Range<u64>) -> Result<Vec<u8>, Error> {
        self.documents.get(name, range).await
    }

    async fn shelve(&self, document: Shelved, bytes: &mut (dyn Read + Send)) -> Result<(), Error> {
        self.documents.put_back(document.name, bytes).await?;
        self.writer.shelve(document).await
    }
}

impl From<rusqlite::Error> for Error {
    /// SQLite's texts name tables, files and causes; no statement here has values in its text.
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

/// SQLite's integers have a sign.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
