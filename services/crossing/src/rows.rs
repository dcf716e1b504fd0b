//! Raw rows of an import go to bronze, and what it keeps for the next month is sealed by the same key.

use std::collections::HashSet;

use hygie_bronze::{Bronze, Writer};
use hygie_snds::{Forgotten, Head, Keep, KeepRows, Seal, Seals};

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

    fn forget(&self, persons: &HashSet<[u8; 16]>) -> Result<Forgotten, String> {
        let counts = self.0.purge(persons).map_err(|error| error.to_string())?;
        Ok(Forgotten {
            rows: counts.purged,
            files: counts.rewritten,
            bytes: counts.bytes,
        })
    }
}

impl Seals for Rows {
    fn begin(&self, name: &str) -> (Box<dyn Seal>, Head) {
        let (seal, head) = self.0.seal(name);
        (Box::new(Sealed(seal)), head)
    }

    fn open(&self, name: &str, head: &Head) -> Option<Box<dyn Seal>> {
        let seal = self.0.seal_of(name, head)?;
        Some(Box::new(Sealed(seal)))
    }
}

struct Sealed(hygie_bronze::Seal);

impl Seal for Sealed {
    fn seal(&self, number: u64, plain: &[u8]) -> Vec<u8> {
        self.0.seal(number, plain)
    }

    fn open(&self, number: u64, sealed: &[u8]) -> Option<Vec<u8>> {
        self.0.open(number, sealed)
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
