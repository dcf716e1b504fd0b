//! What happens at each start, after a crash or not: the events that the ledger does not hold yet
//! are appended to it, by the same call as every other group.

use hygie_ledger::{Folder, Log};
use rusqlite::Connection;

use crate::sequencer::GROUP;
use crate::{Error, database, event};

/// Brings the ledger to the events. Returns how many events were missing in it.
///
/// A crash after the commit of a group leaves its events in the database and not in the ledger;
/// nothing of that group was answered, so that appending it now breaks no promise. The reverse,
/// a ledger longer than the events, is no crash of ours: somebody restored an older database.
pub(crate) fn recover(db: &Connection, log: &mut Log<Folder>) -> Result<u64, Error> {
    let events = database::count_events(db)?;
    let held = log.size();
    if held > events {
        return Err(Error::LedgerAhead {
            ledger: held,
            events,
        });
    }
    let group = u64::try_from(GROUP).expect("a group is small");
    let edge = held.saturating_sub(group);
    for (index, leaf) in (edge..held).zip(database::leaves(db, edge, held - edge)?) {
        if log.entry(index)? != event::ledger_entry(&leaf) {
            return Err(Error::LedgerDiffers { index });
        }
    }
    while log.size() < events {
        let leaves = database::leaves(db, log.size(), group)?;
        let entries: Vec<_> = leaves.iter().map(event::ledger_entry).collect();
        log.append(&entries)?;
    }
    Ok(events - held)
}
