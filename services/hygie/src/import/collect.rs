//! Which files are meant: those named, and those of folders that are called *.json or *.ndjson.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::Error;

/// The files of `paths`, folders walked in the order of their names; each file once.
///
/// # Errors
/// [`Error::File`] for a path that can't be read, [`Error::NothingToImport`] for a folder with nothing in it.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut walk = Walk::default();
    for path in paths {
        walk.met = 0;
        walk.add(path, true)?;
        if walk.met == 0 {
            return Err(Error::NothingToImport { path: path.clone() });
        }
    }
    Ok(walk.files)
}

#[derive(Default)]
struct Walk {
    files: Vec<PathBuf>,
    /// Files and folders by their real place, so that links make neither doubles nor circles.
    seen: BTreeSet<PathBuf>,
    /// Files, and folders walked before, met under the present argument.
    met: usize,
}

impl Walk {
    /// Adds a file, or what a folder holds; a file that was named is added whatever it is called.
    fn add(&mut self, path: &Path, named: bool) -> Result<(), Error> {
        let place = path
            .canonicalize()
            .map_err(|source| Error::file("find", path, source))?;
        if place.is_dir() {
            if self.seen.insert(place) {
                for name in names(path)? {
                    self.add(&name, false)?;
                }
            } else {
                self.met += 1;
            }
        } else if named || is_fhir(path) {
            self.met += 1;
            if self.seen.insert(place) {
                self.files.push(path.to_owned());
            }
        }
        Ok(())
    }
}

fn names(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::file("read", folder, source);
    let mut names = std::fs::read_dir(folder)
        .map_err(failed)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    names.sort();
    Ok(names)
}

fn is_fhir(path: &Path) -> bool {
    is_ndjson(path) || has_extension(path, "json")
}

/// Whether the file has one resource a line.
pub fn is_ndjson(path: &Path) -> bool {
    has_extension(path, "ndjson")
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}
