//! Taking in what another system kept: each Patient becomes a person, references are rewritten, a
//! bundle over several persons is split, and what came before is recognised.

mod directory;
mod draft;
mod homes;
mod persons;
mod write;

use serde::{Deserialize, Serialize};

use crate::{Caller, Error, Record};
use draft::Drafts;

/// What is imported together, so that references between its entries resolve: one Bundle, or the
/// single resources of one run.
#[derive(Debug, Deserialize)]
pub struct ImportUnit {
    /// The source system's name.
    pub source: String,
    /// Whether the operator named the source, and so vouches that its `Type/id` are one system's.
    pub named_source: bool,
    /// The resources, as they came.
    pub entries: Vec<ImportEntry>,
}

/// One resource to import.
#[derive(Deserialize)]
pub struct ImportEntry {
    /// Its number in the unit, given back in [`Taken`].
    pub entry: usize,
    /// The fullUrl, when it has one.
    pub url: Option<String>,
    /// The JSON text, untouched.
    pub resource: String,
}

impl std::fmt::Debug for ImportEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ImportEntry({})", self.entry)
    }
}

/// What became of one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Its number in the unit.
    pub entry: usize,
    /// What became of it.
    pub outcome: Outcome,
    /// FHIRPath of the fault, when it was rejected.
    pub place: Option<String>,
    /// Why it was rejected; holds nothing of the content.
    pub reason: Option<String>,
}

/// What can become of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Stored in a person's record.
    Taken,
    /// It was there already.
    Already,
    /// Stored in the directory.
    Directory,
    /// Refused, with the reason.
    Rejected,
}

impl Record {
    /// Imports one unit; atomic per person. One answer per entry, in any order.
    ///
    /// # Errors
    /// Only those that stop the whole unit, such as a keeper that is away: what was acknowledged
    /// stands, and the same unit sent again completes it.
    pub async fn import(&self, caller: &Caller, unit: ImportUnit) -> Result<Vec<Taken>, Error> {
        let mut drafts = Drafts::read(unit);
        self.import_directory(caller, &mut drafts).await?;
        self.import_persons(caller, &mut drafts).await?;
        Ok(drafts.answers())
    }
}
