//! The rows of documents: which objects there are, and which entry refers to each. A row tells the host no
//! more than times do: an object and the entry behind it are written within a moment.

use hygie_notice::{Stream, Subject};
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::reader::{Readers, unsigned};
use super::signed;
use crate::documents::Name;
use crate::{Claim, Error, Shelved};

/// `claimed` is the position of the entry that refers to the object; without one the object is being
/// written, or is to be removed.
pub const SCHEMA: &str = "
    CREATE TABLE document (
        name BLOB PRIMARY KEY,
        claimed INTEGER,
        subject BLOB,
        stream INTEGER,
        sequence INTEGER,
        hash BLOB
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX document_claimed ON document (claimed, name);
    CREATE INDEX document_subject ON document (subject) WHERE subject IS NOT NULL;";

/// The inner result is the job's own; the outer one is the store's.
type Outcome = Result<Result<(), Error>, Error>;

/// A new object, not yet written.
pub fn note(transaction: &Transaction<'_>, name: Name) -> Outcome {
    transaction
        .prepare_cached("INSERT INTO document (name) VALUES (?1)")?
        .execute([name.bytes()])?;
    Ok(Ok(()))
}

/// Whether there is such an object, and no entry refers to it.
pub fn unclaimed_one(transaction: &Transaction<'_>, name: Name) -> Outcome {
    let claimed: Option<Option<i64>> = transaction
        .prepare_cached("SELECT claimed FROM document WHERE name = ?1")?
        .query_row([name.bytes()], |row| row.get(0))
        .optional()?;
    Ok(match claimed {
        Some(None) => Ok(()),
        _ => Err(Error::Conflict),
    })
}

/// An entry that is appended in this transaction refers to the object.
pub fn claim(transaction: &Transaction<'_>, claim: &Claim, position: i64) -> Result<(), Error> {
    transaction
        .prepare_cached(
            "UPDATE document SET claimed = ?2, subject = ?3, stream = ?4, sequence = ?5, hash = ?6
             WHERE name = ?1",
        )?
        .execute((
            claim.name.bytes(),
            position,
            claim.subject.bytes(),
            claim.stream as u8,
            signed(claim.sequence),
            claim.hash,
        ))?;
    Ok(())
}

/// Nobody refers to a subject's objects any more.
pub fn release(transaction: &Transaction<'_>, subject: Subject) -> Result<(), Error> {
    transaction
        .prepare_cached(
            "UPDATE document SET claimed = NULL, subject = NULL, stream = NULL, sequence = NULL
             WHERE subject = ?1",
        )?
        .execute([subject.bytes()])?;
    Ok(())
}

/// The object is gone.
pub fn strike(transaction: &Transaction<'_>, name: Name) -> Outcome {
    transaction
        .prepare_cached("DELETE FROM document WHERE name = ?1 AND claimed IS NULL")?
        .execute([name.bytes()])?;
    Ok(Ok(()))
}

/// The object was put back; its entry is there already.
pub fn shelve(transaction: &Transaction<'_>, document: &Shelved) -> Outcome {
    transaction
        .prepare_cached(
            "INSERT INTO document (name, claimed, subject, stream, sequence, hash)
             VALUES (?1, (SELECT MAX(position) FROM entry), ?2, ?3, ?4, ?5)",
        )?
        .execute((
            document.name.bytes(),
            document.subject.bytes(),
            document.stream as u8,
            signed(document.sequence),
            document.hash,
        ))?;
    Ok(Ok(()))
}

/// Reads rows.
#[derive(Debug)]
pub struct Rows(Readers);

impl Rows {
    pub fn new(readers: Readers) -> Self {
        Self(readers)
    }

    /// Objects that no entry refers to.
    pub async fn unclaimed(&self) -> Result<Vec<Name>, Error> {
        let read = |connection: &Connection| {
            let mut statement =
                connection.prepare_cached("SELECT name FROM document WHERE claimed IS NULL")?;
            let names = statement.query_map((), |row| row.get(0).map(Name::from_bytes))?;
            Ok(names.collect::<Result<_, _>>()?)
        };
        let names = self.0.run(read).await;
        // Whoever still sweeps must not keep the last connection from closing.
        self.0.close();
        names
    }
}

/// At most `limit` documents claimed behind `after` and not behind `until`, in that order.
pub fn shelved(
    connection: &Connection,
    (after, name): (u64, [u8; 16]),
    until: u64,
    limit: usize,
) -> Result<Vec<(u64, Shelved)>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT claimed, name, subject, stream, sequence, hash FROM document
         WHERE (claimed, name) > (?1, ?2) AND claimed <= ?3 ORDER BY claimed, name LIMIT ?4",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query((signed(after), name, signed(until), limit))?;
    let mut documents = Vec::new();
    while let Some(row) = rows.next()? {
        let subject: [u8; 17] = row.get(2)?;
        let known = Subject::from_bytes(&subject).zip(Stream::from_number(row.get(3)?));
        let (subject, stream) = known.ok_or(Error::Unsupported(
            "vault.db names a subject of an unknown kind",
        ))?;
        let document = Shelved {
            name: Name::from_bytes(row.get(1)?),
            subject,
            stream,
            sequence: unsigned(row, 4)?,
            hash: row.get(5)?,
        };
        documents.push((unsigned(row, 0)?, document));
    }
    Ok(documents)
}
