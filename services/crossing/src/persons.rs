//! Whom the insurer's tables name, for a rotation or a list of the opposed; and pseudonyms that a rotation carries.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use csv::{Reader, ReaderBuilder, StringRecord};
use hygie_pseudonym::{List, Pseudonym, Source};

use crate::Error;

/// What was read of tables.
#[derive(Debug, Clone, Copy, Default)]
pub struct Read {
    /// Rows whose person was named.
    pub taken: u64,
    /// Rows without a usable identifier.
    pub rejected: u64,
}

/// Names everybody of an IR_BEN_R in CSV (separator `;`, `,`, `|` or tab), by each name under which his claims can tell of him:
/// `BEN_IDT_ANO`, and `BEN_NIR_PSA` with `BEN_RNG_GEM`, by which he was known before the table had him.
pub fn name(list: &mut List<'_>, path: &Path, read: &mut Read) -> Result<(), Error> {
    name_all(list, path, read, &IR_BEN_R)
}

/// Names everybody of the insurer's table of the first step alike: lists of the opposed are made of it, and it may know somebody
/// whom no reference names.
pub fn name_first_steps(list: &mut List<'_>, path: &Path, read: &mut Read) -> Result<(), Error> {
    name_all(list, path, read, &FIRST_STEP)
}

fn name_all(
    list: &mut List<'_>,
    path: &Path,
    read: &mut Read,
    form: &'static Form,
) -> Result<(), Error> {
    let mut table = open(path)?;
    let columns = form.columns(path, table.headers().map_err(broken(path))?)?;
    let mut row = StringRecord::new();
    while table.read_record(&mut row).map_err(broken(path))? {
        let step = columns.step(&row);
        // As told of where ranks do not count, too: what stands in a snapshot may be of such an import.
        let mut sources = step.sources(false).peekable();
        match sources.peek() {
            Some(_) => read.taken += 1,
            None => read.rejected += 1,
        }
        for source in sources {
            list.person(&source);
        }
    }
    Ok(())
}

/// What a table of the insurer's must have.
struct Form {
    /// Columns without which it is another table, besides `BEN_IDT_ANO`.
    needs: &'static [&'static str],
    /// What to give instead.
    instead: &'static str,
}

const IR_BEN_R: Form = Form {
    needs: &["BEN_NIR_PSA", "BEN_RNG_GEM"],
    instead: "give IR_BEN_R as it is published",
};

const FIRST_STEP: Form = Form {
    needs: &["system", "ins"],
    instead: "give the insurer's table of the first step, with `system`, `ins` and `BEN_IDT_ANO`",
};

impl Form {
    fn column(
        &self,
        path: &Path,
        header: &StringRecord,
        name: &'static str,
    ) -> Result<usize, Error> {
        place(header, name).ok_or_else(|| Error::Column {
            path: path.to_owned(),
            column: name,
            instead: self.instead,
        })
    }

    fn columns(&self, path: &Path, header: &StringRecord) -> Result<Columns, Error> {
        for name in self.needs {
            self.column(path, header, name)?;
        }
        Ok(Columns {
            id: self.column(path, header, "BEN_IDT_ANO")?,
            numbers: place(header, "BEN_NIR_PSA").zip(place(header, "BEN_RNG_GEM")),
        })
    }
}

/// Where the insurer's names of a person stand in a row.
struct Columns {
    id: usize,
    numbers: Option<(usize, usize)>,
}

impl Columns {
    fn step(&self, row: &StringRecord) -> FirstStep {
        let insured = |(nir, rank)| insured(cell(row, nir), cell(row, rank));
        FirstStep {
            id: cell(row, self.id).to_owned(),
            insured: self.numbers.and_then(insured),
        }
    }
}

fn place(header: &StringRecord, column: &str) -> Option<usize> {
    let mut names = header.iter();
    names.position(|name| name.trim().eq_ignore_ascii_case(column))
}

fn cell(row: &StringRecord, at: usize) -> &str {
    row.get(at).unwrap_or_default().trim()
}

/// Number and rank under which claims name somebody, read as an import reads them; none without a number.
fn insured(nir: &str, rank: &str) -> Option<(String, u8)> {
    let named = |nir: &str, rank| (nir.to_owned(), rank);
    (!nir.is_empty()).then(|| hygie_snds::rank(rank.as_bytes()).insured(nir, named))
}

/// How the insurer calls somebody in his files.
pub struct FirstStep {
    /// `BEN_IDT_ANO`.
    id: String,
    /// `BEN_NIR_PSA` and `BEN_RNG_GEM`, where the table has them: what names him on claims while no reference does.
    insured: Option<(String, u8)>,
}

impl FirstStep {
    /// All that his claims can be found by. Where ranks do not count (`ranks` is false), everybody of a number is told of under
    /// the first: then it is his as well.
    pub fn sources(&self, ranks: bool) -> impl Iterator<Item = Source<'_>> {
        let insured = self.insured.as_ref();
        let first = insured.filter(|(_, rank)| !ranks && *rank != 1);
        let first = first.and_then(|(nir, _)| Source::insured(nir, 1).ok());
        let insured = insured.and_then(|(nir, rank)| Source::insured(nir, *rank).ok());
        let known = Source::beneficiary(&self.id).ok();
        known.into_iter().chain(insured).chain(first)
    }
}

/// How the insurer calls some persons, by their national numbers and these by their system: under several names where he
/// insured one through several.
pub struct FirstSteps(HashMap<String, HashMap<String, Vec<FirstStep>>>);

impl FirstSteps {
    /// How the insurer calls this person; nothing for whom his table does not have, or was not asked for.
    pub fn of(&self, system: &str, ins: &str) -> &[FirstStep] {
        let found = self.0.get(system).and_then(|numbers| numbers.get(ins));
        found.map_or(&[], Vec::as_slice)
    }
}

/// Reads of the insurer's table of the first step what it says of these persons, by system and number. The table has everybody
/// of a nation: no more of it is kept than that.
pub fn first_steps(path: &Path, persons: &BTreeSet<(String, String)>) -> Result<FirstSteps, Error> {
    let mut steps = FirstSteps(HashMap::new());
    for (system, ins) in persons {
        let numbers = steps.0.entry(system.clone()).or_default();
        numbers.insert(ins.clone(), Vec::new());
    }
    let mut table = open(path)?;
    let header = table.headers().map_err(broken(path))?;
    let columns = FIRST_STEP.columns(path, header)?;
    let [system, ins] = ["system", "ins"].map(|name| FIRST_STEP.column(path, header, name));
    let (system, ins) = (system?, ins?);
    let mut row = StringRecord::new();
    while table.read_record(&mut row).map_err(broken(path))? {
        let known = steps.0.get_mut(cell(&row, system));
        if let Some(found) = known.and_then(|numbers| numbers.get_mut(cell(&row, ins))) {
            found.push(columns.step(&row));
        }
    }
    Ok(steps)
}

/// Carries the pseudonyms of a file, 32 hexadecimal digits a line.
pub fn carry(list: &mut List<'_>, path: &Path) -> Result<(), Error> {
    let file = File::open(path).map_err(Error::io(path))?;
    for (at, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(Error::io(path))?;
        let bytes = unhex(line.trim()).ok_or_else(|| Error::Table {
            path: path.to_owned(),
            line: at as u64 + 1,
            why: "a pseudonym has 32 hexadecimal digits",
        })?;
        list.carry(&Pseudonym::from_bytes(bytes));
    }
    Ok(())
}

fn open(path: &Path) -> Result<Reader<File>, Error> {
    let mut first = String::new();
    let file = File::open(path).map_err(Error::io(path))?;
    BufReader::new(file)
        .read_line(&mut first)
        .map_err(Error::io(path))?;
    let count = |mark: char| first.chars().filter(|&letter| letter == mark).count();
    let separator = [';', ',', '|', '\t']
        .into_iter()
        .rev()
        .max_by_key(|&mark| count(mark));
    let separator = separator
        .and_then(|mark| u8::try_from(mark).ok())
        .unwrap_or(b';');
    let file = File::open(path).map_err(Error::io(path))?;
    Ok(ReaderBuilder::new()
        .delimiter(separator)
        .buffer_capacity(1 << 18)
        .from_reader(file))
}

fn broken(path: &Path) -> impl Fn(csv::Error) -> Error + '_ {
    |error| {
        let line = error.position().map_or(1, csv::Position::line);
        match error.into_kind() {
            csv::ErrorKind::Io(source) => Error::io(path)(source),
            _ => Error::Table {
                path: path.to_owned(),
                line,
                why: "it is no line of this table: the file was cut, or is of another encoding",
            },
        }
    }
}

fn unhex(text: &str) -> Option<[u8; 16]> {
    let digits = text.as_bytes();
    if digits.len() != 32 {
        return None;
    }
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
