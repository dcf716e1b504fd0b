//! The epochs: their keys, which leave no home, and the values by which a key that was put together out of
//! shares is recognised, which stay for ever.

use hygie_notice::{Stream, Subject};
use rusqlite::{Connection, OptionalExtension, params};

use crate::Error;

/// A row of `keys` in short: subject, stream, epoch, wrapped key.
pub(crate) type Wrapped = (Vec<u8>, u8, u32, Vec<u8>);

/// The key-encryption keys by epoch, wrapped by the root key.
pub(crate) fn keks(db: &Connection) -> Result<Vec<(u32, Vec<u8>)>, Error> {
    let mut query = db.prepare("SELECT epoch, wrapped FROM keks ORDER BY epoch")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn put_kek(db: &Connection, epoch: u32, wrapped: &[u8]) -> Result<(), Error> {
    db.execute("INSERT INTO keks VALUES (?1, ?2)", params![epoch, wrapped])?;
    Ok(())
}

/// Destroys the keys of all epochs but `epoch`; the database itself refuses while a key is wrapped in one.
pub(crate) fn drop_keks_but(db: &Connection, epoch: u32) -> Result<(), Error> {
    db.execute(
        "UPDATE keks SET wrapped = zeroblob(length(wrapped)) WHERE epoch <> ?1",
        [epoch],
    )?;
    db.execute("DELETE FROM keks WHERE epoch <> ?1", [epoch])?;
    Ok(())
}

/// Every epoch there ever was, with its check.
pub(crate) fn checks(db: &Connection) -> Result<Vec<(u32, [u8; 32])>, Error> {
    let mut query = db.prepare("SELECT number, check_value FROM epochs ORDER BY number")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes by what an epoch's key is recognised.
pub(crate) fn put_check(db: &Connection, epoch: u32, check: &[u8; 32]) -> Result<(), Error> {
    db.execute(
        "INSERT OR IGNORE INTO epochs VALUES (?1, ?2)",
        params![epoch, check],
    )?;
    Ok(())
}

/// The epochs in which something is wrapped.
pub(crate) fn in_use(db: &Connection) -> Result<Vec<u32>, Error> {
    let mut query = db.prepare(
        "SELECT epoch FROM keys UNION SELECT epoch FROM ended WHERE epoch IS NOT NULL ORDER BY epoch",
    )?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// At most `limit` keys behind `after` in their order, whatever their epoch.
pub(crate) fn keys_after(
    db: &Connection,
    after: &(Vec<u8>, u8),
    limit: u64,
) -> Result<Vec<Wrapped>, Error> {
    let mut query = db.prepare_cached(
        "SELECT subject, stream, epoch, wrapped FROM keys
         WHERE (subject, stream) > (?1, ?2) ORDER BY subject, stream LIMIT ?3",
    )?;
    let rows = query.query_map(params![after.0, after.1, super::signed(limit)], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Puts a key into another epoch.
pub(crate) fn set_key(
    db: &Connection,
    subject: &Subject,
    stream: Stream,
    epoch: u32,
    wrapped: &[u8],
) -> Result<(), Error> {
    db.prepare_cached(
        "UPDATE keys SET epoch = ?3, wrapped = ?4 WHERE subject = ?1 AND stream = ?2",
    )?
    .execute(params![subject.bytes(), stream as u8, epoch, wrapped])?;
    Ok(())
}

/// Whether anything is wrapped in another epoch than this one.
pub(crate) fn left_of(db: &Connection, epoch: u32) -> Result<bool, Error> {
    let query = "SELECT 1 FROM keys WHERE epoch <> ?1
                 UNION ALL SELECT 1 FROM ended WHERE epoch <> ?1 LIMIT 1";
    Ok(db
        .query_row(query, [epoch], |_| Ok(()))
        .optional()?
        .is_some())
}
