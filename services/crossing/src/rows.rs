//! Raw rows of an import go to bronze.

use std::collections::HashSet;

use hygie_bronze::{Bronze, Writer};
use hygie_snds::{Keep, KeepRows};

/// Bronze, as an import sees it.
pub struct Rows(pub Bronze);

impl Keep for Rows {
    fn file(&self, table: &str, part: &str) -> Result<Box<dyn KeepRows + '_>, String> {
        let writer = self
            .0
            .replace(table, part)
            .map_err(|error| error.to_string())?;
        Ok(Box::new(Part(writer)))
    }

    fn forget(&self, persons: &HashSet<[u8; 16]>) -> Result<u64, String> {
        let counts = self.0.purge(persons).map_err(|error| error.to_string())?;
        Ok(counts.purged)
    }
}

struct Part(Writer);

impl KeepRows for Part {
    fn row(
        &mut self,
        person: Option<[u8; 16]>,
        raw: &[u8],
        reason: Option<&str>,
    ) -> Result<(), String> {
        self.0
            .push(person, raw, reason)
            .map_err(|error| error.to_string())
    }

    fn finish(self: Box<Self>) -> Result<(), String> {
        self.0
            .finish()
            .map(|_| ())
            .map_err(|error| error.to_string())
    }
}
