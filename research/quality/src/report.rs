//! The report as a value, and its JSON. `FORMAT.md` beside this crate's sources documents the form.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Error;

/// The form of the JSON. A field that is added leaves it as it is; a field that goes or changes makes it 2.
pub const FORMAT: u32 = 1;

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

/// What a snapshot is like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`FORMAT`].
    pub format: u32,
    /// For whom it is: not for publication.
    pub notice: Words,
    /// The snapshot's number.
    pub snapshot: u64,
    /// The model of its tables.
    pub schema: String,
    /// When it was made, `YYYY-MM-DD`.
    pub made_on: String,
    /// The last day it observes, `YYYY-MM-DD`: of which ages are told. None when it observes nobody.
    pub last_day: Option<String>,
    /// Persons who oppose, and were not read.
    pub hidden: u64,
    /// Tables and columns that are not there, and what is there and was not examined.
    pub absent: Vec<Absent>,
    /// The checks, by category, check and table.
    pub checks: Vec<Checked>,
    /// What is in it.
    pub portrait: Portrait,
}

/// A table or a column that is not in the snapshot, or one that is and that this report does not examine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absent {
    /// The table.
    pub table: String,
    /// The column; none for the whole table.
    pub column: Option<String>,
    /// What that means.
    pub meaning: Words,
}

/// Kahn et al. 2016.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Do values keep to forms, keys and vocabularies?
    Conformance,
    /// Is there what should be there?
    Completeness,
    /// Can it be believed?
    Plausibility,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// No more failed than may.
    Pass,
    /// More failed than may.
    Fail,
    /// Nothing could be looked at.
    NotApplicable,
}

/// Who set a threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetBy {
    /// Nobody: it is the default.
    #[default]
    Default,
    /// Who runs the hub, by a file of thresholds.
    Operator,
}

/// A check of a table or a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// Its name: stable.
    pub check: String,
    /// Its category.
    pub category: Category,
    /// The table.
    pub table: String,
    /// The column, where it is about one.
    pub column: Option<String>,
    /// Percent of rows that may fail: what counted.
    pub threshold: f64,
    /// Who set that.
    #[serde(default)]
    pub set_by: SetBy,
    /// The default; what counted, in reports of versions in which it was not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_threshold: Option<f64>,
    /// Where the default is from.
    pub source: String,
    /// Rows (persons, months) looked at.
    pub looked: u64,
    /// Of them, those that failed.
    pub failed: u64,
    /// Percent that failed, two decimals; 0 where nothing was looked at.
    pub percent: f64,
    /// How it ended.
    pub outcome: Outcome,
    /// What a row that passes is like, in plain words.
    pub meaning: Words,
    /// Why it is not applicable.
    pub why: Option<Words>,
    /// For `month_steady`: the months that differ.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub odd: Vec<OddMonth>,
    /// For `month_steady`: months at the end that are not full yet, because claims come in late.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub late: Vec<Month>,
}

/// A month that differs from its neighbours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OddMonth {
    /// `YYYY-MM`.
    pub month: String,
    /// Its rows.
    pub rows: u64,
    /// The median of its neighbours.
    pub expected: u64,
}

/// Rows of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Month {
    /// `YYYY-MM`.
    pub month: String,
    /// Its rows.
    pub rows: u64,
}

/// What is in a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Portrait {
    /// Persons.
    pub persons: u64,
    /// Of them, those who died by the last day.
    pub dead: u64,
    /// The living at the last day, by age and sex.
    pub pyramid: Vec<AgeBand>,
    /// The living whose age is unknown.
    pub ageless: u64,
    /// Persons by department (or what `location` says), the most first; the unknown apart.
    pub places: Vec<Place>,
    /// Persons whose department is unknown.
    pub placeless: u64,
    /// Days observed, per person.
    pub observed_days: Option<Quantiles>,
    /// Events of all tables, per person.
    pub events: Option<Quantiles>,
    /// Table by table; deaths by month are those of `death`.
    pub tables: Vec<TablePortrait>,
}

/// Five years of age; the last band is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeBand {
    /// The youngest, in whole years.
    pub from: u32,
    /// The oldest; none for the last band.
    pub to: Option<u32>,
    /// Men.
    pub male: u64,
    /// Women.
    pub female: u64,
    /// Those whose sex is unknown.
    pub unknown: u64,
}

/// Where persons live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// As `location` has it.
    pub name: String,
    /// Persons.
    pub persons: u64,
}

/// Of a count per person (Hyndman and Fan 1996, definition 1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    /// Persons counted.
    pub count: u64,
    /// The mean, two decimals.
    pub mean: f64,
    /// The smallest.
    pub least: u64,
    /// A tenth have this or less.
    pub p10: u64,
    /// A quarter have this or less.
    pub p25: u64,
    /// Half have this or less.
    pub median: u64,
    /// Three quarters have this or less.
    pub p75: u64,
    /// Nine tenths have this or less.
    pub p90: u64,
    /// 99 percent have this or less.
    pub p99: u64,
    /// The greatest.
    pub most: u64,
}

/// What is in a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TablePortrait {
    /// The CDM's name.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// Rows by month, in order, those that have any.
    pub months: Vec<Month>,
    /// Rows without a day, or with one before 1900 or after 2099.
    pub elsewhen: u64,
    /// Rows per person, those without any included.
    pub per_person: Option<Quantiles>,
    /// The twenty concepts with the most rows.
    pub top: Vec<Code>,
    /// Charged and paid by month, where rows bear amounts.
    pub spending: Vec<Spending>,
    /// Its columns, and how many cells are empty.
    pub columns: Vec<Fill>,
}

/// A concept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Its number; 0 where rows have none.
    pub concept: i32,
    /// Its vocabulary, empty when it is unknown.
    pub vocabulary: String,
    /// Its code, empty when it is unknown.
    pub code: String,
    /// Its name, empty when it is unknown.
    pub name: String,
    /// Rows.
    pub rows: u64,
    /// Persons; none where the snapshot has no order by concept.
    pub persons: Option<u64>,
}

/// Money of a month, euros.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spending {
    /// `YYYY-MM`.
    pub month: String,
    /// Charged.
    pub charged: f64,
    /// Paid by the insurance.
    pub paid: f64,
}

/// Cells of a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fill {
    /// The column.
    pub column: String,
    /// Rows.
    pub rows: u64,
    /// Of them, those where nothing stands.
    pub empty: u64,
}

impl Report {
    /// The checks that failed.
    pub fn failures(&self) -> impl Iterator<Item = &Checked> {
        self.checks
            .iter()
            .filter(|checked| checked.outcome == Outcome::Fail)
    }

    /// The JSON, indented.
    pub fn json(&self) -> String {
        let text = serde_json::to_string_pretty(self);
        text.expect("a report has no maps and no numbers that JSON lacks") + "\n"
    }

    /// A report from its JSON.
    ///
    /// # Errors
    /// [`Error::Form`] for JSON that is no report of this version.
    pub fn parse(json: &str) -> Result<Report, Error> {
        let why = |why: String| Error::Form { why };
        let report: Report = serde_json::from_str(json).map_err(|error| why(error.to_string()))?;
        if report.format != FORMAT {
            return Err(why(format!("its form is {}", report.format)));
        }
        Ok(report)
    }
}

/// Writes a file beside its place and moves it there, so that nobody reads half of it.
pub(crate) fn put(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |source| Error::file("write", path, source);
    let new = path.with_extension("new");
    fs::write(&new, text).map_err(failed)?;
    fs::rename(&new, path).map_err(failed)
}
