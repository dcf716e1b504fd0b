//! The keys of the epochs on their way back: no backup holds them (INVARIANT keys are random). They are put
//! together out of custodians' shares, or taken from the home that was backed up while it is still there.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::keeper::kek_place;
use crate::share::{self, Part, Share};
use crate::wrap::WrappingKey;
use crate::{Error, Home, database};

/// Puts the keys of all epochs in which something is wrapped into a restored database, under the root key.
/// Where shares are given the keys come from them alone.
///
/// # Errors
/// [`Error::ShareForeign`], [`Error::SharesWanted`], [`Error::SharesBroken`]; [`Error::WrappedKeyBroken`] for a
/// home whose keys are others.
pub(super) fn put_back(
    db: &Connection,
    root: &WrappingKey,
    keys: &Home,
    shares: &[Share],
) -> Result<(), Error> {
    let checks = database::checks(db)?;
    let known: Vec<(Part, [u8; 32])> = checks
        .iter()
        .map(|(number, check)| (Part::Epoch(*number), *check))
        .collect();
    share::refuse_foreign(shares, &known)?;
    let there: Vec<u32> = database::keks(db)?.iter().map(|row| row.0).collect();
    for number in database::in_use(db)? {
        // A backup of an earlier program holds them.
        if there.contains(&number) {
            continue;
        }
        let part = Part::Epoch(number);
        let check = checks
            .iter()
            .find(|row| row.0 == number)
            .map(|row| row.1)
            .ok_or(Error::WrappedKeyBroken("epochs"))?;
        let wrapped = match living(&keys.database(), number)? {
            Some(wrapped) if shares.is_empty() => {
                let kek = root.unwrap_at(&kek_place(number), &wrapped);
                kek.filter(|kek| part.check(kek.as_ref()) == check)
                    .ok_or(Error::WrappedKeyBroken("keks"))?;
                wrapped
            }
            _ => {
                let secret = share::reassemble(&part, &check, shares)?;
                let kek = secret
                    .as_slice()
                    .try_into()
                    .map_err(|_| Error::SharesBroken(part.to_string()))?;
                root.wrap_at(&kek_place(number), kek)
            }
        };
        database::put_kek(db, number, &wrapped)?;
    }
    Ok(())
}

/// The key of an epoch as the living home has it, if there is one; its keeper may serve meanwhile.
fn living(path: &Path, epoch: u32) -> Result<Option<Vec<u8>>, Error> {
    if !path.exists() {
        return Ok(None);
    }
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let query = "SELECT wrapped FROM keks WHERE epoch = ?1";
    Ok(db.query_row(query, [epoch], |row| row.get(0)).optional()?)
}
