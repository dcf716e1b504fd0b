//! Who met whom today, who is suspended, and which break-glass waits for a review. Actors stand here as keyed hashes.

use hygie_notice::Subject;
use rusqlite::{Connection, OptionalExtension, params};

use super::{fact, put_fact, signed, unsigned};
use crate::Error;
use crate::meetings::ActorKey;

/// The fact that holds the counted day.
const DAY: &str = "met-day";

/// The day whose meetings are counted, in days since 1970.
pub(crate) fn met_day(db: &Connection) -> Result<Option<u64>, Error> {
    Ok(fact(db, DAY)?
        .and_then(|bytes| bytes.try_into().ok())
        .map(u64::from_be_bytes))
}

/// Begins another day.
pub(crate) fn set_met_day(db: &Connection, day: u64) -> Result<(), Error> {
    db.execute("DELETE FROM facts WHERE name = ?1", [DAY])?;
    put_fact(db, DAY, &day.to_be_bytes())
}

/// Whether the actor met the person on that day.
pub(crate) fn met(
    db: &Connection,
    day: u64,
    actor: &ActorKey,
    person: &Subject,
) -> Result<bool, Error> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM met WHERE day = ?1 AND actor = ?2 AND subject = ?3)",
    )?;
    Ok(
        query.query_row(params![signed(day), actor, person.bytes()], |row| {
            row.get(0)
        })?,
    )
}

/// How many the actor met on that day.
pub(crate) fn count_met(db: &Connection, day: u64, actor: &ActorKey) -> Result<u32, Error> {
    let mut query = db.prepare_cached("SELECT count(*) FROM met WHERE day = ?1 AND actor = ?2")?;
    Ok(query.query_row(params![signed(day), actor], |row| row.get(0))?)
}

/// Writes a first meeting down.
pub(crate) fn put_met(
    db: &Connection,
    day: u64,
    actor: &ActorKey,
    person: &Subject,
) -> Result<(), Error> {
    db.prepare_cached("INSERT INTO met VALUES (?1, ?2, ?3)")?
        .execute(params![signed(day), actor, person.bytes()])?;
    Ok(())
}

/// Takes away at most `limit` meetings of other days than this; says how many. Earlier and later days apart, each a
/// range of the table: with both at once SQLite would walk the whole day.
pub(crate) fn prune_met(db: &Connection, day: u64, limit: u64) -> Result<u64, Error> {
    let mut pruned = 0;
    for other in ["<", ">"] {
        let gone = db
            .prepare_cached(&format!(
                "DELETE FROM met WHERE (day, actor, subject) IN
                   (SELECT day, actor, subject FROM met WHERE day {other} ?1 LIMIT ?2)"
            ))?
            .execute([signed(day), signed(limit - pruned)])?;
        pruned += u64::try_from(gone).expect("counts fit 64 bits");
    }
    Ok(pruned)
}

/// The suspended, each with the number of the alarm that says so, oldest first.
pub(crate) fn suspended(db: &Connection) -> Result<Vec<(ActorKey, u64)>, Error> {
    let mut query = db.prepare("SELECT actor, number FROM suspended ORDER BY number")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, unsigned(row, 1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Suspends an actor.
pub(crate) fn suspend(db: &Connection, actor: &ActorKey, number: u64) -> Result<(), Error> {
    db.execute(
        "INSERT INTO suspended VALUES (?1, ?2)",
        params![actor, signed(number)],
    )?;
    Ok(())
}

/// Lets an actor in again; whether he was suspended.
pub(crate) fn resume(db: &Connection, actor: &ActorKey) -> Result<bool, Error> {
    Ok(db.execute("DELETE FROM suspended WHERE actor = ?1", [actor])? > 0)
}

/// A break-glass waits for its review.
pub(crate) fn await_review(db: &Connection, number: u64) -> Result<(), Error> {
    db.execute("INSERT INTO reviews VALUES (?1)", [signed(number)])?;
    Ok(())
}

/// Whether this break-glass waits.
pub(crate) fn awaits_review(db: &Connection, number: u64) -> Result<bool, Error> {
    // A number beyond SQLite's is none of ours.
    let number = i64::try_from(number).unwrap_or(-1);
    let query = "SELECT EXISTS (SELECT 1 FROM reviews WHERE number = ?1)";
    Ok(db.query_row(query, [number], |row| row.get(0))?)
}

/// Its review is done.
pub(crate) fn close_review(db: &Connection, number: u64) -> Result<(), Error> {
    db.execute("DELETE FROM reviews WHERE number = ?1", [signed(number)])?;
    Ok(())
}

/// The oldest break-glass that waits.
pub(crate) fn oldest_review(db: &Connection) -> Result<Option<u64>, Error> {
    let row = db
        .query_row(
            "SELECT number FROM reviews ORDER BY number LIMIT 1",
            [],
            |row| unsigned(row, 0),
        )
        .optional()?;
    Ok(row)
}
