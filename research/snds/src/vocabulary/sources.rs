//! Where nomenclatures lie, and what was found of each.

use std::fs;
use std::path::{Path, PathBuf};

use super::Error;

/// What a vocabulary is made of. All of it may be missing: then every code is one that nobody listed.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// A folder with the nomenclatures, at any depth down to four: IR_CIM_V.csv, IR_CCAM_V*.csv, IR_BIO_R.csv, NU_UCD_R.csv,
    /// IR_UCD_R.csv, NT_LPP.csv, IR_NAT_V.csv, IR_PHA_R.csv, openmedic_ATC1.csv to openmedic_ATC5.csv.
    pub nomenclatures: Option<PathBuf>,
    /// A folder with an export of Athena: CONCEPT.csv, CONCEPT_RELATIONSHIP.csv, CONCEPT_ANCESTOR.csv, and VOCABULARY.csv if
    /// there; tab-separated, without quotes.
    pub athena: Option<PathBuf>,
    /// A file SOURCE_TO_CONCEPT_MAP in CSV, whose `source_vocabulary_id` are those of [`super::System::vocabulary_id`].
    pub map: Option<PathBuf>,
}

/// What was read of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file's name.
    pub file: String,
    /// Rows without the header.
    pub rows: u64,
    /// Rows that were not used: no code of the system, or not as many cells as the header.
    pub malformed: u64,
    /// Rows whose code was listed before, with its first name or its first target kept.
    pub repeated: u64,
}

impl Finding {
    /// Of a file of which nothing was read yet.
    pub(crate) fn new(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default();
        Self {
            file: name.to_string_lossy().into_owned(),
            rows: 0,
            malformed: 0,
            repeated: 0,
        }
    }
}

/// All files of a folder, down to four folders deep, in order.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    walk(folder, 4, &mut files)?;
    files.sort();
    Ok(files)
}

fn walk(folder: &Path, depth: u8, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(Error::io(folder))? {
        let path = entry.map_err(Error::io(folder))?.path();
        if !path.is_dir() {
            files.push(path);
        } else if depth > 0 {
            walk(&path, depth - 1, files)?;
        }
    }
    Ok(())
}
