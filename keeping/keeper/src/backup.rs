//! The keeper's part of a backup, and its way back.
//!
//! A part is a database of the same tables: everything as it stands in one transaction, and of the
//! events those behind the part before. It holds sealed events and wrapped keys, but not the keys of the
//! epochs, which wrap them, nor the root key: these come back by custodians' shares, or not at all. The
//! ledger's files are not in it: they are made again from the events.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use hygie_ledger::{Folder, Log, Signer};
use hygie_notice::{How, Stream};
use rusqlite::Connection;

use crate::custody::Custody;
use crate::keeper::Secrets;
use crate::share::Share;
use crate::{Error, Home, Unlock, database, home, recover, root};

mod epochs;
mod manifest;
mod past;

pub(crate) use manifest::BACKUP;
pub use manifest::{Manifest, Told};
pub use past::Proceed;
pub(crate) use past::refuse_restored;

/// What of a keeper's folder no backup holds, and a restore needs.
const KEYS: [&str; 5] = [
    "root",
    "root.key",
    "issuers.json",
    "demo-issuer.key",
    "ledger.past",
];

/// Copies the keeper's database, as it stands now, into a new file; of the events those from index
/// `from` on. The keeper may serve meanwhile. Returns how many events there are in all: where the next
/// part begins; and how often records ended, see [`endings`].
///
/// # Errors
/// [`Error::NoCustody`] while nobody could bring it back; [`Error::Exists`] for a file that is there; [`Error::Missing`] where no keeper is; [`Error::Database`].
pub fn backup(home: &Home, from: u64, part: &Path) -> Result<(u64, u64), Error> {
    if !home.database().exists() {
        return Err(Error::Missing(home.database()));
    }
    Custody::of(&Connection::open(home.database())?)?;
    home::write_private_file(part, b"")?;
    let db = Connection::open(part)?;
    // The keys of the epochs are left out, and what they wrap refers to them. The file is worth nothing until it is whole: it needs no journal, and one sync at its end.
    db.execute_batch(
        "PRAGMA foreign_keys = OFF; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;",
    )?;
    db.execute("ATTACH ?1 AS source", [text(&home.database())?])?;
    db.execute_batch("BEGIN")?;
    let tables: Vec<(String, String)> = {
        let mut query = db.prepare("SELECT name, sql FROM source.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<Result<_, _>>()?
    };
    for (name, sql) in &tables {
        db.execute_batch(sql)?;
        // INVARIANT (keys are random): epoch keys enter no backup.
        if name == "keks" {
            continue;
        }
        let rest = if name == "events" {
            " WHERE idx >= ?1"
        } else {
            " WHERE ?1 >= 0"
        };
        let copy = format!("INSERT INTO main.{name} SELECT * FROM source.{name}{rest}");
        db.execute(&copy, [database::signed(from)])?;
    }
    let events = db.query_row(
        "SELECT coalesce(max(idx) + 1, 0) FROM source.events",
        [],
        |row| database::unsigned(row, 0),
    )?;
    let endings = database::count_ended(&db)?;
    let version: i32 = db.query_row("PRAGMA source.user_version", [], |row| row.get(0))?;
    db.execute_batch(&format!(
        "PRAGMA main.user_version = {version}; COMMIT; DETACH source;"
    ))?;
    db.close().map_err(|(_, error)| Error::Database(error))?;
    fs::File::open(part)
        .and_then(|file| file.sync_all())
        .map_err(Error::io(part))?;
    Ok((events, endings))
}

/// How often records ended by now. A store that is copied after the keeper's part lacks what ended in
/// between: then both are copied again.
///
/// # Errors
/// [`Error::Missing`] where no keeper is; [`Error::Database`].
pub fn endings(home: &Home) -> Result<u64, Error> {
    database::count_ended(&database::open(&home.database())?)
}

/// Makes a keeper in `home` out of the parts of a backup, oldest first, and of the keys in `keys`, a
/// home or a folder laid out like one. It does not serve before [`Proceed`] says what it is.
///
/// The keys of the epochs come out of `shares`, or, where none is given, of the database in `keys`.
///
/// Verified: that no event is missing, that the root key opens all that stands under it, that the
/// ledger made of the events can be signed. Returns how many events there are.
///
/// # Errors
/// [`Error::Exists`] when there is a keeper already; [`Error::PartForeign`] for parts that are not of
/// one backup; [`Error::EventsBroken`] when one is missing; [`Error::SharesWanted`] and the like when the epochs'
/// keys do not come back; those of opening the root key.
pub fn restore(
    home: &Home,
    keys: &Home,
    unlock: &Unlock,
    shares: &[Share],
    parts: &[PathBuf],
) -> Result<u64, Error> {
    if home.keeper().exists() {
        return Err(Error::Exists(home.keeper().to_owned()));
    }
    let unborn = home.unborn();
    // What an earlier attempt left never served anybody.
    match fs::remove_dir_all(unborn.keeper()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Error::io(unborn.keeper())(error));
        }
        _ => {}
    }
    home::make_private_directory(unborn.keeper())?;
    for name in KEYS {
        copy_if_there(&keys.keeper().join(name), &unborn.keeper().join(name))?;
    }
    let db = merge(&unborn.database(), parts)?;
    let events = database::count_events(&db)?;
    let root = root::unlock(&unborn, unlock)?;
    epochs::put_back(&db, &root, keys, shares)?;
    let secrets = Secrets::open(&unborn, &db, &root)?;
    make_ledger(&unborn, secrets.signer, &db)?;
    past::mark(&db, events)?;
    db.close().map_err(|(_, error)| Error::Database(error))?;
    for (from, to) in [
        (keys.operator_key(), home.operator_key()),
        (keys.enrolment_key(), home.enrolment_key()),
        (keys.sign_in_key(), home.sign_in_key()),
        (keys.crossing_key(), home.crossing_key()),
    ] {
        copy_if_there(&from, &to)?;
    }
    home::sync_directory(unborn.keeper())?;
    fs::rename(unborn.keeper(), home.keeper()).map_err(Error::io(home.keeper()))?;
    if let Some(above) = home.keeper().parent() {
        home::sync_directory(above)?;
    }
    Ok(events)
}

/// Writes where each subject's `rights` and `content` end, a line each: subject and hash in
/// hexadecimal, stream and count as numbers. Care holds its restored store against them.
///
/// # Errors
/// [`Error::Database`], or [`Error::Io`] of the writer.
pub fn heads(home: &Home, out: &mut impl Write) -> Result<(), Error> {
    let db = database::open(&home.database())?;
    let mut query = db.prepare(
        "SELECT hex(subject), stream, count, hex(hash) FROM streams
         WHERE count > 0 AND stream IN (?1, ?2) ORDER BY subject, stream",
    )?;
    let mut rows = query.query([Stream::Rights as u8, Stream::Content as u8])?;
    while let Some(row) = rows.next()? {
        let (subject, stream, hash): (String, u8, String) = (row.get(0)?, row.get(1)?, row.get(3)?);
        let count = database::unsigned(row, 2)?;
        writeln!(out, "{subject} {stream} {count} {hash}").map_err(Error::io(&home.database()))?;
    }
    // The entries of what is closed are still there, for the day on which it is opened again.
    let mut after = Vec::new();
    loop {
        let rows = database::archives_after(&db, &after, 1_000)?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.subject.bytes().to_vec();
        for row in rows.iter().filter(|row| row.how == How::Closed) {
            let subject = upper_hex(&row.subject.bytes());
            for (stream, head) in database::ends(row).unwrap_or_default() {
                if head.count == 0 || stream == Stream::Trail {
                    continue;
                }
                let (stream, count, hash) = (stream as u8, head.count, upper_hex(&head.hash));
                writeln!(out, "{subject} {stream} {count} {hash}")
                    .map_err(Error::io(&home.database()))?;
            }
        }
    }
}

/// As SQLite's `hex` prints.
fn upper_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// One database out of the parts: all of the newest, and the events of those before it.
fn merge(path: &Path, parts: &[PathBuf]) -> Result<Connection, Error> {
    let (newest, before) = parts
        .split_last()
        .ok_or_else(|| Error::Missing(path.to_owned()))?;
    // Its mode stays that of a private file.
    home::write_private_file(path, b"")?;
    fs::copy(newest, path).map_err(Error::io(newest))?;
    let db = database::open(path)?;
    for part in before {
        db.execute("ATTACH ?1 AS part", [text(part)?])?;
        let same: bool = db.query_row(
            "SELECT (SELECT value FROM part.facts WHERE name = 'stray')
                  = (SELECT value FROM main.facts WHERE name = 'stray')",
            [],
            |row| row.get(0),
        )?;
        if !same {
            return Err(Error::PartForeign(part.to_owned()));
        }
        db.execute_batch("INSERT INTO main.events SELECT * FROM part.events; DETACH part;")?;
    }
    let sound: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if sound != "ok" {
        return Err(Error::Malformed {
            path: newest.to_owned(),
            why: "SQLite finds it damaged",
        });
    }
    Ok(db)
}

/// The ledger of a database's events, made from nothing.
fn make_ledger(home: &Home, signer: Signer, db: &Connection) -> Result<(), Error> {
    let verifier = format!("{}\n", signer.verifier());
    home::make_private_directory(&home.ledger())?;
    let mut log = Log::create(Folder::open(home.ledger())?, signer)?;
    recover::recover(db, &mut log)?;
    home::write_private_file(&home.verifier(), verifier.as_bytes())
}

fn copy_if_there(from: &Path, to: &Path) -> Result<(), Error> {
    if from.is_dir() {
        home::make_private_directory(to)?;
        for entry in fs::read_dir(from).map_err(Error::io(from))? {
            let entry = entry.map_err(Error::io(from))?;
            copy_if_there(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    if !from.exists() {
        return Ok(());
    }
    home::write_private_file(to, &home::read(from)?)
}

fn text(path: &Path) -> Result<&str, Error> {
    path.to_str().ok_or_else(|| Error::Malformed {
        path: path.to_owned(),
        why: "its name is not text",
    })
}
