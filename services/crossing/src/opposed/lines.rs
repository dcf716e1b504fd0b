//! The lines that `hygie crossing oppositions` keeps, in plain text, and of how many of them the list in force was made.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::Path;

use hygie_ledger::{Signer, Verifier, note};
use hygie_oppositions::{Line, Opposed};
use hygie_pseudonym::durable;

use crate::Error;

/// What a note of this kind begins with.
const HEAD: &str = "hygie/opposed-lines/v1";
/// Where it lies, beside the list of the opposed. It says a number, and nobody.
const NAME: &str = "opposed.lines";

/// What was said, and by whom.
pub struct Said {
    /// Who opposes what, by all lines.
    pub opposed: Opposed,
    /// Whoever said something, by the system of his number and the number.
    pub persons: BTreeSet<(String, String)>,
    /// How many lines there are.
    pub lines: u64,
}

/// Reads the lines from the first to the last.
pub fn read(path: &Path) -> Result<Said, Error> {
    let file = File::open(path).map_err(Error::io(path))?;
    let mut said = Said {
        opposed: Opposed::default(),
        persons: BTreeSet::new(),
        lines: 0,
    };
    for (at, text) in (1u64..).zip(BufReader::new(file).lines()) {
        let text = text.map_err(Error::io(path))?;
        let broken = |why| Error::Table {
            path: path.to_owned(),
            line: at,
            why,
        };
        let line: Line = serde_json::from_str(&text).map_err(|_| {
            broken("it is no line of the list: read it again with `hygie crossing oppositions`")
        })?;
        // A crash there may have written lines twice; none may be missing.
        if line.number > said.lines {
            return Err(broken(
                "a line before it is missing: read the list again from its begin",
            ));
        }
        if line.number == said.lines {
            said.opposed.take(&line);
            said.lines += 1;
        }
        said.persons.insert((line.system.clone(), line.ins.clone()));
    }
    Ok(said)
}

impl Said {
    /// Refuses lines that are fewer than those that the list in force was made of: a copy that was cut at the end of a line, or
    /// yesterday's, in which somebody does not oppose yet, or no longer.
    pub fn at_least(&self, path: &Path, obeyed: u64) -> Result<(), Error> {
        if self.lines < obeyed {
            return Err(Error::Short {
                path: path.to_owned(),
                found: self.lines,
                obeyed,
            });
        }
        Ok(())
    }
}

/// Of how many lines the list in force was made; none before the first, and before this was written down.
pub fn obeyed(snapshots: &Path, verifier: &Verifier) -> Result<u64, Error> {
    let path = snapshots.join(NAME);
    let note = match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        note => note.map_err(Error::io(&path))?,
    };
    let unverified = |why: String| {
        Error::Snapshot(hygie_snapshot::Error::Unverified {
            path: path.clone(),
            why,
        })
    };
    let text = note::open(&note, verifier).map_err(|error| unverified(error.to_string()))?;
    let lines: Vec<&str> = text.lines().collect();
    let number = match lines[..] {
        [HEAD, number] => number.parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| unverified("it is no number of lines of this version".to_owned()))
}

/// Writes down of how many lines the next list is made.
pub fn obey(snapshots: &Path, signer: &Signer, lines: u64) -> Result<(), Error> {
    let signed = note::sign(&format!("{HEAD}\n{lines}\n"), signer);
    let note = signed.map_err(|error| Error::Asked(error.to_string()))?;
    Ok(durable::public(&snapshots.join(NAME), note.as_bytes())?)
}
