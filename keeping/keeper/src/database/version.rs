//! Earlier forms of the tables, and the way from each to the next.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::Error;

/// The form that this program writes.
const VERSION: i32 = 4;

/// What the second form adds. `epochs` keeps by what each epoch's key is recognised, and stays when the key
/// is gone. `ended` keeps the tombstones: how (1 erased, 2 closed), since when, until when custodians hold
/// the archive, whether the store forgot an erased one, where a closed one's streams ended.
const SECOND: &str = "
CREATE TABLE epochs (number INTEGER PRIMARY KEY, check_value BLOB NOT NULL) STRICT;
CREATE TABLE ended (
  subject BLOB PRIMARY KEY, how INTEGER NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL,
  forgotten INTEGER NOT NULL, heads BLOB NOT NULL,
  epoch INTEGER REFERENCES keks(epoch), bundle BLOB) STRICT, WITHOUT ROWID;
PRAGMA user_version = 2;
";

/// What the third form adds. `met` holds the distinct persons that each actor met in the day that is counted (fact
/// `met-day`), the actor as a keyed hash. `suspended` and `reviews` hold numbers of alarms, which say the rest:
/// who is cut off, and which break-glass waits for its review.
const THIRD: &str = "
CREATE TABLE met (
  day INTEGER NOT NULL, actor BLOB NOT NULL, subject BLOB NOT NULL,
  PRIMARY KEY (day, actor, subject)) STRICT, WITHOUT ROWID;
CREATE TABLE suspended (actor BLOB PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE reviews (number INTEGER PRIMARY KEY) STRICT;
PRAGMA user_version = 3;
";

/// What the fourth form adds. `joined` holds which record opens with another's alone, how many entries the `rights` and the
/// `content` of that one had when it was joined, when, and a keyed hash of all this.
const FOURTH: &str = "
CREATE TABLE joined (
  subject BLOB PRIMARY KEY, leading BLOB NOT NULL, rights INTEGER NOT NULL, content INTEGER NOT NULL,
  at INTEGER NOT NULL, mac BLOB NOT NULL) STRICT, WITHOUT ROWID;
PRAGMA user_version = 4;
";

/// All that came after the first form.
pub(super) const LATER: [&str; 3] = [SECOND, THIRD, FOURTH];

/// Brings the tables to the form of this program, whole or not at all.
pub(super) fn upgrade(db: &mut Connection, path: &Path) -> Result<(), Error> {
    if version(db)? == VERSION {
        return Ok(());
    }
    // Two processes may open a home of an earlier form at once: who comes second finds it done.
    let all = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match version(&all)? {
        VERSION => {}
        1 => all.execute_batch(&LATER.concat())?,
        2 => all.execute_batch(&LATER[1..].concat())?,
        3 => all.execute_batch(FOURTH)?,
        _ => {
            return Err(Error::Malformed {
                path: path.to_owned(),
                why: "its version is none that this program knows",
            });
        }
    }
    Ok(all.commit()?)
}

fn version(db: &Connection) -> Result<i32, Error> {
    Ok(db.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}
