//! The files of an import: which table each holds, and of which month of flow or year.

use std::path::{Path, PathBuf};

use hygie_rows::{Columns, Header, Take};

use crate::Error;
use crate::layout::{LAYOUTS, Layout, STAY_A, STAY_C};

/// A file of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// The table.
    pub(crate) layout: &'static Layout,
    /// What follows the table's name: `202301`, a year's two digits for PMSI, or nothing.
    pub(crate) part: String,
    /// Where it lies.
    pub(crate) path: PathBuf,
}

impl Source {
    /// Reads the file to its end. Each row is a line: no column of the SNDS holds a line's end.
    ///
    /// # Errors
    /// Those of [`hygie_rows::read_lines`], and of `take`.
    pub(crate) fn read<T: Take<Error = Error>>(&self, take: &mut T) -> Result<Header, Error> {
        let published = self.layout.published();
        let published: Vec<&str> = published.iter().map(|(column, _)| *column).collect();
        let columns = Columns {
            table: self.layout.table,
            read: self.layout.used,
            optional: self.optional(),
            published: &published,
            raw: true,
        };
        hygie_rows::read_lines(&self.path, &columns, take)
    }

    /// Columns that a file may lack: T_MCOaaC got some later, and an act without an activity is one of the first.
    pub(crate) fn optional(&self) -> &'static [&'static str] {
        match *self.layout {
            STAY_C => lacking(&self.part),
            STAY_A => &["ACV_ACT"],
            _ => &[],
        }
    }

    /// How many rows it has: as many as it says, or at most, by its size and the shortest row that there can be.
    pub(crate) fn rows(&self, bytes: u64, shortest: u64) -> u64 {
        hygie_rows::count(&self.path).unwrap_or(bytes / shortest)
    }
}

/// The files of a folder that hold tables, by name, and the names of those that do not.
pub(crate) fn find(dir: &Path) -> Result<(Vec<Source>, Vec<String>), Error> {
    let failed = |source| Error::file("list", dir, source);
    let (mut sources, mut others) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            continue;
        }
        match named(&path) {
            Some((layout, part)) => sources.push(Source { layout, part, path }),
            None => others.push(
                path.file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned(),
            ),
        }
    }
    sources.sort_by(|a, b| {
        (a.layout.table, &a.part, &a.path).cmp(&(b.layout.table, &b.part, &b.path))
    });
    others.sort();
    Ok((sources, others))
}

/// What T_MCOaaC has not yet in a year of PMSI (two digits): the rank of a twin came with 2015, and two return codes with 2013
/// (`dateCreated` of the published schema).
fn lacking(year: &str) -> &'static [&'static str] {
    match year.get(..2).and_then(|year| year.parse::<u32>().ok()) {
        // PMSI has years from 1997 on.
        Some(0..13 | 90..) => &["COH_NAI_RET", "COH_SEX_RET", "RNG_BEN"],
        Some(13 | 14) => &["RNG_BEN"],
        _ => &[],
    }
}

/// `ER_PRS_F_202301.csv`, `er_prs_f.parquet`, `T_MCO23B.csv`.
fn named(path: &Path) -> Option<(&'static Layout, String)> {
    let kind = path.extension()?.to_str()?.to_ascii_lowercase();
    if !matches!(kind.as_str(), "csv" | "txt" | "parquet") {
        return None;
    }
    let stem = path.file_stem()?.to_str()?.to_ascii_uppercase();
    if let Some(rest) = stem.strip_prefix("T_MCO") {
        let (year, letter) = rest.split_at_checked(2)?;
        if !year.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (letter, part) = letter.split_once('_').unwrap_or((letter, ""));
        let table = format!("T_MCOaa{letter}");
        let layout = LAYOUTS.into_iter().find(|layout| layout.table == table)?;
        let part = if part.is_empty() {
            year.to_owned()
        } else {
            format!("{year}_{part}")
        };
        return Some((layout, part));
    }
    let layout = LAYOUTS
        .into_iter()
        .find(|layout| stem.starts_with(layout.table))?;
    let rest = &stem[layout.table.len()..];
    if !rest.is_empty() && !rest.starts_with('_') {
        return None;
    }
    Some((layout, rest.trim_start_matches('_').to_owned()))
}

#[cfg(test)]
mod tests;
