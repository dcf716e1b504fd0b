//! `hygie import`: FHIR files to care, in units within which references resolve.
//!
//! Each Bundle is a unit; the lines of all NDJSON files and all single resources of one invocation are one more,
//! sent last. An entry is taken once however often it is imported, so a unit that failed is sent again as it is.

mod collect;
mod read;
mod rejects;
mod tally;
#[cfg(test)]
mod tests;
mod unit;

use std::path::PathBuf;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::arguments::Import;
use crate::client::Client;
use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

use read::Contents;
use rejects::Rejects;
use tally::Tally;
use unit::Unit;

/// How often a unit is sent while care can't answer, and the first pause between; the pauses double.
const TRIES: u32 = 8;
const PAUSE: Duration = Duration::from_millis(500);

/// The source named in import keys when none is given: the content then counts by its hash.
const UNNAMED: &str = "import";

/// Imports what `wish` names into `home`.
///
/// # Errors
/// Nothing was found to import, the services can't be had, or the reject file can't be written. Entries that
/// care refuses are no error here: they are in the reject file, and the exit code is 1.
pub async fn run(home: &Home, wish: &Import, output: &Output) -> Result<Exit, Error> {
    home.check()?;
    let files = collect::files(&wish.paths)?;
    let mut rejects = Rejects::new(home, wish.rejects.clone())?;
    let mut tally = Tally::default();
    let result = reach::with(home, async |client| {
        let mut sending = Sending {
            client,
            source: wish.source.as_deref(),
            tally: &mut tally,
            rejects: &mut rejects,
            bar: bar(files.len()),
        };
        let result = sending.all(&files).await;
        sending.bar.finish_and_clear();
        result
    })
    .await;
    let listed = rejects.close()?;
    if let Err(error) = result {
        // What was done is said even when the rest could not be.
        output.note(&format!("so far: {tally}"));
        return Err(error);
    }
    let mut text = tally.to_string();
    if let Some(path) = &listed {
        text.push_str(&format!(
            "\nrejected entries are listed in {}",
            path.display()
        ));
    }
    output.show(&text, &tally.json(listed.as_deref()));
    Ok(if tally.rejected == 0 {
        Exit::Done
    } else {
        Exit::Refused
    })
}

fn bar(files: usize) -> ProgressBar {
    let files = u64::try_from(files).expect("the number of files fits");
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} files  {msg}  {elapsed}")
        .expect("the template is well formed");
    // Drawn on standard error, and only when that is a terminal.
    ProgressBar::new(files).with_style(style)
}

/// An import under way.
struct Sending<'a> {
    client: &'a Client,
    source: Option<&'a str>,
    tally: &'a mut Tally,
    rejects: &'a mut Rejects,
    bar: ProgressBar,
}

impl Sending<'_> {
    async fn all(&mut self, files: &[PathBuf]) -> Result<(), Error> {
        let mut loose = Unit::default();
        for path in files {
            let contents = read::file(path)?;
            for reject in &contents.rejects {
                self.rejects.write(reject)?;
                self.tally.rejected += 1;
            }
            match contents {
                Contents {
                    whole: true, unit, ..
                } => {
                    self.send(unit).await?;
                    self.bar.inc(1);
                }
                Contents { unit, .. } => loose.join(unit),
            }
        }
        self.send(loose).await?;
        self.bar.set_position(self.bar.length().unwrap_or_default());
        Ok(())
    }

    /// Sends a unit and counts what became of each of its entries.
    async fn send(&mut self, unit: Unit) -> Result<(), Error> {
        if unit.is_empty() {
            return Ok(());
        }
        let body = unit.body(self.source.unwrap_or(UNNAMED), self.source.is_some());
        let mut pause = PAUSE;
        let mut tries = 1;
        let answer = loop {
            match self.client.post("/import", body.clone()).await {
                Err(error) if error.passes() && tries < TRIES => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                    tries += 1;
                }
                answer => break answer,
            }
        };
        let rejects = match answer {
            Ok(answer) => unit.outcomes(&answer, self.tally)?,
            // The unit as a whole is refused (too large, say): that is the fate of each of its entries.
            Err(Error::Refused { said, .. }) => unit.all_rejected(&said, self.tally),
            Err(error) => return Err(error),
        };
        for reject in rejects {
            self.rejects.write(&reject)?;
        }
        self.bar.set_message(self.tally.to_string());
        Ok(())
    }
}
