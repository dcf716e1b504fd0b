use hygie_vault::{Backup as Part, Sqlite};

use crate::compact::Hold;
use crate::{Error, Record};

/// The store's part of a backup, on its way out: sealed entries as they lie there. No record is opened.
pub struct Backup<'a>(Part<'a, Sqlite>);

/// What keeps entries that a snapshot holds from being dropped: heads that were copied before the
/// snapshot need them. Taken before a backup's keeper is copied, kept until its store is.
pub struct Held(#[expect(dead_code, reason = "held, never read")] Hold);

impl Record {
    /// Begins to keep what a backup needs.
    pub fn hold(&self) -> Held {
        Held(self.holds.hold())
    }

    /// What was committed behind `after` (0: everything), and not later than now. The form ends with the
    /// position up to which it goes: the next backup's `after`.
    ///
    /// # Errors
    /// [`Error::Vault`] when the store does not answer.
    pub async fn backup(&self, after: u64) -> Result<Backup<'_>, Error> {
        Ok(Backup(self.vault.backup(after).await?))
    }
}

impl Backup<'_> {
    /// The next bytes; empty when all are out.
    ///
    /// # Errors
    /// As [`Record::backup`].
    pub async fn next(&mut self) -> Result<Vec<u8>, Error> {
        Ok(self.0.next().await?)
    }
}
