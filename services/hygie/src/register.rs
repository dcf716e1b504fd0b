//! `hygie register`: the insured from a file of the insurer onto the roll. Lines that are there and say the same stay as
//! they are, so that a run that was stopped is simply run again.

mod read;

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::arguments::{RegisterCommand, RegisterImport};
use crate::client::Client;
use crate::note;
use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

use read::{Row, Rows};

/// Persons sent at once: a page of the roll.
const PART: usize = 4_096;

/// Does what was asked.
///
/// # Errors
/// [`Error::Register`] names the row at which the file can't be read: what stands before it was registered. Persons that
/// are refused are no error here: they are in the reject file, and the exit code is 1.
pub async fn run(home: &Home, wish: RegisterCommand, output: &Output) -> Result<Exit, Error> {
    home.check()?;
    let wish = match wish {
        RegisterCommand::Import(wish) => wish,
        RegisterCommand::Merge { keep, drop } => return merge(home, &keep, &drop, output).await,
    };
    let rows = Rows::open(&wish.file)?;
    let mut books = Books::open(&wish)?;
    let bar = bar(rows.size());
    let sent = reach::with(home, async |client| {
        let done = send(client, rows, &mut books, &bar).await;
        bar.finish_and_clear();
        done
    })
    .await;
    books.close()?;
    if let Err(error) = sent {
        // What was done is said even when the rest could not be.
        note(&format!("so far: {}", books.tally.text()));
        return Err(error);
    }
    output.show(&books.text(), &books.json());
    Ok(if books.tally.rejected == 0 {
        Exit::Done
    } else {
        Exit::Refused
    })
}

async fn merge(home: &Home, keep: &str, drop: &str, output: &Output) -> Result<Exit, Error> {
    let body = json!({ "keep": keep, "drop": drop }).to_string();
    let answer = reach::with(home, async |client| {
        client.post("/register/merge", body.into()).await
    });
    let merged: Value = serde_json::from_slice(&answer.await?).unwrap_or_default();
    let (text, exit) = match (merged["outcome"].as_str(), merged["reason"].as_str()) {
        (Some("corrected"), _) => ("the two lines are one", Exit::Done),
        (Some("already"), _) => ("the two lines were one", Exit::Done),
        (_, Some(reason)) => (reason, Exit::Refused),
        _ => {
            let why = "the answer does not say what came of it".to_owned();
            return Err(Error::Protocol { why });
        }
    };
    output.show(text, &merged);
    Ok(exit)
}

async fn send(
    client: &Client,
    mut rows: Rows,
    books: &mut Books,
    bar: &ProgressBar,
) -> Result<(), Error> {
    let address = match books.codes {
        Some(_) => "/register?codes=true",
        None => "/register",
    };
    loop {
        let part: Vec<Row> = rows.by_ref().take(PART).collect::<Result<_, _>>()?;
        let Some(last) = part.last() else {
            return Ok(());
        };
        let persons: Vec<&Map<String, Value>> = part.iter().map(|row| &row.person).collect();
        let body = serde_json::to_vec(&persons).expect("texts are JSON");
        let answer = client.post(address, body.into()).await?;
        books.take(&part, &answer)?;
        bar.set_position(last.end);
        bar.set_message(format!("{} persons", books.tally.persons()));
    }
}

/// What is written down of a run.
struct Books {
    tally: Tally,
    codes: Option<(PathBuf, BufWriter<File>)>,
    rejects: PathBuf,
    rejected: Option<BufWriter<File>>,
}

/// What became of the persons; it adds up.
#[derive(Debug, Default, Clone, Copy, Serialize)]
struct Tally {
    added: u64,
    already: u64,
    corrected: u64,
    rejected: u64,
}

/// One line of the reject file: where the person stands and why he is refused, never who he is.
#[derive(Serialize)]
struct Reject<'a> {
    row: u64,
    reason: &'a str,
}

impl Books {
    /// Files are made before anything is sent: a code that can't be written down is lost.
    fn open(wish: &RegisterImport) -> Result<Self, Error> {
        let codes = match &wish.codes {
            Some(path) => Some((path.clone(), BufWriter::new(own(path)?))),
            None => None,
        };
        let rejects = wish
            .rejects
            .clone()
            .unwrap_or_else(|| wish.file.with_extension("rejects.ndjson"));
        Ok(Self {
            tally: Tally::default(),
            codes,
            rejects,
            rejected: None,
        })
    }

    /// Counts a part's answer, and writes down what it brings.
    fn take(&mut self, part: &[Row], answer: &[u8]) -> Result<(), Error> {
        let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
        let registered = answer["registered"].as_array();
        let Some(registered) = registered.filter(|all| all.len() == part.len()) else {
            return Err(Error::Protocol {
                why: "the answer does not hold one line a person".to_owned(),
            });
        };
        for (row, what) in part.iter().zip(registered) {
            match what["outcome"].as_str() {
                Some("added") => {
                    self.tally.added += 1;
                    self.code(row, what["code"].as_str())?;
                }
                Some("already") => self.tally.already += 1,
                Some("corrected") => self.tally.corrected += 1,
                _ => self.reject(row.number, what["reason"].as_str().unwrap_or("refused"))?,
            }
        }
        self.close()
    }

    fn code(&mut self, row: &Row, code: Option<&str>) -> Result<(), Error> {
        let (Some((path, file)), Some(code)) = (&mut self.codes, code) else {
            return Ok(());
        };
        let ins = row.person.get("ins").and_then(Value::as_str);
        writeln!(file, "{},{code}", ins.unwrap_or_default())
            .map_err(|source| Error::file("write", path, source))
    }

    fn reject(&mut self, row: u64, reason: &str) -> Result<(), Error> {
        self.tally.rejected += 1;
        if self.rejected.is_none() {
            self.rejected = Some(BufWriter::new(own(&self.rejects)?));
        }
        let line = serde_json::to_string(&Reject { row, reason }).expect("texts are JSON");
        match &mut self.rejected {
            Some(file) => writeln!(file, "{line}")
                .map_err(|source| Error::file("write", &self.rejects, source)),
            None => Ok(()),
        }
    }

    /// Makes what was written durable.
    fn close(&mut self) -> Result<(), Error> {
        let codes = self.codes.iter_mut().map(|(path, file)| (&*path, file));
        let rejected = self.rejected.iter_mut().map(|file| (&self.rejects, file));
        for (path, file) in codes.chain(rejected) {
            file.flush()
                .and_then(|()| file.get_ref().sync_all())
                .map_err(|source| Error::file("write", path, source))?;
        }
        Ok(())
    }

    fn text(&self) -> String {
        let mut text = self.tally.text();
        if let Some((path, _)) = &self.codes {
            text.push_str(&format!("\ncodes in {}", path.display()));
        }
        if self.rejected.is_some() {
            let path = self.rejects.display();
            text.push_str(&format!("\nrejected persons are listed in {path}"));
        }
        text
    }

    fn json(&self) -> Value {
        let Tally {
            added,
            already,
            corrected,
            rejected,
        } = self.tally;
        json!({
            "added": added,
            "already": already,
            "corrected": corrected,
            "rejected": rejected,
            "total": self.tally.persons(),
            "codes": self.codes.as_ref().map(|(path, _)| path),
            "rejects": self.rejected.as_ref().map(|_| &self.rejects),
        })
    }
}

impl Tally {
    fn persons(self) -> u64 {
        self.added + self.already + self.corrected + self.rejected
    }

    fn text(self) -> String {
        format!(
            "{} added, {} already there, {} corrected, {} rejected",
            self.added, self.already, self.corrected, self.rejected
        )
    }
}

/// A new file that nobody else can read.
fn own(path: &PathBuf) -> Result<File, Error> {
    let options = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    options.map_err(|source| Error::file("make", path, source))
}

fn bar(size: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {percent} %  {msg}  {elapsed}, {eta} left")
        .expect("the template is well formed");
    // Drawn on standard error, and only when that is a terminal.
    ProgressBar::new(size).with_style(style)
}
