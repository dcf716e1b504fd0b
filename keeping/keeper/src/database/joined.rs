//! Records that were joined to others.

use hygie_notice::Subject;
use rusqlite::types::Type;
use rusqlite::{Connection, params};

use super::{signed, unsigned};
use crate::Error;
use crate::joins::Join;

/// A record that was joined to another.
pub(crate) struct JoinRow {
    pub(crate) subject: Subject,
    pub(crate) join: Join,
    pub(crate) mac: [u8; 32],
}

/// All of them.
pub(crate) fn joined(db: &Connection) -> Result<Vec<JoinRow>, Error> {
    let mut query = db.prepare("SELECT subject, leading, rights, content, at, mac FROM joined")?;
    let rows = query.query_map([], |row| {
        let subject = |column| -> rusqlite::Result<Subject> {
            let bytes: Vec<u8> = row.get(column)?;
            Subject::from_bytes(&bytes).ok_or_else(|| {
                rusqlite::Error::InvalidColumnType(column, String::new(), Type::Blob)
            })
        };
        let join = Join {
            into: subject(1)?,
            rights: unsigned(row, 2)?,
            content: unsigned(row, 3)?,
            at: unsigned(row, 4)?,
        };
        Ok(JoinRow {
            subject: subject(0)?,
            join,
            mac: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes one; a record is joined once.
pub(crate) fn put_joined(db: &Connection, row: &JoinRow) -> Result<(), Error> {
    let JoinRow { subject, join, mac } = row;
    db.execute(
        "INSERT INTO joined VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            subject.bytes(),
            join.into.bytes(),
            signed(join.rights),
            signed(join.content),
            signed(join.at),
            mac
        ],
    )?;
    Ok(())
}
