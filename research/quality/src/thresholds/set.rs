//! Thresholds as an operator sets them: a small file in TOML that names checks with another percent, for all tables or for
//! one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::{Check, TABLE};
use crate::Error;
use crate::report::{Category, SetBy};
use crate::tally::At;
use crate::verdicts;

/// What share of rows may fail each check, in percent: the defaults, and what an operator set instead.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Thresholds {
    /// For all tables.
    all: BTreeMap<Check, f64>,
    /// For one table; before what is set for all.
    tables: BTreeMap<(&'static str, Check), f64>,
}

impl Thresholds {
    /// Reads a file: `check = percent` for all tables, and below `[table]` for that table alone.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Thresholds`], with the line, for what is no TOML, for a check or a table that is none, for a
    /// check that a table does not have, and for what is no percent.
    pub fn read(path: &Path) -> Result<Thresholds, Error> {
        let text = fs::read_to_string(path);
        let text = text.map_err(|source| Error::file("read", path, source))?;
        parse(&text).map_err(|wrong| Error::Thresholds {
            path: path.to_owned(),
            line: line(&text, wrong.at),
            why: wrong.why,
        })
    }

    /// The defaults as such a file, with the source of each number.
    pub fn print_defaults() -> String {
        let mut text = "\
# Percent of rows (persons, months) that may fail a check before it fails. These are the defaults: leave in a file of your
# own those that you set otherwise, and give it to `hygie-hub quality --thresholds FILE`.
#
# For one table alone, below all others:
#
# [measurement]
# concept_mapped = 20.0
"
        .to_owned();
        let mut category = None;
        for entry in TABLE {
            if category.replace(entry.category) != Some(entry.category) {
                write!(text, "\n# {}\n", name(entry.category)).expect("into memory");
            }
            let (name, percent, source) = (entry.name, entry.percent, entry.source);
            writeln!(text, "{name} = {percent:?}  # {source}").expect("into memory");
        }
        text
    }

    /// What counts for a check of a table, and who set it.
    pub(crate) fn of(&self, at: At) -> (f64, SetBy) {
        let set = self.tables.get(&(at.table, at.check));
        match set.or_else(|| self.all.get(&at.check)) {
            Some(percent) => (*percent, SetBy::Operator),
            None => (at.check.entry().percent, SetBy::Default),
        }
    }
}

fn name(category: Category) -> &'static str {
    match category {
        Category::Conformance => "conformance",
        Category::Completeness => "completeness",
        Category::Plausibility => "plausibility",
    }
}

/// What is wrong with a file, and where.
struct Wrong {
    at: usize,
    why: String,
}

fn wrong(at: Range<usize>, why: String) -> Wrong {
    Wrong { at: at.start, why }
}

/// The line of a place, from 1.
fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().iter().take(at);
    before.filter(|byte| **byte == b'\n').count() + 1
}

fn parse(text: &str) -> Result<Thresholds, Wrong> {
    let file = DeTable::parse(text).map_err(|error| {
        let at = error.span().unwrap_or_default();
        wrong(at, format!("it is no TOML: {}", error.message()))
    })?;
    let mut set = Thresholds::default();
    for (key, value) in file.get_ref() {
        let name = key.get_ref().as_ref();
        if let DeValue::Table(own) = value.get_ref() {
            let table = table(name).map_err(|why| wrong(key.span(), why))?;
            for (key, value) in own {
                let check = check_of(table, key.get_ref()).map_err(|why| wrong(key.span(), why))?;
                let percent = percent(value.get_ref()).map_err(|why| wrong(value.span(), why))?;
                set.tables.insert((table, check), percent);
            }
            continue;
        }
        let check = check(name).map_err(|why| wrong(key.span(), why))?;
        let percent = percent(value.get_ref()).map_err(|why| wrong(value.span(), why))?;
        set.all.insert(check, percent);
    }
    Ok(set)
}

fn check(name: &str) -> Result<Check, String> {
    let found = TABLE.iter().find(|entry| entry.name == name);
    found.map(|entry| entry.check).ok_or_else(|| {
        let names: Vec<&str> = TABLE.iter().map(|entry| entry.name).collect();
        format!("there is no check `{name}`; there are {}", names.join(", "))
    })
}

fn table(name: &str) -> Result<&'static str, String> {
    let tables = verdicts::tables();
    let found = tables.iter().find(|table| **table == name);
    found.copied().ok_or_else(|| {
        format!(
            "there is no table `{name}` that is examined; there are {}",
            tables.join(", ")
        )
    })
}

/// A check that is made of a table.
fn check_of(table: &'static str, name: &str) -> Result<Check, String> {
    let check = check(name)?;
    let made = verdicts::made(table);
    if made.contains(&check) {
        return Ok(check);
    }
    let names: Vec<&str> = made.iter().map(|check| check.entry().name).collect();
    Err(format!(
        "the check `{name}` is not made of `{table}`; there are {}",
        names.join(", ")
    ))
}

fn percent(value: &DeValue<'_>) -> Result<f64, String> {
    let text = match value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        other => {
            let kind = other.type_str();
            return Err(format!("a percent is a number from 0 to 100, no {kind}"));
        }
    };
    let number: Option<f64> = text.parse().ok();
    number
        .filter(|number| (0.0..=100.0).contains(number))
        .ok_or_else(|| format!("`{text}` is no percent: give a number from 0 to 100"))
}

#[cfg(test)]
mod tests;
