//! `hygie import`: FHIR files to care, in units within which references resolve.
//!
//! Each Bundle is a unit; the lines of all NDJSON files and all single resources of one invocation are one more,
//! sent last. An entry is taken once however often it is imported, so a unit that failed is sent again as it is.

mod collect;
mod prepare;
mod read;
mod rejects;
mod send;
mod tally;
#[cfg(test)]
mod tests;
mod unit;

use indicatif::{ProgressBar, ProgressStyle};

use crate::arguments::Import;
use crate::note;
use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

use rejects::Rejects;
use send::Sending;
use tally::Tally;

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
        let bar = bar(files.len());
        let mut sending = Sending {
            client,
            tally: &mut tally,
            rejects: &mut rejects,
            bar: bar.clone(),
        };
        let (units, reading) = prepare::prepare(files, wish.source.clone(), UNNAMED);
        let result = sending.all(units).await;
        bar.finish_and_clear();
        result?;
        // A file that can't be read ends the units early.
        reading.await.expect("the reading does not panic")
    })
    .await;
    let listed = rejects.close()?;
    if let Err(error) = result {
        // What was done is said even when the rest could not be.
        note(&format!("so far: {tally}"));
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
