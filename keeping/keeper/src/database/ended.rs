//! Tombstones: subjects that ended, what their custodians hold, and until when.

use hygie_notice::{Head, How, Millis, Stream, Subject};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{signed, unsigned};
use crate::Error;

/// A subject that ended.
pub(crate) struct EndedRow {
    pub(crate) subject: Subject,
    pub(crate) how: How,
    pub(crate) at: Millis,
    pub(crate) until: Millis,
    /// Where its streams ended, as CBOR: the keys come back to these.
    pub(crate) heads: Vec<u8>,
    /// The archive and the epoch it is wrapped in; none once its time is over.
    pub(crate) archive: Option<(u32, Vec<u8>)>,
}

/// Where a stream of a closed subject ended.
pub(crate) type StreamEnd = (u8, Head);

/// The fact that counts endings.
const ENDINGS: &str = "endings";

const COLUMNS: &str = "subject, how, at, until, heads, epoch, bundle";

fn read(row: &Row<'_>) -> rusqlite::Result<EndedRow> {
    let wrong = |column| {
        rusqlite::Error::InvalidColumnType(column, String::new(), rusqlite::types::Type::Blob)
    };
    let subject: Vec<u8> = row.get(0)?;
    let (epoch, bundle): (Option<u32>, Option<Vec<u8>>) = (row.get(5)?, row.get(6)?);
    Ok(EndedRow {
        subject: Subject::from_bytes(&subject).ok_or_else(|| wrong(0))?,
        how: How::from_number(row.get(1)?).ok_or_else(|| wrong(1))?,
        at: unsigned(row, 2)?,
        until: unsigned(row, 3)?,
        heads: row.get(4)?,
        archive: epoch.zip(bundle),
    })
}

/// The tombstone of a subject, if it has one.
pub(crate) fn ended(db: &Connection, subject: &Subject) -> Result<Option<EndedRow>, Error> {
    let query = format!("SELECT {COLUMNS} FROM ended WHERE subject = ?1");
    let row = db
        .prepare_cached(&query)?
        .query_row([subject.bytes()], read)
        .optional()?;
    Ok(row)
}

/// Writes a tombstone, and takes the subject's keys and heads away.
pub(crate) fn end(db: &Connection, row: &EndedRow) -> Result<(), Error> {
    let subject = row.subject.bytes();
    db.execute("DELETE FROM streams WHERE subject = ?1", [subject])?;
    db.execute("DELETE FROM keys WHERE subject = ?1", [subject])?;
    let (epoch, bundle) = row
        .archive
        .as_ref()
        .map_or((None, None), |(epoch, bundle)| {
            (Some(*epoch), Some(bundle.as_slice()))
        });
    db.execute(
        "INSERT INTO ended (subject, how, at, until, forgotten, heads, epoch, bundle)
         VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7)",
        params![
            subject,
            row.how as u8,
            signed(row.at),
            signed(row.until),
            row.heads,
            epoch,
            bundle
        ],
    )?;
    count_on(db)
}

/// Takes a tombstone away: the subject comes back.
pub(crate) fn raise(db: &Connection, subject: &Subject) -> Result<(), Error> {
    db.execute("DELETE FROM ended WHERE subject = ?1", [subject.bytes()])?;
    Ok(())
}

/// Wraps an archive in another epoch.
pub(crate) fn set_archive(
    db: &Connection,
    subject: &Subject,
    epoch: u32,
    bundle: &[u8],
) -> Result<(), Error> {
    db.execute(
        "UPDATE ended SET epoch = ?2, bundle = ?3 WHERE subject = ?1",
        params![subject.bytes(), epoch, bundle],
    )?;
    Ok(())
}

/// At most `limit` tombstones behind `after` in their order that have an archive.
pub(crate) fn archives_after(
    db: &Connection,
    after: &[u8],
    limit: u64,
) -> Result<Vec<EndedRow>, Error> {
    let query = format!(
        "SELECT {COLUMNS} FROM ended WHERE subject > ?1 AND bundle IS NOT NULL ORDER BY subject LIMIT ?2"
    );
    let mut query = db.prepare_cached(&query)?;
    let rows = query.query_map(params![after, signed(limit)], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Destroys the archives whose time is over; what was closed is erased by that.
pub(crate) fn purge(db: &Connection, now: Millis) -> Result<u64, Error> {
    // One that was joined to another lies in that one's archive, and has none.
    let purged = db.execute(
        "UPDATE ended SET epoch = NULL, bundle = NULL,
           forgotten = CASE how WHEN ?2 THEN 0 ELSE forgotten END, how = ?3
         WHERE until <= ?1 AND bundle IS NOT NULL",
        params![signed(now), How::Closed as u8, How::Erased as u8],
    )?;
    db.execute(
        "UPDATE ended SET forgotten = 0, how = ?3
         WHERE until <= ?1 AND bundle IS NULL AND how = ?2",
        params![signed(now), How::Closed as u8, How::Erased as u8],
    )?;
    Ok(u64::try_from(purged).expect("counts fit 64 bits"))
}

/// At most `limit` erased subjects that the store has not said to have forgotten.
pub(crate) fn unforgotten(db: &Connection, limit: u64) -> Result<Vec<Subject>, Error> {
    let mut query = db.prepare_cached(
        "SELECT subject FROM ended WHERE how = ?1 AND forgotten = 0 ORDER BY subject LIMIT ?2",
    )?;
    let mut rows = query.query(params![How::Erased as u8, signed(limit)])?;
    let mut subjects = Vec::new();
    while let Some(row) = rows.next()? {
        let subject: Vec<u8> = row.get(0)?;
        subjects.extend(Subject::from_bytes(&subject));
    }
    Ok(subjects)
}

/// Notes that the store holds nothing more of an erased subject.
pub(crate) fn forgotten(db: &Connection, subject: &Subject) -> Result<(), Error> {
    db.execute(
        "UPDATE ended SET forgotten = 1 WHERE subject = ?1 AND how = ?2",
        params![subject.bytes(), How::Erased as u8],
    )?;
    Ok(())
}

/// How often subjects ended, so that who copies the store after the keys can tell that something went
/// in between.
pub(crate) fn count(db: &Connection) -> Result<u64, Error> {
    let count = super::fact(db, ENDINGS)?.and_then(|bytes| bytes.try_into().ok());
    Ok(count.map_or(0, u64::from_be_bytes))
}

fn count_on(db: &Connection) -> Result<(), Error> {
    let next = count(db)? + 1;
    db.execute("DELETE FROM facts WHERE name = ?1", [ENDINGS])?;
    super::put_fact(db, ENDINGS, &next.to_be_bytes())
}

/// Where a closed subject's streams ended.
pub(crate) fn ends(row: &EndedRow) -> Option<Vec<(Stream, Head)>> {
    let ends: Vec<StreamEnd> = ciborium::from_reader(row.heads.as_slice()).ok()?;
    ends.into_iter()
        .map(|(stream, head)| Some((Stream::from_number(stream)?, head)))
        .collect()
}

/// The same as it is written.
pub(crate) fn ends_of(heads: &[(Stream, Head)]) -> Vec<u8> {
    let ends: Vec<StreamEnd> = heads
        .iter()
        .map(|(stream, head)| (*stream as u8, *head))
        .collect();
    let mut bytes = Vec::new();
    ciborium::into_writer(&ends, &mut bytes).expect("writing to memory succeeds");
    bytes
}
