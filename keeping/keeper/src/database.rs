use std::path::Path;

use hygie_notice::{Head, Stream, Subject};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::Error;

mod ended;
mod epochs;
mod joined;
mod meetings;
mod version;

pub(crate) use ended::{
    EndedRow, archives_after, count as count_ended, end, ended, ends, ends_of, forgotten, purge,
    raise, set_archive, unforgotten,
};
pub(crate) use epochs::{
    checks, drop_keks_but, in_use, keks, keys_after, left_of, put_check, put_kek, set_key,
};
pub(crate) use joined::{JoinRow, joined, put_joined};
pub(crate) use meetings::{
    await_review, awaits_review, close_review, count_met, met, met_day, oldest_review, prune_met,
    put_met, resume, set_met_day, suspend, suspended,
};

/// 3.51.3: earlier ones may corrupt a write-ahead log when it is reset.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Each table holds random ids, wrapped keys, hashes and ciphertext only.
///
/// `streams` is where each stream ends: for `rights` and `content` what care last advanced it to,
/// for `trail` the subject's last event. `events` is the write-ahead of the ledger: `idx` is the
/// leaf's index there. `previous` links a subject's events; an event holds 80 random bits
/// (its request), so that the hash tells nothing of it.
const SCHEMA: &str = "
CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE secrets (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE keks (epoch INTEGER PRIMARY KEY, wrapped BLOB NOT NULL) STRICT;
CREATE TABLE keys (
  subject BLOB NOT NULL, stream INTEGER NOT NULL,
  epoch INTEGER NOT NULL REFERENCES keks(epoch), wrapped BLOB NOT NULL,
  PRIMARY KEY (subject, stream)) STRICT, WITHOUT ROWID;
CREATE TABLE streams (
  subject BLOB NOT NULL, stream INTEGER NOT NULL,
  count INTEGER NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (subject, stream),
  FOREIGN KEY (subject, stream) REFERENCES keys(subject, stream)) STRICT, WITHOUT ROWID;
CREATE TABLE events (
  idx INTEGER PRIMARY KEY, subject BLOB NOT NULL, number INTEGER NOT NULL,
  epoch INTEGER NOT NULL, previous BLOB NOT NULL, leaf BLOB NOT NULL, sealed BLOB NOT NULL,
  UNIQUE (subject, number)) STRICT;
CREATE TABLE tags (tag BLOB PRIMARY KEY, bound BLOB NOT NULL) STRICT, WITHOUT ROWID;
";

/// A stream's wrapped key, and where the stream ends.
pub(crate) struct StreamRow {
    pub(crate) epoch: u32,
    pub(crate) wrapped: Vec<u8>,
    pub(crate) head: Head,
}

/// A sealed event, as it lies in its table.
pub(crate) struct EventRow {
    pub(crate) index: u64,
    pub(crate) number: u64,
    pub(crate) epoch: u32,
    pub(crate) previous: [u8; 32],
    pub(crate) leaf: [u8; 32],
    pub(crate) sealed: Vec<u8>,
}

/// Makes the tables in an empty file.
pub(crate) fn create(path: &Path) -> Result<Connection, Error> {
    crate::home::write_private_file(path, b"")?;
    let db = connect(path)?;
    let later = version::LATER.concat();
    db.execute_batch(&format!("BEGIN; {SCHEMA} {later} COMMIT;"))?;
    Ok(db)
}

/// The same tables in memory, for tests of what stands on them.
#[cfg(test)]
pub(crate) fn in_memory() -> Connection {
    let db = Connection::open_in_memory().expect("memory takes a database");
    let later = version::LATER.concat();
    db.execute_batch(&format!("{SCHEMA} {later}"))
        .expect("the tables are sound");
    db
}

/// Opens the tables that [`create`] made.
pub(crate) fn open(path: &Path) -> Result<Connection, Error> {
    if !path.exists() {
        return Err(Error::Missing(path.to_owned()));
    }
    let mut db = connect(path)?;
    version::upgrade(&mut db, path)?;
    Ok(db)
}

fn connect(path: &Path) -> Result<Connection, Error> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(Error::SqliteTooOld(rusqlite::version()));
    }
    let db = Connection::open(path)?;
    db.set_prepared_statement_cache_capacity(32);
    // Each statement is planned once: else SQLite, built to look at values, plans it anew each time that they change.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    let mode: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(Error::Malformed {
            path: path.to_owned(),
            why: "it cannot have a write-ahead log on this file system",
        });
    }
    // FULL: each commit is on the disk before it returns.
    // What is deleted is overwritten: a destroyed key must not stay in a free page.
    // 32 MB between two checkpoints: each writes a page once, however often it changed since the last. As much is kept
    // in memory: what random subjects need is read from the files once.
    db.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -32000;",
    )?;
    Ok(db)
}

/// Brings all pages out of the write-ahead log into the file, and empties the log: what was overwritten is
/// then in neither. `false` while somebody reads, as a backup does.
pub(crate) fn empty_log(db: &Connection) -> Result<bool, Error> {
    let busy: bool = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(!busy)
}

/// SQLite's integers have a sign; ours are counts that never reach it.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).expect("no count reaches 2^63")
}

pub(crate) fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}

/// A small fact in the clear: `origin`, `stray`.
pub(crate) fn fact(db: &Connection, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let query = "SELECT value FROM facts WHERE name = ?1";
    Ok(db.query_row(query, [name], |row| row.get(0)).optional()?)
}

pub(crate) fn put_fact(db: &Connection, name: &str, value: &[u8]) -> Result<(), Error> {
    db.execute("INSERT INTO facts VALUES (?1, ?2)", params![name, value])?;
    Ok(())
}

/// A secret wrapped by the root key: `ledger`, `tag`.
pub(crate) fn secret(db: &Connection, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let query = "SELECT wrapped FROM secrets WHERE name = ?1";
    Ok(db.query_row(query, [name], |row| row.get(0)).optional()?)
}

pub(crate) fn put_secret(db: &Connection, name: &str, wrapped: &[u8]) -> Result<(), Error> {
    db.execute(
        "INSERT INTO secrets VALUES (?1, ?2)",
        params![name, wrapped],
    )?;
    Ok(())
}

/// What a subject's streams are, by number of the stream.
#[derive(Default)]
pub(crate) struct Streams([Option<StreamRow>; STREAMS]);

/// How many streams a subject may have.
const STREAMS: usize = 4;

impl Streams {
    /// The stream's key and head.
    pub(crate) fn row(&self, stream: Stream) -> Option<&StreamRow> {
        self.0.get(usize::from(stream as u8))?.as_ref()
    }
}

/// All streams of a subject; none for one that has no keys. Two walks, one a table, where an opening needs the rows of
/// three streams.
pub(crate) fn streams(db: &Connection, subject: &Subject) -> Result<Streams, Error> {
    let mut streams = Streams::default();
    let mut heads =
        db.prepare_cached("SELECT stream, count, hash FROM streams WHERE subject = ?1")?;
    let mut rows = heads.query([subject.bytes()])?;
    let mut ends: [Option<Head>; STREAMS] = Default::default();
    while let Some(row) = rows.next()? {
        if let Some(end) = ends.get_mut(usize::from(row.get::<_, u8>(0)?)) {
            *end = Some(Head {
                count: unsigned(row, 1)?,
                hash: row.get(2)?,
            });
        }
    }
    let mut keys =
        db.prepare_cached("SELECT stream, epoch, wrapped FROM keys WHERE subject = ?1")?;
    let mut rows = keys.query([subject.bytes()])?;
    while let Some(row) = rows.next()? {
        let number = usize::from(row.get::<_, u8>(0)?);
        if let (Some(place), Some(Some(head))) = (streams.0.get_mut(number), ends.get(number)) {
            *place = Some(StreamRow {
                epoch: row.get(1)?,
                wrapped: row.get(2)?,
                head: *head,
            });
        }
    }
    Ok(streams)
}

/// Where a stream ends; `None` for a subject that has no keys.
pub(crate) fn head(
    db: &Connection,
    subject: &Subject,
    stream: Stream,
) -> Result<Option<Head>, Error> {
    let row = db
        .prepare_cached("SELECT count, hash FROM streams WHERE subject = ?1 AND stream = ?2")?
        .query_row(params![subject.bytes(), stream as u8], |row| {
            Ok(Head {
                count: unsigned(row, 0)?,
                hash: row.get(1)?,
            })
        });
    Ok(row.optional()?)
}

/// Gives a stream its key, and an empty head.
pub(crate) fn put_stream(
    db: &Connection,
    subject: &Subject,
    stream: Stream,
    epoch: u32,
    wrapped: &[u8],
) -> Result<(), Error> {
    db.prepare_cached("INSERT INTO keys VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![subject.bytes(), stream as u8, epoch, wrapped])?;
    let head = Head::default();
    db.prepare_cached("INSERT INTO streams VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            subject.bytes(),
            stream as u8,
            signed(head.count),
            head.hash
        ])?;
    Ok(())
}

/// Moves a stream's head.
pub(crate) fn set_head(
    db: &Connection,
    subject: &Subject,
    stream: Stream,
    head: &Head,
) -> Result<(), Error> {
    db.prepare_cached(
        "UPDATE streams SET count = ?3, hash = ?4 WHERE subject = ?1 AND stream = ?2",
    )?
    .execute(params![
        subject.bytes(),
        stream as u8,
        signed(head.count),
        head.hash
    ])?;
    Ok(())
}

pub(crate) fn put_event(db: &Connection, subject: &Subject, event: &EventRow) -> Result<(), Error> {
    db.prepare_cached("INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute(params![
            signed(event.index),
            subject.bytes(),
            signed(event.number),
            event.epoch,
            event.previous,
            event.leaf,
            event.sealed,
        ])?;
    Ok(())
}

/// A subject's events in order: from number `from`, at most `limit` of them, and no more after
/// `bytes` bytes of ciphertext (but at least one).
pub(crate) fn events(
    db: &Connection,
    subject: &Subject,
    from: u64,
    limit: usize,
    bytes: usize,
) -> Result<Vec<EventRow>, Error> {
    let mut query = db.prepare_cached(
        "SELECT idx, number, epoch, previous, leaf, sealed FROM events
         WHERE subject = ?1 AND number >= ?2 ORDER BY number",
    )?;
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    let mut rows = query.query(params![subject.bytes(), from])?;
    let (mut page, mut size) = (Vec::new(), 0);
    while page.len() < limit && size < bytes {
        let Some(row) = rows.next()? else { break };
        let event = EventRow {
            index: unsigned(row, 0)?,
            number: unsigned(row, 1)?,
            epoch: row.get(2)?,
            previous: row.get(3)?,
            leaf: row.get(4)?,
            sealed: row.get(5)?,
        };
        size += event.sealed.len();
        page.push(event);
    }
    Ok(page)
}

/// How many events there are.
///
/// # Errors
/// [`Error::EventsBroken`] when they are not numbered 0, 1, 2….
pub(crate) fn count_events(db: &Connection) -> Result<u64, Error> {
    let (count, past) = db.query_row(
        "SELECT count(*), coalesce(max(idx) + 1, 0) FROM events",
        [],
        |row| Ok((unsigned(row, 0)?, unsigned(row, 1)?)),
    )?;
    if count == past {
        Ok(count)
    } else {
        Err(Error::EventsBroken)
    }
}

/// The leaves of the events `from`, `from + 1`…, at most `limit`.
pub(crate) fn leaves(db: &Connection, from: u64, limit: u64) -> Result<Vec<[u8; 32]>, Error> {
    let mut query =
        db.prepare_cached("SELECT leaf FROM events WHERE idx >= ?1 ORDER BY idx LIMIT ?2")?;
    let rows = query.query_map([signed(from), signed(limit)], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What is bound to a tag: a subject, authenticated together with the tag.
pub(crate) fn tag(db: &Connection, tag: &[u8; 32]) -> Result<Option<Vec<u8>>, Error> {
    let mut query = db.prepare_cached("SELECT bound FROM tags WHERE tag = ?1")?;
    Ok(query.query_row([tag], |row| row.get(0)).optional()?)
}

/// Binds something to a tag that has nothing.
pub(crate) fn bind_tag(db: &Connection, tag: &[u8; 32], bound: &[u8]) -> Result<(), Error> {
    db.prepare_cached("INSERT INTO tags VALUES (?1, ?2)")?
        .execute(params![tag, bound])?;
    Ok(())
}
