//! The files of a CDM: which table each holds.

use std::path::{Path, PathBuf};

use crate::Error;
use crate::cdm::{CdmTable, TABLES};

/// A file of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) table: &'static CdmTable,
    pub(crate) path: PathBuf,
}

impl Source {
    /// Its name, without folders.
    pub(crate) fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }
}

/// The files of a folder that are called like tables (`PERSON.csv`, `person.parquet`), in the order of the CDM, and the
/// names of the others.
///
/// # Errors
/// [`Error::File`]; [`Error::Nothing`] when two files are called like one table.
pub(crate) fn find(dir: &Path) -> Result<(Vec<Source>, Vec<String>), Error> {
    let failed = |source| Error::file("list", dir, source);
    let (mut sources, mut others) = (Vec::<Source>::new(), Vec::new());
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(table) = named(&path).filter(|_| path.is_file()) else {
            let name = path.file_name().unwrap_or_default();
            others.push(name.to_string_lossy().into_owned());
            continue;
        };
        if let Some(other) = sources.iter().find(|source| source.table == table) {
            let why = format!(
                "has `{}` and another file of table {}; leave one of them",
                other.name(),
                table.name
            );
            let dir = dir.to_owned();
            return Err(Error::Nothing { dir, why });
        }
        sources.push(Source { table, path });
    }
    sources.sort_by_key(|source| TABLES.iter().position(|table| table == source.table));
    others.sort();
    Ok((sources, others))
}

fn named(path: &Path) -> Option<&'static CdmTable> {
    let kind = path.extension()?.to_str()?.to_ascii_lowercase();
    if !matches!(kind.as_str(), "csv" | "tsv" | "txt" | "parquet") {
        return None;
    }
    CdmTable::named(&path.file_stem()?.to_str()?.to_ascii_lowercase())
}
