use std::collections::{BTreeSet, HashMap};

use hygie_notice::{ActorKind, ActorRef, Millis};

use crate::{Categories, Category};

/// The row of the matrix that a structure's software reads by.
const SOFTWARE: &str = "software";
/// The matrix that comes with the program. It is an example, and says so: the cells of the arrêté are the
/// operator's to enter.
const EXAMPLE: &str = include_str!("../matrix.example.tsv");
/// Thirty days, in milliseconds: how long an announcement may take where the operator says nothing.
const ANNOUNCEMENT: Millis = 30 * 24 * 3_600_000;

/// Which profession reads which class of documents (arrêté of 26 October 2023): data of the operator.
///
/// A tab-separated table: the first line that is no comment names the classes by code, each other line begins with
/// a profession (value set J01, such as `G15_10`, or `software`), and has `yes`, `no` or nothing in each cell. What
/// is empty is unknown, and refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    example: bool,
    rows: HashMap<String, Row>,
}

/// The cells of one profession.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Row {
    yes: Categories,
    no: Categories,
}

/// What is wrong with a matrix, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixFault {
    /// The line, from 1.
    pub line: usize,
    /// What, and what to do.
    pub why: String,
}

impl std::fmt::Display for MatrixFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

impl std::error::Error for MatrixFault {}

impl Matrix {
    /// The example that comes with the program.
    pub fn example() -> Self {
        Self::parse(EXAMPLE).expect("a test reads the matrix that is compiled in")
    }

    /// Reads a matrix.
    ///
    /// # Errors
    /// The first line that does not fit, and why.
    pub fn parse(text: &str) -> Result<Self, MatrixFault> {
        let mut lines = text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line.trim_end_matches('\r')))
            .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
        let last = text.lines().count().max(1);
        let (line, head) = lines
            .next()
            .ok_or_else(|| fault(last, "it is empty: begin with a line of classes"))?;
        let classes = classes(line, head)?;
        let mut rows = HashMap::new();
        for (line, text) in lines {
            let (profession, row) = row(line, text, &classes)?;
            if rows.insert(profession.to_owned(), row).is_some() {
                return Err(fault(line, format!("`{profession}` has a row already")));
            }
        }
        if rows.is_empty() {
            return Err(fault(last, "it has no profession: add a line for each"));
        }
        Ok(Self {
            example: text
                .lines()
                .any(|line| line.trim() == "# example: not the arrêté's"),
            rows,
        })
    }

    /// Whether it says of itself that it is an example.
    pub fn is_example(&self) -> bool {
        self.example
    }

    /// Whether a profession reads a class; `None` where the matrix does not say. A speciality without a row of its
    /// own (`G15_10/SM04`) reads by that of its profession.
    pub fn cell(&self, profession: &str, category: Category) -> Option<bool> {
        let general = || self.rows.get(profession.split_once('/')?.0);
        let row = self.rows.get(profession).or_else(general)?;
        match (row.yes.contains(category), row.no.contains(category)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    }

    /// Whether an actor reads a class. Who somebody is, is in no matrix, and shown to all who are let in.
    pub(crate) fn lets(&self, actor: &ActorRef, category: Option<Category>) -> bool {
        let profession = match actor.kind {
            ActorKind::Professional => actor.profession.as_deref(),
            ActorKind::Software => Some(SOFTWARE),
            _ => None,
        };
        match (profession, category) {
            (_, Some(Category::Identity)) => true,
            (Some(profession), Some(category)) => self.cell(profession, category) == Some(true),
            _ => false,
        }
    }
}

fn fault(line: usize, why: impl Into<String>) -> MatrixFault {
    MatrixFault {
        line,
        why: why.into(),
    }
}

/// The classes that the columns stand for.
fn classes(line: usize, head: &str) -> Result<Vec<Category>, MatrixFault> {
    let mut columns = head.split('\t');
    if columns.next() != Some("profession") {
        return Err(fault(
            line,
            "the first line names the columns: `profession`, then codes of classes",
        ));
    }
    let mut classes = Vec::new();
    for code in columns {
        let class = Category::from_code(code)
            .filter(|class| *class != Category::Identity)
            .ok_or_else(|| {
                fault(line, format!("`{code}` is no class of documents: there are 10, 11, 31, 42, 43, 44, 45, 52, 60, 90, 95"))
            })?;
        if classes.contains(&class) {
            return Err(fault(line, format!("the class {code} has two columns")));
        }
        classes.push(class);
    }
    Ok(classes)
}

fn row<'a>(
    line: usize,
    text: &'a str,
    classes: &[Category],
) -> Result<(&'a str, Row), MatrixFault> {
    let mut cells = text.split('\t');
    let profession = cells.next().unwrap_or_default();
    if !is_profession(profession) {
        return Err(fault(
            line,
            format!(
                "`{profession}` is no profession: write a code of value set J01, such as `G15_10`, or `software`"
            ),
        ));
    }
    let cells: Vec<&str> = cells.collect();
    if cells.len() != classes.len() {
        let why = format!(
            "it has {} cells, and the table {} classes: leave a cell empty where nothing is known",
            cells.len(),
            classes.len()
        );
        return Err(fault(line, why));
    }
    let mut row = Row::default();
    for (class, cell) in classes.iter().zip(cells) {
        match cell {
            "yes" => row.yes = row.yes.with(*class),
            "no" => row.no = row.no.with(*class),
            "" => {}
            other => {
                let why = format!("`{other}` is no cell: write `yes`, `no`, or nothing");
                return Err(fault(line, why));
            }
        }
    }
    Ok((profession, row))
}

/// A code of value set J01: `G15_10`, or with a speciality `G15_10/SM05`.
fn is_profession(code: &str) -> bool {
    let (profession, speciality) = code.split_once('/').unwrap_or((code, "X"));
    let plain = |text: &str| {
        let byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        !text.is_empty() && text.len() <= 16 && text.bytes().all(byte)
    };
    code == SOFTWARE
        || profession.starts_with(|first: char| first.is_ascii_uppercase())
            && plain(profession)
            && plain(speciality)
}

/// What the operator lays down for all spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Who reads which class of documents.
    pub matrix: Matrix,
    /// FINESS numbers of the centres that regulate emergency calls (SAMU, centre 15).
    pub regulation: BTreeSet<String>,
    /// How long an item may wait to be announced before it opens to the person, in milliseconds.
    pub announcement: Millis,
    /// All people here are invented.
    pub synthetic: bool,
}

impl Default for Terms {
    /// The example matrix, no regulation centre, thirty days, real people.
    fn default() -> Self {
        Self {
            matrix: Matrix::example(),
            regulation: BTreeSet::new(),
            announcement: ANNOUNCEMENT,
            synthetic: false,
        }
    }
}

#[cfg(test)]
mod tests;
