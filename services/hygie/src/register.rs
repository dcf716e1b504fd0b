//! `hygie register`: insured persons from a CSV file onto the roll; the codes of their letters go to one
//! file, which nobody else can read. Whoever is on the roll stays as he is.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

/// The first line of the file: INS system as FHIR writes it, INS with its key or without, names, birth
/// date as `YYYY-MM-DD`, and the language of letters (`fr`).
const COLUMNS: [&str; 6] = [
    "ins_system",
    "ins",
    "family",
    "given",
    "birth_date",
    "language",
];
/// Persons sent at once: a page of the roll.
const PART: usize = 4_096;

/// Registers the persons of `path`; writes their codes to `codes`.
///
/// # Errors
/// [`Error::Register`] names the line that can't be read: nothing was sent then. Persons that care
/// refuses are no error here: they are counted, and the exit code is 1.
pub async fn run(
    home: &Home,
    path: &Path,
    codes: Option<PathBuf>,
    output: &Output,
) -> Result<Exit, Error> {
    home.check()?;
    let text = std::fs::read_to_string(path).map_err(|source| Error::file("read", path, source))?;
    let rows = rows(&text).map_err(|(line, why)| Error::Register {
        path: path.to_owned(),
        line,
        why,
    })?;
    let codes = codes.unwrap_or_else(|| path.with_extension("codes.csv"));
    // Made before anything is sent: a code that can't be written down is lost.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&codes)
        .map_err(|source| Error::file("make", &codes, source))?;
    let mut tally = Tally::default();
    reach::with(home, async |client| {
        for part in rows.chunks(PART) {
            let body = serde_json::to_vec(part).expect("texts are JSON");
            let answer = client.post("/register", body.into()).await?;
            let written = tally.take(part, &answer)?;
            file.write_all(written.as_bytes())
                .and_then(|()| file.sync_all())
                .map_err(|source| Error::file("write", &codes, source))?;
        }
        Ok(())
    })
    .await?;
    let mut text = format!(
        "{} added, {} already there, {} rejected\ncodes in {}",
        tally.added,
        tally.already,
        tally.rejected.len(),
        codes.display()
    );
    for (row, reason) in &tally.rejected {
        text.push_str(&format!("\nperson {row}: {reason}"));
    }
    if home.demo_key().exists() {
        text.push_str(&format!("\n{}", tally.codes.trim_end()));
    }
    let value = json!({
        "added": tally.added,
        "already": tally.already,
        "rejected": tally.rejected.len(),
        "codes": codes,
    });
    output.show(&text, &value);
    Ok(if tally.rejected.is_empty() {
        Exit::Done
    } else {
        Exit::Refused
    })
}

#[derive(Default)]
struct Tally {
    seen: usize,
    added: usize,
    already: usize,
    rejected: Vec<(usize, String)>,
    codes: String,
}

impl Tally {
    /// Counts a part's answer; gives the lines for the file of codes: INS and code.
    fn take(&mut self, part: &[Value], answer: &[u8]) -> Result<String, Error> {
        let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
        let registered = answer["registered"].as_array();
        let Some(registered) = registered.filter(|all| all.len() == part.len()) else {
            return Err(Error::Protocol {
                why: "the answer does not hold one line a person".to_owned(),
            });
        };
        let mut lines = String::new();
        for (person, what) in part.iter().zip(registered) {
            self.seen += 1;
            match what["outcome"].as_str() {
                Some("added") => {
                    self.added += 1;
                    let ins = person["ins"].as_str().unwrap_or_default();
                    let code = what["code"].as_str().unwrap_or_default();
                    lines.push_str(&format!("{ins},{code}\n"));
                }
                Some("already") => self.already += 1,
                _ => {
                    let reason = what["reason"].as_str().unwrap_or("refused").to_owned();
                    self.rejected.push((self.seen, reason));
                }
            }
        }
        self.codes.push_str(&lines);
        Ok(lines)
    }
}

/// The persons of a CSV file (RFC 4180), each an object; or the line at fault, and why.
fn rows(text: &str) -> Result<Vec<Value>, (usize, &'static str)> {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().enumerate();
    let head = lines.next().map(|(_, line)| line.trim_end());
    if head != Some(COLUMNS.join(",").as_str()) {
        return Err((
            1,
            "the first line must be `ins_system,ins,family,given,birth_date,language`",
        ));
    }
    let filled = lines.filter(|(_, line)| !line.trim().is_empty());
    filled
        .map(|(at, line)| {
            let cells = cells(line).ok_or((at + 1, "a quotation mark is opened and not closed"))?;
            if cells.len() != COLUMNS.len() {
                return Err((at + 1, "it does not have six columns"));
            }
            let pairs = COLUMNS.iter().zip(cells);
            let person: Map<String, Value> = pairs
                .map(|(name, cell)| ((*name).to_owned(), Value::String(cell)))
                .collect();
            Ok(Value::Object(person))
        })
        .collect()
}

/// The cells of one line; a quoted cell may hold commas, and quotes as two.
fn cells(line: &str) -> Option<Vec<String>> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.trim_end_matches('\r').chars().peekable();
    while let Some(letter) = letters.next() {
        let cell = cells.last_mut().expect("there is a cell from the start");
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cell.push(other),
        }
    }
    (!quoted).then_some(cells)
}
